"""The desk on a small phone: in every stage the next step stands on the first screen, and says what it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.model.round import Stage

SMALL = {"width": 360, "height": 640}
IN_VIEW = """() => {
  const box = document.querySelector("[data-next-step]").getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight && box.width > 0;
}"""
NAMES = """() => [...document.querySelectorAll("main button")].filter((one) => one.checkVisibility())
  .map((one) => one.textContent.trim())"""


def opened(hall: Any, watched: Callable[..., Any], language: str, **look: Any) -> Any:
    """Return the desk of a host on a small phone."""
    page = watched(hall.url, viewport=SMALL, **look).page()
    page.goto(f"{hall.url}/host/enter/{hall.house.invite(hall.code)}?lang={language}")
    page.click("button.primary")
    page.wait_for_url(f"**/host/{hall.code}*")
    page.goto(f"{hall.url}/host/{hall.code}?lang={language}")
    return page


@pytest.mark.parametrize(("language", "look"), [("en", {}), ("he", {"color_scheme": "dark"}), ("ru", {})])
def test_the_next_step_stands_on_the_first_screen_in_every_stage(
    serve: Callable[..., Any], watched: Callable[..., Any], language: str, look: dict[str, Any]
) -> None:
    hall = serve()
    for number in range(12):
        hall.say(f"A wish {number}")
    desk = opened(hall, watched, language, **look)
    seen = []
    for stage in Stage:
        if stage is not Stage.OPEN:
            hall.lead_to(stage.value)
        desk.goto(f"{hall.url}/host/{hall.code}")
        assert desk.evaluate(IN_VIEW), stage
        assert desk.locator("[data-change]").first.text_content().strip(), stage
        assert not desk.evaluate("document.documentElement.scrollWidth > innerWidth"), stage
        seen.append(desk.locator("[data-next-step]").count())
    assert seen == [1] * len(Stage)


def test_no_two_buttons_of_the_queue_have_one_name(serve: Callable[..., Any], watched: Callable[..., Any]) -> None:
    hall = serve()
    for number in range(12):
        hall.say(f"A wish {number}")
    desk = opened(hall, watched, "en")
    names = desk.evaluate(NAMES)
    assert len(names) > 15
    assert len(names) == len(set(names))


def test_a_wrong_stage_is_undone_by_thumb_and_a_new_round_is_asked_about(
    serve: Callable[..., Any], watched: Callable[..., Any]
) -> None:
    hall = serve()
    hall.submit("h0", "seed", ev.DesireSaid(None, "Peace in every house", "en"))
    desk = opened(hall, watched, "en")
    desk.click("[data-next-step]")
    desk.wait_for_selector("#undo button")
    assert hall.gathering.state.stage is Stage.CROSSING
    desk.click("#undo button")
    desk.wait_for_selector("#undo", state="detached")
    assert (hall.gathering.state.stage, hall.gathering.state.round) == (Stage.OPEN, 1)
    desk.click("[data-next-step]")
    desk.wait_for_selector("#new-round")
    assert not desk.locator("#new-round button").is_visible()
    desk.click("#new-round summary")
    assert desk.locator("#new-round [data-change]").is_visible()
    desk.click("#new-round button")
    desk.wait_for_selector("#new-round", state="detached")
    assert hall.gathering.state.round == 2


def test_hall_and_door_stand_beside_the_desk(serve: Callable[..., Any], watched: Callable[..., Any]) -> None:
    hall = serve()
    desk = opened(hall, watched, "en")
    desk.click("summary:has(#preview)")
    for part in (".of-hall", ".of-phone"):
        desk.locator(part).scroll_into_view_if_needed()
        assert desk.frame_locator(part).locator("main").first.text_content().strip()
    desk.reload()
    assert desk.locator(".of-hall").is_visible(), "what was unfolded stays so"


def test_the_desk_says_that_the_server_is_away_and_loses_no_page(
    serve: Callable[..., Any], watched: Callable[..., Any]
) -> None:
    hall = serve()
    hall.say("Peace in every house")
    desk = opened(hall, watched, "en")
    desk.context.set_offline(True)
    desk.wait_for_selector("#lost", timeout=20_000)
    assert desk.evaluate("document.getElementById('lost').getBoundingClientRect().bottom <= innerHeight")
    desk.click("[data-next-step]")
    assert desk.locator("[data-next-step]").is_visible(), "the desk stands where it stood"
    assert hall.gathering.state.stage is Stage.OPEN
    desk.context.set_offline(False)
    desk.wait_for_selector("#lost", state="hidden", timeout=20_000)
    desk.click("[data-next-step]")
    desk.wait_for_selector("#undo button")
    assert hall.gathering.state.stage is Stage.CROSSING
