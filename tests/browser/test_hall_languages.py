"""The hall screen in up to six languages: every line comes in every language, and all stand when it is said."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.judging import digest_of
from oneheart.live.leading import Leader
from oneheart.live.sealed_record import carries_sealed
from oneheart.live.snapshot import text_lines
from oneheart.web.hall import by_turns, screen
from tests.browser.conftest import Watched
from tests.support.led import led_by_the_test
from tests.support.many_tongues import WORDS, read_together

Serve = Callable[..., Any]
Watch = Callable[..., Watched]
SIX = ["en", "he", "ru", "es", "uk", "de"]
SCREENS = ((1920, 1080), (1280, 720))
LEAST_PART = 0.02  # of the height of the screen: smaller letters are not read from across a room

SEEN = """() => [...document.querySelectorAll("#text li")].filter((line) => {
  const box = line.getBoundingClientRect();
  const inside = box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
  return inside && box.height > 0 && line.checkVisibility({ opacityProperty: true });
}).map((line) => [line.textContent, parseFloat(getComputedStyle(line).fontSize) / innerHeight])"""
"""Which lines stand on the screen as a whole, and how large."""

STAGES = """() => [...document.querySelectorAll(".questions section")]
  .filter((one) => one.checkVisibility()).map((one) => one.lang)"""
"""In which languages the screen says what is done now."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each turn of languages stand for one second."""
    monkeypatch.setattr(screen, "LANGUAGE_SECONDS", 1)


def hall(serve: Serve, languages: list[str], **more: Any) -> Any:
    """Return a running gathering whose text is read in these languages."""
    server = serve(languages=languages, question={languages[0]: "What do you want?"})
    for number in range(12):
        server.call(server.gathering.take_seat(f"reader-{number}", language=languages[number % len(languages)]))
    server.bridges = read_together(server, languages, **more)
    return server


def look(server: Any, watched: Watch, size: tuple[int, int]) -> Any:
    """Return the page of the screen."""
    viewport = {"width": size[0], "height": size[1]}
    page = watched(server.url, viewport=viewport, reduced_motion="reduce").page()
    page.goto(f"{server.url}/hall/{server.code}")
    page.wait_for_selector("#text li")
    return page


def in_one_cycle(page: Any, turns: int) -> tuple[set[str], set[str], float]:
    """Return the lines and the languages that stood on the screen during one cycle, and the smallest letters."""
    lines: set[str] = set()
    languages: set[str] = set()
    least = 1.0
    end = time.monotonic() + turns + 1.5
    while time.monotonic() < end:
        for text, part in page.evaluate(SEEN):
            lines.add(text)
            least = min(least, part)
        languages.update(page.evaluate(STAGES))
        page.wait_for_timeout(150)
    return lines, languages, least


def seal(server: Any, *, but: str = "") -> None:
    """Let everybody but the readers of one language read and affirm the text, and seal it."""
    for seat in range(len(server.gathering.state.seats)):
        if server.gathering.state.seats[seat].language == but:
            continue
        for line in range(5):
            server.submit(f"s{seat}", f"read-{line}", ev.LineRead(seat, 0, line, "can say"))
        server.submit(f"s{seat}", "whole", ev.WholeAffirmed(seat, 0, on=True))
    server.move("sealed")
    end = time.monotonic() + 60
    while not server.gathering.state.prayers.sealed:
        assert time.monotonic() < end, "the text is not sealed"
        time.sleep(0.05)


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.parametrize("count", [3, *(pytest.param(count, marks=pytest.mark.long) for count in (4, 5)), 6])
@pytest.mark.usefixtures("quick")
def test_every_line_stands_in_every_language_within_one_cycle(
    serve: Serve, watched: Watch, count: int, size: tuple[int, int]
) -> None:
    languages = SIX[:count]
    page = look(hall(serve, languages), watched, size)
    lines, said, least = in_one_cycle(page, len(by_turns.turns_of(languages)))
    assert {words for code in languages for words in WORDS[code]} <= lines
    assert said == set(languages)
    assert least >= LEAST_PART


@pytest.mark.usefixtures("quick")
def test_a_screen_of_the_first_three_languages_alone_would_be_noticed(
    serve: Serve, watched: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns, text = screen.hall_columns, screen.text_columns
    monkeypatch.setattr(screen, "hall_columns", lambda gathering: columns(gathering)[:3])
    monkeypatch.setattr(screen, "text_columns", lambda gathering, snapshot: text(gathering, snapshot)[:3])
    page = look(hall(serve, SIX[:4]), watched, SCREENS[0])
    lines, said, _ = in_one_cycle(page, 2)
    assert said == {"en", "he", "ru"}
    assert not lines & {*WORDS["es"]}


@pytest.mark.parametrize("count", [4, 6])
@pytest.mark.usefixtures("quick")
def test_at_the_moment_of_saying_each_line_stands_in_all_languages(serve: Serve, watched: Watch, count: int) -> None:
    languages = SIX[:count]
    server = hall(serve, languages)
    page = look(server, watched, SCREENS[0])
    seal(server)
    server.submit("h0", "say", ev.SayingSet(2))
    page.wait_for_selector("#saying-in:not([hidden])")
    counting = page.evaluate("() => [...document.querySelectorAll('#saying-in span')].map((one) => one.lang)")
    assert counting == languages
    page.wait_for_selector("body[data-saying]")
    page.wait_for_timeout(300)
    seen = page.evaluate(SEEN)
    said = sorted(text.removesuffix(".") for text, _ in seen)  # a line that is said ends with a full stop
    assert said == sorted(words for code in languages for words in WORDS[code])
    assert min(part for _, part in seen) >= LEAST_PART


@pytest.mark.usefixtures("quick")
def test_a_line_that_nobody_carried_says_so_in_the_language_in_which_it_is_missing(
    serve: Serve, watched: Watch
) -> None:
    page = look(hall(serve, SIX[:4], missing=[(1, "es"), (2, "he")]), watched, SCREENS[0])
    page.wait_for_selector("li.missing[lang=es]")
    lines, _, _ = in_one_cycle(page, 2)
    assert WORDS["es"][1] not in lines
    assert WORDS["he"][2] not in lines
    assert {WORDS["es"][0], WORDS["he"][0]} <= lines


COLUMNS = """() => [...document.querySelectorAll("#text .column")].filter((one) => one.checkVisibility())
  .map((one) => one.querySelector("li").lang)"""
"""The languages of the columns that stand on the screen."""


@pytest.mark.usefixtures("quick")
def test_a_language_in_which_no_line_stands_leaves_its_room_when_all_say_the_text(serve: Serve, watched: Watch) -> None:
    server = hall(serve, SIX, missing=[(number, SIX[5]) for number in range(5)])  # five are said in a language each
    page = look(server, watched, SCREENS[0])
    page.wait_for_selector(f"li.missing[lang={SIX[5]}]")  # while it is read, its readers are told
    seal(server, but=SIX[5])
    server.submit("h0", "say", ev.SayingSet(1))
    page.wait_for_selector("body[data-saying]")
    page.wait_for_function("() => document.querySelectorAll('#text .column').length === 5")
    assert page.evaluate(COLUMNS) == SIX[:5]
    page.wait_for_selector("body[data-stage=said]")
    page.reload()
    page.wait_for_selector("#text li")
    assert page.evaluate(COLUMNS) == SIX[:5], "and so does the page as it comes"
    page.goto(f"{server.url}/hall/{server.code}?lang={SIX[5]}")
    page.wait_for_selector(f"#text li.missing[lang={SIX[5]}]")


TOLD_NOW = """() => [...document.querySelectorAll("#status p")].filter((line) => line.checkVisibility()).map((line) => {
  const box = line.getBoundingClientRect();
  const section = line.closest("section");
  const inside = box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
  const over = [...document.querySelectorAll("#text li, aside, footer, .stage")].some((other) => {
    if (!other.checkVisibility()) return false;
    const there = other.getBoundingClientRect();
    return there.left < box.right && there.right > box.left && there.top + 1 < box.bottom && there.bottom > box.top + 1;
  });
  return [section.lang, line.dataset.heard ?? line.dataset.status ?? line.dataset.missing ?? line.dataset.share,
    parseFloat(getComputedStyle(line).fontSize) / innerHeight, inside && !over];
})"""
"""What is told of the sealed text: language, code, size of the letters, and whether it stands free on the screen."""


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.parametrize("count", [2, pytest.param(4, marks=pytest.mark.long), 6])
@pytest.mark.usefixtures("quick")
def test_what_was_sealed_is_told_in_every_language_within_some_cycles(
    serve: Serve, watched: Watch, monkeypatch: pytest.MonkeyPatch, count: int, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(Leader, "step", led_by_the_test)
    languages = SIX[:count]
    server = hall(serve, languages)
    state = server.gathering.state
    server.move("sealed")
    met = [ev.LanguageMet(code, [1, 3] if place == 1 else [], measured=True) for place, code in enumerate(languages)]
    levels = [ev.LevelSealed(3, 2), ev.LevelSealed(24, 19, 2), ev.LevelSealed(160, 141, 6)]
    body = ev.TextSealed(
        0,
        digest_of(state, state.prayers.drafts[0]),
        "0" * 64,
        "not yet",  # type: ignore[arg-type]
        ["languages", "every part"],  # type: ignore[list-item]
        size=50,
        said=1640,
        everybody=2105,
        unheard_small=8,
        languages=met,
        levels=levels,
        carried=carries_sealed(digest_of(state, state.prayers.drafts[0]), text_lines(state, 0)),
    )
    server.submit("house", "sealed-by-hand", body)
    page = look(server, watched, size)
    page.wait_for_selector("#status [data-heard]", state="attached")
    turns = len(by_turns.turns_of(languages))
    codes = {"not yet", "languages", "every part", "said", f"not met {languages[1]}", "read whole"}
    expected = {(language, code) for language in languages for code in codes | {"unheard count", "level"}}
    seen: set[tuple[str, str]] = set()
    levels_seen: set[str] = set()
    end = time.monotonic() + 8 * turns + 3
    while time.monotonic() < end and not (expected <= seen and len(levels_seen) == 3 * count):
        for language, code, part, is_free in page.evaluate(TOLD_NOW):
            assert (part >= LEAST_PART, is_free) == (True, True), (language, code, part)
            seen.add((language, code))
        levels_seen.update(page.evaluate(LEVELS_NOW))
        page.wait_for_timeout(150)
    assert seen == expected
    assert len(levels_seen) == 3 * count


LEVELS_NOW = """() => [...document.querySelectorAll("#status [data-heard=level]")]
  .filter((line) => line.checkVisibility()).map((line) => line.textContent)"""
