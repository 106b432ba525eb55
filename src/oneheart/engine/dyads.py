"""Dyads: a number for every pair of people, stored without listing the pairs.

There are two forms. In *Gram* form the number of a pair is the inner product of two people's rows (shared occasions,
equal answers, same language). *Ties* are a sparse matrix in which most pairs are zero (contacts, friendships). Sums
over all pairs then cost as much as the rows or ties, never N squared:
<AA', BB'> off the diagonal is ||A'B||^2 - sum_i |A_i|^2 |B_i|^2.

Source: the identity is elementary; its use for matrix regression on all pairs is ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
_DENSE_COLUMNS = 64
_DENSE_IF_ONE_IN = 32
_DENSE_CELLS = 1 << 20
_BLOCK_PEOPLE = 4096
_BLOCK_PAIRS = 1 << 18


@dataclass(frozen=True, slots=True, eq=False)
class Gram:
    """Dyads in which the number of a pair is the inner product of their rows.

    Attributes:
        rows: (N, r), dense or sparse.
    """

    rows: Floats | sparse.csr_matrix[np.float64]

    @property
    def people(self) -> int:
        """Return N."""
        return int(self.rows.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """Dyads in a sparse matrix; a pair that is not stored has zero.

    Attributes:
        table: (N, N) symmetric, nothing on the diagonal.
        upper: its upper half in blocks of rows, cached by `compact` for repeated products; None otherwise.
    """

    table: sparse.csr_matrix[np.float64]
    upper: tuple[sparse.csr_matrix[np.float64], ...] | None = None

    @property
    def people(self) -> int:
        """Return N."""
        return int(self.table.shape[0])


Dyads = Gram | Ties


def ties(people: int, first: npt.ArrayLike, second: npt.ArrayLike, amount: npt.ArrayLike) -> Ties:
    """Return ties from pairs, each once, in any order.

    Example:
        >>> ties(3, [0], [2], [4.0]).table.toarray().tolist()
        [[0.0, 0.0, 4.0], [0.0, 0.0, 0.0], [4.0, 0.0, 0.0]]
    """
    i, j, x = np.asarray(first, np.int64), np.asarray(second, np.int64), np.asarray(amount, np.float64)
    both = (np.concatenate([x, x]), (np.concatenate([i, j]), np.concatenate([j, i])))
    return Ties(sparse.csr_matrix(both, shape=(people, people)))


def same(labels: npt.ArrayLike) -> Gram:
    """Return 1 for pairs with the same label and 0 for all others; -1 means no label, which equals no other.

    Example:
        >>> same([5, 5, -1]).rows.toarray().tolist()
        [[1.0], [1.0], [0.0]]
    """
    given = np.asarray(labels)
    known = np.flatnonzero(given >= 0)
    _, column = np.unique(given[known], return_inverse=True)
    shape = (len(given), int(column.max()) + 1 if len(known) else 1)
    return Gram(sparse.csr_matrix((np.ones(len(known)), (known, column)), shape=shape))


ALIKE_STEPS = 256


def alike(values: npt.ArrayLike) -> Gram:
    """Return how near the numbers of two people are: the range of all numbers less their difference.

    More than 256 different numbers are rounded to 256 even steps of the range.

    Args:
        values: (N,) finite numbers (age, years of belonging).

    Notes:
        A difference is the number of thresholds that lie between two people. So the table is the inner product of
        rows that say on which side of each threshold a person is. O(N x different numbers).

    Source: elementary; ours in this use.

    Example:
        >>> rows = alike([20.0, 30.0, 50.0]).rows
        >>> (rows @ rows.T).round(6).tolist()[0]
        [30.0, 20.0, 0.0]
    """
    x = np.asarray(values, np.float64)
    marks = np.unique(x)
    if len(marks) > ALIKE_STEPS:
        low, high = float(marks[0]), float(marks[-1])
        x = low + np.rint((x - low) / (high - low) * (ALIKE_STEPS - 1)) * (high - low) / (ALIKE_STEPS - 1)
        marks = np.unique(x)
    above = x[:, None] > marks[None, :-1]
    weight = np.sqrt(np.diff(marks))
    return Gram(np.hstack([above * weight, ~above * weight]) if len(weight) else np.zeros((len(x), 1)))


def ones(people: int) -> Gram:
    """Return 1 for every pair."""
    return Gram(np.ones((people, 1)))


def taken(dyads: Dyads, rows: Ints) -> Dyads:
    """Return the dyads of these people in this order: a subset or a permutation."""
    if isinstance(dyads, Gram):
        return Gram(dyads.rows[rows])
    return Ties(dyads.table[rows][:, rows])


def compact(dyads: Dyads) -> Dyads:
    """Return the same dyads in the fastest form for many products: short, well filled rows become dense."""
    if isinstance(dyads, Ties):
        return Ties(dyads.table, _upper(dyads.table))
    if not sparse.issparse(dyads.rows):
        return dyads
    kept: sparse.csr_matrix[np.float64] = sparse.csr_matrix(dyads.rows)
    cells = int(kept.shape[0]) * int(kept.shape[1])
    small = cells <= _DENSE_CELLS and cells <= _DENSE_IF_ONE_IN * kept.nnz
    return Gram(kept.toarray()) if small else dyads


def dot(a: Dyads, b: Dyads) -> float:
    """Return the sum over all ordered pairs of two different people of a times b. O(rows or ties), never pairs.

    Example:
        >>> dot(Gram(np.array([[1.0], [2.0], [3.0]])), ones(3))  # 2 (1*2 + 1*3 + 2*3)
        22.0
    """
    if isinstance(a, Ties):
        return _ties_dot(a, b)
    if isinstance(b, Ties):
        return _ties_dot(b, a)
    crossed = a.rows.T @ b.rows
    square = crossed.multiply(crossed).sum() if sparse.issparse(crossed) else (np.asarray(crossed) ** 2).sum()
    return float(square - (_norms(a.rows) * _norms(b.rows)).sum())


def _ties_dot(a: Ties, b: Dyads) -> float:
    if isinstance(b, Ties):
        return float(a.table.multiply(b.table).sum())
    upper = _upper(a.table) if a.upper is None else a.upper
    return 2.0 * sum(_met_rows(upper, block) for block in _dense_blocks(b.rows))


def _upper(table: sparse.csr_matrix[np.float64]) -> tuple[sparse.csr_matrix[np.float64], ...]:
    half = sparse.csr_matrix(sparse.triu(table, 1))
    return tuple(half[first : first + _BLOCK_PEOPLE] for first in range(0, int(half.shape[0]), _BLOCK_PEOPLE))


def _met_rows(upper: tuple[sparse.csr_matrix[np.float64], ...], rows: Floats | sparse.csr_matrix[np.float64]) -> float:
    """Return the sum over pairs of their tie times the product of their rows, in memory of the rows."""
    total = 0.0
    for place, part in enumerate(upper):
        block = slice(place * _BLOCK_PEOPLE, (place + 1) * _BLOCK_PEOPLE)
        if sparse.issparse(rows):
            total += float(sparse.csr_matrix(rows[block]).multiply(part @ rows).sum())
        else:
            total += float(np.vdot(part @ np.asarray(rows), np.asarray(rows)[block]))
    return total


def _dense_blocks(rows: Floats | sparse.csr_matrix[np.float64]) -> Iterator[Floats | sparse.csr_matrix[np.float64]]:
    """Yield all columns, a few at a time; as dense blocks where rows are filled enough for this to be faster."""
    if not sparse.issparse(rows):
        yield np.asarray(rows)
        return
    kept: sparse.csr_matrix[np.float64] = sparse.csr_matrix(rows)
    width = int(kept.shape[1])
    if width * int(kept.shape[0]) > _DENSE_IF_ONE_IN * kept.nnz:
        yield kept
        return
    for first in range(0, width, _DENSE_COLUMNS):
        yield np.ascontiguousarray(kept[:, first : first + _DENSE_COLUMNS].toarray())


def products(dyads: Gram, first: Ints, second: Ints) -> Floats:
    """Return the numbers of these pairs, one each. O(pairs times entries of a row), in blocks."""
    found = [_row_products(dyads.rows, *block) for block in _pair_blocks(first, second)]
    return np.concatenate(found) if found else np.zeros(0)


def _pair_blocks(first: Ints, second: Ints) -> Iterator[tuple[Ints, Ints]]:
    for start in range(0, len(first), _BLOCK_PAIRS):
        yield first[start : start + _BLOCK_PAIRS], second[start : start + _BLOCK_PAIRS]


def _row_products(rows: Floats | sparse.csr_matrix[np.float64], first: Ints, second: Ints) -> Floats:
    if not sparse.issparse(rows):
        dense = np.asarray(rows)
        return np.asarray(np.einsum("ij,ij->i", dense[first], dense[second]))
    kept: sparse.csr_matrix[np.float64] = sparse.csr_matrix(rows)
    return np.asarray(kept[first].multiply(kept[second]).sum(1)).ravel()


def _norms(rows: Floats | sparse.csr_matrix[np.float64]) -> Floats:
    if sparse.issparse(rows):
        return np.asarray(sparse.csr_matrix(rows).multiply(rows).sum(1)).ravel()
    return np.asarray((np.asarray(rows) ** 2).sum(1))
