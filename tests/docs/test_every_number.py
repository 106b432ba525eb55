"""Every number that a reader sees has a row in docs/reference/numbers.md: what it is, how often it is right.

Figures outside of sentences are looked for where pages are tested: the report and the report of closeness in
tests/unit/reports, hall, desk and measures in tests/web/test_numbers_on_pages.py.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from oneheart.bench import KINDS
from oneheart.reports import apart, numbers
from tests.support.figures import messages
from tests.support.pages import ROOT
from tools import numbers as table

ADD = "say in tools/numbers.toml what these numbers are and how often they are right, then run make docs"


@cache
def paths() -> dict[str, list[str]]:
    """Return the numbers of both kinds of JSON."""
    return {"json": table.numbers_of(numbers.schema()), "apart": table.numbers_of(apart.schema())}


# --- everything has a row


def test_every_number_of_a_report_in_json_has_a_row() -> None:
    assert len(paths()["json"]) > 90
    assert table.without_row(paths()["json"], "json") == [], ADD


def test_every_number_of_the_report_of_closeness_has_a_row() -> None:
    assert len(paths()["apart"]) > 40
    assert table.without_row(paths()["apart"], "apart") == [], ADD


def test_every_sentence_of_a_page_that_tells_a_number_has_a_row() -> None:
    assert sum(map(table.tells_a_number, messages())) > 150
    assert table.unsaid(messages()) == [], ADD


# --- a new number without a row is seen


def test_a_new_number_in_json_without_a_row_is_seen() -> None:
    broken = copy.deepcopy(numbers.schema())
    broken["properties"]["warmth"] = {"type": ["number", "null"]}
    broken["$defs"]["support"]["properties"]["warmth"] = {"type": "number"}
    missing = table.without_row(table.numbers_of(broken), "json")
    assert {"warmth", "common_ground[].worst_fifth.warmth"} <= set(missing)


@pytest.mark.parametrize("message", ["{count} desires are warm.", "They are warm, {value} in 100 of them."])
def test_a_new_sentence_that_tells_a_number_is_seen(message: str) -> None:
    assert table.unsaid([*messages(), message]) == [message]


def test_without_its_row_a_number_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = table.rows()
    for left_out in (row for row in rows if row.json or row.apart or row.said):
        monkeypatch.setattr(table, "rows", lambda rest=tuple(row for row in rows if row is not left_out): rest)
        missing = [path for kind, found in paths().items() for path in table.without_row(found, kind)]
        assert missing or table.unsaid(messages()), left_out.number


# --- no row is about nothing, and every figure is one that a benchmark wrote


def test_no_row_is_about_what_is_not_there() -> None:
    for row in table.rows():
        for kind, found in paths().items():
            for pattern in getattr(row, kind):
                assert any(table.fits(path, pattern) for path in found), (row.number, pattern)
        for piece in row.said:
            told = [m for m in messages() if table.stands_in(piece, m) and table.tells_a_number(m)]
            assert told, (row.number, piece)


def test_every_row_says_how_often_it_is_right_or_that_nobody_has_measured_it() -> None:
    page = (ROOT / "docs/reference/numbers.md").read_text(encoding="utf-8")
    for row in table.rows():
        assert row.right or row.exact or row.not_measured, row.number
        assert row.measured() in page, f"{row.number}: run make docs"
        assert "|" not in row.what


def test_every_command_of_the_table_is_there() -> None:
    for row in table.rows():
        for command in row.commands():
            words = command.split()
            assert words[:3] != ["oneheart", "bench", *words[2:3]] or words[2] in KINDS, command
            paths = [word for word in words if "/" in word]
            assert all((ROOT / path).exists() for path in paths), command


def test_a_figure_that_no_benchmark_wrote_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    figure = table.Figure("fifths", "{}", gate="a gate that nobody knows")
    with pytest.raises(KeyError):
        figure.told()
    monkeypatch.setattr(table, "RESULTS", tmp_path)
    with pytest.raises(FileNotFoundError):
        table.Figure("somewhere", "{}", gate="any").told()


def test_a_new_measurement_changes_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    row = next(row for row in table.rows() if row.number == "Worst fifth")
    former = row.measured()
    result: Callable[[str], dict[str, object]] = table._result  # noqa: SLF001  where figures are read

    def anew(bench: str) -> dict[str, object]:
        found = copy.deepcopy(result(bench))
        for line in found["rows"]:  # type: ignore[attr-defined]
            line[1:] = [0.5 if isinstance(cell, float) else cell for cell in line[1:]]
        return found

    monkeypatch.setattr(table, "_result", anew)
    assert "50%" in row.measured()
    assert row.measured() != former
