"""Measuring: outward and inner closeness of a live gathering, measured apart, and the relation between them.

`order_of` collects the input from the state; `measure` runs in another process and needs nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from oneheart.engine import disclosure
from oneheart.live.export import exported, rows_of
from oneheart.live.near_lists import ContactsInput, attendance_with_lists, contacts_of_lists
from oneheart.live.seating_plan import seating_of
from oneheart.live.state import State
from oneheart.live.state.company import Drawn
from oneheart.model.gathering import Gathering, Responses
from oneheart.model.presence import Attendance, Occasion

if TYPE_CHECKING:
    from oneheart.engine.closeness.inner import Oneness
    from oneheart.engine.closeness.seating import Together
    from oneheart.engine.side_by_side import Lot, SideBySide
    from oneheart.live.holding import Given

_MANY_PEOPLE, _FEW_PERMUTATIONS, _PERMUTATIONS = 5_000, 199, 999


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """All answers at the moment when the answers of a round were closed.

    Attributes:
        round: number of the round, from 1.
        responses: by seat and root desire.
        probes: those to probes.
        people: N.
        desires: M.
        circle_of: (N,) circle of each seat, -1 for none.
    """

    round: int
    responses: Responses
    probes: Responses
    people: int
    desires: int
    circle_of: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class MeasureOrder:
    """The input of the measurement.

    Attributes:
        gathering: the answers.
        attendance: presences under the same labels of people; None if nobody said where they were.
        language_of: language code by label; permutations exchange people within one language only.
        lots: tables drawn at random, of the people who came.
        past: earlier closings of answers, the oldest first.
        seed: seed of all random choices.
        lists: lists of contacts that hosts brought in, of people who agreed.
        labels: label of each person in `lists`, by number of their seat.
        forms: form of each occasion of the gathering.
    """

    gathering: Gathering
    attendance: Attendance | None
    language_of: dict[str, str]
    lots: tuple[Lot, ...]
    past: tuple[Past, ...]
    seed: int
    lists: tuple[ContactsInput, ...] = ()
    labels: dict[int, str] = field(default_factory=dict)
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The result; each part stands alone.

    Attributes:
        apart: outward closeness, inner closeness, and their relation; None if nobody said where they were.
        inner: oneness of desires; None without answers.
        together: effect of sitting at one table, from random draws; None if not measured.
        drawn: whether tables were drawn for an occasion to which enough people came.
        past: round and oneness at each closing of answers, the oldest first.
    """

    apart: SideBySide | None
    inner: Oneness | None
    together: Together | None
    past: tuple[tuple[int, Oneness], ...]
    drawn: bool = False


def labels_of(state: State, rows: dict[int, int], given: Given | None = None) -> dict[int, str]:
    """Return the label of everybody who answered (as in the export), was present or is in a list of contacts.

    Who did not answer has a later number. Presences are what an output holds, or all.
    """
    labels = {seat: str(row + 1) for seat, row in rows.items()}
    listed = {seat for brought in state.company.near.brought for seat in brought.held}
    for number, seat in enumerate(state.seats):
        if seat.alive and number not in labels and (_present(state, number, given) or number in listed):
            labels[number] = str(len(labels) + 1)
    return labels


def _present(state: State, seat: int, given: Given | None) -> Collection[int]:
    return state.seats[seat].presences if given is None else given.present(seat)


def attendance_of(
    state: State, rows: dict[int, int], *, k: int = 1, only_rows: bool = False, given: Given | None = None
) -> Attendance | None:
    """Return who was at which occasion; None if nobody said so. O(N + presences).

    Args:
        state: state of the gathering.
        rows: row in the export of answers, by seat.
        k: occasions of fewer than k people are left out; 1 leaves out only those without anybody.
        only_rows: leave out people without a row, and occasions of fewer than k people with one.
        given: what an output holds; None for all that people gave.

    Returns:
        People who said that they were at an occasion. A person who said nothing is missing, which differs from
            absent.
    """
    labels = {seat: str(row + 1) for seat, row in rows.items()} if only_rows else labels_of(state, rows, given)
    present = [0] * len(state.occasions)
    for seat in labels:
        for number in _present(state, seat, given):
            present[number] += 1
    occasions = [number for number, count in enumerate(present) if count and disclosure.enough(count, k=k)]
    if not occasions:
        return None
    column = {number: place for place, number in enumerate(occasions)}
    occasions_of = {
        seat: [column[number] for number in _present(state, seat, given) if number in column]
        for seat in sorted(labels, key=lambda seat: int(labels[seat]))
    }
    people = [seat for seat, places in occasions_of.items() if places]  # no answer does not mean absence
    cells = sorted((row, place) for row, seat in enumerate(people) for place in occasions_of[seat])
    return Attendance(
        tuple(labels[seat] for seat in people),
        tuple(Occasion(f"{number + 1}", state.occasions[number].form) for number in occasions),
        np.array([cell[0] for cell in cells], np.int32),
        np.array([cell[1] for cell in cells], np.int32),
        np.ones(len(cells)),
    )


def lists_of(state: State) -> tuple[ContactsInput, ...]:
    """Return the lists of contacts, with what living people who agree hold of them. O(people in lists)."""
    near = state.company.near
    return tuple(
        ContactsInput(
            brought.digest,
            brought.near_by,
            brought.unit,
            tuple(brought.forms),
            {
                seat: tuple(pieces)
                for seat, pieces in brought.held.items()
                if seat in near.agreed and state.people.sits(seat)
            },
        )
        for brought in near.brought
        if not brought.out
    )


def order_of(state: State, gathering: Gathering, *, seed: int, given: Given | None = None) -> MeasureOrder:
    """Return the input of the measurement from the present state.

    Args:
        state: state of the gathering.
        gathering: its answers, from `as_gathering` without a shuffle, or from `holding.gathering_of`.
        seed: seed of all random choices.
        given: what an output holds, from which `gathering` was made; None for all that people gave.
    """
    from oneheart.engine.side_by_side import Lot  # noqa: PLC0415  loads the engine

    rows = rows_of(state) if given is None else given.rows(state)
    labels = labels_of(state, rows, given)
    lots = []
    for number, draw in sorted(state.company.drawn.items()):
        if disclosure.enough(state.occasions[number].present if given is None else len(given.presences[number])):
            people = sorted(draw.table_of)
            names = tuple(labels.get(seat, f"seat {seat}") for seat in people)
            came = np.array([number in _present(state, seat, given) for seat in people], bool)
            lots.append(Lot(names, seating_of(draw, people), came, answers_after(state, draw, people, given)))
    circle_of = np.array([-1 if seat.circle is None else seat.circle for seat in state.seats], np.int32)
    root = np.array([state.root(number) for number in range(len(state.desires))], np.int32)
    alive = np.array([seat.alive for seat in state.seats], bool)
    past = []
    for moment in state.company.moments:
        merged = []
        for r in (moment.responses, moment.probes):
            counts = alive[r.participant] if len(r) else np.zeros(0, bool)
            merged.append(Responses.of(r.participant[counts], root[r.desire[counts]], r.stance[counts]))
        past.append(Past(moment.round, merged[0], merged[1], len(circle_of), len(root), circle_of))
    return MeasureOrder(
        gathering,
        attendance_of(state, rows, given=given),
        {label: state.seats[seat].language for seat, label in labels.items()},
        tuple(lots),
        tuple(past),
        seed,
        lists_of(state),
        labels,
        tuple(occasion.form for occasion in state.occasions),
    )


def answers_after(state: State, draw: Drawn, people: Sequence[int], given: Given | None = None) -> Responses:
    """Return what people answered after a draw of tables; a participant is the place in `people`. O(their answers).

    An answer that stood so when the tables were drawn is left out, to whichever desire it was given that was joined to
    another since. So are answers to one's own desires, and to those that an export leaves out.
    """
    kept = {*exported(state)}
    cells: dict[tuple[int, int], int] = {}
    for place, seat in enumerate(people):
        own = {state.root(number) for number in state.seats[seat].desires}
        stood = {(state.root(desire), stance) for desire, stance in draw.before.get(seat, {}).items()}
        answered = (state.tally.answered(seat) if given is None else given.answered(seat)).items()
        # Answers to joined desires come first, so that a direct answer to the desire overrides them.
        for desire, stance in sorted(answered, key=lambda pair: state.root(pair[0]) == pair[0]):
            root = state.root(desire)
            if root not in kept or root in own:
                continue
            cells.pop((place, root), None)
            if (root, stance) not in stood:
                cells[place, root] = stance
    places, desires = zip(*cells, strict=True) if cells else ((), ())
    return Responses.of(places, desires, [*cells.values()])


def one_yardstick(moments: Sequence[Past]) -> list[Responses]:
    """Return for each closing of answers those by which oneness can be compared between all of them.

    They are the answers to probes, where every moment has some, else all answers; and only those to desires that two
    people had answered at each of the moments. So oneness moves by what people answer, not by which desires were there.
    O(answers).
    """
    probes = all(len(moment.probes) for moment in moments)
    tables = [moment.probes if probes else moment.responses for moment in moments]
    desires = max((moment.desires for moment in moments), default=0)
    counts = [np.bincount(table.desire, minlength=desires) for table in tables]
    always = np.all([count >= 2 for count in counts], axis=0) if counts else np.zeros(0, bool)  # noqa: PLR2004
    out = []
    for table in tables:
        kept = always[table.desire]
        out.append(Responses(table.participant[kept], table.desire[kept], table.stance[kept]))
    return out


def measure(order: MeasureOrder) -> Measured:
    """Return outward closeness, inner closeness and their relation. Takes seconds; runs outside of requests."""
    from oneheart.engine.closeness.inner import oneness  # noqa: PLC0415  loads the engine
    from oneheart.engine.side_by_side import sat_by_lot, side_by_side  # noqa: PLC0415

    g = order.gathering
    is_large = g.participant_count > _MANY_PEOPLE
    permutations = _FEW_PERMUTATIONS if is_large else _PERMUTATIONS
    apart = None
    contacts = contacts_of_lists(order.lists, order.labels)
    attendance = attendance_with_lists(order.attendance, order.lists, order.labels, order.forms)
    if contacts or attendance is not None:
        languages = set(order.language_of.values())
        apart = side_by_side(
            contacts,
            attendance,
            desires=g,
            strata=order.language_of if len(languages) > 1 else None,
            strata_name="language" if len(languages) > 1 else "",
            same_circle=True,
            permutations=permutations,
            seed=order.seed,
        )
    inner = oneness(g.sample, g.participant_count, g.desire_count, g.circle_of, level=0.95)
    together = sat_by_lot(order.lots, draws=permutations, seed=order.seed) if order.lots else None
    past = []
    for moment, responses in zip(order.past, one_yardstick(order.past), strict=True):
        closeness = oneness(responses, moment.people, moment.desires, moment.circle_of, level=0.95)
        if closeness is not None:
            past.append((moment.round, closeness))
    return Measured(apart, inner, together, tuple(past), bool(order.lots))
