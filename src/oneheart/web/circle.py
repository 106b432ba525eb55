"""The circle's page: whoever holds its duty writes its line and types for those without a phone.

The duty goes round and several may hold it; nobody is shown by name, and there is no number of the circle's people.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.engine.desire import entry, spoken
from oneheart.engine.prayer import rounds
from oneheart.engine.prayer.few import lines_of_few
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.gathering import Refused
from oneheart.live.snapshot import K
from oneheart.live.state import LiveDesire, Refusal, State
from oneheart.model import actor
from oneheart.model.gathering import Responses
from oneheart.model.prayer import Affirmation
from oneheart.web.cards import BLOCKED, next_card
from oneheart.web.door import circle_name, languages_of
from oneheart.web.here import Here, frame_of, here_in
from oneheart.web.pages import form_of, key_in, new_key, number_in, page, problem

_UNPROCESSABLE = 422
NEAREST = 3


def _t(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


_EMPTY = {"line": "", "carry": "", "person": ""}
_STANCE = re.compile("1|0|-1")


@dataclass(frozen=True, slots=True)
class Scribed:
    """A person without a phone, as their scribe sees them.

    Attributes:
        number: 1, 2, ... on this scribe's page only.
        seat: their seat.
    """

    number: int
    seat: int


def scribed_by(state: State, seat: int) -> list[Scribed]:
    """Return the people for whom a person types, in the order in which they came."""
    mine = (n for n, other in enumerate(state.seats) if other.scribe == seat and other.alive)
    return [Scribed(number, seat) for number, seat in enumerate(mine, start=1)]


def is_few(state: State, circle: int, seat: int) -> bool:
    """Return whether a circle has fewer than k people beside those whom this person added without a phone."""
    added = sum(state.seats[one.seat].circle == circle for one in scribed_by(state, seat))
    return state.circles[circle].seats - added < K


def own_desires(state: State, circle: int, seat: int) -> list[tuple[int, LiveDesire]]:
    """Return what people of a circle want, without authors and in no telling order; empty for fewer than k people."""
    if is_few(state, circle, seat):
        return []
    found = [
        (number, desire)
        for number, desire in enumerate(state.desires)
        if desire.circle == circle
        and desire.line_of is None
        and desire.carried_by is None
        and bool(state.travels[number])
    ]
    return sorted(found, key=lambda pair: pair[1].text)


def nearest_to_all(state: State, circle: int, listed: list[tuple[int, LiveDesire]]) -> list[LiveDesire]:
    """Return the three desires of a circle that are nearest to all of it, in no telling order.

    Counted from what the circle answered, its authors' own wants with it; [] before five of it have answered.
    """
    members = [number for number, seat in enumerate(state.seats) if seat.alive and seat.circle == circle]
    row = {seat: place for place, seat in enumerate(members)}
    cells = [
        (row[seat], number, stance)
        for seat in members
        for number, stance in {
            **state.tally.answered(seat),
            **dict.fromkeys((state.root(own) for own in state.seats[seat].desires), 1),
        }.items()
    ]
    if sum(bool(state.tally.answered(seat)) for seat in members) < K or not listed:
        return []
    people, numbers, stances = zip(*cells, strict=True)
    answers = Responses.of(people, numbers, stances)
    labels = [desire.text for desire in state.desires]
    found = lines_of_few(answers, len(members), [number for number, _ in listed], NEAREST, labels)
    return sorted((state.desires[number] for number in found.lines), key=lambda desire: desire.text)


def line_said(state: State, circle: int) -> rounds.LineVerdict | None:
    """Return how a circle stands to its own line, None while it has none: seven of ten can say it, against nobody."""
    line = state.circles[circle].line
    if line is None:
        return None
    members = [number for number, seat in enumerate(state.seats) if seat.alive and seat.circle == circle]
    said = [state.tally.answered(seat).get(line) for seat in members if line not in state.seats[seat].desires]
    heard = [stance for stance in said if stance is not None]
    wrote = len(members) - len(said)
    answered = Affirmation(0, wrote + len(heard), wrote + heard.count(1), heard.count(-1))
    return rounds.judge_few(len(members), answered)


def _shows(here: Here, circle: int, query: Mapping[str, str], *, status: int = 200, **more: object) -> Response:
    state = here.state
    now = state.circles[circle]
    steward = state.seats[here.seat].steward
    listed = own_desires(state, circle, here.seat) if steward else []
    chosen = number_in(query, "from")
    begins = state.desires[chosen].text if chosen is not None and chosen in dict(listed) else ""
    people = scribed_by(state, here.seat) if steward else []
    asked = number_in(query, "person")
    person = next((one for one in people if one.number == asked), None)
    card = None
    if person is not None and state.stage.takes_responses and not state.ended:
        card = next_card(here.gathering, person.seat, more=True)
    shown: dict[str, Any] = {
        "circle": circle_name(state, circle, here.words),
        "line": None if now.line is None else state.desires[now.line],
        "carried": None if now.carried is None else state.desires[now.carried],
        "is_done": now.done,
        "steward": steward,
        "ended": state.ended,
        "open": state.stage.takes_responses and not state.ended,
        "takes_desires": state.stage.takes_desires and not state.ended,
        "listed": listed,
        "nearest": nearest_to_all(state, circle, listed),
        "share": _share(here, circle),
        "line_number": now.line,
        "may_say": _may_say(here, now.line),
        "line_words": _line_words(here, circle),
        "few": is_few(state, circle, here.seat),
        "begins": begins,
        "chosen": chosen if begins else None,
        "people": people,
        "person": person,
        "person_said": [] if person is None else [state.desires[n] for n in state.seats[person.seat].desires],
        "card": None if isinstance(card, str) else card,
        "voice": state.voice.value,
        "choices": languages_of(here.gathering),
        "most": entry.GRAPHEMES_MOST,
        "fresh": new_key,
        "errors": _EMPTY,
        "typed": _EMPTY,
    }
    return page("circle.html", here.words, status=status, **{**frame_of(here, at="circle"), **shown, **more})


_SHARE: dict[disclosure.Band, str] = {
    "most": _t("Most of you have a line of your own in it."),
    "some": _t("Some of you have a line of your own in it. What the others want is kept, and may be what is missing."),
    "few": _t("Not many of you have a line of your own in it yet. What you want is kept, and may be what is missing."),
}


def _share(here: Here, circle: int) -> list[Markup]:
    """Return in words what part of the text is this circle's; [] without a text or where it would tell of few."""
    state = here.state
    draft = state.prayers.of_round(state.round)
    if draft is None or not draft.body.lines:
        return []
    band = judging.share_of_circle(state, draft, circle)
    said = [] if band is None else [here.words.t(_SHARE[band])]
    own = {state.root(n) for n in (state.circles[circle].line, state.circles[circle].carried) if n is not None}
    if any(own.intersection(line.cites) for line in draft.body.lines):
        said.append(here.words.t("What you said together is a line of it."))
    return said


_SAID: dict[rounds.LineVerdict, str] = {
    "stands": _t("Your circle can say it."),
    "to be amended": _t("It is not yet a line for all of you. Look for other words together."),
    "gives way": _t("It is not yet a line for all of you. Look for other words together."),
    "not measured": _t("Not all of you have answered it yet."),
}


def _line_words(here: Here, circle: int) -> str:
    """Return how the circle stands to its line, in words; nothing for fewer than five people."""
    verdict = None if is_few(here.state, circle, here.seat) else line_said(here.state, circle)
    return "" if verdict is None else str(here.words.t(_SAID[verdict]))


def _may_say(here: Here, line: int | None) -> bool:
    """Return whether this person may still say how the circle's line is for them."""
    if line is None or here.state.ended or not here.state.stage.takes_responses:
        return False
    return line not in here.state.seats[here.seat].desires and line not in here.state.tally.answered(here.seat)


async def _circle(request: Request) -> Response:
    """Show a person's circle."""
    found = _in_circle(request)
    if isinstance(found, Response):
        return found
    here, circle = found
    return _shows(here, circle, request.query_params)


def _in_circle(request: Request) -> tuple[Here, int] | Response:
    here = here_in(request)
    if isinstance(here, Response):
        return here
    circle = here.state.seats[here.seat].circle
    return RedirectResponse(here.home, 303) if circle is None else (here, circle)


_Doing = Callable[[Here, int, Mapping[str, str]], Awaitable[Response | str]]


def _post(doing: _Doing, *, by_steward: bool = True) -> Callable[[Request], Awaitable[Response]]:
    """Return what takes a form of this page: checks who sends it, does it, and leads back to the page."""

    async def endpoint(request: Request) -> Response:
        found = _in_circle(request)
        if isinstance(found, Response):
            return found
        here, circle = found
        if by_steward and not here.state.seats[here.seat].steward:
            raise Refused(Refusal.NOT_YOURS)
        form = await form_of(request)
        try:
            done = await doing(here, circle, form)
        except Refused as error:
            return problem(
                here.words, error.why, kept_text=entry.clean(form.get("text", "")), back=f"{here.home}/circle"
            )
        return RedirectResponse(f"{here.home}/circle{done}", 303) if isinstance(done, str) else done

    return endpoint


async def _steward(here: Here, _circle: int, form: Mapping[str, str]) -> str:
    """Take or leave the duty."""
    await here.submit(key_in(form), ev.StewardNamed(here.seat, on=form.get("on") == "1"))
    return ""


async def _done(here: Here, circle: int, form: Mapping[str, str]) -> str:
    """Say that the circle has finished its part, or that it has not."""
    await here.submit(key_in(form), ev.CircleDone(circle, on=form.get("on") == "1"))
    return ""


def _said(here: Here, form: Mapping[str, str]) -> tuple[str, str, entry.HintCode | None]:
    """Return what was typed, its language, and what has to be mended."""
    text = entry.clean(form.get("text", ""))
    offered = [code for code, _ in languages_of(here.gathering)]
    language = spoken.language_of(text, here.words.language, offered)
    blocks = next((hint.code for hint in entry.hints(text, language) if hint.blocks), None)
    return text, language, blocks


def _mend(here: Here, circle: int, form: Mapping[str, str], where: str, code: entry.HintCode) -> Response:
    """Show the page with the words still in their field and a sentence about what to mend."""
    sentence = here.words.t(BLOCKED[code], most=entry.GRAPHEMES_MOST)
    typed = form.get("text", "").encode("utf-8", "ignore").decode()
    return _shows(
        here, circle, form, status=_UNPROCESSABLE, errors={**_EMPTY, where: sentence}, typed={**_EMPTY, where: typed}
    )


async def _line(here: Here, circle: int, form: Mapping[str, str]) -> Response | str:
    """Keep the circle's line: typed anew, or grown from a desire of its own."""
    text, language, blocks = _said(here, form)
    if blocks is not None:
        return _mend(here, circle, form, "line", blocks)
    said = ev.DesireSaid(here.seat, text, language, grew_from=number_in(form, "from"), line_of=circle)
    await here.submit(key_in(form), said)
    return ""


async def _carry(here: Here, circle: int, form: Mapping[str, str]) -> Response | str:
    """Keep the one further desire that the circle carries: one of its own as it stands, or typed anew."""
    number = number_in(form, "desire")
    if number is not None:
        own = dict(own_desires(here.state, circle, here.seat)).get(number)
        if own is None:
            raise Refused(Refusal.UNKNOWN)
        said = ev.DesireSaid(here.seat, own.text, own.language, stem=own.stem, grew_from=number, carried_by=circle)
    else:
        text, language, blocks = _said(here, form)
        if blocks is not None:
            return _mend(here, circle, form, "carry", blocks)
        said = ev.DesireSaid(here.seat, text, language, carried_by=circle)
    await here.submit(key_in(form), said)
    return ""


async def _scribe(here: Here, circle: int, form: Mapping[str, str]) -> Response | str:
    """Type for somebody without a phone: give them a seat, keep what they want and answer."""
    people = scribed_by(here.state, here.seat)
    if form.get("doing") == "new":
        offered = [code for code, _ in languages_of(here.gathering)]
        language = form.get("language", "")
        language = language if language in offered else here.words.language
        taken = await here.gathering.take_seat(key_in(form), language=language, circle=circle, scribe=here.seat)
        number = next(one.number for one in scribed_by(here.state, here.seat) if one.seat == taken.number)
        return f"?person={number}#person"
    person = next((one for one in people if one.number == number_in(form, "person")), None)
    if person is None:
        raise Refused(Refusal.UNKNOWN)
    return await _for_person(here, circle, person, form)


async def _for_person(here: Here, circle: int, person: Scribed, form: Mapping[str, str]) -> Response | str:
    back = f"?person={person.number}#person"
    if form.get("doing") == "erase":
        await here.gathering.erase(person.seat, key_in(form))
        return ""
    if form.get("doing") == "respond":
        desire, stance = number_in(form, "desire"), form.get("stance", "")
        if desire is None or not _STANCE.fullmatch(stance):
            raise Refused(Refusal.UNKNOWN)
        await here.gathering.respond(person.seat, desire, int(stance), key_in(form))
        return back
    text, language, blocks = _said(here, form)
    if blocks is not None:
        return _mend(here, circle, form, "person", blocks)
    await here.gathering.submit(actor.seat(person.seat), key_in(form), ev.DesireSaid(person.seat, text, language))
    return back


routes: list[Route] = [
    Route("/g/{code}/circle", _circle),
    Route("/g/{code}/circle/steward", _post(_steward, by_steward=False), methods=["POST"]),
    Route("/g/{code}/circle/line", _post(_line), methods=["POST"]),
    Route("/g/{code}/circle/carry", _post(_carry), methods=["POST"]),
    Route("/g/{code}/circle/scribe", _post(_scribe), methods=["POST"]),
    Route("/g/{code}/circle/done", _post(_done), methods=["POST"]),
]
