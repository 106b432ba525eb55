"""A host closes one place: its person does nothing more, and no number tells what they answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live import seat_ways
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import closing
from tests.privacy.test_between import Looked, differences, gathered
from tests.support.codes import codes
from tests.support.desks import Desk

CODE = "ABCD3456"
HOME = f"/g/{CODE}"
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
