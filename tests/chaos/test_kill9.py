"""Fifty kills under load: nothing acknowledged is lost or doubled, and the check fails on a build that deserves it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def kill9() -> ModuleType:
    path = Path(__file__).with_name("kill9.py")
    spec = importlib.util.spec_from_file_location("kill9", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["kill9"] = module
    spec.loader.exec_module(module)
    return module


def test_fifty_kills_lose_and_double_nothing(kill9: ModuleType) -> None:
    found = kill9.run(50, 40, seed=1)
    assert found.kills == 50
    assert len(found.acknowledged) > 1000
    assert (found.lost, found.doubled, found.differs, found.first_break) == (0, 0, 0, None)


def test_a_build_that_acknowledges_early_is_found_out(kill9: ModuleType) -> None:
    found = kill9.run(8, 40, seed=2, early=True)
    assert found.lost > 0
    assert not found.well
