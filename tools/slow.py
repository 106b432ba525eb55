"""`python -m tools.slow`: measure the tests that run while one works, and write down those that take too long for that.

`tests/slow.txt` names test functions. `tests/conftest.py` gives them the mark `slow`: `make quick` leaves them out, and
`make test` runs them as before. The time is that of the processor, so a busy machine hardly changes the list. A
function is named if one of its cases takes `CASE_SECONDS`, or all of them together take `ALL_SECONDS`.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence

import pytest

from tests.support.slow import LIST, function_of

CASE_SECONDS = 0.1
ALL_SECONDS = 1.5
_HEAD = "# Test functions that are too slow to run while one works. `python -m tools.slow` writes this list.\n"


def too_slow(seconds: Mapping[str, float]) -> list[str]:
    """Return the functions whose cases take too long, in order.

    Args:
        seconds: seconds of processor time by test case.

    Example:
        >>> too_slow({"t.py::a[1]": 0.01, "t.py::a[2]": 0.2, "t.py::b": 0.09})
        ['t.py::a']
    """
    cases: dict[str, list[float]] = defaultdict(list)
    for case, taken in seconds.items():
        cases[function_of(case)].append(taken)
    return sorted(name for name, taken in cases.items() if max(taken) >= CASE_SECONDS or sum(taken) >= ALL_SECONDS)


def written(functions: Sequence[str]) -> str:
    """Return the text of the list."""
    return _HEAD + "".join(f"{name}\n" for name in functions)


class Watch:
    """Plugin for pytest that notes the processor time of each test."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note how long a test with its fixtures takes."""
        began = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.process_time() - began


def main() -> int:
    """Run the quick tests and those that are written down now, one by one, and write the list anew."""
    left_out = [f"--ignore=tests/{name}" for name in ("browser", "chaos", "load", "unit/bench")]
    LIST.unlink(missing_ok=True)  # so that all of them are quick, and measured
    watch = Watch()
    status = pytest.main(["-q", "-p", "no:randomly", "-m", "quick", *left_out], plugins=[watch])
    functions = too_slow(watch.seconds)
    LIST.write_text(written(functions), encoding="utf-8")
    print(f"{len(functions)} functions take too long; {len(watch.seconds)} tests were measured")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
