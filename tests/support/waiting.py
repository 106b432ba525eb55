"""Waiting in tests until something holds, for servers that work in a thread or process of their own."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(holds: Callable[[], object], what: str = "it did not happen", seconds: float = 30.0) -> None:
    """Wait until a condition holds, and fail with `what` if it does not within so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.03)
