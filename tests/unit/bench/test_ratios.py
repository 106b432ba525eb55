"""A guard on what grows, by ratios: no limit here depends on how fast the machine is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from oneheart import settings

ROOT = Path(__file__).resolve().parents[3]
LIMITS = {
    "time of a fit, eight times the people": 1.7,
    "time of the choice of lines, eight times the people": 1.7,
    "time of an analysis, four times the people": 1.0,
    "bytes of a fit for each answer": 150.0,
    "bytes of a fit for each answer, eight times the people": 1.1,
    "time of a fit beside Community Notes'": 1.0,
    "time of a tap, sixteen times the people": 1.8,
}


@pytest.fixture(scope="module")
def ratios() -> dict[str, tuple[float, float]]:
    """Return all ratios, measured in a process of its own with one thread."""
    environment = {**os.environ, **settings.ONE_THREAD, "ONEHEART_THREADS": "1"}
    words = [sys.executable, "-m", "tests.support.ratios"]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, tuple[float, float]] = json.loads(done.stdout)
    return found


def test_every_ratio_has_a_limit(ratios: dict[str, tuple[float, float]]) -> None:
    assert ratios.keys() == LIMITS.keys()


@pytest.mark.parametrize("name", LIMITS)
def test_a_ratio_is_below_its_limit(name: str, ratios: dict[str, tuple[float, float]]) -> None:
    assert ratios[name][0] < LIMITS[name]


@pytest.mark.parametrize("name", LIMITS)
def test_with_its_fault_a_ratio_is_above(name: str, ratios: dict[str, tuple[float, float]]) -> None:
    assert ratios[name][1] > LIMITS[name]
