"""The gate holds against somebody who subtracts, and against somebody who knows how it works."""

from __future__ import annotations

import copy
import pickle
from collections import defaultdict
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart import settings
from oneheart.engine import disclosure
from oneheart.engine.disclosure import (
    FOR_A_SHARE,
    FOR_A_WORD,
    RESPONSES_STEP,
    SMALL,
    K,
    Shown,
    check_k,
    enough,
    enough_of,
    enough_since,
    in_steps,
    is_few,
    is_small,
    release_band,
    release_count,
    release_counts,
    release_distribution,
    release_mean,
    release_share,
    release_word,
    share_band,
    show_among,
    show_band,
    show_count,
    show_counts,
    show_distribution,
    show_hundredths,
    show_mean,
    show_parts,
    show_share,
    show_share_band,
    show_steps,
    step_of,
    twice_enough,
    withheld,
)
from oneheart.errors import UserError

cells = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 2000)), min_size=1, max_size=8).map(tuple)
thresholds = st.integers(2, 10)


@given(cells, thresholds)
def test_what_is_released_is_true_and_no_small_count(counts: tuple[int, ...], k: int) -> None:
    for count, shown in zip(counts, release_counts(counts, k), strict=True):
        assert shown is None or (shown == count and (count == 0 or count >= k))


@given(cells, thresholds)
def test_subtracting_what_is_shown_from_the_total_never_leaves_fewer_than_k(counts: tuple[int, ...], k: int) -> None:
    shown = release_counts(counts, k)
    withheld = [count for count, value in zip(counts, shown, strict=True) if value is None]
    if sum(counts) < k:  # the total itself is not shown
        assert shown == (None,) * len(counts)
    elif any(0 < count < k for count in withheld):
        left = sum(counts) - sum(value for value in shown if value is not None)
        assert left >= k
        assert len(withheld) > 1 or len(counts) == 1


@given(cells, thresholds)
def test_nothing_is_withheld_without_need(counts: tuple[int, ...], k: int) -> None:
    if sum(counts) >= 2 * k and all(count == 0 or count >= k for count in counts):
        assert release_counts(counts, k) == counts


@pytest.mark.parametrize("k", [2, 3, 5])
def test_who_knows_the_algorithm_still_cannot_read_a_small_cell(k: int) -> None:
    """Every partition of every total in three cells: what is shown fits two or more values of each small cell."""
    for total in range(k, 6 * k):
        fitting: dict[tuple[int | None, ...], list[tuple[int, ...]]] = defaultdict(list)
        for first, second in product(range(total + 1), repeat=2):
            if first + second <= total:
                counts = (first, second, total - first - second)
                fitting[release_counts(counts, k)].append(counts)
        for group in fitting.values():
            for counts in group:
                for place, count in enumerate(counts):
                    if 0 < count < k:
                        assert len({other[place] for other in group}) > 1, counts


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_count_with_a_total_hides_its_own_small_rest(count: int, rest: int) -> None:
    shown = release_count(count, count + rest)
    assert shown is None or (rest == 0 or rest >= 5)
    if count >= 5 and rest >= 5:
        assert shown == count


def test_a_count_outside_its_total_is_refused() -> None:
    for count, total in ((-1, None), (6, 5)):
        with pytest.raises(ValueError, match="between 0 and its total"):
            release_count(count, total)
    with pytest.raises(ValueError, match="below 0"):
        release_counts((3, -1))


@given(st.integers(5, 60))
def test_a_word_never_tells_that_all_or_nobody_did(total: int) -> None:
    words = defaultdict(set)
    for count in range(total + 1):
        words[release_band(count, total)].add(count)
    assert None not in words
    assert all(len(counts) > 1 for counts in words.values())


@given(st.integers(10, 3000), st.data())
def test_a_share_never_tells_apart_counts_closer_than_k(people: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, people))
    share = release_share(count / people, people)
    assert share is not None
    fitting = [
        c for c in range(max(0, count - 6), min(people, count + 6) + 1) if release_share(c / people, people) == share
    ]
    assert len(fitting) > 1
    assert abs(share - count / people) <= 0.5 / (people // 5) + 1e-9
    assert release_share(0.5, 9) is None
    least = release_share(count / people, people, down=True)
    assert least is not None
    assert least <= count / people + 1e-9


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8).filter(lambda s: sum(s) > 0), st.integers(10, 500))
def test_a_distribution_keeps_its_sum_and_moves_in_steps_of_k(raw: list[float], people: int) -> None:
    shares = release_distribution([value / sum(raw) for value in raw], people)
    assert shares is not None
    assert sum(shares) == pytest.approx(1)
    assert all(share >= -1e-9 for share in shares)
    assert release_distribution((0.5, 0.5), 9) is None


def test_bands_have_their_edges_where_they_say() -> None:
    assert [share_band(x / 3) for x in range(4)] == ["few", "some", "most", "most"]
    assert [share_band(share) for share in (0.33, 0.34, 0.66, 0.67)] == ["few", "some", "some", "most"]


# --- one below, at and one above each limit ---------------------------------------------------------------------------


def test_the_limits_are_those_of_the_setting() -> None:
    assert settings.K_ANONYMITY.value == K == 5
    assert (FOR_A_SHARE, RESPONSES_STEP) == (10, 50)


@pytest.mark.parametrize("k", [5, 7])
def test_questions_about_a_count_change_their_answer_at_k_and_twice_k(k: int) -> None:
    assert [enough(count, k=k) for count in (0, k - 1, k, k + 1)] == [False, False, True, True]
    assert [enough(count, 8, k) for count in (8 * k - 1, 8 * k, 8 * k + 1)] == [False, True, True]
    assert [twice_enough(count, k) for count in (k, 2 * k - 1, 2 * k, 2 * k + 1)] == [False, False, True, True]
    assert [is_few(count, k) for count in (0, 1, k - 1, k, k + 1)] == [False, True, True, False, False]
    assert [enough_of(count, 3 * k, k) for count in (0, k - 1, k)] == [False, False, True]
    assert [enough_of(count, k - 2, k) for count in (0, k - 3, k - 2)] == [False, False, True]
    assert enough_of(0, 0, k)


def test_questions_take_k_from_the_setting_where_none_is_given() -> None:
    assert [enough(count) for count in (4, 5)] == [False, True]
    assert [twice_enough(count) for count in (9, 10)] == [False, True]
    assert [is_few(count) for count in (4, 5)] == [True, False]
    assert [enough_of(count, 30) for count in (4, 5)] == [False, True]


def test_a_k_below_the_setting_is_refused() -> None:
    assert [check_k(k) for k in (K, K + 1)] == [K, K + 1]
    with pytest.raises(UserError, match=f"k={K}"):
        check_k(K - 1)


@pytest.mark.parametrize("step", [K, RESPONSES_STEP])
def test_a_count_in_steps_moves_only_at_a_whole_step(step: int) -> None:
    counts = (0, 1, step - 1, step, step + 1, 2 * step - 1, 2 * step)
    assert [in_steps(count, step) for count in counts] == [0, 0, 0, step, step, step, 2 * step]
    assert [step_of(count, step) for count in counts] == [0, 0, 0, 1, 1, 1, 2]
    assert [show_steps(count, step).value for count in counts] == [in_steps(count, step) for count in counts]


def test_steps_are_k_people_where_none_is_given() -> None:
    assert [in_steps(count) for count in (4, 5, 9, 10)] == [0, 5, 5, 10]
    assert [step_of(count) for count in (4, 5, 9, 10)] == [0, 1, 1, 2]
    assert [show_steps(count).value for count in (4, 5)] == [0, 5]


def test_a_step_smaller_than_k_or_a_negative_count_is_refused() -> None:
    assert show_steps(6, K).value == K
    with pytest.raises(ValueError, match="a step"):
        show_steps(6, K - 1)
    assert show_steps(0).value == 0
    with pytest.raises(ValueError, match="below 0"):
        show_steps(-1)


def test_a_count_is_shown_from_k_on_and_nobody_is_shown_too() -> None:
    assert [release_count(count) for count in (0, 1, 4, 5, 6)] == [0, None, None, 5, 6]
    assert [show_count(count).value for count in (0, 1, 4, 5, 6)] == [0, None, None, 5, 6]
    assert [show_count(30, total).value for total in (30, 31, 34, 35, 36)] == [30, None, None, 30, 30]
    assert [show_count(total, total).value for total in (9, 10)] == [None, 10]
    assert show_count(6, k=7).is_withheld


def test_cells_are_shown_from_twice_k_people_in_all() -> None:
    assert release_counts((9, 0)) == (None, None)
    assert release_counts((10, 0)) == (10, 0)
    assert release_counts((5, 5)) == (5, 5)
    assert release_counts((4, 6)) == (None, None)
    assert release_counts((20, 6, 4)) == (20, None, None)  # 10 hidden in sum
    assert release_counts((20, 5, 4)) == (None, None, None)  # 9 hidden in sum are too few
    assert release_counts((20, 8, 5, 4)) == (20, None, None, None)
    assert release_counts((20, 20, 6, 6, 3)) == (20, 20, None, None, None)  # both of the same size
    assert release_counts((30, 3, 3, 4)) == (None,) * 4  # small cells alone hold 2 k people, but one of many hides them
    assert release_counts((30, 7, 3, 3, 4)) == (30, None, None, None, None)
    assert release_counts((20, 6, 4, 0)) == (20, None, None, 0)  # nobody stays nobody
    assert [cell.value for cell in show_counts((20, 6, 4))] == [20, None, None]


def test_a_word_is_given_from_k_people_on() -> None:
    assert [release_band(2, total) for total in (4, 5, 6)] == [None, "some", "some"]
    assert [show_band(2, total).value for total in (4, 5, 6)] == [None, "some", "some"]
    assert [show_share_band(0.5, people).value for people in (4, 5, 6)] == [None, "some", "some"]
    assert [show_band(count, 6).value for count in (1, 2, 3, 4)] == ["few", "some", "some", "most"]


def test_a_share_is_given_from_twice_k_people_on_in_steps_of_k() -> None:
    assert [release_share(0.5, people) for people in (9, 10, 11)] == [None, 0.5, 0.5]
    assert [show_share(0.5, people).value for people in (9, 10, 11)] == [None, 0.5, 0.5]
    assert [show_share(share, 14).value for share in (0.24, 0.26, 0.74, 0.76)] == [0.0, 0.5, 0.5, 1.0]
    assert [show_share(share, 15, down=True).value for share in (0.66, 2 / 3, 0.99, 1.0)] == [1 / 3, 2 / 3, 2 / 3, 1.0]


def test_a_mean_is_moved_to_a_share_and_back() -> None:
    assert [release_mean(0.3, people, -0.5, 1.0) for people in (9, 10)] == [None, 0.25]
    assert [show_mean(value, 15, -0.5, 1.0).value for value in (-0.5, -0.2, 0.2, 1.0)] == [-0.5, 0.0, 0.0, 1.0]
    assert show_mean(0.9, 15, -0.5, 1.0, down=True).value == 0.5
    assert show_mean(0.9, 9, -0.5, 1.0).is_withheld
    assert show_mean(3.0, 20, 1.0, 7.0).value == 2.5  # 1/3 of the way is 1.33 of four steps


def test_a_distribution_is_given_from_twice_k_people_on() -> None:
    assert [release_distribution((0.5, 0.5), people) for people in (9, 10)] == [None, (0.5, 0.5)]
    assert [share.value for share in show_distribution((0.5, 0.5), 9)] == [None, None]
    assert [share.value for share in show_distribution((0.02, 0.38, 0.6), 50)] == [0.0, 0.4, 0.6]


# --- the gate by type -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, object(), "token", 5])
def test_nobody_outside_the_gate_makes_what_is_shown(token: object) -> None:
    with pytest.raises(TypeError, match="show_"):
        Shown(token, "count", 3)
    with pytest.raises(TypeError, match="subclass"):
        type("Loose", (Shown,), {})
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(show_count(12))


def test_what_is_shown_cannot_be_changed() -> None:
    shown = show_count(12)
    with pytest.raises(AttributeError):
        shown.value = 3
    with pytest.raises(AttributeError):
        del shown.value
    with pytest.raises(AttributeError):
        shown.people = 3  # type: ignore[attr-defined]
    assert copy.copy(shown) is shown
    assert copy.deepcopy(shown) is shown
    assert shown.value == 12


@pytest.mark.parametrize(
    "compute",
    [
        lambda shown: shown + 1,
        lambda shown: 1 + shown,
        lambda shown: shown - shown,
        lambda shown: shown * 2,
        lambda shown: shown / 2,
        lambda shown: shown // 2,
        lambda shown: -shown,
        lambda shown: shown < 3,
        int,
        float,
        round,
        lambda shown: range(3)[shown],
        lambda shown: sum([shown, shown]),
        bool,
        lambda shown: shown or 0,
    ],
)
def test_nobody_computes_with_what_is_shown(compute: Callable[[Shown], object]) -> None:
    for shown in (show_count(12), show_share(0.5, 20), show_count(3)):
        with pytest.raises(TypeError):
            compute(shown)


def test_what_is_shown_equals_its_like_only() -> None:
    assert show_count(12) == show_count(12)
    assert show_count(12) != show_count(13)
    assert show_count(12) != 12
    assert show_count(3) == withheld()
    assert show_count(3) != show_count(0)
    assert withheld("share") != withheld("count")
    assert len({show_count(12), show_count(12), show_count(13)}) == 2


def test_kind_word_and_absence_are_told_apart() -> None:
    kinds = [show_count(12), show_share(0.5, 20), show_band(8, 8), show_mean(0, 20, -1, 1), show_steps(12)]
    assert [shown.kind for shown in kinds] == ["count", "share", "word", "share", "count"]
    assert [shown.is_withheld for shown in (show_count(0), show_count(4), show_count(5))] == [False, True, False]
    assert [str(shown) for shown in (show_count(0), show_count(4), show_count(1200), show_band(8, 8))] == [
        "0",
        "",
        "1200",
        "most",
    ]
    assert [repr(show_count(4)), repr(show_count(5))] == ["<shown count: withheld>", "<shown count: 5>"]


def test_only_gated_values_are_made_in_the_module() -> None:
    """Every public function that returns `Shown` withholds, or rounds away, one person among a thousand."""
    one_of_many = {
        "show_count": show_count(1, 1000),
        "show_counts": show_counts((1, 999))[0],
        "show_steps": show_steps(1),
        "show_among": show_among((1, 998), 1000)[1][0],
        "show_parts": show_parts(1000, (1,))[1][0],
        "show_band": show_band(1, 1000),
        "show_share_band": show_share_band(0.001, 1000),
        "show_share": show_share(0.001, 1000),
        "show_mean": show_mean(0.001, 1000, 0, 1),
        "show_hundredths": show_hundredths(0.001, 1000),
        "show_distribution": show_distribution((0.001, 0.999), 1000)[0],
    }
    assert set(one_of_many) == {name for name in vars(disclosure) if name.startswith("show_")}
    assert {shown.value for shown in one_of_many.values()} == {None, 0, "few"}


# --- the rules of a live gathering ---


@pytest.mark.parametrize(("people", "small"), [(0, True), (SMALL, True), (FOR_A_WORD, False)])
def test_a_circle_of_up_to_twelve_is_small(people: int, small: bool) -> None:
    assert (SMALL, FOR_A_WORD) == (12, 13)
    assert is_small(people) is small
    assert (release_word(people, people) is None) is small


@pytest.mark.parametrize(
    ("people", "door", "enough"), [(9, True, False), (10, True, True), (4, False, False), (5, False, True)]
)
def test_twice_as_many_people_must_change_something_behind_an_open_door(people: int, door: bool, enough: bool) -> None:
    assert enough_since(people, open_door=door) is enough
