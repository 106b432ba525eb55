"""The worst fifth that is printed, held against made-up halls whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oneheart.bench import fifths
from oneheart.bench.fifths import KINDS, KnownHall, figures, one_sided
from oneheart.bench.result import BenchResult
from oneheart.engine.analysis import analyze
from oneheart.engine.desire.drawn import DrawnFifths
from oneheart.engine.desire.standing import MEASURED, Standing
from tests.support import proofs


def measured(repeats: int = proofs.size(3, 2)) -> BenchResult:
    return fifths.run({}, seed=1, repeats=repeats, progress=lambda *_: None)


def gate(result: BenchResult, name: str) -> float:
    return float(next(gate.measured for gate in result.gates if gate.name == name))


@pytest.fixture(scope="module")
def result() -> BenchResult:
    return measured()


@pytest.mark.parametrize("people", fifths.SIZES)
def test_the_printed_range_holds_the_true_worst_fifth(result: BenchResult, people: int) -> None:
    assert gate(result, f"range holds the truth, {people} people") >= 0.86


def test_what_is_called_common_is_mostly_common_and_lines_are_wanted_as_much_as_is_said(result: BenchResult) -> None:
    assert gate(result, "falsely common, 300 people") <= fifths.FALSE_MOST
    assert gate(result, "falsely common, nobody can be against") <= fifths.FALSE_MOST
    assert gate(result, "lines that miss the gate") <= 0.08
    assert abs(gate(result, "want of lines off by")) <= 0.025


def test_a_build_that_prints_best_guesses_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner of the two tests above: without draws the range holds the truth far less often."""
    monkeypatch.setattr(
        "oneheart.engine.analysis.drawn_worst_fifth",
        lambda _chances, _people, means, *, rng: DrawnFifths(means.worst, np.zeros_like(means.worst)),  # noqa: ARG005
    )
    broken = measured(1)
    assert gate(broken, "range holds the truth, 300 people") < 0.7
    assert gate(broken, "falsely common, 60 people") > 0.25
    assert not broken.passed


@pytest.mark.parametrize("kind", KINDS)
def test_halls_have_the_truth_that_they_say(kind: str) -> None:
    hall = KINDS[kind](60, 8, np.random.default_rng(3))
    assert hall.want.shape == hall.against.shape == (60, fifths.DESIRES)
    assert (hall.want + hall.against <= 1.0 + 1e-12).all()
    assert len(hall.gathering.responses) == 60 * 8
    apart = hall.want.std(0).max()
    assert (apart < 1e-12) == (kind == "each alone")
    hidden = one_sided(hall)
    assert set(hidden.gathering.responses.stance.tolist()) == {0, 1}
    assert (hidden.worst_fifth == hall.worst_fifth).all()


def test_figures_count_what_the_truth_says() -> None:
    hall = KINDS["five parts"](60, 20, np.random.default_rng(3))
    found = analyze(hall.gathering)
    told = figures(hall, found)
    admissible = [g.desire for g in found.common_ground if g.standing is Standing.ADMISSIBLE]
    assert told["common"] == len(admissible)
    assert told["measured"] == sum(g.standing in MEASURED for g in found.common_ground)
    refused = KnownHall(hall.gathering, np.zeros_like(hall.want), np.ones_like(hall.want))
    assert figures(refused, found)["falsely"] == len(admissible)
    assert figures(refused, found)["missing"] == told["lines"] > 0
    assert figures(refused, found)["held"] <= sum(g.worst_fifth.low == -0.5 for g in found.common_ground)
    wanted = KnownHall(replace(hall.gathering), np.ones_like(hall.want), np.zeros_like(hall.want))
    assert figures(wanted, found)["falsely"] == 0
    assert figures(wanted, found)["want off"] < 0
