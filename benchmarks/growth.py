"""How time and memory of an analysis grow with the number of answers, over four decades, with fitted exponents.

    python benchmarks/growth.py [--people 100 1000 10000 100000] [--desires 200] [--out out/growth.json]

The same made-up gathering of 200 desires and twenty answers a person, ten times as large at each step. Measured are
the whole command `oneheart analyze` (from two tables to the report), and of it reading and one fit alone. Processor
seconds of one thread, so that others on the machine disturb little. A size that passes a limit is told as not done, and
no larger one is tried. Where this build has `oneheart convert`, the same is measured from blocks.

An exponent b is fitted to: seconds = fixed + each * answers^b, by least squares of logarithms; ± is its standard error.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from measured import HERE, Run, run
from where import ROOT, stamp

DESIRES, ANSWERS = 200, 20
PEOPLE = (100, 1000, 10_000, 100_000)
START = "from oneheart.cli import main; main()"
REPEATED_BELOW = 2_000  # people; below it a run is short and is measured three times
Figures = dict[str, Any]


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=PEOPLE, help="sizes, in their order")
    parser.add_argument("--desires", type=int, default=DESIRES)
    parser.add_argument("--seconds", type=float, default=900.0, help="most processor seconds of one command")
    parser.add_argument("--gibibytes", type=float, default=16.0, help="most address space of one command")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "growth.json")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child is not None:
        print(json.dumps(stages(asked.child)))
        return 0
    results: Figures = stamp() | {"kind": "growth", "desires": asked.desires, "answers of each": ANSWERS, "rows": []}
    begin = time.perf_counter()
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    for people in asked.people:
        results["rows"] += measured(people, asked.desires, asked.seconds, asked.gibibytes)
        results["exponents"] = {name: exponent(points) for name, points in series(results["rows"]).items()}
        results["seconds"] = round(time.perf_counter() - begin, 1)
        asked.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        if results["rows"][-1]["failure"]:
            break
    for name, told in results["exponents"].items():
        print(f"  exponent of {name}: {told['exponent']} ± {told['error']}")
    print(asked.out)
    return 0


def measured(people: int, desires: int, seconds: float, gibibytes: float) -> list[Figures]:
    """Return a row for each run at one size, and print it."""
    spec, rows = f"{people}x{desires}x{ANSWERS}", []
    with tempfile.TemporaryDirectory(prefix="oneheart-growth-") as place:
        folder, out = Path(place) / "made", Path(place) / "out"
        made = run([sys.executable, HERE / "made_up.py", spec, folder])
        if made.failure:
            raise SystemExit(made.failure)
        for _ in range(3 if people < REPEATED_BELOW else 1):
            whole = analysed(folder, out, seconds, gibibytes)
            parts = run([sys.executable, __file__, "--child", folder], seconds=seconds, gibibytes=gibibytes)
            row = row_of(people, whole) | ({} if parts.failure else parts.json())
            row |= by_blocks(folder, Path(place), seconds, gibibytes)
            rows.append(row)
            print("  " + told(row), flush=True)
    return rows


def analysed(folder: Path, out: Path, seconds: float, gibibytes: float) -> Run:
    """Return what the whole command takes that analyses a folder and writes its report."""
    shutil.rmtree(out, ignore_errors=True)
    words = [sys.executable, "-c", START, "analyze", folder, "--out", out]
    return run(words, seconds=seconds, gibibytes=gibibytes)


def by_blocks(folder: Path, place: Path, seconds: float, gibibytes: float) -> Figures:
    """Return what `oneheart convert` takes, and the analysis of its blocks; nothing where there is no such command.

    Where blocks cannot be analysed, the reason stands under "blocks, failure".
    """
    blocks = place / "votes.blocks"
    shutil.rmtree(blocks, ignore_errors=True)
    if run([sys.executable, "-c", START, "convert", "--help"]).failure:
        return {}
    words = [sys.executable, "-c", START, "convert", folder, blocks]
    made = run(words, seconds=seconds, gibibytes=gibibytes)
    if made.failure:
        return {"convert, failure": made.failure}
    found: Figures = {"convert, seconds": round(made.seconds, 3), "convert, MiB": round(made.mebibytes, 1)}
    whole = analysed(blocks, place / "out", seconds, gibibytes)
    if whole.failure:
        return found | {"blocks, failure": whole.failure}
    return found | {"blocks, seconds": round(whole.seconds, 3), "blocks, MiB": round(whole.mebibytes, 1)}


def row_of(people: int, whole: Run) -> Figures:
    """Return the figures of one run of the whole command; no figures where it failed."""
    row: Figures = {"people": people, "answers": people * ANSWERS, "failure": whole.failure}
    if whole.failure:
        return row
    row |= {"analyze, seconds": round(whole.seconds, 3), "analyze, clock": round(whole.clock, 3)}
    return row | {"analyze, MiB": round(whole.mebibytes, 1)}


def told(row: Figures) -> str:
    """Return a row in words."""
    names = [name for name, value in row.items() if isinstance(value, float) and name != "analyze, clock"]
    reasons = "; ".join(f"{name}: {value}" for name, value in row.items() if name.endswith("failure") and value)
    return f"{row['answers']:>11,} answers: " + ", ".join(f"{name} {row[name]:,.2f}" for name in names) + f" {reasons}"


def stages(folder: Path) -> Figures:
    """Return processor seconds of reading a folder and of one fit; what numba compiles is loaded before."""
    import numpy as np  # noqa: PLC0415  the parent must stay small

    from oneheart.engine.desire.response_model import fit  # noqa: PLC0415
    from oneheart.formats import read  # noqa: PLC0415
    from oneheart.model.gathering import Responses  # noqa: PLC0415

    warm = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, -1, 1, 1])
    fit(warm, 3, 2, rng=np.random.default_rng(0))
    begin = time.process_time()
    gathering = read(folder)
    people, desires = gathering.participant_count, gathering.desire_count
    reading = time.process_time() - begin
    begin = time.process_time()
    found = fit(gathering.responses, people, desires, rng=np.random.default_rng(0))
    fitting = time.process_time() - begin
    return {"reading, seconds": reading, "one fit, seconds": fitting, "sweeps": found.sweeps}


def series(rows: Sequence[Figures]) -> dict[str, list[tuple[float, float]]]:
    """Return points (answers, figure) of all that was measured."""
    names = [f"{name}, {unit}" for name in ("analyze", "convert", "blocks") for unit in ("seconds", "MiB")]
    every = {name: [(row["answers"], row[name]) for row in rows if name in row]
             for name in (*names, "reading, seconds", "one fit, seconds")}  # fmt: skip
    return {name: points for name, points in every.items() if points}


def exponent(points: Sequence[tuple[float, float]]) -> Figures:
    """Return fixed cost, exponent and its standard error, and the exponent between each size and the next.

    Fewer than four sizes give the exponents between sizes alone. Runs of one size count as one, by their median.

    Example:
        >>> made = exponent([(n, 1.0 + n / 1000) for n in (2000, 20_000, 200_000, 2_000_000)])
        >>> round(made["exponent"], 3), round(made["fixed"], 2)
        (1.0, 1.0)
    """
    import numpy as np  # noqa: PLC0415  the parent must stay small while it measures
    from scipy.optimize import curve_fit  # noqa: PLC0415

    sizes = sorted({n for n, _ in points})
    typical = [statistics.median(value for n, value in points if n == size) for size in sizes]
    steps = zip(sizes, sizes[1:], typical, typical[1:], strict=False)
    local = [round(float(np.log(b / a) / np.log(n / m)), 3) for m, n, a, b in steps]
    found: Figures = {"fixed": None, "exponent": None, "error": None, "from size to size": local}
    if len(sizes) < 4:
        return found
    value, scale = np.array(typical), np.array(sizes, float) / max(sizes)

    def law(size: Any, fixed: float, each: float, power: float) -> Any:
        return np.log(np.exp(fixed) + np.exp(each) * size**power)

    first = (np.log(max(min(typical) / 2, 1e-9)), np.log(max(typical)), 1.0)
    best, spread = curve_fit(law, scale, np.log(value), first, maxfev=20_000)
    error = float(np.sqrt(spread[2, 2])) if np.isfinite(spread[2, 2]) else None
    return found | {"fixed": float(np.exp(best[0])), "exponent": float(best[2]), "error": error}


if __name__ == "__main__":
    sys.exit(main())
