"""Made-up gatherings whose truth is known: the engine finds it, and says nothing where there is nothing to find."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.analysis import analyze
from oneheart.engine.desire.common_ground import net_support, worst_fifth
from oneheart.engine.desire.response_model import fit
from oneheart.engine.synthetic import Synthetic, draw
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses


def made(seed: int = 0, **more: object) -> Synthetic:
    given: dict[str, object] = {"answers": 20, "spread": 0.2, **more}
    return draw(300, 30, rng=np.random.default_rng(seed), **given)  # type: ignore[arg-type]


def fitted(truth: Synthetic) -> tuple[np.ndarray, np.ndarray]:
    n, m = truth.want.shape
    want, _, against = fit(truth.gathering.responses, n, m, rng=np.random.default_rng(1)).probabilities()
    return want, against


@pytest.mark.parametrize("one_sided", [False, True])
def test_what_people_want_is_foretold_better_than_by_the_mean_of_the_desire(*, one_sided: bool) -> None:
    truth = made(one_sided=one_sided)
    want, against = fitted(truth)
    r = truth.gathering.responses
    m = truth.want.shape[1]
    count = np.bincount(r.desire, minlength=m)
    mean = np.bincount(r.desire, r.stance == 1, minlength=m) / count
    unseen = np.ones(truth.want.shape, bool)
    unseen[r.participant, r.desire] = False
    error = np.abs(want - truth.want)[unseen].mean()
    assert error < 0.8 * np.abs(mean[None] - truth.want)[unseen].mean()
    if one_sided:
        assert np.abs(against).max() < 1e-9


def test_the_worst_fifth_is_near_the_truth_and_ranks_desires_like_it() -> None:
    truth = made()
    found = worst_fifth(net_support(*fitted(truth)))
    assert np.abs(found - truth.worst_fifth).mean() < 0.1
    assert np.corrcoef(found, truth.worst_fifth)[0, 1] > 0.95


@pytest.mark.parametrize("seed", range(3))
def test_what_all_themes_want_becomes_the_text(seed: int) -> None:
    truth = made(seed)
    lines = [line.desire for line in analyze(truth.gathering, seed=1).one_desire.lines]
    assert len(lines) >= 3
    assert sum(truth.common[line] for line in lines) >= min(3, int(truth.common.sum()))


def thin(people: int, desires: int, cells: list[tuple[int, int, int]]) -> Gathering:
    i, j, y = zip(*cells, strict=True) if cells else ((), (), ())
    return Gathering(
        "What do you want?",
        tuple(f"p{n}" for n in range(people)),
        tuple(Desire(f"d{n}", f"wish {n}") for n in range(desires)),
        Responses.of(i, j, y),
    )


THIN = {
    "nobody": thin(0, 0, []),
    "one person": thin(1, 3, [(0, 0, 1), (0, 1, 1), (0, 2, -1)]),
    "one desire": thin(40, 1, [(n, 0, 1) for n in range(40)]),
    "six people": thin(6, 4, [(n, d, 1) for n in range(6) for d in range(4)]),
    "nobody wants anything": thin(40, 4, [(n, d, -1) for n in range(40) for d in range(4)]),
    "nobody is touched": thin(40, 4, [(n, d, 0) for n in range(40) for d in range(4)]),
    "everybody wants everything": thin(40, 4, [(n, d, 1) for n in range(40) for d in range(4)]),
    "desires without answers": thin(40, 4, []),
}


@pytest.mark.parametrize("name", THIN)
def test_too_little_is_never_called_one(name: str) -> None:
    found = analyze(THIN[name], seed=1)
    assert found.one_desire.status == "not yet"
    assert not found.measured
    assert found.why_not


def test_the_same_seed_draws_the_same_gathering() -> None:
    one, two = made(5), made(5)
    assert np.array_equal(one.want, two.want)
    assert one.gathering.responses.stance.tolist() == two.gathering.responses.stance.tolist()
    assert made(6).gathering.responses.stance.tolist() != one.gathering.responses.stance.tolist()


def test_one_sided_gatherings_hold_no_refusal() -> None:
    truth = made(one_sided=True)
    assert set(np.unique(truth.gathering.responses.stance)) == {0, 1}
    assert truth.against.max() == 0.0
