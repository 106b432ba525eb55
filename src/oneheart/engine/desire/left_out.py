"""The model without each group of people in turn, at little more than the cost of one sweep over everybody.

To leave a group out and fit anew takes a few sweeps over all others, for each group. But all these fits begin at the
same model. So what everybody says to the desires in the first sweep is the same for all of them, and a sweep that keeps
the sums of each group apart gives the first step of every fit exactly. In later sweeps desires have moved a little, and
people say something a little different. How different is found from a few people of all groups, before and after:
what they say more is scaled to everybody who stays.

Source: ours; a control variate, with the first step as the control.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.response_model import (
    ModelState,
    Posterior,
    Sums,
    added,
    learn_priors,
    row_starts,
    sums_of_people,
    updated_desires,
)
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
_BYTES_MOST = 256 * 2**20


def fits_in_memory(posterior: Posterior, groups: int) -> bool:
    """Return whether the sums of so many groups take little memory."""
    state = posterior.state
    return groups * len(state.desire_mean) * (state.heads.size + 2) ** 2 * 8 <= _BYTES_MOST


def without_each(
    responses: Responses, posterior: Posterior, group_of: Ints, few: Ints, *, sweeps: int, threads: int | None = None
) -> Iterator[Posterior]:
    """Yield for each group the posterior of those of a few people who stay, after some sweeps without the group.

    Args:
        responses: to which the model was fitted.
        posterior: the model at rest.
        group_of: (N,) group of each person from 0, -1 for those who always stay.
        few: people, sorted by their group.
        sweeps: as many as a fit without the group would make.
        threads: how many threads; the result does not depend on it.

    Yields:
        The model without group 0, 1 and so on; its people are those of `few` who stay, in their order.

    Notes:
        O(one sweep + groups x sweeps over the few); memory of the posteriors of everybody once.
    """
    state, count = posterior.state, int(group_of.max()) + 1
    n, m = len(state.person_mean), len(state.desire_mean)
    chosen = np.zeros(n, bool)
    chosen[few] = True
    rest = np.flatnonzero(~chosen)
    rest = rest[np.argsort(group_of[rest], kind="stable")]
    first = _First(state, responses, few, group_of[few], threads)
    others = _First(state, responses, rest, group_of[rest], threads)
    everybody = added([*first.sums.values(), *others.sums.values()])
    answers = np.bincount(responses.participant, minlength=n)
    answered = np.bincount(group_of + 1, answers > 0, minlength=count + 1)  # people of each group who answered
    of_few = np.bincount(group_of[few] + 1, answers[few] > 0, minlength=count + 1)
    desires = np.zeros((count + 1, m))
    np.add.at(desires, (group_of[responses.participant] + 1, responses.desire), 1.0)
    for g in range(count):
        mine = added([part.sums[g] for part in (first, others) if g in part.sums])
        control = added([sums for group, sums in first.sums.items() if group != g])
        start = [whole - own for whole, own in zip(everybody, mine, strict=True)]
        people, asked = int(answered.sum() - answered[g + 1]), desires.sum(0) - desires[g + 1] > 0
        scale = people / max(float(of_few.sum() - of_few[g + 1]), 1.0)
        stay = first.without(g)
        now = _moved(state, start, people, asked)
        for _ in range(1, sweeps):
            said = stay.said(now, threads)
            total = [begun + scale * (new - old) for begun, new, old in zip(start, said, control, strict=True)]
            now = _moved(now, total, people, asked)
        yield replace(posterior, state=replace(now, person_mean=stay.mean, person_covariance=stay.covariance))


def _moved(state: ModelState, total: Sums, people: int, asked: npt.NDArray[np.bool_]) -> ModelState:
    """Return the state with the desires that these sums give, and priors learned from them."""
    mean, covariance = updated_desires(state, total)
    return learn_priors(replace(state, desire_mean=mean, desire_covariance=covariance), total[2], people, asked)


class _Some:
    """Some people with their answers, sorted by group."""

    __slots__ = ("covariance", "desire", "groups", "mean", "stance", "start")

    def __init__(
        self,
        start: npt.NDArray[np.int64],
        desire: npt.NDArray[np.int32],
        stance: npt.NDArray[np.int8],
        mean: Floats,
        covariance: Floats,
        groups: Ints,
    ) -> None:
        self.start, self.desire, self.stance = start, desire, stance
        self.mean, self.covariance, self.groups = mean, covariance, groups

    def said(self, state: ModelState, threads: int | None) -> Sums:
        """Update these people, and return what they add to the desires."""
        cuts = [(0, len(self.mean))]
        return added(
            sums_of_people(
                state, self.start, self.desire, self.stance, self.mean, self.covariance, cuts, threads=threads
            )
        )


class _First(_Some):
    """Some people after the first sweep, and what each group of them added to the desires."""

    __slots__ = ("sums",)

    def __init__(
        self, state: ModelState, responses: Responses, people: Ints, groups: Ints, threads: int | None
    ) -> None:
        starts = row_starts(responses, len(state.person_mean))
        start, answers = _answers_of(starts, people)
        super().__init__(
            start,
            responses.desire[answers],
            responses.stance[answers],
            state.person_mean[people],
            state.person_covariance[people],
            groups,
        )
        names, begin = np.unique(groups, return_index=True)
        ends = [*begin[1:].tolist(), len(people)][: len(begin)]  # with nobody there is no end either
        cuts = list(zip(begin.tolist(), ends, strict=True))
        found = sums_of_people(
            state, self.start, self.desire, self.stance, self.mean, self.covariance, cuts, threads=threads
        )
        self.sums = dict(zip(names.tolist(), found, strict=True))

    def without(self, group: int) -> _Some:
        """Return a copy of these people as they are now, without a group."""
        begin, end = np.searchsorted(self.groups, [group, group + 1])
        gone = slice(self.start[begin], self.start[end])
        left = np.delete(np.diff(self.start), slice(begin, end))
        return _Some(
            np.concatenate([np.zeros(1, np.int64), np.cumsum(left)]),
            np.delete(self.desire, gone),
            np.delete(self.stance, gone),
            np.delete(self.mean, slice(begin, end), axis=0),
            np.delete(self.covariance, slice(begin, end), axis=0),
            np.delete(self.groups, slice(begin, end)),
        )


def _answers_of(starts: npt.NDArray[np.int64], people: Ints) -> tuple[npt.NDArray[np.int64], Ints]:
    """Return where the answers of these people begin, one after the other, and their places among all answers.

    Example:
        >>> start, places = _answers_of(np.array([0, 2, 3, 5]), np.array([2, 0]))
        >>> start.tolist(), places.tolist()
        ([0, 2, 4], [3, 4, 0, 1])
    """
    counts = np.diff(starts)[people]
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    return start, np.repeat(starts[people] - start[:-1], counts) + np.arange(int(start[-1]))
