"""A Polis export in pieces: the sign, the matrix, the last votes and all words are those that `read` finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oneheart.errors import UserError
from oneheart.formats import read, write_polis
from oneheart.formats.blocks import open_blocks
from oneheart.formats.conversion import converting, pieces, polis_rows, stage
from oneheart.formats.conversion.converting import convert
from oneheart.formats.conversion.stage import Rows
from oneheart.formats.reading import read_files
from tests.unit.formats.test_blocks import same

Made = Callable[..., Path]
Talk = Callable[..., Any]


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the conversion cut everything small."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", 200)
    monkeypatch.setattr(converting, "STAGED_ROWS", 30)
    monkeypatch.setattr(stage, "BUCKET_ROWS", 40)
    monkeypatch.setattr(stage.os, "fsync", lambda _: None)  # very many small files


def compare(source: Path, target: Path) -> None:
    """Convert, and compare everything that the reader tells with what the blocks tell."""
    by_reader = read_files(source)
    convert(source, target)
    by_blocks = read_files(target)
    assert same(by_blocks.gathering, by_reader.gathering)
    assert by_blocks.findings == by_reader.findings
    assert by_reader.sign is not None
    told = open_blocks(target).manifest.source
    assert (told.sign, told.public_sign) == (by_reader.sign.why, by_reader.sign.public)


def files(talk: Any, *names: str) -> dict[str, str]:
    """Return the files of a made-up conversation by name."""
    every = {
        "votes.csv": talk.votes_csv,
        "comments.csv": talk.comments_csv,
        "participants-votes.csv": talk.matrix_csv,
    }
    return {name: every[name]() for name in names}


@pytest.mark.parametrize("agree", [1, -1])
@pytest.mark.parametrize(
    "names",
    [
        ("votes.csv", "comments.csv"),
        ("participants-votes.csv", "comments.csv"),
        ("votes.csv", "comments.csv", "participants-votes.csv"),
    ],
    ids=["votes", "matrix", "both"],
)
def test_both_signs_and_all_files(
    agree: int, names: tuple[str, ...], conversation: Talk, folder: Made, tmp_path: Path
) -> None:
    compare(folder(files(conversation(agree), *names)), tmp_path / "x.blocks")


def test_a_zip_file(conversation: Talk, zipped: Made, tmp_path: Path) -> None:
    compare(zipped(files(conversation(), "votes.csv", "comments.csv")), tmp_path / "x.blocks")


def test_a_matrix_that_is_turned_differs_and_fills_gaps(conversation: Talk, folder: Made, tmp_path: Path) -> None:
    given = files(conversation(-1), "votes.csv", "comments.csv")
    lines = given["votes.csv"].splitlines(keepends=True)
    matrix = conversation(1).matrix_csv()
    source = folder({**given, "votes.csv": "".join(lines[:-20]), "participants-votes.csv": matrix})
    compare(source, tmp_path / "x.blocks")
    assert {"matrix-turned", "votes-only-in-matrix"} <= {finding.code for finding in read_files(source).findings}


@pytest.mark.parametrize("time", ["{}", "{}.0", "1.5E+12", "", "2024-05-01T10:00:{:02}Z", "170000000{}", "-2"])
def test_times_in_every_unit(time: str, conversation: Talk, folder: Made, tmp_path: Path) -> None:
    rows = [
        f"{person},{comment},{value},{time.format((7 * number) % 60)}"
        for number, (person, comment, value) in enumerate((n % 5, n % 7, n % 3 - 1) for n in range(150))
    ]
    votes = "\n".join(["voter-id,comment-id,vote,timestamp", *rows])
    source = folder({"votes.csv": votes, "comments.csv": conversation().comments_csv()})
    by_reader = read_files(source, sign=1)
    converted = convert(source, tmp_path / "x.blocks", sign=1)
    assert same(read(converted.path), by_reader.gathering)
    assert open_blocks(converted.path).manifest.source.findings == by_reader.findings


def test_labels_and_circles_of_our_own_exports(folder: Made, tmp_path: Path) -> None:
    people = "participant,circle\n" + "".join(f"{n},t{n % 3}\n" for n in range(4))
    given = {"responses.csv": "participant,desire,stance\nann,x,want\nbo,y,against\nann,y,pass\n"}
    tables = folder({**given, "participants.csv": people, "desires.csv": "desire,text,author\nx,=Peace,bo\ny,b,bo\n"})
    compare(write_polis(read(tables), tmp_path / "polis"), tmp_path / "x.blocks")


def test_where_the_sign_cannot_be_decided_it_is_asked_for_and_nothing_is_read_again(
    folder: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    votes = "voter-id,comment-id,vote\n1,1,1\n2,1,-1\n"
    source = folder({"votes.csv": votes, "comments.csv": "comment-id,comment-body\n1,Peace\n"})
    with pytest.raises(UserError) as by_reader:
        read(source)
    with pytest.raises(UserError) as by_converter:
        convert(source, tmp_path / "x.blocks")
    assert str(by_converter.value) == str(by_reader.value)
    monkeypatch.setattr(polis_rows.PolisRows, "rows", lambda *_: pytest.fail("a row was read again"))
    convert(source, tmp_path / "x.blocks", sign=-1)
    assert read(tmp_path / "x.blocks").responses.stance.tolist() == [-1, 1]


@pytest.mark.parametrize("row", ["1,1,2", "1,1,", ",1,1", "1,NA,1", "1,1"])
def test_a_vote_that_cannot_be_read_is_told_in_the_words_of_the_reader(row: str, folder: Made, tmp_path: Path) -> None:
    source = folder({"votes.csv": f"voter-id,comment-id,vote\n1,1,1\n{row}\n"})
    told = []
    for attempt in (lambda: read(source), lambda: convert(source, tmp_path / "x.blocks")):
        with pytest.raises(UserError) as problem:
            attempt()
        told.append(str(problem.value))
    assert told[0] == told[1]
    assert "line 3" in told[0]


def test_a_build_in_which_the_first_vote_counts_is_seen(
    conversation: Talk, folder: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    votes = "voter-id,comment-id,vote,timestamp\n1,1,1,9\n2,1,1,9\n1,1,-1,12\n1,1,0,3\n"
    source = folder({"votes.csv": votes, "comments.csv": conversation().comments_csv()})

    def stances(name: str) -> list[int]:
        gathering = read(convert(source, tmp_path / name, sign=1).path)
        row, column = gathering.participants.index("1"), [d.label for d in gathering.desires].index("1")
        r = gathering.responses
        return r.stance[(r.participant == row) & (r.desire == column)].tolist()

    assert stances("x.blocks") == [-1]

    def first_of_each(rows: Rows, *, by_time: bool) -> Rows:
        assert by_time
        return stage.last_of_each(rows, by_time=False)

    monkeypatch.setattr(polis_rows, "last_of_each", first_of_each)
    assert stances("y.blocks") == [0]
