"""The table of rules of `State.apply`: every kind of event, each way in which it is refused, and what it changes.

The rows stand in `tests/support/rules`. A row names every value that its event changes; any other change fails it.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, get_args

import pytest

from oneheart.live import events as ev
from oneheart.live import state as state_package
from oneheart.live.refusal import Refusal
from oneheart.live.state.state import HANDLERS
from tests.support.rules import (
    carrying,
    company,
    course,
    desires,
    joining,
    listed,
    papers,
    people,
    released,
    retention,
    text,
)
from tests.support.rules.scene import AT, SEQ, Row, differences, lead, led, reread, values, whole

ROWS = [
    row
    for part in (course, people, papers, desires, joining, carrying, company, released, text, retention, listed)
    for row in part.ROWS
]
TAKEN = [row for row in ROWS if not isinstance(row.gives, Refusal)]
KINDS = sorted(HANDLERS, key=lambda kind: kind.__name__)

UNKNOWN, CLOSED, NOT_YOURS, STALE, CHANGED = (
    Refusal.UNKNOWN,
    Refusal.CLOSED,
    Refusal.NOT_YOURS,
    Refusal.STALE,
    Refusal.CHANGED,
)
REFUSED_FOR: dict[type[ev.Body], set[Refusal]] = {
    ev.ConsentGiven: {UNKNOWN, STALE},
    ev.Purged: {NOT_YOURS, CLOSED},
    ev.Settings: {STALE, UNKNOWN},
    ev.HostSeated: {Refusal.USED},
    ev.HostRemoved: {UNKNOWN, Refusal.LAST_HOST},
    ev.DoorSet: {UNKNOWN},
    ev.SeatCardsWanted: {UNKNOWN, NOT_YOURS},
    ev.SeatsRevoked: {UNKNOWN},
    ev.SeatsRestored: {UNKNOWN},
    ev.SeatClosed: {UNKNOWN},
    ev.StageMoved: {STALE},
    ev.StepTaken: {STALE, UNKNOWN},
    ev.ProgrammeSet: set(),
    ev.ClockSet: set(),
    ev.RoundHeld: {UNKNOWN},
    ev.Ended: set(),
    ev.TreeHead: {NOT_YOURS, STALE},
    ev.Blanked: {NOT_YOURS},
    ev.PassedOver: {NOT_YOURS},
    ev.CircleAdded: {UNKNOWN},
    ev.CircleChanged: {UNKNOWN},
    ev.CircleMoved: {UNKNOWN, Refusal.NESTED},
    ev.CircleDone: {UNKNOWN},
    ev.SeatTaken: {UNKNOWN, Refusal.USED, Refusal.NO_ROOM, Refusal.NO_CARD, Refusal.DOOR_CLOSED, Refusal.FULL},
    ev.SeatChanged: {UNKNOWN, Refusal.USED},
    ev.WayBackKept: {UNKNOWN, Refusal.USED},
    ev.PhoneLost: {UNKNOWN, Refusal.USED},
    ev.LanguageUnread: {UNKNOWN},
    ev.StewardNamed: {UNKNOWN},
    ev.DutyRequested: {UNKNOWN},
    ev.DutyAnswered: {UNKNOWN},
    ev.DutyGiven: {UNKNOWN},
    ev.DutySettled: {UNKNOWN},
    ev.SeatErased: {UNKNOWN},
    ev.CardsPrinted: {UNKNOWN},
    ev.SheetsPrinted: {UNKNOWN, STALE},
    ev.SheetTyped: {UNKNOWN},
    ev.PlacedOnPaper: {UNKNOWN, Refusal.USED},
    ev.DesireSaid: {UNKNOWN, NOT_YOURS, Refusal.QUOTA, Refusal.CONSENT},
    ev.DesireJoined: {UNKNOWN, NOT_YOURS},
    ev.WordsMatched: {NOT_YOURS, UNKNOWN},
    ev.DesireParted: {NOT_YOURS, UNKNOWN, Refusal.QUOTA},
    ev.DesireWithdrawn: {NOT_YOURS},
    ev.DesireLanguage: {NOT_YOURS, UNKNOWN, CLOSED},
    ev.DesireCarried: {UNKNOWN, NOT_YOURS, CLOSED, Refusal.QUOTA, Refusal.CONSENT},
    ev.DesireCarryConfirmed: {UNKNOWN, NOT_YOURS, Refusal.QUOTA, Refusal.CONSENT},
    ev.Responded: {UNKNOWN, CLOSED, Refusal.CONSENT, Refusal.ONE_SIDED},
    ev.Moderated: {UNKNOWN, STALE},
    ev.MarkedMeta: {UNKNOWN, STALE},
    ev.Translated: {UNKNOWN, NOT_YOURS},
    ev.DesiresShown: {UNKNOWN},
    ev.OccasionAdded: set(),
    ev.OccasionChanged: {UNKNOWN},
    ev.Present: {UNKNOWN},
    ev.ContactsConsented: {UNKNOWN},
    ev.ContactsTakenBack: {UNKNOWN},
    ev.BadgeKept: {UNKNOWN, NOT_YOURS, Refusal.CONSENT},
    ev.ContactsBrought: {Refusal.FULL, Refusal.UNREADABLE},
    ev.ContactsTakenOut: {UNKNOWN},
    ev.ContactsKept: {UNKNOWN, NOT_YOURS, Refusal.UNREADABLE, Refusal.CONSENT},
    ev.SeatsDrawn: {UNKNOWN, CLOSED, STALE},
    ev.FeltSaid: {UNKNOWN, CLOSED},
    ev.DemandSaid: {UNKNOWN},
    ev.RepresentedSaid: {UNKNOWN, CLOSED},
    ev.DraftWoven: {UNKNOWN, STALE, CLOSED},
    ev.DraftConnected: {STALE, UNKNOWN},
    ev.LineRead: {UNKNOWN, CLOSED, CHANGED},
    ev.LineAmended: {UNKNOWN, CLOSED, CHANGED, NOT_YOURS},
    ev.WholeAffirmed: {UNKNOWN, CLOSED, CHANGED},
    ev.ChallengerAnswered: {UNKNOWN, CLOSED, CHANGED, NOT_YOURS, Refusal.ONE_SIDED},
    ev.LineCarried: {UNKNOWN, CLOSED},
    ev.CarryConfirmed: {UNKNOWN, NOT_YOURS},
    ev.TextSealed: {CLOSED},
    ev.SayingSet: {Refusal.UNSEALED, Refusal.SAID, CLOSED},
    ev.StageTakenBack: {STALE, CLOSED},
    ev.Reopened: {CLOSED},
    ev.NotTheSame: {UNKNOWN},
    ev.PresenceTakenBack: {UNKNOWN},
    ev.SealTakenBack: {STALE, Refusal.UNSEALED, Refusal.SAID},
    ev.AmenSaid: {UNKNOWN, CLOSED},
    ev.BookSet: {UNKNOWN},
    ev.OutputTaken: {STALE, UNKNOWN},
    ev.RowsConsented: {UNKNOWN},
}
AFTER_END = {  # own rights, book, last head, files that hosts take
    ev.SeatErased,
    ev.SeatChanged,
    ev.RowsConsented,
    ev.BookSet,
    ev.RoundHeld,
    ev.TreeHead,
    ev.OutputTaken,
}
AFTER_END |= {ev.WayBackKept, ev.PhoneLost, ev.SeatErased, ev.SeatChanged, ev.BookSet, ev.RoundHeld}  # own rights, book
AFTER_END |= {ev.TreeHead, ev.Blanked, ev.PassedOver}  # what the log says of itself
AFTER_END |= {ev.HostSeated, ev.HostRemoved}  # who may take the report
AFTER_END |= {
    ev.ContactsConsented,
    ev.ContactsTakenBack,
    ev.BadgeKept,
    ev.ContactsBrought,
    ev.ContactsTakenOut,
    ev.ContactsKept,
}
AFTER_END |= {ev.Reopened}  # a wrong end
AFTER_END |= {ev.Purged}  # the end of the term


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_an_event_gives_and_changes_what_the_table_says_and_nothing_else(row: Row) -> None:
    state, body = led(row.before), reread(row.act)
    before = values(state)
    assert state.check(body, row.by) == (row.gives if isinstance(row.gives, Refusal) else None)
    assert differences(before, values(state)) == {}, "asking changes nothing"
    assert state.apply(SEQ, ev.kind_of(body), body, row.by, AT) == row.gives
    assert differences(before, values(state)) == whole(row.changes)
    assert state.refused == ({SEQ: row.gives} if isinstance(row.gives, Refusal) else {})
    assert state.seq == SEQ


@pytest.mark.parametrize("row", TAKEN, ids=str)
def test_after_the_end_only_peoples_own_rights_and_the_book_are_taken(row: Row) -> None:
    state, body = led(row.before), reread(row.act)
    if not state.ended:
        lead(state, ev.Ended())
    before = values(state)
    gives = state.apply(SEQ, ev.kind_of(body), body, row.by, AT)
    if type(body) in AFTER_END:
        assert (gives, differences(before, values(state))) == (row.gives, whole(row.changes))
    else:
        assert (gives, differences(before, values(state))) == (Refusal.ENDED, {})
        assert state.refused == {SEQ: Refusal.ENDED}


def test_the_table_has_every_kind_of_event_taken_and_refused_for_every_reason() -> None:
    assert set(HANDLERS) == set(REFUSED_FOR) == set(get_args(ev.AnyBody))
    assert {kind for kind, rule in HANDLERS.items() if rule.after_end} == AFTER_END
    assert {type(row.act) for row in TAKEN} == set(HANDLERS)
    given: dict[type[ev.Body], set[Refusal]] = {kind: set() for kind in HANDLERS}
    for row in ROWS:
        if isinstance(row.gives, Refusal):
            given[type(row.act)].add(row.gives)
    assert given == REFUSED_FOR


Place = tuple[str, int, str]  # function, first line of the statement, name of the refusal


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_table_walks_through_every_refusal_that_stands_in_the_checks_of_a_kind(kind: type[ev.Body]) -> None:
    functions: set[str] = set()
    given: set[Place] = set()
    for row in (row for row in ROWS if type(row.act) is kind):
        state, body = led(row.before), reread(row.act)
        with watched(functions, given):
            state.check(body, row.by)
    written = {place for place in REFUSALS if place[0] in functions}
    assert {place for place in given if place[2] != "ENDED"} == written


def refusals_written() -> dict[Place, range]:
    """Return every refusal that a `check…` function of the state returns, with the lines of its statement."""
    out: dict[Place, range] = {}
    for file in sorted(Path(inspect.getfile(state_package)).parent.glob("*.py")):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and function.name.startswith("check_"):
                for statement in (node for node in ast.walk(function) if isinstance(node, ast.Return)):
                    for node in ast.walk(statement):
                        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Refusal":
                            place = (function.name, statement.lineno, node.attr)
                            out[place] = range(statement.lineno, (statement.end_lineno or 0) + 1)
    return out


REFUSALS = refusals_written()


@contextmanager
def watched(functions: set[str], given: set[Place]) -> Iterator[None]:
    """Note which `check…` functions of the state are entered, and which of their statements returns which refusal."""

    def is_check(code: CodeType) -> bool:
        return code.co_name.startswith("check_") and "live/state" in Path(code.co_filename).as_posix()

    def trace(frame: FrameType, event: str, value: Any) -> Any:
        if not is_check(frame.f_code):
            return None
        functions.add(frame.f_code.co_name)
        if event == "return" and isinstance(value, Refusal):
            for place, lines in REFUSALS.items():
                if place[0] == frame.f_code.co_name and frame.f_lineno in lines and place[2] == value.name:
                    given.add(place)
        return trace

    former = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(former)


def test_an_erased_seat_or_desire_keeps_its_number_and_any_other_erased_event_nothing() -> None:
    state = led(course.HALL)
    assert [state.apply(SEQ, kind, None, "house", AT) for kind in ("seat", "desire", "response")] == [5, 4, None]
    assert not state.seats[5].alive
    assert state.people.count == 4
    assert (state.desires[4].erased, state.desires[4].text, state.travels[4].item()) == (True, "", False)
    assert (state.people.seat_at(SEQ), state.desires.at(SEQ)) == (5, 4)
