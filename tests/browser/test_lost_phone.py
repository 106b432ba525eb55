"""A lost phone in a real browser: a host gives its place back; what the old phone had not sent stays on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev

SMALL = {"width": 360, "height": 640}
OUTBOX = """
() => new Promise((done) => {
  const asked = indexedDB.open("oneheart");
  asked.onsuccess = () => {
    const kept = asked.result.transaction("outbox").objectStore("outbox").getAll();
    kept.onsuccess = () => done(kept.result);
  };
})
"""
"""Script that returns what waits on this phone to be sent."""
Serve = Callable[..., Any]
Watch = Callable[..., Any]


@pytest.fixture
def hall(serve: Serve) -> Any:
    """Return a real server with a circle and something to answer."""
    server = serve(cards=1000)
    server.submit("h0", "circle", ev.CircleAdded("Olive", "olive"))
    seat = server.call(server.gathering.take_seat("a-person", language="en")).number
    for number in range(3):
        server.say_as(seat, f"Desire {number}")
    return server


def comes_in(page: Any, hall: Any) -> None:
    page.goto(f"{hall.url}/j/{hall.code}")
    page.select_option("select[name=circle]", "0")
    page.click("button.primary")
    page.wait_for_url(f"**/g/{hall.code}")


def overflows(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def test_a_host_gives_a_lost_phone_its_place_back_and_nothing_of_it_is_lost(hall: Any, watched: Watch) -> None:
    home = f"{hall.url}/g/{hall.code}"
    old = watched(hall.url, viewport=SMALL).page()
    comes_in(old, hall)
    seat = len(hall.gathering.state.seats) - 1
    hall.say_as(seat, "Said on the first phone")
    old.goto(f"{home}/mine")
    mark = old.inner_text("#way [data-mark]").split(":")[-1].strip()
    assert not overflows(old)
    old.goto(home)
    old.wait_for_selector("html[data-ready]", state="attached")
    old.context.set_offline(True)
    old.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    old.fill("textarea", "Typed where no network was")
    old.click("form[action$='/desire'] button")
    old.wait_for_function("() => document.getElementById('state').dataset.state === 'phone'")

    desk = watched(hall.url, viewport={"width": 1280, "height": 800}).page()
    desk.goto(f"{hall.url}/host/enter/{hall.house.invite(hall.code)}")
    desk.click("button.primary")
    desk.wait_for_url(f"**/host/{hall.code}*")
    desk.goto(f"{hall.url}/host/{hall.code}/cards")
    desk.click("a[href$='/lost']")
    desk.fill("input[name=code]", mark)
    desk.click("button.primary")
    letters = desk.inner_text("[data-way]")
    assert "Said on the first phone" not in desk.content()
    assert hall.gathering.state.seats[seat].secret_hash == "", "the lost phone is shut out at once"

    new = watched(hall.url, viewport=SMALL).page()
    new.goto(f"{hall.url}/j/{hall.code}")
    new.click("a[href^='/w/']")
    new.fill("input[name=way]", letters.lower())
    new.click("button.primary")
    new.wait_for_url(f"**/g/{hall.code}/mine**")
    assert new.get_attribute("[data-opened]", "data-opened") == "host"
    assert "Said on the first phone" in new.content()
    desk.goto(f"{hall.url}/host/{hall.code}/log")
    assert desk.locator("[data-done='phone lost']").count() == 1

    old.context.set_offline(False)
    old.wait_for_function("() => document.querySelector('[data-why]')?.dataset.why === 'no seat'")
    assert old.input_value("textarea") == "Typed where no network was"
    assert [entry["fields"]["text"] for entry in old.evaluate(OUTBOX)] == ["Typed where no network was"]
    texts = [desire.text for desire in hall.gathering.state.desires]
    assert "Typed where no network was" not in texts
    old.goto(f"{hall.url}/j/{hall.code}")
    assert old.get_attribute("[data-why]", "data-why") == "opened elsewhere"


def test_a_way_back_kept_on_paper_opens_the_place_without_a_host_and_without_script(hall: Any, watched: Watch) -> None:
    old = watched(hall.url, viewport=SMALL, java_script_enabled=False).page()
    comes_in(old, hall)
    old.goto(f"{hall.url}/g/{hall.code}/mine")
    old.click("form[action$='/way'] button")
    letters = old.inner_text("[data-way]")
    assert old.locator("svg").count() == 1
    new = watched(hall.url, viewport=SMALL, java_script_enabled=False).page()
    new.goto(f"{hall.url}/w/{hall.code}/{letters.replace(' ', '')}")
    assert new.input_value("input[name=way]") == letters
    new.click("button.primary")
    new.wait_for_url(f"**/g/{hall.code}/mine**")
    assert new.get_attribute("[data-opened]", "data-opened") == "kept"
    old.goto(f"{hall.url}/g/{hall.code}")
    assert old.url.endswith(f"/j/{hall.code}")
