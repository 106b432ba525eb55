"""Cells of Polis files as numbers: votes, counts, times, moderation, and labels of people and comments."""

from __future__ import annotations

import re

from oneheart.formats.cells import Labels, clean, is_missing, iso_seconds
from oneheart.formats.polis.raw_export import NO_TIME
from oneheart.model.desire import Moderation

ABSENT = 3
INVALID = 9
FIRST_MS = 10**11  # as seconds this is the year 5138, as milliseconds 1973
FIRST_US = 10**14
_VALUES_KEPT = 1000
_FLOAT_LABEL = re.compile(r"(\d+)[.,]0+", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:[,'’\u00a0\u202f ]\d{3})+|\d{1,3}(?:\.\d{3}){2,}")
_SCIENTIFIC = re.compile(r"(\d+)(?:[.,](\d*))?[eE]\+?(\d+)", re.ASCII)
_DIGITS_LOST = 4  # whole seconds: milliseconds that end in 000, and one digit of seconds more
_EXPONENT_MOST = 18
ROUNDED = -2
"""A time that a spreadsheet rounded so far that it tells nothing."""


class CellNumbers(dict[str, int]):
    """The number of the label in a cell, by order of first sight; -1 for a blank cell. `12` and `12.0` are one label.

    Attributes:
        labels: the labels with their numbers.

    Example:
        >>> numbers = CellNumbers()
        >>> numbers["7"], numbers[" 7.0 "], numbers["x"], numbers[" "], list(numbers.labels)
        (0, 0, 1, -1, ['7', 'x'])
    """

    def __init__(self) -> None:
        """Begin without labels."""
        super().__init__()
        self.labels = Labels()

    def __missing__(self, cell: str) -> int:
        """Number the label of a cell that was not seen before, and cache the answer."""
        label = label_in(cell)
        number = self[cell] = -1 if label is None else self.labels[label]
        return number


def label_in(cell: str) -> str | None:
    """Return the label of a person or comment in a cell; None for a blank one.

    Example:
        >>> label_in(" 12.0 "), label_in("x"), label_in("NA")
        ('12', 'x', None)
    """
    label = clean(cell).strip()
    if match := _FLOAT_LABEL.fullmatch(label):
        label = match[1]
    return None if is_missing(label) else label


class CellVotes(dict[str, int]):
    """Raw votes by their cell: -1, 0, 1, ABSENT for an empty cell, INVALID for anything else. The cache is bounded."""

    def __missing__(self, cell: str) -> int:
        """Read a cell that is not cached."""
        value = vote_in(cell)
        if len(self) < _VALUES_KEPT:  # a file of nonsense must not fill the memory
            self[cell] = value
        return value


def vote_in(cell: str) -> int:
    """Return the raw vote in a cell: -1, 0 or 1, ABSENT for an empty cell, INVALID for anything else.

    Example:
        >>> vote_in("-1.0"), vote_in("1,0"), vote_in(" ") == vote_in("NA") == ABSENT, vote_in("2") == INVALID
        (-1, 1, True, True)
    """
    text = cell.strip()
    if is_missing(text):
        return ABSENT
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return INVALID
    return int(number) if number in (-1.0, 0.0, 1.0) else INVALID


def count_in(cell: str) -> int:
    """Return the count in a cell, 0 to 2^40 - 1; -1 where it holds none.

    Example:
        >>> count_in("12.0"), count_in("1,234"), count_in(""), count_in("-3")
        (12, 1234, -1, -1)
    """
    try:
        number = int(float(_ungrouped(cell)))
    except (ValueError, OverflowError):
        return -1
    return number if 0 <= number < 1 << 40 else -1


def _ungrouped(cell: str) -> str:
    """Return a number without its thousands separators: commas, blanks, apostrophes, or two points and more."""
    text = cell.strip()
    return re.sub(r"\D", "", text) if _GROUPED.fullmatch(text) else text


def moderation_in(cell: str) -> Moderation:
    """Return what moderators decided: 1 is accepted, -1 rejected, anything else undecided."""
    return {1: Moderation.ACCEPTED, -1: Moderation.REJECTED}.get(vote_in(cell), Moderation.UNDECIDED)


def time_in(cell: str) -> int:
    """Return a number of seconds, milliseconds or microseconds as it is, an ISO 8601 time as UTC milliseconds, else -1.

    ISO times before 1973 count as no time: as milliseconds they could not be told from seconds. A time in scientific
    notation with fewer digits than it needs is `ROUNDED`.

    Example:
        >>> time_in("1700000000"), time_in("2024-05-01T10:00:00Z"), time_in("noon")
        (1700000000, 1714557600000, -1)
        >>> time_in("1,658,933,760,180"), time_in("1,65893E+12") == ROUNDED, time_in("1.65893376018E+12")
        (1658933760180, True, 1658933760180)
    """
    text = _ungrouped(cell)
    match = _SCIENTIFIC.fullmatch(text)
    if match and int(match[3]) <= _EXPONENT_MOST:
        digits = (match[1] + (match[2] or "")).rstrip("0")
        if len(digits) < int(match[3]) + len(match[1]) - _DIGITS_LOST:
            return ROUNDED
        text = text.replace(",", ".")
    try:
        number = int(float(text)) if not text.isdigit() else int(text)
    except (ValueError, OverflowError):
        return _iso_milliseconds(cell)
    return number if 0 <= number < 1 << 62 else NO_TIME


def _iso_milliseconds(cell: str) -> int:
    seconds = iso_seconds(cell)
    if seconds is None or seconds * 1000 < FIRST_MS:
        return NO_TIME
    return int(seconds * 1000)
