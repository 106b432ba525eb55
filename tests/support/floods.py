"""Floods: honest people who come one after the other and answer, and then one hand that takes many places at once."""

from __future__ import annotations

import asyncio

import numpy as np

from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from oneheart.live.gathering import LiveGathering
from oneheart.model import actor

DESIRES, CARDS = 40, 16
_A_MINUTE = 12  # honest people who come in one minute


def secret_of(seat: int) -> str:
    """Return the secret that opens a seat."""
    return f"secret-{seat}"


async def fill(gathering: LiveGathering, honest: int, flood: int, *, consent: int | None = None) -> None:
    """Let honest people come over some minutes and answer, and then one hand take many places in one minute.

    The seats begin at 0: first the honest people, then the flood, whose answers are all alike.

    Args:
        gathering: a gathering without seats.
        honest: number of honest people, at least `DESIRES`.
        flood: number of seats that one hand takes.
        consent: version of the terms to which all agree; None for none.
    """
    rng = np.random.default_rng(7)
    last = honest // _A_MINUTE
    minutes = np.sort(rng.integers(0, last, honest))
    real = gathering._log._now  # type: ignore[attr-defined]  # noqa: SLF001  the clock of the log
    start = 60_000 * (real() // 60_000) - 3_600_000

    def at(minute: int) -> None:
        gathering._log._now = lambda: start + 60_000 * minute  # type: ignore[attr-defined]  # noqa: SLF001

    seats: list[ev.AnyBody] = [
        ev.SeatTaken(hash_of(secret_of(n)), "en", consent=consent) for n in range(honest + flood)
    ]

    async def come(numbers: list[int]) -> None:
        await asyncio.gather(*(gathering.submit(actor.DOOR, f"seat-{n:06}", seats[n]) for n in numbers))

    for minute in range(last):
        at(minute)
        await come(np.flatnonzero(minutes == minute).tolist())
    said = [ev.DesireSaid(n, f"wish number {n}", "en") for n in range(DESIRES)]
    await asyncio.gather(*(gathering.submit(actor.seat(n), f"say-{n:06}", body) for n, body in enumerate(said)))
    at(last + 1)
    await come([*range(honest, honest + flood)])
    gathering._log._now = real  # type: ignore[attr-defined]  # noqa: SLF001
    pattern = rng.integers(0, 2, DESIRES)
    for seat in range(honest + flood):
        chosen = rng.choice(DESIRES, CARDS, replace=False).tolist()
        stances = pattern[chosen] if seat >= honest else rng.integers(0, 2, CARDS)
        bodies = [ev.Responded(seat, d, int(s)) for d, s in zip(chosen, stances, strict=True)]
        await asyncio.gather(*(gathering.submit(actor.seat(seat), f"answer-{n:04}", b) for n, b in enumerate(bodies)))
