"""The IPv4 addresses of this machine on its local networks. Nothing is sent to find them."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import sys

_SIOCGIFADDR = 0x8915  # ioctl that returns the address of a network card (linux/sockios.h)


def lan_address() -> str:
    """Return the IPv4 address of this machine on its network; 127.0.0.1 if it has none. Nothing is sent.

    It is the address that the default route uses. Without a default route it is the address of the first network card.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(
                ("192.0.2.1", 9)
            )  # an address for documentation; UDP connect sends nothing, it only chooses a route
        except OSError:
            return next(iter(_card_addresses()), "127.0.0.1")
        return str(probe.getsockname()[0])


def network_addresses() -> tuple[str, ...]:
    """Return all IPv4 addresses at which machines of the same networks reach this one, that of the default route first.

    () without a network. Nothing is sent. As slow as `lan_address`.
    """
    return tuple(_of_a_network([lan_address(), *_card_addresses()]))


def _card_addresses() -> list[str]:
    """Return the addresses of this machine's network cards; link-local addresses come last.

    If the cards cannot be read, the machine's own name is resolved. That may take seconds if no name server answers.
    """
    return _of_a_network(_asked_of_cards()) or _of_a_network(_asked_by_name())


def _of_a_network(addresses: list[str]) -> list[str]:
    """Return the addresses at which others can reach this machine, without loopback; link-local addresses come last.

    Example:
        >>> _of_a_network(["127.0.0.1", "169.254.3.4", "10.0.0.7"])
        ['10.0.0.7', '169.254.3.4']
    """
    parsed = [ipaddress.ip_address(text) for text in dict.fromkeys(addresses)]
    ordered = sorted(parsed, key=lambda address: address.is_link_local)
    return [str(address) for address in ordered if not address.is_loopback]


def _asked_of_cards() -> list[str]:
    """Return the address of each network card on Linux; [] on other systems."""
    if not sys.platform.startswith("linux"):
        return []
    import fcntl  # noqa: PLC0415  exists on Unix only

    addresses = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            with contextlib.suppress(OSError):  # a card without an address
                addresses.append(socket.inet_ntoa(fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, request)[20:24]))
    return addresses


def _asked_by_name() -> list[str]:
    """Return the addresses to which this machine's own name resolves; [] if it does not resolve."""
    try:
        resolved = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET, socket.SOCK_DGRAM)
    except OSError:
        return []
    return [str(address[0]) for *_, address in resolved]
