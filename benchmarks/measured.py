"""Run other programs and measure them: processor time, time by the clock, peak memory, with limits of each.

Who imports this must stay small: the peak memory that the system tells of a child begins with that of its parent.
"""

from __future__ import annotations

import json
import os
import resource
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
_PATIENCE = 6  # by the clock a program may take so many times its processor time: others use the machine too


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
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as wrong:
        process = subprocess.Popen(  # its limits are set in the child alone
            [str(word) for word in words],
            stdout=out,
            stderr=wrong,
            env=environment,
            preexec_fn=limit,  # noqa: PLW1509  this program has one thread when it starts another
        )
        clock = threading.Timer(_PATIENCE * seconds, process.kill)
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
    return Run(spent, took, peak, _failure(process.returncode, spent, seconds, gibibytes, texts[1]), texts[0])


def _failure(status: int, spent: float, seconds: float, gibibytes: float | None, wrong: str) -> str:
    """Return why a program did not end well, "" if it did."""
    if status == 0:
        return ""
    if spent >= seconds:
        return f"not done in {seconds:g} s"
    last = next((line for line in reversed(wrong.splitlines()) if line.strip()), f"status {status}").strip()
    if gibibytes is not None and ("MemoryError" in wrong or "bad_alloc" in wrong or "Cannot allocate" in wrong):
        return f"more than {gibibytes:g} GiB asked for"
    return last[:160]
