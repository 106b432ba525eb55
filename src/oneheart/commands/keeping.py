"""Keep a gathering: back it up while it is served, and restore a backup."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from oneheart.commands.record import altered, read_record, unreadable
from oneheart.errors import UserError
from oneheart.model.erasure import ErasureReason
from oneheart.storage.database import copy_database, copy_keys, on_disk, open_database
from oneheart.storage.keyring import ENDING, keyring_path
from oneheart.storage.log import StorageError
from oneheart.storage.postgres import DatabaseAddress, address_of, is_address, named
from oneheart.storage.stores import log_of
from oneheart.storage.transfer import copy_part, copy_part_keys


def back_up(place: str | Path, folder: Path) -> Path:
    """Write a backup into a folder, named by the time, and return its path. The backup is read once to verify it.

    The backup of a gathering in a database is a file, too.

    It contains everything acknowledged before this call. The gathering may be served meanwhile. All backups of a
    gathering in one folder share one file of keys, which is brought up to date: what was erased since cannot be read
    in any of them.

    Args:
        place: path of the gathering, or its address in a database.
        folder: folder of the backup; created if its parent exists.

    Raises:
        UserError: there is no gathering, the folder cannot be written to, the record is invalid, or an event cannot
            be read; no partial backup remains.
    """
    if is_address(str(place)):
        source: Path | DatabaseAddress = named(address_of(str(place)))
    else:
        source = Path(place)
        if not source.is_file():
            message = f"There is no gathering at {source}; give the file that `oneheart new` made."
            raise UserError(message)
    stem = source.stem if isinstance(source, Path) else source.code
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        message = f"Cannot write into {folder} ({error.strerror}); choose a folder that you may write to."
        raise UserError(message) from error
    backup = folder / f"{stem}-{time.strftime('%Y%m%d-%H%M%SZ', time.gmtime())}.oneheart"
    _copy_that_holds(source, backup, keys=None)
    return backup


def restore(backup: Path, to: Path) -> None:
    """Copy a backup to a new gathering file. An existing file is never overwritten.

    What was erased after the backup stays erased, as far as a file of keys beside the backup or in the folder of the
    new file has it. An event of the new file names what lost its keys since the backup, with the reason "restored".

    Raises:
        UserError: there is no gathering, its record is invalid, its keys are missing, the file exists already, or it
            cannot be written.
    """
    _copy_that_holds(backup, to, keys=keyring_path(to))


def _copied(source: Path | DatabaseAddress, part: Path) -> None:
    """Copy the rows of a gathering into a new file."""
    if isinstance(source, Path):
        copy_database(source, part)
    else:
        copy_part(source, part)


def _copy_that_holds(source: Path | DatabaseAddress, to: Path, *, keys: Path | None) -> None:
    """Copy to a temporary name, verify the copy, and rename it only then.

    Args:
        source: path of the gathering, or its address in a database.
        to: path of the copy.
        keys: path of its keys; None for those that all copies in this folder share.
    """
    if to.exists():
        message = f"{to} exists already; choose another name, or move it away first."
        raise UserError(message)
    part = to.with_name(to.name + ".part")
    shown = source if isinstance(source, Path) else source.at(source.code)
    made: Path | None = None
    try:
        _copied(source, part)
        had = {*to.parent.glob(f"*{ENDING}")}
        brought = copy_keys(source, to, keys) if isinstance(source, Path) else copy_part_keys(source, to)
        made = brought if brought not in had else None
        record = read_record(part)
        if record.fault is not None:
            message = f"{altered(record.fault)} No copy of {shown} was kept. Take an earlier backup."
            raise UserError(message)
        if record.spoiled is not None:
            message = f"No copy of {shown} was kept. {unreadable(record.spoiled)}"
            raise UserError(message)
        if record.unopened and keys is not None:
            _name_lost(part)
        part.rename(to)
        on_disk(to.parent)
        made = None
    except StorageError as error:
        message = f"Cannot read {shown} ({error}); try again."
        raise UserError(message) from error
    finally:
        if made is not None:
            made.unlink(missing_ok=True)
        for name in (part.name, f"{part.name}.lock", f"{part.name}{ENDING}", f"{part.name}-wal", f"{part.name}-shm"):
            with suppress(FileNotFoundError):
                to.with_name(name).unlink()


def _name_lost(path: Path) -> None:
    """Write an event that names the events whose keys were destroyed since this copy was made. O(events).

    Raises:
        UserError: the file cannot be written.
    """
    database = open_database(path)
    try:
        log = log_of(database)
        for _ in log.replay():
            pass  # it finds them
        log.erase_unopened(ErasureReason.RESTORED)
    except StorageError as error:
        message = f"Cannot write {path} ({error}); make room or choose another folder, and try again."
        raise UserError(message) from error
    finally:
        database.close()
