"""Describing every desire: the estimates, counts and circles of its common ground in one value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine import disclosure
from oneheart.engine.desire.calibration import Chances
from oneheart.engine.desire.common_ground import (
    CircleSupport,
    CommonGround,
    CrossFitted,
    GatheringMeans,
    interval,
    net_support,
)
from oneheart.engine.desire.drawn import DrawnFifths
from oneheart.engine.desire.fact_readings import FactReading
from oneheart.engine.desire.facts import looks_like_fact
from oneheart.engine.desire.passes import Pass
from oneheart.engine.desire.standing import Standing
from oneheart.engine.estimate import Estimate
from oneheart.engine.preparing import Prepared
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
_NEARER_LEAST = 0.25


def describe(
    prepared: Prepared,
    column: int,
    counts: tuple[int, int, int],
    want: Estimate,
    against: Estimate,
    worst: Estimate,
    rank_value: float,
    weakest: float | None,
    observed: Estimate | None,
    observed_against: float | None,
    standing: Standing,
    circles: tuple[CircleSupport, ...],
) -> CommonGround:
    """Return the common ground of one canonical column, numbered as in the gathering.

    `counts` is how many want it, how many said "not mine", and how many are against it.
    """
    desire = prepared.desires[column]
    told = prepared.facts[column] is not FactReading.WISH  # of words that the reading was not given, read here
    reads = told if prepared.standing[column] is None else looks_like_fact(desire.text, desire.language)
    same = np.flatnonzero((prepared.merged_into == column) & (np.arange(len(prepared.desires)) != column))
    return CommonGround(
        desire=int(prepared.order.desires[column]),
        answers=sum(counts),
        want_count=counts[0],
        not_mine_count=counts[1],
        against_count=counts[2],
        want=want,
        against=against,
        worst_fifth=worst,
        rank_value=rank_value,
        weakest_part=weakest,
        observed_worst_fifth=observed,
        observed_against=observed_against,
        standing=standing,
        looks_like_fact=reads,
        is_fact=prepared.facts[column] is FactReading.FACT,
        same_as=tuple(sorted(int(prepared.order.desires[other]) for other in same)),
        circles=circles,
    )


def _stances_of(prepared: Prepared) -> list[tuple[int, int, int]]:
    """Return for each canonical column how many want it, how many said "not mine", and how many are against it."""
    r, m = prepared.responses, len(prepared.desires)
    table = np.bincount(r.desire * 3 + (1 - r.stance.astype(np.intp)), minlength=3 * m).reshape(m, 3)
    return [(want, not_mine, against) for want, not_mine, against in table.tolist()]


def describe_unmeasured(prepared: Prepared) -> tuple[CommonGround, ...]:
    """Return the common ground of every desire of a gathering that is not measured, in the gathering's order.

    It has counts; each estimate has the widest interval, which says that nothing is known.
    """
    unknown, no_share = Estimate(0.0, -0.5, 1.0), Estimate(0.0, 0.0, 1.0)
    counts = _stances_of(prepared)
    return _in_source_order(
        [
            describe(
                prepared,
                column,
                counts[column],
                no_share,
                no_share,
                unknown,
                0.0,
                None,
                None,
                None,
                standing or Standing.FEW_ANSWERS,
                (),
            )
            for column, standing in enumerate(prepared.standing)
        ],
    )


def describe_all(
    prepared: Prepared,
    chances: Chances | None,
    means: GatheringMeans,
    errors: GatheringMeans,
    drawn: DrawnFifths,
    honest: CrossFitted,
    standing: Sequence[Standing],
    weakest: dict[int, float],
) -> tuple[CommonGround, ...]:
    """Return the common ground of every desire, in the gathering's order.

    Args:
        prepared: the gathering.
        chances: of the fitted model; None leaves out the circles, and shares stay as they are in `means`.
        means: over the gathering, of every canonical column.
        errors: standard errors of `means`; nan gives the widest interval.
        drawn: the worst fifth over posterior draws, which is printed; its deviation joins the error of the worst fifth.
        honest: raw checks of the worst fifth.
        standing: of every canonical column.
        weakest: net support of the weakest part by canonical column; a missing column gives None.
    """
    circles = [()] * len(standing) if chances is None else circle_supports(prepared, chances)
    told = means if chances is None else nearer_to_answers(prepared.responses, chances, means)
    errors = with_unasked(prepared, told, errors)
    worst_error = np.hypot(errors.worst, drawn.deviation)
    counts = _stances_of(prepared)
    out = []
    for column, s in enumerate(standing):
        raw = None
        if np.isfinite(honest.worst[column]):
            raw = interval(float(honest.worst[column]), float(honest.error[column]), -0.5, 1.0)
        out.append(
            describe(
                prepared,
                column,
                counts[column],
                interval(float(told.want[column]), float(errors.want[column]), 0.0, 1.0),
                interval(float(told.against[column]), float(errors.against[column]), 0.0, 1.0),
                interval(float(drawn.worst[column]), float(worst_error[column]), -0.5, 1.0),
                float(means.worst[column]),
                weakest.get(column),
                raw,
                float(honest.against[column]) if raw is not None else None,
                s,
                circles[column],
            )
        )
    return _in_source_order(out)


def nearer_to_answers(responses: Responses, chances: Chances, means: GatheringMeans) -> GatheringMeans:
    """Return means whose shares lie nearer to the answers: by the share of people who answered, at least a quarter.

    Where everybody answered, the share is that of the answers themselves; no estimate contradicts what was counted.
    Where few did, a model that learns from all desires draws the most wanted ones toward the others. Of sixty people it
    told want of chosen lines .03 too low; raw shares would tell it .04 too high, because what is chosen was lucky. A
    quarter of the way has the least error in made-up halls, and half of that bias (`oneheart bench fifths`).

    Args:
        responses: the answers.
        chances: of the fitted model.
        means: over the gathering; worst fifths stay as they are.

    Notes:
        O(responses K).
    """
    m = len(means.want)
    want, _, against = chances.at(responses.participant, responses.desire)
    answers = np.maximum(np.bincount(responses.desire, minlength=m), 1)
    people = max(1, len(np.unique(responses.participant)))
    nearer = np.maximum(_NEARER_LEAST, answers / people)

    def moved(share: Floats, stance: int, expected: Floats) -> Floats:
        residual = np.bincount(responses.desire, (responses.stance == stance) - expected, minlength=m) / answers
        return np.clip(share + nearer * residual, 0.0, 1.0)

    return replace(means, want=moved(means.want, 1, want), against=moved(means.against, -1, against))


def with_unasked(prepared: Prepared, told: GatheringMeans, errors: GatheringMeans) -> GatheringMeans:
    """Return errors of shares that are no smaller than chance alone makes them through people who were not asked.

    Where all desires are wanted alike, a model is sure of its chances. Yet how many of a hundred people who were not
    asked want something still varies as in a hundred throws of a coin.

    Args:
        prepared: the gathering.
        told: shares as they are printed.
        errors: standard errors from the model; nan stays nan. Those of worst fifths and coverage stay as they are.

    Source:
        The variance of a sum of independent answers, over all people.
    """
    people = max(1, len(prepared.people))
    answers = np.bincount(prepared.responses.desire, minlength=len(told.want))
    unasked = np.maximum(0.0, 1.0 - answers / people)

    def least(share: Floats) -> Floats:
        return np.asarray(np.sqrt(share * (1.0 - share) * unasked / people))

    want, against = np.maximum(errors.want, least(told.want)), np.maximum(errors.against, least(told.against))
    return replace(errors, want=want, against=against)


def _in_source_order(entries: Sequence[CommonGround]) -> tuple[CommonGround, ...]:
    """Return canonical entries in the order of the gathering's desires."""
    return tuple(sorted(entries, key=lambda entry: entry.desire))


def circle_supports(prepared: Prepared, chances: Chances) -> list[tuple[CircleSupport, ...]]:
    """Return for each canonical column the support of each circle of k or more people, answers taken as given.

    Notes:
        O(n M), one circle at a time.
    """
    m, count = len(prepared.desires), len(prepared.order.circles)
    out: list[list[CircleSupport]] = [[] for _ in range(m)]
    r = prepared.responses
    for circle in range(count):
        members = prepared.people[prepared.order.circle_of[prepared.people] == circle]
        if not disclosure.enough(len(members)):
            continue
        want, against = Pass(chances, members).all()
        net = net_support(want.astype(np.float64), against.astype(np.float64))
        variance = want + settings.AGAINST_WEIGHT.value**2 * against - net**2
        inside = np.isin(r.participant, members)
        row, column = np.searchsorted(members, r.participant[inside]), r.desire[inside]
        net[row, column] = net_support((r.stance[inside] == 1) * 1.0, (r.stance[inside] == -1) * 1.0)
        variance[row, column] = 0.0
        answered = np.bincount(column, minlength=m)
        error = np.sqrt(variance.sum(0) + 0.25) / len(members)
        for d in range(m):
            estimate = interval(float(net[:, d].mean()), float(error[d]), -0.5, 1.0)
            out[d].append(CircleSupport(int(prepared.order.circles[circle]), estimate, int(answered[d])))
    return [tuple(sorted(supports, key=lambda s: s.circle)) for supports in out]
