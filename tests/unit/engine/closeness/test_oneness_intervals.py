"""The interval of oneness holds the truth about as often as it says, when whole circles are what is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.closeness.inner import oneness
from oneheart.model.gathering import Responses

DESIRES, ANSWERS, SIZE = 60, 10, 10
_TASTE = np.random.default_rng(8).normal(size=(DESIRES, 3))
_APPEAL = 0.8 * np.random.default_rng(7).normal(size=DESIRES)


def circles_drawn(circles: int, rng: np.random.Generator) -> np.ndarray:
    """Return everybody's stance to everything, (10 circles, M), where people of one circle want more alike."""
    circle = 0.6 * rng.normal(size=(circles, 3)).repeat(SIZE, 0)
    person = circle + 0.6 * rng.normal(size=(circles * SIZE, 3))
    pull = _APPEAL + person @ _TASTE.T
    return np.where(pull + rng.logistic(size=pull.shape) > 0.4, 1, np.where(pull < -1.2, -1, 0))


def answered(stances: np.ndarray, rng: np.random.Generator) -> Responses:
    n = len(stances)
    desire = np.concatenate([rng.choice(DESIRES, ANSWERS, replace=False) for _ in range(n)])
    person = np.repeat(np.arange(n), ANSWERS)
    return Responses.of(person, desire, stances[person, desire])


def truth() -> float:
    values = []
    for seed in range(30):
        stances = circles_drawn(400, np.random.default_rng((1, seed)))
        n, total, squares = len(stances), stances.sum(0, dtype=float), (stances**2).sum(0)
        values.append(((total * total - squares) / (n * (n - 1))).mean())
    return float(np.mean(values))


def coverage(*, clustered: bool, draws: int = 200) -> float:
    true, held = truth(), 0
    for seed in range(draws):
        rng = np.random.default_rng((2, seed))
        responses = answered(circles_drawn(30, rng), rng)
        circle_of = np.arange(300, dtype=np.int32) // SIZE if clustered else None
        found = oneness(responses, 300, DESIRES, circle_of, level=0.95)
        assert found is not None
        held += found.low <= true <= found.high
    return held / draws


@pytest.mark.slow
def test_drawn_by_circles_the_interval_holds_as_often_as_it_says() -> None:
    assert 0.90 <= coverage(clustered=True) <= 0.975


@pytest.mark.slow
def test_taken_for_single_people_it_would_hold_less_often() -> None:
    assert coverage(clustered=False) < 0.9
