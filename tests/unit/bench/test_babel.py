"""Simulated halls of four languages, in short: a small hall, and the same with carrying broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oneheart.bench import babel
from oneheart.bench.babel import HallFigures, hall_figures, result_of
from oneheart.live.carry_dealing import CarryDealer
from oneheart.live.state.carried_desires import CARRYINGS_MOST

SMALL = 150
REACHED = HallFigures(1.0, 0.9, 2, 1.0, 0, (0.99, 0.99, 0.99, 0.99), 9, (1.0, 1.0, 1.0, 1.0))


@pytest.fixture(scope="module")
def small() -> HallFigures:
    """Return what came of a small hall, in which few read two languages."""
    return hall_figures(SMALL, 1, cards=10)


def test_most_lines_are_carried_before_they_are_read_and_languages_meet(small: HallFigures) -> None:
    halls = [small, *(hall_figures(SMALL, seed, cards=10) for seed in (2, 3))]  # one hall has 21 lines to carry
    assert np.mean([hall.carried for hall in halls]) >= 2 / 3  # .76 in eight such halls; the gate is for large ones
    assert np.mean([hall.met for hall in halls]) >= 0.8
    assert 0 < small.most <= CARRYINGS_MOST
    assert np.median([hall.coverage[-1] / hall.coverage[0] for hall in halls]) >= babel.COVERAGE_LEAST


def test_nobody_is_heard_on_a_line_that_they_cannot_read(small: HallFigures) -> None:
    assert small.lines > 0
    assert small.false_heard == 0


def test_without_cards_about_carrying_no_line_is_carried_and_languages_do_not_meet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(CarryDealer, "card", lambda *_args, **_more: None)
    alone = hall_figures(SMALL, 1, cards=10)
    assert (alone.carried, alone.met, alone.false_heard) == (0.0, 0.0, 0)


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({}, []),
        ({"carried": 0.89}, ["lines carried before reading"]),
        ({"most": 3}, ["carryings of one person"]),
        ({"met": 0.89}, ["met another language"]),
        ({"false_heard": 1}, ["heard without reading"]),
        ({"coverage": (0.99, 0.99, 0.99, 0.9)}, ["coverage, smallest to largest"]),
    ],
)
def test_each_figure_has_a_gate(change: dict[str, object], missed: list[str]) -> None:
    result = result_of([replace(REACHED, **change)])  # type: ignore[arg-type]
    assert [gate.name for gate in result.gates if not gate.met] == missed
    assert len(result.rows[0]) == len(result.columns)
