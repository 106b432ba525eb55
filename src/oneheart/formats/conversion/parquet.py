"""A Parquet file of responses in pieces of rows, as the text that it would be in CSV; Polars, an extra, reads it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oneheart.errors import UserError
from oneheart.formats.conversion.pieces import RowPiece, slow_piece
from oneheart.formats.conversion.plain_cells import plain_columns
from oneheart.formats.csv import Table, rows_of_lines
from oneheart.formats.files import InputFile, files_beside, input_files
from oneheart.formats.roles import FilesByRole, role_of

if TYPE_CHECKING:
    from types import ModuleType

SUFFIX = ".parquet"
PIECE_ROWS = 1 << 17
_BESIDE = frozenset({"desires", "participants", "circles", "gathering", "sealed"})


def is_parquet(path: Path) -> bool:
    """Return whether a path is named like a Parquet file.

    Example:
        >>> is_parquet(Path("votes.PARQUET")), is_parquet(Path("votes.csv"))
        (True, False)
    """
    return path.suffix.lower() == SUFFIX


def parquet_files(path: Path) -> FilesByRole:
    """Return a Parquet file as the responses of our own tables, with the other tables that lie beside it as CSV.

    Raises:
        UserError: there is no such file.
    """
    if not path.is_file():
        input_files(path)  # it says what is there instead
    entries = {role_of(entry.base): entry for entry in files_beside(path)}
    beside = {role: entry for role, entry in entries.items() if role in _BESIDE}
    size = path.stat().st_size
    return FilesByRole({"responses": InputFile(path.name, size, lambda: io.FileIO(path)), **beside})


class ParquetReader:
    """Reads the columns of a Parquet file in pieces; see `PieceReader`, which does the same for CSV."""

    def __init__(self, path: Path) -> None:
        """Read the names of the columns.

        Raises:
            UserError: Polars is not installed, or it is no Parquet file.
        """
        self._path, self._polars = path, _polars(path)
        try:
            self._frame = self._polars.scan_parquet(path)
            names = self._frame.collect_schema().names()
            self.size = int(self._frame.select(self._polars.len()).collect().item())
        except (self._polars.exceptions.PolarsError, OSError):
            raise self._broken() from None
        self.table = Table(path.name, names, lambda: iter(()))
        self.wanted: Sequence[int] = ()

    def pieces(self, begin: int = 0, lines: int = 0) -> Iterator[RowPiece]:
        """Yield the rows after so many, in pieces; rows are counted from 1.

        Raises:
            UserError: the file cannot be read.
        """
        names = [self._frame.collect_schema().names()[place] for place in self.wanted]
        text = [self._polars.col(name).cast(self._polars.String) for name in names]
        for at in range(max(begin, lines), self.size, PIECE_ROWS):
            try:
                rows: Any = self._frame.slice(at, PIECE_ROWS).select(text).collect()
                piece = rows.write_csv(include_header=False).encode()
            except (self._polars.exceptions.PolarsError, OSError):
                raise self._broken() from None
            end = at + len(rows)
            columns = plain_columns(piece, ",", len(names), range(len(names)))
            if columns is None or len(columns[0]) != len(rows):
                yield self._slowly(piece, at, end)
            else:
                yield RowPiece(end, end, columns, range(at + 1, end + 1), piece)

    def slowly(self, piece: RowPiece) -> RowPiece:
        """Return a plain piece as the reader of whole files reads it: without rows of blank cells."""
        return self._slowly(piece.plain or b"", piece.row_lines[0] - 1, piece.end)

    def _slowly(self, piece: bytes, begin: int, end: int) -> RowPiece:
        lines = io.StringIO(piece.decode(), newline="")
        numbered = rows_of_lines(self._path.name, lines, ",", width=len(self.wanted), above=begin)
        return slow_piece(list(numbered), range(len(self.wanted)), end, end)

    def error(self, row: int, what: str) -> UserError:
        """Return the error for a mistake in a row."""
        return UserError(f"'{self._path.name}', row {row} {what}; mend that row or export the file again.")

    def _broken(self) -> UserError:
        return UserError(f"'{self._path.name}' is no Parquet file that can be read; export it again, or give CSV.")


def _polars(path: Path) -> ModuleType:
    try:
        import polars as pl  # noqa: PLC0415  an extra
    except ImportError:
        message = f"'{path.name}' is Parquet, which Polars reads: pip install 'oneheart[parquet]', or give CSV."
        raise UserError(message) from None
    return pl
