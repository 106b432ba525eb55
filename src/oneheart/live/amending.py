"""Amending: what becomes of the other words that a person gave for a line. This is the one place that says it.

The last amendment of a line is taken into the draft of the second reading (`judging.second_draft`). So a phone
promises a person's words only while they are the last ones, and says afterwards where they were not taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from oneheart.live.state import State
from oneheart.live.state.text import Amendment, LiveDraft
from oneheart.model.round import Stage


class Became(StrEnum):
    """What became of a person's other words for a line."""

    WAITS = "waits"  # the second reading has them, unless somebody else gives other words after them
    SAME = "same"  # the line has these words already
    ANOTHER = "another"  # somebody else who may amend the line gave other words after them
    TAKEN = "taken"  # the second draft has them
    LEFT = "left"  # the line left the text
    SEALED = "sealed"  # the text was sealed without a second reading


NOT_TAKEN = frozenset({Became.ANOTHER, Became.LEFT, Became.SEALED})
"""Their words were not taken, or other words came after them. The person is told so, and why."""


@dataclass(frozen=True, slots=True)
class OwnAmendment:
    """The last other words that a person gave for a line.

    Attributes:
        draft: number of the draft.
        line: number of the line in that draft, from 0.
        text: the words.
        language: language code of the words.
        became: what became of them.
    """

    draft: int
    line: int
    text: str
    language: str
    became: Became


def is_second_due(state: State, draft: LiveDraft) -> bool:
    """Return whether the draft of the second reading must be made now.

    It is made again where hosts went back to the reading of a second draft and lines of it were amended there.
    """
    return state.stage is Stage.SECOND_READING and (not draft.second or bool(draft.amendments))


def words_to_come(state: State, number: int, line: int) -> Amendment | None:
    """Return the words that the second reading has for a line of the present draft; None where it stays as it is.

    They are told to everybody who may amend the line.
    """
    draft = state.prayers.drafts[number]
    amendment = state.prayers.amended.get(draft.amendments.get(line, -1))
    if amendment is None or state.stage is not Stage.READING:
        return None
    same = state.prayers.words(draft.body.lines[line], state.desires) == (amendment.text, amendment.language)
    return None if same else amendment


def own_amendments(state: State, seat: int) -> list[OwnAmendment]:
    """Return a person's last amendment of each line of the present draft and, while it is a second one, of that before.

    [] for a round without a draft. O(amendments + lines).
    """
    draft, newest = state.prayers.of_round(state.round), len(state.prayers.drafts) - 1
    if draft is None:
        return []
    numbers = {newest, newest - 1} if draft.second else {newest}
    last: dict[tuple[int, int], tuple[int, Amendment]] = {}
    for seq, amendment in sorted(state.prayers.amended.items()):
        if amendment.seat == seat and amendment.draft in numbers:
            last[amendment.draft, amendment.line] = seq, amendment
    return [
        OwnAmendment(number, line, entry.text, entry.language, _became(state, number, line, seq))
        for (number, line), (seq, entry) in sorted(last.items())
    ]


def _became(state: State, number: int, line: int, seq: int) -> Became:
    """Return what became of an amendment, the last of its person for a line."""
    prayers, amendment, draft = state.prayers, state.prayers.amended[seq], state.prayers.drafts[number]
    if draft.amendments.get(line) != seq:
        return Became.ANOTHER
    if number == len(prayers.drafts) - 1:
        if prayers.words(draft.body.lines[line], state.desires) == (amendment.text, amendment.language):
            return Became.SAME
        return Became.SEALED if state.stage in {Stage.SEALED, Stage.SAID} else Became.WAITS
    after = next((later for later in prayers.drafts[number + 1].body.lines if later.follows == line), None)
    if after is None:
        return Became.LEFT
    if after.amendment == seq:
        return Became.TAKEN
    same = prayers.words(after, state.desires) == (amendment.text, amendment.language)
    return Became.SAME if same else Became.ANOTHER
