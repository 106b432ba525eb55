"""The scripts in benchmarks/ run and say why they skip."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from oneheart.engine.desire import same_wish
from tests.support.wordings import ONE_WISH, OTHERS, hall, hall_of_pairs, wordings

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = ROOT / "benchmarks"


def run(*words: str | Path) -> str:
    """Return what a script prints."""
    done = subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_one_sweep_is_timed_and_its_memory_measured() -> None:
    figures = json.loads(run(SCRIPTS / "sweep.py", "ours", "--small"))
    assert figures["people"] == figures["desires"] == 1000
    assert 0 < figures["seconds"] < 30
    assert 0 < figures["clock"] < 60
    assert 0 < figures["before_mib"] <= figures["peak_mib"] < 4000


def test_speed_says_what_is_not_here_and_writes_the_rest(tmp_path: Path) -> None:
    out = tmp_path / "speed.json"
    missing = tmp_path / "missing"
    said = run(SCRIPTS / "speed.py", "--small", "--out", out, "--plain", missing, "--conversation", missing)
    written = json.loads(out.read_text())
    assert [reason.split(":")[0] for reason in written["skipped"]] == ["sweep", "analysis"]
    assert said.count("skipped: ") == 2
    assert written["start"]["oneheart --help, seconds"] > written["start"]["python -c pass, seconds"]
    assert {"machine", "commit", "at"} <= written.keys()


def test_weaving_is_timed_beside_a_report_and_another_checkout() -> None:
    written = json.loads(run(SCRIPTS / "weaving.py", "--small", "--former", ROOT))
    assert written["same lines"] == [True]
    assert all(written[name] > 0 for name in ("weaving, seconds", "report of the same, seconds", "times faster"))


def test_closeness_is_timed_beside_listing_all_pairs(tmp_path: Path) -> None:
    out = tmp_path / "closeness.json"
    run(SCRIPTS / "closeness.py", "--small", "--out", out)
    written = json.loads(out.read_text())
    assert {"machine", "commit", "at"} <= written.keys()
    assert written["closeness"]["people"] == 10_000
    assert all(value > 0 for value in written["closeness"].values())


@pytest.mark.long
def test_quality_of_what_is_simulated_needs_no_conversations(tmp_path: Path) -> None:
    words = "--data", tmp_path / "missing", "--out", tmp_path, "--only", "closeness", "--only", "share"
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / "quality.py"), *map(str, words), "--repeats", "1"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "skipped: no conversations" in done.stdout
    written = json.loads((tmp_path / "closeness.json").read_text())
    assert done.returncode == (not written["passed"])
    assert not (tmp_path / "share.json").exists()


def test_quality_without_conversations_is_skipped_and_says_so(tmp_path: Path) -> None:
    assert "skipped: no conversations" in run(SCRIPTS / "quality.py", "--data", tmp_path / "missing", "--out", tmp_path)


def loaded(name: str) -> ModuleType:
    """Return a script as a module."""
    found = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_every_law_of_made_up_gatherings_gives_chances_and_routing_is_measured_in_one(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.syspath_prepend(SCRIPTS)
    routing = loaded("routing")
    for law in routing.LAWS.values():
        want, against = law(50, 30, rng)
        assert want.shape == against.shape == (50, 30)
        assert (want > 0).all()
        assert (against >= 0).all()
        assert (want + against <= 1 + 1e-12).all()
    found = {(method, step): regret for method, step, regret in routing.regrets(law, (64, 30), rng)}
    assert {step for _, step in found} == set(routing.STEPS)
    assert {method for method, _ in found} >= {routing.replay.OURS, routing.replay.POLIS}
    assert all(regret.shape == (4,) and (regret > -1e-9).all() for regret in found.values())
    assert np.mean([found[m, 16] for m, s in found if s == 4]) < np.mean([found[m, 4] for m, s in found if s == 4])


@pytest.mark.parametrize(
    ("times", "memory", "missed", "status"),
    [(10.0, 399.9, [], 0), (9.99, 399.9, ["times faster"], 1), (12.0, 400.0, ["peak memory"], 1)],
)
def test_speed_ends_with_an_error_where_a_gate_is_missed(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    times: float,
    memory: float,
    missed: list[str],
    status: int,
) -> None:
    monkeypatch.syspath_prepend(SCRIPTS)
    speed = loaded("speed")
    monkeypatch.setattr(speed, "sweep", lambda _options: ({speed.TIMES_FASTER: times, speed.PEAK: memory}, []))
    monkeypatch.setattr(speed, "analysis", lambda _options: ({}, []))
    monkeypatch.setattr(speed, "start", lambda _options: ({}, []))
    monkeypatch.setattr(sys, "argv", ["speed.py", "--out", str(tmp_path / "speed.json")])
    assert speed.main() == status
    said = capsys.readouterr().err.splitlines()
    assert len(said) == len(missed)
    assert all(words in line for words, line in zip(missed, said, strict=True))
    written = json.loads((tmp_path / "speed.json").read_text())
    assert [gate["met"] for gate in written["gates"]] == [times >= 10, memory < 400]


@pytest.fixture
def tables() -> ModuleType:
    """Return the script that makes tables."""
    return loaded("tables")


def test_the_page_of_benchmarks_shows_the_results_that_are_there(tables: ModuleType) -> None:
    page = (ROOT / "docs" / "explanation" / "benchmarks.md").read_text(encoding="utf-8")
    kinds = ("predict", "replay", "share", "stability", "attack")
    assert tables.gates(kinds) in page
    assert tables.speed() in page
    for kind in kinds:
        assert tables.result(kind)["commit"][:10] in page


def test_results_name_no_folder_of_a_machine(tables: ModuleType) -> None:
    for path in tables.RESULTS.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert "/home/" not in text
        assert str(ROOT) not in text


def measure_in(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the script that measures facts and same wishes, as a module."""
    monkeypatch.syspath_prepend(SCRIPTS)
    return loaded("likeness")


def test_facts_and_same_wishes_are_measured_and_what_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = measure_in(monkeypatch).measured(tmp_path)
    assert [gate.name for gate in result.gates] == [
        "precision, facts",
        "precision, same wish, made-up words",
        "precision, same wish, written pairs",
        "recall, facts",
    ]
    assert result.passed
    assert len(result.skipped) == 3
    recall = {row[0]: row[2] for row in result.rows}
    assert recall["same wish, written pairs: 400 people, 16 answers each"] > 0.7
    assert recall["same wish, written pairs: 60 people, 16 answers each"] < 0.2


def test_sentences_of_others_are_counted_by_their_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    measure = measure_in(monkeypatch)
    monkeypatch.setattr(measure, "OTHERS", {("deu", "de"): ("1 3", "2")})
    for half, lines in (
        ("deu", "Ich bin Imker.\nIch hoffe auf Frieden.\nImker bin ich nicht gern.\n"),
        ("eng", "I am a beekeeper.\nI hope for peace.\nI work nights.\n"),
    ):
        (tmp_path / f"tatoeba.deu-eng.{half}").write_text(lines, encoding="utf-8")
    assert measure.of_others(tmp_path, "deu", "de").tolist() == [3, 0, 1]


def test_where_words_alone_set_aside_the_precision_of_written_pairs_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_alike(_responses: object, columns: list[int], _count: int) -> tuple[np.ndarray, ...]:
        one = np.ones((len(columns), len(columns)))
        return (100 * one).astype(int), one, one, one

    measure = measure_in(monkeypatch)
    monkeypatch.setattr(same_wish, "answered_alike", all_alike)
    counts = sum(measure.together(*hall_of_pairs(pairs, 0, language=code)) for code, pairs in measure.written().items())
    assert measure.precision(counts) < measure.PRECISION_LEAST


def test_a_pair_that_nobody_has_read_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    measure = measure_in(monkeypatch)
    made = hall((*ONE_WISH, *OTHERS), wordings(300, np.random.default_rng(1), want=0.9))
    (tmp_path / "new").mkdir()
    monkeypatch.setattr(measure, "read", lambda _path: made)
    with pytest.raises(KeyError):
        measure.conversations(tmp_path)
