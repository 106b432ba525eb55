"""Read who was near whom: contact lists with times, lists of pairs, proximity scans, and logs of who was where.

What the columns mean is taken from their names, or, without names, from their number and from whether the first one
runs like a clock. Times in milliseconds are known by their size. A person with themselves is left out and counted;
scans of nobody (a negative id) are left out. Nothing here ever holds a place on a map.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.formats.files import csv_bytes, entries, fingerprint, reading
from oneheart.model.presence import Attendance, Contacts, Occasion

OCCASIONS = "occasions.csv"  # beside the answers in an export
_MOST_BYTES = 400_000_000
_MILLISECONDS_FROM = 100_000_000_000
_NAMES: dict[str, frozenset[str]] = {
    "time": frozenset({"t", "time", "timestamp", "ts", "datetime"}),
    "first": frozenset(
        {"i", "a", "user_a", "user1", "id1", "source", "from", "person1", "p1", "ego", "first", "user a"}
    ),
    "second": frozenset(
        {"j", "b", "user_b", "user2", "id2", "target", "to", "person2", "p2", "alter", "second", "user b"}
    ),
    "person": frozenset({"person", "participant", "user", "id", "badge", "who", "name", "friend"}),
    "occasion": frozenset({"occasion", "session", "event", "room", "table", "lesson", "where", "group", "circle"}),
    "form": frozenset({"form", "layer", "kind", "type"}),
    "start": frozenset({"start", "begin", "begins", "arrived", "in"}),
    "end": frozenset({"end", "ends", "until", "left", "out"}),
    "minutes": frozenset({"minutes", "min", "mins"}),
    "amount": frozenset({"weight", "duration", "seconds", "bins", "count", "contacts", "amount", "n", "times", "w"}),
    "strength": frozenset({"rssi", "signal"}),
}
_FORMS = frozenset({"lesson", "meal", "night", "workshop"})


@dataclass(frozen=True, slots=True)
class _Table:
    """Lines split into cells, with what each column is called ("" for none)."""

    path: Path
    names: tuple[str, ...]
    rows: list[list[str]]
    first_line: int


@dataclass(frozen=True, slots=True, eq=False)
class ReadContacts:
    """Contacts with what was left out on the way.

    Attributes:
        contacts: the pairs.
        with_themselves: lines in which a person met themselves.
        nobody: scans that saw nobody.
        seconds_a_record: length of one time slice; None where the source counts otherwise.
    """

    contacts: Contacts
    with_themselves: int
    nobody: int
    seconds_a_record: float | None


def read_contacts(path: Path | str, *, weight: str | None = None) -> ReadContacts:
    """Return the contacts in a file: ``t i j`` lists, pair lists, or proximity scans.

    Args:
        path: of the file; cells divided by commas, semicolons, tabs or spaces; with or without a header.
        weight: name of the column that says how much; found by itself where there is one of a usual name.

    Raises:
        UserError: no such file, no two columns of people, a line that is not like the others, or times in mixed units.
    """
    table = _read(Path(path))
    columns = _pair_columns(table, weight)
    return _contacts(table, columns)


def read_attendance(path: Path | str) -> Attendance:
    """Return who was at which occasion, from a log with a column of people and one of occasions.

    Raises:
        UserError: no such file, or no such columns.
    """
    return _attendance(_read(Path(path)), path)


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
        return _attendance(_table(inside, file.read()), inside)


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


def _attendance(table: _Table, path: Path | str) -> Attendance:
    role = {kind: _find(table, kind) for kind in ("person", "occasion", "form", "start", "end", "minutes")}
    person, where = role["person"], role["occasion"]
    if person is None or where is None:
        message = f"{path}: name one column 'person' and one 'occasion' in the first line."
        raise UserError(message)
    minutes: dict[tuple[str, str], float] = {}
    forms: dict[str, str] = {}
    for line, row in _lines(table):
        who, what = row[person].strip(), row[where].strip()
        if not who or not what:
            continue
        stay = _stay(table, row, line, role)
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
    table = _read(Path(path))
    if column.lower() in table.names:
        place = table.names.index(column.lower())
    elif column.isdigit() and 1 <= int(column) <= len(table.names):
        place = int(column) - 1
    else:
        told = ", ".join(name for name in table.names if name) or f"{len(table.names)} columns without names"
        message = f"{path} has no column {column!r}; it has {told}."
        raise UserError(message)
    return {row[0].strip(): row[place].strip() for _, row in _lines(table)}


def is_attendance(path: Path | str) -> bool:
    """Return whether a file says who was where, rather than who met whom.

    Raises:
        UserError: there is no such file.
    """
    table = _read(Path(path))
    return _find(table, "person") is not None and _find(table, "occasion") is not None


def _stay(table: _Table, row: list[str], line: int, role: dict[str, int | None]) -> float:
    """Return how long somebody stayed, in minutes; 1 where the log does not say."""
    if (column := role["minutes"]) is not None:
        return _number(table, row[column], line)
    start, end = role["start"], role["end"]
    if start is not None and end is not None:
        began, ended = _number(table, row[start], line), _number(table, row[end], line)
        length = (ended - began) / (60_000 if began >= _MILLISECONDS_FROM else 60)
        if length < 0:
            message = f"{table.path}, line {line}: the end is before the start; mend this line."
            raise UserError(message)
        return length
    return 1.0


def _read(path: Path) -> _Table:
    """Return the cells of a file."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            message = f"{path} is larger than {_MOST_BYTES // 1_000_000} MB; give a list that was aggregated by pairs."
            raise UserError(message)
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        message = f"There is no file {path}; give a list of contacts (t i j), of pairs, or of who was where."
        raise UserError(message) from None
    except IsADirectoryError:
        message = f"{path} is a folder; give the file of contacts in it."
        raise UserError(message) from None
    except UnicodeDecodeError:
        message = f"{path} is not UTF-8 text; save it as UTF-8 (or CSV) and try again."
        raise UserError(message) from None
    except OSError as error:
        message = f"Cannot read {path}: {error.strerror}."
        raise UserError(message) from error
    return _table(path, text)


def _table(path: Path, text: str) -> _Table:
    """Return the cells of a text; comment signs before a header are taken off."""
    lines = text.splitlines()
    place = next((n for n, line in enumerate(lines) if line.strip().strip("#").strip()), None)
    if place is None:
        message = f"{path} is empty; give a list of contacts (t i j), of pairs, or of who was where."
        raise UserError(message)
    divider = next((sign for sign in (",", ";", "\t") if sign in lines[place]), None)
    rows = list(_split(lines[place:], divider))
    names = [cell.strip().strip("#").strip().lower() for cell in rows[0]]
    if all(_is_number(name) for name in names[:2]):  # people and times are numbers; further columns may be words
        return _Table(path, ("",) * len(rows[0]), rows, place + 1)
    return _Table(path, tuple(names), rows[1:], place + 2)


def _split(lines: Iterable[str], divider: str | None) -> Iterator[list[str]]:
    if divider is None:
        return (line.split() for line in lines)
    return csv.reader(io.StringIO("\n".join(lines)), delimiter=divider)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _find(table: _Table, kind: str) -> int | None:
    return next((n for n, name in enumerate(table.names) if name in _NAMES[kind]), None)


def _lines(table: _Table) -> Iterator[tuple[int, list[str]]]:
    """Yield line numbers and cells; blank lines and comments are passed over, short lines are told."""
    width = len(table.names)
    for number, row in enumerate(table.rows, start=table.first_line):
        if not row or not any(cell.strip() for cell in row) or row[0].lstrip().startswith("#"):
            continue
        if len(row) < width:
            message = f"{table.path}, line {number}: {len(row)} columns instead of {width}; mend or remove this line."
            raise UserError(message)
        yield number, row


def _number(table: _Table, cell: str, line: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        message = f"{table.path}, line {line}: {cell[:40]!r} is not a number; mend or remove this line."
        raise UserError(message)
    return value


@dataclass(frozen=True, slots=True)
class _Columns:
    first: int
    second: int
    time: int | None
    amount: int | None
    unit: str


def _pair_columns(table: _Table, weight: str | None) -> _Columns:
    """Return which columns hold the two people, the time and the amount."""
    if weight is not None and weight.lower() not in table.names:
        told = ", ".join(name for name in table.names if name) or "no names at all"
        message = f"{table.path} has no column {weight!r}; it has {told}."
        raise UserError(message)
    if any(table.names):
        first, second, time = _find(table, "first"), _find(table, "second"), _find(table, "time")
        amount = table.names.index(weight.lower()) if weight is not None else _find(table, "amount")
        if first is None or second is None:
            message = f"{table.path}: name the two columns of people 'a' and 'b' in the first line."
            raise UserError(message)
        return _Columns(first, second, time, amount, "times" if amount is None else table.names[amount])
    width = len(table.names)
    if width < 2:  # noqa: PLR2004  two people
        message = f"{table.path} has one column; give two columns of people, or a time and two of people."
        raise UserError(message)
    if width >= 3 and _runs_like_a_clock(table):  # noqa: PLR2004  time and two people
        return _Columns(1, 2, 0, None, "seconds")
    return _Columns(0, 1, None, 2 if width >= 3 else None, "times")  # noqa: PLR2004


def _runs_like_a_clock(table: _Table) -> bool:
    """Return whether the first column never goes back and repeats, as times of slices do and ids do not."""
    head = [row[0] for _, row in zip(range(2000), (row for _, row in _lines(table)), strict=False)]
    if not all(_is_number(cell) for cell in head):
        return False
    values = np.array([float(cell) for cell in head])
    steps = np.diff(values)
    if (steps < 0).any():
        return False
    forward = steps[steps > 0]
    # Slices have one length: every step is a whole multiple of the shortest, which is more than one second or unit.
    return bool(len(forward) and forward.min() > 1 and np.allclose(forward % forward.min(), 0))


def _contacts(table: _Table, columns: _Columns) -> ReadContacts:
    """Return the pairs of a table, each once, with how much of each."""
    found: dict[tuple[str, str], float] = {}
    times: list[float] = []
    everybody: set[str] = set()
    themselves = nobody = records = 0
    strength = _find(table, "strength")
    for line, row in _lines(table):
        a, b = row[columns.first].strip(), row[columns.second].strip()
        if not a or not b:
            message = f"{table.path}, line {line}: a person is missing; mend or remove this line."
            raise UserError(message)
        if strength is not None and (a.startswith("-") or b.startswith("-")):
            everybody.add(b if a.startswith("-") else a)
            nobody += 1
            continue
        everybody.update((a, b))
        if a == b:
            themselves += 1
            continue
        records += 1
        if columns.time is not None:
            times.append(_number(table, row[columns.time], line))
        amount = 1.0 if columns.amount is None else _number(table, row[columns.amount], line)
        pair = (a, b) if a < b else (b, a)
        found[pair] = found.get(pair, 0.0) + amount
    slice_seconds = _slice_seconds(table, times) if columns.amount is None and times else None
    return ReadContacts(
        _pairs(table, columns, found, everybody, records, slice_seconds), themselves, nobody, slice_seconds
    )


def _slice_seconds(table: _Table, times: Sequence[float]) -> float | None:
    """Return the length of one time slice: the shortest step between different times; None where there is one time.

    Raises:
        UserError: some times are in seconds and some in milliseconds.
    """
    values = np.unique(np.asarray(times))
    in_milliseconds = values >= _MILLISECONDS_FROM
    if in_milliseconds.any() and not in_milliseconds.all():
        message = f"{table.path}: some times are in seconds and some in milliseconds; write all of them in seconds."
        raise UserError(message)
    if len(values) < 2:  # noqa: PLR2004  a step needs two times
        return None
    return float(np.diff(values).min()) / (1000.0 if in_milliseconds.all() else 1.0)


def _pairs(
    table: _Table,
    columns: _Columns,
    found: dict[tuple[str, str], float],
    everybody: set[str],
    records: int,
    slice_seconds: float | None,
) -> Contacts:
    people = _in_order(everybody)
    row_of = {label: number for number, label in enumerate(people)}
    scale = slice_seconds or 1.0
    cells = sorted(
        (min(row_of[a], row_of[b]), max(row_of[a], row_of[b]), amount * scale)
        for (a, b), amount in found.items()
        if amount > 0
    )
    unit = "seconds" if slice_seconds else ("times" if columns.amount is None else columns.unit)
    first: npt.NDArray[np.int32] = np.array([cell[0] for cell in cells], np.int32)
    second: npt.NDArray[np.int32] = np.array([cell[1] for cell in cells], np.int32)
    amount = np.array([cell[2] for cell in cells], np.float64)
    return Contacts(people, first, second, amount, unit, records, source=table.path.name)


def _in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Return labels in their natural order: numbers by size, then words."""
    return tuple(sorted(labels, key=lambda label: (not label.isdigit(), int(label) if label.isdigit() else 0, label)))
