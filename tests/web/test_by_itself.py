"""A programme that runs by itself: each step comes when its time is over, but the moment of saying never does."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import by_itself
from oneheart.live import events as ev
from oneheart.model.round import Stage
from oneheart.web.host.calendar import calendar_of
from tests.support.desks import Desk

Open = Callable[..., Any]
_HOUR_MS = 3_600_000


class Days:
    """A gathering with the programme of days, whose clock the test moves.

    Attributes:
        desk: of its host.
    """

    def __init__(self, door: Any, monkeypatch: pytest.MonkeyPatch, **fields: str) -> None:
        """Take the programme and begin it."""
        self.desk = Desk(door)
        self.gathering = door.gathering
        self._now = door.gathering.now()
        monkeypatch.setattr(door.gathering, "now", lambda: self._now)
        monkeypatch.setattr(door.gathering._log, "_now", lambda: self._now)  # noqa: SLF001  it dates the events
        door.submit("h0", "seed", ev.DesireSaid(None, "Peace in every house", "en"))
        assert self.desk.do("programme", ready="days", questions="", **fields).status_code == 303
        assert self.desk.do("step", step=0, version=0).status_code == 303

    def later(self, hours: float) -> None:
        """Let time pass."""
        self._now += round(_HOUR_MS * hours)

    def reaches(self, stage: Stage) -> bool:
        """Return whether the round comes to a stage by itself."""
        end = time.monotonic() + 20
        while self.gathering.state.stage is not stage and time.monotonic() < end:
            time.sleep(0.02)
        return self.gathering.state.stage is stage

    def stays(self) -> bool:
        """Return whether the round stays where it is for several turns of the house."""
        version = self.gathering.state.version
        time.sleep(0.4)
        return bool(self.gathering.state.version == version)


def test_each_step_comes_when_its_time_is_over_and_not_before(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    days = Days(open_door(), monkeypatch, by_itself="1")
    days.later(23.9)
    assert days.stays()
    days.later(0.2)
    assert days.reaches(Stage.CROSSING)
    days.later(24.1)
    assert days.reaches(Stage.WEAVING)
    assert "data-by-itself" in days.desk.page("/programme")


def test_without_that_choice_a_host_presses_each_step(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    days = Days(open_door(), monkeypatch)
    days.later(30)
    assert days.stays()
    assert days.gathering.state.stage is Stage.OPEN


def test_a_step_that_was_undone_does_not_come_again_at_once(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    days = Days(open_door(), monkeypatch, by_itself="1")
    days.later(24.1)
    assert days.reaches(Stage.CROSSING)
    assert days.desk.do("undo-stage", version=days.gathering.state.version).status_code == 303
    assert days.stays()
    assert (days.gathering.state.stage, days.gathering.state.round) == (Stage.OPEN, 1)


def test_nobody_says_the_text_by_itself(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    days = Days(open_door(), monkeypatch, by_itself="1")
    state = days.gathering.state
    state.course.step = [step.stage for step in state.programme].index(Stage.SEALED)
    state.course.clock = 1
    due = by_itself.step_due
    assert due(state, days.gathering.now()) is None
    state.course.step = 0
    assert due(state, days.gathering.now()) == 1, "another step would come"


def test_times_leave_as_a_calendar_file(open_door: Open) -> None:
    door = open_door()
    begins = 1_800_000_000_000
    door.submit("h0", "meal", ev.OccasionAdded("Bread, salt", "meal", "MEAL3456", {}, begins, begins + _HOUR_MS))
    door.submit("h0", "clock", ev.ClockSet(7200))
    desk = Desk(door)
    sent = desk.browser.get(f"{desk.home}/calendar.ics")
    assert sent.headers["content-type"].startswith("text/calendar")
    lines = sent.content.decode().split("\r\n")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    assert "DTSTART:20270115T080000Z" in lines
    assert "SUMMARY:Bread\\, salt" in lines


def test_long_lines_are_folded_between_letters() -> None:
    body = calendar_of("שולחן" * 40, "http://10.0.0.7", [("a@b", "מילים" * 40, 0, 1000)], 0)
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    unfolded = re.sub(r"\r\n ", "", body)
    assert f"SUMMARY:{'מילים' * 40}" in unfolded
