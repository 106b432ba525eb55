"""Folders and zip files opened within limits, the bytes, text and JSON of one file, and new folders written whole.

Everything here streams. A mistake in a file becomes one `UserError` that names the file and, where it can, the line.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path, PurePosixPath

from oneheart.errors import UserError

FILE_BYTES = 256 << 20
LINE_CHARACTERS = 4 << 20
FILES = 10_000
DEPTH = 4
ZIP_BYTES = 1 << 30
ZIP_RATIO = 400
ZIP_RATIO_FROM_BYTES = 16 << 20
JSON_BYTES = 1 << 20

_BLOCK_CHARACTERS = 1 << 20


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file of a folder or zip file: its path inside, its size in bytes, and how to open it.

    Example:
        >>> InputFile("a/votes.csv", 3, lambda: io.FileIO("votes.csv")).folder
        'a'
    """

    name: str
    size: int
    open: Callable[[], io.RawIOBase]

    @property
    def folder(self) -> str:
        """Return the folder inside, "" for the top."""
        return self.name.rpartition("/")[0]

    @property
    def base(self) -> str:
        """Return the file's own name."""
        return self.name.rpartition("/")[2]


def input_files(path: Path) -> list[InputFile]:
    """Return the CSV and JSON files below a folder, or inside a zip file, or beside a CSV file, sorted by name.

    At most four folders deep. Skipped are links to folders, pipes and devices, hidden files, and names in a zip file
    that are absolute or climb out of it (`..`), so path traversal is impossible.

    Raises:
        UserError: when there is nothing at the path, it is another kind of file, it has too many files, or the zip
            file is broken, encrypted or unpacks to more than the limits of this module.

    Source:
        Ours.

    Example:
        >>> input_files(Path("/nowhere-at-all"))
        Traceback (most recent call last):
        ...
        oneheart.errors.UserError: There is nothing at '/nowhere-at-all'; give the path of an export folder or zip file.
    """
    try:
        kind = path.stat().st_mode
    except (OSError, ValueError):
        message = f"There is nothing at '{path}'; give the path of an export folder or zip file."
        raise UserError(message) from None
    if stat.S_ISDIR(kind):
        return _in_folder(path)
    if not stat.S_ISREG(kind):
        message = f"'{path}' is neither a folder nor a file; give the path of an export folder or zip file."
        raise UserError(message)
    if path.suffix.lower() == ".csv":
        return files_beside(path)
    try:
        zipped = zipfile.is_zipfile(path)
    except OSError:
        zipped = False
    if zipped:
        return _in_zip(path)
    if path.suffix.lower() == ".zip":
        message = f"'{path.name}' is a broken or unfinished zip file; download or pack it again."
        raise UserError(message)
    if path.suffix.lower() == ".parquet":
        message = f"'{path}' is Parquet; make blocks of it first: oneheart convert {path.name} {path.stem}.blocks."
        raise UserError(message)
    message = f"'{path}' is neither a folder nor a zip file; give the folder that holds the CSV files, or a zip of it."
    raise UserError(message)


def files_beside(path: Path) -> list[InputFile]:
    """Return the CSV and JSON files in the folder of a file, sorted by name."""
    return [entry for entry in _in_folder(path.parent, depth=0) if entry.base.lower() != "format.json"]


def _wanted(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and name.lower().endswith((".csv", ".json"))


def _in_folder(root: Path, depth: int = DEPTH) -> list[InputFile]:
    kept: list[InputFile] = []
    zips: list[str] = []
    for folder, folders, names in os.walk(root, followlinks=False):
        inside = Path(folder).relative_to(root).as_posix()
        level = 0 if inside == "." else inside.count("/") + 1
        if level >= depth:
            folders.clear()
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in names:
            within = name if inside == "." else f"{inside}/{name}"
            place = Path(folder) / name
            if not _wanted(within):
                zips += [within] if name.lower().endswith(".zip") else []
                continue
            try:
                status = place.stat()
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode):
                kept.append(InputFile(within, status.st_size, partial(io.FileIO, place)))
        if len(kept) > FILES:
            message = f"'{root}' holds more than {FILES:,} files; give the folder of one conversation."
            raise UserError(message)
    if zips and not kept:
        message = f"'{root}' holds no CSV files but a zip file; give '{Path(root, min(zips))}' itself."
        raise UserError(message)
    return sorted(kept, key=lambda entry: entry.name)


def _in_zip(path: Path) -> list[InputFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError, EOFError):
        message = f"'{path.name}' is a broken zip file; download or pack it again."
        raise UserError(message) from None
    if len(members) > FILES:
        message = f"'{path.name}' holds more than {FILES:,} files; pack the files of one conversation only."
        raise UserError(message)
    kept = []
    for member in members:
        name = member.filename.replace("\\", "/")
        inner = PurePosixPath(name)
        if member.is_dir() or inner.is_absolute() or ".." in inner.parts or ":" in name or not _wanted(name):
            continue
        if len(inner.parts) > DEPTH + 1:
            continue
        if member.file_size > ZIP_RATIO_FROM_BYTES and member.file_size > ZIP_RATIO * max(1, member.compress_size):
            message = (
                f"'{inner.name}' in '{path.name}' unpacks to {ZIP_RATIO} times its size or more; unpack it and "
                "give the folder."
            )
            raise UserError(message)
        if member.flag_bits & 1:
            message = f"'{path.name}' is locked with a password; unpack it and give the folder."
            raise UserError(message)
        kept.append(InputFile(inner.as_posix(), member.file_size, partial(_ZipMember, path, member)))
    inner_zip = next((m.filename for m in members if m.filename.lower().endswith(".zip")), None)
    if inner_zip and not kept:
        message = f"'{path.name}' holds no CSV files but another zip file; unpack it and give '{inner_zip}'."
        raise UserError(message)
    if sum(entry.size for entry in kept) > ZIP_BYTES:
        message = f"'{path.name}' unpacks to more than {ZIP_BYTES >> 20} MiB; pack the files of one conversation only."
        raise UserError(message)
    return sorted(kept, key=lambda entry: entry.name)


class _ZipMember(io.RawIOBase):
    """A file inside a zip file; closing it closes the zip file, and every error of unpacking becomes a UserError."""

    def __init__(self, path: Path, member: zipfile.ZipInfo) -> None:
        self._name = f"'{member.filename}' in '{path.name}'"
        self._archive = zipfile.ZipFile(path)
        try:
            self._file = self._archive.open(member)
        except Exception as problem:
            self._archive.close()
            raise self._broken() from problem

    def _broken(self) -> UserError:
        return UserError(f"{self._name} cannot be unpacked; pack it again, or unpack it and give the folder.")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._file.read(len(buffer))
        except Exception as problem:  # zip, zlib, lzma and bz2 each have errors of their own
            raise self._broken() from problem
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
            self._archive.close()
        super().close()


def fingerprint(entry: InputFile) -> str:
    """Return the SHA-256 digest of a file's bytes: equal for copies of one file."""
    digest = hashlib.sha256()
    with open_bytes(entry) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def open_bytes(entry: InputFile) -> io.BufferedReader:
    """Return a stream of a file's bytes, after the check of its size.

    Raises:
        UserError: when it is larger than 256 MiB or cannot be opened.
    """
    if entry.size > FILE_BYTES:
        message = (
            f"'{entry.name}' is larger than {FILE_BYTES >> 20} MiB, which is more than is read; split the conversation."
        )
        raise UserError(message)
    try:
        stream = entry.open()
    except OSError:
        message = f"'{entry.name}' cannot be opened; check who may read it."
        raise UserError(message) from None
    return io.BufferedReader(stream, 1 << 18)


@contextmanager
def open_text(entry: InputFile) -> Iterator[io.TextIOWrapper]:
    """Yield a file as text: UTF-8 (a byte-order mark is skipped), or UTF-16 or UTF-32 where a byte-order mark says so.

    Lone surrogates pass; `clean` takes them out. Line ends stay as they are.

    Raises:
        UserError: when the bytes are not in that encoding or the file cannot be read.
    """
    with open_bytes(entry) as raw:
        try:
            text = io.TextIOWrapper(raw, encoding_of(raw.peek(4)[:4]), "surrogatepass", newline="")
            yield text
        except UnicodeError:
            message = f"'{entry.name}' is not UTF-8 text; save it again as 'CSV UTF-8' and try once more."
            raise UserError(message) from None
        except OSError:
            message = f"'{entry.name}' cannot be read; copy it again."
            raise UserError(message) from None


def encoding_of(start: bytes) -> str:
    r"""Return the encoding by the first four bytes of a file: UTF-16 or UTF-32 with a byte-order mark, else UTF-8.

    Example:
        >>> encoding_of(b"\xff\xfea\x00"), encoding_of(b"a,b")
        ('utf-16', 'utf-8-sig')
    """
    if start.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-8-sig"


def text_lines(entry: InputFile) -> Iterator[str]:
    """Yield a file's lines with their ends.

    Raises:
        UserError: as `open_text`, and when a line is longer than 4 Mi characters.
    """
    return chain.from_iterable(_line_blocks(entry))


def _line_blocks(entry: InputFile) -> Iterator[Iterable[str]]:
    with open_text(entry) as stream:
        rest = ""
        while block := stream.read(_BLOCK_CHARACTERS):
            block = rest + block if rest else block
            # A carriage return at the very end may be half of a line end.
            cut = max(block.rfind("\n"), block.rfind("\r", 0, len(block) - 1)) + 1
            if len(block) - cut > LINE_CHARACTERS:
                message = (
                    f"'{entry.name}' has a line longer than {LINE_CHARACTERS >> 20} MiB; that is no table we can read."
                )
                raise UserError(message)
            if cut:
                yield io.StringIO(block[:cut], newline="")
            rest = block[cut:]
        if rest:
            yield io.StringIO(rest, newline="")


def json_texts(entry: InputFile) -> dict[str, str] | None:
    """Return the values of a JSON object that are text, by key; {} where it is no object, None where it is no JSON.

    A file of more than 1 MiB is cut there and so is no JSON.
    """
    with open_bytes(entry) as stream:
        raw = stream.read(JSON_BYTES)
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return {}
    return {key: value for key, value in content.items() if isinstance(value, str)}


def refuse_target(target: Path) -> None:
    """Refuse a place at which no new folder can be written.

    Raises:
        UserError: when it is a file, or a folder with something in it.
    """
    if target.exists() and not target.is_dir():
        message = f"'{target}' is a file; name a new folder."
        raise UserError(message)
    if target.is_dir() and any(target.iterdir()):
        message = f"The folder '{target}' is not empty; name a new folder."
        raise UserError(message)


def write_folder(folder: str | os.PathLike[str], files: Iterable[tuple[str, Iterable[bytes]]]) -> Path:
    """Write files into a new folder atomically (all of them or none) and return the folder.

    The files are written into a temporary folder beside it, which is then renamed.

    Raises:
        UserError: when the folder is there and not empty, is a file, or cannot be written.
    """
    target = Path(folder)
    refuse_target(target)
    beside = target.absolute().parent / f".{target.name}.{secrets.token_hex(4)}"
    try:
        beside.mkdir(parents=True)
        for name, blocks in files:
            with (beside / name).open("wb") as stream:
                stream.writelines(blocks)
        if target.is_dir():
            target.rmdir()
        beside.rename(target)
    except OSError as problem:
        message = f"'{target}' cannot be written ({problem.strerror or problem}); name another folder."
        raise UserError(message) from None
    finally:
        if beside.exists():
            shutil.rmtree(beside, ignore_errors=True)
    return target
