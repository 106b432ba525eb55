"""Open a gathering's file, so that commits are durable and only one process writes to it."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

import apsw

from oneheart.errors import UserError

BUSY_TIMEOUT = 5000  # milliseconds to wait for a lock that another process holds
_APPLICATION = 0x6F6E6831  # "onh1" in the file's header
_MAGIC, _APPLICATION_AT = b"SQLite format 3\0", 68  # https://www.sqlite.org/fileformat2.html
_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq        INTEGER PRIMARY KEY,
    actor      TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    body       TEXT,
    salt       BLOB,
    commitment BLOB    NOT NULL,
    chain      BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    UNIQUE (actor, key)
) STRICT;

CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- The log is only ever added to. The one exception takes an erased person's words and name away, and nothing else.
CREATE TRIGGER IF NOT EXISTS events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

CREATE TRIGGER IF NOT EXISTS events_keep BEFORE UPDATE ON events
WHEN NEW.body IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.seq != OLD.seq OR NEW.commitment != OLD.commitment
     OR NEW.chain != OLD.chain OR NEW.at != OLD.at
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
"""


@dataclass(frozen=True, slots=True)
class Database:
    """An open file, with the lock that keeps other processes out.

    Attributes:
        path: path of the file.
        connection: the only connection that writes.
        lock: file descriptor of the lock file beside it.
    """

    path: Path
    connection: apsw.Connection
    lock: int

    def close(self) -> None:
        """Close the file and release the lock."""
        self.connection.close()
        os.close(self.lock)


def open_database(path: Path, *, create: bool = False) -> Database:
    """Return an open gathering file.

    It uses WAL with `synchronous=FULL`, so a returned commit survives a power failure. `secure_delete` overwrites
    erased content.

    Args:
        path: path of the file.
        create: create the file if it does not exist.

    Raises:
        UserError: the file does not exist, is of another kind, or is open in another process.
    """
    if not create and not path.is_file():
        message = f"There is no gathering at {path}; make one with: oneheart new {path}"
        raise UserError(message)
    if path.is_file():
        _look_at_header(path, create=create)
    lock = _lock(path)
    existed = path.exists()
    try:
        return Database(path, _connect(path, create=create), lock)
    except BaseException:
        os.close(lock)
        if not existed:
            remove_database(path)
        raise


def remove_database(path: Path) -> None:
    """Delete a gathering's file, write-ahead log, shared memory and lock, as far as they exist."""
    for ending in ("", "-wal", "-shm", ".lock"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def copy_database(path: Path, to: Path) -> None:
    """Write a consistent copy of a gathering's file; another process may serve it meanwhile.

    When this returns, the copy is on disk, readable by this user only.

    Args:
        path: path of the gathering.
        to: path of the copy; must not exist.

    Raises:
        UserError: there is no gathering, or the copy cannot be written; no partial copy remains.
    """
    if not path.is_file():
        message = f"There is no gathering at {path}; give the file that `oneheart new` made."
        raise UserError(message)
    _look_at_header(path, create=False)
    try:
        os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        message = f"Cannot write {to} ({error.strerror}); choose another name, or a folder that you may write to."
        raise UserError(message) from error
    try:
        _copy(path, to)
    except (apsw.Error, OSError) as error:
        to.unlink(missing_ok=True)
        message = f"Cannot copy {path} to {to}: {_reason(error)}; make room or choose another folder, and try again."
        raise UserError(message) from error


def _reason(error: apsw.Error | OSError) -> str:
    """Return why a copy failed. SQLite's backup sets a result code but leaves the message at "not an error"."""
    if isinstance(error, apsw.FullError):
        return "the disk is full"
    if isinstance(error, apsw.Error) and str(error) == "not an error":
        code: int = getattr(error, "extendedresult", 0)  # only errors that SQLite raised have it
        return str(apsw.mapping_extended_result_codes.get(code, type(error).__name__))
    return str(error)


def _copy(path: Path, to: Path) -> None:
    source = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    target = apsw.Connection(str(to), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        source.set_busy_timeout(BUSY_TIMEOUT)
        source.pragma("query_only", 1)
        with target.backup("main", source, "main") as copying:
            copying.step()  # all pages in one step: a consistent copy that does not block writers
    finally:
        target.close()
        source.close()
    on_disk(to)
    on_disk(to.parent)


def on_disk(path: Path) -> None:
    """Flush a file's content, or the entries of a folder, to disk (fsync)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _look_at_header(path: Path, *, create: bool) -> None:
    """Refuse a file of another kind before anything is written to it or beside it."""
    try:
        with path.open("rb") as file:
            header = file.read(_APPLICATION_AT + 4)
    except OSError as error:
        message = f"Cannot read {path} ({error.strerror}); choose a file that you may read."
        raise UserError(message) from error
    is_gathering = header.startswith(_MAGIC) and header[_APPLICATION_AT:] == _APPLICATION.to_bytes(4, "big")
    if not is_gathering and not (create and not header):
        message = (
            f"{path} is not a gathering of oneheart, or its beginning is damaged; "
            "give the file that `oneheart new` made, or restore it from a backup."
        )
        raise UserError(message)


def _lock(path: Path) -> int:
    """Return the descriptor of an exclusive lock, which the operating system releases when the process ends."""
    beside = path.with_name(path.name + ".lock")
    try:
        lock = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"Cannot write beside {path} ({error.strerror}); choose a folder that you may write to."
        raise UserError(message) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        message = f"{path} is already served by another oneheart; end that one first, or serve another file."
        raise UserError(message) from error
    return lock


def _connect(path: Path, *, create: bool) -> apsw.Connection:
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    connection: apsw.Connection | None = None
    try:
        connection = apsw.Connection(str(path), flags=flags)
        connection.set_busy_timeout(BUSY_TIMEOUT)
        if create and not path.stat().st_size:
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        for name, value in (("journal_mode", "WAL"), ("synchronous", "FULL"), ("secure_delete", 1), ("mmap_size", 0)):
            connection.pragma(name, value)
        connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        connection.execute(_SCHEMA)
        path.chmod(0o600)
    except (apsw.Error, OSError) as error:
        if connection is not None:
            connection.close()
        message = f"Cannot open {path}: {error}; make room on the disk, or restore it from a backup if it was damaged."
        raise UserError(message) from error
    return connection


def last_event_time(path: Path) -> int:
    """Return the time of the newest event of a file, milliseconds since 1970; 0 without events. Reads only.

    Raises:
        apsw.Error: the file cannot be read.
    """
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return int(connection.execute("SELECT COALESCE(MAX(at), 0) FROM events").get)
    finally:
        connection.close()
