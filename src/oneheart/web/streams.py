"""Streams to phones: one small message for all when the stage moves, a heartbeat for each, thousands at a time.

A stream costs one waiting coroutine. What is sent is the same bytes for everybody, made once; sending is spread over
a moment so that nobody's tap waits behind three thousand messages.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field

import msgspec
from starlette.types import Receive, Send

from oneheart.live.gathering import LiveGathering
from oneheart.live.snapshot import Snapshot
from oneheart.live.state import State

MOST_A_SEAT = 4
HEARTBEAT_SECONDS = 20.0
_AT_ONCE = 50  # messages between two breaths of the event loop
_HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
_HEARTBEAT = b":\n\n"
_RETRY = b"retry: 3000\n"


def payload(state: State) -> bytes:
    """Return what a stream says, with the server's clock as it is now.

    It says what pages are made from, the state itself: a snapshot may be a second old, and a page that was made in
    that second would be told that it is not the present one.
    """
    told = {
        "stage": state.stage.value,
        "round": state.round,
        "clock_end": state.clock,
        "now": time.time_ns() // 1_000_000,
        "draft": len(state.prayers.drafts),
        "sealed": len(state.prayers.sealed),
        "say_at": state.prayers.say_at,
        "ended": state.ended,
    }
    return b"data: " + msgspec.json.encode(told) + b"\n\n"


def _tells(snapshot: Snapshot) -> tuple[object, ...]:
    text = snapshot.text
    read = None if text is None else (text.draft, text.status)
    return (snapshot.stage, snapshot.round, snapshot.clock_end, snapshot.ended, snapshot.say_at, read)


@dataclass(slots=True, eq=False)
class _Stream:
    """One open stream.

    Attributes:
        send: of its connection.
        due: when its next heartbeat is due, by the monotonic clock.
        gone: ends when the phone goes away; cancelled when the server lets it go.
        busy: something is on its way; a phone that reads slowly misses what comes meanwhile, and is told the last.
        behind: it missed something.
    """

    send: Send
    due: float
    gone: asyncio.Task[None]
    busy: bool = False
    behind: bool = False


@dataclass(slots=True, eq=False)
class Streams:
    """The open streams of one gathering.

    Example:
        >>> len(Streams())
        0
    """

    _by_seat: dict[int, list[_Stream]] = field(default_factory=dict)
    _open: dict[_Stream, None] = field(default_factory=dict)
    _pulse: list[asyncio.Task[None]] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._open)

    async def hold(self, gathering: LiveGathering, seat: int, receive: Receive, send: Send) -> None:
        """Keep a stream open until the phone goes away, or a fifth one of the same seat takes its place."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await _push(send, _RETRY + payload(gathering.state))
        gone = asyncio.create_task(_gone(receive))
        stream = _Stream(send, time.monotonic() + HEARTBEAT_SECONDS * random.random(), gone)  # noqa: S311
        mine = self._by_seat.setdefault(seat, [])
        while len(mine) >= MOST_A_SEAT:
            mine.pop(0).gone.cancel()
        mine.append(stream)
        self._open[stream] = None
        if not self._pulse:
            self._pulse = [asyncio.create_task(self._tell(gathering)), asyncio.create_task(self._beat(gathering))]
        try:
            await asyncio.wait((gone,))
            if gone.cancelled():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            self._let_go(seat, stream)

    def _let_go(self, seat: int, stream: _Stream) -> None:
        self._open.pop(stream, None)
        mine = self._by_seat.get(seat, [])
        if stream in mine:
            mine.remove(stream)
        if not mine:
            self._by_seat.pop(seat, None)
        if not self._open:
            for task in self._pulse:
                task.cancel()
            self._pulse = []

    async def _tell(self, gathering: LiveGathering) -> None:
        """Tell all streams whenever the stage, the round, the clock or the end changes."""
        before: tuple[object, ...] = ()
        async with contextlib.aclosing(gathering.snapshots()) as snapshots:  # type: ignore[type-var]
            async for snapshot in snapshots:
                now = _tells(snapshot)
                if before and now != before:
                    await self._to_all(payload(gathering.state))
                before = now

    async def _to_all(self, message: bytes) -> None:
        for place, stream in enumerate(list(self._open)):
            self._begin(stream, message)
            if place % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0.005)

    async def _beat(self, gathering: LiveGathering) -> None:
        """Send a comment down every stream now and then, so that nobody on the way takes it for dead."""
        while True:
            await asyncio.sleep(1.0)
            now = time.monotonic()
            due = [stream for stream in self._open if stream.due <= now]
            for place, stream in enumerate(due):
                stream.due = now + HEARTBEAT_SECONDS * (0.75 + 0.5 * random.random())  # noqa: S311
                message = payload(gathering.state) if stream.behind else _HEARTBEAT
                self._begin(stream, message)
                if place % _AT_ONCE == _AT_ONCE - 1:
                    await asyncio.sleep(0)

    def _begin(self, stream: _Stream, message: bytes) -> None:
        if stream.busy:
            stream.behind = True
            return
        stream.busy, stream.behind = True, False
        task = asyncio.get_running_loop().create_task(_push(stream.send, message))

        def done(_task: asyncio.Task[None]) -> None:
            stream.busy = False

        task.add_done_callback(done)


async def _push(send: Send, message: bytes) -> None:
    with contextlib.suppress(OSError, RuntimeError):  # the phone went away while we spoke
        await send({"type": "http.response.body", "body": message, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
