"""The door: a person types or scans a code, chooses a language, perhaps a circle, and takes a seat.

No name is asked for. Looking at the door changes nothing; only the button takes a seat, and pressing it twice takes the
same one.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.live import doing
from oneheart.live import inputs as ask
from oneheart.live.codes import clean_code
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refused
from oneheart.live.state import Refusal
from oneheart.locale.coded import Coded
from oneheart.web.forms import form_of, key_in, number_in
from oneheart.web.pages import (
    LANGUAGE_COOKIE,
    SEAT_COOKIE,
    address_of,
    gathering_of,
    house_of,
    language_of,
    page,
    set_cookie,
    words_for,
)
from oneheart.web.said import circle_name
from oneheart.web.words import LANGUAGES

_SLOWLY = 429
_NOWHERE = 404


def languages_of(gathering: LiveGathering | None) -> list[tuple[str, str]]:
    """Return the languages that a person may choose, each with its own name."""
    settings = gathering.state.settings if gathering else None
    return [(code, LANGUAGES.get(code, code)) for code in (settings.languages if settings else LANGUAGES)]


def seat_cookies(response: Response, gathering: LiveGathering, secret: str, *, https: bool) -> None:
    """Give a phone its seat, for the pages inside and for the doors (so that nobody takes a second one unknowingly)."""
    for place in ("g", "j", "s"):
        set_cookie(response, SEAT_COOKIE, secret, path=f"/{place}/{gathering.code}", https=https)


def forget_seat(response: Response, gathering: LiveGathering) -> None:
    """Take the seat's secret from a phone."""
    for place in ("g", "j", "s"):
        response.delete_cookie(SEAT_COOKIE, path=f"/{place}/{gathering.code}", httponly=True, samesite="lax")


async def _front(request: Request) -> Response:
    """Show where a code is typed, or lead to the door of the one that was typed."""
    typed = request.query_params.get("code", "")
    gathering = house_of(request).find(typed) if typed else None
    if gathering is not None:
        return RedirectResponse(f"/j/{gathering.code}", 303)
    return _no_such(request, typed) if typed else _type_it(request)


def _may_try(request: Request) -> bool:
    """Return whether this address may guess on; a whole hall behind one address may still come in by its own code."""
    return bool(request.app.state.misses.allowed(address_of(request)))


def _no_such(request: Request, typed: str) -> Response:
    """Show the same page for every code that is not here; slow down whoever guesses."""
    if not request.app.state.misses.note(address_of(request)):
        return _type_it(request, status=_SLOWLY)
    return _type_it(request, typed=clean_code(typed), status=_NOWHERE)


def _type_it(request: Request, *, typed: str = "", status: int = 200) -> Response:
    words = words_for(None, language_of(request, None))
    sentences = {
        _NOWHERE: Coded(words.t("There is no gathering with this code. Look at the screen once more."), "no such code"),
        _SLOWLY: Coded(words.t("Too many codes that are not here. Wait a minute and try again."), "too many codes"),
    }
    response = page(
        "door.html",
        words,
        status=status,
        title="",
        sentence=sentences.get(status, Coded()),
        typed=typed,
        choices=languages_of(None),
        query_for=lambda code, **_: urlencode({"lang": code}),
    )
    if status == _SLOWLY:
        response.headers["retry-after"] = "60"
    return response


async def _door(request: Request) -> Response:
    """Show the door of a gathering: language, perhaps a circle, one button."""
    gathering = gathering_of(request)
    if gathering is None:
        return _no_such(request, str(request.path_params.get("code", "")))
    return _show(request, gathering)


def _show(request: Request, gathering: LiveGathering) -> Response:
    state = gathering.state
    words = words_for(gathering, language_of(request, gathering))
    settings = state.settings
    circle_key = request.query_params.get("c", "")
    fixed = state.circle_of_key.get(circle_key)
    sentence = Coded()
    if circle_key and fixed is None:
        sentence = Coded(words.t("The circle of this card is not here. Choose yours from the list."), "no such circle")
    by_card = request.url.path.startswith("/s/")
    card_code = clean_code(str(request.path_params.get("seatcode", ""))) if by_card else None
    question = gathering.state.question

    def query_for(code: str, *, new: bool = False) -> str:
        again = new or "new" in request.query_params
        return urlencode({"lang": code, **({"c": circle_key} if circle_key else {}), **({"new": "1"} if again else {})})

    return page(
        "door.html",
        words,
        title=(settings.name if settings else "") or gathering.code,
        question=question.get(words.language) or next(iter(question.values()), ""),
        sentence=sentence,
        code=gathering.code,
        seated=_is_seated(request, gathering),
        card_code=card_code,
        circle_key=circle_key,
        fixed_circle="" if fixed is None else circle_name(state, fixed, words),
        circles=[(number, circle_name(state, number, words)) for number in range(len(state.circles))],
        choices=languages_of(gathering),
        query_for=query_for,
    )


def _is_seated(request: Request, gathering: LiveGathering) -> bool:
    secret = request.cookies.get(SEAT_COOKIE, "")
    return bool(secret) and "new" not in request.query_params and gathering.seat_of(secret) is not None


async def _enter(request: Request) -> Response:
    """Take a seat and go in."""
    gathering = gathering_of(request)
    if gathering is None:
        return _no_such(request, str(request.path_params.get("code", "")))
    form = await form_of(request)
    state = gathering.state
    language = form.get("language", "")
    if language not in (state.settings.languages if state.settings else []):
        language = language_of(request, gathering)
    circle = number_in(form, "circle")
    card = clean_code(form.get("card", ""))
    if "card" in form and not card:
        raise Refused(Refusal.UNKNOWN)
    if card and not _may_try(request):
        return _type_it(request, status=_SLOWLY)
    try:
        seat = ask.SeatAsked(key_in(form), language, form.get("c") or None, card or None)
        taken = await doing.take_seat(gathering, seat, circle)
    except Refused as refused:
        if refused.why is Refusal.UNKNOWN and card and not request.app.state.misses.note(address_of(request)):
            return _no_such(request, "")
        raise
    https = bool(request.app.state.https)
    response = RedirectResponse(f"/g/{gathering.code}", 303)
    seat_cookies(response, gathering, taken.secret, https=https)
    set_cookie(response, LANGUAGE_COOKIE, language, path="/", https=https)
    return response


routes: list[Route] = [
    Route("/", _front),
    Route("/j/{code}", _door),
    Route("/j/{code}", _enter, methods=["POST"]),
    Route("/s/{code}", _door),
    Route("/s/{code}/{seatcode}", _door),
    Route("/s/{code}", _enter, methods=["POST"]),
    Route("/s/{code}/{seatcode}", _enter, methods=["POST"]),
]
