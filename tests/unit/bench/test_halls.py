"""Simulated halls and readings, in short."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oneheart.bench import halls, readings
from oneheart.bench.readings import CASES, Case
from oneheart.bench.result import BenchResult
from oneheart.engine.desire import response_model, shares
from oneheart.engine.prayer import stopping
from oneheart.engine.prayer.covering import cover
from oneheart.engine.prayer.stopping import UNHEARD
from tests.support.broken_priors import correlated_tastes

RUNS = 12
NOT_YET = [case for case in CASES if not case.one and case.gated]
SILENCE = [case for case in NOT_YET if case.slow]
UNDECLARED = [case for case in SILENCE if not case.declared]


@pytest.fixture(scope="module")
def result() -> BenchResult:
    """Return the whole benchmark of one hall."""
    return halls.run({}, seed=0, repeats=1, progress=lambda *_: None)


def figure(result: BenchResult, row: str, column: int = 1) -> float:
    return next(float(cells[column]) for cells in result.rows if cells[0] == row)


def test_a_tree_of_majorities_leaves_most_people_without_a_line(result: BenchResult) -> None:
    assert figure(result, "tree of majorities") < 0.5
    assert figure(result, "commonest lines of tens") < 0.5
    assert figure(result, "oneheart, first round") > 0.6
    assert figure(result, "oneheart, first round", 2) >= halls.OWN_LINE_LEAST - 0.05


def test_everything_stands_in_the_table_and_in_the_gates(result: BenchResult) -> None:
    assert all(len(row) == len(result.columns) for row in result.rows)
    names = {gate.name for gate in result.gates}
    assert {f"one desire, {case.name}" for case in CASES if case.gated} <= names
    assert "a silent part is named as not heard" in names
    assert {"people with a line of their own", "smallest theme there"} <= names
    assert not result.skipped


def own_lines_in_a_hall_of_small_themes() -> float:
    """Return the share of people who want a line of the first text, in a hall whose two smallest themes are near."""
    rng = np.random.default_rng([0, 16])
    hall = halls.draw_hall(rng)
    lines = halls.woven(hall, hall.asked, rng)
    return float(hall.want[:, list(lines)].any(1).mean())


def test_people_of_small_themes_have_a_line_of_their_own() -> None:
    assert own_lines_in_a_hall_of_small_themes() >= halls.OWN_LINE_LEAST


def test_people_of_small_themes_have_none_where_correlations_of_tastes_are_learned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(response_model, "learned_covariance", correlated_tastes)
    assert own_lines_in_a_hall_of_small_themes() < halls.OWN_LINE_LEAST - 0.05


def test_in_a_hall_everybody_knows_the_lines_of_their_ten_and_answers_twelve_others() -> None:
    hall = halls.draw_hall(np.random.default_rng(0))
    ten = np.arange(halls.PEOPLE) // halls.TEN
    own = hall.author[None, :] // halls.TEN == ten[:, None]
    assert hall.asked[own].all()
    assert ((hall.asked & ~own).sum(1) == halls.ANSWERS).all()
    asked = (hall.asked & ~own).sum(0)
    assert asked.max() - asked.min() <= 3
    assert hall.want[hall.author, np.arange(len(hall.author))].all()
    assert len(np.unique(hall.author)) == len(hall.author)


def test_with_all_wants_known_covering_gives_everybody_a_line_and_nobody_loses_their_share() -> None:
    for seed in range(3):
        want = halls.draw_hall(np.random.default_rng(seed)).want.astype(float)
        lines = shares.expected_pav(want, 9)
        covered = cover(want, lines)
        assert shares.coverage(want, covered) >= halls.OWN_LINE_LEAST
        assert shares.share_index(want, covered)[0] <= 1.0


# --- readings ----------------------------------------------------------------------------------------------------


def truth(case: Case) -> set[str]:
    """Return which conditions are truly missed where everybody has been heard, with no bound in between."""
    hall = readings.hall_of(case, np.random.default_rng(1))
    net, out = np.where(hall.whole == 1, 1.0, np.where(hall.whole == -1, -0.5, 0.0)), set()
    if (hall.whole == 1).mean() < 0.8:
        out.add("affirmed")
    if net[np.argsort(hall.expected)[:200]].mean() < 0.5:
        out.add("worst fifth")
    small = hall.whole[hall.language == readings.SMALL]
    if (small == 1).mean() < 0.5 or (small == -1).mean() > 0.5 or case.awake is not None:
        out.add("every part")
    if hall.own_line.mean() < 0.95:
        out.add("own line")
    return out


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_misses_what_it_says_and_nothing_else(case: Case) -> None:
    assert len(truth(case)) == (not case.one)
    heard = readings.hall_of(case, np.random.default_rng(1)).heard(readings.PEOPLE)
    if case.awake is None and case.declared:
        found = stopping.stopping(heard, readings.estimated(0.8))
        assert {condition.code for condition in found.missing} == truth(case)


@pytest.mark.parametrize("case", NOT_YET, ids=lambda case: case.name)
def test_not_yet_is_hardly_ever_declared_one_however_often_one_looks(case: Case) -> None:
    assert readings.declared(case, readings.by_bounds, RUNS, 3)[1] <= 1 / RUNS


@pytest.mark.parametrize("case", NOT_YET, ids=lambda case: case.name)
def test_plain_shares_declare_what_is_not_yet(case: Case) -> None:
    assert readings.declared(case, readings.by_plain_shares, RUNS, 3)[1] > 0.05


def test_one_desire_is_found_where_it_is_one() -> None:
    assert min(readings.declared(case, readings.by_bounds, RUNS, 3)[0] for case in CASES if case.one) > 0.9


# --- silence -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", UNDECLARED, ids=lambda case: case.name)
def test_bounds_that_take_readers_as_drawn_at_random_declare_what_the_silent_cannot_say(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert readings.declared(case, readings.by_bounds, RUNS, 3)[1] == 0
    monkeypatch.setattr(stopping, "surely_said", stopping.surely_exceeds)
    assert readings.declared(case, readings.by_bounds, RUNS, 3)[1] > 0.5


def test_in_every_case_of_silence_the_quarter_answers_at_a_quarter_of_the_odds() -> None:
    case = UNDECLARED[0]
    slow_heard, heard = [], []
    for run in range(40):
        hall = readings.hall_of(replace(case, slow=(0.0, 1.0), everybody=(1.0, 0.0)), np.random.default_rng(run))
        first = hall.order[:450]
        slow_heard.append((hall.whole[first] == -1).sum() / (hall.whole == -1).sum())
        heard.append((hall.whole[first] == 1).sum() / (hall.whole == 1).sum())
    slow, other = np.mean(slow_heard), np.mean(heard)
    assert (slow / (1 - slow)) / (other / (1 - other)) == pytest.approx(case.slow_odds, rel=0.1)


def test_a_part_that_is_wholly_silent_is_named_as_not_heard_at_every_look() -> None:
    silent = next(case for case in CASES if case.awake == 0)
    assert readings.named_as_unheard(silent, RUNS, 3) == 1.0
    assert readings.named_as_unheard(CASES[0], RUNS, 3) == 0.0


def test_a_quarter_that_nobody_declared_and_that_hardly_answers_is_not_seen() -> None:
    unseen = next(case for case in CASES if not case.gated)
    assert readings.declared(unseen, readings.by_bounds, RUNS, 3)[1] > 0.5


def test_who_has_not_been_heard_yet_is_unheard() -> None:
    hall = readings.hall_of(replace(CASES[0], awake=5), np.random.default_rng(0))
    heard = hall.heard(700)
    assert (heard.whole != UNHEARD).sum() == 700
    small = heard.whole[hall.language == readings.SMALL]
    assert (small != UNHEARD).sum() <= 5
