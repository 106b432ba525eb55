"""The way in: finding conversations, running a benchmark, writing its result."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from oneheart.bench import KINDS, SIMULATED, BenchResult, Gate, discover, run
from oneheart.errors import UserError
from oneheart.formats import write_tables
from oneheart.model.gathering import Gathering


@pytest.fixture
def folder(tmp_path: Path, make: Callable[..., Gathering]) -> Path:
    """Return a folder with two conversations, an unreadable one and something else."""
    data = tmp_path / "data"
    data.mkdir()
    for name, seed in (("bees", 1), ("ants", 2)):
        write_tables(make(64, 28, seed=seed), data / name)
    (data / "broken").mkdir()
    (data / "broken" / "votes.csv").write_text("no,such,columns\n")
    (data / "notes").mkdir()
    (data / "notes" / "readme.txt").write_text("nothing to see\n")
    return data


def test_discover_finds_folders_with_tables_sorted(folder: Path) -> None:
    assert [p.name for p in discover(folder)] == ["ants", "bees", "broken"]
    assert discover(folder / "ants") == [folder / "ants"]


def test_discover_says_where_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no file or folder"):
        discover(tmp_path / "missing")
    with pytest.raises(UserError, match="holds no conversations"):
        discover(tmp_path)


def test_run_leaves_out_what_cannot_be_read_and_says_so(folder: Path) -> None:
    steps: list[tuple[int, int, str]] = []
    result = run("share", folder, repeats=1, progress=lambda *step: steps.append(step))
    assert {detail["core"] for detail in result.details} == {"ants", "bees"}
    assert any(sentence.startswith("broken: ") for sentence in result.skipped)
    assert steps[-1] == (2, 2, "share")
    assert (0, 3, "reading") in steps


def test_run_raises_for_the_only_conversation_that_cannot_be_read(folder: Path) -> None:
    with pytest.raises(UserError):
        run("share", folder / "broken", repeats=1)


def test_run_takes_several_paths(folder: Path) -> None:
    one = run("share", [folder / "ants", folder / "bees"], repeats=1)
    other = run("share", folder, repeats=1)
    assert one.rows == other.rows


def test_an_unknown_benchmark_is_a_mistake_with_a_way_out(folder: Path) -> None:
    with pytest.raises(
        UserError,
        match="choose predict, replay, share, stability, attack, weave, halls, fifths, printed, audit, closeness, babe",
    ):
        run("speed", folder)


def test_real_conversations_have_to_be_given_and_simulated_ones_not() -> None:
    with pytest.raises(UserError, match="with --data"):
        run("predict")
    assert set(KINDS) > SIMULATED


ALONE = ("predict", "attack", *sorted(SIMULATED))
"""Benchmarks that take long, and whose own tests look at their whole table."""


@pytest.mark.parametrize("kind", [pytest.param(k, marks=pytest.mark.long) if k in ALONE else k for k in KINDS])
def test_every_benchmark_gives_a_whole_table_that_json_can_hold(kind: str, folder: Path) -> None:
    result = run(kind, folder / "ants", repeats=1)
    assert result.rows
    assert all(len(row) == len(result.columns) for row in result.rows)
    again = json.loads(json.dumps(result.as_json(), allow_nan=False))
    assert again["title"] == result.title
    assert again["passed"] == all(gate["met"] for gate in again["gates"])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in SIMULATED])
def test_every_benchmark_of_nothing_is_an_empty_table(
    kind: str, tmp_path: Path, make: Callable[..., Gathering]
) -> None:
    small: Gathering = make(3, 3)
    write_tables(small, tmp_path / "three")
    result = run(kind, tmp_path / "three", repeats=1)
    assert result.rows == ()
    assert result.gates == ()
    assert len(result.skipped) == 1


def test_json_holds_numbers_of_numpy_and_none_for_what_is_no_number() -> None:
    result = BenchResult(
        "t", ("a", "b"), (("x", np.nan),), (Gate("g", "1", "2", met=False),), details=({"n": np.int64(3), "v": (1, 2)},)
    )
    assert json.loads(json.dumps(result.as_json(), allow_nan=False)) == {
        "title": "t",
        "columns": ["a", "b"],
        "rows": [["x", None]],
        "gates": [{"name": "g", "measured": "1", "needed": "2", "met": False}],
        "passed": False,
        "skipped": [],
        "details": [{"n": 3, "v": [1, 2]}],
    }


@pytest.mark.long
def test_a_public_conversation_runs_through_prediction(shared: Path) -> None:
    result = run("predict", shared / "polis" / "brexit-consensus", repeats=1)
    table = {row[0]: row for row in result.rows}
    assert 0.3 < float(table["oneheart"][1]) < float(table["item mean"][1])
