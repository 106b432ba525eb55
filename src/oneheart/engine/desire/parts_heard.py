"""When a part of a gathering was heard, and when it may refuse: the same for a report and for a live text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from oneheart.engine.distributions import betas_above

Counts = npt.NDArray[np.int64]

HEARD_LEAST = 3
"""Answers of a small part from which on it was heard; of fewer people, all of them."""
AGAINST_SURE = 0.1
"""Chance that half of a part is against a line, above which the part may refuse it."""


def heard_least(members: Counts | int) -> Counts:
    """Return how many answers a part needs to be heard, from the number of its people.

    Example:
        >>> heard_least(np.array([0, 2, 3, 40])).tolist()
        [0, 2, 3, 3]
    """
    return np.minimum(HEARD_LEAST, members)


def may_refuse(against: Counts | int, heard: Counts | int) -> npt.NDArray[np.bool_]:
    """Return whether a part may refuse a line: half of it may be against, and somebody is.

    The chance is that of a Beta posterior with a uniform prior. Source: ours.

    Args:
        against: answers against the line, 0 to `heard`.
        heard: answers of the part.

    Example:
        >>> may_refuse(np.array([0, 1, 3, 4]), np.array([1, 12, 12, 12])).tolist()
        [False, False, False, True]
    """
    chance = betas_above(1 + np.asarray(against), 1 + np.asarray(heard) - np.asarray(against), 0.5)
    return np.asarray((chance > AGAINST_SURE) & (np.asarray(against) > 0))
