"""Nothing runs over where a language needs two fifths more room: phone, host's desk and the hall screen.

The language is made here: every message as it stands in the code, longer by two fifths, accented. And nothing that
stands on the hall screen touches anything else, however long the words of people are.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from oneheart.live import events as ev
from oneheart.web.words import PSEUDO, Words

Serve = Callable[..., Any]
Watch = Callable[..., Any]
SCREENS = ((1920, 1080), (1280, 720), (1024, 768))
LETTERS = str.maketrans("aeinouyAEINOUY", "àéîñöûýÀÉÎÑÖÛÝ")
OF_HOST = ("", "/circles", "/programme", "/tables", "/measures", "/cards", "/settings", "/log", "/export", "/end")
FULL = "Чтобы каждый услышал другого и чтобы никто не остался один в этой пустыне, где мы собрались под звёздами"
LONGEST = "w" * 60 + " " + "m" * 60 + " wish"

# Texts that stand outside the screen, or in one another's or the card's place.
COLLISIONS = """() => {
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest("script, .hidden, .come") || !e.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const part = e.closest(".questions, #shown, #text, footer, #status, #alike, #amen, #saying-in");
    for (const box of range.getClientRects()) boxes.push({box, text: node.data.trim().slice(0, 60), part});
  }
  const card = document.querySelector(".come").getBoundingClientRect();
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.1 * Math.min(a.height, b.height);  // the leading may
  const found = [];
  for (const {box, text} of boxes) {
    const inside = box.left > -1 && box.top > -1 && box.right < innerWidth + 1 && box.bottom < innerHeight + 1;
    if (!inside) found.push(`outside: ${text}`);
    if (over(box, card)) found.push(`on the card: ${text}`);
  }
  for (const [n, one] of boxes.entries()) for (const other of boxes.slice(n + 1)) {
    if (one.part !== other.part && over(one.box, other.box)) found.push(`on one another: ${one.text} / ${other.text}`);
  }
  if (card.right > innerWidth || card.bottom > innerHeight || card.left < 0) found.push("the card is outside");
  return [...new Set(found)];
}"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && !e.closest(".scroll, .hidden, .skip")
    && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1))
    .map((e) => e.outerHTML.slice(0, 120)).slice(-3)"""


def longer(_words: Words, text: str) -> str:
    """Return a message two fifths longer, with its placeholders whole."""
    parts = text.replace("}", "}\0").replace("{", "\0{").split("\0")
    accented = "".join(part if part.startswith("{") else part.translate(LETTERS) for part in parts)
    more = ("ло́нгер вордс " * (len(text) // 20 + 1))[: max(3, round(0.4 * len(text)))].strip()
    return f"{accented} {more}"


@pytest.fixture
def hall(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a real server whose every message is longer."""
    monkeypatch.setattr(Words, "_pseudo", longer)
    question = "Que veut chacun de nous en vérité, ici et maintenant, dans ce désert ?"
    server = serve(
        name="A convention with a name of considerable length in the desert",
        languages=["en", "he", "ru"],
        question={
            "en": question,
            "he": "מה אנחנו רוצים באמת, כאן ועכשיו, במדבר הזה?",
            "ru": "Чего мы хотим на самом деле?",
        },
        voice="assembly",
    )
    for number in range(6):
        server.submit("h0", f"circle-{number}", ev.CircleAdded(f"Circle of the olive tree {number}", f"olive-{number}"))
    server.submit("h0", "meal", ev.OccasionAdded("Evening meal under the open sky", "meal", "MEAL42"))
    numbers = [server.say(text, circle=0) for text in (FULL, LONGEST, "שנשמע גם את מי ששותק", "Bread")]
    for seat in range(12):
        server.call(server.gathering.take_seat(f"listener-{seat}", language="en", circle=seat % 2))
    for seat in range(16):
        for number in numbers:
            if number != seat:
                server.call(server.gathering.respond(seat, number, 1, f"tap-{seat}-{number}"))
    for number in numbers:
        server.submit("h0", f"take-{number}", ev.Moderated(number, "accepted"))
    server.submit("h0", "show", ev.DesiresShown(numbers))
    return server


def test_the_words_are_two_fifths_longer_and_their_placeholders_whole() -> None:
    short = "One sentence in {language}"
    said = str(longer(Words("en"), short))
    assert "{language}" in said
    assert len(said) >= 1.4 * len(short)


LONG = pytest.mark.long


@pytest.mark.parametrize("language", [pytest.param("en", marks=LONG), "he", pytest.param("ru", marks=LONG)])
def test_longer_words_fit_on_a_phone_and_at_the_desk(hall: Any, watched: Watch, language: str) -> None:
    phone = watched(hall.url, viewport={"width": 360, "height": 640}).page()
    found: dict[str, list[str]] = {}

    def look(page: Any, address: str) -> None:
        page.goto(address)
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        wide = page.evaluate(TOO_WIDE)
        if wide:
            found[f"{page.viewport_size['width']} {address.removeprefix(hall.url)}"] = wide

    door, home, host = f"{hall.url}/j/{hall.code}", f"{hall.url}/g/{hall.code}", f"{hall.url}/host/{hall.code}"
    for address in (f"{hall.url}/", f"{hall.url}/nowhere", door):
        look(phone, f"{address}?lang={language}")
    phone.select_option("select[name=circle]", "0")
    phone.click("button.primary")
    phone.wait_for_url(f"**/g/{hall.code}")
    for place in ("", "?cards=1", "/mine", "/near", "/circle"):
        look(phone, home + place)
    phone.click("form[action$='/steward'] button")
    phone.wait_for_selector("#asked")
    asking = min(hall.gathering.state.people.duties.asked)
    hall.submit("h0", "give-duty", ev.DutyGiven(0, asking))
    look(phone, f"{home}/circle")
    desk = watched(hall.url, viewport={"width": 1280, "height": 800}).page()
    look(desk, f"{hall.url}/host/enter/{hall.house.invite(hall.code)}?lang={language}")
    desk.click("button.primary")
    desk.wait_for_url(f"**/host/{hall.code}*")
    for width in (1280, 360):
        desk.set_viewport_size({"width": width, "height": 720})
        for place in OF_HOST:
            look(desk, f"{host}{place}?lang={language}")
    assert found == {}


@pytest.mark.parametrize(
    "languages",
    [
        pytest.param(("en", "he", "ru"), marks=LONG),
        pytest.param(("he",), marks=LONG),
        ("en", "he", "ru", "es", "uk", "de"),
    ],
)
def test_nothing_on_the_hall_screen_stands_outside_or_on_anything_else(
    hall: Any, watched: Watch, languages: tuple[str, ...]
) -> None:
    state = hall.gathering.state
    hall.submit("h0", "set", ev.Settings("Desert", state.settings.question, "assembly", [*languages], version=1))
    hall.submit("h0", "clock", ev.ClockSet(3599))
    hall.gathering.tick()
    page = watched(hall.url, viewport={"width": 1920, "height": 1080}, reduced_motion="reduce").page()
    found: dict[str, list[str]] = {}

    def look(stage: str) -> None:
        page.goto(f"{hall.url}/hall/{hall.code}")
        if stage in {"open", "crossing", "weaving"}:
            page.wait_for_selector("#shown:not(.going)[data-name] p")
        page.wait_for_timeout(150)
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            with contextlib.suppress(PlaywrightTimeoutError):  # the page may still be fitting its letters
                page.wait_for_function(f"() => !({COLLISIONS})().length", timeout=3000)
            wrong = page.evaluate(COLLISIONS)
            if wrong:
                found[f"{stage}, {width}x{height}, {languages}"] = wrong

    shown = state.shown
    for number in shown[:2]:
        hall.submit("h0", f"show-{number}", ev.DesiresShown([number]))
        hall.call(tick(hall))
        look("open")
    hall.submit("h0", "show-all", ev.DesiresShown([*shown]))
    hall.call(tick(hall))
    look("open")
    for stage in ("crossing", "weaving", "reading", "second reading", "sealed"):
        page.goto("about:blank")
        hall.move(stage)
        end = time.monotonic() + 60
        while (stage == "weaving" and not state.prayers.drafts) or (stage == "sealed" and not state.prayers.sealed):
            assert time.monotonic() < end, stage
            time.sleep(0.05)
        hall.call(tick(hall))
        look(stage)
    assert found == {}


async def tick(hall: Any) -> None:
    hall.gathering.tick()


@pytest.mark.parametrize("language", PSEUDO)
def test_the_hall_speaks_the_pseudo_languages_of_the_house(serve: Serve, watched: Watch, language: str) -> None:
    server = serve(languages=[language], question={language: "Whát do we wánt?"})
    page = watched(server.url, viewport={"width": 1280, "height": 720}).page()
    page.goto(f"{server.url}/hall/{server.code}")
    assert page.get_attribute("html", "dir") == ("rtl" if language == "he-XB" else "ltr")
    assert "[" in page.inner_text(".stage:not([hidden])")
    assert page.evaluate(COLLISIONS) == []
