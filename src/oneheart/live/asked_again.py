"""Asked again: acts whose rules are asked before they are written only, so nothing may come between asking and writing.

What a rule asks there (`Rule.check_new`) is not asked when the event is applied. Two acts that come at the same moment,
at one process or at two, could otherwise both be let by though only one of them may count.
"""

from __future__ import annotations

from typing import Any

from oneheart.live import events as ev
from oneheart.live.state import State
from oneheart.live.state.rule import nothing_more
from oneheart.live.state.state import HANDLERS

_TAPS: frozenset[type[ev.Body]] = frozenset(
    {
        ev.Responded,
        ev.LineRead,
        ev.WholeAffirmed,
        ev.ChallengerAnswered,
        ev.AmenSaid,
        ev.ContactsKept,
        ev.WayBackKept,
    }
)
"""What everybody does at once. What is asked of them depends on their own person, and on nothing that others do."""

_BESIDE: tuple[type[ev.Body], ...] = (*_TAPS, ev.DesireSaid, ev.TreeHead)
COMMUTING = frozenset(str(kind.__struct_config__.tag) for kind in _BESIDE)
"""Kinds of events that change no answer of a rule which is asked again, so they may come between."""


def asks_again(body: ev.AnyBody, state: State) -> bool:
    """Return whether an act must be asked again before it is written, and then be written at once. O(1).

    Example:
        >>> asks_again(ev.WayBackKept(0, "a" * 64), State())
        False
        >>> asks_again(ev.CircleAdded(name="A", key="k", parent=2), State())
        True
    """
    if type(body) in _TAPS or HANDLERS[type(body)].check_new is nothing_more:
        return False
    if isinstance(body, ev.SeatTaken):
        return body.scribe is not None
    if isinstance(body, ev.SeatChanged):
        return body.circle is not None and _circle_of(body.seat, state) != body.circle
    return True


def commutes(body: ev.AnyBody) -> bool:
    """Return whether an event may come between asking and writing of an act that is asked again. O(1)."""
    return ev.kind_of(body) in COMMUTING


def _circle_of(seat: int, state: State) -> Any:
    return state.seats[seat].circle if 0 <= seat < len(state.seats) else None
