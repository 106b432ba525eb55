"""Executors: the same bits from threads, processes and dask, also after a worker was killed; clear words otherwise."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.engine import execution
from oneheart.engine.execution import Dask, Executor, Processes, Threads, executor
from oneheart.errors import UserError
from oneheart.model.answer_blocks import AnswerBlocks
from tests.support.blocks_cut import bits, fitted, in_folder, made_up
from tests.support.proofs import LONG, size
from tests.support.waiting import until

SRC = Path(execution.__file__).parents[2]


@pytest.fixture
def blocks(tmp_path: Path) -> AnswerBlocks:
    gathering = made_up(size(20_000, 300), size(200, 24), size(20, 9))
    return in_folder(gathering, tmp_path / "a.blocks", most=size(2048, 64))


SWEEPS = size(300, 6)


class _KillsOne:
    """An executor that kills a worker with signal 9 in the middle of the second sweep."""

    def __init__(self, inner: Executor, kill: Callable[[], None]) -> None:
        self._inner, self._kill, self._calls = inner, kill, 0
        self.killed = False

    def map(self, task: Any, jobs: Iterable[Any], shared: Any) -> Iterator[Any]:
        sweeping = task.__name__ == "sums_of_block"
        self._calls += sweeping
        for number, result in enumerate(self._inner.map(task, jobs, shared)):
            if sweeping and self._calls == 2 and number == 1 and not self.killed:
                self._kill()
                self.killed = True
            yield result

    def close(self) -> None:
        self._inner.close()


@pytest.mark.process
def test_processes_give_the_same_bits_also_where_one_was_killed(blocks: AnswerBlocks) -> None:
    expected = bits(fitted(blocks, Threads(1), SWEEPS))
    with closing(Processes(2)) as processes:
        kills = _KillsOne(processes, lambda: os.kill(processes.pids()[0], signal.SIGKILL))
        assert bits(fitted(blocks, kills, SWEEPS)) == expected
    assert kills.killed


class _Backwards(Threads):
    """A broken executor: sums of blocks come from the last block to the first."""

    def map(self, task: Any, jobs: Iterable[Any], shared: Any) -> Iterator[Any]:
        results = list(super().map(task, jobs, shared))
        return reversed(results) if task.__name__ == "sums_of_block" else iter(results)


def test_sums_in_another_order_have_other_bits(blocks: AnswerBlocks) -> None:
    """Where results do not come in the order of the jobs, the same comparison finds it."""
    assert bits(fitted(blocks, _Backwards(2), SWEEPS)) != bits(fitted(blocks, Threads(2), SWEEPS))


def test_an_error_in_a_task_is_raised_and_nothing_hangs() -> None:
    with closing(Threads(2)) as threads, pytest.raises(ZeroDivisionError):
        list(threads.map(divmod, range(3, -1, -1), 0))


@pytest.mark.process
@pytest.mark.long
def test_processes_that_die_again_and_again_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "_LOST_MOST", 1)
    with closing(Processes(1)) as processes, pytest.raises(UserError, match="died 2 times"):
        list(processes.map(_dies, [1], 2))


def _dies(_job: int, _shared: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("name", ["", "thread", "threads=0", "threads=x", "processes=-1", "dask", "dask=", "ray=a"])
def test_an_executor_that_there_is_not_is_told_with_those_that_there_are(name: str) -> None:
    with pytest.raises(UserError, match="threads, processes"):
        executor(name)


def test_dask_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"oneheart\[cluster\]"):
        executor("dask=tcp://127.0.0.1:1")


# --------------------------------------------------------------------------------------------------------------- dask


class Cluster:
    """A dask scheduler and its workers, each a process of this machine."""

    def __init__(self, folder: Path) -> None:
        self._file, self._folder = folder / "scheduler.json", folder
        self._started: list[subprocess.Popen[bytes]] = []
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0")
        until(lambda: self._file.is_file() and self._file.stat().st_size > 0, "the scheduler to listen", 60)
        import json

        self.address = str(json.loads(self._file.read_text())["address"])

    def _start(self, kind: str, *arguments: str, path: str = str(SRC)) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore"}
        environment |= {"DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD": "spawn"}
        command = [sys.executable, "-m", "distributed.cli.dask_" + kind, "--scheduler-file", str(self._file)]
        log = (self._folder / f"{kind}{len(self._started)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [*command, "--no-dashboard", *arguments], cwd=self._folder, env=environment, stdout=log, stderr=log
            )
        self._started.append(process)
        return process

    def worker(self, path: str = str(SRC)) -> subprocess.Popen[bytes]:
        """Start a worker of one thread that finds oneheart on this path."""
        more = ["--nthreads", "1", "--no-nanny", "--host", "127.0.0.1", "--memory-limit", "0", "--death-timeout", "60"]
        return self._start("worker", *more, path=path)

    def wait_for(self, workers: int) -> None:
        """Wait until so many workers are there."""
        from distributed import Client

        with Client(self.address, timeout="60s", set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=120)

    def close(self) -> None:
        for process in reversed(self._started):
            process.kill()
            process.wait()


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    with closing(Cluster(folder)) as there:
        yield there


@pytest.mark.server
@pytest.mark.filterwarnings("ignore")
def test_dask_gives_the_same_bits_with_two_workers_after_one_was_killed_and_with_one(
    blocks: AnswerBlocks, tmp_path: Path
) -> None:
    pytest.importorskip("distributed")
    expected = bits(fitted(blocks, Threads(1), SWEEPS))
    with cluster(tmp_path) as there:
        first = there.worker()
        there.worker()
        there.wait_for(2)
        with closing(Dask(there.address)) as dask:
            if LONG:
                assert bits(fitted(blocks, dask, SWEEPS)) == expected
            kills = _KillsOne(dask, first.kill)
            assert bits(fitted(blocks, kills, SWEEPS)) == expected
            assert kills.killed
            assert bits(fitted(blocks, dask, SWEEPS)) == expected  # by the one that is left


@pytest.mark.server
@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
def test_a_worker_without_oneheart_or_with_another_version_is_told(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    (tmp_path / "other" / "oneheart").mkdir(parents=True)
    (tmp_path / "other" / "oneheart" / "__init__.py").touch()
    (tmp_path / "other" / "oneheart" / "version.py").write_text('VERSION = "0.0.1"\n')
    (tmp_path / "without" / "oneheart").mkdir(parents=True)
    (tmp_path / "without" / "oneheart" / "__init__.py").write_text('raise ImportError("not here")\n')
    with cluster(tmp_path) as there:
        other = there.worker(str(tmp_path / "other"))
        there.wait_for(1)
        with pytest.raises(UserError, match=r"has oneheart 0\.0\.1"):
            Dask(there.address)
        other.kill()
        other.wait()
        there.worker(str(tmp_path / "without"))
        there.wait_for(1)
        with pytest.raises(UserError, match="has no oneheart"):
            Dask(there.address)


@pytest.mark.server
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_without_workers_is_told_instead_of_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    with cluster(tmp_path) as there:
        monkeypatch.setattr(execution, "_WORKER_SECONDS", "0.2s")
        with pytest.raises(UserError, match="has no worker"):
            Dask(there.address)


@pytest.mark.server
@pytest.mark.filterwarnings("ignore")
def test_where_no_scheduler_answers_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(execution, "_CONNECT_SECONDS", "0.5s")
    with pytest.raises(UserError, match="No dask scheduler answers"):
        Dask("tcp://127.0.0.1:9")


def test_no_more_jobs_are_taken_than_can_be_worked_on() -> None:
    taken: list[int] = []
    gate = threading.Event()
    gate.set()

    def jobs() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with closing(Threads(2)) as threads:
        results = threads.map(pow, jobs(), 2)
        assert next(results) == 0
        assert len(taken) <= 5
        assert np.array_equal(list(results), np.arange(1, 100) ** 2)
