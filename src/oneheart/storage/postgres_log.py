"""The log of a gathering in PostgreSQL, see `storage.log`. The tables and the statement of an append: postgres.sql."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from typing import Any, cast

from oneheart.storage import bells
from oneheart.storage.beside import Event
from oneheart.storage.blanking import BLANKED, blanks_of
from oneheart.storage.keyring import KeyringError
from oneheart.storage.log import START, Behind, Entry, Fate, Log, StorageError, Written, milliseconds_now
from oneheart.storage.postgres import LEADS, PostgresError, PostgresGathering
from oneheart.storage.rows import BLANK_KIND, Altered, Stored, blank_key, key_text

_PAGE = 2000  # rows that one statement reads
_SELECT = (
    "SELECT seq, actor, key, kind, body, sealed, salt, commitment, chain, at FROM oneheart.events WHERE gathering = %s"
)
_APPEND = (
    "SELECT * FROM oneheart.append_events(%s::int, %s::bigint, %b::bytea, %b::text[], %b::bytea[], %b::text[], "
    "%b::text[], %b::bytea[], %b::bytea[], %b::bytea[], %b::bigint[])"
)
_OTHERS_WROTE = "others wrote before:"
# The function has written by then, but a statement that fails writes nothing. So it needs no table and no second trip.
_APPEND_NEXT = (
    f"SELECT a.*, CASE WHEN a.what = 0 AND a.o_kind <> ALL(%b::text[]) THEN ('{_OTHERS_WROTE} ' || a.o_seq)::integer "
    f"END {_APPEND.removeprefix('SELECT *')} a"
)
_HELD = "2s"  # how long a process that stands still may keep the others from writing
_OTHERS, _NEW, _BEFORE = 0, 1, 2  # what a row of it says

_Prepared = tuple[str, bytes, str, "str | None", "bytes | None", "bytes | None", bytes, int]


class PostgresLog(Log):
    """The events of one gathering in a database. Not thread-safe.

    Attributes:
        lost: number of acknowledged events that the database no longer has, because an older copy of it took its place.
    """

    trouble = (PostgresError,)

    def __init__(self, store: PostgresGathering, *, now: Callable[[], int] = milliseconds_now) -> None:
        """Continue after the last event of the gathering.

        Args:
            store: open gathering.
            now: clock that dates events, milliseconds since 1970.
        """
        self._store, self._line, self._gathering = store, store.line, store.number
        self.lost = 0
        self._others: list[Event] = []
        self._erased_as: list[Event] = []  # of an erasure that is not committed
        self._held = False  # whether `hold` keeps others from writing
        self._still = False  # whether all is read as it was at one moment
        self._leads = False
        self._bell: tuple[bells.Bell, str] | None = None
        self._ahead: dict[int, str] = {}  # rows that were erased after this process's place, while it replays
        super().__init__(number=store.format, keyring=store.keyring, now=now, end=self._end())

    def _end(self) -> tuple[int, bytes]:
        """Return place and chain of the last event in the database."""
        rows = self._line.run(
            "SELECT seq, chain FROM oneheart.events WHERE gathering = %s ORDER BY seq DESC LIMIT 1", (self._gathering,)
        )
        return (int(rows[0][0]), bytes(rows[0][1])) if rows else (0, START)

    # --- the connection ---

    def _run(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Run a statement; connect again first if the connection broke before.

        Raises:
            StorageError: it was refused, or the database is not reachable or not as this process left it.
        """
        try:
            self._ready()
            return self._line.run(statement, values)
        except PostgresError as error:
            raise StorageError(str(error)) from error

    def _ready(self) -> None:
        """Connect again if the connection broke; then the database must be as this process left it.

        Raises:
            PostgresError: the server cannot be reached.
            StorageError: another process serves the gathering now, or the database is not as this process left it.
        """
        if not self._line.lost:
            return
        if self._store.reads_only:
            message = "the connection broke"
            raise StorageError(message)
        self._line.connect()
        self._held = self._leads = False  # the lock went with the connection
        if not self._store.hold():
            self._line.lost = True
            self._line.close()
            message = "another oneheart moves or changes this gathering now"
            raise StorageError(message)
        if not self._is_whole():
            self._begin_anew()

    def _is_whole(self) -> bool:
        """Return whether the database has what this process knows of it; others may have written more."""
        found = self._line.run(
            "SELECT chain FROM oneheart.events WHERE gathering = %s AND seq = %s", (self._gathering, self._seq)
        )
        return self._seq == 0 or (bool(found) and bytes(found[0][0]) == self._chain)

    def _begin_anew(self) -> None:
        """Go on from what the database has, if that is not what this process left there; see `lost`.

        The gathering computes its state again, because `length` moved. Nothing was written.

        Raises:
            StorageError: always; it says what happened.
        """
        end = self._end()
        missing = 0 if self._is_whole() else max(self._seq - end[0], 1)
        self.lost += missing
        self._seq, self._chain = end
        self._blank, self._named_slots, self._doomed, self._sound = {}, set(), {}, False
        self._others = []
        self._note_all()
        message = (
            f"the database has lost at least {missing} events that it had confirmed; an older copy took its place"
            if missing
            else "the gathering went on in another process"
        )
        raise StorageError(message)

    # --- writing ---

    def append(self, entries: Sequence[Entry]) -> list[Written]:
        """Write entries in one statement and return the result of each. When this returns, they are durable.

        Events of other processes that stand before them are returned by `others`.

        Raises:
            StorageError: the database or the file of keys refused it; it may all be sent again.
        """
        try:
            self._ready()
            self._let_go()
            return self._written(entries)
        except (PostgresError, KeyringError) as error:
            raise StorageError(str(error)) from error

    def append_next(self, entries: Sequence[Entry], commuting: Collection[str]) -> list[Written]:
        """Append, unless others wrote something since that may change whether these count; see `Log.append_next`."""
        before = self._seq, self._chain
        try:
            self._ready()
            written = self._written(entries, commuting)
            if self._held:
                self._line.run("COMMIT")
                self._held = False
        except (PostgresError, KeyringError) as error:
            self._seq, self._chain = before
            with contextlib.suppress(PostgresError):
                self._let_go()
            if _OTHERS_WROTE in str(error):
                message = "others wrote meanwhile"
                raise Behind(message) from error
            raise StorageError(str(error)) from error
        return written

    def hold(self) -> None:
        """Keep others from writing until `append_next`, and go on to the end of the log; see `Log.hold`."""
        try:
            self._ready()
            self._end_transaction()
            self._line.run("BEGIN")
            self._held = True
            self._line.run(f"SET LOCAL idle_in_transaction_session_timeout = '{_HELD}'")
            self._line.run("SELECT pg_advisory_xact_lock(7302760, %s)", (self._gathering,))
            self._to_the_present()
        except PostgresError as error:
            raise StorageError(str(error)) from error

    def _let_go(self) -> None:
        """End what `hold` began."""
        if self._held:
            self._end_transaction()

    def _append_one(self, entry: Entry) -> Written:
        """Write one entry inside of a transaction."""
        written = self._written([entry])[0]
        self._erased_as += [] if written.event is None else [written.event]
        return written

    def _written(self, entries: Sequence[Entry], commuting: Collection[str] | None = None) -> list[Written]:
        """Write entries, see `append`, and with `commuting` see `append_next`."""
        prepared = [self._prepared(entry) for entry in entries]
        sent = [row for row in prepared if row is not None]
        if not sent:
            return [Written(Fate.REFUSED, None)] * len(entries)
        columns = [list(column) for column in zip(*sent, strict=True)]
        values = (self._gathering, self._seq, self._chain, *columns)
        if commuting is None:
            rows = self._line.run(_APPEND, values)
        else:
            rows = [row[:-1] for row in self._line.run(_APPEND_NEXT, (sorted(commuting), *values))]
        if rows[0][0] < 0:
            self._begin_anew()
        self._take_others([_stored(row[1:]) for row in rows if row[0] == _OTHERS])
        told = iter(row for row in rows if row[0] != _OTHERS)
        return [
            Written(Fate.REFUSED, None) if row is None else self._fate(entry, row, next(told))
            for entry, row in zip(entries, prepared, strict=True)
        ]

    def _prepared(self, entry: Entry) -> _Prepared | None:
        """Return the columns of an entry but place and chain; None if the table cannot hold it."""
        try:
            key = self._rule.key(entry.key)
            at = self._now()
            body, salt, commitment = self._rule.written(
                entry.actor, key, entry.kind, entry.body, at, self._keyring if entry.sealed else None
            )
            (entry.actor + entry.kind).encode()
            if "\0" in entry.actor + entry.kind or (isinstance(body, str) and "\0" in body):
                return None  # text of PostgreSQL holds no zero byte
        except (UnicodeEncodeError, AttributeError, TypeError):
            return None
        opened, sealed = (body, None) if isinstance(body, str) else (None, body)
        return entry.actor, cast("bytes", key), entry.kind, opened, sealed, salt, commitment, at

    def _fate(self, entry: Entry, sent: _Prepared, row: tuple[Any, ...]) -> Written:
        """Return the result of an entry from its row, and go on to it if it is new."""
        if row[0] == _BEFORE:
            return self._repeat(entry, _stored(row[1:]))
        self._seq, self._chain = int(row[1]), bytes(row[9])
        _, key, _, _, _, _, commitment, at = sent
        event = Event(self._seq, entry.actor, key_text(key), entry.kind, entry.body, at, commitment)
        return Written(Fate.NEW, event, commitment)

    def _repeat(self, entry: Entry, row: Stored) -> Written:
        event = self._event(row, self._keyring)
        same = (event.kind, event.body) == (entry.kind, entry.body)
        return Written(Fate.REPEATED if same else Fate.CONFLICT, event, event.commitment)

    def _take_others(self, rows: Iterable[Stored]) -> None:
        """Go on over the events that other processes wrote, and keep them for `others`.

        Raises:
            StorageError: one of them does not continue the chain.
        """
        for row in rows:
            chain = hashlib.sha256(self._chain + row[6]).digest()
            if row[0] != self._seq + 1 or row[7] != chain:
                message = f"event {row[0]} of another process does not continue the chain"
                raise StorageError(message)
            self._seq, self._chain = row[0], chain
            event = self._event(row, self._keyring)
            if event.kind == BLANKED:
                self._note(blanks_of(event.body))
            self._others.append(event)

    def others(self) -> list[Event]:
        """Return, once, the events that `append` did not return, in order: of other processes, and of erasures."""
        out, self._others = self._others, []
        return out

    def catch_up(self) -> None:
        """Go on to the end of the log; `others` returns then what other processes wrote.

        Raises:
            StorageError: the database is not reachable, or not as this process left it.
        """
        self._end_transaction()
        self._to_the_present()

    def _to_the_present(self) -> None:
        """Go on to the end of the log, see `catch_up`."""
        while True:
            page = self._run(f"{_SELECT} AND seq > %s ORDER BY seq LIMIT {_PAGE}", (self._gathering, self._seq))
            self._take_others(map(_stored, page))
            if len(page) < _PAGE:
                return

    # --- other processes ---

    @property
    def alone(self) -> bool:
        """Return whether no other process can write to the log while this one has it open."""
        return self._store.alone

    @property
    def leads(self) -> bool:
        """Return whether this process leads the gathering, as far as it knows."""
        return self._leads and not self._line.lost

    def try_to_lead(self) -> bool:
        """Lead the gathering if nobody else does; return whether this process leads it now.

        Raises:
            StorageError: the database is not reachable.
        """
        if self.leads:
            return True
        try:
            self._ready()
            self._leads = self._store.lead()
        except PostgresError as error:
            raise StorageError(str(error)) from error
        return self._leads

    def let_others_lead(self) -> None:
        """Lead no more, so that another process can; see `Beside.let_others_lead`."""
        self._run("SELECT pg_advisory_unlock(%s, %s)", (LEADS, self._gathering))
        self._leads = False

    def others_serve(self) -> bool:
        """Return whether other processes have the gathering open for writing, too."""
        try:
            self._ready()
            return self._store.others()
        except PostgresError as error:
            raise StorageError(str(error)) from error

    def publish(self, part: str, seq: int, body: bytes) -> None:
        """Share something with the other processes that may be lost; see `Log.publish`."""
        self._run(
            "INSERT INTO oneheart.decks VALUES (%s, %s, %s, %b) ON CONFLICT (gathering, part) "
            "DO UPDATE SET seq = excluded.seq, body = excluded.body",
            (self._gathering, part, seq, body),
        )

    def published(self, part: str) -> bytes | None:
        """Return what was shared last under a name; None if nothing is."""
        rows = self._column("SELECT body FROM oneheart.decks WHERE gathering = %s AND part = %s", part)
        return bytes(rows[0][0]) if rows else None

    def hear(self, wake: Callable[[str], None]) -> None:
        """Let a function be called, in another thread, with what other processes tell of this gathering."""
        self._bell = bells.hear(self._line.address, self._gathering, wake)

    def tell(self, what: str) -> None:
        """Tell the other processes of this gathering something short; it may be lost."""
        if self._bell is not None:
            bell, name = self._bell
            bell.tell(self._gathering, name, what)

    def shut(self) -> None:
        """End what `hear` began."""
        if self._bell is not None:
            bells.leave(self._line.address, self._gathering, self._bell[1])
            self._bell = None

    def find(self, entry: Entry) -> Written | None:
        """Return REPEATED or CONFLICT if an entry's actor and key are in the log already; None if not."""
        rows = self._run(
            f"{_SELECT} AND actor = %s AND key = %b", (self._gathering, entry.actor, self._rule.key(entry.key))
        )
        return self._repeat(entry, _stored(rows[0])) if rows else None

    # --- reading ---

    def replay(self, after: int = 0, *, anew: bool = False) -> Generator[Event, None, None]:
        """Yield every event after a place in the log up to where this process is, in order; see `Log.replay`.

        All is read as it is at one moment, while other processes go on writing and erasing.

        Args:
            after: place in the log after which to begin.
            anew: check every event again.

        Raises:
            Altered: a row is not as it was written; the events before it are.
        """
        if self._store.reads_only:
            yield from self._to_the_end(after, anew=anew)
            return
        self._end_transaction()
        self._run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ())
        self._still = True
        try:
            later = (
                "SELECT body FROM oneheart.events WHERE gathering = %s AND seq > %s AND kind = 'blanked' "
                "AND kind IN ('blanked', 'passed over') ORDER BY seq"
            )
            self._ahead = {}
            for (body,) in self._column(later, self._seq):
                self._ahead |= blanks_of(body).kinds(BLANK_KIND)
            self.erased_ahead = bool(self._ahead)
            yield from self._to_the_end(after, anew=anew)
        finally:
            self._ahead, self._still = {}, False
            with contextlib.suppress(PostgresError):
                self._end_transaction()

    def _to_the_end(self, after: int, *, anew: bool) -> Generator[Event, None, None]:
        """Yield what `Log.replay` yields, and refuse a log that ends before the place of this process."""
        last, place = self._seq, after
        for event in super().replay(after, anew=anew):
            yield event
            place = event.seq
        if place < last:
            raise Altered(place + 1, "", "it is missing")

    def _check_blank(self, row: Stored) -> None:
        """Check that a row is blank exactly if an event of the log says so; see `Log`.

        An event that comes after the place of this process may say so, too.
        """
        if row[0] not in self._ahead:
            super()._check_blank(row)

    def _rows(self, first: int) -> Iterator[Stored]:
        """Yield every row from a place on up to where this process is, in order, a page at a time."""
        last = self._seq
        while True:
            page = self._run(
                f"{_SELECT} AND seq >= %s AND seq <= %s ORDER BY seq LIMIT {_PAGE}", (self._gathering, first, last)
            )
            yield from map(_stored, page)
            if len(page) < _PAGE:
                return
            first = page[-1][0] + 1

    def _row(self, seq: int) -> Stored | None:
        """Return one row; None if there is none."""
        rows = self._run(f"{_SELECT} AND seq = %s", (self._gathering, seq))
        return _stored(rows[0]) if rows else None

    def _own(self, actor: str) -> Sequence[tuple[int, str]]:
        """Return place and kind of every event of an actor."""
        return self._column("SELECT seq, kind FROM oneheart.events WHERE gathering = %s AND actor = %s", actor)

    def _bodies(self, kind: str) -> Iterable[object]:
        """Return the bodies of all events of a kind by which the log speaks of itself, in order."""
        statement = (
            "SELECT body FROM oneheart.events WHERE gathering = %s AND kind = %s AND seq <= %s "
            "AND kind IN ('blanked', 'passed over') ORDER BY seq"
        )
        return [body for (body,) in self._column(statement, kind, self._seq)]

    def _column(self, statement: str, *values: object) -> list[Any]:
        return self._run(statement, (self._gathering, *values))

    def last_of_hosts(self, most: int) -> list[Event]:
        """Return the last `most` events whose actor is a host (``h0``, ``h1``, ...), the newest first."""
        rows = self._run(f"{_SELECT} AND actor ~ '^h[0-9]' ORDER BY seq DESC LIMIT %s", (self._gathering, most))
        return [self._event(_stored(row), self._keyring) for row in rows]

    def places_of(self, kinds: Collection[str]) -> list[int]:
        """Return the places of all events of these kinds, in order. O(events); reads no bodies."""
        statement = "SELECT seq FROM oneheart.events WHERE gathering = %s AND kind = ANY(%s::text[]) ORDER BY seq"
        return [int(seq) for (seq,) in self._column(statement, [*kinds])]

    def commitments(self, after: int = 0, through: int | None = None) -> Iterator[bytes]:
        """Yield the commitment of every event, in order; erasing keeps them.

        Args:
            after: place in the log after which to begin.
            through: place of the last event; None for the end of the log.
        """
        last = self._seq if through is None else through
        statement = (
            "SELECT seq, commitment FROM oneheart.events WHERE gathering = %s AND seq > %s AND seq <= %s "
            "ORDER BY seq LIMIT %s"
        )
        while page := self._column(statement, after, last, _PAGE):
            for _, commitment in page:
                yield bytes(commitment)
            after = page[-1][0]

    def commitments_of(self, actor: str) -> list[bytes]:
        """Return the commitments of all events of an actor, in order; [] once they were erased. O(events of it)."""
        statement = "SELECT commitment FROM oneheart.events WHERE gathering = %s AND actor = %s ORDER BY seq"
        return [bytes(commitment) for (commitment,) in self._column(statement, actor)]

    # --- erasing ---

    def _begin(self) -> None:
        """Begin a write transaction under the lock of the gathering, at the end of its log.

        Raises:
            Behind: others wrote meanwhile.
        """
        self._ready()
        self._end_transaction()
        self._line.run("BEGIN")
        self._line.run("SELECT pg_advisory_xact_lock(7302760, %s)", (self._gathering,))
        if self._end() == (self._seq, self._chain):
            return
        if not self._is_whole():
            self._begin_anew()
        message = "others wrote meanwhile"
        raise Behind(message)

    def _commit(self) -> None:
        """Make the transaction durable."""
        self._line.run("COMMIT")
        self._others += self._erased_as
        self._erased_as = []

    def _end_transaction(self) -> None:
        """Roll back a transaction that is still open. One in which all is read as it was stays open."""
        self._erased_as, self._held = [], False
        if not self._still and not self._store.reads_only and not self._line.lost and self._line.in_transaction:
            self._line.run("ROLLBACK")

    def _erase_row(self, seq: int, kind: str) -> None:
        """Take away all that a row says but its place, its commitment and this kind."""
        self._line.run(
            "UPDATE oneheart.events SET body = NULL, sealed = NULL, salt = NULL, actor = '', key = %b, kind = %s, "
            "at = 0 WHERE gathering = %s AND seq = %s",
            (blank_key(seq), kind, self._gathering, seq),
        )

    def checkpoint(self, *, wait: int = 0) -> None:  # noqa: ARG002  nobody who reads holds it up
        """Destroy keys that are due. Copies of sealed words that the database keeps can then be read by nobody.

        Raises:
            NotYetGone: the disk with the keys refused it.
        """
        self._destroy()


def _stored(found: Sequence[Any]) -> Stored:
    """Return a row as SQLite has it: open and sealed bodies in one column."""
    seq, actor, key, kind, body, sealed, salt, commitment, chain, at = found
    return seq, actor, key, kind, sealed if body is None else body, salt, commitment, chain, at
