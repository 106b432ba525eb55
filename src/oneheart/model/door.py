"""The door of a gathering: who may take a new seat."""

from __future__ import annotations

from enum import StrEnum


class Door(StrEnum):
    """Who may take a new seat. People who have a seat stay in, whatever it is."""

    OPEN = "open"
    CARDS = "cards"
    CLOSED = "closed"
