"""The text that a gathering reads, amends, affirms and says together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Reading(StrEnum):
    """The answer of a person to one line of a draft.

    Example:
        >>> Reading("against me").name
        'AGAINST_ME'
    """

    CAN_SAY = "can say"
    WOULD_CHANGE = "would change"
    AGAINST_ME = "against me"


@dataclass(frozen=True, slots=True)
class PrayerLine:
    """One line of a draft: somebody's words, unchanged, or an amendment of them by somebody they are cited from.

    Attributes:
        text: the words.
        language: of the words.
        cites: columns of the desires that it says, at least one; the first is the one whose words these are.
        amended: the words were amended by an author whose desire is cited.

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
        lines: in the order in which they are read.
        alternates: columns of desires that may take the place of a line that a part cannot say, best first.

    Example:
        >>> Draft((PrayerLine("Peace", "en", (3,)),), (5,)).digest()[:8]
        'd7b54a27'
    """

    lines: tuple[PrayerLine, ...]
    alternates: tuple[int, ...] = ()

    def digest(self) -> str:
        """Return the SHA-256 of the text as it is read: equal for equal lines in equal order, and nothing else."""
        text = "\n".join(f"{line.language}\t{line.text}" for line in self.lines)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Affirmation:
    """How a part of the gathering stands to one line, from living people's answers.

    Attributes:
        line: number of the line in its draft.
        readers: people of the part who answered.
        can_say: those who can say it.
        against_me: those whom it goes against.

    Example:
        >>> Affirmation(0, 30, 27, 1).can_say
        27
    """

    line: int
    readers: int
    can_say: int
    against_me: int
