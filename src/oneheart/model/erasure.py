"""Erasure: why events were erased from a log."""

from __future__ import annotations

from enum import StrEnum


class ErasureReason(StrEnum):
    """Why events were erased: their person asked for it, their keys were destroyed before, or their time was over."""

    ASKED = "asked"
    KEYS = "keys"
    TIME = "time"
