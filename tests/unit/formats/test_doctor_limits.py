"""What the doctor notices, at each limit and one beside it; it looks at what was read and reads nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oneheart.formats import inspect, read_and_diagnose
from oneheart.formats.diagnosis import Diagnosis, counted
from oneheart.formats.doctor import look
from oneheart.formats.reading import read_files

Folder = Callable[..., Path]

NOW = 1_700_000_000_000
YEAR_2010 = 1_262_304_000_000
YEAR_2100 = 4_102_444_800_000


def voted(*rows: tuple[Any, ...]) -> dict[str, str]:
    """Return a votes.csv of (time, comment, person, vote) that says which vote means agree."""
    text = "# agree=+1\ntimestamp,comment-id,voter-id,vote\n"
    return {"votes.csv": text + "".join(",".join(map(str, row)) + "\n" for row in rows)}


def listed(*rows: tuple[Any, ...]) -> dict[str, str]:
    """Return a comments.csv of (comment, author, agrees, disagrees, moderated, text)."""
    header = "comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    return {"comments.csv": header + "".join(",".join(map(str, row)) + "\n" for row in rows)}


def found(place: Path) -> dict[str, str]:
    return {finding.code: finding.sentence for finding in inspect(place).findings}


def severities(place: Path) -> dict[str, str]:
    return {finding.code: finding.severity for finding in inspect(place).findings}


def test_it_looks_at_what_was_read_and_opens_nothing(folder: Folder) -> None:
    place = folder(voted((NOW, 1, 1, 1)) | listed((1, 1, 1, 0, 1, "Peace")))
    read = read_files(place)
    for file in place.iterdir():
        file.unlink()
    assert look(read, str(place)).form == "polis"
    assert look(read, str(place)).counts["responses"] == 1


@pytest.mark.parametrize(("answers", "few"), [(6, True), (7, False)])
def test_few_answers_are_fewer_than_seven(answers: int, *, few: bool, folder: Folder) -> None:
    place = folder(voted(*((NOW, comment, 1, 1) for comment in range(answers)), *((NOW, k, 2, 1) for k in range(8))))
    sentence = found(place).get("fewer-than-seven", "")
    assert sentence.startswith("1 person of 2 ") == few
    assert ("0 of them" in sentence) == few


def test_people_who_wrote_and_did_not_answer_are_told_apart(folder: Folder) -> None:
    place = folder(voted((NOW, 1, 1, 1)) | listed((1, 1, 1, 0, 1, "A"), (2, 8, 0, 0, 1, "B"), (3, 9, 0, 0, 1, "C")))
    sentences = found(place)
    assert sentences["authors-without-answers"].startswith("2 people")
    assert "3 people of 3" in sentences["fewer-than-seven"]
    assert ", 3 of them" in sentences["fewer-than-seven"]
    assert "authors-without-answers" not in found(folder(voted((NOW, 1, 1, 1)) | listed((1, 1, 1, 0, 1, "A")), "none"))


def test_desires_that_nobody_answered_or_moderators_rejected_or_without_text(folder: Folder) -> None:
    rows = ((1, "", 1, 0, -1, "A"), (2, "", 0, 1, 1, ""), (3, "", 0, 0, 1, "C"), (4, "", 0, 0, 1, " "))
    sentences = found(folder(voted((NOW, 1, 1, 1), (NOW, 1, 2, 1), (NOW, 2, 1, -1)) | listed(*rows)))
    assert sentences["without-votes"].startswith("Of 4 desires 2 ")
    assert sentences["votes-on-rejected"].startswith("2 answers")
    assert sentences["empty-texts"].startswith("2 desires")
    rows = ((1, "", 1, 0, 1, "A"), (2, "", 0, 0, -1, "B"))
    sentences = found(folder(voted((NOW, 1, 1, 1), (NOW, 1, 2, -1)) | listed(*rows), "other"))
    assert sentences["without-votes"].startswith("Of 2 desires 1 was ")
    assert not {"votes-on-rejected", "empty-texts"} & sentences.keys()
    nobody = found(folder(listed((1, "", "", "", 1, "A")), "nobody"))
    assert not {"without-votes", "fewer-than-seven"} & nobody.keys()
    assert "no-responses" in nobody


@pytest.mark.parametrize(
    ("votes", "codes"),
    [
        ((0, 0), {"only-passes"}),
        ((1, 0), {"nobody-against"}),
        ((-1, 0), {"nobody-wants"}),
        ((1, -1), set()),
    ],
)
def test_votes_of_one_kind_are_told(votes: tuple[int, ...], codes: set[str], folder: Folder) -> None:
    place = folder(voted(*((NOW, 1, person, vote) for person, vote in enumerate(votes))))
    assert set(found(place)) & {"only-passes", "nobody-against", "nobody-wants"} == codes


@pytest.mark.parametrize(
    ("time", "odd"), [(YEAR_2010, False), (YEAR_2010 - 1, True), (YEAR_2100, False), (YEAR_2100 + 1, True)]
)
def test_times_are_odd_before_2010_and_after_2100(time: int, *, odd: bool, folder: Folder) -> None:
    place = folder(voted((time, 1, 1, 1), (NOW, 1, 2, 1)))
    assert found(place).get("times-odd", "").startswith("1 vote ") == odd


def test_missing_times_are_not_odd(folder: Folder) -> None:
    assert "times-odd" not in found(folder(voted(("", 1, 1, 1), (0, 1, 2, 1), (NOW, 1, 3, 1))))


@pytest.mark.parametrize(
    ("first", "second", "same_second"),
    [
        (NOW, NOW + 999, True),
        (NOW, NOW + 1000, False),
        (NOW + 999, NOW + 1000, False),
        ("", NOW, False),
        ("", "", False),
    ],
)
def test_double_clicks_are_within_one_second(first: Any, second: Any, *, same_second: bool, folder: Folder) -> None:
    place = folder(voted((first, 1, 1, 1), (second, 1, 1, -1), (NOW, 2, 1, 1)))
    sentences = found(place)
    assert sentences["revotes"].startswith("1 vote event was")
    assert f"({int(same_second)} within" in sentences["revotes"]
    assert "changed 1 time;" in sentences["revotes"]
    assert ("unclear-order" in sentences) == same_second


def test_the_same_answer_again_is_no_change(folder: Folder) -> None:
    sentences = found(folder(voted((NOW, 1, 1, 1), (NOW, 1, 1, 1), (NOW + 1, 1, 1, 1), (NOW, 1, 2, 1))))
    assert sentences["revotes"].startswith("2 vote events")
    assert "changed 0 times" in sentences["revotes"]
    assert "unclear-order" not in sentences
    assert "revotes" not in found(folder(voted((NOW, 1, 1, 1), (NOW, 1, 2, -1), (NOW, 2, 1, -1)), "none"))


def test_order_is_unclear_where_times_are_whole_seconds(folder: Folder) -> None:
    twice = ((NOW, 1, 1, 1), (NOW, 1, 1, -1))
    assert severities(folder(voted(*twice)))["unclear-order"] == "warning"
    assert severities(folder(voted(*twice, (NOW + 1, 2, 1, 1)), "exact"))["unclear-order"] == "note"
    assert severities(folder(voted(*twice, ("", 2, 1, 1)), "missing"))["unclear-order"] == "warning"


def test_stated_counts_are_those_of_events_or_of_last_votes_or_differ(folder: Folder) -> None:
    votes = ((NOW, 1, 1, 1), (NOW + 1, 1, 1, -1), (NOW, 2, 1, 1))
    events = listed((1, "", 1, 1, 1, "A"), (2, "", 1, 0, 1, "B"))
    last = listed((1, "", 0, 1, 1, "A"), (2, "", 1, 0, 1, "B"))
    swapped = listed((1, "", 1, 1, 1, "A"), (2, "", 0, 1, 1, "B"))
    neither = listed((1, "", 5, 1, 1, "A"), (2, "", 1, 0, 1, "B"))
    mixed = listed((1, "", 0, 1, 1, "A"), (2, "", 1, 0, 1, "B"), (3, "", 1, 0, 1, "C"))
    more = ((NOW, 3, 1, 1), (NOW, 3, 1, 1))
    kinds = {"counts-are-events", "counts-differ"}

    def told(content: dict[str, str], name: str, *others: tuple[Any, ...]) -> dict[str, str]:
        findings = inspect(folder(voted(*votes, *others) | content, name), sign=1).findings
        return {finding.code: finding.sentence for finding in findings if finding.code in kinds}

    told_events = told(events, "events")
    assert set(told_events) == {"counts-are-events"}
    assert "all 3 vote events; 1 of them" in told_events["counts-are-events"]
    assert told(last, "last") == {}
    assert set(told(swapped, "swapped")) == {"counts-are-events"}
    assert "1 comment in" in told(neither, "neither")["counts-differ"]
    assert told(mixed, "mixed", *more) == {}
    assert told(listed((1, "", "", 1, 1, "A"), (2, "", "", 0, 1, "B")), "unstated") == {}
    assert told(events, "once", (NOW, 3, 1, 1)) == told_events | {
        "counts-are-events": told_events["counts-are-events"].replace("3 vote", "4 vote")
    }


def test_counts_beside_a_matrix_alone_are_not_compared(folder: Folder) -> None:
    matrix = {"participants-votes.csv": "participant,1\n1,1\n", "format.json": '{"vote-convention": "agree=1"}'}
    assert "counts-differ" not in found(folder(matrix | listed((1, "", 5, 0, 1, "A"))))


def test_people_of_the_matrix_and_of_the_votes_are_compared(folder: Folder) -> None:
    matrix = {"participants-votes.csv": "participant,group-id,1\n1,0,1\n2,,\n3,,\n"}
    sentences = found(folder(voted((NOW, 1, 1, 1), (NOW, 1, 4, 1)) | matrix))
    assert sentences["voters-not-in-matrix"].startswith("1 voter ")
    assert sentences["matrix-without-votes"].startswith("2 lines")
    assert sentences["blank-group"].startswith("2 people")
    assert "only-matrix" not in sentences
    all_blank = {"participants-votes.csv": "participant,group-id,1\n1,,1\n"}
    sentences = found(folder(voted((NOW, 1, 1, 1)) | all_blank, "blank"))
    assert not {"voters-not-in-matrix", "matrix-without-votes", "blank-group"} & sentences.keys()
    none_blank = {"participants-votes.csv": "participant,group-id,1\n1,0,1\n"}
    assert "blank-group" not in found(folder(voted((NOW, 1, 1, 1)) | none_blank, "full"))
    alone = matrix | {"format.json": '{"vote-convention": "agree=1"}'}
    sentences = found(folder(alone, "alone"))
    assert "only-matrix" in sentences
    assert not {"voters-not-in-matrix", "matrix-without-votes"} & sentences.keys()


def test_comments_that_are_missing_are_told(folder: Folder) -> None:
    votes = voted((NOW, 1, 1, 1), (NOW, 2, 1, 1), (NOW, 3, 1, 1))
    assert "no-comments" in found(folder(votes, "without"))
    assert found(folder(votes | listed((1, "", 1, 0, 1, "A")), "some"))["texts-missing"].startswith("2 comments")
    whole = found(folder(votes | listed(*((k, "", 1, 0, 1, "A") for k in (1, 2, 3))), "whole"))
    assert not {"no-comments", "texts-missing"} & whole.keys()


@pytest.mark.parametrize(
    ("agrees", "disagrees", "totals"), [(1, 0, True), (0, 1, True), (0, 0, False), ("", "", False)]
)
def test_totals_without_votes(agrees: Any, disagrees: Any, *, totals: bool, folder: Folder) -> None:
    codes = found(folder(listed((1, "", agrees, disagrees, 1, "A"))))
    assert ("only-totals" in codes) == totals
    assert ("no-responses" in codes) != totals


@pytest.mark.parametrize(
    ("summary", "kinds"),
    [
        ("voters,2\ncomments,2\n", {}),
        ("voters,1\n", {"summary-voters": "warning"}),
        ("voters,3\n", {"summary-voters": "warning"}),
        ("comments,1\n", {"summary-comments": "note"}),
        ("comments,3\n", {"summary-comments": "warning"}),
        ("comments,many\n", {}),
    ],
)
def test_the_summary_is_compared(summary: str, kinds: dict[str, str], folder: Folder) -> None:
    place = folder(voted((NOW, 1, 1, 1), (NOW, 2, 2, 1)) | {"summary.csv": summary})
    assert {code: kind for code, kind in severities(place).items() if code.startswith("summary")} == kinds


def test_everything_is_counted(folder: Folder) -> None:
    tables = {
        "responses.csv": "participant,desire,stance\na,1,1\nb,1,0\nb,2,-1\nc,1,1\n",
        "desires.csv": "desire,text,author\n1,A,d\n2,B,\n",
        "circles.csv": "circle,name\nx,X\n",
    }
    _, diagnosis = read_and_diagnose(folder(tables))
    assert diagnosis.counts == {
        "participants": 4,
        "participants_who_answered": 3,
        "desires": 2,
        "responses": 4,
        "want": 2,
        "not_mine": 1,
        "against": 1,
        "circles": 1,
    }
    assert (diagnosis.form, diagnosis.sign, diagnosis.public_sign) == ("tables", "", "")
    assert "3 of 4 people" in diagnosis.read_as()[-1]
    polis = inspect(folder(voted((NOW, 1, 1, 1), (NOW, 1, 1, 1)), "polis"))
    assert (polis.counts["events"], polis.counts["responses"]) == (2, 1)
    assert polis.read_as()[-1].startswith("1 person ")
    assert polis.public_sign


@pytest.mark.parametrize(("number", "text"), [(0, "0 many"), (1, "1 one"), (2, "2 many"), (1000, "1,000 many")])
def test_numbers_have_their_nouns(number: int, text: str) -> None:
    assert counted(number, "one", "many") == text


def test_nothing_readable_is_read_as_nothing() -> None:
    assert Diagnosis("x").read_as() == ()
