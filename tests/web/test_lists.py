"""Lists that hosts bring in: all of one or nothing, no row twice, a sentence for each mistake; a thousand circles."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oneheart.commands.bringing import bring
from oneheart.errors import UserError
from oneheart.formats.hosts_lists import FAULTS, RowFaultError
from oneheart.live import events as ev
from oneheart.live import importing, levels
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.state.nested import depths
from oneheart.web.host import lists_page
from tests.support.codes import codes
from tests.support.desks import Desk

CODE = "ABCD3456"
Open = Callable[..., Any]
NESTED = """name;name_he;parent;place;size
Hall;אולם;;hall;
North;צפון;Hall;;
Ten 1;;North;;12
Ten 1;;South;remote;
South;דרום;אולם;;
"""


def send(desk: Desk, what: str, table: str) -> Any:
    return desk.browser.post(
        f"{desk.home}/lists", data={"key": f"list-{time.monotonic_ns()}", "what": what, "table": table}
    )


def circles(gathering: Any) -> list[tuple[str, str | None, str]]:
    state = gathering.state
    return [
        (circle.name, None if circle.parent is None else state.circles[circle.parent].name, circle.place.value)
        for circle in state.circles
    ]


def test_a_list_of_circles_comes_in_whole_and_only_once(open_door: Open) -> None:
    door = open_door(languages=["en", "he"])
    desk = Desk(door)
    for added, present in ((5, 0), (0, 5)):
        answer = send(desk, "circles", NESTED)
        assert answer.headers["location"].endswith(f"what=circles&added={added}&present={present}")
        page = desk.browser.get(answer.headers["location"]).text
        assert (codes(page, "added"), codes(page, "present")) == ([str(added)], [str(present)])
    assert sorted(circles(door.gathering), key=str) == sorted(
        [
            ("Hall", None, "hall"),
            ("North", "Hall", "hall"),
            ("South", "Hall", "hall"),
            ("Ten 1", "North", "hall"),
            ("Ten 1", "South", "remote"),
        ],
        key=str,
    )
    north = next(circle for circle in door.gathering.state.circles if circle.name == "North")
    assert (north.names, north.size) == ({"he": "צפון"}, None)
    assert send(desk, "circles", "name,parent\nTwelve,Hall > North\nThirteen,North\n").status_code == 303
    assert circles(door.gathering)[-2:] == [("Twelve", "North", "hall"), ("Thirteen", "North", "hall")]


MISTAKES = [
    ("circles", "", "table", 0),
    ("circles", "name,size\nA,1,2\n", "table", 0),
    ("circles", "title\nA\n", "column", 0),
    ("circles", "name,parent\n,A\n", "name", 2),
    ("circles", f"name\n{'a' * 81}\n", "long", 2),
    ("circles", "name\nA\nB\na\n", "twice", 4),
    ("circles", "name\nA\n\u202e\u200b\n", "name", 3),
    ("circles", "name\ncaf\u00e9\ncafe\u0301\n", "twice", 3),
    ("circles", "name,name_xx\nA,B\n", "language", 2),
    ("circles", "name,place\nA,moon\n", "place", 2),
    ("circles", "name,size\nA,0\n", "size", 2),
    ("circles", "name,size\nA,501\n", "size", 2),
    ("circles", "name,parent\nA,B\n", "parent", 2),
    ("circles", "name,parent\nX,\nY,\nA,X\nA,Y\nB,A\n", "parents", 6),
    ("circles", "name,parent\nA,B\nB,A\n", "cycle", 2),
    ("circles", "name,parent\nA,A\n", "cycle", 2),
    ("circles", "name,parent\n" + "".join(f"C{n},{'C' + str(n - 1) if n else ''}\n" for n in range(7)), "depth", 8),
    ("circles", "name\n" + "".join(f"C{n}\n" for n in range(2001)), "many", 0),
    ("occasions", "name\nA\n", "column", 0),
    ("occasions", "name,kind\nA,dance\n", "kind", 2),
    ("occasions", "name,kind,begins\nA,meal,30/11/2026\n", "time", 2),
    ("occasions", "name,kind,begins,ends\nA,meal,2026-11-30 19:00,2026-11-30 18:00\n", "order", 2),
    ("desires", "text\n \nWrite to a@b.example\n", "words", 3),
    ("desires", "text,language\nPeace,xx\n", "language", 2),
    ("desires", "text\nPeace\nPeace\n", "twice", 3),
    ("circles", "name,place\n", "empty", 0),
    ("occasions", "name,kind\n", "empty", 0),
    ("desires", "text\n", "empty", 0),
]


@pytest.mark.parametrize(("what", "table", "code", "line"), MISTAKES)
def test_one_mistake_and_nothing_comes_in(open_door: Open, what: str, table: str, code: str, line: int) -> None:
    door = open_door()
    desk = Desk(door)
    before = door.gathering.state.digest()
    answer = send(desk, what, table)
    assert (answer.status_code, codes(answer.text, "fault")) == (422, [code])
    assert door.gathering.state.digest() == before
    rows = [row for row in table.splitlines() if row.strip()]
    assert all(row.split(",")[0] in answer.text for row in rows), "what was pasted is still there"
    assert not line or f"{line}" in re.sub(r"<[^>]*>", "", answer.text)


def test_every_mistake_has_one_sentence_for_commands_and_pages() -> None:
    assert lists_page.LIST_FAULTS == FAULTS
    assert {code for _, _, code, _ in MISTAKES} == set(FAULTS)


def test_without_the_check_before_writing_half_a_list_would_come_in(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner of the test above: where rows are written as they are read, a mistake leaves a part behind."""

    async def row_by_row(gathering: Any, host: int, asked: Any) -> Any:
        head, *rows = asked.text.splitlines()
        for row in rows:
            part = importing.ListAsked(f"{asked.key}-{len(row)}{row[:1]}", asked.what, f"{head}\n{row}\n")
            await whole(gathering, host, part)

    whole = importing.bring_in
    monkeypatch.setattr(importing, "bring_in", row_by_row)
    door = open_door()
    assert send(Desk(door), "circles", "name,place\nA,hall\nB,moon\n").status_code == 422
    assert circles(door.gathering) == [("A", None, "hall")]


def test_occasions_and_first_desires_come_in_by_list(open_door: Open) -> None:
    door = open_door(languages=["en", "he"])
    desk = Desk(door)
    rows = (
        ("name", "name_he", "kind", "begins", "ends"),
        ("Meal", "סעודה", "meal", "2026-11-30 19:00+00:00", "2026-11-30T20:30+00:00"),
        ("Night", "", "night", "", ""),
    )
    table = "\n".join("\t".join(row) for row in rows)
    for _ in range(2):
        assert send(desk, "occasions", table).status_code == 303
        assert (
            send(desk, "desires", "text,language\nPeace between the tables,en\nשלום בין השולחנות,he\n").status_code
            == 303
        )
    meal, night = door.gathering.state.occasions
    assert (meal.name, meal.names, meal.form.value) == ("Meal", {"he": "סעודה"}, "meal")
    assert (meal.begins, meal.ends) == (1796065200000, 1796070600000)
    assert (night.begins, night.ends, len(meal.code)) == (None, None, 8)
    assert meal.code != night.code
    seeds = [(one.text, one.language, one.author) for one in door.gathering.state.desires]
    assert seeds == [("Peace between the tables", "en", None), ("שלום בין השולחנות", "he", None)]


def test_times_and_code_of_an_occasion_are_changed_at_the_desk(open_door: Open) -> None:
    door = open_door()
    desk = Desk(door)
    assert desk.do("occasion", name="Meal", form="meal", begins="2026-11-30T19:00", ends="").status_code == 303
    (meal,) = door.gathering.state.occasions
    code, begins = meal.code, meal.begins
    assert begins is not None
    assert desk.do("rename-occasion", occasion=0, name="Supper", begins="", ends="2026-11-30T21:00").status_code == 303
    assert (meal.name, meal.begins, meal.code) == ("Supper", None, code)
    assert meal.ends == begins + 2 * 3_600_000
    desk.do("rename-occasion", occasion=0, name="Supper", new_code=1)
    assert meal.code != code
    times = {"begins": "2026-11-30T19:00", "ends": "2026-11-30T18:00"}
    answer = desk.do("occasion", name="Night", form="night", **times)
    assert (answer.status_code, codes(answer.text, "hint")) == (422, ["ends first"]), "the reason is the true one"


# --- a thousand circles, two thousand names ---------------------------------------------------------------------------


def thousand() -> str:
    """Return a table of a thousand circles three deep, with Hebrew names: 9 halls, 90 groups, 901 tens."""
    rows = ["name,name_he,parent"]
    rows += [f"Hall {h},אולם {h}," for h in range(9)]
    rows += [f"Group {g},קבוצה {g},Hall {g % 9}" for g in range(90)]
    rows += [f"Ten {t},עשירייה {t},Group {t % 90}" for t in range(901)]
    return "\n".join(rows)


def test_a_thousand_circles_three_deep_come_in_within_seconds(open_door: Open) -> None:
    door = open_door(languages=["en", "he"])
    desk = Desk(door)
    begun = time.perf_counter()
    assert send(desk, "circles", thousand()).status_code == 303
    seconds = time.perf_counter() - begun
    state = door.gathering.state
    deep = depths(state.circles)
    assert [deep.count(depth) for depth in range(4)] == [9, 90, 901, 0]
    assert seconds < 30
    assert send(desk, "circles", thousand()).headers["location"].endswith("added=0&present=1000")
    assert len(state.circles) == 1000


def test_two_thousand_hebrew_names_come_in_by_form(open_door: Open) -> None:
    door = open_door(languages=["he"])
    desk = Desk(door)
    names = [f"עשירייה של הגליל העליון ושל הגולן {number:04}" for number in range(2000)]
    assert send(desk, "circles", "\n".join(["name", *names])).status_code == 303
    assert [circle.name for circle in door.gathering.state.circles] == names
    assert len(codes(desk.page("/circles"), "circle")) == 50


# --- the command ------------------------------------------------------------------------------------------------------


def made(path: Path) -> Path:
    settings = ev.Settings(name="x", question={"en": "Why?"}, voice="ten", languages=["en", "he"])  # type: ignore[arg-type]
    create(path / "x.oneheart", settings, code=CODE)
    return path / "x.oneheart"


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_command_brings_lists_into_a_closed_file(tmp_path: Path, encoding: str) -> None:
    gathering = made(tmp_path)
    files: dict[Any, Path] = {
        "circles": written(tmp_path / "circles.csv", NESTED, encoding),
        "desires": written(tmp_path / "desires.csv", "text\nPeace\n", encoding),
    }
    done = bring(str(gathering), files)
    assert [(what, one.added, one.present) for what, one in done] == [("circles", 5, 0), ("desires", 1, 0)]
    assert [(one.added, one.present) for _, one in bring(str(gathering), files)] == [(0, 5), (0, 1)]
    live = LiveGathering.open(gathering)
    try:
        assert len(live.state.circles) == 5
    finally:
        live.shut()


def test_a_command_names_the_line_of_a_mistake(tmp_path: Path) -> None:
    gathering = made(tmp_path)
    with pytest.raises(UserError, match=r"circles: Line 3: 'moon' is no place"):
        bring(str(gathering), {"circles": written(tmp_path / "c.csv", "name,place\nA,\nB,moon\n")})
    with pytest.raises(UserError, match="There is no file"):
        bring(str(gathering), {"circles": tmp_path / "none.csv"})
    with pytest.raises(UserError, match="at least one list"):
        bring(str(gathering), {})


@pytest.mark.slow
def test_a_command_brings_lists_into_a_served_gathering(serve: Open, tmp_path: Path) -> None:
    server = serve(languages=["en", "he"])
    table = written(tmp_path / "circles.csv", NESTED)

    def link() -> str:
        return f"{server.url}/host/enter/{server.house.invite(server.code)}"

    used = link()
    done = bring(used, {"circles": table})
    assert [(one.added, one.present) for _, one in done] == [(5, 0)]
    with pytest.raises(UserError):
        bring(used, {"circles": table})
    with pytest.raises(UserError, match="Line 2"):
        bring(link(), {"circles": written(tmp_path / "c.csv", "name,place\nA,moon\n")})
    with pytest.raises(UserError, match="no link of a host"):
        bring(f"{server.url}/j/{server.code}", {"circles": table})


# --- a verdict for each level of a thousand circles -------------------------------------------------------------------


def test_verdicts_of_a_thousand_circles_are_counted_by_level(open_door: Open) -> None:
    door = open_door(languages=["en", "he"])
    assert send(Desk(door), "circles", thousand()).status_code == 303
    state = door.gathering.state
    tens = [number for number, circle in enumerate(state.circles) if circle.name.startswith("Ten")]
    people = dict.fromkeys(tens, 15)
    for ten in tens:
        for outer in (state.circles[ten].parent, state.circles[state.circles[ten].parent].parent):
            people[outer] = people.get(outer, 0) + 15
    told = levels.told_of(state, people)
    assert len(told) == 1000


def test_a_fault_is_a_mistake_of_the_user() -> None:
    assert isinstance(RowFaultError("many"), UserError)
