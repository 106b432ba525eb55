"""Results as tables for docs/explanation/benchmarks.md, which cog writes into it from benchmarks/results/."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"


def result(kind: str) -> dict[str, Any]:
    """Return the result of a benchmark as it was written."""
    found: dict[str, Any] = json.loads((RESULTS / f"{kind}.json").read_text(encoding="utf-8"))
    return found


def markdown(columns: Sequence[str], rows: Iterable[Sequence[Any]], digits: int = 3) -> str:
    """Return a table in Markdown; numbers that are no whole numbers get so many digits.

    Example:
        >>> print(markdown(("a", "b"), [("x", 0.5)], digits=2))
        <BLANKLINE>
        | a | b |
        |---|---:|
        | x | 0.50 |
        <BLANKLINE>
    """
    lines = ["", _line(columns), "|---" + "|---:" * (len(columns) - 1) + "|"]
    lines += [_line([_cell(value, digits) for value in row]) for row in rows]
    return "\n".join([*lines, ""])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(value: Any, digits: int) -> str:
    if value is None:
        return "-"
    return f"{value:.{digits}f}" if isinstance(value, float) else str(value)


def table(kind: str, *, begin: str = "", columns: Sequence[int] | None = None, digits: int = 3) -> str:
    """Return a benchmark's table: rows that begin so (the beginning cut off), these columns only."""
    found = result(kind)
    kept = range(len(found["columns"])) if columns is None else columns
    rows = [row for row in found["rows"] if str(row[0]).startswith(begin)]
    cut = [[str(row[0]).removeprefix(begin), *row[1:]] for row in rows]
    return markdown([found["columns"][c] for c in kept], [[row[c] for c in kept] for row in cut], digits)


def gates(kinds: Iterable[str]) -> str:
    """Return the gates of several benchmarks, met or missed."""
    rows = [
        ("`" + kind + "`", gate["name"], gate["measured"], gate["needed"], "met" if gate["met"] else "**missed**")
        for kind in kinds
        for gate in result(kind)["gates"]
    ]
    return markdown(("benchmark", "gate", "measured", "needed", ""), rows)


def made_by(kinds: Iterable[str]) -> str:
    """Return in words with what the results were made."""
    found = [result(kind) for kind in kinds]
    commits = sorted({f["commit"][:10] for f in found})
    machine = found[0]["machine"]
    seeds = ", ".join(f"{f['kind']} {f['repeats']} in {f['seconds']:.0f} s" for f in found)
    return (
        f"\nMeasured at commit {', '.join(commits)} with Python {machine['python']}, numpy {machine['numpy']}; "
        f"random splits or seeds: {seeds}.\n"
    )


def by_conversation(regime: str, methods: Sequence[str]) -> str:
    """Return log-loss per conversation of some methods."""
    found = [d for d in result("predict")["details"] if d.get("regime") == regime and "method" in d]
    names = list(dict.fromkeys(d["conversation"] for d in found))
    value = {(d["conversation"], d["method"]): d["log-loss"] for d in found}
    return markdown(("conversation", *methods), [(name, *(value[name, m] for m in methods)) for name in names])


def worst_fifths(regime: str) -> str:
    """Return expected and observed net support of the worst fifth per conversation."""
    rows = [
        (d["conversation"], d["worst_fifth_expected"], d["worst_fifth_observed"], d["worst_fifth_gap"], d["answers"])
        for d in result("predict")["details"]
        if "worst_fifth_gap" in d and d["regime"] == regime
    ]
    return markdown(("conversation", "expected", "observed", "expected - observed", "answers"), rows)


def by_core(steps: Sequence[tuple[str, int]]) -> str:
    """Return regret (geometric mean of parts) per core for some methods and answers a person, with standard errors."""
    found = result("replay")["details"]
    cores = list(dict.fromkeys((d["core"], d["people"], d["desires"], d["filled"]) for d in found))
    rows: list[list[Any]] = []
    for name, people, desires, filled in cores:
        row: list[Any] = [f"{name} ({people} × {desires}, {filled:.1%} filled)"]
        for method, answers in steps:
            match = [d for d in found if (d["core"], d["method"], d["answers"]) == (name, method, answers)]
            key = "geometric mean of parts"
            row.append(f"{match[0][key]:.4f} ± {match[0][key + ', error']:.4f}" if match else None)
        rows.append(row)
    return markdown(("core", *(f"{method}, {answers}" for method, answers in steps)), rows)


def texts(figure: str) -> str:
    """Return one figure of `weave` for each conversation and method, and its mean over conversations."""
    found = [d for d in result("weave")["details"] if "conversation" in d]
    methods = list(dict.fromkeys(d["method"] for d in found))
    names = list(dict.fromkeys(d["conversation"] for d in found))
    value = {(d["conversation"], d["method"]): d[figure] for d in found}
    rows = [(name, *(value[name, method] for method in methods)) for name in names]
    means = [sum(value[name, method] for name in names) / len(names) for method in methods]
    return markdown((figure, *methods), [*rows, ("mean", *means)])


def texts_apart() -> str:
    """Return how far our text is above each rival's in support and hurt, with standard errors, and on average."""
    rows = []
    for d in result("weave")["details"]:
        if "ours above it, hurt" not in d:
            continue
        cells = [
            f"{d[f'ours above it, {figure}']:+.3f} ± {d[f'ours above it, {figure}, error']:.3f}"
            for figure in ("least part's support", "hurt")
        ]
        rows.append((d.get("conversation", "mean"), d["method"], *cells))
    return markdown(("conversation", "ours less", "least part's support", "hurt"), rows)


def speed() -> str:
    """Return the figures of speed.py."""
    found = result("speed")
    rows = [
        (f"{part}: {name}" if part != "start" else name, float(value) if isinstance(value, float) else f"{value:,}")
        for part in ("sweep", "analysis", "start")
        for name, value in found[part].items()
    ]
    held = [
        (gate["gate"], float(gate["measured"]), gate["needed"], "met" if gate["met"] else "**missed**")
        for gate in found["gates"]
    ]
    gated = "\n" + markdown(("gate", "measured", "needed", ""), held, digits=2)
    notes = "".join(f"\nSkipped: {reason}\n" for reason in found["skipped"])
    machine = found["machine"]
    where = (
        f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}, commit {found['commit'][:10]}"
    )
    return markdown(("what", "figure"), rows, digits=2) + gated + notes + f"\n{where}.\n"


def speed_of_closeness() -> str:
    """Return the figures of closeness.py."""
    found = result("closeness-speed")
    rows = [
        (name, float(value) if isinstance(value, float) else f"{value:,}") for name, value in found["closeness"].items()
    ]
    machine = found["machine"]
    where = (
        f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}, commit {found['commit'][:10]}"
    )
    return markdown(("what", "figure"), rows) + f"\n{where}.\n"


def measured_at(kind: str) -> str:
    """Return machine and commit of a result in words."""
    found = result(kind)
    machine = found["machine"]
    told = f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}, numpy {machine['numpy']}"
    return f"\n{told}, commit {found['commit'][:10]}.\n"


def growth() -> str:
    """Return what an analysis takes at each size, by the median of its runs, and the fitted exponents."""
    found = result("growth")
    every = [f"{name}, {unit}" for name in ("analyze", "convert", "blocks") for unit in ("seconds", "MiB")]
    every += ["reading, seconds", "one fit, seconds"]
    names = [name for name in every if any(name in row for row in found["rows"])]
    rows: list[tuple[Any, ...]] = []
    failures: dict[str, None] = {}
    for size in dict.fromkeys(row["answers"] for row in found["rows"]):
        runs = [row for row in found["rows"] if row["answers"] == size]
        points = [[run[name] for run in runs if name in run] for name in names]
        rows.append((f"{size:,}", *(float(statistics.median(point)) if point else None for point in points)))
        for what, key in (
            ("analyze", "failure"),
            ("convert", "convert, failure"),
            ("analyze of blocks", "blocks, failure"),
        ):
            if reason := runs[0].get(key):
                failures[f"{size:,} answers, {what}: {reason}"] = None
    told = [
        (
            name,
            f"{law['exponent']:.2f} ± {law['error']:.2f}",
            ", ".join(f"{step:.2f}" for step in law["from size to size"]),
        )
        for name, law in found["exponents"].items()
        if law["exponent"] is not None
    ]
    undone = "".join(f"\n- {reason}" for reason in failures)
    sizes = markdown(("answers", *names), rows, digits=2) + (f"\nNot done:\n{undone}\n" if undone else "")
    return sizes + markdown(("", "exponent", "from each size to the next"), told) + measured_at("growth")


def rivals() -> str:
    """Return seconds and memory of each method at each size, and where ours and theirs give the same lines."""
    found = result("rivals")
    sizes = list(dict.fromkeys(row["size"] for row in found["rows"]))
    by_place = {(row["what"], row["size"]): row for row in found["rows"]}
    rows = [
        (what, *(_method(by_place.get((what, size))) for size in sizes))
        for what in dict.fromkeys(w for w, _ in by_place)
    ]
    pairs = [
        (
            f"{pair['theirs']} beside {pair['ours']}, {pair['size']}",
            float(pair["times as long"]),
            _same(pair["same lines"]),
        )
        for pair in found["pairs"]
    ]
    notes = "".join(f"\nSkipped: {reason}.\n" for reason in found["skipped"])
    table_of_pairs = markdown(("theirs beside ours", "times as long", "same lines"), pairs, digits=2)
    allowed = (
        f"\nEach was given {found['seconds allowed']:.0f} s of the processor and {found['GiB allowed']:.0f} GiB.\n"
    )
    return markdown(("", *sizes), rows) + table_of_pairs + notes + allowed + measured_at("rivals")


def _method(row: dict[str, Any] | None) -> str:
    if row is None:
        return "-"
    return row["failure"] or f"{row['seconds']:.2f} s, {row['MiB']:,} MiB"


def _same(same: bool | None) -> str:
    return {True: "yes", False: "no", None: "-"}[same]
