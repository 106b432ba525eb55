"""The circle's page: its stewards write the line of the circle and type for people without a phone.

The duty rotates and several may hold it. The page shows no names and no count of the circle's people.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.desire import entry, spoken
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.circles import Scribed, is_few, line_said, nearest_to_all, own_desires, scribed_by
from oneheart.live.refusal import Refused
from oneheart.live.state import Refusal
from oneheart.model import actor
from oneheart.web import who
from oneheart.web.forms import form_of, key_in, new_key, number_in
from oneheart.web.pages import languages_of, problem
from oneheart.web.phone.cards import next_card
from oneheart.web.said import BLOCKED, CIRCLE_LINE, CIRCLE_SHARE, circle_name
from oneheart.web.who import Person
from oneheart.web.words import Plain

_UNPROCESSABLE = 422
NEAREST = 3


_EMPTY = {"line": "", "carry": "", "person": ""}
_STANCE = re.compile("1|0|-1")


def _shows(person: Person, circle: int, query: Mapping[str, str], *, status: int = 200, **more: object) -> Response:
    state = person.state
    now = state.circles[circle]
    steward = state.seats[person.seat].steward
    listed = own_desires(state, circle, person.seat) if steward else []
    chosen = number_in(query, "from")
    begins = state.desires[chosen].text if chosen is not None and chosen in dict(listed) else ""
    people = scribed_by(state, person.seat) if steward else []
    asked = number_in(query, "person")
    scribed = next((one for one in people if one.number == asked), None)
    card = None
    if scribed is not None and state.stage.takes_responses and not state.ended:
        card = next_card(person.gathering, scribed.seat, more=True)
    shown: dict[str, Any] = {
        "circle": circle_name(state, circle, person.words),
        "line": None if now.line is None else state.desires[now.line],
        "carried": None if now.carried is None else state.desires[now.carried],
        "is_done": now.done,
        "steward": steward,
        "ended": state.ended,
        "open": state.stage.takes_responses and not state.ended,
        "takes_desires": state.stage.takes_desires and not state.ended,
        "listed": listed,
        "nearest": nearest_to_all(state, circle, listed),
        "share": _share(person, circle),
        "line_number": now.line,
        "may_say": _may_say(person, now.line),
        "line_words": _line_words(person, circle),
        "few": is_few(state, circle, person.seat),
        "begins": begins,
        "chosen": chosen if begins else None,
        "people": people,
        "person": scribed,
        "person_said": [] if scribed is None else [state.desires[n] for n in state.seats[scribed.seat].desires],
        "card": None if isinstance(card, str) else card,
        "voice": state.voice.value,
        "choices": languages_of(person.gathering),
        "most": entry.GRAPHEMES_MOST,
        "fresh": new_key,
        "errors": _EMPTY,
        "typed": _EMPTY,
    }
    return person.page("circle.html", at="circle", status=status, **{**shown, **more})


def _share(person: Person, circle: int) -> list[Markup]:
    """Return in words what part of the text is this circle's; [] without a text or where it would tell of few."""
    state = person.state
    draft = state.prayers.of_round(state.round)
    if draft is None or not draft.body.lines:
        return []
    band = judging.share_of_circle(state, draft, circle)
    said = [] if band is None else [person.words.t(CIRCLE_SHARE[band])]
    own = {state.root(n) for n in (state.circles[circle].line, state.circles[circle].carried) if n is not None}
    if any(own.intersection(line.cites) for line in draft.body.lines):
        said.append(person.words.t("What you said together is a line of it."))
    return said


def _line_words(person: Person, circle: int) -> str:
    """Return how the circle stands to its line, in words; nothing for fewer than five people."""
    verdict = None if is_few(person.state, circle, person.seat) else line_said(person.state, circle)
    return "" if verdict is None else str(person.words.t(CIRCLE_LINE[verdict]))


def _may_say(person: Person, line: int | None) -> bool:
    """Return whether this person may still say how the circle's line is for them."""
    if line is None or person.state.ended or not person.state.stage.takes_responses:
        return False
    return line not in person.state.seats[person.seat].desires and line not in person.state.tally.answered(person.seat)


async def _circle(request: Request) -> Response:
    """Show a person's circle."""
    person = who.person(request)
    return _shows(person, person.circle, request.query_params)


_Doing = Callable[[Person, int, Mapping[str, str]], Awaitable[Response | str]]


def _post(doing: _Doing, *, by_steward: bool = True) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a form of this page: checks permission, acts, and redirects to the page."""

    async def endpoint(request: Request) -> Response:
        person = who.person(request)
        circle = person.circle
        if by_steward and not person.state.seats[person.seat].steward:
            raise Refused(Refusal.NOT_YOURS)
        form = await form_of(request)
        try:
            done = await doing(person, circle, form)
        except Refused as error:
            return problem(
                person.words, error.why, kept_text=entry.clean(form.get("text", "")), back=f"{person.home}/circle"
            )
        return RedirectResponse(f"{person.home}/circle{done}", 303) if isinstance(done, str) else done

    return endpoint


async def _steward(person: Person, _circle: int, form: Mapping[str, str]) -> str:
    """Take or leave the duty."""
    await person.submit(key_in(form), ev.StewardNamed(person.seat, on=form.get("on") == "1"))
    return ""


async def _done(person: Person, circle: int, form: Mapping[str, str]) -> str:
    """Say that the circle has finished its part, or that it has not."""
    await person.submit(key_in(form), ev.CircleDone(circle, on=form.get("on") == "1"))
    return ""


def _said(person: Person, form: Mapping[str, str]) -> tuple[str, str, entry.HintCode | None]:
    """Return what was typed, its language, and what has to be mended."""
    text = entry.clean(form.get("text", ""))
    offers = [code for code, _ in languages_of(person.gathering)]
    language = spoken.language_of(text, person.words.language, offers)
    blocks = next((hint.code for hint in entry.hints(text, language) if hint.blocks), None)
    return text, language, blocks


def _mend(person: Person, circle: int, form: Mapping[str, str], where: str, code: entry.HintCode) -> Response:
    """Show the page with the words still in their field and a sentence about what to mend."""
    sentence = person.words.t(BLOCKED[code], most=Plain(entry.GRAPHEMES_MOST))
    typed = form.get("text", "").encode("utf-8", "ignore").decode()
    return _shows(
        person, circle, form, status=_UNPROCESSABLE, errors={**_EMPTY, where: sentence}, typed={**_EMPTY, where: typed}
    )


async def _line(person: Person, circle: int, form: Mapping[str, str]) -> Response | str:
    """Keep the circle's line: typed anew, or grown from a desire of its own."""
    text, language, blocks = _said(person, form)
    if blocks is not None:
        return _mend(person, circle, form, "line", blocks)
    said = ev.DesireSaid(person.seat, text, language, grew_from=number_in(form, "from"), line_of=circle)
    await person.submit(key_in(form), said)
    return ""


async def _carry(person: Person, circle: int, form: Mapping[str, str]) -> Response | str:
    """Keep the one further desire that the circle carries: one of its own as it stands, or typed anew."""
    number = number_in(form, "desire")
    if number is not None:
        own = dict(own_desires(person.state, circle, person.seat)).get(number)
        if own is None:
            raise Refused(Refusal.UNKNOWN)
        said = ev.DesireSaid(person.seat, own.text, own.language, stem=own.stem, grew_from=number, carried_by=circle)
    else:
        text, language, blocks = _said(person, form)
        if blocks is not None:
            return _mend(person, circle, form, "carry", blocks)
        said = ev.DesireSaid(person.seat, text, language, carried_by=circle)
    await person.submit(key_in(form), said)
    return ""


async def _scribe(person: Person, circle: int, form: Mapping[str, str]) -> Response | str:
    """Type for somebody without a phone: give them a seat, keep what they want and answer."""
    people = scribed_by(person.state, person.seat)
    if form.get("doing") == "new":
        offers = [code for code, _ in languages_of(person.gathering)]
        language = form.get("language", "")
        language = language if language in offers else person.words.language
        taken = await person.gathering.take_seat(key_in(form), language=language, circle=circle, scribe=person.seat)
        number = next(one.number for one in scribed_by(person.state, person.seat) if one.seat == taken.number)
        return f"?person={number}#person"
    scribed = next((one for one in people if one.number == number_in(form, "person")), None)
    if scribed is None:
        raise Refused(Refusal.UNKNOWN)
    return await _for_person(person, circle, scribed, form)


async def _for_person(person: Person, circle: int, scribed: Scribed, form: Mapping[str, str]) -> Response | str:
    back = f"?person={scribed.number}#person"
    if form.get("doing") == "erase":
        await person.gathering.erase(scribed.seat, key_in(form))
        return ""
    if form.get("doing") == "respond":
        desire, stance = number_in(form, "desire"), form.get("stance", "")
        if desire is None or not _STANCE.fullmatch(stance):
            raise Refused(Refusal.UNKNOWN)
        await person.gathering.respond(scribed.seat, desire, int(stance), key_in(form))
        return back
    text, language, blocks = _said(person, form)
    if blocks is not None:
        return _mend(person, circle, form, "person", blocks)
    await person.gathering.submit(actor.seat(scribed.seat), key_in(form), ev.DesireSaid(scribed.seat, text, language))
    return back


routes: list[Route] = [
    Route("/g/{code}/circle", _circle),
    Route("/g/{code}/circle/steward", _post(_steward, by_steward=False), methods=["POST"]),
    Route("/g/{code}/circle/line", _post(_line), methods=["POST"]),
    Route("/g/{code}/circle/carry", _post(_carry), methods=["POST"]),
    Route("/g/{code}/circle/scribe", _post(_scribe), methods=["POST"]),
    Route("/g/{code}/circle/done", _post(_done), methods=["POST"]),
]
