"""Hosts end: a host is removed by a host, and the desk of everybody ends with the gathering."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import doing
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering
from oneheart.live.house import LINK_HOURS, House
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state.course import Course
from oneheart.model import actor
from tests.support.codes import codes
from tests.support.desks import Desk

CODE = "ABCD3456"
API = f"/api/v1/gatherings/{CODE}"
Open = Callable[..., Any]
RUNNING = ("", "/same", "/circles", "/programme", "/cards", "/settings", "/oddities", "/tables")
AFTER = ("/log", "/export", "/end", "/measures")


def secret_of(desk: Desk) -> str:
    return str(next(cookie.value for cookie in desk.browser.cookies.jar if cookie.name == "host"))


def opened_by(door: Any, desk: Desk) -> list[str]:
    """Return everything that the secret of a host opens, by pages, forms and programs."""
    opened = [rest for rest in (*RUNNING, *AFTER, "/now") if desk.browser.get(f"{desk.home}{rest}").status_code == 200]
    if desk.do("door", door="open").status_code == 303:
        opened.append("do/door")
    headers = {"authorization": f"Bearer {secret_of(desk)}"}
    program = door.browser()
    if program.get(f"{API}/host/queue", headers=headers).status_code == 200:
        opened.append("api queue")
    if desk.browser.post(f"{desk.home}/invite").status_code == 200:
        opened.append("invite")
    return opened


@pytest.mark.parametrize("broken", [False, True])
def test_the_secret_of_a_removed_host_opens_nothing_at_once(
    open_door: Open, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    door = open_door()
    first, second = Desk(door), Desk(door)
    assert codes(first.page(), "of-host") == ["1", "2"]
    assert len(opened_by(door, second)) > 10
    if broken:
        monkeypatch.setattr(LiveGathering, "host_of", _any_host)
        monkeypatch.setattr(Course, "is_removed", lambda *_: False)
    assert first.do("remove-host", host=1).headers["location"].endswith("#hosts")
    assert (len(opened_by(door, second)) > 0) is broken
    assert codes(first.page(), "of-host") == ["1"]
    assert codes(first.page("/log"), "done")[0] in {"host removed", "door"}


def _any_host(gathering: LiveGathering, secret: str) -> int | None:
    from oneheart.live.codes import hash_of

    hashed = hash_of(secret)
    return gathering.state.hosts.index(hashed) if hashed in gathering.state.hosts else None


def test_an_act_of_a_removed_host_that_is_under_way_is_not_taken(open_door: Open) -> None:
    door = open_door()
    first, _ = Desk(door), Desk(door)
    first.do("remove-host", host=1)
    with pytest.raises(Refused) as refused:
        door.submit(actor.host(1), "clock-0001", ev.ClockSet(60))
    assert refused.value.why is Refusal.NOT_YOURS
    assert door.gathering.state.clock is None


def test_the_last_host_stays_and_a_host_may_leave_while_another_is_there(open_door: Open) -> None:
    door = open_door()
    first = Desk(door)
    assert first.do("remove-host", host=0).status_code == 409
    assert first.do("remove-host", host=7).status_code == 404
    second = Desk(door)
    assert first.do("remove-host", host=0).status_code == 303
    assert first.browser.get(first.home).status_code == 403
    assert second.do("remove-host", host=1).status_code == 409
    assert codes(second.page(), "of-host") == ["2"]


def test_a_used_link_does_not_bring_a_removed_host_back(open_door: Open) -> None:
    door = open_door()
    first = Desk(door)
    link = f"/host/enter/{door.house.invite(CODE)}"
    guest = door.browser()
    found = re.search(r'name="key" value="([^"]*)"', guest.get(link).text)
    assert found is not None
    assert guest.post(link, data={"key": found[1]}).status_code == 303
    assert guest.post(link, data={"key": found[1]}).status_code == 303  # the answer may have been lost
    first.do("remove-host", host=1)
    assert guest.post(link, data={"key": found[1]}).status_code == 404
    assert len(door.gathering.state.hosts) == 2


def link_from(desk: Desk) -> str:
    """Return the link that a host makes on their desk."""
    found = re.search(r"/host/enter/[\w-]+", desk.browser.post(f"{desk.home}/invite").text)
    assert found is not None
    return found[0]


def entered_by(guest: Any, link: str, key: str = "a-key-of-a-guest") -> int:
    """Return the status that the form of a link gives; 303 opens a desk."""
    return int(guest.post(link, data={"key": key}).status_code)


@pytest.mark.parametrize("broken", [False, True])
def test_a_removed_host_does_not_come_back_by_a_link_that_they_made(
    open_door: Open, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    door = open_door()
    first, second = Desk(door), Desk(door)
    spare, of_another = link_from(second), link_from(first)
    first.do("remove-host", host=1)
    if broken:
        monkeypatch.setattr(House, "is_void", lambda *_: False)
    guest = door.browser()
    assert (guest.get(spare).status_code == 200) is broken
    assert (entered_by(guest, spare) == 303) is broken
    assert (guest.get(first.home).status_code == 200) is broken
    assert entered_by(door.browser(), of_another) == 303


@pytest.mark.parametrize("broken", [False, True])
def test_a_link_is_void_at_the_moment_of_its_use_too(
    open_door: Open, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    door = open_door()
    first, second = Desk(door), Desk(door)
    token = link_from(second).rsplit("/", 1)[1]
    assert door.house.invitation(token).inviter == 1
    first.do("remove-host", host=1)
    if broken:
        monkeypatch.setattr(House, "is_void", lambda *_: False)
    assert (door.house.use(token) is not None) is broken


def test_the_link_of_a_host_works_for_a_day_and_that_of_the_operator_while_the_server_runs(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = open_door()
    desk = Desk(door)
    links = [link_from(desk), link_from(desk)]
    of_operator = f"/host/enter/{door.house.invite(CODE)}"
    now = time.monotonic()
    monkeypatch.setattr("oneheart.live.house.time.monotonic", lambda: now + LINK_HOURS * 3600 - 60)
    assert entered_by(door.browser(), links[0]) == 303
    monkeypatch.setattr("oneheart.live.house.time.monotonic", lambda: now + LINK_HOURS * 3600 + 60)
    assert entered_by(door.browser(), links[1]) == 404
    assert entered_by(door.browser(), of_operator) == 303


def test_a_host_may_come_in_after_the_end(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    desk.browser.post(f"{desk.home}/end", data={"what": "end", "key": "end-it-all-1"})
    late = Desk(door)
    for rest in AFTER:
        assert late.browser.get(f"{late.home}{rest}").status_code == 200, rest
    assert late.do("door", door="open").status_code == 409
    assert late.browser.get(late.home).status_code == 303


def test_a_link_is_not_used_up_when_its_host_is_not_seated(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    door = open_door()
    link, guest = f"/host/enter/{door.house.invite(CODE)}", door.browser()

    async def refused(*_: object) -> None:
        raise Refused(Refusal.ENDED)

    with monkeypatch.context() as while_refused:
        while_refused.setattr(doing, "seat_host", refused)
        assert entered_by(guest, link) == 409
    assert guest.get(link).status_code == 200
    assert entered_by(guest, link, "another-key-0001") == 303
    assert entered_by(door.browser(), link) == 404


def test_a_program_lists_and_removes_hosts(open_door: Open) -> None:
    door = open_door()
    first, second = Desk(door), Desk(door)
    headers = {"authorization": f"Bearer {secret_of(first)}"}
    program = door.browser()
    assert program.get(f"{API}/host/hosts", headers=headers).json() == {
        "hosts": [{"host": 0, "you": True}, {"host": 1, "you": False}]
    }
    gone = program.post(f"{API}/host/removals", json={"key": "remove-one-1", "host": 1}, headers=headers)
    assert gone.status_code == 200
    other = {"authorization": f"Bearer {secret_of(second)}"}
    assert program.get(f"{API}/host/hosts", headers=other).status_code == 401


def test_after_the_end_a_host_takes_report_and_log_and_nothing_else(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    headers = {"authorization": f"Bearer {secret_of(desk)}"}
    desk.browser.post(f"{desk.home}/end", data={"what": "end", "key": "end-it-all-1"})
    for rest in RUNNING:
        ended = desk.browser.get(f"{desk.home}{rest}")
        assert (ended.status_code, ended.headers["location"]) == (303, f"{desk.home}/end"), rest
    for rest in AFTER:
        assert desk.browser.get(f"{desk.home}{rest}").status_code == 200, rest
    assert desk.do("door", door="open").status_code == 409
    assert desk.do("seed", text="one more", language="en").status_code == 409
    assert desk.browser.post(f"{desk.home}/invite").status_code == 303
    program = door.browser()
    for rest in ("queue", "oddities"):
        assert program.get(f"{API}/host/{rest}", headers=headers).json()["why"] == "ended"


def test_the_state_is_the_same_after_a_restart(open_door: Open) -> None:
    door = open_door()
    first, second = Desk(door), Desk(door)
    first.do("remove-host", host=1)
    again = door.gathering._replay().state  # noqa: SLF001  as after a restart
    assert again.digest() == door.gathering.state.digest()
    assert again.course.hosts_standing == [0]
    assert second is not None
