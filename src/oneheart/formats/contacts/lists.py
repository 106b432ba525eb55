"""Lists as people have them, opened as a `Table`: with or without names, divided by anything usual, packed or not.

The dialect is detected from the content. Content that fits no dialect is refused in one sentence.
"""

from __future__ import annotations

import csv
import re
import stat
import zlib
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from oneheart.errors import UserError
from oneheart.formats.contacts.times import is_value
from oneheart.formats.csv import Numbered, Table, as_number
from oneheart.formats.files import encoding_of

MOST_BYTES = 400_000_000
LOOKED_AT = 5000
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_COMMENT = ("#", "%")
_KNOWN_LEAST = 2  # names that tell a header: of two people, or of a person and an occasion
_WHAT_TO_GIVE = "give a list of contacts (t i j), of pairs, or of who was where"


def list_key(name: str) -> str:
    """Return a column's name in lower case, with an underscore for every run of other signs than letters and digits.

    Example:
        >>> list_key("User.A "), list_key("Person 1")
        ('user_a', 'person_1')
    """
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def read_list(path: Path, known: frozenset[str]) -> Table:
    """Return a file of rows as a table, whatever divides its cells.

    Args:
        path: of a text file in UTF-8 or, where it says so itself, UTF-16; packed by gzip or not.
        known: names of columns that the first line may be told by.

    Raises:
        UserError: no such file, no text, nothing in it, or too much.
    """
    return list_in(path, _bytes(path), known, bytes_most=MOST_BYTES)


def list_in(
    path: Path, data: bytes, known: frozenset[str], *, bytes_most: int = MOST_BYTES, lines_most: int | None = None
) -> Table:
    """Return the bytes of a file of rows as a table, see `read_list`.

    Args:
        path: name of the file, for sentences; it is not opened.
        data: what is in it.
        known: names of columns that the first line may be told by.
        bytes_most: the most bytes, unpacked.
        lines_most: the most lines, counted before anything is split; None for no limit.

    Raises:
        UserError: no text, nothing in it, or too much.
    """
    if len(data) > bytes_most:
        raise UserError(_too_large(path, bytes_most))
    plain = _unpacked(path, data, bytes_most)
    if lines_most is not None and max(plain.count(b"\n"), plain.count(b"\r")) > lines_most:
        message = (
            f"{path} holds more than {lines_most:,} lines; give a list that was aggregated by pairs, or parts of it."
        )
        raise UserError(message)
    return list_of(path, _text(path, plain), known)


def _bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if status.st_size > MOST_BYTES:
            raise UserError(_too_large(path))
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            message = f"{path} is no plain file; {_WHAT_TO_GIVE}."
            raise UserError(message)
        return path.read_bytes()
    except FileNotFoundError:
        message = f"There is no file {path}; {_WHAT_TO_GIVE}."
        raise UserError(message) from None
    except IsADirectoryError:
        message = f"{path} is a folder; give the file of contacts in it."
        raise UserError(message) from None
    except (OSError, ValueError) as error:
        message = f"Cannot read {path}: {getattr(error, 'strerror', None) or error}."
        raise UserError(message) from error


def _unpacked(path: Path, data: bytes, most: int) -> bytes:
    """Return the bytes of a file, unpacked if it is packed by gzip."""
    if not data.startswith(_GZIP):
        return data
    unpacker = zlib.decompressobj(31)
    try:
        data = unpacker.decompress(data, most + 1)
    except zlib.error:
        message = f"{path} is packed by gzip and damaged; get it again, or unpack it and give what is inside."
        raise UserError(message) from None
    if len(data) > most:
        raise UserError(_too_large(path, most))
    if not unpacker.eof:
        message = f"{path} is packed by gzip and ends too early; get it again, or unpack it and give what is inside."
        raise UserError(message)
    return data


def _too_large(path: Path, most: int = MOST_BYTES) -> str:
    return f"{path} holds more than {most // 1_000_000} MB; give a list that was aggregated by pairs."


def _text(path: Path, data: bytes) -> str:
    if data.startswith(_ZIP):
        message = f"{path} is a zip file or a spreadsheet; unpack it, or save it as CSV, and give the file in it."
        raise UserError(message)
    try:
        text = data.decode(encoding_of(data[:4]))
    except UnicodeDecodeError:
        message = f"{path} is not UTF-8 text; save it as UTF-8 (or CSV) and try again."
        raise UserError(message) from None
    if "\x00" in text:
        message = f"{path} holds bytes that are no text; save it as UTF-8 (or CSV) and try again."
        raise UserError(message)
    return text


def list_of(path: Path, text: str, known: frozenset[str]) -> Table:
    """Return a text as a table; its header may be a comment.

    Args:
        path: of the file, for sentences.
        text: what is in it.
        known: keys of columns that a header may be told by.

    Raises:
        UserError: when nothing is in it.
    """
    lines = re.split(r"\r\n|\r|\n", text)
    filled = [n for n, line in enumerate(lines) if line.strip().strip("#%").strip()]
    if not filled:
        message = f"{path} is empty; {_WHAT_TO_GIVE}."
        raise UserError(message)
    start = next((n for n in filled if not lines[n].lstrip().startswith(_COMMENT)), len(lines))
    comments = [lines[n].strip().lstrip("#%") for n in filled if n < start]
    divider = _divider(lines[start] if start < len(lines) else comments[-1])
    below = islice((lines[n] for n in filled if n >= start), LOOKED_AT)
    head = [split(line, divider) or [] for line in below]
    names = _commented(comments, divider, known)
    if names is None and head and _is_header(head, known):
        names, start, head = head[0], start + 1, head[1:]
    if names is None:
        names = [""] * len(head[0] if head else [])
    names = [name.strip().strip("#%").strip().lower() for name in names]
    # R writes numbers of rows in a column without a name, so every row has one cell more than the header.
    unnamed = int(bool(any(names) and head and {len(row) for row in head} == {len(names) + 1} and head[0][-1].strip()))

    def read() -> Numbered:
        for number, line in enumerate(lines[start:], start + 1):
            if not line.strip(" \t,;|") or line.lstrip().startswith(_COMMENT):
                continue
            row = split(line, divider)
            if row is None:
                message = f"{path}, line {number}: a quote is opened and never closed; mend or remove this line."
                raise UserError(message)
            row = row[unnamed:]
            if len(row) < len(names):
                message = (
                    f"{path}, line {number}: {len(row)} columns instead of {len(names)}; mend or remove this line."
                )
                raise UserError(message)
            yield number, row

    return Table(str(path), names, read, key=list_key, divider=divider)


def _divider(line: str) -> str | None:
    """Return what divides the cells of a line: a tab, ;, | or comma; None for blank space, which may be a mixture."""
    mixed = any(not cell or " " in cell for cell in line.strip().split("\t"))
    if mixed and all(as_number(cell) is not None for cell in line.split()):
        return None
    return next((sign for sign in ("\t", ";", "|", ",") if sign in line), None)


def split(line: str, divider: str | None) -> list[str] | None:
    """Return the cells of a line, None where a quote is never closed.

    Example:
        >>> split('1, "Lee, Ann"', ","), split("  a   b", None)
        (['1', 'Lee, Ann'], ['a', 'b'])
    """
    if divider is None:
        line, divider = " ".join(line.split()), " "
    if '"' not in line:
        return line.split(divider)
    try:
        return next(csv.reader([line], delimiter=divider, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return None


def _commented(comments: Sequence[str], divider: str | None, known: frozenset[str]) -> list[str] | None:
    """Return the header in the last comment above the rows, None where that comment is no header."""
    names = split(comments[-1], divider) if comments else None
    if names is None or sum(list_key(name) in known for name in names) < _KNOWN_LEAST:
        return None
    return names


def _is_header(head: Sequence[Sequence[str]], known: frozenset[str]) -> bool:
    """Return whether the first row is a header: no numbers or times in it, nothing that comes again as an id below."""
    first = [cell.strip() for cell in head[0]]
    if any(is_value(cell) for cell in first[:3]):
        return False
    is_told = any(list_key(cell) in known for cell in first)
    below = {cell.strip() for row in head[1:] for cell in (row[:2] if is_told else row)}
    again = [cell in below for cell in first[:2]]
    return not (all(again) if is_told else any(again))


def number_in(table: Table, cell: str, line: int) -> float:
    """Return the number in a cell of a list.

    Raises:
        UserError: it holds none.
    """
    value = table.decimal(cell)
    if value is None:
        message = f"{table.name}, line {line}: {cell.strip()[:40]!r} is not a number; mend or remove this line."
        raise UserError(message)
    return value


def natural_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Return labels in their natural order: numbers by size, then words.

    Example:
        >>> natural_order({"10", "bo", "9", "ann"})
        ('9', '10', 'ann', 'bo')
    """
    return tuple(sorted(labels, key=lambda label: (not label.isdigit(), int(label) if label.isdigit() else 0, label)))
