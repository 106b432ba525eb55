"""The book of prayers: who reads which text, under which address, in which language; how words are found in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev

CODE = "ABCD3456"
TEXTS = ("Peace for all of us", "Warm bread", "Songs <at> night")
CARRIED = "שלום לכולנו"
Open = Callable[..., Any]


def until(holds: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@pytest.fixture
def door(open_door: Open) -> Any:
    """Return a gathering of six with a text in the book; one line is in Hebrew too, one went against somebody."""
    door = open_door()
    door.people = [door.join() for _ in range(6)]
    door.seats = [door.seat(browser) for browser in door.people]
    for seat in door.seats[1:4]:
        door.submit(f"s{seat}", f"hebrew-{seat}", ev.SeatChanged(seat, language="he"))
    for number, text in enumerate(TEXTS):
        door.submit(f"s{number}", f"said-{number}", ev.DesireSaid(number, text, "en"))
    for seat in door.seats:
        for number in range(len(TEXTS)):
            if number != seat:
                door.submit(f"s{seat}", f"want-{number}", ev.Responded(seat, number, 1))
    read(door, "first")
    carrier, *readers = door.seats[1:4]
    door.submit(f"s{carrier}", "carry-it", ev.LineCarried(carrier, 0, place_of(door, TEXTS[0]), "he", CARRIED))
    carried = next(iter(door.gathering.state.prayers.carried))
    for seat in readers:
        door.submit(f"s{seat}", "confirm-it", ev.CarryConfirmed(seat, carried))
    against = place_of(door, TEXTS[2])
    for seat in door.seats:
        for line in range(len(TEXTS)):
            said = "against me" if line == against and seat == 5 else "can say"
            door.submit(f"s{seat}", f"read-{line}", ev.LineRead(seat, 0, line, said))
    seal(door)
    return door


def place_of(door: Any, text: str) -> int:
    lines = door.gathering.state.prayers.drafts[0].body.lines
    return next(place for place, line in enumerate(lines) if line.cites[0] == TEXTS.index(text))


def read(door: Any, which: str) -> None:
    before = len(door.gathering.state.prayers.drafts)
    door.move("crossing")
    door.move("weaving")
    until(lambda: len(door.gathering.state.prayers.drafts) > before, f"the {which} text was not woven")
    door.move("reading")


def seal(door: Any) -> None:
    state = door.gathering.state
    before, sealed = len(state.prayers.drafts), len(state.prayers.sealed)
    door.move("second reading")
    until(lambda: len(state.prayers.drafts) > before, "there is no second draft")
    door.move("sealed")
    until(lambda: len(state.prayers.sealed) > sealed, "it was not sealed")


def test_people_and_hosts_read_every_text_and_others_only_what_a_host_opened(door: Any) -> None:
    stranger, inside = door.browser(), door.people[0]
    assert "Peace for all of us" in inside.get(f"/g/{CODE}/book").text
    assert inside.get(f"/g/{CODE}/book/1").status_code == 200
    assert stranger.get(f"/book/{CODE}/1").status_code == 404
    assert "Peace" not in stranger.get("/book").text
    assert stranger.get(f"/g/{CODE}/book/1").status_code == 404
    door.submit("h0", "open-it", ev.BookSet(0, public=True))
    assert "Peace for all of us" in stranger.get("/book").text
    assert f'href="/book/{CODE}/1"' in stranger.get("/book").text
    assert "Peace for all of us" in stranger.get(f"/book/{CODE}/1").text
    door.submit("h0", "close-it", ev.BookSet(0, public=False))
    assert stranger.get(f"/book/{CODE}/1").status_code == 404


def test_the_address_of_a_text_stays_when_others_follow(door: Any) -> None:
    browser = door.people[0]
    before = browser.get(f"/g/{CODE}/book/1").text
    assert "Peace for all of us" in before
    door.move("said")
    door.move("open")
    read(door, "second")
    seal(door)
    assert browser.get(f"/g/{CODE}/book/1").text == before
    assert browser.get(f"/g/{CODE}/book/2").status_code == 200
    listed = browser.get(f"/g/{CODE}/book").text
    assert listed.index(f"/g/{CODE}/book/2") < listed.index(f"/g/{CODE}/book/1"), "the newest comes first"


@pytest.mark.parametrize(("find", "found"), [("bread", True), ("שלום", True), ("desert", True), ("camels", False)])
def test_words_are_found_in_every_language_of_a_text(door: Any, find: str, *, found: bool) -> None:
    page = door.people[0].get(f"/g/{CODE}/book", params={"find": find}).text
    assert ("Warm bread" in page) is found


def test_each_reads_aloud_in_their_own_language_with_the_authors_words_beside_it(door: Any) -> None:
    page = door.people[0].get(f"/g/{CODE}/book/1?lang=he").text
    assert (
        '<bdi dir="auto" lang="he">שלום לכולנו</bdi><span class="carried"><bdi dir="auto" lang="en">Peace for all of us'
        in page
    )
    english = door.people[0].get(f"/g/{CODE}/book/1?lang=en").text
    assert "שלום לכולנו" not in english, "a clean page to read aloud from"
    assert "שלום לכולנו" in door.people[0].get(f"/g/{CODE}/book?lang=en").text


def test_a_page_says_how_sure_it_is_what_is_missing_and_what_it_can_be_checked_by(door: Any) -> None:
    sealed = door.gathering.state.prayers.sealed[0]
    page = door.people[0].get(f"/g/{CODE}/book/1").text
    for said in (
        "Not one yet.",
        "Not enough have said that they can say the whole of it.",
        "5 people or more have read it.",
        "Songs &lt;at&gt; night",  # not yet common
        sealed.body.digest,
        sealed.body.root,
    ):
        assert said in page, said
    booklet = door.people[0].get(f"/g/{CODE}/book?print=1").text
    assert sealed.body.digest in booklet
    assert sealed.body.root in booklet


def test_words_that_their_author_erased_are_gone_from_every_page(door: Any) -> None:
    author = door.people[0]
    assert author.post(f"/g/{CODE}/erase", data={"key": "erase-mine", "sure": "yes"}).status_code == 200
    for address in (f"/g/{CODE}/book", f"/g/{CODE}/book/1", f"/g/{CODE}/book/1?lang=he", f"/g/{CODE}/book?print=1"):
        page = door.people[4].get(address).text
        assert "Peace for all" not in page
        assert "שלום לכולנו" not in page
        assert "Warm bread" in page
