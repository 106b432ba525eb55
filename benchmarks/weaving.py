"""Measure how long a live text takes to be woven, beside the analysis of a report and beside an earlier commit.

    python benchmarks/weaving.py [--people 1000] [--desires 200] [--answers 12 18 24] [--former FOLDER] [--small]

Made-up gatherings in circles of ten. Everything is measured in this one run on this one machine, so what counts are the
ratios; the seconds are of processor time, which a busy machine lengthens less than time by the clock. `--former` names
another checkout (``git worktree add FOLDER COMMIT``): the same gatherings are woven by its code, each commit in a
process of its own, and it is said whether the lines are the same. Ours starts with the environment that the server
gives to the process that weaves, the other one with none.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from oneheart import settings
from oneheart.engine import synthetic
from oneheart.engine.analysis import analyze
from oneheart.live import weaving
from oneheart.live.weaving_order import WeaveOrder
from oneheart.model.gathering import Circle, Gathering

CIRCLE = 10
HERE = Path(__file__).resolve()


def made(people: int, desires: int, answers: int, *, seed: int) -> Gathering:
    """Return a made-up gathering in circles, labelled as a live one, every desire with an author."""
    drawn = synthetic.draw(people, desires, answers=answers, rng=np.random.default_rng(seed)).gathering
    said = tuple(replace(d, label=str(n), author=n % people) for n, d in enumerate(drawn.desires))
    count = max(1, people // CIRCLE)
    circles = tuple(Circle(str(number), f"circle {number}") for number in range(count))
    circle_of = (np.arange(people) % count).astype(np.int32)
    return Gathering(drawn.question, drawn.participants, said, drawn.responses, circles, circle_of)


def timed(doing: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of processor time that something took, and what came of it."""
    before = time.process_time()
    result = doing()
    return time.process_time() - before, result


def weave(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Return for each gathering how long it took to weave and to analyse, and the lines."""
    out = []
    for place, answers in enumerate([options.answers[0], *options.answers]):
        gathering = made(options.people, options.desires, answers, seed=place)
        order = WeaveOrder(gathering, 1, frozenset(), 7)
        seconds, woven = timed(lambda order=order: weaving.weave(order))
        row = {"answers": answers, "weaving": seconds, "lines": [list(line) for line in woven.lines]}
        if options.report:
            row["report"] = timed(lambda gathering=gathering: analyze(gathering, seed=7))[0]
        out.append(row)
    return out[1:]  # the first warms up the kernels


def child(options: argparse.Namespace, source: Path, more: Mapping[str, str], *, report: bool) -> list[dict[str, Any]]:
    """Return what `weave` returns in a process that runs the code of a checkout."""
    words = ["--people", options.people, "--desires", options.desires, "--answers", *options.answers]
    environment = {**more, **os.environ, "PYTHONPATH": str(source)}
    command = [sys.executable, str(HERE), "--child", *(["--report"] if report else []), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--desires", type=int, default=200)
    parser.add_argument("--answers", type=int, nargs="+", default=[12, 18, 24])
    parser.add_argument("--former", type=Path, help="another checkout to weave with, too")
    parser.add_argument("--small", action="store_true", help="a gathering of a moment, to see that this runs")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--report", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.small:
        options.people, options.desires, options.answers = 60, 20, [10]
    if options.child:
        print(json.dumps(weave(options)))
        return
    now = child(options, HERE.parents[1] / "src", settings.ONE_THREAD, report=True)
    figures: dict[str, Any] = {"people": options.people, "desires": options.desires}
    figures["weaving, seconds"] = statistics.median(row["weaving"] for row in now)
    figures["report of the same, seconds"] = statistics.median(row["report"] for row in now)
    if options.former is not None:
        former = child(options, options.former.resolve() / "src", {}, report=False)
        figures["former, seconds"] = statistics.median(row["weaving"] for row in former)
        figures["times faster"] = figures["former, seconds"] / figures["weaving, seconds"]
        figures["same lines"] = [a["lines"] == b["lines"] for a, b in zip(now, former, strict=True)]
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
