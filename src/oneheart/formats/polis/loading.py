"""Reads all files of one Polis export into one `Export`, in every dialect there is."""

from __future__ import annotations

from pathlib import Path

from oneheart.formats.csv import open_table
from oneheart.formats.polis.comments import read_comments
from oneheart.formats.polis.context import ReadingContext
from oneheart.formats.polis.matrix import read_matrix
from oneheart.formats.polis.numbering import DeclaredCircles, ExportParts, numbered
from oneheart.formats.polis.raw_export import Export
from oneheart.formats.polis.summary import read_summary
from oneheart.formats.polis.votes import read_votes
from oneheart.formats.roles import FilesByRole


def load(files: FilesByRole, path: Path) -> Export:
    """Return a Polis export as its files have it, with raw votes.

    Raises:
        UserError: for every kind of broken input, in one sentence.

    Notes:
        About 2.5 seconds a million votes; some 20 bytes a vote in memory.

    Source:
        Ours; the dialects are described in docs/reference/formats.md.
    """
    context = ReadingContext(path.name or str(path), files)
    read_summary(context)
    comments = read_comments(context)
    events = read_votes(context)
    matrix = read_matrix(context)
    return numbered(context, ExportParts(comments, events, matrix, read_circles(context)))


def read_circles(context: ReadingContext) -> DeclaredCircles:
    """Return who belongs to which circle, from participants.csv and circles.csv, which oneheart alone writes."""
    circles = DeclaredCircles()
    if entry := context.file("circles"):
        table = open_table(entry)
        label, name = table.need("circle"), table.column("name")
        for _, row in table.rows():
            key = context.text(row[label])
            circles.names.setdefault(key, context.text(row[name]) if name is not None else key)
    if entry := context.file("participants"):
        table = open_table(entry)
        who, where, called = table.need("participant"), table.column("circle"), table.column("label")
        for _, row in table.rows():
            person = context.people[row[who]]
            if person < 0:
                continue
            circle = "" if where is None else row[where] if context.ours else row[where].strip()
            if circle:
                circles.of_person[person] = context.text(circle)
                circles.names.setdefault(circles.of_person[person], circles.of_person[person])
            if called is not None and context.ours and row[called]:
                circles.own_label[person] = context.text(row[called])
    return circles
