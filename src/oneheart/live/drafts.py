"""Drafts: the drafts of lines in other languages that one gathering holds in memory, and the machines that make them.

See `live.drafting` for what may be drafted and who is shown it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from oneheart.connecting.drafted import LineToDraft, Translate
from oneheart.connecting.outcome import FailureKind
from oneheart.live import events as ev
from oneheart.model.prayer import DraftsBy

MOST = 500  # drafts that one gathering holds
_PAUSE_SECONDS, _PAUSE_MOST = 5.0, 300.0
_TRIES = 2
Trouble = FailureKind | Literal["", "not configured"]


@dataclass(frozen=True, slots=True)
class Engines:
    """The machines that the operator configured.

    Attributes:
        here: translates with a model on this machine; None for none.
        pairs: pairs of languages for which a model is here: from, to.
        address: asks a language model at an address; None for none.
        address_name: host name of that address.

    Example:
        >>> Engines().offered
        (<DraftsBy.NOBODY: 'nobody'>,)
    """

    here: Translate | None = None
    pairs: frozenset[tuple[str, str]] = frozenset()
    address: Translate | None = None
    address_name: str = ""

    @property
    def offered(self) -> tuple[DraftsBy, ...]:
        """Return who may draft lines on this server; hosts choose among them."""
        machines = ((DraftsBy.HERE, self.here), (DraftsBy.ADDRESS, self.address))
        return (DraftsBy.NOBODY, *(by for by, machine in machines if machine is not None))

    def chosen(self, settings: ev.Settings | None) -> Translate | None:
        """Return the machine that the hosts chose; None if they chose none, or this server has it no more.

        An address is asked only under the name that people were told.
        """
        if settings is None or settings.drafts is DraftsBy.NOBODY:
            return None
        if settings.drafts is DraftsBy.HERE:
            return self.here
        return self.address if self.address_name == settings.drafts_address else None


@dataclass(slots=True)
class Drafts:
    """The drafts of one gathering, in memory.

    Attributes:
        engines: the machines that the operator configured.
        made: the draft of each text in another language, by text, its language and the other one; "" if the machine
            answered nothing that could be its words.
        failure: why no drafts come now; "" if nothing is wrong.
        dropped: how often everything was dropped.
        round: round of the drafts; a new one begins without any.
    """

    engines: Engines = field(default_factory=Engines)
    made: dict[LineToDraft, str] = field(default_factory=dict)
    failure: Trouble = ""
    dropped: int = 0
    round: int = 0
    _wait_until: float = 0.0
    _failures: int = 0
    _failed: Counter[LineToDraft] = field(default_factory=Counter)

    def drop(self) -> None:
        """Drop all drafts, also the answer that is on its way."""
        self.made.clear()
        self._failed.clear()
        self.dropped += 1

    def begin(self, number: int) -> None:
        """Drop the drafts of another round."""
        if number != self.round:
            self.drop()
            self.round = number

    def note(self, failure: Trouble, now: float) -> None:
        """Record why no drafts come, and wait before the next try, longer each time; "" ends that."""
        self.failure = failure
        self._failures = self._failures + 1 if failure else 0
        pause = min(_PAUSE_MOST, _PAUSE_SECONDS * 2 ** min(20, self._failures - 1)) if failure else 0.0
        self._wait_until = now + pause

    def fail(self, line: LineToDraft, failure: Trouble, now: float) -> None:
        """Record that the machine failed at a line. After the second time the line is left to people."""
        self.note(failure, now)
        self._failed[line] += 1
        if self._failed[line] >= _TRIES:
            self.made[line] = ""

    def waits(self, now: float) -> bool:
        """Return whether a try is due only later."""
        return now < self._wait_until
