"""Ways back to a seat: codes that open it on another phone, and the change of a circle.

A way back opens its seat once. A person keeps one beforehand, or a host gives one for a lost phone. With a new secret
the former one is void at once. The person then reads how the seat was opened, and the former phone reads that it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.rule import Rule
from oneheart.model import actor


class SeatOfWays(Protocol):
    """What these rules read of a seat and change in it, see `people.Seat`."""

    circle: int | None
    secret_hash: str
    scribe: int | None
    alive: bool
    ways: list[str]
    opened_by: str
    changed_circle_in: int


class PeopleOfWays(Protocol):
    """What these rules read of the people and change in them, see `people.People`."""

    seat_of_hash: dict[str, int]
    seat_of_way: dict[str, int]
    void: dict[str, int]

    @property
    def seats(self) -> Sequence[SeatOfWays]:
        """Return the seats by number."""


KEPT, BY_HOST = "kept", "host"
"""How a seat was last opened on another phone: by a way back that its person kept, or by a card of a host."""


def check_way(people: PeopleOfWays, body: ev.WayBackKept | ev.PhoneLost) -> Refusal | None:
    """Refuse an unknown seat, one for whom somebody types, and a code that another seat has."""
    known = 0 <= body.seat < len(people.seats) and people.seats[body.seat].alive
    if not known or people.seats[body.seat].scribe is not None:
        return Refusal.UNKNOWN
    return Refusal.USED if people.seat_of_way.get(body.way, body.seat) != body.seat else None


def check_new_way(body: ev.WayBackKept, by: str) -> Refusal | None:
    """Refuse to keep a way back to the seat of another. Asked before the event is written."""
    return None if by == actor.seat(body.seat) else Refusal.NOT_YOURS


def _forget_ways(people: PeopleOfWays, seat: int) -> None:
    for way in people.seats[seat].ways:
        people.seat_of_way.pop(way, None)
    people.seats[seat].ways = []


def keep_way(people: PeopleOfWays, body: ev.WayBackKept) -> int:
    """Record a way back in place of former ones; return the seat."""
    _forget_ways(people, body.seat)
    people.seats[body.seat].ways = [body.way]
    people.seat_of_way[body.way] = body.seat
    return body.seat


def lose_phone(people: PeopleOfWays, body: ev.PhoneLost) -> int:
    """Make the secret of a seat void and record the card that opens it; return the seat."""
    make_void(people, body.seat)
    _forget_ways(people, body.seat)
    people.seats[body.seat].ways = ["", body.way]  # the first place is that of a kept way
    people.seat_of_way[body.way] = body.seat
    return body.seat


def make_void(people: PeopleOfWays, seat: int) -> None:
    """Make the secret of a seat open nothing, and remember its hash, so that the former phone reads why."""
    secret_hash = people.seats[seat].secret_hash
    if people.seat_of_hash.pop(secret_hash, None) is not None:
        people.void[secret_hash] = seat
    people.seats[seat].secret_hash = ""


def check_opened(people: PeopleOfWays, body: ev.SeatChanged) -> Refusal | None:
    """Refuse a way back that is unknown, was used, or leads to another seat."""
    return None if not body.way or people.seat_of_way.get(body.way) == body.seat else Refusal.USED


def check_new_changed(people: PeopleOfWays, body: ev.SeatChanged, by: str, round_number: int) -> Refusal | None:
    """Refuse to change the seat of another, a new secret without a way back, and a second change of circle in a round.

    Asked before the event is written.
    """
    if by != actor.seat(body.seat) or (body.secret_hash is not None and not body.way):
        return Refusal.NOT_YOURS
    seat = people.seats[body.seat]
    moves = body.circle is not None and body.circle != seat.circle
    return Refusal.MOVED if moves and seat.changed_circle_in == round_number else None


def open_by_way(people: PeopleOfWays, body: ev.SeatChanged) -> None:
    """Give a seat its new secret; the way back and the former secret open nothing any more."""
    if body.secret_hash is None:
        return
    seat = people.seats[body.seat]
    make_void(people, body.seat)
    if body.way:
        seat.opened_by = BY_HOST if len(seat.ways) > 1 else KEPT
        _forget_ways(people, body.seat)
    seat.secret_hash = body.secret_hash
    people.void.pop(body.secret_hash, None)
    people.seat_of_hash[body.secret_hash] = body.seat


WAY_RULES: dict[type[ev.Body], Rule] = {
    ev.WayBackKept: Rule(
        lambda s, b, _: check_way(s.people, b),
        lambda s, b, _: keep_way(s.people, b),
        after_end=True,
        check_new=lambda _, b, by: check_new_way(b, by),
    ),
    ev.PhoneLost: Rule(lambda s, b, _: check_way(s.people, b), lambda s, b, _: lose_phone(s.people, b), after_end=True),
}
"""The rules of the events about opening a seat on another phone."""
