"""Kinds of personal data that a gathering keeps about people."""

from __future__ import annotations

from enum import StrEnum


class Personal(StrEnum):
    """Kind of personal data that an event holds. The page of the terms has one row for each.

    The words and answers that a person gave; occasions and contacts; how near they feel; what they ask; and their seat.
    """

    WORDS = "words"
    ANSWERS = "answers"
    PRESENCE = "presence"
    CONTACTS = "contacts"
    FELT = "felt"
    DEMAND = "demand"
    SEAT = "seat"
