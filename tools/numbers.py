"""The table of docs/reference/numbers.md: each number that a reader sees, from `numbers.toml` and benchmarks/results.

A figure is written by a benchmark and read here, so that no page can tell another one.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROWS = Path(__file__).with_name("numbers.toml")
RESULTS = ROOT / "benchmarks" / "results"
COMMANDS = {"likeness": "python benchmarks/likeness.py"}
"""Commands of benchmarks that are not `oneheart bench NAME`."""
_NO_NUMBERS = """
address circle code column day desire forms kind kinds label
language languages mark model name outcome sign strata term time trouble words
"""
NO_NUMBERS = frozenset(_NO_NUMBERS.split())
"""Places in messages that hold words, names or dates."""
_WORDS_LEAST = 4
_STAR = r"(?:value|low|high|desires|ties|same|[\d+-]+)"
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a benchmark wrote: how often a number is right.

    Attributes:
        bench: the benchmark.
        words: the sentence around it; "{}" or "{:.0%}" is the figure.
        gate: name of the gate that holds it; "" if a row does.
        row, column: first cell of the row, and the column.
    """

    bench: str
    words: str
    gate: str = ""
    row: str = ""
    column: str = ""

    def told(self) -> str:
        """Return the sentence with its figure.

        Raises:
            KeyError: the benchmark has no such gate or row any more.
        """
        found = _result(self.bench)
        if self.gate:
            gates = {gate["name"]: gate["measured"] for gate in found["gates"]}
            return self.words.format(gates[self.gate].removeprefix("+"))
        rows = {row[0]: dict(zip(found["columns"], row, strict=True)) for row in found["rows"]}
        return self.words.format(rows[self.row][self.column])

    @property
    def command(self) -> str:
        """Return the command that measures it again."""
        return COMMANDS.get(self.bench, f"oneheart bench {self.bench}")


@dataclass(frozen=True, slots=True)
class Row:
    """One number that a reader sees, or a few that are one to them.

    Attributes:
        number: its name.
        seen: on which pages.
        what: what it is, and its range.
        json, apart: patterns of numbers in report.json and in the report of closeness.
        said: pieces of messages in which it stands.
        bare: places on pages where it stands outside of a sentence.
        right: how often it is right.
        exact: a command that shows that it is counted or computed.
        exactly: what is shown, where it is more or less than that.
        not_measured: what of it nobody has measured.
    """

    number: str
    seen: str
    what: str
    json: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    right: tuple[Figure, ...] = ()
    exact: str = ""
    exactly: str = "Exact: counted or computed, not estimated"
    not_measured: str = ""

    def measured(self) -> str:
        """Return how often it is right, in words; what nobody has measured is said."""
        parts = ["; ".join(figure.told() for figure in self.right)] if self.right else []
        if self.exact:
            parts.append(self.exactly)
        if self.not_measured:
            parts.append(f"**Not measured**: {_lower(self.not_measured)}")
        return ". ".join(part[0].upper() + part[1:] for part in parts)

    def commands(self) -> list[str]:
        """Return the commands that measure it again, each once."""
        return list(dict.fromkeys([*(figure.command for figure in self.right), *([self.exact] if self.exact else [])]))


@cache
def rows() -> tuple[Row, ...]:
    """Return the rows of the file."""
    found = tomllib.loads(ROWS.read_text(encoding="utf-8"))["row"]
    return tuple(_row(given) for given in found)


def _row(given: dict[str, Any]) -> Row:
    lists = {name: tuple(given.get(name, ())) for name in ("json", "apart", "said", "bare")}
    right = tuple(Figure(**figure) for figure in given.get("right", ()))
    return Row(**{**given, **lists, "right": right})


@cache
def _result(bench: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESULTS / f"{bench}.json").read_text(encoding="utf-8"))
    return found


def table() -> Iterator[str]:
    """Yield the lines of the table in Markdown."""
    yield "| number | where | what it is | how often it is right | measured again by |"
    yield "|---|---|---|---|---|"
    for row in rows():
        commands = "<br>".join(f"`{command}`" for command in row.commands()) or "-"
        yield f"| {row.number} | {row.seen} | {row.what} | {row.measured()} | {commands} |"


def unmeasured() -> Iterator[str]:
    """Yield as a list in Markdown what nobody has measured."""
    for row in rows():
        if row.not_measured:
            yield f"- {row.number}: {_lower(row.not_measured)}."


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


# --- which numbers there are ------------------------------------------------------------------------------------------


def numbers_of(schema: dict[str, Any]) -> list[str]:
    """Return the path of each number in a JSON Schema; "[]" stands for the items of a list.

    Example:
        >>> numbers_of({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "number"}}}})
        ['a[]']
    """
    return list(dict.fromkeys(_numbers(schema, schema, "")))


def _numbers(part: dict[str, Any], root: dict[str, Any], path: str) -> Iterator[str]:
    if "$ref" in part:
        target: Any = root
        for name in part["$ref"].split("/")[1:]:
            target = target[name]
        yield from _numbers(target, root, path)
    for word in ("anyOf", "oneOf", "allOf"):
        for choice in part.get(word, ()):
            yield from _numbers(choice, root, path)
    for name, inner in part.get("properties", {}).items():
        yield from _numbers(inner, root, f"{path}.{name}" if path else name)
    for inner in (part.get("additionalProperties"), *part.get("patternProperties", {}).values()):
        if isinstance(inner, dict):
            yield from _numbers(inner, root, f"{path}.*" if path else "*")
    for inner in (part.get("items"), *part.get("prefixItems", ())):
        if isinstance(inner, dict):
            yield from _numbers(inner, root, f"{path}[]")
    kinds = part.get("type", ())
    if {"number", "integer"} & ({kinds} if isinstance(kinds, str) else set(kinds)):
        yield path


def tells_a_number(message: str) -> bool:
    """Return whether a message has a place for a number.

    Example:
        >>> tells_a_number("{count} answers"), tells_a_number("Time left: {time}")
        (True, False)
    """
    return bool(set(_PLACE.findall(message)) - NO_NUMBERS)


def without_row(paths: Iterable[str], kind: str) -> list[str]:
    """Return the paths that no row names; `kind` is "json" or "apart"."""
    patterns = [pattern for row in rows() for pattern in getattr(row, kind)]
    return [path for path in paths if not any(fits(path, pattern) for pattern in patterns)]


def fits(path: str, pattern: str) -> bool:
    """Return whether the path of a number fits a pattern.

    A star stands for an end or the middle of a range, for what was compared, or for numbers; not for a new name.

    Example:
        >>> fits("lines[].want.low", "lines[].want.*"), fits("lines[].want.warmth", "lines[].want.*")
        (True, False)
    """
    return re.fullmatch(re.escape(pattern).replace(r"\*", _STAR), path) is not None


def unsaid(messages: Iterable[str]) -> list[str]:
    """Return the messages that tell a number and that no row names."""
    pieces = [piece for row in rows() for piece in row.said]
    told = [message for message in messages if tells_a_number(message)]
    return [message for message in told if not any(stands_in(piece, message) for piece in pieces)]


def stands_in(piece: str, message: str) -> bool:
    """Return whether a message is meant by a piece: it holds four words of it or more, or is the same.

    A shorter piece with "..." behind it means all messages that begin so.

    Example:
        >>> stands_in("{count} line", "{count} line"), stands_in("{count} line", "{count} lines are wrong")
        (True, False)
        >>> stands_in("Line {line}: ...", "Line {line}: the name is missing.")
        True
    """
    if piece.endswith("..."):
        return message.startswith(piece.removesuffix("...").rstrip())
    return message == piece or (len(piece.split()) >= _WORDS_LEAST and piece in message)
