"""Backups while serving: what a restore gives back, how much it loses, and that no copy holds erased words."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from oneheart.commands import backups as backups_module
from oneheart.commands.backups import BackupPlan, Backups, copies_of, last_event_at, newest_copy, seconds_of
from oneheart.commands.keeping import restore
from oneheart.commands.proving import proof
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.leading import Leader
from oneheart.live.state.retention import DAY_MS
from oneheart.storage.copying import copy_served
from oneheart.storage.database import open_database
from oneheart.storage.keyring import keyring_path
from oneheart.storage.stores import log_of
from tests.support.readable import readings_of

CANARY = "CANARYWORD"
RESTORES = 50
EVERY = 1
SLACK_SECONDS = 1.0


def run(folder: Path, work: Callable[[LiveGathering], Awaitable[None]], **more: object) -> None:
    async def whole() -> None:
        path = folder / "hall.oneheart"
        settings = ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"], **more)  # type: ignore[arg-type]
        create(path, settings, code="AAAA3333")
        hall = LiveGathering.open(path)
        try:
            await work(hall)
        finally:
            await hall.close()

    asyncio.run(whole())


def record(path: Path) -> list[bytes]:
    """Return the commitments of a file, in order."""
    database = open_database(path)
    try:
        return list(log_of(database).commitments())
    finally:
        database.close()


def canaries(folder: Path) -> int:
    return readings_of(CANARY, folder)


async def people(hall: LiveGathering, count: int) -> None:
    for number in range(count):
        await hall.take_seat(f"key-of-the-seat-{number:04}", language="en", consent=1)
        await hall.submit(f"s{number}", "wish", ev.DesireSaid(number, f"{CANARY} {number}", "en"))


@pytest.mark.slow
@pytest.mark.proof("A10")
def test_fifty_restores_at_random_moments_give_a_prefix_of_the_truth_and_lose_no_more_than_the_interval(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    folder, rng = tmp_path / "copies", np.random.default_rng(11)
    moments: list[tuple[float, Path]] = []

    async def work(hall: LiveGathering) -> None:
        backups = Backups(BackupPlan(folder, EVERY, keep=3), {hall.code: hall})
        tick, backups_module.TICK_SECONDS = backups_module.TICK_SECONDS, 0.05
        task = asyncio.create_task(backups.run())
        try:
            await people(hall, 3)
            began = time.time()
            at = np.sort(rng.uniform(EVERY + SLACK_SECONDS, 9, RESTORES)) + began
            number = 0
            for place, moment in enumerate(at):
                while time.time() < moment:
                    number += 1
                    await hall.submit("s0", f"felt-{number}", ev.FeltSaid(0, number % 7 + 1, "start"))  # type: ignore[arg-type]
                    await asyncio.sleep(0.002)
                taken = tmp_path / f"at-{place}"
                taken.mkdir()
                for file in [newest_copy(folder), *folder.glob("*.keys")]:
                    (taken / file.name).write_bytes(file.read_bytes())
                moments.append((time.time(), taken))
        finally:
            backups_module.TICK_SECONDS = tick
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert hall.trouble is None

    run(tmp_path, work)
    truth = record(tmp_path / "hall.oneheart")
    lost = []
    for moment, taken in moments:
        again = taken / "again.oneheart"
        restore(newest_copy(taken), again)
        assert proof(again)[1]
        kept = record(again)
        assert kept == truth[: len(kept)]
        lost.append(moment - last_event_at(again) / 1000)
    figure(f"{RESTORES} restores of copies every {EVERY} s: each a prefix of the truth, at most {max(lost):.2f} s lost")
    assert len(lost) == RESTORES
    assert max(lost) <= EVERY + SLACK_SECONDS, lost


def test_so_many_copies_are_kept_and_none_is_made_where_nothing_happened(tmp_path: Path) -> None:
    folder = tmp_path / "copies"

    async def work(hall: LiveGathering) -> None:
        clock = [1_900_000_000]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(time, "gmtime", lambda at=None: _gmtime(clock[0] if at is None else at))
            backups = Backups(BackupPlan(folder, 1, keep=3), {hall.code: hall})
            await backups.turn(last=True)
            await backups.turn(last=True)
            assert len(copies_of(folder, "hall")) == 1
            for number in range(5):
                clock[0] += 10
                await hall.take_seat(f"key-of-the-seat-{number:04}", language="en")
                await backups.turn(last=True)
            names = [path.name for path in copies_of(folder, "hall")]
            assert names == [f"hall-20300317-1747{second}Z.oneheart" for second in ("10", "20", "30")]
        (folder / "hall-of-others-20300317-174700Z.oneheart").write_bytes(b"")
        assert len(copies_of(folder, "hall")) == 3

    run(tmp_path, work)


_gmtime = time.gmtime


@pytest.mark.proof("A10")
@pytest.mark.proof("A14")
def test_an_erasure_reaches_the_copies_at_once(tmp_path: Path, figure: Callable[[str], None]) -> None:
    folder = tmp_path / "copies"

    async def work(hall: LiveGathering) -> None:
        backups = Backups(BackupPlan(folder, 3600), {hall.code: hall})
        await people(hall, 2)
        await hall.take_seat("key-of-somebody-else", language="en")
        await backups.turn()
        await hall.erase(0, "erase-all-of-it")
        await backups.turn()
        await hall.erase(1, "erase-all-of-it")
        await backups.turn()

    clock = iter(range(1_900_000_000, 2_000_000_000))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "gmtime", lambda at=None: _gmtime(next(clock) if at is None else at))
        run(tmp_path, work)
    assert canaries(folder) == 0
    copies = copies_of(folder, "hall")
    assert len(copies) == 3
    for number, copy in enumerate(copies):
        place = tmp_path / f"again-{number}"
        place.mkdir()
        restore(copy, place / "again.oneheart")
        assert canaries(place) == 0, "also from a copy that is older than the erasure"
        assert asyncio.run(_alive(place / "again.oneheart")) == 1
        assert canaries(place) == 0
    figure(
        f"{len(copies)} copies older and younger than two erasures restored: 0 erased people alive, 0 of their words"
    )


async def _alive(path: Path) -> int:
    """Return how many people sit in a restored gathering; nobody who erased themselves may."""
    hall = LiveGathering.open(path)
    try:
        assert [desire.text for desire in hall.state.desires] == ["", ""]
        return hall.state.people.count
    finally:
        await hall.close()


def test_when_the_term_is_over_no_older_copy_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "copies"

    async def work(hall: LiveGathering) -> None:
        backups = Backups(BackupPlan(folder, 3600), {hall.code: hall})
        await people(hall, 6)
        await backups.turn()
        await hall.submit("h0", "end", ev.Ended())
        hall.now = lambda now=hall.now: now() + 30 * DAY_MS  # type: ignore[misc]
        await Leader(hall).step()
        await Leader(hall).step()
        await backups.turn()
        assert len(copies_of(folder, "hall")) == 1

    run(tmp_path, work, keep_days=30)
    assert canaries(folder) == 0


@pytest.mark.sabotage("A10", "a copy keeps the keys of its hour (backups._copied)")
def test_copies_whose_keys_are_kept_hold_the_erased_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "copies"

    def keeps_keys(path: Path, copy: Path) -> Path:
        copy_served(path, copy)
        keys = folder / "first.keys"
        if not keys.exists():
            shutil.copy(keyring_path(path), keys)
        return keys

    monkeypatch.setattr(backups_module, "_copied", keeps_keys)
    clock = iter(range(1_900_000_000, 2_000_000_000))
    monkeypatch.setattr(time, "gmtime", lambda at=None: _gmtime(next(clock) if at is None else at))

    async def work(hall: LiveGathering) -> None:
        backups = Backups(BackupPlan(folder, 3600), {hall.code: hall})
        await people(hall, 2)
        await backups.turn()
        for seat in (0, 1):
            await hall.erase(seat, "erase-all-of-it")
        await backups.turn()

    run(tmp_path, work)
    assert canaries(folder) > 0
    oldest = min(folder.glob("*.oneheart"))
    place = tmp_path / "elsewhere"
    place.mkdir()
    restore(oldest, place / "again.oneheart")
    assert canaries(place) > 0, "the words live again"


def test_the_copies_of_a_gathering_that_hosts_erased_are_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "copies"

    async def work(hall: LiveGathering) -> None:
        served = {hall.code: hall}
        backups = Backups(BackupPlan(folder, 3600), served)
        await people(hall, 1)
        await backups.turn()
        served.clear()
        await backups.turn()

    run(tmp_path, work)
    assert list(folder.iterdir()) == []


def test_trouble_with_the_folder_is_told_to_hosts_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(hall: LiveGathering) -> None:
        backups = Backups(BackupPlan(tmp_path / "copies", 1), {hall.code: hall})
        with monkeypatch.context() as patch:
            patch.setattr(backups_module, "copy_served", _refuses)
            await backups.turn(last=True)
            assert hall.trouble == "no backup could be written: no space"
        await backups.turn(last=True)
        assert hall.trouble is None

    run(tmp_path, work)
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError):
        Backups(BackupPlan(tmp_path / "file" / "copies"), {})


def _refuses(_path: Path, _to: Path) -> None:
    raise OSError("no space")  # noqa: TRY003  as the system says it


@pytest.mark.parametrize("text", ["", "0s", "ten", "-5s", "1d"])
def test_what_is_no_time_between_backups_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        seconds_of(text)


def test_a_folder_without_a_copy_or_with_those_of_two_gatherings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        newest_copy(tmp_path)
    for name in ("a", "b"):
        (tmp_path / f"{name}-20300317-174700Z.oneheart").write_bytes(b"")
    with pytest.raises(UserError):
        newest_copy(tmp_path)
