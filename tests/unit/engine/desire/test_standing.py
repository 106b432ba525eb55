"""Why a desire can or cannot be a line: each reason at its limit, and which reason comes first."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.desire.standing import (
    MEASURED,
    Standing,
    fixed_standing,
    measured_answers,
    spoken_against,
    standings,
)
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Responses

NAN = float("nan")


@pytest.mark.parametrize(
    ("people", "answers"),
    [(0, 5), (12, 5), (39, 5), (40, 5), (47, 5), (48, 6), (55, 6), (56, 7), (63, 7), (64, 8), (65, 8), (10_000, 8)],
)
def test_an_eighth_of_the_people_measures_a_desire_from_five_to_eight(people: int, answers: int) -> None:
    assert measured_answers(people) == answers


@pytest.mark.parametrize(
    ("desire", "standing"),
    [
        (Desire("1", "Peace"), None),
        (Desire("1", "Peace", moderation=Moderation.ACCEPTED), None),
        (Desire("1", "Peace", moderation=Moderation.REJECTED), Standing.REJECTED),
        (Desire("1", "", moderation=Moderation.REJECTED), Standing.REJECTED),
        (Desire("1", ""), Standing.EMPTY),
        (Desire("1", " \n"), Standing.EMPTY),
        (Desire("1", " ", is_meta=True), Standing.EMPTY),
        (Desire("1", "About us", is_meta=True), Standing.META),
        (Desire("out", "About us", is_meta=True), Standing.META),
        (Desire("out", "Peace"), Standing.LEFT_OUT),
        (Desire("1", " Leave me "), Standing.LEFT_OUT),
        (Desire("1", "Leave me not"), None),
        (Desire("1", "Peace", is_seed=True), None),
    ],
)
def test_what_no_answer_can_change(desire: Desire, standing: Standing | None) -> None:
    assert fixed_standing(desire, {"out", "Leave me"}) is standing


def one(
    stances: list[int],
    *,
    people: int = 12,
    worst: float = 0.3,
    drawn: float = 0.2,
    raw: float = NAN,
    error: float = 0.0,
    raw_against: float = NAN,
    voices: float = 100.0,
) -> Standing:
    """Return the standing of one desire that got these answers."""
    responses = Responses.of(range(len(stances)), [0] * len(stances), stances)
    found = standings(
        [None],
        responses,
        people,
        worst=np.array([worst]),
        drawn=np.array([drawn]),
        observed=np.array([raw]),
        observed_error=np.array([error]),
        observed_against=np.array([raw_against]),
        voices=np.array([voices]),
    )
    return found[0]


@pytest.mark.parametrize(("people", "needed"), [(12, 5), (48, 6), (64, 8), (1000, 8)])
def test_a_desire_is_measured_from_so_many_answers_on(people: int, needed: int) -> None:
    assert one([1] * (needed - 1), people=people) is Standing.FEW_ANSWERS
    assert one([1] * needed, people=people) is Standing.ADMISSIBLE
    assert one([-1] * (needed - 1), people=people, worst=-0.4) is Standing.FEW_ANSWERS


@pytest.mark.parametrize(
    ("against", "standing"),
    [(0.0, Standing.ADMISSIBLE), (0.35, Standing.ADMISSIBLE), (0.4, Standing.ADMISSIBLE), (0.45, Standing.AGAINST)],
)
def test_surely_more_than_a_third_against_in_the_worst_fifth_bars_a_line(against: float, standing: Standing) -> None:
    assert one([1] * 30, raw=0.2, raw_against=against) is standing


@pytest.mark.parametrize(
    ("against", "standing"), [(4, Standing.ADMISSIBLE), (5, Standing.AGAINST), (6, Standing.AGAINST)]
)
def test_four_of_six_answers_do_not_bar_a_line_but_five_do(against: int, standing: Standing) -> None:
    assert one([1] * 30, raw=0.2, raw_against=against / 6, voices=6.0) is standing


@pytest.mark.parametrize(("worst", "standing"), [(-0.001, Standing.BELOW), (0.0, Standing.ADMISSIBLE)])
def test_the_model_bars_what_its_worst_fifth_refuses(worst: float, standing: Standing) -> None:
    assert one([1] * 30, worst=worst) is standing
    assert one([1] * 30, worst=worst, raw=0.4, raw_against=0.0) is standing


@pytest.mark.parametrize(("drawn", "standing"), [(-0.001, Standing.BELOW), (0.0, Standing.ADMISSIBLE)])
def test_draws_bar_what_their_worst_fifth_refuses_though_best_guesses_and_raw_answers_do_not(
    drawn: float, standing: Standing
) -> None:
    assert one([1] * 30, drawn=drawn) is standing
    assert one([1] * 30, drawn=drawn, raw=0.4, raw_against=0.0) is standing


@pytest.mark.parametrize(("raw", "standing"), [(-0.001, Standing.BELOW), (0.0, Standing.ADMISSIBLE)])
def test_raw_answers_bar_what_their_worst_fifth_refuses(raw: float, standing: Standing) -> None:
    assert one([1] * 30, raw=raw, raw_against=0.1) is standing


@pytest.mark.parametrize(("error", "standing"), [(0.07, Standing.ADMISSIBLE), (0.05, Standing.BELOW)])
def test_what_two_thirds_want_is_barred_only_where_its_worst_fifth_surely_refuses_it(
    error: float, standing: Standing
) -> None:
    assert one([1] * 20 + [0] * 10, raw=-0.1, error=error, raw_against=0.1) is standing
    assert one([1] * 19 + [0] * 11, raw=-0.1, error=error, raw_against=0.1) is Standing.BELOW, "too few want it"


def test_against_comes_before_below() -> None:
    assert one([1] * 30, worst=-0.3, raw=-0.2, raw_against=0.5) is Standing.AGAINST
    assert one([1] * 30, worst=-0.3, raw=-0.2, raw_against=0.5, voices=6.0) is Standing.BELOW


def test_few_answers_that_speak_against_a_desire_bar_it_where_there_is_no_raw_check() -> None:
    assert one([1, 1, 1, -1, -1]) is Standing.ADMISSIBLE
    assert one([1, 1, 0, -1, -1]) is Standing.BELOW
    assert one([1, 1, -1, -1, -1]) is Standing.BELOW


@pytest.mark.parametrize(
    ("wants", "refusals", "standing"),
    [(50, 50, Standing.ADMISSIBLE), (49, 50, Standing.BELOW), (48, 52, Standing.BELOW), (2, 3, Standing.BELOW)],
)
def test_what_more_people_refuse_than_want_is_no_common_desire_whatever_the_model_says(
    wants: int, refusals: int, standing: Standing
) -> None:
    assert one([1] * wants + [-1] * refusals, raw=0.2, raw_against=0.2) is standing


def test_what_is_fixed_stays_whatever_was_answered_and_each_desire_has_its_own_numbers() -> None:
    fixed = [None, Standing.META, None, None]
    responses = Responses.of([*range(30), *range(30), *range(4)], [0] * 30 + [1] * 30 + [2] * 4, [1] * 64)
    found = standings(
        fixed,
        responses,
        30,
        worst=np.array([0.1, -0.4, 0.2, 0.2]),
        drawn=np.array([0.1, -0.4, 0.2, 0.2]),
        observed=np.array([0.1, -0.4, NAN, NAN]),
        observed_error=np.array([0.1, 0.1, NAN, NAN]),
        observed_against=np.array([0.0, 0.9, NAN, NAN]),
        voices=np.array([6.0, 6.0, NAN, NAN]),
    )
    assert found == (Standing.ADMISSIBLE, Standing.META, Standing.FEW_ANSWERS, Standing.FEW_ANSWERS)


def test_as_many_refusals_as_wants_speak_against_a_desire() -> None:
    responses = Responses.of([0, 1, 2, 0, 1, 0, 1, 2], [0, 0, 0, 1, 1, 2, 2, 2], [1, 1, -1, 1, -1, 1, -1, -1])
    assert spoken_against(responses, 4).tolist() == [False, True, True, True]


def test_measured_standings_are_those_that_answers_decided() -> None:
    assert set(MEASURED) == {Standing.ADMISSIBLE, Standing.BELOW, Standing.AGAINST}
