"""Sharing: what processes that serve one gathering tell each other, and what the leader shares with the others.

Nothing of it is needed to keep what people do: the log has that. It may be lost, and is told again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from oneheart.live.dealing import Dealer
from oneheart.live.decks import Fitted
from oneheart.live.following import MISSED
from oneheart.live.hands import ASKED, DECK, HANDS, Hands, cards_in, decoded, encoded
from oneheart.live.rebuild import Spoiled
from oneheart.live.remembered import Remembering
from oneheart.live.state import State
from oneheart.live.wrong_codes import WRONG, WrongCodes
from oneheart.storage.log import Log, StorageError

_PART = "part"


class Sharing:
    """What a process of one gathering shares with the others; the attributes are those of `LogKeeper`."""

    _log: Log
    _remembering: Remembering
    _wake: Callable[[], None]
    _in_thread: Callable[[Callable[[], Any]], Awaitable[Any]]
    state: State
    dealer: Dealer
    spoiled: Spoiled | None
    fitted_seq: int
    fitted_answers: int

    def _begin_to_share(self) -> None:
        self.shared: dict[str, bytes] = {}
        self.on_told: dict[str, Callable[[str], None]] = {}
        self.wrong_codes = WrongCodes()
        self.on_told[WRONG] = self.wrong_codes.note
        self._sharing: set[asyncio.Task[None]] = set()
        self._parts_due: set[str] = set()
        self._hands = Hands(self._log.tell)
        self._decks_due = not self._log.alone

    @property
    def alone(self) -> bool:
        """Return whether no other process can serve the gathering at the same time."""
        return self._log.alone

    @property
    def leads(self) -> bool:
        """Return whether this process leads: of all that serve the gathering it alone does what nobody asked for."""
        return self._log.leads and self.spoiled is None

    async def take_decks(self, state: State, fitted: Fitted) -> None:
        """Deal from new decks. They are ignored if the state they were fitted to has been computed again since.

        Other processes deal from them, too.
        """
        if self.state is state:
            self.fitted_seq, self.fitted_answers = fitted.seq, self.state.released.responses
            self.dealer.take_fitted(fitted)
            await self._share_decks(fitted)

    def share(self, part: str, body: bytes) -> None:
        """Share something with the other processes, as the leader; see `Log.publish`."""
        if self._log.alone:
            return
        self.shared[part] = body
        task = asyncio.get_running_loop().create_task(self._share(part, body))
        self._sharing.add(task)
        task.add_done_callback(self._sharing.discard)

    async def _share(self, part: str, body: bytes) -> None:
        with contextlib.suppress(StorageError):  # the others show what was shared before
            await self._in_thread(partial(self._log.publish, part, self.state.seq, body))
            self._log.tell(f"{_PART} {part}")

    def ask_leader(self, what: str) -> None:
        """Ask the leader for something; see `on_told`."""
        self._log.tell(what)

    def _greet(self) -> None:
        """Ask the others for what they told before, and tell them what they may have missed while nobody heard it."""
        self._log.tell(ASKED)
        if ASKED in self.on_told:
            self.on_told[ASKED]("")

    def tell_others(self, what: str) -> None:
        """Tell the other processes something short; it may be lost."""
        self._log.tell(what)

    async def _take_what_is_shared(self) -> None:
        """Take what the leader shared since the last turn."""
        if self._decks_due:
            await self._take_decks_of_leader()
        if self._parts_due:
            await self._take_parts_of_leader()

    def _news(self, what: str) -> None:
        """Take what another process told."""
        self._remembering.heard(what)
        if what == ASKED and self.leads:
            self._hands.tell_all(self.dealer.hand)
        elif what.startswith(HANDS + " "):
            self.dealer.take_hands(cards_in(what))
        elif what in {DECK, MISSED} and not self.leads:
            self._decks_due = True
            self._parts_due.update(self.shared)
            self._wake()
        word, _, rest = what.partition(" ")
        if word == _PART and not self.leads:
            self._parts_due.add(rest)
            self._wake()
        elif word in self.on_told:
            self.on_told[word](rest)

    async def _take_parts_of_leader(self) -> None:
        """Take what the leader shared."""
        parts, self._parts_due = self._parts_due, set()
        for part in parts:
            body = await self._in_thread(partial(self._log.published, part))
            if body is not None and not self.leads:
                self.shared[part] = body

    async def _take_decks_of_leader(self) -> None:
        """Deal from the decks that the leader shared last."""
        self._decks_due = False
        shared = await self._in_thread(partial(self._log.published, DECK))
        if shared is None:
            return
        fitted, answers = decoded(shared)
        if fitted.seq > self.fitted_seq and not self.leads:
            self.fitted_seq, self.fitted_answers = fitted.seq, answers
            self.dealer.take_fitted(fitted)

    async def _share_decks(self, fitted: Fitted) -> None:
        """Share decks that were fitted here with the other processes."""
        if not self._log.alone:
            shared = encoded(fitted, self.fitted_answers)
            with contextlib.suppress(StorageError):  # they deal from older ones
                await self._in_thread(partial(self._log.publish, DECK, fitted.seq, shared))
                self._log.tell(DECK)
