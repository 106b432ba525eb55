"""Company: occasions, presences, tables drawn at random, and how near people feel. The fourth part of the state.

It never reads desires or answers of people to them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.course import Course
from oneheart.live.state.nearness import Nearness
from oneheart.live.state.people import People
from oneheart.live.state.rule import Rule, always
from oneheart.live.state.separate import Apart
from oneheart.model.gathering import Responses
from oneheart.model.presence import FeltAt, Form
from oneheart.model.round import Stage

TABLE_LEAST, TABLE_MOST = 5, 50
_DAY_MS = 86_400_000


@dataclass(slots=True)
class LiveOccasion:
    """An occasion. Seats hold who was there.

    Attributes:
        name: name of the occasion.
        form: lesson, meal, night or workshop.
        code: code that people type or scan.
        present: number of people who said that they were there.
        names: its name by language code, see `live.wordings`.
        begins: when it begins, milliseconds since 1970; None if it is not named.
        ends: when it ends, milliseconds since 1970; None if it is not named.
    """

    name: str
    form: Form
    code: str
    present: int = 0
    names: dict[str, str] = field(default_factory=dict)
    begins: int | None = None
    ends: int | None = None


@dataclass(slots=True)
class Drawn:
    """The last random draw of tables for one occasion, without people who erased themselves.

    Attributes:
        times: number of draws for this occasion.
        size: largest number of people at a table.
        table_of: table of each seat, from 0.
        circle_of: circle of each seat at the time of the draw, -1 for none.
        blocks: block of each table; people are exchanged within a block only (people of one language).
        aside: table and circle of people who are set aside, by seat.
        before: by seat, what they had answered when the tables were drawn, which sitting together cannot have brought
            about: desire to stance.
    """

    times: int
    size: int
    table_of: dict[int, int]
    circle_of: dict[int, int]
    blocks: list[int]
    aside: dict[int, tuple[int, int]] = field(default_factory=dict)
    before: dict[int, dict[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moment:
    """All answers at the moment when the stages that take answers ended.

    Attributes:
        round: round that the answers belong to.
        at: server's clock, milliseconds since 1970.
        responses: all responses so far.
        probes: those to probes.
    """

    round: int
    at: int
    responses: Responses
    probes: Responses


@dataclass(slots=True)
class Company:
    """Occasions, presences, tables and feelings of one gathering.

    Attributes:
        occasions: by number.
        drawn: last draw of tables by occasion.
        felt: 1 (apart) to 7 (one), by the time it was asked, then by seat; a missing seat gave no answer.
        first_day: day of the first presence of all, in days since 1970 by the server's clock; None before.
        days: day of the first presence at each occasion, counted from `first_day`.
        moments: the last eight moments at which answers closed.
        felt_aside: as `felt`, of people who are set aside.
        apart: who asks that all become one, and who finds themselves in a text.
        near: lists of contacts, and who agreed to them.
    """

    occasions: list[LiveOccasion] = field(default_factory=list)
    drawn: dict[int, Drawn] = field(default_factory=dict)
    felt: dict[FeltAt, dict[int, int]] = field(default_factory=lambda: {when: {} for when in FeltAt})
    first_day: int | None = None
    days: dict[int, int] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)
    felt_aside: dict[FeltAt, dict[int, int]] = field(default_factory=lambda: {when: {} for when in FeltAt})
    apart: Apart = field(default_factory=Apart)
    near: Nearness = field(default_factory=Nearness)

    def knows(self, occasion: int) -> bool:
        """Return whether an occasion with this number exists."""
        return 0 <= occasion < len(self.occasions)

    def add_occasion(self, body: ev.OccasionAdded) -> int:
        """Add an occasion and return its number."""
        self.occasions.append(LiveOccasion(body.name, body.form, body.code, 0, body.names, body.begins, body.ends))
        return len(self.occasions) - 1

    def check_occasion(self, occasion: int) -> Refusal | None:
        """Refuse an occasion that does not exist."""
        return None if self.knows(occasion) else Refusal.UNKNOWN

    def rename_occasion(self, body: ev.OccasionChanged) -> int:
        """Set the names of an occasion, and its times and code where they are given; return its number."""
        occasion = self.occasions[body.occasion]
        occasion.name, occasion.names = body.name, body.names
        if body.begins is not None:
            occasion.begins = body.begins or None
        if body.ends is not None:
            occasion.ends = body.ends or None
        occasion.code = body.code or occasion.code
        return body.occasion

    def check_present(self, body: ev.Present, people: People) -> Refusal | None:
        """Refuse an unknown person or occasion."""
        return None if people.sits(body.seat) and self.knows(body.occasion) else Refusal.UNKNOWN

    def be_present(self, body: ev.Present, at: int, people: People) -> int:
        """Record that a person was at an occasion, once; return the occasion."""
        presences = people.seats[body.seat].presences
        if body.occasion not in presences:
            presences.append(body.occasion)
            self.occasions[body.occasion].present += 1
            day = at // _DAY_MS
            self.first_day = day if self.first_day is None else min(self.first_day, day)
            self.days.setdefault(body.occasion, day - self.first_day)
        return body.occasion

    def check_absent(self, body: ev.PresenceTakenBack, people: People) -> Refusal | None:
        """Refuse an unknown person, and an occasion at which they are not counted."""
        there = people.sits(body.seat) and body.occasion in people.seats[body.seat].presences
        return None if there else Refusal.UNKNOWN

    def be_absent(self, body: ev.PresenceTakenBack, people: People) -> int:
        """Count a person at an occasion no longer; return the occasion."""
        people.seats[body.seat].presences.remove(body.occasion)
        self.occasions[body.occasion].present -= 1
        return body.occasion

    def draws(self, occasion: int) -> int:
        """Return the number of draws of tables for an occasion (optimistic lock)."""
        draw = self.drawn.get(occasion)
        return 0 if draw is None else draw.times

    def check_drawn(self, body: ev.SeatsDrawn) -> Refusal | None:
        """Refuse a draw after people have come to the occasion, and one with an outdated version."""
        if not self.knows(body.occasion):
            return Refusal.UNKNOWN
        if self.occasions[body.occasion].present:
            return Refusal.CLOSED
        return None if body.version == self.draws(body.occasion) else Refusal.STALE

    def draw(self, body: ev.SeatsDrawn, people: People, before: dict[int, dict[int, int]]) -> int:
        """Record drawn tables, without people who erased themselves, and their answers so far; return the occasion."""
        seated = zip(body.seats, body.tables, strict=False)
        table_of = {seat: table for seat, table in seated if people.sits(seat)}
        circles = {seat: people.seats[seat].circle for seat in table_of}
        circle_of = {seat: -1 if circle is None else circle for seat, circle in circles.items()}
        times = self.draws(body.occasion) + 1
        self.drawn[body.occasion] = Drawn(times, body.size, table_of, circle_of, list(body.blocks), {}, before)
        return body.occasion

    def check_felt(self, body: ev.FeltSaid, people: People, course: Course) -> Refusal | None:
        """Refuse an unknown seat, and an answer for the time that is not asked now."""
        if not people.sits(body.seat):
            return Refusal.UNKNOWN
        return None if body.when is felt_now(course.round, course.stage) else Refusal.CLOSED

    def feel(self, body: ev.FeltSaid) -> int:
        """Record how near a person feels, or remove it (0); return the seat."""
        self.felt[body.when].pop(body.seat, None)
        if body.value:
            self.felt[body.when][body.seat] = body.value
        return body.seat

    def set_aside(self, seat: int, presences: list[int]) -> None:
        """Count nothing of a person any more: presences, how near they feel, their table."""
        self.apart.set_aside(seat)
        for occasion in presences:
            self.occasions[occasion].present -= 1
        for when in FeltAt:
            if seat in self.felt[when]:
                self.felt_aside[when][seat] = self.felt[when].pop(seat)
        for draw in self.drawn.values():
            if seat in draw.table_of:
                draw.aside[seat] = (draw.table_of.pop(seat), draw.circle_of.pop(seat))

    def bring_back(self, seat: int, presences: list[int]) -> None:
        """Count a person again who was set aside."""
        self.apart.bring_back(seat)
        for occasion in presences:
            self.occasions[occasion].present += 1
        for when in FeltAt:
            if seat in self.felt_aside[when]:
                self.felt[when][seat] = self.felt_aside[when].pop(seat)
        for draw in self.drawn.values():
            if seat in draw.aside:
                draw.table_of[seat], draw.circle_of[seat] = draw.aside.pop(seat)

    def close_answers(self, number: int, at: int, responses: Responses, probes: Responses) -> None:
        """Record all answers at this moment; the last eight moments are kept."""
        self.moments = [*self.moments[-7:], Moment(number, at, responses, probes)]

    def open_answers(self, number: int) -> None:
        """Forget the last closed answers of a round: the move that closed them was taken back."""
        if self.moments and self.moments[-1].round == number:
            self.moments = self.moments[:-1]


def felt_now(number: int, stage: Stage) -> FeltAt:
    """Return the time that is asked now: START until the first crossing has ended, then END.

    Example:
        >>> felt_now(1, Stage.OPEN).value, felt_now(1, Stage.READING).value, felt_now(2, Stage.OPEN).value
        ('start', 'end', 'end')
    """
    return FeltAt.START if number == 1 and stage.takes_responses else FeltAt.END


COMPANY_RULES: dict[type[ev.Body], Rule] = {
    ev.OccasionAdded: Rule(always, lambda s, b, _: s.company.add_occasion(b)),
    ev.OccasionChanged: Rule(
        lambda s, b, _: s.company.check_occasion(b.occasion), lambda s, b, _: s.company.rename_occasion(b)
    ),
    ev.PresenceTakenBack: Rule(
        lambda s, b, _: s.company.check_absent(b, s.people), lambda s, b, _: s.company.be_absent(b, s.people)
    ),
    ev.Present: Rule(
        lambda s, b, _: s.company.check_present(b, s.people), lambda s, b, w: s.company.be_present(b, w.at, s.people)
    ),
    ev.SeatsDrawn: Rule(
        lambda s, b, _: s.company.check_drawn(b),
        lambda s, b, _: s.company.draw(b, s.people, {seat: dict(s.tally.kept(seat)) for seat in b.seats}),
    ),
    ev.FeltSaid: Rule(lambda s, b, _: s.company.check_felt(b, s.people, s.course), lambda s, b, _: s.company.feel(b)),
}
"""The rules of the events about occasions, tables and how near people feel."""
