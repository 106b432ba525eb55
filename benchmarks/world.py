"""What a gathering costs at each size: measured where this machine can, for the model of benchmarks/world_model.py.

    python benchmarks/world.py [--people 10 100 1000 10000] [--fits 300 1000 3000 10000] [--out out/world.json]

Everybody says one desire and answers eight cards, through the real state, codec, seals and log. Measured are, each in a
process of its own: bytes of the log, memory and processor time for each seat, desire and answer; how long it takes to
open the log again; a card; a fit of the live model. Through a real server: bytes of a page, a tap and an open stream.
And how many answers a desire needs before it is told rightly whether it is common. Sizes above a thousand are not used
to make the model: they stand beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measured import run
from where import ROOT, stamp

ANSWERS = 8  # of each person
STREAMS = (100, 600)
HALLS, HALL_CARDS = 2, 24
NEEDED = (16, 32, 64, 128)  # answers a desire
_MANY = 100  # with fewer streams than that there is nothing to measure, and little time is spent on it
SIZES = (150, 600)  # people of the halls
Figures = dict[str, Any]


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=(10, 100, 1000, 10_000), help="of the live halls")
    parser.add_argument(
        "--fits", type=int, nargs="+", default=(300, 1000, 3000, 6000, 10_000), help="people of the live fits"
    )
    parser.add_argument("--halls", type=int, default=HALLS, help="made-up halls of each size")
    parser.add_argument("--streams", type=int, nargs=2, default=STREAMS, help="open streams, few and many")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "world.json")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child is not None:
        what, size = asked.child
        print(json.dumps(CHILDREN[what](size)))
        return 0
    begin = time.perf_counter()
    results: Figures = stamp() | {"kind": "world", "answers of each": ANSWERS}
    results["live"] = [_child("live", people) for people in asked.people]
    results["fits"] = [_child("fit", people) for people in asked.fits]
    results["wire"] = _child("wire", "x".join(map(str, asked.streams)))
    results["needed"] = [_child("needed", f"{people}x{asked.halls}") for people in SIZES]
    results["seconds"] = round(time.perf_counter() - begin, 1)
    results["told"] = _told(results)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(asked.out)
    return 0


def _child(what: str, size: object) -> Figures:
    """Return what a process of its own measures, and print it."""
    done = run([sys.executable, __file__, "--child", what, str(size)], seconds=1800.0)
    if done.failure:
        message = f"{what} {size}: {done.failure}"
        raise SystemExit(message)
    found = done.json()
    print(f"  {what} {size}: " + ", ".join(f"{name} {_short(value)}" for name, value in found.items()), flush=True)
    return found


def _short(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def _told(results: Figures) -> str:
    last, wire = results["live"][-1], results["wire"]
    return (
        f"{last['people']:,} people: {last['log bytes'] / 1e6:.1f} MB of log, {last['MiB']:.0f} MiB, opened again in "
        f"{last['opening, seconds']:.1f} s; a tap {wire['tap, bytes']:.0f} bytes"
    )


def _mebibytes() -> float:
    gc.collect()
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


# --- a gathering in a process of its own, without HTTP ----------------------------------------------------------------


def live(size: str) -> Figures:
    """Return bytes, memory and processor time of a gathering where everybody says a desire and answers cards."""
    with tempfile.TemporaryDirectory(prefix="oneheart-world-") as folder:
        return asyncio.run(_live(Path(folder) / "world.oneheart", int(size)))


async def _live(path: Path, people: int) -> Figures:
    from oneheart.live import events as ev  # noqa: PLC0415  the parent stays small
    from oneheart.live.gathering import LiveGathering, create  # noqa: PLC0415

    words = "That we hear what each of us hopes for, number"
    create(path, ev.Settings("world", {"en": "What do you want?"}, "ten", ["en"], cards=10**6), code="ABCD3456")
    gathering = LiveGathering.open(path)
    for circle in range(max(1, people // 10)):
        await gathering.submit("house", f"circle-{circle}", ev.CircleAdded("", f"circle-{circle}"))
    marks = [_mark(path)]

    async def all_of(acts: Any) -> None:
        part = []
        for act in acts:
            part.append(act)
            if len(part) == 1000:
                await asyncio.gather(*part)
                part = []
        await asyncio.gather(*part)
        marks.append(_mark(path))

    await all_of(
        gathering.take_seat(f"seat-key-{n}", language="en", circle=n % max(1, people // 10)) for n in range(people)
    )
    await all_of(gathering.submit(f"s{n}", f"say-{n}", ev.DesireSaid(n, f"{words} {n}", "en")) for n in range(people))
    await gathering.submit("house", "crossing", ev.StageMoved("crossing", 0))
    count = min(ANSWERS, people - 1)
    await all_of(
        gathering.submit(f"s{n}", f"answer-{n}-{k}", ev.Responded(n, (n + 1 + k * 7) % people, k % 2, 0.05))
        for k in range(count)
        for n in range(people)
        if (n + 1 + k * 7) % people != n
    )
    found: Figures = {"people": people, "answers": gathering.state.tally.response_count}
    begin = time.process_time()
    gathering.tick()
    found["tick, seconds"] = time.process_time() - begin
    begin = time.process_time()
    dealt = [gathering.dealer.card(n % people) for n in range(100)]
    found["card, microseconds"] = 1e4 * (time.process_time() - begin)
    found["cards dealt"] = sum(card is not None for card in dealt)
    await gathering.close()
    each = {"seat": people, "desire": people, "answer": found["answers"]}
    for (name, number), before, after in zip(each.items(), marks, marks[1:], strict=False):
        found[f"bytes a {name}"] = (after[0] - before[0]) / number
        found[f"memory a {name}, bytes"] = 2**20 * (after[1] - before[1]) / number
        found[f"microseconds a {name}"] = 1e6 * (after[2] - before[2]) / number
    found |= {"log bytes": _log_bytes(path), "MiB": marks[-1][1], "MiB before": marks[0][1]}
    begin = time.process_time()
    gathering = LiveGathering.open(path)
    found["opening, seconds"] = time.process_time() - begin
    found["events"] = gathering.state.seq
    await gathering.close()
    return found


def _mark(path: Path) -> tuple[int, float, float]:
    return _log_bytes(path), _mebibytes(), time.process_time()


def _log_bytes(path: Path) -> int:
    """Return the bytes of file, write-ahead log and keys; what lies in the write-ahead log is counted once."""
    import apsw  # noqa: PLC0415

    line = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    pages = next(line.execute("PRAGMA page_count"))[0] * next(line.execute("PRAGMA page_size"))[0]
    line.close()
    keys = path.with_name(path.name + ".keys")
    return int(pages) + (keys.stat().st_size if keys.is_file() else 0)


def fit(size: str) -> Figures:
    """Return what the live model takes for so many people, each of whom said a desire: the first fit and a warm one."""
    import numpy as np  # noqa: PLC0415

    from oneheart.live.decks import FitOrder  # noqa: PLC0415
    from oneheart.live.fitting import Fitter  # noqa: PLC0415
    from oneheart.model.gathering import Responses  # noqa: PLC0415

    people, rng = int(size), np.random.default_rng(0)

    def order(n: int) -> FitOrder:
        each = min(ANSWERS, n - 1)
        desire = (np.arange(n)[:, None] + 1 + 7 * np.arange(each)) % n
        stance = rng.choice(np.array([-1, 0, 1], np.int8), n * each, p=[0.2, 0.3, 0.5])
        answers = Responses.of(np.repeat(np.arange(n), each), desire.ravel(), stance)
        nobody = np.full(n, -1, np.int32)
        about = np.ones(n, bool), np.arange(n, dtype=np.int32), nobody, nobody, False
        return FitOrder(1, n, n, answers, *about, np.zeros((1, n), bool), np.zeros(n, np.int32), seed=0)

    Fitter().fit(order(20))  # loads what is compiled
    before, fitter, task = _mebibytes(), Fitter(), order(people)
    found: Figures = {"people": people}
    for name in ("first fit", "warm fit"):
        begin = time.process_time()
        fitter.fit(task)
        found[f"{name}, seconds"] = time.process_time() - begin
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return found | {"MiB more": (int(peak[1]) / 1024 if peak else 0.0) - before}


# --- through a server -------------------------------------------------------------------------------------------------


def wire(size: str) -> Figures:
    """Return bytes of page, tap and stream, and processor time and memory of open streams, through a real server."""
    few, many = (int(part) for part in size.split("x"))
    with tempfile.TemporaryDirectory(prefix="oneheart-world-") as folder:
        return asyncio.run(_wire(Path(folder), few, many))


async def _wire(folder: Path, few: int, many: int) -> Figures:
    import live as load  # noqa: PLC0415
    from tap import processor_seconds  # noqa: PLC0415

    from oneheart.rehearsal.wire import Wire, many_files, request  # noqa: PLC0415

    many_files()
    gathering = await load.filled(folder, many, min(60, many), 0)
    found: Figures = {}
    async with load.server(gathering.path, 2.0 if many >= _MANY else 0.3) as child:
        place, secret = child.place, gathering.seats[0]
        paths = [f"/g/{gathering.code}"]
        sizes: dict[str, int] = {}
        wide = Wire(place)
        while paths:
            path = paths.pop()
            raw = request(place, "GET", path, cookie=f"seat={secret}")
            zipped = raw.replace(b"\r\n\r\n", b"\r\nAccept-Encoding: gzip\r\n\r\n", 1)
            plain, answer = await wide.ask(raw), await wide.ask(zipped)
            sizes[path] = len(answer.body) + sum(len(f"{k}: {v}\r\n") for k, v in answer.headers.items())
            linked = re.findall(rb'(?:src|href)="(/static/[^"]+|/[^"]+\.(?:js|css|woff2|svg))"', plain.body)
            paths += [name for name in {link.decode() for link in linked} - sizes.keys() if name not in paths]
        found["page, bytes"] = sizes[f"/g/{gathering.code}"]
        found["page with all it links, bytes"] = sum(sizes.values())
        _, line = await asyncio.get_running_loop().create_connection(load.Tapper, place.host, place.port)
        asked, told, hand, begin = 0, 0, gathering.first[secret], processor_seconds(child.process.pid)
        taps = 1000
        for number in range(taps):
            secret = gathering.seats[number % many]
            hand = gathering.first[secret]
            raw = load.tap(place, gathering.code, secret, hand, "pages")
            answer = await line.ask(raw)
            asked, told = asked + len(raw), told + len(answer)
        line.end()
        found["tap, bytes"] = (asked + told) / taps
        found["tap, microseconds of the server"] = 1e6 * (processor_seconds(child.process.pid) - begin) / taps
        states = []
        wires: list[Any] = []
        for count in (few, many):
            while len(wires) < count:
                wires.append(_Listening(Wire(place)))
                cookie = f"seat={gathering.seats[(len(wires) - 1) % many]}"
                raw = request(place, "GET", f"/g/{gathering.code}/events", cookie=cookie, accept="text/event-stream")
                wires[-1].begin(raw)
                if len(wires) % 50 == 0:
                    await asyncio.sleep(0.1)
            await asyncio.sleep(2.0 if many >= _MANY else 0.3)
            states.append(await _calm(child, wires, gathering, load, processor_seconds))
        for one in wires:
            await one.end()
    (m1, c1, b1), (m2, c2, b2) = states
    more = many - few
    found["memory a stream, bytes"] = 2**20 * (m2 - m1) / more
    found["microseconds a stream and second"] = 1e6 * (c2 - c1) / more
    found["bytes a stream and minute"] = 60 * (b2 - b1) / more
    return found | {"streams": many}


class _Listening:
    """A phone that listens to a stream and counts bytes."""

    def __init__(self, wire: Any) -> None:
        self.wire, self.bytes, self.task = wire, 0, None

    def begin(self, raw: bytes) -> None:
        def heard(piece: bytes) -> None:
            self.bytes += len(piece)

        async def listen() -> None:
            from oneheart.rehearsal.wire import GoneError  # noqa: PLC0415

            try:
                await self.wire.listen(raw, heard)
            except GoneError:
                return

        self.task: Any = asyncio.create_task(listen())

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        self.wire.drop()


async def _calm(child: Any, wires: Any, gathering: Any, load: Any, used: Any) -> tuple[float, float, float]:
    """Return memory, and processor seconds and bytes of all streams a second, while twenty taps a second come."""
    seconds, taps = 10.0 if len(wires) >= _MANY else 1.0, load.Taps([])
    heard, before = sum(one.bytes for one in wires), used(child.process.pid)
    begin = time.perf_counter()
    pace = load._at(20.0, 1)  # noqa: SLF001  the pace of its own load
    await load.tapping(child.place, gathering, gathering.seats[:20], "pages", taps, begin + seconds, pace)
    took = time.perf_counter() - begin
    spent = (used(child.process.pid) - before) / took
    return child.memory_mib()["server MiB"], spent, (sum(one.bytes for one in wires) - heard) / took


# --- how many answers a desire needs ----------------------------------------------------------------------------------


def needed(size: str) -> Figures:
    """Return by answers a desire: of the truly common ones which share is told as common, and of those told, is so.

    Everybody answers as many cards in all halls; where there are fewer desires, each has more answers.
    """
    import numpy as np  # noqa: PLC0415

    from oneheart.engine.analysis import analyze  # noqa: PLC0415
    from oneheart.engine.desire.standing import Standing  # noqa: PLC0415
    from oneheart.engine.synthetic import draw  # noqa: PLC0415

    people, halls = (int(part) for part in size.split("x"))
    rows = []
    for answers in NEEDED:
        desires, counts = round(people * HALL_CARDS / answers), np.zeros(3)
        for hall in range(halls):
            made = draw(people, desires, answers=HALL_CARDS, rng=np.random.default_rng([hall, people]))
            told = analyze(made.gathering, seed=0).common_ground
            said, true = np.array([g.standing is Standing.ADMISSIBLE for g in told]), made.worst_fifth > 0
            counts += (said & true).sum(), true.sum(), said.sum()
        both, true_count, said_count = counts.tolist()
        row = {"answers a desire": people * HALL_CARDS / desires, "desires": desires}
        rows.append(row | {"found": both / max(true_count, 1), "so": both / max(said_count, 1)})
    return {"people": people, "halls": halls, "cards": HALL_CARDS, "rows": rows}


CHILDREN = {"live": live, "fit": fit, "wire": wire, "needed": needed}

if __name__ == "__main__":
    sys.exit(main())
