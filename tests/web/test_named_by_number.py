"""A number opens no text: held, rejected and withdrawn desires are neither answered nor joined by their number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from oneheart.live import events as ev
from oneheart.model.desire import Decision

Open = Callable[..., Any]
HOME = "/g/ABCD3456"
API = "/api/v1/gatherings/ABCD3456"
JSON = {"accept": "application/json"}
CONFIDED = "what only its author and the hosts know"


def _hide(door: Any, author: Any, how: str) -> int:
    """Say a desire that nobody else may read, and return its number."""
    door.say(author, CONFIDED)
    number = len(door.gathering.state.desires) - 1
    if how == "rejected":
        door.submit("h0", "reject-it", ev.Moderated(number, Decision.REJECTED))
    if how == "withdrawn":
        seat = door.gathering.state.desires[number].author
        door.submit(f"s{seat}", "withdraw-it", ev.DesireWithdrawn(seat, number))
    if how == "meta":
        door.submit("h0", "mark-it", ev.MarkedMeta(number, on=True))
    return number


@pytest.mark.parametrize("how", ["held", "rejected", "withdrawn", "meta"])
def test_a_number_opens_no_text_that_does_not_travel(open_door: Open, how: str) -> None:
    door = open_door(hold=how == "held")
    author, stranger = door.join(door.browser()), door.join(door.browser())
    number = _hide(door, author, how)
    door.say(stranger, "my own wish")
    own = len(door.gathering.state.desires) - 1
    tap = {"key": "by-number-1", "desire": str(number), "stance": "1"}
    assert stranger.post(f"{HOME}/respond", data=tap, headers=JSON).status_code == 404
    join = {"key": "by-number-2", "desire": str(own), "same_as": str(number)}
    assert stranger.post(f"{HOME}/join", data=join).status_code == 404
    cookie = next(one.value for one in stranger.cookies.jar if one.name == "seat")
    secret = {"authorization": f"Bearer {cookie}"}
    answer = {"key": "by-number-3", "desire": number, "stance": 1}
    assert stranger.post(f"{API}/responses", json=answer, headers=secret).status_code == 404
    for page in ("/mine", "/mine.json", "", f"?add={number}"):
        assert CONFIDED not in stranger.get(f"{HOME}{page}").text
    assert CONFIDED in author.get(f"{HOME}/mine").text


def test_what_was_answered_before_may_be_answered_otherwise_after_it_was_rejected(open_door: Open) -> None:
    door = open_door()
    author, reader = door.join(door.browser()), door.join(door.browser())
    door.say(author, "a wish for all")
    first = {"key": "first-answer", "desire": "0", "stance": "1"}
    assert reader.post(f"{HOME}/respond", data=first, headers=JSON).status_code == 200
    door.submit("h0", "reject-it", ev.Moderated(0, Decision.REJECTED))
    again = reader.post(f"{HOME}/respond", data=first, headers=JSON)
    other = reader.post(f"{HOME}/respond", data={**first, "key": "other-answer", "stance": "0"}, headers=JSON)
    assert (again.status_code, other.status_code) == (200, 200)
    seat = door.seat(reader)
    assert door.gathering.state.tally.answered(seat)[0] == 0


def test_a_circle_answers_its_own_line_while_hosts_still_read_it(open_door: Open) -> None:
    door = open_door(hold=True)
    door.submit("h0", "circle-1", ev.CircleAdded("", "key-of-circle"))
    steward, member, stranger = (door.join(door.browser(), **more) for more in ({"circle": "0"}, {"circle": "0"}, {}))
    seat = door.seat(steward)
    door.submit("h0", "give-duty", ev.DutyGiven(0, seat))
    line = {"key": "our-line-1", "text": "what we want together"}
    assert steward.post(f"{HOME}/circle/line", data=line).status_code == 303
    tap = {"key": "of-the-line-1", "desire": "0", "stance": "1"}
    assert member.post(f"{HOME}/respond", data=tap, headers=JSON).status_code == 200
    assert stranger.post(f"{HOME}/respond", data=tap, headers=JSON).status_code == 404


@pytest.mark.parametrize("how", ["rejected", "withdrawn", "meta"])
def test_joining_to_what_was_joined_opens_no_root_that_does_not_travel(open_door: Open, how: str) -> None:
    door = open_door()
    author, friend, stranger = (door.join(door.browser()) for _ in range(3))
    door.say(author, CONFIDED)
    door.say(friend, "the same in other words")
    seat = door.seat(friend)
    door.submit(f"s{seat}", "join-them", ev.DesireJoined(seat, 1, 0))
    if how == "rejected":
        door.submit("h0", "reject-it", ev.Moderated(0, Decision.REJECTED))
    if how == "withdrawn":
        door.submit("s0", "withdraw-it", ev.DesireWithdrawn(0, 0))
    if how == "meta":
        door.submit("h0", "mark-it", ev.MarkedMeta(0, on=True))
    door.say(stranger, "my own wish")
    assert stranger.post(f"{HOME}/join", data={"key": "by-root-1", "desire": "2", "same_as": "1"}).status_code == 404
    assert CONFIDED not in stranger.get(f"{HOME}/mine").text


def test_joining_opens_nothing_that_waits_for_the_next_round(open_door: Open) -> None:
    door = open_door()
    author, stranger = door.join(door.browser()), door.join(door.browser())
    door.say(stranger, "my own wish")
    door.move("crossing")
    door.say(author, CONFIDED)
    assert door.gathering.state.desires[1].waiting
    assert stranger.post(f"{HOME}/join", data={"key": "waiting-1", "desire": "0", "same_as": "1"}).status_code == 404
    assert CONFIDED not in stranger.get(f"{HOME}/mine").text


@pytest.mark.parametrize("how", ["rejected", "held"])
def test_the_card_in_a_hand_is_kept_whatever_hosts_do_meanwhile(open_door: Open, how: str) -> None:
    door = open_door()
    author, reader = door.join(door.browser()), door.join(door.browser())
    door.say(author, "a wish for all")
    card = reader.get(f"{HOME}?cards=1", headers=JSON).json()["next"]
    assert card["desire"] == 0
    if how == "rejected":
        door.submit("h0", "reject-it", ev.Moderated(0, Decision.REJECTED))
    else:
        settings = door.gathering.state.settings
        door.submit("h0", "hold-them", msgspec.structs.replace(settings, hold=True, version=1))
    tap = {"key": "in-the-hand", "desire": "0", "stance": "1"}
    assert reader.post(f"{HOME}/respond", data=tap, headers=JSON).status_code == 200
    assert door.gathering.state.tally.answered(door.seat(reader)) == {0: 1}


def test_a_rejected_line_of_a_circle_is_not_asked_about(open_door: Open) -> None:
    door = open_door()
    door.submit("h0", "circle-1", ev.CircleAdded("", "key-of-circle"))
    steward, member = (door.join(door.browser(), circle="0") for _ in range(2))
    seat = door.seat(steward)
    door.submit("h0", "give-duty", ev.DutyGiven(0, seat))
    steward.post(f"{HOME}/circle/line", data={"key": "our-line-1", "text": "what we want together"})
    answers = 'name="back" value="circle"'
    assert answers in member.get(f"{HOME}/circle").text
    door.submit("h0", "reject-it", ev.Moderated(0, Decision.REJECTED))
    assert answers not in member.get(f"{HOME}/circle").text
