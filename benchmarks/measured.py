"""Run other programs and measure them: processor time, time by the clock, peak memory, with limits of each.

Who imports this must stay small: the peak memory that the system tells of a child begins with that of its parent.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ONEHEART_THREADS"), "1")
_GIBIBYTE = 2**30
_PATIENCE, _AT_LEAST = 6.0, 60.0  # by the clock so many times its processor time, since others use the machine too


@dataclass(frozen=True, slots=True)
class Run:
    """What a program took.

    Attributes:
        seconds: of the processor, all threads together.
        clock: seconds by the clock.
        mebibytes: most memory that it held.
        failure: why it did not end well, "" if it did.
        said: what it printed.
    """

    seconds: float
    clock: float
    mebibytes: float
    failure: str
    said: str

    def json(self) -> dict[str, Any]:
        """Return the JSON object in the last line that it printed."""
        found: dict[str, Any] = json.loads(self.said.strip().splitlines()[-1])
        return found


def run(
    words: Sequence[str | Path],
    *,
    seconds: float = 3600.0,
    gibibytes: float | None = None,
    more: Mapping[str, str] | None = None,
) -> Run:
    """Run a program with one thread and return what it took; one that passes a limit is ended, and that is told.

    Args:
        words: command.
        seconds: most processor time.
        gibibytes: most address space; None for any.
        more: further variables of its environment.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 5))
        if gibibytes is not None:
            most = int(gibibytes * _GIBIBYTE)
            resource.setrlimit(resource.RLIMIT_AS, (most, most))

    source = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH", ""))))
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": source, **(more or {})}
    begin, most = time.perf_counter(), _AT_LEAST + _PATIENCE * seconds
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as wrong:
        process = subprocess.Popen(  # its limits are set in the child alone
            [str(word) for word in words],
            stdout=out,
            stderr=wrong,
            env=environment,
            preexec_fn=limit,  # noqa: PLW1509  this program has one thread when it starts another
        )
        clock = threading.Timer(most, process.kill)
        clock.start()
        _, status, used = os.wait4(process.pid, 0)
        clock.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - begin
        texts = []
        for file in (out, wrong):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    spent = used.ru_utime + used.ru_stime
    failure = "" if process.returncode == 0 else _failure(process.returncode, gibibytes, texts[1])
    if failure and (spent >= seconds or process.returncode == -signal.SIGXCPU):
        failure = f"not done in {seconds:g} s"
    elif failure and took >= most:
        failure = f"not done in {most:g} s by the clock"
    return Run(spent, took, peak, failure, texts[0])


def _failure(status: int, gibibytes: float | None, wrong: str) -> str:
    """Return why a program ended badly, by what it said."""
    last = next((line for line in reversed(wrong.splitlines()) if line.strip()), f"status {status}").strip()
    if gibibytes is not None and ("MemoryError" in wrong or "bad_alloc" in wrong or "Cannot allocate" in wrong):
        return f"more than {gibibytes:g} GiB asked for"
    return last[:160]
