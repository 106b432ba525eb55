"""Answers in which no part of people can be found, in which nobody can be against, and in which nobody wants anything.

Made by hand once and found wrongly told; here they are drawn anew in many sizes.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from oneheart import settings
from oneheart.cli import app
from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.desire.standing import Standing
from oneheart.engine.synthetic import made_up_words
from oneheart.locale.languages import LANGUAGES
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses
from oneheart.model.sealed import HallRecord
from oneheart.reports.numbers import build, plain
from oneheart.reports.rendering import render
from tests.docs.test_said_of_people import found
from tests.support.codes import codes, text_at


def answered(stances: np.ndarray, asked: int, seed: int) -> Gathering:
    """Return the gathering in which everybody gave so many of these answers."""
    rng = np.random.default_rng([seed, 1])
    people, desires = stances.shape
    column = np.argsort(rng.random(stances.shape), axis=1)[:, :asked].ravel()
    person = np.repeat(np.arange(people), min(asked, desires))
    return Gathering(
        "What do you want?",
        tuple(f"p{n}" for n in range(people)),
        tuple(Desire(f"d{n}", made_up_words(rng), language="en") for n in range(desires)),
        Responses.of(person, column, stances[person, column]),
        source="made up",
    )


def independent(people: int, desires: int, want: float, seed: int, asked: int | None = None) -> Gathering:
    """Return people who each want each desire with the same chance and are against it otherwise."""
    rng = np.random.default_rng(seed)
    stances = np.where(rng.random((people, desires)) < want, 1, -1)
    return answered(stances, asked or desires, seed)


def ballot(people: int, desires: int, most: float, least: float, seed: int, own: float = 0.0) -> Gathering:
    """Return people who want each of these desires or say "not mine", the first most often; `own` sets them apart."""
    rng = np.random.default_rng(seed)
    rate = np.linspace(most, least, desires)
    logit = np.log(rate / (1 - rate)) + own * rng.normal(size=(people, 1))
    stances = (rng.random((people, desires)) < 1 / (1 + np.exp(-logit))).astype(int)
    return answered(stances, desires, seed)


def refusing(people: int, desires: int, against: float, want: float, seed: int, asked: int) -> Gathering:
    """Return people who are against nearly everything."""
    rng = np.random.default_rng(seed)
    chance = rng.random((people, desires))
    return answered(np.where(chance < against, -1, np.where(chance < against + want, 1, 0)), asked, seed)


# --- each for themselves ----------------------------------------------------------------------------------------------

ALONE = [(600, 12, 0.78, 0), (120, 8, 0.78, 1), (300, 12, 0.7, 2), (300, 20, 0.85, 3), (80, 12, 0.9, 4)]


@pytest.fixture(scope="module", params=ALONE, ids=lambda p: f"{p[0]} people, {p[2]}")
def alone(request: pytest.FixtureRequest) -> Analysis:
    people, desires, want, seed = request.param
    return analyze(independent(people, desires, want, seed), seed=1)


def test_beside_each_line_stands_what_those_asked_said(alone: Analysis) -> None:
    content = plain(build(alone))
    ground = {entry["id"]: entry for entry in content["common_ground"]}
    page = render(build(alone)).split('id="lines"')[1].split('id="share"')[0]
    assert content["one_desire"]["lines"]
    said = re.findall(r'data-said="counted">([^<]+)<', page)
    assert len(said) == len(content["one_desire"]["lines"])
    for line, sentence in zip(content["one_desire"]["lines"], said, strict=True):
        entry = ground[line["id"]]
        counts = [entry["answers"], entry["want_count"], entry["against_count"]]
        assert [int(n.replace(",", "")) for n in re.findall(r"\d+(?:,\d{3})*", sentence)] == counts
        assert counts[1] + counts[2] == counts[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_report_says_of_people_that_every_part_wants_a_line(alone: Analysis, language: str) -> None:
    page = re.sub(r"</?(?:b|bdi|i|q|small|span)\b[^>]*>", "", render(build(alone), language=language))
    words = re.sub(r"<[^>]+>", " | ", page)
    assert found(words, language) == []


def test_what_is_expected_is_not_what_is_counted(alone: Analysis) -> None:
    """The fifth of those who are against would stand at -.5; nobody can foresee them, so the fifth stands far above."""
    for line in alone.one_desire.lines:
        ground = alone.common_ground[line.desire]
        assert ground.against_count > 0
        assert ground.worst_fifth.value > 0.1
        assert ground.worst_fifth.low < ground.want.value - 0.5 * ground.against.value


# --- nobody can be against --------------------------------------------------------------------------------------------

BALLOTS = [
    (300, 20, 0.6, 0.08, 0.0, 0),
    (300, 20, 0.6, 0.08, 1.0, 1),
    (150, 12, 0.7, 0.1, 0.5, 2),
    (600, 30, 0.5, 0.02, 0.7, 3),
]


@pytest.mark.parametrize(("people", "desires", "most", "least", "own", "seed"), BALLOTS)
def test_what_one_in_ten_wants_is_not_common_where_nobody_can_be_against(
    people: int, desires: int, most: float, least: float, own: float, seed: int
) -> None:
    analysis = analyze(ballot(people, desires, most, least, seed, own), seed=1)
    assert "one-sided" in analysis.method.notes
    share = [g.want_count / g.answers for g in analysis.common_ground]
    common = [s for s, g in zip(share, analysis.common_ground, strict=True) if g.standing is Standing.ADMISSIBLE]
    barred = [s for s, g in zip(share, analysis.common_ground, strict=True) if g.standing is Standing.BELOW]
    assert min(common, default=1.0) > settings.ONE_SIDED_LEAST.value
    assert [s for s in share if s < 0.2] == [s for s in barred if s < 0.2] != []
    assert len(common) < len(barred)


def test_the_page_of_a_ballot_has_its_own_words_and_no_scale_of_refusal() -> None:
    analysis = analyze(ballot(300, 20, 0.75, 0.08, 0), seed=1)
    assert analysis.one_desire.lines
    page = render(build(analysis))
    assert {"fifth share", "one-sided"} <= set(codes(page))
    assert not {"against", "hardly against", "fifth wants", "fifth leans", "fifth neither"} & set(codes(page))
    assert "−0.5" not in page
    for sentence in re.findall(r'data-said="fifth share">([^<]+)<', page):
        value, _, low, high = (int(n) for n in re.findall(r"\d+", sentence))
        assert low <= value <= high


def test_in_a_live_gathering_where_everybody_can_be_against_that_nobody_is_sets_no_floor() -> None:
    gathering = ballot(300, 20, 0.6, 0.08, 0)
    live = analyze(replace(gathering, hall=HallRecord("An evening", ())), seed=1)
    assert "one-sided" not in live.method.notes
    assert sum(g.standing is Standing.ADMISSIBLE for g in live.common_ground) > sum(
        g.standing is Standing.ADMISSIBLE for g in analyze(gathering, seed=1).common_ground
    )


# --- nobody wants anything --------------------------------------------------------------------------------------------

REFUSED = [
    (120, 20, 0.8, 0.0, 20, 0),
    (120, 20, 0.8, 0.05, 20, 1),
    (60, 12, 0.7, 0.1, 8, 2),
    (300, 30, 0.95, 0.0, 10, 3),
]


@pytest.mark.parametrize(("people", "desires", "against", "want", "asked", "seed"), REFUSED)
def test_that_nothing_is_wanted_is_said_as_a_result(
    people: int, desires: int, against: float, want: float, asked: int, seed: int
) -> None:
    analysis = analyze(refusing(people, desires, against, want, seed, asked), seed=1)
    assert analysis.measured
    assert "nothing wanted" in analysis.method.notes
    assert analysis.one_desire.lines == ()
    page = render(build(analysis))
    assert not {"few answers", "few people", "nobody wants"} & set(codes(page))
    assert 'id="nearest"' not in page, "nothing is near where nothing is wanted"
    told = [int(n) for n in re.findall(r"\d+", text_at(page, "data-said", "nothing wanted")) if int(n) != 100]
    assert told[0] == pytest.approx(100 * against, abs=5)
    if want:
        assert told[1] == pytest.approx(100 * want, abs=5)
    assert all(
        text_at(render(build(analysis), language=language), "data-said", "nothing wanted").strip()
        for language in LANGUAGES
    )


def test_one_desire_that_is_wanted_is_enough_for_another_result() -> None:
    rng = np.random.default_rng(0)
    stances = np.where(rng.random((120, 20)) < 0.8, -1, 0)
    stances[:, 0] = np.where(rng.random(120) < 0.9, 1, -1)
    analysis = analyze(answered(stances, 20, 0), seed=1)
    assert "nothing wanted" not in analysis.method.notes
    assert [line.desire for line in analysis.one_desire.lines] == [0]
    assert analysis.one_desire.short == "common"


def test_the_command_says_that_nothing_is_wanted_and_not_to_check_the_sign(tmp_path: Path) -> None:
    gathering = refusing(120, 6, 0.8, 0.0, 0, 6)
    words = {1: "want", 0: "not mine", -1: "against"}
    r = gathering.responses
    rows = [f"p{i},{d},{words[int(s)]}" for i, d, s in zip(r.participant, r.desire, r.stance, strict=True)]
    (tmp_path / "responses.csv").write_text("\n".join(["participant,desire,stance", *rows]), encoding="utf-8")
    texts = [f'{n},"{desire.text}"' for n, desire in enumerate(gathering.desires)]
    (tmp_path / "desires.csv").write_text("\n".join(["desire,text", *texts]), encoding="utf-8")
    told = CliRunner().invoke(app, ["analyze", str(tmp_path), "--out", str(tmp_path / "out")])
    assert told.exit_code == 0, told.output
    assert "--agree" not in told.output
    assert "80" in told.output
    content = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert content["source"]["answers_against"] == pytest.approx(0.8, abs=0.05)
    assert content["source"]["answers_want"] == 0


# --- a short text -----------------------------------------------------------------------------------------------------


def test_a_text_with_too_few_lines_says_why_and_its_share_counts_those_asked_for() -> None:
    rng = np.random.default_rng(3)
    half = np.arange(200) < 100
    stances = np.where(rng.random((200, 12)) < 0.9, 1, -1)
    stances[:, 1:] *= np.where(half[:, None] == (np.arange(11) % 2 == 0)[None], 1, -1)
    analysis = analyze(answered(stances, 12, 0), seed=1, lines=5)
    lines = analysis.one_desire.lines
    assert [line.desire for line in lines] == [0]
    assert analysis.one_desire.short == "common"
    assert analysis.one_desire.share_index > 1.0, "a tenth has no line, and half of the people are owed two of five"
    one = analyze(answered(stances, 12, 0), seed=1, lines=1)
    assert one.one_desire.short is None
    assert one.one_desire.share_index < 1.0
    page = render(build(analysis))
    assert 'data-short="common"' in page
    assert "data-short" not in render(build(one))
