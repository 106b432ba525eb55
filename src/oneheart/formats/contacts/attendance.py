"""Logs of who attended which occasion, read and written, and tables of the stratum of each person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from oneheart.errors import UserError
from oneheart.formats.contacts.columns import KEYS, KNOWN
from oneheart.formats.contacts.lists import list_of, natural_order, number_in, read_list
from oneheart.formats.contacts.times import Times
from oneheart.formats.csv import Table, csv_bytes
from oneheart.formats.files import InputFile, fingerprint, input_files, open_text
from oneheart.model.presence import Attendance, Occasion

OCCASIONS = "occasions.csv"  # beside the answers in an export
_FORMS = frozenset({"lesson", "meal", "night", "workshop"})


def read_attendance(path: Path | str) -> Attendance:
    """Return who was at which occasion, from a log with a column of people and one of occasions.

    Raises:
        UserError: no such file, no such columns, or nobody in them.
    """
    return attendance_in(read_list(Path(path), KNOWN), path)


def attendance_in(table: Table, path: Path | str) -> Attendance:
    """Return who was at which occasion, from a table; see `read_attendance`."""
    attendance = _attendance(table, path)
    if not attendance.people:
        message = f"{path} holds names of columns and nobody below them; give a file with people in it."
        raise UserError(message)
    return attendance


def attendance_beside(path: Path | str) -> Attendance | None:
    """Return who was at which occasion, from the occasions.csv of an export, or None where there is none.

    Args:
        path: the folder or zip file of an export, or one of the CSV files in it.

    Raises:
        UserError: it cannot be read, or there are several that differ.
    """
    entry = occasions_beside(path)
    if entry is None:
        return None
    inside = Path(path) / entry.name
    with open_text(entry) as file:
        return _attendance(list_of(inside, file.read(), KNOWN), inside)


def occasions_beside(path: Path | str) -> InputFile | None:
    """Return the occasions.csv of an export, None where there is none.

    Raises:
        UserError: there are several that differ.
    """
    files = [entry for entry in input_files(Path(path)) if entry.base.lower() == OCCASIONS]
    if not files:
        return None
    if len({fingerprint(entry) for entry in files}) > 1:
        message = f"{path} holds several files {OCCASIONS} that differ; keep one of them."
        raise UserError(message)
    return files[0]


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
    role = {kind: table.first_of(KEYS[kind]) for kind in ("person", "occasion", "form", "start", "end", "minutes")}
    person, where = role["person"], role["occasion"]
    if person is None or where is None:
        message = f"{path}: name one column 'person' and one 'occasion' in the first line."
        raise UserError(message)
    minutes: dict[tuple[str, str], float] = {}
    forms: dict[str, str] = {}
    times = Times(table)
    for line, row in table.rows():
        who, what = row[person].strip(), row[where].strip()
        if not who or not what:
            continue
        stay = _stay(table, times, row, line, role)
        minutes[who, what] = minutes.get((who, what), 0.0) + stay
        if role["form"] is not None:
            form = row[role["form"]].strip().lower()
            forms[what] = form if form in _FORMS else ""
    people = natural_order({who for who, _ in minutes})
    occasions = natural_order({what for _, what in minutes})
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


def read_column(path: Path | str, column: str) -> dict[str, str]:
    """Return the value of a column for everybody in a table of people, ids in its first column.

    A column may also be named by its number, 1 for the first, where the table has no names. People without a value
    ("" or NA) are a stratum of their own.

    Raises:
        UserError: no such file or column.
    """
    table = read_list(Path(path), KNOWN)
    if column.lower() in table.names:
        place = table.names.index(column.lower())
    elif column.isdigit() and 1 <= int(column) <= len(table.names):
        place = int(column) - 1
    else:
        names = ", ".join(filter(None, table.names)) or f"{len(table.names)} columns without names"
        message = f"{path} has no column {column!r}; it has {names}."
        raise UserError(message)
    return {row[0].strip(): row[place].strip() for _, row in table.rows()}


def is_attendance(path: Path | str) -> bool:
    """Return whether a file says who was where, rather than who met whom.

    Raises:
        UserError: there is no such file.
    """
    return names_occasions(read_list(Path(path), KNOWN))


def names_occasions(table: Table) -> bool:
    """Return whether a table says who was where: it has columns of people and of occasions."""
    return table.first_of(KEYS["person"]) is not None and table.first_of(KEYS["occasion"]) is not None


def _stay(table: Table, times: Times, row: list[str], line: int, role: dict[str, int | None]) -> float:
    """Return how long somebody stayed, in minutes; 1 where the log does not state it."""
    if (column := role["minutes"]) is not None:
        return number_in(table, row[column], line)
    start, end = role["start"], role["end"]
    if start is not None and end is not None:
        return times.between(row[start], row[end], line) / 60
    return 1.0
