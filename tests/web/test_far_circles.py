"""Where there are no two circles, no page speaks of circles that are far apart."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.model.round import Stage
from oneheart.web import said
from oneheart.web.host import next_step
from oneheart.web.phone import ahead
from oneheart.web.words import Words
from tests.support.desks import Desk
from tests.support.gatherings import CODE

LANGUAGES = ["en", "he", "ru", "es", "uk", "de"]
VOICES = ["ten", "assembly"]


def far_words(language: str, voice: str) -> set[str]:
    """Return all sentences of far circles in a language."""
    words = Words(language, voice)
    messages = [
        said.STAGES[Stage.CROSSING],
        said.CALM[Stage.CROSSING][1],
        ahead.NEXT[Stage.OPEN],
        next_step.LEADS[Stage.CROSSING][1],
    ]
    return {str(words.t(message)) for message in messages} | {said.stage_words(words)["crossing"][1]}


def shown(hall: Any, language: str) -> str:
    """Return what phone, hall and desk show in the first two stages."""
    desk, phone = Desk(hall), hall.join(language=language)
    hall.say(phone, "Bread for everybody")
    phone.post(f"/g/{CODE}/own")
    pages = []
    for stage in ("open", "crossing"):
        if stage != "open":
            hall.lead_to(stage)
        pages += [phone.get(f"/g/{CODE}?cards=1").text, phone.get(f"/hall/{CODE}").text]
        pages += [desk.page(f"{place}?lang={language}") for place in ("", "/log", "/sheets", "/programme")]
    return unescape("".join(pages))


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ten_alone_is_told_of_no_far_circles(open_door: Any, language: str, voice: str) -> None:
    hall = open_door(languages=LANGUAGES, question=dict.fromkeys(LANGUAGES, "?"), voice=voice)
    hall.submit("h0", "only", ev.CircleAdded("", "olive"))
    page = shown(hall, language)
    assert [far for far in far_words(language, voice) if far in page] == []
    assert str(Words(language, voice).t(said.IN_ONE_CIRCLE)) in page


def test_a_ten_alone_would_be_told_where_nobody_looks_at_circles(open_door: Any, monkeypatch: Any) -> None:
    for module in (said, ahead, next_step):
        monkeypatch.setattr(module, "are_apart", lambda _: True)
    hall = open_door()
    page = shown(hall, "en")
    assert [far for far in far_words("en", "ten") if far in page] != []


def test_where_there_are_two_circles_they_are_told_of(open_door: Any) -> None:
    hall = open_door()
    phone = hall.join()
    hall.say(phone, "Bread for everybody")
    phone.post(f"/g/{CODE}/own")
    before = phone.get(f"/g/{CODE}?cards=1").text
    for number, name in enumerate(("olive", "field")):
        hall.submit("h0", f"circle-{number}", ev.CircleAdded("", name))
    words = Words("en", "ten")
    after = phone.get(f"/g/{CODE}?cards=1").text
    assert str(words.t(ahead.NEXT_IN_ONE_CIRCLE)) in before
    assert str(words.t(ahead.NEXT[Stage.OPEN])) in after, "no page of before is kept"
    assert str(words.t(said.STAGES[Stage.CROSSING])) in Desk(hall).page("")
