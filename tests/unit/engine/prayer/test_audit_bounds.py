"""The bounds of an audit: how the error is split, what is in question, and the bet by its definition."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.prayer.audit import ERROR, Audit, audit, estimated, mean_low, weighed

PEOPLE = 200


def asked(challengers: int, people: int, wanting: int) -> tuple[np.ndarray, ...]:
    """Return the answers of the first `people` to each of some challengers, of which the first `wanting` want it."""
    place, person = np.repeat(np.arange(challengers), people), np.tile(np.arange(people), challengers)
    return place, person, person < wanting


def slow_low(values: np.ndarray, counts: np.ndarray, error: float) -> float:
    """Return the bound of one row by looking through all means, twenty thousand of them.

    The wealth of a constant bet on "the mean is above m" is multiplied by 1 + stake (value - m) with each answer. Two
    bets are made, for answers that spread by .15 and by .3; m is ruled out where their mean wealth is 1 / error.
    """
    total, mean = counts.sum(), float(counts @ values / counts.sum())
    allowed = 0.0
    for m in np.linspace(0, mean, 20_001)[1:-1]:
        wealth = 0.0
        for deviation in (0.15, 0.3):
            stake = min(np.sqrt(2 * np.log(1 / error) / total) / deviation, 0.9 / m)
            wealth += np.exp((np.log1p(stake * (values - m)) * counts).sum()) / 2
        if wealth < 1 / error:
            return float(allowed)
        allowed = m
    return mean


@pytest.mark.parametrize(
    ("counts", "error"),
    [([5, 95, 0], 0.05), ([300, 40, 60], 0.01), ([3, 5, 2], 0.1), ([990, 10, 0], 0.01), ([40, 0, 2], 0.002)],
)
def test_a_mean_is_bounded_by_what_two_bets_rule_out(counts: list[int], error: float) -> None:
    values = np.array([0.0, 1.0, 0.5])
    found = mean_low(values, np.array([counts], float), error)[0]
    assert found == pytest.approx(slow_low(values, np.array(counts), error), abs=1e-4)


def test_where_nobody_answered_a_mean_exceeds_nothing_and_where_nobody_wants_it_neither() -> None:
    assert mean_low(np.array([0.0, 1.0]), np.array([[0.0, 0.0], [50.0, 0.0]]), 0.05).tolist() == [0.0, 0.0]


def test_the_error_is_one_in_a_hundred_unless_another_is_asked_for() -> None:
    have, answers = np.ones(PEOPLE), asked(1, 120, 40)
    assert ERROR == 0.01
    assert audit(have, 3, [7], answers) == audit(have, 3, [7], answers, error=0.01)
    assert audit(have, 3, [7], answers).high > audit(have, 3, [7], answers, error=0.02).high  # type: ignore[operator]


@pytest.mark.parametrize("challengers", [2, 7, 30])
def test_the_error_is_split_over_all_challengers_that_may_be_owed_a_line(challengers: int) -> None:
    have = np.ones(PEOPLE)
    found = audit(have, 3, np.arange(challengers), asked(challengers, 120, 40))
    alone = audit(have, 3, [0], asked(1, 120, 40), error=0.01 / challengers)
    assert (found.low, found.high) == (alone.low, alone.high)
    assert found.high > audit(have, 3, [0], asked(1, 120, 40)).high  # type: ignore[operator]


def test_a_challenger_that_could_just_have_its_share_takes_no_part_of_the_error() -> None:
    """Ten people have no line. Were the second challenger wanted by all but five, its index would be exactly 1."""
    have = np.ones(PEOPLE)
    have[:10] = 0
    place, person, wants = asked(2, 120, 40)
    lot = (place == 0) | ((person >= 10) & (person < 100))  # of the second, others are asked, who refuse
    answers = (place[lot], person[lot], wants[lot] & (place[lot] == 0))
    alone = audit(have, 2, [0], tuple(array[answers[0] == 0] for array in answers))  # type: ignore[arg-type]
    for refused, same in ((10, True), (9, True), (5, True), (4, False), (0, False)):
        known = (np.ones(refused), np.arange(refused), np.zeros(refused))
        found = audit(have, 2, [0, 1], answers, known=known)
        assert (found.high == alone.high) == same, refused


def test_who_has_no_line_is_owed_twice_as_much_as_who_has_one() -> None:
    """All are asked, so that the index is known: a line is worth 1, a second one half, a third one a third."""
    everybody = np.arange(12)
    have = np.repeat([0, 1, 2], 4)
    found = audit(have, 2, [5], (np.zeros(12), everybody, everybody % 2 == 0))
    assert found.rho == pytest.approx(2 * (2 + 2 / 2 + 2 / 3) / 12)
    assert (found.low, found.high, found.owed) == (pytest.approx(found.rho), pytest.approx(found.rho), 5)


def test_the_challenger_that_most_is_owed_by_is_named_by_its_column() -> None:
    place, person = np.repeat([0, 1, 2], 50), np.tile(np.arange(50), 3)
    found = audit(np.ones(50), 2, [4, 9, 6], (place, person, person < np.array([10, 30, 20])[place]))
    assert (found.owed, found.rho) == (9, pytest.approx(2 * 30 / 50 / 2))


def test_those_asked_stand_for_those_who_were_not_and_known_answers_for_themselves() -> None:
    """A hundred and twenty refused it before; of the other eighty twenty were asked and half of these want it."""
    before = (np.zeros(120), np.arange(120), np.zeros(120))
    lot = (np.zeros(20), np.arange(120, 140), np.arange(20) < 10)
    found = audit(np.zeros(PEOPLE), 1, [3], lot, known=before)
    assert found.rho == pytest.approx(0.5 * 80 / 200)
    assert 10 / 200 <= found.low < found.rho < found.high <= (80 - 10) / 200  # type: ignore[operator]
    both = audit(np.zeros(PEOPLE), 1, [3], (lot[0], lot[1], 1 - lot[2]), known=tuple(map(np.append, before, lot)))
    assert both.rho == pytest.approx(10 / 140), "what was known before is not asked anew, nor is it a lot"
    nobody = audit(np.zeros(PEOPLE), 1, [3], ((), (), ()), known=(np.zeros(50), np.arange(50), np.arange(50) < 20))
    assert (nobody.rho, nobody.low, nobody.high) == (pytest.approx(0.4), pytest.approx(0.1), pytest.approx(0.85))
    unknown = audit(np.zeros(PEOPLE), 1, [3], ((), (), ()))
    assert (unknown.rho, unknown.low, unknown.high) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(("most", "kind"), [(100, "certified"), (101, "estimated")])
def test_a_share_whose_upper_bound_is_exactly_one_is_certified(most: int, kind: str) -> None:
    """Every one of two hundred people has one of two lines; 200 would want the challenger if all did."""
    refused = PEOPLE - most
    have = np.zeros(PEOPLE)
    found = audit(have, 2, [3], ((), (), ()), known=(np.zeros(refused), np.arange(refused), np.zeros(refused)))
    assert (found.kind, found.high) == (kind, pytest.approx(most / 100))


def test_without_people_or_challengers_nothing_is_owed() -> None:
    assert audit([], 1, [3], ((), (), ())) == Audit("certified", 0.0, 0.0, 0.0, None)
    assert audit([1, 0], 1, [], ((), (), ())) == Audit("certified", 0.0, 0.0, 0.0, None)
    assert estimated(0.8, 4) == Audit("estimated", 0.8, None, None, 4)


@pytest.mark.parametrize(("low", "model_stands"), [(None, True), (0.9, True), (1.0, True), (1.01, False)])
def test_a_model_stands_unless_people_surely_want_another_line(low: float | None, model_stands: bool) -> None:
    found = Audit("estimated", 1.4, low, 2.0, 7)
    assert weighed(0.8, found).rho == (0.8 if model_stands else 1.4)
