"""The codes that a page carries in its data attributes: what a sentence says, whatever its language."""

from __future__ import annotations

import html
import re


def codes(page: str, name: str = "said") -> list[str]:
    """Return the values of a data attribute on a page, in order."""
    return [html.unescape(value) for value in re.findall(rf'\bdata-{name}="([^"]*)"', page)]


def text_at(page: str, name: str, value: str) -> str:
    """Return the text of the first element whose attribute has a value, without tags.

    The element must hold none of its own kind.
    """
    found = re.search(rf'<(\w+)\b[^>]*\b{name}="{re.escape(html.escape(value))}"[^>]*>(.*?)</\1>', page, re.DOTALL)
    assert found is not None, f'nothing has {name}="{value}"'
    return html.unescape(re.sub(r"<[^>]*>", "", found[2])).strip()
