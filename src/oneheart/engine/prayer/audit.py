"""Audit of the share index by a random sample of answers, without a model.

All people who are counted have read all lines. Each also answers a few *challengers*: desires outside the text, drawn
at random. The value of a challenger is the mean over people of 1 / (1 + lines they want) where they want it, else 0.
The share index is the number of lines times the greatest value. At most 1 proves that every part has its share (EJR+).
Confidence bounds of all challengers give one of the index. Where the upper bound is at most 1 the share is "certified",
otherwise "estimated".

Lines and challengers count by the same approval: wanting. Most people can say more than they want, so a line that they
can say is not a line of their own. Of a line that somebody was never asked about, the upper bound assumes that they do
not want it, and the lower bound that they do unless it goes against them.

Answers to a challenger that were given before the random draw are counted exactly. The people asked at random are a
sample of those who had not answered before.

Letters: N people, Q answers to challengers, C challengers.

Source: ours; betting bounds after Waudby-Smith & Ramdas (2024) with a mixture of constant bets, which depends on no
order of the answers; valid without replacement by Hoeffding (1963), theorem 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Answers = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]
ERROR = 0.01
UNASKED = -9
"""The mark of a line about which a person was never asked whether they want it."""
_ROUNDING = 1e-9
_STEPS = 40
_SPREADS = np.array([0.15, 0.3])  # standard deviations of answers for which the bets are best; any others are valid
_STAKE_MOST = 0.9


@dataclass(frozen=True, slots=True)
class Audit:
    """The share index of a text, and how it is known.

    Attributes:
        kind: "certified" where a random sample of answers proves that the index is at most 1; else "estimated".
        rho: the estimated index, 0 or more; at most 1 where no part is owed a line.
        low: lower confidence bound; None where the index comes from a model alone.
        high: upper confidence bound; None where the index comes from a model alone.
        owed: column of the challenger with the greatest value; None where there are no challengers.

    Example:
        >>> Audit("estimated", 0.8, None, None, None).kind
        'estimated'
    """

    kind: Literal["estimated", "certified"]
    rho: float
    low: float | None
    high: float | None
    owed: int | None


@dataclass(frozen=True, slots=True, eq=False)
class LinesHeld:
    """How many lines of the text each person wants, as far as it is known.

    Attributes:
        least: (N,) lines that they surely want.
        likely: (N,) the same, with a line of which it is not known counted by the share of those like them who want it.
        most: (N,) lines that they may want.

    Raises:
        ValueError: unless least <= likely <= most for everybody.
    """

    least: Ints
    likely: Floats
    most: Ints

    def __post_init__(self) -> None:
        """Check the order."""
        if not len(self.least) == len(self.likely) == len(self.most):
            message = "everybody must have three numbers of lines"
            raise ValueError(message)
        if (self.least > self.likely + _ROUNDING).any() or (self.likely > self.most + _ROUNDING).any():
            message = "least, likely and most must not fall"
            raise ValueError(message)

    @classmethod
    def known(cls, held: npt.ArrayLike) -> LinesHeld:
        """Return the same where every want is known.

        Example:
            >>> LinesHeld.known([2, 0]).likely.tolist()
            [2.0, 0.0]
        """
        lines = np.asarray(held, np.int64)
        return cls(lines, lines.astype(np.float64), lines)


def lines_held(wants: npt.ArrayLike, readings: npt.ArrayLike) -> LinesHeld:
    """Return how many lines people want, from what they want and from how they read the lines.

    Of a line that a person was never asked about, it is likely that they want it only if they can say it. It is as
    likely as among those who can say it and were asked, with one more who wants it and one more who does not.

    Args:
        wants: (N, lines) 1 wants it, 0 does not, `UNASKED` was never asked.
        readings: (N, lines) 1 can say it, 0 would change it, -1 it goes against them.

    Notes:
        O(N lines).

    Example:
        >>> held = lines_held([[1, UNASKED], [0, 1], [UNASKED, UNASKED]], [[1, 1], [1, 1], [0, -1]])
        >>> held.least.tolist(), held.likely.round(2).tolist(), held.most.tolist()
        ([1, 1, 0], [1.67, 1.0, 0.0], [2, 1, 1])
    """
    want, reading = np.asarray(wants, np.int64), np.asarray(readings, np.int64)
    unasked, can_say = want == UNASKED, reading == 1
    asked = can_say & ~unasked
    likely = ((asked & (want == 1)).sum(0) + 1) / (asked.sum(0) + 2)
    least = (want == 1).sum(1)
    return LinesHeld(
        least.astype(np.int64),
        least + (likely * (unasked & can_say)).sum(1),
        (least + (unasked & (reading >= 0)).sum(1)).astype(np.int64),
    )


def estimated(rho: float, owed: int | None = None) -> Audit:
    """Return the share index that a model expects, without bounds.

    Example:
        >>> estimated(0.8).low is None
        True
    """
    return Audit("estimated", rho, None, None, owed)


def audit(
    held: npt.ArrayLike | LinesHeld,
    lines: int,
    challengers: npt.ArrayLike,
    asked: Answers,
    *,
    known: Answers = ((), (), ()),
    error: float = ERROR,
) -> Audit:
    """Return the share index that the answers to random challengers give, and its confidence bounds.

    Args:
        held: (N,) how many lines each person wants, 0 to `lines`, or a `LinesHeld` where it is not known of every line;
            everybody who is counted has read them all.
        lines: how many lines the text has.
        challengers: (C,) columns of all desires outside the text that are in question. The bound of a challenger that
            nobody was asked about is the greatest possible.
        asked: three arrays of length Q: place in `challengers`, row of the person, whether they want it. The pairs
            were drawn at random; no pair is repeated.
        known: the same for answers that were given before, not at random; a pair that is here too is no random draw.
        error: chance that the index is above its upper bound, and the same for the lower bound. It is split evenly
            (Bonferroni) over the challengers that, by the known answers, could exceed an index of 1.

    Raises:
        ValueError: for arrays of different length, somebody asked twice about one challenger, or no lines.

    Notes:
        O(Q log Q + C lines). The randomness is in the choice of who is asked, so the bounds hold for this gathering
        whatever its people want. They assume that people who were drawn and did not answer want the same as those who
        did.

    Example:
        >>> everybody = np.arange(200)
        >>> asked = audit(np.ones(200), 1, [7], (np.zeros(200), everybody, everybody < 150))
        >>> asked.kind, asked.rho, asked.high  # everybody was asked, so that the index is known
        ('certified', 0.375, 0.375)
        >>> refused = (np.zeros(120), np.arange(120), np.zeros(120))
        >>> audit(np.ones(200), 2, [7], ((), (), ()), known=refused).high  # if the other 80 all wanted it
        0.4
    """
    have = held if isinstance(held, LinesHeld) else LinesHeld.known(held)
    people = len(have.least)
    columns = np.asarray(challengers, np.int64)
    before, drawn = _answers(known, people), _answers(asked, people)
    if lines < 1:
        message = "a text without lines has no share to be audited"
        raise ValueError(message)
    if len(columns) == 0 or people == 0:
        return Audit("certified", 0.0, 0.0, 0.0, None)
    new = ~np.isin(drawn[0] * people + drawn[1], before[0] * people + before[1])
    drawn = (drawn[0][new], drawn[1][new], drawn[2][new])
    steps = np.concatenate([[0.0], 1.0 / np.arange(1, lines + 2, dtype=np.float64)])
    left = people - np.bincount(before[0], minlength=len(columns))
    # upper bounds count only the lines that people surely want, lower bounds all that they may want
    most, least, likely = (
        _Sums.of(before, drawn, 1.0 / (1.0 + lines_of.astype(np.float64)), len(columns))
        for lines_of in (have.least, have.most, have.likely)
    )
    in_question = int((lines * most.if_all_wanted > people).sum())
    each = error / max(1, in_question)
    low = least.known + left * mean_low(steps, _table(drawn, have.most, len(columns), lines), each)
    high = most.known + left * (1.0 - mean_low(1.0 - steps, _table(drawn, have.least, len(columns), lines), each))
    # A person who was not asked adds 0 at least, and 1 / (1 + lines they have) at most.
    low = np.maximum(low, least.known + least.drawn)
    high = np.minimum(high, most.if_all_wanted + most.drawn - most.drawn_at_most)
    seen, count = people - left, np.bincount(drawn[0], minlength=len(columns)).astype(float)
    as_known = np.divide(likely.known, seen, out=np.zeros(len(columns)), where=seen > 0)
    mean = likely.known + left * np.divide(likely.drawn, count, out=as_known, where=count > 0)
    best = int(mean.argmax())
    rho, rho_low, rho_high = (float(lines * bound / people) for bound in (mean.max(), low.max(), high.max()))
    return Audit("certified" if rho_high <= 1.0 else "estimated", rho, rho_low, rho_high, int(columns[best]))


def weighed(model: float | None, answered: Audit) -> Audit:
    """Return the share index by people's answers where they decide, else by a model, with the bounds of the answers.

    The answers decide where the share is certified or its lower bound is above 1, and where there is no model.

    Args:
        model: the index that a model expects, None where there is none.
        answered: the audit of people's answers.

    Example:
        >>> weighed(0.8, Audit("estimated", 1.4, 0.2, 2.0, 7)).rho
        0.8
        >>> weighed(0.8, Audit("estimated", 1.4, 1.1, 2.0, 7)).rho  # the lower bound is above 1
        1.4
    """
    if model is None or answered.kind == "certified" or (answered.low is not None and answered.low > 1.0):
        return answered
    return Audit("estimated", model, answered.low, answered.high, answered.owed)


def _answers(answers: Answers, people: int) -> tuple[Ints, Ints, Ints]:
    """Return answers as arrays: place of the challenger, row of the person, whether they want it."""
    place, person, wants = (np.asarray(array).astype(np.int64) for array in answers)
    if not len(place) == len(person) == len(wants):
        message = "the three arrays of answers must be of one length"
        raise ValueError(message)
    if len(np.unique(place * max(people, 1) + person)) != len(place):
        message = "nobody can be asked twice about one challenger"
        raise ValueError(message)
    return place, person, wants


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Sums over people of what each challenger is worth to them, (C,) each.

    Attributes:
        known: of those who answered before and want it.
        drawn: of those who were drawn and want it.
        drawn_at_most: of all who were drawn.
        if_all_wanted: of those who want it by what was known before, and of everybody whose answer was not known.
    """

    known: Floats
    drawn: Floats
    drawn_at_most: Floats
    if_all_wanted: Floats

    @classmethod
    def of(
        cls, before: tuple[Ints, Ints, Ints], drawn: tuple[Ints, Ints, Ints], worth: Floats, challengers: int
    ) -> _Sums:
        """Return the sums where a challenger is worth `worth` (N,) to each person who wants it."""
        known, known_at_most = _summed(before, worth, challengers)
        summed, at_most = _summed(drawn, worth, challengers)
        return cls(known, summed, at_most, known + worth.sum() - known_at_most)


def _summed(answers: tuple[Ints, Ints, Ints], worth: Floats, count: int) -> tuple[Floats, Floats]:
    """Return the summed worth of each challenger to those who want it, and to all who answered, (C,) each."""
    place, person, wants = answers
    return (
        np.bincount(place, np.where(wants == 1, worth[person], 0.0), minlength=count).astype(float),
        np.bincount(place, worth[person], minlength=count).astype(float),  # of no answers bincount returns integers
    )


def _table(answers: tuple[Ints, Ints, Ints], have: Ints, challengers: int, lines: int) -> Floats:
    """Return how many answers to each challenger have the value 0, 1, 1/2, .., (C, lines + 2)."""
    place, person, wants = answers
    width = lines + 2
    value = np.where(wants == 1, 1 + have[person], 0)
    return np.bincount(place * width + value, minlength=challengers * width).reshape(challengers, width).astype(float)


def mean_low(values: Floats, counts: Floats, error: float) -> Floats:
    """Return a lower confidence bound of the mean of each row, (C,), 0 to 1; 0 for a row without answers.

    Args:
        values: (V,) the values that an answer can have, 0 to 1.
        counts: (C, V) how many answers of each row have each value.
        error: chance that one row's mean is below its bound.

    Notes:
        Where the mean is m or less, the expected wealth of a constant bet on "above m" is at most 1. The same holds for
        the mean wealth of two such bets. So m is rejected where that is 1 / error or more (Markov's inequality). The
        bound holds for one look, at the end. O(C V).

    Example:
        >>> mean_low(np.array([0.0, 1.0]), np.array([[5.0, 95.0], [0.0, 0.0]]), 0.05).round(2).tolist()
        [0.87, 0.0]
    """
    total = counts.sum(1)
    mean = np.divide(counts @ values, total, out=np.zeros(len(counts)), where=total > 0)
    low, high = np.zeros(len(counts)), mean.copy()
    best = np.sqrt(2 * np.log(1 / error) / np.maximum(total, 1))[:, None] / _SPREADS
    for _ in range(_STEPS):
        middle = (low + high) / 2
        stake = np.minimum(best, _STAKE_MOST / np.maximum(middle, 1e-12)[:, None])
        growth = np.log1p(stake[:, :, None] * (values - middle[:, None])[:, None, :])
        wealth = logsumexp((growth * counts[:, None, :]).sum(2), axis=1) - np.log(len(_SPREADS))
        ruled_out = (wealth >= np.log(1 / error)) & (middle > 0)
        low, high = np.where(ruled_out, middle, low), np.where(ruled_out, high, middle)
    return low
