"""By itself: which step of a programme is due because the clock of the present one has ended."""

from __future__ import annotations

from oneheart.live.state import State
from oneheart.live.state.moves import check_new_stage
from oneheart.model.round import Stage

_TEXT_COMES = frozenset({Stage.WEAVING, Stage.READING})


def step_due(state: State, now: int) -> int | None:
    """Return the number of the step that comes now by itself; None if none does.

    Hosts begin a programme, and they set the moment of saying; neither comes by itself. A step waits until the text of
    this round is woven, and where the round does not allow it, for example where no line was found.

    Args:
        state: the gathering.
        now: the server's clock, milliseconds since 1970.
    """
    course = state.course
    if not course.by_itself or course.ended or course.step is None or course.clock is None or course.clock > now:
        return None
    number = course.step + 1
    if number >= len(course.programme):
        return None
    stage = course.programme[number].stage
    woven = state.prayers.of_round(course.round) is not None or course.stage not in _TEXT_COMES
    refused = check_new_stage(stage, state.prayers, state.desires, course)
    return number if woven and stage is not Stage.SAID and refused is None else None
