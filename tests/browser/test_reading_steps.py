"""The reading on a small phone: one thing on a screen, with and without script, and what a screen reader is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from tests.support.phones import accessible, at_step, go
from tests.support.waiting import until

SMALL = {"width": 360, "height": 640}
LINES = ("Peace between the tables", "Bread and water for everybody who comes", "That nobody stays alone at night",
         "That we hear each other out", "More shade for those who work at noon")  # fmt: skip
MEASURES = """() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth,
  [...document.querySelectorAll("main button, main a.button, main summary")]
  .filter((e) => e.checkVisibility()).length]"""
BUTTONS_MOST = 5

Serve = Callable[..., Any]
Watch = Callable[..., Any]


@pytest.fixture
def hall(serve: Serve) -> Any:
    """Return a real server on which a text of five lines is read, and a person who has not answered."""
    server = serve(languages=["en", "he"])
    for text in LINES:
        server.say(text)
    return server


def weave(hall: Any, stage: str = "reading") -> None:
    """Lead to a stage with a text of all five lines."""
    hall.move("crossing")
    hall.move("weaving")
    prayers = hall.gathering.state.prayers
    until(lambda: bool(prayers.drafts), "no text was woven", 60.0)
    version = hall.gathering.state.version
    hall.submit("house", "five-lines", ev.DraftWoven(version, [ev.WovenLine([number]) for number in range(len(LINES))]))
    hall.move("reading")
    if stage == "second reading":
        hall.move(stage)
        until(lambda: prayers.drafts[-1].second, "no second draft")


def come(hall: Any, watched: Watch, language: str = "en", **options: Any) -> Any:
    page = watched(hall.url, viewport=SMALL, **options).page()
    page.goto(f"{hall.url}/j/{hall.code}?lang={language}")
    page.click("button.primary")
    page.wait_for_url(f"**/g/{hall.code}")
    return page


def opened(hall: Any, page: Any, at: str = "") -> None:
    go(page, f"{hall.url}/g/{hall.code}" + (f"?at={at}" if at else ""))
    page.wait_for_selector("html[data-ready]", state="attached")


def step(page: Any) -> str:
    """Return the name of the step that a page shows, and check that it shows nothing of another one."""
    shown = str(page.locator("#steps [aria-current=step]").first.get_attribute("data-step"))
    parts = page.locator("main [data-at]:visible").evaluate_all("all => all.map(one => one.dataset.at)")
    assert set(parts) <= {shown}, (shown, parts)
    return shown


def now_at(page: Any, name: str) -> None:
    page.wait_for_selector(f"#steps [data-step='{name}'][aria-current=step]", state="attached")


def fits(page: Any) -> bool:
    height, width, buttons = page.evaluate(MEASURES)
    return bool(height <= SMALL["height"] and width <= SMALL["width"] and buttons <= BUTTONS_MOST)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
def test_each_line_is_one_screen_with_at_most_five_buttons(
    hall: Any, watched: Watch, language: str, scheme: str
) -> None:
    page = come(hall, watched, language, color_scheme=scheme)
    if language != "en":
        seat = len(hall.gathering.state.seats) - 1
        hall.submit(f"s{seat}", "reads", ev.LanguageUnread(seat, "en", on=False))
    weave(hall)
    opened(hall, page)
    for number in range(len(LINES)):
        assert step(page) == f"line-{number}"
        assert fits(page), (number, page.evaluate(MEASURES))
        page.click(f"#line-{number} button[value='can say']")
        now_at(page, f"line-{number + 1}" if number + 1 < len(LINES) else "whole")
    assert step(page) == "whole"
    assert page.locator("#whole .text li").count() == len(LINES)
    for number in range(len(LINES)):  # each line is one tap away, and comes back
        at_step(page, f"line-{number}")
        assert page.locator(f"#line-{number} button[aria-pressed=true][value='can say']").is_visible()
    assert page.locator("#steps [data-done]").count() == len(LINES)
    until(lambda: all(hall.gathering.state.prayers.drafts[-1].readings), "an answer is missing")


def test_all_lines_under_one_another_would_not_fit(hall: Any, watched: Watch) -> None:
    page = come(hall, watched)
    weave(hall)
    opened(hall, page)
    assert fits(page)
    page.evaluate("for (const part of document.querySelectorAll('main [data-at]')) part.hidden = false")
    assert not fits(page)


def test_without_script_each_answer_leads_to_the_next_line_and_says_that_it_is_kept(hall: Any, watched: Watch) -> None:
    page = come(hall, watched, java_script_enabled=False)
    weave(hall)
    page.goto(f"{hall.url}/g/{hall.code}")
    for number in range(len(LINES)):
        assert step(page) == f"line-{number}"
        assert page.locator("#state").inner_text() == ("" if number == 0 else page.get_attribute("#state", "data-kept"))
        page.click(f"#line-{number} button[value='can say']")
    assert step(page) == "whole"
    page.click("#steps a >> nth=1")
    assert step(page) == "line-1"
    assert page.locator("#state").inner_text() == "", "it is said once"
    page.click("#go-on")
    assert step(page) == "line-2"


def test_a_screen_reader_is_told_the_line_that_lies_there_now(hall: Any, watched: Watch) -> None:
    page = come(hall, watched)
    weave(hall)
    opened(hall, page)
    for number in range(2):
        words = page.locator(f"#words-{number}").inner_text().strip()
        names = [one["name"] for one in accessible(page, "button") if words in one["name"]]
        assert len(names) == len(set(names)) == 2, "an answer says of which line it is"
        page.focus(f"#line-{number} button[value='can say']")
        page.keyboard.press("Enter")
        now_at(page, f"line-{number + 1}")
        [focused] = accessible(page, "heading", focused=True)
        assert str(number + 2) in focused["text"]
        [status] = [one for one in accessible(page, "status") if one["text"]]
        assert page.get_attribute("#state", "data-kept") in status["text"]
    links = [one["name"] for one in accessible(page, "link")]
    assert len(links) == len(set(links)), "no two links have one name"


def test_without_network_an_answer_waits_on_its_line_and_one_may_go_on(hall: Any, watched: Watch) -> None:
    page = come(hall, watched)
    weave(hall)
    opened(hall, page)
    page.context.set_offline(True)
    page.click("#line-0 button[value='can say']")
    page.wait_for_selector("#state[data-state=phone]")
    assert step(page) == "line-0", "it is not kept, so the page does not go on as if it were"
    page.click("#go-on")
    page.click("#line-1 button[value='against me']")
    page.context.set_offline(False)
    page.wait_for_selector("#state[data-state=kept]")
    draft = hall.gathering.state.prayers.drafts[-1]
    until(lambda: bool(draft.readings[0]) and bool(draft.readings[1]), "an answer was lost")
    now_at(page, "line-2")
    page.go_back()
    now_at(page, "line-1")


def test_other_words_for_a_line_are_kept_with_a_sign_and_one_stays_at_the_line(hall: Any, watched: Watch) -> None:
    page = come(hall, watched)
    own = "That we sing together at the end of every day"
    page.fill("textarea", own)
    page.click("button.primary")
    until(lambda: any(desire.text == own for desire in hall.gathering.state.desires), "it was not kept")
    number = len(hall.gathering.state.desires) - 1
    hall.move("crossing")
    hall.move("weaving")
    prayers = hall.gathering.state.prayers
    until(lambda: bool(prayers.drafts), "no text was woven", 60.0)
    version = hall.gathering.state.version
    hall.submit("house", "lines", ev.DraftWoven(version, [ev.WovenLine([0]), ev.WovenLine([number])]))
    hall.move("reading")
    opened(hall, page)
    at_step(page, "line-1")
    page.locator("#line-1 details.apart summary").first.click()
    page.fill("#line-1 form[data-send=amend] textarea", "That we sing at the end of every day")
    page.evaluate("document.documentElement.dataset.former = '1'")
    page.click("#line-1 form[data-send=amend] button")
    page.wait_for_selector("html[data-ready]:not([data-former])", state="attached")
    assert step(page) == "line-1"
    assert page.locator("#line-1 [data-amended]").is_visible()
    assert page.locator("#state").inner_text().strip() == page.get_attribute("#state", "data-kept")


def test_the_whole_is_said_with_a_mark_that_is_more_than_a_tint(hall: Any, watched: Watch) -> None:
    page = come(hall, watched)
    weave(hall, "second reading")
    go(page, f"{hall.url}/g/{hall.code}")
    assert step(page) == "whole", "nothing was changed, so the whole comes first"
    one = "document.querySelector('form[data-send=whole] button[value=\"1\"]')"
    mark = f"() => getComputedStyle({one}, '::before').content"
    assert page.locator("form[data-send=whole] [aria-pressed]").count() == 0
    before = page.evaluate(mark)
    page.click("form[data-send=whole] button[value='1']")
    until(lambda: bool(hall.gathering.state.prayers.drafts[-1].whole), "it was not kept")
    at_step(page, "whole")
    page.locator("form[data-send=whole] button[value='1'][aria-pressed=true]").wait_for()
    assert page.evaluate(mark) != before
    assert page.locator("#steps [data-step=whole][data-done]").count() == 1
