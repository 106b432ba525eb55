"""A crowd of connections from one address, in a process of its own: ``crowd.py half|streams PORT COUNT RATE [FILE]``.

``half`` opens connections that send nothing, half a header or half a body, and then wait. ``streams`` opens streams of
phones: FILE holds the code of the gathering in its first line and the secret of a seat in each other line; each seat
opens four streams. RATE connections a second are opened; 0 opens them as fast as it goes.

It writes a line of JSON with its counts when all are open, and one more for each line "tell" that comes in.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from oneheart.rehearsal.wire import many_files

HOST = "127.0.0.1"
AT_ONCE = 100
STREAMS_OF_A_SEAT = 4
HALVES = (
    b"",
    b"GET /g/ABC HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    b"POST /g/ABC/respond HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nab",
)


@dataclass(slots=True, eq=False)
class Idler(asyncio.Protocol):
    """One connection of the crowd.

    Attributes:
        sent: what it sends at once.
        pieces: how many events of a stream it has heard.
        ended: when the server closed it; None while it is open.
    """

    sent: bytes
    pieces: int = 0
    ended: float | None = None
    transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send, and wait."""
        self.transport = transport  # type: ignore[assignment]
        if self.sent:
            self.transport.write(self.sent)  # type: ignore[union-attr]

    def data_received(self, data: bytes) -> None:
        """Count events."""
        self.pieces += data.count(b"data:")

    def connection_lost(self, _exc: Exception | None) -> None:
        """Note when it was closed."""
        self.ended = time.monotonic()


@dataclass(slots=True)
class Crowd:
    """All connections of one program.

    Attributes:
        refused: how many could not connect.
    """

    port: int
    idlers: list[Idler] = field(default_factory=list)
    refused: int = 0

    async def come(self, sent: list[bytes], rate: float) -> None:
        """Open one connection for each text, some at a time, at a rate."""
        each = max(1, min(AT_ONCE, int(rate / 50))) if rate else AT_ONCE
        due = time.monotonic()
        for first in range(0, len(sent), each):
            await asyncio.gather(*(self._one(text) for text in sent[first : first + each]))
            due += each / rate if rate else 0.0
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _one(self, sent: bytes) -> None:
        idler = Idler(sent)
        try:
            async with asyncio.timeout(20):
                await asyncio.get_running_loop().create_connection(lambda: idler, HOST, self.port)
        except (OSError, TimeoutError):
            self.refused += 1
            return
        self.idlers.append(idler)

    def told(self, since: float) -> dict[str, float]:
        """Return counts, and after how many seconds the last closed connection was closed."""
        ended = [idler.ended for idler in self.idlers if idler.ended is not None]
        return {
            "open": sum(idler.ended is None for idler in self.idlers),
            "closed": len(ended),
            "refused": self.refused,
            "hearing": sum(idler.pieces > 0 and idler.ended is None for idler in self.idlers),
            "pieces": sum(idler.pieces for idler in self.idlers),
            "heard twice": sum(idler.pieces > 1 for idler in self.idlers),
            "last closed after": max(ended, default=since) - since,
        }


def streams(path: Path, count: int) -> list[bytes]:
    """Return the requests of so many streams, four for each seat of a file."""
    code, *secrets = path.read_text(encoding="utf-8").split()
    rows = []
    for number in range(count):
        cookie = secrets[number // STREAMS_OF_A_SEAT]
        head = f"GET /g/{code}/events HTTP/1.1\r\nHost: {HOST}\r\nAccept: text/event-stream\r\nCookie: seat={cookie}"
        rows.append(f"{head}\r\n\r\n".encode())
    return rows


async def main() -> None:
    """Open all, tell, wait for a line, tell again."""
    many_files()
    kind, port, count, rate = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    crowd = Crowd(port)
    sent = [HALVES[n % 3] for n in range(count)] if kind == "half" else streams(Path(sys.argv[5]), count)
    await crowd.come(sent, rate)
    since = time.monotonic()
    asked = "tell\n"
    while asked == "tell\n":
        sys.stdout.write(json.dumps(crowd.told(since)) + "\n")
        sys.stdout.flush()
        asked = await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(main())
