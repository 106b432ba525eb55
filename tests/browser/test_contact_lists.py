"""Lists of contacts in a real browser: without script, at 390 px, right to left, from the consent to taking out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oneheart.engine.disclosure import K
from oneheart.live import events as ev
from oneheart.live.check_in import usher_secret

SMALL = {"width": 390, "height": 844}
PEOPLE = 12
Serve = Callable[..., Any]
Watch = Callable[..., Any]
LOOK = os.environ.get("ONEHEART_SCREENSHOTS", "")


def overflows(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def seen(page: Any, name: str) -> None:
    """Check that nothing stands beside the page; keep a picture where somebody wants to look."""
    if LOOK:
        page.screenshot(path=str(Path(LOOK) / f"{name}.png"), full_page=True)
    assert not overflows(page), name


@pytest.fixture
def hall(serve: Serve) -> Any:
    """Return a real server with a meal and people who agreed to lists, each with a badge."""
    server = serve(languages=["he", "en"])
    server.submit("h0", "meal", ev.OccasionAdded("ארוחה", "meal", "MEAL42"))
    for seat in range(PEOPLE):
        server.call(server.gathering.take_seat(f"listener-{seat}", language="he"))
        server.submit(f"s{seat}", "agree-key", ev.ContactsConsented(seat))
        digest = server.gathering.secret_for("badge", str(100 + seat))
        server.submit(f"s{seat}", "badge-key", ev.BadgeKept(seat, digest))
    return server


def everybody(people: int) -> bytes:
    rows = [f"{20 * (a + b)} {100 + a} {100 + b}" for a in range(people) for b in range(a)]
    return "\n".join(["t i j", *sorted(rows, key=lambda row: int(row.split()[0]))]).encode()


def test_a_person_agrees_and_a_host_brings_in_a_list_and_takes_it_out(hall: Any, watched: Watch) -> None:
    dark = {"viewport": SMALL, "java_script_enabled": False, "color_scheme": "dark"}
    phone = watched(hall.url, **dark).page()
    phone.goto(f"{hall.url}/j/{hall.code}?lang=he")
    phone.click("button.primary")
    phone.wait_for_url(f"**/g/{hall.code}")
    phone.goto(f"{hall.url}/g/{hall.code}/mine")
    assert phone.get_attribute("html", "dir") == "rtl"
    assert phone.get_attribute("#contacts", "data-contacts") == "0"
    phone.click("#contacts form[action$='/contacts'] button")
    assert phone.locator("[data-own-code]").count() == 1
    phone.fill("#contacts input[name=badge]", "בלי מספר")
    phone.click("#contacts form[action$='/badge'] button")
    assert phone.get_attribute("[data-badge]", "data-badge") == "none"
    phone.fill("#contacts input[name=badge]", "100")  # that of somebody else
    phone.click("#contacts form[action$='/badge'] button")
    assert phone.get_attribute("[data-badge]", "data-badge") == "shared"
    phone.fill("#contacts input[name=badge]", f"0{100 + PEOPLE}")
    phone.click("#contacts form[action$='/badge'] button")
    assert phone.get_attribute("[data-badge]", "data-badge") == "kept"
    seen(phone, "mine")

    desk = watched(hall.url, viewport=SMALL, java_script_enabled=False, locale="he").page()
    desk.goto(f"{hall.url}/host/enter/{hall.house.invite(hall.code)}")
    desk.click("button.primary")
    desk.goto(f"{hall.url}/host/{hall.code}/measures")
    desk.click("a[href$='/contacts']")
    assert desk.get_attribute("html", "dir") == "rtl"
    seen(desk, "desk-empty")
    bad = {"name": "x.csv", "mimeType": "text/csv", "buffer": b"a,b,seconds\n100,101,much\n"}
    desk.set_input_files("input[type=file]", bad)
    desk.click("form[enctype] button.primary")
    assert desk.get_attribute("[data-why]", "data-why") == "fault"
    seen(desk, "desk-bad-file")
    list_of_all = {"name": "badges.txt", "mimeType": "text/plain", "buffer": everybody(PEOPLE + 1)}
    desk.set_input_files("input[type=file]", list_of_all)
    desk.click("form[enctype] button.primary")
    told = {one.get_attribute("data-said") for one in desk.locator("[data-said]").all()}
    assert {"lines", "seconds", "slices", "minutes", "known", "share", "others"} <= told
    assert str((PEOPLE + 1) // K * K) in desk.inner_text("[data-said=known]")
    seen(desk, "desk-look")
    before = hall.gathering.state.seq
    assert hall.gathering.state.company.near.brought == []
    desk.click("form[action$='/contacts/keep'] button")
    assert desk.get_attribute("[data-kept]", "data-kept") == "1"
    assert hall.gathering.state.seq == before + 1 + PEOPLE + 1
    seen(desk, "desk-kept")
    desk.set_input_files("input[type=file]", list_of_all)
    desk.click("form[enctype] button.primary")
    assert desk.locator("[data-said=there]").count() == 1
    desk.click("form[action$='/contacts/keep'] button")
    assert desk.get_attribute("[data-kept]", "data-kept") == "0"

    phone.goto(f"{hall.url}/g/{hall.code}/mine")
    assert phone.locator("[data-held]").count() == 1
    assert str(PEOPLE // K * K) in phone.inner_text("[data-held]")
    seen(phone, "mine-held")
    phone.click("#contacts form[action$='/contacts'] button")
    assert phone.get_attribute("#contacts", "data-contacts") == "0"
    assert PEOPLE not in hall.gathering.state.company.near.brought[0].held

    desk.goto(f"{hall.url}/host/{hall.code}/contacts")
    desk.click("[data-list] summary")
    desk.click("[data-list] button.danger")
    assert desk.locator("[data-list]").count() == 0
    assert hall.gathering.state.company.near.brought[0].held == {}
    desk.goto(f"{hall.url}/host/{hall.code}/log")
    assert desk.locator("[data-done='contacts']").count() == 1
    assert desk.locator("[data-done='contacts out']").count() == 1


def test_an_usher_reads_a_badge_and_is_not_told_who_agreed(hall: Any, watched: Watch) -> None:
    usher = watched(hall.url, viewport=SMALL, java_script_enabled=False, locale="he").page()
    usher.goto(f"{hall.url}/u/{hall.code}/as/{usher_secret(hall.gathering, 0)}")
    pages = []
    for agrees in (True, False):
        phone = watched(hall.url, viewport=SMALL, java_script_enabled=False).page()
        phone.goto(f"{hall.url}/j/{hall.code}?lang=he")
        phone.click("button.primary")
        phone.wait_for_url(f"**/g/{hall.code}")
        if agrees:
            phone.goto(f"{hall.url}/g/{hall.code}/mine")
            phone.click("#contacts form[action$='/contacts'] button")
        phone.goto(f"{hall.url}/g/{hall.code}/here")
        code = phone.inner_text("main .code, main [dir=ltr]").split("\n")[0]
        usher.goto(f"{hall.url}/u/{hall.code}")
        usher.click("summary")
        usher.fill("form[action$='/badge'] input[name=person]", code)
        usher.fill("form[action$='/badge'] input[name=badge]", "777")
        seen(usher, "usher")
        usher.click("form[action$='/badge'] button")
        pages.append(usher.inner_text("main"))
    assert pages[0] == pages[1]
    near = hall.gathering.state.company.near
    assert near.badge_of[PEOPLE] == (hall.gathering.secret_for("badge", "777"), True)
    assert PEOPLE + 1 not in near.badge_of
