"""Words of one's own: hosts find the sentences that they may change, and what they change is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from oneheart.model.round import Stage
from oneheart.web.host.own_words import sentences
from oneheart.web.said import CALM
from oneheart.web.words import Words
from tests.support.desks import Desk

Open = Callable[..., Any]
SAY = CALM[Stage.OPEN][1]
OWN = "Say it in one breath."


def listed(page: str) -> list[str]:
    rows = re.findall(r'<li class="wish" data-sentence><p[^>]*>(.*?) =</p><p[^>]*>(.*?)</p>', page)
    return [sentence for sentence, _ in rows]


def test_every_sentence_of_a_page_is_found_by_what_people_read(open_door: Open) -> None:
    assert len(sentences()) > 1000
    desk = Desk(open_door())
    for language in ("en", "he", "ru", "es"):
        now = Words(language).as_it_stands(SAY)
        assert SAY in listed(desk.page(f"/words?in={language}&find={now}"))
    assert listed(desk.page("/words?find=nobody-says-this")) == []
    assert len(listed(desk.page("/words"))) == 80


def test_what_is_listed_can_be_changed_and_stands_there_then(open_door: Open) -> None:
    door = open_door(words={"en": {SAY: OWN}})
    assert SAY in listed(Desk(door).page("/words?find=breath"))
    assert len(listed(Desk(door).page("/words?find=breath"))) == 1


def test_an_assembly_finds_its_own_words(open_door: Open) -> None:
    desk = Desk(open_door(voice="assembly"))
    book = next(sentence for sentence in sentences() if sentence.casefold().startswith("the book"))
    assert book in listed(desk.page("/words?find=book+of+statements"))
