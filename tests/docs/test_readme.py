"""What the README shows is what happens."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.pages import ROOT, blocks

README = blocks(ROOT / "README.md")


def test_the_five_lines_of_the_readme_print_what_it_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = [block for block in README if block.kind == "python"]
    (shown,) = [block for block in README if block.kind == "text"]
    monkeypatch.chdir(ROOT)
    exec(compile(code.text, "README.md", "exec"), {})  # noqa: S102  this is the page's own code
    assert capsys.readouterr().out == shown.text


def test_they_are_five_lines_and_the_lines_of_the_example() -> None:
    (code,) = [block for block in README if block.kind == "python"]
    assert len([line for line in code.text.splitlines() if line]) <= 6, "five lines, one of them with its loop's body"
    example = (ROOT / "examples" / "five_lines.py").read_text(encoding="utf-8")
    assert example.endswith(code.text)


@pytest.mark.process
def test_the_example_prints_what_the_readme_says() -> None:
    (shown,) = [block for block in README if block.kind == "text"]
    run = [sys.executable, "-X", "utf8", "examples/five_lines.py"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", shown.text)
