"""Converting in pieces gives the gathering that `read` gives, however the file is written and wherever it stopped."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.errors import UserError
from oneheart.formats import read
from oneheart.formats.contacts.attendance import attendance_beside
from oneheart.formats.conversion import block_cutting, converting, pieces, stage, tables_rows
from oneheart.formats.conversion.converting import convert
from oneheart.formats.conversion.stage import Rows
from oneheart.formats.reading import read_files
from tests.unit.formats.test_blocks import same

Made = Callable[..., Path]

STANCES = ("want", "1", "0", "-1", "not mine", "1.0", "", "NA", " Against ")
TIMES = ("5", "17", "2020-01-01T00:00:00", "-3", "1.5", "-0.0", "0", "9")


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the conversion cut everything small: pieces, files of rows, buckets and blocks."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", 300)
    monkeypatch.setattr(converting, "STAGED_ROWS", 40)
    monkeypatch.setattr(stage, "BUCKET_ROWS", 50)
    monkeypatch.setattr(stage.os, "fsync", lambda _: None)  # very many small files
    monkeypatch.setattr(block_cutting, "cut", lambda counts: block_cutting_cut(counts, people=7, answers=30))


block_cutting_cut = block_cutting.cut


class Draw:
    """Draws with a seed."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def one(self, *choices: Any) -> Any:
        return choices[self.below(len(choices))]

    def below(self, most: int) -> int:
        return int(self._rng.integers(most))

    def chance(self, share: float) -> bool:
        return bool(self._rng.random() < share)


def tables(draw: Draw) -> dict[str, str | bytes]:
    """Return files in one of very many ways of writing them."""
    shapes = ("p{}", "{}", "a person with a long label {}", "x" * 70 + "{}", " {} ", "{}.0", "\u05d0{}")
    labels = [draw.one(*shapes) for _ in range(3)]
    divider, end = draw.one(",", ";", "\t"), draw.one("\n", "\r\n")
    timed, quoted, times = draw.chance(0.6), draw.chance(0.3), draw.one(TIMES, (*TIMES, "noon"))
    head = ["participant", "desire", "stance", *(["at"] if timed else [])]
    rows = [head]
    for _ in range(draw.one(0, 1, 150)):
        who, what = draw.one(*labels).format(draw.below(12)), draw.one("d{}", "{}").format(draw.below(6))
        row = [who, what, draw.one(*STANCES), draw.one(*times)]
        rows.append([f'"{cell}"' if quoted else cell for cell in row[: len(head)]])
        if draw.chance(0.03):
            rows.append(draw.one([""], [" "] * len(head), [f'"a\nb""{divider}"', what, "1", "3"][: len(head)]))
    text = end.join(divider.join(row) for row in rows) + draw.one("", end)
    files: dict[str, str | bytes] = {"responses.csv": text.encode(draw.one("utf-8", "utf-8", "utf-8-sig", "utf-16"))}
    if draw.chance(0.7):
        listed = (f"{i}{draw.one('', '.0')},text {i},{draw.one('', 'p3', 'zed')}\n" for i in range(4))
        files["desires.csv"] = "desire,text,author\n" + "".join(listed)
    if draw.chance(0.4):
        circles = (f"p{i},{draw.one('', 'a', 'b')}\n" for i in range(4))
        files["participants.csv"] = "participant,circle\n" + "".join(circles)
    return files


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("seed", range(30))
def test_tables_of_every_dialect_are_as_they_are_read(seed: int, folder: Made, tmp_path: Path) -> None:
    source = folder(tables(Draw(seed)))
    converted = convert(source, tmp_path / "x.blocks")
    assert same(read(tmp_path / "x.blocks"), read(source))
    assert read_files(tmp_path / "x.blocks").findings == read_files(source).findings
    assert converted.answers == len(read(source).responses)
    assert not (tmp_path / "x.blocks.unfinished").exists()


@pytest.mark.usefixtures("small_steps")
def test_numbers_that_mean_the_opposite_are_turned(many: Path, tmp_path: Path) -> None:
    convert(many, tmp_path / "x.blocks", sign=-1)
    assert same(read(tmp_path / "x.blocks"), read(many, sign=-1))
    assert not same(read(tmp_path / "x.blocks"), read(many))


def first_of_each(rows: Rows, *, by_time: bool) -> Rows:  # noqa: ARG001  a broken build
    """Return the first answer of each pair: what must not be."""
    return stage.last_of_each(rows.at(np.arange(len(rows))[::-1]), by_time=False)


def last_in_the_file(rows: Rows, *, by_time: bool) -> Rows:  # noqa: ARG001  a broken build
    """Return the answer furthest down, whatever its time: what must not be."""
    return stage.last_of_each(rows, by_time=False)


@pytest.mark.parametrize(("times", "broken"), [(("", "", ""), first_of_each), ((",9", ",5", ",3"), last_in_the_file)])
def test_the_last_answer_counts_and_a_build_that_keeps_another_is_seen(
    times: tuple[str, str, str],
    broken: Callable[..., Rows],
    folder: Made,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    head = "participant,desire,stance" + (",at" if any(times) else "")
    rows = f"{head}\nann,1,want{times[0]}\nbo,1,want{times[1]}\nann,1,against{times[2]}\n"
    source = folder({"responses.csv": rows, "desires.csv": "desire,text\n1,Peace\n"})
    right = [1, 1] if any(times) else [-1, 1]
    assert read(convert(source, tmp_path / "x.blocks").path).responses.stance.tolist() == right
    assert read(source).responses.stance.tolist() == right
    monkeypatch.setattr(tables_rows, "last_of_each", broken)
    assert read(convert(source, tmp_path / "y.blocks").path).responses.stance.tolist() != right


MISTAKES = {
    "a stance that is none": "ann,1,want\nbo,1,perhaps\n",
    "a long stance that is none": "ann,1,want\nbo,1," + "perhaps" * 9 + "\n",
    "no participant": "ann,1,want\n ,1,want\n",
    "no desire": "ann,1,want\nbo,,want\n",
    "a cell too few": "ann,1,want\nbo,1\n",
    "a cell too many": "ann,1,want\nbo,1,want,\n",
    "a quote that is never closed": 'ann,1,want\nbo,1,"want\n',
    "a quote that is not doubled": 'ann,1,want\n"b"o,1,want\n',
    "a mistake below blank rows": "ann,1,want\n\n,,\nbo,1,no way\n",
}


@pytest.mark.parametrize("rows", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_in_the_words_of_the_reader(rows: str, folder: Made, tmp_path: Path) -> None:
    source = folder({"responses.csv": f"participant,desire,stance\n{rows}", "desires.csv": "desire,text\n1,Peace\n"})
    with pytest.raises(UserError) as by_reader:
        read(source)
    with pytest.raises(UserError) as by_converter:
        convert(source, tmp_path / "x.blocks")
    assert str(by_converter.value) == str(by_reader.value)
    assert not (tmp_path / "x.blocks").exists()


@pytest.mark.parametrize("raw", [b"ann,1,want\nb\xff,1,want\n", b"ann,1,want\nb\0o,1,want\n", b"ann,1,want\rbo,1,no\n"])
def test_bytes_that_are_no_text_are_read_or_refused_as_by_the_reader(raw: bytes, folder: Made, tmp_path: Path) -> None:
    source = folder({"responses.csv": b"participant,desire,stance\n" + raw, "desires.csv": "desire,text\n1,Peace\n"})
    told = []
    for attempt in (lambda: read(source), lambda: read(convert(source, tmp_path / "x.blocks").path)):
        try:
            told.append((attempt().participants, ""))
        except UserError as problem:
            told.append(((), str(problem)))
    assert told[0] == told[1]


@pytest.fixture
def many(folder: Made) -> Path:
    """Return tables of some thousand rows."""
    draw = Draw(5)
    rows = (f"p{draw.below(90)},d{draw.below(20)},{draw.one(*STANCES)}" for _ in range(700))
    return folder(
        {"responses.csv": "participant,desire,stance\n" + "\n".join(rows), "desires.csv": "desire,text\nd1,x\n"}
    )


def digests(folder: Path) -> dict[str, str]:
    """Return a digest of each file."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


class StoppedError(BaseException):
    """Stands for a power cut."""


@pytest.mark.usefixtures("small_steps")
def test_stopped_at_any_file_it_goes_on_to_the_same_bytes(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = digests(convert(many, tmp_path / "whole.blocks").path)
    real, left = os.replace, 0

    def failing(one: Path, other: Path) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise StoppedError
        real(one, other)

    for number, step in enumerate((0, 1, 2, 7, 20, 40, 55)):
        target = tmp_path / f"{number}.blocks"
        left = step
        monkeypatch.setattr(stage.os, "replace", failing)
        with pytest.raises(StoppedError):
            convert(many, target)
        assert not target.exists()
        monkeypatch.setattr(stage.os, "replace", real)
        assert digests(convert(many, target).path) == whole


@pytest.mark.usefixtures("small_steps")
def test_what_was_read_is_not_read_again(many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = converting._write  # noqa: SLF001  the point after reading
    monkeypatch.setattr(converting, "_write", lambda *_: (_ for _ in ()).throw(StoppedError()))
    with pytest.raises(StoppedError):
        convert(many, tmp_path / "x.blocks")
    monkeypatch.setattr(converting, "_write", real)
    monkeypatch.setattr(tables_rows.TablesRows, "rows", lambda *_: pytest.fail("a row was read again"))
    convert(many, tmp_path / "x.blocks")


@pytest.mark.usefixtures("small_steps")
def test_another_file_under_the_same_name_begins_anew(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = converting._write  # noqa: SLF001  the point after reading
    monkeypatch.setattr(converting, "_write", lambda *_: (_ for _ in ()).throw(StoppedError()))
    with pytest.raises(StoppedError):
        convert(many, tmp_path / "x.blocks")
    monkeypatch.setattr(converting, "_write", real)
    responses = many / "responses.csv"
    responses.write_text(responses.read_text().replace("p7,", "q7,"))
    convert(many, tmp_path / "x.blocks")
    assert same(read(tmp_path / "x.blocks"), read(many))


KILLED = """
import os, signal, sys
from oneheart.formats.conversion import converting, pieces, stage
pieces.PIECE_BYTES, converting.STAGED_ROWS, stage.BUCKET_ROWS = 300, 40, 50
real, left = stage.put, [int(sys.argv[3])]
def put(path, content):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(path, content)
stage.put = converting.put = put
converting.convert(sys.argv[1], sys.argv[2])
"""


@pytest.mark.process
@pytest.mark.usefixtures("small_steps")
def test_killed_and_run_again_it_gives_the_same_bytes(many: Path, tmp_path: Path) -> None:
    whole = digests(convert(many, tmp_path / "whole.blocks").path)
    target = tmp_path / "x.blocks"
    command = [sys.executable, "-c", KILLED, many, target, "12"]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert not target.exists()
    assert digests(convert(many, target).path) == whole


def test_every_file_is_on_disk_before_it_has_its_name(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_sync, real_replace = os.fsync, os.replace
    monkeypatch.setattr(stage.os, "fsync", lambda file: (steps.append("sync"), real_sync(file)))
    monkeypatch.setattr(stage.os, "replace", lambda one, other: (steps.append("name"), real_replace(one, other)))
    convert(many, tmp_path / "x.blocks")
    assert steps[::2] == ["sync"] * (len(steps) // 2)
    assert steps[1::2] == ["name"] * (len(steps) // 2)


def test_two_processes_do_not_convert_into_one_folder(many: Path, tmp_path: Path) -> None:
    with (
        stage.WorkFolder(tmp_path / "x.blocks.unfinished", {}),
        pytest.raises(UserError, match="Another oneheart converts"),
    ):
        convert(many, tmp_path / "x.blocks")
    convert(many, tmp_path / "x.blocks")


def test_a_file_that_was_mended_in_its_middle_is_read_anew(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converting, "_LOOKED_AT", 10)
    responses = many / "responses.csv"
    right = responses.read_text()
    lines = right.splitlines()
    lines[-1] = "p1,d1,perhaps"
    lines[3] = lines[3].replace("p", "q")
    responses.write_text("\n".join(lines))
    with pytest.raises(UserError, match="perhaps"):
        convert(many, tmp_path / "x.blocks")
    responses.write_text(right)
    os.utime(responses, ns=(1, 1))
    assert same(read(convert(many, tmp_path / "x.blocks").path), read(many))


def test_a_full_disk_is_said_in_one_sentence(many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_one: Path, _other: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stage.os, "replace", full)
    with pytest.raises(UserError, match=r"No space left on device.*run the same command again"):
        convert(many, tmp_path / "x.blocks")


def test_a_folder_that_is_there_is_not_written_over(many: Path, tmp_path: Path) -> None:
    convert(many, tmp_path / "x.blocks")
    with pytest.raises(UserError, match="not empty"):
        convert(many, tmp_path / "x.blocks")
    with pytest.raises(UserError, match="already"):
        convert(tmp_path / "x.blocks", tmp_path / "y.blocks")
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="is a file"):
        convert(many, tmp_path / "file")


def test_the_log_of_occasions_goes_with_the_answers(many: Path, tmp_path: Path) -> None:
    (many / "occasions.csv").write_text("person,occasion\np1,supper\np2,supper\n")
    folder = convert(many, tmp_path / "x.blocks").path
    by_source, by_blocks = attendance_beside(many), attendance_beside(folder)
    assert by_source is not None
    assert by_blocks is not None
    assert by_blocks.people == by_source.people == ("p1", "p2")
    assert same(read(folder), read(many))


def test_progress_is_told_to_the_end(many: Path, tmp_path: Path) -> None:
    told: dict[str, tuple[int, int]] = {}
    convert(many, tmp_path / "x.blocks", progress=lambda step, done, total: told.update({step: (done, total)}))
    assert list(told) == ["read", "sort", "write"]
    assert all(done == total > 0 for done, total in told.values())


def test_an_error_of_the_reader_arrives_after_what_was_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise UserError("no")

    taken = converting.ahead(items())
    assert next(taken) == 1
    with pytest.raises(UserError, match="no"):
        next(taken)
