"""Declared ties: who was asked for them, from a list or found in the file, and what is no strength."""

from __future__ import annotations

from pathlib import Path

import pytest

from oneheart.errors import UserError
from oneheart.formats.contacts import declared, people_in, read_ties


def file(tmp_path: Path, text: str, name: str = "ties.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_of_a_survey_those_were_asked_who_name_somebody(tmp_path: Path) -> None:
    told = read_ties(file(tmp_path, "ego,alter\nann,bo\nbo,ann\nann,cy\n"))
    assert (told.asked, told.asked_by) == ({"ann", "bo"}, "naming")


def test_a_build_that_takes_who_is_named_for_asked_fails_the_same_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(declared, "who_was_asked", lambda read: (frozenset(read.contacts.people), "named"))
    with pytest.raises(AssertionError):
        test_of_a_survey_those_were_asked_who_name_somebody(tmp_path)


def test_of_a_list_of_pairs_everybody_in_it_was_asked(tmp_path: Path) -> None:
    told = read_ties(file(tmp_path, "a,b\n1,2\n1,3\n2,3\n"))
    assert (told.asked, told.asked_by) == ({"1", "2", "3"}, "named")


def test_one_pair_in_both_orders_makes_no_survey_of_a_long_list(tmp_path: Path) -> None:
    rows = [f"{n},{n + 1}" for n in range(1, 30)]
    assert read_ties(file(tmp_path, "a,b\n" + "\n".join([*rows, "2,1"]))).asked_by == "named"
    back = [f"{n + 1},{n}" for n in range(1, 3)]
    assert read_ties(file(tmp_path, "a,b\n" + "\n".join([*rows, *back]))).asked_by == "naming"


def test_a_list_of_those_who_were_asked_goes_before_what_is_found(tmp_path: Path) -> None:
    asked = file(tmp_path, "id,class\nann,5B\nbo,5B\ndi,5B\n", "asked.csv")
    told = read_ties(file(tmp_path, "ego,alter\nann,bo\nbo,ann\n"), asked=asked)
    assert (told.asked, told.asked_by) == ({"ann", "bo", "di"}, "list")
    assert people_in(file(tmp_path, "id\nAnn\nbo\n", "plain.csv")) == {"Ann", "bo"}
    assert people_in(file(tmp_path, "7\n8\n", "plain.csv")) == {"7", "8"}


def test_the_first_of_a_list_without_a_head_is_not_lost(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="above the ids"):
        people_in(file(tmp_path, "ann\nbo\n", "plain.csv"))


def test_who_answers_that_a_tie_has_no_strength_was_asked_too(tmp_path: Path) -> None:
    told = read_ties(file(tmp_path, "ego,alter,weight\nann,bo,3\nbo,ann,1\ncy,ann,0\n"))
    assert told.asked == {"ann", "bo", "cy"}


@pytest.mark.parametrize(
    ("column", "even"), [(("1", "1", "1"), True), (("5", "5", "0"), True), (("1", "2", "1"), False)]
)
def test_a_column_that_says_the_same_of_every_tie_is_no_strength(
    tmp_path: Path, column: tuple[str, ...], even: bool
) -> None:
    """Two who name each other have two lines of it; their sum would look like a stronger tie."""
    pairs = zip(("ann,bo", "bo,ann", "ann,cy"), column, strict=True)
    told = read_ties(file(tmp_path, "ego,alter,weight\n" + "\n".join(f"{pair},{much}" for pair, much in pairs)))
    assert told.even == even
    assert (told.contacts.unit == "times") == even
    assert (set(told.contacts.amount.tolist()) == {1.0}) == even


def test_a_list_of_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        people_in(file(tmp_path, "", "nobody.csv"))
    with pytest.raises(UserError):
        people_in(tmp_path / "none.csv")
