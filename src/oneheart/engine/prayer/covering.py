"""Covering: as many people as can be have a line of their own, and nobody pays for it with what they are owed.

A text chosen for share gives large parts several lines before a part that is too small for a whole one has any. Where
lines are left over, because no part is owed one, they serve more people as a first line than as a third.

Source: ours. Greatest coverage (Chamberlin & Courant 1983) among sets whose share index certifies EJR+.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire import shares

Floats = npt.NDArray[np.float64]
_LEAST_GAIN = 1e-4
_TRIED = 8


def cover(
    want: Floats, lines: Sequence[int], *, keep: int = 0, alike: npt.NDArray[np.bool_] | None = None
) -> tuple[int, ...]:
    """Return the lines, some of them exchanged so that more people are expected to have at least one.

    One line after another gives way to the column that brings most people their first line, as long as the share index
    stays at most 1, or at most where it was: no part loses what it is owed.

    Args:
        want: (N, M) P(want), answers taken as given.
        lines: places of the lines.
        keep: so many lines at the beginning stay.
        alike: (M, M) which two must not stand in one text.

    Notes:
        O(lines^2 N M) at most; few exchanges.

    Example:
        >>> want = np.array([[1, 1, 1, 0]] * 6 + [[0, 0, 0, 1]] * 2, float)
        >>> cover(want, (0, 1, 2))  # six in eight are owed two lines of three, not three
        (0, 1, 3)
    """
    chosen = list(lines)
    for _ in range(len(chosen) * 2):
        found = _exchange(want, chosen, keep, alike)
        if found is None:
            break
        chosen = found
    return tuple(chosen)


def _exchange(want: Floats, lines: list[int], keep: int, alike: npt.NDArray[np.bool_] | None) -> list[int] | None:
    """Return the lines after the exchange that covers most people, or None where none covers more."""
    most = max(1.0, shares.share_index(want, lines)[0])
    best, found = _LEAST_GAIN, None
    for place in range(len(lines) - 1, keep - 1, -1):
        rest = lines[:place] + lines[place + 1 :]
        without = np.prod(1.0 - want[:, rest], axis=1)
        gain = without @ want / len(want) - without @ want[:, lines[place]] / len(want)
        gain[lines] = -np.inf
        if alike is not None and rest:
            gain[alike[rest].any(0)] = -np.inf
        for new in np.argsort(-gain, kind="stable")[:_TRIED].tolist():
            if gain[new] <= best:
                break
            after = [*lines[:place], new, *lines[place + 1 :]]
            if shares.share_index(want, after)[0] <= most:
                best, found = float(gain[new]), after
                break
    return found
