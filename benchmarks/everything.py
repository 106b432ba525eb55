"""`make bench`: measure everything that this machine can, part by part, and end with one table.

    python benchmarks/everything.py [--all] [--only growth rivals] [--list] [--again] [--keep] [--out out/bench]

Without options the short list runs: some minutes. `--list` says what there is and what each part costs. A part that was
measured with the same sources is not measured again, so what was broken off goes on where it stopped; `--again`
measures anew. Results lie in out/bench, with machine and commit; `--keep` copies them to benchmarks/results, from which
the tables of the docs are made. Ends with status 1 where a gate is missed or a part fails.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from measured import ONE_THREAD, ROOT
from parts import PARTS, RESULTS, Part, chosen, minutes, result
from where import stamp


def main() -> int:
    """Measure, print a table, and return the status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--all", action="store_true", help="every part, not the short list alone")
    parser.add_argument("--only", nargs="+", default=[], help="these parts")
    parser.add_argument("--list", action="store_true", help="say what there is, and end")
    parser.add_argument("--again", action="store_true", help="measure also what was measured with these sources")
    parser.add_argument("--keep", action="store_true", help="copy results to benchmarks/results")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench")
    asked = parser.parse_args()
    parts = chosen(asked.only, everything=asked.all)
    if asked.list:
        print("\n".join(listed(parts)))
        return 0
    asked.out.mkdir(parents=True, exist_ok=True)
    here, sources = stamp(), digest()
    print(header(here), f"Some {minutes(sum(part.costs() for part in parts))} for {len(parts)} parts.", sep="\n")
    rows: list[dict[str, Any]] = []
    with contextlib.suppress(KeyboardInterrupt):
        for number, part in enumerate(parts, 1):
            print(f"\n[{number}/{len(parts)}] {part.name}: {part.asks} (some {minutes(part.costs())})", flush=True)
            rows.append(one(part, asked.out, sources, again=asked.again))
            (asked.out / "table.json").write_text(json.dumps(here | {"rows": rows}, indent=1) + "\n", encoding="utf-8")
            if asked.keep and rows[-1]["ended"] in {"well", "gate missed"}:
                keep(part, asked.out)
    print("", header(here), table(rows), sep="\n")
    if len(rows) < len(parts):
        print("\nBroken off. The same command goes on where it stopped.")
        return 130
    return int(any(row["ended"] not in {"well", "left out"} for row in rows))


def header(here: dict[str, Any]) -> str:
    """Return machine and commit in words."""
    machine = here["machine"]
    return (
        f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}, numpy {machine['numpy']}, "
        f"commit {here['commit'][:10]}{'+' if here['commit'].endswith('+') else ''}, {here['at']}"
    )


def listed(parts: list[Part]) -> list[str]:
    """Return a line for each part, marked where it would run."""
    lines = [f"{'':2}{'part':12} {'some':>8}  asks"]
    for part in PARTS:
        mark = "·" if part in parts else ""
        lacks = f" (left out: {part.lacks()})" if part.lacks() else ""
        lines.append(f"{mark:2}{part.name:12} {minutes(part.costs()):>8}  {part.asks}{lacks}")
    return [*lines, f"· runs now: some {minutes(sum(part.costs() for part in parts))}"]


def one(part: Part, folder: Path, sources: str, *, again: bool) -> dict[str, Any]:
    """Measure a part, or take what was measured with the same sources; return its row of the table."""
    row: dict[str, Any] = {"part": part.name, "seconds": None, "told": "", "ended": "left out"}
    if lacks := part.lacks():
        print(f"  left out: {lacks}", flush=True)
        return row | {"told": lacks}
    note = folder / f"{part.name}.done.json"
    mark = {"sources": sources, "words": list(part.words)}
    if note.is_file() and not again:
        kept = json.loads(note.read_text(encoding="utf-8"))
        if kept["mark"] == mark:
            print("  measured before with these sources", flush=True)
            return dict(kept["row"])
    begin = time.perf_counter()
    status, said = streamed(part.command(folder))
    row["seconds"] = round(time.perf_counter() - begin, 1)
    found = result(part, folder, said)
    if found is None:
        return row | {"ended": "failed", "told": f"status {status}: {(said.strip().splitlines() or ['?'])[-1][:120]}"}
    if part.out == "said":
        text = json.dumps({"kind": part.kept} | found | stamp() | {"seconds": row["seconds"]}, indent=1)
        (folder / f"{part.kept}.json").write_text(text + "\n", encoding="utf-8")
    row |= {"ended": "gate missed" if status else "well", "told": part.line(found)}
    note.write_text(json.dumps({"mark": mark, "row": row}) + "\n", encoding="utf-8")
    return row


def streamed(command: list[str]) -> tuple[int, str]:
    """Run a command, print what it says as it says it, and return its status and its words."""
    source = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH", ""))))
    numbers = {name: value for name, value in ONE_THREAD.items() if name != "ONEHEART_THREADS"}
    environment = {**os.environ, **numbers, "PYTHONPATH": source, "PYTHONUNBUFFERED": "1"}
    said = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, errors="replace"
    ) as process:
        assert process.stdout is not None  # noqa: S101  it was asked for
        for line in process.stdout:
            print("  " + line.rstrip(), flush=True)
            said.append(line)
    return process.returncode, "".join(said)


def keep(part: Part, folder: Path) -> None:
    """Copy the result of a part to those that the docs show; that of a short form stays where it is."""
    if not part.kept.startswith("short-"):
        shutil.copyfile(folder / f"{part.kept}.json", RESULTS / f"{part.kept}.json")


def digest() -> str:
    """Return what tells whether any source of what is measured changed: commit, and what differs from it."""

    def git(*words: str) -> bytes:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False).stdout

    places = ("src", "benchmarks/*.py")
    told = b"\0".join(
        (git("rev-parse", "HEAD"), git("diff", "HEAD", "--", *places), git("ls-files", "-o", "--exclude-standard"))
    )
    return hashlib.sha256(told).hexdigest()[:16]


def table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as a table.

    Example:
        >>> print(table([{"part": "tap", "seconds": 12.3, "told": "5,000 taps/s", "ended": "well"}]))
        part         seconds  ended        figures
        tap             12.3  well         5,000 taps/s
    """
    lines = [f"{'part':12} {'seconds':>7}  {'ended':11}  figures"]
    for row in rows:
        took = "-" if row["seconds"] is None else f"{row['seconds']:.1f}"
        lines.append(f"{row['part']:12} {took:>7}  {row['ended']:11}  {row['told']}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
