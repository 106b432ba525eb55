"""Circles: what a circle's people see of it, the people for whom a steward types, and who can be seated in the hall."""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.engine import disclosure
from oneheart.engine.prayer import rounds
from oneheart.engine.prayer.few import lines_of_few
from oneheart.live.state import LiveDesire, State
from oneheart.model.gathering import Place, Responses
from oneheart.model.prayer import Affirmation

NEAREST = 3


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

    Empty for fewer than k people. The order by text reveals neither time nor author. O(M).
    """
    if is_few(state, circle, seat):
        return []
    desires = [
        (number, desire)
        for number, desire in enumerate(state.desires)
        if desire.circle == circle and not desire.of_circle and bool(state.travels[number])
    ]
    return sorted(desires, key=lambda pair: pair[1].text)


def nearest_to_all(state: State, circle: int, listed: list[tuple[int, LiveDesire]]) -> list[LiveDesire]:
    """Return the three desires of a circle with the highest net support in it, sorted by text.

    Answers of the circle count, and an author counts as wanting their own desire. [] before k people of it have
    answered.
    """
    members = [number for number, seat in enumerate(state.seats) if seat.alive and seat.circle == circle]
    row = {seat: place for place, seat in enumerate(members)}
    cells = [
        (row[seat], number, stance)
        for seat in members
        for number, stance in {
            **state.tally.answered(seat),
            **dict.fromkeys((state.root(written) for written in state.seats[seat].desires), 1),
        }.items()
    ]
    answered = sum(bool(state.tally.answered(seat)) for seat in members)
    if not disclosure.enough(answered) or not listed:
        return []
    people, numbers, stances = zip(*cells, strict=True)
    answers = Responses.of(people, numbers, stances)
    labels = [desire.text for desire in state.desires]
    nearest = lines_of_few(answers, len(members), [number for number, _ in listed], NEAREST, labels)
    return sorted((state.desires[number] for number in nearest.lines), key=lambda desire: desire.text)


def line_said(state: State, circle: int) -> rounds.LineVerdict | None:
    """Return the verdict of a circle on its own line; None if it has no line.

    The line stands if at least seven in ten can say it and nobody is against it.
    """
    line = state.circles[circle].line
    if line is None:
        return None
    members = [number for number, seat in enumerate(state.seats) if seat.alive and seat.circle == circle]
    stances = [state.tally.answered(seat).get(line) for seat in members if line not in state.seats[seat].desires]
    answers = [stance for stance in stances if stance is not None]
    wrote = len(members) - len(stances)
    answered = Affirmation(0, wrote + len(answers), wrote + answers.count(1), answers.count(-1))
    return rounds.judge_few(len(members), answered)


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
