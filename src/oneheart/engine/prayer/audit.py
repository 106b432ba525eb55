"""Audit: is any part of the gathering owed a line? Asked of people by lot, not of a model.

All who are counted have read all lines, so it is known how many lines each has. Besides, each answers a few
*challengers*: desires outside the text, drawn by lot. What a challenger would give is the mean over people of
1 / (1 + lines they have) where they want it. The share index is the number of lines times the greatest such mean; at
most 1 proves that every part has its share (EJR+). Bounds of all challengers together give a bound of the index that
no model enters: where it is at most 1 the share is "certified", otherwise "estimated".

What somebody had said of a challenger before the lot was drawn is taken as it is. Only the others, of whom it is not
known, are left to the lot; those of them who were asked are a sample of just these.

Letters: N people, Q answers to challengers, C challengers.

Source: ours; betting bounds after Waudby-Smith & Ramdas (2024), with a mixture of constant bets, which needs no order
of the answers and no lot; drawn without replacement by Hoeffding (1963), theorem 4.
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
_STEPS = 40
_SPREADS = np.array([0.15, 0.3])  # of answers, for which bets are best; other spreads lose a little sureness only
_STAKE_MOST = 0.9


@dataclass(frozen=True, slots=True)
class Audit:
    """The share index of a text, and how it is known.

    Attributes:
        kind: "certified" where answers drawn by lot prove that it is at most 1; else "estimated".
        rho: the index as estimated; at most 1: no part is owed a line.
        low: what it surely exceeds; None where nobody was asked.
        high: what it surely does not exceed; None where nobody was asked.
        owed: column of the challenger that most is owed by, as estimated.

    Example:
        >>> Audit("estimated", 0.8, None, None, None).kind
        'estimated'
    """

    kind: Literal["estimated", "certified"]
    rho: float
    low: float | None
    high: float | None
    owed: int | None


def estimated(rho: float, owed: int | None = None) -> Audit:
    """Return the share index of a model, which nobody was asked about.

    Example:
        >>> estimated(0.8).low is None
        True
    """
    return Audit("estimated", rho, None, None, owed)


def audit(
    held: npt.ArrayLike,
    lines: int,
    challengers: npt.ArrayLike,
    asked: Answers,
    *,
    known: Answers = ((), (), ()),
    error: float = ERROR,
) -> Audit:
    """Return the share index that the answers to challengers drawn by lot give, and its bounds.

    Args:
        held: (N,) how many lines each person wants, 0 to `lines`: everybody who is counted has read them all.
        lines: how many lines the text has.
        challengers: (C,) columns of all desires outside the text that are in question; one that nobody was asked about
            can be owed anything.
        asked: three arrays of length Q: place in `challengers`, row of the person, whether they want it. Who is asked
            about which was drawn by lot; nobody is asked twice about the same.
        known: the same of answers that were given before and not by lot; an answer that is here too is not drawn.
        error: chance that the index is above its upper bound, and the same for the lower; each challenger that could
            be owed a line, by what was known, has its part.

    Raises:
        ValueError: for arrays of different length, somebody asked twice about one challenger, or no lines.

    Notes:
        O(Q log Q + C lines). Only who is asked is drawn, so the bound holds for this gathering whatever its people
        want, if those who answer want the challengers as those do who were drawn and are silent.

    Example:
        >>> everybody = np.arange(200)
        >>> found = audit(np.ones(200), 1, [7], (np.zeros(200), everybody, everybody < 150))
        >>> found.kind, found.rho, found.high  # all were asked: nothing is left to chance
        ('certified', 0.375, 0.375)
        >>> refused = (np.zeros(120), np.arange(120), np.zeros(120))
        >>> audit(np.ones(200), 2, [7], ((), (), ()), known=refused).high  # what the other 80 could give at most
        0.4
    """
    have = np.asarray(held, np.int64)
    columns = np.asarray(challengers, np.int64)
    before, drawn = _answers(known, len(have)), _answers(asked, len(have))
    if lines < 1:
        message = "a text without lines has no share to be audited"
        raise ValueError(message)
    if len(columns) == 0 or len(have) == 0:
        return Audit("certified", 0.0, 0.0, 0.0, None)
    new = ~np.isin(drawn[0] * len(have) + drawn[1], before[0] * len(have) + before[1])
    drawn = (drawn[0][new], drawn[1][new], drawn[2][new])
    values = 1.0 / np.arange(1, lines + 2, dtype=np.float64)
    told, open_most = _summed(before, have, values, len(columns))
    left = len(have) - np.bincount(before[0], minlength=len(columns))
    most = told + values[have].sum() - open_most  # were it wanted by all of whom it is not known
    in_question = int((lines * most > len(have)).sum())
    place, person, wants = drawn
    total, total_most = _summed(drawn, have, values, len(columns))
    count = np.bincount(place, minlength=len(columns)).astype(float)
    counts = _table(place, have[person], wants, len(columns), lines)
    each = error / max(1, in_question)
    steps = np.concatenate([[0.0], values])
    low = (told + left * mean_low(steps, counts, each)) / len(have)
    high = (told + left * (1.0 - mean_low(1.0 - steps, counts, each))) / len(have)
    # who was not asked gives nothing at least, and at most what they are owed
    low = np.maximum(low, (told + total) / len(have))
    high = np.minimum(high, (most + total - total_most) / len(have))
    seen = len(have) - left
    as_known = np.divide(told, seen, out=np.zeros_like(told), where=seen > 0)
    mean = (told + left * np.divide(total, count, out=as_known, where=count > 0)) / len(have)
    best = int(mean.argmax())
    rho, rho_low, rho_high = (float(lines * bound) for bound in (mean.max(), low.max(), high.max()))
    return Audit("certified" if rho_high <= 1.0 else "estimated", rho, rho_low, rho_high, int(columns[best]))


def weighed(model: float | None, found: Audit) -> Audit:
    """Return what is known of a share from a model's index and from what people answered.

    What was asked decides where it decides: a certified share, or one that surely owes a line. Otherwise the model's
    index stands, within the bounds; without a model there is only what people answered.

    Args:
        model: the index that a model expects, None where there is none.
        found: by the answers.

    Example:
        >>> weighed(0.8, Audit("estimated", 1.4, 0.2, 2.0, 7)).rho
        0.8
        >>> weighed(0.8, Audit("estimated", 1.4, 1.1, 2.0, 7)).rho  # people surely want another line
        1.4
    """
    if model is None or found.kind == "certified" or (found.low is not None and found.low > 1.0):
        return found
    return Audit("estimated", model, found.low, found.high, found.owed)


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


def _summed(answers: tuple[Ints, Ints, Ints], have: Ints, values: Floats, count: int) -> tuple[Floats, Floats]:
    """Return what the answers to each challenger give, and what they would if all wanted it, (C,) each."""
    place, person, wants = answers
    worth = values[have[person]]
    return (
        np.bincount(place, np.where(wants == 1, worth, 0.0), minlength=count).astype(float),
        np.bincount(place, worth, minlength=count).astype(float),  # of nothing numpy counts in whole numbers
    )


def _table(
    place: npt.NDArray[np.int64],
    have: npt.NDArray[np.int64],
    wants: npt.NDArray[np.int64],
    challengers: int,
    lines: int,
) -> Floats:
    """Return how many answers of each challenger are worth 0, 1, 1/2, .., (C, lines + 2)."""
    width = lines + 2
    worth = np.where(wants == 1, 1 + have, 0)
    return np.bincount(place * width + worth, minlength=challengers * width).reshape(challengers, width).astype(float)


def mean_low(values: Floats, counts: Floats, error: float) -> Floats:
    """Return for each row what the mean surely exceeds, (C,), 0 to 1.

    Args:
        values: (V,) what an answer can be worth, 0 to 1.
        counts: (C, V) how many answers of each row are worth each.
        error: chance that one row's mean is below its bound.

    Notes:
        Wealth from a constant bet on "above m" is at most 1 on average where the mean is m or less, and so is the mean
        wealth of two bets, chosen by how many were asked; m is ruled out where it is 1 / error or more. For one look,
        at the end. O(C V).

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
