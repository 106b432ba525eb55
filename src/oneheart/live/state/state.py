"""The state of a gathering, computed from its events. Equal events in equal order always give an equal state.

`apply` is the only place where the state changes. It depends on the order of the log only, never on a clock or on
chance. So a restart, another machine or a later check computes the same state.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.tally import Tally
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state import duty, nested, ways
from oneheart.live.state.card_words import CardTable
from oneheart.live.state.closing import CLOSING_RULES, is_closed_to
from oneheart.live.state.company import Company, LiveOccasion
from oneheart.live.state.course import Course
from oneheart.live.state.desires import Desires, cards_of
from oneheart.live.state.fingerprint import fingerprint
from oneheart.live.state.heads import TreeHeads
from oneheart.live.state.joining import JOINING_RULES
from oneheart.live.state.meeting import Meetings
from oneheart.live.state.moves import check_new_stage
from oneheart.live.state.nearness import NEAR_RULES
from oneheart.live.state.papers import PAPER_RULES, Papers
from oneheart.live.state.people import LiveCircle, People, Seat
from oneheart.live.state.quotes import as_read
from oneheart.live.state.relabelling import check_new_language
from oneheart.live.state.released import Released, words_now
from oneheart.live.state.retention import Keeping
from oneheart.live.state.rule import Logged, Rule, always, by_the_house, nothing
from oneheart.live.state.text import Prayers
from oneheart.live.state.text_rules import TEXT_RULES
from oneheart.model.round import Stage, Travelling, Voice

Applied = int | None | Refusal


class State:
    """The whole state of a gathering, in nine parts.

    The properties below are shortcuts into the parts; they hold no values of their own.

    Attributes:
        seq: place in the log of the last event applied.
        refused: place and reason of events in the log that changed nothing.
        course: settings, stage, round, programme.
        people: seats, circles, table cards.
        desires: desires and answers; a sequence of desires.
        company: occasions, tables, how near people feel.
        prayers: drafts, readings, sealed texts.
        heads: published heads of the record's tree.
        released: words about desires that people read, numbers of the hall.
        keeping: terms, consent and the erasure at the end.
        papers: sheets of paper, and what was dealt on them.
    """

    NOT_IN_FINGERPRINT: ClassVar[frozenset[str]] = frozenset({"seq"})  # refused events change it too

    def __init__(self) -> None:
        """Begin with the state before the first event."""
        self.seq = 0
        self.refused: dict[int, Refusal] = {}
        self.course = Course()
        self.people = People()
        self.desires = Desires()
        self.company = Company()
        self.prayers = Prayers()
        self.heads = TreeHeads()
        self.released = Released()
        self.keeping = Keeping()
        self.papers = Papers()

    # --- the one way in ---

    def apply(self, seq: int, kind: str, body: ev.AnyBody | None, by: str, at: int) -> Applied:
        """Apply the next event.

        Return its number (of the seat, desire, ...) or None; a `Refusal` if it changes nothing.

        Args:
            seq: place in the log.
            kind: kind of the event, known even if its body was erased.
            body: body of the event; None if it was erased.
            by: the actor.
            at: server's clock, milliseconds since 1970.
        """
        self.seq = seq
        self.keeping.last_at = max(self.keeping.last_at, at)
        if body is None:
            return self._keep_number(kind)
        refused = self.check(body, by)
        if refused is not None:
            self.refused[seq] = refused
            return refused
        body = as_read(body, self.desires)
        number = HANDLERS[type(body)].effect(self, body, Logged(seq, by, at))
        self.heads.note(by, body)
        self.released.note(body, number, self.desires)
        return number

    def check(self, body: ev.AnyBody, by: str) -> Refusal | None:
        """Return the reason why an event would change nothing in the present state; None if it counts.

        It is called before an event is written, to keep refused events out of the log. `apply` calls it again,
        because events written in between may change the result.
        """
        rule = HANDLERS[type(body)]
        if self.course.ended and not rule.after_end:
            return Refusal.ENDED
        if self.course.is_removed(by):
            return Refusal.NOT_YOURS
        refused = is_closed_to(self.people, body, by) or rule.check(self, body, by)
        return refused or self.keeping.lacks_consent(body)

    def check_new(self, body: ev.AnyBody, by: str) -> Refusal | None:
        """Return the reason why an event may not be written; None if it may. It asks more than `check`.

        What a rule asks only here is not asked in a replay. Either a former version did not ask it, or the answer
        depends on events that an erasure removes later.
        """
        return self.check(body, by) or HANDLERS[type(body)].check_new(self, body, by)

    def _keep_number(self, kind: str) -> int | None:
        """Add a placeholder for an erased seat or desire, so that later numbers do not change."""
        if kind == "seat":
            return self.people.add_erased(self.seq)
        if kind == "desire":
            return self.desires.add_erased(self.seq, self.course)
        return None

    def digest(self) -> str:
        """Return the fingerprint of the whole state; equal states have equal fingerprints. O(size of the state)."""
        return fingerprint(self)

    # --- acts that cross parts ---

    def move(self, stage: Stage, travelling: Travelling, at: int, words: ev.StageWords | None = None) -> int:
        """Move the round to a stage and return the version of the round.

        When answers close, a copy of them is kept. A new round adds the answers to challengers of the former round.
        The words about desires move if the event brings new ones; see `words_at_the_end`.
        """
        course = self.course
        self.released.end_stage(self.words_at_the_end() if words is None else words)
        if course.stage.takes_responses and not stage.takes_responses and self.tally.response_count:
            self.company.close_answers(course.round, at, self.tally.table(), self.tally.table(probes=True))
        new_round = course.opens_a_round(stage)
        if new_round:
            self.prayers.count_challengers(self.people, self.desires, course)
        self.people.begin_stage(new_round=new_round)
        course.enter(stage, travelling)
        self.heads.end_stage(always=stage is Stage.SEALED)
        self.prayers.enter(course, at)
        self.desires.begin_stage(course, new_round=new_round)
        return course.version

    def take_step(self, body: ev.StepTaken, at: int) -> int:
        """Go to a step of the programme: set question, stage and clock. Return the version of the round."""
        step = self.course.programme[body.step]
        self.course.step = body.step
        self.course.ask(step)
        self.move(step.stage, step.travelling, at, body.words)
        self.course.set_clock(step.seconds, at)
        return self.course.version

    def take_seal_back(self, body: ev.SealTakenBack, at: int) -> int:
        """End the seal of this round, move the round to its first reading, and return the number of the text."""
        number = self.prayers.take_back(body, at)
        self.move(Stage.READING, self.course.travelling, at)
        return number

    def words_at_the_end(self) -> ev.StageWords:
        """Return the words about desires that the end of the present stage brings.

        They move only at the end of a stage that takes answers, and only if enough different people answered since they
        last moved. O(M + answers in circles of more than twelve) then, else O(1).
        """
        moves = self.stage.takes_responses and self.released.may_move()
        return words_now(self.desires, self.people) if moves else ev.StageWords()

    def set_settings(self, body: ev.Settings, seq: int) -> int:
        """Replace the settings and return their version."""
        version = self.course.set_settings(body)
        self.keeping.set_terms(body, seq)
        self.desires.carried.hold = self.course.hold
        self.desires.review_all(self.course)
        self.desires.batches.settle(self.desires, self.course)
        return version

    def check_seat_taken(self, body: ev.SeatTaken) -> Refusal | None:
        """Refuse a seat that the door or its code does not give."""
        sheet = body.card in self.papers.sheets
        refused = self.people.check_seat_taken(body, self.course, sheet=sheet)
        return refused or (self.papers.check_by_sheet(body) if sheet else None)

    def take_seat(self, body: ev.SeatTaken, seq: int, at: int) -> int:
        """Add a seat with the consent that was given with it, and return its number."""
        number = self.people.take_seat(body, seq, at)
        self.keeping.agree(number, body.consent)
        self.papers.take_seat(body, number)
        return number

    def end(self, at: int) -> None:
        """End the gathering; a last head is due, and the term counts after which everything personal is erased."""
        self.course.end()
        self.desires.begin_stage(self.course, new_round=False)
        self.keeping.end(at)
        self.heads.end_stage(always=True)

    def purge(self, body: ev.Purged, at: int) -> None:
        """End the gathering and mark everything personal for erasure; the words of sealed texts are kept."""
        self.course.end()
        self.desires.begin_stage(self.course, new_round=False)
        self.keeping.purge(body, at)
        self.prayers.keep(body)
        self.heads.end_stage(always=True)
        self.people.erasing.update(n for n, seat in enumerate(self.seats) if seat.alive or seat.revoked is not None)

    def carry(self, body: ev.LineCarried, seq: int) -> int:
        """Record a translation of a line and return its place in the log. Its translator reads both languages."""
        place = self.prayers.carry(body, seq)
        for language in filter(None, (self.prayers.source_of(seq, self.desires), body.language)):
            self.people.learn(body.seat, language)
        return place

    def confirm(self, body: ev.CarryConfirmed) -> int:
        """Record whether a reader, who reads both languages, confirms a translation; return its place in the log."""
        carried = self.prayers.carried[body.carried]
        for language in (self.prayers.source_of(body.carried, self.desires), carried.language):
            if body.on and language:
                self.people.learn(body.seat, language)
        return self.prayers.confirm(body)

    def add_circle(self, body: ev.CircleAdded) -> int:
        """Add a circle and return its number."""
        number = self.people.add_circle(body)
        self.tally.grow(circles=number + 1)
        return number

    def change_seat(self, body: ev.SeatChanged, seq: int) -> int:
        """Change a seat and return it; its answers count for the new circle."""
        old_circle = self.seats[body.seat].circle
        number = self.people.change_seat(body, seq, self.round)
        new_circle = self.seats[number].circle
        if old_circle != new_circle:
            self.tally.move(number, before=old_circle, after=new_circle)
        return number

    def revoke(self, body: ev.SeatsRevoked, seq: int) -> int:
        """Set everything of some seats aside; return how many seats. O(M + their answers)."""
        changed = self.people.revoke(body, seq)
        self.released.answered.update(changed)  # so many people changed something
        self.released.changed.update(changed)
        self.desires.set_aside(changed, self.people, self.course, on=True)
        for seat in changed:
            self.company.set_aside(seat, self.seats[seat].presences)
            self.prayers.set_aside(seat)
        return len(changed)

    def restore(self, body: ev.SeatsRestored) -> int:
        """Count everything of some revoked seats again; return how many seats. O(M + N + their answers)."""
        changed = self.people.restore(body)
        self.released.answered.update(changed)
        self.released.changed.update(changed)
        self.desires.set_aside(changed, self.people, self.course, on=False)
        for seat in changed:
            self.company.bring_back(seat, self.seats[seat].presences)
            self.prayers.bring_back(seat)
        return len(changed)

    # --- reading ---

    @property
    def meetings(self) -> Meetings:
        """Return the view of the state that decides who reads which words."""
        return Meetings(self.prayers, self.people, self.desires)

    @property
    def languages_met(self) -> list[str]:
        """Return the language codes in which people can meet words: those of the pages, and of all desires. O(M)."""
        said = {desire.language for desire in self.desires if desire.language}
        return [*self.languages, *sorted(said - {*self.languages})]

    def reads_words_of(self, seat: int, desire: int) -> bool | None:
        """Return whether a person reads the words in which they meet a desire; None if they were never asked."""
        return self.people.reads(seat, self.card_table.words(desire, seat).language)

    def check_new_answer(self, seat: int, desire: int) -> Refusal | None:
        """Refuse an answer to a desire in a language that the person said they do not read."""
        return Refusal.CANNOT_READ if self.reads_words_of(seat, desire) is False else None

    @property
    def settings(self) -> ev.Settings | None:
        """Return the settings; None before the first event."""
        return self.course.settings

    @property
    def settings_version(self) -> int:
        """Return the number of settings events."""
        return self.course.settings_version

    @property
    def stage(self) -> Stage:
        """Return the stage of the round."""
        return self.course.stage

    @property
    def round(self) -> int:
        """Return the number of the round, from 1."""
        return self.course.round

    @property
    def version(self) -> int:
        """Return the number of stage moves and programme steps."""
        return self.course.version

    @property
    def clock(self) -> int | None:
        """Return the end of the stage's time in milliseconds; None without a clock."""
        return self.course.clock

    @property
    def lines_travelled(self) -> bool:
        """Return whether the last crossing dealt only circles' lines and carried desires."""
        return self.course.lines_travelled

    @property
    def ended(self) -> bool:
        """Return whether the gathering is over."""
        return self.course.ended

    @property
    def hosts(self) -> list[str]:
        """Return the secret hash of each host."""
        return self.course.hosts

    @property
    def programme(self) -> list[ev.ProgrammeStep]:
        """Return the steps of the programme."""
        return self.course.programme

    @property
    def step(self) -> int | None:
        """Return the number of the current step; None before the first."""
        return self.course.step

    @property
    def asked_since(self) -> int:
        """Return the round in which the present question was first asked."""
        return self.course.asked_since

    @property
    def held(self) -> dict[int, int]:
        """Return the occasion at which a round is held, by round; missing if no host named one."""
        return self.course.held

    @property
    def voice(self) -> Voice:
        """Return the voice of the gathering."""
        return self.course.voice

    @property
    def question(self) -> dict[str, str]:
        """Return the present question, by language."""
        return self.course.question

    @property
    def languages(self) -> list[str]:
        """Return the language codes of the pages, the default language first."""
        return self.course.languages

    @property
    def seats(self) -> list[Seat]:
        """Return the seats by number."""
        return self.people.seats

    @property
    def circles(self) -> list[LiveCircle]:
        """Return the circles by number."""
        return self.people.circles

    @property
    def circle_of_key(self) -> dict[str, int]:
        """Return the number of each circle by the key on its cards."""
        return self.people.circle_of_key

    @property
    def erasing(self) -> set[int]:
        """Return the seats whose words must still be erased from the log."""
        return self.people.erasing

    @property
    def occasions(self) -> list[LiveOccasion]:
        """Return the occasions by number."""
        return self.company.occasions

    @property
    def tally(self) -> Tally:
        """Return the answers of people."""
        return self.desires.tally

    @property
    def shown(self) -> tuple[int, ...]:
        """Return the desires on the hall screen, without those that are set aside or wait for a batch."""
        desires = self.desires
        return tuple(n for n in desires.shown if not (desires[n].aside or desires[n].fresh))

    @property
    def travels(self) -> npt.NDArray[np.bool_]:
        """Return whether each desire may be dealt now, (M,)."""
        return self.desires.travels

    @property
    def circle_of_desire(self) -> npt.NDArray[np.int32]:
        """Return the circle in which each desire was said, (M,), -1 for none and where it is not told."""
        return self.desires.circles

    def root(self, desire: int) -> int:
        """Return the desire that this one is joined to, or its own number."""
        return self.desires.root(desire)

    def seat_by_secret(self, secret_hash: str) -> int | None:
        """Return the seat that a secret opens, by the hash of the secret; None if it opens none.

        The secret of a revoked seat opens none, see `revoked_by_secret`.
        """
        seat = self.people.seat_of_hash.get(secret_hash)
        return seat if seat is not None and self.people.sits(seat) else None

    def revoked_by_secret(self, secret_hash: str) -> int | None:
        """Return the revoked seat of a secret, by the hash of the secret; None if it is of no revoked seat."""
        seat = self.people.seat_of_hash.get(secret_hash)
        return seat if seat is not None and self.seats[seat].revoked is not None else None

    def cards(self, seat: int) -> int:
        """Return the number of desires that a person answered since the stage was last moved."""
        return cards_of(self.seats[seat], self.course)

    def open_desires(self, seat: int) -> int:
        """Return the number of a person's desires that count against their quota."""
        return self.desires.open_count(self.seats[seat])

    def has_answered_or_said(self, seat: int, number: int) -> bool:
        """Return whether a person answered or said a desire, or one that is joined to it."""
        return self.desires.has_answered_or_said(seat, number)

    def met(self, seat: int) -> list[int]:
        """Return the desires that a person answered or said, and the roots of these."""
        return self.desires.met(seat, self.seats[seat].desires)

    @property
    def card_table(self) -> CardTable:
        """Return the view of the state that decides in which words desires are met."""
        return CardTable(self.desires, self.people, self.course)

    def words_for(self, number: int, seat: int) -> int:
        """Return the desire that two hosts called the same in a person's language, see `CardTable.called_the_same`."""
        return self.card_table.called_the_same(number, seat)

    def readable_by(self, seat: int, number: int) -> bool:
        """Return whether a person may read the words of a desire, see `Desires.readable_by`."""
        answered = number in self.tally.answered(seat) or self.prayers.has_answered(seat, number)
        return self.desires.readable_by(seat, number, self.people, self.course, answered=answered)


# --- one rule for each kind of event ----------------------------------------------------------------------------------

HANDLERS: dict[type[ev.Body], Rule] = {
    # course
    ev.Settings: Rule(
        lambda s, b, _: s.course.check_settings(b) or s.keeping.check_terms(b),
        lambda s, b, w: s.set_settings(b, w.seq),
    ),
    ev.HostSeated: Rule(lambda s, b, _: s.course.check_host(b), lambda s, b, _: s.course.seat_host(b), after_end=True),
    ev.HostRemoved: Rule(
        lambda s, b, _: s.course.check_host_removed(b), lambda s, b, _: s.course.remove_host(b), after_end=True
    ),
    ev.StageMoved: Rule(
        lambda s, b, _: s.course.check_move(b),
        lambda s, b, w: s.move(b.stage, b.travelling, w.at, b.words),
        check_new=lambda s, b, _: check_new_stage(b.stage, s.prayers, s.desires, s.course),
    ),
    ev.StepTaken: Rule(
        lambda s, b, _: s.course.check_step(b),
        lambda s, b, w: s.take_step(b, w.at),
        check_new=lambda s, b, _: check_new_stage(s.course.programme[b.step].stage, s.prayers, s.desires, s.course),
    ),
    ev.ProgrammeSet: Rule(always, lambda s, b, _: s.course.set_programme(b)),
    ev.ClockSet: Rule(always, lambda s, b, w: s.course.set_clock(b.seconds, w.at)),
    ev.RoundHeld: Rule(
        lambda s, b, _: s.course.check_held(b, len(s.occasions)), lambda s, b, _: s.course.set_held(b), after_end=True
    ),
    ev.TreeHead: Rule(
        lambda s, b, by: s.heads.check_head(b, by, s.seq), lambda s, b, _: s.heads.publish(b), after_end=True
    ),
    ev.Ended: Rule(always, lambda s, _b, w: s.end(w.at)),
    # keeping
    ev.ConsentGiven: Rule(
        lambda s, b, _: s.people.check_seat(b.seat) or s.keeping.check_consent(b),
        lambda s, b, _: s.keeping.consent(b),
    ),
    ev.Purged: Rule(lambda s, _b, by: s.keeping.check_purged(by), lambda s, b, w: s.purge(b, w.at), after_end=True),
    # people
    ev.CircleAdded: Rule(
        lambda s, b, _: s.people.check_circle_added(b),
        lambda s, b, _: s.add_circle(b),
        check_new=lambda s, b, _: nested.check_new_added(s.people, b),
    ),
    ev.CircleMoved: Rule(lambda s, b, _: nested.check_moved(s.people, b), lambda s, b, _: nested.move(s.people, b)),
    ev.CircleChanged: Rule(lambda s, b, _: s.people.check_circle(b.circle), lambda s, b, _: s.people.rename_circle(b)),
    ev.CircleDone: Rule(
        lambda s, b, _: s.people.check_circle(b.circle),
        lambda s, b, _: s.people.set_done(b),
        check_new=lambda s, b, by: s.people.check_new_done(b, by),
    ),
    ev.SeatTaken: Rule(
        lambda s, b, _: s.check_seat_taken(b),
        lambda s, b, w: s.take_seat(b, w.seq, w.at),
        check_new=lambda s, b, by: duty.check_new_scribed(s.seats, b) or duty.check_new_by_hosts(s.seats, b, by),
    ),
    ev.SeatChanged: Rule(
        lambda s, b, _: s.people.check_seat_changed(b),
        lambda s, b, w: s.change_seat(b, w.seq),
        after_end=True,
        check_new=lambda s, b, by: (
            ways.check_new_changed(s.people, b, by, s.round) or duty.check_new_moved(s.seats, s.circles, b)
        ),
    ),
    ev.WayBackKept: Rule(
        lambda s, b, _: ways.check_way(s.people, b),
        lambda s, b, _: ways.keep_way(s.people, b),
        after_end=True,
        check_new=lambda _, b, by: ways.check_new_way(b, by),
    ),
    ev.PhoneLost: Rule(
        lambda s, b, _: ways.check_way(s.people, b), lambda s, b, _: ways.lose_phone(s.people, b), after_end=True
    ),
    ev.LanguageUnread: Rule(
        lambda s, b, _: s.people.check_unread(b, s.languages_met), lambda s, b, _: s.people.set_unread(b)
    ),
    ev.StewardNamed: Rule(
        lambda s, b, _: s.people.check_steward(b),
        lambda s, b, _: s.people.set_steward(b),
        check_new=lambda s, b, by: s.people.check_new_steward(b, by),
    ),
    ev.DutyRequested: Rule(
        lambda s, b, _: duty.check_asked(s.seats, b),
        lambda s, b, _: duty.ask(s.people.duties, s.seats, b),
        check_new=lambda s, b, by: s.people.check_new_answer(b, by),
    ),
    ev.DutyAnswered: Rule(
        lambda s, b, _: duty.check_answered(s.people.duties, s.seats, b),
        lambda s, b, _: duty.answer(s.people.duties, s.seats, b),
        check_new=lambda s, b, by: s.people.check_new_answer(b, by),
    ),
    ev.DutyGiven: Rule(
        lambda s, b, _: duty.check_given(s.seats, s.circles, b),
        lambda s, b, _: duty.give(s.people.duties, s.seats, b),
        check_new=lambda s, b, _: duty.check_new_given(s.seats, b),
    ),
    ev.DutySettled: Rule(
        lambda s, b, _: duty.check_given(s.seats, s.circles, b),
        lambda s, b, _: duty.give(s.people.duties, s.seats, b),
        check_new=lambda s, b, _: duty.check_new_settled(s.people.duties, s.seats, b),
    ),
    ev.SeatErased: Rule(
        lambda s, b, _: s.people.check_erased(b.seat), lambda s, b, _: s.people.erase_seat(b), after_end=True
    ),
    ev.SeatsRevoked: Rule(lambda s, b, _: s.people.check_seats(b.seats), lambda s, b, w: s.revoke(b, w.seq)),
    ev.SeatsRestored: Rule(lambda s, b, _: s.people.check_seats(b.seats), lambda s, b, _: s.restore(b)),
    ev.DoorSet: Rule(lambda s, b, _: s.course.check_door(b), lambda s, b, _: s.course.set_door(b)),
    ev.SeatCardsWanted: Rule(lambda s, b, _: s.people.check_cards_wanted(b), lambda s, b, _: s.people.want_cards(b)),
    ev.CardsPrinted: Rule(lambda s, b, _: s.people.check_cards(b), lambda s, b, _: s.people.print_cards(b)),
    # desires
    ev.DesireSaid: Rule(
        lambda s, b, _: s.desires.check_said(b, s.people),
        lambda s, b, w: s.desires.say(b, w.seq, s.people, s.course),
    ),
    ev.DesireWithdrawn: Rule(
        lambda s, b, _: s.desires.check_owner(b.seat, b.desire, s.people),
        lambda s, b, _: s.desires.withdraw(b, s.people, s.course),
    ),
    ev.DesireLanguage: Rule(
        lambda s, b, _: s.desires.check_language(b, s.people, s.course, sealed=s.prayers.is_sealed(b.desire)),
        lambda s, b, _: s.desires.set_language(b),
        check_new=lambda s, b, _: check_new_language(b, s.prayers, s.desires, s.course),
    ),
    ev.DesireCarried: Rule(
        lambda s, b, _: s.desires.carried.check_words(b, s.desires, s.people, s.course),
        lambda s, b, w: s.desires.carried.carry(b, w.seq, s.desires, s.people),
    ),
    ev.DesireCarryConfirmed: Rule(
        lambda s, b, _: s.desires.carried.check_same(b, s.people, s.course),
        lambda s, b, _: s.desires.carried.confirm(b, s.people, s.course),
        check_new=lambda s, b, _: s.desires.carried.check_new_same(b, s.desires, s.people, s.course),
    ),
    ev.Responded: Rule(
        lambda s, b, _: s.desires.check_response(b, s.people, s.course),
        lambda s, b, _: s.desires.respond(b, s.people, s.course),
        check_new=lambda s, b, _: s.check_new_answer(b.seat, b.desire),
    ),
    ev.Moderated: Rule(
        lambda s, b, _: s.desires.check_moderated(b),
        lambda s, b, w: s.desires.moderate(b, w.seq, s.course),
    ),
    ev.MarkedMeta: Rule(
        lambda s, b, _: s.desires.check_decision(b.desire, b.version), lambda s, b, _: s.desires.mark_meta(b, s.course)
    ),
    ev.DesiresShown: Rule(lambda s, b, _: s.desires.check_shown(b), lambda s, b, _: s.desires.show(b)),
    **JOINING_RULES,
    **PAPER_RULES,
    **NEAR_RULES,
    **CLOSING_RULES,
    # released
    ev.OutputTaken: Rule(
        lambda s, b, _: s.released.check_output(b, s.seq),
        lambda s, b, w: s.released.take_output(b, w.at, s.people),
        after_end=True,
    ),
    ev.RowsConsented: Rule(
        lambda s, b, _: s.people.check_seat(b.seat), lambda s, b, _: s.people.consent_to_rows(b), after_end=True
    ),
    # company
    ev.OccasionAdded: Rule(always, lambda s, b, _: s.company.add_occasion(b)),
    ev.OccasionChanged: Rule(
        lambda s, b, _: s.company.check_occasion(b.occasion), lambda s, b, _: s.company.rename_occasion(b)
    ),
    ev.Present: Rule(
        lambda s, b, _: s.company.check_present(b, s.people), lambda s, b, w: s.company.be_present(b, w.at, s.people)
    ),
    ev.SeatsDrawn: Rule(
        lambda s, b, _: s.company.check_drawn(b),
        lambda s, b, _: s.company.draw(b, s.people, {seat: dict(s.tally.kept(seat)) for seat in b.seats}),
    ),
    ev.DemandSaid: Rule(lambda s, b, _: s.people.check_seat(b.seat), lambda s, b, w: s.company.apart.ask(b, w.at)),
    ev.RepresentedSaid: Rule(
        lambda s, b, _: s.company.apart.check_represented(b, s.people, s.prayers, s.course),
        lambda s, b, _: s.company.apart.represent(b),
    ),
    ev.FeltSaid: Rule(lambda s, b, _: s.company.check_felt(b, s.people, s.course), lambda s, b, _: s.company.feel(b)),
    # the log about itself
    ev.Blanked: Rule(by_the_house, nothing, after_end=True),
    ev.PassedOver: Rule(by_the_house, nothing, after_end=True),
    **TEXT_RULES,
}
