"""Our own tables as rows of numbers: responses.csv in pieces, all other tables whole, by the rules of `tables`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.formats.blocks import Provenance
from oneheart.formats.cells import clean, plain
from oneheart.formats.conversion.block_cutting import BlockCutter
from oneheart.formats.conversion.cell_numbers import BLANK, CellLabelNumbers, CellValues, IsPlain, visible
from oneheart.formats.conversion.label_bytes import LabelBytes
from oneheart.formats.conversion.parquet import ParquetReader, is_parquet
from oneheart.formats.conversion.pieces import PieceReader, RowPiece, any_size, open_any_size
from oneheart.formats.conversion.plain_cells import Column
from oneheart.formats.conversion.stage import Buckets, Finished, Int8s, Int32s, Int64s, Rows, last_of_each
from oneheart.formats.csv import open_table
from oneheart.formats.diagnosis import Finding
from oneheart.formats.roles import FilesByRole
from oneheart.formats.sealed_file import hall_in
from oneheart.formats.tables.assembling import (
    NEEDED,
    NO_STANCE,
    NOT_ASKED,
    Listed,
    Tables,
    about_responses,
    asks_by,
    desires_of,
    in_row,
    label_as_listed,
    listed_in,
    no_stance,
    stance_number,
    texts_missing,
    time_of,
)
from oneheart.formats.tables.loading import absent, columns_of, facts_of
from oneheart.model.asks import Asks
from oneheart.model.desire import Desire
from oneheart.model.sealed import HallRecord

_APOSTROPHE = 0x27
_NO_TIME = np.iinfo(np.int64).min


class _SoFar(msgspec.Struct):
    """What was counted in the rows so far.

    Attributes:
        asked: rows with a stance.
        blank: rows without one.
        timed: rows with a stance and a time.
        stances: the different cells of stances.
    """

    asked: int = 0
    blank: int = 0
    timed: int = 0
    stances: list[str] = []


class TablesRows:
    """Reads the tables of a folder; see `read_tables`, which gives the same numbers."""

    def __init__(self, files: FilesByRole, path: Path, *, numbers_turned: bool) -> None:
        """Read all tables but the responses, and the head of these.

        Raises:
            UserError: for every kind of broken input, in one sentence.
        """
        self._files, self._path = files, path
        self._findings: list[Finding] = list(files.findings)
        self._facts = facts_of(files.by_role.get("gathering"), self._findings)
        self._ours = ours = self._facts.get("text-cells") == "neutralised"
        small = {
            role: any_size(entry) for role, entry in files.by_role.items() if role in NEEDED and role != "responses"
        }
        columns = {role: columns_of(role, entry, ours=ours) for role, entry in small.items()}
        self._tables = Tables(
            desires=columns.get("desires", {}),
            participants=columns.get("participants", {}),
            circles=columns.get("circles", {}),
        )
        self._findings += absent([role for role in NEEDED if role in files.by_role])

        def locate(role: str, row: int, what: str) -> UserError:
            return open_table(small[role]).error(row, what) if role in small else in_row(role, row, what)

        self._locate = locate
        self._listed: Listed = listed_in(self._tables, locate)
        people, desires = self._listed.people, self._listed.desires
        self.people = CellLabelNumbers(self._label_rule(people), self._is_label(certain=not people))
        self.desires = CellLabelNumbers(self._label_rule(desires), self._is_label(certain=not desires))
        self.people.register(list(people))
        self.desires.register(list(desires))
        self._values = CellValues(lambda cell: stance_number(self._bare(cell), turned=numbers_turned))
        self._counted = _SoFar()
        self.reader = _reader(files, path)

    def _bare(self, cell: str) -> str:
        """Return the text of a cell as `columns_of` does."""
        return plain(clean(cell)) if self._ours else clean(cell).strip()

    def _label_rule(self, listed: dict[str, int]) -> Callable[[str], str | None]:
        return lambda cell: label_as_listed(self._bare(cell), listed) or None

    def _is_label(self, *, certain: bool) -> IsPlain:
        """Return which cells are their own labels: none for certain where a table lists labels in another spelling."""

        def is_label(column: Column) -> npt.NDArray[np.bool_]:
            seen = visible(column) & certain
            return np.asarray(seen & (column.first_byte() != _APOSTROPHE) if self._ours else seen)

        return is_label

    def rows(self, piece: RowPiece, reader: PieceReader | ParquetReader) -> Rows:
        """Return the responses of a piece, those without a stance left out.

        Raises:
            UserError: when a stance is none that we know, or a label is empty; names the line.
        """
        is_plain = piece.plain is not None
        who, what, how, *at = piece.columns
        value = self._values.of(how)
        person, desire = self.people.of(who, is_plain=is_plain), self.desires.of(what, is_plain=is_plain)
        wrong = (value == NO_STANCE) | (person == BLANK) | (desire == BLANK)
        if wrong.any():
            if is_plain:
                return self.rows(reader.slowly(piece), reader)
            raise self._wrong(reader, piece, int(wrong.argmax()), value, person)
        asked = value != NOT_ASKED
        self._counted.asked += int(asked.sum())
        self._counted.blank += int((~asked).sum())
        rows = Rows(person, desire, value, self._times(at[0]) if at else None)
        if not asked.all():
            rows = rows.at(asked)
        if rows.time is not None:
            self._counted.timed += int((rows.time != _NO_TIME).sum())
        return rows

    def _times(self, column: Column) -> Int64s:
        """Return a number for the time of each row, greater for later times; `_NO_TIME` where there is none."""
        whole, good = column.whole_numbers()
        times = _ordered(whole.astype(np.float64))
        rest = np.flatnonzero(~good)
        if len(rest):
            read = (time_of(self._bare(cell.decode("utf-8", "surrogatepass"))) for cell in column.at(rest))
            times[rest] = [_NO_TIME if time is None else ordered(time) for time in read]
        return times

    def _wrong(
        self, reader: PieceReader | ParquetReader, piece: RowPiece, row: int, value: Int8s, person: Int32s
    ) -> UserError:
        cell = piece.columns[2].at(np.array([row]))[0].decode("utf-8", "surrogatepass")
        if value[row] == NO_STANCE:
            what = no_stance(self._bare(cell))
        else:
            what = f"has no {'participant' if person[row] == BLANK else 'desire'}"
        return reader.error(piece.row_lines[row], what)

    def state(self) -> bytes:
        """Return what was counted so far."""
        self._counted.stances = sorted({*self._counted.stances, *map(self._bare, self._values.cells)})
        return msgspec.json.encode(self._counted)

    def restore(self, state: bytes) -> None:
        """Take what an earlier run had counted."""
        self._counted = msgspec.json.decode(state, type=_SoFar)

    def finish(self, people: LabelBytes, desires: LabelBytes) -> Finished:
        """Return everything but the answers, when all rows were read.

        Args:
            people: labels by their number; authors who answered nothing are numbered now.
            desires: labels by their number.
        """
        self.state()
        listed = desires_of(self._tables.desires, self.people.number_of, self._locate)
        people.extend(self.people.fresh)
        missing = [label.decode() for label in desires.at(np.arange(len(listed), len(desires)))]
        counted = self._counted
        return Finished(
            person_at=np.arange(len(self.people), dtype=np.int32),
            desire_at=np.arange(len(self.desires), dtype=np.int32),
            desires=(*listed, *(Desire(label, "") for label in missing)),
            circle_of=self._listed.circle_of(len(self.people)) if self._listed.circles else None,
            by_time=counted.timed == counted.asked > 0,
        )

    def stances(self, buckets: Buckets, finished: Finished, cutter: BlockCutter, tell: Callable[[int], None]) -> None:
        """Give the last answers of all people to the cutter."""
        for number, (_, last) in enumerate(buckets.ranges):
            cutter.add(last_of_each(buckets.rows(number), by_time=finished.by_time), last)
            tell(number + 1)
        cutter.finish()

    def provenance(self, answers: int) -> tuple[Provenance, HallRecord | None]:
        """Return what is known beside the answers, of which so many are the last ones."""
        counted = self._counted
        some_timed = 0 < counted.timed < counted.asked
        missing = len(self.desires) - len(self._tables.desires.get("desire", ()))
        findings = [
            *self._findings,
            *about_responses(counted.blank, counted.asked - answers, some_timed=some_timed),
            *texts_missing(missing),
        ]
        hall, about_hall = hall_in(self._files.by_role.get("sealed"))
        provenance = Provenance(
            name=self._path.name or str(self._path),
            question=clean(self._facts.get("question", "")),
            credits=self._facts.get("credits", ""),
            asks=Asks.WANT if hall is not None else asks_by(self._facts.get("asks", ""), counted.stances),
            circles=self._listed.circles,
            read_from=tuple(sorted(self._files.names().values())),
            findings=(*findings, *about_hall),
        )
        return provenance, hall


def _reader(files: FilesByRole, path: Path) -> PieceReader | ParquetReader | None:
    """Return what reads the responses, None where there are none."""
    entry = files.by_role.get("responses")
    if entry is None:
        return None
    reader = ParquetReader(path) if is_parquet(path) else PieceReader(entry, open_any_size(entry), ())
    at = reader.table.column("at")
    wanted = [reader.table.need(name) for name in NEEDED["responses"]]
    reader.wanted = wanted if at is None else [*wanted, at]
    return reader


def ordered(time: float) -> int:
    """Return a whole number for a finite float; of two floats the greater has the greater number.

    Example:
        >>> ordered(-2.0) < ordered(-1.0) < ordered(0.0) < ordered(0.5)
        True
    """
    return int(_ordered(np.array([time]))[0])


def _ordered(times: npt.NDArray[np.float64]) -> Int64s:
    bits = (times + 0.0).view(np.int64)  # minus zero becomes zero
    return bits ^ (bits >> 63 & np.iinfo(np.int64).max)
