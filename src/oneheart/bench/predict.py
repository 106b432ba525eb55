"""Benchmark of prediction: how well methods predict unseen answers.

A random fifth of the answers is held out. Methods learn from the rest ("all"), or from at most ten answers a person
("ten"). Measured: log-loss and Brier score of "wants it", log-loss of all three stances if a method predicts them,
the calibration error, and the slope of the wants on the log odds of the forecast (1 is right; above 1 the forecast is
too timid, below it too bold). For oneheart alone: whether the fifth of people with the least expected support of a
desire supports it as little as expected.

Errors (±) are standard errors over conversations: other conversations would give other figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from oneheart.bench import gibbs, rivals
from oneheart.bench.result import NO_FIGURE, BenchResult, Cell, Gate, Progress, mean_and_error
from oneheart.bench.rivals import Answers, log_loss
from oneheart.engine.desire.calibration import Chances, fit_calibrated, logit
from oneheart.engine.desire.common_ground import net_support
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
Stances = npt.NDArray[np.int8]
OURS, UNCALIBRATED = "oneheart", "oneheart, not calibrated"
TUNED = "logistic factors, tuned"
ORACLE = "(logistic factors, strength chosen on the test answers)"
BOUND = "(Gibbs sampler, learned covariances)"
_BRACKETS = (ORACLE, BOUND)
_NO_BOUND = "The row of the Gibbs sampler is left out: pip install 'oneheart[bench]' brings its package."
REGIMES = ("all", "ten")
FIGURES = ("log-loss", "Brier", "three-way", "ECE", "slope")
_HELD_OUT = 0.2
_TEN = 10
_HELD_OUT_FOR_TAIL = 0.3
_TAIL_LEAST_ANSWERS = 20
_WORST_FIFTH_MOST = 0.03
_BELOW_TUNED = 0.005
_SLOPE_LEAST, _SLOPE_MOST = 0.9, 1.1
_ECE_MOST = 0.03
_SLOPE_ROUNDS = 50
_LEAST_ANSWERS = 200
_ORACLE_STRENGTHS = (1.0, 2.0, 4.0)
_STANCES = (1, 0, -1)


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Predictions of a method for held-out answers.

    Attributes:
        want: (answers,) probability of a want.
        three: (answers, 3) probabilities of want, not mine, against; None if the method does not predict them.
    """

    want: Floats
    three: Floats | None = None


@dataclass(frozen=True, slots=True)
class WorstFifth:
    """Net support of the people with the least expected support of desires: expected and observed.

    Attributes:
        expected: mean of the model's expectation.
        observed: mean of their answers, which the model had not seen.
        answers: number of these answers.
    """

    expected: float
    observed: float
    answers: int

    @property
    def gap(self) -> float:
        """Return expected minus observed."""
        return self.expected - self.observed


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:
    """Return the table of all methods in both regimes, mean over conversations and repeats, and the gates.

    Gates in both regimes: log-loss and Brier score below those of every other method, log-loss by .005 or more below
    that of the tuned logistic factorisation; slope .9 to 1.1, calibration error below .03; the worst fifth predicted
    within .03. All are means over conversations. Rows in brackets are bounds and have no gate: the oracle has seen
    the test answers, and the Gibbs sampler takes longer than a gathering can wait.
    """
    seen: dict[tuple[str, str], dict[str, list[tuple[Forecast, Stances]]]] = defaultdict(lambda: defaultdict(list))
    tails: dict[tuple[str, str], list[WorstFifth]] = defaultdict(list)
    used = {name: g for name, g in gatherings.items() if len(g.responses) >= _LEAST_ANSWERS}
    skipped = [f"{name}: fewer than {_LEAST_ANSWERS} answers." for name in gatherings if name not in used]
    if used and not gibbs.is_installed():
        skipped.append(_NO_BOUND)
    total, done = len(used) * repeats, 0
    for name, gathering in used.items():
        for repeat in range(repeats):
            for regime in REGIMES:
                rng = np.random.default_rng([seed, repeat])
                train, test = split(gathering.responses, regime, rng)
                for method, forecast in forecasts(gathering, train, test, rng).items():
                    seen[regime, method][name].append((forecast, test.stance))
                tail = worst_fifth(gathering, regime, np.random.default_rng([seed, repeat, 1]))
                if tail is not None:
                    tails[regime, name].append(tail)
            done += 1
            progress(done, total, "predict")
    skipped += [
        f"{name}: worst fifth not measured, no desire has {_TAIL_LEAST_ANSWERS} held-out answers."
        for name in used
        if not any((regime, name) in tails for regime in REGIMES)
    ]
    scores = {key: {name: scored(parts) for name, parts in by_name.items()} for key, by_name in seen.items()}
    return _result(scores, tails, skipped)


def split(
    responses: Responses, regime: str, rng: np.random.Generator, held_out: float = _HELD_OUT
) -> tuple[Responses, Responses]:
    """Return training and test answers; for "ten", at most ten random training answers a person."""
    test = rng.random(len(responses)) < held_out
    train = ~test
    if regime == "ten":
        key = np.where(test, 2.0, rng.random(len(responses)))
        order = np.lexsort((key, responses.participant))
        person = responses.participant[order]
        rank = np.empty(len(responses), np.intp)
        rank[order] = np.arange(len(responses)) - np.searchsorted(person, person)
        train &= rank < _TEN
    return part_of(responses, train), part_of(responses, test)


def part_of(responses: Responses, keep: npt.NDArray[np.bool_]) -> Responses:
    """Return the responses at which a mask is true."""
    return Responses(responses.participant[keep], responses.desire[keep], responses.stance[keep])


def answers_of(responses: Responses, n: int, m: int) -> Answers:
    """Return responses in the form of the rivals."""
    return Answers(
        responses.participant.astype(np.intp), responses.desire.astype(np.intp), responses.stance.astype(float), n, m
    )


def forecasts(gathering: Gathering, train: Responses, test: Responses, rng: np.random.Generator) -> dict[str, Forecast]:
    """Return each method's predictions of the held-out answers."""
    n, m = gathering.participant_count, gathering.desire_count
    answers = answers_of(train, n, m)
    i, j = test.participant.astype(np.intp), test.desire.astype(np.intp)
    groups = rivals.polis_groups(answers, rng)
    indicators = {stance: (answers.y == stance).astype(float) for stance in _STANCES}
    mean = np.stack([rivals.item_mean(answers, indicators[s])[j] for s in _STANCES], axis=1)
    rate = np.stack([rivals.group_rates(answers, indicators[s], groups)[groups[i], j] for s in _STANCES], axis=1)
    notes = rivals.community_notes(answers, rng)
    fitted_notes = rivals.community_notes(answers, rng, target=answers.wants)
    tuned, _ = rivals.tuned_logistic(answers, rng)
    model = fit_calibrated(train, n, m, rng=rng)
    plain, ours = (_three(chances, i, j) for chances in (model.posterior, model))
    return {
        "item mean": Forecast(mean[:, 0], mean),
        "Polis group rate": Forecast(rate[:, 0], rate / rate.sum(1, keepdims=True)),
        "Community Notes": Forecast(np.clip(notes.at(i, j), 0.01, 0.99)),
        "Community Notes, fitted to wants": Forecast(np.clip(fitted_notes.at(i, j), 0.01, 0.99)),
        "logistic factors": Forecast(expit(rivals.logistic_factors(answers, rivals.PLAIN_STRENGTH, rng).at(i, j))),
        TUNED: Forecast(expit(tuned.at(i, j))),
        UNCALIBRATED: Forecast(plain[:, 0], plain),
        OURS: Forecast(ours[:, 0], ours),
        ORACLE: _oracle(answers, i, j, test.stance == 1, rng),
        **({BOUND: Forecast(gibbs.wants(answers, i, j, rng))} if gibbs.is_installed() else {}),
    }


def _three(chances: Chances, i: npt.NDArray[np.intp], j: npt.NDArray[np.intp]) -> Floats:
    """Return the chances of want, not mine, against of pairs, (pairs, 3)."""
    return np.stack(chances.at(i, j), axis=1)


def _oracle(
    answers: Answers,
    i: npt.NDArray[np.intp],
    j: npt.NDArray[np.intp],
    wants: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> Forecast:
    """Return the best logistic factorisation for these very test answers: a bound, not a rival."""
    begin = int(rng.integers(2**32))
    candidates = [
        expit(rivals.logistic_factors(answers, strength, np.random.default_rng(begin)).at(i, j))
        for strength in _ORACLE_STRENGTHS
    ]
    return Forecast(min(candidates, key=lambda chance: log_loss(chance, wants)))


def scored(parts: Sequence[tuple[Forecast, Stances]]) -> Floats:
    """Return the figures of a method in one conversation, (5,): see `FIGURES`.

    Log-loss, Brier score and three-way log-loss are means over the splits. Calibration error and slope are those of
    all splits together: of one split, with a few hundred answers, much of the calibration error would be noise.
    """
    want = np.concatenate([forecast.want for forecast, _ in parts])
    stance = np.concatenate([stance for _, stance in parts])
    means = np.mean([score(forecast, answers)[:3] for forecast, answers in parts], axis=0)
    return np.array([*means, score(Forecast(want), stance)[3], slope(want, stance == 1)])


def slope(chance: Floats, happened: npt.NDArray[np.bool_]) -> float:
    """Return the slope of a logistic regression of what happened on the log odds of the forecast; nan if there is none.

    Example:
        >>> chance, happened = np.repeat([0.4, 0.6], 10), np.repeat([False, True, False, True], [9, 1, 1, 9])
        >>> round(slope(chance, happened), 2)  # .1 and .9 came of what was called .4 and .6
        5.42
    """
    x = np.stack([np.ones(len(chance)), logit(chance)], axis=1)
    weights = np.array([0.0, 1.0])
    for _ in range(_SLOPE_ROUNDS):
        foretold = expit(x @ weights)
        curve = (x * (foretold * (1 - foretold))[:, None]).T @ x
        if np.linalg.matrix_rank(curve) < len(weights):
            return float("nan")
        step = np.linalg.solve(curve, x.T @ (happened - foretold))
        weights = weights + step
        if np.abs(step).max() < 1e-9:  # noqa: PLR2004
            break
    return float(weights[1])


def score(forecast: Forecast, stance: Stances) -> Floats:
    """Return log-loss, Brier score, three-way log-loss (nan if not predicted), calibration error in ten bins."""
    wants = stance == 1
    p = forecast.want
    bins = np.clip((p * 10).astype(int), 0, 9)
    gap = np.abs(np.bincount(bins, p, minlength=10) - np.bincount(bins, wants, minlength=10))
    three = float("nan")
    if forecast.three is not None:
        happened = forecast.three[np.arange(len(stance)), 1 - stance.astype(np.intp)]
        three = log_loss(happened, np.ones(len(stance), bool))
    return np.array([log_loss(p, wants), float(((p - wants) ** 2).mean()), three, gap.sum() / max(len(p), 1)])


def worst_fifth(gathering: Gathering, regime: str, rng: np.random.Generator) -> WorstFifth | None:
    """Return expected and observed support of the people with the least expected support; None for too few answers.

    Three tenths of the answers are held out, and the model learns as in `split`. For each desire with twenty or more
    of them, the model takes the fifth with the lowest expectation, without having seen their answers; the result is
    over all of these.
    """
    train, test_part = split(gathering.responses, regime, rng, _HELD_OUT_FOR_TAIL)
    chances = fit_calibrated(train, gathering.participant_count, gathering.desire_count, rng=rng)
    want, _, against = chances.at(test_part.participant, test_part.desire)
    expected = net_support(want, against)
    observed = net_support((test_part.stance == 1).astype(float), (test_part.stance == -1).astype(float))
    tail: list[npt.NDArray[np.intp]] = []
    for desire in np.unique(test_part.desire):
        places = np.flatnonzero(test_part.desire == desire)
        if len(places) >= _TAIL_LEAST_ANSWERS:
            tail.append(places[np.argsort(expected[places], kind="stable")][: len(places) // 5])
    if not tail:
        return None
    low = np.concatenate(tail)
    return WorstFifth(float(expected[low].mean()), float(observed[low].mean()), len(low))


def _result(
    scores: Mapping[tuple[str, str], Mapping[str, Floats]],
    tails: Mapping[tuple[str, str], list[WorstFifth]],
    skipped: list[str],
) -> BenchResult:
    """Return table, gates and their details."""
    methods = list(dict.fromkeys(method for _, method in scores))
    means = {key: np.mean(list(by_name.values()), axis=0) for key, by_name in scores.items()}
    rows: list[tuple[Cell, ...]] = [
        (method, *(_cell(x) for regime in REGIMES for x in means[regime, method])) for method in methods
    ]
    details: list[dict[str, Any]] = [
        {"conversation": name, "regime": regime, "method": method, **dict(zip(FIGURES, figures, strict=True))}
        for (regime, method), by_name in scores.items()
        for name, figures in by_name.items()
    ]
    gates = [gate for regime in REGIMES for gate in (*_forecast_gates(regime, scores, methods),)]
    for regime in REGIMES:
        gaps: dict[str, float] = {}
        for (of_regime, name), tail_list in tails.items():
            if of_regime != regime:
                continue
            weight = [t.answers for t in tail_list]
            gaps[name] = float(np.average([t.gap for t in tail_list], weights=weight))
            details.append(
                {
                    "conversation": name,
                    "regime": regime,
                    "worst_fifth_expected": float(np.average([t.expected for t in tail_list], weights=weight)),
                    "worst_fifth_observed": float(np.average([t.observed for t in tail_list], weights=weight)),
                    "worst_fifth_gap": gaps[name],
                    "answers": int(np.sum(weight)),
                }
            )
        if gaps:
            gates.append(_tail_gate(regime, gaps))
    columns = ("method", *(f"{figure} ({regime})" for regime in REGIMES for figure in FIGURES))
    return BenchResult(
        "Foretelling held-out answers", columns, tuple(rows), tuple(gates), tuple(skipped), tuple(details)
    )


def _cell(value: float) -> Cell:
    return float(value) if np.isfinite(value) else NO_FIGURE


def _forecast_gates(
    regime: str, scores: Mapping[tuple[str, str], Mapping[str, Floats]], methods: list[str]
) -> list[Gate]:
    """Return the gates of one regime: lower than the best of all others, and calibrated."""
    if not methods:
        return []
    table = {method: np.array(list(scores[regime, method].values())) for method in methods}
    rivals_of = [method for method in methods if method not in (OURS, UNCALIBRATED, *_BRACKETS)]
    gates = []
    for place, figure in enumerate(FIGURES[:2]):
        our_figure = float(table[OURS][:, place].mean())
        best = min(rivals_of, key=lambda method: float(table[method][:, place].mean()))
        needed = float(table[best][:, place].mean())
        gates.append(
            Gate(
                f"{figure}, {regime} answers", f"{our_figure:.4f}", f"below {needed:.4f} ({best})", our_figure < needed
            )
        )
    apart = table[OURS][:, 0] - table[TUNED][:, 0]
    mean, error = mean_and_error(apart)
    gates.append(
        Gate(
            f"log-loss less that of {TUNED}, {regime} answers",
            f"{mean:+.4f} ± {error:.4f} (lower in {int((apart < 0).sum())} of {len(apart)})",
            f"at most -{_BELOW_TUNED}",
            mean <= -_BELOW_TUNED,
        )
    )
    mean, error = mean_and_error(table[OURS][:, 4])
    gates.append(
        Gate(
            f"slope of held-out wants, {regime} answers",
            f"{mean:.3f} ± {error:.3f}",
            f"{_SLOPE_LEAST} to {_SLOPE_MOST}",
            _SLOPE_LEAST <= mean <= _SLOPE_MOST,
        )
    )
    mean, error = mean_and_error(table[OURS][:, 3])
    gates.append(
        Gate(
            f"calibration error, {regime} answers", f"{mean:.4f} ± {error:.4f}", f"below {_ECE_MOST}", mean < _ECE_MOST
        )
    )
    return gates


def _tail_gate(regime: str, gaps: Mapping[str, float]) -> Gate:
    """Return the gate of the worst fifth of one regime: the mean gap over conversations."""
    worst = max(gaps, key=lambda name: abs(gaps[name]))
    size = float(np.mean(np.abs(list(gaps.values()))))
    mean, error = mean_and_error(list(gaps.values()))
    return Gate(
        f"worst fifth, expected minus observed, {regime} answers",
        f"{mean:+.3f} ± {error:.3f} (mean size {size:.3f}, largest {gaps[worst]:+.3f}, {worst})",
        f"size at most {_WORST_FIFTH_MOST}",
        abs(mean) <= _WORST_FIFTH_MOST,
    )
