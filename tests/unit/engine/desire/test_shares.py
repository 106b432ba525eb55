"""The set of lines and its share on small halls that can be counted by hand, and by trying everything."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from oneheart.engine import reference
from oneheart.engine.desire import shares


def halls(count: int = 12) -> list[np.ndarray]:
    """Return small halls: rows of chances, of which every other one is of answers only."""
    rng = np.random.default_rng(8)
    out = []
    for number in range(count):
        want = rng.random((int(rng.integers(2, 6)), int(rng.integers(3, 6)))).round(2)
        out.append((want > 0.5) * 1.0 if number % 2 else want)
    return out


# --- what each person still lacks, and the score


@pytest.mark.parametrize("want", halls())
def test_gain_score_coverage_and_lines_held_are_their_definitions(want: np.ndarray) -> None:
    for lines in ([], [0], [2, 0], [0, 1, 2]):
        assert shares.harmonic_gain(want, lines).tolist() == (
            pytest.approx(reference.harmonic_gain_by_definition(want, lines))
        )
        assert shares.pav_value(want, lines) == pytest.approx(reference.pav_by_definition(want, lines))
        assert shares.coverage(want, lines) == pytest.approx(reference.coverage_by_definition(want, lines))
        held = shares.lines_held(want, lines).tolist()
        assert held == pytest.approx(reference.lines_held_by_definition(want, lines))
        assert sum(held) == pytest.approx(1)


@pytest.mark.parametrize("count", range(8))
def test_the_gain_is_exact_for_any_number_of_lines(count: int) -> None:
    everything, nothing = np.ones((1, 8)), np.zeros((1, 8))
    assert shares.harmonic_gain(everything, range(count)).tolist() == pytest.approx([1 / (1 + count)])
    assert shares.harmonic_gain(nothing, range(count)).tolist() == pytest.approx([1.0])
    half = np.full((1, 8), 0.5)
    assert shares.harmonic_gain(half, range(count)).tolist() == (
        pytest.approx(reference.harmonic_gain_by_definition(half, list(range(count))))
    )


# --- first lines before second ones


@pytest.mark.parametrize("want", halls())
@pytest.mark.parametrize("k", [1, 2, 3])
def test_no_swap_betters_the_choice_where_a_first_line_counts_three(want: np.ndarray, k: int) -> None:
    def score(lines: Sequence[int]) -> float:
        return reference.pav_by_definition(want, lines) + 2 * len(want) * shares.coverage(want, lines)

    served = shares.shared_out(want, k)
    assert len(set(served)) == k
    if shares.share_index(want, served)[0] > 1:
        return  # here PAV's lines may be taken
    for place in range(k):
        for new in set(range(want.shape[1])) - set(served):
            assert score([*served[:place], new, *served[place + 1 :]]) <= score(served) + 0.004 * len(want)


def test_a_choice_whose_first_lines_count_one_would_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "_FIRST_LINE", 0.0)
    assert sorted(shares.shared_out(in_parts(14, 4), 3)) == [0, 1, 2]


def in_parts(*sizes: int) -> np.ndarray:
    """Return the wants of parts of these sizes: three desires of the first part, one of each other."""
    rows = []
    for part, size in enumerate(sizes):
        wanted = [column < 3 if part == 0 else column == part + 2 for column in range(len(sizes) + 2)]
        rows += [np.array(wanted, float)] * size
    return np.array(rows)


def test_a_part_too_small_to_be_owed_a_line_gets_one_before_the_largest_gets_its_third() -> None:
    hall = in_parts(14, 4)
    assert shares.expected_pav(hall, 3) == (0, 1, 2)
    assert sorted(shares.shared_out(hall, 3)) == [0, 1, 3]
    assert shares.share_index(hall, [0, 1, 3])[0] <= 1


def test_no_part_loses_a_line_that_it_is_owed_for_somebody_elses_first(monkeypatch: pytest.MonkeyPatch) -> None:
    hall = in_parts(70, 16, 14)  # seven in ten are owed a second line of three
    assert sorted(shares.shared_out(hall, 3)) == sorted(shares.expected_pav(hall, 3)) == [0, 1, 2]
    monkeypatch.setattr(shares, "share_index", lambda _want, _lines: (0.0, None))  # nobody looks at what is owed
    assert sorted(shares.shared_out(hall, 3)) == [0, 3, 4]


@pytest.mark.parametrize("seed", range(8))
def test_the_share_index_is_at_most_one_or_that_of_pav(seed: int) -> None:
    rng = np.random.default_rng(seed)
    want = (rng.random((40, 12)) < rng.random(12) ** 2).astype(float)
    served, proportional = (rule(want, 4) for rule in (shares.shared_out, shares.expected_pav))
    assert shares.share_index(want, served)[0] <= max(1.0, shares.share_index(want, proportional)[0])
    assert shares.coverage(want, served) >= shares.coverage(want, proportional) - 1e-12


def test_what_begins_stays_and_what_is_alike_is_kept_apart() -> None:
    hall = in_parts(14, 4)
    alike = np.zeros((4, 4), bool)
    alike[1, 3] = alike[3, 1] = True
    assert shares.shared_out(hall, 3, [0, 1, 3], alike, begin=[1]) == (1, 0)
    assert shares.shared_out(np.zeros((2, 0)), 3) == ()


# --- the choice


@pytest.mark.parametrize("want", halls())
@pytest.mark.parametrize("k", [1, 2, 3])
def test_no_swap_betters_the_choice(want: np.ndarray, k: int) -> None:
    chosen = shares.expected_pav(want, k)
    score = reference.pav_by_definition(want, chosen)
    assert len(set(chosen)) == k
    for place in range(k):
        for new in set(range(want.shape[1])) - set(chosen):
            assert reference.pav_by_definition(want, [*chosen[:place], new, *chosen[place + 1 :]]) <= score + 1e-9


def test_a_swap_mends_what_the_greedy_choice_began_with() -> None:
    """The column that most want is best alone; two others together leave nobody without a line."""
    groups = {(0, 1): 3, (0, 2): 3, (1,): 2, (2,): 2}
    want = np.array([[float(d in wanted) for d in range(3)] for wanted, count in groups.items() for _ in range(count)])
    assert shares.expected_pav(want, 1) == (0,)
    assert sorted(shares.expected_pav(want, 2)) == [1, 2]
    assert sorted(shares.expected_pav(want, 2, begin=[0])) == [0, 1]


def test_ties_go_to_the_lower_column_and_nothing_is_swapped_for_its_equal() -> None:
    want = np.array([[1, 0, 1, 0], [0, 1, 0, 1.0]])
    assert shares.expected_pav(want, 1) == (0,)
    assert shares.expected_pav(want, 2) == (0, 1)
    assert shares.expected_pav(want, 1, [3, 1]) == (1,)


def test_only_candidates_are_chosen_and_fewer_lines_where_no_more_fit() -> None:
    want = np.array([[1, 0.9, 0.8, 0.1], [1, 0.9, 0.8, 0.2]])
    assert shares.expected_pav(want, 2, [3, 1]) == (1, 3)
    assert shares.expected_pav(want, 3, [3]) == (3,)
    assert shares.expected_pav(want, 3, []) == ()
    assert shares.expected_pav(want, 0) == ()
    assert len(shares.expected_pav(want, 9)) == 4
    assert shares.expected_pav(np.zeros((2, 0)), 3) == ()


def test_two_that_are_alike_never_stand_together_also_not_by_a_swap() -> None:
    want = np.array([[1, 0.9, 0.1], [1, 0.9, 0.1], [0, 0.4, 0.2]])
    alike = np.eye(3, dtype=bool)
    alike[0, 1] = alike[1, 0] = True
    assert sorted(shares.expected_pav(want, 2, alike=alike)) in ([0, 2], [1, 2])
    assert sorted(shares.expected_pav(want, 2)) == [0, 1]
    assert len(shares.expected_pav(want, 3, alike=alike)) == 2
    assert shares.expected_pav(want, 2, alike=alike, begin=[1]) == (1, 2)


def test_what_it_begins_with_stays_and_is_never_chosen_twice() -> None:
    want = np.array([[1, 0.9, 0.1], [1, 0.9, 0.1], [0, 0.4, 0.2]])
    assert shares.expected_pav(want, 2, begin=[2]) == (2, 1)
    assert shares.expected_pav(want, 2, [0], begin=[2]) == (2, 0)
    assert shares.expected_pav(want, 1, begin=[2]) == (2,)
    assert shares.expected_pav(want, 2, [2], begin=[2]) == (2,)


# --- the share


@pytest.mark.parametrize("want", halls())
def test_the_share_index_is_the_greatest_that_is_owed(want: np.ndarray) -> None:
    for lines in ([0], [2, 0], [0, 1]):
        owed = reference.owed_by_definition(want, lines)
        index, column = shares.share_index(want, lines)
        assert index == pytest.approx(max(owed.values()))
        assert column is not None
        assert owed[column] == pytest.approx(index)
        assert column not in lines


def test_no_share_is_owed_where_there_is_nothing_to_owe() -> None:
    want = np.array([[1.0, 0.5], [0.2, 0.3]])
    for rows, lines in ((want, []), (want, [0, 1]), (want, [1, 0]), (want[:0], [0])):
        assert shares.share_index(rows, lines) == (0.0, None)
    assert shares.share_index(want, [0])[1] == 1


def test_a_part_that_is_owed_a_line_has_an_index_of_one_or_more() -> None:
    """Of 12 people, 4 want what is in no line of three: exactly their share."""
    want = np.zeros((12, 4))
    want[:8, :3], want[8:, 3] = 1, 1
    index, owed = shares.share_index(want, [0, 1, 2])
    assert (index, owed) == (pytest.approx(1.0), 3)
    want[8] = 0
    assert shares.share_index(want, [0, 1, 2])[0] == pytest.approx(0.75)


# --- coverage and pairs


def test_nobody_is_covered_by_nothing() -> None:
    assert shares.coverage(np.zeros((0, 2)), [0]) == 0.0
    assert shares.coverage(np.ones((3, 2)), []) == 0.0
    assert shares.coverage(np.ones((3, 2)), [1]) == 1.0
    assert shares.lines_held(np.ones((3, 2)), [0, 1]).tolist() == [0, 0, 1]


@pytest.mark.parametrize("want", halls())
def test_pairs_with_a_line_in_common_are_counted_pair_by_pair(want: np.ndarray) -> None:
    answers = (want > 0.4) * 1.0
    for lines in ([], [1], [0, 2], [2, 1, 0]):
        by_loop = reference.pairs_by_loop(answers, lines)
        assert shares.pairs(answers, lines) == pytest.approx(by_loop)
        assert shares.expected_pairs(answers, lines) == pytest.approx(by_loop)


def test_expected_pairs_are_those_over_all_outcomes_and_nobody_pairs_with_themselves() -> None:
    want = np.random.default_rng(1).random((4, 2)).round(2)
    assert shares.expected_pairs(want, [0, 1]) == pytest.approx(reference.expected_pairs_by_definition(want, [0, 1]))
    drawn = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    # first person one half of each, second all the first, third all the second: pairs 1/2, 1/2 and 0
    assert shares.expected_pairs(drawn, [0, 1], draws=2) == pytest.approx(1 / 3)
    assert shares.expected_pairs(np.ones((8, 1)), [0], draws=4) == pytest.approx(1.0)


def test_below_two_people_or_without_lines_there_is_no_pair() -> None:
    for people in (0, 1):
        assert shares.pairs(np.ones((people, 2)), [0]) == 0.0
        assert shares.expected_pairs(np.ones((people, 2)), [0]) == 0.0
    assert shares.pairs(np.ones((2, 2)), [0]) == 1.0
    assert shares.expected_pairs(np.ones((2, 2)), [0]) == 1.0
    assert shares.expected_pairs(np.ones((4, 2)), [0], draws=4) == 0.0
    assert shares.expected_pairs(np.ones((3, 2)), []) == 0.0


# --- EJR+


@pytest.mark.parametrize("want", halls())
def test_ejr_plus_is_what_all_groups_say(want: np.ndarray) -> None:
    answers = (want > 0.4) * 1.0
    for lines in ([], [1], [0, 2], [2, 1, 0]):
        fair, nearest = shares.ejr_plus(answers, lines)
        assert (fair, pytest.approx(nearest)) == reference.ejr_plus_by_groups(answers, lines)


def test_a_group_of_exactly_its_share_is_owed_a_line() -> None:
    answers = np.zeros((12, 3))
    answers[:8, :2], answers[6:, 2] = 1, 1
    assert shares.ejr_plus(answers, [0, 1]) == (True, pytest.approx(4 * 2 / 12))
    answers[5:, 2] = 1
    answers[7] = answers[6] = 0
    answers[:, 2], answers[6:, 2] = 0, 1
    assert shares.ejr_plus(answers, [0, 1]) == (False, pytest.approx(1.0))


def test_with_nobody_no_lines_or_no_other_column_nothing_is_owed() -> None:
    for answers, lines in ((np.zeros((0, 2)), [0]), (np.ones((3, 2)), []), (np.ones((3, 2)), [0, 1])):
        assert shares.ejr_plus(answers, lines) == (True, 0.0)


def test_what_is_nearest_to_a_swap_comes_first_and_lines_are_left_out() -> None:
    rng = np.random.default_rng(4)
    want = rng.random((50, 9))
    lines = list(shares.shared_out(want, 3))
    found = shares.nearest_swaps(want, lines, np.arange(9)).tolist()
    assert sorted([*found, *lines]) == list(range(9))

    def score(chosen: list[int]) -> float:  # a first line counts three
        return shares.pav_value(want, chosen) + 2 * len(want) * shares.coverage(want, chosen)

    gain = [max(score([*lines[:k], new, *lines[k + 1 :]]) - score(lines) for k in range(3)) for new in found]
    assert gain == pytest.approx(sorted(gain, reverse=True), abs=0.1)
    assert max(gain) <= 0.1, "no swap improves chosen lines"


@pytest.mark.parametrize("seed", range(6))
def test_lines_are_the_same_in_single_precision_and_no_swap_improves_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    want = rng.random((400, 12)) ** 2
    lines = shares.expected_pav(want, 4)
    assert shares.expected_pav(want.astype(np.float32), 4) == lines
    value = shares.pav_value(want, lines)
    for k in range(4):
        for new in set(range(12)).difference(lines):
            assert shares.pav_value(want, [*lines[:k], new, *lines[k + 1 :]]) <= value + 1e-6


def test_gains_after_a_swap_are_those_of_lines_chosen_at_once() -> None:
    want = np.random.default_rng(0).random((30, 6))
    nodes, weights = np.polynomial.legendre.leggauss(3)
    gains = shares.Gains(want, np.ones(6, bool), None, ((nodes + 1) / 2, weights / 2))
    for line in (0, 1, 2):
        gains.add(line)
    gains.add(4, instead=1)
    (found,) = gains.of([None])
    expected = shares.harmonic_gain(want, [0, 4, 2]) @ want
    assert found[[1, 3, 5]] == pytest.approx(expected[[1, 3, 5]])
    assert np.isneginf(found[[0, 4, 2]]).all()
