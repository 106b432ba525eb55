"""Rules of people: circles, seats, duty, cards."""

from __future__ import annotations

from typing import Any

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.people import LiveCircle, Seat
from oneheart.model.gathering import Door, Place
from tests.support.rules.scene import AT, GONE, SEQ, A, B, Event, Row, hall

UNKNOWN, USED, NESTED = Refusal.UNKNOWN, Refusal.USED, Refusal.NESTED
HALL = hall()
NOBODY = ((-1, "a seat below the first"), (5, "a seat behind the last"), (4, "a seat that was erased"))


def circle(parent: int | None, place: Place = Place.HALL) -> ev.CircleAdded:
    return ev.CircleAdded("C", "key-c", parent, place)


def added(parent: int | None, place: Place = Place.HALL) -> dict[str, Any]:
    return {
        "people.circles[2]": LiveCircle("C", "key-c", parent, place),
        "people.circle_of_key[key-c]": 2,
        "desires.tally._circles": 3,
    }


DEEP: list[Event] = [
    ev.CircleMoved(1, 0),
    *(ev.CircleAdded("", f"deep-{parent}", parent) for parent in (None, 2, 3, 4, 5)),
]
"""The second circle inside the first, then a chain of five beside them."""
CIRCLES = [
    Row("inside one below the first", HALL, circle(-1), UNKNOWN),
    Row("inside one behind the last", HALL, circle(2), UNKNOWN),
    Row("inside the first", HALL, circle(0), 2, added(0)),
    Row("inside the last", HALL, circle(1), 2, added(1)),
    Row("elsewhere", HALL, circle(None, Place.REMOTE), 2, added(None, Place.REMOTE)),
    Row("another name for one below the first", HALL, ev.CircleChanged(-1, "D"), UNKNOWN),
    Row("another name for one behind the last", HALL, ev.CircleChanged(2, "D"), UNKNOWN),
    Row("another name for the first", HALL, ev.CircleChanged(0, "D"), 0, {"people.circles[0].name": "D"}),
    Row("another name for the last", HALL, ev.CircleChanged(1, "D"), 1, {"people.circles[1].name": "D"}),
    Row("one below the first is put inside another", HALL, ev.CircleMoved(-1, 0), UNKNOWN),
    Row("one behind the last is put inside another", HALL, ev.CircleMoved(2, 0), UNKNOWN),
    Row("put inside one below the first", HALL, ev.CircleMoved(0, -1), UNKNOWN),
    Row("put inside one behind the last", HALL, ev.CircleMoved(0, 2), UNKNOWN),
    Row("put inside itself", HALL, ev.CircleMoved(0, 0), NESTED),
    Row("put inside what it contains", [*HALL, ev.CircleMoved(1, 0)], ev.CircleMoved(0, 1), NESTED),
    Row("the last is put inside the first", HALL, ev.CircleMoved(1, 0), 1, {"people.circles[1].parent": 0}),
    Row("the first is put inside the last", HALL, ev.CircleMoved(0, 1), 0, {"people.circles[0].parent": 1}),
    Row("taken out", [*HALL, ev.CircleMoved(1, 0)], ev.CircleMoved(1), 1, {"people.circles[1].parent": None}),
    Row("the sixth level", [*HALL, *DEEP[:5]], ev.CircleMoved(0, 5), 0, {"people.circles[0].parent": 5}),
    Row("a seventh level, by what it contains", [*HALL, *DEEP], ev.CircleMoved(0, 6), NESTED),
    Row("one below the first is done", HALL, ev.CircleDone(-1, on=True), UNKNOWN),
    Row("one behind the last is done", HALL, ev.CircleDone(2, on=True), UNKNOWN),
    Row("the last is done", HALL, ev.CircleDone(1, on=True), 1, {"people.circles[1].done": True}),
    Row(
        "it is not done after all",
        [*HALL, ev.CircleDone(1, on=True)],
        ev.CircleDone(1, on=False),
        1,
        {"people.circles[1].done": False},
    ),
]

PRINTED: list[Event] = [*HALL, ev.CardsPrinted(A, ["card-a"]), ev.CardsPrinted(None, ["card"])]


HALF = AT // 30_000  # half minutes, see `engine.oddities`


def seat(circle: int | None, secret: str = "", **more: Any) -> dict[str, Any]:
    out: dict[str, Any] = {"people.seats[5]": Seat(SEQ, circle, "en", secret, half=HALF, **more), "people.count": 5}
    if circle is not None:
        out[f"people.circles[{circle}].seats"] = 3 if circle == A else 2
    return {**out, **({f"people.seat_of_hash[{secret}]": 5} if secret else {})}


SEATS = [
    Row("a circle below the first", HALL, ev.SeatTaken("", "en", -1), UNKNOWN),
    Row("a circle behind the last", HALL, ev.SeatTaken("", "en", 2), UNKNOWN),
    Row("the last circle", HALL, ev.SeatTaken("secret", "en", B), 5, seat(B, "secret")),
    Row("no circle, and typed by a scribe", HALL, ev.SeatTaken("", "en", scribe=1), 5, seat(None, scribe=1)),
    Row("a card that was never printed", PRINTED, ev.SeatTaken("", "en", A, card="none"), UNKNOWN),
    Row(
        "a card that was used",
        [*PRINTED, ev.SeatTaken("", "en", card="card-a")],
        ev.SeatTaken("", "en", card="card-a"),
        USED,
    ),
    Row(
        "a card names the circle, whatever else is named",
        PRINTED,
        ev.SeatTaken("", "en", B, card="card-a"),
        5,
        {**seat(A), "people.used_cards": {"card-a"}, "people.seat_of_card[card-a]": 5},
    ),
    Row(
        "a card of no circle leaves the circle that is named",
        PRINTED,
        ev.SeatTaken("", "en", B, card="card"),
        5,
        {**seat(B), "people.used_cards": {"card"}, "people.seat_of_card[card]": 5},
    ),
    Row(
        "another card of a printing of which one was used",
        [*PRINTED, ev.SeatTaken("", "en", card="card-a")],
        ev.SeatTaken("", "en", card="card"),
        6,
        {
            "people.seats[6]": Seat(SEQ, None, "en", "", half=HALF),
            "people.count": 6,
            "people.used_cards": {"card", "card-a"},
            "people.seat_of_card[card]": 6,
        },
    ),
]

FIVE: list[Event] = [*HALL, ev.SeatTaken("fifth", "en")]
DOOR = [
    Row(
        "cards only, for a hundred and five",
        HALL,
        ev.DoorSet(Door.CARDS, 105),
        None,
        {"course.door": Door.CARDS, "course.most_seats": 105},
    ),
    Row("open as before", HALL, ev.DoorSet(Door.OPEN), None),
    Row("a bound that would count single people", HALL, ev.DoorSet(Door.OPEN, 7), UNKNOWN),
    Row("a bound of nobody", HALL, ev.DoorSet(Door.OPEN, 0), UNKNOWN),
    Row("the door is closed", [*HALL, ev.DoorSet(Door.CLOSED)], ev.SeatTaken("", "en"), Refusal.DOOR_CLOSED),
    Row("without a card", [*HALL, ev.DoorSet(Door.CARDS)], ev.SeatTaken("", "en"), Refusal.NO_CARD),
    Row("all places are taken", [*FIVE, ev.DoorSet(Door.OPEN, 5)], ev.SeatTaken("", "en"), Refusal.FULL),
    Row("a steward asks for cards", HALL, ev.SeatCardsWanted(0, 4), A, {"people.circles[0].cards_wanted": 4}),
    Row("who holds no duty asks for cards", HALL, ev.SeatCardsWanted(1, 4), Refusal.NOT_YOURS),
    *(Row(why, HALL, ev.SeatCardsWanted(number, 4), UNKNOWN) for number, why in NOBODY),
    Row("no seats are revoked", HALL, ev.SeatsRevoked([], "why"), UNKNOWN),
    Row("a seat that nobody ever had is revoked", HALL, ev.SeatsRevoked([0, 99], "why"), UNKNOWN),
    *(Row(why, HALL, ev.SeatClosed(number, on=True), UNKNOWN) for number, why in NOBODY),
    Row("a seat is closed", HALL, ev.SeatClosed(1, on=True, reason="why"), 1, {"people.closed[1]": "why"}),
    Row(
        "it is opened again",
        [*HALL, ev.SeatClosed(1, on=True, reason="why")],
        ev.SeatClosed(1, on=False),
        1,
        {"people.closed[1]": GONE},
    ),
    Row("a seat that nobody ever had is restored", HALL, ev.SeatsRestored([99]), UNKNOWN),
    Row(
        "a new seat is revoked",
        FIVE,
        ev.SeatsRevoked([5], "why"),
        1,
        {
            "people.seats[5].alive": False,
            "people.seats[5].revoked": SEQ,
            "people.count": 4,
            f"people.revocations[{SEQ}]": "why",
            "desires.tally.aside[5]": {},
        },
    ),
    Row(
        "it is restored",
        [*FIVE, ev.SeatsRevoked([5], "why")],
        ev.SeatsRestored([5]),
        1,
        {
            "people.seats[5].alive": True,
            "people.seats[5].revoked": None,
            "people.count": 5,
            "people.revocations[17]": GONE,
        },
    ),
]

ANSWERED: list[Event] = [*HALL, ev.Responded(0, 1, 1), ev.Responded(3, 0, 0)]  # type: ignore[arg-type]
CHANGES = [
    *(Row(why, HALL, ev.SeatChanged(number, language="he"), UNKNOWN) for number, why in NOBODY),
    Row("to a circle below the first", HALL, ev.SeatChanged(0, circle=-1), UNKNOWN),
    Row("to a circle behind the last", HALL, ev.SeatChanged(0, circle=2), UNKNOWN),
    Row("to the circle where it is: the duty stays", HALL, ev.SeatChanged(0, circle=A), 0),
    Row(
        "to another circle: the duty goes, and the answers count there",
        ANSWERED,
        ev.SeatChanged(0, circle=B),
        0,
        {
            "people.seats[0].circle": B,
            "people.seats[0].moved": SEQ,
            "people.seats[0].changed_circle_in": 1,
            "people.seats[0].steward": False,
            "people.circles[0].seats": 1,
            "people.circles[1].seats": 2,
            "desires.tally._by_circle[1, 1]": 0,
            "desires.tally._by_circle[2, 1]": 1,
        },
    ),
    Row(
        "from no circle to one",
        ANSWERED,
        ev.SeatChanged(3, circle=B),
        3,
        {
            "people.seats[3].circle": B,
            "people.seats[3].moved": SEQ,
            "people.seats[3].changed_circle_in": 1,
            "people.circles[1].seats": 2,
            "desires.tally._by_circle[0, 0]": 0,
            "desires.tally._by_circle[2, 0]": 1,
        },
    ),
    Row(
        "to pages in a language that it did not read",
        [*HALL, ev.LanguageUnread(1, "he")],
        ev.SeatChanged(1, language="he"),
        1,
        {"people.seats[1].language": "he", "people.seats[1].unread[0]": GONE},
    ),
    Row(
        "to pages in a language that it reads",
        [*HALL, ev.LanguageUnread(1, "he", on=False)],
        ev.SeatChanged(1, language="he"),
        1,
        {"people.seats[1].language": "he", "people.seats[1].also_reads[0]": GONE},
    ),
    Row(
        "to pages in another language: what it does not read stays",
        [*HALL, ev.LanguageUnread(1, "he")],
        ev.SeatChanged(1, language="fr"),
        1,
        {"people.seats[1].language": "fr"},
    ),
    Row(
        "to another phone: the former secret opens nothing",
        HALL,
        ev.SeatChanged(0, secret_hash="new"),  # noqa: S106
        0,
        {
            "people.seats[0].secret_hash": "new",
            "people.void[hash-0]": 0,
            "people.seat_of_hash[hash-0]": GONE,
            "people.seat_of_hash[new]": 0,
        },
    ),
    Row(
        "to a first phone",
        HALL,
        ev.SeatChanged(3, secret_hash="new"),  # noqa: S106
        3,
        {"people.seats[3].secret_hash": "new", "people.seat_of_hash[new]": 3},
    ),
]

NO_WAY: list[Event] = [*HALL, ev.SeatTaken("", "en", A, scribe=0)]
WAY: list[Event] = [*HALL, ev.WayBackKept(0, "way")]
LOST: list[Event] = [*HALL, ev.PhoneLost(0, "card")]
WAYS = [
    *(
        Row(f"a way back to {why}", NO_WAY, kind(number, "way"), UNKNOWN)
        for kind in (ev.WayBackKept, ev.PhoneLost)
        for number, why in (*NOBODY[:1], (6, "a seat behind the last"), NOBODY[2], (5, "a person who is typed for"))
    ),
    *(Row("a code that another seat has", WAY, kind(1, "way"), USED) for kind in (ev.WayBackKept, ev.PhoneLost)),
    Row(
        "a way back",
        HALL,
        ev.WayBackKept(0, "way"),
        0,
        {"people.seats[0].ways[0]": "way", "people.seat_of_way[way]": 0},
    ),
    Row(
        "a new way back makes the former one void",
        WAY,
        ev.WayBackKept(0, "new"),
        0,
        {"people.seats[0].ways[0]": "new", "people.seat_of_way[new]": 0, "people.seat_of_way[way]": GONE},
    ),
    Row(
        "a lost phone: its secret and its way back are void at once",
        WAY,
        ev.PhoneLost(0, "card"),
        0,
        {
            "people.seats[0].ways[0]": "",
            "people.seats[0].ways[1]": "card",
            "people.seat_of_way[card]": 0,
            "people.seat_of_way[way]": GONE,
            "people.seats[0].secret_hash": "",
            "people.seat_of_hash[hash-0]": GONE,
            "people.void[hash-0]": 0,
        },
    ),
    Row("opened by a way back that nobody has", HALL, ev.SeatChanged(0, secret_hash="new", way="no"), USED),  # noqa: S106
    Row("opened by that of another seat", WAY, ev.SeatChanged(1, secret_hash="new", way="way"), USED),  # noqa: S106
    Row(
        "opened by a way back: it is used up, and the former secret is void",
        WAY,
        ev.SeatChanged(0, secret_hash="new", way="way"),  # noqa: S106
        0,
        {
            "people.seats[0].ways[0]": GONE,
            "people.seat_of_way[way]": GONE,
            "people.seats[0].opened_by": "kept",
            "people.seats[0].secret_hash": "new",
            "people.seat_of_hash[hash-0]": GONE,
            "people.seat_of_hash[new]": 0,
            "people.void[hash-0]": 0,
        },
    ),
    Row(
        "opened by a card of a host",
        LOST,
        ev.SeatChanged(0, secret_hash="new", way="card"),  # noqa: S106
        0,
        {
            "people.seats[0].ways[0]": GONE,
            "people.seats[0].ways[1]": GONE,
            "people.seat_of_way[card]": GONE,
            "people.seats[0].opened_by": "host",
            "people.seats[0].secret_hash": "new",
            "people.seat_of_hash[new]": 0,
        },
    ),
]

UNREAD = [
    *(Row(why, HALL, ev.LanguageUnread(number, "he"), UNKNOWN) for number, why in NOBODY),
    Row("a language that the gathering does not have", HALL, ev.LanguageUnread(0, "fr"), UNKNOWN),
    Row("a language that it does not have, off", HALL, ev.LanguageUnread(0, "fr", on=False), UNKNOWN),
    Row("the language of one's own pages", HALL, ev.LanguageUnread(0, "en"), UNKNOWN),
    Row("one's own pages are read", HALL, ev.LanguageUnread(0, "en", on=False), 0),
    Row("another language", HALL, ev.LanguageUnread(0, "he"), 0, {"people.seats[0].unread[0]": "he"}),
    Row("twice", [*HALL, ev.LanguageUnread(0, "he")], ev.LanguageUnread(0, "he"), 0),
    Row(
        "another language that it reads",
        HALL,
        ev.LanguageUnread(0, "he", on=False),
        0,
        {"people.seats[0].also_reads[0]": "he"},
    ),
    Row(
        "one that it reads no more",
        [*HALL, ev.LanguageUnread(0, "he", on=False)],
        ev.LanguageUnread(0, "he"),
        0,
        {"people.seats[0].unread[0]": "he", "people.seats[0].also_reads[0]": GONE},
    ),
    Row(
        "a language that only a desire has",
        [*HALL, ev.DesireSaid(None, "Joie", "fr")],
        ev.LanguageUnread(0, "fr"),
        0,
        {"people.seats[0].unread[0]": "fr"},
    ),
    Row(
        "off again",
        [*HALL, ev.LanguageUnread(0, "he")],
        ev.LanguageUnread(0, "he", on=False),
        0,
        {"people.seats[0].unread[0]": GONE, "people.seats[0].also_reads[0]": "he"},
    ),
]

TEN: list[Event] = [*HALL, *(ev.SeatTaken(f"ten-{n}", "en", A) for n in range(7))]  # nine of A: seats 0, 1, 5 to 11
SCRIBED = ev.SeatTaken("", "en", A, scribe=0, bounded=True)
BOUNDED = [
    Row(
        "typed for in a circle of nine of ten",
        TEN,
        SCRIBED,
        12,
        {
            "people.seats[12]": Seat(SEQ, A, "en", "", scribe=0, half=HALF),
            "people.count": 12,
            "people.circles[0].seats": 10,
        },
    ),
    Row("typed for in a full circle", [*TEN, SCRIBED], SCRIBED, Refusal.NO_ROOM),
    Row("typed for in a circle that hosts made smaller", [*TEN, ev.CircleChanged(A, "A", 9)], SCRIBED, Refusal.NO_ROOM),
    Row(
        "typed for in a full circle of ten with nine cards",
        [*TEN, ev.CardsPrinted(A, [f"c{n}" for n in range(9)]), SCRIBED],
        SCRIBED,
        Refusal.NO_ROOM,
    ),
    Row(
        "typed for in a circle of eleven cards",
        [*TEN, ev.CardsPrinted(A, [f"c{n}" for n in range(11)]), SCRIBED],
        SCRIBED,
        13,
        {
            "people.seats[13]": Seat(SEQ, A, "en", "", scribe=0, half=HALF),
            "people.count": 13,
            "people.circles[0].seats": 11,
        },
    ),
    Row("another size", HALL, ev.CircleChanged(A, "A", 7), 0, {"people.circles[0].size": 7}),
    Row(
        "a name alone leaves the size",
        [*HALL, ev.CircleChanged(A, "A", 7)],
        ev.CircleChanged(A, "D"),
        0,
        {"people.circles[0].name": "D"},
    ),
]

ASKED: list[Event] = [*HALL, ev.DutyRequested(1)]
NOBODY_TYPED = (*NOBODY, (3, "a person of no circle"), (5, "a person for whom somebody types"))
WITH_TYPED: list[Event] = [*HALL, ev.SeatTaken("", "en", A, scribe=0)]
REQUESTS = [
    *(Row(why, WITH_TYPED, ev.DutyRequested(number), UNKNOWN) for number, why in NOBODY_TYPED),
    Row("somebody asks", HALL, ev.DutyRequested(1), 1, {"people.duties.asked": {1}}),
    Row("who holds it asks for nothing", HALL, ev.DutyRequested(0), 0),
    Row(
        "the request is taken back, and the yes with it",
        [*ASKED, ev.DutyAnswered(0, 1)],
        ev.DutyRequested(1, on=False),
        1,
        {"people.duties.asked": set(), "people.duties.yes[1]": GONE},
    ),
    *(
        Row(why, [*WITH_TYPED, ev.DutyRequested(1)], ev.DutyAnswered(number, 1), UNKNOWN)
        for number, why in NOBODY_TYPED
    ),
    *(Row(f"about {why}", WITH_TYPED, ev.DutyAnswered(0, number), UNKNOWN) for number, why in NOBODY_TYPED),
    Row("an answer about oneself", ASKED, ev.DutyAnswered(1, 1), UNKNOWN),
    Row("an answer from another circle", ASKED, ev.DutyAnswered(2, 1), UNKNOWN),
    Row("about somebody who does not ask", HALL, ev.DutyAnswered(0, 1), UNKNOWN),
    Row("a yes", ASKED, ev.DutyAnswered(0, 1), 1, {"people.duties.yes[1]": {0}}),
    Row("a no where no yes was", ASKED, ev.DutyAnswered(0, 1, on=False), 1, {"people.duties.yes[1]": set()}),
    Row(
        "a yes taken back",
        [*ASKED, ev.DutyAnswered(0, 1)],
        ev.DutyAnswered(0, 1, on=False),
        1,
        {"people.duties.yes[1]": set()},
    ),
    Row("a no to who holds it", HALL, ev.DutyAnswered(1, 0, on=False), 0, {"people.duties.no[0]": {1}}),
    Row(
        "they may keep it",
        [*HALL, ev.DutyAnswered(1, 0, on=False)],
        ev.DutyAnswered(1, 0),
        0,
        {"people.duties.no[0]": set()},
    ),
    *(
        Row(f"given in {why}", HALL, kind(circle, 0), UNKNOWN)
        for kind in (ev.DutyGiven, ev.DutySettled)
        for circle, why in ((-1, "a circle below the first"), (2, "a circle behind the last"))
    ),
    *(
        Row(f"given to {why}", HALL, kind(A, number), UNKNOWN)
        for kind in (ev.DutyGiven, ev.DutySettled)
        for number, why in ((-1, "a seat below the first"), (5, "a seat behind the last"), (2, "another circle"))
    ),
    *(
        Row(
            "it passes on, with the people for whom somebody types, and what was asked and answered is over",
            [*WITH_TYPED, ev.DutyRequested(1), ev.DutyAnswered(0, 1), ev.DutyAnswered(1, 0, on=False)],
            kind(A, 1),
            1,
            {
                "people.seats[0].steward": False,
                "people.seats[1].steward": True,
                "people.seats[5].scribe": 1,
                "people.duties.asked": set(),
                "people.duties.yes[1]": GONE,
                "people.duties.no[0]": GONE,
            },
        )
        for kind in (ev.DutyGiven, ev.DutySettled)
    ),
    *(
        Row("it ends", HALL, kind(A, 0, on=False), 0, {"people.seats[0].steward": False})
        for kind in (ev.DutyGiven, ev.DutySettled)
    ),
    *(
        Row(
            "whoever held it before an erased person does not get it back",
            WITH_TYPED,
            kind(A, 4),
            4,
            {"people.seats[0].steward": False},
        )
        for kind in (ev.DutyGiven, ev.DutySettled)
    ),
]

DUTY = [
    *(Row(why, HALL, ev.StewardNamed(number, on=True), UNKNOWN) for number, why in NOBODY),
    Row("a person of no circle", HALL, ev.StewardNamed(3, on=True), UNKNOWN),
    Row("a person of a circle", HALL, ev.StewardNamed(1, on=True), 1, {"people.seats[1].steward": True}),
    Row("taken from them", HALL, ev.StewardNamed(0, on=False), 0, {"people.seats[0].steward": False}),
]

ERASED = [
    *(Row(why, HALL, ev.SeatErased(number), UNKNOWN) for number, why in NOBODY),
    Row("the first seat", HALL, ev.SeatErased(0), 0, {"people.erasing": {0}}),
    Row("two at a time", [*HALL, ev.SeatErased(0)], ev.SeatErased(3), 3, {"people.erasing": {0, 3}}),
]

CARDS = [
    Row("for a circle below the first", HALL, ev.CardsPrinted(-1, ["new"]), UNKNOWN),
    Row("for a circle behind the last", HALL, ev.CardsPrinted(2, ["new"]), UNKNOWN),
    Row(
        "for the last circle",
        HALL,
        ev.CardsPrinted(B, ["new"]),
        1,
        {"people.card_codes[new]": B, "people.circles[1].cards": 1},
    ),
    Row("for no circle", PRINTED, ev.CardsPrinted(None, ["new"]), 3, {"people.card_codes[new]": None}),
    Row("a code that is printed already stays with its circle", PRINTED, ev.CardsPrinted(B, ["card-a"]), 2),
]

ROWS = [*CIRCLES, *SEATS, *DOOR, *BOUNDED, *CHANGES, *WAYS, *UNREAD, *REQUESTS, *DUTY, *ERASED, *CARDS]
