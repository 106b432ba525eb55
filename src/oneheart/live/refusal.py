"""Refusal: the reasons why something that a person or host sent is not taken."""

from __future__ import annotations

from enum import StrEnum


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
