"""Tongues: the one place that says in which words a person meets a line, and whether they can read it.

A line has words of its own. In each other language it has none, a machine's draft, what one person carried over, or
what others who read both languages confirmed. Only own and confirmed words are read, shown in the hall, said and
counted. See `live.state.meeting` for the rule, and `live.state.carried` for what confirms a translation.
"""

from __future__ import annotations

from oneheart.live.state import State
from oneheart.live.state.carried import Meeting, Version

__all__ = ["Meeting", "Version", "line_for", "line_in", "lines_for"]


def line_in(state: State, draft: int, line: int, language: str) -> Version | None:
    """Return the words of a line in one language; None if it has none there. O(lines + translations).

    Args:
        state: state of the gathering.
        draft: number of the draft.
        line: number of the line, from 0.
        language: language code.
    """
    return state.meetings.versions(state.prayers.drafts[draft])[line].get(language)


def line_for(state: State, draft: int, line: int, seat: int) -> Meeting:
    """Return how a person meets a line: in words that they read, or asked first, or not yet. O(lines + translations).

    Args:
        state: state of the gathering.
        draft: number of the draft.
        line: number of the line, from 0.
        seat: number of the person's seat.
    """
    return lines_for(state, draft, seat)[line]


def lines_for(state: State, draft: int, seat: int) -> list[Meeting]:
    """Return how a person meets each line of a draft, in order. O(lines + translations)."""
    return state.meetings.of_seat(seat, state.prayers.drafts[draft])
