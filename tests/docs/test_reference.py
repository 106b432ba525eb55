"""Every command, option and setting is documented, and every piece of news has a name that says its kind."""

from __future__ import annotations

import re

import pytest

from oneheart import settings
from tests.support.pages import ROOT
from tools import commands as command_line

COMMANDS = command_line.commands()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(command: str) -> None:
    page = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    part = page.split(f"## oneheart {command}\n")[1].split("\n## ")[0]
    for shown, _, text, _ in command_line.rows(COMMANDS[command]):
        assert text, f"{command} {shown} says nothing about itself"
        assert f"| `{shown}` |" in part
        assert text in part


def test_the_command_line_knows_the_same_commands() -> None:
    from typer.testing import CliRunner

    from oneheart.cli import app

    assert COMMANDS
    for command in COMMANDS:
        *group, name = command.split()
        shown = CliRunner().invoke(app, [*group, "--help"]).output
        assert re.search(rf"^\W*{name}\s", shown, re.MULTILINE)


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert len(settings.ALL) > 10
    for setting in settings.ALL:
        assert f"| `{setting.name}` | {setting.value} | {setting.meaning} |" in page


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    pages = sorted(path.name for path in (ROOT / "docs/decisions").glob("0*.md"))
    assert [f"{number:04}" for number in range(1, len(pages) + 1)] == [page[:4] for page in pages]
    assert all(f"({page})" in listed for page in pages)


def test_every_page_of_the_docs_is_listed() -> None:
    listed = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    pages = {
        p.relative_to(ROOT / "docs").as_posix() for p in (ROOT / "docs").glob("*/*.md") if p.parent.name != "decisions"
    }
    assert {page for page in pages if f"({page})" not in listed} == set()


def test_news_has_a_kind() -> None:
    news = [path.name for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md"]
    assert news
    assert all(re.fullmatch(r"[a-z0-9-]+\.(new|changed|mended|removed)\.md", file) for file in news)
