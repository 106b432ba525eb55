"""Where a fit begins: with the leading directions of what differs from each desire's mean answer.

Source: subspace iteration (orthogonal iteration), Golub & Van Loan; ours in what it is used for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.engine import compiled
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
_START_ROUNDS = 12
_GRAM_MOST = 2_048  # desires; products of all pairs of more would take more memory than answers do


def leading(matrix: npt.NDArray[np.floating[Any]], rank: int, rng: np.random.Generator) -> Floats:
    """Return the leading right directions (M, rank) of a matrix (N, M), each with its largest entry positive.

    Subspace iteration, O(N M K) a round.

    Example:
        >>> leading(np.array([[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0]]), 1, np.random.default_rng(0)).round(6).tolist()
        [[1.0], [0.0]]
    """

    def around(basis: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
        return np.asarray(matrix.T @ (matrix @ basis))

    return _directions(around, matrix.shape[1], rank, rng, matrix.dtype)


def first_tastes(
    responses: Responses,
    start: npt.NDArray[np.int64],
    values: Floats,
    desires: int,
    rank: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Return the leading directions (M, rank) of answers as a matrix (N, M), and this matrix times them, (N, rank).

    Args:
        responses: which cells are answers.
        start: where each person's answers begin, (N + 1,).
        values: of each answer; all other cells are zero.
        desires: M.
        rank: how many directions.
        rng: start of the subspace iteration.

    Notes:
        Up to 2,048 desires O(sum of squared answers of each person) once and O(M^2 K) a round; else O(answers K) a
        round.
    """
    people = np.empty((len(start) - 1, rank))
    if desires <= _GRAM_MOST:
        gram = np.zeros((desires, desires))
        compiled.loop("products_of_pairs")(start, responses.desire, values, gram)
        found = _directions(lambda basis: gram @ basis, desires, rank, rng, np.dtype(np.float64))
        compiled.loop("times")(start, responses.desire, values, found, people)
        return found, people
    from scipy import sparse  # noqa: PLC0415  slow to load, and needed for so many desires only

    matrix = sparse.csr_matrix((values, responses.desire, start), shape=(len(people), desires))

    def around(basis: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
        return np.asarray(matrix.T @ (matrix @ basis))

    found = _directions(around, desires, rank, rng, np.dtype(np.float64))
    return found, np.asarray(matrix @ found)


def _directions(
    around: Callable[[npt.NDArray[np.floating[Any]]], npt.NDArray[np.floating[Any]]],
    desires: int,
    rank: int,
    rng: np.random.Generator,
    kind: np.dtype[Any],
) -> Floats:
    """Return the leading directions of a matrix A from a function that multiplies with A'A."""
    if rank == 0:
        return np.zeros((desires, 0))
    width = min(rank + 6, desires)
    basis: npt.NDArray[np.floating[Any]] = rng.normal(size=(desires, width)).astype(kind)
    for _ in range(_START_ROUNDS):
        basis, _ = np.linalg.qr(around(basis))
    _, turn = np.linalg.eigh(basis.T @ around(basis))
    found = basis @ turn[:, ::-1][:, :rank]
    found *= np.where(found[np.abs(found).argmax(0), np.arange(found.shape[1])] < 0, -1.0, 1.0)
    out = np.zeros((desires, rank))
    out[:, : found.shape[1]] = found
    return out
