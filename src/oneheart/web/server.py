"""The HTTP server (uvicorn) with timeouts and caps, so that connections that ask nothing shut nobody out.

A connection *waits* while the server has no complete request of it: before the first request, within one, or between
two. Only waiting connections are limited, never people: a request that is answered, and a stream, do not wait.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import hmac
import secrets
import time
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from oneheart.web.security import BODY_MOST, HEADERS, NO_STORE

HEADER_SECONDS = 10.0
BODY_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 30
CONNECTIONS_MOST = 12_000
WAITING_MOST = 8_000
"""Waiting connections of all addresses together: below the limit of connections, so that others always get in."""
WAITING_OF_ADDRESS = 2_500
"""Waiting connections of one address: room for a hall of a thousand phones behind one router, twice over."""
_HOUR = 3600.0
_COLLECT_AFTER = (20_000, 20, 20)  # new objects, then collections of them, before older ones are looked at


class Waiting:
    """The connections that wait, each under a keyed hash (HMAC) of its address; the oldest are closed over the caps.

    The key is random, changes every hour, and is never stored, so no address is kept.

    Example:
        >>> Waiting().count
        0
    """

    def __init__(self) -> None:
        """Begin without connections."""
        self._all: dict[DeadlineProtocol, bytes] = {}
        self._of: dict[bytes, dict[DeadlineProtocol, bytes]] = {}
        self._key, self._since = secrets.token_bytes(32), time.monotonic()

    @property
    def count(self) -> int:
        """Return how many connections wait."""
        return len(self._all)

    def name(self, address: str) -> bytes:
        """Return the keyed hash of an address, for this hour."""
        now = time.monotonic()
        if now - self._since > _HOUR:
            self._key, self._since = secrets.token_bytes(32), now
        return hmac.digest(self._key, address.encode(), hashlib.sha256)[:12]

    def add(self, connection: DeadlineProtocol, name: bytes) -> None:
        """Let a connection wait, as the newest, and close the oldest ones over the caps. O(1)."""
        of_address = self._of.get(name)
        if of_address is None:
            of_address = self._of[name] = {}
        else:
            of_address.pop(connection, None)
        self._all.pop(connection, None)
        self._all[connection] = of_address[connection] = name
        if name and len(of_address) > WAITING_OF_ADDRESS:
            self._close(next(iter(of_address)))
        if len(self._all) > WAITING_MOST:
            self._close(next(iter(self._all)))

    def remove(self, connection: DeadlineProtocol) -> None:
        """Let a connection wait no more. O(1)."""
        name = self._all.pop(connection, None)
        if name is None:
            return
        of_address = self._of[name]
        of_address.pop(connection, None)
        if not of_address:
            del self._of[name]

    def _close(self, connection: DeadlineProtocol) -> None:
        self.remove(connection)
        connection.transport.abort()


class DeadlineProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with a timeout for the headers and for the body of each request.

    A request only moves the deadline, which is a number. A timer that fires before the deadline starts again. So
    thousands of requests a second create no timers.

    The app begins with a request when its whole body is there. So half a request costs no more than its connection.
    """

    waiting = Waiting()
    proxy: str | None = None
    _due: float | None = None
    _timer: asyncio.TimerHandle | None = None
    _name = b""
    _half: tuple[RequestResponseCycle, ASGI3Application] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timeout of the first request."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if isinstance(peer, tuple) and peer else ""
        # all connections of a trusted proxy come from one address, so only the cap of all holds for it
        self._name = b"" if address in {"", self.proxy} else self.waiting.name(address)
        self.waiting.add(self, self._name)
        self._within(HEADER_SECONDS)

    def on_message_begin(self) -> None:
        """Start the timeout of the headers of the next request."""
        super().on_message_begin()
        self.waiting.add(self, self._name)  # a request that begins is the newest, so it is closed last
        self._within(HEADER_SECONDS)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        if self._half is not None:
            self._begin_if_asked()
        if self.cycle.response_complete and not self.transport.is_closing():
            self.waiting.add(self, self._name)

    def on_headers_complete(self) -> None:
        """Start the timeout of the body."""
        super().on_headers_complete()
        self._within(BODY_SECONDS)

    def on_message_complete(self) -> None:
        """Stop the timeout, because the request is complete."""
        super().on_message_complete()
        if self._half is not None:
            whole, self._half = self._half, None
            super()._start_asgi_task(*whole)
        if not self.cycle.response_complete:  # else it was answered before its body, and waits again
            self.waiting.remove(self)
        self._due = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Let the app begin with a request when its body is complete. Most bodies come together with their headers."""
        if cycle.more_body:
            self._half = cycle, app
        else:
            super()._start_asgi_task(cycle, app)

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        super().data_received(data)
        if self._half is not None:
            self._begin_if_asked()

    def _begin_if_asked(self) -> None:
        """Let the app begin with half a request if it must ask for the body, or refuse it."""
        if self._half is not None and not _comes_soon(self._half[0]):
            begun, self._half = self._half, None
            super()._start_asgi_task(*begun)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timeout and its timer, because the client has disconnected."""
        self.waiting.remove(self)
        self._half = None
        self._due = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP request, with the headers of every other answer, and close."""
        head = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
        lines = b"".join(b"%s: %s\r\n" % header for header in (NO_STORE, *HEADERS))
        self.transport.write(head + lines + b"content-length: %d\r\n\r\n" % len(msg) + msg.encode("ascii"))
        self.transport.close()

    def _within(self, seconds: float) -> None:
        self._due = self.loop.time() + seconds
        if self._timer is None or self._timer.when() > self._due:
            self._ring_in(seconds)

    def _ring_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(seconds, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._due is None:
            return
        left = self._due - self.loop.time()
        if left > 0:
            self._ring_in(left)
        elif not self.transport.is_closing():
            self.transport.close()


def spare_collector() -> None:
    """Let the garbage collector leave alone what is there already, and look at new objects more seldom.

    Call it before serving, when the gatherings are open. What is there stays for the life of the process, so looking
    through it again and again finds nothing and holds everybody up. New objects are looked at as before, once twenty
    thousand have been added.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


def _comes_soon(cycle: RequestResponseCycle) -> bool:
    """Return whether a body is short, has a length, and is sent without being asked for: nothing reads it earlier."""
    headers = dict(cycle.scope["headers"])
    if cycle.waiting_for_100_continue or b"transfer-encoding" in headers:
        return False
    length = headers.get(b"content-length", b"0")
    return length.isdigit() and int(length) <= BODY_MOST


def configured(app: Starlette, *, proxy: str | None = None, **more: Any) -> uvicorn.Config:
    """Return the uvicorn configuration of an app: timeouts, caps, and no access log, which would hold addresses.

    Args:
        app: the app to serve.
        proxy: address of a trusted proxy, whose X-Forwarded-For and X-Forwarded-Proto headers are used; None for none.
        more: further options of `uvicorn.Config`.
    """
    protocol = type("ServedProtocol", (DeadlineProtocol,), {"waiting": Waiting(), "proxy": proxy})
    return uvicorn.Config(
        app,
        http=protocol,
        loop="uvloop",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=5,
        backlog=4096,
        limit_concurrency=CONNECTIONS_MOST,
        **more,
    )
