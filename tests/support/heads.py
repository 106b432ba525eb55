"""Heads of a record: one for tests in which no record stands behind it, and how to wait for the house's own."""

from __future__ import annotations

import time
from typing import Any

from oneheart.live import events as ev

HEAD = ev.TreeHead(size=50, root="0" * 64, chain="1" * 64, through=1, filling="2" * 64)


def end_stage(hall: Any, stage: str) -> None:
    """Move to a stage, and wait until the house has published the head that is due."""
    hall.move(stage)
    published(hall)


def published(hall: Any) -> None:
    """Wait until no head is due any more, at most ten seconds."""
    ends = time.monotonic() + 10
    while hall.gathering.state.heads.due:
        assert time.monotonic() < ends
        time.sleep(0.02)
