"""The address of the language model: only the operator gives it, when the program starts.

One closed pattern parses the address; everything else is refused. The name is resolved once for each question, all
its addresses must be allowed, and the connection goes to that very address. So the owner of the name cannot redirect
it inwards afterwards (DNS rebinding).

Source: ours; special addresses after the IANA registries (RFC 6890) and the metadata addresses of cloud providers.
"""

from __future__ import annotations

import asyncio
import importlib.util
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from oneheart.errors import UserError

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the IP addresses of a name (and port); raises OSError where there are none."""

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253})"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>(?:/[a-z0-9._~-]+)*)/?",
    re.ASCII | re.IGNORECASE,
)
# The last part begins with a letter, so no form of a number (2130706433, 0x7f.1, 127.1) is taken for a name.
_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_PRIVATE_NAME = re.compile(
    r"(?:[^.]+|.*\.(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa))", re.ASCII
)
_PORT_MOST = 65535
_MODEL_MOST = 200

_PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7"),
    )
)
_NEVER = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            # cloud metadata addresses outside link-local
            "100.100.100.200/32", "168.63.129.16/32", "fd00:ec2::/32", "fd20:ce::/32", "fd00:42::/32", "fd00:c1::/32",
            # IPv6 unspecified, local, multicast, or with an embedded IPv4 address
            "::/128", "fe80::/10", "fec0::/10", "ff00::/8", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96",
            "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
        ),
    )
)  # fmt: skip
_V6_PUBLIC = ipaddress.IPv6Network("2000::/3")

_BAD = "ONEHEART_LLM_URL cannot be used: "
_FORM = "give it as https://NAME/PATH, with nothing before the name and nothing after the path."


class ForbiddenAddressError(Exception):
    """An address leads to a forbidden network. It never leaves this package."""


@dataclass(frozen=True, slots=True)
class Address:
    """A checked address.

    Attributes:
        scheme: "https", or "http" for private addresses only.
        host: name or IP address in canonical form.
        port: 1 to 65535.
        path: "" or "/..." without a slash at the end.
        private: true if the operator allows addresses of this machine and its own network.

    Example:
        >>> checked("https://Models.example.org/v1/").base_url
        'https://models.example.org:443/v1'
    """

    scheme: Literal["http", "https"]
    host: str
    port: int
    path: str
    private: bool = False

    @property
    def base_url(self) -> str:
        """Return the address in canonical form."""
        return f"{self.scheme}://{_bracketed(self.host)}:{self.port}{self.path}"

    @property
    def host_header(self) -> str:
        """Return the value of the Host header."""
        usual = self.port == (443 if self.scheme == "https" else 80)
        return _bracketed(self.host) + ("" if usual else f":{self.port}")

    def url_at(self, ip: str) -> str:
        """Return the URL of the request at one of the host's resolved IP addresses."""
        return f"{self.scheme}://{_bracketed(ip)}:{self.port}{self.path}/chat/completions"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A language model of the operator's choice.

    Attributes:
        address: address of its server.
        model: its name there.
        key: API key; "" for none. Never printed.

    Example:
        >>> "secret" in repr(Endpoint(checked("https://models.example.org"), "m", "secret"))
        False
    """

    address: Address
    model: str
    key: str = field(default="", repr=False)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def is_allowed(ip: str, *, private: bool, scheme: str = "https") -> bool:
    """Return whether a connection to this IP address is allowed.

    Public addresses need https. Private ones (this machine, its network) need the operator's permission. Never
    allowed are link-local, unspecified, multicast, reserved and cloud metadata addresses, and IPv6 forms that contain
    another address.

    Example:
        >>> is_allowed("127.0.0.1", private=False), is_allowed("127.0.0.1", private=True)
        (False, True)
        >>> is_allowed("169.254.169.254", private=True), is_allowed("8.8.8.8", private=True, scheme="http")
        (False, False)
    """
    try:
        parsed = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if "%" in ip or any(parsed in network for network in _NEVER):
        return False
    if any(parsed in network for network in _PRIVATE):
        return private
    public = parsed.is_global and (isinstance(parsed, ipaddress.IPv4Address) or parsed in _V6_PUBLIC)
    return public and scheme == "https"


def checked(url: str, *, private: bool = False) -> Address:
    """Return the parsed address.

    It resolves nothing; names are resolved and checked with each question (`resolved`).

    Args:
        url: http(s)://host[:port][/path]; without user, query, fragment or percent-encoding.
        private: true if this machine and its network may be asked.

    Raises:
        UserError: the address has another form. The sentence never repeats it, because it may hold a password.

    Example:
        >>> checked("http://[::1]:8080/v1", private=True).port
        8080
        >>> checked("http://0x7f.1/v1", private=True)
        Traceback (most recent call last):
        ...
        oneheart.errors.UserError: ONEHEART_LLM_URL cannot be used: its host must be a plain name or IP address.
    """
    match = _URL.fullmatch(url)
    if match is None:
        raise UserError(_BAD + _FORM)
    scheme: Literal["http", "https"] = "https" if match["scheme"].lower() == "https" else "http"
    port = int(match["port"] or (443 if scheme == "https" else 80))
    if not 0 < port <= _PORT_MOST or {".", ".."} & set(match["path"].split("/")):
        raise UserError(_BAD + _FORM)
    host, is_name = _host(match["host"].lower())
    if not private and (_PRIVATE_NAME.fullmatch(host) if is_name else not is_allowed(host, private=False)):
        message = "it is of this machine or its own network; if that is meant, set ONEHEART_LLM_PRIVATE=1 as well."
        raise UserError(_BAD + message)
    if scheme == "http" and not private:
        raise UserError(_BAD + "people's words would travel openly; use https.")
    if not is_name and not is_allowed(host, private=private, scheme=scheme):
        raise UserError(_BAD + "it is reserved, or public and without https; give the address of a model's server.")
    return Address(scheme, host, port, match["path"], private)


def _host(host: str) -> tuple[str, bool]:
    """Return the host in canonical form, and whether it is a name."""
    try:
        if host.startswith("["):
            return str(ipaddress.IPv6Address(host[1:-1])), False
        if host[-1].isdigit() and not _NAME.fullmatch(host):
            return str(ipaddress.IPv4Address(host)), False
    except ValueError:
        host = ""
    if not _NAME.fullmatch(host):
        message = "its host must be a plain name or IP address."
        raise UserError(_BAD + message)
    return host, True


async def system_resolve(host: str, port: int) -> tuple[str, ...]:
    """Return the IP addresses of a name, from the operating system."""
    entries = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(place[0]) for _, _, _, _, place in entries))


async def resolved(address: Address, resolve: Resolver = system_resolve) -> tuple[str, ...]:
    """Return the IP addresses to connect to, the best first.

    Raises:
        ForbiddenAddressError: one of them is not allowed.
        OSError: the name has no address.

    Example:
        >>> asyncio.run(resolved(checked("https://8.8.8.8")))
        ('8.8.8.8',)
    """
    try:
        ipaddress.ip_address(address.host)
        addresses: Sequence[str] = (address.host,)
    except ValueError:
        addresses = await resolve(address.host, address.port)
    if not all(is_allowed(ip, private=address.private, scheme=address.scheme) for ip in addresses):
        raise ForbiddenAddressError
    if not addresses:
        message = "no address"
        raise OSError(message)
    return tuple(addresses)


def endpoint_from_environment(environ: Mapping[str, str]) -> Endpoint | None:
    """Return the configured model; None if none is configured.

    Args:
        environ: ONEHEART_LLM_URL and ONEHEART_LLM_MODEL, which belong together; ONEHEART_LLM_KEY, if the server needs
            one; ONEHEART_LLM_PRIVATE=1 if the model is on this machine or its own network. An empty variable is not
            set.

    Raises:
        UserError: the variables are incomplete or invalid, or the extra `llm` is not installed.

    Example:
        >>> endpoint_from_environment({}) is None
        True
    """
    url, model, key, private = (
        environ.get(f"ONEHEART_LLM_{name}", "").strip() for name in ("URL", "MODEL", "KEY", "PRIVATE")
    )
    if not url and not model and not key:
        return None
    if not url or not model:
        lacking = "ONEHEART_LLM_MODEL" if url else "ONEHEART_LLM_URL"
        message = f"A language model needs both ONEHEART_LLM_URL and ONEHEART_LLM_MODEL: set {lacking} too, or neither."
        raise UserError(message)
    if private not in {"", "0", "1"}:
        message = "ONEHEART_LLM_PRIVATE must be 1, where the model is on this machine or its network, or not set."
        raise UserError(message)
    if not model.isprintable() or len(model) > _MODEL_MOST:
        message = f"ONEHEART_LLM_MODEL must be a name of at most {_MODEL_MOST} printable characters."
        raise UserError(message)
    if not re.fullmatch(r"[!-~]*", key):
        message = "ONEHEART_LLM_KEY must hold no spaces, line ends or letters beyond ASCII; copy it again."
        raise UserError(message)
    address = checked(url, private=private == "1")
    if importlib.util.find_spec("httpx2") is None:
        message = "A language model needs more: run pip install 'oneheart[llm]', or unset ONEHEART_LLM_URL."
        raise UserError(message)
    return Endpoint(address, model, key)
