"""A file of the former build opens, comes to the same people, desires, answers, texts and seals, and goes on.

The file and its facts were written by that build: see `tests/files/make_former_gathering.py`.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from oneheart.commands.proving import proof
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering
from oneheart.storage.database import open_database
from oneheart.storage.stores import log_of
from tests.files.facts import facts

FILES = Path(__file__).resolve().parents[2] / "files"
ENDING = 2  # events after which nothing more was taken


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """Return a copy of the file."""
    return Path(shutil.copy(FILES / "former.oneheart", tmp_path / "former.oneheart"))


def test_a_file_of_the_former_build_comes_to_the_same(former: Path) -> None:
    expected: dict[str, Any] = json.loads((FILES / "former.json").read_text(encoding="utf-8"))
    gathering = LiveGathering.open(former)
    found = facts(gathering.state)
    gathering.shut()
    assert gathering.spoiled is None
    assert set(found) == set(expected)
    for part, value in expected.items():
        assert json.loads(json.dumps(found[part])) == value, part


def test_every_body_of_the_former_build_is_encoded_to_the_same_bytes(former: Path) -> None:
    database = open_database(former)
    bodies = [event.body for event in log_of(database).replay() if event.body is not None]
    assert log_of(database).first_break() is None
    database.close()
    assert len(bodies) > 200
    for body in bodies:
        assert ev.encode(ev.decode(body)) == body


def test_its_sealed_text_stands_on_its_record(former: Path) -> None:
    said, well = proof(former)
    assert well
    assert "earlier version" in said[1]
    assert (
        "sealed text 1: stands on this record, and its words cannot be compared any more, because some were erased"
        in (said)
    )


def test_it_goes_on(former: Path) -> None:
    with closing(apsw.Connection(str(former))) as connection:  # to the moment before it ended
        connection.execute("DROP TRIGGER events_stay")
        connection.execute("DELETE FROM events WHERE seq > (SELECT max(seq) FROM events) - ?", (ENDING,))

    async def whole() -> None:
        gathering = LiveGathering.open(former)
        state = gathering.state
        assert not state.ended
        people, desires = len(state.seats), len(state.desires)
        taken = await gathering.take_seat("a-new-seat", language="en", circle=0)
        assert taken.number == people
        again = await gathering.take_seat("seat-key-0", language="en", circle=0)
        assert again.number == 0, "a repeat of what the former build took"
        kept = await gathering.submit("s0", "more", ev.StageMoved("open", state.version))
        assert kept.number == state.version
        said = await gathering.submit(f"s{people}", "say-new", ev.DesireSaid(people, "Something new", "en"))
        assert said.number == desires
        await gathering.respond(0, desires, 1, "a-new-answer")
        await gathering.erase(3, "erase-3")
        state = gathering.state
        assert (state.seats[3].alive, state.seats[people].alive) == (False, True)
        assert state.desires[desires].text == "Something new"
        assert state.desires[3].text == ""
        assert state.tally.answered(0)[desires] == 1
        digest = state.digest()
        await gathering.close()
        reopened = LiveGathering.open(former)
        assert reopened.state.digest() == digest
        reopened.shut()

    asyncio.run(whole())
