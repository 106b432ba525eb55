"""Calibrated chances: the chances of the response model, corrected by how well it foretold answers not yet seen.

The response model is too timid: of what it calls 70 %, more than 70 in 100 come true. Variational Bayes keeps the
variances of tastes fixed and so cannot learn how far apart people are. Held-out answers tell. In each fold of a
cross-fit four numbers are kept for every answer that was held out:

- w and q, P(want) and P(against) by the model without this answer;
- w0, P(want) of a person of whom nothing is known;
- d, P(want) by a second model of one head, which knows only whether an answer is a want (the *direct* model).

Three logistic regressions over these answers are the calibration. With l(p) the logit of p::

    P(want)            = s(t0 + t1 l(w0) + t2 (l(w) - l(w0)) + t3 (l(d) - l(w0)))
    P(against | other) = s(b0 + b1 l(q / (1 - w)))

and a third for people drawn from the posterior, of whom the direct model knows nothing: the first without its last
term. A ridge draws the weights toward (0, 1, 1/2, 1/2), (0, 1) and (0, 1, 1). Below 200 answers nothing is corrected.

Source: ours; logistic calibration after Platt (1999), on cross-fitted predictions; two models averaged in logits
(logarithmic opinion pool, Genest & Zidek 1986).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine.desire.ranks import Ranks, ranks_for
from oneheart.engine.desire.response_model import ModelState, Posterior, Probabilities, fit
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
LEAST_ANSWERS = 200
"""With fewer answers nothing is corrected."""
FOLDS = 5
FOLD_SWEEPS = 25
_MANY_PEOPLE = 4_000  # of more the direct model, which counts for half of a chance, may be twice as far from its rest
_ALL_AT_ONCE = 20_000  # people; of more the first sweeps of a fold are over some
_LAST_SWEEPS = 8
_SOME_OF, _SOME_PEOPLE_MOST = 5, 40_000  # every fifth, or fewer where these would be more people than needed
_RIDGE = 20.0
_CLIP = 1e-4
MOST_LOGIT = float(np.log((1.0 - _CLIP) / _CLIP))
"""Greatest log odds that `logit` returns."""
_GROWN = 1.25
_NEWTON_ROUNDS = 30
_NEWTON_ENOUGH = 1e-9
_MANY, _EVERY = 100_000, 16  # answers from which on a regression begins with every sixteenth
_WANT, _DRAWN, _AGAINST = (0.0, 1.0, 0.5, 0.5), (0.0, 1.0, 1.0), (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of the three regressions of this module.

    Attributes:
        want: weights of 1, l(w0), l(w) - l(w0), l(d) - l(w0); None where there is no direct model.
        drawn: weights of 1, l(w0), l(w) - l(w0): for people drawn from the posterior, and where `want` is None.
        against: weights of 1, l(q / (1 - w)); None leaves q / (1 - w) as it is.
        answers: number of held-out answers from which they were learned; 0 for none, and nothing is corrected.

    Example:
        >>> UNCORRECTED.answers
        0
    """

    want: tuple[float, ...] | None
    drawn: tuple[float, ...]
    against: tuple[float, ...] | None
    answers: int


UNCORRECTED = Calibration(None, _DRAWN, None, 0)
"""Leaves every chance as the model gives it."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """What models foretold of answers that they had not seen, one entry per answer, in the order of the responses.

    Attributes:
        want: P(want).
        against: P(against).
        unknown: P(want) of a person of whom nothing is known.
        direct: P(want) by the direct model; None where no direct model was fitted.
        stance: the answers: 1, 0 or -1.
        fold: fold in which each was held out.
    """

    want: Floats
    against: Floats
    unknown: Floats
    direct: Floats | None
    stance: npt.NDArray[np.int8]
    fold: Ints


def hold_out(
    responses: Responses,
    participant_count: int,
    desire_count: int,
    *,
    rng: np.random.Generator,
    sweeps: int = FOLD_SWEEPS,
    direct: bool = True,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> HeldOut:
    """Return what models that had not seen an answer foretold of it, for all answers, by cross-fitting in five folds.

    Args:
        responses: last response per pair.
        participant_count: N.
        desire_count: M.
        rng: draws the folds, and starts the fits.
        sweeps: at most so many for each fit.
        direct: fit the direct model too, where there are 200 answers.
        threads: how many threads; the result does not depend on it.
        progress: called with the folds done and all folds.

    Notes:
        Five fits, ten with the direct model; see `fit_in_steps`.
    """
    count = len(responses)
    fold = rng.permutation(np.arange(count) % FOLDS)
    apart = rng.spawn(1)[0]
    want, against, unknown = np.zeros(count), np.zeros(count), np.zeros(count)
    second = np.zeros(count) if direct and count >= LEAST_ANSWERS else None
    ranks = ranks_for(responses)  # of all answers: a fold has a fifth fewer, and its fits must be of the same kind
    for f in range(FOLDS):
        test = fold == f
        train = _part_of(responses, ~test)
        i, j = responses.participant[test], responses.desire[test]
        posterior = fit_in_steps(
            train, participant_count, desire_count, rng=rng, sweeps=sweeps, ranks=ranks, threads=threads
        )
        want[test], _, against[test] = posterior.at(i, j)
        unknown[test] = of_unknown_person(posterior)[j]
        if second is not None:
            model = fit_direct(
                train,
                participant_count,
                desire_count,
                rng=apart,
                sweeps=sweeps,
                threads=threads,
                nested=posterior,
                fitted=fit_in_steps,
            )
            second[test] = want[test] if model is None else model.at(i, j)[0]
        if progress is not None:
            progress(f + 1, FOLDS)
    return HeldOut(want, against, unknown, second, responses.stance, fold.astype(np.intp))


def _part_of(responses: Responses, keep: npt.NDArray[np.bool_]) -> Responses:
    return Responses(responses.participant[keep], responses.desire[keep], responses.stance[keep])


def fit_direct(
    responses: Responses,
    participant_count: int,
    desire_count: int,
    *,
    rng: np.random.Generator,
    nested: Posterior,
    sweeps: int = int(settings.SWEEPS.value),
    threads: int | None = None,
    fitted: Callable[..., Posterior] | None = None,
) -> Posterior | None:
    """Return the direct model, whose one head says P(want); None where `nested` is of one head and so says the same.

    Args:
        responses: last response per pair.
        participant_count: N.
        desire_count: M.
        rng: start of the fit.
        nested: the response model of the same responses.
        sweeps: at most so many.
        threads: how many threads; the result does not depend on it.
        fitted: fits it; by default `fit`.
    """
    if len(nested.state.heads.names) < 2:  # noqa: PLR2004
        return None
    wants = Responses(responses.participant, responses.desire, (responses.stance == 1).astype(np.int8))
    tolerance = settings.TOLERANCE.value * (2 if participant_count > _MANY_PEOPLE else 1)
    return (fitted or fit)(
        wants, participant_count, desire_count, rng=rng, sweeps=sweeps, tolerance=tolerance, threads=threads
    )


def fit_in_steps(
    responses: Responses,
    participant_count: int,
    desire_count: int,
    *,
    rng: np.random.Generator,
    sweeps: int,
    tolerance: float = settings.TOLERANCE.value,
    ranks: Ranks | None = None,
    threads: int | None = None,
) -> Posterior:
    """Return a fit of a fold; of many people the first sweeps are over some of them, evenly spread.

    The sample is drawn from the answers of the fold alone, so nothing that is held out is seen.

    Args:
        responses: of the fold.
        participant_count: N; up to twenty thousand the fit is `fit` with so many sweeps.
        desire_count: M.
        rng: start of the fit.
        sweeps: all of them; the last eight are over everybody.
        tolerance: see `fit`.
        ranks: see `fit`.
        threads: how many threads; the result does not depend on it.
    """
    if participant_count <= _ALL_AT_ONCE or sweeps <= _LAST_SWEEPS:
        return fit(
            responses,
            participant_count,
            desire_count,
            rng=rng,
            sweeps=sweeps,
            tolerance=tolerance,
            ranks=ranks,
            threads=threads,
        )
    ranks = ranks_for(responses) if ranks is None else ranks
    every = max(_SOME_OF, participant_count // _SOME_PEOPLE_MOST)
    some = responses.participant % every == 0
    few = Responses(responses.participant[some] // every, responses.desire[some], responses.stance[some])
    begun = fit(
        few,
        -(-participant_count // every),
        desire_count,
        rng=rng,
        sweeps=sweeps - _LAST_SWEEPS,
        tolerance=tolerance,
        ranks=ranks,
        threads=threads,
    )
    state, size = begun.state, begun.state.heads.size
    everybody = replace(
        state,
        person_mean=np.zeros((participant_count, size)),
        person_covariance=np.tile(state.person_prior_covariance, (participant_count, 1, 1)),
    )
    everybody.person_mean[::every], everybody.person_covariance[::every] = state.person_mean, state.person_covariance
    warm = replace(begun, state=everybody)
    return fit(
        responses,
        participant_count,
        desire_count,
        rng=rng,
        sweeps=_LAST_SWEEPS,
        tolerance=0.0,
        ranks=ranks,
        warm=warm,
        threads=threads,
    )


def of_unknown_person(posterior: Posterior) -> Floats:
    """Return P(want) of every desire by a person of whom nothing is known, (M,).

    Example:
        >>> r = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, 1, -1, 1])
        >>> chance = of_unknown_person(fit(r, 3, 2, rng=np.random.default_rng(0)))
        >>> chance.shape, bool(chance[0] > chance[1])
        ((2,), True)
    """
    return np.asarray(_of_nobody(posterior).probabilities()[0][0])


def _of_nobody(posterior: Posterior) -> Posterior:
    """Return the posterior of one person, of whom nothing is known."""
    s = posterior.state
    nobody = replace(s, person_mean=np.zeros((1, s.heads.size)), person_covariance=s.person_prior_covariance[None])
    return replace(posterior, state=nobody)


def learn(held: HeldOut, without_fold: int | None = None, regressions: Regressions | None = None) -> Calibration:
    """Return the calibration learned from held-out answers; `UNCORRECTED` for fewer than 200 of them.

    Args:
        held: what was foretold, and what came.
        without_fold: leave out the answers of this fold, so that they can be foretold by the rest.
        regressions: prepared for all folds; the weights for drawn people are then not learned where there is a direct
            model.

    Notes:
        O(answers); a few steps of Newton's method.

    Example:
        >>> chance, rng = np.full(500, 0.6), np.random.default_rng(0)
        >>> came = np.where(rng.random(500) < 0.9, 1, -1).astype(np.int8)
        >>> held = HeldOut(chance, 1 - chance, chance, None, came, np.zeros(500, np.intp))
        >>> learn(held).drawn[0] > 1.0  # more came than was foretold
        True
    """
    if len(held.stance) < LEAST_ANSWERS:
        return UNCORRECTED
    kept = slice(None) if without_fold is None else held.fold != without_fold
    of_drawn = regressions is None or held.direct is None
    return (regressions or Regressions(held)).learned(kept, of_drawn=of_drawn)


class Regressions:
    """What the three regressions over held-out answers need, computed once for all folds."""

    __slots__ = ("_direct", "_features", "_ratio", "_stance")

    def __init__(self, held: HeldOut) -> None:
        """Prepare them."""
        self._features = _features(held.want, held.unknown, held.direct)
        self._direct = held.direct is not None
        self._ratio = logit(_against_of_others(held.want, held.against))
        self._stance = held.stance

    def learned(self, kept: slice | npt.NDArray[np.bool_], *, of_drawn: bool) -> Calibration:
        """Return the calibration learned from the answers that are kept; that of drawn people only where asked."""
        x, stance, ratio = self._features[kept], self._stance[kept], self._ratio[kept]
        wants = stance == 1
        drawn = _regression(x[:, :3], wants, _DRAWN) if of_drawn else _DRAWN
        want = _regression(x, wants, _WANT) if self._direct else None
        against = None
        others = stance[~wants]
        if (others == 0).any() and (others == -1).any():
            left = np.stack([np.ones(len(others)), ratio[~wants]], axis=1)
            against = _regression(left, others == -1, _AGAINST)
        return Calibration(want, drawn, against, len(stance))


def renewed(
    calibration: Calibration,
    responses: Responses,
    participant_count: int,
    desire_count: int,
    *,
    rng: np.random.Generator,
) -> Calibration:
    """Return the calibration of drawn people while answers come in: learned anew when they have grown by a quarter.

    Args:
        calibration: what was learned last; `UNCORRECTED` at first.
        responses: all responses so far.
        participant_count: N.
        desire_count: M.
        rng: draws the folds; it is left as it was.

    Notes:
        Five fits when it learns, else nothing: all in all a few sweeps for each answer that comes.

    Example:
        >>> few = Responses.of([0], [0], [1])
        >>> renewed(UNCORRECTED, few, 1, 1, rng=np.random.default_rng(0)) is UNCORRECTED
        True
    """
    if len(responses) < max(LEAST_ANSWERS, _GROWN * calibration.answers):
        return calibration
    held = hold_out(responses, participant_count, desire_count, rng=rng.spawn(1)[0], direct=False)
    return learn(held)


def foretold(held: HeldOut) -> tuple[Floats, Floats]:
    """Return calibrated P(want) and P(against) of the held-out answers; no answer corrects its own fold.

    Each fold is corrected by the calibration that the other folds give.
    """
    want, against = held.want.copy(), held.against.copy()
    if len(held.stance) < LEAST_ANSWERS:
        return want, against
    regressions = Regressions(held)
    for f in np.unique(held.fold):
        here = held.fold == f
        direct = None if held.direct is None else held.direct[here]
        want[here], _, against[here] = corrected(
            learn(held, int(f), regressions), held.want[here], held.against[here], held.unknown[here], direct
        )
    return want, against


def corrected(
    calibration: Calibration, want: Floats, against: Floats, unknown: Floats, direct: Floats | None = None
) -> Probabilities:
    """Return calibrated P(want), P(not mine), P(against), in the shape of `want`.

    Args:
        calibration: the weights.
        want: P(want) by the response model.
        against: P(against) by the response model.
        unknown: P(want) of an unknown person; broadcast against `want`.
        direct: P(want) by the direct model; None uses the weights without it.

    Example:
        >>> three = corrected(UNCORRECTED, np.array([0.5]), np.array([0.25]), np.array([0.4]))
        >>> [float(p[0]) for p in three]
        [0.5, 0.25, 0.25]
    """
    if not calibration.answers:
        return want, 1.0 - want - against, against
    l0 = logit(unknown)
    if direct is None or calibration.want is None:
        t0, t1, t2 = calibration.drawn
        new = _logistic(t0 + (t1 - t2) * l0 + t2 * logit(want))
    else:
        t0, t1, t2, t3 = calibration.want
        new = _logistic(t0 + (t1 - t2 - t3) * l0 + t2 * logit(want) + t3 * logit(direct))
    ratio = _against_of_others(want, against)
    if calibration.against is not None:
        b0, b1 = calibration.against
        ratio = _logistic(b0 + b1 * logit(ratio))
    new_against = (1.0 - new) * ratio
    return new, 1.0 - new - new_against, new_against


def _against_of_others(want: Floats, against: Floats) -> Floats:
    """Return P(against | does not want); 0 where everybody wants."""
    rest = 1.0 - want
    return np.asarray(np.clip(np.divide(against, rest, out=np.zeros_like(rest), where=rest > 0), 0.0, 1.0))


def logit(chance: Floats) -> Floats:
    """Return the log odds of a chance, which is first kept within .0001 to .9999.

    Example:
        >>> logit(np.array([0.5, 1.0])).round(2).tolist()
        [0.0, 9.21]
    """
    p = np.clip(chance, _CLIP, 1.0 - _CLIP)
    return np.asarray(np.log(p / (1.0 - p)))


def _logistic(value: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-value)))


def _features(want: Floats, unknown: Floats, direct: Floats | None = None) -> Floats:
    """Return the columns of the regression of wants, (answers, 3), or (answers, 4) with the direct model."""
    l0 = logit(unknown)
    columns = [np.ones(len(want)), l0, logit(want) - l0]
    return np.stack(columns if direct is None else [*columns, logit(direct) - l0], axis=1)


def _regression(x: Floats, happened: npt.NDArray[np.bool_], toward: tuple[float, ...]) -> tuple[float, ...]:
    """Return the weights of a logistic regression, drawn toward these with a ridge of 20: Newton's method."""
    centre = np.array(toward)
    weights = centre.copy()
    if len(x) > _MANY:  # begin near: with every so many answers and as much less of the ridge
        weights = _newton(x[::_EVERY], happened[::_EVERY], weights, centre, _RIDGE / _EVERY)
    return tuple(_newton(x, happened, weights, centre, _RIDGE).tolist())


def _newton(x: Floats, happened: npt.NDArray[np.bool_], begin: Floats, centre: Floats, ridge: float) -> Floats:
    """Return the weights of a logistic regression with a ridge, by Newton's method from these weights."""
    weights = begin
    for _ in range(_NEWTON_ROUNDS):
        chance = _logistic(x @ weights)
        slope = x.T @ (happened - chance) - ridge * (weights - centre)
        curve = (x * (chance * (1.0 - chance))[:, None]).T @ x + ridge * np.eye(len(centre))
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < _NEWTON_ENOUGH:
            break
    return weights


class Moved(NamedTuple):
    """Derivatives of calibrated chances by the linear predictor of one head, (n, M) each.

    Attributes:
        up: of P(want), through the model's chances of this person.
        down: of P(against).
        level_up: of P(want) through P(want) of an unknown person, which moves with the desire's intercept alone.
        level_down: of P(against).
    """

    up: Floats
    down: Floats
    level_up: Floats
    level_down: Floats


@dataclass(frozen=True)
class Calibrated:
    """Calibrated chances of every answer, asked or not, with the methods of `Posterior`.

    Attributes:
        posterior: the response model.
        direct: the direct model of the same people and desires; None where there is none, and for drawn people.
        calibration: the weights.
    """

    posterior: Posterior
    direct: Posterior | None
    calibration: Calibration

    @cached_property
    def unknown(self) -> Floats:
        """Return P(want) of every desire by a person of whom nothing is known, (M,)."""
        return of_unknown_person(self.posterior)

    @property
    def state(self) -> ModelState:
        """Return means and covariances of the response model."""
        return self.posterior.state

    def probabilities(self, participants: slice | Ints | None = None) -> Probabilities:
        """Return calibrated P(want), P(not mine), P(against) of these people to every desire, each (n, M)."""
        want, not_mine, against = self.posterior.probabilities(participants)
        if not self.calibration.answers:
            return want, not_mine, against
        direct = None if self.direct is None else self.direct.probabilities(participants)[0]
        return corrected(self.calibration, want, against, self.unknown, direct)

    def at(self, participant: npt.ArrayLike, desire: npt.ArrayLike) -> Probabilities:
        """Return the three calibrated chances for pairs (participant[k], desire[k]), each of the pairs' length."""
        want, not_mine, against = self.posterior.at(participant, desire)
        if not self.calibration.answers:
            return want, not_mine, against
        direct = None if self.direct is None else self.direct.at(participant, desire)[0]
        return corrected(self.calibration, want, against, self.unknown[np.asarray(desire, np.intp)], direct)

    def with_people_drawn(self, participants: Ints, count: int, *, rng: np.random.Generator) -> Calibrated:
        """Return the chances of `count` draws of each of these people: see `Posterior.with_people_drawn`.

        The direct model knows nothing of drawn people, so the weights without it are used.
        """
        drawn = self.posterior.with_people_drawn(participants, count, rng=rng)
        return Calibrated(drawn, None, self.calibration)

    def of_desires(self, columns: npt.ArrayLike) -> Calibrated:
        """Return the chances of these desires only, in this order, so that others are not computed."""
        direct = None if self.direct is None else self.direct.of_desires(columns)
        return Calibrated(self.posterior.of_desires(columns), direct, self.calibration)

    def without_direct(self, posterior: Posterior | None = None) -> Calibrated:
        """Return the chances without the direct model, of this posterior where one is given.

        It is for a posterior to which no direct model was fitted: people or desires drawn, or a group left out.
        """
        return Calibrated(self.posterior if posterior is None else posterior, None, self.calibration)

    @cached_property
    def _unknown_slopes(self) -> dict[str, Floats]:
        """Return by head the derivative (M,) of the logit of `unknown` by a desire's intercept."""
        nobody = _of_nobody(self.posterior)
        slopes = dict(zip(nobody.state.heads.names, nobody.slopes(np.arange(1)), strict=True))
        touch = slopes["touch"].chance if "touch" in slopes else 1.0
        toward = slopes["direction"].chance if "direction" in slopes else float(self.posterior.always != -1)
        others = {"touch": toward, "direction": touch}
        least = _CLIP * (1.0 - _CLIP)
        variance = np.maximum(self.unknown * (1.0 - self.unknown), least)
        return {name: np.asarray(slope.rate * others[name])[0] / variance for name, slope in slopes.items()}

    def moved(self, head: str, want: Floats, against: Floats, up: Floats, down: Floats) -> Moved:
        """Return by how much the calibrated chances move where the model's own move a little.

        Args:
            head: the head of which a number of the desire moves.
            want: (n, M) P(want) by the response model.
            against: (n, M) P(against) by the response model.
            up: (n, M) derivative of P(want) by the linear predictor of this head.
            down: (n, M) that of P(against).

        Notes:
            First order. The direct model is taken to move as the response model does.
        """
        c = self.calibration
        if not c.answers:
            return Moved(up, down, np.zeros_like(up), np.zeros_like(up))
        weight = c.drawn[2] if self.direct is None or c.want is None else c.want[2] + c.want[3]
        level = (c.drawn if self.direct is None or c.want is None else c.want)[1]
        least = _CLIP * (1.0 - _CLIP)
        new, _, _ = corrected(c, want, against, self.unknown)
        variance = new * (1.0 - new)
        new_up = weight * variance / np.maximum(want * (1.0 - want), least) * up
        level_up = (level - weight) * variance * self._unknown_slopes[head]
        ratio = _against_of_others(want, against)
        of_others = (down + ratio * up) / np.maximum(1.0 - want, _CLIP)
        if c.against is not None:
            b0, b1 = c.against
            new_ratio = _logistic(b0 + b1 * logit(ratio))
            of_others = b1 * new_ratio * (1.0 - new_ratio) / np.maximum(ratio * (1.0 - ratio), least) * of_others
            ratio = new_ratio
        return Moved(new_up, (1.0 - new) * of_others - ratio * new_up, level_up, -ratio * level_up)


Chances = Posterior | Calibrated
"""Whatever says how likely everybody wants everything."""


def calibrate(
    posterior: Posterior,
    calibration: Calibration,
    responses: Responses,
    *,
    rng: np.random.Generator,
    threads: int | None = None,
) -> Calibrated:
    """Return the calibrated chances of a fitted model; its direct model is fitted here where it is needed.

    Args:
        posterior: the response model, fitted to `responses`.
        calibration: learned from held-out answers.
        responses: last response per pair.
        rng: start of the fit; what it has yet to draw stays as it is.
        threads: how many threads; the result does not depend on it.

    Notes:
        At most one fit.
    """
    people, desires = len(posterior.state.person_mean), len(posterior.state.desire_mean)
    direct = None
    if calibration.want is not None:
        direct = fit_direct(responses, people, desires, rng=rng.spawn(1)[0], nested=posterior, threads=threads)
    return Calibrated(posterior, direct, calibration)


def fit_calibrated(
    responses: Responses, participant_count: int, desire_count: int, *, rng: np.random.Generator
) -> Calibrated:
    """Return the calibrated chances of these responses: fit, cross-fit, learn, correct. At most twelve fits.

    Example:
        >>> r = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, 1, -1, 1])
        >>> fit_calibrated(r, 3, 2, rng=np.random.default_rng(0)).calibration == UNCORRECTED  # so few tell nothing
        True
    """
    posterior = fit(responses, participant_count, desire_count, rng=rng)
    held = hold_out(responses, participant_count, desire_count, rng=rng)
    return calibrate(posterior, learn(held), responses, rng=rng)
