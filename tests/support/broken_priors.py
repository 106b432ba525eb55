"""A broken build of the engine: priors in which correlations of tastes within a head are learned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def correlated_tastes(moment: Floats, parts: Sequence[slice], taste_variance: float) -> Floats:  # noqa: ARG001
    """Return a prior of one head for `learned_covariance`: tastes of great parts swallow those of small ones."""
    deviation = np.sqrt(np.diag(moment))
    correlation = 0.9 * moment / np.outer(deviation, deviation) + 0.1 * np.eye(len(moment))
    kept = np.array([deviation[0], *[np.sqrt(taste_variance)] * (len(moment) - 1)])
    return np.asarray(correlation * np.outer(kept, kept))
