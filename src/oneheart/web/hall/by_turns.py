"""Languages of the hall screen by turns: up to three stand side by side, and all of them come within one cycle.

What stands in a language carries the number of its turn. A screen shows one turn after another by the server's clock,
so that two screens of one hall show the same turn. At the moment of saying all languages stand together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oneheart.live.gathering import LiveGathering
from oneheart.web.pages import asked_in, words_for
from oneheart.web.said import are_apart, stage_words
from oneheart.web.words import Words

SIDE_BY_SIDE = 3
"""Greatest number of languages side by side."""
LANGUAGE_SECONDS = 10
"""Time for which a turn of languages stands."""


def turns_of(languages: Sequence[str]) -> list[list[str]]:
    """Return the languages of each turn, as even as possible and at most three at a time.

    Example:
        >>> [[len(turn) for turn in turns_of("abcdefg"[:count])] for count in (1, 3, 4, 5, 6, 7)]
        [[1], [3], [2, 2], [3, 2], [3, 3], [3, 2, 2]]
    """
    count = -(-len(languages) // SIDE_BY_SIDE)
    out: list[list[str]] = []
    for turn in range(count):
        begun = sum(len(earlier) for earlier in out)
        size = -(-(len(languages) - begun) // (count - turn))
        out.append(list(languages[begun : begun + size]))
    return out


def turn_of(languages: Sequence[str]) -> dict[str, int]:
    """Return the number of the turn of each language, from 0.

    Example:
        >>> turn_of(["en", "he", "ru", "es"])
        {'en': 0, 'he': 0, 'ru': 1, 'es': 1}
    """
    return {code: number for number, turn in enumerate(turns_of(languages)) for code in turn}


@dataclass(frozen=True, slots=True)
class HallColumn:
    """What stands on the screen in one language.

    Attributes:
        words: words in this language.
        turn: number of its turn.
        question: the question; "" where the same words stand beside it in this turn.
        language: language code of the question, which is another one where its wording is missing.
        stages: words of each stage, see `stage_words`.
    """

    words: Words
    turn: int
    question: str
    language: str
    stages: dict[str, tuple[str, str]]


def hall_columns(gathering: LiveGathering) -> list[HallColumn]:
    """Return a column for each language of the gathering, in the order of its languages."""
    state, columns = gathering.state, []
    for number, turn in enumerate(turns_of(state.languages)):
        stands: set[str] = set()
        for code in turn:
            words = words_for(gathering, code)
            asked = asked_in(state, words)
            question = "" if asked.text in stands else asked.text
            stands.add(asked.text)
            said = stage_words(words, apart=are_apart(state))
            columns.append(HallColumn(words, number, question, asked.language, said))
    return columns
