"""Lists that hosts bring into a gathering as CSV: circles, occasions and first desires.

The first line names the columns. Cells are divided by commas, semicolons or tabs, so a table copied out of a
spreadsheet can be pasted as it is. A mistake is one `RowFaultError` with the line and a code, so that every page says
it in its own language.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from oneheart.errors import UserError
from oneheart.formats.cells import clean
from oneheart.formats.csv import Table, open_table
from oneheart.formats.files import InputFile
from oneheart.model.gathering import Place
from oneheart.model.presence import Form

Fault = Literal[
    "table",
    "empty",
    "column",
    "name",
    "long",
    "twice",
    "language",
    "place",
    "size",
    "parent",
    "parents",
    "cycle",
    "depth",
    "many",
    "kind",
    "time",
    "order",
    "words",
]
FAULTS: dict[Fault, str] = {
    "table": "This cannot be read as a table: the first line names the columns, and every line has as many cells.",
    "empty": "There is nothing in it but the names of the columns. Write one line for each.",
    "column": "The first line must name a column '{value}'.",
    "name": "Line {line}: the name is missing.",
    "long": "Line {line}: '{value}' is longer than 80 letters.",
    "twice": "Line {line}: '{value}' stands in this table twice.",
    "language": "Line {line}: '{value}' is not a language of this gathering.",
    "place": "Line {line}: '{value}' is no place; write hall, remote or mirror.",
    "size": "Line {line}: '{value}' is no size; write a number from 1 to 500, or nothing.",
    "parent": "Line {line}: there is no circle '{value}', neither here nor in the gathering.",
    "parents": "Line {line}: more than one circle is called '{value}'; write where it stands: Outer > Inner.",
    "cycle": "Line {line}: '{value}' would stand inside itself.",
    "depth": "Line {line}: '{value}' would stand too deep; at most six circles stand inside one another.",
    "many": "A gathering has at most 2,000 circles and 500 occasions; leave some out.",
    "kind": "Line {line}: '{value}' is no kind; write lesson, meal, night or workshop.",
    "time": "Line {line}: '{value}' is no time; write it like 2026-11-30 19:00.",
    "order": "Line {line}: it ends before it begins.",
    "words": "Line {line}: '{value}' cannot be kept; write one wish of 1 to 140 letters, without contact data.",
}
"""What is wrong with a list, by code; {line} is the line of the file and {value} what stands there."""
NAME_LETTERS_MOST = 80
SIZE_MOST = 500
_BETWEEN = re.compile(r"\s*>\s*")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::\d{2})?)?")


class RowFaultError(UserError):
    """A mistake in a list of hosts.

    Attributes:
        code: what is wrong.
        line: line of the table, from 1; 0 where it is about the whole.
        value: what stands there.

    Example:
        >>> str(RowFaultError("size", 4, "many"))
        "Line 4: 'many' is no size; write a number from 1 to 500, or nothing."
    """

    def __init__(self, code: Fault, line: int = 0, value: str = "") -> None:
        """Keep the mistake."""
        self.code, self.line, self.value = code, line, value[:NAME_LETTERS_MOST]
        super().__init__(FAULTS[code].format(line=line, value=self.value))


@dataclass(frozen=True, slots=True)
class ListedCircle:
    """A circle of a list.

    Attributes:
        line: line of the table.
        name: its name.
        names: its name by language code.
        inside: names of the circles that contain it, the outermost first; () for none.
        place: where it sits.
        size: number of people for whom it has room; None if none is named.
    """

    line: int
    name: str
    names: dict[str, str] = field(default_factory=dict)
    inside: tuple[str, ...] = ()
    place: Place = Place.HALL
    size: int | None = None


@dataclass(frozen=True, slots=True)
class ListedOccasion:
    """An occasion of a list.

    Attributes:
        line: line of the table.
        name: its name.
        form: lesson, meal, night or workshop.
        names: its name by language code.
        begins: when it begins, milliseconds since 1970; None if it is not named.
        ends: when it ends, milliseconds since 1970; None if it is not named.
    """

    line: int
    name: str
    form: Form
    names: dict[str, str] = field(default_factory=dict)
    begins: int | None = None
    ends: int | None = None


@dataclass(frozen=True, slots=True)
class ListedDesire:
    """A first desire of a list.

    Attributes:
        line: line of the table.
        text: its words, as they stand there.
        language: language code; "" if none is named.
    """

    line: int
    text: str
    language: str


def table_of(text: str) -> InputFile:
    """Return a pasted table as a file."""
    raw = text.encode("utf-8", "replace")
    return InputFile("table.csv", len(raw), lambda: io.BytesIO(raw))  # type: ignore[arg-type,return-value]


def circle_rows_in(entry: InputFile) -> list[ListedCircle]:
    """Return the circles of a list: columns name, name_he and so on, parent, place, size; only a name is needed.

    Raises:
        RowFaultError: the first mistake.

    Example:
        >>> text = chr(10).join(["name;name_he;parent;size", "Hall;;;", "Ten;" + chr(1506) + ";Hall;12"])
        >>> [(row.name, row.inside, row.size) for row in circle_rows_in(table_of(text))]
        [('Hall', (), None), ('Ten', ('Hall',), 12)]
    """
    table = _table(entry, "name")
    languages = _languages(table)
    rows = []
    for line, cells in _rows(table):
        name = _name(line, _cell(table, cells, "name", *languages), needed=True)
        place, size = _cell(table, cells, "place").lower(), _cell(table, cells, "size")
        if place and place not in {*Place}:
            raise RowFaultError("place", line, place)
        if size and not (size.isascii() and size.isdigit() and 1 <= int(size) <= SIZE_MOST):
            raise RowFaultError("size", line, size)
        parent = _cell(table, cells, "parent", "inside")
        inside = tuple(_name(line, part) for part in _BETWEEN.split(parent)) if parent else ()
        rows.append(
            ListedCircle(
                line, name, _names(table, cells, line), inside, Place(place or Place.HALL), int(size) if size else None
            )
        )
    return rows


def occasion_rows_in(entry: InputFile) -> list[ListedOccasion]:
    """Return the occasions of a list: columns name, name_he and so on, kind, begins, ends; name and kind are needed.

    A time without a zone is a time of this machine.

    Raises:
        RowFaultError: the first mistake.
    """
    table = _table(entry, "name")
    if table.column("kind", "form") is None:
        raise RowFaultError("column", value="kind")
    languages = _languages(table)
    rows = []
    for line, cells in _rows(table):
        kind = _cell(table, cells, "kind", "form").lower()
        if kind not in {*Form}:
            raise RowFaultError("kind", line, kind)
        begins, ends = (_time(line, _cell(table, cells, name)) for name in ("begins", "ends"))
        if begins is not None and ends is not None and ends < begins:
            raise RowFaultError("order", line)
        name = _name(line, _cell(table, cells, "name", *languages), needed=True)
        rows.append(ListedOccasion(line, name, Form(kind), _names(table, cells, line), begins, ends))
    return rows


def desire_rows_in(entry: InputFile) -> list[ListedDesire]:
    """Return the first desires of a list: columns text and language; only the text is needed.

    Raises:
        RowFaultError: the first mistake.
    """
    table = _table(entry, "text")
    return [
        ListedDesire(line, _cell(table, cells, "text"), _cell(table, cells, "language").lower())
        for line, cells in _rows(table)
    ]


def _table(entry: InputFile, needed: str) -> Table:
    try:
        table = open_table(entry)
        there = table.column(needed) is not None or any(key.startswith(f"{needed}-") for key in table.keys)
    except UserError as error:
        raise RowFaultError("table") from error
    if not there:
        raise RowFaultError("column", value=needed)
    return table


def _rows(table: Table) -> Iterator[tuple[int, list[str]]]:
    rows = table.rows()
    while True:
        try:
            line, cells = next(rows)
        except StopIteration:
            return
        except UserError as error:
            raise RowFaultError("table") from error
        if any(cell.strip() for cell in cells):
            yield line, [clean(cell) for cell in cells]


def _languages(table: Table) -> list[str]:
    """Return the columns with a name in one language, as in "name-he"."""
    return [key for key in table.keys if key.startswith("name-")]


def _cell(table: Table, cells: list[str], *keys: str) -> str:
    """Return the first cell with words in the columns of these keys; "" where there is none."""
    places = (table.keys.index(key) for key in keys if key in table.keys)
    return next((cells[place].strip() for place in places if cells[place].strip()), "")


def _name(line: int, typed: str, *, needed: bool = False) -> str:
    name = " ".join(typed.split())
    if needed and not name:
        raise RowFaultError("name", line)
    if len(name) > NAME_LETTERS_MOST:
        raise RowFaultError("long", line, name)
    return name


def _names(table: Table, cells: list[str], line: int) -> dict[str, str]:
    named = ((key.removeprefix("name-"), _name(line, _cell(table, cells, key))) for key in _languages(table))
    return {code: name for code, name in named if name}


def time_typed(typed: str) -> int | None:
    """Return a time in milliseconds since 1970; None for an empty text.

    2026-11-30 19:00, with or without seconds and zone, and 30.11.2026 19:00 are read. A time without a zone is one of
    this machine. A date with slashes is refused, because it has two meanings.

    Raises:
        ValueError: it is no time, or one before 1970.

    Example:
        >>> time_typed("1970-01-02T00:00+00:00"), time_typed(" ")
        (86400000, None)
    """
    typed = typed.strip()
    if not typed:
        return None
    dotted = _DOTTED.fullmatch(typed)
    if dotted:
        day, month, year, hour, minute = (int(part or 0) for part in dotted.groups())
        when = datetime(year, month, day, hour, minute)  # noqa: DTZ001  of this machine, see below
    else:
        when = datetime.fromisoformat(typed)
    try:
        milliseconds = int(when.astimezone().timestamp() * 1000)
    except OverflowError as error:
        raise ValueError(typed) from error
    if milliseconds < 0:
        raise ValueError(typed)
    return milliseconds


def field_of(milliseconds: int | None) -> str:
    """Return a time as a form shows it, in the zone of this machine: 2026-11-30T19:00; "" for none."""
    if milliseconds is None:
        return ""
    return datetime.fromtimestamp(milliseconds / 1000).astimezone().strftime("%Y-%m-%dT%H:%M")


def _time(line: int, typed: str) -> int | None:
    try:
        return time_typed(typed)
    except ValueError:
        raise RowFaultError("time", line, typed) from None
