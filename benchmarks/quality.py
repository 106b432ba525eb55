"""Measure quality: every `oneheart bench` on a folder of conversations, results as JSON with machine and commit.

A text is also judged by people who stated their viewpoint, where the Remesh topic lies beside the conversations
(`--remesh`).

    python benchmarks/quality.py [--data FOLDER] [--out benchmarks/results] [--only replay] [--repeats 2]

Ends with status 1 where a gate is missed, naming the figures.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from where import ROOT, write_result

from oneheart.bench import KINDS, SIMULATED, run

REMESH = "remesh_right_to_assemble"


def main() -> int:
    """Measure, print and write; return 1 where a gate is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "polis")
    parser.add_argument("--remesh", type=Path, default=ROOT.parent / "shared" / "data" / "text" / REMESH)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    parser.add_argument("--only", choices=list(KINDS), action="append", help="only this benchmark; may be repeated")
    parser.add_argument("--repeats", type=int, help="random splits or seeds, instead of the usual number")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    kinds = options.only or list(KINDS)
    if not options.data.exists():
        left_out = [kind for kind in kinds if kind not in SIMULATED]
        kinds = [kind for kind in options.only or () if kind in SIMULATED]
        if left_out:
            print(f"skipped: no conversations at {options.data}; give a folder of Polis exports with --data.")
    missed = 0
    for kind in kinds:
        begin = time.perf_counter()
        places = [options.data, *([options.remesh] if kind == "weave" and options.remesh.exists() else [])]
        result = run(kind, places, seed=options.seed, repeats=options.repeats)
        took = round(time.perf_counter() - begin, 1)
        again = {"kind": kind, "seed": options.seed, "repeats": options.repeats or KINDS[kind], "seconds": took}
        write_result(options.out, again | result.as_json())
        print(f"{kind}: {took} seconds")
        for gate in result.gates:
            missed += not gate.met
            print(f"  {'met   ' if gate.met else 'MISSED'} {gate.name}: {gate.measured} (needed {gate.needed})")
        for sentence in result.skipped:
            print(f"  skipped: {sentence}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
