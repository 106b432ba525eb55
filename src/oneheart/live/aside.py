"""Aside: one helper process for heavy jobs, which neither delay answers to people nor keep memory afterwards.

The process is started as ``python -m oneheart.live.aside``. It reads pickled jobs from standard input, one at a time.
A job is a function named by a path such as ``oneheart.live.weaving:weave``; only the helper process imports it. The
process has neither the log file nor a socket open.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import IO, Any, Protocol

from oneheart.settings import ONE_THREAD

JOBS: Mapping[str, str] = MappingProxyType(
    {
        "fit": "oneheart.live.fitting:fit",
        "weave": "oneheart.live.weaving:weave",
        "measure": "oneheart.live.measuring:measure",
        "margin": "oneheart.live.margins:margin_job",
        "contacts": "oneheart.live.near_lists:read_file",
        "translate": "oneheart.connecting.local:translate",
    }
)
_END_SECONDS = 2.0


class AsideError(Exception):
    """The helper process ended, failed or exceeded its timeout. The next job starts it again."""


class RunsJobs(Protocol):
    """An object that runs jobs: a helper process (`Aside`) or this process (`Inside`)."""

    async def run(self, job: str, *args: Any, seconds: float | None = None) -> Any:
        """Return the result of a job; see `Aside.run`."""
        ...


def resolve(path: str) -> Callable[..., Any]:
    """Return the function at a path ``module:name``. Imports the module.

    Example:
        >>> resolve("math:sqrt")(9.0)
        3.0
    """
    module, _, name = path.partition(":")
    job: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return job


class Aside:
    """A helper process. The first job starts it; the next job starts it again if it has ended.

    Jobs run one at a time, in the order in which they were submitted.

    Attributes:
        jobs: path of each function, by the name of the job.
    """

    def __init__(self, jobs: Mapping[str, str] = JOBS, *, niceness: int = 5, keep: bool = True) -> None:
        """Keep the settings; the process is started later, by the first job.

        Args:
            jobs: path of each function, by the name of the job. Arguments and results must be picklable.
            niceness: nice value of the process, 0 to 19; a high value leaves the processor to answers to people.
            keep: keep the process running between jobs; False ends it after each job, which releases its memory.
        """
        self.jobs = jobs
        self._niceness, self._keep = niceness, keep
        self._process: subprocess.Popen[bytes] | None = None
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="aside")  # a cancelled job's result must be read

    async def run(self, job: str, *args: Any, seconds: float | None = None) -> Any:
        """Return the result of a job.

        Args:
            job: name in `jobs`.
            args: arguments of the function.
            seconds: timeout in seconds, including the wait for other jobs; the process is then killed. None for no
                timeout.

        Raises:
            KeyError: no job has this name.
            AsideError: the process ended, the job raised an exception, or the timeout was exceeded.
        """
        path = self.jobs[job]
        asking = self._asking.submit(self._ask, path, args)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(asking)
        except TimeoutError as error:
            if asking.running():  # otherwise the process may be running another job
                self._kill()
            message = f"the job {job!r} took more than {seconds:g} seconds"
            raise AsideError(message) from error

    def _ask(self, path: str, args: tuple[Any, ...]) -> Any:
        process = self._started()
        assert process.stdin is not None  # noqa: S101  it was asked for
        assert process.stdout is not None  # noqa: S101  it was asked for
        try:
            pickle.dump((path, args), process.stdin, protocol=5)
            process.stdin.flush()
            well, answer = pickle.load(process.stdout)  # noqa: S301  from our own process
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            self._end()
            message = "the helper process ended"
            raise AsideError(message) from error
        if not self._keep:
            self._end()
        if not well:
            raise AsideError(answer)
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                [sys.executable, "-m", "oneheart.live.aside", str(self._niceness)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=ONE_THREAD | os.environ,  # the operator's own values come first
            )
        return self._process

    @property
    def pid(self) -> int | None:
        """Return the process id; None if the process is not running."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End the process, even while it runs a job, and refuse further jobs."""
        if self._process is not None:
            self._process.terminate()
        self._asking.shutdown(cancel_futures=True)
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Inside:
    """Runs jobs in a thread of this process. For tests, and for servers without a helper process."""

    def __init__(self, jobs: Mapping[str, str] = JOBS) -> None:
        """Keep the settings; functions are imported later, by the first job."""
        self.jobs = jobs

    async def run(self, job: str, *args: Any, seconds: float | None = None) -> Any:
        """Return the result of a job; see `Aside.run`.

        Raises:
            AsideError: the job raised an exception, or the timeout was exceeded; its thread then continues.
        """
        path = self.jobs[job]
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.to_thread(lambda: resolve(path)(*args))
        except Exception as error:
            raise AsideError(_told(error)) from error


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def serve(jobs: IO[bytes], answers: IO[bytes]) -> None:
    """Run jobs until the input ends. Write (True, result) or (False, error message) for each."""
    while True:
        try:
            path, args = pickle.load(jobs)  # noqa: S301  from the process that started this one
        except EOFError:
            return
        try:
            answer: tuple[bool, Any] = (True, resolve(path)(*args))
        except Exception as error:  # noqa: BLE001  told to the server, which shows it in its health
            answer = (False, _told(error))
        try:
            pickle.dump(answer, answers, protocol=5)
            answers.flush()
        except BrokenPipeError:  # the server was killed; nobody waits for the answer
            os._exit(0)  # a normal exit would flush the pipe once more, and fail again


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends this process by closing its input
    with contextlib.suppress(OSError):
        os.nice(int(sys.argv[1]))
    serve(sys.stdin.buffer, sys.stdout.buffer)
