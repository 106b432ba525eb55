"""Carrying on the phone: say a desire in another language, and say whether two say the same.

Both come as cards between the others, to people who read two languages. They are never asked for a name, and nobody is
told who said what.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.desire import entry
from oneheart.live import carrying, opened
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state.carried_desires import CARRYINGS_MOST
from oneheart.web import who
from oneheart.web.answers import as_json
from oneheart.web.forms import asked, form_of
from oneheart.web.pages import page, wants_json
from oneheart.web.phone.cards import phone_page_context
from oneheart.web.said import refusal_said
from oneheart.web.who import Person
from oneheart.web.words import LANGUAGES

_UNPROCESSABLE = 422
FORMS = ("say-words", "same-words")


def is_due(gathering: LiveGathering, seat: int, *, finished: bool) -> bool:
    """Return whether a card about carrying comes next for a person.

    Args:
        gathering: the gathering.
        seat: seat of the person.
        finished: true if they have no other card to answer now.
    """
    return opened.carrying_in_hand(gathering, seat, finished=finished) is not None


def carry_page(person: Person, *, finished: bool, status: int = 200, **more: Any) -> Response | None:
    """Return the page of the card about carrying that comes next; None if none does."""
    card = opened.carrying_in_hand(person.gathering, person.seat, finished=finished)
    if card is None:
        return None
    shown, into = LANGUAGES.get(card.words.language, card.words.language), LANGUAGES.get(card.language, card.language)
    about = {
        **phone_page_context(person),
        "carry": card,
        "shown_language": shown,
        "new_language": into,
        "shown_stem": entry.before(card.words.stem, card.words.text, card.words.language),
        "cards_most": 2 * CARRYINGS_MOST,
        "new_stem": entry.stem_text(card.words.stem, card.language),
    }
    return page("phone.html", person.words, status=status, view="carry", **{**about, **more})


async def _say(request: Request) -> Response:
    """Keep the words of a desire in another language. If they must be changed, the page keeps them in their field."""
    person, form, json = who.person(request), await form_of(request), wants_json(request)
    try:
        kept = await carrying.say_in_language(person.gathering, person.seat, asked(form, carrying.WordsAsked))
    except Refused as refused:
        text = form.get("text", "").encode("utf-8", "ignore").decode()
        if refused.why is Refusal.WORDS and not json:
            error = refusal_said(refused, person.words)
            again = carry_page(person, finished=True, status=_UNPROCESSABLE, text=text, error=error)
            if again is not None:
                return again
        return person.refused(refused, json=json, kept_text=text)
    return as_json(person.kept(kept)) if json else RedirectResponse(person.home, 303)


async def _same(request: Request) -> Response:
    """Keep whether the words of a desire in another language say the same."""
    person, form = who.person(request), await form_of(request)
    kept = await carrying.say_whether_same(person.gathering, person.seat, asked(form, carrying.SameWordsAsked))
    return as_json(person.kept(kept)) if wants_json(request) else RedirectResponse(person.home, 303)


routes: list[Route] = [
    Route("/g/{code}/say-words", _say, methods=["POST"]),
    Route("/g/{code}/same-words", _same, methods=["POST"]),
]
