"""Ratios of two measurements in one process with one thread: whole, and with a fault put in on purpose.

Run as a program, it prints them as JSON. Processor time is compared, the least of a few runs in turns. Both sides of a
comparison take about equally long, so that whatever else runs on the machine disturbs them alike.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from oneheart.bench.rivals import Answers, community_notes
from oneheart.engine.analysis import analyze
from oneheart.engine.desire import response_model
from oneheart.engine.desire.shares import expected_pav
from oneheart.engine.synthetic import draw
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.model.gathering import Responses

FEW, TIMES, DESIRES, EACH = 1500, 8, 60, 15
Work = Callable[[], object]


def answers(people: int) -> Responses:
    """Return fifteen answers of each to sixty desires."""
    rng = np.random.default_rng(people)
    step = DESIRES // EACH
    desire = np.arange(EACH) * step + rng.integers(0, step, (people, EACH))
    stance = rng.choice(np.array([-1, 0, 1], np.int8), people * EACH, p=[0.2, 0.2, 0.6])
    return Responses.of(np.repeat(np.arange(people), EACH), desire.ravel(), stance)


def seconds(*works: Work, turns: int = 3) -> list[float]:
    """Return the least processor time of each work, done in turns."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(turns):
        for work, times in zip(works, found, strict=True):
            begin = time.process_time()
            work()
            times.append(time.process_time() - begin)
    return [min(times) for times in found]


def ratio(work_of: Callable[[int], Work], *, few: int = FEW, times: int = TIMES, turns: int = 3) -> float:
    """Return how long work takes for so many times the people, through so many times the work for few.

    One is in proportion, `times` is a step for each pair of people.
    """
    small, large = (work_of(people) for people in (few, times * few))
    small()  # loads what is compiled

    def as_often() -> None:
        for _ in range(times):
            small()

    repeated, once = seconds(as_often, large, turns=turns)
    return once / repeated


def fitting(people: int) -> Work:
    """Return two sweeps of the response model."""
    responses = answers(people)
    return lambda: response_model.fit(responses, people, DESIRES, rng=np.random.default_rng(0), sweeps=2)


def choosing(people: int) -> Work:
    """Return the choice of seven lines; people are copies of the same few, so there are as many swaps."""
    wants = np.tile(np.random.default_rng(0).random((FEW, DESIRES)) ** 4, (people // FEW, 1))
    return lambda: expected_pav(wants, 7)


def analysing(people: int) -> Work:
    """Return a whole analysis of a made-up hall, with ranges, choice of lines and reasons."""
    gathering = draw(people, 20, answers=8, rng=np.random.default_rng(0)).gathering
    return lambda: analyze(gathering)


def pairs(people: int) -> Work:
    """Return a step for each pair of people."""
    each, apart = np.arange(people, dtype=np.float32), np.empty((50, people), np.float32)

    def passing() -> None:
        for first in range(0, people, 50):
            np.subtract(each[first : first + 50, None], each, out=apart)

    return passing


def slowed(work_of: Callable[[int], Work], *, few: int = FEW, part: float = 5.0) -> Callable[[int], Work]:
    """Return the same work with steps for each pair of people, which take a part of the time of the work for few."""
    usual, extra = seconds(work_of(few), pairs(few), turns=2)
    rounds = 1 + int(part * usual / extra)

    def work(people: int) -> Work:
        rest, more = work_of(people), pairs(people)

        def both() -> None:
            rest()
            for _ in range(rounds):
                more()

        return both

    return work


def held(people: int) -> float:
    """Return the most bytes for each answer that a fit holds beside the answers."""
    work = fitting(people)
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / (people * EACH)
    finally:
        tracemalloc.stop()


def held_with_tables() -> float:
    """Return the same for few people where a fit also makes a table of all people and desires."""
    usual = response_model.first_state

    def with_table(responses: Responses, people: int, desires: int, *more: Any) -> response_model.ModelState:
        np.zeros((people, desires, 8))  # as arrays of a few heads would be
        return usual(responses, people, desires, *more)

    with patch.object(response_model, "first_state", with_table):
        return held(FEW)


def beside_notes(fits: int) -> float:
    """Return how many times as long so many fits take as one of Community Notes' objective on the same answers."""
    responses = answers(FEW)
    stances = responses.stance.astype(float)
    same = Answers(responses.participant.astype(np.intp), responses.desire.astype(np.intp), stances, FEW, DESIRES)

    def ours() -> None:
        for _ in range(fits):
            response_model.fit(responses, FEW, DESIRES, rng=np.random.default_rng(0))

    mine, theirs = seconds(ours, lambda: community_notes(same, np.random.default_rng(0)), turns=1)
    return mine / theirs


async def taps(path: Path, people: int) -> float:
    """Return processor seconds of a durable tap in a gathering of so many."""
    create(path, ev.Settings("taps", {"en": "What do you want?"}, "assembly", ["en"]), code="ABCD3456")
    gathering = LiveGathering.open(path)
    for number in range(20):
        await gathering.submit("house", f"wish-{number}", ev.DesireSaid(None, f"wish number {number}", "en"))
    await asyncio.gather(*(gathering.take_seat(f"seat-key-{n}", language="en") for n in range(people)))
    await gathering.submit("h0", "crossing", ev.StageMoved("crossing", 0))
    found = []
    for turn in range(8):
        bodies = [(seat, ev.Responded(seat, turn, 1, 0.05)) for seat in range(100)]
        begin = time.process_time()
        await asyncio.gather(*(gathering.submit(f"s{seat}", f"{turn}-{seat}", body) for seat, body in bodies))
        found.append((time.process_time() - begin) / len(bodies))
    await gathering.close()
    return min(found)


def ratio_of_taps() -> float:
    """Return what a tap costs among sixteen times as many people, through what it costs among few."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (asyncio.run(taps(Path(folder) / f"{people}.oneheart", people)) for people in (100, 1600))
    return many / few


def ratio_of_taps_that_look_at_everybody() -> float:
    """Return the same where each tap looks at every seat."""
    usual = LiveGathering.submit

    async def looking(self: LiveGathering, *words: Any) -> Any:
        for seat in [*self.state.people.seats] * 5:
            id(seat)
        return await usual(self, *words)

    with patch.object(LiveGathering, "submit", looking):
        return ratio_of_taps()


def measured() -> dict[str, tuple[float, float]]:
    """Return for each ratio what it is, and what it is with its fault."""
    whole_fit = {
        "time of a fit, eight times the people": (ratio(fitting), ratio(slowed(fitting), turns=1)),
        "time of the choice of lines, eight times the people": (ratio(choosing), ratio(slowed(choosing), turns=1)),
        "time of an analysis, four times the people": (
            ratio(analysing, few=500, times=4, turns=1),
            ratio(slowed(analysing, few=500, part=0.5), few=500, times=4, turns=1),
        ),
        "bytes of a fit for each answer": (held(TIMES * FEW), held_with_tables()),
        "bytes of a fit for each answer, eight times the people": (
            held(TIMES * FEW) / held(FEW),
            held_with_tables() / held(FEW),
        ),
        "time of a fit beside Community Notes'": (beside_notes(1), beside_notes(12)),
    }
    return whole_fit | {
        "time of a tap, sixteen times the people": (ratio_of_taps(), ratio_of_taps_that_look_at_everybody())
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured()))
