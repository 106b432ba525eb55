"""A server that is killed in the middle and started again: phones go on, and nothing is lost or doubled."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from oneheart.commands.making import make, settings_for
from oneheart.commands.record import read_record
from oneheart.commands.rehearsing import Rehearsing, rehearse

ENVIRONMENT = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
pytestmark = pytest.mark.slow


def served(path: Path, port: int) -> subprocess.Popen[str]:
    """Start a server and return it when it listens."""
    words = [sys.executable, "-X", "utf8", "-m", "oneheart.cli", "serve", str(path)]
    words += ["--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, encoding="utf-8", env=ENVIRONMENT)
    assert process.stdout is not None
    while not re.match("Ctrl-C", line := process.stdout.readline()):
        assert line or process.poll() is None
    return process


def test_kills_under_a_rehearsal_lose_nothing(tmp_path: Path) -> None:
    settings = settings_for(name="kill", questions=(), voice="ten", languages=("en", "he"))
    path, code = make(tmp_path / "kill", settings, circles=3)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    servers = [served(path, port)]

    def kill_now_and_then() -> None:
        for _ in range(2):
            time.sleep(3.0)
            servers[-1].kill()
            servers[-1].wait()
            servers.append(served(path, port))

    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    how = Rehearsing(f"http://127.0.0.1:{port}/j/{code}", 60, 0.2, 0.1, 0.05, None, seed=1, far=False)
    summary = rehearse(how, tell=lambda _: None)
    killer.join()
    servers[-1].terminate()
    servers[-1].wait(timeout=20)
    for server in servers:
        if server.stdout is not None:
            server.stdout.close()
    assert summary.resent > 30, "phones met with a server that was gone"
    assert summary.well, summary.as_json()
    record = read_record(path)
    assert record.first_break is None
    assert record.state is not None
    assert record.state.people.count == 60
