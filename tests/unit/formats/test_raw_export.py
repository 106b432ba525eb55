"""What the files of a Polis export hold, raw: times, last votes, texts, the matrix, circles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.errors import UserError
from oneheart.formats import inspect, read
from oneheart.formats.files import input_files
from oneheart.formats.polis import comments, matrix
from oneheart.formats.polis.loading import load
from oneheart.formats.polis.raw_export import Export, Votes
from oneheart.formats.roles import files_by_role
from oneheart.model.desire import Moderation

Folder = Callable[..., Path]


def export(place: Path) -> Export:
    return load(files_by_role(input_files(place), place), place)


def found(place: Path) -> dict[str, str]:
    return {finding.code: finding.sentence for finding in export(place).findings}


def voted(*rows: tuple[Any, ...]) -> dict[str, str]:
    """Return a votes.csv of (time, comment, person, vote)."""
    text = "timestamp,comment-id,voter-id,vote\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
    return {"votes.csv": text}


# ------------------------------------------------------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        (1_700_000_000, 1_700_000_000_000),
        (10**11 - 1, (10**11 - 1) * 1000),  # the last that is seconds
        (10**11, 10**11),
        (10**14 - 1, 10**14 - 1),
        (10**14, 10**11),
        (1_700_000_000_000_001, 1_700_000_000_000),
        (1, 1000),
        (0, 0),
        (-5, -1),
        ("", -1),
        ("2024-05-01T10:00:00Z", 1_714_557_600_000),
    ],
)
def test_times_of_any_unit_become_milliseconds(written: Any, milliseconds: int, folder: Folder) -> None:
    events = export(folder(voted((written, 1, 1, 1), (1_700_000_000_000, 1, 2, 1)))).events
    assert events.time.tolist() == [milliseconds, 1_700_000_000_000]


@pytest.mark.parametrize(
    ("first", "second", "stance"),
    [
        (1_700_000_000, 1_600_000_000_000, 1),  # seconds, then milliseconds of an earlier day
        (1_600_000_000_000_000, 1_700_000_000, -1),
        (1_700_000_000_000_000, 1_600_000_000_000, 1),
        (1_600_000_000, 1_700_000_000_000, -1),
        (1_700_000_000, 1_700_000_000, -1),  # in one instant the one further down counts
    ],
)
def test_of_two_votes_in_two_units_the_later_counts(first: int, second: int, stance: int, folder: Folder) -> None:
    place = folder(voted((first, 1, 1, 1), (second, 1, 1, -1)))
    assert read(place, sign=1).responses.stance.tolist() == [stance]


@pytest.mark.parametrize(
    ("times", "unit", "codes"),
    [
        ((1_700_000_000, 1_700_000_001), "seconds", set()),
        ((1_700_000_000_000, 1_700_000_000_001), "milliseconds", set()),
        ((1_700_000_000_000_000, 1_700_000_000_000_001), "milliseconds", set()),
        ((10**11 - 1, 10**11 - 1), "seconds", set()),
        ((10**11, 10**11), "milliseconds", set()),
        ((1_700_000_000_000, ""), "milliseconds", {"times-missing"}),
        ((0, 1_700_000_000_000), "milliseconds", set()),
        (("", "noon"), "", {"no-times"}),
        ((0, 0), "", {"no-times"}),
        ((), "", set()),
    ],
)
def test_the_unit_of_times_is_told(times: tuple[Any, ...], unit: str, codes: set[str], folder: Folder) -> None:
    place = folder(voted(*((time, 1, person, 0) for person, time in enumerate(times))))
    told = [fact.rstrip(".").split(" ")[-1] for fact in export(place).dialect]
    assert told == ([unit] if unit else [])
    assert set(found(place)) == codes


def test_missing_times_are_counted_and_come_first(folder: Folder) -> None:
    place = folder(voted((1_700_000_000_000, 1, 1, 1), ("", 1, 1, -1), ("x", 1, 1, -1)))
    assert found(place)["times-missing"].startswith("2 votes")
    assert read(place, sign=1).responses.stance.tolist() == [1]


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("Fri Sep 20 14:29:43 CDT 2024", "CDT"),
        ("Fri Sep 20 2024 14:29:43 GMT+0700 (WIB)", "GMT+0700"),
        ("Fri Sep 20 14:29:43 UTC 2024", ""),
        ("Fri Sep 20 2024 14:29:43 GMT+0000", ""),
        ("Fri Sep 20 14:29:43 GMT 2024", ""),
        ("2024-09-20", ""),
    ],
)
def test_the_exporters_time_zone_is_told_once(when: str, told: str, folder: Folder) -> None:
    text = "datetime,comment-id,voter-id,vote\n" + f"{when},1,1,1\n" * 1200
    facts = [fact for fact in export(folder({"votes.csv": text})).dialect if "time zone" in fact]
    assert [f"({told})" in fact for fact in facts] == [True] * bool(told)


# ------------------------------------------------------------------------------------------------------------- votes


def test_last_votes_are_by_time_then_by_order_and_sorted_by_pair() -> None:
    votes = Votes(
        np.array([1, 0, 1, 1, 0], np.int32),
        np.array([0, 2, 0, 0, 1], np.int32),
        np.array([1, 1, -1, 0, -1], np.int8),
        np.array([9, 5, 7, 9, 5], np.int64),
    )
    last = votes.last()
    assert list(zip(last.person.tolist(), last.comment.tolist(), last.value.tolist(), strict=True)) == [
        (0, 1, -1),
        (0, 2, 1),
        (1, 0, 0),
    ]
    assert len(votes) == 5
    assert len(Votes.none().last()) == 0
    assert len(Votes.joined([])) == 0
    assert Votes.joined([votes, votes]).value.tolist() == votes.value.tolist() * 2
    assert len(set(votes.pairs().tolist())) == 3


@pytest.mark.parametrize(
    ("row", "line"),
    [((5, 1, 1, 2), "line 502"), ((5, "", 1, 1), "line 502"), ((5, 1, "", 1), "line 502"), ((5, 1, 1, ""), "line 502")],
)
def test_a_mistake_beyond_the_first_block_is_named_by_its_line(row: tuple[Any, ...], line: str, folder: Folder) -> None:
    place = folder(voted(*((5, 1, person, 0) for person in range(500)), row))
    with pytest.raises(UserError, match=line):
        read(place)


@pytest.mark.parametrize("voter", ["voter-id", "user-id", "participant-id"])
@pytest.mark.parametrize("vote", ["vote", "vote-value"])
def test_columns_of_votes_have_several_names(voter: str, vote: str, folder: Folder) -> None:
    text = f"{vote},{voter},comment_id\n1,ann,c\n-1,bo,c\n"
    gathering = read(folder({"votes.csv": text}), sign=1)
    assert (gathering.participants, gathering.responses.stance.tolist()) == (("ann", "bo"), [1, -1])


def test_the_votes_of_the_matrix_fill_the_gaps_of_the_events(folder: Folder) -> None:
    files = voted((5, 1, 1, 1), (5, 2, 1, -1)) | {"participants-votes.csv": "participant,1,2,3\n1,1,1,0\n2,,,-1\n"}
    seen = export(folder(files))
    assert seen.final.value.tolist() == [1, -1, 0, -1]
    codes = {finding.code: finding.sentence for finding in seen.findings}
    assert codes["matrix-differs"].startswith("1 cell ")
    assert codes["votes-only-in-matrix"].startswith("2 votes")
    alone = export(folder({"participants-votes.csv": files["participants-votes.csv"]}, "alone"))
    assert "votes-only-in-matrix" not in {finding.code for finding in alone.findings}
    assert alone.final.value.tolist() == [1, 1, 0, -1]


# ------------------------------------------------------------------------------------------------------------ matrix


def test_facts_of_the_matrix_are_no_comments(folder: Folder) -> None:
    header = ",".join([*matrix._FACTS, "4", "x"])  # noqa: SLF001  every fact that is known
    row = "7,xid,,1,2,1,1,1,1,-1\n"
    seen = export(folder({"participants-votes.csv": f"{header}\n{row}8,x,0,1,0,0,0,0,,\n"}))
    assert [desire.label for desire in seen.desires] == ["4", "x"]
    assert seen.final.value.tolist() == [1, -1]
    assert seen.participants == ("7", "8")
    assert [seen.participants[row] for row in seen.blank_groups] == ["7"]
    assert [seen.participants[row] for row in seen.matrix_people] == ["7", "8"]
    counts = seen.evidence.person_counts
    assert counts is not None
    assert [part.tolist() for part in (counts.stated_agree, counts.stated_disagree)] == [[1, 0], [1, 0]]
    assert [part.tolist() for part in (counts.found_plus, counts.found_minus)] == [[1, 0], [1, 0]]


@pytest.mark.parametrize("missing", ["n-agree", "n-disagree"])
def test_a_matrix_with_one_of_two_counts_states_none(missing: str, folder: Folder) -> None:
    header = "participant,n-agree,n-disagree,1".replace(missing, "n-votes")
    seen = export(folder({"participants-votes.csv": f"{header}\n7,1,0,1\n"}))
    assert seen.evidence.person_counts is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("participant,1\n" + "".join(f"{k},1\n" for k in range(500)) + "x,5\n", "line 502 has '5'"),
        ("participant,1\n" + "".join(f"{k},1\n" for k in range(500)) + "3,1\n", "line 502"),
        ("participant,1\n" + "".join(f"{k},1\n" for k in range(500)) + ",1\n", "line 502"),
        ("participant,1,\n1,1,1\n", "column without a name"),
        ("participant,1,1\n1,1,1\n", "two columns"),
        ("participant,n-votes,n-votes,1\n1,1,1,1\n", "'n-votes'"),
    ],
)
def test_a_broken_matrix_is_refused(text: str, says: str, folder: Folder) -> None:
    with pytest.raises(UserError, match=says):
        export(folder({"participants-votes.csv": text}))


# ---------------------------------------------------------------------------------------------------------- comments

HEADER = "timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"


def texts(place: Path) -> list[str]:
    return [desire.text for desire in export(place).desires]


@pytest.mark.parametrize("body", comments._BODY)  # noqa: SLF001  every name that is known
def test_the_text_has_several_names(body: str, folder: Folder) -> None:
    assert texts(folder({"comments.csv": f"comment-id,{body}\n1,Peace\n"})) == ["Peace"]


@pytest.mark.parametrize("author", ["author-id", "user-id", "participant-id"])
def test_all_facts_about_a_comment_are_read(author: str, folder: Folder) -> None:
    text = f"comment-id,{author},agrees,disagrees,moderated,is-meta,is-seed,language,label,comment-body\n"
    text += "4,7,3,1,-1,TRUE,no, he ,mine,A\n5,,,,,,yes,,,B\n"
    seen = export(folder({"comments.csv": text}))
    first, second = seen.desires
    assert (first.label, first.text, first.author, first.language) == ("4", "A", 0, "he")
    assert (first.moderation, first.is_meta, first.is_seed) == (Moderation.REJECTED, True, False)
    assert (second.author, second.language, second.moderation) == (None, None, Moderation.UNDECIDED)
    assert (second.is_meta, second.is_seed) == (False, True)
    assert (seen.stated_agrees.tolist(), seen.stated_disagrees.tolist()) == ([3, -1], [1, -1])
    assert seen.listed.tolist() == [True, True]


def test_of_a_comment_that_is_listed_again_the_first_counts(folder: Folder) -> None:
    place = folder({"comments.csv": "comment-id,comment-body\n2,A\n1,B\n2,C\n2,D\n"})
    assert texts(place) == ["B", "A"]
    assert found(place)["comments-twice"].startswith("2 comments are")
    assert "comments-twice" not in found(folder({"comments.csv": "comment-id,comment-body\n2,A\n"}, "once"))


def test_as_many_comments_as_the_limit_are_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "COMMENTS", 3)
    lines = "comment-id,comment-body\n" + "".join(f"{k},Peace\n" for k in range(4))
    assert len(texts(folder({"comments.csv": lines[:-8]}))) == 3
    with pytest.raises(UserError, match="more than 3 comments"):
        texts(folder({"comments.csv": lines}, "many"))


def unquoted(*bodies: str) -> dict[str, str]:
    """Return a comments.csv without quotes around texts; the first text makes it no CSV."""
    return {"comments.csv": HEADER + "".join(f"170,{k},{k},0,0,1,{body}\n" for k, body in enumerate(bodies))}


def test_as_many_unquoted_comments_as_the_limit_are_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "COMMENTS", 3)
    assert len(texts(folder(unquoted("a, b", "c", "d")))) == 3
    with pytest.raises(UserError):
        texts(folder(unquoted("a, b", "c", "d", "e"), "many"))


def test_an_unquoted_text_as_long_as_the_limit_is_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "CELL_CHARACTERS", 5)
    assert texts(folder(unquoted("a,b", "c\nd\ne"))) == ["a,b", "c\nd\ne"]
    assert texts(folder(unquoted("a,b,c"), "five")) == ["a,b,c"]
    for number, body in enumerate(("a,b,cd", "a,b\ncd")):
        with pytest.raises(UserError):
            texts(folder(unquoted(body), f"six{number}"))


@pytest.mark.parametrize(
    ("header", "rows", "bodies"),
    [
        ("comment-id,author-id,comment-body\n", "1,2,a, b\n", ["a, b"]),
        ("comment-id,is-meta,comment-body\n", "1,2,a, b\n", None),  # one number does not tell a record
        ("comment-id,comment-body,author-id\n", "1,a, b,2\n", None),  # the text is not at the end
        ("comment-id,author-id,comment-body\n", "x\n1,2,a, b\n", None),  # a line before the first record
        ("comment-id,author-id,comment-body\n", "\n\n1,2,a, b\n", ["a, b"]),
        ("\n\ncomment-id,author-id,comment-body\n", "1,2,a, b\n", ["a, b"]),
        ("comment-id,author-id,comment-body\n", "1,2,a, b\n3,,c\n", ["a, b", "c"]),
        ("comment-id,author-id,comment-body\n", "1,2,a, b\n3,x,c\n", ["a, b\n3,x,c"]),
        ("comment-id,author-id,comment-body\n", "1,2,a, b\n\nmore\n3,4\n", ["a, b\n\nmore\n3,4"]),
        ("comment-id,author-id,comment-body\n", "1,2,a, b\r\nc\r\n2,2,d\r\n", ["a, b\r\nc", "d"]),
        ("comment-id;author-id;comment-body\n", "1;2;a; b, c\n", ["a; b, c"]),
        ("comment-id,author-id,comment-body\n", '1,2,"a "b", c"\n3,4,"d ""e"""\n', ['a "b", c', 'd "e"']),
        ("comment-id,author-id,comment-body\n", '1,2,"a "b", c"\n3,4,\n', ['a "b", c', ""]),
        ("comment-id,author-id,comment-body\n", '1,2,"a "b", c"\n3,4,"\n', ['"a "b", c"', '"']),
        ("comment-id,author-id,comment-body\n", '1,2,"a "b", c"\n3,4,"d\n', ['"a "b", c"', '"d']),
        ("comment-id,author-id,comment-body\n", '1,2,"a "b", c"\n3,4,d"\n', ['"a "b", c"', 'd"']),
        ("comment-id,author-id,comment-body\n", '1,2,"\n', ['"']),
    ],
)
def test_texts_that_are_not_quoted_properly(header: str, rows: str, bodies: list[str] | None, folder: Folder) -> None:
    place = folder({"comments.csv": header + rows})
    if bodies is None:
        with pytest.raises(UserError):
            texts(place)
        return
    assert texts(place) == bodies
    assert "texts-unquoted" in found(place)


def test_badly_and_not_quoted_texts_are_told_apart(folder: Folder) -> None:
    badly = folder({"comments.csv": HEADER + '1,1,1,0,0,1,"a "b", c"\n'}, "badly")
    assert [fact for fact in export(badly).dialect if "badly" in fact]
    assert [fact for fact in export(folder(unquoted("a, b"))).dialect if " not " in fact]


@pytest.mark.parametrize(
    ("filled", "empty", "twice"), [(5, 0, True), (4, 0, False), (5, 3, True), (4, 3, False)], ids=str
)
def test_texts_are_quoted_twice_from_five_on(filled: int, empty: int, *, twice: bool, folder: Folder) -> None:
    rows = "".join(f'{k},"""a ""{k}"""\n' for k in range(filled)) + "".join(f"{9 + k},\n" for k in range(empty))
    place = folder({"comments.csv": "comment-id,comment-body\n" + rows})
    assert texts(place)[0] == ('a "0' if twice else '"a "0"')
    assert ("texts-quoted-twice" in found(place)) == twice


@pytest.mark.parametrize("last", ["x", '"x', 'x"', '"'])
def test_one_text_without_quotes_keeps_the_quotes_of_all(last: str, folder: Folder) -> None:
    quoted = last.replace('"', '""')
    rows = "".join(f'{k},"""a"""\n' for k in range(6)) + f'7,"{quoted}"\n'
    assert texts(folder({"comments.csv": "comment-id,comment-body\n" + rows})) == ['"a"'] * 6 + [last]


def test_what_oneheart_wrote_keeps_its_quotes(folder: Folder) -> None:
    files = {
        "comments.csv": "comment-id,comment-body\n" + "".join(f'{k},"""a"""\n' for k in range(6)),
        "summary.csv": "topic,'=x\ntext-cells,neutralised\ncredits,''me\n",
    }
    seen = export(folder(files))
    assert [desire.text for desire in seen.desires] == ['"a"'] * 6
    assert (seen.summary["topic"], seen.summary["credits"]) == ("=x", "'me")


# --------------------------------------------------------------------------------------------- summary, order, circles


def test_the_summary_is_lines_of_key_and_value_of_which_the_first_counts(folder: Folder) -> None:
    text = "Topic,a,b\nVoters_In Conv,3\n,x\ntopic,c\n"
    seen = export(folder(voted((5, 1, 1, 1)) | {"summary.csv": text}))
    assert dict(seen.summary) == {"topic": "a,b", "voters-in-conv": "3"}
    assert read(folder(voted((5, 1, 1, 1)) | {"summary.csv": text + "url,u\n"}, "url"), sign=1).source == "url (u)"


def test_a_broken_summary_is_read_line_by_line(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    files = voted((5, 1, 1, 1)) | {"summary.csv": 'topic,"a, b\nvoters,3\nviews,4\n'}
    assert dict(export(folder(files)).summary) == {"topic": '"a, b', "voters": "3", "views": "4"}
    assert "summary-broken" in found(folder(files))
    monkeypatch.setattr("oneheart.formats.polis.summary.SUMMARY_LINES", 2)
    assert dict(export(folder(files)).summary) == {"topic": '"a, b', "voters": "3"}


@pytest.mark.parametrize(
    ("json", "code", "agree"),
    [
        ('{"vote-convention": "agree=-1"}', None, -1),
        ('{"vote-convention": 1}', None, 0),
        ("[]", None, 0),
        ("{", "format-broken", 0),
    ],
)
def test_the_vote_convention_may_stand_in_format_json(json: str, code: str | None, agree: int, folder: Folder) -> None:
    place = folder(voted((5, 1, 1, 1)) | {"format.json": json})
    assert set(found(place)) - {"no-times"} == ({code} if code else set())
    if agree:
        assert read(place).responses.stance.tolist() == [agree]
    else:
        with pytest.raises(UserError):
            read(place)


@pytest.mark.parametrize(("second", "refused"), [("agree=-1", True), ("agree=+1", False), ("agree=?", False)])
def test_two_declarations_must_agree(second: str, *, refused: bool, folder: Folder) -> None:
    files = voted((5, 1, 1, 1)) | {"summary.csv": "vote-convention,agree=+1\n"}
    files["votes.csv"] = f"# vote-convention: {second}\n" + files["votes.csv"]
    place = folder(files)
    assert (inspect(place).exit_status == 2) == refused


def test_numbers_come_by_size_then_words_by_sight(folder: Folder) -> None:
    place = folder(voted((5, "b", "x", 1), (5, 10, 9, 1), (5, "a", 10, 1), (5, 9, "w", 1)))
    seen = export(place)
    assert seen.participants == ("9", "10", "x", "w")
    assert [desire.label for desire in seen.desires] == ["9", "10", "b", "a"]
    pairs = zip(seen.events.person.tolist(), seen.events.comment.tolist(), strict=True)
    assert list(pairs) == [(2, 2), (0, 1), (1, 3), (3, 0)]


OURS = {"summary.csv": "text-cells,neutralised\nvote-convention,agree=+1\n"}


def test_what_oneheart_wrote_keeps_its_order_and_its_own_labels(folder: Folder) -> None:
    files = voted((5, 1, 1, 1), (5, 0, 0, -1)) | {
        "comments.csv": "comment-id,author-id,label,comment-body\n1,0,one,A\n0,,zero,B\n",
        "participant-votes.csv": "participant,1,0\n1,1,\n0,,-1\n",
        "participants.csv": "participant,circle,label\n1,'-c,'=ann\n0, c,\n,c,\n",
        "circles.csv": "circle,name\nempty,\nnobody,'=N\n'-c,C\n",
    }
    seen = export(folder(files | OURS))
    assert seen.participants == ("=ann", "0")
    assert [(desire.label, desire.text, desire.author) for desire in seen.desires] == [
        ("one", "A", 1),
        ("zero", "B", None),
    ]
    assert [(circle.label, circle.name) for circle in seen.circles] == [
        ("empty", ""),
        ("nobody", "=N"),
        ("-c", "C"),
        (" c", " c"),
    ]
    assert seen.circle_of.tolist() == [2, 3]
    theirs = export(folder(files | {"summary.csv": "vote-convention,agree=+1\n"}, "theirs"))
    assert theirs.participants == ("0", "1")
    assert [desire.label for desire in theirs.desires] == ["0", "1"]
    assert [theirs.circles[circle].label for circle in theirs.circle_of] == ["c", "'-c"]


def test_circles_without_names_are_called_by_their_labels(folder: Folder) -> None:
    seen = export(folder(voted((5, 1, 1, 1)) | {"circles.csv": "circle\nx\n", "participants.csv": "participant\n7\n"}))
    assert [(circle.label, circle.name) for circle in seen.circles] == [("x", "x")]
    assert (seen.participants, seen.circle_of.tolist()) == (("1", "7"), [-1, -1])


@pytest.mark.parametrize("what", ["participants", "comments"])
def test_two_of_one_label_are_refused(what: str, folder: Folder) -> None:
    files = voted((5, 1, 1, 1), (5, 0, 0, -1))
    if what == "participants":
        files["participants.csv"] = "participant,label\n1,ann\n0,ann\n"
    else:
        files["comments.csv"] = "comment-id,label,comment-body\n1,c,A\n0,c,B\n"
    with pytest.raises(UserError, match="label"):
        export(folder(files | OURS))


def test_texts_that_were_cleaned_are_counted(folder: Folder) -> None:
    place = folder({"comments.csv": b"comment-id,comment-body\n1,a\x00\n2,b\x00\n3,c\n"})
    assert found(place)["texts-cleaned"].startswith("2 texts")
    assert "texts-cleaned" not in found(folder({"comments.csv": "comment-id,comment-body\n1,a\n"}, "clean"))
