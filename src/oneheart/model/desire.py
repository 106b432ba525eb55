"""Desire and stance: what a person wants, and another person's answer to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Stance(IntEnum):
    """A participant's answer to a desire that they were shown.

    A person who was not asked has no stance: the response is missing, which differs from NOT_MINE.

    Example:
        >>> Stance(-1).name
        'AGAINST'
    """

    WANT = 1
    NOT_MINE = 0
    AGAINST = -1


class Moderation(StrEnum):
    """The present decision of the hosts about a desire."""

    ACCEPTED = "accepted"
    UNDECIDED = "undecided"
    REJECTED = "rejected"


class Decision(StrEnum):
    """A decision that a host can make about a desire. No decision leads back to undecided."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"

    @property
    def moderation(self) -> Moderation:
        """Return the moderation that this decision leads to."""
        return Moderation(self.value)


@dataclass(frozen=True, slots=True)
class Desire:
    """One desire in its author's words. Its place in `Gathering.desires` is its column in every array.

    Attributes:
        label: id in the source, unique within the gathering.
        text: the words, unchanged; may hold newlines; "" only in broken sources.
        author: row of the author among the participants; None if unknown or not a participant.
        language: BCP 47 code; None if not declared.
        moderation: decision of the hosts.
        is_meta: true if the source marks it as being about the talk or about oneself.
        is_seed: true if the hosts wrote it to begin with.

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
