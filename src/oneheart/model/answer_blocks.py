"""Answers in blocks of people: what is too large for one array is read, kept and computed one block at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.model.gathering import Responses

Starts = npt.NDArray[np.int64]
Columns = npt.NDArray[np.int16] | npt.NDArray[np.int32]
Stances = npt.NDArray[np.int8]

BLOCK_PEOPLE = 1 << 16
BLOCK_ANSWERS = 1 << 20
_SMALL_COLUMNS = 1 << 15


@dataclass(frozen=True, slots=True, eq=False)
class AnswerBlock:
    """The last answers of people in a row, as a compressed sparse matrix (CSR). The arrays may be memory-mapped.

    Attributes:
        first: row of the first person in the whole gathering.
        indptr: int64, n + 1 for n people: the answers of the block's person p stand at indptr[p] to indptr[p + 1].
        desire: int16 or int32, column of the desire, ascending for each person, each at most once.
        stance: int8, a `Stance` value (1 want, 0 not mine, -1 against).

    Raises:
        ValueError: the lengths of the arrays do not go together.

    Example:
        >>> block = AnswerBlock(0, np.array([0, 2, 2]), np.array([0, 3], np.int16), np.array([1, -1], np.int8))
        >>> block.people, block.answers, block.last
        (2, 2, 2)
    """

    first: int
    indptr: Starts
    desire: Columns
    stance: Stances

    def __post_init__(self) -> None:
        """Check that the lengths of the arrays go together."""
        if not len(self.indptr) or self.indptr[0] != 0 or self.indptr[-1] != len(self.desire):
            message = "indptr must begin with 0 and end with the number of answers"
            raise ValueError(message)
        if len(self.desire) != len(self.stance):
            message = "desire and stance must have one entry per answer"
            raise ValueError(message)

    @property
    def people(self) -> int:
        """Return how many people the block has, those without an answer included."""
        return len(self.indptr) - 1

    @property
    def answers(self) -> int:
        """Return how many answers the block has."""
        return len(self.stance)

    @property
    def last(self) -> int:
        """Return the row after the block's last person."""
        return self.first + self.people

    def participant(self) -> npt.NDArray[np.int32]:
        """Return the row of the person of each answer, (answers,) int32."""
        rows = np.arange(self.first, self.last, dtype=np.int32)
        return np.repeat(rows, np.diff(self.indptr))


@dataclass(frozen=True, slots=True, eq=False)
class AnswerBlocks:
    """All last answers of a gathering in blocks of people, in the order of their rows.

    Attributes:
        blocks: every person is in exactly one block. Where the blocks lie in a folder, each is memory-mapped when it
            is asked for, so that going through all of them costs the memory of one.
        people: N, those without an answer included.
        desires: M, those without an answer included.
        answers: of all blocks together.

    Notes:
        Where blocks begin depends on the number of answers of each person alone (`cut`). So sums by blocks are equal,
        bit for bit, in memory and from a folder.

    Example:
        >>> blocks = AnswerBlocks.of(Responses.of([0, 0, 2], [1, 0, 1], [1, -1, 0]), people=3, desires=2)
        >>> [(block.people, block.desire.tolist()) for block in blocks.blocks], blocks.answers
        ([(3, [0, 1, 1])], 3)
    """

    blocks: Sequence[AnswerBlock]
    people: int
    desires: int
    answers: int

    @classmethod
    def of(cls, responses: Responses, people: int, desires: int) -> AnswerBlocks:
        """Return responses in blocks. O(responses); the stances are views, the columns of desires are copied.

        Args:
            responses: sorted by participant, then desire, as `Responses` are.
            people: N.
            desires: M.
        """
        counts = np.bincount(responses.participant, minlength=people).astype(np.int64)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        columns = responses.desire.astype(column_type(desires))
        blocks = []
        for first, last in cut(counts):
            inside = slice(int(starts[first]), int(starts[last]))
            indptr = starts[first : last + 1] - starts[first]
            blocks.append(AnswerBlock(first, indptr, columns[inside], responses.stance[inside]))
        return cls(tuple(blocks), people, desires, len(responses))

    def responses(self) -> Responses:
        """Return all answers in the arrays that the engine takes as a whole: 9 bytes an answer."""
        if not self.answers:
            return Responses.of([], [], [])
        return Responses(
            np.concatenate([block.participant() for block in self.blocks]),
            np.concatenate([np.asarray(block.desire, np.int32) for block in self.blocks]),
            np.concatenate([np.asarray(block.stance, np.int8) for block in self.blocks]),
        )


def column_type(desires: int) -> np.dtype[Any]:
    """Return the type of the columns of desires: int16, or int32 where there are more than 32,768 desires.

    Example:
        >>> column_type(1000).name, column_type(40_000).name
        ('int16', 'int32')
    """
    return np.dtype(np.int16 if desires <= _SMALL_COLUMNS else np.int32)


def cut(
    counts: npt.ArrayLike, *, people: int = BLOCK_PEOPLE, answers: int = BLOCK_ANSWERS
) -> Iterator[tuple[int, int]]:
    """Yield the first row and the row after the last of each block, from the number of answers of each person.

    A block takes people until another one would be more than 65,536, or bring more than 1,048,576 answers. One person
    with more answers than that is a block alone.

    Example:
        >>> list(cut([2, 2, 9, 1, 1, 1], people=2, answers=4))
        [(0, 2), (2, 3), (3, 5), (5, 6)]
    """
    ends = np.cumsum(np.asarray(counts, np.int64))
    first, before = 0, 0
    while first < len(ends):
        last = int(np.searchsorted(ends, before + answers, side="right"))
        last = min(max(last, first + 1), first + people)
        yield first, last
        first, before = last, int(ends[last - 1])
