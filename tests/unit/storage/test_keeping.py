"""Backups and proofs: a copy made under load is a whole record of its moment, and what was changed is found out."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from oneheart.commands.keeping import back_up, restore
from oneheart.commands.proving import proof
from oneheart.commands.record import read_record
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.model.verdict import Status
from oneheart.storage.database import open_database
from oneheart.storage.log import Entry
from oneheart.storage.stores import log_of


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "g.oneheart"
    create(path, ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"]), code="ABCD3456")
    return path


def seal(path: Path, root: str | None = None) -> str:
    """Write what the house writes when a text is sealed, with the root of all before or another; return that root."""
    database = open_database(path)
    log = log_of(database)
    carried = root or log.root().hex()
    log.append(
        [Entry("house", f"sealed-{log.length}", "sealed", ev.encode(ev.TextSealed(0, "d", carried, Status.NOT_YET)))]
    )
    database.close()
    return carried


def entries(count: int, *, of: str) -> list[Entry]:
    return [
        Entry("house", f"{of}-{n}", "circle", ev.encode(ev.CircleAdded(f"{of} {n}", f"{of}-{n}"))) for n in range(count)
    ]


def test_a_copy_made_while_the_gathering_is_written_to_holds_all_that_was_kept_before(
    made: Path, tmp_path: Path
) -> None:
    database = open_database(made)  # as the server holds it, lock and all
    log, stop, written = log_of(database), threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            log.append(entries(5, of=f"b{written[0]}"))
            written[0] += 5

    writing = threading.Thread(target=write)
    writing.start()
    copies = []
    try:
        for turn in range(5):
            while written[0] < 20 * (turn + 1):
                pass
            before = written[0]
            copies.append((before, back_up(made, tmp_path / f"kept{turn}"), written[0]))
    finally:
        stop.set()
        writing.join()
        database.close()
    for before, copy, after in copies:
        record = read_record(copy)
        assert record.first_break is None
        assert record.state is not None
        assert before <= len(record.state.circles) <= after + 5
        assert copy.stat().st_mode & 0o777 == 0o600
        assert sorted(one.suffix for one in copy.parent.iterdir()) == [".keys", ".oneheart"]


def test_what_is_restored_is_the_same_gathering_and_nothing_is_written_over(made: Path, tmp_path: Path) -> None:
    async def fill() -> str:
        gathering = LiveGathering.open(made)
        seat = await gathering.take_seat("seat-key-1", language="en")
        await gathering.submit(f"s{seat.number}", "say", ev.DesireSaid(seat.number, "Bread", "en"))
        digest = gathering.state.digest()
        await gathering.close()
        return digest

    digest = asyncio.run(fill())
    copy, again = back_up(made, tmp_path / "kept"), tmp_path / "again.oneheart"
    restore(copy, again)
    state = read_record(again).state
    assert state is not None
    assert state.digest() == digest
    before = again.read_bytes()
    with pytest.raises(UserError, match="exists already"):
        restore(copy, again)
    assert again.read_bytes() == before


def test_a_record_that_was_changed_is_neither_copied_nor_proved(made: Path, tmp_path: Path) -> None:
    database = open_database(made)
    log_of(database).append(entries(9, of="c"))
    database.close()
    assert proof(made)[1] is True
    forged = sqlite3.connect(made)
    forged.execute("DROP TRIGGER events_keep")
    forged.execute("UPDATE events SET body = replace(body, 'c 4', 'c 5')")
    forged.commit()
    forged.close()
    said, well = proof(made)
    assert (well, len(said)) == (False, 1)
    with pytest.raises(UserError, match=r"No copy of .* was kept"):
        back_up(made, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_sealed_text_stands_on_the_record_before_it_and_on_no_other(made: Path, tmp_path: Path) -> None:
    first = seal(made)
    database = open_database(made)
    log_of(database).append(entries(6, of="c"))
    database.close()
    second = seal(made)
    said, well = proof(made, second.upper())
    assert well
    assert said[3:] == [
        "sealed text 1: stands on this record, but it does not count",
        "sealed text 2: stands on this record, but it does not count",
        "The root that you gave is of this record.",
        "1 events came after it; it says nothing about them.",
    ]
    shorter = back_up(made, tmp_path / "kept")
    seal(made, "0" * 64)
    said, well = proof(made, first)
    assert not well
    assert said[5] == "sealed text 3: its root is not of this record, but it does not count"
    assert proof(shorter, "1" * 64) == (
        [*proof(shorter)[0][:-1], "The root that you gave is not of this record."],
        False,
    )


@pytest.mark.parametrize("to", ["no/where/kept", "g.oneheart"])
def test_a_folder_that_cannot_be_written_is_told(made: Path, to: str) -> None:
    with pytest.raises(UserError, match="choose"):
        back_up(made, made.parent / to)
    assert {one.name for one in made.parent.iterdir()} - {"g.oneheart.lock"} == {"g.oneheart", "g.oneheart.keys"}


def test_a_full_disk_leaves_nothing_of_a_copy(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UserError, match="No space left on device; make room"):
        back_up(made, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []
