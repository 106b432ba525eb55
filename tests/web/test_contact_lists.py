"""Lists of contacts at the desk, by the API and in what leaves: looked at before they are kept, and never a pair."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.commands.bringing import bring_contacts
from oneheart.engine.disclosure import K
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.aside import Aside, resolve
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.measuring import measure
from oneheart.model.near_by import NearBy
from oneheart.web.app import JOBS
from oneheart.web.uploaded import parts_of
from tests.support.codes import codes
from tests.support.desks import Desk
from tests.support.keys import seat_key

pytestmark = pytest.mark.slow

CODE = "ABCD3456"
PEOPLE = 22
Open = Callable[..., Any]


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the jobs of the helper process in this one."""

    async def at_once(_aside: Aside, job: str, *args: Any, **_: Any) -> Any:
        return measure(*args) if job == "measure" else resolve(JOBS[job])(*args)

    monkeypatch.setattr(Aside, "run", at_once)


def everybody(people: int = PEOPLE) -> str:
    return "\n".join(["a,b,seconds", *(f"{100 + a},{100 + b},60" for a in range(people) for b in range(a))]) + "\n"


def filled(open_door: Open, people: int = PEOPLE) -> Desk:
    """Return the desk of a gathering whose people agreed to lists, have badges, and have answered."""
    desk = Desk(open_door(voice="assembly"))
    door = desk.door
    door.submit("h0", "seed-key", ev.DesireSaid(None, "Bread", "en"))
    for seat in range(people):
        door.submit("door", f"seat-{seat}", ev.SeatTaken(f"hash-{seat}", "en"))
        door.submit(f"s{seat}", "agree-key", ev.ContactsConsented(seat))
        door.submit(f"s{seat}", "badge-key", ev.BadgeKept(seat, door.gathering.secret_for("badge", str(100 + seat))))
        door.submit(f"s{seat}", "answer-key", ev.Responded(seat, 0, 1 if seat % 3 else 0))
    return desk


def upload(desk: Desk, text: str | bytes, near_by: str = "badges") -> Any:
    content = text.encode() if isinstance(text, str) else text
    files = {"file": ("folder/list.csv", content, "text/csv")}
    return desk.browser.post(f"{desk.home}/contacts", data={"near_by": near_by}, files=files)


def kept(desk: Desk, text: str) -> Any:
    look = upload(desk, text)
    token = re.search(r'name="look" value="([^"]*)"', look.text)
    assert token is not None, look.text
    return desk.browser.post(f"{desk.home}/contacts/keep", data={"key": f"keep-{token[1]}", "look": token[1]})


def test_a_file_is_looked_at_before_it_is_kept_and_a_token_keeps_it_once(open_door: Open) -> None:
    desk = filled(open_door)
    look = upload(desk, everybody())
    assert look.status_code == 200
    assert {"lines", "seconds", "known", "share", "others"} <= set(codes(look.text, "said"))
    assert desk.gathering.state.company.near.brought == []
    token = re.search(r'name="look" value="([^"]*)"', look.text)
    assert token is not None
    for status in (303, 409):
        sent = desk.browser.post(f"{desk.home}/contacts/keep", data={"key": "keep-0001", "look": token[1]})
        assert sent.status_code == status
    assert len(desk.gathering.state.company.near.brought) == 1
    assert codes(desk.page("/contacts"), "list") == ["0"]


@pytest.mark.parametrize("text", ["", "a,b\n1\n", b"\xff\xfe\x00", "PK\x03\x04"])
def test_a_bad_file_is_refused_on_the_page_and_nothing_is_kept(open_door: Open, text: str | bytes) -> None:
    desk = filled(open_door, 3)
    before = desk.gathering.state.seq
    answer = upload(desk, text)
    assert answer.status_code == 422
    assert set(codes(answer.text, "why")) <= {"fault", "no file"}
    assert desk.gathering.state.seq == before


def test_hosts_read_no_label_of_the_file_and_no_pair_anywhere(open_door: Open) -> None:
    desk = filled(open_door)
    upload(desk, everybody())
    kept(desk, everybody())
    badge = re.compile(r"\b1[0-2]\d\b")
    labels = {str(100 + n) for n in range(PEOPLE)}
    for place in ("/contacts", "/measures", "/log", "/export"):
        page = re.sub(r"<[^>]*>", " ", desk.page(place))
        assert not labels & {*badge.findall(page)} - {"100"}, place  # a hundred is a share too


def test_the_measures_count_a_list_as_a_layer_with_its_own_label(open_door: Open) -> None:
    desk = filled(open_door)
    kept(desk, everybody())
    desk.door.move("weaving")
    answer = desk.browser.post(f"{desk.home}/measures", data={"key": "measure-key"})
    assert answer.status_code == 303, answer.text
    said = codes(desk.page("/measures"), "said")
    assert {"people", "pairs", "lists"} <= set(said)


def report_of(desk: Desk) -> dict[str, Any]:
    answer = desk.browser.post(f"{desk.home}/report.zip", data={"key": "report-key"})
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told: dict[str, Any] = json.loads(archive.read("report-apart.json"))
    return told


def test_the_report_counts_people_of_lists_in_steps_and_no_pairs(open_door: Open) -> None:
    desk = filled(open_door)
    kept(desk, everybody())
    desk.door.move("weaving")
    outward = report_of(desk)["outward"]
    assert outward["people"] == PEOPLE // K * K
    assert (outward["pairs"], outward["seen"]) == (None, None)
    assert outward["layers"] == ["badges"]
    assert all(count is None or count % K == 0 for count in outward["met"].values())


def test_a_program_brings_in_a_list_and_takes_it_out(open_door: Open) -> None:
    desk = filled(open_door)
    secret = desk.browser.cookies.get("host")
    assert secret is not None
    program = desk.door.browser()
    headers = {"authorization": f"Bearer {secret}"}

    def ask(path: str, **body: Any) -> Any:
        return program.post(f"/api/v1/gatherings/{CODE}/host/{path}", json=body, headers=headers)

    look = ask("contacts", key="program-0001", near_by="phones", text=everybody(), keep=False)
    pairs = PEOPLE * (PEOPLE - 1) // 2
    assert look.json() == {
        "lines": pairs, "listed": PEOPLE, "unit": "seconds", "groups": 0, "slice_seconds": None, "span_seconds": None,
        "left_out": 0, "known": PEOPLE // K * K, "share": 1.0, "number": None,
    }  # fmt: skip
    assert ask("contacts", key="program-0002", near_by="phones", text=everybody()).json()["number"] == 0
    assert ask("contacts", key="program-0003", near_by="phones", text=everybody()).json()["number"] is None
    assert ask("contacts", key="program-0004", near_by="phones", text="a,b\n1\n").status_code == 422
    assert ask("contacts", key="program-0005", near_by="other", text="a,b\n1,2\n").status_code == 400
    few = ask("contacts", key="program-0006", near_by="phones", text="a,b\n100,101\n")
    assert (few.status_code, few.json()["why"]) == (409, "too few known")
    assert ask("contacts/out", key="program-0007", brought=0).status_code == 200
    assert desk.gathering.state.company.near.brought[0].held == {}


def test_a_person_downloads_what_lists_say_of_them_in_steps(open_door: Open) -> None:
    desk = filled(open_door)
    person = desk.door.join()
    seat = len(desk.gathering.state.seats) - 1
    home = f"/g/{CODE}"
    person.post(f"{home}/contacts", data={"key": "agree-key", "on": "1"})
    person.post(f"{home}/badge", data={"key": "badge-key", "badge": str(100 + seat)})
    kept(desk, everybody(PEOPLE + 1))
    mine = person.get(f"{home}/mine.json").json()
    assert (mine["listed"], mine["badge"]) == (True, True)
    assert [(held["near_by"], held["contacts"]) for held in mine["contacts"]] == [("badges", PEOPLE // K * K)]
    person.post(f"{home}/contacts", data={"key": "back-key", "on": "0"})
    mine = person.get(f"{home}/mine.json").json()
    assert (mine["listed"], mine["badge"], mine["contacts"]) == (False, False, [])


def test_badges_typed_are_limited_so_that_nobody_tries_them_all(open_door: Open) -> None:
    desk = filled(open_door, 3)
    person = desk.door.join()
    person.post(f"/g/{CODE}/contacts", data={"key": "agree-key", "on": "1"})
    answers = [
        person.post(f"/g/{CODE}/badge", data={"key": f"try-{number:05}", "badge": str(number)}).status_code
        for number in range(30)
    ]
    assert answers[0] == 303
    assert answers[-1] == 429


PARTS = [b"--x", b"--x--", b"\r\n", b"\r\n\r\n", b"name=", b'"a"', b'filename="', b'"', b"z"]
PIECES = st.lists(st.sampled_from(PARTS))


@given(body=PIECES)
def test_no_damaged_form_is_more_than_an_empty_one(body: list[bytes]) -> None:
    form = parts_of(b"".join(body), b"x")
    assert len(form.content) <= len(b"".join(body))
    assert parts_of(b"", b"x").fields == {}


@given(content=st.binary(max_size=300))
def test_a_file_comes_out_of_a_form_as_it_went_in(content: bytes) -> None:
    boundary = b"----boundary-that-no-file-holds"
    body = (
        b"--" + boundary + b'\r\nContent-Disposition: form-data; name="near_by"\r\n\r\nphones\r\n'
        b"--" + boundary + b'\r\nContent-Disposition: form-data; name="file"; filename="..\\x/y.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n" + content + b"\r\n--" + boundary + b"--\r\n"
    )
    form = parts_of(body, boundary)
    assert (form.fields, form.name, form.content) == ({"near_by": "phones"}, "y.csv", content)


def test_a_command_brings_a_list_into_a_file_that_nobody_serves(tmp_path: Path) -> None:
    path, file = tmp_path / "hall.oneheart", tmp_path / "badges.csv.gz"
    create(path, ev.Settings("x", {"en": "What?"}, "ten", ["en"]))  # type: ignore[arg-type]

    async def people() -> None:
        gathering = LiveGathering.open(path)
        for seat in range(PEOPLE):
            await gathering.take_seat(seat_key(seat), language="en")
            await gathering.submit(f"s{seat}", "agree-key", ev.ContactsConsented(seat))
            badge = gathering.secret_for("badge", str(100 + seat))
            await gathering.submit(f"s{seat}", "badge-key", ev.BadgeKept(seat, badge))
        await gathering.close()

    asyncio.run(people())
    file.write_bytes(gzip.compress(everybody().encode()))
    lines = [bring_contacts(str(path), file, NearBy.BADGES, keep=keep) for keep in (False, True, True)]
    pairs = PEOPLE * (PEOPLE - 1) // 2
    assert {(line.lines, line.listed, line.unit, line.known) for line in lines} == {(pairs, PEOPLE, "seconds", 20)}
    assert [line.kept for line in lines] == [False, True, False]
    file.write_text("a,b\n1\n", encoding="utf-8")
    with pytest.raises(UserError):
        bring_contacts(str(path), file, NearBy.BADGES)
    with pytest.raises(UserError):
        bring_contacts(str(path), tmp_path / "none.csv", NearBy.BADGES)
