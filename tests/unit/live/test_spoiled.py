"""What could not be read again is not written; a file with such an event is shown up to it and takes nothing more."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from oneheart.cli import app
from oneheart.commands.keeping import back_up
from oneheart.commands.proving import proof
from oneheart.commands.record import read_record, unreadable
from oneheart.commands.serving import Addresses, shown
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import House
from oneheart.live.refusal import Refused
from oneheart.live.state import Refusal, State
from oneheart.storage.database import open_database
from oneheart.storage.log import Entry
from oneheart.storage.stores import log_of

BADLY_TYPED: dict[str, Any] = {
    "felt": ev.FeltSaid(0, 9, "start"),  # type: ignore[arg-type]
    "felt when": ev.FeltSaid(0, 3, "noon"),  # type: ignore[arg-type]
    "occasion": ev.OccasionAdded("x", "party", "CODE"),  # type: ignore[arg-type]
    "stage": ev.StageMoved("nonsense", 0),
    "programme": ev.ProgrammeSet([ev.ProgrammeStep("nonsense", 60)]),
    "seat": ev.FeltSaid("0", 3, "start"),  # type: ignore[arg-type]
    "truth": ev.CircleDone(0, 1),  # type: ignore[arg-type]
    "not a number": ev.Responded(0, 0, 1, float("nan")),
    "stance": ev.Responded(0, 0, 2),  # type: ignore[arg-type]
    "unencodable": ev.DesiresShown(object()),  # type: ignore[arg-type]
    "surrogate": ev.CircleAdded("\ud800", "key"),
}
SPOILED = '{"kind":"felt","seat":0,"value":9,"when":"start"}'


def made(folder: Path, name: str = "g", code: str = "ABCD3456") -> Path:
    path = folder / f"{name}.oneheart"
    create(path, ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"]), code=code)
    return path


def spoil(path: Path) -> int:
    """Write an event that cannot be decoded between two that can; return its place."""
    database = open_database(path)
    log = log_of(database)
    circle = ev.encode(ev.CircleAdded("before", "key-1"))
    after = ev.encode(ev.CircleAdded("after", "key-2"))
    written = log.append(
        [Entry("h0", "a", "circle", circle), Entry("s0", "b", "felt", SPOILED), Entry("h0", "c", "circle", after)]
    )
    database.close()
    assert written[1].event is not None
    return written[1].event.seq


@pytest.mark.parametrize("which", BADLY_TYPED)
def test_what_could_not_be_read_again_is_refused_before_it_is_written(tmp_path: Path, which: str) -> None:
    path = made(tmp_path)

    async def whole() -> None:
        gathering = LiveGathering.open(path)
        await gathering.take_seat("seat-of-ann", language="en")
        before = gathering.state.digest()
        with pytest.raises(Refused) as told:
            await asyncio.wait_for(gathering.submit("s0", "key-1", BADLY_TYPED[which]), 5)
        assert told.value.why is Refusal.UNREADABLE
        assert gathering.state.digest() == before
        assert gathering.trouble is None
        for actor, key in (("s0", "\ud800"), ("\ud800", "key-2")):
            with pytest.raises(Refused) as told:
                await asyncio.wait_for(gathering.submit(actor, key, ev.SeatChanged(0, language="en")), 5)
            assert told.value.why is Refusal.UNREADABLE
        kept = await asyncio.wait_for(gathering.submit("s0", "key-3", ev.SeatChanged(0, language="en")), 5)
        assert kept.seq == 3
        await gathering.close()

    asyncio.run(whole())
    again = LiveGathering.open(path)
    assert again.spoiled is None
    again.shut()


def test_a_spoiled_file_is_shown_up_to_the_event_and_takes_nothing(tmp_path: Path) -> None:
    path = made(tmp_path)
    place = spoil(path)

    async def whole() -> None:
        gathering = LiveGathering.open(path)
        assert gathering.spoiled is not None
        assert (gathering.spoiled.seq, gathering.spoiled.kind) == (place, "felt")
        assert [circle.name for circle in gathering.state.circles] == ["before"]
        assert gathering.trouble == gathering.spoiled.sentence
        assert f'Event {place} ("felt")' in gathering.spoiled.sentence
        gathering.start()
        for actor, body in (("h0", ev.CircleAdded("new", "key-3")), ("s0", ev.SeatErased(0))):
            with pytest.raises(Refused) as told:
                await gathering.submit(actor, f"new-{body}", body)
            assert told.value.why is Refusal.READ_ONLY
        await asyncio.sleep(0.05)
        assert gathering.trouble == gathering.spoiled.sentence
        await gathering.close()

    before = read_record(path)
    asyncio.run(whole())
    after = read_record(path)
    assert before.events == after.events == place + 1
    assert after.state is not None
    assert len(after.state.circles) == 1


def test_verify_and_replay_name_the_spoiled_event_and_no_copy_of_it_is_kept(tmp_path: Path) -> None:
    path = made(tmp_path)
    place = spoil(path)
    said, well = proof(path)
    record = read_record(path)
    assert record.spoiled is not None
    assert (said, well) == ([unreadable(record.spoiled)], False)
    for command in ("verify", "replay"):
        result = CliRunner().invoke(app, [command, str(path)])
        assert result.exit_code == 1
        assert f'Event {place} ("felt")' in result.output
    with pytest.raises(UserError, match=rf"Event {place} "):
        back_up(path, tmp_path / "kept")
    assert [file.name for file in (tmp_path / "kept").iterdir()] == []


def test_the_console_names_a_spoiled_file_and_its_event_once(tmp_path: Path) -> None:
    path, other = made(tmp_path), made(tmp_path, "other", "ABCD4567")
    place = spoil(path)
    house = House.open(tmp_path)
    lines = list(shown(house, Addresses("http://127.0.0.1:8000")))
    for gathering in house.gatherings.values():
        gathering.shut()
    about = [line for line in lines if f'Event {place} ("felt")' in line]
    assert len(about) == 1
    assert str(path) in about[0]
    assert not [line for line in lines if str(other) in line]


def test_a_folder_with_one_spoiled_file_serves_the_others(tmp_path: Path) -> None:
    spoil(made(tmp_path))
    made(tmp_path, "other", "ABCD4567")

    async def whole() -> None:
        house = House.open(tmp_path)
        await house.start()
        assert set(house.gatherings) == {"ABCD3456", "ABCD4567"}
        other = house.gatherings["ABCD4567"]
        assert other.trouble is None
        assert (await other.take_seat("seat-of-bo", language="en")).number == 0
        await house.close()

    asyncio.run(whole())


def test_a_file_whose_bytes_are_damaged_is_a_sentence(tmp_path: Path) -> None:
    path = made(tmp_path)
    database = open_database(path)
    database.connection.execute("DROP TRIGGER events_keep")
    database.connection.execute("UPDATE events SET body = CAST(x'ff' AS TEXT)")
    database.close()
    with pytest.raises(UserError, match="restore it from a backup"):
        LiveGathering.open(path)
    with pytest.raises(UserError, match="restore it from a backup"):
        read_record(path)
    open_database(path).close()  # nobody holds it


@pytest.mark.parametrize(
    "damage", ["UPDATE meta SET value = '8e&b' WHERE name = 'secret'", "DELETE FROM meta WHERE name = 'code'"]
)
def test_a_file_whose_secret_or_code_is_damaged_is_a_sentence(tmp_path: Path, damage: str) -> None:
    path = made(tmp_path)
    database = open_database(path)
    database.connection.execute(damage)
    database.close()
    with pytest.raises(UserError, match="its code or its secret is damaged; restore it from a backup"):
        LiveGathering.open(path)
    open_database(path).close()  # nobody holds it


def test_an_event_at_which_another_version_fails_is_not_dropped_by_opening_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path)
    database = open_database(path)
    log_of(database).append(
        [Entry("h0", str(n), "circle", ev.encode(ev.CircleAdded(str(n), f"key-{n}"))) for n in range(3)]
    )
    database.close()
    right = State.apply

    def wrong(state: State, seq: int, kind: str, *args: Any) -> Any:
        applied = right(state, seq, kind, *args)
        if seq == 3:
            raise ZeroDivisionError
        return applied

    with monkeypatch.context() as patch:
        patch.setattr(State, "apply", wrong)
        gathering = LiveGathering.open(path)
        assert gathering.spoiled is not None
        assert (gathering.spoiled.seq, gathering.spoiled.kind, gathering.spoiled.decoded) == (3, "circle", True)
        assert [circle.name for circle in gathering.state.circles] == ["0"], "the state before the event"
        gathering.shut()
        assert not proof(path)[1]
    again = LiveGathering.open(path)
    assert again.spoiled is None
    assert [circle.name for circle in again.state.circles] == ["0", "1", "2"]
    again.shut()


@pytest.mark.parametrize(("times", "error"), [(1, ZeroDivisionError), (1, MemoryError)])
def test_an_error_that_comes_once_drops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, error: type[Exception]
) -> None:
    path, right, left = made(tmp_path), State.apply, [times]

    def wrong(state: State, *args: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise error
        return right(state, *args)

    monkeypatch.setattr(State, "apply", wrong)
    if error is MemoryError:
        with pytest.raises(MemoryError):
            LiveGathering.open(path)
    gathering = LiveGathering.open(path)
    assert gathering.spoiled is None
    assert gathering.state.settings is not None
    gathering.shut()
