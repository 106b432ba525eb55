"""Undoing: a host takes back what was just done by mistake: a move of the stage, the end, two desires called the same.

A move and the end can be taken back for ten minutes. Later, people have read the new page and acted on it.
"""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import Input, KeyOnly, Number, Text
from oneheart.live.offered import Purpose, desire_behind
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state.moves import check_new_stage
from oneheart.model import actor
from oneheart.model.round import Stage

UNDO_MS = 600_000
"""For so long a move of the stage, and the end, can be taken back."""


class StageBackAsked(Input, frozen=True):
    """A host takes the last move of the stage back, from the version of the round that they saw (optimistic lock).

    Attributes:
        version: version of the round.
    """

    version: Number


class NotSameAsked(Input, frozen=True):
    """A host takes back that a desire says the same as another one.

    Attributes:
        desire: alias of the desire.
    """

    desire: Text


def may_take_stage_back(gathering: LiveGathering) -> Stage | None:
    """Return the stage to which the last move can be taken back now; None if it cannot."""
    state = gathering.state
    former = state.course.former
    if state.ended or former is None or gathering.now() - former.left_at > UNDO_MS:
        return None
    if former.stage is not Stage.OPEN and check_new_stage(former.stage, state.prayers, state.desires, state.course):
        return None
    return former.stage


def may_reopen(gathering: LiveGathering) -> bool:
    """Return whether the end of a gathering can be taken back now."""
    state = gathering.state
    at = state.keeping.ended_at
    return state.check_reopened() is None and at is not None and gathering.now() - at <= UNDO_MS


async def take_stage_back(gathering: LiveGathering, host: int, asked: StageBackAsked) -> Kept:
    """Take the last move of the stage back.

    Raises:
        Refused: STALE: the round moved meanwhile; CLOSED: this move cannot be taken back, or not any more.
    """
    body = ev.StageTakenBack(asked.version)
    if asked.version == gathering.state.version and may_take_stage_back(gathering) is None:
        raise Refused(Refusal.CLOSED)
    return await gathering.submit(actor.host(host), asked.key, body)


async def reopen(gathering: LiveGathering, host: int, asked: KeyOnly) -> Kept:
    """Take the end of the gathering back.

    Raises:
        Refused: CLOSED: it has not ended, or more than ten minutes ago.
    """
    if not may_reopen(gathering):
        raise Refused(Refusal.CLOSED)
    return await gathering.submit(actor.host(host), asked.key, ev.Reopened())


async def take_same_back(gathering: LiveGathering, host: int, asked: NotSameAsked) -> Kept:
    """Take back that a desire says the same as another one: a proposal, or what two hosts have said.

    Raises:
        Refused: UNKNOWN.
    """
    number = desire_behind(gathering, Purpose.HOST, host, asked.desire)
    if number is None:
        raise Refused(Refusal.UNKNOWN)
    return await gathering.submit(actor.host(host), asked.key, ev.NotTheSame(number))
