"""Bells: what processes that serve one gathering of a database tell each other, by NOTIFY and LISTEN.

Each process has one connection for that, in a thread of its own, for all its gatherings in a database. What is told may
be lost, for example while the connection is broken, and is never needed: whoever hears nothing looks into the database.
It tells nothing that stands in nobody else's memory or in the log, and no words of people.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import threading
import time
from collections import defaultdict
from collections.abc import Callable

from oneheart.storage.postgres import DatabaseAddress, DatabaseSession, PostgresError

Wake = Callable[[str], None]
"""Is called in the thread of the bell with what was told."""

MISSED = ""
"""What is told after the connection was broken: something may have been missed."""

MOST_BYTES = 7000
"""Length of what may be told at once; PostgreSQL takes fewer than 8,000 bytes."""

_CHANNEL = "oneheart"
_AGAIN_SECONDS = 0.5

LEAST_SECONDS = 0.01
"""Time between two tellings; what is to be told meanwhile is told together."""


class Bell:
    """The connection of this process over which its gatherings in one database hear and tell."""

    def __init__(self, address: DatabaseAddress) -> None:
        """Begin without a connection; the thread makes it, and makes it again whenever it breaks."""
        self._address = address
        self._wakes: dict[int, dict[str, Wake]] = defaultdict(dict)
        self._out: dict[str, None] = {}
        self._told_at = 0.0
        self._lock = threading.Lock()
        self._reads, self._writes = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)

    def join(self, number: int, wake: Wake) -> str:
        """Hear what is told of a gathering; return a name under which to tell, and to leave."""
        name = secrets.token_hex(4)
        with self._lock:
            self._wakes[number][name] = wake
        if not self._thread.ident:
            self._thread.start()
        return name

    def leave(self, number: int, name: str) -> bool:
        """Hear no more; return whether nobody is left who hears anything."""
        with self._lock:
            self._wakes[number].pop(name, None)
            if not self._wakes[number]:
                del self._wakes[number]
            return not self._wakes

    def tell(self, number: int, name: str, what: str) -> None:
        """Tell all others of a gathering something. What is told twice before it leaves is told once."""
        with self._lock:
            self._out[f"{number} {name} {what}"] = None
        self._nudge()

    def close(self) -> None:
        """End the thread and the connection."""
        self._ended = True
        self._nudge()
        if self._thread.ident:
            self._thread.join()
        os.close(self._reads)
        os.close(self._writes)

    def _nudge(self) -> None:
        try:
            os.write(self._writes, b".")
        except BlockingIOError:
            return  # it is full, so the thread wakes anyway

    def _run(self) -> None:
        line: DatabaseSession | None = None
        while not self._ended:
            try:
                if line is None:
                    line = DatabaseSession(self._address, tells=_CHANNEL)
                    self._pass_on(None, None, MISSED)
                self._turn(line)
            except Exception:  # noqa: BLE001  it is a help only; whatever broke, the connection is made again
                if line is not None:
                    line.close()
                line = None
                select.select([self._reads], [], [], _AGAIN_SECONDS)
        if line is not None:
            with contextlib.suppress(PostgresError):
                self._say(line)  # what was told last, for example that a gathering is deleted
            line.close()

    def _say(self, line: DatabaseSession) -> None:
        """Send what is to be told."""
        with self._lock:
            out, self._out = list(self._out), {}
        if out:
            self._told_at = time.monotonic()
            line.run("SELECT pg_notify(%s, what) FROM unnest(%s::text[]) AS w (what)", (_CHANNEL, out))

    def _turn(self, line: DatabaseSession) -> None:
        """Wait for something to hear or to tell, and do it."""
        wait = max(0.0, self._told_at + LEAST_SECONDS - time.monotonic()) if self._out else None
        select.select([line.fileno] if wait else [self._reads, line.fileno], [], [], wait)
        with contextlib.suppress(BlockingIOError):
            os.read(self._reads, 4096)
        if time.monotonic() >= self._told_at + LEAST_SECONDS:
            self._say(line)
        for told in line.heard():
            number, name, what = told.split(" ", 2)
            self._pass_on(int(number), name, what)
        if line.lost:
            raise PostgresError

    def _pass_on(self, number: int | None, teller: str | None, what: str) -> None:
        with self._lock:
            wakes = [
                wake
                for one, by_name in self._wakes.items()
                for name, wake in by_name.items()
                if number in {None, one} and name != teller
            ]
        for wake in wakes:
            wake(what)


_BELLS: dict[str, Bell] = {}
_LOCK = threading.Lock()


def hear(address: DatabaseAddress, number: int, wake: Wake) -> tuple[Bell, str]:
    """Hear what is told of a gathering, over the one bell of this process for its database.

    Args:
        address: address of the database.
        number: number of the gathering in it.
        wake: see `Wake`.
    """
    with _LOCK:
        bell = _BELLS.get(address.url)
        if bell is None:
            bell = _BELLS[address.url] = Bell(address)
        return bell, bell.join(number, wake)


def leave(address: DatabaseAddress, number: int, name: str) -> None:
    """Hear no more; the last who leaves ends the bell."""
    with _LOCK:
        bell = _BELLS.get(address.url)
        if bell is None or not bell.leave(number, name):
            return
        del _BELLS[address.url]
    bell.close()
