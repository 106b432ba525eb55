"""The parts of `make bench`: what each asks, by which script, what it is said to cost, and its figures in one line."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results"
DATA = ROOT.parent / "shared" / "data"
CONVERSATIONS, TEXTS = DATA / "polis", DATA / "text"
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the benchmark.

    Attributes:
        name: as it is asked for.
        asks: the question, in a few words.
        words: script and its options.
        usual: seconds by the clock that it took where it was measured first; a result that is kept says it better.
        kept: name of its file of results. One that begins with "short-" is not copied to benchmarks/results.
        out: "file" where the script takes --out FILE, "folder" where it takes --out FOLDER and writes `kept`, "said"
            where it prints JSON as the last thing.
        line: makes one line of figures of the result.
        lacks: says what is missing on this machine, "" if nothing.
        short: whether it is in the short list.
    """

    name: str
    asks: str
    words: tuple[str, ...]
    usual: float
    kept: str
    out: str
    line: Callable[[Figures], str]
    lacks: Callable[[], str] = str
    short: bool = False

    def command(self, folder: Path) -> list[str]:
        """Return the command that writes the result into a folder, or prints it."""
        place = {"file": ["--out", str(folder / f"{self.kept}.json")], "folder": ["--out", str(folder)], "said": []}
        return [sys.executable, str(HERE / self.words[0]), *self.words[1:], *place[self.out]]

    def costs(self) -> float:
        """Return the seconds that it took when the kept result was measured; the usual ones where none says it."""
        path = RESULTS / f"{self.kept}.json"
        if not path.is_file():
            return self.usual
        return float(json.loads(path.read_text(encoding="utf-8")).get("seconds") or self.usual)


def _conversations() -> str:
    return "" if CONVERSATIONS.is_dir() else f"no conversations at {CONVERSATIONS}"


def _postgresql() -> str:
    found = shutil.which("initdb") or [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return "" if found else "no PostgreSQL on this machine (on Debian: apt-get install postgresql)"


def _gates(found: Figures) -> str:
    gates = found.get("gates", [])
    missed = [gate.get("name") or gate.get("gate") for gate in gates if not gate["met"]]
    return f"{len(gates) - len(missed)} of {len(gates)} gates met" + "".join(f"; missed: {name}" for name in missed)


def _growth(found: Figures) -> str:
    last = found["rows"][-1]
    told = found["exponents"]["analyze, seconds"]
    power = "" if told["exponent"] is None else f"; exponent {told['exponent']:.2f} ± {told['error']:.2f}"
    if last["failure"]:
        return f"{last['answers']:,} answers: {last['failure']}{power}"
    return f"{last['answers']:,} answers: {last['analyze, seconds']:.1f} s, {last['analyze, MiB']:,.0f} MiB{power}"


def _rivals(found: Figures) -> str:
    if found["skipped"]:
        return "; ".join(found["skipped"])
    last = found["rows"][-1]["size"]
    told = [f"{p['theirs']} ×{p['times as long']:g}" for p in found["pairs"] if p["size"] == last]
    undone = [f"{row['method']}: {row['failure']}" for row in found["rows"] if row["size"] == last and row["failure"]]
    return f"{last}, times as long as ours: " + ", ".join(told + undone)


def _speed(found: Figures) -> str:
    times = found["sweep"].get("times faster, clock, all threads")
    return (f"a sweep {times:.0f} times as fast as plain numpy; " if times else "") + _gates(found)


def _stores(found: Figures) -> str:
    names = {"sqlite": "a file", "postgresql": "PostgreSQL", "among_others": "among others"}
    rates = [f"{names[name]} {found[name]['taps_a_second']:,}" for name in names if name in found]
    ratio = found["ratios"]["postgresql to sqlite"]["taps a second"]
    return f"durable taps a second: {', '.join(rates)}; PostgreSQL to a file {ratio}"


def _several(found: Figures) -> str:
    ratios = found["ratios to the first"]
    return "taps through HTTP beside those of the first: " + ", ".join(
        f"{name} {times}" for name, times in ratios.items()
    )


def _tap(found: Figures) -> str:
    return (
        f"{found['requests_per_second']:,} taps/s, {found['server_processor_us_per_tap']} µs of the processor each, "
        f"p99 {found['p99_ms']} ms, lost {found['lost']}, doubled {found['doubled']}"
    )


def _memory(found: Figures) -> str:
    told = found["memory"]
    return (
        f"{told['people']} people: server {told['server MiB']:.0f} MiB, fitting {told['fitting process MiB']:.0f} MiB"
    )


def _live(found: Figures) -> str:
    parts = {name: value for name, value in found.items() if isinstance(value, dict) and "met" in value}
    missed = [name for name, value in parts.items() if not value["met"]]
    return f"{len(parts) - len(missed)} of {len(parts)} parts met" + "".join(f"; missed: {name}" for name in missed)


def _weaving(found: Figures) -> str:
    return f"a text of {found['people']:,} people woven in {found['weaving, seconds']:.2f} s"


def _convert(found: Figures) -> str:
    last = found["rows"][-1]
    if last["failure"]:
        return f"not done at {last['answers']:,} answers: {last['failure']}"
    return (
        f"{last['rows a second'] / 1e6:.1f} million rows a second, {last['MiB']:,.0f} MiB at {last['answers']:,} rows"
    )


def _closeness(found: Figures) -> str:
    told = found["closeness"]
    return f"{told['times faster than listing all pairs']:,.0f} times as fast as listing all pairs"


def _world(found: Figures) -> str:
    return found["told"]


def _kind(name: str, asks: str, usual: float, *, data: bool, short: bool = False) -> Part:
    words = ("quality.py", "--only", name)
    return Part(name, asks, words, usual, name, "folder", _gates, _conversations if data else str, short)


PARTS: tuple[Part, ...] = (
    Part(
        "growth",
        "how do time and memory grow with answers?",
        ("growth.py",),
        90,
        "short-growth",
        "file",
        _growth,
        short=True,
    ),
    Part(
        "rivals",
        "how long do others take at the same size?",
        ("rivals.py",),
        60,
        "short-rivals",
        "file",
        _rivals,
        short=True,
    ),
    Part("speed", "a sweep, an analysis, the start", ("speed.py",), 80, "speed", "file", _speed, short=True),
    Part(
        "stores",
        "durable taps on both stores",
        ("stores.py", "--rounds", "2", "--taps", "6400", "--paced", "640", "--crowd", "50"),
        60,
        "short-stores",
        "said",
        _stores,
        _postgresql,
        short=True,
    ),
    Part("tap", "taps through the real pages", ("tap.py",), 15, "tap", "said", _tap, short=True),
    Part(
        "memory",
        "memory of the server",
        ("live.py", "--only", "memory", "--check"),
        25,
        "memory",
        "file",
        _memory,
        short=True,
    ),
    Part("weaving", "the text of a thousand, woven live", ("weaving.py",), 40, "weaving", "said", _weaving, short=True),
    Part(
        "crowds",
        "closeness of a million people",
        ("closeness.py",),
        60,
        "closeness-speed",
        "file",
        _closeness,
        short=True,
    ),
    Part(
        "convert",
        "how fast do large files become blocks, in how much memory?",
        ("convert.py",),
        30,
        "short-convert",
        "file",
        _convert,
        short=True,
    ),
    _kind("share", "does every part have its share in the lines?", 63, data=True, short=True),
    Part(
        "growth-20M",
        "the same growth, up to twenty million answers",
        ("growth.py", "--people", "100", "1000", "10000", "100000", "1000000", "--seconds", "1800"),
        900,
        "growth",
        "file",
        _growth,
    ),
    Part(
        "convert-200M",
        "the same, up to two hundred million answers",
        ("convert.py", "--sizes", "100000x1000x20", "1000000x1000x20", "10000000x1000x20"),
        900,
        "convert",
        "file",
        _convert,
    ),
    Part(
        "rivals-2M",
        "the same rivals, up to two million answers",
        ("rivals.py", "--sizes", "2000x200x20", "10000x500x20", "100000x1000x20", "--seconds", "300"),
        1200,
        "rivals",
        "file",
        _rivals,
    ),
    Part(
        "stores-2000",
        "the same, also among two thousand gatherings",
        ("stores.py",),
        240,
        "stores",
        "said",
        _stores,
        _postgresql,
    ),
    Part(
        "servers",
        "taps of one, two and four servers of a gathering",
        ("several.py",),
        150,
        "servers",
        "said",
        _several,
        _postgresql,
    ),
    Part("world", "what does a gathering cost at each size?", ("world.py",), 300, "world", "file", _world),
    Part("live", "streams, phones, seven thousand, idlers", ("live.py", "--check"), 420, "live", "file", _live),
    _kind("predict", "how well are hidden answers foretold?", 690, data=True),
    _kind("replay", "how good are the lines after so few cards?", 1200, data=True),
    _kind("stability", "are the same desires on top without a tenth?", 106, data=True),
    _kind("attack", "how far do false accounts get?", 340, data=True),
    _kind("weave", "can the part that supports a text least say it?", 940, data=True),
    _kind("fit", "does the fit come to rest?", 120, data=True),
    _kind("halls", "how often is one desire said where there is none yet?", 112, data=False),
    _kind("fifths", "does the printed range hold the true worst fifth?", 510, data=False),
    _kind("printed", "are the other printed numbers so?", 670, data=False),
    _kind("audit", "how often is a share certified where a line is owed?", 92, data=False),
    _kind("closeness", "does the range of oneness hold the truth?", 775, data=False),
    _kind("babel", "are lines carried before the text is read?", 810, data=False),
    Part("likeness", "facts and same wishes", ("likeness.py",), 44, "likeness", "folder", _gates),
)


def result(part: Part, folder: Path, said: str) -> Figures | None:
    """Return what a part that ran has found: from its file, or from the JSON at the end of what it printed."""
    if part.out != "said":
        path = folder / f"{part.kept}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    begin = said.find("{\n")
    return json.loads(said[begin:]) if begin >= 0 else None


def chosen(names: Sequence[str], *, everything: bool) -> list[Part]:
    """Return the parts that were asked for, in their order.

    Raises:
        SystemExit: there is no part of a name.

    Example:
        >>> [part.name for part in chosen(["tap", "growth"], everything=False)]
        ['growth', 'tap']
    """
    known = {part.name for part in PARTS}
    if unknown := [name for name in names if name not in known]:
        message = f"There is no part {unknown[0]!r}; there are {', '.join(sorted(known))}."
        raise SystemExit(message)
    return [part for part in PARTS if (part.name in names if names else everything or part.short)]


def markdown() -> str:
    """Return all parts as a table for the docs."""
    rows = [(f"`{part.name}`", part.asks, minutes(part.costs()), "yes" if part.short else "") for part in PARTS]
    lines = ["", "| part | the question it asks | some | in the short list |", "|---|---|---:|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows), ""])


def minutes(seconds: float) -> str:
    """Return a time in words.

    Example:
        >>> minutes(44), minutes(600)
        ('44 s', '10 min')
    """
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
