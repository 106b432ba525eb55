"""What all tests share: random numbers, the made-up gathering, public data, how hard to try, and the lanes.

A test stands in a lane by its folder, by the fixtures that it asks for, by its own mark, or because `tests/slow.txt`
names it; every other one is quick. A quick test that starts a process or listens on a port fails, so that `make quick`
stays quick.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import numpy as np
import pytest

import oneheart
from oneheart.model.gathering import Gathering
from tests.support import proofs, slow

if TYPE_CHECKING:
    from tests.support.postgres import Cluster

collect_ignore = ["files/make_former_gathering.py"]  # a program for a checkout of the former build

ROOT = Path(__file__).resolve().parents[1]
SIX_TENS = ROOT / "examples" / "six-tens"
SHARED = Path(os.environ.get("ONEHEART_TEST_DATA", ROOT.parent / "shared" / "data"))

if proofs.LONG:  # the long form of a proof may take many minutes on a busy machine; `timeout` is for what hangs
    os.environ.setdefault("PYTEST_TIMEOUT", "3600")

# No deadline: the first example of a test may compile the kernels, and machines differ. `make prove` tries harder.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=60)
hypothesis.settings.register_profile(
    "prove", deadline=None, max_examples=2000, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile(  # for tools/mutants: always the same examples, none kept from another mutant
    "mutants", deadline=None, max_examples=60, derandomize=True, database=None
)
hypothesis.settings.load_profile(os.environ.get("ONEHEART_HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture
def rng() -> np.random.Generator:
    """Return a generator with a fixed seed."""
    return np.random.default_rng(20)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of public data, or skip with the reason."""
    if not SHARED.is_dir():
        pytest.skip(f"the public data are not here: there is no folder {SHARED} (ONEHEART_TEST_DATA names another)")
    return SHARED


@pytest.fixture(scope="session")
def six_tens_folder() -> Path:
    """Return the folder of the made-up gathering of sixty friends in six tens."""
    return SIX_TENS


@pytest.fixture(scope="session")
def six_tens() -> Gathering:
    """Return the made-up gathering of sixty friends in six tens."""
    return oneheart.read(SIX_TENS)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Return a throw-away server of PostgreSQL, or skip with the reason."""
    from tests.support import postgres as servers

    if servers.programs() is None:
        pytest.skip(servers.MISSING)
    with servers.running() as cluster:
        yield cluster


# --- lanes -----------------------------------------------------------------------------------------------------------

LANES = ("alone", "browser", "bench", "server", "process", "slow", "quick")
"""Marks, in the order in which a test with several of them is counted; pyproject.toml says what each means."""

_BY_FOLDER = {
    "tests/browser": "browser",
    "tests/chaos": "alone",
    "tests/load": "alone",
    "tests/real": "slow",
    "tests/unit/bench": "bench",
}
_BY_FIXTURE = {
    "chromium": "browser",
    "counter": "server",
    "disk": "process",
    "postgres": "process",
    "serve": "server",
    "stub": "server",
}


_SLOW = slow.read()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder, their fixtures and the list of slow ones, and as quick where nothing else is said."""
    for item in items:
        marks = [mark for folder, mark in _BY_FOLDER.items() if item.nodeid.startswith(f"{folder}/")]
        marks += [mark for name, mark in _BY_FIXTURE.items() if name in getattr(item, "fixturenames", ())]
        marks += ["slow"] if slow.function_of(item.nodeid) in _SLOW else []
        for mark in dict.fromkeys(marks):
            item.add_marker(mark)
        if not any(item.get_closest_marker(lane) for lane in LANES):
            item.add_marker("quick")
        if item.get_closest_marker("long") and not proofs.LONG:
            item.add_marker(pytest.mark.skip(reason="a long form: `make prove` runs it"))
        item.user_properties.append(("lane", next(lane for lane in LANES if item.get_closest_marker(lane))))
        item.user_properties += [("proof", mark.args[0]) for mark in item.iter_markers("proof")]
        item.user_properties += [
            ("sabotage", f"{mark.args[0]}: {mark.args[1]}") for mark in item.iter_markers("sabotage")
        ]


class _Started:
    """Which test runs now, and what it started that the quick lane may not."""

    def __init__(self) -> None:
        self.watching = False
        self.starts: list[str] = []

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note a process or a port; sockets that are no address of a network (pairs, files) do not count."""
        if not self.watching:
            return
        if event == "subprocess.Popen":
            self.starts.append("process")
        elif event == "socket.bind" and isinstance(arguments[1], tuple):
            self.starts.append("server")


_STARTED = _Started()
sys.addaudithook(_STARTED.hear)  # cannot be taken away again, so there is one for all tests


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    """Watch a quick test."""
    _STARTED.watching, _STARTED.starts = item.get_closest_marker("quick") is not None, []
    try:
        return (yield)
    finally:
        _STARTED.watching = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a quick test that started what none may start."""
    yield
    if _STARTED.starts:
        mark = _STARTED.starts[0]
        pytest.fail(
            f"{item.name} starts a {mark}: mark it with pytest.mark.{mark}, or keep it from doing so.", pytrace=False
        )


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Print a failure at once, so that a run that is stopped before its end has named it.

    Only the process that prints the dots does so; the workers of a parallel run do not.
    """
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        end = "\n".join(report.longreprtext.splitlines()[-30:])
        sys.stdout.write(f"\nFAILED {report.nodeid} ({report.when}, {report.duration:.1f} s)\n{end}\n")
        sys.stdout.flush()


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Return a function that records a figure of a proof for the table."""
    return lambda text: record_property("figure", text)


@pytest.fixture
def missed(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Return a function that records a figure of a proof that misses its goal."""
    return lambda text: record_property("missed", text)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `make prove`."""
    parser.addoption("--all-proofs", action="store_true", help="fail unless every promise is measured and sabotaged")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End with an error if the table of proofs has a gap and all of them were asked for."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and session.config.getoption("--all-proofs") and proofs.incomplete(_proven(reporter)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _proven(reporter: Any) -> dict[str, proofs.Row]:
    """Return the table of proofs, from the reports of this run."""
    rows: dict[str, proofs.Row] = {}
    for reports in reporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and (report.when == "call" or report.outcome == "failed"):
                proofs.note(rows, report.user_properties, report.nodeid, report.outcome)
    return rows


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table of proofs, how many tests each lane had, and how many seconds they took one by one."""
    proven = _proven(terminalreporter)
    if proven:
        terminalreporter.section("promises", sep="-")
        for line in proofs.lines(proven, whole=terminalreporter.config.getoption("--all-proofs")):
            terminalreporter.line(line)
    counts, seconds = Counter[str](), Counter[str]()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                lane = dict(report.user_properties)["lane"]
                counts[lane] += report.when == "call"
                seconds[lane] += report.duration
    if counts:
        terminalreporter.section("lanes", sep="-")
        for lane in LANES:
            if counts[lane]:
                terminalreporter.line(f"{lane:8} {counts[lane]:5} tests {seconds[lane]:7.1f} s one by one")
