"""The phone: what a person sees and does at each stage of a round.

One thing at a time: the question, then whether others want the same, then cards, then a visible end. Every page is
whole without script; with it the same addresses answer in JSON. A tapped response goes the shortest way there is: the
body is read by hand and the next card is put into a page that was rendered once for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote
from weakref import WeakKeyDictionary

import msgspec
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from oneheart.engine import disclosure
from oneheart.engine.desire import entry
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, Refused
from oneheart.live.state import OPEN_DESIRES, Refusal, State
from oneheart.model.round import Stage
from oneheart.web import api
from oneheart.web.door import circle_name, forget_seat, languages_of
from oneheart.web.pages import (
    LANGUAGE_COOKIE,
    SEAT_COOKIE,
    SENTENCES,
    STATUS,
    form_fields,
    form_of,
    gathering_of,
    key_in,
    new_key,
    number_in,
    page,
    problem,
    render,
    set_cookie,
    words_for,
)
from oneheart.web.stream import Streams
from oneheart.web.words import PSEUDO, Words

K = disclosure.K
View = Literal["ask", "near", "card", "add", "end", "nothing", "calm"]
_UNPROCESSABLE, _NO_SEAT = 422, 401
_SCRIPTS: tuple[tuple[str, frozenset[str], re.Pattern[str]], ...] = (
    ("he", frozenset({"he", "yi"}), re.compile("[\u0590-\u05ff]")),
    ("ru", frozenset({"ru", "uk", "bg", "sr"}), re.compile("[\u0400-\u04ff]")),
    ("ar", frozenset({"ar", "fa", "ur"}), re.compile("[\u0600-\u06ff]")),
    ("en", frozenset(), re.compile("[A-Za-z\u00c0-\u024f]")),
)
_OTHER_SCRIPTS = frozenset({"he", "yi", "ru", "uk", "bg", "sr", "ar", "fa", "ur", "zh", "ja", "ko", "hi"})


def _t(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


CALM: dict[Stage, tuple[str, str]] = {
    Stage.OPEN: (_t("The round is open"), _t("Say what you want.")),
    Stage.CROSSING: (_t("Desires are crossing"), _t("Desires travel between circles that are far apart.")),
    Stage.WEAVING: (
        _t("The text is being woven"),
        _t("What was said is now put into one text, in your own words. This takes a few minutes."),
    ),
    Stage.READING: (_t("The text is being read"), _t("The draft is on the screen in the hall. Listen to it together.")),
    Stage.SECOND_READING: (
        _t("The text is read once more"),
        _t("Only the lines that were changed are read again. They are on the screen in the hall."),
    ),
    Stage.SEALED: (_t("The text is ready"), _t("It will be said together, at one moment.")),
    Stage.SAID: (_t("It was said together"), _t("This round is over. Rest together for a while.")),
}
BLOCKED: dict[entry.HintCode, str] = {
    "empty": _t("Write what you want, in a few words."),
    "too long": _t("This is longer than {most} letters. Say it more shortly, or make two of it."),
    "contact": _t("Leave out the e-mail address or phone number: everybody here will read this."),
}
HINTS: dict[entry.HintCode, str] = {
    "two wishes": _t("These may be two wishes. Each travels better by itself."),
    "question": _t("This is a question. Said as a wish, others can want it too."),
    "link": _t("There is a link in it. Others cannot open it here."),
}


@dataclass(slots=True)
class Desk:
    """What the pages of one gathering keep in memory only; losing it loses nothing.

    Attributes:
        asked: by seat: the own desire of which it is asked whether it is the same as another's.
        hints: by seat: what to look at in the desire last said.
        bands: by desire: how many were asked when the word was chosen, and the word.
        rendered: pages with gaps for what differs from card to card.
        streams: the open streams of its phones.
    """

    asked: dict[int, int] = field(default_factory=dict)
    hints: dict[int, tuple[entry.HintCode, ...]] = field(default_factory=dict)
    bands: dict[int, tuple[int, disclosure.Band | None]] = field(default_factory=dict)
    rendered: dict[tuple[object, ...], Spliced] = field(default_factory=dict)
    streams: Streams = field(default_factory=Streams)


_DESKS: WeakKeyDictionary[LiveGathering, Desk] = WeakKeyDictionary()


def desk_of(gathering: LiveGathering) -> Desk:
    """Return what the pages of a gathering keep in memory."""
    found = _DESKS.get(gathering)
    if found is None:
        found = _DESKS[gathering] = Desk()
    return found


# --- pages with gaps ---

_GAP = re.compile("\ue000([a-z]+)\ue001")  # private letters: no text of a person can hold them


class Spliced:
    """A page that was rendered once, with gaps.

    Example:
        >>> Spliced("<p>\ue000text\ue001</p>").fill({"text": "one heart"})
        '<p>one heart</p>'
    """

    def __init__(self, html: str) -> None:
        """Cut the page at its gaps."""
        self._parts = _GAP.split(html)
        self._names = self._parts[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the page with escaped values in its gaps."""
        parts = self._parts.copy()
        parts[1::2] = [values[name] for name in self._names]
        return "".join(parts)


def _gap(name: str) -> str:
    return f"\ue000{name}\ue001"


@dataclass(frozen=True, slots=True)
class Card:
    """The card that a person sees next.

    Attributes:
        desire: its number.
        text: the words.
        lang: of the words.
        stem: the beginning that they continue, "" for none.
        n: which card of this stage it is, from 1.
        of: how many there are before the end.
    """

    desire: int
    text: str
    lang: str
    stem: str
    n: int
    of: int


def stem_text(code: str, language: str) -> str:
    """Return the beginning that a desire continues, "" for none."""
    return next((stem.text for stem in entry.stems(language) if stem.code == code), "") if code else ""


def next_card(gathering: LiveGathering, seat: int, *, more: bool) -> Card | Literal["end", "nothing"]:
    """Return the card to show, "end" after as many as the hosts set, "nothing" while there is none."""
    state = gathering.state
    of = state.settings.cards if state.settings else 0
    answered = state.cards(seat)
    if answered >= of and not more:
        return "end"
    dealt = gathering.card(seat)
    if dealt is None:
        return "nothing"
    desire = state.desires[dealt.desire]
    stem = stem_text(desire.stem, desire.language)
    return Card(dealt.desire, desire.text, desire.language, stem, answered + 1, of)


def _card_page(gathering: LiveGathering, seat: int, card: Card | Literal["end", "nothing"], *, more: bool) -> str:
    """Return the page of a card (or of the end of cards) from what was rendered before."""
    state = gathering.state
    person = state.seats[seat]
    view: View = "card" if isinstance(card, Card) else card
    stem = bool(isinstance(card, Card) and card.stem)
    beyond = bool(isinstance(card, Card) and card.n > card.of)
    desk = desk_of(gathering)
    circled = person.circle is not None
    name = (state.settings_version, state.version, state.ended, person.language, view, stem, beyond, more, circled)
    spliced = desk.rendered.get(name)
    if spliced is None:
        if len(desk.rendered) > 500:  # noqa: PLR2004  old stages and settings
            desk.rendered.clear()
        words = words_for(gathering, person.language)
        about = _phone(gathering, seat, words)
        spliced = Spliced(
            render(
                "phone.html",
                words,
                **{**about, "place": _gap("place"), "key": _gap("key"), "desire_key": _gap("keytwo")},
                view=view,
                more=more,
                beyond=beyond,
                card=Card(0, _gap("text"), _gap("lang"), _gap("stem") if stem else "", 1, 1),
                number=_gap("desire"),
                nth=_gap("nth"),
                of=_gap("of"),
                done=_gap("done"),
            )
        )
        desk.rendered[name] = spliced
    values = {"place": place_of(gathering, seat), "key": new_key(), "keytwo": new_key()}
    if isinstance(card, Card):
        values |= {
            "text": escape(card.text),
            "lang": escape(card.lang),
            "stem": escape(card.stem),
            "desire": str(card.desire),
            "nth": str(card.n),
            "of": str(card.of),
            "done": str(min(card.n - 1, card.of)),
        }
    return spliced.fill(values)


def place_of(gathering: LiveGathering, seat: int) -> str:
    """Return a name of a seat for the phone's own outbox: it tells two seats on one phone apart and opens nothing."""
    return gathering.secret_for("outbox", str(seat))[:12]


# --- who asks ---


def seat_in(gathering: LiveGathering, request: Request) -> int | None:
    """Return the seat of a request's cookie, None for none."""
    secret = request.cookies.get(SEAT_COOKIE, "")
    return gathering.seat_of(secret) if secret else None


@dataclass(frozen=True, slots=True)
class Here:
    """A person on a page: their gathering, seat and words."""

    gathering: LiveGathering
    seat: int
    words: Words

    @property
    def state(self) -> State:
        """Return what the gathering has come to."""
        return self.gathering.state

    @property
    def home(self) -> str:
        """Return the address of the phone page."""
        return f"/g/{self.gathering.code}"

    async def submit(self, key: str, body: ev.AnyBody) -> int | None:
        """Write something down in this person's name; return its number."""
        return (await self.gathering.submit(f"s{self.seat}", key, body)).number


def here_in(request: Request) -> Here | Response:
    """Return the person of a request, or the answer that leads to the door."""
    gathering = gathering_of(request)
    if gathering is None:
        return RedirectResponse(f"/j/{quote(str(request.path_params.get('code', '')), safe='')}", 303)
    seat = seat_in(gathering, request)
    if seat is None:
        if wants_json(request):
            return no_seat(words_for(gathering, _offered(gathering)[0]))
        return RedirectResponse(f"/j/{gathering.code}", 303)
    language = gathering.state.seats[seat].language
    asked = request.query_params.get("lang", "")
    return Here(gathering, seat, words_for(gathering, asked if asked in PSEUDO else language))


def wants_json(request: Request) -> bool:
    """Return whether a script asks."""
    return "application/json" in request.headers.get("accept", "")


_ENCODER = msgspec.json.Encoder()


def as_json(value: Any, status: int = 200) -> Response:
    """Return an answer for a script."""
    return Response(_ENCODER.encode(value), status, media_type="application/json")


def no_seat(words: Words) -> Response:
    """Tell a script that this phone has no seat here."""
    sentence = str(words.t("This phone has no place here any more. Open the door again."))
    return as_json({"kept": False, "why": "no seat", "sentence": sentence}, _NO_SEAT)


def refused(here: Here, why: Refusal, *, json: bool, kept_text: str = "", back: str = "") -> Response:
    """Return the answer that says why something was not taken."""
    if json:
        sentence = str(here.words.t(SENTENCES[why]))
        return as_json({"kept": False, "why": why.value, "sentence": sentence}, STATUS[why])
    return problem(here.words, why, kept_text=kept_text, back=back or here.home)


def _offered(gathering: LiveGathering) -> list[str]:
    return gathering.state.settings.languages if gathering.state.settings else ["en"]


# --- the page ---


def frame_of(here: Here, *, at: Literal["now", "mine", "circle"]) -> dict[str, Any]:
    """Return what the frame of all of a person's pages shows."""
    settings = here.state.settings
    return {
        "code": here.gathering.code,
        "gathering_name": settings.name if settings else "",
        "in_circle": here.state.seats[here.seat].circle is not None,
        "at": at,
    }


def _phone(gathering: LiveGathering, seat: int, words: Words) -> dict[str, Any]:
    """Return what every view of the phone page shows."""
    state = gathering.state
    settings = state.settings
    question = settings.question if settings else {}
    calm = CALM[state.stage]
    here = Here(gathering, seat, words)
    return {
        **frame_of(here, at="now"),
        "question": question.get(words.language) or next(iter(question.values()), ""),
        "stage": state.stage.value,
        "round": state.round,
        "version": state.version,
        "clock_end": state.clock,
        "ended": state.ended,
        "calm_title": words.t(_ENDED[0]) if state.ended else words.t(calm[0]),
        "calm_words": words.t(_ENDED[1]) if state.ended else words.t(calm[1]),
        "open": state.stage.takes_desires and not state.ended,
        "voice": state.voice.value,
        "stems": entry.stems(words.language),
        "stem": "want",
        "most": entry.GRAPHEMES_MOST,
        "blocked": {code: words.t(text, most=entry.GRAPHEMES_MOST) for code, text in BLOCKED.items()},
        "hint_words": {code: words.t(text) for code, text in HINTS.items()},
        "text": "",
        "error": "",
        "grew_from": None,
        "notices": [],
        "near": [],
    }


_ENDED = (_t("This gathering has ended"), _t("What was said is kept. Thank you for being here."))


def _shows(here: Here, view: View, *, status: int = 200, **more: Any) -> Response:
    """Return a view of the phone page that is rendered for one person."""
    about = _phone(here.gathering, here.seat, here.words)
    about |= {"place": place_of(here.gathering, here.seat), "key": new_key(), "desire_key": new_key(), "more": False}
    return page("phone.html", here.words, status=status, view=view, **{**about, **more})


async def _now(request: Request) -> Response:
    """Show what there is to do now."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    more = request.query_params.get("more") == "1"
    if wants_json(request):
        return as_json({**_where(here.state), **_next_told(here.gathering, here.seat, more=more)})
    return _view(here, request.query_params, more=more)


def _where(state: State) -> dict[str, object]:
    return {"stage": state.stage.value, "round": state.round, "version": state.version, "ended": state.ended}


def _view(here: Here, query: Mapping[str, str], *, more: bool) -> Response:
    """Return the one thing that this person sees now."""
    state, desk = here.state, desk_of(here.gathering)
    adds_to = number_in(query, "add")
    if adds_to is not None and _readable(state, here.seat, adds_to):
        return _shows(here, "add", grew_from=adds_to, original=state.desires[adds_to])
    said = number_in(query, "said")
    said = desk.asked.get(here.seat) if said is None else said
    if said is not None and said in state.seats[here.seat].desires and not state.ended:
        answer = _is_it_yours(here, said)
        if answer is not None:
            return answer
    if state.ended or not state.stage.takes_responses:
        return _shows(here, "calm", notices=_notices(here))
    own = any(state.desires[number].line_of is None for number in state.seats[here.seat].desires)
    first = state.stage.takes_desires and not own and not state.cards(here.seat) and "cards" not in query
    if first:
        return _shows(here, "ask")
    if here.words.language in PSEUDO:
        return _pseudo_card(here, more=more)
    html = _card_page(here.gathering, here.seat, next_card(here.gathering, here.seat, more=more), more=more)
    return HTMLResponse(html, headers={"content-language": here.words.language})


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
    if not near and not notices:
        desk_of(here.gathering).asked.pop(here.seat, None)
        return None
    return _shows(here, "near", said=said, own=own, near=near, notices=notices)


def _notices(here: Here) -> list[Markup]:
    """Return what there is to tell about the desire last said."""
    desk = desk_of(here.gathering)
    said = desk.asked.get(here.seat)
    found = [here.words.t(HINTS[code]) for code in desk.hints.get(here.seat, ()) if code in HINTS]
    if said is not None and here.state.desires[said].waiting:
        found.insert(0, here.words.t("Kept for the next round: this one takes no more desires."))
    return found


# --- what a person says ---


def language_of_text(text: str, language: str, offered: list[str]) -> str:
    """Return the language of a text: that of the page, unless it is written in another script.

    Example:
        >>> language_of_text("שלום", "en", ["en", "he"]), language_of_text("Peace 3", "he", ["he", "es", "en"])
        ('he', 'es')
    """
    counts = {name: len(pattern.findall(text)) for name, _, pattern in _SCRIPTS}
    script = max(counts, key=lambda name: counts[name])
    if not counts[script]:
        return language
    members = next(members for name, members, _ in _SCRIPTS if name == script)

    def fits(code: str) -> bool:
        return code in members if members else code not in _OTHER_SCRIPTS

    return language if fits(language) else next((code for code in offered if fits(code)), language)


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
    language = language_of_text(text, here.state.seats[here.seat].language, _offered(here.gathering))
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
        original = here.state.desires[grew_from]
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
    _let_go(here)
    return RedirectResponse(here.home, 303)


async def _own(request: Request) -> Response:
    """Let a person's own desire stand by itself."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    _let_go(here)
    return RedirectResponse(here.home, 303)


def _let_go(here: Here) -> None:
    desk = desk_of(here.gathering)
    desk.asked.pop(here.seat, None)
    desk.hints.pop(here.seat, None)


async def _withdraw(request: Request) -> Response:
    """Take one's own desire back."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form = await form_of(request)
    number = number_in(form, "desire")
    if number is None:
        raise Refused(Refusal.UNKNOWN)
    await here.submit(key_in(form), ev.DesireWithdrawn(here.seat, number))
    if desk_of(here.gathering).asked.get(here.seat) == number:
        _let_go(here)
    return RedirectResponse(f"{here.home}/mine", 303)


async def _erase(request: Request) -> Response:
    """Ask once more, then take away everything of a person."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form = await form_of(request)
    if form.get("sure") != "yes":
        return page("mine_erase.html", here.words, **frame_of(here, at="mine"), key=new_key())
    await here.gathering.erase(here.seat, key_in(form))
    _let_go(here)
    response = page("mine_erased.html", here.words, code=here.gathering.code)
    forget_seat(response, here.gathering)
    return response


async def _language(request: Request) -> Response:
    """Change the language of a person's pages."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form = await form_of(request)
    language = form.get("language", "")
    if language not in _offered(here.gathering):
        raise Refused(Refusal.UNKNOWN)
    await here.submit(key_in(form), ev.SeatChanged(here.seat, language=language))
    response = RedirectResponse(f"{here.home}/mine", 303)
    set_cookie(response, LANGUAGE_COOKIE, language, path="/", https=bool(request.app.state.https))
    return response


async def _present(request: Request) -> Response:
    """Keep that a person was there: outward only, and never read together with desires."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form = await form_of(request)
    number = number_in(form, "occasion")
    typed = form.get("code", "").strip().casefold()
    if typed:
        number = next((n for n, o in enumerate(here.state.occasions) if o.code.casefold() == typed), None)
    if number is None:
        raise Refused(Refusal.UNKNOWN)
    await here.submit(key_in(form), ev.Present(here.seat, number))
    return RedirectResponse(f"{here.home}/mine#occasions", 303)


# --- where one's words went ---

_BECAME = {
    "travels": _t("It travels to others."),
    "waits for the hosts": _t("A host reads it first; then it travels."),
    "for the next round": _t("It is kept for the next round."),
    "joined": _t("You said that it is the same as this one:"),
    "not taken": _t("The hosts did not take it further."),
    "withdrawn": _t("You took it back."),
}
_WANTED: dict[disclosure.Band, str] = {
    "most": _t("Most of those who were asked want it too."),
    "some": _t("Some of those who were asked want it too."),
    "few": _t("Few of those who were asked so far want it too."),
}


def wanted_by(gathering: LiveGathering, number: int) -> disclosure.Band | None:
    """Return a word for how many of those asked want a desire; it changes only when k more have been asked.

    So nobody who watches it can read a single answer from a change of the word.
    """
    tally = gathering.state.tally
    asked = int(tally.seen_by_all[number])
    bands = desk_of(gathering).bands
    before = bands.get(number)
    if before is None or before[0] != asked // K:
        before = bands[number] = (asked // K, disclosure.release_band(int(tally.want[number]), asked))
    return before[1]


def _wanted_words(here: Here, number: int) -> Markup:
    band = wanted_by(here.gathering, number)
    return here.words.t("It is on its way; few have been asked yet.") if band is None else here.words.t(_WANTED[band])


async def _mine(request: Request) -> Response:
    """Show where a person's words went, what they answered, where they were, and what they can do with all of it."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    state = here.state
    mine = api.mine(here.gathering, here.seat)
    words = []
    for own in mine.desires:
        desire = state.desires[own.desire]
        words.append(
            {
                "own": own,
                "became": here.words.t(_BECAME[own.became]),
                "same": state.desires[own.same_as] if own.same_as is not None else None,
                "wanted": _wanted_words(here, own.desire) if own.became == "travels" else "",
                "line": desire.line_of is not None or desire.carried_by is not None,
                "key": new_key(),
            }
        )
    answers = [(given, state.desires[given.desire].language, new_key()) for given in reversed(mine.responses)]
    occasions = [(n, o.name, n in state.seats[here.seat].presences, new_key()) for n, o in enumerate(state.occasions)]
    return page(
        "mine.html",
        here.words,
        **frame_of(here, at="mine"),
        desires=list(reversed(words)),
        answers=answers,
        answers_open=state.stage.takes_responses and not state.ended,
        against=state.voice.may_be_against,
        voice=state.voice.value,
        ended=state.ended,
        occasions=occasions,
        choices=languages_of(here.gathering),
        circle=None if mine.circle is None else circle_name(state, mine.circle, here.words),
        quota_left=OPEN_DESIRES - state.open_desires(here.seat),
        key=new_key(),
        keys=[new_key(), new_key(), new_key()],
    )


async def _mine_json(request: Request) -> Response:
    """Give a person everything that is held about them."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    response = as_json(api.mine(here.gathering, here.seat))
    response.headers["content-disposition"] = 'attachment; filename="oneheart-mine.json"'
    return response


# --- the tap ---


class _Tapped(msgspec.Struct):
    """A response as a script may send it."""

    desire: int
    stance: int
    key: str = ""
    more: bool = False


_TAPPED = msgspec.json.Decoder(_Tapped)
_PLAIN = re.compile(rb"[A-Za-z0-9_=&-]*")
_STANCES = {"1": 1, "0": 0, "-1": -1, "add": 1}
_JSON_HEADERS = [(b"content-type", b"application/json")]


def _fields_of(body: bytes, kind: bytes) -> dict[str, str]:
    """Return the fields of a tap, whether a form or JSON; empty for anything else."""
    if kind.startswith(b"application/json"):
        try:
            tapped = _TAPPED.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return {}
        fields = {"desire": str(tapped.desire), "stance": str(tapped.stance), "key": tapped.key}
        return {**fields, "more": "1"} if tapped.more else fields
    if _PLAIN.fullmatch(body):
        return dict(pair.split("=", 1) for pair in body.decode("ascii").split("&") if "=" in pair)
    return form_fields(body)


def _cookie(header: bytes) -> str:
    """Return the seat's secret from a Cookie header, "" for none."""
    for part in header.split(b";"):
        name, _, value = part.strip().partition(b"=")
        if name == b"seat":
            return value.strip(b'"').decode("latin-1")
    return ""


async def _read(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body


class Respond:
    """The tapped response, as plain ASGI: the only path that thousands take in one second."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep one response and answer with the next card."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        code = scope["path_params"]["code"]
        house = scope["app"].state.house
        gathering: LiveGathering | None = house.gatherings.get(code) or house.find(code)
        secret = _cookie(headers.get(b"cookie", b""))
        seat = gathering.seat_of(secret) if gathering is not None and secret else None
        json = b"application/json" in headers.get(b"accept", b"")
        if gathering is None or seat is None:
            await _no_seat(gathering, code, json=json)(scope, receive, send)
            return
        form = _fields_of(await _read(receive), headers.get(b"content-type", b""))
        more = form.get("more") == "1"
        try:
            await _keep(gathering, seat, form)
        except Refused as error:
            here = Here(gathering, seat, words_for(gathering, gathering.state.seats[seat].language))
            await refused(here, error.why, json=json)(scope, receive, send)
            return
        desk = desk_of(gathering)
        if desk.asked:
            desk.asked.pop(seat, None)
        if json:
            body = _ENCODER.encode({"kept": True, **_next_told(gathering, seat, more=more)})
            await _send(send, body, b"application/json")
        elif form.get("stance") == "add":
            await RedirectResponse(f"/g/{gathering.code}?add={form['desire']}", 303)(scope, receive, send)
        elif form.get("back") == "mine":
            await RedirectResponse(f"/g/{gathering.code}/mine#answers", 303)(scope, receive, send)
        else:
            html = _card_page(gathering, seat, next_card(gathering, seat, more=more), more=more)
            await _send(send, html.encode(), b"text/html; charset=utf-8")


async def _keep(gathering: LiveGathering, seat: int, form: Mapping[str, str]) -> None:
    stance = _STANCES.get(form.get("stance", ""))
    desire = number_in(form, "desire")
    if stance is None or desire is None:
        raise Refused(Refusal.UNKNOWN)
    await gathering.respond(seat, desire, stance, key_in(form))


def _next_told(gathering: LiveGathering, seat: int, *, more: bool) -> dict[str, object]:
    """Return the next card for a script: null at the end and while there is none; `end` tells which."""
    card = next_card(gathering, seat, more=more)
    if isinstance(card, str):
        return {"next": None, "end": card == "end"}
    told = {"desire": card.desire, "text": card.text, "lang": card.lang, "stem": card.stem, "n": card.n, "of": card.of}
    return {"next": told, "end": False}


def _no_seat(gathering: LiveGathering | None, code: str, *, json: bool) -> Response:
    if json:
        return no_seat(words_for(gathering, _offered(gathering)[0] if gathering else "en"))
    return RedirectResponse(f"/j/{quote(code, safe='')}", 303)


async def _send(send: Send, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


# --- the stream ---


class Events:
    """The stream that tells a person's page that the stage has moved."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold the stream open until the phone goes away."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        gathering: LiveGathering | None = scope["app"].state.house.find(scope["path_params"]["code"])
        secret = _cookie(headers.get(b"cookie", b""))
        seat = gathering.seat_of(secret) if gathering is not None and secret else None
        if gathering is None or seat is None:
            await _no_seat(gathering, "", json=True)(scope, receive, send)
            return
        await desk_of(gathering).streams.hold(gathering, seat, receive, send)


routes: list[Route] = [
    Route("/g/{code}/respond", Respond(), methods=["POST"]),
    Route("/g/{code}/events", Events(), methods=["GET"]),
    Route("/g/{code}", _now),
    Route("/g/{code}/desire", _say, methods=["POST"]),
    Route("/g/{code}/join", _join, methods=["POST"]),
    Route("/g/{code}/own", _own, methods=["POST"]),
    Route("/g/{code}/withdraw", _withdraw, methods=["POST"]),
    Route("/g/{code}/erase", _erase, methods=["POST"]),
    Route("/g/{code}/language", _language, methods=["POST"]),
    Route("/g/{code}/present", _present, methods=["POST"]),
    Route("/g/{code}/mine", _mine),
    Route("/g/{code}/mine.json", _mine_json),
]
