"""The hosts' desk: they moderate desires, move the stages and see how the hall is, but nothing about one person.

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

from oneheart.engine import disclosure
from oneheart.engine.desire import entry
from oneheart.engine.told import Told
from oneheart.live import events as ev
from oneheart.live.codes import clean_code
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refused
from oneheart.live.state import LiveDesire, Refusal
from oneheart.model.desire import Decision, Moderation
from oneheart.model.gathering import Place
from oneheart.model.presence import Form
from oneheart.model.round import Stage, Travelling
from oneheart.web import who
from oneheart.web.aliases import alias_of
from oneheart.web.answers import as_json
from oneheart.web.forms import form_of, key_in, new_key, number_in
from oneheart.web.host import programme, text
from oneheart.web.host.table_draw import draw
from oneheart.web.pages import page, public_base, words_for
from oneheart.web.said import DESK_HINTS, FORMS, MODEL_AGE, PLACES, REASONS, STAGES, circle_name
from oneheart.web.who import Host, is_host

QUEUE_MOST = 30
LIST_MOST = 60
OCCASION_LETTERS = 6
_NEWEST = 200  # events that the cards' model may be behind before the desk says that it is catching up
_CLOCK_MOST = 24 * 60


def stands(desire: LiveDesire) -> bool:
    """Return whether a desire still stands by itself: not erased, withdrawn or joined to another."""
    return not (desire.erased or desire.withdrawn or desire.same_as is not None)


# --- what the desk shows ----------------------------------------------------------------------------------------------


async def _desk(request: Request) -> Response:
    """Show the desk."""
    host = who.host(request)
    state, words = host.state, host.words
    base = public_base(request)
    find = entry.clean(request.query_params.get("find", ""))
    circles = [
        (circle_name(state, number, words), circle.done, circle.place) for number, circle in enumerate(state.circles)
    ]
    following = list(Stage)[(list(Stage).index(state.stage) + 1) % len(Stage)]
    queue, taken, aside = _queue(host), _taken(host, find), _aside(host, find)
    return host.page(
        "host.html",
        at="desk",
        settings=state.settings,
        state=state,
        stages=[(stage.value, words.t(said)) for stage, said in STAGES.items()],
        stage_said=words.t(STAGES[state.stage]),
        following=(following.value, words.t(STAGES[following])),
        people=disclosure.show_steps(state.people.count),
        circles=circles,
        done=sum(circle.done for circle in state.circles),
        places={name: words.t(said) for name, said in PLACES.items()},
        model=words.t(_model_age(host.gathering)),
        queue=queue[:QUEUE_MOST],
        more_wait=len(queue) > QUEUE_MOST,
        taken=taken[:LIST_MOST],
        more_taken=len(taken) > LIST_MOST,
        aside=aside[:LIST_MOST],
        find=find,
        proposals=_proposals(host),
        reasons=[(name, words.t(said)) for name, said in REASONS.items()],
        hall=f"{base}/hall/{host.gathering.code}",
        door=f"{base}/j/{host.gathering.code}",
        trouble=host.gathering.trouble,
        minutes=_minutes_left(state.clock),
        mark=mark(host.gathering),
        stages_named={stage.value: words.t(said) for stage, said in STAGES.items()},
        **text.text_context(host),
        **programme.programme_context(host),
    )


def _model_age(gathering: LiveGathering) -> str:
    fitted = gathering.snapshot.fitted_seq
    if not fitted:
        return MODEL_AGE["none"]
    if gathering.state.seq - fitted > _NEWEST:
        return MODEL_AGE["behind"]
    return MODEL_AGE["newest"]


def mark(gathering: LiveGathering) -> str:
    """Return a hash of what the desk shows, by which a page finds out that it is outdated."""
    state = gathering.state
    shown = [
        [state.version, state.settings_version, state.clock, state.ended, state.shown, gathering.trouble is None],
        disclosure.in_steps(state.people.count),
        [circle.done for circle in state.circles],
        [len(state.prayers.drafts), len(state.prayers.sealed), state.prayers.say_at, state.step, len(state.programme)],
        state.held.get(state.round),
        [
            [desire.moderation.value, desire.version, stands(desire), desire.proposed_same_as]
            for desire in state.desires
        ],
    ]
    return hashlib.sha256(msgspec.msgpack.encode(shown)).hexdigest()[:16]


def _minutes_left(clock: int | None) -> int:
    return 0 if clock is None else max(0, round((clock - time.time_ns() // 1_000_000) / 60_000))


def _told(host: Host, number: int, desire: LiveDesire) -> dict[str, Any]:
    return {
        "id": alias_of(host.gathering, number),
        "text": desire.text,
        "language": desire.language,
        "version": desire.version,
        "is_meta": desire.is_meta,
    }


def _lot(host: Host, told: Mapping[str, Any]) -> bytes:
    """Return a random sort key, stable for one host; two hosts start at different desires."""
    return hashlib.sha256(f"{host.host}\0{told['id']}".encode()).digest()


def _queue(host: Host) -> list[dict[str, Any]]:
    """Return the desires that wait for a decision, in random order: it tells neither time nor author."""
    waiting = [
        {**_told(host, number, desire), "hints": _hints(host, desire)}
        for number, desire in enumerate(host.state.desires)
        if stands(desire) and desire.moderation is Moderation.UNDECIDED and not desire.is_meta
    ]
    return sorted(waiting, key=lambda told: _lot(host, told))


def _hints(host: Host, desire: LiveDesire) -> list[str]:
    return [str(host.words.t(DESK_HINTS[hint.code])) for hint in entry.hints(desire.text) if hint.code in DESK_HINTS]


def _taken(host: Host, find: str) -> list[dict[str, Any]]:
    """Return the accepted desires, sorted by text; those on the hall screen come first."""
    shown = set(host.state.shown)
    taken = [
        {**_told(host, number, desire), "shown": number in shown}
        for number, desire in enumerate(host.state.desires)
        if stands(desire)
        and (desire.moderation is Moderation.ACCEPTED or desire.is_meta or number in shown)
        and desire.moderation is not Moderation.REJECTED
        and find.casefold() in desire.text.casefold()
    ]
    return sorted(taken, key=lambda told: (not told["shown"], str(told["text"])))


def _aside(host: Host, find: str) -> list[dict[str, Any]]:
    """Return the rejected desires with the reason for each."""
    aside = [
        {**_told(host, number, desire), "reason": desire.reason}
        for number, desire in enumerate(host.state.desires)
        if stands(desire) and desire.moderation is Moderation.REJECTED and find.casefold() in desire.text.casefold()
    ]
    return sorted(aside, key=lambda told: str(told["text"]))


def _proposals(host: Host) -> list[dict[str, Any]]:
    """Return pairs of desires in two languages that one host called the same and a second host may confirm."""
    out = []
    for number, desire in enumerate(host.state.desires):
        if desire.proposed_same_as is None or not stands(desire):
            continue
        root, by = desire.proposed_same_as
        other = host.state.desires[root]
        if stands(other):
            out.append(
                {"one": _told(host, number, desire), "other": _told(host, root, other), "mine": by == host.actor}
            )
    return out


class _Mark(Told, frozen=True):
    """The hash of what the desk shows now."""

    mark: str


async def _now(request: Request) -> Response:
    """Return the hash of the desk to a script, which compares it with its own; 403 without a host cookie."""
    if not is_host(request):
        return Response(status_code=403)
    return as_json(_Mark(mark(who.host(request).gathering)))


async def _same(request: Request) -> Response:
    """Show the desires in other languages that one may be the same as."""
    host = who.host(request)
    number = host.desire(request.query_params)
    if number is None or not stands(host.state.desires[number]):
        return host.problem(Refusal.UNKNOWN)
    mine = host.state.desires[number]
    find = entry.clean(request.query_params.get("find", ""))
    others = [
        _told(host, other, desire)
        for other, desire in enumerate(host.state.desires)
        if stands(desire)
        and desire.language != mine.language
        and desire.moderation is not Moderation.REJECTED
        and find.casefold() in desire.text.casefold()
    ]
    others.sort(key=lambda told: (str(told["language"]), str(told["text"])))
    one = _told(host, number, mine)
    return host.page(
        "host_same.html", at="", one=one, others=others[:LIST_MOST], more=len(others) > LIST_MOST, find=find
    )


async def _circles(request: Request) -> Response:
    """Show the circles and the programme."""
    host = who.host(request)
    state, words = host.state, host.words
    return host.page(
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
    """Do one act of a host; where another host was faster (optimistic lock), a page says so."""
    host = who.host(request)
    form = await form_of(request)
    what = str(request.path_params["what"])
    back = host.home + {
        "circle": "/circles",
        "rename": "/circles",
        "occasion": "/circles",
        "programme": "/programme",
        "ask": "/programme",
        "tables": "/tables",
    }.get(what, "")
    page_number = number_in(form, "page")
    if what in {"book", "held"} and page_number is not None:  # said on the text's own page in the book
        back = f"{host.home}/book/{page_number}"
    kept_text = entry.clean(form.get("reason", "") or form.get("text", "") or form.get("name", ""))
    if what == "seed" and any(hint.blocks for hint in entry.hints(entry.clean(form.get("text", "")))):
        sentence = host.words.t("A desire has 1 to 140 letters and no contact data. Mend it and add it again.")
        return page("problem.html", host.words, status=400, sentence=sentence, kept_text=kept_text, back=back)
    body = _body(host, what, form)
    if body is None:
        return host.problem(Refusal.UNKNOWN, kept_text=kept_text, back=back)
    try:
        await host.submit(key_in(form), body)
    except Refused as refused:
        return host.problem(refused.why, kept_text=kept_text, back=back)
    host.gathering.tick()
    anchor = {"moderate": "#queue", "meta": "#queue", "show": "#taken", "same": "#taken"}.get(what, "")
    return RedirectResponse(back + anchor, 303)


def _body(host: Host, what: str, form: Mapping[str, str]) -> ev.AnyBody | None:
    """Return the event that a form asks for, None where the form is malformed."""
    version = number_in(form, "version")
    if what == "stage" and version is not None and form.get("stage") in {*Stage}:
        travelling = Travelling.LINES if form.get("travelling") == Travelling.LINES else Travelling.ALL
        return ev.StageMoved(Stage(form["stage"]), version, travelling)
    if what in text.ACTIONS:
        return text.body_of(what, form)
    if what in programme.ACTIONS:
        return programme.body_of(host, what, form)
    if what == "clock":
        return ev.ClockSet(60 * min(number_in(form, "minutes") or 0, _CLOCK_MOST))
    if what in {"moderate", "meta", "show", "same"}:
        desire = host.desire(form)
        return None if desire is None else _about_desire(host, what, desire, form)
    return _furniture(host, what, form)


def _about_desire(host: Host, what: str, desire: int, form: Mapping[str, str]) -> ev.AnyBody | None:
    version, on = number_in(form, "version"), form.get("on") == "1"
    if what == "moderate" and version is not None:
        return _decision(host.gathering, desire, version, form)
    if what == "meta" and version is not None:
        return ev.MarkedMeta(desire, on=on, version=version)
    if what == "show":
        others = [number for number in host.state.shown if number != desire]
        return ev.Shown([*others, desire] if on else others)
    same_as = host.desire(form, "same_as")
    return ev.Translated(desire, same_as) if what == "same" and same_as is not None else None


def _furniture(host: Host, what: str, form: Mapping[str, str]) -> ev.AnyBody | None:
    name = entry.clean(form.get("name", ""))[:80]
    circle = number_in(form, "circle")
    if what == "circle":
        place = form.get("place")
        key = host.gathering.secret_for("circle", _same_again(host, form))
        return ev.CircleAdded(name, key, place=Place(place) if place in PLACES else Place.HALL)
    if what == "tables":
        return draw(host, form, again=_same_again(host, form))
    if what == "rename" and circle is not None:
        return ev.CircleChanged(circle, name)
    if what == "occasion" and name and form.get("form") in FORMS:
        code = clean_code(host.gathering.secret_for("occasion", _same_again(host, form)))[:OCCASION_LETTERS]
        return ev.OccasionAdded(name, Form(form["form"]), code)
    if what == "seed" and entry.clean(form.get("text", "")):
        languages = host.state.settings.languages if host.state.settings else ["en"]
        language = form.get("language", "")
        return ev.DesireSaid(None, entry.clean(form["text"]), language if language in languages else languages[0])
    return None


def _same_again(host: Host, form: Mapping[str, str]) -> str:
    """Return a name that is equal when the same form is sent twice, which makes adding idempotent."""
    return f"{host.actor}\0{form.get('key') or new_key()}"


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
    Route("/host/{code}", _desk),
    Route("/host/{code}/now", _now),
    Route("/host/{code}/same", _same),
    Route("/host/{code}/circles", _circles),
    Route("/host/{code}/do/{what}", _act, methods=["POST"]),
]
