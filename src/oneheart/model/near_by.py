"""What counts as near in a list of contacts. It stands alone, so that `oneheart --help` loads no numpy."""

from __future__ import annotations

from enum import StrEnum


class NearBy(StrEnum):
    """What counts as near in a list of contacts.

    Badges that saw each other face to face; phones that heard each other; or one table.
    """

    BADGES = "badges"
    PHONES = "phones"
    TABLE = "table"
