"""Best guess: how often the best possible guess of one answer is right, from a total of all and nine known answers.

It is computed, not played, for the rounds of `tests.privacy.attacker`: circles of ten, an answer that is a coin toss,
and a share of wants that is drawn for each desire. So it says how much of what the attacker learns is in the total
itself, whatever its steps: the total of few people, most of them unknown, tells a little of each.

Run it: ``python -m tests.privacy.best_guess``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tests.privacy.attacker import CIRCLES, LIKED, TEN

Floats = npt.NDArray[np.float64]
_GRID = 400


def binomial(people: int, share: Floats) -> Floats:
    """Return the chance of each count of people who want a desire, (people + 1, shares)."""
    out = np.ones((1, len(share)))
    for _ in range(people):
        grown = np.zeros((len(out) + 1, len(share)))
        grown[:-1] += out * (1 - share)
        grown[1:] += out * share
        out = grown
    return out


def best_guess(step: int, *, circles: int = CIRCLES, ten: int = TEN, spread: int = 0) -> float:
    """Return how often the best guess of the tenth answer is right, 0.5 to 1.

    Args:
        step: the total is told in whole steps of so many people; 1 for exactly.
        circles: number of circles.
        ten: people in each; the attacker knows all but one of the first.
        spread: a random number from 0 to so many is taken from the total before it is rounded; 0 for nothing.

    Example:
        >>> round(best_guess(5), 3)
        0.545
    """
    share = LIKED[0] + (LIKED[1] - LIKED[0]) * (np.arange(_GRID) + 0.5) / _GRID
    known, others = binomial(ten - 1, share), binomial((circles - 1) * ten, share)
    right = 0.0
    for wants in range(ten):
        rest = (others * known[wants]).mean(1)  # joint chance of these known answers and each count of the others
        told = [np.zeros(circles * ten + 2) for _ in range(2)]
        for stance in (0, 1):
            for count, chance in enumerate(rest.tolist()):
                for less in range(spread + 1):
                    told[stance][max(0, count + wants + stance - less) // step] += chance / (spread + 1)
        right += 0.5 * float(np.maximum(told[0], told[1]).sum())
    return right


def main() -> None:
    """Print the best guess for some steps and sizes of the hall."""
    for circles in (2, 4, 10, 40):
        told = ", ".join(f"{step}: {best_guess(step, circles=circles):.3f}" for step in (1, 5, 10, 20))
        print(f"{circles * TEN} people, total in steps of {told}")


if __name__ == "__main__":
    main()
