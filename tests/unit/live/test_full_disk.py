"""A full disk, and errors in the program: who waits is told so, everybody else goes on, and erasing succeeds later.

A tmpfs of six megabytes is filled up to a few kilobytes. Mounting it needs root; elsewhere these tests are skipped.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest

from oneheart.commands.keeping import back_up
from oneheart.commands.making import make
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.refusal import Refused
from oneheart.live.state import Refusal, State
from oneheart.live.state.rule import Logged
from oneheart.live.state.state import HANDLERS
from oneheart.storage import log as storage
from oneheart.storage.sqlite_log import SqliteLog

WORDS = "Words of Ann alone " * 6
LONG = 20  # seconds after which somebody who waits was forgotten


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of six megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("a small disk needs root and the right to mount a tmpfs: nothing is known of a full disk here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Fill a disk up to some kilobytes; return the file that takes the room."""
    stat = os.statvfs(disk)
    filler = disk / "filler"
    filler.write_bytes(bytes(max(0, stat.f_bavail * stat.f_frsize - leave * 1024)))
    return filler


def made(folder: Path) -> Path:
    path = folder / "g.oneheart"
    create(path, ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"]), keys="inside")  # words stand open in it
    return path


async def answered(doing: Awaitable[Any]) -> Any:
    """Return what came of something, or why it was refused; whoever waits without an answer fails the test."""
    try:
        return await asyncio.wait_for(doing, LONG)
    except Refused as refused:
        return refused.why


async def ann_and_bo(gathering: LiveGathering, desires: int = 1) -> tuple[int, int]:
    ann = (await gathering.take_seat("seat-of-ann", language="en")).number
    bo = (await gathering.take_seat("seat-of-bo", language="en")).number
    for number in range(desires):
        await gathering.submit(f"s{ann}", f"say-{number}", ev.DesireSaid(ann, f"{WORDS} {number}", "en"))
        await gathering.submit(f"s{ann}", f"back-{number}", ev.DesireWithdrawn(ann, number))
    await gathering.submit(f"s{ann}", "say", ev.DesireSaid(ann, WORDS, "en"))
    return ann, bo


def bytes_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def replayed(path: Path) -> str:
    again = LiveGathering.open(path)
    try:
        return again.state.digest()
    finally:
        again.shut()


@pytest.mark.parametrize("leave", [8, 32, 128])
def test_an_erasure_on_a_nearly_full_disk_stops_nobody_and_succeeds_when_there_is_room(disk: Path, leave: int) -> None:
    path = made(disk)

    async def whole() -> None:
        gathering = LiveGathering.open(path)
        ann, bo = await ann_and_bo(gathering, desires=120)
        secret = gathering.secret_for("seat", "seat-of-ann")
        number = len(gathering.state.desires) - 1
        filler = fill(disk, leave)
        told = await answered(gathering.erase(ann, "erase-all"))
        if told is Refusal.DISK:
            assert gathering.trouble is not None
            assert WORDS.encode() in bytes_of(path), "it is not acknowledged while the words are there"
        for turn in range(3):
            tap = await answered(gathering.respond(bo, number, 1, f"tap-{turn}"))
            assert not isinstance(tap, asyncio.TimeoutError)
        filler.unlink()
        async with asyncio.timeout(LONG):
            while gathering.state.seats[ann].alive or gathering.trouble is not None:
                await answered(gathering.respond(bo, number, 0, "tap-after"))
                await asyncio.sleep(0.05)
        assert await answered(gathering.erase(ann, "erase-all")) is None
        assert gathering.seat_of(secret) is None
        assert WORDS.encode() not in bytes_of(path)
        other = await answered(gathering.submit(f"s{bo}", "say", ev.DesireSaid(bo, "Bread", "en")))
        assert gathering.state.desires[other.number].text == "Bread"
        digest = gathering.state.digest()
        await gathering.close()
        assert replayed(path) == digest

    asyncio.run(whole())


def test_a_pending_erasure_is_tried_again_by_a_timer_though_nobody_writes(disk: Path) -> None:
    path = made(disk)

    async def whole() -> None:
        gathering = LiveGathering.open(path)
        gathering._retry_seconds = 0.05
        ann, _ = await ann_and_bo(gathering, desires=120)
        filler = fill(disk, 12)
        for turn in range(100):  # until the event is in, and the erasure is not
            if await answered(gathering.erase(ann, f"erase-{turn}")) is Refusal.DISK and gathering.state.erasing:
                break
            filler.write_bytes(bytes(filler.stat().st_size - 4096))
        assert gathering.state.erasing == {ann}
        assert gathering.trouble is not None
        filler.unlink()
        async with asyncio.timeout(LONG):
            while gathering.trouble is not None:
                await asyncio.sleep(0.02)
        assert not gathering.state.seats[ann].alive
        assert WORDS.encode() not in bytes_of(path)
        await gathering.close()

    asyncio.run(whole())


@pytest.mark.parametrize("leave", [0, 4, 8, 16, 32, 64, 128])
def test_opening_and_making_a_file_on_a_full_disk_is_a_sentence_or_works(disk: Path, leave: int) -> None:
    path = made(disk)

    async def ask_and_crash() -> None:
        gathering = LiveGathering.open(path)
        ann, _ = await ann_and_bo(gathering)
        entry = storage.Entry(f"s{ann}", "e", "erased", ev.encode(ev.SeatErased(ann)))
        gathering._log.append([entry])
        gathering.shut()

    asyncio.run(ask_and_crash())
    filler = fill(disk, leave)
    with contextlib.suppress(UserError):
        gathering = LiveGathering.open(path)
        assert (gathering.trouble is not None) == bool(gathering.state.erasing)
        gathering.shut()
    with contextlib.suppress(UserError):
        create(disk / "other.oneheart", ev.Settings("y", {"en": "?"}, "ten", ["en"]))
        (disk / "other.oneheart").unlink()
        (disk / "other.oneheart.keys").unlink()
        (disk / "other.oneheart.lock").unlink()
    assert [file.name for file in disk.glob("other*")] == []
    filler.unlink()
    again = LiveGathering.open(path)
    assert again.state.people.count == 1
    assert again.trouble is None
    again.shut()
    assert WORDS.encode() not in bytes_of(path)


@pytest.mark.parametrize("leave", [40, 80, 120])
def test_making_a_gathering_with_many_circles_on_a_full_disk_leaves_nothing_or_all(disk: Path, leave: int) -> None:
    filler = fill(disk, leave)
    settings = ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"])
    with pytest.raises(UserError, match="make room"):
        make(disk / "many.oneheart", settings, 900)
    assert [file.name for file in disk.iterdir()] == ["filler"]
    filler.unlink()
    path, _ = make(disk / "many.oneheart", settings, 3)
    gathering = LiveGathering.open(path)
    assert len(gathering.state.circles) == 3
    gathering.shut()


def test_a_backup_onto_a_full_disk_gives_the_reason(disk: Path, tmp_path: Path) -> None:
    path, _ = make(tmp_path / "g.oneheart", ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"]), 100)
    filler = fill(disk, 8)
    with pytest.raises(UserError, match="the disk is full; make room") as told:
        back_up(path, disk / "kept")
    assert "not an error" not in str(told.value)
    assert list((disk / "kept").iterdir()) == []
    filler.unlink()
    assert back_up(path, disk / "kept").is_file()


# --- the same without a small disk ------------------------------------------------------------------------------------


def run(path: Path, work: Callable[[LiveGathering], Awaitable[None]]) -> None:
    """Do something in a gathering, and compare its state with a replay."""

    async def whole() -> None:
        gathering = LiveGathering.open(path)
        gathering._retry_seconds = 0.02
        await work(gathering)
        digest = gathering.state.digest()
        await gathering.close()
        assert replayed(path) == digest

    asyncio.run(whole())


def test_an_erasure_that_fails_stops_nobody_and_succeeds_at_a_later_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo = await ann_and_bo(gathering)

        def refuse(*_: object, **__: object) -> None:
            message = "database or disk is full"
            raise storage.StorageError(message)

        with monkeypatch.context() as patch:
            patch.setattr(SqliteLog, "erase", refuse)
            erasing = asyncio.create_task(answered(gathering.erase(ann, "erase-all")))
            tap = asyncio.create_task(answered(gathering.respond(bo, 0, 1, "tap-early")))
            assert await erasing is Refusal.DISK
            assert (await tap).number == 0, "who answered in the same batch is not held up"
            assert (await answered(gathering.respond(bo, 0, 0, "tap"))).number == 0
            assert "full" in str(gathering.trouble)
            assert await answered(gathering.erase(ann, "erase-all")) is Refusal.DISK
            await asyncio.sleep(0.1)
            assert gathering.state.erasing == {ann}
        await answered(gathering.respond(bo, 0, 1, "tap-last"))
        assert gathering.trouble is None
        assert await answered(gathering.erase(ann, "erase-all")) is None
        assert await answered(gathering.erase(99, "erase-none")) is Refusal.UNKNOWN
        assert WORDS.encode() not in bytes_of(gathering.path)

    run(made(tmp_path), work)


def test_an_erasure_that_another_reader_holds_up_is_acknowledged_only_when_the_bytes_are_gone(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo = await ann_and_bo(gathering)
        reader = apsw.Connection(str(gathering.path))
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchall()
        assert await answered(gathering.erase(ann, "erase-all")) is Refusal.DISK
        assert WORDS.encode() in bytes_of(gathering.path)
        assert not gathering.state.seats[ann].alive, "the words are on no page any more"
        assert gathering.trouble is not None
        assert (await answered(gathering.submit(f"s{bo}", "say", ev.DesireSaid(bo, "Bread", "en")))).number == 2
        assert await answered(gathering.erase(ann, "erase-all")) is Refusal.DISK
        reader.execute("ROLLBACK")
        reader.close()
        async with asyncio.timeout(LONG):
            while gathering.trouble is not None:
                await asyncio.sleep(0.02)
        assert WORDS.encode() not in bytes_of(gathering.path)
        assert await answered(gathering.erase(ann, "erase-all")) is None

    run(made(tmp_path), work)


@pytest.mark.parametrize("often", [1, 10**6])
def test_an_error_while_an_event_counts_is_told_to_its_sender_alone_and_the_state_is_that_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, often: int
) -> None:
    right, left = State.apply, [often]

    def wrong(state: State, seq: int, kind: str, body: Any, actor: str, at: int) -> Any:
        applied = right(state, seq, kind, body, actor, at)
        if isinstance(body, ev.DesireSaid) and body.text == "poison" and left[0]:
            left[0] -= 1
            message = "half the state is changed"
            raise KeyError(message)
        return applied

    monkeypatch.setattr(State, "apply", wrong)

    async def work(gathering: LiveGathering) -> None:
        ann, bo = await ann_and_bo(gathering)
        texts = ("before", "poison", "after")
        saying = [gathering.submit(f"s{bo}", f"say-{text}", ev.DesireSaid(bo, text, "en")) for text in texts]
        before, poison, after = await asyncio.gather(*(answered(one) for one in saying))
        assert poison is Refusal.DISK
        assert gathering.trouble is not None
        said = [desire.text for desire in gathering.state.desires if desire.author == bo]
        assert said == (["before", "poison", "after"] if often == 1 else ["before", "after"])
        for kept, text in ((before, "before"), (after, "after")):
            assert gathering.state.desires[kept.number].text == text
        again = await answered(gathering.submit(f"s{bo}", "say-poison", ev.DesireSaid(bo, "poison", "en")))
        if often == 1:
            assert gathering.state.desires[again.number].text == "poison"
        else:
            assert again is Refusal.UNREADABLE
        assert (await answered(gathering.respond(ann, before.number, 1, "tap"))).number == before.number
        assert gathering.trouble is None

    run(made(tmp_path), work)


def test_an_event_at_which_the_program_failed_counts_for_nothing_in_a_better_program_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, rule = made(tmp_path), HANDLERS[ev.DesireSaid]

    def wrong(state: State, body: ev.DesireSaid, written: Logged) -> int | None:
        if body.text == "poison":
            raise ZeroDivisionError
        return rule.effect(state, body, written)

    async def work(gathering: LiveGathering) -> None:
        _, bo = await ann_and_bo(gathering)
        with monkeypatch.context() as patch:
            patch.setitem(HANDLERS, ev.DesireSaid, replace(rule, effect=wrong))
            for text in ("poison", "Bread"):
                await answered(gathering.submit(f"s{bo}", f"say-{text}", ev.DesireSaid(bo, text, "en")))

    run(path, work)  # compares with a replay by the better program


def test_an_error_of_any_kind_in_a_turn_is_told_and_the_next_turn_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo = await ann_and_bo(gathering)
        for at, what in (("append", SqliteLog), ("erase", SqliteLog), ("places_of", SqliteLog)):
            with monkeypatch.context() as patch:
                patch.setattr(what, at, lambda *_, **__: {}["nothing"])
                doing = gathering.respond(bo, 0, 1, "tap") if at == "append" else gathering.erase(ann, f"erase-{at}")
                assert await answered(doing) is Refusal.DISK
                assert gathering.trouble is not None
                tap = await answered(gathering.respond(bo, 0, 0, f"tap-{at}"))
                assert tap is Refusal.DISK if at == "append" else tap.number == 0
        assert await answered(gathering.erase(ann, "erase-append")) is None
        assert gathering.trouble is None

    run(made(tmp_path), work)
