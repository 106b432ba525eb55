"""The doctor of a server names what would fail on the day: options, disk, clock, address, certificate, proxy."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import NamedTuple

import pytest

from oneheart.commands import live, server_doctor
from oneheart.commands.making import make, settings_for
from oneheart.commands.server_doctor import Checked, examine, exit_status
from oneheart.commands.serving import Serving, check_options
from oneheart.errors import UserError

DAY = 86_400


class Usage(NamedTuple):
    """Figures of a disk, as `shutil.disk_usage` returns them."""

    total: int
    used: int
    free: int


@pytest.fixture
def how(tmp_path: Path) -> Serving:
    """Return options of a server with one gathering."""
    file, _ = make(tmp_path / "hall", settings_for(name="H", questions=(), voice="ten", languages=("en",), cards=8), 1)
    return Serving(file, live.EVERYWHERE, 0, None, https=False, proxy=None)


def codes(how: Serving, **more: Callable[[], float]) -> dict[str, set[str]]:
    """Return the codes of all findings, by check."""
    return {check.name: {finding.code for finding in check.findings} for check in examine(how, **more)}


def test_a_sound_machine_has_no_warning_and_tells_what_it_measured(how: Serving) -> None:
    checks = list(examine(how))
    assert [check.name for check in checks] == ["options", "disk", "sqlite", "clock", "open files", "address"]
    assert exit_status(checks) == 0, checks
    assert all(finding.sentence.endswith(".") for check in checks for finding in check.findings)


@pytest.mark.parametrize(
    ("url", "https", "right"),
    [
        (None, False, True),
        ("https://heart.example", True, True),
        ("http://heart.example", False, True),
        ("https://heart.example", False, False),
        ("HTTPS://heart.example", False, False),
        ("http://heart.example", True, False),
        (None, True, False),
        ("https://heart.example/path", True, False),
    ],
)
def test_https_and_the_public_address_fit_together_or_nothing_is_served(
    how: Serving, url: str | None, https: bool, right: bool
) -> None:
    options = replace(how, public_url=url, https=https)
    if right:
        check_options(options)
        return
    with pytest.raises(UserError, match=r"--https|without a path"):
        check_options(options)
    (first, *_) = examine(options)
    assert exit_status([first]) == 2


def test_a_full_or_slow_disk_is_named(how: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, code in ((10 * 2**20, "disk-full"), (500 * 2**20, "disk-little"), (50 * 2**30, "disk")):
        monkeypatch.setattr(server_doctor.shutil, "disk_usage", lambda _p, free=free: Usage(1, 1, free))
        assert codes(how)["disk"] == {code}
    monkeypatch.setattr(server_doctor, "_flush_seconds", lambda _folder: 0.2)
    assert codes(how)["disk"] == {"disk-slow"}


def test_a_clock_that_runs_behind_the_gathering_is_named(how: Serving) -> None:
    assert codes(how, now=time.time)["clock"] == {"clock"}
    assert codes(how, now=lambda: time.time() - DAY)["clock"] == {"clock-behind"}
    assert codes(how, now=lambda: 0.0)["clock"] == {"clock-wrong"}


def test_an_address_that_no_phone_reaches_is_named(how: Serving) -> None:
    assert codes(replace(how, host="127.0.0.1"))["address"] == {"address-loopback"}
    assert codes(replace(how, path=how.path.with_name("none.oneheart")))["options"] == {"no-gathering"}


def test_plain_http_in_public_is_a_warning(how: Serving) -> None:
    found = codes(replace(how, public_url="http://heart.example"))["public address"]
    assert found == {"plain-http"}


# --- a real certificate and a real answer ------------------------------------------------------------------------


def answering(certificate: tuple[Path, Path], status: int, body: bytes) -> HTTPServer:
    """Return a running https server on loopback that answers everything alike."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Write nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def public_findings(how: Serving, port: int, **more: Callable[[], float]) -> set[str]:
    """Return the codes of the check of the public address."""
    return codes(replace(how, public_url=f"https://localhost:{port}", https=True), **more)["public address"]


@pytest.mark.server
@pytest.mark.parametrize(
    ("status", "body", "code"),
    [(200, b"ok\n", "proxy"), (400, b"This address", "proxy-host"), (502, b"", "proxy-health")],
)
def test_a_proxy_is_asked_through_its_certificate(
    how: Serving,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    body: bytes,
    code: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    server = answering(certificate, status, body)
    try:
        assert public_findings(how, server.server_port) == {"certificate", code}
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.server
def test_a_certificate_that_phones_refuse_or_that_ends_soon_is_named(
    how: Serving, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = answering(certificate, 200, b"ok\n")
    try:
        checks = list(examine(replace(how, public_url=f"https://localhost:{server.server_port}", https=True)))
        assert exit_status(checks) == 2, "a certificate of nobody known"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        soon: list[Checked] = list(
            examine(
                replace(how, public_url=f"https://localhost:{server.server_port}", https=True),
                now=lambda: time.time() + 20 * DAY,
            )
        )
        assert {f.severity for c in soon for f in c.findings if f.code == "certificate"} == {"warning"}
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.process
def test_the_command_prints_every_check_and_ends_with_its_status(how: Serving) -> None:
    words = [sys.executable, "-m", "oneheart.cli", "doctor", str(how.path), "--server", "--host", "127.0.0.1"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "[warning] address: Only this machine can reach this address" in done.stdout
    assert "[note] sqlite:" in done.stdout
