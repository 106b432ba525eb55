"""Small safety: the rate limit at its border, private pages that are not cached, lengths, and what a person lets go."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from oneheart.live import events as ev
from oneheart.live.codes import WRONG_A_MINUTE
from oneheart.live.offered import Purpose
from oneheart.live.refusal import Refusal
from oneheart.live.state import State
from oneheart.model.round import Stage, Voice
from oneheart.web import security
from oneheart.web.memory import memory_of
from oneheart.web.phone import mine
from oneheart.web.security import BODY_MOST, NEW_BODY_MOST, Guard, Misses, TooLargeError, body_most
from oneheart.web.words import Words

Open = Callable[..., Any]
HOME = "/g/ABCD3456"


# --- the rate limit ---------------------------------------------------------------------------------------------------


def test_ten_wrong_codes_of_one_address_are_allowed_in_a_minute_and_the_eleventh_is_not() -> None:
    misses = Misses()
    for _ in range(WRONG_A_MINUTE - 1):
        assert misses.note("10.0.0.9")
    assert misses.allowed("10.0.0.9"), "nine so far: a tenth may be tried"
    assert misses.note("10.0.0.9")
    assert not misses.allowed("10.0.0.9"), "ten so far: no more may be tried"
    assert not misses.note("10.0.0.9")
    assert misses.allowed("10.0.0.8"), "another address is not slowed down"


def test_a_new_minute_begins_with_none(monkeypatch: pytest.MonkeyPatch) -> None:
    misses, now = Misses(), [600.0]
    monkeypatch.setattr(security.time, "monotonic", lambda: now[0])
    for _ in range(WRONG_A_MINUTE + 1):
        misses.note("10.0.0.9")
    now[0] = 659.9
    assert not misses.allowed("10.0.0.9")
    now[0] = 660.0
    assert misses.allowed("10.0.0.9")


# --- lengths ----------------------------------------------------------------------------------------------------------


def _status(length: bytes) -> int:
    """Return the status that the guard gives to a POST with this content-length; 204 comes from the app behind it."""
    statuses: list[int] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [(b"host", b"127.0.0.1"), (b"origin", b"http://127.0.0.1"), (b"content-length", length)]
    scope: Scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    asyncio.run(Guard(app, hosts=("lan",), https=False)(scope, receive, send))
    return statuses[0]


@pytest.mark.parametrize(
    ("length", "status"),
    [(b"0", 204), (b"%d" % BODY_MOST, 204), (b"%d" % (BODY_MOST + 1), 413), (b"abc", 413), (b"-1", 413), (b"", 413)],
)
def test_a_length_that_is_too_great_or_none_is_refused(length: bytes, status: int) -> None:
    assert _status(length) == status


@pytest.mark.parametrize(("extra", "taken"), [(0, True), (1, False)])
def test_a_body_without_a_length_is_counted_while_it_comes(extra: int, *, taken: bool) -> None:
    chunks = [b"a" * (BODY_MOST - 10), b"b" * (10 + extra)]

    async def receive() -> Message:
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    async def whole() -> int:
        limited = security._limited(receive, BODY_MOST)  # noqa: SLF001  the limit itself
        return sum([len((await limited())["body"]) for _ in range(2)])

    if taken:
        assert asyncio.run(whole()) == BODY_MOST
    else:
        with pytest.raises(TooLargeError):
            asyncio.run(whole())


# --- pages that nobody may keep ---------------------------------------------------------------------------------------


def test_private_pages_are_not_cached_and_files_with_a_fingerprint_are(open_door: Open) -> None:
    door = open_door()
    person = door.join(door.browser())
    for path in (
        HOME,
        f"{HOME}/mine",
        f"{HOME}/mine.json",
        f"{HOME}/near",
        "/j/ABCD3456",
        "/api/v1/gatherings/ABCD3456",
    ):
        assert person.get(path).headers["cache-control"] == "no-store", path
    script = re.search(r'src="(/static/phone\.js\?v=\w+)"', person.get(HOME).text)
    assert script is not None
    assert "immutable" in person.get(script[1]).headers["cache-control"]


# --- what a person lets go --------------------------------------------------------------------------------------------


def test_a_withdrawn_desire_is_asked_about_no_more_and_another_one_still_is(open_door: Open) -> None:
    door = open_door()
    person = door.join(door.browser())
    seat, memory = door.seat(person), memory_of(door.gathering)
    door.say(person, "one wish for all?")
    door.say(person, "another wish for all?")
    assert memory.asked[seat] == 1
    assert memory.hints[seat]
    person.post(f"{HOME}/withdraw", data={"key": "withdraw-0", "desire": door.alias(person, 0, Purpose.OWN)})
    assert memory.asked[seat] == 1, "that was another one"
    person.post(f"{HOME}/withdraw", data={"key": "withdraw-1", "desire": door.alias(person, 1, Purpose.OWN)})
    assert seat not in memory.asked
    assert seat not in memory.hints


def test_erasing_takes_the_cookie_of_the_seat_away(open_door: Open) -> None:
    door = open_door()
    person = door.join(door.browser())
    assert any(cookie.name == "seat" and cookie.value for cookie in person.cookies.jar)
    assert person.post(f"{HOME}/erase", data={"key": "erase-me-1", "sure": "yes"}).status_code == 200
    assert not any(cookie.name == "seat" and cookie.value.strip('"') for cookie in person.cookies.jar)


def test_the_page_says_how_many_desires_may_still_be_said(open_door: Open) -> None:
    door = open_door()
    person = door.join(door.browser())
    for left in (3, 2, 1, 0):
        assert f'data-quota="{left}"' in person.get(f"{HOME}/mine").text
        door.say(person, f"wish number {left}")


def test_an_answer_can_be_changed_while_cards_go_round_and_not_after_the_end(open_door: Open) -> None:
    door = open_door()
    author, reader = door.join(door.browser()), door.join(door.browser())
    door.say(author, "a wish for all")
    reader.post(f"{HOME}/respond", data={"key": "answer-01", "desire": door.alias(reader, 0), "stance": "1"})
    change = f'action="{HOME}/respond"'
    assert change in reader.get(f"{HOME}/mine").text
    door.submit("h0", "the-end-1", ev.Ended())
    assert change not in reader.get(f"{HOME}/mine").text


@pytest.mark.parametrize(("lines", "part"), [([], None), ([ev.WovenLine([0])], "a wish of mine")])
def test_only_a_text_with_lines_has_a_part_that_is_somebodys(lines: list[ev.WovenLine], part: str | None) -> None:
    state = State()
    events: list[ev.AnyBody] = [
        ev.Settings("x", {"en": "What?"}, Voice.TEN, ["en"]),
        ev.SeatTaken("a" * 64, "en"),
        ev.DesireSaid(0, "a wish of mine", "en"),
        ev.StageMoved(Stage.WEAVING, 0),
        ev.DraftWoven(1, lines),
    ]
    for seq, body in enumerate(events, start=1):
        applied = state.apply(seq, ev.kind_of(body), body, "house", 1000 * seq)
        assert not isinstance(applied, Refusal)
    person: Any = SimpleNamespace(state=state, seat=0, words=Words("en"))
    shown = mine._part(person)  # noqa: SLF001  the page itself would race with the house, which weaves too
    assert (None if shown is None else shown["text"]) == part


def test_a_language_of_the_address_that_is_no_test_language_changes_no_page_of_a_person(open_door: Open) -> None:
    door = open_door()
    person = door.join(door.browser())
    assert '<html lang="en"' in person.get(f"{HOME}?lang=he").text
    assert '<html lang="he-XB"' in person.get(f"{HOME}?lang=he-XB").text


def test_a_form_of_the_desk_may_be_longer_and_a_new_gathering_longest() -> None:
    assert [body_most(path) for path in ("/g/X/desire", "/api/v1/gatherings/X/desires", "/hostile")] == [BODY_MOST] * 3
    assert BODY_MOST < body_most("/host/X/do/programme") < body_most("/host/new/secret") == NEW_BODY_MOST
    assert NEW_BODY_MOST >= 2000 * 120 * 6, "two thousand Hebrew names of 120 letters"
