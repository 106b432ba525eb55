"""Drafted: the words of one line in another language as a machine answered them, and which answers are a draft.

A draft is read by a person who reads both languages, who confirms or changes it. So nothing here judges a meaning.
What cannot be the words of the line in that language is refused, and people carry the line by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from oneheart.connecting.outcome import Failure
from oneheart.engine.desire import entry
from oneheart.engine.desire.scripts import LANGUAGES_OF_SCRIPT, base_language, script_of
from oneheart.engine.desire.wording import normalise, numbers

LONGER_MOST, LONGER_LEAST = 3, 20
_MARKUP = re.compile(r"[<>{}\[\]|\\`#*_=~^@]|//|www\.", re.IGNORECASE)
_SCRIPT_OF = {language: script for script, languages in LANGUAGES_OF_SCRIPT.items() for language in languages}


@dataclass(frozen=True, slots=True)
class LineToDraft:
    """One line to be drafted in another language. A machine is given one at a time, and nothing beside it.

    Attributes:
        text: the words, a whole sentence.
        source: language code of the words.
        target: language code of the draft.
    """

    text: str
    source: str
    target: str


Translate = Callable[[LineToDraft], Awaitable[str | Failure]]
"""Returns what a machine answers, not verified yet, or the reason why there is nothing. It raises no error."""


def fit(line: LineToDraft, answer: str) -> str | Failure:
    r"""Return an answer as a draft, sanitised and on one line, or why it is none. O(length).

    Refused are several lines, signs of markup and links, other numbers, letters of another script than the language's,
    the words of the line itself, contact data, and a text that is much longer than the line or longer than a person
    may write.

    Args:
        line: the line.
        answer: what a machine answered.

    Example:
        >>> fit(LineToDraft("Peace for all 3", "en", "es"), " Paz para los 3 ")
        'Paz para los 3'
        >>> fit(LineToDraft("Peace", "en", "es"), "Sure!\n\nPaz"), fit(LineToDraft("Peace", "en", "he"), "Peace!")
        (Failure(kind='no draft'), Failure(kind='no draft'))
    """
    text = _one_line(line, answer)
    return Failure("no draft") if text is None else text


def _one_line(line: LineToDraft, answer: str) -> str | None:
    if len(answer) > 8 * entry.GRAPHEMES_MOST or len(answer.strip().splitlines()) != 1:
        return None
    entered = entry.entered(answer, line.target)
    text = entered.text
    if entered.blocking is not None or _MARKUP.search(text):
        return None
    longest = LONGER_MOST * entry.grapheme_count(line.text) + LONGER_LEAST
    if entry.grapheme_count(text) > longest or sorted(numbers(text)) != sorted(numbers(line.text)):
        return None
    script = _SCRIPT_OF.get(base_language(line.target))
    if script is not None and script_of(text) != script:
        return None
    return None if normalise(text) == normalise(line.text) else text
