"""The idempotency key of a new seat is a credential: nobody shares a seat by a short key."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import doing
from tests.support.keys import seat_key

CODE = "ABCD3456"
API = f"/api/v1/gatherings/{CODE}"
Open = Callable[..., Any]
WEAK = [
    "phone-01",
    "0123456789abcdef" + "0123456789abcde",  # 31 hexadecimal letters
    "0123456789abcdef012345",  # 22 letters, but hexadecimal: 88 bits
    "q83vEjRWeJCrze8SNFZ4k",  # 21 letters of base64url
    "0" * 32,
    "abcabcabcabcabcabcabcabc",
]
STRONG = [seat_key(1), seat_key(2).upper(), "q83vEjRWeJCrze8SNFZ4kA", "a-strong_key_of_64_letters" + "x" * 38]


def ask_for_a_seat(door: Any, key: str) -> Any:
    return door.browser().post(f"{API}/seats", json={"key": key, "language": "en"})


def shared_seats(door: Any, keys: list[str]) -> int:
    """Let two strangers ask with the same key; return how often they got one seat."""
    shared = 0
    for key in keys:
        one, other = ask_for_a_seat(door, key), ask_for_a_seat(door, key)
        shared += one.status_code == other.status_code == 200 and one.json() == other.json()
    return shared


@pytest.mark.parametrize("broken", [False, True])
def test_no_two_strangers_share_a_seat_by_a_short_key(
    open_door: Open, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    door = open_door()
    if broken:
        monkeypatch.setattr(doing, "is_strong", lambda _key: True)
    assert shared_seats(door, WEAK) == (len(WEAK) if broken else 0)


@pytest.mark.parametrize("key", WEAK)
def test_a_program_is_told_which_key_it_needs_and_a_page_too(open_door: Open, key: str) -> None:
    door = open_door()
    refused = ask_for_a_seat(door, key)
    assert (refused.status_code, refused.json()["why"]) == (422, "weak key")
    assert "32" in refused.json()["sentence"]
    assert door.browser().post(f"/j/{CODE}", data={"key": key, "language": "en"}).status_code == 422
    assert door.gathering.state.people.count == 0


@pytest.mark.parametrize("key", STRONG)
def test_a_repeat_after_a_lost_answer_gets_the_same_seat(open_door: Open, key: str) -> None:
    door = open_door()
    first, again = ask_for_a_seat(door, key), ask_for_a_seat(door, key)
    assert first.status_code == 200
    assert first.json() == again.json()
    assert door.gathering.state.people.count == 1


def test_random_keys_are_not_refused() -> None:
    assert all(doing.is_strong(secrets.token_hex(16)) for _ in range(2000))
    assert all(doing.is_strong(secrets.token_urlsafe(16)) for _ in range(2000))


def test_the_secret_of_a_seat_does_not_follow_from_its_key_alone(open_door: Open) -> None:
    door = open_door()
    key = seat_key("one")
    secret = ask_for_a_seat(door, key).json()["secret"]
    assert key not in secret
    assert secret == door.gathering.secret_for("seat", key)
