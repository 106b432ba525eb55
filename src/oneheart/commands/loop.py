"""Run a coroutine on the faster event loop where there is one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Out = TypeVar("Out")


def run(main: Coroutine[Any, Any, Out]) -> Out:
    """Run on the faster event loop where there is one."""
    try:
        import uvloop  # noqa: PLC0415  not on every system
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)
