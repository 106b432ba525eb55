"""Leading by the text and the clock: what the host's desk shows of the draft, the moment, the book and the programme.

In words only: a part of the gathering is said to be able to say a line or not yet; no number of anybody is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.engine.desire import entry
from oneheart.engine.prayer import rounds
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.gathering import LiveGathering
from oneheart.live.snapshot import K, in_steps, includes
from oneheart.model.programme import QUESTIONS_MOST, READY, minutes_of
from oneheart.model.round import Stage
from oneheart.web.door import circle_name
from oneheart.web.hosting import FORMS, HostHere, host_here, outside
from oneheart.web.pages import number_in
from oneheart.web.reading import MISSING, STATUS
from oneheart.web.words import LANGUAGES, Words

SAYING_MOST = 3600
_QUESTION_MOST = 140
_LIVE_MOST = 12


def _t(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


VERDICTS: dict[rounds.LineVerdict, str] = {
    "stands": _t("Every part that was heard can say it."),
    "to be amended": _t("It goes against some. Its author or steward may say it in other words."),
    "gives way": _t("A part cannot say it yet. Another line takes its place."),
    "not measured": _t("Too few have read it to tell."),
}
PROGRAMMES: dict[str, str] = {
    "hall": _t("A hall of many circles"),
    "ten": _t("One circle alone"),
    "workshop": _t("A workshop of several questions"),
    "days": _t("A gathering over days"),
}


def _part_name(here: HostHere, part: judging.Part) -> str:
    if part.kind == "circle" and part.circle is not None:
        return str(circle_name(here.state, part.circle, here.words))
    if part.kind == "language":
        return LANGUAGES.get(part.language, part.language)
    return str(here.words.t("everybody"))


_JUDGED: WeakKeyDictionary[LiveGathering, tuple[tuple[int, ...], tuple[judging.LineJudged, ...]]] = WeakKeyDictionary()


def _judged(gathering: LiveGathering, number: int) -> tuple[judging.LineJudged, ...]:
    """Return how lines stand; judged anew only after k more have read, so that no single tap shows."""
    draft = gathering.state.prayers.drafts[number]
    steps = (number, *(len(said) // K for said in draft.said))
    held = _JUDGED.get(gathering)
    if held is None or held[0] != steps:
        held = _JUDGED[gathering] = (steps, judging.judge(gathering.state, draft))
    return held[1]


def _lines(here: HostHere) -> list[dict[str, Any]]:
    """Return the lines of the draft and, once it is read, how each stands: in words, and no part of it is blamed."""
    state = here.state
    draft = state.prayers.of_round(state.round)
    if draft is None:
        return []
    judged = _judged(here.gathering, len(state.prayers.drafts) - 1)
    out = []
    for line, one in zip(draft.body.lines, judged, strict=True):
        text, language = state.prayers.words(line, state.desires)
        apart = [(part, reading.verdict) for part, reading in one.parts if part.kind != "all"]
        heard = one.readers >= min(K, state.people.count)
        verdict = one.verdict if heard else "not measured"
        behind = [_part_name(here, part) for part, verdict in apart if verdict in {"not agreed", "goes against"}]
        unheard = [_part_name(here, part) for part, verdict in apart if verdict == "not measured"]
        out.append(
            {
                "text": text,
                "language": language,
                "verdict": here.words.t(VERDICTS[verdict]),
                "behind": behind if heard else [],
                "unheard": unheard if heard else [],
            }
        )
    return out


def text_context(here: HostHere) -> dict[str, Any]:
    """Return what the desk shows of the text and of the programme."""
    state, t = here.state, here.words.t
    draft, sealed = state.prayers.of_round(state.round), state.prayers.sealed_of(state.round)
    readers = set() if draft is None else {seat for said in draft.said for seat in said} | draft.whole
    steps = state.programme
    following = 0 if state.step is None else state.step + 1
    return {
        "text_lines": _lines(here),
        "weaving": draft is None and state.stage in {Stage.WEAVING, Stage.READING},
        "woven": draft is not None,
        "without": [] if draft is None else [str(circle_name(state, n, here.words)) for n in draft.body.without],
        "readers": in_steps(len(readers)),
        "sealed": sealed,
        "sealed_number": len(state.prayers.sealed) - 1,
        "sealed_said": "" if sealed is None else t(STATUS[sealed.body.status]),
        "sealed_missing": [] if sealed is None else [t(MISSING[code]) for code in sealed.body.missing],
        "sealed_part": "" if sealed is None else _not_yet_in(here, sealed.body),
        "include": None if sealed is None else includes(state, sealed.body),
        "held_at": [(n, f"{one.name} · {t(FORMS[one.form])}") for n, one in enumerate(state.occasions)],
        "say_at": state.prayers.say_at,
        "step": state.step,
        "steps": len(steps),
        "next_step": following if following < len(steps) else None,
        "next_question": next(iter(steps[following].question.values()), "") if following < len(steps) else "",
        "next_stage": steps[following].stage if following < len(steps) else "",
    }


def _not_yet_in(here: HostHere, sealed: ev.TextSealed) -> str:
    """Return what the part is called that is not yet in; only the desk says it, so that no screen blames anybody."""
    if sealed.circle is not None:
        return str(circle_name(here.state, sealed.circle, here.words))
    return LANGUAGES.get(sealed.language, sealed.language)


async def _programme(request: Request) -> Response:
    """Show the programme, ready ones, and the desires of this round that may be the next question."""
    here = host_here(request)
    if here is None:
        return outside(request)
    state, t = here.state, here.words.t
    ready = [(name, t(said), lasting(here.words, 60 * minutes_of(name))) for name, said in PROGRAMMES.items()]
    steps = [
        (number, step.stage, lasting(here.words, step.seconds), next(iter(step.question.values()), ""))
        for number, step in enumerate(state.programme)
    ]
    return here.page(
        "host_programme.html",
        at="programme",
        ready=ready,
        steps=steps,
        stages=stages_said(here),
        step=state.step,
        version=state.version,
        live=_live(here),
        questions_most=QUESTIONS_MOST,
    )


_HOUR, _DAY = 3600, 86400


def lasting(words: Words, seconds: float) -> Markup:
    """Return a length of time as people say it: in minutes, from two hours on in hours, from two days on in days.

    Example:
        >>> [str(lasting(Words("en"), seconds)) for seconds in (90, 1200, 3 * 3600, 5 * 86400)]
        ['1.5 min', '20 min', '3 h', '5 days']
    """
    if seconds >= 2 * _DAY:
        return words.n("{count} day", "{count} days", round(seconds / _DAY))
    hours, minutes = f"{seconds / _HOUR:.3g}", f"{seconds / 60:g}"
    return words.t("{hours} h", hours=hours) if seconds >= 2 * _HOUR else words.t("{minutes} min", minutes=minutes)


def stages_said(here: HostHere) -> dict[str, Markup]:
    """Return what each stage is called."""
    from oneheart.web.host import STAGES  # noqa: PLC0415  the desk itself shows the programme

    return {stage.value: here.words.t(said) for stage, said in STAGES.items()}


def _live(here: HostHere) -> list[tuple[str, str]]:
    """Return words that are alive and not yet common: from these the next question may be chosen."""
    state = here.state
    draft = state.prayers.of_round(state.round)
    if draft is None:
        return []
    left = [state.prayers.words(line, state.desires) for line in draft.body.left]
    others = [(state.desires[n].text, state.desires[n].language) for n in draft.body.alternates]
    return [(text, language) for text, language in (*left, *others) if text][:_LIVE_MOST]


def body_of(here: HostHere, what: str, form: Mapping[str, str]) -> ev.AnyBody | None:
    """Return the event that a form of the text or the programme asks for, None where the form is not sound."""
    state = here.state
    if what == "say":
        seconds = number_in(form, "seconds")
        return None if seconds is None else ev.SayingSet(min(seconds, SAYING_MOST))
    if what in {"book", "held"}:
        return _in_the_book(what, form)
    if what == "step":
        step, version = number_in(form, "step"), number_in(form, "version")
        return None if step is None or version is None else ev.StepTaken(step, version)
    if what == "programme" and (form.get("ready") in READY or form.get("ready") == ""):
        return ev.ProgrammeSet(_planned(here, form.get("ready", ""), form.get("questions", "")))
    if what == "ask" and entry.clean(form.get("question", "")):
        return ev.ProgrammeSet([*state.programme, *_planned(here, "workshop", form["question"])])
    return None


def _in_the_book(what: str, form: Mapping[str, str]) -> ev.AnyBody | None:
    """Return the event by which a text is opened or closed, or a round's occasion is named or taken back."""
    number = number_in(form, "sealed" if what == "book" else "round")
    if number is None:
        return None
    if what == "book":
        return ev.BookSet(number, form.get("public") == "1")
    occasion = number_in(form, "occasion")
    return None if occasion is None and form.get("occasion") else ev.RoundHeld(number, occasion)


def _planned(here: HostHere, name: str, typed: str) -> list[ev.ProgrammeStep]:
    """Return the steps of a ready programme, once for each question."""
    if not name:
        return []
    language = here.state.settings.languages[0] if here.state.settings else "en"
    asked = [entry.clean(line)[:_QUESTION_MOST] for line in typed.splitlines()]
    questions = [question for question in asked if question][:QUESTIONS_MOST] or [""]
    return [
        ev.ProgrammeStep(
            step.stage, step.seconds, {language: question} if question and not place else {}, step.travelling
        )
        for question in questions
        for place, step in enumerate(READY[name])
    ]


ACTIONS = ("say", "book", "held", "step", "programme", "ask")
routes: list[Route] = [Route("/host/{code}/programme", _programme)]
