"""Importing: circles, occasions and first desires come into a gathering as a list, by the desk, a command or the API.

The whole list is checked before anything is written: one mistake, and nothing is. What is there already is left as it
is, so the same list can be brought in twice: a circle is known by its name and the circle that contains it, an occasion
by its name and its beginning, a desire of the hosts by its words and their language.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from oneheart.engine.desire.spoken import language_of
from oneheart.formats.files import InputFile
from oneheart.formats.hosts_lists import (
    ListedCircle,
    RowFaultError,
    circle_rows_in,
    desire_rows_in,
    occasion_rows_in,
    table_of,
)
from oneheart.live import events as ev
from oneheart.live.codes import code_from
from oneheart.live.gathering import LiveGathering
from oneheart.live.inputs import Input
from oneheart.live.naming import kept_names
from oneheart.live.refusal import Refused
from oneheart.live.state import State
from oneheart.live.state.nested import LEVELS_MOST, depths
from oneheart.live.typed_words import clean_name, clean_words, named_language
from oneheart.model import actor

CIRCLES_MOST = 2000
OCCASIONS_MOST = 500
What = Literal["circles", "occasions", "desires"]


class ListAsked(Input, frozen=True):
    """A host brings in a list as CSV; its first line names the columns.

    Attributes:
        what: "circles", "occasions" or "desires".
        text: the table.
    """

    what: What
    text: Annotated[str, Meta(max_length=2_000_000)]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a list brought in.

    Attributes:
        added: rows that are new.
        present: rows that were there already and are left as they are.
    """

    added: int
    present: int


async def bring_in(gathering: LiveGathering, host: int | None, asked: ListAsked) -> Imported:
    """Bring a list of circles, occasions or first desires into a gathering, all of it or nothing.

    Where writing itself fails in the middle, the same list brought in again adds the rest.

    Args:
        gathering: the gathering.
        host: number of the host; None for the command line.
        asked: the list.

    Raises:
        RowFaultError: the first mistake of the list; then nothing is written.
        Refused: the gathering takes nothing now.
    """
    by = actor.HOUSE if host is None else actor.host(host)
    entry = table_of(asked.text)
    if asked.what == "circles":
        plan = circles_planned(gathering.state, circle_rows_in(entry))
        _check_any(len(plan.new) + plan.present)
        await _add_circles(gathering, by, asked.key, plan.new)
        return Imported(len(plan.new), plan.present)
    planned = occasions_planned if asked.what == "occasions" else desires_planned
    rows, present = planned(gathering.state, entry)
    _check_any(len(rows) + present)
    submits = []
    for line, row in rows:
        key, body = _key(asked.key, asked.what, line), row
        if isinstance(body, ev.OccasionAdded):
            body = msgspec.structs.replace(body, code=code_from(gathering.secret_for("occasion", f"{by}\0{key}")))
        submits.append(gathering.submit(by, key, body))
    await asyncio.gather(*submits)
    return Imported(len(rows), present)


def _check_any(rows: int) -> None:
    """Raise if a list has no row, so that nobody takes it for brought in.

    Raises:
        RowFaultError: "empty".
    """
    if not rows:
        raise RowFaultError("empty")


def _key(form: str, what: str, line: int) -> str:
    """Return the idempotency key of one row, so that the same form sent twice at once adds each row once."""
    return "list-" + hashlib.sha256(f"{form}\0{what}\0{line}".encode()).hexdigest()[:40]


# --- circles ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewCircle:
    """A circle that a list adds.

    Attributes:
        row: its row.
        names: its name by language, as it is kept.
        parent: number of the circle that contains it; those of the list follow those of the gathering. None for none.
        depth: how many circles contain it.
    """

    row: ListedCircle
    names: dict[str, str]
    parent: int | None
    depth: int


@dataclass(frozen=True, slots=True)
class CirclePlan:
    """What a list of circles would do.

    Attributes:
        new: circles to be added, each after the circle that contains it.
        present: rows of circles that are there already.
    """

    new: list[NewCircle]
    present: int


class _Planner:
    """Finds the circle that contains each circle of a list, among those of the list and of the gathering."""

    def __init__(self, state: State, rows: Sequence[ListedCircle]) -> None:
        self.state, self.rows = state, rows
        self.first = len(state.circles)
        self.depth = depths(state.circles)
        self.parent = [circle.parent for circle in state.circles]
        self.by_name: dict[str, list[int]] = {}
        self.there: dict[tuple[int | None, str], int] = {}
        for number, circle in enumerate(state.circles):
            for name in {*filter(None, (circle.name, *circle.names.values()))}:
                self.by_name.setdefault(name.casefold(), []).append(number)
                self.there.setdefault((circle.parent, name.casefold()), number)
        self.rows_called: dict[str, list[int]] = {}
        for place, row in enumerate(rows):
            for name in {row.name.casefold(), *(name.casefold() for name in row.names.values())}:
                self.rows_called.setdefault(name, []).append(place)
        self.new: list[NewCircle] = []
        self.node_of: dict[int, int] = {}
        self.taken: set[tuple[int | None, str]] = set()
        self.open: list[int] = []

    def node(self, place: int) -> int:
        """Return the number of the circle of a row; those that are new follow those of the gathering."""
        if place in self.node_of:
            return self.node_of[place]
        row = self.rows[place]
        if place in self.open:
            raise RowFaultError("cycle", row.line, row.name)
        if len(self.open) >= LEVELS_MOST:
            raise RowFaultError("depth", row.line, row.name)
        self.open.append(place)
        parent = self._containing(place)
        self.open.pop()
        key = (parent, row.name.casefold())
        if key in self.taken:
            raise RowFaultError("twice", row.line, row.name)
        self.taken.add(key)
        number = self.there.get(key)
        if number is None:
            number = self._add(row, parent)
        self.node_of[place] = number
        return number

    def _add(self, row: ListedCircle, parent: int | None) -> int:
        depth = 0 if parent is None else self.depth[parent] + 1
        if depth >= LEVELS_MOST:
            raise RowFaultError("depth", row.line, row.name)
        try:
            names = kept_names(self.state, {code: clean_name(name) for code, name in row.names.items()})
        except Refused:
            code = next(code for code in row.names if code not in self.state.languages)
            raise RowFaultError("language", row.line, code) from None
        self.new.append(NewCircle(row, names, parent, depth))
        self.parent.append(parent)
        self.depth.append(depth)
        if self.first + len(self.new) > CIRCLES_MOST:
            raise RowFaultError("many")
        return self.first + len(self.new) - 1

    def _containing(self, place: int) -> int | None:
        """Return the number of the circle that contains that of a row; None for none."""
        row = self.rows[place]
        if not row.inside:
            return None
        called = row.inside[-1].casefold()
        others = [other for other in self.rows_called.get(called, []) if other != place]
        parents = {*self.by_name.get(called, []), *(self.node(other) for other in others)}
        fitting = [number for number in sorted(parents) if self._stands_in(number, row.inside[:-1])]
        value = " > ".join(row.inside)
        if not fitting:
            itself = called == row.name.casefold() and not parents
            raise RowFaultError("cycle" if itself else "parent", row.line, value)
        if len(fitting) > 1:
            raise RowFaultError("parents", row.line, value)
        return fitting[0]

    def _stands_in(self, number: int, path: tuple[str, ...]) -> bool:
        """Return whether the circles that contain a circle have these names, the outermost first."""
        around = self.parent[number]
        for name in reversed(path):
            if around is None or name.casefold() not in self._called(around):
                return False
            around = self.parent[around]
        return True

    def _called(self, number: int) -> set[str]:
        if number < self.first:
            circle = self.state.circles[number]
            names = (circle.name, *circle.names.values())
        else:
            row = self.new[number - self.first].row
            names = (row.name, *row.names.values())
        return {name.casefold() for name in names if name}


def _as_kept(row: ListedCircle) -> ListedCircle:
    """Return a row with its names as they are kept, so that two ways to write one name are one name.

    Raises:
        RowFaultError: of the name only signs were written that cannot be seen.
    """
    name = clean_name(row.name)
    if not name:
        raise RowFaultError("name", row.line)
    return replace(row, name=name, inside=tuple(clean_name(part) for part in row.inside))


def circles_planned(state: State, rows: Sequence[ListedCircle]) -> CirclePlan:
    """Return what a list of circles would add. O(circles + rows), and O(rows of one name) where names repeat.

    Raises:
        RowFaultError: the first mistake.
    """
    rows = [_as_kept(row) for row in rows]
    planner = _Planner(state, rows)
    for place in range(len(rows)):
        planner.node(place)
    return CirclePlan(planner.new, len(rows) - len(planner.new))


async def _add_circles(gathering: LiveGathering, by: str, form: str, new: Sequence[NewCircle]) -> None:
    """Add circles level by level, so that the number of each containing circle is known."""
    first = len(gathering.state.circles)
    number_of: dict[int, int] = {}

    async def add(place: int, circle: NewCircle) -> None:
        parent = circle.parent
        if parent is not None and parent >= first:
            parent = number_of[parent - first]
        row = circle.row
        key = _key(form, "circles", row.line)
        door = gathering.secret_for("circle", f"{by}\0{key}")
        body = ev.CircleAdded(clean_name(row.name), door, parent, row.place, row.size, dict(circle.names))
        kept = await gathering.submit(by, key, body)
        assert kept.number is not None  # noqa: S101  an event of this kind has a number
        number_of[place] = kept.number

    for depth in range(max((circle.depth for circle in new), default=-1) + 1):
        level = ((place, circle) for place, circle in enumerate(new) if circle.depth == depth)
        await asyncio.gather(*(add(place, circle) for place, circle in level))


# --- occasions and desires --------------------------------------------------------------------------------------------


def occasions_planned(state: State, entry: InputFile) -> tuple[list[tuple[int, ev.AnyBody]], int]:
    """Return (line, event without a code) of each occasion that a list would add, and how many rows are there already.

    Raises:
        RowFaultError: the first mistake.
    """
    there = {(occasion.name.casefold(), occasion.begins) for occasion in state.occasions}
    bodies: list[tuple[int, ev.AnyBody]] = []
    seen: set[tuple[str, int | None]] = set()
    present = 0
    for row in occasion_rows_in(entry):
        key = (clean_name(row.name).casefold(), row.begins)
        if key in seen:
            raise RowFaultError("twice", row.line, row.name)
        seen.add(key)
        try:
            names = kept_names(state, {code: clean_name(name) for code, name in row.names.items()})
        except Refused:
            code = next(code for code in row.names if code not in state.languages)
            raise RowFaultError("language", row.line, code) from None
        if key in there:
            present += 1
            continue
        body = ev.OccasionAdded(clean_name(row.name), row.form, "", names, row.begins, row.ends)
        bodies.append((row.line, body))
        if len(state.occasions) + len(bodies) > OCCASIONS_MOST:
            raise RowFaultError("many")
    return bodies, present


def desires_planned(state: State, entry: InputFile) -> tuple[list[tuple[int, ev.AnyBody]], int]:
    """Return (line, event) of each first desire that a list would add, and how many rows are there already.

    Raises:
        RowFaultError: the first mistake.
    """
    there = {(one.text, one.language) for one in state.desires if one.author is None and not one.gone}
    bodies: list[tuple[int, ev.AnyBody]] = []
    seen: set[tuple[str, str]] = set()
    present = 0
    for row in desire_rows_in(entry):
        language = row.language or language_of(row.text, state.languages[0], state.languages)
        try:
            named_language(state, row.text, language)
        except Refused:
            raise RowFaultError("language", row.line, row.language) from None
        try:
            words, _ = clean_words(row.text, language)
        except Refused:
            raise RowFaultError("words", row.line, row.text) from None
        key = (words, language)
        if key in seen:
            raise RowFaultError("twice", row.line, row.text)
        seen.add(key)
        if key in there:
            present += 1
        else:
            bodies.append((row.line, ev.DesireSaid(None, words, language)))
    return bodies, present
