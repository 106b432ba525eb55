"""The benchmark of closeness, in short; it fails on measures that are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from oneheart.bench import closeness, replay
from oneheart.bench.result import BenchResult
from oneheart.engine.closeness import inner, relation


@pytest.fixture(scope="module")
def result() -> BenchResult:
    return closeness.run({}, seed=0, repeats=1, progress=lambda *_: None)


@pytest.mark.long
def test_everything_stands_in_the_table_and_in_the_gates(result: BenchResult) -> None:
    assert all(len(row) == len(result.columns) for row in result.rows)
    names = " ".join(gate.name for gate in result.gates)
    for part in (
        "range of oneness",
        "seen falsely, nothing",
        "seen falsely, language",
        "as is said, truly",
        "listed",
        "bias",
    ):
        assert part in names
    assert not result.skipped


def test_it_is_equal_to_the_listed_pairs_and_sees_when_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert closeness.furthest_apart(np.random.default_rng(0)) <= closeness.EQUAL_MOST
    real = relation.dot
    monkeypatch.setattr(relation, "dot", lambda a, b: real(a, b) + 1e-6)
    assert closeness.furthest_apart(np.random.default_rng(0)) > closeness.EQUAL_MOST


def coverage(draws: int = 120) -> np.ndarray:
    true = closeness.true_oneness(0)
    return np.mean([closeness.holds(true, np.random.default_rng([1, number])) for number in range(draws)], axis=0)


def test_ranges_hold_the_truth_only_where_circles_are_what_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    circles, single = coverage()
    assert circles >= closeness.HOLDS_LEAST
    assert single < circles
    monkeypatch.setattr(inner, "_LEAST_CIRCLES", 10_000)  # no circles are enough: every range takes single people
    assert coverage()[0] == single


ROUTED = 10


def test_probes_among_routed_cards_are_a_fair_sample_and_all_answers_are_not() -> None:
    true = closeness.true_oneness(0)
    found = np.array([closeness.of_routed(true, np.random.default_rng([7, number])) for number in range(ROUTED)])
    probes, _, everything, _ = found.mean(0)
    error = found[:, 0].std() / np.sqrt(len(found))
    assert abs(probes) < 3 * error + 0.005
    assert everything < -0.01
    assert found[:, 1].mean() >= 0.8


def test_where_cards_of_the_router_pass_for_probes_the_same_test_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner of the test above: on a build that marks every card as a probe, the sample is not fair."""
    real = closeness.dealt

    def all_marked(*args: Any, **named: Any) -> Iterator[replay.AfterCard]:
        for now in real(*args, **named):
            yield replace(now, probed=now.asked)

    monkeypatch.setattr(closeness, "dealt", all_marked)
    with pytest.raises(AssertionError):
        test_probes_among_routed_cards_are_a_fair_sample_and_all_answers_are_not()


def test_a_relation_that_is_said_to_be_visible_is_seen_in_eight_of_ten() -> None:
    assert closeness.chance_to_see(0.2, 0.2) == pytest.approx(0.8, abs=0.001)
    assert closeness.chance_to_see(0.0, 0.2) == pytest.approx(0.05)
    assert closeness.chance_to_see(0.4, 0.2) > 0.99


def test_language_alone_is_seen_everywhere_and_within_it_nowhere() -> None:
    seen = {
        within: np.mean(
            [closeness.measured("confounded", 0.0, within=within, seed=[4, n]).p <= 0.05 for n in range(20)]
        )
        for within in (False, True)
    }
    assert seen[False] > 0.5
    assert seen[True] <= 0.25  # 20 gatherings at .05: more than 5 has a chance of 3 in 10,000
