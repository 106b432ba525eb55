"""Streams to hall screens: one snapshot, encoded once, for all screens of a gathering.

A screen that reads slowly misses snapshots, never the last one. One that comes back says which it had last, and is
told nothing that it knows. Nobody can keep a hall's own screen out by opening many streams: the oldest of whoever holds
most ends first, and a screen that is let go comes back by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import Receive, Send

from oneheart.live.gathering import LiveGathering
from oneheart.live.snapshot import Snapshot

MOST_SCREENS = 64
MOST_AN_ADDRESS = 8
HEARTBEAT_SECONDS = 20.0
_HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
Encode = Callable[[LiveGathering, Snapshot], bytes]
_BEAT = b"event: beat\ndata:\n\n"  # an event, so that a page can tell a quiet hall from a dead line


@dataclass(slots=True, eq=False)
class Screens:
    """The open streams of one gathering's screens.

    Example:
        >>> len(Screens())
        0
    """

    _open: dict[asyncio.Task[None], str] = field(default_factory=dict)
    _told: tuple[Snapshot, bytes] | None = None

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._open)

    def message(self, gathering: LiveGathering, snapshot: Snapshot, encode: Encode) -> bytes:
        """Return what a stream says of a snapshot: the same bytes for all, made once."""
        if self._told is None or self._told[0] is not snapshot:
            self._told = (snapshot, b"id: %d\ndata: " % snapshot.seq + encode(gathering, snapshot) + b"\n\n")
        return self._told[1]

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
        """Keep a stream open until the screen goes away or gives its place to another.

        Args:
            gathering: whose screen it is.
            address: that it came from; held in memory while the stream is open.
            last: the last event that it had, "" for none.
            encode: makes of a snapshot what screens read.
            served: whether the gathering is still there; asked at each heartbeat.
            receive: of its connection.
            send: of its connection.
        """
        gone = asyncio.create_task(_gone(receive))
        self._make_room(address)
        self._open[gone] = address
        saying = asyncio.create_task(self._say(gathering, last, encode, served, send))
        try:
            await asyncio.wait((saying, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open.pop(gone, None)
            let_go = gone.cancelled()
            for task in (saying, gone):
                task.cancel()
            outcome, _ = await asyncio.gather(saying, gone, return_exceptions=True)
        if let_go or outcome is None:
            with contextlib.suppress(OSError, RuntimeError):
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _make_room(self, address: str) -> None:
        held = Counter(self._open.values())
        if held[address] >= MOST_AN_ADDRESS:
            self._end_oldest_of(address)
        elif len(self._open) >= MOST_SCREENS:
            self._end_oldest_of(held.most_common(1)[0][0])

    def _end_oldest_of(self, address: str) -> None:
        oldest = next(gone for gone, of in self._open.items() if of == address)
        self._open.pop(oldest)
        oldest.cancel()

    async def _say(
        self, gathering: LiveGathering, last: str, encode: Encode, served: Callable[[], bool], send: Send
    ) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        retry = 2000 + int(3000 * random.random())  # noqa: S311  so that not all screens come back at one moment
        await _push(send, b"retry: %d\n\n" % retry)
        async with contextlib.aclosing(gathering.snapshots()) as snapshots:  # type: ignore[type-var]
            following = asyncio.ensure_future(anext(snapshots))
            try:
                while True:
                    done, _ = await asyncio.wait((following,), timeout=HEARTBEAT_SECONDS)
                    if not served():
                        return
                    if not done:
                        await _push(send, _BEAT)
                        continue
                    snapshot = following.result()
                    if str(snapshot.seq) != last:
                        await _push(send, self.message(gathering, snapshot, encode))
                    last = ""
                    following = asyncio.ensure_future(anext(snapshots))
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)


async def _push(send: Send, message: bytes) -> None:
    await send({"type": "http.response.body", "body": message, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
