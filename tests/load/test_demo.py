"""The demo plays a whole gathering on a real server, and its summary says what became of every response."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from oneheart.rehearsal.friends import wishes


def test_a_demo_plays_a_whole_round_and_loses_nothing() -> None:
    words = [sys.executable, "-X", "utf8", "-m", "oneheart.cli"]
    words += ["demo", "--once", "--people", "30", "--speed", "100", "--port", "0", "--json"]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False, timeout=60, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = done.stdout.splitlines()
    summary = json.loads(line)
    responses = summary["responses"]
    assert summary["people"] == 30
    assert 20 <= summary["desires"] <= 30
    assert responses["doubled"] == summary["lost"] == 0
    assert responses["sent"] == responses["acknowledged"] == responses["stored"] >= 30 * 10
    assert summary["rehearsal"]["errors"] == {}
    assert summary["result"]["status"] in {"one", "not yet"}
    assert 1 <= len(summary["result"]["lines"]) <= 7
    held = {text: wish.held for wish in wishes() for text in wish.words.values()}
    found = sorted(held[text] for text in summary["result"]["lines"])
    assert found[len(found) // 2] > 1.0, "most lines are what most of these friends want in truth"
    for word in ("hall screen", "your phone", "host's desk", "open:", "crossing:", "weaving:"):
        assert word in done.stderr
