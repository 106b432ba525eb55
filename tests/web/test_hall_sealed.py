"""The hall says in every language what was sealed: how many of how many, which languages, and each level of circles."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.judging import digest_of
from oneheart.live.leading import Leader
from oneheart.live.sealed_record import SealedRecord
from oneheart.live.snapshot import take
from oneheart.web.hall.screen import encode
from oneheart.web.text_words import heard_told
from oneheart.web.words import Words
from tests.support.codes import codes
from tests.support.led import led_by_the_test, read_one_line

Open = Callable[..., Any]
CODE = "ABCD3456"
LANGUAGES = ["en", "he", "ru", "es"]
TOLD = {
    "said": 45,
    "everybody": 75,
    "unheard_languages": ["ru"],
    "unheard_small": 2,
    "languages": [
        ev.LanguageMet("en", [], measured=True),
        ev.LanguageMet("he", [0], measured=True),
        ev.LanguageMet("ru", [], measured=True),
        ev.LanguageMet("es", [0], measured=False),
    ],
    "levels": [ev.LevelSealed(2, 1), ev.LevelSealed(6, 5, 1)],
}
CODES = ["said", "not met he", "not there es", "read whole", "stands whole", "unheard count", "level", "level"]


def sealed(door: Any) -> ev.TextSealed:
    """Read one line, and seal it with something to tell of every kind."""
    door.author = door.join()
    wish = door.submit(f"s{door.seat(door.author)}", "wish", ev.DesireSaid(0, "Peace between the tables", "en"))
    door.call(read_one_line, door.gathering, wish)
    assert told(door) == {}, "nothing is sealed yet"
    door.move("sealed")
    state = door.gathering.state
    digest = digest_of(state, state.prayers.drafts[0])
    body = ev.TextSealed(0, digest, "0" * 64, "not yet", ["languages"], size=50, **TOLD)  # type: ignore[arg-type]
    door.submit("house", "seal", body)
    return body


def told(door: Any) -> dict[str, list[tuple[str, str]]]:
    """Return what the hall screen says of the sealed text, by language: codes and sentences."""
    text = json.loads(encode(door.gathering, take(door.gathering.state)))["text"]
    if text is None:
        return {}
    return {one["language"]: [(s["code"], s["text"]) for s in one["sentences"]] for one in text["heard"]}


@pytest.fixture
def door(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(Leader, "step", led_by_the_test)
    return open_door(languages=LANGUAGES)


def test_the_hall_says_in_every_language_what_was_sealed(door: Any) -> None:
    body = sealed(door)
    assert told(door) == {
        language: [(sentence.code, str(sentence)) for sentence in heard_told(body, Words(language))]
        for language in LANGUAGES
    }
    assert [code for code, _ in told(door)["he"]] == CODES
    assert codes(door.author.get(f"/g/{CODE}").text, "heard") == CODES, "a phone says the same"
    for _ in range(50):  # the page shows a snapshot that may be a second old
        page = door.author.get(f"/hall/{CODE}").text
        if codes(page, "heard"):
            break
        time.sleep(0.1)
    assert codes(page, "heard") == CODES * len(LANGUAGES), "also without script"
    text = json.loads(encode(door.gathering, take(door.gathering.state)))["text"]
    turns = {one["language"]: one["turn"] for one in text["heard"]}
    assert turns == {"en": 0, "he": 0, "ru": 1, "es": 1}
    door.move("said")
    assert told(door) == {}, "what is said together has nothing beside it"


def says_of_other_words(door: Any) -> bool:
    """Change the words after the sealing; return whether the hall still tells what was sealed."""
    sealed(door)
    door.gathering.state.desires[0].text = "Other words"
    return bool(told(door))


def test_nothing_is_told_over_other_words_than_those_that_were_sealed(door: Any) -> None:
    assert not says_of_other_words(door)


def test_in_a_build_that_does_not_compare_the_words_it_is(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SealedRecord, "verdict", property(lambda record: record.sealed.body))
    assert says_of_other_words(door)
