"""Routing: probabilities that add up, probes that balance, cards that travel."""

from __future__ import annotations

import numpy as np

from oneheart.engine.desire import routing
from oneheart.engine.desire.response_model import fit
from oneheart.model.gathering import Responses


def posterior(rng: np.random.Generator):  # noqa: ANN201
    i, j = np.nonzero(rng.random((40, 12)) < 0.5)
    return fit(Responses.of(i, j, rng.choice([-1, 0, 1], len(i))), 40, 12, rng=rng)


def test_probabilities_add_up_and_seen_desires_get_none(rng: np.random.Generator) -> None:
    p = posterior(rng)
    open_desires = np.arange(12) >= 4
    chance = routing.chances(
        open_desires,
        answered=4,
        seen_by_circle=rng.integers(0, 3, 12),
        seen_by_all=rng.integers(0, 9, 12),
        hope=routing.hope(p, rng=rng),
        information=routing.information(p, np.array([0]))[0],
    )
    assert np.isclose(chance.sum(), 1)
    assert (chance[:4] == 0).all()
    assert (chance[4:] > 0).all()


def test_the_first_two_cards_are_what_the_circle_has_seen_least() -> None:
    seen_by_circle, seen_by_all = np.array([2, 0, 0, 1]), np.array([2, 5, 3, 0])
    chance = routing.chances(
        np.ones(4, bool),
        answered=1,
        seen_by_circle=seen_by_circle,
        seen_by_all=seen_by_all,
        hope=np.zeros(4),
        information=np.ones(4),
    )
    assert chance.tolist() == [0, 0, 1, 0]


def test_nothing_open_gives_no_card() -> None:
    nothing = routing.chances(
        np.zeros(3, bool),
        answered=5,
        seen_by_circle=np.zeros(3, int),
        seen_by_all=np.zeros(3, int),
        hope=np.zeros(3),
        information=np.ones(3),
    )
    assert routing.choose(nothing, rng=np.random.default_rng(0)) is None


def test_desires_answered_less_tell_more(rng: np.random.Generator) -> None:
    i = np.concatenate([np.arange(40), np.arange(3)])
    j = np.concatenate([np.zeros(40, int), np.ones(3, int)])
    p = fit(Responses.of(i, j, rng.choice([-1, 0, 1], 43)), 40, 2, rng=rng)
    information = routing.information(p, np.arange(40)).mean(0)
    assert information[1] > information[0]
