"""A lost phone gets its place back, on another phone; the former one is shut out and told. A person changes circle."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live import seat_ways
from oneheart.live.codes import WRONG_A_MINUTE
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import ways
from oneheart.live.wrong_codes import WrongCodes
from oneheart.web.memory import memory_of
from tests.support.codes import codes
from tests.support.desks import Desk

CODE = "ABCD3456"
HOME, DESK = f"/g/{CODE}", f"/host/{CODE}"
Open = Callable[..., Any]


@pytest.fixture
def door(open_door: Open) -> Any:
    """Return a gathering with two circles."""
    opened = open_door()
    for number in range(2):
        opened.submit("h0", f"circle-{number}", ev.CircleAdded("", f"key-of-{number}"))
    return opened


def letters(page: str) -> str:
    """Return the code that a page shows this once."""
    found = re.search(r'data-way="1">([^<]+)<', page)
    assert found is not None
    return found[1]


def sign(page: str) -> str:
    """Return the sign of the place on My data."""
    found = re.search(r"[3-9A-HJ-NP-Z]{4}\s[3-9A-HJ-NP-Z]{4}", page.split('id="way"')[1])
    assert found is not None
    return found[0]


def opened(door: Any, code: str, key: str = "open-on-another") -> Any:
    """Return another phone on which a way back was used."""
    phone = door.browser()
    answer = phone.post(f"/w/{CODE}", data={"key": key, "way": code})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}/mine#way")
    return phone


def test_a_kept_way_back_opens_the_same_place_and_shuts_the_former_phone_out(door: Any) -> None:
    old = door.join(circle="0")
    door.say(old, "What I said on my first phone")
    seat = door.seat(old)
    code = letters(old.post(f"{HOME}/way", data={"key": "keep-a-way-1"}).text)
    assert len(code.replace(" ", "")) == seat_ways.WAY_LENGTH
    assert code not in old.get(f"{HOME}/mine").text, "shown only once"
    new = opened(door, code.lower())
    assert door.seat(new) == seat
    page = new.get(f"{HOME}/mine").text
    assert "What I said on my first phone" in page
    assert codes(page, "opened") == ["kept"]
    assert old.get(HOME).headers["location"] == f"/j/{CODE}"
    assert codes(old.get(f"/j/{CODE}").text, "why") == ["opened elsewhere"]
    late = old.post(f"{HOME}/respond", data={"desire": "0", "stance": "1"}, headers={"Accept": "application/json"})
    assert (late.status_code, late.json()["why"]) == (401, "no seat")
    assert codes(door.browser().get(f"/j/{CODE}").text, "why") == [], "another phone is told nothing"


def test_a_way_back_opens_once_and_a_repeat_of_the_form_gives_the_same(door: Any) -> None:
    old = door.join()
    code = letters(old.post(f"{HOME}/way", data={"key": "keep-a-way-1"}).text)
    first = opened(door, code)
    again = opened(door, code)  # the same form, sent twice by one phone
    assert door.seat(first) == door.seat(again)
    stranger = door.browser().post(f"/w/{CODE}", data={"key": "another-form-1", "way": code})
    assert stranger.status_code == 404
    assert codes(stranger.text, "why") == ["no such way"]
    assert door.seat(first) == 0, "the refused one shut nobody out"


def test_a_new_way_back_makes_the_former_one_void(door: Any) -> None:
    old = door.join()
    first = letters(old.post(f"{HOME}/way", data={"key": "keep-a-way-1"}).text)
    second = letters(old.post(f"{HOME}/way", data={"key": "keep-a-way-2"}).text)
    assert door.browser().post(f"/w/{CODE}", data={"key": "open-void-one", "way": first}).status_code == 404
    assert door.seat(opened(door, second)) == 0


def test_my_data_says_what_is_kept_of_the_duty_and_of_ways_back(door: Any) -> None:
    old = door.join(circle="0")

    def held(browser: Any) -> tuple[str, bool, str]:
        mine = browser.get(f"{HOME}/mine.json").json()
        return mine["duty"], mine["way_back"], mine["opened_by"]

    assert held(old) == ("", False, "")
    code = letters(old.post(f"{HOME}/way", data={"key": "keep-a-way-1"}).text)
    old.post(f"{HOME}/circle/steward", data={"key": "ask-for-duty", "on": "1"})
    assert held(old) == ("asks", True, "")
    new = opened(door, code)
    door.submit("h0", "give-duty", ev.DutyGiven(0, 0))
    assert held(new) == ("holds", False, "kept")


def test_guesses_are_limited(door: Any) -> None:
    told = [
        door.browser().post(f"/w/{CODE}", data={"key": f"guess-number-{n}", "way": f"{'3' * 12}{1000 + n}"}).status_code
        for n in range(15)
    ]
    assert told[:5] == [404] * 5
    assert told[-1] == 429


def test_a_host_gives_a_lost_phone_its_place_back_by_the_sign_and_it_is_logged_and_told(door: Any) -> None:
    old, other = door.join(circle="0"), door.join(circle="0")
    door.say(old, "Only I know this")
    mark = sign(old.get(f"{HOME}/mine").text)
    desk = Desk(door)
    page = desk.browser.post(f"{DESK}/lost", data={"key": "a-lost-phone-1", "code": mark.lower()}).text
    assert "Only I know this" not in page
    assert old.get(HOME).headers["location"] == f"/j/{CODE}", "the lost phone is shut out at once"
    new = opened(door, letters(page))
    assert door.seat(new) == 0
    mine = new.get(f"{HOME}/mine").text
    assert "Only I know this" in mine
    assert codes(mine, "opened") == ["host"]
    assert codes(other.get(f"{HOME}/mine").text, "opened") == []
    assert "phone lost" in codes(desk.browser.get(f"{DESK}/log").text, "done")


def test_a_host_finds_the_place_by_the_card_with_which_its_person_came_in(door: Any) -> None:
    gathering = door.gathering
    code = door.call(gathering.add_cards, "sheet-of-cards", 2, 1, "h0")[0]
    seat = door.seat(door.join(card=code))
    desk = Desk(door)
    unused = desk.browser.post(f"{DESK}/lost", data={"key": "a-lost-phone-1", "code": "ABCDEFGH"})
    assert unused.status_code == 404
    page = desk.browser.post(f"{DESK}/lost", data={"key": "a-lost-phone-2", "code": code}).text
    assert door.seat(opened(door, letters(page))) == seat


def test_nobody_but_a_host_gives_a_place_back_and_nobody_but_its_person_keeps_a_way(door: Any) -> None:
    old, stranger = door.join(), door.join()
    mark = sign(old.get(f"{HOME}/mine").text)
    for browser in (stranger, door.browser()):
        assert browser.post(f"{DESK}/lost", data={"key": "a-lost-phone-1", "code": mark}).status_code == 403
    for body in (ev.WayBackKept(0, "w" * 64), ev.SeatChanged(0, circle=1), ev.SeatChanged(0, secret_hash="s" * 64)):
        with pytest.raises(Refused) as told:
            door.submit("s1", "not-mine", body)
        assert told.value.why is Refusal.NOT_YOURS
    with pytest.raises(Refused):
        door.submit("s0", "no-way", ev.SeatChanged(0, secret_hash="s" * 64))
    assert door.seat(old) == 0


def test_a_build_that_voids_nothing_leaves_the_lost_phone_in(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "make_void", lambda _people, _seat: None)
    old = door.join()
    code = letters(old.post(f"{HOME}/way", data={"key": "keep-a-way-1"}).text)
    opened(door, code)
    assert door.seat(old) == 0


def test_streams_of_the_lost_phone_end(door: Any) -> None:
    old = door.join()
    ended: list[int] = []
    code = letters(old.post(f"{HOME}/way", data={"key": "keep-a-way-1"}).text)
    phones = memory_of(door.gathering).phones

    class Gone:
        def cancel(self) -> None:
            ended.append(0)

    class Stream:
        gone = Gone()

    phones._by_seat[0] = [Stream()]  # type: ignore[list-item]  # noqa: SLF001
    opened(door, code)
    assert ended == [0]


# --- another circle ---


def circle_code(browser: Any) -> str:
    page = browser.get(f"{HOME}/circle").text.split('id="circle-code"')[1]
    found = re.search(r"[3-9A-HJ-NP-Z]{4} [3-9A-HJ-NP-Z]{4}", page)
    assert found is not None
    return found[0]


def test_a_person_comes_to_another_circle_once_a_round_by_its_code_or_its_card(door: Any) -> None:
    one, other = door.join(circle="0"), door.join(circle="1")
    code = circle_code(other)
    assert one.post(f"{HOME}/move", data={"key": "move-nowhere", "circle": "ABCDEFGH"}).status_code == 404
    moved = one.post(f"{HOME}/move", data={"key": "move-to-other", "circle": code})
    assert moved.headers["location"] == f"{HOME}/circle"
    state = door.gathering.state
    assert [seat.circle for seat in state.seats] == [1, 1]
    assert 'id="moved"' in one.get(f"{HOME}/mine").text
    back = one.post(f"{HOME}/move", data={"key": "move-back-1", "circle": "key-of-0"})
    assert back.status_code == 409
    assert 'id="comes"' in other.get(f"/j/{CODE}?c=key-of-0").text
    for number, stage in enumerate(("crossing", "open")):
        door.submit("h0", f"round-{number}", ev.StageMoved(stage, state.version))
    one.post(f"{HOME}/move", data={"key": "move-back-2", "circle": "key-of-0"})
    assert [seat.circle for seat in state.seats] == [0, 1]


def test_who_comes_to_a_circle_holds_nothing_there_and_is_its_youngest(door: Any) -> None:
    people = [door.join(circle="0") for _ in range(2)] + [door.join(circle="1") for _ in range(2)]
    door.submit("h0", "duty", ev.DutyGiven(0, 0))
    people[0].post(f"{HOME}/move", data={"key": "move-to-other", "circle": "key-of-1"})
    state = door.gathering.state
    assert not state.seats[0].steward
    people[3].post(f"{HOME}/circle/steward", data={"key": "ask-for-duty", "on": "1"})
    page = people[0].get(f"{HOME}/circle").text
    assert codes(page, "asks")
    assert 'name="on" value="1">Yes' not in page


def test_a_move_moves_no_word_of_either_circle(door: Any) -> None:
    """What others read of their circle is the same before and after one person left or came."""
    people = [door.join(circle=str(n % 2)) for n in range(14)]
    for number, browser in enumerate(people):
        door.say(browser, f"Wish {number}", key=f"wish-{number:04}")
    for number, browser in enumerate(people):
        for desire in range(14):
            if desire != number:
                data = {"key": f"tap-{number:03}-{desire:03}", "desire": str(desire), "stance": "1"}
                browser.post(f"{HOME}/respond", data=data)
    key = re.compile(r'value="[0-9a-f]{32}"')

    def seen() -> list[str]:
        return [key.sub("", people[n].get(f"{HOME}/{page}").text) for n in (1, 2, 3) for page in ("circle", "mine")]

    before = seen()
    people[0].post(f"{HOME}/move", data={"key": "move-to-other", "circle": "key-of-1"})
    assert door.gathering.state.seats[0].circle == 1
    assert seen() == before


# --- codes cannot be tried all day ------------------------------------------------------------------------------------


def tries(door: Any, count: int) -> dict[str, list[int]]:
    """Return what wrong codes and then the right one are answered: of a circle, and of the place of a lost phone."""
    phone, host = door.join(circle="0"), Desk(door).browser
    right = {
        "circle": seat_ways.code_of_circle(door.gathering, 1),
        "code": seat_ways.mark_of(door.gathering, door.seat(door.join(circle="0"))),
    }
    asks = {"circle": (phone, f"{HOME}/move"), "code": (host, f"{DESK}/lost")}
    answers: dict[str, list[int]] = {}
    for field, (browser, address) in asks.items():
        sent = [f"{field.upper():W<7}{'3456789ABCDEFGHJKMNP'[n]}" for n in range(count)] + [right[field]]
        forms = [{"key": f"try-{field}-{place:04}", field: code} for place, code in enumerate(sent)]
        answers[field] = [browser.post(address, data=form).status_code for form in forms]
    return answers


def test_after_ten_wrong_codes_in_a_minute_the_right_one_is_refused_too(door: Any) -> None:
    assert tries(door, 12) == {"circle": [404] * 10 + [429] * 3, "code": [404] * 10 + [429] * 3}


def test_nine_wrong_codes_let_the_right_one_in(door: Any) -> None:
    assert tries(door, 9) == {"circle": [404] * 9 + [303], "code": [404] * 9 + [200]}


def test_without_the_limit_the_right_code_is_found(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WrongCodes, "over", lambda *_: False)
    assert tries(door, 12) == {"circle": [404] * 12 + [303], "code": [404] * 12 + [200]}


def test_the_limit_ends_with_its_minute_and_is_of_one_person_only() -> None:
    now = [600.0]
    wrong = WrongCodes(lambda: now[0])
    for _ in range(WRONG_A_MINUTE):
        assert not wrong.over("s1")
        wrong.note("s1")
    assert (wrong.over("s1"), wrong.over("s2")) == (True, False)
    now[0] = 660.0
    assert not wrong.over("s1")
