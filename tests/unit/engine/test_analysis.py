"""What `analyze` says of gatherings whose truth is plain to see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.desire.standing import Standing
from oneheart.engine.synthetic import draw
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Circle, Gathering, Responses

TEXTS = (
    "Peace between the tables",
    "More time for quiet",
    "Music every evening",
    "A place for every child",
    "Longer lessons",
    "Shorter lessons",
    "Lunch in the shade",
    "Letters to those who stayed home",
    "A garden behind the hall",
    "Early mornings",
)


def gathering(stances: np.ndarray, texts: tuple[str, ...] = TEXTS, **changes: object) -> Gathering:
    """Return a gathering from a full matrix of stances; 9 means not asked."""
    i, j = np.nonzero(stances != 9)
    return Gathering(
        "What do you want?",
        tuple(f"p{n}" for n in range(len(stances))),
        tuple(Desire(str(d), text) for d, text in enumerate(texts[: stances.shape[1]])),
        Responses.of(i, j, stances[i, j]),
        **changes,
    )


def halves(rng: np.random.Generator, people: int = 80, core: int = 3) -> np.ndarray:
    """Return stances of two halves that share the first `core` desires and want opposite things otherwise."""
    side = np.arange(people) % 2 == 0
    stances = np.where(side[:, None] == (np.arange(len(TEXTS)) % 2 == 0), 1, -1)
    stances[:, :core] = 1
    flips = rng.random(stances.shape) < 0.04
    return np.where(flips, 0, stances)


def test_the_common_core_of_two_opposed_halves_is_found_and_nothing_else(rng: np.random.Generator) -> None:
    analysis = analyze(gathering(halves(rng)), seed=1)
    assert {line.desire for line in analysis.one_desire.lines} == {0, 1, 2}
    assert set(analysis.ranking[:3]) == {0, 1, 2}
    assert all(analysis.common_ground[d].worst_fifth.value < 0 for d in range(3, 10))


def test_halves_without_a_core_are_not_one_yet_and_have_no_line(rng: np.random.Generator) -> None:
    analysis = analyze(gathering(halves(rng, core=0)), seed=1)
    assert analysis.one_desire.status == "not yet"
    assert analysis.one_desire.lines == ()
    assert analysis.one_desire.nearest


def test_a_gathering_that_surely_wants_the_same_is_one(rng: np.random.Generator) -> None:
    stances = np.ones((300, 10), int)
    stances[:, 5:] = rng.choice([-1, 0, 1], (300, 5))
    stances[rng.random(stances.shape) < 0.02] = 0
    analysis = analyze(gathering(stances), seed=1)
    assert analysis.one_desire.status == "one desire"
    assert {line.desire for line in analysis.one_desire.lines} == {0, 1, 2, 3, 4}


def test_one_sided_answers_never_suggest_that_anybody_is_against(rng: np.random.Generator) -> None:
    stances = np.where(rng.random((60, 10)) < np.linspace(0.9, 0.1, 10), 1, 0)
    analysis = analyze(gathering(stances), seed=1)
    assert analysis.method.heads == ("touch",)
    assert all(c.against.value == 0 and c.against.high == 0 for c in analysis.common_ground)
    assert analysis.ranking[0] in (0, 1)
    assert "nobody against" in analysis.method.notes


@pytest.mark.parametrize(
    ("stances", "code"),
    [
        (np.ones((1, 10), int), "few people"),
        (np.tile([1, 0, -1, 1, 0], (6, 2)), "few people"),
        (np.ones((40, 10), int), "only wants"),
        (np.full((40, 10), 9), "no answers"),
        (np.tile([[1], [0]], (20, 1)), "one desire"),
    ],
)
def test_thin_gatherings_are_not_measured_and_never_one(stances: np.ndarray, code: str) -> None:
    analysis = analyze(gathering(stances))
    assert code in analysis.why_not
    assert not analysis.measured
    assert analysis.one_desire.status == "not measured"
    assert analysis.one_desire.lines == ()
    assert analysis.ranking == ()


@pytest.mark.parametrize("stance", [0, -1])
def test_that_nobody_wants_anything_is_a_result(stance: int) -> None:
    analysis = analyze(gathering(np.full((40, 10), stance)))
    assert analysis.measured
    assert analysis.why_not == ()
    assert "nothing wanted" in analysis.method.notes
    assert analysis.one_desire.status == "not yet"
    assert analysis.one_desire.lines == ()
    assert not {ground.standing for ground in analysis.common_ground} & {Standing.ADMISSIBLE, Standing.FEW_ANSWERS}
    assert all(ground.want.value < 0.01 for ground in analysis.common_ground)
    assert all(ground.against.value == pytest.approx(-stance, abs=0.01) for ground in analysis.common_ground)


def test_a_gathering_without_desires_is_not_measured() -> None:
    assert analyze(Gathering("?", ("a",), (), Responses.of([], [], []))).why_not == ("no desires",)


def test_rejected_meta_and_left_out_desires_are_never_lines(rng: np.random.Generator) -> None:
    base = gathering(halves(rng))
    desires = list(base.desires)
    desires[0] = Desire("0", TEXTS[0], moderation=Moderation.REJECTED)
    desires[1] = Desire("1", TEXTS[1], is_meta=True)
    changed = Gathering(base.question, base.participants, tuple(desires), base.responses)
    analysis = analyze(changed, leave_out={TEXTS[2]})
    standings = [analysis.common_ground[d].standing for d in range(3)]
    assert standings == [Standing.REJECTED, Standing.META, Standing.LEFT_OUT]
    assert not {0, 1, 2} & {line.desire for line in analysis.one_desire.lines}
    assert not {0, 1, 2} & set(analysis.ranking)


def test_a_fact_about_oneself_is_never_a_line_and_is_flagged(rng: np.random.Generator) -> None:
    texts = ("I am a renter", *TEXTS[1:])
    stances = halves(rng)
    few = analyze(gathering(stances, texts), lines=2)
    assert 0 not in {line.desire for line in few.one_desire.lines}
    many = analyze(gathering(stances, texts), lines=3)
    assert 0 not in {line.desire for line in many.one_desire.lines}
    assert (many.common_ground[0].looks_like_fact, many.common_ground[0].is_fact) == (True, True)
    assert many.one_desire.short == "facts"


def test_what_reads_like_a_fact_and_is_answered_like_a_wish_is_doubtful_and_never_the_first_line(
    rng: np.random.Generator,
) -> None:
    texts = ("I am a renter", *TEXTS[1:])
    stances = halves(rng)
    stances[rng.random(80) < 0.25, 0] = -1
    stances[:, 1] = stances[:, 0]
    analysis = analyze(gathering(stances[:, :3], texts[:3]), lines=3)
    entry = analysis.common_ground[0]
    assert (entry.looks_like_fact, entry.is_fact) == (True, False)
    lines = [line.desire for line in analysis.one_desire.lines]
    assert 0 not in lines[:1]
    if 0 in lines:
        assert lines[-1] == 0


def test_the_same_words_are_merged_and_the_answers_of_both_count(rng: np.random.Generator) -> None:
    stances = halves(rng)
    texts = (*TEXTS[:9], "peace, between the tables!")
    stances[:, 9] = stances[:, 0]
    stances[:40, 0] = 9
    stances[40:, 9] = 9
    analysis = analyze(gathering(stances, texts))
    kept, merged = sorted((0, 9), key=lambda d: analysis.common_ground[d].standing is Standing.MERGED)
    assert analysis.common_ground[kept].answers == 80
    assert analysis.common_ground[kept].same_as == (merged,)


def test_circles_are_reported_and_a_circle_that_refuses_stops_it_from_being_one(rng: np.random.Generator) -> None:
    stances = np.ones((120, 6), int)
    stances[rng.random(stances.shape) < 0.02] = 0
    stances[113:] = -1
    circle_of = (np.arange(120) // 10).astype(np.int32)
    circles = tuple(Circle(f"t{c}", f"Ten {c}") for c in range(12))
    analysis = analyze(gathering(stances, circles=circles, circle_of=circle_of), seed=1)
    failed = next(c for c in analysis.one_desire.conditions if c.code == "every part")
    assert failed.met is False
    assert failed.part == 11
    assert analysis.one_desire.status == "not yet"
    assert len(analysis.one_desire.circle_shares) == 12


def shuffled(source: Gathering, rng: np.random.Generator) -> tuple[Gathering, np.ndarray, np.ndarray]:
    """Return the same gathering with people and desires in another order, and where each went."""
    people, desires = rng.permutation(source.participant_count), rng.permutation(source.desire_count)
    row, column = np.argsort(people), np.argsort(desires)
    r = source.responses
    return (
        Gathering(
            source.question,
            tuple(f"new{n}" for n in range(len(people))),
            tuple(source.desires[d] for d in desires),
            Responses.of(row[r.participant], column[r.desire], r.stance),
            source.circles,
            source.circle_of[people],
        ),
        row,
        column,
    )


def numbers(analysis: Analysis, column: np.ndarray) -> list[object]:
    """Return everything measured, in the columns of the source."""
    back = np.argsort(column)
    ground = {
        int(back[c.desire]): (c.want, c.against, c.worst_fifth, c.observed_worst_fifth, c.standing, c.circles)
        for c in analysis.common_ground
    }
    one = analysis.one_desire
    return [
        sorted(ground.items()),
        [(int(back[line.desire]), line.want_curve, line.held_by) for line in one.lines],
        one.share_index,
        one.coverage,
        one.status,
        analysis.oneness,
    ]


def test_results_do_not_change_when_people_and_desires_are_numbered_otherwise(rng: np.random.Generator) -> None:
    stances = np.where(rng.random((90, 10)) < 0.5, 9, halves(rng, 90))
    circle_of = (np.arange(90) // 15).astype(np.int32)
    source = gathering(stances, circles=tuple(Circle(str(c), str(c)) for c in range(6)), circle_of=circle_of)
    other, _, column = shuffled(source, rng)
    assert numbers(analyze(source, seed=3), np.arange(10)) == numbers(analyze(other, seed=3), column)


@pytest.mark.slow
def test_results_do_not_depend_on_the_number_of_threads(rng: np.random.Generator) -> None:
    stances = np.where(rng.random((3000, 10)) < 0.5, 9, halves(rng, 3000))
    source = gathering(stances)
    one, four = (analyze(source, seed=3, threads=threads) for threads in (1, 4))
    assert numbers(one, np.arange(10)) == numbers(four, np.arange(10))


def test_lines_below_one_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        analyze(gathering(halves(rng)), lines=0)


def test_the_curve_of_a_line_ends_in_its_worst_fifth() -> None:
    found = analyze(draw(400, 20, answers=14, rng=np.random.default_rng(2)).gathering, seed=1)
    ground = {entry.desire: entry for entry in found.common_ground}
    assert found.one_desire.lines
    for line in found.one_desire.lines:
        buckets = len(line.want_curve)
        fifth = max(1, round(buckets / 5))
        net = np.array(line.want_curve[:fifth]) - 0.5 * np.array(line.against_curve[:fifth])
        assert net.mean() == pytest.approx(ground[line.desire].worst_fifth.value, abs=0.02)


def test_a_desire_that_few_answered_and_most_refused_is_not_admissible() -> None:
    made = draw(300, 20, answers=14, rng=np.random.default_rng(3)).gathering
    r = made.responses
    column = int(np.argmax(np.bincount(r.desire, r.stance == 1)))
    kept = (r.desire != column) | (np.cumsum(r.desire == column) <= 10)
    stance = np.where(r.desire == column, np.where(np.arange(len(r)) % 3 == 0, 1, -1), r.stance)[kept]
    thin = replace(made, responses=Responses.of(r.participant[kept], r.desire[kept], stance))
    entry = next(one for one in analyze(thin, seed=1).common_ground if one.desire == column)
    assert entry.standing is not Standing.ADMISSIBLE
