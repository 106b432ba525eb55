"""A live gathering: accepts events of people and hosts, writes them to disk, and returns the outcome of each.

Events that wait at the same moment are written in one transaction (group commit): one disk flush for a batch, and no
timer. The state changes only after the commit, in the order of the log.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import apsw
import msgspec
import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live import snapshot as snap
from oneheart.live.codes import clean_code, hash_of, new_code, own_names
from oneheart.live.dealing import Dealer, Dealt
from oneheart.live.decks import Fitted
from oneheart.live.drafts import Drafts
from oneheart.live.entries import entry_of, same_words
from oneheart.live.erasing import Erased, erase_due
from oneheart.live.export import as_gathering
from oneheart.live.publishing import Publisher
from oneheart.live.quoting import by_number
from oneheart.live.rebuild import Look, Rebuilt, replay, replay_to, report_failure
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import Applied, State
from oneheart.live.waiting import Patience, WaitingEvent
from oneheart.model import actor
from oneheart.model.desire import Stance
from oneheart.model.gathering import Gathering
from oneheart.storage.database import Where, open_database, remove_database
from oneheart.storage.log import Entry, Event, Fate, NotYetGone, StorageError, Written, milliseconds_now
from oneheart.storage.meta import meta_digest
from oneheart.storage.stores import Store, log_of, open_store

T = TypeVar("T")

MOST_WAITING = 5000
MOST_IN_A_BATCH = 512
RETRY_SECONDS = 1.0
_LOST = (
    "At least {count} answers that people were told are kept are gone, because an older copy of the database took its "
    "place; ask people to look at what they said and answered."
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An event that is on disk and counts.

    Attributes:
        number: number of the new seat, desire, circle, ...; None for events that receive no number.
        seq: its place in the log.
        repeated: the same event was sent before; this is its first outcome again.
        commitment: receipt of the event, 32 bytes; empty for an erasure that found nothing more to erase.
    """

    number: int | None
    seq: int
    repeated: bool
    commitment: bytes = b""


@dataclass(frozen=True, slots=True)
class TakenSeat:
    """A seat and the secret that opens it. The server stores only the hash of the secret."""

    number: int
    secret: str


def create(path: Path, settings: ev.Settings, *, code: str | None = None, keys: Where = "beside") -> None:
    """Make a new gathering file with its settings, a join code and a secret key, and the file of keys beside it.

    Args:
        path: path of the file; must not exist.
        settings: settings of the gathering.
        code: join code; None for a random one.
        keys: "inside" for no file of keys; what is erased then stays readable in older copies of the file.

    Raises:
        UserError: the file exists already or cannot be written, for example on a full disk; no partial file remains.
    """
    if path.exists():
        message = f"{path} exists already; serve it, or choose another name."
        raise UserError(message)
    database = open_database(path, create=True, keys=keys)
    try:
        pairs = (("code", code or new_code()), ("secret", secrets.token_hex(32)))
        database.connection.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", pairs)
        first = msgspec.structs.replace(settings, meta=meta_digest(database.meta()))
        log_of(database).append([Entry(actor.HOUSE, "settings-0", ev.kind_of(first), ev.encode(first))])
    except (apsw.Error, StorageError) as error:
        database.close()
        remove_database(path)
        message = f"Cannot write {path}: {error}; make room, or choose another folder."
        raise UserError(message) from error
    database.close()


class LiveGathering:
    """One live gathering.

    Attributes:
        path: path of its file; of a gathering in a database, the path beside which its keys are.
        where: its path or address, for messages.
        code: join code.
        state: present state; read-only for callers.
        spoiled: first event that cannot be decoded; the gathering is then read-only. None if all can be decoded.
        dealer: deals cards.
        snapshot: last snapshot for the hall.
        publisher: publishes heads of the record, and proves what is under them.
        drafts: drafts of a machine in other languages; dropped whenever the state is computed again.
        files: files of answers that hosts took, by what they are; emptied whenever somebody is erased.
        fitted_seq: place in the log of the last event that the cards' model includes; 0 before the first fit.
        fitted_answers: number of answers in the hall, in its steps, when that model came.
        moved: set when the stage or the moment of saying may have changed; the leader waits for it and clears it.
        now: clock, milliseconds since 1970.
    """

    def __init__(
        self,
        database: Store,
        *,
        rng: np.random.Generator | None = None,
        now: Callable[[], int] = milliseconds_now,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        """Replay the log and begin to accept events.

        Args:
            database: open file or part of a database, locked by this process.
            rng: source of all random choices.
            now: clock, milliseconds since 1970.
            retry_seconds: time without a write, in seconds, after which a failed erasure is tried again.
        """
        self.path, self.where = database.path, database.where
        self.now = now
        self._database = database
        self._log = log_of(database, now=now)
        self.code, self._secret = own_names(self.where, database.meta())
        self._rng = rng or np.random.default_rng()
        self._queue: deque[WaitingEvent] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="log")
        self.fitted_seq = self.fitted_answers = 0
        self.files: dict[tuple[object, ...], bytes] = {}
        self.drafts = Drafts()
        self.moved = asyncio.Event()
        self._watchers: set[asyncio.Event] = set()
        self._troubles: dict[str, str] = {}
        self._patience = Patience(partial(self.note_trouble, "disk"))
        self._retry_seconds = retry_seconds
        self._retry: asyncio.TimerHandle | None = None
        self._asked: dict[int, ev.SeatErased] = {}
        self._rebuild_due = False
        self._closing = False
        self._build()
        self.publisher = Publisher(self._log, self.state.heads.published, self._in_thread)
        self.note_trouble("record", self.publisher.trouble)
        if self._erasure_due:
            self._take_erased(*self._erase_on_disk())
        self.snapshot = snap.take(self.state)

    @classmethod
    def open(
        cls,
        place: str | Path,
        *,
        rng: np.random.Generator | None = None,
        now: Callable[[], int] = milliseconds_now,
        retry_seconds: float = RETRY_SECONDS,
    ) -> LiveGathering:
        """Return the gathering of a file, or of an address in PostgreSQL.

        A file with an event that cannot be decoded opens read-only; see `spoiled`.

        Raises:
            UserError: the file does not exist, is no gathering, is damaged, is locked by another process, or the disk
                is full.
        """
        database = open_store(place)
        try:
            return cls(database, rng=rng, now=now, retry_seconds=retry_seconds)
        except (apsw.Error, StorageError, UnicodeDecodeError) as error:
            database.close()
            message = f"Cannot open {database.where}: {error}; make room on the disk, or restore it from a backup."
            raise UserError(message) from error
        except BaseException:
            database.close()
            raise

    @property
    def trouble(self) -> str | None:
        """Return what is wrong at present, for hosts and health checks; None if nothing is."""
        return next(iter(self._troubles.values()), None)

    def note_trouble(self, source: str, text: str | None) -> None:
        """Record what is wrong with a part such as "disk" or "erasing"; None clears it."""
        if text is None:
            self._troubles.pop(source, None)
        else:
            self._troubles[source] = text

    # --- reading ---

    def seat_of(self, secret: str) -> int | None:
        """Return the number of the seat that a secret opens; None if it opens none. An empty one opens none. O(1)."""
        return self.state.seat_by_secret(hash_of(secret)) if secret else None

    def host_of(self, secret: str) -> int | None:
        """Return the number of the host with this secret; None for nobody. Compares in constant time.

        An empty secret belongs to nobody, and so does that of a host who was removed.
        """
        if not secret:
            return None
        hashed = hash_of(secret)
        hosts = [n for n, secret_hash in enumerate(self.state.hosts) if hmac.compare_digest(secret_hash, hashed)]
        return hosts[0] if hosts and hosts[0] not in self.state.course.hosts_removed else None

    def secret_for(self, purpose: str, key: str) -> str:
        """Return a secret derived from this file's key; see `SecretKey.secret_for`."""
        return self._secret.secret_for(purpose, key)

    @property
    def seed(self) -> int:
        """Return this file's seed, 0 to 255, for random choices that must be the same after a restart."""
        return self._secret.seed

    def card(self, seat: int) -> Dealt | None:
        """Return the card in a person's hand; None if the stage deals no cards or no desire is left."""
        if not self.state.stage.takes_responses or self.state.ended:
            return None
        return self.dealer.card(seat)

    # --- doing ---

    async def submit(self, by: str, key: str, body: ev.AnyBody) -> Kept:
        """Write one event; when this returns, the event is on disk and counts. Idempotent by actor and key.

        A repeat (same actor, key and words) returns the first outcome. An erasure is acknowledged only after the
        words are gone from the disk. Until then it is refused with `Refusal.DISK` and tried again automatically.

        Raises:
            Refused: the event does not count; `why` holds the reason.
        """
        if self.spoiled is not None:
            raise Refused(Refusal.READ_ONLY)
        if self._patience.late:
            raise Refused(Refusal.DISK)
        if len(self._queue) >= MOST_WAITING:
            raise Refused(Refusal.TOO_MANY)
        entry, body = entry_of(by, key, by_number(body, self.state))
        outcome: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._queue.append(WaitingEvent(entry, body, self.state.check_new(body, by), outcome))
        self._wake()
        return await outcome

    async def take_seat(
        self,
        key: str,
        *,
        language: str,
        circle: int | None = None,
        card: str = "",
        scribe: int | None = None,
        consent: int | None = None,
    ) -> TakenSeat:
        """Give a person a seat. Idempotent: the same key gives the same seat and secret again.

        Args:
            key: idempotency key, made on the page of the door.
            language: language code of the pages.
            circle: number of the circle; None for none.
            card: seat code of a table card; "" for none.
            scribe: seat that types for a person without a phone; None for none.
            consent: version of the terms to which the person agrees; None for none.

        Raises:
            Refused: see `submit`.
        """
        secret = "" if scribe is not None else self.secret_for("seat", key)
        secret_hash, card_hash = hash_of(secret) if secret else "", hash_of(clean_code(card)) if card else ""
        body = ev.SeatTaken(secret_hash, language, circle, card_hash, scribe, consent, bounded=scribe is not None)
        outcome = await self.submit(actor.DOOR, key, body)
        if outcome.number is None:
            raise Refused(Refusal.UNKNOWN)
        return TakenSeat(outcome.number, secret)

    async def respond(self, seat: int, desire: int, stance: int, key: str) -> Kept:
        """Keep one response. A person's last response to a desire counts.

        Raises:
            Refused: see `submit`.
        """
        card = self.dealer.lying_before(seat, desire)
        body = ev.Responded(seat, desire, Stance(stance), round(card.propensity, 6), card.probe)
        return await self.submit(actor.seat(seat), key, body)

    async def erase(self, seat: int, key: str) -> None:
        """Erase everything that a person wrote and answered, from the file too. Idempotent.

        Raises:
            Refused: see `submit`.
        """
        if seat not in self.state.erasing:  # else it is asked again, and must be the same event
            self._asked[seat] = ev.SeatErased(seat, self.state.told)
        await self.submit(actor.seat(seat), key, self._asked.get(seat, ev.SeatErased(seat)))

    async def add_cards(self, key: str, count: int, circle: int | None, by: str) -> tuple[str, ...]:
        """Return seat codes for `count` table cards.

        Each code opens one seat, once. Idempotent: the same key gives the same codes.

        Raises:
            Refused: see `submit`.
        """
        codes = tuple(self._secret.seat_code(key, number) for number in range(count))
        await self.submit(by, key, ev.CardsPrinted(circle, [hash_of(code) for code in codes]))
        return codes

    async def done_by_hosts(self, most: int = 200) -> list[Event]:
        """Return the last `most` events of hosts, the newest first."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._log.last_of_hosts, most)

    # --- writing ---

    def _wake(self) -> None:
        """Start the writer if it is not running."""
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        """Write queued events in batches until the queue is empty."""
        try:
            while True:
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), MOST_IN_A_BATCH))]
                with self._patience.over(batch, self._queue):
                    await self._turn(batch)
                if not self._queue:
                    return
        finally:
            self._writing = None

    async def _turn(self, batch: list[WaitingEvent]) -> None:
        """Write one batch, apply it, erase what is due, and answer everybody who waits.

        No error ends the writer. After an error, those who waited are told that their event was not kept, and the
        next turn begins as usual.
        """
        outcomes: list[Kept | Refusal] = [Refusal.DISK] * len(batch)
        try:
            outcomes = await self._outcomes(batch)
        except StorageError as error:
            self.note_trouble("disk", str(error))
        except Exception as error:  # noqa: BLE001  it is reported, and everybody who waits is answered
            self.note_trouble("writing", report_failure(error))
        finally:
            if self._log.length != self.state.seq:
                self._rebuild_due = True  # events on disk are not applied yet
            if self._log.lost:
                self.note_trouble("lost", _LOST.format(count=self._log.lost))
            for waiting, outcome in zip(batch, outcomes, strict=True):
                waiting.tell(outcome)
            self._try_again_later()

    async def _outcomes(self, batch: list[WaitingEvent]) -> list[Kept | Refusal]:
        """Write one batch and return the outcome of each event."""
        if self._rebuild_due:
            await self._rebuild()
        written = await self._in_thread(partial(self._on_disk, batch)) if batch else []
        if batch:
            self.note_trouble("disk", None)
            self.note_trouble("writing", None)
        outcomes = await self._settle_all(batch, written)
        if self._erasure_due:
            await self._erase()
        return [self._acknowledged(waiting.body, outcome) for waiting, outcome in zip(batch, outcomes, strict=True)]

    async def _settle_all(self, batch: list[WaitingEvent], written: list[Written | None]) -> list[Kept | Refusal]:
        """Apply a written batch and return the outcome of each event.

        An event that raises may leave the state half-changed, so the state is computed again from the log. Only that
        event is answered with `Refusal.DISK`; the others get their own outcome.
        """
        outcomes: list[Kept | Refusal] = []
        seq = self.state.seq
        if self._log.others():  # another process wrote in between, so the log is applied in its order
            results = await self._rebuild(since=seq)
            return [self._settle(waiting, entry, results) for waiting, entry in zip(batch, written, strict=True)]
        try:
            for waiting, entry in zip(batch, written, strict=True):
                outcomes.append(self._settle(waiting, entry))
        except Exception as error:  # noqa: BLE001  it is reported, and the state is computed again
            failed = len(outcomes)
            event = written[failed]
            self._rebuild_due = True
            self.note_trouble("writing", report_failure(error, None if event is None else event.event))
            results = await self._rebuild(since=seq)
            for number, (waiting, entry) in enumerate(zip(batch[failed:], written[failed:], strict=True)):
                outcomes.append(Refusal.DISK if number == 0 else self._settle(waiting, entry, results))
        return outcomes

    async def _rebuild(self, since: int | None = None) -> dict[int, Applied]:
        """Compute the state again from the log; return the results of the events after a place."""
        rebuilt = await self._in_thread(partial(self._replay, since))
        self._take(rebuilt)
        self._rebuild_due = False
        self.moved.set()
        return rebuilt.results

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Run a function in the one thread that may use the log."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _try_again_later(self) -> None:
        """Set a timer that repeats what the disk refused, even if no event arrives."""
        if self._retry is None and not self._closing and (self._rebuild_due or self._erasure_due):
            self._retry = asyncio.get_running_loop().call_later(self._retry_seconds, self._try_again)

    def _try_again(self) -> None:
        self._retry = None
        self._wake()

    def _on_disk(self, batch: list[WaitingEvent]) -> list[Written | None]:
        """Append the events that may count. For the others, find out whether they repeat an event that counted."""
        new = iter(self._log.append([waiting.entry for waiting in batch if waiting.only_if_repeated is None]))
        return [next(new) if waiting.only_if_repeated is None else self._log.find(waiting.entry) for waiting in batch]

    def _settle(
        self, waiting: WaitingEvent, written: Written | None, results: Mapping[int, Applied] | None = None
    ) -> Kept | Refusal:
        """Apply a written event and return its outcome.

        Args:
            waiting: the queued event.
            written: result of writing it; None if it was not written because it could not count.
            results: results of new events that a replay has applied already; None to apply the event now.
        """
        if written is None:
            return waiting.only_if_repeated or Refusal.UNKNOWN
        if written.event is None:
            return Refusal.UNREADABLE
        if written.fate is Fate.NEW:
            if results is None:
                applied = self._apply(written.event, waiting.body)
            else:
                applied = results.get(written.event.seq, Refusal.DISK)
            if isinstance(applied, Refusal):
                return applied
            return Kept(applied, written.event.seq, repeated=False, commitment=written.commitment)
        if written.fate is Fate.REPEATED or same_words(written.event, waiting.body, self.state):
            return self._again(written.event, waiting.body, written.commitment)
        return Refusal.CONFLICT

    def _acknowledged(self, body: ev.AnyBody, outcome: Kept | Refusal) -> Kept | Refusal:
        """Return the answer to an event. An erasure is acknowledged only after the words are gone from the disk.

        A repeated erasure finds neither its first event nor the seat, because both are gone. It succeeds all the
        same.
        """
        if isinstance(body, ev.ContactsTakenBack | ev.ContactsTakenOut) and self.state.company.near.due:
            return Refusal.DISK
        if not isinstance(body, ev.SeatErased) or not 0 <= body.seat < len(self.state.seats):
            return outcome
        if isinstance(outcome, Refusal) and outcome is not Refusal.UNKNOWN:
            return outcome
        if self._rebuild_due or body.seat in self.state.erasing or self._log.checkpoint_due:
            return Refusal.DISK
        return Kept(body.seat, self.state.seq, repeated=True) if isinstance(outcome, Refusal) else outcome

    def _apply(self, event: Event, body: ev.AnyBody) -> Applied:
        applied = self.state.apply(event.seq, event.kind, body, event.actor, event.at)
        if isinstance(body, ev.StageMoved | ev.StepTaken | ev.SealTakenBack | ev.SayingSet):
            self.moved.set()
        return applied

    def _again(self, event: Event, body: ev.AnyBody, commitment: bytes) -> Kept | Refusal:
        """Return the first outcome of a repeated event."""
        refused = self.state.refused.get(event.seq)
        if refused is not None:
            return refused
        number: int | None = None
        if isinstance(body, ev.SeatTaken):
            number = self.state.people.seat_at(event.seq)
        elif isinstance(body, ev.DesireSaid):
            number = self.state.desires.at(event.seq)
        return Kept(number, event.seq, repeated=True, commitment=commitment)

    def _build(self) -> None:
        """Compute the state from the log, as when the file is opened.

        If keys of events were destroyed since this copy of the file was made, the record names these events first.
        """
        rebuilt = replay(self._log)
        if rebuilt.spoiled is None and self._log.unopened:
            with contextlib.suppress(NotYetGone):  # it is tried again like every erasure
                self._log.erase_unopened()
            rebuilt = replay(self._log)
        self._take(rebuilt)

    def _replay(self, since: int | None = None) -> Rebuilt:
        """Return the state of the log, and record the events that are passed over."""
        rebuilt = replay(self._log, since=since, pass_over_failing=True)
        for seq in rebuilt.failed:
            self._log.pass_over(seq)
        for event in self._log.replay(after=rebuilt.state.seq) if rebuilt.failed else ():
            if event.body is not None:  # what the log says of itself changes no state
                rebuilt.state.apply(event.seq, event.kind, ev.decode(event.body), event.actor, event.at)
        return rebuilt

    def _take(self, rebuilt: Rebuilt) -> None:
        """Replace the state by one that was computed again."""
        if (before := getattr(self, "state", None)) is not None:
            rebuilt.state.released.keep(before.released)
            rebuilt.state.company.apart.keep(before.company.apart)
            rebuilt.state.prayers.keep_amen(before.prayers)
        self.files.clear()  # they may hold words that are gone
        self.drafts.drop()  # as above
        self.state, self.spoiled = rebuilt.state, rebuilt.spoiled
        self.dealer = Dealer(rebuilt.state, rng=self._rng)
        self.fitted_seq = self.fitted_answers = 0
        self.note_trouble("file", None if rebuilt.spoiled is None else rebuilt.spoiled.sentence)

    # --- erasing ---

    @property
    def _erasure_due(self) -> bool:
        """Return whether erased words may still be on the disk."""
        due = self.state.erasing or self.state.company.near.due
        return self.spoiled is None and (bool(due) or self._log.checkpoint_due)

    async def _erase(self) -> None:
        """Erase what is due. If the disk refuses it, a later turn tries again."""
        try:
            self._take_erased(*await self._in_thread(self._erase_on_disk))
            self.tick()  # no screen shows the words after the answer
        except Exception as error:  # noqa: BLE001  it is reported, and tried again
            self._rebuild_due = True
            self.note_trouble("erasing", report_failure(error))

    def _take_erased(self, erased: Erased, rebuilt: Rebuilt | None) -> None:
        if rebuilt is not None:
            self._take(rebuilt)
        self.note_trouble("erasing", erased.trouble)

    def _erase_on_disk(self) -> tuple[Erased, Rebuilt | None]:
        """Erase what is due, in the log's thread. Return the result, and the log replayed if it changed."""
        erased = erase_due(self._log, self.state)
        return erased, self._replay() if erased.changed else None

    # --- the hall ---

    def tick(self) -> None:
        """Take a new snapshot, and wake its readers if anything visible changed."""
        new = snap.take(self.state, fitted_seq=self.fitted_seq)
        changed = snap.visible(new) != snap.visible(self.snapshot)
        self.snapshot = new
        if changed:
            for watcher in self._watchers:
                watcher.set()

    async def snapshots(self) -> AsyncIterator[snap.Snapshot]:
        """Yield the present snapshot, then each one with a visible change. Slow readers miss some, never the last."""
        news = asyncio.Event()
        self._watchers.add(news)
        try:
            while True:
                news.clear()
                yield self.snapshot
                await news.wait()
        finally:
            self._watchers.discard(news)

    def take_decks(self, state: State, fitted: Fitted) -> None:
        """Deal from new decks. They are ignored if the state they were fitted to has been computed again since."""
        if self.state is state:
            self.fitted_seq, self.fitted_answers = fitted.seq, self.state.released.responses
            self.dealer.take_fitted(fitted)

    # --- leaving ---

    async def state_at(self, position: int, looks: Mapping[int, Look] | None = None) -> State:
        """Return the state after the event at a place in the log; see `replay_to`. O(events), in the log's thread.

        Erased words are not in it, so it differs from the state of that time if somebody was erased since.
        """
        return await self._in_thread(partial(replay_to, self._log, position, looks))

    def as_gathering(self, *, shuffle: Callable[[int], npt.NDArray[np.intp]] | None = None) -> Gathering:
        """Return the gathering as a plain value for exports: roots only, with the responses to all joined desires.

        People without a desire or response are left out, as are desires that were withdrawn, erased, joined to others
        or that wait. Circles of fewer than k people are left out.

        Args:
            shuffle: returns a random permutation of so many people; by default the order of seats.
        """
        return as_gathering(self.state, source=self.path.name, shuffle=shuffle)

    # --- opening and closing ---

    def start(self) -> None:
        """Begin to repeat what the disk refused before."""
        self._try_again_later()

    async def close(self) -> None:
        """Write queued events and close the file."""
        self._closing = True
        if self._retry is not None:
            self._retry.cancel()
        if self._writing is not None:
            await self._writing
        self.shut()

    async def forget(self) -> None:
        """Close the gathering, and delete all of it."""
        await self.close()
        self._database.remove()

    def shut(self) -> None:
        """Close the file of a gathering that accepts no more events."""
        self._thread.shutdown()
        self._database.close()
