"""A gathering of made-up friends that plays itself on a real server, with room for real people."""

from __future__ import annotations

import asyncio
import multiprocessing
import shutil
import signal
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oneheart.commands.loop import run
from oneheart.commands.making import QUESTIONS, add_circles, settings_for
from oneheart.commands.serving import (
    Addresses,
    addresses_for,
    listen,
    qr,
    served,
    spoken,
    stop_on_signals,
    warm,
)
from oneheart.errors import UserError
from oneheart.live.gathering import create, new_code
from oneheart.live.house import House
from oneheart.live.worker import Worker
from oneheart.model.gathering import Gathering
from oneheart.rehearsal.crowd import Crowd, Summary
from oneheart.rehearsal.friends import LANGUAGES, made_up
from oneheart.rehearsal.host import HostDesk
from oneheart.rehearsal.phone import GaveUpError, Habits
from oneheart.rehearsal.wire import Place
from oneheart.storage.database import open_database
from oneheart.storage.log import Log

PORT = 8000
ARRIVE_SECONDS, STAGE_SECONDS, THINK_SECONDS = 90.0, 300.0, 4.0  # a hall's own pace, divided by the speed
_SETTLE_SECONDS = 2.5  # until every phone was told of the new stage
_GRACE_SECONDS = 20.0
_TEN = 10
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Play:
    """How a demo is played.

    Attributes:
        people: made-up friends.
        speed: how many times faster than a hall.
        port: of TCP; None for the usual one, or any where that is in use.
        once: end after the round, seen from this machine only.
        stay_seconds: how long it stays open after the round otherwise.
        seed: of everything drawn by lot.
    """

    people: int
    speed: float
    port: int | None
    once: bool
    stay_seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a demo.

    Attributes:
        summary: of the rehearsal, by what each phone asked the server.
        desires: on disk.
        stored: responses of friends on disk that they gave.
        doubled: on disk though nobody gave them, or twice.
        lost: acknowledged and not on disk.
        status: "one", "not yet", "not measured" or "stopped".
        lines: of the one desire, or nearest to it.
        stopped: somebody ended it before its end.
    """

    summary: Summary
    desires: int
    stored: int
    doubled: int
    lost: int
    status: str
    lines: tuple[str, ...]
    stopped: bool

    @property
    def well(self) -> bool:
        """Return whether nothing was lost or doubled and nothing went wrong."""
        return not self.doubled and not self.lost and (self.summary.well or self.stopped)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        told = self.summary.as_json()
        found = self.summary.findings
        return {
            "people": found.people,
            "desires": self.desires,
            "responses": {
                "sent": found.sent,
                "acknowledged": found.acknowledged,
                "stored": self.stored,
                "doubled": max(self.doubled, found.doubled),
            },
            "lost": max(self.lost, found.lost),
            "result": {"status": self.status, "lines": list(self.lines)},
            "rehearsal": {name: told[name] for name in ("resent", "refused", "errors", "milliseconds", "seconds")},
            "well": self.well,
        }


def play(how: Play, *, tell: Tell) -> Played:
    """Play a gathering and return what came of it.

    Args:
        how: people, speed and so on.
        tell: is told lines for the terminal.

    Raises:
        UserError: the port is in use, or the temporary folder cannot be written to.
    """
    sock = _listen(how)
    folder = Path(tempfile.mkdtemp(prefix="oneheart-demo-"))
    try:
        return run(_play(how, sock, folder, tell))
    finally:
        sock.close()
        shutil.rmtree(folder, ignore_errors=True)


def _listen(how: Play) -> socket.socket:
    host = _host(how)
    if how.port is not None:
        return listen(host, how.port)
    try:
        return listen(host, PORT)
    except UserError:
        return listen(host, 0)


def _host(how: Play) -> str:
    return "127.0.0.1" if how.once else "0.0.0.0"  # noqa: S104  friends in the room may join


async def _play(how: Play, sock: socket.socket, folder: Path, tell: Tell) -> Played:
    code, path = new_code(), folder / "demo.oneheart"
    settings = settings_for(name="A gathering of friends", questions=(), voice="ten", languages=tuple(QUESTIONS))
    create(path, settings, code=code)
    worker = Worker()
    house = House.open(path, fits=worker)
    gathering = house.gatherings[code]
    circles = max(1, how.people // _TEN)
    await add_circles(gathering, circles)
    stop = stop_on_signals()
    port = sock.getsockname()[1]
    addresses = addresses_for(_host(how), port, None)
    friends = made_up(how.people, circles, LANGUAGES, seed=how.seed)
    habits = Habits(think_seconds=THINK_SECONDS / how.speed)
    crowd = Crowd(
        Place("127.0.0.1", port, https=False),
        code,
        friends,
        habits=habits,
        arrive_seconds=ARRIVE_SECONDS / how.speed,
        seed=how.seed,
    )
    over = asyncio.Event()
    try:
        async with served(house, sock):
            warming = asyncio.create_task(warm(worker))
            _say_where(addresses, house, code, tell, with_picture=not how.once)
            playing = asyncio.create_task(crowd.play(over))
            try:
                await _stages(HostDesk(Place("127.0.0.1", port, https=False), code), house, crowd, how, stop, tell)
            finally:
                over.set()
                await playing
                warming.cancel()
            summary = crowd.summary(await crowd.check())
            status: str = "stopped"
            lines: tuple[str, ...] = ()
            if not stop.is_set():
                status, lines = await _weighed(gathering.as_gathering(), tell)
            _say_result(summary, status, lines, tell)
            if not how.once and not stop.is_set():
                await _stay(how, HostDesk(Place("127.0.0.1", port, https=False), code), house, stop, tell)
    finally:
        worker.close()
    return _by_the_record(path, crowd, summary, status, lines, stopped=stop.is_set())


def _say_where(addresses: Addresses, house: House, code: str, tell: Tell, *, with_picture: bool) -> None:
    tell(f"A gathering of made-up friends plays itself. Join code {spoken(code)}.")
    tell(f"  hall screen  {addresses.hall(code)}")
    tell(f"  your phone   {addresses.phone(code)}")
    tell(f"  host's desk  {addresses.host(house.invite(code))}  (works once)")
    if with_picture and (picture := qr(addresses.phone(code))):
        tell(f"\n{picture}\n")


async def _stages(desk: HostDesk, house: House, crowd: Crowd, how: Play, stop: asyncio.Event, tell: Tell) -> None:
    """Lead the round from its opening to the weaving, as a host would, over HTTP."""
    code = next(iter(house.gatherings))
    try:
        await desk.enter(house.invite(code))
        tell("open: what do you want?")
        await _until_at_rest(crowd, STAGE_SECONDS / how.speed, stop, tell)
        if not stop.is_set():
            await desk.move("crossing")
            tell("crossing: desires travel between circles")
            await _until_at_rest(crowd, STAGE_SECONDS / how.speed, stop, tell)
        if not stop.is_set():
            await desk.move("weaving")
            tell("weaving: the one desire of all is looked for")
    except GaveUpError as error:
        crowd.counts.errors[str(error)] += 1
    finally:
        desk.leave()


async def _until_at_rest(crowd: Crowd, most_seconds: float, stop: asyncio.Event, tell: Tell) -> None:
    """Wait until everybody has done what there is to do, or the time of the stage is over."""
    began = time.perf_counter()
    told = began
    while not stop.is_set() and (now := time.perf_counter()) - began < most_seconds + _GRACE_SECONDS:
        if now - began > _SETTLE_SECONDS and crowd.at_rest:
            break
        if now - told >= 5.0:  # noqa: PLR2004
            told = now
            tell(f"  {crowd.progress()}")
        await asyncio.sleep(0.1)
    tell(f"  {crowd.progress()}")


async def _weighed(gathering: Gathering, tell: Tell) -> tuple[str, tuple[str, ...]]:
    """Return the result, found in a process of its own, so that the server answers meanwhile."""
    tell("  (this takes a few seconds)")
    loop = asyncio.get_running_loop()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, initializer=_leave_ctrl_c_to_the_server) as pool:
        return await loop.run_in_executor(pool, weigh, gathering)


def _leave_ctrl_c_to_the_server() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def weigh(gathering: Gathering) -> tuple[str, tuple[str, ...]]:
    """Return the status of a gathering's one desire and the texts of its lines."""
    from oneheart.engine.analysis import analyze  # noqa: PLC0415  the heavy part

    analysis = analyze(gathering, seed=0)
    if not analysis.measured:
        return "not measured", ()
    one = analysis.one_desire
    return one.status, tuple(gathering.desires[line.desire].text for line in one.lines)


def _say_result(summary: Summary, status: str, lines: tuple[str, ...], tell: Tell) -> None:
    words = {"one": "One desire:", "not yet": "Not one yet. Nearest to it:", "stopped": "Stopped before its end."}
    tell(words.get(status, "Too few answers to say what is wanted."))
    for line in lines:
        tell(f"  · {line}")
    found = summary.findings
    tell(
        f"{found.people} people · responses: {found.sent} sent, {found.acknowledged} acknowledged, {found.stored} "
        f"stored, {found.doubled} doubled · lost {found.lost}"
    )
    for sentence, count in summary.errors:
        tell(f"  went wrong {count} times: {sentence}")


async def _stay(how: Play, desk: HostDesk, house: House, stop: asyncio.Event, tell: Tell) -> None:
    """Open a second round for whoever comes, and stay."""
    code = next(iter(house.gatherings))
    try:
        await desk.enter(house.invite(code))
        await desk.move("open")
    except GaveUpError as error:
        tell(f"  {error}")
    finally:
        desk.leave()
    tell(f"A second round is open to you for {how.stay_seconds / 60:.0f} minutes. Ctrl-C ends it.")
    try:
        async with asyncio.timeout(how.stay_seconds):
            await stop.wait()
    except TimeoutError:
        pass


def _by_the_record(
    path: Path, crowd: Crowd, summary: Summary, status: str, lines: tuple[str, ...], *, stopped: bool
) -> Played:
    """Compare once more with the record itself, which is beyond what phones can ask."""
    taps = {key: tap for phone in crowd.phones for key, tap in phone.ledger.taps.items()}
    database = open_database(path)
    try:
        events = [event for event in Log(database).replay() if event.kind in {"response", "desire"}]
    finally:
        database.close()
    ours = {event.actor for event in events if event.key in taps}
    written = Counter((event.kind, event.key) for event in events if event.actor in ours)
    doubled = sum(count - (key in taps) for (_, key), count in written.items())
    there = {key for _, key in written}
    promised = {key for key, tap in taps.items() if tap.acknowledged and tap.kind in {"response", "desire"}}
    stored = sum(kind == "response" and key in promised for kind, key in written)
    desires = sum(event.kind == "desire" for event in events)
    return Played(summary, desires, stored, doubled, len(promised - there), status, lines, stopped)
