"""Every mistake of hosts around a seal has one right end: a refusal with its own code and sentence, nothing changed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from oneheart.live.refusal import Refusal
from oneheart.live.sealed_record import moment
from oneheart.model.round import Stage
from oneheart.web.said import REFUSALS
from tests.support.desks import Desk

Open = Callable[..., Any]
SECRET = "a-secret-of-a-host"  # noqa: S105  of this test


class Hosts:
    """A host who does things by the API, and reads the code of each refusal."""

    def __init__(self, door: Any) -> None:
        """Seat the host."""
        self.door, self.browser = door, door.browser()
        door.submit("h0", "seat-the-host", ev.HostSeated(hash_of(SECRET)))

    def do(self, what: str, **fields: Any) -> str:
        """Do something and return the code of its refusal, "" if it was done. A refusal has its own sentence."""
        state = self.door.gathering.state
        before = (state.stage, state.round, len(state.prayers.sealed), state.prayers.say_at)
        answer = self.browser.post(
            f"/api/v1/gatherings/{self.door.gathering.code}/host/{what}",
            json={"key": secrets.token_hex(8), **fields},
            headers={"authorization": f"Bearer {SECRET}"},
        )
        if answer.status_code == 200:
            return ""
        told = answer.json()
        assert answer.status_code == 409, told
        assert told["sentence"] == REFUSALS[Refusal(told["why"])]
        assert (state.stage, state.round, len(state.prayers.sealed), state.prayers.say_at) == before
        return str(told["why"])

    def move(self, stage: str) -> str:
        return self.do("stage", stage=stage, version=self.version)

    def back(self) -> str:
        return self.do("seal/back", version=self.version)

    @property
    def version(self) -> int:
        return int(self.door.gathering.state.version)


@pytest.fixture
def hosts(open_door: Open) -> Hosts:
    return Hosts(open_door())


def test_moving_on_without_a_text(hosts: Hosts) -> None:
    assert hosts.move("sealed") == hosts.move("second reading") == hosts.move("said") == "no text"
    assert hosts.back() == hosts.do("saying", seconds=5) == "unsealed"


def test_sealing_twice_and_going_back_by_the_stage(hosts: Hosts) -> None:
    hosts.door.lead_to("sealed")
    assert hosts.move("sealed") == "sealed"
    assert hosts.move("reading") == hosts.move("second reading") == hosts.move("weaving") == "sealed"


def test_going_back_twice_and_from_an_old_page(hosts: Hosts) -> None:
    hosts.door.lead_to("sealed")
    seen = hosts.version
    assert hosts.back() == ""
    assert hosts.do("seal/back", version=seen) == "stale"
    assert hosts.back() == "unsealed"
    assert hosts.door.gathering.state.stage is Stage.READING


def test_taking_back_what_was_said(hosts: Hosts) -> None:
    hosts.door.lead_to("said")
    assert hosts.back() == hosts.move("reading") == hosts.move("sealed") == hosts.do("saying", seconds=5) == "said"
    assert hosts.move("open") == ""
    assert hosts.door.gathering.state.round == 2


def test_a_second_round_over_a_sealed_text_leaves_it_in_the_book_and_out_of_the_new_round(hosts: Hosts) -> None:
    hosts.door.lead_to("sealed")
    assert hosts.move("open") == ""
    assert hosts.back() == hosts.do("saying", seconds=5) == "unsealed"
    desk = Desk(hosts.door)
    assert "Peace in every house" in desk.browser.get(f"{desk.home}/book/1").text


def test_ending_while_a_text_is_sealed_is_told_before_and_says_nothing_together(hosts: Hosts) -> None:
    hosts.door.lead_to("sealed")
    assert hosts.do("saying", seconds=600) == ""
    desk = Desk(hosts.door)
    assert "data-unsaid" in desk.browser.get(f"{desk.home}/end").text
    hosts.door.submit("h0", "the-end-of-it", ev.Ended())
    assert hosts.back() == "ended"
    state = hosts.door.gathering.state
    assert (state.stage, state.prayers.sealed[0].said_at, moment(state)) == (Stage.SEALED, None, None)
    assert "Peace in every house" in desk.browser.get(f"{desk.home}/book/1").text
