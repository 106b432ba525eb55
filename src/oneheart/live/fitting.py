"""Fitting: fit the model of a live gathering with a warm start, and deal decks from it. Runs outside of requests."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire import response_model as model
from oneheart.engine.desire.calibration import UNCORRECTED, Calibrated, Chances, renewed
from oneheart.engine.desire.one_desire import line_count
from oneheart.engine.desire.routing import drawn_worst_fifths, information, log_odds, sampled, stake
from oneheart.engine.prayer.choosing import text_line_count
from oneheart.engine.prayer.foreseen import line_chances
from oneheart.live.decks import Decks, FitOrder, Fitted

DECK = 12
SWEEPS_COLD, SWEEPS_WARM = 20, 4
_BLOCK = 4_000_000
_LINE_DRAWS = 12


class Fitter:
    """Fits one gathering repeatedly; each fit starts from the result of the one before (warm start).

    Example:
        >>> from oneheart.model.gathering import Responses
        >>> nobody, answers = np.full(3, -1, np.int32), Responses.of([0, 1, 2], [1, 1, 0], [1, 0, 1])
        >>> authors, hidden = np.array([0, -1], np.int32), np.zeros((1, 2), bool)
        >>> about = (np.ones(2, bool), authors, nobody, nobody[:2], False, hidden, np.zeros(3, np.int32))
        >>> order = FitOrder(1, 3, 2, answers, *about, seed=0)
        >>> Fitter().fit(order).decks.desire[:, 0].tolist()  # nobody is dealt their own, or what they answered
        [-1, 0, 1]
    """

    def __init__(self) -> None:
        """Begin without an earlier fit (cold start)."""
        self._last: model.Posterior | None = None
        self._calibration = UNCORRECTED

    def fit(self, order: FitOrder) -> Fitted:
        """Return decks for everybody. O(sweeps (responses + N + M) + N M)."""
        rng = np.random.default_rng((order.seed, order.seq))
        warm = None if self._last is None else grown(self._last, order.people, order.desires)
        if warm is not None and warm.state.heads != model.heads_for(order.responses):
            warm = None  # by now the answers carry more tastes, or another head: what was learned does not fit
        posterior = model.fit(
            order.responses,
            order.people,
            order.desires,
            rng=rng,
            warm=warm,
            sweeps=SWEEPS_COLD if warm is None else SWEEPS_WARM,
        )
        self._last = posterior
        self._calibration = renewed(self._calibration, order.responses, order.people, order.desires, rng=rng)
        known = Calibrated(posterior, None, self._calibration)
        decks = deal(order, known, rng=rng)
        return Fitted(order.seq, decks, posterior.sweeps, chances(order, known, rng=rng))


_FITTERS: dict[str, Fitter] = {}  # cached in the helper process, for warm starts


def fit(name: str, order: FitOrder) -> Fitted:
    """Return decks for everybody in the gathering of this name: the job "fit" of `live.aside`.

    After an error, the next fit of this gathering starts cold.

    Args:
        name: name of the gathering; its model is cached while the process runs.
        order: input of the fit.
    """
    fitter = _FITTERS.pop(name, None) or Fitter()
    fitted = fitter.fit(order)
    _FITTERS[name] = fitter
    return fitted


def chances(order: FitOrder, known: Chances, *, rng: np.random.Generator) -> npt.NDArray[np.float64] | None:
    """Return the chance of each desire to become a line, (M,), 0 to 1; None while people do not cross, or know nothing.

    O(draws people M).
    """
    if order.from_own or not order.people or not order.desires or not known.state.heads.size:
        return None
    drawn = drawn_worst_fifths(known, rng=rng, draws=_LINE_DRAWS)
    want, _, _ = known.probabilities(sampled(order.people, rng=rng))
    return line_chances(drawn, want, text_line_count(order.people), order.travels)


def grown(posterior: model.Posterior, people: int, desires: int) -> model.Posterior | None:
    """Return the posterior with new people and desires at the prior; None if there are fewer of them than before."""
    s = posterior.state
    new_people, new_desires = people - len(s.person_mean), desires - len(s.desire_mean)
    if new_people < 0 or new_desires < 0:
        return None
    state = model.ModelState(
        s.heads,
        np.concatenate([s.person_mean, np.zeros((new_people, s.heads.size))]),
        np.concatenate([s.person_covariance, np.repeat(s.person_prior_covariance[None], new_people, 0)]),
        np.concatenate([s.desire_mean, np.repeat(s.desire_prior_mean[None], new_desires, 0)]),
        np.concatenate([s.desire_covariance, np.repeat(s.desire_prior_covariance[None], new_desires, 0)]),
        s.person_prior_covariance,
        s.desire_prior_mean,
        s.desire_prior_covariance,
    )
    return model.Posterior(state, posterior.always, posterior.sweeps, posterior.converged, posterior.rest)


def deal(order: FitOrder, known: Calibrated, *, rng: np.random.Generator) -> Decks:
    """Return decks: for everybody, cards drawn at random without replacement, with odds of stake and information.

    O(N M).

    The largest values of log-odds plus Gumbel noise are a sequential draw without replacement with these odds
    (Efraimidis and Spirakis 2006). The recorded probability is that of the first draw.
    """
    n, m = order.people, order.desires
    size = min(DECK, m)
    desire = np.full((n, DECK), -1, np.int32)
    propensity = np.zeros((n, DECK), np.float32)
    if not n or not m or not known.state.heads.size:
        return Decks(desire, propensity)
    stakes = stake(known, rng=rng, lines=line_count(n), among=order.travels)
    answered = np.zeros((n, m), bool)
    answered[order.responses.participant, order.responses.desire] = True
    with_author = np.flatnonzero(order.authors >= 0)
    answered[order.authors[with_author], with_author] = True
    step = max(1, _BLOCK // m)
    for first in range(0, n, step):
        rows = np.arange(first, min(first + step, n))
        odds_of = log_odds(stakes, information(known.posterior, rows))
        circle = order.circle_of[rows][:, None]
        of_own_circle = (order.circle_of_desire[None] == circle) & (circle >= 0)
        wrong_side = (of_own_circle != order.from_own) & (circle >= 0)
        odds_of[answered[rows] | ~order.travels[None] | wrong_side | order.hidden[order.hidden_of[rows]]] = -np.inf
        odds = np.exp(odds_of - odds_of.max(1, keepdims=True, initial=-1e300))
        total = odds.sum(1, keepdims=True)
        keys = odds_of + rng.gumbel(size=odds_of.shape)
        best = np.argpartition(-keys, size - 1, axis=1)[:, :size]
        order_of = np.argsort(-np.take_along_axis(keys, best, 1), axis=1, kind="stable")
        best = np.take_along_axis(best, order_of, 1)
        valid = np.isfinite(np.take_along_axis(odds_of, best, 1))
        desire[rows, :size] = np.where(valid, best, -1)
        share = np.take_along_axis(odds, best, 1) / np.where(total > 0, total, 1.0)
        propensity[rows, :size] = np.where(valid, share, 0.0)
    return Decks(desire, propensity)
