"""Rows of the table of rules about sheets of paper."""

from __future__ import annotations

from oneheart.engine.oddities import HALF_MINUTE_MS
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.papers import LiveSheet
from oneheart.live.state.people import Seat
from tests.support.rules.people import HALL, A, B
from tests.support.rules.scene import AT, SEQ, Event, Row

UNKNOWN = Refusal.UNKNOWN


def printed(*sheets: ev.PrintedSheet, circle: int = A, version: int = 0, draft: int | None = None) -> ev.SheetsPrinted:
    return ev.SheetsPrinted(circle, version, list(sheets), draft)


BLANK = ev.PrintedSheet("one", 1, desires=[1, 2], chances=[0.5, 1.0])
PAPER: list[Event] = [*HALL, printed(BLANK, ev.PrintedSheet("two", 2))]
SCRIBED: list[Event] = [*HALL, ev.SeatTaken("", "en", A, scribe=0, bounded=True)]  # seat 5
TAKEN = ev.SeatTaken("", "en", A, "one", scribe=0, bounded=True)
SAT: list[Event] = [*PAPER, TAKEN]

SHEETS = [
    Row("for a circle behind the last", HALL, printed(BLANK, circle=2), UNKNOWN),
    Row("no sheets at all", HALL, printed(), UNKNOWN),
    Row("of a stage that has moved", HALL, printed(BLANK, version=1), Refusal.STALE),
    Row("with a draft that nobody wove", HALL, printed(BLANK, draft=0), UNKNOWN),
    Row("two of one place", HALL, printed(BLANK, ev.PrintedSheet("two", 1)), UNKNOWN),
    Row("two of one code", HALL, printed(BLANK, ev.PrintedSheet("one", 2)), UNKNOWN),
    Row("with a code that is printed already", PAPER, printed(BLANK), UNKNOWN),
    Row("of a place below the first", HALL, printed(ev.PrintedSheet("x", 0)), UNKNOWN),
    Row("with a desire that nobody said", HALL, printed(ev.PrintedSheet("x", 1, desires=[99], chances=[1.0])), UNKNOWN),
    Row(
        "with fewer chances than desires",
        HALL,
        printed(ev.PrintedSheet("x", 1, desires=[1, 2], chances=[1.0])),
        UNKNOWN,
    ),
    Row("with a chance of nothing", HALL, printed(ev.PrintedSheet("x", 1, desires=[1], chances=[0.0])), UNKNOWN),
    Row(
        "blank",
        HALL,
        printed(BLANK),
        A,
        {
            "papers.sheets[one]": LiveSheet(A, 1, 1, None, [1, 2]),
            "papers.chances[(0, 1)]": {1: 0.5, 2: 1.0},
        },
    ),
    Row(
        "for a place that somebody has",
        SAT,
        printed(ev.PrintedSheet("x", 1, taken=True)),
        A,
        {"papers.sheets[x]": LiveSheet(A, 1, 1, None, [], taken=True)},
    ),
    Row(
        "for a place whose person erased everything since",
        PAPER,
        printed(ev.PrintedSheet("x", 1, taken=True)),
        A,
        {"papers.sheets[x]": LiveSheet(A, 1, 1, None, [], taken=True)},
    ),
]

PLACES = [
    Row("of somebody with a phone", SCRIBED, ev.PlacedOnPaper(0, 1), UNKNOWN),
    Row("of nobody", SCRIBED, ev.PlacedOnPaper(9, 1), UNKNOWN),
    Row("below the first", SCRIBED, ev.PlacedOnPaper(5, 0), UNKNOWN),
    Row("of somebody who has one here", SAT, ev.PlacedOnPaper(5, 3), UNKNOWN),
    Row(
        "that somebody has",
        [*SCRIBED, ev.PlacedOnPaper(5, 1), ev.SeatTaken("", "en", A, scribe=0, bounded=True)],
        ev.PlacedOnPaper(6, 1),
        Refusal.USED,
    ),
    Row("that was printed blank", [*SCRIBED, printed(BLANK)], ev.PlacedOnPaper(5, 1), Refusal.USED),
    Row(
        "on paper",
        SCRIBED,
        ev.PlacedOnPaper(5, 4),
        5,
        {"papers.seat_at[(0, 4)]": 5, "papers.place_of[5]": (A, 4)},
    ),
]

SEATS = [
    Row("by a sheet of another circle", PAPER, ev.SeatTaken("", "en", B, "one", scribe=0), UNKNOWN),
    Row("by a sheet with a phone", PAPER, ev.SeatTaken("secret", "en", A, "one"), UNKNOWN),
    Row("by a sheet that was used", SAT, TAKEN, Refusal.USED),
    Row(
        "by another sheet of the same place",
        [*SAT, printed(ev.PrintedSheet("three", 1, taken=True))],
        ev.SeatTaken("", "en", A, "three", scribe=0, bounded=True),
        Refusal.USED,
    ),
    Row(
        "by a sheet that was typed in for somebody who erased everything",
        [*PAPER, ev.SheetTyped("one")],
        TAKEN,
        Refusal.USED,
    ),
    Row(
        "by a sheet",
        PAPER,
        TAKEN,
        5,
        {
            "people.seats[5]": Seat(SEQ, A, "en", "", scribe=0, half=AT // HALF_MINUTE_MS),
            "people.count": 5,
            "people.circles[0].seats": 3,
            "people.used_cards": {"one"},
            "people.seat_of_card[one]": 5,
            "papers.seat_at[(0, 1)]": 5,
            "papers.place_of[5]": (A, 1),
        },
    ),
]

TYPED = [
    Row("that was never printed", PAPER, ev.SheetTyped("none"), UNKNOWN),
    Row("of a circle", PAPER, ev.SheetTyped("two"), A, {"papers.sheets[two].typed": True}),
]

ROWS = [*SHEETS, *PLACES, *SEATS, *TYPED]
