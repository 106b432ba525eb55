"""While somebody types, the page shows their wish as the server will give it to others; also without script."""

from __future__ import annotations

from typing import Any

import pytest

from oneheart.engine.desire import entry
from oneheart.live import inputs as ask
from oneheart.live.typed_words import as_read

TYPED: dict[str, tuple[str, ...]] = {
    "en": (
        "peace",
        "I want peace",
        "i WANT us to sing",
        "I want",
        "I wanted peace",
        "that nobody sits alone",
        "“That nobody sits alone”",
        "Thatched roofs",
        "We sing",
        "well-being for all",
        "I'd rather sleep",
        "  bread   for all  ",
        "🕊 peace",
        "хлеба",
        "2 hours of quiet",
        "to sing together",
        "us all to sing",
        "usual things",
        "let’s sing",
    ),
    "he": (
        "שלום",
        "אני רוצה שלום",
        "שאף אחד לא יישאר לבד",
        "שהשלום יבוא",
        "שלום יהיה בארץ",
        "נשיר ביחד",
        "10 ימים של שקט",
        "“שקט”",
        "אנחנו נשיר",
        "הלוואי שנשיר",
        "peace",
    ),
    "ru": (
        "мира",
        "Хочу мира",
        "чтобы никто не был один",
        "Чтобыль",
        "пусть все поют",
        "Я хочу, чтобы мы пели",
        "мыло",
    ),
    "es": (
        "paz",
        "Quiero paz",
        "que nadie esté solo",
        "¡que cantemos!",
        "queso",
        "ojalá cantemos",
        "¿Que cantemos?",
        "nosotros cantemos",
    ),
    "uk": ("миру", "Хочу миру", "щоб ніхто не був сам", "аби всі співали", "ми співали", "щобільше"),
    "de": ("Frieden", "dass niemand allein ist", "daß alle singen", "wir singen", "ich will Brot", "Willkommen sein"),
}
ALL = [(language, text, stem) for language, texts in TYPED.items() for text in texts for stem in ("want", "that", "")]


def go_in(page: Any, server: Any, language: str) -> None:
    page.goto(f"{server.url}/j/{server.code}?lang={language}")
    page.click("button.primary")
    page.wait_for_url(f"**/g/{server.code}")


async def read(gathering: Any, seat: int, text: str, stem: str) -> list[str]:
    typed = as_read(gathering, seat, ask.DesireAsked("look-at-it", text, stem=stem))  # type: ignore[arg-type]
    return [entry.before(typed.stem, typed.text, typed.language), typed.text]


SHOWN = """() => { const figure = document.querySelector("form[data-outbox] .preview");
  return figure.hidden ? null : [".stem", "bdi"].map((part) => figure.querySelector(part).textContent) }"""


@pytest.mark.parametrize("language", TYPED)
def test_the_preview_is_what_the_server_gives_to_others(serve: Any, watched: Any, language: str) -> None:
    server = serve()
    page = watched(server.url).page()
    go_in(page, server, language)
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.evaluate(SHOWN) is None, "nothing is typed"
    seat = len(server.gathering.state.seats) - 1
    for where, text, stem in ALL:
        if where == language:
            page.check(f"form[data-outbox] [name=stem][value='{stem}']")
            page.fill("form[data-outbox] textarea", text)
            assert page.evaluate(SHOWN) == server.call(read(server.gathering, seat, text, stem)), (text, stem)


def test_without_script_a_button_shows_it_and_keeps_nothing(serve: Any, watched: Any) -> None:
    server = serve()
    page = watched(server.url, java_script_enabled=False).page()
    go_in(page, server, "en")
    page.fill("textarea", "I want peace")
    page.click("button[name=look]")
    assert page.evaluate(SHOWN) == ["", "I want peace"]
    assert len(server.gathering.state.desires) == 0
    page.fill("textarea", "peace")
    page.click("button[name=look]")
    assert page.evaluate(SHOWN) == ["I want ", "peace"]
    page.click("button.primary")
    assert (server.gathering.state.desires[0].text, server.gathering.state.desires[0].stem) == ("peace", "want")


def test_where_the_server_presses_the_stem_upon_every_text_the_preview_differs(
    serve: Any, watched: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner of the first test: the rule of the server is broken, that of the page is not."""
    monkeypatch.setattr(entry, "fitting_stem", lambda code, *_: code)
    server = serve()
    page = watched(server.url).page()
    go_in(page, server, "en")
    page.wait_for_selector("html[data-ready]", state="attached")
    page.fill("form[data-outbox] textarea", "that nobody sits alone")
    seat = len(server.gathering.state.seats) - 1
    assert page.evaluate(SHOWN) == ["", "that nobody sits alone"]
    assert server.call(read(server.gathering, seat, "that nobody sits alone", "want"))[0] == "I want "
