"""A Polis export as rows of numbers: votes.csv in pieces, all other files whole, by the rules of `polis`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from oneheart.formats.blocks import Provenance
from oneheart.formats.conversion.block_cutting import BlockCutter
from oneheart.formats.conversion.cell_numbers import BLANK, CellLabelNumbers, CellValues, visible
from oneheart.formats.conversion.label_bytes import LabelBytes
from oneheart.formats.conversion.label_numbers import column_of
from oneheart.formats.conversion.parquet import ParquetReader
from oneheart.formats.conversion.pieces import PieceReader, RowPiece, open_any_size
from oneheart.formats.conversion.plain_cells import Column
from oneheart.formats.conversion.stage import Buckets, Finished, Int32s, Int64s, Rows, last_of_each
from oneheart.formats.diagnosis import Finding
from oneheart.formats.polis.cells import ROUNDED, label_in, time_in, vote_in
from oneheart.formats.polis.comments import read_comments
from oneheart.formats.polis.context import ReadingContext
from oneheart.formats.polis.loading import read_circles
from oneheart.formats.polis.matrix import Matrix, read_matrix
from oneheart.formats.polis.numbering import (
    DeclaredCircles,
    EvidenceSums,
    agreement,
    listed_comments,
    merged,
    places,
    refuse_repeated,
    same_sign,
    tell_merged,
)
from oneheart.formats.polis.raw_export import NO_TIME, Votes, told_in
from oneheart.formats.polis.sign import StatedCounts, VoteSign, decide
from oneheart.formats.polis.summary import read_summary
from oneheart.formats.polis.votes import TimesSeen, milliseconds, no_vote, tell_times, tell_zone, vote_columns
from oneheart.formats.roles import FilesByRole
from oneheart.formats.sealed_file import hall_in
from oneheart.model.asks import Asks
from oneheart.model.sealed import HallRecord

_MISSING_LONGEST = 5  # of the signs for a missing cell: <NA>, NULL ...
_MISSING_BEGIN = np.frombuffer(b"N#<n", np.uint8)
_ZERO, _DIVIDES_DECIMALS = 0x30, np.frombuffer(b"0.,", np.uint8)
_BITS = 63
_AT_ONCE = 1 << 16


class _Seen(msgspec.Struct):
    """What was seen in the votes so far.

    Attributes:
        times: of the times.
        zone: the first cell of the column datetime.
    """

    times: TimesSeen = msgspec.field(default_factory=TimesSeen)
    zone: str | None = None


@dataclass(slots=True, eq=False)
class _Outcome:
    """What is known when all votes were read, and then when all were sorted."""

    matrix: Matrix = field(default_factory=Matrix.none)
    circles: DeclaredCircles = field(default_factory=DeclaredCircles)
    cells: Votes = field(default_factory=Votes.none)
    counts: StatedCounts | None = None
    sums: EvidenceSums | None = None
    sign: VoteSign | None = None


class PolisRows:
    """Reads a Polis export; see `polis.loading.load`, which gives the same numbers."""

    def __init__(self, files: FilesByRole, path: Path, sign: int | None) -> None:
        """Read the summary and the comments, and the head of the votes.

        Raises:
            UserError: for every kind of broken input, in one sentence.
        """
        self._context = context = ReadingContext(path.name or str(path), files)
        self._given = sign
        read_summary(context)
        self._comments = read_comments(context)
        self.people = CellLabelNumbers(label_in, _is_label)
        self.desires = CellLabelNumbers(label_in, _is_label)
        self.people.register(list(context.people.labels))
        self.desires.register(list(context.comments.labels))
        self._values = CellValues(vote_in)
        self._seen = _Seen()
        self._outcome = _Outcome()
        self._at = self._when = False
        self.reader: PieceReader | ParquetReader | None = None
        if entry := context.file("votes"):
            table = open_any_size(entry)
            voter, comment, vote, at, when = vote_columns(context, table)
            self._at, self._when = at is not None, when is not None
            wanted = [voter, comment, vote, *(place for place in (at, when) if place is not None)]
            self.reader = PieceReader(entry, table, wanted)

    def rows(self, piece: RowPiece, reader: PieceReader | ParquetReader) -> Rows:
        """Return the votes of a piece.

        Raises:
            UserError: when a row has no voter, no comment or no vote, naming the line.
        """
        is_plain = piece.plain is not None
        voter, comment, vote, *others = piece.columns
        value = self._values.of(vote)
        person, column = self.people.of(voter, is_plain=is_plain), self.desires.of(comment, is_plain=is_plain)
        wrong = (value > 1) | (person == BLANK) | (column == BLANK)
        if wrong.any():
            if is_plain:
                return self.rows(reader.slowly(piece), reader)
            row = int(wrong.argmax())
            cell = vote.at(np.array([row]))[0].decode("utf-8", "surrogatepass")
            raise reader.error(piece.row_lines[row], no_vote(cell, is_vote=bool(value[row] <= 1)))
        time = _times(others[0]) if self._at else None
        self._seen.times.see(np.full(len(value), NO_TIME, np.int64) if time is None else time)
        if self._when and self._seen.zone is None and len(value):
            self._seen.zone = others[-1].at(np.zeros(1, np.intp))[0].decode("utf-8", "surrogatepass")
        return Rows(person, column, value, time)

    def state(self) -> bytes:
        """Return what was seen so far."""
        return msgspec.json.encode(self._seen)

    def restore(self, state: bytes) -> None:
        """Take what an earlier run had seen."""
        self._seen = msgspec.json.decode(state, type=_Seen)

    def finish(self, people: LabelBytes, desires: LabelBytes) -> Finished:
        """Return everything but the answers, when all votes were read.

        Raises:
            UserError: the matrix or the circles cannot be read, or a label repeats.
        """
        context, outcome = self._context, self._outcome
        if self._seen.zone is not None:
            tell_zone(context, self._seen.zone)
        if entry := context.file("votes"):
            tell_times(context, self._seen.times, entry.name)
        for label in desires.all():
            context.comments.labels[label]
        if any(context.file(role) is not None for role in ("matrix", "participants", "circles")):
            for label in people.all():
                context.people.labels[label]
            outcome.matrix, outcome.circles = read_matrix(context), read_circles(context)
            more = list(context.people.labels)[len(people) :]
            self.people.fresh = [label.encode() for label in more]
            people.extend(self.people.fresh)
        people_at = _places_of(people, outcome.matrix, kept=context.ours)
        listed = (comment.number for comment in self._comments)
        comment_at = places(list(context.comments.labels), listed, kept=context.ours)
        comments = listed_comments(context, self._comments, people_at, comment_at)
        own = outcome.circles.own_label
        if own or context.ours:
            participants = [own.get(number, label) for number, label in enumerate(people.all())]
            refuse_repeated(context, participants, comments)
        votes = outcome.matrix.votes
        outcome.cells = replace(votes, person=people_at[votes.person], comment=comment_at[votes.comment]).last()
        outcome.counts = outcome.matrix.counts
        outcome.sums = EvidenceSums(comments)
        circles = outcome.circles.circle_of(people_at) if outcome.circles.names else None
        return Finished(people_at, comment_at, comments.desires, circles, by_time=self._at, own_labels=own)

    def stances(self, buckets: Buckets, finished: Finished, cutter: BlockCutter, tell: Callable[[int], None]) -> None:
        """Give the last answers of all people to the cutter, and find out what they mean.

        Raises:
            UserError: the sign cannot be decided.
        """
        outcome, context = self._outcome, self._context
        sums = outcome.sums or EvidenceSums(listed_comments(context, (), finished.person_at, finished.desire_at))
        has_events = self._seen.times.votes > 0
        if len(outcome.cells):
            agreed = [
                agreement(_of_people(outcome.cells, *people), self._last(buckets.rows(number)))
                for number, people in enumerate(buckets.ranges)
            ]
            total = sum(same for same, _ in agreed), sum(opposite for _, opposite in agreed)
            outcome.cells, outcome.counts = same_sign(context, outcome.cells, outcome.counts, total)
        differing, added = 0, 0
        for number, people in enumerate(buckets.ranges):
            rows = buckets.rows(number)
            sums.see_events(rows.desire, rows.value)
            final, differ, add = merged(self._last(rows), _of_people(outcome.cells, *people))
            differing, added = differing + differ, added + add
            sums.see_last(final)
            cutter.add(Rows(final.person, final.comment, final.value, None), people[1])
            tell(number + 1)
        cutter.finish()
        tell_merged(context, differing, added if has_events else 0)
        outcome.sign = decide(sums.evidence(context, outcome.counts), context.name, self._given)
        if outcome.sign.agree == -1:
            cutter.turn()

    def _last(self, rows: Rows) -> Votes:
        """Return the last votes among rows, by time and then by their order in the file."""
        if rows.time is not None:
            rows = replace(rows, time=milliseconds(rows.time, self._seen.times))
        last = last_of_each(rows, by_time=self._at)
        time = np.full(len(last), NO_TIME, np.int64) if last.time is None else last.time
        return Votes(last.person, last.desire, last.value, time)

    def provenance(self, answers: int) -> tuple[Provenance, HallRecord | None]:
        """Return what is known beside the answers, of which so many are the last ones."""
        context, outcome = self._context, self._outcome
        told = told_in(context.summary, context.name)
        hall, about_hall = hall_in(context.file("sealed"))
        sign = outcome.sign
        want, against = self._totals(answers)
        findings: tuple[Finding, ...] = (*context.findings, *(sign.findings if sign else ()), *about_hall)
        provenance = Provenance(
            name=told.source,
            question=told.question,
            credits=told.credits,
            asks=Asks.WANT if hall is not None else told.asks,
            circles=outcome.circles.declared(),
            want=want,
            against=against,
            sign=sign.why if sign else "",
            public_sign=sign.public if sign else "",
            read_from=tuple(sorted(context.inputs.names().values())),
            findings=findings,
        )
        return provenance, hall

    def _totals(self, answers: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        sums = self._outcome.sums
        if answers or sums is None or not (sums.listed.agrees > 0).any():
            return (), ()
        return tuple(sums.listed.agrees.tolist()), tuple(sums.listed.disagrees.tolist())


def _is_label(column: Column) -> npt.NDArray[np.bool_]:
    """Return which cells are surely their own labels: nothing to strip, no sign for a missing cell, no decimals."""
    begin, end = column.first_byte(), column.last_byte()
    missing = (column.length <= _MISSING_LONGEST) & np.isin(begin, _MISSING_BEGIN)
    decimal = (end == _ZERO) & (column.length > 1) & np.isin(column.last_byte(before=1), _DIVIDES_DECIMALS)
    return np.asarray(visible(column) & ~missing & ~decimal)


def _times(column: Column) -> Int64s:
    """Return the times of votes in the unit of the file, -1 for none."""
    times, good = column.whole_numbers()
    rest = np.flatnonzero(~good)
    if len(rest):
        times[rest] = [_time(cell.decode("utf-8", "surrogatepass")) for cell in column.at(rest)]
    times[(times < 0) & (times != ROUNDED)] = NO_TIME
    return times


def _time(cell: str) -> int:
    try:
        time = int(cell)
    except ValueError:
        return time_in(cell)
    return time if time.bit_length() <= _BITS else time_in(cell)


def _of_people(votes: Votes, first: int, last: int) -> Votes:
    """Return the votes of a range of people; they are sorted by person."""
    begin, end = np.searchsorted(votes.person, [first, last])
    return votes.at(np.arange(begin, end))


def _places_of(labels: LabelBytes, matrix: Matrix, *, kept: bool) -> Int32s:
    """Return the row of each person, as `places` does, without a list of all labels."""
    if kept:
        return places(labels.all(), matrix.people.tolist(), kept=True)
    count = len(labels)
    number, is_number = np.zeros(count, np.int64), np.zeros(count, np.bool_)
    for begin in range(0, count, _AT_ONCE):
        some = labels.at(np.arange(begin, min(begin + _AT_ONCE, count)))
        whole, good = column_of(some).whole_numbers()
        for row in np.flatnonzero(~good).tolist():
            if some[row].isdigit() and len(some[row]) <= 18:  # noqa: PLR2004  as `places`
                whole[row], good[row] = int(some[row]), True
        inside = slice(begin, begin + len(some))
        number[inside], is_number[inside] = np.where(good, whole, 0), good
    order = np.lexsort((np.arange(count), number, ~is_number))
    place = np.empty(count, np.int32)
    place[order] = np.arange(count, dtype=np.int32)
    return place
