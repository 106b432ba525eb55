"""Pacing: how long all say each line of a sealed text together, the same on every phone and screen.

A bar that moves by these times leads people through the text line by line. The time of a line follows its longest
words, so that people who say it in another language are not left behind. Source: ours; about eleven letters a second
are read aloud by one person, and many together are slower.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

from oneheart.engine.desire import entry
from oneheart.live.sealed_record import SealedRecord, TextLine

LETTERS_A_SECOND = 9.0
LEAD_IN_MS = 1500
"""Time in which people look up, before the first line."""
PAUSE_MS = 1200
"""Breath after each line."""


def line_ms(letters: int) -> int:
    """Return how long many say a line of so many letters together, in milliseconds, with the breath after it.

    Example:
        >>> line_ms(45), line_ms(0)
        (6200, 1200)
    """
    return round(1000 * letters / LETTERS_A_SECOND) + PAUSE_MS


def pace_of(record: SealedRecord) -> tuple[int, ...]:
    """Return the time of each line of a sealed text in milliseconds, the longest of its languages."""
    return _pace(record.lines)


def ends_of(lines: Iterable[TextLine]) -> tuple[int, ...]:
    """Return when each line ends, in milliseconds after the moment at which all began.

    Example:
        >>> ends_of([TextLine("Peace", "en", False, ()), TextLine("Bread", "en", False, ())])
        (3256, 5012)
    """
    return tuple(accumulate(_pace(lines), initial=LEAD_IN_MS))[1:]


def _pace(lines: Iterable[TextLine]) -> tuple[int, ...]:
    versions = ([line.text, *(text for _, text in line.carried)] for line in lines)
    return tuple(line_ms(max(entry.grapheme_count(text) for text in texts)) for texts in versions)
