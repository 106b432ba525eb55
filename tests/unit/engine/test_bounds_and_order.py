"""Bounds by betting, and the order that does not depend on numbering."""

from __future__ import annotations

import numpy as np

from oneheart.engine.bounds import lower_bound
from oneheart.engine.canonical import canonical_order
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses


def test_the_lower_bound_is_wrong_in_at_most_its_error_and_not_idle() -> None:
    rng = np.random.default_rng(5)
    bounds = np.array([lower_bound((rng.random(80) < 0.8).astype(float), 0.1, rng=rng) for _ in range(400)])
    assert (bounds > 0.8).mean() <= 0.1
    assert bounds.mean() > 0.65


def test_no_sample_bounds_nothing() -> None:
    assert lower_bound(np.zeros(0), 0.05, rng=np.random.default_rng(0)) == 0.0


def test_canonical_order_gives_the_same_matrix_for_every_numbering(rng: np.random.Generator) -> None:
    full = rng.choice([-1, 0, 1], (30, 8))
    rows, columns = rng.permutation(30), rng.permutation(8)

    def canonical(matrix: np.ndarray, texts: list[str]) -> np.ndarray:
        i, j = np.nonzero(matrix != 9)
        people = tuple(str(n) for n in range(len(matrix)))
        desires = tuple(Desire(str(d), text) for d, text in enumerate(texts))
        order = canonical_order(Gathering("", people, desires, Responses.of(i, j, matrix[i, j])))
        out = np.full(matrix.shape, 9)
        out[order.responses.participant, order.responses.desire] = order.responses.stance
        return out

    texts = [f"wish {d}" for d in range(8)]
    assert (canonical(full, texts) == canonical(full[rows][:, columns], [texts[c] for c in columns])).all()
