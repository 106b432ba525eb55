"""Every sentence that says that a text is everybody's stands in one table, with its condition and its tests."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from oneheart.locale.extract import messages
from oneheart.model import affirmed
from oneheart.model.verdict import Status
from oneheart.reports import sealed_sentences
from oneheart.reports.translation import Translation
from oneheart.web import said

ROOT = Path(__file__).resolve().parents[2]
PARTS = r"(?:every|each|all|no) (?:one of the |the )?parts?\b"
SAY = r"(?:can say (?:it|this|the)|shares? (?:it|this|these)|has (?:its|the) share|affirm(?:s|ed)?\b|agrees?\b)"
PROMISE = re.compile(
    rf"{PARTS}[^.!?|]{{0,80}}?(?:{SAY}|can say\.|share\.)|"
    r"(?:everybody|everyone|all of us|all people) (?:can say (?:it|this)|affirms?|agrees?)\b|"
    r"of every part have affirmed",
    re.IGNORECASE,
)
DENIED = re.compile(r"\b(?:not|no|never|cannot|whether|when|until|unless|if|where|must|needs?|find)\b", re.IGNORECASE)


def sources() -> Iterator[tuple[str, str]]:
    """Yield everything that people read: README, pages of the docs, messages of the live pages and of the report."""
    yield "README.md", (ROOT / "README.md").read_text(encoding="utf-8")
    for page in sorted((ROOT / "docs").rglob("*.md")):
        if "decisions" not in page.parts:
            yield page.relative_to(ROOT).as_posix(), page.read_text(encoding="utf-8")
    for message, files in messages().items():
        yield ", ".join(files), " ".join([message] if isinstance(message, str) else message)
    for page in sorted((ROOT / "src/oneheart/reports").rglob("*")):
        if page.suffix in {".py", ".html"}:
            for text in re.findall(r't\(\s*"((?:[^"\\]|\\.)*)"', page.read_text(encoding="utf-8")):
                yield page.name, text


def outside(texts: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the sentences that promise something of all and stand in no row of the table."""
    known = [" ".join(form.split()) for one in affirmed.PROMISES for form in (one.sentence, *one.also, one.condition)]
    found = []
    for where, text in texts:
        plain = " ".join(re.sub(r"[*_`]", "", text).split())
        for form in known:
            plain = plain.replace(form, "")
        sentences = re.split(r"(?<=[.!?;:|])\s", plain)
        found += [
            (where, one) for one in sentences if PROMISE.search(one) and not (one.endswith("?") or DENIED.search(one))
        ]
    return found


def test_no_sentence_of_this_kind_stands_outside_the_table() -> None:
    assert outside(sources()) == []


@pytest.mark.parametrize(
    "text",
    [
        "Every part has affirmed it.",
        "A text that all parts of the gathering can say.",
        "Everybody can say it now.",
        "Living people of every part have affirmed this.",
    ],
)
def test_a_promise_that_somebody_adds_is_found(text: str) -> None:
    assert outside(iter([("a page", text)])) != []


def test_pages_and_reports_take_the_sentences_from_the_table() -> None:
    assert said.STATUS[Status.ONE_DESIRE] == affirmed.ONE_DESIRE.sentence
    assert said.VERDICTS["stands"] == affirmed.LINE_STANDS.sentence
    assert str(sealed_sentences.verdict(Translation("en"), Status.ONE_DESIRE)) == affirmed.ONE_DESIRE.sentence
    report = (ROOT / "src/oneheart/reports/templates/report.html").read_text(encoding="utf-8")
    assert affirmed.FROM_ANSWERS.sentence in report
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert affirmed.WORST_FIFTH.sentence in readme


def test_every_row_names_functions_and_tests_that_are_there() -> None:
    for promise in affirmed.PROMISES:
        module, _, name = promise.decided_by.rpartition(".")
        assert hasattr(importlib.import_module(f"oneheart.{module}"), name), promise.decided_by
        assert promise.tests
        for test in promise.tests:
            file, _, function = test.partition("::")
            assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8"), test
