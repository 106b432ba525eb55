"""What a host takes away from a gathering that sealed a text: report and export hold that text, and it comes first."""

from __future__ import annotations

import html
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import oneheart
from oneheart.engine.disclosure import count_of
from oneheart.live import events as ev
from oneheart.web.said import STATUS
from oneheart.web.text_words import MISSING
from tests.support.waiting import until

CODE = "ABCD3456"
TEXTS = ("Peace for all of us", "Warm bread", "Songs at night")
AMENDED = "Songs when the night comes"
PEOPLE = 24
Open = Callable[..., Any]

pytestmark = pytest.mark.process  # a report is made in a process of its own


@pytest.fixture
def door(open_door: Open) -> Any:
    """Return a gathering of 24: six desires joined to the first, one withdrawn, a line amended, sealed, amen said."""
    door = open_door()
    for number in range(PEOPLE):
        door.submit("door", f"seat-{number}", ev.SeatTaken(f"secret-hash-{number}", "en"))
    for number in range(10):
        text = TEXTS[number] if number < 3 else f"Peace, said by {number}"
        door.submit(f"s{number}", f"said-{number}", ev.DesireSaid(number, text, "en"))
    for number in range(3, 9):
        door.submit(f"s{number}", f"join-{number}", ev.DesireJoined(number, number, 0))
    door.submit("s9", "withdraw", ev.DesireWithdrawn(9, 9))
    for seat in range(PEOPLE - 1):  # the last one answers nothing
        for desire in range(3):
            if desire != seat and not (desire == 0 and 3 <= seat < 9):
                door.submit(f"s{seat}", f"want-{desire}", ev.Responded(seat, desire, 1))
    state = door.gathering.state
    door.move("crossing")
    door.move("weaving")
    until(lambda: state.prayers.drafts, "no text was woven")
    door.move("reading")
    lines = [line.cites[0] for line in state.prayers.drafts[0].body.lines]
    songs = lines.index(2)
    for seat in range(PEOPLE):
        for line in range(len(lines)):
            said = "would change" if line == songs and seat % 8 == 0 else "can say"
            critique = "Say when" if said == "would change" else ""
            door.submit(f"s{seat}", f"read-{line}", ev.LineRead(seat, 0, line, said, critique))
    door.submit("s2", "amend", ev.LineAmended(2, 0, songs, AMENDED, "en"))
    door.move("second reading")
    until(lambda: len(state.prayers.drafts) > 1, "there is no second draft")
    changed = [place for place, line in enumerate(state.prayers.drafts[1].body.lines) if line.changed]
    for seat in range(PEOPLE):
        for line in changed:
            door.submit(f"s{seat}", f"again-{line}", ev.LineRead(seat, 1, line, "can say"))
        door.submit(f"s{seat}", "whole", ev.WholeAffirmed(seat, 1, on=seat % 4 != 0))
    door.move("sealed")
    until(lambda: state.prayers.sealed, "it was not sealed")
    return door


def desk_of(door: Any) -> tuple[Any, str]:
    """Return a host's browser and the address of the desk."""
    host = door.browser()
    link = f"/host/enter/{door.house.invite(CODE)}"
    key = host.get(link).text.split('name="key" value="')[1].split('"')[0]
    return host, host.post(link, data={"key": key}).headers["location"]


@pytest.fixture
def taken(door: Any, tmp_path: Path) -> dict[str, Path]:
    """Return the folders of the report and of the export as the desk gives them."""
    host, home = desk_of(door)
    out = {}
    for seat in range(PEOPLE):
        door.submit(f"s{seat}", "rows-yes", ev.RowsConsented(seat, on=True))
    for name in ("report", "export"):
        answer = host.post(f"{home}/{name}.zip", data={"key": f"take-the-{name}", "rows": "1"})
        assert answer.status_code == 200, answer.text
        out[name] = tmp_path / name
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            archive.extractall(out[name])
    return out


def test_report_and_export_hold_the_sealed_text_by_its_record(door: Any, taken: dict[str, Path]) -> None:
    state = door.gathering.state
    sealed = state.prayers.sealed[0]
    lines = state.prayers.drafts[sealed.body.draft].body.lines
    words = [state.prayers.words(line, state.desires)[0] for line in lines]
    assert AMENDED in words
    content = json.loads((taken["report"] / "report.json").read_text(encoding="utf-8"))
    text = content["sealed"][0]
    assert [line["text"] for line in text["lines"]] == words
    assert (text["digest"], text["root"]) == (sealed.body.digest, sealed.body.root)
    assert text["words_match"]
    assert (text["verdict"], text["missing"]) == (sealed.body.status, sealed.body.missing)
    assert text["readers"] == 0, "of so few people nothing is counted"
    assert content["hall"]["name"] == "Desert"
    page = (taken["report"] / "report.html").read_text(encoding="utf-8")
    body = page[page.index("<main>") :]
    assert body.index('id="text"') < body.index(AMENDED) < body.index(sealed.body.digest) < body.index('id="by-share"')
    assert AMENDED not in body[body.index('id="by-share"') :], "the calculation knows only what people said at first"


def test_every_page_and_the_api_tell_the_same_verdict_and_the_same_missing_points(
    door: Any, taken: dict[str, Path]
) -> None:
    sealed = door.gathering.state.prayers.sealed[0].body
    assert sealed.missing, "there is something to compare"
    door.submit("h0", "open-it", ev.BookSet(0, public=True))
    host, home = desk_of(door)
    report = json.loads((taken["report"] / "report.json").read_text(encoding="utf-8"))["sealed"][0]
    told = door.browser().get(f"/api/v1/gatherings/{CODE}/book/1").json()
    assert (told["verdict"], told["conditions"]) == (report["verdict"], report["missing"])
    assert (told["verdict"], told["conditions"]) == (sealed.status, sealed.missing)
    pages = {
        "desk": host.get(home).text,
        "book": door.browser().get(f"/book/{CODE}/1").text,
        "report": (taken["report"] / "report.html").read_text(encoding="utf-8"),
    }
    for name, page in pages.items():
        for code in sealed.missing:
            assert html.escape(MISSING[code], quote=False) in page, (name, code)
        assert html.escape(STATUS[sealed.status], quote=False) in page, name


def test_counts_are_those_of_the_hall_in_its_steps(door: Any, taken: dict[str, Path]) -> None:
    content = json.loads((taken["report"] / "report.json").read_text(encoding="utf-8"))
    snapshot = door.gathering.snapshot
    hall = content["hall"]
    assert (hall["people"], hall["desires"], hall["answers"]) == (20, 10, 50)
    assert (hall["people"], hall["desires"], hall["answers"]) == (
        count_of(snapshot.people),
        count_of(snapshot.desires),
        count_of(snapshot.responses),
    )
    assert (hall["joined"], hall["taken_back"], hall["waiting"]) == (5, 0, 0)
    assert content["source"]["desires"] == 3
    assert hall["lines"] == len(content["sealed"][0]["lines"])


@pytest.mark.parametrize("shape", ["polis", "tables"])
def test_the_export_is_read_back_with_the_sealed_text(door: Any, taken: dict[str, Path], shape: str) -> None:
    gathering = oneheart.read(taken["export"] / shape)
    assert gathering.hall == door.gathering.as_gathering().hall
    page, _ = oneheart.write_report(oneheart.analyze(gathering, seed=1), taken["export"] / "again")
    body = page.read_text(encoding="utf-8").split("<main>")[1]
    assert body.index(AMENDED) < body.index('id="by-share"')


def test_nothing_that_leaves_says_who_wrote_read_or_said_amen(taken: dict[str, Path]) -> None:
    for path in (taken["report"] / "report.json", taken["export"] / "tables" / "sealed.json"):
        told = path.read_text(encoding="utf-8")
        for name in ("seat", "author", "secret", "circle_of", "whole", "said_by"):
            assert f'"{name}' not in told, name
    assert "Say when" not in (taken["report"] / "report.html").read_text(encoding="utf-8"), "critiques stay inside"


def test_amen_that_is_said_later_is_in_the_next_report(door: Any, taken: dict[str, Path]) -> None:
    before = json.loads((taken["report"] / "report.json").read_text(encoding="utf-8"))["sealed"][0]["amen"]
    assert before in {0, None}
    door.submit("h0", "say-it", ev.SayingSet(1))
    until(lambda: door.gathering.state.stage.value == "said", "it was not said")
    for seat in range(12):
        door.submit(f"s{seat}", "amen", ev.AmenSaid(seat))
    host, home = desk_of(door)
    with zipfile.ZipFile(io.BytesIO(host.post(f"{home}/report.zip", data={"key": "take-it-anew"}).content)) as archive:
        content = json.loads(archive.read("report.json"))
    assert content["sealed"][0]["amen"] == 10


def test_words_that_their_author_erased_are_gone_from_what_leaves_and_the_fingerprint_tells(door: Any) -> None:
    door._first.portal.call(door.gathering.erase, 1, "erase-the-author")  # noqa: SLF001
    hall = door.gathering.as_gathering().hall
    text = hall.texts[0]
    assert "Warm bread" not in {line.text for line in text.lines}
    assert len(text.lines) == 3
    assert not text.matches_digest
    assert text.digest == door.gathering.state.prayers.sealed[0].body.digest


def test_the_texts_of_all_rounds_leave_the_newest_first(door: Any) -> None:
    state = door.gathering.state
    door.submit("h0", "say-it", ev.SayingSet(1))
    until(lambda: state.stage.value == "said", "it was not said")
    door.move("open")
    assert state.round == 2
    for number in range(3):
        door.submit(f"s{number}", f"more-{number}", ev.DesireSaid(number, f"More of it, {number}", "en"))
    more = range(len(state.desires) - 3, len(state.desires))
    for seat in range(PEOPLE):
        for desire in more:
            if state.desires[desire].author != seat:
                door.submit(f"s{seat}", f"want-{desire}", ev.Responded(seat, desire, 1))
    drafts = len(state.prayers.drafts)
    door.move("crossing")
    door.move("weaving")
    until(lambda: len(state.prayers.drafts) > drafts, "no second text was woven")
    door.move("reading")
    door.move("second reading")
    until(lambda: len(state.prayers.drafts) > drafts + 1, "there is no second draft")
    door.move("sealed")
    until(lambda: len(state.prayers.sealed) > 1, "it was not sealed")
    texts = door.gathering.as_gathering().hall.texts
    assert [(text.number, text.round) for text in texts] == [(2, 2), (1, 1)]
    assert texts[0].verdict == "not yet"
    assert AMENDED in {line.text for line in texts[1].lines}
    assert all(text.matches_digest for text in texts)
