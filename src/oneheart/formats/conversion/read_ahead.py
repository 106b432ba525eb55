"""Takes the next items of an iterator in another thread while the present one is worked on."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")
_WAIT_SECONDS = 0.1


def ahead(items: Iterator[T], *, most: int = 2) -> Iterator[T]:
    """Yield the items of an iterator, of which so many are taken ahead in another thread.

    An error of the iterator is raised here, after the items before it.

    Example:
        >>> list(ahead(iter([1, 2, 3])))
        [1, 2, 3]
    """
    queue: Queue[tuple[T | None, BaseException | None]] = Queue(most)
    stopped = Event()

    def put(item: T | None, problem: BaseException | None) -> None:
        while not stopped.is_set():
            try:
                queue.put((item, problem), timeout=_WAIT_SECONDS)
            except Full:
                continue
            return

    def take() -> None:
        try:
            for item in items:
                put(item, None)
                if stopped.is_set():
                    return
            put(None, StopIteration())
        except BaseException as problem:  # noqa: BLE001  it is raised where the items are used
            put(None, problem)

    thread = Thread(target=take, daemon=True)
    thread.start()
    try:
        while True:
            try:
                item, problem = queue.get(timeout=_WAIT_SECONDS)
            except Empty:
                continue
            if isinstance(problem, StopIteration):
                return
            if problem is not None:
                raise problem
            yield item  # type: ignore[misc]
    finally:
        stopped.set()
        thread.join()
