"""Tables of rows below a header, read from CSV and from any other text that has rows, and CSV written strictly."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, dropwhile, islice

from oneheart.errors import UserError
from oneheart.formats.files import InputFile, text_lines

ROWS = 50_000_000
COLUMNS = 100_000
CELL_CHARACTERS = 1 << 20
SUMMARY_LINES = 10_000

_BLOCK_CHARACTERS = 1 << 20
_BLOCK_ROWS = 500  # small enough to stay in the processor's cache: half the time of 20,000
_BLOCK_CELLS = 400_000
_OTHER_DIVIDERS = re.compile("[;\t]")
_SAID_DIVIDER = re.compile(r'\ufeff?"?sep=(.)"?[,;\t]*\s*')  # the first line of some spreadsheets
_BEYOND = 1e19  # nanoseconds since 1970 are less for three hundred years

Numbered = Iterator[tuple[int, list[str]]]


class BrokenCsvError(UserError):
    """A UserError for text that is not CSV by RFC 4180, so that a reader may try another dialect."""


class Table:
    """Rows of cells below a header. The one table of this package, whatever the text between the cells is.

    Attributes:
        name: what sentences call the file.
        names: the header's cells without blanks and byte-order marks at their ends.
        keys: the same as columns are found by, see `header_key`.
        divider: what stands between two cells: usually a comma; None for any blank space.
        remark: a first line that begins with '#', as the Polis import shape may have, else "".
        head_lines: lines of the file above the first row.

    Example:
        >>> table = Table("x", ["A", "b c"], lambda: iter([(2, ["1", "2"]), (3, ["3", "4"])]))
        >>> table.keys, table.column("b-c"), list(table.blocks())
        (('a', 'b-c'), 1, [[['1', '2'], ['3', '4']]])
    """

    def __init__(
        self,
        name: str,
        names: Iterable[str],
        read: Callable[[], Numbered],
        *,
        key: Callable[[str], str] | None = None,
        divider: str | None = ",",
        remark: str = "",
        head_lines: int = 0,
    ) -> None:
        """Take what sentences call the table, its header, and a function that reads its rows from the start.

        Args:
            name: what sentences call the file.
            names: the header's cells.
            read: yields the number of the line where a row ends, and its cells; called anew for every reading.
            key: how a name is spelled where columns are looked up; `header_key` where not given.
            divider: what stands between two cells, None for any blank space.
            remark: a first line that begins with '#'.
            head_lines: lines of the file above the first row.
        """
        self.name = name
        self.names = tuple(bare(cell) for cell in names)
        self.keys = tuple((key or header_key)(cell) for cell in self.names)
        self.divider = divider
        self.remark = remark
        self.head_lines = head_lines
        self._read = read

    def column(self, *keys: str) -> int | None:
        """Return the place of the first of these keys that is there, or None.

        Raises:
            UserError: when two columns have that key.
        """
        for key in keys:
            if key in self.keys:
                if self.keys.count(key) > 1:
                    message = f"'{self.name}' has two columns called '{key}'; remove one of them."
                    raise UserError(message)
                return self.keys.index(key)
        return None

    def need(self, *keys: str) -> int:
        """Return the place of the first of these keys that is there.

        Raises:
            UserError: when none of them is there, or two columns have that key.
        """
        place = self.column(*keys)
        if place is None:
            message = f"'{self.name}' has no column '{keys[0]}'; its first line must name the columns."
            raise UserError(message)
        return place

    def first_of(self, keys: frozenset[str]) -> int | None:
        """Return the leftmost column that has one of these keys, or None."""
        return next((place for place, key in enumerate(self.keys) if key in keys), None)

    def rows(self) -> Numbered:
        """Yield for every row the number of the line where it ends, and its cells; blank lines are skipped.

        Raises:
            UserError: when a row cannot be read; names the file and the line.
        """
        return self._read()

    def blocks(self) -> Iterator[list[list[str]]]:
        """Yield the rows in blocks of at most 500, fewer where rows are wide.

        Raises:
            UserError: when a row cannot be read; names the file and the line.
        """
        size = min(_BLOCK_ROWS, max(1, _BLOCK_CELLS // len(self.keys)))
        rows = self._read()
        while block := [cells for _, cells in islice(rows, size)]:
            yield block

    def error(self, row: int, what: str) -> UserError:
        """Return the error for a mistake in a row (counted from 0), naming the file and the line where the row ends.

        Reads the file again, O(rows).
        """
        line, _ = next(islice(self._read(), row, None))
        return in_line(self.name, line, what)

    def decimal(self, cell: str) -> float | None:
        """Return the number in a cell, with a decimal comma where commas do not divide cells; None where it is none."""
        return as_number(cell if self.divider == "," else cell.replace(",", "."))


def in_line(name: str, line: int, what: str) -> UserError:
    """Return the error for a mistake in a line of a file."""
    return UserError(f"'{name}', line {line} {what}; mend that line or export the file again.")


def bare(cell: str) -> str:
    """Return a header's cell without blanks and byte-order marks at its ends.

    Example:
        >>> bare(" Vote ")
        'Vote'
    """
    return cell.strip().strip("\ufeff").strip()


def header_key(cell: str) -> str:
    """Return a column's name in lower case, with a hyphen for blanks and underscores.

    Example:
        >>> header_key(" Comment_Body ")
        'comment-body'
    """
    return re.sub(r"[\s_]+", "-", bare(cell).lower())


def as_number(cell: str) -> float | None:
    """Return the number in a cell; None where there is none, or one beyond everything that is counted or timed.

    Example:
        >>> as_number(" 2.5"), as_number("nan"), as_number("1e300")
        (2.5, None, None)
    """
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if abs(value) < _BEYOND else None


def open_table(entry: InputFile) -> Table:
    """Return a CSV file with a header as a table; every row must be as wide as the header.

    Cells are divided by commas, or by semicolons or tabs where the header has one of these and no comma, as
    spreadsheets of many countries write them, or by what a first line "sep=;" states.

    Raises:
        UserError: here and while rows are read: the file is empty, is not CSV, has more than 100,000 columns,
            50 million rows or a cell of more than 1 MiB, or a row of another width.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        ...     _ = file.write(b"A,b 1,2".replace(b" ", bytes([10]))), file.flush()
        ...     table = open_table(InputFile("x.csv", 8, lambda: io.FileIO(file.name)))
        ...     table.keys, list(table.rows())
        (('a', 'b'), [(2, ['1', '2'])])
    """
    stated = _stated_divider(entry)
    divider = stated or ","
    remark, header, line = _head(entry, divider, below=1 if stated else 0)
    if not stated and len(header) == 1 and (other := _OTHER_DIVIDERS.search(header[0])):
        divider = other[0]
        remark, header, line = _head(entry, divider)
    if not header:
        message = f"'{entry.name}' is empty; export it again."
        raise UserError(message)
    if len(header) > COLUMNS:
        message = f"'{entry.name}' has {len(header):,} columns, more than {COLUMNS:,}; that is no table we can read."
        raise UserError(message)

    def read() -> Numbered:
        rows = _csv_rows(entry, divider, below=line, width=len(header))
        return chain(islice(rows, ROWS), _no_more(entry, rows))

    return Table(entry.name, header, read, divider=divider, remark=remark, head_lines=line)


def is_divider_line(line: str) -> bool:
    """Return whether a line only says which character divides cells, as the first line of some spreadsheets does.

    Example:
        >>> is_divider_line("sep=;"), is_divider_line("sep,par")
        (True, False)
    """
    return _SAID_DIVIDER.fullmatch(line) is not None


def _stated_divider(entry: InputFile) -> str:
    """Return the divider that the first line states ("sep=;"), "" where it states none."""
    match = _SAID_DIVIDER.fullmatch(next(iter(text_lines(entry)), ""))
    return match[1] if match else ""


def _head(entry: InputFile, divider: str, *, below: int = 0) -> tuple[str, list[str], int]:
    """Return the remark in the first line, the header ([] where there is none), and the line where the header ends."""
    remark = ""
    for line, cells in _csv_rows(entry, divider, below=below):
        if line > 1 + below or not cells[0].startswith("#"):
            return remark, cells, line
        remark = ",".join(cells)
    return remark, [], 0


def _no_more(entry: InputFile, rows: Numbered) -> Numbered:
    """Yield nothing; refuse rows beyond the limit."""
    for _ in rows:
        message = f"'{entry.name}' has more than {ROWS:,} rows, which is more than is read."
        raise UserError(message)
    yield from ()


def _csv_rows(entry: InputFile, divider: str, *, below: int = 0, width: int = 0) -> Numbered:
    """Yield line numbers and rows of a CSV file below a line; blank rows are skipped, rows of another width refused."""
    return rows_of_lines(entry.name, text_lines(entry), divider, below=below, width=width)


def rows_of_lines(
    name: str, lines: Iterable[str], divider: str, *, below: int = 0, width: int = 0, above: int = 0
) -> Numbered:
    r"""Yield line numbers and rows of CSV text; blank rows are skipped.

    Args:
        name: what sentences call the file.
        lines: with their ends.
        divider: what stands between two cells.
        below: rows that end in so many first lines are skipped.
        width: how many cells each row must have; 0 for any number.
        above: how many lines of the file come before these.

    Raises:
        UserError: for a row of another width, naming the line.
        BrokenCsvError: when it is not CSV by RFC 4180.

    Example:
        >>> list(rows_of_lines("x", ["a,b\n", ",\n", "c,d\n"], ",", above=1))
        [(2, ['a', 'b']), (4, ['c', 'd'])]
    """
    raise_cell_limit()
    reader = csv.reader(lines, strict=True, delimiter=divider)
    try:
        rows = dropwhile(lambda _: reader.line_num <= below, reader)
        for cells in rows:
            if any(map(str.strip, cells)):  # spreadsheets write rows of blank cells below a table
                if width and len(cells) != width:
                    what = f"has {len(cells)} cells where the first line has {width}"
                    raise in_line(name, above + reader.line_num, what)
                yield above + reader.line_num, cells
    except csv.Error as problem:
        message = (
            f"'{name}', line {above + reader.line_num} is broken CSV ({_reason(str(problem))}); mend it or export "
            "it again."
        )
        raise BrokenCsvError(message) from None


def loose_rows(entry: InputFile) -> Iterator[list[str]]:
    """Yield the rows of a CSV file without a header, however wide each is, at most 10,000; blank rows are skipped.

    Raises:
        BrokenCsvError: when it is not CSV.
    """
    return (cells for _, cells in islice(_csv_rows(entry, ","), SUMMARY_LINES))


def raise_cell_limit() -> None:
    """Let cells of 1 MiB pass: the standard library keeps one limit for the process, a little lower than ours."""
    if csv.field_size_limit() < CELL_CHARACTERS:
        csv.field_size_limit(CELL_CHARACTERS)


def _reason(problem: str) -> str:
    if "end of data" in problem:
        return "a quote is opened and never closed"
    if "field larger" in problem:
        return "a cell is longer than 1 MiB, or a quote is never closed"
    if "expected after" in problem:
        return "a quote inside a cell is not doubled"
    return "it has a stray line end"


def csv_bytes(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    r"""Yield a table as RFC 4180 CSV in blocks of about 1 MiB: UTF-8, CRLF, quotes only where they are needed.

    Example:
        >>> b"".join(csv_bytes([("a", "b"), (1, "x,y")]))
        b'a,b\r\n1,"x,y"\r\n'
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow(row)
        if buffer.tell() > _BLOCK_CHARACTERS:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
