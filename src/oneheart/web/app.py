"""Which address leads to which page."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Iterable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from oneheart.engine.desire import spoken
from oneheart.live.gathering import Refused
from oneheart.live.house import House
from oneheart.web import book
from oneheart.web.api import operations as api
from oneheart.web.hall import screen
from oneheart.web.host import desk as host
from oneheart.web.pages import STATIC, gathering_of, language_of, page, problem, words_for
from oneheart.web.phone import circle, door
from oneheart.web.phone import now as phone
from oneheart.web.phone import together as near
from oneheart.web.phone.tap import Respond
from oneheart.web.security import Guard, Misses, TooLargeError

_TAP = re.compile(r"/g/([^/]+)/respond")
_FOR_EVER = "public, max-age=31536000, immutable"


class _Static(StaticFiles):
    """Static files, which never change under one fingerprint."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with leave to keep it."""
        response = await super().get_response(path, scope)
        if response.status_code == 200:  # noqa: PLR2004
            response.headers["cache-control"] = _FOR_EVER if scope["query_string"] else "no-cache"
        return response


class _TapLane:
    """ASGI middleware: a tapped response goes straight to its answer, past the table of all addresses.

    The same answer stands in that table too; finding it there takes longer than keeping the response.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Let everything else through to an app."""
        self.app = app
        self._respond = Respond()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a tap; pass on whatever is none."""
        found = _TAP.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        scope["path_params"] = {"code": found[1]}
        try:
            await self._respond(scope, receive, send)
        except TooLargeError as error:
            await (await _too_large(Request(scope), error))(scope, receive, send)


def make_app(house: House, *, hosts: Iterable[str] = ("lan",), https: bool = False) -> Starlette:
    """Return the app that serves a house.

    Args:
        house: its gatherings.
        hosts: names that it answers to (see `Guard`).
        https: whether it is reached through a proxy that speaks https; cookies are then sent over https only.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        spoken.load()
        await house.start()
        yield
        await house.close()

    app = Starlette(
        routes=[
            *book.routes,
            *phone.routes,
            *circle.routes,
            *near.routes,
            *screen.routes,
            *door.routes,
            *host.routes,
            *api.routes,
            Route("/health", health),
            Mount("/static", _Static(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, hosts=tuple(hosts), https=https), Middleware(_TapLane)],
        exception_handlers={404: _not_here, 405: _not_here, Refused: _refused, TooLargeError: _too_large},
        lifespan=lifespan,
    )
    app.state.house = house
    app.state.https = https
    app.state.misses = Misses()
    return app


async def health(request: Request) -> PlainTextResponse:
    """Say whether everything is kept: 200 "ok", or 503 where a disk refuses."""
    house: House = request.app.state.house
    trouble = any(gathering.trouble for gathering in house.gatherings.values())
    return PlainTextResponse("trouble\n" if trouble else "ok\n", status_code=503 if trouble else 200)


async def _not_here(request: Request, _error: Exception) -> Response:
    gathering = gathering_of(request)
    words = words_for(gathering, language_of(request, gathering))
    return page("not_here.html", words, status=404)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101  Starlette calls this for nothing else
    gathering = gathering_of(request)
    words = words_for(gathering, language_of(request, gathering))
    return problem(words, error.why)


async def _too_large(request: Request, _error: Exception) -> Response:
    sentence = "This is too long to be sent."
    if request.url.path.startswith("/api/"):
        return JSONResponse({"why": "too large", "sentence": sentence}, 413)
    return PlainTextResponse(sentence, status_code=413)
