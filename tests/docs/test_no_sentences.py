"""Tests of pages compare ids and codes: sentences of the catalogues are compared in one test for each catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from oneheart.locale import extract
from tests.support.messages import asked_for

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tests/web", "tests/browser", "tests/unit/reports", "tests/real")
"""Where pages are tested. The one test for each catalogue is in tests/docs/test_catalogues.py."""
TYPED = {"What do you want?", "What was asked of them?", "for the next round", "on its way"}
"""What a test types into a form as its own words, and codes that read like a sentence."""
_WORDS_LEAST = 3
_COMPARING = {"parametrize", "count", "startswith", "endswith", "index", "split", "search"}
_HOLE = re.compile(r"\\{\w+\\}")


def _own_words(message: str) -> int:
    return len(re.sub(r"\{\w+\}", "", message).split())


@cache
def messages() -> list[tuple[str, re.Pattern[str]]]:
    """Return the messages of both catalogues that are longer than two words, each with a pattern that finds it."""
    asked = {*asked_for(), *(many for many in asked_for().values() if many)}
    for message in extract.messages():
        asked |= {message} if isinstance(message, str) else {*message}
    long = sorted(message for message in asked if _own_words(message) >= _WORDS_LEAST)
    return [(message, re.compile(_HOLE.sub(r"[^ ]+", re.escape(message)))) for message in long]


def texts(node: ast.AST) -> Iterator[str]:
    """Yield the texts that a node compares: constants, f-strings (a value is one word), and those of a list."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values)
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for element in node.elts:
            yield from texts(element)
    elif isinstance(node, ast.Dict):
        for element in node.values:
            yield from texts(element)


def compared(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and text of what is compared, looped over, matched or given to a test as a parameter."""
    for node in ast.walk(tree):
        nodes: list[ast.AST] = []
        if isinstance(node, ast.Compare):
            nodes = [node.left, *node.comparators]
        elif isinstance(node, ast.For | ast.comprehension):
            nodes = [node.iter]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _COMPARING:
            nodes = [*node.args]
        for one in nodes:
            for text in texts(one):
                yield one.lineno, text  # type: ignore[attr-defined]  every expression has a line


def is_sentence(text: str) -> bool:
    """Return whether a text holds a message of a catalogue, or is a part of one that is longer than two words."""
    words = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    if len(words.split()) < _WORDS_LEAST or words in TYPED:
        return False
    return any(words in message or pattern.search(words) for message, pattern in messages())


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_test_of_pages_compares_a_sentence_of_a_catalogue(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {text!r}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, text in compared(ast.parse(path.read_text(encoding="utf-8")))
        if is_sentence(text)
    ]
    assert found == [], "compare an id or a code (tests/support/codes.py)"


@pytest.mark.parametrize(
    ("source", "sentences"),
    [
        ('assert "This has changed meanwhile." in page', 1),
        ('assert f"You are host {number}." in page', 1),
        ('for said in ("Nothing is here", "peace"): assert said in page', 1),
        ('assert codes(page, "why") == ["stale"]', 0),
        ('browser.post("/", data={"text": "Only the person whose it is can do this."})', 0),
    ],
)
def test_a_compared_sentence_is_found_and_words_of_people_are_not(source: str, sentences: int) -> None:
    assert sum(is_sentence(text) for _, text in compared(ast.parse(source))) == sentences
