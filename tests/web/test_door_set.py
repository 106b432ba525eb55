"""The door is set by hosts: open, cards only, closed, and a most number of seats. It holds below every way in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oneheart.live import admitting, doing
from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state.course import Course
from oneheart.model import actor
from oneheart.model.gathering import Door
from tests.support.codes import codes
from tests.support.desks import Desk
from tests.support.gatherings import hidden, make_settings
from tests.support.keys import seat_key

CODE = "ABCD3456"
API = f"/api/v1/gatherings/{CODE}"
Open = Callable[..., Any]


def by_program(door: Any, number: int, **more: str) -> Any:
    return door.browser().post(f"{API}/seats", json={"key": seat_key(number), "language": "en", **more})


def by_form(door: Any, number: int, path: str = f"/j/{CODE}", **more: str) -> Any:
    return door.browser().post(path, data={"key": seat_key(number), "language": "en", **more})


def flood(door: Any, seats: int, *, first: int = 0) -> int:
    """Ask for so many seats by both ways in; return how many were given."""
    programs = [by_program(door, n).status_code == 200 for n in range(first, first + seats)]
    forms = [by_form(door, n).status_code == 303 for n in range(first + seats, first + 2 * seats)]
    return sum(programs) + sum(forms)


def test_a_new_gathering_is_open_and_one_tap_closes_it(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    assert flood(door, 3) == 6
    assert codes(desk.page(), "door") == ["open"]
    assert desk.do("door", door="closed").status_code == 303
    assert codes(desk.page(), "door") == ["closed"]
    assert flood(door, 3, first=50) == 0
    assert door.gathering.state.people.count == 6
    assert desk.do("door", door="open").status_code == 303
    assert by_form(door, 90).status_code == 303


@pytest.mark.parametrize("broken", [False, True])
def test_a_closed_door_lets_no_flood_in(open_door: Open, monkeypatch: pytest.MonkeyPatch, broken: bool) -> None:
    door = open_door()
    Desk(door).do("door", door="closed")
    if broken:
        monkeypatch.setattr(Course, "turns_away", lambda *_a, **_k: None)
    assert flood(door, 4) == (8 if broken else 0)


def test_who_is_in_stays_in_and_a_repeat_gets_its_seat_after_the_door_was_closed(open_door: Open) -> None:
    door = open_door()
    person = door.join()
    first = by_program(door, 1).json()
    Desk(door).do("door", door="closed")
    assert person.get(f"/g/{CODE}").status_code == 200
    assert by_program(door, 1).json() == first
    assert by_program(door, 2).json()["why"] == "door closed"


def test_with_cards_only_a_card_opens_and_each_one_once(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    desk.do("door", door="cards")
    seat_codes = door.call(door.gathering.add_cards, "cards-of-the-door", 2, None, actor.host(0))
    refused = by_program(door, 1)
    assert (refused.status_code, refused.json()["why"]) == (403, "no card")
    assert by_form(door, 2).status_code == 403
    assert by_program(door, 3, seat_code=seat_codes[0]).status_code == 200
    assert by_program(door, 4, seat_code=seat_codes[0]).json()["why"] == "used"
    assert by_form(door, 5, f"/s/{CODE}", card=seat_codes[1]).status_code == 303
    assert door.gathering.state.people.count == 2


def test_the_page_of_the_door_tells_beforehand_what_is_needed(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    page = door.browser().get(f"/j/{CODE}").text
    assert codes(page, "why") == []
    assert 'name="card"' not in page
    desk.do("door", door="cards")
    page = door.browser().get(f"/j/{CODE}").text
    assert codes(page, "door") == ["cards"]
    assert 'name="card"' in page
    assert door.browser().get(API).json()["door"] == "cards"
    desk.do("door", door="closed")
    page = door.browser().get(f"/j/{CODE}").text
    assert codes(page, "why") == ["door closed"]
    assert 'name="key"' not in page
    assert "<button" not in page
    desk.do("door", door="open", most="7")
    for number in range(10):
        assert by_form(door, number).status_code == 303
    page = door.browser().get(f"/j/{CODE}").text
    assert codes(page, "why") == ["full"]
    assert "All 10 places" in page
    full = by_program(door, 11)
    assert (full.status_code, full.json()["why"]) == (409, "full")
    assert "10" in full.json()["sentence"]


def test_the_settings_page_sets_the_door_and_shows_it(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    page = desk.page("/settings")
    assert 'value="open" checked' in page
    sent = desk.do("door-settings", door="cards", most="12")
    assert sent.headers["location"].endswith("/settings#door")
    page = desk.page("/settings")
    assert 'value="cards" checked' in page
    assert 'name="most" type="number" min="1" max="1000000" value="15"' in page
    desk.do("door-settings", door="open", most="")
    assert door.gathering.state.course.most_seats is None
    assert "door" in codes(desk.page("/log"), "done")


@pytest.mark.parametrize("most", [0, -5, 3, 7, 12])
def test_a_bound_that_would_count_single_people_is_refused(open_door: Open, most: int) -> None:
    door = open_door()
    with pytest.raises(Refused) as refused:
        door.submit(actor.host(0), f"door-{most}", ev.DoorSet(Door.OPEN, most))
    assert refused.value.why is Refusal.UNKNOWN


@pytest.mark.parametrize("broken", [False, True])
def test_no_race_gets_past_the_most_number_of_seats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    path = tmp_path / "x.oneheart"
    create(path, make_settings(), code=CODE)

    async def race() -> int:
        gathering = LiveGathering.open(path)
        await admitting.set_door(gathering, 0, admitting.DoorAsked("door-0001", Door.OPEN, 10))
        if broken:
            monkeypatch.setattr(Course, "turns_away", lambda *_a, **_k: None)
        asked = [ask.SeatAsked(seat_key(n), "en") for n in range(40)]
        got = await asyncio.gather(*(doing.take_seat(gathering, one) for one in asked), return_exceptions=True)
        given = sum(not isinstance(one, BaseException) for one in got)
        why = {one.why for one in got if isinstance(one, Refused)}
        assert broken or why == {Refusal.FULL}
        assert gathering.state.people.count == given
        digest = gathering.state.digest()
        await gathering.close()
        again = LiveGathering.open(path)
        assert broken or again.state.digest() == digest
        await again.close()
        return given

    assert asyncio.run(race()) == (40 if broken else 10)


def test_a_steward_asks_for_cards_of_their_circle_and_printing_them_fulfils_it(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    circle = door.submit(actor.HOUSE, "circle-00", ev.CircleAdded("Fire", "fire-key"))
    steward, other = door.join(circle=str(circle)), door.join(circle=str(circle))
    door.submit(actor.host(0), "duty-0000", ev.DutyGiven(circle, door.seat(steward)))
    refused = other.post(f"/g/{CODE}/circle/cards", data={"key": "ask-cards-1", "count": "3"})
    assert refused.status_code == 403
    assert steward.post(f"/g/{CODE}/circle/cards", data={"key": "ask-cards-2", "count": "51"}).status_code == 404
    assert steward.post(f"/g/{CODE}/circle/cards", data={"key": "ask-cards-3", "count": "3"}).status_code == 303
    page = desk.page("/cards")
    assert codes(page, "wanted") == ["3"]
    form = page.split('data-wanted="3"')[1]
    sheet = desk.browser.post(
        f"{desk.home}/cards", data={"key": hidden(form, "key"), "circle": str(circle), "count": "3"}
    )
    assert sheet.text.count('class="card-code"') == 3
    assert codes(desk.page("/cards"), "wanted") == []
    assert door.gathering.state.circles[circle].cards_wanted == 0
