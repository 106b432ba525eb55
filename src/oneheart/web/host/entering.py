"""Entering: a host uses a one-time link, creates a gathering, and invites another host."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.desire import entry
from oneheart.live import doing
from oneheart.live import inputs as ask
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.settings_typed import settings_of
from oneheart.model.gathering import Place
from oneheart.model.presence import Form
from oneheart.web import who
from oneheart.web.forms import form_of, key_in, new_key, number_in
from oneheart.web.host.by_machine import choices
from oneheart.web.host.gathering_settings import blank, filled, settings_from
from oneheart.web.pages import HOST_COOKIE, address_of, house_of, page, public_base, set_cookie, words_for
from oneheart.web.qr import picture
from oneheart.web.said import FORMS
from oneheart.web.who import host_language

CIRCLES_MOST = 2000
OCCASION_ROWS = 6
_NAME_MOST = 80  # letters in the name of a circle or an occasion
_ENTERED_MOST = 200
_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class _Entered:
    """A used one-time link: the idempotency key of its form, and its gathering. A repeated form leads there again."""

    key: str
    code: str


def _entered(request: Request) -> dict[str, _Entered]:
    state = request.app.state
    if not hasattr(state, "entered"):
        state.entered = {}
    entered: dict[str, _Entered] = state.entered
    return entered


def _enter_once(request: Request, token: str, key: str, gathering: LiveGathering) -> bool:
    """Use a link and remember its form; return whether the link was still to be used."""
    if house_of(request).use(token) is None:
        return False
    entered = _entered(request)
    entered[token] = _Entered(key, gathering.code)
    while len(entered) > _ENTERED_MOST:
        entered.pop(next(iter(entered)))
    return True


def _again(request: Request, token: str, key: str) -> LiveGathering | None:
    """Return the gathering that this form opened before; None if it did not."""
    entered = _entered(request).get(token)
    if entered is None or not hmac.compare_digest(entered.key, key):
        return None
    return house_of(request).find(entered.code)


async def _enter(request: Request) -> Response:
    """Show the button of a one-time link, or use the link. A GET request does not use it."""
    token = str(request.path_params["token"])
    words = words_for(None, host_language(request))
    form = await form_of(request) if request.method == "POST" else {}
    key = key_in(form)
    invitation = house_of(request).invitation(token)  # asked after the form has come: a host may be removed meanwhile
    if invitation is None:
        again = _again(request, token, key)
        return await _seated(request, again, token, key) if again else _used(request)
    if request.method != "POST":
        return page("host_enter.html", words, token=token, new=invitation.code is None, chosen=_chosen(request))
    if invitation.code is None:
        return RedirectResponse(f"/host/new/{token}{_chosen(request)}", 303)
    gathering = house_of(request).find(invitation.code)
    if gathering is None or not _enter_once(request, token, key, gathering):
        return _used(request)
    try:
        return await _seated(request, gathering, token, key)
    except Refused:
        _entered(request).pop(token, None)
        house_of(request).give_back(token, invitation)
        raise


def _chosen(request: Request) -> str:
    """Return the query by which the next page is in the language that a host chose on this one; "" if they did not."""
    return f"?lang={host_language(request)}" if "lang" in request.query_params else ""


def _used(request: Request) -> Response:
    """Return the 404 page of a link that is void, was used or never existed, and count it as a wrong code."""
    request.app.state.misses.note(address_of(request))
    return page("host_used.html", words_for(None, host_language(request)), status=404)


async def _seated(request: Request, gathering: LiveGathering, token: str, key: str) -> Response:
    """Give a host a seat at the desk and redirect there; idempotent by the key of the form."""
    secret = gathering.secret_for("host", f"{token}\0{key}")
    if gathering.host_of(secret) is None:
        try:
            await doing.seat_host(gathering, token, secret)
        except Refused as refused:
            if refused.why is Refusal.USED:  # they were removed since
                return page("host_used.html", words_for(None, host_language(request)), status=404)
            raise
    response = RedirectResponse(f"/host/{gathering.code}{_chosen(request)}", 303)
    https = bool(request.app.state.https)
    set_cookie(response, HOST_COOKIE, secret, path=f"/host/{gathering.code}", https=https, age=30 * _DAY)
    return response


# --- a new gathering --------------------------------------------------------------------------------------------------


async def _new(request: Request) -> Response:
    """Create a gathering from a form. If a field is missing, the page keeps what was typed."""
    token = str(request.path_params["token"])
    house = house_of(request)
    words = words_for(None, host_language(request))
    invitation = house.invitation(token)
    known = invitation is not None or token in _entered(request)
    form = await form_of(request) if request.method == "POST" and known else {}
    invitation = house.invitation(token)  # another form may have used it while this one came
    key = key_in(form)
    if invitation is None or invitation.code is not None or house.folder is None:
        again = _again(request, token, key)
        return await _seated(request, again, token, key) if again else _used(request)
    missing = ""
    if request.method == "POST":
        settings, missing = settings_from(form)
        circles = _circles(form)
        if settings is not None and len(circles) > CIRCLES_MOST:
            missing = "fewer circles"
        elif settings is not None:
            gathering = house.add(settings_of(settings, house.engines))
            _enter_once(request, token, key, gathering)
            await _furnish(gathering, form, circles)
            return await _seated(request, gathering, token, key)
    return page(
        "host_new.html",
        words,
        status=400 if missing else 200,
        token=token,
        filled=filled(form) if form else blank(words.language),
        missing=missing,
        drafts_choices=choices(house.engines, words),
        forms=[(form, words.t(message)) for form, message in FORMS.items()],
        rows=range(OCCASION_ROWS),
    )


def _circles(form: Mapping[str, str]) -> list[tuple[str, Place]]:
    """Return the circles of the form: those that are named, and as many without a name as are missing."""
    named_circles = [
        (name, place) for place in Place for name in form.get(f"circles-{place}", "").splitlines() if entry.clean(name)
    ]
    unnamed = max(0, (number_in(form, "circles") or 0) - len(named_circles))
    return [*named_circles, *([("", Place.HALL)] * min(unnamed, CIRCLES_MOST + 1))]


async def _furnish(gathering: LiveGathering, form: Mapping[str, str], circles: Sequence[tuple[str, Place]]) -> None:
    """Add the circles and occasions of the form."""
    key = new_key()
    await doing.furnish(gathering, [ask.CircleAsked(key, name, place) for name, place in circles], _occasions(form))


def _occasions(form: Mapping[str, str]) -> list[ask.OccasionAsked]:
    rows = ((form.get(f"occasion-{row}", ""), form.get(f"form-{row}", "")) for row in range(OCCASION_ROWS))
    key = new_key()
    return [
        ask.OccasionAsked(key, name, Form(kind) if kind in FORMS else Form.LESSON)
        for name, kind in rows
        if entry.clean(name)
    ]


# --- another host -----------------------------------------------------------------------------------------------------


async def _invite(request: Request) -> Response:
    """Show a one-time link for another host. It ends with the host who made it, and after a day."""
    host = who.running_host(request)
    link = f"{public_base(request)}/host/enter/{house_of(request).invite(host.gathering.code, host.host)}"
    return host.page("host_invite.html", at="", link=link, picture=picture(link))


routes: list[Route] = [
    Route("/host/enter/{token}", _enter, methods=["GET", "POST"]),
    Route("/host/new/{token}", _new, methods=["GET", "POST"]),
    Route("/host/{code}/invite", _invite, methods=["POST"]),
]
