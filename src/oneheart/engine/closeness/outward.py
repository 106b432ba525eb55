"""Outward closeness: how near people have been to one another, computed from presence and contacts, never from desires.

Two people in a lesson of thirty meet less than two at a table of four. So the weight of a presence is its minutes
divided by the square root of the number of other people there. The inner product of two people's rows then estimates
the time that each spent in the other's company.

Source: co-presence as in Cattuto et al. 2010 (contacts); the weight is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from oneheart.model.presence import Attendance, Contacts

Floats = npt.NDArray[np.float64]
_BLOCK = 1024
BUCKETS = {"0": 0, "1-2": 1, "3-5": 3, "6-19": 6, "20-99": 20, "100+": 100}  # least number of other people met


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Nearness of one kind.

    Attributes:
        name: lesson, meal, night, workshop, contact, badges, phones, table, or "" where the source does not say.
        shared: (N, S) rows whose inner products estimate the time in each other's company; None for contacts.
        met: (N, N) sparse, log(1 + amount) of each pair's contacts; None for occasions.
    """

    name: str
    shared: sparse.csr_matrix[np.float64] | None
    met: sparse.csr_matrix[np.float64] | None


@dataclass(frozen=True, slots=True, eq=False)
class Outward:
    """How many people and pairs of a gathering have been near one another.

    Attributes:
        people: N, people in the source.
        seen: people who were near at least one other person.
        pairs: pairs of people who were near at least once.
        share_of_pairs: their share among all pairs, 0 to 1; None for fewer than two people.
        met_by_person: (N,) how many other people each person has been near.
        layers: one for each kind of nearness.
    """

    people: int
    seen: int
    pairs: int
    share_of_pairs: float | None
    met_by_person: npt.NDArray[np.int64]
    layers: tuple[Layer, ...]


def of_contacts(contacts: Contacts) -> Layer:
    """Return the layer of a list of contacts, (N, N).

    The weight is the logarithm of the amount, because contact times have heavy tails. O(contacts).
    """
    n = len(contacts.people)
    weight = np.log1p(contacts.amount)
    i, j = contacts.first.astype(np.int64), contacts.second.astype(np.int64)
    both = (np.concatenate([weight, weight]), (np.concatenate([i, j]), np.concatenate([j, i])))
    return Layer(contacts.near_by, None, sparse.csr_matrix(both, shape=(n, n)))


def of_attendance(attendance: Attendance) -> tuple[Layer, ...]:
    """Return one layer for each form of occasion, sorted by name. O(presences)."""
    n = len(attendance.people)
    size = np.bincount(attendance.occasion, minlength=len(attendance.occasions))
    company = np.sqrt(np.maximum(size - 1, 1))[attendance.occasion]
    forms = np.array([occasion.form for occasion in attendance.occasions])
    layers = []
    for form in sorted(set(forms.tolist())):
        columns = np.flatnonzero(forms == form)
        place = np.full(len(forms), -1)
        place[columns] = np.arange(len(columns))
        inside = place[attendance.occasion] >= 0
        cells = (
            (attendance.minutes / company)[inside],
            (attendance.person[inside].astype(np.int64), place[attendance.occasion[inside]]),
        )
        layers.append(Layer(form, sparse.csr_matrix(cells, shape=(n, len(columns))), None))
    return tuple(layers)


def outward(layers: tuple[Layer, ...], people: int) -> Outward:
    """Return who has been near whom, counted over all layers.

    Notes:
        O(contacts) and, for occasions, O(sum of squares of their sizes). Computed in blocks of people, so that memory
        grows with N and not with its square.

    Example:
        >>> c = Contacts(("a", "b", "c"), np.array([0], np.int32), np.array([1], np.int32), np.ones(1), "times", 1)
        >>> whole = outward((of_contacts(c),), 3)
        >>> whole.seen, whole.pairs, whole.met_by_person.tolist()
        (2, 1, [1, 1, 0])
    """
    met = np.zeros(people, np.int64)
    for first in range(0, people, _BLOCK):
        met[first : first + _BLOCK] = _met(layers, first, min(first + _BLOCK, people))
    all_pairs = people * (people - 1) // 2
    pairs = int(met.sum()) // 2
    return Outward(people, int((met > 0).sum()), pairs, pairs / all_pairs if all_pairs else None, met, layers)


def _met(layers: tuple[Layer, ...], first: int, last: int) -> npt.NDArray[np.int64]:
    """Return how many other people each person from row `first` to `last` has been near, over all layers."""
    near = None
    for layer in layers:
        table = layer.met if layer.met is not None else layer.shared
        if table is None:
            continue
        rows = table.sign()[first:last]
        here = rows if layer.met is not None else rows @ table.sign().T
        near = here if near is None else near + here
    if near is None:
        return np.zeros(last - first, np.int64)
    themselves = near.diagonal(first) > 0
    return np.diff(sparse.csr_matrix(near).indptr).astype(np.int64) - themselves


def bucket(met: int) -> str:
    """Return the range that a number of people met falls into; exact numbers are not shown.

    Example:
        >>> [bucket(n) for n in (0, 2, 5, 40)]
        ['0', '1-2', '3-5', '20-99']
    """
    return max((name for name, least in BUCKETS.items() if met >= least), key=BUCKETS.__getitem__)
