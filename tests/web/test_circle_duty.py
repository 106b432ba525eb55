"""The duty of a circle on its page and on the desk: asked for, confirmed, passed on, taken back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import circle_duty, doing
from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import duty
from tests.support.codes import codes
from tests.support.desks import Desk

CODE = "ABCD3456"
AT, DESK = f"/g/{CODE}/circle", f"/host/{CODE}"
LINE, FALSE_LINE = "Our true common line", "A line the circle never said"
Open = Callable[..., Any]


@pytest.fixture
def door(open_door: Open) -> Any:
    """Return a gathering with one circle."""
    opened = open_door()
    opened.submit("h0", "circle-0", ev.CircleAdded("", "key-of-0"))
    return opened


def sit(door: Any, count: int) -> list[Any]:
    return [door.join(circle="0") for _ in range(count)]


def requests(browser: Any, number: int = 0) -> str:
    """Ask for the duty and return the sign that the page shows."""
    browser.post(f"{AT}/steward", data={"key": f"ask-for-it-{number}", "on": "1"})
    found = re.search(r'id="asked" data-sign="(\d{4})"', browser.get(AT).text)
    assert found is not None
    return found[1]


def says(browser: Any, sign: str, *, on: bool = True, holds: bool = False, key: str = "") -> int:
    data = {"key": key or f"answer-{sign}-{on:d}{holds:d}", "sign": sign, "on": f"{on:d}", "holds": f"{holds:d}"}
    return int(browser.post(f"{AT}/duty", data=data).status_code)


def holder(door: Any) -> int | None:
    return duty.holder_of(door.gathering.state.seats, 0)


def test_all_of_the_circle_see_who_asks_by_a_sign_and_one_elder_gives_a_free_duty(door: Any) -> None:
    ten = sit(door, 10)
    sign = requests(ten[9])
    for place, browser in enumerate(ten[:9]):
        page = browser.get(AT).text
        assert codes(page, "asks") == [sign]
        assert ("data-may-answer" in page) is (place < 5), "five of the other nine have been here longest"
    assert holder(door) is None
    assert says(ten[8], sign) == 403
    assert holder(door) is None
    assert says(ten[4], sign) == 303
    assert holder(door) == 9
    assert 'id="holds"' in ten[9].get(AT).text
    assert codes(ten[0].get(AT).text, "sign") == [sign]


def test_a_stranger_neither_takes_a_circle_nor_replaces_its_line_nor_makes_people(door: Any) -> None:
    ten = sit(door, 10)
    says(ten[1], requests(ten[0]))
    ten[0].post(f"{AT}/line", data={"key": "our-line-1", "text": LINE})
    strangers = sit(door, 3)
    sign = requests(strangers[0])
    assert [says(other, sign) for other in strangers[1:]] == [403, 403]
    sent = [
        strangers[0].post(f"{AT}/{path}", data={"key": f"by-a-stranger-{path}", **data}).status_code
        for path, data in (
            ("line", {"text": FALSE_LINE}),
            ("carry", {"text": FALSE_LINE}),
            ("done", {"on": "1"}),
            ("scribe", {"doing": "new", "language": "en"}),
        )
    ]
    assert sent == [403] * 4
    state = door.gathering.state
    assert (holder(door), state.circles[0].done, len(state.seats)) == (0, False, 13)
    page = ten[3].get(AT).text
    assert LINE in page
    assert FALSE_LINE not in page


@pytest.mark.parametrize("broken", ["everybody's yes counts", "asking is enough"])
def test_the_same_strangers_take_the_circle_of_a_build_without_the_rule(
    door: Any, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if broken == "asking is enough":
        monkeypatch.setattr(duty, "may_answer", lambda _seats, _voter, _about: True)
        monkeypatch.setattr(duty, "is_given", lambda duties, _seats, asking: asking in duties.asked)
    else:
        monkeypatch.setattr(
            duty, "elders_of", lambda seats, circle, about: [n for n in duty.members_of(seats, circle) if n != about]
        )
    ten = sit(door, 10)
    if broken == "asking is enough":
        says(ten[1], requests(ten[0]))
        ten[0].post(f"{AT}/line", data={"key": "our-line-1", "text": LINE})
    strangers = sit(door, 2)
    says(strangers[1], requests(strangers[0]))
    strangers[0].post(f"{AT}/line", data={"key": "false-line-1", "text": FALSE_LINE})
    assert FALSE_LINE in ten[3].get(AT).text


def test_a_held_duty_passes_on_by_its_holders_yes_or_by_more_than_half_of_the_elders(door: Any) -> None:
    ten = sit(door, 10)
    says(ten[1], requests(ten[0]))
    sign = requests(ten[9])
    assert [says(ten[place], sign) for place in (1, 2)] == [303, 303]
    assert holder(door) == 0, "two of five elders are not more than half"
    assert says(ten[3], sign) == 303
    assert holder(door) == 9
    again = requests(ten[5], 5)
    assert says(ten[9], again) == 303
    assert holder(door) == 5, "the holder's own yes is enough"


def test_more_than_half_of_the_elders_take_the_duty_back(door: Any) -> None:
    six = sit(door, 6)
    sign = requests(six[0])
    says(six[1], sign)
    for place in (1, 2):
        assert holder(door) == 0
        assert says(six[place], sign, on=False, holds=True, key=f"take-it-back-{place}") == 303
    assert holder(door) is None


def test_a_host_gives_and_ends_the_duty_by_the_sign_and_it_is_logged(door: Any) -> None:
    two = sit(door, 2)
    sign = requests(two[1])
    desk = Desk(door)
    assert codes(desk.page("/circles"), "asks") == [sign]
    wrong = desk.do("duty", circle=0, sign=f"{(int(sign) + 1) % 10_000:04}", on=1)
    assert wrong.status_code == 404
    desk.do("duty", circle=0, sign=sign, on=1)
    assert holder(door) == 1
    assert codes(desk.page("/circles"), "holds") == [sign]
    desk.do("duty", circle=0, sign=sign, on=0)
    assert holder(door) is None
    assert codes(desk.page("/log"), "done").count("duty given") == 2


def test_the_desk_counts_nobody_who_is_typed_for_below_five(door: Any) -> None:
    seat = door.seat(sit(door, 1)[0])
    desk = Desk(door)
    told = []
    for number in range(7):
        told += codes(desk.page("/circles"), "typed")
        door.submit("h0", f"duty-{number}", ev.DutyGiven(0, seat))
        door.call(
            doing.seat_scribed, door.gathering, seat, ask.ScribedSeatAsked(f"one-more-person-{number}", language="en")
        )
    assert told == ["0", "0", "0", "0", "0", "5", "5"]


# --- people without a phone -------------------------------------------------------------------------------------------


def typed_for(door: Any, seat: int, count: int, *, at_once: bool = False) -> list[Refusal | None]:
    """Ask for seats of people without a phone, one after the other or all in one batch; return the refusals."""

    async def one(number: int) -> Refusal | None:
        try:
            await doing.seat_scribed(door.gathering, seat, ask.ScribedSeatAsked(f"person-number-{number}"))
        except Refused as refused:
            return refused.why
        return None

    async def work() -> list[Refusal | None]:
        if at_once:
            return list(await asyncio.gather(*(one(number) for number in range(count))))
        return [await one(number) for number in range(count)]

    return list(door.call(work))


@pytest.mark.parametrize("at_once", [False, True])
def test_a_steward_types_for_as_many_as_the_size_leaves_also_where_fifty_ask_at_once(
    door: Any, *, at_once: bool
) -> None:
    people = sit(door, 4)
    door.submit("h0", "duty", ev.DutyGiven(0, 0))
    refused = typed_for(door, 0, 50, at_once=at_once)
    assert refused.count(None) == duty.CIRCLE_SIZE - len(people)
    assert set(refused) == {None, Refusal.NO_ROOM}
    assert 'id="no-room"' in people[0].get(f"{AT}/sheet").text
    Desk(door).do("rename", circle=0, name="", size=11)
    assert 'id="no-room"' not in people[0].get(AT).text


def test_who_loses_the_duty_loses_the_typing_and_the_next_steward_has_it(door: Any) -> None:
    sit(door, 3)
    door.submit("h0", "duty-0", ev.DutyGiven(0, 0))
    typed_for(door, 0, 2)
    door.submit("h0", "duty-1", ev.DutyGiven(0, 1))
    for scribe, why in ((0, Refusal.NOT_YOURS), (2, Refusal.NOT_YOURS)):
        with pytest.raises(Refused) as told:
            doing.check_scribe(door.gathering, scribe, 3)
        assert told.value.why is why
    doing.check_scribe(door.gathering, 1, 3)
    doing.check_scribe(door.gathering, 1, 4)


# --- erasure and restart ----------------------------------------------------------------------------------------------


def test_a_line_stands_when_the_elder_who_confirmed_the_duty_erases_everything(door: Any) -> None:
    ten = sit(door, 4)
    says(ten[0], requests(ten[1]))
    ten[1].post(f"{AT}/line", data={"key": "our-line-1", "text": LINE})
    typed_for(door, 1, 2)
    door.call(doing.erase, door.gathering, 0, ask.KeyOnly("erase-me-now"))
    state = door.gathering.state
    assert holder(door) == 1
    assert state.desires[state.circles[0].line].text == LINE
    assert [seat.alive for seat in state.seats] == [False, True, True, True, True, True]


def test_whoever_lost_the_duty_does_not_get_it_back_when_the_next_one_erases_everything(door: Any) -> None:
    sit(door, 3)
    door.submit("h0", "duty-0", ev.DutyGiven(0, 0))
    typed_for(door, 0, 2)
    door.submit("h0", "duty-1", ev.DutyGiven(0, 1))
    door.call(doing.erase, door.gathering, 1, ask.KeyOnly("erase-me-now"))
    state = door.gathering.state
    assert holder(door) is None
    assert [seat.alive for seat in state.seats] == [True, False, True, True, True], "numbers of later seats stay"


def test_nobody_writes_past_the_rules_below_the_doors(door: Any) -> None:
    sit(door, 3)
    door.submit("h0", "duty", ev.DutyGiven(0, 0))
    by_hand: list[tuple[str, ev.AnyBody]] = [
        ("s1", ev.StewardNamed(1, on=True)),
        ("s1", ev.StewardNamed(0, on=False)),
        ("s1", ev.CircleDone(0, on=True)),
        ("h0", ev.CircleDone(0, on=True)),
        ("s1", ev.DutyRequested(2)),
        ("house", ev.DutySettled(0, 1)),
        ("house", ev.DutySettled(0, 0, on=False)),
        ("door", ev.SeatTaken("", "en", 0, scribe=1, bounded=True)),
        ("door", ev.SeatTaken("", "en", 0, scribe=0)),
        ("s1", ev.DesireSaid(1, FALSE_LINE, "en", line_of=0)),
    ]
    before = door.gathering.state.digest()
    for number, (by, body) in enumerate(by_hand):
        with pytest.raises(Refused) as told:
            door.submit(by, f"by-hand-{number}", body)
        assert told.value.why is Refusal.NOT_YOURS, body
    assert door.gathering.state.digest() == before


def test_two_with_one_sign_are_told_apart_by_nobody(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circle_duty, "sign_of", lambda _gathering, _seat: "0007")
    four = sit(door, 4)
    for number in (2, 3):
        requests(four[number], number)
    assert says(four[0], "0007") == 404
    assert holder(door) is None
