"""A connection that can be cut: a small proxy between a server and its database, which holds back or breaks off."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self


class Cut:
    """Forwards a port of this machine to a socket in the file system, until told to stop.

    Attributes:
        port: the port; 0 before it runs.
    """

    def __init__(self, target: Path) -> None:
        """Forward to this socket; use it in a with statement."""
        self.port = 0
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        """Begin to forward."""
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        self._loop.close()

    def hold(self) -> None:
        """Pass nothing on, as a network that lost its cable; nothing is told to either side."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def go(self) -> None:
        """Pass everything on again, also what came meanwhile."""
        self._loop.call_soon_threadsafe(self._open.set)

    def break_off(self) -> None:
        """Break all connections off."""
        self._loop.call_soon_threadsafe(self._break_off)

    def _break_off(self) -> None:
        for writer in [*self._writers]:
            writer.transport.abort()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._open, self._end = asyncio.Event(), asyncio.Event()
        self._open.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._forward, "127.0.0.1", 0)
        self.port = int(server.sockets[0].getsockname()[1])
        self._ready.set()
        await self._end.wait()
        server.close()
        self._break_off()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        ends = {writer}
        self._writers.add(writer)
        try:
            with suppress(OSError):
                there_reader, there_writer = await asyncio.open_unix_connection(str(self._target))
                ends.add(there_writer)
                self._writers.add(there_writer)
                await asyncio.gather(self._pass_on(reader, there_writer), self._pass_on(there_reader, writer))
        finally:
            for end in ends:
                end.transport.abort()
                self._writers.discard(end)
            self._tasks.discard(task)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            await self._open.wait()
            writer.write(data)
            await writer.drain()
        writer.transport.abort()  # the other side is gone, too
