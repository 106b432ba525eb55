"""The phone: what a person sees and does at each stage of a round.

One thing at a time: the question, then whether others want the same, then cards, then a visible end. Every page is
whole without script; with it the same addresses answer in JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.desire import entry, spoken
from oneheart.live import events as ev
from oneheart.live.gathering import Refused
from oneheart.live.state import Refusal, State
from oneheart.model.round import Stage
from oneheart.web.pages import form_of, key_in, new_key, number_in, page
from oneheart.web.phone import mine
from oneheart.web.phone import text as reading
from oneheart.web.phone.cards import (
    BLOCKED,
    HINTS,
    Card,
    View,
    card_page,
    next_card,
    next_told,
    phone_context,
    stem_text,
)
from oneheart.web.phone.tap import Events, Respond
from oneheart.web.phone.text import reading_context
from oneheart.web.who import Here, as_json, desk_of, here_in, let_go, offered, place_of, refused, wants_json
from oneheart.web.words import LANGUAGES, PSEUDO

_UNPROCESSABLE = 422
_READ = frozenset({Stage.READING, Stage.SECOND_READING, Stage.SEALED, Stage.SAID})
_FORMS_OF_MINE = ("withdraw", "erase", "language", "desire-language", "present")
_FORMS = ("respond", "desire", "join", "own", "unread")
_FORMS_OF_CIRCLE = ("steward", "line", "carry", "scribe", "done")


def _shows(here: Here, view: View, *, status: int = 200, **more: Any) -> Response:
    """Return a view of the phone page that is rendered for one person."""
    about = phone_context(here.gathering, here.seat, here.words)
    about |= {"place": place_of(here.gathering, here.seat), "key": new_key(), "desire_key": new_key()}
    about |= {"more": False, "told": ""}
    return page("phone.html", here.words, status=status, view=view, **{**about, **more})


async def _now(request: Request) -> Response:
    """Show what there is to do now."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    more = request.query_params.get("more") == "1"
    if wants_json(request):
        return as_json({**_where(here.state), **next_told(here.gathering, here.seat, more=more)})
    return _view(here, request.query_params, more=more)


def _where(state: State) -> dict[str, object]:
    return {"stage": state.stage.value, "round": state.round, "version": state.version, "ended": state.ended}


def _view(here: Here, query: Mapping[str, str], *, more: bool) -> Response:
    """Return the one thing that this person sees now."""
    state, desk = here.state, desk_of(here.gathering)
    adds_to = number_in(query, "add")
    if adds_to is not None and _readable(state, here.seat, adds_to):
        return _shows(here, "add", grew_from=adds_to, original=state.desires[state.words_for(adds_to, here.seat)])
    just_said = desk.asked.get(here.seat)
    said = number_in(query, "said")
    said = just_said if said is None else said
    reads = state.stage in _READ and state.prayers.of_round(state.round) is not None
    if said is not None and said in state.seats[here.seat].desires and not state.ended and not reads:
        answer = _is_it_yours(here, said)
        if answer is not None:
            return answer
    if state.ended or not state.stage.takes_responses:
        return _text(here)
    mine = (state.desires[number] for number in state.seats[here.seat].desires)
    own = any(desire.line_of is None and desire.round >= state.round for desire in mine)
    first = state.stage.takes_desires and not own and not state.cards(here.seat) and "cards" not in query
    if first:
        return _shows(here, "ask")
    if here.words.language in PSEUDO:
        return _pseudo_card(here, more=more)
    card = next_card(here.gathering, here.seat, more=more)
    html = card_page(here.gathering, here.seat, card, more=more, kept=just_said is not None and said == just_said)
    return HTMLResponse(html, headers={"content-language": here.words.language})


def _text(here: Here) -> Response:
    """Return the text as it is read, sealed or said; a calm page before there is one and after the end."""
    reads = here.state.stage in _READ and not here.state.ended
    about = reading_context(here) if reads else None
    if about is None:
        return _shows(here, "calm", notices=_notices(here))
    return _shows(here, "read", notices=_notices(here), **about)


def _pseudo_card(here: Here, *, more: bool) -> Response:
    """Return a card in a pseudo-language, which is for looking at the page only."""
    card = next_card(here.gathering, here.seat, more=more)
    if not isinstance(card, Card):
        return _shows(here, card)
    numbers = {"number": card.desire, "nth": card.n, "of": card.of, "done": card.n - 1}
    return _shows(here, "card", card=card, beyond=card.n > card.of, more=more, **numbers)


def _readable(state: State, seat: int, number: int) -> bool:
    """Return whether a person has been shown this desire: they answered it."""
    return number in state.tally.answered(seat) and bool(state.desires[number].text)


def _is_it_yours(here: Here, said: int) -> Response | None:
    """Return the question whether a desire is the same as one of others, None where there is nothing to ask."""
    own = here.state.desires[said]
    open_still = own.same_as is None and not own.withdrawn and not own.erased
    numbers = here.gathering.nearest(said) if open_still else ()
    near = [(number, here.state.desires[number], new_key()) for number in numbers]
    notices = _notices(here) if desk_of(here.gathering).asked.get(here.seat) == said else []
    elsewhere = own.language != here.words.language and len(offered(here.gathering)) > 1
    if not near and not notices and not elsewhere:
        desk_of(here.gathering).asked.pop(here.seat, None)
        return None
    names: dict[str, Any] = {
        "tongue": LANGUAGES.get(own.language, own.language),
        "own_tongue": LANGUAGES.get(here.words.language, ""),
    }
    return _shows(here, "near", said=said, own=own, near=near, notices=notices, elsewhere=elsewhere, **names)


def _notices(here: Here) -> list[Markup]:
    """Return what there is to tell about the desire last said."""
    desk = desk_of(here.gathering)
    said = desk.asked.get(here.seat)
    found = [here.words.t(HINTS[code]) for code in desk.hints.get(here.seat, ()) if code in HINTS]
    if said is not None and here.state.desires[said].waiting:
        found.insert(0, here.words.t("Kept for the next round: this one takes no more desires."))
    return found


def stem_in(form: Mapping[str, str], text: str, page_language: str, text_language: str) -> str:
    """Return which beginning a text continues: none where it repeats the beginning or is in another language."""
    code = form.get("stem", "")
    beginning = stem_text(code, page_language).removesuffix("…").strip()
    if not beginning or page_language != text_language or text.casefold().startswith(beginning.casefold()):
        return ""
    return code


async def _say(request: Request) -> Response:
    """Keep what a person wants."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form, json = await form_of(request), wants_json(request)
    typed = form.get("text", "")
    text = entry.clean(typed)
    language = spoken.language_of(text, here.state.seats[here.seat].language, offered(here.gathering))
    hints = entry.hints(text, language)
    blocks = next((hint.code for hint in hints if hint.blocks), None)
    grew_from = number_in(form, "grew_from")
    if blocks is not None:
        return _blocked(here, blocks, typed, grew_from, json=json)
    stem = stem_in(form, text, here.words.language, language)
    said = ev.DesireSaid(here.seat, text, language, stem=stem, grew_from=grew_from)
    try:
        number = await here.submit(key_in(form), said)
    except Refused as error:
        return refused(here, error.why, json=json, kept_text=text)
    desk = desk_of(here.gathering)
    codes = tuple(hint.code for hint in hints if not hint.blocks)
    if number is not None:
        desk.asked[here.seat], desk.hints[here.seat] = number, codes
    if json:
        waiting = number is not None and here.state.desires[number].waiting
        return as_json({"kept": True, "desire": number, "waiting": waiting, "hints": codes})
    return RedirectResponse(here.home, 303)


def _blocked(here: Here, code: entry.HintCode, typed: str, grew_from: int | None, *, json: bool) -> Response:
    """Say what has to be mended; the words stay in the field."""
    sentence = here.words.t(BLOCKED[code], most=entry.GRAPHEMES_MOST)
    if json:
        return as_json({"kept": False, "why": code, "sentence": str(sentence)}, _UNPROCESSABLE)
    shown = typed.encode("utf-8", "ignore").decode()
    if grew_from is not None and _readable(here.state, here.seat, grew_from):
        original = here.state.desires[here.state.words_for(grew_from, here.seat)]
        return _shows(
            here, "add", status=_UNPROCESSABLE, text=shown, error=sentence, grew_from=grew_from, original=original
        )
    view: View = "ask" if here.state.stage.takes_desires and not here.state.ended else "calm"
    return _shows(here, view, status=_UNPROCESSABLE, text=shown, error=sentence)


async def _join(request: Request) -> Response:
    """Let a person's own desire be the same as another's."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form = await form_of(request)
    own, same = number_in(form, "desire"), number_in(form, "same_as")
    if own is None or same is None:
        raise Refused(Refusal.UNKNOWN)
    await here.submit(key_in(form), ev.DesireJoined(here.seat, own, same))
    let_go(here)
    return RedirectResponse(here.home, 303)


async def _own(request: Request) -> Response:
    """Let a person's own desire stand by itself."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    let_go(here)
    return RedirectResponse(here.home, 303)


async def _back(request: Request) -> Response:
    """Lead somebody who reloads the address of a form back to the page that it stands on."""
    home, _, form = request.url.path.rpartition("/")
    return RedirectResponse(f"{home}/mine" if form in _FORMS_OF_MINE else home, 303)


routes: list[Route] = [
    Route("/g/{code}/respond", Respond(), methods=["POST"]),
    Route("/g/{code}/events", Events(), methods=["GET"]),
    Route("/g/{code}", _now),
    Route("/g/{code}/desire", _say, methods=["POST"]),
    Route("/g/{code}/join", _join, methods=["POST"]),
    Route("/g/{code}/own", _own, methods=["POST"]),
    *mine.routes,
    *reading.routes,
    *(Route(f"/g/{{code}}/{form}", _back) for form in (*_FORMS, *_FORMS_OF_MINE, *reading.FORMS)),
    *(Route(f"/g/{{code}}/circle/{form}", _back) for form in _FORMS_OF_CIRCLE),
]
