"""Publishing: the tree of a gathering's record, its next head, and proofs from it.

Every function here uses the log, so it runs in the log's thread.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from oneheart.engine.disclosure import RESPONSES_STEP
from oneheart.live import events as ev
from oneheart.storage.epochs import EpochTree, Included
from oneheart.storage.log import Log


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
    """The tree over the published heads of one log."""

    def __init__(self, log: Log, heads: Sequence[ev.TreeHead]) -> None:
        """Build the tree again from the log. O(events).

        Args:
            log: log of the gathering.
            heads: published heads, in order.
        """
        self._log = log
        self._tree = EpochTree(step=RESPONSES_STEP)
        self.first_wrong = first_wrong_head(log, heads, self._tree)

    def next_head(self, newest: ev.TreeHead | None, through: int) -> ev.TreeHead:
        """Return the head over all events up to a place in the log. O(events since the newest head).

        Args:
            newest: last published head; None before the first.
            through: place in the log of the last event under the new head; above that of `newest`.
        """
        after = newest.through if newest else 0
        self._tree.shrink(newest.size if newest else 0)  # a head that was prepared and not written
        filling = secrets.token_bytes(32)
        self._tree.add(self._log.commitments(after, through), filling)
        return ev.TreeHead(
            size=self._tree.size,
            root=self._tree.root().hex(),
            chain=self._log.chain_at(through).hex(),
            through=through,
            filling=filling.hex(),
        )

    def receipts(self, actor: str, size: int) -> list[Receipt]:
        """Return a receipt for each event of an actor, in the order of the commitments.

        Args:
            actor: actor of the events.
            size: size of the newest head; 0 before the first.
        """
        commitments = sorted(self._log.commitments_of(actor))
        return [Receipt(commitment, self._tree.find(commitment, size)) for commitment in commitments]

    def consistency(self, first: int, second: int) -> list[bytes]:
        """Return the proof that the head of size `second` extends that of size `first`. O(log events).

        Raises:
            ValueError: the tree has fewer leaves, or `first` is more than `second`.
        """
        return self._tree.consistency(first, second)

    def leaves(self, size: int) -> Sequence[bytes]:
        """Return the first `size` leaves of the tree. O(size)."""
        return self._tree.leaves(size)

    def find(self, commitment: bytes, size: int) -> Included | None:
        """Return index and proof of a commitment under the head of a size; None if it is not under it."""
        return self._tree.find(commitment, size)


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
