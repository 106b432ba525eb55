"""Stores: where a gathering is kept, opened by its place, and the log of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from oneheart.storage import database as files
from oneheart.storage import postgres
from oneheart.storage.database import Database
from oneheart.storage.log import Log, milliseconds_now
from oneheart.storage.postgres import PostgresGathering
from oneheart.storage.postgres_log import PostgresLog
from oneheart.storage.sqlite_log import SqliteLog

Store = Database | PostgresGathering
"""An open gathering: a file of SQLite, or a part of a database of PostgreSQL."""


def log_of(store: Store, *, now: Callable[[], int] = milliseconds_now) -> Log:
    """Return the log of an open gathering, which continues after its last event.

    Args:
        store: the open gathering.
        now: clock that dates events, milliseconds since 1970.
    """
    return PostgresLog(store, now=now) if isinstance(store, PostgresGathering) else SqliteLog(store, now=now)


def open_store(place: str | Path, *, alone: bool = False) -> Store:
    """Return the gathering of a place, open for writing: a path of a file, or an address of PostgreSQL.

    Args:
        place: the path or address.
        alone: let no other process have it open for writing. Of a file this is always so.

    Raises:
        UserError: it is not there, its keys are missing, or another process stands against it.
    """
    if postgres.is_address(str(place)):
        return postgres.open_gathering(postgres.address_of(str(place)), alone=alone)
    return files.open_database(Path(place))


def look_at_store(place: str | Path) -> Store:
    """Return the gathering of a place, only read; another process may serve it meanwhile.

    Raises:
        UserError: it is not there, or its keys are missing.
    """
    if postgres.is_address(str(place)):
        return postgres.open_gathering(postgres.address_of(str(place)), reads_only=True)
    return files.look_into(Path(place))
