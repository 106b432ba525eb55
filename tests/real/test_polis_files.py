"""Real conversations of Polis openData read with the numbers that were counted in them by other means."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from oneheart.engine.analysis import analyze
from oneheart.formats import inspect, read, read_and_diagnose, write_polis
from oneheart.formats.conversion.converting import convert
from oneheart.model.desire import Moderation
from oneheart.reports.report import write_report
from tests.unit.formats.test_blocks import same

DATA = Path(os.environ.get("ONEHEART_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "polis"

SMALL = "london.youth.policing"
# voters, comments, votes, and percent agree / disagree / pass
TABLE = {
    "15-per-hour-seattle": (339, 54, 2872, (47, 32, 21)),
    "bg2050-volunteers": (126, 371, 14283, (70, 11, 19)),
    "brexit-consensus": (204, 50, 5303, (51, 37, 13)),
    "canadian-electoral-reform": (448, 174, 11950, (60, 24, 16)),
    "london.youth.policing": (26, 39, 638, (61, 30, 8)),
    "scoop-hivemind.freshwater": (117, 80, 3972, (63, 27, 10)),
    "scoop-hivemind.ubi": (234, 71, 7153, (64, 25, 11)),
    "vtaiwan.uberx": (1921, 197, 49443, (63, 24, 13)),
}


@pytest.fixture(params=TABLE)
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of a conversation that is there."""
    if not (DATA / request.param).is_dir():
        pytest.skip(f"the public conversation {request.param} is not on this machine")
    return str(request.param)


def test_people_comments_votes_and_their_shares_are_the_published_ones(name: str) -> None:
    voters, comments, votes, shares = TABLE[name]
    gathering = read(DATA / name)
    r = gathering.responses
    assert (len(np.unique(r.participant)), gathering.desire_count, len(r)) == (voters, comments, votes)
    found = [100 * float((r.stance == y).mean()) for y in (1, -1, 0)]
    assert found == pytest.approx(shares, abs=0.51)


def test_the_sign_is_found_from_authors_and_nothing_is_worse_than_a_note(name: str) -> None:
    found = inspect(DATA / name)
    assert found.sign.startswith("+1 means agree: authors voted +1 on ")
    assert found.sign.endswith(" and -1 on 0.")
    assert found.exit_status == 0
    assert "counts-are-events" in {finding.code for finding in found.findings}


def test_responses_are_the_matrix_cell_by_cell(name: str) -> None:
    gathering = read(DATA / name)
    r = gathering.responses
    mine = {
        (gathering.participants[i], gathering.desires[j].label): y
        for i, j, y in zip(r.participant.tolist(), r.desire.tolist(), r.stance.tolist(), strict=True)
    }
    facts = {"participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"}
    with (DATA / name / "participants-votes.csv").open(encoding="utf-8", newline="") as file:
        theirs = {
            (row["participant"], column): int(cell)
            for row in csv.DictReader(file)
            for column, cell in row.items()
            if column not in facts and cell
        }
    assert mine == theirs


def test_texts_authors_and_moderation_are_those_of_the_file(name: str) -> None:
    gathering = read(DATA / name)
    with (DATA / name / "comments.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["comment-id"]: row for row in csv.DictReader(file)}
    moderation = {"1": Moderation.ACCEPTED, "0": Moderation.UNDECIDED, "-1": Moderation.REJECTED}
    for desire in gathering.desires:
        row = rows[desire.label]
        assert desire.text == row["comment-body"]
        assert desire.author is not None
        assert gathering.participants[desire.author] == row["author-id"]
        assert desire.moderation is moderation[row["moderated"]]


@pytest.mark.parametrize("kept", ["participants-votes.csv", "votes.csv"])
def test_either_file_alone_gives_the_same_responses(name: str, kept: str, tmp_path: Path) -> None:
    for file in ("comments.csv", "summary.csv", kept):
        (tmp_path / file).write_bytes((DATA / name / file).read_bytes())
    whole, part = read(DATA / name).responses, read(tmp_path).responses
    assert part.stance.tolist() == whole.stance.tolist()
    assert part.participant.tolist() == whole.participant.tolist()


def test_turned_votes_are_turned_back(name: str, tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_bytes((DATA / name / "comments.csv").read_bytes())
    with (DATA / name / "votes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1:] = [[*row[:-1], str(-int(row[-1]))] for row in rows[1:]]
    (tmp_path / "votes.csv").write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    assert read(tmp_path).responses.stance.tolist() == read(DATA / name).responses.stance.tolist()


def test_a_written_export_reads_back_the_same(name: str, tmp_path: Path) -> None:
    gathering = read(DATA / name)
    back = read(write_polis(gathering, tmp_path / "new"))
    assert (back.participants, back.desires) == (gathering.participants, gathering.desires)
    assert back.responses.stance.tolist() == gathering.responses.stance.tolist()
    assert back.responses.desire.tolist() == gathering.responses.desire.tolist()


def test_blocks_hold_what_is_read_from_the_export(name: str, tmp_path: Path) -> None:
    by_export, by_blocks = read(DATA / name), read(convert(DATA / name, tmp_path / "x.blocks").path)
    assert same(by_blocks, by_export)
    assert inspect(tmp_path / "x.blocks").public_sign == inspect(DATA / name).public_sign


def test_an_analysis_of_blocks_is_that_of_the_export(tmp_path: Path) -> None:
    if not (DATA / SMALL).is_dir():
        pytest.skip(f"the public conversation {SMALL} is not on this machine")
    convert(DATA / SMALL, tmp_path / "x.blocks")
    pages = []
    for place, source in (("a", DATA / SMALL), ("b", tmp_path / "x.blocks")):
        gathering, diagnosis = read_and_diagnose(source)
        analysis = analyze(gathering, seed=1)
        pages.append([f.read_bytes() for f in write_report(analysis, tmp_path / place, sign=diagnosis.public_sign)])
    assert pages[0] == pages[1]
