"""How many hidden tastes (latent dimensions) each head of the response model gets: more where answers are many.

Tastes that the answers cannot tell apart cost accuracy, and tastes that are left out cost more once the answers could
tell them. In made-up halls of 400 to 4,000 people the greater ranks change the log-loss of unseen answers by +.013 to
-.029 where they are not taken, and by +.004 to -.044 where they are (`benchmarks/ranks.py`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from oneheart import settings
from oneheart.model.gathering import Responses


class Ranks(NamedTuple):
    """Hidden tastes of the touch head and of the direction head."""

    touch: int
    direction: int


FEW = Ranks(int(settings.TOUCH_RANK.value), int(settings.DIRECTION_RANK.value))
MANY = Ranks(int(settings.TOUCH_RANK_OF_MANY.value), int(settings.DIRECTION_RANK_OF_MANY.value))


def ranks_for(responses: Responses) -> Ranks:
    """Return the ranks that so many answers can carry: `MANY` if people and desires have many answers on average.

    People and desires without an answer do not count. The order of the answers and what they say change nothing.
    Costs one pass over the answers.

    Example:
        >>> ranks_for(Responses.of([0, 0, 1], [0, 1, 0], [1, 0, 1]))
        Ranks(touch=3, direction=4)
    """
    people, desires = (int(np.count_nonzero(np.bincount(who))) for who in (responses.participant, responses.desire))
    return ranks_of(len(responses), people, desires)


def ranks_of(answers: int, people: int, desires: int) -> Ranks:
    """Return the ranks that so many answers can carry, of so many people to so many desires, all of which have one.

    Example:
        >>> ranks_of(0, 0, 0) == FEW, ranks_of(200_000, 1000, 200) == MANY
        (True, True)
    """
    if not answers:
        return FEW
    dense = answers >= settings.MANY_ANSWERS_OF_A_PERSON.value * people
    return MANY if dense and answers >= settings.MANY_ANSWERS_OF_A_DESIRE.value * desires else FEW
