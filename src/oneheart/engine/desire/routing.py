"""Routing (adaptive sampling): which desire a person is asked about next.

A tenth of the cards, and a person's first two, are a balanced probe: the desire about which the person's circle was
probed least, then the one about which all were. What was answered has no part in a probe, so that probes alone are a
fair sample of answers, from which oneness is measured (`engine.closeness.inner`). The others are drawn at random. Their
odds grow with the stake of a desire (the loss of common ground if it became a line, or did not, wrongly) and with the
information in this person's answer. So the cards go to the few desires of which it is not yet clear whether they will
be lines. Every choice carries its probability (propensity), so that answers can be weighted afterwards.

Source: the stake is the loss function of ranking and selection (knowledge gradient: Frazier, Powell & Dayanik 2008),
at the border of the best few (as in OCBA-m: Chen, He, Fu & Lee 2008); the rest is ours. Chosen on made-up gatherings by
`benchmarks/routing.py`, measured on recorded conversations by `oneheart bench replay`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from oneheart.engine.desire.calibration import Calibrated, Chances
from oneheart.engine.desire.common_ground import net_support, worst_fifth
from oneheart.engine.desire.probes import FIRST_PROBES, PROBE_SHARE
from oneheart.engine.desire.response_model import ModelState, Posterior

Floats = npt.NDArray[np.float64]
_DRAWS = 32
_SAMPLE = 300
_POWER = 3
_LEAST_DEVIATION = 1e-3
_FAR = 4.0  # deviations from the border: whatever lies beyond counts as if it lay there, so that no odds are zero


@dataclass(frozen=True, slots=True)
class DrawnCard:
    """A desire to ask about and the probability with which it was chosen.

    Example:
        >>> DrawnCard(desire=3, propensity=0.2).desire
        3
    """

    desire: int
    propensity: float


def chances(
    open_desires: npt.NDArray[np.bool_],
    *,
    answered: int,
    probed_by_circle: npt.NDArray[np.int64],
    probed_by_all: npt.NDArray[np.int64],
    stake: Floats,
    information: Floats,
) -> Floats:
    """Return the probability of each desire to be asked next, (M,), sums to 1 (all 0 where none is open).

    It is a mixture: `probe_chances` with the share of probes, else `routed_chances`.

    Args:
        open_desires: (M,) active and not yet seen by this person.
        answered: cards this person has answered.
        probed_by_circle: (M,) how often their circle was probed about each.
        probed_by_all: (M,) how often anybody was.
        stake: (M,) `stake` of each desire, 0 or more; where all are 0 information alone decides.
        information: (M,) `information` of this person.

    Example:
        >>> chances(np.array([True, True]), answered=0, probed_by_circle=np.array([1, 0]),
        ...         probed_by_all=np.array([1, 0]), stake=np.zeros(2), information=np.ones(2)).tolist()
        [0.0, 1.0]
    """
    probes = probe_chances(open_desires, probed_by_circle, probed_by_all)
    if answered < FIRST_PROBES:
        return probes
    return PROBE_SHARE * probes + (1.0 - PROBE_SHARE) * routed_chances(open_desires, stake, information)


def probe_chances(
    open_desires: npt.NDArray[np.bool_],
    probed_by_circle: npt.NDArray[np.int64],
    probed_by_all: npt.NDArray[np.int64],
) -> Floats:
    """Return the probability of each desire to be the next probe, (M,): even among those that were probed least.

    The arguments are those of `chances`.

    Example:
        >>> probe_chances(np.array([True, True, True]), np.array([1, 0, 0]), np.array([1, 0, 0])).tolist()
        [0.0, 0.5, 0.5]
    """
    out = np.zeros(len(open_desires))
    if open_desires.any():
        least = open_desires & (probed_by_circle == probed_by_circle[open_desires].min())
        least &= probed_by_all == probed_by_all[least].min()
        out[least] = 1.0 / least.sum()
    return out


def routed_chances(open_desires: npt.NDArray[np.bool_], stake: Floats, information: Floats) -> Floats:
    """Return the probability of each desire to be the next card that is no probe, (M,).

    The arguments are those of `chances`.

    Example:
        >>> routed_chances(np.array([True, True, False]), np.ones(3), np.array([1.0, 3.0, 9.0])).tolist()
        [0.25, 0.75, 0.0]
    """
    if not open_desires.any():
        return np.zeros(len(open_desires))
    logs = np.where(open_desires, log_odds(stake, information), -np.inf)
    odds = np.exp(logs - logs.max())
    return np.asarray(odds / odds.sum())


def draw_card(probability: Floats, *, rng: np.random.Generator) -> DrawnCard | None:
    """Return one desire drawn with these probabilities, or None where none is open.

    Example:
        >>> draw_card(np.array([0.0, 1.0]), rng=np.random.default_rng(0))
        DrawnCard(desire=1, propensity=1.0)
    """
    total = probability.sum()
    if total <= 0:
        return None
    desire = int(rng.choice(len(probability), p=probability / total))
    return DrawnCard(desire, float(probability[desire] / total))


def log_odds(stake: Floats, information: Floats) -> Floats:
    """Return the logarithm of the odds with which `chances` draws a card that is no probe, in the shape of information.

    Args:
        stake: (M,), 0 or more.
        information: (M,) or (n, M), 0 or more.

    Example:
        >>> log_odds(np.array([0.2, 0.1]), np.array([1.0, 1.0])).round(2).tolist()
        [-4.83, -6.91]
    """
    tiny = np.finfo(np.float64).tiny
    return np.asarray(_POWER * np.log(np.maximum(stake, tiny)) + np.log(np.maximum(information, tiny)))


def stake(
    chances: Chances, *, rng: np.random.Generator, lines: int, among: npt.NDArray[np.bool_] | None = None
) -> Floats:
    """Return what is at stake at each desire, (M,), in net support of the worst fifth, 0 or more.

    A desire that seems to be one of the best few would be left out, and another would be taken in, if its worst fifth
    passed the border. The stake is the amount by which it is expected to lie beyond the border: with a mean at z
    standard deviations s on this side, ``s (density(z) - z tail(z))`` of the normal distribution. It is great where a
    desire lies near the border or is little known, and near nothing for what is clearly in or clearly out.

    Args:
        chances: what is known.
        rng: thirty-two draws of every desire from its posterior, on at most 300 people.
        lines: how many desires are the best few.
        among: (M,) desires that can be lines, all by default; the stake of others is 0.

    Notes:
        O(draws people M K). Mean-field posteriors are too narrow; no deviation is taken to be below .001, and what
        lies beyond four deviations counts as if it lay at four.
    """
    m = len(chances.state.desire_mean)
    among = np.ones(m, bool) if among is None else among
    stack = drawn_worst_fifths(chances, rng=rng)[:, among]
    out = np.zeros(m)
    out[among] = beyond_border(stack.mean(0), stack.std(0), lines)
    return out


def drawn_worst_fifths(chances: Chances, *, rng: np.random.Generator, draws: int = _DRAWS) -> Floats:
    """Return the worst fifth of net support of every desire in draws of it from its posterior, (draws, M), -0.5 to 1.

    The fifth is of at most 300 people, drawn at random. O(draws people M K).

    Args:
        chances: what is known; calibrated ones lose the direct model, which knows nothing of drawn desires.
        rng: draws people and desires.
        draws: how many draws.
    """
    state = chances.state
    people = sampled(len(state.person_mean), rng=rng)
    root = np.linalg.cholesky(state.desire_covariance + 1e-10 * np.eye(state.heads.size))
    found = []
    for _ in range(draws):
        noise = rng.normal(size=state.desire_mean.shape)
        drawn = _with_desires(chances, state.desire_mean + np.einsum("mij,mj->mi", root, noise))
        want, _, against = drawn.probabilities(people)
        found.append(worst_fifth(net_support(want, against)))
    return np.stack(found)


def sampled(people: int, *, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Return the rows of at most 300 people, drawn at random; all where there are no more, in order."""
    return rng.choice(people, _SAMPLE, replace=False) if people > _SAMPLE else np.arange(people)


def beyond_border(mean: Floats, deviation: Floats, lines: int) -> Floats:
    """Return by how much each value is expected to lie beyond the border of the best few, in the values' unit.

    The border of the best is the best of the rest, that of the rest is the last of the best. Where all are among the
    best there is none to pass, and each value's deviation decides.

    Example:
        >>> beyond_border(np.array([0.9, 0.5, 0.4, 0.0]), np.full(4, 0.1), lines=2).round(4).tolist()
        [0.0, 0.0083, 0.0083, 0.0]
    """
    deviation = np.maximum(deviation, _LEAST_DEVIATION)
    if lines >= len(mean):
        return np.asarray(deviation / np.sqrt(2 * np.pi))
    order = np.argsort(-mean, kind="stable")
    border = np.full(len(mean), mean[order[lines - 1]])
    border[order[:lines]] = mean[order[lines]]
    z = np.minimum(np.abs(mean - border) / deviation, _FAR)
    return np.asarray(deviation * (np.exp(-z * z / 2) / np.sqrt(2 * np.pi) - z * special.ndtr(-z)))


def _with_desires(chances: Chances, mean: Floats) -> Chances:
    """Return the chances as if the desires were known to be at these means."""
    if isinstance(chances, Calibrated):
        return chances.without_direct(_of_known(chances.posterior, mean))
    return _of_known(chances, mean)


def _of_known(posterior: Posterior, mean: Floats) -> Posterior:
    """Return the posterior as if the desires were known to be at these means."""
    s = posterior.state
    state = ModelState(
        s.heads,
        s.person_mean,
        s.person_covariance,
        mean,
        np.zeros_like(s.desire_covariance),
        s.person_prior_covariance,
        s.desire_prior_mean,
        s.desire_prior_covariance,
    )
    return Posterior(state, posterior.always, posterior.sweeps, posterior.converged, posterior.rest)


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
