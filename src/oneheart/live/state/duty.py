"""The duty of a circle: who asks to hold it, who says yes, and when it is given or taken back.

One person at a time holds the duty of a circle. Nobody takes it alone, so that no newcomer speaks for a circle:

- A host may give it to somebody who asked, and may end it.
- Its holder may hand it on with one yes.
- While nobody holds it, one yes of an elder gives it.
- While somebody holds it, the yes of more than half of the elders gives it to another, and their no takes it back.

The elders are the half (rounded up) of the circle's other people who have been in it longest. People for whom
somebody types do not count, since the holder of the duty answers for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.rule import Rule
from oneheart.model import actor


class SeatOfDuty(Protocol):
    """The fields of a seat that the rules of the duty read and change, see `people.Seat`."""

    circle: int | None
    scribe: int | None
    steward: bool
    alive: bool

    @property
    def since(self) -> int:
        """Return the place in the log of the event that brought the person into their circle."""


class SizedCircle(Protocol):
    """What the rules of the duty read of a circle, see `people.LiveCircle`."""

    size: int | None
    cards: int


@dataclass(slots=True)
class Duties:
    """Open requests about the duty, by seat.

    Attributes:
        asked: seats that ask to hold the duty of their circle.
        yes: by the seat that asks: the seats that said yes.
        no: by the seat that holds the duty: the seats that want it taken back.
    """

    asked: set[int] = field(default_factory=set)
    yes: dict[int, set[int]] = field(default_factory=dict)
    no: dict[int, set[int]] = field(default_factory=dict)

    def forget(self, seat: int) -> None:
        """Drop what a seat asks and what it answered, for example because it leaves its circle."""
        self.asked.discard(seat)
        for answers in (self.yes, self.no):
            answers.pop(seat, None)
            for voters in answers.values():
                voters.discard(seat)

    def clear(self) -> None:
        """Drop everything: a new round begins."""
        self.asked.clear()
        self.yes.clear()
        self.no.clear()


def members_of(seats: Sequence[SeatOfDuty], circle: int) -> list[int]:
    """Return the people of a circle who have a seat of their own phone, those who came first in front. O(N)."""
    members = [n for n, seat in enumerate(seats) if seat.circle == circle and seat.alive and seat.scribe is None]
    return sorted(members, key=lambda number: (seats[number].since, number))


def holder_of(seats: Sequence[SeatOfDuty], circle: int) -> int | None:
    """Return the seat that holds the duty of a circle; None for none. O(N).

    In a log of the former version several people may hold it; the one who has been in the circle longest is returned.
    """
    return next((number for number in members_of(seats, circle) if seats[number].steward), None)


def elders_of(seats: Sequence[SeatOfDuty], circle: int, about: int) -> list[int]:
    """Return the half, rounded up, of a circle's other people who have been in it longest. O(N).

    Args:
        seats: all seats.
        circle: number of the circle.
        about: seat that asks for the duty or holds it; it does not decide about itself.
    """
    others = [number for number in members_of(seats, circle) if number != about]
    return others[: (len(others) + 1) // 2]


def may_answer(seats: Sequence[SeatOfDuty], voter: int, about: int) -> bool:
    """Return whether a person's answer about another one's duty counts: an elder's, or that of who holds the duty."""
    circle = seats[about].circle
    if circle is None or voter == about or seats[voter].circle != circle:
        return False
    return voter in elders_of(seats, circle, about) or voter == holder_of(seats, circle)


def is_given(duties: Duties, seats: Sequence[SeatOfDuty], asking: int) -> bool:
    """Return whether the answers so far give the duty to somebody who asks for it. O(N)."""
    circle = seats[asking].circle
    if circle is None or asking not in duties.asked:
        return False
    holder, yes = holder_of(seats, circle), duties.yes.get(asking, set())
    elders = elders_of(seats, circle, asking)
    agreeing = len(yes.intersection(elders))
    if holder is None:
        return agreeing > 0
    return holder in yes or 2 * agreeing > len(elders)


def is_taken_back(duties: Duties, seats: Sequence[SeatOfDuty], holder: int) -> bool:
    """Return whether more than half of the elders want the duty taken back from its holder. O(N)."""
    circle = seats[holder].circle
    if circle is None or not seats[holder].steward:
        return False
    elders = elders_of(seats, circle, holder)
    return 2 * len(duties.no.get(holder, set()).intersection(elders)) > len(elders)


# --- rules of the events ----------------------------------------------------------------------------------------------


def in_circle(seats: Sequence[SeatOfDuty], seat: int) -> bool:
    """Return whether a seat exists, is not erased, has a phone of its own, and is in a circle."""
    known = 0 <= seat < len(seats) and seats[seat].alive
    return known and seats[seat].scribe is None and seats[seat].circle is not None


def check_asked(seats: Sequence[SeatOfDuty], body: ev.DutyRequested) -> Refusal | None:
    """Refuse a person without a circle or without a phone of their own."""
    return None if in_circle(seats, body.seat) else Refusal.UNKNOWN


def ask(duties: Duties, seats: Sequence[SeatOfDuty], body: ev.DutyRequested) -> int:
    """Record that a person asks to hold the duty, or that they stop asking; return the seat."""
    if body.on and not seats[body.seat].steward:
        duties.asked.add(body.seat)
    else:
        duties.asked.discard(body.seat)
        duties.yes.pop(body.seat, None)
    return body.seat


def check_answered(duties: Duties, seats: Sequence[SeatOfDuty], body: ev.DutyAnswered) -> Refusal | None:
    """Refuse an answer about oneself, about another circle, and about somebody who neither asks nor holds the duty."""
    if not (in_circle(seats, body.seat) and in_circle(seats, body.about)) or body.seat == body.about:
        return Refusal.UNKNOWN
    same = seats[body.seat].circle == seats[body.about].circle
    concerned = body.about in duties.asked or seats[body.about].steward
    return None if same and concerned else Refusal.UNKNOWN


def answer(duties: Duties, seats: Sequence[SeatOfDuty], body: ev.DutyAnswered) -> int:
    """Keep a person's answer about the duty of another; the last one counts. Return the other's seat."""
    answers = duties.no if seats[body.about].steward else duties.yes
    voters = answers.setdefault(body.about, set())
    if body.on == (answers is duties.yes):
        voters.add(body.seat)
    else:
        voters.discard(body.seat)
    return body.about


def check_given(seats: Sequence[SeatOfDuty], circles: Sequence[SizedCircle], body: ev.DutyGiven) -> Refusal | None:
    """Refuse an unknown circle or seat, and a person of another circle.

    An erased seat is not refused: in a replay the duty of whoever held it before must end all the same.
    """
    if not 0 <= body.circle < len(circles) or not 0 <= body.seat < len(seats):
        return Refusal.UNKNOWN
    seat = seats[body.seat]
    return None if not seat.alive or seat.circle == body.circle else Refusal.UNKNOWN


def check_new_given(seats: Sequence[SeatOfDuty], body: ev.DutyGiven) -> Refusal | None:
    """Refuse a person without a phone, and the end of a duty that nobody holds. Asked before the event is written."""
    if not in_circle(seats, body.seat):
        return Refusal.UNKNOWN
    return None if body.on or seats[body.seat].steward else Refusal.UNKNOWN


def check_new_settled(duties: Duties, seats: Sequence[SeatOfDuty], body: ev.DutySettled) -> Refusal | None:
    """Refuse what the circle has not decided. Asked before the event is written.

    A replay does not ask it: the answers of somebody who erased everything are gone, and what followed still counts.
    """
    if not in_circle(seats, body.seat):
        return Refusal.UNKNOWN
    decided = is_given(duties, seats, body.seat) if body.on else is_taken_back(duties, seats, body.seat)
    return None if decided else Refusal.NOT_YOURS


def give(duties: Duties, seats: Sequence[SeatOfDuty], body: ev.DutyGiven) -> int:
    """Give the duty to a person and end that of whoever held it, or end theirs; return the seat.

    The people for whom the circle's steward types come with the duty.
    """
    for number, seat in enumerate(seats):
        if seat.circle != body.circle:
            continue
        if seat.steward and (body.on or number == body.seat):
            seat.steward = False
            duties.no.pop(number, None)
        if body.on and seat.scribe is not None and seats[body.seat].alive:
            seat.scribe = body.seat
    seats[body.seat].steward = body.on and seats[body.seat].alive
    duties.asked.discard(body.seat)
    duties.yes.pop(body.seat, None)
    return body.seat


# --- people without a phone -------------------------------------------------------------------------------------------

BY_HOSTS = -1
"""The `scribe` of a person without a phone for whom nobody of their circle types: hosts do."""

CIRCLE_SIZE = 10
"""The size of a circle for which no host named one, unless more seat cards were printed for it."""


def size_of(circle: SizedCircle) -> int:
    """Return the size of a circle: what a host named, else ten, or the number of its seat cards if that is more."""
    return circle.size or max(circle.cards, CIRCLE_SIZE)


def scribed_in(seats: Sequence[SeatOfDuty], circle: int) -> list[int]:
    """Return the people of a circle for whom somebody types, by number. O(N)."""
    return [n for n, seat in enumerate(seats) if seat.circle == circle and seat.alive and seat.scribe is not None]


def room_for_scribed(seats: Sequence[SeatOfDuty], circles: Sequence[SizedCircle], circle: int) -> int:
    """Return for how many more people of a circle somebody may type: its size less all who are in it. O(N)."""
    own = len(members_of(seats, circle))
    return max(0, size_of(circles[circle]) - own - len(scribed_in(seats, circle)))


def check_scribed(seats: Sequence[SeatOfDuty], circles: Sequence[SizedCircle], body: ev.SeatTaken) -> Refusal | None:
    """Refuse a person without a phone for whom their circle has no room."""
    if not body.bounded or body.circle is None:
        return None
    return None if room_for_scribed(seats, circles, body.circle) else Refusal.NO_ROOM


def check_new_moved(
    seats: Sequence[SeatOfDuty], circles: Sequence[SizedCircle], body: ev.SeatChanged
) -> Refusal | None:
    """Refuse that a person without a phone comes to a circle without room for them. Asked before the event is written.

    Otherwise a steward could fill another circle with people for whom they type.
    """
    seat = seats[body.seat]
    if seat.scribe is None or body.circle is None or body.circle == seat.circle:
        return None
    return None if room_for_scribed(seats, circles, body.circle) else Refusal.NO_ROOM


def scribe_in(seats: Sequence[SeatOfDuty], circle: int) -> int:
    """Return who types for a person without a phone who comes to a circle: its steward, or else the hosts. O(N)."""
    holder = holder_of(seats, circle)
    return BY_HOSTS if holder is None else holder


def check_new_scribed(seats: Sequence[SeatOfDuty], body: ev.SeatTaken) -> Refusal | None:
    """Refuse a seat whose scribe does not hold the duty of its circle. Asked before the event is written."""
    if body.scribe is None or body.scribe == BY_HOSTS:
        return None
    if not body.bounded or not in_circle(seats, body.scribe) or not seats[body.scribe].steward:
        return Refusal.NOT_YOURS
    return None if seats[body.scribe].circle == body.circle else Refusal.NOT_YOURS


def check_new_by_hosts(seats: Sequence[SeatOfDuty], body: ev.SeatTaken, by: str) -> Refusal | None:
    """Refuse a seat for which hosts type, by anybody else or without a sheet of paper. Asked before it is written.

    Where a circle has a steward, its people without a phone come to the steward.
    """
    if body.scribe != BY_HOSTS:
        return None
    who = actor.parse(by)
    is_host = who is not None and who.kind is actor.ActorKind.HOST
    fits = is_host and body.bounded and bool(body.card) and body.circle is not None
    return None if fits and body.circle is not None and holder_of(seats, body.circle) is None else Refusal.NOT_YOURS


DUTY_RULES: dict[type[ev.Body], Rule] = {
    ev.DutyRequested: Rule(
        lambda s, b, _: check_asked(s.seats, b),
        lambda s, b, _: ask(s.people.duties, s.seats, b),
        check_new=lambda s, b, by: s.people.check_new_answer(b, by),
    ),
    ev.DutyAnswered: Rule(
        lambda s, b, _: check_answered(s.people.duties, s.seats, b),
        lambda s, b, _: answer(s.people.duties, s.seats, b),
        check_new=lambda s, b, by: s.people.check_new_answer(b, by),
    ),
    ev.DutyGiven: Rule(
        lambda s, b, _: check_given(s.seats, s.circles, b),
        lambda s, b, _: give(s.people.duties, s.seats, b),
        check_new=lambda s, b, _: check_new_given(s.seats, b),
    ),
    ev.DutySettled: Rule(
        lambda s, b, _: check_given(s.seats, s.circles, b),
        lambda s, b, _: give(s.people.duties, s.seats, b),
        check_new=lambda s, b, _: check_new_settled(s.people.duties, s.seats, b),
    ),
}
"""The rules of the events about the duty of a circle."""
