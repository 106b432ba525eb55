"""Taps while a list of contacts comes in: it is read in the helper process and written in parts.

With ONEHEART_PROVE=1 it is a hall of 7,000 people and two million contacts; else a tenth of the people and a twentieth
of the lines. `-s` prints how long people wait.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import numpy as np

from oneheart.live import events as ev
from oneheart.live import listed
from oneheart.live.aside import Aside
from oneheart.live.gathering import LiveGathering, create
from oneheart.model import actor
from oneheart.model.near_by import NearBy
from tests.support.keys import seat_key

PEOPLE, LINES = (7000, 2_000_000) if os.environ.get("ONEHEART_PROVE") else (700, 100_000)
DESIRES = 50
LONGEST_SECONDS = 2.0
"""Nobody waits longer for a tap to be kept; a phone then shows that it is kept later, and loses nothing."""


class Tapping:
    """People who answer one after the other, and how long each waits.

    Attributes:
        waits: seconds that each tap waited, by what the server did meanwhile.
    """

    def __init__(self, gathering: LiveGathering) -> None:
        self.gathering, self.count = gathering, 0
        self.waits: dict[str, list[float]] = {}

    async def during(self, what: str, done: asyncio.Event) -> None:
        """Tap until something is done."""
        waits = self.waits.setdefault(what, [])
        while not done.is_set():
            seat, desire = self.count % PEOPLE, self.count // PEOPLE % DESIRES
            begun = time.perf_counter()
            body = ev.Responded(seat, desire, 1)  # type: ignore[arg-type]
            await self.gathering.submit(actor.seat(seat), f"tap-{self.count:08}", body)
            waits.append(time.perf_counter() - begun)
            self.count += 1
            await asyncio.sleep(0.005)


async def filled(path: Path) -> LiveGathering:
    """Return a gathering of people who agreed to lists, each with a badge, and desires to answer."""
    create(path, ev.Settings("x", {"en": "What?"}, "ten", ["en"]))  # type: ignore[arg-type]
    gathering = LiveGathering.open(path)

    async def come(seat: int) -> None:
        await gathering.submit(actor.seat(seat), "agree-key", ev.ContactsConsented(seat))
        await listed.keep_badge(gathering, seat, listed.BadgeAsked("badge-key", str(1000 + seat)))

    for first in range(0, PEOPLE, 200):
        seats = range(first, min(first + 200, PEOPLE))
        await asyncio.gather(*(gathering.take_seat(seat_key(seat), language="en") for seat in seats))
        await asyncio.gather(*(come(seat) for seat in seats))
    for number in range(DESIRES):
        await gathering.submit("h0", f"seed-{number:04}", ev.DesireSaid(None, f"Wish {number}", "en"))
    return gathering


def met() -> bytes:
    """Return a list of contacts in slices of twenty seconds."""
    rng = np.random.default_rng(1)
    one = rng.integers(0, PEOPLE, LINES)
    other = (one + rng.integers(1, PEOPLE, LINES)) % PEOPLE
    times = np.sort(rng.integers(0, 4000, LINES) * 20)
    rows = zip(times.tolist(), one.tolist(), other.tolist(), strict=True)
    return ("t i j\n" + "\n".join(f"{t} {1000 + i} {1000 + j}" for t, i, j in rows)).encode()


async def _brought(path: Path) -> dict[str, list[float]]:
    gathering, data = await filled(path), met()
    jobs = Aside({"contacts": "oneheart.live.near_lists:read_file"}, niceness=10, keep=False)
    tapping, done = Tapping(gathering), [asyncio.Event() for _ in range(3)]
    idle = asyncio.create_task(tapping.during("idle", done[0]))
    await asyncio.sleep(2)
    done[0].set()
    await idle
    begun = time.perf_counter()
    looking = asyncio.create_task(tapping.during("look", done[1]))
    look = await listed.look_at(gathering, data, "list", NearBy.BADGES, jobs)
    done[1].set()
    await looking
    looked = time.perf_counter()
    keeping = asyncio.create_task(tapping.during("keep", done[2]))
    assert await listed.keep_list(gathering, 0, "keep-key", look) == 0
    done[2].set()
    await keeping
    kept = time.perf_counter()
    print(f"\n{PEOPLE} people, {LINES} lines: read in {looked - begun:.1f} s, kept in {kept - looked:.1f} s")  # noqa: T201
    jobs.close()
    assert len(gathering.state.company.near.brought[0].held) == PEOPLE
    assert gathering.state.tally.response_count == min(tapping.count, PEOPLE * DESIRES), "no tap is lost or doubled"
    await gathering.close()
    return tapping.waits


def test_nobody_waits_long_while_a_list_of_contacts_comes_in(tmp_path: Path) -> None:
    waits = asyncio.run(_brought(tmp_path / "hall.oneheart"))
    usual = float(np.median(waits["idle"]))
    for what, seconds in waits.items():
        middle, longest = float(np.median(seconds)), max(seconds)
        times = middle / usual
        print(f"{what}: {len(seconds)} taps, {times:.1f} times the usual wait, most {1000 * longest:.0f} ms")  # noqa: T201
        assert longest < LONGEST_SECONDS, what
    assert len(waits["look"]) > 5, "people tap while it is read"
