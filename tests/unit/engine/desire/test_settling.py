"""A fit comes to rest, knows it, and gets there by leaning ahead; broken builds of each part are seen."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.bench.fit import true_rest
from oneheart.engine.desire.response_model import fit
from oneheart.engine.desire.settling import LONGEST, Lean, Rest
from oneheart.engine.synthetic import draw
from oneheart.model.gathering import Responses

Floats = np.ndarray
MOST, MORE_SWEEPS = 0.005, 300
SWEEPS_MOST = 330  # of all four halls together


@pytest.fixture(scope="module")
def halls() -> list[tuple[Responses, int, int]]:
    found = []
    for seed, (people, desires, answers) in enumerate([(60, 30, 12), (120, 40, 12), (40, 40, 24), (200, 40, 16)]):
        made = draw(people, desires, answers=answers, rng=np.random.default_rng(seed)).gathering
        found.append((made.responses, people, desires))
    return found


def rests(halls: list[tuple[Responses, int, int]]) -> tuple[float, int, bool]:
    """Return the greatest true rest, the sweeps of all fits, and whether those that stopped told a rest."""
    fits = [fit(r, n, m, rng=np.random.default_rng(0), threads=1) for r, n, m in halls]
    rest = max(true_rest(one, r, sweeps=MORE_SWEEPS) for one, (r, _, _) in zip(fits, halls, strict=True))
    return rest, sum(one.sweeps for one in fits), all(one.converged is (one.rest <= 0.002) for one in fits)


def test_a_fit_is_at_rest_when_it_says_so(halls: list[tuple[Responses, int, int]]) -> None:
    rest, sweeps, told = rests(halls)
    assert rest <= MOST
    assert told
    assert sweeps <= SWEEPS_MOST


def test_a_build_that_stops_when_little_moved_is_seen(
    halls: list[tuple[Responses, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def little_moved(self: Rest, now: Floats) -> None:
        last, self._last = self._last, now
        self.left = np.inf if last is None else float(np.abs(now - last).max()) / 12

    monkeypatch.setattr(Rest, "note", little_moved)
    assert rests(halls)[0] > MOST


def test_a_build_that_does_not_lean_is_seen(
    halls: list[tuple[Responses, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lean, "ahead", lambda _self, _begun, reached: reached)
    assert rests(halls)[1] > SWEEPS_MOST


def test_leaning_begins_anew_after_a_turn_and_after_its_longest() -> None:
    lean, place = Lean(), np.array([0.0])
    for _ in range(5):
        place = lean.ahead(place, place + 1.0)
    assert lean.steps == 4
    lean.ahead(place, place - 0.5)  # back, though still beyond where the last sweep ended
    assert lean.steps == 1
    lean, place = Lean(), np.array([0.0])
    for _ in range(LONGEST + 2):
        place = lean.ahead(place, place + 1.0)
    assert lean.steps == 1
