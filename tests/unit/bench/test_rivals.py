"""The rivals do what their sources say."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.optimize import approx_fprime, minimize

from oneheart.bench import rivals
from oneheart.bench.rivals import Answers

Floats = npt.NDArray[np.float64]


def all_answers(stances: npt.ArrayLike) -> Answers:
    """Return answers to everything."""
    table = np.asarray(stances, float)
    i, j = np.nonzero(np.ones_like(table, bool))
    return Answers(i, j, table.ravel(), *table.shape)


@pytest.fixture
def some(rng: np.random.Generator) -> Answers:
    """Return sparse answers by chance."""
    i, j = np.nonzero(rng.random((30, 12)) < 0.5)
    return Answers(i, j, rng.integers(-1, 2, len(i)).astype(float), 30, 12)


def test_item_mean_is_drawn_to_the_overall_mean_by_two_answers() -> None:
    answers = all_answers([[1, -1], [1, 0]])
    assert rivals.item_mean(answers, answers.wants).tolist() == [(2 + 2 * 0.5) / 4, (0 + 2 * 0.5) / 4]


def test_plane_pushes_people_outward_who_answered_little() -> None:
    table = np.array([[1, 1, 1, 1], [1, 1, 1, 1], [-1, -1, -1, -1], [-1, -1, -1, -1]], float)
    full = all_answers(table)
    keep = ~((full.i == 3) & (full.j > 0))  # the last person answered the first desire only
    sparse = Answers(full.i[keep], full.j[keep], full.y[keep], 4, 4)
    place = rivals.polis_plane(sparse, np.random.default_rng(0)).people
    mean = np.bincount(sparse.j, sparse.y) / np.bincount(sparse.j)
    residual = np.zeros((4, 4))
    residual[sparse.i, sparse.j] = sparse.y - mean[sparse.j]
    axis = np.linalg.svd(residual)[2][0]
    assert abs(place[3, 0]) == pytest.approx(abs(residual[3] @ axis) * np.sqrt(4 / 1))
    assert abs(place[0, 0]) == pytest.approx(abs(residual[0] @ axis))


def test_extremity_is_where_somebody_stands_who_agreed_to_that_alone(some: Answers) -> None:
    plane = rivals.polis_plane(some, np.random.default_rng(0))
    mean = np.bincount(some.j, some.y) / np.bincount(some.j)
    residual = np.zeros((30, 12))
    residual[some.i, some.j] = some.y - mean[some.j]
    axes = np.linalg.svd(residual)[2][:2]
    alone = np.diag(1 - mean) @ axes.T * np.sqrt(12)
    assert np.allclose(plane.extremity, np.linalg.norm(alone, axis=1))


def test_subspace_iteration_finds_the_exact_plane(monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> None:
    camp = np.where(np.arange(80) < 40, 1, -1)
    table = np.where(rng.random((80, 30)) < 0.8, camp[:, None], -camp[:, None])
    table[:, 20:] *= np.where(np.arange(80) % 2, 1, -1)[:, None]  # a second direction, so that the plane is one
    answers = all_answers(table)
    exact = rivals.polis_plane(answers, rng)
    monkeypatch.setattr(rivals, "_EXACT_MOST", 10)
    turned = rivals.polis_plane(answers, rng)
    assert np.allclose(np.abs(exact.people), np.abs(turned.people), atol=1e-4)
    assert np.allclose(exact.extremity, turned.extremity, atol=1e-5)


@pytest.mark.parametrize("people", [40, 240])  # without and with base clusters
def test_polis_finds_two_camps(people: int, rng: np.random.Generator) -> None:
    camp = np.arange(people) % 2
    table = np.where(rng.random((people, 20)) < 0.9, np.where(camp[:, None] == 1, 1, -1), 0)
    group = rivals.polis_groups(all_answers(table), rng)
    assert group.max() == 1
    assert (group == group[0]).tolist() == (camp == camp[0]).tolist()


def test_polis_makes_one_group_where_all_answer_alike(rng: np.random.Generator) -> None:
    assert rivals.polis_groups(all_answers(np.ones((20, 8))), rng).tolist() == [0] * 20


def test_group_aware_consensus_is_the_product_of_smoothed_rates() -> None:
    answers = all_answers([[1, 1], [1, -1], [0, -1]])
    value = rivals.group_aware_consensus(answers, np.array([0, 0, 1]))
    assert value.tolist() == pytest.approx([3 / 4 * 1 / 3, 2 / 4 * 1 / 3])


def test_polis_priority_by_hand() -> None:
    answers = all_answers([[1, 0], [1, -1], [0, 0]])
    weight = rivals.polis_routing_weights(answers, np.array([0.0, 2.0]))
    fresh = 1 + 8 * 2 ** (-3 / 5)
    assert weight.tolist() == pytest.approx(
        [((1 - 2 / 5) * 3 / 5 * fresh) ** 2, ((1 - 3 / 5) * 3 * 1 / 5 * fresh) ** 2]
    )


@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("kind", ["notes", "logistic"])
def test_gradients_are_those_of_finite_differences(
    some: Answers, rng: np.random.Generator, kind: str, rank: int
) -> None:
    n, m = some.n, some.m
    if kind == "notes":
        loss, penalty = rivals.squared_error((some.y + 1) / 2), rivals.notes_penalty(n, m)
    else:
        loss, penalty = rivals.logistic_error(some.wants), rivals.Penalty(0.0, 0.3, 0.2, 0.5, 0.7)
    both = rivals.objective(some, loss, penalty, rank)
    x = rng.normal(size=1 + n + m + rank * (n + m))
    gradient = both(x)[1]
    assert np.linalg.norm(approx_fprime(x, lambda v: both(v)[0]) - gradient) < 1e-4 * np.linalg.norm(gradient)


def test_community_notes_minimises_its_objective_as_written_there(some: Answers, rng: np.random.Generator) -> None:
    def cost(f: rivals.Factors) -> float:
        error = ((f.at(some.i, some.j) - (some.y + 1) / 2) ** 2).mean()
        factors = 0.03 * (f.person_taste**2).mean() + 0.03 * (f.desire_taste**2).mean()
        intercepts = 0.15 * (f.person**2).mean() + 0.15 * (f.desire**2).mean() + 0.15 * f.mean**2
        return float(error + factors + intercepts)

    found = rivals.community_notes(some, rng)
    least = cost(found)
    for _ in range(50):
        parts = found.person, found.desire, found.person_taste, found.desire_taste
        moved = (v + rng.normal(0, 0.01, v.shape) for v in parts)
        nearby = rivals.Factors(found.mean + rng.normal(0, 0.01), *moved)
        assert cost(nearby) > least


def test_community_notes_lifts_what_both_camps_want_over_what_one_wants() -> None:
    camp = np.arange(60) % 2 == 0
    table = np.stack([np.ones(60), *[np.where(camp, 1, -1)] * 5, *[np.where(camp, -1, 1)] * 5], axis=1)
    found = rivals.community_notes(all_answers(table), np.random.default_rng(1))
    assert found.desire.argmax() == 0


def test_tuned_logistic_is_stronger_than_the_plain_one_on_unseen_answers(rng: np.random.Generator) -> None:
    taste = rng.normal(size=(80, 1))
    chance = 1 / (1 + np.exp(-(taste @ rng.normal(size=(1, 20)))))
    table = np.where(rng.random((80, 20)) < chance, 1.0, -1.0)
    seen = rng.random((80, 20)) < 0.3
    i, j = np.nonzero(seen)
    answers = Answers(i, j, table[i, j], 80, 20)
    there = np.nonzero(~seen)

    def loss(f: rivals.Factors) -> float:
        return rivals.log_loss(1 / (1 + np.exp(-f.at(*there))), table[there] == 1)

    tuned, strength = rivals.tuned_logistic(answers, rng)
    assert strength in rivals.STRENGTHS
    assert loss(tuned) < loss(rivals.logistic_factors(answers, rivals.PLAIN_STRENGTH, rng))


def equal_shares_by_definition(approvals: Floats, k: int) -> tuple[int, ...]:
    """Return the method of equal shares in exact fractions: the price is the root of sum(min(money, price)) = 1."""
    n, m = approvals.shape
    money = [Fraction(k, n)] * n
    chosen: list[int] = []
    while len(chosen) < k:
        prices: dict[int, Fraction] = {}
        for c in set(range(m)) - set(chosen):
            purses = sorted(money[i] for i in range(n) if approvals[i, c])
            if sum(purses) < 1:
                continue
            # the paid sum grows in straight pieces between purses: find the piece on which it reaches 1
            edges = [Fraction(0), *purses]
            for low, high in pairwise(edges):
                paid = sum(min(p, high) for p in purses)
                if paid >= 1:
                    below = sum(min(p, low) for p in purses)
                    payers = sum(p >= high for p in purses)
                    prices[c] = low + (1 - below) / Fraction(payers)
                    break
        if not prices:
            break
        best = min(prices, key=lambda c: (prices[c], c))
        for i in range(n):
            if approvals[i, best]:
                money[i] -= min(money[i], prices[best])
        chosen.append(best)
    return tuple(chosen)


@settings(max_examples=2 * settings.default.max_examples)
@given(
    arrays.arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(1, 6)), elements=st.sampled_from([0.0, 1.0])),
    st.integers(1, 5),
)
def test_equal_shares_equals_its_definition_in_fractions(approvals: Floats, k: int) -> None:
    assert rivals.equal_shares(approvals, k) == equal_shares_by_definition(approvals, k)


def test_equal_shares_gives_a_minority_its_line() -> None:
    approvals = np.zeros((10, 6))
    approvals[:6, :4] = 1
    approvals[6:, 4] = 1
    assert 4 in rivals.equal_shares(approvals, 3)


def completed_by_definition(approvals: Floats, k: int) -> tuple[int, ...]:
    """Return equal shares and then Phragmén's rule in exact fractions, money left over being load below zero."""
    n, m = approvals.shape
    money = [Fraction(k, n)] * n
    lines: list[int] = []
    for best in equal_shares_by_definition(approvals, k):
        purses = sorted(money[i] for i in range(n) if approvals[i, best])
        paid, price = Fraction(0), Fraction(0)
        for rank, purse in enumerate(purses):
            price = (1 - paid) / (len(purses) - rank)
            if price <= purse:
                break
            paid += purse
        for i in range(n):
            if approvals[i, best]:
                money[i] -= min(money[i], price)
        lines.append(best)
    load = [-left for left in money]
    while len(lines) < min(k, m):
        loads = {}
        for c in set(range(m)) - set(lines):
            supporters = [i for i in range(n) if approvals[i, c]]
            loads[c] = (sum(load[i] for i in supporters) + 1) / Fraction(len(supporters)) if supporters else k + 1
        best = min(loads, key=lambda c: (loads[c], c))
        for i in range(n):
            if approvals[i, best]:
                load[i] = loads[best]
        lines.append(best)
    return tuple(lines)


@given(
    arrays.arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(1, 6)), elements=st.sampled_from([0.0, 1.0])),
    st.integers(1, 5),
)
def test_equal_shares_are_completed_as_in_the_definition(approvals: Floats, k: int) -> None:
    full = rivals.equal_shares(approvals, k, completed=True)
    assert full == completed_by_definition(approvals, k)
    assert full[: len(rivals.equal_shares(approvals, k))] == rivals.equal_shares(approvals, k)
    assert len(set(full)) == len(full) == min(k, approvals.shape[1])


@pytest.mark.parametrize(
    ("ballots", "k", "lines"),
    [
        # what abcvoting 2.19 gives, rule "equal-shares" and algorithm "standard-fractions", in sorted order
        (((), (2, 4), (), (1, 4), (3, 4), (2, 4), (2, 3, 5)), 4, [1, 2, 3, 4]),
        (((0, 2), (2,), (2,), (1, 4), (1, 2), (), ()), 4, [0, 1, 2, 4]),
        (((4, 5), (1, 4), (), (1, 2), (0, 2, 4, 5), (0, 1, 2, 4, 5), (2, 3, 4, 5)), 4, [1, 2, 4, 5]),
        (((), (4,), (3,), (3,), (0,), (0,), (5,)), 4, [0, 3, 4, 5]),
    ],
)
def test_completed_equal_shares_are_those_of_abcvoting(
    ballots: tuple[tuple[int, ...], ...], k: int, lines: list[int]
) -> None:
    approvals = np.zeros((len(ballots), 6))
    for person, ballot in enumerate(ballots):
        approvals[person, list(ballot)] = 1
    assert sorted(rivals.equal_shares(approvals, k, completed=True)) == lines


def early(answers: Answers, rng: np.random.Generator) -> float:
    """Return by how much Community Notes' objective would still fall after the factorisation that was found."""
    found = rivals.community_notes(answers, rng)
    objective = rivals.objective(
        answers, rivals.squared_error((answers.y + 1) / 2), rivals.notes_penalty(answers.n, answers.m), 1
    )
    there = [np.array([found.mean]), found.person, found.desire, found.person_taste.ravel(), found.desire_taste.ravel()]
    further = minimize(
        objective, np.concatenate(there), jac=True, method="L-BFGS-B", options={"gtol": 1e-12, "maxiter": 60}
    )
    return objective(np.concatenate(there))[0] - float(further.fun)


@pytest.fixture
def many(rng: np.random.Generator) -> Answers:
    """Return forty thousand answers of people of two camps."""
    people, desires = 4000, 40
    camp, side = rng.integers(0, 2, people), rng.integers(0, 2, desires)
    i = np.repeat(np.arange(people), 10)
    j = rng.random((people, desires)).argsort(axis=1)[:, :10].ravel()
    wants = rng.random(len(i)) < np.where(camp[i] == side[j], 0.8, 0.3)
    return Answers(i, j, np.where(wants, 1.0, -1.0), people, desires)


def test_community_notes_goes_on_to_its_least_where_answers_are_many(many: Answers, rng: np.random.Generator) -> None:
    assert early(many, rng) < 1e-5


def test_with_one_limit_for_mean_and_sum_it_would_stop_early(
    many: Answers, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rivals, "_FLAT_SUM", 1e-3 * len(many.y))  # one limit, whatever the number of answers
    assert early(many, rng) > 1e-3
