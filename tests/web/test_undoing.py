"""What a host can take back: a wrong move of the stage, a wrong end, and two desires wrongly called the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live import undoing
from oneheart.model.round import Stage
from tests.support.aliases import host_alias
from tests.support.desks import Desk

Open = Callable[..., Any]


def later(desk: Desk, monkeypatch: pytest.MonkeyPatch, minutes: float) -> None:
    moved = desk.gathering.now()
    monkeypatch.setattr(desk.gathering, "now", lambda: moved + round(60_000 * minutes))


def wrong_move(desk: Desk) -> Any:
    desk.door.move("crossing")
    desk.door.move("weaving")
    return desk.do("undo-stage", version=desk.gathering.state.version)


def test_a_wrong_move_is_undone_and_cards_are_taken_again(open_door: Open) -> None:
    desk = Desk(open_door())
    assert 'id="undo"' not in desk.page()
    phone = desk.door.join()
    number = desk.door.submit("h0", "seed", ev.DesireSaid(None, "Peace in every house", "en"))
    assert wrong_move(desk).status_code == 303
    state = desk.gathering.state
    assert (state.stage, state.round) == (Stage.CROSSING, 1)
    assert desk.door.submit("s0", "answer", ev.Responded(desk.door.seat(phone), number, 1)) == number
    assert 'id="undo"' not in desk.page(), "what was undone is not undone in turn"
    assert 'data-done="stage taken back"' in desk.page("/log")


def test_after_ten_minutes_a_move_stands(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(open_door())
    desk.door.move("crossing")
    with monkeypatch.context() as patch:
        later(desk, patch, 9.9)
        assert 'id="undo"' in desk.page()
    later(desk, monkeypatch, 10.1)
    assert 'id="undo"' not in desk.page()
    assert desk.do("undo-stage", version=1).status_code == 409
    assert desk.gathering.state.stage is Stage.CROSSING


def test_a_new_round_is_asked_about_and_cannot_be_undone(open_door: Open) -> None:
    desk = Desk(open_door())
    assert 'id="new-round"' not in desk.page(), "it is open already"
    desk.door.move("crossing")
    page = desk.page()
    assert 'id="new-round"' in page
    assert '<option value="open"' not in page, "no stage in the list begins a round unasked"
    desk.door.move("open")
    assert desk.gathering.state.round == 2
    assert 'id="undo"' not in desk.page()
    assert desk.do("undo-stage", version=2).status_code == 409


def test_an_end_is_taken_back_within_ten_minutes(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(open_door())
    for minutes, goes_on in ((9.9, True), (10.1, False)):
        desk.browser.post(f"{desk.home}/end", data={"what": "end"})
        assert desk.gathering.state.ended
        with monkeypatch.context() as patch:
            later(desk, patch, minutes)
            assert ('id="reopen"' in desk.page("/end")) == goes_on
            sent = desk.browser.post(f"{desk.home}/end", data={"what": "reopen"})
        assert sent.status_code == (303 if goes_on else 409)
        assert desk.gathering.state.ended is not goes_on


def called_the_same(door: Any) -> tuple[Desk, int]:
    one = door.submit("h0", "one", ev.DesireSaid(None, "Peace", "en"))
    other = door.submit("h0", "other", ev.DesireSaid(None, "שלום", "he"))
    first, second = Desk(door), Desk(door)
    for desk in (first, second):
        pair = {"desire": alias(desk, other), "same_as": alias(desk, one)}
        assert desk.do("same", **pair).status_code == 303
    return second, other


def alias(desk: Desk, number: int) -> str:
    hosts = desk.gathering.state.course.hosts_standing
    return (
        host_alias(desk.gathering, number, host=int(re.findall(r'data-host="(\d+)"', desk.page())[0]) - 1)
        if hosts
        else ""
    )


def test_two_desires_wrongly_called_the_same_are_taken_apart(open_door: Open) -> None:
    door = open_door()
    desk, other = called_the_same(door)
    assert door.gathering.state.desires[other].same_as == 0
    assert 'id="joined"' in desk.page()
    assert desk.do("not-same", desire=alias(desk, other)).status_code == 303
    assert door.gathering.state.desires[other].same_as is None
    assert 'id="joined"' not in desk.page()


def test_a_build_that_undoes_for_ever_is_found_out(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "UNDO_MS", 10**12)
    desk = Desk(open_door())
    desk.door.move("crossing")
    later(desk, monkeypatch, 10.1)
    assert desk.do("undo-stage", version=1).status_code == 303
    assert desk.gathering.state.stage is Stage.OPEN
