"""Local search that gives more people a line of their own without raising the share index above 1.

Proportional approval gives a large part several lines before a small part has one. Where no part is owed a line, an
exchange can serve more people: a first line for somebody instead of a third for somebody else.

Source: ours. Greatest coverage (Chamberlin & Courant 1983) among sets whose share index certifies EJR+.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire import shares

Floats = npt.NDArray[np.float64]
_LEAST_GAIN = 1e-3  # of all people; less is within the error of any estimate, and never worth a part's line
_TRIED = 8


def cover(
    want: Floats, lines: Sequence[int], *, keep: int = 0, alike: npt.NDArray[np.bool_] | None = None
) -> tuple[int, ...]:
    """Return the lines after exchanges that raise the expected share of people with at least one line.

    Each step makes the best single exchange and stops where none gives a thousandth of the people a line.
    The share index stays at most 1, or at most what it was before, so that no part loses a line that it is owed.

    Args:
        want: (N, M) P(want), 0 to 1; 0 or 1 where the person answered.
        lines: columns of the lines.
        keep: how many lines at the beginning must stay.
        alike: (M, M) pairs that must not stand in one text.

    Returns:
        As many columns as `lines`; a new one takes the place of the one that it replaces.

    Notes:
        O(lines^2 N M) at most; few exchanges.

    Example:
        >>> want = np.array([[1, 1, 1, 0]] * 6 + [[0, 0, 0, 1]] * 2, float)
        >>> cover(want, (0, 1, 2))  # six of eight people are owed two lines of three, not three
        (0, 1, 3)
    """
    chosen = list(lines)
    for _ in range(len(chosen) * 2):
        exchanged = _exchange(want, chosen, keep, alike)
        if exchanged is None:
            break
        chosen = exchanged
    return tuple(chosen)


def _exchange(want: Floats, lines: list[int], keep: int, alike: npt.NDArray[np.bool_] | None) -> list[int] | None:
    """Return the lines after the exchange that covers most people, or None where no exchange covers more."""
    most = max(1.0, shares.share_index(want, lines)[0])
    best, exchanged = _LEAST_GAIN, None
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
                best, exchanged = float(gain[new]), after
                break
    return exchanged
