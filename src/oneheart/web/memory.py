"""The memory of one gathering: caches, open streams and locks. Nothing of it is stored on disk.

After a restart every value is computed again, and every client reconnects its stream.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from oneheart.engine.desire import entry
from oneheart.live.gathering import LiveGathering
from oneheart.live.listed import Look
from oneheart.web.pages import Spliced
from oneheart.web.streams import PhoneStreams, ScreenStreams

AnswersSeen = dict[int, set[tuple[int, str]]]
"""What each person answered, by seat: pairs of the number of a line and their answer; -1 is the whole text."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What is told of the answers to a draft.

    Attributes:
        number: number of the draft.
        answers: the answers of which it tells.
        value: what is told.
        shared: the same as other processes get it; b"" where there are none.
    """

    number: int
    answers: AnswersSeen
    value: Any
    shared: bytes


@dataclass(frozen=True, slots=True)
class Measurements:
    """The numbers of the hosts' page of measures, after the disclosure gate.

    Attributes:
        basis: place in the log up to which it measures; the same basis is not measured twice.
        content: outward closeness and its relation to inner closeness, as in report.json; None where nobody said where
            they were.
        inner: oneness with its range; None where it was not measured.
        together: effect of sitting at one table; None where no seats were drawn.
        past: pairs (number of the round, oneness), one for each time that answers were closed.
        felt: mean of how near people feel, 1 to 7, at the start and later; None below 2 k people.
        represented: mean of how far people find themselves in the newest text, 1 to 7, and its 95 % interval; None
            below 30 people.
        drawn: whether tables were drawn for an occasion to which enough people came.
    """

    basis: int
    content: dict[str, Any] | None
    inner: dict[str, Any] | None
    together: dict[str, Any] | None
    past: tuple[tuple[int, dict[str, Any]], ...]
    felt: tuple[float | None, ...] = (None, None)
    represented: tuple[float, float, float] | None = None
    drawn: bool = False


@dataclass(slots=True)
class Memory:
    """Caches, open streams and locks of one gathering.

    Attributes:
        asked: by seat: number of the person's newest desire, while they are asked whether it equals another one.
        hints: by seat: hints for the person's newest desire.
        reasons_read: by seat: the desires that hosts did not take further of which the person has opened the reason.
        kept_now: the people whose next page says that what they just sent by a form is kept.
        rendered: by cache key: rendered phone pages with gaps for the card.
        phones: open streams to phones.
        held: by name, what is told of the answers to a draft, see `web.held_back`.
        measured: the last measurement; None before.
        looked: a list of contacts that a host looked at, and a token for it; None before. Only the last one waits.
        measuring: lock that is held during a measurement.
        reporting: lock that is held while a report is made.
        screens: open streams to hall screens.
    """

    asked: dict[int, int] = field(default_factory=dict)
    hints: dict[int, tuple[entry.HintCode, ...]] = field(default_factory=dict)
    reasons_read: dict[int, frozenset[int]] = field(default_factory=dict)
    kept_now: set[int] = field(default_factory=set)
    rendered: dict[tuple[object, ...], Spliced] = field(default_factory=dict)
    phones: PhoneStreams = field(default_factory=PhoneStreams)
    held: dict[str, HeldBack] = field(default_factory=dict)
    measured: Measurements | None = None
    looked: tuple[str, Look] | None = None
    measuring: asyncio.Lock = field(default_factory=asyncio.Lock)
    reporting: asyncio.Lock = field(default_factory=asyncio.Lock)
    screens: ScreenStreams = field(default_factory=ScreenStreams)

    def says_kept(self, seat: int) -> bool:
        """Return whether the next page of a person says that what they just sent by a form is kept; once."""
        said = seat in self.kept_now
        self.kept_now.discard(seat)
        return said

    def let_go(self, seat: int) -> None:
        """Stop asking a person about their newest desire."""
        self.asked.pop(seat, None)
        self.hints.pop(seat, None)


_MEMORIES: WeakKeyDictionary[LiveGathering, Memory] = WeakKeyDictionary()


def memory_of(gathering: LiveGathering) -> Memory:
    """Return the memory of a gathering. It is created on first use and dropped with the gathering."""
    memory = _MEMORIES.get(gathering)
    if memory is None:
        memory = _MEMORIES[gathering] = Memory()
    return memory
