"""Epochs: the tree that is published over a log. Neither its sizes nor its order tell who wrote when.

The events between two heads are one epoch. Its leaves are the commitments of these events, filled up with random leaves
to a multiple of a step, and sorted. A commitment is salted, so the order is random, and the index of a leaf tells
nothing of the time of its event. Filling leaves look like all others. So a size moves in steps, as every published
count does, and an epoch of one event has the size of an epoch of fifty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from oneheart.storage.merkle import EMPTY_ROOT, HASH_BYTES, Tree


@dataclass(frozen=True, slots=True)
class Included:
    """Where a leaf stands in the tree of a head.

    Attributes:
        index: index of the leaf, from 0.
        path: inclusion proof, see `merkle.includes`.
    """

    index: int
    path: list[bytes]


def leaves_of(commitments: Iterable[bytes], filling: bytes, step: int) -> list[bytes]:
    """Return the leaves of an epoch, sorted; their number is a multiple of `step`, and at least `step`.

    Args:
        commitments: commitments of the epoch's events, 32 bytes each.
        filling: random seed of the filling leaves, 32 bytes.
        step: number of leaves, 1 or more.

    Example:
        >>> len(leaves_of([bytes(32)], b"seed", 50)), len(leaves_of([bytes([n]) * 32 for n in range(51)], b"seed", 50))
        (50, 100)
    """
    leaves = list(commitments)
    missing = -len(leaves) % step if leaves else step
    leaves += [hashlib.sha256(filling + number.to_bytes(4, "big")).digest() for number in range(missing)]
    return sorted(leaves)


class EpochTree:
    """The tree over all epochs of a log. Proofs need O(log leaves). 96 bytes a leaf.

    Example:
        >>> tree = EpochTree(step=2)
        >>> tree.add([bytes([7]) * 32, bytes([3]) * 32, bytes([5]) * 32], b"seed")
        >>> tree.size, tree.find(bytes([9]) * 32, 4)
        (4, None)
    """

    def __init__(self, *, step: int) -> None:
        """Begin without epochs.

        Args:
            step: number of leaves to whose multiples each epoch is filled up.
        """
        self._step = step
        self._tree = Tree()
        self._leaves = bytearray()
        self._ends = [0]

    @property
    def size(self) -> int:
        """Return the number of leaves."""
        return self._tree.size

    def add(self, commitments: Iterable[bytes], filling: bytes) -> None:
        """Add an epoch. O(n log n) in its leaves."""
        for leaf in leaves_of(commitments, filling, self._step):
            self._tree.append(leaf)
            self._leaves += leaf
        self._ends.append(self._tree.size)

    def shrink(self, size: int) -> None:
        """Forget the epochs after a size, for example of a head that was not written after all.

        Raises:
            ValueError: no epoch ends there.
        """
        if size not in self._ends:
            message = f"no epoch ends after {size} leaves"
            raise ValueError(message)
        self._tree.shrink(size)
        del self._leaves[size * HASH_BYTES :]
        del self._ends[self._ends.index(size) + 1 :]

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first `size` leaves (default: of all), 32 bytes. O(log size)."""
        return self._tree.root(size) if self.size else EMPTY_ROOT

    def leaves(self, size: int) -> Sequence[bytes]:
        """Return the first `size` leaves. O(size)."""
        return [self._leaf(index) for index in range(size)]

    def find(self, leaf: bytes, size: int) -> Included | None:
        """Return index and inclusion proof of a leaf among the first `size`; None if it is not there.

        O(epochs log leaves).
        """
        for start, end in pairwise(self._ends):
            if end > size:
                break
            index = self._place(leaf, start, end)
            if index < end and self._leaf(index) == leaf:
                return Included(index, self._tree.inclusion(index, size))
        return None

    def consistency(self, first: int, second: int) -> list[bytes]:
        """Return the proof that the tree of `second` leaves begins with that of `first` leaves, see `merkle.extends`.

        Raises:
            ValueError: the tree has fewer leaves, or `first` is more than `second`.
        """
        return self._tree.consistency(first, second)

    def _leaf(self, index: int) -> bytes:
        return bytes(self._leaves[index * HASH_BYTES : (index + 1) * HASH_BYTES])

    def _place(self, leaf: bytes, start: int, end: int) -> int:
        """Return the first index of an epoch whose leaf is not below this one (binary search)."""
        while start < end:
            middle = (start + end) // 2
            if self._leaf(middle) < leaf:
                start = middle + 1
            else:
                end = middle
        return start
