"""The gate holds against somebody who subtracts, and against somebody who knows how it works."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.engine.disclosure import (
    release_band,
    release_count,
    release_counts,
    release_distribution,
    release_share,
    share_band,
)

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
