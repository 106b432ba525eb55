"""Lines, conditions and shares of circles: at each limit, and one short of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oneheart.engine import bounds, disclosure
from oneheart.engine.desire import one_desire, shares
from oneheart.engine.desire.common_ground import CrossFitted
from oneheart.engine.estimate import Estimate
from oneheart.model.gathering import Responses
from oneheart.model.verdict import Condition, ConditionCode, Status

NO_ONE = np.zeros(0, np.int32)


def answers(*columns: list[int]) -> Responses:
    """Return responses of people 0, 1, .. to desires 0, 1, ..; a 9 was not asked."""
    cells = [(person, d, stance) for d, column in enumerate(columns) for person, stance in enumerate(column)]
    people, desires, stances = zip(*(cell for cell in cells if cell[2] != 9), strict=True)
    return Responses.of(people, desires, stances)


def crossed(*order: list[float]) -> CrossFitted:
    """Return a raw check in which the fifth of each desire has these net supports."""
    nothing = np.full(len(order), np.nan)
    tails = np.array([len(values) for values in order])
    fifths = tuple(np.array(values, float) for values in order)
    return CrossFitted(nothing, nothing, nothing, nothing, tails, fifths, tails.astype(float), ())


# --- how many lines


@pytest.mark.parametrize(
    ("people", "lines"), [(0, 3), (11, 3), (12, 3), (13, 5), (999, 5), (1000, 5), (1001, 7), (100_000, 7)]
)
def test_a_gathering_of_this_size_has_so_many_lines(people: int, lines: int) -> None:
    assert one_desire.line_count(people) == lines


# --- curves


@pytest.mark.parametrize(
    ("people", "k", "buckets"),
    [(4, 5, 0), (5, 5, 1), (9, 5, 1), (10, 5, 2), (299, 5, 59), (300, 5, 60), (305, 5, 60), (1000, 5, 60), (13, 7, 1)],
)
def test_no_bucket_of_a_curve_has_fewer_than_k_people_and_there_are_sixty_at_most(
    people: int, k: int, buckets: int
) -> None:
    want, against = one_desire.curves(np.linspace(0, 1, people)[None], np.zeros((1, people)), k)
    assert len(want) == len(against) == buckets


def test_a_curve_goes_from_least_to_most_net_support() -> None:
    want = np.array([0.9, 0.8, 0.2, 0.5, 0.6, 0.1])
    against = np.array([0.0, 0.2, 0.1, 0.0, 0.4, 0.8])  # net .9 .7 .15 .5 .4 -.3
    assert one_desire.curves(want[None], against[None], 2) == (
        pytest.approx(((0.1 + 0.2) / 2, (0.6 + 0.5) / 2, (0.8 + 0.9) / 2)),
        pytest.approx(((0.8 + 0.1) / 2, (0.4 + 0.0) / 2, (0.2 + 0.0) / 2)),
    )


def test_a_curve_orders_people_anew_in_each_draw() -> None:
    """Two people of whom nothing is known are alike on average; in each draw one of them wants it and one does not."""
    want = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert one_desire.curves(want, np.zeros((2, 2)), 1) == ((0.0, 1.0), (0.0, 0.0))


# --- lines


def test_a_line_says_who_holds_it_and_who_holds_nothing_else() -> None:
    want = np.array([[1.0, 0.0, 0.5], [0.5, 0.5, 0.0], [0.0, 1.0, 1.0]])
    modelled = np.array([[0.9, 0.2, 0.5], [0.5, 0.4, 0.1], [0.1, 0.9, 0.8]])
    foreseen = modelled[None][:, :, [2, 0]]
    first, second = one_desire.make_lines(want, (foreseen, 1 - foreseen), [2, 0], [7, 8, 9], 1)
    assert (first.desire, second.desire) == (9, 7)
    assert (first.held_by, second.held_by) == (0.5, 0.5)
    assert first.only_here == pytest.approx((0.0 + 0.0 + 1.0) / 3)  # want of it times what others leave
    assert second.only_here == pytest.approx((0.5 + 0.5 + 0.0) / 3)
    assert first.want_curve == pytest.approx((0.1, 0.5, 0.8))
    assert first.against_curve == pytest.approx((0.9, 0.5, 0.2))
    assert one_desire.make_lines(want, (foreseen, 1 - foreseen), [2], [7, 8, 9], 2)[0].want_curve == (
        pytest.approx(((0.1 + 0.5 + 0.8) / 3,))
    )


# --- surely affirmed, surely supported by the worst fifth


def conditions(responses: Responses, chosen: list[int], honest: CrossFitted) -> tuple[Condition, Condition]:
    """Return the two conditions with the same order of answers each time."""
    lower = one_desire.line_bounds(responses, chosen, honest, rng=np.random.default_rng(3))
    return one_desire.line_conditions(chosen, lower)


def test_the_error_of_five_in_a_hundred_is_shared_by_both_conditions_and_all_lines() -> None:
    responses, honest = answers([1] * 40 + [0] * 5, [1] * 30 + [-1] * 15), crossed([1, 1, 1, 0], [1, 0, -0.5, 1])
    rng = np.random.default_rng(3)
    by_hand = []
    for wanted, fifth in (([1] * 40 + [0] * 5, [1, 1, 1, 0]), ([1] * 30 + [0] * 15, [1, 0, -0.5, 1])):
        yes = bounds.lower_bound(np.array(wanted, float), 0.05 / 4, rng=rng)
        by_hand.append((yes, bounds.lower_bound((np.array(fifth) + 0.5) / 1.5, 0.05 / 4, rng=rng) * 1.5 - 0.5))
    affirmed, fifth = conditions(responses, [0, 1], honest)
    assert (affirmed.bound, affirmed.line) == min((value, line) for line, (value, _) in enumerate(by_hand))
    assert (fifth.bound, fifth.line) == min((value, line) for line, (_, value) in enumerate(by_hand))
    assert (affirmed.code, affirmed.needed) == (ConditionCode.AFFIRMED, 0.8)
    assert (fifth.code, fifth.needed) == (ConditionCode.WORST_FIFTH, 0.5)
    assert (affirmed.value, fifth.value) == (None, None)


def test_not_mine_and_against_both_do_not_affirm() -> None:
    honest = crossed([1] * 40)
    bound = {other: conditions(answers([1] * 60 + [other] * 40), [0], honest)[0].bound for other in (0, -1)}
    assert bound[0] == bound[-1]
    assert bound[0] is not None
    assert 0.4 < bound[0] < 0.6
    all_others = conditions(answers([0] * 100), [0], honest)[0]
    assert all_others.bound is not None
    assert all_others.bound < 0.01
    assert all_others.met is False


@pytest.mark.parametrize("wanted", [0.7, 0.8, 0.82, 0.85, 0.9, 0.95, 1.0])
def test_a_line_is_affirmed_where_the_share_that_surely_wants_it_is_four_fifths(wanted: float) -> None:
    yes = round(400 * wanted)
    affirmed, _ = conditions(answers([1] * yes + [0] * (400 - yes)), [0], crossed([1.0] * 80))
    assert affirmed.bound is not None
    assert affirmed.met is (affirmed.bound >= 0.8)
    assert affirmed.met is (wanted >= 0.85)


@pytest.mark.parametrize(
    ("bound", "affirmed", "supported"),
    [(0.7999, False, True), (0.8, True, True), (2 / 3, False, True), (0.66, False, False)],
)
def test_a_bound_that_is_just_reached_is_enough(
    bound: float, affirmed: bool, supported: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "lower_bound", lambda *_, **__: bound)
    found = conditions(answers([1] * 9), [0], crossed([1]))
    assert (found[0].met, found[1].met) == (affirmed, supported)


def test_thirty_of_a_hundred_are_no_affirmation() -> None:
    affirmed, _ = conditions(answers([1] * 30 + [0] * 70), [0], crossed([1.0] * 20))
    assert affirmed.met is False


@pytest.mark.parametrize(("support", "met"), [(1.0, True), (0.75, True), (0.5, False), (0.25, False), (-0.5, False)])
def test_the_worst_fifth_must_surely_support_a_line_by_half(support: float, met: bool) -> None:
    ones = int(400 * (support + 0.5) / 1.5)
    _, fifth = conditions(answers([1] * 50), [0], crossed([1.0] * ones + [-0.5] * (400 - ones)))
    assert fifth.met is met
    assert fifth.bound is not None
    assert support - 0.25 < fifth.bound <= support + 1e-9


def test_the_line_that_is_nearest_to_failing_is_named() -> None:
    responses = answers([1] * 90 + [0] * 10, [1] * 50 + [0] * 50, [1] * 99 + [0])
    honest = crossed([1] * 20, [0.5] * 20, [-0.5] * 20)
    affirmed, fifth = conditions(responses, [0, 1, 2], honest)
    assert (affirmed.line, fifth.line) == (1, 2)
    affirmed, fifth = conditions(responses, [2, 0], honest)
    assert (affirmed.line, fifth.line) == (0, 2)


def test_without_lines_nothing_is_affirmed() -> None:
    affirmed, fifth = conditions(answers([1] * 90), [], crossed([1] * 20))
    assert (affirmed.met, affirmed.bound, affirmed.needed, affirmed.line) == (False, None, 0.8, None)
    assert (fifth.met, fifth.bound, fifth.needed, fifth.line) == (False, None, 0.5, None)


def test_each_line_says_by_itself_which_conditions_it_meets() -> None:
    responses = answers([1] * 400, [1] * 250 + [0] * 150, [1] * 200 + [-1] * 200)
    honest = crossed([1.0] * 80, [0.0] * 80, [-0.5] * 80)
    circle_of = np.array([0] * 200 + [1] * 200, np.int32)
    lower = one_desire.line_bounds(responses, [2, 0, 1], honest, rng=np.random.default_rng(3))
    checks = one_desire.line_checks(responses, [2, 0, 1], lower, circle_of, 2)
    assert [(check.line, check.affirmed, check.worst_fifth, check.every_part) for check in checks] == [
        (2, False, False, False),
        (0, True, True, True),
        (1, False, False, True),
    ]
    bare = one_desire.line_checks(responses, [0], (lower[0][1:2], lower[1][1:2]), circle_of, 0)
    assert bare[0].every_part is None, "no circles are declared"
    worst = one_desire.line_conditions([2, 0, 1], lower)
    assert [condition.met for condition in worst] == [False, False]


# --- every part


def every_part(column: list[int], circle_of: list[int], count: int = 2, chosen: tuple[int, ...] = (0,)) -> Condition:
    """Return the condition for one line that people 0, 1, .. answered so."""
    return one_desire.every_part_condition(answers(column), list(chosen), np.array(circle_of, np.int32), count)


@pytest.mark.parametrize(
    ("members", "heard", "met"),
    [
        (8, 0, False),
        (8, 1, False),
        (8, 2, False),
        (8, 3, True),
        (3, 2, False),
        (3, 3, True),
        (2, 1, False),
        (2, 2, True),
        (1, 0, False),
        (1, 1, True),
    ],
)
def test_a_circle_is_heard_with_three_answers_or_all_its_members(members: int, heard: int, met: bool) -> None:
    column = [1] * heard + [9] * (members - heard) + [1] * 5
    found = every_part(column, [0] * members + [1] * 5)
    assert found.met is met
    assert (found.code, found.line, found.part) == (ConditionCode.EVERY_PART, None if met else 0, None if met else 0)


@pytest.mark.parametrize(
    ("heard", "against", "met"),
    [
        (3, 0, True),
        (3, 1, False),
        (5, 1, False),
        (6, 1, True),
        (8, 2, True),
        (7, 2, False),
        (2, 0, True),
        (1, 1, False),
        (20, 7, True),  # .095
        (38, 15, True),  # .0998
        (29, 11, False),  # .1002
    ],
)
def test_a_circle_refuses_where_over_half_are_against_with_more_than_one_chance_in_ten(
    heard: int, against: int, met: bool
) -> None:
    column = [-1] * against + [0] * (heard - against) + [1] * 5
    found = every_part(column, [0] * heard + [1] * 5)
    assert found.met is met
    assert found.part == (None if met else 0)


def test_not_mine_is_no_refusal_of_a_circle() -> None:
    assert every_part([0] * 8, [0] * 8, 1).met is True
    assert every_part([-1] * 8, [0] * 8, 1).met is False


def test_people_without_a_circle_and_empty_circles_are_no_part() -> None:
    assert every_part([1] * 4 + [-1] * 4, [0] * 4 + [-1] * 4).met is True
    assert every_part([-1] * 4 + [1] * 4, [0] * 4 + [-1] * 4).part == 0


def test_a_circle_that_is_not_heard_is_named_before_one_that_refuses_and_the_first_line_first() -> None:
    circle_of = np.array([0] * 4 + [1] * 4 + [2] * 4, np.int32)
    silent, refusing, both = [1] * 4 + [1] * 4 + [9] * 4, [1] * 4 + [-1] * 4 + [1] * 4, [-1] * 4 + [1] * 4 + [9] * 4
    every = one_desire.every_part_condition
    assert (every(answers(both), [0], circle_of, 3).part, every(answers(refusing), [0], circle_of, 3).part) == (
        2,
        1,
    )
    found = every(answers(refusing, silent), [0, 1], circle_of, 3)
    assert (found.line, found.part) == (0, 1)
    found = every(answers(refusing, silent), [1, 0], circle_of, 3)
    assert (found.line, found.part) == (1, 2)


def test_no_circles_say_nothing_and_no_lines_fail() -> None:
    assert every_part([1] * 5, [-1] * 5, 0).met is None
    assert every_part([1] * 5, [0] * 5, 1, ()).met is False
    assert every_part([1] * 5, [-1] * 5, 0, ()).met is None


# --- own line and share


@pytest.mark.parametrize(("index", "met"), [(0.0, True), (0.99, True), (1.0, True), (1.0001, False), (1.1, False)])
def test_no_part_is_owed_a_line_up_to_a_share_index_of_one(index: float, met: bool) -> None:
    _, share = one_desire.set_conditions(index, Estimate(1.0, 1.0, 1.0))
    assert (share.code, share.met, share.value, share.needed) == (ConditionCode.SHARE, met, index, 1.0)


@pytest.mark.parametrize(("covered", "met"), [(0.9499, False), (0.95, True), (0.96, True), (1.0, True)])
def test_nineteen_in_twenty_must_have_a_line_of_their_own(covered: float, met: bool) -> None:
    own, _ = one_desire.set_conditions(0.5, Estimate(covered, 0.0, 1.0))
    assert (own.code, own.met, own.value, own.needed) == (ConditionCode.OWN_LINE, met, covered, 0.95)


def test_what_is_not_known_is_not_met() -> None:
    own, share = one_desire.set_conditions(None, None)
    assert (own.met, own.value, share.met, share.value) == (False, None, False, None)


# --- one, or not yet


def test_every_condition_that_fails_stops_it_and_one_that_cannot_be_judged_does_not() -> None:
    met = [
        Condition(code, met=True)
        for code in (
            ConditionCode.MEASURED,
            ConditionCode.AFFIRMED,
            ConditionCode.WORST_FIFTH,
            ConditionCode.EVERY_PART,
            ConditionCode.OWN_LINE,
            ConditionCode.SHARE,
        )
    ]
    assert one_desire.judge(met) is Status.ONE_DESIRE
    for place, condition in enumerate(met):
        failing = [*met[:place], replace(condition, met=False), *met[place + 1 :]]
        assert one_desire.judge(failing) is Status.NOT_YET, condition.code
    assert one_desire.judge([met[0], Condition(ConditionCode.EVERY_PART, met=None)]) is Status.ONE_DESIRE
    assert one_desire.judge([Condition(ConditionCode.MEASURED, met=None), *met[1:]]) is Status.NOT_YET
    assert one_desire.judge(met[1:]) is Status.NOT_YET
    assert one_desire.judge([]) is Status.NOT_YET


# --- the share of a circle


def circle_shares(
    want: np.ndarray, chosen: list[int], circle_of: list[int], count: int = 1, k: int = disclosure.K
) -> tuple[one_desire.CircleShare, ...]:
    """Return the shares of circles where places are columns."""
    columns = list(range(10, 10 + want.shape[1]))
    return one_desire.circle_shares(want, chosen, columns, np.array(circle_of, np.int32), count, k)


@pytest.mark.parametrize(("members", "shown"), [(3, False), (4, False), (5, True), (6, True)])
def test_a_circle_of_fewer_than_k_people_has_no_share(members: int, shown: bool) -> None:
    want = np.full((members + 6, 2), 0.5)
    found = circle_shares(want, [0], [0] * members + [-1] * 6)
    assert [share.members for share in found] == ([members] if shown else [])
    assert bool(circle_shares(want, [0], [0] * members + [-1] * 6, k=members))
    assert not circle_shares(want, [0], [0] * members + [-1] * 6, k=members + 1)


def test_a_circle_without_lines_has_no_share_and_circles_come_in_order() -> None:
    want = np.full((18, 2), 0.5)
    circle_of = [2] * 6 + [0] * 6 + [1] * 6
    assert circle_shares(want, [], circle_of, 3) == ()
    assert [share.circle for share in circle_shares(want, [0], circle_of, 3)] == [0, 1, 2]
    assert [share.circle for share in circle_shares(want, [0], circle_of, 2)] == [0, 1]


def test_the_share_of_a_circle_is_of_its_own_people_with_a_line() -> None:
    want = np.array([[1.0, 0.0, 0.0]] * 3 + [[0.5, 0.5, 0.0]] * 2 + [[0.0, 0.0, 1.0]] * 6)
    share = circle_shares(want, [0, 1], [0] * 5 + [1] * 6, 2)[0]
    assert share.own_line.value == pytest.approx((3 * 1.0 + 2 * 0.75) / 5)
    error = np.sqrt(2 * 0.75 * 0.25 + 0.25) / 5
    assert share.own_line.low == pytest.approx(share.own_line.value - 1.645 * error)
    assert share.own_line.high == 1.0
    certain = circle_shares(want, [2], [0] * 5 + [1] * 6, 2)[1]
    assert (certain.own_line.value, certain.own_line.high) == (1.0, 1.0)
    assert certain.own_line.low == pytest.approx(1 - 1.645 * np.sqrt(0.25 + 0.25) / 6)
    none = circle_shares(want, [2], [0] * 5 + [1] * 6, 2)[0]
    assert (none.own_line.value, none.own_line.low) == (0.0, 0.0)


def test_the_next_desire_of_a_circle_is_no_line_that_it_has() -> None:
    everybody_wants_the_line = np.array([[1.0, 0.2, 0.4]] * 6 + [[1.0, 0.9, 0.1]] * 6)
    found = circle_shares(everybody_wants_the_line, [0], [0] * 6 + [1] * 6, 2)
    assert [share.next_desire for share in found] == [12, 11]
    assert [share.next_desire for share in circle_shares(everybody_wants_the_line, [0, 1, 2], [0] * 12)] == [None]


def test_the_next_desire_of_a_circle_is_weighed_by_what_its_people_have_already() -> None:
    has_nothing, has_two = [[0.0, 0.0, 1.0, 0.0]] * 3, [[1.0, 1.0, 0.0, 1.0]] * 4
    want = np.array(has_nothing + has_two + [[0.0, 0.0, 0.0, 1.0]] * 9)
    share = circle_shares(want, [0, 1], [0] * 7 + [-1] * 9)[0]
    owed = shares.harmonic_gain(want, [0, 1])[:7]
    assert (owed @ want[:7])[2:] == pytest.approx([3.0, 4 / 3])
    assert share.next_desire == 12


def test_each_person_counts_once_however_many_draws_stand_for_them() -> None:
    want = np.array([[1.0, 0.0, 0.3], [0.0, 0.6, 0.3]] * 5 + [[0.0, 0.0, 0.9]] * 12)  # five people, then six
    first, second = circle_shares(want, [0], [0] * 5 + [1] * 6, 2)
    assert (first.members, second.members) == (5, 6)
    assert first.own_line.value == pytest.approx(0.5)
    assert second.own_line.value == 0.0
    assert (first.next_desire, second.next_desire) == (11, 12)
