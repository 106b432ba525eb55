"""A source that counts answers and does not say whose they are is told as such, with its counts."""

from __future__ import annotations

from pathlib import Path

from oneheart.engine.analysis import analyze
from oneheart.formats import read
from oneheart.reports.numbers import build, plain
from oneheart.reports.rendering import render

COMMENTS = (
    "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    "1,Thu Jan 1 1970,0,0,152,7,1,Peace between the tables\n"
    "1,Thu Jan 1 1970,1,0,90,3,1,More time for quiet\n"
    "1,Thu Jan 1 1970,2,0,6,2,1,Music every evening\n"
)


def test_counts_without_people_are_told_and_nothing_is_estimated(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text(COMMENTS, encoding="utf-8")
    report = build(analyze(read(tmp_path)))
    content = plain(report)
    assert content["why_not"] == ["totals only"]
    counts = {entry["id"]: (entry["want_count"], entry["against_count"]) for entry in content["common_ground"]}
    assert counts == {"0": (152, 7), "1": (None, None), "2": (None, None)}, "a count below five, and one of few people"
    assert all(entry["want"] is None and entry["answers"] is None for entry in content["common_ground"])
    page = render(report)
    assert "152" in page


def test_with_votes_the_counts_of_the_source_are_not_used(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text(COMMENTS, encoding="utf-8")
    (tmp_path / "votes.csv").write_text("timestamp,comment-id,voter-id,vote\n1,0,5,1\n2,1,5,-1\n", encoding="utf-8")
    assert read(tmp_path, sign=1).totals is None
