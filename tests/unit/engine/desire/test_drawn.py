"""The worst fifth from posterior draws: nearer to the truth than best guesses, and the same for the same data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.desire import drawn as drawing
from oneheart.engine.desire.common_ground import net_support, summarise, worst_fifth
from oneheart.engine.desire.drawn import DRAWS, DrawnFifths, drawn_chances, drawn_worst_fifth
from oneheart.engine.desire.passes import Pass
from oneheart.engine.desire.response_model import Posterior, fit
from oneheart.engine.synthetic import Synthetic, draw


def hall(seed: int = 0, people: int = 300) -> tuple[Synthetic, Posterior]:
    made = draw(people, 30, answers=14, rng=np.random.default_rng(seed))
    return made, fit(made.gathering.responses, people, 30, rng=np.random.default_rng(1))


def drawn_of(posterior: Posterior, people: np.ndarray) -> DrawnFifths:
    means = summarise(posterior, people)
    return drawn_worst_fifth(posterior, people, means, rng=np.random.default_rng(2))


@pytest.mark.parametrize("people", [60, 300])
def test_best_guesses_lie_too_high_and_draws_hardly(people: int) -> None:
    guessed, found = [], []
    for seed in range(3):
        made, posterior = hall(seed, people)
        guessed.append((summarise(posterior, np.arange(people)).worst - made.worst_fifth).mean())
        found.append((drawn_of(posterior, np.arange(people)).worst - made.worst_fifth).mean())
    assert np.mean(guessed) > 0.1
    assert abs(np.mean(found)) < 0.05


def test_the_same_generator_gives_the_same_numbers_in_any_block(monkeypatch: pytest.MonkeyPatch) -> None:
    _, posterior = hall()
    whole = drawn_of(posterior, np.arange(300))
    monkeypatch.setattr(Pass.blocks, "__defaults__", (7 * 300,))
    blocks = drawn_of(posterior, np.arange(300))
    assert blocks.worst == pytest.approx(whole.worst, abs=1e-6)
    assert blocks.deviation == pytest.approx(whole.deviation, abs=1e-6)


def test_a_sample_of_many_people_gives_about_what_all_give(monkeypatch: pytest.MonkeyPatch) -> None:
    _, posterior = hall(people=900)
    everybody = np.arange(900)
    whole = drawn_of(posterior, everybody)
    monkeypatch.setattr(drawing, "SAMPLE", 300)
    sampled = drawn_of(posterior, everybody)
    assert np.abs(sampled.worst - whole.worst).max() < 0.05
    monkeypatch.setattr(drawing, "summarise", lambda *_: summarise(posterior, everybody))
    off = np.abs(drawn_of(posterior, everybody).worst - whole.worst).mean()
    assert off > np.abs(sampled.worst - whole.worst).mean(), "what the sample is off by was not taken back"


def test_chances_of_a_few_desires_are_those_of_the_same_draws() -> None:
    _, posterior = hall()
    everybody = np.arange(300)
    want, against = drawn_chances(posterior, everybody, [4, 9], rng=np.random.default_rng(2))
    assert want.shape == against.shape == (DRAWS, 300, 2)
    fifths = np.array([worst_fifth(net_support(w, a)) for w, a in zip(want, against, strict=True)])
    assert fifths.mean(0) == pytest.approx(drawn_of(posterior, everybody).worst[[4, 9]], abs=1e-6)


def test_nobody_has_no_worst_fifth() -> None:
    _, posterior = hall()
    nobody = drawn_of(posterior, np.zeros(0, np.intp))
    assert np.isnan(nobody.worst).all()
    assert nobody.deviation.shape == (30,)
    assert drawn_chances(posterior, np.zeros(0, np.intp), [1], rng=np.random.default_rng(0))[0].shape == (DRAWS, 0, 1)


def printed(analysis: Analysis) -> list[tuple[float, float, float]]:
    return [(g.worst_fifth.value, g.worst_fifth.low, g.worst_fifth.high) for g in analysis.common_ground]


def test_what_is_printed_is_the_same_in_any_order_of_people_and_desires_and_with_any_threads() -> None:
    gathering = hall()[0].gathering
    one = analyze(gathering, seed=4, threads=1)
    assert printed(analyze(gathering, seed=4, threads=3)) == printed(one)
    people, desires = np.random.default_rng(7).permutation(300), np.random.default_rng(8).permutation(30)
    r = gathering.responses
    moved = replace(
        gathering,
        participants=tuple(gathering.participants[p] for p in np.argsort(people)),
        desires=tuple(gathering.desires[d] for d in np.argsort(desires)),
        responses=type(r).of(people[r.participant], desires[r.desire], r.stance),
    )
    found = analyze(moved, seed=4).common_ground
    assert [found[d].worst_fifth for d in desires] == [g.worst_fifth for g in one.common_ground]


def test_lines_are_not_ranked_by_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    gathering = hall()[0].gathering
    before = analyze(gathering, seed=4)
    assert list(before.ranking) == sorted(before.ranking, key=lambda d: -before.common_ground[d].rank_value)

    def upside_down(
        posterior: Posterior, people: np.ndarray, means: object, *, rng: np.random.Generator
    ) -> DrawnFifths:
        found = drawn_worst_fifth(posterior, people, means, rng=rng)  # type: ignore[arg-type]
        return DrawnFifths(np.where(found.worst >= 0, 1.0 - found.worst, found.worst), found.deviation)

    monkeypatch.setattr("oneheart.engine.analysis.drawn_worst_fifth", upside_down)
    after = analyze(gathering, seed=4)
    assert after.ranking == before.ranking
    assert [line.desire for line in after.one_desire.lines] == [line.desire for line in before.one_desire.lines]
