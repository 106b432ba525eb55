"""Benchmark of stability: how much a result changes if a few of its data change.

Six times a random tenth of the answers is left out, and six times people are resampled with replacement. Measured:
the similarity of the ten most common desires between each two of the six results, and that of Polis' groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench import rivals
from oneheart.bench.clusters import adjusted_rand
from oneheart.bench.predict import answers_of, part_of
from oneheart.bench.result import NO_FIGURE, BenchResult, Cell, Gate, Progress
from oneheart.engine.desire.calibration import fit_calibrated
from oneheart.engine.desire.common_ground import summarise
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
OURS, POLIS = "oneheart", "Polis group-aware consensus"
GROUPS = "Polis groups, adjusted Rand index"
TOP = 10
_DROPPED = 0.1
_LEAST_ANSWERS = 500
_LEAST_DESIRES = 2 * TOP
_LEAST_SEEN = 10
_LEAST_SEEN_SHARE = 0.1


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:
    """Return the mean Jaccard similarity of the top tens of `repeats` disturbed results, over conversations.

    Gates: ours at least as similar as those of Polis' group-aware consensus, under both disturbances.
    """
    alike: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    counts: dict[str, list[int]] = {}
    skipped = []
    total, done = len(gatherings) * repeats * len(DISTURBANCES), 0
    for name, gathering in gatherings.items():
        if len(gathering.responses) < _LEAST_ANSWERS or gathering.desire_count < _LEAST_DESIRES:
            skipped.append(f"{name}: fewer than {_LEAST_ANSWERS} answers or {_LEAST_DESIRES} desires.")
            total -= repeats * len(DISTURBANCES)
            continue
        for disturbance, disturb in DISTURBANCES.items():
            tops: dict[str, list[frozenset[int]]] = defaultdict(list)
            groups: list[Ints] = []
            for responses, n, repeat in disturb(gathering, seed, repeats):
                rng = np.random.default_rng([seed, repeat, 7])
                group, values = _values(responses, n, gathering.desire_count, rng)
                groups.append(group)
                for method, value in values.items():
                    tops[method].append(top_desires(responses, gathering.desire_count, value))
                done += 1
                progress(done, total, "stability")
            for method, sets in tops.items():
                alike[disturbance, method][name] = mean_jaccard(sets)
            if disturbance == DROP and len(groups) > 1:
                pairs = [adjusted_rand(a, b) for a, b in combinations(groups, 2)]
                alike[disturbance, GROUPS][name] = float(np.mean(pairs))
                counts[name] = [int(group.max()) + 1 for group in groups]
    return _result(alike, counts, skipped)


def drop_answers(gathering: Gathering, seed: int, repeats: int) -> Iterator[tuple[Responses, int, int]]:
    """Yield (responses, N, number of the repeat) with a random tenth of the answers left out."""
    for repeat in range(repeats):
        keep = np.random.default_rng([seed, repeat]).random(len(gathering.responses)) > _DROPPED
        yield part_of(gathering.responses, keep), gathering.participant_count, repeat


def redraw_people(gathering: Gathering, seed: int, repeats: int) -> Iterator[tuple[Responses, int, int]]:
    """Yield (responses, N, number of the repeat) of people resampled with replacement from those who answered."""
    r = gathering.responses
    start = np.searchsorted(r.participant, np.arange(gathering.participant_count + 1))
    answered = np.flatnonzero(np.diff(start) > 0)
    for repeat in range(repeats):
        people = np.random.default_rng([seed, repeat]).choice(answered, len(answered))
        row = np.concatenate([np.arange(start[person], start[person + 1]) for person in people])
        person_row = np.repeat(np.arange(len(people)), start[people + 1] - start[people])
        yield Responses.of(person_row, r.desire[row], r.stance[row]), len(people), repeat


DROP, REDRAW = "a tenth of the answers left out", "people drawn anew"
DISTURBANCES: dict[str, Callable[[Gathering, int, int], Iterator[tuple[Responses, int, int]]]] = {
    DROP: drop_answers,
    REDRAW: redraw_people,
}


def _values(responses: Responses, n: int, m: int, rng: np.random.Generator) -> tuple[Ints, dict[str, Floats]]:
    """Return Polis' groups, and each desire's value by each method."""
    answers = answers_of(responses, n, m)
    group = rivals.polis_groups(answers, rng)
    people = np.unique(responses.participant).astype(np.intp)
    return group, {
        "item mean": rivals.item_mean(answers, answers.wants),
        POLIS: rivals.group_aware_consensus(answers, group),
        "Community Notes": rivals.community_notes(answers, rng).desire,
        OURS: summarise(fit_calibrated(responses, n, m, rng=rng), people).worst,
    }


def top_desires(responses: Responses, m: int, value: Floats) -> frozenset[int]:
    """Return the ten highest desires among those with at least ten answers and a tenth of the most answers."""
    answered = np.bincount(responses.desire, minlength=m)
    enough = answered >= max(_LEAST_SEEN, _LEAST_SEEN_SHARE * answered.max())
    return frozenset(np.argsort(-np.where(enough, value, -np.inf), kind="stable")[:TOP].tolist())


def mean_jaccard(sets: list[frozenset[int]]) -> float:
    """Return the mean Jaccard similarity of each two sets, 0 to 1; nan below two sets.

    Example:
        >>> mean_jaccard([frozenset({1, 2}), frozenset({2, 3})])
        0.3333333333333333
    """
    similarities = [len(a & b) / len(a | b) for a, b in combinations(sets, 2)]
    return float(np.mean(similarities)) if similarities else float("nan")


def _result(
    alike: Mapping[tuple[str, str], Mapping[str, float]], counts: Mapping[str, list[int]], skipped: list[str]
) -> BenchResult:
    """Return a row for each disturbance and method, a column for each conversation, and the gates."""
    names = list(dict.fromkeys(name for by_name in alike.values() for name in by_name))
    means = {key: float(np.mean(list(by_name.values()))) for key, by_name in alike.items()}
    rows: list[tuple[Cell, ...]] = [
        (f"{disturbance}: {method}", means[disturbance, method], *(by_name.get(name, NO_FIGURE) for name in names))
        for (disturbance, method), by_name in alike.items()
    ]
    details: list[dict[str, Any]] = [
        {"conversation": name, "disturbance": disturbance, "method": method, "alike": value}
        for (disturbance, method), by_name in alike.items()
        for name, value in by_name.items()
    ]
    details += [{"conversation": name, "polis_groups": count} for name, count in counts.items()]
    gates = tuple(
        Gate(
            f"top ten alike, {disturbance}",
            f"{means[disturbance, OURS]:.3f}",
            f"at least {means[disturbance, POLIS]:.3f} ({POLIS})",
            means[disturbance, OURS] >= means[disturbance, POLIS],
        )
        for disturbance in DISTURBANCES
        if (disturbance, OURS) in means and np.isfinite(means[disturbance, OURS])
    )
    return BenchResult(
        "Holding still", ("top ten alike", "mean", *names), tuple(rows), gates, tuple(skipped), tuple(details)
    )
