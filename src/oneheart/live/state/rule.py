"""Rule: what the state asks of one kind of event before it counts, and what the event changes then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oneheart.live.refusal import Refusal
from oneheart.model import actor


@dataclass(frozen=True, slots=True)
class Logged:
    """The parts of a log entry beside its body.

    Attributes:
        seq: place in the log.
        by: the actor, see `model.actor`.
        at: server's clock, milliseconds since 1970.
    """

    seq: int
    by: str
    at: int


Check = Callable[[Any, Any, str], Refusal | None]
Effect = Callable[[Any, Any, Logged], int | None]


def nothing_more(_state: Any, _body: Any, _by: str) -> None:
    """Ask nothing further before an event is written."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of one kind of event.

    Attributes:
        check: returns the reason why the event changes nothing, from state, body and actor; None if it counts.
        effect: changes the state and returns a number or None; called only if `check` returned None.
        after_end: true if the event counts after the end of the gathering.
        check_new: returns a further reason why the event may not be written, see `State.check_new`.
    """

    check: Check
    effect: Effect
    after_end: bool = False
    check_new: Check = nothing_more


def by_the_house(_state: Any, _body: Any, by: str) -> Refusal | None:
    """Refuse an event of the log about itself that somebody else wrote."""
    return None if by == actor.HOUSE else Refusal.NOT_YOURS


def nothing(_state: Any, _body: Any, _logged: Logged) -> None:
    """Change nothing: the log has done it already."""


def always(_state: Any, _body: Any, _by: str) -> None:
    """Refuse nothing."""
