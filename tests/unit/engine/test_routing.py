"""Routing: probabilities that add up, probes that balance, cards that travel."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from oneheart.bench import replay
from oneheart.engine import synthetic
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
        stake=routing.stake(p, rng=rng, lines=5),
        information=routing.information(p, np.array([0]))[0],
    )
    assert np.isclose(chance.sum(), 1)
    assert (chance[:4] == 0).all()
    assert (chance[4:] > 0).all()


def test_odds_grow_with_the_stake_and_decks_are_dealt_with_the_same_odds(rng: np.random.Generator) -> None:
    stake, information = rng.random(6), rng.random(6)
    chance = routing.chances(
        np.ones(6, bool),
        answered=4,
        seen_by_circle=np.arange(6),
        seen_by_all=np.arange(6),
        stake=stake,
        information=information,
    )
    by_hand = stake**3 * information
    by_hand *= (1 - routing.PROBE_SHARE) / by_hand.sum()
    by_hand[0] += routing.PROBE_SHARE
    assert chance == pytest.approx(by_hand)
    odds = np.exp(routing.log_odds(stake, information))
    assert odds / odds.sum() * (1 - routing.PROBE_SHARE) == pytest.approx(chance - [routing.PROBE_SHARE, 0, 0, 0, 0, 0])


def test_beyond_the_border_is_what_normal_draws_lie_beyond_it() -> None:
    mean, deviation = np.array([0.6, 0.3, 0.52, 0.45, 0.1]), np.array([0.1, 0.2, 0.05, 0.15, 0.02])
    draws = np.random.default_rng(0).normal(mean, deviation, (200_000, 5))
    lost = np.concatenate(
        [np.maximum(0.45 - draws[:, [0, 2]], 0).mean(0), np.maximum(draws[:, [1, 3]] - 0.52, 0).mean(0)]
    )
    found = routing.beyond_border(mean, deviation, 2)
    assert found[[0, 2, 1, 3]] == pytest.approx(lost, abs=1e-3)
    assert found[4] == pytest.approx(0.02 * (stats.norm.pdf(4) - 4 * stats.norm.sf(4)))
    assert (found > 0).all()


def test_where_every_desire_is_a_line_the_least_known_has_the_greatest_stake() -> None:
    found = routing.beyond_border(np.array([0.9, 0.1, 0.5]), np.array([0.1, 0.3, 0.0]), 5)
    assert np.argsort(found).tolist() == [2, 0, 1]
    assert found[2] > 0


def test_what_can_be_no_line_has_no_stake_and_moves_no_border(rng: np.random.Generator) -> None:
    p = posterior(rng)
    among = np.arange(12) != 3
    found = routing.stake(p, rng=np.random.default_rng(1), lines=3, among=among)
    assert found[3] == 0
    assert (found[among] > 0).all()
    assert routing.stake(p, rng=np.random.default_rng(1), lines=3, among=np.zeros(12, bool)).tolist() == [0] * 12


def test_stakes_are_great_between_the_surely_in_and_the_surely_out() -> None:
    wanted = np.array([0.98, 0.95, 0.62, 0.6, 0.58, 0.1, 0.05])
    draw = np.random.default_rng(3)
    i, j = np.nonzero(np.ones((120, 7), bool))
    p = fit(Responses.of(i, j, np.where(draw.random(len(i)) < wanted[j], 1, -1)), 120, 7, rng=draw)
    found = routing.stake(p, rng=draw, lines=3)
    assert set(np.argsort(-found)[:3].tolist()) == {2, 3, 4}
    assert found[[0, 1, 5, 6]].max() < found[[2, 3, 4]].min() / 3


def test_after_eight_cards_what_may_be_common_was_asked_about_most() -> None:
    made = synthetic.draw(90, 40, answers=1, rng=np.random.default_rng(1), common=0.2, spread=1.0)
    draw = np.random.default_rng(2)
    chance = draw.random(made.want.shape)
    truth = np.where(chance < made.want, 1, np.where(chance < made.want + made.against, -1, 0)).astype(np.int8)
    _, known, _ = next(iter(replay.route_ours(truth, (8,), draw)))
    seen = np.bincount(known.desire, minlength=40)
    best = np.argsort(-made.worst_fifth)[:8]
    rest = np.setdiff1d(np.arange(40), best)
    assert seen[best].mean() > 1.6 * seen[rest].mean()
    assert seen.min() >= 4  # the probes: two cards of ninety people over forty desires, and a tenth of the others


def test_the_first_two_cards_are_what_the_circle_has_seen_least() -> None:
    seen_by_circle, seen_by_all = np.array([2, 0, 0, 1]), np.array([2, 5, 3, 0])
    chance = routing.chances(
        np.ones(4, bool),
        answered=1,
        seen_by_circle=seen_by_circle,
        seen_by_all=seen_by_all,
        stake=np.zeros(4),
        information=np.ones(4),
    )
    assert chance.tolist() == [0, 0, 1, 0]


def test_nothing_open_gives_no_card() -> None:
    nothing = routing.chances(
        np.zeros(3, bool),
        answered=5,
        seen_by_circle=np.zeros(3, int),
        seen_by_all=np.zeros(3, int),
        stake=np.zeros(3),
        information=np.ones(3),
    )
    assert routing.draw_card(nothing, rng=np.random.default_rng(0)) is None


def test_desires_answered_less_tell_more(rng: np.random.Generator) -> None:
    i = np.concatenate([np.arange(40), np.arange(3)])
    j = np.concatenate([np.zeros(40, int), np.ones(3, int)])
    p = fit(Responses.of(i, j, rng.choice([-1, 0, 1], 43)), 40, 2, rng=rng)
    information = routing.information(p, np.arange(40)).mean(0)
    assert information[1] > information[0]
