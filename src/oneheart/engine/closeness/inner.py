"""Inner closeness: how far the desires of a gathering are one, from answers alone, never from being near.

Source: U-statistic over pairs by the identity (S^2 - Q) / (n (n - 1)); intervals by influence functions, clustered
on circles (Liang & Zeger 1986); ours in this use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
_LEAST_CIRCLES = 5


@dataclass(frozen=True, slots=True)
class Oneness:
    """P(two people drawn at random answer alike, toward or against) - P(they are opposed), mean over desires.

    Attributes:
        value: -1 (always opposed) to 1 (always alike); "not mine" counts as neither.
        low: lower end of the interval, in which it lies nine times in ten unless another level was asked for.
        high: upper end.
        desires: desires with at least two answers; all weigh the same.
        people: people with at least one answer to them.
        clustered: the interval takes whole circles, not single people, as drawn.
    """

    value: float
    low: float
    high: float
    desires: int
    people: int
    clustered: bool


def oneness(
    responses: Responses,
    participant_count: int,
    desire_count: int,
    circle_of: npt.NDArray[np.int32] | None = None,
    *,
    level: float = 0.9,
) -> Oneness | None:
    """Return the oneness of a gathering, or None where no desire has two answers.

    Args:
        responses: last response per pair.
        participant_count: N.
        desire_count: M.
        circle_of: (N,) circle of each person, -1 for none; used when everybody who answered has one of at
            least five circles.
        level: how often the interval holds the truth, over gatherings drawn alike.

    Notes:
        O(responses), never pairs.

    Example:
        >>> oneness(Responses.of([0, 1], [0, 0], [1, 1]), 2, 1).value
        1.0
    """
    y = responses.stance.astype(np.float64)
    j = responses.desire
    n = np.bincount(j, minlength=desire_count).astype(np.float64)
    total = np.bincount(j, y, minlength=desire_count)
    squares = np.bincount(j, y * y, minlength=desire_count)
    used = n >= 2  # noqa: PLR2004  a pair needs two people
    count = int(used.sum())
    if count == 0:
        return None
    per_desire = np.where(used, (total * total - squares) / np.maximum(n * (n - 1), 1), 0.0)
    value = float(per_desire[used].mean())
    others = (total[j] - y) / np.maximum(n[j] - 1, 1)
    push = np.where(used[j], 2 * (y * others - per_desire[j]) / n[j] / count, 0.0)
    influence = np.bincount(responses.participant, push, minlength=participant_count)
    who = np.unique(responses.participant[used[j]])
    influence = influence[who]
    clustered = False
    if circle_of is not None and (circle_of[who] >= 0).all() and len(np.unique(circle_of[who])) >= _LEAST_CIRCLES:
        _, group = np.unique(circle_of[who], return_inverse=True)
        influence = np.bincount(group, influence)
        clustered = True
    from scipy import stats  # noqa: PLC0415  heavy, and not needed for the part of one person

    units = len(influence)
    error = float(np.sqrt((influence**2).sum() * units / max(units - 1, 1)))
    reach = float(stats.t.ppf((1 + level) / 2, max(units - 1, 1))) * error
    return Oneness(value, max(-1.0, value - reach), min(1.0, value + reach), count, len(who), clustered)


def parts(responses: Responses, participant_count: int, desire_count: int) -> Floats:
    """Return each person's part in the whole, (N,): mean over their answers of answer times the others' mean.

    -1 to 1; nan for people without an answer to a desire that somebody else answered too (not measured, which is
    not zero). The leave-one-out mean keeps a person from agreeing with themselves. O(responses).

    Example:
        >>> parts(Responses.of([0, 1, 2], [0, 0, 0], [1, 1, -1]), 3, 1).tolist()
        [0.0, 0.0, -1.0]
    """
    y = responses.stance.astype(np.float64)
    j = responses.desire
    n = np.bincount(j, minlength=desire_count)
    total = np.bincount(j, y, minlength=desire_count)
    used = n[j] >= 2  # noqa: PLR2004
    term = y * (total[j] - y) / np.maximum(n[j] - 1, 1)
    answered = np.bincount(responses.participant[used], minlength=participant_count)
    summed = np.bincount(responses.participant[used], term[used], minlength=participant_count)
    return np.where(answered > 0, summed / np.maximum(answered, 1), np.nan)


def oneness_of(
    want: npt.NDArray[np.int32], against: npt.NDArray[np.int32], seen: npt.NDArray[np.int32], *, least: int
) -> float | None:
    """Return the oneness of a live gathering from its counts, without a range, or None where it is not measured.

    Args:
        want: (M,) how many people want each desire.
        against: (M,) how many are against it.
        seen: (M,) how many answered it.
        least: a desire counts only where so many people answered it.

    Notes:
        O(M). The same as `oneness` over the desires that count.

    Example:
        >>> four = np.array([4], np.int32)
        >>> oneness_of(four, 0 * four, four, least=4), oneness_of(four, 0 * four, four, least=5)
        (1.0, None)
    """
    used = seen >= max(least, 2)
    if not used.any():
        return None
    n, yes, no = (counts[used].astype(np.float64) for counts in (seen, want, against))
    return float((((yes - no) ** 2 - yes - no) / (n * (n - 1))).mean())


def part_of(
    answered: Mapping[int, int],
    seen: npt.NDArray[np.int32],
    want: npt.NDArray[np.int32],
    against: npt.NDArray[np.int32],
    *,
    least_others: int,
) -> float | None:
    """Return one person's part, from the counts of a live gathering, or None where it cannot be measured.

    As `parts`, over what the person wants alone: a "not mine" would otherwise count as if it took part away, and
    being against what others are against is not yet to want something with them.

    Args:
        answered: the person's stances by desire.
        seen: (M,) how many people answered each desire, this person among them.
        want: (M,) how many want it.
        against: (M,) how many are against it.
        least_others: a desire counts only where so many others answered it.

    Returns:
        -1 (all others are against it) to 1 (all others want it too); None without a want that enough others answered.

    Example:
        >>> counts = (np.array([9], np.int32), np.array([7], np.int32), np.array([0], np.int32))
        >>> part_of({0: 1}, *counts, least_others=5), part_of({0: 0}, *counts, least_others=5)
        (0.75, None)
    """
    terms = [
        (int(want[desire]) - 1 - int(against[desire])) / (int(seen[desire]) - 1)
        for desire, stance in answered.items()
        if stance > 0 and seen[desire] > max(least_others, 1)
    ]
    return sum(terms) / len(terms) if terms else None
