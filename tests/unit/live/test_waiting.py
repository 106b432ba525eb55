"""Waiting: whoever waits for a disk that does not answer is told in time, and nothing counts twice."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from oneheart.live import events as ev
from oneheart.live import waiting
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.refusal import Refusal, Refused
from oneheart.storage.log import Entry, Written
from oneheart.storage.sqlite_log import SqliteLog


@pytest.mark.parametrize("patient", [0.1, 60.0], ids=["told in time", "the partner: nobody is told"])
def test_nobody_waits_for_a_disk_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patient: float
) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", patient)
    stands, append = threading.Event(), SqliteLog.append
    stands.set()

    def slow(self: SqliteLog, entries: list[Entry]) -> list[Written]:
        stands.wait()
        return append(self, entries)

    monkeypatch.setattr(SqliteLog, "append", slow)
    path = tmp_path / "g.oneheart"
    create(path, ev.Settings("x", {"en": "What do you want?"}, "assembly", ["en"]))  # type: ignore[arg-type]

    async def work() -> None:
        gathering = LiveGathering.open(path)
        ann = (await gathering.take_seat("seat-key-0", language="en")).number
        stands.clear()
        said = [ev.DesireSaid(ann, text, "en") for text in ("Peace", "Bread", "Salt")]
        first = asyncio.create_task(gathering.submit(f"s{ann}", "k0", said[0]))
        await asyncio.sleep(0)  # its batch is being written
        second = asyncio.create_task(gathering.submit(f"s{ann}", "k1", said[1]))
        answered, _ = await asyncio.wait({first, second}, timeout=3 if patient < 1 else 0.3)
        assert len(answered) == (2 if patient < 1 else 0)
        if patient < 1:
            for one in (first, second):
                with pytest.raises(Refused) as refused:
                    await one
                assert refused.value.why is Refusal.DISK
            with pytest.raises(Refused):
                await gathering.submit(f"s{ann}", "k2", said[2])
            assert gathering.trouble is not None
        stands.set()
        await asyncio.wait({first, second})
        while gathering._writing is not None:
            await asyncio.sleep(0.01)
        again = [await gathering.submit(f"s{ann}", f"k{n}", body) for n, body in enumerate(said)]
        assert [one.repeated for one in again] == [True, True, False]
        assert [desire.text for desire in gathering.state.desires] == ["Peace", "Bread", "Salt"]
        assert gathering.trouble is None
        await gathering.close()

    asyncio.run(work())
