"""Check-in: a person says that they are at an occasion by its own code, or an usher of the occasion notes it for them.

The code of an occasion is a secret: it stands on its tables and at its door, and only hosts see it elsewhere. So nobody
who is at home can say that they are there. The code ends half an hour after the occasion. An usher notes people of one
occasion by a code that each person shows; that code lives in memory only, for ten minutes, and says nothing of the
person's seat.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.codes import ALPHABET, CODE_LENGTH, clean_code
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.refusal import Refusal, Refused
from oneheart.model import actor

OCCASION_LETTERS = CODE_LENGTH
"""Letters of the code of an occasion: 8 of an alphabet of 28, about 38 bits; guesses are limited."""
VALID_SECONDS = 600.0
"""For so long a person's own check-in code is valid."""
GRACE_SECONDS = 1800.0
"""For so long after the end of an occasion its code, and the link of its ushers, still work."""
_FRESH_SECONDS = VALID_SECONDS / 2  # a page that is opened later shows a new code


class UsherAsked(ask.Input, frozen=True):
    """An usher notes that a person is at the usher's occasion.

    Attributes:
        person: the check-in code that the person shows.
    """

    person: ask.Text


def occasion_of_code(gathering: LiveGathering, typed: str) -> int | None:
    """Return the occasion whose code was typed or scanned; None if none has it. O(occasions).

    Capital and small letters, spaces and dashes do not matter. An empty code names no occasion.
    """
    code = "".join(typed.split()).replace("-", "").casefold().encode()
    match = None
    for number, occasion in enumerate(gathering.state.occasions):
        if code and secrets.compare_digest(occasion.code.casefold().encode(), code):
            match = number if match is None else match
    return match


def works_until(gathering: LiveGathering, occasion: int) -> int | None:
    """Return when the code of an occasion ends, milliseconds since 1970; None if hosts named no end. O(1)."""
    ends = gathering.state.occasions[occasion].ends
    return None if ends is None else ends + round(1000 * GRACE_SECONDS)


def is_over(gathering: LiveGathering, occasion: int) -> bool:
    """Return whether the code of an occasion has ended, by the clock of the server. O(1)."""
    until = works_until(gathering, occasion)
    return until is not None and gathering.now() > until


def _check_open(gathering: LiveGathering, occasion: int, seat: int) -> None:
    """Refuse a person who comes after the end. Whoever is counted already may send it again.

    Raises:
        Refused: OVER.
    """
    if is_over(gathering, occasion) and occasion not in gathering.state.seats[seat].presences:
        raise Refused(Refusal.OVER)


async def be_present(gathering: LiveGathering, seat: int, asked: ask.AttendanceAsked) -> Kept:
    """Keep that a person is at the occasion whose code they read there.

    Raises:
        Refused: UNKNOWN: no occasion has this code; OVER: the occasion has ended.
    """
    number = occasion_of_code(gathering, asked.code)
    if number is None:
        raise Refused(Refusal.UNKNOWN)
    _check_open(gathering, number, seat)
    return await gathering.submit(actor.seat(seat), asked.key, ev.Present(seat, number))


class PresenceBackAsked(ask.Input, frozen=True):
    """A person takes back that they were at an occasion.

    Attributes:
        occasion: number of the occasion.
    """

    occasion: ask.Number


async def take_back(gathering: LiveGathering, seat: int, asked: PresenceBackAsked) -> Kept:
    """Take back that a person was at an occasion: a wrong code, or a tap by mistake.

    Raises:
        Refused: UNKNOWN: they are not counted there.
    """
    return await gathering.submit(actor.seat(seat), asked.key, ev.PresenceTakenBack(seat, asked.occasion))


# --- ushers -----------------------------------------------------------------------------------------------------------


def usher_secret(gathering: LiveGathering, occasion: int) -> str:
    """Return the secret of the ushers of an occasion, 128 bits, hexadecimal. Another code of the occasion voids it."""
    return gathering.secret_for("usher", f"{occasion}\0{gathering.state.occasions[occasion].code}")


def occasion_of_usher(gathering: LiveGathering, secret: str) -> int | None:
    """Return the occasion whose ushers have this secret; None for any other secret. O(occasions).

    The secret permits one thing: to note people at this occasion, by codes that they show.
    """
    sent = secret.encode("utf-8", "surrogatepass")
    numbers = range(len(gathering.state.occasions))
    return next((n for n in numbers if secrets.compare_digest(usher_secret(gathering, n).encode(), sent)), None)


async def note_person(gathering: LiveGathering, occasion: int, asked: UsherAsked) -> Kept:
    """Keep that a person is at an occasion, as its usher notes it by the code that the person shows. Idempotent.

    Raises:
        Refused: UNKNOWN: no person shows this code now; OVER: the occasion has ended.
    """
    seat = codes_of(gathering).seat(asked.person, occasion)
    if seat is None:
        raise Refused(Refusal.UNKNOWN)
    _check_open(gathering, occasion, seat)
    return await gathering.submit(actor.seat(seat), f"usher-{occasion}-{asked.key}", ev.Present(seat, occasion))


# --- a person's own code ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Code:
    seat: int
    made: float
    occasion: int | None = None  # at which it was used


@dataclass(slots=True)
class OwnCodes:
    """The check-in codes that people of one gathering show now. They are in memory only.

    A code is random, is valid for ten minutes, and is good for one occasion.

    Attributes:
        now: clock in seconds.

    Example:
        >>> clock = [0.0]
        >>> codes = OwnCodes(lambda: clock[0])
        >>> code = codes.show(7)
        >>> codes.seat(code.lower(), 0), codes.seat(code, 1), codes.show(7) == code
        (7, None, False)
        >>> clock[0] = 601.0
        >>> codes.seat(code, 0) is None
        True
    """

    now: Callable[[], float] = time.monotonic
    _codes: dict[str, _Code] = field(default_factory=dict)
    _newest: dict[int, str] = field(default_factory=dict)

    def show(self, seat: int) -> str:
        """Return the code that a person shows now: a new one where the last was used or is five minutes old."""
        self._drop_old()
        newest = self._codes.get(self._newest.get(seat, ""))
        if newest is not None and newest.occasion is None and self.now() - newest.made < _FRESH_SECONDS:
            return self._newest[seat]
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        self._codes[code], self._newest[seat] = _Code(seat, self.now()), code
        return code

    def seat(self, typed: str, occasion: int) -> int | None:
        """Return the seat of the person who shows a code, and use it for an occasion; None for any other code."""
        self._drop_old()
        shown = self._codes.get(clean_code(typed))
        if shown is None or shown.occasion not in {None, occasion}:
            return None
        shown.occasion = occasion
        return shown.seat

    def _drop_old(self) -> None:
        """Forget the codes that are no longer valid. They stand in the order in which they were made."""
        oldest = self.now() - VALID_SECONDS
        for code, shown in list(self._codes.items()):
            if shown.made > oldest:
                break
            del self._codes[code]
            if self._newest.get(shown.seat) == code:
                del self._newest[shown.seat]


_BY_GATHERING: WeakKeyDictionary[LiveGathering, OwnCodes] = WeakKeyDictionary()


def codes_of(gathering: LiveGathering) -> OwnCodes:
    """Return the check-in codes that people of a gathering show now. They are made on first use."""
    codes = _BY_GATHERING.get(gathering)
    if codes is None:
        codes = _BY_GATHERING[gathering] = OwnCodes()
    return codes
