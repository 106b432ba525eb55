"""Where a fit begins: with the leading directions of what differs from each desire's mean answer.

Source: subspace iteration (orthogonal iteration), Golub & Van Loan; ours in what it is used for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
_START_ROUNDS = 12


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
