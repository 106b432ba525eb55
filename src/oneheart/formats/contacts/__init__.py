"""Who was near whom: contact lists with times, lists of pairs, proximity scans, and logs of who was where.

What the columns mean is detected from their names or, without names, from what stands in them: people are the two
columns that share their ids; times never go back or are as large as clocks of computers are. A contact of a person with
themselves is left out and counted. Scans of nobody (a negative id, or NA) are left out. No place on a map is ever held.
"""

from __future__ import annotations

from oneheart.formats.contacts.attendance import (
    OCCASIONS,
    attendance_beside,
    is_attendance,
    read_attendance,
    read_strata,
    write_attendance,
)
from oneheart.formats.contacts.pairs import ReadContacts, read_contacts

__all__ = [
    "OCCASIONS",
    "ReadContacts",
    "attendance_beside",
    "is_attendance",
    "read_attendance",
    "read_contacts",
    "read_strata",
    "write_attendance",
]
