"""Texts of made-up gatherings whose truth is known: here the rule of choosing lines is designed, not on conversations.

    python benchmarks/texts.py [--gatherings 4] [--seed 0] [--out benchmarks/results]

People and desires are drawn from seventeen laws, in three sizes: those of `routing.py`, and camps that are set against
one another, with people who say yes to much. Answers are given as in public conversations: some people and some desires
have many, others few. Five lines are chosen from half of the answers. They are judged by the truth: by how likely the
people of each opinion group want them, by who would be against half or more of the lines that they meet, and by how
many lines truly miss the gate. Nothing here is a gate: the laws are ours, so that a method of ours may shine in them
for no merit.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path
from unittest import mock

import numpy as np
import numpy.typing as npt
import routing
from where import ROOT, write_result

from oneheart.bench import weave
from oneheart.bench.result import mean_and_error
from oneheart.engine import analysis as engine
from oneheart.engine import preparing
from oneheart.engine.desire import standing
from oneheart.engine.desire.common_ground import CommonGround, net_support, worst_fifth
from oneheart.engine.prayer import choosing
from oneheart.engine.synthetic import made_up_words
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
SIZES = ((26, 36, 20), (120, 80, 35), (340, 54, 20))
"""People, desires, answers a person."""
FIGURES = ("least part's support", "hurt", "lines that truly miss the gate", "lines")
_JUDGED = 6  # sittings in which people meet lines by lot
_PART_LEAST = 5


def in_camps(
    shares: tuple[float, ...], common: float, *, gap: float, level: float = 1.2, yes: float = 0.7, themes: float = 0.0
) -> routing.Law:
    """Return the law of gatherings in camps: a desire that is not common is one camp's, and goes against the others.

    A share `themes` of the desires does not go against the others; it is not theirs. People differ in how much they say
    yes to anything.
    """

    def law(n: int, m: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        share = np.asarray(shares) / sum(shares)
        camp, home = (
            rng.choice(len(share), n, p=share),
            rng.choice(len(share), m, p=(share + 0.5) / (share + 0.5).sum()),
        )
        kind = rng.random(m)
        mine = np.arange(len(share))[:, None] == home
        pull = np.where(kind < common, 0.0, np.where(mine, 0.5, -gap * rng.random(m)))
        pull = (pull + 0.3 * rng.normal(size=pull.shape))[camp]
        theme, saying = kind > 1 - themes, yes * rng.normal(size=(n, 1))
        touched = np.where(theme, np.where(pull > 0, 1.5, -1.0), 1.3 + 0.4 * pull) + 0.7 * saying
        toward = level + 0.7 * rng.normal(size=m) + np.where(theme, 0.26, 1.3) * pull + saying + 0.6
        touch, want = (1 / (1 + np.exp(-x - 0.5 * rng.normal(size=(n, m)))) for x in (touched, toward))
        return np.asarray(touch * want), np.asarray(touch * (1 - want))

    return law


LAWS: dict[str, routing.Law] = routing.LAWS | {
    "camps of 60, 40": in_camps((0.6, 0.4), 0.3, gap=2.4),
    "a sixth against": in_camps((0.84, 0.16), 0.3, gap=2.4),
    "a tenth hard against": in_camps((0.9, 0.1), 0.25, gap=4.0),
    "two bitter camps": in_camps((0.5, 0.5), 0.12, gap=4.5),
    "four camps": in_camps((0.4, 0.3, 0.2, 0.1), 0.2, gap=3.2),
    "camps and themes": in_camps((0.4, 0.25, 0.15, 0.12, 0.08), 0.15, gap=2.4, themes=0.6),
    "camps, yes said to much": in_camps((0.6, 0.4), 0.3, gap=2.4, yes=1.6),
    "hardly anything common: 50, 50": in_camps((0.5, 0.5), 0.06, gap=4.0, level=0.6),
    "hardly anything common: 45, 35, 20": in_camps((0.45, 0.35, 0.2), 0.08, gap=3.5, level=0.7),
    "hardly anything common, yes said to much": in_camps((0.6, 0.4), 0.08, gap=3.5, level=0.5, yes=1.4),
}


def _surely(ground: CommonGround) -> tuple[float, float]:
    return ground.worst_fifth.value, ground.worst_fifth.low


def _worst_fifth(ground: CommonGround) -> tuple[float, float]:
    return ground.worst_fifth.value, ground.worst_fifth.value


def _eight(_people: int) -> int:
    return 8


OURS = "oneheart"
VARIANTS = {
    "by the worst fifth alone": (_worst_fifth, False),
    "where the worst fifth is sure": (_surely, False),
    "the same, by eight answers always": (_surely, True),
}


def texts(half: Gathering, known: Responses, rng: np.random.Generator) -> dict[str, tuple[int, ...]]:
    """Return the lines of all methods, and of ours by other rules."""
    found = weave.texts(half, known, rng)
    now = engine.analyze(half, lines=weave.LINES)
    with (
        mock.patch.object(standing, "measured_answers", _eight),
        mock.patch.object(preparing, "measured_answers", _eight),
    ):
        before = engine.analyze(half, lines=weave.LINES)
    for name, (support, eight) in VARIANTS.items():
        with mock.patch.object(choosing, "support_of_the_least", support):
            found[name], _ = choosing.text_columns(half, before if eight else now, count=weave.LINES, seed=0)
    return found


def figures(law: routing.Law, size: tuple[int, int, int], rng: np.random.Generator) -> dict[str, Floats]:
    """Return the figures of every method for one gathering drawn from a law; nan where there is no line."""
    n, m, answers = size
    want, against = law(n, m, rng)
    met = np.clip(
        answers / m * rng.lognormal(-0.5, 1.0, (n, 1)) * rng.lognormal(-0.4, 0.9, m), 0.005, 0.97
    )  # how likely each person meets each desire

    def stances() -> npt.NDArray[np.int64]:
        drawn = rng.random((n, m))
        return np.where(drawn < want, 1, np.where(drawn < want + against, -1, 0))

    i, j = np.nonzero(rng.random((n, m)) < met)
    people = tuple(f"p{number}" for number in range(n))
    desires = tuple(Desire(f"d{number}", made_up_words(rng)) for number in range(m))
    whole = Gathering("What do you want?", people, desires, Responses.of(i, j, stances()[i, j]))
    parts = weave.parts_of(whole, rng)
    known, _ = weave.halves(whole, rng)
    sittings = [(rng.random((n, m)) < met / 2, stances()) for _ in range(_JUDGED)]
    fifth = worst_fifth(net_support(want, against))
    out = {}
    for method, chosen in texts(Gathering(whole.question, people, desires, known), known, rng).items():
        lines = list(chosen)
        if not lines:
            out[method] = np.array([np.nan, np.nan, np.nan, 0.0])
            continue
        weight, supported = met[:, lines], want[:, lines]
        inside = [parts == part for part in np.unique(parts) if (parts == part).sum() >= _PART_LEAST]
        support = min((weight[one] * supported[one]).sum() / weight[one].sum() for one in inside)
        hurt = people_met = 0
        for seen, said in sittings:
            count = seen[:, lines].sum(1)
            hurt += int(((count > 0) & (2 * ((said[:, lines] == -1) & seen[:, lines]).sum(1) >= count)).sum())
            people_met += int((count > 0).sum())
        missed = (fifth[lines] < 0).mean()
        out[method] = np.array([support, hurt / people_met, missed, len(lines)])
    return out


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--gatherings", type=int, default=4, help="of each law and size")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    begin = time.perf_counter()
    found: dict[str, list[dict[str, Floats]]] = defaultdict(list)
    for number in range(options.gatherings):
        for place, law in enumerate(LAWS.values()):
            for size in SIZES:
                rng = np.random.default_rng([options.seed, number, place, *size])
                one = figures(law, size, rng)
                found["all"].append(one)
                found[f"{size[0]} people"].append(one)
    rows = []
    for name, all_of in found.items():
        for method in all_of[0]:
            table = np.array([one[method] for one in all_of])
            apart = table[:, :2] - np.array([one[OURS][:2] for one in all_of])
            cells = [mean_and_error(column[np.isfinite(column)].tolist()) for column in (-apart).T]
            said = [f"{mean:+.4f} ± {error:.4f}" if method != OURS else "-" for mean, error in cells]
            rows.append([f"{name}: {method}", *np.nanmean(table, axis=0).tolist(), *said])
            print(" | ".join(str(cell) if isinstance(cell, str) else f"{cell:.4f}" for cell in rows[-1]))
    result = {
        "kind": "texts",
        "seed": options.seed,
        "repeats": options.gatherings,
        "seconds": round(time.perf_counter() - begin, 1),
        "columns": ["text by", *FIGURES, "ours above it, support", "ours above it, hurt"],
        "rows": rows,
    }
    write_result(options.out, result)


if __name__ == "__main__":
    main()
