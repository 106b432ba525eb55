"""Models without each group: the first step exactly, later ones nearly, at the cost of little more than one sweep."""

from __future__ import annotations

import time

import numpy as np
import pytest

from oneheart.engine.desire import common_ground, left_out
from oneheart.engine.desire.common_ground import GatheringMeans, jackknife
from oneheart.engine.desire.left_out import without_each
from oneheart.engine.desire.response_model import Posterior, fit
from oneheart.engine.synthetic import draw
from oneheart.model.gathering import Responses

PEOPLE, DESIRES, GROUPS = 1200, 40, 6


@pytest.fixture(scope="module")
def hall() -> tuple[Responses, Posterior]:
    """Return the answers of a made-up hall, and the model of them."""
    r = draw(PEOPLE, DESIRES, answers=12, rng=np.random.default_rng(1)).gathering.responses
    return r, fit(r, PEOPLE, DESIRES, rng=np.random.default_rng(0), sweeps=16)


def grouped(count: int = GROUPS) -> np.ndarray:
    return np.random.default_rng(2).permutation(np.arange(PEOPLE) % count)


def refitted(r: Responses, posterior: Posterior, group_of: np.ndarray, g: int, sweeps: int) -> Posterior:
    keep = group_of[r.participant] != g
    rest = Responses(r.participant[keep], r.desire[keep], r.stance[keep])
    return fit(rest, PEOPLE, DESIRES, rng=np.random.default_rng(0), warm=posterior, sweeps=sweeps, tolerance=0.0)


def few_of(group_of: np.ndarray, every: int) -> np.ndarray:
    few = np.arange(0, PEOPLE, every)
    return few[np.argsort(group_of[few], kind="stable")]


def far(hall: tuple[Responses, Posterior], sweeps: int, every: int, group_of: np.ndarray) -> float:
    """Return by how much desires differ at most from those of fits without each group, beside how far these move."""
    r, posterior = hall
    off, moved = [], []
    few = few_of(group_of, every)
    for g, model in enumerate(without_each(r, posterior, group_of, few, sweeps=sweeps)):
        again = refitted(r, posterior, group_of, g, sweeps)
        off.append(np.abs(model.state.desire_mean - again.state.desire_mean).max())
        moved.append(np.abs(again.state.desire_mean - posterior.state.desire_mean).max())
        stay = few[group_of[few] != g]
        assert len(model.state.person_mean) == len(stay)
        if every == 1:
            assert np.allclose(model.state.person_mean, again.state.person_mean[stay])
    return float(max(off) / max(moved))


def test_the_first_step_is_that_of_a_fit_without_the_group(hall: tuple[Responses, Posterior]) -> None:
    assert far(hall, 1, 7, grouped()) < 1e-9


def test_where_all_people_tell_of_later_steps_they_are_those_of_a_fit(hall: tuple[Responses, Posterior]) -> None:
    assert far(hall, 3, 1, grouped()) < 1e-9


def test_later_steps_are_near_where_a_third_of_the_people_tells_of_them(hall: tuple[Responses, Posterior]) -> None:
    assert far(hall, 3, 3, grouped()) < 0.25


def test_people_of_no_group_always_stay(hall: tuple[Responses, Posterior]) -> None:
    group_of = np.where(np.arange(PEOPLE) % 5 == 0, -1, grouped())
    assert far(hall, 1, 4, group_of) < 1e-9


def errors(hall: tuple[Responses, Posterior], few: int) -> GatheringMeans:
    r, posterior = hall
    circles = np.full(PEOPLE, -1, np.int32)
    return jackknife(
        r, posterior, np.arange(PEOPLE), circles, rng=np.random.default_rng(5), lines=[0, 1], shift_people=few
    )


def beside(a: GatheringMeans, b: GatheringMeans) -> np.ndarray:
    """Return the errors as shares of others, 5 and 95 in 100 of them."""
    return np.array([np.percentile(getattr(a, k) / getattr(b, k), [5, 95]) for k in ("want", "against", "worst")])


def test_errors_are_those_of_fits_without_each_group(
    hall: tuple[Responses, Posterior], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = errors(hall, 300)
    monkeypatch.setattr(common_ground, "fits_in_memory", lambda *_: False)
    found = beside(at_once, errors(hall, 300))
    assert (found > 0.95).all(), found
    assert (found < 1.05).all(), found


def test_of_few_people_errors_are_exactly_those_of_fits_without_each_group(
    hall: tuple[Responses, Posterior], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some who answered are in no group: they always stay, and tell of later steps too."""
    r, posterior = hall
    people, circles = np.arange(0, PEOPLE, 2), np.full(PEOPLE, -1, np.int32)

    def found() -> GatheringMeans:
        return jackknife(r, posterior, people, circles, rng=np.random.default_rng(5))

    at_once = found()
    monkeypatch.setattr(common_ground, "fits_in_memory", lambda *_: False)
    one_by_one = found()
    assert np.allclose(at_once.worst, one_by_one.worst, rtol=1e-4)
    assert np.allclose(at_once.want, one_by_one.want, rtol=1e-4)


def test_errors_of_a_first_step_alone_are_found_out(
    hall: tuple[Responses, Posterior], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = errors(hall, 300)
    monkeypatch.setattr(common_ground, "without_each", lambda *args, **_: without_each(*args, sweeps=1))
    found = beside(errors(hall, 300), whole)
    assert not ((found > 0.95) & (found < 1.05)).all()


def test_groups_whose_sums_would_fill_the_memory_are_fitted_one_by_one(hall: tuple[Responses, Posterior]) -> None:
    assert left_out.fits_in_memory(hall[1], 20)
    assert not left_out.fits_in_memory(hall[1], 100_000)


def test_all_groups_at_once_take_less_than_half_of_fits_one_by_one(hall: tuple[Responses, Posterior]) -> None:
    r, posterior = hall
    group_of = grouped(20)

    def seconds(work: str) -> float:
        begun = time.process_time()
        if work == "at once":
            list(without_each(r, posterior, group_of, few_of(group_of, 8), sweeps=3))
        else:
            for g in range(20):
                refitted(r, posterior, group_of, g, 3)
        return time.process_time() - begun

    assert min(seconds("at once") for _ in range(3)) < 0.5 * min(seconds("one by one") for _ in range(3))
