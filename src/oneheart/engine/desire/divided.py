"""Desires on which answers differ most: by how many want a desire and how many are against it.

The spread of a desire is the standard deviation of what everybody would answer: 1 for want, 0 for not mine, -0.5 for
against. It follows from the shares of the whole gathering alone, so no groups are formed. Which desire is the very
first is hardly ever sure; whether one is among the third of all desires with the greatest spread often is.

Letters: M desires.

Source: ours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from oneheart import settings

Floats = npt.NDArray[np.float64]
DIVIDED_LEAST = 0.8
"""A desire is told as dividing people where its chance to be in that third is at least this."""
SHARE = 1 / 3
"""The part of all measured desires with the greatest spread."""
MOST = 5
"""The most desires that are told."""
_DRAWS = 200


def spread(want: Floats, against: Floats) -> Floats:
    """Return the standard deviation of the answers of all people, 0 to 0.75, of the same shape.

    Args:
        want: shares of people who want, 0 to 1.
        against: shares of people who are against, 0 to 1.

    Example:
        >>> spread(np.array([0.5, 1.0, 0.5]), np.array([0.5, 0.0, 0.0])).tolist()
        [0.75, 0.0, 0.5]
    """
    weight = settings.AGAINST_WEIGHT.value
    mean = want - weight * against
    return np.asarray(np.sqrt(np.maximum(want + weight**2 * against - mean**2, 0.0)))


def chance_of_most(
    want: Floats, want_error: Floats, against: Floats, against_error: Floats, *, rng: np.random.Generator
) -> Floats:
    """Return the chance that each desire is among the third with the greatest spread, (M,), 0 to 1.

    Args:
        want: (M,) shares of people who want.
        want_error: (M,) their standard errors.
        against: (M,) shares of people who are against.
        against_error: (M,) their standard errors.
        rng: draws shares; those of one desire are correlated as shares of the same answers are.

    Notes:
        O(draws M log M).

    Example:
        >>> want, no = np.array([0.5, 0.95, 0.9, 0.97]), np.array([0.5, 0.0, 0.05, 0.0])
        >>> error = np.full(4, 0.01)
        >>> chance_of_most(want, error, no, error, rng=np.random.default_rng(0)).round(1).tolist()
        [1.0, 0.0, 1.0, 0.0]
    """
    m = len(want)
    if not m:
        return np.zeros(0)
    odds = want * against / np.maximum((1.0 - want) * (1.0 - against), 1e-9)
    together = -np.sqrt(np.minimum(odds, 1.0))
    first, second = rng.standard_normal((2, _DRAWS, m))
    second = together * first + np.sqrt(1.0 - together**2) * second
    drawn_want = np.clip(want + want_error * first, 0.0, 1.0)
    drawn = spread(drawn_want, np.clip(against + against_error * second, 0.0, 1.0 - drawn_want))
    most = np.argsort(-drawn, axis=1, kind="stable")[:, : -int(-m * SHARE // 1)]
    return np.asarray(np.bincount(most.ravel(), minlength=m) / _DRAWS)


def most_divided(
    want: Floats, want_error: Floats, against: Floats, against_error: Floats, *, rng: np.random.Generator
) -> list[tuple[int, float, float]]:
    """Return place, spread and chance of at most five desires that are surely enough among the most divided third.

    The greatest spread first. Fewer than five, or none, where little is sure.

    Args: as for `chance_of_most`.
    """
    chance = chance_of_most(want, want_error, against, against_error, rng=rng)
    width = spread(want, against)
    order = np.argsort(-width, kind="stable")[:MOST].tolist()
    return [(place, float(width[place]), float(chance[place])) for place in order if chance[place] >= DIVIDED_LEAST]
