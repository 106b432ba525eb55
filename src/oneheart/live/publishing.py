"""Publishing: the tree of a gathering's record, its next head, and proofs from it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from oneheart.engine.disclosure import RESPONSES_STEP
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State
from oneheart.model import actor
from oneheart.storage.epochs import EpochTree, Included
from oneheart.storage.log import Log

T = TypeVar("T")


class InThread(Protocol):
    """A function that runs another one in the one thread that may use the log, and returns its result."""

    def __call__(self, work: Callable[[], T]) -> Awaitable[T]:
        """Run a function and return its result."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A commitment of a person's event, and where it stands in the tree.

    Attributes:
        commitment: commitment of the event, 32 bytes.
        included: index and proof under the newest head; None while the event is not under a head.
    """

    commitment: bytes
    included: Included | None


class Publisher:
    """The tree over the published heads of one log.

    Attributes:
        log: log of the gathering, for the log's thread only.
        tree: tree over the published epochs, for the log's thread only.
        in_thread: runs a function in the log's thread.
        trouble: a sentence for hosts if a published head is not of this log; None if all are.
    """

    def __init__(self, log: Log, heads: Sequence[ev.TreeHead], in_thread: InThread) -> None:
        """Build the tree again from the log. O(events).

        Args:
            log: log of the gathering.
            heads: published heads, in order.
            in_thread: runs a function in the one thread that may use the log.
        """
        self.log = log
        self.in_thread = in_thread
        self.tree = EpochTree(step=RESPONSES_STEP)
        wrong = first_wrong_head(log, heads, self.tree)
        self.trouble = None if wrong is None else f"Head {wrong} is not of this record; verify the file."
        self._known = len(heads)

    def follow(self, heads: Sequence[ev.TreeHead]) -> None:
        """Let the tree hold exactly the published epochs, also those of other processes. For the log's thread only."""
        if len(heads) < self._known:
            self._known = 0  # an older copy of the database took its place
        known = self._known
        prepared_here = len(heads) == known + 1 and (self.tree.size, self.tree.root().hex()) == (
            heads[-1].size,
            heads[-1].root,
        )
        if not prepared_here:
            self.tree.shrink(heads[known - 1].size if known else 0)
            for number in range(known, len(heads)):
                after = heads[number - 1].through if number else 0
                self.tree.add(self.log.commitments(after, heads[number].through), bytes.fromhex(heads[number].filling))
        self._known = len(heads)

    async def next_head(self, state: State) -> ev.TreeHead:
        """Return the head over all events of a state, for the house to write. O(events since the newest head)."""
        return await self.in_thread(partial(self._next_head, [*state.heads.published], state.seq))

    def _next_head(self, heads: Sequence[ev.TreeHead], through: int) -> ev.TreeHead:
        self.follow(heads)  # without a head that was prepared and not written
        after = heads[-1].through if heads else 0
        filling = secrets.token_bytes(32)
        self.tree.add(self.log.commitments(after, through), filling)
        return ev.TreeHead(
            size=self.tree.size,
            root=self.tree.root().hex(),
            chain=self.log.chain_at(through).hex(),
            through=through,
            filling=filling.hex(),
        )

    async def receipts(self, state: State, seat: int) -> list[Receipt]:
        """Return a receipt for each event of a person, in the order of the commitments, under the newest head."""
        return await self.in_thread(partial(self._receipts, actor.seat(seat), [*state.heads.published]))

    def _receipts(self, by: str, heads: Sequence[ev.TreeHead]) -> list[Receipt]:
        self.follow(heads)
        size = _size(heads[-1] if heads else None)
        return [Receipt(leaf, self.tree.find(leaf, size)) for leaf in sorted(self.log.commitments_of(by))]

    async def consistency(self, state: State, first: int, second: int) -> list[bytes]:
        """Return the proof that one published head extends an earlier one. O(log events).

        Args:
            state: state of the gathering.
            first: size of the earlier head.
            second: size of the later head, or the same.

        Raises:
            Refused: UNKNOWN: no head has one of the sizes, or `first` is more than `second`.
        """
        heads = state.heads
        if heads.of_size(first) is None or heads.of_size(second) is None or first > second:
            raise Refused(Refusal.UNKNOWN)
        return await self.in_thread(partial(self._consistency, [*heads.published], first, second))

    def _consistency(self, heads: Sequence[ev.TreeHead], first: int, second: int) -> list[bytes]:
        self.follow(heads)
        return self.tree.consistency(first, second)


def _size(head: ev.TreeHead | None) -> int:
    return 0 if head is None else head.size


def first_wrong_head(log: Log, heads: Sequence[ev.TreeHead], tree: EpochTree | None = None) -> int | None:
    """Return the number, from 1, of the first head that is not of this log; None if all are. O(events).

    Args:
        log: log of the gathering.
        heads: published heads, in order.
        tree: empty tree to which the epochs are added; None to use one that is thrown away.
    """
    tree = EpochTree(step=RESPONSES_STEP) if tree is None else tree
    after, wrong = 0, None
    for number, head in enumerate(heads, start=1):
        tree.add(log.commitments(after, head.through), bytes.fromhex(head.filling))
        after = head.through
        holds = (
            tree.size == head.size
            and tree.root().hex() == head.root
            and head.through <= log.length
            and log.chain_at(head.through).hex() == head.chain
        )
        if not holds and wrong is None:
            wrong = number
    return wrong
