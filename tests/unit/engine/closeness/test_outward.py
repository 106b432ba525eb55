from __future__ import annotations

import math

import numpy as np
import pytest

from oneheart.engine.closeness.outward import bucket, of_attendance, of_contacts, outward
from oneheart.model.presence import Attendance, Contacts, Occasion


def test_company_counts_more_in_small_circles() -> None:
    people = tuple("abcde")
    lesson, table = Occasion("1", "lesson"), Occasion("2", "meal")
    person = np.array([0, 0, 1, 1, 2, 3, 4], np.int32)
    occasion = np.array([0, 1, 0, 1, 0, 0, 0], np.int32)
    layers = of_attendance(Attendance(people, (lesson, table), person, occasion, np.full(7, 60.0)))
    assert [layer.name for layer in layers] == ["lesson", "meal"]
    shared = [layer.shared.toarray() @ layer.shared.toarray().T for layer in layers if layer.shared is not None]
    assert shared[0][0, 1] == 60 * 60 / 4
    assert shared[1][0, 1] == 60 * 60
    assert shared[1][0, 2] == 0


def test_who_met_whom_is_counted_once_over_all_layers() -> None:
    people = tuple("abcd")
    contacts = Contacts(
        people, np.array([0, 1], np.int32), np.array([1, 2], np.int32), np.array([20.0, 40.0]), "seconds", 3
    )
    meal = Attendance(
        people, (Occasion("m", "meal"),), np.array([0, 1], np.int32), np.array([0, 0], np.int32), np.ones(2)
    )
    found = outward((of_contacts(contacts), *of_attendance(meal)), 4)
    assert (found.pairs, found.seen, found.met_by_person.tolist()) == (2, 3, [1, 2, 1, 0])
    assert found.share_of_pairs == 2 / 6


def test_nobody_near_anybody() -> None:
    nothing = Contacts(("a",), np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0), "times", 0)
    found = outward((of_contacts(nothing),), 1)
    assert (found.pairs, found.seen, found.share_of_pairs) == (0, 0, None)


def test_a_hall_of_more_people_than_are_counted_at_a_time() -> None:
    n = 2500
    hall, rows = Occasion("hall", "lesson"), np.arange(n - 1, dtype=np.int32)
    attendance = Attendance(tuple(map(str, range(n))), (hall,), rows, np.zeros(n - 1, np.int32), np.ones(n - 1))
    last = Contacts(
        attendance.people, np.array([0, 7], np.int32), np.array([9, n - 1], np.int32), np.ones(2), "times", 2
    )
    found = outward((*of_attendance(attendance), of_contacts(last)), n)
    assert found.met_by_person[:7].tolist() == [n - 2] * 7
    assert (found.met_by_person[7], found.met_by_person[n - 1], found.seen) == (n - 1, 1, n)
    assert found.pairs == (n - 1) * (n - 2) // 2 + 1


@pytest.mark.parametrize(
    ("met", "name"),
    [
        (0, "0"),
        (1, "1-2"),
        (2, "1-2"),
        (3, "3-5"),
        (5, "3-5"),
        (6, "6-19"),
        (19, "6-19"),
        (20, "20-99"),
        (99, "20-99"),
        (100, "100+"),
        (5000, "100+"),
    ],
)
def test_how_many_others_somebody_met_is_told_coarsely(met: int, name: str) -> None:
    assert bucket(met) == name


def test_a_presence_weighs_its_minutes_by_the_root_of_how_many_others_were_there() -> None:
    table, alone, other = Occasion("t", "meal"), Occasion("a", "meal"), Occasion("o", "")
    person, occasion = np.array([0, 0, 1, 2, 3, 3], np.int32), np.array([0, 1, 0, 0, 0, 2], np.int32)
    minutes = np.array([60.0, 45.0, 30.0, 60.0, 60.0, 20.0])
    layers = of_attendance(Attendance(tuple("abcd"), (table, alone, other), person, occasion, minutes))
    assert [layer.name for layer in layers] == ["", "meal"]
    unnamed, meals = (layer.shared for layer in layers)
    assert meals is not None
    assert meals.toarray()[:, 0] == pytest.approx(np.array([60, 30, 60, 60]) / math.sqrt(3))
    assert meals.toarray()[:, 1].tolist() == [45, 0, 0, 0]
    assert unnamed is not None
    assert unnamed.toarray().tolist() == [[0], [0], [0], [20]]


def test_a_contact_weighs_the_logarithm_of_its_time_and_as_much_on_either_side() -> None:
    pair = np.array([0], np.int32), np.array([2], np.int32)
    layer = of_contacts(Contacts(tuple("abc"), *pair, np.array([100.0]), "seconds", 1))
    assert layer.shared is None
    assert layer.met is not None
    expected = np.zeros((3, 3))
    expected[0, 2] = expected[2, 0] = math.log(101)
    assert layer.met.toarray() == pytest.approx(expected)
    assert layer.name == "contact"


def test_who_met_others_at_occasions_alone_is_counted_and_never_as_having_met_themselves() -> None:
    meals = tuple(Occasion(f"m{n}", "meal") for n in range(3))
    person, occasion = np.array([0, 1, 1, 2, 3], np.int32), np.array([0, 0, 1, 1, 2], np.int32)
    found = outward(of_attendance(Attendance(tuple("abcde"), meals, person, occasion, np.ones(5))), 5)
    assert (found.met_by_person.tolist(), found.pairs, found.seen) == ([1, 2, 1, 0, 0], 2, 3)
    assert (found.people, found.share_of_pairs) == (5, 0.2)
    both = outward((), 2)
    assert (both.pairs, both.share_of_pairs, both.met_by_person.tolist()) == (0, 0.0, [0, 0])
