"""A folder in which a long analysis keeps how far it is, so that it goes on there after it was ended."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError

Arrays = Mapping[str, npt.NDArray[np.generic]]
_OF = "of.json"


class Checkpoint:
    """How far an analysis is, in a folder: one file of arrays a name.

    What was kept for other answers, other options or another version is taken away when the folder is opened. A file is
    written beside the former one, made durable and then renamed: after a crash there is the former or the new one.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     Checkpoint(Path(place) / "a", {"seed": 0}).keep("fit", {"done": np.array(3)})
        ...     int(Checkpoint(Path(place) / "a", {"seed": 0}).kept("fit")["done"])
        ...     Checkpoint(Path(place) / "a", {"seed": 1}).kept("fit") is None
        3
        True
    """

    __slots__ = ("_folder",)

    def __init__(self, folder: Path, of: Mapping[str, object]) -> None:
        """Open or make the folder.

        Args:
            folder: to keep files in; it is made where it is missing.
            of: what is analysed and how: equal for a computation that may go on with what was kept.

        Raises:
            UserError: the folder cannot be written.
        """
        self._folder = folder
        said = msgspec.json.encode(dict(sorted(of.items())))
        try:
            if folder.is_dir() and (not (folder / _OF).is_file() or (folder / _OF).read_bytes() != said):
                shutil.rmtree(folder)
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / _OF).is_file():
                self._write(_OF, said)
        except OSError as error:
            raise _cannot(folder) from error

    def kept(self, name: str) -> Arrays | None:
        """Return what was kept last under a name; None if nothing was, or it cannot be read."""
        try:
            with np.load(self._folder / f"{name}.npz", allow_pickle=False) as arrays:
                return dict(arrays)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            return None

    def keep(self, name: str, arrays: Arrays) -> None:
        """Keep arrays under a name, in the place of those kept before: all of them or none.

        Raises:
            UserError: the folder cannot be written.
        """
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # type: ignore[arg-type]
        try:
            self._write(f"{name}.npz", buffer.getvalue())
        except OSError as error:
            raise _cannot(self._folder) from error

    def _write(self, name: str, content: bytes) -> None:
        """Write a file so that it is whole or not there."""
        beside = self._folder / f"{name}.new"
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._folder / name)

    def clear(self) -> None:
        """Take the folder away: the analysis is done."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _cannot(folder: Path) -> UserError:
    message = (
        f"Cannot keep how far the analysis is in '{folder}': make room, give another folder with --out, "
        "or wait until another analysis that writes there is done."
    )
    return UserError(message)
