"""Smoothing: the words of lines as they are read aloud, and the suggestion to an author to go on as the others do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oneheart.engine.desire import entry
from oneheart.engine.prayer.aloud import read_aloud, smoother
from oneheart.live import events as ev
from oneheart.live.state import State
from oneheart.live.state.text import LiveDraft


@dataclass(frozen=True, slots=True)
class WordedLine:
    """The words of a line, and the beginning that its author chose for them.

    Attributes:
        text: the words; "" once erased.
        language: language code of the words.
        stem: code of the stem that the words continue; "" for none and for other words than the author's first ones.
    """

    text: str
    language: str
    stem: str


@dataclass(frozen=True, slots=True)
class Smoothing:
    """A suggestion to the author of a line.

    Attributes:
        words: the new words, as they would be kept.
        before: the line read aloud as it is.
        after: the line read aloud in the new words.
    """

    words: str
    before: str
    after: str


def worded(state: State, line: ev.WovenLine) -> WordedLine:
    """Return the words of a line with the beginning that its author chose. O(1)."""
    text, language = state.prayers.words(line, state.desires)
    kept = state.prayers.kept.get((line.cites[0], line.amendment))
    if kept is not None:
        return WordedLine(text, language, kept.stem)
    desire = state.desires[line.cites[0]]
    own = line.amendment is None and (desire.text, desire.language) == (text, language)
    return WordedLine(text, language, desire.stem if own else "")


def smoothing_of(state: State, draft: LiveDraft, place: int) -> Smoothing | None:
    """Return what is suggested to the author of a line; None for nothing. O(lines)."""
    lines = [worded(state, line) for line in draft.body.lines]
    words = smoother(lines, place)
    if not words or entry.entered(words, lines[place].language).blocking is not None:
        return None
    before, after = said_alone([lines[place]]), said_alone([WordedLine(words, lines[place].language, "")])
    return Smoothing(words, before[0], after[0])


def said_alone(lines: Sequence[WordedLine]) -> list[str]:
    """Return each line as a sentence of its own, as it is read aloud."""
    return [line.alone for line in read_aloud(lines)]


def said_together(lines: Sequence[WordedLine]) -> list[str]:
    """Return each line as it is said in this order, the opening of its kind only where it is said."""
    return [line.said for line in read_aloud(lines)]
