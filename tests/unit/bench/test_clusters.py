"""k-means, silhouette and the adjusted Rand index."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.bench.clusters import adjusted_rand, k_means, nearest, silhouette


def test_k_means_finds_clouds_that_stand_apart(rng: np.random.Generator) -> None:
    truth = np.repeat([0, 1, 2], 30)
    points = rng.normal(0, 0.2, (90, 2)) + np.array([[0, 0], [5, 0], [0, 5]])[truth]
    centres, label = k_means(points, 3, rng)
    assert adjusted_rand(label, truth) == 1.0
    assert np.array_equal(nearest(points, centres), label)


def test_k_means_gives_fewer_clusters_where_points_repeat(rng: np.random.Generator) -> None:
    centres, label = k_means(np.array([[0.0], [0.0], [1.0]]), 3, rng)
    assert sorted(centres[:, 0]) == [0.0, 1.0]
    assert label[0] == label[1] != label[2]


def test_weights_count_as_repeated_points() -> None:
    points = np.array([[0.0], [1.0], [10.0]])
    weight = np.array([3.0, 1.0, 1.0])
    light, _ = k_means(points, 2, np.random.default_rng(0), weight=weight)
    heavy, _ = k_means(np.repeat(points, [3, 1, 1], axis=0), 2, np.random.default_rng(1))
    assert np.allclose(sorted(light[:, 0]), sorted(heavy[:, 0]))
    assert np.allclose(sorted(light[:, 0]), [0.25, 10.0])


def test_silhouette_by_its_definition(rng: np.random.Generator) -> None:
    points, label = rng.normal(size=(12, 2)), np.arange(12) % 3
    apart = np.linalg.norm(points[:, None] - points[None], axis=-1)
    values = []
    for i in range(12):
        mine = (label == label[i]) & (np.arange(12) != i)
        a = apart[i, mine].mean()
        b = min(apart[i, label == g].mean() for g in range(3) if g != label[i])
        values.append((b - a) / max(a, b))
    assert silhouette(points, label) == pytest.approx(np.mean(values))


def test_silhouette_of_one_cluster_is_zero() -> None:
    assert silhouette(np.array([[0.0], [1.0]]), np.array([0, 0])) == 0.0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40))
def test_rand_index_knows_pairs_only(labels: list[tuple[int, int]]) -> None:
    one, other = (np.array([pair[k] for pair in labels]) for k in (0, 1))
    value = adjusted_rand(one, other)
    assert value == pytest.approx(adjusted_rand(other, one))
    assert value == pytest.approx(adjusted_rand(3 - one, other))
    assert adjusted_rand(one, one) == 1.0
    assert value <= 1.0 + 1e-12


def test_rand_index_of_a_known_table() -> None:
    # Hubert & Arabie by hand: 6 people, pairs together in both 2, in one 3 and 3, of 15
    one, other = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 2])
    both, a, b, all_pairs = 2, 4, 4, 15
    expected = (both - a * b / all_pairs) / ((a + b) / 2 - a * b / all_pairs)
    assert adjusted_rand(one, other) == pytest.approx(expected)
