"""Converts files of any size into a folder of blocks: read and number, sort by person, keep the last answers."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.formats.blocks import MANIFEST, Provenance, is_blocks, manifest_bytes, other_files
from oneheart.formats.contacts.attendance import OCCASIONS, occasions_beside
from oneheart.formats.conversion.block_cutting import BlockCutter
from oneheart.formats.conversion.cell_numbers import CellLabelNumbers
from oneheart.formats.conversion.label_bytes import LabelBytes
from oneheart.formats.conversion.parquet import ParquetReader, is_parquet, parquet_files
from oneheart.formats.conversion.pieces import PieceReader, RowPiece
from oneheart.formats.conversion.polis_rows import PolisRows
from oneheart.formats.conversion.read_ahead import ahead
from oneheart.formats.conversion.stage import (
    BUCKET_ROWS,
    STAGED_ROWS,
    Buckets,
    Finished,
    Rows,
    Staged,
    WorkFolder,
    cannot_write,
    packed,
    put,
    unpacked,
)
from oneheart.formats.conversion.tables_rows import TablesRows
from oneheart.formats.files import InputFile, input_files, open_bytes, refuse_target
from oneheart.formats.polis.sign import refuse_no_sign
from oneheart.formats.roles import FilesByRole, are_tables, files_by_role
from oneheart.model.sealed import HallRecord
from oneheart.version import VERSION

Progress = Callable[[str, int, int], None]
"""Called with (name of the step, done, total)."""

UNFINISHED = ".unfinished"
_LABELS_AT_ONCE = 1 << 16
_LOOKED_AT = 1 << 20


class RowSource(Protocol):
    """One form of files as rows of numbers."""

    people: CellLabelNumbers
    desires: CellLabelNumbers
    reader: PieceReader | ParquetReader | None

    def rows(self, piece: RowPiece, reader: PieceReader | ParquetReader) -> Rows:
        """Return the rows of a piece."""

    def state(self) -> bytes:
        """Return what was counted so far."""

    def restore(self, state: bytes) -> None:
        """Take what an earlier run had counted."""

    def finish(self, people: LabelBytes, desires: LabelBytes) -> Finished:
        """Return everything but the answers; people who turn up only now are added to the labels."""

    def stances(self, buckets: Buckets, finished: Finished, cutter: BlockCutter, tell: Callable[[int], None]) -> None:
        """Give the last answers of all people to the cutter, and let it finish."""

    def provenance(self, answers: int) -> tuple[Provenance, HallRecord | None]:
        """Return what is known beside the answers."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What a conversion made.

    Attributes:
        path: the folder.
        people: N.
        desires: M.
        answers: last answers.
        rows: rows that were read, those with a later answer to the same desire included.
        provenance: what is known beside the answers.
    """

    path: Path
    people: int
    desires: int
    answers: int
    rows: int
    provenance: Provenance


def convert(
    path: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    sign: int | None = None,
    progress: Progress | None = None,
) -> Converted:
    """Write the gathering at a path into a new folder of blocks, and return what was made.

    The numbers are those of `read`. What was done is kept in a folder beside it. So after a stop the same call goes on,
    and the bytes are the same however often it was stopped.

    Args:
        path: a folder or zip file of a Polis export or of our tables, or one of the CSV files in it, or a Parquet file
            of responses with the other tables beside it.
        folder: new or empty.
        sign: as for `read`.
        progress: called as the work goes on.

    Raises:
        UserError: for input that cannot be read or whose sign cannot be decided, for a folder that is there already or
            cannot be written, in one sentence.

    Notes:
        Memory does not grow with the number of rows: two million rows at a time, and less than 100 bytes a person.

    Source:
        Ours: external sort by ranges of people.
    """
    target = Path(folder)
    refuse_target(target)
    source_path = Path(path)
    if is_blocks(source_path):
        message = f"'{source_path}' is a folder of blocks already."
        raise UserError(message)
    tell = progress or (lambda *_: None)
    parquet = is_parquet(source_path)
    files = parquet_files(source_path) if parquet else files_by_role(input_files(source_path), source_path)
    rows = _source_of(files, source_path, refuse_no_sign(sign))
    with WorkFolder(target.with_name(target.name + UNFINISHED), _job(files, source_path, sign)) as stage:
        _read_all(rows, stage, tell)
        made = _write(rows, stage, target, None if parquet else occasions_beside(source_path), tell)
        stage.remove()
    return made


def _source_of(files: FilesByRole, path: Path, sign: int | None) -> RowSource:
    if are_tables(files, path):
        return TablesRows(files, path, numbers_turned=sign == -1)
    return PolisRows(files, path, sign)


def _job(files: FilesByRole, path: Path, sign: int | None) -> dict[str, object]:
    """Return what must be equal for an earlier run to go on. Votes are kept raw, so that their sign does not matter."""
    turned = sign == -1 and are_tables(files, path)
    looked_at = {role: [entry.name, entry.size, *_looked_at(entry)] for role, entry in files.by_role.items()}
    changed = path.stat().st_mtime_ns if path.is_file() else 0
    return {
        "version": VERSION,
        "rows": BUCKET_ROWS,
        "name": path.name,
        "changed": changed,
        "turned": turned,
        "files": looked_at,
    }


def _looked_at(entry: InputFile) -> tuple[str, int]:
    """Return a digest of the first bytes of a file, and when it was changed; 0 for one inside a zip file."""
    raw = entry.open()
    changed = os.fstat(raw.fileno()).st_mtime_ns if isinstance(raw, io.FileIO) else 0
    with io.BufferedReader(raw) as stream:
        return hashlib.sha256(stream.read(_LOOKED_AT)).hexdigest(), changed


# ------------------------------------------------------------------------------------------ reading and numbering


def _read_all(source: RowSource, stage: WorkFolder, tell: Progress) -> None:
    """Number all rows of the source and keep them in the stage; what an earlier run kept is taken as it is."""
    if source.reader is None:
        return
    end, lines, is_done = 0, 0, False
    for staged in stage.earlier():
        source.people.restore(unpacked(staged.people))
        source.desires.restore(unpacked(staged.desires))
        source.restore(staged.state)
        end, lines, is_done = staged.end, staged.lines, staged.is_last
    if is_done:
        return
    size = source.reader.size
    waiting: list[Rows] = []
    count = 0

    def keep(*, is_last: bool) -> None:
        stage.add(_staged(source, waiting, end, lines, is_last=is_last))
        waiting.clear()

    for piece in ahead(source.reader.pieces(end, lines)):
        end, lines = piece.end, piece.lines
        waiting.append(source.rows(piece, source.reader))
        count += len(waiting[-1])
        tell("read", 100 * min(max(end, 0), size) // max(size, 1), 100)
        if count >= STAGED_ROWS:
            keep(is_last=False)
            count = 0
    keep(is_last=True)
    tell("read", 100, 100)


def _staged(source: RowSource, parts: Sequence[Rows], end: int, lines: int, *, is_last: bool) -> Staged:
    rows = Rows.joined(list(parts)) if parts else Rows.none()
    people, source.people.fresh = source.people.fresh, []
    desires, source.desires.fresh = source.desires.fresh, []
    return Staged(
        end,
        lines,
        rows.person.tobytes(),
        rows.desire.tobytes(),
        rows.value.tobytes(),
        None if rows.time is None else rows.time.tobytes(),
        packed(people),
        packed(desires),
        source.state(),
        is_last,
    )


# -------------------------------------------------------------------------------------------- sorting and writing


def _write(
    source: RowSource, stage: WorkFolder, target: Path, occasions: InputFile | None, tell: Progress
) -> Converted:
    """Write the folder from the staged rows; it gets its name when it is whole."""
    people, desires, count = _labels(source, stage)
    finished = source.finish(people, desires)
    source.people.forget()
    made = stage.folder / "made"
    try:
        made.mkdir(exist_ok=True)
    except OSError as problem:
        raise cannot_write(made, problem) from None
    steps = len(stage.files)
    buckets = Buckets(stage, finished, lambda done: tell("sort", done, steps))
    cutter = BlockCutter(made, len(finished.desires))
    source.stances(buckets, finished, cutter, lambda done: tell("write", done, len(buckets.ranges)))
    answers = sum(entry.answers for entry in cutter.entries)
    provenance, hall = source.provenance(answers)
    files: dict[str, str] = {}
    in_order = np.argsort(finished.person_at)
    for name, content in other_files(
        len(people),
        _in_rows(people, in_order, finished.own_labels),
        finished.desires,
        provenance,
        finished.circle_of,
        hall,
        files,
    ):
        put(made / name, content)
    if occasions is not None:
        with open_bytes(occasions) as stream:
            log = stream.read()
        put(made / OCCASIONS, [log])
        files[OCCASIONS] = hashlib.sha256(log).hexdigest()
    put(made / MANIFEST, [manifest_bytes(len(people), finished.desires, provenance, files, cutter.entries)])
    try:
        if target.is_dir():
            target.rmdir()
        made.rename(target)
    except OSError as problem:
        raise cannot_write(target, problem) from None
    return Converted(target, len(people), len(finished.desires), answers, count, provenance)


def _labels(source: RowSource, stage: WorkFolder) -> tuple[LabelBytes, LabelBytes, int]:
    """Return the labels of people and desires by their numbers, and how many rows were kept."""
    people, desires, count = LabelBytes(), LabelBytes(), 0
    people.extend(source.people.known)
    desires.extend(source.desires.known)
    for staged in stage.staged():
        people.extend(unpacked(staged.people))
        desires.extend(unpacked(staged.desires))
        count += len(staged.value)
    return people, desires, count


def _in_rows(labels: LabelBytes, order: npt.NDArray[np.intp], own: Mapping[int, str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(order), _LABELS_AT_ONCE):
        numbers = order[begin : begin + _LABELS_AT_ONCE]
        some = [label.decode() for label in labels.at(numbers)]
        yield [own.get(number, label) for number, label in zip(numbers.tolist(), some, strict=True)] if own else some
