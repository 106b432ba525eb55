"""Clusters of people, for rivals and for judging: k-means, silhouette, Rand index."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


def k_means(
    points: Floats,
    k: int,
    rng: np.random.Generator,
    *,
    weight: Floats | None = None,
    restarts: int = 3,
    rounds: int = 100,
) -> tuple[Floats, Ints]:
    """Return (centres, label of each point) of the best of several k-means runs; fewer centres if points repeat.

    Args:
        points: (n, d), at least one.
        k: largest number of clusters.
        rng: random choice of the k-means++ seeds.
        weight: (n,) weight of each point; None for equal weights.
        restarts: number of runs; the one with the least spread is returned.
        rounds: most iterations of a run.

    Notes:
        O(restarts rounds n k d).

    Source:
        Lloyd (1982), beginnings by Arthur & Vassilvitskii (2007).

    Example:
        >>> centres, label = k_means(np.array([[0.0], [0.1], [5.0]]), 2, np.random.default_rng(0))
        >>> len(centres), bool(label[0] == label[1] != label[2])
        (2, True)
    """
    weight = np.ones(len(points)) if weight is None else weight
    best, best_run = np.inf, None
    for _ in range(restarts):
        centres = _beginnings(points, k, weight, rng)
        label = nearest(points, centres)
        for _ in range(rounds):
            _, label = np.unique(label, return_inverse=True)  # drop clusters without points
            mass = np.bincount(label, weight)
            moved = np.stack([np.bincount(label, weight * x) for x in points.T], axis=1) / mass[:, None]
            labels = nearest(points, moved)
            still = moved.shape == centres.shape and np.array_equal(labels, label)
            centres, label = moved, labels
            if still:
                break
        spread = float(weight @ ((points - centres[label]) ** 2).sum(1))
        if spread < best:
            best, best_run = spread, (centres, label)
    if best_run is None:
        message = "points must be finite numbers"
        raise ValueError(message)
    return best_run


def _beginnings(points: Floats, k: int, weight: Floats, rng: np.random.Generator) -> Floats:
    """Return up to k different points, drawn at random with odds of their squared distance to earlier ones."""
    seeds = [int(rng.choice(len(points), p=weight / weight.sum()))]
    apart = ((points - points[seeds[0]]) ** 2).sum(1)
    while len(seeds) < k and (apart * weight).sum() > 0:
        odds = apart * weight
        seeds.append(int(rng.choice(len(points), p=odds / odds.sum())))
        apart = np.minimum(apart, ((points - points[seeds[-1]]) ** 2).sum(1))
    return points[seeds]


def nearest(points: Floats, centres: Floats) -> Ints:
    """Return the number of the nearest centre of each point, (n,); the lower number at a tie."""
    return np.asarray(((points[:, None] - centres[None]) ** 2).sum(-1).argmin(1))


def silhouette(points: Floats, label: Ints) -> float:
    """Return the mean silhouette of a clustering, -1 to 1; a point alone in its cluster counts 0. O(n^2).

    Source:
        Rousseeuw (1987).

    Example:
        >>> round(silhouette(np.array([[0.0], [0.0], [9.0], [9.0]]), np.array([0, 0, 1, 1])), 3)
        1.0
    """
    groups = int(label.max()) + 1
    size = np.bincount(label, minlength=groups)
    apart = np.sqrt(np.maximum(((points[:, None] - points[None]) ** 2).sum(-1), 0))
    to_group = np.stack([apart[:, label == g].sum(1) for g in range(groups)], axis=1)
    rows = np.arange(len(points))
    inside = to_group[rows, label] / np.maximum(size[label] - 1, 1)
    mean = to_group / np.maximum(size, 1)
    mean[:, size == 0] = np.inf
    mean[rows, label] = np.inf
    outside = mean.min(1)
    if not np.isfinite(outside).all():  # one cluster only
        return 0.0
    score = (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-12)
    score[size[label] <= 1] = 0
    return float(score.mean())


def adjusted_rand(one: Ints, other: Ints) -> float:
    """Return the adjusted Rand index of two clusterings of the same people: 1 for equal ones, 0 as by chance.

    Source:
        Hubert & Arabie (1985).

    Example:
        >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
        1.0
    """
    table = np.zeros((int(one.max()) + 1, int(other.max()) + 1))
    np.add.at(table, (one, other), 1.0)

    def pairs(counts: Floats) -> float:
        return float((counts * (counts - 1) / 2).sum())

    together, a, b = pairs(table), pairs(table.sum(1)), pairs(table.sum(0))
    chance = a * b / max(len(one) * (len(one) - 1) / 2, 1.0)
    most = (a + b) / 2
    return 1.0 if most == chance else (together - chance) / (most - chance)
