"""Guessing codes: a limit that limits, one answer for unknown and forbidden, and a hall that stays open.

`ONEHEART_PROVE=1` makes twenty thousand guesses.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live.codes import ALPHABET
from oneheart.web import security
from tests.support.desks import Desk
from tests.support.keys import seat_key
from tests.support.proofs import size

CODE = "ABCD3456"
WRONG = "WXYZ9999"
Open = Callable[..., Any]
GUESSES = size(20_000, 400)
PATHS = ("/j/{}", "/?code={}", "/s/{}", "/s/{}/AAAA3333", "/w/{}", "/g/{}", "/hall/{}", "/book/{}", "/host/{}")
API = "/api/v1/gatherings/{}"


def miss(browser: Any, count: int = 10) -> None:
    for number in range(count):
        assert browser.get(f"/j/{WRONG[:-1]}{3 + number % 7}").status_code == 404


@pytest.mark.parametrize("path", [*PATHS, API, API + "/snapshot", API + "/me", API + "/host/queue"])
def test_after_ten_misses_right_and_wrong_codes_have_one_answer(open_door: Open, path: str) -> None:
    browser = open_door().browser()
    miss(browser)
    right, wrong = browser.get(path.format(CODE)), browser.get(path.format(WRONG))
    assert (right.status_code, wrong.status_code) == (429, 429)
    assert right.content == wrong.content
    assert dict(right.headers) == dict(wrong.headers)


def test_who_has_a_seat_or_a_desk_goes_on(open_door: Open) -> None:
    door = open_door()
    seated, desk = door.join(), Desk(door)
    miss(door.browser(), 11)
    assert door.browser().get(f"/g/{CODE}").status_code == 429
    assert seated.get(f"/g/{CODE}").status_code == 200
    assert seated.get(f"/j/{CODE}").status_code == 200
    assert desk.browser.get(f"/host/{CODE}").status_code == 200
    secret = next(cookie.value for cookie in seated.cookies.jar if cookie.name == "seat")
    api = door.browser()
    assert api.get(f"{API.format(CODE)}/me", headers={"authorization": f"Bearer {secret}"}).status_code == 200
    assert api.get(f"{API.format(CODE)}/me", headers={"authorization": "Bearer x"}).status_code == 429


def test_each_seat_of_a_hall_behind_one_address_allows_one_more_mistake(open_door: Open) -> None:
    door = open_door()
    for number in range(15):
        sent = door.browser().post(f"/j/{CODE}", data={"key": seat_key(f"friend {number}"), "language": "en"})
        assert sent.status_code == 303
    stranger = door.browser()
    miss(stranger, 25)
    assert stranger.get(f"/j/{CODE}").status_code == 429


def test_a_seat_counts_once_and_at_most_a_thousand_count() -> None:
    misses = security.Misses()
    for _ in range(3):
        misses.welcome("10.0.0.9", "seat 1")
    assert misses.most("10.0.0.9") == 11
    for number in range(1500):
        misses.welcome("10.0.0.9", f"seat {number}")
    assert misses.most("10.0.0.9") == 1010


@pytest.mark.parametrize(
    ("method", "path", "json"),
    [
        ("GET", "/g/{}", False),
        ("GET", "/g/{}", True),
        ("GET", "/g/{}/mine", False),
        ("GET", "/g/{}/events", False),
        ("POST", "/g/{}/respond", False),
        ("POST", "/g/{}/respond", True),
        ("POST", "/g/{}/say", True),
        ("GET", "/host/{}", False),
        ("POST", "/host/{}/do/stage", False),
        ("GET", "/book/{}", False),
        ("GET", "/book/{}/1", False),
        ("GET", API + "/me", False),
        ("GET", API + "/card", False),
        ("POST", API + "/responses", False),
        ("GET", API + "/host/queue", False),
    ],
)
def test_what_is_forbidden_looks_like_what_is_not_there(open_door: Open, method: str, path: str, *, json: bool) -> None:
    door = open_door()

    def answer(code: str) -> tuple[int, bytes, list[tuple[str, str]]]:
        headers = {"accept": "application/json"} if json else {}
        sent = door.browser().request(method, path.format(code), headers=headers, follow_redirects=False)
        told = [(name, value.replace(code, "CODE")) for name, value in sent.headers.items()]
        return sent.status_code, sent.content.replace(code.encode(), b"CODE"), told

    assert answer(CODE) == answer(WRONG)


def guessed(open_door: Open) -> tuple[int, Counter[int]]:
    """Return how many guesses found the gathering, and all statuses; the right code is among the guesses."""
    browser, dice = open_door().browser(), random.Random(3)  # noqa: S311  guesses
    statuses: Counter[int] = Counter()
    hits = 0
    for number in range(GUESSES):
        right = number >= 20 and number % 97 == 0
        code = CODE if right else "".join(dice.choice(ALPHABET) for _ in range(8))
        status = browser.get(PATHS[number % 2].format(code), follow_redirects=False).status_code
        statuses[status] += 1
        hits += status in {200, 303}
    return hits, statuses


@pytest.mark.proof("A7")
def test_guessing_finds_nothing_even_where_the_right_code_is_among_the_guesses(
    open_door: Open, monkeypatch: pytest.MonkeyPatch, figure: Callable[[str], None]
) -> None:
    monkeypatch.setattr(security.time, "monotonic", lambda: 600.0)
    hits, statuses = guessed(open_door)
    figure(f"{GUESSES:,} join codes from one address, the right one among them: {hits} hits ({dict(statuses)})")
    assert (hits, statuses) == (0, Counter({404: 10, 429: GUESSES - 10}))


@pytest.mark.sabotage("A7", "no limit on wrong codes (Misses.allowed)")
def test_without_the_limit_the_right_code_is_found(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security.Misses, "allowed", lambda *_: True)
    assert guessed(open_door)[0] > 0


def test_codes_of_occasions_are_limited_for_each_seat(open_door: Open) -> None:
    door = open_door()
    first, second = door.join(), door.join()
    send = lambda browser, n: browser.post(f"/g/{CODE}/present", data={"key": f"guess-{n:04}", "code": f"WRONG{n}"})  # noqa: E731
    assert [send(first, n).status_code for n in range(12)] == [404] * 10 + [429] * 2
    assert send(second, 0).status_code == 404


def test_wrong_links_of_hosts_and_circles_count_as_wrong_codes(open_door: Open) -> None:
    browser = open_door().browser()
    for number in range(5):
        assert browser.get(f"/host/enter/never-{number}").status_code == 404
        assert browser.get(f"/j/{CODE}?c=never{number}").status_code == 200
    assert browser.get("/host/enter/never").status_code == 429
    assert browser.get(f"/j/{CODE}").status_code == 429
