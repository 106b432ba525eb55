"""The addresses of this machine on its networks, asked of its network cards; nothing is sent."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import sys

_SIOCGIFADDR = 0x8915  # asks for the address of a card (linux/sockios.h)


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
