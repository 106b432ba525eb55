"""Serve an app with deadlines: a phone that stops in the middle of a request does not hold a place for ever."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import struct
import sys
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 10.0
BODY_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 30
CONNECTIONS_MOST = 12_000
_SIOCGIFADDR = 0x8915  # asks for the address of a card (linux/sockios.h)


class DeadlineProtocol(HttpToolsProtocol):
    """uvicorn's protocol that closes a connection whose request does not arrive in time.

    A timer that rings too early looks again: thousands of requests a second move a number, not a timer each.
    """

    _due: float | None = None
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._within(HEADER_SECONDS)

    def on_message_begin(self) -> None:
        """Begin to wait for the headers of the next request."""
        super().on_message_begin()
        self._within(HEADER_SECONDS)

    def on_headers_complete(self) -> None:
        """Begin to wait for the body."""
        super().on_headers_complete()
        self._within(BODY_SECONDS)

    def on_message_complete(self) -> None:
        """Wait no longer: all of the request is here."""
        super().on_message_complete()
        self._due = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer: the phone is gone."""
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
    """Return how an app is served: no access log (it would hold addresses), deadlines, one process.

    Args:
        app: what is served.
        proxy: address of a proxy whose X-Forwarded-For and -Proto are believed; None for none.
        more: passed on to uvicorn.
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


def lan_address() -> str:
    """Return this machine's address on its network, 127.0.0.1 where it has none. Nothing is sent.

    A router in the desert leads nowhere: then no packet would go out, and the first address of a network card counts.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation: asks only which way a packet would go
        except OSError:
            return next(iter(_card_addresses()), "127.0.0.1")
        return str(probe.getsockname()[0])


def _card_addresses() -> list[str]:
    """Return the addresses of this machine's network cards, those first that a router or a person gave.

    Where cards cannot be asked their machine's name is, which may take seconds where nothing answers for names.
    """
    return _of_a_network(_asked_of_cards()) or _of_a_network(_asked_by_name())


def _of_a_network(addresses: list[str]) -> list[str]:
    """Return the addresses under which others can find this machine; those that it gave itself come last.

    Example:
        >>> _of_a_network(["127.0.0.1", "169.254.3.4", "10.0.0.7"])
        ['10.0.0.7', '169.254.3.4']
    """
    known = [ipaddress.ip_address(one) for one in dict.fromkeys(addresses)]
    return [str(one) for one in sorted(known, key=lambda one: one.is_link_local) if not one.is_loopback]


def _asked_of_cards() -> list[str]:
    """Return the address of each network card, as Linux gives it; [] elsewhere."""
    if not sys.platform.startswith("linux"):
        return []
    import fcntl  # noqa: PLC0415  not everywhere

    out = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            with contextlib.suppress(OSError):  # a card without an address
                out.append(socket.inet_ntoa(fcntl.ioctl(asking.fileno(), _SIOCGIFADDR, request)[20:24]))
    return out


def _asked_by_name() -> list[str]:
    """Return the addresses that this machine's own name stands for; [] where it stands for none."""
    try:
        told = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET, socket.SOCK_DGRAM)
    except OSError:
        return []
    return [str(address[0]) for *_, address in told]
