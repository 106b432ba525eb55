"""The helper process: jobs one after the other, errors told, a lost or slow process started again."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from oneheart.live.aside import JOBS, Aside, AsideError, Inside, RunsJobs, resolve
from oneheart.live.decks import FitOrder
from oneheart.model.gathering import Responses

pytestmark = pytest.mark.process

PLAIN = {"root": "math:sqrt", "sleep": "time:sleep", "pid": "os:getpid", "end": "os:_exit"}


def run(work: Callable[[Aside], Awaitable[None]]) -> None:
    async def whole() -> None:
        aside = Aside(PLAIN)
        try:
            await work(aside)
        finally:
            aside.close()
        assert aside.pid is None

    asyncio.run(whole())


def started_with(pid: int, name: str) -> str | None:
    """Return what a process was started with in its environment, None where this system does not tell."""
    told = Path(f"/proc/{pid}/environ")
    if not told.exists():
        return None
    pairs = (pair.decode().partition("=") for pair in told.read_bytes().split(b"\0"))
    return next((value for key, _, value in pairs if key == name), "")


def test_a_job_runs_in_another_process_and_its_error_is_told() -> None:
    async def work(aside: Aside) -> None:
        assert aside.pid is None, "nothing is started before the first job"
        assert await aside.run("root", 9.0) == 3.0
        pid = await aside.run("pid")
        assert pid == aside.pid != os.getpid()
        with pytest.raises(AsideError, match="ValueError: math domain error"):
            await aside.run("root", -1.0)
        assert await aside.run("pid") == pid, "an error ends nothing"
        with pytest.raises(KeyError):
            await aside.run("nothing")
        asked = os.environ.get("OPENBLAS_NUM_THREADS", "1")
        assert started_with(pid, "OPENBLAS_NUM_THREADS") in {None, asked}

    run(work)


def test_a_lost_process_is_told_and_started_again() -> None:
    async def work(aside: Aside) -> None:
        pid = await aside.run("pid")
        with pytest.raises(AsideError, match="ended"):
            await aside.run("end", 3)
        assert await aside.run("pid") != pid
        assert aside._process is not None
        aside._process.kill()
        aside._process.wait()
        assert await aside.run("root", 4.0) == 2.0

    run(work)


def test_a_slow_job_is_ended_and_one_that_only_waits_ends_no_other() -> None:
    async def work(aside: Aside) -> None:
        await aside.run("pid")
        slow = asyncio.create_task(aside.run("sleep", 0.5))
        await asyncio.sleep(0.05)
        with pytest.raises(AsideError, match=r"more than 0\.01 seconds"):
            await aside.run("root", 9.0, seconds=0.01)
        assert await slow is None, "the job that was under way is not touched"
        with pytest.raises(AsideError, match=r"more than 0\.05 seconds"):
            await aside.run("sleep", 30, seconds=0.05)
        assert await asyncio.wait_for(aside.run("root", 9.0), 20) == 3.0

    run(work)


def test_whoever_stops_waiting_mixes_up_no_answers() -> None:
    async def work(aside: Aside) -> None:
        await aside.run("pid")
        gone = asyncio.create_task(aside.run("sleep", 0.2))
        await asyncio.sleep(0.05)
        gone.cancel()
        assert await asyncio.gather(*(aside.run("root", n * n) for n in range(5))) == [0.0, 1.0, 2.0, 3.0, 4.0]

    run(work)


def test_a_process_that_is_not_kept_ends_with_its_job_and_is_nice() -> None:
    async def whole() -> None:
        aside = Aside({**PLAIN, "nice": "os:nice"}, niceness=7, keep=False)
        assert await aside.run("nice", 0) == min(19, os.nice(0) + 7)  # 19 is the most that there is
        assert aside.pid is None
        assert await aside.run("root", 9.0) == 3.0
        with pytest.raises(AsideError):
            await aside.run("root", -1.0)
        assert aside.pid is None
        aside.close()

    asyncio.run(whole())


def test_closing_ends_a_job_that_is_under_way() -> None:
    async def whole() -> None:
        aside = Aside(PLAIN)
        await aside.run("pid")
        slow = asyncio.create_task(aside.run("sleep", 60))
        await asyncio.sleep(0.05)
        aside.close()
        with pytest.raises(AsideError):
            await asyncio.wait_for(slow, 20)

    asyncio.run(whole())


def test_inside_does_the_same_in_this_process() -> None:
    async def whole() -> None:
        inside = Inside(PLAIN)
        assert await inside.run("pid") == os.getpid()
        with pytest.raises(AsideError, match="ValueError: math domain error"):
            await inside.run("root", -1.0)
        with pytest.raises(AsideError):
            await inside.run("sleep", 0.3, seconds=0.01)

    asyncio.run(whole())


def test_every_job_of_a_gathering_is_a_function() -> None:
    assert set(JOBS) >= {"fit", "weave", "measure"}
    for path in JOBS.values():
        assert callable(resolve(path))


def test_a_fit_is_the_same_aside_and_inside_and_begins_where_the_last_one_ended() -> None:
    nobody = np.full(3, -1, np.int32)
    order = FitOrder(
        *(1, 3, 2, Responses.of([0, 1, 2], [1, 1, 0], [1, 0, 1]), np.ones(2, bool), np.array([0, -1], np.int32)),
        *(nobody, nobody[:2], False, np.zeros((1, 2), bool), np.zeros(3, np.int32), 0),
    )

    async def whole() -> None:
        aside = Aside()
        runners: list[RunsJobs] = [aside, Inside()]
        try:
            first, other = [await runner.run("fit", "one", order) for runner in runners]
            assert first.seq == other.seq == 1
            assert first.decks.desire.tolist() == other.decks.desire.tolist()
            again = await aside.run("fit", "one", order)
            assert again.sweeps < first.sweeps
            with pytest.raises(AsideError):
                await aside.run("fit", "one", "no order")
            assert (await aside.run("fit", "one", order)).sweeps == first.sweeps, "after an error it begins cold"
        finally:
            aside.close()

    asyncio.run(whole())


def test_the_server_loads_no_model() -> None:
    heavy = "oneheart.engine.desire.response_model", "numba", "scipy.stats", "oneheart.live.weaving"
    code = f"import sys, oneheart.live.house; print([name for name in {heavy} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
