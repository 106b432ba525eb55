"""Matching: which desires are offered as similar to a person's own, and the joining of the same words by the server."""

from __future__ import annotations

import secrets

from oneheart.engine.desire.entry import wording_key
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refused
from oneheart.live.state import State
from oneheart.live.state.joining import due, matches_of
from oneheart.model.actor import HOUSE

NEAR_LEAST = 0.12


def similar(state: State, number: int, count: int = 3) -> tuple[int, ...]:
    """Return desires of other people with similar words, the most similar first, at most `count`; roots only.

    A joined wording counts for its root. What does not travel is left out, then whatever says the same words as one
    before it, and only then the list is cut. Desires with hardly a common trigram are left out, so that nobody is asked
    about unrelated ones. O(M).
    """
    desires = state.desires
    about = desires[number]
    out: dict[str, int] = {}
    for near, likeness in desires.nearness.nearest(about.text, count=len(desires), exclude=(number,)):
        if likeness < NEAR_LEAST or len(out) == count:
            break
        root = desires.root(near)
        hidden = desires.kept_back(near, state.course) or not desires.travels[root]
        if hidden or root == number or desires[root].author == about.author:
            continue
        words = wording_key(desires[root].text, desires[root].language, desires[root].stem)
        if root not in out.values():
            out.setdefault(words, root)
    return tuple(out.values())


async def match_one(gathering: LiveGathering, number: int) -> None:
    """Join a desire that was just said to one that travels with the same words, if there is one."""
    match = matches_of(gathering.state.desires, number, gathering.state.course)
    if match is not None and number in match[1]:
        await _write(gathering, ev.WordsMatched([number], match[0]))


async def match_all(gathering: LiveGathering) -> None:
    """Join all desires with the same words that travel, such as those of a batch that was released together."""
    for body in due(gathering.state.desires, gathering.state.course):
        await _write(gathering, body)


async def _write(gathering: LiveGathering, body: ev.WordsMatched) -> None:
    try:
        await gathering.submit(HOUSE, f"same-{secrets.token_hex(16)}", body)
    except Refused:
        return  # something changed meanwhile, or the disk is full, which hosts read; the next step joins what is left
