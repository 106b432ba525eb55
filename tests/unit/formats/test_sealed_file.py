"""`sealed.json` in an export: written in both shapes, read back as it was, told where it is broken or changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import oneheart
from oneheart.cli import app
from oneheart.formats import inspect, write_polis, write_tables
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses
from oneheart.model.prayer import Draft, PrayerLine
from oneheart.model.sealed import HallRecord, SealedFelt, SealedLanguage, SealedLine, SealRecord
from oneheart.model.verdict import ConditionCode, Status
from oneheart.reports.sealed_sentences import unmatched, verdict
from oneheart.reports.translation import Translation

Write = Callable[[Gathering, Path], Path]
LINES = (SealedLine("Peace", "en", (("he", "שלום"),)), SealedLine("=Bread", "en"))
DIGEST = Draft(tuple(PrayerLine(line.text, line.language, ()) for line in LINES)).digest()
TEXT = SealRecord(
    number=2,
    round=2,
    day="2026-01-02",
    question=(("en", "Why?"),),
    lines=LINES,
    verdict=Status.NOT_YET,
    missing=(ConditionCode.AFFIRMED,),
    digest=DIGEST,
    root="cd" * 32,
    readers=30,
    amen=25,
    asked=5,
    share="estimated",
    share_high=0.95,
    include=SealedLine("Songs", "en"),
    languages=(SealedLanguage("en", (), measured=True, heard=True), SealedLanguage("he", (2,))),
    represented=SealedFelt(5.5, 4.0, 7.0, 10),
)
HALL = HallRecord("An evening", (TEXT, replace(TEXT, number=1, include=None, share_high=None)), 50, 100, 900, 40, 5, 0)
GATHERING = Gathering(
    "Why?",
    ("1", "2"),
    (Desire("0", "Peace", language="en"), Desire("1", "Bread", language="en")),
    Responses.of([0, 1], [0, 1], [1, 0]),
    hall=HALL,
)


@pytest.mark.parametrize("write", [write_polis, write_tables])
def test_what_was_sealed_comes_back_as_it_was(write: Write, tmp_path: Path) -> None:
    write(GATHERING, tmp_path / "out")
    assert (tmp_path / "out" / "sealed.json").is_file()
    assert oneheart.read(tmp_path / "out").hall == HALL
    assert not {"sealed-broken", "sealed-differs"} & {finding.code for finding in inspect(tmp_path / "out").findings}


@pytest.mark.parametrize("write", [write_polis, write_tables])
def test_answers_without_a_live_gathering_get_no_such_file(write: Write, tmp_path: Path) -> None:
    write(replace(GATHERING, hall=None), tmp_path / "out")
    assert not (tmp_path / "out" / "sealed.json").exists()
    assert oneheart.read(tmp_path / "out").hall is None


def changed(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads((folder / "sealed.json").read_text(encoding="utf-8"))
    change(content)
    (folder / "sealed.json").write_text(json.dumps(content), encoding="utf-8")


def test_words_that_do_not_match_their_fingerprint_are_found(tmp_path: Path) -> None:
    write_tables(GATHERING, tmp_path / "out")
    changed(tmp_path / "out", lambda content: content["texts"][0]["lines"][0].update(text="War"))
    found = [finding for finding in inspect(tmp_path / "out").findings if finding.code == "sealed-differs"]
    assert [finding.severity for finding in found] == ["warning"]
    hall = oneheart.read(tmp_path / "out").hall
    assert hall is not None
    assert [text.matches_digest for text in hall.texts] == [False, True]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"name": 3}', b"\xff\xfe", b'{"name": "x", "texts": [{"number": 1}]}'],
)
def test_a_file_that_is_no_record_is_passed_over_and_told(content: bytes, tmp_path: Path) -> None:
    write_tables(GATHERING, tmp_path / "out")
    (tmp_path / "out" / "sealed.json").write_bytes(content)
    assert oneheart.read(tmp_path / "out").hall is None
    assert "sealed-broken" in {finding.code for finding in inspect(tmp_path / "out").findings}


IMPOSSIBLE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "people": ({"people": -5}, {}),
    "desires": ({"desires": -5, "joined": 0, "taken_back": 0}, {}),
    "answers": ({"answers": -50}, {}),
    "joined": ({"joined": -5}, {}),
    "taken back": ({"taken_back": -5}, {}),
    "waiting": ({"waiting": -5}, {}),
    "more left out than said": ({"joined": 100}, {}),
    "beyond counting": ({"answers": 10**30}, {}),
    "number": ({}, {"number": 0}),
    "number twice": ({}, {"number": 1}),
    "round": ({}, {"round": 0}),
    "rounds backwards": ({}, {"round": 1}),
    "readers": ({}, {"readers": -1}),
    "amen": ({}, {"amen": -1}),
    "asked": ({}, {"asked": -5}),
    "share": ({}, {"share_high": -0.05}),
    "a carried line that is not there": ({}, {"languages": [{"language": "he", "alone": [3]}]}),
    "a line that is not there": ({}, {"languages": [{"language": "he", "unmet": [3]}]}),
    "heard and not measured": ({}, {"languages": [{"language": "he", "heard": True}]}),
    "felt beyond seven": ({}, {"represented": {"value": 8, "low": 4, "high": 8, "people": 10}}),
    "felt outside its interval": ({}, {"represented": {"value": 3, "low": 4, "high": 5, "people": 10}}),
    "share beyond counting": ({}, {"share_high": 1e300}),
    "one desire with a condition that failed": ({}, {"verdict": "one desire"}),
    "one desire without lines": (
        {},
        {"verdict": "one desire", "missing": [], "lines": [], "digest": Draft(()).digest()},
    ),
}


@pytest.mark.parametrize("which", IMPOSSIBLE)
def test_a_file_with_impossible_numbers_is_passed_over_and_told(which: str, tmp_path: Path) -> None:
    folder = write_tables(GATHERING, tmp_path / "out")
    of_hall, of_text = IMPOSSIBLE[which]
    changed(folder, lambda content: (content.update(of_hall), content["texts"][0].update(of_text)))
    assert oneheart.read(folder).hall is None
    assert "sealed-broken" in {finding.code for finding in inspect(folder).findings}


def test_impossible_numbers_end_no_analysis(tmp_path: Path, six_tens: Gathering) -> None:
    folder = write_tables(replace(six_tens, hall=HALL), tmp_path / "out")
    changed(folder, lambda content: content["texts"][0].update(readers=-1))
    told = CliRunner().invoke(app, ["analyze", str(folder), "--out", str(tmp_path / "report")])
    assert told.exit_code == 0, told.output
    assert json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))["sealed"] == []


def test_unknown_verdicts_and_codes_are_refused(tmp_path: Path) -> None:
    for change in (
        lambda content: content["texts"][0].update(verdict="surely"),
        lambda content: content["texts"][0].update(missing=["nonsense"]),
    ):
        folder = write_tables(GATHERING, tmp_path / f"out{len(list(tmp_path.iterdir()))}")
        changed(folder, change)
        assert oneheart.read(folder).hall is None


def test_the_command_line_tells_the_sealed_text_before_what_share_alone_would_choose(
    tmp_path: Path, six_tens: Gathering
) -> None:
    folder = write_tables(replace(six_tens, hall=HALL), tmp_path / "out")
    told = CliRunner().invoke(app, ["analyze", str(folder), "--out", str(tmp_path / "report")])
    assert told.exit_code == 0, told.output
    lines = told.stdout.splitlines()
    assert lines[0] == HALL.name
    sealed = lines.index("  · Peace")
    chosen = next(place for place, line in enumerate(lines) if line.startswith("  · ") and place > sealed + 2)
    assert sealed < chosen
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert page.index('id="text"') < page.index("=Bread") < page.index('id="by-share"')


@pytest.mark.parametrize("lines", [[], [{"text": "War", "language": "en"}]])
def test_the_command_line_tells_no_verdict_on_words_that_do_not_match(
    lines: list[dict[str, str]], tmp_path: Path, six_tens: Gathering
) -> None:
    folder = write_tables(replace(six_tens, hall=HALL), tmp_path / "out")
    changed(folder, lambda content: content["texts"][0].update(lines=lines, verdict="one desire", missing=[]))
    told = CliRunner().invoke(app, ["analyze", str(folder), "--out", str(tmp_path / "report")])
    assert told.exit_code == 0, told.output
    english = Translation("en")
    assert told.stdout.splitlines()[1] == unmatched(english).unescape()
    for status in Status:
        assert verdict(english, status).unescape() not in told.stdout
    text = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))["sealed"][0]
    assert (text["verdict"], text["words_match"]) == ("one desire", False)
