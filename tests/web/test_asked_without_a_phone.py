"""People without a phone are asked what people with phones are: the demand, whether a text is theirs, and carrying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from oneheart.live import events as ev
from oneheart.web import sheet_form
from tests.web.test_circle_sheet import SHEET, add, send, sheet, steward
from tests.web.test_paper import make, opened, ready, type_in

CODE = "ABCD3456"
Open = Callable[..., Any]


@pytest.fixture
def door(open_door: Open) -> Any:
    """Return a gathering with two circles."""
    door = open_door()
    door.submit("h0", "circle-0", ev.CircleAdded("Olive", "olive"))
    door.submit("h0", "circle-1", ev.CircleAdded("", "second"))
    return door


def scribed(door: Any) -> list[int]:
    return [number for number, seat in enumerate(door.gathering.state.seats) if seat.scribe is not None]


def test_a_steward_asks_the_demand_once_a_day_and_the_sheet_does_not_show_the_answer(door: Any) -> None:
    browser = steward(door)
    add(browser, 3)
    page = sheet(browser)
    names = page.named("demand")
    assert len(names) == 3
    send(browser, page, {names[0]: "1", names[1]: "0"})
    demands = door.gathering.state.company.apart.demands
    assert [demands[seat].on for seat in scribed(door) if seat in demands] == [True, False]
    again = sheet(browser)
    assert len(again.named("demand")) == 1, "who answered is not asked again today"
    send(browser, page, {names[0]: "1", names[1]: "0"})
    assert len(demands) == 2
    assert all(not occasion.present for occasion in door.gathering.state.occasions), "asking is not being there"


def lead_to_said(door: Any, browser: Any) -> None:
    """Lead a round with a text that was said."""
    page = sheet(browser)
    send(browser, page, {name: f"A wish of {place}" for place, name in enumerate(page.named("say"))})
    door.lead_to("said")


def test_people_without_a_phone_say_whether_they_find_themselves_in_the_text(door: Any) -> None:
    browser = steward(door)
    add(browser, 3)
    lead_to_said(door, browser)
    page = sheet(browser)
    names = page.named("found")
    assert [page.offered[name] for name in names] == [[str(value) for value in range(1, 8)]] * 3
    send(browser, page, {names[0]: "7", names[1]: "2"})
    answers = door.gathering.state.company.apart.represented[0]
    assert [answers.get(seat) for seat in scribed(door)] == [7, 2, None]
    text = browser.get(SHEET).text
    assert text.count("data-found") == 2
    assert "checked" not in text, "what they answered is theirs"
    send(browser, sheet(browser), {sheet(browser).named("found")[0]: "5"})
    assert answers[scribed(door)[0]] == 5, "the last answer counts"
    verdict = door.gathering.state.prayers.sealed[0].body.status
    assert verdict == door.gathering.state.prayers.sealed[-1].body.status


def test_a_value_that_the_sheet_does_not_offer_is_refused_by_itself(door: Any) -> None:
    browser = steward(door)
    add(browser, 1)
    lead_to_said(door, browser)
    page = sheet(browser)
    (name,) = page.named("found")
    for wrong in ("8", "-1", "x"):
        answer = browser.post(SHEET, data={**page.hidden, name: wrong})
        assert answer.status_code == 422
    assert door.gathering.state.company.apart.represented.get(0, {}) == {}


def asked_to_carry(door: Any, browser: Any, author: Any) -> Any:
    """Let people of the sheet read Hebrew and answer a card; return the sheet that asks them to carry its words."""
    page = sheet(browser)
    send(browser, page, dict.fromkeys(page.named("reads", about="he"), "1"))
    door.say(author, "Bread for all", key="say-bread-1")
    door.move("crossing")
    door.gathering.dealer.carrying.chance = np.array([1.0])
    page = sheet(browser)
    send(browser, page, dict.fromkeys(page.named("card"), "1"))
    return sheet(browser)


def test_people_without_a_phone_carry_and_confirm_words(open_door: Open) -> None:
    door = open_door(cards=1)
    door.submit("h0", "circle-0", ev.CircleAdded("Olive", "olive"))
    browser, author, reader = steward(door), door.join(), door.join(language="he")
    reader.post(f"/g/{CODE}/unread", data={"key": "no-english", "language": "en", "on": "1"})
    add(browser, 2)
    page = asked_to_carry(door, browser, author)
    (tells,) = page.named("tell", about="he")
    assert page.named("pass", about="he") == [tells.replace("tell.", "pass.")]
    send(browser, page, {tells: "לחם לכולם", tells.replace("tell.", "pass."): "1"})
    carried = door.gathering.state.desires.carried
    assert [words.text for words in carried.words.values()] == ["לחם לכולם"]
    first, second = scribed(door)
    assert [words.seat for words in carried.words.values()] in ([first], [second])
    page = sheet(browser)
    (same,) = page.named("same")
    assert page.offered[same] == ["yes", "no", "skip"]
    send(browser, page, {same: "yes"})
    assert [len(words.confirmed) for words in carried.words.values()] == [1]
    assert "לחם לכולם" in reader.get(f"/g/{CODE}?cards=1").text


def test_who_passes_on_the_words_is_not_asked_for_them_again(open_door: Open) -> None:
    door = open_door(cards=1)
    door.submit("h0", "circle-0", ev.CircleAdded("Olive", "olive"))
    browser, author = steward(door), door.join()
    add(browser, 1)
    page = asked_to_carry(door, browser, author)
    (passes,) = page.named("pass", about="he")
    send(browser, page, {passes: "1"})
    assert door.gathering.state.desires.carried.words == {}
    assert not sheet(browser).named("pass")


def test_the_demand_stands_on_paper_and_is_typed_in(open_door: Open) -> None:
    door = open_door()
    host = ready(door)
    papers = make(host, blank=2)
    first = opened(host, papers[1])
    assert first.offered["demand.sheet"] == ["1", "0"]
    type_in(host, papers[1], {"demand.sheet": "1", "say.sheet": "Bread for all"})
    (seat,) = scribed(door)
    assert door.gathering.state.company.apart.demands[seat].on
    assert "demand.sheet" not in opened(host, papers[1]).offered, "not twice on one day"
    assert "demand.sheet" in opened(host, papers[2]).offered


def test_without_the_kind_in_the_form_the_demand_of_people_without_a_phone_is_lost(
    door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = tuple(kind for kind in sheet_form._ORDER if kind != "demand")  # noqa: SLF001
    monkeypatch.setattr(sheet_form, "_ORDER", kinds)
    browser = steward(door)
    add(browser, 1)
    page = sheet(browser)
    send(browser, page, dict.fromkeys(page.named("demand"), "1"))
    assert door.gathering.state.company.apart.demands == {}
