"""Readings: how somebody who knows the rules reads each number of an output, as claims about unknown answers.

`World` holds what an attacker knows beforehand: who is there, and the answers of those whom they know. `REPORT`,
`TABLE` and `HALL` have one row for each number of an output; a number without a row fails. A row is a reading, or a
word for why the number tells of no count: a thing, or an estimate, at which `tests.privacy.twins` looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from oneheart.engine.disclosure import K, is_few
from oneheart.model.gathering import Gathering
from tests.privacy.joint import Joint

STANCES = {"want": 1, "not_mine": 0, "against": -1}
NOBODY = -1  # circle of people without one


@dataclass(frozen=True, slots=True)
class Sum:
    """A count: what an attacker knows of it, and the unknown rest."""

    known: int
    rest: dict[Any, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """A count that nobody may learn while it is small.

    Attributes:
        what: "want", "not_mine", "against" or "silent".
        desire: number of the desire.
        circle: number of the circle; None for everybody.
    """

    what: str
    desire: int
    circle: int | None


@dataclass(slots=True)
class World:
    """What an attacker knows beforehand.

    Attributes:
        truth: all answers; only those of `known` people are read.
        known: rows of the people whose answers are known.
        alone: a row that is looked at by itself; None for nobody.
        sizes: true if the number of people of each circle is known.
        joint: everything that follows.
    """

    truth: Gathering
    known: frozenset[int] = frozenset()
    alone: int | None = None
    sizes: bool = True
    joint: Joint = field(default_factory=Joint)
    _answers: dict[tuple[int, int], int] = field(default_factory=dict)
    _groups: dict[Any, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Set up the unknown numbers: of each circle, of each desire, how many gave which answer."""
        r = self.truth.responses
        triples = zip(r.participant.tolist(), r.desire.tolist(), r.stance.tolist(), strict=True)
        self._answers = {(row, desire): stance for row, desire, stance in triples}
        for row in range(self.truth.participant_count):
            if row not in self.known:
                group = "alone" if row == self.alone else self.circle(row)
                self._groups.setdefault(group, []).append(row)
        for group, rows in self._groups.items():
            size = ("size", group)
            exact = self.sizes or group == "alone"
            self.joint.unknown(size, len(rows) if exact else 0, len(rows) if exact else np.inf)
            self.joint.unknown(("answered", group))
            self.joint.says({size: 1, ("answered", group): -1}, 0, np.inf, "answered")
            given = {}
            for desire in range(self.truth.desire_count):
                cells = {(group, desire, stance): 1 for stance in STANCES}
                for cell in cells:
                    self.joint.unknown(cell)
                self.joint.says({("answered", group): 1} | dict.fromkeys(cells, -1), 0, np.inf, "one answer each")
                given |= cells
            self.joint.says(given | {("answered", group): -1}, 0, np.inf, "who answered gave an answer")

    def circle(self, row: int) -> int:
        """Return the circle of a person."""
        return int(self.truth.circle_of[row])

    def count(self, stance: str, desire: int, circle: int | None = None) -> Sum:
        """Return how many gave an answer, in a circle or of everybody."""
        known = sum(
            self._answers.get((row, desire)) == STANCES[stance] and circle in {None, self.circle(row)}
            for row in self.known
        )
        return Sum(known, {(group, desire, stance): 1 for group in self._inside(circle)})

    def answers(self, desire: int, circle: int | None = None) -> Sum:
        """Return how many answered a desire."""
        return added(*(self.count(stance, desire, circle) for stance in STANCES))

    def answered(self) -> Sum:
        """Return how many people gave any answer."""
        known = len({row for row, _ in self._answers if row in self.known})
        return Sum(known, {("answered", group): 1 for group in self._groups})

    def responses(self) -> Sum:
        """Return how many answers were given."""
        return added(*(self.answers(desire) for desire in range(self.truth.desire_count)))

    def people(self, circle: int | None = None) -> Sum:
        """Return how many people there are."""
        known = sum(circle in {None, self.circle(row)} for row in self.known)
        return Sum(known, {("size", group): 1 for group in self._inside(circle)})

    def silent(self, desire: int, circle: int | None = None) -> Sum:
        """Return how many people did not answer a desire."""
        people, answers = self.people(circle), self.answers(desire, circle)
        return Sum(people.known - answers.known, people.rest | {name: -n for name, n in answers.rest.items()})

    def _inside(self, circle: int | None) -> list[Any]:
        of_alone = circle is None or (self.alone is not None and self.circle(self.alone) == circle)
        return [g for g in self._groups if (of_alone if g == "alone" else circle in {None, g})]

    def says(self, told: Sum, low: float, high: float, where: str) -> None:
        """Take a number that an output tells."""
        self.joint.says(told.rest, low - told.known, high - told.known, where)

    def bounds(self, told: Sum) -> tuple[int, int | None]:
        """Return the least and greatest possible value of a count."""
        if not any(told.rest.values()):
            return told.known, told.known
        low, high = self.joint.bounds(told.rest)
        return low + told.known, None if high is None else high + told.known

    def true(self, told: Sum) -> int:
        """Return a count as it is."""
        total = told.known
        for name, factor in told.rest.items():
            total += factor * self._true(name)
        return total

    def _true(self, name: Any) -> int:
        if name[0] == "size":
            return len(self._groups[name[1]])
        if name[0] == "answered":
            return len({row for row, _ in self._answers if row in self._groups[name[1]]})
        group, desire, stance = name
        return sum(self._answers.get((row, desire)) == STANCES[stance] for row in self._groups[group])

    # --- what is looked for ---

    def cells(self) -> list[Cell]:
        """Return every count that nobody may learn while it is of one to k - 1 people."""
        circles: list[int | None] = [None, *sorted({self.circle(row) for row in range(self.truth.participant_count)})]
        return [
            Cell(what, desire, circle)
            for desire in range(self.truth.desire_count)
            for circle in circles
            for what in (*STANCES, "silent")
        ]

    def of(self, cell: Cell) -> Sum:
        """Return the count of a cell."""
        if cell.what == "silent":
            return self.silent(cell.desire, cell.circle)
        return self.count(cell.what, cell.desire, cell.circle)

    def exposed(self) -> list[Cell]:
        """Return the cells of one to k - 1 people of which the output tells that they are so few, and not nobody."""
        out = []
        for cell in self.cells():
            count = self.of(cell)
            if not is_few(self.true(count)):
                continue
            low, high = self.bounds(count)
            if low > 0 and high is not None and is_few(high):
                out.append(cell)
        return out

    def is_nearly_everybody(self, cell: Cell) -> bool:
        """Return whether a cell of a circle is told by nothing but this: that nearly everybody answered so.

        Where 40 of 42 people want a desire, at most two of any circle do not. Nothing hides that but not to say it.
        """
        if cell.circle is None or cell.what == "silent":
            return False
        low, _ = self.bounds(self.count(cell.what, cell.desire))
        size = self.true(self.people(cell.circle))
        return self.true(self.people()) - low < size

    def told_of_alone(self) -> list[str]:
        """Return what the output tells of the person who is looked at by themselves, as "want: Bread"."""
        out: list[str] = []
        for desire, about in enumerate(self.truth.desires):
            out += [
                f"{stance}: {about.text}"
                for stance in STANCES
                if self.joint.bounds({("alone", desire, stance): 1}) == (1, 1)
            ]
            if self.bounds(self._alone_answered(desire)) == (0, 0):
                out.append(f"silent: {about.text}")
        return out

    def knows_whether_answered(self, desire: int) -> bool:
        """Return whether the output tells whether the person who is looked at by themselves answered a desire."""
        low, high = self.bounds(self._alone_answered(desire))
        return low == high

    def _alone_answered(self, desire: int) -> Sum:
        return Sum(0, {("alone", desire, stance): 1 for stance in STANCES})


def added(*sums: Sum) -> Sum:
    """Return the sum of counts of different cells."""
    rest: dict[Any, int] = {}
    for one in sums:
        for name, factor in one.rest.items():
            rest[name] = rest.get(name, 0) + factor
    return Sum(sum(one.known for one in sums), rest)


# --- how numbers are read ---------------------------------------------------------------------------------------------

Parents = Mapping[str, Any]
Reading = Callable[[World, Any, Parents, str], None]


def in_steps(count: Callable[[World, Parents], Sum | None], step: int = K) -> Reading:
    """Return the reading of a count in whole steps, rounded down; what is withheld says nothing."""

    def read(world: World, value: Any, parents: Parents, where: str) -> None:
        told = count(world, parents)
        if told is not None and value is not None:
            world.says(told, value, value + step - 1, where)

    return read


def at_least(count: Callable[[World, Parents], Sum | None]) -> Reading:
    """Return the reading of a number that is never above the count."""

    def read(world: World, value: Any, parents: Parents, where: str) -> None:
        told = count(world, parents)
        if told is not None and value is not None:
            world.says(told, value, np.inf, where)

    return read


def exactly(count: Callable[[World, Parents], Sum | None]) -> Reading:
    """Return the reading of an exact count."""

    def read(world: World, value: Any, parents: Parents, where: str) -> None:
        told = count(world, parents)
        if told is not None and value is not None:
            world.says(told, value, value, where)

    return read


def leaves(value: Any, pattern: str = "", parents: dict[str, Any] | None = None) -> Iterator[tuple[str, Any, Parents]]:
    """Yield each number of a JSON value, and what is withheld, with its pattern and the objects around it."""
    around = parents or {}
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{pattern}.{name}" if pattern else name, around | {pattern: value})
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner, f"{pattern}[]", around)
    elif value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        yield pattern, value, around


class UnreadError(AssertionError):
    """An output has a number that no row names."""


def take_in(world: World, output: Any, rows: Mapping[str, Reading | str]) -> None:
    """Take all numbers of an output.

    Raises:
        UnreadError: for a number without a row.
    """
    for pattern, value, parents in leaves(output):
        row = rows.get(pattern)
        if row is None:
            if value is None:
                continue  # an optional text that is not there
            message = f"{pattern} = {value}: no row says how it is read"
            raise UnreadError(message)
        if not isinstance(row, str):
            row(world, value, parents, pattern)


# --- report.json ------------------------------------------------------------------------------------------------------


def _desire(world: World, parents: Parents) -> int:
    label = parents["common_ground[]"]["id"]
    return next(n for n, desire in enumerate(world.truth.desires) if desire.label == label)


def _circle(world: World, parents: Parents) -> int:
    label = parents["common_ground[].circles[]"]["circle"]
    return next(n for n, circle in enumerate(world.truth.circles) if circle.label == label)


def _stance(stance: str) -> Callable[[World, Parents], Sum | None]:
    return lambda world, parents: world.count(stance, _desire(world, parents))


THING = "a thing: it counts no people"
ESTIMATE = "an estimate of all answers, see twins"
SEALED = "of readers of a text, see the readings of a seal"

_NO_COUNTS = {
    **dict.fromkeys(
        (
            "source.desires",
            "source.rejected_desires",
            "source.circles",
            "hall.lines",
            "method.seed",
            "method.lines_asked",
            "method.worst_share",
            "method.against_weight",
            "method.k_anonymity",
            "method.interval",
            "one_desire.conditions[].needed",
            "common_ground[].rank",
            "oneness.desires",
            "one_desire.ladder[].passed",
            "one_desire.ladder[].of",
            "one_desire.lines[].stands_for[].words",
        ),
        THING,
    ),
    **dict.fromkeys(
        (
            "method.sweeps",
            "method.rest",
            "source.answers_want",
            "source.answers_against",
            "one_desire.share_index",
            "one_desire.lines[].chosen_again",
            "one_desire.lines[].stands_for[].answered_both",
            *(f"one_desire.lines[].stands_for[].alike.{end}" for end in ("value", "low", "high")),
            "divisive[].spread",
            "divisive[].chance",
            "one_desire.coverage.value",
            "one_desire.coverage.low",
            "one_desire.coverage.high",
            "one_desire.lines[].held_by",
            "one_desire.lines[].only_here",
            "one_desire.lines[].want_curve[]",
            "one_desire.lines[].against_curve[]",
            "one_desire.lines_held[]",
            "one_desire.pairs",
            "one_desire.conditions[].value",
            "one_desire.circle_shares[].members",
            *(f"one_desire.circle_shares[].own_line.{end}" for end in ("value", "low", "high")),
            "oneness.value",
            "oneness.low",
            "oneness.high",
            *(
                f"common_ground[].{what}.{end}"
                for what in ("want", "against", "worst_fifth", "observed_worst_fifth", "circles[].support")
                for end in ("value", "low", "high")
            ),
            "common_ground[].observed_against",
        ),
        ESTIMATE,
    ),
    **{
        f"hall.{name}": SEALED for name in ("people", "desires", "answers", "joined", "taken_back", "waiting", "demand")
    },
}
"""Numbers of a report that are no counts of answers."""

LIVE_REPORT: dict[str, Reading | str] = {
    **_NO_COUNTS,
    "source.people": in_steps(lambda w, _: w.people()),
    "source.people_answered": in_steps(lambda w, _: w.answered()),
    "source.responses": at_least(lambda w, _: w.responses()),
    "common_ground[].answers": in_steps(lambda w, p: w.answers(_desire(w, p))),
    "common_ground[].want_count": in_steps(_stance("want")),
    "common_ground[].not_mine_count": in_steps(_stance("not_mine")),
    "common_ground[].against_count": in_steps(_stance("against")),
    "common_ground[].circles[].answered": in_steps(lambda w, p: w.answers(_desire(w, p), _circle(w, p))),
    "oneness.people": in_steps(lambda w, _: w.answered()),
    "method.few_answers_people": in_steps(lambda _w, _p: None),
    "method.writers_without_answers": in_steps(lambda _w, _p: None),
}
"""How the numbers of the report of a live gathering are read."""

FILE_REPORT: dict[str, Reading | str] = {
    **LIVE_REPORT,
    "source.people": exactly(lambda w, _: w.people()),
    "source.people_answered": exactly(lambda w, _: w.answered()),
    "source.responses": exactly(lambda w, _: w.responses()),
    "common_ground[].answers": exactly(lambda w, p: w.answers(_desire(w, p))),
    "common_ground[].want_count": exactly(_stance("want")),
    "common_ground[].not_mine_count": exactly(_stance("not_mine")),
    "common_ground[].against_count": exactly(_stance("against")),
}
"""How the numbers of the report of a file are read: counts are exact, or withheld."""


def take_in_table(world: World, rows: list[tuple[str, ...]]) -> None:
    """Take the table of desires of an export; an empty cell says nothing.

    Raises:
        UnreadError: for a column that no reading is known of.
    """
    if rows[0] != ("desire", "text", "language", "answers", "want", "against"):
        message = f"the table has other columns now: {rows[0]}"
        raise UnreadError(message)
    for _, text, _, *cells in rows[1:]:
        desire = next((n for n, d in enumerate(world.truth.desires) if d.text == text), None)
        if desire is None:
            continue
        counts = (world.answers(desire), world.count("want", desire), world.count("against", desire))
        for count, cell, name in zip(counts, cells, rows[0][3:], strict=True):
            if cell:
                world.says(count, int(cell), int(cell) + K - 1, f"desires.csv {name}: {text}")
