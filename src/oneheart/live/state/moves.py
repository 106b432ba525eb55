"""Moves: which stage a host may go to, seen from the text of the round. It is asked of new moves only."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.course import Course
from oneheart.live.state.desires import Desires
from oneheart.live.state.rule import Rule
from oneheart.live.state.text import Prayers
from oneheart.model.round import Stage

_OF_A_TEXT = frozenset({Stage.SECOND_READING, Stage.SEALED, Stage.SAID})


def check_new_stage(stage: Stage, prayers: Prayers, desires: Desires, course: Course) -> Refusal | None:
    """Return why a new move to a stage is refused; None if it is not.

    From a sealed text one may say it, or begin the next round with the text in the book. Going back is an act of its
    own, `SealTakenBack`. After a text was said, the only way on is the next round. Without a line that has words
    nothing is read, sealed or said.
    """
    sealed, draft = prayers.sealed_of(course.round), prayers.of_round(course.round)
    if stage is Stage.OPEN:
        return None
    if sealed is not None and sealed.said_at is not None:
        return Refusal.SAID
    has_words = draft is not None and prayers.has_words(draft, desires)
    if sealed is not None and not (stage is Stage.SAID and has_words):
        return Refusal.SEALED if has_words else Refusal.NO_TEXT
    if not has_words:
        without = stage in _OF_A_TEXT or (stage is Stage.READING and draft is not None)
        return Refusal.NO_TEXT if without else None
    if stage is Stage.SAID and sealed is None:
        return Refusal.UNSEALED
    return Refusal.STALE if stage is Stage.SEALED and prayers.was_sealed(len(prayers.drafts) - 1) else None


MAY_RETURN = frozenset({Stage.OPEN, Stage.CROSSING})
"""The stages to which a move can be taken back. From the weaving on, another draft would replace one that was read."""


MOVE_RULES: dict[type[ev.Body], Rule] = {
    ev.StageMoved: Rule(
        lambda s, b, _: s.course.check_move(b),
        lambda s, b, w: s.move(b.stage, b.travelling, w.at, b.words),
        check_new=lambda s, b, _: check_new_stage(b.stage, s.prayers, s.desires, s.course),
    ),
    ev.StepTaken: Rule(
        lambda s, b, _: s.course.check_step(b),
        lambda s, b, w: s.take_step(b, w.at),
        check_new=lambda s, b, _: check_new_stage(s.course.programme[b.step].stage, s.prayers, s.desires, s.course),
    ),
    ev.StageTakenBack: Rule(
        lambda s, b, _: s.course.check_stage_back(b),
        lambda s, _b, w: s.take_stage_back(w.at),
    ),
}
"""The rules of the events that move the stage."""
