"""Latent parts: halves of a gathering that differ most in what they want, found from the answers alone.

The net support of all people has main directions (principal components). The gathering is split in half at the median
of each of the two main ones. These four halves overlap. The number of parts is fixed, nobody is labelled by one, and no
part is so small that a few people decide it.

The worst fifth of a desire consists of different people for every desire, and is selected by the same estimates that
are averaged in it: it is stricter and noisier. A half is the same people for all desires, so its mean has less error.
The two together choose lines better than either: `benchmarks/texts.py`.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.starting import leading

Floats = npt.NDArray[np.float64]
Reals = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.intp]
_TASTES = 2


def latent_parts(net: Reals, *, rng: np.random.Generator) -> tuple[Ints, ...]:
    """Return the rows of each latent part, two for every main direction: its lower and its upper half.

    With an odd number of people the one in the middle belongs to both. Fewer than two people or no desires: ().

    Args:
        net: (N, M) net support of everybody by the model; raw answers would turn who was asked into a direction.
        rng: start of the subspace iteration; results for another start agree to rounding.

    Notes:
        O(N M).

    Example:
        >>> net = np.array([[1.0, -0.5]] * 3 + [[-0.5, 1.0]] * 3)
        >>> lower, upper = latent_parts(net, rng=np.random.default_rng(0))[:2]
        >>> sorted([lower.tolist(), upper.tolist()])
        [[0, 1, 2], [3, 4, 5]]
    """
    people, desires = net.shape
    if people < 2 or not desires:  # noqa: PLR2004
        return ()
    apart = net - net.mean(0, dtype=np.float64).astype(net.dtype)
    half = (people + 1) // 2
    parts = []
    for place in (apart @ leading(apart, min(_TASTES, desires), rng)).T:
        order = np.argsort(place, kind="stable")
        parts += [order[:half], order[-half:]]
    return tuple(parts)


def weakest_part(net: Reals, parts: Sequence[Ints], instead: tuple[Ints, Ints, Floats] | None = None) -> Floats:
    """Return for each desire the mean net support of the part that supports it least, (M,); nan without parts.

    Args:
        net: (N, M) net support.
        parts: rows of each part.
        instead: rows, columns and values of cells, each cell once, that have another net support than in `net`.

    Example:
        >>> net = np.array([[1.0, 0.5], [0.0, 0.5]])
        >>> weakest_part(net, [np.array([0]), np.array([1])]).tolist()
        [0.0, 0.5]
        >>> weakest_part(net, [np.array([0]), np.array([1])], (np.array([1]), np.array([0]), np.array([0.5]))).tolist()
        [0.5, 0.5]
    """
    desires = net.shape[1]
    if not parts:
        return np.full(desires, np.nan)
    means = []
    for part in parts:
        mean = net[part].mean(0, dtype=np.float64)
        if instead is not None:
            row, column, value = instead
            inside = np.zeros(len(net), bool)
            inside[part] = True
            mean += np.bincount(column, (value - net[row, column]) * inside[row], minlength=desires) / len(part)
        means.append(mean)
    return np.asarray(np.min(means, axis=0))
