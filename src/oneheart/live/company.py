"""Company: where people were together, at which table lot put them, and how near they feel. Outward and felt only.

It never holds or reads what anybody wants; that stands in the state beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from oneheart.live import events as ev
from oneheart.model.gathering import Responses
from oneheart.model.presence import FeltAt
from oneheart.model.round import Stage

if TYPE_CHECKING:
    from oneheart.engine.closeness.seating import Seating

TABLE_LEAST, TABLE_MOST = 5, 50
_DAY_MS = 86_400_000


@dataclass(slots=True)
class Drawn:
    """Seats of one occasion as lot last drew them; whoever erased themselves is in it no more.

    Attributes:
        times: how often seats were drawn for this occasion.
        size: the most people at a table.
        table_of: table of each seat, from 0.
        circle_of: circle of each seat when they were drawn, -1 for none.
        blocks: for each table, to which part of the tables it belongs (people of one language).
    """

    times: int
    size: int
    table_of: dict[int, int]
    circle_of: dict[int, int]
    blocks: list[int]


@dataclass(frozen=True, slots=True)
class Moment:
    """All answers as they were when answers were closed.

    Attributes:
        round: whose answers were closed.
        at: the server's clock, milliseconds.
        responses: of everybody so far.
    """

    round: int
    at: int
    responses: Responses


@dataclass(slots=True)
class Company:
    """What a gathering knows of being together.

    Attributes:
        drawn: by occasion.
        felt: by when it was asked, then by seat: 1 (apart) to 7 (one).
        first_day: day of the first check-in at all, counted by the server's clock; None before.
        days: by occasion: the day of its first check-in, 0 for the first day.
        moments: the last eight times that answers were closed.
    """

    drawn: dict[int, Drawn] = field(default_factory=dict)
    felt: dict[FeltAt, dict[int, int]] = field(default_factory=lambda: {when: {} for when in FeltAt})
    first_day: int | None = None
    days: dict[int, int] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)

    def came(self, occasion: int, at: int) -> None:
        """Take in that somebody was at an occasion."""
        day = at // _DAY_MS
        self.first_day = day if self.first_day is None else min(self.first_day, day)
        self.days.setdefault(occasion, day - self.first_day)

    def draw(self, body: ev.SeatsDrawn, circles: dict[int, int | None]) -> bool:
        """Take in drawn seats; return False for a draw that followed an older one.

        Args:
            body: the draw.
            circles: of the people who have not erased themselves.
        """
        before = self.drawn.get(body.occasion)
        times = 0 if before is None else before.times
        if body.version != times:
            return False
        table_of = {seat: t for seat, t in zip(body.seats, body.tables, strict=False) if seat in circles}
        circle_of = {seat: -1 if circles[seat] is None else int(circles[seat] or 0) for seat in table_of}
        self.drawn[body.occasion] = Drawn(times + 1, body.size, table_of, circle_of, list(body.blocks))
        return True

    def closed(self, number: int, at: int, responses: Responses) -> None:
        """Take in that answers were closed."""
        self.moments = [*self.moments[-7:], Moment(number, at, responses)]

    def digest_parts(self) -> list[Any]:
        """Return what makes up the fingerprint of the state."""
        drawn = [
            [n, d.times, d.size, sorted(d.table_of.items()), sorted(d.circle_of.items()), d.blocks]
            for n, d in sorted(self.drawn.items())
        ]
        felt = [sorted(self.felt[when].items()) for when in FeltAt]
        return [drawn, felt, self.first_day, sorted(self.days.items())]


def felt_now(number: int, stage: Stage) -> FeltAt:
    """Return which of the two times it is: the start lasts until the first crossing is over.

    Example:
        >>> felt_now(1, Stage.OPEN).value, felt_now(1, Stage.READING).value, felt_now(2, Stage.OPEN).value
        ('start', 'end', 'end')
    """
    return FeltAt.START if number == 1 and stage.takes_responses else FeltAt.END


def seats_by_lot(
    seats: dict[int, tuple[int, str]], occasion: int, size: int, *, same_language: bool, times: int, seed: int
) -> ev.SeatsDrawn:
    """Return tables drawn by lot.

    Args:
        seats: circle (-1 for none) and language of everybody who may sit.
        occasion: number of the occasion.
        size: the most people at a table.
        same_language: people sit with others of their language, where there are enough of it.
        times: how often seats were drawn for this occasion before.
        seed: of the lot.
    """
    from oneheart.engine.closeness.seating import draw_seats  # noqa: PLC0415  loads what no page of people needs

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


def seating_of(drawn: Drawn, seats: list[int]) -> Seating:
    """Return a draw as the engine reads it, of these seats in this order; all of them must have been drawn."""
    from oneheart.engine.closeness.seating import Seating  # noqa: PLC0415

    table = np.array([drawn.table_of[seat] for seat in seats], np.intp)
    circle = np.array([drawn.circle_of[seat] for seat in seats], np.intp)
    return Seating(table, circle, np.array(drawn.blocks, np.intp))
