"""From the sealing on hall, phone, book and API read the text aloud; the record holds the words as typed."""

from __future__ import annotations

import hashlib
import html
import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live import leading, smoothing
from oneheart.live.purging import what_remains
from oneheart.live.sealed_record import WordsFit, record_now
from tests.support.desks import Desk

Open = Callable[..., Any]
CODE = "ABCD3456"
LINES = {
    "en": (("peace", "want"), ("I want bread for all", ""), ("that nobody sits alone", ""), ("sing", "that")),
    "he": (("שלום", "want"), ("אני רוצה לחם לכולם", ""), ("הלוואי שנשיר", ""), ("נשיר", "that")),
    "ru": (("мира", "want"), ("Хочу хлеба для всех", ""), ("пусть все поют", ""), ("мы пели", "that")),
    "es": (("paz", "want"), ("Quiero pan para todos", ""), ("¡ojalá cantemos!", ""), ("cantemos", "that")),
}
ALOUD = {
    "en": ["We want peace,", "bread for all.", "That nobody sits alone.", "We want to sing."],
    "he": ["אנחנו רוצים שלום,", "לחם לכולם.", "הלוואי שנשיר.", "אנחנו רוצים שנשיר."],
    "ru": ["Мы хотим мира,", "хлеба для всех.", "Пусть все поют.", "Мы хотим, чтобы мы пели."],
    "es": ["Queremos paz,", "pan para todos.", "¡Ojalá cantemos!", "Queremos que cantemos."],
}


def sealed(door: Any, language: str) -> Any:
    """Let people of one language say the lines, read them and affirm them; return a browser when the text is sealed."""
    people = [door.join(language=language) for _ in range(6)]
    for number, (text, stem) in enumerate(LINES[language]):
        door.submit(f"s{number}", f"say-{number}", ev.DesireSaid(number, text, language, stem=stem))
    door.move("weaving")
    body = ev.DraftWoven(door.gathering.state.version, [ev.WovenLine([number]) for number in range(4)])
    door.submit("house", "draft-0", body)
    door.move("reading")
    for seat in range(6):
        for line in range(4):
            door.submit(f"s{seat}", f"read-{seat}-{line}", ev.LineRead(seat, 0, line, "can say"))  # type: ignore[arg-type]
        door.submit(f"s{seat}", f"whole-{seat}", ev.WholeAffirmed(seat, 0, on=True))
    door.move("sealed")
    deadline = time.monotonic() + 30
    while not door.gathering.state.prayers.sealed or door.gathering.snapshot.text is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.2)  # a tick later every screen has it
    return people[0]


def texts_of(page: str) -> list[str]:
    """Return the lines of the text on a page."""
    found = re.search(r'<ol class="text">(.*?)</ol>', page, re.DOTALL)
    assert found is not None, page
    return [html.unescape(text) for text in re.findall(r"<bdi[^>]*>([^<]*)</bdi>", found[1])]


def shown(door: Any, browser: Any, language: str) -> dict[str, list[str]]:
    """Return the lines of the text at every place that shows it."""
    hall = browser.get(f"/hall/{CODE}", headers={"accept-language": language}).text
    found = re.search(r'data-now="([^"]*)"', hall)
    assert found is not None, hall[:500]
    columns = json.loads(html.unescape(found[1]))["text"]["columns"]
    door.submit("h0", "book-0", ev.BookSet(0, public=True))
    told = browser.get(f"/api/v1/gatherings/{CODE}/book/1?lang={language}").json()
    return {
        "hall": [line["text"] for line in columns[0]["lines"]],
        "phone": texts_of(browser.get(f"/g/{CODE}").text),
        "book": texts_of(browser.get(f"/g/{CODE}/book/1?lang={language}").text),
        "api": [line["said"] for line in told["lines"]],
        "words": [line["text"] for line in told["lines"]],
    }


@pytest.fixture(autouse=True)
def _woven_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the leader weave nothing, so that the text is the one of the test."""
    monkeypatch.setattr(leading, "needs_weaving", lambda *_: False)


@pytest.mark.parametrize("language", LINES)
def test_every_place_reads_the_same_text_aloud_and_the_record_holds_the_words(open_door: Open, language: str) -> None:
    door = open_door(languages=[language])
    places = shown(door, sealed(door, language), language)
    words = [text for text, _ in LINES[language]]
    assert places == {**dict.fromkeys(("hall", "phone", "book", "api"), ALOUD[language]), "words": words}
    record = record_now(door.gathering.state)
    assert record is not None
    digest = hashlib.sha256("\n".join(f"{language}\t{text}" for text in words).encode()).hexdigest()
    assert (record.fit, record.sealed.body.digest) == (WordsFit.WHOLE, digest)


def test_where_lines_are_not_read_aloud_they_stand_as_they_were_typed(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner: without the common opening the hall shows "peace" and "I want bread for all"."""
    plain = lambda lines: [line.text for line in lines]  # noqa: E731
    for module in ("oneheart.web.phone.text", "oneheart.web.hall.screen", "oneheart.web.sealed_texts"):
        monkeypatch.setattr(f"{module}.said_together", plain)
    assert smoothing.said_together is not plain
    door = open_door(languages=["en"])
    places = shown(door, sealed(door, "en"), "en")
    assert places["hall"] == places["phone"] == places["book"] == places["words"] != ALOUD["en"]


def test_the_whole_is_read_as_it_will_be_said_and_each_line_by_itself_as_it_was_typed(open_door: Open) -> None:
    door = open_door(languages=["en"])
    people = [door.join() for _ in range(2)]
    for number, (text, stem) in enumerate(LINES["en"][:2]):
        door.submit(f"s{number}", f"say-{number}", ev.DesireSaid(number, text, "en", stem=stem))
    door.move("weaving")
    version = door.gathering.state.version
    door.submit("house", "draft-0", ev.DraftWoven(version, [ev.WovenLine([0]), ev.WovenLine([1])]))
    door.move("reading")
    page = people[0].get(f"/g/{CODE}").text
    assert re.search(r'<span class="stem" lang="en">We want </span>\s*<bdi[^>]*>peace</bdi>', page)
    assert ">I want bread for all</bdi>" in page
    door.move("second reading")
    deadline = time.monotonic() + 30
    while not door.gathering.state.prayers.drafts[-1].second:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert texts_of(people[0].get(f"/g/{CODE}").text) == ALOUD["en"][:2]


def test_after_the_term_the_book_reads_as_before(open_door: Open) -> None:
    """The stems of a text stay with its words when everything personal is erased."""
    door = open_door(languages=["en"])
    browser = sealed(door, "en")
    door.submit("h0", "book-0", ev.BookSet(0, public=True))
    state = door.gathering.state
    remains = what_remains(state)
    assert [line.stem for line in remains.lines] == [stem for _, stem in LINES["en"]]
    state.prayers.keep(remains)
    for desire in state.desires:
        desire.text, desire.stem, desire.erased = "", "", True
    assert texts_of(browser.get(f"/book/{CODE}/1").text) == ALOUD["en"]


def test_wherever_a_wish_is_read_it_stands_after_its_beginning(open_door: Open) -> None:
    """A person's own list, the desk and the hall show the sentence that others meet on their cards."""
    door = open_door(languages=["he"])
    browser = door.join(language="he")
    number = door.submit("s0", "wish-0", ev.DesireSaid(0, "נשיר", "he", stem="that"))
    door.submit("h0", "show-0", ev.DesiresShown([number]))
    desk = Desk(door)
    door.gathering.tick()
    hall = browser.get(f"/hall/{CODE}").text
    for page in (browser.get(f"/g/{CODE}/mine").text, desk.page()):
        assert re.search(r'<span class="stem" lang="he">אני רוצה ש</span><bdi[^>]*>נשיר</bdi>', page)
    assert json.loads(html.unescape(re.findall(r'data-now="([^"]*)"', hall)[0]))["shown"][0]["text"] == "אני רוצה שנשיר"
    assert '<p class="desire" lang="he" dir="auto">אני רוצה שנשיר</p>' in hall
    mine = browser.get(f"/g/{CODE}/mine.json").json()["desires"][0]
    assert (mine["text"], mine["stem"]) == ("נשיר", "that")
