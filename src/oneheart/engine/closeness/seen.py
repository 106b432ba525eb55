"""What a measured effect lets one say: the stricter of its interval and its test by exchanging people at random.

The interval asks what other people of this kind would have shown (a jackknife, or the random draws turned round). The
test asks what chance alone would have shown among these people. They can differ, and then nothing is claimed.

Source: ours; 19 in 20 is the usual level.
"""

from __future__ import annotations

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
