"""Routing: which desire a person is asked about next, so that desires travel between far-apart parts.

A quarter of the cards (all of a person's first two) is a balanced probe: what the person's circle has seen least,
then what all have seen least. The others are drawn with odds that grow with what the desire may come to be as
common ground and with what this person's answer would tell. Every choice carries its probability, so that answers
can be weighted afterwards.

Source: ours; measured by `oneheart bench replay`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.common_ground import net_support, worst_fifth
from oneheart.engine.desire.response_model import Posterior, State

Floats = npt.NDArray[np.float64]
PROBE_SHARE = 0.25
FIRST_PROBES = 2
TEMPERATURE = 0.08
_DRAWS = 24
_SAMPLE = 300


@dataclass(frozen=True, slots=True)
class Choice:
    """A desire to ask about and the probability with which it was chosen.

    Example:
        >>> Choice(desire=3, propensity=0.2).desire
        3
    """

    desire: int
    propensity: float


def chances(
    open_desires: npt.NDArray[np.bool_],
    *,
    answered: int,
    seen_by_circle: npt.NDArray[np.int64],
    seen_by_all: npt.NDArray[np.int64],
    hope: Floats,
    information: Floats,
) -> Floats:
    """Return the probability of each desire to be asked next, (M,), sums to 1 (all 0 where none is open).

    Args:
        open_desires: (M,) active and not yet seen by this person.
        answered: cards this person has answered.
        seen_by_circle: (M,) how often their circle saw each.
        seen_by_all: (M,) how often anybody saw each.
        hope: (M,) `hope` of the posterior: the upper end of what the desire may be as common ground.
        information: (M,) `information` of this person.

    Example:
        >>> chances(np.array([True, True]), answered=0, seen_by_circle=np.array([1, 0]),
        ...         seen_by_all=np.array([1, 0]), hope=np.zeros(2), information=np.ones(2)).tolist()
        [0.0, 1.0]
    """
    out = np.zeros(len(open_desires))
    if not open_desires.any():
        return out
    least = open_desires & (seen_by_circle == seen_by_circle[open_desires].min())
    least &= seen_by_all == seen_by_all[least].min()
    probe = 1.0 if answered < FIRST_PROBES else PROBE_SHARE
    out[least] = probe / least.sum()
    if probe < 1.0:
        odds = np.where(open_desires, np.exp((hope - hope[open_desires].max()) / TEMPERATURE), 0.0) * information
        odds = np.where(open_desires, odds, 0.0)
        total = odds.sum()
        odds = odds / total if total > 0 else open_desires / open_desires.sum()
        out += (1.0 - probe) * odds
    return out


def choose(probability: Floats, *, rng: np.random.Generator) -> Choice | None:
    """Return one desire drawn with these probabilities, or None where none is open.

    Example:
        >>> choose(np.array([0.0, 1.0]), rng=np.random.default_rng(0))
        Choice(desire=1, propensity=1.0)
    """
    total = probability.sum()
    if total <= 0:
        return None
    desire = int(rng.choice(len(probability), p=probability / total))
    return Choice(desire, float(probability[desire] / total))


def hope(posterior: Posterior, *, rng: np.random.Generator) -> Floats:
    """Return mean plus one standard deviation of the worst fifth under draws of the desires, (M,).

    Twenty-four draws of every desire from its posterior, on at most 300 people. O(draws people M K).
    """
    state = posterior.state
    n = len(state.person_mean)
    people = rng.choice(n, _SAMPLE, replace=False) if n > _SAMPLE else np.arange(n)
    root = np.linalg.cholesky(state.desire_covariance + 1e-10 * np.eye(state.heads.size))
    found = []
    for _ in range(_DRAWS):
        noise = rng.normal(size=state.desire_mean.shape)
        drawn = _with_desires(posterior, state.desire_mean + np.einsum("mij,mj->mi", root, noise))
        want, _, against = drawn.probabilities(people)
        found.append(worst_fifth(net_support(want, against)))
    stack = np.stack(found)
    return np.asarray(stack.mean(0) + stack.std(0))


def _with_desires(posterior: Posterior, mean: Floats) -> Posterior:
    """Return the posterior as if the desires were known to be at these means."""
    s = posterior.state
    state = State(
        s.heads,
        s.person_mean,
        s.person_covariance,
        mean,
        np.zeros_like(s.desire_covariance),
        s.person_prior_covariance,
        s.desire_prior_mean,
        s.desire_prior_covariance,
    )
    return Posterior(state, posterior.always, posterior.sweeps, posterior.converged)


def information(posterior: Posterior, participants: npt.NDArray[np.intp]) -> Floats:
    """Return what one answer of each of these people would tell about each desire, in nats, (n, M), 0 or more.

    Per head half the logarithm of one plus the Polya-Gamma weight times the variance of the desire in the
    direction of this person (D-optimal information): much for parts that the desire has not met yet.
    """
    s = posterior.state
    total = np.zeros((len(participants), len(s.desire_mean)))
    for part in s.heads.parts:
        person = s.person_mean[participants][:, part]
        desire = s.desire_mean[:, part]
        x = np.concatenate([np.ones((len(person), 1)), person[:, 1:]], axis=1)
        covariance = s.desire_covariance[:, part, part]
        n = x.shape[1]
        variance = (x[:, :, None] * x[:, None, :]).reshape(len(x), n * n) @ covariance.reshape(-1, n * n).T
        eta = x @ desire.T + person[:, :1]
        size = np.maximum(np.abs(eta), 1e-5)
        total += 0.5 * np.log1p(np.tanh(size / 2) / (2 * size) * np.maximum(variance, 0.0))
    return total
