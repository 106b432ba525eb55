"""The command `oneheart closeness`: formulas, shuffles, who was asked, and one sentence for what cannot be done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from oneheart.cli import app
from oneheart.errors import UserError
from tests.support.codes import codes

PUPILS = 30


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write badges of six tables, a survey of twenty pupils, and a table of all; work there."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    met = [
        f"{20 * moment} {5 * table + order[0]} {5 * table + order[1]}"
        for moment in range(40)
        for table in range(6)
        for order in [rng.permutation(5)]
    ]
    Path("contacts.txt").write_text("\n".join(met))
    friends = [f"{a},{b}" for a in range(20) for b in range(PUPILS) if a != b and a // 5 == b // 5]
    Path("friends.csv").write_text("ego,alter,strength\n" + "\n".join(f"{pair},1" for pair in friends))
    Path("asked.csv").write_text("id\n" + "\n".join(map(str, range(20))))
    people = "\n".join(f"{n},{'ab'[n % 2]},{10 + n % 4}" for n in range(PUPILS))
    Path("people.csv").write_text("id,town,age\n" + people)
    return tmp_path


def run(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["closeness", "contacts.txt", *words, "--permutations", "39", "--out", "result"])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(Path("result/report.json").read_text(encoding="utf-8"))


@pytest.mark.usefixtures("school")
def test_a_survey_is_compared_over_those_who_were_asked() -> None:
    found = run("--ties", "friends.csv")["relations"]["ties"]
    assert (found["people"], found["asked_by"], found["yes_or_no"]) == (20, "naming", True)
    listed = run("--ties", "friends.csv", "--asked", "asked.csv", "--near-by", "badges", "--shuffle", "days")
    found = listed["relations"]["ties"]
    assert (found["people"], found["asked_by"], found["relation"]["seen"]) == (20, "list", "with")
    assert [one["among"] for one in found["shuffled"]] == ["days"]
    html = Path("result/report.html").read_text(encoding="utf-8")
    assert {"lists", "asked list", "shuffled days"} <= {*codes(html)}


@pytest.mark.usefixtures("school")
def test_a_build_that_takes_everybody_for_asked_counts_pupils_who_never_were(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [tuple(line.split(",")[:2]) for line in Path("friends.csv").read_text(encoding="utf-8").splitlines()[1:]]
    asked = {ego for ego, _ in rows}
    kept = [f"{ego},{alter}" for ego, alter in [*rows, *((ego, "25") for ego in asked if int(ego) < 5)]]
    Path("friends.csv").write_text("ego,alter\n" + "\n".join(kept), encoding="utf-8")
    found = run("--ties", "friends.csv")["relations"]["ties"]
    assert found["people"] == len(asked) == 20, "pupil 25 is only named, and was never asked"
    monkeypatch.setattr(
        "oneheart.formats.contacts.declared.who_was_asked", lambda read: (frozenset(read.contacts.people), "named")
    )
    assert run("--ties", "friends.csv")["relations"]["ties"]["people"] != len(asked)


@pytest.mark.usefixtures("school")
def test_a_formula_stands_on_page_and_in_numbers() -> None:
    found = run("--ties", "friends.csv", "--people", "people.csv", "--formula", "ties ~ near + same(town) + alike(age)")
    explained = found["explained"]
    assert (explained["formula"], explained["people"]) == ("ties ~ near + same(town) + alike(age)", 20)
    assert [one["term"] for one in explained["terms"]] == ["near", "same(town)", "alike(age)"]
    assert explained["terms"][0]["relation"]["seen"] == "with"
    assert run("--ties", "friends.csv")["explained"] is None


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize(
    "words",
    [
        ("--asked", "asked.csv"),
        ("--formula", "ties ~ near"),
        ("--formula", "ties = near"),
        ("--ties", "friends.csv", "--formula", "ties ~ same(town)"),
        ("--people", "people.csv"),
        ("--people", "people.csv", "--ties", "friends.csv", "--formula", "ties ~ same(room)"),
        ("--people", "people.csv", "--ties", "friends.csv", "--formula", "ties ~ alike(town)"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(words: tuple[str, ...]) -> None:
    with pytest.raises(UserError):
        run(*words)


@pytest.mark.usefixtures("school")
def test_a_list_without_times_cannot_be_shuffled() -> None:
    Path("contacts.txt").write_text("a,b\n1,2\n2,3\n")
    with pytest.raises(UserError):
        run("--shuffle", "times")
