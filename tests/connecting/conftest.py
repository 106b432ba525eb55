"""A model server on loopback for all tests here, and a count of every connection that Python opens."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import loopback


@pytest.fixture(scope="session")
def stub() -> Iterator[loopback.Stub]:
    """Return the server, running."""
    with loopback.running(loopback.Stub()) as running:
        yield running


class Opened:
    """What was opened while it was listening: addresses connected to, names looked up."""

    def __init__(self) -> None:
        self.listening = False
        self.connections: list[Any] = []
        self.names: list[Any] = []

    def hear(self, event: str, args: tuple[Any, ...]) -> None:
        if self.listening and event == "socket.connect":
            self.connections.append(args[1])
        if self.listening and event == "socket.getaddrinfo":
            self.names.append(args[0])


_OPENED = Opened()
sys.addaudithook(_OPENED.hear)  # cannot be taken away again: so it is one, and deaf between tests


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Return what is opened during this test."""
    _OPENED.connections.clear()
    _OPENED.names.clear()
    _OPENED.listening = True
    yield _OPENED
    _OPENED.listening = False
