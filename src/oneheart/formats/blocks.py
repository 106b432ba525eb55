"""A folder of answers in blocks of people: a manifest, arrays that can be memory-mapped, and the words beside them.

What lies in the folder, file by file, is in docs/reference/formats.md.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, overload

import msgspec
import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.formats.diagnosis import Finding
from oneheart.formats.files import write_folder
from oneheart.formats.sealed_file import SEALED, sealed_bytes
from oneheart.model.answer_blocks import AnswerBlock, AnswerBlocks, column_type
from oneheart.model.asks import Asks
from oneheart.model.desire import Desire
from oneheart.model.gathering import Circle, Gathering, Totals
from oneheart.model.sealed import HallRecord
from oneheart.version import VERSION

MANIFEST = "blocks.json"
DESIRES = "desires.json"
LABELS, LABEL_STARTS = "people.utf8", "people-indptr.npy"
CIRCLE_OF = "circle-of.npy"
FORMAT, FORMAT_VERSION = "oneheart blocks", 1
_PARTS = ("indptr", "desire", "stance")
_LABELS_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """What the manifest says of one block.

    Attributes:
        first: row of the first person.
        people: how many people it has.
        answers: how many answers it has.
        sha256: digest of its three files, one after the other.
    """

    first: int
    people: int
    answers: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Everything that is known of a gathering beside its people, desires and answers.

    Attributes:
        name: origin of the data, see `Gathering.source`.
        question: see `Gathering.question`.
        credits: see `Gathering.credits`.
        asks: see `Gathering.asks`.
        circles: see `Gathering.circles`.
        want: see `Totals`; () where there are none.
        against: see `Totals`; () where there are none.
        sign: which raw value meant agree and how that was found; "" where it does not apply.
        public_sign: the same without counts.
        read_from: names of the files that were read.
        findings: what was odd while reading.
    """

    name: str = ""
    question: str = ""
    credits: str = ""
    asks: Asks = Asks.WANT
    circles: tuple[Circle, ...] = ()
    want: tuple[int, ...] = ()
    against: tuple[int, ...] = ()
    sign: str = ""
    public_sign: str = ""
    read_from: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of `blocks.json`.

    Attributes:
        format: "oneheart blocks".
        version: of the format.
        people: N.
        desires: M.
        answers: last answers, one per person and desire.
        written_by: program and version that wrote the folder.
        source: everything else that is known of the gathering.
        files: digest of every file that is no block, by name.
        blocks: the blocks in the order of their people.
    """

    format: str
    version: int
    people: int
    desires: int
    answers: int
    written_by: str
    source: Provenance
    files: dict[str, str]
    blocks: tuple[BlockEntry, ...]


class _MappedBlocks(Sequence[AnswerBlock]):
    """The blocks of a folder, each memory-mapped when it is asked for. It can be sent to another process."""

    def __init__(self, folder: Path, entries: tuple[BlockEntry, ...], desires: int) -> None:
        self._folder, self._entries, self._desires = folder, entries, desires

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, place: int) -> AnswerBlock: ...
    @overload
    def __getitem__(self, place: slice) -> _MappedBlocks: ...
    def __getitem__(self, place: int | slice) -> AnswerBlock | _MappedBlocks:
        if isinstance(place, slice):
            return _MappedBlocks(self._folder, self._entries[place], self._desires)
        entry = self._entries[place]
        indptr, desire, stance = (_mapped(self._folder / name) for name in block_names(entry.first))
        types = (np.dtype(np.int64), column_type(self._desires), np.dtype(np.int8))
        is_whole = len(indptr) == entry.people + 1 and len(desire) == len(stance) == entry.answers
        if not is_whole or (indptr.dtype, desire.dtype, stance.dtype) != types or indptr[-1] != entry.answers:
            raise _broken(self._folder, block_names(entry.first)[0])
        return AnswerBlock(entry.first, indptr, desire, stance)


@dataclass(frozen=True, slots=True, eq=False)
class BlocksFolder:
    """An opened folder of blocks. Nothing but the manifest and the desires is in memory.

    Attributes:
        path: the folder.
        manifest: what it says of itself.
        desires: M desires.
        answers: the blocks, memory-mapped one at a time.
    """

    path: Path
    manifest: Manifest
    desires: tuple[Desire, ...]
    answers: AnswerBlocks

    def labels(self, first: int = 0, last: int | None = None) -> tuple[str, ...]:
        """Return the labels of the people from one row to before another; of all by default.

        Raises:
            UserError: when the files of labels are missing or broken.
        """
        starts = _mapped(self.path / LABEL_STARTS)
        last = self.manifest.people if last is None else last
        if len(starts) != self.manifest.people + 1:
            raise _broken(self.path, LABEL_STARTS)
        ends = starts[first : last + 1].tolist()
        try:
            with (self.path / LABELS).open("rb") as stream:
                stream.seek(ends[0])
                raw = stream.read(ends[-1] - ends[0])
            return tuple(raw[a - ends[0] : b - ends[0]].decode() for a, b in pairwise(ends))
        except (OSError, UnicodeDecodeError):
            raise _broken(self.path, LABELS) from None

    def circle_of(self) -> npt.NDArray[np.int32]:
        """Return the circle of each person, (N,), -1 for none."""
        if CIRCLE_OF in self.manifest.files:
            return np.asarray(_mapped(self.path / CIRCLE_OF), np.int32)
        return np.full(self.manifest.people, -1, np.int32)

    def check(self) -> None:
        """Compare every file with its digest in the manifest, and look whether answers are as blocks have them.

        A folder that somebody made by hand has right digests of anything. Compiled loops trust the numbers of desires.
        Reads everything once.

        Raises:
            UserError: when a file is missing, differs or has what no block has, naming it.
        """
        for name, digest in self.manifest.files.items():
            if _digest_of(self.path, [name]) != digest:
                raise _broken(self.path, name)
        for entry in self.manifest.blocks:
            names = block_names(entry.first)
            if _digest_of(self.path, names) != entry.sha256:
                raise _broken(self.path, names[0])
        try:
            is_fit = all(is_well_formed(block, self.manifest.desires) for block in self.answers.blocks)
        except ValueError:  # starts that are none
            is_fit = False
        circle_of = self.circle_of()
        inside = (circle_of >= -1) & (circle_of < len(self.manifest.source.circles))
        if not is_fit or len(circle_of) != self.manifest.people or not inside.all():
            raise _broken(self.path, MANIFEST)

    def gathering(self) -> Gathering:
        """Return the whole gathering in memory, equal to that of the source.

        Raises:
            UserError: when a file is missing or broken.
        """
        source = self.manifest.source
        try:
            return Gathering(
                question=source.question,
                participants=self.labels(),
                desires=self.desires,
                responses=self.answers.responses(),
                circles=source.circles,
                circle_of=self.circle_of(),
                source=source.name,
                credits=source.credits,
                hall=_hall(self.path, self.manifest),
                asks=source.asks,
                totals=_totals(source),
            )
        except ValueError:
            raise _broken(self.path, MANIFEST) from None


def is_well_formed(block: AnswerBlock, desires: int) -> bool:
    """Return whether each person of a block answered known desires, each at most once, with a known stance.

    Example:
        >>> good = AnswerBlock(0, np.array([0, 2]), np.array([0, 3], np.int16), np.array([1, -1], np.int8))
        >>> twice = AnswerBlock(0, np.array([0, 2]), np.array([3, 3], np.int16), np.array([1, -1], np.int8))
        >>> is_well_formed(good, 4), is_well_formed(good, 3), is_well_formed(twice, 4)
        (True, False, False)
    """
    if not block.answers:
        return not np.any(block.indptr)
    desire, stance, starts = block.desire, block.stance, block.indptr
    if (starts[1:] < starts[:-1]).any() or desire.min() < 0 or desire.max() >= desires:
        return False
    ascends = desire[1:] > desire[:-1]
    firsts = starts[(starts > 0) & (starts < block.answers)]
    ascends[firsts - 1] = True  # the first answer of another person
    return bool(ascends.all() and stance.min() >= -1 and stance.max() <= 1)


def is_blocks(path: Path) -> bool:
    """Return whether there is a folder of blocks at a path, whole or not."""
    return (path / MANIFEST).is_file()


def open_blocks(path: str | os.PathLike[str]) -> BlocksFolder:
    """Return a folder of blocks, opened; the answers stay on disk.

    Raises:
        UserError: when it is no such folder, was written by a later version, or is broken.

    Source:
        Ours. CSR is the usual form of sparse matrices (`scipy.sparse.csr_array`).
    """
    folder = Path(path)
    try:
        raw = (folder / MANIFEST).read_bytes()
    except OSError:
        message = f"'{folder}' is no folder of blocks: it has no {MANIFEST}; make one with oneheart convert."
        raise UserError(message) from None
    manifest = _manifest(folder, raw)
    try:
        desires = msgspec.json.decode((folder / DESIRES).read_bytes(), type=tuple[Desire, ...])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise _broken(folder, DESIRES) from None
    ends = [0, *(entry.first + entry.people for entry in manifest.blocks)]
    is_whole = (
        [entry.first for entry in manifest.blocks] == ends[:-1]
        and ends[-1] == manifest.people
        and sum(entry.answers for entry in manifest.blocks) == manifest.answers
        and len(desires) == manifest.desires
    )
    if not is_whole:
        raise _broken(folder, MANIFEST)
    mapped = _MappedBlocks(folder, manifest.blocks, manifest.desires)
    answers = AnswerBlocks(mapped, manifest.people, manifest.desires, manifest.answers)
    return BlocksFolder(folder, manifest, desires, answers)


def _manifest(folder: Path, raw: bytes) -> Manifest:
    try:
        said = msgspec.json.decode(raw)
        if (
            isinstance(said, dict)
            and said.get("format") == FORMAT
            and said.get("version") not in (None, FORMAT_VERSION)
        ):
            message = f"'{folder}' was written by a later oneheart ({said.get('written_by', '?')}); install that one."
            raise UserError(message)
        manifest = msgspec.convert(said, Manifest)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        raise _broken(folder, MANIFEST) from None
    if manifest.format != FORMAT or any(Path(name).name != name for name in manifest.files):
        raise _broken(folder, MANIFEST)
    return manifest


def _broken(folder: Path, name: str) -> UserError:
    message = f"'{name}' in '{folder}' is missing, unfinished or was changed; copy the folder again, or convert again."
    return UserError(message)


def _mapped(path: Path) -> npt.NDArray[Any]:
    """Return the array in a file, memory-mapped where it is not empty."""
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        raise _broken(path.parent, path.name) from None
    if not isinstance(array, np.ndarray) or array.ndim != 1:
        raise _broken(path.parent, path.name)
    return array


def _digest_of(folder: Path, names: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for name in names:
        try:
            with (folder / name).open("rb") as stream:
                while piece := stream.read(1 << 20):
                    digest.update(piece)
        except OSError:
            raise _broken(folder, name) from None
    return digest.hexdigest()


def _hall(folder: Path, manifest: Manifest) -> HallRecord | None:
    if SEALED not in manifest.files:
        return None
    try:
        return msgspec.json.decode((folder / SEALED).read_bytes(), type=HallRecord)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise _broken(folder, SEALED) from None


def _totals(source: Provenance) -> Totals | None:
    if not source.want and not source.against:
        return None
    return Totals(np.array(source.want, np.int64), np.array(source.against, np.int64))


# ------------------------------------------------------------------------------------------------------------ writing


def block_names(first: int) -> tuple[str, str, str]:
    """Return the names of the three files of the block that begins with this person.

    Example:
        >>> block_names(65536)
        ('block-000000065536-indptr.npy', 'block-000000065536-desire.npy', 'block-000000065536-stance.npy')
    """
    one, two, three = (f"block-{first:012}-{part}.npy" for part in _PARTS)
    return one, two, three


def block_files(block: AnswerBlock, desires: int) -> tuple[BlockEntry, list[tuple[str, bytes]]]:
    """Return what the manifest says of a block, and the names and content of its files."""
    arrays = (block.indptr.astype(np.int64), block.desire.astype(column_type(desires)), block.stance.astype(np.int8))
    content = [npy_bytes(array) for array in arrays]
    digest = hashlib.sha256()
    for piece in content:
        digest.update(piece)
    entry = BlockEntry(block.first, block.people, block.answers, digest.hexdigest())
    return entry, list(zip(block_names(block.first), content, strict=True))


def npy_bytes(array: npt.NDArray[Any]) -> bytes:
    """Return an array as the bytes of an .npy file; equal arrays give equal bytes."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def source_of(gathering: Gathering, **more: object) -> Provenance:
    """Return what the manifest says of a gathering beside its people, desires and answers.

    Args:
        gathering: as read.
        more: further fields of `Provenance`: how it was read.
    """
    totals = gathering.totals
    return Provenance(
        name=gathering.source,
        question=gathering.question,
        credits=gathering.credits,
        asks=gathering.asks,
        circles=gathering.circles,
        want=() if totals is None else tuple(totals.want.tolist()),
        against=() if totals is None else tuple(totals.against.tolist()),
        **more,  # type: ignore[arg-type]
    )


def write_blocks(gathering: Gathering, folder: str | os.PathLike[str], source: Provenance | None = None) -> Path:
    """Write a gathering that is in memory into a new folder of blocks, and return the folder.

    Args:
        gathering: the gathering; its probes are not written.
        folder: new or empty.
        source: how it was read; made from the gathering where not given.

    Raises:
        UserError: when the folder is there and not empty, or cannot be written.

    Example:
        >>> import tempfile
        >>> from oneheart.model.gathering import Responses
        >>> g = Gathering("Why?", ("ann",), (Desire("1", "Peace"),), Responses.of([0], [0], [1]))
        >>> with tempfile.TemporaryDirectory() as place:
        ...     open_blocks(write_blocks(g, place + "/new.blocks")).gathering().participants
        ('ann',)
    """
    blocks = AnswerBlocks.of(gathering.responses, gathering.participant_count, gathering.desire_count)
    return write_stream(
        folder,
        people=gathering.participant_count,
        labels=(gathering.participants[at : at + _LABELS_AT_ONCE] for at in range(0, blocks.people, _LABELS_AT_ONCE)),
        desires=gathering.desires,
        blocks=blocks.blocks,
        source=source or source_of(gathering),
        circle_of=gathering.circle_of,
        hall=gathering.hall,
    )


def write_stream(
    folder: str | os.PathLike[str],
    *,
    people: int,
    labels: Iterable[Sequence[str]],
    desires: Sequence[Desire],
    blocks: Iterable[AnswerBlock],
    source: Provenance,
    circle_of: npt.NDArray[np.int32] | None = None,
    hall: HallRecord | None = None,
) -> Path:
    """Write blocks that are made one after the other into a new folder, and return the folder.

    Args:
        folder: new or empty.
        people: N.
        labels: of all people in the order of their rows, some at a time.
        desires: M desires.
        blocks: in the order of their people, each kept no longer than it takes to write it.
        source: everything else that is known.
        circle_of: (N,) circle of each person; None where there are no circles.
        hall: see `Gathering.hall`.

    Raises:
        UserError: when the folder is there and not empty, or cannot be written.
    """
    files: dict[str, str] = {}
    entries: list[BlockEntry] = []

    def content() -> Iterator[tuple[str, Iterable[bytes]]]:
        for block in blocks:
            entry, parts = block_files(block, len(desires))
            entries.append(entry)
            yield from ((name, [piece]) for name, piece in parts)
        yield from other_files(people, labels, desires, source, circle_of, hall, files)
        yield MANIFEST, [manifest_bytes(people, desires, source, files, entries)]

    return write_folder(folder, content())


def other_files(
    people: int,
    labels: Iterable[Sequence[str]],
    desires: Sequence[Desire],
    source: Provenance,
    circle_of: npt.NDArray[np.int32] | None,
    hall: HallRecord | None,
    digests: dict[str, str],
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield names and content of all files but the blocks and the manifest; each digest is put into `digests`.

    A digest is there as soon as the content of its file was taken.
    """
    lengths: list[npt.NDArray[np.int64]] = []

    def texts() -> Iterator[bytes]:
        for some in labels:
            raw = [label.encode() for label in some]
            lengths.append(np.fromiter(map(len, raw), np.int64, len(raw)))
            yield b"".join(raw)

    yield LABELS, _digested(LABELS, texts(), digests)
    starts = np.zeros(people + 1, np.int64)
    starts[1:] = np.cumsum(np.concatenate(lengths)) if lengths else []
    yield LABEL_STARTS, _digested(LABEL_STARTS, [npy_bytes(starts)], digests)
    yield DESIRES, _digested(DESIRES, [msgspec.json.format(msgspec.json.encode(tuple(desires)), indent=1)], digests)
    if circle_of is not None and source.circles:
        yield CIRCLE_OF, _digested(CIRCLE_OF, [npy_bytes(circle_of.astype(np.int32))], digests)
    if hall is not None:
        yield SEALED, _digested(SEALED, [sealed_bytes(hall)], digests)


def _digested(name: str, pieces: Iterable[bytes], digests: dict[str, str]) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    digests[name] = digest.hexdigest()


def manifest_bytes(
    people: int, desires: Sequence[Desire], source: Provenance, files: dict[str, str], blocks: Sequence[BlockEntry]
) -> bytes:
    """Return the content of the manifest. It holds no time, so that equal answers give equal bytes."""
    manifest = Manifest(
        format=FORMAT,
        version=FORMAT_VERSION,
        people=people,
        desires=len(desires),
        answers=sum(entry.answers for entry in blocks),
        written_by=f"oneheart {VERSION}",
        source=source,
        files=dict(sorted(files.items())),
        blocks=tuple(blocks),
    )
    return msgspec.json.format(msgspec.json.encode(asdict(manifest)), indent=1) + b"\n"
