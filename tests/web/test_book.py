"""The book of prayers: who reads which text, under which address, in which language; how words are found in it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from starlette.requests import Request

from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from oneheart.locale.languages import LANGUAGES
from oneheart.web.sealed_texts import page_of
from oneheart.web.sharing import ATOM, beside, feed, second_languages
from oneheart.web.words import Words
from tests.support.codes import codes, text_at
from tests.support.desks import Desk
from tests.support.waiting import until

CODE = "ABCD3456"
TEXTS = ("Peace for all of us", "Warm bread", "Songs <at> night")
CARRIED = "שלום לכולנו"
Open = Callable[..., Any]


@pytest.fixture
def door(open_door: Open) -> Any:
    """Return a gathering of six with a text in the book; one line is in Hebrew too, one went against somebody."""
    door = open_door()
    door.people = [door.join() for _ in range(6)]
    door.seats = [door.seat(browser) for browser in door.people]
    for seat in door.seats[1:4]:
        door.submit(f"s{seat}", f"hebrew-{seat}", ev.SeatChanged(seat, language="he"))
        door.submit(f"s{seat}", f"english-{seat}", ev.LanguageUnread(seat, "en", on=False))
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
    theirs = '<bdi dir="auto" lang="he">שלום לכולנו.</bdi>'
    assert f'{theirs}<span class="carried"><bdi dir="auto" lang="en">Peace for all of us' in page
    english = door.people[0].get(f"/g/{CODE}/book/1?lang=en").text
    assert "שלום לכולנו" not in english, "a clean page to read aloud from"
    assert "שלום לכולנו" in door.people[0].get(f"/g/{CODE}/book?lang=en").text


def test_a_page_says_how_sure_it_is_what_is_missing_and_what_it_can_be_checked_by(door: Any) -> None:
    sealed = door.gathering.state.prayers.sealed[0]
    page = door.people[0].get(f"/g/{CODE}/book/1").text
    assert codes(page, "verdict") == ["not yet"]
    assert codes(page, "missing") == sealed.body.missing
    assert "affirmed" in sealed.body.missing
    assert codes(page, "readers") == [], "of so few people nothing is counted"
    for said in (
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


# --- finding ----------------------------------------------------------------------------------------------------------

FEW = 4  # fewer than k


@pytest.fixture
def shelf(open_door: Open) -> Any:
    """Return a gathering with three texts: of lines of two circles, at a meal; of one circle alone; of anybody."""
    door = open_door()
    for number, (name, parent) in enumerate((("North", None), ("Oaks & elms", 0), ("Pines", 0), ("Small", None))):
        door.submit("h0", f"circle-{number}", ev.CircleAdded(name, f"key-of-{number}", parent))
    door.submit("h0", "songs", ev.OccasionAdded("Songs", "night", "CODE22"))
    door.submit("h0", "table", ev.OccasionAdded("<Long> table", "meal", "CODE33"))
    door.submit("house", "host-0", ev.HostSeated(hash_of(HOST)))
    door.people = [door.join(circle="1") for _ in range(5)] + [door.join(circle="2") for _ in range(5)]
    door.few = [door.join(circle="3") for _ in range(FEW)]
    door.seats = [door.seat(browser) for browser in (*door.people, *door.few)]
    for number, circle in ((0, 1), (5, 2), (10, 3)):
        door.submit("h0", f"steward-{number}", ev.DutyGiven(circle, number))
        words = ("Corazón abierto", "Всё вместе", "Quiet rain")[circle - 1]
        door.submit(f"s{number}", f"line-{number}", ev.DesireSaid(number, words, "es", line_of=circle))
    answer(door, door.seats, (0, 1, 2))
    read(door, "first")
    read_all(door, door.seats, 0)
    seal(door)
    door.submit("h0", "held-1", ev.RoundHeld(1, 1))
    for number, (seats, words) in enumerate(((door.seats[:5], "Stones warm at noon"), (door.seats, "Open <doors>"))):
        door.move("said")
        door.move("open")
        door.submit("h0", f"ask-{number}", ev.ProgrammeSet(asked(number)))
        door.submit("h0", f"step-{number}", ev.StepTaken(number, door.gathering.state.version))
        said = door.submit(f"s{seats[0]}", f"say-{number}", ev.DesireSaid(seats[0], words, "en"))
        answer(door, seats, (said,))
        read(door, words)
        read_all(door, seats, len(door.gathering.state.prayers.drafts) - 1)
        seal(door)
    return door


HOST = "h" * 32


def asked(number: int) -> list[ev.ProgrammeStep]:
    return [ev.ProgrammeStep("open", 0, {"en": f"Question {one}", "he": f"שאלה {one}"}) for one in range(number + 1)]


def answer(door: Any, seats: list[int], desires: tuple[int, ...]) -> None:
    for seat in seats:
        for number in desires:
            if door.gathering.state.desires[number].author != seat:
                door.submit(f"s{seat}", f"want-{number}", ev.Responded(seat, number, 1))


def test_pages_say_how_many_of_how_many_have_said_it_and_only_the_desk_names_who_was_not_heard(door: Any) -> None:
    door.submit("h0", "far", ev.CircleAdded("Far tents", "far-key"))
    desk, phone, book = Desk(door), f"/g/{CODE}", f"/g/{CODE}/book/1"
    sealed = door.gathering.state.prayers.sealed[0]
    assert codes(door.people[0].get(book).text, "heard") == [
        "not there rest",
        "stands whole",
    ]
    sealed.body = msgspec.structs.replace(sealed.body, languages=[])
    assert codes(door.people[0].get(book).text, "heard") == [], "six people are too few to be counted"
    sealed.body = msgspec.structs.replace(
        sealed.body, said=30, everybody=45, unheard=[0], unheard_languages=["he"], unheard_small=2
    )
    for page in (door.people[0].get(book).text, door.people[0].get(phone).text):
        assert codes(page, "heard") == ["said", "unheard count"]
        assert "Far tents" not in page
        assert re.findall(r"\d+", text_at(page, "data-heard", "said")) == ["30", "45"]
        assert re.findall(r"\d+", text_at(page, "data-heard", "unheard count")) == ["4"]
    page = desk.page()
    assert codes(page, "heard") == ["said", "unheard", "unheard small"]
    assert "Far tents" in text_at(page, "data-heard", "unheard")
    assert LANGUAGES["he"].name in text_at(page, "data-heard", "unheard")


def read_all(door: Any, seats: list[int], draft: int) -> None:
    for seat in seats:
        for language in ("en", "he", "ru", "es"):
            door.submit(f"s{seat}", f"reads-{draft}-{language}", ev.LanguageUnread(seat, language, on=False))
    for seat in seats:
        for line in range(len(door.gathering.state.prayers.drafts[draft].body.lines)):
            door.submit(f"s{seat}", f"read-{draft}-{line}", ev.LineRead(seat, draft, line, "can say"))


def numbers(html: str) -> list[int]:
    """Return the numbers of the texts on a page, in order."""
    return [int(number) for number in re.findall(rf'<h2><a href="[^"]*/{CODE}(?:/book)?/(\d+)"', html)]


CAN_BE_FOUND: list[tuple[dict[str, str], list[int]]] = [
    ({}, [3, 2, 1]),
    ({"find": "corazon"}, [1]),
    ({"find": "CORAZÓN все"}, [1]),  # both, in any order and place
    ({"find": "warm noon"}, [2]),
    ({"find": "warm doors"}, []),
    ({"find": "pine"}, [1]),
    ({"find": "long table"}, [1]),
    ({"find": "שאלה 1"}, [3]),  # a question in another language than the reader's
    ({"find": "..."}, []),
    ({"occasion": "1"}, [1]),
    ({"occasion": "0"}, []),
    ({"circle": "1"}, [2, 1]),
    ({"circle": "2"}, [1]),
    ({"circle": "0"}, [2, 1]),  # the hall in which both circles stand
    ({"circle": "3"}, []),  # fewer than k: its line is there, and it is not named
    ({"circle": "1", "find": "stones"}, [2]),
    ({"circle": "1", "occasion": "1"}, [1]),
    ({"day": "1999-01-01"}, []),
    ({"circle": "x", "occasion": "-1"}, []),
]


def test_texts_are_found_by_words_day_occasion_and_circle(shelf: Any) -> None:
    pages, booklets, told = [], [], []
    for asked_for, _ in [*CAN_BE_FOUND, ({"day": today(shelf)}, []), ({"find": today(shelf)[:7]}, [])]:
        browser = shelf.people[0]
        pages.append(numbers(browser.get(f"/g/{CODE}/book", params=asked_for).text))
        booklets.append(numbers(browser.get(f"/g/{CODE}/book", params={**asked_for, "print": "1"}).text))
        answer = browser.get(f"/api/v1/gatherings/{CODE}/book", params=asked_for, headers=bearer(shelf)).json()
        told.append([text["number"] for text in answer["texts"]])
        assert answer["count"] == len(told[-1])
    assert pages == [which for _, which in CAN_BE_FOUND] + [[3, 2, 1]] * 2
    assert booklets == pages
    assert told == pages


def today(door: Any) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(door.gathering.state.prayers.sealed[0].at / 1000))


def bearer(door: Any) -> dict[str, str]:
    secret = next(cookie.value for cookie in door.people[0].cookies.jar if cookie.name == "seat")
    return {"authorization": f"Bearer {secret}"}


def test_a_text_says_where_it_comes_from_and_never_from_a_circle_below_k(shelf: Any) -> None:
    first, second, third = (shelf.people[0].get(f"/g/{CODE}/book/{number}").text for number in (1, 2, 3))
    assert "Quiet rain" in first
    oaks, pines = (f'<bdi dir="auto">North · {name}</bdi>' for name in ("Oaks &amp; elms", "Pines"))
    assert codes(first, "circles") == ["together"]
    assert f"{oaks}, {pines}</p>" in first
    assert '<bdi dir="auto">&lt;Long&gt; table</bdi> · Meal' in first
    assert codes(second, "circles") == ["alone"]
    assert f"{oaks}</p>" in second
    assert codes(third, "circles") == []
    everywhere = [
        first,
        second,
        third,
        *(shelf.people[0].get(f"/g/{CODE}/book{more}").text for more in ("", "?print=1")),
    ]
    assert not any("Small" in page for page in everywhere)


def test_what_is_asked_for_stays_in_the_form_the_booklet_and_the_languages(shelf: Any) -> None:
    asked_for = {"circle": "1", "find": "stones & noon"}
    page = shelf.people[0].get(f"/g/{CODE}/book", params={**asked_for, "find": "stones noon"}).text
    assert '<option value="1" selected>North · Oaks &amp; elms</option>' in page
    assert "<details open>" in page
    assert 'href="?find=stones+noon&amp;circle=1&amp;lang=he"' in page
    booklet = f"/g/{CODE}/book?find=stones+noon&amp;circle=1&amp;print=1"
    assert f'href="{booklet}"' in page
    printed = shelf.people[0].get(booklet.replace("&amp;", "&")).text
    assert '<p class="print-only"><bdi dir="auto">North · Oaks &amp; elms</bdi></p>' in printed
    empty = shelf.people[0].get(f"/g/{CODE}/book", params={**asked_for, "find": "<camels>"}).text
    assert 'id="not-found"' in empty
    assert f'<a class="button" id="show-all" href="/g/{CODE}/book">' in empty
    assert 'value="&lt;camels&gt;"' in empty
    hebrew = shelf.people[0].get(f"/g/{CODE}/book?find=camels&lang=he").text
    assert "לא נמצא טקסט כזה." in hebrew


def test_an_empty_book_says_what_comes_into_it(open_door: Open) -> None:
    door = open_door()
    page = door.join().get(f"/g/{CODE}/book").text
    assert 'id="empty"' in page
    assert 'type="search"' not in page, "there is nothing to search"


def test_a_house_shows_circles_and_occasions_of_open_texts_only(shelf: Any) -> None:
    stranger = shelf.browser()
    shelf.submit("h0", "open-2", ev.BookSet(1, public=True))
    page = stranger.get("/book").text
    assert numbers(page) == [2]
    assert f'<option value="{CODE}.1">North · Oaks &amp; elms (Desert)</option>' in page
    assert "Pines" not in page
    assert "table" not in page
    assert numbers(stranger.get(f"/book?circle={CODE}.1").text) == [2]
    assert numbers(stranger.get(f"/book?circle={CODE}.2").text) == []
    assert numbers(stranger.get(f"/book?gathering={CODE}").text) == [2]
    assert numbers(stranger.get("/book?gathering=ZZZZ9999").text) == []


def test_programs_read_the_book_by_the_same_rules(shelf: Any) -> None:
    stranger, address = shelf.browser(), f"/api/v1/gatherings/{CODE}/book"
    shelf.submit("h0", "open-1", ev.BookSet(0, public=True))
    for told in (stranger.get("/api/v1/book").json(), stranger.get(address).json()):
        assert [text["number"] for text in told["texts"]] == [1]
    first = stranger.get(f"{address}/1", params={"lang": "es"}).json()
    assert first["occasion"] == {"occasion": 1, "name": "<Long> table", "form": "Comida"}
    assert first["circles"] == [{"circle": 1, "name": "North · Oaks & elms"}, {"circle": 2, "name": "North · Pines"}]
    assert {line["text"] for line in first["lines"]} == {"Corazón abierto", "Всё вместе", "Quiet rain"}
    assert (first["alone"], first["public"], first["day"]) == (False, True, today(shelf))
    assert stranger.get(f"{address}/2").status_code == 404
    assert shelf.people[0].get(f"{address}/2", headers=bearer(shelf)).json()["alone"] is True
    assert stranger.get(f"{address}/2", headers={"authorization": f"Bearer {HOST}"}).json()["number"] == 2
    assert stranger.get(address, headers={"authorization": "Bearer nobody"}).status_code == 401


def test_a_host_says_on_the_texts_own_page_who_reads_it_and_at_which_occasion_it_was_made(shelf: Any) -> None:
    host = shelf.browser()
    host.cookies.set("host", HOST)
    page = f"/host/{CODE}/book/2"
    assert 'id="for-hosts"' in host.get(page).text
    assert 'id="for-hosts"' not in shelf.people[0].get(f"/g/{CODE}/book/2").text
    sent = host.post(f"/host/{CODE}/do/held", data={"round": "2", "page": "2", "occasion": "0", "key": "key-held-2"})
    assert (sent.status_code, sent.headers["location"]) == (303, page)
    assert '<option value="0" selected>Songs · Night</option>' in host.get(page).text
    assert '<bdi dir="auto">Songs</bdi> · Night' in shelf.people[0].get(f"/g/{CODE}/book/2").text
    shelf.submit("h0", "the-end", ev.Ended())
    sent = host.post(f"/host/{CODE}/do/book", data={"sealed": "1", "page": "2", "public": "1", "key": "key-book-2"})
    assert (sent.status_code, sent.headers["location"]) == (303, page)
    assert shelf.browser().get(f"/book/{CODE}/2").status_code == 200
    host.post(f"/host/{CODE}/do/book", data={"sealed": "1", "page": "2", "public": "0", "key": "key-book-3"})
    assert shelf.browser().get(f"/book/{CODE}/2").status_code == 404, "a host may close it when all is over"
    assert codes(host.get(f"/host/{CODE}/log").text, "done")[:2] == ["book", "book"]
    assert host.post(f"/host/{CODE}/do/held", data={"round": "9", "page": "2", "occasion": "0"}).status_code == 404


def test_the_desk_asks_at_which_occasion_this_round_is_held(shelf: Any) -> None:
    host = shelf.browser()
    host.cookies.set("host", HOST)
    assert 'id="held"' in host.get(f"/host/{CODE}").text
    host.post(f"/host/{CODE}/do/held", data={"round": "3", "occasion": "1", "key": "key-held-3"})
    assert numbers(shelf.people[0].get(f"/g/{CODE}/book?occasion=1").text) == [3, 1]
    host.post(f"/host/{CODE}/do/held", data={"round": "3", "occasion": "", "key": "key-held-4"})
    assert numbers(shelf.people[0].get(f"/g/{CODE}/book?occasion=1").text) == [1]


def feed_of(door: Any, path: str) -> ET.Element:
    answer = door.browser().get(path)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.text)  # noqa: S314  it is our own


def test_only_a_public_text_has_an_address_to_hand_on_and_stands_in_the_feed(door: Any) -> None:
    inside, public = door.people[0], f"http://testserver/book/{CODE}/1"
    assert public not in inside.get(f"/g/{CODE}/book/1").text
    assert door.browser().get(f"/book/{CODE}/feed.atom").status_code == 404
    assert feed_of(door, "/book/feed.atom").findall(f"{{{ATOM}}}entry") == []
    door.submit("h0", "open-it", ev.BookSet(0, public=True))
    page = inside.get(f"/g/{CODE}/book/1").text
    assert f'data-copy="{public}"' in page
    assert "<svg" in page
    for path in ("/book/feed.atom", f"/book/{CODE}/feed.atom"):
        (entry,) = feed_of(door, path).findall(f"{{{ATOM}}}entry")
        content = entry.findtext(f"{{{ATOM}}}content") or ""
        assert "Peace for all of us" in content
        assert "Songs" not in content, "it is not in the text"
        assert entry.findtext(f"{{{ATOM}}}id") == public
        updated = entry.findtext(f"{{{ATOM}}}updated") or ""
        assert updated == f"{today(door)}T00:00:00Z", "the day is all that is told of the time"
    door.submit("h0", "close-it", ev.BookSet(0, public=False))
    assert feed_of(door, "/book/feed.atom").findall(f"{{{ATOM}}}entry") == []


def test_a_text_stands_beside_a_second_language_only_where_all_its_lines_do(door: Any) -> None:
    text = page_of(door.gathering, 0, Words("en"))
    assert second_languages(text, "en") == {}, "one line is in Hebrew, the other is not"
    assert beside(text, "he") == ()
    assert beside(text, "en") == tuple(line.text for line in text.lines)
    whole = replace(text, lines=text.lines[:1] if text.lines[0].others else text.lines[1:2])
    assert list(second_languages(whole, "en")) == ["he"]
    assert beside(whole, "he") == (CARRIED,)
    asked = door.people[0].get(f"/g/{CODE}/book/1?lang=en&with=he").text
    assert CARRIED not in asked, "no half of a text is shown as if it were the whole"


def test_a_feed_is_well_formed_whatever_people_wrote(door: Any) -> None:
    text = page_of(door.gathering, 0, Words("en"))
    lines = (replace(text.lines[0], said="<script>\x00\x1b & ]]>"),)
    hostile = replace(text, lines=lines, question="\x07 & <", public=True)
    request = Request(
        {"type": "http", "path": "/", "headers": [], "app": door.browser().app, "server": ("testserver", 80)}
    )
    read = ET.fromstring(feed(request, [hostile], Words("en"), "/book").body)  # noqa: S314
    assert "<script> & ]]>" in (read.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}content") or "")
