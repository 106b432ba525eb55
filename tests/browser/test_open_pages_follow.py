"""Open pages follow: a change of question, name, languages or words reaches open phones and the hall by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from oneheart.live import events as ev
from oneheart.model.round import Stage
from oneheart.web import streams
from tests.browser.conftest import Watched

Serve = Callable[..., Any]
Watch = Callable[..., Watched]
QUESTION = "h1 bdi"


def phone_in(server: Any, watched: Watch, language: str) -> Any:
    """Return the page of a person who came in by the door, when it listens."""
    page = watched(server.url, viewport={"width": 390, "height": 844}).page()
    page.goto(f"{server.url}/j/{server.code}?lang={language}")
    page.click("button.primary")
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def hall_of(server: Any, watched: Watch) -> Any:
    page = watched(server.url, viewport={"width": 1280, "height": 720}, reduced_motion="reduce").page()
    page.goto(f"{server.url}/hall/{server.code}")
    return page


def take_step(server: Any, question: dict[str, str]) -> None:
    """Let the programme ask another question in the stage that is now."""
    state = server.gathering.state
    server.submit("h0", f"programme-{state.seq}", ev.ProgrammeSet([ev.ProgrammeStep(state.stage, 60, question)]))
    server.submit("h0", f"step-{state.seq}", ev.StepTaken(0, state.version))


def set_settings(server: Any, **changes: Any) -> None:
    state = server.gathering.state
    body = msgspec.structs.replace(state.settings, version=state.settings_version, **changes)
    server.submit("h0", f"settings-{state.seq}", body)


def reads(page: Any, words: str, selector: str = QUESTION) -> None:
    """Wait until words stand on a page that nobody reloads."""
    page.locator(selector, has_text=words).first.wait_for(timeout=10_000)


def test_another_question_reaches_open_phones_and_the_hall_each_in_its_language(serve: Serve, watched: Watch) -> None:
    server = serve(languages=["en", "ru"])
    english, russian, hall = phone_in(server, watched, "en"), phone_in(server, watched, "ru"), hall_of(server, watched)
    reads(english, "What do you want?")
    take_step(server, {"en": "What do we sing?", "ru": "Что нам петь?"})
    reads(english, "What do we sing?")
    reads(russian, "Что нам петь?")
    reads(hall, "What do we sing?", ".question")
    reads(hall, "Что нам петь?", ".question")
    assert server.gathering.state.stage is Stage.OPEN


def test_hall_and_phones_show_the_same_question_where_a_language_has_none(serve: Serve, watched: Watch) -> None:
    server = serve(languages=["en", "ru"])
    russian, hall = phone_in(server, watched, "ru"), hall_of(server, watched)
    take_step(server, {"en": "What do we sing?"})
    reads(russian, "What do we sing?")
    assert russian.get_attribute(QUESTION, "lang") == "en"
    reads(hall, "What do we sing?", ".question")
    assert hall.locator(".question:visible").count() == 1, "the same words stand once"


def test_another_name_other_words_and_a_new_language_reach_open_pages(serve: Serve, watched: Watch) -> None:
    server = serve(languages=["en", "ru"], name="Desert")
    english, russian, hall = phone_in(server, watched, "en"), phone_in(server, watched, "ru"), hall_of(server, watched)
    set_settings(server, name="Evening", names={"ru": "Вечер"})
    reads(english, "Evening", ".name")
    reads(russian, "Вечер", ".name")
    set_settings(server, words={"en": {"Say it": "Tell us"}})
    reads(english, "Tell us", "button.primary")
    set_settings(server, languages=["en", "ru", "es"])
    hall.locator("section[lang=es]:visible").wait_for()


def test_the_pages_beside_the_phone_page_follow_too_unless_something_is_typed(serve: Serve, watched: Watch) -> None:
    server = serve(languages=["en"], name="Desert")
    server.submit("h0", "circle", ev.CircleAdded("Fire", "fire-key"))
    page = watched(server.url, viewport={"width": 390, "height": 844}).page()
    page.goto(f"{server.url}/j/{server.code}?lang=en")
    page.select_option("select[name=circle]", "0")
    page.click("button.primary")
    page.wait_for_url(f"**/g/{server.code}")
    for number, place in enumerate(("/mine", "/near", "/circle")):
        page.goto(f"{server.url}/g/{server.code}{place}")
        page.wait_for_timeout(300)
        set_settings(server, name=f"Evening {number}")
        reads(page, f"Evening {number}", ".name")
    page.goto(f"{server.url}/g/{server.code}/mine")
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    set_settings(server, name="Night")
    page.wait_for_selector("#follows:not([hidden])")
    assert page.inner_text(".name") == "Evening 2"


def test_typed_words_are_not_lost_and_the_page_says_that_there_is_something_new(serve: Serve, watched: Watch) -> None:
    server = serve(languages=["en"])
    phone = phone_in(server, watched, "en")
    phone.fill("textarea", "that nobody sits alone")
    take_step(server, {"en": "What do we sing?"})
    phone.wait_for_selector("#moved:not([hidden])")
    assert phone.input_value("textarea") == "that nobody sits alone"
    assert phone.inner_text(QUESTION) == "What do you want?"


def test_without_the_versions_in_the_message_an_open_phone_would_stay_behind(
    serve: Serve, watched: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(languages=["en"])
    phone = phone_in(server, watched, "en")
    told, state = streams._message, server.gathering.state  # noqa: SLF001  what it tells is made older
    before = (state.settings_version, state.version)
    former = lambda state: msgspec.structs.replace(told(state), settings=before[0], version=before[1])  # noqa: E731
    monkeypatch.setattr(streams, "_message", former)
    take_step(server, {"en": "What do we sing?"})
    phone.wait_for_timeout(2000)
    assert phone.inner_text(QUESTION) == "What do you want?"
