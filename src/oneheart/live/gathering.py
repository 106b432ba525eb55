"""A live gathering: takes in what people and hosts do, acknowledges it when it is on disk, tells what came of it.

What waits at the same moment is written in one transaction, so that the disk is asked once a batch and nobody waits
for a timer. The state changes only after the commit, in the order of the log.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live import snapshot as snap
from oneheart.live.dealing import Dealer, Dealt
from oneheart.live.leading import Connect, Leader
from oneheart.live.orders import Order
from oneheart.live.state import Refusal, State
from oneheart.live.worker import Fits, WorkerError
from oneheart.model import actor
from oneheart.model.desire import Stance
from oneheart.model.gathering import Gathering
from oneheart.model.round import Stage
from oneheart.storage.database import Database, open_database
from oneheart.storage.log import Entry, Event, Fate, Log, StorageError, Written

MOST_WAITING = 5000
MOST_IN_A_BATCH = 512
TICK_SECONDS = 1.0
FIT_SECONDS = 3.0
NEAR_LEAST = 0.12
_ALPHABET = "3456789ABCDEFGHJKMNPQRSTWXYZ"  # nothing that looks like something else
CODE_LENGTH = 8
_NUMBERING = frozenset({"seat", "desire", "same", "translated"})  # kinds on which the numbers of others hang


class Refused(Exception):  # noqa: N818  it is no error of the program: a person is told why
    """Something was not taken; says why. Nothing of the person's is lost by it.

    Attributes:
        why: the reason, which has its own words on every page.
    """

    def __init__(self, why: Refusal) -> None:
        """Keep the reason."""
        super().__init__(why.value)
        self.why = why


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


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a secret, hexadecimal; this alone is stored.

    Example:
        >>> hash_of("x")[:8]
        '2d711642'
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_code() -> str:
    """Return a join code: eight letters of 28, that is 378 thousand million."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))


def clean_code(typed: str) -> str:
    """Return a code as it may have been typed, in its own letters: spaces, dashes and case do not matter.

    Example:
        >>> clean_code(" abcd-3456 ")
        'ABCD3456'
    """
    return "".join(letter for letter in typed.upper() if letter in _ALPHABET)[:CODE_LENGTH]


def _same_words(event: Event, body: ev.AnyBody) -> bool:
    """Return whether a person sent the same again, though the server would now add another propensity to it."""
    if event.body is None or not isinstance(body, ev.Responded):
        return False
    before = ev.decode(event.body)
    return isinstance(before, ev.Responded) and msgspec.structs.replace(before, propensity=body.propensity) == body


def create(path: Path, settings: ev.Settings, *, code: str | None = None) -> None:
    """Make a new gathering file with its settings, its join code and a secret of its own.

    Raises:
        UserError: there is a file already, or the folder cannot be written to.
    """
    if path.exists():
        message = f"{path} exists already; serve it, or choose another name."
        raise UserError(message)
    database = open_database(path, create=True)
    try:
        pairs = (("code", code or new_code()), ("secret", secrets.token_hex(32)))
        database.connection.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", pairs)
        Log(database).append([Entry(actor.HOUSE, "settings-0", ev.kind_of(settings), ev.encode(settings))])
    finally:
        database.close()


class LiveGathering:
    """One gathering, live.

    Attributes:
        path: of its file.
        code: by which people find its door.
        state: what it has come to; read it, never change it.
        dealer: who is shown which card.
        snapshot: what the hall sees now.
    """

    def __init__(
        self,
        database: Database,
        *,
        fits: Fits | None = None,
        connect: Connect | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        """Read the log from its beginning."""
        self.path = database.path
        self._database = database
        self._log = Log(database)
        meta = {str(name): value for name, value in database.connection.execute("SELECT name, value FROM meta")}
        self.code = str(meta["code"])
        self._secret = bytes.fromhex(str(meta["secret"]))
        self._fits = fits
        self._rng = rng or np.random.default_rng()
        self._queue: deque[_Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="log")
        self._fitted_seq = 0
        self.leader = Leader(self, fits, connect)
        self._moved = asyncio.Event()
        self._watchers: set[asyncio.Event] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self.trouble: str | None = None
        self._build()
        if self.state.erasing:
            self._erase_all()
        self.snapshot = snap.take(self.state)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        fits: Fits | None = None,
        connect: Connect | None = None,
        rng: np.random.Generator | None = None,
    ) -> LiveGathering:
        """Return the gathering of a file.

        Raises:
            UserError: no such file, not a gathering, or served by another process.
        """
        return cls(open_database(path), fits=fits, connect=connect, rng=rng)

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
        """Return a secret of 128 bits that only this file can make, the same for the same purpose and key."""
        return hmac.new(self._secret, f"{purpose}\0{key}".encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:32]

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
        for number, likeness in state.index.nearest(mine.text, count=4 * count + 4, exclude=(desire,)):
            other = state.desires[number]
            if likeness < NEAR_LEAST:
                break
            if state.travels[number] and other.author != mine.author and number not in out:
                out.append(number)
        return tuple(out[:count])

    # --- doing ---

    async def submit(self, by: str, key: str, body: ev.AnyBody) -> Kept:
        """Write one event down; when this returns, it is on disk and counts.

        A repeat (same actor, key and words) returns what the first time returned.

        Raises:
            Refused: it was not taken; says why.
        """
        if len(self._queue) >= MOST_WAITING:
            raise Refused(Refusal.TOO_MANY)
        try:
            entry = Entry(by, key, ev.kind_of(body), ev.encode(body))
        except UnicodeEncodeError:
            raise Refused(Refusal.UNREADABLE) from None
        done: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(entry, body, self.state.check(body), done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
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
        """Take away everything that a person wrote and answered, from the file too.

        Raises:
            Refused: see `submit`.
        """
        await self.submit(actor.seat(seat), key, ev.SeatErased(seat))

    async def add_cards(self, key: str, count: int, circle: int | None, by: str) -> tuple[str, ...]:
        """Return seat codes for so many table cards; each opens one seat, once. The same key gives the same codes.

        Raises:
            Refused: see `submit`.
        """
        codes = tuple(self._seat_code(f"{key}\0{number}") for number in range(count))
        await self.submit(by, key, ev.CardsPrinted(circle, [hash_of(code) for code in codes]))
        return codes

    def _seat_code(self, key: str) -> str:
        number = int(self.secret_for("card", key), 16)
        letters = []
        for _ in range(CODE_LENGTH):
            number, letter = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[letter])
        return "".join(letters)

    async def done_by_hosts(self, most: int = 200) -> list[Event]:
        """Return the last events that hosts brought about, the newest first."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._log.last_of_hosts, most)

    # --- writing ---

    async def _write(self) -> None:
        """Write what waits, batch after batch, until nothing waits."""
        loop = asyncio.get_running_loop()
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), MOST_IN_A_BATCH))]
            try:
                outcomes = await loop.run_in_executor(self._thread, self._on_disk, batch)
            except StorageError as error:
                self.trouble = str(error)
                self._tell_all(batch, Refused(Refusal.DISK))
                continue
            except BaseException as error:
                self.trouble = repr(error)
                self._tell_all(batch, Refused(Refusal.DISK))
                self._writing = None
                raise
            self.trouble = None
            settled = [self._settle(waiting, written) for waiting, written in zip(batch, outcomes, strict=True)]
            if self.state.erasing:
                await loop.run_in_executor(self._thread, self._erase_all)
            for waiting, outcome in zip(batch, settled, strict=True):
                self._tell(waiting, outcome)
        self._writing = None

    def _on_disk(self, batch: list[_Waiting]) -> list[Written | None]:
        """Append what may count; of what may not, find whether it is the repeat of something that did."""
        new = iter(self._log.append([waiting.entry for waiting in batch if waiting.only_if_repeated is None]))
        return [next(new) if waiting.only_if_repeated is None else self._log.find(waiting.entry) for waiting in batch]

    @staticmethod
    def _tell_all(batch: list[_Waiting], why: Refused) -> None:
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_exception(why)

    def _settle(self, waiting: _Waiting, written: Written | None) -> Kept | Refusal:
        """Let a written event count and return what came of it."""
        if written is None:
            return waiting.only_if_repeated or Refusal.UNKNOWN
        if written.event is None:
            return Refusal.UNREADABLE
        if written.fate is Fate.NEW:
            return self._apply(written.event, waiting.body)
        if written.fate is Fate.REPEATED or _same_words(written.event, waiting.body):
            return self._again(written.event, waiting.body)
        return Refusal.CONFLICT

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
            self._moved.set()
        return applied if isinstance(applied, Refusal) else Kept(applied, event.seq, repeated=False)

    def _again(self, event: Event, body: ev.AnyBody) -> Kept | Refusal:
        """Answer a repeat as the first time."""
        refused = self.state.refused.get(event.seq)
        if refused is not None:
            return refused
        number: int | None = None
        if isinstance(body, ev.SeatTaken):
            number = self.state.seat_at(event.seq)
        elif isinstance(body, ev.DesireSaid):
            number = self.state.desire_at(event.seq)
        return Kept(number, event.seq, repeated=True)

    def _build(self) -> None:
        """Compute the state from the log."""
        state = State()
        for event in self._log.replay():
            body = None if event.body is None else ev.decode(event.body)
            state.apply(event.seq, event.kind, body, event.actor, event.at)
        self.state = state
        self.dealer = Dealer(state, rng=self._rng)
        self._fitted_seq = 0

    def _erase_all(self) -> None:
        """Take away the words of all who asked for it, and compute the state anew without them.

        What was refused goes too, where it would have had a number: without what stood against it, it would count now.
        """
        refused = self.state.refused
        lapsed = [event.seq for event in self._log.replay() if event.seq in refused and event.kind in _NUMBERING]
        for number in sorted(self.state.erasing):
            seat = self.state.seats[number]
            words = self._words_of(number)
            numbered = [seat.seq, *(self.state.desires[desire].seq for desire in words)]
            made = self.state.prayers.made_from(words)  # other words for theirs, whoever found them
            self._log.erase(actor.seat(number), [*numbered, *made, *lapsed], numbered=numbered)
            lapsed = []
        self._build()

    def _words_of(self, seat: int) -> list[int]:
        """Return the desires that hold a person's words: their own, and copies that circles say or carry."""
        desires = self.state.desires
        found = set(self.state.seats[seat].desires)
        for number, desire in enumerate(desires):
            source = desire.grew_from
            if source in found and desire.text == desires[source].text:
                found.add(number)
        return sorted(found)

    # --- the pulse ---

    def start(self) -> None:
        """Begin to tick and to fit."""
        self._tasks = [asyncio.create_task(self._tick()), asyncio.create_task(self._lead())]
        if self._fits is not None:
            self._tasks.append(asyncio.create_task(self._fit_again_and_again(self._fits)))

    async def close(self) -> None:
        """Write what waits and close the file."""
        self.leader.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._writing is not None:
            await self._writing
        self._thread.shutdown()
        self._database.close()

    def shut(self) -> None:
        """Close the file of a gathering that was never started."""
        self._thread.shutdown()
        self._database.close()

    async def _tick(self) -> None:
        while True:
            self.tick()
            await asyncio.sleep(TICK_SECONDS)

    async def _lead(self) -> None:
        """Do the house's part, at once where a stage has just moved or the moment has come."""
        while True:
            await self.leader.step()
            self._moved.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._until_the_moment()):
                    await self._moved.wait()

    def _until_the_moment(self) -> float:
        say_at = self.state.prayers.say_at
        if say_at is None:
            return TICK_SECONDS
        return min(TICK_SECONDS, max(0.005, say_at / 1000 - time.time()))

    async def root(self) -> str:
        """Return the Merkle root of everything in the log, hexadecimal."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: self._log.root().hex())

    def tick(self) -> None:
        """Take a new snapshot, and wake those who wait for one if it says anything new."""
        new = snap.take(self.state, fitted_seq=self._fitted_seq)
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

    async def _fit_again_and_again(self, fits: Fits) -> None:
        while True:
            await asyncio.sleep(FIT_SECONDS)
            await self.fit_once(fits)

    async def fit_once(self, fits: Fits) -> bool:
        """Fit the model to the answers so far and take its decks; return whether there was anything new to fit."""
        state = self.state
        if state.seq == self._fitted_seq or not state.stage.takes_responses or not state.tally.response_count:
            return False
        try:
            fitted = await fits.fit(str(self.path), self.order())
        except WorkerError as error:
            self.trouble = str(error)
            return False
        if self.state is state:
            self._fitted_seq = fitted.seq
            self.dealer.take_decks(fitted.decks)
        return True

    def order(self) -> Order:
        """Return what there is to fit now."""
        state = self.state
        authors = [-1 if d.author is None else d.author for d in state.desires]
        circle_of = [-1 if s.circle is None else s.circle for s in state.seats]
        kinds: dict[tuple[str, tuple[str, ...]], int] = {("", ()): 0}
        read = ((s.language, tuple(s.unread)) if s.unread else ("", ()) for s in state.seats)
        hidden_of = [kinds.setdefault(kind, len(kinds)) for kind in read]
        return Order(
            seq=state.seq,
            people=len(state.seats),
            desires=len(state.desires),
            responses=state.tally.table(),
            travels=state.travels.copy(),
            authors=np.asarray(authors, np.int32),
            circle_of=np.asarray(circle_of, np.int32),
            circle_of_desire=state.circle_of_desire.copy(),
            from_own=state.stage is Stage.OPEN,
            hidden=np.stack([state.unreadable(*kind) for kind in kinds]),
            hidden_of=np.asarray(hidden_of, np.int32),
            seed=int(self._secret[0]),
        )

    # --- leaving ---

    def as_gathering(self, *, shuffle: Callable[[int], npt.NDArray[np.intp]] | None = None) -> Gathering:
        """Return the gathering as a plain value, as an export holds it: roots only, responses under their roots.

        People without a desire or response are left out, as are desires that were withdrawn, erased, joined to others
        or still waiting. Circles are left out where fewer than k people stand in them.

        Args:
            shuffle: returns an order of so many people; by default the order of their seats.
        """
        from oneheart.live.export import as_gathering  # noqa: PLC0415

        return as_gathering(self.state, source=self.path.name, shuffle=shuffle)
