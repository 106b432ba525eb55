"""The house's own tables: words decide, mistakes are named, nothing is lost on the way out and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from oneheart.errors import UserError
from oneheart.formats import inspect, read, write_tables
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Circle, Gathering, Responses

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Folder = Callable[..., Path]

RESPONSES = "participant,desire,stance\nann,1,mine too\nbo,1,Not Mine\nbo,2,AGAINST\ncy,2,-1\ncy,1,1\n"
DESIRES = "desire,text,author,language,moderated,meta,seed\n1,Peace,ann,en,accepted,,\n2,שלום,dan,he,-1,true,yes\n"
TABLES = {"responses.csv": RESPONSES, "desires.csv": DESIRES}


def same(one: Gathering, other: Gathering) -> bool:
    return (
        (one.question, one.participants, one.desires, one.circles, one.credits)
        == (other.question, other.participants, other.desires, other.circles, other.credits)
        and one.circle_of.tolist() == other.circle_of.tolist()
        and one.responses.participant.tolist() == other.responses.participant.tolist()
        and one.responses.desire.tolist() == other.responses.desire.tolist()
        and one.responses.stance.tolist() == other.responses.stance.tolist()
    )


def test_two_tables_make_a_gathering(folder: Folder) -> None:
    gathering = read(folder(TABLES))
    assert gathering.participants == ("ann", "bo", "cy", "dan")
    assert gathering.responses.stance.tolist() == [1, 0, -1, 1, -1]
    assert gathering.desires == (
        Desire("1", "Peace", 0, "en", Moderation.ACCEPTED),
        Desire("2", "שלום", 3, "he", Moderation.REJECTED, is_meta=True, is_seed=True),
    )


def test_the_other_tables_bring_circles_and_the_question(folder: Folder) -> None:
    more = {
        "participants.csv": "participant,circle\ncy,t2\nann,t1\neve,\n",
        "circles.csv": "circle,name\nt1,The first ten\nt2,The second ten\n",
        "gathering.json": '{"question": "What do you want?", "credits": "CC BY 4.0"}',
    }
    gathering = read(folder(TABLES | more))
    assert gathering.participants == ("cy", "ann", "eve", "bo", "dan")
    assert gathering.circles == (Circle("t1", "The first ten"), Circle("t2", "The second ten"))
    assert gathering.circle_of.tolist() == [1, 0, -1, -1, -1]
    assert (gathering.question, gathering.credits) == ("What do you want?", "CC BY 4.0")


def test_a_responses_file_stands_for_its_folder_even_beside_a_polis_export(folder: Folder) -> None:
    place = folder(TABLES | {"votes.csv": "comment-id,voter-id,vote\n1,1,0\n"})
    assert read(place / "responses.csv").participant_count == 4
    with pytest.raises(UserError, match="keep one of them"):
        read(place)


def test_numbers_can_be_turned_but_words_speak_for_themselves(folder: Folder) -> None:
    assert read(folder(TABLES), sign=-1).responses.stance.tolist() == [1, 0, -1, -1, 1]


@pytest.mark.parametrize(
    ("times", "stance"), [(("5", "4"), 1), (("4", "5"), -1), (("2026-01-02T10:00", "2026-01-01"), 1), (("", "5"), -1)]
)
def test_the_last_response_counts_by_time_or_else_by_order(times: tuple[str, str], stance: int, folder: Folder) -> None:
    rows = f"participant,desire,stance,at\nann,1,want,{times[0]}\nann,1,against,{times[1]}\n"
    place = folder({"responses.csv": rows, "desires.csv": "desire,text\n1,Peace\n"})
    assert read(place).responses.stance.tolist() == [stance]
    assert "revotes" in {f.code for f in inspect(place).findings}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"responses.csv": RESPONSES.replace("AGAINST", "perhaps")},
            r"'responses.csv', line 4 has the stance 'perhaps'",
        ),
        ({"responses.csv": RESPONSES + ",1,want\n"}, r"'responses.csv', line 7 has no participant"),
        ({"responses.csv": RESPONSES + "ann,,want\n"}, r"'responses.csv', line 7 has no desire"),
        ({"responses.csv": RESPONSES.replace("stance", "st")}, "no column 'stance'"),
        ({"desires.csv": DESIRES + "1,Again,,,,,\n"}, r"'desires.csv', line 4 has an empty or repeated desire"),
        ({"desires.csv": DESIRES.replace("accepted", "maybe")}, r"'desires.csv', line 2 has 'maybe' where moderated"),
        ({"participants.csv": "participant,circle\na,\na,\n"}, r"'participants.csv', line 3 has an empty or repeated"),
        ({"circles.csv": "circle,name\n,x\n"}, r"'circles.csv', line 2 has an empty or repeated"),
    ],
)
def test_mistakes_are_named_with_file_and_line(files: dict[str, str], message: str, folder: Folder) -> None:
    with pytest.raises(UserError, match=message):
        read(folder(TABLES | files))


def test_a_desire_without_a_row_is_kept_without_text(folder: Folder) -> None:
    place = folder({"responses.csv": "participant,desire,stance\nann,1,want\n"})
    assert read(place).desires == (Desire("1", ""),)
    assert {"texts-missing", "no-desires"} <= {f.code for f in inspect(place).findings}


STRANGE = Gathering(
    question="=What?",
    participants=("=ann", "-5", " bo ", "'cy", "7"),
    desires=(
        Desire("+1", "=SUM(A1)", 1, "he", Moderation.REJECTED, is_meta=True),
        Desire("2", '\'t is "so",\r\nand\tso', None, None, Moderation.ACCEPTED, is_seed=True),
        Desire("@x", "", 3),
        Desire("\t", "-1\n"),
    ),
    responses=Responses.of([0, 0, 1, 2, 4], [0, 1, 3, 0, 2], [1, 0, -1, 1, 1]),
    circles=(Circle("-t", "=ten"), Circle("empty", "nobody")),
    circle_of=__import__("numpy").array([0, -1, 0, -1, -1], "int32"),
    credits="@credits",
)


def test_written_tables_read_back_as_the_same_gathering_and_hold_no_formula(tmp_path: Path) -> None:
    place = write_tables(STRANGE, tmp_path / "new")
    assert same(read(place), STRANGE)
    for file in place.glob("*.csv"):
        cells = [cell for line in file.read_text(encoding="utf-8").splitlines() for cell in line.split(",")]
        assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "@"))]


def test_a_full_folder_is_never_written_into(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(UserError, match="not empty"):
        write_tables(STRANGE, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_nothing_half_written_stays_when_writing_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        write_tables(STRANGE, tmp_path / "file" / "new")
    with pytest.raises(UserError, match="is a file"):
        write_tables(STRANGE, tmp_path / "file")
    with pytest.raises(UserError, match="empty label"):
        write_tables(Gathering("", ("",), (), Responses.of([], [], [])), tmp_path / "new")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
