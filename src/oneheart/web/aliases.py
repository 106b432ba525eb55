"""Aliases: names of desires on pages that tell nothing of the order in which they were said."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from oneheart.live.gathering import LiveGathering

_LETTERS = 12
_KNOWN: WeakKeyDictionary[LiveGathering, dict[str, int]] = WeakKeyDictionary()


def alias_of(gathering: LiveGathering, number: int) -> str:
    """Return the name by which hosts' and hall pages call a desire; the same after every restart."""
    return gathering.secret_for("desire", str(number))[:_LETTERS]


def desire_of(gathering: LiveGathering, alias: str) -> int | None:
    """Return the number of the desire that a page calls so, None for none. O(desires said since the last call)."""
    known = _KNOWN.setdefault(gathering, {})
    for number in range(len(known), len(gathering.state.desires)):
        known[alias_of(gathering, number)] = number
    return known.get(alias)
