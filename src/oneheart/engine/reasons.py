"""Reasons behind a text: which lines pass which condition, why common desires are no lines, and near ties.

All of it describes the choice from answers; nothing here takes part in the choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.engine.candidates import Choice, Wants, choose_places, facts_of, from_most_common, may_become_common
from oneheart.engine.canonical import CanonicalOrder
from oneheart.engine.desire import shares
from oneheart.engine.desire.common_ground import CommonGround, GatheringMeans
from oneheart.engine.desire.divided import most_divided
from oneheart.engine.desire.one_desire import LineCheck, OneDesire
from oneheart.engine.desire.standing import Standing
from oneheart.engine.desire.wants import draw_count
from oneheart.engine.estimate import Estimate
from oneheart.engine.preparing import Prepared
from oneheart.model.verdict import Condition, ConditionCode

Floats = npt.NDArray[np.float64]
Reals = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.intp]
DRAWS = 40
"""How many new samples of people are imagined to see how often a line is chosen again."""
NEAR_TIE = 2 / 3
"""A line that is chosen again less often than this is told as a near tie."""
_WANT_MOVES = 2.0  # errors: two samples make 1.4 of them; the rest is from made-up halls (`oneheart bench printed`)
_WORST_MOVES = 1.4
_AS_IF, _AS_IF_CHOSEN = 6.0, 4.0  # as if six draws more, for lines are chosen again in two of three made-up samples
_NINETY = 1.645
_LEAST_PLACES, _CHANCES_MOST = 64, 4_000_000  # of places drawn anew
_REASONS_FOR = 2  # times the lines asked for: so many of the most common desires have a reason


class WhyNoLine(StrEnum):
    """Why one of the most common desires is not a line of the text."""

    BELOW = "below"
    AGAINST = "against"
    FACT = "fact"
    ALIKE = "alike"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class NoLine:
    """A common desire that is not a line.

    Attributes:
        desire: column.
        why: the reason.
        line: column of the line that says nearly the same; None for other reasons.
    """

    desire: int
    why: WhyNoLine
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ChosenAgain:
    """How often a line would be chosen again if as many other people had been asked as much.

    Attributes:
        line: column.
        share: in how many of `DRAWS` imagined samples of people it is chosen again, as a share above 0 and below 1.
    """

    line: int
    share: float


@dataclass(frozen=True, slots=True)
class Dispute:
    """How far people are expected to differ on a desire.

    Attributes:
        desire: column.
        spread: standard deviation of what all people would answer, 0 to 0.75 (see `oneheart.engine.desire.divided`).
        chance: that it is among the third of the measured desires with the greatest spread, 0.8 to 1.
    """

    desire: int
    spread: float
    chance: float


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: the number of desires or lines that pass, and the number that were looked at.

    Attributes:
        code: "common" (desires), "chosen" (lines), or the code of a condition.
        passed: how many pass.
        of: number that were looked at.
    """

    code: str
    passed: int
    of: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """What a reader needs to judge the choice of lines. Columns are those of the gathering.

    Attributes:
        chosen_again: for each line, how often it is chosen again.
        no_lines: the most common desires that are no lines, and why.
        ladder: how far the text comes, rung by rung; () where nothing was measured.
        divisive: desires that are surely enough among those on which people differ most, the greatest spread first.
    """

    chosen_again: tuple[ChosenAgain, ...] = ()
    no_lines: tuple[NoLine, ...] = ()
    ladder: tuple[Rung, ...] = ()
    divisive: tuple[Dispute, ...] = ()

    def again(self, line: int) -> float | None:
        """Return the share of draws in which a line is chosen again, 0 to 1; None where it is not known."""
        return next((again.share for again in self.chosen_again if again.line == line), None)


NO_REASONS = Reasons()


def chosen_again(
    prepared: Prepared,
    standing: Sequence[Standing],
    means: GatheringMeans,
    errors: GatheringMeans,
    wants: Wants,
    columns: Ints,
    asked: int,
    choice: Choice,
    *,
    rng: np.random.Generator,
) -> tuple[ChosenAgain, ...]:
    """Return for each line how often it would be chosen again if as many other people had been asked as much.

    In each of `DRAWS` draws a gathering is drawn from these people (with replacement, one row of each), and a new
    sample of people from that gathering. For both samples the want of every desire and its worst fifth move by their
    errors. A desire whose worst fifth falls below 0 cannot be a line; one that rises above 0 can. People drawn once
    and errors taken once would say too much: in made-up halls what they called sure was chosen again less often.

    Notes:
        O(`DRAWS` times the choice of lines over N rows).

    Source:
        Bootstrap of a bootstrap, after Efron (1979); that new samples confirm the shares is measured by
        `oneheart bench printed`.
    """
    if not choice.lines:
        return ()
    draws = draw_count(len(prepared.people))
    worst, error = means.worst[columns], np.nan_to_num(errors.worst[columns])
    want_error = np.nan_to_num(errors.want[columns])
    is_open = np.array([may_become_common(standing[column], means.worst[column]) for column in columns])
    by_column = facts_of(prepared)
    is_fact = [by_column[column] for column in columns]
    counts = np.zeros(len(columns))
    near = np.zeros(len(columns), bool)
    near[_within_reach(wants.drawn, choice.lines, np.flatnonzero(is_open), choice.alike)] = True
    place_near, drawn = np.cumsum(near) - 1, np.ascontiguousarray(wants.drawn[:, near])
    for _ in range(DRAWS):
        moved = worst + _WORST_MOVES * error * rng.standard_normal(len(columns))
        may = np.flatnonzero(near & is_open & (moved >= 0))
        rows = _other_people(len(drawn), draws, rng)
        shift = _WANT_MOVES * want_error * rng.standard_normal(len(columns))
        want = np.take(drawn, rows, axis=0)  # no other column can be chosen
        if len(may) < drawn.shape[1]:
            want = np.take(want, place_near[may], axis=1)
        want = _moved(want, shift[may])
        alike, facts = choice.alike[np.ix_(may, may)], [is_fact[place] for place in may]
        counts[may[list(choose_places(want, asked, range(len(may)), alike, facts))]] += 1
    again = (counts + _AS_IF_CHOSEN) / (DRAWS + _AS_IF)
    return tuple(ChosenAgain(int(columns[place]), float(again[place])) for place in choice.lines)


def _other_people(rows: int, draws: int, rng: np.random.Generator) -> Ints:
    """Return rows of a new sample of people, (N,), from a gathering that these people may have come from.

    Args:
        rows: N draws, as in `Wants.drawn`; one row of each person is taken.
        draws: rows of each person.
        rng: draws the gathering and the sample.
    """
    people = rows // draws
    found = rng.integers(people, size=people) * draws + rng.integers(draws, size=people)
    return np.asarray(found[rng.integers(people, size=people)], np.intp)


def _within_reach(want: Reals, lines: Sequence[int], places: Ints, alike: npt.NDArray[np.bool_]) -> Ints:
    """Return of these places the ones nearest to being swapped into the text, ascending, and its lines.

    There are at most four million chances of them, but no fewer than sixty-four places.
    """
    most = max(_LEAST_PLACES, _CHANCES_MOST // max(1, len(want)))
    if len(places) <= most:
        return places
    return np.union1d(lines, shares.nearest_swaps(want, lines, places, alike)[:most]).astype(np.intp)


def _moved(want: Reals, shift: Floats) -> Reals:
    """Return chances whose column means move by `shift`, most where a chance is least sure; answers stay 0 or 1."""
    room = want * (1.0 - want)
    room *= (shift / np.maximum(room.mean(0, dtype=np.float64), 1e-9)).astype(want.dtype)
    room += want
    return np.asarray(np.clip(room, 0.0, 1.0, out=room))


def no_lines(
    ranking: Sequence[int],
    standing: Sequence[Standing],
    lines: Sequence[int],
    facts: Sequence[bool],
    alike: Mapping[int, int],
    asked: int,
) -> tuple[NoLine, ...]:
    """Return why the most common desires are no lines: twice as many as lines are asked for.

    Args:
        ranking: columns, the most common first.
        standing: of every column.
        lines: columns of the text.
        facts: of every column, whether it reads like a fact about its author.
        alike: column of the line that says nearly the same, for each column that has one.
        asked: how many lines were asked for.

    Example:
        >>> here = [Standing.ADMISSIBLE, Standing.ADMISSIBLE, Standing.BELOW]
        >>> [(entry.desire, entry.why.value) for entry in no_lines([0, 1, 2], here, [0], [False] * 3, {1: 0}, 2)]
        [(1, 'alike'), (2, 'below')]
    """
    out = []
    for column in ranking[: _REASONS_FOR * asked]:
        if column in lines:
            continue
        if standing[column] is Standing.AGAINST:
            out.append(NoLine(column, WhyNoLine.AGAINST))
        elif standing[column] is Standing.BELOW:
            out.append(NoLine(column, WhyNoLine.BELOW))
        elif standing[column] is not Standing.ADMISSIBLE:
            continue
        elif column in alike:
            out.append(NoLine(column, WhyNoLine.ALIKE, alike[column]))
        elif facts[column]:
            out.append(NoLine(column, WhyNoLine.FACT))
        else:
            out.append(NoLine(column, WhyNoLine.SHARE))
    return tuple(out)


def ladder(
    standing: Sequence[Standing], asked: int, checks: Sequence[LineCheck], conditions: Sequence[Condition]
) -> tuple[Rung, ...]:
    """Return how far a text comes: desires that are common, lines, and lines or texts that pass each condition.

    Conditions of the whole text ("own line", "share") count 1 of 1 where they hold. A condition that nobody can judge
    (circles, where none are declared) has no rung.

    Example:
        >>> check = LineCheck(0, affirmed=True, worst_fifth=False, every_part=None)
        >>> [(r.code, r.passed, r.of) for r in ladder([Standing.ADMISSIBLE, Standing.BELOW], 5, [check], [])]
        [('common', 1, 2), ('chosen', 1, 5), ('affirmed', 1, 1), ('worst fifth', 0, 1)]
    """
    measured = [s for s in standing if s in (Standing.ADMISSIBLE, Standing.BELOW, Standing.AGAINST)]
    rungs = [
        Rung("common", sum(s is Standing.ADMISSIBLE for s in measured), len(measured)),
        Rung("chosen", len(checks), asked),
    ]
    if not checks:
        return tuple(rungs)
    of_lines = (
        (ConditionCode.AFFIRMED, [check.affirmed for check in checks]),
        (ConditionCode.WORST_FIFTH, [check.worst_fifth for check in checks]),
        (ConditionCode.EVERY_PART, [check.every_part for check in checks if check.every_part is not None]),
    )
    rungs += [Rung(code.value, sum(map(bool, met)), len(met)) for code, met in of_lines if met]
    for condition in conditions:
        if condition.code in (ConditionCode.OWN_LINE, ConditionCode.SHARE) and condition.met is not None:
            rungs.append(Rung(condition.code.value, int(condition.met), 1))
    return tuple(rungs)


def divisive(
    want: Sequence[Estimate], against: Sequence[Estimate], columns: Ints, *, rng: np.random.Generator
) -> tuple[Dispute, ...]:
    """Return up to five columns that are surely enough among those on which people differ most. It needs no groups.

    Args:
        want: who wants each of `columns`, as it is printed.
        against: who is against it.
        columns: measured columns.
        rng: draws shares within their ranges.
    """

    def numbers(estimates: Sequence[Estimate]) -> tuple[Floats, Floats]:
        values = np.array([estimate.value for estimate in estimates])
        return values, np.array([(estimate.high - estimate.low) / (2 * _NINETY) for estimate in estimates])

    found = most_divided(*numbers(want), *numbers(against), rng=rng)
    return tuple(Dispute(int(columns[place]), spread, chance) for place, spread, chance in found)


def renumber_reasons(reasons: Reasons, order: CanonicalOrder) -> Reasons:
    """Return the same reasons with the gathering's own numbers of desires."""

    def column(number: int) -> int:
        return int(order.desires[number])

    return Reasons(
        chosen_again=tuple(ChosenAgain(column(again.line), again.share) for again in reasons.chosen_again),
        no_lines=tuple(
            NoLine(column(entry.desire), entry.why, None if entry.line is None else column(entry.line))
            for entry in reasons.no_lines
        ),
        ladder=reasons.ladder,
        divisive=tuple(Dispute(column(entry.desire), entry.spread, entry.chance) for entry in reasons.divisive),
    )


def reasons_of(
    prepared: Prepared,
    standing: Sequence[Standing],
    means: GatheringMeans,
    errors: GatheringMeans,
    wants: Wants,
    columns: Ints,
    choice: Choice,
    one: OneDesire,
    asked: int,
    ground: Sequence[CommonGround],
    *,
    rng: np.random.Generator,
) -> Reasons:
    """Return the reasons behind a text, in canonical numbers.

    Args:
        prepared: the gathering.
        standing: of every canonical column.
        means: over the gathering, of every canonical column.
        errors: standard errors of `means`.
        wants: what people want of `columns`.
        columns: canonical columns that took part in the choice.
        choice: the lines, as places in `columns`.
        one: the text, in canonical numbers.
        asked: how many lines were asked for.
        ground: common ground of every desire, in the gathering's order: what is printed.
        rng: draws people anew.
    """
    printed = [ground[prepared.order.desires[column]] for column in columns]
    lines = [line.desire for line in one.lines]
    alike = {stood.desire: line.desire for line in one.lines for stood in line.stands_for}
    ranking = from_most_common(means, standing)
    again = chosen_again(prepared, standing, means, errors, wants, columns, asked, choice, rng=rng)
    return Reasons(
        chosen_again=again,
        no_lines=no_lines(ranking, standing, lines, facts_of(prepared), alike, asked),
        ladder=ladder(standing, asked, one.line_checks, one.conditions),
        divisive=divisive([g.want for g in printed], [g.against for g in printed], columns, rng=rng),
    )
