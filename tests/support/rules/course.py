"""Rules of the course: settings, hosts, stage, programme, clock, end."""

from __future__ import annotations

from typing import Any

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.company import Moment
from oneheart.model.actor import HOUSE
from oneheart.model.erasure import ErasureReason
from oneheart.model.gathering import Responses
from tests.support.rules.retention import REMAINS, TERMED
from tests.support.rules.scene import (
    AT,
    GONE,
    By,
    Event,
    Row,
    hall,
    reading,
    sealed,
    stages,
    weaving,
)

STALE, UNKNOWN = Refusal.STALE, Refusal.UNKNOWN
HALL = hall()


def settings(version: int, **more: Any) -> ev.Settings:
    return ev.Settings("y", {"en": "And now?"}, "assembly", ["en"], version=version, **more)  # type: ignore[arg-type]


SETTINGS = [
    Row(
        "the first",
        [],
        settings(0),
        1,
        {"course.settings": settings(0), "course.settings_version": 1, "keeping.version": 1},
    ),
    Row("an older version", HALL, settings(0), STALE),
    Row("a version that is not there yet", HALL, settings(2), STALE),
    Row("the present version", HALL, settings(1), 2, {"course.settings": settings(1), "course.settings_version": 2}),
    Row(
        "hosts decide first from now on",
        HALL,
        settings(1, hold=True),
        2,
        {
            "course.settings": settings(1, hold=True),
            "course.settings_version": 2,
            "desires._travels[0]": False,
            "desires._travels[1]": False,  # desire 2 is the hosts' own
        },
    ),
]

TWO_HOSTS: list[Event] = [*HALL, ev.HostSeated("host-1")]
HOSTS = [
    Row("one more", HALL, ev.HostSeated("host-1"), 1, {"course.hosts[1]": "host-1"}),
    Row("by the link of one who was removed", [*TWO_HOSTS, ev.HostRemoved(1)], ev.HostSeated("host-1"), Refusal.USED),
    Row("one of two is removed", TWO_HOSTS, ev.HostRemoved(1), 1, {"course.hosts_removed": {1}}),
    Row("one who is not there is removed", TWO_HOSTS, ev.HostRemoved(2), Refusal.UNKNOWN),
    Row("one is removed twice", [*TWO_HOSTS, ev.HostRemoved(1)], ev.HostRemoved(1), Refusal.UNKNOWN),
    Row("the last one stays", HALL, ev.HostRemoved(0), Refusal.LAST_HOST),
]


def move(stage: str, version: int, travelling: str = "all") -> ev.StageMoved:
    return ev.StageMoved(stage, version, travelling)  # type: ignore[arg-type]


BUSY: list[Event] = [
    *HALL,
    ev.Responded(1, 0, 1),  # type: ignore[arg-type]
    ev.CircleDone(1, on=True),
    ev.ClockSet(60),
]
LATE: list[Event] = [*HALL, *stages("crossing"), ev.DesireSaid(1, "Later", "en"), *stages("weaving", version=1)]
ASKED: list[Event] = [*reading(), ev.ChallengerAnswered(1, 0, 2, 1)]  # type: ignore[arg-type]


def eight_moments() -> list[Event]:
    """Return a hall in which answers were closed eight times, in rounds 1 to 8, and are open once more."""
    events: list[Event] = [*HALL, ev.Responded(1, 0, 1)]  # type: ignore[arg-type]
    for number in range(8):
        events += stages("weaving", "open", version=2 * number)
    return events


ONE_ANSWER = Responses.of([1], [0], [1])
MOVES = [
    Row("an older version", [*HALL, *stages("crossing")], move("weaving", 0), STALE),
    Row("a version that is not there yet", HALL, move("crossing", 1), STALE),
    Row(
        "answers go on in the crossing: no moment is kept; circles are not done and the clock ends",
        BUSY,
        move("crossing", 0),
        1,
        {
            "course.stage": "crossing",
            "course.version": 1,
            "course.clock": None,
            "people.circles[1].done": False,
        },
    ),
    Row(
        "only lines travel in the crossing",
        HALL,
        move("crossing", 0, "lines"),
        1,
        {
            "course.stage": "crossing",
            "course.version": 1,
            "course.travelling": "lines",
            "course.lines_travelled": True,
            "desires._travels[0]": False,
            "desires._travels[1]": False,  # hosts began with desire 2
        },
    ),
    Row(
        "a circle's line and what it carries travel among lines",
        [*HALL, ev.DesireSaid(0, "Our line", "en", line_of=0), ev.DesireSaid(0, "Beside it", "en", carried_by=0)],
        move("crossing", 0, "lines"),
        1,
        {
            "course.stage": "crossing",
            "course.version": 1,
            "course.travelling": "lines",
            "course.lines_travelled": True,
            "desires._travels[0]": False,
            "desires._travels[1]": False,
        },
    ),
    Row(
        "it stays known that only lines travelled while the text is read, and all may be dealt again",
        [*HALL, *stages("crossing", travelling="lines")],
        move("weaving", 1),
        2,
        {
            "course.stage": "weaving",
            "course.version": 2,
            "course.travelling": "all",
            "desires._travels[0]": True,
            "desires._travels[1]": True,
        },
    ),
    Row(
        "the next crossing forgets that only lines travelled",
        [*HALL, *stages("crossing", travelling="lines")],
        move("crossing", 1),
        2,
        {
            "course.version": 2,
            "course.travelling": "all",
            "course.lines_travelled": False,
            "desires._travels[0]": True,
            "desires._travels[1]": True,
        },
    ),
    Row(
        "open with lines: lines travel in a crossing alone",
        HALL,
        move("open", 0, "lines"),
        1,
        {"course.version": 1, "course.travelling": "lines"},
    ),
    Row(
        "answers that close are kept as a moment",
        BUSY,
        move("weaving", 0),
        1,
        {
            "course.stage": "weaving",
            "course.version": 1,
            "course.clock": None,
            "people.circles[1].done": False,
            "company.moments[0]": Moment(1, AT, ONE_ANSWER, Responses.of([], [], [])),
        },
    ),
    Row(
        "no moment without any answer",
        [*HALL, *stages("crossing")],
        move("weaving", 1),
        2,
        {"course.stage": "weaving", "course.version": 2},
    ),
    Row(
        "no moment where answers were closed already",
        [*HALL, ev.Responded(1, 0, 1), *stages("weaving")],  # type: ignore[arg-type]
        move("reading", 1),
        2,
        {"course.stage": "reading", "course.version": 2},
    ),
    Row(
        "eight moments are kept, the oldest goes",
        eight_moments(),
        move("weaving", 16),
        17,
        {
            "course.stage": "weaving",
            "course.version": 17,
            **{f"company.moments[{n}].round": n + 2 for n in range(8)},
            "company.moments[7].at": AT,
        },
    ),
    Row("open again is no new round", HALL, move("open", 0), 1, {"course.version": 1}),
    Row(
        "a new round: what waited is asked about, and the duties are free",
        LATE,
        move("open", 2),
        3,
        {
            "course.stage": "open",
            "course.version": 3,
            "course.round": 2,
            "people.seats[0].steward": False,
            "desires.entries[4].waiting": False,
            "desires._travels[4]": True,
        },
    ),
    Row(
        "a stage of the same round: what waits goes on waiting, and the duties stay",
        LATE,
        move("reading", 2),
        3,
        {"course.stage": "reading", "course.version": 3},
    ),
    Row(
        "a new round counts the challengers of the former one as answers",
        ASKED,
        move("open", 3),
        4,
        {
            "course.stage": "open",
            "course.version": 4,
            "course.round": 2,
            "people.seats[0].steward": False,
            "desires.tally.responses[1][2]": 1,
            "desires.tally.response_count": 1,
            "desires.tally._all[2]": 1,
            "desires.tally._want[2]": 1,
            "desires.tally._by_circle[1, 2]": 1,
        },
    ),
    Row(
        "a former answer stands before a challenger's",
        [
            *hall(),
            ev.Responded(1, 2, 0),  # type: ignore[arg-type]
            *reading()[len(hall()) :],
            ev.ChallengerAnswered(1, 0, 2, 1),  # type: ignore[arg-type]
        ],
        move("open", 3),
        4,
        {"course.stage": "open", "course.version": 4, "course.round": 2, "people.seats[0].steward": False},
    ),
    Row(
        "challengers are not counted before the round ends",
        ASKED,
        move("sealed", 3),
        4,
        {"course.stage": "sealed", "course.version": 4, "heads.due": True},
    ),
    Row(
        "a text that is sealed is said at this moment, which takes the set moment away",
        [*sealed(), ev.SayingSet(30)],
        move("said", 4),
        5,
        {
            "course.stage": "said",
            "course.version": 5,
            "prayers.say_at": None,
            "prayers.sealed[0].said_at": AT,
        },
    ),
    Row(
        "a text is said once: going there again moves nothing",
        [*sealed(), *stages("said", "sealed", version=4)],
        move("said", 6),
        7,
        {"course.stage": "said", "course.version": 7},
    ),
    Row(
        "nothing is said where nothing was sealed",
        reading(),
        move("said", 3),
        4,
        {"course.stage": "said", "course.version": 4},
    ),
    Row(
        "another stage says no text",
        sealed(),
        move("reading", 4),
        5,
        {"course.stage": "reading", "course.version": 5},
    ),
]

STEP_OPEN = ev.ProgrammeStep("open", 60)  # type: ignore[arg-type]
STEP_ASKS = ev.ProgrammeStep("open", 0, {"en": "And then?"})  # type: ignore[arg-type]
STEP_LINES = ev.ProgrammeStep("crossing", 5, {}, "lines")  # type: ignore[arg-type]
STEPS = [STEP_OPEN, STEP_LINES, STEP_ASKS]
LED: list[Event] = [*HALL, ev.ProgrammeSet(STEPS)]
STEP = [
    Row("an older version", [*LED, *stages("open")], ev.StepTaken(0, 0), STALE),
    Row("a version that is not there yet", LED, ev.StepTaken(0, 1), STALE),
    Row("a step before the first", LED, ev.StepTaken(-1, 0), UNKNOWN),
    Row("a step behind the last", LED, ev.StepTaken(3, 0), UNKNOWN),
    Row("no programme", HALL, ev.StepTaken(0, 0), UNKNOWN),
    Row(
        "the first step: its clock runs from now",
        LED,
        ev.StepTaken(0, 0),
        1,
        {"course.step": 0, "course.version": 1, "course.clock": AT + 60_000},
    ),
    Row(
        "a step names what travels",
        LED,
        ev.StepTaken(1, 0),
        1,
        {
            "course.step": 1,
            "course.version": 1,
            "course.stage": "crossing",
            "course.travelling": "lines",
            "course.lines_travelled": True,
            "course.clock": AT + 5_000,
            "desires._travels[0]": False,
            "desires._travels[1]": False,
        },
    ),
    Row(
        "the last step asks another question in the round that goes on: what was said in it still travels",
        LED,
        ev.StepTaken(2, 0),
        1,
        {"course.step": 2, "course.version": 1, "course.asked[en]": "And then?"},
    ),
    Row(
        "another question that opens a round: what answered the earlier one travels no more",
        [*LED, *stages("weaving")],
        ev.StepTaken(2, 1),
        2,
        {
            "course.step": 2,
            "course.version": 2,
            "course.stage": "open",
            "course.round": 2,
            "course.asked[en]": "And then?",
            "course.asked_since": 2,
            "people.seats[0].steward": False,
            "desires._travels[0]": False,
            "desires._travels[1]": False,
            "desires._travels[2]": False,
        },
    ),
    Row(
        "a question that is asked already stays asked since it was",
        [*LED, ev.StepTaken(2, 0), *stages("weaving", version=1)],
        ev.StepTaken(2, 2),
        3,
        {
            "course.version": 3,
            "course.stage": "open",
            "course.round": 2,
            "people.seats[0].steward": False,
        },
    ),
    Row(
        "a step without a question leaves the one that is asked",
        [*LED, ev.StepTaken(2, 0)],
        ev.StepTaken(0, 1),
        2,
        {"course.step": 0, "course.version": 2, "course.clock": AT + 60_000},
    ),
]

AT_LINES: list[Event] = [*LED, ev.StepTaken(1, 0)]
OTHER = ev.ProgrammeStep("sealed", 1)  # type: ignore[arg-type]
PROGRAMME = [
    Row("one step", HALL, ev.ProgrammeSet([STEP_OPEN]), 1, {"course.programme[0]": STEP_OPEN}),
    Row("none", LED, ev.ProgrammeSet([]), 0, {f"course.programme[{n}]": GONE for n in range(3)}),
    Row(
        "steps behind the current one change: it stays",
        AT_LINES,
        ev.ProgrammeSet([*STEPS[:2], OTHER]),
        3,
        {"course.programme[2]": OTHER},
    ),
    Row(
        "it ends with the current step: that stays",
        AT_LINES,
        ev.ProgrammeSet(STEPS[:2]),
        2,
        {"course.programme[2]": GONE},
    ),
    Row(
        "the current step changes: it is lost",
        AT_LINES,
        ev.ProgrammeSet([STEP_OPEN, OTHER, STEP_ASKS]),
        3,
        {"course.programme[1]": OTHER, "course.step": None},
    ),
    Row(
        "a step before the current one changes: it is lost",
        AT_LINES,
        ev.ProgrammeSet([OTHER, *STEPS[1:]]),
        3,
        {"course.programme[0]": OTHER, "course.step": None},
    ),
    Row(
        "it ends before the current step: that is lost",
        AT_LINES,
        ev.ProgrammeSet(STEPS[:1]),
        1,
        {"course.programme[1]": GONE, "course.programme[2]": GONE, "course.step": None},
    ),
]

CLOCK = [
    Row("a minute from now", HALL, ev.ClockSet(60), None, {"course.clock": AT + 60_000}),
    Row("a second from now", HALL, ev.ClockSet(1), None, {"course.clock": AT + 1000}),
    Row("taken away", [*HALL, ev.ClockSet(60)], ev.ClockSet(0), None, {"course.clock": None}),
]

HELD = [
    Row("round 0", HALL, ev.RoundHeld(0, 0), UNKNOWN),
    Row("a round that is to come", HALL, ev.RoundHeld(2, 0), UNKNOWN),
    Row("an occasion below the first", HALL, ev.RoundHeld(1, -1), UNKNOWN),
    Row("an occasion behind the last", HALL, ev.RoundHeld(1, 1), UNKNOWN),
    Row("this round", HALL, ev.RoundHeld(1, 0), 1, {"course.held[1]": 0}),
    Row("a former round", [*weaving(), *stages("open", version=2)], ev.RoundHeld(1, 0), 1, {"course.held[1]": 0}),
    Row("taken back", [*HALL, ev.RoundHeld(1, 0)], ev.RoundHeld(1), 1, {"course.held[1]": GONE}),
    Row("taken back where there was none", HALL, ev.RoundHeld(1), 1),
]

END = [
    Row(
        "the gathering is over",
        HALL,
        ev.Ended(),
        None,
        {"course.ended": True, "heads.due": True, "keeping.ended_at": AT},
    )
]

DUE = [*HALL, By("s0", ev.Present(0, 0)), *stages("sealed", version=0)]


def head(size: int, through: int) -> ev.TreeHead:
    return ev.TreeHead(size, "a" * 64, "b" * 64, through, "c" * 64)


HEADS = [
    Row("by a host", DUE, head(50, 3), Refusal.NOT_YOURS),
    Row("of no event", DUE, head(50, 0), STALE, by=HOUSE),
    Row("of no leaf", DUE, head(0, 3), STALE, by=HOUSE),
    Row("of an event still to come", DUE, head(50, 1001), STALE, by=HOUSE),
    Row("no larger than the last", [*DUE, By(HOUSE, head(50, 3))], head(50, 4), STALE, by=HOUSE),
    Row("no later than the last", [*DUE, By(HOUSE, head(50, 3))], head(100, 3), STALE, by=HOUSE),
    Row(
        "the first, for which one person is enough at the sealing",
        DUE,
        head(50, 3),
        1,
        {"heads.published[0]": head(50, 3), "heads.writers": set(), "heads.due": False},
        by=HOUSE,
    ),
    Row(
        "the second",
        [*DUE, By(HOUSE, head(50, 3)), *stages("open", "sealed", version=1)],
        head(100, 4),
        2,
        {"heads.published[1]": head(100, 4), "heads.due": False},
        by=HOUSE,
    ),
]

WROTE: list[Event] = [ev.SeatTaken("hash-5", "en"), *(By(f"s{n}", ev.Present(n, 0)) for n in (0, 1, 2, 3, 5))]

HEAD_IS_DUE = [
    Row(
        "a stage ends in which four people wrote: no head is due",
        [*HALL, *WROTE[:5], *WROTE[4:5]],
        move("crossing", 0),
        1,
        {"course.stage": "crossing", "course.version": 1},
    ),
    Row(
        "a stage ends in which five people wrote: a head is due",
        [*HALL, *WROTE],
        move("crossing", 0),
        1,
        {"course.stage": "crossing", "course.version": 1, "heads.due": True},
    ),
]

ABOUT_THE_LOG = [
    Row("an erasure by a host", HALL, ev.Blanked(ErasureReason.ASKED, [2]), Refusal.NOT_YOURS),
    Row("an erasure", HALL, ev.Blanked(ErasureReason.ASKED, [2]), None, by=HOUSE),
    Row("passed over by a host", HALL, ev.PassedOver([2]), Refusal.NOT_YOURS),
    Row("passed over", HALL, ev.PassedOver([2]), None, by=HOUSE),
]

REOPENED = [
    Row("it goes on", HALL, ev.Reopened(), Refusal.CLOSED),
    Row("its people were erased since", [*TERMED, ev.Ended(), By(HOUSE, REMAINS)], ev.Reopened(), Refusal.CLOSED),
    Row(
        "ended by mistake",
        [*HALL, ev.Ended()],
        ev.Reopened(),
        None,
        {"course.ended": False, "keeping.ended_at": None},
    ),
]
CLOSED_ANSWERS = {
    f"company.moments[0].{name}": GONE
    for name in (
        "round",
        "at",
        *(f"{kind}.{part}" for kind in ("responses", "probes") for part in ("participant", "desire", "stance")),
    )
}
BACK_ONE_STAGE = [
    Row("an older version", [*HALL, *stages("crossing", "weaving")], ev.StageTakenBack(1), STALE),
    Row("no move yet", HALL, ev.StageTakenBack(0), Refusal.CLOSED),
    Row("a move that began a round", [*HALL, *stages("crossing", "open")], ev.StageTakenBack(2), Refusal.CLOSED),
    Row("a move after the weaving", [*HALL, *stages("weaving", "reading")], ev.StageTakenBack(2), Refusal.CLOSED),
    Row(
        "once only",
        [*HALL, *stages("crossing", "weaving"), ev.StageTakenBack(2)],
        ev.StageTakenBack(3),
        Refusal.CLOSED,
    ),
    Row(
        "to the same round, with its clock",
        [*HALL, By("h0", ev.ClockSet(60), at=AT), *stages("crossing", travelling="lines")],
        ev.StageTakenBack(1),
        2,
        {
            "course.stage": "open",
            "course.version": 2,
            "course.travelling": "all",
            "course.lines_travelled": False,
            "course.clock": AT + 60_000,
            "desires._travels[0]": True,
            "desires._travels[1]": True,
        },
    ),
    Row(
        "to the same round, without a clock that is over",
        [*HALL, By("h0", ev.ClockSet(60), at=0), *stages("crossing", travelling="lines")],
        ev.StageTakenBack(1),
        2,
        {
            "course.stage": "open",
            "course.version": 2,
            "course.travelling": "all",
            "course.lines_travelled": False,
            "desires._travels[0]": True,
            "desires._travels[1]": True,
        },
    ),
    Row(
        "answers that were closed are open again",
        [*HALL, By("s1", ev.Responded(1, 0, 1)), *stages("weaving")],  # type: ignore[arg-type]
        ev.StageTakenBack(1),
        2,
        {"course.stage": "open", "course.version": 2, **CLOSED_ANSWERS},
    ),
    Row(
        "a step: its question and its place too",
        [*LED, ev.StepTaken(1, 0)],
        ev.StageTakenBack(1),
        2,
        {
            "course.stage": "open",
            "course.version": 2,
            "course.step": None,
            "course.travelling": "all",
            "course.lines_travelled": False,
            "course.clock": None,
            "desires._travels[0]": True,
            "desires._travels[1]": True,
        },
    ),
]
ROWS = [
    *REOPENED,
    *BACK_ONE_STAGE,
    *ABOUT_THE_LOG,
    *SETTINGS,
    *HOSTS,
    *MOVES,
    *STEP,
    *PROGRAMME,
    *CLOCK,
    *HELD,
    *END,
    *HEADS,
    *HEAD_IS_DUE,
]
