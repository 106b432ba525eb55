"""Running tests on a changed source: in a throw-away copy of the repository, never in the working tree."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("src", "tests", "docs", "examples", "benchmarks", "changelog.d", "tools", "pyproject.toml")
_PASSED, _FAILED, _NOT_COLLECTED, _NO_TEST = 0, 1, 2, 5  # what pytest ends with
_ORDINARY = frozenset({_PASSED, _FAILED, _NOT_COLLECTED})
_MAY_BE_EMPTY = _ORDINARY | {_NO_TEST}  # not every module has examples in its docstrings


class BrokenTrialError(Exception):
    """The tests did not run at all: a path that is not there, or a test that fails without any change."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of tests said.

    Attributes:
        noticed: whether a test failed, a module could not be imported, or the time was over.
        late: whether the time was over.
        seconds: how long it ran.
        output: what pytest printed.
    """

    noticed: bool
    late: bool
    seconds: float
    output: str


class Copy:
    """A copy of the repository in which one module at a time is changed.

    Compiled files come along with their times, so neither Python nor numba compiles anything again that is unchanged.
    """

    def __init__(self, folder: Path, root: Path = ROOT, *, quick: bool = False) -> None:
        """Copy what the tests need into an empty folder.

        Args:
            folder: where to.
            root: the repository.
            quick: true to run only tests of the quick lane.
        """
        self.folder = folder
        self.lane = ["-m", "quick"] if quick else []
        for name in COPIED:
            whole = root / name
            if whole.is_dir():
                shutil.copytree(whole, folder / name, symlinks=True)
            elif whole.exists():
                shutil.copy2(whole, folder / name)

    def run(
        self, tests: Sequence[str], seconds: float, *, path: str = "", source: str = "", may_be_empty: bool = False
    ) -> Ran:
        """Run tests, with one module changed where `path` names it, and put the module back.

        Raises:
            BrokenTrialError: pytest could not start, or found no test where it must find one.
        """
        if not path:
            return self._run(tests, seconds, _MAY_BE_EMPTY if may_be_empty else _ORDINARY)
        module = self.folder / path
        before, times = module.read_bytes(), module.stat()
        try:
            module.write_text(source, encoding="utf-8")
            return self._run(tests, seconds)
        finally:
            module.write_bytes(before)
            os.utime(module, ns=(times.st_atime_ns, times.st_mtime_ns))

    def _run(self, tests: Sequence[str], seconds: float, known: frozenset[int] = _ORDINARY) -> Ran:
        began = time.monotonic()
        options = ["-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header"]
        options.append(f"--basetemp={self.folder / 'tmp'}")  # two runs must not clear away each other's files
        running = subprocess.Popen(  # noqa: S603  our own tests
            [sys.executable, "-m", "pytest", *options, *self.lane, *tests],
            cwd=self.folder,
            env=_environment(self.folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # what the tests start ends with them
        )
        try:
            output, _ = running.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(running)
            return Ran(noticed=True, late=True, seconds=time.monotonic() - began, output="")
        if running.returncode not in (_MAY_BE_EMPTY if self.lane else known):  # all near tests may be slow
            raise BrokenTrialError(output)
        return Ran(
            running.returncode in {_FAILED, _NOT_COLLECTED}, late=False, seconds=time.monotonic() - began, output=output
        )


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(folder / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",  # a changed module must not leave a compiled file behind
        "ONEHEART_HYPOTHESIS_PROFILE": "mutants",
        "OMP_NUM_THREADS": "1",
        "ONEHEART_TEST_DATA": os.environ.get("ONEHEART_TEST_DATA", str(ROOT.parent / "shared" / "data")),
    }


def _end(running: subprocess.Popen[str]) -> None:
    """End a run with everything that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
