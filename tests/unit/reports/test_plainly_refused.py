"""What a report says of desires that more people refuse than want, and of what it cannot measure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oneheart.engine import analysis
from oneheart.engine.disclosure import show_mean
from oneheart.engine.estimate import Estimate
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses
from oneheart.reports import numbers, sentences
from oneheart.reports.rendering import _View as View
from oneheart.reports.translation import Translation


def hall(columns: list[list[int]]) -> Gathering:
    """Return a gathering whose people all answered every desire; a column holds the answers to one desire."""
    stances = np.array(columns).T
    person, desire = np.indices(stances.shape)
    desires = tuple(Desire(str(k), f"desire {k}") for k in range(len(columns)))
    people = tuple(str(k) for k in range(len(stances)))
    return Gathering("", people, desires, Responses.of(person.ravel(), desire.ravel(), stances.ravel()))


def ground(**fields: object) -> dict[str, Any]:
    """Return what report.json holds of a desire: 48 in 100 want it, 52 are against it, and it is not common."""
    shares = {"want": {"value": 0.48}, "against": {"value": 0.52}, "worst_fifth": {"value": 0.05}}
    return {"standing": "below", "observed_worst_fifth": None, **shares, **fields}


def test_what_more_refuse_than_want_is_not_near() -> None:
    words = Translation("en")
    assert sentences.obstacle(words, ground(), one_sided=False).code == "more against"
    liked = ground(want={"value": 0.52}, against={"value": 0.48})
    assert sentences.obstacle(words, liked, one_sided=False).code == "below"


@pytest.mark.parametrize("standing", ["below", "against"])
def test_what_most_refuse_has_more_than_a_part_against_it(standing: str) -> None:
    words = Translation("en")
    most = sentences.standing(words, ground(standing=standing), is_line=False)
    part = sentences.standing(words, ground(standing=standing, against={"value": 0.3}), is_line=False)
    assert most != part


def test_one_desire_with_a_hundred_answers_has_not_too_few() -> None:
    report = numbers.plain(numbers.build(analysis.analyze(hall([[1] * 48 + [-1] * 52]), seed=0)))
    (entry,) = report["common_ground"]
    assert not report["measured"]
    assert entry["answers"] == 100
    view = View(report, Translation("en"))
    assert sentences.standing(view.words, entry, is_line=False) not in view.standing(entry)


def test_the_least_sure_line_tells_how_sure_a_report_is() -> None:
    rng = np.random.default_rng(3)
    columns = [[1] * 60, [int(x) for x in rng.choice([1, 1, 1, 0], 60)], [int(x) for x in rng.choice([1, 1, 0], 60)]]
    report = numbers.plain(numbers.build(analysis.analyze(hall(columns), seed=0)))
    lines = {line["id"] for line in report["one_desire"]["lines"]}
    wide = [g["want"]["high"] - g["want"]["low"] for g in report["common_ground"] if g["id"] in lines]
    assert len(lines) > 1
    assert max(wide) > 1.5 * min(wide)
    assert f" {round(50 * max(wide))} " in View(report, Translation("en")).sureness()


def test_a_range_in_steps_holds_the_range_that_was_measured() -> None:
    told = numbers._coarse(Estimate(0.27, 0.07, 0.45), 20, 5)  # noqa: SLF001
    assert told is not None
    assert (told.low.value, told.value.value, told.high.value) == (-0.125, 0.25, 0.625)
    assert show_mean(0.3, 20, -0.5, 1.0, up=True).value == pytest.approx(0.625)


def test_where_there_are_no_lines_an_obstacle_is_told_once() -> None:
    columns = [[1] * 31 + [-1] * 29] * 2 + [[-1] * 29 + [1] * 31] * 2  # two halves that want opposite things
    report = numbers.plain(numbers.build(analysis.analyze(hall(columns), seed=0)))
    view = View(report, Translation("en"))
    assert not report["one_desire"]["lines"]
    assert view.nearest()
    assert not {entry["id"] for entry, _ in view.no_lines()} & {entry["id"] for entry, _, _ in view.nearest()}


def test_nothing_is_sure_of_nobody() -> None:
    condition = {"key": "affirmed", "needed": 0.8, "value": 0.0}
    one = {"lines": [{"id": "a"}], "conditions": [condition]}
    entry = {"code": "affirmed", "line": "a", "circle": None, "desire": None}
    content = {"one_desire": one, "method": {"notes": []}}
    nothing = sentences.missing(Translation("en"), entry, content, lambda _: Translation("en").t(""))
    unknown = {**content, "one_desire": {**one, "conditions": [{**condition, "value": None}]}}
    assert nothing == sentences.missing(Translation("en"), entry, unknown, lambda _: Translation("en").t(""))


def test_the_ladder_names_every_line_that_does_not_pass() -> None:
    rng = np.random.default_rng(3)
    columns = [[1] * 60, *([int(x) for x in rng.choice([1, 1, 1, 0], 60)] for _ in range(3))]
    report = numbers.plain(numbers.build(analysis.analyze(hall(columns), seed=0)))
    lines = report["one_desire"]["lines"]
    failing = [n for n, line in enumerate(lines, 1) if not line["conditions"]["affirmed"]]
    rows = {code: left for code, _, _, _, left in View(report, Translation("en")).ladder()}
    assert len(failing) > 1
    assert all(str(n) in rows["affirmed"] for n in failing)
    assert rows["own line"] == ""
