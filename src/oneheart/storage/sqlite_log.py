"""The log of a gathering in a file of SQLite, see `storage.log`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import cast

import apsw

from oneheart.model.actor import HOSTS_GLOB
from oneheart.model.erasure import ErasureReason
from oneheart.storage.beside import Event
from oneheart.storage.blanking import BLANKED, Blanks
from oneheart.storage.database import BUSY_TIMEOUT, Database
from oneheart.storage.keyring import KeyringError
from oneheart.storage.log import START, Entry, Fate, Log, NotYetGone, StorageError, Written, milliseconds_now
from oneheart.storage.rows import Stored, blank_key, key_text

CHECKPOINT_WAIT = 500  # milliseconds that an erasure waits for another process; other events wait meanwhile
_PASSED_OVER = "passed over "  # names in the table meta, in format 1
_SELECT = "SELECT seq, actor, key, kind, body, salt, commitment, chain, at FROM events"
_ABOUT = "SELECT body FROM events WHERE kind = 'blanked' ORDER BY seq"  # these two are found by an index of their own
_NOT_COUNTED = "SELECT body FROM events WHERE kind = 'passed over' ORDER BY seq"
_INSERT = (
    "INSERT INTO events (seq, actor, key, kind, body, salt, commitment, chain, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DISK_TROUBLE = (
    *(apsw.FullError, apsw.IOError, apsw.BusyError, apsw.LockedError, apsw.CantOpenError, apsw.ReadOnlyError),
    KeyringError,
)


class SqliteLog(Log):
    """The events of one file. Not thread-safe."""

    trouble = (apsw.Error,)

    def __init__(self, database: Database, *, now: Callable[[], int] = milliseconds_now) -> None:
        """Continue after the last event on disk.

        Args:
            database: open database.
            now: clock that dates events, milliseconds since 1970.
        """
        self._connection = database.connection
        self._reads_only = database.reads_only
        ahead = database.path.with_name(database.path.name + "-wal")
        self._words_ahead = ahead.is_file() and ahead.stat().st_size > 0  # left by a crash, perhaps during an erasure
        last = self._connection.execute("SELECT seq, chain FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        end = (cast("int", last[0]), cast("bytes", last[1])) if last else (0, START)
        super().__init__(number=database.format, keyring=database.keyring, now=now, end=end)

    @property
    def checkpoint_due(self) -> bool:
        """Return whether erased words, or keys that open them, may still be on the disk; see `checkpoint`."""
        return self._words_ahead or bool(self._doomed)

    def append(self, entries: Sequence[Entry]) -> list[Written]:
        """Write entries in one transaction and return the result of each. When this returns, they are on disk.

        Raises:
            StorageError: the disk is full or failed, or another process holds the file; nothing was written.
        """
        seq, chain = self._seq, self._chain
        try:
            self._begin()
            outcomes = [self._append_one(entry) for entry in entries]
            self._connection.execute("COMMIT")
        except BaseException as error:
            self._seq, self._chain = seq, chain
            self._roll_back()
            if isinstance(error, _DISK_TROUBLE):
                raise StorageError(str(error)) from error
            raise
        return outcomes

    def _begin(self) -> None:
        """Begin a write transaction."""
        self._end_transaction()
        self._connection.execute("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        """Make the transaction durable."""
        self._connection.execute("COMMIT")

    def _end_transaction(self) -> None:
        """Roll back a transaction that is still open, for example because an earlier rollback failed."""
        if self._connection.in_transaction and not self._reads_only:
            self._connection.execute("ROLLBACK")

    def _append_one(self, entry: Entry) -> Written:
        """Write one entry, which may fail alone.

        It is one statement. A statement that fails undoes its own changes and no others (SQLite's default, ABORT), so
        it needs no savepoint.
        """
        try:
            key = self._rule.key(entry.key)
            at = self._now()
            body, salt, commitment = self._rule.written(
                entry.actor, key, entry.kind, entry.body, at, self._keyring if entry.sealed else None
            )
            (entry.actor + entry.kind).encode()
        except (UnicodeEncodeError, AttributeError, TypeError):
            return Written(Fate.REFUSED, None)
        chain = hashlib.sha256(self._chain + commitment).digest()
        seq = self._seq + 1
        try:
            self._connection.execute(_INSERT, (seq, entry.actor, key, entry.kind, body, salt, commitment, chain, at))
        except apsw.ConstraintError:
            return self.find(entry) or Written(Fate.REFUSED, None)
        except (apsw.TooBigError, apsw.MismatchError):
            return Written(Fate.REFUSED, None)
        self._seq, self._chain = seq, chain
        return Written(
            Fate.NEW, Event(seq, entry.actor, key_text(key), entry.kind, entry.body, at, commitment), commitment
        )

    def find(self, entry: Entry) -> Written | None:
        """Return REPEATED or CONFLICT if an entry's actor and key are in the log already; None if not."""
        rows = self._connection.execute(
            f"{_SELECT} WHERE actor = ? AND key = ?", (entry.actor, self._rule.key(entry.key))
        )
        row = cast("Stored | None", rows.fetchone())
        if row is None:
            return None
        event = self._event(row, self._keyring)
        same = (event.kind, event.body) == (entry.kind, entry.body)
        return Written(Fate.REPEATED if same else Fate.CONFLICT, event, event.commitment)

    def _rows(self, first: int) -> Iterable[Stored]:
        """Return every row from a place on, in order."""
        return cast("Iterable[Stored]", self._connection.execute(f"{_SELECT} WHERE seq >= ? ORDER BY seq", (first,)))

    def _row(self, seq: int) -> Stored | None:
        """Return one row; None if there is none."""
        return cast("Stored | None", self._connection.execute(f"{_SELECT} WHERE seq = ?", (seq,)).fetchone())

    def _own(self, actor: str) -> Sequence[tuple[int, str]]:
        """Return place and kind of every event of an actor."""
        rows = self._connection.execute("SELECT seq, kind FROM events WHERE actor = ?", (actor,))
        return cast("list[tuple[int, str]]", rows.fetchall())

    def _bodies(self, kind: str) -> Iterable[object]:
        """Return the bodies of all events of a kind by which the log speaks of itself, in order."""
        return [body for (body,) in self._connection.execute(_ABOUT if kind == BLANKED else _NOT_COUNTED)]

    def last_of_hosts(self, most: int) -> list[Event]:
        """Return the last `most` events whose actor is a host (``h0``, ``h1``, ...), the newest first."""
        rows = self._connection.execute(f"{_SELECT} WHERE actor GLOB ? ORDER BY seq DESC LIMIT ?", (HOSTS_GLOB, most))
        return [self._event(cast("Stored", row), self._keyring) for row in rows.fetchall()]

    # --- erasing ---

    def _erased(self) -> None:
        """Empty the write-ahead log after an erasure."""
        self._words_ahead = True
        self.checkpoint(wait=CHECKPOINT_WAIT)

    def _blanked(
        self, places: Sequence[int], numbered: Collection[int], asked: Sequence[int], why: ErasureReason
    ) -> Blanks | None:
        """Blank rows, and write the event that names them; return what it says. None in format 1."""
        if self.format > 1:
            return super()._blanked(places, numbered, asked, why)
        for seq in places:
            name = os.urandom(16).hex()
            self._connection.execute(
                "UPDATE events SET body = NULL, salt = NULL, actor = ?, key = ?, "
                "kind = CASE WHEN ? THEN kind ELSE 'gone' END WHERE seq = ?",
                (name, name, seq in numbered, seq),
            )
        return None

    def _erase_row(self, seq: int, kind: str) -> None:
        """Take away all that a row says but its place, its commitment and this kind (format 2)."""
        self._connection.execute(
            "UPDATE events SET body = NULL, salt = NULL, actor = '', key = ?, kind = ?, at = 0 WHERE seq = ?",
            (blank_key(seq), kind, seq),
        )

    def checkpoint(self, *, wait: int = 0) -> None:
        """Destroy keys that are due, write the write-ahead log into the main file and empty it.

        Afterwards no file holds erased bytes or a key that opens them.

        Args:
            wait: timeout in milliseconds for another process that reads the file, for example a backup.

        Raises:
            NotYetGone: the disk refused it, or another process still reads the file; nothing is lost.
        """
        self._destroy()
        try:
            self._connection.set_busy_timeout(wait)
            ((busy, _, _),) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except apsw.Error as error:
            raise NotYetGone(str(error)) from error
        finally:
            self._connection.set_busy_timeout(BUSY_TIMEOUT)
        if busy:
            message = "another process reads the file"
            raise NotYetGone(message)
        self._words_ahead = False

    def places_of(self, kinds: Collection[str]) -> list[int]:
        """Return the places of all events of these kinds, in order. O(events); reads no bodies."""
        marks = ", ".join("?" * len(kinds))
        rows = self._connection.execute(f"SELECT seq FROM events WHERE kind IN ({marks}) ORDER BY seq", tuple(kinds))  # noqa: S608  only question marks
        return [cast("int", seq) for (seq,) in rows]

    def pass_over(self, seq: int) -> None:
        """Record that an event does not count, see `Log.pass_over`; in format 1 outside of the record.

        Raises:
            StorageError: the disk refused it.
        """
        if self.format > 1:
            super().pass_over(seq)
            return
        try:
            self._connection.execute(
                "INSERT OR IGNORE INTO meta (name, value) VALUES (?, '')", (f"{_PASSED_OVER}{seq}",)
            )
        except apsw.Error as error:
            raise StorageError(str(error)) from error

    def passed_over(self) -> frozenset[int]:
        """Return the places of all events that do not count; see `pass_over`."""
        if self.format > 1:
            return super().passed_over()
        rows = self._connection.execute("SELECT name FROM meta WHERE name GLOB ?", (f"{_PASSED_OVER}*",))
        return frozenset(int(cast("str", name).removeprefix(_PASSED_OVER)) for (name,) in rows)

    def commitments(self, after: int = 0, through: int | None = None) -> Iterator[bytes]:
        """Yield the commitment of every event, in order; erasing keeps them.

        Args:
            after: place in the log after which to begin.
            through: place of the last event; None for the end of the log.
        """
        last = self._seq if through is None else through
        rows = self._connection.execute(
            "SELECT commitment FROM events WHERE seq > ? AND seq <= ? ORDER BY seq", (after, last)
        )
        for (commitment,) in rows:
            yield cast("bytes", commitment)

    def commitments_of(self, actor: str) -> list[bytes]:
        """Return the commitments of all events of an actor, in order; [] once they were erased. O(events of it)."""
        rows = self._connection.execute("SELECT commitment FROM events WHERE actor = ? ORDER BY seq", (actor,))
        return [cast("bytes", commitment) for (commitment,) in rows]
