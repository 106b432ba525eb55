"""Others at the same size: how long, how much memory, and who is not done in the time that is given.

    python benchmarks/rivals.py [--sizes 2000x200x20 10000x500x20] [--seconds 120] [--out out/rivals.json]

Pairs answer the same question on the same made-up answers, each method in a process of its own with one thread: one
fit of the people's stances (ours beside Community Notes' objective by L-BFGS, and beside the whole Polis pipeline of
red-dwarf), seven lines by PAV, and seven lines by equal shares (ours beside abcvoting). It is also said whether both
give the same lines. Who is not done at one size is not asked at a larger one. red-dwarf and abcvoting live in an
environment of their own, made where it is missing; where they cannot be installed, they are skipped aloud.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measured import HERE, run
from where import ROOT, stamp

PACKAGES = ("red-dwarf==0.4.0", "abcvoting==2.19.2")
LINES = 7
SIZES = ("2000x200x20", "10000x500x20")
ASKED = {
    "fit": "one fit, ours",
    "notes": "one fit, Community Notes' objective (L-BFGS)",
    "polis": "groups and statements, red-dwarf's whole pipeline",
    "pav": "seven lines by PAV, ours with swaps",
    "seqpav": "seven lines by PAV, abcvoting (sequential)",
    "shares": "seven lines by equal shares, ours",
    "equal-shares": "seven lines by equal shares, abcvoting",
}
THEIRS = {"polis", "seqpav", "equal-shares"}
PAIRS = (("fit", "notes"), ("fit", "polis"), ("pav", "seqpav"), ("shares", "equal-shares"))
Figures = dict[str, Any]


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=SIZES, help="PEOPLExDESIRESxANSWERS, in their order")
    parser.add_argument("--seconds", type=float, default=120.0, help="most processor seconds of one method")
    parser.add_argument("--gibibytes", type=float, default=12.0, help="most address space of one method")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv-rivals", help="where the others live")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "rivals.json")
    parser.add_argument("--child", nargs=2, metavar=("METHOD", "ANSWERS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child is not None:
        print(json.dumps(METHODS[asked.child[0]](Path(asked.child[1]))))
        return 0
    python, why_not = others(asked.venv)
    results: Figures = stamp() | {"kind": "rivals", "seconds allowed": asked.seconds, "GiB allowed": asked.gibibytes}
    results |= {"others": list(PACKAGES), "skipped": [why_not] if why_not else [], "rows": []}
    begin, over = time.perf_counter(), dict.fromkeys(THEIRS, why_not) if why_not else {}
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    for spec in asked.sizes:
        rows = at_size(spec, python, over, asked.seconds, asked.gibibytes)
        results["rows"] += rows
        results["pairs"] = results.get("pairs", []) + pairs_of(spec, rows)
        results["seconds"] = round(time.perf_counter() - begin, 1)
        asked.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(asked.out)
    return 0


def at_size(spec: str, python: Path, over: dict[str, str], seconds: float, gibibytes: float) -> list[Figures]:
    """Return and print a row for each method at one size; put who fails into `over`, with the reason."""
    rows: list[Figures] = []
    print(f"\n{spec}", flush=True)
    with tempfile.TemporaryDirectory(prefix="oneheart-rivals-") as place:
        made = run([sys.executable, HERE / "made_up.py", spec, place, "--arrays"])
        if made.failure:
            raise SystemExit(made.failure)
        for method, name in ASKED.items():
            row: Figures = {"size": spec, "method": method, "what": name, "failure": ""}
            if method in over:
                row["failure"] = f"not asked: {over[method]}"
            else:
                words = [python if method in THEIRS else sys.executable, __file__, "--child", method, place]
                done = run(words, seconds=seconds, gibibytes=gibibytes)
                row |= {"failure": done.failure, "process, seconds": round(done.seconds, 2)}
                row["MiB"] = round(done.mebibytes)
                if done.failure:
                    over[method] = f"{done.failure} at {spec}"
                else:
                    row |= done.json()
            rows.append(row)
            told = row["failure"] or f"{row['seconds']:8.2f} s  {row['MiB']:6,} MiB  {row.get('lines', '')}"
            print(f"  {name:52} {told}", flush=True)
    return rows


def pairs_of(spec: str, rows: list[Figures]) -> list[Figures]:
    """Return for each pair that was done how many times as long the other takes, and whether lines are the same."""
    by_method = {row["method"]: row for row in rows if not row["failure"]}
    return [
        {"size": spec, "ours": ours, "theirs": theirs}
        | {"times as long": round(by_method[theirs]["seconds"] / max(by_method[ours]["seconds"], 1e-3), 2)}
        | {"same lines": by_method[ours].get("lines") == by_method[theirs].get("lines") if ours != "fit" else None}
        for ours, theirs in PAIRS
        if ours in by_method and theirs in by_method
    ]


def others(place: Path) -> tuple[Path, str]:
    """Return the Python of an environment with the other packages, made where it is missing, and why there is none."""
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    test = [str(python), "-c", "import reddwarf.implementations.base, abcvoting.abcrules"]
    if python.is_file() and subprocess.run(test, capture_output=True, check=False).returncode == 0:
        return python, ""
    print(f"making {os.path.relpath(place, ROOT)} with {' and '.join(PACKAGES)} ...", flush=True)
    pip = [str(python), "-m", "pip", "install", "-q", *PACKAGES]
    for command in ([sys.executable, "-m", "venv", str(place)], pip):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            return python, f"{' and '.join(PACKAGES)} cannot be installed here ({last})"
    return python, ""


# --- one method, in a process of its own ------------------------------------------------------------------------------


def _answers(place: Path) -> tuple[Any, Any, Any, int, int]:
    import numpy as np  # noqa: PLC0415  the parent stays small

    with np.load(place / "answers.npz") as kept:
        i, j, y = kept["i"], kept["j"], kept["y"]
    return i, j, y, int(i.max()) + 1, int(j.max()) + 1


def _approvals(place: Path) -> Any:
    import numpy as np  # noqa: PLC0415

    i, j, y, n, m = _answers(place)
    approvals = np.zeros((n, m), bool)
    approvals[i[y == 1], j[y == 1]] = True
    return approvals


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.process_time()
    found = work()
    return round(time.process_time() - begin, 3), found


def _fit(place: Path) -> Figures:
    import numpy as np  # noqa: PLC0415

    from oneheart.engine.desire.response_model import fit  # noqa: PLC0415
    from oneheart.model.gathering import Responses  # noqa: PLC0415

    i, j, y, n, m = _answers(place)
    fit(Responses.of([0, 0, 1], [0, 1, 0], [1, 0, -1]), 2, 2, rng=np.random.default_rng(0))  # loads what is compiled
    responses = Responses.of(i, j, y)
    seconds, found = _timed(lambda: fit(responses, n, m, rng=np.random.default_rng(0)))
    return {"seconds": seconds, "sweeps": found.sweeps}


def _notes(place: Path) -> Figures:
    import numpy as np  # noqa: PLC0415

    from oneheart.bench.rivals import Answers, community_notes  # noqa: PLC0415

    i, j, y, n, m = _answers(place)
    answers = Answers(i.astype(np.intp), j.astype(np.intp), y.astype(float), n, m)
    return {"seconds": _timed(lambda: community_notes(answers, np.random.default_rng(0)))[0]}


def _polis(place: Path) -> Figures:
    from reddwarf.implementations.base import run_pipeline  # noqa: PLC0415

    i, j, y, _, _ = _answers(place)
    votes = [
        {"participant_id": a, "statement_id": b, "vote": v, "modified": 0}
        for a, b, v in zip(i.tolist(), j.tolist(), y.tolist(), strict=True)
    ]
    return {"seconds": _timed(lambda: run_pipeline(votes=votes, random_state=0))[0]}


def _pav(place: Path) -> Figures:
    from oneheart.engine.desire.shares import expected_pav  # noqa: PLC0415

    approvals = _approvals(place).astype(float)
    seconds, lines = _timed(lambda: expected_pav(approvals, LINES))
    return {"seconds": seconds, "lines": sorted(lines)}


def _shares(place: Path) -> Figures:
    from oneheart.bench.rivals import equal_shares  # noqa: PLC0415

    approvals = _approvals(place).astype(float)
    seconds, lines = _timed(lambda: equal_shares(approvals, LINES, completed=True))
    return {"seconds": seconds, "lines": sorted(lines)}


def _abcvoting(rule: str) -> Callable[[Path], Figures]:
    def by_rule(place: Path) -> Figures:
        from abcvoting import abcrules  # noqa: PLC0415
        from abcvoting.preferences import Profile  # noqa: PLC0415

        approvals = _approvals(place)
        profile = Profile(approvals.shape[1])
        profile.add_voters([row.nonzero()[0].tolist() for row in approvals])
        seconds, found = _timed(lambda: abcrules.compute(rule, profile, committeesize=LINES, resolute=True))
        return {"seconds": seconds, "lines": sorted(found[0])}

    return by_rule


METHODS: dict[str, Callable[[Path], Figures]] = {
    "fit": _fit,
    "notes": _notes,
    "polis": _polis,
    "pav": _pav,
    "seqpav": _abcvoting("seqpav"),
    "shares": _shares,
    "equal-shares": _abcvoting("equal-shares"),
}


if __name__ == "__main__":
    sys.exit(main())
