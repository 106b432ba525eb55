"""Learned priors: they do not depend on how tastes are turned, and small parts stay in the model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from oneheart.bench.halls import draw_hall
from oneheart.engine.desire import response_model
from oneheart.engine.desire.priors import SHRINK_CORRELATION, learned_covariance
from oneheart.engine.desire.response_model import fit
from oneheart.model.gathering import Responses
from tests.support.broken_priors import correlated_tastes

Floats = npt.NDArray[np.float64]
PARTS = (slice(0, 4), slice(4, 9))


def some_moment(seed: int) -> Floats:
    """Return second moments of two heads, in which one taste of each head says nearly the same as another."""
    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(200, 9)) * rng.uniform(0.2, 3.0, 9)
    numbers[:, 2] += 2 * numbers[:, 1]
    numbers[:, 7] += 3 * numbers[:, 2]
    return np.asarray(numbers.T @ numbers / 200)


def turned(seed: int) -> Floats:
    """Return a matrix that turns the tastes of each head and leaves intercepts."""
    turn, rng = np.eye(9), np.random.default_rng(seed)
    for part in PARTS:
        tastes = slice(part.start + 1, part.stop)
        turn[tastes, tastes] = np.linalg.qr(rng.normal(size=(tastes.stop - tastes.start,) * 2))[0]
    return turn


@pytest.mark.parametrize("seed", range(3))
def test_turning_the_tastes_of_a_head_turns_the_prior_with_them(seed: int) -> None:
    moment, turn = some_moment(seed), turned(seed)
    found = learned_covariance(turn @ moment @ turn.T, PARTS, 0.5)
    np.testing.assert_allclose(found, turn @ learned_covariance(moment, PARTS, 0.5) @ turn.T, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_tastes_of_one_head_are_independent_and_heads_are_correlated_at_most_as_far_as_they_are_shrunk(
    seed: int,
) -> None:
    moment = some_moment(seed)
    found = learned_covariance(moment, PARTS, 0.5)
    assert np.linalg.eigvalsh(found).min() > 0
    np.testing.assert_allclose(found[:4, :4], np.diag([moment[0, 0], 0.5, 0.5, 0.5]))
    np.testing.assert_allclose(found[4:, 4:], np.diag([moment[4, 4], 0.5, 0.5, 0.5, 0.5]))
    assert not found[0, 5:].any()
    assert not found[4, 1:4].any()
    across = np.linalg.svd(found[1:4, 5:] / 0.5, compute_uv=False)
    assert 0.5 < across.max() <= SHRINK_CORRELATION + 1e-9


def small_themes_told_apart() -> float:
    """Return how much likelier lines of the two smallest themes are to people who want them than to others, 0 to 1.

    A thousand people of five themes answer fourteen of two hundred lines; the fit is left to run on for long.
    """
    hall = draw_hall(np.random.default_rng([0, 0]))
    person, line = np.nonzero(hall.asked)
    answers = Responses.of(person, line, hall.want[person, line].astype(int))
    people, lines = hall.want.shape
    chance = fit(answers, people, lines, rng=np.random.default_rng(0), sweeps=150, tolerance=0).probabilities()[0]
    apart = []
    for theme in (3, 4):
        of = hall.line_theme == theme
        wants = chance[:, of][~hall.asked[:, of] & hall.want[:, of]].mean()
        others = chance[:, of][~hall.asked[:, of] & ~hall.want[:, of]].mean()
        apart.append(wants - others)
    return float(np.mean(apart))


def test_small_themes_are_told_apart_however_long_the_fit_runs() -> None:
    assert small_themes_told_apart() > 0.12


def test_small_themes_are_lost_where_correlations_of_tastes_are_learned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(response_model, "learned_covariance", correlated_tastes)
    assert small_themes_told_apart() < 0.1
