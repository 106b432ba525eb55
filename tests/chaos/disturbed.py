"""Servers under load that are disturbed meanwhile: what they called kept is there, once, and nobody waits for ever.

    with Servers([place, place]) as servers:
        played = servers.play(seats, disturb)

Every phone has a server of its own to begin with, and goes to the next one where it gets no answer, as behind a proxy
that looks which server is well. `disturb` runs in a thread beside the load; it kills, stops and cuts. Each of its acts
is a span of time, so that `Played.longest` tells how long taps at other servers took meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.chaos import kill9

PATIENCE = 60.0
"""Seconds that a phone of this test waits for an answer; a phone in a hand is told after ten."""


RECOVERY = 3.0
"""Seconds after which servers are connected again to a database that came back."""

DATABASE = -1
"""Number of the database in a span."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One request of a phone.

    Attributes:
        began: when it was sent, monotonic seconds.
        took: seconds until it was answered, or the connection ended.
        server: number of the server.
        kept: whether it was answered as kept.
    """

    began: float
    took: float
    server: int
    kept: bool


@dataclass(slots=True)
class Played:
    """What came of it.

    Attributes:
        found: what was acknowledged, and what of it is lost or doubled once it was judged.
        answers: every request.
        spans: what was done to which server or to the database, from when to when.
    """

    found: kill9.Found = field(default_factory=kill9.Found)
    answers: list[Answered] = field(default_factory=list)
    spans: list[tuple[str, int, float, float]] = field(default_factory=list)

    def beside(self) -> list[float]:
        """Return the times to an answer of taps at other servers, while one was stopped or killed, in seconds.

        Taps that met a dead database, or one that recovers, are left out.
        """

        def met(answer: Answered, begins: float, ends: float) -> bool:
            return begins <= answer.began + answer.took and answer.began <= ends

        dead = [(begins, ends + RECOVERY) for _, server, begins, ends in self.spans if server == DATABASE]

        return [
            answer.took
            for answer in self.answers
            if any(met(answer, *when) for _, server, *when in self.spans if answer.server != server != DATABASE)
            and not any(met(answer, *when) for when in dead)
        ]

    def longest(self, *, beside: bool = False) -> float:
        """Return the longest time to an answer, in seconds.

        Args:
            beside: only of taps at other servers, while one server was stopped or killed.
        """
        return max(self.beside() if beside else [answer.took for answer in self.answers], default=0.0)


class Servers:
    """Servers of one gathering, each at its place.

    Attributes:
        ports: their ports.
        played: what came of it so far.
    """

    def __init__(self, places: Sequence[str], options: Sequence[str] = (), *, first: int = 0) -> None:
        """Prepare servers.

        Args:
            places: place of each server; all are of one gathering.
            options: a further word for ``served.py`` for each server, "" for none; () for none at all.
            first: how many of them are started at first; 0 for all. Start the others by `again`.
        """
        self._first = first or len(places)
        self._places, self._options = places, options or [""] * len(places)
        self.ports = [kill9._free_port() for _ in places]  # noqa: SLF001
        self.processes: list[subprocess.Popen[bytes]] = []
        self.played = Played()
        self._folder = tempfile.TemporaryDirectory()

    def __enter__(self) -> Self:
        """Start all servers at the same time."""
        with ThreadPoolExecutor() as threads:
            self.processes += threads.map(self._started, range(self._first))
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End all servers."""
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
        self._folder.cleanup()

    def _started(self, number: int) -> subprocess.Popen[bytes]:
        words = [word for word in (self._options[number], f"--digest={self._folder.name}/{number}") if word]
        return kill9._start(self._places[number], self.ports[number], *words)  # noqa: SLF001

    @contextmanager
    def span(self, what: str, server: int) -> Iterator[None]:
        """Note from when to when something was done to a server or to the database."""
        begins = time.monotonic()
        try:
            yield
        finally:
            self.played.spans.append((what, server, begins, time.monotonic()))

    def stop(self, number: int, seconds: float) -> None:
        """Let a server stand still for so many seconds."""
        with self.span("SIGSTOP", number):
            self.processes[number].send_signal(signal.SIGSTOP)
            time.sleep(seconds)
            self.processes[number].send_signal(signal.SIGCONT)

    def kill(self, number: int, *, again: bool = True) -> None:
        """Kill a server, and start it again."""
        with self.span("kill -9", number):
            self.processes[number].kill()
            self.processes[number].wait()
        if again:
            self.processes[number] = self._started(number)

    def play(
        self, seats: Sequence[kill9.Seat], disturb: Callable[[], None], *, seed: int, pause: float = 0.0
    ) -> Played:
        """Let phones tap while something disturbs the servers; return what they were told.

        Args:
            seats: seats of the phones.
            disturb: does it; the load ends when it returns and every tap was answered.
            seed: seed of all random choices.
            pause: seconds between two taps of a phone.
        """
        asyncio.run(self._play(seats, disturb, random.Random(seed), pause))
        return self.played

    async def _play(
        self, seats: Sequence[kill9.Seat], disturb: Callable[[], None], rng: random.Random, pause: float
    ) -> None:
        stop = asyncio.Event()
        phones = [
            asyncio.create_task(self._phone(number, seat, stop, random.Random(rng.random()), pause))
            for number, seat in enumerate(seats)
        ]
        try:
            await asyncio.to_thread(disturb)
        finally:
            stop.set()
        await asyncio.gather(*phones)

    async def _phone(
        self, number: int, seat: kill9.Seat, stop: asyncio.Event, rng: random.Random, pause: float
    ) -> None:
        """Answer cards until told to stop. What was not kept is sent again with the same key, to the next server."""
        wires: list[dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]]] = [{} for _ in self.ports]
        at, tap = number % len(self.ports), None
        while tap is not None or not stop.is_set():
            tap = tap or kill9.Tap(number, rng.randrange(kill9.DESIRES), rng.choice((1, 0, -1)), secrets.token_hex(12))
            began = time.monotonic()
            kept = await kill9._tap(self.ports[at], tap, seat, wires[at], patience=PATIENCE)  # noqa: SLF001
            self.played.answers.append(Answered(began, time.monotonic() - began, at, kept))
            if kept:
                self.played.found.acknowledged.append(tap)
                tap = None
                await asyncio.sleep(pause * 2 * rng.random())
            else:
                at = (at + 1) % len(self.ports)
                await asyncio.sleep(0.02)
        for wire in wires:
            for _, writer in wire.values():
                writer.close()

    def end(self, number: int) -> None:
        """Tell a server to end, and wait until it has."""
        self.processes[number].terminate()
        self.processes[number].wait(60)

    def again(self, number: int) -> None:
        """Start a server that ended, or that was not started yet."""
        self.processes[number : number + 1] = [self._started(number)]

    def ended(self, after: float = 1.5) -> list[list[str]]:
        """Let the servers hear the last of each other, and end them; return what each says of itself.

        Returns:
            For each server that was not killed the length of its log, the fingerprint of its state, and what troubles
            it.
        """
        time.sleep(after)
        alive = [number for number, process in enumerate(self.processes) if process.poll() is None]
        for number in alive:
            self.processes[number].terminate()
        for number in alive:
            self.end(number)
        files = [Path(self._folder.name) / str(number) for number in alive]
        return [file.read_text("utf-8").split(maxsplit=2) for file in files]

    def judge(self, place: str) -> kill9.Found:
        """End all servers, and compare the log with what phones were told."""
        for process in self.processes:
            process.kill()
            process.wait()
        return kill9._judge(place, self.played.found)  # noqa: SLF001


def stop_process(pid: int, seconds: float) -> None:
    """Let a process stand still for so many seconds."""
    os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(pid, signal.SIGCONT)
