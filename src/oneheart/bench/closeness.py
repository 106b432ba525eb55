"""Closeness with a known truth: coverage of intervals, and how often a relation is detected.

*Oneness.* Circles of ten are drawn, thirty at a time, from a population with known oneness. People of one circle want
more alike than others, and answer ten of sixty desires. Measured: the coverage of the interval, compared with one
that resamples single people instead of circles. Then the ten cards are dealt by our routing, as in a live gathering.
Measured: bias and coverage of the probes alone, compared with those of all answers.

*Relation.* Gatherings of a hundred people who were at six of thirty occasions and answered ten of thirty desires.
Either the two are independent; or a shared language causes both and nothing else does; or occasions also change the
wants of people who were there. Measured: how often a relation is said (by interval and permutations), and for a real
one whether this equals the power that each gathering's page states for an effect of its size.

*Equality.* The regression over pairs that are never listed, compared with least squares over the listed pairs.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats

from oneheart.bench.replay import dealt
from oneheart.bench.result import NO_FIGURE, BenchResult, Cell, Gate, Progress, mean_and_error
from oneheart.engine.closeness.inner import oneness
from oneheart.engine.closeness.relation import Relation, regress
from oneheart.engine.dyads import Dyads, Gram, Ties, ones, same, ties
from oneheart.engine.side_by_side import side_by_side
from oneheart.engine.synthetic import Relation as Truth
from oneheart.engine.synthetic import draw_with_occasions
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
HOLDS_LEAST, HOLDS_MOST = 0.90, 0.97
FALSE_MOST = 0.06
POWER_APART = 0.10
EQUAL_MOST = 1e-10
_LEVEL = 0.95
_CIRCLES, _TEN, _DESIRES, _ANSWERS = 30, 10, 60, 10
_PEOPLE, _PERMUTATIONS = 100, 39
_HALLS = 80  # draws of circles for each repeat
_ROUTED_HALLS = 8  # of them with cards dealt by our routing
ROUTED_BIAS_MOST, ROUTED_HOLDS_LEAST = 0.01, 0.88
_ROUTED_LEVEL = 0.9
_WENT = 0.4  # share of nine occasions
_LISTED = 150  # number of people, all of whose pairs are listed
# Truth, its strength, whether people are exchanged within their language, and gatherings for each repeat.
_CASES: tuple[tuple[Truth, float, bool, int], ...] = (
    ("none", 0.0, False, 100),
    ("confounded", 0.0, False, 5),
    ("confounded", 0.0, True, 100),
    ("real", 1.0, True, 10),
    ("real", 2.0, True, 10),
    ("real", 3.0, True, 10),
)
_TOLD = {
    "none": "nothing to do with each other",
    "confounded": "language alone brings both",
    "real": "truly moved",
}


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:  # noqa: ARG001
    """Return the coverage of intervals, and how often a relation is detected if it exists and if not.

    Gates: the interval of oneness covers the truth in .90 to .97 of draws of circles (nominal .95); of probes among
    routed cards it covers it in .88 or more (nominal .90), and their bias is within .01. No relation is
    detected in more than .06 if there is none, also if language causes both and people are exchanged within it. A
    real relation is detected as often as stated for its size, within .10. The coefficient equals that of the listed
    pairs to ten digits.
    """
    true = true_oneness(seed)
    covered = np.zeros(2)
    for number in range(_HALLS * repeats):
        covered += holds(true, np.random.default_rng([seed, 1, number]))
        progress(number + 1, _HALLS * repeats, "ranges")
    share = covered / (_HALLS * repeats)
    routed = []
    for number in range(_ROUTED_HALLS * repeats):
        routed.append(of_routed(true, np.random.default_rng([seed, 9, number])))
        progress(number + 1, _ROUTED_HALLS * repeats, "routed cards")
    relations = []
    for place, (truth, strength, within, count) in enumerate(_CASES):
        measurements = []
        for number in range(count * repeats):
            measurements.append(measured(truth, strength, within=within, seed=[seed, 2 + place, number]))
            progress(number + 1, count * repeats, f"{_TOLD[truth]}, {strength}")
        relations.append(measurements)
    apart = max(furthest_apart(np.random.default_rng([seed, 0, number])) for number in range(repeats))
    return _result(share, _HALLS * repeats, np.array(routed), relations, apart)


# --- oneness ---------------------------------------------------------------------------------------------------------


def stances(circles: int, rng: np.random.Generator) -> npt.NDArray[np.int8]:
    """Return everybody's stance to everything, (10 circles, M); people of one circle want more alike."""
    fixed = np.random.default_rng(8)
    taste, appeal = fixed.normal(size=(_DESIRES, 3)), 0.8 * fixed.normal(size=_DESIRES)
    person = 0.6 * rng.normal(size=(circles, 3)).repeat(_TEN, 0) + 0.6 * rng.normal(size=(circles * _TEN, 3))
    pull = appeal + person @ taste.T
    wants = pull + rng.logistic(size=pull.shape) > 0.4  # noqa: PLR2004
    return np.where(wants, 1, np.where(pull < -1.2, -1, 0)).astype(np.int8)  # noqa: PLR2004


def true_oneness(seed: int) -> float:
    """Return the oneness of the population from which circles are drawn, from 120,000 of its people."""
    values = []
    for number in range(30):
        stance = stances(400, np.random.default_rng([seed, 3, number])).astype(np.float64)
        n, total, squares = len(stance), stance.sum(0), (stance**2).sum(0)
        values.append(float(((total * total - squares) / (n * (n - 1))).mean()))
    return float(np.mean(values))


def holds(true: float, rng: np.random.Generator) -> Floats:
    """Return whether the interval covers the truth: by resampling circles, and by resampling single people."""
    stance = stances(_CIRCLES, rng)
    n = len(stance)
    desire = np.argsort(rng.random((n, _DESIRES)), axis=1)[:, :_ANSWERS].ravel()
    person = np.repeat(np.arange(n), _ANSWERS)
    responses = Responses.of(person, desire, stance[person, desire])
    circle_of = np.arange(n, dtype=np.int32) // _TEN
    estimates = [oneness(responses, n, _DESIRES, circles, level=_LEVEL) for circles in (circle_of, None)]
    return np.array(
        [estimate is not None and estimate.low <= true <= estimate.high for estimate in estimates], np.float64
    )


def of_routed(true: float, rng: np.random.Generator) -> Floats:
    """Return error and coverage of the probes among routed cards, then those of all answers, (4,)."""
    truth = stances(_CIRCLES, rng)
    n = len(truth)
    circle_of = np.arange(n, dtype=np.int32) // _TEN
    *_, last = dealt(truth, _ANSWERS, rng, circle_of=circle_of.astype(np.intp))
    out: list[float] = []
    for mask in (last.probed, last.asked):
        i, j = np.nonzero(mask)
        found = oneness(Responses.of(i, j, truth[i, j]), n, _DESIRES, circle_of, level=_ROUTED_LEVEL)
        if found is None:
            message = "three hundred people with two probes each have no two answers to one desire"
            raise RuntimeError(message)
        out += [found.value - true, float(found.low <= true <= found.high)]
    return np.array(out)


# --- relation --------------------------------------------------------------------------------------------------------


def measured(truth: Truth, strength: float, *, within: bool, seed: list[int]) -> Relation:
    """Return the measurements of one simulated gathering."""
    drawn = draw_with_occasions(
        _PEOPLE, 30, answers=10, relation=truth, rng=np.random.default_rng(seed), strength=strength
    )
    relation = (
        side_by_side(
            attendance=drawn.attendance,
            desires=drawn.synthetic.gathering,
            strata=drawn.strata if within else None,
            permutations=_PERMUTATIONS,
            seed=int(np.random.default_rng([*seed, 1]).integers(2**31)),
        )
        .compared[0]
        .relation
    )
    if relation is None:
        message = "a made-up gathering of a hundred people could not be measured"
        raise RuntimeError(message)
    return relation


def chance_to_see(effect: float, least_visible: float) -> float:
    """Return the power for an effect, if an effect of `least_visible` is detected with power 0.8.

    Example:
        >>> round(chance_to_see(0.1, 0.1), 2), round(chance_to_see(0.0, 0.1), 2)
        (0.8, 0.05)
    """
    usual = float(stats.norm.ppf(0.975))
    shift = effect / least_visible * (usual + float(stats.norm.ppf(0.8)))
    return float(stats.norm.cdf(shift - usual) + stats.norm.cdf(-shift - usual))


def furthest_apart(rng: np.random.Generator) -> float:
    """Return the largest relative error of the coefficient against listed pairs, in three gatherings."""
    n = _LISTED
    pairs = np.triu_indices(n, 1)
    sample = rng.random(len(pairs[0])) < 0.2  # noqa: PLR2004
    met = ties(n, pairs[0][sample], pairs[1][sample], rng.exponential(size=int(sample.sum())))
    wants = Gram(rng.normal(size=(n, 3)))
    went = Gram(rng.normal(size=(n, 9)) * (rng.random((n, 9)) < _WENT))
    covariates: list[Dyads] = [ones(n), same(rng.integers(0, 3, n))]
    apart = []
    for near, outcome in ((met, wants), (went, wants), (went, met)):
        fit = regress(near, outcome, covariates)
        x = np.stack([_listed(near), *(_listed(dyads) for dyads in covariates)], 1)
        slow = float(np.linalg.lstsq(x, _listed(outcome), rcond=None)[0][0])
        apart.append(np.inf if fit is None else abs(fit.coefficient - slow) / abs(slow))
    return float(max(apart))


def _listed(dyads: Dyads) -> Floats:
    """Return the numbers of all ordered pairs, listed one by one."""
    if isinstance(dyads, Ties):
        square = dyads.table.toarray()
    else:
        rows = dyads.rows.toarray() if sparse.issparse(dyads.rows) else np.asarray(dyads.rows)
        square = rows @ rows.T
    return np.asarray(square[~np.eye(len(square), dtype=bool)], np.float64)


# --- the table -------------------------------------------------------------------------------------------------------


def _result(covered: Floats, halls: int, routed: Floats, relations: list[list[Relation]], apart: float) -> BenchResult:
    rows: list[tuple[Cell, ...]] = []
    details: list[dict[str, Any]] = []
    gates: list[Gate] = []
    for name, share in zip(("circles as drawn", "single people as drawn"), covered.tolist(), strict=True):
        rows.append((f"oneness, range holds the truth: {name}", halls, share, *[NO_FIGURE] * 3))
        details.append({"range of oneness": name, "draws": halls, "holds": share, "promised": _LEVEL})
    gates.append(
        Gate(
            "range of oneness holds the truth",
            f"{covered[0]:.3f}",
            f"{HOLDS_LEAST} to {HOLDS_MOST}",
            bool(HOLDS_LEAST <= covered[0] <= HOLDS_MOST),
        )
    )
    for place, name in enumerate(("probes alone", "all answers")):
        bias, error = mean_and_error(routed[:, 2 * place])
        share = float(routed[:, 2 * place + 1].mean())
        rows.append((f"oneness of routed cards, range holds the truth: {name}", len(routed), share, *[NO_FIGURE] * 3))
        rows.append((f"oneness of routed cards, bias: {name}", len(routed), bias, *[NO_FIGURE] * 3))
        details.append({"routed cards": name, "halls": len(routed), "holds": share, "bias": bias, "error": error})
        if place == 0:
            met = bool(abs(bias) <= ROUTED_BIAS_MOST)
            told = f"{bias:+.4f} ± {error:.4f}"
            gates += [
                Gate("oneness of probes among routed cards, bias", told, f"size at most {ROUTED_BIAS_MOST}", met),
                Gate(
                    "oneness of probes among routed cards, range holds the truth",
                    f"{share:.3f}",
                    f"at least {ROUTED_HOLDS_LEAST}",
                    share >= ROUTED_HOLDS_LEAST,
                ),
            ]
    for (truth, strength, within, _), measurements in zip(_CASES, relations, strict=True):
        often = float(np.mean([relation.seen != "unseen" for relation in measurements]))
        effect = float(np.mean([relation.effect for relation in measurements]))
        visible = float(np.mean([relation.least_visible for relation in measurements]))
        stated = float(np.mean([chance_to_see(effect, relation.least_visible) for relation in measurements]))
        exchanged = "within language" if within else "with everybody"
        name = f"{_TOLD[truth]}{f', {strength}' if strength else ''}; exchanged {exchanged}"
        rows.append(
            (f"relation seen: {name}", len(measurements), often, stated if strength else NO_FIGURE, effect, visible)
        )
        details.append(
            {"truth": truth, "strength": strength, "within": exchanged, "seen": often, "said": stated, "effect": effect}
            | {"least visible": visible, "gatherings": len(measurements)}
        )
        if strength:
            near = abs(often - stated) <= POWER_APART
            gates.append(
                Gate(f"seen as often as is said, {name}", f"{often:.3f}", f"{stated:.3f} ± {POWER_APART}", near)
            )
        elif within or truth == "none":
            gates.append(Gate(f"seen falsely, {name}", f"{often:.3f}", f"at most {FALSE_MOST}", often <= FALSE_MOST))
    rows.append(
        ("furthest from the listed pairs, share of the coefficient", NO_FIGURE, f"{apart:.1e}", *[NO_FIGURE] * 3)
    )
    details.append({"furthest from the listed pairs": apart, "people": _LISTED})
    gates.append(Gate("equal to the listed pairs", f"{apart:.1e}", f"at most {EQUAL_MOST}", apart <= EQUAL_MOST))
    columns = ("what", "gatherings", "share", "said of this effect", "effect", "visible from")
    return BenchResult("Closeness", columns, tuple(rows), tuple(gates), (), tuple(details))
