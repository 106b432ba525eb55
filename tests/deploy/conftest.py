"""A real server on loopback, a certificate of its own making, and a real proxy in front."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from oneheart.commands.making import make, settings_for

ROOT = Path(__file__).resolve().parents[2]
NAME = "heart.example.org"


@dataclass(frozen=True)
class Served:
    """A running `oneheart serve` behind a name."""

    file: Path
    code: str
    port: int


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, seconds: float = 40.0) -> None:
    """Wait until somebody listens at a port of loopback."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end, f"nobody listens at port {port}"
            time.sleep(0.05)
        else:
            return


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """Return a new certificate for the name of the recipes and for localhost, and its key."""
    pem, key = tmp_path / "cert.pem", tmp_path / "cert.key"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN={NAME}"]
    words += ["-addext", f"subjectAltName=DNS:{NAME},DNS:localhost", "-keyout", str(key), "-out", str(pem)]
    subprocess.run(words, check=True, capture_output=True)
    return pem, key


@pytest.fixture
def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """Return a context that trusts only this certificate."""
    return ssl.create_default_context(cafile=str(certificate[0]))


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[[list[str], int], None]]:
    """Return a function that starts a program and waits for its port; all are ended after the test."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(words: list[str], port: int) -> None:
        with (tmp_path / f"log-{port}").open("wb") as log:
            processes.append(subprocess.Popen(words, stdout=log, stderr=log))
        wait_for(port)

    yield start
    for process in reversed(processes):
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def behind(tmp_path: Path, started: Callable[[list[str], int], None]) -> Served:
    """Return a server that is started as the recipes say."""
    settings = settings_for(name="Behind", questions=(), voice="ten", languages=("en",), cards=8)
    file, code = make(tmp_path / "hall", settings, 1)
    port = free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--proxy", "127.0.0.1"]
    options += ["--public-url", f"https://{NAME}", "--https"]
    started([sys.executable, "-m", "oneheart.cli", "serve", str(file), *options], port)
    return Served(file, code, port)


def needs(program: str) -> str:
    """Return the path of a program, or skip with the reason."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if path is None:
        pytest.skip(f"{program} is not on this machine")
    return path


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """Return a recipe with ports and paths of this test. Every pattern must occur."""
    for pattern, value in pairs:
        text, times = re.subn(pattern, lambda _m, value=value: value, text)
        assert times, f"the recipe has no {pattern}"
    return text
