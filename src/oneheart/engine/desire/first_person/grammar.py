"""What a grammar of the first person is: the beginnings of facts about oneself, and the words that make a wish of them.

Texts are compared in their normal form (`wording.normalise`): small letters, no marks, "don t" for "don't".
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grammar:
    """How people of one language tell facts about themselves.

    Attributes:
        fact: beginnings of sentences that tell a fact; they are matched at the start.
        wish: words of wishing, judging or feeling; where one stands, the sentence is no fact, however it begins.
        person: marks of the first person, to be searched; a sentence without any is no fact.
        turned: what puts the person first again where something else opens the sentence ("zurzeit wohne ich ...").
    """

    fact: re.Pattern[str]
    wish: re.Pattern[str]
    person: re.Pattern[str]
    turned: tuple[re.Pattern[str], str] | None = None


def words_of(listed: str) -> str:
    """Return a group that matches one of the listed words; an underscore stands for a blank within.

    Example:
        >>> words_of("one so_far")
        '(?:one|so far)'
    """
    return "(?:" + "|".join(word.replace("_", " ") for word in listed.split()) + ")"


def grammar(
    facts: tuple[str, ...],
    wishes: str,
    person: str,
    *,
    lead: str = "",
    turned: tuple[str, str] | None = None,
) -> Grammar:
    """Return a grammar from patterns of facts, a list of words that make a wish, and marks of the first person.

    Args:
        facts: patterns that follow the start of the text.
        wishes: words with blanks between them; an underscore stands for a blank.
        person: a pattern that is searched.
        lead: a pattern of what may come before a fact, up to three times ("at home", "since 1998").
        turned: a pattern and what takes its place, see `Grammar.turned`.
    """
    before = f"(?:(?:{lead}) ){{0,3}}" if lead else ""
    return Grammar(
        re.compile(before + "(?:" + "|".join(f"(?:{fact})" for fact in facts) + ")"),
        re.compile(rf"\b{words_of(wishes)}\b"),
        re.compile(person),
        None if turned is None else (re.compile(turned[0]), turned[1]),
    )
