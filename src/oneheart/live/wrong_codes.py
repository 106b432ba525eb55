"""Wrong codes that a person or host inside a gathering sends: ten in a minute, then right and wrong ones are refused.

The code of a circle, and the sign of a place, are eight letters. Without this limit a program with one seat could try
them all day. Guesses of people outside are limited for each address by `web.guessing`.

Source: ours.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from oneheart.live.codes import WRONG_A_MINUTE
from oneheart.live.refusal import Refusal, Refused

WRONG = "wrong"
"""First word by which a process tells the others that somebody sent a wrong code."""


@dataclass(slots=True)
class WrongCodes:
    """Counts the wrong codes of one gathering, in memory, for each person and host within the minute.

    Attributes:
        now: clock in seconds.

    Example:
        >>> wrong = WrongCodes(lambda: 0.0)
        >>> for _ in range(10):
        ...     wrong.note("s7")
        >>> wrong.over("s7"), wrong.over("s8")
        (True, False)
    """

    now: Callable[[], float] = time.monotonic
    _minute: int = 0
    _count: dict[str, int] = field(default_factory=dict)

    def over(self, who: str) -> bool:
        """Return whether somebody has sent as many wrong codes in this minute as are allowed."""
        self._turn()
        return self._count.get(who, 0) >= WRONG_A_MINUTE

    def note(self, who: str) -> None:
        """Count one wrong code."""
        who = who.partition(" ")[0]  # what is told twice would count once, so each has a number behind it
        self._turn()
        self._count[who] = self._count.get(who, 0) + 1

    def _turn(self) -> None:
        minute = int(self.now() // 60)
        if minute != self._minute:
            self._minute, self._count = minute, {}


class Limited(Protocol):
    """A gathering whose wrong codes are counted at all its servers."""

    wrong_codes: WrongCodes

    def tell_others(self, what: str) -> None:
        """Tell the other servers something."""


@contextmanager
def limited(gathering: Limited, who: str) -> Iterator[None]:
    """Count an UNKNOWN that is raised within as a wrong code.

    Args:
        gathering: the gathering.
        who: actor who sends the code.

    Raises:
        Refused: SLOWLY: ten were wrong in this minute already, so nothing within is tried.
    """
    wrong = gathering.wrong_codes
    if wrong.over(who):
        raise Refused(Refusal.SLOWLY)
    try:
        yield
    except Refused as refused:
        if refused.why is Refusal.UNKNOWN:
            wrong.note(who)
            gathering.tell_others(f"{WRONG} {who} {secrets.token_hex(4)}")
        raise
