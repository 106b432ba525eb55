"""Rows of the hosts' page of circles: name, place, size, the duty, and for how many people somebody types."""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.engine import disclosure
from oneheart.live.circle_duty import DutySeen, duty_seen
from oneheart.live.state import duty
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
    """

    number: int
    said: str
    name: str
    place: str
    size: int
    typed: disclosure.Shown
    duty: DutySeen
    names: list[WordingField]


def circle_rows(host: Host) -> list[CircleRow]:
    """Return the rows of all circles. O(circles x seats)."""
    state = host.state
    return [
        CircleRow(
            number,
            circle_name(state, number, host.words),
            circle.name,
            circle.place.value,
            duty.size_of(circle),
            disclosure.show_steps(len(duty.scribed_in(state.seats, number))),
            duty_seen(host.gathering, number, None),
            wording_fields(circle.names, state.languages, circle.name),
        )
        for number, circle in enumerate(state.circles)
    ]
