"""Wordings: the name of a gathering, its question, and the names of circles and occasions, in a reader's language.

Hosts write each of them in the languages of the gathering. A reader sees the wording in their own language; if hosts
wrote none, that in the gathering's first language; else the plain name; else any wording that there is. Every page,
screen, print-out and API answer asks the functions here, so that all of them show the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oneheart.live.state import State


@dataclass(frozen=True, slots=True)
class Wording:
    """Words with the language that they are in.

    Attributes:
        text: the words; "" if there are none.
        language: language code of the words; "" for a plain name, whose language nobody named.
    """

    text: str
    language: str


def wording_in(wordings: Mapping[str, str], languages: Sequence[str], reader: str, plain: str = "") -> Wording:
    """Return the words that a reader sees.

    Args:
        wordings: words by language code.
        languages: languages of the gathering, the first language first.
        reader: language code of the reader.
        plain: words without a language, such as the plain name of a circle.

    Example:
        >>> names = {"en": "Fire", "ru": "Огонь"}
        >>> [wording_in(names, ["en", "ru", "es"], reader).text for reader in ("ru", "es")]
        ['Огонь', 'Fire']
        >>> wording_in({"ru": "Огонь"}, ["en", "ru"], "en", "Fire"), wording_in({"ru": "Огонь"}, ["en", "ru"], "en")
        (Wording(text='Fire', language=''), Wording(text='Огонь', language='ru'))
    """
    for code in (reader, *languages[:1]):
        if wordings.get(code):
            return Wording(wordings[code], code)
    if plain:
        return Wording(plain, "")
    there = next((code for code in (*languages[1:], *wordings) if wordings.get(code)), "")
    return Wording(wordings.get(there, ""), there)


def missing_in(wordings: Mapping[str, str], languages: Sequence[str], plain: str = "") -> list[str]:
    """Return the languages of the gathering without a wording, in order; [] if nothing is named at all.

    A plain name serves the readers of the first language.

    Example:
        >>> missing_in({"ru": "Огонь"}, ["en", "ru", "es"], "Fire"), missing_in({}, ["en", "ru"])
        (['es'], [])
    """
    if not plain and not any(wordings.values()):
        return []
    served = {languages[0]} if plain and languages else set()
    return [code for code in languages if not wordings.get(code) and code not in served]


# --- the four of them -------------------------------------------------------------------------------------------------


def name_in(state: State, reader: str) -> str:
    """Return the name of the gathering in a reader's language; "" if it has none."""
    settings = state.settings
    return "" if settings is None else wording_in(settings.names, state.languages, reader, settings.name).text


def names_of(state: State) -> list[str]:
    """Return the names of the gathering in all languages, without repeats."""
    settings = state.settings
    return [] if settings is None else [*dict.fromkeys(filter(None, (settings.name, *settings.names.values())))]


def question_in(state: State, reader: str) -> Wording:
    """Return the present question in a reader's language; "" if hosts asked none.

    A step of a programme may bring another question, for some of the languages or for all of them.
    """
    return wording_in(state.question, state.languages, reader)


def question_missing(state: State) -> list[str]:
    """Return the languages of the gathering in which the present question is missing."""
    return missing_in(state.question, state.languages)


def circle_in(state: State, circle: int, reader: str) -> str:
    """Return the name of a circle in a reader's language; "" if it is called by its number."""
    named = state.circles[circle]
    return wording_in(named.names, state.languages, reader, named.name).text


def occasion_in(state: State, occasion: int, reader: str) -> str:
    """Return the name of an occasion in a reader's language."""
    named = state.occasions[occasion]
    return wording_in(named.names, state.languages, reader, named.name).text


def lacking(state: State) -> list[str]:
    """Return the languages in which a name or the question is missing, in order. O(circles and occasions)."""
    settings, languages = state.settings, state.languages
    if settings is None or len(languages) < 2:  # noqa: PLR2004  one language needs no other wording
        return []
    named = [(circle.names, circle.name) for circle in state.circles]
    named += [(occasion.names, occasion.name) for occasion in state.occasions]
    missing = {*question_missing(state)}
    for names, plain in [(settings.names, settings.name), *named]:
        missing.update(missing_in(names, languages, plain))
    return [code for code in languages if code in missing]
