"""The desk's page asks whether it is outdated; the answer tells hosts of no tap of one person among many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.state.desires import Desires
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
