"""The reference page names everything that is in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oneheart.reports.numbers import schema

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "report.md"


def names(part: Any) -> Iterator[str]:
    """Yield the name of every property and every word of an enumeration in a schema."""
    if isinstance(part, dict):
        yield from part.get("properties", {})
        yield from part.get("enum", [])
        for inner in part.values():
            yield from names(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from names(inner)


def test_every_key_and_word_of_the_schema_is_documented() -> None:
    page = PAGE.read_text(encoding="utf-8")
    undocumented = {name for name in names(schema()) if not re.search(rf"`[^`\n]*\b{re.escape(name)}\b", page)}
    assert undocumented == set()
