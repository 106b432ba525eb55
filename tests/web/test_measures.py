"""The host's page of outward and inner closeness: apart, only when answers are closed, by the k rules, and honest."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from oneheart.engine.closeness import inner, outward
from oneheart.engine.side_by_side import Lot, SideBySide
from oneheart.live import events as ev
from oneheart.live import measuring
from oneheart.live.aside import Aside, AsideError
from oneheart.live.measuring import Measured, measure, order_of
from oneheart.live.seating_plan import draw_seats
from oneheart.model.desire import Stance
from oneheart.web.host.measures import felt_mean, numbers
from oneheart.web.host.table_draw import may_sit
from oneheart.web.memory import memory_of
from oneheart.web.said import FORMS
from tests.support.codes import codes, text_at
from tests.support.desks import Desk

pytestmark = pytest.mark.slow

Open = Callable[..., Any]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure in this process, which is quicker; one test takes the real one."""

    async def at_once(_aside: Aside, job: str, order: Any, **_: Any) -> Measured:
        assert job == "measure"
        return measure(order)

    monkeypatch.setattr(Aside, "run", at_once)


def filled(
    open_door: Open,
    *,
    people: int = 40,
    effect: float = 0.0,
    lot: bool = False,
    come: int | None = None,
    before: int = 0,
) -> Desk:
    """Return the desk of a gathering that has answered ten desires and sat at meals, and whose answers are closed.

    Args:
        open_door: what opens it.
        people: how many.
        effect: how far those who sat at the same table want alike.
        lot: tables are drawn by lot.
        come: how many of them said that they were there; all by default.
        before: how many of them had answered everything before the tables were drawn.
    """
    desk = Desk(open_door(voice="assembly"))
    door = desk.door
    rng = np.random.default_rng(3)
    for number in range(max(1, people // 10)):
        door.submit("h0", f"circle-{number}", ev.CircleAdded(f"C{number}", f"circle-{number}"))
    for number in range(people):
        circle = number % max(1, people // 10)
        door.submit("door", f"seat-{number}", ev.SeatTaken(f"hash-{number}", ("en", "he")[number % 2], circle=circle))
    tables = 5
    for number in range(tables):
        door.submit("h0", f"table-{number}", ev.OccasionAdded(f"Table {number}", "meal", f"TABLE{number}"))
    seated = rng.integers(0, tables, people)
    for number in range(10):
        door.submit("h0", f"seed-{number}", ev.DesireSaid(None, f"Seed {number}", "en"))
    if lot:
        planned = draw_seats(may_sit(door.gathering.state), 0, 10, same_language=False, times=0, seed=1)
        seated = np.array([planned.tables[planned.seats.index(n)] for n in range(people)])
    pull = rng.normal(size=(seated.max(initial=0) + 1, 10))
    taste = effect * pull[seated] + rng.normal(size=(people, 10))

    def answer(who: range) -> None:
        for person, desire in itertools.product(who, range(10)):
            stance = 1 if taste[person, desire] > 0 else -1
            door.submit(f"s{person}", f"answer-{desire}", ev.Responded(person, desire, stance))

    answer(range(before))
    if lot:
        state = door.gathering.state
        drawn = draw_seats(may_sit(state), 0, 10, same_language=False, times=0, seed=1)
        door.submit("h0", "lot", drawn)
    for number in range(people if come is None else come):
        door.submit(f"s{number}", "there", ev.Present(number, 0 if lot else int(seated[number])))
    answer(range(before, people))
    door.move("weaving")
    return desk


def measured(desk: Desk, key: str = "measure-key") -> str:
    answer = desk.browser.post(f"{desk.home}/measures", data={"key": key})
    assert answer.status_code == 303, answer.text
    return desk.page("/measures")


def main_of(page: str) -> str:
    return page.split("<main")[1].split(">", 1)[1].split("</main>", maxsplit=1)[0]


def block(page: str, name: str) -> str:
    inside = page.split(f'<h2 id="{name}">')[1].split("</section>", maxsplit=1)[0]
    return html.unescape(re.sub(r"<[^>]*>", " ", inside))


def told(page: str, name: str) -> list[str]:
    """Return the codes of the sentences in one section."""
    return codes(page.split(f'<h2 id="{name}">')[1].split("</section>", maxsplit=1)[0])


# --- when -------------------------------------------------------------------------------------------------------------


def test_nothing_is_measured_while_answers_are_taken(open_door: Open) -> None:
    desk = Desk(open_door())
    assert 'id="not-closed"' in desk.page("/measures")
    assert desk.browser.post(f"{desk.home}/measures", data={"key": "measure-key"}).status_code == 409


def test_looking_measures_nothing(open_door: Open) -> None:
    desk = filled(open_door, people=14)
    page = desk.page("/measures")
    assert 'id="measure-now"' in page
    assert 'id="not-closed"' not in page
    assert memory_of(desk.gathering).measured is None


@pytest.mark.usefixtures("here")
def test_it_is_measured_anew_only_after_ten_people_changed_something(open_door: Open) -> None:
    desk = filled(open_door, people=30)
    before = measured(desk)
    assert 'id="measure-anew"' not in before
    for number in range(9):
        desk.door.submit("door", f"late-{number}", ev.SeatTaken(f"hash-late-{number}", "en"))
        desk.door.submit(f"s{30 + number}", "there", ev.Present(30 + number, 0))
    assert desk.browser.post(f"{desk.home}/measures", data={"key": "measure-too-soon"}).status_code == 409
    assert 'id="measure-anew"' not in desk.page("/measures")
    desk.door.submit("s0", "felt-now", ev.FeltSaid(0, 6, "end"))
    assert 'id="measure-anew"' in desk.page("/measures")
    desk.door.move("crossing")
    assert 'id="outward"' not in desk.page("/measures")


@pytest.mark.usefixtures("here")
def test_two_hosts_at_once_measure_once(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = filled(open_door, people=14)
    times = []

    async def counted(_aside: Aside, job: str, order: Any, **_: Any) -> Measured:
        times.append(job)
        return measure(order)

    monkeypatch.setattr(Aside, "run", counted)
    measured(desk)
    measured(desk)
    assert times == ["measure"]


def test_it_runs_in_a_process_of_its_own(open_door: Open) -> None:
    assert told(measured(filled(open_door, people=14)), "inner")[1] == "oneness"


# --- what is said -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
def test_the_two_stand_apart_and_their_relation_is_a_third(open_door: Open) -> None:
    page = measured(filled(open_door, effect=1.5))
    assert page.count('<figure class="measure">') == 3
    assert told(page, "outward") == ["people", "pairs", "forms"]
    assert "40" in text_at(page, "data-said", "people")
    assert FORMS["meal"] in text_at(page, "data-said", "forms")
    assert told(page, "inner")[1:] == ["oneness", "answered"]
    relation = told(page, "relation")
    assert relation[0] == "with"
    assert "because" not in main_of(page)
    assert relation[-2:] == ["circles", "languages"]
    assert "strata" not in relation, "the report's sentence names a column"
    assert 'id="together"' not in page


@pytest.mark.usefixtures("here")
def test_where_nothing_is_seen_it_says_what_could_not_have_been_seen(open_door: Open) -> None:
    page = measured(filled(open_door))
    assert told(page, "relation")[0] == "unseen"
    assert re.search(r" 0\.\d+ ", text_at(page, "data-said", "least visible"))


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("people", [11, 3])
def test_fewer_than_twelve_people_are_not_measured(open_door: Open, people: int) -> None:
    page = measured(filled(open_door, people=people))
    assert told(page, "relation") == ["few people"]
    if people == 3:
        assert told(page, "outward") == ["not measured"]
        assert told(page, "inner") == ["not measured"]
        assert "figure" not in main_of(page)


@pytest.mark.usefixtures("here")
def test_where_few_said_that_they_were_there_no_number_of_them_is_told(open_door: Open) -> None:
    page = measured(filled(open_door, come=4))
    assert told(page, "outward") == ["not measured"]
    assert not re.search(r"\d", text_at(page, "data-said", "not measured"))
    assert told(page, "relation") == ["few people"]
    assert "oneness" in told(page, "inner"), "what people want does not hang on where they were"


@pytest.mark.usefixtures("here")
def test_only_seats_drawn_by_lot_let_it_say_because(open_door: Open) -> None:
    page = measured(filled(open_door, effect=1.5, lot=True))
    assert told(page, "together") == ["more alike", "in-hundred", "counted", "effect"]
    assert "40" in text_at(page, "data-said", "counted")
    assert main_of(page).count(text_at(page, "data-said", "more alike")) == 2, "once for eyes, once for ears"


@pytest.mark.usefixtures("here")
def test_seats_drawn_by_lot_that_did_nothing_are_not_said_to_have_done_anything(open_door: Open) -> None:
    page = measured(filled(open_door, lot=True))
    assert told(page, "together") == ["unseen", "in-hundred", "counted", "effect", "least visible"]
    assert "because" not in block(page, "together")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("come", "before"), [(40, 40), (11, 0), (40, 29)])
def test_an_effect_is_only_of_people_who_sat_there_and_of_what_they_answered_afterwards(
    open_door: Open, come: int, before: int
) -> None:
    """All want as their table does, and yet nothing may be said: it was so before, or too few sat there."""
    page = measured(filled(open_door, effect=1.5, lot=True, come=come, before=before))
    assert told(page, "together") == ["few sat"]
    assert "figure" not in page.split('id="together"')[1].split("</section>")[0]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("broken", ["answers_after", "presence"])
def test_where_all_answers_or_all_who_were_drawn_count_an_effect_is_claimed(
    open_door: Open, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """The partner of the test above: the same halls, measured without the rule that it is about."""
    if broken == "answers_after":
        full = measuring.answers_after
        monkeypatch.setattr(
            measuring,
            "answers_after",
            lambda state, draw, people, given: full(state, replace(draw, before={}), people, given),
        )
        desk = filled(open_door, effect=1.5, lot=True, before=40)
    else:
        monkeypatch.setattr(
            "oneheart.engine.side_by_side.Lot",
            lambda people, seating, came, after: Lot(people, seating, np.ones_like(came), after),
        )
        desk = filled(open_door, effect=1.5, lot=True, come=11)
    assert told(measured(desk), "together")[0] == "more alike"


def test_an_answer_that_was_changed_after_the_draw_counts_and_a_standing_one_does_not(open_door: Open) -> None:
    desk = filled(open_door, people=20, lot=True, before=20)
    desk.door.move("open")
    state = desk.gathering.state
    one = state.tally.answered(3)[7]
    desk.door.submit("s3", "changed", ev.Responded(3, 7, Stance(-one)))
    desk.door.submit("s4", "again", ev.Responded(4, 7, Stance(state.tally.answered(4)[7])))
    desk.door.submit("h0", "late", ev.DesireSaid(None, "A late desire", "en"))
    desk.door.submit("s5", "late", ev.Responded(5, 10, Stance.WANT))
    (draw,) = state.company.drawn.values()
    after = measuring.answers_after(state, draw, sorted(draw.table_of))
    cells = zip(after.participant.tolist(), after.desire.tolist(), after.stance.tolist(), strict=True)
    assert sorted(cells) == [(3, 7, -one), (5, 10, 1)]


@pytest.mark.usefixtures("here")
def test_oneness_round_by_round_once_there_are_two(open_door: Open) -> None:
    desk = filled(open_door, people=14)
    assert 'id="past"' not in measured(desk)
    desk.door.move("open")
    for person in range(14):
        for desire in range(10):
            desk.door.submit(f"s{person}", f"now-{desire}", ev.Responded(person, desire, 1))
    desk.door.move("weaving")
    page = measured(desk, "measure-again")
    assert codes(page, "round") == ["1", "2"]
    numbers = [re.findall(r"\d+(?:\.\d+)?", text_at(page, "data-round", number)) for number in ("1", "2")]
    assert [one[0] for one in numbers] == ["1", "2"]
    assert numbers[1][1] == "1.00"


@pytest.mark.usefixtures("here")
def test_what_somebody_erased_is_in_no_round(open_door: Open) -> None:
    desk = filled(open_door, people=14)
    before = order_of(desk.gathering.state, desk.gathering.as_gathering(), seed=0)
    desk.door.submit("s3", "erase", ev.SeatErased(3))
    after = order_of(desk.gathering.state, desk.gathering.as_gathering(), seed=0)
    assert len(before.past[0].responses) - len(after.past[0].responses) == 10
    assert before.attendance is not None
    assert after.attendance is not None
    assert len(before.attendance.people) - len(after.attendance.people) == 1


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("language", ["he", "ru", "es"])
def test_the_page_is_whole_in_every_language(open_door: Open, language: str) -> None:
    desk = filled(open_door, effect=1.0, lot=True)
    desk.browser.headers["accept-language"] = language
    page = re.sub(r"<[^>]*>", " ", main_of(measured(desk)))
    english = r"[A-Za-z]{4,}" if language != "es" else r"\b(the|people|said|with)\b"
    assert re.findall(english, page) == []


def test_page_and_report_are_of_the_same_people_and_the_same_answers(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some people only said a desire, which they want; they are people of the page as they are of the report."""
    desk, orders = filled(open_door, people=20), {}
    desk.door.move("open")
    for number in range(6):
        desk.door.submit("door", f"quiet-{number}", ev.SeatTaken(f"hash-quiet-{number}", "en"))
        desk.door.submit(f"s{20 + number}", "said", ev.DesireSaid(20 + number, f"Desire of {number}", "en"))
        desk.door.submit(f"s{20 + number}", "there", ev.Present(20 + number, 0))
    desk.door.move("weaving")

    async def caught(_aside: Aside, job: str, order: Any, *_: Any, **__: Any) -> Measured:
        orders[job] = order
        return measure(order)

    monkeypatch.setattr(Aside, "run", caught)
    measured(desk)
    monkeypatch.setattr(Aside, "run", failing(caught))
    desk.browser.post(f"{desk.home}/report.zip", data={"key": "report-key"})
    page, report = (numbers(measure(orders[job]), 0) for job in ("measure", "report"))
    assert page == report
    assert page.content is not None
    assert page.content["relations"]["desires"]["people"] == 25


def failing(run: Callable[..., Any]) -> Callable[..., Any]:
    """Return what keeps the order of a report and makes none."""

    async def kept(*given: Any, **more: Any) -> None:
        await run(*given, **more)
        raise AsideError

    return kept


# --- how near people feel ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
def test_felt_closeness_stands_by_itself_and_only_of_ten_people_or_more(open_door: Open) -> None:
    desk = filled(open_door, people=14)
    without = measured(desk)
    assert 'id="felt"' not in without
    for seat in range(10):
        desk.door.submit(f"s{seat}", "felt", ev.FeltSaid(seat, 6, "end"))
        assert 'id="felt"' not in desk.page("/measures"), "nothing moves before it is measured anew"
    page = measured(desk, "measure-felt")
    assert told(page, "felt") == ["end"]
    assert "7.0" in text_at(page, "data-said", "end")
    for name in ("outward", "inner", "relation"):
        assert block(page, name) == block(without, name)


def test_a_mean_of_felt_closeness_moves_in_steps_of_five_people() -> None:
    told = {felt_mean({seat: 7 if seat < high else 1 for seat in range(40)}) for high in range(41)}
    assert len(told) == 9


# --- never one number of both -----------------------------------------------------------------------------------------


def numbers_of(kind: type) -> set[str]:
    """Return the names of all numbers that a result type holds."""
    assert is_dataclass(kind)
    return {field.name for field in fields(kind) if field.type in {"int", "float", "int | None", "float | None"}}


def test_no_type_holds_a_number_made_of_both() -> None:
    assert numbers_of(SideBySide) == set()
    assert numbers_of(Measured) == set()
    assert numbers_of(outward.Outward) & numbers_of(inner.Oneness) == {"people"}


@pytest.mark.usefixtures("here")
def test_no_number_on_the_page_is_made_of_both(open_door: Open) -> None:
    """Other answers leave the outward picture as it is, other presences the inner one."""
    desk = filled(open_door, come=30)
    one = measured(desk)
    desk.door.move("open")
    for person in range(40):
        desk.door.submit(f"s{person}", "now", ev.Responded(person, 0, 1))
    desk.door.move("weaving")
    other_answers = measured(desk, "measure-answers")
    assert block(one, "outward") == block(other_answers, "outward")
    assert block(one, "inner") != block(other_answers, "inner")
    for person in range(40):
        for occasion in (0, 1):
            desk.door.submit(f"s{person}", f"there-{occasion}", ev.Present(person, occasion))
    other_presences = measured(desk, "measure-presences")
    assert block(other_presences, "outward") != block(other_answers, "outward")
    assert block(other_presences, "inner") == block(other_answers, "inner")
