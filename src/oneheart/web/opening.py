"""Opening: a host comes in by a link that works once, makes a gathering in under a minute, and changes its settings."""

from __future__ import annotations

import asyncio
import gettext
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.desire import entry
from oneheart.live import events as ev
from oneheart.live.codes import hash_of, new_code
from oneheart.live.gathering import LiveGathering, Refused
from oneheart.live.state import Refusal
from oneheart.model import actor
from oneheart.model.gathering import Place
from oneheart.model.presence import Form
from oneheart.model.round import Voice
from oneheart.web.hosting import FORMS, HostHere, host_here, host_language, outside
from oneheart.web.pages import (
    HOST_COOKIE,
    SENTENCES,
    STATUS,
    form_of,
    house_of,
    key_in,
    new_key,
    number_in,
    page,
    set_cookie,
    words_for,
)
from oneheart.web.words import DOMAIN, LANGUAGES, LOCALE, Words

CIRCLES_MOST = 2000
OCCASION_ROWS = 6
_NAME_MOST, _CIRCLE_MOST, _QUESTION_MOST = 120, 80, 140
_ENTERED_MOST = 200
_DAY = 24 * 3600


def _t(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


QUESTION = _t("What do you want?")


@dataclass(frozen=True, slots=True)
class _Entered:
    """A link that was used: by which form, and where it led; a double tap of the same form leads there again."""

    key: str
    code: str


def _entered(request: Request) -> dict[str, _Entered]:
    state = request.app.state
    if not hasattr(state, "entered"):
        state.entered = {}
    found: dict[str, _Entered] = state.entered
    return found


def _enter_once(request: Request, token: str, key: str, gathering: LiveGathering) -> None:
    house_of(request).use(token)
    entered = _entered(request)
    entered[token] = _Entered(key, gathering.code)
    while len(entered) > _ENTERED_MOST:
        entered.pop(next(iter(entered)))


def _again(request: Request, token: str, key: str) -> LiveGathering | None:
    """Return where this very form led before, None where it led nowhere."""
    before = _entered(request).get(token)
    if before is None or not hmac.compare_digest(before.key, key):
        return None
    return house_of(request).find(before.code)


async def _enter(request: Request) -> Response:
    """Show the button of a one-time link; looking at it does not use it up."""
    token = str(request.path_params["token"])
    invitation = house_of(request).invitation(token)
    words = words_for(None, host_language(request))
    form = await form_of(request) if request.method == "POST" else {}
    key = key_in(form)
    if invitation is None:
        again = _again(request, token, key)
        return await _seated(request, again, token, key) if again else page("host_used.html", words, status=404)
    if request.method != "POST":
        return page("host_enter.html", words, token=token, new=invitation.code is None)
    if invitation.code is None:
        return RedirectResponse(f"/host/new/{token}", 303)
    gathering = house_of(request).find(invitation.code)
    if gathering is None:
        return page("host_used.html", words, status=404)
    _enter_once(request, token, key, gathering)
    return await _seated(request, gathering, token, key)


async def _seated(request: Request, gathering: LiveGathering, token: str, key: str) -> Response:
    """Seat a host and lead them to their desk; the same form always gives the same seat."""
    secret = gathering.secret_for("host", f"{token}\0{key}")
    if gathering.host_of(secret) is None:
        await gathering.submit(actor.host(len(gathering.state.hosts)), f"host-{token}", ev.HostSeated(hash_of(secret)))
    response = RedirectResponse(f"/host/{gathering.code}", 303)
    https = bool(request.app.state.https)
    set_cookie(response, HOST_COOKIE, secret, path=f"/host/{gathering.code}", https=https, age=30 * _DAY)
    return response


# --- a new gathering --------------------------------------------------------------------------------------------------


async def _new(request: Request) -> Response:
    """Make a gathering from a form, in under a minute; what was typed stays when something is missing."""
    token = str(request.path_params["token"])
    house = house_of(request)
    words = words_for(None, host_language(request))
    form = await form_of(request) if request.method == "POST" else {}
    key = key_in(form)
    invitation = house.invitation(token)
    if invitation is None or invitation.code is not None or house.folder is None:
        again = _again(request, token, key)
        return await _seated(request, again, token, key) if again else page("host_used.html", words, status=404)
    missing = ""
    if request.method == "POST":
        settings, missing = settings_from(form)
        if settings is not None:
            gathering = house.add(settings)
            _enter_once(request, token, key, gathering)
            await _furnish(gathering, form)
            return await _seated(request, gathering, token, key)
    return page(
        "host_new.html",
        words,
        status=400 if missing else 200,
        token=token,
        filled=_filled(form) if form else _blank(words.language),
        missing=missing,
        forms=[(form, words.t(said)) for form, said in FORMS.items()],
        rows=range(OCCASION_ROWS),
    )


def settings_from(form: Mapping[str, str], version: int = 0) -> tuple[ev.Settings | None, str]:
    """Return settings from a form, or None and which field is missing."""
    name = entry.clean(form.get("name", ""))[:_NAME_MOST]
    languages = [code for code in LANGUAGES if form.get(f"language-{code}")]
    if not name or not languages:
        return None, "languages" if name else "name"
    house = form.get("first", "")
    if house in languages:
        languages = [house, *(code for code in languages if code != house)]
    question = {
        code: entry.clean(form.get(f"question-{code}", ""))[:_QUESTION_MOST] or str(Words(code).t(QUESTION))
        for code in languages
    }
    cards = number_in(form, "cards")
    return (
        ev.Settings(
            name=name,
            question=question,
            voice=Voice.ASSEMBLY if form.get("voice") == Voice.ASSEMBLY else Voice.TEN,
            languages=languages,
            cards=min(50, max(1, cards)) if cards is not None else 8,
            hold=bool(form.get("hold")),
            words=dict(_words_from(form, languages)),
            version=version,
        ),
        "",
    )


def _words_from(form: Mapping[str, str], languages: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the words that the hosts put in the place of ours: a ready set, then lines of `our words = theirs`."""
    for code in languages:
        pairs = dict(ready_words(code, form.get("called", "")))
        lines = (line.partition("=") for line in form.get(f"words-{code}", "").splitlines())
        pairs |= {ours.strip(): entry.clean(theirs) for ours, sign, theirs in lines if sign and entry.clean(theirs)}
        if pairs:
            yield code, pairs


@lru_cache(maxsize=16)
def ready_words(language: str, voice: str) -> Mapping[str, str]:
    """Return what is called otherwise under a voice ("ten": tens; "assembly": tables), by message; else nothing."""
    if voice not in {"ten", "assembly"}:
        return {}
    catalogue = gettext.translation(DOMAIN, str(LOCALE), [language], fallback=True)
    known: dict[object, str] = getattr(catalogue, "_catalog", {})  # gettext has no other way to list what it knows
    under = f"{voice}\x04"
    return {key.removeprefix(under): said for key, said in known.items() if isinstance(key, str) and under in key}


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields of settings as a form shows them.

    Attributes:
        name: of the gathering.
        question: by language.
        languages: those chosen; the first is the house's own.
        voice: how people answer.
        cards: before the end.
        hold: whether a host reads first.
        called: "ten", "assembly" or "" for what goes with the voice.
        own: by language: lines of own words.
        more: the other fields of a form for a new gathering.
    """

    name: str
    question: Mapping[str, str]
    languages: list[str]
    voice: str
    cards: str
    hold: bool
    called: str
    own: Mapping[str, str]
    more: Mapping[str, str]


def _blank(language: str) -> Filled:
    """Return a form to begin with: every language, the host's own first, and the question ready in each."""
    own = language if language in LANGUAGES else "en"
    ordered = [own, *(code for code in LANGUAGES if code != own)]
    question = {code: str(Words(code).t(QUESTION)) for code in LANGUAGES}
    return Filled("", question, ordered, "ten", "8", hold=False, called="", own={}, more={})


def _filled(form: Mapping[str, str]) -> Filled:
    """Return a form as it was sent."""
    chosen = [code for code in LANGUAGES if form.get(f"language-{code}")]
    first = form.get("first", "")
    return Filled(
        form.get("name", ""),
        {code: form.get(f"question-{code}", "") for code in LANGUAGES},
        [first, *(code for code in chosen if code != first)] if first in chosen else chosen,
        form.get("voice", "ten"),
        form.get("cards", "8"),
        hold=bool(form.get("hold")),
        called=form.get("called", ""),
        own={code: form.get(f"words-{code}", "") for code in LANGUAGES},
        more=form,
    )


def _stored(settings: ev.Settings) -> Filled:
    """Return a form as the settings stand; a ready set of words shows as such, not word by word."""
    called = next((voice for voice in ("ten", "assembly") if _all_ready(settings, voice)), "")
    own = {}
    for code, pairs in settings.words.items():
        ready = ready_words(code, called)
        own[code] = "\n".join(f"{ours} = {theirs}" for ours, theirs in pairs.items() if ready.get(ours) != theirs)
    question = {code: settings.question.get(code, str(Words(code).t(QUESTION))) for code in LANGUAGES}
    return Filled(
        settings.name,
        question,
        settings.languages,
        settings.voice,
        str(settings.cards),
        hold=settings.hold,
        called=called,
        own=own,
        more={},
    )


def _all_ready(settings: ev.Settings, voice: str) -> bool:
    wanted = [(code, pair) for code in settings.languages for pair in ready_words(code, voice).items()]
    return bool(wanted) and all(settings.words.get(code, {}).get(ours) == theirs for code, (ours, theirs) in wanted)


async def _furnish(gathering: LiveGathering, form: Mapping[str, str]) -> None:
    """Add circles and occasions as the form says."""
    named = [
        (entry.clean(name)[:_CIRCLE_MOST], place)
        for place in Place
        for name in form.get(f"circles-{place}", "").splitlines()
        if entry.clean(name)
    ]
    more = max(0, (number_in(form, "circles") or 0) - len(named))
    circles = [*named, *([("", Place.HALL)] * more)][:CIRCLES_MOST]
    bodies: list[ev.AnyBody] = [ev.CircleAdded(name, new_key(), place=place) for name, place in circles]
    bodies.extend(_occasions(form))
    await asyncio.gather(*(gathering.submit(actor.HOUSE, f"begin-{n}", body) for n, body in enumerate(bodies)))


def _occasions(form: Mapping[str, str]) -> Iterator[ev.OccasionAdded]:
    for row in range(OCCASION_ROWS):
        name, kind = entry.clean(form.get(f"occasion-{row}", ""))[:_CIRCLE_MOST], form.get(f"form-{row}", "")
        if name:
            yield ev.OccasionAdded(name, Form(kind) if kind in FORMS else Form.LESSON, new_code()[:6])


# --- settings of a gathering that is there ----------------------------------------------------------------------------


async def _settings(request: Request) -> Response:
    """Show the settings, or keep them; where another host was faster, what was typed stays on the page."""
    here = host_here(request)
    if here is None:
        return outside(request)
    state = here.gathering.state
    form = await form_of(request) if request.method == "POST" else {}
    if request.method == "POST":
        version = number_in(form, "version") or 0
        settings, missing = settings_from(form, version)
        if settings is None:
            return _show_settings(here, _filled(form), missing=missing, version=version, status=400)
        try:
            await here.submit(key_in(form), settings)
        except Refused as refused:
            why = refused.why
            newest = state.settings_version if why is Refusal.STALE else version
            sentence = here.words.t(SENTENCES[why])
            return _show_settings(here, _filled(form), sentence=sentence, version=newest, status=STATUS[why])
        here.gathering.tick()
        return RedirectResponse(here.home, 303)
    assert state.settings is not None  # noqa: S101  a gathering begins with them
    return _show_settings(here, _stored(state.settings), version=state.settings_version)


def _show_settings(
    here: HostHere, filled: Filled, *, version: int, sentence: str = "", missing: str = "", status: int = 200
) -> Response:
    about: dict[str, Any] = {"filled": filled, "sentence": sentence, "missing": missing, "version": version}
    return here.page("host_settings.html", at="settings", status=status, **about)


routes: list[Route] = [
    Route("/host/enter/{token}", _enter, methods=["GET", "POST"]),
    Route("/host/new/{token}", _new, methods=["GET", "POST"]),
    Route("/host/{code}/settings", _settings, methods=["GET", "POST"]),
]
