"""Rules of the terms, of consent to them, and of the erasure when the term is over."""

from __future__ import annotations

from typing import Any

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.model.actor import HOUSE
from oneheart.model.prayer import DraftsBy
from tests.support.rules.people import NOBODY
from tests.support.rules.scene import AT, GONE, SEQ, By, Row, hall

HALL = hall()
UNKNOWN, STALE, CLOSED, CONSENT = Refusal.UNKNOWN, Refusal.STALE, Refusal.CLOSED, Refusal.CONSENT


def terms(version: int, days: int | None, run_by: str = "", **more: Any) -> ev.Settings:
    about = {"version": version, "keep_days": days, "run_by": run_by, **more}
    return ev.Settings("x", {"en": "What do you want?"}, "ten", ["en", "he"], **about)


TERMED = [*HALL, terms(1, 30)]
AGREED = [*TERMED, By("s0", ev.ConsentGiven(0, 2))]
REMAINS = ev.Purged([], people=5)
ADDRESS: dict[str, Any] = {"drafts": DraftsBy.ADDRESS, "drafts_address": "models.example.org"}

SETTINGS = [
    Row(
        "a term is set: it is the second version of the terms",
        HALL,
        terms(1, 30, "We"),
        2,
        {
            "course.settings": terms(1, 30, "We"),
            "course.settings_version": 2,
            "keeping.days": 30,
            "keeping.run_by": "We",
            "keeping.version": 2,
        },
    ),
    Row("a term is taken away", TERMED, terms(2, None), UNKNOWN),
    Row(
        "lines are sent to an address from now on: all agree anew",
        TERMED,
        SENT := terms(2, 30, **ADDRESS),
        3,
        {
            "course.settings": SENT,
            "course.settings_version": 3,
            "keeping.version": 3,
            "keeping.sent_to": "models.example.org",
            "keeping.sent_since": SEQ,
        },
    ),
    Row(
        "lines are sent no more: nobody needs to agree to that",
        [*TERMED, SENT],
        terms(3, 30),
        4,
        {
            "course.settings": terms(3, 30),
            "course.settings_version": 4,
            "keeping.sent_to": "",
            "keeping.sent_since": None,
        },
    ),
    Row("lines are sent, and nobody would agree", HALL, terms(1, None, **ADDRESS), UNKNOWN),
    Row("lines are sent to an address without a name", TERMED, terms(2, 30, drafts=DraftsBy.ADDRESS), UNKNOWN),
    Row("an address, and nothing is sent", TERMED, terms(2, 30, drafts_address="models.example.org"), UNKNOWN),
]

CONSENTS = [
    *(Row(why, HALL, ev.ConsentGiven(seat, 1), UNKNOWN) for seat, why in NOBODY),
    Row("of former terms", TERMED, ev.ConsentGiven(0, 1), STALE),
    Row("of the present terms", TERMED, ev.ConsentGiven(0, 2), 0, {"keeping.agreed": {0: (2, 30)}}),
]

CONFIDED = [
    Row("without consent", TERMED, ev.DesireSaid(1, "Peace", "en"), CONSENT),
    Row("without consent", TERMED, ev.Responded(1, 0, 1), CONSENT),  # type: ignore[arg-type]
    Row(
        "with consent",
        AGREED,
        ev.Present(0, 0),
        0,
        PRESENT := {
            "people.seats[0].presences[0]": 0,
            "company.occasions[0].present": 1,
            "company.first_day": 0,
            "company.days": {0: 0},
        },
    ),
]

PURGES = [
    Row("by a host", TERMED, REMAINS, Refusal.NOT_YOURS),
    Row("without a term", HALL, REMAINS, CLOSED, by=HOUSE),
    Row("a second time", [*TERMED, By(HOUSE, REMAINS)], REMAINS, CLOSED, by=HOUSE),
    Row(
        "the term is over",
        [*AGREED, By("h0", ev.Ended(), at=2000)],
        REMAINS,
        None,
        {
            "keeping.purged_at": AT,
            "keeping.kept": REMAINS,
            "keeping.agreed[0][0]": GONE,
            "keeping.agreed[0][1]": GONE,
            "people.erasing": {0, 1, 2, 3},
        },
        by=HOUSE,
    ),
]

ROWS = [*SETTINGS, *CONSENTS, *CONFIDED, *PURGES]
