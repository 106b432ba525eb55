"""Benchmark of shares: does every part have its share of the lines if each person has answered only a little?

In dense cores, among desires that fewer than 55 % want (otherwise any set suits everybody), methods see eight or
twelve random answers a person and choose five lines; the lines are judged by all answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench import rivals
from oneheart.bench.cores import find_cores, large_parts, parts_from
from oneheart.bench.predict import answers_of
from oneheart.bench.result import BenchResult, Gate, Progress
from oneheart.engine.desire import shares
from oneheart.engine.desire.calibration import fit_calibrated
from oneheart.engine.desire.common_ground import summarise
from oneheart.engine.desire.wants import drawn_wants
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
LINES = 5
ANSWERS = (8, 12)
OURS = "oneheart"
ORACLE = "(PAV on all answers)"
GATED = ("most approved", "Polis group-aware consensus", "Community Notes")
FIGURES = ("share index", "coverage", "least part's coverage", "pairs", "EJR+", "PAV")
_MOST_WANTED = 0.55
_LEAST_DESIRES = 12


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:
    """Return share index, coverage and more of each method's five lines, mean over cores and repeats.

    Gates: at 8 and at 12 answers our share index is below, and our coverage above, those of the most approved, of
    Polis' consensus and of Community Notes. The oracle in brackets has seen all answers.
    """
    cores, skipped = find_cores(gatherings, seed)
    results: dict[tuple[int, str], dict[str, list[Floats]]] = defaultdict(dict)
    total, done = len(cores) * repeats, 0
    for core in cores:
        contested = core.stances[:, (core.stances == 1).mean(0) < _MOST_WANTED]
        if contested.shape[1] < _LEAST_DESIRES:
            skipped.append(f"{core.name}: fewer than {_LEAST_DESIRES} desires that less than 55 in 100 want.")
            total -= repeats
            continue
        for repeat in range(repeats):
            rng = np.random.default_rng([seed, repeat])
            part = parts_from(core.stances, rng)
            for answers in ANSWERS:
                for method, lines in sets(contested, answers, rng).items():
                    figures = judge((contested == 1).astype(float), lines, part)
                    results[answers, method].setdefault(core.name, []).append(figures)
            done += 1
            progress(done, total, "share")
    return _result(results, skipped)


def sets(truth: npt.NDArray[np.int8], answers: int, rng: np.random.Generator) -> dict[str, tuple[int, ...]]:
    """Return the five lines of each method from `answers` random answers a person."""
    n, m = truth.shape
    asked = np.zeros((n, m), bool)
    np.put_along_axis(asked, np.argsort(rng.random((n, m)), axis=1)[:, :answers], values=True, axis=1)
    i, j = np.nonzero(asked)
    responses = Responses.of(i, j, truth[i, j])
    observed_answers = answers_of(responses, n, m)
    observed = np.where(asked, truth == 1, 0).astype(float)
    chances = fit_calibrated(responses, n, m, rng=rng)
    want = drawn_wants(chances, np.arange(n), np.arange(m), responses, rng=rng)
    mean = rivals.item_mean(observed_answers, observed_answers.wants)

    def top(value: Floats) -> tuple[int, ...]:
        return tuple(np.argsort(-value, kind="stable")[:LINES].tolist())

    def filled(lines: tuple[int, ...]) -> tuple[int, ...]:
        rest = [d for d in np.argsort(-mean, kind="stable").tolist() if d not in lines]
        return (*lines, *rest)[:LINES]

    return {
        "most approved": top(mean),
        "Polis group-aware consensus": top(
            rivals.group_aware_consensus(observed_answers, rivals.polis_groups(observed_answers, rng))
        ),
        "Community Notes": top(rivals.community_notes(observed_answers, rng).desire),
        "equal shares on answers given": filled(rivals.equal_shares(observed, LINES)),
        "PAV on answers given": shares.expected_pav(observed, LINES),
        "worst fifth alone": top(summarise(chances, np.arange(n)).worst),
        OURS: shares.expected_pav(want, LINES),
        ORACLE: shares.expected_pav((truth == 1).astype(float), LINES),
    }


def judge(approvals: Floats, lines: tuple[int, ...], part: npt.NDArray[np.intp]) -> Floats:
    """Return the six figures of a set of lines by all answers: see `FIGURES`; EJR+ is 1 if it holds.

    Example:
        >>> judge(np.eye(2).repeat(8, axis=0), (0,), np.repeat([0, 1], 8)).tolist()[:3]
        [0.5, 0.5, 0.0]
    """
    covered = approvals[:, list(lines)].sum(1) > 0
    return np.array(
        [
            shares.share_index(approvals, lines)[0],
            covered.mean(),
            min(covered[part == p].mean() for p in large_parts(part)),
            shares.pairs(approvals, lines),
            float(shares.ejr_plus(approvals, lines)[0]),
            shares.pav_value(approvals, lines) / len(approvals),
        ]
    )


def _result(results: Mapping[tuple[int, str], Mapping[str, list[Floats]]], skipped: list[str]) -> BenchResult:
    """Return table, gates and the figures of every core."""
    means = {key: np.mean([np.mean(v, 0) for v in by_core.values()], axis=0) for key, by_core in results.items()}
    rows = tuple((f"{answers} answers: {method}", *mean.tolist()) for (answers, method), mean in means.items())
    details: list[dict[str, Any]] = [
        {"core": name, "answers": answers, "method": method, **dict(zip(FIGURES, np.mean(values, 0), strict=True))}
        for (answers, method), by_core in results.items()
        for name, values in by_core.items()
    ]
    gates: list[Gate] = []
    for answers in ANSWERS if results else ():
        our_figures = means[answers, OURS]
        index, lowest = min((float(means[answers, method][0]), method) for method in GATED)
        cover, widest = max((float(means[answers, method][1]), method) for method in GATED)
        below, above = f"below {index:.3f} ({lowest})", f"above {cover:.3f} ({widest})"
        gates += [
            Gate(f"share index, {answers} answers", f"{our_figures[0]:.3f}", below, bool(our_figures[0] < index)),
            Gate(f"coverage, {answers} answers", f"{our_figures[1]:.3f}", above, bool(our_figures[1] > cover)),
        ]
    columns = ("five lines by", *FIGURES)
    return BenchResult("The share of every part", columns, rows, tuple(gates), tuple(skipped), tuple(details))
