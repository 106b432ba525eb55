"""The phone page: what a person sees and does at each stage of a round.

It shows one thing at a time: the question, similar desires of others, cards, the end. It works without script. The same
addresses answer scripts in JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.desire import entry
from oneheart.engine.told import Ordinal, Told
from oneheart.live import doing, opened, typed_words
from oneheart.live import inputs as ask
from oneheart.live.offered import Purpose, alias_for, desire_behind
from oneheart.live.refusal import Refusal, Refused
from oneheart.locale.coded import Coded
from oneheart.model.round import Stage
from oneheart.web import who
from oneheart.web.answers import as_json
from oneheart.web.forms import asked, form_of, new_key, read
from oneheart.web.pages import offered, page, wants_json
from oneheart.web.phone import carry
from oneheart.web.phone.agreeing import must_agree
from oneheart.web.phone.cards import Card, NextCard, View, card_page, next_card, next_told, phone_page_context
from oneheart.web.phone.tap import PhoneStream, Respond
from oneheart.web.phone.text import FORMS as TEXT_FORMS
from oneheart.web.phone.text import text_context
from oneheart.web.said import BECAME, HINTS, refusal_said
from oneheart.web.who import Person
from oneheart.web.words import LANGUAGES, PSEUDO

_OK = 200
_UNPROCESSABLE = 422
_READ = frozenset({Stage.READING, Stage.SECOND_READING, Stage.SEALED, Stage.SAID})
_FORMS_OF_MINE = (
    "withdraw",
    "erase",
    "language",
    "desire-language",
    "present",
    "absent",
    "way",
    "move",
    "demand",
    "contacts",
    "badge",
)
_FORMS = ("respond", "desire", "join", "own", "apart", "unread")
_FORMS_OF_CIRCLE = ("steward", "duty", "line", "carry", "scribe", "done", "cards")


class _NowTold(Told, frozen=True):
    """The state of the round and the next card, for a script.

    Attributes:
        stage: stage of the round.
        round: number of the round, from 1.
        version: version of the stage.
        ended: whether the gathering has ended.
        next: the next card; None while there is none.
        end: whether all cards are answered.
        carry: whether a card about carrying comes first, which has a page of its own.
    """

    stage: str
    round: Ordinal
    version: Ordinal
    ended: bool
    next: NextCard | None
    end: bool
    carry: bool


class _KeptDesire(Told, frozen=True):
    """A desire was stored.

    Attributes:
        kept: always true.
        desire: alias of the desire, by which the person withdraws it.
        waiting: whether it waits for the next round.
        hints: codes of what the author may want to change.
        receipt: see `KeptAnswer`.
        heads: see `KeptAnswer`.
    """

    kept: Literal[True]
    desire: str
    waiting: bool
    hints: tuple[str, ...]
    receipt: str
    heads: Ordinal


def _shows(person: Person, view: View, *, status: int = 200, **more: Any) -> Response:
    """Return a view of the phone page, rendered for one person; `more` overrides the context."""
    about = {**phone_page_context(person), **more}
    if status == _OK and person.memory.says_kept(person.seat):
        about["told"] = person.words.t("Kept.")
    return page("phone.html", person.words, status=status, view=view, **about)


async def _now(request: Request) -> Response:
    """Show what the person can do now, as a page or as JSON."""
    person = who.person(request)
    more = request.query_params.get("more") == "1"
    if wants_json(request):
        return as_json(_now_told(person, more=more))
    if must_agree(person):
        return RedirectResponse(f"{person.home}/terms", 303)
    return _view(person, request.query_params, more=more)


def _now_told(person: Person, *, more: bool) -> _NowTold:
    state = person.state
    closed = person.seat in state.people.closed  # their page has no card either
    card, end = (None, True) if closed else next_told(person.gathering, person.seat, more=more)
    return _NowTold(
        stage=state.stage.value,
        round=state.round,
        version=state.version,
        ended=state.ended,
        next=card,
        end=end,
        carry=not closed and carry.is_due(person.gathering, person.seat, finished=card is None),
    )


def _view(person: Person, query: Mapping[str, str], *, more: bool) -> Response:
    """Return the page that this person sees now."""
    state, memory = person.state, person.memory
    if person.seat in state.people.closed and state.stage.takes_responses and not state.ended:
        return _shows(person, "closed")
    original = _answered(person, query.get("add", ""))
    if original is not None:
        return _shows(person, "add", grew_from=original.alias, original=original)
    newest = memory.asked.get(person.seat)
    desire_asked = newest
    if query.get("said"):
        desire_asked = desire_behind(person.gathering, Purpose.OWN, person.seat, query["said"])
    reads = state.stage in _READ and state.prayers.of_round(state.round) is not None
    if desire_asked is not None and state.desires.owns(person.seat, desire_asked) and not state.ended and not reads:
        answer = _is_it_yours(person, desire_asked)
        if answer is not None:
            return answer
    if state.ended or not state.stage.takes_responses:
        return _text(person, query.get("at", ""))
    has_own = state.desires.has_said(state.seats[person.seat], since=state.round)
    first = state.stage.takes_desires and not has_own and not state.cards(person.seat) and "cards" not in query
    if first:
        return _shows(person, "ask")
    return _next(person, kept=newest is not None and desire_asked == newest, more=more)


def _next(person: Person, *, kept: bool, more: bool) -> Response:
    """Return the page of the next card, of the next card about carrying, or the page after the last card."""
    card = next_card(person.gathering, person.seat, more=more)
    carried = carry.carry_page(person, finished=isinstance(card, str))
    if carried is not None:
        return carried
    if person.words.language in PSEUDO:
        return _pseudo_card(person, card, more=more)
    kept = person.memory.says_kept(person.seat) or kept
    html = card_page(person.gathering, person.seat, card, more=more, kept=kept)
    return HTMLResponse(html, headers={"content-language": person.words.language})


def _answered(person: Person, alias: str) -> opened.OpenedDesire | None:
    """Return the words of a card that a person answered and may still read; None for any other alias."""
    number = desire_behind(person.gathering, Purpose.CARD, person.seat, alias)
    if number is None or number not in person.state.tally.answered(person.seat):
        return None
    return opened.read(person.gathering, person.seat, number)


def _text(person: Person, at: str = "") -> Response:
    """Return the page of the text at a step; the calm page before a draft is woven and after the end."""
    reads = person.state.stage in _READ and not person.state.ended
    about = text_context(person, at) if reads else None
    if about is None:
        return _shows(person, "calm", notices=_notices(person))
    return _shows(person, "read", notices=_notices(person), **about)


def _pseudo_card(person: Person, card: Card | Literal["end", "nothing"], *, more: bool) -> Response:
    """Return the page of a card in a pseudo-language, which is for tests only and is not cached."""
    if not isinstance(card, Card):
        return _shows(person, card)
    numbers: dict[str, Any] = {"desire": card.desire, "nth": card.n, "of": card.of, "done": card.n - 1}
    return _shows(person, "card", card=card, beyond=card.n > card.of, more=more, **numbers)


def _is_it_yours(person: Person, desire: int) -> Response | None:
    """Return the page that asks whether a desire is the same as a similar one; None where there is nothing to ask."""
    own_desire = opened.read_own(person.gathering, person.seat, desire)
    if own_desire is None:
        return None
    near = [(words, new_key()) for words in opened.similar_to(person.gathering, person.seat, desire)]
    notices = _notices(person) if person.memory.asked.get(person.seat) == desire else []
    same = opened.has_same_words(person.gathering, person.seat, desire)
    if same:
        notices.append(Coded(person.words.t(BECAME["same words"]), "same words"))
    other = own_desire.language != person.words.language and len(offered(person.gathering)) > 1
    elsewhere = other and doing.may_name_language(person.gathering, person.seat, desire, person.words.language)
    if not near and not notices and not elsewhere:
        person.memory.asked.pop(person.seat, None)
        return None
    language_names: dict[str, Any] = {
        "tongue": LANGUAGES.get(own_desire.language, own_desire.language),
        "own_tongue": LANGUAGES.get(person.words.language, ""),
    }
    return _shows(
        person,
        "near",
        said=own_desire.alias,
        own=own_desire,
        own_stem=entry.before(own_desire.stem, own_desire.text, own_desire.language),
        near=near,
        same=same,
        notices=notices,
        elsewhere=elsewhere,
        **language_names,
    )


def _notices(person: Person) -> list[Coded]:
    """Return the notices about the person's newest desire."""
    memory = person.memory
    newest = memory.asked.get(person.seat)
    notices = [Coded(person.words.t(HINTS[code]), code) for code in memory.hints.get(person.seat, ()) if code in HINTS]
    if newest is not None and person.state.desires.waits(newest):
        kept = person.words.t("Kept for the next round: this one takes no more desires.")
        notices.insert(0, Coded(kept, "for the next round"))
    return notices


async def _say(request: Request) -> Response:
    """Store a new desire. If its words must be changed, the page keeps them in their field."""
    person, form, json = who.person(request), await form_of(request), wants_json(request)
    try:
        desire_asked = asked(form, ask.DesireAsked, language="")
        if form.get("look") == "1" and not json:
            return _look(person, desire_asked)
        desire = await doing.say(person.gathering, person.seat, desire_asked)
    except Refused as refused:
        if refused.why is Refusal.WORDS and not json:
            return _change_words(person, refused, form)
        raise
    person.memory.asked[person.seat], person.memory.hints[person.seat] = desire.number, desire.hints
    if json:
        kept, alias = person.kept(desire.kept), alias_for(person.gathering, Purpose.OWN, person.seat, desire.number)
        return as_json(
            _KeptDesire(
                kept=True,
                desire=alias,
                waiting=desire.waiting,
                hints=desire.hints,
                receipt=kept.receipt,
                heads=kept.heads,
            )
        )
    person.memory.kept_now.add(person.seat)
    return RedirectResponse(person.home, 303)


def _look(person: Person, desire: ask.DesireAsked) -> Response:
    """Return the page with a desire as others would read it; nothing is kept. A script shows it while they type."""
    typed = typed_words.as_read(person.gathering, person.seat, desire)
    shown = {
        "text": typed.text,
        "language": typed.language,
        "stem": entry.before(typed.stem, typed.text, typed.language),
    }
    return _shows(person, _own_view(person), text=typed.text, stem=desire.stem, preview=shown)


def _own_view(person: Person) -> View:
    """Return the view with the field in which a person says something of their own."""
    return "ask" if person.state.stage.takes_desires and not person.state.ended else "calm"


def _change_words(person: Person, refused: Refused, form: Mapping[str, str]) -> Response:
    """Return the 422 page that says what to change in a desire. The words stay in their field."""
    about = {"text": form.get("text", "").encode("utf-8", "ignore").decode()}
    about["error"] = refusal_said(refused, person.words)
    original = _answered(person, form.get("grew_from", ""))
    if original is not None:
        return _shows(person, "add", status=_UNPROCESSABLE, grew_from=original.alias, original=original, **about)
    return _shows(person, _own_view(person), status=_UNPROCESSABLE, stem=form.get("stem", ""), **about)


async def _join(request: Request) -> Response:
    """Join a person's own desire to a desire of another that says the same."""
    person = who.person(request)
    await doing.join(person.gathering, person.seat, await read(request, ask.JoinAsked))
    person.memory.let_go(person.seat)
    person.memory.kept_now.add(person.seat)
    return RedirectResponse(person.home, 303)


async def _apart(request: Request) -> Response:
    """Take a person's own desire apart from the one that it was joined to."""
    person, form = who.person(request), await form_of(request)
    await doing.part(person.gathering, person.seat, asked(form, ask.DesireNamed))
    person.memory.let_go(person.seat)
    return RedirectResponse(f"{person.home}/mine" if form.get("back") == "mine" else person.home, 303)


async def _own(request: Request) -> Response:
    """Keep a person's desire apart from similar ones, and stop asking about it."""
    person = who.person(request)
    person.memory.let_go(person.seat)
    return RedirectResponse(person.home, 303)


async def _back(request: Request) -> Response:
    """Redirect a GET request of a form's address, such as a reload, to the page of that form."""
    home, _, form = request.url.path.rpartition("/")
    return RedirectResponse(f"{home}/mine" if form in _FORMS_OF_MINE else home, 303)


routes: list[Route] = [
    Route("/g/{code}/respond", Respond(), methods=["POST"]),
    Route("/g/{code}/events", PhoneStream(), methods=["GET"]),
    Route("/g/{code}", _now),
    Route("/g/{code}/desire", _say, methods=["POST"]),
    Route("/g/{code}/join", _join, methods=["POST"]),
    Route("/g/{code}/apart", _apart, methods=["POST"]),
    Route("/g/{code}/own", _own, methods=["POST"]),
    *(Route(f"/g/{{code}}/{form}", _back) for form in (*_FORMS, *_FORMS_OF_MINE, *TEXT_FORMS, *carry.FORMS)),
    *(Route(f"/g/{{code}}/circle/{form}", _back) for form in _FORMS_OF_CIRCLE),
]
