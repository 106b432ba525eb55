"""How answers in blocks are read: whose, to which desires, and by which model.

A *reading* is applied to a block where it is worked on. So folds are left out, wordings are merged and refusals are
forgotten without a second copy of the answers.

Source: ours; folds by splitmix64 (Steele, Lea & Flood 2014).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from oneheart.model.answer_blocks import AnswerBlock, AnswerBlocks
from oneheart.model.gathering import Responses

Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Fold:
    """A part of the people, drawn by their rows.

    Attributes:
        seed: of the draw.
        number: which part, from 0.
        of: how many parts.
    """

    seed: int
    number: int
    of: int

    def holds(self, rows: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.bool_]:
        """Return of each row whether its person is in this part.

        Example:
            >>> rows = np.arange(1000)
            >>> sum(Fold(0, number, 5).holds(rows).sum() for number in range(5)).item()
            1000
        """
        start = np.uint64(np.random.SeedSequence(self.seed).generate_state(1, np.uint64)[0])
        z = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + start
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray((z ^ (z >> np.uint64(31))) % np.uint64(self.of) == np.uint64(self.number))


@dataclass(frozen=True, slots=True, eq=False)
class AnswerReading:
    """What of the answers in blocks is read, and as what.

    Attributes:
        column_of: (M,) int32 column as which an answer to each desire is read, -1 where it is not read; None for its
            own. Where somebody answered two desires that are read as one, the answer to the one that stays counts.
        without: people whose answers are not read; None reads everybody's.
        wants_only: read "not mine" and "against" alike, as the direct model does.
    """

    column_of: npt.NDArray[np.int32] | None = None
    without: Fold | None = None
    wants_only: bool = False

    def of(self, block: AnswerBlock) -> AnswersRead:
        """Return the answers of a block. O(answers of the block)."""
        desire = np.asarray(block.desire, np.int32)
        stance = np.ascontiguousarray(block.stance, np.int8)
        start = np.ascontiguousarray(block.indptr, np.int64)
        if self.without is not None:
            stays = ~self.without.holds(np.arange(block.first, block.last))
            counts = np.diff(start)
            keep = np.repeat(stays, counts)
            desire, stance, start = desire[keep], stance[keep], _starts(counts * stays)
        if self.column_of is not None:
            person = np.repeat(np.arange(block.people, dtype=np.int32), np.diff(start))
            read = _read_as(self.column_of, person, desire, stance)
            desire, stance = read.desire, read.stance
            start = _starts(np.bincount(read.participant, minlength=block.people))
        if self.wants_only:
            stance = (stance == 1).astype(np.int8)
        return AnswersRead(start, desire, stance)


class AnswersRead(NamedTuple):
    """Answers of people in a row.

    Attributes:
        start: (n + 1,) where the answers of each person begin.
        desire: columns.
        stance: 1, 0 or -1.
    """

    start: npt.NDArray[np.int64]
    desire: npt.NDArray[np.int32]
    stance: npt.NDArray[np.int8]

    @classmethod
    def among(cls, responses: Responses, people: int) -> AnswersRead:
        """Return the answers of people who have rows from 0."""
        counts = np.bincount(responses.participant, minlength=people)
        return cls(_starts(counts), responses.desire, responses.stance)


def _starts(counts: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
    """Return where each person's answers begin, from how many each has."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


EVERYTHING = AnswerReading()
"""Reads all answers as they are."""


def _read_as(
    column_of: npt.NDArray[np.int32],
    person: npt.NDArray[np.int32],
    desire: npt.NDArray[np.int32],
    stance: npt.NDArray[np.int8],
) -> Responses:
    """Return answers under the columns as which they are read; of two that are then the same, the one that stays."""
    column = column_of[desire]
    keep = column >= 0
    person, desire, stance, column = person[keep], desire[keep], stance[keep], column[keep]
    by_own = np.argsort(column == desire, kind="stable")
    return Responses.of(person[by_own], column[by_own], stance[by_own])


@dataclass(frozen=True, slots=True, eq=False)
class Ticket:
    """One block, as a task is sent it: the block itself where it is in memory, else where it lies.

    Attributes:
        block: the block; None where it lies in a folder.
        source: blocks that open one when it is asked for; None where the block is in memory.
        number: of the block in the source.
    """

    block: AnswerBlock | None
    source: Sequence[AnswerBlock] | None
    number: int

    def opened(self) -> AnswerBlock:
        """Return the block."""
        if self.block is not None:
            return self.block
        assert self.source is not None  # noqa: S101  for the type
        return self.source[self.number]


def tickets(blocks: AnswerBlocks) -> Iterator[Ticket]:
    """Yield a ticket for each block, in their order."""
    in_memory = isinstance(blocks.blocks, tuple)
    for number in range(len(blocks.blocks)):
        yield Ticket(blocks.blocks[number], None, number) if in_memory else Ticket(None, blocks.blocks, number)


@dataclass(frozen=True, slots=True, eq=False)
class AnswerCounts:
    """Counts of the answers that are read.

    Attributes:
        counts: (M, 3) people who want each desire, who said "not mine", and who are against it.
        answered: people with an answer, by block.
        answers_of: how many people gave one, two, ... up to six answers, (6,).
    """

    counts: npt.NDArray[np.int64]
    answered: tuple[int, ...]
    answers_of: npt.NDArray[np.int64]

    @property
    def people(self) -> int:
        """Return how many people have an answer."""
        return sum(self.answered)

    @property
    def answers(self) -> npt.NDArray[np.int64]:
        """Return how many people answered each desire, (M,)."""
        return np.asarray(self.counts.sum(1))

    def stances(self) -> Responses:
        """Return one answer for each kind of stance there is: enough to know which heads can be informed.

        Example:
            >>> AnswerCounts(np.array([[3, 0, 1]]), (4,), np.zeros(6, np.int64)).stances().stance.tolist()
            [1, -1]
        """
        found = [stance for stance, count in zip((1, 0, -1), self.counts.sum(0), strict=True) if count]
        return Responses.of(np.arange(len(found)), np.zeros(len(found), int), found)


_FEW = 6


def tally_of_block(ticket: Ticket, shared: tuple[AnswerReading, int]) -> AnswerCounts:
    """Return the counts of one block: a task; `shared` is the reading and M."""
    reading, desires = shared
    block = ticket.opened()
    read = reading.of(block)
    table = np.bincount(read.desire * np.int64(3) + (1 - read.stance.astype(np.int64)), minlength=3 * desires)
    each = np.diff(read.start)
    few = np.bincount(np.minimum(each, _FEW + 1), minlength=_FEW + 2)[1 : _FEW + 1]
    return AnswerCounts(table.reshape(desires, 3), (int((each > 0).sum()),), few)


def joined(tallies: Iterable[AnswerCounts], desires: int) -> AnswerCounts:
    """Return the sum of tallies of blocks."""
    counts, few = np.zeros((desires, 3), np.int64), np.zeros(_FEW, np.int64)
    answered: list[int] = []
    for tally in tallies:
        counts += tally.counts
        few += tally.answers_of
        answered += tally.answered
    return AnswerCounts(counts, tuple(answered), few)


@dataclass(frozen=True, slots=True, eq=False)
class Few:
    """Some people with their answers, taken out of blocks.

    Attributes:
        rows: (n,) their rows in the whole gathering, ascending.
        responses: their answers, people numbered from 0 in the order of `rows`.
    """

    rows: npt.NDArray[np.int64]
    responses: Responses


def some_of_block(job: tuple[Ticket, Ints], reading: AnswerReading) -> Few:
    """Return those people of a block that have these places among its people with an answer: a task."""
    ticket, places = job
    block = ticket.opened()
    read = reading.of(block)
    counts = np.diff(read.start)
    chosen = np.flatnonzero(counts)[places]
    mine = np.zeros(block.people, bool)
    mine[chosen] = True
    inside = np.repeat(mine, counts)
    person = np.repeat(np.arange(len(chosen), dtype=np.int32), counts[chosen])
    return Few(block.first + chosen.astype(np.int64), Responses(person, read.desire[inside], read.stance[inside]))


def put_together(parts: Iterable[Few]) -> Few:
    """Return people of several blocks, in the order of the blocks."""
    rows, person, desire, stance, count = [np.zeros(0, np.int64)], [], [], [], 0
    for part in parts:
        rows.append(part.rows)
        person.append(part.responses.participant + count)
        desire.append(part.responses.desire)
        stance.append(part.responses.stance)
        count += len(part.rows)
    if not person:
        return Few(rows[0], Responses.of([], [], []))
    responses = Responses(np.concatenate(person), np.concatenate(desire), np.concatenate(stance))
    return Few(np.concatenate(rows), responses)


def places_by_block(answered: Sequence[int], places: Ints) -> list[Ints]:
    """Return for each block which of its people with an answer are meant by places among all of them, ascending.

    Example:
        >>> [part.tolist() for part in places_by_block([2, 3], np.array([1, 2, 4]))]
        [[1], [0, 2]]
    """
    ends = np.cumsum(answered)
    cuts = np.searchsorted(places, ends)
    begin = 0
    out = []
    for end, count, last in zip(cuts, answered, ends, strict=True):
        out.append(places[begin:end] - (last - count))
        begin = int(end)
    return out


def without(reading: AnswerReading, fold: Fold) -> AnswerReading:
    """Return a reading that leaves out the people of a fold."""
    return replace(reading, without=fold)
