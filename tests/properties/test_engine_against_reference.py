"""The fast way gives what the definitions say."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oneheart.engine import reference
from oneheart.engine.closeness.inner import oneness, parts
from oneheart.engine.desire import shares
from oneheart.engine.desire.common_ground import net_support, summarise, worst_fifth
from oneheart.engine.desire.response_model import Heads, ModelState, choose_heads, first_state, fit, sweep
from oneheart.engine.prayer.frozen_model import expected_support, freeze
from oneheart.engine.prayer.stopping import surely_exceeds, surely_said
from oneheart.model.gathering import Responses

SINGLE: dict[str, Any] = {"abs": 2e-6}  # means are taken from chances in single precision
EXACT: dict[str, Any] = {"rel": 1e-9, "abs": 1e-9}
SEEDS = st.integers(0, 2**32 - 1)
POSTERIOR = ("person_mean", "person_covariance", "desire_mean", "desire_covariance")


def wants(seed: int, *, people: int = 7, desires: int = 6) -> np.ndarray:
    """Return chances, some of them exactly 0 or 1, as answered cells are."""
    rng = np.random.default_rng(seed)
    chance = rng.random((rng.integers(2, people + 1), rng.integers(2, desires + 1)))
    return np.where(rng.random(chance.shape) < 0.4, chance.round(), chance)


def lines_of(want: np.ndarray, seed: int) -> list[int]:
    """Return some columns, sometimes all of them."""
    rng = np.random.default_rng((seed, 1))
    return [int(line) for line in rng.permutation(want.shape[1])[: rng.integers(1, min(4, want.shape[1]) + 1)]]


def answers(seed: int, *, stances: tuple[int, ...] = (-1, 0, 1), people: int = 9, desires: int = 6) -> Responses:
    """Return answers of some people to some desires; some people and desires may have none."""
    rng = np.random.default_rng(seed)
    asked = np.argwhere(rng.random((people, desires)) < rng.uniform(0.1, 0.9))
    return Responses.of(asked[:, 0], asked[:, 1], rng.choice(stances, len(asked)))


def any_state(heads: Heads, rng: np.random.Generator, people: int, desires: int) -> ModelState:
    """Return a state in which nothing is zero, diagonal or alike, as after sweeps with learned priors."""

    def covariance(*shape: int) -> np.ndarray:
        root = 0.5 * rng.normal(size=(*shape, heads.size, heads.size))
        return root @ np.swapaxes(root, -1, -2) + 0.2 * np.eye(heads.size)

    return ModelState(
        heads,
        rng.normal(size=(people, heads.size)),
        covariance(people),
        rng.normal(size=(desires, heads.size)),
        covariance(desires),
        covariance(),
        rng.normal(size=heads.size),
        covariance(),
    )


def assert_same(fast: ModelState, slow: ModelState, within: float = 1e-9) -> None:
    for name in POSTERIOR:
        np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), rtol=within, atol=within, err_msg=name)


@given(SEEDS, st.integers(1, 30), st.sampled_from([0.2, 0.35, 0.5]))
def test_worst_fifth(seed: int, people: int, share: float) -> None:
    net = np.random.default_rng(seed).uniform(-0.5, 1.0, (people, 3)).round(1)
    assert worst_fifth(net, share).tolist() == pytest.approx(reference.worst_fifth_by_definition(net, share), **EXACT)


def test_the_worst_fifth_of_nobody_is_not_known() -> None:
    assert np.isnan(worst_fifth(np.zeros((0, 2)))).all()
    assert all(math.isnan(value) for value in reference.worst_fifth_by_definition(np.zeros((0, 2))))


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


@given(SEEDS, st.integers(1, 4))
def test_no_swap_betters_the_chosen_set_and_it_is_as_near_the_best_as_proven(seed: int, k: int) -> None:
    want = wants(seed)
    chosen = shares.expected_pav(want, k)
    assert len(set(chosen)) == len(chosen) == min(k, want.shape[1])
    score = reference.pav_by_definition(want, chosen)
    for place in range(len(chosen)):
        for new in set(range(want.shape[1])) - set(chosen):
            swapped = [*chosen[:place], new, *chosen[place + 1 :]]
            assert reference.pav_by_definition(want, swapped) <= score + 1e-9
    best = reference.best_set_by_enumeration(want, len(chosen))[1]
    # greedy, for gains that only fall (Nemhauser, Wolsey & Fisher 1978); swaps only better it
    assert (1 - (1 - 1 / k) ** k) * best - 1e-9 <= score <= best + 1e-9


def test_the_chosen_set_is_almost_always_the_best_of_all() -> None:
    reached = 0
    for seed in range(60):
        want = wants(seed)
        k = min(3, want.shape[1])
        best = reference.best_set_by_enumeration(want, k)[1]
        reached += reference.pav_by_definition(want, shares.expected_pav(want, k)) > best - 1e-9
    assert reached >= 57


@given(SEEDS, st.integers(1, 4))
def test_the_choice_keeps_to_its_candidates_its_beginning_and_what_may_stand_together(seed: int, k: int) -> None:
    want = wants(seed)
    rng = np.random.default_rng((seed, 2))
    m = want.shape[1]
    candidates = np.flatnonzero(rng.random(m) < 0.8).tolist()
    alike = rng.random((m, m)) < 0.2
    alike |= alike.T
    begin = rng.permutation(m)[:1].tolist()
    chosen = shares.expected_pav(want, k, candidates, alike, begin=begin)
    added = chosen[1:]
    assert chosen[:1] == tuple(begin)
    assert set(added) <= set(candidates) - set(begin)

    def fits(lines: list[int]) -> bool:
        return not any(alike[a, b] for a in lines for b in lines if a != b)

    assert fits(list(chosen))
    score = reference.pav_by_definition(want, chosen)
    free = set(candidates) - set(chosen)
    for place in range(1, len(chosen)):
        swaps = [[*chosen[:place], new, *chosen[place + 1 :]] for new in free]
        assert all(reference.pav_by_definition(want, lines) <= score + 1e-9 for lines in swaps if fits(lines))


def test_of_equal_desires_the_lower_column_is_chosen() -> None:
    assert shares.expected_pav(np.ones((4, 5)), 2) == (0, 1)


@given(SEEDS)
def test_share_index_and_who_is_owed_it(seed: int) -> None:
    want = wants(seed)
    lines = lines_of(want, seed)
    owed = reference.owed_by_definition(want, lines)
    index, column = shares.share_index(want, lines)
    assert index == pytest.approx(max(owed.values(), default=0.0), **EXACT)
    assert (column is None) == (owed == {})
    if column is not None:
        assert owed[column] == pytest.approx(index, **EXACT)


@given(SEEDS)
def test_coverage_lines_held_and_pairs(seed: int) -> None:
    want = wants(seed)
    lines = lines_of(want, seed)
    assert shares.coverage(want, lines) == pytest.approx(reference.coverage_by_definition(want, lines), **SINGLE)
    held = shares.lines_held(want, lines).tolist()
    assert held == pytest.approx(reference.lines_held_by_definition(want, lines), **EXACT)
    approvals = want.round()
    by_loop = reference.pairs_by_loop(approvals, lines)
    assert shares.pairs(approvals, lines) == pytest.approx(by_loop, **EXACT)
    assert shares.expected_pairs(approvals, lines) == pytest.approx(by_loop, **EXACT)


@given(SEEDS)
def test_expected_pairs_by_sums_over_subsets_are_those_over_all_outcomes(seed: int) -> None:
    want = wants(seed, people=4)
    lines = lines_of(want, seed)[:2]
    slow = reference.expected_pairs_by_definition(want, lines)
    assert shares.expected_pairs(want, lines) == pytest.approx(slow, **EXACT)


@given(SEEDS)
def test_the_exact_share_of_every_group(seed: int) -> None:
    approvals = wants(seed).round()
    lines = lines_of(approvals, seed)
    fair, nearest = shares.ejr_plus(approvals, lines)
    assert (fair, nearest) == (pytest.approx(reference.ejr_plus_by_groups(approvals, lines), **EXACT))
    assert fair == reference.ejr_plus_by_groups(approvals, lines)[0]


@given(SEEDS)
def test_no_group_is_nearer_to_its_due_than_the_share_index_says(seed: int) -> None:
    approvals = wants(seed).round()
    lines = lines_of(approvals, seed)
    index = shares.share_index(approvals, lines)[0]
    fair, nearest = reference.ejr_plus_by_groups(approvals, lines)
    assert nearest <= index + 1e-9
    if index < 1.0 - 1e-12:
        assert fair


@given(SEEDS, st.integers(1, 4))
def test_a_swap_stable_set_owes_no_group_a_line(seed: int, k: int) -> None:
    want = wants(seed)
    chosen = shares.expected_pav(want, k)
    assert shares.share_index(want, chosen)[0] <= len(chosen) / (len(chosen) + 1) + 1e-9
    approvals = want.round()
    assert reference.ejr_plus_by_groups(approvals, shares.expected_pav(approvals, k))[0]


@given(SEEDS)
def test_oneness_and_parts(seed: int) -> None:
    responses = answers(seed)
    slow = reference.oneness_by_pairs(responses, 6)
    fast = oneness(responses, 9, 6)
    assert (fast is None) == (slow is None)
    if fast is not None:
        assert fast.value == pytest.approx(slow, **EXACT)
    by_loop = reference.part_to_whole_by_loop(responses, 9)
    assert parts(responses, 9, 6).tolist() == pytest.approx(by_loop, nan_ok=True, **EXACT)


@pytest.mark.slow
@given(SEEDS, st.sampled_from([(-1, 0, 1), (0, 1), (-1, 1)]))
def test_sweeps_of_a_fit_from_its_first_state_on(seed: int, stances: tuple[int, ...]) -> None:
    responses = answers(seed, stances=stances)
    heads = choose_heads(responses, touch_rank=2, direction_rank=3)
    assume(heads.size)
    state = first_state(responses, 9, 6, heads, np.random.default_rng(seed))
    for _ in range(2):
        fast = sweep(state, responses)
        assert_same(fast, reference.sweep_by_definition(state, responses))
        state = fast


@pytest.mark.slow
@given(SEEDS, st.sampled_from([Heads(3, 4), Heads(4, 0), Heads(0, 5), Heads(1, 1), Heads(4, 5)]))
def test_one_sweep_from_any_state(seed: int, heads: Heads) -> None:
    responses = answers(seed)
    state = any_state(heads, np.random.default_rng((seed, 3)), 9, 6)
    assert_same(sweep(state, responses), reference.sweep_by_definition(state, responses))


@pytest.mark.slow
@pytest.mark.parametrize("size", [1e-7, 1e-3, 1.0, 30.0, 300.0])
def test_one_sweep_where_predictors_are_tiny_or_huge_is_exact_to_rounding(size: float) -> None:
    responses = answers(5)
    state = any_state(Heads(3, 4), np.random.default_rng(5), 9, 6)
    state = replace(
        state,
        person_mean=size * state.person_mean,
        person_covariance=size**2 * state.person_covariance,
        desire_mean=size * state.desire_mean,
        desire_covariance=size**2 * state.desire_covariance,
    )
    assert_same(sweep(state, responses), reference.sweep_by_definition(state, responses), within=1e-12)


@pytest.mark.parametrize("overwrite", [False, True])
def test_one_sweep_from_arrays_in_another_order(overwrite: bool) -> None:
    responses = answers(6)
    state = any_state(Heads(3, 4), np.random.default_rng(6), 9, 6)
    slow = reference.sweep_by_definition(state, responses)
    turned = replace(
        state,
        person_mean=np.asfortranarray(state.person_mean),
        person_covariance=np.asfortranarray(state.person_covariance),
    )
    assert_same(sweep(turned, responses, overwrite=overwrite), slow)


def test_one_sweep_over_more_people_than_one_block_holds() -> None:
    rng = np.random.default_rng(4)
    person = np.repeat(np.arange(1100), 2)
    responses = Responses.of(person, rng.integers(0, 7, len(person)), rng.choice([-1, 0, 1], len(person)))
    state = any_state(Heads(3, 4), rng, 1100, 7)
    assert_same(sweep(state, responses, threads=2), reference.sweep_by_definition(state, responses))


@given(SEEDS, st.sampled_from([(-1, 0, 1), (0, 1), (-1, 1)]))
def test_chances_and_what_is_summed_up_from_them(seed: int, stances: tuple[int, ...]) -> None:
    responses = answers(seed, stances=stances)
    assume(choose_heads(responses, touch_rank=3, direction_rank=4).size)
    posterior = fit(responses, 9, 6, rng=np.random.default_rng(seed), sweeps=3)
    assume(posterior.always != -1)
    slow = np.array(
        [[reference.probabilities_by_definition(posterior.state, i, d) for d in range(6)] for i in range(9)]
    )
    whole = np.stack(posterior.probabilities(), axis=-1)
    np.testing.assert_allclose(whole, slow, rtol=1e-9, atol=1e-9)
    i, d = np.divmod(np.arange(54), 6)
    np.testing.assert_allclose(np.stack(posterior.at(i, d), axis=-1).reshape(9, 6, 3), slow, rtol=1e-9, atol=1e-9)
    people, lines = np.array([0, 2, 3, 7, 8]), [1, 4]
    found = summarise(posterior, people, lines)
    want, against = slow[people, :, 0], slow[people, :, 2]
    assert found.want.tolist() == pytest.approx(want.mean(0).tolist(), **SINGLE)
    assert found.against.tolist() == pytest.approx(against.mean(0).tolist(), **SINGLE)
    worst = reference.worst_fifth_by_definition(net_support(want, against))
    assert found.worst.tolist() == pytest.approx(worst, **SINGLE)
    assert found.coverage == pytest.approx(reference.coverage_by_definition(want, lines), **SINGLE)


def test_any_number_of_threads_gives_the_same_to_the_last_bit() -> None:
    rng = np.random.default_rng(4)
    person = np.repeat(np.arange(3000), 6)
    responses = Responses.of(person, rng.integers(0, 40, len(person)), rng.choice([-1, 0, 1], len(person)))
    one, four = (
        fit(responses, 3000, 40, rng=np.random.default_rng(0), sweeps=3, threads=threads) for threads in (1, 4)
    )
    for name in POSTERIOR:
        assert np.array_equal(getattr(one.state, name), getattr(four.state, name))


@given(st.integers(1, 60), st.sampled_from([5, 20, 100]), st.data())
def test_the_bound_that_does_not_trust_the_silent_is_that_of_its_definition(
    people: int, inverse: int, data: st.DataObject
) -> None:
    heard = data.draw(st.integers(0, people))
    good = data.draw(st.integers(0, heard))
    bound = surely_said(good, heard, people, 1 / inverse)
    assert bound == pytest.approx(
        float(reference.surely_said_by_definition(good, heard, people, Fraction(1, inverse))), **EXACT
    )
    assert good / people <= bound <= surely_exceeds(good, heard, people, 1 / inverse)


@given(st.integers(1, 200), st.data())
def test_one_more_yes_never_lowers_the_bound_and_one_more_no_never_raises_it(people: int, data: st.DataObject) -> None:
    heard = data.draw(st.integers(0, people - 1))
    good = data.draw(st.integers(0, heard))
    bound = surely_said(good, heard, people, 0.01)
    assert surely_said(good + 1, heard + 1, people, 0.01) >= bound - 1e-12
    assert surely_said(good, heard + 1, people, 0.01) <= bound + 1e-12


@given(SEEDS, st.sampled_from([(-1, 0, 1), (0, 1), (-1, 1), (1,), (0,), (-1,), (-1, 0)]))
def test_what_a_frozen_model_expects_of_each_person_is_what_it_expects_of_them_alone(
    seed: int, stances: tuple[int, ...]
) -> None:
    given_answers = answers(seed, stances=stances)
    assume(len(given_answers))
    people = int(given_answers.participant.max()) + 2
    desires = int(given_answers.desire.max()) + 1
    posterior = fit(given_answers, people, desires, rng=np.random.default_rng(seed), sweeps=3)
    model = freeze(posterior, np.arange(desires), range(desires))
    lines = np.random.default_rng(seed).permutation(desires)[:3]
    together = expected_support(
        model, people, (given_answers.participant, given_answers.desire, given_answers.stance), lines
    )
    for person in range(people):
        own = given_answers.participant == person
        alone = [*zip(given_answers.desire[own].tolist(), given_answers.stance[own].tolist(), strict=True)]
        assert together[person].tolist() == pytest.approx(
            reference.expected_support_by_definition(model, alone, lines.tolist()), rel=1e-7, abs=1e-7
        )
