"""A9 and A10: resending, reordering, restarts and wrong clocks change nothing that was kept."""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import hypothesis
import pytest
from hypothesis.stateful import invariant, run_state_machine_as_test

from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.rebuild import replay
from oneheart.live.state.course import Course
from oneheart.storage.database import open_database
from oneheart.storage.sqlite_log import SqliteLog
from oneheart.storage.stores import log_of
from tests.properties.test_live_log import Gathering
from tests.support.proofs import size

Figure = Callable[[str], None]
DAY_MS = 86_400_000


# --- A9: any order of acts --------------------------------------------------------------------------------------------


class Counted(Gathering):
    """The gathering under anything, with a count of its steps."""

    steps: ClassVar[int] = 0

    @invariant()
    def one_step_more(self) -> None:
        """Count a step."""
        Counted.steps += 1


def schedules(examples: int, steps: int) -> int:
    """Run random schedules of acts, repeats, restarts and erasures; return the number of steps."""
    Counted.steps = 0
    tried = hypothesis.settings(
        deadline=None,
        stateful_step_count=steps,
        max_examples=examples,
        suppress_health_check=list(hypothesis.HealthCheck),
        database=None,
        phases=(hypothesis.Phase.generate,),  # a failure is reported as it came, not made small
    )
    run_state_machine_as_test(Counted, settings=tried)
    return Counted.steps


@pytest.mark.slow
@pytest.mark.proof("A9")
def test_no_schedule_of_acts_loses_or_doubles_anything(figure: Figure) -> None:
    least = size(100_000, 600)
    steps = 0
    while steps < least:
        steps += schedules(size(1000, 12), 60)
    figure(f"{steps:,} steps of people, hosts, repeats, restarts and erasures: the log gives the live state each time")
    assert steps >= least


@pytest.mark.slow
@pytest.mark.sabotage("A9", "repeats are not recognised (Log.find)")
def test_a_log_that_forgets_keys_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqliteLog, "find", lambda _self, _entry: None)
    with pytest.raises(BaseException):  # noqa: B017, PT011  whatever the machine finds first
        schedules(30, 40)


# --- A10: wrong clocks ------------------------------------------------------------------------------------------------


def evening(path: Path, now: Callable[[], int]) -> str:
    """Hold a short gathering by one clock; return the fingerprint of its state."""

    async def hold() -> str:
        create(path, ev.Settings("Clock", {"en": "?"}, "assembly", ["en"]))
        gathering = LiveGathering.open(path, now=now)
        seats = [(await gathering.take_seat(f"{n:032x}", language="en")).number for n in range(6)]
        for seat in seats:
            await gathering.submit(f"s{seat}", f"say-{seat:030x}", ev.DesireSaid(seat, f"wish number {seat}", "en"))
        await gathering.submit("h0", "clock-0", ev.ClockSet(600))
        await gathering.submit("h0", "move-0", ev.StageMoved("crossing", 0))
        await gathering.submit("h0", "clock-1", ev.ClockSet(300))
        digest = gathering.state.digest()
        await gathering.close()
        return digest

    return asyncio.run(hold())


def replayed(path: Path) -> str:
    """Return the fingerprint of the state that the file gives now."""
    database = open_database(path)
    try:
        return replay(log_of(database)).state.digest()
    finally:
        database.close()


def shifted(monkeypatch: pytest.MonkeyPatch, milliseconds: int) -> None:
    """Let the clock of this process run ahead or behind from now on."""
    honest = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: honest() + milliseconds * 1_000_000)


def jumping(seed: int) -> Callable[[], int]:
    """Return a clock that jumps by days at each look."""
    rng = random.Random(seed)  # noqa: S311  the same jumps each time
    return lambda: 1_700_000_000_000 + rng.randrange(-9 * DAY_MS, 400 * DAY_MS)


@pytest.mark.proof("A10")
def test_a_wrong_clock_gives_the_same_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    shifts = [-3, 3, 400, *range(-40, 40, size(1, 16))]
    path = tmp_path / "steady.oneheart"
    digest = evening(path, lambda: 1_700_000_000_000)
    for days in shifts:
        with monkeypatch.context() as clock:
            shifted(clock, days * DAY_MS)
            assert replayed(path) == digest, f"a clock {days} days off gives another state"
    for seed in range(size(50, 5)):
        jumps = tmp_path / f"jumping-{seed}.oneheart"
        assert evening(jumps, jumping(seed)) == replayed(jumps)
    figure(f"{len(shifts)} clocks from -40 to +400 days, {size(50, 5)} evenings by a clock that jumps: one state each")


@pytest.mark.process
@pytest.mark.proof("A10")
def test_the_command_gives_the_same_fingerprint_under_another_clock(tmp_path: Path, figure: Figure) -> None:
    program = shutil.which("faketime")
    if program is None:
        pytest.skip("faketime is not on this machine: no other clock for a whole process")
    path = tmp_path / "g.oneheart"
    evening(path, lambda: 1_700_000_000_000)
    words: list[Any] = [sys.executable, "-m", "oneheart.cli", "replay", str(path), "--digest"]
    told = {
        subprocess.run([*before, *words], capture_output=True, text=True, check=True).stdout
        for before in ((), (program, "-f", "-3d"), (program, "-f", "+400d"))
    }
    figure("oneheart replay --digest now, three days ago and in 400 days: one fingerprint")
    assert len(told) == 1


@pytest.mark.sabotage("A10", "the clock of a stage begins at the time of the replay (Course.set_clock)")
def test_a_state_that_looks_at_the_clock_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Course.set_clock
    monkeypatch.setattr(
        Course, "set_clock", lambda self, seconds, _at: honest(self, seconds, time.time_ns() // 1_000_000)
    )
    path = tmp_path / "g.oneheart"
    digest = evening(path, lambda: 1_700_000_000_000)
    shifted(monkeypatch, 3 * DAY_MS)
    assert replayed(path) != digest
