"""Power cuts on the real log: a file system in memory of which writes reached the disk, cut at any moment.

Every write, truncation and sync of SQLite is recorded by a VFS. A cut keeps what was synced, and of what was not synced
a random half, torn at sectors of 512 bytes. Limits: the lock mode is exclusive, because a VFS in Python has no shared
memory; the order of syncs is simulated, not a disk that lies.
"""

from __future__ import annotations

import contextlib
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import apsw

from oneheart.errors import UserError
from oneheart.storage import database as storage
from oneheart.storage.log import Entry
from oneheart.storage.stores import log_of

_SECTOR = 512
_VFS = "recorded"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the recorded disk.

    Attributes:
        kind: what was done; "kept" is the moment at which events were acknowledged.
        file: name of the file; "" for "kept".
        at: offset of a write, new size of a truncation, or length of the log when "kept".
        data: bytes of a write.
    """

    kind: Literal["write", "truncate", "sync", "delete", "kept"]
    file: str = ""
    at: int = 0
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Cuts:
    """What came of many cuts.

    Attributes:
        cuts: number of cuts.
        kept: number of events that were acknowledged in all.
        unreadable: cuts after which the file did not open.
        broken: cuts after which the hash chain was wrong.
        lost: cuts after which an acknowledged event was missing.
    """

    cuts: int
    kept: int
    unreadable: int
    broken: int
    lost: int


def _recording(steps: list[Step]) -> tuple[type[Any], type[Any]]:
    """Return the classes of a VFS that records its steps."""

    class File(apsw.VFSFile):
        def __init__(self, name: Any, flags: list[int]) -> None:
            self._name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "").name
            super().__init__("", name, flags)

        def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802  names that APSW asks for
            steps.append(Step("write", self._name, offset, bytes(data)))
            super().xWrite(data, offset)

        def xTruncate(self, size: int) -> None:  # noqa: N802
            steps.append(Step("truncate", self._name, size))
            super().xTruncate(size)

        def xSync(self, flags: int) -> None:  # noqa: N802
            steps.append(Step("sync", self._name))
            super().xSync(flags)

    class Disk(apsw.VFS):
        def __init__(self) -> None:
            super().__init__(_VFS, "")

        def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802
            return File(name, flags)

        def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
            steps.append(Step("delete", Path(name).name))
            super().xDelete(name, sync)

    return File, Disk


@contextlib.contextmanager
def _recorded(steps: list[Step]) -> Iterator[None]:
    """Let the product open its files on the recorded disk."""
    _, disk = _recording(steps)
    vfs = disk()
    real: Callable[..., apsw.Connection] = apsw.Connection

    def connect(path: str, flags: int = apsw.SQLITE_OPEN_READWRITE, **_more: object) -> apsw.Connection:
        connection = real(path, flags=flags, vfs=_VFS)
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        return connection

    apsw.Connection = connect  # type: ignore[misc,assignment]
    try:
        yield
    finally:
        apsw.Connection = real  # type: ignore[misc]
        vfs.unregister()


def record(folder: Path, *, batches: int, seed: int, synchronous: str | None = None) -> list[Step]:
    """Return the steps of the disk while batches of events are appended and a few are erased.

    Args:
        folder: empty folder of the gathering.
        batches: number of batches.
        seed: seed of all random choices.
        synchronous: another value of this pragma than the product's, to show what it would lose.
    """
    steps: list[Step] = []
    rng = random.Random(seed)
    with _recorded(steps):
        database = storage.open_database(folder / "g.oneheart", create=True)
        if synchronous is not None:
            database.connection.execute(f"PRAGMA synchronous = {synchronous}")
        log = log_of(database)
        number = 0
        for batch in range(batches):
            count = rng.randrange(1, 12)
            body = '{"kind":"clock","seconds":%d}'
            log.append(
                [Entry("house", f"{number + n:032x}", "clock", body % rng.randrange(1, 9999)) for n in range(count)]
            )
            number += count
            steps.append(Step("kept", at=log.length))
            if batch % 90 == 89:
                log.checkpoint()
        database.close()
    return steps


def _put(disk: dict[str, bytearray], step: Step) -> None:
    content = disk.setdefault(step.file, bytearray())
    if step.kind == "write":
        end = step.at + len(step.data)
        content.extend(bytes(max(0, end - len(content))))
        content[step.at : end] = step.data
    else:
        del content[step.at :]
        content.extend(bytes(max(0, step.at - len(content))))


def _disk_after(steps: list[Step], rng: random.Random) -> tuple[dict[str, bytearray], int]:
    """Return the files after a cut at the end of these steps, and the length of the log that was acknowledged."""
    disk: dict[str, bytearray] = {}
    unsynced: dict[str, list[Step]] = {}
    kept = 0
    for step in steps:
        if step.kind == "kept":
            kept = step.at
        elif step.kind == "sync":
            for written in unsynced.pop(step.file, []):
                _put(disk, written)
        elif step.kind == "delete":
            disk.pop(step.file, None)
            unsynced.pop(step.file, None)
        else:
            unsynced.setdefault(step.file, []).append(step)
    for written in (step for pending in unsynced.values() for step in pending):
        if rng.random() < 0.5:
            sectors = len(written.data) // _SECTOR
            torn = written.kind == "write" and sectors > 0 and rng.random() < 0.2
            data = written.data[: _SECTOR * rng.randrange(1, sectors + 1)] if torn else written.data
            _put(disk, Step(written.kind, written.file, written.at, data))
    return disk, kept


def cut(folder: Path, steps: list[Step], *, cuts: int, seed: int) -> Cuts:
    """Cut the power at random moments, open what is left each time, and count what is missing.

    Args:
        folder: folder of the recorded gathering; files beside the database are taken from it as they are.
        steps: result of `record`.
        cuts: number of cuts.
        seed: seed of all random choices.
    """
    rng = random.Random(seed)
    first = next(place for place, step in enumerate(steps) if step.kind == "kept")
    unreadable = broken = lost = 0
    place = folder / "cut"
    for _ in range(cuts):
        disk, kept = _disk_after(steps[: rng.randrange(first + 1, len(steps))], rng)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for beside in folder.glob("*"):
            if beside.is_file() and not beside.name.endswith(("-wal", "-shm", ".lock", ".oneheart")):
                shutil.copy(beside, place)
        for name, content in disk.items():
            if not name.endswith("-shm"):
                (place / name).write_bytes(content)
        try:
            database = storage.open_database(place / "g.oneheart")
        except UserError:
            unreadable += 1
            continue
        log = log_of(database)
        lost += log.length < kept
        broken += log.first_break() is not None
        database.close()
    return Cuts(cuts, max(step.at for step in steps if step.kind == "kept"), unreadable, broken, lost)
