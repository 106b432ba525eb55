"""The people that each may be: answers as given, means as the model says, and sets chosen from them that serve more."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.desire import shares
from oneheart.engine.desire.response_model import Heads, Posterior, choose_heads, fit
from oneheart.engine.desire.wants import ROWS, draw_count, drawn_wants, of_each
from oneheart.model.gathering import Responses

PEOPLE, THEMES, EACH = 400, (0.45, 0.25, 0.18, 0.12), 12


def themed(seed: int, answers: int) -> tuple[np.ndarray, Responses]:
    """Return who truly wants what, (N, M), and what a few answers of each tell of it; nobody is against anything."""
    rng = np.random.default_rng(seed)
    theme = rng.choice(len(THEMES), PEOPLE, p=THEMES)
    of_desire = np.repeat(np.arange(len(THEMES)), EACH)
    want = (theme[:, None] == of_desire) & (rng.random((PEOPLE, len(of_desire))) < 0.9)
    asked = np.argsort(rng.random(want.shape), axis=1)[:, :answers]
    i = np.repeat(np.arange(PEOPLE), answers)
    return want.astype(float), Responses.of(i, asked.ravel(), want[i, asked.ravel()].astype(int))


@pytest.fixture(scope="module")
def hall() -> tuple[np.ndarray, Responses, Posterior]:
    """Return one such hall and the model of it."""
    want, responses = themed(1, 8)
    return want, responses, fit(responses, *want.shape, rng=np.random.default_rng(1))


def test_every_answer_stands_in_every_draw(hall: tuple[np.ndarray, Responses, Posterior]) -> None:
    want, responses, posterior = hall
    people, columns = np.arange(100, 300), np.array([40, 3, 17])
    drawn = drawn_wants(posterior, people, columns, responses, rng=np.random.default_rng(0))
    drawn = drawn.reshape(len(people), draw_count(len(people)), len(columns))
    told = 0
    for person, desire, stance in zip(responses.participant, responses.desire, responses.stance, strict=True):
        if 100 <= person < 300 and desire in columns:
            assert set(drawn[person - 100, :, columns.tolist().index(desire)].tolist()) == {float(stance == 1)}
            told += 1
    assert told > 50
    assert ((drawn > 0) & (drawn < 1)).any()
    assert want.shape == (PEOPLE, len(THEMES) * EACH)


def test_the_mean_over_draws_is_what_the_model_expects(hall: tuple[np.ndarray, Responses, Posterior]) -> None:
    _, _, posterior = hall
    nobody = Responses.of([], [], [])
    people = np.arange(PEOPLE)
    drawn = drawn_wants(posterior, people, np.arange(48), nobody, rng=np.random.default_rng(0))
    expected = posterior.probabilities()[0]
    assert float(np.abs(of_each(drawn, PEOPLE).mean(0) - expected.mean(0)).max()) < 0.01
    assert float(np.abs(of_each(drawn, PEOPLE) - expected).mean()) < 0.03


def test_wants_of_one_theme_go_together_in_who_is_hardly_known(hall: tuple[np.ndarray, Responses, Posterior]) -> None:
    _, _, posterior = hall
    nobody = Responses.of([], [], [])
    drawn = drawn_wants(posterior, np.arange(PEOPLE), np.arange(48), nobody, rng=np.random.default_rng(0))
    within = drawn - np.repeat(of_each(drawn, PEOPLE), draw_count(PEOPLE), axis=0)
    together = np.corrcoef(within[:, 0], within[:, 1])[0, 1]  # two desires of the greatest theme
    apart = np.corrcoef(within[:, 0], within[:, 47])[0, 1]
    assert together > 0.3 > apart


def test_sets_chosen_from_draws_serve_more_people_than_sets_chosen_as_if_wants_were_independent() -> None:
    covered = {"drawn": 0.0, "independent": 0.0}
    promised = {"drawn": 0.0, "independent": 0.0}
    for seed in range(6):
        want, responses = themed(10 + seed, 4)
        posterior = fit(responses, *want.shape, rng=np.random.default_rng(seed))
        independent = posterior.probabilities()[0].copy()
        independent[responses.participant, responses.desire] = responses.stance == 1
        drawn = drawn_wants(posterior, np.arange(PEOPLE), np.arange(48), responses, rng=np.random.default_rng(seed))
        for way, rows in (("drawn", drawn), ("independent", independent)):
            lines = shares.expected_pav(rows, 5)
            covered[way] += shares.coverage(want, lines) / 6
            promised[way] += shares.coverage(rows, lines) / 6
    assert covered["drawn"] > covered["independent"] + 0.02
    assert abs(promised["drawn"] - covered["drawn"]) < abs(promised["independent"] - covered["independent"])


def test_the_same_lot_draws_the_same_people(hall: tuple[np.ndarray, Responses, Posterior]) -> None:
    _, responses, posterior = hall
    once, again, other = (
        drawn_wants(posterior, np.arange(50), [0, 1], responses, rng=np.random.default_rng(lot)) for lot in (0, 0, 1)
    )
    assert once.tobytes() == again.tobytes() != other.tobytes()


def test_there_are_never_more_rows_than_meant_nor_fewer_than_people() -> None:
    for people in (1, 12, 255, 256, 257, 5000, 16_384, 16_385, 10**6):
        assert people <= people * draw_count(people) <= max(ROWS, people)


def test_where_everybody_answers_alike_nothing_is_drawn() -> None:
    everybody = Responses.of([0, 0, 1], [0, 1, 0], [1, 1, 1])
    posterior = fit(everybody, 3, 2, rng=np.random.default_rng(0))
    drawn = drawn_wants(posterior, np.arange(3), [0, 1], everybody, rng=np.random.default_rng(0))
    assert drawn.tolist() == [[1.0, 1.0]] * 192
    nobody = drawn_wants(posterior, np.arange(0), [0, 1], everybody, rng=np.random.default_rng(0))
    assert nobody.shape == (0, 2)


def test_where_no_desire_is_asked_for_nothing_is_told_of_anybody(hall: tuple[np.ndarray, Responses, Posterior]) -> None:
    _, responses, posterior = hall
    drawn = drawn_wants(posterior, np.arange(PEOPLE), [], responses, rng=np.random.default_rng(0))
    assert drawn.shape == (PEOPLE * draw_count(PEOPLE), 0)


def test_the_only_head_that_answers_inform_has_the_tastes_of_both() -> None:
    no_against = Responses.of([0, 0, 1], [0, 1, 0], [1, 0, 1])
    all_moved = Responses.of([0, 0, 1], [0, 1, 0], [1, -1, 1])
    assert choose_heads(no_against, touch_rank=2, direction_rank=3) == Heads(6, 0)
    assert choose_heads(all_moved, touch_rank=2, direction_rank=3) == Heads(0, 6)
    assert choose_heads(Responses.of([0, 1], [0, 1], [1, 1]), touch_rank=2, direction_rank=3).size == 0
