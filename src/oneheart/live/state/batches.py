"""Batches: new desires reach others in batches, so that nobody learns from the time of a tap whose a desire is.

Somebody who watches a neighbour tap, and then looks at their own card, would otherwise read the neighbour's words. So
a desire that a person says is *fresh* at first: nobody but its author meets it. It waits in a pool. When k different
authors have a desire in one pool, these travel together. Every move of the stage and the end release everything.

There is one pool for each circle of k people or more, and a common pool for people of smaller circles and of none.
A circle needs its own, because its people are dealt its desires first while the stage is open: of a batch of k authors
of the whole gathering, a neighbour would be dealt the one desire of their own circle. A stranger is dealt the batch of
another circle as one of k authors too. In the common pool an author may be alone of their circle. So the circle of a
desire counts for dealing only if the batch holds k authors of that circle. Otherwise everybody is dealt it as a
stranger's.

Among fewer than k people there is nothing to hide: then nothing is fresh. A circle's line, what a circle carries and
what hosts say are never fresh, because everybody knows whose they are.

What the rule does not hide: somebody who holds k - 1 seats that speak can tell the next author (the door limits this),
and what is said after the last batch of a stage arrives at its end, with whatever else waited in the gathering.

An erasure makes the log shorter, and a replay may then count fewer authors in a batch that has travelled. Others who
answered a desire or joined theirs to it show that it had travelled, so it travels in the replay too.

Source: a threshold mix (Chaum 1981; Serjantov, Dingledine and Syverson 2002); the pools are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from oneheart.engine import disclosure

if TYPE_CHECKING:
    from oneheart.live.state.course import Course
    from oneheart.live.state.people import People

COMMON = -1
"""The pool of people of small circles and of none."""


class OneSaid(Protocol):
    """What is asked of a desire; `LiveDesire` has it."""

    author: int | None
    circle: int | None
    pool: int | None
    waiting: bool
    withdrawn: bool
    erased: bool

    @property
    def fresh(self) -> bool:
        """Return whether it waits for a batch."""

    @property
    def follows(self) -> bool:
        """Return whether it counts as another desire that it is joined to."""


class AllSaid(Protocol):
    """What is asked of all desires; `Desires` has it."""

    def __getitem__(self, number: int, /) -> OneSaid:
        """Return a desire by its number."""

    def is_ready(self, number: int, course: Course) -> bool:
        """Return whether a desire would travel if it did not wait for a batch."""

    def tell_circle(self, number: int, *, on: bool = True) -> None:
        """Set whether dealing counts the circle in which a desire was said."""

    def review(self, number: int, course: Course) -> None:
        """Compute again whether one desire may be dealt."""


def hides(people: People) -> bool:
    """Return whether there are enough people to hide an author among."""
    return disclosure.enough(people.count)


def pool_of(desire: OneSaid, people: People) -> int:
    """Return the pool of a new desire: the circle in which it was said if that has k people or more, else `COMMON`."""
    circle = desire.circle
    return circle if circle is not None and disclosure.enough(people.circles[circle].seats) else COMMON


def is_batch(desires: Iterable[OneSaid]) -> bool:
    """Return whether desires have k different authors or more, so that they may travel together."""
    return disclosure.enough(len({desire.author for desire in desires}))


def circles_told(desires: Iterable[OneSaid]) -> set[int]:
    """Return the circles that count for dealing in a batch: those of which it holds k different authors or more."""
    of_circle: dict[int, list[OneSaid]] = {}
    for desire in desires:
        if desire.circle is not None:
            of_circle.setdefault(desire.circle, []).append(desire)
    return {circle for circle, said in of_circle.items() if is_batch(said)}


@dataclass(slots=True)
class Batches:
    """The desires that wait for a batch. The desires themselves are given to every method.

    Attributes:
        pools: numbers of the desires that wait, by pool, the oldest first.
    """

    pools: dict[int, list[int]] = field(default_factory=dict)

    @property
    def numbers(self) -> list[int]:
        """Return the numbers of all desires that wait for a batch."""
        return [number for pool in self.pools.values() for number in pool]

    def take(self, number: int, desires: AllSaid, people: People, course: Course) -> None:
        """Let a person's new desire wait for a batch, and release the batch that it completes. O(its pool).

        A desire that waits for the next round joins no pool; the new round releases it with all others.
        """
        desire = desires[number]
        if not hides(people):
            self._release_with_circles(desires, course)
            return
        desires.tell_circle(number, on=False)
        if desire.waiting:
            return
        desire.pool = pool_of(desire, people)
        self.pools.setdefault(desire.pool, []).append(number)
        desires.review(number, course)
        self.note_decided(number, desires, course)

    def note_decided(self, number: int, desires: AllSaid, course: Course) -> None:
        """Release the batch that a desire completes, once nothing but the batch keeps it back. O(its pool)."""
        pool = desires[number].pool
        if pool is not None and desires.is_ready(number, course):
            self._release_ready(pool, desires, course)

    def note_met(self, seat: int, number: int, desires: AllSaid, course: Course) -> None:
        """Release a desire that somebody else met: it had travelled before an erasure made its batch smaller. O(1)."""
        if desires[number].fresh and desires[number].author != seat:
            self.release([number], desires, course)

    def note_people(self, desires: AllSaid, people: People, course: Course) -> None:
        """Release everything if too few people are left. O(1), or O(desires that wait)."""
        if not hides(people):
            self._release_with_circles(desires, course)

    def settle(self, desires: AllSaid, course: Course) -> None:
        """Release what makes a batch now. O(desires that wait)."""
        for pool in list(self.pools):
            self._release_ready(pool, desires, course)

    def release(self, numbers: Sequence[int], desires: AllSaid, course: Course) -> None:
        """Let desires travel together. Their circles count for dealing where that tells no author."""
        told = circles_told(desires[number] for number in numbers if desires.is_ready(number, course))
        for number in numbers:
            desire = desires[number]
            if desire.pool is not None:
                self.pools[desire.pool].remove(number)
                if not self.pools[desire.pool]:
                    del self.pools[desire.pool]
                desire.pool = None
            if desire.circle in told:
                desires.tell_circle(number)
            desires.review(number, course)

    def _release_ready(self, pool: int, desires: AllSaid, course: Course) -> None:
        """Release a pool if it makes a batch. What hosts hold stays for a later one; what never travels is let go."""
        ready = [number for number in self.pools[pool] if desires.is_ready(number, course)]
        if is_batch(desires[number] for number in ready):
            spent = [n for n in self.pools[pool] if desires[n].withdrawn or desires[n].erased or desires[n].follows]
            self.release([*ready, *spent], desires, course)

    def _release_with_circles(self, desires: AllSaid, course: Course) -> None:
        """Release everything, circles too: there are too few people to hide an author among."""
        numbers = self.numbers
        self.release(numbers, desires, course)
        for number in numbers:
            desires.tell_circle(number)
