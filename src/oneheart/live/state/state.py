"""The state of a gathering, computed from its events. Equal events in equal order always give an equal state.

`apply` is the only place where the state changes. It depends on the order of the log only, never on a clock or on
chance. So a restart, another machine or a later check computes the same state.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt

from oneheart.engine import disclosure
from oneheart.engine.desire.tally import Tally
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.card_words import CardTable
from oneheart.live.state.carried_desires import CARRYING_RULES
from oneheart.live.state.closing import CLOSING_RULES, is_closed_to
from oneheart.live.state.company import COMPANY_RULES, Company, LiveOccasion
from oneheart.live.state.course import COURSE_RULES, Course
from oneheart.live.state.desire_rules import DESIRE_RULES
from oneheart.live.state.desires import Desires, cards_of
from oneheart.live.state.duty import DUTY_RULES
from oneheart.live.state.fingerprint import fingerprint
from oneheart.live.state.heads import HEAD_RULES, TreeHeads
from oneheart.live.state.joining import JOINING_RULES
from oneheart.live.state.meeting import Meetings
from oneheart.live.state.moves import MAY_RETURN, MOVE_RULES
from oneheart.live.state.nearness import NEAR_RULES
from oneheart.live.state.nested import NESTED_RULES
from oneheart.live.state.papers import PAPER_RULES, Papers
from oneheart.live.state.people import PEOPLE_RULES, LiveCircle, People, Seat
from oneheart.live.state.quotes import as_read
from oneheart.live.state.released import OUTPUT_RULES, Released, words_now
from oneheart.live.state.retention import KEEPING_RULES, Keeping
from oneheart.live.state.rule import Logged, Rule, by_the_house, nothing
from oneheart.live.state.separate import APART_RULES
from oneheart.live.state.text import Prayers
from oneheart.live.state.text_rules import TEXT_RULES
from oneheart.live.state.ways import WAY_RULES
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
            if isinstance(body, ev.SeatErased) and body.told is not None:
                self.take_over(body.told)  # this person is erased: nothing of theirs came before it in this replay
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
        returns = not new_round and course.stage in MAY_RETURN and course.stage is not stage
        course.former = course.now_former(at) if returns else None
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
        step, before = self.course.programme[body.step], self.course.now_former(at)
        self.course.step = body.step
        self.course.ask(step)
        self.move(step.stage, step.travelling, at, body.words)
        if self.course.former is not None:
            self.course.former = before
        self.course.set_clock(step.seconds, at)
        return self.course.version

    def take_stage_back(self, at: int) -> int:
        """Return the round to where it stood before its last move, and return its version.

        Answers that were closed with the move are taken again. What had begun to travel goes on travelling.
        """
        former, leaves = self.course.former, self.stage
        assert former is not None  # noqa: S101  `Course.check_stage_back` asked it
        if former.stage.takes_responses and not leaves.takes_responses and self.tally.response_count:
            self.company.open_answers(self.round)
        self.released.end_stage(ev.StageWords())
        self.people.begin_stage(new_round=False)
        self.course.go_back(former)
        if self.course.clock is not None and self.course.clock <= at:
            self.course.clock = None  # else a programme that runs by itself would move at once again
        self.prayers.enter(self.course, at)
        self.desires.begin_stage(self.course, new_round=False)
        return self.course.version

    def check_reopened(self) -> Refusal | None:
        """Refuse where the gathering has not ended, or its people were erased since."""
        may = self.course.ended and self.keeping.purged_at is None
        return None if may else Refusal.CLOSED

    def reopen(self) -> None:
        """Take the end of the gathering back; its term counts from the next end."""
        self.course.reopen()
        self.keeping.ended_at = None
        self.desires.begin_stage(self.course, new_round=False)

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

    def take_over(self, told: ev.NumbersTold) -> None:
        """Let no number that everybody was told be lower for somebody who erased everything since."""
        self.released.take_over(told)
        self.company.apart.take_over(told)
        self.prayers.take_over(told)

    def go_on_from(self, before: State) -> None:
        """Go on with what everybody was told, exactly: the same events came before, and some were erased since."""
        self.released.go_on_from(before.released)
        self.company.apart.go_on_from(before.company.apart)
        self.prayers.keep_amen(before.prayers)

    # --- reading ---

    @property
    def told(self) -> ev.NumbersTold:
        """Return the numbers that everybody is told now. O(texts)."""
        return ev.NumbersTold(
            self.released.desires,
            self.released.responses,
            self.company.apart.demand_told,
            [disclosure.in_steps(sealed.amen_count) for sealed in self.prayers.sealed],
            self.released.heard,
        )

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
        if self.desires[desire].language == self.people.seats[seat].language:
            return True  # in its own words; most taps end here
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

_OF_THE_LOG: dict[type[ev.Body], Rule] = {
    ev.Blanked: Rule(by_the_house, nothing, after_end=True),
    ev.PassedOver: Rule(by_the_house, nothing, after_end=True),
}
"""The rules of what the log says about itself."""

TABLES: tuple[dict[type[ev.Body], Rule], ...] = (
    COURSE_RULES,
    MOVE_RULES,
    HEAD_RULES,
    KEEPING_RULES,
    PEOPLE_RULES,
    NESTED_RULES,
    WAY_RULES,
    DUTY_RULES,
    CLOSING_RULES,
    DESIRE_RULES,
    CARRYING_RULES,
    JOINING_RULES,
    PAPER_RULES,
    TEXT_RULES,
    OUTPUT_RULES,
    COMPANY_RULES,
    NEAR_RULES,
    APART_RULES,
    _OF_THE_LOG,
)
"""The rules of each part. A rule stands beside what it checks and changes; each kind of event stands in one table."""

HANDLERS: dict[type[ev.Body], Rule] = {kind: rule for table in TABLES for kind, rule in table.items()}
"""The rule of each kind of event."""
