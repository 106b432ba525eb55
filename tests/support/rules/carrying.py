"""Rules of carrying desires into other languages: saying, confirming, and what hosts decide on the words."""

from __future__ import annotations

from typing import Any

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.carried_desires import CarriedWords
from oneheart.model.desire import Moderation
from tests.support.rules.people import NOBODY
from tests.support.rules.scene import GONE, SEQ, By, Event, Row, hall, reading, sealed, stages

UNKNOWN, CLOSED, NOT_YOURS, QUOTA, STALE, CONSENT = (
    Refusal.UNKNOWN,
    Refusal.CLOSED,
    Refusal.NOT_YOURS,
    Refusal.QUOTA,
    Refusal.STALE,
    Refusal.CONSENT,
)
BOTH: list[Event] = [
    *(ev.LanguageUnread(seat, "he", on=False) for seat in (0, 1, 3)),
    ev.LanguageUnread(2, "en", on=False),
]
CROSSING: list[Event] = [*hall(), *BOTH, *stages("crossing")]
FIRST: list[Event] = [*CROSSING, ev.DesireCarried(0, 1, "en", "Bread")]
PLACE = len(FIRST)
CARRIED = f"desires.carried.words[{PLACE}]"


def carried(seat: int = 0, desire: int = 1, language: str = "en", text: str = "Bread", **more: Any) -> ev.DesireCarried:
    return ev.DesireCarried(seat, desire, language, text, **more)


def confirmed(seat: int = 1, place: int = PLACE, *, on: bool | None = True) -> ev.DesireCarryConfirmed:
    return ev.DesireCarryConfirmed(seat, place, on)


def kept(seat: int = 0, desire: int = 1, language: str = "en", source: str = "he", *, load: int = 1) -> dict[str, Any]:
    """Return what words change: themselves, and how many cards their person had."""
    loads = {f"desires.carried.loads[{seat}][0]": load} | (
        {f"desires.carried.loads[{seat}][1]": 0} if load == 1 else {}
    )
    return {f"desires.carried.words[{SEQ}]": CarriedWords(seat, desire, language, "Bread", source, None), **loads}


TWO: list[Event] = [*FIRST, carried(0, 0, "he", "Shalom")]
CONFIRMED_TWO: list[Event] = [
    *TWO,
    confirmed(1),
    confirmed(1, PLACE + 1),
    carried(3, 2, "he", "Joy in Hebrew"),
]

CARRYING = [
    *(Row(why, CROSSING, carried(number), UNKNOWN) for number, why in NOBODY),
    Row("a desire below the first", CROSSING, carried(desire=-1), UNKNOWN),
    Row("a desire behind the last", CROSSING, carried(desire=4), UNKNOWN),
    Row("an erased desire", CROSSING, carried(desire=3), UNKNOWN),
    Row("a desire that is taken back", [*CROSSING, ev.DesireWithdrawn(2, 1)], carried(), UNKNOWN),
    Row("a language that the gathering does not have", CROSSING, carried(language="fr"), UNKNOWN),
    Row("words that nobody said", CROSSING, carried(via=PLACE), UNKNOWN),
    Row("words of another desire", FIRST, carried(1, 0, "he", via=PLACE), UNKNOWN),
    Row("its own language", CROSSING, carried(desire=0), NOT_YOURS),
    Row("nobody asked whether they read it", [*hall(), *stages("crossing")], carried(), NOT_YOURS),
    Row("a language that they do not read", [*CROSSING, ev.LanguageUnread(1, "he")], carried(1), NOT_YOURS),
    Row("a third", TWO, carried(0, 2, "he"), QUOTA),
    Row("after the sealing", [*hall(), *BOTH, *sealed()[len(hall()) :]], carried(), CLOSED),
    Row("into the language of their pages", CROSSING, carried(), SEQ, kept()),
    Row("into the other language", CROSSING, carried(2, 0, "he"), SEQ, kept(2, 0, "he", "en")),
    Row("while the text is read", [*hall(), *BOTH, *reading()[len(hall()) :]], carried(), SEQ, kept()),
    Row("a second", FIRST, carried(0, 0, "he"), SEQ, kept(0, 0, "he", "en", load=2)),
    Row(
        "they pass",
        CROSSING,
        carried(text=""),
        SEQ,
        {
            "desires.carried.passed[0]": {(1, "en")},
            "desires.carried.loads[0][0]": 1,
            "desires.carried.loads[0][1]": 0,
        },
    ),
]

SAME = [
    *(Row(why, FIRST, confirmed(number), UNKNOWN) for number, why in NOBODY),
    Row("words that nobody said", FIRST, confirmed(place=1), UNKNOWN),
    Row("their own", FIRST, confirmed(0), NOT_YOURS),
    Row("they do not read both", [*FIRST, ev.LanguageUnread(1, "he")], confirmed(), NOT_YOURS),
    Row("a third", CONFIRMED_TWO, confirmed(1, len(CONFIRMED_TWO)), QUOTA),
    Row("nobody asked whether they read both", [*FIRST, ev.SeatTaken("", "en")], confirmed(5), NOT_YOURS),
    Row(
        "nobody asked, and they find it in the text: they read both",
        [*FIRST, ev.SeatTaken("", "en"), *stages("weaving", "reading", version=1)],
        confirmed(5),
        PLACE,
        {f"{CARRIED}.confirmed": {5}, "people.seats[5].also_reads[0]": "he"},
    ),
    Row(
        "both say the same",
        FIRST,
        confirmed(),
        PLACE,
        {f"{CARRIED}.confirmed": {1}, "desires.carried.loads[1][0]": 0, "desires.carried.loads[1][1]": 1},
    ),
    Row(
        "they do not",
        FIRST,
        confirmed(on=False),
        PLACE,
        {f"{CARRIED}.denied": {1}, "desires.carried.loads[1][0]": 0, "desires.carried.loads[1][1]": 1},
    ),
    Row(
        "they pass",
        FIRST,
        confirmed(on=None),
        PLACE,
        {f"{CARRIED}.passed": {1}, "desires.carried.loads[1][0]": 0, "desires.carried.loads[1][1]": 1},
    ),
    Row(
        "they change their mind",
        [*FIRST, confirmed()],
        confirmed(on=False),
        PLACE,
        {f"{CARRIED}.denied": {1}, f"{CARRIED}.confirmed": set()},
    ),
    Row(
        "while the text is read it is no card",
        [*FIRST, *stages("weaving", "reading", version=1)],
        confirmed(),
        PLACE,
        {f"{CARRIED}.confirmed": {1}},
    ),
]


def decided(version: int = 0, desire: int = 1, decision: str = "rejected", place: int = PLACE) -> ev.Moderated:
    return ev.Moderated(desire, decision, version=version, carried=place)  # type: ignore[arg-type]


DECISIONS = [
    Row("words that nobody said", FIRST, decided(place=1), UNKNOWN),
    Row("words of another desire", FIRST, decided(desire=0), UNKNOWN),
    Row("outdated words", FIRST, decided(version=1), STALE),
    Row(
        "words that hosts do not take",
        FIRST,
        decided(),
        1,
        {f"{CARRIED}.moderation": Moderation.REJECTED, f"{CARRIED}.decided[0]": SEQ},
    ),
    Row(
        "words that hosts take after all",
        [*FIRST, decided()],
        decided(1, decision="accepted"),
        2,
        {f"{CARRIED}.moderation": Moderation.ACCEPTED, f"{CARRIED}.decided[1]": SEQ},
    ),
]

ROUNDS = [
    Row(
        "a new round: as many cards again",
        [*FIRST, *stages("weaving", "reading", "sealed", "said", version=1)],
        ev.StageMoved("open", 5),  # type: ignore[arg-type]
        6,
        {
            "course.stage": "open",
            "course.version": 6,
            "course.round": 2,
            "people.seats[0].steward": False,
            "desires.carried.loads[0][0]": GONE,
            "desires.carried.loads[0][1]": GONE,
        },
    ),
]

TERMED: list[Event] = [*CROSSING, ev.Settings("x", {"en": "?"}, "ten", ["en", "he"], version=1, keep_days=30)]  # type: ignore[arg-type]
AGREED: list[Event] = [*TERMED, By("s0", ev.ConsentGiven(0, 2)), carried()]
CONSENTS = [
    Row("without consent", TERMED, carried(), CONSENT),
    Row("without consent", AGREED, confirmed(1, len(AGREED)), CONSENT),
]

ROWS = [*CONSENTS, *CARRYING, *SAME, *DECISIONS, *ROUNDS]
