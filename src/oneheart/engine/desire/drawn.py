"""The worst fifth from posterior draws: what is printed of it, how sure it is, and a gate beside the raw check.

The worst fifth of a model's best guesses lies too high. A guess of a person lies nearer to the mean than the person
does, so the lowest fifth of guesses is not as low as the lowest fifth of people. In a draw from the posterior, people
and desires lie as far apart as they may really do. The mean over draws of the worst fifth has hardly any bias left, and
its spread says how little is known. How far apart people are is itself not known: where they hardly differ, draws lie
too low; where they differ more than the model's priors say, draws lie too high. So half of the way from best guesses to
draws is a further error. Found in made-up halls: see `oneheart bench fifths`.

A draw has chances, no answers: a person who wants a desire with a chance of .8 has .8 in it. So this is the fifth that
the answers let one foresee. Who in the end says no, nobody can foresee.

Lines are not ranked by it, because its noise moves the order of lines that are nearly level.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.calibration import Calibrated, Chances
from oneheart.engine.desire.common_ground import GatheringMeans, summarise
from oneheart.engine.desire.response_model import Posterior

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
DRAWS = 24
SAMPLE = 4096  # more people are sampled; what the sample itself is off by is taken back
_APART_UNKNOWN = 0.5  # of the way from best guesses to draws
_GATE_DEVIATIONS = 0.25
_JITTER = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class DrawnFifths:
    """The worst fifth of every desire over draws of people and desires.

    Attributes:
        worst: (M,) mean over the draws of the net support of the worst fifth, -0.5 to 1.
        deviation: (M,) standard deviation over the draws, and half of the way from best guesses to draws, combined
            (square root of squares), 0 or more.
    """

    worst: Floats
    deviation: Floats

    @property
    def gate(self) -> Floats:
        """Return the value that bars a desire where it is too low, (M,): a quarter of a deviation below the mean."""
        return np.asarray(self.worst - _GATE_DEVIATIONS * self.deviation)


def drawn_worst_fifth(
    chances: Chances, people: Ints, means: GatheringMeans, *, rng: np.random.Generator
) -> DrawnFifths:
    """Return the worst fifth of every desire over twenty-four draws of these people and of all desires.

    Args:
        chances: of the fitted model.
        people: its rows, over whom `means` are.
        means: what `summarise` returned for the same people.
        rng: draws people and desires; the same generator gives the same numbers whatever the number of threads.

    Returns:
        Means and deviations, nan with nobody.

    Notes:
        O(draws n M K) time for the n people drawn, at most 4,096 of them. Memory O((n + M) D^2), and of chances no
        more than a block of desires at a time.

    Example:
        >>> from oneheart.engine.desire.response_model import fit
        >>> from oneheart.engine.synthetic import draw
        >>> made = draw(60, 8, answers=6, rng=np.random.default_rng(0))
        >>> model = fit(made.gathering.responses, 60, 8, rng=np.random.default_rng(0))
        >>> everybody = np.arange(60)
        >>> means = summarise(model, everybody)
        >>> drawn = drawn_worst_fifth(model, everybody, means, rng=np.random.default_rng(0))
        >>> bool(drawn.worst.mean() < means.worst.mean()), drawn.deviation.shape
        (True, (8,))
    """
    m = len(chances.state.desire_mean)
    if not len(people):
        return DrawnFifths(np.full(m, np.nan), np.full(m, np.nan))
    chosen = _sampled(people, rng)
    found = np.empty((DRAWS, m))
    for number in range(DRAWS):
        one = _at_one_draw(chances, chosen, rng)
        found[number] = summarise(one, np.arange(len(chosen))).worst
    worst = found.mean(0)
    if len(chosen) < len(people):
        worst = worst + means.worst - summarise(chances, chosen).worst
    deviation = np.hypot(found.std(0, ddof=1), _APART_UNKNOWN * (means.worst - worst))
    return DrawnFifths(np.clip(worst, -0.5, 1.0), deviation)


def drawn_chances(
    chances: Chances, people: Ints, columns: Sequence[int] | Ints, *, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return P(want) and P(against) of these people to a few desires in each draw, each (draws, n, columns).

    A generator in the state in which `drawn_worst_fifth` was given one gives the same draws.

    Args:
        chances: of the fitted model.
        people: its rows; at most 4,096 of them are taken.
        columns: of the desires.
        rng: draws people and desires.

    Notes:
        O(draws n (columns K + D^2)) time; memory of the result.
    """
    chosen = _sampled(people, rng)
    shape = (DRAWS, len(chosen), len(columns))
    want, against = np.empty(shape), np.empty(shape)
    for number in range(DRAWS if len(chosen) else 0):
        one = _at_one_draw(chances, chosen, rng).of_desires(columns)
        want[number], _, against[number] = one.probabilities()
    return want, against


def known_at(posterior: Posterior, people: Ints, *, rng: np.random.Generator) -> Posterior:
    """Return the posterior as if these people and all desires were known to be at one draw of them.

    Notes:
        O((people + M) D^3) time; memory of the result.

    Example:
        >>> from oneheart.engine.desire.response_model import fit
        >>> from oneheart.model.gathering import Responses
        >>> r = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, 1, -1, 1])
        >>> one = known_at(fit(r, 3, 2, rng=np.random.default_rng(0)), np.arange(2), rng=np.random.default_rng(1))
        >>> one.probabilities()[0].shape, float(one.state.desire_covariance.max())
        ((2, 2), 0.0)
    """
    s, size = posterior.state, posterior.state.heads.size

    def drawn(mean: Floats, covariance: Floats) -> Floats:
        root = np.linalg.cholesky(covariance + _JITTER * np.eye(size))
        return np.asarray(mean + np.einsum("nij,nj->ni", root, rng.normal(size=mean.shape)))

    person = drawn(s.person_mean[people], s.person_covariance[people])
    desire = drawn(s.desire_mean, s.desire_covariance)
    known = replace(
        s,
        person_mean=person,
        person_covariance=np.zeros((len(person), size, size)),
        desire_mean=desire,
        desire_covariance=np.zeros((len(desire), size, size)),
    )
    return replace(posterior, state=known)


def _at_one_draw(chances: Chances, people: Ints, rng: np.random.Generator) -> Chances:
    """Return the chances of one draw of these people and all desires, calibrated if they are."""
    if isinstance(chances, Calibrated):
        return chances.without_direct(known_at(chances.posterior, people, rng=rng))
    return known_at(chances, people, rng=rng)


def _sampled(people: Ints, rng: np.random.Generator) -> Ints:
    """Return at most 4,096 of these people, ascending."""
    return np.sort(rng.choice(people, SAMPLE, replace=False)) if len(people) > SAMPLE else people
