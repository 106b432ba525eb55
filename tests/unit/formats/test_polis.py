"""Each dialect of a Polis export reads as the same gathering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from oneheart.errors import UserError
from oneheart.formats import inspect, read
from oneheart.model.desire import Moderation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from oneheart.model.gathering import Gathering

    Folder = Callable[..., Path]
    Maker = Callable[..., Any]


def stances(gathering: Gathering) -> dict[tuple[str, str], int]:
    r = gathering.responses
    return {
        (gathering.participants[i], gathering.desires[j].label): y
        for i, j, y in zip(r.participant.tolist(), r.desire.tolist(), r.stance.tolist(), strict=True)
    }


def expected(talk: Any) -> dict[tuple[str, str], int]:
    return {(str(p), str(c)): v * talk.agree for _, c, p, v in talk.votes}


def codes(place: Path) -> set[str]:
    return {finding.code for finding in inspect(place).findings}


def files(talk: Any, *names: str) -> dict[str, str]:
    everything = {
        "votes.csv": talk.votes_csv(),
        "comments.csv": talk.comments_csv(),
        "participants-votes.csv": talk.matrix_csv(),
    }
    return {name: everything[name] for name in names or everything}


@pytest.mark.parametrize("agree", [1, -1])
def test_votes_and_matrix_are_read_in_either_sign(agree: int, conversation: Maker, folder: Folder) -> None:
    talk = conversation(agree)
    gathering = read(folder(files(talk)))
    assert stances(gathering) == expected(talk)
    assert [d.text for d in gathering.desires] == talk.texts
    assert [d.author for d in gathering.desires] == list(range(10))
    assert {d.moderation for d in gathering.desires} == {Moderation.ACCEPTED}


@pytest.mark.parametrize(
    "names",
    [("votes.csv", "comments.csv"), ("participants-votes.csv",), ("participants-votes.csv", "comments.csv")],
)
def test_either_votes_or_matrix_is_enough(names: tuple[str, ...], conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    assert stances(read(folder(files(talk, *names)))) == expected(talk)


def test_names_with_date_and_conversation_before_them_are_known(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    named = {
        "2025-03-01-1230-abc-votes.csv": talk.votes_csv(),
        "2025-03-01-1230-abc-comments.csv": talk.comments_csv(),
        "2025-03-01-1230-abc-participant-votes.csv": talk.matrix_csv(),
    }
    assert stances(read(folder(named))) == expected(talk)


def test_two_exports_in_one_folder_are_refused(conversation: Maker, folder: Folder) -> None:
    talk, other = conversation(), conversation(-1)
    place = folder({"a-votes.csv": talk.votes_csv(), "b-votes.csv": other.votes_csv()})
    with pytest.raises(UserError, match="two different votes files"):
        read(place)


def test_several_conversations_below_one_folder_are_refused(conversation: Maker, folder: Folder) -> None:
    place = folder({"a/votes.csv": conversation().votes_csv(), "b/votes.csv": conversation(-1).votes_csv()})
    with pytest.raises(UserError, match="several conversations"):
        read(place)


def test_a_nested_identical_copy_is_passed_over_and_said(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    place = folder(files(talk) | {f"talk/{name}": text for name, text in files(talk).items()})
    assert stances(read(place)) == expected(talk)
    assert "nested-copy" in codes(place)


def test_files_one_level_down_and_in_a_zip_are_found(conversation: Maker, folder: Folder, zipped: Folder) -> None:
    talk = conversation()
    below = {f"talk/{name}": text for name, text in files(talk).items()}
    assert stances(read(folder(below))) == expected(talk)
    assert stances(read(zipped(below | {"__MACOSX/talk/._votes.csv": "x"}))) == expected(talk)


def test_a_csv_file_stands_for_its_folder(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    assert stances(read(folder(files(talk)) / "votes.csv")) == expected(talk)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_bom_crlf_and_loose_headers_are_tolerated(encoding: str, conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    loose = {
        name: text.replace("\n", "\r\n")
        .replace("comment-id", " Comment_ID ")
        .replace("vote\r", "Vote \r")
        .encode(encoding)
        for name, text in files(talk, "votes.csv", "comments.csv").items()
    }
    assert stances(read(folder(loose))) == expected(talk)


def test_seconds_are_known_from_milliseconds(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    for vote in talk.votes:
        vote[0] //= 1000
    assert "Times are in whole seconds." in inspect(folder(files(talk))).dialect


def test_the_last_vote_by_time_counts_wherever_it_stands(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    first = talk.votes[0]
    place = folder(files(talk, "comments.csv"))
    talk.votes.insert(0, [first[0] + 10**9, first[1], first[2], -first[3]])
    (place / "votes.csv").write_text(talk.votes_csv())
    assert stances(read(place))["0", "0"] == -1
    found = {f.code: f.sentence for f in inspect(place).findings}
    assert found["revotes"].startswith("1 vote event was replaced")


def test_of_two_votes_in_one_second_the_one_further_down_counts(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    for vote in talk.votes:
        vote[0] //= 1000
    talk.votes.append([talk.votes[0][0], 0, 0, -1])
    place = folder(files(talk, "votes.csv", "comments.csv"))
    assert stances(read(place))["0", "0"] == -1
    assert "unclear-order" in codes(place)


def test_texts_without_quotes_are_the_rest_of_their_line(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    talk.texts[1] = 'He said "no", and left, at once'
    talk.texts[2] = '"Quoted" at the start, with\na second line'
    lines = ["timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body"]
    up, down = talk.counts(1), talk.counts(-1)
    lines += [f"1700000000,{c},{c},{up[c]},{down[c]},1,{talk.texts[c]}" for c in range(10)]
    place = folder({"votes.csv": talk.votes_csv(), "comments.csv": "\n".join(lines) + "\n"})
    assert [d.text for d in read(place).desires] == talk.texts
    assert "texts-unquoted" in codes(place)


def test_texts_in_quotes_that_are_not_doubled_inside_are_read(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    talk.texts[1] = 'He said "no", and left'
    lines = ["timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body"]
    lines += [f'1700000000,{c},{c},0,0,1,"{talk.texts[c]}"' for c in range(10)]
    place = folder({"votes.csv": talk.votes_csv(), "comments.csv": "\n".join(lines) + "\n"})
    assert [d.text for d in read(place).desires] == talk.texts


def test_columns_may_come_in_any_order_with_more_of_them(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    comments = "is-seed,comment-body,is-meta,comment-id,author-id,importance,moderated\n"
    comments += "".join(f"false,Text {c},{'true' if c == 3 else 'false'},{c},{c},2,{1 - c % 3}\n" for c in range(10))
    votes = "important,vote,voter-id,datetime,comment-id,timestamp\n"
    votes += "".join(f"1,{v},{p},Fri Sep 20 14:29:43 CDT 2024,{c},{t}\n" for t, c, p, v in talk.votes)
    gathering = read(folder({"votes.csv": votes, "comments.csv": comments}))
    assert stances(gathering) == expected(talk)
    assert [d.label for d in gathering.desires if d.is_meta] == ["3"]
    assert [d.moderation for d in gathering.desires[:3]] == [
        Moderation.ACCEPTED,
        Moderation.UNDECIDED,
        Moderation.REJECTED,
    ]


def test_the_import_shape_is_read_with_its_declaration(folder: Folder) -> None:
    votes = "# vote-convention: agree=-1;disagree=+1;pass=0\n"
    votes += "vote_id,user_id,vote_value,timestamp,comment_id\n1,u1,-1,5,c1\n2,u2,1,6,c1\n"
    place = folder({"votes.csv": votes, "mine.csv": votes})
    for path in (place, place / "mine.csv"):
        assert stances(read(path)) == {("u1", "c1"): 1, ("u2", "c1"): -1}


def test_only_comments_is_a_gathering_without_responses(conversation: Maker, folder: Folder) -> None:
    place = folder(files(conversation(), "comments.csv"))
    gathering = read(place)
    assert (gathering.desire_count, gathering.participant_count, len(gathering.responses)) == (10, 10, 0)
    assert inspect(place).exit_status == 1


def test_an_author_who_never_voted_is_a_participant(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    comments = talk.comments_csv() + "1700000000000,77,4711,0,0,0,Hear me\n"
    place = folder({"votes.csv": talk.votes_csv(), "comments.csv": comments})
    gathering = read(place)
    assert gathering.participants[-1] == "4711"
    assert gathering.desires[-1].author == 10
    assert {"authors-without-answers", "without-votes"} <= codes(place)


def test_a_vote_on_a_comment_that_is_not_listed_keeps_it_without_text(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    talk.votes.append([1_700_000_000_000, 99, 0, 1])
    place = folder({"votes.csv": talk.votes_csv(), "comments.csv": conversation().comments_csv()})
    assert read(place).desires[-1].text == ""
    assert "texts-missing" in codes(place)


def test_votes_count_where_the_matrix_differs(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    bent = talk.matrix_csv().replace("0,0,1,4,2,1,1,-1,0,1", "0,0,1,4,2,1,1,-1,0,-1")
    place = folder(files(talk) | {"participants-votes.csv": bent})
    assert stances(read(place)) == expected(talk)
    found = {f.code: f.sentence for f in inspect(place).findings}
    assert found["matrix-differs"].startswith("1 cell ")


def test_people_without_votes_stay_when_the_matrix_has_them(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    place = folder(files(talk) | {"participants-votes.csv": talk.matrix_csv() + "10,,0,0,0,0" + "," * 10 + "\n"})
    assert read(place).participant_count == 11
    assert {"matrix-without-votes", "blank-group"} <= codes(place)


def test_numbers_written_as_floats_are_the_same_votes_and_ids(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    rows = "".join(f"{t}.0,{c}.0,{p}.0,{v}.0\n" for t, c, p, v in talk.votes)
    place = folder(files(talk, "comments.csv") | {"votes.csv": "timestamp,comment-id,voter-id,vote\n" + rows})
    assert stances(read(place)) == expected(talk)


def test_characters_that_cannot_be_shown_are_taken_out_and_said(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    comments = talk.comments_csv().encode().replace(b"Peace", b"Pe\x00ace\xed\xa0\x80", 1)
    place = folder({"votes.csv": talk.votes_csv(), "comments.csv": comments})
    assert read(place).desires[0].text == "Peace\ufffd in the hall 0"
    assert "texts-cleaned" in codes(place)


def test_text_is_kept_as_it_was_written(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    talk.texts[0] = "  שלום, e\u0301 \u200f世界 \u2028 'x' =1  "
    assert read(folder(files(talk))).desires[0].text == talk.texts[0]


BROKEN: dict[str, tuple[dict[str, str | bytes], str]] = {
    "empty file": ({"votes.csv": ""}, "'votes.csv' is empty"),
    "only blanks": ({"votes.csv": "\n \n"}, "'votes.csv' is empty"),
    "no column": ({"votes.csv": "timestamp,voter-id,vote\n1,2,1\n"}, "no column 'comment-id'"),
    "column twice": ({"votes.csv": "vote,voter-id,comment-id,vote\n1,2,1,1\n"}, "two columns called 'vote'"),
    "strange vote": ({"votes.csv": "comment-id,voter-id,vote\n1,1,1\n1,2,abc\n"}, r"'votes.csv', line 3 has 'abc'"),
    "vote of two": ({"votes.csv": "comment-id,voter-id,vote\n\n1,1,2\n"}, r"'votes.csv', line 3 has '2'"),
    "empty vote": ({"votes.csv": "comment-id,voter-id,vote\n1,1,\n"}, r"'votes.csv', line 2 has ''"),
    "no voter": ({"votes.csv": "comment-id,voter-id,vote\n1,,1\n"}, r"'votes.csv', line 2 has a vote without"),
    "short row": (
        {"votes.csv": "comment-id,voter-id,vote\n1,1,1\n1,2\n"},
        r"line 3 has 2 cells where the first line has 3",
    ),
    "open quote": ({"votes.csv": 'comment-id,voter-id,vote\n1,"1,1\n'}, r"'votes.csv', line 2 is broken CSV \(a quote"),
    "open quote in text": ({"comments.csv": 'comment-id,comment-body\n1,"hello\n'}, "is broken CSV"),
    "long matrix row": ({"participants-votes.csv": "participant,1,2\n0,1,1,1\n"}, "line 2 has 4 cells"),
    "matrix person twice": ({"participants-votes.csv": "participant,1\n0,1\n0,1\n"}, "has a line already"),
    "matrix comment twice": ({"participants-votes.csv": "participant,1,1.0\n0,1,1\n"}, "two columns for one comment"),
    "matrix cell": ({"participants-votes.csv": "participant,1\n0,7\n"}, "line 2 has '7'"),
    "latin": ({"votes.csv": "comment-id,voter-id,vote\n1,é,1\n".encode("latin-1")}, "not UTF-8"),
    "comment without id": ({"comments.csv": "comment-id,comment-body\n,hello\n"}, "without a comment-id"),
    "other files": ({"notes.csv": "a,b\n"}, "holds no votes.csv"),
    "nothing": ({}, "holds no votes.csv"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_input_is_one_sentence(name: str, folder: Folder) -> None:
    content, message = BROKEN[name]
    place = folder(content)
    with pytest.raises(UserError, match=message) as caught:
        read(place)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
    assert inspect(place).exit_status == 2


def test_no_such_place_and_a_strange_file_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is nothing at"):
        read(tmp_path / "none")
    (tmp_path / "x.txt").write_text("hello")
    with pytest.raises(UserError, match="neither a folder nor a zip file"):
        read(tmp_path / "x.txt")
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UserError, match="none of the files we know"):
        read(tmp_path / "notes.csv")


@pytest.mark.parametrize("parted_by", [";", "\t"])
def test_cells_parted_as_other_spreadsheets_do_are_read(parted_by: str, folder: Folder) -> None:
    responses = [["participant", "desire", "stance"], ["ann", "1", "mine too"], ["bob", "1", "not mine"]]
    desires = [["desire", "text"], ["1", '"Peace, and bread; for all"']]
    both = {"responses.csv": responses, "desires.csv": desires}
    gathering = read(folder({name: "\n".join(map(parted_by.join, rows)) for name, rows in both.items()}))
    assert gathering.desires[0].text == "Peace, and bread; for all"
    assert gathering.responses.stance.tolist() == [1, 0]


def test_every_text_quoted_twice_loses_the_second_pair(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    plain = list(talk.texts)
    talk.texts = [f'"{text}"' for text in plain]
    place = folder(files(talk))
    assert [d.text for d in read(place).desires] == plain
    assert "texts-quoted-twice" in codes(place)


def test_a_few_texts_that_are_quotations_stay_quotations(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    talk.texts[:4] = [f'"{text}"' for text in talk.texts[:4]]
    assert [d.text for d in read(folder(files(talk))).desires] == talk.texts


def test_iso_times_tell_which_vote_came_last(conversation: Maker, folder: Folder) -> None:
    talk = conversation()
    _, comment, person, vote = talk.votes[0]
    talk.votes = [["2024-05-01T10:00:00Z", *rest] for _, *rest in talk.votes]
    talk.votes.append(["2024-05-01T09:59:59Z", comment, person, -vote])
    place = folder(files(talk, "votes.csv", "comments.csv"))
    assert stances(read(place)) == expected(conversation())
    assert "no-times" not in codes(place)


def test_a_zip_in_a_folder_or_zip_and_half_a_zip_are_told(zipped: Folder, folder: Folder, conversation: Maker) -> None:
    whole = zipped(files(conversation())).read_bytes()
    with pytest.raises(UserError, match=r"holds no CSV files but a zip file; give '.*talk\.zip' itself"):
        read(folder({"talk.zip": whole}, "a"))
    with pytest.raises(UserError, match=r"but another zip file; unpack it and give 'talk\.zip'"):
        read(zipped({"talk.zip": whole}, "outer.zip"))
    half = folder({"half.zip": whole[: len(whole) // 2]}, "b") / "half.zip"
    with pytest.raises(UserError, match=r"'half\.zip' is a broken or unfinished zip file"):
        read(half)


def test_several_strange_folders_are_one_sentence(conversation: Maker, folder: Folder) -> None:
    talk, other = files(conversation()), files(conversation(-1))
    place = folder(talk | {f"{k}/{name}": text for k in range(5) for name, text in other.items()})
    said = [f.sentence for f in inspect(place).findings if f.code == "nested-other"]
    assert said == ["The folder '0' and 4 others hold other data; they are not read."]
