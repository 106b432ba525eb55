"""Typed words: clean, check and detect the language of people's and hosts' words before they are kept.

`engine.desire.entry` cleans words and gives hints; this module decides which hints refuse an act.
"""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.engine.desire import entry, spoken
from oneheart.live.gathering import LiveGathering
from oneheart.live.inputs import DesireAsked
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State
from oneheart.live.state.text import CRITIQUE_MOST

NAME_MOST = 80


def clean_words(text: str, language: str | None = None) -> tuple[str, tuple[entry.HintCode, ...]]:
    """Return a person's words as they are kept, and the hints that do not refuse them.

    Raises:
        Refused: WORDS: they are empty, too long, or hold contact data or a link.

    Example:
        >>> clean_words("  Is there bread? ")
        ('Is there bread?', ('question',))
    """
    entered = entry.entered(text, language)
    if entered.blocking is not None:
        raise Refused(Refusal.WORDS, hint=entered.blocking)
    return entered.text, tuple(hint.code for hint in entered.hints)


def hints_of(text: str) -> tuple[entry.HintCode, ...]:
    """Return the hints on words that are kept already, for hosts."""
    return tuple(hint.code for hint in entry.entered(text).hints)


def clean_critique(text: str) -> str:
    """Return a critique as it is kept; "" for none.

    Raises:
        Refused: WORDS: it has more than 100 graphemes, or holds contact data.
    """
    critique = entry.entered(text)
    if entry.grapheme_count(critique.text) > CRITIQUE_MOST:
        raise Refused(Refusal.WORDS, hint="too long", most=CRITIQUE_MOST)
    if any(hint.code == "contact" for hint in critique.hints):
        raise Refused(Refusal.WORDS, hint="contact", most=CRITIQUE_MOST)
    return critique.text


def clean_name(text: str, most: int = NAME_MOST) -> str:
    """Return a name, a reason or a question as it is kept: on one line, cut to `most` code points."""
    return entry.clean(text)[:most]


def find_language(gathering: LiveGathering, seat: int, text: str, language: str = "") -> str:
    """Return the language of a person's words: the named one, else the most likely of the gathering's languages.

    Raises:
        Refused: LANGUAGE: as `named_language`.
    """
    if not language:
        page_language = gathering.state.seats[seat].language
        return spoken.language_of(entry.clean(text), page_language, gathering.state.languages)
    return named_language(gathering.state, text, language)


def can_be_in(state: State, text: str, language: str) -> bool:
    """Return whether words can be in a language of the gathering, by their letters."""
    return language in state.languages and not spoken.is_other_script(text, language, state.languages)


def named_language(state: State, text: str, language: str) -> str:
    """Return the language that somebody named for words, if the words can be in it.

    Otherwise its readers would be asked whether they can say words that they cannot read.

    Raises:
        Refused: LANGUAGE: it is not one of the gathering's languages, or the words are in the letters of another one.
    """
    if not can_be_in(state, text, language):
        raise Refused(Refusal.LANGUAGE)
    return language


def with_beginning(code: str, text: str, language: str) -> str:
    """Return a whole sentence: a text after the stem that it continues; the text alone if it stands by itself.

    Example:
        >>> [with_beginning("want", text, "es") for text in ("pan", "Quiero pan", "que haya pan")]
        ['Quiero pan', 'Quiero pan', 'que haya pan']
    """
    return entry.before(code, text, language) + text


def stem_of(code: str, text: str, page_language: str, text_language: str) -> str:
    """Return the code of the stem that a text continues; "" if it stands by itself or is in another language.

    Example:
        >>> stem_of("want", "peace", "en", "en"), stem_of("want", "I want peace", "en", "en")
        ('want', '')
    """
    return entry.fitting_stem(code, text, text_language) if page_language == text_language else ""


@dataclass(frozen=True, slots=True)
class Typed:
    """A desire as others would read it.

    Attributes:
        text: the clean words.
        language: language code of the words.
        stem: code of the stem that they continue; "" for none.
        hints: codes of hints to the author.
    """

    text: str
    language: str
    stem: str
    hints: tuple[entry.HintCode, ...]


def as_read(gathering: LiveGathering, seat: int, asked: DesireAsked) -> Typed:
    """Return a person's desire as others would read it. Saying it and looking at it first ask this one rule.

    Raises:
        Refused: WORDS, LANGUAGE.
    """
    language = find_language(gathering, seat, asked.text, asked.language)
    words, hints = clean_words(asked.text, language)
    return Typed(words, language, stem_of(asked.stem, words, gathering.state.seats[seat].language, language), hints)
