"""Tables drawn by lot: nobody left out, circles spread as far as can be, and a test that holds what it says."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneheart.engine.closeness.seating import Seating, Together, draw_again, draw_seats, sat_together, spread
from oneheart.engine.dyads import Gram

PEOPLE = st.lists(st.integers(-1, 6), max_size=60)


@given(circles=PEOPLE, size=st.integers(2, 12), seed=st.integers(0, 99))
def test_everybody_has_a_seat_and_tables_and_circles_are_even(circles: list[int], size: int, seed: int) -> None:
    seating = draw_seats(circles, size, rng=np.random.default_rng(seed))
    assert len(seating.table) == len(circles)
    assert seating.tables == -(-len(circles) // size)
    count = np.bincount(seating.table, minlength=seating.tables)
    assert count.max(initial=0) <= size
    assert np.ptp(count) <= 1 if len(count) else True
    for circle in {*circles} - {-1}:
        of_circle = np.bincount(seating.table[np.array(circles) == circle], minlength=seating.tables)
        assert np.ptp(of_circle) <= 1


@given(circles=PEOPLE, size=st.integers(2, 12), seed=st.integers(0, 99), languages=st.integers(1, 4))
def test_the_spread_is_the_most_there_is_with_languages_too(
    circles: list[int], size: int, seed: int, languages: int
) -> None:
    rng = np.random.default_rng(seed)
    language = rng.integers(0, languages, len(circles))
    seating = draw_seats(circles, size, language=language, rng=rng)
    found = spread(seating)
    if np.isfinite(found.share):
        assert found.share == pytest.approx(found.most)
        assert found.share >= found.by_plain_lot - 1e-12
        again = Seating(draw_again(seating, rng=rng), seating.circle, seating.block_of_table)
        assert spread(again).share == pytest.approx(found.share)
        same_block = seating.block_of_table[seating.table]
        assert (again.block_of_table[again.table] == same_block).all()


def test_the_most_is_the_most_of_all_seatings_that_there_are() -> None:
    circles = np.array([0, 0, 0, 1, 1, -1])
    best = 0.0
    for chosen in itertools.combinations(range(6), 3):
        table = np.ones(6, np.intp)
        table[list(chosen)] = 0
        best = max(best, spread(Seating(table, circles, np.array([0, 0]))).share)
    assert spread(draw_seats(circles, 3, rng=np.random.default_rng(0))).most == pytest.approx(best)


def test_plain_lot_is_what_plain_lot_gives() -> None:
    rng = np.random.default_rng(1)
    circles = np.repeat([0, 1, 2], [6, 5, 4])
    tables = np.arange(15) % 3
    seen = [spread(Seating(rng.permutation(tables), circles, np.zeros(3, np.intp))).share for _ in range(3000)]
    told = spread(Seating(tables, circles, np.zeros(3, np.intp))).by_plain_lot
    assert np.mean(seen) == pytest.approx(told, abs=0.005)


def test_people_of_one_language_sit_together_and_those_who_are_few_with_each_other() -> None:
    language = np.repeat([0, 1, 2, 3], [40, 20, 3, 2])
    seating = draw_seats(np.arange(65) % 9, 10, language=language, rng=np.random.default_rng(0))
    spoken = [set(language[seating.table == table].tolist()) for table in range(seating.tables)]
    assert spoken == [{0}] * 4 + [{1}] * 2 + [{2, 3}]
    alone = draw_seats(np.arange(42) % 9, 10, language=np.repeat([0, 1, 2], [30, 10, 2]), rng=np.random.default_rng(0))
    assert min(np.bincount(alone.table)) > 2, "two people do not sit alone"


def test_every_pair_of_two_circles_may_come_together() -> None:
    met = np.zeros((12, 12))
    for seed in range(400):
        table = draw_seats(np.repeat(np.arange(4), 3), 4, rng=np.random.default_rng(seed)).table
        met += table[:, None] == table
    circle = np.repeat(np.arange(4), 3)
    assert (met[circle[:, None] == circle] == np.eye(12)[circle[:, None] == circle] * 400).all()
    between = met[circle[:, None] != circle] / 400
    assert between.min() > 0.2
    assert between.max() < 0.5


@pytest.mark.parametrize("seed", range(3))
def test_the_same_seed_draws_the_same_seats(seed: int) -> None:
    one, other = (draw_seats(np.arange(30) % 4, 7, rng=np.random.default_rng(seed)).table for _ in range(2))
    assert one.tolist() == other.tolist()


def test_a_table_for_one_is_none() -> None:
    with pytest.raises(ValueError, match="two people"):
        draw_seats([0], 1, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="does not exist"):
        Seating(np.array([1]), np.array([0]), np.array([0]))


# --- what sitting together did ------------------------------------------------------------------------------------


def hall(seed: int, effect: float, n: int = 100) -> tuple[Seating, Gram]:
    """Return seats by lot, and desires that circles share and that tables move as far as the effect says."""
    rng = np.random.default_rng(seed)
    circle = np.arange(n) % 10
    seating = draw_seats(circle, 10, rng=rng)
    wants = rng.normal(size=(10, 6))[circle] + effect * rng.normal(size=(seating.tables, 6))[seating.table]
    wants += rng.normal(size=(n, 6))
    return seating, Gram(wants - wants.mean(0))


def measured(effect: float, halls: int, n: int = 100) -> list[Together]:
    out = []
    for seed in range(halls):
        seating, alike = hall(seed, effect, n)
        found = sat_together((seating,), alike, draws=59, rng=np.random.default_rng(0))
        assert found is not None
        out.append(found)
    return out


@pytest.mark.slow
def test_if_tables_do_nothing_it_is_not_said_that_they_do() -> None:
    found = measured(0.0, 80)
    ps = np.array([one.p for one in found])
    assert (ps <= 0.05).sum() <= 9  # of 80 at .05: more than 9 has a chance of 1 in 100
    assert 0.35 < ps.mean() < 0.65
    assert np.mean([one.effect for one in found]) == pytest.approx(0.0, abs=0.03)
    assert np.mean([one.low <= 0 <= one.high for one in found]) > 0.85


def test_if_tables_move_people_it_is_found() -> None:
    assert sum(one.p <= 0.05 and one.effect > 0 for one in measured(0.7, 20)) >= 18


def test_with_more_people_smaller_effects_could_be_seen() -> None:
    few, many = measured(0.0, 3, 40), measured(0.0, 3, 400)
    assert 0 < max(one.least_visible for one in many) < min(one.least_visible for one in few)


def test_circles_that_are_alike_are_not_taken_for_tables() -> None:
    """People of one circle are very much alike and never sit together: against all pairs, tables would look bad."""
    rng = np.random.default_rng(0)
    circle = np.repeat(np.arange(10), 10)
    wants = 5 * rng.normal(size=(10, 4))[circle] + rng.normal(size=(100, 4))
    ps = []
    for seed in range(40):
        seating = draw_seats(circle, 10, rng=np.random.default_rng(seed))
        found = sat_together((seating,), Gram(wants - wants.mean(0)), draws=39, rng=np.random.default_rng(seed))
        assert found is not None
        ps.append(found.p)
    assert np.mean(np.array(ps) <= 0.05) <= 0.15


@settings(max_examples=20)
@given(seed=st.integers(0, 1000))
def test_the_mean_over_tablemates_is_that_of_the_listed_pairs(seed: int) -> None:
    seating, alike = hall(seed, 0.3, 24)
    rows = np.asarray(alike.rows)
    product = rows @ rows.T
    upper = np.triu_indices(24, 1)

    def mean(table: np.ndarray) -> float:
        return float(product[upper][(table[:, None] == table)[upper]].mean())

    found = sat_together((seating,), alike, draws=5, rng=np.random.default_rng(7))
    again = np.random.default_rng(7)
    others = [mean(draw_again(seating, rng=again)) for _ in range(5)]
    assert found is not None
    assert found.effect == pytest.approx((mean(seating.table) - np.mean(others)) / product[upper].std())


def test_nothing_is_measured_of_few_of_nobody_and_of_all_alike() -> None:
    seating, alike = hall(0, 0.0)
    rng = np.random.default_rng(0)
    assert sat_together((), alike, rng=rng) is None
    assert sat_together((seating,), Gram(np.ones((100, 1))), draws=9, rng=rng) is None
    few = draw_seats(np.arange(11), 4, rng=rng)
    assert sat_together((few,), Gram(rng.normal(size=(11, 2))), draws=9, rng=rng) is None
    one_table = draw_seats(np.arange(14), 20, rng=rng)
    assert sat_together((one_table,), Gram(rng.normal(size=(14, 2))), draws=9, rng=rng) is None


def test_people_without_answers_are_drawn_again_with_all_and_not_counted() -> None:
    seating, alike = hall(3, 0.8)
    rows = np.asarray(alike.rows)
    silent = np.arange(100) % 4 == 0
    place = np.where(silent, -1, np.cumsum(~silent) - 1)
    found = sat_together((seating,), Gram(rows[~silent]), rows=(place,), draws=99, rng=np.random.default_rng(0))
    assert found is not None
    assert (found.people, found.p) == (75, 0.01)
    twice = sat_together((seating, seating), alike, draws=99, rng=np.random.default_rng(0))
    once = sat_together((seating,), alike, draws=99, rng=np.random.default_rng(0))
    assert twice is not None
    assert once is not None
    assert twice.people == once.people == 100
