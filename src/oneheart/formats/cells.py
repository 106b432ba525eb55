"""The text of one cell: cleaned for display, escaped for spreadsheets, read as yes or no, as a time, or as a label."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

# A wide form of each sign begins a formula too, where a spreadsheet is set to Japanese.
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_TRUE = frozenset({"true", "t", "yes", "1", "1.0"})


def clean(text: str) -> str:
    """Return the text without NUL characters and with lone surrogates replaced by U+FFFD; all else is unchanged.

    Example:
        >>> clean("a" + chr(0) + "b")
        'ab'
    """
    if not _UNREADABLE.search(text):
        return text
    return _UNREADABLE.sub(lambda match: "" if match[0] == "\x00" else "\ufffd", text)


def neutralise(text: str) -> str:
    """Return the text escaped against formula injection: an apostrophe before = + - @, tab and line ends.

    A leading apostrophe gets another apostrophe, so `plain` restores every text exactly.

    Source:
        Ours, after CWE-1236.

    Example:
        >>> neutralise("=1+1"), neutralise("Peace"), neutralise("'t is")
        ("'=1+1", 'Peace', "''t is")
    """
    return "'" + text if text.startswith(("'", *_FORMULA)) else text


def plain(text: str) -> str:
    """Return the text from which `neutralise` made a cell.

    Example:
        >>> plain(neutralise("-5"))
        '-5'
    """
    return text.removeprefix("'")


def cell_of(value: object) -> str:
    """Return the cell that stands for a value: "" for a missing value, true and false, whole floats without a point.

    Missing are None, NaN and the NA and NaT of data frames. Text is cleaned, not escaped.

    Example:
        >>> cell_of(None), cell_of(True), cell_of(2.0), cell_of("a")
        ('', 'true', '2', 'a')
    """
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return ""
    if isinstance(value, float):
        return "" if math.isnan(value) else str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(str(value))


def safe_cell(value: object) -> str:
    """Return the cell of a value, escaped against formula injection.

    Example:
        >>> safe_cell("=1+1"), safe_cell(False)
        ("'=1+1", 'false')
    """
    return neutralise(cell_of(value))


_NOT_AVAILABLE = frozenset({"", "NA", "N/A", "#N/A", "<NA>", "NaN", "nan", "NULL"})


def is_missing(cell: str) -> bool:
    """Return whether a cell holds nothing, as it stands or by the sign of R, pandas, SQL or a spreadsheet.

    Example:
        >>> [is_missing(cell) for cell in (" ", "NA", "NaN", "0", "none")]
        [True, True, True, False, False]
    """
    return cell.strip() in _NOT_AVAILABLE


def is_true(cell: str) -> bool:
    """Return whether a cell says yes: true, t, yes, 1 or 1.0, in any case; everything else says no.

    Example:
        >>> is_true(" TRUE "), is_true("1.0"), is_true("no"), is_true("")
        (True, True, False, False)
    """
    return cell.strip().lower() in _TRUE


def iso_seconds(cell: str) -> float | None:
    """Return the seconds since 1970 of an ISO 8601 time; None for anything else.

    A time without a zone is taken as UTC: only the order and the distance of times within one file are used.

    Example:
        >>> iso_seconds("1970-01-01T01:00:00+01:00"), iso_seconds("1970-01-02"), iso_seconds("yesterday")
        (0.0, 86400.0, None)
    """
    try:
        when = datetime.fromisoformat(cell.strip())
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


class Labels(dict[str, int]):
    """Labels numbered 0, 1, 2 ... in the order in which they are first looked up.

    Example:
        >>> labels = Labels()
        >>> labels["ann"], labels["bo"], labels["ann"], list(labels)
        (0, 1, 0, ['ann', 'bo'])
    """

    def __missing__(self, label: str) -> int:
        """Give the next number to a new label."""
        return self.setdefault(label, len(self))
