"""What a person is told without asking: what comes next, that hosts turned something down, what somebody said."""

from __future__ import annotations

import re
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.model.round import Stage
from oneheart.web.phone import cards
from oneheart.web.phone.ahead import NEXT
from tests.support.codes import codes
from tests.support.gatherings import CODE

HOME = f"/g/{CODE}"
JSON = {"accept": "application/json"}


@pytest.fixture
def hall(open_door: Any) -> Any:
    return open_door(cards=1)


def is_told(page: str) -> bool:
    """Return whether a page tells its person that hosts did not take something of theirs further."""
    return re.search(r'id="turned"[^>]* hidden', page) is None


def answer(hall: Any, browser: Any, number: int, **more: str) -> Any:
    fields = {"key": f"tap-{number:08}", "desire": hall.alias(browser, number), "stance": "1"}
    return browser.post(f"{HOME}/respond", data=fields, **more)


def turn_down(hall: Any) -> tuple[Any, Any]:
    """Let an author and somebody else each say something, and turn the author's words down; return both."""
    author, other = hall.join(), hall.join()
    hall.say(author, "More shade for everybody")
    hall.say(other, "Bread for everybody")
    author.post(f"{HOME}/own")
    other.post(f"{HOME}/own")
    hall.submit("h0", "no", ev.Moderated(0, "rejected", "It is about the tent"))
    return author, other


def test_an_author_is_told_on_the_page_where_they_are_that_hosts_turned_their_words_down(hall: Any) -> None:
    author, other = turn_down(hall)
    assert is_told(author.get(HOME).text)
    assert not is_told(other.get(HOME).text), "nobody else is told"
    hall.say(other, "And songs at night")
    other.post(f"{HOME}/own")
    assert answer(hall, author, 1, headers=JSON).json()["turned"] is True, "a tap tells it too, without a new page"
    assert "It is about the tent" in author.get(f"{HOME}/mine").text
    assert not is_told(author.get(HOME).text), "whoever has read the reason is not told again"


def test_an_author_is_not_told_where_the_page_does_not_look(hall: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(cards, "has_unread_reason", lambda *_: False)
    author, _ = turn_down(hall)
    assert not is_told(author.get(HOME).text)


def test_who_said_nothing_is_not_told_that_their_wish_is_on_its_way(hall: Any) -> None:
    author = hall.join()
    hall.say(author, "Bread for everybody")
    hall.say(hall.join(), "Shade for everybody")
    late = hall.join()
    assert codes(answer(hall, late, 0).text, "said") == ["0"]
    author.post(f"{HOME}/own")
    assert codes(answer(hall, author, 1).text, "said") == ["1"]


def test_whoever_waits_is_told_what_comes_next_in_every_stage(hall: Any) -> None:
    browser = hall.join()
    hall.say(browser, "Bread for everybody")
    browser.post(f"{HOME}/own")
    told = set()
    for stage in Stage:
        hall.lead_to(stage.value) if stage is not Stage.OPEN else None
        if stage not in {Stage.READING, Stage.SECOND_READING, Stage.SEALED, Stage.SAID}:
            told |= {*codes(browser.get(f"{HOME}?cards=1").text, "next")}
    assert told == {"open", "crossing", "weaving"}
    assert set(NEXT) == set(Stage)
    hall.submit("h0", "end", ev.Ended())
    ended = browser.get(HOME).text
    assert codes(ended, "next") == []
    assert f'href="{HOME}/book"' in ended, "after the end there is a way on"


@pytest.mark.parametrize("path", [f"{HOME}/book", f"{HOME}/book/1", "/book", f"/book/{CODE}", f"/book/{CODE}/1"])
def test_each_page_of_the_book_has_a_way_back(hall: Any, path: str) -> None:
    browser = hall.join()
    hall.say(browser, "Bread for everybody")
    hall.lead_to("said")
    hall.submit("h0", "public", ev.BookSet(0, public=True))
    page = browser.get(path)
    assert page.status_code == 200
    places = re.search(r'<nav class="places".*?</nav>', page.text, re.DOTALL)
    assert places is not None
    [back] = re.findall(r'href="([^"]+)"', places[0])
    assert browser.get(back).status_code == 200
    assert back != path
