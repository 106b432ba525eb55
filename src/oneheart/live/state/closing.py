"""Closing: a host closes one seat. Its person can do nothing more, and everything that they gave goes on counting.

So no number changes when a seat is closed or opened, and nobody learns from numbers before and after it what this one
person answered. A group of seats that stands out can be revoked, see `people`; it holds k seats or more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.retention import CONFIDES
from oneheart.live.state.rule import Rule
from oneheart.model import actor

if TYPE_CHECKING:
    from oneheart.live.state.people import People

OWN_RIGHTS: tuple[type[ev.Body], ...] = (
    ev.SeatErased,
    ev.DesireWithdrawn,
    ev.WayBackKept,
    ev.ConsentGiven,
    ev.RowsConsented,
    ev.ContactsConsented,
    ev.ContactsTakenBack,
    ev.LanguageUnread,
)
"""What a person may do while their seat is closed: about themselves, or to take something back."""


def is_closed_to(people: People, body: ev.AnyBody, by: str) -> Refusal | None:
    """Refuse an act of a person whose seat is closed, and what others type for them. O(1)."""
    who = actor.parse(by) if people.closed and not isinstance(body, OWN_RIGHTS) else None
    if who is None or (isinstance(body, ev.SeatChanged) and body.circle is None):
        return None
    is_about_one = getattr(body, "seat", None) in people.closed
    if who.kind is actor.ActorKind.SEAT:
        return Refusal.SHUT if is_about_one or who.number in people.closed else None
    return Refusal.SHUT if is_about_one and type(body) in CONFIDES else None


def close(people: People, body: ev.SeatClosed) -> int:
    """Close a seat, or open it again; return it."""
    if body.on:
        people.closed[body.seat] = body.reason
    else:
        people.closed.pop(body.seat, None)
    return body.seat


CLOSING_RULES: dict[type[ev.Body], Rule] = {
    ev.SeatClosed: Rule(lambda s, b, _: s.people.check_seat(b.seat), lambda s, b, _: close(s.people, b)),
}
