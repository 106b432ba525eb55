"""How often a relation between being near and wanting alike is seen in made-up gatherings whose truth is known.

    python benchmarks/relation.py [people] [gatherings]

Prints, for each truth, how often it was seen (p at most .05), the mean effect, and the mean of the smallest effect that
each gathering says it could have seen. 200 people and 300 gatherings take about five minutes.
"""

from __future__ import annotations

import argparse

import numpy as np

from oneheart.engine.closeness.relation import Relation
from oneheart.engine.side_by_side import side_by_side
from oneheart.engine.synthetic import Relation as Truth
from oneheart.engine.synthetic import draw_with_occasions

PERMUTATIONS = 99
CASES: tuple[tuple[Truth, float, bool], ...] = (
    ("none", 0.0, False),
    ("confounded", 0.0, False),
    ("confounded", 0.0, True),
    ("real", 0.5, True),
    ("real", 1.0, True),
    ("real", 2.0, True),
)


def measured(truth: Truth, strength: float, *, within: bool, people: int, seed: int) -> Relation:
    """Return what is measured in one made-up gathering."""
    made = draw_with_occasions(
        people, 30, answers=10, relation=truth, rng=np.random.default_rng(seed), strength=strength
    )
    found = side_by_side(
        attendance=made.attendance,
        desires=made.synthetic.gathering,
        strata=made.strata if within else None,
        permutations=PERMUTATIONS,
        seed=seed,
    )
    relation = found.compared[0].relation
    if relation is None:
        message = "give twelve people or more"
        raise SystemExit(message)
    return relation


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("people", type=int, nargs="?", default=200)
    parser.add_argument("gatherings", type=int, nargs="?", default=300)
    given = parser.parse_args()
    print(f"{'truth':<12}{'strength':>9}{'within':>10}{'seen':>7}{'effect':>9}{'visible':>9}")
    for truth, strength, within in CASES:
        found = [
            measured(truth, strength, within=within, people=given.people, seed=seed) for seed in range(given.gatherings)
        ]
        seen = np.mean([one.p <= 0.05 for one in found])
        effect, visible = np.mean([one.effect for one in found]), np.mean([one.least_visible for one in found])
        where = "language" if within else "all"
        print(f"{truth:<12}{strength:>9}{where:>10}{seen:>7.3f}{effect:>9.4f}{visible:>9.4f}", flush=True)


if __name__ == "__main__":
    main()
