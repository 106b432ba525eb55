"""Confidence bounds for a mean that hold at every sample size (anytime-valid), by betting.

Source: Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting" (2024), predictable
plug-in bets; written anew.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_STEPS = 30
_MOST_BET = 0.75


def lower_bound(sample: Floats, error: float, *, rng: np.random.Generator) -> float:
    """Return a lower confidence bound for the mean of values in 0..1, at level 1 - `error`.

    The values are taken in random order. The bound holds for every number of values and at every stopping time. Without
    values it is 0: nothing is known.

    Notes:
        O(30 n).

    Example:
        >>> lower_bound(np.ones(200), 0.05, rng=np.random.default_rng(0)) > 0.9
        True
    """
    n = len(sample)
    if n == 0:
        return 0.0
    values = rng.permutation(sample)
    step = np.arange(1, n + 1)
    mean = (0.5 + np.cumsum(values)) / (step + 1)
    variance = (0.25 + np.cumsum((values - mean) ** 2)) / (step + 1)
    before = np.concatenate([[0.25], variance[:-1]])
    bet = np.sqrt(2 * np.log(1 / error) / (n * before))
    low, high = 0.0, float(values.mean())
    for _ in range(_STEPS):
        middle = (low + high) / 2
        stake = np.minimum(bet, _MOST_BET / max(middle, 1e-6))
        wealth = np.cumsum(np.log1p(stake * (values - middle)))
        if wealth.max() >= np.log(1 / error):
            low = middle
        else:
            high = middle
    return low
