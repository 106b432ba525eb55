"""What a report says of the desires for which a line stands: the same wish in other words."""

from __future__ import annotations

from collections.abc import Sequence

from oneheart.engine import disclosure
from oneheart.engine.desire.one_desire import Line
from oneheart.engine.desire.same_wish import SameWish
from oneheart.reports.report_values import ReportEstimate, ReportStoodFor


def stood_for(line: Line, labels: Sequence[str], k: int, *, is_live: bool) -> list[ReportStoodFor]:
    """Return the desires for which a line stands, and why; of a live gathering without numbers of answers.

    Args:
        line: the line.
        labels: id of every desire in the source.
        k: least number of people in a count that is shown.
        is_live: whether somebody may know nearly all other answers.
    """
    return [_one(labels[other.desire], other.why, k, is_live=is_live) for other in line.stands_for]


def _one(label: str, why: SameWish, k: int, *, is_live: bool) -> ReportStoodFor:
    spread = why.correlation
    alike = ReportEstimate(round(spread.value, 1), round(spread.low, 1), round(spread.high, 1))
    return ReportStoodFor(
        id=label,
        answered_both=disclosure.withheld() if is_live else disclosure.show_steps(why.people, k),
        alike=None if is_live else alike,
        words=round(why.words, 2),
    )
