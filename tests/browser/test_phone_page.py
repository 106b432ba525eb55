"""The phone's pages in a real browser: with and without script, small, right-to-left, dark, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.offered import Purpose, desire_behind

SMALL = {"width": 360, "height": 640}
TEXTS = ("Peace between the tables", "שנשמע גם את מי ששותק", "Чтобы мы слышали друг друга", "w" * 139)
CONTRAST = """() => {
  const level = (c) => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$/.test(c)) return c; } return "rgb(255, 255, 255)" };
  const poor = [];
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("option,.hidden,.skip,[hidden]") || !e.checkVisibility()) continue;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [level(getComputedStyle(e).color), level(behind(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(e.className + " " + e.textContent.slice(0, 40));
  }
  return poor;
}"""
SMALL_TARGETS = """() =>
  [...document.querySelectorAll("button, select, textarea, nav a, a.button, summary, .stems label")]
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 90))"""
NAMELESS = """() => [...document.querySelectorAll("button, a, select, textarea, input:not([type=hidden])")]
  .filter((e) => !(e.textContent.trim() || e.labels?.length || e.getAttribute("aria-label"))).map((e) => e.outerHTML)"""

Serve = Callable[..., Any]
Watch = Callable[..., Any]


@pytest.fixture
def hall(serve: Serve) -> Any:
    """Return a real server whose people speak four languages."""
    server = serve(name="Convention in the desert")
    server.submit("h0", "circle", ev.CircleAdded("Olive", "olive"))
    server.submit("h0", "meal", ev.OccasionAdded("Evening meal", "meal", "MEAL42"))
    for text in TEXTS:
        server.say(text, circle=0)
    return server


def go_in(page: Any, server: Any, language: str = "en", circle: str = "0") -> None:
    page.goto(f"{server.url}/j/{server.code}?lang={language}")
    page.select_option("select[name=circle]", circle)
    page.click("button.primary")
    page.wait_for_url(f"**/g/{server.code}")


def ready(page: Any) -> None:
    page.wait_for_selector("html[data-ready]", state="attached")


def looks_right(page: Any, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(NAMELESS) == []
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize(
    ("language", "scheme"), [("en", "light"), ("he", "dark"), ("en-XA", "light"), ("he-XB", "dark")]
)
def test_every_page_fits_a_small_screen_and_can_be_read(hall: Any, watched: Watch, language: str, scheme: str) -> None:
    page = watched(hall.url, viewport=SMALL, color_scheme=scheme).page()
    pseudo = f"lang={language}"
    page.goto(f"{hall.url}/?{pseudo}")
    looks_right(page, 360)
    go_in(page, hall, language)
    home = f"{hall.url}/g/{hall.code}"
    if language.startswith("he"):
        page.goto(f"{home}?{pseudo}")
        assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    page.goto(f"{home}?{pseudo}")
    looks_right(page, 360)
    page.goto(f"{home}?cards=1&{pseudo}")
    ready(page)
    looks_right(page, 360)
    for path in ("/mine", "/circle"):
        page.goto(f"{home}{path}?{pseudo}")
        looks_right(page, 360)
    page.goto(f"{home}/circle")
    page.click("form[action$='/steward'] button")
    page.wait_for_selector("#asked")
    asking = min(hall.gathering.state.people.duties.asked)
    hall.submit("h0", "give-duty", ev.DutyGiven(0, asking))
    page.goto(f"{home}/circle?{pseudo}")
    looks_right(page, 360)


def test_without_script_a_person_says_joins_answers_and_looks(hall: Any, watched: Watch) -> None:
    page = watched(hall.url, viewport=SMALL, java_script_enabled=False).page()
    go_in(page, hall)
    page.fill("textarea", "Peace between all the tables")
    page.click("text=Say it")
    page.click("text=Yes, the same as mine >> nth=0")
    page.locator("#deal bdi").wait_for()
    page.click("text=Mine too")
    page.locator("#deal bdi, #nothing, #end").first.wait_for()
    page.click("text=Mine >> nth=0")
    page.goto(f"{hall.url}/g/{hall.code}/mine")
    assert page.locator("text=You said that it is the same as this one").count() == 1
    seat = len(hall.gathering.state.seats) - 1
    assert len(hall.gathering.state.tally.answered(seat)) == 2  # joined one, answered one


def test_by_keyboard_alone(hall: Any, watched: Watch) -> None:
    page = watched(hall.url, viewport=SMALL).page()
    page.goto(f"{hall.url}/j/{hall.code}")

    def press_until(selector: str, key: str = "Tab") -> None:
        for _ in range(30):
            page.keyboard.press(key)
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
        pytest.fail(f"the keyboard never reaches {selector}")

    press_until("button")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/g/{hall.code}")
    ready(page)
    press_until("input[name=stem]")
    page.keyboard.press("ArrowDown")
    press_until("textarea")
    page.keyboard.type("peace between us and the tables")
    press_until("button")
    page.keyboard.press("Enter")
    page.wait_for_selector("form[action$='/own']")
    press_until("form[action$='/own'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#deal")
    ready(page)
    before = page.get_attribute("#deal", "data-desire")
    press_until("button[value='0']")
    page.keyboard.press("Space")
    page.wait_for_function("d => document.getElementById('deal').dataset.desire !== d", arg=before)
    seat = len(hall.gathering.state.seats) - 1
    number = desire_behind(hall.gathering, Purpose.CARD, seat, before)
    assert hall.gathering.state.tally.answered(seat) == {number: 0}
    assert hall.gathering.state.desires[-1].stem == "that"


def test_letters_are_counted_as_people_count_them_and_hints_do_not_block(hall: Any, watched: Watch) -> None:
    page = watched(hall.url, viewport=SMALL).page()
    go_in(page, hall)
    ready(page)
    page.fill("textarea", "👨‍👩‍👧 שָׁלוֹם")
    assert page.inner_text("[data-count]") == "6 / 140"
    page.fill("textarea", "One. Two of them")
    assert page.inner_text("[data-hint]") == page.get_attribute("#hints", "data-two")
    page.fill("textarea", "x" * 141)
    page.click("text=Say it")
    assert page.inner_text("[data-hint]") == page.get_attribute("#hints", "data-long")
    page.fill("textarea", "Write to me@example.org")
    page.click("text=Say it")
    page.wait_for_selector("#sentence:not([hidden])")
    assert "e-mail" in page.inner_text("#sentence")
    assert page.input_value("textarea") == "Write to me@example.org"
    assert page.inner_text("#state") == ""
    page.fill("textarea", "Will we sing?")
    page.click("text=Say it")
    page.wait_for_selector("form[action$='/own']")
    assert hall.gathering.state.desires[-1].text == "Will we sing?"


def test_the_page_moves_with_the_gathering_but_never_over_half_typed_words(hall: Any, watched: Watch) -> None:
    context = watched(hall.url, viewport=SMALL)
    page, typing = context.page(), watched(hall.url, viewport=SMALL).page()
    go_in(page, hall)
    go_in(typing, hall)
    for one in (page, typing):
        ready(one)
    typing.fill("textarea", "half of a wi")
    hall.move("crossing")
    page.wait_for_selector("#deal")
    typing.wait_for_selector("#moved:not([hidden])")
    assert typing.input_value("textarea") == "half of a wi"
    hall.move("weaving")
    page.wait_for_selector("#calm")
    typing.fill("textarea", "the whole of a wish")
    typing.click("text=Say it")
    typing.wait_for_selector("text=Kept for the next round")
    assert hall.gathering.state.desires[-1].waiting


def test_adding_with_script_keeps_the_want_and_grows_another(hall: Any, watched: Watch) -> None:
    page = watched(hall.url, viewport=SMALL).page()
    go_in(page, hall)
    page.goto(f"{hall.url}/g/{hall.code}?cards=1")
    ready(page)
    alias = page.get_attribute("#deal", "data-desire")
    page.click("button[value=add]")
    page.wait_for_url("**add=*")
    ready(page)
    page.fill("form:has([name=grew_from]) textarea", "and bread with it")
    page.click("form:has([name=grew_from]) button")
    page.wait_for_url(f"**/g/{hall.code}")
    added = hall.gathering.state.desires[-1]
    number = desire_behind(hall.gathering, Purpose.CARD, added.author, alias)
    assert (added.text, added.grew_from) == ("and bread with it", number)
    assert hall.gathering.state.tally.answered(added.author) == {number: 1}


def test_words_turn_their_own_way_only(hall: Any, watched: Watch) -> None:
    page = watched(hall.url, viewport=SMALL).page()
    go_in(page, hall)
    hall.move("crossing")
    page.goto(f"{hall.url}/g/{hall.code}?cards=1")
    ready(page)
    for _ in TEXTS:
        if not page.locator("#deal").count():
            break
        text = page.inner_text("#words bdi")
        turned = page.evaluate("getComputedStyle(document.querySelector('#words bdi')).direction")
        assert turned == ("rtl" if "ש" in text else "ltr")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        before = page.get_attribute("#deal", "data-desire")
        page.click("button[value='1']")
        page.wait_for_function("d => document.getElementById('deal')?.dataset.desire !== d", arg=before)
