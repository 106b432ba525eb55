"""An author lets their line go on as the others do by one tap; they see old and new, and others read the change."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.engine.prayer.aloud import smoother
from oneheart.live import events as ev
from oneheart.live import leading
from oneheart.live.leading import Leader
from oneheart.live.smoothing import WordedLine

Open = Callable[..., Any]
HOME = "/g/ABCD3456"
LINES = {
    "en": (("peace", "want"), ("rest at night", "want"), ("bread for all", "")),
    "he": (("שלום", "want"), ("מנוחה בלילה", "want"), ("לחם לכולם", "")),
    "ru": (("мира", "want"), ("покоя ночью", "want"), ("хлеба для всех", "")),
    "es": (("paz", "want"), ("descanso de noche", "want"), ("pan para todos", "")),
}
SMOOTHED = {
    "en": ("I want bread for all", "Bread for all.", "We want bread for all."),
    "he": ("אני רוצה לחם לכולם", "לחם לכולם.", "אנחנו רוצים לחם לכולם."),
    "ru": ("Я хочу хлеба для всех", "Хлеба для всех.", "Мы хотим хлеба для всех."),
    "es": ("Quiero pan para todos", "Pan para todos.", "Queremos pan para todos."),
}


def offered(browser: Any) -> dict[str, str] | None:
    """Return the fields of the suggestion on a person's page; None without one."""
    found = re.search(r"<form[^>]*data-smooth.*?</form>", browser.get(HOME).text, re.DOTALL)
    if found is None:
        return None
    return {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', found[0])}


@pytest.fixture(autouse=True)
def _woven_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the leader weave nothing, so that the text is the one of the test."""
    monkeypatch.setattr(leading, "needs_weaving", lambda *_: False)


def second_draft(door: Any) -> None:
    """Wait until the leader has made the second draft."""
    deadline = time.monotonic() + 20
    while len(door.gathering.state.prayers.drafts) == 1:
        assert time.monotonic() < deadline
        door.call(Leader(door.gathering).step)


def read(door: Any, language: str) -> list[Any]:
    """Let each of three people say a line, weave the lines, and return the browsers of the three and of a fourth."""
    people = [door.join(language=language) for _ in range(4)]
    for number, (text, stem) in enumerate(LINES[language]):
        said = ev.DesireSaid(number, text, language, stem=stem)
        door.submit(f"s{door.seat(people[number])}", f"say-{number}", said)
    door.move("weaving")
    body = ev.DraftWoven(door.gathering.state.version, [ev.WovenLine([number]) for number in range(3)])
    door.submit("house", "draft-0", body)
    door.move("reading")
    return people


@pytest.mark.parametrize("language", LINES)
def test_the_author_sees_old_and_new_and_smooths_with_one_tap(open_door: Open, language: str) -> None:
    door = open_door()
    *_, author, other = people = read(door, language)
    words, before, after = SMOOTHED[language]
    assert [offered(person) is not None for person in people] == [False, False, True, False], "only its author"
    page = html.unescape(author.get(HOME).text)
    assert before in page
    assert after in page
    form = offered(author)
    assert form is not None
    assert form["text"] == words
    refused = other.post(f"{HOME}/amend", data={**form, "key": "somebody-else"})
    assert refused.status_code == 403, "nobody else smooths it"
    assert author.post(f"{HOME}/amend", data=form).status_code == 303
    assert offered(author) is None
    assert "data-amended" in author.get(HOME).text
    for number, person in enumerate(people):
        for line in range(3):
            answer = {"draft": "0", "line": str(line), "reading": "can say", "key": f"read-{number}-{line}"}
            person.post(f"{HOME}/read", data=answer)
    door.move("second reading")
    second_draft(door)
    again = html.unescape(other.get(HOME).text)
    assert words in again
    assert re.search(rf"data-before>[^<]*<bdi[^>]*>{LINES[language][2][0]}</bdi>", again), "others see what it was"


@pytest.mark.parametrize(
    "lines",
    [
        (("peace", ""), ("rest", ""), ("bread for all", "")),
        (("peace", "want"), ("rest", "want"), ("that nobody sits alone", "")),
        (("peace", "want"), ("rest", "want"), ("we sing", "")),
        (("peace", "want"), ("rest", "want"), ("I want bread", "")),
    ],
    ids=["no common beginning", "a clause", "a sentence", "its own beginning"],
)
def test_nothing_is_suggested_where_it_would_press_a_beginning_upon_a_line(
    open_door: Open, monkeypatch: pytest.MonkeyPatch, lines: tuple[tuple[str, str], ...]
) -> None:
    monkeypatch.setitem(LINES, "en", lines)
    door = open_door()
    assert [offered(person) for person in read(door, "en")] == [None] * 4


def test_where_everybody_may_smooth_it_is_offered_to_all(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: without the rule on who may amend, three more people would change the author's words."""
    monkeypatch.setattr("oneheart.live.state.text.Prayers.may_amend", lambda *_: True)
    door = open_door()
    assert all(offered(person) is not None for person in read(door, "en"))


@pytest.mark.parametrize(
    ("language", "first", "clause", "smoothed"),
    [
        ("ru", "мира", "чтобы никто не был один", "Я хочу, чтобы никто не был один"),
        ("es", "paz", "que nadie esté solo", "Quiero que nadie esté solo"),
        ("he", "שלום", "שאף אחד לא יישאר לבד", "אני רוצה שאף אחד לא יישאר לבד"),
        ("en", "peace", "that nobody sits alone", ""),
    ],
)
def test_a_clause_goes_on_in_its_own_words(language: str, first: str, clause: str, smoothed: str) -> None:
    lines = [WordedLine(first, language, "want"), WordedLine(clause, language, "")]
    assert smoother(lines, 1) == smoothed


def test_whose_other_words_are_not_taken_is_told_so_and_the_others_are_told_nothing(open_door: Open) -> None:
    door = open_door()
    people = [door.join() for _ in range(3)]
    for number, (text, stem) in enumerate(LINES["en"][:2]):
        door.submit(f"s{door.seat(people[number])}", f"say-{number}", ev.DesireSaid(number, text, "en", stem=stem))
    door.move("weaving")
    door.submit("house", "draft-0", ev.DraftWoven(door.gathering.state.version, [ev.WovenLine([0, 1])]))
    door.move("reading")

    def told() -> list[list[str]]:
        return [re.findall(r'data-(?:amended|not-taken="(\w+)")', person.get(HOME).text) for person in people]

    for number, person in enumerate(people[:2]):
        words = {"draft": "0", "line": "0", "text": f"other words {number}", "key": f"amend-{number}"}
        assert person.post(f"{HOME}/amend", data=words).status_code == 303
    assert told() == [["another", ""], [""], []], "both who may amend see the words to come"
    door.move("second reading")
    second_draft(door)
    assert "other words 1" in people[2].get(HOME).text
    assert told() == [["another"], [], []]
