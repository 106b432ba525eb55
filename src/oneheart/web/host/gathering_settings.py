"""The settings of a gathering: the form for a new gathering and for the desk, and the page that changes them."""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.desire import entry
from oneheart.live import doing
from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state.retention import KEEP_DAYS, KEEP_DAYS_MOST
from oneheart.locale.coded import Coded
from oneheart.model.prayer import DraftsBy
from oneheart.model.round import Voice
from oneheart.web import who
from oneheart.web.forms import form_of, key_in, number_in
from oneheart.web.host.by_machine import choices
from oneheart.web.host.wording_fields import typed_names, wording_fields
from oneheart.web.said import DOORS, HTTP_STATUS, QUESTION, questions_of, refusal_said
from oneheart.web.terms import deadline
from oneheart.web.who import Host
from oneheart.web.words import DOMAIN, LANGUAGES, LOCALE, Words


def settings_from(
    form: Mapping[str, str], *, keep_days: int | None = KEEP_DAYS, run_by: str = ""
) -> tuple[ask.SettingsAsked | None, str]:
    """Return the settings of a form and "", or None and the name of the field that is missing.

    Args:
        form: the form.
        keep_days: present term, which stays where the form has none.
        run_by: present text on who runs the gathering, which stays where the form has none.
    """
    name = entry.clean(form.get("name", ""))
    languages = [code for code in LANGUAGES if form.get(f"language-{code}")]
    if not name or not languages:
        return None, "languages" if name else "name"
    main = form.get("first", "")
    if main in languages:
        languages = [main, *(code for code in languages if code != main)]
    question = questions_of({code: entry.clean(form.get(f"question-{code}", "")) for code in languages}, languages)
    cards, keep = number_in(form, "cards"), number_in(form, "keep")
    if keep is None and form.get("keep", "").strip():
        return None, "keep"
    settings = ask.SettingsAsked(
        key=key_in(form),
        name=name,
        question=question,
        voice=Voice.ASSEMBLY if form.get("voice") == Voice.ASSEMBLY else Voice.TEN,
        languages=languages,
        cards=min(50, max(1, cards)) if cards is not None else 8,
        hold=bool(form.get("hold")),
        words=dict(_words_from(form, languages)),
        version=number_in(form, "version") or 0,
        keep_days=keep_days if keep is None else min(KEEP_DAYS_MOST, max(0, keep)),
        run_by=form.get("run_by", run_by),
        names=typed_names(form, languages) or {},
        drafts=DraftsBy(form["drafts"]) if form.get("drafts") in {*DraftsBy} else DraftsBy.NOBODY,
    )
    return settings, ""


def _words_from(form: Mapping[str, str], languages: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (language, replacements) from a form: a ready set of words, then lines `message = replacement`."""
    for code in languages:
        pairs = dict(ready_words(code, form.get("called", "")))
        lines = (line.partition("=") for line in form.get(f"words-{code}", "").splitlines())
        pairs |= {
            message.strip(): entry.clean(replacement)
            for message, sign, replacement in lines
            if sign and entry.clean(replacement)
        }
        if pairs:
            yield code, pairs


@lru_cache(maxsize=16)
def ready_words(language: str, voice: str) -> Mapping[str, str]:
    """Return the replacements of messages that a voice makes ("ten" or "assembly"); {} for any other voice."""
    if voice not in {"ten", "assembly"}:
        return {}
    catalogue = gettext.translation(DOMAIN, str(LOCALE), [language], fallback=True)
    messages: dict[object, str] = getattr(catalogue, "_catalog", {})  # gettext has no public way to list its messages
    prefix = f"{voice}\x04"
    return {
        key.removeprefix(prefix): translation
        for key, translation in messages.items()
        if isinstance(key, str) and prefix in key
    }


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields of the settings form.

    Attributes:
        name: name of the gathering.
        question: question by language.
        languages: chosen languages; the first is the main one.
        voice: "ten" or "assembly".
        cards: how many cards a person answers before the end page, as text.
        hold: whether a host reads each desire before it travels.
        called: ready set of words, "ten" or "assembly"; "" for the default of the voice.
        own: by language: lines of replaced words.
        more: the other fields of the form for a new gathering.
        keep: days after the end until everything personal is erased, as text; "" for no term.
        run_by: who runs the gathering.
        names: name of the gathering by language.
        instead: what readers see where a wording is missing, by "question-es" or "name-es" and the like.
        drafts: who drafts lines in other languages.
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
    keep: str = str(KEEP_DAYS)
    run_by: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    drafts: str = DraftsBy.NOBODY.value

    @property
    def usual(self) -> dict[str, str]:
        """Return the usual question in each language; the form shows it where a field is empty."""
        return {code: str(Words(code).t(QUESTION)) for code in LANGUAGES}


def blank(language: str) -> Filled:
    """Return the form of a new gathering: all languages, the host's own first; an empty question is the usual one."""
    own = language if language in LANGUAGES else "en"
    ordered = [own, *(code for code in LANGUAGES if code != own)]
    return Filled("", dict.fromkeys(LANGUAGES, ""), ordered, "ten", "8", hold=False, called="", own={}, more={})


def filled(form: Mapping[str, str]) -> Filled:
    """Return the form with the values that were sent."""
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
        keep=form.get("keep", ""),
        run_by=form.get("run_by", ""),
        names={code: form.get(f"name-{code}", "") for code in LANGUAGES},
        drafts=form.get("drafts", DraftsBy.NOBODY.value),
    )


def _stored(settings: ev.Settings) -> Filled:
    """Return the form with the stored settings. A ready set of words appears by its name, not word by word."""
    called = next((voice for voice in ("ten", "assembly") if _all_ready(settings, voice)), "")
    own = {}
    for code, pairs in settings.words.items():
        ready = ready_words(code, called)
        own[code] = "\n".join(
            f"{message} = {replacement}" for message, replacement in pairs.items() if ready.get(message) != replacement
        )
    wordings = {
        "question": wording_fields(settings.question, settings.languages),
        "name": wording_fields(settings.names, settings.languages, settings.name),
    }
    return Filled(
        settings.name,
        settings.question,
        settings.languages,
        settings.voice,
        str(settings.cards),
        hold=settings.hold,
        called=called,
        own=own,
        more={},
        keep="" if settings.keep_days is None else str(settings.keep_days),
        run_by=settings.run_by,
        names=settings.names,
        instead={f"{what}-{one.code}": one.instead for what, fields in wordings.items() for one in fields},
        drafts=settings.drafts.value,
    )


def _all_ready(settings: ev.Settings, voice: str) -> bool:
    needed = [(code, pair) for code in settings.languages for pair in ready_words(code, voice).items()]
    return bool(needed) and all(
        settings.words.get(code, {}).get(message) == replacement for code, (message, replacement) in needed
    )


async def _settings(request: Request) -> Response:
    """Show or change the settings. If another host was faster (optimistic lock), the page keeps what was typed."""
    host = who.running_host(request)
    state = host.gathering.state
    form = await form_of(request) if request.method == "POST" else {}
    if request.method == "POST":
        version = number_in(form, "version") or 0
        present = state.keeping
        settings, missing = settings_from(form, keep_days=present.days, run_by=present.run_by)
        if settings is None:
            return _show_settings(host, filled(form), missing=missing, version=version, status=400)
        try:
            await doing.set_settings(host.gathering, host.host, settings)
        except Refused as refused:
            newest = state.settings_version if refused.why is Refusal.STALE else version
            sentence, status = refusal_said(refused, host.words), HTTP_STATUS[refused.why]
            return _show_settings(host, filled(form), sentence=sentence, version=newest, status=status)
        host.gathering.tick()
        return RedirectResponse(host.home, 303)
    assert state.settings is not None  # noqa: S101  a gathering begins with them
    return _show_settings(host, _stored(state.settings), version=state.settings_version)


def _show_settings(
    host: Host, filled: Filled, *, version: int, sentence: Coded | None = None, missing: str = "", status: int = 200
) -> Response:
    course = host.state.course
    about: dict[str, Any] = {
        "filled": filled,
        "sentence": sentence,
        "missing": missing,
        "version": version,
        "deadline": deadline(host.state.keeping, host.words),
        "door_set": course.door.value,
        "most_seats": course.most_seats,
        "drafts_choices": choices(host.gathering.drafts.engines, host.words, host.state.settings),
        "doors": {door.value: host.words.t(message) for door, message in DOORS.items()},
    }
    return host.page("host_settings.html", at="settings", status=status, **about)


routes: list[Route] = [Route("/host/{code}/settings", _settings, methods=["GET", "POST"])]
