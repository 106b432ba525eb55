"""Heads of the record, receipts and proofs, as JSON for phones, programs and the file of a person's own receipts."""

from __future__ import annotations

from typing import overload

from oneheart.engine.told import Count, Ordinal, Told
from oneheart.live.gathering import LiveGathering
from oneheart.live.publishing import Receipt
from oneheart.live.snapshot import HeadShown, heads_shown, newest_head


class HeadTold(Told, frozen=True):
    """A published head of the record's tree (RFC 9162). All hashes are SHA-256.

    Attributes:
        number: its number, from 1.
        size: number of leaves; always a multiple of 50, because each epoch is filled up with random leaves.
        root: root of the tree, hexadecimal.
        chain: hash chain at the last event under the head, hexadecimal; it commits the order of the events.
    """

    number: Ordinal
    size: Count
    root: str
    chain: str


class HeadsTold(Told, frozen=True):
    """All published heads of a gathering, the oldest first.

    Attributes:
        heads: the heads; each extends the one before it.
    """

    heads: list[HeadTold]


class ConsistencyTold(Told, frozen=True):
    """The proof that one head extends an earlier one (RFC 9162, section 2.1.4).

    Attributes:
        path: hashes of the proof, hexadecimal.
    """

    path: list[str]


class ReceiptTold(Told, frozen=True):
    """A receipt with the proof that it is under the newest head (RFC 9162, section 2.1.3).

    Attributes:
        commitment: the receipt: commitment of one event of the person, hexadecimal. It is a leaf of the tree.
        index: index of the leaf, from 0; null while the event is not under a head.
        path: hashes of the inclusion proof, hexadecimal.
    """

    commitment: str
    index: Ordinal | None
    path: list[str]


class ReceiptsTold(Told, frozen=True):
    """All receipts of a person, in the order of the commitments.

    Attributes:
        head: head to which the proofs lead; null before the first.
        receipts: the receipts.
    """

    head: HeadTold | None
    receipts: list[ReceiptTold]


@overload
def head_told(head: HeadShown) -> HeadTold: ...
@overload
def head_told(head: HeadShown | None) -> HeadTold | None: ...
def head_told(head: HeadShown | None) -> HeadTold | None:
    """Return a head as JSON tells it; None for none."""
    return None if head is None else HeadTold(head.number, head.size, head.root, head.chain)


def heads_told(gathering: LiveGathering) -> HeadsTold:
    """Return all published heads of a gathering. O(heads)."""
    return HeadsTold([head_told(head) for head in heads_shown(gathering.state)])


async def consistency_told(gathering: LiveGathering, first: int, second: int) -> ConsistencyTold:
    """Return the proof that one head extends an earlier one.

    Raises:
        Refused: UNKNOWN: no head has one of the sizes, or `first` is more than `second`.
    """
    path = await gathering.publisher.consistency(gathering.state, first, second)
    return ConsistencyTold([node.hex() for node in path])


async def receipts_told(gathering: LiveGathering, seat: int) -> ReceiptsTold:
    """Return all receipts of a person with their proofs. O(events of the person log events)."""
    state = gathering.state
    receipts = await gathering.publisher.receipts(state, seat)
    return ReceiptsTold(head_told(newest_head(state)), [receipt_told(receipt) for receipt in receipts])


def receipt_told(receipt: Receipt) -> ReceiptTold:
    """Return a receipt as JSON tells it."""
    included = receipt.included
    if included is None:
        return ReceiptTold(receipt.commitment.hex(), None, [])
    return ReceiptTold(receipt.commitment.hex(), included.index, [node.hex() for node in included.path])
