"""The limit of guesses: who has sent ten wrong codes in a minute is answered 429, for right and wrong codes alike.

Limited are requests that prove nothing: no seat, no host, no usher, only a code in the address. A phone that has its
seat, a host at the desk and a program with its secret go on. A hall stands behind one address: the more seats were
taken from there within the hour, the more mistakes are allowed (see `Misses`), so that mistyped codes of a thousand
people do not close the door to the others.

Source: ours.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from oneheart.live.check_in import occasion_of_usher
from oneheart.live.gathering import LiveGathering
from oneheart.live.house import House
from oneheart.web.answers import as_json
from oneheart.web.api.types import Problem
from oneheart.web.pages import HOST_COOKIE, SEAT_COOKIE, USHER_COOKIE
from oneheart.web.phone.door import too_many
from oneheart.web.security import Misses

_PLACES = frozenset({"j", "s", "w", "u", "g", "hall", "book", "host"})
_LINKS = frozenset({"enter", "new"})  # /host/enter/SECRET, /host/new/SECRET
_API = "/api/v1/gatherings/"


def code_in(path: str, query: bytes) -> str | None:
    """Return the code that a request tries, "" for the secret of a one-time link, None where it tries none.

    Example:
        >>> code_in("/j/ABCD3456", b""), code_in("/", b"code=abcd+3456"), code_in("/host/enter/x", b"")
        ('ABCD3456', 'abcd 3456', '')
        >>> code_in("/health", b"") is None
        True
    """
    if path.startswith(_API):
        return path[len(_API) :].partition("/")[0]
    if path == "/":
        typed = parse_qs(query.decode("latin-1")).get("code", [""])[0]
        return typed or None
    parts = path.split("/", 3)
    if len(parts) < 3 or parts[1] not in _PLACES or not parts[2]:  # noqa: PLR2004  "", place, code
        return None
    return "" if parts[1] == "host" and parts[2] in _LINKS else parts[2]


def proves(gathering: LiveGathering, headers: dict[bytes, bytes]) -> bool:
    """Return whether a request shows a secret of this gathering: of a seat, of a host or of an usher."""
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return False
    secrets = {name: morsel.value for name, morsel in cookies.items()}
    scheme, _, bearer = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    bearer = bearer.strip() if scheme.lower() == "bearer" else ""
    seats, hosts = (secrets.get(SEAT_COOKIE, ""), bearer), (secrets.get(HOST_COOKIE, ""), bearer)
    return (
        any(gathering.seat_of(secret) is not None for secret in seats)
        or any(gathering.host_of(secret) is not None for secret in hosts)
        or occasion_of_usher(gathering, secrets.get(USHER_COOKIE, "")) is not None
    )


class GuessLimit:
    """ASGI middleware that counts wrong codes and answers 429 above the limit.

    While no address has missed within the minute it costs a look-up of the code.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app, which receives every request that is not above the limit."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 429."""
        code = code_in(scope["path"], scope["query_string"]) if scope["type"] == "http" else None
        if code is None:
            await self.app(scope, receive, send)
            return
        house: House = scope["app"].state.house
        misses: Misses = scope["app"].state.misses
        gathering = house.gatherings.get(code) or house.find(code)
        if gathering is None or not misses.quiet:
            address = scope["client"][0] if scope.get("client") else ""
            proven = gathering is not None and proves(gathering, dict(scope["headers"]))
            if not proven and not misses.allowed(address):
                await _slow_down(Request(scope, receive))(scope, receive, send)
                return
            if gathering is None and code:
                misses.note(address)
        await self.app(scope, receive, send)


def _slow_down(request: Request) -> Response:
    if request.url.path.startswith(_API):
        return as_json(Problem("slowly", "Too many codes that are not here; wait a minute."), 429)
    return too_many(request)
