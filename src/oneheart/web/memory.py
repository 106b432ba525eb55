"""What the server keeps in memory for one gathering: caches, open streams and locks. Nothing of it is stored.

A restart loses it without harm: every value is computed again, and every stream connects anew.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from oneheart.engine import disclosure
from oneheart.engine.desire import entry
from oneheart.live import judging
from oneheart.live.gathering import LiveGathering
from oneheart.web.pages import Spliced
from oneheart.web.streams import PhoneStreams, ScreenStreams


@dataclass(frozen=True, slots=True)
class Measurements:
    """What the hosts' page of measures shows, as plain numbers that keep the k rules.

    Attributes:
        basis: what was measured; the same basis is not measured twice.
        content: outward closeness and its relation to inner closeness, as in report.json; None where nobody said where
            they were.
        inner: how far desires are one; None where not measured.
        together: the effect of sitting together; None where no seats were drawn.
        past: (number of the round, oneness) at each closing of answers.
    """

    basis: tuple[int, ...]
    content: dict[str, Any] | None
    inner: dict[str, Any] | None
    together: dict[str, Any] | None
    past: tuple[tuple[int, dict[str, Any]], ...]


@dataclass(slots=True)
class Memory:
    """Caches, open streams and locks of one gathering.

    Attributes:
        asked: by seat: number of their own desire about which they are asked whether it equals another.
        hints: by seat: hints for the desire that they said last.
        bands: by desire: the count of people asked when the word was chosen, in steps, and the word.
        parts: by seat: on what the word was chosen, and how much of what they want many others want.
        rendered: rendered phone pages with gaps for what differs from card to card.
        phones: open streams to phones.
        aliases: by alias: number of the desire.
        judged: the reading counts, in steps, and how the lines of the draft stand.
        measured: what was measured last, None before.
        measuring: held while something is measured.
        report: name (state and language) and bytes of the report made last, None before.
        reporting: held while a report is made.
        screens: open streams to hall screens.
    """

    asked: dict[int, int] = field(default_factory=dict)
    hints: dict[int, tuple[entry.HintCode, ...]] = field(default_factory=dict)
    bands: dict[int, tuple[int, disclosure.Band | None]] = field(default_factory=dict)
    parts: dict[int, tuple[object, disclosure.Band | None]] = field(default_factory=dict)
    rendered: dict[tuple[object, ...], Spliced] = field(default_factory=dict)
    phones: PhoneStreams = field(default_factory=PhoneStreams)
    aliases: dict[str, int] = field(default_factory=dict)
    judged: tuple[tuple[int, ...], tuple[judging.LineJudged, ...]] | None = None
    measured: Measurements | None = None
    measuring: asyncio.Lock = field(default_factory=asyncio.Lock)
    report: tuple[tuple[tuple[int, ...], str], bytes] | None = None
    reporting: asyncio.Lock = field(default_factory=asyncio.Lock)
    screens: ScreenStreams = field(default_factory=ScreenStreams)

    def let_go(self, seat: int) -> None:
        """Ask this person no more about the desire that they said last."""
        self.asked.pop(seat, None)
        self.hints.pop(seat, None)


_MEMORIES: WeakKeyDictionary[LiveGathering, Memory] = WeakKeyDictionary()


def memory_of(gathering: LiveGathering) -> Memory:
    """Return the memory of a gathering; it ends with the gathering."""
    memory = _MEMORIES.get(gathering)
    if memory is None:
        memory = _MEMORIES[gathering] = Memory()
    return memory
