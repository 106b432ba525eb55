"""Which column of a list holds what: detected by its name or, without names, by its content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from oneheart.errors import UserError
from oneheart.formats.contacts.lists import LOOKED_AT
from oneheart.formats.contacts.times import is_value, step
from oneheart.formats.csv import Table, as_number

EPOCH_LEAST = 1e9  # seconds since 1970 on a day of 2001
SHARED_LEAST = 0.5
_TWO, _THREE, _FOUR = 2, 3, 4  # columns: two people, and one or two more


def _either(ending: str, *words: str) -> frozenset[str]:
    """Return keys of one of two columns of people: every usual word with an ending, and some more words."""
    kinds = ("user", "person", "participant", "id", "badge", "tag", "node", "device", "friend")
    return frozenset({*words, *(f"{kind}{line}{ending}" for kind in kinds for line in ("", "_")), f"p{ending}"})


KEYS: dict[str, frozenset[str]] = {
    "time": frozenset(
        {"t", "time", "timestamp", "ts", "datetime", "date_time", "contact_time", "unix_time", "unixtime", "epoch"}
    ),
    "first": _either("1", "i", "source", "from", "ego", "first", "sender", "caller", "actor", "u") | _either("a", "a"),
    "second": _either("2", "j", "target", "to", "alter", "second", "recipient", "receiver", "callee", "v")
    | _either("b", "b", "remote_user_id", "remote_user_id_if_known"),
    "person": frozenset(
        {"person", "participant", "user", "id", "badge", "who", "name", "friend", "user_id", "person_id"}
    ),
    "occasion": frozenset({"occasion", "session", "event", "room", "table", "lesson", "where", "group", "circle"}),
    "form": frozenset({"form", "layer", "kind", "type"}),
    "start": frozenset({"start", "begin", "begins", "arrived", "in", "start_time", "time_start", "begin_time"}),
    "end": frozenset({"end", "ends", "until", "left", "out", "end_time", "time_end"}),
    "minutes": frozenset({"minutes", "min", "mins"}),
    "amount": frozenset(
        {"weight", "duration", "seconds", "bins", "count", "contacts", "amount", "n", "times", "w", "total_duration"}
    ),
    "strength": frozenset({"rssi", "signal"}),
    "day": frozenset({"day", "date"}),
}
KNOWN = frozenset().union(*KEYS.values())


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of the columns of a list.

    Attributes:
        first: of one person.
        second: of the other.
        time: when, or when it began where `end` is there too.
        end: when it ended.
        amount: how much.
        day: on which day, where times begin anew with each.
        unit: of the amount.
    """

    first: int
    second: int
    time: int | None = None
    end: int | None = None
    amount: int | None = None
    day: int | None = None
    unit: str = "times"


def named_columns(table: Table, weight: str | None) -> Columns:
    """Return which columns hold the two people, the time and the amount, by their names."""
    if weight is not None and weight.lower() not in table.names:
        message = f"{table.name} has no column {weight!r}; it has {', '.join(filter(None, table.names))}."
        raise UserError(message)
    first, second = table.first_of(KEYS["first"]), table.first_of(KEYS["second"])
    if second is not None and first is None:
        first = table.first_of(KEYS["person"])
    if first is None or second is None or first == second:
        message = f"{table.name}: name the two columns of people 'a' and 'b' in the first line."
        raise UserError(message)
    time, start, end = (table.first_of(KEYS[kind]) for kind in ("time", "start", "end"))
    amount = table.names.index(weight.lower()) if weight is not None else table.first_of(KEYS["amount"])
    if amount is not None and (weight is not None or _says_how_much(table, amount)):
        return Columns(first, second, time, None, amount, unit=table.names[amount])
    if start is not None and end is not None:
        return Columns(first, second, start, end, unit="seconds")
    return Columns(first, second, start if time is None else time, day=table.first_of(KEYS["day"]))


def _says_how_much(table: Table, amount: int) -> bool:
    """Return whether an amount is stated: some cell of the first 5,000 rows is neither empty nor 0."""
    return any(row[amount].strip() not in {"", "0", "0.0"} for _, row in islice(table.rows(), LOOKED_AT))


def columns_by_content(table: Table, weight: str | None) -> Columns:
    """Return which columns hold the two people, the time and the amount, by their content."""
    width = len(table.names)
    if weight is not None:
        message = f"{table.name} has no column {weight!r}; it has no names at all."
        raise UserError(message)
    if width < 2:  # noqa: PLR2004  two people
        message = f"{table.name} has one column; give two columns of people, or a time and two of people."
        raise UserError(message)
    if width == 2:  # noqa: PLR2004
        return Columns(0, 1)
    head = [row for _, row in islice(table.rows(), LOOKED_AT)]
    cells = [[row[n].strip() for row in head] for n in range(min(width, 4))]
    clock = _clock_column(cells)
    if clock == 0:
        return Columns(1, 2, 0)
    if len(cells) > 3 and _ends(cells[2], cells[3]):  # noqa: PLR2004
        return Columns(0, 1, 2, 3, unit="seconds")
    if clock == 3 and set(cells[2]) != {"1"}:  # noqa: PLR2004  as lists of edges have it: how often, and when
        return Columns(0, 1, 3, None, 2)
    if clock is not None:
        return Columns(0, 1, clock)
    return Columns(0, 1, None, None, 2 if all(_numbers(cells[2])) else None)


def _clock_column(cells: Sequence[Sequence[str]]) -> int | None:
    """Return which column holds times, None for none.

    A column holds times where all its cells are dates, or numbers of seconds since 1970, or numbers that never go back
    in steps of one length, or numbers left of two columns that share their ids.
    """
    for place, column in enumerate(cells):
        if not all(_numbers(column)) and all(is_value(cell) for cell in column):
            return place
    people = _shared(cells[1], cells[2]), _shared(cells[0], cells[1])
    if _runs(cells[0]) or (people[0] >= 0.5 and people[0] > 2 * people[1] and all(_numbers(cells[0]))):  # noqa: PLR2004
        return 0
    later = [place for place in range(2, len(cells)) if _is_epoch(cells[place]) or _runs(cells[place])]
    return later[0] if later else None


def _shared(a: Sequence[str], b: Sequence[str]) -> float:
    """Return how many different ids two columns share, divided by those of the column with fewer; 0 to 1."""
    left, right = set(a), set(b)
    return len(left & right) / max(min(len(left), len(right)), 1)


def _numbers(column: Sequence[str]) -> Iterable[bool]:
    return (as_number(cell) is not None for cell in column)


def _is_epoch(column: Sequence[str]) -> bool:
    """Return whether all cells are seconds, milliseconds or less since 1970, on a day from 2001 on."""
    return bool(column) and all(_numbers(column)) and min(float(cell) for cell in column) >= 1e9  # noqa: PLR2004


def _runs(column: Sequence[str]) -> bool:
    """Return whether a column is sorted and its steps are whole time slices; ids are not."""
    if not all(_numbers(column)):
        return False
    values = np.array([float(cell) for cell in column])
    return not (np.diff(values) < 0).any() and step(values.tolist()) is not None


def _ends(start: Sequence[str], end: Sequence[str]) -> bool:
    """Return whether a column holds end times of another: never before the start, usually soon after it."""
    if not all(is_value(cell) for cell in (*start, *end)):
        return False
    if not all(_numbers((*start, *end))):
        return not any(_numbers((*start, *end)))
    begin = np.array([float(cell) for cell in start])
    length = np.array([float(cell) for cell in end]) - begin
    return bool((length >= 0).all() and np.median(begin) > 3 * max(float(np.median(length)), 1.0))
