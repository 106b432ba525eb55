"""What R, pandas and spreadsheets do to the files of an export: read where it can be, told where it cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.errors import UserError
from oneheart.formats import inspect, read
from oneheart.formats.polis.cells import INVALID
from oneheart.formats.polis.sign import StatedCounts
from oneheart.model.gathering import Gathering

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
START = 1_658_933_760_000
PEOPLE, COMMENTS = 12, 6


def votes() -> list[tuple[int, int, int]]:
    """Return (comment, voter, vote) of everybody on everything; most agree with most."""
    rng = np.random.default_rng(4)
    return [(c, p, int(rng.choice([1, 1, 1, 0, -1]))) for c in range(COMMENTS) for p in range(PEOPLE)]


def export(
    folder: Path,
    *,
    time: Callable[[int], str] = str,
    vote: Callable[[int], str] = str,
    divider: str = ",",
    first: str = "",
    less: int = 0,
    author: str = "",
    exchanged: bool = False,
) -> Path:
    """Write comments.csv and votes.csv as a program would, and return the folder. `less` agrees are not counted."""
    agrees = [sum(v == 1 for c, _, v in votes() if c == comment) for comment in range(COMMENTS)]
    disagrees = [sum(v == -1 for c, _, v in votes() if c == comment) for comment in range(COMMENTS)]
    number, body = ("comment-body", "comment-id") if exchanged else ("comment-id", "comment-body")
    heads = ["timestamp", number, "author-id", "agrees", "disagrees", "moderated", body]
    rows = [heads] + [
        [str(START), str(c), author, str(agrees[c] + less), str(disagrees[c]), "1", f"A wish of number {c}"]
        for c in range(COMMENTS)
    ]
    events = [["timestamp", "comment-id", "voter-id", "vote"]] + [
        [time(START + 61_007 * n), str(c), str(p), vote(v)] for n, (c, p, v) in enumerate(votes())
    ]
    for name, table in (("comments.csv", rows), ("votes.csv", events)):
        lines = [divider.join(f'"{cell}"' if divider in cell else cell for cell in row) for row in table]
        (folder / name).write_text(first + "\n".join(lines) + "\n", encoding="utf-8")
    return folder


def same(one: Gathering, other: Gathering) -> bool:
    """Return whether two gatherings hold the same people and answers."""
    return one.participants == other.participants and all(
        np.array_equal(getattr(one.responses, name), getattr(other.responses, name))
        for name in ("participant", "desire", "stance")
    )


def codes(folder: Path) -> set[str]:
    """Return the codes of what the doctor found."""
    return {finding.code for finding in inspect(folder).findings}


HABITS: dict[str, dict[str, Any]] = {
    "sep": {"first": "sep=,\n"},
    "sep semicolon": {"first": "sep=;\n", "divider": ";"},
    "sep bar": {"first": "sep=|\n", "divider": "|"},
    "thousands comma": {"time": lambda t: f"{t:,}"},
    "thousands blank": {"time": lambda t: f"{t:,}".replace(",", "\u00a0")},
    "thousands point": {"time": lambda t: f"{t:,}".replace(",", ".")},
    "thousands apostrophe": {"time": lambda t: f"{t:,}".replace(",", "'"), "divider": ";"},
    "floats": {"time": lambda t: f"{t}.0", "vote": lambda v: f"{v}.0"},
    "decimal comma": {"vote": lambda v: f"{v},0", "divider": ";"},
    "NA": {"author": "NA"},
    "NaN": {"author": "NaN"},
}


def check_habit(name: str, tmp_path: Path) -> None:
    """Check that an export with a habit of some program is read like the plain one."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "habit").mkdir()
    plain, odd = export(tmp_path / "plain"), export(tmp_path / "habit", **HABITS[name])
    assert same(read(odd), read(plain))
    assert "times-rounded" not in codes(odd)
    assert "no-times" not in codes(odd)
    assert set(read(odd).participants) == set(map(str, range(PEOPLE)))


@pytest.mark.parametrize("name", HABITS)
def test_a_habit_changes_no_answer(name: str, tmp_path: Path) -> None:
    check_habit(name, tmp_path)


@pytest.mark.parametrize(
    ("broken", "instead", "name"),
    [
        ("csv._stated_divider", lambda _: "", "sep bar"),
        ("polis.cells._ungrouped", lambda cell: cell.strip(), "thousands comma"),
        ("polis.cells._ungrouped", lambda cell: cell.strip(), "thousands point"),
        ("polis.cells.vote_in", lambda cell: int(cell) if cell in {"-1", "0", "1"} else INVALID, "floats"),
        ("polis.cells.vote_in", lambda cell: int(cell) if cell in {"-1", "0", "1"} else INVALID, "decimal comma"),
        ("polis.cells.is_missing", lambda cell: not cell.strip(), "NA"),
    ],
)
def test_a_build_without_the_rule_for_a_habit_fails_the_same_check(
    broken: str, instead: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"oneheart.formats.{broken}", instead)
    with pytest.raises((AssertionError, UserError)):
        check_habit(name, tmp_path)


@pytest.mark.parametrize("point", [".", ","])
def test_times_that_a_spreadsheet_rounded_are_told_and_not_used(
    point: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = export(tmp_path, divider=";", time=lambda t: f"{t:.5E}".replace(".", point))
    assert "times-rounded" in codes(folder)
    assert "no-times" not in codes(folder)
    monkeypatch.setattr("oneheart.formats.polis.votes.time_in", lambda cell: int(float(cell.replace(",", "."))))
    assert "times-rounded" not in codes(folder), "a build that takes them for times does not tell"


def test_the_last_vote_counts_by_its_place_where_times_are_rounded(tmp_path: Path) -> None:
    folder = export(tmp_path, time=lambda t: f"{t:.5E}")
    with (folder / "votes.csv").open("a", encoding="utf-8") as file:
        file.write("1.00000E+12,0,0,-1\n")
    gathering = read(folder, sign=1)
    mine = (gathering.responses.participant == 0) & (gathering.responses.desire == 0)
    assert gathering.responses.stance[mine].tolist() == [-1]


@pytest.mark.parametrize("missing", ["NA", "NaN", "<NA>", "#N/A", "NULL"])
def test_what_other_programs_write_for_nothing_is_no_answer_in_a_matrix(missing: str, tmp_path: Path) -> None:
    (tmp_path / "participants-votes.csv").write_text(
        f"participant,group-id,n-agree,n-disagree,0,1\n7,{missing},1,0,1,{missing}\n8,1,1,1,-1,1\n", encoding="utf-8"
    )
    gathering = read(tmp_path, sign=1)
    assert gathering.participants == ("7", "8")
    assert list(zip(gathering.responses.participant, gathering.responses.desire, strict=True)) == [
        (0, 0),
        (1, 0),
        (1, 1),
    ]


def test_exchanged_heads_are_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refusal:
        read(export(tmp_path, exchanged=True))
    assert "comment-id" in str(refusal.value)
    assert "agree" not in str(refusal.value)


@pytest.mark.parametrize("less", [-1, 1])
def test_counts_that_nearly_agree_tell_the_sign_and_the_difference_is_said(
    less: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = export(tmp_path, less=less)
    assert read(folder).responses.stance.tolist() == read(folder, sign=1).responses.stance.tolist()
    differ = [finding for finding in inspect(folder).findings if finding.code == "counts-differ"]
    assert len(differ) == 1
    assert "at most 1" in differ[0].sentence
    turned = tmp_path / "turned"
    turned.mkdir()
    export(turned, less=less, vote=lambda v: str(-v))
    assert read(turned).responses.stance.tolist() == read(folder).responses.stance.tolist()
    monkeypatch.setattr(StatedCounts, "_nearly", lambda _self, off, _other: off == 0)
    with pytest.raises(UserError):
        read(folder)  # a build that asks for the very counts cannot tell the sign


def test_counts_that_are_far_off_or_fit_both_signs_tell_nothing() -> None:
    many, few = np.array([40, 50, 60]), np.array([4, 5, 6])
    assert StatedCounts(many, few, many - 1, few).direction() == 1
    assert StatedCounts(many, few, few, many - 1).direction() == -1
    assert StatedCounts(many, few, many - 20, few + 20).direction() == 0
    assert StatedCounts(many, many, many - 1, many + 1).direction() == 0


STREET = [(p, d, (p * d + d) % 3 - 1) for p in range(12) for d in range(1, 6)]
TABLE_HABITS: dict[str, dict[str, Any]] = {
    "decimal comma": {"divider": ";", "stance": lambda s: f"{s},0"},
    "blank rows": {"blank": ["", ",,", " , ,"]},
    "blank rows of semicolons": {"divider": ";", "blank": [";;", ""]},
    "NA": {"missing": "NA"},
    "blank stance": {"missing": ""},
}


def tables(
    folder: Path,
    *,
    divider: str = ",",
    stance: Callable[[int], str] = str,
    blank: Sequence[str] = (),
    missing: str | None = None,
) -> Path:
    """Write our own tables as a spreadsheet would. `missing` is the stance of one who was not asked a sixth desire."""
    rows = [divider.join((f"p{p}", str(d), stance(s))) for p, d, s in STREET]
    rows += [] if missing is None else [divider.join(("p3", "6", missing))]
    lines = [divider.join(("participant", "desire", "stance")), *rows[:9], *blank, *rows[9:], *blank]
    (folder / "responses.csv").write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
    texts = [f"{d}{divider}A bench in street {d}" for d in range(1, 7)]
    lines = [divider.join(("desire", "text")), *texts, *blank]
    (folder / "desires.csv").write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
    return folder


def check_table_habit(name: str, tmp_path: Path) -> None:
    """Check that tables with a habit of some program are read like plain ones."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "habit").mkdir()
    odd = tables(tmp_path / "habit", **TABLE_HABITS[name])
    assert same(read(odd), read(tables(tmp_path / "plain")))
    assert ("no-stance" in codes(odd)) is ("missing" in TABLE_HABITS[name])


@pytest.mark.parametrize("name", TABLE_HABITS)
def test_a_habit_changes_no_answer_of_our_own_tables(name: str, tmp_path: Path) -> None:
    check_table_habit(name, tmp_path)


@pytest.mark.parametrize(
    ("broken", "instead", "name"),
    [
        ("stance_of", {"1": 1, "0": 0, "-1": -1}.get, "decimal comma"),
        ("is_missing", lambda _: False, "NA"),
        ("is_missing", lambda _: False, "blank stance"),
    ],
)
def test_a_build_without_the_rule_cannot_read_those_tables(
    broken: str, instead: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"oneheart.formats.tables.assembling.{broken}", instead)
    with pytest.raises((AssertionError, UserError)):
        check_table_habit(name, tmp_path)


@pytest.mark.skipif(not CASES.is_dir(), reason="the small inputs that went wrong are not here")
@pytest.mark.parametrize("case", ["off_by_one", "na_matrix", "pandas_index", "sep_line", "sci_time_de", "thousand_sep"])
def test_every_small_input_that_went_wrong_is_read(case: str) -> None:
    gathering = read(CASES / case)
    assert (len(gathering.participants), gathering.desire_count) == (27, 39)
    assert len(gathering.responses) == (602 if case == "off_by_one" else 638)
