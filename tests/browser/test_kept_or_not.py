"""What a person sees and hears after a tap, within the screen of a small phone: kept, or not sent yet."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.offered import Purpose, alias_for
from oneheart.web.hall import screen
from oneheart.web.phone import text
from tests.support.phones import accessible, card_page, go

SMALL = {"width": 360, "height": 640}
IN_VIEW = """s => { const e = document.querySelector(s), b = e.getBoundingClientRect();
  return e.textContent.trim() !== "" && b.height > 0 && b.top >= 0 && b.bottom <= innerHeight + 0.5 &&
    document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2)?.closest(s) === e }"""
LOOK = """s => { const e = document.querySelector(s), c = getComputedStyle(e);
  return [c.borderTopStyle, getComputedStyle(e, "::before").content] }"""

Serve = Callable[..., Any]
Watch = Callable[..., Any]


@pytest.fixture
def hall(serve: Serve) -> Any:
    server = serve(cards=5)
    for number in range(4):
        server.say(f"Desire {number} of the hall")
    return server


@pytest.fixture
def phone(hall: Any, watched: Watch) -> Any:
    return card_page(hall, watched, SMALL)


def state(page: Any, name: str) -> None:
    page.wait_for_selector(f"#state[data-state={name}]")


def dealt_after(page: Any, before: str) -> None:
    page.wait_for_function("d => document.getElementById('deal').dataset.desire !== d", arg=before)


def looks(page: Any) -> dict[str, Any]:
    """Return how the line of the state and the pressed button look, by their marks and not by their tint."""
    pressed = "form[data-tap] button[aria-pressed=true]"
    there = page.locator(pressed).count()
    return {"state": page.evaluate(LOOK, "#state"), "button": page.evaluate(LOOK, pressed) if there else None}


def test_with_a_dead_server_a_tap_looks_like_one_that_is_not_kept(hall: Any, phone: Any) -> None:
    before = phone.get_attribute("#deal", "data-desire")
    phone.click("form[data-tap] button[value='1']")
    state(phone, "kept")
    dealt_after(phone, before)
    assert phone.evaluate(IN_VIEW, "#state")
    kept = looks(phone)
    hall.stop()
    phone.click("form[data-tap] button[value='0']")
    state(phone, "phone")
    assert phone.evaluate(IN_VIEW, "#state")
    waits = looks(phone)
    assert waits["state"] != kept["state"]
    assert waits["button"] is not None, "the tap itself shows on its button"
    back = hall.again()
    try:
        state(phone, "kept")
        assert looks(phone)["state"] == kept["state"]
    finally:
        phone.context.close()
        back.stop()


def test_the_state_is_seen_wherever_the_page_is_scrolled(phone: Any) -> None:
    phone.evaluate("document.querySelector('main').style.paddingBottom = '3000px'")
    for place in (0, 1200, 99_999):
        before = phone.get_attribute("#deal", "data-desire")
        phone.evaluate("y => scrollTo(0, y)", place)
        phone.evaluate("document.querySelector(\"form[data-tap] button[value='1']\").click()")
        dealt_after(phone, before)
        state(phone, "kept")
        assert phone.evaluate(IN_VIEW, "#state"), place


def test_a_state_that_scrolls_away_is_found_out(phone: Any) -> None:
    phone.evaluate("document.getElementById('state').style.position = 'static'")
    phone.evaluate("document.querySelector('main').style.paddingBottom = '3000px'")
    phone.click("form[data-tap] button[value='1']")
    phone.wait_for_selector("#state[data-state=kept]", state="attached")
    phone.evaluate("scrollTo(0, 0)")
    assert not phone.evaluate(IN_VIEW, "#state")


def test_the_new_card_has_the_focus_and_its_buttons_have_its_words(phone: Any) -> None:
    """What a screen reader says after an act is the new state: the card that lies there now."""
    for _ in range(2):
        before = phone.get_attribute("#deal", "data-desire")
        phone.focus("form[data-tap] button[value='1']")
        phone.keyboard.press("Enter")
        dealt_after(phone, before)
        words = phone.inner_text("#words").strip()
        assert phone.evaluate("document.activeElement.id") == "words"
        names = [one["name"] for one in accessible(phone, "button") if words in one["name"]]
        assert len(names) == len(set(names)) == 3
        [status] = [one for one in accessible(phone, "status") if one["text"]]
        assert phone.get_attribute("#state", "data-kept") in status["text"]
        assert accessible(phone, "group", focused=True)


def test_typed_words_keep_the_focus_when_a_card_comes(phone: Any) -> None:
    phone.click("#another summary")
    phone.evaluate("document.querySelector(\"form[data-tap] button[value='1']\").click()")
    phone.focus("#another textarea")
    state(phone, "kept")
    assert phone.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_the_clock_says_minutes_then_the_time_of_day_and_then_that_it_is_over(hall: Any, phone: Any) -> None:
    def clock() -> str:
        return str(phone.locator("#clock").inner_text())

    hall.submit("h0", "an-hour", ev.ClockSet(1800))
    phone.wait_for_selector("#clock:not([hidden])")
    assert re.search(r"\d\d:\d\d", clock())
    left = phone.get_attribute("#hints", "data-left").split("{")[0]
    until = phone.get_attribute("#hints", "data-until").split("{")[0]
    assert clock().startswith(left)
    hall.submit("h0", "a-day", ev.ClockSet(86_000))
    phone.wait_for_function("s => document.getElementById('clock').textContent.startsWith(s)", arg=until)
    assert not re.search(r"\d{3}", clock()), "nobody reads a day as minutes"
    assert phone.evaluate("document.body.dataset.signalled") is None
    phone.click("#signal")
    hall.submit("h0", "a-moment", ev.ClockSet(1))
    over = phone.get_attribute("#hints", "data-over")
    phone.wait_for_function("s => document.getElementById('clock').textContent === s", arg=over)
    phone.wait_for_function("() => 'signalled' in document.body.dataset")
    hall.submit("h0", "no-clock", ev.ClockSet(0))
    phone.wait_for_selector("#clock", state="hidden")


def test_nobody_is_signalled_who_did_not_ask(hall: Any, phone: Any) -> None:
    hall.submit("h0", "a-moment", ev.ClockSet(1))
    over = phone.get_attribute("#hints", "data-over")
    phone.wait_for_function("s => document.getElementById('clock').textContent === s", arg=over)
    phone.wait_for_timeout(300)
    assert phone.evaluate("document.body.dataset.signalled") is None


def test_when_all_say_the_text_one_line_after_the_other_is_marked_alike_on_two_phones(
    hall: Any, watched: Watch, phone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "pace_of", lambda record: tuple(120_000 for _ in record.lines))  # no slow machine is late
    other = watched(hall.url, viewport=SMALL).page()
    other.goto(f"{hall.url}/j/{hall.code}?lang=he")
    other.click("button.primary")
    monkeypatch.setattr(screen, "ends_of", lambda lines: tuple(120_000 * place for place, _ in enumerate(lines, 1)))
    wall = watched(hall.url, viewport={"width": 1280, "height": 720}).page()
    wall.goto(f"{hall.url}/hall/{hall.code}")
    hall.lead_to("sealed")
    hall.submit("h0", "say", ev.SayingSet(1))
    about = "() => [document.getElementById('saying').dataset.said, "
    about += "...[...document.querySelectorAll('#saying li')]"
    about += ".map((line) => line.dataset.ms + ' ' + ('now' in line.dataset))]"
    seen = []
    for page in (phone, other):
        page.wait_for_selector("body[data-stage=said] #saying li[data-now]", state="attached", timeout=30_000)
        assert page.locator("#pace").is_visible()
        seen.append(page.evaluate(about))
    assert seen[0] == seen[1]
    assert seen[0][1:] == ["120000 true"]
    wall.wait_for_selector("#text .column li[data-now]", timeout=30_000)
    marked = wall.evaluate("[...document.querySelectorAll('li[data-now]')].map((line) => line.value)")
    assert set(marked) == {1}, "the wall marks the same line, in each of its languages"


def test_no_two_buttons_of_a_page_have_one_name(hall: Any, phone: Any) -> None:
    home = f"{hall.url}/g/{hall.code}"
    seat = len(hall.gathering.state.seats) - 1
    for wish in ("Bread for all of us here", "Songs until the morning", "Rest for those who work"):
        hall.say_as(seat, wish)
    for number in range(3):
        hall.call(hall.gathering.respond(seat, number, 1, f"tap-{number:06}"))
    found = {}
    for path in ("/mine", "?said=" + alias_for(hall.gathering, Purpose.OWN, seat, 4)):
        go(phone, home + path)
        phone.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        names = [one["name"] for role in ("button", "link", "DisclosureTriangle") for one in accessible(phone, role)]
        found[path] = sorted({name for name in names if names.count(name) > 1})
        assert len(names) > 2
    assert not any(found.values()), found
