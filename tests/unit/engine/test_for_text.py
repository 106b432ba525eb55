"""What a live text is chosen from is what a report would say of the same, and only what no line needs is left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oneheart.engine.analysis import analyze, analyze_for_text
from oneheart.engine.desire.common_ground import jackknife, summarise
from oneheart.engine.desire.response_model import fit
from oneheart.engine.desire.standing import Standing
from oneheart.engine.synthetic import draw
from oneheart.model.gathering import Circle, Gathering, Responses

LEAST = 0.2
SINGLE = 2e-6  # means are taken from chances in single precision


def in_circles(count: int, *, seed: int = 1, people: int = 240) -> Gathering:
    """Return a made-up gathering in so many circles, with desires of all standings."""
    made = draw(people, 40, answers=14, common=0.3, rng=np.random.default_rng(seed)).gathering
    desires = [replace(d, label=str(n), author=n) for n, d in enumerate(made.desires)]
    desires[3] = replace(desires[3], is_meta=True)
    desires[5] = replace(desires[5], text=desires[4].text)
    circles = tuple(Circle(str(n), f"c{n}") for n in range(count))
    circle_of = (np.arange(people) % count).astype(np.int32) if count else np.full(people, -1, np.int32)
    return Gathering("?", made.participants, tuple(desires), made.responses, circles, circle_of)


@pytest.mark.parametrize("leave_out", [(), ("0", "7")])
def test_ranking_standing_and_worst_fifths_are_those_of_a_report(leave_out: tuple[str, ...]) -> None:
    gathering = in_circles(12)
    whole = analyze(gathering, seed=3, leave_out=leave_out)
    short = analyze_for_text(gathering, seed=3, leave_out=leave_out)
    assert short.ranking == whole.ranking
    assert short.one_desire.nearest == whole.one_desire.nearest
    assert (short.measured, short.why_not, short.method) == (whole.measured, whole.why_not, whole.method)
    for one, other in zip(short.common_ground, whole.common_ground, strict=True):
        assert (one.standing, one.same_as, one.answers) == (other.standing, other.same_as, other.answers)
        assert one.worst_fifth.value == pytest.approx(other.worst_fifth.value, abs=SINGLE)
        assert one.weakest_part == pytest.approx(other.weakest_part, abs=SINGLE)
        if one.standing is Standing.ADMISSIBLE:  # of twelve circles each is left out in turn, as in a report
            assert one.worst_fifth.low == pytest.approx(other.worst_fifth.low, abs=SINGLE)
            assert one.worst_fifth.high == pytest.approx(other.worst_fifth.high, abs=SINGLE)


def test_whoever_may_be_surely_common_has_an_interval_and_nobody_else() -> None:
    gathering = in_circles(12)
    every, few = analyze_for_text(gathering, seed=3), analyze_for_text(gathering, seed=3, sure_from=LEAST)
    assert [one.worst_fifth.low >= LEAST for one in few.common_ground] == [
        one.worst_fifth.low >= LEAST and one.standing is Standing.ADMISSIBLE for one in every.common_ground
    ]
    assert any(one.worst_fifth.low >= LEAST for one in few.common_ground)
    for one in few.common_ground:
        known = one.standing is Standing.ADMISSIBLE and one.worst_fifth.value >= LEAST
        assert ((one.worst_fifth.low, one.worst_fifth.high) == (-0.5, 1.0)) is not known
        assert (one.want.low, one.want.high, one.circles) == (0.0, 1.0, ())
    assert few.one_desire.lines == ()
    assert few.oneness is None


def test_a_gathering_too_thin_to_measure_says_why_as_a_report_does() -> None:
    thin = Gathering("?", ("a",), (), Responses.of([], [], []))
    assert analyze_for_text(thin).why_not == analyze(thin).why_not == ("no desires",)


def test_errors_of_some_desires_are_those_of_all_and_circles_stay_whole() -> None:
    gathering = in_circles(60)
    r, people = gathering.responses, np.arange(240)
    posterior = fit(r, 240, 40, rng=np.random.default_rng(0))

    def errors(columns: np.ndarray | None, most: int | None) -> np.ndarray:
        rng = np.random.default_rng(5)
        return jackknife(r, posterior, people, gathering.circle_of, rng=rng, columns=columns, groups_most=most).worst

    few = np.array([7, 2, 30])
    assert errors(few, None) == pytest.approx(errors(None, None)[few], rel=2e-4)
    assert errors(few, 60) == pytest.approx(errors(few, None), rel=1e-12), "no more circles than groups"
    lumped = errors(None, 20) / errors(None, None)
    assert 0.7 < float(np.median(lumped)) < 1.3, "fewer groups, the same size of error"
    assert not np.allclose(lumped, 1.0)


def test_the_posterior_of_some_desires_is_that_of_all() -> None:
    gathering = in_circles(0)
    posterior = fit(gathering.responses, 240, 40, rng=np.random.default_rng(0))
    few = [9, 4]
    all_of_them, some = (summarise(one, np.arange(240)) for one in (posterior, posterior.of_desires(few)))
    assert some.worst == pytest.approx(all_of_them.worst[few], abs=SINGLE)
    assert some.want == pytest.approx(all_of_them.want[few], abs=SINGLE)
