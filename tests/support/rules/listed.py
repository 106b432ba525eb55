"""Rules of lists of contacts: who agreed, badges, lists that hosts brought in, and what each person holds of them."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.nearness import BROUGHT_MOST, BroughtList, HeldContacts
from oneheart.model.near_by import NearBy
from tests.support.rules.people import NOBODY
from tests.support.rules.retention import TERMED
from tests.support.rules.scene import AT, GONE, SEQ, By, Event, Row, hall

HALL = hall()
UNKNOWN, NOT_YOURS, CONSENT = Refusal.UNKNOWN, Refusal.NOT_YOURS, Refusal.CONSENT
BADGE, DIGEST = "b" * 32, "a" * 32
LIST = ev.ContactsBrought(DIGEST, NearBy.BADGES, "seconds", 9)
AGREED: list[Event] = [*HALL, By("s0", ev.ContactsConsented(0))]
BROUGHT: list[Event] = [*AGREED, LIST]
KEPT = ev.ContactsKept(0, 0, bytes(8), bytes(4), bytes(4), [1], [2.5])
HELD: list[Event] = [*BROUGHT, By("s0", ev.BadgeKept(0, BADGE)), By("s0", KEPT)]
OF_LIST = {
    f"company.near.brought[0].held[0][0].{name}": GONE
    for name in ("seq", "amounts", "first", "second", "groups[0]", "minutes[0]")
}
"""What disappears of a list in which only one person held something."""

NO_LIST = ((-1, "a list below the first"), (1, "a list behind the last"))
IN = len(AGREED)  # place of the consent in the log

CONSENTS = [
    *(Row(why, HALL, ev.ContactsConsented(number), UNKNOWN) for number, why in NOBODY),
    Row("agreed", HALL, ev.ContactsConsented(0), 0, {"company.near.agreed": {0: SEQ}}),
    Row("agreed once more", AGREED, ev.ContactsConsented(0), 0),
    *(Row("of no seat", HALL, ev.ContactsTakenBack(number), UNKNOWN) for number in (-1, 99)),
    Row("never agreed", HALL, ev.ContactsTakenBack(0), 0),
    Row(
        "taken back before any list",
        AGREED,
        ev.ContactsTakenBack(0),
        0,
        {"company.near.agreed[0]": GONE},
    ),
    Row(
        "taken back with a badge and a list: both are to be erased",
        HELD,
        ev.ContactsTakenBack(0),
        0,
        {
            "company.near.agreed[0]": GONE,
            "company.near.badge_of[0][0]": GONE,
            "company.near.badge_of[0][1]": GONE,
            "company.near.badges_kept[0][0]": GONE,
            **OF_LIST,
            "company.near.due": {IN + 2: SEQ, IN + 3: SEQ},
            "company.near.torn": SEQ,
        },
    ),
]

BADGES = [
    *(Row(why, HALL, ev.BadgeKept(number, BADGE), UNKNOWN) for number, why in NOBODY),
    Row("before the person agreed", HALL, ev.BadgeKept(0, BADGE), NOT_YOURS),
    Row("without consent", [*TERMED, By("s1", ev.ContactsConsented(1))], ev.BadgeKept(1, BADGE), CONSENT),
    Row(
        "typed",
        AGREED,
        ev.BadgeKept(0, BADGE),
        0,
        {"company.near.badge_of": {0: (BADGE, False)}, "company.near.badges_kept": {0: [SEQ]}},
    ),
    Row(
        "another one, which an usher read",
        HELD,
        ev.BadgeKept(0, "c" * 32, seen=True),
        0,
        {"company.near.badge_of[0]": ("c" * 32, True), "company.near.badges_kept[0][1]": SEQ},
    ),
]

LISTS = [
    Row("without lines", HALL, ev.ContactsBrought(DIGEST, NearBy.BADGES, "seconds", 0), Refusal.UNREADABLE),
    Row("one more than a gathering keeps", [*HALL, *[LIST] * BROUGHT_MOST], LIST, Refusal.FULL),
    Row(
        "the first",
        HALL,
        LIST,
        0,
        {"company.near.brought[0]": BroughtList(DIGEST, NearBy.BADGES, "seconds", 9, [], AT)},
    ),
    *(Row(why, BROUGHT, ev.ContactsTakenOut(number), UNKNOWN) for number, why in NO_LIST),
    Row("taken out before", [*BROUGHT, ev.ContactsTakenOut(0)], ev.ContactsTakenOut(0), UNKNOWN),
    Row(
        "taken out: what people hold of it is to be erased",
        HELD,
        ev.ContactsTakenOut(0),
        0,
        {
            "company.near.brought[0].out": True,
            **OF_LIST,
            "company.near.due": {IN + 3: SEQ},
            "company.near.torn": SEQ,
        },
    ),
]

PIECES = [
    *(Row(why, BROUGHT, ev.ContactsKept(number, 0), UNKNOWN) for number, why in NOBODY),
    *(Row(why, BROUGHT, ev.ContactsKept(0, number), UNKNOWN) for number, why in NO_LIST),
    Row("of a list that was taken out", [*BROUGHT, ev.ContactsTakenOut(0)], KEPT, UNKNOWN),
    Row("of a person who did not agree", BROUGHT, ev.ContactsKept(1, 0), NOT_YOURS),
    Row("without consent", [*TERMED, By("s1", ev.ContactsConsented(1)), LIST], ev.ContactsKept(1, 0), CONSENT),
    Row("an amount too few", BROUGHT, ev.ContactsKept(0, 0, b"", bytes(4)), Refusal.UNREADABLE),
    Row("half a number", BROUGHT, ev.ContactsKept(0, 0, b"", b"", bytes(2)), Refusal.UNREADABLE),
    Row("a group without minutes", BROUGHT, ev.ContactsKept(0, 0, groups=[1]), Refusal.UNREADABLE),
    Row(
        "kept",
        BROUGHT,
        KEPT,
        0,
        {"company.near.brought[0].held": {0: [HeldContacts(SEQ, bytes(8), bytes(4), bytes(4), (1,), (2.5,))]}},
    ),
]

ROWS = [*CONSENTS, *BADGES, *LISTS, *PIECES]
