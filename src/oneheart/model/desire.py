"""Desire and stance: what somebody wants, and how another stands to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Stance(IntEnum):
    """How a participant stands to a desire that they were shown.

    Not having been asked is no stance: it is the absence of a response, never NOT_MINE.

    Example:
        >>> Stance(-1).name
        'AGAINST'
    """

    WANT = 1
    NOT_MINE = 0
    AGAINST = -1


class Moderation(StrEnum):
    """The hosts' decision about a desire as it stands."""

    ACCEPTED = "accepted"
    UNDECIDED = "undecided"
    REJECTED = "rejected"


class Decision(StrEnum):
    """A decision that a host can take about a desire. No decision leads back to undecided."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"

    @property
    def moderation(self) -> Moderation:
        """Return the state of moderation that this decision leads to."""
        return Moderation(self.value)


@dataclass(frozen=True, slots=True)
class Desire:
    """One desire in its author's words; its place in `Gathering.desires` is its column in every array.

    Attributes:
        label: the desire's id in its source, unique within the gathering.
        text: the words, unchanged (may hold newlines, may be empty in broken sources).
        author: row of the author among the participants; None where unknown or not a participant.
        language: BCP 47 code where declared, else None.
        moderation: the hosts' decision.
        is_meta: marked by the source as a statement about the talk or about oneself, not a wish.
        is_seed: written by the hosts to begin with.

    Example:
        >>> Desire(label="7", text="Peace").moderation.value
        'undecided'
    """

    label: str
    text: str
    author: int | None = None
    language: str | None = None
    moderation: Moderation = Moderation.UNDECIDED
    is_meta: bool = False
    is_seed: bool = False
