"""Foreseen: the chance of each desire to become a line of the text, while answers still come.

The lines that would be chosen now come first, then those that would follow them, then what lies near the border.

Source: ours. Lines are foreseen by the steps of `choosing`: common ground, then proportional share, on expected wants.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from oneheart.engine.desire.shares import harmonic_gain
from oneheart.engine.prayer.choosing import COMMON_LEAST

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

AHEAD = 2  # times as many lines are foreseen as the text can have
BEYOND = 3, 0.1  # beyond so many times the lines, a chance counts only this share: there are many such desires
_LEAST_DEVIATION = 1e-3


def line_chances(drawn: Floats, want: Floats, lines: int, among: Bools) -> Floats:
    """Return for each desire the chance to become a line of the text, (M,), 0 to 1; 0 for what cannot be one.

    It is the greater of two numbers: its place among the lines that would be chosen now, and those that would follow
    (1 for the first, falling evenly to 0 after `AHEAD` times the lines), and the chance that its worst fifth passes
    the border of the best few. Of desires beyond three times the lines it is a tenth of that.

    Args:
        drawn: (S, M) worst fifth of net support in S posterior draws.
        want: (people, M) P(want) of a sample of people, 0 to 1.
        lines: the most lines of the text, 1 or more.
        among: (M,) desires that may be lines.

    Notes:
        O(lines people M).

    Example:
        >>> drawn = np.array([[0.9, 0.5, 0.1, 0.4], [0.8, 0.5, 0.0, 0.5]])
        >>> want = np.array([[0.9, 0.7, 0.2, 0.7], [0.9, 0.7, 0.2, 0.7]])
        >>> line_chances(drawn, want, 1, np.array([True, True, True, False])).round(2).tolist()
        [1.0, 0.5, 0.0, 0.0]
    """
    out = np.zeros(drawn.shape[1])
    columns = np.flatnonzero(among)
    if not len(columns):
        return out
    mean, deviation = drawn[:, columns].mean(0), np.maximum(drawn[:, columns].std(0), _LEAST_DEVIATION)
    if lines >= len(columns):
        out[columns] = 1.0
        return out
    border = np.sort(mean)[-lines - 1 : len(mean) - lines + 1].mean()
    out[columns] = special.ndtr((mean - border) / deviation)
    foreseen = _foreseen(mean, want[:, columns], AHEAD * lines)
    place = 1.0 - np.arange(len(foreseen)) / (AHEAD * lines)
    out[columns[foreseen]] = np.maximum(out[columns[foreseen]], place)
    times, share = BEYOND
    out[np.argsort(-out, kind="stable")[times * lines :]] *= share
    return out


def _foreseen(mean: Floats, want: Floats, count: int) -> list[int]:
    """Return the columns of the lines that would be chosen, the first first: common ground, then proportional share."""
    order = np.argsort(-mean, kind="stable")
    chosen = [int(column) for column in order if mean[column] >= COMMON_LEAST][:count]
    while len(chosen) < min(count, len(mean)):
        gain = harmonic_gain(want, chosen) @ want
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
    return chosen
