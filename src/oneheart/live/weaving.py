"""Weaving: choose the desires that become lines of the text, their order, and their measured share.

Runs outside requests.

The result holds numbers of desires, never words. With too few people or answers for the model, as in one circle of
ten, lines are counted from the answers.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from oneheart.engine.analysis import Analysis, analyze_for_text
from oneheart.engine.desire import shares
from oneheart.engine.desire.facts import looks_like_fact
from oneheart.engine.desire.same_wish import same_wishes
from oneheart.engine.desire.voices import evened
from oneheart.engine.prayer.choosing import (
    admissible_columns,
    frozen,
    text_columns,
    text_line_count,
    want_model,
    wants,
    with_own_wants,
)
from oneheart.engine.prayer.few import lines_of_few
from oneheart.engine.prayer.rounds import MEASURED_LEAST as FEW
from oneheart.engine.prayer.stopping import parts_without_line
from oneheart.engine.prayer.weaving import reading_order
from oneheart.live.weaving_order import WeaveOrder, Woven
from oneheart.model.desire import Moderation
from oneheart.model.gathering import Gathering

_ALTERNATES = 12


def weave(order: WeaveOrder) -> Woven:
    """Return the lines of the text: the job "weave" of `live.aside`.

    Deterministic for one order; see `analyze_for_text`.
    """
    order = evened_order(order)
    gathering = order.gathering
    # lines are chosen by estimates, not by bounds, so no intervals are computed
    analysis = analyze_for_text(gathering, seed=order.seed, leave_out=order.leave_out, sure_from=np.inf)
    if not analysis.measured:
        return _counted(order)
    if order.fixed:
        return _weighed(order, analysis)
    count = text_line_count(len(gathering.participants))
    fit = want_model(gathering, order.seed)
    want_of = wants(gathering, analysis.ranking, order.seed, analysis.calibration, using=fit)
    may = admissible_columns(analysis)
    same = same_wishes(gathering.desires, may, gathering.responses)
    columns, want = text_columns(gathering, analysis, count=count, seed=order.seed, ranked=want_of, same=same)
    worst = [analysis.common_ground[column].rank_value for column in columns]
    by_order = [columns[p] for p in reading_order(want, worst, [gathering.desires[column].label for column in columns])]
    # what may be a fact about its author is never the first line
    ordered = sorted(by_order, key=lambda column: analysis.common_ground[column].looks_like_fact)
    merged = _merged(analysis)
    wishes = [column for column in analysis.ranking if not analysis.common_ground[column].is_fact]
    want_of = want_of[:, [place for place, column in enumerate(analysis.ranking) if column in {*wishes}]]
    place = {column: number for number, column in enumerate(wishes)}
    lines = [place[column] for column in columns]
    asked = min(count, len(wishes))
    index, owed = shares.share_index(want_of, lines, asked=asked) if columns else (None, None)
    most_owed = None if owed is None else wishes[owed]
    number = [int(desire.label) for desire in gathering.desires]
    alternates = _alternates(analysis, most_owed, ordered)
    return Woven(
        version=order.version,
        lines=tuple(tuple(number[c] for c in (column, *merged.get(column, ()))) for column in ordered),
        alternates=tuple(number[c] for c in alternates),
        measured=True,
        coverage=shares.coverage(want_of, lines) if columns else None,
        share_index=index,
        worst=tuple(analysis.common_ground[column].worst_fifth.value for column in ordered),
        without=_without(gathering, want_of[:, lines]),
        seed=order.seed,
        model=frozen(fit, [*ordered, *alternates], number),
        same=tuple(tuple(number[may[place]] for place in group) for group in same.groups),
    )


def evened_order(order: WeaveOrder) -> WeaveOrder:
    """Return the order with no more answers of one person than is usual: one seat has one voice (`voices`).

    Up to twelve people are heard in full. An order that was evened stays as it is.
    """
    gathering = order.gathering
    if order.evened or len(gathering.participants) <= FEW:
        return order
    responses = evened(gathering.responses, rng=np.random.default_rng(order.seed))
    return replace(order, gathering=replace(gathering, responses=responses), evened=True)


def _weighed(order: WeaveOrder, analysis: Analysis) -> Woven:
    """Return the share index and coverage of lines that are chosen already."""
    gathering = order.gathering
    place = {desire.label: column for column, desire in enumerate(gathering.desires)}
    columns = [place[label] for label in order.fixed if label in place]
    others = [column for column in analysis.ranking if column not in columns]
    want_of = wants(gathering, [*columns, *others], order.seed, analysis.calibration)
    lines = list(range(len(columns)))
    asked = min(text_line_count(len(gathering.participants)), len(analysis.ranking))
    return Woven(
        version=order.version,
        lines=tuple((int(label),) for label in order.fixed),
        alternates=(),
        measured=True,
        coverage=shares.coverage(want_of, lines) if columns else None,
        share_index=shares.share_index(want_of, lines, asked=asked)[0] if columns else None,
        worst=tuple(analysis.common_ground[column].worst_fifth.value for column in columns),
        without=_without(gathering, want_of[:, lines]),
        seed=order.seed,
    )


def _without(gathering: Gathering, want: npt.NDArray[np.float64]) -> tuple[str, ...]:
    """Return the labels of circles of twelve or more people where fewer than half are expected to want a line.

    The expected wants come from `wants`.
    """
    circle = gathering.circle_of.astype(np.int64)
    members = np.bincount(circle[circle >= 0], minlength=len(gathering.circles))
    without = parts_without_line(want, circle)
    return tuple(gathering.circles[number].label for number in without if members[number] >= FEW)


def _alternates(analysis: Analysis, most_owed: int | None, lines: Collection[int]) -> list[int]:
    """Return the desires that may replace a line: the one owed most, then by common ground, then the nearest."""
    owed = [] if most_owed is None else [most_owed]
    ground = analysis.common_ground
    common = [c for c in analysis.ranking if ground[c].worst_fifth.value > 0]
    candidates = dict.fromkeys([*owed, *common, *analysis.one_desire.nearest])
    return [column for column in candidates if column not in lines and not ground[column].is_fact][:_ALTERNATES]


def _merged(analysis: Analysis) -> dict[int, tuple[int, ...]]:
    """Return the columns that say the same as another column, by the column whose words are read."""
    return {entry.desire: entry.same_as for entry in analysis.common_ground if entry.same_as}


def may_be_lines(order: WeaveOrder) -> list[int]:
    """Return the columns of the desires that may be lines, whatever was answered: no facts about their authors."""
    return [
        column
        for column, desire in enumerate(order.gathering.desires)
        if desire.moderation is not Moderation.REJECTED
        and not desire.is_meta
        and desire.label not in order.leave_out
        and desire.text.strip()
        and not looks_like_fact(desire.text, desire.language)
    ]


def _counted(order: WeaveOrder) -> Woven:
    """Return lines counted from the answers, for gatherings that are too small for the model."""
    gathering = order.gathering
    may = may_be_lines(order)
    count = text_line_count(len(gathering.participants))
    labels = [desire.label for desire in gathering.desires]
    counted = lines_of_few(with_own_wants(gathering), len(gathering.participants), may, count, labels)
    number = [int(desire.label) for desire in gathering.desires]
    return Woven(
        version=order.version,
        lines=tuple((number[column],) for column in counted.lines),
        alternates=tuple(number[column] for column in counted.alternates),
        measured=False,
        coverage=None,
        share_index=None,
        worst=(),
        without=(),
        seed=order.seed,
    )
