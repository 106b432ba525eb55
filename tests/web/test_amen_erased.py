"""Who erases everything does not tell whether they said amen: the number that was told does not go down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.engine import disclosure
from oneheart.live.snapshot import take
from oneheart.live.state.text import Prayers

Open = Callable[..., Any]
HOME = "/g/ABCD3456"


def told_of_who_erases(door: Any) -> tuple[int, int]:
    """Let five people say amen and one of them erase everything; return what the hall tells before and after."""
    people = [door.join() for _ in range(7)]
    door.say(people[6], "May all be well")
    door.lead_to("said")
    for number, browser in enumerate(people[:5]):
        assert browser.post(f"{HOME}/amen", data={"key": f"amen-{number:04}"}).status_code == 303
    told = []
    for _ in range(2):
        text = take(door.gathering.state).text
        assert text is not None
        told.append(disclosure.count_of(text.amen))
        people[0].post(f"{HOME}/erase", data={"sure": "yes", "key": "erase-0001"})
        assert not door.gathering.state.people.sits(0)
    return told[0], told[1]


def test_who_erases_everything_does_not_tell_whether_they_said_amen(open_door: Open) -> None:
    assert told_of_who_erases(open_door()) == (5, 5)


def test_in_a_build_that_takes_nothing_over_they_tell_it(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Prayers, "keep_amen", lambda *_: None)
    assert told_of_who_erases(open_door()) == (5, 0)
