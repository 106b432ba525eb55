"""Backups while serving: a copy of every gathering every few seconds, the newest kept, and none of erased words.

It never delays a tap: copies are made in a thread, beside the writer. An erasure reaches the folder within
`TICK_SECONDS`: the keys of the erased words are destroyed there too. When the term of a gathering is over, or a host
erases its file, its older copies are deleted.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import apsw

from oneheart.errors import UserError
from oneheart.live.gathering import LiveGathering
from oneheart.live.house import SUFFIX
from oneheart.storage.copying import copy_served
from oneheart.storage.database import copy_keys, keys_named, on_disk
from oneheart.storage.keyring import keyrings_of, overwrite_keyring
from oneheart.storage.log import StorageError
from oneheart.storage.postgres import DatabaseAddress, address_of, is_address
from oneheart.storage.transfer import copy_part, copy_part_keys

TICK_SECONDS = 1.0
KEEP_BACKUPS = 12
_DURATION = re.compile(r"(\d+)([smh]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}
_STAMP = "%Y%m%d-%H%M%SZ"
_STAMPED = re.compile(r"-\d{8}-\d{6}Z$")


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """Where and how often copies are made.

    Attributes:
        folder: folder of the copies, on another disk if possible.
        every_seconds: time between two copies of a gathering that changes, 1 or more.
        keep: number of copies of each gathering that are kept, 1 or more.
    """

    folder: Path
    every_seconds: int = 10
    keep: int = KEEP_BACKUPS


def seconds_of(text: str) -> int:
    """Return a duration such as "10s", "5m" or "1h" in seconds.

    Raises:
        UserError: it is none, or shorter than a second.

    Example:
        >>> seconds_of("10s"), seconds_of("5m"), seconds_of("90")
        (10, 300, 90)
    """
    found = _DURATION.fullmatch(text.strip())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if seconds < 1:
        message = f"{text!r} is no time between two backups; give it as 10s, 5m or 1h, one second or more."
        raise UserError(message)
    return seconds


def copies_of(folder: Path, stem: str) -> list[Path]:
    """Return the copies of a gathering in a folder, the oldest first."""
    named = (path for path in folder.glob(f"*{SUFFIX}") if _STAMPED.sub("", path.stem) == stem != path.stem)
    return sorted(named)


def newest_copy(folder: Path) -> Path:
    """Return the newest copy in a folder with copies of one gathering.

    Raises:
        UserError: there is none, or there are copies of several gatherings.
    """
    copies = [path for path in sorted(folder.glob(f"*{SUFFIX}")) if _STAMPED.search(path.stem)]
    stems = {_STAMPED.sub("", path.stem) for path in copies}
    if len(stems) > 1:
        message = f"{folder} has backups of several gatherings: {', '.join(sorted(stems))}; name one of their files."
        raise UserError(message)
    if not copies:
        message = f"There is no backup in {folder}; give the folder of `oneheart serve --backup`, or one of its files."
        raise UserError(message)
    return copies[-1]


def last_event_at(path: Path) -> int:
    """Return the time of the last event in a gathering's file, milliseconds since 1970; 0 without one."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.pragma("query_only", 1)
        (last,) = connection.execute("SELECT coalesce(max(at), 0) FROM events").fetchall()[0]
        return int(str(last))
    finally:
        connection.close()


@dataclass(slots=True)
class _Done:
    """What was last done for one gathering.

    Attributes:
        stem: beginning of the names of its copies.
        seq: place in the log of the last event that was copied.
        at: time of the last copy, monotonic seconds.
        gone: number of erased people at the last copy; -1 before the first.
        purged: whether its term was over at the last copy.
    """

    stem: str
    seq: int = -1
    at: float = float("-inf")
    gone: int = -1
    purged: bool = False


class Backups:
    """Keeps copies of gatherings in a folder. `run` does it again and again; tests call `turn`."""

    def __init__(self, plan: BackupPlan, gatherings: Mapping[str, LiveGathering], place: str = "") -> None:
        """Begin without a copy.

        Args:
            plan: where and how often.
            gatherings: gatherings by join code; it may change while the copies are kept.
            place: address of the database that has them; "" for files.

        Raises:
            UserError: the folder cannot be made.
        """
        self._plan, self._gatherings = plan, gatherings
        self._database = address_of(place) if is_address(place) else None
        self._done: dict[str, _Done] = {}
        try:
            plan.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"Cannot make {plan.folder} ({error.strerror}); choose a folder that you may write to."
            raise UserError(message) from error

    async def run(self) -> None:
        """Keep the copies up to date until cancelled. Trouble is shown to hosts and tried again."""
        while True:
            await self.turn()
            await asyncio.sleep(TICK_SECONDS)

    async def turn(self, *, last: bool = False) -> None:
        """Copy what is due now; with `last` everything that changed since its last copy."""
        for code, gathering in [*self._gatherings.items()]:
            done = self._done.setdefault(code, _Done(gathering.path.stem))
            try:
                await self._keep(gathering, done, last=last)
            except (apsw.Error, OSError, UserError, StorageError) as error:
                gathering.note_trouble("backup", f"no backup could be written: {error}")
            else:
                gathering.note_trouble("backup", None)
        for code in self._done.keys() - self._gatherings.keys():
            await asyncio.to_thread(self._forget, copies_of(self._plan.folder, self._done.pop(code).stem))

    async def _keep(self, gathering: LiveGathering, done: _Done, *, last: bool) -> None:
        state = gathering.state
        if state.erasing:
            return  # the copy would still hold what is being erased; the next turn comes in a second
        seq, purged = state.seq, state.keeping.purged_at is not None
        gone = sum(not seat.alive for seat in state.seats)
        erased = gone != max(done.gone, 0) or purged != done.purged
        waited = last or time.monotonic() - done.at >= self._plan.every_seconds
        if seq == done.seq or not (erased or waited):
            return
        begun = time.monotonic()
        copy = self._plan.folder / f"{done.stem}-{time.strftime(_STAMP, time.gmtime())}{SUFFIX}"
        source = gathering.path if self._database is None else replace(self._database, code=gathering.code)
        keys = await asyncio.to_thread(_copied, source, copy)
        older = [path for path in copies_of(self._plan.folder, done.stem) if path != copy]
        all_go = purged or (erased and keys is None)  # without keys the words stand open in older copies
        beyond = older if all_go else older[: max(0, len(older) + 1 - self._plan.keep)]
        await asyncio.to_thread(self._drop, beyond)
        done.seq, done.at, done.gone, done.purged = seq, begun, gone, purged

    def _forget(self, copies: list[Path]) -> None:
        """Delete all copies of a gathering and their keys."""
        names = {name for copy in copies if (name := keys_named(copy)) is not None}
        self._drop(copies)
        for name in names:
            for keys in keyrings_of(name, self._plan.folder):
                overwrite_keyring(keys)
                keys.unlink()

    @staticmethod
    def _drop(copies: list[Path]) -> None:
        for copy in copies:
            for ending in ("", ".lock", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    copy.with_name(copy.name + ending).unlink()


def _copied(source: Path | DatabaseAddress, copy: Path) -> Path | None:
    """Copy a gathering and bring its keys up to date; return their path, None for a file without keys.

    Keys that were destroyed since are destroyed for every copy in the folder.
    """
    if isinstance(source, Path):
        copy_served(source, copy)
        return copy_keys(source, copy)
    part = copy.with_name(copy.name + ".part")
    part.unlink(missing_ok=True)
    copy_part(source, part)
    part.rename(copy)
    on_disk(copy.parent)
    return copy_part_keys(source, copy)
