"""Where phones reach this server: the address in QR codes, cards and links.

A page that a host opened at 127.0.0.1 knows only an address that no phone can open. Its QR codes then lead to an
address of this machine on its networks. A host may choose which one; the choice is held in memory only.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_LOOK_AGAIN_SECONDS = 10.0  # a laptop joins the hall's network after the server has started


def is_loopback(base: str) -> bool:
    """Return whether only this machine itself can open an address.

    Example:
        >>> [is_loopback(base) for base in ("http://127.0.0.1:8000", "http://localhost", "http://10.0.0.7:8000")]
        [True, True, False]
    """
    name = urlsplit(base).hostname or ""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@dataclass(slots=True)
class Reach:
    """The addresses of one server.

    Attributes:
        public: address that people use through a proxy; "" without one.
        find: function that returns the addresses of this machine on its networks, the likeliest first; () where the
            server listens at this machine alone.
        chosen: by code of a gathering: the address that its hosts chose.
    """

    public: str = ""
    find: Callable[[], tuple[str, ...]] = tuple
    chosen: dict[str, str] = field(default_factory=dict)
    _found: tuple[str, ...] = ()
    _looked_at: float | None = None

    @property
    def offered(self) -> tuple[str, ...]:
        """Return the addresses on the networks, looked up at most once in ten seconds."""
        now = time.monotonic()
        if self._looked_at is None or now - self._looked_at > _LOOK_AGAIN_SECONDS:
            self._found, self._looked_at = self.find(), now
        return self._found

    def base(self, opened: str, code: str) -> str:
        """Return the address for phones, without a slash at its end.

        Args:
            opened: address at which the page was opened that shows the QR code.
            code: code of the gathering; "" for none.
        """
        if self.public:
            return self.public
        if not is_loopback(opened):
            return opened
        offered = self.offered
        chosen = self.chosen.get(code, "")
        return chosen if chosen in offered else next(iter(offered), opened)

    def choose(self, base: str, code: str) -> bool:
        """Let the QR codes of a gathering lead to one of the offered addresses; return whether it is one of them."""
        if base not in self.offered:
            return False
        self.chosen[code] = base
        return True


@dataclass(frozen=True, slots=True)
class ReachTold:
    """What a desk says that was opened at an address of this machine alone.

    Attributes:
        base: address to which its QR codes lead.
        others: further addresses of this machine.
        reaches: false if no phone can open `base`.
    """

    base: str
    others: tuple[str, ...]
    reaches: bool


def told(reach: Reach, opened: str, code: str) -> ReachTold | None:
    """Return what a desk says about its address; None where the address is one that phones can open.

    Example:
        >>> reach = Reach(find=lambda: ("http://10.0.0.7:8000", "http://192.168.1.4:8000"))
        >>> told(reach, "http://127.0.0.1:8000", "ABCD3456")
        ReachTold(base='http://10.0.0.7:8000', others=('http://192.168.1.4:8000',), reaches=True)
        >>> told(Reach(), "http://127.0.0.1:8000", "").reaches, told(reach, "http://10.0.0.7:8000", "")
        (False, None)
    """
    if reach.public or not is_loopback(opened):
        return None
    base = reach.base(opened, code)
    return ReachTold(base, tuple(other for other in reach.offered if other != base), base != opened)
