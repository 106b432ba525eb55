"""Other people's files in, gatherings out, and back: Polis exports, our own tables, data frames, contacts.

What is read and written, column by column, is in docs/reference/formats.md.
"""

from __future__ import annotations

from oneheart.formats.diagnosis import Diagnosis, Finding
from oneheart.formats.doctor import diagnose, read_and_diagnose
from oneheart.formats.frames import Frames, from_frames, to_frames
from oneheart.formats.polis.writing import write_polis
from oneheart.formats.reading import read
from oneheart.formats.tables.writing import write_tables

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
