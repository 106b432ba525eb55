"""Serve one gathering with the real app until killed or told to end: ``served.py [OPTIONS] FILE|ADDRESS PORT``.

Told to end (SIGTERM), it writes the length of its log and the fingerprint of its state to the file of
``--digest=FILE``.

With ``--newer=FILE`` it is of the next version, which knows one kind of event more and writes it all the time; the file
says how often that was refused and kept.

With ``--early`` the log is broken on purpose: it answers at once and writes a tenth of a second later, as a build would
that acknowledges from memory. With ``--swallow`` an error of the disk counts as success, with ``--hasty`` a database
confirms before it is durable. A check that does not fail on such a build proves nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette

from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering
from oneheart.live.house import House
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state.rule import Rule
from oneheart.live.state.state import HANDLERS
from oneheart.storage.log import Entry, Event, Fate, Log, StorageError, Written
from oneheart.storage.postgres import DatabaseSession
from oneheart.storage.sqlite_log import SqliteLog
from oneheart.web.app import make_app
from oneheart.web.server import configured


def acknowledge_early() -> None:
    """Break the log: keep entries in memory, write them later, and count them as if they were on disk."""
    append_on_disk = SqliteLog.append
    length_on_disk = vars(Log)["length"].fget
    waiting: list[tuple[SqliteLog, list[Entry]]] = []
    lock = threading.RLock()

    def length(self: SqliteLog) -> int:
        """Return the number of events as this build pretends; the writer compares it with the state."""
        with lock:
            return int(length_on_disk(self)) + sum(len(entries) for log, entries in waiting if log is self)

    def append(self: SqliteLog, entries: Sequence[Entry]) -> list[Written]:
        with lock:
            first = length(self) + 1
            waiting.append((self, list(entries)))
        now = time.time_ns() // 1_000_000
        return [
            Written(Fate.NEW, Event(first + place, entry.actor, entry.key, entry.kind, entry.body, now))
            for place, entry in enumerate(entries)
        ]

    def write_later() -> None:
        while True:
            time.sleep(0.1)
            with lock:
                while waiting:
                    log, entries = waiting.pop(0)
                    append_on_disk(log, entries)

    SqliteLog.append = append  # type: ignore[method-assign]
    SqliteLog.length = property(length)  # type: ignore[method-assign,assignment]
    SqliteLog.find = lambda _self, _entry: None  # type: ignore[method-assign,assignment]
    threading.Thread(target=write_later, daemon=True).start()


def swallow_errors() -> None:
    """Break the log: where the disk refuses a batch, answer as if it were written."""
    append_on_disk = SqliteLog.append

    def append(self: SqliteLog, entries: Sequence[Entry]) -> list[Written]:
        try:
            return append_on_disk(self, entries)
        except StorageError:
            return append_on_disk(self, []) + [
                Written(Fate.NEW, Event(self.length, entry.actor, entry.key, entry.kind, entry.body, 0))
                for entry in entries
            ]

    SqliteLog.append = append  # type: ignore[method-assign]


def commit_hastily() -> None:
    """Break the session of a database: commits are told before they are durable."""
    connected = DatabaseSession._connected  # noqa: SLF001

    def hasty(self: DatabaseSession) -> Any:
        connection = connected(self)
        connection.execute("SET synchronous_commit = off")
        return connection

    DatabaseSession._connected = hasty  # type: ignore[method-assign]  # noqa: SLF001


class Hummed(ev.Body, tag="hummed"):  # type: ignore[call-arg]
    """An event that the build of today does not know: somebody hummed."""

    notes: int


def know_one_more() -> None:
    """Make this the next version: it knows one kind of event more."""
    known = ev.AnyBody | Hummed
    ev.AnyBody = known  # type: ignore[misc]
    ev._DECODER = msgspec.json.Decoder(known)  # noqa: SLF001
    HANDLERS[Hummed] = Rule(lambda _state, _body, _by: None, lambda _state, _body, _logged: None)


async def hum(house: House, file: Path) -> None:
    """Write an event of the new kind again and again; note how often it was refused and kept."""
    refused = kept = 0
    (gathering,) = house.gatherings.values()
    while True:
        await asyncio.sleep(0.05)
        try:
            await gathering.submit("house", f"hum-{secrets.token_hex(8)}", Hummed(kept))  # type: ignore[arg-type]
            kept += 1
        except Refused as error:
            if error.why is not Refusal.NEWER:
                raise
            refused += 1
        await asyncio.to_thread(file.write_text, f"{refused} {kept}", "utf-8")


def main() -> None:
    """Serve until killed."""
    path, port = (word for word in sys.argv[1:] if not word.startswith("--"))
    told = [word.partition("=")[2] for word in sys.argv if word.startswith("--digest=")]
    if "--early" in sys.argv:
        acknowledge_early()
    if "--hasty" in sys.argv:
        commit_hastily()
    if "--swallow" in sys.argv:
        swallow_errors()
    newer = [word.partition("=")[2] for word in sys.argv if word.startswith("--newer=")]
    if newer:
        know_one_more()
    house = House([LiveGathering.open(path)], folder=None)
    app = make_app(house)
    if newer:
        lifespan = app.router.lifespan_context

        @contextlib.asynccontextmanager
        async def humming(served: Starlette) -> AsyncIterator[None]:
            async with lifespan(served):
                task = asyncio.create_task(hum(house, Path(newer[0])))
                yield
                task.cancel()

        app.router.lifespan_context = humming
    config = configured(app, host="127.0.0.1", port=int(port))
    config.timeout_graceful_shutdown = 1
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn ends, and what follows is done
    uvicorn.Server(config).run()
    for file in told:
        for gathering in house.gatherings.values():
            trouble = gathering.trouble or ""
            Path(file).write_text(f"{gathering.state.seq} {gathering.state.digest()} {trouble}\n", "utf-8")


if __name__ == "__main__":
    main()
