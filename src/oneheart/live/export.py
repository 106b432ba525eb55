"""Export: a live gathering as the plain value that the engine analyses and files hold."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.live.state import LiveDesire, State
from oneheart.model.desire import Desire
from oneheart.model.gathering import Circle, Gathering, Responses

K = int(settings.K_ANONYMITY.value)


def as_gathering(
    state: State,
    *,
    source: str,
    shuffle: Callable[[int], npt.NDArray[np.intp]] | None = None,
    rows: dict[int, int] | None = None,
) -> Gathering:
    """Return the gathering as a plain value. See `LiveGathering.as_gathering`. O(responses + N + M).

    Args:
        state: of the gathering.
        source: where it came from.
        shuffle: returns an order of so many people; by default the order of their seats.
        rows: by seat: its row, as `rows_of` gave them; then nothing is shuffled here.
    """
    columns = [n for n, desire in enumerate(state.desires) if _leaves(desire)]
    place = {number: column for column, number in enumerate(columns)}
    rows = rows_of(state, shuffle) if rows is None else rows
    people, desires, stances = [], [], []
    for number, row in rows.items():
        answered = state.tally.answered(number)
        own = {state.root(n) for n in state.seats[number].desires}
        for desire, stance in sorted(answered.items(), key=lambda pair: state.root(pair[0]) == pair[0]):
            root = state.root(desire)
            if root in place and not (root in own and state.desires[root].author == number):
                people.append(row)
                desires.append(place[root])
                stances.append(stance)
    kept_circles = [n for n, circle in enumerate(state.circles) if circle.seats >= K]
    circle_place = {number: index for index, number in enumerate(kept_circles)}
    circle_of = np.full(len(rows), -1, np.int32)
    for number, row in rows.items():
        circle = state.seats[number].circle
        circle_of[row] = -1 if circle is None else circle_place.get(circle, -1)
    question = next(iter(state.question.values()), "")
    return Gathering(
        question=question,
        participants=tuple(str(row + 1) for row in range(len(rows))),
        desires=tuple(_plain(state.desires[n], n, rows) for n in columns),
        responses=Responses.of(people, desires, stances),
        circles=tuple(Circle(f"circle-{n + 1}", state.circles[n].name or str(n + 1)) for n in kept_circles),
        circle_of=circle_of,
        source=source,
    )


def rows_of(state: State, shuffle: Callable[[int], npt.NDArray[np.intp]] | None = None) -> dict[int, int]:
    """Return the row of everybody who said or answered anything, by seat."""
    took_part = [n for n, seat in enumerate(state.seats) if seat.alive and (state.tally.answered(n) or seat.desires)]
    order = range(len(took_part)) if shuffle is None else shuffle(len(took_part)).tolist()
    return {took_part[old]: row for row, old in enumerate(order)}


def _leaves(desire: LiveDesire) -> bool:
    return not (desire.erased or desire.withdrawn or desire.waiting or desire.same_as is not None)


def _plain(desire: LiveDesire, number: int, rows: dict[int, int]) -> Desire:
    return Desire(
        label=str(number),
        text=desire.text,
        author=None if desire.author is None else rows.get(desire.author),
        language=desire.language,
        moderation=desire.moderation,
        is_meta=desire.is_meta,
        is_seed=desire.author is None,
    )
