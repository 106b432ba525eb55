"""The host's desk: look after the words, move the stages, see how the hall is, and nothing about any single person.

Several hosts may work at once: every change says which version it was made from, and the slower one is told. Hosts see
desires without author, circle or time, in an order that tells nothing, and no number of people below five.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.desire import entry
from oneheart.live import events as ev
from oneheart.live.codes import clean_code
from oneheart.live.gathering import LiveGathering, Refused
from oneheart.live.snapshot import in_steps
from oneheart.live.state import LiveDesire, Refusal
from oneheart.model.desire import Decision, Moderation
from oneheart.model.gathering import Place
from oneheart.model.presence import Form
from oneheart.model.round import Stage, Travelling
from oneheart.web import leading, measures, opening, papers, tables
from oneheart.web.alias import alias_of
from oneheart.web.door import circle_name
from oneheart.web.hosting import FORMS, PLACES, HostHere, host_here, outside, stands
from oneheart.web.pages import form_of, key_in, new_key, number_in, page, words_for
from oneheart.web.screen import public_base

QUEUE_MOST = 30
LIST_MOST = 60
OCCASION_LETTERS = 6
_NEWEST = 200  # events that the cards' model may be behind before the desk says that it is catching up
_CLOCK_MOST = 24 * 60


def _t(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


STAGES: dict[Stage, str] = {
    Stage.OPEN: _t("Open: people say what they want"),
    Stage.CROSSING: _t("Crossing: desires travel to far circles"),
    Stage.WEAVING: _t("Weaving: the text is made"),
    Stage.READING: _t("Reading: line by line"),
    Stage.SECOND_READING: _t("Second reading: changed lines"),
    Stage.SEALED: _t("Sealed: the text stands"),
    Stage.SAID: _t("Said together"),
}
REASONS: dict[str, str] = {
    "person": _t("It names a person."),
    "course": _t("It is about the course of the gathering, and was passed on to the hosts."),
    "hurt": _t("It may hurt somebody. Please say it once more in another way."),
    "contact": _t("It holds a link or contact data."),
}
_HINTS: dict[entry.HintCode, str] = {
    "link": _t("holds a link"),
    "question": _t("is a question"),
    "two wishes": _t("may be two wishes"),
    "contact": _t("holds contact data"),
}


# --- what the desk shows ----------------------------------------------------------------------------------------------


async def _desk(request: Request) -> Response:
    """Show the desk."""
    here = host_here(request)
    if here is None:
        return outside(request)
    state, words = here.state, here.words
    base = public_base(request)
    find = entry.clean(request.query_params.get("find", ""))
    circles = [
        (circle_name(state, number, words), circle.done, circle.place) for number, circle in enumerate(state.circles)
    ]
    following = list(Stage)[(list(Stage).index(state.stage) + 1) % len(Stage)]
    queue, taken, aside = _queue(here), _taken(here, find), _aside(here, find)
    return here.page(
        "host.html",
        at="desk",
        settings=state.settings,
        state=state,
        stages=[(stage.value, words.t(said)) for stage, said in STAGES.items()],
        stage_said=words.t(STAGES[state.stage]),
        following=(following.value, words.t(STAGES[following])),
        people=in_steps(state.people.count),
        circles=circles,
        done=sum(circle.done for circle in state.circles),
        places={name: words.t(said) for name, said in PLACES.items()},
        model=words.t(_model_age(here.gathering)),
        queue=queue[:QUEUE_MOST],
        more_wait=len(queue) > QUEUE_MOST,
        taken=taken[:LIST_MOST],
        more_taken=len(taken) > LIST_MOST,
        aside=aside[:LIST_MOST],
        find=find,
        proposals=_proposals(here),
        reasons=[(name, words.t(said)) for name, said in REASONS.items()],
        hall=f"{base}/hall/{here.gathering.code}",
        door=f"{base}/j/{here.gathering.code}",
        trouble=here.gathering.trouble,
        minutes=_minutes_left(state.clock),
        mark=mark(here.gathering),
        stages_named={stage.value: words.t(said) for stage, said in STAGES.items()},
        **leading.text_context(here),
    )


def _model_age(gathering: LiveGathering) -> str:
    fitted = gathering.snapshot.fitted_seq
    if not fitted:
        return _t("Cards are dealt evenly; the model behind them has read no answers yet.")
    if gathering.state.seq - fitted > _NEWEST:
        return _t("The model behind the cards is catching up with the newest answers; nobody waits for it.")
    return _t("The model behind the cards has read the newest answers.")


def mark(gathering: LiveGathering) -> str:
    """Return a fingerprint of what the desk shows, so that a page can tell whether it is still the present one."""
    state = gathering.state
    shown = [
        [state.version, state.settings_version, state.clock, state.ended, state.shown, gathering.trouble is None],
        in_steps(state.people.count),
        [circle.done for circle in state.circles],
        [len(state.prayers.drafts), len(state.prayers.sealed), state.prayers.say_at, state.step, len(state.programme)],
        state.held.get(state.round),
        [
            [desire.moderation.value, desire.version, stands(desire), desire.proposed_same_as]
            for desire in state.desires
        ],
    ]
    return hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:16]


def _minutes_left(clock: int | None) -> int:
    return 0 if clock is None else max(0, round((clock - time.time_ns() // 1_000_000) / 60_000))


def _told(here: HostHere, number: int, desire: LiveDesire) -> dict[str, Any]:
    return {
        "id": alias_of(here.gathering, number),
        "text": desire.text,
        "language": desire.language,
        "version": desire.version,
        "is_meta": desire.is_meta,
    }


def _lot(here: HostHere, told: Mapping[str, Any]) -> bytes:
    """Return a place by lot, the same at each look and another for each host, so that two begin at different ends."""
    return hashlib.sha256(f"{here.host}\0{told['id']}".encode()).digest()


def _queue(here: HostHere) -> list[dict[str, Any]]:
    """Return desires that wait for a decision, in an order that tells nothing of when or by whom they were said."""
    waiting = [
        {**_told(here, number, desire), "hints": _hints(here, desire)}
        for number, desire in enumerate(here.state.desires)
        if stands(desire) and desire.moderation is Moderation.UNDECIDED and not desire.is_meta
    ]
    return sorted(waiting, key=lambda told: _lot(here, told))


def _hints(here: HostHere, desire: LiveDesire) -> list[str]:
    return [str(here.words.t(_HINTS[hint.code])) for hint in entry.hints(desire.text) if hint.code in _HINTS]


def _taken(here: HostHere, find: str) -> list[dict[str, Any]]:
    """Return desires that were taken, by their words, those on the hall screen first."""
    shown = set(here.state.shown)
    taken = [
        {**_told(here, number, desire), "shown": number in shown}
        for number, desire in enumerate(here.state.desires)
        if stands(desire)
        and (desire.moderation is Moderation.ACCEPTED or desire.is_meta or number in shown)
        and desire.moderation is not Moderation.REJECTED
        and find.casefold() in desire.text.casefold()
    ]
    return sorted(taken, key=lambda told: (not told["shown"], str(told["text"])))


def _aside(here: HostHere, find: str) -> list[dict[str, Any]]:
    """Return desires that were not taken, with the reason that was given."""
    aside = [
        {**_told(here, number, desire), "reason": desire.reason}
        for number, desire in enumerate(here.state.desires)
        if stands(desire) and desire.moderation is Moderation.REJECTED and find.casefold() in desire.text.casefold()
    ]
    return sorted(aside, key=lambda told: str(told["text"]))


def _proposals(here: HostHere) -> list[dict[str, Any]]:
    """Return pairs of desires in two languages that one host took for the same and a second one may confirm."""
    out = []
    for number, desire in enumerate(here.state.desires):
        if desire.proposed_same_as is None or not stands(desire):
            continue
        root, by = desire.proposed_same_as
        other = here.state.desires[root]
        if stands(other):
            out.append(
                {"one": _told(here, number, desire), "other": _told(here, root, other), "mine": by == here.actor}
            )
    return out


async def _now(request: Request) -> Response:
    """Tell a script whether the desk that it shows is still the present one."""
    here = host_here(request)
    if here is None:
        return Response(status_code=403)
    return Response(msgspec.json.encode({"mark": mark(here.gathering)}), media_type="application/json")


async def _same(request: Request) -> Response:
    """Show the desires in other languages that one may be the same as."""
    here = host_here(request)
    if here is None:
        return outside(request)
    number = here.desire(request.query_params)
    if number is None or not stands(here.state.desires[number]):
        return here.problem(Refusal.UNKNOWN)
    mine = here.state.desires[number]
    find = entry.clean(request.query_params.get("find", ""))
    others = [
        _told(here, other, desire)
        for other, desire in enumerate(here.state.desires)
        if stands(desire)
        and desire.language != mine.language
        and desire.moderation is not Moderation.REJECTED
        and find.casefold() in desire.text.casefold()
    ]
    others.sort(key=lambda told: (str(told["language"]), str(told["text"])))
    one = _told(here, number, mine)
    return here.page(
        "host_same.html", at="", one=one, others=others[:LIST_MOST], more=len(others) > LIST_MOST, find=find
    )


async def _circles(request: Request) -> Response:
    """Show the circles and the programme."""
    here = host_here(request)
    if here is None:
        return outside(request)
    state, words = here.state, here.words
    return here.page(
        "host_circles.html",
        at="circles",
        circles=[
            (number, circle_name(state, number, words), circle.name, circle.place)
            for number, circle in enumerate(state.circles)
        ],
        places=[(name, words.t(said)) for name, said in PLACES.items()],
        occasions=[(words.t(FORMS[one.form]), one.name, one.code) for one in state.occasions],
        forms=[(name, words.t(said)) for name, said in FORMS.items()],
    )


# --- what a host does -------------------------------------------------------------------------------------------------


async def _act(request: Request) -> Response:
    """Do one thing at the desk; a page says so where another host was faster."""
    here = host_here(request)
    if here is None:
        return outside(request)
    form = await form_of(request)
    what = str(request.path_params["what"])
    back = here.home + {
        "circle": "/circles",
        "rename": "/circles",
        "occasion": "/circles",
        "programme": "/programme",
        "ask": "/programme",
        "tables": "/tables",
    }.get(what, "")
    text = number_in(form, "page")
    if what in {"book", "held"} and text is not None:  # said on the text's own page in the book
        back = f"{here.home}/book/{text}"
    kept_text = entry.clean(form.get("reason", "") or form.get("text", "") or form.get("name", ""))
    if what == "seed" and any(hint.blocks for hint in entry.hints(entry.clean(form.get("text", "")))):
        sentence = here.words.t("A desire has 1 to 140 letters and no contact data. Mend it and add it again.")
        return page("problem.html", here.words, status=400, sentence=sentence, kept_text=kept_text, back=back)
    body = _body(here, what, form)
    if body is None:
        return here.problem(Refusal.UNKNOWN, kept_text=kept_text, back=back)
    try:
        await here.submit(key_in(form), body)
    except Refused as refused:
        return here.problem(refused.why, kept_text=kept_text, back=back)
    here.gathering.tick()
    anchor = {"moderate": "#queue", "meta": "#queue", "show": "#taken", "same": "#taken"}.get(what, "")
    return RedirectResponse(back + anchor, 303)


def _body(here: HostHere, what: str, form: Mapping[str, str]) -> ev.AnyBody | None:
    """Return the event that a form asks for, None where the form is not sound."""
    version = number_in(form, "version")
    if what == "stage" and version is not None and form.get("stage") in {*Stage}:
        travelling = Travelling.LINES if form.get("travelling") == Travelling.LINES else Travelling.ALL
        return ev.StageMoved(Stage(form["stage"]), version, travelling)
    if what in leading.ACTIONS:
        return leading.body_of(here, what, form)
    if what == "clock":
        return ev.ClockSet(60 * min(number_in(form, "minutes") or 0, _CLOCK_MOST))
    if what in {"moderate", "meta", "show", "same"}:
        desire = here.desire(form)
        return None if desire is None else _about_desire(here, what, desire, form)
    return _furniture(here, what, form)


def _about_desire(here: HostHere, what: str, desire: int, form: Mapping[str, str]) -> ev.AnyBody | None:
    version, on = number_in(form, "version"), form.get("on") == "1"
    if what == "moderate" and version is not None:
        return _decision(here.gathering, desire, version, form)
    if what == "meta" and version is not None:
        return ev.MarkedMeta(desire, on=on, version=version)
    if what == "show":
        others = [number for number in here.state.shown if number != desire]
        return ev.Shown([*others, desire] if on else others)
    same_as = here.desire(form, "same_as")
    return ev.Translated(desire, same_as) if what == "same" and same_as is not None else None


def _furniture(here: HostHere, what: str, form: Mapping[str, str]) -> ev.AnyBody | None:
    name = entry.clean(form.get("name", ""))[:80]
    circle = number_in(form, "circle")
    if what == "circle":
        place = form.get("place")
        key = here.gathering.secret_for("circle", _same_again(here, form))
        return ev.CircleAdded(name, key, place=Place(place) if place in PLACES else Place.HALL)
    if what == "tables":
        return tables.draw(here, form, again=_same_again(here, form))
    if what == "rename" and circle is not None:
        return ev.CircleChanged(circle, name)
    if what == "occasion" and name and form.get("form") in FORMS:
        code = clean_code(here.gathering.secret_for("occasion", _same_again(here, form)))[:OCCASION_LETTERS]
        return ev.OccasionAdded(name, Form(form["form"]), code)
    if what == "seed" and entry.clean(form.get("text", "")):
        languages = here.state.settings.languages if here.state.settings else ["en"]
        language = form.get("language", "")
        return ev.DesireSaid(None, entry.clean(form["text"]), language if language in languages else languages[0])
    return None


def _same_again(here: HostHere, form: Mapping[str, str]) -> str:
    """Return what is the same when the same form is sent twice, so that a double tap adds one thing."""
    return f"{here.actor}\0{form.get('key') or new_key()}"


def _decision(gathering: LiveGathering, desire: int, version: int, form: Mapping[str, str]) -> ev.Moderated:
    """Return a decision with its reason in the language of the desire's author."""
    if form.get("decision") != Decision.REJECTED:
        return ev.Moderated(desire, Decision.ACCEPTED, version=version)
    own = entry.clean(form.get("reason", ""))
    ready = REASONS.get(form.get("ready", ""))
    author = gathering.state.desires[desire].author
    language = gathering.state.desires[desire].language if author is None else gathering.state.seats[author].language
    said = str(words_for(gathering, language).t(ready)) if ready else ""
    return ev.Moderated(desire, Decision.REJECTED, " ".join(part for part in (said, own) if part), version)


routes: list[Route] = [
    *opening.routes,
    Route("/host/{code}", _desk),
    Route("/host/{code}/now", _now),
    Route("/host/{code}/same", _same),
    Route("/host/{code}/circles", _circles),
    Route("/host/{code}/do/{what}", _act, methods=["POST"]),
    *tables.routes,
    *measures.routes,
    *papers.routes,
    *leading.routes,
]
