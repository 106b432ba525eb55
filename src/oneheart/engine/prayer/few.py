"""Lines for a small group, counted from its answers; a model would have too little data.

Source: ours; sequential proportional approval (Thiele 1895) on the answers as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
WANTED_LEAST = 2  # a desire that only its author wants is no line of a text for all
AGAINST_MOST = 0.15
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class FewLines:
    """Lines chosen by counting answers.

    Attributes:
        lines: columns in the order of choice.
        alternates: the other columns that may be lines, the most wanted first.
    """

    lines: tuple[int, ...]
    alternates: tuple[int, ...]


def lines_of_few(
    responses: Responses, people: int, may: Sequence[int], count: int, labels: Sequence[str] = ()
) -> FewLines:
    """Return at most `count` lines by sequential proportional approval; fewer where few desires are shared.

    Two people or more want a line, more than half of those who answered it, and fewer than 15 % of these are against
    it. Each next line is the one with the greatest sum over people of 1 / (1 + lines that they have). Pass an author's
    want of their own desire as a response.

    Args:
        responses: last response of each person to each desire.
        people: N.
        may: columns that may be lines.
        count: the most lines.
        labels: labels of all desires, which break ties; by default the lower column wins.

    Notes:
        O(lines N candidates).

    Example:
        >>> answers = Responses.of([0, 1, 2, 0, 1, 2, 3, 3], [0, 0, 0, 1, 1, 1, 2, 1], [1, 1, 1, 1, 1, 0, 1, -1])
        >>> lines_of_few(answers, 4, [0, 1, 2], 3)
        FewLines(lines=(0,), alternates=())
    """
    columns = sorted(may, key=lambda column: (labels[column] if labels else "", column))
    want, against, asked = tabled(responses, people, columns)
    wants = want.sum(0)
    sound = is_sound(wants, against.sum(0), asked)
    chosen = in_turn(want, sound, count)
    rest = [number for number in np.argsort(-wants, kind="stable").tolist() if sound[number] and number not in chosen]
    return FewLines(tuple(columns[n] for n in chosen), tuple(columns[n] for n in rest))


def tabled(responses: Responses, people: int, columns: Sequence[int]) -> tuple[Floats, Floats, Floats]:
    """Return who wants and who is against each of these columns, (N, C) of 0 and 1 each, and how many answered, (C,).

    Example:
        >>> want, against, asked = tabled(Responses.of([0, 1], [5, 5], [1, -1]), 2, [5])
        >>> want.tolist(), against.tolist(), asked.tolist()
        ([[1.0], [0.0]], [[0.0], [1.0]], [2.0])
    """
    place = {column: number for number, column in enumerate(columns)}
    want, against = np.zeros((people, len(columns))), np.zeros((people, len(columns)))
    asked = np.zeros(len(columns))
    for person, column, stance in zip(
        responses.participant.tolist(), responses.desire.tolist(), responses.stance.tolist(), strict=True
    ):
        if column in place:
            asked[place[column]] += 1
            want[person, place[column]] = stance == 1
            against[person, place[column]] = stance == -1
    return want, against, asked


def is_sound(wants: Floats, against: Floats, asked: Floats) -> npt.NDArray[np.bool_]:
    """Return which columns may be lines by their counts: see `lines_of_few`. The arrays are of one shape.

    Example:
        >>> is_sound(np.array([2.0, 2.0, 1.0]), np.array([0.0, 1.0, 0.0]), np.array([3.0, 4.0, 1.0])).tolist()
        [True, False, False]
    """
    shared = (wants >= WANTED_LEAST) & (wants > _HALF * asked)
    return np.asarray(shared & (against / np.maximum(asked, 1) < AGAINST_MOST))


def in_turn(want: Floats, sound: npt.NDArray[np.bool_], count: int) -> list[int]:
    """Return at most `count` places of sound columns, in the order of choice: see `lines_of_few`; ties go to the first.

    Example:
        >>> in_turn(np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), np.array([True, True, True]), 2)
        [0, 1]
    """
    held, chosen = np.zeros(len(want)), list[int]()
    while len(chosen) < count:
        gain = (want / (1.0 + held)[:, None]).sum(0)
        gain[~sound] = -1.0
        gain[chosen] = -1.0
        best = int(np.argmax(gain)) if len(gain) else -1
        if best < 0 or gain[best] <= 0:
            break
        chosen.append(best)
        held += want[:, best]
    return chosen
