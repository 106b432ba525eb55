"""The robustness margin of a woven text: the job "margin" of `live.aside`, which chooses the lines again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from oneheart.engine.prayer.choosing import own_wants, text_line_count
from oneheart.engine.prayer.margin import Margin, enough, of_counted
from oneheart.live.weaving import evened_order, may_be_lines, weave
from oneheart.live.weaving_order import WeaveOrder
from oneheart.model.gathering import Responses

_RUNS = 20
_ANSWERS = 400_000  # answers that all choices of one search read together


def margin_of(order: WeaveOrder, *, against: bool) -> Margin:
    """Return how many people, and how many circles, could have changed the lines that weaving this order gives.

    Circles are searched for where there are two or more. See `engine.prayer.margin`.

    Args:
        order: the order of the first draft, with the answers as they were.
        against: whether people may answer "against" before the reading.

    Notes:
        At most forty weavings, fewer of a large gathering: six of one with 100,000 answers.
    """
    order = evened_order(order)
    gathering = order.gathering
    people = len(gathering.participants)
    woven = weave(order)
    column_of = {int(desire.label): column for column, desire in enumerate(gathering.desires)}

    def chosen(answers: Responses) -> frozenset[int]:
        changed = replace(order, gathering=replace(gathering, responses=answers))
        return frozenset(column_of[line[0]] for line in weave(changed).lines)

    near = [column_of[number] for number in woven.alternates if number in column_of]
    members = [np.flatnonzero(gathering.circle_of == circle) for circle in range(len(gathering.circles))]

    def found(groups: Sequence[np.typing.ArrayLike], most: int | None = None) -> int | None:
        return enough(chosen, gathering.responses, groups, near, against=against, most=most, runs=runs)

    runs = int(np.clip(_ANSWERS // max(1, len(gathering.responses)), 3, _RUNS))
    circles = found(members) if len(members) > 1 else None
    if woven.measured:
        return Margin(1, found([[row] for row in range(people)]), circles)
    labels = [desire.label for desire in gathering.desires]
    may, lines = may_be_lines(order), text_line_count(people)
    least, exact = of_counted(gathering.responses, own_wants(gathering), people, may, lines, labels, against=against)
    if exact is None:
        return Margin(least, found([[row] for row in range(people)]), circles)
    return Margin(least if exact > people else exact, exact if exact <= people else None, circles)


def margin_job(order: WeaveOrder, against: bool) -> Margin:
    """Return `margin_of`; the job "margin"."""
    return margin_of(order, against=against)
