"""The hosts' verdicts on lines move only after k different people changed an answer, so that two tell of no one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.leading import Leader
from oneheart.web import held_back
from tests.support.desks import Desk

Open = Callable[..., Any]
PEOPLE, LINES = 12, 3


async def led_by_the_test(_leader: Leader) -> None:
    """Let the house weave and seal nothing by itself."""


async def read_lines(gathering: Any, wishes: list[int]) -> None:
    """Begin the reading of some lines."""
    version = gathering.state.version
    await gathering.submit("h0", "to-weaving", ev.StageMoved("weaving", version))
    lines = [ev.WovenLine([wish]) for wish in wishes]
    await gathering.submit("house", "draft", ev.DraftWoven(version + 1, lines))
    await gathering.submit("h0", "to-reading", ev.StageMoved("reading", version + 1))


def fewest_between(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> int:
    """Look at the desk after every answer; return how few people changed something between two verdicts.

    This is the attack: between two verdicts with one person between them, a host reads what that person answered.
    """
    monkeypatch.setattr(Leader, "step", led_by_the_test)
    told: list[set[tuple[int, int]]] = []
    judge = judging.judge

    def noted(state: Any, draft: Any) -> Any:
        told.append({(seat, line) for line, seats in enumerate(draft.readings) for seat in seats})
        return judge(state, draft)

    monkeypatch.setattr(judging, "judge", noted)
    door = open_door()
    desk = Desk(door)
    seats = [door.seat(door.join()) for _ in range(PEOPLE)]
    wishes = [door.submit("h0", f"seed-{n}", ev.DesireSaid(None, f"Peace at table {n}", "en")) for n in range(LINES)]
    door.call(read_lines, door.gathering, wishes)
    desk.page()
    for seat in seats:
        for line in range(LINES):
            door.submit(f"s{seat}", f"line-{line}", ev.LineRead(seat, 0, line, "can say"))
            desk.page()
    assert len(told) > 1
    changed = [{seat for seat, _ in before ^ after} for before, after in itertools.pairwise(told)]
    return min(len(seats) for seats in changed)


def test_between_two_verdicts_k_people_changed_an_answer(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assert disclosure.enough(fewest_between(open_door, monkeypatch))


def test_in_a_build_that_judges_after_each_answer_one_did(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_back, "enough_people_changed", lambda before, now, _: before != now)
    assert fewest_between(open_door, monkeypatch) == 1
