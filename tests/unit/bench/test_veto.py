"""The proportional veto core beside its definition, on instances small enough to try every group."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from oneheart.bench import veto, weave
from oneheart.engine.synthetic import draw
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Gathering, Responses


def _by_definition(wanted: npt.NDArray[np.float64], line: int) -> float:
    """Return the room for a veto by trying every group of people."""
    n, m = wanted.shape
    most = 0.0
    for code in range(1, 1 << n):
        group = [person for person in range(n) if code >> person & 1]
        preferred = sum(bool((wanted[group, other] > wanted[group, line]).all()) for other in range(m))
        most = max(most, len(group) / n + preferred / m - 1)
    return most


@pytest.mark.parametrize("seed", range(6))
def test_the_cut_finds_the_group_that_could_most_block(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stances = rng.integers(-1, 2, (7, 5)).astype(float)  # many pairs are equal
    orders = rng.random((6, 6))
    for wanted in (stances, orders):
        for line in range(wanted.shape[1]):
            assert veto.room_for_a_veto(wanted, line) == pytest.approx(_by_definition(wanted, line), abs=1e-12)


def test_a_line_of_one_camp_is_blocked_by_the_other_and_a_bridge_is_not() -> None:
    camps = np.array([[1.0, 0.5, -1.0, -1.0]] * 6 + [[-1.0, 0.5, 1.0, 1.0]] * 4)
    first, bridge, second, _ = (veto.room_for_a_veto(camps, line) for line in range(4))
    assert bridge == 0.0
    assert first == pytest.approx(0.4 + 3 / 4 - 1)  # four of ten prefer the three others
    assert second == pytest.approx(0.6 + 2 / 4 - 1)  # six of ten prefer two of four


def test_what_all_prefer_blocks_and_equal_is_not_preferred() -> None:
    assert veto.room_for_a_veto(np.array([[1.0, 0.0], [1.0, 0.0]]), 1) == pytest.approx(0.5)
    assert veto.room_for_a_veto(np.ones((3, 4)), 2) == 0.0
    assert veto.room_for_a_veto(np.zeros((0, 4)), 2) == 0.0


def test_answers_are_taken_as_given_and_gaps_are_filled_from_those_who_answer_alike() -> None:
    made = draw(60, 12, answers=8, rng=np.random.default_rng(3)).gathering
    r = made.responses
    people = np.arange(10, 50)
    wanted = veto.preferences(r, people, 12, np.random.default_rng(0))
    inside = (r.participant >= 10) & (r.participant < 50)
    assert wanted[r.participant[inside] - 10, r.desire[inside]].tolist() == r.stance[inside].tolist()
    assert np.abs(wanted).max() <= 1.0
    given = np.zeros(wanted.shape, bool)
    given[r.participant[inside] - 10, r.desire[inside]] = True
    assert (np.abs(wanted[~given]) < 1.0).all()


def test_of_too_many_people_some_are_drawn_by_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(veto, "PEOPLE_MOST", 7)
    made = draw(20, 8, answers=5, rng=np.random.default_rng(0)).gathering
    assert veto.preferences(made.responses, np.arange(20), 8, np.random.default_rng(0)).shape == (7, 8)


def test_a_rejected_desire_blocks_no_line_in_the_benchmark_of_texts() -> None:
    i, j = np.divmod(np.arange(40 * 8), 8)
    answers = Responses.of(i, j, np.where(j == 0, 1, np.where(j == 1, 0, -1)))  # all prefer the first to the second

    def room(moderation: Moderation) -> float:
        desires = tuple(
            Desire(str(n), f"desire {n}", moderation=moderation if n == 0 else Moderation.ACCEPTED) for n in range(8)
        )
        gathering = Gathering("", tuple(map(str, range(40))), desires, answers)
        return weave.rooms_for_a_veto(gathering, np.random.default_rng(0))((1,))

    assert room(Moderation.ACCEPTED) == pytest.approx(1 / 8)
    assert room(Moderation.REJECTED) == 0.0
