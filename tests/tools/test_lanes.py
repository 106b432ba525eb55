"""The lanes: what is quick must stay quick, and each lane's numbers are told."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.slow import read
from tools import slow
from tools.mutants.trial import ROOT

pytestmark = pytest.mark.process

TESTS = """\
import socket
import subprocess
import sys

import pytest


def start():
    subprocess.run([sys.executable, "-c", ""], check=True)


def test_computes():
    assert 1 + 1 == 2


def test_starts_a_process():
    start()


def test_listens():
    with socket.create_server(("127.0.0.1", 0)):
        pass


@pytest.mark.parametrize("case", [1, 2])
def test_takes_long(case):
    pass


def test_pair_of_sockets_is_no_port():
    one, other = socket.socketpair()
    one.close()
    other.close()


@pytest.mark.process
def test_starts_a_process_and_says_so():
    start()


def test_asks_a_server(serve):
    assert serve


@pytest.fixture
def serve():
    return True
"""

BESIDE = [f"tests/support/{name}.py" for name in ("postgres", "proofs", "slow")]
"""What our own conftest imports."""


def run(folder: Path, *options: str) -> str:
    """Run made-up tests under our own conftest and return what pytest prints."""
    for path, text in {
        "pyproject.toml": (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        "tests/conftest.py": (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"),
        **{path: (ROOT / path).read_text(encoding="utf-8") for path in BESIDE},
        "tests/slow.txt": slow.written(["tests/unit/test_made_up.py::test_takes_long"]),
        "tests/unit/test_made_up.py": TESTS,
        "tests/browser/test_page.py": "def test_page():\n    pass\n",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", *options, "tests"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("beside", [[], ["-n", "2"]], ids=["one by one", "side by side"])
def test_a_quick_test_that_starts_a_process_or_listens_fails(tmp_path: Path, beside: list[str]) -> None:
    printed = run(tmp_path, *beside)
    lines = re.findall(r"^(PASSED|FAILED) tests/\S+::(\w+)", printed, re.MULTILINE)
    outcomes = {name: outcome for outcome, name in lines}
    assert {name for name, outcome in outcomes.items() if outcome == "FAILED"} == {
        "test_starts_a_process",
        "test_listens",
    }
    assert len(outcomes) == 9  # one of them is the example of tests/support/slow.py
    counts = dict(re.findall(r"^(\w+) +(\d+) tests +[\d.]+ s one by one$", printed, re.MULTILINE))
    assert counts == {"browser": "1", "server": "1", "process": "1", "slow": "2", "quick": "5"}


def test_the_quick_lane_leaves_the_others_out(tmp_path: Path) -> None:
    printed = run(tmp_path, "-m", "quick")
    assert set(re.findall(r"::(test_\w+)", printed)) == {
        "test_computes",
        "test_listens",
        "test_pair_of_sockets_is_no_port",
        "test_starts_a_process",
    }


# --- the list of slow tests -------------------------------------------------------------------------------------------


def exists(function: str) -> bool:
    """Return whether a function of the list is there: a test, or an example in a docstring."""
    path, _, name = function.partition("::")
    file, last = ROOT / path, name.replace("::", ".").rpartition(".")[2]
    if not file.is_file():
        return False
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return last == file.stem or any(isinstance(node, kinds) and node.name == last for node in nodes)


def test_every_slow_test_is_there() -> None:
    assert [function for function in sorted(read()) if not exists(function)] == []
    assert not exists("tests/tools/test_lanes.py::test_that_was_renamed")
    assert not exists("tests/tools/test_gone.py::test_the_quick_lane_leaves_the_others_out")


def test_the_measure_names_what_takes_long(tmp_path: Path) -> None:
    (tmp_path / "test_made_up.py").write_text(
        "import time\n\n\ndef test_long():\n    end = time.process_time() + 0.12\n"
        "    while time.process_time() < end:\n        pass\n\n\ndef test_short():\n    time.sleep(0.2)\n",
        encoding="utf-8",
    )
    watch = slow.Watch()
    pytest.main(["-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)], plugins=[watch])
    assert [name.rpartition("::")[2] for name in slow.too_slow(watch.seconds)] == ["test_long"]
