"""Files of machine code: in which folder they lie, and whose files count.

Machine code is run as it stands, so a file counts only where nobody else could have written it. The folder and the file
must belong to the user of this process, to root, or to the owner of this program, and neither may be writable for a
group or for everybody. What others could have written is left alone. A file begins with the hash of its content, so a
damaged one is made anew.

Source: ours.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import stat
import tempfile
from functools import cache
from pathlib import Path

_LOGGER = logging.getLogger("oneheart")
_ROOT = 0
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


@cache
def tell_once(message: str) -> None:
    """Write a warning into the log, once in this process."""
    _LOGGER.warning(message)


@cache
def folder() -> Path | None:
    """Return the folder of the files: the first that nobody else may write, None where there is none.

    It is NUMBA_CACHE_DIR, beside the source, or the user's folder for caches. One that can be written comes first.
    """
    given = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(given)] if given else []
    places.append(Path(__file__).parent / "__pycache__")
    with contextlib.suppress(RuntimeError):  # a user without a home
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        places.append(Path(home) / "oneheart" / "loops")
    safe = [place for place in places if is_ours(place)]
    if given and Path(given) not in safe:
        tell_once(
            f"{given} is not used for machine code: it cannot be made, or others may write there. "
            "Give NUMBA_CACHE_DIR a folder of this user that only this user may write."
        )
    writable = [place for place in safe if os.access(place, os.W_OK)]
    return next(iter(writable + safe), None)


def is_ours(place: Path) -> bool:
    """Return whether a folder is there, or can be made, and nobody else may write it."""
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return nobody_else_writes(place.stat())
    except OSError:
        return False


def nobody_else_writes(found: os.stat_result) -> bool:
    """Return whether a file or folder is of this user, root or the program's owner, and of no use to others.

    Notes:
        Windows has no such owners and modes; there a folder of the user is private as it is.
    """
    if not hasattr(os, "geteuid"):
        return True
    owners = {os.geteuid(), _ROOT, _installed_by()}
    return found.st_uid in owners and not found.st_mode & _OTHERS_WRITE


@cache
def _installed_by() -> int:
    """Return the owner of this program, who is trusted already."""
    return Path(__file__).stat().st_uid


def read_code(path: Path) -> bytes | None:
    """Return the machine code in a file; None where there is none, others could have written it, or it is damaged."""
    try:
        with path.open("rb") as file:
            if not nobody_else_writes(os.fstat(file.fileno())):
                return None
            data = file.read()
    except OSError:
        return None
    digest, code = data[:32], data[32:]
    return code if is_whole(digest, code) else None


def is_whole(digest: bytes, code: bytes) -> bool:
    """Return whether machine code is that of which this is the hash."""
    return hashlib.sha256(code).digest() == digest


def write_code(path: Path, code: bytes) -> None:
    """Keep machine code in a file; where nothing can be written it is compiled again the next time."""
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(code).digest() + code)
            Path(name).replace(path)
        except OSError:  # a full disk, say
            Path(name).unlink(missing_ok=True)
            raise
