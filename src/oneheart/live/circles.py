"""Circles: what the people of a circle are shown of it, for whom a steward types, and who sits in the hall."""

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
    """A person without a phone, as their scribe sees them.

    Attributes:
        number: 1, 2, ... on this scribe's page only.
        seat: their seat.
    """

    number: int
    seat: int


def scribed_by(state: State, seat: int) -> list[Scribed]:
    """Return the people for whom a person types, in the order in which they came. O(N)."""
    mine = (n for n, other in enumerate(state.seats) if other.scribe == seat and other.alive)
    return [Scribed(number, seat) for number, seat in enumerate(mine, start=1)]


def is_few(state: State, circle: int, seat: int) -> bool:
    """Return whether a circle has fewer than k people beside those whom this person added without a phone."""
    added = sum(state.seats[one.seat].circle == circle for one in scribed_by(state, seat))
    return not disclosure.enough(state.circles[circle].seats - added)


def own_desires(state: State, circle: int, seat: int) -> list[tuple[int, LiveDesire]]:
    """Return what people of a circle want, without authors, sorted by text.

    Empty for fewer than k people, and the order tells neither time nor author. O(M).
    """
    if is_few(state, circle, seat):
        return []
    own = [
        (number, desire)
        for number, desire in enumerate(state.desires)
        if desire.circle == circle and not desire.of_circle and bool(state.travels[number])
    ]
    return sorted(own, key=lambda pair: pair[1].text)


def nearest_to_all(state: State, circle: int, listed: list[tuple[int, LiveDesire]]) -> list[LiveDesire]:
    """Return the three desires of a circle that are nearest to all of it, sorted by text.

    They are counted from the answers of the circle and its authors' own wants; [] before k people of it have answered.
    """
    members = [number for number, seat in enumerate(state.seats) if seat.alive and seat.circle == circle]
    row = {seat: place for place, seat in enumerate(members)}
    cells = [
        (row[seat], number, stance)
        for seat in members
        for number, stance in {
            **state.tally.answered(seat),
            **dict.fromkeys((state.root(own) for own in state.seats[seat].desires), 1),
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
    """Return the verdict of a circle on its own line, None without one.

    The line stands if seven of ten can say it and nobody is against.
    """
    line = state.circles[circle].line
    if line is None:
        return None
    members = [number for number, seat in enumerate(state.seats) if seat.alive and seat.circle == circle]
    said = [state.tally.answered(seat).get(line) for seat in members if line not in state.seats[seat].desires]
    heard = [stance for stance in said if stance is not None]
    wrote = len(members) - len(said)
    answered = Affirmation(0, wrote + len(heard), wrote + heard.count(1), heard.count(-1))
    return rounds.judge_few(len(members), answered)


def may_sit(state: State) -> dict[int, tuple[int, str]]:
    """Return circle (-1 for none) and language of everybody in the hall; remote and mirror circles sit elsewhere."""
    return {
        number: (-1 if seat.circle is None else seat.circle, seat.language)
        for number, seat in enumerate(state.seats)
        if seat.alive and (seat.circle is None or state.circles[seat.circle].place is Place.HALL)
    }


def enough_for_tables(people: int) -> bool:
    """Return whether so many people can be seated without a table revealing anybody: 2 k or more."""
    return disclosure.twice_enough(people)
