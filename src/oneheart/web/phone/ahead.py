"""Ahead: what a person is told without asking: what comes next, and what of theirs hosts did not take further."""

from __future__ import annotations

from oneheart.live.gathering import LiveGathering
from oneheart.live.opened import turned_away
from oneheart.live.state import State
from oneheart.model.round import Stage
from oneheart.web.memory import memory_of
from oneheart.web.said import are_apart


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


NEXT: dict[Stage, str] = {
    Stage.OPEN: _t("Next: what you all want goes to people far from you, and what they want comes to you."),
    Stage.CROSSING: _t("Next: one text is made of what many want. You will read it here, line by line."),
    Stage.WEAVING: _t("Next: you read the text here and say of each line whether you can say it with all."),
    Stage.READING: _t("Next: lines that were changed are read once more, and then the whole."),
    Stage.SECOND_READING: _t("Next: the text is closed. Then all say it together, at one moment."),
    Stage.SEALED: _t("Next: at one moment the text stands here and on the screen, and all say it aloud."),
    Stage.SAID: _t("Next: rest together. If the hosts open another round, this page shows it."),
}
"""What comes after a stage, as a person is told who waits for it."""
NEXT_IN_ONE_CIRCLE = _t("Next: what you want goes to the others, and what they want comes to you.")
"""What comes after the first stage where there are no two circles that could be far apart."""


def next_said(state: State) -> str:
    """Return what comes after this stage, untranslated."""
    one = state.stage is Stage.OPEN and not are_apart(state)
    return NEXT_IN_ONE_CIRCLE if one else NEXT[state.stage]


def has_unread_reason(gathering: LiveGathering, seat: int) -> bool:
    """Return whether hosts did not take a desire of a person further and the person has not opened the reason."""
    turned = turned_away(gathering, seat)
    return bool(turned) and not turned <= memory_of(gathering).reasons_read.get(seat, frozenset())


def read_reasons(gathering: LiveGathering, seat: int) -> None:
    """Note that a person has opened the reasons of hosts. It is forgotten when the server starts again."""
    turned = turned_away(gathering, seat)
    if turned:
        memory_of(gathering).reasons_read[seat] = turned
