"""The benchmark of foretelling."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from oneheart.bench import predict
from oneheart.bench.predict import Forecast
from oneheart.bench.result import BenchResult
from oneheart.model.gathering import Gathering


def test_split_parts_the_answers(dense: Gathering, rng: np.random.Generator) -> None:
    train, test = predict.split(dense.responses, "all", rng)
    both = {(int(i), int(j)) for r in (train, test) for i, j in zip(r.participant, r.desire, strict=True)}
    assert len(both) == len(train) + len(test) == len(dense.responses)
    assert 0.15 < len(test) / len(dense.responses) < 0.25


def test_ten_answers_a_person_are_learned_and_the_test_answers_stay_the_same(dense: Gathering) -> None:
    train, test = predict.split(dense.responses, "ten", np.random.default_rng(5))
    _, same = predict.split(dense.responses, "all", np.random.default_rng(5))
    assert np.bincount(train.participant).max() == 10
    assert np.array_equal(test.participant, same.participant)
    assert np.array_equal(test.desire, same.desire)
    learned = set(zip(train.participant.tolist(), train.desire.tolist(), strict=True))
    assert not learned & set(zip(test.participant.tolist(), test.desire.tolist(), strict=True))


def test_scores_of_known_forecasts() -> None:
    stance = np.array([1, 0, -1, 1], np.int8)
    three = np.array([[0.5, 0.25, 0.25]] * 4)
    log_loss, brier, three_way, off = predict.score(Forecast(np.full(4, 0.5), three), stance)
    assert (log_loss, brier, off) == (pytest.approx(np.log(2)), 0.25, 0.0)
    assert three_way == pytest.approx(-(2 * np.log(0.5) + 2 * np.log(0.25)) / 4)


def test_calibration_error_is_the_gap_in_each_tenth() -> None:
    wants = np.array([1, 1, 1, -1], np.int8)
    assert predict.score(Forecast(np.array([0.95, 0.95, 0.05, 0.05])), wants)[3] == pytest.approx((0.1 + 0.9) / 4)


def test_a_method_without_three_chances_has_no_three_way_score() -> None:
    assert np.isnan(predict.score(Forecast(np.array([0.5])), np.array([1], np.int8))[2])


STEPS: list[tuple[int, int, str]] = []


@pytest.fixture(scope="module")
def result(make: Callable[..., Gathering]) -> BenchResult:
    """Return the benchmark of one conversation, a small one: each method is fitted to it in both regimes."""
    STEPS.clear()
    return predict.run({"camps": make(72, 24)}, seed=1, repeats=1, progress=lambda *step: STEPS.append(step))


def test_ours_beats_the_item_mean_where_there_are_camps(result: BenchResult) -> None:
    table = {row[0]: row for row in result.rows}
    ours, mean = table["oneheart"], table["item mean"]
    assert all(float(ours[k]) < float(mean[k]) for k in (1, 2, 3, 6, 7, 8))
    assert STEPS == [(1, 1, "predict")]
    assert len(result.gates) == 12
    assert table[predict.ORACLE][3] == "-"


def test_the_oracle_stands_in_no_gate(result: BenchResult) -> None:
    assert not any(predict.ORACLE in gate.needed for gate in result.gates)


def test_the_same_seed_gives_the_same_figures(result: BenchResult, make: Callable[..., Gathering]) -> None:
    again = predict.run({"camps": make(72, 24)}, seed=1, repeats=1, progress=lambda *_: None)
    assert again.as_json() == result.as_json()


def test_a_conversation_with_few_answers_is_named_and_left_out(make: Callable[..., Gathering]) -> None:
    result = predict.run({"small": make(10, 5)}, seed=0, repeats=1, progress=lambda *_: None)
    assert result.rows == ()
    assert result.skipped == ("small: fewer than 200 answers.",)


def test_worst_fifth_takes_those_expected_lowest(dense: Gathering, rng: np.random.Generator) -> None:
    found = predict.worst_fifth(dense, "all", rng)
    assert found is not None
    assert found.expected < 0.3
    assert abs(found.gap) < 0.15
    held = 0.3 * len(dense.responses)
    assert 0.1 * held < found.answers <= 0.21 * held
