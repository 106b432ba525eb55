"""The Starlette app: the routes of all pages, the middleware, and the handlers of exceptions."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Iterable
from functools import partial
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from oneheart.engine.desire import entry, spoken
from oneheart.live.aside import JOBS as LIVE_JOBS
from oneheart.live.aside import Aside
from oneheart.live.gathering import LiveGathering
from oneheart.live.house import House
from oneheart.live.refusal import Refused
from oneheart.web import book, verifying
from oneheart.web.answers import as_json
from oneheart.web.api import openapi, operations
from oneheart.web.api.types import Problem
from oneheart.web.compressed import Compressed, Static
from oneheart.web.elsewhere import Elsewhere
from oneheart.web.forms import form_of
from oneheart.web.guessing import GuessLimit, code_in
from oneheart.web.hall import screen
from oneheart.web.held_back import LOOK
from oneheart.web.host import (
    calendar,
    contact_lists,
    desk,
    ending,
    entering,
    gathering_settings,
    here_sheet,
    hosts_log,
    leaving,
    lists_page,
    lost_phone,
    measures,
    own_words,
    paper_sheets,
    programme,
    reaching,
    revoking,
    table_cards,
    table_draw,
)
from oneheart.web.host.text import look_again
from oneheart.web.pages import STATIC, gathering_of, language_of, page, problem, wants_json, words_for
from oneheart.web.phone import (
    agreeing,
    carry,
    circle,
    contacts,
    door,
    here,
    mine,
    now,
    paper_sheet,
    proofs,
    sheet,
    text,
    together,
    way_back,
)
from oneheart.web.phone.tap import Respond
from oneheart.web.reach import Reach
from oneheart.web.said import GUARDED
from oneheart.web.security import HEADERS, HSTS, NO_STORE, REFUSED, Guard, Misses, TooLargeError
from oneheart.web.who import (
    HasEnded,
    NoCircle,
    NoGathering,
    NoHost,
    NoSeat,
    Person,
    no_seat,
    outside,
    revoked_in,
    seat_in,
    set_aside,
)

_TAP = re.compile(r"/g/([^/]+)/respond")


_PHONE = [
    *now.routes,
    *carry.routes,
    *mine.routes,
    *here.routes,
    *contacts.routes,
    *text.routes,
    *circle.routes,
    *sheet.routes,
    *paper_sheet.routes,
    *together.routes,
    *proofs.routes,
    *agreeing.routes,
    *door.routes,
    *way_back.routes,
]
_HOST = [
    *entering.routes,  # first, because "enter" and "new" would match as the code of a gathering
    *gathering_settings.routes,
    *desk.routes,
    *table_draw.routes,
    *here_sheet.routes,
    *lists_page.routes,
    *contact_lists.routes,
    *measures.routes,
    *table_cards.routes,
    *paper_sheets.routes,
    *lost_phone.routes,
    *hosts_log.routes,
    *revoking.routes,
    *leaving.routes,
    *ending.routes,
    *programme.routes,
    *reaching.routes,
    *own_words.routes,
    *calendar.routes,
]


class _TapLane:
    """ASGI middleware that answers a tapped response before the route table is searched.

    The search takes longer than the tap itself. The route table holds the same route too. One stands before the limit
    of guesses, for taps of a gathering that is here while nobody guesses; one behind it, for every tap that it lets by.
    """

    def __init__(self, app: ASGIApp, *, before_limit: bool = False) -> None:
        """Wrap an app, which receives every other request.

        Args:
            app: the app behind it.
            before_limit: whether the limit of guesses comes later, so that only what it would let by is answered here.
        """
        self.app = app
        self._before_limit = before_limit
        self._respond = Respond()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a tap; pass any other request on."""
        tap = _TAP.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if tap is None or (self._before_limit and not self._let_by(scope["app"].state, tap[1])):
            await self.app(scope, receive, send)
            return
        scope["path_params"] = {"code": tap[1]}
        try:
            await self._respond(scope, receive, send)
        except TooLargeError as error:
            await (await _too_large(Request(scope), error))(scope, receive, send)

    @staticmethod
    def _let_by(state: State, code: str) -> bool:
        """Return whether the limit of guesses lets a tap by without a look: the code is right, and nobody guesses."""
        return code in state.house.gatherings and state.misses.quiet


class _CaughtUp:
    """ASGI middleware that answers a request only when this process knows what others had kept before it came.

    So whoever goes to another process of the same gathering finds what they just did. It waits a quarter of a second at
    most. A tap needs none of it: its event comes after all others.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app, which receives every request."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait if the request is of a gathering that others may serve, too."""
        code = code_in(scope["path"], scope["query_string"]) if scope["type"] == "http" else None
        gathering = scope["app"].state.house.gatherings.get(code) if code else None
        if gathering is not None and not gathering.alone:
            await gathering.caught_up()
        await self.app(scope, receive, send)


def _look_again(gathering: LiveGathering, _rest: str) -> None:
    if gathering.leads:
        look_again(gathering)


JOBS = {
    "measure": LIVE_JOBS["measure"],
    "contacts": LIVE_JOBS["contacts"],
    "report": "oneheart.web.host.leaving:report_files",
}


def make_app(
    house: House, *, hosts: Iterable[str] = ("lan",), https: bool = False, reach: Reach | None = None
) -> Starlette:
    """Return the app that serves a house.

    Args:
        house: the gatherings of the server.
        hosts: allowed names in the Host header, see `Guard`.
        https: whether people reach it through a proxy that speaks https; cookies are then sent over https only.
        reach: where phones reach this server; None where only the address of a request is known.
    """
    # not the house's helper process, so that no card waits for a report
    aside = Aside(JOBS, niceness=10, keep=False)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        spoken.load()
        for gathering in house.gatherings.values():
            gathering.on_told[LOOK] = partial(_look_again, gathering)
        await house.start()
        yield
        await house.close()
        aside.close()

    app = Starlette(
        routes=[
            *verifying.routes,
            *book.routes,
            *_PHONE,
            *screen.routes,
            *_HOST,
            *openapi.routes,
            *operations.routes,
            Route("/health", health),
            Mount("/static", Static(directory=STATIC)),
        ],
        middleware=[
            Middleware(Guard, hosts=tuple(hosts), https=https, refused=_refused_at_once),
            Middleware(_TapLane, before_limit=True),
            Middleware(Elsewhere),
            Middleware(GuessLimit),
            Middleware(_TapLane),
            Middleware(_CaughtUp),
            Middleware(Compressed),
        ],
        exception_handlers={
            404: _not_here,
            405: _not_here,
            500: _broken,
            Refused: _refused,
            TooLargeError: _too_large,
            NoGathering: _without_seat,
            NoSeat: _without_seat,
            NoCircle: _without_circle,
            NoHost: _no_host,
            HasEnded: _has_ended,
        },
        lifespan=lifespan,
    )
    app.state.house = house
    app.state.aside = aside
    app.state.https = https
    app.state.reach = reach or Reach()
    app.state.misses = Misses()
    return app


async def health(request: Request) -> PlainTextResponse:
    """Return 200 "ok" while every event can be written to disk, else 503 "trouble"."""
    house: House = request.app.state.house
    trouble = any(gathering.trouble for gathering in house.gatherings.values())
    return PlainTextResponse("trouble\n" if trouble else "ok\n", status_code=503 if trouble else 200)


async def _not_here(request: Request, _error: Exception) -> Response:
    gathering = gathering_of(request)
    words = words_for(gathering, language_of(request, gathering))
    return page("not_here.html", words, status=404)


async def _broken(request: Request, _error: Exception) -> Response:
    """Log an error of the program and return an answer that tells nothing of it.

    This answer does not go through `Guard`, so it brings the headers itself.
    """
    always = (NO_STORE, *HEADERS, HSTS) if request.app.state.https else (NO_STORE, *HEADERS)
    headers = {name.decode(): value.decode() for name, value in always}
    return PlainTextResponse("Internal Server Error", status_code=500, headers=headers)


async def _refused(request: Request, error: Exception) -> Response:
    """Answer a refusal, as JSON or as a page that shows the typed words."""
    assert isinstance(error, Refused)  # noqa: S101  Starlette calls a handler only for its exception
    form = await form_of(request)
    kept_text = entry.clean(next((form[name] for name in ("text", "critique", "reason", "name") if form.get(name)), ""))
    gathering = gathering_of(request)
    seat = None if gathering is None else seat_in(gathering, request)
    if gathering is None or seat is None:
        return problem(words_for(gathering, language_of(request, gathering)), error, kept_text=kept_text)
    person = Person(gathering, seat, words_for(gathering, gathering.state.seats[seat].language))
    back = f"{person.home}/circle" if "/circle" in request.url.path else ""
    return person.refused(error, json=wants_json(request), kept_text=kept_text, back=back)


async def _without_seat(request: Request, _error: Exception) -> Response:
    """Answer a request without a seat; the answer does not tell whether the code exists."""
    gathering = gathering_of(request)
    revoked = None if gathering is None else revoked_in(gathering, request)
    if gathering is not None and revoked is not None:
        return set_aside(gathering, revoked, json=wants_json(request))
    if wants_json(request):
        return no_seat(words_for(None, language_of(request, None)))
    return RedirectResponse(f"/j/{quote(str(request.path_params.get('code', '')), safe='')}", 303)


async def _without_circle(_request: Request, error: Exception) -> Response:
    assert isinstance(error, NoCircle)  # noqa: S101  as above
    return RedirectResponse(error.home, 303)


async def _has_ended(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HasEnded)  # noqa: S101  as above
    return RedirectResponse(f"{error.home}/end", 303)


async def _no_host(request: Request, _error: Exception) -> Response:
    return outside(request)


async def _too_large(request: Request, _error: Exception) -> Response:
    """Answer a body that is too long, as JSON or as a page."""
    return _guarded(request, "too large")


def _guarded(request: Request, why: str) -> Response:
    """Answer a request that the guard refuses, as JSON or as a page in the reader's language."""
    words, status = words_for(None, language_of(request, None)), REFUSED[why]
    if request.url.path.startswith("/api/"):
        return as_json(Problem(why, GUARDED[why].partition(". ")[0] + "."), status)
    sentence = words.t(GUARDED[why])
    return page("problem.html", words, status=status, kept_text="", back="", why=why, hint="", sentence=sentence)


async def _refused_at_once(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request that the guard refuses before anything reads it."""
    await _guarded(Request(scope, receive), str(scope["refused"]))(scope, receive, send)
