"""How answers in blocks are read: whose, to which desires, and by which model.

A *reading* is applied to a block where it is worked on. So folds are left out, wordings are merged and refusals are
forgotten without a second copy of the answers.

Source: ours; folds by splitmix64 (Steele, Lea & Flood 2014).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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
class ReadAs:
    """As which desires answers are read: in another order, some of them as one, some of them not at all.

    Attributes:
        column_of: (M,) int32 column as which an answer to each desire is read, -1 where it is not read.
        stays: (M,) bool, whether a desire is the one that stays among those read as one. Where somebody answered two of
            them, the answer to the one that stays counts, or else that to the later one.
        count: of columns that there are after the reading.
    """

    column_of: npt.NDArray[np.int32]
    stays: npt.NDArray[np.bool_]
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class AnswerReading:
    """What of the answers in blocks is read, and as what.

    Attributes:
        columns: as which desires; None for their own.
        without: people who are in all of these folds are not read; () reads everybody.
        wants_only: read "not mine" and "against" alike, as the direct model does.
        own_wants: rows of people, ascending, and columns (after the reading): a want is read of each of these pairs
            that has no answer; None for none.
    """

    columns: ReadAs | None = None
    without: tuple[Fold, ...] = ()
    wants_only: bool = False
    own_wants: tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]] | None = None

    def desires(self, desires: int) -> int:
        """Return how many columns there are after the reading, of so many desires."""
        return desires if self.columns is None else self.columns.count

    def of(self, block: AnswerBlock) -> AnswersRead:
        """Return the answers of a block. O(answers of the block)."""
        desire = np.asarray(block.desire, np.int32)
        stance = np.ascontiguousarray(block.stance, np.int8)
        start = np.ascontiguousarray(block.indptr, np.int64)
        read = AnswersRead(start, desire, stance)
        if self.without:
            read = read.kept(np.repeat(~held_by_all(self.without, block.first, block.last), np.diff(start)))
        if self.columns is not None:
            read = _read_as(self.columns, read)
        if self.own_wants is not None:
            rows, columns = self.own_wants
            inside = slice(*np.searchsorted(rows, (block.first, block.last)).tolist())
            mine = rows[inside] - block.first
            if self.without:
                stay = ~held_by_all(self.without, block.first, block.last)[mine]
                mine, wanted = mine[stay], columns[inside][stay]
            else:
                wanted = columns[inside]
            read = _with_wants(read, mine, wanted)
        if self.wants_only:
            read = read._replace(stance=(read.stance == 1).astype(np.int8))
        return read


def held_by_all(folds: Sequence[Fold], first: int, last: int) -> npt.NDArray[np.bool_]:
    """Return of each row from `first` to before `last` whether it is in all of these folds; True without any."""
    rows = np.arange(first, last)
    held = np.ones(len(rows), bool)
    for fold in folds:
        held &= fold.holds(rows)
    return held


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

    def kept(self, keep: npt.NDArray[np.bool_]) -> AnswersRead:
        """Return only those answers that a mask keeps; all people stay."""
        counted = np.concatenate([np.zeros(1, np.int64), np.cumsum(keep, dtype=np.int64)])
        return AnswersRead(counted[self.start], self.desire[keep], self.stance[keep])

    def participant(self) -> npt.NDArray[np.int32]:
        """Return the person of each answer, numbered from 0."""
        return np.repeat(np.arange(len(self.start) - 1, dtype=np.int32), np.diff(self.start))

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


def _read_as(columns: ReadAs, read: AnswersRead) -> AnswersRead:
    """Return answers under the columns as which they are read; of two that are then the same, the one that counts."""
    column = columns.column_of[read.desire]
    keep = column >= 0
    together = np.bincount(columns.column_of[columns.column_of >= 0], minlength=columns.count) > 1
    among = np.flatnonzero(keep & together[column])  # an index of -1 is not kept
    if len(among):
        person = read.participant()[among]
        order = among[np.lexsort((among, columns.stays[read.desire[among]], column[among], person))]
        pair = np.searchsorted(read.start, order, side="right") * np.int64(columns.count) + column[order]
        keep[order[:-1][pair[1:] == pair[:-1]]] = False  # only the last of each pair counts
    if keep.all():
        return read._replace(desire=column)
    return read.kept(keep)._replace(desire=column[keep])


def _with_wants(read: AnswersRead, person: npt.NDArray[np.int64], column: npt.NDArray[np.int32]) -> AnswersRead:
    """Return the answers with a want for each of these pairs of person and column that has no answer."""
    new: dict[tuple[int, int], None] = {}
    for p, c in zip(person.tolist(), column.tolist(), strict=True):
        if not (read.desire[read.start[p] : read.start[p + 1]] == c).any():
            new[p, c] = None
    if not new:
        return read
    who, what = (np.array(part) for part in zip(*sorted(new), strict=True))
    at = read.start[who]
    added = np.bincount(who, minlength=len(read.start) - 1)
    return AnswersRead(
        read.start + np.concatenate([[0], np.cumsum(added)]),
        np.insert(read.desire, at, what),
        np.insert(read.stance, at, 1),
    )


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
    columns = reading.desires(desires)
    table = np.bincount(read.desire * np.int64(3) + (1 - read.stance.astype(np.int64)), minlength=3 * columns)
    each = np.diff(read.start)
    few = np.bincount(np.minimum(each, _FEW + 1), minlength=_FEW + 2)[1 : _FEW + 1]
    return AnswerCounts(table.reshape(columns, 3), (int((each > 0).sum()),), few)


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
    return _taken(block, read, np.flatnonzero(np.diff(read.start))[places])


def fold_of_block(ticket: Ticket, shared: tuple[AnswerReading, Sequence[Fold]]) -> Few:
    """Return those people of a block with an answer who are in all of these folds: a task."""
    reading, folds = shared
    block = ticket.opened()
    read = reading.of(block)
    held = held_by_all(folds, block.first, block.last)
    return _taken(block, read, np.flatnonzero(held & (np.diff(read.start) > 0)))


def answered_of_block(ticket: Ticket, shared: tuple[AnswerReading, npt.NDArray[np.int64]]) -> int:
    """Return how many of these rows are people of a block with an answer: a task."""
    reading, rows = shared
    block = ticket.opened()
    inside = rows[slice(*np.searchsorted(rows, (block.first, block.last)).tolist())] - block.first
    return int((np.diff(reading.of(block).start)[inside] > 0).sum())


def _taken(block: AnswerBlock, read: AnswersRead, chosen: Ints) -> Few:
    """Return these people of a block with their answers."""
    mine = np.zeros(block.people, bool)
    mine[chosen] = True
    counts = np.diff(read.start)
    inside = np.repeat(mine, counts)
    person = np.repeat(np.arange(len(chosen), dtype=np.int32), counts[chosen])
    return Few(block.first + chosen.astype(np.int64), Responses.of(person, read.desire[inside], read.stance[inside]))


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
