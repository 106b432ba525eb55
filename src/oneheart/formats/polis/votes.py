"""votes.csv: every vote event, with its time in UTC milliseconds whatever unit the file has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np

from oneheart.formats.csv import Table, open_table
from oneheart.formats.diagnosis import counted
from oneheart.formats.polis.cells import FIRST_MS, FIRST_US, ROUNDED, CellVotes, time_in
from oneheart.formats.polis.context import ReadingContext
from oneheart.formats.polis.raw_export import NO_TIME, Int64s, Votes

_ZONE = re.compile(r"\bGMT[+-]\d{4}|\b[A-Z]{3,5}\b(?= \d{4}$)")
_UTC = ("UTC", "GMT", "GMT+0000")


def read_votes(context: ReadingContext) -> Votes:
    """Return the vote events of votes.csv in file order, people and comments by order of sight; none without the file.

    Raises:
        UserError: when a row has no voter, no comment or no vote, naming the line.
    """
    entry = context.file("votes")
    if entry is None:
        return Votes.none()
    table = open_table(entry)
    voter, comment, vote, at, when = vote_columns(context, table)
    values = CellVotes()
    parts: list[Votes] = []
    done = 0
    for block in table.blocks():
        size = len(block)
        person = np.fromiter(map(context.people.__getitem__, map(itemgetter(voter), block)), np.int32, size)
        column = np.fromiter(map(context.comments.__getitem__, map(itemgetter(comment), block)), np.int32, size)
        value = np.fromiter(map(values.__getitem__, map(itemgetter(vote), block)), np.int8, size)
        bad = (value > 1) | (person < 0) | (column < 0)
        if bad.any():
            row = int(bad.argmax())
            raise table.error(done + row, no_vote(block[row][vote], is_vote=bool(value[row] <= 1)))
        parts.append(Votes(person, column, value, _times(None if at is None else [row[at] for row in block], size)))
        if not done and when is not None:
            tell_zone(context, block[0][when])
        done += size
    votes = Votes.joined(parts)
    seen = TimesSeen()
    seen.see(votes.time)
    tell_times(context, seen, entry.name)
    return replace(votes, time=milliseconds(votes.time, seen))


def vote_columns(context: ReadingContext, table: Table) -> tuple[int, int, int, int | None, int | None]:
    """Return the places of voter, comment, vote, timestamp and datetime; takes the declaration of a first line.

    Raises:
        UserError: one of the first three is missing, or the declaration contradicts another.
    """
    if table.remark:
        context.declare(table.remark)
    voter, comment = table.need("voter-id", "user-id", "participant-id"), table.need("comment-id")
    vote, at, when = table.need("vote", "vote-value"), table.column("timestamp"), table.column("datetime")
    return voter, comment, vote, at, when


def no_vote(cell: str, *, is_vote: bool) -> str:
    """Return what is wrong with a row: its cell of votes, or else that nobody or no comment is named."""
    if not is_vote:
        return f"has {cell[:40]!r} where a vote must be -1, 0 or 1"
    return "has a vote without a voter-id or comment-id"


def tell_zone(context: ReadingContext, cell: str) -> None:
    """Note the time zone of the column datetime, from its first cell."""
    zone = _ZONE.search(cell)
    if zone and zone[0] not in _UTC:
        context.dialect.append(
            f"The column datetime is in the exporter's time zone ({zone[0]}); only timestamp is used."
        )


def _times(cells: Sequence[str] | None, size: int) -> Int64s:
    """Return the times of a block in the unit of the file, -1 for none."""
    if cells is None:
        return np.full(size, NO_TIME, np.int64)
    try:
        times = np.fromiter(map(int, cells), np.int64, size)
    except (ValueError, OverflowError):
        times = np.fromiter(map(time_in, cells), np.int64, size)
    times[(times < 0) & (times != ROUNDED)] = NO_TIME
    return times


@dataclass(slots=True)
class TimesSeen:
    """What was seen of the times of votes.csv.

    Attributes:
        votes: how many votes there are.
        rounded: times that a spreadsheet rounded beyond use.
        missing: votes without a readable time.
        low: times below 10^11, which count as seconds.
        high: all other times.
        highest_low: the greatest of the first.
        lowest_high: the least of the others.
    """

    votes: int = 0
    rounded: int = 0
    missing: int = 0
    low: int = 0
    high: int = 0
    highest_low: int = 0
    lowest_high: int = 1 << 62

    def see(self, times: Int64s) -> None:
        """Count some more times, as `_times` gives them."""
        known = times[times > 0]
        low = known[known < FIRST_MS]
        high = known[known >= FIRST_MS]
        self.votes += len(times)
        self.rounded += int((times == ROUNDED).sum())
        self.missing += int((times == NO_TIME).sum())
        self.low += len(low)
        self.high += len(high)
        self.highest_low = max(self.highest_low, int(low.max(initial=0)))
        self.lowest_high = min(self.lowest_high, int(high.min(initial=1 << 62)))

    @property
    def seconds(self) -> bool:
        """Return whether the median of the times is one of seconds."""
        if self.low == self.high:
            return (self.highest_low + self.lowest_high) / 2 < FIRST_MS
        return self.low > self.high


def tell_times(context: ReadingContext, seen: TimesSeen, name: str) -> None:
    """Note what is odd about the times of votes.csv, and their unit."""
    if seen.rounded:
        context.warn(
            "times-rounded",
            f"{counted(seen.rounded, 'time', 'times')} in '{name}' were rounded beyond use, as a spreadsheet does "
            "(1.65893E+12); of two votes on one comment the one further down counts. Export the file anew and do not "
            "save it from a spreadsheet.",
        )
    elif not seen.low + seen.high:
        if seen.votes:
            context.note("no-times", f"'{name}' has no times; of two votes on one comment the one further down counts.")
    else:
        context.seconds = seen.seconds
        context.dialect.append("Times are in whole seconds." if context.seconds else "Times are in milliseconds.")
        if seen.missing:
            context.warn(
                "times-missing",
                f"{counted(seen.missing, 'vote has', 'votes have')} no readable time in '{name}'; they count as the "
                "earliest.",
            )


def milliseconds(times: Int64s, seen: TimesSeen) -> Int64s:
    """Return times in milliseconds: each below 10^11 counts as seconds, each from 10^14 on as microseconds.

    Where any time of the file was rounded beyond use, none counts.
    """
    if seen.rounded:
        return np.full(len(times), NO_TIME, np.int64)
    scaled = np.where((times > 0) & (times < FIRST_MS), times * 1000, times)
    return np.where(scaled >= FIRST_US, scaled // 1000, scaled)
