"""Rows of the hosts' page of circles: name, place, size, the duty, and for how many people somebody types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from oneheart.engine import disclosure
from oneheart.live.circle_duty import DutySeen, duty_seen
from oneheart.live.grouping import names_of
from oneheart.live.state import State, duty
from oneheart.live.state.nested import upward
from oneheart.live.typed_words import clean_name
from oneheart.web.host.wording_fields import WordingField, wording_fields
from oneheart.web.said import circle_name
from oneheart.web.who import Host


@dataclass(frozen=True, slots=True)
class CircleRow:
    """A circle as hosts see it. It counts nobody exactly.

    Attributes:
        number: number of the circle.
        said: its name, or its number in words.
        name: its name; "" if it is called by its number.
        place: hall, remote or mirror.
        size: number of people for whom it has room if some have no phone.
        typed: for how many of its people somebody types, in steps.
        duty: who holds its duty and who asks for it, by signs.
        names: fields for its name in each language.
        inside: how the circle that contains it is called in the form; "" for none.
    """

    number: int
    said: str
    name: str
    place: str
    size: int
    typed: disclosure.Shown
    duty: DutySeen
    names: list[WordingField]
    inside: str


ROWS_MOST = 50
"""The most circles on one page of the desk."""
_OFFERED_MOST = 200


def called(state: State, number: int | None) -> str:
    """Return how hosts call a circle in a form, see `live.grouping.circle_called`; "" for none."""
    if number is None:
        return ""
    circle = state.circles[number]
    return circle.name or next(iter(circle.names.values()), "") or str(number + 1)


def outermost_first(state: State) -> list[str]:
    """Return how up to two hundred circles are called in the form, those that contain others first. O(circles)."""
    outer = {circle.parent for circle in state.circles}
    numbers = sorted(range(len(state.circles)), key=lambda number: (number not in outer, number))
    return [called(state, number) for number in numbers[:_OFFERED_MOST]]


def found(state: State, find: str) -> list[int]:
    """Return the circles whose name, or that of a circle around them, holds what is searched. O(circles).

    All for an empty search.
    """
    wanted = clean_name(find).casefold()
    if not wanted:
        return [*range(len(state.circles))]
    named = [any(wanted in name for name in names_of(state, number)) for number in range(len(state.circles))]
    return [n for n in range(len(named)) if any(named[outer] for outer in upward(state.circles, n))]


def circle_rows(host: Host, numbers: Sequence[int]) -> list[CircleRow]:
    """Return the rows of some circles. O(seats + circles)."""
    state = host.state
    typed = Counter(seat.circle for seat in state.seats if seat.alive and seat.scribe is not None)
    return [
        CircleRow(
            number,
            circle_name(state, number, host.words),
            circle.name,
            circle.place.value,
            duty.size_of(circle),
            disclosure.show_steps(typed[number]),
            duty_seen(host.gathering, number, None),
            wording_fields(circle.names, state.languages, circle.name),
            called(state, circle.parent),
        )
        for number, circle in ((number, state.circles[number]) for number in numbers)
    ]
