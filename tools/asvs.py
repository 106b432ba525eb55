"""Tables of docs/reference/asvs.md and docs/reference/protection.md, made from `asvs.toml` and from the code itself."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oneheart.engine.desire import entry
from oneheart.live import admitting, codes, house, keeper
from oneheart.live.state import desires, retention
from oneheart.web import security, server, streams
from oneheart.web.host import entering

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = {
    1: "Encoding and sanitization",
    2: "Validation and business logic",
    3: "Web frontend",
    4: "API and web service",
    5: "Files",
    6: "Authentication",
    7: "Sessions",
    8: "Authorization",
    9: "Self-contained tokens",
    10: "OAuth and OIDC",
    11: "Cryptography",
    12: "Secure communication",
    13: "Configuration",
    14: "Data protection",
    15: "Coding and architecture",
    16: "Logging and errors",
    17: "WebRTC",
}
VERDICTS = ("met", "not applicable", "not met")
CRYPTOGRAPHY = frozenset({"hashlib", "hmac", "secrets", "cryptography"})
CONNECTIONS = frozenset({"socket", "ssl", "http.client", "urllib.request", "httpx2", "psycopg"})


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of the standard, and how oneheart stands to it.

    Attributes:
        id: its number in the standard, such as "1.2.4".
        level: lowest level that asks for it, 1 or 2.
        about: what it asks for, in our own words.
        verdict: one of `VERDICTS`.
        why: the reason or a remark; may be "" only where it is met.
        shown: tests, functions ("path::name") and pages ("path" or "path#heading").
    """

    id: str
    level: int
    about: str
    verdict: str
    why: str
    shown: tuple[str, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the number as numbers, by which requirements are ordered."""
        return tuple(int(part) for part in self.id.split("."))


def version() -> str:
    """Return the version of the standard."""
    return str(_read()["version"])


def requirements() -> list[Requirement]:
    """Return all requirements of levels 1 and 2 in the order of the file."""
    return [Requirement(**{**row, "shown": tuple(row["shown"])}) for row in _read()["requirements"]]


def counts() -> Iterator[str]:
    """Return the lines of the table that counts verdicts by level."""
    found = Counter((row.level, row.verdict) for row in requirements())
    yield "| level | met | not applicable | not met | all |"
    yield "|---|---|---|---|---|"
    for level in (1, 2):
        numbers = [found[level, verdict] for verdict in VERDICTS]
        yield f"| {level} | {' | '.join(map(str, numbers))} | {sum(numbers)} |"
    numbers = [found[1, verdict] + found[2, verdict] for verdict in VERDICTS]
    yield f"| both | {' | '.join(map(str, numbers))} | {sum(numbers)} |"


def not_met() -> Iterator[str]:
    """Return the lines of the list of what is not met."""
    for row in requirements():
        if row.verdict == "not met":
            yield f"- **{row.id}** (level {row.level}) {row.about}: {row.why}."


def tables() -> Iterator[str]:
    """Return the lines of the whole table, a chapter at a time."""
    for number, title in CHAPTERS.items():
        yield f"\n### {number} {title}\n"
        yield "| | level | asks for | verdict | shown by |"
        yield "|---|---|---|---|---|"
        for row in requirements():
            if row.numbers[0] == number:
                verdict = f"**{row.verdict}**" if row.verdict == "not met" else row.verdict
                said = f"{verdict}: {row.why}" if row.why else verdict
                yield f"| {row.id} | {row.level} | {row.about} | {said} | {'<br>'.join(map(_shown, row.shown))} |"


def limits() -> Iterator[str]:
    """Return the lines of the table of limits, with the numbers of the code."""
    yield "| limit | value | what happens beyond it |"
    yield "|---|---|---|"
    wait = "the oldest waiting connection is closed"
    rows = (
        (
            "wrong codes of one address, person or host in a minute",
            codes.WRONG_A_MINUTE,
            "429 for right and wrong codes alike",
        ),
        ("more of them for each seat taken there", f"1, to {security.WELCOME_MOST}", "as above"),
        ("bytes of a body of a person", security.BODY_MOST, "413, with a page that says so"),
        ("bytes of a body of a host", security.HOST_BODY_MOST, "as above"),
        ("bytes of a new gathering", security.NEW_BODY_MOST, "as above"),
        ("seconds for headers", server.HEADER_SECONDS, "the connection is closed"),
        ("seconds for a body", server.BODY_SECONDS, "the connection is closed"),
        ("connections that wait, of one address", server.WAITING_OF_ADDRESS, wait),
        ("connections that wait, of all", server.WAITING_MOST, wait),
        ("connections", server.CONNECTIONS_MOST, "503"),
        ("streams of one seat", streams.MOST_A_SEAT, "the oldest ends"),
        ("hall screens of one address", streams.MOST_AN_ADDRESS, "the oldest of this address ends"),
        ("hall screens", streams.MOST_SCREENS, "the oldest of the address with most of them ends"),
        ("events that wait to be written", keeper.MOST_WAITING, "503, come again; the phone keeps the words"),
        ("seats of a gathering", "none until hosts set the door", "refused; who is in stays in"),
        ("desires of one person on their way", desires.OPEN_DESIRES, "the words wait for a place"),
        ("letters of a desire", entry.GRAPHEMES_MOST, "refused; the words stay in the field"),
        ("seat cards of one sheet for a circle", admitting.SEAT_CARDS_MOST, "refused"),
        ("circles of a gathering", entering.CIRCLES_MOST, "the page comes back with what was typed"),
        ("gatherings of a server", house.MOST_GATHERINGS, "refused"),
        ("days after the end until all is erased", f"{retention.KEEP_DAYS}, 0 to {retention.KEEP_DAYS_MOST}", "-"),
    )
    for name, value, beyond in rows:
        shown = f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else value
        yield f"| {name} | {shown} | {beyond} |"


def modules_importing(names: frozenset[str]) -> dict[str, set[str]]:
    """Return the modules of the program that import one of these packages, by path, with what they import."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "src/oneheart").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported = [node.module]
            for name in imported:
                hits = {wanted for wanted in names if name == wanted or name.startswith(f"{wanted}.")}
                if hits:
                    found.setdefault(path.relative_to(ROOT).as_posix(), set()).update(hits)
    return found


def cryptography() -> Iterator[str]:
    """Return the lines of the list of modules that use cryptography, found in the code."""
    yield "| module | uses |"
    yield "|---|---|"
    for path, used in modules_importing(CRYPTOGRAPHY).items():
        yield f"| `{path}` | {', '.join(sorted(used))} |"


def _read() -> dict[str, Any]:
    return tomllib.loads((ROOT / "tools/asvs.toml").read_text(encoding="utf-8"))


def _shown(evidence: str) -> str:
    path, _, name = evidence.partition("::")
    page = Path(path.partition("#")[0])
    if page.suffix == ".md":
        return f"[{page.stem}](../{path.removeprefix('docs/')})"
    return f"`{name}` in `{path}`"
