"""Lines that are left over serve who has none, as long as nobody pays for it with what they are owed."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.desire import shares
from oneheart.engine.prayer.covering import cover


def camps(*sizes: tuple[int, tuple[int, ...]], columns: int) -> np.ndarray:
    """Return what people want, (N, columns), from camps of (how many, the columns that they want)."""
    want = np.zeros((sum(size for size, _ in sizes), columns))
    first = 0
    for size, theirs in sizes:
        want[first : first + size, list(theirs)] = 1.0
        first += size
    return want


def test_the_lines_at_the_end_give_way_to_those_that_bring_most_people_their_first() -> None:
    want = camps((12, (0, 1, 2)), (3, (3,)), (4, (4,)), columns=5)
    assert cover(want, (0, 1, 2)) == (0, 3, 4)
    assert cover(want, (0, 1, 2), keep=1) == (0, 3, 4)
    assert cover(want, (0, 1, 2), keep=2) == (0, 1, 4)
    assert cover(want, (0, 1, 2), keep=3) == (0, 1, 2)


def test_a_line_that_serves_as_many_as_would_lose_theirs_stays() -> None:
    assert cover(camps((5, (0,)), (5, (1,)), columns=2), (0,)) == (0,)
    assert cover(camps((5, (0,)), (6, (1,)), columns=2), (0,)) == (1,)
    assert cover(camps((5, (0,)), (5, (0, 1)), columns=2), (1,)) == (0,)


@pytest.mark.parametrize(("more", "lines"), [(0.002, (1,)), (0.0005, (0,))])
def test_next_to_nothing_is_no_reason_to_exchange_a_line(more: float, lines: tuple[int, ...]) -> None:
    want = np.full((10, 2), 0.5)
    want[:, 1] += more
    assert cover(want, (0,)) == lines


def test_no_line_comes_in_where_another_desire_would_then_be_owed_a_line() -> None:
    """The third desire would bring five people a first line for four who lose theirs: it comes in, or not.

    Those four, four who have no line, and six of seven others want the fourth desire. Without the second line its
    share index would be 1.1. It cannot come in itself: it says the same as the first line.
    """
    want = camps((4, (1, 3)), (5, (2,)), (4, (3,)), (6, (0, 3)), (1, (0,)), columns=4)
    alike = np.zeros((4, 4), bool)
    alike[0, 3] = alike[3, 0] = True
    assert shares.share_index(want, (0, 1))[0] <= 1 < shares.share_index(want, (0, 2))[0]
    assert cover(want, (0, 1), keep=1, alike=alike) == (0, 1)
    fewer = want[[n for n in range(20) if n not in (9, 10)]]  # two fewer who have no line want the fourth
    assert shares.share_index(fewer, (0, 2))[0] <= 1
    assert cover(fewer, (0, 1), keep=1, alike=alike) == (0, 2)


def test_where_a_line_is_owed_already_nobody_is_owed_more_after() -> None:
    """Ten of twenty are owed two lines of three and have one, which is the most that they are owed after, too."""
    want = camps((14, (3, 4)), (3, (0, 1, 2)), (3, (2,)), columns=5)
    before = shares.share_index(want, (0, 1, 2))[0]
    assert before > 1
    covered = cover(want, (0, 1, 2))
    assert shares.share_index(want, covered)[0] <= before
    assert shares.coverage(want, covered) == 1.0


def test_lines_alike_to_one_that_stays_do_not_come_in_but_to_the_one_that_leaves_they_may() -> None:
    want = camps((6, (0, 1)), (2, (2,)), columns=3)
    for of_one in (0, 1):
        alike = np.zeros((3, 3), bool)
        alike[of_one, 2] = alike[2, of_one] = True
        assert set(cover(want, (0, 1), alike=alike)) == {1 - of_one, 2}
    assert cover(want, (0, 1), alike=~np.eye(3, dtype=bool)) == (0, 1)
    assert cover(camps((2, (0,)), (6, (1,)), columns=2), (0,), alike=np.ones((2, 2), bool)) == (1,)


def test_one_exchange_after_another_until_none_covers_more() -> None:
    want = camps((8, (0, 1, 2, 3)), (3, (4,)), (3, (5,)), (3, (6,)), columns=7)
    assert cover(want, (0, 1, 2, 3)) == (0, 6, 5, 4)
    assert cover(want, ()) == ()


def test_where_the_first_eight_would_take_what_is_owed_no_further_are_tried() -> None:
    """Each exchange costs a share index; behind eight that cover more and take too much, the ninth is not tried."""
    want = camps((4, (1, 3)), (5, (2,)), (4, (3,)), (6, (0, 3)), (1, (0,)), columns=4)
    for too_much, covered in ((7, True), (8, False)):
        wide = np.hstack([want[:, :2], *[want[:, 2:3]] * too_much, want[:, 3:]])
        last = wide.shape[1] - 1
        harmless = np.zeros((20, 1))
        harmless[[9, 10, 11, 12], 0], harmless[0, 0] = 1.0, 0.5  # serves four who are owed most, and half of one
        wide = np.hstack([wide, harmless])
        alike = np.zeros((wide.shape[1],) * 2, bool)
        alike[0, last] = alike[last, 0] = True
        assert (cover(wide, (0, 1), keep=1, alike=alike) == (0, last + 1)) == covered
