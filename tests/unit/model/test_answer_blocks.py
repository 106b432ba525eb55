"""Blocks of people: cut by one rule, equal to the arrays that they came from."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.model.answer_blocks import AnswerBlock, AnswerBlocks, cut
from oneheart.model.gathering import Responses


def drawn(people: int, desires: int, answers: int) -> Responses:
    rng = np.random.default_rng(1)
    return Responses.of(
        rng.integers(0, people, answers), rng.integers(0, desires, answers), rng.integers(-1, 2, answers)
    )


def test_blocks_hold_the_same_answers_as_the_arrays() -> None:
    responses = drawn(150_000, 40, 400_000)
    blocks = AnswerBlocks.of(responses, 150_000, 40)
    again = blocks.responses()
    assert [block.first for block in blocks.blocks] == [0, 65_536, 131_072]
    assert blocks.blocks[-1].last == 150_000
    for name in ("participant", "desire", "stance"):
        one, other = getattr(responses, name), getattr(again, name)
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)


@pytest.mark.parametrize(("desires", "dtype"), [(32_768, np.int16), (32_769, np.int32)])
def test_columns_are_small_while_the_desires_are_few_enough(desires: int, dtype: type[np.generic]) -> None:
    blocks = AnswerBlocks.of(Responses.of([0], [desires - 1], [1]), 1, desires)
    assert blocks.blocks[0].desire.dtype == dtype
    assert blocks.responses().desire.tolist() == [desires - 1]


def test_nobody_at_all_is_no_block() -> None:
    blocks = AnswerBlocks.of(Responses.of([], [], []), 0, 0)
    assert (len(blocks.blocks), len(blocks.responses())) == (0, 0)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([2, 2], [(0, 2)]),  # exactly as many answers as fit
        ([2, 3], [(0, 1), (1, 2)]),  # one more than fit
        ([1, 1, 1], [(0, 2), (2, 3)]),  # one person more than fit
        ([9, 1], [(0, 1), (1, 2)]),  # too much for any block
        ([0, 0], [(0, 2)]),
    ],
)
def test_a_block_is_full_at_either_limit(counts: list[int], expected: list[tuple[int, int]]) -> None:
    assert list(cut(counts, people=2, answers=4)) == expected


def test_arrays_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(ValueError, match="indptr"):
        AnswerBlock(0, np.array([0, 2]), np.zeros(1, np.int16), np.zeros(1, np.int8))
    with pytest.raises(ValueError, match="stance"):
        AnswerBlock(0, np.array([0, 1]), np.zeros(1, np.int16), np.zeros(2, np.int8))
