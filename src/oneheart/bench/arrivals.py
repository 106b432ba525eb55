"""Cards dealt to people who arrive one after another, as in a hall whose doors have just opened.

`replay` deals everybody one card at a time, so that every card is dealt by a model of everybody. Here each person
answers all their cards when they come, and what is dealt to them rests on those who came before. The first people meet
a model that knows nothing, and nobody is asked again when it knows more.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from oneheart.bench import rivals
from oneheart.bench.predict import answers_of
from oneheart.engine.desire import routing
from oneheart.engine.desire.calibration import UNCORRECTED, Calibrated, renewed
from oneheart.engine.desire.probes import FIRST_PROBES, PROBE_SHARE
from oneheart.engine.desire.response_model import Posterior, fit
from oneheart.live.fitting import grown
from oneheart.model.gathering import Responses

Stances = npt.NDArray[np.int8]
UPDATES = 20
"""How often the model, or Polis' plane, is computed anew while everybody arrives."""
_FIRST_SWEEPS, _WARM_SWEEPS = 40, 6


def seen(truth: Stances, asked: npt.NDArray[np.bool_]) -> Responses:
    """Return the answers to the desires about which each person was asked.

    Example:
        >>> seen(np.array([[1, 0]], np.int8), np.array([[False, True]])).desire.tolist()
        [1]
    """
    i, j = np.nonzero(asked)
    return Responses.of(i, j, truth[i, j])


def waves(people: int) -> Iterator[range]:
    """Yield the rows of those who arrive between two updates: twenty waves, of two people or more.

    Example:
        >>> [len(wave) for wave in waves(5)]
        [2, 2, 1]
    """
    size = max(2, -(-people // UPDATES))
    for first in range(0, people, size):
        yield range(first, min(people, first + size))


def dealt_by_us(truth: Stances, cards: int, rng: np.random.Generator) -> Responses:
    """Return what is known after everybody came in random order and answered so many of our cards.

    The model is fitted after each wave to the people who have come; a newcomer's answers move it only in the next.

    Args:
        truth: (N, M) what everybody would answer.
        cards: cards of each person, below M.
        rng: draws order, cards and fits.
    """
    n, m = truth.shape
    order = rng.permutation(n)
    asked = np.zeros((n, m), bool)  # a row is a place in the order of arrival
    probed = np.zeros(m, np.int64)
    posterior: Posterior | None = None
    calibration = UNCORRECTED
    for wave in waves(n):
        stake, information = np.zeros(m), np.ones(m)
        if posterior is not None:
            stake = routing.stake(Calibrated(posterior, None, calibration), rng=rng, lines=5)
            known = grown(posterior, len(posterior.state.person_mean) + 1, m)
            if known is not None:  # None only where people leave, and nobody does
                information = routing.information(known, np.array([len(posterior.state.person_mean)]))[0]
        for person in wave:
            for card in range(cards):
                probe = card < FIRST_PROBES or rng.random() < PROBE_SHARE
                if probe:
                    chance = routing.probe_chances(~asked[person], probed, probed)
                else:
                    chance = routing.routed_chances(~asked[person], stake, information)
                choice = routing.draw_card(chance, rng=rng)
                if choice is not None:
                    asked[person, choice.desire] = True
                    probed[choice.desire] += probe
        here = wave.stop
        answers = seen(truth[order[:here]], asked[:here])
        warm = None if posterior is None else grown(posterior, here, m)
        sweeps = _FIRST_SWEEPS if warm is None else _WARM_SWEEPS
        posterior = fit(answers, here, m, rng=rng, warm=warm, sweeps=sweeps)
        calibration = renewed(calibration, answers, here, m, rng=rng)
    return seen(truth[order], asked)


def dealt_by_polis(truth: Stances, cards: int, rng: np.random.Generator) -> Responses:
    """Return the same under Polis' priorities: its plane computed after each wave, its counts after each card.

    The arguments are those of `dealt_by_us`.
    """
    n, m = truth.shape
    order = rng.permutation(n)
    asked = np.zeros((n, m), bool)
    extremity = np.zeros(m)
    for wave in waves(n):
        for person in wave:
            for _ in range(cards):
                here = answers_of(seen(truth[order[: person + 1]], asked[: person + 1]), person + 1, m)
                weight = np.where(asked[person], 0.0, rivals.polis_routing_weights(here, extremity))
                asked[person, rng.choice(m, p=weight / weight.sum())] = True
        answers = answers_of(seen(truth[order[: wave.stop]], asked[: wave.stop]), wave.stop, m)
        extremity = rivals.polis_plane(answers, rng).extremity
    return seen(truth[order], asked)
