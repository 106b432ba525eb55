"""Outward closeness: how near people have been to one another, from occasions and contacts alone, never from desires.

Two people who sat in one lesson of thirty met less than two who shared a table of four. So a presence weighs its
minutes divided by the root of how many others were there: the product of two people's rows is then about the time in
which each had the other for company.

Source: mathematics of co-presence as in Cattuto et al. 2010 (contacts); the weight by company is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from oneheart.model.presence import Attendance, Contacts

Floats = npt.NDArray[np.float64]
_BLOCK = 1024
BUCKETS = {"0": 0, "1-2": 1, "3-5": 3, "6-19": 6, "20-99": 20, "100+": 100}  # how many others somebody has met


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One kind of being near.

    Attributes:
        name: lesson, meal, night, workshop, contact, or "" where the source does not say.
        shared: (N, S) rows whose products are the expected time in each other's company; None for contacts.
        met: (N, N) sparse, log(1 + amount) of each pair's contacts; None for occasions.
    """

    name: str
    shared: sparse.csr_matrix[np.float64] | None
    met: sparse.csr_matrix[np.float64] | None


@dataclass(frozen=True, slots=True, eq=False)
class Outward:
    """How near people have been, as a whole.

    Attributes:
        people: N, people in the source.
        seen: people who were near anybody at all.
        pairs: pairs of people who were ever near.
        share_of_pairs: those among all pairs, 0 to 1; None for fewer than two people.
        met_by_person: (N,) how many others each has been near.
        layers: by kind.
    """

    people: int
    seen: int
    pairs: int
    share_of_pairs: float | None
    met_by_person: npt.NDArray[np.int64]
    layers: tuple[Layer, ...]


def of_contacts(contacts: Contacts) -> Layer:
    """Return the layer of a list of contacts.

    Long contacts do not weigh as much as they last: their times have heavy tails, so the logarithm is taken.
    """
    n = len(contacts.people)
    weight = np.log1p(contacts.amount)
    i, j = contacts.first.astype(np.int64), contacts.second.astype(np.int64)
    both = (np.concatenate([weight, weight]), (np.concatenate([i, j]), np.concatenate([j, i])))
    return Layer("contact", None, sparse.csr_matrix(both, shape=(n, n)))


def of_attendance(attendance: Attendance) -> tuple[Layer, ...]:
    """Return one layer for each form of occasion, in the order of their names. O(presences)."""
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
    """Return how near people have been, over all layers.

    Notes:
        O(contacts) and, for occasions, O(sum of squares of their sizes): who met whom is counted, not estimated. Some
        people at a time, so that memory grows with N and not with its square.

    Example:
        >>> c = Contacts(("a", "b", "c"), np.array([0], np.int32), np.array([1], np.int32), np.ones(1), "times", 1)
        >>> found = outward((of_contacts(c),), 3)
        >>> found.seen, found.pairs, found.met_by_person.tolist()
        (2, 1, [1, 1, 0])
    """
    met = np.zeros(people, np.int64)
    for first in range(0, people, _BLOCK):
        met[first : first + _BLOCK] = _met(layers, first, min(first + _BLOCK, people))
    all_pairs = people * (people - 1) // 2
    pairs = int(met.sum()) // 2
    return Outward(people, int((met > 0).sum()), pairs, pairs / all_pairs if all_pairs else None, met, layers)


def _met(layers: tuple[Layer, ...], first: int, last: int) -> npt.NDArray[np.int64]:
    """Return how many others each of some people has been near, over all layers."""
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
    """Return how many others somebody has met, in words coarse enough to be told.

    Example:
        >>> [bucket(n) for n in (0, 2, 5, 40)]
        ['0', '1-2', '3-5', '20-99']
    """
    return max((name for name, least in BUCKETS.items() if met >= least), key=BUCKETS.__getitem__)
