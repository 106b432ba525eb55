"""The table of ASVS requirements: complete, in order, and every test, function and page that it names exists."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

import pytest

from oneheart.live import codes
from oneheart.web import pages
from tests.support.pages import ROOT
from tests.support.proofs import PROMISES
from tools import asvs

REQUIREMENTS = asvs.requirements()
PROTECTION = (ROOT / "docs/reference/protection.md").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def names_in(path: str) -> set[str]:
    """Return the functions, classes and constants of a module."""
    names = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        targets = [*getattr(node, "targets", ()), getattr(node, "target", None)]
        names.update(target.id for target in targets if isinstance(target, ast.Name))
    return names


def fault_of(evidence: str) -> str | None:
    """Return what is wrong with a named test, function or page; None if it exists."""
    path, _, name = evidence.partition("::")
    if name:
        is_test = path.startswith("tests/") == name.startswith("test_")
        return None if is_test and (ROOT / path).is_file() and name in names_in(path) else f"no {evidence}"
    page, _, heading = path.partition("#")
    if not (ROOT / page).is_file() or not page.endswith(".md"):
        return f"no page {page}"
    text = (ROOT / page).read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-") for h in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    return None if not heading or heading in headings else f"no heading {evidence}"


def test_every_requirement_of_both_levels_is_there_once_and_in_order() -> None:
    numbers = [row.numbers for row in REQUIREMENTS]
    assert numbers == sorted(set(numbers))
    assert [sum(row.level == level for row in REQUIREMENTS) for level in (1, 2, 3)] == [70, 183, 0]
    assert {row.numbers[0] for row in REQUIREMENTS} == set(asvs.CHAPTERS)
    assert asvs.version() == "5.0.0"


@pytest.mark.parametrize("row", REQUIREMENTS, ids=lambda row: row.id)
def test_a_verdict_has_what_it_needs(row: asvs.Requirement) -> None:
    assert row.about
    assert row.verdict in asvs.VERDICTS
    assert [fault for fault in map(fault_of, row.shown) if fault] == []
    if row.verdict == "met":
        assert any("::" in evidence for evidence in row.shown), "what is met names a test or a function"
    else:
        assert row.why, "what is not met or not applicable says why"


def test_evidence_that_is_not_there_is_found() -> None:
    assert fault_of("tests/docs/test_asvs.py::test_evidence_that_is_not_there_is_found") is None
    assert fault_of("tests/docs/test_asvs.py::test_that_was_renamed")
    assert fault_of("tests/docs/test_gone.py::test_that_was_renamed")
    assert fault_of("src/oneheart/web/security.py::same_origins")
    assert fault_of("docs/reference/protection.md#limits") is None
    assert fault_of("docs/reference/protection.md#no-such-heading")
    assert fault_of("docs/reference/gone.md")


def test_the_page_is_the_table() -> None:
    page = (ROOT / "docs/reference/asvs.md").read_text(encoding="utf-8")
    for line in (*asvs.counts(), *asvs.not_met(), *asvs.tables()):
        assert line in page
    assert "ASVS compliant" not in page


# --- what the page of protection says is so ---------------------------------------------------------------------------


def test_the_table_of_limits_is_made_from_the_code() -> None:
    lines = list(asvs.limits())
    assert f"| wrong codes of one address, person or host in a minute | {codes.WRONG_A_MINUTE} |" in "\n".join(lines)
    assert all(line in PROTECTION for line in lines)


def test_the_page_of_protection_names_every_cookie() -> None:
    part = PROTECTION.split("## Sessions")[1].split("\n## ")[0]
    cookies = {pages.SEAT_COOKIE, pages.HOST_COOKIE, pages.LANGUAGE_COOKIE}
    assert set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)) == cookies


def test_every_module_that_uses_cryptography_stands_on_the_page() -> None:
    assert all(line in PROTECTION for line in asvs.cryptography())
    keys = PROTECTION.split("## Keys")[1].split("Every module")[0]
    used = asvs.modules_importing(frozenset({"cryptography", "hmac"}))
    assert {path for path in used if path not in keys} == set(), "each key has a row"


def test_no_weak_hash_is_used() -> None:
    for path in (ROOT / "src/oneheart").rglob("*.py"):
        assert not re.search(r"hashlib\.(md5|sha1|new)\b|SHA1\(|MD5\(", path.read_text(encoding="utf-8")), path


def test_only_one_package_opens_connections() -> None:
    part = PROTECTION.split("## Connections")[1].split("\n## ")[0]
    opening = set(asvs.modules_importing(asvs.CONNECTIONS))
    assert "src/oneheart/connecting/client.py" in opening
    assert {path for path in opening if path not in part} == set()


# --- the threat model -------------------------------------------------------------------------------------------------

THREATS = (ROOT / "docs/explanation/threat-model.md").read_text(encoding="utf-8")


def test_every_function_and_test_of_the_threat_model_exists() -> None:
    named = re.findall(r"`([a-z_/]+\.py): (\w+)`", THREATS)
    assert len(named) > 40
    for path, name in named:
        code = (ROOT / "src/oneheart" / path).read_text(encoding="utf-8")
        assert re.search(rf"^\s*(?:async def|def|class) {name}\b|^{name}\b", code, re.MULTILINE), f"{path}: {name}"
    tests = re.findall(r"`(tests/[a-z_/]+\.py)`", THREATS)
    assert tests
    assert [path for path in tests if not (ROOT / path).is_file()] == []


def test_every_promise_stands_in_the_threat_model() -> None:
    assert set(re.findall(r"\bA\d+\b", THREATS)) == set(PROMISES)
