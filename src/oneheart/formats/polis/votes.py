"""votes.csv: every vote event, with its time in UTC milliseconds whatever unit the file has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

import numpy as np

from oneheart.formats.csv import open_table
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
    if table.remark:
        context.declare(table.remark)
    voter, comment = table.need("voter-id", "user-id", "participant-id"), table.need("comment-id")
    vote, at, when = table.need("vote", "vote-value"), table.column("timestamp"), table.column("datetime")
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
            what = (
                f"has {block[row][vote][:40]!r} where a vote must be -1, 0 or 1"
                if value[row] > 1
                else "has a vote without a voter-id or comment-id"
            )
            raise table.error(done + row, what)
        parts.append(Votes(person, column, value, _times(None if at is None else [row[at] for row in block], size)))
        if not done and when is not None:
            _tell_zone(context, block[0][when])
        done += size
    votes = Votes.joined(parts)
    return replace(votes, time=_milliseconds(context, votes.time, entry.name))


def _tell_zone(context: ReadingContext, cell: str) -> None:
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


def _milliseconds(context: ReadingContext, times: Int64s, name: str) -> Int64s:
    """Return times in milliseconds: each below 10^11 counts as seconds, each from 10^14 on as microseconds."""
    rounded = int((times == ROUNDED).sum())
    if rounded:
        context.warn(
            "times-rounded",
            f"{counted(rounded, 'time', 'times')} in '{name}' were rounded beyond use, as a spreadsheet does "
            "(1.65893E+12); of two votes on one comment the one further down counts. Export the file anew and do not "
            "save it from a spreadsheet.",
        )
        times = np.full(len(times), NO_TIME, np.int64)
    known = times[times > 0]
    if not len(known):
        if len(times) and not rounded:
            context.note("no-times", f"'{name}' has no times; of two votes on one comment the one further down counts.")
        return times
    context.seconds = bool(np.median(known) < FIRST_MS)
    context.dialect.append("Times are in whole seconds." if context.seconds else "Times are in milliseconds.")
    missing = int((times == NO_TIME).sum())
    if missing:
        context.warn(
            "times-missing",
            f"{counted(missing, 'vote has', 'votes have')} no readable time in '{name}'; they count as the earliest.",
        )
    scaled = np.where((times > 0) & (times < FIRST_MS), times * 1000, times)
    return np.where(scaled >= FIRST_US, scaled // 1000, scaled)
