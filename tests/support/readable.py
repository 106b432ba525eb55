"""What whoever has a gathering's files can read in them: raw bytes, and the bodies that the keys beside them open."""

from __future__ import annotations

from pathlib import Path

from oneheart.live.house import SUFFIX
from oneheart.storage.database import look_into
from oneheart.storage.stores import log_of


def bodies_in(path: Path) -> list[str]:
    """Return the bodies of all events of a gathering's file that can be opened."""
    database = look_into(path)
    try:
        return [event.body for event in log_of(database).replay() if event.body is not None]
    finally:
        database.close()


def readings_of(word: str, folder: Path) -> int:
    """Return how often a word can be read in a folder: in the raw bytes of every file, and in every open body."""
    raw = sum(path.read_bytes().count(word.encode()) for path in folder.iterdir() if path.is_file())
    return raw + sum(body.count(word) for path in folder.glob(f"*{SUFFIX}") for body in bodies_in(path))
