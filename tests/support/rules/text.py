"""Rules of the text: drafts, readings, amendments, lines in other languages, sealed texts, amen."""

from __future__ import annotations

from typing import Any

import msgspec

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.carried import Carried
from oneheart.live.state.seals import Sealed
from oneheart.live.state.text import Amendment, LiveDraft
from oneheart.model.prayer import Reading
from oneheart.model.round import Stage
from tests.support.rules.people import NOBODY
from tests.support.rules.scene import (
    AT,
    DRAFT,
    GONE,
    SEAL,
    SECOND,
    SEQ,
    A,
    Event,
    Row,
    hall,
    reading,
    sealed,
    second_reading,
    stages,
    weaving,
)

UNKNOWN, CLOSED, NOT_YOURS, STALE, CHANGED = (
    Refusal.UNKNOWN,
    Refusal.CLOSED,
    Refusal.NOT_YOURS,
    Refusal.STALE,
    Refusal.CHANGED,
)
HALL, WEAVING, READING, SEALED = hall(), weaving(), reading(), sealed()
SECOND_READING = second_reading()
SAID = [*SEALED, *stages("said", version=4)]
CAN_SAY, CHANGE, AGAINST = Reading.CAN_SAY, Reading.WOULD_CHANGE, Reading.AGAINST_ME


def read(seat: int, draft: int, line: int, reading: Reading = CAN_SAY, critique: str = "") -> ev.LineRead:
    return ev.LineRead(seat, draft, line, reading, critique)


# --- weaving ---


def draft(*cites: list[int], version: int = 2, left: tuple[list[int], ...] = ()) -> ev.DraftWoven:
    return ev.DraftWoven(version, [ev.WovenLine(one) for one in cites], left=[ev.WovenLine(one) for one in left])


def woven(body: ev.DraftWoven, number: int = 0, round_number: int = 1) -> dict[str, Any]:
    empty: list[dict[int, Any]] = [{} for _ in body.lines]
    return {
        f"prayers.drafts[{number}]": LiveDraft(
            SEQ, AT, round_number, body, second=False, readings=empty, critiques=empty
        )
    }


TO_SECOND: list[Event] = [
    *READING,
    read(0, 0, 0, AGAINST, "Shorter"),
    read(1, 0, 1),
    ev.ChallengerAnswered(1, 0, 2, 1),  # type: ignore[arg-type]
    *stages("second reading", version=3),
]
STAYED = msgspec.structs.replace(SECOND, lines=[ev.WovenLine([1], follows=1), *SECOND.lines])
WEAVES = [
    Row("a desire below the first", WEAVING, draft([0], [-1]), UNKNOWN),
    Row("a desire behind the last", WEAVING, draft([0], [0, 4]), UNKNOWN),
    Row("an unknown desire among those that left", WEAVING, draft([0], left=([4],)), UNKNOWN),
    Row("a line of nobody's words", WEAVING, draft([0], []), UNKNOWN),
    Row("an older version", WEAVING, draft([0], version=1), STALE),
    Row("a version that is not there yet", WEAVING, draft([0], version=3), STALE),
    Row("an older version of the second reading", TO_SECOND, msgspec.structs.replace(SECOND, version=3), STALE),
    Row("while answers are taken", [*HALL, *stages("crossing")], draft([0], version=1), CLOSED),
    Row("another while the first is read", READING, draft([0], version=3), CLOSED),
    Row(
        "a second reading without a first draft",
        [*WEAVING, *stages("second reading", version=2)],
        draft([0], version=3),
        CLOSED,
    ),
    Row("a second draft twice", SECOND_READING, SECOND, CLOSED),
    Row("after the text is sealed", [*READING, *stages("sealed", version=3)], draft([0], version=4), CLOSED),
    Row("the first and the last desire", WEAVING, draft([0, 3], left=([3],)), 0, woven(draft([0, 3], left=([3],)))),
    Row("no lines at all", WEAVING, draft(), 0, woven(draft())),
    Row("anew while it is woven", [*WEAVING, DRAFT], draft([1]), 1, woven(draft([1]), 1)),
    Row(
        "late, where there is none to read",
        [*WEAVING, *stages("reading", version=2)],
        draft([0], version=3),
        0,
        woven(draft([0], version=3)),
    ),
    Row(
        "in the next round, where the former had one",
        [*READING, *stages("open", "weaving", "reading", version=3)],
        draft([0], version=6),
        1,
        woven(draft([0], version=6), 1, 2),
    ),
    Row(
        "a second one keeps what was said to lines that stayed and to challengers",
        TO_SECOND,
        STAYED,
        1,
        {
            "prayers.drafts[1]": LiveDraft(
                SEQ,
                AT,
                1,
                STAYED,
                second=True,
                readings=[{1: CAN_SAY}, {0: AGAINST}, {}],
                critiques=[{}, {}, {}],
                challenged={1: {2: 1}},
            )
        },
    ),
]


def connected(number: int, *lines: list[int], between: list[list[str]]) -> ev.DraftConnected:
    return ev.DraftConnected(number, list(lines), between, "model", "1", "key")


CONNECTS = [
    Row("no draft", WEAVING, connected(0, [0, 1], between=[[", "]]), STALE),
    Row("a former draft", SECOND_READING, connected(0, [0, 1], between=[[", "]]), STALE),
    Row("a draft that is to come", READING, connected(1, [0, 1], between=[[", "]]), STALE),
    Row(
        "the draft of a former round",
        [*READING, *stages("open", version=3)],
        connected(0, [0, 1], between=[[", "]]),
        STALE,
    ),
    Row("a line is missing", READING, connected(0, [0], between=[[]]), UNKNOWN),
    Row("a line stands twice", READING, connected(0, [0, 1], [1], between=[[", "], []]), UNKNOWN),
    Row("in another order", READING, connected(0, [1, 0], between=[[", "]]), UNKNOWN),
    Row("a connective too many", READING, connected(0, [0, 1], between=[[", ", ", "]]), UNKNOWN),
    Row("a connective too few", READING, connected(0, [0, 1], between=[[]]), UNKNOWN),
    Row("connectives for one group only", READING, connected(0, [0], [1], between=[[]]), UNKNOWN),
    *(
        Row(why, READING, body, 0, {"prayers.drafts[0].connected": body})
        for why, body in (
            ("all together", connected(0, [0, 1], between=[[", "]])),
            ("each by itself", connected(0, [0], [1], between=[[], []])),
        )
    ),
]

# --- reading ---

NEXT_ROUND: list[Event] = [*READING, *stages("open", "weaving", "reading", version=3)]


def as_reader(act: Any, taken: Any, changes: Any) -> list[Row]:
    """Return the rows of what only readers do: `act`, `taken` and `changes` are functions of seat and draft."""
    kind = type(act(0, 0)).__name__
    return [
        *(Row(why, READING, act(number, 0), UNKNOWN) for number, why in NOBODY),
        Row("before it is read", [*WEAVING, DRAFT], act(0, 0), CLOSED),
        Row("after it is read", SEALED, act(0, 0), CLOSED),
        Row("a draft below the first", READING, act(0, -1), CHANGED),
        Row("a draft that is to come", READING, act(0, 1), CHANGED),
        Row("a former draft", SECOND_READING, act(0, 0), CHANGED),
        Row("the draft of a former round", NEXT_ROUND, act(0, 0), CHANGED),
        Row(f"by the first seat ({kind})", READING, act(0, 0), taken(0, 0), changes(0, 0)),
    ]


LATE = msgspec.structs.replace(SECOND, lines=[ev.WovenLine([0], changed=True)])
READS = [
    *as_reader(
        lambda seat, number: read(seat, number, 1),
        lambda *_: 1,
        lambda *_: {"prayers.drafts[0].readings[1][0]": CAN_SAY},
    ),
    Row("a line below the first", READING, read(0, 0, -1), CLOSED),
    Row("a line behind the last", READING, read(0, 0, 2), CLOSED),
    Row("the first line", READING, read(3, 0, 0, AGAINST), 0, {"prayers.drafts[0].readings[0][3]": AGAINST}),
    Row("a line that stayed, in the second reading", SECOND_READING, read(0, 1, 0), CLOSED),
    Row(
        "a line that changed, in the second reading",
        SECOND_READING,
        read(0, 1, 1),
        1,
        {"prayers.drafts[1].readings[1][0]": CAN_SAY},
    ),
    Row(
        "a changed line of a first draft, in the second reading",
        [*WEAVING, msgspec.structs.replace(LATE, version=2), *stages("second reading", version=2)],
        read(0, 0, 0),
        CLOSED,
    ),
    Row(
        "with what they would change",
        [*READING, read(0, 0, 0)],
        read(0, 0, 0, CHANGE, "Shorter"),
        0,
        {"prayers.drafts[0].readings[0][0]": CHANGE, "prayers.drafts[0].critiques[0][0]": "Shorter"},
    ),
    Row(
        "once more without what they would change",
        [*READING, read(0, 0, 0, CHANGE, "Shorter")],
        read(0, 0, 0, CHANGE),
        0,
        {"prayers.drafts[0].critiques[0][0]": GONE},
    ),
]


def amended(seat: int, number: int, line: int) -> ev.LineAmended:
    return ev.LineAmended(seat, number, line, "Words", "en")


def other_words(seat: int, line: int) -> dict[str, Any]:
    return {
        f"prayers.amended[{SEQ}]": Amendment(seat, 0, line, "Words", "en"),
        f"prayers.drafts[0].amendments[{line}]": SEQ,
    }


def of_circle(**more: int) -> list[Event]:
    """Return a hall that reads one line of circle A, said by seat 1; seat 0 has the duty then."""
    return [
        *HALL,
        ev.StewardNamed(1, on=True),
        ev.DesireSaid(1, "Ours", "en", **more),
        ev.StewardNamed(1, on=False),
        *stages("crossing", "weaving"),
        draft([4], [1]),
        *stages("reading", version=2),
    ]


LINE_OF_A, CARRIED_BY_A = of_circle(line_of=A), of_circle(carried_by=A)
AMENDS = [
    *as_reader(lambda seat, number: amended(seat, number, 0), lambda *_: 0, lambda *_: other_words(0, 0)),
    Row("a line below the first", READING, amended(0, 0, -1), CLOSED),
    Row("a line behind the last", READING, amended(0, 0, 2), CLOSED),
    Row("in the second reading", SECOND_READING, amended(0, 1, 1), CLOSED),
    Row(
        "in the second reading, its author",
        [*TO_SECOND, msgspec.structs.replace(SECOND, lines=[ev.WovenLine([0], follows=0, changed=True)])],
        amended(0, 1, 0),
        CLOSED,
    ),
    Row("somebody else's line", READING, amended(1, 0, 0), NOT_YOURS),
    Row("somebody else's line, with the duty of a circle", READING, amended(0, 0, 1), NOT_YOURS),
    Row("the hosts' line", [*WEAVING, draft([2]), *stages("reading", version=2)], amended(0, 0, 0), NOT_YOURS),
    Row(
        "a line that says theirs among others",
        [*WEAVING, draft([2, 0]), *stages("reading", version=2)],
        amended(0, 0, 0),
        0,
        other_words(0, 0),
    ),
    Row("the line of their circle, with the duty", LINE_OF_A, amended(0, 0, 0), 0, other_words(0, 0)),
    Row("what their circle carries, with the duty", CARRIED_BY_A, amended(0, 0, 0), 0, other_words(0, 0)),
    Row(
        "the line of their circle, without the duty",
        [*LINE_OF_A, ev.StewardNamed(0, on=False)],
        amended(0, 0, 0),
        NOT_YOURS,
    ),
    Row(
        "the line of another circle, with the duty",
        [*LINE_OF_A, ev.StewardNamed(2, on=True)],
        amended(2, 0, 0),
        NOT_YOURS,
    ),
    Row("the line of their circle, as its author", LINE_OF_A, amended(1, 0, 0), 0, other_words(1, 0)),
]

WHOLE = [
    *as_reader(
        lambda seat, number: ev.WholeAffirmed(seat, number, on=True),
        lambda *_: 0,
        lambda *_: {"prayers.drafts[0].whole": {0}},
    ),
    Row(
        "taken back",
        [*READING, ev.WholeAffirmed(0, 0, on=True), ev.WholeAffirmed(1, 0, on=True)],
        ev.WholeAffirmed(0, 0, on=False),
        0,
        {"prayers.drafts[0].whole": {1}},
    ),
    Row("taken back where there was none", READING, ev.WholeAffirmed(0, 0, on=False), 0),
    Row("in the second reading", SECOND_READING, ev.WholeAffirmed(0, 1, on=True), 1, {"prayers.drafts[1].whole": {0}}),
]


def asked(seat: int, number: int, desire: int = 2, stance: int = 1) -> ev.ChallengerAnswered:
    return ev.ChallengerAnswered(seat, number, desire, stance)  # type: ignore[arg-type]


CHALLENGES = [
    *as_reader(asked, lambda *_: 2, lambda *_: {"prayers.drafts[0].challenged[0][2]": 1}),
    Row("a line that they never answered", READING, asked(0, 0, 1), 1, {"prayers.drafts[0].challenged[0][1]": 1}),
    Row("a desire behind the last", READING, asked(0, 0, 4), NOT_YOURS),
    Row("rejected meanwhile", [*READING, ev.Moderated(2, "rejected")], asked(0, 0), UNKNOWN),  # type: ignore[arg-type]
    Row("against, in a ten", READING, asked(0, 0, stance=-1), Refusal.ONE_SIDED),
    Row("not mine, in a ten", READING, asked(0, 0, stance=0), 2, {"prayers.drafts[0].challenged[0][2]": 0}),
    Row(
        "against, in an assembly",
        reading("assembly"),
        asked(3, 0, stance=-1),
        2,
        {"prayers.drafts[0].challenged[3][2]": -1},
    ),
    Row("another answer", [*READING, asked(0, 0)], asked(0, 0, stance=0), 2, {"prayers.drafts[0].challenged[0][2]": 0}),
]

# --- other languages ---


def carried(seat: int, number: int, line: int, language: str = "he") -> ev.LineCarried:
    return ev.LineCarried(seat, number, line, language, "Words")


def also(seat: int, line: int, language: str = "he", number: int = 0) -> dict[str, Any]:
    """Return what a carried line changes: also that its translator reads the language, whose pages are in English."""
    return {
        f"prayers.carried[{SEQ}]": Carried(seat, number, line, language, "Words"),
        f"people.seats[{seat}].also_reads[0]": "he",
    }


OTHER_WORDS = ev.LineAmended(2, 0, 1, "Bread", "en")
IN_OTHER_WORDS: list[Event] = [
    *READING,
    OTHER_WORDS,
    *stages("second reading", version=3),
    ev.DraftWoven(4, [ev.WovenLine([1], amendment=len(READING) + 1, follows=1, changed=True)]),
]
CARRIES = [
    *(Row(why, READING, carried(number, 0, 0), UNKNOWN) for number, why in NOBODY),
    Row("no draft", WEAVING, carried(0, 0, 0), UNKNOWN),
    Row("a draft below the first", READING, carried(0, -1, 0), UNKNOWN),
    Row("a draft that is to come", READING, carried(0, 1, 0), UNKNOWN),
    Row("a former draft", SECOND_READING, carried(0, 0, 0), UNKNOWN),
    Row("a line below the first", READING, carried(0, 0, -1), CLOSED),
    Row("a line behind the last", READING, carried(0, 0, 2), CLOSED),
    Row("after it was said", SAID, carried(0, 0, 0), CLOSED),
    Row("into its own language", READING, carried(0, 0, 0, "en"), CLOSED),
    Row("into the language in which it is read, in other words", IN_OTHER_WORDS, carried(0, 1, 0, "en"), CLOSED),
    Row(
        "into the language of its author, where it is read in other words",
        IN_OTHER_WORDS,
        carried(0, 1, 0),
        1000,
        also(0, 0, number=1),
    ),
    Row("the first line", READING, carried(0, 0, 0), SEQ, also(0, 0)),
    Row("the last line", READING, carried(3, 0, 1, "en"), SEQ, also(3, 1, "en")),
    Row("before it is read", [*WEAVING, DRAFT], carried(0, 0, 0), SEQ, also(0, 0)),
    Row("after it was sealed", SEALED, carried(0, 0, 0), SEQ, also(0, 0)),
    Row("in the second reading", SECOND_READING, carried(0, 1, 0), SEQ, also(0, 0, number=1)),
]
IN_HEBREW: list[Event] = [*READING, carried(0, 0, 0)]
PLACE = len(IN_HEBREW)
CONFIRMS = [
    *(Row(why, IN_HEBREW, ev.CarryConfirmed(number, PLACE), UNKNOWN) for number, why in NOBODY),
    Row("a place where nothing was carried", IN_HEBREW, ev.CarryConfirmed(1, PLACE - 1), UNKNOWN),
    Row("one's own", IN_HEBREW, ev.CarryConfirmed(0, PLACE), NOT_YOURS),
    Row("one's own, taken back", IN_HEBREW, ev.CarryConfirmed(0, PLACE, on=False), NOT_YOURS),
    Row(
        "another's",
        IN_HEBREW,
        ev.CarryConfirmed(1, PLACE),
        PLACE,
        {f"prayers.carried[{PLACE}].confirmed": {1}, "people.seats[1].also_reads[0]": "he"},
    ),
    Row(
        "a second reader",
        [*IN_HEBREW, ev.CarryConfirmed(1, PLACE)],
        ev.CarryConfirmed(2, PLACE),
        PLACE,
        {f"prayers.carried[{PLACE}].confirmed": {1, 2}, "people.seats[2].also_reads[0]": "en"},
    ),
    Row(
        "taken back",
        [*IN_HEBREW, ev.CarryConfirmed(1, PLACE), ev.CarryConfirmed(2, PLACE)],
        ev.CarryConfirmed(1, PLACE, on=False),
        PLACE,
        {f"prayers.carried[{PLACE}].confirmed": {2}},
    ),
    Row("taken back where there was none", IN_HEBREW, ev.CarryConfirmed(1, PLACE, on=False), PLACE),
]

# --- sealing, saying ---

SAID_ALREADY, UNSEALED = Refusal.SAID, Refusal.UNSEALED
TAKEN_BACK: list[Event] = [*SEALED, ev.SealTakenBack(0, 4)]
AT_SEAL: list[Event] = [*READING, *stages("sealed", version=3)]
QUESTION = {"en": "What do you want?"}
AGAIN = ev.ProgrammeSet([ev.ProgrammeStep("sealed", 0, {"en": "And now?"})])  # type: ignore[arg-type]
SEALS = [
    Row("while it is read", READING, SEAL, CLOSED),
    Row("once it was said", [*READING, *stages("said", version=3)], SEAL, CLOSED),
    Row("no draft", [*WEAVING, *stages("sealed", version=2)], SEAL, CLOSED),
    Row("a former draft", [*SECOND_READING, *stages("sealed", version=4)], SEAL, CLOSED),
    Row("a draft that is to come", AT_SEAL, msgspec.structs.replace(SEAL, draft=1), CLOSED),
    Row("twice", SEALED, SEAL, CLOSED),
    Row("a draft whose seal was taken back", [*TAKEN_BACK, *stages("sealed", version=5)], SEAL, CLOSED),
    Row("the draft that was read", AT_SEAL, SEAL, 0, {"prayers.sealed[0]": Sealed(SEQ, AT, 1, SEAL, QUESTION)}),
    Row(
        "with the question as it was asked",
        [*READING, AGAIN, ev.StepTaken(0, 3)],
        SEAL,
        0,
        {"prayers.sealed[0]": Sealed(SEQ, AT, 1, SEAL, {"en": "And now?"})},
    ),
    Row(
        "in the next round once more",
        [*SAID, *stages("open", "weaving", version=5), draft([0], version=7), *stages("sealed", version=7)],
        msgspec.structs.replace(SEAL, draft=1),
        1,
        {"prayers.sealed[1]": Sealed(SEQ, AT, 2, msgspec.structs.replace(SEAL, draft=1), QUESTION)},
    ),
]
MOMENT = [
    Row("before it is sealed", AT_SEAL, ev.SayingSet(30), UNSEALED),
    Row("once it was said", SAID, ev.SayingSet(30), SAID_ALREADY),
    Row("once its seal was taken back", TAKEN_BACK, ev.SayingSet(30), UNSEALED),
    Row("back in the reading", [*SEALED, *stages("reading", version=4)], ev.SayingSet(30), CLOSED),
    Row("in half a minute", SEALED, ev.SayingSet(30), None, {"prayers.say_at": AT + 30_000}),
    Row("in a second", SEALED, ev.SayingSet(1), None, {"prayers.say_at": AT + 1000}),
    Row("taken away", [*SEALED, ev.SayingSet(30)], ev.SayingSet(0), None, {"prayers.say_at": None}),
]
BACK = [
    Row("from an older version", SEALED, ev.SealTakenBack(0, 3), STALE),
    Row("before it is sealed", AT_SEAL, ev.SealTakenBack(0, 4), UNSEALED),
    Row("of another text", SEALED, ev.SealTakenBack(1, 4), UNSEALED),
    Row("twice", TAKEN_BACK, ev.SealTakenBack(0, 5), UNSEALED),
    Row("once it was said", SAID, ev.SealTakenBack(0, 5), SAID_ALREADY),
    Row("of an earlier round", [*SAID, *stages("open", version=5)], ev.SealTakenBack(0, 6), UNSEALED),
    Row(
        "with a moment set",
        [*SEALED, ev.BookSet(0, public=True), ev.SayingSet(30)],
        ev.SealTakenBack(0, 4),
        0,
        {
            "prayers.sealed[0].taken_back_at": AT,
            "prayers.sealed[0].public": False,
            "prayers.say_at": None,
            "course.stage": Stage.READING,
            "course.version": 5,
        },
    ),
]
AMEN = [
    *(Row(why, SAID, ev.AmenSaid(number), UNKNOWN) for number, why in NOBODY),
    Row("before it was said", SEALED, ev.AmenSaid(0), CLOSED),
    Row("once its seal was taken back", [*TAKEN_BACK, *stages("said", version=5)], ev.AmenSaid(0), CLOSED),
    Row("where nothing was sealed", [*READING, *stages("said", version=3)], ev.AmenSaid(0), CLOSED),
    Row("the first", SAID, ev.AmenSaid(0), None, {"prayers.sealed[0].amen": {0}}),
    Row("another", [*SAID, ev.AmenSaid(0)], ev.AmenSaid(3), None, {"prayers.sealed[0].amen": {0, 3}}),
    Row("twice", [*SAID, ev.AmenSaid(0)], ev.AmenSaid(0), None),
]
BOOK = [
    Row("a text below the first", SEALED, ev.BookSet(-1, public=True), UNKNOWN),
    Row("a text behind the last", SEALED, ev.BookSet(1, public=True), UNKNOWN),
    Row("a text whose seal was taken back", TAKEN_BACK, ev.BookSet(0, public=True), UNKNOWN),
    Row("to everybody", SEALED, ev.BookSet(0, public=True), 0, {"prayers.sealed[0].public": True}),
    Row(
        "closed again",
        [*SEALED, ev.BookSet(0, public=True)],
        ev.BookSet(0, public=False),
        0,
        {"prayers.sealed[0].public": False},
    ),
]

ROWS = [
    *WEAVES,
    *CONNECTS,
    *READS,
    *AMENDS,
    *WHOLE,
    *CHALLENGES,
    *CARRIES,
    *CONFIRMS,
    *SEALS,
    *MOMENT,
    *BACK,
    *AMEN,
    *BOOK,
]
