"""Copying: write a consistent copy of a file that this very process serves.

It opens the file through SQLite only. Another way of opening and closing it would end the locks that SQLite holds on it
in this process (https://www.sqlite.org/howtocorrupt.html, section 2.2).
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import apsw

from oneheart.storage.database import BUSY_TIMEOUT, on_disk


def copy_served(path: Path, to: Path) -> None:
    """Write a consistent copy of a gathering's file, durably; the name appears only when the copy is complete.

    Writers are not blocked. It takes the time of reading and writing the file once. Safe to run in a thread.

    Args:
        path: path of the gathering.
        to: path of the copy; an existing one is replaced.

    Raises:
        apsw.Error: the file cannot be read, or the copy cannot be written; no partial copy remains.
        OSError: the same.
    """
    part = to.with_name(to.name + ".part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600))
        source = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            source.set_busy_timeout(BUSY_TIMEOUT)
            source.pragma("query_only", 1)
            target = apsw.Connection(str(part), flags=apsw.SQLITE_OPEN_READWRITE)
            try:
                with target.backup("main", source, "main") as copying:
                    copying.step()  # all pages in one step: consistent
            finally:
                target.close()
        finally:
            source.close()
        on_disk(part)
        part.rename(to)
        on_disk(to.parent)
    finally:
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                part.with_name(part.name + ending).unlink()
