"""What a person at the command line reads: a sentence for a mistake, sentences for a result, nothing too small."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import oneheart
from oneheart.cli import app, main
from oneheart.formats import write_polis, write_tables
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses
from oneheart.settings import ONE_THREAD
from tests.support.pages import ROOT

pytestmark = pytest.mark.process


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "oneheart.cli", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def gathering(people: int, desires: int = 6, want: float = 1.0) -> Gathering:
    """Return a gathering in which everybody answered everything; each wrote nothing, so no author's vote is added."""
    lot = np.random.default_rng(5).random((people, desires))
    i, j = np.nonzero(lot >= 0)
    stance = np.where(lot < want, 1, np.where(lot < (1 + want) / 2, 0, -1))
    texts = ("Peace", "Bread for all", "A garden", "Time to sing", "Shade in summer", "A quiet hour")
    return Gathering(
        "What do you want?",
        tuple(f"p{k}" for k in range(people)),
        tuple(Desire(str(k), texts[k]) for k in range(desires)),
        Responses.of(i, j, stance[i, j]),
    )


def test_help_names_every_command_without_loading_the_engine() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    assert all(command in shown.stdout for command in ("analyze", "doctor", "export", "bench"))
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, oneheart.cli; print('numpy' in sys.modules, 'numba' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.split() == ["False", "False"]


def test_version_is_the_package_version() -> None:
    assert run("--version").stdout == f"oneheart {oneheart.__version__}\n"


def test_what_is_missing_is_said_in_whole_sentences(tmp_path: Path) -> None:
    write_tables(gathering(4), tmp_path / "four")
    done = run("analyze", tmp_path / "four", "--out", tmp_path / "out")
    assert done.returncode == 0
    assert "Fewer than 12 people answered." in done.stdout
    assert "&" not in done.stdout.replace(str(tmp_path), "")
    said = [line for line in done.stdout.splitlines() if line and not line.startswith("/")]
    assert all(line.endswith(".") and line[0].isupper() for line in said)
    assert json.loads((tmp_path / "out" / "report.json").read_text())["one_desire"]["status"] == "not yet"


def test_the_command_line_says_of_those_without_a_line_what_the_page_says(tmp_path: Path) -> None:
    write_tables(gathering(33, want=0.45), tmp_path / "g")
    done = run("analyze", tmp_path / "g", "--out", tmp_path / "out", "--lines", "1")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    last = [line for line in done.stdout.splitlines() if line.strip() and not line.startswith(str(tmp_path))][-1]
    assert re.search(r"\d+ in 100 .*\d+ and \d+", last), "with its range"
    assert last in page


def test_the_report_says_how_the_sign_was_found_without_counting_anybody(tmp_path: Path) -> None:
    write_polis(gathering(20, want=0.6), tmp_path / "polis")
    out = tmp_path / "out"
    assert run("analyze", tmp_path / "polis", "--out", out, "--agree", "+1").returncode == 0
    said = json.loads((out / "report.json").read_text())["source"]["sign"]
    assert said.startswith("+1 means agree")
    assert not re.search(r"\d", said.removeprefix("+1"))
    assert said in (out / "report.html").read_text()


def test_a_report_of_tables_has_no_sign(tmp_path: Path) -> None:
    write_tables(gathering(20, want=0.6), tmp_path / "tables")
    run("analyze", tmp_path / "tables", "--out", tmp_path / "out")
    assert json.loads((tmp_path / "out" / "report.json").read_text())["source"]["sign"] is None


@pytest.mark.parametrize("command", ["analyze", "doctor", "export", "bench"])
def test_broken_input_is_one_sentence_and_status_2_and_leaves_nothing(command: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    where = {
        "analyze": ["analyze", tmp_path / "nowhere", "--out", out],
        "doctor": ["doctor", tmp_path / "nowhere"],
        "export": ["export", tmp_path / "nowhere", "--out", out],
        "bench": ["bench", "share", "--data", tmp_path / "nowhere", "--json", out],
    }[command]
    done = run(*where)
    said = (done.stdout if command == "doctor" else done.stderr).strip()
    assert done.returncode == 2
    assert "nowhere" in said
    assert "Traceback" not in done.stdout + done.stderr
    assert said.count("\n") == 0
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--language", "tlh"], "Reports cannot be written in 'tlh'"),
        (["--leave-out", "no-such-file"], "Cannot read the leave-out file"),
    ],
)
def test_a_mistaken_option_is_one_sentence_before_anything_is_written(
    options: list[str], said: str, tmp_path: Path, six_tens_folder: Path
) -> None:
    done = run("analyze", six_tens_folder, "--out", tmp_path / "out", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_desire_to_leave_out_must_be_there_and_then_is_no_line(tmp_path: Path) -> None:
    write_tables(gathering(30, want=0.9), tmp_path / "g")
    names = tmp_path / "leave.txt"
    names.write_text("# ours\n\nBread for al\n")
    wrong = run("analyze", tmp_path / "g", "--out", tmp_path / "out", "--leave-out", names)
    assert wrong.returncode == 2
    assert "'Bread for al'" in wrong.stderr
    names.write_text("# ours\n\nBread for all\n")
    right = run("analyze", tmp_path / "g", "--out", tmp_path / "out", "--leave-out", names)
    assert right.returncode == 0
    assert "· " in right.stdout
    assert "Bread for all" not in right.stdout


def test_doctor_sets_the_exit_status_for_scripts(tmp_path: Path) -> None:
    write_tables(gathering(20, want=0.6), tmp_path / "fine")
    fine = run("doctor", tmp_path / "fine")
    assert fine.returncode == 0
    nobody = gathering(3)
    write_tables(
        Gathering(nobody.question, ("a", "b", "c"), nobody.desires, Responses.of([], [], [])), tmp_path / "silent"
    )
    silent = run("doctor", tmp_path / "silent")
    assert silent.returncode == 1
    assert "[warning] Nobody has answered anything" in silent.stdout


def test_doctor_says_what_was_read_even_where_nothing_is_odd(tmp_path: Path) -> None:
    i, j = np.indices((20, 12)).reshape(2, -1)
    desires = tuple(Desire(str(k), f"Peace {k}") for k in range(12))
    people = gathering(20).participants
    write_tables(Gathering("", people, desires, Responses.of(i, j, (i + j) % 3 - 1)), tmp_path / "fine")
    said = run("doctor", tmp_path / "fine").stdout.splitlines()
    assert said[0] == "Read from circles.csv, desires.csv, gathering.json, participants.csv, responses.csv."
    assert said[1].startswith("20 people answered, 12 desires, 240 last answers: 80 want")
    assert said[2:] == ["Nothing odd was found."]


def test_a_sign_that_is_given_lets_doctor_go_on(tmp_path: Path) -> None:
    write_polis(gathering(20, want=0.6), tmp_path / "polis")
    (tmp_path / "polis" / "summary.csv").unlink()
    (tmp_path / "polis" / "participant-votes.csv").unlink()
    comments = tmp_path / "polis" / "comments.csv"
    comments.write_text(comments.read_text().replace("agrees", "a").replace("disa", "d"))
    refused = run("doctor", tmp_path / "polis")
    assert refused.returncode == 2
    assert "--agree +1 or --agree -1" in refused.stdout
    turned = run("doctor", tmp_path / "polis", "--agree", "-1")
    assert turned.returncode == 0
    assert "-1 means agree: you said so." in turned.stdout


def test_a_warning_about_the_files_is_told_before_they_are_analysed(tmp_path: Path) -> None:
    write_polis(gathering(20, want=0.6), tmp_path / "polis")
    done = run("analyze", tmp_path / "polis", "--out", tmp_path / "out", "--agree", "-1")
    assert done.returncode == 0
    assert "[warning] You said that -1 means agree, but the files declare that agree is +1." in done.stderr
    assert "[note]" not in done.stderr
    assert "[warning]" not in done.stdout


def test_whose_data_these_are_stands_in_the_report(tmp_path: Path) -> None:
    write_tables(gathering(20, want=0.6), tmp_path / "g")
    credit = "Opened by <Polis>, CC BY 4.0"
    run("analyze", tmp_path / "g", "--out", tmp_path / "out", "--credit", credit)
    assert json.loads((tmp_path / "out" / "report.json").read_text())["source"]["credits"] == credit
    assert "Opened by &lt;Polis&gt;, CC BY 4.0" in (tmp_path / "out" / "report.html").read_text()


@pytest.mark.parametrize("shape", ["polis", "tables"])
def test_what_export_writes_reads_back_as_the_same_answers(shape: str, tmp_path: Path) -> None:
    there = gathering(20, want=0.6)
    write_tables(there, tmp_path / "g")
    assert run("export", tmp_path / "g", "--out", tmp_path / "again", "--to", shape).returncode == 0
    back = oneheart.read(tmp_path / "again", sign=1 if shape == "polis" else None)
    assert [d.text for d in back.desires] == [d.text for d in there.desires]
    assert sorted(back.responses.stance.tolist()) == sorted(there.responses.stance.tolist())


def test_bench_writes_its_result_and_check_fails_where_a_gate_is_missed(tmp_path: Path) -> None:
    write_tables(gathering(96, want=0.4), tmp_path / "g")
    there = run("bench", "predict", "--data", tmp_path / "g", "--repeats", "1", "--json", tmp_path / "r.json")
    result = json.loads((tmp_path / "r.json").read_text())
    assert there.returncode == 0
    assert result["gates"]
    assert all(gate["name"] in there.stdout for gate in result["gates"])
    checked = run("bench", "predict", "--data", tmp_path / "g", "--repeats", "1", "--check")
    assert checked.returncode == (0 if result["passed"] else 1)
    missed = [gate["name"] for gate in result["gates"] if not gate["met"]]
    assert re.findall(r"^MISSED (.*?):", checked.stdout, re.MULTILINE) == missed
    assert missed, "answers drawn by lot cannot be predicted better than by their mean: this gate must be missed"


def test_one_thread_of_the_library_is_used_unless_somebody_asks_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oneheart.cli.app", lambda: None)
    for name in ONE_THREAD:
        monkeypatch.setenv(name, "8")
        monkeypatch.delenv(name)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    main()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
    assert os.environ["MKL_NUM_THREADS"] == "1"


def test_the_library_is_not_loaded_before_its_threads_are_set() -> None:
    told = "import sys, oneheart.cli; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_privacy_report_says_how_many_stand_alone(capsys: pytest.CaptureFixture[str]) -> None:
    app(["privacy-report", str(ROOT / "examples" / "six-tens")], standalone_mode=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "60 people or more answered."
    assert re.fullmatch(r"Of a hundred, \d+ have answers that nobody else has\.", lines[1])
    assert [re.sub(r"\d+ of a hundred", "N of a hundred", line) for line in lines[2:]] == [
        f"Whoever knows {count} answers of a person finds N of a hundred by them." for count in (4, 8)
    ]


def test_the_package_is_the_command() -> None:
    done = [
        subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True)
        for module in ("oneheart", "oneheart.cli")
    ]
    assert done[0].stdout == done[1].stdout != ""
