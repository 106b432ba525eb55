"""What sitting together did, number by number: two-sided, its range, what could be seen, and who is drawn with whom."""

from __future__ import annotations

import math

import numpy as np
import pytest

from oneheart.engine.closeness.seating import (
    Seating,
    Spread,
    Together,
    draw_again,
    draw_seats,
    least_visible,
    sat_together,
    spread,
)
from oneheart.engine.dyads import Gram


def hall(seed: int, strength: float, tastes: int = 5, count: int = 48, size: int = 6) -> tuple[Seating, Gram]:
    """Return seats by lot and desires; what a table brings together goes as far as the strength says."""
    rng = np.random.default_rng([8, seed])
    seating = draw_seats(np.arange(count) % 6, size, rng=rng)
    wants = strength * rng.normal(size=(seating.tables, tastes))[seating.table] + rng.normal(size=(count, tastes))
    return seating, Gram(wants - wants.mean(0))


def apart(seed: int) -> tuple[Seating, Gram]:
    """Return a hall in which sitting together makes people want different things: a table shares out the desires."""
    seating, alike = hall(seed, 0.0)
    rows = 0.3 * np.asarray(alike.rows)[:, :5]
    own = np.zeros((48, 6))
    for table in range(seating.tables):
        own[np.flatnonzero(seating.table == table), np.arange(6)] = 3.0
    wants = np.hstack([rows, own])
    return seating, Gram(wants - wants.mean(0))


def together(seating: Seating, alike: Gram, draws: int = 99) -> Together:
    found = sat_together((seating,), alike, draws=draws, rng=np.random.default_rng(7))
    assert found is not None
    return found


def drawn(seating: Seating, alike: Gram, draws: int) -> tuple[float, np.ndarray]:
    """Return how alike people of one table are, as it was and in draws of the same lot, in deviations of all pairs."""
    rows = np.asarray(alike.rows)
    product, upper = rows @ rows.T, np.triu_indices(len(rows), 1)

    def mean(table: np.ndarray) -> float:
        return float(product[upper][(table[:, None] == table)[upper]].mean() / product[upper].std())

    rng = np.random.default_rng(7)
    return mean(seating.table), np.array([mean(draw_again(seating, rng=rng)) for _ in range(draws)])


@pytest.mark.parametrize("seed", range(3))
def test_every_number_is_that_of_listed_pairs_and_of_the_same_lot(seed: int) -> None:
    seating, alike = hall(seed, 0.4)
    found = together(seating, alike, 39)
    real, others = drawn(seating, alike, 39)
    low, high = np.quantile(others - others.mean(), [0.025, 0.975])
    assert found.effect == pytest.approx(real - others.mean())
    assert (found.low, found.high) == pytest.approx((found.effect - high, found.effect - low))
    assert found.least_visible == pytest.approx((1.959964 + 0.841621) * others.std())
    away = np.abs(np.append(others, real) - np.append(others, real).mean())
    assert found.p == pytest.approx((away >= away[-1] - 1e-12).mean())
    assert (found.draws, found.people) == (39, 48)


@pytest.mark.parametrize("seed", range(3))
def test_tables_that_make_people_less_alike_are_found_as_surely(seed: int) -> None:
    found = together(*apart(seed))
    assert found.p == 0.01
    assert found.low < found.effect < found.high < 0


@pytest.mark.slow
def test_the_range_holds_the_truth_as_often_as_it_says() -> None:
    """The truth is what people at one table share, in deviations of all pairs: known here, as the strength is."""
    held = []
    for seed in range(120):
        seating, alike = hall(seed, 0.0)
        one = together(seating, alike, 59)
        held.append(one.low <= 0 <= one.high)
    assert 0.88 <= np.mean(held) <= 0.99


@pytest.mark.slow
def test_an_effect_as_large_as_the_least_that_could_be_seen_is_seen_in_about_eight_of_ten_halls() -> None:
    halls = [together(*hall(seed, 0.265, tastes=20), 59) for seed in range(60)]
    effect, least = np.mean([one.effect for one in halls]), np.mean([one.least_visible for one in halls])
    assert effect == pytest.approx(least, rel=0.12), "the halls have the effect that they should"
    assert 0.62 <= np.mean([one.p <= 0.05 for one in halls]) <= 0.93


@pytest.mark.parametrize(("people", "measured"), [(12, True), (11, False)])
def test_twelve_people_who_answered_are_measured_and_eleven_are_not(people: int, measured: bool) -> None:
    seating, alike = hall(1, 0.5)
    place = np.where(np.arange(48) < people, np.arange(48), -1)
    found = sat_together((seating,), Gram(np.asarray(alike.rows)), rows=(place,), draws=9, rng=np.random.default_rng(0))
    assert (found is not None) == measured
    assert found is None or found.people == 12


def test_seats_are_drawn_again_nearly_a_thousand_times_unless_told_otherwise() -> None:
    seating, alike = hall(1, 0.5, count=12)
    usual = sat_together((seating,), alike, rng=np.random.default_rng(0))
    assert usual is not None
    assert usual.draws == 999


def test_people_without_answers_take_seats_and_are_in_no_pair() -> None:
    """How many pairs share a table then changes from draw to draw, and so does who is one of them."""
    seating, alike = hall(3, 0.6)
    silent = np.isin(np.arange(48), np.random.default_rng(5).choice(48, 16, replace=False))
    place = np.where(silent, -1, np.cumsum(~silent) - 1)
    rows = np.asarray(alike.rows)[~silent]
    product, upper = rows @ rows.T, np.triu_indices(32, 1)
    rng = np.random.default_rng(7)

    def mean(table: np.ndarray) -> float:
        theirs = table[~silent]
        return float(product[upper][(theirs[:, None] == theirs)[upper]].mean())

    others = [mean(draw_again(seating, rng=rng)) for _ in range(9)]
    found = sat_together((seating,), Gram(rows), rows=(place,), draws=9, rng=np.random.default_rng(7))
    assert found is not None
    assert found.people == 32
    assert found.effect == pytest.approx((mean(seating.table) - np.mean(others)) / product[upper].std())


def test_each_time_that_seats_were_drawn_counts_once() -> None:
    seating, alike = hall(2, 0.6)
    other = draw_seats(np.arange(48) % 6, 4, rng=np.random.default_rng(3))
    both = sat_together((seating, other), alike, draws=9, rng=np.random.default_rng(7))
    rows = np.asarray(alike.rows)
    product, upper = rows @ rows.T, np.triu_indices(48, 1)
    rng = np.random.default_rng(7)

    def mean(*tables: np.ndarray) -> float:
        pairs = [product[upper][(table[:, None] == table)[upper]] for table in tables]
        return float(np.concatenate(pairs).mean())

    others = [mean(draw_again(seating, rng=rng), draw_again(other, rng=rng)) for _ in range(9)]
    assert both is not None
    expected = (mean(seating.table, other.table) - np.mean(others)) / product[upper].std()
    assert both.effect == pytest.approx(expected)


def test_people_who_are_all_alike_are_not_measured_whatever_rounding_leaves() -> None:
    seating, _ = hall(1, 0.0)
    for value in (1.0, 0.1, 1 / 3):
        same = Gram(np.full((48, 3), value))
        assert sat_together((seating,), same, draws=9, rng=np.random.default_rng(0)) is None


# --- before the event ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("people", "size", "tastes"), [(48, 6, 5), (62, 10, 20), (200, 8, 3)])
def test_what_can_be_seen_is_foretold_before_the_event(people: int, size: int, tastes: int) -> None:
    """Of halls in which tables do nothing, as they come: it is known from the tables alone."""
    told, found = [], []
    for seed in range(6):
        seating, alike = hall(seed, 0.0, tastes, people, size)
        told.append(least_visible(np.bincount(seating.table)))
        found.append(together(seating, alike, 199).least_visible)
    assert np.mean(told) == pytest.approx(np.mean(found), rel=0.12)


def test_with_half_of_the_people_about_twice_the_effect_is_needed() -> None:
    rng = np.random.default_rng(2)
    seating, alike = hall(4, 0.0, 20, 120, 10)
    came = np.where(rng.random(120) < 0.5, np.arange(120), -1)
    found = sat_together((seating,), alike, rows=(came,), draws=199, rng=rng)
    assert found is not None
    assert least_visible(np.bincount(seating.table), float((came >= 0).mean())) == pytest.approx(
        found.least_visible, rel=0.2
    )
    assert least_visible([10] * 12, 0.5) == pytest.approx(2 * least_visible([10] * 12), rel=0.05)


@pytest.mark.parametrize("sizes", [[], [1, 1, 1], [12]])
def test_one_table_and_tables_for_one_show_nothing(sizes: list[int]) -> None:
    assert least_visible(sizes) == math.inf


def test_each_seating_counts_by_its_own_answers() -> None:
    """Of two meals, the first moved those who sat together; the answers after the second are those of strangers."""
    seating, moved = hall(5, 0.9)
    other, plain = hall(6, 0.0)
    rng = np.random.default_rng(0)
    first = sat_together((seating,), moved, draws=99, rng=rng)
    both = sat_together((seating, other), (moved, plain), draws=99, rng=rng)
    swapped = sat_together((seating, other), (plain, moved), draws=99, rng=rng)
    assert first is not None
    assert both is not None
    assert swapped is not None
    assert both.effect == pytest.approx(first.effect / 2, abs=0.15)
    assert (first.seen, both.seen, swapped.seen) == ("with", "with", "unseen")


# --- tables -------------------------------------------------------------------------------------------------------


def test_nobody_shares_a_table_and_nobody_has_a_spread() -> None:
    for nobody in (
        Seating(np.array([0, 1]), np.array([0, 1]), np.array([0, 0])),
        draw_seats([], 4, rng=np.random.default_rng(0)),
    ):
        found = spread(nobody)
        assert [math.isnan(value) for value in (found.share, found.by_plain_lot, found.most)] == [True] * 3


def test_the_spread_is_counted_over_tables_of_all_blocks() -> None:
    """Two languages at tables of their own: a pair of three people of one circle, and a pair of two circles."""
    seating = Seating(np.array([0, 0, 1, 1, 2, 2, 2]), np.array([0, 0, 0, 1, 2, 2, -1]), np.array([0, 0, 1]))
    # five pairs share a table: of circle 0 one, of circle 2 one, the others are of two; by lot 3 of 6 pairs are alike
    assert spread(seating) == Spread(
        pytest.approx(3 / 5), pytest.approx(1 - (2 * 3 / 6 + 3 * 1 / 3) / 5), pytest.approx(3 / 5)
    )  # type: ignore[arg-type]


def test_a_language_of_half_a_table_has_its_own_and_a_smaller_one_has_not() -> None:
    def blocks(*speakers: int, size: int = 8) -> list[list[int]]:
        language = np.repeat(np.arange(len(speakers)), speakers)
        seating = draw_seats(np.arange(len(language)) % 5, size, language=language, rng=np.random.default_rng(0))
        block = seating.block_of_table[seating.table]
        return [sorted(set(language[block == number].tolist())) for number in range(int(block.max()) + 1)]

    assert blocks(16, 4) == [[0], [1]]
    assert blocks(16, 3) == [[0, 1]]
    assert blocks(16, 4, size=9) == [[0, 1]], "half a table of nine are five"
    assert blocks(16, 8, 2, 2) == [[0], [1], [2, 3]], "the others are half a table together"
    assert blocks(16, 8, 1, 2) == [[0], [1, 2, 3]], "three sit with the smallest language"
    assert blocks(8, 16, 3) == [[1], [0, 2]], "which may be any of them"
    assert blocks(3, 3) == [[0, 1]]
    assert blocks(2, 2, 6, size=3) == [[0], [1], [2]]
    assert blocks(1, 3, size=2) == [[0, 1]], "nobody sits alone"


@pytest.mark.parametrize(("people", "size", "tables"), [(12, 6, 2), (13, 6, 3), (1, 6, 1), (0, 6, 0), (2, 2, 1)])
def test_as_few_tables_as_hold_everybody(people: int, size: int, tables: int) -> None:
    assert draw_seats(np.zeros(people, int), size, rng=np.random.default_rng(0)).tables == tables


def test_people_without_a_circle_are_spread_last_and_fill_the_tables_evenly() -> None:
    seating = draw_seats([0] * 3 + [1] * 3 + [-1] * 4, 4, rng=np.random.default_rng(0))
    assert sorted(np.bincount(seating.table).tolist()) == [3, 3, 4]
    for circle in (0, 1):
        assert np.bincount(seating.table[seating.circle == circle]).tolist() == [1, 1, 1]


def test_where_a_circle_has_one_more_than_tables_its_last_is_left_to_lot() -> None:
    seen = np.zeros(3)
    for seed in range(300):
        seating = draw_seats([0] * 4, 2, rng=np.random.default_rng(seed))
        assert sorted(np.bincount(seating.table).tolist()) == [2, 2]
        extra = draw_seats([0] * 4 + [-1] * 3, 3, rng=np.random.default_rng(seed))
        seen[np.bincount(extra.table[extra.circle == 0], minlength=3).argmax()] += 1
    assert seen.min() > 60


@pytest.mark.parametrize("table", [[0, 2], [-1, 0]])
def test_nobody_sits_at_a_table_that_there_is_not(table: list[int]) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        Seating(np.array(table), np.array([0, 0]), np.array([0, 0]))


def test_circles_of_other_people_are_refused() -> None:
    with pytest.raises(ValueError, match="one entry for each person"):
        Seating(np.array([0, 0]), np.array([0]), np.array([0]))
