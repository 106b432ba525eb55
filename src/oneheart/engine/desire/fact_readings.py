"""Whether a desire is a fact about its author: what its grammar says, held against how people answered it.

A fact splits people by who they are, not by what they want. So its grammar is believed unless people answered it as
they answered some wish: then it is doubtful, and may still be a line, flagged and never first.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from oneheart import settings
from oneheart.engine.desire.facts import looks_like_fact
from oneheart.engine.desire.same_wish import answered_alike
from oneheart.model.desire import Desire
from oneheart.model.gathering import Responses


class FactReading(StrEnum):
    """What a desire is. WISH: its words tell no fact. FACT: they do; it is never a line. DOUBTFUL: answers disagree."""

    WISH = "wish"
    DOUBTFUL = "doubtful"
    FACT = "fact"


def fact_readings(desires: Sequence[Desire], responses: Responses) -> tuple[FactReading, ...]:
    """Return what each desire is.

    What reads like a fact is DOUBTFUL where the answers of those who answered both it and some wish surely (95 %) go
    together, by `FACT_DOUBTED_LEAST`, over at least `SAME_PEOPLE_LEAST` people; else FACT. Opposite answers count too.

    Notes:
        O(length of the texts), and where one reads like a fact O(N M^2) as `answered_alike`. No random numbers.

    Example:
        >>> from oneheart.model.gathering import Responses
        >>> texts = ("I am a renter", "Peace")
        >>> [r.value for r in fact_readings([Desire(t, t, language="en") for t in texts], Responses.of([], [], []))]
        ['fact', 'wish']
    """
    told = [looks_like_fact(desire.text, desire.language) for desire in desires]
    has_words = np.array([bool(desire.text.strip()) for desire in desires], bool)
    facts, wishes = np.flatnonzero(told), np.flatnonzero(has_words & ~np.array(told, bool))
    out = [FactReading.FACT if tells else FactReading.WISH for tells in told]
    if not len(facts) or not len(wishes) or not len(responses):
        return tuple(out)
    people, _, low, high = answered_alike(responses, range(len(desires)), len(desires))
    here = np.ix_(facts, wishes)
    with np.errstate(invalid="ignore"):
        least = np.maximum(low[here], -high[here])
        doubted = (people[here] >= settings.SAME_PEOPLE_LEAST.value) & (least >= settings.FACT_DOUBTED_LEAST.value)
    for fact in facts[doubted.any(1)].tolist():
        out[fact] = FactReading.DOUBTFUL
    return tuple(out)
