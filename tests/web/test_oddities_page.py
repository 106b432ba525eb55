"""A host sets a flood aside and gives it back; the host sees no answer, and whoever is concerned is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live.state import State
from tests.support.codes import codes
from tests.support.desks import Desk
from tests.support.floods import CARDS, fill, secret_of

CODE = "ABCD3456"
API = f"/api/v1/gatherings/{CODE}"
HONEST, FLOOD = 60, 500
Open = Callable[..., Any]


def counted(state: State) -> list[Any]:
    return [state.people.count, state.tally.want.tolist(), state.tally.seen_by_all.tolist()]


def browser_of(door: Any, seat: int) -> Any:
    browser = door.browser()
    browser.cookies.set("seat", secret_of(seat))
    return browser


def group_on(page: str, kind: str) -> str:
    part = page.split(f'data-odd="{kind}"')[1]
    return part.split('name="group" value="')[1].split('"')[0]


@pytest.fixture
def flooded(open_door: Open) -> tuple[Any, Desk]:
    door = open_door()
    desk = Desk(door)
    door.call(fill, door.gathering, HONEST, FLOOD)
    return door, desk


def test_a_host_sets_a_flood_aside_and_gives_it_back(flooded: tuple[Any, Desk]) -> None:
    door, desk = flooded
    state = door.gathering.state
    before, digest = counted(state), state.digest()
    page = desk.page("/oddities")
    assert "alike" in codes(page, "odd")
    assert "one minute" in codes(page, "odd")
    assert codes(page, "seats")[0] == "500"
    assert "wish number" not in page

    one = browser_of(door, HONEST + 3)
    assert one.get(f"/g/{CODE}").status_code == 200
    token = group_on(page, "alike")
    without = desk.do("revoke", group=token, reason=" ")
    assert (without.status_code, codes(without.text, "hint")) == (422, ["no reason"])
    assert desk.do("revoke", group="0" * 32, reason="one hand").status_code == 409
    sent = desk.do("revoke", group=token, reason="All in one minute, all alike")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{desk.home}/oddities")
    assert state.people.count == HONEST
    assert int(state.tally.seen_by_all.sum()) == HONEST * CARDS
    assert "seats revoked" in codes(desk.page("/log"), "done")

    told = one.get(f"/g/{CODE}")
    assert (told.status_code, codes(told.text, "why")) == (403, ["revoked"])
    assert "All in one minute, all alike" in told.text
    assert one.get(f"/j/{CODE}").headers["location"] == f"/g/{CODE}"
    tap = one.post(f"/g/{CODE}/respond", data={"desire": "0", "stance": "1"}, headers={"accept": "application/json"})
    assert (tap.status_code, tap.json()["why"]) == (403, "revoked")
    by_program = door.browser().get(f"{API}/card", headers={"authorization": f"Bearer secret-{HONEST + 3}"})
    assert (by_program.status_code, by_program.json()["why"]) == (403, "revoked")
    assert browser_of(door, 3).get(f"/g/{CODE}").status_code == 200  # an honest person goes on

    page = desk.page("/oddities")
    assert codes(page, "revoked") == ["500"]
    token = page.split('data-revoked="500"')[1].split('name="group" value="')[1].split('"')[0]
    assert desk.do("restore", group=token).status_code == 303
    assert counted(state) == before
    assert state.digest() == digest
    assert one.get(f"/g/{CODE}").status_code == 200
    assert codes(desk.page("/log"), "done")[0] == "seats restored"


def test_a_program_of_a_host_sees_the_same_and_a_person_erases_what_was_set_aside(flooded: tuple[Any, Desk]) -> None:
    door, desk = flooded
    secret = next(cookie.value for cookie in desk.browser.cookies.jar if cookie.name == "host")
    headers = {"authorization": f"Bearer {secret}"}
    program = door.browser()
    told = program.get(f"{API}/host/oddities", headers=headers).json()
    alike = next(group for group in told["groups"] if group["kind"] == "alike")
    assert set(alike) == {"group", "kind", "seats", "first", "last", "reason"}
    assert alike["seats"] == 500
    body = {"key": "revoke-them-1", "group": alike["group"], "reason": "one hand"}
    assert program.post(f"{API}/host/revocations", json=body, headers=headers).status_code == 200
    again = program.post(f"{API}/host/revocations", json=body, headers=headers)
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    one = browser_of(door, HONEST)
    erased = one.post(f"/g/{CODE}/erase", data={"key": "erase-mine-01", "sure": "yes"})
    assert erased.status_code == 200
    state = door.gathering.state
    assert state.people.count == HONEST
    assert not state.seats[HONEST].alive
    revoked = program.get(f"{API}/host/oddities", headers=headers).json()["revoked"]
    assert [group["seats"] for group in revoked] == [495]
    back = {"key": "restore-them", "group": revoked[0]["group"]}
    assert program.post(f"{API}/host/restorations", json=back, headers=headers).status_code == 200
    assert door.gathering.state.people.count == HONEST + FLOOD - 1


@pytest.mark.parametrize("broken", [False, True])
def test_a_revoked_phone_opens_nothing(
    flooded: tuple[Any, Desk], monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    door, desk = flooded
    desk.do("revoke", group=group_on(desk.page("/oddities"), "alike"), reason="one hand")
    if broken:
        find = lambda state, secret_hash: state.people.seat_of_hash.get(secret_hash)  # noqa: E731
        monkeypatch.setattr(State, "seat_by_secret", find)
    one = browser_of(door, HONEST + 1)
    opened = [one.get(f"/g/{CODE}{rest}").status_code == 200 for rest in ("", "/mine", "/stars")]
    assert any(opened) is broken
