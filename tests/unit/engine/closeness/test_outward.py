from __future__ import annotations

import numpy as np

from oneheart.engine.closeness.outward import of_attendance, of_contacts, outward
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
