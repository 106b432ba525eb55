"""One gathering in either store, for tests that must hold on both."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from oneheart.storage.database import Database, open_database
from oneheart.storage.keyring import keyring_path, make_keyring
from oneheart.storage.log import Entry, Log
from oneheart.storage.postgres import (
    DatabaseSession,
    PostgresGathering,
    add_gathering,
    address_of,
    open_gathering,
    upgrade,
)
from oneheart.storage.rows import Stored
from oneheart.storage.stores import Store, log_of


def entry(key: str, body: str = "{}", actor: str = "s1", kind: str = "response", *, sealed: bool = False) -> Entry:
    """Return an event to write."""
    return Entry(actor, key, kind, body, sealed)


class Kept:
    """An open gathering without events.

    Attributes:
        store: the open store.
    """

    def __init__(self, store: Store, open_again: Callable[[], Store]) -> None:
        """Take over an open store."""
        self.store, self._open = store, open_again

    @property
    def is_file(self) -> bool:
        """Return whether it is a file of SQLite."""
        return isinstance(self.store, Database)

    def log(self, **more: Any) -> Log:
        """Return a log of it."""
        return log_of(self.store, **more)

    def reopened(self) -> Log:
        """Return a log of it after it was closed and opened again."""
        self.store.close()
        self.store = self._open()
        return self.log()

    def rows(self) -> list[Stored]:
        """Return all rows as they are stored."""
        return list(log_of(self.store).rows())

    def alter(self, change: str, where: str, *values: object, unguarded: bool = True) -> None:
        """Change rows as somebody does who holds the store: ``UPDATE events SET change WHERE where``, with ?."""
        self._run(f"UPDATE {{}} SET {change} WHERE {where}", values, unguarded=unguarded)  # noqa: S608

    def delete(self, where: str, *, unguarded: bool = True) -> None:
        """Delete rows as somebody does who holds the store."""
        self._run(f"DELETE FROM {{}} WHERE {where}", (), unguarded=unguarded)  # noqa: S608

    def _run(self, statement: str, values: Sequence[object], *, unguarded: bool) -> None:
        if isinstance(self.store, Database):
            for trigger in ("events_keep", "events_stay") if unguarded else ():
                self.store.connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            self.store.connection.execute(statement.format("events"), tuple(values))
            return
        other = DatabaseSession(self.store.line.address)
        try:
            if unguarded:
                other.run("SET session_replication_role = replica")
            told = statement.format("oneheart.events").replace("?", "%b") + f" AND gathering = {self.store.number}"
            other.run(told, values)
        finally:
            other.close()

    def close(self) -> None:
        """Close it."""
        self.store.close()


def file_of(folder: Path) -> Kept:
    """Return a new gathering in a file."""
    path = folder / "g.oneheart"
    return Kept(open_database(path, create=True), lambda: open_database(path))


def part_of(address: str, folder: Path) -> Kept:
    """Return a new gathering in a database; its keys are in a folder, which `ONEHEART_KEYS` must name."""
    gathering = fresh(address, folder)
    where = f"{address}#{gathering.code}"
    return Kept(gathering, lambda: open_gathering(address_of(where)))


def fresh(address: str, folder: Path) -> PostgresGathering:
    """Return a new gathering in a database, open for writing."""
    code = "T" + secrets.token_hex(6).upper()
    ring = make_keyring(keyring_path(folder / code))
    line = DatabaseSession(address_of(address))
    try:
        upgrade(line)
        add_gathering(line, code, 2, {"code": code, "secret": secrets.token_hex(32), "keys": ring.name.hex()})
    finally:
        line.close()
        ring.close()
    return open_gathering(address_of(f"{address}#{code}"))
