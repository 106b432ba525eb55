"""A6: what people, hosts and strangers type stays text on every page, in a real browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.web import pages
from tests.browser.conftest import chromium, make_gathering, serve, watched
from tests.browser.test_accessible import OF_HOST, OF_PERSON, come

__all__ = ["chromium", "make_gathering", "serve", "watched"]
pytestmark = pytest.mark.slow
Figure = Callable[[str], None]
PAYLOADS = (
    "<img src=x onerror=window.__pwn=1>",
    "</script><script>window.__pwn=1</script>",
    '"><svg onload=window.__pwn=1>',
    "' onmouseover='window.__pwn=1",
    "</textarea><script>window.__pwn=1</script>",
    "</style><style>body{display:none}</style>",
    "javascript:window.__pwn=1",
    "</title><script>window.__pwn=1</script>",
    "<a href=javascript:window.__pwn=1 id=x>",
    "{{7*7}}<iframe srcdoc='<script>parent.__pwn=1</script>'>",
    "</bdi></main><form action=//evil.example><button autofocus onfocus=window.__pwn=1>",
    "<math><mi xlink:href=javascript:window.__pwn=1>",
)
STRANGERS = ("/?code={x}", "/j/{code}?c={x}", "/j/{code}?lang={x}", "/s/{code}/{x}", "/book?find={x}", "/{x}")
"""Addresses into which a stranger may type anything."""
FOREIGN = """() => [window.__pwn === undefined ? "" : "a script ran", document.title === "49" ? "a template ran" : "",
  getComputedStyle(document.body).display === "none" ? "a style counts" : "",
  ...[...document.querySelectorAll("main img[onerror], [onload], [onmouseover], [onfocus], math"
    + ", iframe[srcdoc], iframe:not([src^='/hall/'], [src^='/j/'])"
    + ", form[action*=evil]"
    + ", a[href^=javascript], script:not([src]):not([type='application/json'])")].map((e) => e.outerHTML.slice(0, 80))
  ].filter(Boolean)"""


class Walk:
    """A walk over all pages; what is found is gathered by page."""

    def __init__(self, server: Any, watch: Any) -> None:
        self.server = server
        self.phone = watch(server.url, viewport={"width": 360, "height": 640})
        self.desk = watch(server.url, viewport={"width": 1280, "height": 800})
        self.found: dict[str, list[str]] = {}
        self.visited = 0

    def look(self, page: Any, path: str) -> None:
        """Open one page and note what must not be there."""
        page.goto(self.server.url + path)
        self.visited += 1
        foreign = page.evaluate(FOREIGN)
        if foreign:
            self.found[path] = foreign

    def all_pages(self, phone: Any, desk: Any) -> None:
        """Open every page of a person, a host, the hall and strangers."""
        code = self.server.code
        for place in (*OF_PERSON, "?more=1", "/book/1"):
            self.look(phone, f"/g/{code}{place}")
        for place in (*OF_HOST, "/book/1", "?find=<script>window.__pwn=1</script>"):
            self.look(desk, f"/host/{code}{place}")
        for path in (f"/hall/{code}", "/book", f"/book/{code}", f"/book/{code}/1", "/book?print=1"):
            self.look(phone, path)

    def strangers(self, phone: Any) -> None:
        """Type every payload into every address."""
        for form in STRANGERS:
            for payload in PAYLOADS:
                self.look(phone, form.replace("{code}", self.server.code).replace("{x}", payload.replace("/", "%2F")))


def wait(holds: Callable[[], Any]) -> None:
    """Wait for the house to do its part."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def planted(serve: Any) -> Any:
    """Return a server with a gathering in which every text is a payload. No cleaning is relied on."""
    words = {"en": {"Now": PAYLOADS[0], "Mine": PAYLOADS[2]}}
    question = {"en": PAYLOADS[1], "he": PAYLOADS[2]}
    server = serve(name=PAYLOADS[0], question=question, voice="assembly", languages=["en", "he"], cards=3, words=words)
    for number, payload in enumerate(PAYLOADS[:4]):
        server.submit("h0", f"circle-{number}", ev.CircleAdded(payload, f"circle{number}"))
        server.submit("h0", f"meal-{number}", ev.OccasionAdded(payload, "meal", f"MEAL{number}"))
    numbers = [server.say(payload, circle=n % 2) for n, payload in enumerate(PAYLOADS)]
    for n in range(14):
        server.call(server.gathering.take_seat(f"{n:032x}", language="en", circle=n % 2))
    seats = len(server.gathering.state.seats)
    for seat in range(seats):
        for number in numbers:
            if server.gathering.state.desires[number].author != seat:
                server.submit(f"s{seat}", f"tap-{number}", ev.Responded(seat, number, 1))
    for n, number in enumerate(numbers):
        reason = PAYLOADS[(n + 1) % len(PAYLOADS)]
        server.submit("h0", f"decide-{n}", ev.Moderated(number, "rejected" if n == 0 else "accepted", reason))
    server.submit("h0", "show", ev.DesiresShown(numbers[1:]))
    steps = [ev.ProgrammeStep("open", 60, {"en": payload}) for payload in PAYLOADS[:3]]
    server.submit("h0", "programme", ev.ProgrammeSet(steps))
    return server


def round_of(server: Any, walk: Walk) -> None:
    """Walk through a whole round, in which people change, amend and translate lines with payloads too."""
    phone, desk = walk.phone.page(), walk.desk.page()
    come(server, phone, circle="0")
    desk.goto(f"{server.url}/host/enter/{server.house.invite(server.code)}")
    desk.click("button.primary")
    desk.wait_for_url(f"**/host/{server.code}")
    walk.all_pages(phone, desk)
    prayers = lambda: server.gathering.state.prayers  # noqa: E731
    for page in (phone, desk):
        page.goto("about:blank")
    server.move("crossing")
    server.move("weaving")
    wait(lambda: prayers().drafts)
    server.move("reading")
    lines = len(prayers().drafts[0].body.lines)
    assert lines, "no text was woven"
    for seat in range(12):
        for line in range(lines):
            payload = PAYLOADS[(seat + line) % len(PAYLOADS)]
            reading = "would change" if seat == 0 else "can say"
            body = ev.LineRead(seat, 0, line, reading, payload if seat == 0 else "")
            server.submit(f"s{seat}", f"read-{line}", body)
            author = server.gathering.state.desires[prayers().drafts[0].body.lines[line].cites[0]].author
            if author == seat:
                server.submit(f"s{seat}", f"amend-{line}", ev.LineAmended(seat, 0, line, payload, "en"))
    walk.all_pages(phone, desk)
    for page in (phone, desk):
        page.goto("about:blank")
    server.move("second reading")
    wait(lambda: len(prayers().drafts) == 2)
    server.move("sealed")
    wait(lambda: prayers().sealed)
    server.submit("h0", "book", ev.BookSet(0, public=True))
    server.move("said")
    walk.all_pages(phone, desk)
    walk.strangers(phone)


@pytest.mark.proof("A6")
def test_no_text_is_a_script_on_any_page(serve: Any, watched: Any, figure: Figure) -> None:
    server = planted(serve)
    walk = Walk(server, watched)
    round_of(server, walk)
    figure(f"{len(PAYLOADS)} payloads in every text, {walk.visited} pages in Chromium, {len(walk.found)} with a script")
    assert walk.found == {}
    assert walk.visited > 120


@pytest.mark.sabotage("A6", "texts not escaped (autoescape of the pages)")
def test_pages_that_do_not_escape_are_found_out(serve: Any, chromium: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server = planted(serve)
    unescaped = pages.environment.__wrapped__()
    unescaped.autoescape = False
    monkeypatch.setattr(pages, "environment", lambda: unescaped)
    page = chromium.new_context().new_page()
    page.goto(f"{server.url}/j/{server.code}")
    assert page.evaluate(FOREIGN)
    page.close()
