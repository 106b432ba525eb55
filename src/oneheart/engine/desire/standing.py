"""The standing of a desire: whether it can be a line of the text, and if not, why.

Some standings are fixed before anybody answers (`fixed_standing`); the others follow from the answers (`standings`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine.distributions import beta_above
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
_SURE = 0.95
_SHARED = 2 / 3  # of those who answered: what so many want is barred only by answers that are sure
_DEVIATIONS = 1.645  # of a normal distribution, for the same


class Standing(Enum):
    """Why a desire can or cannot be a line of the text.

    Only an ADMISSIBLE desire can be one. BELOW: its worst fifth has too little net support (below 0, or below the
    setting `one_sided_least` where nobody can be against), or nobody wants it. AGAINST: too many of its worst
    fifth are against it. FEW_ANSWERS: it is not measured. MERGED: its words are those of another desire, which stands
    for it. REJECTED: hosts rejected it. META: it is about the gathering itself. LEFT_OUT: whoever analyses left it
    out. EMPTY: it has no words.
    """

    ADMISSIBLE = "admissible"
    BELOW = "below"
    AGAINST = "against"
    FEW_ANSWERS = "few answers"
    MERGED = "merged"
    REJECTED = "rejected"
    META = "meta"
    LEFT_OUT = "left out"
    EMPTY = "empty"


MEASURED = (Standing.ADMISSIBLE, Standing.BELOW, Standing.AGAINST)
"""Standings of desires that were measured and may be printed."""


def measured_answers(people: int) -> int:
    """Return how many answers measure a desire, from the number of people who answered: an eighth of them, from 5 to 8.

    Example:
        >>> [measured_answers(people) for people in (12, 26, 48, 60, 1000)]
        [5, 5, 6, 7, 8]
    """
    most = int(settings.MEASURED_ANSWERS.value)
    return min(most, max(int(settings.MEASURED_ANSWERS_LEAST.value), people // most))


def fixed_standing(desire: Desire, leave_out: Collection[str]) -> Standing | None:
    """Return the standing that no answer can change, or None where answers decide.

    Args:
        desire: any desire of a gathering.
        leave_out: labels or exact texts of desires that must not become lines.

    Example:
        >>> fixed_standing(Desire("1", " "), ()), fixed_standing(Desire("1", "peace"), ())
        (<Standing.EMPTY: 'empty'>, None)
        >>> fixed_standing(Desire("1", "peace"), {"1"})
        <Standing.LEFT_OUT: 'left out'>
    """
    if desire.moderation is Moderation.REJECTED:
        return Standing.REJECTED
    if not desire.text.strip():
        return Standing.EMPTY
    if desire.is_meta:
        return Standing.META
    if desire.label in leave_out or desire.text.strip() in leave_out:
        return Standing.LEFT_OUT
    return None


def standings(
    fixed: Sequence[Standing | None],
    responses: Responses,
    people: int,
    *,
    worst: Floats,
    drawn: Floats,
    observed: Floats,
    observed_error: Floats,
    observed_against: Floats,
    voices: Floats,
    least: float = 0.0,
) -> tuple[Standing, ...]:
    """Return the standing of every desire: by the model and its draws, and by raw answers where there are enough.

    A desire that more people refuse than want, among those who answered, is BELOW whatever the model says. One with too
    few answers for the raw check is BELOW too where as many refuse it as want it. What two thirds of those who answered
    want is barred by raw answers only where they are sure of it: a few seats could give the handful of answers of a
    worst fifth.

    Args:
        fixed: M standings that no answer can change, None where answers decide.
        responses: answers to these desires.
        people: how many people answered anything.
        worst: (M,) net support of the worst fifth by the model's best guesses, -0.5 to 1.
        drawn: (M,) the same over posterior draws, with a margin (see `oneheart.engine.desire.drawn`).
        observed: (M,) the same from raw answers; nan with too few answers, which differs from 0.
        observed_error: (M,) standard error of `observed`; nan with too few answers.
        observed_against: (M,) share against among that fifth's raw answers, 0 to 1; nan with too few answers.
        voices: (M,) effective number of people behind that share; nan with too few answers.
        least: least net support of a worst fifth; 0, or the setting `one_sided_least` where nobody can be against; -0.5
            bars nothing but what nobody wants.

    Notes:
        O(responses + M).

    Example:
        >>> ten = Responses.of(range(10), [0] * 10, [1] * 10)
        >>> unknown = np.array([np.nan])
        >>> standings([None], ten, 10, worst=np.array([0.2]), drawn=np.array([0.1]), observed=unknown,
        ...           observed_error=unknown, observed_against=unknown, voices=unknown)
        (<Standing.ADMISSIBLE: 'admissible'>,)
    """
    answers = np.bincount(responses.desire, minlength=len(fixed))
    needed = measured_answers(people)
    refused = spoken_against(responses, len(fixed), least)
    wants = np.bincount(responses.desire, responses.stance == 1, minlength=len(fixed))
    shared = wants >= _SHARED * np.maximum(answers, 1)
    barred = (observed < least) & (~shared | surely_below(observed - least, observed_error))
    barred |= (wants == 0) | refused_by_more(responses, len(fixed))
    out = []
    for column, standing in enumerate(fixed):
        raw, raw_against = observed[column], observed_against[column]
        if standing is not None:
            out.append(standing)
        elif answers[column] < needed:
            out.append(Standing.FEW_ANSWERS)
        elif surely_against(float(raw_against), float(voices[column])):
            out.append(Standing.AGAINST)
        elif min(worst[column], drawn[column]) < least or barred[column] or (not np.isfinite(raw) and refused[column]):
            out.append(Standing.BELOW)
        else:
            out.append(Standing.ADMISSIBLE)
    return tuple(out)


def surely_against(share: float, voices: float) -> bool:
    """Return whether surely more of a desire's worst fifth are against it than the setting `worst_against_most` allows.

    The posterior probability of that, with a uniform prior, must be 95 % or more. So two or three of six answers do
    not throw out what nearly all want; a few false seats could give them.

    Args:
        share: share against among the raw answers of that fifth, 0 to 1; nan with too few answers, which is not sure.
        voices: effective number of people behind that share.

    Example:
        >>> surely_against(0.5, 6.0), surely_against(0.7, 6.0), surely_against(0.5, 30.0)
        (False, True, True)
        >>> surely_against(float("nan"), float("nan"))
        False
    """
    if not np.isfinite(share):
        return False
    above = beta_above(1.0 + share * voices, 1.0 + (1.0 - share) * voices, settings.WORST_AGAINST_MOST.value)
    return above >= _SURE


def surely_below(raw: Floats, error: Floats) -> npt.NDArray[np.bool_]:
    """Return (M,) whether raw answers show that the worst fifth surely refuses a desire more than it wants it (95 %).

    Example:
        >>> surely_below(np.array([-0.1, -0.4, -0.5]), np.array([0.3, 0.1, 0.0])).tolist()
        [False, True, True]
    """
    return np.asarray(raw + _DEVIATIONS * error < 0)


def refused_by_more(responses: Responses, desire_count: int) -> npt.NDArray[np.bool_]:
    """Return (M,) whether more people refuse a desire than want it, among those who answered.

    The model cannot see this where nothing tells those who refuse from those who want: everybody's expectation is then
    the same mean, want less half against, and that may be above 0.

    Example:
        >>> refused_by_more(Responses.of([0, 1, 2, 0, 1], [0, 0, 0, 1, 1], [1, -1, -1, 1, -1]), 3).tolist()
        [True, False, False]
    """
    net = np.bincount(responses.desire, responses.stance.astype(np.float64), minlength=desire_count)
    return np.asarray(net < 0)


def spoken_against(responses: Responses, desire_count: int, least: float = 0.0) -> npt.NDArray[np.bool_]:
    """Return (M,) whether the answers themselves speak against a desire: as many refuse it as want it, or more.

    With `least` above 0, wants less refusals must be more than that share of the answers. True too for a desire without
    answers. A desire with too few answers for the raw check of its worst fifth would
    otherwise stand on the model alone.

    Example:
        >>> spoken_against(Responses.of([0, 1, 0], [0, 0, 1], [1, -1, 1]), 3).tolist()
        [True, False, True]
    """
    net = np.bincount(responses.desire, responses.stance.astype(np.float64), minlength=desire_count)
    return np.asarray(net <= least * np.bincount(responses.desire, minlength=desire_count))
