"""Tables by lot at the host's desk: drawn once by a double tap, not when people sit, and without anybody's name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from oneheart.live import events as ev
from oneheart.web.host.table_draw import may_sit
from tests.support.codes import codes, text_at
from tests.support.desks import Desk

Open = Callable[..., Any]


@pytest.fixture
def desk(open_door: Open) -> Desk:
    """Return the desk of a hall of six circles with four people each, and one occasion."""
    desk = Desk(open_door())
    for number in range(6):
        desk.do("circle", name=f"C{number}", place="remote" if number == 5 else "hall", key=f"circle-key-{number}")
        for person in range(4):
            seat = ev.SeatTaken(f"hash-{number}-{person}", "he" if person else "en", circle=number)
            desk.door.submit("door", f"seat-{number}-{person}", seat)
    desk.do("occasion", name="Evening meal", form="meal", key="occasion-key")
    return desk


def test_far_apart_circles_sit_together_and_remote_ones_do_not(desk: Desk) -> None:
    assert desk.do("tables", occasion=0, size=5, version=0).status_code == 303
    drawn = desk.gathering.state.company.drawn[0]
    assert sorted(drawn.table_of) == [*range(20)]
    circles = [{n // 4 for n, table in drawn.table_of.items() if table == t} for t in range(4)]
    assert circles == [{0, 1, 2, 3, 4}] * 4
    page = desk.page("/tables?occasion=0")
    assert codes(page, "share") == ["100"]
    assert text_at(page, "id", "spread").count("100") >= 1


def test_people_of_one_language_can_sit_together(desk: Desk) -> None:
    desk.do("tables", occasion=0, size=5, version=0, language=1)
    drawn = desk.gathering.state.company.drawn[0]
    seats = may_sit(desk.gathering.state)
    languages = [{seats[n][1] for n, table in drawn.table_of.items() if table == t} for t in range(4)]
    assert sorted(map(sorted, languages)) == [["en"], ["he"], ["he"], ["he"]]


def test_a_double_tap_draws_once_and_the_slower_host_is_told(desk: Desk) -> None:
    first = [desk.do("tables", occasion=0, size=5, version=0, key="the-same-tap") for _ in range(2)]
    assert [answer.status_code for answer in first] == [303, 303]
    assert desk.gathering.state.company.drawn[0].times == 1
    before = dict(desk.gathering.state.company.drawn[0].table_of)
    assert desk.do("tables", occasion=0, size=5, version=0, key="another-host").status_code == 409
    assert desk.gathering.state.company.drawn[0].table_of == before
    assert desk.do("tables", occasion=0, size=5, version=1, key="draw-again").status_code == 303
    assert desk.gathering.state.company.drawn[0].table_of != before


def test_nobody_who_sits_already_is_sent_to_another_table(desk: Desk) -> None:
    desk.do("tables", occasion=0, size=5, version=0)
    desk.door.submit("s3", "there", ev.Present(3, 0))
    assert desk.do("tables", occasion=0, size=6, version=1).status_code == 409
    page = desk.page("/tables")
    assert codes(page, "begun") == ["0"]
    assert codes(page, "draw") == []


@pytest.mark.parametrize(
    "fields",
    [{"size": 4}, {"size": 51}, {"size": ""}, {"occasion": 1}, {"occasion": "x"}],
    ids=["too small", "too large", "no size", "no such occasion", "no occasion"],
)
def test_a_draw_that_is_not_sound_is_refused(desk: Desk, fields: dict[str, object]) -> None:
    assert desk.do("tables", **{"occasion": 0, "size": 5, "version": 0, **fields}).status_code == 404
    assert desk.gathering.state.company.drawn == {}


def test_with_few_people_nothing_is_drawn(open_door: Open) -> None:
    desk = Desk(open_door())
    desk.do("occasion", name="Evening meal", form="meal")
    for number in range(9):
        desk.door.submit("door", f"seat-{number}", ev.SeatTaken(f"hash-{number}", "en"))
    page = desk.page("/tables")
    assert 'id="too-few"' in page
    assert codes(page, "draw") == []
    assert desk.do("tables", occasion=0, size=5, version=0).status_code == 404
    desk.door.submit("door", "seat-9", ev.SeatTaken("hash-9", "en"))
    assert codes(desk.page("/tables"), "draw") == ["0"]


def test_signs_carry_a_number_and_the_code_and_nothing_of_people(desk: Desk) -> None:
    desk.do("tables", occasion=0, size=5, version=0)
    page = desk.page("/tables?occasion=0")
    assert re.findall(r'class="sign-number" dir="ltr">(\d+)<', page) == ["1", "2", "3", "4"]
    code = desk.gathering.state.occasions[0].code
    assert page.count(f"{code[:4]} {code[4:]}") == 4
    assert page.count('class="qr"') == 4
    languages = desk.gathering.state.languages
    assert all(page.count(f'class="card-question" lang="{one}"') == 4 for one in languages)
    assert "hash-" not in page
    main = page.split("<main")[1]
    assert not re.search(r"\b20\b|\b24\b", re.sub(r"<[^>]*>", " ", main)), "how many people there are is not told"
    assert codes(desk.page("/log"), "done")[0] == "seats drawn"


def test_before_there_is_an_occasion_the_page_says_what_to_do(open_door: Open) -> None:
    assert 'id="no-occasion"' in Desk(open_door()).page("/tables")


def test_each_draw_is_another_one(desk: Desk) -> None:
    seen = set()
    for number in range(4):
        desk.do("tables", occasion=0, size=10, version=number, key=f"draw-key-{number}")
        seen.add(tuple(np.array(sorted(desk.gathering.state.company.drawn[0].table_of.items()))[:, 1].tolist()))
    assert len(seen) == 4


def test_what_could_be_seen_is_told_before_anybody_sits(desk: Desk) -> None:
    """By the number of people in steps: one more or one fewer changes nothing."""
    assert codes(desk.page("/tables"), "all") == [], "twenty people may sit; of half of them nothing can be seen"
    told = []
    for number in range(11):
        desk.door.submit("door", f"more-{number}", ev.SeatTaken(f"hash-more-{number}", "en", circle=0))
        page = desk.page("/tables")
        told.append((codes(page, "all"), codes(page, "half")))
    assert told[4:9] == [told[4]] * 5
    assert told[9] != told[8]
    most, half = int(told[-1][0][0]), int(told[-1][1][0])
    assert 50 < most < half < 100
    desk.do("tables", occasion=0, size=5, version=0)
    assert int(codes(desk.page("/tables?occasion=0"), "all")[0]) > most, "smaller tables have fewer pairs"
