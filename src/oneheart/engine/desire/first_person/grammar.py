"""What a grammar of the first person is: the beginnings of facts about oneself, and the words that make a wish of them.

Texts are compared in their normal form (`wording.normalise`): small letters, no marks, "don t" for "don't".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Grammar:
    """How people of one language tell facts about themselves.

    A pattern is compiled when it is first asked for. A gathering needs the grammars of its own languages only, and to
    compile all seventeen takes a sixth of a second.

    Attributes:
        facts: pattern of `fact`.
        wishes: pattern of `wish`.
        persons: pattern of `person`.
        turn: pattern and replacement of `turned`.
    """

    facts: str
    wishes: str
    persons: str
    turn: tuple[str, str] | None = None

    @cached_property
    def fact(self) -> re.Pattern[str]:
        """Return the beginnings of sentences that tell a fact; they are matched at the start."""
        return re.compile(self.facts)

    @cached_property
    def wish(self) -> re.Pattern[str]:
        """Return the words of wishing, judging or feeling; where one stands, the sentence is no fact."""
        return re.compile(self.wishes)

    @cached_property
    def person(self) -> re.Pattern[str]:
        """Return the marks of the first person, to be searched; a sentence without any is no fact."""
        return re.compile(self.persons)

    @cached_property
    def turned(self) -> tuple[re.Pattern[str], str] | None:
        """Return what puts the person first where something else opens the sentence ("zurzeit wohne ich ...")."""
        return None if self.turn is None else (re.compile(self.turn[0]), self.turn[1])


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
        before + "(?:" + "|".join(f"(?:{fact})" for fact in facts) + ")",
        rf"\b{words_of(wishes)}\b",
        person,
        turned,
    )
