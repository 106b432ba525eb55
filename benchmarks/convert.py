"""How fast `oneheart convert` turns large tables into blocks, and in how much memory, beside reading them whole.

    python benchmarks/convert.py [--sizes 10000x500x20 100000x1000x20] [--out out/convert.json]

A size is people x desires x answers of each. The made-up answers lie in the file in the order of people, and once more
shuffled. Each command runs in a process of its own; rows a second are by processor time, all threads together, so that
others on the machine disturb little. Blocks of the ordered file are compared with blocks that are made up directly.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measured import HERE, Run, run
from where import ROOT, stamp

SIZES = ("10000x500x20", "100000x1000x20")
START = "from oneheart.cli import main; main()"
READ = "import sys, oneheart; oneheart.read(sys.argv[1])"
NOTHING = "import oneheart.formats.conversion.converting"
SHUFFLED_MOST = 30_000_000  # rows; more are not shuffled, which this script does in memory
READ_MOST = 3_000_000  # rows; more are not read whole
Figures = dict[str, Any]


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=SIZES, help="in their order")
    parser.add_argument("--seconds", type=float, default=900.0, help="most processor seconds of one command")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "convert.json")
    asked = parser.parse_args()
    results: Figures = stamp() | {"kind": "convert", "rows": []}
    begin = time.perf_counter()
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    results["start, seconds"] = round(run([sys.executable, "-c", NOTHING]).seconds, 2)
    for spec in asked.sizes:
        results["rows"] += measured(spec, asked.seconds)
        results["seconds"] = round(time.perf_counter() - begin, 1)
        asked.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(asked.out)
    return int(any(row["failure"] for row in results["rows"]))


def measured(spec: str, seconds: float) -> list[Figures]:
    """Return a row for each order of the rows of one size, and print it."""
    people, _, each = (int(part) for part in spec.split("x"))
    answers = people * each
    rows = []
    with tempfile.TemporaryDirectory(prefix="oneheart-convert-", dir=_roomy()) as name:
        place = Path(name)
        made = run([sys.executable, HERE / "made_up.py", spec, place / "made"])
        direct = run([sys.executable, HERE / "made_up.py", spec, place / "direct.blocks", "--blocks"])
        if made.failure or direct.failure:
            raise SystemExit(made.failure or direct.failure)
        whole = run([sys.executable, "-c", READ, place / "made"]) if answers <= READ_MOST else None
        for order in ("by person", "shuffled") if answers <= SHUFFLED_MOST else ("by person",):
            if order == "shuffled":
                shuffle(place / "made" / "responses.csv")
            target = place / f"{order.replace(' ', '-')}.blocks"
            converted = run([sys.executable, "-c", START, "convert", place / "made", target], seconds=seconds)
            row = row_of(spec, answers, order, converted)
            if order == "by person":
                row["same as made up directly"] = not converted.failure and same(target, place / "direct.blocks")
                row["made up directly, seconds"] = round(direct.seconds, 2)
                row["made up directly, MiB"] = round(direct.mebibytes, 1)
            if whole is not None:
                row["read whole, seconds"], row["read whole, MiB"] = round(whole.seconds, 2), round(whole.mebibytes, 1)
            rows.append(row)
            print(f"  {json.dumps(row)}", flush=True)
    return rows


def row_of(spec: str, answers: int, order: str, converted: Run) -> Figures:
    """Return the figures of one conversion."""
    return {
        "size": spec,
        "answers": answers,
        "order": order,
        "seconds": round(converted.seconds, 2),
        "clock": round(converted.clock, 2),
        "rows a second": round(answers / max(converted.seconds, 1e-9)),
        "MiB": round(converted.mebibytes, 1),
        "failure": converted.failure,
    }


def shuffle(path: Path) -> None:
    """Put the rows of a file into a random order, the same one each time."""
    head, *lines = path.read_bytes().splitlines(keepends=True)
    random.Random(1).shuffle(lines)  # noqa: S311  it is no secret
    path.write_bytes(head + b"".join(lines))


def same(one: Path, other: Path) -> bool:
    """Return whether two folders have the same blocks, byte by byte."""
    digests = []
    for folder in (one, other):
        files = sorted(folder.glob("block-*.npy"))
        digests.append([(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files])
    return digests[0] == digests[1]


def _roomy() -> Path:
    """Return a folder on the disk of the results, since the temporary one may be in memory."""
    folder = ROOT / "out"
    folder.mkdir(exist_ok=True)
    return folder


if __name__ == "__main__":
    raise SystemExit(main())
