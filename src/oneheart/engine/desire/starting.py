"""Where a fit begins: with the leading directions of what differs, and of many people with every fifth of them.

Source: subspace iteration (orthogonal iteration), Golub & Van Loan; ours in what it is used for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
SAMPLE_FROM = 20_000
"""People who answered from whom on a fit begins with every fifth of them."""

_SAMPLE_STEP = 5
_START_ROUNDS = 12


def every_fifth(responses: Responses, start: npt.NDArray[np.int64]) -> tuple[Responses, int]:
    """Return the responses of every fifth person who answered, renumbered, and how many people these are."""
    chosen = np.flatnonzero(np.diff(start) > 0)[::_SAMPLE_STEP]
    row = np.full(len(start) - 1, -1, np.int32)
    row[chosen] = np.arange(len(chosen))
    there = row[responses.participant]
    kept = there >= 0
    return Responses(there[kept], responses.desire[kept], responses.stance[kept]), len(chosen)


def leading(
    matrix: npt.NDArray[np.floating[Any]] | sparse.csr_matrix[np.float64], rank: int, rng: np.random.Generator
) -> Floats:
    """Return the leading right directions (M, rank) of a matrix (N, M), each with its largest entry positive.

    Subspace iteration, O(entries K) a round.

    Example:
        >>> leading(np.array([[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0]]), 1, np.random.default_rng(0)).round(6).tolist()
        [[1.0], [0.0]]
    """
    m = matrix.shape[1]
    if rank == 0:
        return np.zeros((m, 0))
    width = min(rank + 6, m)
    basis = rng.normal(size=(m, width)).astype(matrix.dtype)
    for _ in range(_START_ROUNDS):
        basis, _ = np.linalg.qr(np.asarray(matrix.T @ (matrix @ basis)))
    seen = np.asarray(matrix @ basis)
    _, turn = np.linalg.eigh(seen.T @ seen)
    found = basis @ turn[:, ::-1][:, :rank]
    found *= np.where(found[np.abs(found).argmax(0), np.arange(found.shape[1])] < 0, -1.0, 1.0)
    out = np.zeros((m, rank))
    out[:, : found.shape[1]] = found
    return out
