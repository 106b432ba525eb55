"""Wordings: which desires have the same words in the same language. It follows from the texts of the desires."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from oneheart.engine.desire.entry import wording_key


class Worded(Protocol):
    """What is asked of a desire; `LiveDesire` has it."""

    text: str
    language: str
    stem: str


@dataclass(slots=True)
class Wordings:
    """The desires by their words, whatever their language.

    Attributes:
        by_words: numbers of the desires with the same words, ascending, by `wording_key`.
        repeated: keys that two desires or more have, in the order in which the second was said.
    """

    by_words: dict[str, list[int]] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)

    def add(self, number: int, desire: Worded) -> None:
        """Add the next desire. O(length of its text)."""
        key = wording_key(desire.text, desire.language, desire.stem)
        if not key:
            return
        numbers = self.by_words.setdefault(key, [])
        numbers.append(number)
        if len(numbers) == 2:  # noqa: PLR2004  the first repetition
            self.repeated.append(key)

    def like(self, desire: Worded) -> list[int]:
        """Return the numbers of the desires that have the same words as one, itself among them. O(length of its text).

        Example:
            >>> from types import SimpleNamespace
            >>> wordings, one = Wordings(), SimpleNamespace(text="Peace", language="en", stem="")
            >>> wordings.add(0, one)
            >>> wordings.like(one)
            [0]
        """
        return self.by_words.get(wording_key(desire.text, desire.language, desire.stem), [])
