"""Queues: lists of what waits for hosts, the same for every interface.

The lists are sorted by number of the desire, which reveals the order in which people spoke. Callers sort them again
before they show them.
"""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.live.state import LiveDesire, State
from oneheart.model.desire import Moderation


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two desires that one host called the same; a second host may confirm it.

    Attributes:
        desire: number of the desire that would be joined.
        same_as: number of the desire that it would be joined to.
        by: actor of the host who proposed it.
    """

    desire: int
    same_as: int
    by: str


def waiting(state: State) -> list[int]:
    """Return the desires that wait for a host's decision and have reached the desk. O(M)."""
    return [
        number
        for number, desire in enumerate(state.desires)
        if desire.awaits_decision and state.desires.at_desk(number, state.course)
    ]


def taken(state: State, words: str = "") -> list[int]:
    """Return the desires that hosts accepted, marked, or show in the hall, and whose text contains `words`. O(M)."""
    shown = set(state.shown)
    return [
        number
        for number, desire in enumerate(state.desires)
        if desire.own
        and desire.moderation is not Moderation.REJECTED
        and (desire.moderation is Moderation.ACCEPTED or desire.is_meta or number in shown)
        and _holds(desire, words)
    ]


def rejected(state: State, words: str = "") -> list[int]:
    """Return the desires that hosts rejected and whose text contains `words`. O(M)."""
    return [
        number
        for number, desire in enumerate(state.desires)
        if desire.own and desire.moderation is Moderation.REJECTED and _holds(desire, words)
    ]


def in_other_languages(state: State, number: int, words: str = "") -> list[int]:
    """Return the desires in other languages that may say the same as this one and contain `words`. O(M)."""
    language = state.desires[number].language
    return [
        candidate
        for candidate, desire in enumerate(state.desires)
        if desire.own
        and state.desires.at_desk(candidate, state.course)
        and desire.language != language
        and desire.moderation is not Moderation.REJECTED
        and _holds(desire, words)
    ]


def proposals(state: State) -> list[Proposal]:
    """Return the pairs of desires that wait for confirmation by a second host. O(M)."""
    proposed = ((number, desire.proposed_same_as) for number, desire in enumerate(state.desires) if desire.own)
    return [
        Proposal(number, same[0], same[1])
        for number, same in proposed
        if same is not None and state.desires[same[0]].own
    ]


def _holds(desire: LiveDesire, words: str) -> bool:
    return words.casefold() in desire.text.casefold()
