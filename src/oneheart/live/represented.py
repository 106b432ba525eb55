"""Represented: how far people find themselves in a text, asked after it was said.

It is counted by itself and is never mixed with the verdict. Nothing is told of fewer than 30 people: in steps of k
people their mean would be off by a point or more, and ten who all said 6 would read 7.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from oneheart.engine import disclosure
from oneheart.engine.bounds import lower_bound
from oneheart.live.state import State

REPRESENTED_MOST = 7
_ERROR = 0.05  # of both bounds together


def represented_mean(state: State, sealed: int) -> tuple[float, float, float] | None:
    """Return `mean_of` all present answers to one text."""
    return mean_of(state.company.apart.represented.get(sealed, {}).values())


def enough(people: int) -> bool:
    """Return whether a step of k of these people moves their mean by one point at most.

    Example:
        >>> enough(29), enough(30)
        (False, True)
    """
    return disclosure.step_of(people) >= REPRESENTED_MOST - 1


def mean_of(answers: Collection[int]) -> tuple[float, float, float] | None:
    """Return the mean of answers to one text, 1 to 7, and its 95 % interval, in steps of k; None below 30 people.

    The interval is anytime-valid for people in random order; who is silent is no random sample, so it says nothing of
    them.
    """
    values = np.array(list(answers), np.float64)
    shares = np.sort((values - 1) / (REPRESENTED_MOST - 1))
    if not enough(len(shares)):
        return None
    low = lower_bound(shares, _ERROR / 2, rng=np.random.default_rng(0))
    high = 1 - lower_bound(1 - shares, _ERROR / 2, rng=np.random.default_rng(0))
    middle = disclosure.release_share(float(shares.mean()), len(shares))
    under = disclosure.release_share(low, len(shares), down=True)
    over = disclosure.release_share(1 - high, len(shares), down=True)  # outward, as the lower end
    mean, low_told, high_told = (
        1 + (REPRESENTED_MOST - 1) * (share or 0.0) for share in (middle, under, 1 - (over or 0))
    )
    return mean, min(low_told, mean), max(high_told, mean)
