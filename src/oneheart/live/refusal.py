"""Refusal: the reasons why an act of a person or host is not accepted, and the exception that carries them."""

from __future__ import annotations

from enum import StrEnum

from oneheart.engine.desire import entry


class Refusal(StrEnum):
    """The reason why an event changed nothing. The pages have one sentence for each reason."""

    CLOSED = "closed"  # the stage does not accept this act
    ENDED = "ended"  # the gathering is over
    STALE = "stale"  # it has changed since it was shown: another host was first, or people went on
    UNKNOWN = "unknown"  # no such desire, circle, occasion, seat
    NOT_YOURS = "not yours"  # no permission
    QUOTA = "quota"  # the person has three open desires already
    LAST_HOST = "last host"  # a gathering has at least one host
    REVOKED = "revoked"  # the person's seat was revoked by hosts
    WEAK_KEY = "weak key"  # the idempotency key opens a seat and has fewer than 128 bits
    NO_CARD = "no card"  # the door lets in only people with a seat card
    DOOR_CLOSED = "door closed"  # the door lets in nobody
    FULL = "full"  # the most number of seats is taken
    CONSENT = "consent"  # the person has not agreed to what is kept, for how long and by whom
    USED = "used"  # the seat code was used already
    MOVED = "moved"  # the person changed circle in this round already
    NESTED = "nested"  # a circle would stand inside itself, or too many levels deep
    NO_ROOM = "no room"  # the circle has no room for one more person without a phone
    TAKEN_BACK = "taken back"  # its author took the words back after they were printed
    CONFLICT = "conflict"  # the same key with other words
    UNREADABLE = "unreadable"  # the event could not be read again from the file
    CHANGED = "changed"  # a newer draft exists
    TOO_MANY = "too many"  # the queue is full; try again
    DISK = "disk"  # the disk refuses writes
    NEWER = "newer"  # a newer version is being brought in beside this one; try again, here or at the other
    READ_ONLY = "read only"  # an event in the file cannot be read, so nothing is added to it
    WORDS = "words"  # the words must be changed; `hint` says how
    TOO_SOON = "too soon"  # too few people changed something since the last output, so two would tell of one
    TOO_FEW_ROWS = "too few rows"  # too few people consented that their answers leave as rows
    TOO_FEW_KNOWN = "too few known"  # too few people of a list of contacts are known and agreed to it
    LANGUAGE = "language"  # not a language of the gathering
    LABELLED = "labelled"  # the language of a desire is corrected once; later only as its words show
    CANNOT_READ = "cannot read"  # the person has not said that they read the language of these words
    SEALED = "sealed"  # the text is sealed: it can be said, or its seal taken back
    SAID = "said"  # the text was said, which cannot be undone
    NO_TEXT = "no text"  # no line has words, so there is nothing to read, seal or say
    UNSEALED = "unsealed"  # no seal stands
    SHUT = "shut"  # a host closed the person's seat
    SLOWLY = "slowly"  # too many wrong codes within a minute
    ONE_SIDED = "one-sided"  # nobody answers "against" in a gathering of this voice
    OVER = "over"  # the occasion has ended, and its code with it


class Refused(Exception):  # noqa: N818  it is no error of the program: a person is told why
    """An act was not accepted. The person's input is not lost by it.

    Attributes:
        why: the reason.
        hint: code of what must be changed in the words, if the reason is WORDS; else None.
        most: maximum length of the words in graphemes; the greatest number of seats, if the reason is FULL.
    """

    def __init__(self, why: Refusal, *, hint: entry.HintCode | None = None, most: int = entry.GRAPHEMES_MOST) -> None:
        """Keep the reason."""
        super().__init__(hint or why.value)
        self.why = why
        self.hint = hint
        self.most = most
