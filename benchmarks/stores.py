"""Durable appends a second on both stores, in turns in one run: the real state, codec, seal and chain, without HTTP.

    python benchmarks/stores.py [--rounds 5] [--taps 12800] [--phones 64] [--rate 300] [--crowd 2000] [--events 500]

PostgreSQL is Debian's own, started in a temporary folder on the same disk as the file, and ended. A tap is answered
when it is durable; each of the phones sends its next one then. In the paced runs all phones together mean to send so
many taps a second, and a tap that is sent late counts from when it was due. "among others" is the same gathering in a
table with 2,000 others of 500 events each.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from oneheart.commands.moving import move
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.storage.postgres import DatabaseSession, address_of
from tests.support import postgres as servers

DESIRES = 60
CODES = {"postgresql": "ABCD3456", "among_others": "EFGH3456"}
LOAD = os.getloadavg()[0]


async def _prepared(path: Path, phones: int, code: str = "ABCD3456") -> None:
    create(path, ev.Settings("stores", {"en": "What do you want?"}, "assembly", ["en"]), code=code)
    gathering = LiveGathering.open(path)
    wishes = (ev.DesireSaid(None, f"wish number {number}", "en") for number in range(DESIRES))
    await asyncio.gather(*(gathering.submit("house", f"wish-{n}", body) for n, body in enumerate(wishes)))
    await asyncio.gather(*(gathering.take_seat(f"seat-key-{n}", language="en") for n in range(phones)))
    await gathering.submit("h0", "crossing", ev.StageMoved("crossing", 0))
    await gathering.close()


async def _taps(place: str, taps: int, phones: int, run: str, rate: float = 0.0) -> tuple[float, list[float]]:
    """Return durable taps a second, and how long each took, in seconds.

    Args:
        place: path or address of the gathering.
        taps: number of taps.
        phones: number of phones.
        run: name of the run, for keys.
        rate: taps a second that all phones together mean to send; 0 for each as soon as its last one is answered.
    """
    gathering = LiveGathering.open(place)
    took: list[float] = []

    async def phone(seat: int, count: int, name: str, pace: float, times: list[float]) -> None:
        due = time.perf_counter() + pace * seat / phones
        for number in range(count):
            if pace:
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            began = due if pace else time.perf_counter()  # whoever is late is late from when it was due
            due += pace
            body = ev.Responded(seat, (seat + number) % DESIRES, 1, 0.05)
            await gathering.submit(f"s{seat}", f"{run}-{name}-{number}-{os.getpid()}", body)
            times.append(time.perf_counter() - began)

    await asyncio.gather(*(phone(seat, 10, "warm", 0.0, []) for seat in range(phones)))  # plans, caches, threads
    began = time.perf_counter()
    pace = phones / rate if rate else 0.0
    await asyncio.gather(*(phone(seat, taps // phones, "tap", pace, took) for seat in range(phones)))
    seconds = time.perf_counter() - began
    await gathering.close()
    return len(took) / seconds, took


def _run_in(address: str) -> None:
    """Let the server have files for its write-ahead log, as one that ran for an hour has.

    A new server fills each file of 16 MB with zeros before it uses it, and whoever commits then waits for that.
    """
    line = DatabaseSession(address_of(address))
    line.run("SET statement_timeout = 0")
    for _ in range(40):
        line.run("SELECT pg_logical_emit_message(false, 'oneheart', repeat('x', 1000))")
        line.run("SELECT pg_switch_wal()")
    line.run("CHECKPOINT")
    line.close()


def _crowd(address: str, gatherings: int, events: int) -> None:
    """Put other gatherings of so many events each into the table, with the rows of the one that is there."""
    line = DatabaseSession(address_of(address))
    line.run("SET statement_timeout = 0")
    line.run(
        "INSERT INTO oneheart.gatherings (code, format) SELECT 'OTHER' || n, 2 FROM generate_series(1, %s::int) n",
        (gatherings,),
    )
    line.run(
        "INSERT INTO oneheart.events SELECT g.gathering, n, 's' || n %% 60, sha256(n::text::bytea), 'response', "
        "e.body, e.sealed, e.salt, e.commitment, e.chain, e.at FROM oneheart.gatherings g, "
        "generate_series(1, %s::int) n, (SELECT * FROM oneheart.events WHERE kind = 'response' LIMIT 1) e "
        "WHERE g.code LIKE 'OTHER%%'",
        (events,),
    )
    line.run("ANALYZE oneheart.events")
    line.run("CHECKPOINT")
    line.close()


def _late(times: list[float]) -> float:
    """Return the 99th percentile in milliseconds."""
    return 1000 * statistics.quantiles(times, n=100)[98]


@dataclass
class _Found:
    """What one store took, by round."""

    rates: list[float] = field(default_factory=list)
    times: list[list[float]] = field(default_factory=list)
    paced: list[list[float]] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        """Return the figures: medians of the rounds, and the percentiles of the quietest round."""
        full, paced = [_late(one) for one in self.times], [_late(one) for one in self.paced]
        return {
            "taps_a_second": round(statistics.median(self.rates)),
            "p50_ms": round(1000 * statistics.median(map(statistics.median, self.times)), 1),
            "p99_ms": round(statistics.median(full), 1),
            "p99_ms_quietest": round(min(full), 1),
            "paced_p50_ms": round(1000 * statistics.median(map(statistics.median, self.paced)), 2),
            "paced_p99_ms": round(statistics.median(paced), 1),
            "paced_p99_ms_quietest": round(min(paced), 1),
        }


def main() -> int:
    """Print medians, ratios, machine and commit as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--taps", type=int, default=12_800)
    parser.add_argument("--phones", type=int, default=64)
    parser.add_argument("--rate", type=float, default=300.0, help="taps a second of the paced runs")
    parser.add_argument("--paced", type=int, default=2560, help="taps of a paced run")
    parser.add_argument("--crowd", type=int, default=2000, help="other gatherings in the table")
    parser.add_argument("--events", type=int, default=500, help="events of each of them")
    asked = parser.parse_args()
    found = {"sqlite": _Found(), "postgresql": _Found(), "among_others": _Found()}
    servers.MEMORY = Path("/nowhere")  # the data lie on the disk, as the file does
    settings = ("min_wal_size=1GB", "shared_buffers=128MB")
    with servers.running(*settings) as cluster, tempfile.TemporaryDirectory() as folder:
        os.environ["ONEHEART_KEYS"] = folder
        places = {"sqlite": str(Path(folder) / "file.oneheart")}
        asyncio.run(_prepared(Path(places["sqlite"]), asked.phones))
        for name, base in (("postgresql", cluster.made("alone")), ("among_others", cluster.made("crowd"))):
            path = Path(folder) / f"{name}.oneheart"
            asyncio.run(_prepared(path, asked.phones, CODES[name]))
            list(move(str(path), base))
            places[name] = f"{base}#{CODES[name]}"
        asyncio.run(_taps(places["among_others"], 0, asked.phones, "before"))
        _crowd(cluster.named("crowd"), asked.crowd, asked.events)
        _run_in(cluster.named("crowd"))
        for run in range(asked.rounds):
            for store, place in places.items():
                rate, took = asyncio.run(_taps(place, asked.taps, asked.phones, f"{run}"))
                found[store].rates.append(rate)
                found[store].times.append(took)
                found[store].paced.append(
                    asyncio.run(_taps(place, asked.paced, asked.phones, f"p{run}", asked.rate))[1]
                )
    told: dict[str, object] = {store: one.told() for store, one in found.items()}
    pairs = {"postgresql to sqlite": ("postgresql", "sqlite"), "among others to alone": ("among_others", "postgresql")}
    told["ratios"] = {name: _ratios(found[one], found[other]) for name, (one, other) in pairs.items()}
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    told |= {"asked": vars(asked), "cores": os.cpu_count(), "load_before": LOAD, "load_after": os.getloadavg()[0]}
    told |= {"machine": platform.platform(), "commit": commit.stdout.strip()}
    print(json.dumps(told, indent=1))
    return 0


def _ratios(there: _Found, here: _Found) -> dict[str, float]:
    """Return the median ratios of runs that followed each other, and the ratio of the quietest ones."""

    def late(one: list[list[float]]) -> list[float]:
        return [_late(times) for times in one]

    def ratio(one: list[float], other: list[float]) -> float:
        return round(statistics.median(a / b for a, b in zip(one, other, strict=True)), 2)

    return {
        "taps a second": ratio(there.rates, here.rates),
        "p99": ratio(late(there.times), late(here.times)),
        "p99 quietest": round(min(late(there.times)) / min(late(here.times)), 2),
        "p99 paced": ratio(late(there.paced), late(here.paced)),
        "p99 paced quietest": round(min(late(there.paced)) / min(late(here.paced)), 2),
    }


if __name__ == "__main__":
    sys.exit(main())
