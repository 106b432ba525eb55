"""The HTTP server (uvicorn) with timeouts, so that a phone that stops within a request does not hold its connection."""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 10.0
BODY_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 30
CONNECTIONS_MOST = 12_000


class DeadlineProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with a timeout for the headers and for the body of each request.

    A request only moves the deadline, which is a number. A timer that fires before the deadline starts again. So
    thousands of requests a second create no timers.
    """

    _due: float | None = None
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timeout of the first request."""
        super().connection_made(transport)
        self._within(HEADER_SECONDS)

    def on_message_begin(self) -> None:
        """Start the timeout of the headers of the next request."""
        super().on_message_begin()
        self._within(HEADER_SECONDS)

    def on_headers_complete(self) -> None:
        """Start the timeout of the body."""
        super().on_headers_complete()
        self._within(BODY_SECONDS)

    def on_message_complete(self) -> None:
        """Stop the timeout, because the request is complete."""
        super().on_message_complete()
        self._due = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timeout and its timer, because the client has disconnected."""
        self._due = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        super().connection_lost(exc)

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


def configured(app: Starlette, *, proxy: str | None = None, **more: Any) -> uvicorn.Config:
    """Return the uvicorn configuration of an app: timeouts, one process, and no access log, which would hold addresses.

    Args:
        app: the app to serve.
        proxy: address of a trusted proxy, whose X-Forwarded-For and X-Forwarded-Proto headers are used; None for none.
        more: further options of `uvicorn.Config`.
    """
    return uvicorn.Config(
        app,
        http=DeadlineProtocol,
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
