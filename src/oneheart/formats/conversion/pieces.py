"""A CSV file of any size in pieces of whole rows, read with array operations where it is plain."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from oneheart.errors import UserError
from oneheart.formats.conversion.label_numbers import column_of
from oneheart.formats.conversion.plain_cells import Column, plain_columns
from oneheart.formats.csv import Table, in_line, open_table, rows_of_lines
from oneheart.formats.files import LINE_CHARACTERS, InputFile, encoding_of, open_bytes, text_lines

PIECE_BYTES = 1 << 20
_SLOW_ROWS = 50_000
_DIVIDERS = frozenset(",;\t|")
_PAST_FIRST_BYTES = 4


@dataclass(frozen=True, slots=True, eq=False)
class RowPiece:
    """Some rows of a file, one after the other.

    Attributes:
        end: bytes of the file up to the end of the piece; -1 where the file cannot be cut at bytes.
        lines: lines of the file up to there.
        columns: the wanted columns.
        row_lines: the line at which each row ends.
        plain: the bytes of the piece where cells were found with array operations. If None, cells may hold anything.
    """

    end: int
    lines: int
    columns: Sequence[Column]
    row_lines: Sequence[int]
    plain: bytes | None = None


class PieceReader:
    """Reads one CSV file in pieces, from the start or from where an earlier run stopped."""

    def __init__(self, entry: InputFile, table: Table, wanted: Sequence[int]) -> None:
        """Take the file, its header, and the places of the wanted columns."""
        self.entry, self.table, self.wanted, self.size = any_size(entry), table, tuple(wanted), entry.size

    def pieces(self, begin: int = 0, lines: int = 0) -> Iterator[RowPiece]:
        """Yield the rows after so many bytes and lines, in pieces.

        Raises:
            UserError: for everything that the reader of whole files refuses, in the same words.
        """
        with open_bytes(self.entry) as stream:
            head = stream.peek(_PAST_FIRST_BYTES)[:_PAST_FIRST_BYTES]
            if begin < 0 or encoding_of(head) != "utf-8-sig" or self.table.divider not in _DIVIDERS:
                yield from self._all_slow(lines)
                return
            if not begin:
                begin, lines = _pass_over(stream, self.table.head_lines), self.table.head_lines
                if begin < 0:
                    yield from self._all_slow(0)
                    return
            else:
                _skip(stream, begin)
            yield from self._pieces(_ByteLines(stream, begin, self.entry.name), lines)

    def _pieces(self, source: _ByteLines, lines: int) -> Iterator[RowPiece]:
        divider, width = self.table.divider or ",", len(self.table.keys)
        while text := source.block():
            columns = plain_columns(text, divider, width, self.wanted)
            if columns is not None:
                row_lines = range(lines + 1, lines + 1 + len(columns[0]))
                lines += len(row_lines)
                yield RowPiece(source.place, lines, columns, row_lines, text)
                continue
            feed = source.lines_of(text)
            rows = []
            for row in rows_of_lines(self.entry.name, feed, divider, width=width, above=lines):
                rows.append(row)
                if not feed.left:
                    break
            lines += feed.taken
            yield slow_piece(rows, self.wanted, source.place, lines)

    def slowly(self, piece: RowPiece) -> RowPiece:
        """Return a plain piece as the reader of whole files reads it: without rows of blank cells."""
        lines = io.StringIO((piece.plain or b"").decode(), newline="")
        divider, width = self.table.divider or ",", len(self.table.keys)
        above = piece.row_lines[0] - 1
        rows = list(rows_of_lines(self.entry.name, lines, divider, width=width, above=above))
        return slow_piece(rows, self.wanted, piece.end, piece.lines)

    def _all_slow(self, passed: int) -> Iterator[RowPiece]:
        """Yield the rows of a file that cannot be cut at bytes; an earlier run's lines are read and passed over."""
        divider, width = self.table.divider or ",", len(self.table.keys)
        below = max(self.table.head_lines, passed)
        numbered = rows_of_lines(self.entry.name, text_lines(self.entry), divider, below=below, width=width)
        while rows := list(islice(numbered, _SLOW_ROWS)):
            yield slow_piece(rows, self.wanted, -1, rows[-1][0])

    def error(self, line: int, what: str) -> UserError:
        """Return the error for a mistake in the row that ends in a line."""
        return in_line(self.entry.name, line, what)


def slow_piece(rows: Sequence[tuple[int, Sequence[str]]], wanted: Sequence[int], end: int, lines: int) -> RowPiece:
    """Return rows of cells, with the line at which each ends, as a piece that may hold anything."""
    columns = [column_of([row[place].encode("utf-8", "surrogatepass") for _, row in rows]) for place in wanted]
    return RowPiece(end, lines, columns, [line for line, _ in rows])


def any_size(entry: InputFile) -> InputFile:
    """Return a file without the limit of size: for what is read in pieces."""
    return replace(entry, size=0)


def open_any_size(entry: InputFile) -> Table:
    """Return the header of a CSV file of any size; see `open_table`."""
    return open_table(any_size(entry))


class _Feed:
    """The lines of a piece, and of what follows where its last row goes on there.

    Attributes:
        taken: lines that were taken.
        left: lines of the piece that were not taken yet.
    """

    def __init__(self, source: _ByteLines, lines: deque[str]) -> None:
        self._source, self._lines = source, lines
        self.taken = 0

    @property
    def left(self) -> int:
        return len(self._lines)

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if not self._lines:
            more = self._source.line()
            if not more:
                raise StopIteration
            self._lines.extend(self._source.split(more))
        self.taken += 1
        return self._lines.popleft()


class _ByteLines:
    """A stream of bytes, cut after line ends.

    Attributes:
        place: bytes of the file that were given out.
    """

    def __init__(self, stream: io.BufferedReader, place: int, name: str) -> None:
        self._stream, self._rest, self._name = stream, b"", name
        self.place = place

    def block(self) -> bytes:
        """Return some whole lines, b"" at the end of the file."""
        pieces = [self._rest]
        size = len(self._rest)
        while True:
            more = self._read(PIECE_BYTES)
            pieces.append(more)
            cut = more.rfind(b"\n") + 1
            if cut or not more:
                whole = b"".join(pieces)
                cut = len(whole) - len(more) + cut if cut else len(whole)
                self._rest = whole[cut:]
                self.place += cut
                return whole[:cut]
            size += len(more)
            self._refuse_long(size)

    def line(self) -> bytes:
        """Return the next line with its end, b"" at the end of the file."""
        while (cut := self._rest.find(b"\n") + 1) == 0:
            more = self._read(PIECE_BYTES)
            if not more:
                cut = len(self._rest)
                break
            self._rest += more
            self._refuse_long(len(self._rest))
        line, self._rest = self._rest[:cut], self._rest[cut:]
        self.place += cut
        return line

    def lines_of(self, text: bytes) -> _Feed:
        """Return the lines of a block, followed by those after it where they are asked for."""
        return _Feed(self, deque(self.split(text)))

    def split(self, text: bytes) -> list[str]:
        """Return the lines in some bytes, with their ends."""
        try:
            return list(io.StringIO(text.decode("utf-8", "surrogatepass"), newline=""))
        except UnicodeDecodeError:
            message = f"'{self._name}' is not UTF-8 text; save it again as 'CSV UTF-8' and try once more."
            raise UserError(message) from None

    def _read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except OSError:
            message = f"'{self._name}' cannot be read; copy it again."
            raise UserError(message) from None

    def _refuse_long(self, size: int) -> None:
        if size > 4 * LINE_CHARACTERS:
            message = (
                f"'{self._name}' has a line longer than {LINE_CHARACTERS >> 20} MiB; that is no table we can read."
            )
            raise UserError(message)


def _pass_over(stream: io.BufferedReader, lines: int) -> int:
    r"""Pass over the first lines of a stream and return their bytes; -1 where they do not end in \n or \r\n."""
    size = 0
    for _ in range(lines):
        line = stream.readline(4 * LINE_CHARACTERS)
        if b"\r" in line.rstrip(b"\r\n"):
            return -1
        size += len(line)
    return size


def _skip(stream: io.BufferedReader, size: int) -> None:
    """Pass over so many bytes, also of a stream that cannot be set to a place."""
    if stream.seekable():
        stream.seek(size)
        return
    while size > 0:
        size -= len(stream.read(min(size, PIECE_BYTES))) or size
