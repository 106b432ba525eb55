"""A13: files of strangers neither exhaust the machine nor reach another place nor become formulas."""

from __future__ import annotations

import csv as plain_csv
import io
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneheart.errors import UserError
from oneheart.formats import files, read, write_polis, write_tables
from oneheart.formats.cells import neutralise
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses
from tests.support.proofs import size
from tests.unit.formats.test_fuzz import MUTATION, valid

Figure = Callable[[str], None]
COMMENTS = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
VOTES = "timestamp,datetime,comment-id,voter-id,vote\n"
SOUND = {
    "comments.csv": COMMENTS + "1,x,0,0,1,0,1,hello\n1,x,1,0,1,0,1,world\n",
    "votes.csv": VOTES + "".join(f"1,x,{i % 2},{i // 2},1\n" for i in range(40)),
}
MEMORY_MIB = 1000
SECONDS = 30.0
FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/C x'!A0", '=HYPERLINK("//evil.example")', "＝1")


def bombs(place: Path) -> dict[str, Path]:
    """Write files that are far more than they look, or that point elsewhere."""
    big = size(1 << 30, 1 << 25)
    rows = size(20_000_000, 1_000_000)
    made = {
        "zeros": {**SOUND, "votes.csv": bytes(big)},
        "rows": {**SOUND, "votes.csv": VOTES + "1,x,0,0,1\n" * rows},
        "one cell": {**SOUND, "comments.csv": COMMENTS + "1,x,0,0,1,0,1," + "a" * (30 << 20) + "\n"},
        "columns": {**SOUND, "participants-votes.csv": "participant," + ",".join(map(str, range(100_000))) + "\n"},
        "open quote": {**SOUND, "comments.csv": COMMENTS + '1,x,0,0,1,0,1,"' + "a\n" * size(5_000_000, 500_000)},
        "huge ids": {**SOUND, "votes.csv": VOTES + "1,x,999999999999999999,999999999999999999,1\n"},
        "members": {**SOUND, **{f"f{i}.csv": "a" for i in range(20_000)}},
        "climbing": {**SOUND, "../../pwned.csv": "x", str(place / "pwned.csv"): "x"},
    }
    out = {}
    for name, content in made.items():
        out[name] = place / f"{name.replace(' ', '-')}.zip"
        with zipfile.ZipFile(out[name], "w", zipfile.ZIP_DEFLATED) as archive:
            for member, text in content.items():
                archive.writestr(member, text)
    link = zipfile.ZipInfo("summary.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    out["link"] = place / "link.zip"
    with zipfile.ZipFile(out["link"], "w") as archive:
        archive.writestr(link, "/etc/passwd")
        for member, text in SOUND.items():
            archive.writestr(member, text)
    return out


USED = "peak of this process in KiB, and its processor seconds: "
OWN_USE = f"""import atexit, pathlib, re, sys, time
status = pathlib.Path("/proc/self/status")
peak = lambda: re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]
atexit.register(lambda: print({USED!r} + peak(), time.process_time(), file=sys.stderr))
"""


def doctor(path: Path) -> tuple[int, str, float, float]:
    """Look at a file by the command; return its exit status, what it says, its most memory in MiB, and its seconds.

    The process tells its own peak (VmHWM): what the system tells of a child (`ru_maxrss`) counts this worker, too. The
    seconds are of the processor, because other programs hardly change them.
    """
    words = [sys.executable, "-c", f"{OWN_USE}from oneheart.cli import main\nmain()", "doctor", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
    output, _, used = (done.stdout + done.stderr).rpartition(USED)
    peak, seconds = used.split()
    return done.returncode, output, int(peak) / 1024, float(seconds)


@pytest.mark.slow
@pytest.mark.proof("A13")
def test_no_bomb_goes_off(tmp_path: Path, figure: Figure) -> None:
    slowest, peak, said = 0.0, 0.0, {}
    for name, path in bombs(tmp_path).items():
        status, said[name], memory, seconds = doctor(path)
        slowest, peak = max(slowest, seconds), max(peak, memory)
        assert "Traceback" not in said[name], said[name][-500:]
        assert status in {0, 1, 2}, name
    told = f"{len(said)} bombs: slowest {slowest:.1f} s of the processor, at most {peak:.0f} MiB"
    figure(f"{told}, nothing written elsewhere")
    assert not (tmp_path / "pwned.csv").exists()
    assert "root:" not in said["link"]
    assert slowest < SECONDS
    assert peak < MEMORY_MIB


@pytest.mark.sabotage("A13", "no limit on what a zip file unpacks to (formats.files)")
def test_a_build_without_limits_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("comments.csv", SOUND["comments.csv"])
        archive.writestr("votes.csv", VOTES + "1,x,0,0,1\n" * 2_000_000)
    with pytest.raises(UserError, match="unpacks to"):
        read(bomb, sign=1)
    monkeypatch.setattr(files, "ZIP_RATIO", 10**9)
    assert len(read(bomb, sign=1).responses) == 1


def refusal_of(folder: Path) -> str:
    """Return the sentence with which a folder is refused; "" if it was read. Any other error is raised."""
    try:
        read(folder)
    except UserError as problem:
        return str(problem)
    return ""


@pytest.mark.slow
@pytest.mark.proof("A13")
def test_damaged_files_end_in_a_sentence(tmp_path_factory: pytest.TempPathFactory, figure: Figure) -> None:
    tried = 0

    @settings(max_examples=size(2500, 60), deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(form=st.sampled_from(["polis", "tables"]), mutations=st.lists(MUTATION, min_size=1, max_size=4))
    def damaged(form: str, mutations: list[tuple[int, float, int, bytes, bool]]) -> None:
        nonlocal tried
        tried += 1
        folder = valid(form, tmp_path_factory.mktemp("damaged"))
        paths = sorted(folder.iterdir())
        for which, where, length, piece, truncate in mutations:
            file = paths[which % len(paths)]
            raw = file.read_bytes()
            at = int(where * len(raw))
            file.write_bytes(raw[:at] + piece + (b"" if truncate else raw[at + length :]))
        assert "\n" not in refusal_of(folder)

    for _ in range(2):
        damaged()
    figure(f"{tried:,} damaged files: read, or refused in one sentence")


def leaves(text: str, place: Path) -> list[str]:
    """Return every cell of every file that is written for a desire with this text."""
    gathering = Gathering(
        "What do you want?", ("ann", "bo"), (Desire("1", text, 0),), Responses.of([1], [0], [1]), (), np.array([-1, -1])
    )
    cells = []
    for name, write in (("polis", write_polis), ("tables", write_tables)):
        for path in sorted(write(gathering, place / name).iterdir()):
            if path.suffix == ".csv":
                content = io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")
                cells += [cell for row in plain_csv.reader(content) for cell in row]
    return cells


def dangerous(cells: list[str]) -> list[str]:
    """Return the cells that a spreadsheet would compute. Plain numbers are none: votes are -1."""
    return [cell for cell in cells if cell[:1] in "=+-@\t\r＝" and cell and not cell.lstrip("-").isdigit()]


@pytest.mark.proof("A13")
def test_no_text_leaves_as_a_formula(tmp_path: Path, figure: Figure) -> None:
    for number, formula in enumerate(FORMULAS):
        assert dangerous(leaves(formula, tmp_path / str(number))) == []
    figure(f"{len(FORMULAS)} formulas written and read back: none is a formula in any cell")


@pytest.mark.sabotage("A13", "texts written as they are (formats.cells.neutralise)")
def test_cells_that_are_not_neutralised_are_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert neutralise("=1+1") != "=1+1"
    monkeypatch.setattr("oneheart.formats.cells.neutralise", lambda text: text)
    assert dangerous(leaves("=1+1", tmp_path))
