"""The priors of the response model, learned from the posteriors (empirical Bayes).

What is learned must not depend on how the hidden tastes are turned: a turned model foretells the same answers. The
tastes of one head are independent and of one variance by convention. If their correlations or their variances were
learned, the tastes of great parts would grow and those of small parts would vanish, the further the longer a fit
runs. In simulated halls the theme of 8 in 100 people was then lost (`oneheart bench halls`).

Learned are the variance of each intercept, and correlations between heads. Intercepts have none with tastes: these say
nearly the same as a mean of tastes, which is zero by convention.

Source: ours; tastes are whitened by the symmetric square root (Mahalanobis whitening), as in canonical correlations.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SHRINK_CORRELATION = 0.9
_LEAST_DEVIATION = 0.05


def learned_covariance(moment: Floats, parts: Sequence[slice], taste_variance: float) -> Floats:
    """Return the prior covariance (D, D) that fits these second moments of people or desires.

    Args:
        moment: (D, D) mean second moments, positive definite.
        parts: place of each head in use; its first number is the intercept, the others are tastes.
        taste_variance: variance of every taste, by convention.

    Returns:
        A positive definite matrix. Turning the tastes of a head in `moment` turns them equally in it.

    Example:
        >>> moment = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 1.0]])
        >>> learned_covariance(moment, [slice(0, 3)], 0.5).round(6).tolist()
        [[4.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.5]]
    """
    whiten = np.zeros_like(moment)
    deviation = np.full(len(moment), np.sqrt(taste_variance))
    head, intercept = np.empty(len(moment), np.intp), np.zeros(len(moment), bool)
    for number, part in enumerate(parts):
        first, tastes = part.start, slice(part.start + 1, part.stop)
        head[part], intercept[first] = number, True
        deviation[first] = max(np.sqrt(moment[first, first]), _LEAST_DEVIATION)
        whiten[first, first] = 1.0 / np.sqrt(moment[first, first])
        values, directions = np.linalg.eigh(moment[tastes, tastes])
        whiten[tastes, tastes] = (directions / np.sqrt(values)) @ directions.T
    correlation = SHRINK_CORRELATION * (whiten @ moment @ whiten)
    apart = (head[:, None] == head) | (intercept[:, None] != intercept)
    correlation[apart] = 0.0
    np.fill_diagonal(correlation, 1.0)
    covariance: Floats = correlation * np.outer(deviation, deviation)
    return covariance
