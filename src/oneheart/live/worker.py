"""A process of its own for fitting, so that no tap ever waits for the model and its memory comes and goes apart.

It is started as ``python -m oneheart.live.worker`` and reads orders from its standard input, pickled, one after the
other; it holds neither the log's file nor a socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import subprocess
import sys
from typing import IO, TYPE_CHECKING, Any, Protocol

from oneheart.settings import ONE_THREAD

if TYPE_CHECKING:
    from oneheart.live.orders import Fitted, Order
    from oneheart.live.weaving import WeaveOrder, Woven


class Fits(Protocol):
    """Anything that fits orders: a worker in its own process, or the plain function in tests."""

    async def fit(self, name: str, order: Order) -> Fitted:
        """Return what came of an order for the gathering of this name."""
        ...

    async def weave(self, name: str, order: WeaveOrder) -> Woven:
        """Return the lines of the text of the gathering of this name."""
        ...


class WorkerError(Exception):
    """The fitting process ended or failed; the gathering goes on with the decks it has."""


class Worker:
    """A fitting process; started when first used, started again if it ended."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._process: subprocess.Popen[bytes] | None = None
        self._one = asyncio.Lock()

    async def fit(self, name: str, order: Order) -> Fitted:
        """Return what came of an order.

        Raises:
            WorkerError: the process failed; the next order starts it anew.
        """
        fitted: Fitted = await self._done(name, order)
        return fitted

    async def weave(self, name: str, order: WeaveOrder) -> Woven:
        """Return the lines of a text.

        Raises:
            WorkerError: the process failed; the next order starts it anew.
        """
        woven: Woven = await self._done(name, order)
        return woven

    async def _done(self, name: str, order: Order | WeaveOrder) -> Any:
        async with self._one:
            return await asyncio.get_running_loop().run_in_executor(None, self._ask, name, order)

    def _ask(self, name: str, order: Order | WeaveOrder) -> Any:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "oneheart.live.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=ONE_THREAD | os.environ,  # whoever set another number keeps it
            )
        assert self._process.stdin is not None  # noqa: S101  it was asked for
        assert self._process.stdout is not None  # noqa: S101  it was asked for
        try:
            pickle.dump((name, order), self._process.stdin, protocol=5)
            self._process.stdin.flush()
            answer: Fitted | Woven | str = pickle.load(self._process.stdout)  # noqa: S301  from our own process
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            self.close()
            message = "the fitting process ended"
            raise WorkerError(message) from error
        if isinstance(answer, str):
            raise WorkerError(answer)
        return answer

    @property
    def pid(self) -> int | None:
        """Return the process's id, None where it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve(orders: IO[bytes], answers: IO[bytes]) -> None:
    """Fit orders until there are no more."""
    from oneheart.live.fitting import Fitter  # noqa: PLC0415  the heavy part is loaded in this process only
    from oneheart.live.weaving import WeaveOrder, weave_order  # noqa: PLC0415

    fitters: dict[str, Fitter] = {}
    while True:
        try:
            name, order = pickle.load(orders)  # noqa: S301  from the process that started this one
        except EOFError:
            return
        try:
            weaves = isinstance(order, WeaveOrder)
            answer: Any = weave_order(order) if weaves else fitters.setdefault(name, Fitter()).fit(order)
        except Exception as error:  # noqa: BLE001  told to the server, which shows it in its health
            fitters.pop(name, None)
            answer = f"{type(error).__name__}: {error}"
        pickle.dump(answer, answers, protocol=5)
        answers.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends it by closing its input
    with contextlib.suppress(OSError):
        os.nice(5)
    serve(sys.stdin.buffer, sys.stdout.buffer)
