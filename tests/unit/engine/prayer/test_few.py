"""The lines of one ten, counted from its answers: two want it, more than half, hardly anybody against, and in turns."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.prayer.few import FewLines, lines_of_few
from oneheart.model.gathering import Responses


def answers(*desires: str) -> Responses:
    """Return responses, one word a desire, one letter a person: y wants it, n not, a is against, - was not asked."""
    cells = [
        (p, d, {"y": 1, "n": 0, "a": -1}[c]) for d, word in enumerate(desires) for p, c in enumerate(word) if c != "-"
    ]
    person, desire, stance = zip(*cells, strict=True)
    return Responses.of(person, desire, stance)


@pytest.mark.parametrize(
    ("said", "is_line"),
    [
        ("yy--------", True),
        ("y---------", False),
        ("yyyyyynnnn", True),
        ("yyyyynnnnn", False),  # half is not more than half
        ("yyn-------", True),
        ("yynn------", False),
        ("yyyyyyyyya", True),
        ("yyyyyyya--", True),  # one of eight
        ("yyyyya----", False),  # one of six
    ],
)
def test_a_line_is_wanted_by_two_and_by_more_than_half_of_who_answered(said: str, is_line: bool) -> None:
    found = lines_of_few(answers(said), len(said), [0], 3)
    assert found.lines == ((0,) if is_line else ())


@pytest.mark.parametrize(("against", "is_line"), [(2, True), (3, False)])
def test_a_line_goes_against_fewer_than_fifteen_in_a_hundred(against: int, is_line: bool) -> None:
    found = lines_of_few(answers("y" * (20 - against) + "a" * against), 20, [0], 3)
    assert found.lines == ((0,) if is_line else ())


def test_each_line_gives_most_to_those_who_have_least() -> None:
    """Seven want the first three desires, three the fourth: after the first line these three are worth as much."""
    large, small = "yyyyyyy---", "-------yyy"
    assert lines_of_few(answers(large, large, large, small), 10, range(4), 2).lines == (0, 1)
    found = lines_of_few(answers(large, large, large, small), 10, range(4), 3)
    assert found == FewLines((0, 1, 3), (2,))
    some = lines_of_few(answers("yyyyyy----", "yyyyyy----", "------yyyy"), 10, range(3), 2)
    assert some == FewLines((0, 2), (1,)), "four without a line before six with one"


def test_alternates_are_what_is_left_of_what_may_be_a_line_the_most_wanted_first() -> None:
    said = answers("yy--------", "yyyyyy----", "yyyy------", "y---------", "yyyyyyyyyy", "yyy-------")
    found = lines_of_few(said, 10, range(6), 1)
    assert found == FewLines((4,), (1, 2, 5, 0))
    assert lines_of_few(said, 10, range(6), 9).alternates == ()
    assert lines_of_few(said, 10, range(6), 0).lines == ()


def test_only_what_may_be_a_line_is_looked_at_and_ties_go_by_label_or_column() -> None:
    said = answers("yyy", "yyy", "yyy")
    assert lines_of_few(said, 3, [2, 1], 1) == FewLines((1,), (2,))
    assert lines_of_few(said, 3, [0, 1, 2], 1, labels=("c", "b", "a")) == FewLines((2,), (1, 0))
    assert lines_of_few(said, 3, [0, 1, 2], 1, labels=("b", "b", "a")) == FewLines((2,), (0, 1))
    assert lines_of_few(said, 3, [], 3) == FewLines((), ())


def test_a_desire_that_nobody_was_asked_about_is_no_line() -> None:
    assert lines_of_few(answers("yyy"), 3, [0, 1], 3) == FewLines((0,), ())


@pytest.mark.parametrize("seed", range(20))
def test_no_line_leaves_out_more_than_another_would_at_any_step(seed: int) -> None:
    rng = np.random.default_rng(seed)
    want = rng.random((8, 6)) < 0.6
    person, desire = np.indices(want.shape).reshape(2, -1)
    found = lines_of_few(Responses.of(person, desire, want.ravel()), 8, range(6), 4)
    sound = [d for d in range(6) if want[:, d].sum() > 4]
    held = np.zeros(8)
    for number, line in enumerate(found.lines):
        gains = {d: (want[:, d] / (1 + held)).sum() for d in sound if d not in found.lines[:number]}
        assert gains[line] == pytest.approx(max(gains.values()))
        held += want[:, line]
    assert len(found.lines) == min(4, len(sound))
    assert {*found.lines, *found.alternates} == set(sound)
