"""The recipes in deploy/ run: proxies in front of a real server, the unit, and the steps of the container file."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import secrets
import shlex
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.deploy.conftest import NAME, ROOT, Served, free_port, needs, replaced

pytestmark = pytest.mark.server
Start = Callable[[list[str], int], None]


class Secured(http.client.HTTPSConnection):
    """A connection to a proxy on loopback under the public name."""

    def connect(self) -> None:
        """Connect to loopback and check the certificate against the public name."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.sock = self._context.wrap_socket(plain, server_hostname=NAME)  # type: ignore[attr-defined]


@contextlib.contextmanager
def asked(
    port: int, trust: ssl.SSLContext, method: str, path: str, form: dict[str, str] | None = None
) -> Iterator[http.client.HTTPResponse]:
    """Give the answer of the proxy, with its body unread; afterwards close it and its connection."""
    connection = Secured(NAME, port, context=trust, timeout=10)
    headers = {"Host": NAME, "Origin": f"https://{NAME}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, path, urlencode(form) if form else None, headers)
    with contextlib.closing(connection), connection.getresponse() as answer:
        yield answer


def nginx(behind: Served, certificate: tuple[Path, Path], start: Start, tmp_path: Path, port: int) -> None:
    """Start nginx with the recipe."""
    program = needs("nginx")
    site = replaced(
        (ROOT / "deploy/nginx.conf").read_text(),
        (r"server 127\.0\.0\.1:8000;", f"server 127.0.0.1:{behind.port};"),
        (r"listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        (r"listen \[::\]:443 ssl;", ""),
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"listen \[::\]:80;", ""),
        (r"/etc/ssl/heart\.example\.org\.pem", str(certificate[0])),
        (r"/etc/ssl/heart\.example\.org\.key", str(certificate[1])),
        (r"/var/log/nginx/oneheart\.log", str(tmp_path / "nginx.log")),
    )
    whole = f"daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/nginx-main.log; events {{}} http {{ {site} }}"
    (tmp_path / "nginx.conf").write_text(whole)
    start(
        [program, "-p", str(tmp_path), "-e", str(tmp_path / "nginx-main.log"), "-c", str(tmp_path / "nginx.conf")], port
    )


def caddy(behind: Served, certificate: tuple[Path, Path], start: Start, tmp_path: Path, port: int) -> None:
    """Start Caddy with the recipe, but with a certificate of its own, because no authority can be asked here."""
    program = needs("caddy")
    site = replaced(
        (ROOT / "deploy/Caddyfile").read_text(),
        (
            r"heart\.example\.org \{",
            f"https://{NAME}:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate[0]} {certificate[1]}",
        ),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{behind.port}"),
    )
    (tmp_path / "Caddyfile").write_text(site.replace("{\n", "{\n\tadmin off\n\tauto_https disable_redirects\n", 1))
    start([program, "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"], port)


@pytest.mark.parametrize("proxy", [nginx, caddy])
def test_a_proxy_of_the_recipes_passes_on_names_streams_and_secure_cookies(
    proxy: Callable[..., None],
    behind: Served,
    certificate: tuple[Path, Path],
    trusting: ssl.SSLContext,
    started: Start,
    tmp_path: Path,
) -> None:
    port = free_port()
    proxy(behind, certificate, started, tmp_path, port)
    with asked(port, trusting, "GET", "/health") as answer:
        assert answer.read() == b"ok\n"
    with asked(port, trusting, "GET", f"/hall/{behind.code}/events") as stream:
        began = time.monotonic()
        assert stream.read(8)
        assert time.monotonic() - began < 5, "the proxy holds the stream back"
    form = {"key": secrets.token_hex(16), "language": "en"}
    with asked(port, trusting, "POST", f"/j/{behind.code}", form) as seat:
        cookies = seat.headers.get_all("set-cookie") or []
        assert seat.status == 303, seat.read()
    assert cookies
    assert all("secure" in cookie.lower() for cookie in cookies), cookies
    logs = [path for path in tmp_path.rglob("*log*") if path.is_file() and path.name != f"log-{behind.port}"]
    assert not any(behind.code.encode() in log.read_bytes() for log in logs), "a log names what was asked for"


def test_systemd_takes_the_unit_and_it_is_confined() -> None:
    program = needs("systemd-analyze")
    unit = str(ROOT / "deploy/oneheart.service")
    checked = subprocess.run([program, "verify", unit], capture_output=True, text=True, check=False)
    complaints = [
        line for line in checked.stderr.splitlines() if "oneheart" in line and "is not executable" not in line
    ]
    assert complaints == []
    measured = subprocess.run(
        [program, "security", "--offline=true", "--json=short", unit], capture_output=True, text=True, check=False
    )
    if "[" not in measured.stdout:
        pytest.skip(f"this systemd measures no confinement offline: {measured.stderr.strip()[:100]}")
    rows = json.loads(measured.stdout[measured.stdout.index("[") :])
    exposed = {row.get("name") for row in rows if row.get("set") is False}
    assert not exposed & {"NoNewPrivileges=", "ProtectSystem=", "ProtectHome=", "PrivateTmp=", "UMask="}


def steps() -> list[tuple[str, str]]:
    """Return the steps of the container file, as (word, rest)."""
    lines = (ROOT / "deploy/Containerfile").read_text().splitlines()
    return [tuple(line.split(" ", 1)) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]


def test_the_container_file_names_what_is_there_and_runs_as_nobody_in_particular() -> None:
    words = [word for word, _ in steps()]
    assert words.index("USER") > max(n for n, word in enumerate(words) if word == "RUN"), "it would run as root"
    for word, rest in steps():
        if word == "COPY":
            *sources, _ = rest.split()
            assert all((ROOT / source).exists() for source in sources), rest


@pytest.mark.skipif(os.environ.get("ONEHEART_PROVE") != "1", reason="installs everything anew: part of make prove")
def test_the_steps_of_the_container_file_make_a_server_that_is_well(tmp_path: Path, started: Start) -> None:
    prefix, source, data, port = tmp_path / "opt", tmp_path / "src", tmp_path / "gatherings", free_port()
    data.mkdir()
    variables = {**os.environ, "PREFIX": str(prefix)}
    variables.pop("PYTHONPATH", None)
    for word, rest in steps():
        if word == "COPY":
            *names, to = rest.split()
            place = source / to.removeprefix("/src").strip("/")
            place.mkdir(parents=True, exist_ok=True)
            for name in names:
                origin = ROOT / name
                subprocess.run(["cp", "-r", f"{origin}/." if origin.is_dir() else str(origin), str(place)], check=True)
        elif word == "RUN" and "useradd" not in rest:
            command = rest.replace("python -m venv", f"{sys.executable} -m venv").replace(" /src", f" {source}")
            subprocess.run(["sh", "-c", command], check=True, env=variables, capture_output=True)
    (entry,) = [json.loads(rest) for word, rest in steps() if word == "ENTRYPOINT"]
    program = [part.replace("/opt/oneheart", str(prefix)).replace("/gatherings", str(data)) for part in entry]
    started([*program, "--host", "127.0.0.1", "--port", str(port)], port)
    (check,) = [rest for word, rest in steps() if word == "HEALTHCHECK"]
    words = json.loads(re.sub(r"^.*?CMD ", "", check))
    words = [part.replace("/opt/oneheart", str(prefix)).replace("8000", str(port)) for part in words]
    assert subprocess.run(words, check=False).returncode == 0, shlex.join(words)
