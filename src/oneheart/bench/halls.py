"""Simulated halls: the share of people with a line of their own, and how often "one desire" is declared wrongly.

A thousand people in a hundred tens have five hidden themes; the smallest theme is smaller than the share of one line.
People of a theme want nine in ten of its desires; of each other theme, three in twenty people want as many. Each ten
writes its line and carries one more desire. All lines meet at one level: people know the lines of their own ten and
answer twelve others, asked evenly. Then the text is woven by the functions of a live gathering. In a second and third
round everybody has also answered the lines of earlier texts. The rivals are a tree of majorities, the nine most
written lines, and, in brackets, greatest share with all answers known.

Then readings are simulated whose truth is known: see `oneheart.bench.readings`.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench import readings
from oneheart.bench.result import NO_FIGURE, BenchResult, Cell, Gate, Progress, mean_and_error
from oneheart.engine.analysis import analyze_for_text
from oneheart.engine.desire import shares
from oneheart.engine.prayer.choosing import frozen, text_columns, text_line_count, want_model
from oneheart.engine.prayer.frozen_model import expected_support
from oneheart.engine.synthetic import made_up_words
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
THEMES = (0.40, 0.25, 0.15, 0.12, 0.08)
PEOPLE, TEN, ANSWERS = 1000, 10, 12
WANTS_OWN, CROSSES = 0.9, 0.15
OWN_LINE_LEAST = 0.96
FALSE_MOST, TRUE_LEAST = 0.05, 0.95
_ROUNDS = ("oneheart, first round", "oneheart, second round", "oneheart, third round")
_BOUND = "(share by all wants of all)"
_RULES = (*_ROUNDS, "commonest lines of tens", "tree of majorities", _BOUND)
_READINGS = 16  # for each hall


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:  # noqa: ARG001
    """Return the share of people with a line of their own, of texts with each theme, and of wrong declarations.

    Gates: in the first round at least .96 of people want a line of the text, and the smallest theme is in it at least
    as often as by greatest share. If the truth is "not yet", "one desire" is declared at any look in fewer than 5 %
    of readings; if it is one, in more than half. The rule with plain shares has no gate.
    """
    results: dict[str, list[Floats]] = {rule: [] for rule in _RULES}
    found: list[tuple[float, float]] = []
    for number in range(repeats):
        rng = np.random.default_rng([seed, number])
        hall = draw_hall(rng)
        texts: dict[str, tuple[int, ...]] = {}
        asked = hall.asked.copy()
        for rule in _ROUNDS:
            texts[rule] = woven(hall, asked, rng)
            asked[:, list(texts[rule])] = True
        texts |= {
            "commonest lines of tens": commonest(hall),
            _BOUND: shares.expected_pav(hall.want.astype(float), text_line_count(PEOPLE)),
        }
        for rule, lines in texts.items():
            results[rule].append(
                figures(hall.theme, hall.line_theme[list(lines)], hall.want[:, list(lines)].any(1).mean())
            )
        results["tree of majorities"].append(figures(hall.theme, tree(hall.theme), float("nan")))
        found.append(worst_fifth_found(hall, np.random.default_rng([seed, number, 1])))
        progress(number + 1, repeats, "halls")
    declared: Told = {}
    for done, case in enumerate(readings.CASES):
        for rule, declares in readings.RULES.items():
            declared[case, rule] = readings.declared(case, declares, _READINGS * repeats, seed)
        progress(done + 1, len(readings.CASES), "readings")
    silent = next(case for case in readings.CASES if case.awake == 0)
    named = readings.named_as_unheard(silent, _READINGS * repeats, seed)
    return _result(results, declared, named, np.array(found))


Told = dict[tuple[readings.Case, str], tuple[float, float]]
"""By case and rule: how often "one desire" was declared at the last look, and at any."""


@dataclass(frozen=True, slots=True, eq=False)
class Hall:
    """A simulated hall of N people whose tens sent C lines.

    Attributes:
        theme: (N,) theme of each person.
        author: (C,) author of each line; the first hundred are the tens' own lines, the others are carried.
        want: (N, C) true wants.
        asked: (N, C) true if the person was asked about the line.
    """

    theme: Ints
    author: Ints
    want: npt.NDArray[np.bool_]
    asked: npt.NDArray[np.bool_]

    @property
    def line_theme(self) -> Ints:
        """Return the theme of each line, (C,)."""
        return np.asarray(self.theme[self.author])


def draw_hall(rng: np.random.Generator) -> Hall:
    """Return a random hall: people, tens, and each ten's line of the theme that most of its people have."""
    theme = rng.choice(len(THEMES), PEOPLE, p=THEMES)
    own_lines, carried = [], []
    for first in range(0, PEOPLE, TEN):
        ten = np.arange(first, first + TEN)
        most = np.bincount(theme[ten], minlength=len(THEMES)).argmax()
        own_lines.append(rng.choice(ten[theme[ten] == most]))
        rest = ten[theme[ten] != most]
        if len(rest):
            carried.append(rng.choice(rest))
    author = np.array([*own_lines, *carried])
    holds = rng.random((PEOPLE, len(THEMES))) < CROSSES
    holds[np.arange(PEOPLE), theme] = True
    want = holds[:, theme[author]] & (rng.random((PEOPLE, len(author))) < WANTS_OWN)
    want[author, np.arange(len(author))] = True
    return Hall(theme, author, want, asked_evenly(author, rng))


def asked_evenly(author: Ints, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Return which lines each person is asked about: those of their ten, and twelve others with the fewest answers."""
    same: npt.NDArray[np.bool_] = author[None, :] // TEN == np.arange(PEOPLE)[:, None] // TEN
    asked, times_asked = same.copy(), np.zeros(len(author))
    for person in rng.permutation(PEOPLE):
        dealt = np.argsort(np.where(same[person], np.inf, times_asked + rng.random(len(author))))[:ANSWERS]
        asked[person, dealt] = True
        times_asked[dealt] += 1
    return asked


def woven(hall: Hall, asked: npt.NDArray[np.bool_], rng: np.random.Generator) -> tuple[int, ...]:
    """Return the lines of the text, woven as in a live gathering from the answers."""
    gathering = gathering_of(hall, asked, rng)
    seed = int(rng.integers(2**31))
    analysis = analyze_for_text(gathering, seed=seed, sure_from=np.inf)
    return text_columns(gathering, analysis, count=text_line_count(PEOPLE), seed=seed)[0]


def gathering_of(hall: Hall, asked: npt.NDArray[np.bool_], rng: np.random.Generator) -> Gathering:
    """Return the gathering that the engine is given, with made-up words."""
    i, j = np.nonzero(asked)
    return Gathering(
        "What do you want?",
        tuple(f"p{n}" for n in range(PEOPLE)),
        tuple(Desire(f"d{n}", made_up_words(rng), author=int(person)) for n, person in enumerate(hall.author)),
        Responses.of(i, j, hall.want[i, j].astype(int)),
    )


def worst_fifth_found(hall: Hall, rng: np.random.Generator) -> tuple[float, float]:
    """Return how much of the way to the true worst fifth of the first text is found, by raw answers and frozen model.

    The true worst fifth are the people who want fewest lines. The way is from the mean of all people to the mean of
    these: 1 where the fifth that is expected to support the text least is the true one, about 0 for a random fifth.
    """
    gathering, seed = gathering_of(hall, hall.asked, rng), int(rng.integers(2**31))
    analysis = analyze_for_text(gathering, seed=seed, sure_from=np.inf)
    lines = text_columns(gathering, analysis, count=text_line_count(PEOPLE), seed=seed)[0]
    names = range(len(gathering.desires))
    model = frozen(want_model(gathering, seed), lines, names)
    place = np.full(len(gathering.desires), -1)
    place[list(model.desires)] = np.arange(len(model.desires))
    known = np.flatnonzero(place >= 0)
    person, desire = np.nonzero(hall.asked[:, known])
    said = (person, place[known[desire]], hall.want[person, known[desire]].astype(int))
    asked, wanted = hall.asked[:, list(lines)], hall.want[:, list(lines)]
    mean = (asked & wanted).sum(0) / asked.sum(0)
    by_model = expected_support(model, PEOPLE, said, place[list(lines)])
    true = wanted.mean(1)
    raw, kept = (_found(np.where(asked, wanted, guess).sum(1), true) for guess in (mean, by_model))
    return raw, kept


def _found(expected: Floats, true: Floats) -> float:
    """Return how much of the way from the mean to the true worst fifth the fifth with the least expected is."""
    size = PEOPLE // 5
    fifth = np.argsort(expected, kind="stable")[:size]
    return float((true.mean() - true[fifth].mean()) / (true.mean() - np.sort(true)[:size].mean()))


def commonest(hall: Hall) -> tuple[int, ...]:
    """Return the nine lines of the tens whose theme most tens wrote."""
    theme_of = hall.line_theme[: PEOPLE // TEN]
    order = np.argsort(-np.bincount(theme_of, minlength=len(THEMES))[theme_of], kind="stable")
    return tuple(order[: text_line_count(PEOPLE)].tolist())


def figures(theme: Ints, of_lines: Ints, covered: float) -> Floats:
    """Return for a text the shares of people with their theme and with a wanted line, and its themes.

    Example:
        >>> figures(np.array([0, 0, 1, 2]), np.array([0, 2]), 1.0).tolist()
        [0.75, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0]
    """
    present = np.isin(np.arange(len(THEMES)), of_lines)
    return np.concatenate([[present[theme].mean(), covered], present])


def tree(hall: Ints) -> Ints:
    """Return the theme that remains if majorities of ten, then of a hundred, pass on one line each."""
    level = hall
    while len(level) > 1:
        groups = [level[first : first + TEN] for first in range(0, len(level), TEN)]
        level = np.array([np.bincount(group, minlength=len(THEMES)).argmax() for group in groups])
    return level


def _result(results: Mapping[str, list[Floats]], declared: Told, named: float, found: Floats) -> BenchResult:
    rows: list[tuple[Cell, ...]] = []
    details: list[dict[str, Any]] = []
    nothing = [NO_FIGURE] * (len(THEMES) + 1)
    for rule, values in results.items():
        table = np.array(values)
        rows.append((rule, *table.mean(0).tolist()))
        own_line, error = mean_and_error(table[:, 1])
        details.append(
            {"rule": rule, "wants a line": own_line, "error": error, "themes": table[:, 2:].mean(0).tolist()}
        )
    own_line, least = (float(np.array(results[rule]).mean(0)[place]) for rule, place in ((_ROUNDS[0], 1), (_BOUND, -1)))
    gates = [
        Gate(
            "people with a line of their own",
            f"{own_line:.3f}",
            f"at least {OWN_LINE_LEAST}",
            own_line >= OWN_LINE_LEAST,
        )
    ]
    small = float(np.array(results[_ROUNDS[0]]).mean(0)[-1])
    gates.append(Gate("smallest theme there", f"{small:.3f}", f"at least {least:.3f} {_BOUND}", small >= least))
    for (case, rule), (last, at_any_look) in declared.items():
        rows.append((f'declared "one" by {rule}: {case.name}', at_any_look, *nothing))
        details.append(
            {"case": case.name, "rule": rule, "at the end": last, "at any look": at_any_look, "truly one": case.one}
        )
        if rule == "bounds" and case.gated:
            gates.append(_declared(f"one desire, {case.name}", at_any_look, truly=case.one))
    gates.append(Gate("a silent part is named as not heard", f"{named:.3f}", "1", named == 1.0))
    raw, kept = (float(value) for value in found.mean(0))
    gates.append(Gate("worst fifth found", f"{kept:.3f}", f"at least .5 (raw answers {raw:.3f})", kept >= 1 / 2))
    details.append({"worst fifth found": kept, "by raw answers": raw})
    columns = ("rule", "own theme, or declared", "wants a line", *(f"theme of {share:.0%}" for share in THEMES))
    return BenchResult("Simulated halls", columns, tuple(rows), tuple(gates), (), tuple(details))


def _declared(name: str, rate: float, *, truly: bool) -> Gate:
    met = rate >= TRUE_LEAST if truly else rate < FALSE_MOST
    return Gate(name, f"{rate:.3f}", f"at least {TRUE_LEAST}" if truly else f"below {FALSE_MOST}", met)
