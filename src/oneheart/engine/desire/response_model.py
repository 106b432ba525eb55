"""The response model: a Bayesian low-rank logistic model of wants and refusals, in two nested heads.

Two nested heads share one set of people and desires: *touch* (any answer but NOT_MINE) and *direction* (WANT
rather than AGAINST, among the touched). Each has a linear predictor ``a_i + b_d + u_i . v_d`` under a logistic
link; a person's numbers of both heads have one joint normal prior, learned in part (see `priors`), and so have a
desire's. Fitted by mean-field variational Bayes with Polya-Gamma weights; the hot loop is in `kernels`.

A head that the answers cannot inform is left out and its probability is exactly one: where nobody was ever
against, being touched is wanting; where nobody ever said "not mine", everybody was touched.

Source: ours; Polya-Gamma weights after Polson, Scott & Windle (2013), the bound after Jaakkola & Jordan (2000).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine import compiled
from oneheart.engine.desire.priors import learned_covariance
from oneheart.engine.desire.ranks import Ranks, ranks_for
from oneheart.engine.desire.settling import Lean, Rest, watched_of
from oneheart.engine.desire.starting import first_tastes
from oneheart.engine.teams import blocks, row_length
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
Probabilities = tuple[Floats, Floats, Floats]
"""P(want), P(not mine), P(against), in this order; they sum to one."""

Sums = list[Floats]
"""What people add to desires: sums of rows for each head, and second moments of people."""

_TASTE_VARIANCE = 0.5
_JITTER = 1e-10
_PAIRS_AT_ONCE = 65_536


class Heads(NamedTuple):
    """How many numbers each head has per person or desire: one intercept and its hidden tastes; 0 = left out.

    Example:
        >>> Heads(4, 5).size
        9
    """

    touch: int
    direction: int

    @property
    def size(self) -> int:
        """Return D, the numbers of both heads together."""
        return self.touch + self.direction

    @property
    def parts(self) -> tuple[slice, ...]:
        """Return the place of each head that is in use."""
        both = slice(0, self.touch), slice(self.touch, self.size)
        return tuple(part for part in both if part.stop > part.start)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the heads in use."""
        return tuple(name for name, n in (("touch", self.touch), ("direction", self.direction)) if n)


@dataclass(frozen=True, slots=True, eq=False)
class ModelState:
    """Everything that a sweep reads and writes; all arrays float64.

    Attributes:
        heads: sizes of the two heads; D their sum.
        person_mean: (N, D) posterior means of people, per head intercept first, then tastes.
        person_covariance: (N, D, D).
        desire_mean: (M, D), the same order.
        desire_covariance: (M, D, D).
        person_prior_covariance: (D, D); the prior mean of people is zero.
        desire_prior_mean: (D,).
        desire_prior_covariance: (D, D).
    """

    heads: Heads
    person_mean: Floats
    person_covariance: Floats
    desire_mean: Floats
    desire_covariance: Floats
    person_prior_covariance: Floats
    desire_prior_mean: Floats
    desire_prior_covariance: Floats


def row_starts(responses: Responses, participant_count: int) -> npt.NDArray[np.int64]:
    """Return where each person's responses begin, (N + 1,)."""
    counts = np.bincount(responses.participant, minlength=participant_count)
    return np.concatenate([[0], np.cumsum(counts)])


@cache
def _packed(n: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the row and column numbers of a packed upper triangle."""
    row, column = np.triu_indices(n)
    row.flags.writeable = column.flags.writeable = False  # cached and shared by all callers
    return row, column


def desire_rows(mean: Floats, covariance: Floats, head: slice) -> Floats:
    """Return the desires' rows of one head, (M, row length): what `kernels` multiplies with a person's row.

    For a desire with intercept b and tastes v: E[b (1, v)], then second moments of (1, v), with E[b^2] in the place of
    the first of them, which is always one.
    """
    n = head.stop - head.start
    m = mean[:, head]
    c = covariance[:, head, head]
    second = m[:, :, None] * m[:, None, :] + c
    square = second[:, 0, 0].copy()
    with_intercept = second[:, 0, :].copy()
    with_intercept[:, 0] = m[:, 0]
    second[:, 0, :] = second[:, :, 0] = m
    second[:, 0, 0] = square
    rows = np.zeros((len(mean), row_length(n)))
    a, b = _packed(n)
    rows[:, :n] = with_intercept
    rows[:, n : n + len(a)] = second[:, a, b]
    return rows


def person_rows(mean: Floats, covariance: Floats, head: slice) -> Floats:
    """Return the people's rows of one head, (n, row length + 1), to multiply with `desire_rows` and a one at their end.

    The product is E[eta^2]. For a person with intercept a and tastes u: 2 (a, u), then one, then the other second
    moments of (a, u), twice where two numbers meet, and at the very end E[a^2].
    """
    n = head.stop - head.start
    m = mean[:, head]
    second = m[:, :, None] * m[:, None, :] + covariance[:, head, head]
    rows = np.zeros((len(mean), row_length(n) + 1))
    a, b = _packed(n)
    rows[:, :n] = 2.0 * m
    rows[:, n : n + len(a)] = second[:, a, b] * np.where(a == b, 1.0, 2.0)
    rows[:, n] = 1.0
    rows[:, -1] = second[:, 0, 0]
    return rows


def sweep(
    state: ModelState,
    responses: Responses,
    *,
    threads: int | None = None,
    start: npt.NDArray[np.int64] | None = None,
    overwrite: bool = False,
) -> ModelState:
    """Return the state after one sweep: first all people, then, from the new people, all desires.

    The priors stay as they are (`learn_priors` moves them). The state given is not changed, unless `overwrite` lets the
    sweep reuse its arrays of people, which are most of the memory.

    Notes:
        O(responses K^2 + (N + M) D^3); bit-identical for every number of threads.
        Equal to `engine.reference.sweep_by_definition` to rounding.
    """
    return _sweep(state, responses, threads=threads, start=start, overwrite=overwrite)[0]


def _sweep(
    state: ModelState,
    responses: Responses,
    *,
    threads: int | None,
    start: npt.NDArray[np.int64] | None,
    overwrite: bool,
) -> tuple[ModelState, Floats]:
    """Return the state after one sweep and the summed second moments of people who answered."""
    n, m, size = len(state.person_mean), len(state.desire_mean), state.heads.size
    start = row_starts(responses, n) if start is None else start
    # C-contiguous, as the kernel needs them
    mean, covariance = (
        np.require(part, requirements="C") if overwrite else part.copy(order="C")
        for part in (state.person_mean, state.person_covariance)
    )
    cuts = blocks(n, m * sum(row_length(part) for part in state.heads) + size * size)
    sums = sums_of_people(state, start, responses.desire, responses.stance, mean, covariance, cuts, threads=threads)
    new = replace(state, person_mean=mean, person_covariance=covariance)
    if not sums:
        return new, np.zeros((size, size))
    # sums in the order of the blocks, so that results are bit-identical for every number of threads
    total = added(sums)
    desire_mean, desire_covariance = updated_desires(state, total)
    return replace(new, desire_mean=desire_mean, desire_covariance=desire_covariance), total[2]


def sums_of_people(
    state: ModelState,
    start: npt.NDArray[np.int64],
    desire: npt.NDArray[np.int32],
    stance: npt.NDArray[np.int8],
    mean: Floats,
    covariance: Floats,
    cuts: Sequence[tuple[int, int]],
    *,
    threads: int | None,
) -> list[Sums]:
    """Update people by the desires of a state, and return what each block of them adds to the desires.

    Args:
        state: desires and priors.
        start: where the answers of each of these people begin, one more than people.
        desire: of each answer.
        stance: of each answer.
        mean: (people, D), overwritten.
        covariance: (people, D, D), overwritten.
        cuts: first and last + 1 of each block.
        threads: how many threads; sums do not depend on it.
    """
    heads, m, size = state.heads, len(state.desire_mean), state.heads.size
    touch, direction = slice(0, heads.touch), slice(heads.touch, size)
    empty = np.zeros((m, 0))
    rows_t = desire_rows(state.desire_mean, state.desire_covariance, touch) if heads.touch else empty
    rows_d = desire_rows(state.desire_mean, state.desire_covariance, direction) if heads.direction else empty
    sums = [[np.zeros(rows_t.shape), np.zeros(rows_d.shape), np.zeros((size, size))] for _ in cuts]
    precision = np.linalg.inv(state.person_prior_covariance)
    kernel = compiled.sweep_block(heads.touch, heads.direction)

    def one_block(block: int) -> None:
        kernel(*cuts[block], start, desire, stance, rows_t, rows_d, precision, mean, covariance, *sums[block])

    compiled.run_blocks(one_block, len(cuts), compiled.thread_count() if threads is None else threads)
    return sums


def added(sums: Sequence[Sums]) -> Sums:
    """Return sums of blocks added up in their order; there must be one at least."""
    total = [np.zeros_like(part) for part in sums[0]]
    for parts in sums:
        for place, part in enumerate(parts):
            total[place] += part
    return total


def updated_desires(state: ModelState, total: list[Floats]) -> tuple[Floats, Floats]:
    """Return the desires' new means (M, D) and covariances (M, D, D) from the sums over people."""
    m, heads = len(state.desire_mean), state.heads
    prior = np.linalg.inv(state.desire_prior_covariance)
    precision = np.tile(prior, (m, 1, 1))
    right = np.tile(prior @ state.desire_prior_mean, (m, 1))
    for sums, first, n in ((total[0], 0, heads.touch), (total[1], heads.touch, heads.direction)):
        if n == 0:
            continue
        a, b = _packed(n)
        full = np.zeros((m, n, n))
        full[:, a, b] = full[:, b, a] = sums[:, n : n + len(a)]
        precision[:, first : first + n, first : first + n] += full
        right[:, first : first + n] += sums[:, :n]
    compiled.invert(heads.size)(precision)
    return np.einsum("mij,mj->mi", precision, right), precision


def learn_priors(
    state: ModelState, moment: Floats, answered: int, answered_desires: npt.NDArray[np.bool_]
) -> ModelState:
    """Return the state with its priors moved to fit the posteriors (empirical Bayes); see `priors`.

    `moment` (D, D) sums the second moments of the `answered` people.
    """
    parts = state.heads.parts
    intercepts = np.array([part.start for part in parts], dtype=np.intp)
    used_mean = state.desire_mean[answered_desires]
    mean = state.desire_prior_mean.copy()
    mean[intercepts] = used_mean[:, intercepts].mean(0)
    apart = used_mean - mean
    spread = (apart.T @ apart + state.desire_covariance[answered_desires].sum(0)) / len(used_mean)
    return replace(
        state,
        person_prior_covariance=learned_covariance(moment / max(answered, 1), parts, 1.0),
        desire_prior_mean=mean,
        desire_prior_covariance=learned_covariance(spread, parts, _TASTE_VARIANCE),
    )


def _head_answers(responses: Responses, name: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which responses inform a head, and their binary label for it (True = touched, or toward)."""
    if name == "touch":
        return np.ones(len(responses), bool), responses.stance != 0
    used = responses.stance != 0
    return used, responses.stance[used] > 0


def choose_heads(responses: Responses, *, touch_rank: int, direction_rank: int) -> Heads:
    """Return the heads that the answers can inform: a head needs answers of both kinds.

    Where only one head can be informed (nobody is against, or everybody is touched), it gets the tastes of both heads.

    Example:
        >>> choose_heads(Responses.of([0, 0, 1], [0, 1, 0], [1, 0, 1]), touch_rank=3, direction_rank=4)
        Heads(touch=8, direction=0)
        >>> choose_heads(Responses.of([0, 0, 1], [0, 1, 0], [1, 0, -1]), touch_rank=3, direction_rank=4)
        Heads(touch=4, direction=5)
    """
    touched = responses.stance != 0
    toward = responses.stance[touched] > 0
    some = bool(touched.any()) and not bool(touched.all())
    both = bool(toward.any()) and not bool(toward.all())
    if some and both:
        return Heads(touch_rank + 1, direction_rank + 1)
    size = touch_rank + direction_rank + 1
    return Heads(size if some else 0, size if both else 0)


def heads_for(responses: Responses, ranks: Ranks | None = None, warm: Heads | None = None) -> Heads:
    """Return the heads of `ranks`; without ranks `warm` if it has the heads that can be informed, or else new ones."""
    touch, direction = ranks_for(responses) if ranks is None else ranks
    heads = choose_heads(responses, touch_rank=touch, direction_rank=direction)
    kept = ranks is None and warm is not None and warm.names == heads.names
    return warm if kept and warm is not None else heads


def first_state(
    responses: Responses, participant_count: int, desire_count: int, heads: Heads, rng: np.random.Generator
) -> ModelState:
    """Return a first state: tastes from the leading directions of what differs from each desire's mean answer.

    The leading directions come from subspace iteration on the residuals: see `starting`.
    """
    n, m, size = participant_count, desire_count, heads.size
    person_mean = np.zeros((n, size))
    desire_mean = np.zeros((m, size))
    prior_mean = np.zeros(size)
    person_prior, desire_prior = np.eye(size), np.eye(size) * _TASTE_VARIANCE
    for part, name in zip(heads.parts, heads.names, strict=True):
        overall, people, tastes = _first_head(responses, n, m, name, part.stop - part.start - 1, rng)
        prior_mean[part.start] = desire_mean[:, part.start] = overall
        person_prior[part.start, part.start], desire_prior[part.start, part.start] = 0.5, 1.0
        person_mean[:, part.start + 1 : part.stop] = people
        desire_mean[:, part.start + 1 : part.stop] = tastes
    return ModelState(
        heads,
        person_mean,
        np.tile(np.eye(size) * 0.3, (n, 1, 1)),
        desire_mean,
        np.tile(np.eye(size) * 0.2, (m, 1, 1)),
        person_prior,
        prior_mean,
        desire_prior,
    )


def _first_head(
    responses: Responses, n: int, m: int, name: str, rank: int, rng: np.random.Generator
) -> tuple[float, Floats, Floats]:
    """Return the log odds of all answers to a head, and first tastes of people (n, rank) and desires (m, rank)."""
    used, yes = _head_answers(responses, name)
    j, y = responses.desire[used], yes.astype(np.float64)
    mean = y.mean()
    chance = float(np.clip(mean, 0.02, 0.98))
    count = np.bincount(j, minlength=m)
    item = (np.bincount(j, y, minlength=m) + 2 * mean) / (count + 2)
    residual = np.zeros(len(responses))
    residual[used] = y - item[j]
    tastes, people = first_tastes(responses, row_starts(responses, n), residual, m, rank, rng)
    return float(np.log(chance / (1 - chance))), people / (people.std(0) + 1e-9), tastes * np.sqrt(m) * 0.7


class Slope(NamedTuple):
    """Derivatives of one head's chances by a desire's numbers, for n people and M desires.

    Attributes:
        chance: (n, M) chance that the head says yes.
        rate: (n, M) its derivative by the linear predictor.
        tastes: (n, D of the head) derivative of the linear predictor by a desire's numbers: (1, u).
    """

    chance: Floats
    rate: Floats
    tastes: Floats


@dataclass(frozen=True)
class Posterior:
    """The posterior of every person and desire, from which chances of every answer follow, asked or not.

    Attributes:
        state: means and covariances (see `ModelState`).
        always: the stance of everyone where neither head could be informed (all answers alike), else None.
        sweeps: rounds of fitting done.
        converged: whether they stopped by themselves.
        rest: by how much more sweeps might still move a worst fifth, as estimated; infinite where not known.
    """

    state: ModelState
    always: int | None
    sweeps: int
    converged: bool
    rest: float = np.inf

    @cached_property
    def desire_rows(self) -> tuple[Floats, ...]:
        """Return for each head what `person_rows` are multiplied with, (M, row length + 1)."""
        s, one = self.state, np.ones((len(self.state.desire_mean), 1))
        return tuple(np.hstack([desire_rows(s.desire_mean, s.desire_covariance, part), one]) for part in s.heads.parts)

    @cached_property
    def desire_first(self) -> tuple[Floats, ...]:
        """Return for each head the desires' (1, v, b), (M, n + 1), to multiply with people's (a, u, 1)."""
        out = []
        for part in self.state.heads.parts:
            mean = self.state.desire_mean[:, part]
            out.append(np.concatenate([np.ones((len(mean), 1)), mean[:, 1:], mean[:, :1]], axis=1))
        return tuple(out)

    def probabilities(self, participants: slice | npt.NDArray[np.intp] | None = None) -> Probabilities:
        """Return P(want), P(not mine), P(against) of these people to every desire, each (n, M).

        Every entry is a model estimate between 0 and 1, also where the person answered; people without answers
        get the gathering's prior. Memory is 3 n M floats: ask for blocks of people where N M is large.
        """
        chosen = slice(None) if participants is None else participants
        mean, covariance = self.state.person_mean[chosen], self.state.person_covariance[chosen]
        heads = []
        for h, part in enumerate(self.state.heads.parts):
            square = person_rows(mean, covariance, part) @ self.desire_rows[h].T
            first = np.concatenate([mean[:, part], np.ones((len(mean), 1))], axis=1) @ self.desire_first[h].T
            heads.append(_expected_logistic(first, square))
        return self._three(heads, (len(mean), len(self.state.desire_mean)))

    def at(self, participant: npt.ArrayLike, desire: npt.ArrayLike) -> Probabilities:
        """Return the three probabilities for pairs (participant[k], desire[k]), each of the pairs' length."""
        i, j = np.asarray(participant, np.intp), np.asarray(desire, np.intp)
        if i.ndim != 1 or len(i) <= _PAIRS_AT_ONCE:
            return self._at(i, j)
        parts = [
            self._at(i[k : k + _PAIRS_AT_ONCE], j[k : k + _PAIRS_AT_ONCE]) for k in range(0, len(i), _PAIRS_AT_ONCE)
        ]
        want, not_mine, against = (np.concatenate(found) for found in zip(*parts, strict=True))
        return want, not_mine, against

    def _at(self, i: npt.NDArray[np.intp], j: npt.NDArray[np.intp]) -> Probabilities:
        """Return the three probabilities for pairs; what is needed of a person is computed once."""
        shape = np.broadcast_shapes(i.shape, j.shape)
        who, place = np.unique(i, return_inverse=True)
        person, desire = (np.ascontiguousarray(np.broadcast_to(k, shape).ravel(), np.int64) for k in (place, j))
        mean, covariance = self.state.person_mean[who], self.state.person_covariance[who]
        dots = compiled.loop("dots")
        heads = []
        for h, part in enumerate(self.state.heads.parts):
            square, first = np.empty(len(person)), np.empty(len(person))
            dots(person_rows(mean, covariance, part), self.desire_rows[h], person, desire, square)
            left = np.concatenate([mean[:, part], np.ones((len(mean), 1))], axis=1)
            dots(left, self.desire_first[h], person, desire, first)
            heads.append(_expected_logistic(first, square).reshape(shape))
        return self._three(heads, shape)

    def with_people_drawn(
        self, participants: npt.NDArray[np.intp], count: int, *, rng: np.random.Generator
    ) -> Posterior:
        """Return the posterior with `count` draws of the tastes of each of these people, rows of one person together.

        Draws come in pairs of opposite sign around the mean, so an even count keeps it. O(n count D^2).
        """
        s = self.state
        mean, size = s.person_mean[participants], s.heads.size
        root = np.linalg.cholesky(s.person_covariance[participants] + _JITTER * np.eye(size))
        half = np.einsum("nij,nkj->nki", root, rng.normal(size=(len(mean), (count + 1) // 2, size)))
        away = np.concatenate([half, -half], axis=1)[:, :count]
        people = (mean[:, None, :] + away).reshape(len(mean) * count, size)
        known = replace(s, person_mean=people, person_covariance=np.zeros((len(people), size, size)))
        return replace(self, state=known)

    def of_desires(self, columns: npt.ArrayLike) -> Posterior:
        """Return the posterior of these desires only, in this order, so that others are not computed.

        Example:
            >>> r = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, 1, -1, 1])
            >>> model = fit(r, 3, 2, rng=np.random.default_rng(0))
            >>> bool(np.allclose(model.of_desires([1]).probabilities()[0][:, 0], model.probabilities()[0][:, 1]))
            True
        """
        places = np.asarray(columns, np.intp)
        s = self.state
        few = replace(s, desire_mean=s.desire_mean[places], desire_covariance=s.desire_covariance[places])
        return replace(self, state=few)

    def slopes(self, participants: npt.NDArray[np.intp]) -> tuple[Slope, ...]:
        """Return for each head in use the derivatives of these people's chances by a desire's numbers.

        Notes:
            O(n M D), memory 2 n M floats for each head: ask for blocks of people where N M is large.
        """
        mean, covariance = self.state.person_mean[participants], self.state.person_covariance[participants]
        out = []
        for h, part in enumerate(self.state.heads.parts):
            square = person_rows(mean, covariance, part) @ self.desire_rows[h].T
            ones = np.ones((len(mean), 1))
            first = np.concatenate([mean[:, part], ones], axis=1) @ self.desire_first[h].T
            narrowed = 1.0 / np.sqrt(1.0 + np.pi * np.maximum(square - first * first, 0.0) / 8.0)
            chance = 1.0 / (1.0 + np.exp(-first * narrowed))
            tastes = np.concatenate([ones, mean[:, part][:, 1:]], axis=1)
            out.append(Slope(chance, chance * (1.0 - chance) * narrowed, tastes))
        return tuple(out)

    def _three(self, heads: list[Floats], shape: tuple[int, ...]) -> Probabilities:
        """Return the three probabilities from those of the heads in use; a head left out has probability one."""
        names = self.state.heads.names
        zero = np.zeros(shape)
        if not names:
            want, against = (np.full(shape, float(self.always == sign)) for sign in (1, -1))
            return want, 1.0 - want - against, against
        touch = heads[0] if "touch" in names else zero + 1.0
        if "direction" in names:
            toward = heads[-1]
            return touch * toward, 1.0 - touch, touch * (1.0 - toward)
        if self.always == -1:  # all answers are AGAINST
            return zero, 1.0 - touch, touch
        return touch, 1.0 - touch, zero


def _expected_logistic(mean: Floats, square: Floats) -> Floats:
    """Return E[logistic(eta)] for a normal eta with this mean and second moment (MacKay 1992)."""
    variance = np.maximum(square - mean * mean, 0.0)
    return np.asarray(1.0 / (1.0 + np.exp(-mean / np.sqrt(1.0 + np.pi * variance / 8.0))))


def fit(
    responses: Responses,
    participant_count: int,
    desire_count: int,
    *,
    rng: np.random.Generator,
    warm: Posterior | None = None,
    sweeps: int = int(settings.SWEEPS.value),
    tolerance: float = settings.TOLERANCE.value,
    ranks: Ranks | None = None,
    learn: bool = True,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Posterior:
    """Return the posterior of all people and desires given the responses.

    Args:
        responses: last response per pair (see `Responses`); may be empty.
        participant_count: N; people without responses keep the prior.
        desire_count: M; desires without responses keep the prior.
        rng: start of the subspace iteration; results for another start agree to about the tolerance.
        warm: begin here (same N and M) instead of from the leading directions.
        sweeps: at most so many.
        tolerance: stop when no desire's worst fifth moved by more in a sweep; 0 to do all sweeps.
        ranks: hidden tastes of the heads; None for those of `warm`, or without it for `ranks_for(responses)`.
        learn: move the priors too.
        threads: how many threads; the result does not depend on it.
        progress: called with the number of the sweep just done.

    Notes:
        O(sweeps (responses K^2 + (N + M) D^3)); memory O((N + M) D^2), never N M.

    Example:
        >>> r = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, 1, -1, 1])
        >>> want, _, against = fit(r, 3, 2, rng=np.random.default_rng(0)).probabilities()
        >>> bool((want[:, 0] > want[:, 1]).all())
        True
    """
    heads = heads_for(responses, ranks, None if warm is None else warm.state.heads)
    always = always_of(responses)
    fresh = warm is None or warm.state.heads != heads
    start = row_starts(responses, participant_count)
    answered = int((np.diff(start) > 0).sum())
    if warm is not None and not fresh:
        state = warm.state
    else:
        state = first_state(responses, participant_count, desire_count, heads, rng)
    if not heads.size:
        return Posterior(state, always, 0, converged=True, rest=0.0)
    answered_desires = np.bincount(responses.desire, minlength=desire_count) > 0
    watched = watched_of(start) if tolerance > 0 else None
    lean, rest, done, begun = Lean(), Rest(), 0, state
    while done < sweeps and rest.left > tolerance:
        ours = done > 0 or fresh  # the arrays of a warm start are the caller's and must not be overwritten
        state, moment = _sweep(begun, responses, threads=threads, start=start, overwrite=ours)
        if learn:
            state = learn_priors(state, moment, answered, answered_desires)
        done += 1
        if progress is not None:
            progress(done)
        if watched is not None and rest.is_due(done):
            rest.note(lowest_support(Posterior(state, always, done, converged=False), watched))
        begun = ahead_of(lean, begun, state)
    return Posterior(state, always, done, converged=rest.left <= tolerance, rest=rest.left)


def ahead_of(lean: Lean, begun: ModelState, reached: ModelState) -> ModelState:
    """Return where the next sweep begins: people as reached, desires and priors ahead of it (see `settling`)."""
    size = reached.heads.size
    square = size * size
    numbers = lean.ahead(_leaning(begun), _leaning(reached))
    people, desires = (numbers[k : k + square].reshape(size, size) for k in (0, square))
    try:
        np.linalg.cholesky(np.stack([people, desires]))
    except np.linalg.LinAlgError:  # leaned over the edge of what is a covariance
        lean.begin_anew()
        return reached
    return replace(
        reached,
        person_prior_covariance=people,
        desire_prior_covariance=desires,
        desire_prior_mean=numbers[2 * square : 2 * square + size],
        desire_mean=numbers[2 * square + size :].reshape(-1, size),
    )


def _leaning(state: ModelState) -> Floats:
    """Return the numbers that lean ahead: priors, then the means of desires."""
    return np.concatenate(
        [
            state.person_prior_covariance.ravel(),
            state.desire_prior_covariance.ravel(),
            state.desire_prior_mean,
            state.desire_mean.ravel(),
        ]
    )


def lowest_support(posterior: Posterior, people: npt.NDArray[np.intp]) -> Floats:
    """Return for each desire the mean net support of the least supportive fifth of these people, (M,).

    Convergence is checked on this value, because tastes may still rotate without changing any probability.
    """
    want, _, against = posterior.probabilities(people)
    fifth = max(1, round(settings.WORST_SHARE.value * len(people)))
    lowest = np.partition((want - settings.AGAINST_WEIGHT.value * against).T, fifth - 1, axis=1)
    return np.asarray(lowest[:, :fifth].mean(1))


def always_of(responses: Responses) -> int | None:
    """Return the one stance that every (touched) answer has, where there is only one; None otherwise."""
    stances = set(np.unique(responses.stance).tolist())
    if stances == {0} or not stances:
        return 0
    touched = stances - {0}
    return touched.pop() if len(touched) == 1 else None
