"""Verdicts over halls with several lines, partly heard, of 13 to 25 people, and a pair at each limit: at it, one short.

In these halls a share is not its bound, any line is not all lines, and who was heard is not everybody.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from oneheart.engine.prayer.audit import Audit, estimated
from oneheart.engine.prayer.stopping import (
    UNHEARD,
    Heard,
    Stopping,
    net_surely_exceeds,
    parts_without_line,
    stopping,
    surely_exceeds,
)
from oneheart.model.verdict import Condition

FAIR = estimated(0.8)
LINES = 3


def marks(*runs: tuple[int, int]) -> np.ndarray:
    """Return answers from runs of (answer, how many people)."""
    return np.concatenate([np.full(count, answer, np.int8) for answer, count in runs])


def text(whole: np.ndarray, *, against: Sequence[int] = (), levels: tuple[np.ndarray, ...] = ()) -> Heard:
    """Return a text of three lines; for the people `against`, one of the lines, turn by turn, goes against them.

    Who has said nothing to the whole has read no line, and nothing is known of their own line. The last people are
    expected to support the text least.
    """
    people = len(whole)
    readings = np.where(whole[:, None] == UNHEARD, UNHEARD, np.ones((people, LINES), np.int8)).astype(np.int8)
    for turn, person in enumerate(against):
        readings[person, turn % LINES] = -1
    own_line = np.where(whole == UNHEARD, UNHEARD, 1).astype(np.int8)
    return Heard(readings, whole, own_line, -np.arange(people, dtype=float), levels, {1: 41, 2: 42, 3: 43}, 50)


def spread(yes: int, no: int, people: int) -> np.ndarray:
    """Return answers to the whole in which the noes stand evenly among everybody, the rest was not heard."""
    whole = np.full(people, UNHEARD, np.int8)
    turn = np.argsort(np.arange(people) * 7919 % people, kind="stable")
    whole[turn[:yes]], whole[turn[yes : yes + no]] = 1, 0
    return whole


def part(number: int, people: int, total: int = 200, *, first: int = 0) -> np.ndarray:
    """Return a level in which `people` from `first` on are one part and nobody else is in any."""
    level = np.full(total, -1, np.int64)
    level[first : first + people] = number
    return level


def missing(heard: Heard, share: Audit | None = FAIR, *, before: float | None = None) -> list[str]:
    verdict = stopping(heard, share, before=before)
    assert (verdict.status == "one desire") == (not verdict.missing)
    return [condition.code for condition in verdict.missing]


def condition(verdict: Stopping, code: str) -> Condition:
    return next(condition for condition in verdict.conditions if condition.code == code)


def least_share(good: int, heard: int, people: int, error: float) -> float:
    """Return the bound by its definition: the least share that the answers do not rule out, by floats of logarithms."""
    lgamma = np.vectorize(math.lgamma)
    bad = heard - good
    yes = np.arange(good, people - bad + 1)
    ways = lgamma(yes + 1) - lgamma(yes - good + 1) + lgamma(people - yes + 1) - lgamma(people - yes - bad + 1)
    chance = ways - lgamma(people + 1) + lgamma(people - heard + 1)
    mixture = lgamma(good + 1) + lgamma(bad + 1) - lgamma(heard + 2)
    allowed = mixture - chance < np.log(1 / error)
    return float(yes[allowed].min() / people)


def least_said(good: int, heard: int, people: int, error: float) -> float:
    """Return the bound that gives the silent a quarter of the odds, by its definition."""
    share = least_share(good, heard, people, error)
    odds = share / (1 - share) / 4 if share < 1 else math.inf
    chance = 1.0 if share == 1 else odds / (1 + odds)
    return min(share, (good + chance * (people - heard)) / people)


# --- what a person says to the whole ------------------------------------------------------------------------------


def test_one_line_of_three_against_a_person_is_against_and_silence_stays_silence() -> None:
    heard = Heard(
        np.array([[1, 1, 1], [1, -1, 1], [0, 0, 1], [UNHEARD] * 3, [1, UNHEARD, -1], [-1, -1, -1]], np.int8),
        np.array([1, 1, 0, UNHEARD, UNHEARD, 1], np.int8),
        np.ones(6, np.int8),
        np.zeros(6),
    )
    assert heard.net.tolist() == [1, -1, 0, UNHEARD, -1, -1]


def test_thirty_of_a_hundred_people_against_a_line_each_is_not_one_desire() -> None:
    everybody = marks((1, 100))
    assert missing(text(everybody)) == []
    assert missing(text(everybody, against=range(30))) == ["affirmed"]
    assert missing(text(everybody, against=range(20))) == []


# --- measured, affirmed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "heard", "met"),
    [
        (400, 25, True),
        (400, 24, False),
        (25, 25, True),
        (25, 24, False),
        (24, 24, True),
        (24, 23, False),
        (13, 13, True),
        (13, 12, False),
    ],
)
def test_twenty_five_or_all_have_to_be_heard(people: int, heard: int, met: bool) -> None:
    measured = condition(stopping(text(spread(heard, 0, people)), FAIR), "measured")
    assert (measured.met, measured.value, measured.needed) == (met, heard, min(25, people))


@pytest.mark.parametrize(("people", "least"), [(13, 11), (19, 16), (24, 20), (25, 20), (100, 80)])
def test_four_in_five_of_all_who_were_heard_can_say_it(people: int, least: int) -> None:
    assert missing(text(spread(least, people - least, people))) == []
    one_short = stopping(text(spread(least - 1, people - least + 1, people)), FAIR)
    assert [(c.code, c.desire) for c in one_short.missing] == [("affirmed", 50)]


def test_affirmed_is_what_the_share_surely_exceeds_and_not_the_share_of_who_answered() -> None:
    heard = text(spread(50, 10, 200))
    affirmed = condition(stopping(heard, FAIR), "affirmed")
    assert affirmed.value == 50 / 60
    assert affirmed.value > 0.8 > affirmed.bound  # type: ignore[operator]
    assert (affirmed.met, affirmed.needed) == (False, 0.8)


@pytest.mark.parametrize(("reading", "error"), [(1, 0.05 / 8), (2, 0.05 / 24), (3, 0.05 / 48)])
def test_the_error_is_split_over_four_bounds_and_over_all_readings(reading: int, error: float) -> None:
    heard = text(spread(1200, 100, 3000))
    verdict = stopping(heard, FAIR, reading=reading)
    assert condition(verdict, "affirmed").bound == pytest.approx(least_said(1200, 1300, 3000, error))
    assert condition(verdict, "own line").bound == pytest.approx(least_said(1300, 1300, 3000, error))


def test_the_error_of_net_support_is_split_over_those_for_and_those_against() -> None:
    net = marks((1, 300), (0, 60), (-1, 40), (UNHEARD, 4600))
    value, bound = net_surely_exceeds(net, 0.05)
    against = 1 - least_said(360, 400, 5000, 0.025)
    assert value == (300 - 0.5 * 40) / 400
    assert bound == pytest.approx(least_said(300, 400, 5000, 0.025) - 0.5 * against, abs=1e-12)


def test_the_bound_of_net_support_is_too_high_as_seldom_as_it_says() -> None:
    people = marks((1, 120), (0, 50), (-1, 30))
    truth, above = (120 - 0.5 * 30) / 200, 0
    for run in range(200):
        order = np.random.default_rng([6, run]).permutation(people)
        seen = [np.where(np.arange(200) < heard, order, UNHEARD).astype(np.int8) for heard in (20, 60, 110, 170)]
        above += any(net_surely_exceeds(net, 0.2)[1] > truth + 1e-12 for net in seen)
    assert above <= 0.2 * 200


# --- worst fifth -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "in_fifth"),
    [(13, 3), (15, 3), (16, 4), (25, 5), (26, 6), (100, 20), (101, 21), (115, 23), (230, 46)],
)
def test_the_worst_fifth_is_a_fifth_rounded_up_of_those_who_are_expected_least(people: int, in_fifth: int) -> None:
    whole = marks((1, people))
    whole[-in_fifth] = 0  # the first of the fifth, who is expected to support it most of them
    found = condition(stopping(text(whole), FAIR), "worst fifth")
    assert found.value == pytest.approx((in_fifth - 1) / in_fifth)
    whole[-in_fifth], whole[-in_fifth - 1] = 1, 0
    assert condition(stopping(text(whole), FAIR), "worst fifth").value == 1.0


@pytest.mark.parametrize(
    ("yes", "neither", "no", "met"), [(10, 10, 0, True), (9, 11, 0, False), (12, 4, 4, True), (12, 3, 5, False)]
)
def test_the_worst_fifth_needs_a_net_support_of_a_half(yes: int, neither: int, no: int, met: bool) -> None:
    whole = marks((1, 80 + yes), (0, neither + no))
    found = stopping(text(whole, against=range(100 - no, 100)), FAIR)
    assert condition(found, "worst fifth").value == (yes - no / 2) / 20
    assert [(c.code, c.desire) for c in found.missing] == ([] if met else [("worst fifth", 50)])


def test_where_all_are_expected_alike_the_worst_fifth_are_those_who_come_first() -> None:
    whole = marks((0, 11), (1, 89))
    assert missing(replace(text(whole), expected=np.zeros(100))) == ["worst fifth"]
    assert missing(replace(text(whole[::-1].copy()), expected=np.zeros(100))) == []


def test_a_worst_fifth_that_was_hardly_heard_is_not_surely_in() -> None:
    whole = marks((1, 170), (UNHEARD, 30))
    found = stopping(text(whole), FAIR)
    fifth = condition(found, "worst fifth")
    assert (fifth.met, fifth.value) == (False, 1.0)
    assert fifth.bound < 0.5  # type: ignore[operator]


# --- every part --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "yes", "against", "met"),
    [
        (30, 20, 0, True),  # two thirds
        (30, 19, 0, False),
        (12, 8, 0, True),
        (12, 7, 0, False),
        (12, 8, 4, False),  # a third against it: half may be, with a chance of .13
        (13, 9, 4, True),  # .09
        (15, 10, 5, False),  # .105
        (16, 11, 5, True),  # .07
    ],
)
def test_in_a_part_of_twelve_or_more_two_thirds_can_say_it_and_half_are_surely_not_against(
    people: int, yes: int, against: int, met: bool
) -> None:
    whole = marks((1, yes), (0, people - yes), (1, 200 - people))
    heard = text(whole, against=range(people - against, people), levels=(part(1, people),))
    found = condition(stopping(heard, FAIR), "every part")
    assert (found.met, found.part, found.desire) == ((True, None, None) if met else (False, 1, 41))
    assert (found.value, found.bound, found.needed) == (yes / people, yes / people, 0.5)


def test_in_a_part_of_which_some_are_silent_half_of_all_can_surely_say_it() -> None:
    asked = {}
    for heard in (20, 60):
        whole = marks((1, 200))
        whole[:60] = marks((1, heard * 3 // 4), (0, heard // 4), (UNHEARD, 60 - heard))
        found = condition(stopping(text(whole, levels=(part(1, 60),)), FAIR), "every part")
        assert found.value == 0.75
        assert found.bound == pytest.approx(least_said(heard * 3 // 4, heard, 60, 0.05 / 8))
        asked[heard] = found.met
    assert asked == {20: False, 60: True}


@pytest.mark.parametrize(
    ("people", "heard", "against", "met"),
    [
        (4, 4, 1, True),
        (4, 4, 2, False),
        (11, 11, 5, True),
        (11, 11, 6, False),
        (11, 4, 2, False),
        (11, 4, 1, True),
        (1, 1, 0, True),
        (1, 1, 1, False),
        (3, 3, 1, True),
        (3, 3, 2, False),
    ],
)
def test_of_a_smaller_part_fewer_than_half_of_the_heard_are_against(
    people: int, heard: int, against: int, met: bool
) -> None:
    whole = marks((1, heard), (UNHEARD, people - heard), (1, 200 - people))
    found = stopping(text(whole, against=range(against), levels=(part(2, people),)), FAIR)
    every = condition(found, "every part")
    assert found.not_measured == ()
    assert (every.met, every.part, every.desire) == ((True, None, None) if met else (False, 2, 42))
    assert (every.value, every.bound) == (None, None)  # so few people are not told of in a share


@pytest.mark.parametrize(
    ("people", "heard", "measured"),
    [
        (12, 12, True),
        (12, 11, False),
        (40, 12, True),
        (40, 11, False),
        (11, 3, True),
        (11, 2, False),
        (3, 3, True),
        (3, 2, False),
        (2, 2, True),
        (2, 1, False),
        (1, 1, True),
        (1, 0, False),
    ],
)
def test_a_part_is_measured_by_twelve_or_if_smaller_by_three_or_all_of_it(
    people: int, heard: int, measured: bool
) -> None:
    whole = marks((1, heard), (UNHEARD, people - heard), (1, 200 - people))
    found = stopping(text(whole, levels=(part(1, people),)), FAIR)
    assert found.not_measured == (() if measured else (1,))
    if not measured:
        every = condition(found, "every part")
        assert (every.met, every.part, every.desire, every.value) == (False, 1, 41, None)


def test_of_two_parts_that_cannot_say_it_the_one_that_is_least_in_is_named() -> None:
    whole = marks((0, 30), (1, 10), (0, 25), (1, 15), (1, 320))
    for numbers in ((1, 2), (2, 1)):
        level = np.full(400, -1, np.int64)
        level[:40], level[40:80] = numbers
        found = condition(stopping(text(whole, levels=(level,)), FAIR), "every part")
        assert (found.part, found.value, found.desire) == (numbers[0], 0.25, 40 + numbers[0])


def test_of_parts_that_are_as_little_in_the_lower_number_is_named() -> None:
    whole = marks((0, 30), (1, 10), (0, 30), (1, 10), (1, 320))
    level = np.full(400, -1, np.int64)
    level[:40], level[40:80] = 2, 1
    assert condition(stopping(text(whole, levels=(level,)), FAIR), "every part").part == 1


def test_a_large_part_that_cannot_say_it_is_named_before_a_small_one_and_before_one_that_was_not_heard() -> None:
    whole = marks((0, 30), (1, 10), (1, 8), (UNHEARD, 12), (1, 340))
    level = np.full(400, -1, np.int64)
    level[40:48], level[:40], level[48:60] = 1, 2, 3
    heard = text(whole, against=range(40, 48), levels=(level,))
    found = stopping(heard, FAIR)
    assert (condition(found, "every part").part, found.not_measured) == (2, (3,))
    level[:40] = -1
    found = stopping(replace(heard, levels=(level,)), FAIR)
    assert (condition(found, "every part").part, found.not_measured) == (1, (3,))
    level[40:48] = -1
    found = stopping(replace(heard, levels=(level,)), FAIR)
    assert (condition(found, "every part").part, found.not_measured) == (3, (3,))


def test_parts_that_were_not_heard_are_listed_in_order_over_all_levels() -> None:
    whole = marks((UNHEARD, 24), (1, 376))
    tables, tens = part(3, 12, 400), part(1, 12, 400, first=12)
    found = stopping(text(whole, levels=(tables, tens)), FAIR)
    assert (found.not_measured, condition(found, "every part").part) == ((1, 3), 1)


def test_where_every_part_can_say_it_the_least_of_the_large_ones_is_told_of_without_its_number() -> None:
    whole = marks((0, 4), (1, 36), (0, 2), (1, 38), (1, 6), (1, 314))
    level = np.full(400, -1, np.int64)
    level[:40], level[40:80], level[80:86] = 2, 1, 3
    found = condition(stopping(text(whole, levels=(level,)), FAIR), "every part")
    assert (found.met, found.value, found.bound, found.needed, found.part) == (True, 0.9, 0.9, 0.5, None)
    small = condition(stopping(text(whole, levels=(part(3, 6, 400, first=80),)), FAIR), "every part")
    assert (small.met, small.value, small.needed) == (True, None, None)
    assert condition(stopping(text(whole), FAIR), "every part").met is True


# --- own line, share, settled ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("have", "codes"), [(95, []), (94, ["own line"])])
def test_nineteen_in_twenty_have_a_line_of_their_own(have: int, codes: list[str]) -> None:
    heard = replace(text(marks((1, 100))), own_line=marks((1, have), (0, 100 - have)))
    assert missing(heard) == codes
    found = condition(stopping(heard, FAIR), "own line")
    assert (found.value, found.needed, found.desire) == (have / 100, 0.95, 50 if codes else None)


def test_of_whom_no_line_is_known_counts_neither_as_having_one_nor_as_having_none() -> None:
    heard = replace(text(marks((1, 100))), own_line=marks((1, 60), (UNHEARD, 40)))
    found = condition(stopping(heard, FAIR), "own line")
    assert (found.met, found.value) == (False, 1.0)
    assert found.bound == pytest.approx(least_said(60, 60, 100, 0.05 / 8))
    unknown = replace(heard, own_line=np.full(100, UNHEARD, np.int8))
    assert condition(stopping(unknown, FAIR), "own line").value is None


@pytest.mark.parametrize(
    ("share", "met"),
    [
        (Audit("estimated", 1.0, 0.5, 1.9, 7), True),
        (Audit("estimated", 1.0001, 0.5, 1.9, 7), False),
        (Audit("certified", 0.9, 0.5, 1.0, 7), True),
        (Audit("certified", 0.9, 0.5, 1.0001, 7), False),
        (Audit("certified", 1.0001, 0.5, 1.0, 7), True),
    ],
)
def test_a_share_of_exactly_one_owes_nobody_a_line(share: Audit, met: bool) -> None:
    found = condition(stopping(text(marks((1, 100))), share), "share")
    assert (found.met, found.value, found.needed) == (met, share.rho, 1.0)
    assert found.bound == (share.high if share.kind == "certified" else None)
    assert found.desire == (None if met else 7)


def test_without_a_known_share_it_is_not_one() -> None:
    assert missing(text(marks((1, 100))), None) == ["share"]


@pytest.mark.parametrize(
    ("yes", "before", "codes"),
    [
        (360, 0.96, ["settled"]),  # a fall
        (400, 0.96, ["settled"]),  # a rise
        (384, 0.96, []),
        (377, 0.96, []),  # 1.75 points down
        (391, 0.96, []),
        (376, 0.96, ["settled"]),  # two points
        (392, 0.96, ["settled"]),
    ],
)
def test_a_fall_in_support_has_not_settled_nor_has_a_rise(yes: int, before: float, codes: list[str]) -> None:
    heard = text(spread(yes, 400 - yes, 400))
    assert missing(heard, before=before) == codes
    found = condition(stopping(heard, FAIR, before=before), "settled")
    assert (found.value, found.needed) == (pytest.approx(abs(yes / 400 - before)), 0.02)


def test_a_change_of_exactly_two_points_has_not_settled() -> None:
    found = condition(stopping(text(marks((1, 2), (0, 98))), FAIR, before=0.0), "settled")
    assert (found.value, found.met) == (0.02, False)


def test_settled_compares_those_who_were_heard_and_decides_nothing_in_a_first_round_or_where_nobody_was() -> None:
    heard = text(spread(98, 2, 200))
    assert condition(stopping(heard, FAIR, before=0.98), "settled").value == 0.0
    assert condition(stopping(heard, FAIR), "settled").met is None
    nobody = text(np.full(50, UNHEARD, np.int8))
    assert condition(stopping(nobody, FAIR, before=0.98), "settled").met is None
    assert condition(stopping(nobody, FAIR), "affirmed").value is None


# --- few and nobody ----------------------------------------------------------------------------------------------


def test_a_gathering_of_nobody_is_not_one_desire() -> None:
    nobody = Heard(np.zeros((0, LINES), np.int8), np.zeros(0, np.int8), np.zeros(0, np.int8), np.zeros(0))
    assert missing(nobody) == ["measured", "affirmed"]


@pytest.mark.parametrize(("people", "conditions"), [(12, 2), (13, 7)])
def test_up_to_twelve_people_are_judged_by_all_of_them_and_more_by_every_condition(
    people: int, conditions: int
) -> None:
    found = stopping(text(marks((1, people))), FAIR)
    assert (found.status, len(found.conditions)) == ("one desire", conditions)


@pytest.mark.parametrize(
    ("yes", "of", "value"),
    [(12, 12, 1.0), (7, 12, 7 / 12), (5, 12, 5 / 12), (8, 12, None), (4, 12, None), (9, 9, None)],
)
def test_of_few_people_a_share_is_told_only_where_neither_side_is_fewer_than_five(
    yes: int, of: int, value: float | None
) -> None:
    affirmed = condition(stopping(text(marks((1, yes), (0, of - yes))), None), "affirmed")
    assert (affirmed.value, affirmed.met, affirmed.needed) == (value, yes == of, 1.0)
    assert affirmed.desire == (None if yes == of else 50)


def test_of_few_people_one_line_against_one_person_is_enough_for_not_yet() -> None:
    assert missing(text(marks((1, 10)), against=[4]), None) == ["affirmed"]
    assert missing(text(marks((1, 9), (UNHEARD, 1))), None) == ["measured", "affirmed"]


# --- what fits together ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["readings", "own_line", "expected", "levels"])
def test_every_array_has_one_row_for_each_person(field: str) -> None:
    heard = text(marks((1, 20)), levels=(part(1, 5, 20),))
    short = (heard.levels[0][:19],) if field == "levels" else getattr(heard, field)[:19]
    with pytest.raises(ValueError, match="one row for each person"):
        replace(heard, **{field: short})


def test_people_in_no_part_may_stand_at_every_level() -> None:
    heard = text(marks((1, 20)), levels=(part(1, 5, 20), part(2, 5, 20)))
    assert missing(heard) == []


@pytest.mark.parametrize(("good", "heard", "people"), [(-1, 4, 10), (5, 4, 10), (4, 11, 10)])
def test_counts_that_cannot_be_are_refused(good: int, heard: int, people: int) -> None:
    with pytest.raises(ValueError, match="must not fall"):
        surely_exceeds(good, heard, people, 0.05)


@pytest.mark.parametrize(("good", "heard"), [(300, 400), (399, 400), (1, 400), (0, 400), (400, 400), (1900, 2000)])
def test_the_bound_is_the_least_share_that_the_answers_do_not_rule_out(good: int, heard: int) -> None:
    assert surely_exceeds(good, heard, 2000, 0.01) == least_share(good, heard, 2000, 0.01)


def test_a_part_of_which_exactly_half_want_a_line_has_one() -> None:
    level = np.array([0, 0, 0, 0, -1])
    assert parts_without_line(np.array([[1.0, 0.0], [0.0, 1.0], [0, 0], [0, 0], [0, 0]]), level) == ()
    want = np.array([[0.5, 0.5], [0.25, 0.0], [0.5, 0.4], [0.0, 0.0], [0, 0]])  # .75 + .25 + .7 of four people
    assert parts_without_line(want, level) == (0,)
    assert parts_without_line(want, level, least=0.425) == ()
    thirteen = (np.arange(13) < 6)[:, None] * 1.0
    assert parts_without_line(thirteen, np.zeros(13, np.int64)) == (0,)
    assert parts_without_line(1 - thirteen, np.zeros(13, np.int64)) == ()
