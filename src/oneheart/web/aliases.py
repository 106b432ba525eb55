"""Aliases: names of desires on the pages of hosts and halls. Numbers would show in which order people spoke."""

from __future__ import annotations

from oneheart.live.gathering import LiveGathering
from oneheart.web.memory import memory_of

_LETTERS = 12


def alias_of(gathering: LiveGathering, number: int) -> str:
    """Return the alias of a desire: an HMAC of its number, the same after every restart."""
    return gathering.secret_for("desire", str(number))[:_LETTERS]


def desire_of(gathering: LiveGathering, alias: str) -> int | None:
    """Return the number of the desire with this alias; None if unknown. Cached; O(desires since the last call)."""
    known = memory_of(gathering).aliases
    for number in range(len(known), len(gathering.state.desires)):
        known[alias_of(gathering, number)] = number
    return known.get(alias)
