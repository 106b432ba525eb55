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

LEAST_SECONDS = 0.01
"""Time between two looks that others cause. Whoever writes looks too, so under load hardly any look is one of these."""

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

    def __init__(self, log: Log, look: Callable[[], bool], news: Callable[[str], None]) -> None:
        """Begin without listening; see `start`.

        Args:
            log: log of the gathering.
            look: looks into the log, and goes on over what others wrote; it returns false if it must be asked again.
            news: takes what else others tell.
        """
        self._log, self._look, self.news = log, look, news
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._soon: asyncio.TimerHandle | None = None
        self._last = self._looked = time.monotonic()
        self._asked = 0.0

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

    def looked(self, began: float) -> None:
        """Note that all is known that was written before a moment, because this process wrote after it.

        Args:
            began: when it began to write, monotonic seconds.
        """
        self._looked = time.monotonic()
        if self._soon is not None and self._asked < began:
            self._soon.cancel()
            self._soon = None

    def stop(self) -> None:
        """End listening."""
        if self._loop is not None:
            self._log.shut()
        self._loop = None
        for timer in (self._timer, self._soon):
            if timer is not None:
                timer.cancel()
        self._soon = None

    def _heard(self, what: str) -> None:
        """Take what was told, in the thread that heard it."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._take, what)

    def _take(self, what: str) -> None:
        if self._loop is None:
            return
        if what in {MISSED, GREW} and self._soon is None:
            self._asked = time.monotonic()
            self._look_after(self._looked + LEAST_SECONDS - self._asked)
        if what != GREW:
            self.news(what)

    def _look_after(self, seconds: float) -> None:
        """Look when this time is over; at once if it is. Whatever is told meanwhile is seen then."""
        if seconds > 0 and self._loop is not None:
            self._soon = self._loop.call_later(seconds, self._look_now)
        else:
            self._look_now()

    def _look_now(self) -> None:
        self._soon = None
        if self._loop is None:
            return
        if self._look():
            self._looked = time.monotonic()
        else:
            self._look_after(LEAST_SECONDS)

    def _poll(self) -> None:
        if self._loop is None:
            return
        self._look()
        pause = POLL_SECONDS if time.monotonic() - self._last < _A_MINUTE else CALM_SECONDS
        self._timer = self._loop.call_later(pause, self._poll)
