"""Checks of every request (Host, same origin against CSRF, body size), security headers, the rate limit of codes."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import secrets
import time
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_MOST = 16 * 1024
MISSES_A_MINUTE = 10
_SAFE = {"GET", "HEAD", "OPTIONS"}
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # without any, browsers on plain http do not say where a form came from
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_NO_STORE = (b"cache-control", b"no-store")
_HEADERS_AND_NO_STORE = (_NO_STORE, *HEADERS)


_SHARED = ipaddress.ip_network("100.64.0.0/10")  # behind a provider's router, or in a private overlay network


class Guard:
    """ASGI middleware: refuses foreign hosts, foreign origins and large bodies, and adds the headers of safety.

    An answer is never kept by a browser or proxy unless it says itself that it may be.
    """

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], https: bool = False) -> None:
        """Guard an app.

        Args:
            app: what is guarded.
            hosts: names under which it may be asked for, without port; "*" for any; addresses of this machine's
                networks are always allowed when "lan" is among them.
            https: whether a proxy in front speaks https.
        """
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it at once."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if not self.knows(host):
            await _answer(scope, send, 400, "host", "This address is not served here.")
            return
        if scope["method"] not in _SAFE and not same_origin(headers, host):
            sentence = "This was sent from another page. Open the page of the gathering itself."
            await _answer(scope, send, 403, "origin", sentence)
            return
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > BODY_MOST:
            await _answer(scope, send, 413, "too large", "This is too long to be sent.")
            return
        await self.app(scope, _limited(receive), _with_headers(send))

    def knows(self, host: str) -> bool:
        """Return whether a Host header names this server."""
        if "*" in self.hosts:
            return True
        name = _name_in(host)
        if name is None:
            return False
        return name in self.hosts or ("lan" in self.hosts and _is_local(name))


@lru_cache(maxsize=256)  # a hall asks for one name, thousands of times
def _name_in(host: str) -> str | None:
    """Return the name in a Host header, without port; None for none."""
    return urlsplit(f"//{host}").hostname if host else None


@lru_cache(maxsize=256)
def _is_local(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".local")
    return address.is_private or address.is_loopback or address.is_link_local or address in _SHARED


def same_origin(headers: dict[bytes, bytes], host: str) -> bool:
    """Return whether a request that changes something came from our own page.

    Browsers say so in Sec-Fetch-Site, or, on plain http, in Origin, old ones in Referer; programs that send none of
    these carry no cookie of a browser and are let through.
    """
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in {b"same-origin", b"none"}
    origin = headers.get(b"origin", headers.get(b"referer"))
    if origin is None:
        return b"cookie" not in headers
    return urlsplit(origin.decode("latin-1")).netloc.lower() == host.lower()


class TooLargeError(Exception):
    """A body grew beyond the limit while it came."""


def _limited(receive: Receive) -> Receive:
    """Return `receive` that stops a body without a stated length at the limit."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > BODY_MOST:
            raise TooLargeError
        return message

    return limited


def _with_headers(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message.get("headers", ())
            kept = any(name == b"cache-control" for name, _ in headers)
            message = {**message, "headers": [*headers, *(HEADERS if kept else _HEADERS_AND_NO_STORE)]}
        await send(message)

    return with_headers


async def _answer(scope: Scope, send: Send, status: int, why: str, sentence: str) -> None:
    """Answer at once, programs in the shape in which they are told of every problem."""
    program = str(scope["path"]).startswith("/api/")
    body = json.dumps({"why": why, "sentence": sentence}).encode() if program else sentence.encode()
    kind = b"application/json" if program else b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), _NO_STORE]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *HEADERS]})
    await send({"type": "http.response.body", "body": body})


class Misses:
    """Counts wrong codes by address, without keeping the address: only a keyed hash of it, for a minute.

    Example:
        >>> misses = Misses()
        >>> [misses.note("10.0.0.9") for _ in range(11)][-2:]
        [True, False]
    """

    def __init__(self) -> None:
        """Begin with a key of its own, never stored."""
        self._key = secrets.token_bytes(32)
        self._minute = 0
        self._count: dict[bytes, int] = {}

    def allowed(self, address: str) -> bool:
        """Return whether this address may try again now."""
        return self._count.get(self._name(address), 0) < MISSES_A_MINUTE

    def note(self, address: str) -> bool:
        """Count one wrong code; return whether it was among those allowed."""
        name = self._name(address)
        self._count[name] = self._count.get(name, 0) + 1
        return self._count[name] <= MISSES_A_MINUTE

    def _name(self, address: str) -> bytes:
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._count, self._key = minute, {}, secrets.token_bytes(32)
        return hmac.new(self._key, address.encode(), hashlib.sha256).digest()[:12]
