"""summary.csv, lines of key and value, and format.json: the question, the totals, the declared vote convention."""

from __future__ import annotations

from itertools import islice

from oneheart.formats.cells import plain
from oneheart.formats.csv import SUMMARY_LINES, BrokenCsvError, header_key, loose_rows
from oneheart.formats.files import InputFile, json_texts, text_lines
from oneheart.formats.polis.context import ReadingContext


def read_summary(context: ReadingContext) -> None:
    """Read summary.csv and format.json into the context, where they are there."""
    if entry := context.file("summary"):
        for cells in _lines(context, entry):
            if key := header_key(cells[0]):
                context.summary.setdefault(key, ",".join(cells[1:]))
        if context.ours:
            for key in ("topic", "credits"):
                context.summary[key] = plain(context.summary.get(key, ""))
        context.declared = context.summary.get("vote-convention", "")
    if entry := context.file("format"):
        facts = json_texts(entry)
        if facts is None:
            context.warn("format-broken", f"'{entry.name}' is not JSON; it is passed over.")
        else:
            context.declare(facts.get("vote-convention", ""))


def _lines(context: ReadingContext, entry: InputFile) -> list[list[str]]:
    try:
        return list(loose_rows(entry))
    except BrokenCsvError:
        context.warn("summary-broken", f"'{entry.name}' is broken CSV; it is read line by line.")
        return [line.rstrip("\r\n").split(",", 1) for line in islice(text_lines(entry), SUMMARY_LINES)]
