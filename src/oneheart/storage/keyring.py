"""Keyring: a file beside the database with one random key for each event that a person's words stand in.

The body of such an event is sealed with its key. To erase it, the key is overwritten. Every copy of the database then
holds words that nobody can open, also copies that nobody remembers. A key is used once, for one event, and its slot is
never given out again.

Several processes may have it open, if they serve one gathering of a database. Each takes blocks of slots under a lock
of the file, so no key is given out twice.

The file has a header of 64 bytes (`_MAGIC`, 16 random bytes that name the gathering, zeros) and then slots of 32 bytes.
An overwritten slot holds zeros and one last byte, which says whether the event keeps its number (`GONE`, `NUMBERED`).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from oneheart.errors import UserError

KEY_BYTES = 32
NAME_BYTES = 16
ENDING = ".keys"
_MAGIC = b"oneheart keys 1\n"
_HEADER = 64
_FIRST_BLOCK, _LARGEST_BLOCK = 64, 4096  # slots that one fsync makes durable
_NONCE = bytes(12)  # a key seals one body, so the nonce need not differ

DESTROYED = bytes(KEY_BYTES - 1)
"""How a slot begins whose key is destroyed."""

GONE = DESTROYED + b"\0"
"""A slot whose event was erased and counts for nothing."""

NUMBERED = DESTROYED + b"\1"
"""A slot whose event was erased, but keeps the number of its seat or desire."""


class KeyringError(Exception):
    """The disk refused to write the keyring."""


def seal(key: bytes, content: bytes) -> bytes:
    """Return content that only this key opens (AES-256-GCM), 16 bytes longer. One key seals one content."""
    return AESGCM(key).encrypt(_NONCE, content, None)


def opened(key: bytes, sealed: bytes) -> bytes | None:
    """Return the content that a key sealed; None if it was changed or another key sealed it."""
    try:
        return AESGCM(key).decrypt(_NONCE, sealed, None)
    except (InvalidTag, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Keys:
    """All slots of a keyring as they stood at one moment.

    Attributes:
        slots: the bytes of all slots.
    """

    slots: bytes

    @property
    def count(self) -> int:
        """Return the number of slots."""
        return len(self.slots) // KEY_BYTES

    def at(self, slot: int) -> bytes | None:
        """Return a slot, 32 bytes: a key, `GONE` or `NUMBERED`; None if the keyring has no such slot."""
        at = slot * KEY_BYTES
        key = self.slots[at : at + KEY_BYTES]
        return key if len(key) == KEY_BYTES else None


class Keyring:
    """An open keyring file. Not thread-safe.

    Attributes:
        path: path of the file.
        name: 16 bytes that name the gathering, the same in its database.
    """

    def __init__(self, path: Path, descriptor: int, name: bytes) -> None:
        """Take over an open file; see `make_keyring` and `open_keyring`."""
        self.path, self.name = path, name
        self._descriptor = descriptor
        self._fresh: list[bytes] = []  # durable keys that no event has yet, the next one last
        self._block = _FIRST_BLOCK
        self._next = 0

    def close(self) -> None:
        """Close the file. Keys that were never given out are left in it."""
        self._fresh.clear()
        os.close(self._descriptor)

    def take(self) -> tuple[int, bytes]:
        """Return the next slot that was never given out, and its key. The key is on disk already.

        One write and one fsync make a block of keys durable, so most calls touch no disk.

        Raises:
            KeyringError: the disk refused the block; nothing is lost, and the next call tries again.
        """
        if not self._fresh:
            self._add_block()
        self._next += 1
        return self._next - 1, self._fresh.pop()

    def _add_block(self) -> None:
        block = os.urandom(self._block * KEY_BYTES)
        try:
            with _alone(self._descriptor):
                size = os.fstat(self._descriptor).st_size - _HEADER
                first = -(-size // KEY_BYTES)  # behind a slot that a power failure cut
                self._write(block, first)
            os.fsync(self._descriptor)
        except OSError as error:
            raise KeyringError(str(error)) from error
        self._next = first
        self._fresh = [block[at : at + KEY_BYTES] for at in range(0, len(block), KEY_BYTES)][::-1]
        self._block = min(2 * self._block, _LARGEST_BLOCK)

    def _write(self, content: bytes, slot: int) -> None:
        at = _HEADER + slot * KEY_BYTES
        while content:
            written = os.pwrite(self._descriptor, content, at)
            content, at = content[written:], at + written

    def key(self, slot: int) -> bytes | None:
        """Return a slot as it stands now; see `Keys.at`."""
        key = os.pread(self._descriptor, KEY_BYTES, _HEADER + slot * KEY_BYTES)
        return key if len(key) == KEY_BYTES else None

    def keys(self) -> Keys:
        """Return all slots as they stand now. 32 bytes a slot."""
        return Keys(_slots_of(self._descriptor))

    def destroy(self, ends: Mapping[int, bytes]) -> None:
        """Overwrite slots with `GONE` or `NUMBERED`. When this returns, the keys are no longer on the disk. Idempotent.

        Raises:
            KeyringError: the disk refused it; some keys may still be there.
        """
        try:
            for slot, end in ends.items():
                self._write(end, slot)
            os.fsync(self._descriptor)
        except OSError as error:
            raise KeyringError(str(error)) from error


@contextlib.contextmanager
def _alone(descriptor: int) -> Iterator[None]:
    """Keep other processes from adding keys to a file while the block runs."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def keyring_path(database: Path) -> Path:
    """Return the path of the keyring beside a database."""
    return database.with_name(database.name + ENDING)


def make_keyring(path: Path) -> Keyring:
    """Make an empty keyring, readable by this user only, and return it. When this returns, it is on disk.

    Raises:
        OSError: the file exists already, or the disk refused it.
    """
    name = os.urandom(NAME_BYTES)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        _write_header(descriptor, name)
        _sync_folder(path.parent)
    except BaseException:
        os.close(descriptor)
        path.unlink(missing_ok=True)
        raise
    return Keyring(path, descriptor, name)


def open_keyring(database: Path, name: bytes, *, write: bool) -> Keyring:
    """Return the keyring of a database: the file beside it, else any keyring of this name in the same folder.

    To write, a database has a keyring of its own: if only another file of this name is there, it is copied first.

    Args:
        database: path of the database.
        name: name of its keyring, as the database says.
        write: true to take and destroy keys.

    Raises:
        UserError: no such keyring is there, or it cannot be opened.
    """
    own = keyring_path(database)
    candidates = keyrings_of(name, own.parent)
    if not candidates:
        raise missing_keys(database)
    source = own if own in candidates else candidates[0]
    try:
        if write and source != own:
            bring_keys(candidates, own, name)
            source = own
        descriptor = os.open(source, (os.O_RDWR if write else os.O_RDONLY) | os.O_CLOEXEC)
    except OSError as error:
        message = f"Cannot open the keys {source} ({error.strerror}); choose a folder that you may write to."
        raise UserError(message) from error
    return Keyring(source, descriptor, name)


def missing_keys(database: Path) -> UserError:
    """Return the error that says what to do if the keys of a database are missing."""
    return UserError(
        f"The keys of {database} are missing: put {keyring_path(database).name}, or a copy of it, back beside it. With "
        "them nothing is lost; without them nobody can read its words."
    )


def keyrings_of(name: bytes, *folders: Path) -> list[Path]:
    """Return the keyring files with this name in some folders, sorted; files that cannot be read are left out."""
    paths = {path for folder in folders if folder.is_dir() for path in folder.glob(f"*{ENDING}")}
    return sorted(path for path in paths if _name_of(path) == name)


def bring_keys(sources: Iterable[Path], to: Path, name: bytes) -> None:
    """Bring a keyring up to date from others of the same gathering, or make it. When this returns, it is on disk.

    A key that is destroyed in one of them is destroyed in the result. So a backup of the keys forgets what was erased
    since, and a restored gathering as well.

    Args:
        sources: paths of keyrings of this name; the first has the latest keys.
        to: path of the keyring to write; it may exist and is then overwritten in place.
        name: name of the keyring.

    Raises:
        OSError: a file cannot be read, or the disk refused it.
        UserError: two of them hold different keys in one slot.
    """
    rings = [*sources, to] if to.exists() else [*sources]
    merged = bytearray()
    for path in rings:
        _merge(merged, _slots_at(path), path)
    descriptor = os.open(to, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        ring = Keyring(to, descriptor, name)
        ring._write(bytes(merged), 0)  # noqa: SLF001
        _write_header(descriptor, name)
    finally:
        os.close(descriptor)
    _sync_folder(to.parent)


def overwrite_keyring(path: Path) -> None:
    """Overwrite every key in a file of keys, if it is there, as far as the disk allows it."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            os.pwrite(descriptor, bytes(max(0, os.fstat(descriptor).st_size - _HEADER)), _HEADER)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _merge(merged: bytearray, slots: bytes, path: Path) -> None:
    """Add the slots of one more keyring to those of others."""
    shared = min(len(merged), len(slots))
    for at in range(0, shared, KEY_BYTES) if merged[:shared] != slots[:shared] else ():
        ours, theirs = bytes(merged[at : at + KEY_BYTES]), slots[at : at + KEY_BYTES]
        if theirs in {GONE, NUMBERED}:
            merged[at : at + KEY_BYTES] = theirs
        elif theirs != ours and ours not in {GONE, NUMBERED}:
            message = (
                f"{path} and another file of keys of this gathering went separate ways, because two copies of it were "
                "served; keep each copy and its keys in a folder of their own."
            )
            raise UserError(message)
    merged += slots[shared:]


def _write_header(descriptor: int, name: bytes) -> None:
    os.pwrite(descriptor, (_MAGIC + name).ljust(_HEADER, b"\0"), 0)
    os.fsync(descriptor)


def _name_of(path: Path) -> bytes | None:
    """Return the name in a keyring file; None if it is none."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError:
        return None
    is_keyring = len(header) == _HEADER and header.startswith(_MAGIC)
    return header[len(_MAGIC) : len(_MAGIC) + NAME_BYTES] if is_keyring else None


def _slots_at(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _slots_of(descriptor)
    finally:
        os.close(descriptor)


def _slots_of(descriptor: int) -> bytes:
    """Return the bytes of all whole slots of an open keyring."""
    parts, at = [], _HEADER
    while part := os.pread(descriptor, 1 << 20, at):
        parts.append(part)
        at += len(part)
    slots = b"".join(parts)
    return slots[: len(slots) // KEY_BYTES * KEY_BYTES]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
