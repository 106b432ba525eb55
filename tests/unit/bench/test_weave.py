"""The benchmark of texts: who judges, by which answers, and that a text which hurts is found out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from oneheart.bench import weave
from oneheart.bench.remesh import is_remesh, read_remesh
from oneheart.engine.synthetic import draw
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses


def test_nobody_is_judged_by_an_answer_from_which_lines_were_chosen() -> None:
    gathering = draw(80, 20, answers=12, rng=np.random.default_rng(0)).gathering
    first, second = weave.halves(gathering, np.random.default_rng(1))
    pairs = [set(zip(r.participant.tolist(), r.desire.tolist(), strict=True)) for r in (first, second)]
    assert not pairs[0] & pairs[1]
    assert len(pairs[0]) + len(pairs[1]) == len(gathering.responses)


def test_a_text_that_a_part_refuses_has_less_support_and_hurts() -> None:
    i, j = np.divmod(np.arange(80), 2)
    refuses = (i % 4 == 0) & (j == 1)
    answers = Responses.of(i, j, np.where(refuses, -1, 1))
    parts = (np.arange(40) % 4 == 0).astype(np.intp)
    kind, harsh = (weave.together([weave.judge(answers, lines, parts)]) for lines in ((0,), (1,)))
    assert kind[:2].tolist() == [1.0, 0.0]
    assert harsh[:2].tolist() == [0.0, 0.25]


def test_on_made_up_gatherings_the_weakest_part_supports_our_text_more_than_the_most_approved() -> None:
    made = {
        str(n): draw(300, 40, answers=16, rng=np.random.default_rng(n), parts=(0.85, 0.15), common=0.15).gathering
        for n in range(2)
    }
    result = weave.run(made, seed=0, repeats=2, progress=lambda *_: None)
    apart = next(d for d in result.details if d.get("mean over") == 2 and d["method"] == "most approved")
    means = {str(row[0]).removeprefix("mean: "): row[1:3] for row in result.rows if str(row[0]).startswith("mean: ")}
    support, hurt = np.subtract(means["oneheart"], means["most approved"])
    assert support > 0.05
    assert hurt < 0
    assert apart["ours above it, least part's support"] == pytest.approx(support)
    assert apart["ours above it, hurt"] == pytest.approx(hurt)
    each = [
        d["ours above it, hurt"] for d in result.details if d.get("conversation") and d["method"] == "most approved"
    ]
    assert apart["ours above it, hurt, error"] == pytest.approx(abs(each[0] - each[1]) / 2)  # over conversations
    assert "± " in result.gates[-1].needed
    assert {d["method"] for d in result.details} >= {*weave.RIVALS, "Community Notes"}


def test_only_parts_of_twelve_people_who_answered_are_judged() -> None:
    people = np.repeat(np.arange(40), 7)
    answers = Responses.of(people, np.tile(np.arange(7), 40), np.ones(280))
    kept = people != 39  # the last person answered nothing
    some = Responses(answers.participant[kept], answers.desire[kept], answers.stance[kept])
    desires = tuple(Desire(str(n), f"desire {n}") for n in range(7))
    gathering = Gathering("", tuple(map(str, range(40))), desires, some)
    twelve, eleven = np.repeat([0, 1], [27, 13]), np.repeat([0, 1], [28, 12])
    assert weave.judging(gathering, twelve).tolist() == twelve.tolist()
    assert set(weave.judging(gathering, eleven).tolist()) == {0, -1}


def test_a_part_of_eleven_would_decide_the_least_part_if_it_were_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before, everybody's part was judged, however small: the constant of twelve was read by nothing."""
    i, j = np.divmod(np.arange(47 * 7), 7)
    answers = Responses.of(i, j, np.where(i < 36, 1, -1))  # eleven people refuse everything
    desires = tuple(Desire(str(n), f"desire {n}") for n in range(7))
    gathering = Gathering("", tuple(map(str, range(47))), desires, answers)
    parts = np.repeat([0, 1, 2], [18, 18, 11])

    def least() -> float:
        return float(weave.together([weave.judge(answers, (0, 1), weave.judging(gathering, parts))])[0])

    assert least() == 1.0
    monkeypatch.setattr(weave, "_PART_LEAST", 1)
    assert least() == 0.0


def test_a_conversation_without_two_such_parts_is_left_out() -> None:
    made = draw(20, 20, answers=12, rng=np.random.default_rng(0)).gathering
    result = weave.run({"small": made}, seed=0, repeats=1, progress=lambda *_: None)
    assert result.skipped == ("small: fewer than two parts of 12 people who gave 7 answers.",)
    assert result.gates == ()


def test_the_error_of_a_difference_is_of_pairs_and_unknown_for_one_half() -> None:
    rng = np.random.default_rng(0)
    harder = rng.random(6) < 0.5  # halves in which both methods fare worse: no reason to doubt which is better

    def tallies(wants: int) -> list[weave.Tally]:
        return [({0: (wants - 20 * hard, 100)}, 2, 100, 5) for hard in harder]

    high, low = (weave.figures_of(tallies(wants), [(0.0, 0.0)] * 6) for wants in (80, 70))
    apart, error = weave.difference(high, low)
    np.testing.assert_allclose(apart, [0.1, 0.0])
    np.testing.assert_allclose(error, 0.0, atol=1e-12)
    assert high.without[:, 0].std() > 0.01
    one = weave.figures_of(tallies(80)[:1], [(0.0, 0.0)])
    assert np.isnan(weave.difference(one, one)[1]).all()


def test_a_remesh_topic_is_read_with_its_viewpoints(tmp_path: Path) -> None:
    assert not is_remesh(tmp_path)
    (tmp_path / "verbatim.csv").write_text(
        "Question ID,Question Text,Participant ID,Thought ID,Thought Text\nq,Why?,ann,t1,Peace\nq,Why?,bo,t2,Bread\n"
    )
    (tmp_path / "binary.csv").write_text(
        "Question ID,Participant ID,Thought ID,Vote\nq,ann,t2,Agree\nq,bo,t1,Disagree\n"
    )
    (tmp_path / "segments.csv").write_text("Participant Id,Viewpoint\nann,Very liberal\nbo,Slightly conservative\n")
    assert is_remesh(tmp_path)
    topic = read_remesh(tmp_path)
    assert [desire.text for desire in topic.desires] == ["Peace", "Bread"]
    assert topic.responses.stance.tolist() == [-1, 1] or topic.responses.stance.tolist() == [1, -1]
    assert [topic.circles[n].name for n in topic.circle_of.tolist()] == ["liberal", "conservative"]
