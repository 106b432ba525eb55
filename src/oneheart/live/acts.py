"""Acts: a table with one row for each kind of event: who causes it, which function writes it, and from which input.

A test compares this table with `HANDLERS`, the hosts' log and the API, so that no place forgets a new kind of event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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
from oneheart.live import inputs as ask


class Doer(StrEnum):
    """The role that causes an event."""

    PERSON = "person"
    HOST = "host"
    HOUSE = "house"  # the program, during a round or from the command line


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act.

    Attributes:
        event: kind of the event that it writes.
        doer: role that performs it.
        do: function of `live.doing`; None if the program itself performs the act.
        asked: input type of that function; None if the program itself performs the act.
        no_api: reason why the API has no operation for it; "" if the API has one.
        counted: true if counts of these events, or of the people who caused them, leave the server.
        form: name of its form on the page of the text; "" if it has none there.
    """

    event: type[ev.Body]
    doer: Doer
    do: Callable[..., Any] | None = None
    asked: type[ask.Input] | None = None
    no_api: str = ""
    counted: bool = False
    form: str = ""


_BY_THE_HOUSE = "the house does it as the round goes on; nobody asks for it"
_AT_THE_DESK = "hosts do it at their desk; no program has needed it yet"
_ON_THE_PHONE = "people do it on their own page; no program has needed it yet"
_USHER = "an usher notes people on a page of their own"
_FROM_PAPER = "a sheet of paper is typed in by eye, on a page that looks like it"
_IN_A_CIRCLE = "a circle does it face to face, on its steward's page"

ACTS: tuple[Act, ...] = (
    # a person's seat
    Act(ev.SeatTaken, Doer.PERSON, doing.take_seat, ask.SeatAsked, counted=True),
    Act(ev.SeatTaken, Doer.PERSON, doing.seat_scribed, ask.ScribedSeatAsked, _IN_A_CIRCLE, counted=True),
    Act(ev.SeatTaken, Doer.PERSON, sheets.seat_by_steward, sheets.SheetSeatAsked, _FROM_PAPER, counted=True),
    Act(ev.SheetTyped, Doer.PERSON, sheets.typed_by_steward, sheets.SheetTypedAsked, _FROM_PAPER),
    Act(ev.SeatChanged, Doer.PERSON, doing.change_language, ask.SeatLanguageAsked, _ON_THE_PHONE),
    Act(ev.SeatChanged, Doer.PERSON, seat_ways.change_circle, seat_ways.CircleChangeAsked),
    Act(ev.SeatChanged, Doer.PERSON, seat_ways.open_way, seat_ways.WayBackAsked, _ON_THE_PHONE),
    Act(ev.WayBackKept, Doer.PERSON, seat_ways.keep_way, ask.KeyOnly, _ON_THE_PHONE),
    Act(ev.LanguageUnread, Doer.PERSON, doing.set_unread, ask.UnreadAsked),
    Act(ev.ConsentGiven, Doer.PERSON, doing.agree, ask.ConsentAsked, _ON_THE_PHONE),
    Act(ev.SeatErased, Doer.PERSON, doing.erase, ask.KeyOnly, counted=True),
    Act(ev.RowsConsented, Doer.PERSON, giving.set_rows_consent, giving.RowsConsentAsked, _ON_THE_PHONE),
    # desires and answers
    Act(ev.DesireSaid, Doer.PERSON, doing.say, ask.DesireAsked, counted=True),
    Act(ev.DesireSaid, Doer.PERSON, doing.say_circle_line, ask.CircleLineAsked, _IN_A_CIRCLE, counted=True),
    Act(ev.DesireSaid, Doer.PERSON, doing.carry_desire, ask.CarriedDesireAsked, _IN_A_CIRCLE, counted=True),
    Act(ev.DesireSaid, Doer.HOST, doing.seed, ask.SeedAsked, _AT_THE_DESK),
    Act(ev.DesireJoined, Doer.PERSON, doing.join, ask.JoinAsked, counted=True),
    Act(ev.DesireParted, Doer.PERSON, doing.part, ask.DesireNamed, counted=True),
    Act(ev.WordsMatched, Doer.HOUSE, no_api="the server joins the same words by itself"),
    Act(ev.DesireWithdrawn, Doer.PERSON, doing.withdraw, ask.DesireNamed),
    Act(ev.DesireLanguage, Doer.PERSON, doing.name_language, ask.DesireLanguageAsked),
    Act(ev.DesireCarried, Doer.PERSON, carrying.say_in_language, carrying.WordsAsked, counted=True),
    Act(ev.DesireCarryConfirmed, Doer.PERSON, carrying.say_whether_same, carrying.SameWordsAsked, counted=True),
    Act(ev.Responded, Doer.PERSON, doing.respond, ask.ResponseAsked, counted=True),
    # being together
    Act(ev.Present, Doer.PERSON, check_in.be_present, ask.AttendanceAsked, counted=True),
    Act(ev.Present, Doer.PERSON, check_in.note_person, check_in.UsherAsked, _USHER, counted=True),
    Act(ev.PresenceTakenBack, Doer.PERSON, check_in.take_back, check_in.PresenceBackAsked, _ON_THE_PHONE),
    Act(ev.ContactsConsented, Doer.PERSON, listed.set_contacts_consent, listed.ContactsConsentAsked, _ON_THE_PHONE),
    Act(ev.ContactsTakenBack, Doer.PERSON, listed.set_contacts_consent, listed.ContactsConsentAsked, _ON_THE_PHONE),
    Act(ev.BadgeKept, Doer.PERSON, listed.keep_badge, listed.BadgeAsked, _ON_THE_PHONE),
    Act(ev.BadgeKept, Doer.PERSON, listed.note_badge, listed.UsherBadgeAsked, _USHER),
    Act(ev.DemandSaid, Doer.PERSON, asking.say_demand, asking.DemandAsked, counted=True),
    Act(
        ev.RepresentedSaid,
        Doer.PERSON,
        asking.say_represented,
        asking.RepresentedAsked,
        counted=True,
        form="represented",
    ),
    Act(ev.FeltSaid, Doer.PERSON, doing.feel, ask.FeltAsked, _ON_THE_PHONE, counted=True),
    # the text
    Act(ev.LineRead, Doer.PERSON, doing.read_line, ask.ReadingAsked, counted=True, form="read"),
    Act(ev.LineAmended, Doer.PERSON, doing.amend, ask.AmendmentAsked, _ON_THE_PHONE, form="amend"),
    Act(ev.WholeAffirmed, Doer.PERSON, doing.affirm, ask.WholeAsked, counted=True, form="whole"),
    Act(
        ev.ChallengerAnswered,
        Doer.PERSON,
        doing.answer_challenger,
        ask.ChallengerAsked,
        counted=True,
        form="challenger",
    ),
    Act(ev.LineCarried, Doer.PERSON, carrying.carry_line, ask.CarryingAsked, _ON_THE_PHONE, form="say-in"),
    Act(ev.CarryConfirmed, Doer.PERSON, carrying.confirm_carried, ask.ConfirmingAsked, _ON_THE_PHONE, form="confirm"),
    Act(ev.AmenSaid, Doer.PERSON, doing.say_amen, ask.KeyOnly, counted=True, form="amen"),
    # a person's circle
    Act(ev.DutyRequested, Doer.PERSON, circle_duty.request_duty, ask.DutyAsked, _IN_A_CIRCLE),
    Act(ev.DutyAnswered, Doer.PERSON, circle_duty.answer_duty, ask.DutyAnswerAsked, _IN_A_CIRCLE),
    Act(ev.StewardNamed, Doer.PERSON, circle_duty.leave_duty, ask.KeyOnly, _IN_A_CIRCLE),
    Act(ev.SeatCardsWanted, Doer.PERSON, admitting.ask_for_cards, admitting.SeatCardsAsked, _IN_A_CIRCLE),
    Act(ev.CircleDone, Doer.PERSON, doing.set_circle_done, ask.CircleDoneAsked, _IN_A_CIRCLE),
    # hosts
    Act(ev.StageMoved, Doer.HOST, doing.move_stage, ask.StageAsked),
    Act(ev.StepTaken, Doer.HOST, doing.take_step, ask.StepAsked, _AT_THE_DESK),
    Act(ev.ProgrammeSet, Doer.HOST, doing.set_programme, ask.ProgrammeAsked, _AT_THE_DESK),
    Act(ev.ClockSet, Doer.HOST, doing.set_clock, ask.ClockAsked, _AT_THE_DESK),
    Act(ev.SayingSet, Doer.HOST, doing.set_saying, ask.SayingAsked),
    Act(ev.SealTakenBack, Doer.HOST, unsealing.take_seal_back, unsealing.SealBackAsked),
    Act(ev.StageTakenBack, Doer.HOST, undoing.take_stage_back, undoing.StageBackAsked, _AT_THE_DESK),
    Act(ev.Reopened, Doer.HOST, undoing.reopen, ask.KeyOnly, _AT_THE_DESK),
    Act(ev.Ended, Doer.HOST, doing.end, ask.KeyOnly, _AT_THE_DESK),
    Act(ev.Moderated, Doer.HOST, doing.moderate, ask.ModerationAsked),
    Act(ev.Moderated, Doer.HOST, carrying.moderate_words, carrying.WordsModerationAsked, _AT_THE_DESK),
    Act(ev.MarkedMeta, Doer.HOST, doing.mark_meta, ask.MetaAsked, _AT_THE_DESK),
    Act(ev.DesiresShown, Doer.HOST, doing.show, ask.ShownAsked, _AT_THE_DESK),
    Act(ev.Translated, Doer.HOST, doing.call_same, ask.SameAsked, _AT_THE_DESK),
    Act(ev.NotTheSame, Doer.HOST, undoing.take_same_back, undoing.NotSameAsked, _AT_THE_DESK),
    Act(ev.CircleAdded, Doer.HOST, doing.add_circle, ask.CircleAsked),
    Act(ev.CircleChanged, Doer.HOST, doing.rename_circle, ask.CircleNameAsked, _AT_THE_DESK),
    Act(ev.CircleMoved, Doer.HOST, grouping.move_circle, grouping.CircleMoveAsked),
    Act(ev.PhoneLost, Doer.HOST, seat_ways.lose_phone, seat_ways.PhoneLostAsked, "the card leaves on paper only"),
    Act(ev.DutyGiven, Doer.HOST, circle_duty.give_duty, ask.DutyGivenAsked, _AT_THE_DESK),
    Act(ev.OccasionAdded, Doer.HOST, doing.add_occasion, ask.OccasionAsked, _AT_THE_DESK),
    Act(ev.OccasionChanged, Doer.HOST, naming.rename_occasion, naming.OccasionNameAsked, _AT_THE_DESK),
    Act(ev.CircleAdded, Doer.HOST, importing.bring_in, importing.ListAsked),
    Act(ev.OccasionAdded, Doer.HOST, importing.bring_in, importing.ListAsked),
    Act(ev.DesireSaid, Doer.HOST, importing.bring_in, importing.ListAsked, counted=True),
    Act(ev.ContactsBrought, Doer.HOST, listed.bring_contacts, listed.ContactsAsked),
    Act(ev.ContactsTakenOut, Doer.HOST, listed.take_contacts_out, listed.ContactsOutAsked),
    Act(ev.SeatsDrawn, Doer.HOST, doing.draw_tables, ask.TablesAsked, _AT_THE_DESK),
    Act(ev.HostRemoved, Doer.HOST, admitting.remove_host, admitting.HostNamed),
    Act(ev.SeatsRevoked, Doer.HOST, admitting.revoke_seats, admitting.RevocationAsked),
    Act(ev.SeatClosed, Doer.HOST, admitting.close_seat, admitting.SeatCloseAsked, _AT_THE_DESK),
    Act(ev.SeatClosed, Doer.HOST, admitting.open_seat, admitting.SeatOpenAsked, _AT_THE_DESK),
    Act(ev.SeatsRestored, Doer.HOST, admitting.restore_seats, admitting.RestorationAsked),
    Act(ev.DoorSet, Doer.HOST, admitting.set_door, admitting.DoorAsked),
    Act(ev.CardsPrinted, Doer.HOST, doing.print_cards, ask.CardsAsked, "codes leave on paper only"),
    Act(ev.SheetsPrinted, Doer.HOST, sheets.print_sheets, sheets.SheetsAsked, "codes leave on paper only"),
    Act(ev.SheetTyped, Doer.HOST, sheets.typed_by_host, sheets.SheetTypedAsked, _FROM_PAPER),
    Act(ev.SeatTaken, Doer.HOST, sheets.seat_by_host, sheets.SheetSeatAsked, _FROM_PAPER, counted=True),
    Act(ev.BookSet, Doer.HOST, doing.set_book, ask.BookAsked, _AT_THE_DESK),
    Act(ev.RoundHeld, Doer.HOST, doing.set_held, ask.HeldAsked, _AT_THE_DESK),
    Act(ev.Settings, Doer.HOST, doing.set_settings, ask.SettingsAsked, _AT_THE_DESK),
    Act(ev.OutputTaken, Doer.HOST, giving.take_output, giving.OutputAsked, "files leave at the desk, by hosts"),
    # the house
    Act(ev.ContactsKept, Doer.HOUSE, no_api="the house writes it when a host brings a list of contacts"),
    Act(ev.PlacedOnPaper, Doer.HOUSE, no_api="the house does it before it prints sheets of paper"),
    Act(ev.HostSeated, Doer.HOUSE, no_api="a host comes in by a one-time link"),
    Act(ev.DutySettled, Doer.HOUSE, no_api="the house writes it when the answers of a circle decide it"),
    Act(ev.DraftWoven, Doer.HOUSE, no_api=_BY_THE_HOUSE),
    Act(ev.DraftConnected, Doer.HOUSE, no_api=_BY_THE_HOUSE),
    Act(ev.TextSealed, Doer.HOUSE, no_api=_BY_THE_HOUSE),
    Act(ev.Blanked, Doer.HOUSE, no_api=_BY_THE_HOUSE),
    Act(ev.PassedOver, Doer.HOUSE, no_api=_BY_THE_HOUSE),
    Act(ev.TreeHead, Doer.HOUSE, no_api=_BY_THE_HOUSE),
    Act(ev.Purged, Doer.HOUSE, no_api="the server does it when the term is over"),
)
