"""What a frozen model expects of people: how far it finds the worst fifth, and that nothing of a person is in it."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from oneheart.bench import halls
from oneheart.engine import synthetic
from oneheart.engine.desire.response_model import fit
from oneheart.engine.prayer import choosing, frozen_model
from oneheart.engine.prayer.frozen_model import DESIRES_MOST, STEPS, FrozenModel, freeze

MADE = synthetic.draw(200, 30, answers=12, rng=np.random.default_rng(0))
RESPONSES = MADE.gathering.responses
POSTERIOR = fit(RESPONSES, 200, 30, rng=np.random.default_rng(0))
ANSWERS = (RESPONSES.participant, RESPONSES.desire, RESPONSES.stance)


def model(columns: np.ndarray | None = None) -> FrozenModel:
    places = np.arange(30) if columns is None else columns
    return freeze(POSTERIOR, places, places.tolist())


def test_it_expects_nearly_what_the_model_expects_from_which_it_was_frozen() -> None:
    want, _, against = POSTERIOR.probabilities()
    found = frozen_model.expected_support(model(), 200, ANSWERS, np.arange(30))
    gap = np.abs(found - (want - 0.5 * against))
    assert gap.mean() < 0.05
    assert np.corrcoef(found.ravel(), (want - 0.5 * against).ravel())[0, 1] > 0.98


def test_of_whom_nothing_is_left_what_people_expect_on_average_is_expected() -> None:
    own = RESPONSES.participant != 7
    left = tuple(array[own] for array in ANSWERS)
    found = frozen_model.expected_support(model(), 200, left, [0, 1])  # type: ignore[arg-type]
    nobody = frozen_model.expected_support(model(), 1, ([], [], []), [0, 1])
    assert found[7].tolist() == nobody[0].tolist()
    rest = frozen_model.expected_support(model(), 200, ANSWERS, [0, 1])
    others = np.arange(200) != 7
    assert np.array_equal(found[others], rest[others]), "nobody else is expected otherwise"


def test_people_in_blocks_are_expected_what_they_are_expected_together(monkeypatch: pytest.MonkeyPatch) -> None:
    together = frozen_model.expected_support(model(), 200, ANSWERS, [3, 4])
    monkeypatch.setattr(frozen_model, "_PEOPLE", 7)
    assert frozen_model.expected_support(model(), 200, ANSWERS, [3, 4]) == pytest.approx(together, abs=1e-12)


def test_numbers_are_whole_hundredths_and_there_are_none_of_people() -> None:
    kept = model(np.array([4, 2]))
    size = sum(POSTERIOR.state.heads)
    assert (kept.desires, len(kept.numbers), len(kept.prior)) == ((4, 2), 2 * size, size * (size + 1) // 2)
    assert kept.of_desires == pytest.approx(POSTERIOR.state.desire_mean[[4, 2]], abs=0.5 / STEPS + 1e-12)
    assert all(isinstance(number, int) for number in (*kept.numbers, *kept.prior))


def test_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        replace(model(), numbers=model().numbers[1:])
    with pytest.raises(ValueError, match="do not fit"):
        replace(model(), prior=model().prior[1:])


def test_a_covariance_that_rounding_made_indefinite_is_mended() -> None:
    odd = FrozenModel(0, 2, 1, (100, 101, 100), (7,), (0, 100))
    assert np.linalg.eigvalsh(odd.covariance).min() > 0
    assert np.isfinite(frozen_model.expected_support(odd, 1, ([0], [0], [1]), [0])).all()


@pytest.mark.parametrize(("always", "support"), [(1, 1.0), (-1, -0.5), (0, 0.0)])
def test_where_all_answers_are_alike_everybody_is_expected_to_answer_so(always: int, support: float) -> None:
    alike = FrozenModel(0, 0, always, (), (7, 8), ())
    assert frozen_model.expected_support(alike, 2, ([0], [1], [always]), [0, 1]).tolist() == [[support] * 2] * 2


# --- which desires are kept ---


def test_only_what_ten_people_or_more_answered_is_kept_and_the_text_comes_first() -> None:
    gathering = synthetic.draw(40, 20, answers=6, rng=np.random.default_rng(1)).gathering
    using = choosing.want_model(gathering, 0)
    count = np.bincount(choosing.with_own_wants(gathering).desire, minlength=20)
    names = [100 + column for column in range(20)]
    text = np.argsort(count, kind="stable")[::-1][5:8].tolist()
    kept = choosing.frozen(using, text, names)
    assert kept.desires[:3] == tuple(names[column] for column in text if count[column] >= 10)
    assert set(kept.desires) == {names[column] for column in range(20) if count[column] >= 10}
    assert 0 < len(kept.desires) < 20


def test_at_most_three_hundred_desires_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert DESIRES_MOST == 300
    monkeypatch.setattr(choosing, "DESIRES_MOST", 4)
    using = choosing.want_model(MADE.gathering, 0)
    assert len(choosing.frozen(using, [3, 5], range(30)).desires) == 4


# --- how far it finds the worst fifth ---


def test_the_frozen_model_finds_most_of_the_worst_fifth_and_raw_answers_find_little() -> None:
    raw, kept = halls.worst_fifth_found(halls.draw_hall(np.random.default_rng(0)), np.random.default_rng(1))
    assert kept > 0.6
    assert raw < 0.45


@pytest.mark.slow
def test_twice_as_many_people_cost_about_twice_as_much() -> None:
    def seconds(people: int) -> float:
        rng = np.random.default_rng(0)
        row = np.repeat(np.arange(people), 20)
        said = (row, rng.integers(0, 30, len(row)), rng.integers(-1, 2, len(row)))
        best = np.inf
        for _ in range(3):
            begin = time.process_time()
            frozen_model.expected_support(model(), people, said, np.arange(9))
            best = min(best, time.process_time() - begin)
        return best

    seconds(100)
    assert seconds(2000) < 4 * seconds(1000)
