"""Lots: about which desires a person is asked while a draft is read, and which of them are drawn at random for them."""

from __future__ import annotations

import hashlib
from typing import Protocol

from oneheart.live import events as ev


class HasBody(Protocol):
    """What is asked of a draft; `LiveDraft` has it."""

    @property
    def body(self) -> ev.DraftWoven:
        """Return the event that wove it."""


def drawn(draft: HasBody, seat: int) -> tuple[int, ...]:
    """Return the challengers drawn at random for a person, in the order of the draw. O(challengers).

    The draw is a hash of the draft's seed and the seat, so every replay draws the same. Each draw uses four of its 64
    bytes; among a hundred challengers the probabilities differ by less than one in forty million.
    """
    among = draft.body.challengers[: draft.body.among]
    draw = hashlib.sha512(f"{draft.body.seed}\0{seat}".encode()).digest()
    for place in range(draft.body.lots):
        swapped = place + int.from_bytes(draw[4 * place : 4 * place + 4], "big") % (len(among) - place)
        among[place], among[swapped] = among[swapped], among[place]
    return tuple(among[: draft.body.lots])


def put_to(draft: HasBody, seat: int) -> tuple[int, ...]:
    """Return the desires about which a person may be asked while a draft is read, each once. O(challengers).

    These are the challengers drawn at random for them, then what the lines say, then the lines that left the text.
    """
    lines = (line.cites[0] for line in (*draft.body.lines, *draft.body.left))
    return tuple(dict.fromkeys((*drawn(draft, seat), *lines)))
