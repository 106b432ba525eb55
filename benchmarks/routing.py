"""Measure routing on made-up gatherings whose truth is known: here routing is designed, never on conversations.

    python benchmarks/routing.py [--gatherings 4] [--seed 0] [--out benchmarks/results]

People and desires are drawn from seven laws, in three sizes; everything that anybody would answer is known. Regret of
five desires named after so many answers a person, as in `oneheart bench replay`, and by the true worst fifth. Nothing
here is a gate: the laws are ours, so that a method of ours may shine in them for no merit.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from where import ROOT, write_result

from oneheart.bench import replay
from oneheart.bench.cores import parts_from
from oneheart.bench.result import mean_and_error
from oneheart.engine import synthetic
from oneheart.engine.desire.common_ground import net_support, worst_fifth

Floats = npt.NDArray[np.float64]
SIZES = ((60, 72), (90, 42), (150, 45))
STEPS = (4, 6, 8, 16)
CRITERIA = (*replay.CRITERIA, "true worst fifth")
Law = Callable[[int, int, np.random.Generator], tuple[Floats, Floats]]
"""Draws how likely each of N people wants each of M desires, and how likely they are against it."""


def _logistic(x: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def in_parts(parts: tuple[float, ...], common: float, *, one_sided: bool = False) -> Law:
    """Return the law of gatherings in parts, whose desires also differ in how good they are."""

    def law(n: int, m: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        good = np.tile(0.7 * rng.normal(size=m), (n, 1))
        made = synthetic.draw(n, m, answers=1, rng=rng, parts=parts, common=common, one_sided=one_sided, leaning=good)
        return made.want, made.against

    return law


def of_tastes(count: int, strength: float, own: float = 0.0, far: float = 0.0) -> Law:
    """Return the law of gatherings without parts: people differ in so many tastes, and by what is only their own.

    A share `far` of the people stands apart from all others in three desires of five.
    """

    def head(n: int, m: int, strength: float, rng: np.random.Generator) -> Floats:
        taste = rng.normal(size=(n, count)) @ rng.normal(size=(count, m)) * strength / np.sqrt(count)
        base = 0.6 * rng.normal(size=(n, 1)) + 1.3 + rng.normal(size=m)
        return np.asarray(base + taste + own * rng.normal(size=(n, m)))

    def law(n: int, m: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        touched, toward = head(n, m, strength / 2, rng), head(n, m, strength, rng)
        apart = (rng.random((n, 1)) < far) & (rng.random(m) < 0.6)
        toward = toward - apart * np.abs(1.8 * rng.normal(size=m))
        return _logistic(touched) * _logistic(toward), _logistic(touched) * (1.0 - _logistic(toward))

    return law


LAWS: dict[str, Law] = {
    "five parts": in_parts((0.4, 0.25, 0.15, 0.12, 0.08), 0.15),
    "two camps": in_parts((0.6, 0.4), 0.3),
    "three parts, nobody against": in_parts((0.5, 0.3, 0.2), 0.25, one_sided=True),
    "two strong tastes": of_tastes(2, 1.5),
    "eight tastes": of_tastes(8, 1.3),
    "hardly any tastes": of_tastes(1, 0.4, own=0.6),
    "a fifth apart": of_tastes(1, 0.6, far=0.2),
}


def regrets(law: Law, size: tuple[int, int], rng: np.random.Generator) -> Iterator[tuple[str, int, Floats]]:
    """Yield (method, answers a person, regret by every criterion) for one gathering drawn from a law."""
    n, m = size
    want, against = law(n, m, rng)
    drawn = rng.random((n, m))
    stances = np.where(drawn < want, 1, np.where(drawn < want + against, -1, 0)).astype(np.int8)
    shuffled = rng.permutation(m)
    aside, asked = shuffled[: m // 3], shuffled[m // 3 :]
    truth = stances[:, asked]
    net = net_support(want[:, asked], against[:, asked])
    good = (*replay.criteria(truth, parts_from(stances[:, aside], rng)), worst_fifth(net))
    for route, judges in replay.ROUTES:
        for step, known, posterior in route(truth, STEPS, np.random.default_rng(rng.integers(2**32))):
            for method, judge in judges.items():
                top = np.argsort(-judge(known, posterior, truth.shape, rng), kind="stable")[: replay.TOP]
                yield method, step, np.array([np.sort(c)[-replay.TOP :].mean() - c[top].mean() for c in good])


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--gatherings", type=int, default=4, help="of each law and size")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    begin = time.perf_counter()
    found: dict[tuple[str, int], list[Floats]] = defaultdict(list)
    for number in range(options.gatherings):
        for place, law in enumerate(LAWS.values()):
            for size in SIZES:
                rng = np.random.default_rng([options.seed, number, place, *size])
                for method, step, regret in regrets(law, size, rng):
                    found[method, step].append(regret)
    rows = []
    for place, criterion in enumerate(CRITERIA):
        for method in dict.fromkeys(method for method, _ in found):
            cells = [mean_and_error([r[place] for r in found[method, step]]) for step in STEPS]
            rows.append([f"{criterion}: {method}", *(f"{mean:.4f} ± {error:.4f}" for mean, error in cells)])
            print(" | ".join(rows[-1]))
    result = {
        "kind": "routing",
        "seed": options.seed,
        "repeats": options.gatherings,
        "seconds": round(time.perf_counter() - begin, 1),
        "columns": ["regret of the top five by", *(f"{step} answers" for step in STEPS)],
        "rows": rows,
    }
    write_result(options.out, result)


if __name__ == "__main__":
    main()
