"""Made-up gatherings whose truth is known: the engine finds it, and says nothing where there is nothing to find."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oneheart.engine.analysis import analyze
from oneheart.engine.desire.common_ground import desire_errors, net_support, summarise, worst_fifth
from oneheart.engine.desire.response_model import Posterior, fit
from oneheart.engine.synthetic import Synthetic, draw
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses


def made(seed: int = 0, *, one_sided: bool = False, answers: int = 20, common: float = 0.15) -> Synthetic:
    rng = np.random.default_rng(seed)
    return draw(300, 30, answers=answers, rng=rng, spread=0.2, common=common, one_sided=one_sided)


def fitted(truth: Synthetic) -> tuple[np.ndarray, np.ndarray]:
    n, m = truth.want.shape
    want, _, against = fit(truth.gathering.responses, n, m, rng=np.random.default_rng(1)).probabilities()
    return want, against


@pytest.mark.parametrize("answers", [8, 20])
@pytest.mark.parametrize("one_sided", [False, True])
def test_what_people_were_not_asked_is_foretold_better_than_by_the_mean_of_the_desire(
    *, one_sided: bool, answers: int
) -> None:
    truth = made(one_sided=one_sided, answers=answers)
    want, against = fitted(truth)
    r = truth.gathering.responses
    unseen = np.ones(truth.want.shape, bool)
    unseen[r.participant, r.desire] = False
    count = np.bincount(r.desire, minlength=30)
    for stance, found, true in ((1, want, truth.want), (-1, against, truth.against)):
        mean = np.bincount(r.desire, r.stance == stance, minlength=30) / count
        error, error_of_mean = (((guess - true)[unseen] ** 2).mean() for guess in (found, mean[None] + 0 * true))
        if one_sided and stance == -1:
            assert error == 0.0
        else:
            assert error < (0.92 if answers == 8 else 0.7) * error_of_mean


@pytest.mark.parametrize("one_sided", [False, True])
def test_the_worst_fifth_is_near_the_truth_and_ranks_desires_like_it(*, one_sided: bool) -> None:
    truth = made(one_sided=one_sided)
    found = worst_fifth(net_support(*fitted(truth)))
    assert np.abs(found - truth.worst_fifth).mean() < 0.1
    assert np.corrcoef(found, truth.worst_fifth)[0, 1] > 0.95
    seen = np.bincount(truth.gathering.responses.desire, truth.gathering.responses.stance == 1, minlength=30)
    share = seen / np.bincount(truth.gathering.responses.desire, minlength=30)
    assert np.abs(found - truth.worst_fifth).mean() < np.abs(share - truth.worst_fifth).mean()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("one_sided", [False, True])
def test_the_one_desire_that_all_parts_share_becomes_the_first_line(seed: int, *, one_sided: bool) -> None:
    truth = made(seed, common=1 / 30, one_sided=one_sided)
    analysis = analyze(truth.gathering, seed=1)
    assert analysis.one_desire.lines[0].desire == truth.best_lines()[0] == np.flatnonzero(truth.common)[0]
    assert analysis.ranking[0] == truth.best_lines()[0]


@pytest.mark.parametrize("seed", range(3))
def test_what_all_parts_want_becomes_the_text_before_anything_else(seed: int) -> None:
    truth = made(seed)
    lines = [line.desire for line in analyze(truth.gathering, seed=1).one_desire.lines]
    common = set(np.flatnonzero(truth.common).tolist())
    assert set(lines[: len(common)]) == common
    assert truth.worst_fifth[lines[0]] > truth.worst_fifth.max() - 0.1
    assert all(truth.worst_fifth[line] > -0.1 for line in lines)


def test_what_one_part_refuses_is_no_line_once_people_have_answered_enough() -> None:
    truth = made(answers=30)
    lines = [line.desire for line in analyze(truth.gathering, seed=1, lines=10).one_desire.lines]
    assert set(lines) >= set(truth.best_lines(4))
    assert all(truth.worst_fifth[line] > -0.05 for line in lines)
    assert len(lines) < 10  # fewer lines rather than a lower gate


def test_one_sided_answers_lead_to_no_word_of_being_against() -> None:
    analysis = analyze(made(one_sided=True).gathering, seed=1)
    assert analysis.method.heads == ("touch",)
    assert "nobody against" in analysis.method.notes
    for entry in analysis.common_ground:
        assert entry.against_count == 0
        assert (entry.against.value, entry.against.high) == (0.0, 0.0)
        assert entry.worst_fifth.value >= 0.0


def test_the_intervals_hold_most_of_the_truth() -> None:
    truth = made()
    ground = analyze(truth.gathering, seed=1).common_ground
    share = truth.want.mean(axis=0)
    held = [entry.want.low <= share[entry.desire] <= entry.want.high for entry in ground]
    assert np.mean(held) > 0.7
    assert np.mean([entry.want.high - entry.want.low for entry in ground]) < 0.25


@pytest.mark.slow
@pytest.mark.parametrize(("people", "desires", "answers"), [(26, 40, 25), (60, 60, 16)])
@pytest.mark.parametrize("one_sided", [False, True])
def test_the_intervals_of_small_gatherings_hold_the_truth_nearly_as_often_as_they_say(
    people: int, desires: int, answers: int, *, one_sided: bool
) -> None:
    """Nine times in ten is what is said; without the error of a desire's own numbers it was seven in ten, or five."""
    want, worst = [], []
    for seed in range(3):
        rng = np.random.default_rng(1000 + seed)
        truth = draw(people, desires, answers=answers, rng=rng, one_sided=one_sided)
        share, fifth = truth.want.mean(0), truth.worst_fifth
        for entry in analyze(truth.gathering, seed=seed).common_ground:
            if entry.answers >= 8:
                want.append(entry.want.low <= share[entry.desire] <= entry.want.high)
                worst.append(entry.worst_fifth.low <= fifth[entry.desire] <= entry.worst_fifth.high)
    assert len(want) > 100
    assert np.mean(want) > 0.8
    assert np.mean(worst) > 0.8


def test_the_error_of_a_desires_own_numbers_is_that_of_drawing_them_anew() -> None:
    truth = draw(60, 12, answers=9, rng=np.random.default_rng(3))
    r, people, rng = truth.gathering.responses, np.arange(60), np.random.default_rng(4)
    posterior = fit(r, 60, 12, rng=np.random.default_rng(1))
    found = desire_errors(posterior, people, summarise(posterior, people), [0, 5])
    drawn = []
    for _ in range(400):
        numbers = [
            rng.multivariate_normal(mean, covariance)
            for mean, covariance in zip(posterior.state.desire_mean, posterior.state.desire_covariance, strict=True)
        ]
        known = replace(
            posterior.state,
            desire_mean=np.array(numbers),
            desire_covariance=np.zeros_like(posterior.state.desire_covariance),
        )
        drawn.append(summarise(Posterior(known, posterior.always, 0, converged=True), people, [0, 5]))
    for name, off in (("want", 0.2), ("against", 0.2), ("worst", 0.35)):
        spread = np.std([getattr(s, name) for s in drawn], axis=0)
        assert np.abs(getattr(found, name) / spread - 1).mean() < off
    assert 0.6 < found.coverage / np.std([s.coverage for s in drawn]) < 1.6


def thin(people: int, desires: int, cells: list[tuple[int, int, int]]) -> Gathering:
    i, j, y = zip(*cells, strict=True) if cells else ((), (), ())
    words = ("peace", "bread", "a garden", "longer evenings", "music", "a bridge", "rivers", "books", "shade", "stars")
    return Gathering(
        "What do you want?",
        tuple(f"p{n}" for n in range(people)),
        tuple(Desire(f"d{n}", words[n], author=n if n < people else None) for n in range(desires)),
        Responses.of(i, j, y),
    )


def every(people: int, desires: int, stance: int) -> list[tuple[int, int, int]]:
    return [(n, d, stance) for n in range(people) for d in range(desires)]


WORDLESS = tuple(Desire(f"d{n}", " ") for n in range(4))
THIN = {
    "nobody": (thin(0, 0, []), "no desires"),
    "people without desires": (thin(40, 0, []), "no desires"),
    "answers without words": (replace(thin(40, 4, every(40, 3, 1)), desires=WORDLESS), "no words"),
    "desires without answers": (thin(40, 4, []), "no answers"),
    "one person": (thin(1, 3, [(0, 0, 1), (0, 1, 1), (0, 2, -1)]), "few people"),
    "one person who wants all": (thin(1, 3, every(1, 3, 1)), "few people"),
    "six people": (thin(6, 4, [*every(6, 3, 1), *((n, 3, 0) for n in range(6))]), "few people"),
    "eleven people": (thin(11, 4, [*every(11, 3, 1), *((n, 3, -1) for n in range(11))]), "few people"),
    "one desire": (thin(40, 1, [(n, 0, n % 2) for n in range(40)]), "one desire"),
    "four answers to each": (thin(40, 5, [(4 * d + n, d, n > 0) for n in range(4) for d in range(5)]), "few answers"),
    "seven answers to each, of many people": (
        thin(80, 10, [(7 * d + n, d, n > 0) for n in range(7) for d in range(10)]),
        "few answers",
    ),
    "eleven people who want nothing": (thin(11, 4, every(11, 4, -1)), "nobody wants"),
    "everybody wants everything": (thin(40, 4, every(40, 4, 1)), "only wants"),
}


@pytest.mark.parametrize("name", THIN)
def test_too_little_is_not_measured_and_never_called_one(name: str) -> None:
    gathering, code = THIN[name]
    found = analyze(gathering, seed=1)
    assert code in found.why_not
    assert not found.measured
    assert found.one_desire.status == "not measured"
    assert not found.one_desire.lines
    assert not found.ranking
    assert found.oneness is None


@pytest.mark.parametrize("people", [12, 20])
def test_perfect_agreement_of_few_is_not_sure_enough_to_be_one(people: int) -> None:
    found = analyze(thin(people, 5, [*every(people, 4, 1), *((n, 4, 0) for n in range(people))]), seed=1)
    assert found.measured
    assert {line.desire for line in found.one_desire.lines} <= {0, 1, 2, 3}
    assert found.one_desire.status == "not yet"
    assert next(c for c in found.one_desire.conditions if c.code == "affirmed").met is False


def test_answers_to_few_desires_by_many_who_never_met_are_not_one() -> None:
    cells = [(n, n % 5, 1) for n in range(300)]
    cells[0] = (0, 0, 0)
    found = analyze(thin(300, 5, cells), seed=1)
    assert found.measured
    assert found.one_desire.status == "not yet"
