"""The benchmark of texts: who judges, by which answers, and that a text which hurts is found out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from oneheart.bench import weave
from oneheart.bench.remesh import is_remesh, read_remesh
from oneheart.engine.synthetic import draw
from oneheart.model.gathering import Responses


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
    made = {str(n): draw(300, 40, answers=16, rng=np.random.default_rng(n), common=0.2).gathering for n in range(2)}
    result = weave.run(made, seed=0, repeats=1, progress=lambda *_: None)
    means = {row[0]: row[1] for row in result.rows if str(row[0]).startswith("mean: ")}
    assert means["mean: oneheart"] >= means["mean: most approved"]


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
