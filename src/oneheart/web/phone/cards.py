"""Cards: the next card of a person, as JSON or as a page. The rendered page is cached and filled for each person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import escape

from oneheart.engine.desire import entry
from oneheart.engine.told import Ordinal, Things, Told
from oneheart.live import opened
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.headings import heading_of, nearest_now
from oneheart.live.sealed_record import numbers_in_book
from oneheart.live.snapshot import share_shown
from oneheart.web.forms import new_key
from oneheart.web.memory import memory_of
from oneheart.web.pages import Spliced, asked_in, gap, offered, render, words_for
from oneheart.web.phone.ahead import has_unread_reason, next_said
from oneheart.web.said import BLOCKED, ENDED, HINTS, INSTEAD, NEAREST_WANTED, are_apart, calm_said
from oneheart.web.who import Person, place_of
from oneheart.web.words import Plain, Words

View = Literal["ask", "near", "card", "add", "end", "nothing", "calm", "read", "carry", "closed"]


def phone_context(gathering: LiveGathering, seat: int, words: Words) -> dict[str, Any]:
    """Return the template context of every view of the phone page."""
    state = gathering.state
    question = asked_in(state, words)
    heading = heading_of(state)
    calm = calm_said(state) if heading is None else INSTEAD[heading]
    nearest = nearest_now(state)
    person = Person(gathering, seat, words)
    return {
        **person.frame(at="now"),
        "question": question.text,
        "question_language": question.language,
        "settings_version": state.settings_version,
        "stage": state.stage.value,
        "round": state.round,
        "version": state.version,
        "ended": state.ended,
        "drafts": len(state.prayers.drafts),
        "seals": len(state.prayers.sealed),
        "calm_title": words.t(ENDED[0]) if state.ended else words.t(calm[0]),
        "calm_words": words.t(ENDED[1]) if state.ended else words.t(calm[1]),
        "heading": "" if state.ended or heading is None else heading.value,
        "nearest": None if state.ended or nearest is None else nearest.line,
        "nearest_said": "" if nearest is None else words.t(NEAREST_WANTED, share=share_shown(nearest)),
        "open": state.stage.takes_desires and not state.ended,
        "next_words": words.t(next_said(state)),
        "turned": has_unread_reason(gathering, seat),
        "has_said": state.desires.has_said(state.seats[seat], since=state.round),
        "book": bool(numbers_in_book(state)),
        "voice": state.voice.value,
        "stems": entry.stems(words.language),
        "stem": "want",
        "alone": {stem.code: entry.standing_words(words.language, stem.code) for stem in entry.stems(words.language)},
        "roots": sorted(entry.root_letters(words.language)),
        "preview": None,
        "most": entry.GRAPHEMES_MOST,
        "blocked": {code: words.t(text, most=Plain(entry.GRAPHEMES_MOST)) for code, text in BLOCKED.items()},
        "hint_words": {code: words.t(text) for code, text in HINTS.items()},
        "text": "",
        "error": "",
        "receipt": "",
        "heads": len(state.heads.published),
        "grew_from": None,
        "notices": [],
        "near": [],
        "same": False,
    }


def phone_page_context(person: Person) -> dict[str, Any]:
    """Return the template context of a view of the phone page that is rendered for one person."""
    about = phone_context(person.gathering, person.seat, person.words)
    about |= {"place": place_of(person.gathering, person.seat), "key": new_key(), "desire_key": new_key()}
    return about | {"more": False, "told": ""}


@dataclass(frozen=True, slots=True)
class Card:
    """The card that a person sees next.

    Attributes:
        desire: alias of the desire, by which the person answers it.
        text: the words; in the person's language if a joined desire has words in it.
        lang: code of the language of the words.
        stem: beginning of the sentence that the words continue, "" for none.
        n: number of the card in this stage, from 1.
        of: how many cards a person answers before the end page.
        foreign: whether it is in a language of the gathering of which nobody asked the person yet whether they read it.
    """

    desire: str
    text: str
    lang: str
    stem: str
    n: int
    of: int
    foreign: bool = False


def next_card(gathering: LiveGathering, seat: int, *, more: bool) -> Card | Literal["end", "nothing"]:
    """Return the next card, "end" after as many cards as the hosts set, or "nothing" while there is no card."""
    state = gathering.state
    of = state.settings.cards if state.settings else 0
    answered = state.cards(seat)
    if answered >= of and not more:
        return "end"
    words = opened.card_in_hand(gathering, seat)
    if words is None:
        return "nothing"
    stem = entry.before(words.stem, words.text, words.language)
    foreign = state.people.reads(seat, words.language) is None and words.language in offered(gathering)
    return Card(words.alias, words.text, words.language, stem, answered + 1, of, foreign)


def card_page(
    gathering: LiveGathering,
    seat: int,
    card: Card | Literal["end", "nothing"],
    *,
    more: bool,
    kept: Kept | bool = False,
) -> str:
    """Return the page of a card, or the page after the last card. The page is cached; only its gaps are filled.

    Args:
        gathering: gathering of the card.
        seat: seat of the person who sees it.
        card: result of `next_card`.
        more: whether the person goes on after the end page.
        kept: whether the page says that something was just stored; its outcome, so that the page shows its receipt.
    """
    state = gathering.state
    own_seat = state.seats[seat]
    view: View = "card" if isinstance(card, Card) else card
    stem = bool(isinstance(card, Card) and card.stem)
    beyond = bool(isinstance(card, Card) and card.n > card.of)
    foreign = bool(isinstance(card, Card) and card.foreign)
    memory = memory_of(gathering)
    in_circle = own_seat.circle is not None
    version = (state.settings_version, state.version, state.ended, len(state.heads.published), are_apart(state))
    stored = (kept is not False, isinstance(kept, Kept))
    told = (has_unread_reason(gathering, seat), state.desires.has_said(own_seat, since=state.round))
    cache_key = (*version, own_seat.language, view, stem, beyond, foreign, more, in_circle, *stored, *told)
    spliced = memory.rendered.get(cache_key)
    if spliced is None:
        if len(memory.rendered) > 500:  # noqa: PLR2004  pages of old stages and settings
            memory.rendered.clear()
        words = words_for(gathering, own_seat.language)
        about = phone_context(gathering, seat, words)
        spliced = Spliced(
            render(
                "phone.html",
                words,
                **{
                    **about,
                    "place": gap("place"),
                    "key": gap("key"),
                    "desire_key": gap("keytwo"),
                    "receipt": gap("receipt") if isinstance(kept, Kept) else "",
                },
                told=words.t("Kept.") if kept else "",
                view=view,
                more=more,
                beyond=beyond,
                card=Card("", gap("text"), gap("lang"), gap("stem") if stem else "", 1, 1, foreign),
                desire=gap("desire"),
                nth=gap("nth"),
                of=gap("of"),
                done=gap("done"),
            )
        )
        memory.rendered[cache_key] = spliced
    values = {"place": place_of(gathering, seat), "key": new_key(), "keytwo": new_key()}
    if isinstance(kept, Kept):
        values["receipt"] = kept.commitment.hex()
    if isinstance(card, Card):
        values |= {
            "text": escape(card.text),
            "lang": escape(card.lang),
            "stem": escape(card.stem),
            "desire": card.desire,
            "nth": str(card.n),
            "of": str(card.of),
            "done": str(min(card.n - 1, card.of)),
        }
    return spliced.fill(values)


class NextCard(Told, frozen=True):
    """The next card for a script; its fields are those of `Card`."""

    desire: str
    text: str
    lang: str
    stem: str
    n: Ordinal
    of: Things
    foreign: bool


def next_told(gathering: LiveGathering, seat: int, *, more: bool) -> tuple[NextCard | None, bool]:
    """Return the next card for a script, or None, and whether all cards are answered. (None, False) means: wait."""
    card = next_card(gathering, seat, more=more)
    if isinstance(card, str):
        return None, card == "end"
    return NextCard(card.desire, card.text, card.lang, card.stem, card.n, card.of, card.foreign), False
