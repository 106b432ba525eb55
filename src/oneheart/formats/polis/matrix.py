"""participants-votes.csv: one row for each participant, one column for each comment, the last votes in the cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oneheart.errors import UserError
from oneheart.formats.csv import open_table
from oneheart.formats.polis.cells import ABSENT, INVALID, CellVotes, count_in
from oneheart.formats.polis.context import ReadingContext
from oneheart.formats.polis.raw_export import NO_TIME, Int32s, Votes
from oneheart.formats.polis.sign import StatedCounts

_FACTS = ("participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", "n-important")


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """The participants' matrix as its file has it; people and comments by order of sight.

    Attributes:
        votes: the cells that are not empty, without times.
        people: its rows, in file order.
        blank_groups: rows without a group-id.
        counts: n-agree and n-disagree beside the votes in the row; None where they are not stated.
    """

    votes: Votes
    people: Int32s
    blank_groups: Int32s
    counts: StatedCounts | None

    @classmethod
    def none(cls) -> Matrix:
        """Return the matrix of an export that has none."""
        return cls(Votes.none(), np.zeros(0, np.int32), np.zeros(0, np.int32), None)


def read_matrix(context: ReadingContext) -> Matrix:
    """Return the participants' matrix; an empty one where there is no file.

    Raises:
        UserError: when a column has no comment, a comment has two columns, a participant no or two lines, or a cell
            holds no vote.
    """
    entry = context.file("matrix")
    if entry is None:
        return Matrix.none()
    table = open_table(entry)
    who = table.need("participant")
    group, n_agree, n_disagree = table.column("group-id"), table.column("n-agree"), table.column("n-disagree")
    for fact in _FACTS:
        table.column(fact)
    cells_at = [place for place, key in enumerate(table.keys) if key not in _FACTS]
    numbers = np.array([context.comments[table.names[place]] for place in cells_at], np.int32)
    if (numbers < 0).any():
        message = f"'{entry.name}' has a column without a name; every comment's column must carry its id."
        raise UserError(message)
    if len(np.unique(numbers)) < len(numbers):
        message = f"'{entry.name}' has two columns for one comment; export it again."
        raise UserError(message)
    values, done = CellVotes(), 0
    seen: set[int] = set()
    people: list[int] = []
    blank: list[int] = []
    stated: list[tuple[int, int, int, int]] = []
    parts: list[Votes] = []
    for block in table.blocks():
        for offset, row in enumerate(block):
            person = context.people[row[who]]
            if person < 0 or person in seen:
                what = "has no participant" if person < 0 else "has a participant who has a line already"
                raise table.error(done + offset, what)
            seen.add(person)
            people.append(person)
            raw = np.fromiter(map(values.__getitem__, map(row.__getitem__, cells_at)), np.int8, len(cells_at))
            if (raw == INVALID).any():
                wrong = row[cells_at[int((raw == INVALID).argmax())]]
                raise table.error(done + offset, f"has {wrong[:40]!r} where a vote must be -1, 0, 1 or empty")
            there = np.flatnonzero(raw != ABSENT)
            parts.append(
                Votes(np.full(len(there), person, np.int32), numbers[there], raw[there], np.full(len(there), NO_TIME))
            )
            if group is not None and not row[group].strip():
                blank.append(person)
            if n_agree is not None and n_disagree is not None:
                agree, disagree = count_in(row[n_agree]), count_in(row[n_disagree])
                stated.append((agree, disagree, int((raw == 1).sum()), int((raw == -1).sum())))
        done += len(block)
        parts = [Votes.joined(parts)]
    counts = StatedCounts(*np.array(stated, np.int64).T) if stated else None
    return Matrix(Votes.joined(parts), np.array(people, np.int32), np.array(blank, np.int32), counts)
