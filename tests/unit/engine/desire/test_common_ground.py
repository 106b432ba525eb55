"""Means over a gathering, their errors, and the raw check of the worst fifth: each against its own definition."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.desire import common_ground
from oneheart.engine.desire.common_ground import (
    cross_fit,
    desire_errors,
    interval,
    jackknife,
    net_support,
    summarise,
    worst_fifth,
)
from oneheart.engine.desire.response_model import Posterior, fit
from oneheart.engine.estimate import Estimate
from oneheart.engine.reference import worst_fifth_by_definition
from oneheart.model.gathering import Responses

NAN = float("nan")


def hall(people: int = 60, desires: int = 4, *, asked: float = 0.8, seed: int = 2) -> Responses:
    """Return the answers of a small hall in two camps that differ in one desire."""
    rng = np.random.default_rng(seed)
    lean = np.where(np.arange(people) % 2 == 0, 1.0, -1.0)[:, None] * np.array([1.5, 0.2, 0.0, -0.4])[:desires]
    stance = np.sign(lean + np.array([0.2, 1.2, 0.6, -0.2])[:desires] + rng.normal(size=(people, desires)) * 0.9)
    stance[rng.random(stance.shape) < 0.15] = 0
    i, j = np.nonzero(rng.random(stance.shape) < asked)
    return Responses.of(i, j, stance[i, j].astype(np.int8))


def fitted(responses: Responses, people: int = 60, desires: int = 4) -> Posterior:
    """Return the posterior of a hall."""
    return fit(responses, people, desires, rng=np.random.default_rng(0), sweeps=8, tolerance=0.0)


# --- worst fifth and net support


@pytest.mark.parametrize("people", [1, 2, 4, 5, 6, 9, 10, 11, 23])
@pytest.mark.parametrize("share", [0.2, 0.3, 1.0])
def test_the_worst_part_is_averaged_to_a_fraction_of_a_person(people: int, share: float) -> None:
    net = np.random.default_rng(people).uniform(-0.5, 1, (people, 3))
    assert worst_fifth(net, share).tolist() == pytest.approx(worst_fifth_by_definition(net, share))


def test_a_fifth_is_taken_where_no_share_is_given_and_against_counts_half() -> None:
    net = np.array([[-0.5], [1.0], [1.0], [1.0], [1.0]])
    assert worst_fifth(net).tolist() == [-0.5]
    assert worst_fifth(np.concatenate([net, [[0.4]]])).tolist() == pytest.approx([(-0.5 + 0.2 * 0.4) / 1.2])
    assert float(net_support(np.array(0.3), np.array(0.6))) == pytest.approx(0.0)
    assert float(net_support(np.array(0.3), np.array(0.6), 1.0)) == pytest.approx(-0.3)


# --- intervals


def test_an_interval_holds_nine_in_ten_and_stays_within_its_ends() -> None:
    assert interval(0.5, 0.1, 0.0, 1.0) == Estimate(0.5, pytest.approx(0.3355), pytest.approx(0.6645))
    assert interval(0.9, 0.1, 0.0, 1.0) == Estimate(0.9, pytest.approx(0.7355), 1.0)
    assert interval(0.1, 0.1, 0.0, 1.0) == Estimate(0.1, 0.0, pytest.approx(0.2645))
    assert interval(-0.4, 0.1, -0.5, 1.0) == Estimate(-0.4, -0.5, pytest.approx(-0.2355))
    assert interval(1.2, 0.1, 0.0, 1.0) == Estimate(1.0, pytest.approx(0.8355), 1.0)
    assert interval(0.2, NAN, -0.5, 1.0) == Estimate(0.2, -0.5, 1.0)
    assert interval(0.2, float("inf"), 0.0, 1.0) == Estimate(0.2, 0.0, 1.0)


# --- means over the gathering


def test_means_are_over_the_people_that_are_named_and_coverage_is_of_the_lines() -> None:
    posterior, people = fitted(hall()), np.array([0, 3, 4, 10, 11, 12, 40, 41, 42, 43, 59])
    want, _, against = posterior.probabilities(people)
    found = summarise(posterior, people, [0, 3])
    assert found.want == pytest.approx(want.mean(0))
    assert found.against == pytest.approx(against.mean(0))
    net = want - 0.5 * against
    assert found.worst.tolist() == pytest.approx(worst_fifth_by_definition(net, 0.2))
    assert found.coverage == pytest.approx(float((1 - (1 - want[:, 0]) * (1 - want[:, 3])).mean()))
    assert found.edge == pytest.approx(np.sort(net, axis=0)[2])  # a fifth of eleven ends at the third
    assert summarise(posterior, people).coverage == pytest.approx(0.0)
    assert summarise(posterior, people[:4]).edge == pytest.approx(np.sort(net[:4], axis=0)[0])
    assert summarise(posterior, people[:5]).edge == pytest.approx(np.sort(net[:5], axis=0)[1])


def test_means_of_nobody_are_nothing_and_their_worst_fifth_is_not_known() -> None:
    found = summarise(fitted(hall()), np.zeros(0, np.intp))
    assert found.want.tolist() == [0] * 4
    assert np.isnan(found.worst).all()
    assert np.isnan(found.edge).all()


def test_blocks_of_people_and_desires_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    posterior, people = fitted(hall()), np.arange(60)
    whole, errors = (
        summarise(posterior, people, [1]),
        desire_errors(posterior, people, summarise(posterior, people), [1]),
    )
    for cells in (8, 20, 100):  # the smallest keep net support in single precision too
        monkeypatch.setattr("oneheart.engine.desire.common_ground._BLOCK_CELLS", cells)
        parts = summarise(posterior, people, [1])
        for name in ("want", "against", "worst", "edge", "coverage"):
            assert getattr(parts, name) == pytest.approx(getattr(whole, name), abs=1e-6), (cells, name)
        part_errors = desire_errors(posterior, people, whole, [1])
        for name in ("want", "against", "worst", "coverage"):
            assert getattr(part_errors, name) == pytest.approx(getattr(errors, name), abs=1e-6), (cells, name)


# --- what the model does not know of a desire


@pytest.mark.parametrize("stances", ["all", "no against", "no not mine"])
def test_errors_of_desires_are_the_delta_method_by_differences(stances: str) -> None:
    responses = hall()
    kept = {"all": responses.stance > -2, "no against": responses.stance >= 0, "no not mine": responses.stance != 0}[
        stances
    ]
    responses = Responses(responses.participant[kept], responses.desire[kept], responses.stance[kept])
    posterior, people, lines = fitted(responses), np.arange(5, 55), [0, 2]
    means = summarise(posterior, people, lines)
    errors = desire_errors(posterior, people, means, lines)
    state, size, step = posterior.state, posterior.state.heads.size, 1e-5
    want, _, against = posterior.probabilities(people)
    inside = net_support(want, against) <= means.edge + 1e-9

    def moved(desire: int, number: int, by: float) -> tuple[float, float, float, float]:
        mean = state.desire_mean.copy()
        mean[desire, number] += by
        other = Posterior(
            type(state)(**{**{name: getattr(state, name) for name in state.__slots__}, "desire_mean": mean}),
            posterior.always,
            0,
            converged=True,
        )
        w, _, a = other.probabilities(people)
        net = net_support(w, a)[:, desire]
        covered = 1 - np.prod(1 - w[:, lines], axis=1).mean()
        return (
            float(w[:, desire].mean()),
            float(a[:, desire].mean()),
            float(net[inside[:, desire]].mean()),
            float(covered),
        )

    coverage = 0.0
    for d in range(4):
        slope = np.array([np.subtract(moved(d, n, step), moved(d, n, -step)) / (2 * step) for n in range(size)])
        by_hand = np.sqrt(np.einsum("ni,nm,mi->i", slope, state.desire_covariance[d], slope))
        assert errors.want[d] == pytest.approx(by_hand[0], rel=0.1, abs=1e-6)
        assert errors.against[d] == pytest.approx(by_hand[1], rel=0.1, abs=1e-6)
        assert errors.worst[d] == pytest.approx(by_hand[2], rel=0.1, abs=1e-6)
        coverage += by_hand[3] ** 2
    assert errors.coverage == pytest.approx(float(np.sqrt(coverage)), rel=0.1)
    assert desire_errors(posterior, people, means).coverage == 0


# --- who took part


def groups_of(circle_of: np.ndarray, most: int | None = None, people: int = 60) -> list[int]:
    """Return the numbers of groups that the jackknife told of, one for each fit."""
    told: list[tuple[int, int]] = []
    responses = hall(people)
    jackknife(
        responses,
        fitted(responses, people),
        np.arange(people),
        circle_of.astype(np.int32),
        rng=np.random.default_rng(0),
        groups_most=most,
        progress=lambda done, total: told.append((done, total)),
    )
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    return [total for _, total in told]


def test_circles_are_left_out_in_turn_from_ten_of_them_on() -> None:
    assert groups_of(np.arange(60) % 9) == [20] * 20
    assert groups_of(np.arange(60) % 10) == [10] * 10
    assert groups_of(np.arange(60) % 11) == [11] * 11


def test_groups_are_random_where_somebody_has_no_circle_and_never_more_than_people() -> None:
    circle_of = np.arange(60) % 12
    circle_of[7] = -1
    assert groups_of(circle_of) == [20] * 20
    assert groups_of(np.full(15, -1), people=15) == [15] * 15


def test_many_circles_are_put_together_into_so_many_groups() -> None:
    assert groups_of(np.arange(60) % 12, 12) == [12] * 12
    assert groups_of(np.arange(60) % 13, 12) == [12] * 12


def test_errors_of_who_took_part_are_those_of_leaving_each_circle_out() -> None:
    responses, circle_of = hall(), (np.arange(60) % 10).astype(np.int32)
    posterior = fitted(responses)
    found = jackknife(responses, posterior, np.arange(60), circle_of, rng=np.random.default_rng(0), lines=[1, 2])
    rows = []
    for circle in range(10):
        keep = circle_of[responses.participant] != circle
        rest = Responses(responses.participant[keep], responses.desire[keep], responses.stance[keep])
        warm = fit(rest, 60, 4, rng=np.random.default_rng(0), warm=posterior, sweeps=3, tolerance=0.0)
        rows.append(summarise(warm, np.flatnonzero(circle_of != circle), [1, 2]))
    for name in ("want", "against", "worst", "coverage"):
        values = np.array([getattr(row, name) for row in rows])
        by_hand = np.sqrt(9 / 10 * ((values - values.mean(0)) ** 2).sum(0))
        assert getattr(found, name) == pytest.approx(by_hand), name
    assert np.isnan(found.edge).all()
    some = jackknife(
        responses, posterior, np.arange(60), circle_of, rng=np.random.default_rng(0), columns=np.array([3, 1])
    )
    assert some.worst == pytest.approx(found.worst[[3, 1]])
    assert some.edge.shape == (2,)


@pytest.mark.parametrize("people", [0, 1])
def test_errors_of_one_group_are_not_known(people: int) -> None:
    responses = hall()
    found = jackknife(
        responses, fitted(responses), np.arange(people), np.full(60, -1, np.int32), rng=np.random.default_rng(0)
    )
    assert np.isnan(found.want).all()
    assert np.isnan(found.coverage)
    assert found.worst.shape == (4,)
    two = jackknife(responses, fitted(responses), np.arange(2), np.full(60, -1, np.int32), rng=np.random.default_rng(0))
    assert np.isfinite(two.want).all()


# --- the raw check


def test_a_worst_fifth_of_five_raw_answers_is_measured_and_one_of_four_is_not() -> None:
    rng = np.random.default_rng(4)
    for answers, measured in ((24, False), (25, True), (29, True), (30, True)):
        stance = np.where(rng.random(answers) < 0.7, 1, -1)
        responses = Responses.of([*range(answers), *range(40)], [0] * answers + [1] * 40, [*stance, *([1, 0] * 20)])
        found = cross_fit(responses, 40, 3, rng=np.random.default_rng(0))
        assert bool(np.isfinite(found.worst[0])) is measured, answers
        assert found.tail.tolist() == [answers // 5, 8, 0]
        assert len(found.order[0]) == (answers // 5 if measured else 0)
        for missing in (found.worst, found.error, found.against, found.expected):
            assert bool(np.isfinite(missing[0])) is measured
            assert np.isnan(missing[2])
        eager = cross_fit(responses, 40, 3, rng=np.random.default_rng(0), least_tail=4)
        assert np.isfinite(eager.worst[0])


def test_one_who_answers_everything_has_no_more_voice_than_one_who_answers_four_cards() -> None:
    rng = np.random.default_rng(2)
    calm = [(person, int(d), 1) for person in range(95) for d in rng.permutation(24)[:4]]
    eager = [(95 + person, d, -1) for person in range(5) for d in range(24)]
    people, desires, stances = zip(*calm, *eager, strict=True)
    responses = Responses.of(people, desires, stances)
    found = cross_fit(responses, 100, 24, rng=np.random.default_rng(0), least_tail=3)
    answers = np.bincount(responses.desire, minlength=24)
    measured = np.isfinite(found.against)
    assert measured.sum() >= 20
    raw = np.minimum(5 / np.floor(answers * 0.2), 1.0)  # what five of so many answers would be, each counted once
    assert found.against[measured].mean() < 0.35 < raw[measured].mean()


def test_the_raw_check_counts_the_answers_of_its_fifth() -> None:
    responses = hall(80, asked=1.0)
    found = cross_fit(responses, 80, 4, rng=np.random.default_rng(1))
    for d in range(4):
        low = found.order[d]
        assert len(low) == found.tail[d] == 16
        assert set(low.tolist()) <= {1.0, 0.0, -0.5}
        assert found.worst[d] == pytest.approx(low.mean())
        as_if = (16 * low.var() + 2 * 0.75**2) / 18  # two more answers, one want and one against
        assert found.error[d] == pytest.approx(np.sqrt(as_if / 15))
        assert found.against[d] == pytest.approx((low == -0.5).mean())
        assert found.expected[d] < net_support(*fitted(responses, 80).probabilities()[::2]).mean(0)[d]
    assert found.worst[0] < found.worst[1]


def test_the_fifth_is_found_by_a_model_that_has_not_seen_the_answer() -> None:
    """One person refuses what their camp wants: their own answer must not put them into its fifth."""
    people = 60
    side = np.arange(people) % 2
    stance = np.stack([np.where(side == 0, 1, -1), np.where(side == 0, 1, -1), np.where(side == 0, 1, -1)], axis=1)
    stance[0::10, 0] = -1  # every fifth of those who want
    i, j = np.nonzero(np.ones(stance.shape, bool))
    found = cross_fit(Responses.of(i, j, stance[i, j]), people, 3, rng=np.random.default_rng(0))
    assert found.tail[0] == 12
    assert (found.order[0] == -0.5).all()
    turned = np.where(side == 0, 1, -1)
    turned[0::10] = -1
    odd = np.stack([turned, np.where(side == 0, 1, -1), np.where(side == 0, 1, -1)], axis=1)
    odd[1::2, 0] = 1  # all but six of a camp want it: whoever knew their answers would take just these
    found = cross_fit(Responses.of(i, j, odd[i, j]), people, 3, rng=np.random.default_rng(0))
    assert found.worst[0] > 0


def test_five_folds_are_told_of() -> None:
    told: list[tuple[int, int]] = []
    cross_fit(hall(30), 30, 4, rng=np.random.default_rng(0), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def raw_check_above_the_truth() -> float:
    """Return by how much the raw check lies above what is true of everybody, where all answer each desire alike."""
    off = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        stance = np.where(rng.random((60, 12)) < 0.7, 1, -1)
        person, desire = np.nonzero(rng.random(stance.shape) < 0.6)
        found = cross_fit(Responses.of(person, desire, stance[person, desire]), 60, 12, rng=rng)
        off += (found.worst[np.isfinite(found.worst)] - (0.7 - 0.5 * 0.3)).tolist()
    return float(np.mean(off))


def test_the_raw_check_has_no_bias_where_answers_tell_nothing_of_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """People of different folds are not compared: their models learned from the answers that are counted."""
    assert abs(raw_check_above_the_truth()) < 0.08
    monkeypatch.setattr(common_ground, "_place_in_fold", lambda expected, *_: expected)
    assert raw_check_above_the_truth() > 0.12


def test_a_few_answers_that_are_all_alike_are_not_sure() -> None:
    answers = Responses.of(np.tile(np.arange(60), 2), np.repeat([0, 1], 60), np.repeat([1, -1], 60))
    found = cross_fit(answers, 60, 2, rng=np.random.default_rng(0))
    assert found.worst.tolist() == [1.0, -0.5]
    assert (found.error > 0.02).all()


def test_the_fifth_names_its_people_and_their_shares() -> None:
    answers = hall(60, 4)
    found = cross_fit(answers, 60, 4, rng=np.random.default_rng(0))
    for desire, (people, share) in enumerate(found.fifths):
        assert share.sum() == pytest.approx(1.0)
        assert set(people.tolist()) <= set(answers.participant[answers.desire == desire].tolist())
