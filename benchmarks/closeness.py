"""Measure how long closeness takes in crowds, and beside listing every pair.

    python benchmarks/closeness.py [--out out/closeness-speed.json] [--small]

Oneness and everybody's part of a million people with twenty answers each. One permutation of the relation of a hundred
thousand people, near by occasions and near by contacts. And one permutation of two thousand people, ours beside the
regression of all listed pairs, in the same run on the same machine: only that ratio means anything elsewhere.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from where import ROOT, stamp

from oneheart.engine.closeness.inner import oneness, parts
from oneheart.engine.closeness.relation import Exchange
from oneheart.engine.dyads import Gram, Ties, compact, ones, same, ties
from oneheart.model.gathering import Responses

PEOPLE, CROWD, LISTED = 1_000_000, 100_000, 2_000
DESIRES, ANSWERS = 1000, 20
OCCASIONS, WENT, MET = 100, 6, 20


def best(work: Callable[[], object], times: int = 3) -> float:
    """Return the processor seconds of the fastest of some runs: what else runs on the machine does not count."""
    taken = []
    for _ in range(times):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return min(taken)


def answers(people: int, rng: np.random.Generator) -> Responses:
    """Return so many people's answers to twenty of a thousand desires each."""
    step = DESIRES // ANSWERS
    desire = np.arange(ANSWERS) * step + rng.integers(0, step, (people, ANSWERS))
    stance = rng.choice(np.array([-1, 0, 1], np.int8), people * ANSWERS, p=[0.2, 0.3, 0.5])
    return Responses(np.repeat(np.arange(people, dtype=np.int32), ANSWERS), desire.ravel().astype(np.int32), stance)


def few(people: int, columns: int, each: int, rng: np.random.Generator) -> Gram:
    """Return rows with a few of the columns filled in each."""
    step = columns // each
    column = np.arange(each) * step + rng.integers(0, step, (people, each))
    cells = (rng.normal(size=people * each), (np.repeat(np.arange(people), each), column.ravel()))
    return Gram(sparse.csr_matrix(cells, shape=(people, columns)))


def contacts(people: int, rng: np.random.Generator) -> Ties:
    """Return contacts of each person with about forty others."""
    first = rng.integers(0, people, people * MET)
    second = (first + 1 + rng.integers(0, min(2000, people - 1), people * MET)) % people
    pair = np.unique(np.minimum(first, second) * people + np.maximum(first, second))
    return ties(people, pair // people, pair % people, np.log1p(rng.exponential(size=len(pair))))


def listed(near: npt.NDArray[np.float64], other: npt.NDArray[np.float64], order: npt.NDArray[np.intp]) -> float:
    """Return the coefficient of one permutation, by listing all pairs of rows."""
    upper = np.triu_indices(len(near), 1)
    x = (near @ near.T)[np.ix_(order, order)][upper]
    y = (other @ other.T)[upper]
    return float(np.linalg.lstsq(np.stack([x, np.ones_like(x)], 1), y, rcond=None)[0][0])


def measure(scale: int) -> dict[str, float | int]:
    """Return the figures, for so many times fewer people."""
    rng = np.random.default_rng(0)
    people, crowd = PEOPLE // scale, CROWD // scale
    responses, circle_of = answers(people, rng), np.arange(people, dtype=np.int32) // 10
    figures: dict[str, float | int] = {"people": people, "answers": len(responses)}
    figures["oneness with its range, processor seconds"] = best(lambda: oneness(responses, people, DESIRES, circle_of))
    figures["everybody's part, processor seconds"] = best(lambda: parts(responses, people, DESIRES))
    wants, circles = few(crowd, 200, 10, rng), same(np.arange(crowd) // 10)
    figures["people whose relation is measured"] = crowd
    met = contacts(crowd, rng)
    figures["contacts among them"] = met.table.nnz // 2
    for name, near in (("by occasions", few(crowd, OCCASIONS, WENT, rng)), ("by contacts", met)):
        test = Exchange(near, wants, [ones(crowd), circles])
        figures[f"one permutation, near {name}, processor seconds"] = best(
            lambda test=test: test.permuted(rng.permutation(crowd))
        )
    n = LISTED // min(scale, 10)
    near, other = few(n, OCCASIONS, WENT, rng), few(n, 200, 10, rng)
    dense = [rows.rows.toarray() for rows in (near, other)]
    order = rng.permutation(n)
    exchange = Exchange(compact(near), compact(other), [ones(n)])
    ours, theirs = best(lambda: exchange.permuted(order)), best(lambda: listed(*dense, order), 2)
    figures |= {"people whose pairs are listed": n, "one permutation, ours, processor seconds": ours}
    figures["one permutation, listing all pairs, processor seconds"] = theirs
    figures["times faster than listing all pairs"] = theirs / ours
    figures["peak memory of the process, MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "closeness-speed.json")
    parser.add_argument("--small", action="store_true", help="a hundredth of the people, to try the script")
    options = parser.parse_args()
    figures = measure(100 if options.small else 1)
    for key, value in figures.items():
        print(f"  {key:50} {value:,.3f}" if isinstance(value, float) else f"  {key:50} {value:,}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(stamp() | {"closeness": figures}, indent=2) + "\n", encoding="utf-8")
    print(options.out)


if __name__ == "__main__":
    main()
