"""The fast way gives what the definitions say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.engine import reference
from oneheart.engine.closeness.inner import oneness, parts
from oneheart.engine.desire import shares
from oneheart.engine.desire.common_ground import worst_fifth
from oneheart.engine.desire.response_model import choose_heads, first_state, fit, sweep
from oneheart.model.gathering import Responses

EXACT: dict[str, Any] = {"rel": 1e-9, "abs": 1e-9}
SEEDS = st.integers(0, 2**32 - 1)


def wants(seed: int, *, people: int = 7, desires: int = 6) -> np.ndarray:
    """Return chances, some of them exactly 0 or 1, as answered cells are."""
    rng = np.random.default_rng(seed)
    chance = rng.random((rng.integers(2, people + 1), rng.integers(2, desires + 1)))
    return np.where(rng.random(chance.shape) < 0.4, chance.round(), chance)


def lines_of(want: np.ndarray, seed: int) -> list[int]:
    rng = np.random.default_rng((seed, 1))
    return rng.permutation(want.shape[1])[: rng.integers(1, min(4, want.shape[1]) + 1)].tolist()


def answers(seed: int, *, stances: tuple[int, ...] = (-1, 0, 1), people: int = 9, desires: int = 6) -> Responses:
    rng = np.random.default_rng(seed)
    asked = np.argwhere(rng.random((people, desires)) < rng.uniform(0.3, 0.9))
    return Responses.of(asked[:, 0], asked[:, 1], rng.choice(stances, len(asked)))


@given(SEEDS, st.sampled_from([0.2, 0.35, 0.5]))
def test_worst_fifth(seed: int, share: float) -> None:
    net = np.random.default_rng(seed).uniform(-0.5, 1.0, (np.random.default_rng(seed).integers(1, 30), 3)).round(1)
    assert worst_fifth(net, share).tolist() == pytest.approx(reference.worst_fifth_by_definition(net, share), **EXACT)


@given(SEEDS)
def test_no_part_of_a_fifth_or_more_supports_a_desire_less_than_its_worst_fifth(seed: int) -> None:
    net = np.random.default_rng(seed).uniform(-0.5, 1.0, (10, 3))
    fast = worst_fifth(net).tolist()
    assert fast == pytest.approx(reference.support_of_every_part(net, 2), **EXACT)
    for size in (3, 5):
        larger = reference.support_of_every_part(net, size)
        assert all(part >= least - 1e-12 for part, least in zip(larger, fast, strict=True))


@given(SEEDS)
def test_what_is_owed_and_the_score_of_a_set(seed: int) -> None:
    want = wants(seed)
    lines = lines_of(want, seed)
    fast = shares.harmonic_gain(want, lines).tolist()
    assert fast == pytest.approx(reference.harmonic_gain_by_definition(want, lines), **EXACT)
    assert shares.pav_value(want, lines) == pytest.approx(reference.pav_by_definition(want, lines), **EXACT)


@given(SEEDS, st.integers(1, 3))
def test_the_chosen_set_is_the_best_or_no_swap_betters_it(seed: int, k: int) -> None:
    want = wants(seed)
    chosen = shares.expected_pav(want, k)
    assert len(chosen) == min(k, want.shape[1])
    score = reference.pav_by_definition(want, chosen)
    for place in range(len(chosen)):
        for new in set(range(want.shape[1])) - set(chosen):
            swapped = [*chosen[:place], new, *chosen[place + 1 :]]
            assert reference.pav_by_definition(want, swapped) <= score + 1e-9
    if len(chosen) == k:
        best = reference.best_set_by_enumeration(want, k)[1]
        assert score >= 0.9 * best  # a swap-stable set is never far from the best one


@given(SEEDS)
def test_share_index_coverage_and_pairs(seed: int) -> None:
    want = wants(seed)
    lines = lines_of(want, seed)
    assert shares.share_index(want, lines)[0] == pytest.approx(
        reference.share_index_by_definition(want, lines), **EXACT
    )
    assert shares.coverage(want, lines) == pytest.approx(reference.coverage_by_definition(want, lines), **EXACT)
    assert shares.expected_pairs(want, lines) == pytest.approx(
        reference.expected_pairs_by_definition(want, lines), **EXACT
    )
    approvals = want.round()
    assert shares.pairs(approvals, lines) == pytest.approx(
        reference.expected_pairs_by_definition(approvals, lines), **EXACT
    )


@given(SEEDS)
def test_the_exact_share_of_every_group(seed: int) -> None:
    approvals = wants(seed).round()
    lines = lines_of(approvals, seed)
    assert shares.ejr_plus(approvals, lines)[0] == reference.ejr_plus_by_groups(approvals, lines)


@given(SEEDS)
def test_a_share_index_below_one_means_that_no_group_is_owed_a_line(seed: int) -> None:
    approvals = wants(seed).round()
    lines = lines_of(approvals, seed)
    if shares.share_index(approvals, lines)[0] < 1.0 - 1e-12:
        assert reference.ejr_plus_by_groups(approvals, lines)


@given(SEEDS, st.integers(1, 4))
def test_a_swap_stable_set_owes_no_group_a_line(seed: int, k: int) -> None:
    approvals = wants(seed).round()
    chosen = shares.expected_pav(approvals, k)
    assert shares.share_index(approvals, chosen)[0] <= 1.0 + 1e-9


@given(SEEDS)
def test_oneness_and_parts(seed: int) -> None:
    responses = answers(seed)
    slow = reference.oneness_by_pairs(responses, 6)
    fast = oneness(responses, 9, 6)
    assert (fast is None) == (slow is None)
    if fast is not None:
        assert fast.value == pytest.approx(slow, **EXACT)
    by_loop = reference.part_to_whole_by_loop(responses, 9)
    for quick, known in zip(parts(responses, 9, 6).tolist(), by_loop, strict=True):
        assert (math.isnan(quick) and math.isnan(known)) or quick == pytest.approx(known, **EXACT)


@given(SEEDS, st.sampled_from([(-1, 0, 1), (0, 1), (-1, 1)]))
def test_one_sweep_of_the_response_model(seed: int, stances: tuple[int, ...]) -> None:
    responses = answers(seed, stances=stances)
    heads = choose_heads(responses, touch_rank=2, direction_rank=3)
    if not heads.size:
        return
    state = first_state(responses, 9, 6, heads, np.random.default_rng(seed))
    for _ in range(2):
        fast, slow = sweep(state, responses), reference.sweep_by_definition(state, responses)
        for name in ("person_mean", "person_covariance", "desire_mean", "desire_covariance"):
            np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), rtol=1e-9, atol=1e-9)
        state = fast


def test_any_number_of_threads_gives_the_same_to_the_last_bit() -> None:
    rng = np.random.default_rng(4)
    person = np.repeat(np.arange(3000), 6)
    responses = Responses.of(person, rng.integers(0, 40, len(person)), rng.choice([-1, 0, 1], len(person)))
    one, four = (
        fit(responses, 3000, 40, rng=np.random.default_rng(0), sweeps=3, threads=threads) for threads in (1, 4)
    )
    for name in ("person_mean", "person_covariance", "desire_mean", "desire_covariance"):
        assert np.array_equal(getattr(one.state, name), getattr(four.state, name))
