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
        probed_by_circle=rng.integers(0, 3, 12),
        probed_by_all=rng.integers(0, 9, 12),
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
        probed_by_circle=np.arange(6),
        probed_by_all=np.arange(6),
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


@pytest.mark.slow
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
        probed_by_circle=seen_by_circle,
        probed_by_all=seen_by_all,
        stake=np.zeros(4),
        information=np.ones(4),
    )
    assert chance.tolist() == [0, 0, 1, 0]


def test_nothing_open_gives_no_card() -> None:
    nothing = routing.chances(
        np.zeros(3, bool),
        answered=5,
        probed_by_circle=np.zeros(3, int),
        probed_by_all=np.zeros(3, int),
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


@pytest.mark.parametrize(("answered", "probe"), [(0, True), (1, True), (2, False), (3, False), (20, False)])
def test_exactly_the_first_two_cards_are_probes(answered: int, probe: bool) -> None:
    chance = routing.chances(
        np.ones(4, bool),
        answered=answered,
        probed_by_circle=np.array([0, 1, 1, 1]),
        probed_by_all=np.zeros(4, int),
        stake=np.ones(4),
        information=np.ones(4),
    )
    assert chance.tolist() == pytest.approx([1, 0, 0, 0] if probe else [0.1 + 0.9 / 4, 0.225, 0.225, 0.225])
    assert routing.FIRST_PROBES == 2


def test_a_probe_is_drawn_evenly_among_the_least_seen_that_are_open() -> None:
    chance = routing.chances(
        np.array([False, True, True, True, True]),
        answered=0,
        probed_by_circle=np.array([0, 1, 1, 1, 2]),
        probed_by_all=np.array([0, 5, 4, 4, 0]),
        stake=np.ones(5),
        information=np.ones(5),
    )
    assert chance.tolist() == [0, 0, 0.5, 0.5, 0]


def test_a_card_is_drawn_with_its_chance_which_it_carries() -> None:
    rng = np.random.default_rng(0)
    drawn = [routing.draw_card(np.array([0.0, 0.2, 0.6]), rng=rng) for _ in range(4000)]
    shares = np.bincount([card.desire for card in drawn if card is not None], minlength=3) / 4000
    assert shares == pytest.approx([0, 0.25, 0.75], abs=0.03)
    assert {(card.desire, round(card.propensity, 9)) for card in drawn if card is not None} == {(1, 0.25), (2, 0.75)}


def test_odds_are_the_third_power_of_the_stake_times_information_also_where_one_is_nothing() -> None:
    odds = routing.log_odds(np.array([0.2, 0.1, 0.0]), np.array([1.0, 4.0, 1.0]))
    assert odds[0] == pytest.approx(3 * np.log(0.2))
    assert odds[1] == pytest.approx(3 * np.log(0.1) + np.log(4))
    assert np.isfinite(routing.log_odds(np.zeros(2), np.zeros(2))).all()
    chance = routing.chances(
        np.ones(3, bool),
        answered=9,
        probed_by_circle=np.arange(3),
        probed_by_all=np.arange(3),
        stake=np.zeros(3),
        information=np.array([1.0, 3.0, 0.0]),
    )
    assert chance.tolist() == pytest.approx([0.1 + 0.9 / 4, 0.9 * 3 / 4, 0])


def test_the_border_lies_between_the_last_of_the_best_and_the_best_of_the_rest() -> None:
    mean = np.array([0.4, 0.9, 0.0, 0.5])
    for lines, borders in ((1, [0.9, 0.5, 0.9, 0.9]), (2, [0.5, 0.4, 0.5, 0.4]), (3, [0.0, 0.0, 0.4, 0.0])):
        z = np.minimum(np.abs(mean - borders) / 0.3, 4)
        by_hand = 0.3 * (stats.norm.pdf(z) - z * stats.norm.sf(z))
        assert routing.beyond_border(mean, np.full(4, 0.3), lines) == pytest.approx(by_hand)
    for lines in (4, 5):
        assert routing.beyond_border(mean, np.full(4, 0.3), lines) == pytest.approx(0.3 * stats.norm.pdf(0))
    least = routing.beyond_border(np.array([0.5, 0.5]), np.zeros(2), 1)
    assert least == pytest.approx(1e-3 * stats.norm.pdf(0))


def test_information_is_half_the_logarithm_of_what_an_answer_adds_to_a_desires_precision() -> None:
    """By a loop over people, desires and heads, for people whose own leaning differs much."""
    draw = np.random.default_rng(5)
    p = posterior(draw)
    state = p.state
    state.person_mean[:, :1] += np.linspace(-3, 3, 40)[:, None]
    found = routing.information(p, np.array([0, 7, 39]))
    for row, person in enumerate((0, 7, 39)):
        for desire in range(12):
            total = 0.0
            for part in state.heads.parts:
                x = np.concatenate([[1.0], state.person_mean[person][part][1:]])
                eta = x @ state.desire_mean[desire][part] + state.person_mean[person][part][0]
                weight = np.tanh(abs(eta) / 2) / (2 * abs(eta))
                total += 0.5 * np.log1p(weight * (x @ state.desire_covariance[desire][part, part] @ x))
            assert found[row, desire] == pytest.approx(total)


def test_a_stake_is_that_of_draws_of_the_worst_fifth_of_a_sample_of_people() -> None:
    draw = np.random.default_rng(6)
    i, j = np.nonzero(draw.random((320, 4)) < 0.3)
    p = fit(Responses.of(i, j, draw.choice([-1, 0, 1], len(i))), 320, 4, rng=draw, sweeps=5)
    again = [routing.stake(p, rng=np.random.default_rng(seed), lines=2) for seed in (1, 1, 2)]
    assert again[0].tolist() == again[1].tolist()
    assert again[0].tolist() != again[2].tolist()
    assert again[2] == pytest.approx(again[0], rel=1.0, abs=0.01)
    state = p.state
    known = type(p)(
        type(state)(
            **{name: getattr(state, name) for name in state.__slots__ if name != "desire_covariance"},
            desire_covariance=np.zeros_like(state.desire_covariance),
        ),
        p.always,
        0,
        converged=True,
    )
    few = fit(Responses.of(i[i < 40], j[i < 40], draw.choice([-1, 0, 1], (i < 40).sum())), 40, 4, rng=draw, sweeps=5)
    assert routing.stake(known, rng=draw, lines=4) == pytest.approx(1e-3 * stats.norm.pdf(0), rel=1e-3)
    assert (routing.stake(few, rng=draw, lines=4) > 1e-3).all()
