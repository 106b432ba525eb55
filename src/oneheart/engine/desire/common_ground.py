"""Common ground: how far the least supportive fifth of a gathering wants a desire.

Net support of a person for a desire is P(want) - 0.5 P(against). The *worst fifth* of a desire is the mean net
support of the fifth of all people who support it least. It is a mean of chances: the mean chance of no other fifth is
lower, so no clusters and no declared parts are needed. It is not a count of what people say in the end.

Source: conditional value at risk (Rockafellar & Uryasev 2000), used over people; the use is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine.desire.calibration import (
    UNCORRECTED,
    Calibrated,
    Calibration,
    Chances,
    HeldOut,
    foretold,
    hold_out,
    learn,
)
from oneheart.engine.desire.left_out import fits_in_memory, without_each
from oneheart.engine.desire.passes import Pass
from oneheart.engine.desire.response_model import Posterior, Slope, fit
from oneheart.engine.desire.standing import Standing
from oneheart.engine.estimate import Estimate
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Reals = npt.NDArray[np.floating[Any]]
_BLOCK_CELLS = 4_000_000
_JACKKNIFE_GROUPS = 20
_JACKKNIFE_SWEEPS = 3
SHIFT_PEOPLE = 2_000
"""People on whom the jackknife watches how the model shifts; the share of a whole group is found from everybody."""

_CONTROLS = 3  # as many times more people tell what others say after the first sweep

_SAMPLE = 4_096
_NINETY = 1.645
_AS_IF = 2 * 0.5625  # two more answers that differ as far as answers can: five alike do not make it sure
_ROUNDING = 1e-6  # net support of large gatherings is kept in single precision


@dataclass(frozen=True, slots=True)
class CircleSupport:
    """How one declared circle stands to one desire, partially pooled with the whole.

    Attributes:
        circle: index into `Gathering.circles`.
        support: mean net support of its members, -0.5 to 1.
        answered: members who answered this desire; never printed below k.
    """

    circle: int
    support: Estimate
    answered: int


@dataclass(frozen=True, slots=True)
class CommonGround:
    """How the gathering stands to one desire.

    Attributes:
        desire: column.
        answers: people who answered it; the three counts below add up to it. Print counts only through
            `engine.disclosure`.
        want_count: people whose last answer was WANT.
        not_mine_count: people whose last answer was NOT_MINE.
        against_count: people whose last answer was AGAINST.
        want: share of the whole gathering that wants it, 0 to 1 (model).
        against: share of the whole gathering that is against it, 0 to 1 (model).
        worst_fifth: mean net support of the least supportive fifth that the answers let one foresee, -0.5 to 1: what is
            printed (see `oneheart.engine.desire.drawn`).
        rank_value: the same by the model's best guesses, -0.5 to 1: too high, but steady. Desires are ranked by it.
        weakest_part: mean net support of the latent part that supports it least, -0.5 to 1 (see `latent_parts`); None
            where it was not measured or takes no part in the choice of lines.
        observed_worst_fifth: the same from raw answers, people ordered by a model that did not see their answer;
            None with too few answers.
        observed_against: share against among that fifth's raw answers; None with too few answers.
        standing: why it can or cannot be a line.
        looks_like_fact: reads like a fact about its author rather than a wish.
        is_fact: the same, and its answers do not disagree; it is never a line.
        same_as: columns whose words are strictly the same, merged into this one.
        circles: declared circles; () where none are declared.
    """

    desire: int
    answers: int
    want_count: int
    not_mine_count: int
    against_count: int
    want: Estimate
    against: Estimate
    worst_fifth: Estimate
    rank_value: float
    weakest_part: float | None
    observed_worst_fifth: Estimate | None
    observed_against: float | None
    standing: Standing
    looks_like_fact: bool
    is_fact: bool
    same_as: tuple[int, ...]
    circles: tuple[CircleSupport, ...]


def worst_fifth(net: Floats, share: float = settings.WORST_SHARE.value) -> Floats:
    """Return for each desire the mean of `net` (N, M) over the N * share people for whom it is lowest, (M,).

    Where N * share is no whole number the next person counts with the fraction, so that exactly that part of the
    gathering is averaged. With no people the result is nan.

    Notes:
        O(N M) by partition.

    Example:
        >>> worst_fifth(np.array([[1.0], [0.5], [0.0], [0.2], [0.9]])).tolist()
        [0.0]
        >>> worst_fifth(np.array([[1.0], [0.0]]), share=0.75).round(4).tolist()
        [0.3333]
    """
    return _lowest(np.ascontiguousarray(net.T), share)[0]


def _lowest(net: Floats | Singles, share: float = settings.WORST_SHARE.value) -> tuple[Floats, Floats]:
    """Return the mean over the lowest part of each row of `net` (M, N), and the value at which it ends, (M,) each."""
    n = net.shape[1]
    if n == 0:
        return np.full(len(net), np.nan), np.full(len(net), np.nan)
    weight = n * share
    whole = min(int(weight + 1e-9), n)
    rest = weight - whole
    last = min(int(weight), n - 1)
    ordered = np.partition(net, sorted({last, min(whole, n - 1)}), axis=1)
    total = ordered[:, :whole].sum(1, dtype=np.float64)
    if rest >= 1e-9 and whole < n:  # noqa: PLR2004
        return (total + rest * ordered[:, whole]) / weight, ordered[:, last].astype(np.float64)
    return total / whole, ordered[:, last].astype(np.float64)


def net_support(want: Reals, against: Reals, weight: float = settings.AGAINST_WEIGHT.value) -> Floats:
    """Return want - weight * against, -weight to 1.

    Example:
        >>> float(net_support(np.array(0.6), np.array(0.2)))
        0.5
    """
    return np.asarray(want - weight * against)


@dataclass(frozen=True, slots=True, eq=False)
class GatheringMeans:
    """GatheringMeans over the gathering for every desire: want (M,), against (M,), worst fifth (M,); coverage of a set.

    `edge` (M,) is the net support at which the worst fifth ends.
    """

    want: Floats
    against: Floats
    worst: Floats
    coverage: float
    edge: Floats


def summarise(chances: Chances, people: npt.NDArray[np.intp], lines: Sequence[int] = ()) -> GatheringMeans:
    """Return the shares and worst fifths over these people, (M,) each, and the coverage of the lines.

    Notes:
        O(n M D^2) in one pass, see `passes`; memory O(n D^2), never n M.
    """
    run = Pass(chances, people)
    means = _Means.empty(run.desires)
    missed = np.ones(run.count)
    for block in run.blocks():
        for line in lines:
            if block.columns.start <= line < block.columns.stop:
                missed *= 1.0 - block.want[line - block.columns.start]
        means.take(block.columns, block.want, block.against)
    return means.finished(1.0 - float(missed.sum()) / max(run.count, 1))


@dataclass(frozen=True, slots=True)
class _Means:
    """Means that are being filled in, a few desires at a time."""

    want: Floats
    against: Floats
    worst: Floats
    edge: Floats

    @classmethod
    def empty(cls, desires: int) -> _Means:
        return cls(*(np.empty(desires) for _ in range(4)))

    def take(self, columns: slice, want: Singles, against: Singles) -> Singles:
        """Fill in these desires from their chances, (desires, people) each, and return their net support."""
        people = max(want.shape[1], 1)
        self.want[columns] = want.sum(1, dtype=np.float64) / people
        self.against[columns] = against.sum(1, dtype=np.float64) / people
        net = np.asarray(want - np.float32(settings.AGAINST_WEIGHT.value) * against)
        self.worst[columns], self.edge[columns] = _lowest(net)
        return net

    def finished(self, coverage: float) -> GatheringMeans:
        return GatheringMeans(self.want, self.against, self.worst, coverage, self.edge)


def desire_errors(
    chances: Chances, people: npt.NDArray[np.intp], summary: GatheringMeans, lines: Sequence[int] = ()
) -> GatheringMeans:
    """Return standard errors of `summarise` that come from how little is known of each desire's own numbers.

    The jackknife moves people and leaves what the model expects of a desire before anybody answered; where answers are
    few, this expectation carries much, and this error is the greater of the two. Of more than 4,096 people every so
    many are taken.

    Args:
        chances: of the fitted model.
        people: over whom `summary` is.
        summary: what `summarise` returned for the same people.
        lines: whose coverage has an error.

    Notes:
        O(n M D), in blocks of people; the first order of a Taylor series in the desire's numbers.

    Source:
        The delta method.
    """
    state, m = chances.state, len(chances.state.desire_mean)
    posterior = chances.posterior if isinstance(chances, Calibrated) else chances
    want, against, worst, covered = (np.zeros((m, state.heads.size)) for _ in range(4))
    inside = np.zeros(m)
    people = _spread(people, _SAMPLE)
    step = max(1, _BLOCK_CELLS // (4 * max(1, m)))  # a dozen arrays of this size live at once
    for first in range(0, len(people), step):
        block = people[first : first + step]
        p, _, q = chances.probabilities(block)
        member = net_support(p, q) <= summary.edge + _ROUNDING
        inside += member.sum(0)
        alone = np.zeros_like(p)
        for line in lines:
            alone[:, line] = np.prod(1.0 - p[:, [other for other in lines if other != line]], axis=1)
        slopes = posterior.slopes(block)
        touch, toward = _head_chances(posterior, slopes)
        for name, part, slope in zip(state.heads.names, state.heads.parts, slopes, strict=True):
            up = slope.rate * (toward if name == "touch" else touch)
            down = slope.rate * ((1.0 - toward) if name == "touch" else -touch)
            level_up, level_down = np.zeros_like(up), np.zeros_like(up)
            if isinstance(chances, Calibrated):
                p_model, q_model = np.asarray(touch * toward), np.asarray(touch * (1.0 - toward))
                up, down, level_up, level_down = chances.moved(name, p_model, q_model, up, down)
            want[:, part] += up.T @ slope.tastes
            against[:, part] += down.T @ slope.tastes
            worst[:, part] += (member * net_support(up, down)).T @ slope.tastes
            covered[:, part] += (alone * up).T @ slope.tastes
            want[:, part.start] += level_up.sum(0)
            against[:, part.start] += level_down.sum(0)
            worst[:, part.start] += (member * net_support(level_up, level_down)).sum(0)
            covered[:, part.start] += (alone * level_up).sum(0)
    n = max(len(people), 1)

    def error(gradient: Floats) -> Floats:
        return np.asarray(np.sqrt(np.einsum("mi,mij,mj->m", gradient, state.desire_covariance, gradient)))

    coverage = float(np.sqrt((error(covered / n) ** 2).sum()))
    fifth = error(worst / np.maximum(inside, 1.0)[:, None])
    return GatheringMeans(error(want / n), error(against / n), fifth, coverage, summary.edge)


def _head_chances(posterior: Posterior, slopes: Sequence[Slope]) -> tuple[Floats | float, Floats | float]:
    """Return P(touched) and P(toward given touched); a head that is left out has probability 0 or 1."""
    by_name = dict(zip(posterior.state.heads.names, slopes, strict=True))
    touch = by_name["touch"].chance if "touch" in by_name else 1.0
    toward = by_name["direction"].chance if "direction" in by_name else float(posterior.always != -1)
    return touch, toward


def jackknife(
    responses: Responses,
    chances: Chances,
    people: npt.NDArray[np.intp],
    circle_of: npt.NDArray[np.int32],
    *,
    rng: np.random.Generator,
    lines: Sequence[int] = (),
    columns: npt.NDArray[np.intp] | None = None,
    groups_most: int | None = None,
    shift_people: int = SHIFT_PEOPLE,
    progress: Callable[[int, int], None] | None = None,
) -> GatheringMeans:
    """Return standard errors of `summarise` (nan with fewer than two groups), leaving out one group at a time.

    Groups are the declared circles where there are at least ten, else twenty random groups. After leaving a group out,
    a few warm sweeps refit the rest.

    A group that is left out does two things. Its own people are missing from every mean: this is found for all groups
    in one pass over everybody. And all others are foretold a little otherwise, because the model has not seen its
    answers: of many people this is found from two thousand of them, before and after.

    Args:
        responses: to which the model was fitted.
        chances: of the fitted model. Where they are calibrated, so are those of the groups, by the same weights, and
            without the direct model, which is not fitted again.
        people: over whom `summarise` is.
        circle_of: (N,) circle of each person, -1 for none.
        rng: draws the groups where circles are not used.
        lines: whose coverage has an error; places in `columns` where these are given.
        groups_most: where there are more declared circles, whole circles are put together at random into so many
            groups: fewer fits, and errors that vary more between draws (by a sixth with twenty groups).
        columns: only the errors of these desires, in this order; most of the cost is per desire, not per fit.
        shift_people: of how many people the shift of the model is found; where there are no more, of everybody.
        progress: called with the groups done and all groups.

    Source: delete-a-group jackknife (Kott 2001).
    """
    groups = _groups(people, circle_of, rng, groups_most)
    count = int(groups.max()) + 1 if len(groups) else 0
    posterior = chances.posterior if isinstance(chances, Calibrated) else chances
    n, m = len(posterior.state.person_mean), len(posterior.state.desire_mean)

    def asked(model: Posterior) -> Chances:
        said: Chances = chances.without_direct(model) if isinstance(chances, Calibrated) else model
        return said if columns is None else said.of_desires(columns)

    group_of = np.full(n, -1)
    group_of[people] = groups
    sampled = _spread(np.arange(len(people)), shift_people)
    few, group_of_few = people[sampled], groups[sampled]
    everybody = len(few) == len(people)
    shifted = None if count < 2 else _shifted(responses, posterior, people, groups, few)  # noqa: PLR2004
    found = [] if everybody else _without_each(asked(posterior), people, groups, count, lines)
    before = None if everybody else Pass(asked(posterior), few).all()
    for g in range(count):
        stay = np.flatnonzero(group_of_few != g)
        if shifted is not None:
            model, rows = next(shifted)
            after = summarise(asked(model), rows, lines)
        else:
            keep = group_of[responses.participant] != g
            rest = Responses(responses.participant[keep], responses.desire[keep], responses.stance[keep])
            warm = fit(rest, n, m, rng=rng, warm=posterior, sweeps=_JACKKNIFE_SWEEPS, tolerance=0.0)
            after = summarise(asked(warm), few[stay], lines)
        if before is None:
            found.append(after)
        else:
            found[g] = _moved(found[g], _means_of(before[0][stay], before[1][stay], lines), after)
        if progress is not None:
            progress(g + 1, count)
    if count < 2:  # noqa: PLR2004
        unknown = np.full(m if columns is None else len(columns), np.nan)
        return GatheringMeans(unknown, unknown, unknown, np.nan, unknown)

    def error(values: Sequence[Floats | float]) -> Floats:
        stack = np.stack([np.asarray(value) for value in values])
        return np.asarray(np.sqrt((count - 1) / count * ((stack - stack.mean(0)) ** 2).sum(0)))

    return GatheringMeans(
        error([s.want for s in found]),
        error([s.against for s in found]),
        error([s.worst for s in found]),
        float(error([s.coverage for s in found])),
        np.full(m if columns is None else len(columns), np.nan),
    )


def _shifted(
    responses: Responses,
    posterior: Posterior,
    people: npt.NDArray[np.intp],
    groups: npt.NDArray[np.intp],
    few: npt.NDArray[np.intp],
) -> Iterator[tuple[Posterior, npt.NDArray[np.intp]]] | None:
    """Return for each group the model without it and the rows of those of a few people who stay, in their order.

    None where a fit for each group is as good: where groups are many, or nothing can be fitted.
    """
    if not posterior.state.heads.size or not fits_in_memory(posterior, int(groups.max()) + 1):
        return None
    group_of = np.full(len(posterior.state.person_mean), -1)
    if len(few) == len(people):  # all, also those who are in no group: nothing is then left to an estimate
        control = np.arange(len(group_of))
    else:
        control = np.union1d(few, people[_spread(np.arange(len(people)), _CONTROLS * len(few))])
    group_of[people] = groups
    control = control[np.argsort(group_of[control], kind="stable")]
    models = without_each(responses, posterior, group_of, control, sweeps=_JACKKNIFE_SWEEPS)
    row = np.full(len(group_of), -1)

    def rows(group: int) -> npt.NDArray[np.intp]:
        stay = control[group_of[control] != group]
        row[stay] = np.arange(len(stay))
        return np.asarray(row[few[group_of[few] != group]], np.intp)

    return ((model, rows(group)) for group, model in enumerate(models))


def _without_each(
    chances: Chances, people: npt.NDArray[np.intp], groups: npt.NDArray[np.intp], count: int, lines: Sequence[int]
) -> list[GatheringMeans]:
    """Return the means over these people without each group in turn, by chances that stay as they are.

    The worst fifth is by its first order: the edge stays where it is. O(n M), one pass.
    """
    order = np.argsort(groups, kind="stable")
    ends = np.searchsorted(groups[order], np.arange(count + 1))
    run = Pass(chances, people[order])
    sizes = np.diff(ends)
    left = (len(people) - sizes)[:, None].astype(np.float64)
    want, against, below = (np.empty((count, run.desires)) for _ in range(3))
    means, missed = _Means.empty(run.desires), np.ones(run.count)
    for block in run.blocks():
        for line in lines:
            if block.columns.start <= line < block.columns.stop:
                missed *= 1.0 - block.want[line - block.columns.start]
        net = means.take(block.columns, block.want, block.against)
        np.minimum(net - means.edge[block.columns, None].astype(np.float32), 0.0, out=net)
        for g in range(count):
            mine = slice(ends[g], ends[g + 1])
            for total, values in ((want, block.want), (against, block.against), (below, net)):
                total[g, block.columns] = values[:, mine].sum(1)
    uncovered = np.add.reduceat(missed, ends[:-1])
    least = settings.WORST_SHARE.value
    coverage = 1.0 - (missed.sum() - uncovered) / left[:, 0]
    of_want, of_against, of_below = ((total.sum(0) - total) / left for total in (want, against, below))
    return [
        GatheringMeans(w, a, means.edge + low / least, float(covered), means.edge)
        for w, a, low, covered in zip(of_want, of_against, of_below, coverage, strict=True)
    ]


def _means_of(want: Singles, against: Singles, lines: Sequence[int]) -> GatheringMeans:
    """Return the means over people whose chances are at hand, (people, desires) each."""
    means = _Means.empty(want.shape[1])
    means.take(slice(None), np.ascontiguousarray(want.T), np.ascontiguousarray(against.T))
    missed = np.prod(1.0 - want[:, list(lines)].astype(np.float64), axis=1)
    return means.finished(1.0 - float(missed.sum()) / max(len(want), 1))


def _moved(direct: GatheringMeans, before: GatheringMeans, after: GatheringMeans) -> GatheringMeans:
    """Return means moved by what the model moved them for a few people."""
    return GatheringMeans(
        direct.want + after.want - before.want,
        direct.against + after.against - before.against,
        direct.worst + after.worst - before.worst,
        direct.coverage + after.coverage - before.coverage,
        direct.edge,
    )


def _spread(rows: npt.NDArray[np.intp], most: int) -> npt.NDArray[np.intp]:
    """Return at most so many of these rows, evenly spread."""
    if len(rows) <= most:
        return rows
    return np.asarray(rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)])


def _groups(
    people: npt.NDArray[np.intp],
    circle_of: npt.NDArray[np.int32],
    rng: np.random.Generator,
    most: int | None = None,
) -> npt.NDArray[np.intp]:
    """Return a group number from 0 for each of these people; members of a circle stay in one group."""
    declared = circle_of[people]
    labels = np.unique(declared)
    if (declared >= 0).all() and len(labels) >= _JACKKNIFE_GROUPS // 2:
        group = np.searchsorted(labels, declared).astype(np.intp)
        if most is None or len(labels) <= most:
            return group
        return np.asarray(rng.permutation(np.arange(len(labels)) % most)[group], np.intp)
    count = min(_JACKKNIFE_GROUPS, len(people))
    return rng.permutation(np.arange(len(people)) % max(count, 1)).astype(np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class CrossFitted:
    """Raw answers of the fifth that a model, fitted without those answers, expected to support a desire least.

    Attributes:
        worst: (M,) mean raw net support of that fifth; nan with too few answers.
        error: (M,) its standard error.
        against: (M,) share against among them.
        expected: (M,) what the model expected of them.
        tail: (M,) how many answers that fifth has.
        order: for each desire the raw net supports of its fifth, for bounds that hold at every sample size.
        voices: (M,) effective number of people in that fifth (Kish 1965); nan with too few answers.
        fifths: for each desire the people of that fifth and the share of each in it, which sums to 1.
        calibration: learned from the same held-out answers.
    """

    worst: Floats
    error: Floats
    against: Floats
    expected: Floats
    tail: npt.NDArray[np.int64]
    order: tuple[Floats, ...]
    voices: Floats
    fifths: tuple[tuple[npt.NDArray[np.intp], Floats], ...]
    calibration: Calibration = UNCORRECTED


def _share_of_tail(voice: Floats) -> Floats:
    """Return the share of each answer in the worst fifth of its desire, (answers,), sums to 1.

    Args:
        voice: (answers,) weight of each answer, the least supportive first.

    Example:
        >>> _share_of_tail(np.array([1.0, 1.0, 3.0, 5.0])).tolist()
        [0.5, 0.5, 0.0, 0.0]
    """
    least = settings.WORST_SHARE.value * voice.sum()
    inside = np.clip(least - (np.cumsum(voice) - voice), 0.0, voice)
    return np.asarray(inside / inside.sum())


def _place_in_fold(expected: Floats, desire: npt.NDArray[np.int32], fold: npt.NDArray[np.intp]) -> Floats:
    """Return the place of each answer among those to the same desire in the same fold, the lowest first, 0 to 1.

    Example:
        >>> _place_in_fold(np.array([0.9, 0.1, 0.5, 0.4]), np.zeros(4, np.int32), np.array([0, 0, 1, 1])).tolist()
        [0.75, 0.25, 0.75, 0.25]
    """
    order = np.lexsort((expected, fold, desire))
    place = np.empty(len(order))
    starts = np.flatnonzero(np.diff(desire[order], prepend=-1) | np.diff(fold[order], prepend=-1))
    sizes = np.diff(np.append(starts, len(order)))
    rank = np.arange(len(order)) - np.repeat(starts, sizes)
    place[order] = (rank + 0.5) / np.repeat(sizes, sizes)
    return place


def cross_fit(
    responses: Responses,
    participant_count: int,
    desire_count: int,
    *,
    rng: np.random.Generator,
    least_tail: int = 5,
    progress: Callable[[int, int], None] | None = None,
) -> CrossFitted:
    """Return how the fifth that other answers point at answered every desire, by cross-fitting in five folds.

    Nobody can be pointed at surely, so it lies above the true worst fifth: it is a check, and no estimate of that.

    The people of each fold are ordered among themselves, by a model that was fitted to the other folds. So no answer
    decides whether it is itself counted. People of different folds are not compared: an answer takes part in what is
    expected of the other folds, so those who want a desire would seem to want it less. A desire whose fifth has fewer
    than `least_tail` answers has nan, which differs from no support.

    One person has one voice: an answer weighs 1 / (answers of its person). So the fifth is a fifth of the people, and
    somebody who answers every desire counts no more than somebody who answers eight.

    Notes:
        Five fits of at most 25 sweeps, and with 200 answers five of the direct model (see `calibration`).
    """
    held = hold_out(responses, participant_count, desire_count, rng=rng, progress=progress)
    return crossed(held, responses, participant_count, desire_count, least_tail=least_tail)


def crossed(
    held: HeldOut, responses: Responses, participant_count: int, desire_count: int, *, least_tail: int = 5
) -> CrossFitted:
    """Return how the fifth that other answers point at answered every desire, from what was foretold of each answer.

    Args:
        held: what was foretold of each of the responses by models that had not seen it.
        responses: last response per pair.
        participant_count: N.
        desire_count: M.
        least_tail: a desire whose fifth has fewer answers has nan.
    """
    expected = net_support(*foretold(held))
    raw = net_support((responses.stance == 1).astype(float), (responses.stance == -1).astype(float))
    voice = 1.0 / np.bincount(responses.participant, minlength=participant_count)[responses.participant]
    worst, error, against_share, predicted, voices = (np.full(desire_count, np.nan) for _ in range(5))
    tail = np.zeros(desire_count, np.int64)
    order: list[Floats] = [np.zeros(0)] * desire_count
    fifths = [(np.zeros(0, np.intp), np.zeros(0))] * desire_count
    by_desire = np.lexsort((_place_in_fold(expected, responses.desire, held.fold), responses.desire))
    ends = np.searchsorted(responses.desire[by_desire], np.arange(desire_count + 1))
    for d in range(desire_count):
        mine = by_desire[ends[d] : ends[d + 1]]
        tail[d] = int(len(mine) * settings.WORST_SHARE.value)
        if tail[d] < least_tail:
            continue
        share = _share_of_tail(voice[mine])
        low, share = mine[share > 0], share[share > 0]
        order[d] = raw[mine[: tail[d]]]
        fifths[d] = responses.participant[low].astype(np.intp), share
        worst[d] = share @ raw[low]
        voices[d] = 1.0 / (share**2).sum()
        spread = (voices[d] * (share @ (raw[low] - worst[d]) ** 2) + _AS_IF) / (voices[d] + 2.0)
        error[d] = np.sqrt(spread / max(voices[d] - 1.0, 1.0))
        against_share[d] = share @ (responses.stance[low] == -1)
        predicted[d] = share @ expected[low]
    return CrossFitted(worst, error, against_share, predicted, tail, tuple(order), voices, tuple(fifths), learn(held))


def interval(value: float, error: float, least: float, most: float) -> Estimate:
    """Return a value with its 90 % interval from a standard error, kept within least..most.

    A missing standard error (nan) gives the widest interval: nothing is known.

    Example:
        >>> interval(0.5, float("nan"), 0.0, 1.0)
        Estimate(value=0.5, low=0.0, high=1.0)
    """
    if not np.isfinite(error):
        return Estimate(value, least, most)
    inside = float(np.clip(value, least, most))
    return Estimate(
        inside,
        float(np.clip(inside - _NINETY * error, least, most)),
        float(np.clip(inside + _NINETY * error, least, most)),
    )
