"""The pages of this project and what stands in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("examples/**/*.md"),
        *ROOT.glob("changelog.d/README.md"),
    ]
)
_FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the page it is from, what kind it is, and its text without indentation."""

    page: Path
    kind: str
    text: str


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    out = []
    for found in _FENCE.finditer(page.read_text(encoding="utf-8")):
        cut = len(found["indent"])
        text = "".join(line[cut:] if line.strip() else line for line in found["text"].splitlines(keepends=True))
        out.append(Block(page, found["kind"], text))
    return out


def name(page: Path) -> str:
    """Return the page's path as a test shows it."""
    return page.relative_to(ROOT).as_posix()
