"""Answers that stand apart: who asks that all become one, and who finds themselves in a text.

They are counted by themselves. Nothing is computed from them together with desires, presence or how near people feel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.rule import Rule
from oneheart.model.round import Stage

if TYPE_CHECKING:
    from oneheart.live.state.course import Course
    from oneheart.live.state.people import People
    from oneheart.live.state.text import Prayers

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Demand:
    """A person's last answer to the question whether they ask that all become one.

    Attributes:
        on: true if they ask it.
        day: day of the answer, in days since 1970 by the server's clock.
    """

    on: bool
    day: int


@dataclass(slots=True)
class Apart:
    """The demand and the felt representation of one gathering.

    Attributes:
        demands: last answer of each seat; a missing seat gave none.
        demand_told: how many ask it, in steps of k; it moves after k different people answered.
        demand_changed: seats that answered since it moved.
        represented: 1 (not at all) to 7 (wholly), by number of the sealed text, then by seat.
        demands_aside: as `demands`, of people who are set aside.
        represented_aside: as `represented`, of people who are set aside.
    """

    NOT_IN_FINGERPRINT: ClassVar[frozenset[str]] = frozenset({"demand_told", "demand_changed"})  # see `keep`

    demands: dict[int, Demand] = field(default_factory=dict)
    demand_told: int = 0
    demand_changed: set[int] = field(default_factory=set)
    represented: dict[int, dict[int, int]] = field(default_factory=dict)
    demands_aside: dict[int, Demand] = field(default_factory=dict)
    represented_aside: dict[int, dict[int, int]] = field(default_factory=dict)

    def ask(self, body: ev.DemandSaid, at: int) -> int:
        """Record whether a person asks that all become one; return the seat."""
        self.demands[body.seat] = Demand(body.on, at // _DAY_MS)
        self.demand_changed.add(body.seat)
        if disclosure.enough(len(self.demand_changed)):
            self.demand_told = disclosure.in_steps(sum(demand.on for demand in self.demands.values()))
            self.demand_changed.clear()
        return body.seat

    def take_over(self, told: ev.NumbersTold) -> None:
        """Let the number be what was told before an erasure, until k different people have answered again."""
        self.demand_told = told.demand

    def go_on_from(self, before: Apart) -> None:
        """Go on with what was told, exactly: the same events came before, and some of them were erased since."""
        self.demand_told, self.demand_changed = before.demand_told, before.demand_changed

    def keep(self, before: Apart) -> None:
        """Take over what was told before an erasure, so that the number does not go down by one person."""
        self.demand_told = before.demand_told
        self.demand_changed |= before.demand_changed

    @property
    def demand(self) -> disclosure.Shown:
        """Return how many ask that all become one, in steps of k; it moves after k different people answered."""
        return disclosure.show_steps(self.demand_told)

    def is_due(self, seat: int, at: int) -> bool:
        """Return whether a person is asked now: they were not asked yet, or not today."""
        last = self.demands.get(seat)
        return last is None or last.day < at // _DAY_MS

    def check_represented(
        self, body: ev.RepresentedSaid, people: People, prayers: Prayers, course: Course
    ) -> Refusal | None:
        """Refuse an unknown seat, and a text that was not said together in this round."""
        if not people.sits(body.seat):
            return Refusal.UNKNOWN
        sealed = prayers.sealed_of(course.round)
        is_newest = sealed is not None and body.sealed == len(prayers.sealed) - 1
        return None if is_newest and course.stage is Stage.SAID else Refusal.CLOSED

    def represent(self, body: ev.RepresentedSaid) -> int:
        """Record how far a person finds themselves in a text, or remove it (0); return the seat."""
        answers = self.represented.setdefault(body.sealed, {})
        answers.pop(body.seat, None)
        if body.value:
            answers[body.seat] = body.value
        return body.seat

    def set_aside(self, seat: int) -> None:
        """Count nothing of a person any more."""
        if seat in self.demands:
            self.demands_aside[seat] = self.demands.pop(seat)
        for sealed, answers in self.represented.items():
            if seat in answers:
                self.represented_aside.setdefault(sealed, {})[seat] = answers.pop(seat)

    def bring_back(self, seat: int) -> None:
        """Count a person again who was set aside."""
        if seat in self.demands_aside:
            self.demands[seat] = self.demands_aside.pop(seat)
        for sealed, answers in self.represented_aside.items():
            if seat in answers:
                self.represented.setdefault(sealed, {})[seat] = answers.pop(seat)


APART_RULES: dict[type[ev.Body], Rule] = {
    ev.DemandSaid: Rule(lambda s, b, _: s.people.check_seat(b.seat), lambda s, b, w: s.company.apart.ask(b, w.at)),
    ev.RepresentedSaid: Rule(
        lambda s, b, _: s.company.apart.check_represented(b, s.people, s.prayers, s.course),
        lambda s, b, _: s.company.apart.represent(b),
    ),
}
"""The rules of the answers that stand apart."""
