"""Rows on their way: numbered and kept in files of a work folder, so that a stopped conversion goes on where it was."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import msgspec
import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.model.desire import Desire

Int8s = npt.NDArray[np.int8]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]

STAGED_ROWS = 1 << 21
BUCKET_ROWS = 1 << 21
_GROUPS = 1 << 16
_JOB = "job.json"
_WORKERS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Answers as they came, in the order of the file.

    Attributes:
        person: number of the person, by order of sight.
        desire: number of the desire, by order of sight.
        value: what was answered, as the form of the file has it.
        time: when, in a unit of the form's own; None where the file has no times.
    """

    person: Int32s
    desire: Int32s
    value: Int8s
    time: Int64s | None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.value)

    @classmethod
    def none(cls) -> Rows:
        """Return no rows."""
        return cls(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8), None)

    @classmethod
    def joined(cls, parts: list[Rows]) -> Rows:
        """Return the rows of all parts in their order."""
        if not parts:
            return cls.none()
        times = [part.time for part in parts if part.time is not None]
        return cls(
            np.concatenate([part.person for part in parts]),
            np.concatenate([part.desire for part in parts]),
            np.concatenate([part.value for part in parts]),
            np.concatenate(times) if len(times) == len(parts) else None,
        )

    def at(self, places: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Rows:
        """Return the rows at these places, or where a mask is true."""
        time = None if self.time is None else self.time[places]
        return Rows(self.person[places], self.desire[places], self.value[places], time)


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """What is known when all rows were read: where people and desires have their place, and the desires.

    Attributes:
        person_at: row of each person by their number.
        desire_at: column of each desire by its number.
        desires: M desires.
        circle_of: circle of each person by row; None where there are no circles.
        by_time: whether of two answers the one with the later time counts.
        own_labels: labels that people had before they were numbered, by their number.
    """

    person_at: Int32s
    desire_at: Int32s
    desires: tuple[Desire, ...]
    circle_of: Int32s | None
    by_time: bool
    own_labels: Mapping[int, str] = field(default_factory=dict)


class Staged(msgspec.Struct, array_like=True, frozen=True):
    """The content of one file of numbered rows.

    Attributes:
        end: bytes of the source up to here; -1 where it cannot be cut at bytes.
        lines: lines of the source up to here.
        person: int32 numbers as bytes.
        desire: int32 numbers as bytes.
        value: int8 values as bytes.
        time: int64 times as bytes; None where there are none.
        people: labels that were seen here for the first time, see `packed`; they are unpacked only where needed.
        desires: likewise.
        state: what the form of the file has counted up to here, as JSON.
        is_last: whether the source ends here.
    """

    end: int
    lines: int
    person: bytes
    desire: bytes
    value: bytes
    time: bytes | None
    people: msgspec.Raw
    desires: msgspec.Raw
    state: bytes
    is_last: bool

    def rows(self) -> Rows:
        """Return the rows."""
        return Rows(
            np.frombuffer(self.person, np.int32),
            np.frombuffer(self.desire, np.int32),
            np.frombuffer(self.value, np.int8),
            None if self.time is None else np.frombuffer(self.time, np.int64),
        )


def packed(labels: Sequence[bytes]) -> msgspec.Raw:
    """Return labels as they are kept among staged rows."""
    return msgspec.Raw(msgspec.msgpack.encode(labels))


def unpacked(labels: msgspec.Raw) -> list[bytes]:
    """Return labels that were kept among staged rows.

    Example:
        >>> unpacked(packed([b"ann", b"bo"]))
        [b'ann', b'bo']
    """
    return msgspec.msgpack.decode(labels, type=list[bytes])


class WorkFolder:
    """The work folder of one conversion."""

    def __init__(self, folder: Path, job: Mapping[str, object]) -> None:
        """Open the folder; what an earlier run of another job left there is removed.

        Args:
            folder: beside the folder that is being made.
            job: what is converted and how; an earlier run goes on only where this is equal.

        Raises:
            UserError: it cannot be written, or another process works in it.
        """
        self.folder = folder
        self.files: list[Path] = []
        wanted = msgspec.json.encode(dict(job))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as problem:
            raise cannot_write(folder, problem) from None
        try:
            _lock(self._lock, folder)
            self._begin(wanted)
        except BaseException:
            os.close(self._lock)
            raise

    def _begin(self, job: bytes) -> None:
        """Remove what an earlier run of another job left, and write down this one."""
        if _content(self.folder / _JOB) == job:
            return
        try:
            for inside in self.folder.iterdir():
                shutil.rmtree(inside) if inside.is_dir() else inside.unlink()
        except OSError as problem:
            raise cannot_write(self.folder, problem) from None
        put(self.folder / _JOB, [job])

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let other processes work in the folder."""
        os.close(self._lock)

    def earlier(self) -> Iterator[Staged]:
        """Yield what earlier runs have staged, in order, as far as it is whole."""
        while True:
            path = self._path(len(self.files))
            try:
                staged = msgspec.msgpack.decode(path.read_bytes(), type=Staged)
            except (OSError, msgspec.DecodeError):
                return
            self.files.append(path)
            yield staged

    def add(self, staged: Staged) -> None:
        """Keep the next rows; the file is there whole or not at all.

        Raises:
            UserError: it cannot be written.
        """
        path = self._path(len(self.files))
        put(path, [msgspec.msgpack.encode(staged)])
        self.files.append(path)

    def staged(self) -> Iterator[Staged]:
        """Yield what was staged, in order, one file in memory at a time."""
        for path in self.files:
            yield msgspec.msgpack.decode(path.read_bytes(), type=Staged)

    def remove(self) -> None:
        """Remove the folder and everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"rows-{number:06}"


class Buckets:
    """The staged rows by ranges of people, each range small enough for memory."""

    def __init__(self, stage: WorkFolder, finished: Finished, tell: Callable[[int], None]) -> None:
        """Sort each file of staged rows by ranges of people.

        Args:
            stage: with all rows staged.
            finished: where people and desires have their place.
            tell: called with the number of files that are sorted.
        """
        person_at = finished.person_at
        self._stage, self._person_at, self._desire_at = stage, person_at, finished.desire_at
        shift = max(0, (max(len(person_at), 1) - 1).bit_length() - (_GROUPS.bit_length() - 1))
        counts = np.zeros(((max(len(person_at), 1) - 1) >> shift) + 1, np.int64)
        for staged in stage.staged():
            person = np.frombuffer(staged.person, np.int32)
            counts += np.bincount(person_at[person] >> shift, minlength=len(counts))
        starts, total = [0], 0
        for group, count in enumerate(counts.tolist()):
            if total and total + count > BUCKET_ROWS:
                starts.append(group)
                total = 0
            total += count
        self._shift = shift
        self._bucket_of = np.repeat(np.arange(len(starts), dtype=np.uint16), np.diff([*starts, len(counts)]))
        firsts = [start << shift for start in starts]
        self.ranges = tuple(zip(firsts, [*firsts[1:], len(person_at)], strict=True))
        self._ends: list[Int64s] = []
        with ThreadPoolExecutor(_WORKERS) as pool:
            for done, _ in enumerate(pool.map(self._sort, range(len(stage.files)))):
                tell(done + 1)
        self._ends = [np.fromfile(self._names(number)[-1], np.int64) for number in range(len(stage.files))]

    def _sort(self, number: int) -> None:
        """Write one file of staged rows anew, sorted by bucket, people and desires by their place."""
        names = self._names(number)
        rows = msgspec.msgpack.decode(self._stage.files[number].read_bytes(), type=Staged).rows()
        person = self._person_at[rows.person]
        bucket = self._bucket_of[person >> self._shift]
        order = np.argsort(bucket, kind="stable")
        ends = np.cumsum(np.bincount(bucket, minlength=len(self.ranges)))
        time = None if rows.time is None else rows.time[order]
        arrays = (person[order], self._desire_at[rows.desire[order]], rows.value[order], time, ends)
        for name, array in zip(names, arrays, strict=True):
            if array is not None:
                try:
                    array.tofile(name)  # not durably: a later run sorts anew
                except OSError as problem:
                    raise cannot_write(self._stage.folder, problem) from None

    def _names(self, number: int) -> list[Path]:
        parts = ("person", "desire", "value", "time", "ends")
        return [self._stage.folder / f"sorted-{number:06}-{part}" for part in parts]

    def rows(self, bucket: int) -> Rows:
        """Return the rows of one range of people in the order of the source; people and desires by their place."""
        parts = []
        for number, ends in enumerate(self._ends):
            names = self._names(number)[:-1]
            begin, end = 0 if bucket == 0 else int(ends[bucket - 1]), int(ends[bucket])
            types = (np.int32, np.int32, np.int8, np.int64)
            arrays = [
                np.fromfile(name, dtype, end - begin, offset=begin * np.dtype(dtype).itemsize)
                if name.exists()
                else None
                for name, dtype in zip(names, types, strict=True)
            ]
            parts.append(Rows(*arrays))  # type: ignore[arg-type]
        return Rows.joined(parts)


def last_of_each(rows: Rows, *, by_time: bool) -> Rows:
    """Return the last row of each pair of person and desire, sorted by person, then desire.

    Args:
        rows: in the order of the source.
        by_time: whether the later time counts, and the order of the source only among equal times.

    Notes:
        O(n log n) of one number per row; times are compared only where a pair stands more than once.

    Example:
        >>> one = Rows(np.array([1, 0, 1]), np.array([2, 0, 2]), np.array([1, 0, -1]), np.array([9, 5, 3]))
        >>> last_of_each(one, by_time=False).value.tolist(), last_of_each(one, by_time=True).value.tolist()
        ([0, -1], [0, 1])
    """
    if not len(rows):
        return rows
    first = int(rows.person.min())
    bits = [int(n).bit_length() for n in (rows.person.max() - first, rows.desire.max(), len(rows) - 1)]
    place_bits = bits[2]
    if sum(bits) <= 63:  # noqa: PLR2004  what one signed number holds
        key = (rows.person.astype(np.int64) - first) << (bits[1] + place_bits)
        key |= rows.desire.astype(np.int64) << place_bits
        key |= np.arange(len(rows), dtype=np.int64)
        key.sort()
        order = (key & ((1 << place_bits) - 1)).astype(np.intp)
        pair = key >> place_bits
        is_last = np.append(pair[1:] != pair[:-1], True)
    else:
        order = np.lexsort((np.arange(len(rows)), rows.desire, rows.person))
        person, desire = rows.person[order], rows.desire[order]
        is_last = np.append((person[1:] != person[:-1]) | (desire[1:] != desire[:-1]), True)
    chosen = order[is_last]
    if by_time and rows.time is not None and len(chosen) < len(rows):
        run = np.cumsum(is_last) - is_last
        again = np.flatnonzero(np.bincount(run)[run] > 1)
        places, run = order[again], run[again]
        by_run = np.lexsort((np.arange(len(again)), rows.time[places], run))
        last = np.append(run[1:] != run[:-1], True)  # runs stay in their order
        chosen[run[last]] = places[by_run[last]]
    return rows.at(chosen)


def put(path: Path, content: Iterable[bytes]) -> None:
    """Write a file whole or not at all, and durably: after a power cut too.

    Raises:
        UserError: it cannot be written, as on a full disk.
    """
    beside = path.with_name(f"{path.name}.new")
    try:
        with beside.open("wb") as stream:
            stream.writelines(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, path)  # noqa: PTH105  it replaces on every system
    except OSError as problem:
        raise cannot_write(path.parent, problem) from None


def _lock(descriptor: int, folder: Path) -> None:
    """Take an exclusive lock, which the operating system releases when the process ends."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = f"Another oneheart converts into '{folder}' now; wait until it is done, or name another folder."
        raise UserError(message) from None


def cannot_write(folder: Path, problem: OSError) -> UserError:
    """Return the error for a folder that cannot be written, or a disk that is full."""
    message = (
        f"'{folder}' cannot be written ({problem.strerror or problem}); make room, or name a folder on another disk, "
        "and run the same command again: it goes on where it stopped."
    )
    return UserError(message)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
