"""Random seating that mixes circles, and a randomisation test of what sitting together did.

People who choose their neighbours sit with those who are like them already. Where seats are random, being alike cannot
be the cause of sitting together. If people of one table then want more alike than random seats explain, sitting
together is the cause. The same random procedure is repeated many times to find what random seats explain.

Source: randomisation tests after Fisher 1935; the stratified random draw, with the greatest spread that circles and
tables allow, is ours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from oneheart.engine.closeness.seen import Seen, seen
from oneheart.engine.dyads import Gram

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
LEAST_PEOPLE = 12
DRAWS = 999
_SEEN_WITH = float(special.ndtri(0.975) + special.ndtri(0.8))


@dataclass(frozen=True, slots=True, eq=False)
class Seating:
    """Random seats, with all that is needed to draw them again by the same procedure.

    Attributes:
        table: (N,) table of each person, 0 to T - 1.
        circle: (N,) circle of each person when the seats were drawn, -1 for none.
        block_of_table: (T,) block of each table; people sit only at tables of their own block (of one language).

    Raises:
        ValueError: for a table number that does not exist, or arrays of different length.
    """

    table: Ints
    circle: Ints
    block_of_table: Ints

    def __post_init__(self) -> None:
        """Check the arrays."""
        if len(self.table) != len(self.circle):
            message = "table and circle must have one entry for each person"
            raise ValueError(message)
        if len(self.table) and not (self.table.min() >= 0 and self.table.max() < len(self.block_of_table)):
            message = "somebody sits at a table that does not exist"
            raise ValueError(message)

    @property
    def tables(self) -> int:
        """Return T."""
        return len(self.block_of_table)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far circles are mixed: the share of pairs at one table whose two people are from different circles.

    Attributes:
        share: of this seating, 0 to 1; nan where nobody shares a table.
        by_plain_lot: expected share of random seats that ignore circles.
        most: greatest share that any seating at tables of these sizes can have.
    """

    share: float
    by_plain_lot: float
    most: float


@dataclass(frozen=True, slots=True)
class Together:
    """The effect of sitting together, where seats were random.

    Attributes:
        effect: how much more alike people of one table are than with random seats, in standard deviations of all
            pairs; below 0 for less alike.
        low: lower end of the 95 % confidence interval.
        high: upper end.
        p: two-sided p-value of the repeated draws; never below 1 / (draws + 1).
        draws: how often seats were drawn again.
        people: N, those who are counted.
        least_visible: the effect that a test at level .05 finds with a power of .8.
    """

    effect: float
    low: float
    high: float
    p: float
    draws: int
    people: int
    least_visible: float

    @property
    def seen(self) -> Seen:
        """Return what may be said: both the draws and the interval must leave no effect out of the question."""
        return seen(self.effect, self.low, self.high, self.p)


def draw_seats(
    circle: npt.ArrayLike,
    size: int,
    *,
    language: npt.ArrayLike | None = None,
    rng: np.random.Generator,
) -> Seating:
    """Return random seats that spread the people of every circle evenly over the tables.

    Within a block the sizes of two tables differ by at most one, and so do the numbers of a circle's people at them.
    The seating is random among all that meet this.

    Args:
        circle: (N,) circle of each person, -1 for none.
        size: the most people at a table, 2 or more.
        language: (N,) number of each person's language. People of a language that half a table or more speak sit
            together; all others form one block. None: one block for everybody.
        rng: source of the random draw.

    Raises:
        ValueError: for a size below two.

    Notes:
        O(N log N + circles x tables).

    Example:
        >>> seating = draw_seats([0, 0, 1, 1, 2, 2], 3, rng=np.random.default_rng(0))
        >>> [sorted(seating.circle[seating.table == table].tolist()) for table in (0, 1)]
        [[0, 1, 2], [0, 1, 2]]
    """
    if size < 2:  # noqa: PLR2004  a table for one is none
        message = "a table must have room for two people or more"
        raise ValueError(message)
    circles = np.asarray(circle, np.intp)
    block = _blocks(len(circles), language, least=max(2, -(-size // 2)))
    table = np.zeros(len(circles), np.intp)
    block_of_table: list[int] = []
    for number in range(int(block.max(initial=-1)) + 1):
        inside = np.flatnonzero(block == number)
        tables = -(-len(inside) // size)
        names = len(block_of_table) + np.arange(tables)
        table[inside] = names[_lot(circles[inside], tables, rng)]
        block_of_table += [number] * tables
    return Seating(table, circles, np.array(block_of_table, np.intp))


def draw_again(seating: Seating, *, rng: np.random.Generator) -> Ints:
    """Return the table of each person, (N,), in another random draw by the same procedure."""
    table = np.zeros(len(seating.table), np.intp)
    block = seating.block_of_table[seating.table]
    for number in np.unique(block):
        inside = np.flatnonzero(block == number)
        names = np.flatnonzero(seating.block_of_table == number)
        table[inside] = names[_lot(seating.circle[inside], len(names), rng)]
    return table


def spread(seating: Seating) -> Spread:
    """Return how far circles are mixed, compared with plain random seats and with the maximum. O(N log N).

    A person without a circle counts as from another circle than everybody else.

    Example:
        >>> spread(Seating(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([0, 0])))
        Spread(share=1.0, by_plain_lot=0.6666666666666667, most=1.0)
    """
    together = _pairs(np.bincount(seating.table))
    if not together:
        return Spread(math.nan, math.nan, math.nan)
    alike = plain = least = 0.0
    block = seating.block_of_table[seating.table]
    for number in np.unique(block):
        inside = block == number
        sizes = np.bincount(np.unique(seating.table[inside], return_inverse=True)[1])
        n, tables = int(inside.sum()), int((seating.block_of_table == number).sum())
        circles = seating.circle[inside]
        counts = np.unique(circles[circles >= 0], return_counts=True)[1]
        cell = circles * np.intp(seating.tables) + seating.table[inside]
        alike += _pairs(np.unique(cell[circles >= 0], return_counts=True)[1])
        plain += _pairs(sizes) * _pairs(counts) / _pairs(np.array([n])) if n > 1 else 0.0
        base, more = counts // tables, counts % tables
        least += float((more * (base + 1) * base + (tables - more) * base * (base - 1)).sum() / 2)
    return Spread(1 - alike / together, 1 - plain / together, 1 - least / together)


def least_visible(sizes: npt.ArrayLike, came_share: float = 1.0) -> float:
    """Return before an event the effect of sitting together that can be seen with a power of .8.

    It is in standard deviations of all pairs, as `Together.effect`.

    Args:
        sizes: (T,) number of people at each table.
        came_share: share of them who sit there and answer something afterwards, above 0 to 1.

    Returns:
        Above 0; inf where no two people share a table, or everybody sits at one.

    Notes:
        Two pairs of one person are uncorrelated where wants are centred, so that the variance of a mean over P of M
        pairs is that of P draws without replacement. Tests hold it beside `Together.least_visible` of drawn halls.

    Source: ours.

    Example:
        >>> round(least_visible([9, 9, 9, 9, 9, 9, 8]), 2), round(least_visible([9, 9, 9, 9, 9, 9, 8], 0.5), 2)
        (0.17, 0.33)
    """
    seats = np.asarray(sizes, np.float64)
    pairs = came_share**2 * float((seats * (seats - 1)).sum() / 2)
    people = came_share * float(seats.sum())
    everybody = people * (people - 1) / 2
    if pairs <= 0 or pairs >= everybody:
        return math.inf
    return _SEEN_WITH * math.sqrt((1 - pairs / everybody) / pairs)


def sat_together(
    seatings: Sequence[Seating],
    alike: Gram | Sequence[Gram],
    *,
    rows: Sequence[Ints] | None = None,
    draws: int = DRAWS,
    rng: np.random.Generator,
) -> Together | None:
    """Return the effect of sitting together on how much alike people are, or None where it cannot be measured.

    The comparison is with other draws of the same procedure, which mixes circles and languages as the real one did.
    People of other tables would be no fair comparison, because they may be of one's own circle. Who is not counted (who
    did not come, or answered nothing afterwards) is drawn again with all others, so that the draws stay those of the
    real procedure.

    Args:
        seatings: one for each time that seats were drawn.
        alike: (N, r) rows whose inner products tell how much alike two people are (answers, never presence). Several,
            with the same people in their rows, where each seating has its own: what people answered after it.
        rows: for each seating the row in `alike` of each of its people; -1 for a person who is not counted. None: all
            seatings are of the N people in their order.
        draws: how often seats are drawn again, 1 or more.
        rng: source of the random draws.

    Returns:
        None for fewer than twelve people, without seats, where all pairs are equally alike, or where all draws agree.

    Notes:
        O(draws x rows).

    Example:
        >>> rng = np.random.default_rng(0)
        >>> seating = draw_seats(np.repeat(np.arange(8), 5), 8, rng=rng)
        >>> wants = rng.normal(size=(5, 3))[seating.table] + rng.normal(size=(40, 3))
        >>> together = sat_together((seating,), Gram(wants), draws=99, rng=rng)
        >>> together.p, together.effect > 0.3
        (0.01, True)
    """
    tables = [alike] * len(seatings) if isinstance(alike, Gram) else list(alike)
    if rows is None:
        places = [np.arange(table.people) for table in tables]
    else:
        places = [np.asarray(row, np.intp) for row in rows]
    measures = [_Alike(table, place) for table, place in zip(tables, places, strict=True)]
    used = [number for number, measure in enumerate(measures) if measure.deviation > 0]
    counted = np.unique(np.concatenate([places[n][places[n] >= 0] for n in used])) if used else np.zeros(0, np.intp)
    if len(counted) < LEAST_PEOPLE:
        return None

    def at(drawn: Sequence[Ints]) -> float:
        sums, pairs = zip(*(measures[n].at(table) for n, table in zip(used, drawn, strict=True)), strict=True)
        return sum(sums) / sum(pairs) if sum(pairs) else math.nan

    drawn = np.array(
        [at([seatings[n].table for n in used])]
        + [at([draw_again(seatings[n], rng=rng) for n in used]) for _ in range(draws)]
    )
    if not np.isfinite(drawn).all() or np.ptp(drawn) <= 1e-12:  # noqa: PLR2004  rounding
        return None
    # Without an effect the real draw is exchangeable with the others, so that its rank among all is uniform.
    away = drawn - drawn.mean()
    p = float((np.abs(away) >= abs(away[0]) - 1e-12).mean())
    others = away[1:]
    effect = float(away[0] - others.mean())
    below, above = np.quantile(others - others.mean(), [0.025, 0.975])
    seen_with = _SEEN_WITH * float(others.std())
    return Together(effect, effect - float(above), effect - float(below), p, draws, len(counted), seen_with)


class _Alike:
    """How much alike the people of one table are, for any draw of one seating, in deviations of all its pairs."""

    def __init__(self, alike: Gram, place: Ints) -> None:
        self._rows = sparse.csr_matrix(alike.rows)
        self._own = np.asarray(self._rows.multiply(self._rows).sum(1)).ravel()
        self._who = np.flatnonzero(place >= 0)
        self._row = place[self._who]
        counted = np.unique(self._row)
        inside = self._rows[counted]
        own = self._own[counted]
        pairs = max(1, len(counted) * (len(counted) - 1))
        whole = inside.T @ inside
        total = np.asarray(inside.sum(0)).ravel()
        mean = (float(total @ total) - float(own.sum())) / pairs
        square = (float(whole.multiply(whole).sum()) - float((own**2).sum())) / pairs
        left = square - mean**2
        self.deviation = math.sqrt(left) if left > 1e-12 * max(square, 1e-300) else 0.0

    def at(self, drawn: Ints) -> tuple[float, float]:
        """Return the sum over all pairs who share a table of how much alike they are, and the number of those pairs."""
        table = drawn[self._who]
        place = sparse.csr_matrix(
            (np.ones(len(self._row)), (table, self._row)), shape=(table.max(initial=0) + 1, len(self._own))
        )
        summed = sparse.csr_matrix(place @ self._rows)
        alike = (float(summed.multiply(summed).sum()) - float(self._own[self._row].sum())) / 2
        return alike / self.deviation, _pairs(np.bincount(table))


def _blocks(people: int, language: npt.ArrayLike | None, *, least: int) -> Ints:
    """Return the block of each person: one for each language of at least `least` people, the last for all others."""
    if language is None or not people:
        return np.zeros(people, np.intp)
    _, spoken, counts = np.unique(np.asarray(language), return_inverse=True, return_counts=True)
    large = counts >= least
    if not large.any():
        return np.zeros(people, np.intp)
    rest = int(counts[~large].sum())
    if 0 < rest < least:  # too few for a table of their own: they join the smallest language
        large[np.flatnonzero(large)[np.argmin(counts[large])]] = False
    number = np.where(large, np.cumsum(large) - 1, int(large.sum()))
    return np.asarray(number[spoken], np.intp)


def _lot(circle: Ints, tables: int, rng: np.random.Generator) -> Ints:
    """Return random tables for the people of one block, with every circle and all people spread evenly."""
    out = np.zeros(len(circle), np.intp)
    load = np.zeros(tables, np.intp)
    people = rng.permutation(len(circle))
    known = people[circle[people] >= 0]
    groups = [known[circle[known] == name] for name in rng.permutation(np.unique(circle[known]))]
    for group in [*groups, people[circle[people] < 0]]:
        whole, more = divmod(len(group), tables)
        # The emptiest tables get the remainder, in random order among equals; loads differ by at most one.
        extra = np.lexsort((rng.random(tables), load))[:more]
        places = np.concatenate([np.tile(np.arange(tables), whole), extra])
        out[group] = rng.permutation(places)
        load[extra] += 1
    return out


def _pairs(counts: npt.NDArray[np.int64] | Ints) -> float:
    """Return how many pairs there are within groups of these sizes."""
    sizes = counts.astype(np.float64)
    return float((sizes * (sizes - 1)).sum() / 2)
