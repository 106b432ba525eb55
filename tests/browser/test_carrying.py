"""Carrying in a browser: the page goes on by itself after it is sent, and both cards hold before axe in every look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.live import events as ev
from oneheart.live.gathering import TakenSeat

Serve = Callable[..., Any]
Watch = Callable[..., Any]
AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """() => axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations
  .filter((one) => ["serious", "critical"].includes(one.impact)).map((one) => one.id))"""
LOOKS = ({"color_scheme": "light"}, {"color_scheme": "dark"})
PHONE = {"viewport": {"width": 390, "height": 844}}


def come(server: Any, number: int, language: str, *also: str) -> TakenSeat:
    """Give a person a seat who reads some more languages."""
    seat: TakenSeat = server.call(server.gathering.take_seat(f"{number:032x}", language=language))
    for code in also:
        server.submit(f"s{seat.number}", f"reads-{code}", ev.LanguageUnread(seat.number, code, on=False))
    return seat


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look["color_scheme"])
def test_a_wish_is_carried_and_confirmed_on_two_phones(serve: Serve, watched: Watch, look: dict[str, Any]) -> None:
    server = serve(cards=1)
    author, first, second = come(server, 1, "en"), come(server, 2, "en", "he"), come(server, 3, "he", "en")
    wish = ev.DesireSaid(author.number, "nobody sits alone tonight", "en", stem="that")
    server.submit(f"s{author.number}", "wish", wish)
    server.submit("h0", "cross", ev.StageMoved("crossing", 0))
    server.gathering.dealer.carrying.chance = np.array([1.0])
    for seat in (first, second):
        server.submit(f"s{seat.number}", "answer", ev.Responded(seat.number, 0, 1))

    page = phone(server, watched, first, look)
    assert page.locator("#carry").get_attribute("data-kind") == "say"
    check(page)
    page.fill("textarea#new-words", "אף אחד לא ישב לבד הלילה")
    page.click("#carry button.primary")
    page.wait_for_selector("#end, #nothing")
    assert page.locator("#moved").is_hidden()

    page = phone(server, watched, second, look)
    assert page.locator("#carry").get_attribute("data-kind") == "same"
    assert page.locator("html").get_attribute("dir") == "rtl"
    check(page)
    page.click("button[value=yes]")
    page.wait_for_selector("#end, #nothing")
    (words,) = server.gathering.state.desires.carried.words.values()
    assert (words.text, words.confirmed) == ("אני רוצה שאף אחד לא ישב לבד הלילה", {second.number})


def phone(server: Any, watched: Watch, seat: TakenSeat, look: dict[str, Any]) -> Any:
    """Return the page of a person on their phone."""
    watch = watched(server.url, **PHONE, **look)
    watch.context.add_cookies([{"name": "seat", "value": seat.secret, "url": f"{server.url}/g/{server.code}"}])
    page = watch.page()
    page.goto(f"{server.url}/g/{server.code}?cards=1")
    return page


def check(page: Any) -> None:
    """Fail where axe finds something, or the page is wider than the phone."""
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
