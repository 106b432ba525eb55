"""Refusal: the reasons why something that a person or host sent is not taken, and the exception that says so."""

from __future__ import annotations

from enum import StrEnum

from oneheart.engine.desire import entry


class Refusal(StrEnum):
    """The reason why an event changed nothing. Each reason has its own sentence on the pages."""

    CLOSED = "closed"  # the stage does not take this
    ENDED = "ended"  # the gathering is over
    STALE = "stale"  # another host was first (optimistic lock)
    UNKNOWN = "unknown"  # no such desire, circle, occasion, seat
    NOT_YOURS = "not yours"  # no permission
    QUOTA = "quota"  # three desires of one person travel already
    USED = "used"  # this seat code was used
    CONFLICT = "conflict"  # the same key with other words
    UNREADABLE = "unreadable"  # the file cannot hold it
    CHANGED = "changed"  # the text has been woven anew meanwhile
    TOO_MANY = "too many"  # too many people wait; try again
    DISK = "disk"  # the disk does not take anything now
    WORDS = "words"  # the words must be changed first; a hint says how
    LANGUAGE = "language"  # not one of the gathering's languages


class Refused(Exception):  # noqa: N818  it is no error of the program: a person is told why
    """Something was not taken. Nothing of the person's is lost by it.

    Attributes:
        why: the reason, which has its own words on every page.
        hint: what must be changed in the words, where the reason is WORDS; else None.
        most: how many letters the words may have.
    """

    def __init__(self, why: Refusal, *, hint: entry.HintCode | None = None, most: int = entry.GRAPHEMES_MOST) -> None:
        """Keep the reason."""
        super().__init__(hint or why.value)
        self.why = why
        self.hint = hint
        self.most = most
