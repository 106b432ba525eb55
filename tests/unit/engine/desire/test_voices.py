"""Of one person no more answers are used than is usual."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.desire import voices
from oneheart.engine.desire.voices import LEAST, evened, usual
from oneheart.model.gathering import Responses


def hall(*each: int) -> Responses:
    people = [person for person, count in enumerate(each) for _ in range(count)]
    desires = [desire for count in each for desire in range(count)]
    return Responses.of(people, desires, [1] * len(people))


def test_what_is_usual_is_what_three_in_four_gave_and_never_below_eight() -> None:
    assert usual(hall(3, 3, 3)) == LEAST == 8
    assert usual(hall(*[12] * 9, 40)) == 12
    assert usual(Responses.of([], [], [])) == LEAST


def test_only_of_the_eager_some_answers_are_left_out_and_the_draw_is_seeded() -> None:
    answers = hall(*[9] * 8, 30, 40)
    once, again = (evened(answers, rng=np.random.default_rng(3)) for _ in range(2))
    assert np.bincount(once.participant).tolist() == [9] * 10
    assert once.desire.tolist() == again.desire.tolist()
    other = evened(answers, rng=np.random.default_rng(4))
    assert other.desire.tolist() != once.desire.tolist()


def test_where_all_answered_alike_nothing_is_left_out() -> None:
    answers = hall(*[20] * 12)
    assert len(evened(answers, rng=np.random.default_rng(0))) == len(answers)


def most_on_one_desire(hostile: int, desires: int, seeds: int) -> int:
    """Return how many answers of a few seats that answer everything are used at most to one and the same desire."""
    answers = hall(*[8] * 20, *[desires] * hostile)
    most = 0
    for seed in range(seeds):
        used = evened(answers, rng=np.random.default_rng(seed))
        most = max(most, int(np.bincount(used.desire[used.participant >= 20]).max()))
    return most


def test_of_a_few_who_answer_everything_no_desire_gets_more_than_its_share() -> None:
    assert most_on_one_desire(5, 29, 50) == 2, "forty answers to 29 desires"


@pytest.mark.sabotage("A12", "answers of the eager by lot alone (voices._in_turn)")
def test_by_lot_alone_most_of_them_fall_on_one_desire(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "_in_turn", lambda used, rng: rng.permutation(len(used)))
    assert most_on_one_desire(5, 29, 50) >= 4
