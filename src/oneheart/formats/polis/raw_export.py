"""A Polis export as its files have it, with raw votes, and the one step that turns raw votes into stances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from oneheart.formats.cells import clean
from oneheart.formats.diagnosis import Finding
from oneheart.formats.polis.sign import Evidence, VoteSign
from oneheart.model.asks import Asks
from oneheart.model.desire import Desire
from oneheart.model.gathering import Circle, Gathering, Responses, Totals

Int8s = npt.NDArray[np.int8]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NO_TIME = -1


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Raw votes, one entry each: row of the person, column of the comment, value and time.

    Attributes:
        person: row, 0 to N - 1.
        comment: column, 0 to M - 1.
        value: -1, 0 or 1 as in the file; which of -1 and 1 means agree is not known here.
        time: UTC milliseconds; -1 where no time is stated.
    """

    person: Int32s
    comment: Int32s
    value: Int8s
    time: Int64s

    @classmethod
    def none(cls) -> Votes:
        """Return no votes."""
        return cls(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8), np.zeros(0, np.int64))

    @classmethod
    def joined(cls, parts: Sequence[Votes]) -> Votes:
        """Return the votes of all parts, in their order."""
        if not parts:
            return cls.none()
        return cls(
            np.concatenate([p.person for p in parts]),
            np.concatenate([p.comment for p in parts]),
            np.concatenate([p.value for p in parts]),
            np.concatenate([p.time for p in parts]),
        )

    def __len__(self) -> int:
        """Return how many votes there are."""
        return len(self.value)

    def at(self, places: npt.NDArray[np.intp] | Bools) -> Votes:
        """Return the votes at these places, or where a mask is true."""
        return Votes(self.person[places], self.comment[places], self.value[places], self.time[places])

    def by_arrival(self) -> Votes:
        """Return the same votes by time, then by their order in the file."""
        return self.at(np.argsort(self.time, kind="stable"))

    def last(self) -> Votes:
        """Return the last vote of each pair, sorted by person, then comment. O(n log n)."""
        in_time = self.by_arrival()
        ordered = in_time.at(np.argsort(in_time.pairs(), kind="stable"))
        pairs = ordered.pairs()
        return ordered.at(np.append(pairs[1:] != pairs[:-1], True)) if len(pairs) else ordered

    def pairs(self) -> Int64s:
        """Return one number per vote that stands for its pair of person and comment."""
        return self.person.astype(np.int64) << 32 | self.comment.astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """A Polis export as its files have it, numbered as the gathering will be (N participants, M desires).

    Attributes:
        name: the folder's or file's own name.
        files: role of each file to its name.
        participants: N labels.
        desires: M desires.
        events: votes.csv in file order; empty where there is no such file.
        matrix: the cells of the participants' matrix, by person and comment; empty where there is no such file.
        matrix_people: rows that the matrix has.
        blank_groups: rows of the matrix without a group-id.
        final: the last raw vote of each pair, from events and, for pairs they do not have, from the matrix.
        stated_agrees: M, agrees by comments.csv; -1 where not stated.
        stated_disagrees: M, likewise.
        listed: M, whether comments.csv has the comment.
        evidence: what is known about the sign.
        summary: the lines of summary.csv.
        circles: declared circles (only in exports that oneheart wrote).
        circle_of: N, index into circles or -1.
        dialect: facts about how the files are written.
        findings: what was odd while reading.
    """

    name: str
    files: Mapping[str, str]
    participants: tuple[str, ...]
    desires: tuple[Desire, ...]
    events: Votes
    matrix: Votes
    matrix_people: Int32s
    blank_groups: Int32s
    final: Votes
    stated_agrees: Int64s
    stated_disagrees: Int64s
    listed: Bools
    evidence: Evidence
    summary: Mapping[str, str]
    circles: tuple[Circle, ...]
    circle_of: Int32s
    dialect: tuple[str, ...]
    findings: tuple[Finding, ...]


def to_gathering(export: Export, sign: VoteSign) -> Gathering:
    """Return the gathering that an export records: +1 and -1 become WANT and AGAINST by the sign that was found.

    This is the only place where raw votes become stances.
    """
    final = export.final
    told = told_in(export.summary, export.name)
    return Gathering(
        question=told.question,
        participants=export.participants,
        desires=export.desires,
        responses=Responses(final.person, final.comment, (final.value * sign.agree).astype(np.int8)),
        circles=export.circles,
        circle_of=export.circle_of,
        source=told.source,
        credits=told.credits,
        totals=_totals(export),
        asks=told.asks,
    )


class ToldInSummary(NamedTuple):
    """What summary.csv says of a conversation, in the words of a `Gathering`."""

    question: str
    source: str
    credits: str
    asks: Asks


def told_in(summary: Mapping[str, str], name: str) -> ToldInSummary:
    """Return what the lines of summary.csv say; the name stands for the source where there is no address."""
    url = summary.get("url", "")
    return ToldInSummary(
        clean(summary.get("topic", "") or summary.get("conversation-description", "")),
        f"{name} ({url})" if url else name,
        summary.get("credits", ""),
        asks_of(summary.get("asks", "")),
    )


def asks_of(stated: str) -> Asks:
    """Return what a vote says: "I agree", unless the summary states that it was asked what people want.

    Example:
        >>> asks_of(""), asks_of("want")
        (<Asks.AGREE: 'agree'>, <Asks.WANT: 'want'>)
    """
    return Asks.WANT if stated == Asks.WANT else Asks.AGREE


def _totals(export: Export) -> Totals | None:
    """Return the counts that comments.csv states, where no file says who voted what; None otherwise."""
    if len(export.final.value) or not (export.stated_agrees > 0).any():
        return None
    return Totals(export.stated_agrees, export.stated_disagrees)
