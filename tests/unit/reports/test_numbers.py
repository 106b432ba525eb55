"""`report.json`: its shape, its order, and what may not be read from it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema
import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.disclosure import SMALL
from oneheart.errors import UserError
from oneheart.reports.numbers import as_text, build, plain, schema
from oneheart.reports.rendering import render
from oneheart.reports.report_values import ReportHall
from tests.unit.reports.conftest import REJECTED_WORDS, gathering, numbers_of

K = 5
CHECK = jsonschema.Draft202012Validator(schema())


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every leaf with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, f"{path}[]")
    else:
        yield path, value


def assert_keeps_silent(content: dict[str, Any]) -> None:
    """Fail where a count of 1 to 4 people stands in the numbers or can be had by subtraction."""

    def small(number: int) -> bool:
        return 0 < number < K

    source = content["source"]
    for path, value in walk(content):
        if path.rpartition(".")[2].removesuffix("[]") in {
            "people",
            "people_answered",
            "answers",
            "answered",
            "members",
            "want_count",
            "not_mine_count",
            "against_count",
            "few_answers_people",
            "writers_without_answers",
        }:
            assert value is None or not small(value), path
    if None not in (source["people"], source["people_answered"]):
        assert not small(source["people"] - source["people_answered"])
    if None not in (source["people_answered"], content["method"]["few_answers_people"]):
        assert not small(source["people_answered"] - content["method"]["few_answers_people"])
    if source["responses"] is not None:
        assert not small(source["responses"])
        shown = [entry["answers"] or 0 for entry in content["common_ground"]]
        assert not small(source["responses"] - sum(shown))
    for entry in content["common_ground"]:
        counts = [entry["want_count"], entry["not_mine_count"], entry["against_count"]]
        if entry["answers"] is None:  # of a few people, or a few of all did not answer
            hidden = (source["people_answered"] or 0) - sum(count or 0 for count in counts)
            assert counts == [None] * 3 or (None in counts and hidden >= 2 * K)
        else:
            assert not small(entry["answers"] - sum(count or 0 for count in counts))
            heard = [circle["answered"] or 0 for circle in entry["circles"]]
            if any(heard):
                assert not small(entry["answers"] - sum(heard))


@pytest.fixture
def every(measured: Analysis, one: Analysis, thin: dict[str, Analysis]) -> dict[str, Analysis]:
    return {"measured": measured, "one": one, **thin}


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_every_report_has_the_published_shape(every: dict[str, Analysis]) -> None:
    for name, analysis in every.items():
        problems = [
            f"{name}: {list(e.path)} {e.message}" for e in CHECK.iter_errors(json.loads(as_text(build(analysis))))
        ]
        assert problems == []


def test_no_small_count_can_be_read_or_subtracted(every: dict[str, Analysis]) -> None:
    for analysis in every.values():
        assert_keeps_silent(numbers_of(analysis))


@settings(max_examples=settings.default.max_examples * 2 // 3)
@given(st.integers(0, 11), st.integers(1, 6), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_no_small_count_can_be_read_in_small_gatherings(people: int, desires: int, seed: int, silent: float) -> None:
    rng = np.random.default_rng(seed)
    stances = rng.choice([-1, 0, 1], (people, desires), p=(0.1, 0.2, 0.7))
    stances[rng.random(stances.shape) < silent] = 9
    report = build(analyze(gathering(stances)))
    assert_keeps_silent(plain(report))
    CHECK.validate(json.loads(as_text(report)))


@pytest.mark.parametrize("refusing", [0, 1, 2, 3, 4])
def test_where_everybody_answered_everything_a_few_who_do_not_want_a_line_stay_unseen(refusing: int) -> None:
    rng = np.random.default_rng(8)
    stances = np.ones((60, 9), int)
    stances[:refusing, 0] = 0
    stances[:, 3:] = rng.choice([-1, 0, 1], (60, 6))
    content = numbers_of(analyze(gathering(stances), seed=1))
    assert_keeps_silent(content)
    line = next(line for line in content["one_desire"]["lines"] if line["id"] == "d0")
    assert line["held_by"] in (1.0, round(11 / 12, 4))
    assert (line["want_curve"], line["against_curve"]) == ([], [])
    for share in (content["one_desire"]["coverage"]["value"], *content["one_desire"]["lines_held"]):
        assert math.isclose(share * 12, round(share * 12), abs_tol=0.01)


def test_a_curve_agrees_with_the_estimate_beside_it(measured: Analysis) -> None:
    content = numbers_of(measured)
    ground = {entry["id"]: entry for entry in content["common_ground"]}
    drawn = [line for line in content["one_desire"]["lines"] if line["want_curve"]]
    assert drawn
    for line in drawn:
        said, want, against = ground[line["id"]], np.array(line["want_curve"]), np.array(line["against_curve"])
        assert len(want) == len(against) == 18
        assert want.mean() == pytest.approx(said["want"]["value"], abs=0.02)
        assert against.mean() == pytest.approx(said["against"]["value"], abs=0.02)
        net = (want - against / 2)[:4]
        assert (net * [1, 1, 1, 0.6]).sum() / 3.6 == pytest.approx(said["worst_fifth"]["value"], abs=0.05)


def test_rejected_words_are_nowhere_and_only_their_number_is_known(measured: Analysis) -> None:
    content = numbers_of(measured)
    assert REJECTED_WORDS not in as_text(build(measured))
    assert "d22" not in {entry["id"] for entry in content["common_ground"]}
    assert content["source"]["rejected_desires"] == 1
    assert content["source"]["desires"] == 24


def test_names_of_people_are_nowhere(every: dict[str, Analysis]) -> None:
    assert all("person-" not in as_text(build(analysis)) for analysis in every.values())


def test_common_ground_runs_from_the_most_common_to_those_without_a_rank(measured: Analysis) -> None:
    entries = numbers_of(measured)["common_ground"]
    ranks = [entry["rank"] for entry in entries]
    count = len(measured.ranking)
    assert ranks == [*range(1, count + 1), *[None] * (len(entries) - count)]
    steady = {measured.gathering.desires[g.desire].label: g.rank_value for g in measured.common_ground}
    worst = [steady[entry["id"]] for entry in entries[:count]]
    assert worst == sorted(worst, reverse=True)


def test_what_was_not_measured_is_null_and_never_zero(measured: Analysis, thin: dict[str, Analysis]) -> None:
    few = next(entry for entry in numbers_of(measured)["common_ground"] if entry["id"] == "d20")
    assert (few["standing"], few["want"], few["against"], few["worst_fifth"], few["answers"]) == (
        "few answers",
        None,
        None,
        None,
        None,
    )
    content = numbers_of(thin["six people"])
    assert (content["measured"], content["oneness"], content["one_desire"]["coverage"]) == (False, None, None)
    assert all(entry["want"] is None and entry["rank"] is None for entry in content["common_ground"])


def test_the_same_analysis_gives_the_same_bytes(measured: Analysis) -> None:
    assert as_text(build(measured)) == as_text(build(measured))


def test_numbers_that_are_not_finite_never_reach_the_file(measured: Analysis) -> None:
    broken = replace(measured.one_desire, share_index=math.inf, pairs=math.nan)
    content = numbers_of(replace(measured, one_desire=broken))
    assert (content["one_desire"]["share_index"], content["one_desire"]["pairs"]) == (None, None)
    for _, value in walk(numbers_of(measured)):
        assert not isinstance(value, float) or (math.isfinite(value) and value == round(value, 4))


def test_what_is_missing_names_the_condition_and_the_line(
    measured: Analysis, one: Analysis, thin: dict[str, Analysis]
) -> None:
    missing = numbers_of(measured)["one_desire"]["missing"]
    failing = {c.code for c in measured.one_desire.conditions if c.met is False}
    assert {entry["code"] for entry in missing} == failing
    assert numbers_of(one)["one_desire"]["missing"] == []
    assert [entry["code"] for entry in numbers_of(thin["no line"])["one_desire"]["missing"]] == ["nothing common"]
    assert [entry["code"] for entry in numbers_of(thin["six people"])["one_desire"]["missing"]] == list(
        thin["six people"].why_not
    )


def test_a_circle_too_small_to_be_seen_is_never_named(measured: Analysis) -> None:
    one = measured.one_desire
    line = one.lines[0].desire
    tiny = 5
    failing = tuple(
        replace(c, met=False, line=line, part=tiny) if c.code == "every part" else c for c in one.conditions
    )
    text = as_text(build(replace(measured, one_desire=replace(one, conditions=failing))))
    assert "Tiny" not in text
    assert '"c5"' not in text
    for support in measured.common_ground[line].circles:
        named = tuple(
            replace(c, met=False, line=line, part=support.circle) if c.code == "every part" else c
            for c in one.conditions
        )
        content = numbers_of(replace(measured, one_desire=replace(one, conditions=named)))
        told = next(m for m in content["one_desire"]["missing"] if m["code"] == "every part")["circle"]
        assert (told is None) is (support.answered <= SMALL), support.answered


def test_no_circle_of_up_to_twelve_answers_is_in_the_report_and_counts_of_others_are_in_steps(
    measured: Analysis,
) -> None:
    content = numbers_of(measured)
    told = {
        (entry["id"], circle["circle"]): circle["answered"]
        for entry in content["common_ground"]
        for circle in entry["circles"]
    }
    labels = [circle.label for circle in measured.gathering.circles]
    columns = {desire.label: column for column, desire in enumerate(measured.gathering.desires)}
    for (number, label), answered in told.items():
        true = next(s.answered for s in measured.common_ground[columns[number]].circles if labels[s.circle] == label)
        assert true > SMALL
        assert answered == true // 5 * 5
    for share in content["one_desire"]["circle_shares"]:
        assert share["members"] % 5 == 0
        assert share["members"] > SMALL - 5


def test_a_larger_k_is_kept_and_a_smaller_one_refused(measured: Analysis) -> None:
    content = numbers_of(measured, k=10)
    assert content["method"]["k_anonymity"] == 10
    assert all(entry["answers"] is None or entry["answers"] >= 10 for entry in content["common_ground"])
    with pytest.raises(UserError, match="fewer than 5"):
        numbers_of(measured, k=4)


# --- the encoder ------------------------------------------------------------------------------------------------------


def counts_in(path: str, part: dict[str, Any]) -> Iterator[str]:
    """Yield the path of every value that the schema calls a count of people, or a share in steps of them."""
    shared = schema()["$defs"]
    kind = str(part.get("$ref", "")).rpartition("/")[2]
    if kind in {"count", "shares", "support"}:
        yield path
        return
    part = shared.get(kind, part)
    for name, inner in part.get("properties", {}).items():
        yield from counts_in(f"{path}.{name}", inner)
    for inner in (*part.get("anyOf", ()), *([part["items"]] if "items" in part else [])):
        yield from counts_in(path, inner)


def test_every_count_of_the_schema_is_a_value_that_passed_the_gate(measured: Analysis) -> None:
    def bare(value: Any, path: str) -> Iterator[str]:
        if isinstance(value, list):
            for inner in value:
                yield from bare(inner, path)
        elif isinstance(value, msgspec.Struct):
            for name in value.__struct_fields__:
                yield from bare(getattr(value, name), f"{path}.{name}")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield path

    gathered = {path.removesuffix(".value") for path in bare(build(measured), "")}
    counts = set(counts_in("", schema()))
    assert len(counts) > 15
    model = {".common_ground.worst_fifth", ".common_ground.want", ".common_ground.against"}  # estimates of the model
    assert {path for path in counts & gathered if path not in model} == set()


def test_a_bare_count_is_refused_where_it_is_made_and_where_it_is_written(measured: Analysis) -> None:
    report = build(measured)
    for name in ("people", "people_answered", "responses"):
        with pytest.raises(TypeError, match=name):
            msgspec.structs.replace(report.source, **{name: 3})
    with pytest.raises(TypeError, match="people"):
        ReportHall("", 3, 0, 0, 0, 0, 0, 0, None)  # type: ignore[arg-type]
    for content in (plain(report), {"people": 3}, None):
        with pytest.raises(TypeError):
            as_text(content)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            render(content)  # type: ignore[arg-type]
