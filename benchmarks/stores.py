"""Durable appends a second on both stores, in turns in one run: the real state, codec, seal and chain, without HTTP.

    python benchmarks/stores.py [--rounds 3] [--taps 6000] [--phones 64]

PostgreSQL is Debian's own, started in a temporary folder on the same disk as the file, and ended. A tap is answered
when it is durable; each of the phones sends its next one then.
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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from oneheart.commands.moving import move
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from tests.support import postgres as servers

DESIRES = 60


async def _prepared(path: Path, phones: int) -> None:
    create(path, ev.Settings("stores", {"en": "What do you want?"}, "assembly", ["en"]), code="ABCD3456")
    gathering = LiveGathering.open(path)
    wishes = (ev.DesireSaid(None, f"wish number {number}", "en") for number in range(DESIRES))
    await asyncio.gather(*(gathering.submit("house", f"wish-{n}", body) for n, body in enumerate(wishes)))
    await asyncio.gather(*(gathering.take_seat(f"seat-key-{n}", language="en") for n in range(phones)))
    await gathering.submit("h0", "crossing", ev.StageMoved("crossing", 0))
    await gathering.close()


async def _taps(place: str, taps: int, phones: int, run: int) -> tuple[float, float]:
    """Return durable taps a second, and the 99th percentile of their time in milliseconds."""
    gathering, took = LiveGathering.open(place), []

    async def phone(seat: int) -> None:
        for number in range(taps // phones):
            began = time.perf_counter()
            body = ev.Responded(seat, (seat + number) % DESIRES, 1, 0.05)
            await gathering.submit(f"s{seat}", f"{run}-{number}-{os.getpid()}", body)
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(phone(seat) for seat in range(phones)))
    seconds = time.perf_counter() - began
    await gathering.close()
    return len(took) / seconds, 1000 * statistics.quantiles(took, n=100)[98]


def main() -> int:
    """Print medians, ratios, machine and commit as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--taps", type=int, default=6000)
    parser.add_argument("--phones", type=int, default=64)
    asked = parser.parse_args()
    found: dict[str, list[tuple[float, float]]] = {"sqlite": [], "postgresql": []}
    servers.MEMORY = Path("/nowhere")  # the data lie on the disk, as the file does
    with servers.running() as cluster, tempfile.TemporaryDirectory() as folder:
        os.environ["ONEHEART_KEYS"] = folder
        base = cluster.emptied()
        for name in ("file", "part"):
            asyncio.run(_prepared(Path(folder) / f"{name}.oneheart", asked.phones))
        list(move(str(Path(folder) / "part.oneheart"), base))
        places = {"sqlite": str(Path(folder) / "file.oneheart"), "postgresql": f"{base}#ABCD3456"}
        for run in range(asked.rounds):
            for store, place in places.items():
                found[store].append(asyncio.run(_taps(place, asked.taps, asked.phones, run)))
    told: dict[str, object] = {
        store: {
            "taps_a_second": round(statistics.median(rate for rate, _ in runs)),
            "p99_ms": round(statistics.median(late for _, late in runs), 1),
        }
        for store, runs in found.items()
    }
    pairs = zip(found["postgresql"], found["sqlite"], strict=True)
    told["ratio"] = round(statistics.median(there[0] / here[0] for there, here in pairs), 2)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    told |= {"cores": os.cpu_count(), "machine": platform.platform(), "commit": commit.stdout.strip()}
    print(json.dumps(told, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
