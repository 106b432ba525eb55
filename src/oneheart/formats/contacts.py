"""Read who was near whom: contact lists with times, lists of pairs, proximity scans, and logs of who was where.

What the columns mean is taken from their names, or, without names, from what stands in them: people are the two columns
that share their ids, times run or are as large as clocks of computers are. A person with themselves is left out and
counted; scans of nobody (a negative id, or NA) are left out. Nothing here ever holds a place on a map.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.formats.columns import Clock, Table, as_number, is_value, read_table, step, table_of
from oneheart.formats.files import csv_bytes, entries, fingerprint, reading
from oneheart.model.presence import Attendance, Contacts, Occasion

Floats = npt.NDArray[np.float64]
OCCASIONS = "occasions.csv"  # beside the answers in an export
_LOOKED_AT = 5000
_NOBODY = frozenset({"NA", "NaN", "nan", "NULL", "null", "None"})


def _numbered(ending: str, *words: str) -> frozenset[str]:
    """Return names of one of two columns of people: every usual word with an ending, and some more words."""
    kinds = ("user", "person", "participant", "id", "badge", "tag", "node", "device", "friend")
    return frozenset({*words, *(f"{kind}{line}{ending}" for kind in kinds for line in ("", "_")), f"p{ending}"})


_NAMES: dict[str, frozenset[str]] = {
    "time": frozenset(
        {"t", "time", "timestamp", "ts", "datetime", "date_time", "contact_time", "unix_time", "unixtime", "epoch"}
    ),
    "first": _numbered("1", "i", "source", "from", "ego", "first", "sender", "caller", "actor", "u")
    | _numbered("a", "a"),
    "second": _numbered("2", "j", "target", "to", "alter", "second", "recipient", "receiver", "callee", "v")
    | _numbered("b", "b", "remote_user_id", "remote_user_id_if_known"),
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
_KNOWN = frozenset().union(*_NAMES.values())
_FORMS = frozenset({"lesson", "meal", "night", "workshop"})


@dataclass(frozen=True, slots=True, eq=False)
class ReadContacts:
    """Contacts with what was left out on the way.

    Attributes:
        contacts: the pairs.
        with_themselves: lines in which a person met themselves.
        nobody: scans that saw nobody.
        repeated: lines that say again that a pair met in one time slice, as when both badges noticed it.
        without: lines with an amount below 0 (calls that nobody took).
        seconds_a_record: length of one time slice; None where the source counts otherwise.
    """

    contacts: Contacts
    with_themselves: int
    nobody: int
    repeated: int
    without: int
    seconds_a_record: float | None

    def left_out(self) -> list[str]:
        """Return a sentence for each kind of line that does not count.

        Example:
            >>> nothing = np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0)
            >>> ReadContacts(Contacts(("a",), *nothing, "times", 0), 2, 0, 0, 0, None).left_out()
            ['Left out: 2 lines in which somebody meets themselves.']
        """
        counted = (
            (self.with_themselves, "in which somebody meets themselves"),
            (self.nobody, "in which nobody was seen, or nobody who takes part"),
            (self.repeated, "in which the same is said of a pair a second time"),
            (self.without, "with an amount below 0"),
        )
        return [f"Left out: {count} line{'s' * (count > 1)} {what}." for count, what in counted if count]


def read_contacts(path: Path | str, *, weight: str | None = None) -> ReadContacts:
    """Return the contacts in a file: ``t i j`` lists, pair lists, proximity scans, or contacts with begin and end.

    Args:
        path: of the file; cells divided by commas, semicolons, tabs, bars or spaces; with or without a header; packed
            by gzip or not.
        weight: name of the column that says how much; found by itself where there is one of a usual name.

    Raises:
        UserError: no such file, no two columns of people, a line that is not like the others, or times in mixed units.

    Notes:
        O(lines). Lines that say how often or how long count as they are. Lines with a time alone count as long as a
        time slice, where times are slices, once for each pair and slice; otherwise once each.
    """
    table = read_table(Path(path), _KNOWN)
    return _contacts(table, _named_columns(table, weight) if table.named else _columns_by_content(table, weight))


def read_attendance(path: Path | str) -> Attendance:
    """Return who was at which occasion, from a log with a column of people and one of occasions.

    Raises:
        UserError: no such file, no such columns, or nobody in them.
    """
    found = _attendance(read_table(Path(path), _KNOWN), path)
    if not found.people:
        message = f"{path} holds names of columns and nobody below them; give a file with people in it."
        raise UserError(message)
    return found


def attendance_beside(path: Path | str) -> Attendance | None:
    """Return who was at which occasion, from the occasions.csv of an export, or None where there is none.

    Args:
        path: the folder or zip file of an export, or one of the CSV files in it.

    Raises:
        UserError: it cannot be read, or there are several that differ.
    """
    found = [entry for entry in entries(Path(path)) if entry.base.lower() == OCCASIONS]
    if not found:
        return None
    if len({fingerprint(entry) for entry in found}) > 1:
        message = f"{path} holds several files {OCCASIONS} that differ; keep one of them."
        raise UserError(message)
    inside = Path(path) / found[0].name
    with reading(found[0]) as file:
        return _attendance(table_of(inside, file.read(), _KNOWN), inside)


def write_attendance(attendance: Attendance, days: Sequence[int]) -> bytes:
    """Return the occasions.csv of an export.

    Args:
        attendance: who was where.
        days: of each occasion, 0 for the first day.

    Example:
        >>> one = Attendance(("7",), (Occasion("3", "meal"),), *(np.zeros(1, np.int32),) * 2, np.ones(1))
        >>> write_attendance(one, [0]).decode().splitlines()
        ['person,occasion,form,day', '7,3,meal,0']
    """
    rows = (
        (attendance.people[who], held.label, held.form, days[what])
        for who, what in zip(attendance.person.tolist(), attendance.occasion.tolist(), strict=True)
        for held in (attendance.occasions[what],)
    )
    return b"".join(csv_bytes([("person", "occasion", "form", "day"), *rows]))


def _attendance(table: Table, path: Path | str) -> Attendance:
    role = {kind: table.find(_NAMES[kind]) for kind in ("person", "occasion", "form", "start", "end", "minutes")}
    person, where = role["person"], role["occasion"]
    if person is None or where is None:
        message = f"{path}: name one column 'person' and one 'occasion' in the first line."
        raise UserError(message)
    minutes: dict[tuple[str, str], float] = {}
    forms: dict[str, str] = {}
    clock = Clock(table)
    for line, row in table.rows():
        who, what = row[person].strip(), row[where].strip()
        if not who or not what:
            continue
        stay = _stay(table, clock, row, line, role)
        minutes[who, what] = minutes.get((who, what), 0.0) + stay
        if role["form"] is not None:
            form = row[role["form"]].strip().lower()
            forms[what] = form if form in _FORMS else ""
    people = _in_order({who for who, _ in minutes})
    occasions = _in_order({what for _, what in minutes})
    row_of = {label: number for number, label in enumerate(people)}
    column_of = {label: number for number, label in enumerate(occasions)}
    cells = sorted((row_of[who], column_of[what], stay) for (who, what), stay in minutes.items() if stay > 0)
    return Attendance(
        people,
        tuple(Occasion(label, forms.get(label, "")) for label in occasions),
        np.array([cell[0] for cell in cells], np.int32),
        np.array([cell[1] for cell in cells], np.int32),
        np.array([cell[2] for cell in cells], np.float64),
        source=Path(path).name,
    )


def read_strata(path: Path | str, column: str) -> dict[str, str]:
    """Return the value of a column for everybody in a table of people, ids in its first column.

    A column may also be named by its number, 1 for the first, where the table has no names. People without a value
    ("" or NA) are a stratum of their own.

    Raises:
        UserError: no such file or column.
    """
    table = read_table(Path(path), _KNOWN)
    if column.lower() in table.names:
        place = table.names.index(column.lower())
    elif column.isdigit() and 1 <= int(column) <= len(table.names):
        place = int(column) - 1
    else:
        told = ", ".join(name for name in table.names if name) or f"{len(table.names)} columns without names"
        message = f"{path} has no column {column!r}; it has {told}."
        raise UserError(message)
    return {row[0].strip(): row[place].strip() for _, row in table.rows()}


def is_attendance(path: Path | str) -> bool:
    """Return whether a file says who was where, rather than who met whom.

    Raises:
        UserError: there is no such file.
    """
    table = read_table(Path(path), _KNOWN)
    return table.find(_NAMES["person"]) is not None and table.find(_NAMES["occasion"]) is not None


def _stay(table: Table, clock: Clock, row: list[str], line: int, role: dict[str, int | None]) -> float:
    """Return how long somebody stayed, in minutes; 1 where the log does not say."""
    if (column := role["minutes"]) is not None:
        return table.number(row[column], line)
    start, end = role["start"], role["end"]
    if start is not None and end is not None:
        return _length(table, clock, (row[start], row[end]), line) / 60
    return 1.0


def _length(table: Table, clock: Clock, cells: tuple[str, str], line: int) -> float:
    """Return the seconds between begin and end."""
    begin, end = (clock.seconds(cell, line) for cell in cells)
    if end < begin:
        message = f"{table.path}, line {line}: the end is before the start; mend this line."
        raise UserError(message)
    return end - begin


# --- what the columns are --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Columns:
    """Places of columns.

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


def _named_columns(table: Table, weight: str | None) -> _Columns:
    """Return which columns hold the two people, the time and the amount, by their names."""
    if weight is not None and weight.lower() not in table.names:
        told = ", ".join(name for name in table.names if name)
        message = f"{table.path} has no column {weight!r}; it has {told}."
        raise UserError(message)
    first, second = table.find(_NAMES["first"]), table.find(_NAMES["second"])
    if second is not None and first is None:
        first = table.find(_NAMES["person"])
    if first is None or second is None or first == second:
        message = f"{table.path}: name the two columns of people 'a' and 'b' in the first line."
        raise UserError(message)
    time, start, end = (table.find(_NAMES[kind]) for kind in ("time", "start", "end"))
    amount = table.names.index(weight.lower()) if weight is not None else table.find(_NAMES["amount"])
    if amount is not None and (weight is not None or _says_how_much(table, amount)):
        return _Columns(first, second, time, None, amount, unit=table.names[amount])
    if start is not None and end is not None:
        return _Columns(first, second, start, end, unit="seconds")
    return _Columns(first, second, start if time is None else time, day=table.find(_NAMES["day"]))


def _says_how_much(table: Table, amount: int) -> bool:
    """Return whether a column is filled in, rather than 0 throughout as in lists of what was seen at a moment."""
    return any(row[amount].strip() not in {"", "0", "0.0"} for _, row in islice(table.rows(), _LOOKED_AT))


def _columns_by_content(table: Table, weight: str | None) -> _Columns:
    """Return which columns hold the two people, the time and the amount, by what stands in them."""
    width = len(table.names)
    if weight is not None:
        message = f"{table.path} has no column {weight!r}; it has no names at all."
        raise UserError(message)
    if width < 2:  # noqa: PLR2004  two people
        message = f"{table.path} has one column; give two columns of people, or a time and two of people."
        raise UserError(message)
    if width == 2:  # noqa: PLR2004
        return _Columns(0, 1)
    head = [row for _, row in islice(table.rows(), _LOOKED_AT)]
    cells = [[row[n].strip() for row in head] for n in range(min(width, 4))]
    clock = _clock_column(cells)
    if clock == 0:
        return _Columns(1, 2, 0)
    if len(cells) > 3 and _ends(cells[2], cells[3]):  # noqa: PLR2004
        return _Columns(0, 1, 2, 3, unit="seconds")
    if clock == 3 and set(cells[2]) != {"1"}:  # noqa: PLR2004  as lists of edges have it: how often, and when
        return _Columns(0, 1, 3, None, 2)
    if clock is not None:
        return _Columns(0, 1, clock)
    return _Columns(0, 1, None, None, 2 if all(_numbers(cells[2])) else None)


def _clock_column(cells: Sequence[Sequence[str]]) -> int | None:
    """Return which column holds times, None for none.

    Times are dates, or numbers beside two columns of people who share their ids, or as large as only the clocks of
    computers are, or they never go back, as rows are written when something happens.
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
    """Return how many ids two columns have in common, as a share of the column that has fewer, 0 to 1."""
    one, other = set(a), set(b)
    return len(one & other) / max(min(len(one), len(other)), 1)


def _numbers(column: Sequence[str]) -> Iterable[bool]:
    return (as_number(cell) is not None for cell in column)


def _is_epoch(column: Sequence[str]) -> bool:
    """Return whether all are seconds (or less) since 1970 of a day from 2001 on."""
    return bool(column) and all(_numbers(column)) and min(float(cell) for cell in column) >= 1e9  # noqa: PLR2004


def _runs(column: Sequence[str]) -> bool:
    """Return whether a column never goes back, and its steps are slices, as times do and ids do not."""
    if not all(_numbers(column)):
        return False
    values = np.array([float(cell) for cell in column])
    return not (np.diff(values) < 0).any() and step(values.tolist()) is not None


def _ends(start: Sequence[str], end: Sequence[str]) -> bool:
    """Return whether a column holds the ends of what begins in another: never before it, and soon after it."""
    if not all(is_value(cell) for cell in (*start, *end)):
        return False
    if not all(_numbers((*start, *end))):
        return not any(_numbers((*start, *end)))
    begin = np.array([float(cell) for cell in start])
    length = np.array([float(cell) for cell in end]) - begin
    return bool((length >= 0).all() and np.median(begin) > 3 * max(float(np.median(length)), 1.0))


# --- the pairs -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Lines:
    """What the lines of a file say, one entry for each."""

    first: array[int] = field(default_factory=lambda: array("q"))
    second: array[int] = field(default_factory=lambda: array("q"))
    moment: array[float] = field(default_factory=lambda: array("d"))
    amount: array[float] = field(default_factory=lambda: array("d"))
    day: array[int] = field(default_factory=lambda: array("q"))
    themselves: int = 0
    nobody: int = 0
    without: int = 0


def _contacts(table: Table, columns: _Columns) -> ReadContacts:
    """Return the pairs of a table, each once, with how much of each."""
    number: dict[str, int] = {}
    days: dict[str, int] = {}
    lines = _Lines()
    clock = Clock(table)
    for line, row in table.rows():
        pair = row[columns.first].strip(), row[columns.second].strip()
        there = [person for person in pair if person not in _NOBODY and not _is_below_zero(person)]
        if not all(pair):
            message = f"{table.path}, line {line}: a person is missing; mend or remove this line."
            raise UserError(message)
        a, b = (number.setdefault(person, len(number)) for person in (there * 2)[:2]) if there else (0, 0)
        amount = _amount(table, clock, columns, row, line)
        moment = 0.0 if columns.time is None or columns.amount is not None else clock.seconds(row[columns.time], line)
        if len(there) < 2 or a == b or amount < 0:  # noqa: PLR2004  two people
            lines.nobody += len(there) < 2  # noqa: PLR2004
            lines.themselves += len(there) == 2 and a == b  # noqa: PLR2004
            lines.without += len(there) == 2 and a != b  # noqa: PLR2004
            continue
        lines.first.append(a)
        lines.second.append(b)
        lines.amount.append(amount)
        lines.moment.append(moment)
        if columns.day is not None:
            lines.day.append(days.setdefault(row[columns.day].strip(), len(days)))
    if not number and not lines.nobody:
        message = f"{table.path} holds names of columns and nothing below them; give a file with contacts in it."
        raise UserError(message)
    slice_seconds = step(clock.times()) if columns.end is None else None
    return _gathered(table, columns, tuple(number), lines, slice_seconds)


def _is_below_zero(person: str) -> bool:
    """Return whether an id is one of those that scanners write for nobody, or for a device that is none of ours."""
    return person.startswith("-") and person[1:].isdigit()


def _amount(table: Table, clock: Clock, columns: _Columns, row: list[str], line: int) -> float:
    if columns.amount is not None:
        return table.number(row[columns.amount], line)
    if columns.time is not None and columns.end is not None:
        # Begun and ended within one second, it was a contact all the same.
        return max(1.0, _length(table, clock, (row[columns.time], row[columns.end]), line))
    return 1.0


def _gathered(
    table: Table, columns: _Columns, labels: tuple[str, ...], lines: _Lines, length: float | None
) -> ReadContacts:
    people = _in_order(labels)
    row_of = {label: row for row, label in enumerate(people)}
    row = np.array([row_of[label] for label in labels], np.int64)
    a, b = (row[np.frombuffer(column, np.int64)] for column in (lines.first, lines.second))
    amount = np.frombuffer(lines.amount, np.float64)
    key = np.minimum(a, b) * max(len(people), 1) + np.maximum(a, b)
    moment, repeated = np.frombuffer(lines.moment, np.float64), 0
    if columns.end is not None:
        amount = _not_yet_together(key, moment, amount)
    elif length is not None:
        again, order = _again(key, moment, np.frombuffer(lines.day, np.int64))
        repeated = int(again.sum())
        key, amount = key[order][~again], np.full(len(key) - repeated, length)
    pair, place = np.unique(key, return_inverse=True)
    summed = np.asarray(np.bincount(place, amount, minlength=len(pair)), np.float64)
    pair, summed = pair[summed > 0], summed[summed > 0]
    unit = "seconds" if length is not None else columns.unit
    found = Contacts(
        people,
        (pair // max(len(people), 1)).astype(np.int32),
        (pair % max(len(people), 1)).astype(np.int32),
        summed,
        unit,
        len(lines.first),
        source=table.path.name,
    )
    return ReadContacts(found, lines.themselves, lines.nobody, repeated, lines.without, length)


def _again(
    key: npt.NDArray[np.int64], moment: Floats, day: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    """Return which contacts say the same of a pair and a time slice as one before, and the order that they are in."""
    day = day if len(day) else np.zeros(len(key), np.int64)
    order = np.lexsort((moment, day, key))
    again = np.zeros(len(key), np.bool_)
    again[1:] = np.logical_and.reduce([np.diff(column[order]) == 0 for column in (key, day, moment)])
    return again, order


def _not_yet_together(key: npt.NDArray[np.int64], begin: Floats, length: Floats) -> Floats:
    """Return how much longer each contact makes the time of its pair.

    Two that overlap, as when both devices noticed one, count once.
    """
    order = np.lexsort((begin, key))
    out, until, of = np.zeros(len(key)), -np.inf, -1
    for place in order.tolist():
        if key[place] != of:
            until, of = -np.inf, int(key[place])
        end = float(begin[place] + length[place])
        out[place] = max(0.0, end - max(until, float(begin[place])))
        until = max(until, end)
    return out


def _in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Return labels in their natural order: numbers by size, then words."""
    return tuple(sorted(labels, key=lambda label: (not label.isdigit(), int(label) if label.isdigit() else 0, label)))
