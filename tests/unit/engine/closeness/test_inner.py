"""Inner closeness by its definition over listed pairs, and a person's part beside enough others only."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from oneheart.engine.closeness.inner import Oneness, oneness, oneness_of, part_of, parts
from oneheart.model.gathering import Responses

MISSING = 9


def responses(table: np.ndarray) -> Responses:
    """Return the answers of a table, (N, M), in which `MISSING` stands for none."""
    person, desire = np.nonzero(table != MISSING)
    return Responses.of(person, desire, table[person, desire])


def made_up(seed: int, people: int = 14, desires: int = 6) -> np.ndarray:
    rng = np.random.default_rng(seed)
    table = rng.choice([1, 0, -1], (people, desires), p=[0.6, 0.25, 0.15])
    table[rng.random(table.shape) < 0.3] = MISSING
    table[:, 0] = MISSING
    table[:1, 0] = 1  # one answer makes no pair
    table[2:4, 1:] = MISSING  # two people without an answer that another gave too
    return table


def listed(table: np.ndarray) -> tuple[list[float], list[int]]:
    """Return for each desire with two answers the mean over its pairs, and its column."""
    values, columns = [], []
    for desire in range(table.shape[1]):
        answers = table[table[:, desire] != MISSING, desire]
        if len(answers) > 1:
            values.append(float(np.mean([a * b for a, b in combinations(answers.tolist(), 2)])))
            columns.append(desire)
    return values, columns


def slow_influence(table: np.ndarray) -> np.ndarray:
    """Return how far each person moves the oneness: twice their answer by the others' mean less the mean of pairs.

    It counts by all answers but one. Where only two answered, it is what the desire differs from all desires.
    """
    values, columns = listed(table)
    influence = np.zeros(len(table))
    for value, desire in zip(values, columns, strict=True):
        answered = np.flatnonzero(table[:, desire] != MISSING)
        for person in answered:
            others = table[[other for other in answered if other != person], desire].mean()
            alone = 2 * (table[person, desire] * others - value) / (len(answered) - 1)
            influence[person] += (alone if len(answered) > 2 else value - np.mean(values)) / len(columns)
    return influence


def slow_reach(influence: np.ndarray, level: float) -> float:
    units = len(influence)
    error = np.sqrt((influence**2).sum() * units / (units - 1))
    return float(stats.t.ppf(0.5 + level / 2, units - 1) * error)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("level", [0.9, 0.5])
def test_oneness_and_its_range_are_those_of_listed_pairs(seed: int, level: float) -> None:
    table = made_up(seed)
    values, columns = listed(table)
    influence = slow_influence(table)[(table[:, columns] != MISSING).any(1)]
    reach = slow_reach(influence, level)
    found = oneness(responses(table), *table.shape, level=level)
    assert found is not None
    assert found.value == pytest.approx(np.mean(values))
    assert (found.low, found.high) == pytest.approx((found.value - reach, found.value + reach))
    assert (found.desires, found.people, found.clustered) == (len(columns), len(influence), False)
    assert oneness(responses(table), *table.shape) == oneness(responses(table), *table.shape, level=0.9)


@pytest.mark.parametrize(("circles", "clustered"), [(5, True), (4, False)])
def test_from_five_circles_on_whole_circles_are_taken_as_drawn(circles: int, clustered: bool) -> None:
    table = made_up(1, 20)
    circle = (np.arange(20) % circles * 2).astype(np.int32)  # numbers of circles that are empty stand between
    _, columns = listed(table)
    who = (table[:, columns] != MISSING).any(1)
    influence = slow_influence(table)
    units = np.bincount(circle[who], influence[who])[::2] if clustered else influence[who]
    found = oneness(responses(table), *table.shape, circle)
    assert found is not None
    assert found.clustered is clustered
    assert found.high - found.value == pytest.approx(slow_reach(units, 0.9))
    circle[np.flatnonzero(who)[0]] = -1
    without = oneness(responses(table), *table.shape, circle)
    assert without is not None
    assert not without.clustered, "somebody who answered is in no circle"
    circle[np.flatnonzero(who)[0]] = 0
    circle[np.flatnonzero(~who)] = -1
    again = oneness(responses(table), *table.shape, circle)
    assert again is not None
    assert again.clustered is clustered, "who did not answer needs none"


def test_a_range_ends_where_oneness_does() -> None:
    found = oneness(responses(np.array([[1], [1], [-1]])), 3, 1)
    assert found is not None
    assert (found.value, found.low, found.high) == (pytest.approx(-1 / 3), -1.0, 1.0)
    same = oneness(responses(np.array([[1], [1]])), 2, 1)
    assert same == Oneness(1.0, 1.0, 1.0, 1, 2, clustered=False)


def test_without_a_desire_that_two_answered_there_is_no_oneness() -> None:
    assert oneness(responses(np.array([[1, MISSING], [MISSING, 1]])), 2, 2) is None
    assert oneness(Responses.of([], [], []), 0, 0) is None


@given(st.integers(0, 400))
def test_each_person_s_part_is_the_mean_of_their_answers_by_the_others_mean(seed: int) -> None:
    table = made_up(seed, 9, 5)
    found = parts(responses(table), *table.shape)
    for person in range(9):
        terms = []
        for desire in np.flatnonzero(table[person] != MISSING):
            others = [table[other, desire] for other in range(9) if other != person and table[other, desire] != MISSING]
            if others:
                terms.append(table[person, desire] * np.mean(others))
        if terms:
            assert found[person] == pytest.approx(np.mean(terms))
        else:
            assert np.isnan(found[person])


# --- from the counts of a live gathering ---------------------------------------------------------------------------


def counts(*desires: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return seen, want and against of some desires."""
    seen, want, against = np.array(desires, np.int32).reshape(-1, 3).T
    return seen, want, against


@pytest.mark.parametrize("least_others", [2, 5, 9])
def test_one_other_fewer_than_is_asked_for_is_never_shown(least_others: int) -> None:
    at = least_others + 1  # the person is one of those who answered
    assert part_of({0: 1}, *counts((at, at, 0)), least_others=least_others) == 1.0
    assert part_of({0: 1}, *counts((at - 1, at - 1, 0)), least_others=least_others) is None
    assert part_of({0: 1, 1: 1}, *counts((at - 1, 1, 0), (at, at, 0)), least_others=least_others) == 1.0


def test_alone_with_an_answer_there_is_no_part_however_few_others_are_asked_for() -> None:
    assert part_of({0: 1}, *counts((1, 1, 0)), least_others=0) is None
    assert part_of({0: 1}, *counts((2, 2, 0)), least_others=0) == 1.0


@pytest.mark.parametrize(
    ("want", "against", "part"), [(7, 0, 0.75), (7, 1, 0.625), (4, 5, -0.25), (1, 8, -1.0), (9, 0, 1.0), (1, 0, 0.0)]
)
def test_others_who_are_against_what_a_person_wants_are_subtracted(want: int, against: int, part: float) -> None:
    assert part_of({0: 1}, *counts((9, want, against)), least_others=5) == part


def test_a_part_is_the_mean_over_what_the_person_wants_alone() -> None:
    three = counts((9, 9, 0), (9, 1, 8), (9, 5, 0))
    assert part_of({0: 1, 1: 1, 2: 1}, *three, least_others=5) == (1.0 - 1.0 + 0.5) / 3
    assert part_of({0: 1, 1: -1, 2: 0}, *three, least_others=5) == 1.0
    assert part_of({1: -1, 2: 0}, *three, least_others=5) is None
    assert part_of({}, *three, least_others=5) is None


@pytest.mark.parametrize("seed", range(4))
def test_oneness_from_counts_is_that_of_the_answers(seed: int) -> None:
    table = made_up(seed, 16)
    seen, want, against = ((table != MISSING).sum(0), (table == 1).sum(0), (table == -1).sum(0))
    for least in (1, 2, 9, 12):
        kept = seen >= max(least, 2)
        found = oneness_of(want, against, seen, least=least)
        expected = oneness(responses(np.where(kept, table, MISSING)), *table.shape)
        assert (found is None) == (expected is None)
        if expected is not None:
            assert found == pytest.approx(expected.value)


def test_a_desire_counts_from_so_many_answers_on() -> None:
    seen, want, against = counts((5, 5, 0), (4, 2, 2))
    assert oneness_of(want, against, seen, least=5) == 1.0
    assert oneness_of(want, against, seen, least=4) == pytest.approx((1.0 + (0 - 4) / 12) / 2)
    assert oneness_of(want, against, seen, least=6) is None
    assert oneness_of(*counts((1, 1, 0))[1:], counts((1, 1, 0))[0], least=0) is None


@pytest.mark.parametrize("each", [3, 12])
def test_the_range_holds_the_truth_as_often_as_it_says_also_where_few_answered_each_desire(each: int) -> None:
    held = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        people, desires = 20 * each, 60
        want = 1 / (
            1 + np.exp(-(rng.normal(size=(people, 2)) @ rng.normal(size=(2, desires)) + rng.normal(size=desires)))
        )
        table = np.where(rng.random(want.shape) < want, 1, -1)
        true = float(((table.sum(0) ** 2 - people) / (people * (people - 1))).mean())
        order = np.argsort(rng.random((people, desires)), axis=1)[:, :3]
        kept = np.full(table.shape, MISSING)
        np.put_along_axis(kept, order, np.take_along_axis(table, order, 1), 1)
        found = oneness(responses(kept), people, desires)
        assert found is not None
        held.append(found.low <= true <= found.high)
    assert 0.85 <= np.mean(held) <= 0.99
