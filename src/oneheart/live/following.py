"""Following: a gathering learns what other processes wrote into its log. They tell it; if not, it looks by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from oneheart.storage.bells import MISSED
from oneheart.storage.log import Log

__all__ = ["GREW", "MISSED", "Following"]

POLL_SECONDS = 0.25
"""Time after which a process looks by itself, while others write."""

CALM_SECONDS = 1.0
"""The same while nobody else has written for a minute."""

_A_MINUTE = 60.0

GREW = "grew"
"""What a process tells the others of a gathering after it wrote."""


class Following:
    """Wakes a gathering when other processes may have written. Of a file it does nothing: one process holds it.

    Attributes:
        news: called with what else other processes tell.
    """

    def __init__(self, log: Log, look: Callable[[], None], news: Callable[[str], None]) -> None:
        """Begin without listening; see `start`.

        Args:
            log: log of the gathering.
            look: looks into the log, and goes on over what others wrote.
            news: takes what else others tell.
        """
        self._log, self._look, self.news = log, look, news
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._last = time.monotonic()

    def start(self) -> None:
        """Begin to listen, and to look again and again."""
        if self._log.alone or self._loop is not None:
            return
        self._loop = asyncio.get_running_loop()
        self._log.hear(self._heard)
        self._poll()

    def noted(self) -> None:
        """Note that others wrote; the next looks come sooner."""
        self._last = time.monotonic()

    def stop(self) -> None:
        """End listening."""
        if self._loop is not None:
            self._log.shut()
        self._loop = None
        if self._timer is not None:
            self._timer.cancel()

    def _heard(self, what: str) -> None:
        """Take what was told, in the thread that heard it."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._take, what)

    def _take(self, what: str) -> None:
        if self._loop is None:
            return
        if what in {MISSED, GREW}:
            self._look()
        if what != GREW:
            self.news(what)

    def _poll(self) -> None:
        if self._loop is None:
            return
        self._look()
        pause = POLL_SECONDS if time.monotonic() - self._last < _A_MINUTE else CALM_SECONDS
        self._timer = self._loop.call_later(pause, self._poll)
