"""On what machine and which commit something was measured."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEASURED = [f"src/oneheart/{part}" for part in ("bench", "engine", "formats", "model", "settings.py")]


def write_result(folder: Path, found: dict[str, Any]) -> None:
    """Write what was measured, with its stamp, as KIND.json into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(stamp() | found, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / f"{found['kind']}.json").write_text(text + "\n", encoding="utf-8")


def stamp() -> dict[str, Any]:
    """Return machine, versions, commit ("+" where what is measured differs from it) and time, for a file of results."""
    return {
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "scipy", "numba", "oneheart")},
        },
        "commit": (_git("rev-parse", "HEAD") or "unknown")
        + ("+" if _git("status", "--porcelain", "--", *MEASURED) else ""),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _processor() -> str:
    """Return the processor's name where the system tells it."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _git(*words: str) -> str:
    """Return what git says, "" where it says nothing."""
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()
