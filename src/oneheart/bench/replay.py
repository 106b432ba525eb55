"""Benchmark of routing: how few answers a person are needed to find what is common.

In dense cores every answer is known. A method chooses the next desire of each person, sees that answer only, and
names five desires. The regret is how much more common the true best five are. Commonness is judged by parts of the
gathering that are computed from other desires, a third of all, which no method sees.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench import arrivals, rivals
from oneheart.bench.arrivals import seen
from oneheart.bench.cores import Core, find_cores, large_parts, parts_from
from oneheart.bench.predict import answers_of
from oneheart.bench.result import NO_FIGURE, BenchResult, Cell, Gate, Progress, mean_and_error
from oneheart.engine.desire import routing
from oneheart.engine.desire.calibration import (
    UNCORRECTED,
    Calibrated,
    Chances,
    calibrate,
    fit_calibrated,
    hold_out,
    learn,
    renewed,
)
from oneheart.engine.desire.common_ground import summarise
from oneheart.engine.desire.probes import FIRST_PROBES, PROBE_SHARE
from oneheart.engine.desire.response_model import Posterior, fit
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
Stances = npt.NDArray[np.int8]
STEPS = (3, 4, 6, 8, 10, 12, 16, 20)
TOP = 5
CRITERIA = ("geometric mean of parts", "least part", "most against")
OURS, POLIS = "oneheart", "Polis routing + group-aware consensus"
OURS_ARRIVING, POLIS_ARRIVING = (f"{method}, people arriving one after another" for method in (OURS, POLIS))
ARRIVAL_STEPS = (8, 16)
_OUR_STEP, _POLIS_STEP = 8, 16
_WARM_SWEEPS = 6
_STEP_SWEEPS = 40


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:
    """Return the regret of each method by answers a person, mean over cores and repeats.

    Gates: our regret (geometric mean) after 8 answers is at most that of Polis after 16, over the cores with enough
    desires for 16; and below that of Polis after 8. The same where people arrive one after another, each answering all
    their cards when they come (`oneheart.bench.arrivals`).
    """
    cores, skipped = find_cores(gatherings, seed)
    regrets: dict[tuple[str, int], dict[str, list[Floats]]] = defaultdict(dict)
    total, done = len(cores) * repeats, 0
    for core in cores:
        for repeat in range(repeats):
            for method, step, regret in one_replay(core, np.random.default_rng([seed, repeat])):
                regrets[method, step].setdefault(core.name, []).append(regret)
            done += 1
            progress(done, total, "replay")
        choices = core.stances.shape[1] - core.stances.shape[1] // 3
        if choices <= max(STEPS):
            skipped.append(f"{core.name}: {choices} desires to choose among, so fewer than {choices} answers a person.")
    return _result(regrets, cores, skipped)


def one_replay(core: Core, rng: np.random.Generator) -> Iterator[tuple[str, int, Floats]]:
    """Yield (method, answers a person, regrets by the three criteria) for one core and seed."""
    m_all = core.stances.shape[1]
    shuffled = rng.permutation(m_all)
    aside, truth = core.stances[:, shuffled[: m_all // 3]], core.stances[:, shuffled[m_all // 3 :]]
    good = criteria(truth, parts_from(aside, rng))
    steps = [step for step in STEPS if step < truth.shape[1]]
    for route, judges in ROUTES:
        for step, responses, known in route(truth, steps, np.random.default_rng(rng.integers(2**32))):
            for method, judge in judges.items():
                value = judge(responses, known, truth.shape, rng)
                yield method, step, np.array([regret(c, value) for c in good])
    for method, arrive, judge in ARRIVALS:
        for step in (step for step in ARRIVAL_STEPS if step < truth.shape[1]):
            responses = arrive(truth, step, np.random.default_rng(rng.integers(2**32)))
            value = judge(responses, None, truth.shape, rng)
            yield method, step, np.array([regret(c, value) for c in good])


def regret(criterion: Floats, value: Floats, top: int = TOP) -> float:
    """Return how much more common the best desires are than those with the highest value, 0 or more.

    Example:
        >>> round(regret(np.array([0.9, 0.5, 0.1]), np.array([0.0, 2.0, 1.0]), top=1), 3)
        0.4
    """
    chosen = np.argsort(-value, kind="stable")[:top]
    return float(np.sort(criterion)[-top:].mean() - criterion[chosen].mean())


def criteria(truth: Stances, part: npt.NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
    """Return per desire, over parts of eight people or more, three criteria, each (M,); more is better.

    They are the geometric mean of the (smoothed) shares who want it, the least of these shares, and minus the
    greatest share against it.
    """
    parts = large_parts(part)
    want = np.stack([((truth[part == p] == 1).sum(0) + 1) / ((part == p).sum() + 2) for p in parts])
    against = np.stack([(truth[part == p] == -1).mean(0) for p in parts])
    return np.exp(np.log(want).mean(0)), want.min(0), -against.max(0)


Route = Iterator[tuple[int, Responses, Chances | None]]
"""After so many answers a person: what is known, and the calibrated chances where the route has them."""

Judge = Callable[[Responses, Chances | None, tuple[int, int], np.random.Generator], Floats]
"""Values each desire from what is known."""


def route_random(truth: Stances, steps: Sequence[int], rng: np.random.Generator) -> Route:
    """Yield the known answers after each step if cards are drawn at random."""
    order = np.argsort(rng.random(truth.shape), axis=1)
    for step in steps:
        asked = np.zeros(truth.shape, bool)
        np.put_along_axis(asked, order[:, :step], values=True, axis=1)
        yield step, seen(truth, asked), None


def route_polis(truth: Stances, steps: Sequence[int], rng: np.random.Generator) -> Route:
    """Yield the known answers after each step under Polis' priorities, computed again after every card of everybody."""
    n, m = truth.shape
    asked = np.zeros((n, m), bool)
    for step in range(1, max(steps) + 1):
        answers = answers_of(seen(truth, asked), n, m)
        extremity = rivals.polis_plane(answers, rng).extremity if step > 1 else np.zeros(m)
        weight = rivals.polis_routing_weights(answers, extremity)
        # the greatest of log odds plus Gumbel noise is a draw with these odds
        lot = np.where(asked, -np.inf, np.log(weight) + rng.gumbel(size=(n, m)))
        asked[np.arange(n), lot.argmax(1)] = True
        if step in steps:
            yield step, seen(truth, asked), None


@dataclass(frozen=True, slots=True, eq=False)
class AfterCard:
    """A gathering dealt by our routing, after one more card of everybody.

    Attributes:
        step: cards of each person so far.
        asked: (N, M) which desires each person answered.
        probed: (N, M) which of them were probes.
        responses: the answers.
        posterior: the model of the answers; None before it is needed.
    """

    step: int
    asked: npt.NDArray[np.bool_]
    probed: npt.NDArray[np.bool_]
    responses: Responses
    posterior: Posterior | None


def dealt(
    truth: Stances,
    cards: int,
    rng: np.random.Generator,
    *,
    fully_fitted: Sequence[int] = (),
    circle_of: npt.NDArray[np.intp] | None = None,
) -> Iterator[AfterCard]:
    """Yield the gathering after each card, dealt by our routing; the model is refitted after every card.

    Args:
        truth: (N, M) what everybody would answer.
        cards: number of cards of each person, at most M.
        rng: draws everything.
        fully_fitted: steps after which the model takes as many sweeps as a first fit.
        circle_of: (N,) circle of each person; one circle by default.
    """
    n, m = truth.shape
    circle = np.zeros(n, np.intp) if circle_of is None else circle_of
    asked, probed = np.zeros((n, m), bool), np.zeros((n, m), bool)
    by_circle = np.zeros((int(circle.max()) + 1, m), np.int64)
    posterior: Posterior | None = None
    calibration = UNCORRECTED
    for step in range(1, cards + 1):
        stake, information = np.zeros(m), np.ones((n, m))
        if posterior is not None and step > FIRST_PROBES:
            stake = routing.stake(Calibrated(posterior, None, calibration), rng=rng, lines=TOP)
            information = routing.information(posterior, np.arange(n))
        by_all = by_circle.sum(0)
        for person in rng.permutation(n):
            probe = step <= FIRST_PROBES or rng.random() < PROBE_SHARE
            if probe:
                chance = routing.probe_chances(~asked[person], by_circle[circle[person]], by_all)
            else:
                chance = routing.routed_chances(~asked[person], stake, information[person])
            choice = routing.draw_card(chance, rng=rng)
            if choice is not None:
                asked[person, choice.desire] = True
                if probe:
                    probed[person, choice.desire] = True
                    by_circle[circle[person], choice.desire] += 1
                    by_all[choice.desire] += 1
        responses = seen(truth, asked)
        if step >= FIRST_PROBES or step in fully_fitted:
            sweeps = _STEP_SWEEPS if posterior is None or step in fully_fitted else _WARM_SWEEPS
            posterior = fit(responses, n, m, rng=rng, warm=posterior, sweeps=sweeps)
            calibration = renewed(calibration, responses, n, m, rng=rng)
        yield AfterCard(step, asked, probed, responses, posterior)


def route_ours(truth: Stances, steps: Sequence[int], rng: np.random.Generator) -> Route:
    """Yield the known answers after each step under our routing, and calibrated chances as an analysis makes them."""
    n, m = truth.shape
    for now in dealt(truth, max(steps), rng, fully_fitted=steps):
        if now.step in steps and now.posterior is not None:
            apart = rng.spawn(1)[0]
            learned = learn(hold_out(now.responses, n, m, rng=apart))
            yield now.step, now.responses, calibrate(now.posterior, learned, now.responses, rng=apart)


def by_item_mean(
    responses: Responses, _known: Chances | None, shape: tuple[int, int], _rng: np.random.Generator
) -> Floats:
    """Return each desire's smoothed share of wants."""
    answers = answers_of(responses, *shape)
    return rivals.item_mean(answers, answers.wants)


def by_group_aware_consensus(
    responses: Responses, _known: Chances | None, shape: tuple[int, int], rng: np.random.Generator
) -> Floats:
    """Return each desire's group-aware consensus."""
    answers = answers_of(responses, *shape)
    return rivals.group_aware_consensus(answers, rivals.polis_groups(answers, rng))


def by_community_notes(
    responses: Responses, _known: Chances | None, shape: tuple[int, int], rng: np.random.Generator
) -> Floats:
    """Return each desire's bridging intercept."""
    return rivals.community_notes(answers_of(responses, *shape), rng).desire


def by_worst_fifth(
    responses: Responses, known: Chances | None, shape: tuple[int, int], rng: np.random.Generator
) -> Floats:
    """Return each desire's worst-fifth support by our model."""
    chances = fit_calibrated(responses, *shape, rng=rng) if known is None else known
    return summarise(chances, np.unique(responses.participant).astype(np.intp)).worst


ROUTES: tuple[tuple[Callable[[Stances, Sequence[int], np.random.Generator], Route], dict[str, Judge]], ...] = (
    (route_random, {"random + item mean": by_item_mean, "random + oneheart's common ground": by_worst_fifth}),
    (route_polis, {POLIS: by_group_aware_consensus, "Polis routing + Community Notes": by_community_notes}),
    (route_ours, {OURS: by_worst_fifth}),
)


ARRIVALS: tuple[tuple[str, Callable[[Stances, int, np.random.Generator], Responses], Judge], ...] = (
    (OURS_ARRIVING, arrivals.dealt_by_us, by_worst_fifth),
    (POLIS_ARRIVING, arrivals.dealt_by_polis, by_group_aware_consensus),
)


def _result(
    regrets: Mapping[tuple[str, int], Mapping[str, list[Floats]]], cores: Sequence[Core], skipped: list[str]
) -> BenchResult:
    """Return table, gate and the figures of every core."""
    methods = list(dict.fromkeys(method for method, _ in regrets))
    steps = [step for step in STEPS if any((method, step) in regrets for method in methods)]
    rows: list[tuple[Cell, ...]] = []
    for place, criterion in enumerate(CRITERIA):
        for method in methods:
            cells = [_mean(regrets.get((method, step), {}), place) for step in steps]
            rows.append((f"{criterion}: {method}", *cells))
    size = {core.name: core for core in cores}
    details: list[dict[str, Any]] = []
    for (method, step), by_core in regrets.items():
        for name, values in by_core.items():
            detail: dict[str, Any] = {"core": name, "method": method, "answers": step}
            detail |= {"people": size[name].stances.shape[0], "desires": size[name].stances.shape[1]}
            detail["filled"] = size[name].filled
            for place, criterion in enumerate(CRITERIA):
                detail[criterion], detail[f"{criterion}, error"] = mean_and_error([v[place] for v in values])
            details.append(detail)
    columns = ("regret of the top five by", *(f"{step} answers" for step in steps))
    title = "Finding what is common from few answers"
    return BenchResult(title, columns, tuple(rows), _gates(regrets), tuple(skipped), tuple(details))


def _mean(by_core: Mapping[str, list[Floats]], place: int) -> Cell:
    """Return the mean regret of one criterion over cores, with equal weights."""
    return float(np.mean([np.mean(v, 0)[place] for v in by_core.values()])) if by_core else NO_FIGURE


def _gates(regrets: Mapping[tuple[str, int], Mapping[str, list[Floats]]]) -> tuple[Gate, ...]:
    """Return the gates: ours after 8 answers against Polis after 16, and after 8, on cores with both; also arriving.

    The error is over cores, each by its mean over seeds.
    """
    gates = []
    pairs = ((OURS, POLIS, ""), (OURS_ARRIVING, POLIS_ARRIVING, ", arriving"))
    for (ours, theirs, said), (step, words) in product(pairs, ((_POLIS_STEP, "at most"), (_OUR_STEP, "below"))):
        our_regrets, polis = regrets.get((ours, _OUR_STEP), {}), regrets.get((theirs, step), {})
        names = [name for name in our_regrets if name in polis]
        if not names:
            continue
        our_values, polis_values = (
            np.array([np.mean([v[0] for v in values[name]]) for name in names]) for values in (our_regrets, polis)
        )
        apart, error = mean_and_error(our_values - polis_values)
        spread = f"{apart:+.4f}" + (f" ± {error:.4f}" if np.isfinite(error) else "")
        gates.append(
            Gate(
                f"regret after {_OUR_STEP} answers, Polis after {step}{said}, cores: {len(names)}",
                f"{our_values.mean():.4f}",
                f"{words} {polis_values.mean():.4f} (difference {spread} over cores)",
                bool(apart <= 0 if step == _POLIS_STEP else apart < 0),
            )
        )
    return tuple(gates)
