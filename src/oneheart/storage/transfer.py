"""Moving: copy a gathering into another store, row by row, with salts, chain and keys, and end the source.

The copy counts only after the caller has checked it. Then the source gets a last event that says where the gathering is
now, and its keys are destroyed: the gathering has one set of keys, so what is erased later is erased everywhere. Each
step can be repeated: a move that broke off is finished by the same command.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from oneheart.errors import UserError
from oneheart.model.actor import HOUSE
from oneheart.storage import database as files
from oneheart.storage import postgres
from oneheart.storage.database import look_into, make_file, on_disk
from oneheart.storage.forwarding import MOVED, MovedTo
from oneheart.storage.keyring import (
    ENDING,
    bring_keys,
    keyring_path,
    keyrings_of,
    missing_keys,
    open_keyring,
    overwrite_keyring,
)
from oneheart.storage.log import Entry, StorageError
from oneheart.storage.postgres import (
    DatabaseAddress,
    DatabaseSession,
    PostgresError,
    PostgresGathering,
    address_of,
    is_address,
    keys_folder,
    upgrade,
)
from oneheart.storage.stores import Store, log_of

Check = Callable[[Store], None]
"""Checks a copy before it counts; it raises UserError if the copy must not be kept."""


def move_store(source: Store, target: str, check: Check, url: str = "") -> str:
    """Copy an open gathering to a target, check the copy, and end the source. Return where it is now.

    The caller closes the source and destroys its keys then, see `forget_keys`.

    Args:
        source: gathering that is open for writing.
        target: path of a file, or address of a database.
        check: see `Check`.
        url: address at which people find it then; "" for none.

    Raises:
        UserError: the target has something else, the copy does not pass, or something cannot be written. The source
            is then as it was.
    """
    if source.keyring is None:
        message = (
            f"{source.where} was made without keys, so what is erased could still be read in copies that a database "
            "keeps; it stays where it is."
        )
        raise UserError(message)
    if is_address(target):
        where = _into_database(source, address_of(target), check)
    else:
        where = _into_file(source, Path(target), check)
    log = log_of(source)
    log.append([Entry(HOUSE, MOVED, MOVED, MovedTo(where, log.root().hex(), url).encoded())])
    return where


def forget_keys(path: Path) -> None:
    """Destroy a file of keys that another one replaced."""
    overwrite_keyring(path)
    path.unlink(missing_ok=True)


def finish(source: str) -> str | None:
    """Finish a move of which only the last step is missing; return where the gathering is; None if it was not moved.

    Args:
        source: path of a file, or address of a database with a join code.
    """
    if is_address(source):
        return _finish_database(address_of(source))
    path = Path(source)
    moved = files.file_moved_to(path) if path.is_file() else None
    if moved is None:
        return None
    forget_keys(keyring_path(path))
    return moved.to


def _finish_database(address: DatabaseAddress) -> str | None:
    line = postgres.connect(address, reads_only=True)
    try:
        number = postgres.find_gathering(line, address.code)
        moved = None if number is None else postgres.part_moved_to(line, number)
    finally:
        line.close()
    if moved is None:
        return None
    forget_keys(keyring_path(keys_folder() / address.code))
    return moved.to


# --- a copy that leaves the source as it is ---------------------------------------------------------------------------


def copy_part(address: DatabaseAddress, to: Path) -> None:
    """Write the present state of a gathering of a database into a file; another process may serve it meanwhile.

    When this returns, the file is on disk. Bring its keys after it, see `copy_part_keys`: then every event has its key.

    Args:
        address: address of the gathering.
        to: path of the file; must not exist.

    Raises:
        UserError: the gathering is not there, or the file cannot be written; no partial file remains.
        StorageError: the database broke off; no partial file remains.
    """
    part = postgres.open_gathering(address, reads_only=True)
    try:
        make_file(to, part.format, part.meta(), log_of(part).rows())
    except BaseException as error:
        for ending in ("", "-wal", "-shm"):
            to.with_name(to.name + ending).unlink(missing_ok=True)
        if isinstance(error, PostgresError):
            raise StorageError(str(error)) from error
        raise
    finally:
        part.close()


def copy_part_keys(address: DatabaseAddress, to: Path) -> Path:
    """Bring the keys of such a copy up to date; return their path. All copies in the folder of `to` share them.

    Raises:
        UserError: the keys are missing, or cannot be written.
        StorageError: the database broke off.
    """
    line = postgres.connect(address, reads_only=True)
    try:
        number = postgres.find_gathering(line, address.code)
        named = "" if number is None else postgres.meta_in(line, number).get("keys", "")
    except PostgresError as error:
        raise StorageError(str(error)) from error
    finally:
        line.close()
    own, name = keyring_path(keys_folder() / address.code), bytes.fromhex(named)
    rings = keyrings_of(name, own.parent, to.parent)
    if own not in rings:
        raise missing_keys(own.with_suffix(""))
    target = to.with_name(f"{name.hex()[:8]}{ENDING}")
    try:
        bring_keys([own, *(ring for ring in rings if ring not in {own, target})], target, name)
    except OSError as error:
        message = f"Cannot write the keys {target} ({error.strerror}); make room, and try again."
        raise UserError(message) from error
    return target


# --- into a database --------------------------------------------------------------------------------------------------


def _into_database(source: Store, address: DatabaseAddress, check: Check) -> str:
    meta, folder = source.meta(), keys_folder()
    code = meta.get("code", "")
    if address.code not in {"", code}:
        message = f"The join code of {source.where} is {code}; leave #{address.code} out, or give #{code}."
        raise UserError(message)
    line = DatabaseSession(address)
    made = not keyring_path(folder / code).exists()
    try:
        upgrade(line)
        line.run("BEGIN")
        line.run("SET LOCAL statement_timeout = 0")
        line.run("SET LOCAL idle_in_transaction_session_timeout = 0")
        number = _copied(source, line, code, meta)
        _bring_keys(source, folder / code)
        ring = open_keyring(folder / code, bytes.fromhex(meta["keys"]), write=False)
        try:
            check(PostgresGathering(line, number, code, address.at(code), folder / code, source.format, ring, True))  # noqa: FBT003
        finally:
            ring.close()
        line.run("COMMIT")
    except BaseException as error:
        if made:
            with suppress(OSError):
                forget_keys(keyring_path(folder / code))
        if isinstance(error, PostgresError):
            message = f"Cannot write into {address.shown}: {error}. Nothing was moved."
            raise UserError(message) from error
        raise
    finally:
        line.close()  # what was not committed is rolled back
    return address.at(code)


def _step_aside(line: DatabaseSession, number: int) -> None:
    """Give the join code of a gathering that was moved away free, so that it can come back."""
    line.run("UPDATE oneheart.gatherings SET code = code || ' moved ' || gathering WHERE gathering = %s", (number,))


def _copied(source: Store, line: DatabaseSession, code: str, meta: dict[str, str]) -> int:
    """Return the number of the copy in the database. One that a broken move left there is taken as it is."""
    number = postgres.find_gathering(line, code)
    if number is not None and postgres.part_moved_to(line, number) is None:
        if postgres.meta_in(line, number) != meta:
            message = f"{line.address.at(code)} is another gathering with the same join code. Nothing was moved."
            raise UserError(message)
        return number  # the check compares it with the source
    if number is not None:
        _step_aside(line, number)
    number = postgres.add_gathering(line, code, source.format, meta)
    postgres.copy_rows(line, number, log_of(source).rows())
    return number


def _bring_keys(source: Store, to: Path) -> None:
    """Write the keys of the source beside the copy. When this returns, they are on disk."""
    ring, own = source.keyring, keyring_path(to)
    assert ring is not None  # noqa: S101  `move_store` looked
    if own.exists() and own not in keyrings_of(ring.name, own.parent):
        message = f"{own} is there already and opens another gathering; choose another name, or move it away."
        raise UserError(message)
    try:
        bring_keys([ring.path], own, ring.name)
    except OSError as error:
        message = f"Cannot write the keys {own} ({error.strerror}); make room, and try again."
        raise UserError(message) from error


# --- into a file ------------------------------------------------------------------------------------------------------


def _into_file(source: Store, path: Path, check: Check) -> str:
    if not path.parent.is_dir():
        message = f"There is no folder {path.parent}; make it first, or name another place."
        raise UserError(message)
    if path.exists():
        _checked_file(path, check)  # a move that broke off left it there, or it is refused
        return str(path.resolve())
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    made = not keyring_path(path).exists()
    try:
        make_file(part, source.format, source.meta(), log_of(source).rows())
        _bring_keys(source, path)
        _checked_file(part, check)
        part.rename(path)
        on_disk(path.parent)
    except BaseException:
        for ending in ("", "-wal", "-shm"):
            part.with_name(part.name + ending).unlink(missing_ok=True)
        if made:
            with suppress(OSError):
                forget_keys(keyring_path(path))
        raise
    return str(path.resolve())


def _checked_file(path: Path, check: Check) -> None:
    copy = look_into(path)
    try:
        check(copy)
    finally:
        copy.close()
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
