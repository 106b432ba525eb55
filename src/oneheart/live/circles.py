"""Circles: what a circle's people see of it, the people for whom a steward types, and who can be seated in the hall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from oneheart.engine import disclosure
from oneheart.engine.prayer import rounds
from oneheart.live.state import LiveDesire, State
from oneheart.live.state.released import all_answered
from oneheart.model.gathering import Place


@dataclass(frozen=True, slots=True)
class Scribed:
    """A person without a phone, as listed for their scribe.

    Attributes:
        number: 1, 2, ...; valid on this scribe's page only.
        seat: number of their seat.
    """

    number: int
    seat: int


def scribed_by(state: State, seat: int) -> list[Scribed]:
    """Return the people for whom a person types, in the order of their seats. O(N)."""
    scribed = (n for n, person in enumerate(state.seats) if person.scribe == seat and person.alive)
    return [Scribed(number, seat) for number, seat in enumerate(scribed, start=1)]


def is_few(state: State, circle: int, seat: int) -> bool:
    """Return whether a circle has fewer than k people, not counting those whom this person added without a phone."""
    added = sum(state.seats[person.seat].circle == circle for person in scribed_by(state, seat))
    return not disclosure.enough(state.circles[circle].seats - added)


def own_desires(state: State, circle: int, seat: int) -> list[tuple[int, LiveDesire]]:
    """Return the desires of a circle's people, without authors, sorted by text, as (number, desire).

    Empty for fewer than k people. The list grows by the desires of k different authors at a time, see
    `Released.list_more`, so that nobody is known as the author of the newest. The order by text reveals neither time
    nor author. O(M).
    """
    if is_few(state, circle, seat):
        return []
    listed = state.released.listed.get(circle, set())
    desires = (
        (number, desire)
        for number, desire in enumerate(state.desires)
        if desire.circle == circle and desire.author in listed and not desire.of_circle and bool(state.travels[number])
    )
    return sorted(desires, key=lambda pair: pair[1].text)


def nearest_to_all(state: State, circle: int, listed: list[tuple[int, LiveDesire]]) -> list[LiveDesire]:
    """Return the three desires of a circle with the highest net support in it, sorted by text.

    They are those of the end of the last stage. [] for a circle of up to twelve people, see `live.state.released`.
    """
    desires = dict(listed)
    numbers = state.released.words.nearest.get(circle, [])
    return sorted((desires[number] for number in numbers if number in desires), key=lambda desire: desire.text)


LineWord = Literal["all answered", "not all answered"] | rounds.LineVerdict


def line_word(state: State, circle: int) -> LineWord | None:
    """Return what a circle reads about its line; None without a line.

    In a circle of up to twelve people it says only whether all have answered. What they answered they say to one
    another, and their steward writes the line. A larger circle reads its verdict once a stage has ended. O(N).
    """
    verdict = state.released.words.lines.get(circle)
    if verdict is not None and not disclosure.is_small(state.circles[circle].seats):
        return verdict
    answered = all_answered(state.desires, state.people, circle)
    return None if answered is None else "all answered" if answered else "not all answered"


def may_sit(state: State) -> dict[int, tuple[int, str]]:
    """Return circle (-1 for none) and language of everybody in the hall. Remote and mirror circles are left out."""
    return {
        number: (-1 if seat.circle is None else seat.circle, seat.language)
        for number, seat in enumerate(state.seats)
        if seat.alive and (seat.circle is None or state.circles[seat.circle].place is Place.HALL)
    }


def enough_for_tables(people: int) -> bool:
    """Return whether there are enough people to draw tables without revealing single persons: 2 k or more."""
    return disclosure.twice_enough(people)
