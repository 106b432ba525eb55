"""Keep a gathering: back it up while it is served, restore a backup, and prove that a record is complete."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from oneheart.commands.record import Record, read_record, unreadable
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.publishing import first_wrong_head
from oneheart.storage.database import copy_database, on_disk, open_database
from oneheart.storage.log import Log
from oneheart.storage.merkle import merkle_roots


def back_up(path: Path, folder: Path) -> Path:
    """Write a backup into a folder, named by the time, and return its path. The backup is read once to verify it.

    It contains everything acknowledged before this call. The gathering may be served meanwhile.

    Args:
        path: path of the gathering.
        folder: folder of the backup; created if its parent exists.

    Raises:
        UserError: there is no gathering, the folder cannot be written to, the record is invalid, or an event cannot
            be read; no partial backup remains.
    """
    if not path.is_file():
        message = f"There is no gathering at {path}; give the file that `oneheart new` made."
        raise UserError(message)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        message = f"Cannot write into {folder} ({error.strerror}); choose a folder that you may write to."
        raise UserError(message) from error
    backup = folder / f"{path.stem}-{time.strftime('%Y%m%d-%H%M%SZ', time.gmtime())}.oneheart"
    _copy_that_holds(path, backup)
    return backup


def restore(backup: Path, to: Path) -> None:
    """Copy a backup to a new gathering file. An existing file is never overwritten.

    Raises:
        UserError: there is no gathering, its record is invalid, or the file exists already.
    """
    _copy_that_holds(backup, to)


def _copy_that_holds(path: Path, to: Path) -> None:
    """Copy to a temporary name, verify the copy, and rename it only then."""
    if to.exists():
        message = f"{to} exists already; choose another name, or move it away first."
        raise UserError(message)
    part = to.with_name(to.name + ".part")
    try:
        copy_database(path, part)
        record = read_record(part)
        if record.first_break is not None:
            message = (
                f"The record of {path} breaks at event {record.first_break}: it is not as it was written, and no copy "
                "of it was kept. Take an earlier backup."
            )
            raise UserError(message)
        if record.spoiled is not None:
            message = f"No copy of {path} was kept. {unreadable(record.spoiled)}"
            raise UserError(message)
        part.rename(to)
        on_disk(to.parent)
    finally:
        for name in (part.name, f"{part.name}.lock", f"{part.name}-wal", f"{part.name}-shm"):
            with suppress(FileNotFoundError):
                to.with_name(name).unlink()


def proof(path: Path, asked: str = "") -> tuple[list[str], bool]:
    """Return what a record proves, in sentences, and whether all checks passed. O(events log events).

    Every published head must be of this record: size, root and hash chain. Every sealed text stands on a head, or, in
    a text of an earlier version, on the Merkle root of all events before it. A root that somebody kept from a screen
    or from print must be one of these.

    Args:
        path: path of the gathering.
        asked: root to look for, hexadecimal; "" for none.

    Raises:
        UserError: there is no gathering, or another process serves it.
    """
    record: Record = read_record(path)
    if record.first_break is not None:
        return [f"The record breaks at event {record.first_break}: it is not as it was written."], False
    if record.spoiled is not None:
        return [unreadable(record.spoiled)], False
    database = open_database(path)
    try:
        log = Log(database)
        bodies = [(event.seq, ev.decode(event.body)) for event in log.replay() if event.kind == "sealed" and event.body]
        sealed = [(seq, body) for seq, body in bodies if isinstance(body, ev.TextSealed)]
        length_of = {root.hex(): length for length, root in enumerate(merkle_roots(log.commitments()), start=1)}
        root = log.root().hex()
        heads = [] if record.state is None else record.state.heads.published
        wrong = first_wrong_head(log, heads)
    finally:
        database.close()
    out, well = ["The record holds: every event is as it was written.", f"root {root}"], wrong is None
    if heads:
        newest = f"head {len(heads)}: size {heads[-1].size}, root {heads[-1].root}"
        out.append(newest if wrong is None else f"head {wrong} is not of this record")
    sizes = {(head.size, head.root): head.through for head in heads}
    for number, (seq, body) in enumerate(sealed, start=1):
        holds = (sizes.get((body.size, body.root), seq) if body.size else length_of.get(body.root, seq)) < seq
        well &= holds
        out.append(f"sealed text {number}: " + ("stands on this record" if holds else "its root is not of this record"))
    if asked:
        kept = asked.strip().lower()
        is_root = kept in length_of or any(head.root == kept for head in heads)
        well &= is_root
        out.append("The root that you gave " + ("is of this record." if is_root else "is not of this record."))
    return out, well
