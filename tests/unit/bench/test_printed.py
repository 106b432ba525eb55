"""The printed numbers beside the worst fifth, held against made-up halls whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oneheart.bench import printed
from oneheart.bench.fifths import KINDS, KnownHall
from oneheart.engine import reasons
from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.desire import shares
from oneheart.engine.estimate import Estimate


@pytest.fixture(scope="module")
def hall() -> KnownHall:
    return KINDS["five parts"](60, 12, np.random.default_rng(3))


@pytest.fixture(scope="module")
def found(hall: KnownHall) -> Analysis:
    return analyze(hall.gathering)


def cells(told: printed.Figures) -> dict[str, float]:
    return {
        name: told[part] / told[whole] if told[whole] else np.nan for name, (part, whole) in printed.COLUMNS.items()
    }


def test_given_answers_count_as_given_and_others_by_their_chance(hall: KnownHall) -> None:
    wants, r = printed.true_wants(hall), hall.gathering.responses
    assert set(wants[r.participant, r.desire].tolist()) == {0.0, 1.0}
    assert ((wants == 0) | (wants == 1)).sum() >= len(r)
    elsewhere = np.ones_like(wants, bool)
    elsewhere[r.participant, r.desire] = False
    assert (wants[elsewhere] == hall.want[elsewhere]).all()


def test_two_samples_are_halves_of_one_gathering() -> None:
    one, other = printed.two_samples(KINDS["five parts"], 40, 8, np.random.default_rng(0))
    assert not set(one.gathering.participants) & set(other.gathering.participants)
    assert [d.text for d in one.gathering.desires] == [d.text for d in other.gathering.desires]
    for half in (one, other):
        assert len(half.want) == len(half.gathering.participants) == 40
        answered = np.bincount(half.gathering.responses.participant, minlength=40)
        assert answered.min() >= 8
        r = half.gathering.responses
        likely = np.where(r.stance == 1, half.want[r.participant, r.desire], 1 - half.want[r.participant, r.desire])
        assert likely.mean() > 0.6, "answers stay with the people who gave them"


def test_the_check_on_answers_kept_aside_is_of_whom_other_answers_point_at(hall: KnownHall) -> None:
    told = printed.kept_aside(hall)
    assert told["observed"] >= 10
    assert told["observed held"] / told["observed"] > 0.75
    assert told["observed above"] / told["observed"] > 0.1
    assert told["observed above"] > told["observed off"] + 1.0, "whom answers point at want it more than the worst"


def test_who_tells_the_truth_is_off_by_nothing_and_holds_everything(hall: KnownHall, found: Analysis) -> None:
    wants, lines = printed.true_wants(hall), [line.desire for line in found.one_desire.lines]
    covered = shares.coverage(wants, lines)
    text = replace(
        found.one_desire,
        coverage=Estimate(covered, covered, covered),
        pairs=shares.expected_pairs(wants, lines),
        share_index=shares.share_index(wants, lines, asked=found.method.lines_asked)[0],
    )
    ground = tuple(
        replace(
            g,
            want=Estimate(*[float(hall.want.mean(0)[g.desire])] * 3),
            against=Estimate(*[float(hall.against.mean(0)[g.desire])] * 3),
        )
        for g in found.common_ground
    )
    told = cells(printed.figures(hall, replace(found, one_desire=text, common_ground=ground), found))
    assert told["want, range holds"] == told["against, range holds"] == told["coverage, range holds"] == 1.0
    for name in ("want off by", "coverage off by", "pairs off by", "share index off by", "none owed, and one is"):
        assert told[name] == pytest.approx(0.0, abs=1e-12) or np.isnan(told[name]), name
    assert told["sure lines, chosen again"] == 1.0


def test_a_build_that_tells_too_much_and_too_narrow_misses_its_gates(hall: KnownHall, found: Analysis) -> None:
    def bold(estimate: Estimate) -> Estimate:
        value = min(1.0, estimate.value + 0.1)
        return Estimate(value, value, value)

    ground = tuple(replace(g, want=bold(g.want), against=bold(g.against)) for g in found.common_ground)
    text = replace(found.one_desire, coverage=Estimate(1.0, 1.0, 1.0), pairs=0.5, share_index=0.0)
    broken = replace(found, common_ground=ground, one_desire=text)
    honest, bolder = (
        {gate.name: gate.met for gate in printed.gates_of([printed.figures(hall, one, found)])}
        for one in (found, broken)
    )
    assert honest["coverage off by"]
    assert honest["pairs off by"]
    missed = {name for name, met in bolder.items() if not met}
    assert missed >= {"want, range holds", "against, range holds", "want off by", "pairs off by", "share index off by"}


def test_a_run_has_a_row_for_each_kind_of_hall_and_gates_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed, "SIZES", (60,))
    monkeypatch.setattr(printed, "KINDS", {"five parts": KINDS["five parts"]})
    result = printed.run({}, seed=1, repeats=1, progress=lambda *_: None)
    assert [row[0] for row in result.rows] == ["five parts, 60 people", "all, 60 people", "all"]
    assert result.rows[0][1:] == pytest.approx(result.rows[-1][1:], nan_ok=True)
    held = [name for name in printed.COLUMNS if name.endswith("range holds")]
    assert [gate.name for gate in result.gates][: len(held)] == held
    assert len(held) == 4


def said_too_much(halls: int) -> float:
    """Return by how much lines are said to be chosen again more often than other people choose them."""
    off = []
    for number in range(halls):
        one, other = printed.two_samples(KINDS["two parts"], 60, 12, np.random.default_rng([5, number]))
        lines = {line.desire for line in analyze(other.gathering).one_desire.lines}
        off += [line.share - (line.line in lines) for line in analyze(one.gathering).reasons.chosen_again]
    return float(np.mean(off))


@pytest.mark.long
def test_lines_are_chosen_by_other_people_as_often_as_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of two hundred lines holds; a build that draws these people once says too much."""
    assert abs(said_too_much(40)) < 0.1
    monkeypatch.setattr(reasons, "_other_people", same_people_again)
    monkeypatch.setattr(reasons, "_WANT_MOVES", 0.0)
    assert said_too_much(40) > 0.2


def same_people_again(rows: int, draws: int, rng: np.random.Generator) -> printed.Ints:
    """Draw the people of the sample at hand anew, and nobody else: what the former build did, less its errors."""
    people = rows // draws
    return np.asarray(rng.integers(people, size=people) * draws + rng.integers(draws, size=people), np.intp)
