"""Slow tests: the functions that are left out while one works. `python -m tools.slow` measures and writes the list."""

from __future__ import annotations

from pathlib import Path

LIST = Path(__file__).resolve().parents[1] / "slow.txt"


def function_of(case: str) -> str:
    """Return the function of a test case, without its parameters.

    Example:
        >>> function_of("tests/web/test_api.py::test_a[one-two]")
        'tests/web/test_api.py::test_a'
    """
    return case.partition("[")[0]


def read(path: Path = LIST) -> frozenset[str]:
    """Return the functions that are written down; none where there is no list."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return frozenset(line for line in lines if line and not line.startswith("#"))
