"""An author reads how many would change their line, in steps, and never so that one person's answer shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live.leading import Leader
from oneheart.web import held_back
from tests.support.codes import codes
from tests.support.led import led_by_the_test, read_one_line

Open = Callable[..., Any]
CODE = "ABCD3456"


def told_after_each(open_door: Open, monkeypatch: pytest.MonkeyPatch, people: int) -> list[int]:
    """Let everybody say that they would change the author's line; return what the author's page tells after each."""
    monkeypatch.setattr(Leader, "step", led_by_the_test)
    door = open_door()
    author = door.join()
    for _ in range(people - 1):
        door.join()
    wish = door.submit("s0", "wish", ev.DesireSaid(0, "Peace between the tables", "en"))
    door.call(read_one_line, door.gathering, wish)
    told = []
    for seat in range(1, people):
        door.submit(f"s{seat}", f"read-{seat}", ev.LineRead(seat, 0, 0, "would change"))  # type: ignore[arg-type]
        shown = codes(author.get(f"/g/{CODE}").text, "would-change")
        told.append(int(shown[0]) if shown else 0)
    assert not codes(door.join().get(f"/g/{CODE}").text, "would-change"), "nobody else reads it"
    return told


def moves(told: list[int]) -> list[int]:
    return [place for place, (one, next_one) in enumerate(zip([0, *told], told, strict=False)) if one != next_one]


def test_it_is_told_in_steps_and_moves_after_k_people(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    told = told_after_each(open_door, monkeypatch, 18)
    assert max(told) == 3 * disclosure.K
    assert all(count % disclosure.K == 0 for count in told)
    between = [later - earlier for earlier, later in zip(moves(told), moves(told)[1:], strict=False)]
    assert between
    assert min(between) >= disclosure.K


def test_among_up_to_twelve_people_nothing_is_counted(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(told_after_each(open_door, monkeypatch, disclosure.SMALL - 1)) == {0}


def test_in_a_build_that_counts_every_answer_each_of_them_shows(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_back, "enough_people_changed", lambda *_: True)
    monkeypatch.setattr(disclosure, "in_steps", lambda count, *_: count)
    told = told_after_each(open_door, monkeypatch, 18)
    assert moves(told) == [*range(17)]
