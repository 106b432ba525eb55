"""An HTTP client for one phone: one connection, one request at a time, which may break off at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote_plus, urlsplit

import httptools

from oneheart.errors import UserError

ANSWER_SECONDS = 30.0
CONNECT_SECONDS = 15.0


class GoneError(Exception):
    """The connection ended before the answer; the request may have arrived or not."""


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """Address of a server.

    Attributes:
        host: name or IP address.
        port: TCP port.
        https: true for TLS.
        authority: value of the Host header.
    """

    host: str
    port: int
    https: bool

    @property
    def authority(self) -> str:
        """Return host and port as a browser writes them."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.https else 80) else f"{name}:{self.port}"

    @property
    def origin(self) -> str:
        """Return the origin of its pages."""
        return f"{'https' if self.https else 'http'}://{self.authority}"


def place_of(url: str) -> tuple[ServerPlace, str]:
    """Return the server and the path of an address.

    Raises:
        UserError: it is not an http or https address.

    Example:
        >>> place_of("http://10.0.0.7:8000/j/ABCD3456")
        (ServerPlace(host='10.0.0.7', port=8000, https=False), '/j/ABCD3456')
    """
    message = f"{url!r} is no address of a gathering; give it as the hall screen shows it: http://10.0.0.7:8000/j/CODE."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UserError(message) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UserError(message)
    https = parts.scheme == "https"
    return ServerPlace(parts.hostname, port or (443 if https else 80), https), parts.path or "/"


def is_near(place: ServerPlace) -> bool:
    """Return whether a server is this machine or on its private network, by all addresses of its name.

    Raises:
        UserError: the name is unknown.

    Example:
        >>> is_near(ServerPlace("127.0.0.1", 80, False)), is_near(ServerPlace("8.8.8.8", 80, False))
        (True, False)
    """
    try:
        entries = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        message = f"{place.host} is not known on this network; give the address as the server printed it."
        raise UserError(message) from None
    addresses = [ipaddress.ip_address(str(entry[4][0]).split("%", maxsplit=1)[0]) for entry in entries]
    return all(a.is_private or a.is_loopback or a.is_link_local for a in addresses)


@dataclass(slots=True)
class HttpAnswer:
    """An HTTP response.

    Attributes:
        status: HTTP status.
        headers: by lower-case name; the last one if a header repeats.
        cookies: Set-Cookie headers.
        body: raw body; empty for a stream.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    body: bytes = b""


class Wire(asyncio.Protocol):
    """One connection to a server, opened on first use and reopened after it was lost."""

    def __init__(self, place: ServerPlace) -> None:
        """Keep the address; nothing is opened yet."""
        self.place = place
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._waiting: asyncio.Future[HttpAnswer] | None = None
        self._answer = HttpAnswer()
        self._chunks: list[bytes] = []
        self._heard: Callable[[bytes], None] | None = None

    # --- requests ---

    @property
    def is_open(self) -> bool:
        """Return whether the connection is open."""
        return self._transport is not None and not self._transport.is_closing()

    async def open(self) -> None:
        """Connect.

        Raises:
            GoneError: the server does not accept the connection.
        """
        self.drop()
        context = ssl.create_default_context() if self.place.https else None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await asyncio.get_running_loop().create_connection(
                    lambda: self, self.place.host, self.place.port, ssl=context
                )
        except (OSError, TimeoutError, ssl.SSLError) as error:
            raise GoneError(str(error)) from error

    async def ask(self, raw: bytes, *, seconds: float = ANSWER_SECONDS) -> HttpAnswer:
        """Send a request and return its response.

        Raises:
            GoneError: the connection ended, or the timeout was exceeded.
        """
        if not self.is_open:
            await self.open()
        assert self._transport is not None  # noqa: S101  open() made it
        if self._waiting is not None:
            message = "one question at a time"
            raise GoneError(message)
        waiting: asyncio.Future[HttpAnswer] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._transport.write(raw)
        timer = asyncio.get_running_loop().call_later(seconds, self._too_late)
        try:
            return await waiting
        finally:
            timer.cancel()
            if self._waiting is waiting:  # cancelled: a late response must not be read as the next one
                self.drop()

    async def ask_and_hang_up(self, raw: bytes, *, after_seconds: float) -> None:
        """Send a request and close the connection before the response is read.

        Raises:
            GoneError: the server does not accept the connection.
        """
        if not self.is_open:
            await self.open()
        assert self._transport is not None  # noqa: S101  open() made it
        self._transport.write(raw)
        await asyncio.sleep(after_seconds)
        self.drop()

    async def listen(self, raw: bytes, heard: Callable[[bytes], None]) -> HttpAnswer:
        """Open a stream, pass its chunks on, and return when it ends.

        Raises:
            GoneError: the connection broke.
        """
        self._heard = heard
        try:
            return await self.ask(raw, seconds=7 * 24 * 3600.0)
        finally:
            self._heard = None

    def drop(self) -> None:
        """Abort the connection, as a phone that loses the network."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()
        self._fail("dropped")

    # --- callbacks of the event loop ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to parse responses."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop has its own class
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Parse a chunk."""
        if self._parser is None:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(str(error))
            self.drop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the waiting request."""
        if self._transport is None or self._transport.is_closing():
            self._transport = None
            self._fail(str(exc or "closed"))

    # --- callbacks of the parser ---

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if key == "set-cookie":
            self._answer.cookies.append(text)
        else:
            self._answer.headers[key] = text

    def on_headers_complete(self) -> None:
        """Keep the status."""
        assert self._parser is not None  # noqa: S101  it is what calls
        self._answer.status = self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        """Keep a chunk of the body, or pass it on."""
        if self._heard is not None and self._answer.status == 200:  # noqa: PLR2004
            self._heard(body)
        else:
            self._chunks.append(body)

    def on_message_complete(self) -> None:
        """Return the response to the waiting request."""
        answer, waiting = self._answer, self._waiting
        answer.body = b"".join(self._chunks)
        keep = self._parser is not None and self._parser.should_keep_alive()
        self._waiting = None
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
        self._begin()
        if not keep:
            self.drop()

    def _begin(self) -> None:
        self._answer, self._chunks = HttpAnswer(), []
        self._parser = httptools.HttpResponseParser(self)

    def _too_late(self) -> None:
        self._fail("no answer in time")
        self.drop()

    def _fail(self, why: str) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(GoneError(why))


@dataclass(slots=True)
class Jar:
    """The cookies of one phone, by name and path, as a browser keeps them."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict)

    def take(self, answer: HttpAnswer) -> None:
        """Keep the cookies that a response sets."""
        for line in answer.cookies:
            pair, *rest = line.split(";")
            name, _, value = pair.strip().partition("=")
            attributes = {key.strip().lower(): text.strip() for key, _, text in (part.partition("=") for part in rest)}
            path = attributes.get("path") or "/"
            if attributes.get("max-age") == "0" or not value.strip('"'):
                self.kept.pop((name, path), None)
            else:
                self.kept[name, path] = value

    def header(self, path: str) -> str:
        """Return the Cookie header for a path; "" for none."""
        return "; ".join(
            f"{name}={value}"
            for (name, under), value in self.kept.items()
            if path == under or path.startswith(under if under.endswith("/") else under + "/")
        )


def request(
    place: ServerPlace,
    method: str,
    path: str,
    *,
    fields: Mapping[str, str] | None = None,
    cookie: str = "",
    accept: str = "text/html",
    language: str = "en",
) -> bytes:
    r"""Return a request as a browser sends it, with Origin if it changes something.

    Example:
        >>> request(ServerPlace("h", 80, False), "POST", "/x", fields={"a": "1 2"}).split(b"\r\n")[-1]
        b'a=1+2'
    """
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {place.authority}",
        f"Accept: {accept}",
        f"Accept-Language: {language}",
        "User-Agent: oneheart-rehearsal",
    ]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    body = b""
    if fields is not None:
        body = urlencoded(fields)
        lines += [
            f"Origin: {place.origin}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def urlencoded(fields: Mapping[str, str]) -> bytes:
    """Return the fields of a form as a request body."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in fields.items()).encode()


def many_files() -> None:
    """Raise this process's limit of open connections to the system's maximum."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  not on every system

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
