"""How many hidden tastes the model gets: more where answers are many, by their number alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from oneheart.bench.rivals import log_loss
from oneheart.engine.desire import response_model
from oneheart.engine.desire.ranks import FEW, MANY, ranks_for
from oneheart.engine.desire.response_model import Heads, fit, heads_for
from oneheart.live import fitting
from oneheart.live.decks import FitOrder
from oneheart.model.gathering import Responses


def answers(people: int, desires: int, each: int) -> Responses:
    """Return answers of `each` desires by each person, every desire equally often, with all three stances."""
    who = np.repeat(np.arange(people), each)
    what = (np.arange(people * each)) % desires
    return Responses.of(who, what, np.resize([1, 0, 1, -1, 1, 1, 0], len(who)))


@pytest.mark.parametrize(
    ("people", "desires", "each", "expected"),
    [
        (1200, 60, 30, MANY),  # 30 a person, 600 a desire: just enough
        (1180, 59, 29, FEW),  # 580 a desire and 29 a person
        (1200, 58, 29, FEW),  # 600 a desire, but 29 a person
        (1199, 60, 30, FEW),  # 30 a person, but 599.5 a desire
    ],
)
def test_the_limits_at_them_and_one_short(people: int, desires: int, each: int, expected: tuple[int, int]) -> None:
    assert ranks_for(answers(people, desires, each)) == expected


def test_those_without_an_answer_do_not_count_and_the_order_does_not_matter() -> None:
    responses = answers(1200, 60, 30)
    mixed = np.random.default_rng(0).permutation(len(responses))
    moved = Responses.of(
        responses.participant[mixed] * 2, responses.desire[mixed] * 3, responses.stance[mixed]
    )  # every second person and two of three desires have no answer
    assert ranks_for(moved) == MANY


def test_no_answers_are_few() -> None:
    assert ranks_for(Responses.of([], [], [])) == FEW


def test_a_warm_start_keeps_its_tastes_while_nothing_else_is_asked_for() -> None:
    many = answers(1200, 60, 30)
    small = fit(many, 1200, 60, rng=np.random.default_rng(0), ranks=FEW, sweeps=2)
    assert fit(many, 1200, 60, rng=np.random.default_rng(0), warm=small, sweeps=1).state.heads == small.state.heads
    assert heads_for(many) == Heads(MANY.touch + 1, MANY.direction + 1)
    assert heads_for(many, warm=Heads(8, 0)) == heads_for(many)  # of another head


def hall(seed: int) -> tuple[Responses, np.ndarray, np.ndarray, np.ndarray]:
    """Return answers of 900 people with six tastes, and a fifth that is held out: people, desires, whether it wants."""
    rng = np.random.default_rng(seed)
    people, desires = 900, 36
    pull = rng.normal(size=(people, 6)) @ rng.normal(size=(desires, 6)).T
    toward = rng.random((people, desires)) < expit(pull + rng.normal(size=desires))
    touched = rng.random((people, desires)) < 0.85
    stance = np.where(touched, np.where(toward, 1, -1), 0)
    unseen = rng.random(stance.shape) < 0.15
    who, what = np.nonzero(~unseen)
    held = np.nonzero(unseen)
    return Responses.of(who, what, stance[who, what]), *held, stance[held] == 1


def loss(seed: int) -> float:
    responses, who, what, wants = hall(seed)
    posterior = fit(responses, 900, 36, rng=np.random.default_rng(0))
    return log_loss(posterior.at(who, what)[0], wants)


def test_many_answers_are_foretold_better_with_more_tastes(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = loss(1)
    monkeypatch.setattr(response_model, "ranks_for", lambda _: FEW)  # the former build
    assert ours < loss(1) - 0.01


def order(responses: Responses, seq: int) -> FitOrder:
    """Return an order of 1,200 people of one kind and 60 desires without authors or circles."""
    people, desires = 1200, 60
    all_travel, nothing = np.ones(desires, bool), np.zeros((1, desires), bool)
    nobody, nowhere, one_kind = (
        np.full(desires, -1, np.int32),
        np.full(people, -1, np.int32),
        np.zeros(people, np.int32),
    )
    about = all_travel, nobody, nowhere, nobody
    return FitOrder(seq, people, desires, responses, *about, from_own=False, hidden=nothing, hidden_of=one_kind, seed=0)


def test_a_live_fit_begins_anew_when_the_answers_carry_more_tastes() -> None:
    fitter = fitting.Fitter()
    few, many = answers(1200, 60, 20), answers(1200, 60, 30)
    assert fitter.fit(order(few, 1)).sweeps > fitting.SWEEPS_WARM
    assert fitter.fit(order(few, 2)).sweeps <= fitting.SWEEPS_WARM
    assert fitter.fit(order(many, 3)).sweeps > fitting.SWEEPS_WARM
    assert fitter.fit(order(many, 4)).sweeps <= fitting.SWEEPS_WARM
