"""How well facts about oneself and same wishes are found: labelled sentences, made-up halls, and labelled pairs.

python benchmarks/likeness.py [PAIRS.csv]

PAIRS.csv holds labelled pairs of statements: label (same or another word), text_a, text_b, n_co_voters, vote_r. A pair
is set aside if the rule would, given that correlation among so many people.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from oneheart.engine.desire.facts import looks_like_fact  # noqa: E402
from oneheart.engine.desire.same_wish import same_wishes  # noqa: E402
from oneheart.model.desire import Desire  # noqa: E402
from tests.support.wordings import halls_with_truth, responses_with  # noqa: E402

HALLS = (
    {"people": 60},
    {"people": 150, "answers": 12},
    {"people": 400},
    {"people": 400, "kept": 0.6},
    {"people": 300, "answers": 20, "polar": 3.0},
)


def told(right: int, wrong: int, missed: int) -> str:
    """Return precision and recall as text."""
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    return f"precision {precision:.3f}  recall {recall:.3f}  ({right} right, {wrong} wrong, {missed} missed)"


def facts() -> None:
    """Print how many facts are found in each language, among sentences that were not read while rules were made."""
    print("facts about oneself, held-out sentences")
    total = np.zeros(3, int)
    for path in sorted((ROOT / "tests" / "files" / "sentences" / "held").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        found = [(line[0] == "+", looks_like_fact(line[2:], path.stem)) for line in lines]
        row = np.array(
            [sum(a and b for a, b in found), sum(b and not a for a, b in found), sum(a and not b for a, b in found)]
        )
        total += row
        print(f"  {path.stem:4} {told(*row.tolist())}")
    print(f"  all  {told(*total.tolist())}")


def halls() -> None:
    """Print how many pairs of wordings of one wish are set aside in made-up halls."""
    print("the same wish in other words, made-up halls of three wishes with three wordings among sixteen")
    for changes in HALLS:
        row = np.zeros(3, int)
        for seed in range(12):
            made, truth = halls_with_truth(seed, **changes)  # type: ignore[arg-type]
            together = same_wishes(made.desires, range(len(truth)), made.responses).together
            same, pairs = truth[:, None] == truth[None, :], np.triu(np.ones_like(together), 1)
            row += [(pairs & a & b).sum() for a, b in ((together, same), (together, ~same), (~together, same))]
        print(f"  {changes}: {told(*row.tolist())}")


def pairs(path: Path) -> None:
    """Print how many labelled pairs are set aside, by their words and the correlation of their answers."""
    print(f"labelled pairs of {path.name}")
    row = np.zeros(3, int)
    with path.open(encoding="utf-8", newline="") as file:
        for pair in csv.DictReader(file):
            desires = [Desire("a", pair["text_a"]), Desire("b", pair["text_b"])]
            responses = responses_with(int(pair["n_co_voters"]), float(pair["vote_r"]))
            found, same = bool(same_wishes(desires, [0, 1], responses).groups), pair["label"] == "same"
            row += [found and same, found and not same, same and not found]
    print(f"  {told(*row.tolist())}")


if __name__ == "__main__":
    facts()
    halls()
    for argument in sys.argv[1:]:
        pairs(Path(argument))
