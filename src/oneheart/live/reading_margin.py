"""How many readers could have changed which lines stayed in a text: counted from the first reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from oneheart.engine.prayer import rounds
from oneheart.engine.prayer.margin import Margin
from oneheart.live.judging import Part, affirmation, judge, parts_of
from oneheart.live.state import State
from oneheart.live.state.text import LiveDraft
from oneheart.model.prayer import Affirmation, Reading

_STAYS = frozenset({"stands", "not measured"})


def by_reading(state: State, draft: LiveDraft) -> Margin | None:
    """Return the margin of the first reading of a text; None where nothing was read twice, so no line could leave.

    People who answered a line could have answered otherwise. A line that stayed could have left; one that left could
    have stayed. The numbers follow from counts, so they are proven.

    Args:
        state: state of the gathering.
        draft: the draft that is sealed.

    Notes:
        O(lines parts readers log readers).
    """
    if not draft.second:
        return None
    first = state.prayers.drafts[state.prayers.drafts.index(draft) - 1]
    parts = parts_of(state)
    nobody = len(parts[0].seats) + 1
    least, people, circles = nobody, None, None
    heard = state.meetings.heard(first)
    for line, judged in enumerate(judge(state, first)):
        if judged.verdict in _STAYS:
            needed = _to_throw_out(line, heard[line], parts)
            least = min(least, needed)
            people = needed if needed < nobody and (people is None or needed < people) else people
            if any(part.kind == "circle" and _needed(line, heard[line], part, len(parts[0].seats)) for part in parts):
                circles = 1
        else:
            least = 1  # how few could have kept a line is not searched
    return Margin(max(1, min(least, nobody)), people, circles)


def _to_throw_out(line: int, answers: Mapping[int, Reading], parts: tuple[Part, ...]) -> int:
    """Return the least number of readers of a line who, all against it, make it leave; people + 1 where none can."""
    everybody = len(parts[0].seats)
    if everybody < rounds.MEASURED_LEAST:
        whole = affirmation(line, answers, parts[0])
        return 1 if whole.readers else everybody + 1
    needed = (_needed(line, answers, part, everybody) for part in parts if len(part.seats) >= rounds.MEASURED_LEAST)
    return min((number for number in needed if number), default=everybody + 1)


def _needed(line: int, answers: Mapping[int, Reading], part: Part, everybody: int) -> int:
    """Return how many readers of a part, all against a line, make it leave; 0 where not even all of them can."""
    answered = affirmation(line, answers, part)

    def leaves(turned: int) -> bool:
        unsaid = answered.readers - answered.can_say - answered.against_me
        can_say = max(0, answered.can_say - turned)
        against = answered.against_me + min(turned, answered.can_say) + min(max(0, turned - answered.can_say), unsaid)
        changed = Affirmation(line, answered.readers, can_say, against)
        return rounds.judge_line([rounds.judge_part(0, len(part.seats), changed, everybody)]) not in _STAYS

    return _first(leaves, answered.readers)


def _first(holds: Callable[[int], bool], most: int) -> int:
    """Return the least number from 1 to `most` for which a condition holds that stays true; 0 where it never does."""
    if most < 1 or not holds(most):
        return 0
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
