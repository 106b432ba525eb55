"""The phone page: what a person sees and does at each stage of a round.

It shows one thing at a time: the question, then similar desires of others, then cards, then an end. It works without
script; the same addresses answer scripts in JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.told import Ordinal, Told
from oneheart.live import doing
from oneheart.live import inputs as ask
from oneheart.live.refusal import Refusal, Refused
from oneheart.locale.coded import Coded
from oneheart.model.round import Stage
from oneheart.web import who
from oneheart.web.answers import as_json
from oneheart.web.forms import asked, form_of, new_key, number_in, read
from oneheart.web.pages import offered, page, wants_json
from oneheart.web.phone.cards import Card, NextCard, View, card_page, next_card, next_told, phone_context
from oneheart.web.phone.tap import PhoneStream, Respond
from oneheart.web.phone.text import FORMS as TEXT_FORMS
from oneheart.web.phone.text import reading_context
from oneheart.web.said import HINTS, refusal_said
from oneheart.web.who import Person, place_of
from oneheart.web.words import LANGUAGES, PSEUDO

_UNPROCESSABLE = 422
_READ = frozenset({Stage.READING, Stage.SECOND_READING, Stage.SEALED, Stage.SAID})
_FORMS_OF_MINE = ("withdraw", "erase", "language", "desire-language", "present")
_FORMS = ("respond", "desire", "join", "own", "unread")
_FORMS_OF_CIRCLE = ("steward", "line", "carry", "scribe", "done")


class _NowTold(Told, frozen=True):
    """What there is to do now, for a script: where the round stands and the next card."""

    stage: str
    round: Ordinal
    version: Ordinal
    ended: bool
    next: NextCard | None
    end: bool


class _KeptDesire(Told, frozen=True):
    """A desire was kept.

    Attributes:
        kept: true.
        desire: its number; None where nothing was made.
        waiting: it is kept for the next round.
        hints: codes of what its author may want to look at.
    """

    kept: Literal[True]
    desire: Ordinal | None
    waiting: bool
    hints: tuple[str, ...]


def _shows(person: Person, view: View, *, status: int = 200, **more: Any) -> Response:
    """Return a view of the phone page that is rendered for one person."""
    about = phone_context(person.gathering, person.seat, person.words)
    about |= {"place": place_of(person.gathering, person.seat), "key": new_key(), "desire_key": new_key()}
    about |= {"more": False, "told": ""}
    return page("phone.html", person.words, status=status, view=view, **{**about, **more})


async def _now(request: Request) -> Response:
    """Show the one thing that there is to do now."""
    person = who.person(request)
    more = request.query_params.get("more") == "1"
    if wants_json(request):
        return as_json(_now_told(person, more=more))
    return _view(person, request.query_params, more=more)


def _now_told(person: Person, *, more: bool) -> _NowTold:
    state = person.state
    card, end = next_told(person.gathering, person.seat, more=more)
    return _NowTold(
        stage=state.stage.value, round=state.round, version=state.version, ended=state.ended, next=card, end=end
    )


def _view(person: Person, query: Mapping[str, str], *, more: bool) -> Response:
    """Return the one thing that this person sees now."""
    state, memory = person.state, person.memory
    adds_to = number_in(query, "add")
    if adds_to is not None and state.desires.readable_by(person.seat, adds_to):
        return _shows(person, "add", grew_from=adds_to, original=state.desires[state.words_for(adds_to, person.seat)])
    just_said = memory.asked.get(person.seat)
    said = number_in(query, "said")
    said = just_said if said is None else said
    reads = state.stage in _READ and state.prayers.of_round(state.round) is not None
    if said is not None and said in state.seats[person.seat].desires and not state.ended and not reads:
        answer = _is_it_yours(person, said)
        if answer is not None:
            return answer
    if state.ended or not state.stage.takes_responses:
        return _text(person)
    mine = (state.desires[number] for number in state.seats[person.seat].desires)
    own = any(desire.line_of is None and desire.round >= state.round for desire in mine)
    first = state.stage.takes_desires and not own and not state.cards(person.seat) and "cards" not in query
    if first:
        return _shows(person, "ask")
    if person.words.language in PSEUDO:
        return _pseudo_card(person, more=more)
    card = next_card(person.gathering, person.seat, more=more)
    html = card_page(person.gathering, person.seat, card, more=more, kept=just_said is not None and said == just_said)
    return HTMLResponse(html, headers={"content-language": person.words.language})


def _text(person: Person) -> Response:
    """Return the text as it is read, sealed or said; a calm page before there is one and after the end."""
    reads = person.state.stage in _READ and not person.state.ended
    about = reading_context(person) if reads else None
    if about is None:
        return _shows(person, "calm", notices=_notices(person))
    return _shows(person, "read", notices=_notices(person), **about)


def _pseudo_card(person: Person, *, more: bool) -> Response:
    """Return a card in a pseudo-language, which is for looking at the page only."""
    card = next_card(person.gathering, person.seat, more=more)
    if not isinstance(card, Card):
        return _shows(person, card)
    numbers = {"number": card.desire, "nth": card.n, "of": card.of, "done": card.n - 1}
    return _shows(person, "card", card=card, beyond=card.n > card.of, more=more, **numbers)


def _is_it_yours(person: Person, said: int) -> Response | None:
    """Return the question whether a desire is the same as one of others, None where there is nothing to ask."""
    own = person.state.desires[said]
    numbers = person.gathering.nearest(said) if own.own else ()
    near = [(number, person.state.desires[number], new_key()) for number in numbers]
    notices = _notices(person) if person.memory.asked.get(person.seat) == said else []
    elsewhere = own.language != person.words.language and len(offered(person.gathering)) > 1
    if not near and not notices and not elsewhere:
        person.memory.asked.pop(person.seat, None)
        return None
    names: dict[str, Any] = {
        "tongue": LANGUAGES.get(own.language, own.language),
        "own_tongue": LANGUAGES.get(person.words.language, ""),
    }
    return _shows(person, "near", said=said, own=own, near=near, notices=notices, elsewhere=elsewhere, **names)


def _notices(person: Person) -> list[Coded]:
    """Return what there is to tell about the desire last said."""
    memory = person.memory
    said = memory.asked.get(person.seat)
    found = [Coded(person.words.t(HINTS[code]), code) for code in memory.hints.get(person.seat, ()) if code in HINTS]
    if said is not None and person.state.desires[said].waiting:
        kept = person.words.t("Kept for the next round: this one takes no more desires.")
        found.insert(0, Coded(kept, "for the next round"))
    return found


async def _say(request: Request) -> Response:
    """Keep a new desire of a person; words that must be changed stay in their field."""
    person, form, json = who.person(request), await form_of(request), wants_json(request)
    try:
        said = await doing.say(person.gathering, person.seat, asked(form, ask.DesireAsked, language=""))
    except Refused as refused:
        if refused.why is Refusal.WORDS and not json:
            return _change_words(person, refused, form)
        raise
    person.memory.asked[person.seat], person.memory.hints[person.seat] = said.number, said.hints
    if json:
        return as_json(_KeptDesire(kept=True, desire=said.number, waiting=said.waiting, hints=said.hints))
    return RedirectResponse(person.home, 303)


def _change_words(person: Person, refused: Refused, form: Mapping[str, str]) -> Response:
    """Return the page that says what to change in a desire; the words stay in the field."""
    state, grew_from = person.state, number_in(form, "grew_from")
    about = {"text": form.get("text", "").encode("utf-8", "ignore").decode()}
    about["error"] = refusal_said(refused, person.words)
    if grew_from is not None and state.desires.readable_by(person.seat, grew_from):
        original = state.desires[state.words_for(grew_from, person.seat)]
        return _shows(person, "add", status=_UNPROCESSABLE, grew_from=grew_from, original=original, **about)
    view: View = "ask" if state.stage.takes_desires and not state.ended else "calm"
    return _shows(person, view, status=_UNPROCESSABLE, **about)


async def _join(request: Request) -> Response:
    """Join a person's own desire to another's that says the same."""
    person = who.person(request)
    await doing.join(person.gathering, person.seat, await read(request, ask.JoinAsked))
    person.memory.let_go(person.seat)
    return RedirectResponse(person.home, 303)


async def _own(request: Request) -> Response:
    """Keep a person's own desire by itself: ask no more about similar ones."""
    person = who.person(request)
    person.memory.let_go(person.seat)
    return RedirectResponse(person.home, 303)


async def _back(request: Request) -> Response:
    """Redirect a GET of a form's address (a reload) to the page of that form."""
    home, _, form = request.url.path.rpartition("/")
    return RedirectResponse(f"{home}/mine" if form in _FORMS_OF_MINE else home, 303)


routes: list[Route] = [
    Route("/g/{code}/respond", Respond(), methods=["POST"]),
    Route("/g/{code}/events", PhoneStream(), methods=["GET"]),
    Route("/g/{code}", _now),
    Route("/g/{code}/desire", _say, methods=["POST"]),
    Route("/g/{code}/join", _join, methods=["POST"]),
    Route("/g/{code}/own", _own, methods=["POST"]),
    *(Route(f"/g/{{code}}/{form}", _back) for form in (*_FORMS, *_FORMS_OF_MINE, *TEXT_FORMS)),
    *(Route(f"/g/{{code}}/circle/{form}", _back) for form in _FORMS_OF_CIRCLE),
]
