"""Simulated halls: does everybody find a line of their own, and how often is "one desire" declared where it is not yet?

A thousand people in a hundred tens hold five hidden themes, of which the smallest is smaller than the share of a line.
Each ten composes its line and carries one further desire up; all lines meet at one level, people answer a few of them,
and the text is woven by the same functions as in a live gathering. Beside it stands a tree of majorities, and the nine
lines that most tens wrote. Then the text is read: parts, lines and the whole are truly as a case says, people answer by
lot, and the sealing decides.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench.result import BenchResult, Gate, Progress, mean_and_error
from oneheart.engine.analysis import analyze
from oneheart.engine.prayer import rounds
from oneheart.engine.prayer.choosing import text_columns, text_line_count
from oneheart.engine.synthetic import made_up_words
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses
from oneheart.model.prayer import Affirmation

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
THEMES = (0.40, 0.25, 0.15, 0.12, 0.08)
PEOPLE, TEN, ANSWERS = 1000, 10, 8
WANTS_OWN, WANTS_OTHER = 0.9, 0.08
OWN_LINE_LEAST = 0.96
FALSE_MOST = 0.05
_RULES = ("oneheart", "commonest lines of tens", "tree of majorities")
_READINGS = 400

_ONE_CELL = np.zeros((5, 5), bool)
_ONE_CELL[0, 0] = True
_SAY, _AGAINST, _WHOLE = 0.92, 0.02, 0.93
Case = tuple[Floats, Floats, float, bool | None]


def _case(*, truly: bool | None, say: float = _SAY, against: float = _AGAINST, whole: float = _WHOLE) -> Case:
    """Return a case in which one line in one of five parts, or the whole, is otherwise than all else."""
    return np.where(_ONE_CELL, say, _SAY), np.where(_ONE_CELL, against, _AGAINST), whole, truly


CASES: dict[str, Case] = {
    "all can say all": _case(truly=True),
    "the whole, four in five less a little": _case(truly=False, whole=0.78),
    "half of one part cannot say one line": _case(truly=False, say=0.50),
    "one line goes against most of one part": _case(truly=False, say=0.40, against=0.55),
    "near the edge: three in five of one part": _case(truly=None, say=0.60),
    "near the edge: against one in five of one part": _case(truly=None, say=0.78, against=0.20),
}
"""By name: (parts, lines) who can truly say it, (parts, lines) whom it truly goes against, who can say the whole, and
whether the truth is one desire; None so near the edge of the rule that it is shown only."""


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:  # noqa: ARG001
    """Return how many find a line of their own, how often each theme is there, and how often "one" is said falsely.

    Gates: at least .96 of people have a line of their own; where the truth is "not yet", "one desire" is declared in
    fewer than 5 % of readings; and in more than half where it is one.
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
    declared = {
        name: np.mean([declares_one(case, np.random.default_rng([seed, 9, n])) for n in range(_READINGS)])
        for name, case in CASES.items()
    }
    return _result(found, declared)


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


def declares_one(case: Case, rng: np.random.Generator) -> bool:
    """Return whether a reading of forty people in each of five parts is declared one desire."""
    can_say, against, whole, _ = case
    readers = 40
    for line in range(can_say.shape[1]):
        parts = []
        for part in range(can_say.shape[0]):
            lot = rng.random(readers)
            yes = int((lot < can_say[part, line]).sum())
            no = int((lot > 1 - against[part, line]).sum())
            parts.append(rounds.judge_part(part, readers, Affirmation(line, readers, yes, no)))
        if rounds.judge_line(parts) != "stands":
            return False
    everybody = readers * can_say.shape[0]
    return rounds.whole_is_affirmed(int((rng.random(everybody) < whole).sum()), everybody)


def _result(found: Mapping[str, list[Floats]], declared: Mapping[str, Any]) -> BenchResult:
    rows: list[tuple[str | float, ...]] = []
    details: list[dict[str, Any]] = []
    for rule, values in found.items():
        table = np.array(values)
        rows.append((rule, *table.mean(0).tolist()))
        own, error = mean_and_error(table[:, 0])
        details.append({"rule": rule, "own line": own, "error": error, "themes": table[:, 1:].mean(0).tolist()})
    own = float(np.array(found["oneheart"])[:, 0].mean())
    gates = [Gate("people with a line of their own", f"{own:.3f}", f"at least {OWN_LINE_LEAST}", own >= OWN_LINE_LEAST)]
    for name, (_, _, _, truly) in CASES.items():
        rate = float(declared[name])
        rows.append((f'declared "one": {name}', rate, *[float("nan")] * len(THEMES)))
        details.append({"case": name, "declared one": rate, "truly one": truly})
        if truly is None:
            continue
        met = rate > 1 / 2 if truly else rate < FALSE_MOST
        gates.append(Gate(f"one desire, {name}", f"{rate:.3f}", "above .5" if truly else "below .05", met))
    columns = ("rule", "own line", *(f"theme of {share:.0%}" for share in THEMES))
    return BenchResult("Simulated halls", columns, tuple(rows), tuple(gates), (), tuple(details))
