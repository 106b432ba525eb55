"""What other servers tell is looked at once, soon, and never forgotten because something is being written."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import cast

import pytest

from oneheart.live import following
from oneheart.live.following import GREW, Following
from oneheart.storage.log import Log


class Told:
    """The part of a log by which others are heard.

    Attributes:
        wake: what is called with what they tell.
    """

    alone = False

    def __init__(self) -> None:
        """Begin without a listener."""
        self.wake: Callable[[str], None] = print

    def hear(self, wake: Callable[[str], None]) -> None:
        """Take a listener."""
        self.wake = wake

    def shut(self) -> None:
        """Do nothing."""


def played(work: Callable[[Following, Told, list[float], list[bool]], object]) -> list[float]:
    """Return when a gathering looked, while others tell it something."""
    looks: list[float] = []
    free = [True]

    async def whole() -> None:
        told = Told()

        def look() -> bool:
            looks.append(time.monotonic())
            return free[0]

        one = Following(cast("Log", told), look, lambda _what: None)
        one.start()
        looks.clear()  # it looks once at its start
        await asyncio.sleep(0.05)
        await work(one, told, looks, free)  # type: ignore[misc]
        one.stop()

    asyncio.run(whole())
    return looks


@pytest.fixture(autouse=True)
def _polls_never(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave what it sees by itself out, and give a slow machine time."""
    monkeypatch.setattr(following, "POLL_SECONDS", 60.0)
    monkeypatch.setattr(following, "LEAST_SECONDS", 0.15)


def test_what_is_told_many_times_is_looked_at_twice() -> None:
    async def work(_one: Following, told: Told, looks: list[float], _free: list[bool]) -> None:
        for _ in range(50):
            told.wake(GREW)
        await asyncio.sleep(0.4)
        assert 1 <= len(looks) <= 2

    played(work)


def test_what_is_told_while_something_is_written_is_looked_at_afterwards() -> None:
    async def work(_one: Following, told: Told, looks: list[float], free: list[bool]) -> None:
        free[0] = False
        told.wake(GREW)
        await asyncio.sleep(0.4)
        tries = len(looks)
        assert tries > 1, "it asks again"
        free[0] = True
        await asyncio.sleep(0.4)
        assert len(looks) == tries + 1, "until it could look"

    played(work)


def test_whoever_wrote_after_it_was_told_need_not_look() -> None:
    async def work(one: Following, told: Told, looks: list[float], _free: list[bool]) -> None:
        one.looked(time.monotonic())
        told.wake(GREW)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        one.looked(time.monotonic())
        await asyncio.sleep(0.4)
        assert looks == []
        before = time.monotonic()
        one.looked(time.monotonic())
        told.wake(GREW)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        one.looked(before)  # it began to write before it was told
        await asyncio.sleep(0.4)
        assert len(looks) == 1

    played(work)
