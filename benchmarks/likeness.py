"""Measure how well facts about oneself and same wishes are found, and write the figures with machine and commit.

    python benchmarks/likeness.py [--data FOLDER] [--out benchmarks/results]

Facts: labelled sentences that were not read while rules were made, and, where FOLDER is, sentences that others wrote
(`text/tatoeba`, CC BY 2.0 FR), labelled here. Same wishes: made-up halls; written pairs of wishes
in six languages, answered by made-up people; and, where FOLDER is, labelled pairs of public statements
(`text/gold_pairs_dev.csv`: label, text_a, text_b, n_co_voters, vote_r; only "same" is the same wish) and what is set
aside in public conversations (`polis`), which was read and labelled here.

Ends with status 1 where a gate is missed. Two desires are set aside as one wish with a precision of .95; recall has no
gate: what is not found stays two lines.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

import numpy as np
from where import ROOT, write_result

sys.path.insert(0, str(ROOT))

from oneheart.bench.result import NO_FIGURE, BenchResult, Gate
from oneheart.engine.desire.facts import looks_like_fact
from oneheart.engine.desire.same_wish import same_wishes
from oneheart.formats import read
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Gathering
from tests.support.wordings import hall_of_pairs, halls_with_truth, responses_with

FILES = ROOT / "tests" / "files"
HALLS = (
    ("60 people, 16 answers each", {"people": 60}),
    ("150 people, 12 answers each", {"people": 150, "answers": 12}),
    ("400 people, 16 answers each", {"people": 400}),
    ("400 people who answer other wordings otherwise in 4 of 10", {"people": 400, "kept": 0.6}),
    ("300 people in two opposed camps, 20 answers each", {"people": 300, "answers": 20, "polar": 3.0}),
)
READ = {
    ("brexit-consensus", "5", "6"): False,  # "no difference" and "some difference, in practice none"
    ("canadian-electoral-reform", "18", "58"): True,  # against voting online, for its risk
    ("scoop-hivemind.freshwater", "38", "40"): True,  # the same sentence
}
"""Pairs that are set aside in public conversations, as somebody read them: whether they are the same wish."""
OTHERS = {
    ("deu", "de"): ("24 30 35 39 51 60", "12 13 26 45 46 57 58 65 66 69 79 80 91 96 103 112"),
    ("fra", "fr"): ("37 101 123", "2 7 12 28 29 32 33 34 40 41 50 62 98 114 130 165 166 178"),
    ("spa", "es"): ("17 29 36 39 114 124 163", "3 13 27 42 83 97 103 107 121 149 150 153 160 182"),
    ("rus", "ru"): ("4 15 25 27 80", "12 16 17 24 38 42 62 65 86"),
    ("heb", "he"): ("3 59 112 115 150 161", "30 36 43 60 67 69 81 83 106 135 138 164 172 173 175"),
}
"""Lines of sentences that others wrote (Tatoeba): facts about their author, and what is none, as somebody read them.

They were labelled by their English halves before anything was measured. Most are talk, and no answers to a question.
"""
OF_OTHERS = "facts, sentences of others"
PUBLIC = "same wish, set aside in public conversations"
PRECISION_LEAST, FACTS_LEAST = 0.95, 0.8
RIGHT, WRONG, MISSED = range(3)
Counts = np.ndarray


def precision(counts: Counts) -> float:
    """Return which share of what was found is right; nan where nothing was found."""
    return float(counts[RIGHT] / counts[:MISSED].sum()) if counts[:MISSED].sum() else float("nan")


def recall(counts: Counts) -> float:
    """Return which share of what is there was found; nan where nothing is there."""
    there = counts[RIGHT] + counts[MISSED]
    return float(counts[RIGHT] / there) if there else float("nan")


def facts(path: Path) -> Counts:
    """Return (right, wrong, missed) facts among labelled sentences of one language: "+" a fact, "-" a wish."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [(line[0] == "+", looks_like_fact(line[2:], path.stem)) for line in lines]
    return np.array([sum(a and b for a, b in found), sum(b and not a for a, b in found), sum(a > b for a, b in found)])


def of_others(folder: Path, name: str, code: str) -> Counts:
    """Return (right, wrong, missed) facts among sentences of others: those of one language and their English halves."""
    counts = np.zeros(3, int)
    facts_at, others_at = ([int(line) - 1 for line in lines.split()] for lines in OTHERS[name, code])
    for half, language in ((name, code), ("eng", "en")):
        lines = (folder / f"tatoeba.{name}-eng.{half}").read_text(encoding="utf-8").splitlines()
        found = sum(looks_like_fact(lines[line], language) for line in facts_at)
        wrong = sum(looks_like_fact(lines[line], language) for line in others_at)
        counts += [found, wrong, len(facts_at) - found]
    return counts


def together(hall: Gathering, truth: Counts) -> Counts:
    """Return (right, wrong, missed) pairs that are set aside in a hall whose wishes are known."""
    found = same_wishes(hall.desires, range(len(truth)), hall.responses).together
    same, pairs = truth[:, None] == truth[None, :], np.triu(np.ones_like(found), 1)
    return np.array([(pairs & a & b).sum() for a, b in ((found, same), (found, ~same), (~found, same))])


def written() -> dict[str, list[tuple[bool, str, str]]]:
    """Return the written pairs by language: whether they are one wish, and both wordings."""
    out = {}
    for path in sorted((FILES / "wishes").glob("*.txt")):
        rows = [line for line in path.read_text(encoding="utf-8").splitlines() if line]
        out[path.stem] = [(row[0] == "=", *map(str.strip, row[1:].split(" | "))) for row in rows]
    return out  # type: ignore[return-value]


def labelled(path: Path) -> Counts:
    """Return (right, wrong, missed) of labelled public pairs, given how many answered both and the correlation."""
    counts = np.zeros(3, int)
    with path.open(encoding="utf-8", newline="") as file:
        for pair in csv.DictReader(file):
            desires = [Desire("a", pair["text_a"]), Desire("b", pair["text_b"])]
            responses = responses_with(int(pair["n_co_voters"]), float(pair["vote_r"]))
            found, same = bool(same_wishes(desires, [0, 1], responses).groups), pair["label"] == "same"
            counts += [found and same, found and not same, same and not found]
    return counts


def conversations(folder: Path) -> Counts:
    """Return (right, wrong, 0) of what is set aside in public conversations, by `READ`; nobody read all other pairs.

    Raises:
        KeyError: a pair is set aside that nobody has read yet.
    """
    counts = np.zeros(3, int)
    for path in sorted(folder.iterdir()):
        gathering = read(path)
        columns = [n for n, d in enumerate(gathering.desires) if d.moderation is not Moderation.REJECTED]
        for group in same_wishes(gathering.desires, columns, gathering.responses).groups:
            ids = [gathering.desires[columns[place]].label for place in group]
            for one in range(len(ids)):
                for other in ids[one + 1 :]:
                    counts[RIGHT if READ[path.name, ids[one], other] else WRONG] += 1
    return counts


def measured(data: Path) -> BenchResult:
    """Return all figures, with their gates."""
    rows: list[tuple[str | float, ...]] = []
    totals: dict[str, Counts] = {}
    skipped: list[str] = []

    def row(kind: str, name: str, counts: Counts) -> None:
        totals[kind] = totals.get(kind, np.zeros(3, int)) + counts
        rows.append((f"{kind}: {name}", *_cells(kind, counts)))

    for path in sorted((FILES / "sentences" / "held").glob("*.txt")):
        row("facts", path.stem, facts(path))
    for name, changes in HALLS:
        halls = [halls_with_truth(seed, **changes) for seed in range(12)]  # type: ignore[arg-type]
        row("same wish, made-up words", name, np.sum([together(*hall) for hall in halls], axis=0))
    for name, changes in HALLS:
        halls = [
            hall_of_pairs(pairs, seed, language=code, **changes)  # type: ignore[arg-type]
            for code, pairs in written().items()
            for seed in range(4)
        ]
        row("same wish, written pairs", name, np.sum([together(*hall) for hall in halls], axis=0))
    if (data / "text" / "tatoeba").exists():
        for name, code in OTHERS:
            row(OF_OTHERS, f"{code} and en", of_others(data / "text" / "tatoeba", name, code))
    else:
        skipped.append(f"{OF_OTHERS}: there is no {data / 'text' / 'tatoeba'}.")
    for kind, place, measure in (
        ("same wish, labelled statements", data / "text" / "gold_pairs_dev.csv", labelled),
        (PUBLIC, data / "polis", conversations),
    ):
        if place.exists():
            row(kind, place.name, measure(place))
        else:
            skipped.append(f"{kind}: there is no {place}.")
    rows += [(f"{kind}: all", *_cells(kind, counts)) for kind, counts in totals.items()]
    gates = []
    for kind, counts in totals.items():
        few = counts[:MISSED].sum() < 1 / (1 - PRECISION_LEAST)
        words = f"at least {PRECISION_LEAST}" + (f" (of {counts[:MISSED].sum()}: too few to tell)" if few else "")
        reached = precision(counts)
        gates.append(Gate(f"precision, {kind}", f"{reached:.3f}", words, reached >= PRECISION_LEAST))
    found = recall(totals["facts"])
    gates.append(Gate("recall, facts", f"{found:.3f}", f"at least {FACTS_LEAST}", found >= FACTS_LEAST))
    columns = ("found in", "precision", "recall", "right", "wrong", "missed")
    return BenchResult("Facts about oneself, and the same wish", columns, tuple(rows), tuple(gates), tuple(skipped))


def _cells(kind: str, counts: Counts) -> list[float | str]:
    """Return the cells of a row; what was missed in public conversations nobody knows."""
    right, wrong, missed = counts.tolist()
    found = NO_FIGURE if kind == PUBLIC else recall(counts)
    return [precision(counts), found, right, wrong, NO_FIGURE if kind == PUBLIC else missed]


def main() -> int:
    """Measure, print and write; return 1 where a gate is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    begin = time.perf_counter()
    result = measured(options.data)
    took = round(time.perf_counter() - begin, 1)
    write_result(options.out, {"kind": "likeness", "seed": 0, "repeats": 12, "seconds": took} | result.as_json())
    for name, *cells in result.rows:
        said = ", ".join(f"{c:.3f}" if isinstance(c, float) else str(c) for c in cells)
        print(f"  {name}: {said}")
    for gate in result.gates:
        print(f"  {'met   ' if gate.met else 'MISSED'} {gate.name}: {gate.measured} (needed {gate.needed})")
    for sentence in result.skipped:
        print(f"  skipped: {sentence}")
    return 0 if result.passed else 1


if __name__ == "__main__":
    sys.exit(main())
