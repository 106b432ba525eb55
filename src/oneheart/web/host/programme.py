"""The programme on the hosts' desk: its steps, ready programmes, and desires that may become the next question."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.live.sealed_record import draft_shown
from oneheart.live.wordings import wording_in
from oneheart.model.programme import QUESTIONS_MOST, minutes_of
from oneheart.web import who
from oneheart.web.host.wording_fields import wording_fields
from oneheart.web.said import PROGRAMMES, STAGES, stage_name
from oneheart.web.who import Host
from oneheart.web.words import LANGUAGES, Plain, Words

_QUESTION_MOST = 140
_LIVE_MOST = 12


async def _programme(request: Request) -> Response:
    """Show the programme, ready programmes, and desires of this round that may become the next question."""
    host = who.running_host(request)
    state, t = host.state, host.words.t
    ready = [(name, t(message), lasting(host.words, 60 * minutes_of(name))) for name, message in PROGRAMMES.items()]
    steps = [
        (number, step.stage, lasting(host.words, step.seconds), wording_fields(step.question, state.languages))
        for number, step in enumerate(state.programme)
    ]
    return host.page(
        "host_programme.html",
        at="programme",
        ready=ready,
        steps=steps,
        by_itself=state.course.by_itself,
        stages=stages_said(host),
        step=state.step,
        version=state.version,
        live=_live(host),
        choices=[(code, LANGUAGES.get(code, code)) for code in state.languages],
        questions_most=QUESTIONS_MOST,
    )


_HOUR, _DAY = 3600, 86400


def lasting(words: Words, seconds: float) -> Markup:
    """Return a duration in words: in minutes, from two hours on in hours, from two days on in days.

    Example:
        >>> [str(lasting(Words("en"), seconds)) for seconds in (90, 1200, 3 * 3600, 5 * 86400)]
        ['1.5 min', '20 min', '3 h', '5 days']
    """
    if seconds >= 2 * _DAY:
        return words.n("{count} day", "{count} days", Plain(round(seconds / _DAY)))
    hours, minutes = f"{seconds / _HOUR:.3g}", f"{seconds / 60:g}"
    return words.t("{hours} h", hours=hours) if seconds >= 2 * _HOUR else words.t("{minutes} min", minutes=minutes)


def stages_said(host: Host) -> dict[str, Markup]:
    """Return the name of each stage, by its value."""
    return {stage.value: stage_name(host.state, stage, host.words) for stage in STAGES}


def _live(host: Host) -> list[tuple[str, str]]:
    """Return (words, language) of desires that are not common yet; a host may choose the next question from them."""
    state = host.state
    shown = draft_shown(state)
    if shown is None:
        return []
    draft = shown[1]
    left = [state.prayers.words(line, state.desires) for line in draft.body.left]
    others = [(state.desires[n].text, state.desires[n].language) for n in draft.body.alternates]
    return [(text, language) for text, language in (*left, *others) if text][:_LIVE_MOST]


def programme_context(host: Host) -> dict[str, Any]:
    """Return the template context of the programme on the desk."""
    state = host.state
    steps = state.programme
    following = 0 if state.step is None else state.step + 1
    return {
        "step": state.step,
        "steps": len(steps),
        "next_step": following if following < len(steps) else None,
        "next_question": wording_in(
            steps[following].question if following < len(steps) else {}, state.languages, host.words.language
        ),
        "next_stage": steps[following].stage if following < len(steps) else "",
    }


routes: list[Route] = [Route("/host/{code}/programme", _programme)]
