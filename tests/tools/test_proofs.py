"""The table of proofs tells what was measured, what misses its goal, and what nobody has sabotaged."""

from __future__ import annotations

import pytest

from tests.support.proofs import PROMISES, Row, incomplete, lines, note

PROOF, SABOTAGE = ("proof", "A2"), ("sabotage", "A2: nothing is written")


def row_of(*tests: tuple[list[tuple[str, object]], str]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for number, (properties, outcome) in enumerate(tests):
        note(rows, properties, f"test-{number}", outcome)
    return rows


@pytest.mark.parametrize(
    ("tests", "verdict"),
    [
        ([([PROOF, ("figure", "1 cut")], "passed"), ([SABOTAGE], "passed")], "holds"),
        ([([PROOF, ("figure", "1 cut")], "passed")], "not shown"),
        ([([PROOF, ("figure", "1 cut")], "passed"), ([SABOTAGE], "failed")], "FAILED"),
        ([([PROOF], "passed"), ([SABOTAGE], "passed")], "not shown"),
        ([([PROOF, ("figure", "1 cut")], "skipped"), ([SABOTAGE], "passed")], "not shown"),
        ([([PROOF, ("figure", "1"), ("missed", "2 cuts")], "passed"), ([SABOTAGE], "passed")], "in part"),
        ([([PROOF, ("missed", "2 cuts")], "failed"), ([SABOTAGE], "passed")], "FAILED"),
    ],
)
def test_a_promise_holds_only_with_a_figure_and_a_sabotaged_build(
    tests: list[tuple[list[tuple[str, object]], str]], verdict: str
) -> None:
    rows = row_of(*tests)
    assert rows["A2"].verdict == verdict
    assert ("A2" in incomplete(rows)) == (verdict != "holds")


def test_figures_of_a_test_stand_only_in_the_rows_of_its_own_promises() -> None:
    rows = row_of(([("proof", "A10"), ("proof", "A14"), ("figure", "3 copies")], "passed"), ([SABOTAGE], "passed"))
    assert (rows["A10"].figures, rows["A14"].figures) == (["3 copies"], ["3 copies"])
    assert (rows["A2"].figures, rows["A2"].broken) == ([], ["nothing is written"])


def test_the_table_lists_promises_of_this_run_or_all_of_them() -> None:
    rows = row_of(([PROOF, ("figure", "1 cut"), ("missed", "2 cuts")], "passed"), ([SABOTAGE], "passed"))
    assert lines(rows, whole=False) == [
        f"A2   in part   {PROMISES['A2']}",
        "     figure    1 cut",
        "     MISSED    2 cuts",
        "     fails on  nothing is written",
    ]
    assert sum(line.startswith("A") for line in lines(rows, whole=True)) == len(PROMISES) == 15
