"""Where a hall is found: the address in the QR code, also where the router leads nowhere."""

from __future__ import annotations

import ipaddress
import shutil
import subprocess
import sys

import pytest

from oneheart.web.network import lan_address

_ASK = "from oneheart.web.network import lan_address; print(lan_address())"
_ALONE = ["unshare", "--user", "--map-root-user", "--net"]


def alone(setting_up: str) -> str:
    """Return the address that a machine with only these network cards would give."""
    done = subprocess.run(
        [*_ALONE, "sh", "-c", f"{setting_up} && exec {sys.executable} -c '{_ASK}'"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no network of one's own can be made here: {done.stderr.strip()[:80]}")
    return done.stdout.strip()


needs = pytest.mark.skipif(
    not (shutil.which("unshare") and shutil.which("ip")), reason="a network of one's own needs unshare and ip"
)


def test_an_address_is_found() -> None:
    ipaddress.ip_address(lan_address())


@pytest.mark.server
@needs
def test_a_router_without_internet_still_gives_an_address() -> None:
    card = "ip link set lo up && ip addr add 192.168.7.5/24 dev lo && ip addr del 127.0.0.1/8 dev lo"
    assert alone(card) == "192.168.7.5"


@pytest.mark.server
@needs
def test_a_machine_without_a_network_gives_its_own() -> None:
    assert alone("true") == "127.0.0.1"
