"""A gathering that has both: who was where leaves only where it is asked for, and its report says both, apart."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart import cli
from oneheart.errors import UserError
from oneheart.formats import read
from oneheart.formats.contacts import attendance_beside
from oneheart.live import events as ev
from tests.support.desks import Desk

Open = Callable[..., Any]
FORMS = ("meal", "night", "lesson")


@pytest.fixture
def desk(open_door: Open) -> Desk:
    """Return the desk of a closed gathering: thirty people, six desires, three occasions (one with four people)."""
    desk = Desk(open_door(voice="assembly"))
    door = desk.door
    for number, form in enumerate(FORMS):
        door.submit("h0", f"occasion-{number}", ev.OccasionAdded(f"Secret name {number}", form, f"CODE{number}"))
    for number in range(6):
        door.submit("h0", f"seed-{number}", ev.DesireSaid(None, f"Seed {number}", "en"))
    rng = np.random.default_rng(0)
    for seat in range(33):
        door.submit("door", f"seat-{seat}", ev.SeatTaken(f"hash-{seat}", "en"))
        if seat < 30:
            for desire in range(6):
                stance = int(rng.choice([1, -1]))
                door.submit(f"s{seat}", f"answer-{desire}", ev.Responded(seat, desire, stance))
        door.submit(f"s{seat}", "there", ev.Present(seat, int(seat % 2)))
        door.submit(f"s{seat}", "rows-yes", ev.RowsConsented(seat, on=True))
        if seat < 9:
            door.submit(f"s{seat}", "there-too", ev.Present(seat, 2))
    door.move("weaving")
    return desk


def taken(desk: Desk, occasions: str = "") -> zipfile.ZipFile:
    form = {"key": f"take-the-rows-{occasions}", "rows": "1", "occasions": occasions}
    answer = desk.browser.post(f"{desk.home}/export.zip", data=form)
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_who_was_where_leaves_only_where_it_is_asked_for(desk: Desk) -> None:
    assert not any("occasions" in name for name in taken(desk).namelist())
    archive = taken(desk, "1")
    assert {name for name in archive.namelist() if "occasions" in name} == {
        "polis/occasions.csv",
        "tables/occasions.csv",
    }
    text = archive.read("tables/occasions.csv").decode()
    assert text.splitlines()[0] == "person,occasion,form,day"
    assert len(text.splitlines()) == 31, "an occasion of nine people is left out, and who answered nothing has no row"
    assert "Secret name" not in text
    assert "night" in text
    assert "lesson" not in text


@pytest.mark.parametrize("shape", ["polis", "tables"])
def test_rows_and_occasions_speak_of_the_same_people(desk: Desk, tmp_path: Path, shape: str) -> None:
    taken(desk, "1").extractall(tmp_path)
    gathering, attendance = read(tmp_path / shape), attendance_beside(tmp_path / shape)
    assert attendance is not None
    state = desk.gathering.state
    r = gathering.responses
    pattern_of: dict[str, tuple[tuple[str, int], ...]] = {}
    for row, label in enumerate(gathering.participants):
        mine = r.participant == row
        pairs = zip(r.desire[mine].tolist(), r.stance[mine].tolist(), strict=True)
        pattern_of[label] = tuple(sorted((gathering.desires[d].text, s) for d, s in pairs))
    at: dict[str, set[str]] = {}
    for who, what in zip(attendance.person.tolist(), attendance.occasion.tolist(), strict=True):
        at.setdefault(attendance.people[who], set()).add(attendance.occasions[what].form)
    told = sorted((pattern_of[label], sorted(forms)) for label, forms in at.items() if label in pattern_of)
    true = sorted(
        (
            tuple(sorted((state.desires[d].text, s) for d, s in state.tally.answered(n).items())),
            [FORMS[n % 2]],
        )
        for n in range(30)
    )
    assert told == true
    assert set(at) == set(pattern_of), "who answered nothing has no row"


def test_ids_tell_nothing_of_the_order_in_which_people_came(desk: Desk) -> None:
    table = taken(desk, "1").read("tables/occasions.csv").decode().splitlines()[1:]
    forms = [line.split(",")[2] for line in sorted(table, key=lambda line: int(line.split(",")[0]))]
    came = [FORMS[n % 2] for n in range(30)]
    assert sorted(forms) == sorted(came)
    assert forms != came


@pytest.mark.parametrize("zipped", [False, True])
def test_analyze_says_both_on_pages_of_their_own(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, zipped: bool
) -> None:
    archive = taken(desk, "1")
    archive.extractall(tmp_path / "export")
    path = tmp_path / "export" / "tables"
    if zipped:
        with zipfile.ZipFile(tmp_path / "one.zip", "w") as one:
            for file in path.iterdir():
                one.write(file, file.name)
        path = tmp_path / "one.zip"
    cli.app(["analyze", str(path), "--out", str(tmp_path / "out")], standalone_mode=False)
    assert "report-apart.html" in capsys.readouterr().out
    apart = json.loads((tmp_path / "out" / "report-apart.json").read_text())
    assert apart["outward"]["people"] == 30
    assert apart["relations"]["desires"]["people"] == 30
    main = json.loads((tmp_path / "out" / "report.json").read_text())
    assert "outward" not in main
    assert 'href="report-apart.html"' in (tmp_path / "out" / "report.html").read_text()


def test_without_occasions_there_is_no_such_page(desk: Desk, tmp_path: Path) -> None:
    taken(desk).extractall(tmp_path / "export")
    cli.app(["analyze", str(tmp_path / "export" / "tables"), "--out", str(tmp_path / "out")], standalone_mode=False)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["report.html", "report.json"]
    assert "report-apart" not in (tmp_path / "out" / "report.html").read_text()


def test_two_different_files_of_occasions_are_refused(desk: Desk, tmp_path: Path) -> None:
    taken(desk, "1").extractall(tmp_path)
    (tmp_path / "tables" / "old").mkdir()
    (tmp_path / "tables" / "old" / "occasions.csv").write_text("person,occasion\n1,2\n")
    with pytest.raises(UserError, match="keep one of them"):
        attendance_beside(tmp_path / "tables")


@pytest.mark.process
def test_the_hosts_report_says_both_apart(desk: Desk) -> None:
    answer = desk.browser.post(f"{desk.home}/report.zip", data={"key": "take-a-report"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = set(archive.namelist())
    assert names == {"report.html", "report.json", "report-apart.html", "report-apart.json"}
