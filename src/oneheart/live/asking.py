"""Asking: two questions that stand apart: the demand, and whether a person finds themselves in a text.

Being at an occasion is no demand. So beside presence stands one question, asked once a day at most.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta

from oneheart.engine import disclosure
from oneheart.engine.bounds import lower_bound
from oneheart.live import events as ev
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import Input, Number
from oneheart.live.state import State
from oneheart.model import actor

REPRESENTED_MOST = 7
_ERROR = 0.05  # of both bounds together


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


def represented_mean(state: State, sealed: int) -> tuple[float, float, float] | None:
    """Return the mean answer to one text, 1 to 7, and its 95 % interval, in steps of k; None below 2 k people.

    The interval is anytime-valid for people in random order; who is silent is no random sample, so it says nothing of
    them.
    """
    values = np.array(list(state.company.apart.represented.get(sealed, {}).values()), np.float64)
    shares = np.sort((values - 1) / (REPRESENTED_MOST - 1))
    if not disclosure.twice_enough(len(shares)):
        return None
    low = lower_bound(shares, _ERROR / 2, rng=np.random.default_rng(0))
    high = 1 - lower_bound(1 - shares, _ERROR / 2, rng=np.random.default_rng(0))
    steps = [disclosure.release_share(share, len(shares)) for share in (float(shares.mean()), low, high)]
    mean, low_told, high_told = (1 + (REPRESENTED_MOST - 1) * (share or 0.0) for share in steps)
    return mean, min(low_told, mean), max(high_told, mean)
