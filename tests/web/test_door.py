"""The door: codes, cards, circles, languages; what is taken once, what is slowed down, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from tests.support.codes import codes
from tests.support.desks import Desk
from tests.support.keys import seat_key

CODE = "ABCD3456"
Open = Callable[..., Any]


def key_of(html: str) -> str:
    return html.split('name="key" value="')[1].split('"', maxsplit=1)[0]


@pytest.mark.parametrize("typed", ["ABCD3456", "abcd3456", " abcd-3456 ", "ABCD 3456"])
def test_a_code_is_known_however_it_is_typed(open_door: Open, typed: str) -> None:
    answer = open_door().browser().get("/", params={"code": typed})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/j/{CODE}")


def test_each_language_is_offered_in_its_own_name_and_only_those_of_the_gathering(open_door: Open) -> None:
    browser = open_door(languages=["en", "he"]).browser()
    for path in (f"/j/{CODE}", f"/j/{CODE}?lang=he"):
        page = browser.get(path).text
        assert "English" in page
        assert "עברית" in page
        assert "Русский" not in page
    assert '<html lang="he" dir="rtl">' in page


def test_a_gathering_without_a_name_is_called_by_its_code_on_every_page(open_door: Open) -> None:
    door = open_door(name="")
    page = door.browser().get(f"/j/{CODE}").text
    assert f"<title>{CODE}</title>" in page
    assert f'<form class="stack" method="post" action="/j/{CODE}">' in page
    browser = door.join()
    assert f"<title>{CODE}</title>" in browser.get(f"/g/{CODE}").text
    assert f"<title>{CODE}</title>" in Desk(door).page()


def test_going_in_takes_one_seat_however_often_the_button_is_pressed(open_door: Open) -> None:
    door = open_door()
    browser = door.browser()
    key = key_of(browser.get(f"/j/{CODE}").text)
    assert door.gathering.state.people.count == 0  # looking takes nothing
    for _ in range(3):
        sent = browser.post(f"/j/{CODE}", data={"key": key, "language": "he"})
        assert (sent.status_code, sent.headers["location"]) == (303, f"/g/{CODE}")
    assert door.gathering.state.people.count == 1
    assert door.gathering.state.seats[0].language == "he"
    cookies = [line for line in sent.headers.get_list("set-cookie") if line.startswith("seat=")]
    assert {f"Path=/{place}/{CODE}" for place in "gjs"} == {
        part for line in cookies for part in line.split("; ") if part.startswith("Path=")
    }
    assert all("HttpOnly" in line and "SameSite=lax" in line for line in cookies)


def test_a_phone_that_has_a_seat_is_led_to_it_and_takes_another_only_when_asked_to(open_door: Open) -> None:
    door = open_door()
    browser = door.join()
    page = browser.get(f"/j/{CODE}").text
    assert f'href="/g/{CODE}"' in page
    assert "<form" not in page
    assert "<form" in browser.get(f"/j/{CODE}?new=1").text


def test_the_cookie_of_another_gathering_opens_nothing(open_door: Open) -> None:
    door = open_door()
    browser = door.browser()
    browser.cookies.set("seat", "0" * 32)
    answer = browser.get(f"/g/{CODE}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/j/{CODE}")


@pytest.mark.parametrize("address", [f"/host/{CODE}", "/host/WRNG2345", "/host/WRNG2345/circles"])
@pytest.mark.parametrize("cookie", ["", "0" * 32])
def test_a_desk_answers_a_stranger_alike_whether_or_not_the_gathering_exists(
    open_door: Open, address: str, cookie: str
) -> None:
    stranger = open_door().browser()
    expected = stranger.get("/host/WRNG3456")
    if cookie:
        stranger.cookies.set("host", cookie)
    answer = stranger.get(address)
    assert answer.status_code == expected.status_code < 500
    assert answer.text.replace(address, "") == expected.text.replace("/host/WRNG3456", "")


def test_a_circle_is_chosen_from_the_list_or_fixed_by_its_card(open_door: Open) -> None:
    door = open_door()
    door.submit("h0", "hall", ev.CircleAdded("Hall", "hall-key"))
    door.submit("h0", "ten", ev.CircleAdded("", "ten-key", parent=0))
    door.submit("h0", "mirror", ev.CircleAdded("<b>Far</b>", "far-key", place="mirror"))
    listed = door.browser().get(f"/j/{CODE}").text
    assert "Hall · " in listed
    assert "&lt;b&gt;Far&lt;/b&gt;" in listed
    assert "<b>Far" not in listed
    by_list = door.join(circle="2")
    by_card = door.browser()
    page = by_card.get(f"/j/{CODE}?c=ten-key").text
    assert "<select" not in page
    by_card.post(f"/j/{CODE}", data={"key": key_of(page), "c": "ten-key", "circle": "2"})
    seats = door.gathering.state.seats
    assert (seats[door.seat(by_list)].circle, seats[door.seat(by_card)].circle) == (2, 1)
    assert door.browser().post(f"/j/{CODE}", data={"key": seat_key("x" * 16), "circle": "77"}).status_code == 404
    assert door.browser().post(f"/j/{CODE}", data={"key": seat_key("y"), "c": "no-such"}).status_code == 404


def test_a_table_card_opens_one_seat_once(open_door: Open) -> None:
    door = open_door()
    door.submit("h0", "ten", ev.CircleAdded("", "ten-key"))
    door.submit("h0", "cards", ev.CardsPrinted(0, [hash_of("QQQQ3333")]))
    first = door.browser()
    page = first.get(f"/s/{CODE}/qqqq-3333").text
    assert 'value="QQQQ3333"' in page
    data = {"key": key_of(page), "card": "qqqq 3333"}
    assert first.post(f"/s/{CODE}", data=data).status_code == 303
    assert first.post(f"/s/{CODE}", data=data).status_code == 303  # the same press again
    assert door.gathering.state.seats[0].circle == 0
    used = door.browser().post(f"/j/{CODE}", data={"key": seat_key("z"), "card": "QQQQ3333"})
    assert used.status_code == 409
    assert codes(used.text, "why") == ["used"]
    assert door.gathering.state.people.count == 1


@pytest.mark.parametrize("path", ["/?code=ZZZZ9999", "/j/ZZZZ9999", "/s/ZZZZ9999/AAAA3333", "/j/%ED%A0%80"])
def test_wrong_codes_all_look_alike_and_the_eleventh_in_a_minute_is_slowed_down(open_door: Open, path: str) -> None:
    door = open_door()
    browser = door.browser()
    answers = [browser.get(path) for _ in range(12)]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429] * 2
    assert answers[-1].headers["retry-after"] == "60"
    assert codes(answers[0].text, "why") == ["no such code"]
    assert codes(answers[-1].text, "why") == ["too many codes"]
    assert browser.get(f"/j/{CODE}").status_code == 429, "else the limit would tell which code is right"


def test_guessing_seat_codes_is_slowed_down(open_door: Open) -> None:
    door = open_door()
    browser = door.browser()
    send = lambda n: browser.post(f"/j/{CODE}", data={"key": seat_key(f"guess-{n:04}"), "card": "WWWW4444"})  # noqa: E731
    assert [send(n).status_code for n in range(12)] == [404] * 10 + [429] * 2
    assert door.gathering.state.people.count == 0


def test_another_origin_gets_no_seat(open_door: Open) -> None:
    door = open_door()
    sent = door.browser().post(f"/j/{CODE}", data={"key": seat_key("k")}, headers={"origin": "http://evil.example"})
    assert sent.status_code == 403
    assert door.gathering.state.people.count == 0


@pytest.mark.parametrize("key", ["", "short", "\x00" * 20, "a b" * 10, "é" * 16, "x" * 65])
def test_a_key_that_is_none_is_replaced(open_door: Open, key: str) -> None:
    door = open_door()
    assert door.browser().post(f"/j/{CODE}", data={"key": key}).status_code == 303
    assert door.gathering.state.people.count == 1


def test_a_wrong_or_used_card_shows_its_field_again_with_what_was_typed(open_door: Open) -> None:
    door = open_door()
    door.submit("h0", "print", ev.CardsPrinted(None, [hash_of("QQQQ3333")]))
    typed = {"key": seat_key(1), "language": "en", "card": " qqqq-3334 "}
    wrong = door.browser().post(f"/s/{CODE}", data=typed)
    assert (wrong.status_code, codes(wrong.text, "why")) == (404, ["unknown"])
    assert 'name="card"' in wrong.text
    assert 'value="QQQQ3334" aria-invalid="true"' in wrong.text
    empty = door.browser().post(f"/s/{CODE}", data={**typed, "card": " 0 "})
    assert (empty.status_code, 'name="card"' in empty.text) == (404, True)
    assert door.browser().post(f"/s/{CODE}", data={**typed, "card": "qqqq 3333"}).status_code == 303
    used = door.browser().post(f"/s/{CODE}", data={**typed, "key": seat_key(2), "card": "QQQQ3333"})
    assert (used.status_code, codes(used.text, "why")) == (409, ["used"])
    assert 'name="card"' in used.text
    assert f'href="/w/{CODE}"' in used.text  # it was perhaps this person, on another phone
    assert door.gathering.state.people.count == 1


def test_the_door_of_an_ended_gathering_offers_no_place(open_door: Open) -> None:
    door = open_door()
    before = door.browser().get(f"/j/{CODE}").text
    door.submit("h0", "end", ev.Ended())
    for path in (f"/j/{CODE}", f"/s/{CODE}", f"/s/{CODE}/QQQQ3333"):
        after = door.browser().get(path).text
        assert 'id="over"' in after
        assert f'<form class="stack" method="post" action="/j/{CODE}">' not in after
        assert 'name="consent"' not in after
        assert f'href="/hall/{CODE}"' in after
    assert 'id="over"' not in before
    assert 'name="consent"' in before


def test_a_phone_can_put_the_gathering_on_its_home_screen(open_door: Open) -> None:
    door = open_door(languages=["en", "he"])
    mine = door.join(language="he").get(f"/g/{CODE}/mine").text
    address = mine.split('rel="manifest" href="')[1].split('"')[0].replace("&amp;", "&")
    answer = door.browser().get(address)
    assert answer.headers["content-type"] == "application/manifest+json"
    told = answer.json()
    assert (told["start_url"], told["display"], told["dir"]) == (f"/g/{CODE}", "standalone", "rtl")
    icon = door.browser().get(told["icons"][0]["src"])
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")
    assert door.browser().get("/j/WRNGCDE3/app.webmanifest").status_code == 404
