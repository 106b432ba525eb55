"""Taking a seal back: the act by which a host goes back from a sealed text that was not said yet."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import Input, Number
from oneheart.model import actor


class SealBackAsked(Input, frozen=True):
    """A host takes the seal of this round back, from the version of the round that they saw (optimistic lock).

    Attributes:
        version: version of the round.
    """

    version: Number


async def take_seal_back(gathering: LiveGathering, host: int, asked: SealBackAsked) -> Kept:
    """End the seal of this round's text and begin its reading anew. The text leaves the book.

    Raises:
        Refused: STALE: the round moved meanwhile; UNSEALED: no seal stands; SAID: the text was said already.
    """
    body = ev.SealTakenBack(len(gathering.state.prayers.sealed) - 1, asked.version)
    return await gathering.submit(actor.host(host), asked.key, body)
