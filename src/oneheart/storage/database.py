"""Open a gathering's file, so that commits are durable and only one process writes to it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import apsw

from oneheart.errors import HeldError, UserError
from oneheart.storage.forwarding import MovedTo, moved_of, refuse_moved
from oneheart.storage.keyring import (
    ENDING,
    Keyring,
    bring_keys,
    keyring_path,
    keyrings_of,
    make_keyring,
    missing_keys,
    open_keyring,
    overwrite_keyring,
)
from oneheart.storage.meta import meta_of
from oneheart.storage.rows import Stored

BUSY_TIMEOUT = 5000  # milliseconds to wait for a lock that another process holds
_APPLICATION = 0x6F6E6831  # "onh1" in the file's header
_MAGIC, _APPLICATION_AT = b"SQLite format 3\0", 68  # https://www.sqlite.org/fileformat2.html
FORMAT = 2
"""Format of new files; see `storage.rows`. The file has it as SQLite's user_version; format 1 has 0 there."""

_META = "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
_EVENTS = """
CREATE TABLE events (
    seq        INTEGER PRIMARY KEY,
    actor      TEXT    NOT NULL,
    key        BLOB    NOT NULL,
    kind       TEXT    NOT NULL,
    body       ANY,
    salt       BLOB,
    commitment BLOB    NOT NULL,
    chain      BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    UNIQUE (actor, key)
) STRICT;

-- The few events that say which others are blank or do not count.
CREATE INDEX events_about_events ON events (kind) WHERE kind IN ('blanked', 'passed over');
"""
_STAY = """
-- The log is only ever added to. The one exception takes erased words away, and nothing else.
CREATE TRIGGER IF NOT EXISTS events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
"""
_KEEP = {
    1: """
CREATE TRIGGER IF NOT EXISTS events_keep BEFORE UPDATE ON events
WHEN NEW.body IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.seq != OLD.seq OR NEW.commitment != OLD.commitment
     OR NEW.chain != OLD.chain OR NEW.at != OLD.at
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
""",
    2: """
CREATE TRIGGER IF NOT EXISTS events_keep BEFORE UPDATE ON events
WHEN NEW.body IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.actor != '' OR NEW.at != 0 OR NEW.seq != OLD.seq
     OR NEW.commitment != OLD.commitment OR NEW.chain != OLD.chain OR NEW.kind NOT IN (OLD.kind, 'gone')
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
""",
}
_PARTS = frozenset(
    {("table", "meta"), ("table", "events"), ("index", "events_about_events"), ("trigger", "events_keep")}
    | {("trigger", "events_stay")}
)
"""What a file consists of, beside what SQLite makes for itself."""
_INSIDE = "inside"  # value of the row "keys" in meta where bodies are not sealed

Where = Literal["beside", "inside"]
"""Where the keys of a gathering are: in a file beside it, or nowhere, so that its words stand open in its file."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open file, with the lock that keeps other processes out.

    Attributes:
        path: path of the file.
        connection: the only connection that writes.
        lock: file descriptor of the lock file beside it; None if the file is only read.
        format: format of the file, 1 or 2.
        keyring: the keys of sealed bodies; None if the file has none.
    """

    path: Path
    connection: apsw.Connection
    lock: int | None
    format: int = FORMAT
    keyring: Keyring | None = None

    @property
    def where(self) -> str:
        """Return the path, for messages."""
        return str(self.path)

    @property
    def reads_only(self) -> bool:
        """Return whether the file is only read."""
        return self.lock is None

    def meta(self) -> dict[str, str]:
        """Return what the file knows of itself, by name; see `storage.meta`."""
        return meta_of(self.connection)

    def damage(self) -> str | None:
        """Return what is wrong with the file as a database; None if nothing is. O(file)."""
        found = [str(row[0]) for row in self.connection.execute("PRAGMA integrity_check(1)")]
        return None if found == ["ok"] else found[0]

    def remove(self) -> None:
        """Delete the closed file with all that belongs to it, see `remove_database`."""
        remove_database(self.path)

    def close(self) -> None:
        """Close the file and its keys, and release the lock."""
        self.connection.close()
        if self.keyring is not None:
            self.keyring.close()
        if self.lock is not None:
            os.close(self.lock)


def open_database(path: Path, *, create: bool = False, keys: Where = "beside") -> Database:
    """Return an open gathering file.

    It uses WAL with `synchronous=FULL`, so a returned commit survives a power failure. `secure_delete` overwrites
    erased content.

    Args:
        path: path of the file.
        create: create the file if it does not exist.
        keys: where the keys of a new file are.

    Raises:
        UserError: the file does not exist, is of another kind, is open in another process, or its keys are missing.
    """
    if not create and not path.is_file():
        message = f"There is no gathering at {path}; make one with: oneheart new {path}"
        raise UserError(message)
    if path.is_file():
        _look_at_header(path, create=create)
    elif keyring_path(path).exists():
        message = f"{keyring_path(path)} is there already and may open a backup; choose another name, or move it away."
        raise UserError(message)
    lock = _lock(path)
    existed = path.exists()
    connection: apsw.Connection | None = None
    try:
        connection = _connect(path, create=create)
        new = create and not connection.pragma("user_version") and not _has_events(connection)
        made = _set_up(connection, path, keys) if new else _format_of(connection, path)
        return Database(path, connection, lock, made, _keyring(connection, path, made, write=True))
    except BaseException as error:
        if connection is not None:
            connection.close()
        os.close(lock)
        if not existed:
            remove_database(path)
        if isinstance(error, apsw.Error | OSError):
            raise _unopened(path, error) from error
        raise


def look_into(path: Path) -> Database:
    """Return a gathering file that is only read. Another process may serve it meanwhile.

    It stands still at the moment of this call: what is written later is not seen.

    Raises:
        UserError: the file does not exist, is of another kind or damaged, or its keys are missing.
    """
    if not path.is_file():
        message = f"There is no gathering at {path}; give the file that `oneheart new` made."
        raise UserError(message)
    _look_at_header(path, create=False)
    connection: apsw.Connection | None = None
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        connection.set_busy_timeout(BUSY_TIMEOUT)
        connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        connection.pragma("query_only", 1)
        connection.execute("BEGIN")
        made = _format_of(connection, path)
        return Database(path, connection, None, made, _keyring(connection, path, made, write=False))
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, apsw.Error | OSError):
            raise _unopened(path, error) from error
        raise


def remove_database(path: Path) -> None:
    """Delete a gathering's file, keys, write-ahead log, shared memory and lock, as far as they exist.

    The keys are overwritten before, so copies of the file can no longer be read.
    """
    overwrite_keyring(keyring_path(path))
    for ending in ("", ENDING, "-wal", "-shm", ".lock"):
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


def copy_keys(path: Path, to: Path, keys: Path | None = None) -> Path | None:
    """Bring the keys of a copy up to date; return their path, or None if the gathering has no file of keys.

    A key that was destroyed in a file of keys of this gathering, in the folder of either, is destroyed in the copy too.
    Call it after `copy_database`: then every event of the copy has its key.

    Args:
        path: path of the gathering.
        to: path of the copy of its file.
        keys: path of the file of keys to write; None for one that all copies in the folder of `to` share.

    Raises:
        UserError: the keys are missing, or cannot be written.
    """
    name = keys_named(path)
    if name is None:
        return None
    own = keyring_path(path)
    others = [ring for ring in keyrings_of(name, path.parent, to.parent) if ring != own]
    sources = [*([own] if own in keyrings_of(name, path.parent) else []), *others]
    target = to.with_name(f"{name.hex()[:8]}{ENDING}") if keys is None else keys
    if not sources:
        raise missing_keys(path)
    if target.exists() and target not in sources and target != own:
        message = f"{target} is there already and opens another gathering; choose another name, or move it away."
        raise UserError(message)
    try:
        bring_keys(sources, target, name)
    except OSError as error:
        message = (
            f"Cannot write the keys {target} ({error.strerror}); make room or choose another folder, and try again."
        )
        raise UserError(message) from error
    return target


def keys_named(path: Path) -> bytes | None:
    """Return the name of the keys that a gathering's file needs, 16 bytes; None if it needs none.

    Raises:
        UserError: the file is damaged.
    """
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            connection.pragma("query_only", 1)
            return _keys_named(connection, path, _format_of(connection, path))
        finally:
            connection.close()
    except apsw.Error as error:
        raise _unopened(path, error) from error


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
        raise HeldError(message) from error
    return lock


def _connect(path: Path, *, create: bool) -> apsw.Connection:
    """Return a connection that writes durably. It makes no table."""
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    connection = apsw.Connection(str(path), flags=flags)
    try:
        connection.set_busy_timeout(BUSY_TIMEOUT)
        if create and not path.stat().st_size:
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        for name, value in (("journal_mode", "WAL"), ("synchronous", "FULL"), ("secure_delete", 1), ("mmap_size", 0)):
            connection.pragma(name, value)
        connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        path.chmod(0o600)
    except BaseException:
        connection.close()
        raise
    return connection


def _unopened(path: Path, error: apsw.Error | OSError) -> UserError:
    return UserError(
        f"Cannot open {path}: {error}; make room on the disk, or restore it from a backup if it was damaged."
    )


def _has_events(connection: apsw.Connection) -> bool:
    return bool(connection.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'events'").fetchall())


def _set_up(connection: apsw.Connection, path: Path, keys: Where) -> int:
    """Make the tables of a new file and its keyring; return its format."""
    name = _INSIDE
    if keys == "beside":
        keyring = make_keyring(keyring_path(path))
        name = keyring.name.hex()
        keyring.close()
    with connection:
        connection.execute(_META + _EVENTS + _STAY + _KEEP[FORMAT])
        connection.execute("INSERT INTO meta (name, value) VALUES ('keys', ?)", (name,))
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    return FORMAT


def _format_of(connection: apsw.Connection, path: Path) -> int:
    """Return the format of a file, and renew its triggers if it is written to.

    Raises:
        UserError: its table of events is missing, a newer program made it, or another program changed its tables.
    """
    number = connection.pragma("user_version") or 1
    if not _has_events(connection):
        message = f"{path} has lost its record: the table of events is missing. Restore it from a backup."
        raise UserError(message)
    if number not in _KEEP:
        message = f"{path} is of format {number}, which this version does not know; use the version that wrote it."
        raise UserError(message)
    if foreign := _foreign_parts(connection):
        message = (
            f"{path} holds what oneheart did not make: {', '.join(foreign)}. It could change what is kept, or lose it. "
            "Restore the file from a backup."
        )
        raise UserError(message)
    if not connection.pragma("query_only"):
        connection.execute(_META)
        _renew_triggers(connection, number)
    refuse_moved(str(path), *_last_event(connection))
    return int(number)


def _foreign_parts(connection: apsw.Connection) -> list[str]:
    """Return the tables, views, indexes and triggers of a file that are not of this program."""
    rows = connection.execute("SELECT type, name FROM sqlite_schema ORDER BY name")
    parts = [(str(kind), str(name)) for kind, name in rows]
    return [f"{kind} {name}" for kind, name in parts if (kind, name) not in _PARTS and not name.startswith("sqlite_")]


def _renew_triggers(connection: apsw.Connection, number: int) -> None:
    """Bring the triggers of a file to their present words, where somebody or a former version wrote others."""
    wanted = apsw.Connection(":memory:")
    try:
        wanted.execute(_META + _EVENTS + _STAY + _KEEP[number])
        if _triggers(wanted) == _triggers(connection):
            return
    finally:
        wanted.close()
    with connection:
        connection.execute("DROP TRIGGER IF EXISTS events_stay; DROP TRIGGER IF EXISTS events_keep;")
        connection.execute(_STAY + _KEEP[number])


def _triggers(connection: apsw.Connection) -> list[tuple[str, str]]:
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name")
    return [(str(name), str(words)) for name, words in rows]


def _last_event(connection: apsw.Connection) -> tuple[str, object]:
    """Return kind and stored body of the last event; ("", None) if there is none, and for bytes that are no text.

    Damaged bytes are no sign that the gathering was moved. Whoever reads the log next names the event that holds them.
    """
    try:
        row = connection.execute("SELECT kind, body FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    except UnicodeDecodeError:
        return "", None
    return (str(row[0]), row[1]) if row else ("", None)


def file_moved_to(path: Path) -> MovedTo | None:
    """Return where the gathering of a file was moved to; None if it was not, or there is none. Reads only."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            connection.pragma("query_only", 1)
            return moved_of(*_last_event(connection)) if _has_events(connection) else None
        finally:
            connection.close()
    except apsw.Error:
        return None  # whoever opens the file is told what is wrong with it


def moved_code(path: Path) -> str:
    """Return the join code of a file whose gathering was moved; "" if it cannot be read. Reads only."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            connection.pragma("query_only", 1)
            return meta_of(connection).get("code", "")
        finally:
            connection.close()
    except apsw.Error:
        return ""


def make_file(path: Path, number: int, meta: Mapping[str, str], rows: Iterable[Stored]) -> None:
    """Make a gathering's file with these rows. When this returns, it is on disk. Its keys must be put beside it.

    Args:
        path: path of the file; must not exist.
        number: format of the rows.
        meta: what the file knows of itself.
        rows: all rows in order.

    Raises:
        UserError: the file cannot be written; no partial file remains.
    """
    columns = "(seq, actor, key, kind, body, salt, commitment, chain, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    try:
        connection = _connect(path, create=True)
        try:
            with connection:
                connection.execute(_META + _EVENTS + _STAY + _KEEP[number])
                connection.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", sorted(meta.items()))
                connection.executemany(f"INSERT INTO events {columns}", rows)
                connection.execute(f"PRAGMA user_version = {number}")
        finally:
            connection.close()
        on_disk(path)
    except (apsw.Error, OSError) as error:
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        message = f"Cannot write {path}: {_reason(error)}; make room or choose another folder, and try again."
        raise UserError(message) from error


def _keyring(connection: apsw.Connection, path: Path, number: int, *, write: bool) -> Keyring | None:
    """Return the keyring that a file names; None if it has none.

    Raises:
        UserError: the keyring is missing, or the file does not say which it needs.
    """
    name = _keys_named(connection, path, number)
    return None if name is None else open_keyring(path, name, write=write)


def _keys_named(connection: apsw.Connection, path: Path, number: int) -> bytes | None:
    """Return the name of the keyring that a file needs; None if it needs none."""
    if number == 1:
        return None
    row = connection.execute("SELECT value FROM meta WHERE name = 'keys'").fetchone()
    value = str(row[0]) if row else ""
    if value == _INSIDE:
        return None
    try:
        name = bytes.fromhex(value)
    except ValueError:
        name = b""
    if not name:
        message = f"{path} has lost the name of its keys; restore it from a backup."
        raise UserError(message)
    return name


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
