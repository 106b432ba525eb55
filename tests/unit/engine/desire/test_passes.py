"""One pass over all chances: the same numbers as by whole arrays, in a fraction of the time; the jackknife by it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from oneheart.engine.desire import common_ground, passes
from oneheart.engine.desire.calibration import Calibrated, Calibration, Chances, calibrate, hold_out, learn
from oneheart.engine.desire.common_ground import GatheringMeans, jackknife, net_support, summarise, worst_fifth
from oneheart.engine.desire.drawn import known_at
from oneheart.engine.desire.passes import Pass
from oneheart.engine.desire.response_model import Posterior, fit
from oneheart.engine.synthetic import draw
from oneheart.model.gathering import Responses

PEOPLE, DESIRES = 240, 24
NEAR = 2e-6


def answers(stances: tuple[int, ...] = (-1, 0, 1)) -> Responses:
    """Return the answers of a made-up hall, those with other stances left out."""
    r = draw(PEOPLE, DESIRES, answers=12, rng=np.random.default_rng(0)).gathering.responses
    keep = np.isin(r.stance, stances)
    return Responses(r.participant[keep], r.desire[keep], r.stance[keep])


def fitted(responses: Responses) -> Posterior:
    return fit(responses, PEOPLE, DESIRES, rng=np.random.default_rng(0), sweeps=8)


def calibrated(responses: Responses) -> Calibrated:
    held = hold_out(responses, PEOPLE, DESIRES, rng=np.random.default_rng(1), sweeps=4)
    return calibrate(fitted(responses), learn(held), responses, rng=np.random.default_rng(2))


def far(chances: Chances, people: np.ndarray | None = None, cells: int = passes.BLOCK_CELLS) -> float:
    """Return by how much a pass differs at most from the chances by whole arrays."""
    want, _, against = chances.probabilities(people)
    run = Pass(chances, people)
    found = [0.0]
    for block in run.blocks(cells):
        found.append(float(np.abs(block.want.T - want[:, block.columns]).max(initial=0.0)))
        found.append(float(np.abs(block.against.T - against[:, block.columns]).max(initial=0.0)))
    return max(found)


KINDS: dict[str, Callable[[], Chances]] = {
    "plain": lambda: fitted(answers()),
    "calibrated": lambda: calibrated(answers()),
    "without the direct model": lambda: calibrated(answers()).without_direct(),
    "no weights of against": lambda: Calibrated(fitted(answers()), None, Calibration(None, (0.1, 0.9, 1.2), None, 300)),
    "nobody against": lambda: calibrated(answers((0, 1))),
    "nobody untouched": lambda: calibrated(answers((-1, 1))),
    "nobody wants": lambda: fitted(answers((-1, 0))),
    "all alike": lambda: fitted(answers((1,))),
    "everything known": lambda: known_at(fitted(answers()), np.arange(PEOPLE), rng=np.random.default_rng(3)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_chances_are_those_of_whole_arrays_in_blocks_and_tiles_of_any_size(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chances = KINDS[kind]()
    assert far(chances) < NEAR
    assert far(chances, np.array([7, 3, 200])) < NEAR
    monkeypatch.setattr(passes, "_TILE_CELLS", 700)
    monkeypatch.setattr(passes, "_TILE_DESIRES", 5)
    monkeypatch.setattr(passes, "_PEOPLE_AT_ONCE", 100)
    assert far(chances, cells=7 * PEOPLE) < NEAR
    assert far(chances, np.zeros(0, np.intp)) == 0.0


def test_chances_that_forget_what_is_not_known_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "_NARROWING", np.float32(0.0))
    assert far(KINDS["calibrated"]()) > 100 * NEAR


def test_means_and_worst_fifths_are_those_of_whole_arrays() -> None:
    chances, people = calibrated(answers()), np.arange(PEOPLE - 3)
    want, _, against = chances.probabilities(people)
    found = summarise(chances, people, [4, 2])
    assert found.want == pytest.approx(want.mean(0), abs=NEAR)
    assert found.against == pytest.approx(against.mean(0), abs=NEAR)
    assert found.worst == pytest.approx(worst_fifth(net_support(want, against)), abs=NEAR)
    assert found.coverage == pytest.approx(float(1 - ((1 - want[:, 4]) * (1 - want[:, 2])).mean()), abs=NEAR)


THREADS = """
import numpy as np
from oneheart.engine.desire.calibration import Calibrated, Calibration
from oneheart.engine.desire.common_ground import summarise
from oneheart.engine.desire.response_model import Heads, ModelState, Posterior

def made(touch, direction, people=2500, desires=70, seed=0):
    rng, heads = np.random.default_rng(seed), Heads(touch, direction)
    k, eye = heads.size, np.eye(heads.size)
    cov = [np.tile(0.2 * eye, (n, 1, 1)) for n in (people, desires)]
    means = [rng.normal(size=(n, k)) for n in (people, desires)]
    return Posterior(ModelState(heads, means[0], cov[0], means[1], cov[1], eye, np.zeros(k), eye), None, 1, True)

weights = Calibration((0.1, 0.9, 0.5, 0.4), (0.1, 0.9, 1.2), (0.1, 0.8), 1000)
chances = Calibrated(made(4, 5), made(9, 0), weights)
"""


@pytest.mark.process
def test_every_bit_is_the_same_with_one_and_two_threads() -> None:
    code = (
        "s = summarise(chances, np.arange(2500), [3])\n"
        "print([x.tobytes().hex() for x in (s.want, s.against, s.worst, s.edge)], s.coverage.hex())\n"
    )
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    one, two = (
        subprocess.run(
            [sys.executable, "-c", THREADS + code],
            env=os.environ | dict.fromkeys(names, count),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for count in ("1", "2")
    )
    assert one == two


# --- errors of who took part, from two thousand people


def errors_beside_full(responses: Responses, posterior: Posterior) -> np.ndarray:
    """Return the errors from few people, as shares of those from all people, 5 and 95 in 100 of them by kind."""
    people, circles = len(posterior.state.person_mean), np.full(len(posterior.state.person_mean), -1, np.int32)

    def errors(most: int) -> GatheringMeans:
        return jackknife(
            responses,
            posterior,
            np.arange(people),
            circles,
            rng=np.random.default_rng(5),
            lines=[0, 1, 2],
            shift_people=most,
        )

    few, full = errors(700), errors(people)
    kinds = ("want", "against", "worst", "coverage")
    return np.array([np.percentile(getattr(few, k) / getattr(full, k), [5, 95]) for k in kinds])


@pytest.fixture(scope="module")
def big() -> tuple[Responses, Posterior]:
    """Return the answers of a made-up hall of three thousand, and the model of them."""
    r = draw(3000, 60, answers=15, rng=np.random.default_rng(1)).gathering.responses
    return r, fit(r, 3000, 60, rng=np.random.default_rng(0), sweeps=12)


def test_errors_from_few_people_are_within_a_twentieth_of_those_from_all(big: tuple[Responses, Posterior]) -> None:
    found = errors_beside_full(*big)
    assert (found > 0.95).all(), found
    assert (found < 1.05).all(), found


@pytest.mark.parametrize("broken", ["no shift", "shift only"])
def test_errors_that_leave_out_one_of_both_effects_are_found_out(
    broken: str, big: tuple[Responses, Posterior], monkeypatch: pytest.MonkeyPatch
) -> None:
    if broken == "no shift":
        monkeypatch.setattr(common_ground, "_moved", lambda direct, _before, _after: direct)
    else:
        monkeypatch.setattr(common_ground, "_without_each", lambda model, people, *_: [summarise(model, people)] * 20)
    found = errors_beside_full(*big)
    assert not ((found > 0.95) & (found < 1.05)).all()


# --- a guard: how much faster, in one run


def least_seconds(work: Callable[[], object]) -> float:
    """Return the least processor time of three runs."""
    found = []
    for _ in range(3):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def test_a_pass_takes_less_than_whole_arrays_take() -> None:
    made: dict[str, Any] = {}
    exec(THREADS, made)  # noqa: S102  a model of 2,500 people and 70 desires that need not be fitted
    chances, people = made["chances"], np.arange(2500)

    def by_whole_arrays() -> None:
        want, _, against = chances.probabilities(people)
        worst_fifth(net_support(want, against))

    assert least_seconds(lambda: summarise(chances, people)) < 0.9 * least_seconds(by_whole_arrays)
