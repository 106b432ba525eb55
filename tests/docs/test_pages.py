"""Pages cannot go stale: links lead somewhere, code runs, commands and make targets exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pages import PAGES, ROOT, Block, blocks, name
from tools import commands as command_line

LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
BLOCKS = [block for page in PAGES for block in blocks(page)]
COMMANDS = command_line.commands()


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are made on the web."""
    titles = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


def command_lines(kinds: set[str]) -> list[tuple[Path, str]]:
    """Return every line of shell blocks, without comments."""
    lines = [
        (block.page, line.removeprefix("$ ").split("  #")[0].strip())
        for block in BLOCKS
        if block.kind in kinds
        for line in block.text.splitlines()
    ]
    return [(page, line) for page, line in lines if line and not line.startswith("#")]


SHELL = command_lines({"sh", "console", "bash"})
OURS = [(page, line) for page, line in SHELL if line.startswith("oneheart ")]


def test_there_are_pages() -> None:
    assert {"README.md", "GLOSSARY.md", "docs/reference/commands.md"} <= {name(page) for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    astray = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
            astray.append(target)
    assert astray == []


@pytest.mark.parametrize("page", [page for page in PAGES if "docs" in page.parts[-3:]], ids=name)
def test_every_page_of_the_docs_says_something(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert len(text.split()) > 60
    assert not re.search(r"\b(TODO|TBD|FIXME|coming soon)\b", text, re.IGNORECASE)


@pytest.mark.parametrize(
    "block",
    [b for b in BLOCKS if b.kind == "python" and b.page.name != "README.md"],
    ids=lambda block: name(block.page),
)
def test_python_on_a_page_runs(
    block: Block, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    exec(compile(block.text, name(block.page), "exec"), {})  # noqa: S102  this is the page's own code
    capsys.readouterr()


@pytest.mark.parametrize(("page", "line"), OURS, ids=lambda value: value if isinstance(value, str) else name(value))
def test_a_command_on_a_page_exists_with_its_options(page: Path, line: str) -> None:
    del page
    _, command, *words = shlex.split(line)
    if f"{command} {' '.join(words[:1])}" in COMMANDS:  # a group and its command
        command, words = f"{command} {words[0]}", words[1:]
    if command.startswith("--"):
        assert command in {"--help", "--version"}
        return
    assert command in COMMANDS
    options = {row[0] for row in command_line.rows(COMMANDS[command]) if row[0].startswith("--")} | {"--help"}
    assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.process
@pytest.mark.parametrize("page", [ROOT / "docs/tutorials/first-report.md", ROOT / "README.md"], ids=name)
def test_commands_on_the_example_run_and_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONUTF8": "1",
    }
    ran, printed = 0, ""
    for block in blocks(page):
        if block.kind == "text" and ran and page.name != "README.md":
            assert block.text in printed
        for line in block.text.splitlines() if block.kind == "sh" else ():
            if "examples/" not in line and not line.startswith("echo "):
                continue
            done = subprocess.run(
                ["bash", "-c", line], cwd=tmp_path, env=environment, capture_output=True, check=False, encoding="utf-8"
            )
            assert done.returncode == 0, done.stderr
            ran, printed = ran + 1, done.stdout
    assert ran


def test_make_targets_on_pages_exist() -> None:
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    wanted = {line.split()[1] for _, line in SHELL if line.startswith("make ")}
    inline = re.compile(r"`make ([a-z]+)[^`]*`")
    wanted |= {target for page in PAGES for target in inline.findall(page.read_text(encoding="utf-8"))}
    assert wanted
    assert wanted <= made


PATHS = [
    (page, path)
    for page in PAGES
    for path in re.findall(r"`((?:src/oneheart|tests|benchmarks|tools)/[\w./-]+)`", page.read_text(encoding="utf-8"))
    if "decisions" not in page.parts  # a decision names the files of its day
]


@pytest.mark.parametrize(("page", "path"), PATHS, ids=[f"{name(page)} {path}" for page, path in PATHS])
def test_every_file_that_a_page_names_exists(page: Path, path: str) -> None:
    assert (ROOT / path).exists(), f"{page} names {path}"


def test_functions_that_the_page_of_how_it_is_built_names_stand_in_the_file_beside_them() -> None:
    text = (ROOT / "docs/explanation/how-it-is-built.md").read_text(encoding="utf-8")
    named = re.findall(r"`(\w+)` in\s+`(src/[\w/]+\.py)`|`(\w+)` \(`?(?:\w+`? in )?`?(src/[\w/]+\.py)`\)", text)
    pairs = [(first or third, second or fourth) for first, second, third, fourth in named]
    assert len(pairs) >= 5
    for function, path in pairs:
        assert re.search(
            rf"\b(def|class) {function}\b|^{function}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE
        )
