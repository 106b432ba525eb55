"""Where pure tasks run: in threads of this process, in other processes, or on the workers of a dask cluster.

A task is a function of a module, called with one job and with what all jobs share. It reads no state and leaves none,
so it may run anywhere, and again where its worker was lost. Results come back in the order of the jobs. So whatever is
summed from them has the same bits on every executor and with every number of workers, on processors of one kind.

Only a few jobs more than there are workers are under way at once: their results need little memory.

Source: ours; dask.distributed runs the tasks of a cluster.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, closing
from typing import Any, Protocol, TypeVar

from oneheart.engine.compiled import thread_count
from oneheart.errors import UserError
from oneheart.version import VERSION

Job = TypeVar("Job")
Shared = TypeVar("Shared")
Result = TypeVar("Result")
Task = Callable[[Job, Shared], Result]

EXECUTORS = "threads, processes, threads=NUMBER, processes=NUMBER or dask=ADDRESS"
_WAITING = 2  # jobs for each worker that are under way or done and not yet asked for
_CONNECT_SECONDS = "10s"
_WORKER_SECONDS = "10s"  # for the first of them
_LOST_MOST = 5  # times that the processes of a pool may die before the work is given up


class Executor(Protocol):
    """What runs tasks."""

    def map(self, task: Callable[[Job, Shared], Result], jobs: Iterable[Job], shared: Shared) -> Iterator[Result]:
        """Yield ``task(job, shared)`` for each job, in the order of the jobs.

        Args:
            task: a function of a module that changes nothing; other processes import it by its name.
            jobs: what differs; taken a few at a time.
            shared: what all of them get.
        """
        ...

    def close(self) -> None:
        """Let the workers go."""
        ...


class Threads:
    """Threads of this process. Tasks must let go of the interpreter lock, as compiled loops do.

    Example:
        >>> with closing(Threads(2)) as threads:
        ...     list(threads.map(pow, [1, 2, 3], 2))
        [1, 4, 9]
    """

    __slots__ = ("_count", "_pool")

    def __init__(self, count: int | None = None) -> None:
        """Take so many threads; by default one a core."""
        self._count = thread_count() if count is None else count
        self._pool = ThreadPoolExecutor(self._count) if self._count > 1 else None

    def map(self, task: Callable[[Job, Shared], Result], jobs: Iterable[Job], shared: Shared) -> Iterator[Result]:
        """See `Executor`."""
        if self._pool is None:
            for job in jobs:
                yield task(job, shared)
            return
        pool = self._pool
        yield from _in_order(lambda job: pool.submit(task, job, shared), jobs, self._count, Future.result)

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


class Processes:
    """Processes on this machine. Where one dies, new ones are started and what was lost is done again.

    Notes:
        Each takes some seconds to start and some 150 MB: worth it only where threads wait for one another.
    """

    __slots__ = ("_count", "_lost", "_pool")

    def __init__(self, count: int | None = None) -> None:
        """Take so many processes; by default one a core."""
        self._count = thread_count() if count is None else count
        self._lost = 0
        self._pool = self._begin()

    def _begin(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._count, mp_context=multiprocessing.get_context("spawn"))

    def pids(self) -> tuple[int, ...]:
        """Return the numbers of the processes that have begun."""
        return tuple(self._pool._processes or ())  # noqa: SLF001  there is no public way

    def map(self, task: Callable[[Job, Shared], Result], jobs: Iterable[Job], shared: Shared) -> Iterator[Result]:
        """See `Executor`.

        Raises:
            UserError: processes died again and again.
        """
        waiting: deque[tuple[Job, Future[Result]]] = deque()
        coming = iter(jobs)
        while True:
            while len(waiting) < _WAITING * self._count and (job := next(coming, _NONE)) is not _NONE:
                waiting.append((job, self._submit(task, job, shared)))
            if not waiting:
                return
            try:
                result = waiting[0][1].result()
            except BrokenProcessPool:
                self._renew()
                waiting = deque((job, self._submit(task, job, shared)) for job, _ in waiting)
                continue
            waiting.popleft()
            yield result

    def _submit(self, task: Callable[[Job, Shared], Result], job: Job, shared: Shared) -> Future[Result]:
        """Begin a task; if a process has just died, in new processes."""
        while True:
            try:
                return self._pool.submit(task, job, shared)
            except BrokenProcessPool:
                self._renew()

    def _renew(self) -> None:
        """Start new processes in the place of those that died."""
        self._lost += 1
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._lost > _LOST_MOST:
            message = (
                f"Processes of this analysis died {self._lost} times, perhaps for want of memory. "
                "Run it again with --executor threads: it goes on where it stopped."
            )
            raise UserError(message)
        self._pool = self._begin()

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(cancel_futures=True)


class Dask:
    """The workers of a dask cluster, found by the address of its scheduler. Lost tasks are done again by others.

    All workers need this version of oneheart, and see the blocks under the same path.

    Raises:
        UserError: dask is not installed, nobody answers there, no worker is there, or one lacks this version.
    """

    __slots__ = ("_client", "_known")

    def __init__(self, address: str) -> None:
        """Connect to a scheduler and ask its workers for their version."""
        try:
            from distributed import Client  # noqa: PLC0415  an extra
        except ImportError as error:
            message = 'dask is not installed here. Install it with: pip install "oneheart[cluster]"'
            raise UserError(message) from error
        try:
            self._client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            message = (
                f"No dask scheduler answers at {address!r}. Start one with: dask scheduler; "
                "and on each machine: dask worker ADDRESS."
            )
            raise UserError(message) from error
        self._known: set[str] = set()
        try:
            self._await_a_worker(address)
            self._ask_workers()
        except UserError:
            self._client.close()
            raise

    def _await_a_worker(self, address: str) -> None:
        """Wait a little for the first worker: without one nothing would ever be done."""
        try:
            self._client.wait_for_workers(1, timeout=_WORKER_SECONDS)
        except TimeoutError as error:
            message = (
                f"The dask scheduler at {address!r} has no worker. Start one on each machine with: "
                f"dask worker {address}; and run this again: it goes on where it stopped."
            )
            raise UserError(message) from error

    def _ask_workers(self) -> None:
        """Ask workers that are new here for their version."""
        unknown = set(self._client.scheduler_info(n_workers=-1)["workers"]) - self._known
        if not unknown:
            return
        for worker, version in self._client.run(_version_question(), workers=sorted(unknown)).items():
            if version != VERSION:
                has = "has no oneheart" if version is None else f"has oneheart {version}"
                message = (
                    f"The worker at {worker} {has}, and this is oneheart {VERSION}: results could differ. "
                    f'Install it there with: pip install "oneheart[cluster]=={VERSION}"; start the worker anew, and '
                    "run this again: it goes on where it stopped."
                )
                raise UserError(message)
            self._known.add(worker)

    def map(self, task: Callable[[Job, Shared], Result], jobs: Iterable[Job], shared: Shared) -> Iterator[Result]:
        """See `Executor`.

        Raises:
            UserError: a worker lacks this version, or workers died again and again at the same task.
        """
        from distributed import KilledWorker  # noqa: PLC0415

        self._ask_workers()
        client = self._client
        workers = max(1, sum(client.nthreads().values()))
        try:
            # not told to all workers beforehand: what was told would be lost with the last worker that has it
            yield from _in_order(
                lambda job: client.submit(task, job, shared, pure=False), jobs, workers, lambda future: future.result()
            )
        except KilledWorker as error:
            message = (
                "Workers of the cluster died again and again at the same task, perhaps for want of memory. "
                "Give them more and run this again: it goes on where it stopped."
            )
            raise UserError(message) from error

    def close(self) -> None:
        """Disconnect; the cluster stays."""
        self._client.close()


_NONE: Any = object()


def _version_question() -> Callable[[], str | None]:
    """Return a function that is sent to a worker as a whole, so that it runs also where there is no oneheart."""

    def version() -> str | None:
        try:
            from oneheart.version import VERSION as THERE  # noqa: PLC0415
        except ImportError:
            return None
        return THERE

    return version


def _in_order(
    submit: Callable[[Job], Any], jobs: Iterable[Job], workers: int, result_of: Callable[[Any], Result]
) -> Iterator[Result]:
    """Yield results in the order of the jobs; at most twice as many as workers are under way."""
    waiting: deque[Any] = deque()
    try:
        for job in jobs:
            waiting.append(submit(job))
            if len(waiting) >= _WAITING * workers:
                yield result_of(waiting.popleft())
        while waiting:
            yield result_of(waiting.popleft())
    finally:
        for future in waiting:
            future.cancel()


def executor(name: str) -> AbstractContextManager[Executor]:
    """Return the executor of this name, which is closed at the end of a with statement.

    Args:
        name: "threads", "processes", one of them with "=NUMBER" of workers, or "dask=ADDRESS" of a scheduler.

    Raises:
        UserError: there is no such executor, or it cannot be reached.

    Example:
        >>> with executor("threads=1") as one:
        ...     list(one.map(pow, [1, 2, 3], 2))
        [1, 4, 9]
    """
    kind, _, rest = name.partition("=")
    if kind == "dask" and rest:
        return closing(Dask(rest))
    if kind in ("threads", "processes") and (not rest or (rest.isdigit() and int(rest) > 0)):
        count = int(rest) if rest else None
        return closing(Threads(count) if kind == "threads" else Processes(count))
    message = f"There is no executor {name!r}: give {EXECUTORS}."
    raise UserError(message)
