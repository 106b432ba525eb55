"""`make bench`: every benchmark is a part, what was measured is not measured again, limits end a part and are told."""

from __future__ import annotations

import importlib
import json
import resource
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from oneheart.bench import KINDS

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = ROOT / "benchmarks"
BUSY = "while True: pass"
GREEDY = "print(len(bytes(3 * 2**30)))"


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what imports a script as a module by its name."""
    monkeypatch.syspath_prepend(SCRIPTS)

    def loaded(name: str) -> ModuleType:
        monkeypatch.delitem(sys.modules, name, raising=False)
        return importlib.import_module(name)

    return loaded


def test_every_kind_of_benchmark_and_every_script_is_a_part_or_is_told_elsewhere(scripts: Any) -> None:
    parts = scripts("parts").PARTS
    assert {*KINDS} <= {part.name for part in parts}
    assert len({part.name for part in parts}) == len(parts)
    named = {part.words[0] for part in parts}
    assert all((SCRIPTS / name).is_file() for name in named)
    page = (ROOT / "docs" / "how-to" / "run-the-benchmarks.md").read_text(encoding="utf-8")
    helpers = {"measured", "made_up", "parts", "where", "tables", "everything", "sweep", "conversation"}
    helpers |= {
        "world_model",
        "world_tables",
        "polis_pipeline",
        "routing",
        "texts",
        "ranks",
    }  # the last three are told on the page of benchmarks
    left = {path.name for path in SCRIPTS.glob("*.py") if path.stem not in helpers} - named
    assert all(f"benchmarks/{name}" in page for name in left), left


def part_of(scripts: Any, name: str, code: str, folder: Path, *, lacks: str = "") -> Any:
    """Return a part that runs a piece of code."""
    script = folder / f"{name}.py"
    script.write_text(code, encoding="utf-8")
    return scripts.Part(
        name, "what?", (str(script),), 1.0, f"made-{name}", "said", lambda found: f"found {found['x']}", lambda: lacks
    )


def test_a_part_is_measured_once_for_the_same_sources_and_a_fault_ends_only_itself(
    scripts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = scripts("parts")
    everything = scripts("everything")
    counted = f"open({str(tmp_path / 'runs')!r}, 'a').write('.')\nprint('slowly')\nprint('{{\\n \"x\": 7}}')"
    three = [
        part_of(parts, "broken", "raise SystemExit('no luck')", tmp_path),
        part_of(parts, "counted", counted, tmp_path),
        part_of(parts, "absent", counted, tmp_path, lacks="no hall here"),
    ]
    monkeypatch.setattr(everything, "chosen", lambda *_, **__: three)
    words = ["everything.py", "--out", str(tmp_path / "out")]
    sources = iter("aabb")
    monkeypatch.setattr(everything, "digest", lambda: next(sources))
    told = []
    for more in ([], [], [], ["--again"]):
        monkeypatch.setattr(sys, "argv", [*words, *more])
        assert everything.main() == 1
        told.append(((tmp_path / "runs").read_text(), capsys.readouterr().out))
    assert [runs for runs, _ in told] == [".", ".", "..", "..."]
    first = told[0][1]
    assert first.index("  slowly") < first.index("found 7")
    rows = {row["part"]: row for row in json.loads((tmp_path / "out" / "table.json").read_text())["rows"]}
    assert {name: row["ended"] for name, row in rows.items()} == {
        "broken": "failed",
        "counted": "well",
        "absent": "left out",
    }
    assert "no luck" in rows["broken"]["told"]
    assert rows["absent"]["told"] == "no hall here"
    kept = json.loads((tmp_path / "out" / "made-counted.json").read_text())
    assert kept["x"] == 7
    assert {"machine", "commit", "at", "seconds"} <= kept.keys()


def test_a_program_that_passes_a_limit_is_ended_and_the_reason_is_told(scripts: Any) -> None:
    measured = scripts("measured")
    late = measured.run([sys.executable, "-c", BUSY], seconds=1)
    assert late.failure == "not done in 1 s"
    wide = measured.run([sys.executable, "-c", GREEDY], gibibytes=1)
    assert wide.failure == "more than 1 GiB asked for"
    well = measured.run([sys.executable, "-c", "print('{\"a\": 1}')"], seconds=30, gibibytes=8)
    assert (well.failure, well.json()) == ("", {"a": 1})
    assert 0 < well.seconds < 30
    started_by = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10  # a child begins as a copy of this one
    assert 1 < well.mebibytes < 500 + started_by


@pytest.mark.parametrize("power", [0.8, 1.0, 1.3])
def test_exponents_are_found_beside_a_fixed_cost(power: float, scripts: Any) -> None:
    growth = scripts("growth")
    sizes = (2e3, 2e4, 2e5, 2e6, 2e7)
    found = growth.exponent([(n, 1.5 + 1e-5 * n**power) for n in sizes])
    assert found["exponent"] == pytest.approx(power, abs=0.01)
    assert found["fixed"] == pytest.approx(1.5, rel=0.01)
    shaken = growth.exponent([(n, (1.5 + 1e-5 * n**power) * (1.1 if k % 2 else 0.9)) for k, n in enumerate(sizes)])
    assert abs(shaken["exponent"] - power) < 3 * shaken["error"]
    assert shaken["error"] > found["error"]
    assert growth.exponent([(1e3, 1.0), (1e4, 10.0)])["from size to size"] == [1.0]


def test_growth_is_measured_for_a_small_gathering(
    scripts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growth, out = scripts("growth"), tmp_path / "growth.json"
    monkeypatch.setattr(growth, "REPEATED_BELOW", 0)
    monkeypatch.setattr(sys, "argv", ["growth.py", "--people", "100", "--desires", "30", "--out", str(out)])
    assert growth.main() == 0
    (row,) = json.loads(out.read_text())["rows"]
    assert row["answers"] == 2000
    assert row["failure"] == ""
    assert row["analyze, seconds"] > row["one fit, seconds"] > 0
    assert row["analyze, MiB"] > 20


def test_who_is_not_done_at_one_size_is_not_asked_at_a_larger_one_and_who_is_missing_is_told(
    scripts: Any, tmp_path: Path
) -> None:
    rivals = scripts("rivals")
    over = {"polis": "not here", "seqpav": "not here", "equal-shares": "not here"}
    rows = rivals.at_size("60x20x10", tmp_path / "none", over, 60.0, 12.0)
    told = {row["method"]: row["failure"] for row in rows}
    assert told == dict.fromkeys(rivals.ASKED, "") | dict.fromkeys(over, "not asked: not here")
    pairs = rivals.pairs_of("60x20x10", rows)
    assert [(pair["ours"], pair["theirs"]) for pair in pairs] == [("fit", "notes")]
    assert len(next(row for row in rows if row["method"] == "pav")["lines"]) == rivals.LINES


def test_made_up_answers_are_the_same_again_and_nobody_answers_a_desire_twice(scripts: Any) -> None:
    made_up = scripts("made_up")
    first, again = (made_up.answers_of("300x33x7") for _ in range(2))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    i, j, y = first
    assert len({*zip(i.tolist(), j.tolist(), strict=True)}) == len(i) == 2100
    assert {*y.tolist()} == {-1, 0, 1}
    assert (j >= 0).all()
    assert (j < 33).all()
