"""A fit of many people begins with every fifth of them, and comes to the same rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oneheart.engine.desire import calibration, response_model
from oneheart.engine.desire.common_ground import summarise
from oneheart.engine.desire.response_model import Posterior, fit
from oneheart.engine.desire.starting import every_fifth
from oneheart.engine.synthetic import draw
from oneheart.model.gathering import Responses

PEOPLE, DESIRES = 1500, 30


def hall() -> Responses:
    return draw(PEOPLE, DESIRES, answers=10, rng=np.random.default_rng(0)).gathering.responses


def rested(responses: Responses) -> Posterior:
    return fit(responses, PEOPLE, DESIRES, rng=np.random.default_rng(0))


def test_every_fifth_who_answered_is_taken_with_all_their_answers() -> None:
    r = Responses.of([1, 1, 3, 4, 5, 6, 7, 7], [0, 1, 0, 0, 0, 0, 1, 2], [1, 0, 1, -1, 1, 1, 1, -1])
    start = response_model.row_starts(r, 9)
    some, people = every_fifth(r, start)
    assert people == 2  # the first and the sixth of those who answered
    assert some.participant.tolist() == [0, 0, 1, 1]
    assert some.desire.tolist() == [0, 1, 1, 2]
    assert some.stance.tolist() == [1, 0, 1, -1]


def test_worst_fifths_are_those_of_a_fit_that_begins_with_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    responses, everybody = hall(), np.arange(PEOPLE)
    whole = summarise(rested(responses), everybody)
    monkeypatch.setattr(response_model, "SAMPLE_FROM", 1000)
    begun = rested(responses)
    assert begun.converged
    assert summarise(begun, everybody).worst == pytest.approx(whole.worst, abs=0.005)
    monkeypatch.setattr(response_model, "SAMPLE_FROM", PEOPLE + 1)
    assert summarise(rested(responses), everybody).worst.tolist() == whole.worst.tolist()


def test_a_fit_that_stays_with_every_fifth_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    responses, everybody = hall(), np.arange(PEOPLE)
    whole = summarise(rested(responses), everybody)
    monkeypatch.setattr(response_model, "SAMPLE_FROM", 1000)
    stays = fit(responses, PEOPLE, DESIRES, rng=np.random.default_rng(0), sweeps=1)
    assert np.abs(summarise(stays, everybody).worst - whole.worst).max() > 0.005


def test_folds_of_many_people_are_fitted_as_those_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    responses = hall()

    def foretold() -> list[float]:
        found = calibration.hold_out(responses, PEOPLE, DESIRES, rng=np.random.default_rng(1), sweeps=3)
        return [*found.want.tolist(), *(() if found.direct is None else found.direct.tolist())]

    few = foretold()
    monkeypatch.setattr(response_model, "SAMPLE_FROM", 1000)
    assert foretold() == few

    def as_all_are(*given: Any, **named: Any) -> Posterior:
        return fit(*given, **(named | {"start_sweeps": 60}))

    monkeypatch.setattr(calibration, "fit", as_all_are)
    assert foretold() != few, "a build whose folds begin with every fifth is found out"
