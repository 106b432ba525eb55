"""`oneheart analyze` of a folder of blocks: the report, how far it is after a kill, and clear words otherwise."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from oneheart.cli import app
from oneheart.commands import analysing_blocks as large
from oneheart.formats.blocks import write_blocks
from tests.support.blocks_cut import in_folder, made_up
from tests.support.proofs import size
from tests.support.waiting import until


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["analyze", *arguments])


def test_a_folder_of_blocks_gives_a_report_on_every_executor(tmp_path: Path) -> None:
    folder = write_blocks(made_up(120, 12, 8), tmp_path / "a.blocks")
    reports = []
    for executor in ("threads=1", "threads=2"):
        out = tmp_path / executor
        result = run(str(folder), "--out", str(out), "--executor", executor)
        assert result.exit_code == 0, result.output
        reports.append((out / "report.json").read_bytes())
        assert not (out / large.CHECKPOINT).exists()
    assert reports[0] == reports[1]
    assert "sample" not in json.loads(reports[0])["method"]["notes"]


def test_more_people_than_a_sample_are_not_read_into_memory_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "SAMPLE", 100)
    folder = write_blocks(made_up(220, 12, 8), tmp_path / "a.blocks")
    result = run(str(folder), "--out", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    assert large.LEFT_OUT[0] in result.output
    assert "sample" in json.loads((tmp_path / "out" / "report.json").read_text())["method"]["notes"]
    assert 'data-said="sample"' in (tmp_path / "out" / "report.html").read_text()


@pytest.mark.parametrize("executor", ["gpu", "dask=tcp://127.0.0.1:9"])
def test_an_executor_that_cannot_be_had_is_told(executor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    folder = write_blocks(made_up(60, 8, 6), tmp_path / "a.blocks")
    result = run(str(folder), "--out", str(tmp_path / "out"), "--executor", executor)
    assert (result.exit_code, type(result.exception).__name__) in {(2, "SystemExit"), (1, "UserError")}


def test_an_executor_for_what_is_no_folder_of_blocks_is_told(tmp_path: Path, six_tens_folder: Path) -> None:
    result = run(str(six_tens_folder), "--out", str(tmp_path / "out"), "--executor", "threads")
    assert "no folder of blocks" in str(result.exception) + result.output


@pytest.mark.process
def test_killed_at_any_time_the_same_command_goes_on_with_the_same_bits(tmp_path: Path) -> None:
    """The whole process is ended with signal 9 in its fits, and run again."""
    gathering = made_up(size(4_000, 1_500), size(60, 30), 12)
    in_folder(gathering, tmp_path / "a.blocks", most=256)
    undisturbed = tmp_path / "undisturbed"
    assert run(str(tmp_path / "a.blocks"), "--out", str(undisturbed), "--executor", "threads=1").exit_code == 0
    out = tmp_path / "out"
    command = [sys.executable, "-m", "oneheart", "analyze", str(tmp_path / "a.blocks"), "--out", str(out)]
    kept = out / large.CHECKPOINT
    for after in ("held0", "held3", "fit")[: size(3, 1)]:
        _killed(command, kept / f"{after}.npz")
        assert kept.is_dir(), "it had ended before it was killed"
    assert run(str(tmp_path / "a.blocks"), "--out", str(out), "--executor", "threads=2").exit_code == 0
    assert (out / "report.json").read_bytes() == (undisturbed / "report.json").read_bytes()


def _killed(command: list[str], when: Path) -> None:
    """Start a process and end it with signal 9 as soon as a file is there."""
    process = subprocess.Popen(
        [*command, "--executor", "threads=2"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: when.is_file() or process.poll() is not None, when.stem, 120)
    process.send_signal(signal.SIGKILL)
    process.wait()
