"""Our own tables and data frames: every word, every column, who counts and in which order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest

from oneheart.errors import UserError
from oneheart.formats import from_frames, inspect, read, to_frames, write_polis, write_tables
from oneheart.formats.tables.assembling import Tables, assemble, stance_of
from oneheart.model.desire import Desire, Moderation, Stance
from oneheart.model.gathering import Circle, Gathering, Responses

Folder = Callable[..., Path]


@pytest.mark.parametrize(
    ("cell", "stance"),
    [
        *((word, Stance.WANT) for word in ("want", "I want this", "mine", " MINE  too ", "agree", "yes", "1", "1.0")),
        *((word, Stance.NOT_MINE) for word in ("not mine", "not_mine", "pass", "0", "-0.0")),
        *((word, Stance.AGAINST) for word in ("against", "disagree", "no", "-1", "-1.0")),
        *((word, None) for word in ("", "maybe", "2", "0.5", "nan", "-2")),
    ],
)
def test_words_and_numbers_are_stances(cell: str, stance: Stance | None) -> None:
    assert stance_of(cell) == stance


def test_turning_numbers_leaves_words(folder: Folder) -> None:
    rows = "participant,desire,stance\na,1,1\nb,1,want\nc,1,-1\nd,1,against\ne,1,0\n"
    place = folder({"responses.csv": rows, "desires.csv": "desire,text\n1,A\n"})
    assert read(place).responses.stance.tolist() == [1, 1, -1, -1, 0]
    assert read(place, sign=1).responses.stance.tolist() == [1, 1, -1, -1, 0]
    assert read(place, sign=-1).responses.stance.tolist() == [-1, 1, 1, -1, 0]
    with pytest.raises(UserError, match="sign"):
        read(place, sign=0)


def made(**tables: dict[str, list[str]]) -> Gathering:
    return assemble(Tables(**tables))[0]  # type: ignore[arg-type]


def codes(responses: dict[str, list[str]]) -> dict[str, str]:
    return {finding.code: finding.sentence for finding in assemble(Tables(responses=responses))[1]}


def answered(*rows: tuple[str, str, str, str]) -> dict[str, list[str]]:
    return dict(zip(("participant", "desire", "stance", "at"), map(list, zip(*rows, strict=True)), strict=True))


@pytest.mark.parametrize(
    ("times", "stance", "missing"),
    [
        (("2", "1"), 1, False),
        (("1", "2"), -1, False),
        (("1", "1"), -1, False),
        (("2", ""), -1, True),
        (("", ""), -1, False),
        (("inf", "1"), -1, True),
        (("2024-01-02", "2024-01-01T23:59"), 1, False),
        (("2024-01-01T12:00+02:00", "2024-01-01T11:00Z"), -1, False),
        (("86400", "1970-01-01T23:59:59"), 1, False),
        (("86400", "1970-01-02T00:00:01"), -1, False),
    ],
)
def test_of_two_responses_the_later_counts(times: tuple[str, str], stance: int, *, missing: bool) -> None:
    responses = answered(("a", "1", "want", times[0]), ("a", "1", "against", times[1]))
    assert made(responses=responses).responses.stance.tolist() == [stance]
    told = codes(responses)
    assert ("times-missing" in told) == missing
    assert told["revotes"].startswith("1 response was")
    frames = pd.DataFrame(responses)
    assert from_frames(frames, pd.DataFrame({"desire": ["1"], "text": [""]})).responses.stance.tolist() == [stance]


def test_people_come_from_their_table_then_responses_then_authors() -> None:
    gathering = made(
        participants={"participant": ["c", "d"], "circle": ["", "x"]},
        responses={"participant": ["b", "c"], "desire": ["2", "1"], "stance": ["1", "1"]},
        desires={"desire": ["3", "1"], "text": ["T", "O"], "author": ["a", "d"]},
    )
    assert gathering.participants == ("c", "d", "b", "a")
    assert [(d.label, d.text, d.author) for d in gathering.desires] == [("3", "T", 3), ("1", "O", 1), ("2", "", None)]
    assert gathering.circle_of.tolist() == [-1, 0, -1, -1]
    assert gathering.circles == (Circle("x", "x"),)


def test_desires_without_a_row_are_counted() -> None:
    rows = {"participant": ["a", "a"], "desire": ["1", "2"], "stance": ["1", "1"]}
    assert codes(rows)["texts-missing"].startswith("2 desires have")
    tables = Tables(responses=rows, desires={"desire": ["1", "2"], "text": ["A", "B"]})
    assert assemble(tables)[1] == []


@pytest.mark.parametrize(("listed", "answered"), [("1", "1.0"), ("1.0", "1")])
def test_numbers_that_one_table_has_as_decimals_are_the_same(listed: str, answered: str) -> None:
    gathering = made(
        participants={"participant": [listed]},
        desires={"desire": [listed], "text": ["bread"]},
        responses={"participant": [answered], "desire": [answered], "stance": ["want"]},
    )
    assert [desire.text for desire in gathering.desires] == ["bread"]
    assert gathering.participants == (listed,)


def test_two_labels_that_are_both_listed_stay_two() -> None:
    gathering = made(
        desires={"desire": ["1", "1.0"], "text": ["bread", "water"]},
        responses={"participant": ["a", "a"], "desire": ["1", "1.0"], "stance": ["want", "against"]},
    )
    assert gathering.responses.stance.tolist() == [1, -1]


def test_circles_come_in_the_order_of_their_table_with_their_names() -> None:
    gathering = made(
        circles={"circle": ["b", "a"], "name": ["Bees", ""]},
        participants={"participant": ["1", "2", "3"], "circle": ["a", "c", "b"]},
    )
    assert gathering.circles == (Circle("b", "Bees"), Circle("a", "a"), Circle("c", "c"))
    assert gathering.circle_of.tolist() == [1, 2, 0]


@pytest.mark.parametrize(
    ("cell", "moderation"),
    [
        ("accepted", Moderation.ACCEPTED),
        (" 1.0", Moderation.ACCEPTED),
        ("Rejected", Moderation.REJECTED),
        ("-1", Moderation.REJECTED),
        ("", Moderation.UNDECIDED),
        ("undecided", Moderation.UNDECIDED),
        ("0", Moderation.UNDECIDED),
    ],
)
def test_moderation_is_a_word_or_a_number(cell: str, moderation: Moderation) -> None:
    [desire] = made(desires={"desire": ["1"], "text": ["A"], "moderated": [cell]}).desires
    assert desire.moderation is moderation


@pytest.mark.parametrize(
    ("tables", "row"),
    [
        ({"circles": {"circle": ["a", "a"]}}, "circles, row 2"),
        ({"circles": {"circle": ["a", ""]}}, "circles, row 2"),
        ({"participants": {"participant": ["a", "b", "a"]}}, "participants, row 3"),
        ({"participants": {"participant": [""]}}, "participants, row 1"),
        ({"desires": {"desire": ["1", "1"], "text": ["", ""]}}, "desires, row 2"),
        ({"desires": {"desire": ["", "1"], "text": ["", ""]}}, "desires, row 1"),
        ({"desires": {"desire": ["1"], "text": [""], "moderated": ["x"]}}, "desires, row 1"),
        ({"responses": {"participant": ["a", ""], "desire": ["1", "1"], "stance": ["1", "1"]}}, "responses, row 2"),
        ({"responses": {"participant": ["a"], "desire": [""], "stance": ["1"]}}, "responses, row 1"),
        ({"responses": {"participant": ["a", "a"], "desire": ["1", "2"], "stance": ["1", "x"]}}, "responses, row 2"),
    ],
)
def test_mistakes_without_a_file_are_named_by_their_row(tables: dict[str, Any], row: str) -> None:
    with pytest.raises(UserError, match=row):
        made(**tables)


def test_labels_lose_blanks_and_texts_keep_them(folder: Folder) -> None:
    files = {
        "responses.csv": "participant,desire,stance\n ann , 1 , want \n",
        "desires.csv": "desire,text,author,language\n1, Peace ,ann , he \n",
        "participants.csv": "participant,circle\n ann, x \n",
        "circles.csv": "circle,name\n x, The X \n",
    }
    gathering = read(folder(files))
    assert gathering.participants == ("ann",)
    assert gathering.desires == (Desire("1", " Peace ", 0, "he"),)
    assert gathering.circles == (Circle("x", " The X "),)
    ours = read(
        folder({**files, "gathering.json": '{"text-cells": "neutralised", "question": "Q"}'}, "ours"), sign=None
    )
    assert " ann " in ours.participants
    assert ours.question == "Q"


def test_tables_that_are_missing_or_broken_are_told(folder: Folder) -> None:
    only = folder({"desires.csv": "desire,text\n1,A\n", "gathering.json": "{"})
    assert {"no-responses", "gathering-broken"} <= {finding.code for finding in inspect(only).findings}
    assert "no-desires" not in {finding.code for finding in inspect(only).findings}
    other = folder({"responses.csv": "participant,desire,stance\na,1,1\n"}, "other")
    assert "no-desires" in {finding.code for finding in inspect(other).findings}
    assert inspect(other).exit_status == 1


FULL = Gathering(
    question="Why?\x00",
    participants=("ann", "bo", "cy"),
    desires=(
        Desire("1", "Peace", 0, "he", Moderation.ACCEPTED, is_meta=True),
        Desire("x", "=Bread", 2, None, Moderation.REJECTED, is_seed=True),
    ),
    responses=Responses.of([0, 0, 1], [0, 1, 0], [1, 0, -1]),
    circles=(Circle("a", "=A"), Circle("b", "B")),
    circle_of=np.array([1, -1, 0], np.int32),
    credits="me",
)


def lines(place: Path, name: str) -> list[str]:
    return (place / name).read_bytes().decode().split("\r\n")


def test_tables_are_written_cell_by_cell(tmp_path: Path) -> None:
    place = write_tables(FULL, tmp_path / "new")
    assert lines(place, "responses.csv") == [
        *("participant,desire,stance", "ann,1,want", "ann,x,not mine", "bo,1,against", "")
    ]
    assert lines(place, "desires.csv") == [
        "desire,text,author,language,moderated,meta,seed",
        "1,Peace,ann,he,accepted,true,false",
        "x,'=Bread,cy,,rejected,false,true",
        "",
    ]
    assert lines(place, "participants.csv") == ["participant,circle", "ann,b", "bo,", "cy,a", ""]
    assert lines(place, "circles.csv") == ["circle,name", "a,'=A", "b,B", ""]
    assert read(place).question == "Why?"


def test_polis_files_are_written_cell_by_cell(tmp_path: Path) -> None:
    place = write_polis(FULL, tmp_path / "new")
    stamp = "0,Thu Jan 01 00:00:00 UTC 1970"
    assert lines(place, "comments.csv")[1:] == [
        f"{stamp},0,0,1,1,1,true,false,he,1,Peace",
        f"{stamp},1,2,0,0,-1,false,true,,x,'=Bread",
        "",
    ]
    assert lines(place, "votes.csv")[1:] == [f"{stamp},0,0,1", f"{stamp},0,1,-1", f"{stamp},1,0,0", ""]
    assert lines(place, "participant-votes.csv") == [
        "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1",
        "0,,1,2,1,0,1,0",
        "1,,0,1,0,1,-1,",
        "2,,1,0,0,0,,",
        "",
    ]
    assert lines(place, "participants.csv") == ["participant,circle,label", "0,b,ann", "1,,bo", "2,a,cy", ""]
    assert lines(place, "circles.csv") == ["circle,name", "a,'=A", "b,B", ""]
    summary = dict(line.split(",", 1) for line in lines(place, "summary.csv") if line)
    stated = {
        "topic": "Why?",
        "voters": "2",
        "voters-in-conv": "2",
        "commenters": "2",
        "comments": "2",
        "credits": "me",
    }
    assert summary.items() >= stated.items()


@pytest.mark.parametrize(
    ("people", "desires", "numbered"),
    [
        (("0", "7"), ("1", "9"), (False, False)),
        (("0", "07"), ("1", "9"), (True, False)),
        (("0", "7"), ("1", "9" * 18), (False, False)),
        (("0", "7"), ("1", "9" * 19), (False, True)),
        (("0", "-7"), ("1", "9.0"), (True, True)),
    ],
)
def test_labels_that_are_no_whole_numbers_are_numbered(
    people: tuple[str, ...], desires: tuple[str, ...], numbered: tuple[bool, bool], tmp_path: Path
) -> None:
    gathering = Gathering("", people, tuple(Desire(label, "") for label in desires), Responses.of([0], [1], [1]))
    place = write_polis(gathering, tmp_path / "new")
    assert (place / "participants.csv").exists() == numbered[0]
    assert ("label" in lines(place, "comments.csv")[0]) == numbered[1]
    assert not (place / "circles.csv").exists()
    assert "credits" not in (place / "summary.csv").read_text()
    back = read(place)
    assert (back.participants, tuple(desire.label for desire in back.desires)) == (people, desires)


@pytest.mark.parametrize("write", [write_tables, write_polis])
@pytest.mark.parametrize(
    ("people", "desires", "circles"),
    [(("",), (), ()), (("a",), ("",), ()), (("a",), ("1",), ("",)), (("a",), ("1",), ("x", "x"))],
)
def test_labels_that_no_file_could_hold_are_refused(
    write: Any, people: tuple[str, ...], desires: tuple[str, ...], circles: tuple[str, ...], tmp_path: Path
) -> None:
    gathering = Gathering(
        "",
        people,
        tuple(Desire(label, "") for label in desires),
        Responses.of([], [], []),
        tuple(Circle(label, label) for label in circles),
    )
    with pytest.raises(UserError, match="label"):
        write(gathering, tmp_path / "new")
    assert not list(tmp_path.iterdir())


def test_frames_hold_what_tables_hold() -> None:
    frames = to_frames(FULL)
    assert frames.responses.to_numpy().tolist() == [["ann", "1", 1], ["ann", "x", 0], ["bo", "1", -1]]
    assert frames.participants["circle_name"].tolist()[0] == "B"
    assert pd.isna(frames.participants["circle"][1])
    assert frames.desires[["meta", "seed"]].to_numpy().tolist() == [[True, False], [False, True]]
    back = from_frames(frames.responses, frames.desires, frames.participants)
    assert [circle.name for circle in back.circles] == ["B", "=A"]
    assert back.desires == FULL.desires
    assert back.source == "data frames"
    assert from_frames(frames.responses, frames.desires, question="Q").question == "Q"
    alone = pd.DataFrame({"Participant": ["ann", "bo"], "circle": ["a", None], "circle name": ["A", "nobody"]})
    assert from_frames(frames.responses, frames.desires, alone).circles == (Circle("a", "A"),)
