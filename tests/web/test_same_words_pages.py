"""What people read when the server joined their words, and how they take them apart, by page and by API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
HOME = "/g/ABCD3456"


def became(browser: Any) -> list[str]:
    return re.findall(r'data-became="([^"]*)"', browser.get(f"{HOME}/mine").text)


def field(html: str, form: str, name: str) -> str:
    """Return the value of a hidden field in the form with this id or address."""
    found = re.search(
        rf'<form[^>]*(?:id="{form}"|action="[^"]*/{form}").*?name="{name}" value="([^"]*)"', html, re.DOTALL
    )
    assert found is not None, html
    return found[1]


@pytest.mark.parametrize("language", ["en", "he", "ru", "es"])
def test_who_says_the_same_words_is_told_once_and_keeps_them_apart_with_one_tap(open_door: Open, language: str) -> None:
    door = open_door()
    first, second = door.join(language=language), door.join(language=language)
    door.say(first, "Peace", key="say-first-peace")
    door.say(second, "PEACE!", key="say-second-peace")
    page = second.get(HOME).text
    assert 'data-notice="same words"' in page
    assert 'action="/g/ABCD3456/join"' not in page, "there is nothing to ask"
    assert 'data-notice="same words"' not in first.get(HOME).text, "the first author is told nothing"
    assert (became(first), became(second)) == (["travels"], ["same words"])
    parting = {"key": field(page, "apart", "key"), "desire": field(page, "apart", "desire")}
    assert second.post(f"{HOME}/apart", data=parting).headers["location"] == HOME
    assert (became(first), became(second)) == (["travels"], ["travels"])
    assert second.post(f"{HOME}/apart", data=parting).status_code == 303, "the same tap again is the same tap"


def test_the_page_of_ones_own_words_takes_them_apart_too(open_door: Open) -> None:
    door = open_door()
    first, second = door.join(), door.join()
    door.say(first, "Peace", key="say-first-peace")
    door.say(second, "Peace", key="say-second-peace")
    page = second.get(f"{HOME}/mine").text
    assert f'formaction="{HOME}/apart"' in page
    form = {name: field(page, "withdraw", name) for name in ("key", "desire")}
    answer = second.post(f"{HOME}/apart", data={**form, "back": "mine"})
    assert answer.headers["location"] == f"{HOME}/mine"
    assert became(second) == ["travels"]
    assert f'formaction="{HOME}/apart"' not in second.get(f"{HOME}/mine").text


def test_an_answer_that_is_sent_again_after_the_desire_was_erased_says_that_it_is_gone(open_door: Open) -> None:
    """By this a rehearsal tells an answer to what was erased from one that was lost."""
    door = open_door()
    author, other = door.join(), door.join()
    door.say(author, "Peace", key="say-first-peace")
    answer = {"key": "answer-once", "desire": door.alias(other, 0), "stance": "1"}
    as_program = {"accept": "application/json"}
    assert other.post(f"{HOME}/respond", data=answer, headers=as_program).status_code == 200
    assert other.post(f"{HOME}/respond", data=answer, headers=as_program).status_code == 200
    author.post(f"{HOME}/erase", data={"sure": "yes", "key": "erase-me-now"})
    assert other.post(f"{HOME}/respond", data=answer, headers=as_program).status_code == 404
    assert other.get(f"{HOME}/mine.json").json()["responses"] == []
