"""A name that was not given opens no text: not a number, not an alias of another seat, purpose or gathering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from oneheart.live import doing
from oneheart.live import events as ev
from oneheart.live.offered import Purpose
from oneheart.live.state.desires import Desires
from oneheart.model.desire import Decision
from tests.support.gatherings import hidden

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
    own = door.alias(stranger, len(door.gathering.state.desires) - 1, Purpose.OWN)
    for place, name in enumerate(_names_of(door, author, stranger, number)):
        assert _tries(stranger, own, name, str(place)) == {404}, name
        for page in ("/mine", "/mine.json", "", f"?add={name}", f"?said={name}"):
            assert CONFIDED not in stranger.get(f"{HOME}{page}").text
    assert CONFIDED in author.get(f"{HOME}/mine").text


def _names_of(door: Any, author: Any, stranger: Any, number: int) -> list[str]:
    """Return names by which a stranger may try a desire: its number, another one's aliases, and aliases made up."""
    given = [door.alias(author, number, purpose) for purpose in Purpose]
    own = door.alias(stranger, number + 1, Purpose.OWN)
    flipped = [f"{int(own[:2], 16) ^ 1 << bit:02x}{own[2:]}" for bit in range(8)]
    other_purpose = [door.alias(stranger, number, purpose) for purpose in (Purpose.OWN, Purpose.CIRCLE, Purpose.HOST)]
    return [str(number), f"{number:032x}", *given, *flipped, *other_purpose]


def _tries(stranger: Any, own: str, name: str, key: str) -> set[int]:
    """Return the statuses of all ways to name a desire that the stranger was not given."""
    cookie = next(one.value for one in stranger.cookies.jar if one.name == "seat")
    secret = {"authorization": f"Bearer {cookie}"}
    tap = {"key": f"by-name-tap-{key}", "desire": name, "stance": "1"}
    join = {"key": f"by-name-join-{key}", "desire": own, "same_as": name}
    program = {"key": f"by-name-api-{key}", "desire": name}
    sent = [
        stranger.post(f"{HOME}/respond", data=tap, headers=JSON),
        stranger.post(f"{HOME}/join", data=join),
        stranger.post(f"{HOME}/desire", data={"key": f"by-name-add-{key}", "text": "more", "grew_from": name}),
        stranger.post(f"{HOME}/unread", data={"key": f"by-name-unread-{key}", "desire": name}),
        stranger.post(f"{API}/responses", json={**program, "stance": 1}, headers=secret),
        stranger.post(f"{API}/joins", json={**program, "desire": own, "same_as": name}, headers=secret),
    ]
    return {answer.status_code for answer in sent}


def test_without_the_check_of_an_alias_a_stranger_opens_what_is_not_theirs(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail: where any name is taken for a number, the same tries open the words."""
    door = open_door()
    author, stranger = door.join(door.browser()), door.join(door.browser())
    door.say(author, CONFIDED)
    door.say(stranger, "my own wish")
    own = door.alias(stranger, 1, Purpose.OWN)
    assert _tries(stranger, own, "0", "checked") == {404}
    monkeypatch.setattr(doing, "desire_behind", lambda _g, _p, _h, name: int(name) if len(name) < 9 else 1)
    assert 200 in _tries(stranger, own, "0", "sabotage")
    assert CONFIDED in stranger.get(f"{HOME}/mine").text
    monkeypatch.setattr(Desires, "kept_back", lambda *_: False)
    door.submit("h0", "reject-it", ev.Moderated(0, Decision.REJECTED))
    assert CONFIDED in stranger.get(f"{HOME}/mine").text, "and without the rule of readable words, also rejected ones"


def test_what_was_answered_before_may_be_answered_otherwise_after_it_was_rejected(open_door: Open) -> None:
    door = open_door()
    author, reader = door.join(door.browser()), door.join(door.browser())
    door.say(author, "a wish for all")
    first = {"key": "first-answer", "desire": door.alias(reader, 0), "stance": "1"}
    assert reader.post(f"{HOME}/respond", data=first, headers=JSON).status_code == 200
    door.submit("h0", "reject-it", ev.Moderated(0, Decision.REJECTED))
    again = reader.post(f"{HOME}/respond", data=first, headers=JSON)
    other = reader.post(f"{HOME}/respond", data={**first, "key": "other-answer", "stance": "0"}, headers=JSON)
    assert (again.status_code, other.status_code) == (200, 200)
    seat = door.seat(reader)
    assert door.gathering.state.tally.answered(seat)[0] == 0
    assert "a wish for all" not in reader.get(f"{HOME}/mine").text
    assert reader.get(f"{HOME}/mine.json").json()["responses"][0]["text"] == ""


def test_a_circle_answers_its_own_line_while_hosts_still_read_it(open_door: Open) -> None:
    door = open_door(hold=True)
    door.submit("h0", "circle-1", ev.CircleAdded("", "key-of-circle"))
    steward, member, stranger = (door.join(door.browser(), **more) for more in ({"circle": "0"}, {"circle": "0"}, {}))
    seat = door.seat(steward)
    door.submit("h0", "give-duty", ev.DutyGiven(0, seat))
    line = {"key": "our-line-1", "text": "what we want together"}
    assert steward.post(f"{HOME}/circle/line", data=line).status_code == 303
    given = hidden(member.get(f"{HOME}/circle").text.split('id="say-line"')[1], "desire")
    tap = {"key": "of-the-line-1", "desire": given, "stance": "1"}
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
    join = {"desire": door.alias(stranger, 2, Purpose.OWN), "same_as": door.alias(stranger, 1, Purpose.JOIN)}
    assert stranger.post(f"{HOME}/join", data={"key": "by-root-1", **join}).status_code == 404
    assert CONFIDED not in stranger.get(f"{HOME}/mine").text


def test_joining_opens_nothing_that_waits_for_the_next_round(open_door: Open) -> None:
    door = open_door()
    author, stranger = door.join(door.browser()), door.join(door.browser())
    door.say(stranger, "my own wish")
    door.move("crossing")
    door.say(author, CONFIDED)
    assert door.gathering.state.desires[1].waiting
    join = {"desire": door.alias(stranger, 0, Purpose.OWN), "same_as": door.alias(stranger, 1, Purpose.JOIN)}
    assert stranger.post(f"{HOME}/join", data={"key": "waiting-1", **join}).status_code == 404
    assert CONFIDED not in stranger.get(f"{HOME}/mine").text


@pytest.mark.parametrize("how", ["rejected", "held"])
def test_the_card_in_a_hand_is_kept_whatever_hosts_do_meanwhile(open_door: Open, how: str) -> None:
    door = open_door()
    author, reader = door.join(door.browser()), door.join(door.browser())
    door.say(author, "a wish for all")
    card = reader.get(f"{HOME}?cards=1", headers=JSON).json()["next"]
    assert card["desire"] == door.alias(reader, 0)
    if how == "rejected":
        door.submit("h0", "reject-it", ev.Moderated(0, Decision.REJECTED))
    else:
        settings = door.gathering.state.settings
        door.submit("h0", "hold-them", msgspec.structs.replace(settings, hold=True, version=1))
    tap = {"key": "in-the-hand", "desire": card["desire"], "stance": "1"}
    door.gathering.dealer.hand.clear()  # as after a restart, while the phone was without network
    assert reader.post(f"{HOME}/respond", data=tap, headers=JSON).status_code == 200
    assert "a wish for all" not in reader.get(f"{HOME}/mine").text, "it does not go round any more"
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


def test_a_join_that_is_sent_again_after_the_other_was_rejected_gives_its_first_answer(open_door: Open) -> None:
    door = open_door()
    author, friend = door.join(door.browser()), door.join(door.browser())
    door.say(author, "a wish for all")
    door.say(friend, "the same in other words")
    join = {"key": "the-one-join", "desire": door.alias(friend, 1, Purpose.OWN)}
    join["same_as"] = door.alias(friend, 0, Purpose.JOIN)
    assert friend.post(f"{HOME}/join", data=join).status_code == 303
    door.submit("h0", "reject-it", ev.Moderated(0, Decision.REJECTED))
    assert friend.post(f"{HOME}/join", data=join).status_code == 303
    assert friend.post(f"{HOME}/join", data={**join, "key": "another-key"}).status_code in {403, 404}
    assert "a wish for all" not in friend.get(f"{HOME}/mine").text
