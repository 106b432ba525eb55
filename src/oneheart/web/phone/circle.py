"""The circle's page: its stewards write the line of the circle; for people without a phone they have a sheet.

The duty of a steward rotates. Others of the circle confirm it, and everybody of the circle sees who asks for it by a
sign. The page shows neither names nor the number of people in the circle.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.desire import entry
from oneheart.live import admitting, circle_duty, doing, judging, opened, seat_ways
from oneheart.live import inputs as ask
from oneheart.live.circles import is_few, line_word, scribed_by
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.sealed_record import draft_shown
from oneheart.locale.coded import Coded
from oneheart.web import who
from oneheart.web.forms import asked, form_of, new_key
from oneheart.web.phone.sheet import page_of
from oneheart.web.phone.way_back import in_fours
from oneheart.web.said import CIRCLE_LINE, CIRCLE_SHARE, circle_name, refusal_said
from oneheart.web.who import Person

_UNPROCESSABLE = 422

_EMPTY = {"line": "", "carry": ""}
_STANCE = re.compile("1|0|-1")


def _shows(person: Person, circle: int, query: Mapping[str, str], *, status: int = 200, **more: object) -> Response:
    state = person.state
    own_circle = state.circles[circle]
    steward = state.seats[person.seat].steward
    listed, nearest = opened.listed_in_circle(person.gathering, person.seat)
    chosen = next((words for words in listed if words.alias == query.get("from")), None)
    line = _read(person, own_circle.line)
    context: dict[str, Any] = {
        "circle": circle_name(state, circle, person.words),
        "line": line,
        "carried": _read(person, own_circle.carried),
        "is_done": own_circle.done,
        "steward": steward,
        "duty": circle_duty.duty_seen(person.gathering, circle, person.seat),
        "circle_code": in_fours(seat_ways.code_of_circle(person.gathering, circle)),
        "asks": person.seat in state.people.duties.asked,
        "replaced": _read(person, own_circle.replaced),
        "ended": state.ended,
        "listed": listed,
        "nearest": nearest,
        "share": _share(person, circle),
        "may_say": line is not None and _may_say(person, own_circle.line),
        "line_words": _line_words(person, circle),
        "few": is_few(state, circle, person.seat),
        "begins": "" if chosen is None else chosen.text,
        "chosen": chosen,
        "most": entry.GRAPHEMES_MOST,
        "fresh": new_key,
        "cards_wanted": own_circle.cards_wanted,
        "cards_most": admitting.SEAT_CARDS_MOST,
        "errors": _EMPTY,
        "typed": _EMPTY,
    }
    if status == HTTPStatus.OK:
        context["follows"] = person.follows("circle")
    return person.page("circle.html", at="circle", status=status, **{**context, **more})


def _read(person: Person, number: int | None) -> opened.OpenedDesire | None:
    return None if number is None else opened.read(person.gathering, person.seat, number)


def _share(person: Person, circle: int) -> list[Coded]:
    """Return sentences on the share of this circle in the text; [] without a text or for too few people."""
    state = person.state
    shown = draft_shown(state)
    draft = None if shown is None else shown[1]
    if draft is None or not draft.body.lines:
        return []
    band = judging.share_of_circle(state, draft, circle)
    sentences = [] if band is None else [Coded(person.words.t(CIRCLE_SHARE[band]), band)]
    own_desires = {state.root(n) for n in (state.circles[circle].line, state.circles[circle].carried) if n is not None}
    if any(own_desires.intersection(line.cites) for line in draft.body.lines):
        sentences.append(Coded(person.words.t("What you said together is a line of it."), "line of it"))
    return sentences


def _line_words(person: Person, circle: int) -> Coded:
    """Return what the circle reads about its line, in words; "" for fewer than five people."""
    word = None if is_few(person.state, circle, person.seat) else line_word(person.state, circle)
    return Coded() if word is None else Coded(person.words.t(CIRCLE_LINE[word]), word)


def _may_say(person: Person, line: int | None) -> bool:
    """Return whether this person can still answer the circle's line."""
    if line is None or person.state.ended or not person.state.stage.takes_responses:
        return False
    return line not in person.state.seats[person.seat].desires and line not in person.state.tally.answered(person.seat)


async def _circle(request: Request) -> Response:
    """Show a person's circle."""
    person = who.person(request)
    return _shows(person, person.circle, request.query_params)


_Act = Callable[[Person, Mapping[str, str]], Awaitable[Response | str]]


def _post(act: _Act, field: str = "") -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a form of this page: it runs the act and redirects to the page.

    Args:
        act: function that runs the act and returns the rest of the page's address, or another answer.
        field: field that keeps its words if they must be changed; "" for a form without words.
    """

    async def endpoint(request: Request) -> Response:
        person, form = who.person(request), await form_of(request)
        circle = person.circle
        try:
            result = await act(person, form)
        except Refused as refused:
            if refused.why is Refusal.WORDS and field:
                return _change_words(person, circle, form, field, refused)
            raise
        return RedirectResponse(f"{person.home}/circle{result}", 303) if isinstance(result, str) else result

    return endpoint


def _change_words(person: Person, circle: int, form: Mapping[str, str], field: str, refused: Refused) -> Response:
    """Return the 422 page that says what to change. The words stay in their field."""
    errors = {**_EMPTY, field: refusal_said(refused, person.words)}
    typed = {**_EMPTY, field: form.get("text", "").encode("utf-8", "ignore").decode()}
    return _shows(person, circle, form, status=_UNPROCESSABLE, errors=errors, typed=typed)


async def _steward(person: Person, form: Mapping[str, str]) -> str:
    """Ask for the duty of a steward, take the request back, or leave the duty."""
    if form.get("on") == "1" or not person.state.seats[person.seat].steward:
        await circle_duty.request_duty(person.gathering, person.seat, asked(form, ask.DutyAsked))
    else:
        await circle_duty.leave_duty(person.gathering, person.seat, asked(form, ask.KeyOnly))
    return "#duty"


async def _duty(person: Person, form: Mapping[str, str]) -> str:
    """Keep an answer about the duty of another person of the circle."""
    await circle_duty.answer_duty(person.gathering, person.seat, asked(form, ask.DutyAnswerAsked))
    return "#duty"


async def _done(person: Person, form: Mapping[str, str]) -> str:
    """Mark the circle's part of this round as done, or as not done."""
    await doing.set_circle_done(person.gathering, person.seat, asked(form, ask.CircleDoneAsked))
    return ""


async def _line(person: Person, form: Mapping[str, str]) -> str:
    """Store the line of the circle. It is typed, or it grows from one of the circle's desires."""
    line = asked(form, ask.CircleLineAsked, text=form.get("text", ""), grew_from=form.get("from") or None)
    await doing.say_circle_line(person.gathering, person.seat, line)
    return ""


async def _carry(person: Person, form: Mapping[str, str]) -> str:
    """Store the one further desire that the circle carries: an existing one of the circle, or a typed one."""
    await doing.carry_desire(person.gathering, person.seat, asked(form, ask.CarriedDesireAsked))
    return ""


async def _cards(person: Person, form: Mapping[str, str]) -> str:
    """Ask the hosts for seat cards of the circle."""
    await admitting.ask_for_cards(person.gathering, person.seat, asked(form, admitting.SeatCardsAsked))
    return "#cards"


async def _scribe(person: Person, form: Mapping[str, str]) -> str:
    """Take a seat for a person without a phone; their sheet follows."""
    language = form["language"] if form.get("language") in person.state.languages else ""
    seat = await doing.seat_scribed(person.gathering, person.seat, asked(form, ask.ScribedSeatAsked, language=language))
    number = next(other.number for other in scribed_by(person.state, person.seat) if other.seat == seat.number)
    return f"/sheet?page={page_of(number)}#person-{number}"


routes: list[Route] = [
    Route("/g/{code}/circle", _circle),
    Route("/g/{code}/circle/steward", _post(_steward), methods=["POST"]),
    Route("/g/{code}/circle/duty", _post(_duty), methods=["POST"]),
    Route("/g/{code}/circle/line", _post(_line, "line"), methods=["POST"]),
    Route("/g/{code}/circle/carry", _post(_carry, "carry"), methods=["POST"]),
    Route("/g/{code}/circle/scribe", _post(_scribe), methods=["POST"]),
    Route("/g/{code}/circle/cards", _post(_cards), methods=["POST"]),
    Route("/g/{code}/circle/done", _post(_done), methods=["POST"]),
]
