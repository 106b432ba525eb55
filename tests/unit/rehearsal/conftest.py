"""A small server with the addresses and forms of the real one, which can be told to misbehave."""

from __future__ import annotations

import asyncio
import html
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from oneheart.rehearsal.wire import ServerPlace


@dataclass
class Person:
    """What the small server holds of one person."""

    desires: list[dict[str, object]] = field(default_factory=list)
    responses: list[dict[str, object]] = field(default_factory=list)
    by_key: dict[str, str] = field(default_factory=dict)


@dataclass
class FalseServer:
    """A server in memory; each fault is something that a real one must never do.

    Attributes:
        loses: every so many responses is acknowledged and forgotten.
        loses_desires: every so many desires is acknowledged and forgotten.
        forgets_keys: sending a tap twice makes it two.
        believes_old_taps: an old tap that comes once more counts again.
        refuses_repeats: a tap that was sent twice is refused the second time.
        breaks: every so many responses ends with status 500.
        erases: what is said as the so manieth desire is erased when all have said theirs; 0 for none.
        leaves_apart: it says of each desire that it travels by itself, also of those with the same words.
        waits: the first answer to each tap is "come again later".
    """

    loses: int = 0
    loses_desires: int = 0
    forgets_keys: bool = False
    believes_old_taps: bool = False
    refuses_repeats: bool = False
    breaks: int = 0
    erases: int = 0
    leaves_apart: bool = False
    waits: bool = False
    people: dict[str, Person] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _said: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _erased: str = ""
    _seen: set[str] = field(default_factory=set)

    def app(self) -> Starlette:
        """Return it as an app."""
        return Starlette(
            routes=[
                Route("/j/TESTCODE", self._door, methods=["GET", "POST"]),
                Route("/g/TESTCODE", self._page),
                Route("/g/TESTCODE/desire", self._desire, methods=["POST"]),
                Route("/g/TESTCODE/respond", self._respond, methods=["POST"]),
                Route("/g/TESTCODE/mine.json", self._mine),
                Route("/g/TESTCODE/events", self._events),
            ]
        )

    async def _door(self, request: Request) -> Response:
        if request.method == "GET":
            return HTMLResponse(
                '<form method="post" action="/j/TESTCODE"><input type="hidden" name="key" '
                f'value="k{next(self._count):08}"><select name="language"><option value="en">English</option>'
                '<option value="he">עברית</option></select><button>Come in</button></form>'
            )
        key = (await _fields(request))["key"]
        self.people.setdefault(key, Person())
        response = RedirectResponse("/g/TESTCODE", 303)
        response.set_cookie("seat", key, path="/g/TESTCODE")
        return response

    def _person(self, request: Request) -> Person:
        return self.people[request.cookies["seat"]]

    async def _page(self, request: Request) -> Response:
        person = self._person(request)
        if not person.by_key:
            return HTMLResponse(
                '<form method="post" action="/g/TESTCODE/desire"><textarea name="text"></textarea>'
                '<input type="hidden" name="key" value="from-the-page"></form>'
            )
        card = self._next(person)
        if card is None:
            return HTMLResponse("<p>Nothing more for now.</p>")
        return HTMLResponse(
            f'<bdi dir="auto">{html.escape(str(card["text"]))}</bdi>'
            '<form method="post" action="/g/TESTCODE/respond"><input type="hidden" name="key" value="from-the-page">'
            f'<input type="hidden" name="desire" value="{card["desire"]}">'
            '<button name="stance" value="1">Mine too</button>'
            '<button name="stance" value="0">Not mine</button></form>'
        )

    async def _taken(self, request: Request, keep: Callable[[Person, dict[str, str]], None]) -> Response:
        person = self._person(request)
        fields = await _fields(request)
        key = fields["key"]
        if self.waits and key not in self._seen:
            self._seen.add(key)
            return PlainTextResponse("later", 503, headers={"retry-after": "0"})
        known = key in person.by_key
        if known and self.refuses_repeats:
            return PlainTextResponse("no", 409)
        if not known or self.forgets_keys:
            keep(person, fields)
        elif self.believes_old_taps:
            _put(person, fields.get("desire", ""), int(fields.get("stance", 0)))
        person.by_key[key] = "kept"
        return RedirectResponse("/g/TESTCODE", 303)

    async def _desire(self, request: Request) -> Response:
        def keep(person: Person, fields: dict[str, str]) -> None:
            if self.loses_desires and not next(self._said) % self.loses_desires:
                return
            self.texts.append(fields["text"])
            person.desires.append({"desire": f"d{len(self.texts) - 1}", "text": fields["text"]})

        return await self._taken(request, keep)

    async def _respond(self, request: Request) -> Response:
        if self._erased and (await _fields(request))["desire"] == self._erased:
            return PlainTextResponse("not here any more", 404)
        if self.breaks and not next(self._count) % self.breaks:
            return PlainTextResponse("broken", 500)

        def keep(person: Person, fields: dict[str, str]) -> None:
            if self.loses and not next(self._count) % self.loses:
                return
            if self.forgets_keys:
                person.responses.append({"desire": fields["desire"], "stance": int(fields["stance"])})
            else:
                _put(person, fields["desire"], int(fields["stance"]))

        taken = await self._taken(request, keep)
        if taken.status_code == 303 and "json" in request.headers["accept"]:
            return JSONResponse({"kept": True, "next": self._next(self._person(request))})
        return taken

    def _next(self, person: Person) -> dict[str, object] | None:
        done = {entry["desire"] for entry in person.responses} | {entry["desire"] for entry in person.desires}
        left = [number for number in range(len(self.texts)) if f"d{number}" not in done]
        return {"desire": f"d{left[0]}", "text": self.texts[left[0]]} if left else None

    async def _mine(self, request: Request) -> Response:
        person = self._person(request)
        self._erased = f"d{self.erases - 1}" if self.erases else ""
        more = {"language": "en", "became": "travels"} if self.leaves_apart else {}
        return JSONResponse(
            {
                "desires": [{**desire, **more} for desire in person.desires],
                "responses": [given for given in person.responses if given["desire"] != self._erased],
            }
        )

    async def _events(self, _request: Request) -> Response:
        return PlainTextResponse("", 404)


async def _fields(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode()))


def _put(person: Person, desire: str, stance: int) -> None:
    person.responses = [entry for entry in person.responses if entry["desire"] != desire]
    person.responses.append({"desire": desire, "stance": stance})


@asynccontextmanager
async def on_a_port(app: Callable[..., Awaitable[None]] | Starlette) -> AsyncIterator[ServerPlace]:
    """Serve an app on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn tells it by a flag only
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield ServerPlace("127.0.0.1", port, https=False)
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
def serve_app() -> Callable[..., object]:
    """Return what serves an app on a free port."""
    return on_a_port


@pytest.fixture
def false_server() -> type[FalseServer]:
    """Return the server that can be told to misbehave."""
    return FalseServer
