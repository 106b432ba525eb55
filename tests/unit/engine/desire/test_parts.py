"""Latent parts: found where wants differ, whoever is counted first; what measures a desire in a small gathering."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart import settings
from oneheart.engine.analysis import analyze
from oneheart.engine.desire.common_ground import worst_fifth
from oneheart.engine.desire.parts import latent_parts, weakest_part
from oneheart.engine.desire.standing import MEASURED, Standing, measured_answers
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses


def two_camps(rng: np.random.Generator, people: int = 41) -> tuple[np.ndarray, np.ndarray]:
    """Return net support of two camps to twelve desires, and who is in the second one."""
    second = np.arange(people) >= people // 2
    pull = rng.normal(size=12)
    return np.where(second, -1.0, 1.0)[:, None] * pull * 0.3 + 0.02 * rng.normal(size=(people, 12)), second


def test_two_camps_are_two_latent_parts_and_a_middle_person_belongs_to_both() -> None:
    net, second = two_camps(np.random.default_rng(0))
    parts = latent_parts(net, rng=np.random.default_rng(1))
    assert [len(part) for part in parts] == [21] * 4
    camps = {frozenset(np.flatnonzero(second).tolist()), frozenset(np.flatnonzero(~second).tolist())}
    assert any(camp <= set(part.tolist()) for part in parts[:2] for camp in camps)
    assert len(set(parts[0].tolist()) & set(parts[1].tolist())) == 1


def test_who_is_counted_first_changes_no_part() -> None:
    rng = np.random.default_rng(3)
    net, _ = two_camps(rng, 40)
    order = rng.permutation(40)
    plain, moved = (latent_parts(rows, rng=np.random.default_rng(seed)) for rows, seed in ((net, 1), (net[order], 2)))
    assert {frozenset(p.tolist()) for p in plain} == {frozenset(order[p].tolist()) for p in moved}
    np.testing.assert_allclose(weakest_part(net, plain), weakest_part(net[order], moved))


@pytest.mark.parametrize(("people", "desires"), [(0, 3), (1, 3), (5, 0)])
def test_with_nobody_to_set_apart_there_are_no_parts(people: int, desires: int) -> None:
    net = np.zeros((people, desires))
    parts = latent_parts(net, rng=np.random.default_rng(0))
    assert parts == ()
    assert np.isnan(weakest_part(net, parts)).tolist() == [True] * desires


def test_a_part_of_half_the_people_supports_no_desire_less_than_its_worst_fifth() -> None:
    rng = np.random.default_rng(5)
    net = rng.uniform(-0.5, 1.0, (50, 9))
    weakest = weakest_part(net, latent_parts(net, rng=rng))
    assert (weakest >= worst_fifth(net)).all()
    assert (weakest <= net.mean(0)).all()


def test_more_people_never_need_fewer_answers_and_nobody_less_than_k() -> None:
    needed = [measured_answers(people) for people in range(1, 200)]
    assert needed == sorted(needed)
    assert needed[0] == settings.K_ANONYMITY.value
    assert needed[-1] == settings.MEASURED_ANSWERS.value


@pytest.mark.parametrize(("people", "measured"), [(24, True), (80, False)])
def test_five_answers_measure_a_desire_in_a_small_gathering_only(people: int, *, measured: bool) -> None:
    i, j = np.divmod(np.arange(people * 6), 6)
    stance = np.where((i + j) % 4 == 0, 0, 1)
    kept = (j != 5) | (i < 5)
    stance[(j == 5) & kept] = 1
    gathering = Gathering(
        "What do you want?",
        tuple(f"p{n}" for n in range(people)),
        tuple(Desire(text, text) for text in ("bread", "peace", "songs", "rivers", "bridges", "gardens")),
        Responses.of(i[kept], j[kept], stance[kept]),
    )
    standing = analyze(gathering).common_ground[5].standing
    assert standing in MEASURED if measured else standing is Standing.FEW_ANSWERS
