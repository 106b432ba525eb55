"""Merkle trees of RFC 9162: roots, inclusion proofs and consistency proofs, and the checks of both. Pure functions.

A leaf is hashed with a zero byte before it and an inner node with a one, so no leaf can pass for a node. Every hash is
SHA-256 and 32 bytes long.

Source: RFC 9162, section 2.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf, 32 bytes."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node over the hashes of its two parts, 32 bytes."""
    return hashlib.sha256(b"\1" + left + right).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """Return the root of the Merkle tree over these leaves, 32 bytes. O(leaves), in O(log leaves) memory.

    Example:
        >>> merkle_root([b"a", b"b", b"c"]).hex()[:8]
        '36642e73'
    """
    root = EMPTY_ROOT
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        _grow(stack, leaf)
    if stack:
        root = _joined(stack)
    return root


def merkle_roots(leaves: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the root of the first leaf, of the first two leaves, and so on. O(leaves log leaves).

    Example:
        >>> leaves = [b"a", b"b", b"c"]
        >>> list(merkle_roots(leaves)) == [merkle_root(leaves[:n]) for n in (1, 2, 3)]
        True
    """
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        _grow(stack, leaf)
        yield _joined(stack)


def _grow(stack: list[tuple[int, bytes]], leaf: bytes) -> None:
    """Add a leaf; merge complete subtrees of equal size."""
    size, node = 1, leaf_hash(leaf)
    while stack and stack[-1][0] == size:
        _, sibling = stack.pop()
        size, node = 2 * size, node_hash(sibling, node)
    stack.append((size, node))


def _joined(stack: Sequence[tuple[int, bytes]]) -> bytes:
    """Return the root over complete subtrees, merged from the right."""
    _, root = stack[-1]
    for _, subtree in reversed(stack[:-1]):
        root = node_hash(subtree, root)
    return root


class Tree:
    """A Merkle tree that grows at its end and proves what it holds. 64 bytes a leaf.

    Example:
        >>> tree = Tree([b"a", b"b", b"c"])
        >>> path = tree.inclusion(1)
        >>> includes(leaf=b"b", index=1, size=3, path=path, root=tree.root())
        True
        >>> extends(first=(2, tree.root(2)), second=(3, tree.root()), path=tree.consistency(2))
        True
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Begin with these leaves."""
        self._levels: list[bytearray] = [bytearray()]  # hashes of complete subtrees of 1, 2, 4, ... leaves
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """Return the number of leaves."""
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> int:
        """Add a leaf at the end and return its index, from 0. Amortised O(1)."""
        index, node = self.size, leaf_hash(leaf)
        self._levels[0] += node
        level, place = 0, index
        while place % 2:  # the right part of a complete subtree
            node = node_hash(self._complete(level, place - 1), node)
            level, place = level + 1, place // 2
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += node
        return index

    def shrink(self, size: int) -> None:
        """Forget all leaves after the first `size`. O(log size).

        Raises:
            ValueError: the tree has fewer leaves.

        Example:
            >>> tree = Tree([b"a", b"b", b"c"])
            >>> tree.shrink(2)
            >>> tree.size, tree.root() == merkle_root([b"a", b"b"])
            (2, True)
        """
        leaves = self._sized(size)
        for level, nodes in enumerate(self._levels):
            del nodes[(leaves >> level) * HASH_BYTES :]

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first `size` leaves (default: of all), 32 bytes. O(log size).

        Raises:
            ValueError: the tree has fewer leaves.
        """
        leaves = self._sized(size)
        return self._hash_of(0, leaves) if leaves else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the proof that a leaf is among the first `size` leaves (default: all), for `includes`.

        It holds at most the binary logarithm of `size`, rounded up, hashes of 32 bytes.

        Raises:
            ValueError: no such leaf, or the tree has fewer leaves.

        Source: RFC 9162, section 2.1.3.1.
        """
        leaves = self._sized(size)
        if not 0 <= index < leaves:
            message = f"there is no leaf {index} among {leaves}"
            raise ValueError(message)
        path: list[bytes] = []
        start, end = 0, leaves
        while end - start > 1:
            middle = start + _left_part(end - start)
            if index < middle:
                path.append(self._hash_of(middle, end))
                end = middle
            else:
                path.append(self._hash_of(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, first: int, second: int | None = None) -> list[bytes]:
        """Return the proof that the tree of `second` leaves (default: all) begins with that of `first` leaves.

        It is for `extends`. It is empty if `first` is 0 or equal to `second`.

        Raises:
            ValueError: the tree has fewer leaves, or `first` is more than `second`.

        Source: RFC 9162, section 2.1.4.1.
        """
        leaves = self._sized(second)
        if not 0 <= first <= leaves:
            message = f"a tree of {leaves} leaves does not begin with {first}"
            raise ValueError(message)
        if first in {0, leaves}:
            return []
        path: list[bytes] = []
        start, end, whole = 0, leaves, True
        while start + (size := first - start) != end:  # until the old tree ends with this subtree
            middle = start + _left_part(end - start)
            if size <= middle - start:
                path.append(self._hash_of(middle, end))
                end = middle
            else:
                path.append(self._hash_of(start, middle))
                start, whole = middle, False
        if not whole:
            path.append(self._hash_of(start, end))
        return path[::-1]

    def _sized(self, size: int | None) -> int:
        leaves = self.size if size is None else size
        if not 0 <= leaves <= self.size:
            message = f"the tree has {self.size} leaves, not {leaves}"
            raise ValueError(message)
        return leaves

    def _complete(self, level: int, place: int) -> bytes:
        """Return the hash of a complete subtree: the `place`-th of its level."""
        return bytes(self._levels[level][place * HASH_BYTES : (place + 1) * HASH_BYTES])

    def _hash_of(self, start: int, end: int) -> bytes:
        """Return the hash over the leaves from `start` to before `end`; `start` begins a subtree of that size."""
        size = end - start
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            return self._complete(level, start >> level)
        middle = start + _left_part(size)
        return node_hash(self._hash_of(start, middle), self._hash_of(middle, end))


def _left_part(size: int) -> int:
    """Return the largest power of two below a size of 2 or more."""
    return 1 << (size - 1).bit_length() - 1


def includes(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether a proof shows that a leaf is the `index`-th of the tree with this size and root.

    Args:
        leaf: the leaf, before it is hashed.
        index: its place, from 0.
        size: number of leaves of the tree.
        path: hashes of 32 bytes, from the leaf upwards.
        root: root of the tree.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size or not _hashes(path):
        return False
    left, last = index, size - 1
    node = leaf_hash(leaf)
    for sibling in path:
        if last == 0:
            return False
        if left & 1 or left == last:
            node = node_hash(sibling, node)
            while not left & 1 and left:
                left, last = left >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        left, last = left >> 1, last >> 1
    return last == 0 and node == root


def extends(*, first: tuple[int, bytes], second: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Return whether a proof shows that the tree `second` begins with all leaves of the tree `first`, in order.

    Args:
        first: size and root of the earlier tree.
        second: size and root of the later tree.
        path: hashes of 32 bytes.

    Source: RFC 9162, section 2.1.4.2. Ours: an empty tree is the beginning of every tree, and a tree of itself.
    """
    (old_size, old_root), (new_size, new_root) = first, second
    if not 0 <= old_size <= new_size or not _hashes(path):
        return False
    if old_size in {0, new_size}:
        return not path and old_root == (EMPTY_ROOT if old_size == 0 else new_root)
    if not path:
        return False
    nodes = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    left, last = old_size - 1, new_size - 1
    while left & 1:
        left, last = left >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if left & 1 or left == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not left & 1 and left:
                left, last = left >> 1, last >> 1
        else:
            new = node_hash(new, node)
        left, last = left >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _hashes(path: Sequence[bytes]) -> bool:
    """Return whether every part of a proof has the length of a hash; others could move the border of two parts."""
    return all(len(node) == HASH_BYTES for node in path)
