"""Admitting: the acts about the door, about seats that hosts revoke, and about hosts.

Like `live.doing`: a function takes an input, writes one event and returns the outcome. It raises `Refused` if the act
is not allowed.
"""

from __future__ import annotations

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.model import actor


async def ask_for_cards(gathering: LiveGathering, seat: int, asked: ask.SeatCardsAsked) -> Kept:
    """Keep how many seat cards a steward asks the hosts for.

    Raises:
        Refused: NOT_YOURS.
    """
    return await gathering.submit(actor.seat(seat), asked.key, ev.SeatCardsWanted(seat, asked.count))


async def set_door(gathering: LiveGathering, host: int, asked: ask.DoorAsked) -> Kept:
    """Set who may take a new seat, and how many people may have one. The number is rounded up to a multiple of k."""
    most = None if asked.most is None else -disclosure.in_steps(-asked.most)
    return await gathering.submit(actor.host(host), asked.key, ev.DoorSet(asked.door, most))
