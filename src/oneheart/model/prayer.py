"""The text that a gathering reads, amends, affirms and says together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Reading(StrEnum):
    """A person's answer to one line of a draft.

    Example:
        >>> Reading("against me").name
        'AGAINST_ME'
    """

    CAN_SAY = "can say"
    WOULD_CHANGE = "would change"
    AGAINST_ME = "against me"


class WordsKind(StrEnum):
    """How the words of a line in one language came to be. Only own and confirmed words are read as the line.

    Example:
        >>> [str(kind) for kind in WordsKind]
        ['own', 'draft', 'carried', 'confirmed']
    """

    OWN = "own"  # its author's
    DRAFT = "draft"  # a machine's; nobody has checked it
    CARRIED = "carried"  # of one person who reads both languages
    CONFIRMED = "confirmed"  # others who read both languages say that it says the same


class DraftsBy(StrEnum):
    """Who drafts lines in other languages, for people who read both to check: nobody, or a machine.

    Example:
        >>> DraftsBy("here").name
        'HERE'
    """

    NOBODY = "nobody"
    HERE = "here"  # a model on the machine of the server
    ADDRESS = "address"  # a language model at an address that the operator configured


@dataclass(frozen=True, slots=True)
class PrayerLine:
    """One line of a draft: an author's words unchanged, or an amendment by a person whose desire it cites.

    Attributes:
        text: the words.
        language: language code of the words.
        cites: columns of the desires that it says, at least one; the words are those of the first.
        amended: true if an author of a cited desire amended the words.

    Example:
        >>> PrayerLine("Peace", "en", (3,)).amended
        False
    """

    text: str
    language: str
    cites: tuple[int, ...]
    amended: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A text before it is sealed.

    Attributes:
        lines: in reading order.
        alternates: columns of desires that may replace a line that a part cannot say, the best first.

    Example:
        >>> Draft((PrayerLine("Peace", "en", (3,)),), (5,)).digest()[:8]
        'd7b54a27'
    """

    lines: tuple[PrayerLine, ...]
    alternates: tuple[int, ...] = ()

    def digest(self) -> str:
        """Return the SHA-256 of the text, hexadecimal. It depends on the lines and their order only."""
        text = "\n".join(f"{line.language}\t{line.text}" for line in self.lines)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Affirmation:
    """Counts of a part's answers to one line.

    Attributes:
        line: number of the line in its draft.
        readers: number of people of the part who answered the line.
        can_say: number of those who answered "can say".
        against_me: number of those who answered "against me".

    Example:
        >>> Affirmation(0, 30, 27, 1).can_say
        27
    """

    line: int
    readers: int
    can_say: int
    against_me: int
