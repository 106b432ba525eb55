"""Seating plan: tables of an occasion drawn at random, as an event and as the engine reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from oneheart.live import events as ev
from oneheart.live.state.company import Drawn

if TYPE_CHECKING:
    from oneheart.engine.closeness.seating import Seating


def draw_seats(
    seats: dict[int, tuple[int, str]], occasion: int, size: int, *, same_language: bool, times: int, seed: int
) -> ev.SeatsDrawn:
    """Return the event of tables drawn at random; the same for the same arguments.

    Args:
        seats: circle (-1 for none) and language of everybody who may be seated.
        occasion: number of the occasion.
        size: largest number of people at a table.
        same_language: people of one language sit together if there are enough of them.
        times: number of earlier draws for this occasion.
        seed: seed of the random draw.
    """
    from oneheart.engine.closeness.seating import draw_seats  # noqa: PLC0415  slow to load, and most pages do not need it

    people = sorted(seats)
    languages = sorted({language for _, language in seats.values()})
    seating = draw_seats(
        [seats[seat][0] for seat in people],
        size,
        language=[languages.index(seats[seat][1]) for seat in people] if same_language else None,
        rng=np.random.default_rng(seed),
    )
    blocks = seating.block_of_table.tolist()
    return ev.SeatsDrawn(occasion, size, seed, people, seating.table.tolist(), blocks, times)


def seating_of(draw: Drawn, seats: list[int]) -> Seating:
    """Return a draw in the form of the engine, for these seats in this order; all of them must have been drawn."""
    from oneheart.engine.closeness.seating import Seating  # noqa: PLC0415

    table = np.array([draw.table_of[seat] for seat in seats], np.intp)
    circle = np.array([draw.circle_of[seat] for seat in seats], np.intp)
    return Seating(table, circle, np.array(draw.blocks, np.intp))
