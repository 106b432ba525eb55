"""Checks of every request (Host header, same origin against CSRF, body size), security headers, and a rate limit."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
import time
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from oneheart.live.codes import WRONG_A_MINUTE

BODY_MOST = 16 * 1024
HOST_BODY_MOST = 256 * 1024
_SHEET = re.compile(r"/g/[^/]+/circle/(sheet|paper/[^/]+)")
NEW_BODY_MOST = 2 * 1024 * 1024  # 2,000 names of circles of 120 letters, each of six bytes in a form
CONTACTS_BODY_MOST = 66 * 1024 * 1024  # `live.listed.FILE_BYTES_MOST`, and the other fields of its form
_CONTACTS = re.compile(r"/host/[^/]+/contacts|/api/v1/gatherings/[^/]+/host/contacts")
WELCOME_MOST = 1000  # seats of one address that allow a miss each
REFUSED = {"host": 400, "origin": 403, "too large": 413}
"""Reasons for which `Guard` refuses a request, with the status of the answer."""
_SAFE = {"GET", "HEAD", "OPTIONS"}
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # "no-referrer" would make browsers send "Origin: null" over plain http
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_FRAMED, _FRAMES = re.compile(r"/(hall|j)/[^/]+"), re.compile(r"/host/[^/]+")


@lru_cache(maxsize=8)
def _policy(*, framed: bool, frames: bool) -> bytes:
    """Return the content security policy of a page.

    Args:
        framed: true if the desk of the same server may show the page beside itself: hall screen and door.
        frames: true for the desk, which shows them.
    """
    policy = _CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'") if framed else _CSP
    return f"{policy}; frame-src 'self'".encode() if frames else policy.encode()


NO_STORE = (b"cache-control", b"no-store")
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
"""Sent over https only: a browser then asks this name over https alone, for a year. Browsers ignore it over http."""


_SHARED = ipaddress.ip_network("100.64.0.0/10")  # behind a provider's router, or in a private overlay network


class Guard:
    """ASGI middleware that refuses foreign Host headers, foreign origins and large bodies, and adds security headers.

    It adds `cache-control: no-store` to every answer that has no cache-control header of its own.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str],
        https: bool = False,
        refused: ASGIApp | None = None,
    ) -> None:
        """Guard an app.

        Args:
            app: the ASGI app behind the guard.
            hosts: allowed names in the Host header, without port; "*" allows any name, and "lan" allows localhost,
                ".local" names and private addresses.
            https: whether a proxy in front of the server speaks https; answers then say so (`HSTS`).
            refused: answers a request that is refused; `scope["refused"]` is the reason, one of `REFUSED`. None for a
                short answer without words.
        """
        self.app = app
        self.refused = refused or _bare
        self.hosts = frozenset(host.lower() for host in hosts)
        self._always = (*HEADERS, HSTS) if https else HEADERS
        self._unless_cached = (NO_STORE, *self._always)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the app, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if not self.knows(host):
            await self._refuse("host", scope, receive, send)
            return
        if scope["method"] not in _SAFE and not same_origin(headers, host):
            await self._refuse("origin", scope, receive, send)
            return
        length = headers.get(b"content-length", b"0")
        most = body_most(scope["path"])
        if not length.isdigit() or int(length) > most:
            await self._refuse("too large", scope, receive, send)
            return
        await self.app(scope, _limited(receive, most), self._with_headers(send, scope["path"]))

    async def _refuse(self, why: str, scope: Scope, receive: Receive, send: Send) -> None:
        await self.refused({**scope, "refused": why}, receive, self._with_headers(send))

    def _with_headers(self, send: Send, path: str = "") -> Send:
        framed, frames = bool(_FRAMED.fullmatch(path)), bool(_FRAMES.fullmatch(path))
        policy = (b"content-security-policy", _policy(framed=framed, frames=frames))
        always, unless_cached = self._always, self._unless_cached
        if framed or frames:
            always = (policy, *self._always[1:])
            unless_cached = (NO_STORE, *always)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                has_cache_control = any(name == b"cache-control" for name, _ in headers)
                message = {
                    **message,
                    "headers": [*headers, *(always if has_cache_control else unless_cached)],
                }
            await send(message)

        return with_headers

    def knows(self, host: str) -> bool:
        """Return whether a Host header is allowed."""
        if "*" in self.hosts:
            return True
        name = _name_in(host)
        if name is None:
            return False
        return name in self.hosts or ("lan" in self.hosts and _is_local(name))


@lru_cache(maxsize=256)  # all phones of a hall send the same header
def _name_in(host: str) -> str | None:
    """Return the host name in a Host header, without port; None for an empty header."""
    return urlsplit(f"//{host}").hostname if host else None


@lru_cache(maxsize=256)
def _is_local(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".local")
    return address.is_private or address.is_loopback or address.is_link_local or address in _SHARED


def same_origin(headers: dict[bytes, bytes], host: str) -> bool:
    """Return whether a request that changes something came from a page of this server (CSRF check).

    Browsers send the origin in Sec-Fetch-Site, over plain http in Origin, and old ones in Referer. A request with none
    of these headers is allowed only without a cookie: then it comes from a program.
    """
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in {b"same-origin", b"none"}
    origin = headers.get(b"origin", headers.get(b"referer"))
    if origin is None:
        return b"cookie" not in headers
    return urlsplit(origin.decode("latin-1")).netloc.lower() == host.lower()


class TooLargeError(Exception):
    """The body of a request exceeds the limit."""


@lru_cache(maxsize=256)  # most requests of a gathering are taps at one address
def body_most(path: str) -> int:
    """Return how many bytes the body of a request may have, by what its form can hold at most.

    A form of the desk is read only after its host is known, and a sheet of a circle only after its steward is.

    Example:
        >>> body_most("/g/X/desire"), body_most("/host/X/do/programme"), body_most("/host/new/secret")
        (16384, 262144, 2097152)
        >>> body_most("/host/X/lists"), body_most("/api/v1/gatherings/X/host/lists")
        (2097152, 2097152)
        >>> body_most("/host/X/contacts") == body_most("/api/v1/gatherings/X/host/contacts") == CONTACTS_BODY_MOST
        True
    """
    if _CONTACTS.fullmatch(path):
        return CONTACTS_BODY_MOST
    if path.startswith("/host/new/") or path.endswith("/lists"):
        return NEW_BODY_MOST
    return HOST_BODY_MOST if path.startswith("/host/") or _SHEET.fullmatch(path) else BODY_MOST


def _limited(receive: Receive, most: int) -> Receive:
    """Return a `receive` that raises `TooLargeError` when a body without content-length exceeds the limit."""
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise TooLargeError
        return message

    return limited


async def _bare(scope: Scope, _receive: Receive, send: Send) -> None:
    """Refuse a request with a status and its reason alone."""
    why = str(scope["refused"])
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(why)).encode())]
    await send({"type": "http.response.start", "status": REFUSED[why], "headers": headers})
    await send({"type": "http.response.body", "body": why.encode()})


class Misses:
    """The rate limit of wrong codes: ten in a minute from one IP address, and one more for each seat taken from there.

    A hall of a thousand people stands behind one address, and some mistype the code. So each seat that was taken from
    an address within the hour allows one more miss in a minute, up to a thousand.

    It keeps no address, but a keyed hash (HMAC) of it in memory, with a random key for each hour.

    Example:
        >>> misses = Misses()
        >>> [misses.note("10.0.0.9") for _ in range(11)][-2:]
        [True, False]
        >>> misses.welcome("10.0.0.9", "seat 7")
        >>> misses.most("10.0.0.9"), misses.most("10.0.0.8")
        (11, 10)
    """

    def __init__(self) -> None:
        """Begin with a random key, which is never stored."""
        self._key = secrets.token_bytes(32)
        self._minute = self._hour = 0
        self._count: dict[bytes, int] = {}
        self._seats: dict[bytes, set[bytes]] = {}

    @property
    def quiet(self) -> bool:
        """Return whether nobody has missed within this minute."""
        return not self._count

    def most(self, address: str) -> int:
        """Return how many misses in a minute an address is allowed."""
        name = self._name(address)
        return WRONG_A_MINUTE + len(self._seats.get(name, ()))

    def allowed(self, address: str) -> bool:
        """Return whether an address is still below the rate limit."""
        name = self._name(address)
        return self._count.get(name, 0) < self.most(address)

    def note(self, address: str) -> bool:
        """Count one wrong code of an address; return whether it was within the rate limit."""
        name = self._name(address)
        self._count[name] = self._count.get(name, 0) + 1
        return self._count[name] <= self.most(address)

    def welcome(self, address: str, seat: str) -> None:
        """Note that a seat was taken from an address; the same seat counts once."""
        name = self._name(address)
        seats = self._seats.setdefault(name, set())
        if len(seats) < WELCOME_MOST:
            seats.add(self._hashed(seat))

    def _name(self, address: str) -> bytes:
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._count = minute, {}
        if minute // 60 != self._hour:
            self._hour, self._seats, self._key = minute // 60, {}, secrets.token_bytes(32)
        return self._hashed(address)

    def _hashed(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), hashlib.sha256)[:12]
