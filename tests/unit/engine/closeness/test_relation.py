"""Being near and something else, over all pairs: equal to listing the pairs, blind to what is only shared language."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

from oneheart.engine.closeness.relation import auc, rank_correlation, regress, relate
from oneheart.engine.dyads import Dyads, Gram, Ties, compact, dot, ones, products, same, taken, ties


def listed(dyads: Dyads) -> np.ndarray:
    """Return the numbers of all ordered pairs, one by one."""
    if isinstance(dyads, Ties):
        square = dyads.table.toarray()
    else:
        rows = dyads.rows.toarray() if sparse.issparse(dyads.rows) else np.asarray(dyads.rows)
        square = rows @ rows.T
    return square[~np.eye(len(square), dtype=bool)]


def least_squares(near: Dyads, other: Dyads, given: list[Dyads]) -> tuple[float, float]:
    """Return coefficient and t of the regression of the listed pairs."""
    x = np.stack([listed(near), *(listed(v) for v in given)], 1)
    y = listed(other)
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    left = y - x @ beta
    error = np.sqrt(left @ left / (len(y) - x.shape[1]) * np.linalg.pinv(x.T @ x)[0, 0])
    return float(beta[0]), float(beta[0] / error)


def drawn(seed: int, n: int) -> tuple[list[Dyads], list[Dyads]]:
    rng = np.random.default_rng(seed)
    pairs = np.triu_indices(n, 1)
    chosen = rng.random(len(pairs[0])) < 0.2
    met = ties(n, pairs[0][chosen], pairs[1][chosen], rng.exponential(size=int(chosen.sum())))
    rows = Gram(rng.normal(size=(n, 3)))
    attended = Gram(sparse.random(n, 9, 0.4, format="csr", random_state=seed))
    return [met, rows, attended], [ones(n), same(rng.integers(0, 3, n))]


@settings(max_examples=settings.default.max_examples // 3)
@given(seed=st.integers(0, 10_000), n=st.integers(12, 40))
def test_products_and_regressions_are_those_of_all_listed_pairs(seed: int, n: int) -> None:
    dyads, given_too = drawn(seed, n)
    for a in [*dyads, *given_too]:
        for b in dyads:
            assert dot(a, b) == pytest.approx(float(listed(a) @ listed(b)), rel=1e-10, abs=1e-10)
    for near, other in ((dyads[0], dyads[1]), (dyads[2], dyads[1]), (dyads[2], dyads[0])):
        fit = regress(near, other, given_too)
        assert fit is not None
        coefficient, t = least_squares(near, other, given_too)
        assert fit.coefficient == pytest.approx(coefficient, rel=1e-9, abs=1e-11)
        assert fit.t == pytest.approx(t, rel=1e-8, abs=1e-9)


def test_at_a_hundred_and_fifty_people_all_ten_digits_agree() -> None:
    (met, rows, attended), given_too = drawn(7, 150)
    for near, other in ((met, rows), (attended, rows), (attended, met)):
        fit = regress(near, other, given_too)
        assert fit is not None
        assert fit.coefficient == pytest.approx(least_squares(near, other, given_too)[0], rel=1e-10)


@pytest.mark.parametrize(("columns", "filled"), [(1, 1.0), (150, 0.2), (150, 0.01), (3000, 0.002)])
def test_ties_beside_rows_narrow_or_wide_full_or_thin(columns: int, filled: float) -> None:
    rows = Gram(sparse.random(40, columns, filled, format="csr", random_state=1))
    pairs = np.triu_indices(40, 1)
    met = ties(40, *pairs, np.random.default_rng(2).exponential(size=len(pairs[0])))
    assert dot(met, rows) == pytest.approx(float(listed(met) @ listed(rows)), rel=1e-12)
    dense = Gram(rows.rows.toarray())
    assert dot(met, dense) == pytest.approx(dot(met, rows), rel=1e-12)
    assert listed(compact(rows)) == pytest.approx(listed(rows), rel=1e-12)
    assert products(rows, *pairs) == pytest.approx(products(dense, *pairs), rel=1e-12)


def test_who_is_who_changes_nothing() -> None:
    (met, rows, _), given_too = drawn(3, 30)
    order = np.random.default_rng(1).permutation(30)
    there = regress(met, rows, given_too)
    here = regress(taken(met, order), taken(rows, order), [taken(v, order) for v in given_too])
    assert there is not None
    assert here is not None
    assert here.effect == pytest.approx(there.effect, rel=1e-10)


def test_ranks_over_all_pairs_are_those_of_scipy() -> None:
    (met, rows, _), _ = drawn(5, 25)
    upper = np.triu_indices(25, 1)
    friends = ties(25, [0, 3, 5], [1, 9, 7], [1.0, 1.0, 1.0])
    a, b, c = (
        met.table.toarray()[upper],
        (np.asarray(rows.rows) @ np.asarray(rows.rows).T)[upper],
        friends.table.toarray()[upper],
    )
    rng = np.random.default_rng(0)
    assert rank_correlation(met, rows, rng=rng) == pytest.approx(stats.spearmanr(a, b).statistic)
    assert rank_correlation(met, friends, rng=rng) == pytest.approx(stats.spearmanr(a, c).statistic)
    area = stats.mannwhitneyu(a[c > 0], a[c == 0]).statistic / ((c > 0).sum() * (c == 0).sum())
    assert auc(met, friends) == pytest.approx(area)
    assert auc(met, met) is None


def gathering(seed: int, effect: float, n: int = 120) -> tuple[Gram, Gram, np.ndarray]:
    """Return occasions and desires of people whose language shapes both, with a true effect of sharing occasions."""
    rng = np.random.default_rng(seed)
    language = rng.integers(0, 3, n)
    taste = rng.normal(size=(3, 40))[language] + rng.gumbel(size=(n, 40))
    went = np.argsort(-taste, axis=1)[:, :8]
    attended = sparse.csr_matrix((np.ones(8 * n), (np.repeat(np.arange(n), 8), went.ravel())), shape=(n, 40))
    wants = 0.6 * rng.normal(size=(3, 15))[language] + rng.normal(size=(n, 15))
    wants += effect * (attended @ rng.normal(size=(40, 15)))
    return Gram(attended), Gram(wants - wants.mean(0)), language


def rejected(effect: float, *, within: bool, halls: int = 40) -> float:
    found = 0
    for seed in range(halls):
        near, wants, language = gathering(seed, effect)
        rng = np.random.default_rng(seed)
        strata = language if within else None
        relation = relate(near, wants, strata=strata, permutations=59, rng=rng)
        assert relation is not None
        found += relation.p <= 0.05
    return found / halls


@pytest.mark.slow
def test_a_shared_language_alone_is_not_taken_for_a_relation_once_people_are_exchanged_within_it() -> None:
    assert rejected(0.0, within=False) > 0.5
    assert rejected(0.0, within=True) <= 0.15  # 40 halls at .05: more than 6 has a chance of 1 in 100


def test_a_real_relation_is_found_within_languages_too() -> None:
    assert rejected(0.25, within=True) > 0.8


def test_what_could_not_have_been_seen_is_told() -> None:
    near, wants, language = gathering(1, 0.0)
    found = relate(near, wants, strata=language, permutations=99, rng=np.random.default_rng(0))
    few = relate(
        taken(near, np.arange(40)),
        taken(wants, np.arange(40)),
        strata=language[:40],
        permutations=99,
        rng=np.random.default_rng(0),
    )
    assert found is not None
    assert few is not None
    assert 0 < found.least_visible < few.least_visible


@pytest.mark.parametrize("n", [0, 1, 11])
def test_fewer_than_twelve_people_are_not_measured(n: int) -> None:
    assert relate(Gram(np.ones((n, 1))), Gram(np.ones((n, 1))), rng=np.random.default_rng(0)) is None


def test_the_same_for_all_pairs_is_not_measured() -> None:
    everybody = Gram(np.ones((20, 1)))
    wants = Gram(np.random.default_rng(0).normal(size=(20, 2)))
    assert relate(everybody, wants, permutations=9, rng=np.random.default_rng(0)) is None
    assert relate(wants, everybody, permutations=9, rng=np.random.default_rng(0)) is None
