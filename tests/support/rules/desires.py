"""Rules of desires: saying, joining, taking back, deciding, translating, answering."""

from __future__ import annotations

from typing import Any

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.desires import LiveDesire
from oneheart.model.desire import Moderation
from tests.support.rules.people import NOBODY
from tests.support.rules.scene import (
    GONE,
    SEQ,
    A,
    B,
    By,
    Event,
    Row,
    hall,
    reading,
    sealed,
    stages,
    weaving,
)

UNKNOWN, CLOSED, NOT_YOURS, QUOTA, STALE = (
    Refusal.UNKNOWN,
    Refusal.CLOSED,
    Refusal.NOT_YOURS,
    Refusal.QUOTA,
    Refusal.STALE,
)
HALL = hall()
NO_DESIRE = ((-1, "a desire below the first"), (4, "a desire behind the last"))


def said(seat: int | None, **more: Any) -> ev.DesireSaid:
    return ev.DesireSaid(seat, "New", "en", **more)


def new(author: int | None, circle: int | None = None, *, travels: bool = True, number: int = 4, **more: Any) -> Any:
    """Return what a new desire changes: itself, its place in the arrays, and its author's list."""
    fields = {"stem": "", "grew_from": None, "line_of": None, "carried_by": None, **more}
    changes = {
        f"desires.entries[{number}]": LiveDesire(SEQ, author, "New", "en", circle=circle, **fields),
        "desires.tally.desires": number + 1,
    }
    if travels:
        changes[f"desires._travels[{number}]"] = True
    if circle is not None:
        changes[f"desires._circles[{number}]"] = circle
    return changes


def mine(seat: int, place: int, number: int = 4) -> dict[str, int]:
    return {f"people.seats[{seat}].desires[{place}]": number}


TWO: list[Event] = [*HALL, said(1), said(1)]  # desires 4 and 5
THREE: list[Event] = [*TWO, said(1)]  # and 6
OUR_LINE: list[Event] = [*HALL, ev.DesireSaid(0, "Line", "en", line_of=A)]
CARRIED: list[Event] = [*HALL, ev.DesireSaid(0, "Carried", "en", carried_by=A)]
CROSSING: list[Event] = [*HALL, *stages("crossing")]

SAYING = [
    *(Row(why, HALL, said(number), UNKNOWN) for number, why in NOBODY),
    *(Row(f"grown from {why}", HALL, said(1, grew_from=number), UNKNOWN) for number, why in NO_DESIRE),
    Row(
        "grown from the first",
        HALL,
        said(1, grew_from=0, stem="that"),
        4,
        {**new(1, A, grew_from=0, stem="that"), **mine(1, 0)},
    ),
    Row("grown from the last", HALL, said(1, grew_from=3), 4, {**new(1, A, grew_from=3), **mine(1, 0)}),
    Row("by a person of no circle", HALL, said(3), 4, {**new(3), **mine(3, 0)}),
    Row("by hosts: it is accepted", HALL, said(None), 4, new(None, moderation=Moderation.ACCEPTED)),
    Row("a line without the duty", HALL, said(1, line_of=A), NOT_YOURS),
    Row("a line of another circle", HALL, said(0, line_of=B), NOT_YOURS),
    Row("a line of no circle", HALL, said(0, line_of=7), NOT_YOURS),
    Row("carried without the duty", HALL, said(1, carried_by=A), NOT_YOURS),
    Row("carried by another circle", HALL, said(0, carried_by=B), NOT_YOURS),
    Row(
        "a line of their own circle",
        HALL,
        said(0, line_of=A),
        4,
        {**new(0, A, line_of=A), **mine(0, 1), "people.circles[0].line": 4},
    ),
    Row(
        "carried by their own circle",
        HALL,
        said(0, carried_by=A),
        4,
        {**new(0, A, carried_by=A), **mine(0, 1), "people.circles[0].carried": 4},
    ),
    Row(
        "a line that is carried too is the line",
        HALL,
        said(0, line_of=A, carried_by=A),
        4,
        {**new(0, A, line_of=A, carried_by=A), **mine(0, 1), "people.circles[0].line": 4},
    ),
    Row(
        "another line takes the place of the former one, which travels no more",
        OUR_LINE,
        said(0, line_of=A),
        5,
        {
            **new(0, A, line_of=A, number=5),
            **mine(0, 2, 5),
            "people.circles[0].line": 5,
            "people.circles[0].replaced": 4,
            "desires.entries[4].withdrawn": True,
            "desires._travels[4]": False,
        },
    ),
    Row(
        "another carried desire takes the place of the former one, not of the line",
        [*CARRIED, ev.DesireSaid(0, "Line", "en", line_of=A)],
        said(0, carried_by=A),
        6,
        {
            **new(0, A, carried_by=A, number=6),
            **mine(0, 3, 6),
            "people.circles[0].carried": 6,
            "desires.entries[4].withdrawn": True,
            "desires._travels[4]": False,
        },
    ),
    Row("the third that travels", TWO, said(1), 6, {**new(1, A, number=6), **mine(1, 2, 6)}),
    Row("a fourth that travels", THREE, said(1), QUOTA),
    Row(
        "by another, whose own are few",
        THREE,
        said(3),
        7,
        {**new(3, number=7), **mine(3, 0, 7)},
    ),
    *(
        Row(f"three beside one {why}", [*THREE, *more], said(1), 7, {**new(1, A, number=7), **mine(1, 3, 7)})
        for why, more in (
            ("taken back", [ev.DesireWithdrawn(1, 4)]),
            ("rejected", [ev.Moderated(4, "rejected")]),  # type: ignore[arg-type]
            ("joined to another", [ev.DesireJoined(1, 4, 0)]),
            ("that stands by itself since the other was erased", [ev.DesireJoined(1, 4, 3)]),
        )
    ),
    Row("about oneself counts all the same", [*THREE, ev.MarkedMeta(4, on=True)], said(1), QUOTA),
    Row(
        "a circle's line beyond their own three",
        [*HALL, said(0), said(0)],
        said(0, line_of=A),
        6,
        {**new(0, A, line_of=A, number=6), **mine(0, 3, 6), "people.circles[0].line": 6},
    ),
    Row(
        "carried by a circle beyond their own three",
        [*HALL, said(0), said(0)],
        said(0, carried_by=A),
        6,
        {**new(0, A, carried_by=A, number=6), **mine(0, 3, 6), "people.circles[0].carried": 6},
    ),
    Row(
        "a circle's line counts for nobody's three",
        [*OUR_LINE, said(0)],
        said(0),
        6,
        {**new(0, A, number=6), **mine(0, 3, 6)},
    ),
    Row(
        "in the crossing it waits for the next round",
        CROSSING,
        said(1),
        4,
        {**new(1, A, travels=False, waiting=True, round=2, said_in=1), **mine(1, 0)},
    ),
    Row(
        "in the crossing a line is in time",
        CROSSING,
        said(0, line_of=A),
        4,
        {**new(0, A, line_of=A, said_in=1), **mine(0, 1), "people.circles[0].line": 4},
    ),
    Row(
        "in the crossing what a circle carries is in time",
        CROSSING,
        said(0, carried_by=A),
        4,
        {**new(0, A, carried_by=A, said_in=1), **mine(0, 1), "people.circles[0].carried": 4},
    ),
    Row(
        "after the crossing a line waits",
        weaving(),
        said(0, line_of=A),
        4,
        {
            **new(0, A, line_of=A, travels=False, waiting=True, round=2, said_in=2),
            **mine(0, 1),
            "people.circles[0].line": 4,
        },
    ),
    Row(
        "by hosts it is always in time",
        weaving(),
        said(None),
        4,
        new(None, moderation=Moderation.ACCEPTED, said_in=2),
    ),
    Row(
        "where hosts decide first it does not travel",
        hall(hold=True),
        said(1),
        4,
        {**new(1, A, travels=False), **mine(1, 0)},
    ),
    Row(
        "where hosts decide first their own travels",
        hall(hold=True),
        said(None),
        4,
        new(None, moderation=Moderation.ACCEPTED),
    ),
    Row(
        "where only lines travel it is kept back",
        [*HALL, *stages("crossing", travelling="lines")],
        said(None),
        4,
        new(None, moderation=Moderation.ACCEPTED, said_in=1),
    ),
]


def answered(seat: int, desire: int, stance: int, circle: int | None, count: int = 1) -> dict[str, int]:
    """Return what the first answer to a desire changes in the tally."""
    column = {1: "_want", -1: "_against"}.get(stance)
    return {
        f"desires.tally.responses[{seat}][{desire}]": stance,
        "desires.tally.response_count": count,
        f"desires.tally._all[{desire}]": 1,
        f"desires.tally._by_circle[{0 if circle is None else circle + 1}, {desire}]": 1,
        **({} if column is None else {f"desires.tally.{column}[{desire}]": 1}),
    }


JOINED: list[Event] = [*HALL, said(1), ev.DesireJoined(1, 4, 0)]
JOINING = [
    *(Row(why, HALL, ev.DesireJoined(number, 0, 1), UNKNOWN) for number, why in NOBODY),
    *(Row(f"to {why}", HALL, ev.DesireJoined(0, 0, number), UNKNOWN) for number, why in NO_DESIRE),
    *(Row(f"own is {why}", HALL, ev.DesireJoined(0, number, 1), NOT_YOURS) for number, why in NO_DESIRE),
    Row("somebody else's", HALL, ev.DesireJoined(1, 0, 1), NOT_YOURS),
    Row("one that is joined already", JOINED, ev.DesireJoined(1, 4, 1), NOT_YOURS),
    Row(
        "one that was joined to what was erased",
        [*HALL, said(1), ev.DesireJoined(1, 4, 3)],
        ev.DesireJoined(1, 4, 0),
        NOT_YOURS,
    ),
    Row("to itself", HALL, ev.DesireJoined(0, 0, 0), NOT_YOURS),
    Row("to one that is joined to it", JOINED, ev.DesireJoined(0, 0, 4), NOT_YOURS),
    Row(
        "to another's: they want it",
        HALL,
        ev.DesireJoined(0, 0, 1),
        1,
        {
            "desires.entries[0].same_as": 1,
            "desires.joined_to[1][0]": 0,
            "desires._travels[0]": False,
            "desires.tally.responses[0][1]": 1,
            "desires.tally.response_count": 1,
            "desires.tally._all[1]": 1,
            "desires.tally._want[1]": 1,
            "desires.tally._by_circle[1, 1]": 1,
        },
    ),
    Row(
        "to the last one, which is erased: it stands by itself",
        HALL,
        ev.DesireJoined(0, 0, 3),
        3,
        {"desires.entries[0].released": True},
    ),
    Row(
        "to one that is joined: it is joined to the root",
        JOINED,
        ev.DesireJoined(2, 1, 4),
        0,
        {
            "desires.entries[1].same_as": 0,
            "desires.joined_to[0][1]": 1,
            "desires._travels[1]": False,
            "desires.tally.responses[2][0]": 1,
            "desires.tally.response_count": 2,
            "desires.tally._all[0]": 2,
            "desires.tally._want[0]": 2,
            "desires.tally._by_circle[2, 0]": 1,
        },
    ),
    Row(
        "with those that are joined to it",
        JOINED,
        ev.DesireJoined(0, 0, 1),
        1,
        {
            "desires.entries[0].same_as": 1,
            "desires.joined_to[0][0]": GONE,
            "desires.joined_to[1][0]": 0,
            "desires.joined_to[1][1]": 4,
            "desires._travels[0]": False,
            "desires.tally.responses[0][1]": 1,
            "desires.tally.response_count": 2,
            "desires.tally._all[1]": 1,
            "desires.tally._want[1]": 1,
            "desires.tally._by_circle[1, 1]": 1,
        },
    ),
]

BACK = [
    *(Row(why, HALL, ev.DesireWithdrawn(number, 0), NOT_YOURS) for number, why in NOBODY),
    *(Row(why, HALL, ev.DesireWithdrawn(0, number), NOT_YOURS) for number, why in NO_DESIRE),
    Row("somebody else's", HALL, ev.DesireWithdrawn(1, 0), NOT_YOURS),
    Row("the hosts'", HALL, ev.DesireWithdrawn(1, 2), NOT_YOURS),
    Row(
        "one's own: it leaves the hall screen",
        [*HALL, ev.DesiresShown([1, 0, 2])],
        ev.DesireWithdrawn(0, 0),
        0,
        {
            "desires.entries[0].withdrawn": True,
            "desires._travels[0]": False,
            "desires.shown[1]": 2,
            "desires.shown[2]": GONE,
        },
    ),
]


def language(seat: int, number: int, code: str) -> ev.DesireLanguage:
    return ev.DesireLanguage(seat, number, code)


LANGUAGE = [
    *(Row(why, HALL, language(number, 0, "he"), NOT_YOURS) for number, why in NOBODY),
    *(Row(why, HALL, language(0, number, "he"), NOT_YOURS) for number, why in NO_DESIRE),
    Row("of somebody else's", HALL, language(1, 0, "he"), NOT_YOURS),
    Row("one that the gathering does not have", HALL, language(0, 0, "fr"), UNKNOWN),
    Row("before the first settings", HALL[1:], language(0, 0, "en"), UNKNOWN),
    Row("of a line that is sealed", sealed(), language(0, 0, "he"), CLOSED),
    Row(
        "of one outside the sealed text",
        [*HALL, said(0), *sealed()[len(HALL) :]],
        language(0, 4, "he"),
        4,
        {"desires.entries[4].language": "he", "desires.entries[4].relabelled": True},
    ),
    Row(
        "of a line that is read",
        reading(),
        language(0, 0, "he"),
        0,
        {"desires.entries[0].language": "he", "desires.entries[0].stem": "", "desires.entries[0].relabelled": True},
    ),
    Row("the one that it has: its stem stays", HALL, language(0, 0, "en"), 0),
]


def moderated(number: int, decision: str, version: int = 0, reason: str = "") -> ev.Moderated:
    return ev.Moderated(number, decision, reason, version)  # type: ignore[arg-type]


HELD, DECIDED = hall(hold=True), [*HALL, moderated(0, "accepted")]
HOSTS = [
    *(Row(why, HALL, moderated(number, "rejected"), UNKNOWN) for number, why in NO_DESIRE),
    Row("an erased one", HALL, moderated(3, "accepted"), UNKNOWN),
    Row("an older version", DECIDED, moderated(0, "accepted"), STALE),
    Row("a version that is not there yet", HALL, moderated(0, "accepted", 1), STALE),
    Row(
        "accepted: it travels now",
        HELD,
        moderated(0, "accepted", reason="Thank you"),
        1,
        {
            "desires.entries[0].moderation": "accepted",
            "desires.entries[0].reason": "Thank you",
            "desires.entries[0].version": 1,
            "desires.entries[0].decided[0]": SEQ,
            "desires._travels[0]": True,
        },
    ),
    Row(
        "accepted: it stays on the hall screen",
        [*HALL, ev.DesiresShown([0])],
        moderated(0, "accepted"),
        1,
        {
            "desires.entries[0].moderation": "accepted",
            "desires.entries[0].version": 1,
            "desires.entries[0].decided[0]": SEQ,
        },
    ),
    Row(
        "rejected: it travels no more and leaves the hall screen",
        [*DECIDED, ev.DesiresShown([0, 2])],
        moderated(0, "rejected", 1, "Another time"),
        2,
        {
            "desires.entries[0].moderation": "rejected",
            "desires.entries[0].reason": "Another time",
            "desires.entries[0].version": 2,
            "desires.entries[0].decided[1]": SEQ,
            "desires._travels[0]": False,
            "desires.shown[0]": 2,
            "desires.shown[1]": GONE,
        },
    ),
    *(Row(why, HALL, ev.MarkedMeta(number, on=True), UNKNOWN) for number, why in NO_DESIRE),
    Row("an erased one", HALL, ev.MarkedMeta(3, on=True), UNKNOWN),
    Row("an older version", DECIDED, ev.MarkedMeta(0, on=True), STALE),
    Row("a version that is not there yet", HALL, ev.MarkedMeta(0, on=True, version=1), STALE),
    Row(
        "about oneself: it travels no more",
        DECIDED,
        ev.MarkedMeta(0, on=True, version=1),
        2,
        {"desires.entries[0].is_meta": True, "desires.entries[0].version": 2, "desires._travels[0]": False},
    ),
    Row(
        "not after all",
        [*HALL, ev.MarkedMeta(0, on=True)],
        ev.MarkedMeta(0, on=False, version=1),
        2,
        {"desires.entries[0].is_meta": False, "desires.entries[0].version": 2, "desires._travels[0]": True},
    ),
    *(Row(why, HALL, ev.DesiresShown([0, number]), UNKNOWN) for number, why in NO_DESIRE),
    Row("none", [*HALL, ev.DesiresShown([0])], ev.DesiresShown([]), None, {"desires.shown[0]": GONE}),
    Row("in this order", HALL, ev.DesiresShown([2, 0]), None, {"desires.shown[0]": 2, "desires.shown[1]": 0}),
    Row(
        "without what is erased, taken back or rejected",
        [*HALL, said(1), ev.DesireWithdrawn(0, 0), moderated(1, "rejected")],
        ev.DesiresShown([0, 1, 3, 4, 2]),
        None,
        {"desires.shown[0]": 4, "desires.shown[1]": 2},
    ),
]

PROPOSED: list[Event] = [*HALL, ev.Translated(1, 0)]
CONFIRMED = {
    "desires.entries[1].same_as": 0,
    "desires.joined_to[0][0]": 1,
    "desires.confirmed[0]": 1,
    "desires._travels[1]": False,
}
CALLED_SAME: list[Event] = [*PROPOSED, By("h1", ev.Translated(1, 0))]
NOT_SAME = [
    *(Row(why, HALL, ev.NotTheSame(number), UNKNOWN) for number, why in NO_DESIRE),
    Row("never called the same", HALL, ev.NotTheSame(1), UNKNOWN),
    Row("an erased one", HALL, ev.NotTheSame(3), UNKNOWN),
    Row("joined by its author", JOINED, ev.NotTheSame(4), UNKNOWN),
    Row(
        "a first word, taken back",
        PROPOSED,
        ev.NotTheSame(1),
        1,
        {
            "desires.entries[1].proposed_same_as[0]": GONE,
            "desires.entries[1].proposed_same_as[1]": GONE,
            "desires.entries[1].proposed_same_as": None,
        },
    ),
    Row(
        "two words, taken back: it travels by itself again",
        CALLED_SAME,
        ev.NotTheSame(1),
        1,
        {
            "desires.entries[1].proposed_same_as[0]": GONE,
            "desires.entries[1].proposed_same_as[1]": GONE,
            "desires.entries[1].proposed_same_as": None,
            "desires.entries[1].same_as": None,
            "desires.entries[1].apart": True,
            "desires.joined_to[0][0]": GONE,
            "desires.confirmed[0]": GONE,
            "desires._travels[1]": True,
        },
    ),
]
TRANSLATING = [
    *(Row(why, HALL, ev.Translated(number, 0), UNKNOWN) for number, why in NO_DESIRE),
    *(Row(f"the same as {why}", HALL, ev.Translated(0, number), UNKNOWN) for number, why in NO_DESIRE),
    Row("the same as itself", HALL, ev.Translated(0, 0), UNKNOWN),
    Row("the same as one that is joined to it", JOINED, ev.Translated(0, 4), UNKNOWN),
    Row("one that is joined", JOINED, ev.Translated(4, 1), UNKNOWN),
    Row("one that was joined to what was erased", [*HALL, ev.DesireJoined(0, 0, 3)], ev.Translated(0, 1), UNKNOWN),
    Row("an erased one", HALL, ev.Translated(3, 0), UNKNOWN),
    Row("twice by the same host", PROPOSED, ev.Translated(1, 0), NOT_YOURS),
    Row(
        "twice by the same host, by way of one that is joined",
        [*JOINED, ev.Translated(1, 0)],
        ev.Translated(1, 4),
        NOT_YOURS,
    ),
    Row(
        "a first word",
        HALL,
        ev.Translated(1, 0),
        None,
        {
            "desires.entries[1].proposed_same_as[0]": 0,
            "desires.entries[1].proposed_same_as[1]": "h0",
            "desires.entries[1].proposed_same_as": GONE,
        },
    ),
    Row("a second word", PROPOSED, ev.Translated(1, 0), 0, CONFIRMED, by="h1"),
    Row(
        "a second word, by way of one that is joined",
        [*JOINED, ev.Translated(1, 0)],
        ev.Translated(1, 4),
        0,
        {
            "desires.entries[1].same_as": 0,
            "desires.joined_to[0][1]": 1,
            "desires.confirmed[0]": 1,
            "desires._travels[1]": False,
        },
        by="h1",
    ),
    Row(
        "another word takes the place of the first, by the same host",
        PROPOSED,
        ev.Translated(1, 2),
        None,
        {"desires.entries[1].proposed_same_as[0]": 2},
    ),
    Row(
        "another word takes the place of the first, by another host",
        PROPOSED,
        ev.Translated(1, 2),
        None,
        {"desires.entries[1].proposed_same_as[0]": 2, "desires.entries[1].proposed_same_as[1]": "h1"},
        by="h1",
    ),
    Row(
        "the same as what is erased: it stands by itself",
        [*HALL, ev.Translated(1, 3)],
        ev.Translated(1, 3),
        3,
        {"desires.entries[1].released": True},
        by="h1",
    ),
]


def respond(seat: int, number: int, stance: int) -> ev.Responded:
    return ev.Responded(seat, number, stance)  # type: ignore[arg-type]


def first_card(seat: int, version: int = 0) -> dict[str, int]:
    return {f"people.seats[{seat}].cards": 1, **({f"people.seats[{seat}].cards_version": version} if version else {})}


WAITS: list[Event] = [*CROSSING, said(1)]
ONCE: list[Event] = [*HALL, respond(1, 0, 1)]
ANSWERS = [
    *(Row(why, HALL, respond(number, 0, 1), UNKNOWN) for number, why in NOBODY),
    *(Row(why, HALL, respond(0, number, 1), UNKNOWN) for number, why in NO_DESIRE),
    Row("an erased one", HALL, respond(0, 3, 1), UNKNOWN),
    Row("one that waits for the next round", WAITS, respond(0, 4, 1), UNKNOWN),
    Row("the answers are closed", weaving(), respond(0, 1, 1), CLOSED),
    Row("against, in a ten", HALL, respond(0, 1, -1), Refusal.ONE_SIDED),
    Row("against, in an assembly", hall("assembly"), respond(0, 1, -1), 1, {**answered(0, 1, -1, A), **first_card(0)}),
    Row("not mine, in a ten", HALL, respond(0, 1, 0), 1, {**answered(0, 1, 0, A), **first_card(0)}),
    Row("in no circle", HALL, respond(3, 1, 1), 1, {**answered(3, 1, 1, None), **first_card(3)}),
    Row("in the crossing", CROSSING, respond(0, 1, 1), 1, {**answered(0, 1, 1, A), **first_card(0, 1)}),
    Row(
        "what waited, once its round is open",
        [*WAITS, *stages("weaving", "open", version=1)],
        respond(0, 4, 1),
        4,
        {**answered(0, 4, 1, A), **first_card(0, 3)},
    ),
    Row(
        "another answer to the same is no second card",
        ONCE,
        respond(1, 0, 0),
        0,
        {"desires.tally.responses[1][0]": 0, "desires.tally._want[0]": 0},
    ),
    Row(
        "a second card",
        ONCE,
        respond(1, 1, 1),
        1,
        {**answered(1, 1, 1, A, 2), "people.seats[1].cards": 2},
    ),
    Row(
        "cards are counted anew in each stage",
        [*ONCE, respond(1, 2, 1), *stages("crossing")],
        respond(1, 1, 1),
        1,
        {**answered(1, 1, 1, A, 3), "people.seats[1].cards": 1, "people.seats[1].cards_version": 1},
    ),
    Row(
        "one's own, and what was taken back or rejected",
        [*HALL, ev.DesireWithdrawn(0, 0), moderated(0, "rejected")],
        respond(0, 0, 1),
        0,
        {**answered(0, 0, 1, A), **first_card(0)},
    ),
]

ROWS = [*NOT_SAME, *SAYING, *JOINING, *BACK, *LANGUAGE, *HOSTS, *TRANSLATING, *ANSWERS]
