"""Posterior draws of what people want: the rows from which a set of lines is chosen.

Of a person who answered eight cards of two hundred little is known, and their chances of wanting two desires are
correlated: a person who shares a theme wants all its desires. Chances multiplied as if they were independent promise
that five lines of the largest theme serve nearly everybody. So each person has several rows: their tastes are drawn
from the posterior, and given the tastes the wants are independent by the model.

Letters: N people, M desires, S draws of each person. Rows of one person stand together.

Source: ours; draws in pairs of opposite sign (Hammersley & Morton 1956).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.calibration import Chances
from oneheart.engine.desire.passes import Pass
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
Reals = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.intp]
ROWS = 16_384
_DRAWS_MOST = 64
_BLOCK_CELLS = 4_000_000


def draw_count(people: int) -> int:
    """Return S, how often each of so many people is drawn: a power of two, fewer the more people there are.

    The choice depends on means over all rows, so the sampling error falls with N S, which is about sixteen thousand.

    Example:
        >>> [draw_count(people) for people in (1, 200, 1000, 7000, 100_000)]
        [64, 64, 16, 2, 1]
    """
    count = _DRAWS_MOST
    while count > 1 and count * people > ROWS:
        count //= 2
    return count


def drawn_wants(
    chances: Chances, people: Ints, columns: Sequence[int] | Ints, responses: Responses, *, rng: np.random.Generator
) -> Reals:
    """Return P(want) of these people, each drawn S times, (N S, columns), 0 to 1; an answer is taken as given: 0 or 1.

    Args:
        chances: of the model that was fitted to the responses.
        people: its rows, ascending; N of them. S is `draw_count(N)`.
        columns: of the desires that are asked for.
        responses: last responses; "not mine" and "against" both count as not wanted, not asked is not given.
        rng: draws the tastes of each person.

    Notes:
        O(N S (columns K + D^2)) time, in blocks; memory of the result.

    Example:
        >>> from oneheart.engine.desire.response_model import fit
        >>> answers = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, 0, 1, 1])
        >>> model = fit(answers, 3, 2, rng=np.random.default_rng(0))
        >>> want = drawn_wants(model, np.arange(3), [0, 1], answers, rng=np.random.default_rng(0))
        >>> want.shape, want[:64].min(0).tolist(), float(want[128:, 0].min())  # the third answered the first
        ((192, 2), [1.0, 0.0], 1.0)
    """
    places = np.asarray(columns, np.intp)
    count = draw_count(len(people))
    asked = chances.of_desires(places)
    want = np.empty((len(people), count, len(places)), kept_kind(len(people) * count * len(places)))
    step = max(1, _BLOCK_CELLS // max(1, count * len(places)))
    for first in range(0, len(people), step):
        block = people[first : first + step]
        drawn = asked.with_people_drawn(block, count, rng=rng)
        want[first : first + step] = Pass(drawn).all()[0].reshape(len(block), count, len(places))
    take_as_given(want, people, places, responses)
    return want.reshape(len(people) * count, len(places))


def kept_kind(cells: int) -> type[np.float32 | np.float64]:
    """Return the precision in which so many chances are kept: single above four million, which would take 32 MB.

    Example:
        >>> kept_kind(1000).__name__, kept_kind(5_000_000).__name__
        ('float64', 'float32')
    """
    return np.float32 if cells > _BLOCK_CELLS else np.float64


def take_as_given(want: Reals | npt.NDArray[np.bool_], people: Ints, columns: Ints, responses: Responses) -> None:
    """Overwrite `want` (N, S, columns) in place with every answer to these columns: 1 for want, else 0. O(answers).

    Example:
        >>> want = np.full((2, 1, 1), 0.4)
        >>> take_as_given(want, np.array([5, 7]), np.array([3]), Responses.of([7, 7], [3, 4], [1, 1]))
        >>> want.ravel().tolist()
        [0.4, 1.0]
    """
    answered, row, place = given_at(people, columns, responses)
    want[row, :, place] = (responses.stance[answered] == 1)[:, None]


def given_at(people: Ints, columns: Ints, responses: Responses) -> tuple[Ints, Ints, Ints]:
    """Return which responses are of these people to these columns, and their places in `people` and `columns`.

    Example:
        >>> [part.tolist() for part in given_at(np.array([5, 7]), np.array([3]), Responses.of([7, 7], [3, 4], [1, 1]))]
        [[0], [1], [0]]
    """
    if not len(people) or not len(columns):
        nothing = np.zeros(0, np.intp)
        return nothing, nothing, nothing
    by_column = np.argsort(columns, kind="stable")
    row = np.minimum(np.searchsorted(people, responses.participant), len(people) - 1)
    place = by_column[np.minimum(np.searchsorted(columns, responses.desire, sorter=by_column), len(columns) - 1)]
    answered = np.flatnonzero((people[row] == responses.participant) & (columns[place] == responses.desire))
    return answered, row[answered], place[answered]


def of_each(values: Floats, people: int) -> Floats:
    """Return the mean over the draws of each person: rows (N S, ...) become rows (N, ...).

    Example:
        >>> of_each(np.array([0.0, 1.0, 1.0, 1.0]), 2).tolist()
        [0.5, 1.0]
    """
    if people == 0:
        return values[:0]
    return np.asarray(values.reshape(people, -1, *values.shape[1:]).mean(1))
