"""Measure speed: our kernel, a whole analysis and the start of the command line, each beside something known.

    python benchmarks/speed.py [--out out/speed.json] [--small]

Everything is measured in this one run on this one machine, so what counts are the ratios. What is not here (the plain
version of the model, a conversation, the rival pipeline) is skipped, and the reason is printed and written down. The
result is a JSON file with machine and commit. Ends with status 1 where a gate is missed: a sweep with the threads that
are used must be ten times as fast by the clock as the plain version, and its process stay below 400 MB.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from where import stamp

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RED_DWARF = "red-dwarf==0.4.0"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
Figures = dict[str, Any]
TIMES_FASTER = "times faster, clock, all threads"
PEAK = "ours, peak memory of the process, MB"
LEAST_TIMES_FASTER, MOST_MEMORY = 10.0, 400.0


class Skipped(Exception):  # noqa: N818  it is no error: something is not here
    """Something that cannot be measured here, and why."""


def main() -> int:
    """Measure, print and write; return 1 where a gate is missed, else 0."""
    options = _options()
    results: Figures = stamp() | {"skipped": []}
    for name, measure in (("sweep", sweep), ("analysis", analysis), ("start", start)):
        print(f"\n{name}", flush=True)
        figures, skipped = measure(options)
        results[name] = figures
        results["skipped"] += [f"{name}: {reason}" for reason in skipped]
        for key, value in figures.items():
            print(f"  {key:58} {value:,.3f}" if isinstance(value, float) else f"  {key:58} {value:,}")
        for reason in skipped:
            print(f"  skipped: {reason}")
    results["gates"] = [] if options.small else gates(results["sweep"])  # a hundredth of the people says nothing
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(f"\n{options.out}")
    missed = [gate["gate"] for gate in results["gates"] if not gate["met"]]
    for name in missed:
        print(f"A gate is missed: {name}", file=sys.stderr)
    return 1 if missed else 0


def gates(figures: Figures) -> list[Figures]:
    """Return each gate of the sweep that could be measured: its name, what was measured, what is needed, whether met.

    Example:
        >>> [gate["met"] for gate in gates({TIMES_FASTER: 9.9, PEAK: 399.0})]
        [False, True]
    """
    found: list[Figures] = []
    if TIMES_FASTER in figures:
        times = figures[TIMES_FASTER]
        name = "a sweep beside the plain version, times faster by the clock, same run"
        needed = f"at least {LEAST_TIMES_FASTER:g}"
        found.append({"gate": name, "measured": times, "needed": needed, "met": times >= LEAST_TIMES_FASTER})
    name = "peak memory of the process that sweeps, MB"
    met = figures[PEAK] < MOST_MEMORY
    found.append({"gate": name, "measured": figures[PEAK], "needed": f"below {MOST_MEMORY:g}", "met": met})
    return found


def _options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "speed.json", help="where the result is written")
    parser.add_argument("--small", action="store_true", help="a hundredth of the people, to try the script")
    shared = ROOT.parent / "shared"
    parser.add_argument(
        "--plain",
        type=Path,
        default=shared / "prototypes" / "mathematics" / "vb2.py",
        help="plain numpy version of the response model to stand beside",
    )
    parser.add_argument("--conversation", type=Path, default=shared / "data" / "polis" / "vtaiwan.uberx")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv-red-dwarf", help="where the rival pipeline lives")
    return parser.parse_args()


# ------------------------------------------------------------------------------------------------- the three measures


def sweep(options: argparse.Namespace) -> tuple[Figures, list[str]]:
    """Return seconds and memory of one sweep, ours and plain numpy, and their ratio."""
    size = ["--small"] if options.small else []
    ours = _run_json([sys.executable, str(HERE / "sweep.py"), "ours", *size], threads=1)
    all_threads = _run_json([sys.executable, str(HERE / "sweep.py"), "ours", *size], threads=None)
    figures: Figures = {
        "people": ours["people"],
        "desires": ours["desires"],
        "answers": ours["answers"],
        "ours, one thread, processor seconds a sweep": ours["seconds"],
        f"ours, {all_threads['threads']} threads, clock seconds a sweep": all_threads["clock"],
        PEAK: _megabytes(max(ours["peak_mib"], all_threads["peak_mib"])),
        "ours, of which before the first sweep, MB": _megabytes(all_threads["before_mib"]),
    }
    if not options.plain.is_file():
        return figures, [f"no plain version of the model at {_short(options.plain)}."]
    try:
        plain = _run_json([sys.executable, str(HERE / "sweep.py"), str(options.plain), *size], threads=1)
    except Skipped as reason:
        return figures, [str(reason)]
    figures["plain numpy, one thread, processor seconds a sweep"] = plain["seconds"]
    figures["plain numpy, one thread, clock seconds a sweep"] = plain["clock"]
    figures["plain numpy, peak memory of the process, MB"] = _megabytes(plain["peak_mib"])
    figures["times faster, processor, one thread"] = plain["seconds"] / ours["seconds"]
    figures[TIMES_FASTER] = plain["clock"] / all_threads["clock"]
    figures["times less memory"] = _megabytes(plain["peak_mib"]) / figures[PEAK]
    return figures, []


def _megabytes(mebibytes: float) -> float:
    """Return MB for MiB."""
    return mebibytes * 2**20 / 1e6


def analysis(options: argparse.Namespace) -> tuple[Figures, list[str]]:
    """Return seconds of a whole analysis of one conversation, beside the Polis pipeline and Community Notes' fit."""
    if not options.conversation.exists():
        return {}, [f"no conversation at {_short(options.conversation)}."]
    figures: Figures = {}
    skipped: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        table = Path(place) / "answers.csv"
        one = [sys.executable, str(HERE / "conversation.py"), str(options.conversation)]
        figures |= _run_json([*one, "--answers", str(table)], threads=1)
        with _noting(skipped):
            command = [sys.executable, "-m", "oneheart.cli", "analyze", str(options.conversation)]
            figures["oneheart analyze, whole command, seconds"] = min(
                _seconds([*command, "--out", str(Path(place) / f"report{k}")]) for k in range(2)
            )
        with _noting(skipped):
            python = _red_dwarf(options.venv)
            command = [str(python), str(HERE / "polis_pipeline.py"), str(table)]
            theirs = [_run_json(command, threads=1) for _ in range(2)]
            figures["Polis pipeline (red-dwarf), without loading, seconds"] = min(t["seconds"] for t in theirs)
            figures["Polis pipeline (red-dwarf), whole process, seconds"] = min(_seconds(command) for _ in range(2))
            figures["Polis pipeline (red-dwarf), groups"] = theirs[0]["groups"]
    for name, ours, theirs_name in (
        ("command, oneheart through Polis pipeline", "oneheart analyze, whole command, seconds", "whole process"),
        ("computing, oneheart through Polis pipeline", "oneheart, analysis, seconds", "without loading"),
    ):
        key = f"Polis pipeline (red-dwarf), {theirs_name}, seconds"
        if ours in figures and key in figures:
            figures[f"times as long: {name}"] = figures[ours] / figures[key]
    fits = figures["oneheart, one fit, seconds"], figures["Community Notes, one fit, seconds"]
    figures["times as long: one fit, oneheart through Community Notes"] = fits[0] / fits[1]
    return figures, skipped


def start(_options: argparse.Namespace) -> tuple[Figures, list[str]]:
    """Return seconds until `oneheart --help` has answered, beside a Python that does nothing."""
    skipped: list[str] = []
    figures: Figures = {}
    with _noting(skipped):
        nothing = min(_seconds([sys.executable, "-c", "pass"]) for _ in range(7))
        usual = min(_seconds([sys.executable, "-m", "oneheart.cli", "--help"]) for _ in range(7))
        figures = {
            "python -c pass, seconds": nothing,
            "oneheart --help, seconds": usual,
            "oneheart --help over python, seconds": usual - nothing,
        }
    return figures, skipped


# ------------------------------------------------------------------------------------------------------- how it is done


def _environment(threads: int | None) -> dict[str, str]:
    """Return the environment of a measured process; libraries never use more threads than are asked for."""
    environment = dict(os.environ) | ONE_THREAD
    if threads is not None:
        environment["ONEHEART_THREADS"] = str(threads)
    else:
        environment.pop("ONEHEART_THREADS", None)
    return environment


def _run_json(command: Sequence[str], *, threads: int | None) -> Figures:
    """Return what a script prints as JSON in its last line."""
    done = subprocess.run(command, env=_environment(threads), capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        message = f"{Path(command[1]).name} ended with status {done.returncode}: {reason}"
        raise Skipped(message)
    figures: Figures = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def _seconds(command: Sequence[str]) -> float:
    """Return how long a command takes from start to end."""
    begin = time.perf_counter()
    done = subprocess.run(command, env=_environment(1), capture_output=True, text=True, check=False)
    took = time.perf_counter() - begin
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        message = f"{' '.join(Path(part).name for part in command[:4])} ended with status {done.returncode}: {reason}"
        raise Skipped(message)
    return took


@contextlib.contextmanager
def _noting(skipped: list[str]) -> Any:
    """Note why something was skipped and go on."""
    try:
        yield
    except Skipped as reason:
        skipped.append(str(reason))


def _red_dwarf(place: Path) -> Path:
    """Return the Python of a virtual environment with the rival pipeline, made when it is not there."""
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    test = [str(python), "-c", "import reddwarf.implementations.base"]
    if python.is_file() and subprocess.run(test, capture_output=True, check=False).returncode == 0:
        return python
    print(f"  making {_short(place)} with {RED_DWARF} ...", flush=True)
    for command in ([sys.executable, "-m", "venv", str(place)], [str(python), "-m", "pip", "install", "-q", RED_DWARF]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            message = f"{RED_DWARF} cannot be installed here ({(done.stderr.strip().splitlines() or ['?'])[-1]})."
            raise Skipped(message)
    return python


def _short(path: Path) -> str:
    """Return a path as seen from the project, so that no result names a machine's folders."""
    return os.path.relpath(path, ROOT)


if __name__ == "__main__":
    sys.exit(main())
