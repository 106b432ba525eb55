"""How many people of a table of answers can be told from all others."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.uniqueness import uniqueness
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses


def gathering(table: list[list[int]]) -> Gathering:
    """Return a gathering of full rows of answers; 9 is no answer."""
    cells = [(p, d, s) for p, row in enumerate(table) for d, s in enumerate(row) if s != 9]
    people, desires, stances = zip(*cells, strict=True)
    labels = tuple(str(person) for person in range(len(table)))
    columns = tuple(Desire(str(d), f"wish {d}") for d in range(len(table[0])))
    return Gathering("", labels, columns, Responses.of(people, desires, stances))


def test_people_who_answer_alike_hide_one_another_and_others_stand_alone() -> None:
    told = uniqueness(gathering([[1] * 9] * 20))
    assert (told.people.value, told.whole.value) == (20, 0)
    assert [(count, share.value) for count, share in told.known] == [(4, 0), (8, 0)]
    alone = [[(person >> bit) & 1 for bit in range(5)] + [0] * 4 for person in range(20)]
    assert uniqueness(gathering(alone)).whole.value == 100


def test_four_known_answers_find_fewer_people_than_eight() -> None:
    rng = np.random.default_rng(3)
    told = uniqueness(gathering(rng.integers(0, 2, (300, 12)).tolist()), seed=1)
    (_, four), (_, eight) = told.known
    assert isinstance(four.value, int)
    assert isinstance(eight.value, int)
    assert four.value < eight.value
    assert uniqueness(gathering(rng.integers(0, 2, (300, 12)).tolist()), seed=1).known[0][0] == 4


@pytest.mark.parametrize(("people", "withheld"), [(9, True), (10, False)])
def test_nothing_is_said_of_fewer_than_ten_people(people: int, withheld: bool) -> None:
    told = uniqueness(gathering([[1] * 4] * people))
    assert told.whole.is_withheld is withheld
    assert told.known[0][1].is_withheld is withheld
    assert told.known[1][1].is_withheld, "nobody gave eight answers"


def test_who_answered_nothing_is_nobody() -> None:
    assert uniqueness(gathering([[1, 1]] * 10 + [[9, 9]] * 10)).people.value == 10
