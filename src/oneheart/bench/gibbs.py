"""A bound for predictions of wants: logistic factors sampled by Gibbs, with learned means and covariances.

The model is logit P(want) = b_j + a_i + u_i · v_j. Each person (a_i, u_i) and each desire (b_j, v_j) is a draw from a
normal distribution, whose mean and covariance are sampled, too. Pólya-Gamma variables make each step exact (Polson,
Scott & Windle 2013); the priors are those of Bayesian probabilistic matrix factorisation (Salakhutdinov & Mnih 2008).
A gathering that waits for its text has no time for this sampler: it is a bound, not a rival.

Needs the package `polyagamma` (extra `bench`).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from oneheart.bench.rivals import Answers

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
TASTES = 7
SWEEPS, WARM_UP = 300, 100
_PRIOR_SCALE = 0.5
_PRIOR_PEOPLE = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class _Owners:
    """The answers of one side (people or desires), sorted by whose they are.

    Attributes:
        order: places of the answers, sorted by owner, (answers,).
        owners: who has an answer, in rising order.
        starts: where the answers of each owner begin in `order`.
        count: people or desires in all, also those without an answer.
    """

    order: Ints
    owners: Ints
    starts: Ints
    count: int

    @classmethod
    def of(cls, owner: Ints, count: int) -> _Owners:
        order = np.argsort(owner, kind="stable")
        owners, starts = np.unique(owner[order], return_index=True)
        return cls(order, owners.astype(np.intp), starts.astype(np.intp), count)

    def sums(self, rows: Floats) -> Floats:
        """Return sums (count, width) over the answers of each owner; 0 where there are none."""
        out = np.zeros((self.count, rows.shape[1]))
        if len(self.order):
            out[self.owners] = np.add.reduceat(rows[self.order], self.starts, axis=0)
        return out


def is_installed() -> bool:
    """Return True if the sampler's package is installed."""
    return find_spec("polyagamma") is not None


def wants(
    answers: Answers,
    i: Ints,
    j: Ints,
    rng: np.random.Generator,
    *,
    tastes: int = TASTES,
    sweeps: int = SWEEPS,
    warm_up: int = WARM_UP,
) -> Floats:
    """Return P(want) of pairs of people `i` and desires `j`, (pairs,), as the mean over draws after the warm-up.

    Costs `sweeps` passes over all answers, each some (tastes + 1)² operations an answer.

    Raises:
        ImportError: the package `polyagamma` is missing.
        ValueError: no draw is left after the warm-up.
    """
    if warm_up >= sweeps:
        message = f"{sweeps} sweeps leave nothing after a warm-up of {warm_up}"
        raise ValueError(message)
    draw_omega = import_module("polyagamma").random_polyagamma
    size = tastes + 1
    by_person, by_desire = _Owners.of(answers.i, answers.n), _Owners.of(answers.j, answers.m)
    kappa = answers.wants - 0.5
    people = rng.normal(0, 0.1, (answers.n, size))
    desires = rng.normal(0, 0.1, (answers.m, size))
    mean = np.zeros(len(i))
    for sweep in range(sweeps):
        omega = draw_omega(1.0, _log_odds(people, desires, answers.i, answers.j), random_state=rng)
        people = _drawn(by_person, people, desires, answers.j, omega, kappa, rng, centred=True)
        omega = draw_omega(1.0, _log_odds(people, desires, answers.i, answers.j), random_state=rng)
        desires = _drawn(by_desire, desires, people, answers.i, omega, kappa, rng, centred=False)
        if sweep >= warm_up:
            mean += expit(_log_odds(people, desires, i, j))
    return mean / (sweeps - warm_up)


def _log_odds(people: Floats, desires: Floats, i: Ints, j: Ints) -> Floats:
    """Return b_j + a_i + u_i · v_j of pairs; the first column holds a or b."""
    tastes: Floats = np.einsum("pk,pk->p", people[i, 1:], desires[j, 1:])
    return np.asarray(people[i, 0] + desires[j, 0] + tastes, np.float64)


def _drawn(
    side: _Owners,
    own: Floats,
    other: Floats,
    partner: Ints,
    omega: Floats,
    kappa: Floats,
    rng: np.random.Generator,
    *,
    centred: bool,
) -> Floats:
    """Return new values (count, size) of one side, drawn from their distribution given the other side and the priors.

    Centred values have a prior mean of 0: the overall level belongs to the desires.
    """
    mean, precision = _prior(own, rng, centred=centred)
    size = own.shape[1]
    upper = np.triu_indices(size)
    features = other[partner].copy()
    features[:, 0] = 1.0
    right = side.sums(features * (kappa - omega * other[partner, 0])[:, None])
    packed = side.sums(omega[:, None] * features[:, upper[0]] * features[:, upper[1]])
    matrix = np.empty((side.count, size, size))
    matrix[:, upper[0], upper[1]] = packed
    matrix[:, upper[1], upper[0]] = packed
    lower = np.linalg.cholesky(matrix + precision)
    half = np.linalg.solve(lower, (right + precision @ mean)[:, :, None])
    noise = rng.normal(size=half.shape)
    return np.asarray(np.linalg.solve(np.swapaxes(lower, 1, 2), half + noise)[:, :, 0], np.float64)


def _prior(own: Floats, rng: np.random.Generator, *, centred: bool) -> tuple[Floats, Floats]:
    """Return a mean (size,) and a precision (size, size), drawn given one side's values (normal-Wishart)."""
    from scipy.stats import wishart  # noqa: PLC0415  # takes long to load, and only this bench needs it

    count, size = own.shape
    shift = np.zeros(size) if centred else own.mean(0)
    apart = own - shift
    scatter = _PRIOR_SCALE * np.eye(size) + apart.T @ apart
    if not centred:
        scatter += np.outer(shift, shift) * _PRIOR_PEOPLE * count / (_PRIOR_PEOPLE + count)
    precision = np.atleast_2d(wishart.rvs(size + count, np.linalg.inv(scatter), random_state=rng))
    if centred:
        return shift, precision
    weight = _PRIOR_PEOPLE + count
    lower = np.linalg.cholesky(precision * weight)
    mean = own.sum(0) / weight + np.linalg.solve(lower.T, rng.normal(size=size))
    return mean, precision
