"""The door: a person types or scans a code, chooses a language, perhaps a circle, and takes a seat.

The door asks for no name. A GET request changes nothing. The button takes a seat; it is idempotent by the key of its
form.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.told import Told
from oneheart.live import doing
from oneheart.live import inputs as ask
from oneheart.live.codes import clean_code
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refused
from oneheart.live.state import Refusal
from oneheart.live.state.nested import innermost
from oneheart.locale.coded import Coded
from oneheart.model.gathering import Door
from oneheart.web.answers import as_json
from oneheart.web.book import open_to_all
from oneheart.web.forms import form_of, key_in, new_key, number_in
from oneheart.web.pages import (
    LANGUAGE_COOKIE,
    SEAT_COOKIE,
    address_of,
    asked_in,
    gathering_of,
    house_of,
    language_of,
    name_of,
    page,
    set_cookie,
    static_url,
    words_for,
)
from oneheart.web.phone.moved import moved_away
from oneheart.web.said import HTTP_STATUS, circle_name, refusal_said
from oneheart.web.terms import deadline, is_encrypted, terms_of
from oneheart.web.who import revoked_in, seat_in
from oneheart.web.words import LANGUAGES

_SLOWLY = 429
_NOWHERE = 404


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


CARD_REFUSED: dict[Refusal, str] = {
    Refusal.UNKNOWN: _t("No card here has this code. Look at your card once more and type its letters and digits."),
    Refusal.USED: _t(
        "Somebody came in with this card already. If it was you on another phone, open your place here with your way "
        "back; else ask a host for another card."
    ),
}
"""Why a seat card does not let somebody in; the door shows its field again."""


class _Icon(Told, frozen=True):
    """A picture of the app.

    Attributes:
        src: address of the picture.
        sizes: "any" for a drawing that fits every size.
        type: media type.
        purpose: where it may stand.
    """

    src: str
    sizes: str = "any"
    type: str = "image/svg+xml"
    purpose: str = "any maskable"


class _Manifest(Told, frozen=True):
    """A web app manifest, as the W3C specifies it.

    Attributes:
        id: identity of the app.
        start_url: page that it opens.
        name: name of the gathering.
        short_name: the same, short enough to stand under a picture.
        lang: language code of the names.
        dir: direction of the names.
        icons: pictures.
        scope: addresses that open within it.
        display: "standalone" opens it without the frame of the browser.
        background_color: colour until the page is there.
        theme_color: colour of the frame.
    """

    id: str
    start_url: str
    name: str
    short_name: str
    lang: str
    dir: str
    icons: tuple[_Icon, ...]
    scope: str = "/"
    display: str = "standalone"
    background_color: str = "#faf7f2"
    theme_color: str = "#94370f"


def languages_of(gathering: LiveGathering | None) -> list[tuple[str, str]]:
    """Return (code, name in that language) of each language that a person may choose."""
    settings = gathering.state.settings if gathering else None
    return [(code, LANGUAGES.get(code, code)) for code in (settings.languages if settings else LANGUAGES)]


def seat_cookies(response: Response, gathering: LiveGathering, secret: str, *, https: bool) -> None:
    """Set the seat cookie for the phone pages and for the doors, which then offer the seat instead of a second one."""
    for place in ("g", "j", "s"):
        set_cookie(response, SEAT_COOKIE, secret, path=f"/{place}/{gathering.code}", https=https)


def forget_seat(response: Response, gathering: LiveGathering) -> None:
    """Delete the seat cookies of a phone."""
    for place in ("g", "j", "s"):
        response.delete_cookie(SEAT_COOKIE, path=f"/{place}/{gathering.code}", httponly=True, samesite="lax")


async def _front(request: Request) -> Response:
    """Show the form for a code, or redirect to the door of the typed code."""
    typed = request.query_params.get("code", "")
    gathering = house_of(request).find(typed) if typed else None
    if gathering is not None:
        return RedirectResponse(f"/j/{gathering.code}", 303)
    return _no_such(request, typed) if typed else _type_it(request)


def _may_try(request: Request) -> bool:
    """Return whether an IP address is below the rate limit. People with a right code are not limited."""
    return bool(request.app.state.misses.allowed(address_of(request)))


def too_many(request: Request) -> Response:
    """Return the 429 page of an address that has sent too many wrong codes."""
    return _type_it(request, status=_SLOWLY)


def _no_such(request: Request, typed: str) -> Response:
    """Return the 404 page of an unknown code; `guessing` has counted it."""
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
    """Show the door of a gathering: language, circle if there are any, and one button."""
    gathering = gathering_of(request)
    if gathering is None:
        return _no_such(request, str(request.path_params.get("code", "")))
    if "new" not in request.query_params and revoked_in(gathering, request) is not None:
        return RedirectResponse(f"/g/{gathering.code}", 303)
    return _show(request, gathering)


def _show(
    request: Request, gathering: LiveGathering, *, refused: Refused | None = None, typed: str = "", status: int = 200
) -> Response:
    """Return the page of the door; with what was refused and what was typed, so that it can be mended in its field."""
    state = gathering.state
    words = words_for(gathering, language_of(request, gathering))
    circle_key = request.query_params.get("c", "")
    fixed = state.circle_of_key.get(circle_key)
    course = state.course
    by_card = request.url.path.startswith("/s/") or course.door is Door.CARDS or refused is not None
    turned_away = course.turns_away(state.people.count, card=by_card)
    sentence = Coded()
    if refused is not None:
        sentence = Coded(words.t(CARD_REFUSED.get(refused.why, CARD_REFUSED[Refusal.UNKNOWN])), refused.why)
    elif turned_away is not None:
        sentence = refusal_said(Refused(turned_away, most=course.most_seats or 0), words)
    elif circle_key and fixed is None:
        request.app.state.misses.note(address_of(request))
        sentence = Coded(words.t("The circle of this card is not here. Choose yours from the list."), "no such circle")
    moved = moved_away(gathering, request, words)
    card_code = clean_code(typed or str(request.path_params.get("seatcode", ""))) if by_card else None
    question = asked_in(state, words)
    here_code = clean_code(request.query_params.get("here", ""))

    def query_for(code: str, *, new: bool = False) -> str:
        again = new or "new" in request.query_params
        kept = {"c": circle_key, "here": here_code, "new": "1" if again else ""}
        return urlencode({"lang": code, **{name: value for name, value in kept.items() if value}})

    return page(
        "door.html",
        words,
        status=status,
        title=name_of(gathering, words),
        question=question.text,
        question_language=question.language,
        sentence=sentence,
        code=gathering.code,
        seated=_is_seated(request, gathering),
        moved=moved,
        comes_to=_comes_to(request, gathering, fixed),
        key=new_key(),
        card_code=card_code,
        card_refused=refused is not None,
        ended=state.ended,
        book=bool(open_to_all(gathering)),
        door=course.door.value,
        lets_in=turned_away is None,
        circle_key=circle_key,
        here_code=here_code,
        fixed_circle="" if fixed is None else circle_name(state, fixed, words),
        circles=[(number, circle_name(state, number, words)) for number in innermost(state.circles)],
        choices=languages_of(gathering),
        query_for=query_for,
        terms=terms_of(gathering, words, encrypted=is_encrypted(request)),
        purged=None if state.keeping.purged_at is None else deadline(state.keeping, words),
    )


def _comes_to(request: Request, gathering: LiveGathering, circle: int | None) -> bool:
    """Return whether a person who has a place scanned the card of another circle than their own."""
    seat = seat_in(gathering, request)
    return circle is not None and seat is not None and gathering.state.seats[seat].circle != circle


def _is_seated(request: Request, gathering: LiveGathering) -> bool:
    return "new" not in request.query_params and seat_in(gathering, request) is not None


async def _manifest(request: Request) -> Response:
    """Return the web app manifest, with which a phone puts the page on its home screen over https."""
    gathering = gathering_of(request)
    if gathering is None:
        return _no_such(request, str(request.path_params.get("code", "")))
    words = words_for(gathering, language_of(request, gathering))
    home = f"/g/{gathering.code}"
    name = name_of(gathering, words)
    manifest = _Manifest(home, home, name, name[:24], words.language, words.direction, (_Icon(static_url("icon.svg")),))
    response = as_json(manifest)
    response.headers["content-type"] = "application/manifest+json"
    return response


async def _enter(request: Request) -> Response:
    """Take a seat, set its cookies, and redirect to the phone page."""
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
        return _show(request, gathering, refused=Refused(Refusal.UNKNOWN), typed=card, status=_NOWHERE)
    secret = bool(card or form.get("c"))
    if secret and not _may_try(request):
        return too_many(request)
    try:
        seat_asked = ask.SeatAsked(
            key_in(form), language, form.get("c") or None, card or None, number_in(form, "consent")
        )
        seat = await doing.take_seat(gathering, seat_asked, circle)
    except Refused as refused:
        if refused.why is Refusal.UNKNOWN and secret:
            request.app.state.misses.note(address_of(request))
        if card and refused.why in CARD_REFUSED:
            return _show(request, gathering, refused=refused, typed=card, status=HTTP_STATUS[refused.why])
        raise
    request.app.state.misses.welcome(address_of(request), f"{gathering.code} {seat.number}")
    https = bool(request.app.state.https)
    here_code = clean_code(form.get("here", ""))  # they scanned the code of an occasion before they had a seat
    response = RedirectResponse(f"/g/{gathering.code}" + (f"/here/{here_code}" if here_code else ""), 303)
    seat_cookies(response, gathering, seat.secret, https=https)
    set_cookie(response, LANGUAGE_COOKIE, language, path="/", https=https)
    return response


routes: list[Route] = [
    Route("/", _front),
    Route("/j/{code}", _door),
    Route("/j/{code}", _enter, methods=["POST"]),
    Route("/j/{code}/app.webmanifest", _manifest),
    Route("/s/{code}", _door),
    Route("/s/{code}/{seatcode}", _door),
    Route("/s/{code}", _enter, methods=["POST"]),
    Route("/s/{code}/{seatcode}", _enter, methods=["POST"]),
]
