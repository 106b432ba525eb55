"""Inner closeness: how far the desires of a gathering agree, computed from answers only, never from presence.

Routed answers are no sample: cards go where it is not yet clear what is common, so oneness of all answers comes out too
low. Where it is known which answers were probes, only these are given to `oneness`.

Source: U-statistic over pairs by the identity (S^2 - Q) / (n (n - 1)); confidence intervals by influence functions,
clustered on circles (Liang & Zeger 1986); ours in this use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.engine.distributions import student_quantile
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
_LEAST_CIRCLES = 5


@dataclass(frozen=True, slots=True)
class Oneness:
    """P(two random people give the same answer, for or against) - P(they give opposite ones), mean over desires.

    Attributes:
        value: -1 (always opposite) to 1 (always the same); an answer "not mine" counts as neither.
        low: lower end of the confidence interval, of 90 % unless `oneness` was called with another level.
        high: upper end.
        desires: number of desires with at least two answers; all have the same weight.
        people: number of people with at least one answer to them.
        clustered: whether the interval takes circles, not single people, as the sampled units.
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
        responses: last response of each person to each desire; only probes, where cards are routed.
        participant_count: N.
        desire_count: M.
        circle_of: (N,) circle of each person, -1 for none. Circles are the sampled units where everybody who answered
            has one and there are at least five.
        level: confidence level of the interval, 0 to 1.

    Notes:
        O(responses), never pairs.

    Example:
        >>> oneness(Responses.of([0, 1], [0, 0], [1, 1]), 2, 1).value
        1.0
    """
    counts = _Counts.of(responses, desire_count)
    used = counts.n >= 2  # noqa: PLR2004  a pair needs two people
    count = int(used.sum())
    if count == 0:
        return None
    per_desire = np.where(used, (counts.total**2 - counts.squares) / np.maximum(counts.n * (counts.n - 1), 1), 0.0)
    value = float(per_desire[used].mean())
    # n - 1 lies between n, which holds too seldom where few answered a desire, and n - 2 of the jackknife, too often
    weight = np.where(used, 2 / np.maximum(counts.n - 1, 1) / count, 0.0)[:, None]
    pushed = weight * (_STANCES * counts.others() - per_desire[:, None])
    # of two answers neither can be left out: what is at stake is the desire's difference from all desires
    pushed = np.where((counts.n == 2)[:, None], (per_desire[:, None] - value) / count, pushed)  # noqa: PLR2004
    influence = counts.summed(pushed, responses.participant, participant_count)
    who = np.flatnonzero(counts.summed(used[:, None], responses.participant, participant_count))
    influence = influence[who]
    clustered = False
    if circle_of is not None and (circle_of[who] >= 0).all():
        there = np.bincount(circle_of[who]) > 0
        clustered = int(there.sum()) >= _LEAST_CIRCLES
        if clustered:
            influence = np.asarray(np.bincount(circle_of[who], influence)[there], np.float64)
    units = len(influence)
    error = float(np.sqrt((influence**2).sum() * units / max(units - 1, 1)))
    reach = student_quantile(max(units - 1, 1), (1 + level) / 2) * error
    return Oneness(value, max(-1.0, value - reach), min(1.0, value + reach), count, len(who), clustered)


def parts(responses: Responses, participant_count: int, desire_count: int) -> Floats:
    """Return each person's part in the whole, (N,): the mean over their answers of answer times the others' mean.

    -1 to 1. It is nan, not zero, for a person without an answer to a desire that somebody else answered too. The
    others' mean leaves the person out (leave-one-out), so that nobody agrees with themselves. O(responses).

    Example:
        >>> parts(Responses.of([0, 1, 2], [0, 0, 0], [1, 1, -1]), 3, 1).tolist()
        [0.0, 0.0, -1.0]
    """
    counts = _Counts.of(responses, desire_count)
    used = (counts.n >= 2)[:, None]  # noqa: PLR2004
    terms = np.where(used, _STANCES * counts.others(), 0.0)
    answered = counts.summed(used, responses.participant, participant_count)
    summed = counts.summed(terms, responses.participant, participant_count)
    return np.where(answered > 0, summed / np.maximum(answered, 1), np.nan)


_STANCES = np.array([-1.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """Counts of the answers to each desire.

    What depends on a desire and a stance alone is computed M x 3 times and looked up for each answer.

    Attributes:
        cell: (answers,) 3 x desire + stance + 1.
        n: (M,) answers.
        total: (M,) sum of stances.
        squares: (M,) sum of their squares.
    """

    cell: npt.NDArray[np.intp]
    n: Floats
    total: Floats
    squares: Floats

    @classmethod
    def of(cls, responses: Responses, desire_count: int) -> _Counts:
        """Return the counts of a gathering."""
        cell = responses.desire.astype(np.intp)
        cell *= 3
        cell += responses.stance
        cell += 1
        against, neither, want = np.bincount(cell, minlength=3 * desire_count).reshape(-1, 3).T.astype(np.float64)
        return cls(cell, against + neither + want, want - against, want + against)

    def others(self) -> Floats:
        """Return the mean stance of the other people for a person of each stance, (M, 3); 0 where there are none."""
        return np.asarray((self.total[:, None] - _STANCES) / np.maximum(self.n[:, None] - 1, 1))

    def summed(
        self, table: Floats | npt.NDArray[np.bool_], participant: npt.NDArray[np.int32], participant_count: int
    ) -> Floats:
        """Return the sum over each person's answers, (N,), of the cells of a table (M, 3) or (M, 1)."""
        wide = np.ascontiguousarray(np.broadcast_to(table, (len(self.n), 3)), np.float64)
        return np.asarray(np.bincount(participant, wide.ravel()[self.cell], minlength=participant_count), np.float64)


def oneness_of(
    want: npt.NDArray[np.int32], against: npt.NDArray[np.int32], seen: npt.NDArray[np.int32], *, least: int
) -> float | None:
    """Return the oneness of a live gathering from its counts, -1 to 1, or None where no desire counts.

    Args:
        want: (M,) how many people want each desire.
        against: (M,) how many are against it.
        seen: (M,) how many answered it.
        least: a desire counts only with so many answers, at least two.

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
    """Return one person's part in the whole from the counts of a live gathering, or None where it is not measured.

    Other than `parts`, it uses the person's wants only. A "not mine" would lower the mean, and two people who are
    against the same thing do not yet want something together.

    Args:
        answered: the person's stance by desire.
        seen: (M,) how many people answered each desire, this person among them.
        want: (M,) how many want it.
        against: (M,) how many are against it.
        least_others: a desire counts only where at least so many other people answered it (the k rule).

    Returns:
        -1 (all others are against what the person wants) to 1 (all others want it too). None where no desire that the
        person wants was answered by enough others.

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
