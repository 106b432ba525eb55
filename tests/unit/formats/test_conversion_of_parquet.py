"""A Parquet file of responses becomes the blocks that the same table as CSV becomes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from oneheart.errors import UserError
from oneheart.formats import read
from oneheart.formats.conversion import converting, parquet, stage
from oneheart.formats.conversion.converting import convert
from tests.unit.formats.test_blocks import same

ROWS: dict[str, list[Any]] = {
    "Participant": [f"p{n % 7}" for n in range(100)] + ['a, "b"\nc', "p1"],
    "desire": [n * n % 5 for n in range(100)] + [1, 2],
    "stance": [n % 3 - 1 if n % 11 else None for n in range(100)] + [1, 0],
    "at": [n * 37 % 50 / 2 for n in range(102)],
    "unknown": ["x"] * 102,
}


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Return a folder with the same responses in both forms, and desires beside them."""
    folder = tmp_path / "tables"
    folder.mkdir()
    frame = pl.DataFrame(ROWS)
    frame.write_csv(folder / "responses.csv")
    frame.write_parquet(tmp_path / "votes.parquet", row_group_size=10)
    for place in (folder, tmp_path):
        (place / "desires.csv").write_text("desire,text,author\n1,Peace,p3\n2,Bread,zed\n")
    return folder


def test_the_same_answers_as_from_csv(tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "PIECE_ROWS", 13)
    monkeypatch.setattr(converting, "STAGED_ROWS", 30)
    monkeypatch.setattr(stage, "BUCKET_ROWS", 40)
    by_csv, by_parquet = read(tables), read(convert(tmp_path / "votes.parquet", tmp_path / "x.blocks").path)
    assert by_parquet.source == "votes.parquet"
    assert by_parquet.participants == by_csv.participants
    assert by_parquet.desires == by_csv.desires
    assert same(by_parquet.responses, by_csv.responses)


def test_a_row_that_cannot_be_read_is_named(tables: Path, tmp_path: Path) -> None:
    rows = {name: [*cells[:3], *cells[3:5]] for name, cells in ROWS.items()} | {"stance": [1, 1, 7, 0, 1]}
    pl.DataFrame(rows).write_parquet(tmp_path / "votes.parquet")
    assert tables.is_dir()
    with pytest.raises(UserError, match=r"'votes.parquet', row 3 has the stance '7'"):
        convert(tmp_path / "votes.parquet", tmp_path / "x.blocks")


def test_what_is_missing_is_said(tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tables.is_dir()
    with pytest.raises(UserError, match="There is nothing at"):
        convert(tmp_path / "none.parquet", tmp_path / "x.blocks")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1" * 9)
    with pytest.raises(UserError, match="no Parquet file that can be read"):
        convert(tmp_path / "broken.parquet", tmp_path / "x.blocks")
    pl.DataFrame({"desire": [1]}).write_parquet(tmp_path / "narrow.parquet")
    with pytest.raises(UserError, match="no column 'participant'"):
        convert(tmp_path / "narrow.parquet", tmp_path / "x.blocks")
    with pytest.raises(UserError, match="oneheart convert"):
        read(tmp_path / "votes.parquet")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(UserError, match=r"oneheart\[parquet\]"):
        convert(tmp_path / "votes.parquet", tmp_path / "x.blocks")
