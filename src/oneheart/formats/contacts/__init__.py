"""Who was near whom: contact lists with times, lists of pairs, proximity scans, and logs of who was where.

What the columns mean is detected from their names or, without names, from what stands in them: people are the two
columns that share their ids; times never go back or are as large as clocks of computers are. A contact of a person with
themselves is left out and counted. Scans of nobody (a negative id, or NA) are left out. No place on a map is ever held.
"""

from __future__ import annotations

from pathlib import Path

from oneheart.formats.contacts.attendance import (
    OCCASIONS,
    attendance_beside,
    attendance_in,
    is_attendance,
    names_occasions,
    read_attendance,
    read_column,
    write_attendance,
)
from oneheart.formats.contacts.columns import KNOWN
from oneheart.formats.contacts.declared import people_in, read_ties
from oneheart.formats.contacts.lists import MOST_BYTES, list_in
from oneheart.formats.contacts.pairs import ReadContacts, contacts_in, read_contacts
from oneheart.formats.csv import Table

__all__ = [
    "OCCASIONS",
    "ReadContacts",
    "attendance_beside",
    "attendance_in",
    "contacts_in",
    "is_attendance",
    "people_in",
    "read_attendance",
    "read_column",
    "read_contacts",
    "read_ties",
    "table_in",
    "write_attendance",
]


def table_in(
    path: Path, data: bytes, *, bytes_most: int = MOST_BYTES, lines_most: int | None = None
) -> tuple[Table, bool]:
    """Return the bytes of a list as a table, and whether it says who was where rather than who met whom.

    Args:
        path: name of the file, for sentences; it is not opened.
        data: what is in it.
        bytes_most: the most bytes, unpacked.
        lines_most: the most lines; None for no limit.

    Raises:
        UserError: no text, nothing in it, or too much.
    """
    table = list_in(path, data, KNOWN, bytes_most=bytes_most, lines_most=lines_most)
    return table, names_occasions(table)
