"""Taps a second through HTTP with one, two and four servers of a gathering in PostgreSQL, a fifth of a core each.

    python benchmarks/several.py [--share 0.2] [--seconds 8] [--rounds 3] [--phones 64] [--counts 1 2 4]

The share is set by a cgroup for each server where this user may make one (as root); else the servers get what they get,
and the figures say so. Phones and database have what is left of the machine. Every acknowledged tap is looked for in
the log afterwards, once.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from oneheart.commands.moving import move
from tests.chaos import kill9
from tests.chaos.disturbed import Servers
from tests.support import postgres as servers

PERIOD = 50_000  # microseconds
FORMER, UNIFIED = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")


@contextlib.contextmanager
def limited(pids: Sequence[int], share: float) -> Iterator[bool]:
    """Give each process so much of a core while the block runs; yield whether that was possible."""
    made: list[Path] = []
    is_former = (FORMER / "cpu.cfs_quota_us").exists()
    try:
        for pid in pids:
            group = (FORMER if is_former else UNIFIED) / f"oneheart-several-{os.getpid()}-{pid}"
            group.mkdir()
            made.append(group)
            if is_former:
                (group / "cpu.cfs_period_us").write_text(str(PERIOD))
                (group / "cpu.cfs_quota_us").write_text(str(int(PERIOD * share)))
            else:
                (group / "cpu.max").write_text(f"{int(PERIOD * share)} {PERIOD}")
            (group / "cgroup.procs").write_text(str(pid))
        works = True
    except OSError:
        works = False
    try:
        yield works
    finally:
        for group in made:
            for pid in (group / "cgroup.procs").read_text().split():
                (group.parent / "cgroup.procs").write_text(pid)
            group.rmdir()


def processor_seconds(pids: Sequence[int]) -> float:
    """Return the processor time that processes have used, in seconds."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measured(cluster: servers.Cluster, count: int, asked: argparse.Namespace) -> dict[str, float]:
    """Return what so many servers kept a second, and what a tap took them."""
    base = cluster.emptied()
    place = f"{base}#{kill9.CODE}"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ONEHEART_KEYS"] = folder
        path = Path(folder) / "g.oneheart"
        seats = asyncio.run(kill9._prepare(path, count * asked.phones))  # noqa: SLF001
        list(move(str(path), base))
        with Servers([place] * count) as served:
            pids = [one.pid for one in served.processes]
            with limited(pids, asked.share) as works:
                window: list[tuple[float, float]] = []

                def load() -> None:
                    time.sleep(1)
                    window.append((time.monotonic(), processor_seconds(pids)))
                    time.sleep(asked.seconds)
                    window.append((time.monotonic(), processor_seconds(pids)))

                played = served.play(seats, load, seed=count)
            (begins, before), (ends, after) = window
            found = served.judge(place)
    kept = [one for one in played.answers if one.kept and begins <= one.began + one.took <= ends]
    times = [one.took for one in kept]
    if not found.well:
        message = f"{found.lost} lost, {found.doubled} doubled, {found.differs} differ"
        raise RuntimeError(message)
    return {
        "limited": works,
        "taps_a_second": len(kept) / (ends - begins),
        "p50_ms": 1000 * statistics.median(times),
        "p99_ms": 1000 * statistics.quantiles(times, n=100)[98],
        "processor_us_a_tap": 1e6 * (after - before) / len(kept),
        "share_of_a_core": (after - before) / (ends - begins) / count,
    }


def main() -> int:
    """Print medians of the rounds, ratios, machine and commit as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--share", type=float, default=0.2)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--phones", type=int, default=64, help="phones of each server")
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 2, 4])
    asked = parser.parse_args()
    before = os.getloadavg()[0]
    found: dict[int, list[dict[str, float]]] = {count: [] for count in asked.counts}
    servers.MEMORY = Path("/nowhere")  # the data lie on the disk
    with servers.running("min_wal_size=1GB", "shared_buffers=128MB") as cluster:
        for _ in range(asked.rounds):
            for count, runs in found.items():
                runs.append(measured(cluster, count, asked))
    told: dict[str, object] = {
        f"{count} servers": {name: round(statistics.median(run[name] for run in runs), 2) for name in runs[0]}
        for count, runs in found.items()
    }
    one = found[asked.counts[0]]
    told["ratios to the first"] = {
        f"{count} servers": round(
            statistics.median(
                run["taps_a_second"] / first["taps_a_second"] for run, first in zip(runs, one, strict=True)
            ),
            2,
        )
        for count, runs in found.items()
    }
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    told |= {"asked": vars(asked), "cores": os.cpu_count(), "load_before": before, "load_after": os.getloadavg()[0]}
    told |= {"machine": platform.platform(), "commit": commit.stdout.strip()}
    print(json.dumps(told, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
