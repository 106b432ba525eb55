"""The desk and the API agree: one queue, one log of hosts, and a malformed form that changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from oneheart.model.desire import Decision, Moderation
from tests.support.aliases import host_alias
from tests.support.desks import Desk

Open = Callable[..., Any]
API = "/api/v1/gatherings/ABCD3456/host/queue"


def test_the_desk_and_the_api_list_the_same_desires(open_door: Open) -> None:
    door = open_door()
    people = [door.join(door.browser()) for _ in range(3)]
    texts = [f"wish {letter}" for letter in "abcdefg"]
    for n, text in enumerate(texts):
        door.say(people[n % 3], text)
    state = door.gathering.state
    seats = {state.desires[n].text: state.desires[n].author for n in range(len(texts))}
    number = {state.desires[n].text: n for n in range(len(texts))}
    door.submit("h0", "accept-a", ev.Moderated(number["wish a"], Decision.ACCEPTED))
    door.submit("h0", "reject-b", ev.Moderated(number["wish b"], Decision.REJECTED))
    door.submit("h0", "meta-c", ev.MarkedMeta(number["wish c"], on=True))
    joined = ev.DesireJoined(seats["wish d"], number["wish d"], number["wish a"])
    door.submit(f"s{seats['wish d']}", "join-d", joined)
    withdrawn = ev.DesireWithdrawn(seats["wish e"], number["wish e"])
    door.submit(f"s{seats['wish e']}", "withdraw-e", withdrawn)
    door.submit("h9", "one-more-host", ev.HostSeated(hash_of("of a program")))
    told = door.browser().get(API, headers={"authorization": "Bearer of a program"}).json()
    assert [desire["text"] for desire in told["desires"]] == ["wish f", "wish g"]
    queue = Desk(door).page().split('<h2 id="queue">')[1].split("</section>", maxsplit=1)[0]
    assert [text for text in texts if text in queue] == ["wish f", "wish g"]


def test_the_log_of_hosts_shows_programme_steps_and_the_moment(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    rows = desk.page("/log").count("<li") + desk.page("/log").count("<tr")
    desk.do("programme", ready="ten")
    desk.do("step", step=0, version=door.gathering.state.version)
    page = desk.page("/log")
    assert page.count("<li") + page.count("<tr") == rows + 2


def test_a_programme_form_without_its_field_takes_no_programme_away(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    desk.do("programme", ready="ten")
    steps = len(door.gathering.state.programme)
    assert steps > 0
    assert desk.do("programme").status_code == 404
    assert len(door.gathering.state.programme) == steps
    assert desk.do("programme", ready="").status_code == 303
    assert door.gathering.state.programme == []


@pytest.mark.parametrize("minutes", ["1.0", "20 ", "abc", "-5", "٣٠", None])
def test_a_malformed_clock_changes_no_clock(open_door: Open, minutes: str | None) -> None:
    door = open_door()
    desk = Desk(door)
    desk.do("clock", minutes="30")
    clock = door.gathering.state.clock
    assert clock is not None
    assert desk.do("clock", **({} if minutes is None else {"minutes": minutes})).status_code == 404
    assert door.gathering.state.clock == clock
    assert desk.do("clock", minutes="").status_code == 303
    assert door.gathering.state.clock is None


@pytest.mark.parametrize("decision", ["", "Rejected", None])
def test_a_decision_that_is_none_accepts_nothing(open_door: Open, decision: str | None) -> None:
    door = open_door()
    door.say(door.join(door.browser()), "wait for me")
    desk = Desk(door)
    fields = {"desire": host_alias(door.gathering, 0), "version": "0"}
    fields |= {} if decision is None else {"decision": decision}
    assert desk.do("moderate", **fields).status_code == 404
    assert door.gathering.state.desires[0].moderation is Moderation.UNDECIDED
