"""The canonical order of people and desires, which does not depend on how they were numbered.

Everything is computed in this order. So results are bit-identical when the rows and columns of a source are shuffled or
renamed. People and desires that tie in it are interchangeable.

Source: colour refinement (Weisfeiler & Leman 1968) on the bipartite graph of responses; ours in this use.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.model.gathering import Gathering, Responses

Keys = npt.NDArray[np.uint64]
_ROUNDS = 4


@dataclass(frozen=True, slots=True, eq=False)
class CanonicalOrder:
    """Where each canonical row and column stands in the gathering.

    Attributes:
        people: (N,) row in the gathering of each canonical row.
        desires: (M,) column in the gathering of each canonical column.
        responses: the gathering's responses in canonical numbers.
        circle_of: (N,) circle of each canonical row, circles numbered by first appearance; -1 for none.
        circles: index in `Gathering.circles` of each circle so numbered.
    """

    people: npt.NDArray[np.intp]
    desires: npt.NDArray[np.intp]
    responses: Responses
    circle_of: npt.NDArray[np.int32]
    circles: npt.NDArray[np.intp]


def _mix(keys: Keys) -> Keys:
    """Return hashed keys, so that their sums do not collide by accident (splitmix64)."""
    z = keys + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _sum_by(group: npt.NDArray[np.int32], keys: Keys, count: int) -> Keys:
    """Return the sum of keys in each group, modulo 2^64: independent of their order."""
    out = np.zeros(count, np.uint64)
    np.add.at(out, group, keys)
    return out


def canonical_order(gathering: Gathering) -> CanonicalOrder:
    """Return an order of people and desires that their numbers do not change. O(responses + N log N + M log M)."""
    n, m, c = gathering.participant_count, gathering.desire_count, len(gathering.circles)
    r = gathering.responses
    said = _mix((r.stance.astype(np.int64) + 2).astype(np.uint64))
    person = np.zeros(n, np.uint64)
    words = [f"{d.text}\0{d.language}\0{d.moderation.value}\0{d.is_meta}".encode() for d in gathering.desires]
    text = np.array([int.from_bytes(hashlib.blake2b(w, digest_size=8).digest()) for w in words], np.uint64)
    author = np.array([-1 if d.author is None else d.author for d in gathering.desires], np.int32)
    written = author >= 0
    declared = gathering.circle_of >= 0
    desire = text.copy()
    for _ in range(_ROUNDS):
        person = _mix(person + _sum_by(r.participant, _mix(desire[r.desire] ^ said), n))
        person = _mix(person + _sum_by(author[written], _mix(desire[written] ^ np.uint64(7)), n))
        together = _sum_by(gathering.circle_of[declared], _mix(person[declared]), c)
        person[declared] = _mix(person[declared] ^ _mix(together[gathering.circle_of[declared]]))
        desire = _mix(desire + _sum_by(r.desire, _mix(person[r.participant] ^ said), m))
    people, desires = np.argsort(person, kind="stable"), np.argsort(desire, kind="stable")
    row, column = np.empty(n, np.int32), np.empty(m, np.int32)
    row[people], column[desires] = np.arange(n), np.arange(m)
    circle_of = gathering.circle_of[people]
    first_seen, where = np.unique(circle_of[circle_of >= 0], return_index=True)
    circles = first_seen[np.argsort(where)].astype(np.intp)
    new_number = np.full(c + 1, -1, np.int32)
    new_number[circles] = np.arange(len(circles))
    return CanonicalOrder(
        people,
        desires,
        Responses.of(row[r.participant], column[r.desire], r.stance),
        new_number[circle_of],
        circles,
    )
