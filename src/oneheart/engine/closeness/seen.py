"""What a measured effect lets one say: the stricter of its interval and its test by exchanging people at random.

The interval asks what other people of this kind would have shown (a jackknife, or the random draws turned round). The
test asks what chance alone would have shown among these people. They can differ, and then nothing is claimed.

Source: ours; 19 in 20 is the usual level.
"""

from __future__ import annotations

import math
from typing import Literal

Seen = Literal["with", "against", "unseen"]
SURE = 0.05


def seen(effect: float | None, low: float | None, high: float | None, p: float | None) -> Seen:
    """Return "with" or "against" where interval and test both exclude no effect, else "unseen".

    Args:
        effect: the effect; only its sign counts.
        low: lower end of its 95 % interval; None for an end that is not finite.
        high: upper end.
        p: two-sided p-value of the test.

    Example:
        >>> seen(0.2, 0.1, 0.3, 0.01), seen(0.2, -0.1, 0.5, 0.01), seen(-0.2, -0.3, -0.1, 0.2)
        ('with', 'unseen', 'unseen')
    """
    if effect is None or not (by_test(p) and by_interval(low, high)):
        return "unseen"
    return "with" if effect > 0 else "against"


def by_test(p: float | None) -> bool:
    """Return whether the test alone excludes no effect."""
    return p is not None and p <= SURE


def by_interval(low: float | None, high: float | None) -> bool:
    """Return whether the interval alone excludes no effect; an interval without an end excludes nothing.

    Example:
        >>> by_interval(0.1, 0.2), by_interval(-0.1, 0.2), by_interval(0.0, 0.2), by_interval(None, 0.2)
        (True, False, False, False)
    """
    return low is not None and high is not None and (low > 0 or high < 0)


def in_hundred_of_correlation(effect: float) -> float:
    """Return the chance that of two cases the one with more of one thing has more of the other too, 0 to 1.

    Exact for two normal quantities of this correlation, and near for others.

    Source: Dunlap 1994, the common language effect size of a correlation.

    Example:
        >>> in_hundred_of_correlation(0.0), in_hundred_of_correlation(1.0), round(in_hundred_of_correlation(0.229), 3)
        (0.5, 1.0, 0.574)
    """
    return 0.5 + math.asin(max(-1.0, min(1.0, effect))) / math.pi


def in_hundred_of_difference(effect: float) -> float:
    """Return the chance that of a case in one group and one in another the first has more, 0 to 1.

    Args:
        effect: difference of the means in standard deviations.

    Source: McGraw and Wong 1992; exact for normal quantities of one spread, and near for others.

    Example:
        >>> in_hundred_of_difference(0.0), round(in_hundred_of_difference(0.229), 3)
        (0.5, 0.564)
    """
    return 0.5 * math.erfc(-effect / 2)
