"""A host closes one place: its person does nothing more, and no number tells what they answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live import leading, seat_ways
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import closing
from tests.privacy.test_between import Looked, differences, gathered
from tests.support.codes import codes
from tests.support.desks import Desk

CODE = "ABCD3456"
HOME = f"/g/{CODE}"
JSON = {"accept": "application/json"}
Open = Callable[..., Any]


def sign(door: Any, seat: int) -> str:
    return seat_ways.mark_of(door.gathering, seat)


def test_a_closed_place_does_nothing_more_and_can_be_opened_again(open_door: Open) -> None:
    door = open_door()
    person, other, desk = door.join(), door.join(), Desk(door)
    seat = door.seat(person)
    assert door.say(person, "That we share bread").status_code == 303
    without = desk.do("close-seat", code=sign(door, seat), reason=" ")
    assert (without.status_code, codes(without.text, "hint")) == (422, ["no reason"])
    assert desk.do("close-seat", code="WXYZ9999", reason="why").status_code == 404
    assert desk.do("close-seat", code=sign(door, seat), reason="Loud words").status_code == 303
    refused = door.say(person, "That we drink")
    assert refused.status_code == 403
    assert "shut" in codes(refused.text, "why")
    assert door.say(other, "That we sing").status_code == 303
    page = person.get(f"{HOME}/mine").text
    assert codes(page, "closed") == ["1"]
    assert "Loud words" in page
    assert codes(other.get(f"{HOME}/mine").text, "closed") == []
    assert codes(desk.page("/oddities"), "closed") == ["1"]
    assert "seat closed" in codes(desk.page("/log"), "done")
    assert desk.do("open-seat", code=sign(door, seat)).status_code == 303
    assert door.say(person, "That we drink").status_code == 303
    assert codes(person.get(f"{HOME}/mine").text, "closed") == []


def test_what_is_their_own_right_stays_and_nobody_types_for_them(open_door: Open) -> None:
    door = open_door()
    person = door.join()
    seat = door.seat(person)
    wish = door.submit(f"s{seat}", "say-it-once", ev.DesireSaid(seat, "Bread", "en"))
    door.submit("h0", "close-it-now", ev.SeatClosed(seat, on=True, reason="why"))
    for by in (f"s{seat}", "h0"):
        with pytest.raises(Refused) as refused:
            door.submit(by, f"say-by-{by}-more", ev.DesireSaid(seat, "More", "en"))
        assert refused.value.why is Refusal.SHUT
    door.submit(f"s{seat}", "take-it-back", ev.DesireWithdrawn(seat, wish))
    assert person.post(f"{HOME}/erase", data={"key": "erase-it-all", "sure": "yes"}).status_code < 400
    assert not door.gathering.state.people.sits(seat)


def close(looked: Looked) -> None:
    """Let a host close a place of which much counts."""
    looked.do(ev.SeatClosed(9, on=True, reason="why"), "h0")


@pytest.mark.slow
@pytest.mark.proof("A14")
@pytest.mark.parametrize("stage", ["crossing", "weaving", "reading", "sealed"])
def test_no_number_changes_when_one_place_is_closed(stage: str, open_door: Open) -> None:
    looked = gathered(open_door)
    if stage != "crossing":
        looked.door.lead_to(stage)
    state = looked.state
    before = (state.people.count, state.tally.want.tolist(), state.tally.seen_by_all.tolist(), state.released.words)
    told = differences(looked, close)
    after = (state.people.count, state.tally.want.tolist(), state.tally.seen_by_all.tolist(), state.released.words)
    assert before == after
    assert {place for place in told if not place.startswith("host ")} == set(), "hosts see their own act"
    assert set(told) <= {"host /oddities", "host /log", "host /bundle.json"}


def test_where_one_place_alone_is_set_aside_the_counts_before_and_after_differ_by_its_answers(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner: with the whole weight of one seat taken out, whoever finds the edge of a step reads its answers."""

    def aside(_people: Any, body: ev.SeatClosed) -> int:
        state.revoke(ev.SeatsRevoked([body.seat], body.reason), state.seq)
        return body.seat

    looked = gathered(open_door)
    state = looked.state
    monkeypatch.setattr(closing, "close", aside)
    mine = {desire for desire, stance in state.tally.answered(9).items() if stance == 1}
    before = state.tally.want.tolist()
    close(looked)
    after = looked.state.tally.want.tolist()
    assert mine
    assert {desire for desire, (one, two) in enumerate(zip(before, after, strict=True)) if one != two} == mine


PAGES = ("", "?more=1", "?cards=1", "/mine", "/near", "/circle", "/here")
_FORM = re.compile(r'<form\b[^>]*\baction="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)


def offered_through_a_round(open_door: Open) -> tuple[set[str], set[str], set[str]]:
    """Return what the pages of a closed place offer in every stage: addresses, and which of them are refused.

    The third value is the pages that do not tell that the place is closed. Pages of others are asked for first.
    """
    door, offered, refused, silent = open_door(cards=1), set[str](), set[str](), set[str]()
    person, other = door.join(), door.join()
    seat = door.seat(person)
    door.submit("h0", "a-circle", ev.CircleAdded("Ten", "circle-key"))
    for browser, text in ((person, "Bread for all"), (other, "Long songs")):
        door.submit(f"s{door.seat(browser)}", "move", ev.SeatChanged(door.seat(browser), "en", 0))
        door.submit(f"s{door.seat(browser)}", "wish", ev.DesireSaid(door.seat(browser), text, "en"))

    def look() -> None:
        for browser in (other, person):
            for path in PAGES:
                page = browser.get(HOME + path).text
                if browser is person:
                    silent.update([path] * ("data-closed" not in page))
                    offered.update(action for action, _ in _FORM.findall(page))
                    offered.update(re.findall(r'formaction="([^"]*)"', page))

    def move(stage: str) -> None:
        door.submit("h0", f"to-{stage}", ev.StageMoved(stage, door.gathering.state.version))  # type: ignore[arg-type]

    for each in (other, person):  # the page after the last card stands in the cache before the place is closed
        each.get(f"{HOME}?cards=1")
    door.submit("h0", "close-it-now", ev.SeatClosed(seat, on=True, reason="why"))
    look()
    move("crossing")
    look()
    move("weaving")
    door.submit("house", "draft-0", ev.DraftWoven(door.gathering.state.version, [ev.WovenLine([0]), ev.WovenLine([1])]))
    move("reading")
    look()
    lines = [ev.WovenLine([n], follows=n) for n in range(2)]
    move("second reading")
    door.submit("house", "draft-1", ev.DraftWoven(door.gathering.state.version, lines))
    look()
    for address in offered:
        if not address.endswith("/erase"):  # it works, and would end the place
            answer = person.post(address, data={"key": f"try-{len(refused)}-{address[-6:]}"}, headers=JSON)
            refused.update([address] * ("shut" in answer.text))
    return offered, refused, silent


@pytest.fixture
def _woven_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the leader weave nothing, so that the text is the one of the test."""
    monkeypatch.setattr(leading, "needs_weaving", lambda *_: False)
    monkeypatch.setattr(leading, "is_second_due", lambda *_: False)


@pytest.mark.usefixtures("_woven_by_hand")
def test_the_pages_of_a_closed_place_tell_it_and_offer_nothing_that_is_refused(open_door: Open) -> None:
    offered, refused, silent = offered_through_a_round(open_door)
    assert (refused, silent) == (set(), set())
    assert {f"{HOME}/erase", f"{HOME}/withdraw"} <= offered, "what is their own right is still offered"


@pytest.mark.usefixtures("_woven_by_hand")
def test_a_build_that_leaves_every_form_on_them_offers_what_is_refused(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner."""
    monkeypatch.setattr("oneheart.web.pages.without_refused_forms", lambda html: html)
    offered, refused, _ = offered_through_a_round(open_door)
    assert f"{HOME}/read" in offered
    assert f"{HOME}/demand" in refused
