"""A1, A2, A3: kills, power cuts, and disks that fail, fill or are locked. What was called kept is there, once."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import apsw
import pytest

from oneheart.commands.making import make, settings_for
from oneheart.live import events as ev
from oneheart.storage.database import open_database
from oneheart.storage.stores import log_of
from tests.chaos import kill9, powercut
from tests.support.proofs import size

Figure = Callable[[str], None]
PHONES = 8
SERVED = Path(__file__).resolve().parents[1] / "chaos" / "served.py"


# --- A1: killed -------------------------------------------------------------------------------------------------------


@pytest.mark.alone
@pytest.mark.proof("A1")
def test_kills_under_load_lose_and_double_nothing(figure: Figure) -> None:
    kills = size(200, 15)
    found = kill9.run(kills, 40, seed=1)
    figure(
        f"{found.kills} kills, {len(found.acknowledged):,} kept: {found.lost} lost, {found.doubled} doubled, "
        f"{found.differs} seats differ"
    )
    assert found.kills == kills
    assert len(found.acknowledged) > 20 * kills
    assert (found.lost, found.doubled, found.differs, found.first_break) == (0, 0, 0, None)


@pytest.mark.alone
@pytest.mark.sabotage("A1", "events acknowledged from memory, written later (Log.append)")
def test_a_build_that_acknowledges_early_is_found_out() -> None:
    found = kill9.run(8, 40, seed=2, early=True)
    assert found.lost > 0
    assert not found.well


# --- A2: power cut ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.proof("A2")
def test_power_cuts_lose_nothing(tmp_path: Path, figure: Figure) -> None:
    steps = powercut.record(tmp_path, batches=size(400, 120), seed=1)
    cuts = powercut.cut(tmp_path, steps, cuts=size(1000, 100), seed=2)
    figure(
        f"{cuts.cuts:,} cuts over {cuts.kept:,} kept events: {cuts.unreadable} unreadable, {cuts.broken} broken, "
        f"{cuts.lost} with a loss"
    )
    assert (cuts.unreadable, cuts.broken, cuts.lost) == (0, 0, 0)


@pytest.mark.slow
@pytest.mark.sabotage("A2", "PRAGMA synchronous = NORMAL")
def test_power_cuts_find_out_a_database_that_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    steps = powercut.record(tmp_path, batches=120, seed=1, synchronous="NORMAL")
    assert powercut.cut(tmp_path, steps, cuts=60, seed=2).lost > 30


# --- A3: a disk that fails, is full or locked -------------------------------------------------------------------------


@dataclass(slots=True)
class Load:
    """Phones that send one act after the other, each again until it is kept.

    Attributes:
        kept: acts that were answered as kept, by seat.
        sent: different acts that were sent, by seat.
        refused: number of other answers, by status or kind of error.
    """

    port: int
    code: str
    secrets: list[str]
    kept: Counter[int] = field(default_factory=Counter)
    sent: Counter[int] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin to send, one thread a phone."""
        for seat in range(len(self.secrets)):
            thread = threading.Thread(target=self._phone, args=(seat,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Send no more; return when nothing is on its way."""
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def total(self) -> int:
        """Return the number of acts that were answered as kept."""
        return sum(self.kept.values())

    def wait_for(self, more: int, seconds: float) -> float:
        """Wait until so many more acts are kept; return the seconds."""
        began, least = time.monotonic(), self.total() + more
        while self.total() < least:
            assert time.monotonic() - began < seconds, f"nothing was kept for {seconds} s: {self.refused}"
            time.sleep(0.01)
        return time.monotonic() - began

    def _phone(self, seat: int) -> None:
        while not self._stop.is_set():
            self.sent[seat] += 1
            form = {"key": os.urandom(16).hex(), "value": str(1 + self.sent[seat] % 7), "when": "start"}
            while not self._stop.is_set():
                answer = self._ask(seat, form)
                if answer == "303":
                    self.kept[seat] += 1
                    break
                self.refused[answer] += 1
                time.sleep(0.03)

    def _ask(self, seat: int, form: dict[str, str]) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {
            "Cookie": f"seat={self.secrets[seat]}",
            "Origin": f"http://127.0.0.1:{self.port}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request("POST", f"/g/{self.code}/felt", urlencode(form), headers)
            return str(connection.getresponse().status)
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()


@dataclass(slots=True)
class Hall:
    """A real server under load.

    Attributes:
        file: the gathering.
        load: its phones.
        process: the server.
    """

    file: Path
    load: Load
    process: subprocess.Popen[bytes]

    def status(self, path: str) -> int:
        """Return the status of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.load.port, timeout=20)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status

    def end(self) -> tuple[int, int]:
        """Stop phones and server; return how many kept acts are not in the file, and how many are there twice."""
        self.load.stop()
        self.process.kill()
        self.process.wait()
        database = open_database(self.file)
        log, written = log_of(database), Counter[int]()
        for event in log.replay():
            body = ev.decode(event.body or "")
            if isinstance(body, ev.FeltSaid):
                written[body.seat] += 1
        assert log.first_break() is None
        database.close()
        lost = sum(max(0, self.load.kept[seat] - written[seat]) for seat in self.load.sent)
        doubled = sum(max(0, written[seat] - self.load.sent[seat]) for seat in self.load.sent)
        return lost, doubled


def _free_port() -> int:
    return kill9._free_port()  # noqa: SLF001  the same need


@contextlib.contextmanager
def hall(
    folder: Path, before: tuple[str, ...] = (), *, program: tuple[str, ...] = ("-m", "oneheart.cli", "serve")
) -> Iterator[Hall]:
    """Give a real server with phones that send without a pause."""
    port = _free_port()
    settings = settings_for(name="Disk", questions=(), voice="ten", languages=("en",), cards=8)
    file, code = make(folder / "g", settings, 1)
    serve = [str(file), "--host", "127.0.0.1", "--port", str(port)] if "serve" in program else [str(file), str(port)]
    words = [*before, sys.executable, *program, *serve]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            secrets = [_seat(port, code) for _ in range(PHONES)]
            running = Hall(file, Load(port, code, secrets), process)
            running.load.start()
            running.load.wait_for(5, 30)
            yield running
        finally:
            _kill_with_children(process)


def _kill_with_children(process: subprocess.Popen[bytes]) -> None:
    """Kill a server that may run under strace, and what it started."""
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False)
    process.kill()
    for child in children.stdout.split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)


def _seat(port: int, code: str) -> str:
    """Take a seat and return its secret; wait for the server first."""
    ends = time.monotonic() + 40
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        form = urlencode({"key": os.urandom(16).hex(), "language": "en", "consent": "1"})
        headers = {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", f"/j/{code}", form, headers)
            answer = connection.getresponse()
            cookies = " ".join(answer.headers.get_all("set-cookie") or [])
            assert answer.status == 303, answer.read()
            return cookies.split("seat=", 1)[1].split(";")[0]
        except OSError:
            assert time.monotonic() < ends, "the server did not start"
            time.sleep(0.05)
        finally:
            connection.close()


def _injecting(rule: str) -> tuple[str, ...]:
    """Return the words that run a program under strace, which lets calls of the kernel fail."""
    calls = rule.split(":", maxsplit=1)[0]
    if shutil.which("strace") is None:
        pytest.skip("strace is not on this machine: no errors of the disk can be made")
    return ("strace", "-D", "-f", "-qq", "-e", f"trace={calls}", "-e", f"inject={rule}", "-o", "/dev/null")


FAULTS = ["fdatasync:error=EIO:when=60..80", "pwrite64:error=ENOSPC:when=400..500", "pwrite64:error=EIO:when=400..450"]


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.proof("A3")
def test_calls_of_the_kernel_that_fail_lose_nothing(tmp_path: Path, fault: str, figure: Figure) -> None:
    with hall(tmp_path, _injecting(fault)) as running:
        time.sleep(size(8, 3))
        running.load.wait_for(5, 30)
        lost, doubled = running.end()
    kept, refused = running.load.total(), running.load.refused["503"]
    figure(f"{fault}: {kept:,} kept, {refused} told to send again, {lost} lost, {doubled} doubled")
    assert refused > 0, "the fault was never met"
    assert (lost, doubled) == (0, 0)


@contextlib.contextmanager
def _small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("a small disk needs root and the right to mount a tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.slow
@pytest.mark.proof("A3")
def test_a_full_disk_tells_people_to_wait_and_goes_on_by_itself(tmp_path: Path, figure: Figure) -> None:
    with _small_disk(tmp_path / "small", 3) as folder, hall(folder) as running:
        ends = time.monotonic() + 60
        while not running.load.refused["503"]:
            assert time.monotonic() < ends, "the disk was never full"
            time.sleep(0.05)
        time.sleep(1)
        assert running.status("/health") == 503
        assert running.status(f"/hall/{running.load.code}") == 200
        subprocess.run(["mount", "-o", "remount,size=40m", str(folder)], check=True)
        seconds = running.load.wait_for(1, 20)
        running.load.wait_for(20, 20)
        lost, doubled = running.end()
    figure(f"full tmpfs: {running.load.total():,} kept, on again after {seconds:.1f} s, {lost} lost, {doubled} doubled")
    assert (lost, doubled) == (0, 0)
    assert seconds < 5


@pytest.mark.slow
@pytest.mark.proof("A3")
def test_a_file_that_another_program_locks_loses_nothing(tmp_path: Path, figure: Figure) -> None:
    with hall(tmp_path) as running:
        held = size(30, 7)
        other = apsw.Connection(str(running.file))
        other.set_busy_timeout(20_000)
        other.execute("BEGIN EXCLUSIVE")
        before = running.load.total()
        time.sleep(held)
        meanwhile = running.load.total() - before
        other.execute("ROLLBACK")
        other.close()
        seconds = running.load.wait_for(1, 20)
        running.load.wait_for(20, 20)
        lost, doubled = running.end()
    figure(f"locked for {held} s: on again after {seconds:.1f} s, {lost} lost, {doubled} doubled")
    assert meanwhile <= PHONES, "something was called kept while nobody could write"
    assert (lost, doubled) == (0, 0)


@pytest.mark.slow
@pytest.mark.sabotage("A3", "an error of the disk swallowed (Log.append)")
def test_a_build_that_swallows_errors_of_the_disk_is_found_out(tmp_path: Path) -> None:
    with hall(tmp_path, _injecting(FAULTS[0]), program=(str(SERVED), "--swallow")) as running:
        time.sleep(4)
        lost, _ = running.end()
    assert lost > 0
