"""The hot loop of the response model, compiled; the only module that names numba.

A *sweep* goes once over the people. For each person it (1) weighs their responses by the Polya-Gamma weight
under the beliefs held so far, (2) solves one small system for the person's new posterior, and (3) adds what the
new posterior says about every desire they answered to sums per desire. Doing (3) in the same pass means that
each person's moments are made once, used while they are in the cache, and never stored.

People are cut into blocks that depend on N and M alone. Threads take blocks; the sums of the blocks are added in
the order of the blocks. So the result is the same to the last bit whatever the number of threads.

Layout of a *row*: for a head with n = K + 1 numbers per person, the packed upper triangle of an n x n second
moment (n(n+1)/2), then n numbers, then one, then zeros up to a multiple of sixteen (whole vector registers, no rest
loops). Two rows multiplied give the expected square of the linear predictor, which is all that the Polya-Gamma weight
needs.

Source: mathematics of the model in docs/explanation/response-model.md; layout ours.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Re-association lets the compiler use vector instructions for the short sums; nan and infinity keep their meaning.
_FAST = {"reassoc", "contract", "arcp", "nsz"}
_compiled = partial(numba.njit, nogil=True, cache=True, fastmath=_FAST, boundscheck=False)

BLOCK_PEOPLE = 1024
"""People in one block; more only where the sums per block would take too much memory."""

_SUMS_BYTES = 48 * 2**20


def row_length(n: int) -> int:
    """Return the padded length of a row for a head with n numbers (0 for a head that is not used).

    Example:
        >>> row_length(4), row_length(5), row_length(0)
        (16, 32, 0)
    """
    return 0 if n == 0 else -(-(n * (n + 1) // 2 + n + 1) // 16) * 16


def thread_count() -> int:
    """Return how many threads sweeps use: ONEHEART_THREADS, or the cores this process may run on.

    Example:
        >>> thread_count() >= 1
        True
    """
    asked = os.environ.get("ONEHEART_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def blocks(people: int, floats_per_block: int) -> list[tuple[int, int]]:
    """Return the blocks (first, last + 1) of people; they depend on the sizes alone, never on threads.

    Example:
        >>> blocks(2500, 10)
        [(0, 1024), (1024, 2048), (2048, 2500)]
    """
    most = max(1, _SUMS_BYTES // max(1, floats_per_block * 8))
    size = max(BLOCK_PEOPLE, -(-people // most))
    return [(first, min(first + size, people)) for first in range(0, people, size)]


def run_blocks(work: Callable[[int], None], count: int, threads: int) -> None:
    """Call ``work(block)`` for every block number, on so many threads; an error in one is raised here."""
    if threads <= 1 or count <= 1:
        for block in range(count):
            work(block)
        return
    with ThreadPoolExecutor(max_workers=threads) as pool:
        list(pool.map(work, range(count)))


@_compiled
def _weight(square: float) -> float:
    """Return the Polya-Gamma weight tanh(x/2) / 2x for x = sqrt(square)."""
    x = np.sqrt(max(square, 1e-10))
    e = np.exp(-x)
    return (1.0 - e) / ((1.0 + e) * 2.0 * x)


@_compiled
def _person_row(mean: Floats, cov: Floats, first: int, n: int, row: Floats) -> None:
    """Write a person's row for `expected square`: weighted second moments, twice the mean, one."""
    c = 0
    for a in range(n):
        for b in range(a, n):
            value = mean[first + a] * mean[first + b] + cov[first + a, first + b]
            row[c] = value if a == b else 2.0 * value
            c += 1
    for a in range(n):
        row[c] = 2.0 * mean[first + a]
        c += 1
    row[c] = 1.0
    for rest in range(c + 1, len(row)):
        row[rest] = 0.0


@_compiled
def _person_for_desires(mean: Floats, cov: Floats, first: int, n: int, row: Floats) -> None:
    """Write what a person adds to a desire: moments of (1, u), then moments of intercept times (1, u)."""
    c = 0
    for a in range(n):
        ma = 1.0 if a == 0 else mean[first + a]
        for b in range(a, n):
            if a == 0:
                row[c] = 1.0 if b == 0 else mean[first + b]
            else:
                row[c] = ma * mean[first + b] + cov[first + a, first + b]
            c += 1
    row[c] = mean[first]
    c += 1
    for a in range(1, n):
        row[c] = mean[first] * mean[first + a] + cov[first, first + a]
        c += 1
    for rest in range(c, len(row)):
        row[rest] = 0.0


@_compiled
def _spread(acc: Floats, lin: Floats, first: int, n: int, precision: Floats, right: Floats) -> None:
    """Add packed sums of one head to a precision matrix (upper triangle) and a right-hand side."""
    c = 0
    for a in range(n):
        for b in range(a, n):
            precision[first + a, first + b] += acc[c]
            c += 1
    for a in range(n):
        right[first + a] += lin[a] - acc[c]
        c += 1


@_compiled
def _invert(matrix: Floats, factor: Floats, inverse: Floats, size: int) -> None:
    """Invert a positive definite matrix given by its upper triangle, by Cholesky.

    The diagonal of `factor` holds reciprocals from the start: nine divisions instead of eighty.
    """
    for i in range(size):
        for j in range(i):
            s = matrix[j, i]
            for k in range(j):
                s -= factor[i, k] * factor[j, k]
            factor[i, j] = s * factor[j, j]
        s = matrix[i, i]
        for k in range(i):
            s -= factor[i, k] * factor[i, k]
        factor[i, i] = 1.0 / np.sqrt(s)
    # the inverse of the factor takes the place of the factor, column by column
    for j in range(size):
        for i in range(j + 1, size):
            s = 0.0
            for k in range(j, i):
                s -= factor[i, k] * factor[k, j]
            factor[i, j] = s * factor[i, i]
    for i in range(size):
        for j in range(i + 1):
            s = 0.0
            for k in range(i, size):
                s += factor[k, i] * factor[k, j]
            inverse[i, j] = s
            inverse[j, i] = s


@_compiled
def _times(person: Floats, rows: Floats, d: int) -> float:
    """Return the expected square of the predictor: a person's row times a desire's row."""
    total = 0.0
    for c in range(len(person)):
        total += person[c] * rows[d, c]
    return total


@_compiled
def _take(w: float, rows: Floats, d: int, acc: Floats) -> None:
    """Add w times a desire's row to a person's sums."""
    for c in range(len(acc)):
        acc[c] += w * rows[d, c]


@_compiled
def _give(w: float, gift: Floats, sums: Floats, d: int) -> None:
    """Add w times what a person says to a desire's sums."""
    for c in range(len(gift)):
        sums[d, c] += w * gift[c]


@lru_cache(maxsize=8)
def sweep_block(n_touch: int, n_direction: int) -> Callable[..., None]:
    """Return the compiled sweep over one block of people for heads with so many numbers (0 = head not used).

    The function takes (first, last, start, desire, stance, rows_t, rows_d, prior_precision, person_mean,
    person_cov, sums_t, kicks_t, sums_d, kicks_d, moment). It updates the people first..last-1 in place. `start`
    (N + 1) points into `desire` and `stance`; `rows_*` (M, row) are the desires' rows for each head; `sums_*`
    (M, row), `kicks_*` (M, n) and `moment` (D, D), the second moments of people who answered anything, are added
    to. The lengths of rows are known when it runs, so that they become vector loops; the sizes n are constants,
    so that what depends on them is unrolled.
    """
    size = n_touch + n_direction

    def sweep(
        first: int,
        last: int,
        start: npt.NDArray[np.int64],
        desire: npt.NDArray[np.int32],
        stance: npt.NDArray[np.int8],
        rows_t: Floats,
        rows_d: Floats,
        prior_precision: Floats,
        person_mean: Floats,
        person_cov: Floats,
        sums_t: Floats,
        kicks_t: Floats,
        sums_d: Floats,
        kicks_d: Floats,
        moment: Floats,
    ) -> None:
        person_t, person_d = np.zeros(rows_t.shape[1]), np.zeros(rows_d.shape[1])
        gift_t, gift_d = np.zeros(rows_t.shape[1]), np.zeros(rows_d.shape[1])
        acc_t, acc_d = np.zeros(rows_t.shape[1]), np.zeros(rows_d.shape[1])
        lin_t, lin_d = np.zeros(n_touch), np.zeros(n_direction)
        precision = np.zeros((size, size))
        factor = np.zeros((size, size))
        right = np.zeros(size)
        for i in range(first, last):
            mean = person_mean[i]
            cov = person_cov[i]
            acc_t[:] = 0.0
            acc_d[:] = 0.0
            lin_t[:] = 0.0
            lin_d[:] = 0.0
            if n_touch > 0:
                _person_row(mean, cov, 0, n_touch, person_t)
            if n_direction > 0:
                _person_row(mean, cov, n_touch, n_direction, person_d)
            for t in range(start[i], start[i + 1]):
                d = desire[t]
                y = stance[t]
                if n_touch > 0:
                    _take(_weight(_times(person_t, rows_t, d)), rows_t, d, acc_t)
                    k = 0.5 if y != 0 else -0.5
                    for c in range(n_touch):
                        lin_t[c] += k * rows_t[d, c]
                if n_direction > 0 and y != 0:
                    _take(_weight(_times(person_d, rows_d, d)), rows_d, d, acc_d)
                    k = 0.5 * y
                    for c in range(n_direction):
                        lin_d[c] += k * rows_d[d, c]
            for a in range(size):
                right[a] = 0.0
                for b in range(a, size):
                    precision[a, b] = prior_precision[a, b]
            if n_touch > 0:
                _spread(acc_t, lin_t, 0, n_touch, precision, right)
            if n_direction > 0:
                _spread(acc_d, lin_d, n_touch, n_direction, precision, right)
            _invert(precision, factor, cov, size)
            for a in range(size):
                s = 0.0
                for b in range(size):
                    s += cov[a, b] * right[b]
                mean[a] = s
            if start[i + 1] == start[i]:
                continue
            for a in range(size):
                for b in range(size):
                    moment[a, b] += mean[a] * mean[b] + cov[a, b]
            if n_touch > 0:
                _person_row(mean, cov, 0, n_touch, person_t)
                _person_for_desires(mean, cov, 0, n_touch, gift_t)
            if n_direction > 0:
                _person_row(mean, cov, n_touch, n_direction, person_d)
                _person_for_desires(mean, cov, n_touch, n_direction, gift_d)
            for t in range(start[i], start[i + 1]):
                d = desire[t]
                y = stance[t]
                if n_touch > 0:
                    _give(_weight(_times(person_t, rows_t, d)), gift_t, sums_t, d)
                    k = 0.5 if y != 0 else -0.5
                    for c in range(n_touch):
                        kicks_t[d, c] += k * gift_t[c]
                if n_direction > 0 and y != 0:
                    _give(_weight(_times(person_d, rows_d, d)), gift_d, sums_d, d)
                    k = 0.5 * y
                    for c in range(n_direction):
                        kicks_d[d, c] += k * gift_d[c]

    return _compiled(sweep)
