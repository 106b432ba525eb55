"""The demo plays a whole gathering on a real server, and its summary says what became of every response."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from oneheart.commands.demo import Play, play
from oneheart.rehearsal.friends import wishes
from oneheart.rehearsal.scenes import SCENES

ALWAYS = ("ten", "disagreement")
"""Scenes of `make test`: one that ends with one desire, and one that does not. `make prove` plays all."""


def test_a_demo_plays_a_whole_round_and_loses_nothing() -> None:
    words = [sys.executable, "-X", "utf8", "-m", "oneheart.cli"]
    words += ["demo", "--once", "--people", "30", "--speed", "100", "--port", "0", "--json"]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False, timeout=180, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = done.stdout.splitlines()
    summary = json.loads(line)
    responses = summary["responses"]
    assert summary["people"] == 30
    assert 20 <= summary["desires"] <= 30
    assert responses["doubled"] == summary["lost"] == 0
    assert responses["sent"] == responses["acknowledged"] == responses["stored"] >= 30 * 10
    assert summary["rehearsal"]["errors"] == {}
    assert summary["result"]["status"] in {"one desire", "not yet"}
    prayer = summary["prayer"]
    assert [line["text"] for line in prayer["lines"]] == summary["result"]["lines"]
    assert 1 <= len(prayer["lines"]) <= 7
    assert prayer["amen"] == 30, "all said amen"
    assert len(prayer["digest"]) == len(prayer["root"]) == 64
    for line in prayer["lines"]:
        words_of = [source["text"] for source in line["sources"]]
        assert line["amended"] or line["text"] in words_of, "every line is somebody's own words"
        assert all(part["people"] >= 10 and part["people"] % 5 == 0 for part in line["parts"]), "in steps of k"
        for part in line["parts"]:  # of 30 people a share tells no fewer than k
            fives = (part["can_say"] or 0.0) * (part["people"] // 5)
            assert abs(fives - round(fives)) < 0.01
    assert prayer["circles_not_measured"] == 3
    assert prayer["share"] in {"certified", "estimated", "not measured"}
    assert prayer["asked_by_lot"] in range(0, 31, 5), "nobody is asked by lot what they had answered before"
    bound = prayer["share_at_most"]
    assert bound is None or (bound <= 1.0) == (prayer["share"] == "certified")
    assert prayer["held_by_authors_only"] == 0.0
    held = {text: wish.held for wish in wishes() for text in wish.words.values()}
    found = sorted(held[line["sources"][0]["text"]] for line in prayer["lines"])
    assert found[len(found) // 2] > 1.0, "most lines are what most of these friends want in truth"
    for word in ("hall screen", "open:", "crossing:", "weaving:", "reading:", "second reading:", "said together"):
        assert word in done.stderr


@pytest.mark.parametrize(
    "name", [name if name in ALWAYS else pytest.param(name, marks=pytest.mark.long) for name in SCENES]
)
def test_a_scene_ends_as_it_must(name: str) -> None:
    words = [sys.executable, "-X", "utf8", "-m", "oneheart.cli"]
    words += ["demo", "--once", "--scene", name, "--speed", "60", "--port", "0", "--json"]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False, timeout=180, env=environment)
    summary = json.loads(done.stdout)
    scene = SCENES[name]
    assert summary["result"]["status"] == scene.expected, done.stderr
    assert done.returncode == 0, done.stderr
    assert summary["people"] == scene.people
    assert f"scene {name}: expected {scene.expected}, because {scene.because}." in done.stderr
    assert f"came: {scene.expected}" in done.stderr
    lines = summary["prayer"].get("lines", [])
    assert bool(lines) == (scene.expected != "no text")
    if scene.without_phone:
        assert summary["prayer"]["amen"] == summary["people"] + scene.without_phone, "they say amen too"
    if scene.alone:
        assert "languages" in summary["prayer"]["missing"]


def test_a_scene_that_ends_otherwise_is_told_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(SCENES["ten"], expected="not yet")
    monkeypatch.setitem(SCENES, "ten", other)
    told: list[str] = []
    played = play(Play(0, 60.0, port=0, once=True, stay_seconds=0.0, seed=0, scene="ten"), tell=told.append)
    assert not played.as_expected
    assert not played.well
    assert any(line.endswith("THIS IS WRONG.") for line in told)
