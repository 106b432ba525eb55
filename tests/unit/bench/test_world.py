"""The model of what a gathering costs gives back laws that are put in, and no figure of its page is typed."""

from __future__ import annotations

import importlib
import json
import math
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = ROOT / "benchmarks"
PAGE = ROOT / "docs" / "explanation" / "from-a-ten-to-the-world.md"


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the model as a module."""
    monkeypatch.syspath_prepend(SCRIPTS)
    return importlib.import_module("world_model")


@pytest.fixture
def tables(model: ModuleType) -> ModuleType:
    """Return its tables as a module."""
    assert model
    return importlib.import_module("world_tables")


def live(people: int, *, answer: float = 300.0) -> dict[str, Any]:
    """Return a live hall of which every cost is known."""
    answers = 8 * people
    row: dict[str, Any] = {"people": people, "answers": answers, "events": 2 * people + answers, "MiB before": 50.0}
    for name, count, size in (("seat", 400.0, 4000.0), ("desire", 350.0, 3000.0), ("answer", answer, 200.0)):
        row |= {f"bytes a {name}": count, f"memory a {name}, bytes": size, f"microseconds a {name}": 40.0}
    row |= {"card, microseconds": 20.0, "opening, seconds": 1e-5 * row["events"]}
    row["log bytes"] = people * 750 + answers * answer
    row["MiB"] = 50 + (people * 7000 + answers * 200) / 2**20
    return row


@pytest.fixture
def costs(model: ModuleType) -> Any:
    """Return costs by laws that are known."""
    fits = [
        {"people": n, "first fit, seconds": 1e-3 * n + 1e-7 * n**2, "warm fit, seconds": 1e-7 * n**2}
        | {"MiB more": 8 * min(n**2, 4_000_000) / 2**20}
        for n in (300, 1000, 3000, 6000, 10_000)
    ]
    wire = {"page, bytes": 3000, "page with all it links, bytes": 13_000, "tap, bytes": 1000.0}
    wire |= {"tap, microseconds of the server": 200.0, "memory a stream, bytes": 0.0, "bytes a stream and minute": 8.0}
    needed = [{"people": n, "rows": [{"answers a desire": 32, "found": 1, "so": 0.5}, {"answers a desire": 64} | {
        "found": 1, "so": 0.9}]} for n in (150, 600)]  # fmt: skip
    world = {"live": [live(100), live(1000), live(10_000, answer=330.0)], "fits": fits, "wire": wire, "needed": needed}
    rows = [{"answers": n, "failure": ""} | {"analyze, seconds": 2 + 1e-5 * n, "analyze, MiB": 200 + 1e-4 * n}
            for n in (2000, 20_000, 200_000, 2_000_000)]  # fmt: skip
    law = {"analyze, seconds": {"fixed": 2.0, "exponent": 1.0}, "analyze, MiB": {"fixed": 200.0, "exponent": 1.0}}
    return model.Costs(world, {"rows": rows, "exponents": law})


def test_the_model_gives_back_the_laws_that_were_put_in(costs: Any) -> None:
    assert costs.fit(1e6) == pytest.approx(1e3 + 1e5)
    assert costs.fit(1e6, "warm fit, seconds") == pytest.approx(1e5)
    assert costs.fit_memory(1e5) == pytest.approx(3.2e7)
    assert costs.log_bytes(1e6, 8e6) == pytest.approx(750e6 + 2.4e9)
    assert costs.opening(1e6, 8e6) == pytest.approx(100)
    assert costs.analysis(2e8, "analyze, seconds") == pytest.approx(2002)
    assert costs.needed() == 64


def test_what_was_measured_at_larger_sizes_is_not_in_the_model_and_stands_beside_it(costs: Any, tables: Any) -> None:
    told = {name: (model, measured) for name, model, measured in tables.compared(costs)}
    assert {name.rsplit(", ", 1)[1] for name in told} == {"10,000 people"}
    model, measured = told["log, 10,000 people"]
    assert measured / model == pytest.approx((750 + 8 * 330) / (750 + 8 * 300))
    assert "Farthest off: log, 10,000 people" in tables.farthest(costs)


def test_the_first_thing_without_a_remedy_is_how_far_one_gathering_reaches(costs: Any, model: ModuleType) -> None:
    at, part = model.reach(costs)
    assert part.built == "no"
    assert at == pytest.approx(math.sqrt(model.ASSUMED.fresh / 1e-7), rel=0.25)
    sooner = [p for p in model.parts_of(costs) if (p_at := model.breaks_at(p)) is not None and p_at < at]
    assert all(p.built != "no" for p in sooner)
    slower = model.Costs(costs.world | {"fits": [row | {"first fit, seconds": 60.0 * row["people"]} for row in
                                                 costs.world["fits"]]}, costs.growth)  # fmt: skip
    assert model.reach(slower)[0] < at / 100


def test_every_part_breaks_where_its_load_passes_its_limit(costs: Any, model: ModuleType) -> None:
    for part in model.parts_of(costs):
        at = model.breaks_at(part)
        if at is not None and at > model.POWERS[0]:
            assert part.over(at * 1.002) > 1 >= part.over(at / 1.002)


def test_a_loop_of_a_fit_for_each_pair_is_reckoned_before_it_is_run(costs: Any, model: ModuleType) -> None:
    parts = {part.name: part for part in model.parts_of(costs)}
    fit = parts["a fit of the live model"]
    assert fit.over(1e6) / fit.over(1e5) > 50


def prose(page: Path) -> list[str]:
    """Return the lines of a page that are not made by cog."""
    text = re.sub(r"<!-- \[\[\[cog.*?\[\[\[end\]\]\] -->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return text.splitlines()


def test_no_figure_of_the_page_is_typed() -> None:
    lines = [re.sub(r"`[^`]*`|\]\([^)]*\)|decision \d+", "", line) for line in prose(PAGE)]
    assert [line for line in lines if re.search(r"\d", line)] == []


def test_a_typed_figure_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text(encoding="utf-8") + "\nIt reaches 18,000 people.\n", encoding="utf-8")
    assert any(re.search(r"\d", line) for line in prose(page)[-2:])


def test_the_page_says_what_was_measured_and_what_is_not_built(tables: Any) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert tables.first() in text
    assert tables.loads() in text
    assert tables.beside() in text
    assert tables.reached() in text
    assert "| no |" in text


@pytest.mark.parametrize(("what", "size"), [("live", "60"), ("fit", "60"), ("wire", "4x12"), ("needed", "40x1")])
def test_what_the_model_is_made_of_is_measured(what: str, size: str) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / "world.py"), "--child", what, size],
        capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    kept = json.loads((SCRIPTS / "results" / "world.json").read_text(encoding="utf-8"))
    row = {"live": kept["live"][0], "fit": kept["fits"][0], "wire": kept["wire"], "needed": kept["needed"][0]}[what]
    assert found.keys() == row.keys()
    if what == "live":
        assert found["events"] > found["answers"] + 2 * found["people"] > 500
        assert found["log bytes"] > 300 * found["answers"]
    if what == "wire":
        assert 500 < found["tap, bytes"] < 3000
        assert found["page with all it links, bytes"] > found["page, bytes"] > 1000
