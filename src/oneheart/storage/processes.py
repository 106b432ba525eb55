"""Processes: which ones serve gatherings of a database, and what each of them can read.

Versions of this program may serve one gathering side by side while a newer one is brought in. What is new is written
only when every process that lives can read it. A process lives while the database has heard of it within
`LIVE_SECONDS`.
"""

from __future__ import annotations

import contextlib
import secrets
import threading

from oneheart.errors import UserError
from oneheart.storage.postgres import LEADS, DatabaseAddress, DatabaseSession, PostgresError, PostgresGathering

BEAT_SECONDS = 2.0
"""Time between two signs of life."""

LIVE_SECONDS = 15.0
"""Time after the last sign of life from which on a process does not count any more."""


class Presence:
    """The signs of life of this process in one database, in a thread of its own, and what it learns of the others.

    Attributes:
        unread: words of this build that another process which lives cannot read; all of them before the first beat.
        mixed: true if another process which lives can read other words than this one.
    """

    def __init__(self, address: DatabaseAddress, speaks: frozenset[str]) -> None:
        """Begin without a sign of life; see `start`.

        Args:
            address: address of the database.
            speaks: words of this build, see `live.speaking`.
        """
        self.unread, self.mixed = speaks, False
        self.holders = 0
        self._address, self._speaks = address, speaks
        self._id = secrets.token_hex(8)
        self._known: dict[str, frozenset[str]] = {}
        self._line: DatabaseSession | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        """Give the first sign of life, and go on in the thread. It takes one connection and three statements."""
        self._try()
        self._thread.start()

    def close(self) -> None:
        """End the thread. The others need not wait until this process does not count any more."""
        self._ended.set()
        self._thread.join()
        if self._line is not None:
            with contextlib.suppress(PostgresError):
                self._line.run("DELETE FROM oneheart.processes WHERE id = %s", (self._id,))
            self._line.close()

    def _run(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            self._try()

    def _try(self) -> None:
        """Give a sign of life. If the database cannot be reached, nothing can be written there either."""
        try:
            if self._line is None:
                self._line = DatabaseSession(self._address)
                self._line.run("SET synchronous_commit = off")  # a sign of life may be lost
            self._beat(self._line)
        except (PostgresError, UserError):
            if self._line is not None:
                self._line.close()
            self._line = None

    def _beat(self, line: DatabaseSession) -> None:
        if not line.run("UPDATE oneheart.processes SET seen_at = now() WHERE id = %s RETURNING 1", (self._id,)):
            line.run("DELETE FROM oneheart.processes WHERE seen_at < now() - interval '1 day'")  # killed long ago
            line.run("INSERT INTO oneheart.processes VALUES (%s, %b, now())", (self._id, sorted(self._speaks)))
        rows = line.run(
            "SELECT id FROM oneheart.processes WHERE seen_at > now() - make_interval(secs => %s) AND id <> %s",
            (LIVE_SECONDS, self._id),
        )
        live = {str(one) for (one,) in rows}
        if new := [one for one in live if one not in self._known]:
            told = line.run("SELECT id, speaks FROM oneheart.processes WHERE id = ANY(%s::text[])", (new,))
            self._known |= {str(one): frozenset(speaks) for one, speaks in told}
        self._known = {one: speaks for one, speaks in self._known.items() if one in live}
        self.unread = frozenset().union(*(self._speaks - speaks for speaks in self._known.values()))
        self.mixed = any(speaks != self._speaks for speaks in self._known.values())


_PRESENT: dict[str, Presence] = {}
_LOCK = threading.Lock()


def be_present(store: object, speaks: frozenset[str]) -> Presence | None:
    """Give signs of life for a gathering that others may serve, too; None for any other.

    All gatherings of a database share those of one process.
    """
    if not isinstance(store, PostgresGathering) or store.alone or store.reads_only:
        return None
    with _LOCK:
        present = _PRESENT.get(store.line.address.url)
        if present is None:
            present = _PRESENT[store.line.address.url] = Presence(store.line.address, speaks)
            present.start()
        present.holders += 1
        return present


def be_gone(store: object, present: Presence | None) -> None:
    """End the signs of life for a gathering; the last one of a database ends them all."""
    if present is None or not isinstance(store, PostgresGathering):
        return
    with _LOCK:
        present.holders -= 1
        if present.holders:
            return
        del _PRESENT[store.line.address.url]
    present.close()


def step_down(store: object) -> None:
    """Let another process lead a gathering. If the connection is broken, it may already.

    Args:
        store: the open gathering; of a file nothing is to be done.
    """
    if isinstance(store, PostgresGathering):
        with contextlib.suppress(PostgresError):
            store.line.run("SELECT pg_advisory_unlock(%s, %s)", (LEADS, store.number))
