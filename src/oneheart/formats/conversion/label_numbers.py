"""A hash table from labels to numbers that takes whole columns of labels at a time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from oneheart.formats.conversion.plain_cells import LONGEST, WORD, Column, Words

Numbers = npt.NDArray[np.int32]
Rows = npt.NDArray[np.intp]

_EXACT_WORDS = 2
_FIRST_SIZE = 1 << 12
_FULL = 0.6
_FREE = -1


def _mix(word: Words) -> Words:
    """Return hashed numbers (splitmix64)."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


class LabelNumbers:
    """The number of each label that was added.

    Labels of up to 16 bytes are their own keys. The key of a longer one is a hash of 128 bits with a secret that is
    drawn anew in each process, so that nobody can write two labels that are taken for one.

    Example:
        >>> numbers = LabelNumbers()
        >>> keys = numbers.keys(column_of([b"ann", b"bo", b"ann"]))
        >>> numbers.find(*keys)[1].tolist(), numbers.add(*keys)[0].tolist(), numbers.find(*keys)[0].tolist()
        ([0, 1, 2], [0, 1, 0], [0, 1, 0])
    """

    def __init__(self) -> None:
        """Begin without labels."""
        self._secret = np.frombuffer(os.urandom(2 * LONGEST), np.uint64)
        self._table = np.full(_FIRST_SIZE, _FREE, np.int32)
        self._one, self._two = np.zeros(1024, np.uint64), np.zeros(1024, np.uint64)
        self._number = np.zeros(1024, np.int32)
        self._entries = 0

    def keys(self, column: Column) -> tuple[Words, Words]:
        """Return two numbers for each cell, which together stand for its bytes."""
        longest = int(column.length.max(initial=0))
        words = column.words(max(1, -(-min(longest, LONGEST) // WORD)))
        if len(words) <= _EXACT_WORDS:
            return words[0], words[-1] if len(words) == _EXACT_WORDS else np.zeros(len(column), np.uint64)
        used = -(-column.length // WORD)
        one, two = np.zeros((2, len(column)), np.uint64)
        for number, word in enumerate(words):
            first, second = self._secret[2 * number : 2 * number + 2]
            here = used > number
            one += np.where(here, _mix(word ^ first), np.uint64(0))
            two += np.where(here, _mix(_mix(word + second) ^ second), np.uint64(0))
        exact = used <= _EXACT_WORDS
        one, two = np.where(exact, words[0], one), np.where(exact, words[1], two)
        long = np.flatnonzero(column.length > LONGEST)
        for row, label in zip(long.tolist(), column.at(long), strict=True):
            digest = hashlib.blake2b(label, digest_size=2 * WORD, key=self._secret.tobytes()[:LONGEST]).digest()
            one[row], two[row] = np.frombuffer(digest, np.uint64)
        return one, two

    def find(self, one: Words, two: Words) -> tuple[Numbers, Rows]:
        """Return the number of each key, -1 for none, and the rows that have none."""
        out = np.full(len(one), _FREE, np.int32)
        last = np.uint64(len(self._table) - 1)
        slot = (_mix(one ^ _mix(two + np.uint64(1))) & last).astype(np.intp)
        entry = self._table[slot]
        there = entry >= 0
        same = there & (self._one[entry] == one) & (self._two[entry] == two)
        out[same] = self._number[entry[same]]
        missing = [np.flatnonzero(~there)]
        rows = np.flatnonzero(there & ~same)
        slot = slot[rows]
        while len(rows):
            slot = (slot + 1) & int(last)
            entry = self._table[slot]
            there = entry >= 0
            same = there & (self._one[entry] == one[rows]) & (self._two[entry] == two[rows])
            out[rows[same]] = self._number[entry[same]]
            missing.append(rows[~there])
            on = there & ~same
            rows, slot = rows[on], slot[on]
        return out, np.sort(np.concatenate(missing))

    def add(self, one: Words, two: Words, number: Numbers | None = None, *, begin: int = 0) -> tuple[Numbers, Rows]:
        """Return the number of each key that was not found, and the rows at which a key stands for the first time.

        Args:
            one: first half of the keys, in the order of sight.
            two: second half.
            number: the number that each key is to have; consecutive numbers where not given.
            begin: the first of these.
        """
        self._make_room(len(one))
        base = self._entries
        self._one[base : base + len(one)] = one
        self._two[base : base + len(one)] = two
        size = len(self._table)
        slot = (_mix(one ^ _mix(two + np.uint64(1))) & np.uint64(size - 1)).astype(np.intp)
        rows = np.arange(len(one))
        winner = np.full(len(one), -1, np.int64)
        while len(rows):
            free = self._table[slot] < 0
            claims, claimed = rows[free], slot[free]
            self._table[claimed[::-1]] = (base + claims[::-1]).astype(np.int32)  # the last write stays: the first row
            entry = self._table[slot].astype(np.int64)
            same = (self._one[entry] == one[rows]) & (self._two[entry] == two[rows])
            winner[rows[same]] = entry[same]
            rows, slot = rows[~same], (slot[~same] + 1) & (size - 1)
        row_of = winner - base
        first = np.flatnonzero(row_of == np.arange(len(one)))
        place = np.zeros(len(one), np.int64)
        place[first] = np.arange(len(first))
        self._compact(base, first, slots_of=(one, two))
        given = np.arange(begin, begin + len(first), dtype=np.int32) if number is None else number[first]
        self._number[base : base + len(first)] = given
        self._entries = base + len(first)
        return given[place[row_of]], first

    def _compact(self, begin: int, first: Rows, slots_of: tuple[Words, Words]) -> None:
        """Give the new entries consecutive places, in the order of their first rows."""
        one, two = slots_of
        if len(first) == len(one):
            return
        size = len(self._table)
        rows = first
        slot = (_mix(one[rows] ^ _mix(two[rows] + np.uint64(1))) & np.uint64(size - 1)).astype(np.intp)
        at = np.empty(len(first), np.intp)
        left = np.arange(len(first))
        while len(left):
            hit = self._table[slot] == begin + rows[left]
            at[left[hit]] = slot[hit]
            left, slot = left[~hit], (slot[~hit] + 1) & (size - 1)
        self._table[at] = (begin + np.arange(len(first))).astype(np.int32)
        self._one[begin : begin + len(first)] = one[first]
        self._two[begin : begin + len(first)] = two[first]

    def _make_room(self, more: int) -> None:
        need = self._entries + more
        if need > len(self._one):
            size = max(need, len(self._one) * 3 // 2)
            self._one, self._two = (
                np.concatenate([k, np.zeros(size - len(k), np.uint64)]) for k in (self._one, self._two)
            )
            self._number = np.concatenate([self._number, np.zeros(size - len(self._number), np.int32)])
        if need <= _FULL * len(self._table):
            return
        size = len(self._table)
        while need > _FULL * size:
            size *= 2
        self._table = np.full(size, _FREE, np.int32)
        for begin in range(0, self._entries, 1 << 20):
            self._put_again(np.arange(begin, min(begin + (1 << 20), self._entries), dtype=np.int32))

    def _put_again(self, entries: Numbers) -> None:
        """Put entries, all different, into the table."""
        size = len(self._table)
        one, two = self._one[entries], self._two[entries]
        slot = (_mix(one ^ _mix(two + np.uint64(1))) & np.uint64(size - 1)).astype(np.intp)
        left = np.arange(len(entries))
        while len(left):
            free = self._table[slot] < 0
            self._table[slot[free]] = entries[left[free]]
            done = self._table[slot] == entries[left]
            left, slot = left[~done], (slot[~done] + 1) & (size - 1)


def column_of(labels: Sequence[bytes]) -> Column:
    """Return labels as a column, so that they have the same keys as cells of a file."""
    lengths = np.fromiter(map(len, labels), np.int64, len(labels))
    pad = bytes(2 * WORD)
    ends = np.cumsum(lengths)
    text = b"".join((pad, *labels, bytes(LONGEST + WORD)))
    return Column(text, ends - lengths + len(pad), lengths)
