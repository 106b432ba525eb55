"""Ways back: keep one, open one's place with it on another phone, and come to another circle."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.live import inputs as ask
from oneheart.live import seat_ways
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refusal, Refused
from oneheart.locale.coded import Coded
from oneheart.web import who
from oneheart.web.forms import asked, form_of, new_key, read
from oneheart.web.memory import memory_of
from oneheart.web.pages import (
    LANGUAGE_COOKIE,
    address_of,
    gathering_of,
    language_of,
    page,
    public_base,
    set_cookie,
    words_for,
)
from oneheart.web.phone.door import seat_cookies
from oneheart.web.qr import picture
from oneheart.web.who import NoGathering, Person

_NOWHERE, _SLOWLY = 404, 429


def way_address(request: Request, gathering: LiveGathering, code: str) -> str:
    """Return the address of a way back, for a QR code."""
    return f"{public_base(request)}/w/{gathering.code}/{code}"


def in_fours(code: str) -> str:
    """Return a code in groups of four letters.

    Example:
        >>> in_fours("ABCD3456EFGH")
        'ABCD 3456 EFGH'
    """
    return " ".join(code[place : place + 4] for place in range(0, len(code), 4))


def ways_context(person: Person) -> dict[str, Any]:
    """Return what *My data* says about the way back and the circle."""
    seat = person.state.seats[person.seat]
    return {
        "mark": in_fours(seat_ways.mark_of(person.gathering, person.seat)).replace(" ", "\N{NO-BREAK SPACE}"),
        "has_way": bool(seat.ways),
        "opened_by": seat.opened_by,
        "circles_there": bool(person.state.circles) and not person.state.ended,
        "may_move": seat.changed_circle_in != person.state.round,
        "way_keys": (new_key(), new_key()),
    }


async def _keep(request: Request) -> Response:
    """Make a way back and show it, this once."""
    person = who.person(request)
    way = await seat_ways.keep_way(person.gathering, person.seat, await read(request, ask.KeyOnly))
    address = way_address(request, person.gathering, way.code)
    context: dict[str, Any] = {
        "letters": in_fours(way.code),
        "picture": picture(address),
        "address": address.rsplit("/", 1)[0],
    }
    return person.page("way.html", at="mine", **context)


async def _move(request: Request) -> Response:
    """Bring a person to another circle."""
    person = who.person(request)
    await seat_ways.change_circle(person.gathering, person.seat, await read(request, seat_ways.CircleChangeAsked))
    return RedirectResponse(f"{person.home}/circle", 303)


def _gathering(request: Request) -> LiveGathering:
    gathering = gathering_of(request)
    if gathering is None:
        raise NoGathering(str(request.path_params.get("code", "")))
    return gathering


def _open_page(
    request: Request, gathering: LiveGathering, sentence: Coded | None = None, *, status: int = 200
) -> Response:
    words = words_for(gathering, language_of(request, gathering))
    typed = seat_ways.clean_letters(str(request.path_params.get("way", "")), seat_ways.WAY_LENGTH)
    response = page(
        "way_open.html",
        words,
        status=status,
        code=gathering.code,
        typed=in_fours(typed),
        sentence=sentence or Coded(),
        seated=who.seat_in(gathering, request) is not None,
        key=new_key(),
    )
    if status == _SLOWLY:
        response.headers["retry-after"] = "60"
    return response


async def _way(request: Request) -> Response:
    """Show the form for a way back. A GET request changes nothing."""
    return _open_page(request, _gathering(request))


async def _open(request: Request) -> Response:
    """Open a place on this phone. Its former phone opens it no longer, and its streams end."""
    gathering = _gathering(request)
    words = words_for(gathering, language_of(request, gathering))
    if not request.app.state.misses.allowed(address_of(request)):
        sentence = Coded(words.t("Too many codes that are not here. Wait a minute and try again."), "too many codes")
        return _open_page(request, gathering, sentence, status=_SLOWLY)
    try:
        seat = await seat_ways.open_way(gathering, asked(await form_of(request), seat_ways.WayBackAsked))
    except Refused as refused:
        if refused.why not in {Refusal.UNKNOWN, Refusal.USED}:
            raise
        request.app.state.misses.note(address_of(request))
        sentence = Coded(words.t("This code opens no place. A way back opens its place once."), "no such way")
        return _open_page(request, gathering, sentence, status=_NOWHERE)
    memory_of(gathering).phones.end(seat.number)
    https = bool(request.app.state.https)
    response = RedirectResponse(f"/g/{gathering.code}/mine#way", 303)
    seat_cookies(response, gathering, seat.secret, https=https)
    set_cookie(response, LANGUAGE_COOKIE, gathering.state.seats[seat.number].language, path="/", https=https)
    return response


routes: list[Route] = [
    Route("/g/{code}/way", _keep, methods=["POST"]),
    Route("/g/{code}/move", _move, methods=["POST"]),
    Route("/w/{code}", _way),
    Route("/w/{code}/{way}", _way),
    Route("/w/{code}", _open, methods=["POST"]),
    Route("/w/{code}/{way}", _open, methods=["POST"]),
]
