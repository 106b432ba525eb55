"""Run a coroutine on uvloop, the faster event loop, where it is installed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Out = TypeVar("Out")


def run(main: Coroutine[Any, Any, Out]) -> Out:
    """Run a coroutine on uvloop if it is installed, else on asyncio's own loop; return its result."""
    try:
        import uvloop  # noqa: PLC0415  not on every system
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)
