"""comments.csv: what people wrote, also where its texts are quoted badly, twice or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oneheart.errors import UserError
from oneheart.formats.cells import is_true
from oneheart.formats.csv import CELL_CHARACTERS, Table, is_divider_line, open_table
from oneheart.formats.diagnosis import counted
from oneheart.formats.files import InputFile, text_lines
from oneheart.formats.polis.cells import count_in, moderation_in
from oneheart.formats.polis.context import ReadingContext
from oneheart.model.desire import Moderation

COMMENTS = 1_000_000
QUOTED_TWICE_LEAST = 5
_NUMBER_CELL = re.compile(r"\s*-?\d*(?:\.\d*)?\s*", re.ASCII)
_NUMERIC = frozenset({"timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated"})
_EXCHANGED_LEAST = 3
_NUMERIC_LEAST = 2  # one number alone does not tell a record
_BODY = ("comment-body", "comment-text", "comment", "body", "text", "txt")
_OPTIONAL = {
    "author": ("author-id", "user-id", "participant-id"),
    "agrees": ("agrees",),
    "disagrees": ("disagrees",),
    "moderated": ("moderated",),
    "meta": ("is-meta",),
    "seed": ("is-seed",),
    "language": ("language",),
    "label": ("label",),
}


@dataclass(frozen=True, slots=True)
class Comment:
    """One row of comments.csv.

    Attributes:
        number: of the comment, by order of sight.
        author: number of the person who wrote it, -1 where not stated.
        agrees: as stated, -1 where not stated.
        disagrees: as stated, -1 where not stated.
        moderation: what moderators decided.
        is_meta: it is about the conversation or about people, not a wish.
        is_seed: an organiser put it there.
        language: of the text, None where not stated.
        label: the label it had before it was numbered, "" where not stated.
        text: what was written.
    """

    number: int
    author: int
    agrees: int
    disagrees: int
    moderation: Moderation
    is_meta: bool
    is_seed: bool
    language: str | None
    label: str
    text: str


def read_comments(context: ReadingContext) -> list[Comment]:
    """Return the comments in file order, each once; none where there is no file.

    Raises:
        UserError: when the file cannot be read in any dialect, or a row has no comment-id.
    """
    entry = context.file("comments")
    if entry is None:
        return []
    table = open_table(entry)
    place = {"id": table.need("comment-id"), "body": table.need(*_BODY)}
    for name, keys in _OPTIONAL.items():
        column = table.column(*keys)
        if column is not None:
            place[name] = column
    rows = _rows(context, table, entry, place["body"])
    _refuse_exchanged(table, rows, place["id"], place["body"])
    comments = [_comment(context, row, place, table, number) for number, row in enumerate(rows)]
    once: dict[int, Comment] = {}
    for comment in comments:
        once.setdefault(comment.number, comment)
    if len(once) < len(comments):
        extra = counted(len(comments) - len(once), "comment is", "comments are")
        context.warn("comments-twice", f"{extra} listed again in '{entry.name}'; the first listing counts.")
    return list(once.values())


def _refuse_exchanged(table: Table, rows: Sequence[Sequence[str]], number: int, body: int) -> None:
    """Refuse comments whose ids hold texts while their texts are numbers: the heads of two columns are exchanged.

    Raises:
        UserError: where at least three comments are there and all of them are so.
    """
    filled = [row for row in rows if row[number].strip() and row[body].strip()]
    if len(filled) < _EXCHANGED_LEAST:
        return
    if all(_NUMBER_CELL.fullmatch(row[body]) and not _NUMBER_CELL.fullmatch(row[number]) for row in filled):
        message = (
            f"In '{table.name}' the column '{table.names[number]}' holds texts and '{table.names[body]}' holds "
            "numbers; exchange the heads of these two columns."
        )
        raise UserError(message)


def _comment(
    context: ReadingContext, row: Sequence[str], place: Mapping[str, int], table: Table, number: int
) -> Comment:
    def cell(name: str) -> str:
        return row[place[name]] if name in place else ""

    comment = context.comments[cell("id")]
    if comment < 0:
        raise table.error(number, "has a comment without a comment-id")
    return Comment(
        number=comment,
        author=context.people[cell("author")],
        agrees=count_in(cell("agrees")),
        disagrees=count_in(cell("disagrees")),
        moderation=moderation_in(cell("moderated")),
        is_meta=is_true(cell("meta")),
        is_seed=is_true(cell("seed")),
        language=context.text(cell("language")).strip() or None,
        label=context.text(cell("label")) if context.ours else "",
        text=context.text(cell("body")),
    )


# ------------------------------------------------------------------------------------------------- how texts are quoted


def _rows(context: ReadingContext, table: Table, entry: InputFile, body: int) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for block in table.blocks():
            rows += block
            if len(rows) > COMMENTS:
                break
    except UserError:
        loose = _unquoted_rows(table, entry, body)
        if loose is None:
            raise
        rows, context.quoted = loose
        how = "badly" if context.quoted else "not"
        context.dialect.append(f"The texts in '{entry.name}' are {how} quoted.")
        context.note(
            "texts-unquoted",
            f"The texts in '{entry.name}' are {how} quoted; each is read as the rest of its line.",
        )
        return rows
    if len(rows) > COMMENTS:
        message = f"'{entry.name}' has more than {COMMENTS:,} comments, which is more than is read."
        raise UserError(message)
    rows = _quoted_once(context, rows, body, entry.name)
    must = any("," in row[body] or "\n" in row[body] for row in rows)
    filled = sum(1 for row in rows if row[body])
    if must or (filled and _quoted_lines(entry) >= filled):
        context.quoted = True
    return rows


def _quoted_once(context: ReadingContext, rows: list[list[str]], body: int, name: str) -> list[list[str]]:
    """Return the rows without a second pair of quotes, where a writer put one around every text."""
    texts = [row[body] for row in rows if row[body]]
    if context.ours or len(texts) < QUOTED_TWICE_LEAST or not _all_enclosed(texts):
        return rows
    context.dialect.append(f"The texts in '{name}' are quoted twice.")
    context.note(
        "texts-quoted-twice", f"Every text in '{name}' is quoted twice; the second pair of quotes is taken off."
    )
    return _without_quotes(rows, body)


def _all_enclosed(texts: Sequence[str]) -> bool:
    return all(len(text) > 1 and text[0] == text[-1] == '"' for text in texts)


def _without_quotes(rows: list[list[str]], body: int) -> list[list[str]]:
    for row in rows:
        row[body] = row[body][1:-1].replace('""', '"')
    return rows


def _unquoted_rows(table: Table, entry: InputFile, body: int) -> tuple[list[list[str]], bool] | None:
    """Return the rows of a file whose last column is text without proper quotes, or None where that cannot be.

    A line that begins like a record (numbers where numbers belong) begins one; any other line goes on with the text.
    The second value says whether all texts are enclosed in quotes and only the quotes inside are not doubled.
    """
    width = len(table.keys)
    numeric = [place for place, key in enumerate(table.keys) if key in _NUMERIC]
    if body != width - 1 or len(numeric) < _NUMERIC_LEAST:
        return None
    rows: list[list[str]] = []
    lines = iter(text_lines(entry))
    for line in lines:
        if line.strip() and not is_divider_line(line):
            break  # the header
    end = ""
    for line in lines:
        content = line.rstrip("\r\n")
        cells = content.split(table.divider, width - 1)
        if len(cells) == width and all(_NUMBER_CELL.fullmatch(cells[place]) for place in numeric):
            rows.append(cells)
        elif rows:
            rows[-1][body] += end + content
        elif content:
            return None
        end = line[len(content) :]
        if rows and (len(rows[-1][body]) > CELL_CHARACTERS or len(rows) > COMMENTS):
            return None
    if not rows:
        return None
    texts = [row[body] for row in rows if row[body]]
    enclosed = bool(texts) and _all_enclosed(texts)
    return (_without_quotes(rows, body) if enclosed else rows), enclosed


def _quoted_lines(entry: InputFile) -> int:
    return sum(1 for line in text_lines(entry) if ',"' in line or line.startswith('"'))
