"""The reasons behind a text: near ties are told, every condition is counted, every common desire has a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from oneheart.engine import reasons
from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.desire import divided
from oneheart.engine.desire.one_desire import LineCheck
from oneheart.engine.desire.standing import Standing
from oneheart.engine.reasons import NEAR_TIE, WhyNoLine
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses
from tests.unit.engine.test_analysis import TEXTS


def hall(shares: list[float], people: int, seed: int, texts: tuple[str, ...] = TEXTS) -> Gathering:
    """Return a gathering in which each desire is wanted by its share of people, independently; others are not mine."""
    rng = np.random.default_rng(seed)
    stances = (rng.random((people, len(shares))) < np.array(shares)).astype(np.int8)
    stances[:, -1] = np.where(rng.random(people) < 0.3, -1, stances[:, -1])
    i, j = np.nonzero(np.ones_like(stances))
    desires = tuple(Desire(str(d), text) for d, text in enumerate(texts[: len(shares)]))
    return Gathering("", tuple(map(str, range(people))), desires, Responses.of(i, j, stances[i, j]))


@pytest.fixture(scope="module")
def clear() -> Analysis:
    """Return an analysis in which two desires stand far above all others."""
    return analyze(hall([0.97, 0.95, 0.3, 0.3, 0.25, 0.25, 0.2, 0.3], 200, 1), lines=2)


def test_a_line_far_above_all_others_is_chosen_again_each_time(clear: Analysis) -> None:
    assert sorted(line.desire for line in clear.one_desire.lines) == [0, 1]
    assert min(again.share for again in clear.reasons.chosen_again) >= 0.9


def check_near_ties() -> None:
    """Check that of seven desires wanted by as many, the one that was taken is told as a near tie."""
    again = [analyze(hall([0.8] * 7 + [0.3], 60, seed), lines=1).reasons.chosen_again for seed in range(2)]
    assert all(line.share < NEAR_TIE for one in again for line in one)
    assert any(one for one in again)


def test_near_ties_are_told_as_such() -> None:
    check_near_ties()


def test_a_build_that_asks_the_same_people_again_takes_near_ties_for_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reasons, "_other_people", lambda rows, *_: np.arange(rows))
    monkeypatch.setattr(reasons, "_WANT_MOVES", 0.0)
    with pytest.raises(AssertionError):
        check_near_ties()


def test_the_ladder_counts_lines_for_each_condition_and_the_text_for_its_own(clear: Analysis) -> None:
    rungs = {rung.code: (rung.passed, rung.of) for rung in clear.reasons.ladder}
    lines = len(clear.one_desire.lines)
    common = sum(ground.standing is Standing.ADMISSIBLE for ground in clear.common_ground)
    assert rungs["common"] == (common, 8)
    assert rungs["chosen"] == (lines, 2)
    assert rungs["affirmed"] == (sum(check.affirmed for check in clear.one_desire.line_checks), lines)
    assert "every part" not in rungs, "no circles are declared"
    assert [rungs[code][1] for code in ("own line", "share")] == [1, 1]
    worst = next(c for c in clear.one_desire.conditions if c.code == "affirmed")
    assert (rungs["affirmed"][0] == lines) is worst.met


def check_ladder() -> None:
    """Check that the ladder counts each line for itself: two of three are surely wanted by enough people."""
    found = analyze(hall([0.98, 0.97, 0.72, 0.3, 0.25, 0.25, 0.2, 0.3], 300, 4), lines=3)
    assert sorted(line.desire for line in found.one_desire.lines) == [0, 1, 2]
    rungs = {rung.code: (rung.passed, rung.of) for rung in found.reasons.ladder}
    assert rungs["chosen"] == (3, 3)
    assert rungs["affirmed"] == (2, 3)


def test_the_ladder_tells_how_many_lines_pass_and_not_only_whether_all_do(monkeypatch: pytest.MonkeyPatch) -> None:
    check_ladder()

    def of_the_worst(checks: Sequence[LineCheck]) -> list[LineCheck]:
        passed = all(check.affirmed for check in checks)
        return [replace(check, affirmed=passed) for check in checks]

    whole = reasons.ladder
    monkeypatch.setattr(
        reasons, "ladder", lambda s, asked, checks, conditions: whole(s, asked, of_the_worst(checks), conditions)
    )
    with pytest.raises(AssertionError):
        check_ladder()


def test_every_common_desire_that_is_no_line_has_a_reason(clear: Analysis) -> None:
    lines = {line.desire for line in clear.one_desire.lines}
    told = {entry.desire: entry.why for entry in clear.reasons.no_lines}
    assert set(told) == set(clear.ranking[:4]) - lines
    standing = {ground.desire: ground.standing for ground in clear.common_ground}
    for desire, why in told.items():
        assert (why is WhyNoLine.BELOW) is (standing[desire] is Standing.BELOW)
        assert (why is WhyNoLine.AGAINST) is (standing[desire] is Standing.AGAINST)


def test_a_fact_is_no_line_for_that_reason() -> None:
    texts = ("I am 34 years old", *TEXTS[1:8])
    analysis = analyze(hall([0.97, 0.9, 0.9, 0.2, 0.2, 0.2, 0.2, 0.2], 200, 2, texts), lines=2)
    assert 0 not in {line.desire for line in analysis.one_desire.lines}
    assert {entry.desire: entry.why for entry in analysis.reasons.no_lines}[0] is WhyNoLine.FACT


def test_people_differ_most_where_answers_are_split(clear: Analysis) -> None:
    rng = np.random.default_rng(5)
    side = rng.random(200) < 0.5
    stances = np.ones((200, 6), np.int8)
    stances[:, 5] = np.where(side, 1, -1)
    stances[:, 4] = np.where(side, -1, 1)
    stances[rng.random(stances.shape) < 0.05] = 0
    i, j = np.nonzero(np.ones_like(stances))
    split = Gathering(
        "",
        tuple(map(str, range(200))),
        tuple(Desire(str(d), text) for d, text in enumerate(TEXTS[:6])),
        Responses.of(i, j, stances[i, j]),
    )
    divisive = analyze(split).reasons.divisive
    assert {entry.desire for entry in divisive} == {4, 5}, "two of six are surely the third that differs most"
    assert min(entry.spread for entry in divisive) > 0.7
    spreads = [entry.spread for entry in clear.reasons.divisive]
    assert spreads == sorted(spreads, reverse=True)
    assert all(0 <= spread <= 0.75 for spread in spreads)


def check_no_dispute_is_made_of_chance() -> None:
    """Check that of desires wanted by as many none is told as dividing people, but the one that some are against."""
    told = {entry.desire for seed in range(2) for entry in analyze(hall([0.6] * 8, 40, seed)).reasons.divisive}
    assert told == {7}


def test_where_all_is_wanted_alike_no_dispute_is_made_of_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    check_no_dispute_is_made_of_chance()
    monkeypatch.setattr(divided, "chance_of_most", lambda want, *_, rng: np.ones(len(want)))  # noqa: ARG005
    with pytest.raises(AssertionError):
        check_no_dispute_is_made_of_chance()


def test_the_same_answers_give_the_same_reasons_in_any_order_of_people_and_desires() -> None:
    gathering = hall([0.8] * 7 + [0.3], 60, 3)
    people, columns = np.random.default_rng(0).permutation(60), np.random.default_rng(1).permutation(8)
    answers = gathering.responses
    row, column = np.argsort(people), np.argsort(columns)
    turned = Gathering(
        "",
        tuple(gathering.participants[p] for p in people),
        tuple(gathering.desires[c] for c in columns),
        Responses.of(row[answers.participant], column[answers.desire], answers.stance),
    )
    first, second = analyze(gathering), analyze(turned)
    assert [(again.line, again.share) for again in first.reasons.chosen_again] == [
        (int(columns[again.line]), again.share) for again in second.reasons.chosen_again
    ]
    assert first.reasons.ladder == second.reasons.ladder


def test_nothing_measured_has_no_reasons() -> None:
    few = analyze(hall([0.5] * 8, 3, 1))
    assert few.reasons.ladder == ()
    assert few.reasons.chosen_again == ()
