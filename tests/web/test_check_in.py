"""Check-in: only who reads the code at the occasion is counted there, and an usher can do nothing else."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import check_in
from oneheart.live import events as ev
from oneheart.live.codes import ALPHABET
from oneheart.web import security
from tests.support.codes import codes
from tests.support.desks import Desk

CODE = "ABCD3456"
HOME = f"/g/{CODE}"
MEALS = ("HJKM3456", "NPQR3456", "STWX3456")
Open = Callable[..., Any]


def held(door: Any) -> Any:
    """Return a hall with three occasions."""
    for number, code in enumerate(MEALS):
        door.submit("h0", f"meal-{number}", ev.OccasionAdded(f"Meal {number}", "meal", code))
    return door


def present(door: Any) -> list[int]:
    return [occasion.present for occasion in door.gathering.state.occasions]


def attack_from_home(door: Any) -> list[int]:
    """Try to be everywhere without having been anywhere; return how many are counted at each occasion."""
    browser = door.join()
    page = browser.get(f"{HOME}/mine").text
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', page)
    numbers = [*dict.fromkeys([*(value for _, value in fields if value.isdigit()), *map(str, range(len(MEALS)))])]
    for number, (name, value) in enumerate(itertools.product(("occasion", "code", "number"), numbers)):
        browser.post(f"{HOME}/present", data={"key": f"attack-{number:04}", name: value})
    for number in numbers:
        browser.get(f"{HOME}/here/{number}")
    guesses = map("".join, itertools.product(ALPHABET[:4], repeat=3))
    for number, guess in enumerate(guesses):
        browser.post(f"{HOME}/present", data={"key": f"guess-{number:04}", "code": guess})
    return present(door)


def test_nobody_at_home_can_say_that_they_are_there(open_door: Open) -> None:
    assert attack_from_home(held(open_door())) == [0, 0, 0]


def test_where_an_occasion_is_known_by_its_number_the_attack_succeeds(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_number(gathering: Any, typed: str) -> int | None:
        return int(typed) if typed.isdigit() and int(typed) < len(gathering.state.occasions) else None

    monkeypatch.setattr(check_in, "occasion_of_code", by_number)
    assert attack_from_home(held(open_door())) == [1, 1, 1]


def test_a_check_in_by_mistake_is_taken_back_and_can_be_said_again(open_door: Open) -> None:
    door = held(open_door())
    browser = door.join()
    for number, (where, field, counted) in enumerate(
        (
            ("present", ("code", MEALS[0]), 1),
            ("absent", ("occasion", "0"), 0),
            ("present", ("code", MEALS[0].lower()), 1),
        )
    ):
        sent = browser.post(f"{HOME}/{where}", data={"key": f"mistake-{number}", field[0]: field[1]})
        assert (sent.status_code, present(door)[0]) == (303, counted)
        assert ("/absent" in browser.get(f"{HOME}/mine").text) == bool(counted)
    assert "/absent" in browser.get(f"{HOME}/here/{MEALS[0]}").text


def test_a_code_with_spaces_counts_and_a_wrong_one_gets_a_field(open_door: Open) -> None:
    door = held(open_door())
    browser = door.join()
    wrong = browser.post(f"{HOME}/present", data={"key": "wrong-code", "code": "WRNG WRNG"})
    assert (wrong.status_code, present(door)[0]) == (404, 0)
    assert 'name="code"' in wrong.text
    spaced = f"{MEALS[0][:4]} {MEALS[0][4:]}"
    assert browser.post(f"{HOME}/present", data={"key": "right-code", "code": spaced}).status_code == 303
    assert present(door)[0] == 1


def guessed(door: Any) -> int:
    """Guess at codes, the right one the twenty-first; return how many are counted."""
    browser = door.join()
    for number in range(30):
        code = MEALS[0] if number == 20 else f"WRNG{number:04}"
        browser.post(f"{HOME}/present", data={"key": f"guess-{number:04}", "code": code})
        browser.get(f"{HOME}/here/{code}")
    return present(door)[0]


def test_guesses_are_limited_for_the_right_code_too(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security.time, "monotonic", lambda: 600.0)
    assert guessed(held(open_door())) == 0


def test_without_the_limit_the_right_code_is_found(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security.Misses, "allowed", lambda *_: True)
    assert guessed(held(open_door())) == 1


def test_a_new_seat_for_each_ten_guesses_does_not_help(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security.time, "monotonic", lambda: 600.0)
    door = held(open_door())
    statuses = [
        browser.post(f"{HOME}/present", data={"key": f"guess-{seat}-{n}", "code": f"WRNG{n}"}).status_code
        for seat, browser in enumerate([door.join() for _ in range(4)])
        for n in range(10)
    ]
    assert statuses.count(404) == 10 + 4, "ten and one more for each seat of the address"


def test_a_code_leaves_the_server_only_to_hosts_and_to_those_who_have_it(open_door: Open) -> None:
    door = held(open_door())
    browser, desk = door.join(), Desk(door)
    door.gathering.tick()
    for path in (HOME, f"{HOME}/mine", f"{HOME}/near", f"{HOME}/mine.json", f"{HOME}/here", f"/hall/{CODE}"):
        assert not any(code in browser.get(path).text for code in MEALS), path
    assert MEALS[1] in desk.page("/circles")
    assert f"{MEALS[1][:4]} {MEALS[1][4:]}" in desk.page("/here/1")
    assert desk.browser.get(f"{desk.home}/here/9").status_code == 404


def test_a_scanned_code_asks_and_one_press_says_it(open_door: Open) -> None:
    door = held(open_door())
    browser = door.join()
    page = browser.get(f"{HOME}/here/{MEALS[2]}")
    assert (page.status_code, present(door)) == (200, [0, 0, 0]), "looking changes nothing"
    key = re.search(r'name="key" value="([^"]*)"', page.text)
    assert key is not None
    for _ in range(2):
        assert browser.post(f"{HOME}/present", data={"key": key[1], "code": MEALS[2]}).status_code == 303
    assert present(door) == [0, 0, 1]
    assert 'data-was="1"' in browser.get(f"{HOME}/here/{MEALS[2]}").text
    assert codes(browser.get(f"{HOME}/here/WXYZ9999").text, "why") == ["no occasion"]


def test_who_scans_before_coming_in_is_led_through_the_door_and_back(open_door: Open) -> None:
    door = held(open_door())
    browser = door.browser()
    to_door = browser.get(f"{HOME}/here/{MEALS[0]}")
    assert to_door.headers["location"] == f"/j/{CODE}?here={MEALS[0]}"
    page = browser.get(to_door.headers["location"]).text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert fields["here"] == MEALS[0]
    assert browser.post(f"/j/{CODE}", data=fields).headers["location"] == f"{HOME}/here/{MEALS[0]}"


# --- ushers -----------------------------------------------------------------------------------------------------------


def usher(door: Any, occasion: int) -> Any:
    """Return a browser that a host made that of an usher."""
    link = re.search(r"(/u/\w+/as/\w+)", Desk(door).page(f"/here/{occasion}"))
    assert link is not None
    browser = door.browser()
    assert browser.get(link[1]).headers["location"] == f"/u/{CODE}"
    return browser


def shown(person: Any) -> str:
    """Return the code that a person shows."""
    found = re.search(r'data-own-code="1">([^<]+)<', person.get(f"{HOME}/here").text)
    assert found is not None
    return found[1]


def test_an_usher_notes_whom_they_see_at_one_occasion_and_can_do_nothing_else(open_door: Open) -> None:
    door = held(open_door())
    person, browser = door.join(), usher(door, 1)
    code = shown(person)
    assert 'value="' + code in browser.get(f"/u/{CODE}/p/{code.replace(' ', '')}").text
    assert present(door) == [0, 0, 0], "scanning alone changes nothing"
    for _ in range(2):
        sent = browser.post(f"/u/{CODE}", data={"key": "usher-note-1", "person": code})
        assert sent.headers["location"] == f"/u/{CODE}?noted=1"
    assert present(door) == [0, 1, 0]
    assert [seat.presences for seat in door.gathering.state.seats] == [[1]]
    for path in (HOME, f"{HOME}/mine", f"/host/{CODE}", f"/host/{CODE}/here/1"):
        assert browser.get(path).status_code != 200, path
    assert browser.post(f"{HOME}/present", data={"code": MEALS[0]}).status_code != 200
    assert present(door) == [0, 1, 0]


def test_a_persons_code_is_opaque_good_for_one_occasion_and_soon_over(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = held(open_door())
    clock = [0.0]
    monkeypatch.setattr(check_in.codes_of(door.gathering), "now", lambda: clock[0])
    people = [door.join() for _ in range(3)]
    own = [shown(person) for person in people]
    assert len(set(own)) == 3
    assert shown(people[0]) == own[0], "a page that is opened again shows the same for a while"
    first, second = usher(door, 0), usher(door, 1)
    assert first.post(f"/u/{CODE}", data={"key": "note-0001", "person": own[0]}).status_code == 303
    assert second.post(f"/u/{CODE}", data={"key": "note-0002", "person": own[0]}).status_code == 404
    clock[0] = check_in.VALID_SECONDS + 1
    answer = first.post(f"/u/{CODE}", data={"key": "note-0003", "person": own[1]})
    assert (answer.status_code, codes(answer.text, "why")) == (404, ["no such person"])
    assert present(door) == [1, 0, 0]


def test_a_seat_number_is_no_code(open_door: Open) -> None:
    door = held(open_door())
    door.join()
    browser = usher(door, 0)
    for number, person in enumerate(("0", "1", "00000000", "")):
        assert browser.post(f"/u/{CODE}", data={"key": f"note-{number:04}", "person": person}).status_code == 404
    assert present(door) == [0, 0, 0]


def test_an_ushers_guesses_are_limited(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security.time, "monotonic", lambda: 600.0)
    door = held(open_door())
    browser = usher(door, 0)
    sent = [browser.post(f"/u/{CODE}", data={"person": f"GUES{n:04}"}).status_code for n in range(12)]
    assert sent == [404] * 10 + [429] * 2


def test_another_link_opens_no_ushers_page(open_door: Open) -> None:
    door = held(open_door())
    browser = door.browser()
    secret = check_in.usher_secret(door.gathering, 0)
    wrong = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    assert browser.get(f"/u/{CODE}/as/{wrong}").status_code == 403
    assert browser.get(f"/u/{CODE}").status_code == 403
    assert browser.post(f"/u/{CODE}", data={"person": "ABCD3456"}).status_code == 403


def test_erased_and_revoked_people_are_not_noted(open_door: Open) -> None:
    door = held(open_door())
    person, browser = door.join(), usher(door, 0)
    code = shown(person)
    person.post(f"{HOME}/erase", data={"key": "erase-it-all", "sure": "yes"})
    assert browser.post(f"/u/{CODE}", data={"key": "note-0001", "person": code}).status_code == 404
    assert present(door) == [0, 0, 0]


# --- the end of an occasion -------------------------------------------------------------------------------------------


def late(door: Any, monkeypatch: pytest.MonkeyPatch, *, seconds: float) -> None:
    """End the first occasion now, and set the clock so many seconds later."""
    ends = door.gathering.now()
    door.submit("h0", "meal-0-ends", ev.OccasionChanged(0, "Meal 0", ends=ends))
    monkeypatch.setattr(door.gathering, "now", lambda: ends + round(1000 * seconds))


def by_all_ways(door: Any) -> list[int]:
    """Let one person type the code, one scan it, one be noted and one ask as a program; return the statuses."""
    people = [door.join() for _ in range(3)]
    ushers, program, api = usher(door, 0), door.browser(), f"/api/v1/gatherings/{CODE}"
    seat = program.post(f"{api}/seats", json={"key": secrets.token_hex(16), "language": "en"}).json()
    bearer = {"authorization": f"Bearer {seat['secret']}"}
    code = shown(people[2])
    scanned = people[1].get(f"{HOME}/here/{MEALS[0]}").text
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', scanned))
    return [
        people[0].post(f"{HOME}/present", data={"key": "late-0001", "code": MEALS[0]}).status_code,
        people[1].post(f"{HOME}/present", data=form).status_code if "code" in form else 409,
        ushers.post(f"/u/{CODE}", data={"key": "late-0002", "person": code}).status_code,
        program.post(f"{api}/presences", json={"key": "late-0003", "code": MEALS[0]}, headers=bearer).status_code,
    ]


def test_the_code_of_an_occasion_ends_half_an_hour_after_it(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    door = held(open_door())
    late(door, monkeypatch, seconds=check_in.GRACE_SECONDS)
    assert by_all_ways(door) == [303, 303, 303, 200]
    assert present(door)[0] == 4


def test_who_comes_later_reads_that_it_is_over(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    door = held(open_door())
    early = door.join()
    assert early.post(f"{HOME}/present", data={"key": "early-001", "code": MEALS[0]}).status_code == 303
    late(door, monkeypatch, seconds=check_in.GRACE_SECONDS + 0.001)
    assert by_all_ways(door) == [409] * 4
    assert present(door)[0] == 1
    person = door.join()
    for page in (person.get(f"{HOME}/here/{MEALS[0]}"), usher(door, 0).get(f"/u/{CODE}")):
        assert codes(page.text, "why") == ["over"]
    answer = person.post(f"{HOME}/present", data={"key": "late-0009", "code": MEALS[0]})
    assert (answer.status_code, codes(answer.text, "why")) == (409, ["over"])
    again = early.post(f"{HOME}/present", data={"key": "early-001", "code": MEALS[0]})
    assert again.status_code == 303, "a tap that was kept may come twice, at any time"
    assert person.post(f"{HOME}/present", data={"key": "late-0010", "code": MEALS[1]}).status_code == 303


def test_a_later_end_opens_the_code_once_more(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    door = held(open_door())
    late(door, monkeypatch, seconds=check_in.GRACE_SECONDS + 0.001)
    assert "data-until" in Desk(door).page("/here/0")
    assert "data-until" not in Desk(door).page("/here/1")
    door.submit("h0", "meal-0-later", ev.OccasionChanged(0, "Meal 0", ends=door.gathering.now()))
    assert by_all_ways(door) == [303, 303, 303, 200]


def test_where_occasions_never_end_a_photograph_works_for_ever(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner: without the one function, whoever comes a day late is counted."""
    door = held(open_door())
    late(door, monkeypatch, seconds=24 * 3600)
    monkeypatch.setattr(check_in, "is_over", lambda *_: False)
    assert by_all_ways(door) == [303, 303, 303, 200]
