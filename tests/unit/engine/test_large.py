"""The analysis of blocks: counts of everybody, numbers near those in memory, honest checks, the same bits again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.desire.common_ground import net_support, worst_fifth
from oneheart.engine.execution import Threads
from oneheart.engine.large import Everybody, analyze_blocks, histograms, worst_of_histogram
from oneheart.formats.checkpoint import Checkpoint
from oneheart.model.desire import Moderation
from oneheart.model.gathering import Circle, Gathering, Responses
from tests.support.blocks_cut import in_blocks, made_up
from tests.support.proofs import size

Floats = npt.NDArray[np.float64]


def with_oddities(gathering: Gathering) -> Gathering:
    """Return a gathering with rejected and equal desires, authors, circles, and people who answered nothing."""
    desires = list(gathering.desires)
    desires[3] = replace(desires[3], moderation=Moderation.REJECTED)
    desires[5] = replace(desires[5], text=desires[4].text)
    desires[6] = replace(desires[6], author=7)
    desires[8] = replace(desires[8], author=gathering.participant_count - 1)
    r = gathering.responses
    keep = r.participant < gathering.participant_count - 3
    return replace(
        gathering,
        desires=tuple(desires),
        responses=Responses(r.participant[keep], r.desire[keep], r.stance[keep]),
        circles=tuple(Circle(f"c{n}", f"Circle {n}") for n in range(4)),
        circle_of=(np.arange(gathering.participant_count) % 5 - 1).astype(np.int32),
    )


def everybody(gathering: Gathering, most: int = 64) -> Everybody:
    frame = replace(
        gathering, participants=(), responses=Responses.of([], [], []), circles=(), circle_of=np.zeros(0, np.int32)
    )
    blocks = in_blocks(gathering.responses, gathering.participant_count, gathering.desire_count, most=most)
    return Everybody(frame, blocks, gathering.circles, gathering.circle_of)


def of_blocks(gathering: Gathering, *, sample: int = 100_000, keeper: Checkpoint | None = None) -> Analysis:
    return analyze_blocks(everybody(gathering), execute=Threads(2), sample=sample, keeper=keeper)


def values(analysis: Analysis, name: str) -> Floats:
    return np.array([getattr(entry, name).value for entry in analysis.common_ground])


def counts(analysis: Analysis) -> list[tuple[int, int, int, int]]:
    return [(g.answers, g.want_count, g.not_mine_count, g.against_count) for g in analysis.common_ground]


def told(analysis: Analysis) -> object:
    """Return all that is told, for a comparison by value."""
    return (analysis.common_ground, analysis.ranking, analysis.one_desire, analysis.method, analysis.reasons)


@pytest.fixture(scope="module")
def hall() -> Gathering:
    return with_oddities(made_up(400, 24, 12))


def test_with_everybody_at_hand_counts_are_equal_and_numbers_near_those_in_memory(hall: Gathering) -> None:
    ours, theirs = of_blocks(hall), analyze(hall)
    assert counts(ours) == counts(theirs)
    assert replace(ours.method, rest=0.0, sweeps=0) == replace(theirs.method, rest=0.0, sweeps=0)
    for name in ("want", "against"):
        assert np.abs(values(ours, name) - values(theirs, name)).max() < 0.02
    assert np.abs(values(ours, "worst_fifth") - values(theirs, "worst_fifth")).max() < 0.06  # as with another seed
    assert [g.circles for g in ours.common_ground] != [()] * 24


def test_of_a_sample_counts_are_still_those_of_everybody(hall: Gathering) -> None:
    ours, theirs = of_blocks(hall, sample=130), analyze(hall)
    assert counts(ours) == counts(theirs)
    assert len(ours.gathering.participants) < 200
    for name in ("people", "people_answered", "responses", "few_answers_people", "writers_without_answers"):
        assert getattr(ours.method, name) == getattr(theirs.method, name), name
    assert all(g.circles == () for g in ours.common_ground)
    measured = [column for column, g in enumerate(theirs.common_ground) if column not in (3, 4, 5)]
    for name in ("want", "against"):
        assert np.abs(values(ours, name) - values(theirs, name))[measured].max() < 0.15


def test_an_analysis_that_was_ended_goes_on_with_the_same_bits(hall: Gathering, tmp_path: Path) -> None:
    keeper = Checkpoint(tmp_path / "kept", {})
    first = told(of_blocks(hall, sample=130, keeper=keeper))
    files = {file.stem: file for file in (tmp_path / "kept").glob("*.npz")}
    assert set(files) == {"fit", "fit-direct", "held0", "held0-direct", "held1", "held1-direct"}
    files["fit"].unlink()  # as if it was ended before the last fits
    files["fit-direct"].unlink()
    assert told(of_blocks(hall, sample=130, keeper=keeper)) == first == told(of_blocks(hall, sample=130))


def test_a_gathering_too_thin_to_measure_is_told_with_its_counts() -> None:
    thin = made_up(8, 6, 4)
    ours, theirs = of_blocks(thin), analyze(thin)
    assert (ours.measured, ours.why_not) == (theirs.measured, theirs.why_not) == (False, theirs.why_not)
    assert counts(ours) == counts(theirs)


def test_worst_fifths_from_histograms_are_those_of_everybody() -> None:
    rng = np.random.default_rng(0)
    want = rng.beta(2, 1, (50_000, 3))
    net = net_support(want, (1 - want) * rng.random((50_000, 3)))
    found, _ = worst_of_histogram(histograms(net.T.astype(np.float32)), 0.2)
    assert np.abs(found - worst_fifth(net)).max() < 2e-4


@pytest.mark.parametrize("leak", [False, True])
def test_checks_are_honest_and_a_leak_would_be_seen(leak: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where answers are noise, nothing can be foretold of those held out; a model that has seen them foretells more."""
    rng = np.random.default_rng(4)
    people, desires = 150, 60
    person, desire = np.divmod(np.arange(people * desires), desires)
    kept = rng.random(len(person)) < 0.3
    noise = Responses.of(person[kept], desire[kept], rng.choice([1, 0, -1], int(kept.sum())))
    gathering = replace(made_up(people, desires, 6), responses=noise)
    if leak:
        monkeypatch.setattr(
            "oneheart.engine.desire.answers_read.held_by_all", lambda _folds, first, last: np.zeros(last - first, bool)
        )
        monkeypatch.setattr("oneheart.engine.large._known", lambda _part, inside, _left: inside)
    analysis = of_blocks(gathering)
    slope = analysis.calibration.drawn[2]
    assert (slope > 0.9) is leak, slope


def test_proof_of_more_people_than_the_sample_in_single_steps() -> None:
    """Means over everybody agree with means over everybody in memory, within what the sample is off by."""
    gathering = made_up(size(20_000, 1_000), 24, 12)
    ours = of_blocks(gathering, sample=size(5_000, 500))
    theirs = of_blocks(gathering)
    assert np.abs(values(ours, "want") - values(theirs, "want")).max() < size(20, 60) / 1_000
