"""Origin: the circles that are named with a sealed text. Persons and circles of fewer than k people are never named.

What one person wrote or answered never names their circle, because that would narrow the author down to the circle. A
circle is named only for what it did as a circle: it made the text alone, or the text contains its own line. A desire
that a circle carries beside its line has one author, so it names no circle.
"""

from __future__ import annotations

from oneheart import settings
from oneheart.live.state import State
from oneheart.live.state.text import LiveDraft, Sealed

K = int(settings.K_ANONYMITY.value)


def named_with(state: State, draft: LiveDraft) -> tuple[tuple[int, ...], bool]:
    """Return the circles that are named with the text of a draft, and whether one circle made it alone.

    O(N lines + M).
    """
    alone = _alone(state, draft)
    if alone is not None:
        return (alone,), True
    return tuple(sorted(_of_own_lines(state, draft))), False


def still_named(state: State, sealed: Sealed) -> tuple[int, ...]:
    """Return the recorded circles of a sealed text that may be named now: those with at least k people.

    A circle whose line was erased is no longer named. O(M).
    """
    draft = state.prayers.drafts[sealed.body.draft]
    lines = set(sealed.body.circles) if sealed.body.alone else _of_own_lines(state, draft)
    sizes = _people_under(state)
    return tuple(circle for circle in sealed.body.circles if circle in lines and sizes[circle] >= K)


def chain_of(state: State, circle: int) -> tuple[int, ...]:
    """Return a circle and all circles that contain it, the outermost first."""
    chain: tuple[int, ...] = (circle,)
    while (parent := state.circles[chain[0]].parent) is not None:
        chain = (parent, *chain)
    return chain


def _alone(state: State, draft: LiveDraft) -> int | None:
    """Return the innermost circle that contains everybody who contributed to a text; None if there is none.

    A contributor read the text, was asked about challengers, wrote a desire that it says, or answered one. None also
    below k contributors, and if one to k - 1 people are outside the circle: naming it would reveal that they
    contributed nothing.
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
            or any(number in readings for readings in draft.said)
            or not cited.isdisjoint(state.tally.answered(number))
        )
    }
    circles = {state.seats[seat].circle for seat in makers}
    if len(makers) < K or None in circles:
        return None
    chains = [chain_of(state, circle) for circle in circles if circle is not None]
    shared = [level[0] for level in zip(*chains, strict=False) if len(set(level)) == 1]
    outside = state.people.count - _people_under(state)[shared[-1]] if shared else 0
    return None if not shared or 0 < outside < K else shared[-1]


def _of_own_lines(state: State, draft: LiveDraft) -> set[int]:
    """Return the circles whose own line is in a text and that had at least k people when the line was said."""
    cited = {number for line in draft.body.lines for number in line.cites}
    circles = set()
    for number, desire in enumerate(state.desires):
        circle = desire.line_of
        if circle is None or desire.erased:
            continue
        stands = number in cited or (not desire.withdrawn and state.root(number) in cited)
        if stands and circle not in circles and _people_before(state, circle, desire.seq) >= K:
            circles.add(circle)
    return circles


def _people_before(state: State, circle: int, seq: int) -> int:
    """Return the number of people in a circle and the circles inside it, seated before a place in the log."""
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
