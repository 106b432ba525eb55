"""Composing the one desire: from chosen lines to a text with its conditions, the shares in it and its status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from oneheart.engine import disclosure
from oneheart.engine.candidates import Choice, Wants, facts_of
from oneheart.engine.canonical import CanonicalOrder
from oneheart.engine.desire import one_desire as text
from oneheart.engine.desire import shares
from oneheart.engine.desire.common_ground import CrossFitted, GatheringMeans, interval
from oneheart.engine.desire.fact_readings import FactReading
from oneheart.engine.desire.one_desire import OneDesire
from oneheart.engine.desire.standing import Standing
from oneheart.engine.desire.wants import draw_count
from oneheart.engine.preparing import Prepared
from oneheart.model.verdict import Condition, ConditionCode, Status

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
_NEAREST = 7


def no_text() -> OneDesire:
    """Return the one desire of a gathering without lines: "not measured"."""
    unmeasured = (Condition(ConditionCode.MEASURED, met=False),)
    return OneDesire((), None, None, None, (), None, None, Status.NOT_MEASURED, unmeasured, (), ())


def compose(
    prepared: Prepared,
    honest: CrossFitted,
    means: GatheringMeans,
    standing: Sequence[Standing],
    wants: Wants,
    foreseen: tuple[Floats, Floats],
    columns: Ints,
    choice: Choice,
    asked: int,
    errors: GatheringMeans,
    rng: np.random.Generator,
) -> OneDesire:
    """Return the text of the chosen lines, the share of every part in it, and its status, in canonical numbers.

    Args:
        prepared: the gathering.
        honest: raw checks of the worst fifth of every canonical column.
        means: over the gathering, of every canonical column.
        standing: of every canonical column.
        wants: what people want of `columns`.
        foreseen: P(want) and P(against) of the lines in posterior draws, each (draws, n, lines).
        columns: canonical columns that took part in the choice.
        choice: the lines, as places in `columns`.
        asked: how many lines were asked for.
        errors: standard errors of `means`, with that of the coverage of the lines.
        rng: order of answers in the bounds.
    """
    chosen = choice.lines
    line_columns = [int(columns[place]) for place in chosen]
    circle_of = prepared.order.circle_of
    count = len(prepared.order.circles)
    drawn, draws = wants.drawn, draw_count(len(prepared.people))
    rho, _ = shares.share_index(drawn, chosen, asked=min(asked, len(columns)))
    is_fact = facts_of(prepared)
    wishes = [place for place, column in enumerate(columns) if not is_fact[column]]
    owed = shares.most_missed(drawn, chosen, wishes, choice.alike)
    covered = interval(shares.coverage(drawn, chosen), errors.coverage, 0.0, 1.0) if chosen else None
    lower = text.line_bounds(prepared.responses, line_columns, honest, rng=rng)
    affirmed, fifth = text.line_conditions(line_columns, lower)
    conditions = (
        Condition(ConditionCode.MEASURED, met=bool(chosen)),
        affirmed,
        fifth,
        text.every_part_condition(prepared.responses, line_columns, circle_of, count),
        *text.set_conditions(rho if chosen else None, covered),
        Condition(ConditionCode.LIVING, met=None),
    )
    return OneDesire(
        lines=tuple(
            replace(line, stands_for=stood)
            for line, stood in zip(
                text.make_lines(drawn, foreseen, chosen, columns.tolist(), disclosure.K),
                choice.stands_for,
                strict=True,
            )
        ),
        share_index=rho if chosen else None,
        next_desire=int(columns[owed]) if chosen and owed is not None else None,
        coverage=covered,
        lines_held=tuple(shares.lines_held(drawn, chosen).tolist()) if chosen else (),
        pairs=shares.expected_pairs(drawn, chosen, draws) if chosen else None,
        ejr_plus=shares.ejr_plus(wants.likely, chosen, asked=min(asked, len(columns)))[0] if chosen else None,
        status=text.judge(conditions),
        conditions=conditions,
        line_checks=text.line_checks(prepared.responses, line_columns, lower, circle_of, count),
        circle_shares=text.circle_shares(
            drawn, chosen, columns.tolist(), circle_of[prepared.people], count, disclosure.K
        ),
        nearest=nearest_to_common(means, standing, line_columns),
        short=why_short(standing, columns, len(chosen), asked, prepared.facts),
    )


def why_short(
    standing: Sequence[Standing], columns: Ints, lines: int, asked: int, facts: Sequence[FactReading] = ()
) -> str | None:
    """Return why a text has fewer lines than were asked for, or None where it has them.

    Codes: "facts" (other common desires read like facts about their authors), "few desires" (no more were measured),
    "alike" (other common desires say nearly what a line says), "common"
    (no other desire is common).

    Example:
        >>> why_short([Standing.ADMISSIBLE, Standing.BELOW, Standing.BELOW], np.arange(3), 1, 3)
        'common'
    """
    if lines >= asked:
        return None
    barred = sum(
        s is Standing.ADMISSIBLE and fact is FactReading.FACT for s, fact in zip(standing, facts, strict=False)
    )
    if barred:
        return "facts"
    if len(columns) < asked:
        return "few desires"
    return "alike" if sum(standing[column] is Standing.ADMISSIBLE for column in columns) > lines else "common"


def nearest_to_common(means: GatheringMeans, standing: Sequence[Standing], lines: Sequence[int]) -> tuple[int, ...]:
    """Return up to seven columns that are BELOW or AGAINST and no lines, the nearest to being common first."""
    barred = (Standing.BELOW, Standing.AGAINST)
    found = [c for c in np.argsort(-means.worst, kind="stable") if standing[c] in barred and c not in lines]
    return tuple(int(column) for column in found[:_NEAREST])


def renumber(one: OneDesire, order: CanonicalOrder) -> OneDesire:
    """Return the same text with the gathering's own numbers of desires and circles."""

    def column(number: int | None) -> int | None:
        return None if number is None else int(order.desires[number])

    def circle(number: int | None) -> int | None:
        return None if number is None else int(order.circles[number])

    return replace(
        one,
        lines=tuple(
            replace(
                line,
                desire=int(order.desires[line.desire]),
                stands_for=tuple(replace(s, desire=int(order.desires[s.desire])) for s in line.stands_for),
            )
            for line in one.lines
        ),
        next_desire=column(one.next_desire),
        conditions=tuple(replace(c, line=column(c.line), part=circle(c.part)) for c in one.conditions),
        line_checks=tuple(replace(check, line=int(order.desires[check.line])) for check in one.line_checks),
        circle_shares=tuple(
            sorted(
                (
                    replace(s, circle=int(order.circles[s.circle]), next_desire=column(s.next_desire))
                    for s in one.circle_shares
                ),
                key=lambda s: s.circle,
            )
        ),
        nearest=tuple(int(order.desires[number]) for number in one.nearest),
    )
