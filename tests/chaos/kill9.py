"""Kill a server under load again and again, and look whether anything that it acknowledged is lost or doubled.

    python tests/chaos/kill9.py [--kills 200] [--clients 40] [--seed 0] [--early]

The server is the real app in a process of its own, ended by SIGKILL in the middle of answering; the phones are on
the same machine, on the loopback. Whoever got no answer sends the same tap again, as phones do.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from oneheart.commands.moving import move
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.state import State
from oneheart.storage.stores import log_of, open_store

HERE = Path(__file__).resolve().parent
CODE = "ABCD3456"
DESIRES = 60
START_SECONDS = 180  # a machine that does other things too starts a server slowly
LEAST_SECONDS, MOST_SECONDS = 0.05, 0.3


@dataclass(slots=True)
class Tap:
    """One response that a phone means to give."""

    seat: int
    desire: int
    stance: int
    key: str


@dataclass(slots=True)
class Found:
    """What came of it all.

    Attributes:
        acknowledged: taps that were answered as kept, in the order in which each phone gave them.
        lost: acknowledged taps that are not in the log.
        doubled: taps that are in the log more than once.
        differs: seats whose replayed answers are not what they were told.
        first_break: where the chain of the log breaks; None where it holds.
        kills: how often the server was killed.
    """

    acknowledged: list[Tap] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    differs: int = 0
    first_break: int | None = None
    kills: int = 0

    @property
    def well(self) -> bool:
        """Return whether everything that was acknowledged is there, once."""
        return not (self.lost or self.doubled or self.differs or self.first_break)


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's secret, and the alias of every desire as it would be given to them."""

    secret: str
    aliases: list[str]


async def _prepare(path: Path, clients: int) -> list[Seat]:
    """Make a gathering with desires in crossing and return its seats."""
    create(path, ev.Settings("kill", {"en": "What do you want?"}, "assembly", ["en"]), code=CODE)
    gathering = LiveGathering.open(path)
    said = (ev.DesireSaid(None, f"wish number {number}", "en") for number in range(DESIRES))
    await asyncio.gather(*(gathering.submit("house", f"wish-{n}", body) for n, body in enumerate(said)))
    seats = await asyncio.gather(*(gathering.take_seat(f"seat-key-{n}", language="en") for n in range(clients)))
    await gathering.submit("h0", "crossing", ev.StageMoved("crossing", 0))
    seated = [
        Seat(one.secret, [alias_for(gathering, Purpose.CARD, one.number, number) for number in range(DESIRES)])
        for one in sorted(seats, key=lambda one: one.number)
    ]
    await gathering.close()
    return seated


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(place: str, port: int, *options: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, str(HERE / "served.py"), place, str(port), *options]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return process
        if process.poll() is not None:
            message = f"the server did not start (status {process.returncode})"
            raise RuntimeError(message)
        time.sleep(0.02)
    process.kill()
    message = "the server did not start in three minutes"
    raise RuntimeError(message)


async def _tap(
    port: int,
    tap: Tap,
    seat: Seat,
    wires: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]],
    *,
    patience: float = 10,
) -> bool:
    """Send one tap and return whether it was answered as kept; False where the server went away."""
    body = json.dumps({"desire": seat.aliases[tap.desire], "stance": tap.stance, "key": tap.key}).encode()
    head = (
        f"POST /g/{CODE}/respond HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Cookie: seat={seat.secret}\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    try:
        if tap.seat not in wires:
            wires[tap.seat] = await asyncio.open_connection("127.0.0.1", port)
        reader, writer = wires[tap.seat]
        writer.write(head + body)
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), patience)
        length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        told = json.loads(await reader.readexactly(length))
    except (OSError, asyncio.IncompleteReadError, TimeoutError):
        gone = wires.pop(tap.seat, None)
        if gone is not None:
            gone[1].close()
        return False
    if answer.startswith(b"HTTP/1.1 503"):
        return False  # the store could not be written to; nothing is kept, and the phone sends it again
    if not told.get("kept"):
        message = f"the server refused a sound tap: {told}"
        raise RuntimeError(message)
    return True


async def _phone(
    port: int, number: int, seat: Seat, found: Found, stop: asyncio.Event, until: asyncio.Event, rng: random.Random
) -> None:
    """Answer cards until told to stop; what was not acknowledged is sent again with the same key."""
    wires: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}
    tap: Tap | None = None
    while tap is not None or not stop.is_set():
        tap = tap or Tap(number, rng.randrange(DESIRES), rng.choice((1, 0, -1)), secrets.token_hex(12))
        if await _tap(port, tap, seat, wires):
            found.acknowledged.append(tap)
            tap = None
        elif until.is_set():
            break
        else:
            await asyncio.sleep(0.02)
    for _, writer in wires.values():
        writer.close()


async def _load(
    place: str,
    seats: list[Seat],
    kills: int,
    *,
    broken: Sequence[str],
    rng: random.Random,
    restart: Callable[[], None] | None = None,
) -> Found:
    found, port = Found(), _free_port()
    stop, until = asyncio.Event(), asyncio.Event()
    server = await asyncio.to_thread(_start, place, port, *broken)
    phones = [
        asyncio.create_task(_phone(port, number, seat, found, stop, until, random.Random(rng.random())))
        for number, seat in enumerate(seats)
    ]
    for _ in range(kills):
        await asyncio.sleep(rng.uniform(LEAST_SECONDS, MOST_SECONDS))
        if restart is not None and found.kills % 3 == 2:  # every third time the database dies instead
            await asyncio.to_thread(restart)
            found.kills += 1
            continue
        server.send_signal(signal.SIGKILL)
        await asyncio.to_thread(server.wait)
        found.kills += 1
        server = await asyncio.to_thread(_start, place, port, *broken)
    stop.set()
    _, left = await asyncio.wait(phones, timeout=20)
    until.set()
    await asyncio.gather(*left)
    if broken:
        await asyncio.sleep(0.3)
    server.send_signal(signal.SIGKILL)
    server.wait()
    for phone in phones:
        phone.result()
    return found


def _judge(place: str, found: Found) -> Found:
    """Read the log as a restart would, and compare it with what phones were told."""
    database = open_store(place)
    log, state = log_of(database), State()
    times: dict[tuple[int, str], int] = {}
    for event in log.replay():
        body = ev.decode(event.body or "")
        state.apply(event.seq, event.kind, body, event.actor, event.at)
        if isinstance(body, ev.Responded):
            times[body.seat, event.key] = times.get((body.seat, event.key), 0) + 1
    found.first_break = log.first_break()
    database.close()
    found.lost = sum((tap.seat, log.key_of(tap.key)) not in times for tap in found.acknowledged)
    found.doubled = sum(count > 1 for count in times.values())
    told: dict[int, dict[int, int]] = {}
    for tap in found.acknowledged:
        told.setdefault(tap.seat, {})[tap.desire] = tap.stance
    found.differs = sum(
        any(state.tally.answered(seat).get(desire) != stance for desire, stance in answers.items())
        for seat, answers in told.items()
    )
    return found


def run(
    kills: int,
    clients: int,
    *,
    seed: int,
    early: bool = False,
    hasty: bool = False,
    database: str = "",
    restart: Callable[[], None] | None = None,
) -> Found:
    """Return what came of so many kills under so many phones.

    Args:
        kills: how often something is killed.
        clients: number of phones.
        seed: seed of all random choices.
        early: serve a build that is broken on purpose: it acknowledges what is not written.
        hasty: serve one that lets the database confirm what is not durable.
        database: address of a database to which the gathering is moved before; "" to serve its file.
        restart: kills the database and starts it again; None to kill the server only.
    """
    rng = random.Random(seed)
    broken = [word for word, on in (("--early", early), ("--hasty", hasty)) if on]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kill.oneheart"
        seats = asyncio.run(_prepare(path, clients))
        place = str(path)
        if database:
            list(move(place, database))
            place = f"{database}#{CODE}"
        found = asyncio.run(_load(place, seats, kills, broken=broken, rng=rng, restart=restart))
        return _judge(place, found)


def main() -> int:
    """Run from the command line; exit status 1 where anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--early", action="store_true", help="serve a build that is broken on purpose")
    asked = parser.parse_args()
    began = time.monotonic()
    found = run(asked.kills, asked.clients, seed=asked.seed, early=asked.early)
    chain = "ok" if found.first_break is None else f"broken at {found.first_break}"
    print(
        f"kills={found.kills} acknowledged={len(found.acknowledged)} lost={found.lost} doubled={found.doubled} "
        f"differs={found.differs} chain={chain} ({time.monotonic() - began:.0f} s)"
    )
    return 0 if found.well else 1


if __name__ == "__main__":
    sys.exit(main())
