"""The bound by Gibbs sampling: near the true chances of made-up answers, reproducible, and missing aloud."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import expit, logit

from oneheart.bench import gibbs, predict, rivals
from oneheart.bench.rivals import Answers, log_loss
from oneheart.model.gathering import Gathering

PEOPLE, DESIRES, TASTES = 240, 40, 2


class MadeUp:
    """Answers of people with two tastes, and the chances that they were drawn from."""

    def __init__(self, seed: int, *, strength: float = 1.5) -> None:
        rng = np.random.default_rng(seed)
        people, desires = rng.normal(size=(PEOPLE, TASTES)) * strength, rng.normal(size=(DESIRES, TASTES))
        level = rng.normal(size=DESIRES) + 0.5
        self.i, self.j = (place.ravel() for place in np.indices((PEOPLE, DESIRES)))
        self.chance = expit(level[self.j] + (people[self.i] * desires[self.j]).sum(1))
        self.want = rng.random(len(self.i)) < self.chance
        shown = rng.random(len(self.i)) < 0.5
        stance = np.where(self.want, 1.0, -1.0)
        self.train = Answers(self.i[shown], self.j[shown], stance[shown], PEOPLE, DESIRES)
        self.test = ~shown

    def loss(self, chance: np.ndarray) -> float:
        """Return the log-loss of chances for the answers that no method has seen."""
        return log_loss(chance, self.want[self.test])

    def sampled(self, seed: int = 0) -> np.ndarray:
        """Return the sampler's chances of these answers."""
        rng = np.random.default_rng(seed)
        return gibbs.wants(self.train, self.i[self.test], self.j[self.test], rng, sweeps=120, warm_up=40)


def test_it_is_nearer_to_the_true_chances_than_the_tuned_factors() -> None:
    ours, tuned, truth = [], [], []
    for seed in range(2):
        hall = MadeUp(seed)
        ours.append(hall.loss(hall.sampled()))
        factors, _ = rivals.tuned_logistic(hall.train, np.random.default_rng(0))
        tuned.append(hall.loss(expit(factors.at(hall.i[hall.test], hall.j[hall.test]))))
        truth.append(hall.loss(hall.chance[hall.test]))
    assert np.mean(truth) < np.mean(ours) < np.mean(tuned)


def test_its_slope_is_near_one() -> None:
    hall = MadeUp(5)
    assert predict.slope(hall.sampled(), hall.want[hall.test]) == pytest.approx(1, abs=0.12)


def test_with_a_covariance_that_is_not_learned_it_is_too_timid(monkeypatch: pytest.MonkeyPatch) -> None:
    hall = MadeUp(5)

    def fixed(own: np.ndarray, rng: np.random.Generator, *, centred: bool) -> tuple[np.ndarray, np.ndarray]:
        assert rng is not None and isinstance(centred, bool)  # noqa: PT018  # the arguments of the real one
        return np.zeros(own.shape[1]), np.eye(own.shape[1]) * 25

    monkeypatch.setattr(gibbs, "_prior", fixed)
    assert predict.slope(hall.sampled(), hall.want[hall.test]) > 1.25


def test_a_person_and_a_desire_without_answers_get_a_chance_between_none_and_all() -> None:
    answers = Answers(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1.0, -1.0, 1.0]), 4, 3)
    chance = gibbs.wants(answers, np.array([3]), np.array([2]), np.random.default_rng(0), sweeps=60, warm_up=20)
    assert 0.1 < chance[0] < 0.9
    assert np.isfinite(logit(chance[0]))


def test_the_same_seed_gives_the_same_chances() -> None:
    hall = MadeUp(1)

    def few(seed: int) -> np.ndarray:
        return gibbs.wants(hall.train, hall.i, hall.j, np.random.default_rng(seed), sweeps=6, warm_up=2)

    assert np.array_equal(few(3), few(3))
    assert not np.array_equal(few(3), few(4))


def test_a_warm_up_that_leaves_no_draw_is_refused() -> None:
    answers = Answers(np.array([0]), np.array([0]), np.array([1.0]), 1, 1)
    with pytest.raises(ValueError, match="5 sweeps leave nothing after a warm-up of 5"):
        gibbs.wants(answers, answers.i, answers.j, np.random.default_rng(0), sweeps=5, warm_up=5)


def test_without_its_package_the_table_names_what_brings_it(
    monkeypatch: pytest.MonkeyPatch, make: Callable[..., Gathering]
) -> None:
    monkeypatch.setattr(gibbs, "is_installed", lambda: False)
    monkeypatch.setattr(predict, "REGIMES", ("all",))
    monkeypatch.setattr(gibbs, "wants", None)  # it must not be called
    result = predict.run({"camps": make(24, 10)}, seed=1, repeats=1, progress=lambda *_: None)
    assert predict.BOUND not in {row[0] for row in result.rows}
    assert any("oneheart[bench]" in sentence for sentence in result.skipped)
