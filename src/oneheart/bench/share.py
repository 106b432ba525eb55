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
from oneheart.bench.result import BenchResult, Gate, Progress, beside_best
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
PAV, NOTES = "PAV on answers given", "Community Notes"
GATED = ("most approved", "Polis group-aware consensus", NOTES, "equal shares on answers given", PAV)
FIGURES = ("share index", "coverage", "least part's coverage", "pairs", "EJR+", "PAV")
_MOST_WANTED = 0.55
_LEAST_DESIRES = 12


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:
    """Return share index, coverage and more of each method's five lines, mean over cores and repeats.

    Gates, at 8 and at 12 answers: our share index and our coverage are not worse than those of the best rival, PAV on
    the answers given among them, by more than one standard error over conversations; and our least part's coverage is
    not below that of Community Notes by more than that. The oracle in brackets has seen all answers.
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

    def top(value: Floats) -> tuple[int, ...]:
        return tuple(np.argsort(-value, kind="stable")[:LINES].tolist())

    return {
        "most approved": top(rivals.item_mean(observed_answers, observed_answers.wants)),
        "Polis group-aware consensus": top(
            rivals.group_aware_consensus(observed_answers, rivals.polis_groups(observed_answers, rng))
        ),
        NOTES: top(rivals.community_notes(observed_answers, rng).desire),
        "equal shares on answers given": rivals.equal_shares(observed, LINES, completed=True),
        PAV: shares.expected_pav(observed, LINES),
        "worst fifth alone": top(summarise(chances, np.arange(n)).worst),
        OURS: shares.shared_out(want, LINES),
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
    gates = [gate for answers in (ANSWERS if results else ()) for gate in gates_of(results, answers)]
    columns = ("five lines by", *FIGURES)
    return BenchResult("The share of every part", columns, rows, tuple(gates), tuple(skipped), tuple(details))


def gates_of(results: Mapping[tuple[int, str], Mapping[str, list[Floats]]], answers: int) -> list[Gate]:
    """Return the three gates of so many answers a person; a core counts once, by its mean over repeats."""
    by_method = {
        method: np.array([np.mean(values, 0) for values in results[answers, method].values()])
        for method in (OURS, *GATED)
    }

    def gate(place: int, among: tuple[str, ...], *, more_is_better: bool) -> Gate:
        others = {method: by_method[method][:, place] for method in among}
        name = f"{FIGURES[place]}, {answers} answers"
        return beside_best(name, by_method[OURS][:, place], others, more_is_better=more_is_better)

    return [
        gate(0, GATED, more_is_better=False),
        gate(1, GATED, more_is_better=True),
        gate(2, (NOTES,), more_is_better=True),
    ]
