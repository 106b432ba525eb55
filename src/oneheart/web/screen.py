"""The hall screen: the question, the code to scan, and the whole gathering as one growing figure.

It shows no person, no circle and no map; numbers move in whole steps only, and words stand there when a host chose to
show them. What it shows comes as one snapshot for all screens, made once a second at most.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import time
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from oneheart.live.gathering import LiveGathering
from oneheart.live.snapshot import Snapshot
from oneheart.model.round import Stage
from oneheart.web.pages import address_of, gathering_of, language_of, page, words_for
from oneheart.web.qr import picture
from oneheart.web.words import Words

SIDE_BY_SIDE = 3
MOST_STREAMS = 64  # screens of one gathering
HEARTBEAT_SECONDS = 20.0
RING_PEOPLE = 5
SEPARATE_RINGS = 12
MOST_RINGS = 48
_HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]


def public_base(request: Request) -> str:
    """Return the address under which people reach this server, without a slash at its end."""
    told = getattr(request.app.state, "public_url", None)
    return str(told or request.base_url).rstrip("/")


def stage_words(words: Words) -> dict[str, tuple[str, str]]:
    """Return what the hall reads in each stage: a line, and what it asks of people."""
    t = words.t
    return {
        Stage.OPEN.value: (t("What do you want?"), t("Scan the code and say it.")),
        Stage.CROSSING.value: (t("Desires are crossing"), t("They travel between circles that are far apart.")),
        Stage.WEAVING.value: (t("The text is being woven"), t("In your own words. Rest a moment.")),
        Stage.READING.value: (t("We read together"), t("Line by line.")),
        Stage.SECOND_READING.value: (t("We read once more"), t("Only the lines that were changed.")),
        Stage.SEALED.value: (t("The text is ready"), t("We say it together, at one moment.")),
        Stage.SAID.value: (t("It was said together"), ""),
    }


def rings(people: int) -> int:
    """Return how many rings the figure has: one for every five people up to sixty, then eight for each tenfold.

    Example:
        >>> [rings(people) for people in (0, 5, 60, 600, 6000)]
        [0, 1, 12, 20, 28]
    """
    steps = people // RING_PEOPLE
    if steps <= SEPARATE_RINGS:
        return steps
    return min(MOST_RINGS, SEPARATE_RINGS + round(8 * math.log10(steps / SEPARATE_RINGS)))


async def _hall(request: Request) -> Response:
    """Show the screen; works without script, then it comes anew every few seconds."""
    gathering = gathering_of(request)
    if gathering is None:
        status = 404 if request.app.state.misses.note(address_of(request)) else 429
        return page("not_here.html", words_for(None, language_of(request, None)), status=status)
    settings = gathering.state.settings
    languages = settings.languages[:SIDE_BY_SIDE] if settings else ["en"]
    columns = []
    for code in languages:
        words = words_for(gathering, code)
        question = settings.question.get(code) if settings else None
        columns.append((words, question or str(words.t("What do you want?")), stage_words(words)))
    base = public_base(request)
    snapshot = gathering.snapshot
    return page(
        "hall.html",
        words_for(gathering, languages[0]),
        code=gathering.code,
        shown_code=f"{gathering.code[:4]} {gathering.code[4:]}",
        columns=columns,
        snapshot=snapshot,
        address=urlsplit(base).netloc,
        picture=picture(f"{base}/j/{gathering.code}"),
        data=encode(snapshot).decode(),
    )


def encode(snapshot: Snapshot) -> bytes:
    """Return a snapshot as the screen reads it."""
    told = {
        "stage": snapshot.stage.value,
        "round": snapshot.round,
        "people": snapshot.people,
        "desires": snapshot.desires,
        "responses": snapshot.responses,
        "rings": rings(snapshot.people),
        "glow": min(1.0, snapshot.responses / max(1.0, 8.0 * snapshot.people)),
        "shown": [{"number": one.number, "text": one.text, "language": one.language} for one in snapshot.shown],
        "clock_end": snapshot.clock_end,
        "now": time.time_ns() // 1_000_000,
        "ended": snapshot.ended,
    }
    return msgspec.json.encode(told)


class _Events:
    """Streams to screens: each new snapshot once, as soon as it says anything new; a slow screen misses some."""

    def __init__(self) -> None:
        self._open: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold one stream until the screen goes away."""
        request = Request(scope, receive)
        gathering = gathering_of(request)
        if gathering is None or self._open.get(gathering.code, 0) >= MOST_STREAMS:
            await Response(status_code=404 if gathering is None else 503, headers={"retry-after": "10"})(
                scope, receive, send
            )
            return
        self._open[gathering.code] = self._open.get(gathering.code, 0) + 1
        sending = asyncio.create_task(_stream(gathering, send))
        gone = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open[gathering.code] -= 1
            for task in (sending, gone):
                task.cancel()
            await asyncio.gather(sending, gone, return_exceptions=True)


async def _stream(gathering: LiveGathering, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    retry = 2000 + int(3000 * random.random())  # noqa: S311  so that not all screens come back at one moment
    await _push(send, b"retry: %d\n\n" % retry)
    async with contextlib.aclosing(gathering.snapshots()) as snapshots:  # type: ignore[type-var]
        following = asyncio.ensure_future(anext(snapshots))
        while True:
            done, _ = await asyncio.wait((following,), timeout=HEARTBEAT_SECONDS)
            if not done:
                await _push(send, b":\n\n")
                continue
            snapshot = following.result()
            await _push(send, b"id: %d\ndata: " % snapshot.seq + encode(snapshot) + b"\n\n")
            following = asyncio.ensure_future(anext(snapshots))


async def _push(send: Send, message: bytes) -> None:
    await send({"type": "http.response.body", "body": message, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


routes: list[Route] = [
    Route("/hall/{code}", _hall),
    Route("/hall/{code}/events", _Events()),
]
