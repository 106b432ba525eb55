"""Two seals in one round: sealed, taken back, amended, sealed again. Hall, phone, book, API, `verify` show one text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.commands.proving import proof
from oneheart.live import events as ev
from oneheart.model.round import Stage
from tests.support.waiting import until

Serve = Callable[..., Any]
Watch = Callable[..., Any]
TEXTS = ("That nobody stays alone", "Bread for all", "To hear each other")
AMENDED = "That nobody sits alone"
PEOPLE = 8


@pytest.fixture
def hall(serve: Serve) -> Any:
    """Return a hall of eight people who want all that three of them said."""
    server = serve(name="Eight by the fire", languages=["en"])
    server.people = [server.call(server.gathering.take_seat(f"key-of-{n}", language="en")) for n in range(PEOPLE)]
    seats = [taken.number for taken in server.people]
    desires = [server.say_as(seats[n], text) for n, text in enumerate(TEXTS)]
    for place, seat in enumerate(seats):
        for n, desire in enumerate(desires):
            if n != place:
                server.call(server.gathering.respond(seat, desire, 1, f"r-{seat}-{desire}"))
    return server


def read_all(hall: Any) -> None:
    """Let everybody say that they can say every line and the whole."""
    state = hall.gathering.state
    number = len(state.prayers.drafts) - 1
    for taken in hall.people:
        for line in range(len(state.prayers.drafts[number].body.lines)):
            if state.stage is Stage.READING or state.prayers.drafts[number].body.lines[line].changed:
                key = f"read-{number}-{line}"
                hall.submit(f"s{taken.number}", key, ev.LineRead(taken.number, number, line, "can say"))
        hall.submit(f"s{taken.number}", f"whole-{number}", ev.WholeAffirmed(taken.number, number, on=True))


def to_the_seal(hall: Any, *, amend: bool = False) -> None:
    """Lead the round from its reading to a seal; the author of the first line says it in other words if asked."""
    state = hall.gathering.state
    drafts, seals = len(state.prayers.drafts), len(state.prayers.sealed)
    if amend:
        place = next(n for n, line in enumerate(state.prayers.drafts[-1].body.lines) if line.cites == [0])
        body = ev.LineRead(hall.people[4].number, drafts - 1, place, "would change", "sits, not stays")
        hall.submit(f"s{body.seat}", f"change-{drafts}", body)
        author = hall.people[0].number
        hall.submit(f"s{author}", f"amend-{drafts}", ev.LineAmended(author, drafts - 1, place, AMENDED, "en"))
    hall.move("second reading")
    until(lambda: len(state.prayers.drafts) > drafts, "there is no second draft")
    read_all(hall)
    hall.move("sealed")
    until(lambda: len(state.prayers.sealed) > seals, "it was not sealed")


def hashed(words: list[str]) -> str:
    return hashlib.sha256("\n".join(f"en\t{text}" for text in words).encode()).hexdigest()


def plain(text: str) -> str:
    """Return a line without what reading aloud adds: the capital and the full stop."""
    return text.strip().removesuffix(".").casefold()


def shown(screen: Any, phone: Any, hall: Any, number: int) -> list[tuple[list[str], str]]:
    """Return the words and the hash that hall, phone, book and API show; the words of the API must have that hash."""
    out = []
    screen.wait_for_selector("#text .column li")
    assert not screen.is_visible("#digest"), "no hash stands under a prayer"
    screen.evaluate("document.getElementById('proof').open = true")
    out.append((screen.locator("#text .column").first.locator("li").all_inner_texts(), screen.inner_text("#digest")))
    phone.goto(f"{hall.url}/g/{hall.code}")
    words = phone.locator("#saying .text li > bdi").all_inner_texts()
    assert not any(code.is_visible() for code in phone.locator("code").all())
    phone.locator(".proof summary").click()
    out.append((words, phone.locator(".proof code").first.inner_text()))
    book = f"{hall.url}/g/{hall.code}/book/{number}"
    phone.goto(book)
    words = phone.locator("article .text li > bdi").all_inner_texts()
    assert not any(code.is_visible() for code in phone.locator("code").all())
    phone.locator(".proof summary").click()
    out.append((words, phone.locator(".proof code").first.inner_text()))
    told = phone.request.get(f"{hall.url}/api/v1/gatherings/{hall.code}/text").json()
    words = [line["text"] for line in told["lines"]]
    assert told["digest"] == hashed(words)
    out.append((words, told["digest"]))
    screen.evaluate("document.getElementById('proof').open = false")
    return [([plain(text) for text in words], digest) for words, digest in out]


def test_two_seals_show_one_text_everywhere(hall: Any, watched: Watch) -> None:
    state = hall.gathering.state
    screen = watched(hall.url, viewport={"width": 1920, "height": 1080}).page()
    screen.goto(f"{hall.url}/hall/{hall.code}")
    phone = watched(hall.url, viewport={"width": 390, "height": 844}, color_scheme="dark").page()
    phone.goto(f"{hall.url}/j/{hall.code}?lang=en")
    phone.click("button.primary")
    phone.wait_for_url(f"**/g/{hall.code}")

    hall.move("crossing")
    hall.move("weaving")
    until(lambda: state.prayers.drafts, "no text was woven", 60.0)
    hall.move("reading")
    read_all(hall)
    to_the_seal(hall)
    first = state.prayers.sealed[0].body.digest
    screen.wait_for_function(f"document.getElementById('digest').textContent === '{first}'")
    one = shown(screen, phone, hall, 1)
    assert all(told == one[0] for told in one), one
    assert one[0][1] == first

    desk = watched(hall.url, viewport={"width": 1280, "height": 900}).page()
    desk.goto(f"{hall.url}/host/enter/{hall.house.invite(hall.code)}")
    desk.click("button.primary")
    desk.wait_for_selector("#take-back")
    desk.click("#take-back summary")
    desk.click("#take-back button")
    until(lambda: state.stage is Stage.READING and len(state.prayers.drafts) == 3, "the text is not read anew")
    screen.wait_for_selector(".stage[data-stage='read anew']:not([hidden])")
    assert not screen.is_visible("#status")
    phone.goto(f"{hall.url}/g/{hall.code}")
    phone.wait_for_selector("[data-notice='taken back']")
    phone.goto(f"{hall.url}/g/{hall.code}/book")
    phone.wait_for_selector("#empty")

    read_all(hall)
    to_the_seal(hall, amend=True)
    second = state.prayers.sealed[1].body.digest
    assert second != first
    screen.wait_for_function(f"document.getElementById('digest').textContent === '{second}'")
    two = shown(screen, phone, hall, 2)
    assert all(told == two[0] for told in two), two
    assert plain(AMENDED) in two[0][0]
    assert two[0][1] == second

    lines, well = proof(hall.gathering.path)
    assert well, lines
    fits = "stands on this record, and its words are those that were sealed"
    assert f"sealed text 1: {fits}; its seal was taken back" in lines
    assert f"sealed text 2: {fits}" in lines
