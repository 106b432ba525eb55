"""The circle's page: duty, line, carried desire, people without phones; nobody named, nobody counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.offered import Purpose, alias_for
from tests.support.codes import codes, text_at
from tests.support.sheets import read_sheet

CODE = "ABCD3456"
AT = f"/g/{CODE}/circle"
Open = Callable[..., Any]


@pytest.fixture
def door(open_door: Open) -> Any:
    """Return a gathering with two circles."""
    opened = open_door()
    opened.submit("h0", "circle-0", ev.CircleAdded("Olive", "olive"))
    opened.submit("h0", "circle-1", ev.CircleAdded("", "second"))
    return opened


def people(door: Any, count: int, *, circle: int = 0) -> list[Any]:
    out = []
    for number in range(count):
        out.append(door.join(circle=str(circle)))
        door.say(out[-1], f"Wish {number} of circle {circle}", key=f"wish-{circle}-{number}")
    return out


def steward(door: Any, browser: Any) -> Any:
    seat = door.seat(browser)
    door.submit("h0", f"duty-{seat:04}", ev.DutyGiven(door.gathering.state.seats[seat].circle, seat))
    return browser


def test_somebody_without_a_circle_has_no_such_page(door: Any) -> None:
    browser = door.join()
    assert browser.get(AT).headers["location"] == f"/g/{CODE}"
    assert AT not in browser.get(f"/g/{CODE}").text
    assert browser.post(f"{AT}/steward", data={"on": "1"}).headers["location"] == f"/g/{CODE}"


def test_one_holds_the_duty_at_a_time_and_leaves_it(door: Any) -> None:
    first, second = people(door, 2)
    steward(door, first)
    steward(door, second)
    assert [seat.steward for seat in door.gathering.state.seats] == [False, True]
    second.post(f"{AT}/steward", data={"key": "leave-it", "on": "0"})
    assert [seat.steward for seat in door.gathering.state.seats] == [False, False]
    assert 'id="take-duty"' in second.get(AT).text


def test_the_circles_desires_are_listed_for_five_people_and_not_for_four(door: Any) -> None:
    four = people(door, 4)
    page = steward(door, four[0]).get(AT).text
    assert "Wish 1" not in page
    door.say(door.join(circle="0"), "The fifth wish")
    door.move("crossing")  # what nobody is told yet comes now
    page = four[0].get(AT).text
    for wish in ("Wish 1", "Wish 2", "Wish 3", "The fifth wish"):
        assert wish in page
    assert "Wish 1" not in four[1].get(AT).text  # without the duty there is no list


def test_people_whom_one_added_oneself_do_not_make_a_circle_of_five(door: Any) -> None:
    two = people(door, 2)
    steward(door, two[0])
    for number in range(4):
        two[0].post(f"{AT}/scribe", data={"key": f"somebody-{number}", "doing": "new"})
    assert door.gathering.state.circles[0].seats == 6
    page = two[0].get(AT).text
    assert "Wish 1" not in page


def test_the_line_is_written_and_replaced_and_one_desire_is_carried(door: Any) -> None:
    five = people(door, 5)
    door.move("crossing")
    browser = steward(door, five[0])
    state = door.gathering.state
    first, second = (door.alias(browser, number, Purpose.CIRCLE) for number in (1, 2))
    begun = browser.get(f"{AT}?from={first}").text
    assert ">Wish 1 of circle 0</textarea>" in begun
    browser.post(f"{AT}/line", data={"key": "line-one", "text": "Wish one, together", "from": first})
    line = state.circles[0].line
    assert (state.desires[line].text, state.desires[line].grew_from) == ("Wish one, together", 1)
    browser.post(f"{AT}/line", data={"key": "line-two", "text": "Another line"})
    assert state.desires[line].withdrawn
    assert "Another line" in five[3].get(AT).text
    shown, replaced = five[3].get(AT).text.split('id="replaced"')
    assert "Wish one, together" not in shown
    assert "Wish one, together" in replaced
    browser.post(f"{AT}/carry", data={"key": "carry-one", "desire": second})
    carried = state.desires[state.circles[0].carried]
    assert (carried.text, carried.carried_by, carried.grew_from) == ("Wish 2 of circle 0", 0, 2)
    browser.post(f"{AT}/carry", data={"key": "carry-two", "text": "Something else"})
    assert state.desires[state.circles[0].carried].text == "Something else"


def test_what_blocks_a_line_is_told_beside_it(door: Any) -> None:
    browser = steward(door, people(door, 1)[0])
    for path in ("line", "carry"):
        answer = browser.post(f"{AT}/{path}", data={"text": "a" * 141})
        assert answer.status_code == 422
        assert codes(answer.text, "hint") == ["too long"]
        assert "140" in text_at(answer.text, "data-hint", "too long")
        assert "a" * 141 in answer.text
    assert door.gathering.state.circles[0].line is None


def test_another_circles_desire_is_not_carried_by_any_name(door: Any) -> None:
    people(door, 5, circle=1)
    five = people(door, 5)
    browser = steward(door, five[0])
    for place, name in enumerate(("0", door.alias(browser, 0, Purpose.CIRCLE), door.alias(browser, 6))):
        assert browser.post(f"{AT}/carry", data={"key": f"not-ours-{place}", "desire": name}).status_code == 404
        assert "of circle 1" not in browser.get(f"{AT}?from={name}").text
    line = {"key": "a-line-of-ours", "text": "Ours", "from": door.alias(browser, 6)}
    assert browser.post(f"{AT}/line", data=line).status_code == 404


@pytest.mark.parametrize("path", ["line", "carry", "scribe", "done"])
def test_only_whoever_holds_the_duty_may(door: Any, path: str) -> None:
    browser = people(door, 1)[0]
    answer = browser.post(f"{AT}/{path}", data={"text": "No", "doing": "new", "on": "1"})
    assert answer.status_code == 403
    assert door.gathering.state.circles[0].line is None
    assert not door.gathering.state.circles[0].done


def test_a_person_without_a_phone_has_a_place_words_and_answers_of_their_own(door: Any) -> None:
    two = people(door, 2)
    browser = steward(door, two[0])
    new = {"key": "a-new-person", "doing": "new", "language": "he"}
    for _ in range(2):
        made = browser.post(f"{AT}/scribe", data=new)
        assert made.headers["location"] == f"{AT}/sheet?page=1#person-1"
    state = door.gathering.state
    scribed = state.seats[2]
    assert (scribed.circle, scribed.scribe, scribed.language, scribed.secret_hash) == (0, 0, "he", "")
    page = read_sheet(browser.get(f"{AT}/sheet").text)
    browser.post(f"{AT}/sheet", data={**page.hidden, page.named("say")[0]: "שנשב יחד"})
    assert (state.desires[2].author, state.desires[2].language) == (2, "he")
    who = page.named("say")[0].removeprefix("say.")
    answer = f"card.{who}.{alias_for(door.gathering, Purpose.CARD, 2, 1)}"
    browser.post(f"{AT}/sheet", data={"sheet_key": "they-answer", answer: "0"})
    assert state.tally.answered(2) == {1: 0}
    odd = browser.post(f"{AT}/sheet", data={"sheet_key": "odd-stance", answer: "7"})
    assert (odd.status_code, state.tally.answered(2)) == (422, {1: 0})
    browser.post(f"{AT}/sheet/erase", data={"key": "erase-them", "person": who})
    assert not door.gathering.state.seats[2].alive
    assert "person-1" not in browser.get(f"{AT}/sheet").text


def test_nobody_types_for_people_of_a_circle_without_its_duty(door: Any) -> None:
    first, second = people(door, 2)
    steward(door, first).post(f"{AT}/scribe", data={"key": "one-person", "doing": "new"})
    page = read_sheet(first.get(f"{AT}/sheet").text)
    theirs = {**page.hidden, page.named("say")[0]: "Not mine to say"}
    assert second.post(f"{AT}/sheet", data=theirs).status_code == 403
    steward(door, second)
    assert first.post(f"{AT}/sheet", data=theirs).status_code == 403
    assert second.post(f"{AT}/sheet", data=theirs).status_code == 422, "the alias was not given to this steward"
    own = read_sheet(second.get(f"{AT}/sheet").text)
    said = {**own.hidden, own.named("say")[0]: "Said with the duty"}
    assert second.post(f"{AT}/sheet", data=said).status_code == 303
    assert all(desire.text != "Not mine to say" for desire in door.gathering.state.desires)


def test_done_and_not_done_after_all(door: Any) -> None:
    browser = steward(door, people(door, 1)[0])
    browser.post(f"{AT}/done", data={"key": "we-are-done", "on": "1"})
    assert door.gathering.state.circles[0].done
    assert 'id="is-done"' in browser.get(AT).text
    browser.post(f"{AT}/done", data={"key": "not-at-all", "on": "0"})
    assert not door.gathering.state.circles[0].done
    assert 'id="is-done"' not in browser.get(AT).text


def test_when_it_has_ended_nothing_can_be_done_and_words_are_kept_on_the_page(door: Any) -> None:
    browser = steward(door, people(door, 1)[0])
    door.submit("h0", "the-end", ev.Ended())
    assert "<form" not in browser.get(AT).text
    late = browser.post(f"{AT}/line", data={"text": "A late line"})
    assert late.status_code == 409
    assert "A late line" in late.text


def test_the_three_nearest_to_all_stand_first_in_a_circle_of_more_than_twelve(door: Any) -> None:
    many = people(door, 13)
    state = door.gathering.state
    wish = {desire.text: number for number, desire in enumerate(state.desires)}
    liked = [wish[f"Wish {n} of circle 0"] for n in (2, 5, 7)]
    assert 'id="nearest"' not in steward(door, many[0]).get(AT).text
    for browser in many:
        seat = door.seat(browser)
        for number in wish.values():
            if state.desires[number].author != seat:
                door.submit(f"s{seat}", f"r-{seat:03}-{number:03}", ev.Responded(seat, number, int(number in liked)))
    assert 'id="nearest"' not in many[0].get(AT).text, "while the stage goes on"
    door.move("crossing")
    nearest = many[0].get(AT).text.split('id="nearest"')[1].split("</ul>")[0]
    assert [n for n in range(10) if f"Wish {n} of" in nearest] == [2, 5, 7]


def test_a_ten_reads_whether_all_have_answered_its_line_and_nobody_is_counted(door: Any) -> None:
    ten = people(door, 10)
    steward(door, ten[0]).post(f"{AT}/line", data={"key": "our-line-1", "text": "Bread and peace for all"})
    line = door.gathering.state.circles[0].line
    for place, browser in enumerate(ten[1:]):
        page = browser.get(AT).text
        assert 'id="say-line"' in page
        assert codes(page, "verdict") == ["not all answered"]
        data = {"key": f"line-{place:06}", "desire": door.alias(browser, line), "stance": "1", "back": "circle"}
        assert browser.post(f"/g/{CODE}/respond", data=data).headers["location"] == AT
        assert 'id="say-line"' not in browser.get(AT).text
    assert codes(ten[0].get(AT).text, "verdict") == ["all answered"]


def test_a_circle_reads_in_words_what_part_of_the_text_is_its_own_and_few_people_read_nothing(door: Any) -> None:
    all_want, nobody_was_asked = people(door, 14), people(door, 13, circle=1)
    seats = [door.seat(browser) for browser in all_want]
    for seat in seats[1:]:
        door.submit(f"s{seat}", f"want-{seat:04}", ev.Responded(seat, 0, 1))
    assert 'id="share"' not in all_want[0].get(AT).text
    door.move("crossing")
    door.move("weaving")
    end = time.monotonic() + 20
    while not door.gathering.state.prayers.drafts:
        assert time.monotonic() < end, "no text was woven"
        time.sleep(0.02)
    assert [line.cites for line in door.gathering.state.prayers.drafts[0].body.lines] == [[0]]
    assert codes(all_want[0].get(AT).text, "share") == ["most"]
    assert codes(nobody_was_asked[0].get(AT).text, "share") == ["few"]
    leaving = door.seat(nobody_was_asked[12])
    door.submit(f"s{leaving}", "to-olive", ev.SeatChanged(leaving, circle=0))
    assert 'id="share"' not in nobody_was_asked[0].get(AT).text, "twelve people: a word would tell of one"
