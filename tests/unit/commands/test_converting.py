"""`oneheart convert`: what it prints, what `doctor` and `analyze` say of what it made, and how it ends when stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from oneheart.cli import app
from oneheart.engine.synthetic import draw
from oneheart.formats import inspect, write_tables
from oneheart.formats.conversion import converting

SIX_TENS = Path(__file__).resolve().parents[3] / "examples" / "six-tens"


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_report_of_blocks_is_that_of_the_tables_byte_for_byte(tmp_path: Path) -> None:
    source, blocks = tmp_path / "source", tmp_path / "x.blocks"
    write_tables(draw(24, 6, answers=5, rng=np.random.default_rng(2)).gathering, source)
    converted = run("convert", source, blocks)
    assert converted.exit_code == 0, converted.output
    assert converted.output.splitlines()[-1] == str(blocks)
    assert inspect(blocks).counts == inspect(source).counts
    reports = []
    for place, given in (("tables", source), ("blocks", blocks)):
        assert run("analyze", given, "--out", tmp_path / place).exit_code == 0
        reports.append([(tmp_path / place / name).read_bytes() for name in ("report.json", "report.html")])
    assert reports[0] == reports[1]


def test_stopped_by_hand_it_ends_with_130_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(converting, "_write", stopped)
    result = run("convert", SIX_TENS, tmp_path / "six.blocks")
    assert result.exit_code == 130
    assert not (tmp_path / "six.blocks").exists()
    monkeypatch.undo()
    assert run("convert", SIX_TENS, tmp_path / "six.blocks").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["six.blocks"]
