"""One walk over every kind of event: nothing that may happen is forgotten in any of the places that must know it.

A kind needs a rule with a check and an effect, an act with an input, words in the hosts' log where a host does it, an
operation of the API or the reason why not, and a row in the table of personal data where it names a person. What one
person does moves no number that everybody sees.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, ClassVar, get_args

import msgspec
import pytest

from oneheart.engine import disclosure
from oneheart.live import (
    admitting,
    asking,
    carrying,
    check_in,
    circle_duty,
    doing,
    giving,
    grouping,
    importing,
    listed,
    naming,
    seat_ways,
    sheets,
    undoing,
    unsealing,
)
from oneheart.live import events as ev
from oneheart.live.acts import ACTS, Act, Doer
from oneheart.live.inputs import Input, KeyOnly
from oneheart.live.refusal import Refusal
from oneheart.live.snapshot import Snapshot, take, visible
from oneheart.live.state import State
from oneheart.live.state.rule import Check, Rule, always
from oneheart.live.state.state import HANDLERS, TABLES
from oneheart.model import actor
from oneheart.model.desire import Decision, Stance
from oneheart.model.erasure import ErasureReason
from oneheart.model.near_by import NearBy
from oneheart.model.personal import Personal
from oneheart.model.prayer import Reading
from oneheart.model.presence import FeltAt, Form
from oneheart.model.round import Stage, Voice
from oneheart.web.api.operations import OPERATIONS
from oneheart.web.done_by_hosts import DONE
from oneheart.web.said import HTTP_STATUS, REFUSALS

KINDS: tuple[type[ev.Body], ...] = get_args(ev.AnyBody)
BY_HOSTS = [*dict.fromkeys(act.event for act in ACTS if act.doer is Doer.HOST)]
NOT_IN_THE_LOG_OF_HOSTS: dict[type[ev.Body], str] = {}
ABOUT_THE_LOG: set[type[ev.Body]] = {ev.Blanked, ev.PassedOver}
"""What the log says of itself: it has done it before, so the state does not change."""

BY_THE_HOUSE: set[type[ev.Body]] = {
    *ABOUT_THE_LOG,
    ev.HostSeated,
    ev.DraftWoven,
    ev.DraftConnected,
    ev.TextSealed,
    ev.TreeHead,
    ev.Purged,
    ev.DutySettled,
    ev.WordsMatched,
    ev.PlacedOnPaper,
    ev.ContactsKept,
}
"""The kinds that only the house writes. No other kind may do without a function of `live.doing`."""

NEVER_REFUSED: dict[type[ev.Body], str] = {
    ev.ProgrammeSet: "the whole programme is replaced, and its steps were read from their types",
    ev.ClockSet: "a clock may be set again at every stage, and no clock is a clock too",
    ev.Ended: "a gathering may end at every stage, and what comes later is refused",
    ev.OccasionAdded: "an occasion stands alone: nothing that exists can contradict it",
}
"""The kinds whose check refuses nothing, with the reason for each."""

MODULES = (
    admitting,
    asking,
    carrying,
    check_in,
    circle_duty,
    doing,
    giving,
    grouping,
    importing,
    listed,
    naming,
    seat_ways,
    sheets,
    undoing,
    unsealing,
)
"""The modules with functions of acts."""

REASON_WORDS = 4


def forgotten(kinds: tuple[type[ev.Body], ...], acts: tuple[Act, ...], rules: dict[type[ev.Body], Rule]) -> list[str]:
    """Return what is missing for each kind of event, in words."""
    missing = []
    for kind in kinds:
        mine = [act for act in acts if act.event is kind]
        if kind not in rules:
            missing.append(f"{kind.__name__}: no rule in HANDLERS")
        elif (rules[kind].check is always) != (kind in NEVER_REFUSED):
            missing.append(f"{kind.__name__}: its check refuses nothing without a reason in NEVER_REFUSED, or has both")
        if not mine:
            missing.append(f"{kind.__name__}: no act in ACTS")
        if "seat" in kind.__struct_fields__ and kind.holds is None:
            missing.append(f"{kind.__name__}: names a person and does not say what it holds")
        for act in mine:
            missing += [f"{kind.__name__}: {what}" for what in _forgotten_of(act)]
    return missing


def _forgotten_of(act: Act) -> list[str]:
    operations = [operation for operation in OPERATIONS if act.do is not None and operation.do is act.do]
    missing = []
    if act.doer is not Doer.HOUSE and (act.do is None or act.asked is None):
        missing.append("no function of live.doing with an input")
    if act.doer is Doer.HOST and _name(act.event) not in DONE and act.event not in NOT_IN_THE_LOG_OF_HOSTS:
        missing.append("no words for the hosts' log")
    if bool(operations) == bool(act.no_api):
        missing.append("neither an operation of the API nor a reason, or both")
    if act.no_api and not _is_reason(act.no_api):
        missing.append(f"a reason of fewer than {REASON_WORDS} words")
    if act.do is not None and act.doer is not _doer_of(act.do):
        missing.append(f"its function is that of a {_doer_of(act.do)}, not of a {act.doer}")
    if (act.doer is Doer.HOUSE) != (act.event in BY_THE_HOUSE):
        missing.append("only the kinds in BY_THE_HOUSE are written by the house, and by nobody else")
    return missing


def _doer_of(function: Callable[..., Any]) -> Doer:
    """Return who performs a function of `live.doing`: a host where it takes one, else a person."""
    return Doer.HOST if "host" in inspect.signature(function).parameters else Doer.PERSON


def _is_reason(text: str) -> bool:
    return (
        len({word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) > 1 or word == "a"}) >= REASON_WORDS
    )


def _name(kind: type[ev.Body]) -> str:
    return str(kind.__struct_config__.tag)


def test_no_kind_of_event_is_forgotten_anywhere() -> None:
    assert forgotten(KINDS, ACTS, HANDLERS) == []


def test_no_kind_of_event_has_two_rules() -> None:
    assert len(HANDLERS) == sum(map(len, TABLES))


def test_every_word_of_the_hosts_log_is_about_a_kind_that_hosts_bring_about() -> None:
    known = {_name(kind) for kind in (*BY_HOSTS, ev.HostSeated)}
    assert set(DONE) == known


class Unnamed(ev.Body, tag="unnamed", frozen=True):
    """A kind of event that nothing else knows, and that does not say what it holds of a person."""

    seat: int


class Thanked(ev.Body, tag="thanked", frozen=True):
    """A kind of event that nothing else knows."""

    holds: ClassVar[Personal | None] = Personal.ANSWERS

    seat: int


def test_a_kind_that_was_added_and_forgotten_is_named_for_each_place() -> None:
    assert forgotten((*KINDS, Thanked), ACTS, HANDLERS) == ["Thanked: no rule in HANDLERS", "Thanked: no act in ACTS"]
    assert forgotten((*KINDS, Unnamed), ACTS, HANDLERS) == [
        "Unnamed: no rule in HANDLERS",
        "Unnamed: no act in ACTS",
        "Unnamed: names a person and does not say what it holds",
    ]
    rule = HANDLERS[ev.AmenSaid]
    without_words = (*ACTS, Act(Thanked, Doer.HOST, doing.end, Input))
    assert forgotten((Thanked,), without_words, {Thanked: rule}) == [
        "Thanked: no words for the hosts' log",
        "Thanked: neither an operation of the API nor a reason, or both",
    ]
    without_input = (*ACTS, Act(Thanked, Doer.PERSON, no_api="it is kept on paper"))
    assert forgotten((Thanked,), without_input, {Thanked: rule}) == ["Thanked: no function of live.doing with an input"]


def _with(kind: type[ev.Body], **changes: Any) -> tuple[Act, ...]:
    return tuple(replace(act, **changes) if act.event is kind else act for act in ACTS)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (ev.ClockSet, {"doer": Doer.HOUSE}),
        (ev.ClockSet, {"doer": Doer.HOUSE, "do": None, "asked": None}),
        (ev.ClockSet, {"doer": Doer.PERSON}),
        (ev.AmenSaid, {"doer": Doer.HOST}),
        (ev.AmenSaid, {"doer": Doer.HOUSE}),
        (ev.TextSealed, {"doer": Doer.PERSON, "do": doing.say_amen, "asked": KeyOnly}),
        (ev.TextSealed, {"do": doing.end}),
        (ev.ClockSet, {"no_api": "x"}),
        (ev.ClockSet, {"no_api": "x x x x x"}),
        (ev.ClockSet, {"no_api": "no no no no"}),
    ],
)
def test_an_act_is_not_excused_by_a_declaration(kind: type[ev.Body], changes: dict[str, Any]) -> None:
    assert forgotten((kind,), _with(kind, **changes), HANDLERS) != []


def test_a_check_that_refuses_nothing_needs_a_reason() -> None:
    assert [kind for kind, why in NEVER_REFUSED.items() if not _is_reason(why)] == []
    for kind in (ev.AmenSaid, ev.SeatTaken):
        assert forgotten((kind,), ACTS, {kind: replace(HANDLERS[kind], check=always)}) != []
    checked: dict[type[ev.Body], Rule] = {
        ev.ClockSet: replace(HANDLERS[ev.ClockSet], check=HANDLERS[ev.AmenSaid].check)
    }
    assert forgotten((ev.ClockSet,), ACTS, checked) != []


@pytest.mark.parametrize("act", [act for act in ACTS if act.do is not None], ids=lambda act: act.do.__name__)
def test_the_function_of_an_act_takes_the_input_that_the_table_names(act: Act) -> None:
    assert act.do is not None
    hints = inspect.get_annotations(act.do, eval_str=True)
    assert hints["asked"] is act.asked


def test_every_function_of_doing_that_takes_an_input_stands_in_the_table() -> None:
    functions = {
        function
        for module in MODULES
        for _, function in inspect.getmembers(module, inspect.iscoroutinefunction)
        if "asked" in inspect.get_annotations(function) and not function.__name__.startswith("_")
    }
    assert functions == {act.do for act in ACTS if act.do is not None}


def test_every_refusal_has_a_sentence_and_a_status() -> None:
    assert set(REFUSALS) == set(HTTP_STATUS) == set(Refusal)


# --- checked on writing -----------------------------------------------------------------------------------------------


def _wrong(kind: type[ev.Body]) -> list[dict[str, Any]]:
    """Return bodies of a kind with one field of a wrong type each, as plain values."""
    return [{"kind": _name(kind), field: {"no": "such"}} for field in kind.__struct_fields__ if field != "words"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.__struct_fields__], ids=_name)
def test_a_body_with_a_wrong_field_cannot_be_read_and_so_is_never_written(kind: type[ev.Body]) -> None:
    for body in _wrong(kind):
        with pytest.raises(msgspec.ValidationError):
            ev.decode(msgspec.json.encode(body).decode())
    with pytest.raises(msgspec.ValidationError):
        ev.decode(msgspec.json.encode({"kind": _name(kind), "nobody knows it": 1}).decode())


# --- the fingerprint and the disclosure gate --------------------------------------------------------------------------

PEOPLE = 7  # not at the border of a step of five: one more person moves nothing


class Hall:
    """A state of seven people in one circle, changed by events only."""

    def __init__(self) -> None:
        self.state = State()
        self.seq = 0
        self.do(ev.Settings("x", {"en": "What?"}, Voice.ASSEMBLY, ["en", "he"]), actor.HOUSE)
        self.do(ev.HostSeated("a" * 64), actor.host(0))
        self.do(ev.HostSeated("b" * 64), actor.host(1))
        self.do(ev.CircleAdded("", "key"), actor.HOUSE)
        self.do(ev.CircleAdded("", "other"), actor.HOUSE)
        self.do(ev.OccasionAdded("Lesson", Form.LESSON, "CODE22"), actor.HOUSE)
        for seat in range(PEOPLE):
            self.do(ev.SeatTaken(f"{seat:064}", "he" if seat == 6 else "en", circle=0), actor.DOOR)
        for seat in range(PEOPLE):
            self.do(ev.DesireSaid(seat, f"wish {seat}", "he" if seat == 6 else "en"), actor.seat(seat))
        for seat in range(6):
            self.do(ev.Present(seat, 0), actor.seat(seat))
            self.do(ev.Responded(seat, (seat + 1) % PEOPLE, Stance.WANT), actor.seat(seat))
        self.do(ev.ProgrammeSet([ev.ProgrammeStep(Stage.CROSSING, 60)]), actor.host(0))

    def do(self, body: ev.AnyBody, by: str) -> Any:
        self.seq += 1
        return self.state.apply(self.seq, ev.kind_of(body), body, by, 1000 * self.seq)

    def move(self, stage: Stage) -> None:
        self.do(ev.StageMoved(stage, self.state.version), actor.host(0))

    def read(self) -> None:
        self.move(Stage.WEAVING)
        lines = [ev.WovenLine([0]), ev.WovenLine([6])]
        self.do(
            ev.DraftWoven(self.state.version, lines, challengers=[2, 3, 4, 5], among=4, lots=4, measured=True),
            actor.HOUSE,
        )
        self.move(Stage.READING)

    def seal(self) -> None:
        self.read()
        self.move(Stage.SEALED)
        self.do(ev.TextSealed(0, "d" * 64, "e" * 64, "not yet", ["affirmed"]), actor.HOUSE)


def _open(_hall: Hall) -> None:
    """Leave the round open."""


def _termed(hall: Hall) -> None:
    hall.do(ev.Settings("x", {"en": "What?"}, Voice.ASSEMBLY, ["en", "he"], version=1, keep_days=30), HOST)


def _carried(hall: Hall) -> None:
    hall.read()
    hall.do(ev.LineCarried(6, 0, 0, "he", "words"), actor.seat(6))


def _bilingual(hall: Hall) -> None:
    for seat in (0, 1):
        hall.do(ev.LanguageUnread(seat, "he", on=False), actor.seat(seat))
    hall.move(Stage.CROSSING)


def _words_carried(hall: Hall) -> None:
    _bilingual(hall)
    hall.do(ev.DesireCarried(0, 1, "he", "words"), SEAT)


def _said(hall: Hall) -> None:
    hall.seal()
    hall.move(Stage.SAID)


def _read(hall: Hall) -> None:
    hall.read()


def _weaving(hall: Hall) -> None:
    hall.move(Stage.WEAVING)


def _sealed_stage(hall: Hall) -> None:
    hall.read()
    hall.move(Stage.SEALED)


def _sealed(hall: Hall) -> None:
    hall.seal()


def _steward(hall: Hall) -> None:
    hall.do(ev.StewardNamed(0, on=True), actor.seat(0))


def _revoked(hall: Hall) -> None:
    hall.do(ev.SeatsRevoked([0, 1, 2, 3, 4], "one hand"), actor.host(0))


def _matched(hall: Hall) -> None:
    hall.do(ev.WordsMatched([0], 3), actor.HOUSE)


def _scribed(hall: Hall) -> None:
    hall.do(ev.DutyGiven(0, 0), actor.host(0))
    hall.do(ev.SeatTaken("", "en", 0, scribe=0, bounded=True), actor.DOOR)


def _printed(hall: Hall) -> None:
    hall.do(ev.SheetsPrinted(0, 0, [ev.PrintedSheet("f" * 64, 1)]), actor.host(0))


def _listing(hall: Hall) -> None:
    hall.do(ev.ContactsConsented(0), actor.seat(0))
    hall.do(ev.ContactsBrought("a" * 32, NearBy.BADGES, "seconds", 9), actor.host(0))


def _proposed(hall: Hall) -> None:
    hall.do(ev.Translated(6, 0), actor.host(1))


def _moved(hall: Hall) -> None:
    hall.move(Stage.CROSSING)


def _ended(hall: Hall) -> None:
    hall.do(ev.Ended(), actor.host(0))


def _present(hall: Hall) -> None:
    hall.do(ev.Present(6, 0), actor.seat(6))


SEAT = actor.seat(0)
HOST = actor.host(0)
ONE_OF_EACH: dict[type[ev.Body], tuple[Any, ev.AnyBody, str]] = {
    ev.Settings: (_open, ev.Settings("y", {"en": "What?"}, Voice.TEN, ["en"], version=1), HOST),
    ev.CircleAdded: (_open, ev.CircleAdded("z", "third"), HOST),
    ev.CircleChanged: (_open, ev.CircleChanged(1, "renamed"), HOST),
    ev.CircleMoved: (_open, ev.CircleMoved(1, 0), HOST),
    ev.OccasionAdded: (_open, ev.OccasionAdded("Meal", Form.MEAL, "CODE33"), HOST),
    ev.OccasionChanged: (_open, ev.OccasionChanged(0, "Meal", {"he": "ארוחה"}), HOST),
    ev.SeatTaken: (_open, ev.SeatTaken("c" * 64, "en"), actor.DOOR),
    ev.SeatChanged: (_open, ev.SeatChanged(0, circle=1), SEAT),
    ev.WayBackKept: (_open, ev.WayBackKept(0, "d" * 64), SEAT),
    ev.PhoneLost: (_open, ev.PhoneLost(0, "e" * 64), HOST),
    ev.CardsPrinted: (_open, ev.CardsPrinted(0, ["f" * 64]), HOST),
    ev.SheetsPrinted: (
        _scribed,
        ev.SheetsPrinted(
            0,
            0,
            [
                ev.PrintedSheet("f" * 64, 1, taken=True, desires=[1, 2], chances=[0.5, 1.0]),
                ev.PrintedSheet("e" * 64, 2),
            ],
        ),
        HOST,
    ),
    ev.PlacedOnPaper: (_scribed, ev.PlacedOnPaper(7, 1), actor.seat(7)),
    ev.SheetTyped: (_printed, ev.SheetTyped("f" * 64), HOST),
    ev.SeatsRevoked: (_open, ev.SeatsRevoked([0, 1, 2, 3, 4], "one hand"), HOST),
    ev.SeatClosed: (_open, ev.SeatClosed(0, on=True, reason="why"), HOST),
    ev.SeatsRestored: (_revoked, ev.SeatsRestored([0, 1]), HOST),
    ev.DoorSet: (_open, ev.DoorSet("cards", 105), HOST),
    ev.SeatCardsWanted: (_steward, ev.SeatCardsWanted(0, 4), SEAT),
    ev.StewardNamed: (_open, ev.StewardNamed(0, on=True), SEAT),
    ev.DutyRequested: (_open, ev.DutyRequested(0), SEAT),
    ev.DutyAnswered: (_steward, ev.DutyAnswered(1, 0, on=False), actor.seat(1)),
    ev.DutyGiven: (_open, ev.DutyGiven(0, 0), HOST),
    ev.DutySettled: (_open, ev.DutySettled(0, 0), actor.HOUSE),
    ev.DesireSaid: (_open, ev.DesireSaid(0, "another wish", "en"), SEAT),
    ev.DesireJoined: (_open, ev.DesireJoined(0, 0, 3), SEAT),
    ev.WordsMatched: (_open, ev.WordsMatched([0], 3), actor.HOUSE),
    ev.DesireParted: (_matched, ev.DesireParted(0, 0), SEAT),
    ev.DesireWithdrawn: (_open, ev.DesireWithdrawn(0, 0), SEAT),
    ev.DesireLanguage: (_open, ev.DesireLanguage(0, 0, "he"), SEAT),
    ev.DesireCarried: (_bilingual, ev.DesireCarried(0, 1, "he", "words"), SEAT),
    ev.DesireCarryConfirmed: (_words_carried, ev.DesireCarryConfirmed(1, 0), actor.seat(1)),
    ev.LanguageUnread: (_open, ev.LanguageUnread(0, "he"), SEAT),
    ev.Responded: (_open, ev.Responded(0, 3, Stance.WANT), SEAT),
    ev.CircleDone: (_open, ev.CircleDone(0, on=True), SEAT),
    ev.Present: (_open, ev.Present(6, 0), actor.seat(6)),
    ev.ContactsConsented: (_open, ev.ContactsConsented(0), SEAT),
    ev.ContactsTakenBack: (_listing, ev.ContactsTakenBack(0), SEAT),
    ev.BadgeKept: (_listing, ev.BadgeKept(0, "b" * 32), SEAT),
    ev.ContactsBrought: (_open, ev.ContactsBrought("a" * 32, NearBy.BADGES, "seconds", 9), HOST),
    ev.ContactsTakenOut: (_listing, ev.ContactsTakenOut(0), HOST),
    ev.ContactsKept: (_listing, ev.ContactsKept(0, 0, bytes(8), bytes(4), bytes(4)), SEAT),
    ev.Moderated: (_open, ev.Moderated(0, Decision.REJECTED, "because"), HOST),
    ev.MarkedMeta: (_open, ev.MarkedMeta(0, on=True), HOST),
    ev.Translated: (_proposed, ev.Translated(6, 0), HOST),
    ev.StageMoved: (_open, ev.StageMoved(Stage.CROSSING, 0), HOST),
    ev.DesiresShown: (_open, ev.DesiresShown([2]), HOST),
    ev.ClockSet: (_open, ev.ClockSet(60), HOST),
    ev.Ended: (_open, ev.Ended(), HOST),
    ev.HostSeated: (_open, ev.HostSeated("g" * 64), actor.host(2)),
    ev.ConsentGiven: (_open, ev.ConsentGiven(0, 1), SEAT),
    ev.Purged: (_termed, ev.Purged([]), actor.HOUSE),
    ev.HostRemoved: (_open, ev.HostRemoved(1), HOST),
    ev.SeatErased: (_open, ev.SeatErased(0), SEAT),
    ev.SeatsDrawn: (_weaving, ev.SeatsDrawn(1, 5, 1, [0, 1], [0, 0], [0]), HOST),
    ev.FeltSaid: (_open, ev.FeltSaid(0, 5, FeltAt.START), SEAT),
    ev.DemandSaid: (_open, ev.DemandSaid(0), SEAT),
    ev.RepresentedSaid: (_said, ev.RepresentedSaid(0, 0, 5), SEAT),
    ev.DraftWoven: (_weaving, ev.DraftWoven(1, [ev.WovenLine([0])]), actor.HOUSE),
    ev.DraftConnected: (_read, ev.DraftConnected(0, [[0, 1]], [[" and "]], "m", "p", "k"), actor.HOUSE),
    ev.LineRead: (_read, ev.LineRead(0, 0, 0, Reading.CAN_SAY), SEAT),
    ev.LineAmended: (_read, ev.LineAmended(0, 0, 0, "other words", "en"), SEAT),
    ev.WholeAffirmed: (_read, ev.WholeAffirmed(0, 0, on=True), SEAT),
    ev.ChallengerAnswered: (_read, ev.ChallengerAnswered(0, 0, 3, Stance.WANT), SEAT),
    ev.LineCarried: (_read, ev.LineCarried(6, 0, 0, "he", "words"), actor.seat(6)),
    ev.CarryConfirmed: (_carried, ev.CarryConfirmed(1, 0), actor.seat(1)),
    ev.TextSealed: (_sealed_stage, ev.TextSealed(0, "d" * 64, "e" * 64, "not yet", ["affirmed"]), actor.HOUSE),
    ev.TreeHead: (_open, ev.TreeHead(50, "e" * 64, "c" * 64, 5, "f" * 64), actor.HOUSE),
    ev.SayingSet: (_sealed, ev.SayingSet(10), HOST),
    ev.StageTakenBack: (_moved, ev.StageTakenBack(1), HOST),
    ev.Reopened: (_ended, ev.Reopened(), HOST),
    ev.NotTheSame: (_proposed, ev.NotTheSame(6), HOST),
    ev.PresenceTakenBack: (_present, ev.PresenceTakenBack(6, 0), actor.seat(6)),
    ev.SealTakenBack: (_sealed, ev.SealTakenBack(0, 3), HOST),
    ev.AmenSaid: (_said, ev.AmenSaid(0), SEAT),
    ev.OutputTaken: (_weaving, ev.OutputTaken("report", 5, PEOPLE), HOST),
    ev.RowsConsented: (_open, ev.RowsConsented(0, on=True), SEAT),
    ev.BookSet: (_sealed, ev.BookSet(0, public=True), HOST),
    ev.RoundHeld: (_open, ev.RoundHeld(1, 0), HOST),
    ev.ProgrammeSet: (_open, ev.ProgrammeSet([ev.ProgrammeStep(Stage.OPEN, 30)]), HOST),
    ev.StepTaken: (_open, ev.StepTaken(0, 0), HOST),
    ev.Blanked: (_open, ev.Blanked(ErasureReason.ASKED, [1], [2], [3], [4], [5], [6]), actor.HOUSE),
    ev.PassedOver: (_open, ev.PassedOver([1]), actor.HOUSE),
}


def _prepared(kind: type[ev.Body]) -> tuple[Hall, ev.AnyBody, str]:
    before, body, by = ONE_OF_EACH[kind]
    hall = Hall()
    before(hall)
    if isinstance(body, ev.CarryConfirmed):
        body = ev.CarryConfirmed(1, next(iter(hall.state.prayers.carried)))
    if isinstance(body, ev.DesireCarryConfirmed):
        body = ev.DesireCarryConfirmed(1, next(iter(hall.state.desires.carried.words)))
    if isinstance(body, ev.SeatsDrawn):
        hall.do(ev.OccasionAdded("Meal", Form.MEAL, "CODE33"), actor.HOUSE)
    return hall, body, by


def test_there_is_one_of_each_kind() -> None:
    assert set(ONE_OF_EACH) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=_name)
def test_an_event_that_counts_changes_the_fingerprint(kind: type[ev.Body]) -> None:
    hall, body, by = _prepared(kind)
    before = hall.state.digest()
    applied = hall.do(body, by)
    assert not isinstance(applied, Refusal), applied
    assert (hall.state.digest() != before) == (kind not in ABOUT_THE_LOG)


def _variants(body: ev.AnyBody) -> Iterator[ev.AnyBody]:
    """Yield a body as it is, and with one field of it changed to a value that nothing has."""
    yield body
    for field in body.__struct_fields__:
        value = getattr(body, field)
        others: list[Any] = []
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            others = [999, -1]
        elif isinstance(value, list):
            others = [[], [999], [*value, *value]]
        elif type(value) is str:
            others = ["", "xx"]
        for other in others:
            yield msgspec.structs.replace(body, **{field: other})


def _with_removed_host(body: ev.AnyBody) -> State:
    """Return a hall whose last host was removed; if the body seats a host, it is that one."""
    hall = Hall()
    if isinstance(body, ev.HostSeated):
        hall.do(body, actor.host(2))
        hall.do(ev.HostRemoved(2), actor.host(0))
    return hall.state


def refuses(kind: type[ev.Body], check: Check) -> bool:
    """Return whether a check refuses something: a changed body, or the same in an empty or later gathering."""
    hall, body, by = _prepared(kind)
    halls = [hall.state, State()]
    for before in (_open, _sealed, _said):
        other = Hall()
        before(other)
        halls.append(other.state)
    halls.append(_with_removed_host(body))
    for state in halls:
        for changed in _variants(body):
            try:
                if any(isinstance(check(state, changed, who), Refusal) for who in {by, actor.host(0)}):
                    return True
            except (IndexError, KeyError, TypeError):  # a body that no type allows
                continue
    return False


@pytest.mark.parametrize("kind", KINDS, ids=_name)
def test_a_check_refuses_something_unless_its_kind_is_never_refused(kind: type[ev.Body]) -> None:
    assert refuses(kind, HANDLERS[kind].check) == (kind not in NEVER_REFUSED)
    assert not refuses(kind, lambda _state, _body, _by: None)


BY_PEOPLE = [*dict.fromkeys(act.event for act in ACTS if act.doer is Doer.PERSON)]
MOVES_THE_HALL: dict[type[ev.Body], tuple[set[str], str]] = {
    ev.CircleDone: ({"circles_done"}, "it counts circles, and a circle says that it is done"),
    ev.LineCarried: ({"text"}, "everybody reads the words of the text, and nobody whose they are"),
}
"""What a single act of a person may move of what everybody sees, with the reason for each."""


def moved_by_one(kind: type[ev.Body]) -> set[str]:
    """Return the names of the fields of the hall that one act of one person moves."""
    hall, body, by = _prepared(kind)
    before = visible(take(hall.state))
    assert not isinstance(hall.do(body, by), Refusal)
    after = visible(take(hall.state))
    return {field.name for field in fields(Snapshot) if getattr(before, field.name) != getattr(after, field.name)}


@pytest.mark.parametrize("kind", BY_PEOPLE, ids=_name)
def test_what_one_person_does_moves_nothing_that_everybody_sees(kind: type[ev.Body]) -> None:
    moved, why = MOVES_THE_HALL.get(kind, (set[str](), ""))
    assert moved_by_one(kind) == moved
    assert not moved or _is_reason(why)


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (ev.SeatTaken, "people"),
        (ev.DesireSaid, "desires"),
        (ev.Responded, "responses"),
        (ev.DemandSaid, "demand"),
    ],
    ids=lambda value: value if isinstance(value, str) else _name(value),
)
def test_on_a_build_without_steps_one_person_moves_a_number(
    kind: type[ev.Body], field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disclosure, "in_steps", lambda count, *_args, **_named: count)
    monkeypatch.setattr(disclosure, "enough", lambda *_args, **_named: True)
    assert field in moved_by_one(kind)
