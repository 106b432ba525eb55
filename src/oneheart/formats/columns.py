"""Tables of cells as people have them: with or without names, divided by anything usual, packed or not.

What a file is, is found out by looking at it; what cannot be known is refused in one sentence.
"""

from __future__ import annotations

import csv
import re
import stat
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np

from oneheart.errors import UserError

MOST_BYTES = 400_000_000
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_COMMENT = ("#", "%")
_LOOKED_AT = 5000
_BEYOND = 1e19  # nanoseconds since 1970 are less for three hundred years
_LONGEST = 1e12  # seconds
_OF_THE_DAY = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?")
_OTHER_DATES = tuple(
    f"{day} {clock}"
    for day in ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d")
    for clock in ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
)
_WHAT_TO_GIVE = "give a list of contacts (t i j), of pairs, or of who was where"


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of a file that were not split into cells yet, with what each column is called.

    Attributes:
        path: of the file.
        names: of the columns, in small letters, "" for none.
        lines: below the names.
        first_line: number of the first of them in the file.
        divider: what divides cells; None for any blank space.
        unnamed: columns at the left that have no name (numbers of lines that R writes).
    """

    path: Path
    names: tuple[str, ...]
    lines: Sequence[str]
    first_line: int
    divider: str | None
    unnamed: int = 0

    @property
    def named(self) -> bool:
        """Return whether the columns have names."""
        return any(self.names)

    def find(self, names: frozenset[str]) -> int | None:
        """Return the first column that has one of these names, None where there is none."""
        return next((n for n, name in enumerate(self.names) if simple(name) in names), None)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield line numbers and cells; blank lines and comments are passed over.

        Raises:
            UserError: a line is too short, or a quote is never closed.
        """
        width = len(self.names)
        numbered = (
            (number, line)
            for number, line in enumerate(self.lines, start=self.first_line)
            if line.strip(" \t,;|") and not line.lstrip().startswith(_COMMENT)
        )
        for number, line in numbered:
            row = self._cells(number, line)
            if len(row) < width:
                message = (
                    f"{self.path}, line {number}: {len(row)} columns instead of {width}; mend or remove this line."
                )
                raise UserError(message)
            yield number, row

    def _cells(self, number: int, line: str) -> list[str]:
        row = split(line, self.divider)
        if row is None:
            message = f"{self.path}, line {number}: a quote is opened and never closed; mend or remove this line."
            raise UserError(message)
        return row[self.unnamed :]

    def number(self, cell: str, line: int) -> float:
        """Return the number in a cell, with a comma for a point where commas do not divide cells.

        Raises:
            UserError: it is none.
        """
        value = as_number(cell if self.divider == "," else cell.replace(",", "."))
        if value is None:
            message = f"{self.path}, line {line}: {cell.strip()[:40]!r} is not a number; mend or remove this line."
            raise UserError(message)
        return value


def simple(name: str) -> str:
    """Return a name of a column with every run of other signs than letters as one line.

    Example:
        >>> simple("User.A "), simple("Person 1")
        ('user_a', 'person_1')
    """
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def read_table(path: Path, known: frozenset[str]) -> Table:
    """Return a file as a table.

    Args:
        path: of a text file in UTF-8 or, where it says so itself, UTF-16; packed by gzip or not.
        known: names of columns that the first line may be told by.

    Raises:
        UserError: no such file, no text, nothing in it, or too much.
    """
    return table_of(path, _text(path, _bytes(path)), known)


def _bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if status.st_size > MOST_BYTES:
            raise UserError(_too_large(path))
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            message = f"{path} is no plain file; {_WHAT_TO_GIVE}."
            raise UserError(message)
        data = path.read_bytes()
    except FileNotFoundError:
        message = f"There is no file {path}; {_WHAT_TO_GIVE}."
        raise UserError(message) from None
    except IsADirectoryError:
        message = f"{path} is a folder; give the file of contacts in it."
        raise UserError(message) from None
    except (OSError, ValueError) as error:
        message = f"Cannot read {path}: {getattr(error, 'strerror', None) or error}."
        raise UserError(message) from error
    if not data.startswith(_GZIP):
        return data
    unpacker = zlib.decompressobj(31)
    try:
        data = unpacker.decompress(data, MOST_BYTES + 1)
    except zlib.error:
        message = f"{path} is packed by gzip and damaged; get it again, or unpack it and give what is inside."
        raise UserError(message) from None
    if len(data) > MOST_BYTES:
        raise UserError(_too_large(path))
    if not unpacker.eof:
        message = f"{path} is packed by gzip and ends too early; get it again, or unpack it and give what is inside."
        raise UserError(message)
    return data


def _too_large(path: Path) -> str:
    return f"{path} holds more than {MOST_BYTES // 1_000_000} MB; give a list that was aggregated by pairs."


def _text(path: Path, data: bytes) -> str:
    if data.startswith(_ZIP):
        message = f"{path} is a zip file or a spreadsheet; unpack it, or save it as CSV, and give the file in it."
        raise UserError(message)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        message = f"{path} is not UTF-8 text; save it as UTF-8 (or CSV) and try again."
        raise UserError(message) from None
    if "\x00" in text:
        message = f"{path} holds bytes that are no text; save it as UTF-8 (or CSV) and try again."
        raise UserError(message)
    return text


def table_of(path: Path, text: str, known: frozenset[str]) -> Table:
    """Return the table that a text holds; names may stand behind a comment sign."""
    lines = re.split(r"\r\n|\r|\n", text)
    filled = [n for n, line in enumerate(lines) if line.strip().strip("#%").strip()]
    if not filled:
        message = f"{path} is empty; {_WHAT_TO_GIVE}."
        raise UserError(message)
    place = next((n for n in filled if not lines[n].lstrip().startswith(_COMMENT)), None)
    said = [lines[n].strip().lstrip("#%") for n in filled if place is None or n < place]
    divider = _divider(said[-1] if place is None else lines[place])
    below = [] if place is None else [lines[n] for n in islice((n for n in filled if n >= place), _LOOKED_AT)]
    head = [split(line, divider) or [] for line in below]
    names = _commented(said, divider, known)
    if names is None and place is not None and _is_header(head, known):
        names, place, head = head[0], place + 1, head[1:]
    width = min((len(row) for row in head[:1]), default=0)
    if names is None:
        names = [""] * width
    names = [name.strip().strip("#%").strip().lower() for name in names]
    unnamed = int(bool(any(names) and head and {len(row) for row in head} == {len(names) + 1} and head[0][-1].strip()))
    start = len(lines) if place is None else place
    return Table(path, tuple(names), lines[start:], start + 1, divider, unnamed)


def _divider(line: str) -> str | None:
    """Return what divides the cells of a line; None for blank space, which may be a mixture."""
    mixed = any(not cell or " " in cell for cell in line.strip().split("\t"))
    if mixed and all(as_number(cell) is not None for cell in line.split()):
        return None
    return next((sign for sign in ("\t", ";", "|", ",") if sign in line), None)


def split(line: str, divider: str | None) -> list[str] | None:
    """Return the cells of a line, None where a quote is never closed.

    Example:
        >>> split('1, "Lee, Ann"', ","), split("  a   b", None)
        (['1', 'Lee, Ann'], ['a', 'b'])
    """
    if divider is None:
        line, divider = " ".join(line.split()), " "
    if '"' not in line:
        return line.split(divider)
    try:
        return next(csv.reader([line], delimiter=divider, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return None


def _commented(said: Sequence[str], divider: str | None, known: frozenset[str]) -> list[str] | None:
    """Return the names in the last comment above the rows, None where it holds none."""
    names = split(said[-1], divider) if said else None
    if names is None or sum(simple(name) in known for name in names) < 2:  # noqa: PLR2004  two people, person and occasion
        return None
    return names


def _is_header(head: Sequence[Sequence[str]], known: frozenset[str]) -> bool:
    """Return whether the first row holds names: no value among them, and nothing that comes again below as an id."""
    first = [cell.strip() for cell in head[0]]
    if any(is_value(cell) for cell in first[:3]):
        return False
    told = any(simple(cell) in known for cell in first)
    below = {cell.strip() for row in head[1:] for cell in (row[:2] if told else row)}
    again = [cell in below for cell in first[:2]]
    return not (all(again) if told else any(again))


def is_value(cell: str) -> bool:
    """Return whether a cell holds a number or a time, as names of columns never do."""
    return as_number(cell) is not None or _moment(cell.strip()) is not None


def as_number(cell: str) -> float | None:
    """Return the number that a cell holds, None for none, and for one that is beyond all that is counted or timed.

    Example:
        >>> as_number(" 2.5"), as_number("nan"), as_number("1e300")
        (2.5, None, None)
    """
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if abs(value) < _BEYOND else None


# --- times -----------------------------------------------------------------------------------------------------------

_FROM = {"milliseconds": 1e11, "microseconds": 1e14, "nanoseconds": 1e17}
_A_SECOND = {"seconds": 1.0, "milliseconds": 1e3, "microseconds": 1e6, "nanoseconds": 1e9, "dates": 1.0}


class Clock:
    """Reads the times of one file, in seconds; all of them must be written in one way.

    Times count from different beginnings in different files; only what lies between two of one file means anything.
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
        found = self._known.get(cell)
        if found is None:
            found = self._known[cell] = self._read(cell.strip(), line)
        return found

    def times(self) -> list[float]:
        """Return the different times that were read."""
        return list(self._known.values())

    def _read(self, cell: str, line: int) -> float:
        value = as_number(cell if self._table.divider == "," else cell.replace(",", "."))
        unit = "dates"
        if value is None:
            value = _moment(cell)
        else:
            unit = next((name for name in reversed(_FROM) if abs(value) >= _FROM[name]), "seconds")
        if value is None:
            message = (
                f"{self._table.path}, line {line}: {cell[:40]!r} is no time; write seconds, or dates as "
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
                f"{self._table.path}, line {line}: some times are in {self._unit} and some in {unit}; "
                "write all of them in seconds."
            )
            raise UserError(message)


def _moment(cell: str) -> float | None:
    """Return the second of a date with a time, or of a time of the day, None for anything else."""
    clock = _OF_THE_DAY.fullmatch(cell)
    if clock:
        hours, minutes, rest = clock.groups()
        return 3600.0 * int(hours) + 60.0 * int(minutes) + float(rest or 0)
    if not cell[:1].isdigit() or not {"-", "/", ".", ":"} & set(cell):
        return None
    try:
        return _utc(datetime.fromisoformat(cell))
    except ValueError:
        pass
    for shape in _OTHER_DATES:
        try:
            return _utc(datetime.strptime(cell, shape).replace(tzinfo=UTC))
        except ValueError:
            continue
    return None


def _utc(moment: datetime) -> float:
    """Return the seconds of a moment; without a zone it is taken for UTC, which changes nothing between two."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def step(times: Iterable[float]) -> float | None:
    """Return the length of one time slice in seconds, None where times are no slices.

    Times of slices are whole multiples of one length apart, and that length is more than a second: moments that were
    written down to the second, whenever something happened, are none.

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
