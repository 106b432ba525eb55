"""Server-sent events (SSE): open streams to phones and to hall screens.

When the stage moves, all phones of a gathering receive the same small message. Thousands of streams may be open; each
is a waiting coroutine. Screens receive every snapshot, which is encoded once for all of them. Both kinds receive a
heartbeat, so that proxies and pages can tell a quiet stream from a dead one.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
from starlette.types import Receive, Send

from oneheart.engine.told import Moment, Ordinal, Things, Told
from oneheart.live.gathering import LiveGathering
from oneheart.live.sealed_record import moment
from oneheart.live.snapshot import Snapshot, newest_head, visible
from oneheart.live.state import State
from oneheart.web.answers import encode
from oneheart.web.receipts import HeadTold, head_told

HEARTBEAT_SECONDS = 20.0
HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]

Encode = Callable[[LiveGathering, Snapshot], bytes]


# --- both kinds of stream ---------------------------------------------------------------------------------------------


async def _begin(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})


async def _push(send: Send, message: bytes) -> None:
    await send({"type": "http.response.body", "body": message, "more_body": True})


async def _finish(send: Send) -> None:
    """End a response; the browser then reconnects."""
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    """Wait until the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


# --- phones -----------------------------------------------------------------------------------------------------------

MOST_A_SEAT = 4
_AT_ONCE = 50  # messages between two turns of the event loop, so that no tap waits behind thousands of messages
_PHONE_BEAT = b":\n\n"
_PHONE_RETRY = b"retry: 3000\n"


class _PhoneMessage(Told, frozen=True):
    """The message to phones about the state of the gathering. Times are Unix milliseconds.

    Attributes:
        stage: stage of the round.
        round: number of the round, from 1.
        clock_end: when the clock of the stage ends; None without a clock.
        now: the time by the server's clock.
        draft: number of drafts so far.
        sealed: number of sealed texts so far.
        say_at: when all say the text together; None where no time is set.
        ended: whether the gathering has ended.
        head: newest head of the record; None before the first.
        settings: version of the settings: name, question, languages and words.
        version: number of stage moves and programme steps; a step may bring another question.
    """

    stage: str
    round: Ordinal
    clock_end: Moment | None
    now: Moment
    draft: Things
    sealed: Things
    say_at: Moment | None
    ended: bool
    head: HeadTold | None
    settings: Ordinal
    version: Ordinal


def payload(state: State) -> bytes:
    """Return the SSE message to phones, with the current time."""
    return _encoded(_message(state))


def _encoded(message: _PhoneMessage) -> bytes:
    return b"data: " + encode(message) + b"\n\n"


def _message(state: State) -> _PhoneMessage:
    """Return what phones are told now.

    It is made from the state, as the pages are. A snapshot may be a second older than a page, and the phone would
    reload a page that is not outdated.
    """
    return _PhoneMessage(
        stage=state.stage.value,
        round=state.round,
        clock_end=None if state.ended else state.clock,
        now=time.time_ns() // 1_000_000,
        draft=len(state.prayers.drafts),
        sealed=len(state.prayers.sealed),
        say_at=moment(state),
        ended=state.ended,
        head=head_told(newest_head(state)),
        settings=state.settings_version,
        version=state.version,
    )


def _content(message: _PhoneMessage) -> _PhoneMessage:
    """Return a message without its time, to compare it with another one."""
    return msgspec.structs.replace(message, now=0)


async def _push_quietly(send: Send, message: bytes) -> None:
    with contextlib.suppress(OSError, RuntimeError):  # the phone closed the connection meanwhile
        await _push(send, message)


@dataclass(slots=True, eq=False)
class _PhoneStream:
    """One open stream to a phone.

    Attributes:
        send: `send` of its ASGI connection.
        due: when its next heartbeat is due, in seconds of the monotonic clock.
        gone: task that ends when the phone disconnects; the server cancels it to end the stream.
        told: what the phone was told last, without its time. A stream that was told something else is behind.
        busy: whether a message is being sent. A stream that is busy is told the newest within a second after it.
    """

    send: Send
    due: float
    gone: asyncio.Task[None]
    told: _PhoneMessage
    busy: bool = False


@dataclass(slots=True, eq=False)
class PhoneStreams:
    """The open streams to the phones of one gathering.

    Example:
        >>> len(PhoneStreams())
        0
    """

    _by_seat: dict[int, list[_PhoneStream]] = field(default_factory=dict)
    _open: dict[_PhoneStream, None] = field(default_factory=dict)
    _pulse: list[asyncio.Task[None]] = field(default_factory=list)

    def __len__(self) -> int:
        """Return the number of open streams."""
        return len(self._open)

    async def hold(self, gathering: LiveGathering, seat: int, receive: Receive, send: Send) -> None:
        """Keep a stream open until the phone disconnects. A fifth stream of a seat ends the oldest of that seat."""
        await _begin(send)
        first = _message(gathering.state)
        await _push_quietly(send, _PHONE_RETRY + _encoded(first))
        gone = asyncio.create_task(_gone(receive))
        due = time.monotonic() + HEARTBEAT_SECONDS * random.random()  # noqa: S311
        stream = _PhoneStream(send, due, gone, _content(first))
        of_seat = self._by_seat.setdefault(seat, [])
        while len(of_seat) >= MOST_A_SEAT:
            of_seat.pop(0).gone.cancel()
        of_seat.append(stream)
        self._open[stream] = None
        if not self._pulse:
            self._pulse = [asyncio.create_task(self._tell(gathering)), asyncio.create_task(self._beat(gathering))]
        try:
            await asyncio.wait((gone,))
            if gone.cancelled():
                await _finish(send)
        finally:
            gone.cancel()
            self._let_go(seat, stream)

    def end(self, seat: int) -> None:
        """End all streams of a seat, because its secret is void. O(streams of the seat)."""
        for stream in self._by_seat.get(seat, []):
            stream.gone.cancel()

    def _end_revoked(self, gathering: LiveGathering) -> None:
        seats = gathering.state.seats
        for seat in [seat for seat in self._by_seat if not seats[seat].alive]:
            self.end(seat)

    def _let_go(self, seat: int, stream: _PhoneStream) -> None:
        self._open.pop(stream, None)
        of_seat = self._by_seat.get(seat, [])
        if stream in of_seat:
            of_seat.remove(stream)
        if not of_seat:
            self._by_seat.pop(seat, None)
        if not self._open:
            for task in self._pulse:
                task.cancel()
            self._pulse = []

    async def _tell(self, gathering: LiveGathering) -> None:
        """Send a message to all streams when the stage, the round, the clock, the text or the end changes."""
        async with contextlib.aclosing(gathering.snapshots()) as snapshots:  # type: ignore[type-var]
            async for _ in snapshots:
                await self._catch_up(gathering)

    async def _catch_up(self, gathering: LiveGathering) -> None:
        """Send the newest message to every stream that was told something else. O(streams)."""
        message = _message(gathering.state)
        content = _content(message)
        behind = [stream for stream in self._open if not stream.busy and stream.told != content]
        encoded = _encoded(message) if behind else b""
        for place, stream in enumerate(behind):
            stream.told = content
            self._send(stream, encoded)
            if place % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0.005)

    async def _beat(self, gathering: LiveGathering) -> None:
        """Send each stream a heartbeat about every 20 seconds, and the newest message within a second if it missed one.

        The streams of seats that hosts revoke end within a second.
        """
        revoked: set[int] = set()
        while True:
            await asyncio.sleep(1.0)
            now_revoked = {*gathering.state.people.revocations}
            if now_revoked != revoked:
                revoked = now_revoked
                self._end_revoked(gathering)
            await self._catch_up(gathering)
            now = time.monotonic()
            due = [stream for stream in self._open if stream.due <= now]
            for place, stream in enumerate(due):
                stream.due = now + HEARTBEAT_SECONDS * (0.75 + 0.5 * random.random())  # noqa: S311
                if not stream.busy:
                    self._send(stream, _PHONE_BEAT)
                if place % _AT_ONCE == _AT_ONCE - 1:
                    await asyncio.sleep(0)

    def _send(self, stream: _PhoneStream, message: bytes) -> None:
        stream.busy = True
        task = asyncio.get_running_loop().create_task(_push_quietly(stream.send, message))

        def done(_task: asyncio.Task[None]) -> None:
            stream.busy = False

        task.add_done_callback(done)


# --- hall screens -----------------------------------------------------------------------------------------------------

MOST_SCREENS = 64
MOST_AN_ADDRESS = 8
_SCREEN_BEAT = (
    b"event: beat\ndata:\n\n"  # an event, so that the script of the page can tell a quiet hall from a dead connection
)


def event_id(gathering: LiveGathering, snapshot: Snapshot) -> str:
    """Return the id of a message to screens: an HMAC of its content.

    A running number would count what people did, and a plain hash would let a reader guess the numbers in the content.
    """
    content = repr((visible(snapshot), gathering.state.settings_version))
    return gathering.secret_for("screen", content)[:16]


@dataclass(slots=True, eq=False)
class ScreenStreams:
    """The open streams to the screens of one gathering: at most 64, and at most 8 from one IP address.

    At the limit the server ends the oldest stream of the address that holds the most. So nobody can lock out the hall's
    own screen by opening many streams. A screen reconnects by itself when its stream ends. A slow screen misses some
    snapshots, but never the last one.

    Example:
        >>> len(ScreenStreams())
        0
    """

    _open: dict[asyncio.Task[None], str] = field(default_factory=dict)
    _cached: tuple[Snapshot, bytes] | None = None

    def __len__(self) -> int:
        """Return the number of open streams."""
        return len(self._open)

    def message(self, gathering: LiveGathering, snapshot: Snapshot, encode: Encode) -> bytes:
        """Return the SSE message of a snapshot; cached, the same bytes for all screens."""
        if self._cached is None or self._cached[0] is not snapshot:
            name = event_id(gathering, snapshot).encode()
            self._cached = (snapshot, b"id: " + name + b"\ndata: " + encode(gathering, snapshot) + b"\n\n")
        return self._cached[1]

    async def hold(
        self,
        gathering: LiveGathering,
        *,
        address: str,
        last: str,
        encode: Encode,
        served: Callable[[], bool],
        receive: Receive,
        send: Send,
    ) -> None:
        """Keep a stream open until the screen disconnects or the server ends it to make room for another.

        Args:
            gathering: gathering that the screen shows.
            address: IP address of the screen; kept in memory only while the stream is open.
            last: id of the last event that the screen received, "" for none. That event is not sent again.
            encode: function that returns a snapshot as JSON.
            served: function that returns whether the gathering is still served; called at each heartbeat.
            receive: `receive` of the ASGI connection.
            send: `send` of the ASGI connection.
        """
        gone = asyncio.create_task(_gone(receive))
        self._make_room(address)
        self._open[gone] = address
        sender = asyncio.create_task(self._say(gathering, last, encode, served, send))
        try:
            await asyncio.wait((sender, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open.pop(gone, None)
            ended = gone.cancelled()
            for task in (sender, gone):
                task.cancel()
            outcome, _ = await asyncio.gather(sender, gone, return_exceptions=True)
        if ended or outcome is None:
            with contextlib.suppress(OSError, RuntimeError):
                await _finish(send)

    def _make_room(self, address: str) -> None:
        by_address = Counter(self._open.values())
        if by_address[address] >= MOST_AN_ADDRESS:
            self._end_oldest_of(address)
        elif len(self._open) >= MOST_SCREENS:
            self._end_oldest_of(by_address.most_common(1)[0][0])

    def _end_oldest_of(self, address: str) -> None:
        oldest = next(gone for gone, of in self._open.items() if of == address)
        self._open.pop(oldest)
        oldest.cancel()

    async def _say(
        self, gathering: LiveGathering, last: str, encode: Encode, served: Callable[[], bool], send: Send
    ) -> None:
        await _begin(send)
        retry = 2000 + int(3000 * random.random())  # noqa: S311  random, so that screens do not all reconnect at once
        await _push(send, b"retry: %d\n\n" % retry)
        async with contextlib.aclosing(gathering.snapshots()) as snapshots:  # type: ignore[type-var]
            following = asyncio.ensure_future(anext(snapshots))
            try:
                while True:
                    done, _ = await asyncio.wait((following,), timeout=HEARTBEAT_SECONDS)
                    if not served():
                        return
                    if not done:
                        await _push(send, _SCREEN_BEAT)
                        continue
                    snapshot = following.result()
                    if not last or event_id(gathering, snapshot) != last:
                        await _push(send, self.message(gathering, snapshot, encode))
                    last = ""
                    following = asyncio.ensure_future(anext(snapshots))
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
