"""Proofs: fifteen promises, each shown by an attack that fails and by a sabotaged build on which the attack succeeds.

A test that measures a promise has the mark ``proof("A2")`` and tells its figure by the fixture ``figure``. Its partner
breaks one named function and has the mark ``sabotage("A2", "what was broken")``; it asserts that the attack succeeds.
A figure that misses its goal, although nothing is broken, is told by the fixture ``missed``: the promise holds in part.
`make prove` runs all of them in their long form and prints one table; `make test` runs short forms.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

LONG = os.environ.get("ONEHEART_PROVE") == "1"

PROMISES: dict[str, str] = {
    "A1": "a killed server loses and doubles nothing that it called kept",
    "A2": "a power cut loses nothing that was called kept",
    "A3": "a failing, full or locked disk loses nothing; people are told to send again",
    "A4": "no request ends in an error of the server",
    "A5": "nobody reaches what is not theirs",
    "A6": "no text becomes a script on any page",
    "A7": "codes and secrets cannot be guessed, and nothing tells how near a guess is",
    "A8": "connections that only wait shut nobody out",
    "A9": "resending, reordering and restarts change nothing",
    "A10": "a wrong clock and a restored copy give the same state",
    "A11": "a language model chooses, drops and adds nothing",
    "A12": "a few hostile seats do not change the text",
    "A13": "no imported file exhausts the machine or becomes a formula",
    "A14": "all public outputs together tell no answer, author or author's circle; erased words are nowhere",
    "A15": "an altered record is found, a forged proof is refused, a receipt is found",
}


def size(long: int, short: int) -> int:
    """Return how often to try: the first number in `make prove`, the second in `make test`."""
    return long if LONG else short


@dataclass(slots=True)
class Row:
    """What the tests of one promise told.

    Attributes:
        figures: figures of the true build.
        missed: figures that miss their goal.
        broken: sabotaged builds on which the attack succeeded, as it must.
        failed: names of failed tests.
    """

    figures: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        """Return whether the promise was measured, fails on a sabotaged build, and no test or figure of it failed."""
        return bool(self.figures and self.broken) and not self.failed and not self.missed

    @property
    def verdict(self) -> str:
        """Return the verdict in a word or two."""
        if self.failed:
            return "FAILED"
        if self.missed and self.broken:
            return "in part"
        return "holds" if self.well else "not shown"


def note(rows: dict[str, Row], properties: Iterable[tuple[str, object]], name: str, outcome: str) -> None:
    """Add one test to the table.

    Args:
        rows: table so far, by promise.
        properties: what the test recorded: ("proof", code), ("sabotage", "code: what"), ("figure" or "missed", text).
        name: id of the test.
        outcome: "passed", "failed" or "skipped".
    """
    recorded = [(key, str(value)) for key, value in properties]
    codes = [value.split(":")[0] for key, value in recorded if key in {"proof", "sabotage"}]
    for code in codes:
        row = rows.setdefault(code, Row())
        if outcome == "failed":
            row.failed += [name] if name not in row.failed else []
        elif outcome == "passed":
            proven = ("proof", code) in recorded
            row.figures += [value for key, value in recorded if key == "figure" and proven]
            row.missed += [value for key, value in recorded if key == "missed" and proven]
            row.broken += [value.split(": ", 1)[1] for key, value in recorded if key == "sabotage"]


def lines(rows: dict[str, Row], *, whole: bool) -> list[str]:
    """Return the table: a promise, its figures, and the sabotaged builds on which it fails.

    Args:
        rows: result of `note`.
        whole: list the promises without a test in this run, too.
    """
    out = []
    for code, promise in PROMISES.items():
        if code not in rows and not whole:
            continue
        row = rows.get(code, Row())
        out.append(f"{code:4} {row.verdict:9} {promise}")
        out += [f"     figure    {text}" for text in row.figures]
        out += [f"     MISSED    {text}" for text in row.missed]
        out += [f"     fails on  {text}" for text in dict.fromkeys(row.broken)]
        out += [f"     failed    {text}" for text in row.failed]
    return out


def incomplete(rows: dict[str, Row]) -> list[str]:
    """Return the promises that were not shown, or only in part."""
    return [code for code in PROMISES if not rows.get(code, Row()).well]
