"""The one desire: a few lines in people's own words, the share of every part in them, and the conditions for "one"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine import bounds, disclosure
from oneheart.engine.desire import shares
from oneheart.engine.desire.common_ground import CrossFitted, interval, net_support
from oneheart.engine.desire.parts_heard import heard_least, may_refuse
from oneheart.engine.desire.same_wish import SameWish
from oneheart.engine.desire.wants import of_each
from oneheart.engine.estimate import Estimate
from oneheart.model.gathering import Responses
from oneheart.model.verdict import Condition, ConditionCode, Status

Floats = npt.NDArray[np.float64]
Reals = npt.NDArray[np.floating[Any]]
_MOST_BUCKETS = 60
_ERROR = 0.05


@dataclass(frozen=True, slots=True)
class StoodFor:
    """A desire for which a line stands: the same wish to this gathering in other words.

    Attributes:
        desire: column.
        why: how it was found out.
    """

    desire: int
    why: SameWish


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text.

    Attributes:
        desire: column; its text, verbatim, is the line.
        want_curve: P(want) of people from least to most net support, averaged in equal buckets of k or more.
        against_curve: P(against) of the same buckets.
        held_by: share of the gathering expected to want it, 0 to 1, answers taken as given.
        only_here: share of people for whom this is expected to be the only line that they want.
        stands_for: desires that are the same wish in other words and so are no lines, the surest first.
    """

    desire: int
    want_curve: tuple[float, ...]
    against_curve: tuple[float, ...]
    held_by: float
    only_here: float
    stands_for: tuple[StoodFor, ...] = ()


@dataclass(frozen=True, slots=True)
class CircleShare:
    """The share of one declared circle of k or more people in the text.

    Attributes:
        circle: index into `Gathering.circles`.
        members: people of it who answered; never printed below k.
        own_line: share of them with at least one line that they want.
        next_desire: column of the desire, not in the text, from which this circle would gain most.
    """

    circle: int
    members: int
    own_line: Estimate
    next_desire: int | None


@dataclass(frozen=True, slots=True)
class LineCheck:
    """Which conditions one line meets by itself.

    Attributes:
        line: column.
        affirmed: whether surely enough people want it.
        worst_fifth: whether the fifth that wants it least surely stands high enough.
        every_part: whether each declared circle was heard on it and none is likely against; None without circles.
    """

    line: int
    affirmed: bool
    worst_fifth: bool
    every_part: bool | None


@dataclass(frozen=True, slots=True)
class OneDesire:
    """The text, its share and its status.

    Attributes:
        lines: in reading order; empty where nothing is common yet.
        share_index: at most 1: no part is owed a line (estimated), of as many lines as were asked for; None without
            lines.
        next_desire: column of the wish outside the text, not the same wish as a line, that would give most to those who
            have least.
        coverage: share of people with at least one line that they want; None without lines.
        lines_held: expected share of people who want exactly 0, 1, .., k lines.
        pairs: expected share of pairs of people with a line in common; None without lines.
        ejr_plus: exact EJR+ of the lines on the most likely wants; None without lines.
        status: `ONE_DESIRE` if every condition that can be judged holds, else `NOT_YET`; `NOT_MEASURED` where nothing
            could be measured.
        conditions: all of them, in a fixed order.
        circle_shares: declared circles with k or more people; () where none.
        nearest: columns nearest to being common that are no lines.
        short: why there are fewer lines than were asked for, a code of `engine.composing.why_short`; None where there
            are not.
        line_checks: for each line, which conditions it meets by itself.
    """

    lines: tuple[Line, ...]
    share_index: float | None
    next_desire: int | None
    coverage: Estimate | None
    lines_held: tuple[float, ...]
    pairs: float | None
    ejr_plus: bool | None
    status: Status
    conditions: tuple[Condition, ...]
    circle_shares: tuple[CircleShare, ...]
    nearest: tuple[int, ...]
    short: str | None = None
    line_checks: tuple[LineCheck, ...] = ()


def line_count(people: int) -> int:
    """Return how many lines a gathering of this size has by default: 3, 5 or 7.

    Example:
        >>> line_count(10), line_count(300), line_count(5000)
        (3, 5, 7)
    """
    if people <= settings.MEASURED_PEOPLE.value:
        return 3
    return 7 if people > 1000 else int(settings.LINES.value)  # noqa: PLR2004


def curves(want: Floats, against: Floats, k: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return P(want) and P(against), each (buckets,), of people from least to most net support for one desire.

    Buckets are of nearly equal size, with k or more people each, and at most 60. () below k people.

    Args:
        want: (draws, n) P(want) of n people in each posterior draw. People are ordered anew in each draw, and each
            bucket is a mean over the draws.
        against: (draws, n) P(against) of the same.
        k: the least number of people in a bucket.

    Example:
        >>> curves(np.array([[0.0, 1.0, 0.0, 1.0]]), np.zeros((1, 4)), 2)
        ((0.0, 1.0), (0.0, 0.0))
    """
    count = min(_MOST_BUCKETS, disclosure.step_of(want.shape[1], k))
    if count == 0:
        return (), ()
    order = np.argsort(net_support(want, against), axis=1, kind="stable")
    sorted_want, sorted_against = (np.take_along_axis(part, order, axis=1).mean(0) for part in (want, against))
    return tuple(
        tuple(float(piece.mean()) for piece in np.array_split(part, count)) for part in (sorted_want, sorted_against)
    )  # type: ignore[return-value]


def make_lines(
    want: Reals, foreseen: tuple[Floats, Floats], chosen: Sequence[int], columns: Sequence[int], k: int
) -> tuple[Line, ...]:
    """Return the lines for the chosen places; arrays have a column for each candidate, and `columns` names them.

    Args:
        want: (n S, candidates) P(want) of the people that each may be, answers taken as given: for who holds a line.
        foreseen: P(want) and P(against), each (draws, n, chosen), in posterior draws by the model alone: for the
            curves, whose first fifth is the worst fifth.
        chosen: places of the lines.
        columns: column of each place.
        k: the least number of people in a bucket.
    """
    out = []
    for number, place in enumerate(chosen):
        others = [p for p in chosen if p != place]
        alone = want[:, place] * np.prod(1 - want[:, others], axis=1)
        want_curve, against_curve = curves(foreseen[0][:, :, number], foreseen[1][:, :, number], k)
        out.append(
            Line(int(columns[place]), want_curve, against_curve, float(want[:, place].mean()), float(alone.mean()))
        )
    return tuple(out)


def line_bounds(
    responses: Responses, chosen: Sequence[int], honest: CrossFitted, *, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return lower confidence bounds from raw answers for each line: of its want (0..1), of its worst fifth (-0.5..1).

    Bounds hold at every sample size. The error of 5 % is split equally over both and all lines. Net support -0.5..1 is
    scaled to 0..1 for the bound and back.
    """
    error = _ERROR / (2 * max(1, len(chosen)))
    affirmed, fifth = [], []
    for line in chosen:
        answers = responses.stance[responses.desire == line] == 1
        affirmed.append(bounds.lower_bound(answers.astype(np.float64), error, rng=rng))
        scaled = (honest.order[line] + 0.5) / 1.5
        fifth.append(bounds.lower_bound(scaled, error, rng=rng) * 1.5 - 0.5)
    return np.array(affirmed), np.array(fifth)


def line_conditions(chosen: Sequence[int], lower: tuple[Floats, Floats]) -> tuple[Condition, Condition]:
    """Return the conditions "affirmed" and "worst fifth", each with the line that is nearest to failing.

    Args:
        chosen: columns of the lines.
        lower: what `line_bounds` returned for them.
    """
    needed, fifth_needed = settings.AFFIRMED_LEAST.value, settings.WORST_FIFTH_LEAST.value
    if not chosen:
        return (
            Condition(ConditionCode.AFFIRMED, met=False, needed=needed),
            Condition(ConditionCode.WORST_FIFTH, met=False, needed=fifth_needed),
        )
    affirmed, fifth = lower
    least, least_fifth = int(np.argmin(affirmed)), int(np.argmin(fifth))
    return (
        Condition(
            ConditionCode.AFFIRMED,
            met=bool(affirmed[least] >= needed),
            bound=float(affirmed[least]),
            needed=needed,
            line=chosen[least],
        ),
        Condition(
            ConditionCode.WORST_FIFTH,
            met=bool(fifth[least_fifth] >= fifth_needed),
            bound=float(fifth[least_fifth]),
            needed=fifth_needed,
            line=chosen[least_fifth],
        ),
    )


def line_checks(
    responses: Responses,
    chosen: Sequence[int],
    lower: tuple[Floats, Floats],
    circle_of: npt.NDArray[np.int32],
    circle_count: int,
) -> tuple[LineCheck, ...]:
    """Return which conditions each line meets by itself; the conditions of the text ask all lines at once.

    Args:
        responses: answers.
        chosen: columns of the lines.
        lower: what `line_bounds` returned for them.
        circle_of: circle of each person, -1 for none.
        circle_count: how many circles are declared.
    """
    return tuple(
        LineCheck(
            line,
            affirmed=bool(affirmed >= settings.AFFIRMED_LEAST.value),
            worst_fifth=bool(fifth >= settings.WORST_FIFTH_LEAST.value),
            every_part=every_part_condition(responses, [line], circle_of, circle_count).met,
        )
        for line, affirmed, fifth in zip(chosen, *lower, strict=True)
    )


def every_part_condition(
    responses: Responses, chosen: Sequence[int], circle_of: npt.NDArray[np.int32], circle_count: int
) -> Condition:
    """Return the condition "every part": each declared circle was heard on every line, and none is likely against one.

    Heard: three answers, or all its members. Likely against: the posterior probability that over half of the circle
    are against is above .1, under a uniform prior. `met` is None where no circles are declared.
    """
    if circle_count == 0 or not chosen:
        return Condition(ConditionCode.EVERY_PART, met=None if circle_count == 0 else False)
    members = np.bincount(circle_of[circle_of >= 0], minlength=circle_count)
    for line in chosen:
        here = responses.desire == line
        circle = circle_of[responses.participant[here]]
        inside = circle >= 0
        heard = np.bincount(circle[inside], minlength=circle_count)
        against = np.bincount(circle[inside], (responses.stance[here] == -1)[inside], minlength=circle_count)
        unheard = np.flatnonzero((heard < heard_least(members)) & (members > 0))
        refuses = np.flatnonzero(may_refuse(against, heard))
        for circles in (unheard, refuses):
            if len(circles):
                return Condition(ConditionCode.EVERY_PART, met=False, line=line, part=int(circles[0]))
    return Condition(ConditionCode.EVERY_PART, met=True)


def set_conditions(share_index: float | None, covered: Estimate | None) -> tuple[Condition, Condition]:
    """Return the conditions "own line" (coverage) and "share" (share index at most 1).

    Both fail where their number is None, that is without lines.
    """
    least = settings.COVERAGE_LEAST.value
    share_covered = None if covered is None else covered.value
    own_met = share_covered is not None and share_covered >= least
    share_met = share_index is not None and share_index <= 1.0
    own = Condition(ConditionCode.OWN_LINE, own_met, share_covered, needed=least)
    share = Condition(ConditionCode.SHARE, share_met, share_index, needed=1.0)
    return own, share


def judge(conditions: Sequence[Condition]) -> Status:
    """Return `ONE_DESIRE` if something was measured and no condition fails, else `NOT_YET`.

    Example:
        >>> str(judge([Condition(ConditionCode.MEASURED, met=True), Condition(ConditionCode.EVERY_PART, met=None)]))
        'one desire'
        >>> str(judge([Condition(ConditionCode.MEASURED, met=True), Condition(ConditionCode.SHARE, met=False)]))
        'not yet'
    """
    measured = any(condition.code is ConditionCode.MEASURED and condition.met for condition in conditions)
    failing = any(condition.met is False for condition in conditions)
    return Status.ONE_DESIRE if measured and not failing else Status.NOT_YET


def circle_shares(
    want: Reals, chosen: Sequence[int], columns: Sequence[int], circle_of: npt.NDArray[np.int32], count: int, k: int
) -> tuple[CircleShare, ...]:
    """Return the share of each declared circle with k or more people.

    Args:
        want: (n S, candidates) P(want), S rows for each person who answered.
        chosen: places of the lines.
        columns: column of each place.
        circle_of: (n,) circle of each person, -1 for none.
        count: how many circles are declared.
        k: the least number of people of a circle that has a share.
    """
    out = []
    people = len(circle_of)
    held = of_each(1.0 - np.prod(1.0 - want[:, list(chosen)], axis=1), people)
    owed = shares.harmonic_gain(want, chosen)
    for circle in range(count):
        mine = circle_of == circle
        members = int(mine.sum())
        if not disclosure.enough(members, k=k) or not chosen:
            continue
        p = held[mine]
        # a prior of one person in each direction keeps a small circle from looking certain
        error = float(np.sqrt(max((p * (1 - p)).sum(), 0.25) + 0.25) / members)
        rows = np.repeat(mine, len(want) // people)
        gain = owed[rows] @ want[rows]
        gain[list(chosen)] = -np.inf
        best = int(gain.argmax())
        following = int(columns[best]) if np.isfinite(gain[best]) else None
        out.append(CircleShare(circle, members, interval(float(p.mean()), error, 0.0, 1.0), following))
    return tuple(out)
