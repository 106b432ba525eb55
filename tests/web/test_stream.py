"""Streams to phones over real connections: what they say, how many there may be, and that nothing stays behind."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.leading import PACE, Pace
from oneheart.web import streams
from oneheart.web.memory import memory_of

Serve = Callable[..., Any]


def opened(server: Any, secret: str) -> socket.socket:
    """Return a connection on which a stream was asked for."""
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=10)
    asked = f"GET /g/{server.code}/events HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: seat={secret}\r\n\r\n"
    connection.sendall(asked.encode())
    return connection


def read_until(connection: socket.socket, sign: bytes, read: bytes = b"") -> bytes:
    while sign not in read:
        piece = connection.recv(4096)
        if not piece:
            break
        read += piece
    return read


def told_in(read: bytes) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in read.split(b"\n") if line.startswith(b"data: ")]


@pytest.fixture
def hall(serve: Serve) -> Any:
    return serve(pace=PACE)


@pytest.fixture
def secret(hall: Any) -> str:
    return str(hall.call(hall.gathering.take_seat("only-one-seat", language="en")).secret)


def still_open(hall: Any, count: int) -> bool:
    """Return whether so many streams are open, after at most two seconds."""
    end = time.monotonic() + 2
    while len(memory_of(hall.gathering).phones) != count and time.monotonic() < end:
        time.sleep(0.02)
    return len(memory_of(hall.gathering).phones) == count


def test_it_tells_where_the_round_stands_at_once_and_whenever_it_moves(hall: Any, secret: str) -> None:
    connection = opened(hall, secret)
    read = read_until(connection, b"}\n\n")
    assert b"text/event-stream" in read
    assert b"retry: 3000" in read
    first = told_in(read)[0]
    assert (first["stage"], first["round"], first["clock_end"]) == ("open", 1, None)
    assert abs(first["now"] / 1000 - time.time()) < 10
    hall.move("crossing")
    assert told_in(read_until(connection, b"crossing"))[-1]["stage"] == "crossing"
    hall.submit("h0", "clock", ev.ClockSet(300))
    told = told_in(read_until(connection, b'"clock_end":1'))[-1]
    assert 290_000 < told["clock_end"] - told["now"] <= 300_000
    hall.submit("h0", "the-end", ev.Ended())
    assert told_in(read_until(connection, b'"ended":true'))[-1]["ended"]
    connection.close()
    assert still_open(hall, 0)


def test_a_page_and_its_stream_never_disagree(serve: Serve) -> None:
    hall = serve(pace=Pace(tick=3600.0))  # no tick comes between a move and the page
    secret = str(hall.call(hall.gathering.take_seat("only-one-seat", language="en")).secret)
    for stage in ("crossing", "open", "crossing"):
        hall.move(stage)
        connection = opened(hall, secret)
        assert told_in(read_until(connection, b"}\n\n"))[0]["stage"] == stage
        connection.close()


def test_a_phone_that_no_snapshot_reached_hears_it_all_the_same(serve: Serve) -> None:
    hall = serve(pace=Pace(tick=3600.0))  # no snapshot comes
    secret = str(hall.call(hall.gathering.take_seat("only-one-seat", language="en")).secret)
    connection = opened(hall, secret)
    try:
        read_until(connection, b"}\n\n")
        hall.move("crossing")
        assert told_in(read_until(connection, b"crossing"))[-1]["stage"] == "crossing"
    finally:
        connection.close()


def test_a_desire_said_or_answered_wakes_no_stream(hall: Any, secret: str) -> None:
    connection = opened(hall, secret)
    read_until(connection, b"}\n\n")
    for number in range(10):
        hall.say(f"Desire {number}")
    connection.settimeout(1.5)
    with pytest.raises(TimeoutError):
        connection.recv(4096)
    connection.close()


def test_a_fifth_stream_of_one_seat_ends_the_first(hall: Any, secret: str) -> None:
    connections = []
    for _ in range(5):
        connections.append(opened(hall, secret))
        read_until(connections[-1], b"}\n\n")
    assert read_until(connections[0], b"0\r\n\r\n").endswith(b"0\r\n\r\n")
    assert still_open(hall, 4)
    hall.move("crossing")
    assert all(b"crossing" in read_until(one, b"crossing") for one in connections[1:])
    for one in connections:
        one.close()
    assert still_open(hall, 0)
    assert not memory_of(hall.gathering).phones._pulse  # noqa: SLF001  nothing beats when nobody listens


def test_a_heartbeat_comes_when_nothing_happens(hall: Any, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.5)
    connection = opened(hall, secret)
    read = read_until(connection, b"}\n\n")
    assert b":\n\n" in read_until(connection, b":\n\n", read.split(b"}\n\n")[-1])
    connection.close()


def test_nobody_without_a_seat_gets_a_stream(hall: Any) -> None:
    for wrong in ("", "0" * 32):
        connection = opened(hall, wrong)
        assert b" 401 " in read_until(connection, b"\r\n\r\n").split(b"\r\n")[0]
        connection.close()


def test_three_hundred_streams_hear_it_and_a_tap_meanwhile_is_quick(hall: Any) -> None:
    hall.say("Peace")
    hall.move("crossing")
    seats = [hall.call(hall.gathering.take_seat(f"many-{n:05}", language="en")) for n in range(300)]
    with contextlib.ExitStack() as streams_open:
        connections = [streams_open.enter_context(opened(hall, seat.secret)) for seat in seats]
        for one in connections:
            read_until(one, b"}\n\n")
        hall.move("open")
        began = time.perf_counter()
        hall.call(hall.gathering.respond(seats[0].number, 0, 1, "a-tap-meanwhile"))
        took = time.perf_counter() - began
        assert all(b'"stage":"open"' in read_until(one, b'"stage":"open"') for one in connections)
    assert took < 1.0
    assert still_open(hall, 0)
