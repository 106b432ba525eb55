"""Nested circles: by form and API, never inside themselves; a verdict for each level, and no few people told of."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live import levels, sealing
from oneheart.live.leading import Leader
from oneheart.live.state import State
from oneheart.live.state.nested import LEVELS_MOST
from tests.support.codes import codes
from tests.support.desks import Desk
from tests.support.led import led_by_the_test, read_one_line

CODE = "ABCD3456"
Open = Callable[..., Any]


def parents(door: Any) -> list[int | None]:
    return [circle.parent for circle in door.gathering.state.circles]


def test_circles_stand_inside_one_another_by_the_form(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    for name, inside in (("Hall", ""), ("North", "hall"), ("Ten", "NORTH"), ("", "North")):
        assert desk.do("circle", name=name, inside=inside).status_code == 303
    assert parents(door) == [None, 0, 1, 1]
    assert desk.do("inside", circle=3, inside="Hall").status_code == 303
    assert desk.do("inside", circle=2, inside="4").status_code == 303, "a circle without a name is called by its number"
    assert parents(door) == [None, 0, 3, 0]
    assert desk.do("inside", circle=2, inside="").status_code == 303
    assert parents(door) == [None, 0, None, 0]
    assert "Hall · North" in re.sub(r"<[^>]*>", "", desk.page("/circles"))


def test_no_circle_stands_inside_itself_or_too_deep(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    for level in range(LEVELS_MOST):
        assert desk.do("circle", name=f"Level {level}", inside=f"Level {level - 1}" if level else "").status_code == 303
    before = parents(door)
    for what, fields in (
        ("circle", {"name": "Too deep", "inside": f"Level {LEVELS_MOST - 1}"}),
        ("inside", {"circle": 0, "inside": "Level 3"}),
        ("inside", {"circle": 0, "inside": "Level 0"}),
    ):
        answer = desk.do(what, **fields)
        assert (answer.status_code, codes(answer.text, "why")) == (409, ["nested"])
    for inside in ("Nowhere", "99"):
        assert desk.do("inside", circle=1, inside=inside).status_code == 404
    assert parents(door) == before


def test_a_name_that_two_circles_have_names_none(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    for _ in range(2):
        desk.do("circle", name="Fire")
    assert desk.do("circle", name="Ten", inside="Fire").status_code == 404


def test_people_sit_in_the_innermost_circles(open_door: Open) -> None:
    door = open_door()
    door.submit("h0", "hall", ev.CircleAdded("Hall", "key-0"))
    door.submit("h0", "ten", ev.CircleAdded("Ten", "key-1", 0))
    page = door.browser().get(f"/j/{CODE}").text
    assert re.findall(r'<option value="(\d+)">', page) == ["1"]


def test_a_program_adds_and_moves_circles(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    secret = next(cookie.value for cookie in desk.browser.cookies.jar if cookie.name == "host")
    api, head = f"/api/v1/gatherings/{CODE}/host", {"authorization": f"Bearer {secret}"}
    send = lambda path, **body: door.browser().post(f"{api}/{path}", json=body, headers=head)  # noqa: E731
    assert send("circles", key="add-circle-1", name="Hall").status_code == 200
    assert send("circles", key="add-circle-2", name="Ten", parent=0, names={"en": "The ten"}).status_code == 200
    assert send("circles", key="add-circle-3", name="Nowhere", parent=7).status_code == 404
    assert send("circles/move", key="move-circle-1", circle=0, parent=1).json()["why"] == "nested"
    assert send("circles/move", key="move-circle-2", circle=1).status_code == 200
    told = door.browser().get(f"{api}/circles", headers=head).json()["circles"]
    assert [(circle["name"], circle["parent"]) for circle in told] == [("Hall", None), ("Ten", None)]


def test_a_thousand_circles_are_listed_fifty_at_a_time_and_found_by_name(open_door: Open) -> None:
    door = open_door()
    door.submit("h0", "hall", ev.CircleAdded("Hall of the north", "key-h"))
    for number in range(1000):
        door.submit(
            "h0", f"circle-{number}", ev.CircleAdded(f"Ten {number}", f"key-{number}", 0 if number < 3 else None)
        )
    desk = Desk(door)
    first, found = desk.page("/circles"), desk.page("/circles?find=north")
    assert len(codes(first, "circle")) == 50
    assert codes(found, "circle") == ["0", "1", "2", "3"]
    assert codes(desk.page("/circles?page=20"), "circle") == ["1000"]
    assert codes(desk.page("/circles?find=nobody"), "circle") == []


# --- a verdict for each level -----------------------------------------------------------------------------------------


async def seated(door: Any, key: str, circle: int) -> None:
    await door.gathering.take_seat(key, language="en", circle=circle)


def three_deep(door: Any, tens: tuple[int, ...]) -> None:
    """Fill a hall with two groups; the first holds tens of these sizes, the second one circle of forty."""
    for number, (name, parent) in enumerate(
        [("Hall", None), ("North", 0), ("South", 0), *((f"Ten {n}", 1) for n in range(len(tens))), ("Large", 2)]
    ):
        door.submit("h0", f"circle-{number}", ev.CircleAdded(name, f"key-{number}", parent))
    for place, size in enumerate((*tens, 40), start=3):
        for person in range(size):
            door.call(seated, door, f"key-{place}-{person}", place)


def in_all(state: State) -> dict[int, int]:
    """Return how many people are in each circle and what it contains."""
    from oneheart.live import judging

    return {part.circle: len(part.seats) for part in judging.parts_of(state) if part.circle is not None}


def remains(state: State, told: set[int]) -> list[int]:
    """Return how many people remain in everybody and in each circle told of, without the circles told of inside."""
    people = in_all(state)
    from oneheart.live.state.nested import upward

    nearest = {
        circle: next((o for o in upward(state.circles, state.circles[circle].parent) if o in told), None)
        for circle in told
    }
    rest = []
    for outer in (None, *told):
        inside = [circle for circle in told if nearest[circle] == outer]
        if inside:
            rest.append((state.people.count if outer is None else people[outer]) - sum(people[c] for c in inside))
    return rest


@pytest.mark.parametrize("tens", [(10, 20), (20, 20), (13, 12), (30, 5), (20, 20, 3), (14, 14, 14), (0, 30)])
def test_no_few_people_remain_beside_the_circles_that_are_told_of(open_door: Open, tens: tuple[int, ...]) -> None:
    door = open_door()
    three_deep(door, tens)
    state = door.gathering.state
    told = levels.told_of(state, in_all(state))
    assert all(in_all(state)[circle] > disclosure.SMALL for circle in told)
    assert all(rest == 0 or rest > disclosure.SMALL for rest in remains(state, told)), remains(state, told)
    assert {0, 2} <= told, "the hall and the large group are told of"


def test_without_that_rule_a_few_people_could_be_computed(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "_beside_few", lambda *_: set())
    door = open_door()
    three_deep(door, (30, 5))
    state = door.gathering.state
    assert 5 in remains(state, levels.told_of(state, in_all(state)))


def test_each_level_has_its_verdict_on_desk_book_and_api(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Leader, "step", led_by_the_test)
    door = open_door()
    three_deep(door, (20, 20))
    state = door.gathering.state
    host = "h0"
    number = door.submit(host, "seed", ev.DesireSaid(None, "Peace between the tables", "en"))
    door.call(read_one_line, door.gathering, number)
    for seat, person in enumerate(state.seats):
        able = person.circle != 4  # the second ten of the first group
        door.submit(f"s{seat}", f"line-{seat}", ev.LineRead(seat, 0, 0, "can say" if able else "against me"))
        if able:
            door.submit(f"s{seat}", f"whole-{seat}", ev.WholeAffirmed(seat, 0, on=True))
    draft = state.prayers.of_round(state.round)
    assert draft is not None
    parts = {part.circle: (part.depth, part.word) for part in sealing.levels_of(state, draft)}
    assert parts == {
        0: (0, "can say"),
        1: (1, "not yet"),
        2: (1, "can say"),
        3: (2, "can say"),
        4: (2, "not yet"),
        5: (2, "can say"),
    }
    page = Desk(door).page()
    rows = re.findall(r'<li data-depth="(\d)" data-said="([^"]+)">', page)
    yes, no = "can say", "not yet"
    assert rows == [("0", yes), ("1", no), ("2", yes), ("2", no), ("1", yes), ("2", yes)]
    assert levels.counted(sealing.levels_of(state, draft)) == [
        ev.LevelSealed(1, 1),
        ev.LevelSealed(2, 1),
        ev.LevelSealed(3, 2),
    ]
    assert not any(str(count) in row for row in re.findall(r"<li data-depth.*?</li>", page) for count in (19, 21, 39))
