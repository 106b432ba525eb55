"""Carrying on the pages, at the desk and by the API: people who read two languages, without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from oneheart.live import events as ev
from tests.support.codes import codes
from tests.support.desks import Desk
from tests.support.gatherings import CODE

Open = Callable[..., Any]
HOME, API = f"/g/{CODE}", f"/api/v1/gatherings/{CODE}"
JSON = {"accept": "application/json"}
WISH, IN_HEBREW = "Bread for all", "לחם לכולם"


class Crossing:
    """Two people with English pages who read Hebrew too and answered their card, one who reads only Hebrew, a wish."""

    def __init__(self, open_door: Open, **more: Any) -> None:
        self.door = open_door(cards=1, **more)
        self.first, self.second = self.door.join(), self.door.join()
        self.reader, self.author = self.door.join(language="he"), self.door.join()
        for browser in (self.first, self.second):
            browser.post(f"{HOME}/unread", data={"key": "i-read-hebrew", "language": "he", "on": "0"})
        self.reader.post(f"{HOME}/unread", data={"key": "no-english", "language": "en", "on": "1"})
        self.door.say(self.author, WISH, key="say-bread-1")
        if self.door.gathering.state.course.hold:
            self.door.submit("h0", "take", ev.Moderated(0, "accepted"))
        self.door.move("crossing")
        self.door.gathering.dealer.carrying.chance = np.array([1.0])
        for browser in (self.first, self.second):
            seat = self.door.seat(browser)
            self.door.submit(f"s{seat}", "answer", ev.Responded(seat, 0, 1))

    def page(self, browser: Any) -> str:
        """Return the page of a person who would see cards."""
        return str(browser.get(f"{HOME}?cards=1").text)

    def carry(self, text: str = IN_HEBREW, **fields: str) -> Any:
        """Let the first person say the wish in Hebrew, as the form does."""
        page = self.page(self.first)
        assert kind(page) == "say"
        return self.first.post(f"{HOME}/say-words", data={**hidden_fields(page), "text": text, **fields})

    def confirm(self, same: str = "yes") -> Any:
        """Let the second person say whether both say the same."""
        page = self.page(self.second)
        assert kind(page) == "same"
        return self.second.post(f"{HOME}/same-words", data={**hidden_fields(page), "same": same})


def kind(page: str) -> str:
    """Return the kind of the card about carrying on a page; "" for none."""
    found = re.search(r'id="carry" data-kind="(\w+)"', page)
    return found[1] if found else ""


def hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of the form about carrying."""
    form = page[page.index('id="carry"') :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[: form.index("</form>")]))


def test_a_wish_is_carried_confirmed_and_met_in_the_readers_language(open_door: Open) -> None:
    hall = Crossing(open_door)
    assert WISH in hall.page(hall.first)
    assert 'id="nothing"' in hall.page(hall.reader)
    assert hall.carry().headers["location"] == HOME
    page = hall.page(hall.second)
    assert WISH in page
    assert IN_HEBREW in page
    assert IN_HEBREW not in hall.page(hall.reader)
    assert hall.confirm().headers["location"] == HOME
    page = hall.page(hall.reader)
    assert IN_HEBREW in page
    assert WISH not in page
    mine = hall.first.get(f"{HOME}/mine.json").json()
    assert (mine["carried"], mine["confirmed"]) == ([IN_HEBREW], [])
    assert hall.second.get(f"{HOME}/mine.json").json()["confirmed"] == [IN_HEBREW]


def test_words_that_cannot_be_kept_stay_in_their_field(open_door: Open) -> None:
    hall = Crossing(open_door)
    for text in ("", "ש" * 141):
        answer = hall.carry(text)
        assert answer.status_code == 422
        assert kind(answer.text) == "say"
        assert codes(answer.text, "hint") == ["empty" if not text else "too long"]
        assert text in answer.text
    refused = hall.first.post(
        f"{HOME}/say-words", data={**hidden_fields(hall.page(hall.first)), "text": ""}, headers=JSON
    )
    assert (refused.status_code, refused.json()["why"]) == (422, "empty")


def test_who_passes_is_not_asked_again_and_another_is(open_door: Open) -> None:
    hall = Crossing(open_door)
    assert hall.carry("", skip="1").status_code == 303
    assert kind(hall.page(hall.first)) == ""
    assert kind(hall.page(hall.second)) == "say"


def test_a_tap_that_brings_a_card_about_carrying_says_so_to_the_script(open_door: Open) -> None:
    hall = Crossing(open_door)
    hall.page(hall.first)
    told = hall.first.get(HOME, headers=JSON).json()
    assert told["carry"] is True
    alias = hall.door.alias(hall.first, 0)
    answer = {"desire": alias, "stance": 1, "key": "tap-on-bread"}
    kept = hall.first.post(f"{HOME}/respond", json=answer, headers=JSON).json()
    assert (kept["kept"], kept["carry"]) == (True, True)
    other = {**answer, "desire": hall.door.alias(hall.second, 0)}
    assert hall.second.post(f"{HOME}/respond", data=other).status_code == 200, "the card is in another's hand"
    plain = hall.first.post(f"{HOME}/respond", data={**answer, "key": "tap-on-bread-2"})
    assert (plain.status_code, plain.headers["location"]) == (303, HOME)
    assert hall.reader.get(HOME, headers=JSON).json()["carry"] is False


def test_a_card_asks_once_whether_its_language_is_read(open_door: Open) -> None:
    hall = Crossing(open_door)
    stranger = hall.door.join(language="ru")
    page = hall.page(stranger)
    assert page.split('id="foreign"')[1].startswith(">")
    fields = {"key": "i-read-english", "desire": hall.door.alias(stranger, 0), "on": "0"}
    stranger.post(f"{HOME}/unread", data=fields)
    assert hall.door.gathering.state.people.reads(hall.door.seat(stranger), "en") is True
    assert hall.page(stranger).split('id="foreign"')[1].startswith(" hidden>")


def test_hosts_take_words_before_others_meet_them_where_they_accept_first(open_door: Open) -> None:
    hall = Crossing(open_door, hold=True)
    desk = Desk(hall.door)
    hall.carry()
    assert kind(hall.page(hall.second)) == ""
    page = desk.page()
    section = page[page.index('aria-labelledby="carried"') :]
    assert IN_HEBREW in section
    alias, version = (re.search(rf'name="{name}" value="(\w+)"', section) for name in ("carried", "version"))
    assert alias is not None
    assert version is not None
    form = {"key": "take-these-words", "carried": alias[1], "version": version[1], "decision": "accepted"}
    assert desk.browser.post(f"{desk.home}/do/words", data=form).status_code == 303
    hall.door.gathering.dealer.carrying.hand.clear()
    hall.confirm()
    assert IN_HEBREW in hall.page(hall.reader)
    again = {**form, "key": "no-take-them-out", "decision": "rejected"}
    assert desk.browser.post(f"{desk.home}/do/words", data=again).status_code == 409, "another host was first"
    out = {**again, "key": "out-now-1", "version": "1"}
    assert desk.browser.post(f"{desk.home}/do/words", data=out).status_code == 303
    assert 'id="nothing"' in hall.page(hall.reader)


def test_programs_carry_by_the_same_aliases(open_door: Open) -> None:
    hall = Crossing(open_door)

    def bearer(browser: Any) -> dict[str, str]:
        return {"authorization": "Bearer " + next(c.value for c in browser.cookies.jar if c.name == "seat")}

    nobody = hall.door.browser()
    card = nobody.get(f"{API}/carrying", headers=bearer(hall.first)).json()
    assert (card["kind"], card["words"]["text"], card["language"], card["new"]) == ("say", WISH, "he", "")
    words = {"key": "carry-by-api", "desire": card["words"]["desire"], "language": "he", "text": IN_HEBREW}
    wrong = nobody.post(f"{API}/carrying/words", json={**words, "language": "xx"}, headers=bearer(hall.first))
    assert (wrong.status_code, wrong.json()["why"]) == (400, "language")
    stolen = nobody.post(f"{API}/carrying/words", json=words, headers=bearer(hall.second))
    assert stolen.status_code == 404
    assert nobody.post(f"{API}/carrying/words", json=words, headers=bearer(hall.first)).status_code == 200
    other = nobody.get(f"{API}/carrying", headers=bearer(hall.second)).json()
    assert (other["kind"], other["new"]) == ("same", IN_HEBREW)
    same = {"key": "same-by-api", "carried": other["words"]["desire"], "same": "yes"}
    assert nobody.post(f"{API}/carrying/same", json=same, headers=bearer(hall.second)).status_code == 200
    assert nobody.get(f"{API}/carrying", headers=bearer(hall.first)).json()["kind"] == ""
    assert nobody.get(f"{API}/card", headers=bearer(hall.reader)).json()["card"]["text"] == IN_HEBREW


@pytest.mark.parametrize("page", ["mine", "mine.json", ""])
def test_nobody_sees_who_carried(open_door: Open, page: str) -> None:
    hall = Crossing(open_door)
    hall.page(hall.author)  # it says once that their wish is kept
    before = hall.author.get(f"{HOME}/{page}".rstrip("/")).text
    hall.carry()
    hall.confirm()
    after = hall.author.get(f"{HOME}/{page}".rstrip("/")).text
    keys = re.compile(r'(name="key" value="[^"]*"|data-heads="\d+"|nonce-[^"]*)')
    assert keys.sub("", after) == keys.sub("", before)
