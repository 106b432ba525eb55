"""The hosts' desk: hosts moderate desires, move the stages and see the state of the hall, but nothing about one person.

Several hosts may work at once. Each change names the version that the host saw (optimistic lock), and the slower host
gets a refusal. Hosts see desires without author, circle or time, in random order, and no count of people below five.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.engine.desire import entry
from oneheart.engine.told import Told
from oneheart.formats.hosts_lists import field_of, time_typed
from oneheart.live import admitting, carrying, circle_duty, doing, naming, opened, queues, undoing, unsealing
from oneheart.live import inputs as ask
from oneheart.live.gathering import LiveGathering
from oneheart.live.grouping import CircleMoveAsked, circle_called, move_circle
from oneheart.live.headings import heading_of, nearest_now
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.sealed_record import moment
from oneheart.live.snapshot import share_shown
from oneheart.live.state import LiveDesire, duty
from oneheart.live.state.moves import check_new_stage
from oneheart.live.state.released import people_told
from oneheart.live.typed_words import hints_of
from oneheart.live.wordings import lacking
from oneheart.locale.coded import Coded
from oneheart.model.desire import Decision, Moderation
from oneheart.model.gathering import Place
from oneheart.model.round import Stage
from oneheart.web import who
from oneheart.web.answers import as_json
from oneheart.web.forms import asked, form_of, number_in
from oneheart.web.host import next_step, programme, text
from oneheart.web.host.by_machine import drafts_trouble
from oneheart.web.host.circle_rows import ROWS_MOST, circle_rows, found, outermost_first
from oneheart.web.host.wording_fields import typed_names, wording_fields
from oneheart.web.pages import public_base, words_for
from oneheart.web.said import (
    DESK_HINTS,
    DOORS,
    FORMS,
    MODEL_AGE,
    NEAREST_WANTED,
    PLACES,
    REASONS,
    STAGES,
    circle_name,
    stage_name,
)
from oneheart.web.terms import deadline
from oneheart.web.who import Host, is_host
from oneheart.web.words import LANGUAGES

QUEUE_MOST = 30
LIST_MOST = 60
_NEWEST = 200  # answers by which the model of the cards may be behind before the desk says so
_CLOCK_MOST = 24 * 60


# --- pages ------------------------------------------------------------------------------------------------------------


async def _desk(request: Request) -> Response:
    """Show the desk."""
    host = who.running_host(request)
    state, words = host.state, host.words
    base = public_base(request)
    find = entry.clean(request.query_params.get("find", ""))
    opened_part = "taken" if find else request.query_params.get("open", "")
    circles = [
        (circle_name(state, number, words), circle.done, circle.place) for number, circle in enumerate(state.circles)
    ]
    model_age = _model_age(host.gathering)
    moves = [
        stage
        for stage in Stage
        if check_new_stage(stage, state.prayers, state.desires, state.course) is None
        and stage not in {state.stage, Stage.OPEN}  # a new round is asked about, see `next_step.LEADS`
    ]
    back = undoing.may_take_stage_back(host.gathering)
    heading = heading_of(state)
    queue, taken, aside = _queue(host), _taken(host, find), _rejected(host, find)
    return host.page(
        "host.html",
        at="desk",
        settings=state.settings,
        state=state,
        stages=[(stage.value, stage_name(state, stage, words)) for stage in moves],
        stage_said=stage_name(state, state.stage, words),
        heading="" if heading is None else heading.value,
        nearest=None if (nearest := nearest_now(state)) is None else nearest.line,
        nearest_said=words.t(NEAREST_WANTED, share=share_shown(nearest)),
        opened=opened_part,
        undo="" if back is None else stage_name(state, back, words),
        anew=state.stage is not Stage.OPEN,
        leads_anew=[words.t(message) for message in next_step.LEADS[Stage.OPEN]],
        joined=_joined(host),
        people=disclosure.show_steps(people_told(state.people)),
        demand=state.company.apart.demand,
        circles=circles,
        done=sum(circle.done for circle in state.circles),
        places={name: words.t(message) for name, message in PLACES.items()},
        model=Coded(words.t(MODEL_AGE[model_age]), model_age),
        queue=queue[:QUEUE_MOST],
        more_wait=len(queue) > QUEUE_MOST,
        taken=taken[:LIST_MOST],
        more_taken=len(taken) > LIST_MOST,
        aside=aside[:LIST_MOST],
        find=find,
        proposals=_proposals(host),
        carried=_carried(host),
        reasons=[(name, words.t(message)) for name, message in REASONS.items()],
        hall=f"{base}/hall/{host.gathering.code}",
        door=f"{base}/j/{host.gathering.code}",
        trouble=(host.gathering.trouble or "").removesuffix("."),  # the sentence around it ends with a full stop
        deadline=deadline(state.keeping, words),
        purged=state.keeping.purged_at is not None,
        minutes=_minutes_left(state.clock),
        hosts=state.course.hosts_standing,
        own_number=host.host,
        door_set=state.course.door.value,
        door_said=words.t(DOORS[state.course.door]),
        most_seats=state.course.most_seats,
        mark=mark(host.gathering),
        lacks=[LANGUAGES.get(code, code) for code in lacking(state)],
        stages_named={stage.value: stage_name(state, stage, words) for stage in STAGES},
        drafts_trouble=drafts_trouble(host),
        **text.text_context(host),
        **next_step.next_context(host),
        **programme.programme_context(host),
    )


def _model_age(gathering: LiveGathering) -> str:
    """Return the code of how far the model that deals cards is behind the answers."""
    fitted = gathering.snapshot.fitted_seq
    if not fitted:
        return "none"
    if gathering.state.released.responses - gathering.fitted_answers > _NEWEST:  # in steps, so it counts no tap
        return "behind"
    return "newest"


def mark(gathering: LiveGathering) -> str:
    """Return a hash of what the desk shows; a page compares it with its own to find out whether it is outdated."""
    state = gathering.state
    shown = [
        [state.version, state.settings_version, state.clock, state.ended, state.shown, gathering.trouble is None],
        [state.released.heard, undoing.may_take_stage_back(gathering), len(state.desires.confirmed)],
        [state.course.door.value, state.course.most_seats, state.course.hosts_standing],
        [people_told(state.people), state.company.apart.demand_told],
        [circle.done for circle in state.circles],
        [
            len(state.prayers.drafts),
            len(state.prayers.sealed),
            heading_of(state),
            moment(state),
            state.step,
            len(state.programme),
        ],
        state.held.get(state.round),
        [[n, state.desires.carried.words[n].version] for n in state.desires.carried.at_desk(state.desires)],
        [
            [number, desire.moderation.value, desire.version, desire.own, desire.proposed_same_as]
            for number, desire in enumerate(state.desires)
            if not desire.gone and state.desires.at_desk(number, state.course)  # else it would tell of each tap
        ],
    ]
    digest = hashlib.sha256(msgspec.msgpack.encode(shown)).hexdigest()
    return gathering.secret_for("desk", digest)[:16]  # a hash alone could be guessed from the few values in it


def _minutes_left(clock: int | None) -> int:
    return 0 if clock is None else max(0, round((clock - time.time_ns() // 1_000_000) / 60_000))


def _row(host: Host, number: int, desire: LiveDesire) -> dict[str, Any]:
    return {
        "id": alias_for(host.gathering, Purpose.HOST, host.host, number),
        "text": desire.text,
        "language": desire.language,
        "stem": desire.stem,
        "version": desire.version,
        "is_meta": desire.is_meta,
    }


def _random_place(host: Host, row: Mapping[str, Any]) -> bytes:
    """Return a random sort key, stable for one host; two hosts start at different desires."""
    return hashlib.sha256(f"{host.host}\0{row['id']}".encode()).digest()  # the alias is as good as random


def _queue(host: Host) -> list[dict[str, Any]]:
    """Return the desires that wait for a decision, in random order, so that the order shows neither time nor author."""
    desires = host.state.desires
    waiting = [
        {**_row(host, number, desires[number]), "hints": _hints(host, desires[number])}
        for number in queues.waiting(host.state)
    ]
    return sorted(waiting, key=lambda row: _random_place(host, row))


def _hints(host: Host, desire: LiveDesire) -> list[str]:
    return [str(host.words.t(DESK_HINTS[code])) for code in hints_of(desire.text) if code in DESK_HINTS]


def _taken(host: Host, find: str) -> list[dict[str, Any]]:
    """Return the accepted desires that match a search: first those on the hall screen, each part sorted by text."""
    on_screen = set(host.state.shown)
    rows = [
        {**_row(host, number, host.state.desires[number]), "shown": number in on_screen}
        for number in queues.taken(host.state, find)
    ]
    return sorted(rows, key=lambda row: (not row["shown"], str(row["text"])))


def _rejected(host: Host, find: str) -> list[dict[str, Any]]:
    """Return the rejected desires that match a search, with their reasons, sorted by text."""
    desires = [(number, host.state.desires[number]) for number in queues.rejected(host.state, find)]
    rejected = [{**_row(host, number, desire), "reason": desire.reason} for number, desire in desires]
    return sorted(rejected, key=lambda row: str(row["text"]))


def _proposals(host: Host) -> list[dict[str, Any]]:
    """Return pairs of desires in two languages that one host called the same. A second host may confirm them."""
    desires = host.state.desires
    return [
        {
            "one": _row(host, pair.desire, desires[pair.desire]),
            "other": _row(host, pair.same_as, desires[pair.same_as]),
            "mine": pair.by == host.actor,
        }
        for pair in queues.proposals(host.state)
    ]


def _joined(host: Host) -> list[dict[str, Any]]:
    """Return the pairs of desires that two hosts called the same, so that they can take it back."""
    desires = host.state.desires
    pairs = [(number, desires[number].same_as) for number in desires.confirmed]
    return [
        {"one": _row(host, number, desires[number]), "other": _row(host, other, desires[other])}
        for number, other in pairs
        if other is not None and not (desires[number].gone or desires[other].gone)
    ]


def _carried(host: Host) -> list[dict[str, Any]]:
    """Return the desires that people said in another language; first those that wait, each part sorted by text."""
    held = host.state.course.hold
    rows = [
        {
            "id": entry.words.alias,
            "one": entry.words,
            "text": entry.new,
            "language": entry.language,
            "drafted": entry.drafted,
            "version": version,
            "waits": held and moderation is Moderation.UNDECIDED,
            "rejected": moderation is Moderation.REJECTED,
        }
        for entry, version, moderation in opened.carried_at_desk(host.gathering, host.host)
    ]
    return sorted(rows, key=lambda row: (not row["waits"], str(row["text"])))[:LIST_MOST]


class _Mark(Told, frozen=True):
    """The answer to the script of the desk: the hash of what the desk shows now."""

    mark: str


async def _now(request: Request) -> Response:
    """Return the hash of the desk to its script; 403 without a host cookie."""
    if not is_host(request):
        return Response(status_code=403)
    return as_json(_Mark(mark(who.host(request).gathering)))


async def _same(request: Request) -> Response:
    """Show the desires in other languages from which a host may choose one that says the same."""
    host = who.running_host(request)
    number = host.desire(request.query_params)
    if number is None or not host.state.desires[number].own:
        return host.problem(Refused(Refusal.UNKNOWN))
    desire = host.state.desires[number]
    find = entry.clean(request.query_params.get("find", ""))
    others = [
        _row(host, other, host.state.desires[other]) for other in queues.in_other_languages(host.state, number, find)
    ]
    others.sort(key=lambda row: (str(row["language"]), str(row["text"])))
    return host.page(
        "host_same.html",
        at="",
        one=_row(host, number, desire),
        others=others[:LIST_MOST],
        more=len(others) > LIST_MOST,
        find=find,
    )


async def _circles_page(request: Request) -> Response:
    """Show the circles, fifty at a time, and the occasions."""
    host = who.running_host(request)
    state, words = host.state, host.words
    find = entry.clean(request.query_params.get("find", ""))
    numbers, first = found(state, find), ROWS_MOST * (number_in(request.query_params, "page") or 0)
    return host.page(
        "host_circles.html",
        at="circles",
        circles=circle_rows(host, numbers[first : first + ROWS_MOST]),
        find=find,
        there=bool(state.circles),
        before=first // ROWS_MOST - 1 if first else None,
        after=first // ROWS_MOST + 1 if first + ROWS_MOST < len(numbers) else None,
        outer=outermost_first(state),
        size=duty.CIRCLE_SIZE,
        places=[(name, words.t(message)) for name, message in PLACES.items()],
        occasions=[
            (
                number,
                words.t(FORMS[occasion.form]),
                occasion.name,
                occasion.code,
                wording_fields(occasion.names, state.languages, occasion.name),
                field_of(occasion.begins),
                field_of(occasion.ends),
            )
            for number, occasion in enumerate(state.occasions)
        ],
        new_names=wording_fields({}, state.languages),
        forms=[(name, words.t(message)) for name, message in FORMS.items()],
    )


# --- acts of a host ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Deed:
    """A form of the desk.

    Attributes:
        act: function of `live.doing` that the form runs.
        build: function that makes the input of `act` from the form.
        page: rest of the address of the desk to which the form redirects.
    """

    act: Callable[[LiveGathering, int, Any], Awaitable[Any]]
    build: Callable[[Host, Mapping[str, str]], ask.Input]
    page: str = ""


async def _act(request: Request) -> Response:
    """Run one form of a host. If another host was faster (optimistic lock), a page says so."""
    host, form = who.host(request), await form_of(request)
    what = str(request.path_params["what"])
    deed = _DEEDS.get(what)
    if deed is None:
        return host.problem(Refused(Refusal.UNKNOWN))
    back = host.home + deed.page
    page_number = number_in(form, "page")
    if what in {"book", "held"} and page_number is not None:  # the form was on the page of the text in the book
        back = f"{host.home}/book/{page_number}"
    try:
        await deed.act(host.gathering, host.host, deed.build(host, form))
    except Refused as refused:
        kept_text = entry.clean(form.get("reason", "") or form.get("text", "") or form.get("name", ""))
        return host.problem(refused, kept_text=kept_text, back=back.partition("#")[0])
    host.gathering.tick()
    return RedirectResponse(back, 303)


def _about(host: Host, form: Mapping[str, str]) -> int:
    """Return the number of the desire whose alias a form holds.

    Raises:
        Refused: for an unknown alias.
    """
    number = host.desire(form)
    if number is None:
        raise Refused(Refusal.UNKNOWN)
    return number


def _moderation(host: Host, form: Mapping[str, str]) -> ask.ModerationAsked:
    """Return the decision of a form; a ready reason is translated for the author of the desire."""
    desire = _about(host, form)
    reason = _reason(host, desire, form) if form.get("decision") == Decision.REJECTED else ""
    return asked(form, ask.ModerationAsked, reason=reason)


def _reason(host: Host, desire: int, form: Mapping[str, str]) -> str:
    ready = REASONS.get(form.get("ready", ""))
    author = host.state.desires[desire].author
    language = host.state.desires[desire].language if author is None else host.state.seats[author].language
    sentence = str(words_for(host.gathering, language).t(ready)) if ready else ""
    return " ".join(part for part in (sentence, form.get("reason", "")) if part)


def _seed(host: Host, form: Mapping[str, str]) -> ask.SeedAsked:
    language = form.get("language", "")
    return asked(form, ask.SeedAsked, language=language if language in host.state.languages else "")


def _circle(host: Host, form: Mapping[str, str]) -> ask.CircleAsked:
    place = form["place"] if form.get("place") in {*Place} else Place.HALL
    names, parent = typed_names(form, host.state.languages) or {}, circle_called(host.state, form.get("inside", ""))
    return asked(form, ask.CircleAsked, place=place, names=names, parent=parent)


def _inside(host: Host, form: Mapping[str, str]) -> CircleMoveAsked:
    return asked(form, CircleMoveAsked, parent=circle_called(host.state, form.get("inside", "")))


def _occasion(host: Host, form: Mapping[str, str]) -> ask.OccasionAsked:
    names = typed_names(form, host.state.languages) or {}
    return asked(form, ask.OccasionAsked, names=names, **_times(form, absent=None))


def _times(form: Mapping[str, str], *, absent: int | None) -> dict[str, int | None]:
    """Return the times of a form, in milliseconds since 1970; `absent` for an empty field.

    Raises:
        Refused: UNREADABLE: one of them is no time; WORDS: it ends before it begins.
    """
    try:
        times = {name: time_typed(form[name]) for name in ("begins", "ends") if name in form}
    except ValueError:
        raise Refused(Refusal.UNREADABLE) from None
    if None not in (begins := times.get("begins"), ends := times.get("ends")) and (ends or 0) < (begins or 0):
        raise Refused(Refusal.WORDS, hint="ends first")
    return {name: absent if when is None else when for name, when in times.items()}


def _occasion_changed(host: Host, form: Mapping[str, str]) -> naming.OccasionNameAsked:
    names = typed_names(form, host.state.languages)
    return asked(form, naming.OccasionNameAsked, names=names, **_times(form, absent=0))


def _named(kind: type[ask.Input]) -> Callable[[Host, Mapping[str, str]], ask.Input]:
    """Return a function that makes an input from a form with a name in each language."""
    return lambda host, form: asked(form, kind, names=typed_names(form, host.state.languages))


def _programme(host: Host, form: Mapping[str, str]) -> ask.ProgrammeAsked:
    questions = {code: form.get(f"questions-{code}", "") for code in host.state.languages[1:]}
    return asked(form, ask.ProgrammeAsked, questions_in={code: typed for code, typed in questions.items() if typed})


def _clock(_host: Host, form: Mapping[str, str]) -> ask.ClockAsked:
    minutes = 0 if form.get("minutes") == "" else number_in(form, "minutes")
    return asked(form, ask.ClockAsked, seconds=None if minutes is None else 60 * min(minutes, _CLOCK_MOST))


def _saying(_host: Host, form: Mapping[str, str]) -> ask.SayingAsked:
    seconds = number_in(form, "seconds")
    return asked(form, ask.SayingAsked, seconds=None if seconds is None else min(seconds, ask.SAYING_SECONDS_MOST))


def _question(host: Host, form: Mapping[str, str]) -> ask.ProgrammeAsked:
    typed = {code: entry.clean(form.get(f"question-{code}", "")) for code in host.state.languages}
    first = form.get("question", "") or typed.pop(host.state.languages[0])
    questions = {code: question for code, question in typed.items() if question}
    if not entry.clean(first) and not questions:
        raise Refused(Refusal.UNKNOWN)
    return asked(form, ask.ProgrammeAsked, ready="workshop", questions=first, questions_in=questions, append=True)


def _form(kind: type[ask.Input]) -> Callable[[Host, Mapping[str, str]], ask.Input]:
    """Return a function that makes an input from a form whose fields have the same names."""
    return lambda _host, form: asked(form, kind)


def _form_about(kind: type[ask.Input]) -> Callable[[Host, Mapping[str, str]], ask.Input]:
    """Return a function that makes an input from a form about a desire that is switched on or off."""
    return lambda _host, form: asked(form, kind, on=form.get("on") == "1")


_DEEDS: dict[str, _Deed] = {
    "stage": _Deed(doing.move_stage, _form(ask.StageAsked)),
    "step": _Deed(doing.take_step, _form(ask.StepAsked)),
    "clock": _Deed(doing.set_clock, _clock),
    "say": _Deed(doing.set_saying, _saying),
    "undo-stage": _Deed(undoing.take_stage_back, _form(undoing.StageBackAsked)),
    "not-same": _Deed(undoing.take_same_back, _form(undoing.NotSameAsked), "#queue"),
    "take-back": _Deed(unsealing.take_seal_back, _form(unsealing.SealBackAsked)),
    "programme": _Deed(doing.set_programme, _programme, "/programme"),
    "ask": _Deed(doing.set_programme, _question, "/programme"),
    "moderate": _Deed(doing.moderate, _moderation, "#queue"),
    "words": _Deed(carrying.moderate_words, _form(carrying.WordsModerationAsked), "#carried"),
    "meta": _Deed(doing.mark_meta, _form_about(ask.MetaAsked), "#queue"),
    "show": _Deed(doing.show, _form_about(ask.ShownAsked), "?open=taken#taken"),
    "same": _Deed(doing.call_same, _form(ask.SameAsked), "#proposals"),
    "seed": _Deed(doing.seed, _seed, "?open=taken#taken"),
    "circle": _Deed(doing.add_circle, _circle, "/circles"),
    "inside": _Deed(move_circle, _inside, "/circles"),
    "rename": _Deed(doing.rename_circle, _named(ask.CircleNameAsked), "/circles"),
    "duty": _Deed(circle_duty.give_duty, _form(ask.DutyGivenAsked), "/circles"),
    "occasion": _Deed(doing.add_occasion, _occasion, "/circles"),
    "rename-occasion": _Deed(naming.rename_occasion, _occasion_changed, "/circles"),
    "tables": _Deed(
        doing.draw_tables,
        lambda _host, form: asked(form, ask.TablesAsked, same_language=form.get("language") == "1"),
        "/tables",
    ),
    "revoke": _Deed(admitting.revoke_seats, _form(admitting.RevocationAsked), "/oddities"),
    "close-seat": _Deed(admitting.close_seat, _form(admitting.SeatCloseAsked), "/oddities#one"),
    "open-seat": _Deed(admitting.open_seat, _form(admitting.SeatOpenAsked), "/oddities#one"),
    "restore": _Deed(admitting.restore_seats, _form(admitting.RestorationAsked), "/oddities"),
    "remove-host": _Deed(admitting.remove_host, _form(admitting.HostNamed), "?open=hosts#hosts"),
    "door": _Deed(admitting.set_door, _form(admitting.DoorAsked), "?open=come#come"),
    "door-settings": _Deed(admitting.set_door, _form(admitting.DoorAsked), "/settings#door"),
    "book": _Deed(doing.set_book, _form(ask.BookAsked)),
    "held": _Deed(doing.set_held, _form(ask.HeldAsked)),
}


routes: list[Route] = [
    Route("/host/{code}", _desk),
    Route("/host/{code}/now", _now),
    Route("/host/{code}/same", _same),
    Route("/host/{code}/circles", _circles_page),
    Route("/host/{code}/do/{what}", _act, methods=["POST"]),
]
