"""Short forms of the load measurements: a tenth of the people or less, and gates that a busy machine meets too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def measured(name: str, tmp_path: Path) -> dict[str, Any]:
    """Return the figures of one part in its small form."""
    out = tmp_path / "live.json"
    words = [sys.executable, ROOT / "benchmarks" / "live.py", "--small", "--only", name, "--out", out]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120, env=environment)
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(out.read_text())[name]
    return figures


def test_every_acknowledged_response_is_on_disk_and_hundreds_come_each_second(tmp_path: Path) -> None:
    figures = measured("responses", tmp_path)
    assert figures["errors"] == 0
    assert figures["responses a second"] > 500
    assert figures["stored"] > 0
    assert figures["server MiB"] < 150


def test_open_streams_stay_open_and_hold_nobody_up(tmp_path: Path) -> None:
    figures = measured("streams", tmp_path)
    assert figures["streams open at the end"] == 100
    assert figures["pieces heard"] >= 100
    assert figures["errors"] == 0
    assert figures["p99 ms"] < 1000


def test_phones_in_numbers_lose_nothing(tmp_path: Path) -> None:
    figures = measured("rehearsal", tmp_path)
    assert figures["well"], figures
    assert figures["people"] == 30
    assert figures["responses"]["sent"] >= 30 * 7, "thirty people say some eighteen different things"


def test_half_open_connections_vanish_while_honest_ones_go_on(tmp_path: Path) -> None:
    figures = measured("idlers", tmp_path)
    assert figures["last gone after seconds"] < 15
    assert figures["honest errors"] == 0
    assert figures["honest responses"] > 50


def test_a_server_loads_only_what_every_hall_needs() -> None:
    """Statistics, the compiler and data frames are the fitting process's affair: each costs 20 MB or more."""
    code = "import sys, oneheart.commands.serving, oneheart.live.house, oneheart.web.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "oneheart.web.phone.now" in loaded
    assert not {"scipy", "numba", "llvmlite", "pandas", "pyarrow"} & {*loaded}
