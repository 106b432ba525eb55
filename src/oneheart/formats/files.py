"""Folders, zip files and CSV files, opened with limits so that no input can take the machine down.

Everything here streams. A mistake in a file becomes one `UserError` that names the file and, where it can, the line.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import secrets
import shutil
import stat
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from oneheart.errors import UserError

if TYPE_CHECKING:
    from _csv import Reader as _Reader
    from collections.abc import Callable, Iterable, Iterator, Sequence

FILE_BYTES = 256 << 20
ROWS = 50_000_000
COLUMNS = 100_000
CELL_CHARACTERS = 1 << 20
LINE_CHARACTERS = 4 << 20
FILES = 10_000
DEPTH = 4
SUMMARY_LINES = 10_000
ZIP_BYTES = 1 << 30
ZIP_RATIO = 400
ZIP_RATIO_FROM_BYTES = 16 << 20

_BLOCK_CHARACTERS = 1 << 20
_BLOCK_ROWS = 500  # small enough to stay in the processor's cache: half the time of 20,000
_BLOCK_CELLS = 400_000
# A wide form of each sign begins a formula too, where a spreadsheet is set to Japanese.
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_OTHER_PARTS = re.compile("[;\t]")
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a folder or zip file: its path inside, its size in bytes, and how to open it.

    Example:
        >>> Entry("a/votes.csv", 3, lambda: io.FileIO("votes.csv")).folder
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


# ------------------------------------------------------------------------------------------------ folders and zips


def entries(path: Path) -> list[Entry]:
    """Return the CSV and JSON files below a folder, or inside a zip file, or beside a CSV file, sorted by name.

    Links to folders, files that are not plain, absolute or climbing (`..`) names in a zip file and the hidden copies
    that some systems add are passed over. At most four folders deep.

    Raises:
        UserError: when there is nothing at the path, it is another kind of file, it has too many files, or the zip
            file is broken, encrypted or unpacks to more than the limits of this module.

    Source:
        Ours.

    Example:
        >>> entries(Path("/nowhere-at-all"))
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
        return _folder_entries(path)
    if not stat.S_ISREG(kind):
        message = f"'{path}' is neither a folder nor a file; give the path of an export folder or zip file."
        raise UserError(message)
    if path.suffix.lower() == ".csv":
        return [entry for entry in _folder_entries(path.parent, depth=0) if entry.base.lower() != "format.json"]
    try:
        zipped = zipfile.is_zipfile(path)
    except OSError:
        zipped = False
    if zipped:
        return _zip_entries(path)
    if path.suffix.lower() == ".zip":
        message = f"'{path.name}' is a broken or unfinished zip file; download or pack it again."
        raise UserError(message)
    message = f"'{path}' is neither a folder nor a zip file; give the folder that holds the CSV files, or a zip of it."
    raise UserError(message)


def _wanted(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and name.lower().endswith((".csv", ".json"))


def _folder_entries(root: Path, depth: int = DEPTH) -> list[Entry]:
    found: list[Entry] = []
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
                found.append(Entry(within, status.st_size, partial(io.FileIO, place)))
        if len(found) > FILES:
            message = f"'{root}' holds more than {FILES:,} files; give the folder of one conversation."
            raise UserError(message)
    if zips and not found:
        message = f"'{root}' holds no CSV files but a zip file; give '{Path(root, min(zips))}' itself."
        raise UserError(message)
    return sorted(found, key=lambda entry: entry.name)


def _zip_entries(path: Path) -> list[Entry]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError, EOFError):
        message = f"'{path.name}' is a broken zip file; download or pack it again."
        raise UserError(message) from None
    if len(members) > FILES:
        message = f"'{path.name}' holds more than {FILES:,} files; pack the files of one conversation only."
        raise UserError(message)
    found = []
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
        found.append(Entry(inner.as_posix(), member.file_size, partial(_ZipMember, path, member)))
    inner_zip = next((m.filename for m in members if m.filename.lower().endswith(".zip")), None)
    if inner_zip and not found:
        message = f"'{path.name}' holds no CSV files but another zip file; unpack it and give '{inner_zip}'."
        raise UserError(message)
    if sum(entry.size for entry in found) > ZIP_BYTES:
        message = f"'{path.name}' unpacks to more than {ZIP_BYTES >> 20} MiB; pack the files of one conversation only."
        raise UserError(message)
    return sorted(found, key=lambda entry: entry.name)


class _ZipMember(io.RawIOBase):
    """A file inside a zip file that closes the zip file with itself and turns its many errors into one."""

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


def fingerprint(entry: Entry) -> str:
    """Return a digest of a file's bytes, to see whether two files are copies of each other."""
    digest = hashlib.sha256()
    with open_bytes(entry) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def open_bytes(entry: Entry) -> io.BufferedReader:
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
def reading(entry: Entry) -> Iterator[io.TextIOWrapper]:
    """Yield a file as text: UTF-8 (a BOM is passed over), or UTF-16/32 where a BOM says so.

    Lone surrogates pass; `clean` takes them out. Line ends stay as they are.

    Raises:
        UserError: when the bytes are not in that encoding or the file cannot be read.
    """
    with open_bytes(entry) as raw:
        try:
            text = io.TextIOWrapper(raw, _encoding(raw.peek(4)[:4]), "surrogatepass", newline="")
            yield text
        except UnicodeError:
            message = f"'{entry.name}' is not UTF-8 text; save it again as 'CSV UTF-8' and try once more."
            raise UserError(message) from None
        except OSError:
            message = f"'{entry.name}' cannot be read; copy it again."
            raise UserError(message) from None


def _encoding(start: bytes) -> str:
    if start.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-8-sig"


# -------------------------------------------------------------------------------------------------------- CSV tables


def header_name(cell: str) -> str:
    """Return a column's name without case, spaces, underscores or a stray BOM.

    Example:
        >>> header_name(" Comment_Body ")
        'comment-body'
    """
    return re.sub(r"[\s_]+", "-", cell.strip().strip("\ufeff").strip().lower())


def text_lines(entry: Entry) -> Iterator[str]:
    """Yield a file's lines with their ends.

    Raises:
        UserError: as `reading`, and when a line is longer than 4 Mi characters.
    """
    return chain.from_iterable(_line_blocks(entry))


def _line_blocks(entry: Entry) -> Iterator[Iterable[str]]:
    with reading(entry) as stream:
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


class Table:
    """A CSV file with a header, read in blocks of rows, every row as wide as the header.

    Attributes:
        entry: the file.
        raw_header: the header's cells, stripped.
        header: the same, by `header_name`.
        remark: a first line that begins with '#', as the Polis import shape may have, else "".
        parted_by: what parts the cells: a comma, or a semicolon or tab where the header has one of these and no comma,
            as spreadsheets of many countries write it.

    Raises:
        UserError: from every method, naming the file and where possible the line, when the file is empty, is broken
            CSV, has more than 100,000 columns, 50 million rows or a cell of more than 1 MiB, or repeats a column.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        ...     _ = file.write(b"A,b 1,2".replace(b" ", bytes([10]))), file.flush()
        ...     table = Table(Entry("x.csv", 8, lambda: io.FileIO(file.name)))
        ...     table.header, list(table.blocks())
        (['a', 'b'], [[['1', '2']]])
    """

    def __init__(self, entry: Entry) -> None:
        """Read the header."""
        raise_cell_limit()
        self.entry = entry
        self.remark = ""
        self.parted_by = ","
        self._line: Callable[[], int] = int
        self._skipped = 0  # rows of the file up to and with the header
        first = next(self._rows(), None)
        if first is not None and len(first) == 1 and (other := _OTHER_PARTS.search(first[0])):
            self.parted_by = other[0]
            first = next(self._rows(), None)
        if first is None:
            message = f"'{entry.name}' is empty; export it again."
            raise UserError(message)
        if len(first) > COLUMNS:
            message = f"'{entry.name}' has {len(first):,} columns, more than {COLUMNS:,}; that is no table we can read."
            raise UserError(message)
        self.raw_header = [cell.strip().strip("\ufeff").strip() for cell in first]
        self.header = [header_name(cell) for cell in first]

    def column(self, *names: str) -> int | None:
        """Return the place of the first of these columns that is there, or None."""
        for name in names:
            if name in self.header:
                if self.header.count(name) > 1:
                    message = f"'{self.entry.name}' has two columns called '{name}'; remove one of them."
                    raise UserError(message)
                return self.header.index(name)
        return None

    def need(self, *names: str) -> int:
        """Return the place of the first of these columns that is there; a UserError where none is."""
        place = self.column(*names)
        if place is None:
            message = f"'{self.entry.name}' has no column '{names[0]}'; its first line must name the columns."
            raise UserError(message)
        return place

    def blocks(self) -> Iterator[list[list[str]]]:
        """Yield rows in blocks; blank lines are passed over."""
        width, done = len(self.header), 0
        size = min(_BLOCK_ROWS, max(1, _BLOCK_CELLS // width))
        reader, left = self._reader(), self._skipped
        while True:
            try:
                block = list(islice(reader, size))
            except csv.Error as problem:
                raise self._broken(reader.line_num, problem) from None
            if not block:
                return
            if left:
                block, left = block[left:], max(0, left - len(block))
            if any(len(row) != width or not row[0] for row in block):
                block = [row for row in block if not _blank(row)]
                for number, row in enumerate(block):
                    if len(row) != width:
                        raise self.error(done + number, f"has {len(row)} cells where the first line has {width}")
            done += len(block)
            if done > ROWS:
                message = f"'{self.entry.name}' has more than {ROWS:,} rows, which is more than is read."
                raise UserError(message)
            if block:
                yield block

    def error(self, row: int, what: str) -> UserError:
        """Return a mistake in a data row (counted from 0) that names the file and the line where the row ends."""
        for _ in islice(self._rows(), row + 2):
            pass
        return UserError(f"'{self.entry.name}', line {self._line()} {what}; mend that line or export the file again.")

    def _reader(self) -> _Reader:
        return csv.reader(text_lines(self.entry), strict=True, delimiter=self.parted_by)

    def _rows(self) -> Iterator[list[str]]:
        reader = self._reader()
        self._line = lambda: reader.line_num
        try:
            for number, cells in enumerate(reader, 1):
                if _blank(cells):
                    continue
                if reader.line_num == 1 and cells[0].startswith("#"):
                    self.remark = ",".join(cells)
                    continue
                self._skipped = self._skipped or number
                yield cells
        except csv.Error as problem:
            raise self._broken(reader.line_num, problem) from None

    def _broken(self, line: int, problem: csv.Error) -> BrokenCsvError:
        why = _reason(str(problem))
        return BrokenCsvError(f"'{self.entry.name}', line {line} is broken CSV ({why}); mend it or export it again.")


class BrokenCsvError(UserError):
    """A UserError for text that is not CSV by RFC 4180, so that a reader may try another dialect."""


def loose_rows(entry: Entry) -> Iterator[list[str]]:
    """Yield the rows of a file of keys and values, however wide each is, blank ones left out, at most 10,000.

    Raises:
        BrokenCsvError: when it is not CSV.
    """
    raise_cell_limit()
    reader = csv.reader(text_lines(entry), strict=True)
    try:
        yield from islice((row for row in reader if not _blank(row)), SUMMARY_LINES)
    except csv.Error as problem:
        message = (
            f"'{entry.name}', line {reader.line_num} is broken CSV ({_reason(str(problem))}); mend it or export "
            "it again."
        )
        raise BrokenCsvError(message) from None


def raise_cell_limit() -> None:
    """Let cells of 1 MiB pass: the standard library keeps one limit for the process, a little lower than ours."""
    if csv.field_size_limit() < CELL_CHARACTERS:
        csv.field_size_limit(CELL_CHARACTERS)


def _blank(cells: Sequence[str]) -> bool:
    return not cells or (len(cells) == 1 and not cells[0].strip())


def _reason(problem: str) -> str:
    if "end of data" in problem:
        return "a quote is opened and never closed"
    if "field larger" in problem:
        return "a cell is longer than 1 MiB, or a quote is never closed"
    if "expected after" in problem:
        return "a quote inside a cell is not doubled"
    return "it has a stray line end"


def clean(text: str) -> str:
    """Return the text without NUL characters and with lone surrogates replaced by U+FFFD; all else is unchanged.

    Example:
        >>> clean("a" + chr(0) + "b")
        'ab'
    """
    if not _UNREADABLE.search(text):
        return text
    return _UNREADABLE.sub(lambda match: "" if match[0] == "\x00" else "\ufffd", text)


# ----------------------------------------------------------------------------------------------------------- writing


def neutralise(text: str) -> str:
    """Return a text cell that no spreadsheet takes for a formula: an apostrophe before = + - @ tab and line ends.

    A leading apostrophe gets another one, so that `plain` always finds the way back.

    Source:
        Ours, after CWE-1236.

    Example:
        >>> neutralise("=1+1"), neutralise("Peace"), neutralise("'t is")
        ("'=1+1", 'Peace', "''t is")
    """
    return "'" + text if text.startswith(("'", *_FORMULA)) else text


def plain(text: str) -> str:
    """Return the text from which `neutralise` made a cell.

    Example:
        >>> plain(neutralise("-5"))
        '-5'
    """
    return text.removeprefix("'")


def csv_bytes(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a table as RFC 4180 CSV: UTF-8, CRLF, quotes only where needed, in blocks."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow(row)
        if buffer.tell() > _BLOCK_CHARACTERS:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_folder(folder: str | os.PathLike[str], files: Iterable[tuple[str, Iterable[bytes]]]) -> Path:
    """Return the new folder that holds these files: all of them are there, or none.

    The files are written into a folder beside it, which then takes its name.

    Raises:
        UserError: when the folder is there and not empty, is a file, or cannot be written.
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        message = f"'{target}' is a file; name a new folder."
        raise UserError(message)
    if target.is_dir() and any(target.iterdir()):
        message = f"The folder '{target}' is not empty; name a new folder."
        raise UserError(message)
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
