"""Where a request came from, as browsers old and new say it."""

from __future__ import annotations

import pytest

from oneheart.web.security import same_origin

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
