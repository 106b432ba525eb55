"""Rules of company: occasions, who was there, tables, how near people feel."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.company import Drawn, LiveOccasion
from oneheart.live.state.separate import Demand
from oneheart.model.presence import FeltAt, Form
from tests.support.rules.people import NOBODY
from tests.support.rules.scene import AT, GONE, By, Event, Row, hall, reading, sealed, stages, weaving

UNKNOWN, CLOSED, STALE = Refusal.UNKNOWN, Refusal.CLOSED, Refusal.STALE
HALL = hall()
NO_OCCASION = ((-1, "an occasion below the first"), (1, "an occasion behind the last"))
DAY = 86_400_000

OCCASIONS = [
    Row(
        "one more",
        HALL,
        ev.OccasionAdded("Songs", Form.NIGHT, "CODE33"),
        1,
        {"company.occasions[1]": LiveOccasion("Songs", Form.NIGHT, "CODE33")},
    ),
    *(Row(why, HALL, ev.OccasionChanged(number, "Bread"), UNKNOWN) for number, why in NO_OCCASION),
    Row(
        "another name, and one in a second language",
        HALL,
        ev.OccasionChanged(0, "Bread", {"he": "לחם"}),
        0,
        {"company.occasions[0].name": "Bread", "company.occasions[0].names[he]": "לחם"},
    ),
]

TWO_MEALS: list[Event] = [*HALL, ev.OccasionAdded("Bread", Form.MEAL, "CODE33")]
CAME: list[Event] = [*TWO_MEALS, By("s0", ev.Present(0, 0))]
PRESENT = [
    *(Row(why, HALL, ev.Present(number, 0), UNKNOWN) for number, why in NOBODY),
    *(Row(why, HALL, ev.Present(0, number), UNKNOWN) for number, why in NO_OCCASION),
    Row(
        "the first of all: it is the first day",
        HALL,
        ev.Present(3, 0),
        0,
        {
            "people.seats[3].presences[0]": 0,
            "company.occasions[0].present": 1,
            "company.first_day": 0,
            "company.days[0]": 0,
        },
    ),
    Row("the same person once more", CAME, ev.Present(0, 0), 0),
    Row(
        "a second person",
        CAME,
        ev.Present(1, 0),
        0,
        {"people.seats[1].presences[0]": 0, "company.occasions[0].present": 2},
    ),
    Row(
        "another occasion",
        CAME,
        ev.Present(0, 1),
        1,
        {"people.seats[0].presences[1]": 1, "company.occasions[1].present": 1, "company.days[1]": 0},
    ),
    Row(
        "a clock that was set back: the earliest day is the first",
        [*TWO_MEALS, By("s0", ev.Present(0, 0), at=2 * DAY)],
        ev.Present(0, 1),
        1,
        {
            "people.seats[0].presences[1]": 1,
            "company.occasions[1].present": 1,
            "company.first_day": 0,
            "company.days[1]": 0,
        },
    ),
    Row(
        "people of an occasion of days ago: its day stays",
        [*TWO_MEALS, By("s0", ev.Present(0, 1), at=0), By("s0", ev.Present(0, 0), at=2 * DAY)],
        ev.Present(1, 0),
        0,
        {"people.seats[1].presences[0]": 0, "company.occasions[0].present": 2},
    ),
]


ABSENT = [
    *(Row(why, HALL, ev.PresenceTakenBack(number, 0), UNKNOWN) for number, why in NOBODY),
    *(Row(why, HALL, ev.PresenceTakenBack(0, number), UNKNOWN) for number, why in NO_OCCASION),
    Row("never there", CAME, ev.PresenceTakenBack(1, 0), UNKNOWN),
    Row(
        "there by mistake",
        CAME,
        ev.PresenceTakenBack(0, 0),
        0,
        {"people.seats[0].presences[0]": GONE, "company.occasions[0].present": 0},
    ),
]


def drawn(occasion: int, version: int = 0) -> ev.SeatsDrawn:
    return ev.SeatsDrawn(occasion, 5, 9, [3, 0, 4, 2], [0, 1, 1, 0], [0, 1], version)


ONCE: list[Event] = [*TWO_MEALS, ev.SeatsDrawn(0, 5, 9, [0], [0], [0])]
TABLES = [
    *(Row(why, HALL, drawn(number), UNKNOWN) for number, why in NO_OCCASION),
    Row("people sit already", CAME, drawn(0), CLOSED),
    Row(
        "people sit at another occasion: who erased themselves is not seated",
        CAME,
        drawn(1),
        1,
        {"company.drawn[1]": Drawn(1, 5, {3: 0, 0: 1, 2: 0}, {3: -1, 0: 0, 2: 1}, [0, 1])},
    ),
    Row("an older draw", ONCE, drawn(0), STALE),
    Row("a draw that is not there yet", TWO_MEALS, drawn(0, 1), STALE),
    Row(
        "drawn again: the last one counts",
        ONCE,
        drawn(0, 1),
        0,
        {
            "company.drawn[0].times": 2,
            "company.drawn[0].table_of[0]": 1,
            "company.drawn[0].table_of[2]": 0,
            "company.drawn[0].table_of[3]": 0,
            "company.drawn[0].circle_of[2]": 1,
            "company.drawn[0].circle_of[3]": -1,
            "company.drawn[0].blocks[1]": 1,
        },
    ),
]


def felt(seat: int, value: int, when: FeltAt) -> ev.FeltSaid:
    return ev.FeltSaid(seat, value, when)


NEXT: list[Event] = [*weaving(), *stages("open", version=2)]
FELT = [
    *(Row(why, HALL, felt(number, 4, FeltAt.START), UNKNOWN) for number, why in NOBODY),
    Row("the end, at the start", HALL, felt(0, 4, FeltAt.END), CLOSED),
    Row("the start, once answers are closed", weaving(), felt(0, 4, FeltAt.START), CLOSED),
    Row("the start, in the second round", NEXT, felt(0, 4, FeltAt.START), CLOSED),
    Row("the start", HALL, felt(0, 1, FeltAt.START), 0, {"company.felt[start][0]": 1}),
    Row(
        "the start, in the crossing",
        [*HALL, *stages("crossing")],
        felt(0, 7, FeltAt.START),
        0,
        {"company.felt[start][0]": 7},
    ),
    Row("the end", reading(), felt(3, 7, FeltAt.END), 3, {"company.felt[end][3]": 7}),
    Row("the end, in the second round", NEXT, felt(0, 4, FeltAt.END), 0, {"company.felt[end][0]": 4}),
    Row("another", [*HALL, felt(0, 4, FeltAt.START)], felt(0, 5, FeltAt.START), 0, {"company.felt[start][0]": 5}),
    Row("taken back", [*HALL, felt(0, 4, FeltAt.START)], felt(0, 0, FeltAt.START), 0, {"company.felt[start][0]": GONE}),
    Row("taken back where there was none", HALL, felt(0, 0, FeltAt.START), 0),
]

SAID = [*sealed(), *stages("said", version=4)]
APART = [
    *(Row(why, HALL, ev.DemandSaid(number), UNKNOWN) for number, why in NOBODY),
    Row(
        "somebody asks that all become one",
        HALL,
        ev.DemandSaid(0),
        0,
        {"company.apart.demands[0]": Demand(on=True, day=AT // DAY)},
    ),
    *(Row(why, SAID, ev.RepresentedSaid(number, 0, 5), UNKNOWN) for number, why in NOBODY),
    Row("where nothing was sealed", HALL, ev.RepresentedSaid(0, 0, 5), CLOSED),
    Row("before it was said", sealed(), ev.RepresentedSaid(0, 0, 5), CLOSED),
    Row("a text below the first", SAID, ev.RepresentedSaid(0, -1, 5), CLOSED),
    Row("a text behind the last", SAID, ev.RepresentedSaid(0, 1, 5), CLOSED),
    Row("in the text", SAID, ev.RepresentedSaid(0, 0, 5), 0, {"company.apart.represented[0]": {0: 5}}),
    Row(
        "taken back",
        [*SAID, ev.RepresentedSaid(0, 0, 5)],
        ev.RepresentedSaid(0, 0, 0),
        0,
        {"company.apart.represented[0][0]": GONE},
    ),
]
ROWS = [*ABSENT, *OCCASIONS, *PRESENT, *TABLES, *FELT, *APART]
