"""Carried: a line in another language, and when its words are taken for the line's own.

Words that one person carried over are theirs alone. They stand for the line once two other people who read both
languages say that they say the same. Where fewer than two others who read both are here, all of these must say so;
where there is nobody else, the words of the one person stand. Who was not asked yet may read both. So fewer than two
are enough only once half of those who read the new language said whether they read the other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from oneheart.model.prayer import WordsKind

if TYPE_CHECKING:
    from oneheart.live.state.people import People

CONFIRMATIONS = 2  # readers of both languages, without the translator
_ASKED_LEAST = 0.5


class InAnotherLanguage(Protocol):
    """Words in another language: of a line (`Carried`), or of a desire (`carried_desires.CarriedWords`)."""

    @property
    def seat(self) -> int:
        """Return the seat of the translator."""

    @property
    def language(self) -> str:
        """Return the language code of the words."""

    @property
    def text(self) -> str:
        """Return the words."""

    @property
    def confirmed(self) -> Collection[int]:
        """Return the seats of readers who confirmed that they say the same."""

    @property
    def aside(self) -> bool:
        """Return whether the translator is set aside."""

    @property
    def drafted(self) -> bool:
        """Return whether a machine drafted the words and the translator took them unchanged."""


@dataclass(slots=True)
class Carried:
    """A line translated into another language.

    Attributes:
        seat: seat of the translator.
        draft: number of the draft.
        line: number of the line.
        language: language code of the translation.
        text: the translation.
        via: place in the log of the translation that the translator read; None for the line's own words.
        confirmed: seats of readers who confirmed that it says the same.
        confirmed_aside: as `confirmed`, of people who are set aside.
        aside: true while its translator is set aside; it then stands only if somebody else confirmed it.
        drafted: true if a machine drafted the words and the translator took them unchanged.
    """

    seat: int
    draft: int
    line: int
    language: str
    text: str
    via: int | None = None
    confirmed: set[int] = field(default_factory=set)
    confirmed_aside: set[int] = field(default_factory=set)
    aside: bool = False
    drafted: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """The words of a line in one language.

    Attributes:
        text: the words.
        language: language code of the words.
        kind: own, draft, carried or confirmed.
        place: place in the log of the event that carried it; None for the line's own words.
        unchecked: true if they stand because one person carried them and nobody else here could check it.
    """

    text: str
    language: str
    kind: WordsKind
    place: int | None = None
    unchecked: bool = False

    @property
    def holds(self) -> bool:
        """Return whether it may be read as the line: shown in the hall, said, answered and counted."""
        return self.kind in {WordsKind.OWN, WordsKind.CONFIRMED}


@dataclass(frozen=True, slots=True)
class Meeting:
    """How one person meets a line.

    Attributes:
        words: the words that they read; None if there are none.
        ask: language about which they are asked first whether they read it; "" if no answer would open the line.
        gone: true if the line has no words any more, so that nothing is left to read.
    """

    words: Version | None
    ask: str = ""
    gone: bool = False

    @property
    def waits(self) -> bool:
        """Return whether the line has words, and none that this person reads."""
        return self.words is None and not self.gone


def needed(carried: InAnotherLanguage, own_language: str, people: People) -> int:
    """Return how many readers of both languages must confirm a translation before it stands, 0 to 2. O(1).

    It is two, or all other living people who read both languages where these are fewer. It is two while fewer than half
    of those who read the language of the translation said whether they read the line's own. While the translator is
    set aside, at least one must confirm.
    """
    others = people.readers_of(carried.language, own_language)
    asked = others + people.readers_of(carried.language, own_language, reads=False)
    if asked < _ASKED_LEAST * people.readers_of(carried.language):
        return CONFIRMATIONS
    if people.sits(carried.seat) and _reads_both(carried.seat, carried, own_language, people):
        others -= 1
    return max(int(carried.aside), min(CONFIRMATIONS, others))


def is_confirmed(carried: InAnotherLanguage, own_language: str, people: People) -> bool:
    """Return whether a translation stands for its line now. O(confirmations).

    It follows from who is here and what they read at this moment. If one more person says that they read both
    languages, that person's word may be needed too.
    """
    return _confirming(carried, own_language, people) >= needed(carried, own_language, people)


def is_unchecked(carried: InAnotherLanguage, own_language: str, people: People) -> bool:
    """Return whether a translation that stands was checked by nobody but the person who carried it. O(confirmations).

    Nobody else here reads both languages. Wherever its words stand, this is said beside them (`model.affirmed.ALONE`).
    """
    return not _confirming(carried, own_language, people)


def _confirming(carried: InAnotherLanguage, own_language: str, people: People) -> int:
    """Return how many who are here and read both languages confirm a translation."""
    return sum(people.sits(seat) and _reads_both(seat, carried, own_language, people) for seat in carried.confirmed)


def _reads_both(seat: int, carried: InAnotherLanguage, own_language: str, people: People) -> bool:
    return bool(people.reads(seat, own_language) and people.reads(seat, carried.language))
