"""Found a gathering in a database: its place, its keys and its first event, all of them or none."""

from __future__ import annotations

import secrets
from contextlib import suppress

import msgspec

from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.model import actor
from oneheart.storage.database import FORMAT
from oneheart.storage.keyring import Keyring, keyring_path, make_keyring
from oneheart.storage.log import Entry, StorageError
from oneheart.storage.meta import meta_digest
from oneheart.storage.postgres import (
    DatabaseAddress,
    DatabaseSession,
    PostgresError,
    PostgresGathering,
    add_gathering,
    keys_folder,
    upgrade,
)
from oneheart.storage.postgres_log import PostgresLog
from oneheart.storage.transfer import forget_keys


def create_in_database(address: DatabaseAddress, settings: ev.Settings, *, code: str) -> str:
    """Make a new gathering in a database, with its file of keys; return its address without password.

    The tables are made where they are missing. Place and first event are one transaction.

    Args:
        address: address of the database.
        settings: settings of the gathering.
        code: join code.

    Raises:
        UserError: the database or the folder of keys cannot be written; nothing of the gathering remains.
    """
    path = keys_folder() / code
    line = DatabaseSession(address)
    ring: Keyring | None = None
    try:
        upgrade(line)
        ring = make_keyring(keyring_path(path))
        meta = {"code": code, "secret": secrets.token_hex(32), "keys": ring.name.hex()}
        line.run("BEGIN")
        number = add_gathering(line, code, FORMAT, meta)
        store = PostgresGathering(line, number, code, address.at(code), path, FORMAT, ring, reads_only=False)
        first = msgspec.structs.replace(settings, meta=meta_digest(meta))
        PostgresLog(store).append([Entry(actor.HOUSE, "settings-0", ev.kind_of(first), ev.encode(first))])
        line.run("COMMIT")
    except BaseException as error:
        if ring is not None:
            with suppress(OSError):
                forget_keys(keyring_path(path))
        if isinstance(error, PostgresError | StorageError | OSError):
            message = f"Cannot make a gathering in {address.shown}: {error}. Nothing was made."
            raise UserError(message) from error
        raise
    finally:
        if ring is not None:
            ring.close()
        line.close()  # what was not committed is rolled back
    return address.at(code)
