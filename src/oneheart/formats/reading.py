"""Reads a Polis export, our own tables or blocks at a path into a gathering; `doctor` diagnoses what was read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oneheart.errors import UserError
from oneheart.formats.blocks import MANIFEST, BlocksFolder, is_blocks, open_blocks
from oneheart.formats.diagnosis import Finding
from oneheart.formats.files import input_files
from oneheart.formats.polis.loading import load
from oneheart.formats.polis.raw_export import Export, to_gathering
from oneheart.formats.polis.sign import VoteSign, decide, refuse_no_sign
from oneheart.formats.roles import are_tables, files_by_role
from oneheart.formats.sealed_file import with_hall
from oneheart.formats.tables.loading import read_tables
from oneheart.model.gathering import Gathering


@dataclass(frozen=True, slots=True, eq=False)
class ReadGathering:
    """A gathering with how it was read.

    Attributes:
        gathering: what was read.
        files: name of each file by its role.
        findings: what was odd while reading.
        export: the Polis export with raw votes; None for our own tables and for blocks.
        sign: which raw value means agree; None likewise.
        blocks: the folder of blocks; None for all other forms.
    """

    gathering: Gathering
    files: Mapping[str, str]
    findings: tuple[Finding, ...]
    export: Export | None = None
    sign: VoteSign | None = None
    blocks: BlocksFolder | None = None


def read_files(path: str | os.PathLike[str], *, sign: int | None = None) -> ReadGathering:
    """Return the gathering recorded at a path, and how it was read.

    Args:
        path: a folder or zip file of a Polis export or of our tables, or one of the CSV files in it, or a folder of
            blocks.
        sign: the raw vote value that means agree, +1 or -1; None to find it in the files. In our own tables it applies
            to numeric stances only; in blocks it is decided already.

    Raises:
        UserError: for input that cannot be read or whose sign cannot be decided, in one sentence.
    """
    place = Path(path)
    if is_blocks(place):
        return _read_blocks(place, sign)
    files = files_by_role(input_files(place), place)
    sealed = files.by_role.get("sealed")
    if are_tables(files, place):
        gathering, odd = read_tables(files, place, numbers_turned=refuse_no_sign(sign) == -1)
        gathering, about_sealed = with_hall(gathering, sealed)
        return ReadGathering(gathering, files.names(), (*odd, *about_sealed))
    export = load(files, place)
    decided = decide(export.evidence, export.name, sign)
    gathering, about_sealed = with_hall(to_gathering(export, decided), sealed)
    findings = (*export.findings, *decided.findings, *about_sealed)
    return ReadGathering(gathering, export.files, findings, export, decided)


def _read_blocks(place: Path, sign: int | None) -> ReadGathering:
    if refuse_no_sign(sign) is not None:
        message = f"'{place}' is a folder of blocks, whose sign is decided; say --agree when you convert into it."
        raise UserError(message)
    folder = open_blocks(place)
    folder.check()
    return ReadGathering(folder.gathering(), {"blocks": MANIFEST}, folder.manifest.source.findings, blocks=folder)


def read(path: str | os.PathLike[str], *, sign: int | None = None) -> Gathering:
    r"""Return the gathering recorded at a path: a Polis export, our own tables, or a folder of blocks.

    Args:
        path: the folder, the zip file, or one of the CSV files in the folder.
        sign: the raw vote value that means agree, +1 or -1, where the files of a Polis export do not tell; None to find
            it in the files. In our own tables it applies to numeric stances only.

    Raises:
        UserError: for input that cannot be read or whose sign cannot be decided: one sentence that says what is wrong
            and what to do next.

    Notes:
        About 2.5 seconds a million votes. Nothing is ever read without limits of size, rows, columns and cells.

    Source:
        Ours; what exports really hold was measured on the public conversations of Polis openData.

    Example:
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as place:
        ...     _ = pathlib.Path(place, "responses.csv").write_text("participant,desire,stance\nann,1,mine too\n")
        ...     _ = pathlib.Path(place, "desires.csv").write_text("desire,text\n1,Peace\n")
        ...     gathering = read(place)
        >>> gathering.desires[0].text, gathering.responses.stance.tolist()
        ('Peace', [1])
    """
    return read_files(path, sign=sign).gathering
