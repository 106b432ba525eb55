"""Tables of the model of benchmarks/world_model.py, for docs/explanation/from-a-ten-to-the-world.md by cog."""

from __future__ import annotations

import math
from collections.abc import Iterable

import tables
from world_model import ASSUMED, MADE_OF, MADE_OF_FITS, POWERS, Assumed, Costs, breaks_at, parts_of, reach


def here() -> Costs:
    """Return the costs by the results that are kept."""
    return Costs(tables.result("world"), tables.result("growth"))


def said(value: float, unit: str = "") -> str:
    """Return a figure with two digits, with a word for its size.

    Example:
        >>> said(1234, "bytes"), said(0.25, "seconds"), said(7.6e9), said(86400, "seconds")
        ('1.2 kB', '0.25 s', '7.6 thousand million', '24 h')
    """
    if unit == "bytes":
        return _scaled(value, (("EB", 1e18), ("PB", 1e15), ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)), " B")
    if unit == "seconds":
        return _scaled(value, (("years", 3.156e7), ("days", 2 * 86400), ("h", 3600), ("min", 100)), " s", minute=60)
    return _scaled(value, (("thousand million", 1e9), ("million", 1e6)), "")


def _scaled(value: float, scales: Iterable[tuple[str, float]], rest: str, minute: float = 0) -> str:
    for name, size in scales:
        if value >= size:
            unit = {"min": minute, "days": 86400}.get(name, size)
            return f"{_two(value / unit)} {name}"
    return f"{_two(value)}{rest}"


def _two(value: float) -> str:
    """Return two digits, or all of a small whole number.

    Example:
        >>> _two(3.0), _two(3.04), _two(1234.0), _two(0.00002)
        ('3', '3.0', '1,200', 'under 0.001')
    """
    if value == 0 or (value == round(value) and abs(value) < 100):
        return f"{value:.0f}"
    if abs(value) < 0.001:
        return "under 0.001"
    digits = 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(0, digits)}f}"


def assumptions(assumed: Assumed = ASSUMED) -> str:
    """Return what is assumed as a table."""
    a = assumed
    rows = [
        ("desires that a person says", _two(a.desires)),
        ("cards that a person answers", _two(a.cards)),
        ("minutes in which all answer them", _two(a.minutes)),
        ("minutes in which all open the page", _two(a.arriving)),
        ("people of a circle", a.circle),
        ("gatherings of the same people in a year", _two(a.gatherings)),
        ("share who read a second language", _two(a.bilingual)),
        ("languages of a circle; twice as many at each power of ten", _two(a.languages(10))),
        ("hosts, hours of each, seconds for a desire", f"{_two(a.hosts)}, {_two(a.hours)}, {_two(a.look)}"),
        ("seconds after which cards should be chosen anew", _two(a.fresh)),
        ("seconds that opening a log again may take", _two(a.opening)),
        ("time that a report may take", said(a.waiting, "seconds")),
        ("memory of a process", said(a.memory, "bytes")),
        ("disk for the log of a year", said(a.disk, "bytes")),
        ("network of a machine, bits a second", said(a.network)),
    ]
    return tables.markdown(("assumed", "value"), rows)


def units(costs: Costs | None = None) -> str:
    """Return the measured unit costs as a table."""
    c = costs or here()
    b, w = c.base, c.wire
    among = f"among {b['people']:,} people"

    def bytes_of(row: dict[str, float], name: str) -> str:
        return said(max(0.0, row[name]), "bytes")

    rows = [(f"one {name}: log", bytes_of(b, f"bytes a {name}")) for name in ("seat", "desire", "answer")] + [
        (f"one {name}: memory, {among}", bytes_of(b, f"memory a {name}, bytes"))
        for name in ("seat", "desire", "answer")
    ]
    rows += [
        (f"one {name}: processor, without HTTP, {among}", f"{_two(b[f'microseconds a {name}'])} µs")
        for name in ("seat", "desire", "answer")
    ]
    rows += [
        (f"choosing a card, {among}", f"{_two(b['card, microseconds'])} µs"),
        ("page of a phone, compressed", bytes_of(w, "page, bytes")),
        ("the page and all that it links", bytes_of(w, "page with all it links, bytes")),
        ("a tap and its answer, by the page's own form", bytes_of(w, "tap, bytes")),
        ("processor of the server for such a tap, one by one", f"{_two(w['tap, microseconds of the server'])} µs"),
        ("memory of an open stream", bytes_of(w, "memory a stream, bytes")),
        ("bytes of an open stream a minute", bytes_of(w, "bytes a stream and minute")),
        ("answers that a desire needs", _two(c.needed())),
    ]
    return tables.markdown(("measured", "figure"), rows)


def right_by_answers(costs: Costs | None = None) -> str:
    """Return by answers a desire how many common desires are found, and how many of those found are common."""
    halls = (costs or here()).world["needed"]
    columns = [f"{what}, {hall['people']:,} people" for hall in halls for what in ("found", "so")]
    rows = [
        (round(row["answers a desire"]), *(hall["rows"][place][what] for hall in halls for what in ("found", "so")))
        for place, row in enumerate(halls[0]["rows"])
    ]
    return tables.markdown(("answers a desire", *columns), rows, digits=2)


def compared(c: Costs) -> list[tuple[str, float, float]]:
    """Return what is modelled and measured at sizes of which the model was not made: name, model, measured."""
    rows = []
    for row in c.world["live"]:
        if (n := row["people"]) > MADE_OF:
            count = row["answers"]
            rows += [
                (f"log, {n:,} people", c.log_bytes(n, count), row["log bytes"]),
                (f"memory of a process, {n:,} people", c.memory(n, count), 2**20 * row["MiB"]),
                (f"opening again, {n:,} people", c.opening(n, count), row["opening, seconds"]),
            ]
    for row in c.world["fits"]:
        if (n := row["people"]) > MADE_OF_FITS:
            rows += [
                (f"first live fit, {n:,} people", c.fit(n, "first fit, seconds"), row["first fit, seconds"]),
                (f"warm live fit, {n:,} people", c.fit(n, "warm fit, seconds"), row["warm fit, seconds"]),
                (f"memory of a live fit, {n:,} people", c.fit_memory(n), 2**20 * row["MiB more"]),
            ]
    return rows


def beside(costs: Costs | None = None) -> str:
    """Return the model beside what was measured, at sizes of which it was not made."""
    rows = []
    for name, model, measured in compared(costs or here()):
        unit = "bytes" if name.startswith(("log", "memory")) else "seconds"
        rows.append((name, said(model, unit), said(measured, unit)))
    return tables.markdown(("what", "model", "measured"), rows)


def analysed(costs: Costs | None = None) -> str:
    """Return the law of the analysis beside each measured size; this law was fitted to all of them."""
    c, rows = costs or here(), {}
    for row in c.growth["rows"]:
        n = row["answers"]
        if row["failure"]:
            rows[n] = (f"{n:,}", said(c.analysis(n, "analyze, seconds"), "seconds"), row["failure"], "", "")
            continue
        law, mib = (c.analysis(n, f"analyze, {unit}") for unit in ("seconds", "MiB"))
        rows[n] = (
            f"{n:,}", said(law, "seconds"), said(row["analyze, seconds"], "seconds"),
            said(2**20 * mib, "bytes"), said(2**20 * row["analyze, MiB"], "bytes"),
        )  # fmt: skip
    return tables.markdown(("answers", "time by the law", "measured", "memory by the law", "measured"), rows.values())


def loads(costs: Costs | None = None) -> str:
    """Return the load of each part at each power of ten; bold where it breaks."""
    rows = []
    for part in parts_of(costs or here()):
        cells = []
        for people in POWERS:
            told = said(part.load(people), part.unit)
            cells.append(f"**{told}**" if part.over(people) > 1 else told)
        unit = "" if part.unit in {"bytes", "seconds"} else f", {part.unit}"
        rows.append((f"{part.name}{unit} ({part.known})", said(part.limit, part.unit), *cells))
    return tables.markdown(("people", "limit", *(_power(n) for n in POWERS)), rows)


def _power(people: float) -> str:
    return f"10^{round(math.log10(people))}"


def first(costs: Costs | None = None) -> str:
    """Return what breaks within each power of ten, in its order, and what is done then."""
    found = [(breaks_at(part), part) for part in parts_of(costs or here())]
    broken = sorted(((at, part) for at, part in found if at is not None), key=lambda pair: pair[0])
    rows = [
        (f"{_power(10 ** math.floor(math.log10(at) + 1e-9))}", f"{_two(at)}", part.name, part.then, part.built)
        for at, part in broken
    ]
    whole = [part.name for at, part in found if at is None]
    rest = f"\nUp to {_power(POWERS[-1])} these hold: {', '.join(whole)}.\n" if whole else ""
    return tables.markdown(("from", "people", "what breaks", "what is done then", "built"), rows) + rest


def where() -> str:
    """Return on what the results were measured."""
    told = []
    for name in ("world", "growth"):
        found = tables.result(name)
        machine = found["machine"]
        told.append(
            f"`{name}`: {machine['processor']}, {machine['cores']} cores, Python {machine['python']}, "
            f"commit {found['commit'][:10]}"
        )
    return "\n" + "; ".join(told) + ".\n"


def reached(costs: Costs | None = None) -> str:
    """Return in words how many people one gathering reaches with what is built."""
    found = reach(costs or here())
    if found is None:
        return "\nAll that breaks has something built against it.\n"
    at, part = found
    return (
        f"\n**With what is built, one gathering reaches some {_two(at)} people.** The first thing that breaks and has "
        f"nothing built against it: {part.name}.\n"
    )


def farthest(costs: Costs | None = None) -> str:
    """Return in words how far the model is from what was measured, at most."""
    off = [
        (abs(math.log(model / measured)), name, model / measured) for name, model, measured in compared(costs or here())
    ]
    _, name, times = max(off)
    return f"\nFarthest off: {name}, {times:.2f} times what was measured.\n"
