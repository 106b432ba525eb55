"""Measuring: outward and inner closeness of a live gathering, apart, and what they have to do with each other.

`order_of` takes from the state what is needed; `measure` runs in another process and needs nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from oneheart.engine import disclosure
from oneheart.live.export import rows_of
from oneheart.live.seating_plan import seating_of
from oneheart.live.state import State
from oneheart.model.gathering import Gathering, Responses
from oneheart.model.presence import Attendance, Occasion

if TYPE_CHECKING:
    from oneheart.engine.closeness.inner import Oneness
    from oneheart.engine.closeness.seating import Together
    from oneheart.engine.side_by_side import Lot, SideBySide

_MANY_PEOPLE, _FEW_PERMUTATIONS, _PERMUTATIONS = 5_000, 199, 999


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """All answers as they were when the answers of a round were closed.

    Attributes:
        round: 1, 2, ...
        responses: by seat and root desire.
        people: N.
        desires: M.
        circle_of: (N,) circle of each seat, -1 for none.
    """

    round: int
    responses: Responses
    people: int
    desires: int
    circle_of: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class MeasureOrder:
    """What is to be measured.

    Attributes:
        gathering: the answers.
        attendance: who was where, under the same labels; None where nobody said.
        language_of: by label: people are exchanged within their language.
        lots: tables that were drawn at random, of the people who came.
        past: earlier closings, the oldest first.
        seed: of everything random.
    """

    gathering: Gathering
    attendance: Attendance | None
    language_of: dict[str, str]
    lots: tuple[Lot, ...]
    past: tuple[Past, ...]
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What came of it; each stands by itself.

    Attributes:
        apart: outward, inner, and whether the one goes with the other; None where nobody said where they were.
        inner: how far desires are one; None without answers.
        together: what sitting together did, where seats were drawn at random; None where not measured.
        past: round and oneness at each closing of answers, the oldest first.
    """

    apart: SideBySide | None
    inner: Oneness | None
    together: Together | None
    past: tuple[tuple[int, Oneness], ...]


def labels_of(state: State, rows: dict[int, int]) -> dict[int, str]:
    """Return the label of everybody who answered (as in the export) or was anywhere; the latter have numbers after."""
    labels = {seat: str(row + 1) for seat, row in rows.items()}
    for number, seat in enumerate(state.seats):
        if seat.alive and number not in labels and seat.presences:
            labels[number] = str(len(labels) + 1)
    return labels


def attendance_of(
    state: State, rows: dict[int, int], *, shuffle: Callable[[int], npt.NDArray[np.intp]] | None = None, least: int = 0
) -> Attendance | None:
    """Return who was at which occasion, None where nobody said so. O(N + presences).

    Args:
        state: of the gathering.
        rows: by seat the row in the export of answers.
        shuffle: returns an order of so many people, for those who were somewhere and answered nothing.
        least: occasions of fewer people are left out.

    Returns:
        Those who said of an occasion that they were there; whoever said nothing is missing, which is not never near.
    """
    labels = labels_of(state, rows)
    if shuffle is not None:
        late = [seat for seat in labels if seat not in rows]
        labels |= {late[old]: str(len(rows) + new + 1) for new, old in enumerate(shuffle(len(late)).tolist())}
    kept = [n for n, occasion in enumerate(state.occasions) if occasion.present >= max(1, least)]
    if not kept:
        return None
    column = {number: place for place, number in enumerate(kept)}
    came = {
        seat: [column[number] for number in state.seats[seat].presences if number in column]
        for seat in sorted(labels, key=lambda seat: int(labels[seat]))
    }
    people = [seat for seat, places in came.items() if places]  # who says nothing may have been there all the same
    cells = sorted((row, place) for row, seat in enumerate(people) for place in came[seat])
    return Attendance(
        tuple(labels[seat] for seat in people),
        tuple(Occasion(f"{number + 1}", state.occasions[number].form) for number in kept),
        np.array([cell[0] for cell in cells], np.int32),
        np.array([cell[1] for cell in cells], np.int32),
        np.ones(len(cells)),
    )


def order_of(state: State, gathering: Gathering, *, seed: int) -> MeasureOrder:
    """Return what there is to measure now.

    Args:
        state: of the gathering.
        gathering: its answers, as `as_gathering` gives them without a shuffle.
        seed: of everything random.
    """
    from oneheart.engine.side_by_side import Lot  # noqa: PLC0415  loads the engine

    labels = labels_of(state, rows_of(state))
    lots = []
    for number, drawn in sorted(state.company.drawn.items()):
        if disclosure.enough(state.occasions[number].present):
            people = sorted(drawn.table_of)
            names = tuple(labels.get(seat, f"seat {seat}") for seat in people)
            lots.append(Lot(names, seating_of(drawn, people)))
    circle_of = np.array([-1 if seat.circle is None else seat.circle for seat in state.seats], np.int32)
    root = np.array([state.root(number) for number in range(len(state.desires))], np.int32)
    alive = np.array([seat.alive for seat in state.seats], bool)
    past = []
    for moment in state.company.moments:
        r = moment.responses
        kept = alive[r.participant] if len(r) else np.zeros(0, bool)
        merged = Responses.of(r.participant[kept], root[r.desire[kept]], r.stance[kept])
        past.append(Past(moment.round, merged, len(circle_of), len(root), circle_of))
    return MeasureOrder(
        gathering,
        attendance_of(state, rows_of(state)),
        {label: state.seats[seat].language for seat, label in labels.items()},
        tuple(lots),
        tuple(past),
        seed,
    )


def measure(order: MeasureOrder) -> Measured:
    """Return outward and inner closeness, apart, and their relation. Seconds; runs away from every request."""
    from oneheart.engine.closeness.inner import oneness  # noqa: PLC0415  loads the engine
    from oneheart.engine.side_by_side import sat_by_lot, side_by_side  # noqa: PLC0415

    g = order.gathering
    many = g.participant_count > _MANY_PEOPLE
    permutations = _FEW_PERMUTATIONS if many else _PERMUTATIONS
    apart = None
    if order.attendance is not None:
        languages = set(order.language_of.values())
        apart = side_by_side(
            attendance=order.attendance,
            desires=g,
            strata=order.language_of if len(languages) > 1 else None,
            strata_name="language" if len(languages) > 1 else "",
            same_circle=True,
            permutations=permutations,
            seed=order.seed,
        )
    inner = oneness(g.responses, g.participant_count, g.desire_count, g.circle_of, level=0.95)
    together = sat_by_lot(order.lots, g, draws=permutations, seed=order.seed) if order.lots else None
    past = []
    for one in order.past:
        found = oneness(one.responses, one.people, one.desires, one.circle_of, level=0.95)
        if found is not None:
            past.append((one.round, found))
    return Measured(apart, inner, together, tuple(past))
