"""Where a request came from, as browsers old and new say it."""

from __future__ import annotations

import pytest

from oneheart.commands import serving
from oneheart.web.security import Guard, same_origin

HOST = "192.0.2.2:8000"
COOKIE = {b"cookie": b"seat=s"}


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({b"sec-fetch-site": b"same-origin", **COOKIE}, True),
        ({b"sec-fetch-site": b"same-site", b"origin": b"http://192.0.2.2:8000", **COOKIE}, False),
        ({b"origin": b"http://192.0.2.2:8000", **COOKIE}, True),  # a new browser on plain http
        ({b"origin": b"http://192.0.2.2:9000", **COOKIE}, False),  # another program on the same machine
        ({b"origin": b"null", b"referer": b"http://192.0.2.2:8000/g/AAAA3333", **COOKIE}, False),  # a sandbox
        ({b"referer": b"http://192.0.2.2:8000/g/AAAA3333", **COOKIE}, True),  # a browser of before 2020
        ({b"referer": b"http://evil.example/192.0.2.2:8000", **COOKIE}, False),
        (COOKIE, False),
        ({}, True),  # a program
    ],
)
def test_only_our_own_pages_send_with_a_browser_s_cookie(headers: dict[bytes, bytes], ours: bool) -> None:
    assert same_origin(headers, HOST) is ours


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("192.168.1.7:8000", True),
        ("10.0.0.7", True),
        ("100.101.102.103:8000", True),
        ("[fe80::1]:8000", True),
        ("laptop.local:8000", True),
        ("130.1.2.3:8000", False),  # not ours unless it was named
        ("evil.example", False),
        ("192.168.1.7.evil.example", False),
        ("", False),
    ],
)
def test_addresses_of_a_network_at_hand_are_known_and_no_others(host: str, known: bool) -> None:
    assert Guard(app=None, hosts=["lan"]).knows(host) is known  # type: ignore[arg-type]


def test_the_address_that_the_qr_code_gives_is_answered_whatever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "lan_address", lambda: "130.1.2.3")  # a hall whose network has public addresses
    base = serving.addresses_for("0.0.0.0", 8000, None).base  # noqa: S104
    guard = Guard(app=None, hosts=serving.names_for("0.0.0.0", None))  # type: ignore[arg-type]  # noqa: S104
    assert guard.knows(base.removeprefix("http://"))
    assert not guard.knows("130.1.2.4:8000")
