"""Connections that stop in the middle of a request are closed in time; those that go on are left alone."""

from __future__ import annotations

import asyncio

import pytest
import uvicorn
from starlette.applications import Starlette

from oneheart.web import server
from oneheart.web.server import DeadlineProtocol, configured

pytestmark = pytest.mark.slow

SECONDS = 0.3
TAP = b"POST /g/X/respond HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd"


class Wire(asyncio.Transport):
    """A transport that keeps whether it was closed, and what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Swallow the answer."""

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str, default: object = None) -> object:  # noqa: ARG002  nothing is known of it
        return default


def opened() -> tuple[DeadlineProtocol, Wire]:
    """Return a connection of a served app, and its wire."""
    config = configured(Starlette())
    config.load()
    state = uvicorn.server.ServerState()
    protocol, wire = DeadlineProtocol(config, state, {}), Wire()
    protocol.connection_made(wire)
    return protocol, wire


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEADER_SECONDS", SECONDS)
    monkeypatch.setattr(server, "BODY_SECONDS", SECONDS)


@pytest.mark.parametrize("sent", [b"", TAP[:20], TAP[:-2]], ids=["nothing", "half a header", "half a body"])
def test_who_stops_in_the_middle_is_closed(sent: bytes) -> None:
    async def stop() -> tuple[bool, bool]:
        protocol, wire = opened()
        if sent:
            protocol.data_received(sent)
        await asyncio.sleep(SECONDS / 3)
        early = wire.closed
        await asyncio.sleep(SECONDS * 2)
        protocol.connection_lost(None)
        return early, wire.closed

    assert asyncio.run(stop()) == (False, True)


def test_a_slow_body_after_a_slow_header_has_time_of_its_own() -> None:
    async def slowly() -> list[bool]:
        protocol, wire = opened()
        seen = []
        for piece in (TAP[:20], TAP[20:-2], TAP[-2:]):
            await asyncio.sleep(SECONDS * 0.7)
            protocol.data_received(piece)
            seen.append(wire.closed)
        protocol.connection_lost(None)
        return seen

    assert asyncio.run(slowly()) == [False, False, False]


def test_who_was_answered_and_is_silent_is_left_to_the_time_of_keeping_alive() -> None:
    async def answered() -> bool:
        protocol, wire = opened()
        protocol.data_received(TAP)
        await asyncio.sleep(SECONDS * 3)
        closed = wire.closed
        protocol.connection_lost(None)
        return closed

    assert not asyncio.run(answered())


def test_a_second_request_that_stops_is_closed_too() -> None:
    async def second() -> tuple[bool, bool]:
        protocol, wire = opened()
        protocol.data_received(TAP)
        await asyncio.sleep(SECONDS * 0.8)
        protocol.data_received(TAP[:-2])
        await asyncio.sleep(SECONDS * 0.6)
        early = wire.closed
        await asyncio.sleep(SECONDS * 2)
        protocol.connection_lost(None)
        return early, wire.closed

    assert asyncio.run(second()) == (False, True)
