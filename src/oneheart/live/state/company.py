"""Company: occasions, who was there, tables drawn at random, and how near people feel. The fourth part of the state.

It is about outward closeness and what people felt. It never reads what anybody wants.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.course import Course
from oneheart.live.state.people import People
from oneheart.model.gathering import Responses
from oneheart.model.presence import FeltAt, Form
from oneheart.model.round import Stage

TABLE_LEAST, TABLE_MOST = 5, 50
_DAY_MS = 86_400_000


@dataclass(slots=True)
class LiveOccasion:
    """An occasion as it stands now; who was there stands with the seats.

    Attributes:
        name: of the occasion.
        form: lesson, meal, night or workshop.
        code: that people type or scan.
        present: how many people said that they were there.
    """

    name: str
    form: Form
    code: str
    present: int = 0


@dataclass(slots=True)
class Drawn:
    """Seats of one occasion as they were last drawn at random, without people who erased themselves.

    Attributes:
        times: how often seats were drawn for this occasion.
        size: the most people at a table.
        table_of: table of each seat, from 0.
        circle_of: circle of each seat when they were drawn, -1 for none.
        blocks: for each table, to which part of the tables it belongs (people of one language).
    """

    times: int
    size: int
    table_of: dict[int, int]
    circle_of: dict[int, int]
    blocks: list[int]


@dataclass(frozen=True, slots=True)
class Moment:
    """All answers as they were when the stages that take answers were over.

    Attributes:
        round: whose answers were closed.
        at: the server's clock, milliseconds.
        responses: of everybody so far.
    """

    round: int
    at: int
    responses: Responses


@dataclass(slots=True)
class Company:
    """Being together, as far as the gathering knows.

    Attributes:
        occasions: in the order of their numbers.
        drawn: tables by occasion.
        felt: by when it was asked, then by seat: 1 (apart) to 7 (one).
        first_day: day of the first check-in at all, counted by the server's clock; None before.
        days: by occasion: the day of its first check-in, 0 for the first day.
        moments: the last eight times that answers were closed.
    """

    occasions: list[LiveOccasion] = field(default_factory=list)
    drawn: dict[int, Drawn] = field(default_factory=dict)
    felt: dict[FeltAt, dict[int, int]] = field(default_factory=lambda: {when: {} for when in FeltAt})
    first_day: int | None = None
    days: dict[int, int] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)

    def knows(self, occasion: int) -> bool:
        """Return whether an occasion of this number exists."""
        return 0 <= occasion < len(self.occasions)

    def add_occasion(self, body: ev.OccasionAdded) -> int:
        """Add an occasion and return its number."""
        self.occasions.append(LiveOccasion(body.name, body.form, body.code))
        return len(self.occasions) - 1

    def check_present(self, body: ev.Present, people: People) -> Refusal | None:
        """Refuse an unknown person or occasion."""
        return None if people.sits(body.seat) and self.knows(body.occasion) else Refusal.UNKNOWN

    def be_present(self, body: ev.Present, at: int, people: People) -> int:
        """Take that a person was at an occasion, once; return the occasion."""
        presences = people.seats[body.seat].presences
        if body.occasion not in presences:
            presences.append(body.occasion)
            self.occasions[body.occasion].present += 1
            day = at // _DAY_MS
            self.first_day = day if self.first_day is None else min(self.first_day, day)
            self.days.setdefault(body.occasion, day - self.first_day)
        return body.occasion

    def draws(self, occasion: int) -> int:
        """Return how often seats were drawn for an occasion (optimistic lock)."""
        drawn = self.drawn.get(occasion)
        return 0 if drawn is None else drawn.times

    def check_drawn(self, body: ev.SeatsDrawn) -> Refusal | None:
        """Refuse a draw for people who sit already, and one that follows an older draw."""
        if not self.knows(body.occasion):
            return Refusal.UNKNOWN
        if self.occasions[body.occasion].present:
            return Refusal.CLOSED
        return None if body.version == self.draws(body.occasion) else Refusal.STALE

    def draw(self, body: ev.SeatsDrawn, people: People) -> int:
        """Take drawn tables, without people who erased themselves; return the occasion."""
        seated = zip(body.seats, body.tables, strict=False)
        table_of = {seat: table for seat, table in seated if people.sits(seat)}
        circles = {seat: people.seats[seat].circle for seat in table_of}
        circle_of = {seat: -1 if circle is None else circle for seat, circle in circles.items()}
        times = self.draws(body.occasion) + 1
        self.drawn[body.occasion] = Drawn(times, body.size, table_of, circle_of, list(body.blocks))
        return body.occasion

    def check_felt(self, body: ev.FeltSaid, people: People, course: Course) -> Refusal | None:
        """Refuse an answer at the other of the two times."""
        if not people.sits(body.seat):
            return Refusal.UNKNOWN
        return None if body.when is felt_now(course.round, course.stage) else Refusal.CLOSED

    def feel(self, body: ev.FeltSaid) -> int:
        """Take how near a person feels, or take it back (0); return the seat."""
        self.felt[body.when].pop(body.seat, None)
        if body.value:
            self.felt[body.when][body.seat] = body.value
        return body.seat

    def close_answers(self, number: int, at: int, responses: Responses) -> None:
        """Keep all answers of this moment, at which answers were closed; the last eight moments are kept."""
        self.moments = [*self.moments[-7:], Moment(number, at, responses)]


def felt_now(number: int, stage: Stage) -> FeltAt:
    """Return which of the two times it is. The start lasts until the first crossing is over.

    Example:
        >>> felt_now(1, Stage.OPEN).value, felt_now(1, Stage.READING).value, felt_now(2, Stage.OPEN).value
        ('start', 'end', 'end')
    """
    return FeltAt.START if number == 1 and stage.takes_responses else FeltAt.END
