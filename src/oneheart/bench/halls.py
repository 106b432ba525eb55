"""Simulated halls: does everybody find a line of their own, and how often is "one desire" declared where it is not yet?

A thousand people in a hundred tens hold five hidden themes, of which the smallest is smaller than the share of a line.
Each ten composes its line and carries one further desire up; all lines meet at one level, people answer a few of them,
and the text is woven by the same functions as in a live gathering. Beside it stands a tree of majorities, and the nine
lines that most tens wrote. Then texts are read of which it is known whether they are one desire: see
`oneheart.bench.readings`.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench import readings
from oneheart.bench.result import NO_FIGURE, BenchResult, Cell, Gate, Progress, mean_and_error
from oneheart.engine.analysis import analyze
from oneheart.engine.prayer.choosing import text_columns, text_line_count
from oneheart.engine.synthetic import made_up_words
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
THEMES = (0.40, 0.25, 0.15, 0.12, 0.08)
PEOPLE, TEN, ANSWERS = 1000, 10, 8
WANTS_OWN, WANTS_OTHER = 0.9, 0.08
OWN_LINE_LEAST = 0.96
FALSE_MOST = 0.05
_RULES = ("oneheart", "commonest lines of tens", "tree of majorities")
_READINGS = 200


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:  # noqa: ARG001
    """Return how many find a line of their own, how often each theme is there, and how often "one" is said falsely.

    Gates: at least .96 of people have a line of their own; where the truth is "not yet", "one desire" is declared at
    any look in fewer than 5 % of readings; and in more than half where it is one. The same of audits that certify a
    share. The rule that takes shares for what they seem stands in no gate.
    """
    found: dict[str, list[Floats]] = {rule: [] for rule in _RULES}
    for number in range(repeats):
        rng = np.random.default_rng([seed, number])
        hall = rng.choice(len(THEMES), PEOPLE, p=THEMES)
        lines, asked = lines_of_tens(hall, rng)
        texts = {
            "oneheart": woven(hall, lines, rng),
            "commonest lines of tens": commonest(asked),
            "tree of majorities": tree(hall),
        }
        for rule, themes in texts.items():
            there = np.isin(np.arange(len(THEMES)), themes)
            found[rule].append(np.concatenate([[there[hall].mean()], there]))
        progress(number + 1, repeats, "halls")
    told: Told = {}
    for done, case in enumerate(readings.CASES):
        for rule, declares in readings.RULES.items():
            told[case, rule] = readings.declared(case, declares, _READINGS, seed)
        progress(done + 1, len(readings.CASES), "readings")
    return _result(found, told, readings.certified_falsely(_READINGS, seed))


Told = dict[tuple[readings.Case, str], tuple[float, float]]
"""By case and rule: how often "one desire" was declared at the last look, and at any."""


def lines_of_tens(hall: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return the theme of every line that travels (each ten's own and one that it carries), and of tens' own alone."""
    own, carried = [], []
    for first in range(0, len(hall), TEN):
        ten = hall[first : first + TEN]
        line = int(np.bincount(ten, minlength=len(THEMES)).argmax())
        own.append(line)
        others = ten[ten != line]
        if len(others):
            carried.append(int(rng.choice(others)))
    return np.array([*own, *carried]), np.array(own)


def woven(hall: Ints, lines: Ints, rng: np.random.Generator) -> Ints:
    """Return the themes of the text's lines, woven as a live gathering weaves, from eight answers a person."""
    people, count = len(hall), len(lines)
    i = np.repeat(np.arange(people), ANSWERS)
    j = np.concatenate([rng.choice(count, ANSWERS, replace=False) for _ in range(people)])
    chance = np.where(lines[j] == hall[i], WANTS_OWN, WANTS_OTHER)
    responses = Responses.of(i, j, (rng.random(len(i)) < chance).astype(int))
    gathering = Gathering(
        "What do you want?",
        tuple(f"p{n}" for n in range(people)),
        tuple(Desire(f"d{n}", made_up_words(rng)) for n in range(count)),
        responses,
    )
    seed = int(rng.integers(2**31))
    columns, _ = text_columns(gathering, analyze(gathering, seed=seed), count=text_line_count(people), seed=seed)
    return lines[list(columns)]


def commonest(own: Ints) -> Ints:
    """Return the themes of the nine lines of tens that most tens wrote: as many of each theme as wrote it."""
    order = np.argsort(-np.bincount(own, minlength=len(THEMES))[own], kind="stable")
    return np.asarray(own[order[:9]])


def tree(hall: Ints) -> Ints:
    """Return the theme that is left when ten by ten, then hundred by hundred, only majorities go up."""
    level = hall
    while len(level) > 1:
        groups = [level[first : first + TEN] for first in range(0, len(level), TEN)]
        level = np.array([np.bincount(group, minlength=len(THEMES)).argmax() for group in groups])
    return level


def _result(found: Mapping[str, list[Floats]], told: Told, certified: tuple[float, float]) -> BenchResult:
    rows: list[tuple[Cell, ...]] = []
    details: list[dict[str, Any]] = []
    nothing = [NO_FIGURE] * len(THEMES)
    for rule, values in found.items():
        table = np.array(values)
        rows.append((rule, *table.mean(0).tolist()))
        own, error = mean_and_error(table[:, 0])
        details.append({"rule": rule, "own line": own, "error": error, "themes": table[:, 1:].mean(0).tolist()})
    own = float(np.array(found["oneheart"])[:, 0].mean())
    gates = [Gate("people with a line of their own", f"{own:.3f}", f"at least {OWN_LINE_LEAST}", own >= OWN_LINE_LEAST)]
    for (case, rule), (last, ever) in told.items():
        rows.append((f'declared "one" by {rule}: {case.name}', ever, *nothing))
        details.append(
            {"case": case.name, "rule": rule, "at the end": last, "at any look": ever, "truly one": case.one}
        )
        if rule == "bounds":
            gates.append(_declared(f"one desire, {case.name}", ever, truly=case.one))
    for name, rate, truly in zip(
        ("a part is owed a line", "no part is, by far"), certified, (False, True), strict=True
    ):
        rows.append((f"share certified: {name}", rate, *nothing))
        details.append({"audit": name, "certified": rate, "truly fair": truly})
        gates.append(_declared(f"share certified, {name}", rate, truly=truly))
    columns = ("rule", "own line, or declared", *(f"theme of {share:.0%}" for share in THEMES))
    return BenchResult("Simulated halls", columns, tuple(rows), tuple(gates), (), tuple(details))


def _declared(name: str, rate: float, *, truly: bool) -> Gate:
    met = rate > 1 / 2 if truly else rate < FALSE_MOST
    return Gate(name, f"{rate:.3f}", "above .5" if truly else f"below {FALSE_MOST}", met)
