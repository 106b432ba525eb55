"""Origin: which circles are named with a sealed text. Never a person, and never a circle of fewer than k people.

Authors stay anonymous. The words of one person never name their circle, because among ten friends that would leave ten
people to guess from. A circle is named only for what it did as a circle: it made the text alone, or its own line is in
the text. A desire that a circle carries beside its line is one person's, so it names no circle.
"""

from __future__ import annotations

from oneheart.engine import disclosure
from oneheart.live.state import State
from oneheart.live.state.nested import upward
from oneheart.live.state.seals import Sealed
from oneheart.live.state.text import LiveDraft


def named_with(state: State, draft: LiveDraft) -> tuple[tuple[int, ...], bool]:
    """Return the circles that are named with the text of a draft, ascending, and whether one circle made it alone.

    Notes:
        O(N lines + M).
    """
    alone = _alone(state, draft)
    if alone is not None:
        return (alone,), True
    return tuple(sorted(_of_own_lines(state, draft))), False


def still_named(state: State, sealed: Sealed) -> tuple[int, ...]:
    """Return the circles that are named with a sealed text now: those of its record that still have k people.

    A circle whose line was erased is no longer named. O(M).
    """
    draft = state.prayers.drafts[sealed.body.draft]
    lines = set(sealed.body.circles) if sealed.body.alone else _of_own_lines(state, draft)
    sizes = _people_under(state)
    return tuple(circle for circle in sealed.body.circles if circle in lines and disclosure.enough(sizes[circle]))


def chain_of(state: State, circle: int) -> tuple[int, ...]:
    """Return a circle and the circles that contain it, from the outermost inwards."""
    return tuple(upward(state.circles, circle))[::-1]


def _alone(state: State, draft: LiveDraft) -> int | None:
    """Return the innermost circle that contains all makers of a text; None without one, or for fewer than k makers.

    A maker is a person who read it, was asked about challengers, wrote what it says, or answered that. None also where
    one to k - 1 people are outside the circle: it would tell that these few had no part in the text.
    """
    cited = {number for line in draft.body.lines for number in line.cites}
    authors = {state.desires[number].author for number in cited}
    makers = {
        number
        for number, seat in enumerate(state.seats)
        if seat.alive
        and (
            number in authors
            or number in draft.whole
            or number in draft.challenged
            or any(number in readings for readings in draft.readings)
            or not cited.isdisjoint(state.tally.answered(number))
        )
    }
    circles = {state.seats[seat].circle for seat in makers}
    if not disclosure.enough(len(makers)) or None in circles:
        return None
    chains = [chain_of(state, circle) for circle in circles if circle is not None]
    shared = [level[0] for level in zip(*chains, strict=False) if len(set(level)) == 1]
    outside = state.people.count - _people_under(state)[shared[-1]] if shared else 0
    return None if not shared or disclosure.is_few(outside) else shared[-1]


def _of_own_lines(state: State, draft: LiveDraft) -> set[int]:
    """Return the circles whose own line is in a text and which had k people when they said it."""
    cited = {number for line in draft.body.lines for number in line.cites}
    circles = set()
    for number, desire in enumerate(state.desires):
        circle = desire.line_of
        if circle is None or desire.erased or desire.aside:
            continue
        stands = number in cited or (not desire.withdrawn and state.root(number) in cited)
        if stands and circle not in circles and disclosure.enough(_people_before(state, circle, desire.seq)):
            circles.add(circle)
    return circles


def _people_before(state: State, circle: int, seq: int) -> int:
    """Return how many people of a circle, and of the circles in it, took their seat before a place in the log."""
    return sum(
        seat.alive and seat.seq < seq and seat.circle is not None and circle in chain_of(state, seat.circle)
        for seat in state.seats
    )


def _people_under(state: State) -> list[int]:
    sizes = [0] * len(state.circles)
    for number, circle in enumerate(state.circles):
        for container in chain_of(state, number):
            sizes[container] += circle.seats
    return sizes
