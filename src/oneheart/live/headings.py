"""Headings: what hall, phones and desk say about the text where the name of the stage would say something untrue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from oneheart.engine.desire import entry
from oneheart.live.sealed_record import TextLine, record_now
from oneheart.live.state import State
from oneheart.model.round import Stage

_OF_A_TEXT = frozenset({Stage.WEAVING, Stage.READING, Stage.SECOND_READING, Stage.SEALED, Stage.SAID})


class Heading(StrEnum):
    """What is said instead of the stage: no desire was found, the text is being sealed, or it is read anew."""

    NO_TEXT = "no text"
    SEALING = "sealing"
    ANEW = "read anew"


def heading_of(state: State) -> Heading | None:
    """Return what is said instead of the stage; None where the stage itself is said."""
    if state.stage not in _OF_A_TEXT:
        return None
    prayers, draft = state.prayers, state.prayers.of_round(state.round)
    if prayers.sealed_of(state.round) is not None and state.stage in {Stage.SEALED, Stage.SAID}:
        return Heading.NO_TEXT if record_now(state) is None else None
    if draft is None:
        return None if state.stage in {Stage.WEAVING, Stage.READING} else Heading.NO_TEXT
    if not prayers.has_words(draft, state.desires):
        return Heading.NO_TEXT
    if state.stage is Stage.SEALED:
        return Heading.SEALING
    return Heading.ANEW if state.stage is Stage.READING and prayers.taken_back(state.round) else None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The desire that came nearest to a line where none was found.

    Attributes:
        line: its words.
        share: at least this share of the people here want it, with 95 % certainty, 0 to 1, in steps of k people.
        people: how many people were here when the text was woven, rounded down to a multiple of k.
    """

    line: TextLine
    share: float
    people: int


def nearest_now(state: State) -> Nearest | None:
    """Return the desire that came nearest in this round; None where a line was found, for few people, and if erased."""
    draft = state.prayers.of_round(state.round)
    if heading_of(state) is not Heading.NO_TEXT or draft is None or draft.body.nearest is None:
        return None
    desire = state.desires[draft.body.nearest]
    if desire.gone:
        return None
    words = entry.before(desire.stem, desire.text, desire.language) + desire.text
    line = TextLine(words, desire.language, changed=False, carried=())
    return Nearest(line, draft.body.nearest_share or 0.0, draft.body.nearest_people)
