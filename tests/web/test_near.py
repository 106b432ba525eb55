"""A person's page of being near, wanting alike and feeling near: three things, apart, and nothing of anybody else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.seating_plan import draw_seats
from oneheart.web.host.table_draw import may_sit
from oneheart.web.phone.together import CIRCLES
from tests.support.codes import codes, text_at

Open = Callable[..., Any]
HOME = "/g/ABCD3456"
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def block(page: str, name: str) -> str:
    """Return one section of the page as a person reads it."""
    inside = page.split(f'<h2 id="{name}">')[1].split("</section>", maxsplit=1)[0]
    return html.unescape(inside)


def near(browser: Any) -> str:
    answer = browser.get(f"{HOME}/near")
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def present(door: Any, seat: int, occasion: int = 0) -> None:
    door.submit(f"s{seat}", f"there-{occasion}", ev.Present(seat, occasion))


@pytest.fixture
def hall(open_door: Open) -> Any:
    """Return a gathering with two occasions, four desires of the hosts, and fourteen people without phones."""
    door = open_door()
    door.submit("h0", "meal", ev.OccasionAdded("Evening meal", "meal", "MEAL42"))
    door.submit("h0", "night", ev.OccasionAdded("Night", "night", "NIGHT7"))
    for number in range(4):
        door.submit("h0", f"seed-{number}", ev.DesireSaid(None, f"Seed {number}", "en"))
    for number in range(14):
        door.submit("door", f"seat-{number}", ev.SeatTaken(f"hash-{number}", "en"))
    return door


def answer(door: Any, seat: int, *stances: int) -> None:
    for desire, stance in enumerate(stances):
        door.submit(f"s{seat}", f"answer-{seat}-{desire}-{stance}", ev.Responded(seat, desire, stance))


# --- being together ---------------------------------------------------------------------------------------------------


def test_where_one_was_is_told_with_how_many_others_in_steps_of_five(hall: Any) -> None:
    browser = hall.join()
    assert 'id="not-been"' in block(near(browser), "been")
    browser.post(f"{HOME}/present", data={"key": "present-1", "code": "MEAL42"})
    told = []
    for seat in range(14):
        present(hall, seat)
        told.append(block(near(browser), "been"))
    assert [codes(page, "others") for page in told] == [["0"]] * 4 + [["5"]] * 5 + [["10"]] * 5
    assert "10" in text_at(told[-1], "data-others", "10")
    assert not NUMBER.search(text_at(told[0], "data-others", "0"))
    assert "Night" not in told[-1]


def test_nobody_sees_where_another_was(hall: Any) -> None:
    mine, other = hall.join(), hall.join()
    mine.post(f"{HOME}/present", data={"key": "present-1", "code": "MEAL42"})
    assert "Evening meal" in block(near(mine), "been")
    assert "Evening meal" not in block(near(other), "been")


def test_a_person_reads_their_own_table_and_nobody_elses(hall: Any) -> None:
    browsers = [hall.join() for _ in range(6)]
    hall.submit("h0", "draw", draw(hall, size=5))
    drawn = hall.gathering.state.company.drawn[0]
    for browser in browsers:
        seat = hall.seat(browser)
        page = near(browser)
        table = str(drawn.table_of[seat] + 1)
        for shown in (page, browser.get(f"{HOME}/mine").text):
            assert codes(shown, "table") == NUMBER.findall(text_at(shown, "data-table", table)) == [table]
    late = hall.join()
    assert codes(near(late), "table") == []
    assert late.get(f"{HOME}/mine.json").json()["tables"] == {}
    assert set(browsers[0].get(f"{HOME}/mine.json").json()["tables"]) == {"Evening meal"}


def draw(door: Any, *, size: int, times: int = 0) -> ev.SeatsDrawn:
    return draw_seats(may_sit(door.gathering.state), 0, size, same_language=False, times=times, seed=1)


def test_whoever_writes_for_somebody_reads_that_persons_table_too(hall: Any) -> None:
    circle = len(hall.gathering.state.circles)
    hall.submit("h0", "circle-of-a-scribe", ev.CircleAdded("", "of-a-scribe"))
    browser = hall.join(circle=str(circle))
    hall.submit("h0", "duty-of-a-scribe", ev.DutyGiven(circle, hall.seat(browser)))
    hall.submit("door", "scribed", ev.SeatTaken("", "en", circle=circle, scribe=hall.seat(browser), bounded=True))
    hall.submit("h0", "draw", draw(hall, size=5))
    table = hall.gathering.state.company.drawn[0].table_of[hall.seat(browser) + 1]
    assert codes(near(browser), "table-of-other") == [str(table + 1)]
    assert str(table + 1) in text_at(near(browser), "data-table-of-other", str(table + 1))


# --- wanting alike ----------------------------------------------------------------------------------------------------


def test_a_part_is_told_in_words_at_the_end_of_a_stage_of_more_than_twelve_people(hall: Any) -> None:
    browser = hall.join()
    seat = hall.seat(browser)
    answer(hall, seat, 1, 1, 1)
    for other in range(8):
        answer(hall, other, 1, 1, 1)
    assert codes(block(near(browser), "part"), "band") == ["not measured"]
    for other in range(8, 14):
        answer(hall, other, 1, 1, 1)
    assert codes(block(near(browser), "part"), "band") == ["not measured"], "while the stage goes on"
    hall.move("crossing")
    answer(hall, seat, 1, 1, 0)  # their own change is seen at once
    page = block(near(browser), "part")
    assert codes(page, "band") == ["most"]
    assert "Seed 0" in page
    assert "Seed 2" not in page, "what one does not want oneself is not held in common"
    assert NUMBER.findall(re.sub(r"Seed \d|<[^>]*>", "", page)) == []


def test_who_wants_what_few_want_is_not_shamed(hall: Any) -> None:
    browser = hall.join()
    answer(hall, hall.seat(browser), 0, 0, 1)
    for other in range(14):
        answer(hall, other, 1, 1, 0)
    hall.move("crossing")
    assert codes(block(near(browser), "part"), "band") == ["few"]


def test_the_words_do_not_move_with_one_answer_of_another(hall: Any) -> None:
    browser = hall.join()
    answer(hall, hall.seat(browser), 1)
    for other in range(12):
        answer(hall, other, 1)
    hall.move("crossing")
    before = block(near(browser), "part")
    assert codes(before, "band") == ["most"]
    for other in range(12):
        answer(hall, other, 0)
        assert block(near(browser), "part") == before


# --- feeling near -----------------------------------------------------------------------------------------------------


def felt(browser: Any, value: object, when: str = "start", key: str = "") -> Any:
    data = {"key": key or f"felt-{when}-{value}", "value": str(value), "when": when}
    return browser.post(f"{HOME}/felt", data=data)


def test_seven_circles_are_asked_once_as_people_come_and_once_later(hall: Any) -> None:
    browser = hall.join()
    seat = hall.seat(browser)
    page = block(near(browser), "felt")
    assert page.count('type="radio"') == CIRCLES
    assert 'name="when" value="start"' in page
    assert felt(browser, 3).headers["location"] == f"{HOME}/near#felt"
    assert 'id="felt-kept"' in near(browser)
    assert felt(browser, 5, "end").status_code == 409, "the end is not asked at the start"
    hall.move("weaving")
    assert felt(browser, 6).status_code == 409, "the start is over"
    assert felt(browser, 5, "end", "felt-again").status_code == 303
    assert hall.gathering.state.company.felt == {"start": {seat: 3}, "end": {seat: 5}}
    assert "3" in text_at(near(browser), "id", "felt-before")
    assert browser.get(f"{HOME}/mine.json").json()["felt"] == {"start": 3, "end": 5}
    felt(browser, 0, "end")
    assert hall.gathering.state.company.felt["end"] == {}


@pytest.mark.parametrize("value", ["8", "-1", "", "x", "3.5", "٣"])
def test_what_is_none_of_the_seven_is_refused(hall: Any, value: str) -> None:
    browser = hall.join()
    assert felt(browser, value, key="felt-odd-value").status_code == 404
    assert felt(browser, 3, "tomorrow").status_code == 404
    assert hall.gathering.state.company.felt == {"start": {}, "end": {}}


def test_felt_nearness_changes_nothing_else_on_the_page(hall: Any) -> None:
    browser = hall.join()
    answer(hall, hall.seat(browser), 1, 1)
    for other in range(14):
        answer(hall, other, 1, 0)
        present(hall, other)
    browser.post(f"{HOME}/present", data={"key": "present-1", "code": "MEAL42"})
    before = near(browser)
    felt(browser, 7)
    after = near(browser)
    for name in ("been", "part"):
        assert block(before, name) == block(after, name)


# --- one's own, and the end -------------------------------------------------------------------------------------------


def test_no_number_on_the_page_is_made_of_both(hall: Any) -> None:
    """Being there moves the first block alone, answers the second alone: nothing on the page depends on both."""
    browser = hall.join()
    seat = hall.seat(browser)
    for other in range(14):
        answer(hall, other, 1, 1)
    hall.move("crossing")
    empty = near(browser)
    browser.post(f"{HOME}/present", data={"key": "present-1", "code": "MEAL42"})
    for other in range(14):
        present(hall, other)
    there = near(browser)
    answer(hall, seat, 1, 1)
    both = near(browser)
    assert block(empty, "been") != block(there, "been") == block(both, "been")
    assert block(empty, "part") == block(there, "part") != block(both, "part")
    keyless = [re.sub(r'name="key" value="\w+"', "", block(page, "felt")) for page in (empty, there, both)]
    assert len(set(keyless)) == 1


def test_erasing_takes_presence_table_and_felt_away(hall: Any) -> None:
    browser = hall.join()
    seat = hall.seat(browser)
    hall.submit("h0", "draw", draw(hall, size=5))
    browser.post(f"{HOME}/present", data={"key": "present-1", "code": "MEAL42"})
    felt(browser, 6)
    browser.post(f"{HOME}/erase", data={"sure": "yes", "key": "erase-all"})
    state = hall.gathering.state
    assert state.occasions[0].present == 0
    assert state.company.felt == {"start": {}, "end": {}}
    assert seat not in state.company.drawn[0].table_of
    assert len(state.company.drawn[0].table_of) == 14
    assert browser.get(f"{HOME}/near").status_code == 303


def test_after_the_end_it_can_be_read_and_nothing_is_asked(hall: Any) -> None:
    browser = hall.join()
    felt(browser, 4)
    hall.submit("h0", "over", ev.Ended())
    page = near(browser)
    assert 'type="radio"' not in page
    assert 'id="over"' in page
    assert felt(browser, 5, "end").status_code == 409


def test_a_restart_keeps_tables_and_felt(hall: Any) -> None:
    browser = hall.join()
    hall.submit("h0", "draw", draw(hall, size=5))
    felt(browser, 2)
    before = hall.gathering.state
    hall.gathering._build()  # noqa: SLF001  what a restart does
    after = hall.gathering.state
    assert after is not before
    assert after.digest() == before.digest()
    assert after.company.drawn == before.company.drawn


def test_a_reloaded_form_leads_back_to_the_page(hall: Any) -> None:
    reloaded = hall.join().get(f"{HOME}/felt")
    assert (reloaded.status_code, reloaded.headers["location"]) == (303, f"{HOME}/near")


@pytest.mark.parametrize("language", ["he", "ru", "es"])
def test_the_page_is_whole_in_every_language(hall: Any, language: str) -> None:
    browser = hall.join(language=language)
    hall.submit("h0", "draw", draw(hall, size=5))
    browser.post(f"{HOME}/present", data={"key": "present-1", "code": "MEAL42"})
    page = re.sub(r"<[^>]*>|Evening meal|Desert|Seed \d", " ", near(browser).split("<main")[1].split(">", 1)[1])
    assert re.findall(r"[A-Za-z]{4,}", page) == [] if language in {"he", "ru"} else "Your" not in page


# --- the hall: only the whole -----------------------------------------------------------------------------------------


def test_the_hall_reads_a_word_for_the_whole_only_once_answers_are_closed(
    hall: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def rest() -> None:
        """Weave nothing: once there is a text, it says more than a word."""

    monkeypatch.setattr(hall.house.leaders[hall.gathering.code], "step", rest)
    for other in range(14):
        answer(hall, other, 1, 1)
    words = "Much of what people want here, they want alike."
    shown = re.compile(r'<p data-alike="(\w+)">')
    hall.gathering.tick()
    assert shown.findall(hall.browser().get("/hall/ABCD3456").text) == []
    hall.move("weaving")
    hall.gathering.tick()
    page = hall.browser().get("/hall/ABCD3456").text
    assert (shown.findall(page), words in page) == (["much"], True)
    assert not re.search(r'id="alike"[^>]*hidden', page)


def test_the_hall_says_nothing_of_fewer_than_ten_answers(hall: Any) -> None:
    for other in range(9):
        answer(hall, other, 1)
    hall.move("weaving")
    hall.gathering.tick()
    assert hall.gathering.snapshot.alike == ""
