"""Lists of who was near whom, in the shapes in which people have them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from oneheart.errors import UserError
from oneheart.formats.contacts import (
    attendance_beside,
    is_attendance,
    read_attendance,
    read_column,
    read_contacts,
    write_attendance,
)


def file(tmp_path: Path, text: str | bytes, name: str = "contacts.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("divider", [" ", "\t", ",", ";"])
@pytest.mark.parametrize("factor", [1, 1000])
def test_times_and_two_people(tmp_path: Path, divider: str, factor: int) -> None:
    begin = 1_480_486_100 if factor == 1000 else 32_520
    rows = [(0, 7, 9), (0, 9, 130), (20, 9, 7), (60, 7, 9)]
    text = "\n".join(divider.join(map(str, ((begin + t) * factor, a, b))) for t, a, b in rows)
    read = read_contacts(file(tmp_path, text))
    assert read.contacts.people == ("7", "9", "130")
    assert list(zip(read.contacts.first, read.contacts.second, read.contacts.amount, strict=True)) == [
        (0, 1, 60.0),
        (1, 2, 20.0),
    ]
    assert (read.contacts.unit, read.contacts.records, read.seconds_a_record) == ("seconds", 4, 20.0)


def test_further_columns_of_a_time_list_are_passed_over(tmp_path: Path) -> None:
    read = read_contacts(file(tmp_path, "0 1 2 A B\n20 1 2 A B\n40 2 3 B B\n"))
    assert read.contacts.amount.tolist() == [40.0, 20.0]


def test_pairs_with_names_and_amounts(tmp_path: Path) -> None:
    path = file(tmp_path, "a,b,bins,strong\nann,bo,2,0\nbo,ann,3,1\nbo,cy,1,1\n")
    read = read_contacts(path)
    assert (read.contacts.unit, read.contacts.amount.tolist()) == ("bins", [5.0, 1.0])
    strong = read_contacts(path, weight="strong")
    assert (strong.contacts.people, strong.contacts.amount.tolist()) == (("ann", "bo", "cy"), [1.0, 1.0])


def test_pairs_without_names(tmp_path: Path) -> None:
    read = read_contacts(file(tmp_path, "5 3\n3 8\n3 5\n"))
    assert (read.contacts.people, read.contacts.unit) == (("3", "5", "8"), "times")
    assert read.contacts.amount.tolist() == [2.0, 1.0]


def test_a_header_behind_a_comment_sign_and_people_with_themselves(tmp_path: Path) -> None:
    read = read_contacts(file(tmp_path, "# user_a,user_b\n0,512\n7,7\n0,263\n"))
    assert (len(read.contacts.first), read.with_themselves) == (2, 1)
    assert "7" in read.contacts.people


def test_scans_of_nobody_are_not_contacts(tmp_path: Path) -> None:
    read = read_contacts(
        file(tmp_path, "timestamp,user_a,user_b,rssi\n0,1,-1,0\n0,2,1,-70\n300,1,2,-80\n600,3,-2,-90\n")
    )
    assert (read.nobody, read.contacts.people, read.contacts.amount.tolist()) == (2, ("1", "2", "3"), [600.0])


def test_a_log_of_who_was_where(tmp_path: Path) -> None:
    path = file(tmp_path, "person,session,layer,start,end\nann,m1,meal,0,1800\nbo,m1,Meal,0,3600\nann,l2,talk,0,60\n")
    assert is_attendance(path)
    found = read_attendance(path)
    assert [(occasion.label, occasion.form) for occasion in found.occasions] == [("l2", ""), ("m1", "meal")]
    assert found.minutes.tolist() == [1.0, 30.0, 60.0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("x\n1\n", "name the two columns"),
        ("1\n2\n", "one column"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("a,b\n1\n", "line 2"),
        ("a,b,weight\n1,2,much\n", "line 2"),
        ("a,b,weight\n1,2,nan\n", "line 2"),
        ("t,i,j\n10,1,2\n20000000000000,1,2\n", "milliseconds"),
        ("a,b\n1,\n", "a person is missing"),
        ("when,who,whom\n1,2,3\n", "name the two columns"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(UserError, match=says) as told:
        read_contacts(file(tmp_path, text))
    assert "\n" not in str(told.value)


def test_no_such_file_a_folder_and_no_such_column(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        read_contacts(tmp_path / "none")
    with pytest.raises(UserError, match="is a folder"):
        read_contacts(tmp_path)
    with pytest.raises(UserError, match="is no plain file"):
        read_contacts("/dev/zero")
    with pytest.raises(UserError, match="nobody below"):
        read_attendance(file(tmp_path, "person,occasion\n"))
    with pytest.raises(UserError, match="no column 'hours'"):
        read_contacts(file(tmp_path, "a,b\n1,2\n"), weight="hours")
    with pytest.raises(UserError, match="end is before the start"):
        read_attendance(file(tmp_path, "person,session,start,end\na,s,60,0\n"))


def test_an_export_without_occasions_has_none_and_one_with_them_is_read(tmp_path: Path) -> None:
    (tmp_path / "responses.csv").write_text("participant,desire,stance\n")
    assert attendance_beside(tmp_path) is None
    (tmp_path / "occasions.csv").write_text("person,occasion,form,day\n2,a,meal,0\n10,a,meal,0\n2,b,night,1\n")
    found = attendance_beside(tmp_path)
    assert found is not None
    assert (found.people, [one.form for one in found.occasions]) == (("2", "10"), ["meal", "night"])
    assert found.source == "occasions.csv"
    again = attendance_beside(tmp_path / "responses.csv")
    assert again is not None
    assert again.people == found.people


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("who_was,room\n1,2\n", "name one column 'person' and one 'occasion'"),
        ("person,occasion,form\n1\n", "line 2"),
        ("person,occasion,minutes\n1,2,long\n", "line 2"),
    ],
)
def test_occasions_that_cannot_be_read_are_told_in_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "occasions.csv").write_text(text)
    with pytest.raises(UserError, match=says) as told:
        attendance_beside(tmp_path)
    assert "occasions.csv" in str(told.value)
    assert "\n" not in str(told.value)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "occasions.csv").write_text("person,occasion,form\n1,3,meal\n1,4,night\n2,3,meal\n")
    found = attendance_beside(tmp_path)
    assert found is not None
    (tmp_path / "occasions.csv").write_bytes(write_attendance(found, [0, 1]))
    again = attendance_beside(tmp_path)
    assert again is not None
    assert (again.people, again.occasions, again.person.tolist(), again.occasion.tolist()) == (
        found.people,
        found.occasions,
        found.person.tolist(),
        found.occasion.tolist(),
    )


def met(tmp_path: Path, text: str | bytes) -> dict[tuple[str, str], float]:
    c = read_contacts(file(tmp_path, text)).contacts
    pairs = zip(c.first.tolist(), c.second.tolist(), c.amount.tolist(), strict=True)
    return {(c.people[a], c.people[b]): amount for a, b, amount in pairs}


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        # a village, with numbers of rows and names; a wedding of dates; calls of which one was not taken
        ('"","contact_time","id1","id2","day"\n"1",20,7,9,1\n"2",60,7,9,1\n"3",20,7,9,2\n', {("7", "9"): 120.0}),
        ('"t" "i" "j"\n"1" 20 "Ann Lee" "Bo"\n"2" 40 "Ann Lee" "Bo"\n', {("Ann Lee", "Bo"): 40.0}),
        ("DateTime;Actor;Recipient;Duration\n13/06/2019 09:00;F;G;0\n13/06/2019 09:05;F;G;0\n", {("F", "G"): 600.0}),
        ("timestamp,caller,callee,duration\n1,3,4,60\n9,4,3,-1\n", {("3", "4"): 60.0}),
        # scans that saw nobody, and devices that are none of ours
        ("0,1,-1,0\n300,1,2,-70\n600,2,-2,-90\n600,1,2,-70\n", {("1", "2"): 600.0}),
        (
            "user.id,remote.user.id.if.known,time\n1,NA,2008-01-17 20:00:00\n1,2,2008-01-17 20:06:00\n",
            {("1", "2"): 360.0},
        ),
        # begin and end, without names and with them; two that overlap count once, none at all as a second
        ("5 3 20733 20833 1 0\n3 5 20783 20933 2 1\n3 8 30000 30000 1 0\n", {("3", "5"): 200.0, ("3", "8"): 1.0}),
        ("user1,user2,start,end\na,b,09:00,09:10\n", {("a", "b"): 600.0}),
        # lists of edges, as network archives have them
        ("% sym weighted\n% 4 3 3\n3 5 1 20733\n5 8 1 20753\n3 5 1 20793\n", {("3", "5"): 40.0, ("5", "8"): 20.0}),
        ("3 5 4\n5 8 2\n8 3 9\n", {("3", "5"): 4.0, ("3", "8"): 9.0, ("5", "8"): 2.0}),
        ("a;b;weight\nann;bo;0,5\n", {("ann", "bo"): 0.5}),
        # the same slice said by both badges; times that are no slices count lines
        ("t,i,j\n20,1,2\n20,2,1\n40,1,3\n", {("1", "2"): 20.0, ("1", "3"): 20.0}),
        ("t,i,j\n20,1,2\n27,2,1\n31,1,3\n", {("1", "2"): 2.0, ("1", "3"): 1.0}),
        ("ann,bo\nbo,cy\ncy,ann\n", {("ann", "bo"): 1.0, ("ann", "cy"): 1.0, ("bo", "cy"): 1.0}),
        ("# from the hall\n# t\ti\tj\n20\t1\t2\n# a pause\n40\t1\t2\n", {("1", "2"): 40.0}),
    ],
)
def test_lists_as_they_are_found(tmp_path: Path, text: str, pairs: dict[tuple[str, str], float]) -> None:
    assert met(tmp_path, text) == pairs


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    read = read_contacts(file(tmp_path, "t,i,j\n20,1,2\n20,2,1\n20,3,3\n40,3,-1\n40,3,-1\n"))
    assert [sentence.split(" ")[2] for sentence in read.left_out()] == ["1", "2", "1"]
    assert read_contacts(file(tmp_path, "a,b\n1,2\n")).left_out() == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04" + bytes(40), "zip file or a spreadsheet"),
        (b"a,b\n1,\x002\n", "bytes that are no text"),
        (bytes(range(256)), "not UTF-8"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9], "ends too early"),
        (b"\x1f\x8b" + bytes(60), "damaged"),
        (b"t,i,j\n", "nothing below"),
        (b"t,i,j\n20,1,2\n2016-11-30T09:00:00,1,2\n", "line 3: some times are in seconds and some in dates"),
        (b"t,i,j\n20,1,2\nyesterday,1,2\n", "line 3: 'yesterday' is no time"),
        (b'a,b\n1,"2\n3,4\n', "line 2: a quote"),
        (b"user1,user2,start,end\na,b,60,0\n", "line 2: the end is before the start"),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(UserError, match=says) as told:
        read_contacts(file(tmp_path, content))
    assert "\n" not in str(told.value)


def test_a_log_with_times_of_the_day(tmp_path: Path) -> None:
    path = file(tmp_path, "Person;Session;Start;End\nann;m;2016-11-30 09:00;2016-11-30 09:30\nbo;m;09:00;10:00\n")
    assert read_attendance(path).minutes.tolist() == [30.0, 60.0]


def test_people_without_names_of_columns_are_all_there(tmp_path: Path) -> None:
    path = file(tmp_path, "1426\t5B\tM\n1427\t5B\tF\n")
    assert read_column(path, "2") == {"1426": "5B", "1427": "5B"}


def test_contacts_keep_the_slice_and_the_day_of_each(tmp_path: Path) -> None:
    timed = read_contacts(file(tmp_path, "0 1 2\n0 3 4\n20 1 2\n20 2 1\n86420 1 2\n")).timed
    assert timed is not None
    assert timed.people == ("1", "2", "3", "4")
    assert sorted(zip(timed.first.tolist(), timed.slice_of.tolist(), timed.day_of.tolist(), strict=True)) == [
        (0, 0, 0),
        (0, 1, 0),
        (0, 2, 1),
        (2, 0, 0),
    ]
    assert timed.amount.tolist() == [20.0] * 4


def test_days_that_a_list_names_are_its_days(tmp_path: Path) -> None:
    rows = "day,t,a,b\nmon,0,1,2\nmon,20,1,2\ntue,0,1,2\n"
    timed = read_contacts(file(tmp_path, rows)).timed
    assert timed is not None
    assert sorted(timed.day_of.tolist()) == [0, 0, 1]
    assert len({*timed.slice_of.tolist()}) == 3


def test_pairs_without_times_have_none(tmp_path: Path) -> None:
    assert read_contacts(file(tmp_path, "a,b,bins\n1,2,3\n")).timed is None
