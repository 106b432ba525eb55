"""`bench fit`: true rest beside the estimated one, and a gate that a broken fit misses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from oneheart.bench import fit as bench
from oneheart.engine.desire import response_model
from oneheart.engine.synthetic import draw
from oneheart.model.gathering import Gathering, Responses

QUIET: Callable[[int, int, str], None] = lambda _done, _total, _what: None  # noqa: E731


@pytest.fixture(scope="module")
def halls() -> dict[str, Gathering]:
    return {
        str(seed): draw(60, 24, answers=12, rng=np.random.default_rng(seed), common=0.3).gathering for seed in range(2)
    }


def test_a_fit_at_rest_is_told_so_beside_the_former_rule(halls: dict[str, Gathering]) -> None:
    result = bench.run(halls, seed=0, repeats=1, progress=QUIET, sweeps=200)
    assert result.gates[0].met
    for detail in result.details:
        assert detail["true rest"] < 0.005 < detail["former true rest"]
        assert np.isfinite(detail["estimated rest"])
        assert detail["times as long"] > 0


def test_the_gate_is_missed_by_a_fit_of_few_sweeps(
    halls: dict[str, Gathering], monkeypatch: pytest.MonkeyPatch
) -> None:
    def few(responses: Responses, people: int, desires: int, **given: object) -> response_model.Posterior:
        return response_model.fit(responses, people, desires, sweeps=10, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(bench, "fit", few)
    result = bench.run(halls, seed=0, repeats=1, progress=QUIET, sweeps=200)
    assert not result.gates[0].met


def test_plain_sweeps_change_nothing_of_what_they_are_given() -> None:
    made = draw(30, 12, answers=8, rng=np.random.default_rng(0)).gathering
    begun = response_model.fit(made.responses, 30, 12, rng=np.random.default_rng(0), sweeps=5)
    before = begun.state.person_mean.copy()
    after = bench.plain_sweeps(begun, made.responses, 3)
    assert np.array_equal(begun.state.person_mean, before)
    assert after.sweeps == 8
    assert not np.array_equal(after.state.person_mean, before)


def test_answers_that_are_all_alike_are_left_out_by_name() -> None:
    made = draw(20, 8, answers=6, rng=np.random.default_rng(0)).gathering
    same = Responses.of(made.responses.participant, made.responses.desire, np.ones(len(made.responses), np.int8))
    alike = Gathering(made.question, made.participants, made.desires, same, source="made up")
    result = bench.run({"alike": alike}, seed=0, repeats=1, progress=QUIET, sweeps=5)
    assert "alike" in result.skipped[0]
    assert result.gates == ()
