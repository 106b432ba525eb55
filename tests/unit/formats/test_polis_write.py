"""What is written for Polis is strict, harmless in a spreadsheet, and comes back as the same gathering."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from oneheart.errors import UserError
from oneheart.formats import inspect, read, write_polis
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Circle, Gathering, Responses

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = Gathering(
    question="What do you want, =friends?",
    participants=("12", "3", "0"),
    desires=(
        Desire("9", "=1+1", 0, None, Moderation.ACCEPTED),
        Desire("2", 'Two "lines",\nof text', 2, None, Moderation.REJECTED, is_seed=True),
        Desire("4", "-1", None),
    ),
    responses=Responses.of([0, 0, 1], [0, 1, 1], [1, -1, 0]),
)
NAMED = Gathering(
    question="",
    participants=("@ann", "bo", "2"),
    desires=(Desire("peace", "'Peace'", 1, "he", is_meta=True), Desire("1", "")),
    responses=Responses.of([0, 1], [1, 0], [-1, 1]),
    circles=(Circle("=t", "-ten"), Circle("far", "Far ten")),
    circle_of=np.array([1, 0, -1], np.int32),
    credits="CC BY",
)
NOBODY = Gathering("", (), (), Responses.of([], [], []))


def same(one: Gathering, other: Gathering) -> None:
    for name in ("question", "participants", "desires", "circles", "credits"):
        assert getattr(one, name) == getattr(other, name)
    assert one.circle_of.tolist() == other.circle_of.tolist()
    for name in ("participant", "desire", "stance"):
        assert getattr(one.responses, name).tolist() == getattr(other.responses, name).tolist()


@pytest.mark.parametrize("gathering", [PLAIN, NAMED, NOBODY], ids=["plain", "named", "nobody"])
def test_it_reads_back_as_the_same_gathering(gathering: Gathering, tmp_path: Path) -> None:
    place = write_polis(gathering, tmp_path / "new")
    same(read(place), gathering)
    assert not [f for f in inspect(place).findings if f.severity == "error"]


def test_files_are_strict_rfc_4180_with_numbers_as_numbers(tmp_path: Path) -> None:
    place = write_polis(PLAIN, tmp_path / "new", at=datetime(2026, 1, 2, tzinfo=UTC))
    for file in place.iterdir():
        raw = file.read_bytes().decode()
        assert raw.endswith("\r\n")
        outside_quotes = re.sub(r'"[^"]*"', "", raw)
        assert "\n" not in outside_quotes.replace("\r\n", "")
        rows = list(csv.reader(raw.splitlines(keepends=True), strict=True))
        assert file.name == "summary.csv" or len({len(row) for row in rows}) == 1
    votes = (place / "votes.csv").read_text().splitlines()
    assert votes[0] == "timestamp,datetime,comment-id,voter-id,vote"
    assert votes[1] == "1767312000000,Fri Jan 02 00:00:00 UTC 2026,9,12,1"
    assert votes[2].endswith(",2,12,-1")
    assert (place / "participant-votes.csv").read_text().splitlines()[1] == "12,,1,2,1,1,1,-1,"
    assert "'=1+1" in (place / "comments.csv").read_text()


def test_people_and_desires_with_names_get_numbers_for_other_tools(tmp_path: Path) -> None:
    place = write_polis(NAMED, tmp_path / "new")
    assert (place / "votes.csv").read_text().splitlines()[1].split(",")[2:] == ["0", "1", "1"]


def test_a_full_folder_is_never_written_into(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(UserError, match="not empty"):
        write_polis(PLAIN, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]
