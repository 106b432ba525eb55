"""The desk's page asks whether it is outdated; the answer tells hosts of no tap of one person among many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.state.desires import Desires
from oneheart.live.state.released import Released
from oneheart.web.host import desk as desk_module
from tests.support.codes import codes
from tests.support.desks import Desk

Open = Callable[..., Any]


def marks_of_taps(door: Any) -> list[bool]:
    """Return whether the desk calls itself outdated when one person of ten says a desire and takes it back."""
    desk = Desk(door)
    people = [door.join(door.browser()) for _ in range(10)]
    out = []

    def tap(act: Callable[[], object]) -> None:
        before = desk.browser.get(f"{desk.home}/now").json()
        act()
        out.append(desk.browser.get(f"{desk.home}/now").json() != before)

    tap(lambda: door.say(people[0], "A wish that nobody has met so far"))
    desires = door.gathering.state.desires
    author = desires[len(desires) - 1].author
    tap(lambda: door.submit(f"s{author}", "take-it-back", ev.DesireWithdrawn(author, len(desires) - 1)))
    return out


def test_the_desk_does_not_tell_of_a_desire_that_waits_for_a_batch(open_door: Open) -> None:
    assert marks_of_taps(open_door()) == [False, False]


def test_a_desk_that_counts_every_desire_would_tell_of_each_tap(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Desires, "at_desk", lambda *_: True)
    assert marks_of_taps(open_door()) == [True, True]


def test_the_desk_tells_of_a_batch(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    people = [door.join(door.browser()) for _ in range(10)]
    before = desk.browser.get(f"{desk.home}/now").json()
    for number, phone in enumerate(people):
        door.say(phone, f"A wish of many, the one with number {number}", key=f"wish-of-many-{number:04}")
    assert desk.browser.get(f"{desk.home}/now").json() != before


def model_ages(door: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the desk says of the model behind the cards after each of three acts of one person."""
    monkeypatch.setattr(desk_module, "_NEWEST", 1)
    desk, phone = Desk(door), door.join(door.browser())
    hall = door.gathering
    monkeypatch.setattr(hall, "fitted_seq", hall.state.seq)
    monkeypatch.setattr(hall, "fitted_answers", hall.state.released.responses)
    hall.tick()
    out = []
    for number in range(3):
        door.say(phone, f"One wish of many, number {number}", key=f"one-wish-of-many-{number:04}")
        out += codes(desk.page(), "model")
    return out


def test_the_desk_does_not_count_acts_since_the_last_model(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assert model_ages(open_door(), monkeypatch) == ["newest"] * 3


def test_an_age_in_single_acts_would_count_them(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    door = open_door()
    monkeypatch.setattr(Released, "responses", property(lambda _: door.gathering.state.seq, lambda *_: None))
    assert model_ages(door, monkeypatch) == ["newest", "behind", "behind"]
