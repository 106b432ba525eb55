"""Which lines a text has: common ground first, what is owed in the place of its last lines, and where gates stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oneheart.engine.analysis import analyze, analyze_for_text
from oneheart.engine.desire.standing import Standing
from oneheart.engine.prayer.choosing import (
    choose,
    support_of_the_least,
    text_columns,
    text_line_count,
    wants,
    with_own_wants,
)
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses


def camps(*sizes: tuple[int, tuple[int, ...]], columns: int) -> np.ndarray:
    """Return what people want, (N, columns), from camps of (how many, the columns that they want)."""
    want = np.zeros((sum(size for size, _ in sizes), columns))
    first = 0
    for size, theirs in sizes:
        want[first : first + size, list(theirs)] = 1.0
        first += size
    return want


def none_alike(columns: int) -> np.ndarray:
    return np.zeros((columns, columns), bool)


def alike(columns: int, *pairs: tuple[int, int]) -> np.ndarray:
    table = none_alike(columns)
    for one, other in pairs:
        table[one, other] = table[other, one] = True
    return table


@pytest.mark.parametrize(
    ("people", "lines"), [(1, 3), (12, 3), (13, 5), (100, 5), (101, 7), (500, 7), (501, 9), (100_000, 9)]
)
def test_the_more_people_the_more_lines(people: int, lines: int) -> None:
    assert text_line_count(people) == lines


@pytest.mark.parametrize(("lower", "lines"), [(0.2, (1,)), (0.199, (0,)), (-0.5, (0,))])
def test_a_desire_is_common_where_the_lower_of_worst_fifth_and_weakest_part_wants_it(
    lower: float, lines: tuple[int, ...]
) -> None:
    """All want the first desire, of which nothing common is known; the second has a high mean and a lower end."""
    want = camps((9, (0,)), (1, (0, 1)), columns=2)
    assert choose([(0.1, 0.1), (0.6, lower)], want, 1, none_alike(2)) == lines


def test_common_lines_stand_in_the_order_of_the_mean_and_those_alike_to_them_stay_out() -> None:
    want = camps((10, (0, 1, 2, 3)), columns=4)
    support = [(0.5, 0.5), (0.9, 0.3), (0.7, 0.7), (0.5, 0.5)]
    assert choose(support, want, 3, none_alike(4)) == (1, 2, 0), "of the same mean the first column"
    assert choose(support, want, 3, alike(4, (1, 2))) == (1, 0, 3)
    assert choose(support, want, 2, none_alike(4)) == (1, 2)


@pytest.mark.parametrize(
    ("owed_by", "people", "lines"),
    [(7, 21, (0, 1, 2)), (7, 20, (0, 1, 3)), (8, 20, (0, 1, 3)), (6, 20, (0, 1, 2))],  # 1, 1.05, 1.2, 0.9
)
def test_the_last_line_gives_way_where_the_share_index_is_above_one(
    owed_by: int, people: int, lines: tuple[int, ...]
) -> None:
    want = camps((people - owed_by, (0, 1, 2)), (owed_by, (3,)), columns=4)
    support = [(0.9, 0.9), (0.8, 0.8), (0.7, 0.7), (0.1, 0.0)]
    assert choose(support, want, 3, none_alike(4)) == lines


def test_what_is_owed_comes_in_beside_a_line_that_says_the_same_only_where_that_line_leaves() -> None:
    want = camps((12, (0, 1, 2)), (8, (3,)), columns=4)
    support = [(0.9, 0.9), (0.8, 0.8), (0.7, 0.7), (0.1, 0.0)]
    assert choose(support, want, 3, alike(4, (0, 3))) == (0, 1, 2)
    assert choose(support, want, 3, alike(4, (1, 3))) == (0, 1, 2)
    assert choose(support, want, 3, alike(4, (2, 3))) == (0, 1, 3)


def test_the_two_lines_of_the_core_stay_whatever_is_owed() -> None:
    want = camps((4, (0, 1, 2)), (8, (3,)), (8, (4,)), columns=5)
    support = [(0.9, 0.9), (0.8, 0.8), (0.7, 0.7), (0.1, 0.0), (0.1, 0.0)]
    assert choose(support, want, 3, none_alike(5)) == (0, 1, 3)
    assert choose(support[:2] + [(0.1, 0.0)] * 3, want, 2, none_alike(5)) == (0, 1)


def test_several_lines_give_way_where_several_are_owed() -> None:
    want = camps((4, (0, 1, 2, 5)), (8, (3,)), (8, (4,)), columns=6)
    support = [(0.9, 0.9), (0.8, 0.8), (0.7, 0.7), (0.1, 0.0), (0.1, 0.0), (0.6, 0.6)]
    assert choose(support, want, 4, none_alike(6)) == (0, 1, 4, 3)


def test_lines_that_are_no_common_ground_serve_those_who_have_none_and_common_lines_stay() -> None:
    """Of sixteen people four want the fourth desire only; none of them is owed a line of three."""
    want = camps((12, (0, 1, 2)), (4, (3,)), columns=4)
    assert choose([(0.1, 0.1)] * 4, want, 3, none_alike(4)) == (0, 1, 3)
    assert choose([(0.9, 0.9)] * 3 + [(0.1, 0.1)], want, 3, none_alike(4)) == (0, 1, 2)


def test_the_least_are_between_worst_fifth_and_weakest_part_and_the_lower_of_them_decides() -> None:
    entry = analyze(six()).common_ground[0]
    worst = entry.rank_value
    assert support_of_the_least(replace(entry, weakest_part=worst - 0.2)) == pytest.approx((worst - 0.1, worst - 0.2))
    assert support_of_the_least(replace(entry, weakest_part=worst + 0.2)) == pytest.approx((worst + 0.1, worst))
    assert support_of_the_least(replace(entry, weakest_part=None)) == (worst, worst)


WORDS = (
    "Bread for every child",
    "Peace on our street",
    "A garden by the school",
    "Songs at noon",
    "Less noise",
    "Rest",
)


def six(people: int = 40, authors: tuple[int | None, ...] = (None,) * 6) -> Gathering:
    """Return a gathering in which most people want the first three of six desires and answered five of them."""
    rng = np.random.default_rng(3)
    want = rng.random((people, 6)) < np.array([0.95, 0.9, 0.85, 0.4, 0.3, 0.2])
    keep = rng.random((people, 6)) < 0.85
    person, column = np.nonzero(keep)
    return Gathering(
        "What do you want?",
        tuple(f"p{n}" for n in range(people)),
        tuple(
            Desire(f"d{n}", words, author, "en") for n, (words, author) in enumerate(zip(WORDS, authors, strict=True))
        ),
        Responses.of(person, column, np.where(want, 1, 0)[person, column]),
    )


def test_only_desires_that_can_be_lines_are_and_their_wants_come_back_in_the_order_of_the_lines() -> None:
    gathering = six()
    analysis = analyze_for_text(gathering)
    lines, want = text_columns(gathering, analysis, count=3, seed=0)
    assert set(lines) == {0, 1, 2}
    assert want == pytest.approx(
        wants(gathering, list(analysis.ranking), 0, analysis.calibration)[:, [analysis.ranking.index(c) for c in lines]]
    )
    barred = tuple(
        replace(entry, standing=Standing.FEW_ANSWERS) if entry.desire == lines[0] else entry
        for entry in analysis.common_ground
    )
    without, _ = text_columns(gathering, replace(analysis, common_ground=barred), count=3, seed=0)
    assert len(without) == 3
    assert lines[0] not in without


def test_nothing_is_chosen_where_nothing_was_measured_or_no_desire_can_be_a_line() -> None:
    gathering = six()
    analysis = analyze(gathering)
    for nothing in (
        replace(analysis, measured=False),
        replace(
            analysis,
            common_ground=tuple(replace(entry, standing=Standing.FEW_ANSWERS) for entry in analysis.common_ground),
        ),
    ):
        lines, want = text_columns(gathering, nothing, count=3, seed=0)
        assert (lines, want.shape) == ((), (40, 0))


def test_two_lines_never_say_almost_the_same_words() -> None:
    gathering = six()
    twin = replace(gathering.desires[1], text="Bread for every child here")
    gathering = replace(gathering, desires=(gathering.desires[0], twin, *gathering.desires[2:]))
    lines, _ = text_columns(gathering, analyze(gathering), count=3, seed=0)
    assert len({0, 1} & set(lines)) == 1


def test_an_author_wants_their_own_desire_unless_they_say_otherwise() -> None:
    gathering = replace(six(4, (2, 2, None, None, None, 1)), responses=Responses.of([2, 3], [0, 5], [-1, 1]))
    told = with_own_wants(gathering)
    said = {(int(p), int(d)): int(s) for p, d, s in zip(told.participant, told.desire, told.stance, strict=True)}
    assert said == {(2, 0): -1, (2, 1): 1, (1, 5): 1, (3, 5): 1}
