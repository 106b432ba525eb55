"""Keeper: keeps the events of one gathering: writes them, applies them in the order of the log, and answers each.

Events that wait at the same moment are written in one transaction (group commit): one disk flush for a batch, and no
timer. The state changes only after the commit, in the order of the log. Of a gathering in a database, other processes
may write into the same log; what they wrote is applied in its place.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from oneheart.live import events as ev
from oneheart.live import snapshot as snap
from oneheart.live.asked_again import COMMUTING, asks_again, commutes
from oneheart.live.codes import own_names
from oneheart.live.dealing import Dealer
from oneheart.live.drafts import Drafts
from oneheart.live.entries import entry_of, same_words
from oneheart.live.erasing import Erased, erase_due
from oneheart.live.following import GREW, Following
from oneheart.live.neighbours import Sharing
from oneheart.live.publishing import Publisher
from oneheart.live.quoting import by_number
from oneheart.live.rebuild import Rebuilt, replay, replay_to, report_failure
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.remembered import Remembering
from oneheart.live.speaking import words_of, words_of_this_build
from oneheart.live.state import Applied
from oneheart.live.waiting import Patience, WaitingEvent
from oneheart.storage.beside import Event
from oneheart.storage.blanking import BLANKED, PASSED_OVER
from oneheart.storage.log import Behind, Fate, NotYetGone, StorageError, Written, milliseconds_now
from oneheart.storage.processes import Presence, be_gone, be_present, step_down
from oneheart.storage.stores import Store, log_of

T = TypeVar("T")

MOST_WAITING = 5000
MOST_IN_A_BATCH = 512
_ERASING_TRIES = 50
_ASKING_TRIES = 12
_FREE_TRIES = 4
"""Tries in which others may write between asking and writing; after them this process keeps them from it."""

CATCH_UP_SECONDS = 0.25
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


class LogKeeper(Sharing):
    """The events of one gathering, and all that follows from them.

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
        shared: what the leader shared last, by part.
        on_told: takes what other processes tell, by its first word.
        wrong_codes: counts wrong codes of people and hosts, at all processes.
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
        self._erases = self._log.alone  # whether this process erases what is due, and not the one that wrote or leads
        self._lookers: list[asyncio.Future[None]] = []
        self._begin_to_share()
        self._deal_key = self._secret.secret_for("deal", "")
        self._rebuild_due = False
        self._closing = False
        self._presence: Presence | None = None
        self._following = Following(self._log, self._look, self._news)
        self._remembering = Remembering(self._log)
        self._build()
        self.publisher = Publisher(self._log, self.state.heads.published, self._in_thread)
        self.note_trouble("record", self.publisher.trouble)
        if self._erasure_due:
            self._take_erased(*self._erase_on_disk())
        self.snapshot = snap.take(self.state)

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

    # --- several processes ---

    async def try_to_lead(self) -> bool:
        """Lead if nobody else does; return whether this process leads now."""
        if self.spoiled is not None and not self._log.alone:
            return False  # a newer version leads
        if self._log.leads:
            return True
        if not self._remembering.may_lead:
            return False
        try:
            return await self._in_thread(self._log.try_to_lead)
        except StorageError:
            return False  # who cannot reach the database leads nothing

    async def caught_up(self) -> None:
        """Wait until this process knows what others had written when this began, at most a quarter of a second."""
        if self._log.alone or self._closing:
            return
        looked = asyncio.get_running_loop().create_future()
        self._lookers.append(looked)
        self._wake()
        await asyncio.wait((looked,), timeout=CATCH_UP_SECONDS)

    async def submit(self, by: str, key: str, body: ev.AnyBody) -> Kept:
        """Write one event; when this returns, the event is on disk and counts. Idempotent by actor and key.

        A repeat (same actor, key and words) returns the first outcome. An erasure is acknowledged only after the
        words are gone from the disk. Until then it is refused with `Refusal.DISK` and tried again automatically.

        Raises:
            Refused: the event does not count; `why` holds the reason.
        """
        if self.spoiled is not None:
            raise Refused(Refusal.READ_ONLY if self._log.alone else Refusal.NEWER)
        unread = None if self._presence is None else self._presence.unread
        if unread and not unread.isdisjoint(words_of(body)):
            raise Refused(Refusal.NEWER)
        if self._patience.late:
            raise Refused(Refusal.DISK)
        if len(self._queue) >= MOST_WAITING:
            raise Refused(Refusal.TOO_MANY)
        entry, body = entry_of(by, key, by_number(body, self.state))
        outcome: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._queue.append(WaitingEvent(entry, body, self.state.check_new(body, by), outcome))
        self._wake()
        return await outcome

    async def done_by_hosts(self, most: int = 200) -> list[Event]:
        """Return the last `most` events of hosts, the newest first."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._log.last_of_hosts, most)

    # --- writing ---

    def _wake(self) -> None:
        """Start the writer if it is not running."""
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    def _look(self) -> bool:
        """Go on over what others wrote, unless something is being written now; return whether that begins."""
        if self._writing is not None:
            return False
        self._wake()
        return True

    async def _write(self) -> None:
        """Write queued events in batches until the queue is empty."""
        try:
            while True:
                batch = self._next_batch()
                with self._patience.over(batch, self._queue):
                    await self._turn(batch)
                if not self._queue and not self._lookers:
                    return
        finally:
            self._writing = None

    def _next_batch(self) -> list[WaitingEvent]:
        """Take the next events from the queue, up to one that is asked again after others that may matter to it."""
        batch: list[WaitingEvent] = []
        matters = False
        while self._queue and len(batch) < MOST_IN_A_BATCH:
            waiting = self._queue[0]
            if matters and asks_again(waiting.body, self.state):
                break
            matters = matters or not commutes(waiting.body)
            batch.append(self._queue.popleft())
        return batch

    async def _turn(self, batch: list[WaitingEvent]) -> None:
        """Write one batch, apply it, erase what is due, and answer everybody who waits.

        No error ends the writer. After an error, those who waited are told that their event was not kept, and the
        next turn begins as usual.
        """
        outcomes: list[Kept | Refusal] = [Refusal.DISK] * len(batch)
        lookers, self._lookers = self._lookers, []
        try:
            outcomes = await self._outcomes(batch)
        except StorageError as error:
            self.note_trouble("disk" if batch else "following", str(error))
        except Exception as error:  # noqa: BLE001  it is reported, and everybody who waits is answered
            self.note_trouble("writing", report_failure(error))
        finally:
            if self._log.length != self.state.seq and (self.spoiled is None or self._log.alone):
                self._rebuild_due = True  # events on disk are not applied yet
            if self._log.lost:
                self.note_trouble("lost", _LOST.format(count=self._log.lost))
            for waiting, outcome in zip(batch, outcomes, strict=True):
                waiting.tell(outcome)
            for looked in lookers:
                if not looked.done():
                    looked.set_result(None)
            self._try_again_later()

    async def _outcomes(self, batch: list[WaitingEvent]) -> list[Kept | Refusal]:
        """Write one batch, or without one look what others wrote, and return the outcome of each event."""
        if self.spoiled is not None and not self._log.alone:
            return [Refusal.NEWER] * len(batch)
        if self._rebuild_due:
            await self._rebuild()
        began = time.monotonic()
        written = await self._write_asked(batch) if batch or not self._log.alone else []
        self._following.looked(began)
        if batch:
            self.note_trouble("disk", None)
            self.note_trouble("writing", None)
        self.note_trouble("following", None)
        outcomes = await self._settle_all(batch, written)
        self._erases = self._log.alone or (self._words_due and (self._erases or bool(batch)))
        if self._erasure_due:
            await self._erase()
        await self._remember()
        await self._take_what_is_shared()
        return [self._acknowledged(waiting.body, outcome) for waiting, outcome in zip(batch, outcomes, strict=True)]

    async def _write_asked(self, batch: list[WaitingEvent]) -> list[Written | None]:
        """Write a batch; what is asked again is asked now, and nothing that matters to it comes in between.

        Raises:
            StorageError: the store refused it, or others wrote each time.
        """
        again = [waiting for waiting in batch if asks_again(waiting.body, self.state)]
        if not again:
            return await self._in_thread(partial(self._on_disk, batch))
        for number in range(_ASKING_TRIES):
            for waiting in again:
                waiting.only_if_repeated = self.state.check_new(waiting.body, waiting.entry.actor)
            try:
                return await self._in_thread(partial(self._on_disk, batch, next_only=True))
            except Behind:
                await self._in_thread(self._log.catch_up if number < _FREE_TRIES else self._log.hold)
                await self._go_on()
        message = "others wrote each time"
        raise StorageError(message)

    async def _settle_all(self, batch: list[WaitingEvent], written: list[Written | None]) -> list[Kept | Refusal]:
        """Apply a written batch and return the outcome of each event.

        An event that raises may leave the state half-changed, so the state is computed again from the log. Only that
        event is answered with `Refusal.DISK`; the others get their own outcome.
        """
        outcomes: list[Kept | Refusal] = []
        seq = self.state.seq
        try:
            await self._go_on()
        except Exception as error:  # noqa: BLE001  as below
            self.note_trouble("writing", report_failure(error))
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

    async def _go_on(self) -> None:
        """Apply what other processes wrote, and erasures, in the order of the log."""
        events = self._log.others()
        if not events:
            return
        self._following.noted()
        for event, following in zip(events, [*events[1:], None], strict=True):
            if event.body is None:
                self._remembering.doubt()  # it was erased before this process came to it
            self._apply(event, None if event.body is None else ev.decode(event.body))
            about = {BLANKED, PASSED_OVER}
            if event.kind in about and (following is None or following.kind not in about):
                await self._rebuild_here()

    async def _rebuild_here(self) -> None:
        """Compute the state of this place in the log again, without what was erased or does not count any more.

        Every process does this at the same places, so all go on with the same numbers.
        """
        before, dealer = self.state, self.dealer
        fitted = self.fitted_seq, self.fitted_answers
        self._take(Rebuilt(await self._in_thread(partial(replay_to, self._log, before.seq)), None, frozenset(), {}))
        self.state.go_on_from(before)
        self.dealer.go_on_from(dealer)
        self.fitted_seq, self.fitted_answers = fitted
        self._remembering.note()
        self.moved.set()

    async def _remember(self) -> None:
        """Publish what this process remembers beside the log if it leads, or take over what the leader published."""
        rebuilt = await self._remembering.turn(self.state, self._in_thread)
        if rebuilt is not None:
            dealer = self.dealer
            self._take(rebuilt, anew=False)
            self.dealer.go_on_from(dealer)
            self._remembering.doubtful = self._log.erased_ahead
        waits = "waits for the numbers that the other servers tell" if self._remembering.doubtful else None
        self.note_trouble("numbers", waits)

    async def _rebuild(self, since: int | None = None) -> dict[int, Applied]:
        """Compute the state again from the log; return the results of the events after a place."""
        rebuilt = await self._in_thread(partial(self._replay, since))
        self._take(rebuilt)
        self._remembering.doubt()
        self._rebuild_due = False
        if self.spoiled is not None and not self._log.alone:
            self.note_trouble("writing", None)  # what is wrong is said better by "file"
            await self._in_thread(partial(step_down, self._database))
        self.moved.set()
        return rebuilt.results

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Run a function in the one thread that may use the log."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _try_again_later(self) -> None:
        """Set a timer that repeats what the disk refused, even if no event arrives."""
        if self._retry is None and not self._closing and (self._rebuild_due or self._words_due):
            self._retry = asyncio.get_running_loop().call_later(self._retry_seconds, self._try_again)

    def _try_again(self) -> None:
        self._retry = None
        self._erases = self._erases or self._log.leads  # whoever wrote it may have ended
        self._wake()

    def _on_disk(self, batch: list[WaitingEvent], *, next_only: bool = False) -> list[Written | None]:
        """Append the events that may count. For the others, find out whether they repeat an event that counted.

        Raises:
            Behind: with `next_only`, others wrote what may matter to one of them; nothing was written.
        """
        entries = [waiting.entry for waiting in batch if waiting.only_if_repeated is None]
        if entries:
            new = iter(self._log.append_next(entries, COMMUTING) if next_only else self._log.append(entries))
            self._log.tell(GREW)
        else:
            self._log.catch_up()
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
        if written is None or written.event is None:
            return Refusal.UNREADABLE if written else waiting.only_if_repeated or Refusal.UNKNOWN
        if written.fate is Fate.NEW:
            if results is None:
                applied = self._apply(written.event, waiting.body)
            else:
                applied = results.get(written.event.seq, Refusal.DISK)
            if isinstance(applied, Refusal):
                return applied
            return Kept(applied, written.event.seq, repeated=False, commitment=written.commitment)
        if written.event.seq > self.state.seq:
            return Refusal.DISK  # another process wrote it a moment ago, and this one has not come to it
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

    def _apply(self, event: Event, body: ev.AnyBody | None) -> Applied:
        applied = self.state.apply(event.seq, event.kind, body, event.actor, event.at)
        if isinstance(body, ev.StageMoved | ev.StepTaken | ev.SealTakenBack | ev.StageTakenBack | ev.SayingSet):
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
        rebuilt = self._remembering.replayed()
        if rebuilt.spoiled is None and self._log.unopened:
            with contextlib.suppress(NotYetGone, Behind):  # it is tried again like every erasure
                self._log.erase_unopened()
            rebuilt = self._remembering.replayed()
        self._log.others()  # they are in it
        self._take(rebuilt)
        if self._log.leads and not self._log.alone:
            self._remembering.publish(self.state)

    def _replay(self, since: int | None = None) -> Rebuilt:
        """Return the state of the log, and record the events that are passed over."""
        mixed = self._presence is not None and self._presence.mixed  # another version may understand it
        rebuilt = replay(self._log, since=since, pass_over_failing=not mixed)
        for seq in rebuilt.failed:
            self._log.pass_over(seq)
        for event in self._log.replay(after=rebuilt.state.seq) if rebuilt.failed else ():
            if event.body is not None:  # what the log says of itself changes no state
                rebuilt.state.apply(event.seq, event.kind, ev.decode(event.body), event.actor, event.at)
        self._log.others()  # they are in it
        return rebuilt

    def _take(self, rebuilt: Rebuilt, *, anew: bool = True) -> None:
        """Replace the state by one that was computed again, and with `anew` let no number be lower than it was told."""
        if anew and (before := getattr(self, "state", None)) is not None:
            rebuilt.state.released.keep(before.released)
            rebuilt.state.company.apart.keep(before.company.apart)
            rebuilt.state.prayers.keep_amen(before.prayers)
        self.files.clear()  # they may hold words that are gone
        self.drafts.drop()  # as above
        self.state, self.spoiled = rebuilt.state, rebuilt.spoiled
        self.dealer = Dealer(rebuilt.state, rng=self._rng, key=self._deal_key)
        self.dealer.told = None if self._log.alone else self._hands.note
        self.fitted_seq = self.fitted_answers = 0
        self.note_trouble("file", None if rebuilt.spoiled is None else rebuilt.spoiled.told(alone=self._log.alone))

    # --- erasing ---

    @property
    def _words_due(self) -> bool:
        """Return whether erased words may still be on the disk."""
        due = self.state.erasing or self.state.company.near.due
        return self.spoiled is None and (bool(due) or self._log.checkpoint_due)

    @property
    def _erasure_due(self) -> bool:
        """Return whether this process has to erase something."""
        return self._words_due and (self._erases or self._log.checkpoint_due)

    async def _erase(self) -> None:
        """Erase what is due. If the disk refuses it, a later turn tries again."""
        try:
            if self._log.alone:
                self._take_erased(*await self._in_thread(self._erase_on_disk))
            else:
                await self._erase_beside_others()
            self.tick()  # no screen shows the words after the answer
        except Exception as error:  # noqa: BLE001  it is reported, and tried again
            self._rebuild_due = True
            self.note_trouble("erasing", report_failure(error))

    async def _erase_beside_others(self) -> None:
        """Erase what is due in a log to which others write, too; what they wrote may make more due."""
        for _ in range(_ERASING_TRIES):
            await self._in_thread(self._log.catch_up)
            await self._go_on()
            try:
                erased = await self._in_thread(partial(erase_due, self._log, self.state))
            except Behind:
                continue
            await self._go_on()
            self._log.tell(GREW)
            self.note_trouble("erasing", erased.trouble)
            return

    def _take_erased(self, erased: Erased, rebuilt: Rebuilt | None) -> None:
        if rebuilt is not None:
            self._take(rebuilt)
        self.note_trouble("erasing", erased.trouble)

    def _erase_on_disk(self) -> tuple[Erased, Rebuilt | None]:
        """Erase what is due, in the log's thread. Return the result, and the log replayed if it changed."""
        erased = erase_due(self._log, self.state)
        return erased, self._replay() if erased.changed else None

    # --- opening and closing ---

    def start(self) -> None:
        """Begin to repeat what the disk refused before, and to follow what others write."""
        if self._presence is None:
            self._presence = be_present(self._database, words_of_this_build())
        self._following.start()
        self._greet()
        self._try_again_later()

    async def close(self) -> None:
        """Write queued events and close the file."""
        self._closing = True
        self._following.stop()
        if self._retry is not None:
            self._retry.cancel()
        if self._writing is not None:
            await self._writing
        self.shut()

    def shut(self) -> None:
        """Close the file of a gathering that accepts no more events."""
        self._following.stop()
        be_gone(self._database, self._presence)
        self._presence = None
        self._thread.shutdown()
        self._database.close()
