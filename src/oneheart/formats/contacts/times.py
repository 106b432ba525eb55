"""Times in lists of contacts: seconds, milliseconds, dates or times of the day, one unit in each file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np

from oneheart.errors import UserError
from oneheart.formats.cells import iso_seconds
from oneheart.formats.csv import Table, as_number

_LONGEST = 1e12  # seconds
_OF_THE_DAY = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?")
_OTHER_DATES = tuple(
    f"{day} {clock}"
    for day in ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d")
    for clock in ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
)
_FROM = {"milliseconds": 1e11, "microseconds": 1e14, "nanoseconds": 1e17}
_A_SECOND = {"seconds": 1.0, "milliseconds": 1e3, "microseconds": 1e6, "nanoseconds": 1e9, "dates": 1.0}


class Times:
    """The times of one file in seconds; all of them must be written in one unit. Answers are cached by cell.

    Each file may count from another beginning, so only differences between two times of one file have a meaning.
    """

    def __init__(self, table: Table) -> None:
        """Take the table whose times are read."""
        self._table = table
        self._unit = ""
        self._known: dict[str, float] = {}

    def seconds(self, cell: str, line: int) -> float:
        """Return a time in seconds.

        Raises:
            UserError: it is no time, or it is written in another way than those before.
        """
        seconds = self._known.get(cell)
        if seconds is None:
            seconds = self._known[cell] = self._read(cell.strip(), line)
        return seconds

    def between(self, start: str, end: str, line: int) -> float:
        """Return the seconds between begin and end.

        Raises:
            UserError: one of them is no time, or the end is before the start.
        """
        begin, until = self.seconds(start, line), self.seconds(end, line)
        if until < begin:
            message = f"{self._table.name}, line {line}: the end is before the start; mend this line."
            raise UserError(message)
        return until - begin

    def different(self) -> list[float]:
        """Return the different times that were read."""
        return list(self._known.values())

    def _read(self, cell: str, line: int) -> float:
        value = self._table.decimal(cell)
        unit = "dates"
        if value is None:
            value = moment(cell)
        else:
            unit = next((name for name in reversed(_FROM) if abs(value) >= _FROM[name]), "seconds")
        if value is None:
            message = (
                f"{self._table.name}, line {line}: {cell[:40]!r} is no time; write seconds, or dates as "
                "2026-11-30 09:15:00."
            )
            raise UserError(message)
        if value or unit == "dates":  # zero is zero in every unit
            self._unit = self._unit or unit
            self._refuse_mixed(unit, line)
        return value / _A_SECOND[unit]

    def _refuse_mixed(self, unit: str, line: int) -> None:
        if unit != self._unit:
            message = (
                f"{self._table.name}, line {line}: some times are in {self._unit} and some in {unit}; "
                "write all of them in seconds."
            )
            raise UserError(message)


def moment(cell: str) -> float | None:
    """Return the seconds of a date with a time (since 1970) or of a time of the day (since midnight); else None.

    A date without a zone is taken as UTC. Of 03/04/2020 the first number is the day.

    Example:
        >>> moment("09:01"), moment("02/01/1970 00:00"), moment("soon")
        (32460.0, 86400.0, None)
    """
    clock = _OF_THE_DAY.fullmatch(cell)
    if clock:
        hours, minutes, rest = clock.groups()
        return 3600.0 * int(hours) + 60.0 * int(minutes) + float(rest or 0)
    if not cell[:1].isdigit() or not {"-", "/", ".", ":"} & set(cell):
        return None
    seconds = iso_seconds(cell)
    if seconds is not None:
        return seconds
    for shape in _OTHER_DATES:
        try:
            return datetime.strptime(cell, shape).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return None


def is_value(cell: str) -> bool:
    """Return whether a cell holds a number or a time; names of columns never do."""
    return as_number(cell) is not None or moment(cell.strip()) is not None


def step(times: Iterable[float]) -> float | None:
    """Return the length of one time slice in seconds; None where times are not sampled in slices.

    Times of slices differ by whole multiples of one length, the greatest common divisor, which is more than a second.
    Events that were logged to the second whenever they happened have no such length.

    Example:
        >>> step([0.0, 40.0, 100.0]), step([0.0, 7.0, 11.0]), step([5.0])
        (20.0, None, None)
    """
    values = np.unique(np.fromiter(times, np.float64))
    if len(values) < 2:  # noqa: PLR2004  a step needs two times
        return None
    if values[-1] - values[0] > _LONGEST:
        return None
    thousandths = np.rint(1000 * np.diff(values)).astype(np.int64)
    length = float(np.gcd.reduce(thousandths)) / 1000
    return length if length > 1 else None
