"""Other people's files in, gatherings out, and back: Polis exports, the house's own tables, data frames.

What is read and written, column by column, is in docs/reference/formats.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oneheart.formats.diagnosis import Diagnosis, Finding
from oneheart.formats.doctor import diagnose, read_and_diagnose, read_only
from oneheart.formats.frames import Frames, from_frames, to_frames
from oneheart.formats.polis_write import write_polis
from oneheart.formats.tables import write_tables

if TYPE_CHECKING:
    import os

    from oneheart.model.gathering import Gathering

__all__ = [
    "Diagnosis",
    "Finding",
    "Frames",
    "from_frames",
    "inspect",
    "read",
    "read_and_diagnose",
    "to_frames",
    "write_polis",
    "write_tables",
]

inspect = diagnose


def read(path: str | os.PathLike[str], *, sign: int | None = None) -> Gathering:
    r"""Return the gathering recorded at a path: a Polis export or our own tables, as a folder or a zip file.

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
    return read_only(path, sign=sign)
