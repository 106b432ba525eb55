"""Measure a live gathering under load: responses, streams, phones in numbers, seven thousand people, memory, idlers.

    python benchmarks/live.py [--out out/live.json] [--small] [--only responses,streams,...] [--path pages|api]

The server is a process of its own; what asks it runs here, on the same cores, over loopback alone. The first part says
how long the disk itself takes. Each part has its gate; the exit status is 1 where one is missed and --check is given.
The result is a JSON file with machine and commit.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import uvloop
from where import stamp

from oneheart.commands.making import add_circles, settings_for
from oneheart.commands.rehearsing import Rehearsing, rehearse
from oneheart.live import events as ev
from oneheart.live.aside import Aside
from oneheart.live.codes import new_code
from oneheart.live.decks import fit_order_of
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.leading import Leader
from oneheart.live.offered import Purpose, alias_for
from oneheart.rehearsal.friends import LANGUAGES, wishes
from oneheart.rehearsal.wire import GoneError, ServerPlace, Wire, many_files, request

ROOT = Path(__file__).resolve().parent.parent
Figures = dict[str, Any]
_DESIRE = re.compile(rb'"desire":\s*"([0-9a-f]+)"')
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for.

    Attributes:
        small: a small part of everything, to try the script.
        path: "pages" or "api".
    """

    small: bool
    path: str

    def of(self, whole: int, small: int) -> int:
        """Return how many of something."""
        return small if self.small else whole


@dataclass(frozen=True, slots=True)
class Filled:
    """A gathering with people in it.

    Attributes:
        path: of its file.
        code: by which it is joined.
        seats: secrets of the seats, in order.
        first: by secret: alias of the first desire, as its person would be given it.
    """

    path: Path
    code: str
    seats: list[str]
    first: dict[str, str]


async def filled(folder: Path, people: int, desires: int, responses: int, *, stage: str = "open") -> Filled:
    """Return a new gathering with so many people, desires and responses, in circles of ten."""
    code, path = new_code(), folder / f"{secrets.token_hex(4)}.oneheart"
    create(path, settings_for(name="load", questions=(), voice="ten", languages=LANGUAGES, cards=10**6), code=code)
    gathering = LiveGathering.open(path)
    rng = np.random.default_rng(1)
    circles = max(1, people // 10)
    await add_circles(gathering, circles)
    terms = gathering.state.keeping.version
    given = (
        gathering.take_seat(f"seat-{n:08}", language="en", circle=n % circles, consent=terms) for n in range(people)
    )
    seats = await _in_parts([*given])
    texts = [wish.words[language] for wish in wishes() for language in LANGUAGES]
    said = [
        gathering.submit(f"s{n}", f"desire-{n:08}", ev.DesireSaid(n, f"{texts[n % len(texts)]} {n}", "en"))
        for n in range(desires)
    ]
    await _in_parts(said)
    if stage != "open":
        await gathering.submit("house", "stage-00", ev.StageMoved(stage, 0))
    pairs = rng.choice(people * desires, responses, replace=False)
    answers = [
        gathering.respond(int(pair // desires), int(pair % desires), int(rng.integers(2)), f"answer-{n:08}")
        for n, pair in enumerate(pairs)
    ]
    await _in_parts(answers)
    first = {seat.secret: alias_for(gathering, Purpose.CARD, seat.number, 0) for seat in seats}
    await gathering.close()
    return Filled(path, code, [seat.secret for seat in seats], first)


async def _in_parts(waits: list[Coroutine[Any, Any, Any]]) -> list[Any]:
    out: list[Any] = []
    for first in range(0, len(waits), 2000):
        out += await asyncio.gather(*waits[first : first + 2000])
    return out


@dataclass(slots=True)
class Child:
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    place: ServerPlace

    def memory_mib(self) -> dict[str, float]:
        """Return the resident memory of the server and of its fitting process."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        children = [child for thread in threads for child in thread.read_text().split()]
        return {
            "server MiB": _rss_mib(self.process.pid),
            "fitting process MiB": sum(_rss_mib(int(child)) for child in children),
        }


def _rss_mib(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


@asynccontextmanager
async def server(path: Path, settle_seconds: float) -> AsyncIterator[Child]:
    """Serve a file on a free port of this machine while the block runs."""
    words = [sys.executable, "-m", "oneheart.cli", "serve", str(path), "--host", "127.0.0.1", "--port", "0"]
    process = subprocess.Popen(  # noqa: ASYNC220  nothing else runs while it starts
        words, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
    )
    assert process.stdout is not None  # noqa: S101  it was asked for
    port = 0
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/j/", line)
        port = int(found[1]) if found else port
        if line.startswith("Ctrl-C"):
            break
    child = Child(process, ServerPlace("127.0.0.1", port, https=False))
    try:
        await _until_it_answers(child.place)
        await asyncio.sleep(settle_seconds)  # the fitting process has loaded by then
        yield child
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


async def _until_it_answers(place: ServerPlace) -> None:
    wire = Wire(place)
    for _ in range(100):
        with suppress(GoneError):
            if (await wire.ask(request(place, "GET", "/health"))).status == 200:
                wire.drop()
                return
        await asyncio.sleep(0.1)
    message = "the server did not start"
    raise RuntimeError(message)


class Tapper(asyncio.Protocol):
    """A connection that taps and reads just enough of the answer; made for speed, so that the server is measured."""

    def __init__(self) -> None:
        """Wait for nothing yet."""
        self._transport: asyncio.WriteTransport | None = None
        self._got = bytearray()
        self._done: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Hand an answer over when all of it is here."""
        self._got += data
        end = self._got.find(b"\r\n\r\n")
        if end < 0:
            return
        stated = _LENGTH.search(self._got, 0, end)
        if stated is None or len(self._got) < end + 4 + int(stated[1]):
            return
        answer, self._got = bytes(self._got), bytearray()
        if self._done is not None and not self._done.done():
            self._done.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the one who waits."""
        if self._done is not None and not self._done.done():
            self._done.set_exception(GoneError(str(exc)))

    async def ask(self, raw: bytes) -> bytes:
        """Send a request and return the whole answer."""
        assert self._transport is not None  # noqa: S101  it was connected
        self._done = asyncio.get_running_loop().create_future()
        self._transport.write(raw)
        return await self._done

    def end(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


def tap(place: ServerPlace, code: str, secret: str, desire: str, path: str) -> bytes:
    """Return the request of one response, by the pages' own form or by the interface for programs."""
    key = secrets.token_hex(8)
    if path == "api":
        body = f'{{"key":"{key}","desire":"{desire}","stance":1}}'
        head = (
            f"POST /api/v1/gatherings/{code}/responses HTTP/1.1\r\nHost: {place.authority}\r\n"
            f"Authorization: Bearer {secret}\r\nContent-Type: application/json\r\n"
        )
    else:
        body = f"key={key}&desire={desire}&stance=1"
        head = (
            f"POST /g/{code}/respond HTTP/1.1\r\nHost: {place.authority}\r\nOrigin: {place.origin}\r\n"
            f"Cookie: seat={secret}\r\nAccept: application/json\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
        )
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


@dataclass(slots=True)
class Taps:
    """What came of many taps."""

    seconds: list[float]
    wrong: int = 0

    def figures(self, wall: float) -> Figures:
        """Return rate and times."""
        p50, p99 = np.percentile(self.seconds, [50, 99]).tolist()
        return {
            "responses": len(self.seconds),
            "responses a second": len(self.seconds) / wall,
            "p50 ms": 1000 * p50,
            "p99 ms": 1000 * p99,
            "errors": self.wrong,
        }


async def tapping(
    place: ServerPlace,
    gathering: Filled,
    seats: list[str],
    path: str,
    taps: Taps,
    until: float,
    pause: Callable[[], float],
) -> None:
    """Answer card after card for some people over one connection: the card that the last answer brought."""
    _, line = await asyncio.get_running_loop().create_connection(Tapper, place.host, place.port)
    hand = {secret: gathering.first[secret] for secret in seats}
    turn = 0
    while time.perf_counter() < until:
        secret = seats[turn % len(seats)]
        turn += 1
        wait = pause()
        if wait > 0:
            await asyncio.sleep(wait)
        began = time.perf_counter()
        try:
            answer = await line.ask(tap(place, gathering.code, secret, hand[secret], path))
        except GoneError:
            taps.wrong += 1
            _, line = await asyncio.get_running_loop().create_connection(Tapper, place.host, place.port)
            continue
        taps.seconds.append(time.perf_counter() - began)
        taps.wrong += not answer.startswith(b"HTTP/1.1 200")
        card = _DESIRE.search(answer, answer.find(b"\r\n\r\n"))
        hand[secret] = card[1].decode() if card else hand[secret]
    line.end()


async def responses(options: Options, folder: Path) -> Figures:
    """Measure durable responses a second, each bringing the next card, over 64 connections."""
    people, lines, seconds = options.of(2000, 128), 64, options.of(20, 2)
    gathering = await filled(folder, people, options.of(600, 60), 0, stage="crossing")
    async with server(gathering.path, options.of(3, 1)) as child:
        taps = Taps([])
        began = time.perf_counter()
        parts = [gathering.seats[n::lines] for n in range(lines)]
        until = began + seconds
        await asyncio.gather(
            *(tapping(child.place, gathering, part, options.path, taps, until, lambda: 0.0) for part in parts)
        )
        figures = taps.figures(time.perf_counter() - began) | {"connections": lines}
        figures |= child.memory_mib()
    figures["stored"] = _stored(gathering.path)
    return figures | {"met": figures["responses a second"] >= 5000 and figures["p99 ms"] < 60 and not taps.wrong}


def _stored(path: Path) -> int:
    gathering = LiveGathering.open(path)
    count = gathering.state.tally.response_count
    gathering.shut()
    return count


async def streams(options: Options, folder: Path) -> Figures:
    """Measure responses while thousands of streams are open."""
    many, rate, seconds = options.of(3000, 100), options.of(520, 52), options.of(15, 2)
    people = options.of(2000, 100)
    gathering = await filled(folder, people, options.of(400, 40), 0)
    async with server(gathering.path, options.of(3, 1)) as child:
        wires = [Wire(child.place) for _ in range(many)]
        heard = [0] * many
        listening = []
        for n, wire in enumerate(wires):
            listening.append(asyncio.create_task(_hear(wire, child.place, gathering, n, heard)))
            if n % 100 == 99:
                await asyncio.sleep(0.1)
        await asyncio.sleep(2.0)
        opened = sum(wire.is_open and count > 0 for wire, count in zip(wires, heard, strict=True))
        taps, lines = Taps([]), 32
        began = time.perf_counter()
        parts = [gathering.seats[n::lines] for n in range(lines)]
        await asyncio.gather(
            *(
                tapping(child.place, gathering, part, options.path, taps, began + seconds, _at(rate / lines, seed))
                for seed, part in enumerate(parts)
            )
        )
        figures = taps.figures(time.perf_counter() - began)
        still = sum(wire.is_open and count > 0 for wire, count in zip(wires, heard, strict=True))
        figures |= {"streams open": opened, "streams open at the end": still}
        figures |= {"pieces heard": sum(heard)} | child.memory_mib()
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    whole = figures["streams open at the end"] == many
    return figures | {"met": whole and figures["p99 ms"] < 300 and not taps.wrong}


def _at(rate: float, seed: int) -> Callable[[], float]:
    """Return what says how long to wait, so that so many a second come on average however long answers take."""
    rng = np.random.default_rng(seed)
    due = time.perf_counter()

    def wait() -> float:
        nonlocal due
        due += float(rng.exponential(1.0 / rate))
        return due - time.perf_counter()

    return wait


async def _hear(wire: Wire, place: ServerPlace, gathering: Filled, number: int, heard: list[int]) -> None:
    """Listen as a phone, one in a hundred as a hall screen."""
    if number % 100 == 0:
        raw = request(place, "GET", f"/hall/{gathering.code}/events", accept="text/event-stream")
    else:
        cookie = f"seat={gathering.seats[number % len(gathering.seats)]}"
        raw = request(place, "GET", f"/g/{gathering.code}/events", cookie=cookie, accept="text/event-stream")

    def one_more(_piece: bytes) -> None:
        heard[number] += 1

    with suppress(GoneError):
        await wire.listen(raw, one_more)


async def rehearsal(options: Options, folder: Path) -> Figures:
    """Measure phones in numbers that do all that people do."""
    people, minutes = options.of(1000, 30), 3.0 if not options.small else 0.1
    gathering = await filled(folder, 0, 0, 0)
    async with server(gathering.path, options.of(3, 1)) as child:
        how = Rehearsing(
            f"{child.place.origin}/j/{gathering.code}", people, minutes, 0.1, 0.05, None, seed=3, far=False
        )
        summary = await asyncio.to_thread(rehearse, how, tell=lambda line: print(f"    {line}", flush=True))
        memory = child.memory_mib()
    told = summary.as_json()
    times = {f"{name} ms": value for name, value in told.pop("milliseconds").items()}
    figures = told | times | memory
    return figures | {"met": summary.well and summary.findings.sent >= 8 * 0.9 * people}


async def seven_thousand(options: Options, folder: Path) -> Figures:
    """Measure what the tick and the fit of a very large gathering take, and what a tap feels of them."""
    people, desires, answers = options.of(7000, 300), options.of(1500, 60), options.of(56_000, 2000)
    gathering = await filled(folder, people, desires, answers, stage="crossing")
    aside = Aside()
    live = LiveGathering.open(gathering.path)
    leader = Leader(live, aside)
    try:
        figures: Figures = {"people": people, "desires": desires, "responses before": answers}
        for name, run in (("tick seconds", live.tick), ("order seconds", lambda: fit_order_of(live.state, live.seed))):
            began = time.perf_counter()
            run()
            figures[name] = time.perf_counter() - began
        for name in ("first fit seconds", "warm fit seconds"):
            began = time.perf_counter()
            lag = asyncio.create_task(_longest_lag())
            await live.respond(0, desires - 1, 1, secrets.token_hex(8))
            await leader.fit_once()
            lag.cancel()
            figures[name] = time.perf_counter() - began
            figures[name.replace("seconds", "longest stop of the event loop ms")] = 1000 * await _result(lag)
    finally:
        await live.close()
        aside.close()
    async with server(gathering.path, options.of(3, 1)) as child:
        taps, lines, seconds = Taps([]), 32, options.of(15, 2)
        began = time.perf_counter()
        parts = [gathering.seats[n::lines] for n in range(lines)]
        await asyncio.gather(
            *(
                tapping(child.place, gathering, part, options.path, taps, began + seconds, _at(10.0, seed))
                for seed, part in enumerate(parts)
            )
        )
        figures |= taps.figures(time.perf_counter() - began) | child.memory_mib()
    met = figures["tick seconds"] < 2 and figures["warm fit seconds"] < 2 and not taps.wrong
    return figures | {"met": met and figures["p99 ms"] < 300}


async def _longest_lag() -> float:
    """Return the longest time for which the event loop did nothing else, when cancelled."""
    longest = 0.0
    try:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - began - 0.001)
    except asyncio.CancelledError:
        return longest


async def _result(task: asyncio.Task[float]) -> float:
    return await task


async def memory(options: Options, folder: Path) -> Figures:
    """Measure the memory of the server, and apart of its fitting process, for a thousand people."""
    people = options.of(1000, 100)
    gathering = await filled(folder, people, options.of(600, 60), options.of(16_000, 500), stage="crossing")
    async with server(gathering.path, options.of(3, 1)) as child:
        taps = Taps([])
        until = time.perf_counter() + options.of(12, 4)
        parts = [gathering.seats[n::8] for n in range(8)]
        await asyncio.gather(
            *(tapping(child.place, gathering, part, options.path, taps, until, lambda: 0.02) for part in parts)
        )
        figures: Figures = {"people": people} | child.memory_mib()
    return figures | {"met": figures["server MiB"] < 150}


async def idlers(options: Options, folder: Path) -> Figures:
    """Measure how soon half-open connections vanish, and whether honest ones go on meanwhile."""
    many = options.of(3000, 100)
    gathering = await filled(folder, 64, 20, 0)
    async with server(gathering.path, options.of(3, 1)) as child:
        loop = asyncio.get_running_loop()
        address = (child.place.host, child.place.port)
        socks = []
        for n in range(many):
            sock = socket.socket()
            sock.setblocking(False)  # noqa: FBT003  the standard library's own way
            await loop.sock_connect(sock, address)
            await loop.sock_sendall(sock, b"GET /g/ABC HTTP/1.1\r\nHost: x\r\n" if n % 2 else b"")
            socks.append(sock)
        began = time.perf_counter()
        taps = Taps([])
        honest = asyncio.create_task(
            tapping(child.place, gathering, gathering.seats, options.path, taps, began + 3600, lambda: 0.02)
        )

        async def gone(sock: socket.socket) -> float:
            try:
                async with asyncio.timeout(20):
                    while await loop.sock_recv(sock, 4096):
                        pass
            except OSError:
                pass
            except TimeoutError:
                return float("inf")
            return time.perf_counter() - began

        vanished = await asyncio.gather(*(gone(sock) for sock in socks))
        for sock in socks:
            sock.close()
        honest.cancel()
        await asyncio.gather(honest, return_exceptions=True)
        wall = time.perf_counter() - began
    figures = {"connections": many, "last gone after seconds": max(vanished)}
    figures |= {f"honest {name}": value for name, value in taps.figures(wall).items()}
    return figures | {"met": max(vanished) < 15 and not taps.wrong and len(taps.seconds) > 100}


async def disk(options: Options, folder: Path) -> Figures:
    """Measure how long this disk takes to keep four kilobytes: no response can be acknowledged sooner."""
    seconds = []
    file = os.open(folder / "probe", os.O_CREAT | os.O_WRONLY)
    until = time.perf_counter() + options.of(5, 1)
    while time.perf_counter() < until:
        began = time.perf_counter()
        os.write(file, bytes(4096))
        os.fsync(file)
        seconds.append(time.perf_counter() - began)
        await asyncio.sleep(0.005)
    os.close(file)
    p50, p99 = np.percentile(seconds, [50, 99]).tolist()
    return {"p50 ms": 1000 * p50, "p99 ms": 1000 * p99, "longest ms": 1000 * max(seconds), "met": True}


PARTS = {
    "disk": disk,
    "responses": responses,
    "streams": streams,
    "rehearsal": rehearsal,
    "seven thousand": seven_thousand,
    "memory": memory,
    "idlers": idlers,
}


def main() -> int:
    """Measure, print and write; return 1 where a gate is missed and that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "live.json", help="where the result is written")
    parser.add_argument("--small", action="store_true", help="a small part of everything, to try the script")
    parser.add_argument("--only", default="", help="parts, with commas between them")
    parser.add_argument("--path", choices=("pages", "api"), default="pages", help="the way that responses go")
    parser.add_argument("--check", action="store_true", help="exit status 1 where a gate is missed")
    given = parser.parse_args()
    wanted = [name.strip() for name in given.only.split(",") if name.strip()] or list(PARTS)
    if unknown := [name for name in wanted if name not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; --only takes {', '.join(PARTS)}")
    many_files()
    results: Figures = stamp() | {"path": given.path, "small": given.small}
    for name in wanted:
        print(f"\n{name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="oneheart-load-") as folder:
            part = PARTS[name](Options(given.small, given.path), Path(folder))
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                results[name] = runner.run(part)
        for key, value in results[name].items():
            print(f"  {key:58} {value:,.3f}" if isinstance(value, float) else f"  {key:58} {value}", flush=True)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(f"\n{given.out}")
    return int(given.check and not all(results[name]["met"] for name in wanted))


if __name__ == "__main__":
    sys.exit(main())
