"""Hands: what processes that serve one gathering tell each other about cards, so that a phone finds its card at each.

A process tells which cards it dealt, some at a time. Whoever begins to listen asks, and the leader tells all. What is
lost costs little: the person is dealt a card again, and an answer to the former one counts without its probability.
Decks of the fitted model are made by the leader, shared in a table, and dealt by all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping

import msgspec
import numpy as np

from oneheart.live.dealing import Dealt
from oneheart.live.decks import Decks, Fitted

DECK = "deck"
"""Name under which decks are shared, and what the leader tells the others when there are new ones."""

HANDS = "hands"
"""First word of a message with cards."""

ASKED = "hands?"
"""What a process tells that begins to listen."""

SECONDS = 0.03
_A_MESSAGE = 200  # cards; with at most 35 letters each they fit into one notice


class Hands:
    """Gathers the cards that were dealt here, and tells them together."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """Begin without cards.

        Args:
            tell: tells the other processes something.
        """
        self._tell = tell
        self._dealt: dict[int, Dealt] = {}
        self._timer: asyncio.TimerHandle | None = None

    def note(self, seat: int, card: Dealt) -> None:
        """Note that a card was dealt. O(1)."""
        self._dealt[seat] = card
        if self._timer is None:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                return  # nobody serves yet
            self._timer = loop.call_later(SECONDS, self._flush)

    def _flush(self) -> None:
        self._timer = None
        dealt, self._dealt = self._dealt, {}
        self.tell_all(dealt)

    def tell_all(self, dealt: Mapping[int, Dealt]) -> None:
        """Tell these cards."""
        for message in messages_of(dealt):
            self._tell(message)


def messages_of(dealt: Mapping[int, Dealt]) -> Iterator[str]:
    """Yield messages that tell cards.

    Example:
        >>> [*messages_of({7: Dealt(3, 0.25, probe=True)})]
        ['hands 7,3,0.25,1']
    """
    cards = [f"{seat},{card.desire},{float(card.propensity)!r},{int(card.probe)}" for seat, card in dealt.items()]
    for first in range(0, len(cards), _A_MESSAGE):
        yield f"{HANDS} {' '.join(cards[first : first + _A_MESSAGE])}"


def cards_in(message: str) -> dict[int, Dealt]:
    """Return the cards of a message.

    Example:
        >>> cards_in("hands 7,3,0.25,1")
        {7: Dealt(desire=3, propensity=0.25, probe=True)}
    """
    out = {}
    for card in message.split(" ")[1:]:
        seat, desire, propensity, probe = card.split(",")
        out[int(seat)] = Dealt(int(desire), float(propensity), probe == "1")
    return out


class _Shared(msgspec.Struct, frozen=True):
    """A `Fitted` with its arrays as bytes, and the number of answers that all were told when it came."""

    seq: int
    sweeps: int
    cards: int
    desire: bytes
    propensity: bytes
    chance: bytes | None
    answers: int


def encoded(fitted: Fitted, answers: int) -> bytes:
    """Return decks as they are shared."""
    decks, chance = fitted.decks, fitted.chance
    cards = decks.desire.shape[1]
    arrays = decks.desire.tobytes(), decks.propensity.tobytes(), None if chance is None else chance.tobytes()
    return msgspec.msgpack.encode(_Shared(fitted.seq, fitted.sweeps, cards, *arrays, answers))


def decoded(shared: bytes) -> tuple[Fitted, int]:
    """Return decks that were shared, and the number of answers that came with them.

    Raises:
        msgspec.MsgspecError, ValueError: another version shared them.
    """
    one = msgspec.msgpack.decode(shared, type=_Shared)
    decks = Decks(
        np.frombuffer(one.desire, np.int32).reshape(-1, one.cards),
        np.frombuffer(one.propensity, np.float32).reshape(-1, one.cards),
    )
    chance = None if one.chance is None else np.frombuffer(one.chance, np.float64)
    return Fitted(one.seq, decks, one.sweeps, chance), one.answers
