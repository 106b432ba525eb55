"""One simulated phone: joins, says a desire, answers cards, sleeps, loses the network, taps twice.

It reads the real pages and fills in their forms. A tap is sent again with its idempotency key until it is answered.
So each tap counts once, or the phone knows that it does not count.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from oneheart.rehearsal.friends import Friend
from oneheart.rehearsal.ledger import Held, Ledger, Tap, held_in
from oneheart.rehearsal.page import PageForm, form_to, forms_of
from oneheart.rehearsal.reader import Reader
from oneheart.rehearsal.wire import GoneError, HttpAnswer, Jar, ServerPlace, Wire, request

TRIES = 10
_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WAIT = frozenset({429, 503})
_REFUSED = frozenset({400, 403, 404, 409, 413})
_LOOKS = 6  # most tries for a new card before the phone rests
_WAIT_MOST_SECONDS = 10.0


class GaveUpError(Exception):
    """A phone cannot continue: the server does not answer, or its page has an unexpected form."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How people use their phones.

    Attributes:
        sleepy: share of phones that sleep for a while in the middle.
        flaky: share of taps whose connection breaks before the answer.
        double: share of taps that are sent twice at the same moment.
        second_thoughts: share of responses that are changed, after which the old tap arrives once more.
        plain: share of phones that use the pages without script; taps of the others are answered in JSON.
        cards: number of cards that a person answers in one stage.
        think_seconds: mean time for a card, in seconds.
        codes: codes of the occasions to which friends may go, in their order.
        leaves_at: stage at which the person leaves for good; "" for nobody.
    """

    sleepy: float = 0.1
    flaky: float = 0.05
    double: float = 0.05
    second_thoughts: float = 0.03
    plain: float = 0.2
    cards: int = 8
    think_seconds: float = 5.0
    codes: tuple[str, ...] = ()
    leaves_at: str = ""


@dataclass(slots=True)
class PhoneCounts:
    """Counts over all phones.

    Attributes:
        seconds: response times in seconds.
        resent: number of taps sent again.
        waited: number of answers that asked to retry later.
        refused: taps that the server did not accept, by HTTP status.
        errors: number of errors by sentence.
        stages: number of stage changes that phones received.
    """

    seconds: list[float] = field(default_factory=list)
    resent: int = 0
    waited: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    stages: int = 0


class Phone:
    """The phone of one friend.

    Attributes:
        ledger: what it sent, and what was acknowledged.
        seated: true if it has a seat.
        at_rest: true if it has nothing to do until the stage moves.
    """

    def __init__(
        self,
        place: ServerPlace,
        code: str,
        friend: Friend,
        *,
        number: int,
        habits: Habits,
        counts: PhoneCounts,
        rng: np.random.Generator,
        door: str = "",
    ) -> None:
        """Give a friend a phone.

        Args:
            place: the server.
            code: join code of the gathering.
            friend: simulated person.
            number: number of the phone; circles are chosen in turn by it.
            habits: how it is used.
            counts: counts over all phones.
            rng: source of its random choices.
            door: path by which it joins; by default that of the code.
        """
        self.ledger = Ledger()
        self.seated = False
        self.at_rest = False
        self.stage = ""
        self._place, self._code, self._friend, self._number = place, code, friend, number
        self._door = door or f"/j/{code}"
        self._habits, self._counts, self._rng = habits, counts, rng
        self._wire, self._second, self._stream = Wire(place), Wire(place), Wire(place)
        self._jar = Jar()
        self._news = asyncio.Event()
        self._asleep = False
        self._said = self._judged = self._been = False
        self._answered = 0
        self._plain = bool(rng.random() < habits.plain)
        self._reader = Reader(friend)
        self._draft = (0, 0)
        self._next: list[PageForm] | None = None  # forms in the last answer
        self._sleeps_at = int(rng.integers(1, habits.cards + 2)) if rng.random() < habits.sleepy else -1

    # --- a person's day ---

    async def take_part(self, over: asyncio.Event) -> None:
        """Join and act until the rehearsal is over. Errors are counted, never raised."""
        listening: asyncio.Task[None] | None = None
        try:
            await self._join()
            listening = asyncio.create_task(self._listen())
            await self._go_on(over)
        except GaveUpError as error:
            self._counts.errors[str(error)] += 1
        finally:
            self.at_rest = True
            if listening is not None:
                listening.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await listening
            self.hang_up()

    async def _go_on(self, over: asyncio.Event) -> None:
        looks = 0
        while not over.is_set():
            if self.stage and self.stage == self._habits.leaves_at:
                return
            self._news.clear()
            did = await self._step()
            looks = 0 if did else looks + 1
            if did or (looks < _LOOKS and self._left() > 0):
                await self._think(1.0 if did else 2.0)
                continue
            self.at_rest = True
            await first_of(self._news.wait(), over.wait())
            self.at_rest = False
            looks = 0

    async def _step(self) -> bool:
        """Read the page and do the next act; return whether there was any."""
        forms, self._next = self._next, None
        if forms is None:
            forms = forms_of(await self._get(f"/g/{self._code}"))
        if not self._said and (form := form_to(forms, "/desire")) is not None:
            await self._say(form)
            return True
        if self._said and not self._judged and form_to(forms, "/own") is not None:
            self._judged = True
            await self._judge([form for form in forms if form.action.endswith("/join")], forms)
            return True
        form = form_to(forms, "/respond")
        if form is not None and self._left() > 0:
            asked = self._reader.languages_asked(forms)
            if asked is not None:
                await self._send(asked[0].action, {**asked[1], "key": secrets.token_hex(16)}, None)
                return True
            await self._answer(form)
            if self._answered == self._sleeps_at:
                await self._sleep()
            return True
        if not self._been:
            self._been = True
            return await self._check_in()
        return await self._read(forms)

    async def _read(self, forms: list[PageForm]) -> bool:
        """Do the next act with the text; return whether there was any."""
        filled = self._reader.next(forms)
        if filled is None:
            return False
        form, fields = filled
        fields = {**fields, "key": secrets.token_hex(16)}
        tap = None
        if "reading" in fields:
            line = (int(fields.get("draft", "-1")), int(fields.get("line", "-1")))
            tap = self.ledger.note(fields["key"], Tap("reading", line=line, text=fields["reading"]))
        elif "stance" in fields:
            answer = Tap("response", desire=fields["desire"], stance=int(fields["stance"]))
            tap = self.ledger.note(fields["key"], answer)
        accept = "text/html" if self._plain else "application/json"
        await self._send(form.action, fields, tap, accept=accept)
        if tap is not None:  # other lines and challengers are on the same page
            self._next = forms
        return True

    async def _check_in(self) -> bool:
        """Check in to the occasions to which the friend goes; return whether there were any."""
        if not any(self._friend.goes_to(number) for number in range(len(self._habits.codes))):
            return False
        went = False
        form = form_to(forms_of(await self._get(f"/g/{self._code}/mine")), "/present")
        for number, code in enumerate(self._habits.codes):
            if form is not None and self._friend.goes_to(number):
                await self._send(form.action, {**form.fields, "key": secrets.token_hex(16), "code": code}, None)
                went = True
        return went

    def _left(self) -> int:
        return self._habits.cards - self._answered

    async def _join(self) -> None:
        page = await self._get(self._door)
        form = next((form for form in forms_of(page, self._door) if _is_door(form)), None)
        if form is None:
            message = "the door shows no form to join with"
            raise GaveUpError(message)
        fields = dict(form.fields)
        if self._friend.language in form.choices.get("language", ()):
            fields["language"] = self._friend.language
        circles = [value for value in form.choices.get("circle", ()) if value]
        if circles:
            fields["circle"] = circles[self._number % len(circles)]
        await self._think(1.0)
        answer = await self._send(form.action, fields, None)
        self._expect_page(answer, "the door")
        self.seated = any(name == "seat" for name, _ in self._jar.kept)
        if not self.seated:
            message = "the door gave no seat"
            raise GaveUpError(message)

    async def _say(self, form: PageForm) -> None:
        text = self._friend.says()
        self._said = True
        if not text or not form.typed:
            return
        await self._think(3.0)
        fields = {**form.fields, "key": secrets.token_hex(16)}
        fields["text" if "text" in form.typed else form.typed[0]] = text
        if "" in form.choices.get("stem", ()):
            fields["stem"] = ""  # the words are whole sentences
        tap = self.ledger.note(fields["key"], Tap("desire", text=text))
        await self._send(form.action, fields, tap)

    async def _judge(self, joins: list[PageForm], forms: list[PageForm]) -> None:
        """Decide for each similar desire whether it is the same as the friend's own."""
        same = next((form for form in joins if self._friend.means_the_same(form.about)), None)
        if same is not None:
            fields = {**same.fields, "key": secrets.token_hex(16)}
            tap = self.ledger.note(fields["key"], Tap("join"))
            await self._send(same.action, fields, tap)
            return
        none_of_them = form_to(forms, "/own")
        if none_of_them is not None:
            await self._send(none_of_them.action, dict(none_of_them.fields), None)

    async def _answer(self, form: PageForm) -> None:
        offered = form.choices.get("stance", [])
        if not form.fields.get("desire") or not offered:
            message = "a card shows no desire or no way to answer"
            raise GaveUpError(message)
        stance = self._friend.stance(form.about, may_be_against="-1" in offered)
        if str(stance) not in offered:
            message = f"a card offers no stance {stance}"
            raise GaveUpError(message)
        self._answered += 1
        first = await self._respond(form, stance)
        if first is not None and self._rng.random() < self._habits.second_thoughts:
            await self._think(0.5)
            other = 0 if stance else 1
            second = await self._respond(form, other)
            if second is not None:
                await self._ask(first)  # the old tap arrives once more and must change nothing

    async def _respond(self, form: PageForm, stance: int) -> bytes | None:
        """Send a response and keep the card in its answer; return the request if it was acknowledged."""
        fields = {**form.fields, "stance": str(stance), "key": secrets.token_hex(16)}
        tap = self.ledger.note(fields["key"], Tap("response", desire=fields["desire"], stance=stance))
        accept = "text/html" if self._plain else "application/json"
        answer = await self._send(form.action, fields, tap, accept=accept)
        if answer.status == 200:  # noqa: PLR2004
            self._next = forms_of(answer.body.decode("utf-8", "replace")) if self._plain else _dealt(form, answer)
        return self._request("POST", form.action, fields, accept=accept) if tap.acknowledged else None

    async def _think(self, times: float) -> None:
        await asyncio.sleep(self._habits.think_seconds * times * float(self._rng.uniform(0.4, 1.6)))

    async def _sleep(self) -> None:
        """Sleep without stream and connection; then wake up and read the page again."""
        self._asleep, self._next = True, None
        self.hang_up()
        await self._think(6.0)
        self._asleep = False

    def hang_up(self) -> None:
        """Close all connections."""
        for wire in (self._wire, self._second, self._stream):
            wire.drop()

    # --- what the server holds ---

    async def held(self) -> Held:
        """Return what the server says that it holds of this person.

        Raises:
            GaveUpError: it does not answer.
        """
        answer = await self._ask(self._request("GET", f"/g/{self._code}/mine.json", accept="application/json"))
        try:
            if answer.status != 200:  # noqa: PLR2004
                message = f"status {answer.status}"
                raise ValueError(message)  # noqa: TRY301
            return held_in(json.loads(answer.body))
        except ValueError as error:
            message = f"a person's own data cannot be read: {error}"
            raise GaveUpError(message) from error

    async def gone(self, held: Held) -> set[str]:
        """Return the keys of acknowledged responses to desires that are erased since; [] where none is missing.

        The phone sends each missing response again, with its key. A server that kept it answers as the first time, or
        that the desire is not there any more. One that lost it would keep it now; that is found as lost all the same.
        """
        gone = set()
        for key in self.ledger.missing(held):
            tap = self.ledger.taps[key]
            fields = {"key": key, "desire": str(tap.desire), "stance": str(tap.stance)}
            path = f"/g/{self._code}/respond"
            answer = await self._ask(self._request("POST", path, fields, accept="application/json"))
            if answer.status == 404:  # noqa: PLR2004
                gone.add(key)
        return gone

    # --- sending ---

    def _request(
        self, method: str, path: str, fields: Mapping[str, str] | None = None, *, accept: str = "text/html"
    ) -> bytes:
        return request(
            self._place,
            method,
            path,
            fields=fields,
            cookie=self._jar.header(path.split("?", maxsplit=1)[0]),
            accept=accept,
            language=self._friend.language,
        )

    async def _get(self, path: str) -> str:
        """Return a page, following redirects."""
        for _ in range(_MOST_REDIRECTS):
            answer = await self._ask(self._request("GET", path))
            self._jar.take(answer)
            if answer.status not in _REDIRECTS:
                if answer.status != 200:  # noqa: PLR2004
                    message = f"{_kind_of(path)} answered {answer.status}"
                    raise GaveUpError(message)
                return answer.body.decode("utf-8", "replace")
            path = _moved_to(answer, path)
            if self.seated and path.startswith("/j/"):
                message = "a seat was lost"
                raise GaveUpError(message)
        message = "a page moves for ever"
        raise GaveUpError(message)

    async def _send(
        self, path: str, fields: Mapping[str, str], tap: Tap | None, *, accept: str = "text/html"
    ) -> HttpAnswer:
        """Send a form until it is answered, and record the answer."""
        raw = self._request("POST", path, fields, accept=accept)
        if self._rng.random() < self._habits.flaky:
            self._counts.resent += 1
            with contextlib.suppress(GoneError):
                await self._wire.ask_and_hang_up(raw, after_seconds=float(self._rng.choice([0.0, 0.003, 0.03])))
        if tap is not None and self._rng.random() < self._habits.double:
            self._counts.resent += 1
            answer, twin = await asyncio.gather(self._ask(raw), self._ask(raw, self._second))
            if _is_kept(answer) != _is_kept(twin):
                self._counts.errors["a tap that was sent twice was answered in two ways"] += 1
        else:
            answer = await self._ask(raw)
        self._jar.take(answer)
        if tap is not None:
            tap.acknowledged = _is_kept(answer)
            tap.refused = answer.status in _REFUSED
        if answer.status in _REFUSED:
            # If two people join each other at the same moment, the second is refused; their desires are joined anyway.
            self._counts.refused[answer.status] += tap is None or tap.kind != "join"
        elif not _is_kept(answer):
            self._counts.errors[f"{_kind_of(path)} answered {answer.status}"] += 1
        return answer

    async def _ask(self, raw: bytes, wire: Wire | None = None) -> HttpAnswer:
        """Send a request until it is answered, with growing pauses (backoff)."""
        wire = wire or self._wire
        for attempt in range(TRIES):
            began = time.perf_counter()
            try:
                answer = await wire.ask(raw)
            except GoneError:
                self._counts.resent += 1
                pause = min(_WAIT_MOST_SECONDS, 0.1 * 2**attempt)
            else:
                self._counts.seconds.append(time.perf_counter() - began)
                if answer.status not in _WAIT:
                    return answer
                self._counts.waited += 1
                stated = answer.headers.get("retry-after", "")
                pause = float(stated) if stated.isdigit() else 1.0
            await asyncio.sleep(min(pause, _WAIT_MOST_SECONDS) * float(self._rng.uniform(0.5, 1.5)))
        message = "the server did not answer for a long time"
        raise GaveUpError(message)

    def _expect_page(self, answer: HttpAnswer, where: str) -> None:
        if not _is_kept(answer):
            message = f"{where} answered {answer.status}"
            raise GaveUpError(message)

    # --- listening ---

    async def _listen(self) -> None:
        """Keep a stream open, as a page does, and reopen it when it ends."""
        while True:
            if not self._asleep:
                path = f"/g/{self._code}/events"
                reader = Events(self._told)
                with contextlib.suppress(GoneError):
                    answer = await self._stream.listen(
                        self._request("GET", path, accept="text/event-stream"), reader.feed
                    )
                    if answer.status == 404:  # noqa: PLR2004  there are no streams here
                        return
            await asyncio.sleep(float(self._rng.uniform(1.0, 3.0)))

    def _told(self, data: str) -> None:
        try:
            event = json.loads(data)
            stage, draft = str(event["stage"]), (int(event["draft"]), int(event["sealed"]))
        except (ValueError, KeyError, TypeError):
            self._counts.errors["a stream said something that is no stage"] += 1
            return
        if draft != self._draft:
            self._draft, self._next = draft, None
            self._news.set()
        if stage != self.stage:
            if self.stage:
                self._counts.stages += 1
                self._answered = 0
            self.stage, self._next = stage, None
            self._news.set()


class Events:
    r"""Parses server-sent events from chunks.

    Example:
        >>> heard = []
        >>> events = Events(heard.append)
        >>> events.feed(b'id: 3\ndata: {"a"')
        >>> events.feed(b": 1}\n\n: ping\n\n")
        >>> heard
        ['{"a": 1}']
    """

    def __init__(self, told: Callable[[str], None]) -> None:
        """Begin with an empty buffer.

        Args:
            told: called with the data of each event.
        """
        self._told = told
        self._rest = b""

    def feed(self, piece: bytes) -> None:
        """Parse a chunk."""
        *whole, self._rest = (self._rest + piece).replace(b"\r\n", b"\n").split(b"\n\n")
        for event in whole:
            lines = [line[5:].strip() for line in event.split(b"\n") if line.startswith(b"data:")]
            if lines:
                self._told(b"\n".join(lines).decode("utf-8", "replace"))


def _dealt(form: PageForm, answer: HttpAnswer) -> list[PageForm] | None:
    """Return the form of the next card from a JSON answer; None if it holds no card."""
    try:
        told = json.loads(answer.body)
        card = told["next"]
        if card is None or told.get("carry") or card.get("foreign"):  # these have a page of their own
            return None
        return [replace(form, fields={"desire": str(card["desire"])}, words=[" ".join(card["text"].split())])]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"an answer to a script cannot be read: {error!r}"
        raise GaveUpError(message) from error


def _is_door(form: PageForm) -> bool:
    return form.method == "post" and ("key" in form.fields or "language" in form.choices)


def _is_kept(answer: HttpAnswer) -> bool:
    return 200 <= answer.status < 300 or answer.status == 303  # noqa: PLR2004


def _moved_to(answer: HttpAnswer, path: str) -> str:
    target = answer.headers.get("location", "")
    if not target.startswith("/") or target.startswith("//"):
        message = f"{_kind_of(path)} sends phones away"
        raise GaveUpError(message)
    return target


def _kind_of(path: str) -> str:
    """Return an address without its code, so that equal errors are counted together."""
    parts = path.split("?", maxsplit=1)[0].split("/")
    return "/".join(["", *parts[1:2], *(["{code}"] if len(parts) > 2 else []), *parts[3:4]])  # noqa: PLR2004


async def first_of(*waits: Coroutine[None, None, bool]) -> None:
    """Wait for the first of these to finish."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
