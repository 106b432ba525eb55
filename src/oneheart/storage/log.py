"""The log of a gathering: events are appended in batches, each may fail alone, and are acknowledged after the commit.

Every event has a commitment (a salted hash) and a hash chain over all commitments before it. So the log can be checked
even after an event was erased. How rows are written and checked is in `storage.rows`, one rule for each format.

This module is the contract and what every store does alike: reading, checking and planning erasures.
`storage.sqlite_log` and `storage.postgres_log` keep it; one suite of tests runs on both.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from oneheart.model.actor import HOUSE
from oneheart.model.erasure import ErasureReason
from oneheart.storage.beside import Beside, Event
from oneheart.storage.blanking import BLANKED, PASSED_OVER, Blanks, blanks_of, passed_over_body, passed_over_of
from oneheart.storage.keyring import GONE, NUMBERED, Keyring, KeyringError, Keys
from oneheart.storage.merkle import merkle_root
from oneheart.storage.rows import BLANK_ACTOR, BLANK_KIND, RULES, Altered, Stored, blank_key, key_text, slot_of

START = bytes(32)
"""The hash chain before the first event."""

LOWEST = -(2**63)
"""The lowest place that a store can hold; a row before the first place is a fault, too."""


class StorageError(Exception):
    """The disk refused a write. Nothing of it was kept; all of it may be sent again."""


class Behind(StorageError):  # noqa: N818  nothing failed: others wrote meanwhile
    """Other processes wrote in between. Nothing was written; `Log.catch_up`, and try again."""


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
        sealed: true if a person's words stand in it, so that a key of its own seals it where the file has keys.
    """

    actor: str
    key: str
    kind: str
    body: str
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """An event with all that its commitment is computed from; see `storage.rows`.

    Attributes:
        format: format of the file.
        salt: its salt, 16 bytes in format 1, 32 in format 2.
        actor: actor of the event.
        key: digest of its idempotency key; empty in format 1, whose commitments do not cover it.
        kind: kind of event.
        at: server's clock, milliseconds since 1970.
        body: canonical JSON.
        commitment: its commitment, 32 bytes.
    """

    format: int
    salt: bytes
    actor: str
    key: bytes
    kind: str
    at: int
    body: str
    commitment: bytes


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


class Log(Beside, ABC):
    """The events of one gathering. Not thread-safe.

    Attributes:
        format: format of the rows, 1 or 2; see `storage.rows`.
        unopened: rows that `replay` could not open because their keys are destroyed, by place; true if the event keeps
            its number.
    """

    trouble: tuple[type[Exception], ...] = ()
    """Errors of the store under which a write failed; they are told as `StorageError`."""

    def __init__(self, *, number: int, keyring: Keyring | None, now: Callable[[], int], end: tuple[int, bytes]) -> None:
        """Continue after the last event of the store.

        Args:
            number: format of the rows.
            keyring: the keys of sealed bodies; None if there are none.
            now: clock that dates events, milliseconds since 1970.
            end: place and hash chain of the last event; (0, START) before the first.
        """
        self.format = number
        self._rule = RULES[number]
        self._keyring = keyring
        self._now = now
        self._seq, self._chain = end
        self.unopened: dict[int, bool] = {}
        self._blank: dict[int, str] = {}  # kind of each row that was erased by an event of the log, by place
        self._named_slots: set[int] = set()
        self._sound = False  # whether all events were checked
        self._doomed: dict[int, bytes] = {}  # slots whose keys must still be destroyed
        if self.format > 1:
            self._note_all()

    # --- what a store does in its own way ---

    @abstractmethod
    def append(self, entries: Sequence[Entry]) -> list[Written]:
        """Write entries in one transaction and return the result of each. When this returns, they are durable.

        Raises:
            StorageError: the store refused it, or something else holds it; nothing of it is acknowledged, and all of
                it may be sent again.
        """

    def append_next(self, entries: Sequence[Entry], commuting: Collection[str]) -> list[Written]:  # noqa: ARG002
        """Append, unless others wrote something since that may change whether these entries count; see `append`.

        Args:
            entries: the entries.
            commuting: kinds of events that others may have written since.

        Raises:
            Behind: others wrote something else; nothing was written.
            StorageError: see `append`.
        """
        return self.append(entries)  # where nobody else writes

    def hold(self) -> None:
        """Keep others from writing until `append_next`, for a short time, and go on to the end of the log.

        Any other use of the log ends it. It is for who was behind several times; see `append_next`.

        Raises:
            StorageError: the store is not reachable.
        """
        self.catch_up()  # where nobody else writes

    @abstractmethod
    def find(self, entry: Entry) -> Written | None:
        """Return REPEATED or CONFLICT if an entry's actor and key are in the log already; None if not."""

    @abstractmethod
    def last_of_hosts(self, most: int) -> list[Event]:
        """Return the last `most` events whose actor is a host (``h0``, ``h1``, ...), the newest first."""

    @abstractmethod
    def checkpoint(self, *, wait: int = 0) -> None:
        """Destroy keys that are due, and whatever else of erased events the store itself still holds in clear.

        Afterwards no file of the store holds erased words in clear, or a key that opens them.

        Args:
            wait: timeout in milliseconds for another process that reads the store.

        Raises:
            NotYetGone: the disk refused it, or another process still reads; nothing is lost.
        """

    @abstractmethod
    def places_of(self, kinds: Collection[str]) -> list[int]:
        """Return the places of all events of these kinds, in order. O(events); reads no bodies."""

    @abstractmethod
    def commitments(self, after: int = 0, through: int | None = None) -> Iterator[bytes]:
        """Yield the commitment of every event, in order; erasing keeps them.

        Args:
            after: place in the log after which to begin.
            through: place of the last event; None for the end of the log.
        """

    @abstractmethod
    def commitments_of(self, actor: str) -> list[bytes]:
        """Return the commitments of all events of an actor, in order; [] once they were erased. O(events of it)."""

    @abstractmethod
    def _begin(self) -> None:
        """Begin a write transaction."""

    @abstractmethod
    def _commit(self) -> None:
        """Make the transaction durable."""

    @abstractmethod
    def _end_transaction(self) -> None:
        """Roll back a transaction that is still open, for example because an earlier rollback failed."""

    @abstractmethod
    def _append_one(self, entry: Entry) -> Written:
        """Write one entry inside of a transaction."""

    @abstractmethod
    def _rows(self, first: int) -> Iterable[Stored]:
        """Return every row from a place on, in order."""

    @abstractmethod
    def _row(self, seq: int) -> Stored | None:
        """Return one row; None if there is none."""

    @abstractmethod
    def _own(self, actor: str) -> Sequence[tuple[int, str]]:
        """Return place and kind of every event of an actor."""

    @abstractmethod
    def _bodies(self, kind: str) -> Iterable[object]:
        """Return the bodies of all events of a kind by which the log speaks of itself, in order."""

    @abstractmethod
    def _erase_row(self, seq: int, kind: str) -> None:
        """Take away all that a row says but its place, its commitment and this kind (format 2)."""

    # --- what all stores do alike ---

    @property
    def length(self) -> int:
        """Return the number of events."""
        return self._seq

    @property
    def chain(self) -> bytes:
        """Return the hash chain over all events, 32 bytes; zeros before the first."""
        return self._chain

    @property
    def checkpoint_due(self) -> bool:
        """Return whether erased words, or keys that open them, may still be on the disk; see `checkpoint`."""
        return bool(self._doomed)

    def key_of(self, key: str) -> str:
        """Return the key that events have which were sent with this idempotency key."""
        return key_text(self._rule.key(key))

    def _event(self, row: Stored, keys: Keys | Keyring | None, *, check: bool = True) -> Event:
        """Return the event of a row; its body is None if the row is blank or its key was destroyed.

        Raises:
            Altered: the body cannot be opened.
        """
        seq, actor, key, kind, body, _, commitment, _, at = row
        if body is None:
            return Event(seq, actor, key_text(key), kind, None, at, commitment)
        content = self._rule.content(row, keys)
        if content.body is None:
            self.unopened[seq] = content.numbered
            return Event(seq, BLANK_ACTOR, key_text(key), kind if content.numbered else BLANK_KIND, None, 0, commitment)
        if check:
            self._rule.check(row, content)
        return Event(seq, actor, key_text(key), kind, content.body, at, commitment)

    def replay(self, after: int = 0, *, anew: bool = False) -> Generator[Event, None, None]:
        """Yield every event after a place in the log, in order. Each is checked against its commitment and the chain.

        A log that was checked to its end is not checked again, see `anew`.

        Args:
            after: place in the log after which to begin.
            anew: check every event again.

        Raises:
            Altered: a row is not as it was written; the events before it are.
        """
        self._end_transaction()
        before = self._row(after)
        chain = before[7] if before else START
        keys = None if self._keyring is None else self._keyring.keys()
        named: dict[int, str] = {}
        checks, slots = anew or not self._sound, set[int]()
        place = after
        first = after + 1 if after else LOWEST  # a row before the first place is a fault, too
        for row in self._rows(first):
            seq, _, _, kind, _, _, commitment, linked, _ = row
            place += 1
            if seq != place:
                raise Altered(place, kind, "it is missing")
            if checks:
                chain = hashlib.sha256(chain + commitment).digest()
                if chain != linked:
                    raise Altered(seq, kind, "the chain does not lead to it")
                self._check_blank(row)
                self._check_slot(row, slots)
            event = self._event(row, keys, check=checks)
            if kind == BLANKED:
                named |= self._named_before(event)
            yield event
        if self.format > 1 and not after and named != self._blank:
            raise Altered(place, BLANKED, "the index of erasures does not name what the events name")
        self._sound = self._sound or not after

    @staticmethod
    def _named_before(event: Event) -> dict[int, str]:
        """Return the kinds of the rows that an erasure names, by place."""
        kinds = blanks_of(event.body).kinds(BLANK_KIND)
        if event.actor != HOUSE or any(not 0 < seq < event.seq for seq in kinds):
            raise Altered(event.seq, event.kind, "it erases what is not before it, or somebody else wrote it")
        return kinds

    def _check_slot(self, row: Stored, slots: set[int]) -> None:
        """Check that no other event has the key of a row, so that none can borrow a destroyed one; note it in `slots`.

        Slots need not rise with the log: each process that serves the gathering takes blocks of its own.
        """
        slot = slot_of(row[4])
        if slot is None:
            return
        if slot in slots or slot in self._named_slots:
            raise Altered(row[0], row[3], "its key is that of another event")
        slots.add(slot)

    def _check_blank(self, row: Stored) -> None:
        """Check that a row is blank exactly if an event of the log says so, and that it is then wholly blank.

        Format 1 does not say which rows were erased.
        """
        if self.format == 1:
            return
        seq, actor, key, kind, body, salt, _, _, at = row
        named = self._blank.get(seq)
        if body is not None:
            if named is not None:
                raise Altered(seq, kind, "it was erased and is there again")
            return
        if named is None:
            raise Altered(seq, kind, "it is blank, and no erasure in the record names it")
        if (actor, key, kind, salt, at) != (BLANK_ACTOR, blank_key(seq), named, None, 0):
            raise Altered(seq, kind, "it is blank, but one of its columns is not as an erasure leaves it")

    # --- erasing ---

    def erase(
        self,
        actor: str,
        seqs: Sequence[int],
        *,
        numbered: Sequence[int],
        asked: Collection[str] = (),
        requests: Sequence[int] = (),
        why: ErasureReason = ErasureReason.ASKED,
    ) -> int:
        """Erase all events of an actor and of these places; return the number of events.

        Commitments stay, so the hash chain and all roots remain valid. When this returns, no file of the
        store holds the words in clear, and their keys are destroyed. In format 2 the erasure is an event itself.

        Args:
            actor: actor whose events are erased; "" for nobody.
            seqs: places of further events that are erased.
            numbered: places whose kind stays, because later numbers of seats or desires depend on it.
            asked: kinds of the actor's events that asked for an erasure; in format 2 they stay.
            requests: places of further events that asked for it.
            why: reason of the erasure.

        Raises:
            NotYetGone: the erasure is committed, but old bytes or keys are still there; call `checkpoint` until it
                succeeds.
            StorageError: the store refused the erasure; nothing was erased.
        """
        before: tuple[int, bytes] | None = None
        try:
            self._begin()
            before = self._seq, self._chain
            own = self._own(actor) if actor else []
            stays = [place for place, kind in own if kind in asked] if self.format > 1 else []
            places = sorted({*(place for place, _ in own), *seqs, *numbered} - {*stays, *self._blank})
            blanks = self._blanked(places, {*numbered}, [*stays, *requests], why)
            self._commit()
            self.unopened = {}
        except BaseException as error:
            if before is not None:
                self._seq, self._chain = before
            self._roll_back()
            if isinstance(error, (*self.trouble, KeyringError)):
                raise StorageError(str(error)) from error
            raise
        if blanks is not None:
            self._note(blanks)
        self._erased()
        return len(places)

    def _erased(self) -> None:
        """Finish an erasure that was committed, see `erase`."""
        self.checkpoint()

    def _roll_back(self) -> None:
        """Roll back after an error. If this fails too, the next read or write rolls back first."""
        with contextlib.suppress(*self.trouble):  # the first error is raised, because it says more
            self._end_transaction()

    def _blanked(
        self, places: Sequence[int], numbered: Collection[int], asked: Sequence[int], why: ErasureReason
    ) -> Blanks | None:
        """Blank rows, and write the event that names them; return what it says. None in format 1."""
        blanks = self._named(places, numbered, asked, why)
        for seq, kind in blanks.kinds(BLANK_KIND).items():
            self._erase_row(seq, kind)
        if places:
            told = self._append_one(Entry(HOUSE, f"{BLANKED} {self._seq + 1}", BLANKED, blanks.encoded()))
            assert told.fate is Fate.NEW  # noqa: S101  its key holds its own place
        return blanks

    def _named(
        self, places: Sequence[int], numbered: Collection[int], asked: Sequence[int], why: ErasureReason
    ) -> Blanks:
        """Return what an event says that erases these places."""
        kinds: dict[str, list[int]] = {BLANK_KIND: [], "seat": [], "desire": []}
        slots: dict[bool, list[int]] = {False: [], True: []}
        for place in places:
            row = self._row(place)
            if row is None:
                continue
            kind, body = row[3], row[4]
            keeps = place in numbered and kind in kinds
            kinds[kind if keeps else BLANK_KIND].append(place)
            if (slot := slot_of(body)) is not None:
                slots[keeps].append(slot)
        return Blanks(
            why.value,
            gone=tuple(kinds[BLANK_KIND]),
            seats=tuple(kinds["seat"]),
            desires=tuple(kinds["desire"]),
            slots=tuple(slots[False]),
            numbered=tuple(slots[True]),
            asked=tuple(asked),
        )

    def _note(self, blanks: Blanks) -> None:
        """Remember what an event blanked, and which keys it destroys."""
        self._blank |= blanks.kinds(BLANK_KIND)
        self._named_slots |= {*blanks.slots, *blanks.numbered}
        if self._keyring is not None:
            self._doomed |= {**dict.fromkeys(blanks.slots, GONE), **dict.fromkeys(blanks.numbered, NUMBERED)}

    def _note_all(self) -> None:
        """Remember what all events of the log blanked, and which keys are still to be destroyed."""
        for blanks in self._blankings():
            self._note(blanks)
        if self._keyring is not None and self._doomed:
            keys = self._keyring.keys()
            there = {slot for slot in self._doomed if keys.at(slot) not in {None, GONE, NUMBERED}}
            self._doomed = {slot: end for slot, end in self._doomed.items() if slot in there}

    def _blankings(self) -> Iterator[Blanks]:
        for body in self._bodies(BLANKED):
            yield blanks_of(body if isinstance(body, str) else None)

    def erasures(self) -> tuple[int, int, int]:
        """Return the number of erasures, of events that they erased, and of events whose keys alone are destroyed.

        The last is known after `replay`. Format 1 does not record erasures, so its first two are 0.
        """
        count = sum(1 for _ in self._blankings()) if self.format > 1 else 0
        return count, len(self._blank), len(self.unopened)

    def erase_unopened(self, why: ErasureReason = ErasureReason.KEYS) -> int:
        """Erase the rows whose keys `replay` found destroyed; return their number.

        There are such rows in a copy that is older than an erasure, or if somebody destroyed keys. An event names them
        and the reason now; `verify` counts them apart. It raises what `erase` raises.
        """
        numbered = [seq for seq, keeps in self.unopened.items() if keeps]
        return self.erase("", [*self.unopened], numbered=numbered, why=why) if self.unopened else 0

    def _destroy(self) -> None:
        """Destroy the keys of erased events."""
        if self._keyring is None or not self._doomed:
            return
        try:
            self._keyring.destroy(self._doomed)
        except KeyringError as error:
            raise NotYetGone(str(error)) from error
        self._doomed = {}

    # --- what the log says of itself ---

    def pass_over(self, seq: int) -> None:
        """Record that an event does not count, because the program failed at it. Idempotent.

        Every later replay skips it too, so that numbers of later seats and desires do not change. It is an event
        itself.

        Raises:
            StorageError: the store refused it.
        """
        self.append([Entry(HOUSE, f"{PASSED_OVER} {seq}", PASSED_OVER, passed_over_body([seq]))])

    def passed_over(self) -> frozenset[int]:
        """Return the places of all events that do not count; see `pass_over`."""
        bodies = self._bodies(PASSED_OVER)
        return frozenset(seq for body in bodies if isinstance(body, str) for seq in passed_over_of(body))

    def root(self) -> bytes:
        """Return the Merkle root over the commitments of all events, 32 bytes. O(events). Erasing does not change it.

        Source: RFC 9162, section 2.1.1: leaves are hashed with a zero byte before them, nodes with a one.
        """
        return merkle_root(self.commitments())

    def opening(self, seq: int) -> Opening | None:
        """Return an event with all that its commitment is computed from; None if it was erased. O(log events).

        Raises:
            Altered: the event is not as it was written.
            ValueError: the log has no such event.
        """
        row = self._row(seq)
        if row is None:
            message = f"the log has no event {seq}"
            raise ValueError(message)
        _, actor, key, kind, body, _, commitment, _, at = row
        content = None if body is None else self._rule.content(row, self._keyring)
        if content is None or content.body is None:
            return None
        self._rule.check(row, content)
        digest = key if isinstance(key, bytes) else b""
        return Opening(self.format, content.salt, actor, digest, kind, at, content.body, commitment)

    def chain_at(self, seq: int) -> bytes:
        """Return the hash chain over all events up to a place in the log, 32 bytes; of no events at 0. O(log events).

        Raises:
            ValueError: the log has fewer events.
        """
        if seq == 0:
            return START
        row = self._row(seq)
        if row is None:
            message = f"the log has no event {seq}"
            raise ValueError(message)
        return row[7]

    def rows(self) -> Iterator[Stored]:
        """Yield every row as the store holds it, in order, for a copy of the log; see `storage.transfer`."""
        self._end_transaction()
        yield from self._rows(LOWEST)

    def first_fault(self) -> Altered | None:
        """Return the first event that is not as it was written, and why; None if all are. O(events)."""
        with contextlib.closing(self.replay(anew=True)) as events:
            try:
                for _ in events:
                    pass
            except Altered as fault:
                return fault
        return None

    def first_break(self) -> int | None:
        """Return the place of `first_fault`; None if every event is as it was written. O(events)."""
        fault = self.first_fault()
        return None if fault is None else fault.seq
