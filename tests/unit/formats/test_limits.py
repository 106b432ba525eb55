"""Bombs end quickly in one sentence, and never fill the memory."""

from __future__ import annotations

import os
import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pytest

from oneheart.errors import UserError
from oneheart.formats import csv, files, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Folder = Callable[..., Path]

VOTES = "comment-id,voter-id,vote\n1,1,1\n"


@pytest.fixture(autouse=True)
def bounded_and_small() -> Iterator[None]:
    """Fail a test that holds more than 200 MiB, or works for so long that nothing bounds it."""
    tracemalloc.start()
    begin = time.process_time()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.process_time() - begin < 60
    assert peak < 200 << 20


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"votes.csv": VOTES + '1,"' + "x" * (3 << 20) + '",1\n'}, "longer than 1 MiB"),
        ({"votes.csv": VOTES + '1,"' + "x\n" * (1 << 20) + '",1\n'}, "longer than 1 MiB"),
        ({"votes.csv": "x" * (9 << 20)}, "line longer than 4 MiB"),
        ({"comments.csv": 'comment-id,comment-body\n1,"' + "y" * (2 << 20) + '"\n'}, "longer than 1 MiB"),
        ({"participants-votes.csv": "participant," + ",".join(map(str, range(150_000))) + "\n"}, "150,001 columns"),
        ({"participants-votes.csv": "participant" + "," * 1_000_000 + "\n"}, "1,000,001 columns"),
        ({"summary.csv": 'topic,"' + "x" * (2 << 20), "votes.csv": VOTES}, "do not tell whether"),
    ],
)
def test_huge_cells_lines_and_headers_end_in_a_sentence(content: dict[str, str], message: str, folder: Folder) -> None:
    with pytest.raises(UserError, match=message):
        read(folder(content))


def test_a_file_larger_than_the_limit_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "votes.csv").open("wb") as file:
        file.truncate(files.FILE_BYTES + 1)
    with pytest.raises(UserError, match="larger than 256 MiB"):
        read(tmp_path)


def test_more_rows_than_the_limit_are_not_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "ROWS", 1000)
    with pytest.raises(UserError, match="more than 1,000 rows"):
        read(folder({"votes.csv": VOTES + "1,1,1\n" * 2000}))


def test_a_zip_bomb_is_seen_before_it_goes_off(tmp_path: Path) -> None:
    place = tmp_path / "bomb.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("votes.csv", "w") as file:
        for _ in range(40):
            file.write(b"0" * (1 << 20))
    with pytest.raises(UserError, match="unpacks to 400 times"):
        read(place)


def test_a_zip_of_too_many_files_or_with_climbing_names_is_harmless(
    zipped: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    climbing = zipped({"../votes.csv": VOTES, "/votes.csv": VOTES, "a/../../votes.csv": VOTES, "C:\\votes.csv": VOTES})
    with pytest.raises(UserError, match=r"holds no votes\.csv"):
        read(climbing)
    monkeypatch.setattr(files, "FILES", 3)
    with pytest.raises(UserError, match="more than 3 files"):
        read(climbing)


@pytest.mark.parametrize("where", [0.2, 0.5, 0.9])
def test_a_damaged_zip_is_one_sentence(where: float, zipped: Folder) -> None:
    place = zipped(
        {
            "votes.csv": VOTES,
            "comments.csv": "comment-id,comment-body\n" + "".join(f"{k},t{k * k}\n" for k in range(999)),
        }
    )
    raw = bytearray(place.read_bytes())
    at = int(len(raw) * where)
    raw[at : at + 8] = b"\xff" * 8
    place.write_bytes(raw)
    with pytest.raises(UserError):
        read(place)


def test_a_pipe_named_like_an_export_is_passed_over(folder: Folder) -> None:
    place = folder({"comments.csv": "comment-id,comment-body\n1,Peace\n"})
    os.mkfifo(place / "votes.csv")
    assert read(place).desire_count == 1


def test_a_long_file_of_old_line_ends_is_read(folder: Folder) -> None:
    rows = "comment-id,voter-id,vote\r" + "1,1,0\r" * 300_000
    assert len(read(folder({"votes.csv": rows})).responses) == 1
