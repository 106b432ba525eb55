"""The demand and the felt representation: asked at most once a day, counted by themselves, erased with their person."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live import represented
from oneheart.live.represented import represented_mean
from oneheart.live.state import State
from oneheart.live.state.separate import Apart
from tests.support.codes import codes
from tests.support.desks import Desk

CODE = "ABCD3456"
HOME = f"/g/{CODE}"
Open = Callable[..., Any]
DAY = 86_400_000


def ask(browser: Any, *, on: bool, key: str) -> Any:
    return browser.post(f"{HOME}/demand", data={"key": key, "on": "1" if on else "0"})


def shown(door: Any) -> tuple[int, list[str], list[str]]:
    """Return the demand as the state, the desk and the hall tell it."""
    door.gathering.tick()
    hall = door.browser().get(f"/hall/{CODE}").text
    cell = re.search(r'data-count="demand"[^>]*>.*?<dd[^>]*>([^<]*)</dd>', hall, re.DOTALL)
    assert cell is not None
    return door.gathering.state.company.apart.demand_told, codes(Desk(door).page(), "demand"), [cell[1]]


def test_the_demand_is_counted_by_itself_and_in_steps(open_door: Open) -> None:
    door = open_door()
    people = [door.join() for _ in range(12)]
    for number, browser in enumerate(people[:4]):
        assert ask(browser, on=True, key=f"demand-{number:04}").status_code == 303
    assert shown(door) == (0, ["0"], [""])
    ask(people[4], on=True, key="demand-0004")
    assert shown(door) == (5, ["5"], ["5"])
    ask(people[4], on=False, key="demand-0005")
    assert shown(door) == (5, ["5"], ["5"]), "one person who takes it back moves nothing"
    told = door.browser().get(f"/api/v1/gatherings/{CODE}/snapshot").json()
    assert (told["demand"], told["people"], told["responses"]) == (5, 10, 0)
    assert all(not occasion.present for occasion in door.gathering.state.occasions), "asking is not being there"


def told_of_who_erases(door: Any) -> tuple[int, int]:
    """Let five of twelve people ask it, and one of them erase everything; return what is told before and after.

    This is the attack: if the number goes down, whoever sees one person leave learns what that person answered.
    """
    people = [door.join() for _ in range(12)]
    for number, browser in enumerate(people[:5]):
        ask(browser, on=True, key=f"demand-{number:04}")
    before = shown(door)[0]
    people[0].post(f"{HOME}/erase", data={"sure": "yes", "key": "erase-0001"})
    assert not door.gathering.state.people.sits(0)
    return before, shown(door)[0]


def test_who_erases_everything_does_not_tell_what_they_asked(open_door: Open) -> None:
    assert told_of_who_erases(open_door()) == (5, 5)


def test_in_a_build_that_takes_nothing_over_they_tell_it(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Apart, "keep", lambda *_: None)
    monkeypatch.setattr(State, "take_over", lambda *_: None)
    assert told_of_who_erases(open_door()) == (5, 0)


def test_being_there_is_not_counted_as_asking(open_door: Open) -> None:
    door = open_door()
    door.submit("h0", "meal", ev.OccasionAdded("Meal", "meal", "HJKM3456"))
    for number in range(6):
        door.join().post(f"{HOME}/present", data={"key": f"present-{number:04}", "code": "HJKM3456"})
    assert door.gathering.state.occasions[0].present == 6
    assert shown(door)[0] == 0


def test_the_question_is_asked_once_a_day_at_most() -> None:
    apart = Apart()
    assert apart.is_due(3, 10 * DAY)
    apart.ask(ev.DemandSaid(3, on=False), 10 * DAY)
    assert [apart.is_due(3, at) for at in (10 * DAY, 11 * DAY - 1, 11 * DAY)] == [False, False, True]
    assert apart.is_due(4, 10 * DAY)


def test_a_person_sees_and_changes_their_own_answer_and_erases_it(open_door: Open) -> None:
    door = open_door()
    browser = door.join()
    assert codes(browser.get(f"{HOME}/mine").text, "due") == ["1"]
    ask(browser, on=True, key="demand-0001")
    page = browser.get(f"{HOME}/mine").text
    assert (codes(page, "due"), codes(page, "demand")) == (["0"], ["1"])
    assert browser.get(f"{HOME}/mine.json").json()["demand"] is True
    browser.post(f"{HOME}/erase", data={"key": "erase-it-all", "sure": "yes"})
    assert door.gathering.state.company.apart.demands == {}


def test_a_program_asks_for_a_person(open_door: Open) -> None:
    door = open_door()
    secret = next(cookie.value for cookie in door.join().cookies.jar if cookie.name == "seat")
    head = {"authorization": f"Bearer {secret}"}
    for path, body in (
        ("demand", {"key": "demand-0001"}),
        ("represented", {"key": "repr-0001", "sealed": 0, "value": 5}),
    ):
        sent = door.browser().post(f"/api/v1/gatherings/{CODE}/{path}", json=body, headers=head)
        assert sent.status_code == (200 if path == "demand" else 409), "a text must have been said first"


# --- felt representation ----------------------------------------------------------------------------------------------


def answers(*values: int) -> Any:
    state = State()
    state.company.apart.represented[0] = dict(enumerate(values))
    return state


def test_the_mean_has_an_interval_and_needs_so_many_people_that_a_step_is_one_point() -> None:
    assert represented_mean(answers(*[6] * (6 * disclosure.K - 1)), 0) is None
    told = represented_mean(answers(*[7] * 40), 0)
    assert told is not None
    mean, low, high = told
    assert (mean, high) == (7.0, 7.0)
    assert 1 < low < 7
    few, many = (represented_mean(answers(*[1, 7] * half), 0) for half in (15, 200))
    assert few is not None
    assert many is not None
    assert few[1] < many[1] <= many[0] <= many[2] < few[2]


@pytest.mark.parametrize("value", range(1, 8))
@pytest.mark.parametrize("people", [30, 34, 60, 61])
def test_where_all_say_the_same_the_mean_is_near_it_and_the_range_holds_it(value: int, people: int) -> None:
    told = represented_mean(answers(*[value] * people), 0)
    assert told is not None
    assert abs(told[0] - value) <= 0.5
    assert told[1] <= value <= told[2]


def test_in_a_build_that_tells_of_ten_all_who_said_six_read_seven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(represented, "enough", disclosure.twice_enough)
    with pytest.raises(AssertionError):
        test_where_all_say_the_same_the_mean_is_near_it_and_the_range_holds_it(10, 6)


@pytest.mark.parametrize("other", [1, 4, 7])
def test_one_answer_among_many_moves_the_mean_by_whole_steps_only(other: int) -> None:
    people = 30
    told = represented_mean(answers(*[4] * (people - 1), other), 0)
    assert told is not None
    assert (told[0] - 1) / 6 * people / disclosure.K == pytest.approx(round((told[0] - 1) / 6 * people / disclosure.K))


def test_it_changes_no_verdict(open_door: Open) -> None:
    """Nothing but the measures reads what people felt of a text."""
    import inspect

    from oneheart.live import judging, levels, sealed_record, sealing, weaving

    assert open_door().gathering.state.company.apart.represented == {}
    for module in (judging, sealing, levels, sealed_record, weaving):
        source = inspect.getsource(module)
        assert "represented" not in source
        assert ".apart" not in source
