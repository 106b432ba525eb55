"""Connections that stop in the middle of a request are closed in time; those that go on are left alone."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import weakref
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from oneheart.web import server
from oneheart.web.server import DeadlineProtocol, configured

pytestmark = pytest.mark.slow

Serve = Callable[..., Any]
SECONDS = 0.3
TAP = b"POST /g/X/respond HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd"


class Wire(asyncio.Transport):
    """A transport that keeps whether it was closed, and what was written."""

    def __init__(self, address: str = "10.0.0.9") -> None:
        super().__init__()
        self.closed, self.address = False, address

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Swallow the answer."""

    def pause_reading(self) -> None:
        """What is sent here comes whole."""

    def resume_reading(self) -> None:
        """What is sent here comes whole."""

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self.address, 4000) if name == "peername" else default


class Ring:
    """An object that refers to itself, so that only the collector takes it away."""

    itself: Ring | None = None


def served(*, proxy: str | None = None) -> uvicorn.Config:
    """Return the configuration of a served app."""
    config = configured(Starlette(), proxy=proxy)
    config.load()
    return config


def opened(config: uvicorn.Config | None = None, address: str = "10.0.0.9") -> tuple[DeadlineProtocol, Wire]:
    """Return a connection of a served app, and its wire."""
    config = config or served()
    protocol, wire = config.http_protocol_class(config, uvicorn.server.ServerState(), {}), Wire(address)
    assert isinstance(protocol, DeadlineProtocol)
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


# --- when the app begins


def begun(*sent: bytes) -> list[tuple[str, bytes]]:
    """Return the method and body of each request with which an app had begun, after each of some pieces was sent."""
    seen: list[tuple[str, bytes]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        seen.append((scope["method"], body))
        while True:
            message = await receive()
            body += message.get("body", b"")
            seen[-1] = scope["method"], body
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def play() -> None:
        config = configured(app)  # type: ignore[arg-type]
        config.load()
        protocol, _wire = opened(config)
        for piece in sent:
            protocol.data_received(piece)
            await asyncio.sleep(0.01)
        protocol.connection_lost(None)
        await asyncio.sleep(0.01)

    asyncio.run(play())
    return seen


def test_half_a_request_costs_no_work_of_the_app() -> None:
    assert begun(TAP[:-2]) == []
    assert begun(TAP[:-2], TAP[-2:]) == [("POST", b"abcd")]


def test_an_app_that_begins_at_once_would_work_for_half_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_comes_soon", lambda _: False)
    assert begun(TAP[:-2]) == [("POST", b"ab")]


def test_a_second_request_whose_body_must_be_asked_for_is_begun_after_the_first() -> None:
    asks = TAP[:-4].replace(b"Host: h", b"Host: h\r\nExpect: 100-continue")
    assert begun(TAP + asks) == [("POST", b"abcd"), ("POST", b"")]


def test_requests_one_after_another_are_answered_in_their_order() -> None:
    later = TAP.replace(b"abcd", b"efgh")
    assert begun(TAP + later[:-2], later[-2:]) == [("POST", b"abcd"), ("POST", b"efgh")]
    assert begun(TAP[:-2], TAP[-2:] + b"GET / HTTP/1.1\r\nHost: h\r\n\r\n") == [("POST", b"abcd"), ("GET", b"")]


@pytest.mark.parametrize(
    "head",
    [b"Content-Length: 4\r\nExpect: 100-continue", b"Transfer-Encoding: chunked", b"Content-Length: 999999"],
    ids=["asks first", "has no length", "is long"],
)
def test_a_body_that_the_app_must_ask_for_or_refuse_is_begun_at_once(head: bytes) -> None:
    assert begun(b"POST /g/X/respond HTTP/1.1\r\nHost: h\r\n" + head + b"\r\n\r\n") == [("POST", b"")]


def test_what_is_there_before_serving_is_left_alone_and_new_circles_are_still_collected() -> None:
    before = gc.get_threshold()
    try:
        server.spare_collector()
        assert gc.get_freeze_count() > 1000
        assert gc.isenabled()
        ring = Ring()
        gone = weakref.ref(ring)
        ring.itself = ring
        del ring
        gc.collect()
        assert gone() is None
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


# --- caps of waiting connections


@pytest.fixture
def caps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "WAITING_OF_ADDRESS", 3)
    monkeypatch.setattr(server, "WAITING_MOST", 5)


def closed(wires: list[Wire]) -> list[int]:
    """Return the places of the connections that were closed."""
    return [place for place, wire in enumerate(wires) if wire.closed]


async def waiting_of(config: uvicorn.Config, addresses: list[str], sent: bytes = TAP[:20]) -> list[Wire]:
    wires = []
    for address in addresses:
        protocol, wire = opened(config, address)
        if sent:
            protocol.data_received(sent)
        wires.append(wire)
    return wires


@pytest.mark.usefixtures("caps")
@pytest.mark.parametrize("sent", [b"", TAP[:20], TAP[:-2]], ids=["nothing", "half a header", "half a body"])
def test_over_the_cap_of_an_address_its_oldest_unfinished_request_is_closed(sent: bytes) -> None:
    config = served()
    assert closed(asyncio.run(waiting_of(config, ["a"] * 3, sent))) == []
    assert closed(asyncio.run(waiting_of(served(), ["a"] * 5, sent))) == [0, 1]
    assert closed(asyncio.run(waiting_of(served(), ["a", "b", "a", "a", "b"], sent))) == []


@pytest.mark.usefixtures("caps")
def test_over_the_cap_of_all_the_oldest_of_anybody_is_closed() -> None:
    assert closed(asyncio.run(waiting_of(served(), ["a", "b", "c", "d", "e", "f", "g"]))) == [0, 1]


@pytest.mark.usefixtures("caps")
def test_for_a_trusted_proxy_only_the_cap_of_all_holds() -> None:
    assert closed(asyncio.run(waiting_of(served(proxy="a"), ["a"] * 6))) == [0]


@pytest.mark.usefixtures("caps")
def test_a_request_that_is_answered_does_not_wait_and_one_that_was_waits_again() -> None:
    async def play() -> tuple[int, int, list[int]]:
        config = served()
        waiting = config.http_protocol_class.waiting  # type: ignore[union-attr]
        answering, wire = opened(config)
        answering.data_received(TAP)  # complete; the app has not answered yet
        during = waiting.count
        others = await waiting_of(config, ["10.0.0.9"] * 3)
        await asyncio.sleep(0.05)  # it is answered now, and the oldest of the others has to go
        return during, waiting.count, closed([wire, *others])

    assert asyncio.run(play()) == (0, 3, [1])


@pytest.mark.usefixtures("caps")
def test_a_connection_that_ends_waits_no_more() -> None:
    async def play() -> int:
        config = served()
        for _ in range(2):
            protocol, _wire = opened(config)
            protocol.connection_lost(None)
        return int(config.http_protocol_class.waiting.count)  # type: ignore[union-attr]

    assert asyncio.run(play()) == 0


def test_an_address_is_kept_as_a_keyed_hash_whose_key_changes_every_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = server.Waiting()
    name = waiting.name("10.0.0.9")
    assert name == waiting.name("10.0.0.9") != waiting.name("10.0.0.8")
    assert name != server.Waiting().name("10.0.0.9")
    later = server.time.monotonic() + 3601
    monkeypatch.setattr(server.time, "monotonic", lambda: later)
    assert waiting.name("10.0.0.9") != name


@pytest.mark.server
@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(False, id="caps", marks=pytest.mark.proof("A8")),
        pytest.param(True, id="no caps", marks=pytest.mark.sabotage("A8", "no caps on what waits (Waiting.add)")),
    ],
)
def test_half_open_connections_of_one_address_shut_nobody_out(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, *, broken: bool
) -> None:
    monkeypatch.setattr(server, "HEADER_SECONDS", 10.0)
    monkeypatch.setattr(server, "CONNECTIONS_MOST", 60)
    monkeypatch.setattr(server, "WAITING_MOST", 40)
    monkeypatch.setattr(server, "WAITING_OF_ADDRESS", 30)
    if broken:
        monkeypatch.setattr(server.Waiting, "add", lambda *_: None)
    running = serve()
    host, port = running.url.removeprefix("http://").split(":")
    held = []
    for _ in range(100):
        held.append(socket.create_connection((host, int(port)), timeout=5))
        with contextlib.suppress(OSError):
            held[-1].sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
    try:
        friend = HTTPConnection(host, int(port), timeout=5)
        friend.request("GET", "/health")
        assert friend.getresponse().status == (503 if broken else 200)
        friend.close()
    finally:
        for connection in held:
            connection.close()
