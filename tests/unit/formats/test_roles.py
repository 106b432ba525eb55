"""Which files of a folder or zip file are one conversation, and how much of a folder is looked at."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from oneheart.errors import UserError
from oneheart.formats import csv, files, inspect, read
from oneheart.formats.contacts import lists
from oneheart.formats.files import fingerprint, input_files, open_bytes, write_folder
from oneheart.formats.polis import cells, comments
from oneheart.formats.roles import are_tables, files_by_role, role_of

Folder = Callable[..., Path]

VOTES = "comment-id,voter-id,vote\n1,1,0\n"
COMMENTS = "comment-id,comment-body\n1,Peace\n"
RESPONSES = "participant,desire,stance\nann,1,want\n"
DESIRES = "desire,text\n1,Peace\n"


def names(path: Path) -> list[str]:
    return [entry.name for entry in input_files(path)]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("votes.csv", "votes"),
        ("VOTES.CSV", "votes"),
        ("2025-01-02-abc-votes.csv", "votes"),
        ("abc_votes (1).csv", "votes"),
        ("abc.comments.csv", "comments"),
        ("my summary.csv", "summary"),
        ("participant-votes.csv", "matrix"),
        ("x_participants_votes(2).csv", "matrix"),
        ("participants.csv", "participants"),
        ("circles.csv", "circles"),
        ("responses.csv", "responses"),
        ("desires.csv", "desires"),
        ("format.json", "format"),
        ("a-gathering.json", "gathering"),
        ("votes.json", None),
        ("myvotes.csv", None),
        ("votes.csv.bak", None),
        ("votes-old.csv", None),
        ("comment-groups.csv", None),
        ("participant-importance.csv", None),
        ("stats-history-votes.csv", None),
        ("comment-clusters-comments.csv", None),
    ],
)
def test_names_tell_what_a_file_is_for(name: str, role: str | None) -> None:
    assert role_of(name) == role


def test_csv_and_json_files_up_to_four_folders_down_are_seen(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder(
        {
            "votes.csv": "",
            "a.JSON": "",
            "notes.txt": "",
            ".hidden.csv": "",
            ".hidden/votes.csv": "",
            "__MACOSX/votes.csv": "",
            "1/2/3/4/votes.csv": "",
            "1/2/3/4/5/votes.csv": "",
        }
    )
    (place / "link").symlink_to(place / "1")
    assert names(place) == ["1/2/3/4/votes.csv", "a.JSON", "votes.csv"]
    assert names(place / "votes.csv") == ["a.JSON", "votes.csv"]
    monkeypatch.setattr(files, "FILES", 3)
    assert len(names(place)) == 3
    monkeypatch.setattr(files, "FILES", 2)
    with pytest.raises(UserError, match="more than 2 files"):
        names(place)


def test_a_csv_file_alone_does_not_bring_the_format_file_of_its_folder(folder: Folder) -> None:
    place = folder({"votes.csv": VOTES, "format.json": "{}", "below/comments.csv": COMMENTS})
    assert names(place / "votes.csv") == ["votes.csv"]
    assert names(place) == ["below/comments.csv", "format.json", "votes.csv"]


def test_the_same_holds_in_a_zip_file(zipped: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    members = dict.fromkeys(("votes.csv", "a.json", "n.txt", ".h/v.csv", "__MACOSX/v.csv"), "x")
    members |= {"1/2/3/4/votes.csv": "x", "1/2/3/4/5/votes.csv": "x", "a\\b.csv": "x", "../c.csv": "x"}
    members |= {"/d.csv": "x", "C:/e.csv": "x", "f/../g.csv": "x"}
    place = zipped(members)
    assert names(place) == ["1/2/3/4/votes.csv", "a.json", "a/b.csv", "votes.csv"]
    assert [entry.folder for entry in input_files(place)] == ["1/2/3/4", "", "a", ""]
    monkeypatch.setattr(files, "FILES", len(members))
    assert len(names(place)) == 4
    monkeypatch.setattr(files, "FILES", len(members) - 1)
    with pytest.raises(UserError, match="files"):
        names(place)


def test_a_zip_file_unpacks_to_no_more_than_the_limits(zipped: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    place = zipped({"votes.csv": "0" * 4000, "comments.csv": "1" * 4000, "n.txt": "2" * 9999})
    sizes = [entry.size for entry in input_files(place)]
    assert sizes == [4000, 4000]
    monkeypatch.setattr(files, "ZIP_BYTES", 8000)
    assert len(names(place)) == 2
    monkeypatch.setattr(files, "ZIP_BYTES", 7999)
    with pytest.raises(UserError, match="unpacks to more than"):
        names(place)


def test_a_zip_bomb_is_one_by_its_ratio_from_a_size_on(zipped: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    place = zipped({"votes.csv": "0" * 40_000})
    packed = zipfile.ZipFile(place).infolist()[0].compress_size
    ratio = 40_000 // packed
    assert ratio > 100
    monkeypatch.setattr(files, "ZIP_RATIO", ratio)
    monkeypatch.setattr(files, "ZIP_RATIO_FROM_BYTES", 40_000)
    assert names(place) == ["votes.csv"]
    monkeypatch.setattr(files, "ZIP_RATIO_FROM_BYTES", 39_999)
    with pytest.raises(UserError, match="times its size"):
        names(place)
    monkeypatch.setattr(files, "ZIP_RATIO", ratio + 1)
    assert names(place) == ["votes.csv"]


def test_a_locked_zip_file_is_told(zipped: Folder) -> None:
    place = zipped({"votes.csv": VOTES})
    raw = bytearray(place.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    place.write_bytes(raw)
    with pytest.raises(UserError, match="password"):
        names(place)


def test_a_file_as_large_as_the_limit_is_opened(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    [entry] = input_files(folder({"votes.csv": "12345"}))
    monkeypatch.setattr(files, "FILE_BYTES", 5)
    with open_bytes(entry) as stream:
        assert stream.read() == b"12345"
    monkeypatch.setattr(files, "FILE_BYTES", 4)
    with pytest.raises(UserError, match="larger than"):
        open_bytes(entry)


def test_copies_have_one_fingerprint(folder: Folder) -> None:
    one, other, third = input_files(
        folder({"a.csv": "x" * 3_000_000, "b.csv": "x" * 3_000_000, "c.csv": "y" * 3_000_000})
    )
    assert fingerprint(one) == fingerprint(other) != fingerprint(third)


@pytest.mark.parametrize(
    ("content", "chosen"),
    [
        ({"votes.csv": VOTES, "x/votes.csv": VOTES}, "votes.csv"),
        ({"x/votes.csv": VOTES, "x/y/votes.csv": VOTES + "1,2,0\n"}, "x/votes.csv"),
        ({"summary.csv": "a,b\n", "x/votes.csv": VOTES}, "x/votes.csv"),
        ({"notes.csv": "a\n", "x/y/votes.csv": VOTES}, "x/y/votes.csv"),
        ({"b/c/votes.csv": VOTES, "a/c/d/votes.csv": VOTES}, "b/c/votes.csv"),
        ({"a/votes.csv": VOTES, "b/votes.csv": VOTES}, "a/votes.csv"),
    ],
)
def test_the_folder_nearest_to_the_top_counts(content: dict[str, str], chosen: str, folder: Folder) -> None:
    place = folder(content)
    assert files_by_role(input_files(place), place).by_role["votes"].name == chosen


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ({"votes.csv": VOTES, "x/votes.csv": VOTES, "y/votes.csv": VOTES}, ["nested-copy", "nested-copy"]),
        ({"votes.csv": VOTES, "x/votes.csv": VOTES.replace("1,1", "1,2")}, ["nested-other"]),
        ({"votes.csv": VOTES, "x/votes.csv": VOTES + "1,2,0\n"}, ["nested-other"]),
        ({"votes.csv": VOTES, "x/comments.csv": COMMENTS}, ["nested-other"]),
        ({"votes.csv": VOTES, "comments.csv": COMMENTS, "x/comments.csv": COMMENTS}, ["nested-copy"]),
        ({"votes.csv": VOTES, "x/summary.csv": "a,b\n"}, []),
        ({"polis/votes.csv": VOTES, "tables/responses.csv": RESPONSES}, ["both-shapes"]),
        ({"e/polis/votes.csv": VOTES, "e/tables/responses.csv": RESPONSES}, ["both-shapes"]),
    ],
)
def test_what_is_not_read_is_told(content: dict[str, str], codes: list[str], folder: Folder) -> None:
    place = folder(content)
    assert [finding.code for finding in files_by_role(input_files(place), place).findings] == codes


def test_the_two_shapes_of_one_gathering_are_only_those(folder: Folder) -> None:
    both = {"polis/votes.csv": VOTES, "tables/responses.csv": RESPONSES}
    place = folder(both)
    assert set(files_by_role(input_files(place), place).by_role) == {"responses"}
    with pytest.raises(UserError, match="several conversations"):
        read(folder(both | {"other/votes.csv": VOTES + "1,2,0\n"}, "three"))
    with pytest.raises(UserError, match="several conversations"):
        read(folder({"polis/votes.csv": VOTES, "table/responses.csv": RESPONSES}, "two"))


def test_one_role_has_one_file_or_copies_of_it(folder: Folder) -> None:
    place = folder({"a-votes.csv": VOTES, "b-votes.csv": VOTES})
    assert files_by_role(input_files(place), place).names() == {"votes": "a-votes.csv"}
    for number, other in enumerate((VOTES + "\n", VOTES.replace("1,1", "1,2"))):
        with pytest.raises(UserError, match="two different votes"):
            read(folder({"a-votes.csv": VOTES, "b-votes.csv": other}, f"differ{number}"))


@pytest.mark.parametrize(
    ("header", "known"),
    [("vote,comment-id", True), ("vote_value,comment_id", True), ("vote,x", False), ("x,comment-id", False)],
)
def test_a_strange_csv_file_is_votes_by_its_columns(header: str, *, known: bool, folder: Folder) -> None:
    place = folder({"mine.csv": f"{header},voter-id\n0,1,1\n", "also.csv": "a\n", "votes.csv": VOTES})
    if known:
        assert len(read(place / "mine.csv").responses) == 1
    else:
        with pytest.raises(UserError, match=r"'mine\.csv' is none"):
            read(place / "mine.csv")


@pytest.mark.parametrize("kind", ["responses", "desires"])
@pytest.mark.parametrize("theirs", ["votes.csv", "comments.csv", "participant-votes.csv"])
def test_a_folder_of_both_forms_needs_the_name_of_a_file(kind: str, theirs: str, folder: Folder) -> None:
    content = {"votes.csv": VOTES, "comments.csv": COMMENTS, "participant-votes.csv": "participant,1\n1,0\n"}
    ours = {"responses": RESPONSES, "desires": DESIRES}[kind]
    place = folder({theirs: content[theirs], f"{kind}.csv": ours, "participants.csv": "participant\nx\n"})
    found = files_by_role(input_files(place), place)
    with pytest.raises(UserError, match="keep one"):
        are_tables(found, place)
    for name, tables in ((f"{kind}.csv", True), ("participants.csv", True), ("circles.csv", True), (theirs, False)):
        assert are_tables(found, place / name) == tables
    assert inspect(place / f"{kind}.csv").form == "tables"


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    def failing() -> list[bytes]:
        message = "full"
        raise OSError(message)

    class Late:
        def __iter__(self) -> object:
            return iter(failing())

    (tmp_path / "empty").mkdir()
    place = write_folder(tmp_path / "empty", [("a", [b"1", b"2"])])
    assert (place, (place / "a").read_bytes()) == (tmp_path / "empty", b"12")
    with pytest.raises(UserError, match="cannot be written"):
        write_folder(tmp_path / "new", [("a", [b"1"]), ("b", Late())])  # type: ignore[list-item]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty"]
    with pytest.raises(UserError, match="not empty"):
        write_folder(place, [])
    assert write_folder(tmp_path / "x" / "y", [("a", [b""])]).is_dir()


def test_the_limits_are_those_of_the_reference() -> None:
    assert (files.FILE_BYTES, files.ZIP_BYTES, files.FILES, files.DEPTH) == (256 << 20, 1 << 30, 10_000, 4)
    assert (files.LINE_CHARACTERS, files.ZIP_RATIO, files.ZIP_RATIO_FROM_BYTES) == (4 << 20, 400, 16 << 20)
    assert (csv.ROWS, csv.COLUMNS, csv.CELL_CHARACTERS) == (50_000_000, 100_000, 1 << 20)
    assert (files.JSON_BYTES, csv.SUMMARY_LINES, comments.COMMENTS) == (1 << 20, 10_000, 1_000_000)
    assert (lists.MOST_BYTES, lists.LOOKED_AT, cells._VALUES_KEPT) == (400_000_000, 5000, 1000)  # noqa: SLF001
