"""Which messages the sources ask the catalogues for."""

from __future__ import annotations

import ast
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import extract_from_ast

import oneheart.reports

HERE = Path(oneheart.reports.__file__).parent


def asked_for() -> dict[str, str | None]:
    """Return every message in the sources, and its plural where it has one."""
    found: dict[str, str | None] = {}
    for source in sorted(HERE.glob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if called == "t":
                assert len(texts) == 1, f"{source.name}:{node.lineno}: t() takes one literal message"
                found[texts[0]] = found.get(texts[0])
            elif called == "n":
                assert len(texts) == 2, f"{source.name}:{node.lineno}: n() takes two literal messages"
                found[texts[0]] = texts[1]
    for template in sorted((HERE / "templates").glob("*.html")):
        page = template.read_text(encoding="utf-8")
        for _, function, message in extract_from_ast(Environment(autoescape=True).parse(page), ("t", "n")):
            texts = [message] if isinstance(message, str) else [text for text in message if text]
            found[texts[0]] = texts[1] if function == "n" else found.get(texts[0])
    return found
