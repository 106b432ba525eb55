"""Fifty kills under load: nothing acknowledged is lost or doubled, and the check fails on a build that deserves it."""

from __future__ import annotations

import pytest

from tests.chaos import kill9

pytestmark = pytest.mark.slow


def test_fifty_kills_lose_and_double_nothing() -> None:
    found = kill9.run(50, 40, seed=1)
    assert found.kills == 50
    assert len(found.acknowledged) > 1000
    assert (found.lost, found.doubled, found.differs, found.first_break) == (0, 0, 0, None)


def test_a_build_that_acknowledges_early_is_found_out() -> None:
    found = kill9.run(8, 40, seed=2, early=True)
    assert found.lost > 0
    assert not found.well
