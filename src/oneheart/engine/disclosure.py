"""The one gate through which every count of people passes before anybody sees it.

A count of fewer than k people is never released, nor one that a subtraction from the other numbers gives. Shares of
few people are released in steps of k people, so that a share times a total is no hidden count either.

Source: primary and secondary cell suppression (Willenborg & de Waal 2001); the rule for ties, which keeps somebody
who knows the algorithm from undoing it, is ours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from oneheart import settings

K = int(settings.K_ANONYMITY.value)
Band = Literal["most", "some", "few"]


def release_count(count: int, total: int | None = None, k: int = K) -> int | None:
    """Return a count of people, or None where it may not be shown.

    Args:
        count: people counted; 0 may be shown.
        total: the known number of whom `count` is a part; its rest must be 0 or at least k as well. None where no
            total is known.
        k: the least number of people that may be seen.

    Raises:
        ValueError: for a count below 0 or above its total.

    Example:
        >>> release_count(12), release_count(4), release_count(38, 40), release_count(30, 40)
        (12, None, None, 30)
    """
    if count < 0 or (total is not None and count > total):
        message = "a count must lie between 0 and its total"
        raise ValueError(message)
    if total is not None:
        return release_counts((count, total - count), k)[0]
    return count if count == 0 or count >= k else None


def release_counts(counts: Sequence[int], k: int = K) -> tuple[int | None, ...]:
    """Return each cell of a partition of a known total, or None where it is withheld.

    Nothing of a total below k is shown. Of a total below 2 k no cell is shown either: cells would be all, nobody, or
    few; `release_band` gives a word instead. Above that, cells of 1 to k - 1 are withheld, and then the smallest other
    cells (all of the same size together) until at least two cells are withheld and hold 2 k people or more in sum.

    Args:
        counts: people in each cell; every person of the total is in one.
        k: the least number of people that may be seen.

    Raises:
        ValueError: for a count below 0.

    Notes:
        O(cells log cells).

    Example:
        >>> release_counts((30, 7, 12))
        (30, 7, 12)
        >>> release_counts((30, 12, 3))
        (30, None, None)
        >>> release_counts((12, 0, 0)), release_counts((8, 0, 0))
        ((12, 0, 0), (None, None, None))
    """
    if any(count < 0 for count in counts):
        message = "a count must not be below 0"
        raise ValueError(message)
    if sum(counts) < 2 * k:
        return (None,) * len(counts)
    hidden = {place for place, count in enumerate(counts) if 0 < count < k}
    if hidden:
        rest = sorted({count for count in counts if count >= k})
        for size in rest:
            if len(hidden) > 1 and sum(counts[place] for place in hidden) >= 2 * k:
                break
            hidden |= {place for place, count in enumerate(counts) if count == size}
    return tuple(None if place in hidden else count for place, count in enumerate(counts))


def release_band(count: int, total: int, k: int = K) -> Band | None:
    """Return a word for a share: "most" (two thirds or more), "few" (less than a third), "some"; None below k.

    Each word stands for two counts or more, so that it never tells that all or nobody did.

    Example:
        >>> release_band(8, 8), release_band(7, 8), release_band(0, 8), release_band(2, 3)
        ('most', 'most', 'few', None)
    """
    if total < k:
        return None
    return share_band(count / total)


def share_band(share: float) -> Band:
    """Return the word for a share from 0 to 1.

    Example:
        >>> share_band(0.5)
        'some'
    """
    if share >= 2 / 3:
        return "most"
    return "few" if share < 1 / 3 else "some"


def release_share(share: float, people: int, k: int = K, *, down: bool = False) -> float | None:
    """Return a share (or a mean of people's values) in equal steps of k people or more, or None below 2 k people.

    Args:
        share: mean over `people` of values, usually 0 to 1.
        people: how many the mean is over.
        k: the least number of people that may be seen.
        down: never above the share itself, for what is said to be "at least".

    Example:
        >>> release_share(0.97, 60), release_share(0.97, 1000), release_share(0.9, 9)
        (1.0, 0.97, None)
    """
    if people < 2 * k:
        return None
    steps = people // k
    return (math.floor(share * steps + 1e-9) if down else round(share * steps)) / steps


def release_distribution(shares: Sequence[float], people: int, k: int = K) -> tuple[float, ...] | None:
    """Return shares that add up to 1, each in steps of k people, or None for fewer than 2 k people.

    The running sum is rounded, so that the parts still add up to 1.

    Example:
        >>> release_distribution((0.02, 0.38, 0.6), 50)
        (0.0, 0.4, 0.6)
    """
    if people < 2 * k:
        return None
    running, before, out = 0.0, 0.0, []
    for place, share in enumerate(shares):
        running += share
        upto = 1.0 if place == len(shares) - 1 else release_share(min(running, 1.0), people, k) or 0.0
        out.append(round(upto - before, 9))
        before = upto
    return tuple(out)
