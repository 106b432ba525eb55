"""Asking: two questions that stand apart: the demand, and whether a person finds themselves in a text.

Being at an occasion is no demand. So beside presence stands one question, asked once a day at most.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from oneheart.live import events as ev
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import Input, Number
from oneheart.live.represented import REPRESENTED_MOST
from oneheart.model import actor


class DemandAsked(Input, frozen=True):
    """A person says whether they ask that all become one.

    Attributes:
        on: true if they ask it, false if not now.
    """

    on: bool = True


class RepresentedAsked(Input, frozen=True):
    """A person says whether they find themselves in the text that was said: 1 (not at all) to 7 (wholly).

    Attributes:
        sealed: number of the sealed text, from 0.
        value: 1 to 7; 0 takes it back.
    """

    sealed: Number
    value: Annotated[int, Meta(ge=0, le=REPRESENTED_MOST)]


async def say_demand(gathering: LiveGathering, seat: int, asked: DemandAsked) -> Kept:
    """Keep whether a person asks that all become one. Their last answer counts."""
    return await gathering.submit(actor.seat(seat), asked.key, ev.DemandSaid(seat, asked.on))


async def say_represented(gathering: LiveGathering, seat: int, asked: RepresentedAsked) -> Kept:
    """Keep how far a person finds themselves in a text, or remove it.

    Raises:
        Refused: CLOSED: the text was not said together in this round.
    """
    body = ev.RepresentedSaid(seat, asked.sealed, asked.value)
    return await gathering.submit(actor.seat(seat), asked.key, body)
