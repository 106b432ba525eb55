"""How many tapped responses a second one process keeps on disk and answers with the next card.

    python benchmarks/tap.py [--seconds 10] [--connections 64] [--html] [--former FOLDER] [--turns 5]

The server is the real one, in a process of its own; this one is the phones, on the same machine. Every response is
sent as the page sends it: seat cookie, key, desire, stance. Afterwards the log is read: each acknowledged response
must be there, once.

`--former` names a checkout of an earlier commit: both are measured in turns in one run, each by its own script, and the
medians are compared. The ratio by processor time is the steadier one on a machine that does other things too.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import os
import platform
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import uvloop

from oneheart.storage.rows import key_digest

NOT_SLOWER_THAN = 0.95
SEATS = 1000
DESIRES = 300


def serve(path: str, listening: socket.socket) -> None:
    """Serve one gathering until the process is ended."""
    import uvicorn  # noqa: PLC0415  only the server needs these

    from oneheart.live.gathering import LiveGathering  # noqa: PLC0415
    from oneheart.live.house import House  # noqa: PLC0415
    from oneheart.web.app import make_app  # noqa: PLC0415
    from oneheart.web.server import configured, spare_collector  # noqa: PLC0415

    house = House([LiveGathering.open(Path(path))], folder=None)
    spare_collector()  # as `oneheart serve` does
    uvicorn.Server(configured(make_app(house))).run(sockets=[listening])


def until_it_answers(port: int, alive: Callable[[], bool]) -> None:
    """Wait until the server answers, however slowly a busy machine starts it: no tap waits for that."""
    end = time.monotonic() + 60
    while alive() and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as probe:
            probe.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            if probe.recv(64).startswith(b"HTTP/1.1 200"):
                return
        time.sleep(0.1)
    message = "the server did not start"
    raise RuntimeError(message)


def processor_seconds(pid: int | None) -> float:
    """Return how much processor time a process has used, which other programs on a busy machine hardly change."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's secret, and the alias of every desire as it would be given to them."""

    secret: str
    aliases: list[str]


async def fill(path: Path) -> list[Seat]:
    """Make a gathering with people and desires; return its seats."""
    from oneheart.live import events as ev  # noqa: PLC0415
    from oneheart.live.gathering import LiveGathering, create  # noqa: PLC0415
    from oneheart.live.offered import Purpose, alias_for  # noqa: PLC0415

    create(path, ev.Settings("Load", {"en": "What do you want?"}, "ten", ["en"], cards=8), code="ABCD3456")
    gathering = LiveGathering.open(path)
    for number in range(100):
        await gathering.submit("house", f"circle-{number}", ev.CircleAdded("", f"circle-{number}"))
    taken = [await gathering.take_seat(secrets.token_hex(8), language="en", circle=n % 100) for n in range(SEATS)]
    for number in range(DESIRES):
        seat = number % SEATS
        said = ev.DesireSaid(seat, f"That we hear number {number} among us, too", "en")
        await gathering.submit(f"s{seat}", f"say-{number}", said)
    seats = [
        Seat(one.secret, [alias_for(gathering, Purpose.CARD, one.number, number) for number in range(DESIRES)])
        for one in taken
    ]
    await gathering.close()
    return seats


@dataclass
class Told:
    """What all phones together were told.

    Attributes:
        seconds: how long each answer took.
        kept: keys that were acknowledged.
        other: answers that were no acknowledgement, by their first line.
    """

    seconds: list[float] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    other: dict[str, int] = field(default_factory=dict)


class Phone(asyncio.Protocol):
    """One connection that taps, reads, taps again."""

    def __init__(self, mine: list[Seat], told: Told, until: Callable[[], bool], *, html: bool) -> None:
        """Begin with the seats whose taps come over this connection."""
        self.mine, self.told, self.until, self.html = mine, told, until, html
        self.over = asyncio.get_running_loop().create_future()
        self._rng = np.random.default_rng(len(mine))
        self._read = b""
        self._turn = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Tap for the first time."""
        self._transport: Any = transport
        self._tap()

    def _tap(self) -> None:
        self._key = secrets.token_hex(16)
        seat = self.mine[self._turn % len(self.mine)]
        self._turn += 1
        desire = seat.aliases[int(self._rng.integers(DESIRES))]
        body = f"desire={desire}&key={self._key}&more=1&stance={self._turn % 2}".encode()
        head = (
            "POST /g/ABCD3456/respond HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\n"
            f"Accept: {'text/html' if self.html else 'application/json'}\r\nCookie: seat={seat.secret}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._began = time.perf_counter()
        self._transport.write(head.encode() + body)

    def data_received(self, data: bytes) -> None:
        """Read the answer and tap again."""
        self._read += data
        if self.over.done():
            return
        head, found, rest = self._read.partition(b"\r\n\r\n")
        if not found:
            return
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        length = int(lengths[0].split(b":")[1]) if lengths else 0
        if len(rest) < length:
            return
        self._read = b""
        self.told.seconds.append(time.perf_counter() - self._began)
        if head.startswith(b"HTTP/1.1 200") and (self.html or rest.startswith(b'{"kept":true')):
            self.told.kept.append(self._key)
        else:
            line = head.split(b"\r\n")[0].decode()
            self.told.other[line] = self.told.other.get(line, 0) + 1
        if self.until():
            self.over.set_result(None)
            self._transport.close()
        else:
            self._tap()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count a connection that the server ended."""
        if not self.over.done():
            self.told.other[f"connection lost {exc}"] = self.told.other.get(f"connection lost {exc}", 0) + 1
            self.over.set_result(None)


async def tap(port: int, seats: list[Seat], *, seconds: float, connections: int, html: bool) -> Told:
    """Tap for so many seconds over so many connections."""
    told = Told()
    loop = asyncio.get_running_loop()
    end = time.perf_counter() + seconds
    phones = [
        (
            await loop.create_connection(
                lambda n=n: Phone(seats[n::connections], told, lambda: time.perf_counter() > end, html=html),  # type: ignore[misc]
                "127.0.0.1",
                port,
            )
        )[1]
        for n in range(connections)
    ]
    async with asyncio.timeout(seconds + 30):
        await asyncio.gather(*(phone.over for phone in phones))
    return told


def stored(path: Path) -> list[str]:
    """Return the digests of the keys of all responses in the log, hexadecimal."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return [key.hex() for (key,) in connection.execute("SELECT key FROM events WHERE kind = 'response'")]
    finally:
        connection.close()


def beside(former: Path, *, turns: int, options: list[str]) -> dict[str, Any]:
    """Return the medians of this checkout and of a former one, measured in turns, and their ratios."""
    here = Path(__file__).resolve().parents[1]
    figures: dict[Path, list[dict[str, Any]]] = {former: [], here: []}
    for _ in range(turns):
        for checkout, measured in figures.items():
            environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
            command = [sys.executable, str(checkout / "benchmarks" / "tap.py"), *options]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            measured.append(json.loads(done.stdout))
    names = ("requests_per_second", "server_processor_us_per_tap", "p99_ms")
    now, before = (
        {name: statistics.median(one[name] for one in figures[checkout]) for name in names}
        for checkout in (here, former)
    )
    return {
        "turns": turns,
        "now": now,
        "former": before,
        "speed_by_processor_time": round(before[names[1]] / now[names[1]], 3),
        "speed_by_the_clock": round(now[names[0]] / before[names[0]], 3),
    }


def main() -> None:
    """Run the load and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--html", action="store_true", help="ask for the whole page, as a phone without script does")
    parser.add_argument("--former", type=Path, help="a checkout of an earlier commit to measure beside this one")
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args()
    if asked.former is not None:
        options = ["--seconds", str(asked.seconds), "--connections", str(asked.connections)]
        ratios = beside(asked.former.resolve(), turns=asked.turns, options=options + ["--html"] * asked.html)
        print(json.dumps(ratios, indent=2))
        sys.exit(1 if ratios["speed_by_processor_time"] < NOT_SLOWER_THAN else 0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "load.oneheart"
        seats = asyncio.run(fill(path))
        with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
            port = listening.getsockname()[1]
            server = multiprocessing.get_context("spawn").Process(target=serve, args=(str(path), listening))
            server.start()
            until_it_answers(port, server.is_alive)
            used, began = processor_seconds(server.pid), time.perf_counter()
            told = uvloop.run(tap(port, seats, seconds=asked.seconds, connections=asked.connections, html=asked.html))
            took = time.perf_counter() - began
            used = processor_seconds(server.pid) - used
            server.terminate()
            server.join(10)
        there = stored(path)
    milliseconds = np.asarray(told.seconds) * 1000
    found = {
        "connections": asked.connections,
        "seconds": round(took, 1),
        "requests_per_second": round(len(told.seconds) / took),
        "p50_ms": round(float(np.quantile(milliseconds, 0.5)), 1),
        "p99_ms": round(float(np.quantile(milliseconds, 0.99)), 1),
        "server_processor_us_per_tap": round(1e6 * used / max(1, len(told.seconds))),
        "acknowledged": len(told.kept),
        "lost": len({key_digest(key).hex() for key in told.kept} - set(there)),
        "doubled": len(there) - len(set(there)),
        "not_acknowledged": told.other,
        "page": "html" if asked.html else "json",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }
    print(json.dumps(found, indent=2))
    sys.exit(1 if found["lost"] or found["doubled"] or told.other else 0)


if __name__ == "__main__":
    main()
