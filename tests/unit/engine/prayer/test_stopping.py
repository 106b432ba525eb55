from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.engine.prayer.audit import Audit, estimated
from oneheart.engine.prayer.stopping import (
    UNHEARD,
    Heard,
    net_surely_exceeds,
    parts_without_line,
    stopping,
    surely_exceeds,
)

FAIR = estimated(0.8)
PEOPLE = 400


def hall(people: int = PEOPLE, yes: float = 0.97, against: float = 0.0) -> Heard:
    """Return a hall of two languages that has been heard whole; who can say the text stands evenly in both."""
    turn = np.arange(people) * 17 % people
    whole = (turn < round(yes * people)).astype(np.int8)
    readings = np.where(turn >= people - round(against * people), -1, 1).astype(np.int8)[:, None]
    return Heard(
        readings,
        whole,
        np.ones(people, np.int8),
        turn * 0.0,
        (np.arange(people, dtype=np.int64) % 2,),
        {0: 40, 1: 41},
        50,
    )


def silent(heard: Heard, who: np.ndarray) -> Heard:
    """Return the same hall in which some were never heard."""
    readings, whole, own = heard.readings.copy(), heard.whole.copy(), heard.own_line.copy()
    readings[who], whole[who], own[who] = UNHEARD, UNHEARD, UNHEARD
    return replace(heard, readings=readings, whole=whole, own_line=own)


def missing(heard: Heard, share: Audit | None = FAIR, **more: float) -> list[str]:
    found = stopping(heard, share, **more)  # type: ignore[arg-type]
    assert (found.status == "one desire") == (not found.missing)
    return [condition.code for condition in found.missing]


# --- the bound ---------------------------------------------------------------------------------------------------


def ruled_out(good: int, bad: int, yes: int, people: int, error: float) -> bool:
    """Return by whole numbers whether a share yes / people is ruled out: the slow way."""
    if good > yes or bad > people - yes:
        return True
    heard = good + bad
    chance = (
        comb(heard, good) ** -1 * comb(yes, good) * comb(people - yes, bad) / comb(people, heard) * comb(heard, good)
    )
    mixture = 1 / (heard + 1)  # uniform over all shares: every count of yes is equally likely
    return mixture / chance >= 1 / error


@pytest.mark.parametrize(("people", "error"), [(9, 0.3), (14, 0.05), (30, 0.01)])
def test_the_bound_is_the_least_share_that_is_not_ruled_out(people: int, error: float) -> None:
    for good, bad in product(range(people + 1), repeat=2):
        if not 0 < good + bad <= people:
            continue
        expected = next(
            yes
            for yes in range(good, people - bad + 1)
            if not ruled_out(good, bad, yes, people, error) or yes * (good + bad) >= people * good
        )
        assert surely_exceeds(good, good + bad, people, error) == expected / people


def ever_above(share: float, people: int, looks: range, runs: int) -> float:
    """Return how often a bound looked at again and again lay above the truth at any look."""
    above = 0
    for run in range(runs):
        answers = np.random.default_rng([7, run]).permutation(np.arange(people) < round(share * people))
        above += any(surely_exceeds(int(answers[:n].sum()), n, people, 0.1) > share + 1e-12 for n in looks)
    return above / runs


@pytest.mark.parametrize("share", [0.3, 0.8, 0.95])
def test_the_bound_holds_at_all_looks_together(share: float) -> None:
    assert ever_above(share, 300, range(5, 300, 5), 250) <= 0.1


def test_a_bound_for_one_look_would_not_hold_at_all_looks() -> None:
    def plain(answers: np.ndarray) -> float:
        mean = answers.mean()
        return float(mean - 1.2816 * np.sqrt(mean * (1 - mean) / len(answers)))

    above = 0
    for run in range(250):
        answers = np.random.default_rng([7, run]).permutation(np.arange(300) < 240)
        above += any(plain(answers[:n]) > 0.8 for n in range(25, 300, 5))
    assert above / 250 > 0.2


@given(st.integers(1, 200), st.data())
def test_the_bound_is_the_share_once_all_are_heard_and_never_above_what_was_seen(
    people: int, data: st.DataObject
) -> None:
    heard = data.draw(st.integers(1, people))
    good = data.draw(st.integers(0, heard))
    bound = surely_exceeds(good, heard, people, 0.05)
    assert good / people <= bound
    count = round(bound * people)  # a share times the people is a whole number but for the last digit
    assert bound == count / people
    assert count <= -(-people * good // heard)
    if heard == people:
        assert bound == good / people


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="must not fall"):
        surely_exceeds(5, 4, 10, 0.05)


def test_net_support_is_surely_what_it_is_once_all_are_heard() -> None:
    net = np.array([1] * 6 + [0] * 2 + [-1] * 2, np.int8)
    assert net_surely_exceeds(net, 0.05) == (0.5, pytest.approx(0.5))
    value, bound = net_surely_exceeds(np.append(net, np.full(10, UNHEARD, np.int8)), 0.05)
    assert value == 0.5
    assert -0.5 <= bound < 0.5
    assert net_surely_exceeds(np.full(3, UNHEARD, np.int8), 0.05) == (None, -0.5)


# --- the conditions ----------------------------------------------------------------------------------------------


def test_it_is_one_where_every_condition_holds() -> None:
    found = stopping(hall(), FAIR, before=0.96)
    assert found.status == "one desire"
    assert [c.code for c in found.conditions] == [
        "measured",
        "affirmed",
        "worst fifth",
        "every part",
        "own line",
        "share",
        "settled",
    ]
    assert all(c.met for c in found.conditions)
    assert found.not_measured == ()


def test_each_condition_alone_is_enough_for_not_yet() -> None:
    heard = hall()
    fifth = np.argsort(np.arange(PEOPLE) * 31 % PEOPLE)[: PEOPLE // 5]
    expected = heard.expected.copy()
    expected[fifth] = -1.0
    whole = np.ones(PEOPLE, np.int8)
    whole[fifth[:45]] = 0
    own = heard.own_line.copy()
    own[:22] = 0
    assert missing(hall(yes=0.79)) == ["affirmed"]
    assert missing(replace(heard, whole=whole, expected=expected)) == ["worst fifth"]
    assert missing(replace(heard, own_line=own)) == ["own line"]
    assert missing(heard, estimated(1.1, 3)) == ["share"]
    assert missing(heard, None) == ["share"]
    assert missing(heard, before=0.90) == ["settled"]
    assert missing(heard, before=0.96) == []


def test_a_line_that_goes_against_somebody_is_no_yes_to_the_whole() -> None:
    assert missing(hall(yes=1.0)) == []
    assert missing(hall(yes=1.0, against=0.21)) == ["affirmed"]


def test_a_part_that_cannot_say_it_is_named_by_its_number_with_the_desire_that_would_include_it() -> None:
    heard = hall(yes=1.0)
    level = np.zeros(PEOPLE, np.int64)
    level[:40] = 1
    whole = heard.whole.copy()
    whole[:21] = 0
    found = stopping(replace(heard, whole=whole, levels=(level,)), FAIR)
    (condition,) = found.missing
    assert (condition.code, condition.part, condition.desire) == ("every part", 1, 41)
    assert condition.value == pytest.approx(19 / 40)
    whole[:20] = 1
    assert missing(replace(heard, whole=whole, levels=(level,))) == []


def test_a_part_that_it_goes_against_is_named() -> None:
    heard = hall(yes=1.0)
    level = np.zeros(PEOPLE, np.int64)
    level[:30] = 1
    readings = heard.readings.copy()
    readings[:14] = -1
    found = stopping(replace(heard, readings=readings, levels=(level,)), FAIR)
    assert [(c.code, c.part) for c in found.missing] == [("every part", 1)]


def test_the_part_that_is_least_in_is_named_first_at_whatever_level_it_stands() -> None:
    heard = hall(yes=1.0)
    table, inner = np.repeat(np.arange(4), 100).astype(np.int64), np.full(PEOPLE, -1, np.int64)
    inner[100:140] = 9
    whole = heard.whole.copy()
    whole[100:130] = 0
    found = stopping(replace(heard, whole=whole, levels=(table, inner)), FAIR)
    assert [(c.code, c.part) for c in found.missing] == [("every part", 9)]


def test_a_part_of_twelve_that_is_not_measured_keeps_it_from_being_one() -> None:
    heard = hall(yes=1.0)
    level = np.zeros(PEOPLE, np.int64)
    level[:12] = 1
    level = np.where(np.arange(PEOPLE) >= PEOPLE - 11, 2, level)
    asleep = silent(replace(heard, levels=(level,)), np.arange(1))
    found = stopping(asleep, FAIR)
    assert [(c.code, c.part) for c in found.missing] == [("every part", 1)]
    assert found.not_measured == (1,)
    few = silent(replace(heard, levels=(level,)), np.arange(PEOPLE - 8, PEOPLE))
    assert stopping(few, FAIR).status == "one desire"  # three of a part of eleven were heard
    nobody = silent(replace(heard, levels=(level,)), np.arange(PEOPLE - 9, PEOPLE))
    assert stopping(nobody, FAIR).not_measured == (2,)


def test_too_few_readers_are_not_measured() -> None:
    assert missing(silent(hall(yes=1.0), np.arange(PEOPLE - 20))) != []
    assert stopping(silent(hall(yes=1.0), np.arange(PEOPLE)), FAIR).missing[0].code == "measured"


def test_a_certified_share_counts_by_its_bound_and_an_estimated_one_as_it_is() -> None:
    assert missing(hall(), Audit("certified", 0.8, 0.6, 0.95, 3)) == []
    assert missing(hall(), Audit("estimated", 0.8, 0.6, 1.4, 3)) == []
    found = stopping(hall(), Audit("estimated", 1.2, 0.6, 1.4, 3))
    assert [(c.code, c.desire) for c in found.missing] == [("share", 3)]


def test_later_texts_of_the_same_people_need_more() -> None:
    heard = silent(hall(yes=0.9), np.flatnonzero(np.arange(PEOPLE) % 4 == 0))
    bounds = [stopping(heard, FAIR, reading=n).conditions[1].bound for n in (1, 2, 3)]
    assert bounds == sorted(bounds, reverse=True)  # type: ignore[type-var]
    assert bounds[0] > bounds[2]  # type: ignore[operator]
    with pytest.raises(ValueError, match="1 or more"):
        stopping(heard, FAIR, reading=0)


@pytest.mark.parametrize(
    ("people", "asked", "yes", "codes"),
    [
        (10, 10, 10, []),
        (10, 10, 9, ["affirmed"]),
        (10, 9, 9, ["measured", "affirmed"]),
        (12, 12, 12, []),
        (1, 1, 1, []),
    ],
)
def test_of_a_ten_all_are_asked_and_all_can_say_it(people: int, asked: int, yes: int, codes: list[str]) -> None:
    heard = silent(hall(people, yes=yes / people), np.arange(0))
    turn = np.arange(people) * 17 % people
    assert missing(silent(heard, np.flatnonzero(turn >= asked)), None) == codes


@pytest.mark.parametrize("people", range(1, 13))
def test_of_a_ten_no_count_of_fewer_than_five_can_be_read(people: int) -> None:
    for yes in range(people + 1):
        for condition in stopping(hall(people, yes=yes / people), None).conditions:
            if condition.value is not None:
                out = round((1 - condition.value) * people)
                assert out == 0 or (out >= 5 and (people - out == 0 or people - out >= 5))


@given(st.integers(0, 1000))
def test_the_order_of_people_changes_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 60
    heard = Heard(
        rng.choice(np.array([1, 0, -1, UNHEARD], np.int8), (n, 3), p=[0.8, 0.1, 0.02, 0.08]),
        rng.choice(np.array([1, 0, UNHEARD], np.int8), n, p=[0.85, 0.05, 0.1]),
        rng.choice(np.array([1, 0, UNHEARD], np.int8), n, p=[0.85, 0.05, 0.1]),
        rng.random(n),
        (rng.integers(0, 3, n), rng.integers(3, 9, n)),
    )
    lot = rng.permutation(n)
    again = Heard(
        heard.readings[lot],
        heard.whole[lot],
        heard.own_line[lot],
        heard.expected[lot],
        tuple(level[lot] for level in heard.levels),
    )
    assert stopping(again, FAIR) == stopping(heard, FAIR)


def test_what_does_not_fit_together_is_refused() -> None:
    heard = hall(20)
    with pytest.raises(ValueError, match="one row for each person"):
        replace(heard, whole=heard.whole[:5])
    with pytest.raises(ValueError, match="one level only"):
        replace(heard, levels=(np.zeros(20, np.int64), np.zeros(20, np.int64)))


@given(st.integers(0, 500), st.integers(1, 4), st.integers(1, 30))
def test_every_part_has_a_line_or_is_named(seed: int, lines: int, people: int) -> None:
    rng = np.random.default_rng(seed)
    want, level = rng.integers(0, 2, (people, lines)) * 1.0, rng.integers(-1, 4, people)
    named = parts_without_line(want, level)
    for part in set(level.tolist()) - {-1}:
        served = want[level == part].any(1).mean()
        assert (part in named) == (served < 0.5)
    assert -1 not in named
