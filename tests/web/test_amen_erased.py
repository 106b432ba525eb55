"""Who erases everything does not tell what they did: no number that was told goes down, after a restart neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live.rebuild import replay, replay_to
from oneheart.live.snapshot import take
from oneheart.live.state import State
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
    monkeypatch.setattr(State, "take_over", lambda *_: None)
    assert told_of_who_erases(open_door()) == (5, 0)


def told_over_a_restart(door: Any) -> tuple[object, object, object]:
    """Let one of five who said amen and ask that all become one erase everything; return what is told then.

    Returns:
        What is told before, what a new server tells, and what an output tells whose basis is the newest event.
    """
    people = [door.join() for _ in range(7)]
    for number, browser in enumerate(people[:5]):
        browser.post(f"{HOME}/demand", data={"key": f"demand-{number:04}", "on": "1"})
    for number in range(5):
        door.submit(f"s{number}", f"say-{number}", ev.DesireSaid(number, f"May all be well, {number}", "en"))
    door.lead_to("said")
    for number, browser in enumerate(people[:5]):
        assert browser.post(f"{HOME}/amen", data={"key": f"amen-{number:04}"}).status_code == 303
    before = door.gathering.state.told
    assert (before.amen, before.demand, before.desires) == ([5], 5, 5)
    people[0].post(f"{HOME}/erase", data={"sure": "yes", "key": "erase-0001"})
    assert not door.gathering.state.people.sits(0)
    basis = replay_to(door.gathering._log, door.gathering.state.seq)  # noqa: SLF001  as `holding.given_at`
    return before, replay(door.gathering._log).state.told, basis.told  # noqa: SLF001  as a server that starts


def test_after_a_restart_and_in_an_output_no_number_is_lower_by_who_erased_everything(open_door: Open) -> None:
    before, restarted, output = told_over_a_restart(open_door())
    assert before == restarted == output


def test_in_a_build_whose_erasures_name_no_numbers_a_restart_tells_of_one_person(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(State, "take_over", lambda *_: None)
    before, restarted, output = told_over_a_restart(open_door())
    assert before != restarted
    assert before != output
