"""What is printed of a relation, beside a known truth: its sign, interval, p, and the smallest effect to be seen."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import sparse, stats

from oneheart.engine.closeness import relation
from oneheart.engine.closeness.relation import Relation, auc, rank_correlation, relate
from oneheart.engine.dyads import Gram, Ties, ties

TASTES = 6


def people(seed: int, strength: float, count: int = 60) -> tuple[Gram, Gram]:
    """Return who is near whom and what they want, which goes with it as far as `strength` says, against it below 0.

    Two places, in which everybody is more or less at home, make people near; each place moves two tastes in the same
    way (or the second in the opposite way, which is what a negative strength does).
    """
    rng = np.random.default_rng([3, seed])
    at_home = rng.normal(size=(count, 2))
    wants = rng.normal(size=(count, TASTES))
    wants[:, :2] += strength * at_home
    return Gram(at_home), Gram(wants - wants.mean(0))


def apart(seed: int, count: int = 60) -> tuple[Ties, Gram]:
    """Return ties that bring together people who want the opposite: who sits at a table pulls its four people apart."""
    rng = np.random.default_rng([4, seed])
    wants = rng.normal(size=(count, TASTES))
    first, second = np.triu_indices(count, 1)
    alike = (wants @ wants.T)[first, second]
    near = alike < np.quantile(alike, 0.15)
    return ties(count, first[near], second[near], np.ones(int(near.sum()))), Gram(wants)


def found(near: Gram | Ties, other: Gram, seed: int = 0, **more: object) -> Relation:
    relation = relate(near, other, **{"permutations": 99, "rng": np.random.default_rng(seed), **more})  # type: ignore[arg-type]
    assert relation is not None
    return relation


# --- sign and p ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_negative_relation_is_found_as_surely_as_a_positive_one(seed: int) -> None:
    near, wants = apart(seed)
    against = found(near, wants)
    assert against.effect < -0.2
    assert against.low < against.effect < against.high < 0
    assert (against.p, against.t < 0, against.coefficient < 0, against.rho < 0) == (0.01, True, True, True)
    together = found(*people(seed, 1.0))
    assert together.low > 0
    assert (together.p, together.t > 0, together.rho > 0) == (0.01, True, True)


def test_p_counts_what_is_as_far_from_nothing_on_either_side() -> None:
    """Of ninety-nine exchanges with a known t, those with |t| of 1 or more count, and the real one."""
    near, wants = people(1, 0.12)
    observed = found(near, wants)
    test = relation.Exchange(near, wants, [relation.ones(60)])
    rng = np.random.default_rng(0)
    drawn = np.array([test.permuted(rng.permutation(60)).t for _ in range(99)])  # type: ignore[union-attr]
    beyond = (np.abs(drawn) >= abs(observed.t)).sum()
    assert 0 < (drawn >= abs(observed.t)).sum() < beyond
    assert observed.p == (1 + beyond) / 100
    assert observed.permutations == 99
    spread = max(effects(near, wants).std(), (observed.high - observed.low) / 2 / 1.96)
    assert observed.least_visible == pytest.approx((1.959964 + 0.841621) * spread)


def effects(near: Gram, wants: Gram) -> np.ndarray:
    test = relation.Exchange(near, wants, [relation.ones(60)])
    rng = np.random.default_rng(0)
    return np.array([test.permuted(rng.permutation(60)).effect for _ in range(99)])  # type: ignore[union-attr]


def test_p_is_never_zero_and_says_how_often_people_were_exchanged() -> None:
    told: list[tuple[int, int]] = []
    near, wants = people(1, 2.0)
    strong = found(near, wants, permutations=9, progress=lambda done, all_of_them: told.append((done, all_of_them)))
    assert (strong.p, strong.permutations, told[0], told[-1], len(told)) == (0.1, 9, (1, 9), (9, 9), 9)


# --- within strata ------------------------------------------------------------------------------------------------


def languages(seed: int, count: int = 90) -> tuple[Gram, Gram, np.ndarray]:
    """Return people whose language alone makes them near and alike."""
    rng = np.random.default_rng([5, seed])
    language = np.arange(count) % 3
    near = rng.normal(size=(3, 4))[language] * 1.5 + rng.normal(size=(count, 4))
    wants = rng.normal(size=(3, 4))[language] * 1.5 + rng.normal(size=(count, 4))
    return Gram(near), Gram(wants - wants.mean(0)), language


def test_an_effect_that_is_owed_to_strata_alone_is_near_zero_within_them() -> None:
    raw, within, ps = [], [], []
    for seed in range(30):
        near, wants, language = languages(seed)
        raw.append(found(near, wants, permutations=1).effect)
        relation = found(near, wants, strata=language, permutations=39)
        within.append(relation.effect)
        ps.append(relation.p)
        assert relation.within
    assert np.mean(raw) > 0.2
    assert np.abs(within).max() < 0.15
    assert np.mean(within) == pytest.approx(0.0, abs=0.02)
    assert np.mean(np.array(ps) <= 0.05) <= 0.17
    assert 0.35 < np.mean(ps) < 0.65, "p is spread over 0 to 1, and not near 1 because all exchanges are alike"


def test_people_are_exchanged_within_their_stratum_only_and_all_of_them() -> None:
    labels = np.array([0, 0, 1, 1, 1, 2] * 4)
    order = relation._permutation(24, labels, np.random.default_rng(0))  # noqa: SLF001
    assert sorted(order.tolist()) == list(range(24))
    assert (labels[order] == labels).all()
    assert (order != np.arange(24)).any()
    assert not found(*people(1, 0.0)).within


# --- the interval -------------------------------------------------------------------------------------------------


def correlation(near: Gram, wants: Gram, who: np.ndarray) -> float:
    """Return the correlation over the listed pairs of some people."""
    upper = np.triu_indices(len(who), 1)
    a, b = (np.asarray(gram.rows)[who] for gram in (near, wants))
    return float(np.corrcoef((a @ a.T)[upper], (b @ b.T)[upper])[0, 1])


def test_the_interval_is_that_of_leaving_out_one_circle_after_another() -> None:
    near, wants = people(2, 0.5)
    circle = np.arange(60) % 8
    left_out = np.array([correlation(near, wants, np.flatnonzero(circle != label)) for label in range(8)])
    error = math.sqrt(7 / 8 * ((left_out - left_out.mean()) ** 2).sum())
    relation = found(near, wants, groups=circle)
    assert relation.effect == pytest.approx(correlation(near, wants, np.arange(60)))
    assert relation.low == pytest.approx(relation.effect - 1.96 * error)
    assert relation.high == pytest.approx(relation.effect + 1.96 * error)
    drawn_by_lot = found(near, wants)
    assert 0.3 < (drawn_by_lot.high - drawn_by_lot.low) / (relation.high - relation.low) < 3


def test_an_interval_ends_where_a_correlation_does_and_of_one_circle_there_is_none() -> None:
    near, wants = people(2, 0.5)
    alone = found(near, wants, groups=np.zeros(60))
    assert (alone.low, alone.high) == (-1.0, 1.0)
    halves = np.arange(60) % 2
    two = np.array([correlation(near, wants, np.flatnonzero(halves != label)) for label in range(2)])
    of_two = found(near, wants, groups=halves)
    assert of_two.effect - of_two.low == pytest.approx(1.96 * math.sqrt(((two - two.mean()) ** 2).sum() / 2))
    same = found(near, Gram(np.asarray(near.rows) + 1e-3 * np.asarray(wants.rows)[:, :2]), groups=np.arange(60) % 2)
    assert same.effect <= same.high <= 1.0


@pytest.mark.slow
@pytest.mark.parametrize("strength", [0.0, 0.5])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(strength: float) -> None:
    """The truth is the correlation over the pairs of many people drawn alike; 95 in 100 are promised."""
    truth = np.mean([correlation(*people(seed, strength, 900), np.arange(900)) for seed in range(900, 904)])
    held = 0
    for seed in range(150):
        one = found(*people(seed, strength), seed, permutations=1)
        held += one.low <= truth <= one.high
    assert 0.88 <= held / 150 <= 0.99


# --- what could be seen -------------------------------------------------------------------------------------------


def many_tastes(seed: int, strength: float, count: int = 40, places: int = 20) -> tuple[Gram, Gram]:
    """Return people whose tastes each go a little with a place of their own."""
    rng = np.random.default_rng([6, seed])
    at_home = rng.normal(size=(count, places))
    wants = rng.normal(size=(count, places)) + strength * at_home
    return Gram(at_home), Gram(wants - wants.mean(0))


@pytest.mark.slow
def test_an_effect_as_large_as_the_least_that_could_be_seen_is_seen_in_about_eight_of_ten_halls() -> None:
    halls = [found(*many_tastes(seed, 0.44), seed, permutations=59) for seed in range(120)]
    effect, least = np.mean([hall.effect for hall in halls]), np.mean([hall.least_visible for hall in halls])
    assert effect == pytest.approx(least, rel=0.12), "the halls have the effect that they should"
    assert 0.66 <= np.mean([hall.seen == "with" for hall in halls]) <= 0.9


@pytest.mark.parametrize("strength", [0.0, 0.12, 0.5, 2.0])
def test_no_bar_is_wider_than_the_band_of_what_could_not_be_seen(strength: float) -> None:
    for seed in range(4):
        one = found(*people(seed, strength), seed, permutations=39)
        assert (one.high - one.low) / 2 <= one.least_visible


def test_words_follow_the_stricter_of_interval_and_test() -> None:
    """Among thirty halls of a weak relation there are some in which only one of the two excludes no effect."""
    halls = [found(*people(seed, 0.35), seed) for seed in range(30)]
    by_test = [hall.p <= 0.05 for hall in halls]
    by_interval = [hall.low > 0 or hall.high < 0 for hall in halls]
    assert by_test != by_interval
    assert [hall.seen != "unseen" for hall in halls] == [a and b for a, b in zip(by_test, by_interval, strict=True)]


def test_words_that_follow_the_test_alone_claim_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner of the test above: with the interval passed over, some of the same halls claim a relation."""
    halls = [found(*people(seed, 0.35), seed) for seed in range(30)]
    strict = sum(hall.seen != "unseen" for hall in halls)
    monkeypatch.setattr("oneheart.engine.closeness.seen.by_interval", lambda *_: True)
    assert sum(hall.seen != "unseen" for hall in halls) > strict


def test_people_are_exchanged_nearly_a_thousand_times_unless_told_otherwise() -> None:
    near, wants = people(1, 0.5, 12)
    usual = relate(near, wants, rng=np.random.default_rng(0))
    assert usual is not None
    assert usual.permutations == 999


def test_with_one_exchange_it_is_not_known_what_could_be_seen() -> None:
    assert math.isnan(found(*people(1, 0.0), permutations=1).least_visible)


# --- enough people, and ranks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "measured"), [(12, True), (11, False)])
def test_twelve_people_are_measured_and_eleven_are_not(count: int, measured: bool) -> None:
    near, wants = people(1, 0.5, count)
    relation = relate(near, wants, permutations=9, rng=np.random.default_rng(0))
    assert (relation is not None) == measured
    assert relation is None or relation.people == 12


def test_what_a_covariate_says_already_is_no_effect() -> None:
    near, wants = people(1, 1.0)
    assert relate(near, wants, covariates=[near], permutations=9, rng=np.random.default_rng(0)) is None
    rest = found(near, wants, covariates=[Gram(np.asarray(near.rows)[:, :1])])
    assert 0 < rest.effect < found(near, wants).effect


def test_of_too_many_pairs_some_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    near, wants = people(1, 1.0, 90)
    exact = rank_correlation(near, wants, rng=np.random.default_rng(0))
    monkeypatch.setattr(relation, "_SAMPLED_PAIRS", 90 * 89 // 2)
    assert rank_correlation(near, wants, rng=np.random.default_rng(0)) == exact
    monkeypatch.setattr(relation, "_SAMPLED_PAIRS", 90 * 89 // 2 - 1)
    sampled = rank_correlation(near, wants, rng=np.random.default_rng(0))
    assert sampled != exact
    assert sampled == pytest.approx(exact, abs=0.06)


def test_ranks_where_one_side_is_the_same_for_all_are_not_known() -> None:
    rng = np.random.default_rng(0)
    _near, wants = people(1, 1.0, 20)
    assert math.isnan(rank_correlation(Gram(np.ones((20, 1))), wants, rng=rng))
    assert math.isnan(rank_correlation(wants, Gram(np.ones((20, 1))), rng=rng))
    nobody = Ties(sparse.csr_matrix((20, 20)))
    assert math.isnan(rank_correlation(nobody, nobody, rng=rng))
    all_met = ties(4, *np.triu_indices(4, 1), np.ones(6))
    assert math.isnan(rank_correlation(all_met, ties(4, [0], [1], [1.0]), rng=rng))
    assert math.isnan(rank_correlation(ties(4, [0], [1], [1.0]), all_met, rng=rng))


def test_ranks_of_two_thin_tables_with_amounts_below_zero_are_those_of_all_pairs() -> None:
    rng = np.random.default_rng(2)
    pairs = np.triu_indices(15, 1)
    some, others = rng.random(105) < 0.4, rng.random(105) < 0.5
    a = ties(15, pairs[0][some], pairs[1][some], np.round(rng.normal(size=int(some.sum())), 1))
    b = ties(15, pairs[0][others], pairs[1][others], np.round(rng.normal(size=int(others.sum())), 1))
    listed = [table.table.toarray()[pairs] for table in (a, b)]
    assert rank_correlation(a, b, rng=rng) == pytest.approx(stats.spearmanr(*listed).statistic)


def test_the_chance_that_a_tied_pair_was_nearer_is_asked_of_yes_or_no_only() -> None:
    met = ties(6, [0, 1, 2, 0], [1, 2, 3, 5], [5.0, 1.0, 2.0, 2.0])
    friends = ties(6, [0, 2], [1, 3], [1.0, 1.0])
    # tied pairs: 5, 2; of thirteen untied ones eleven have 0, one 1, one 2: (13 + 11 + 1 + 1/2) / 26
    assert auc(met, friends) == pytest.approx(25.5 / 26)
    assert auc(met, ties(6, [0, 2], [1, 3], [1.0, 2.0])) is None
    assert auc(met, Ties(sparse.csr_matrix((6, 6)))) is None
    assert auc(met, ties(6, [0], [1], [-1.0])) is None
    assert auc(met, ties(6, *np.triu_indices(6, 1), np.ones(15))) is None
    assert auc(Gram(np.ones((6, 1))), friends) is None
    assert auc(met, Gram(np.ones((6, 1)))) is None
