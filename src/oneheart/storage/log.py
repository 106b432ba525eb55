"""The log of a gathering: events are appended in batches, each may fail alone, and are acknowledged after the commit.

Every event has a commitment (a salted hash of its body) and a hash chain over all commitments before it. So the log
can be checked even after a body was erased.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import cast

import apsw

from oneheart.model.actor import HOSTS_GLOB
from oneheart.storage.database import BUSY_TIMEOUT, Database
from oneheart.storage.merkle import merkle_root

_START = bytes(32)
_SALT = 16
CHECKPOINT_WAIT = 500  # milliseconds that an erasure waits for another process; other events wait meanwhile
_PASSED_OVER = "passed over "  # names in the table meta
_INSERT = (
    "INSERT INTO events (seq, actor, key, kind, body, salt, commitment, chain, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DISK_TROUBLE = (apsw.FullError, apsw.IOError, apsw.BusyError, apsw.LockedError, apsw.CantOpenError, apsw.ReadOnlyError)


class StorageError(Exception):
    """The disk refused a write. Nothing of it was kept; all of it may be sent again."""


class NotYetGone(StorageError):  # noqa: N818  the erasure itself did not fail
    """An erasure is committed, but old bytes are still on disk. `Log.checkpoint` must be called again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event to write.

    Attributes:
        actor: actor of the event, see `model.actor`.
        key: idempotency key of the sender, unique together with the actor.
        kind: kind of event.
        body: canonical JSON.
    """

    actor: str
    key: str
    kind: str
    body: str


@dataclass(frozen=True, slots=True)
class Event:
    """An event on disk.

    Attributes:
        seq: its place in the log, from 1.
        actor: actor of the event; a random value once erased.
        key: idempotency key of the sender; a random value once erased.
        kind: kind of event; "gone" once erased, unless later numbers of seats or desires depend on it.
        body: canonical JSON; None once erased.
        at: server's clock, milliseconds since 1970, for display only; the order is `seq`.
    """

    seq: int
    actor: str
    key: str
    kind: str
    body: str | None
    at: int


class Fate(Enum):
    """Result of writing an entry."""

    NEW = "new"
    REPEATED = "repeated"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Written:
    """Result of writing one entry of a batch.

    Attributes:
        fate: NEW: written now. REPEATED: an equal entry was in the log. CONFLICT: the key was used with another body.
            REFUSED: the file cannot hold the entry (lone surrogate); nothing was written.
        event: the event in the log; None if refused; the earlier event in a conflict.
        commitment: commitment of that event, 32 bytes; empty if refused.
    """

    fate: Fate
    event: Event | None
    commitment: bytes = field(default=b"", compare=False)  # it follows from the event and its salt


def milliseconds_now() -> int:
    """Return the server's clock, milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Log:
    """The events of one file. Not thread-safe.

    Attributes:
        checkpoint_due: true if the write-ahead log may hold erased bytes; see `checkpoint`.
    """

    def __init__(self, database: Database, *, now: Callable[[], int] = milliseconds_now) -> None:
        """Continue after the last event on disk.

        Args:
            database: open database.
            now: clock that dates events, milliseconds since 1970.
        """
        self._connection = database.connection
        self._now = now
        ahead = database.path.with_name(database.path.name + "-wal")
        self.checkpoint_due = ahead.is_file() and ahead.stat().st_size > 0  # left by a crash, perhaps during an erasure
        last = self._connection.execute("SELECT seq, chain FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        seq, chain = (last[0], last[1]) if last else (0, _START)
        self._seq = cast("int", seq)
        self._chain = cast("bytes", chain)

    @property
    def length(self) -> int:
        """Return the number of events on disk."""
        return self._seq

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

    def _end_transaction(self) -> None:
        """Roll back a transaction that is still open, for example because an earlier rollback failed."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _roll_back(self) -> None:
        """Roll back after an error. If this fails too, the next read or write rolls back first."""
        with contextlib.suppress(apsw.Error):  # the first error is raised, because it says more
            self._end_transaction()

    def _append_one(self, entry: Entry) -> Written:
        """Write one entry, which may fail alone.

        It is one statement. A statement that fails undoes its own changes and no others (SQLite's default, ABORT), so
        it needs no savepoint.
        """
        try:
            body = entry.body.encode()
            (entry.actor + entry.key).encode()
        except UnicodeEncodeError:
            return Written(Fate.REFUSED, None)
        salt = os.urandom(_SALT)
        commitment = hashlib.sha256(salt + body).digest()
        chain = hashlib.sha256(self._chain + commitment).digest()
        seq, at = self._seq + 1, self._now()
        try:
            self._connection.execute(
                _INSERT,
                (seq, entry.actor, entry.key, entry.kind, entry.body, salt, commitment, chain, at),
            )
        except apsw.ConstraintError:
            return self.find(entry) or Written(Fate.REFUSED, None)
        except (apsw.TooBigError, apsw.MismatchError):
            return Written(Fate.REFUSED, None)
        self._seq, self._chain = seq, chain
        return Written(Fate.NEW, Event(seq, entry.actor, entry.key, entry.kind, entry.body, at), commitment)

    def find(self, entry: Entry) -> Written | None:
        """Return REPEATED or CONFLICT if an entry's actor and key are in the log already; None if not."""
        row = self._connection.execute(
            "SELECT seq, kind, body, at, commitment FROM events WHERE actor = ? AND key = ?", (entry.actor, entry.key)
        ).fetchone()
        if row is None:
            return None
        seq, kind, body, at, commitment = cast("tuple[int, str, str | None, int, bytes]", row)
        fate = Fate.REPEATED if (kind, body) == (entry.kind, entry.body) else Fate.CONFLICT
        return Written(fate, Event(seq, entry.actor, entry.key, kind, body, at), commitment)

    def replay(self, after: int = 0) -> Generator[Event, None, None]:
        """Yield every event after a place in the log, in order."""
        self._end_transaction()
        rows = self._connection.execute(
            "SELECT seq, actor, key, kind, body, at FROM events WHERE seq > ? ORDER BY seq", (after,)
        )
        for row in rows:
            yield Event(*cast("tuple[int, str, str, str, str | None, int]", row))

    def last_of_hosts(self, most: int) -> list[Event]:
        """Return the last `most` events whose actor is a host (``h0``, ``h1``, ...), the newest first."""
        rows = self._connection.execute(
            "SELECT seq, actor, key, kind, body, at FROM events WHERE actor GLOB ? ORDER BY seq DESC LIMIT ?",
            (HOSTS_GLOB, most),
        )
        return [Event(*cast("tuple[int, str, str, str, str | None, int]", row)) for row in rows]

    def erase(self, actor: str, seqs: Sequence[int], *, numbered: Sequence[int]) -> int:
        """Erase bodies, salts and names of all events of an actor and of these places; return the number of events.

        Commitments stay, so the hash chain remains valid. When this returns, the words are overwritten on disk, in
        the write-ahead log too.

        Args:
            actor: actor whose events are erased.
            seqs: places of further events that are erased.
            numbered: places whose kind stays, because later numbers of seats or desires depend on it.

        Raises:
            NotYetGone: the erasure is committed, but old bytes are still on disk; call `checkpoint` until it
                succeeds.
            StorageError: the disk refused the erasure; nothing was erased.
        """
        run = self._connection.execute
        keep_kind = set(numbered)
        try:
            self._begin()
            own = [cast("int", seq) for (seq,) in run("SELECT seq FROM events WHERE actor = ?", (actor,))]
            places = sorted({*own, *seqs, *keep_kind})
            for seq in places:
                name = os.urandom(16).hex()
                run(
                    "UPDATE events SET body = NULL, salt = NULL, actor = ?, key = ?, "
                    "kind = CASE WHEN ? THEN kind ELSE 'gone' END WHERE seq = ?",
                    (name, name, seq in keep_kind, seq),
                )
            run("COMMIT")
        except apsw.Error as error:
            self._roll_back()
            raise StorageError(str(error)) from error
        self.checkpoint_due = True
        self.checkpoint(wait=CHECKPOINT_WAIT)
        return len(places)

    def checkpoint(self, *, wait: int = 0) -> None:
        """Write the write-ahead log into the main file and empty it, so that neither holds erased bytes.

        Args:
            wait: timeout in milliseconds for another process that reads the file, for example a backup.

        Raises:
            NotYetGone: the disk refused it, or another process still reads the file; nothing is lost.
        """
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
        self.checkpoint_due = False

    def places_of(self, kinds: Collection[str]) -> list[int]:
        """Return the places of all events of these kinds, in order. O(events); reads no bodies."""
        marks = ", ".join("?" * len(kinds))
        rows = self._connection.execute(f"SELECT seq FROM events WHERE kind IN ({marks}) ORDER BY seq", tuple(kinds))  # noqa: S608  only question marks
        return [cast("int", seq) for (seq,) in rows]

    def pass_over(self, seq: int) -> None:
        """Record that an event does not count, because the program failed at it. Idempotent.

        Every later replay skips it too, so that numbers of later seats and desires do not change.

        Raises:
            StorageError: the disk refused it.
        """
        try:
            self._connection.execute(
                "INSERT OR IGNORE INTO meta (name, value) VALUES (?, '')", (f"{_PASSED_OVER}{seq}",)
            )
        except apsw.Error as error:
            raise StorageError(str(error)) from error

    def passed_over(self) -> frozenset[int]:
        """Return the places of all events that do not count; see `pass_over`."""
        rows = self._connection.execute("SELECT name FROM meta WHERE name GLOB ?", (f"{_PASSED_OVER}*",))
        return frozenset(int(cast("str", name).removeprefix(_PASSED_OVER)) for (name,) in rows)

    def root(self) -> bytes:
        """Return the Merkle root over the commitments of all events, 32 bytes. O(events). Erasing does not change it.

        Source: RFC 9162, section 2.1.1: leaves are hashed with a zero byte before them, nodes with a one.
        """
        return merkle_root(self.commitments())

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

    def chain_at(self, seq: int) -> bytes:
        """Return the hash chain over all events up to a place in the log, 32 bytes; of no events at 0. O(log events).

        Raises:
            ValueError: the log has fewer events.
        """
        if seq == 0:
            return _START
        row = self._connection.execute("SELECT chain FROM events WHERE seq = ?", (seq,)).fetchone()
        if row is None:
            message = f"the log has no event {seq}"
            raise ValueError(message)
        return cast("bytes", row[0])

    def first_break(self) -> int | None:
        """Return the place of the first event whose commitment or hash chain is wrong; None if all are right.

        O(events).
        """
        chain = _START
        rows = self._connection.execute("SELECT seq, body, salt, commitment, chain FROM events ORDER BY seq")
        for place, (seq, body, salt, commitment, linked) in enumerate(rows, start=1):
            stored = cast("bytes", commitment)
            chain = hashlib.sha256(chain + stored).digest()
            if seq != place or chain != linked:
                return place
            if body is not None and hashlib.sha256(cast("bytes", salt) + cast("str", body).encode()).digest() != stored:
                return place
        return None
