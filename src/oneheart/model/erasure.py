"""Erasure: why events were erased from a log."""

from __future__ import annotations

from enum import StrEnum


class ErasureReason(StrEnum):
    """Why events were erased.

    Their person asked for it; their keys were found destroyed, when the file was opened ("keys") or when a copy of it
    was restored ("restored"); or their time was over.
    """

    ASKED = "asked"
    KEYS = "keys"
    RESTORED = "restored"
    TIME = "time"
