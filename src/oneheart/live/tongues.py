"""Tongues: the one place that says in which words a person meets a line, and whether they can read it.

A line has words of its own. In each other language it has none, a machine's draft, what one person carried over, or
what others who read both languages confirmed. Only own and confirmed words are read, shown in the hall, said and
counted. See `live.state.meeting` for the rule, and `live.state.carried` for what confirms a translation.
"""

from __future__ import annotations

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live.state import State
from oneheart.live.state.carried import Meeting, Version
from oneheart.live.state.text import LiveDraft

__all__ = ["Meeting", "Version", "languages_met", "line_for", "line_in", "lines_for"]


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


def languages_met(state: State, draft: LiveDraft) -> list[ev.LanguageMet]:
    """Return how far a draft stands in each language of the gathering, in the gathering's order; [] with one language.

    A line stands in a language if it has own or confirmed words in it. Languages in which people have their pages are
    added after those of the gathering. O(N + lines + translations).

    Args:
        state: state of the gathering.
        draft: the draft.
    """
    sizes: dict[str, int] = {}
    for seat in state.seats:
        if seat.alive:
            sizes[seat.language] = sizes.get(seat.language, 0) + 1
    languages = list(dict.fromkeys([*state.languages, *sorted(sizes)]))
    versions = state.meetings.versions(draft)
    if len(languages) < 2:  # noqa: PLR2004  nothing to compare
        return []
    return [
        ev.LanguageMet(
            language,
            [
                line
                for line, words in enumerate(versions)
                if words and (language not in words or not words[language].holds)
            ],
            not disclosure.is_small(sizes.get(language, 0)),
            [line for line, words in enumerate(versions) if language in words and words[language].unchecked],
        )
        for language in languages
    ]
