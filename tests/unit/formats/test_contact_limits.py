"""Lists of contacts at each limit: units of time, slices, which column is what, who is nobody."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.errors import UserError
from oneheart.formats.contacts import columns, lists, read_attendance, read_column, read_contacts, write_attendance
from oneheart.formats.contacts.attendance import attendance_beside, is_attendance
from oneheart.formats.contacts.columns import KNOWN, Columns, columns_by_content, named_columns
from oneheart.formats.contacts.lists import list_key, list_of, natural_order, number_in, split
from oneheart.formats.contacts.times import Times, is_value, moment, step
from oneheart.formats.csv import Table
from oneheart.model.presence import Attendance, Occasion

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a list."""

    def make(content: str | bytes, name: str = "list.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def opened(text: str) -> Table:
    return list_of(Path("x"), text, KNOWN)


def met(path: Path) -> dict[tuple[str, str], float]:
    contacts = read_contacts(path).contacts
    pairs = zip(contacts.first.tolist(), contacts.second.tolist(), contacts.amount.tolist(), strict=True)
    return {(contacts.people[a], contacts.people[b]): amount for a, b, amount in pairs}


# ------------------------------------------------------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("0", 0.0),
        ("99999999999", 99_999_999_999.0),
        ("100000000000", 100_000_000.0),
        ("-100000000000", -100_000_000.0),
        ("99999999999999", 99_999_999_999.999),
        ("100000000000000", 100_000_000.0),
        ("99999999999999990", 99_999_999_999.99999),
        ("100000000000000000", 100_000_000.0),
        ("1970-01-02", 86_400.0),
        ("09:01:01.5", 9 * 3600 + 60 + 1.5),
        ("9:01", 9 * 3600 + 60.0),
        ("02/01/1970 00:01", 86_460.0),
        ("01/13/1970 00:00:01", 12 * 86_400 + 1.0),
        ("02.01.1970 00:00", 86_400.0),
        ("1970/01/02 00:00", 86_400.0),
        ("02/01/1970 01:00 PM", 86_400 + 13 * 3600.0),
    ],
)
def test_times_of_any_unit_become_seconds(cell: str, seconds: float) -> None:
    assert Times(opened("t i j\n")).seconds(cell, 2) == pytest.approx(seconds, abs=1e-6)
    assert is_value(cell)


@pytest.mark.parametrize("cell", ["", "noon", "x1:00", "1:0", "12", "99/99/1999 10:00", "1-2-3"])
def test_what_is_no_moment_is_none(cell: str) -> None:
    assert moment(cell) is None


@pytest.mark.parametrize(
    ("first", "second", "mixed"),
    [
        ("5", "99999999999", False),
        ("5", "100000000000", True),
        ("0", "100000000000", False),
        ("100000000000", "0", False),
        ("100000000000", "99999999999999", False),
        ("100000000000", "100000000000000", True),
        ("09:00", "1970-01-01", False),
        ("09:00", "5", True),
        ("00:00", "5", True),
        ("5", "00:00", True),
    ],
)
def test_all_times_of_a_file_are_in_one_unit(first: str, second: str, *, mixed: bool) -> None:
    times = Times(opened("t i j\n"))
    times.seconds(first, 2)
    if mixed:
        with pytest.raises(UserError, match="line 3: some times"):
            times.seconds(second, 3)
    else:
        times.seconds(second, 3)
        assert len(times.different()) == 2


def test_commas_are_points_where_they_do_not_divide() -> None:
    assert Times(opened("t;i;j\n")).seconds("1,5", 2) == 1.5
    with pytest.raises(UserError, match="no time"):
        Times(opened("t,i,j\n")).seconds("1,5", 2)


def test_between_two_times_is_never_less_than_nothing() -> None:
    times = Times(opened("t i j\n"))
    assert times.between("5", "5", 2) == 0
    assert times.between("5", "7.5", 2) == 2.5
    with pytest.raises(UserError, match="line 2: the end"):
        times.between("5", "4.9", 2)


@pytest.mark.parametrize(
    ("times", "length"),
    [
        ([0, 20, 60], 20.0),
        ([60, 0, 20, 20], 20.0),
        ([0, 2], 2.0),
        ([0, 1.5, 4.5], 1.5),
        ([0, 1.001], 1.001),
        ([0, 1], None),
        ([0, 1, 5], None),
        ([0, 20, 27], None),
        ([5], None),
        ([], None),
        ([0, 1e12], 1e12),
        ([0, 1e12 + 1], None),
    ],
)
def test_slices_are_longer_than_a_second(times: list[float], length: float | None) -> None:
    assert step(times) == length


# ------------------------------------------------------------------------------------------------------------- lists


def test_keys_of_lists_have_one_line_for_every_other_sign() -> None:
    assert [list_key(name) for name in ("User.A ", "Person  1", "-x-", "a_b")] == ["user_a", "person_1", "x", "a_b"]


@pytest.mark.parametrize(
    ("line", "divider", "cells"),
    [
        ("a,b", ",", ["a", "b"]),
        ("  a \t b ", None, ["a", "b"]),
        ('"a, b", c', ",", ["a, b", "c"]),
        ('a "b c"', None, ["a", "b c"]),
        ('"a', ",", None),
        ('"a"b', ",", None),
    ],
)
def test_lines_are_split(line: str, divider: str | None, cells: list[str] | None) -> None:
    assert split(line, divider) == cells


@pytest.mark.parametrize(
    ("text", "divider", "names", "rows"),
    [
        ("1 2\n3 4\n", None, ("", ""), [(1, ["1", "2"]), (2, ["3", "4"])]),
        ("1\t2 3\n", None, ("", "", ""), [(1, ["1", "2", "3"])]),
        ("1\t2\t3\n", "\t", ("", "", ""), [(1, ["1", "2", "3"])]),
        ("a b\tc\n1 2\t3\n", "\t", ("a b", "c"), [(2, ["1 2", "3"])]),
        ("1\t\t3\n", None, ("", ""), [(1, ["1", "3"])]),
        ("a\t\tc\n", "\t", ("a", "", "c"), []),
        ("a;b,c\n1;2,5\n", ";", ("a", "b,c"), [(2, ["1", "2,5"])]),
        ("a|b,c\n", "|", ("a", "b,c"), []),
        ("# i j\n1 2\n", None, ("i", "j"), [(2, ["1", "2"])]),
        ("# i\n1 2\n", None, ("", ""), [(2, ["1", "2"])]),
        ("# x\n# i j\n\n1 2\n# c\n ,;\n3 4 5\n", None, ("i", "j"), [(4, ["1", "2"]), (7, ["3", "4", "5"])]),
        ("%i,j\n", ",", ("i", "j"), []),
        ("# I,J\n", ",", ("i", "j"), []),
        ("\n i,j\n1,2\n", ",", ("i", "j"), [(3, ["1", "2"])]),
        ('"","i","j"\n"1",5,6\n', ",", ("", "i", "j"), [(2, ["1", "5", "6"])]),
        ('"i" "j"\n"1" 5 6\n"2" 6 7\n', None, ("i", "j"), [(2, ["5", "6"]), (3, ["6", "7"])]),
        ('"i" "j"\n"1" 5 6\n6 7\n', None, ("i", "j"), [(2, ["1", "5", "6"]), (3, ["6", "7"])]),
        ("i,j\n5,6,\n7,8,\n", ",", ("i", "j"), [(2, ["5", "6", ""]), (3, ["7", "8", ""])]),
        ("ann bo\nbo cy\n", None, ("", ""), [(1, ["ann", "bo"]), (2, ["bo", "cy"])]),
        ("ann bo\ncy di\n", None, ("ann", "bo"), [(2, ["cy", "di"])]),
        ("i j\nj i\n", None, ("", ""), [(1, ["i", "j"]), (2, ["j", "i"])]),
        ("i j\nj k\n", None, ("i", "j"), [(2, ["j", "k"])]),
        ("i j w\nk l i\nk l j\n", None, ("i", "j", "w"), [(2, ["k", "l", "i"]), (3, ["k", "l", "j"])]),
        ("ann bo x\ncy di ann\n", None, ("", "", ""), [(1, ["ann", "bo", "x"]), (2, ["cy", "di", "ann"])]),
        ("i j 5\n1 2 3\n", None, ("", "", ""), [(1, ["i", "j", "5"]), (2, ["1", "2", "3"])]),
        ("i j w 5\n1 2 3 4\n", None, ("i", "j", "w", "5"), [(2, ["1", "2", "3", "4"])]),
        ("i j 09:00\n1 2 3\n", None, ("", "", ""), [(1, ["i", "j", "09:00"]), (2, ["1", "2", "3"])]),
        ("a\r\nb\rc\n", None, ("a",), [(2, ["b"]), (3, ["c"])]),
    ],
)
def test_lists_are_opened_as_they_are(text: str, divider: str | None, names: Any, rows: Any) -> None:
    table = opened(text)
    assert (table.divider, table.names, list(table.rows())) == (divider, names, rows)


def test_a_header_is_told_by_the_first_five_thousand_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LOOKED_AT", 3)
    assert opened("ann bo\ncy di\nbo cy\n").names == ("", "")
    assert opened("ann bo\ncy di\ncy di\nbo cy\n").names == ("ann", "bo")


@pytest.mark.parametrize(("text", "line"), [("i,j\n1,2\n\n3\n", 4), ('i,j\n1,2\n"3,4\n', 3)])
def test_lines_that_are_not_like_the_others_are_named(text: str, line: int) -> None:
    with pytest.raises(UserError, match=f"x, line {line}:"):
        list(opened(text).rows())


def test_a_file_as_large_as_the_limit_is_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "1 2\n" * 50
    monkeypatch.setattr(lists, "MOST_BYTES", 200)
    assert met(write(text)) == {("1", "2"): 50.0}
    assert met(write(gzip.compress(text.encode()), "list.gz")) == {("1", "2"): 50.0}
    for path in (write(text + "\n"), write(gzip.compress((text + "\n").encode()), "list.gz")):
        with pytest.raises(UserError, match="holds more than"):
            met(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_lists_are_read_in_any_encoding_that_says_so(encoding: str, write: Write) -> None:
    assert met(write("a,b\né,ü\n".encode(encoding))) == {("é", "ü"): 1.0}


def test_numbers_and_labels_have_their_order() -> None:
    assert natural_order(["b", "10", "9", "a", "-1", "09"]) == ("09", "9", "10", "-1", "a", "b")
    assert number_in(opened("a;b\n"), " 0,5", 2) == 0.5
    with pytest.raises(UserError, match="x, line 7: 'much'"):
        number_in(opened("a,b\n"), " much ", 7)


# ----------------------------------------------------------------------------------------------------------- columns


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a,b\n1,2\n", Columns(0, 1)),
        ("b,a\n1,2\n", Columns(1, 0)),
        ("person,target\n1,2\n", Columns(0, 1)),
        ("t,i,j\n1,2,3\n", Columns(1, 2, 0)),
        ("i,j,t,weight\n1,2,3,4\n", Columns(0, 1, 2, None, 3, unit="weight")),
        ("i,j,t,weight\n1,2,3,0\n", Columns(0, 1, 2)),
        ("i,j,t,weight\n1,2,3,0.0\n1,2,3,\n", Columns(0, 1, 2)),
        ("i,j,t,weight\n1,2,3,0\n1,2,3,5\n", Columns(0, 1, 2, None, 3, unit="weight")),
        ("i,j,start,end\n1,2,3,4\n", Columns(0, 1, 2, 3, unit="seconds")),
        ("i,j,start,end,weight\n1,2,3,4,5\n", Columns(0, 1, None, None, 4, unit="weight")),
        ("i,j,start\n1,2,3\n", Columns(0, 1, 2)),
        ("i,j,end\n1,2,3\n", Columns(0, 1)),
        ("i,j,start,t\n1,2,3,4\n", Columns(0, 1, 3)),
        ("i,j,t,day\n1,2,3,4\n", Columns(0, 1, 2, day=3)),
    ],
)
def test_columns_are_known_by_their_names(text: str, found: Columns) -> None:
    assert named_columns(opened(text), None) == found


def test_how_much_may_be_named(write: Write) -> None:
    table = opened("i,j,Strong,weight\n1,2,3,4\n")
    assert named_columns(table, "STRONG") == Columns(0, 1, None, None, 2, unit="strong")
    assert named_columns(opened("i,j,strong\n1,2,0\n"), "strong") == Columns(0, 1, None, None, 2, unit="strong")
    with pytest.raises(UserError, match="it has i, j, strong, weight"):
        named_columns(table, "w")
    with pytest.raises(UserError, match="no names"):
        read_contacts(write("1 2 3\n"), weight="w")


@pytest.mark.parametrize("text", ["a,x\n1,2\n", "x,b\n1,2\n", "person,x\n1,2\n"])
def test_two_columns_of_people_are_needed(text: str) -> None:
    with pytest.raises(UserError, match="two columns of people"):
        named_columns(opened(text), None)


def content(*rows: str) -> Columns:
    return columns_by_content(opened("\n".join(rows) + "\n"), None)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (("1 2", "2 3"), Columns(0, 1)),
        (("5 3 4", "3 8 1"), Columns(0, 1, None, None, 2)),
        (("5 3 x", "3 8 y"), Columns(0, 1)),
        (("20 5 3", "40 3 5"), Columns(1, 2, 0)),  # runs, in slices
        (("20 5 3", "41 3 5", "60 3 5"), Columns(1, 2, 0)),  # people share their ids
        (("5 3 20", "3 5 40"), Columns(0, 1, 2)),
        (("5 3 1600000000", "3 5 1000000000"), Columns(0, 1, 2)),  # a clock of a computer
        (("5 3 1600000000", "3 5 999999999"), Columns(0, 1, None, None, 2)),
        (("5,3,2020-01-01 10:00", "3,5,2020-01-01 09:00"), Columns(0, 1, 2)),
        (("2020-01-01T10:00 5 3", "2020-01-01T09:00 3 5"), Columns(1, 2, 0)),
        (("5 3 2 20", "3 5 1 40"), Columns(0, 1, 3, None, 2)),  # how often, and when
        (("5 3 1 20", "3 5 1 40"), Columns(0, 1, 3)),
        (("5 3 1000 1020", "3 5 1040 1060"), Columns(0, 1, 2, 3, unit="seconds")),
        (("5 3 1000 1020 9", "3 5 900 920 9"), Columns(0, 1, 2, 3, unit="seconds")),
        (("5,3,09:00,09:10", "3,5,09:05,09:07"), Columns(0, 1, 2, 3, unit="seconds")),
        (("5 3 x y", "3 5 z y"), Columns(0, 1)),
    ],
)
def test_columns_are_known_by_what_stands_in_them(rows: tuple[str, ...], found: Columns) -> None:
    assert content(*rows) == found


@pytest.mark.parametrize(
    ("start", "end", "ends"),
    [
        (["61"], ["81"], True),  # begins later than three lengths after zero
        (["60"], ["80"], False),
        (["4"], ["4"], True),  # a length of less than one counts as one
        (["3"], ["3"], False),
        (["61"], ["60"], False),
        (["61", "99"], ["81", "98"], False),
        (["x"], ["80"], False),
        (["09:00"], ["09:10"], True),
        (["09:00"], ["80"], False),
    ],
)
def test_ends_stand_beside_what_begins(start: list[str], end: list[str], *, ends: bool) -> None:
    assert columns._ends(start, end) == ends  # noqa: SLF001  a rule with limits of its own


def test_people_are_two_columns_that_share_half_of_their_ids_and_twice_as_many_as_others() -> None:
    def clock(cells: list[list[str]]) -> int | None:
        return columns._clock_column(cells)  # noqa: SLF001  a rule with limits of its own

    down = ["9", "7", "5", "3"]  # no times that run
    assert clock([down, ["1", "2", "30", "40"], ["1", "2", "60", "70"]]) == 0
    assert clock([down, ["1", "20", "30", "40"], ["1", "50", "60", "70"]]) is None
    twenty = [str(99 - n) for n in range(20)]
    half = [[f"a{n}" for n in range(20)], [f"{'a' if n < 10 else 'b'}{n}" for n in range(20)]]
    less = [half[0], [f"{'a' if n < 9 else 'b'}{n}" for n in range(20)]]
    assert (clock([twenty, *half]), clock([twenty, *less])) == (0, None)
    assert clock([down, ["9", "2", "31", "41"], ["2", "31", "41", "9"]]) == 0
    assert clock([["9", "7", "5", "3"], ["9", "7", "31", "41"], ["9", "7", "31", "41"]]) is None
    assert clock([["x", "7", "5", "3"], ["1", "2", "30", "40"], ["1", "2", "60", "70"]]) is None
    assert columns._shared(["1", "2", "2"], ["2", "3", "4", "5"]) == 0.5  # noqa: SLF001
    assert columns._shared([], ["1"]) == 0  # noqa: SLF001
    assert columns._runs(["20", "40", "40", "80"])  # noqa: SLF001
    assert not columns._runs(["20", "40", "20"])  # noqa: SLF001
    assert not columns._runs(["20", "41", "43"])  # noqa: SLF001
    assert not columns._runs(["20", "x"])  # noqa: SLF001
    assert not columns._is_epoch([])  # noqa: SLF001
    assert columns._is_epoch(["1e9", "2e9"])  # noqa: SLF001
    assert not columns._is_epoch(["999999999", "2e9"])  # noqa: SLF001


# ------------------------------------------------------------------------------------------------------------- pairs


@pytest.mark.parametrize("nobody", ["-1", "-22", "NA", "NaN", "nan", "NULL", "null", "None"])
def test_nobody_is_left_out_and_counted(nobody: str, write: Write) -> None:
    read = read_contacts(write(f"a,b\n1,{nobody}\n{nobody},{nobody}\n1,2\n"))
    assert (read.nobody, read.with_themselves, read.without, read.contacts.people) == (2, 0, 0, ("1", "2"))


@pytest.mark.parametrize("person", ["-x", "na", "none", "0", "--1"])
def test_others_are_somebody(person: str, write: Write) -> None:
    assert read_contacts(write(f"a,b\n1,{person}\n")).nobody == 0


def test_what_does_not_count_is_counted_by_its_kind(write: Write) -> None:
    read = read_contacts(write("a,b,weight\n1,2,3\n1,1,3\n1,-1,3\n1,2,-1\n2,1,0\n1,1,-1\n"))
    assert (read.with_themselves, read.nobody, read.without, read.repeated) == (2, 1, 1, 0)
    assert (read.contacts.amount.tolist(), read.contacts.records) == ([3.0], 2)
    assert [sentence.split()[2] for sentence in read.left_out()] == ["2", "1", "1"]
    assert read.seconds_a_record is None


def test_pairs_whose_amount_is_nothing_are_no_pairs(write: Write) -> None:
    assert met(write("a,b,weight\n1,2,0\n1,3,2\n")) == {("1", "3"): 2.0}
    assert read_contacts(write("a,b,weight\n1,2,0\n1,3,2\n")).contacts.people == ("1", "2", "3")


def test_lists_of_nobody_alone_are_read_and_empty_ones_are_not(write: Write) -> None:
    assert met(write("a,b\n1,-1\n")) == {}
    assert met(write("a,b\n-1,-1\n")) == {}
    with pytest.raises(UserError, match="nothing below"):
        met(write("a,b\n"))
    with pytest.raises(UserError, match="line 2: a person is missing"):
        met(write("a,b\n,1\n"))


def test_slices_count_once_for_each_pair_and_day(write: Write) -> None:
    rows = "20,1,2\n20,2,1\n40,1,2\n20,1,3\n"
    read = read_contacts(write("t,i,j\n" + rows))
    assert (read.repeated, read.seconds_a_record, read.contacts.unit) == (1, 20.0, "seconds")
    assert met(write("t,i,j\n" + rows)) == {("1", "2"): 40.0, ("1", "3"): 20.0}
    days = "t,i,j,day\n20,1,2,mon\n20,2,1,tue\n40,1,2,mon\n40,1,2,mon\n"
    assert met(write(days)) == {("1", "2"): 60.0}
    assert read_contacts(write(days)).repeated == 1


def test_contacts_with_begin_and_end_count_every_second_once(write: Write) -> None:
    text = "i,j,start,end\n1,2,100,200\n2,1,150,250\n1,2,160,170\n1,2,300,300\n1,3,100,100.5\n1,2,250,260\n"
    read = read_contacts(write(text))
    assert met(write(text)) == {("1", "2"): 161.0, ("1", "3"): 1.0}
    assert (read.contacts.unit, read.seconds_a_record, read.repeated) == ("seconds", None, 0)
    assert met(write("i,j,start,end\n1,2,100,200\n1,3,150,250\n")) == {("1", "2"): 100.0, ("1", "3"): 100.0}


def test_people_are_in_natural_order_whoever_comes_first(write: Write) -> None:
    contacts = read_contacts(write("a,b\n10,9\nx,9\n9,x\n")).contacts
    assert contacts.people == ("9", "10", "x")
    assert list(zip(contacts.first.tolist(), contacts.second.tolist(), contacts.amount.tolist(), strict=True)) == [
        (0, 1, 1.0),
        (0, 2, 2.0),
    ]
    assert (contacts.source, contacts.unit) == ("list.txt", "times")


# -------------------------------------------------------------------------------------------------------- attendance


def test_minutes_are_stated_or_from_begin_to_end_or_one(write: Write) -> None:
    def minutes(text: str) -> list[float]:
        return read_attendance(write(text)).minutes.tolist()

    assert minutes("person,occasion,minutes,start,end\n1,a,7,0,600\n") == [7.0]
    assert minutes("person,occasion,start,end\n1,a,0,600\n") == [10.0]
    assert minutes("person,occasion,start\n1,a,0\n") == [1.0]
    assert minutes("person,occasion,end\n1,a,0\n") == [1.0]
    assert minutes("person,occasion\n1,a\n1,a\n") == [2.0]
    assert minutes("person,occasion,minutes\n1,a,0\n1,b,-1\n1,c,2\n") == [2.0]


def test_who_was_where_is_in_natural_order_and_in_known_forms(write: Write) -> None:
    text = "person,occasion,form\n10,b,Meal\n9,b,meal\n9,a,dance\n,c,meal\n9,,meal\n9,d, NIGHT \n"
    found = read_attendance(write(text))
    assert found.people == ("9", "10")
    assert [(one.label, one.form) for one in found.occasions] == [("a", ""), ("b", "meal"), ("d", "night")]
    assert list(zip(found.person.tolist(), found.occasion.tolist(), strict=True)) == [(0, 0), (0, 1), (0, 2), (1, 1)]
    assert [one.form for one in read_attendance(write("person,occasion\n1,a\n")).occasions] == [""]
    every = "person,occasion,form\n" + "".join(f"1,{form},{form}\n" for form in ("lesson", "meal", "night", "workshop"))
    assert [one.form for one in read_attendance(write(every)).occasions] == ["lesson", "meal", "night", "workshop"]


@pytest.mark.parametrize(
    ("header", "log"), [("person,occasion", True), ("person,x", False), ("x,occasion", False), ("a,b", False)]
)
def test_a_log_is_known_by_two_columns(header: str, *, log: bool, write: Write) -> None:
    path = write(f"{header}\n1,2\n")
    assert is_attendance(path) == log
    if not log:
        with pytest.raises(UserError, match="'person'"):
            read_attendance(path)


def test_strata_are_a_column_by_name_or_number(write: Write) -> None:
    named = write("id,Class\n 1 , a \n2,\n")
    assert read_column(named, "CLASS") == {"1": "a", "2": ""}
    assert read_column(named, "2") == {"1": "a", "2": ""}
    assert read_column(named, "1") == {"1": "1", "2": "2"}
    for column in ("0", "3", "x", "-1"):
        with pytest.raises(UserError, match="it has id, class"):
            read_column(named, column)
    with pytest.raises(UserError, match="2 columns without names"):
        read_column(write("1 a\n2 b\n"), "x")


def test_occasions_beside_an_export_are_one_file(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    text = "person,occasion,form\n1,a,meal\n"
    for name in ("Occasions.csv", "below/occasions.csv"):
        (tmp_path / name).write_text(text)
    found = attendance_beside(tmp_path)
    assert found is not None
    assert found.people == ("1",)
    (tmp_path / "below" / "occasions.csv").write_text(text + "2,a,meal\n")
    with pytest.raises(UserError, match="differ"):
        attendance_beside(tmp_path)


def test_who_was_where_is_written_by_person_and_day() -> None:
    attendance = Attendance(
        ("7", "x"),
        (Occasion("a", "meal"), Occasion("b", "")),
        np.array([0, 1, 1], np.int32),
        np.array([0, 0, 1], np.int32),
        np.ones(3),
    )
    assert write_attendance(attendance, [0, 4]).decode().splitlines() == [
        "person,occasion,form,day",
        "7,a,meal,0",
        "x,a,meal,0",
        "x,b,,4",
    ]
