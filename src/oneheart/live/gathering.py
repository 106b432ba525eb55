"""A live gathering: takes in what people and hosts do, acknowledges it when it is on disk, tells what came of it.

What waits at the same moment is written in one transaction, so that the disk is asked once a batch and nobody waits
for a timer. The state changes only after the commit, in the order of the log.
"""

from __future__ import annotations

import asyncio
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
from oneheart.live.codes import SecretKey, clean_code, hash_of, new_code
from oneheart.live.dealing import Dealer, Dealt
from oneheart.live.decks import Fitted
from oneheart.live.erasing import Erased, erase_due
from oneheart.live.export import as_gathering
from oneheart.live.rebuild import Rebuilt, replay, report_failure
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import Applied, State
from oneheart.model import actor
from oneheart.model.desire import Stance
from oneheart.model.gathering import Gathering
from oneheart.storage.database import Database, open_database, remove_database
from oneheart.storage.log import Entry, Event, Fate, Log, StorageError, Written, milliseconds_now

T = TypeVar("T")

MOST_WAITING = 5000
MOST_IN_A_BATCH = 512
NEAR_LEAST = 0.12
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Kept:
    """Something is on disk and counts.

    Attributes:
        number: of the seat, desire, circle, ...; None where there is no number.
        seq: its place in the log.
        repeated: it was there before; this is the same answer again.
    """

    number: int | None
    seq: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class TakenSeat:
    """A seat and the secret that opens it; the server keeps only the secret's hash."""

    number: int
    secret: str


@dataclass(slots=True)
class _Waiting:
    entry: Entry
    body: ev.AnyBody
    only_if_repeated: Refusal | None
    done: asyncio.Future[Kept]


def _same_words(event: Event, body: ev.AnyBody) -> bool:
    """Return whether a person sent the same again, though the server would now add another propensity to it."""
    if event.body is None or not isinstance(body, ev.Responded):
        return False
    before = ev.decode(event.body)
    return isinstance(before, ev.Responded) and msgspec.structs.replace(before, propensity=body.propensity) == body


def create(path: Path, settings: ev.Settings, *, code: str | None = None) -> None:
    """Make a new gathering file with its settings, its join code and a secret of its own.

    Raises:
        UserError: there is a file already, or it cannot be written, for example on a full disk; nothing is left of it.
    """
    if path.exists():
        message = f"{path} exists already; serve it, or choose another name."
        raise UserError(message)
    database = open_database(path, create=True)
    try:
        pairs = (("code", code or new_code()), ("secret", secrets.token_hex(32)))
        database.connection.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", pairs)
        Log(database).append([Entry(actor.HOUSE, "settings-0", ev.kind_of(settings), ev.encode(settings))])
    except (apsw.Error, StorageError) as error:
        database.close()
        remove_database(path)
        message = f"Cannot write {path}: {error}; make room, or choose another folder."
        raise UserError(message) from error
    database.close()


def _entry_of(by: str, key: str, body: ev.AnyBody) -> tuple[Entry, ev.AnyBody]:
    """Return an event as it is written, and its body as it will be read back.

    Raises:
        Refused: the file could not be opened again with it: a value of the wrong type or kind, or broken Unicode.
    """
    try:
        (by + key).encode()
        text = ev.encode(body)
        return Entry(by, key, ev.kind_of(body), text), ev.decode(text)
    except (UnicodeEncodeError, TypeError, OverflowError, msgspec.MsgspecError):
        raise Refused(Refusal.UNREADABLE) from None


class LiveGathering:
    """One gathering, live.

    Attributes:
        path: of its file.
        code: by which people find its door.
        state: what it has come to; read it, never change it.
        spoiled: the first event that cannot be decoded; the gathering is then read-only. None where all can.
        dealer: who is shown which card.
        snapshot: what the hall sees now.
        fitted_seq: place in the log up to which the cards' model has read; 0 before the first fit.
        moved: set when a stage may have moved or a moment was set; whoever leads waits for it and clears it.
        now: the clock, milliseconds since 1970.
    """

    def __init__(
        self,
        database: Database,
        *,
        rng: np.random.Generator | None = None,
        now: Callable[[], int] = milliseconds_now,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        """Read the log from its beginning.

        Args:
            database: open, and held by this process.
            rng: for everything random.
            now: the clock, milliseconds since 1970.
            retry_seconds: after so long without a write, an erasure that the disk refused is tried again.
        """
        self.path = database.path
        self.now = now
        self._database = database
        self._log = Log(database, now=now)
        meta = {str(name): value for name, value in database.connection.execute("SELECT name, value FROM meta")}
        self.code = str(meta["code"])
        self._secret = SecretKey(bytes.fromhex(str(meta["secret"])))
        self._rng = rng or np.random.default_rng()
        self._queue: deque[_Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="log")
        self.fitted_seq = 0
        self.moved = asyncio.Event()
        self._watchers: set[asyncio.Event] = set()
        self._troubles: dict[str, str] = {}
        self._retry_seconds = retry_seconds
        self._retry: asyncio.TimerHandle | None = None
        self._rebuild_due = False
        self._closing = False
        self._build()
        if self._erasure_due:
            self._take_erased(*self._erase_on_disk())
        self.snapshot = snap.take(self.state)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        rng: np.random.Generator | None = None,
        now: Callable[[], int] = milliseconds_now,
        retry_seconds: float = RETRY_SECONDS,
    ) -> LiveGathering:
        """Return the gathering of a file.

        A file with an event that cannot be decoded opens read-only; see `spoiled`.

        Raises:
            UserError: no such file, not a gathering, damaged, served by another process, or on a disk without room.
        """
        database = open_database(path)
        try:
            return cls(database, rng=rng, now=now, retry_seconds=retry_seconds)
        except (apsw.Error, StorageError, UnicodeDecodeError) as error:
            database.close()
            message = f"Cannot open {path}: {error}; make room on the disk, or restore it from a backup."
            raise UserError(message) from error
        except BaseException:
            database.close()
            raise

    @property
    def trouble(self) -> str | None:
        """Return what is wrong now, for the hosts and for health checks; None where all is well."""
        return next(iter(self._troubles.values()), None)

    def note_trouble(self, source: str, text: str | None) -> None:
        """Note what is wrong with one thing, for example "disk" or "erasing"; None where it is well again."""
        if text is None:
            self._troubles.pop(source, None)
        else:
            self._troubles[source] = text

    # --- reading ---

    def seat_of(self, secret: str) -> int | None:
        """Return the number of the seat that a secret opens, None for none. O(1)."""
        return self.state.seat_by_secret(hash_of(secret))

    def host_of(self, secret: str) -> int | None:
        """Return the number of the host whose secret this is, None for nobody."""
        hashed = hash_of(secret)
        found = [n for n, kept in enumerate(self.state.hosts) if hmac.compare_digest(kept, hashed)]
        return found[0] if found else None

    def secret_for(self, purpose: str, key: str) -> str:
        """Return a secret that only this file can make; see `SecretKey.secret_for`."""
        return self._secret.secret_for(purpose, key)

    @property
    def seed(self) -> int:
        """Return this file's seed for everything random that must be the same after a restart."""
        return self._secret.seed

    def card(self, seat: int) -> Dealt | None:
        """Return the card in this person's hand; None where the stage deals none or nothing is left."""
        if not self.state.stage.takes_responses or self.state.ended:
            return None
        return self.dealer.card(seat)

    def nearest(self, desire: int, count: int = 3) -> tuple[int, ...]:
        """Return desires of others in words like this one's, roots only, most alike first, at most `count`.

        What shares hardly a trigram is left out, so that a small gathering is not asked about quite different things.
        """
        state = self.state
        mine = state.desires[desire]
        out: list[int] = []
        for number, likeness in state.desires.nearness.nearest(mine.text, count=4 * count + 4, exclude=(desire,)):
            other = state.desires[number]
            if likeness < NEAR_LEAST:
                break
            if state.travels[number] and other.author != mine.author and number not in out:
                out.append(number)
        return tuple(out[:count])

    # --- doing ---

    async def submit(self, by: str, key: str, body: ev.AnyBody) -> Kept:
        """Write one event; when this returns, it is on disk and counts. Idempotent.

        A repeat (same actor, key and words) returns what the first time returned. An erasure is acknowledged only once
        the words are gone from the disk; until then it is refused with `Refusal.DISK` and tried again by itself.

        Raises:
            Refused: it was not taken; says why.
        """
        if self.spoiled is not None:
            raise Refused(Refusal.DISK)
        if len(self._queue) >= MOST_WAITING:
            raise Refused(Refusal.TOO_MANY)
        entry, body = _entry_of(by, key, body)
        done: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(entry, body, self.state.check(body, by), done))
        self._wake()
        return await done

    async def take_seat(
        self,
        key: str,
        *,
        language: str,
        circle: int | None = None,
        card: str = "",
        scribe: int | None = None,
    ) -> TakenSeat:
        """Give a person a seat; the same key gives the same seat and secret again.

        Args:
            key: made on the door's page.
            language: of the pages.
            circle: number of the circle, None for none.
            card: seat code of a table card, "" without one.
            scribe: seat of the person who types for somebody without a phone.

        Raises:
            Refused: see `submit`.
        """
        secret = "" if scribe is not None else self.secret_for("seat", key)
        body = ev.SeatTaken(
            secret_hash=hash_of(secret) if secret else "",
            language=language,
            circle=circle,
            card=hash_of(clean_code(card)) if card else "",
            scribe=scribe,
        )
        kept = await self.submit(actor.DOOR, key, body)
        if kept.number is None:
            raise Refused(Refusal.UNKNOWN)
        return TakenSeat(kept.number, secret)

    async def respond(self, seat: int, desire: int, stance: int, key: str) -> Kept:
        """Keep one response; the last one of a person to a desire counts.

        Raises:
            Refused: see `submit`.
        """
        chance = self.dealer.propensity(seat, desire)
        body = ev.Responded(seat, desire, Stance(stance), round(chance, 6))
        return await self.submit(actor.seat(seat), key, body)

    async def erase(self, seat: int, key: str) -> None:
        """Erase everything that a person wrote and answered, from the file too. Idempotent.

        Raises:
            Refused: see `submit`.
        """
        await self.submit(actor.seat(seat), key, ev.SeatErased(seat))

    async def add_cards(self, key: str, count: int, circle: int | None, by: str) -> tuple[str, ...]:
        """Return seat codes for so many table cards; each opens one seat, once. The same key gives the same codes.

        Raises:
            Refused: see `submit`.
        """
        codes = tuple(self._secret.seat_code(key, number) for number in range(count))
        await self.submit(by, key, ev.CardsPrinted(circle, [hash_of(code) for code in codes]))
        return codes

    async def done_by_hosts(self, most: int = 200) -> list[Event]:
        """Return the last events that hosts brought about, the newest first."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._log.last_of_hosts, most)

    # --- writing ---

    def _wake(self) -> None:
        """Let the writer take a turn, if it is not at work already."""
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        """Write what waits, batch after batch, until nothing waits."""
        try:
            while True:
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), MOST_IN_A_BATCH))]
                await self._turn(batch)
                if not self._queue:
                    return
        finally:
            self._writing = None

    async def _turn(self, batch: list[_Waiting]) -> None:
        """Write one batch, let it count, erase, and tell everybody who waits.

        No error ends the writer: whoever waited is told that theirs is not kept, and the next turn begins as usual.
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
                self._rebuild_due = True  # what is on disk does not count yet
            for waiting, outcome in zip(batch, outcomes, strict=True):
                self._tell(waiting, outcome)
            self._try_again_later()

    async def _outcomes(self, batch: list[_Waiting]) -> list[Kept | Refusal]:
        """Write one batch and return what came of each of it."""
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

    async def _settle_all(self, batch: list[_Waiting], written: list[Written | None]) -> list[Kept | Refusal]:
        """Let a written batch count and return what came of each of it.

        Where an event raises, the state may be half-changed: it is computed anew from the log. Only that event is told
        `Refusal.DISK`; the others are told what came of them.
        """
        outcomes: list[Kept | Refusal] = []
        before = self.state.seq
        try:
            for waiting, one in zip(batch, written, strict=True):
                outcomes.append(self._settle(waiting, one))
        except Exception as error:  # noqa: BLE001  it is reported, and the state is computed anew
            failed = len(outcomes)
            event = written[failed]
            self._rebuild_due = True
            self.note_trouble("writing", report_failure(error, None if event is None else event.event))
            results = await self._rebuild(since=before)
            for number, (waiting, one) in enumerate(zip(batch[failed:], written[failed:], strict=True)):
                outcomes.append(Refusal.DISK if number == 0 else self._settle(waiting, one, results))
        return outcomes

    async def _rebuild(self, since: int | None = None) -> dict[int, Applied]:
        """Compute the state anew from the log; return what came of the events after a place."""
        rebuilt = await self._in_thread(partial(self._replay, since))
        self._take(rebuilt)
        self._rebuild_due = False
        self.moved.set()
        return rebuilt.results

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Do something with the log in the one thread that may use it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _try_again_later(self) -> None:
        """Set a timer for what the disk refused, so that it is tried again though nobody writes anything."""
        if self._retry is None and not self._closing and (self._rebuild_due or self._erasure_due):
            self._retry = asyncio.get_running_loop().call_later(self._retry_seconds, self._try_again)

    def _try_again(self) -> None:
        self._retry = None
        self._wake()

    def _on_disk(self, batch: list[_Waiting]) -> list[Written | None]:
        """Append what may count; of what may not, find whether it is the repeat of something that did."""
        new = iter(self._log.append([waiting.entry for waiting in batch if waiting.only_if_repeated is None]))
        return [next(new) if waiting.only_if_repeated is None else self._log.find(waiting.entry) for waiting in batch]

    def _settle(
        self, waiting: _Waiting, written: Written | None, results: Mapping[int, Applied] | None = None
    ) -> Kept | Refusal:
        """Let a written event count and return what came of it.

        Args:
            waiting: who waits for it.
            written: what became of it on disk; None where it was not written because it could not count.
            results: what came of new events that count already; None to let it count now.
        """
        if written is None:
            return waiting.only_if_repeated or Refusal.UNKNOWN
        if written.event is None:
            return Refusal.UNREADABLE
        if written.fate is Fate.NEW:
            if results is None:
                return self._apply(written.event, waiting.body)
            applied = results.get(written.event.seq, Refusal.DISK)
            return applied if isinstance(applied, Refusal) else Kept(applied, written.event.seq, repeated=False)
        if written.fate is Fate.REPEATED or _same_words(written.event, waiting.body):
            return self._again(written.event, waiting.body)
        return Refusal.CONFLICT

    def _acknowledged(self, body: ev.AnyBody, outcome: Kept | Refusal) -> Kept | Refusal:
        """Return what is told: an erasure is acknowledged only once the words are gone from the disk, and then always.

        A repeat after that finds neither its first event nor the seat, since both are gone; it succeeds all the same.
        """
        if not isinstance(body, ev.SeatErased) or not 0 <= body.seat < len(self.state.seats):
            return outcome
        if isinstance(outcome, Refusal) and outcome is not Refusal.UNKNOWN:
            return outcome
        if self._rebuild_due or body.seat in self.state.erasing or self._log.checkpoint_due:
            return Refusal.DISK
        return Kept(body.seat, self.state.seq, repeated=True) if isinstance(outcome, Refusal) else outcome

    @staticmethod
    def _tell(waiting: _Waiting, outcome: Kept | Refusal) -> None:
        """Tell the one who waits; a phone that went away is told nothing, and its event counts all the same."""
        if waiting.done.done():
            return
        if isinstance(outcome, Refusal):
            waiting.done.set_exception(Refused(outcome))
        else:
            waiting.done.set_result(outcome)

    def _apply(self, event: Event, body: ev.AnyBody) -> Kept | Refusal:
        applied = self.state.apply(event.seq, event.kind, body, event.actor, event.at)
        if isinstance(body, ev.StageMoved | ev.StepTaken | ev.SayingSet):
            self.moved.set()
        return applied if isinstance(applied, Refusal) else Kept(applied, event.seq, repeated=False)

    def _again(self, event: Event, body: ev.AnyBody) -> Kept | Refusal:
        """Answer a repeat as the first time."""
        refused = self.state.refused.get(event.seq)
        if refused is not None:
            return refused
        number: int | None = None
        if isinstance(body, ev.SeatTaken):
            number = self.state.people.seat_at(event.seq)
        elif isinstance(body, ev.DesireSaid):
            number = self.state.desires.at(event.seq)
        return Kept(number, event.seq, repeated=True)

    def _build(self) -> None:
        """Compute the state from the log, as at opening."""
        self._take(replay(self._log))

    def _replay(self, since: int | None = None) -> Rebuilt:
        """Return what the log comes to, and write down which events are passed over."""
        rebuilt = replay(self._log, since=since, pass_over_failing=True)
        for seq in rebuilt.failed:
            self._log.pass_over(seq)
        return rebuilt

    def _take(self, rebuilt: Rebuilt) -> None:
        """Go on with a state that was computed anew."""
        self.state, self.spoiled = rebuilt.state, rebuilt.spoiled
        self.dealer = Dealer(rebuilt.state, rng=self._rng)
        self.fitted_seq = 0
        self.note_trouble("file", None if rebuilt.spoiled is None else rebuilt.spoiled.sentence)

    # --- erasing ---

    @property
    def _erasure_due(self) -> bool:
        """Return whether words that somebody erased may still be on the disk."""
        return self.spoiled is None and (bool(self.state.erasing) or self._log.checkpoint_due)

    async def _erase(self) -> None:
        """Erase what is due; where the disk refuses it, a later turn tries again."""
        try:
            self._take_erased(*await self._in_thread(self._erase_on_disk))
        except Exception as error:  # noqa: BLE001  it is reported, and tried again
            self._rebuild_due = True
            self.note_trouble("erasing", report_failure(error))

    def _take_erased(self, erased: Erased, rebuilt: Rebuilt | None) -> None:
        if rebuilt is not None:
            self._take(rebuilt)
        self.note_trouble("erasing", erased.trouble)

    def _erase_on_disk(self) -> tuple[Erased, Rebuilt | None]:
        """Erase what is due, in the log's thread; return how it ended, and the log anew where it changed."""
        erased = erase_due(self._log, self.state)
        return erased, self._replay() if erased.changed else None

    # --- the hall ---

    async def root(self) -> str:
        """Return the Merkle root of everything in the log, hexadecimal."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: self._log.root().hex())

    def tick(self) -> None:
        """Take a new snapshot, and wake those who wait for one if it says anything new."""
        new = snap.take(self.state, fitted_seq=self.fitted_seq)
        said = snap.says(new) != snap.says(self.snapshot)
        self.snapshot = new
        if said:
            for watcher in self._watchers:
                watcher.set()

    async def snapshots(self) -> AsyncIterator[snap.Snapshot]:
        """Yield the snapshot now, and each new one that says something new; slow readers miss some, never the last."""
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
        """Deal from decks that were fitted to a state; ignored where that state was computed anew meanwhile."""
        if self.state is state:
            self.fitted_seq = fitted.seq
            self.dealer.take_decks(fitted.decks)

    # --- leaving ---

    # --- leaving ---

    def as_gathering(self, *, shuffle: Callable[[int], npt.NDArray[np.intp]] | None = None) -> Gathering:
        """Return the gathering as a plain value, as an export holds it: roots only, responses under their roots.

        People without a desire or response are left out, as are desires that were withdrawn, erased, joined to others
        or still waiting. Circles are left out where fewer than k people stand in them.

        Args:
            shuffle: returns an order of so many people; by default the order of their seats.
        """
        return as_gathering(self.state, source=self.path.name, shuffle=shuffle)

    # --- opening and closing ---

    def start(self) -> None:
        """Begin to try again what the disk refused before."""
        self._try_again_later()

    async def close(self) -> None:
        """Write what waits and close the file."""
        self._closing = True
        if self._retry is not None:
            self._retry.cancel()
        if self._writing is not None:
            await self._writing
        self.shut()

    def shut(self) -> None:
        """Close the file of a gathering to which nothing is being written."""
        self._thread.shutdown()
        self._database.close()
