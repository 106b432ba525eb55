"""Nested circles: a circle may stand inside another one, which may stand inside a third, and so on.

No circle stands inside itself, however indirectly, and there are at most six levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.rule import Rule

if TYPE_CHECKING:
    from oneheart.live.state.people import LiveCircle, People

LEVELS_MOST = 6
"""The most circles of which each stands inside the next."""


def upward(circles: Sequence[LiveCircle], circle: int | None) -> Iterator[int]:
    """Yield a circle and the circles that contain it, from the inside out; nothing for None. O(levels).

    A circle that is met again ends it: a damaged file cannot make it endless.
    """
    seen: set[int] = set()
    while circle is not None and circle not in seen:
        seen.add(circle)
        yield circle
        circle = circles[circle].parent


def depths(circles: Sequence[LiveCircle]) -> list[int]:
    """Return for each circle how many circles contain it, 0 for the outermost. O(circles levels)."""
    return [sum(1 for _ in upward(circles, number)) - 1 for number in range(len(circles))]


def innermost(circles: Sequence[LiveCircle]) -> list[int]:
    """Return the circles that contain no other one, ascending: those in which people sit. O(circles)."""
    outer = {circle.parent for circle in circles}
    return [number for number in range(len(circles)) if number not in outer]


def height(circles: Sequence[LiveCircle], circle: int) -> int:
    """Return how many levels a circle has with what it contains, 1 or more. O(circles levels)."""
    chains = (list(upward(circles, number)) for number in range(len(circles)))
    return max(chain.index(circle) + 1 for chain in chains if circle in chain)


def check_new_added(people: People, body: ev.CircleAdded) -> Refusal | None:
    """Refuse a circle that would stand too deep. Asked before the event is written."""
    above = sum(1 for _ in upward(people.circles, body.parent))
    return Refusal.NESTED if above >= LEVELS_MOST else None


def check_moved(people: People, body: ev.CircleMoved) -> Refusal | None:
    """Refuse a circle or a parent that does not exist, a circle inside itself, and more than six levels."""
    circles = people.circles
    if not people.is_circle(body.circle) or not (body.parent is None or people.is_circle(body.parent)):
        return Refusal.UNKNOWN
    above = list(upward(circles, body.parent))
    if body.circle in above or len(above) + height(circles, body.circle) > LEVELS_MOST:
        return Refusal.NESTED
    return None


def move(people: People, body: ev.CircleMoved) -> int:
    """Set the circle that contains another one; return the number of the circle that moved."""
    people.circles[body.circle].parent = body.parent
    return body.circle


NESTED_RULES: dict[type[ev.Body], Rule] = {
    ev.CircleAdded: Rule(
        lambda s, b, _: s.people.check_circle_added(b),
        lambda s, b, _: s.add_circle(b),
        check_new=lambda s, b, _: check_new_added(s.people, b),
    ),
    ev.CircleMoved: Rule(lambda s, b, _: check_moved(s.people, b), lambda s, b, _: move(s.people, b)),
}
"""The rules of the events that add a circle or move it."""
