"""Rules of joining: the server joins the same words, and a person takes theirs apart again."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from tests.support.rules.people import NOBODY
from tests.support.rules.scene import GONE, Event, Row, hall

UNKNOWN, NOT_YOURS, QUOTA = Refusal.UNKNOWN, Refusal.NOT_YOURS, Refusal.QUOTA
HALL = hall()
NO_DESIRE = ((-1, "a desire below the first"), (5, "a desire behind the last"))


def said(seat: int, text: str = "New") -> ev.DesireSaid:
    return ev.DesireSaid(seat, text, "en")


COPY: list[Event] = [*HALL, said(1)]  # desire 4, of seat 1
MATCHED: list[Event] = [*COPY, ev.DesireJoined(1, 4, 0)]

MATCHING = [
    Row("by a person", COPY, ev.WordsMatched([4], 0), NOT_YOURS, by="s1"),
    Row("by a host", COPY, ev.WordsMatched([4], 0), NOT_YOURS, by="h0"),
    *(Row(f"to {why}", COPY, ev.WordsMatched([4], number), UNKNOWN, by="house") for number, why in NO_DESIRE),
    *(Row(f"of {why}", COPY, ev.WordsMatched([number], 0), UNKNOWN, by="house") for number, why in NO_DESIRE),
    Row("to itself", COPY, ev.WordsMatched([4], 4), UNKNOWN, by="house"),
    Row("what is joined already", MATCHED, ev.WordsMatched([4], 1), UNKNOWN, by="house"),
    Row("what is erased", COPY, ev.WordsMatched([3], 0), UNKNOWN, by="house"),
    Row(
        "to one that travels: its author wants that one",
        COPY,
        ev.WordsMatched([4], 0),
        0,
        {
            "desires.entries[4].same_as": 0,
            "desires.entries[4].matched": True,
            "desires.joined_to[0][0]": 4,
            "desires._travels[4]": False,
            "desires.tally.responses[1][0]": 1,
            "desires.tally.response_count": 1,
            "desires.tally._all[0]": 1,
            "desires.tally._want[0]": 1,
            "desires.tally._by_circle[1, 0]": 1,
        },
        by="house",
    ),
    Row(
        "to one that is erased: the first of the others stands for all",
        COPY,
        ev.WordsMatched([0, 4], 3),
        0,
        {
            "desires.entries[0].released": True,
            "desires.entries[3].same_as": 0,
            "desires.entries[4].same_as": 0,
            "desires.entries[4].matched": True,
            "desires.joined_to[0][0]": 3,
            "desires.joined_to[0][1]": 4,
            "desires._travels[4]": False,
            "desires.tally.responses[1][0]": 1,
            "desires.tally.response_count": 1,
            "desires.tally._all[0]": 1,
            "desires.tally._want[0]": 1,
            "desires.tally._by_circle[1, 0]": 1,
        },
        by="house",
    ),
]

FULL: list[Event] = [*MATCHED, said(1, "a"), said(1, "b"), said(1, "c")]

PARTING = [
    *(Row(why, COPY, ev.DesireParted(number, 0), NOT_YOURS) for number, why in NOBODY),
    *(Row(why, COPY, ev.DesireParted(1, number), NOT_YOURS) for number, why in NO_DESIRE),
    Row("somebody else's", MATCHED, ev.DesireParted(0, 4), NOT_YOURS),
    Row("one that is not joined", COPY, ev.DesireParted(1, 4), UNKNOWN),
    Row("beside three others that are open", FULL, ev.DesireParted(1, 4), QUOTA),
    Row(
        "one's own: it travels by itself, and what its author wants stays",
        MATCHED,
        ev.DesireParted(1, 4),
        4,
        {
            "desires.entries[4].same_as": None,
            "desires.entries[4].apart": True,
            "desires.joined_to[0][0]": GONE,
            "desires._travels[4]": True,
        },
    ),
    Row(
        "one that was joined to what was erased: it counts for the quota again",
        [*COPY, ev.DesireJoined(1, 4, 3)],
        ev.DesireParted(1, 4),
        4,
        {"desires.entries[4].released": False, "desires.entries[4].apart": True},
    ),
]

ROWS = [*MATCHING, *PARTING]
