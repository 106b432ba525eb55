"""`report.json`: all numbers of the report. Its schema is report.schema.json.

The builder makes a `Report`; every count and share of people in it is a `Shown`, which the disclosure gate alone makes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from oneheart.engine import disclosure
from oneheart.engine.desire.standing import Standing, measured_answers
from oneheart.engine.disclosure import Shown
from oneheart.engine.estimate import Estimate
from oneheart.engine.told import encode_shown
from oneheart.model.desire import Moderation
from oneheart.model.verdict import ConditionCode, Status
from oneheart.reports import live_numbers, sealed_numbers
from oneheart.reports.likeness import stood_for
from oneheart.reports.report_values import (
    Report,
    ReportCircle,
    ReportCircleShare,
    ReportCondition,
    ReportEstimate,
    ReportGround,
    ReportLine,
    ReportMethod,
    ReportMissing,
    ReportNoLine,
    ReportOneness,
    ReportRange,
    ReportRung,
    ReportSource,
    ReportSpread,
    ReportText,
)

if TYPE_CHECKING:
    from oneheart.engine.analysis import Analysis
    from oneheart.engine.desire.common_ground import CircleSupport, CommonGround
    from oneheart.engine.desire.one_desire import CircleShare, Line
    from oneheart.model.gathering import Totals
    from oneheart.model.verdict import Condition

Json = dict[str, Any]
SCHEMA_VERSION = "1.2"
_DIGITS = 4
_MEASURED = frozenset({Standing.ADMISSIBLE, Standing.BELOW, Standing.AGAINST, Standing.META, Standing.LEFT_OUT})
_LEAST = {ConditionCode.AFFIRMED: 0.0, ConditionCode.WORST_FIFTH: -0.5}
_WIDENED_MOST = 1.25  # of a curve of a line
_LEAST_SUPPORT, _MOST_SUPPORT = -0.5, 1.0


def schema() -> Json:
    """Return the JSON Schema (draft 2020-12) of `report.json`.

    Example:
        >>> schema()["$schema"]
        'https://json-schema.org/draft/2020-12/schema'
    """
    text = resources.files("oneheart.reports").joinpath("report.schema.json").read_text(encoding="utf-8")
    parsed: Json = json.loads(text)
    return parsed


def plain(report: Report) -> Json:
    """Return a report as plain dicts, lists and numbers; None where a count is withheld.

    Raises:
        TypeError: for anything but a `Report`, because only that type guarantees that it holds no bare count.
        ValueError: for a number that is not finite.
    """
    if not isinstance(report, Report):
        message = f"only a Report is written, not {type(report).__name__}"
        raise TypeError(message)
    parsed: Json = json.loads(json.dumps(msgspec.to_builtins(report, enc_hook=_encoded), allow_nan=False))
    return parsed


def as_text(report: Report) -> str:
    """Return the content of `report.json`. The same report gives the same text.

    Raises:
        TypeError: for anything but a `Report`.
        ValueError: for a number that is not finite.
    """
    return json.dumps(plain(report), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def build(analysis: Analysis, *, k: int = disclosure.K, sign: str | None = None) -> Report:
    """Return the content of `report.json` for an analysis.

    Counts below k are withheld. The report holds no text of a rejected desire. Shares that are computed from answers
    (`held_by`, `only_here`, `lines_held`, `coverage`, the observed values, circles) are in steps of k people. Estimates
    of the model have four digits.

    Args:
        analysis: result of `analyze`.
        k: least number of people in a count that is shown.
        sign: which raw vote value meant agreement, in words; None where it is not known.

    Raises:
        UserError: if k is below the setting `k_anonymity`.

    Notes:
        O(responses + desires * circles).
    """
    return _Builder(analysis, disclosure.check_k(k)).content(sign)


class _Builder:
    """Builds the report of one analysis, with every count through the disclosure gate."""

    def __init__(self, analysis: Analysis, k: int) -> None:
        self.analysis, self.k = analysis, k
        gathering, method = analysis.gathering, analysis.method
        self.desires = gathering.desires
        self.labels = [desire.label for desire in gathering.desires]
        self.answered = method.people_answered
        # Of a live gathering somebody may know nearly all others, so its numbers move in steps of k people.
        self.is_live = gathering.hall is not None
        self.parts = [live_numbers.parts_of(ground, k) for ground in analysis.common_ground] if self.is_live else []
        self.answers = [total for total, _ in self.parts] if self.is_live else self._answers_shown()
        people = np.unique(gathering.responses.participant)
        self.members = np.bincount(gathering.circle_of[people] + 1, minlength=len(gathering.circles) + 1)
        # Of a small circle even a yes or no of all circles together could tell an answer.
        self.smallest_circle_is_large = not any(disclosure.is_small(int(n)) for n in self.members[1:] if n)
        given = set(zip(gathering.responses.participant.tolist(), gathering.responses.desire.tolist(), strict=True))
        # An author need not answer their own desire. They count as having answered it, so that no number tells of them.
        self.silent_author_in = {
            column: int(gathering.circle_of[desire.author])
            for column, desire in enumerate(gathering.desires)
            if desire.author is not None and (desire.author, column) not in given
        }

    def _answers_shown(self) -> list[Shown]:
        """Return how many answered each desire; withheld where one to k - 1 of all who answered did not."""
        counted = [ground.answers for ground in self.analysis.common_ground]
        # the last count is that of all other answers, so that the total reveals no withheld count
        shown = disclosure.show_counts((*counted, self._answers_elsewhere()), self.k)[:-1]
        among = [self._among(ground)[0] for ground in self.analysis.common_ground]
        return [total if total.is_withheld else count for count, total in zip(shown, among, strict=True)]

    def _among(self, ground: CommonGround) -> tuple[Shown, tuple[Shown, ...]]:
        """Return how many answered a desire and the parts of them, among all who answered anything."""
        parts = (ground.want_count, ground.not_mine_count, ground.against_count)
        return disclosure.show_among(parts, max(self.answered, ground.answers), self.k)

    def _hides_silent(self, ground: CommonGround) -> bool:
        """Return whether a number of answers is withheld only because of those who did not answer the desire."""
        return disclosure.enough(ground.answers, k=self.k) and self._among(ground)[0].is_withheld

    def _answers_elsewhere(self) -> int:
        counted = sum(ground.answers for ground in self.analysis.common_ground)
        return max(0, self.analysis.method.responses - counted)

    def content(self, sign: str | None) -> Report:
        """Return the whole report."""
        analysis = self.analysis
        common, rank = [], 0
        for ground in self._sorted():
            if ground.standing is Standing.REJECTED:
                continue
            entry = self.ground(ground)
            if entry.worst_fifth is not None and ground.desire in analysis.ranking:
                rank += 1
                entry = msgspec.structs.replace(entry, rank=rank)
            common.append(entry)
        return Report(
            schema_version=SCHEMA_VERSION,
            source=self.source(sign),
            sealed=sealed_numbers.sealed_texts(analysis.gathering.hall, self.k),
            hall=sealed_numbers.hall_counts(analysis.gathering.hall, self.k),
            measured=analysis.measured,
            why_not=list(analysis.why_not),
            one_desire=self.one_desire(),
            oneness=self.oneness(),
            common_ground=common,
            divisive=self.divisive(),
            method=self.method(),
        )

    def _sorted(self) -> list[CommonGround]:
        """Return the desires, the most common first, then those without a rank in the order of the source."""
        ground = {entry.desire: entry for entry in self.analysis.common_ground}
        ranking: Sequence[int] = self.analysis.ranking
        if self.is_live:
            ranking = live_numbers.order_of(ranking, self._told(), [desire.text for desire in self.desires])
        ranked = [ground[column] for column in ranking]
        ranked_columns = set(self.analysis.ranking)
        return [*ranked, *(entry for entry in self.analysis.common_ground if entry.desire not in ranked_columns)]

    def source(self, sign: str | None) -> ReportSource:
        """Return the facts about the source."""
        gathering, method = self.analysis.gathering, self.analysis.method
        answered, silent = method.people_answered, method.people - method.people_answered
        all_shown = disclosure.enough(answered, k=self.k) and not disclosure.is_few(silent, self.k)
        hidden = any(self._hides_silent(ground) for ground in self.analysis.common_ground)
        few = disclosure.is_few(answered, self.k) or hidden  # the sum of all answers would tell what is withheld
        people = disclosure.show_count(method.people, k=self.k) if all_shown else disclosure.withheld()
        responses = disclosure.withheld() if few else disclosure.show_count(method.responses, k=self.k)
        if self.is_live:
            people = disclosure.show_steps(method.people, self.k)
            counted = (total.value for total in self.answers if isinstance(total.value, int))
            responses = disclosure.show_steps(sum(counted), self.k)  # of what is told of each desire, and of no more
        open_to = [g for g in self.analysis.common_ground if g.standing is not Standing.REJECTED]
        total = max(1, sum(g.answers for g in open_to))
        want, against = (
            disclosure.show_share(count / total, answered, self.k)
            for count in (sum(g.want_count for g in open_to), sum(g.against_count for g in open_to))
        )
        if self.is_live:
            want, against = live_numbers.shares_of_all(self.parts, self.answered, self.k)
        return ReportSource(
            question=gathering.question,
            name=gathering.source,
            people=people,
            people_answered=self._people_answered(),
            responses=responses,
            answers_want=want,
            answers_against=against,
            desires=len(self.desires),
            rejected_desires=sum(desire.moderation is Moderation.REJECTED for desire in self.desires),
            circles=len(gathering.circles),
            sign=sign,
            credits=gathering.credits,
            asks=gathering.asks.value,
        )

    def _people_answered(self) -> Shown:
        """Return how many people answered; of a live gathering in steps."""
        if self.is_live:
            return disclosure.show_steps(self.answered, self.k)
        return disclosure.show_count(self.answered, k=self.k)

    def ground(self, ground: CommonGround) -> ReportGround:
        """Return the common ground of one desire, without rank. Estimates are None where it was not measured."""
        desire, share = self.desires[ground.desire], self.analysis.method.worst_share
        enough = ground.answers >= measured_answers(self.analysis.method.people_answered)
        enough &= not (self.is_live and disclosure.is_small(ground.answers))
        measured = self.analysis.measured and ground.standing in _MEASURED and enough
        answers = self.answers[ground.desire]
        counts: tuple[Shown, ...] = (disclosure.withheld(),) * 3
        if (answers.value or self._hides_silent(ground)) and not disclosure.is_small(ground.answers):
            counts = self._among(ground)[1]
            if self.is_live:
                want_count, against_count = self.parts[ground.desire][1]
                counts = (want_count, disclosure.withheld(), against_count)
        if self.analysis.gathering.totals is not None:
            counts = self.totals(ground.desire, self.analysis.gathering.totals)
        fifth = int(ground.answers * share)
        against = disclosure.withheld("share")
        if measured and ground.observed_against is not None:
            against = disclosure.show_share(ground.observed_against, fifth, self.k)
        return ReportGround(
            rank=None,
            id=desire.label,
            text=desire.text,
            language=desire.language,
            standing=ground.standing.value,
            answers=answers,
            want_count=counts[0],
            not_mine_count=counts[1],
            against_count=counts[2],
            want=self._share(ground.want, counts[0], answers) if measured else None,
            against=self._share(ground.against, counts[2], answers) if measured else None,
            worst_fifth=self._fifth(ground.worst_fifth, fifth) if measured else None,
            observed_worst_fifth=_coarse(ground.observed_worst_fifth, fifth, self.k) if measured else None,
            observed_against=against,
            looks_like_fact=ground.looks_like_fact,
            is_fact=ground.is_fact,
            same_as=[self.labels[c] for c in ground.same_as if self._printable(c)],
            circles=self.circles(ground) if measured else [],
        )

    def totals(self, column: int, totals: Totals) -> tuple[Shown, Shown, Shown]:
        """Return the counts of a desire that the source states: want, withheld (nobody counted it), against."""
        unknown = disclosure.withheld()
        stated = int(totals.want[column]), int(totals.against[column])
        if min(stated) < 0 or disclosure.is_small(sum(stated)):
            return unknown, unknown, unknown
        want, against = disclosure.show_counts(stated, self.k)
        return want, unknown, against

    def _share(self, estimate: Estimate, part: Shown, total: Shown) -> ReportEstimate | None:
        """Return a share with its range, in steps where it would give a withheld count; live from shown counts."""
        share: Estimate | None = estimate
        if self.is_live:
            share = live_numbers.share_of(part, total, self.k)
        elif part.is_withheld and not disclosure.twice_enough(self.answered - int(total.value or 0), self.k):
            share = live_numbers.in_steps(estimate, self.answered, self.k)
        return None if share is None else _estimate(share)

    def _fifth(self, estimate: Estimate, people: int) -> ReportEstimate | None:
        """Return the net support of the worst fifth, of so many people; of a live gathering in wide steps."""
        return _estimate(live_numbers.fifth_of(estimate, people, self.k) if self.is_live else estimate)

    def _printable(self, column: int) -> bool:
        return self.desires[column].moderation is not Moderation.REJECTED

    def circles(self, ground: CommonGround) -> list[ReportCircle]:
        """Return the support of a desire in each circle with more than twelve answers; counts are in steps of k."""
        names = self.analysis.gathering.circles
        if self.answers[ground.desire].is_withheld and not self._hides_silent(ground):
            return []
        author_in = self.silent_author_in.get(ground.desire)
        return [
            ReportCircle(
                circle=names[support.circle].label,
                name=names[support.circle].name,
                answered=self._answered_in(support, author_in),
                support=self._circle_support(support),
                word=_support_word(support.support.value),
            )
            for support in ground.circles
            if not disclosure.is_small(support.answered)
        ]

    def _answered_in(self, support: CircleSupport, author_in: int | None) -> Shown:
        """Return how many of a circle answered; withheld in a live gathering, where it would tell of those beside."""
        if self.is_live:
            return disclosure.withheld()
        return disclosure.show_steps(support.answered + (author_in == support.circle), self.k)

    def _circle_support(self, support: CircleSupport) -> ReportRange | None:
        return _coarse(support.support, int(self.members[support.circle + 1]), self.k)

    def one_desire(self) -> ReportText:
        """Return the text that the calculation chose, with its status."""
        one_desire = self.analysis.one_desire
        lines_held = disclosure.show_distribution(one_desire.lines_held, self.answered, self.k)
        shares = [share for share in one_desire.circle_shares if not disclosure.is_small(share.members)]
        return ReportText(
            status="one" if one_desire.status is Status.ONE_DESIRE else "not yet",
            verdict=one_desire.status.value,
            lines=[self.line(line) for line in self._lines()],
            share_index=self._coarse_number(one_desire.share_index, 0, len(one_desire.lines)),
            share_kind="estimated",
            owed=self._label(one_desire.next_desire),
            coverage=self._coverage(lines_held),
            lines_held=[share for share in lines_held if not share.is_withheld and not self.is_live],
            pairs=self._coarse_number(one_desire.pairs, 0, 1),
            ejr_plus=one_desire.ejr_plus,
            conditions=[self.condition(condition) for condition in one_desire.conditions],
            missing=self.missing(),
            circle_shares=[self.circle_share(share) for share in shares],
            nearest=[self.labels[column] for column in one_desire.nearest if self._printable(column)],
            ladder=[
                ReportRung(rung.code, rung.passed, rung.of)
                for rung in self.analysis.reasons.ladder
                if rung.code != ConditionCode.EVERY_PART.value or self.smallest_circle_is_large
            ],
            no_lines=[
                ReportNoLine(self.labels[entry.desire], entry.why.value, self._label(entry.line))
                for entry in self.analysis.reasons.no_lines
            ],
            short=one_desire.short,
        )

    def divisive(self) -> list[ReportSpread]:
        """Return the desires on which people surely enough differ most, with the spread in two digits."""
        found = [(entry.desire, entry.spread, entry.chance) for entry in self.analysis.reasons.divisive]
        if self.is_live:
            found = [*live_numbers.spreads_of(self.parts, self._told(), [desire.text for desire in self.desires])]
        return [ReportSpread(self.labels[column], round(spread, 2), round(sure, 2)) for column, spread, sure in found]

    def _lines(self) -> list[Line]:
        """Return the lines of the text in reading order; of a live gathering in the order of what is told of them."""
        lines = {line.desire: line for line in self.analysis.one_desire.lines}
        if not self.is_live:
            return [*lines.values()]
        order = live_numbers.order_of([*lines], self._told(), [desire.text for desire in self.desires])
        return [lines[column] for column in order]

    def _told(self) -> dict[int, tuple[float, ...]]:
        """Return by column what is told of each measured desire of a live gathering: worst fifth, and who wants it."""
        entries = ((ground.desire, self.ground(ground)) for ground in self.analysis.common_ground)
        return {
            column: (entry.worst_fifth.value, entry.want.value)
            for column, entry in entries
            if entry.worst_fifth is not None and entry.want is not None
        }

    def _coverage(self, held: Sequence[Shown]) -> ReportRange | None:
        """Return the share of people with a line of their own; of a live gathering as the share of those without."""
        coverage = self.analysis.one_desire.coverage
        told = _coarse(coverage, self.answered, self.k, least=0.0)
        if not self.is_live or told is None or not held or not isinstance(held[0].value, float):
            return told
        value = disclosure.show_share(1 - held[0].value, self.answered, self.k)
        return ReportRange(value, min(told.low, value, key=_value), max(told.high, value, key=_value))

    def _label(self, column: int | None) -> str | None:
        return None if column is None or not self._printable(column) else self.labels[column]

    def line(self, line: Line) -> ReportLine:
        """Return one line."""
        desire = self.desires[line.desire]
        want, against = self.curves(line, self.analysis.common_ground[line.desire])
        return ReportLine(
            id=desire.label,
            text=desire.text,
            language=desire.language,
            held_by=self._held_by(line),
            only_here=disclosure.withheld("share")
            if self.is_live
            else disclosure.show_share(line.only_here, self.answered, self.k),
            want_curve=want,
            against_curve=against,
            conditions=self.line_conditions(line),
            chosen_again=None if self.is_live else _number(self.analysis.reasons.again(line.desire)),
            stands_for=stood_for(line, self.labels, self.k, is_live=self.is_live),
        )

    def line_conditions(self, line: Line) -> dict[str, bool]:
        """Return which conditions a line meets by itself; "every part" only where no circle is small."""
        check = next((one for one in self.analysis.one_desire.line_checks if one.line == line.desire), None)
        if check is None:
            return {}
        met = {ConditionCode.AFFIRMED.value: check.affirmed, ConditionCode.WORST_FIFTH.value: check.worst_fifth}
        if check.every_part is not None and self.smallest_circle_is_large:
            met[ConditionCode.EVERY_PART.value] = check.every_part
        return met

    def _held_by(self, line: Line) -> Shown:
        """Return the share of people who want a line; of a live gathering as it follows from the shown counts."""
        if not self.is_live:
            return disclosure.show_share(line.held_by, self.answered, self.k)
        total, parts = self.parts[line.desire]
        share = live_numbers.share_of(parts[0], total, self.k)
        return (
            disclosure.withheld("share") if share is None else disclosure.show_share(share.value, self.answered, self.k)
        )

    def curves(self, line: Line, ground: CommonGround) -> tuple[list[float], list[float]]:
        """Return the curves of a line, scaled to the printed estimates; [] where they would show fewer than k people.

        The engine's curves are means over posterior draws. They are narrowed or widened a little until the mean of all
        and the mean of the worst fifth equal the printed estimates. If nearly everybody answered, a curve reveals how
        many do not want the line. It is left out if these are fewer than k people.
        """
        want, against = np.asarray(line.want_curve, float), np.asarray(line.against_curve, float)
        if self.is_live:  # a curve is finer than steps of k people
            return [], []
        if not len(want) or self._tells_too_much(want, ground):
            return [], []
        if self._tells_too_much(against, ground):  # too few people to show where they are, so the curve is flat
            against = np.full(len(against), float(against.mean()))
        weight = self.analysis.method.against_weight
        net = want - weight * against
        fifth = _first_part(net, self.analysis.method.worst_share) - float(net.mean())
        mean_estimate = ground.want.value - weight * ground.against.value
        scale = 1.0
        if fifth < 0:
            scale = min(_WIDENED_MOST, max(0.0, (ground.worst_fifth.value - mean_estimate) / fifth))
        return (
            _rounded(ground.want.value + scale * (want - want.mean())),
            _rounded(ground.against.value + scale * (against - against.mean())),
        )

    def _tells_too_much(self, curve: npt.NDArray[np.float64], ground: CommonGround) -> bool:
        """Return whether a curve is mostly answers instead of estimates, and shows fewer than k people."""
        unasked = self.answered - ground.answers
        least = min(float(curve.mean()), 1 - float(curve.mean())) * self.answered
        return not disclosure.enough(least, k=self.k) and not disclosure.twice_enough(unasked, self.k)

    def condition(self, condition: Condition) -> ReportCondition:
        """Return one condition. It names a circle only if more than twelve of its people answered."""
        return ReportCondition(
            key=condition.code.value,
            met=condition.met,
            value=self._condition_value(condition),
            needed=_number(condition.needed),
            line=self._label(self._line_of(condition)),
            circle=self._circle(condition),
        )

    def _line_of(self, condition: Condition) -> int | None:
        """Return the line that a condition names; of a live gathering the last of `_lines`, unless a circle failed."""
        named = condition.line is None or condition.part is not None or not self.is_live
        lines = [] if named else self._lines()
        return lines[-1].desire if lines else condition.line

    def _condition_value(self, condition: Condition) -> Shown | float | None:
        """Return the value that a condition compares with its threshold. A share of people is rounded down in steps."""
        value = condition.value if condition.bound is None else condition.bound
        if value is None or condition.code is ConditionCode.SHARE:
            return self._coarse_number(value, 0, len(self.analysis.one_desire.lines))
        if self.is_live:  # a bound has other steps than the counts from which it follows
            return disclosure.withheld("share")
        if condition.code is ConditionCode.OWN_LINE:
            return disclosure.show_share(value, self.answered, self.k)
        if condition.code in _LEAST and condition.line is not None:
            answers = self.analysis.common_ground[condition.line].answers
            least, share = _LEAST[condition.code], self.analysis.method.worst_share
            people = int(answers * share) if condition.code is ConditionCode.WORST_FIFTH else answers
            return disclosure.show_mean(value, people, least, 1.0, self.k, down=True)
        return disclosure.withheld("share")

    def _circle(self, condition: Condition) -> str | None:
        if condition.part is None or condition.line is None:
            return None
        answered = {s.circle: s.answered for s in self.analysis.common_ground[condition.line].circles}
        if disclosure.is_small(answered.get(condition.part, 0)):
            return None
        return self.analysis.gathering.circles[condition.part].label

    def missing(self) -> list[ReportMissing]:
        """Return what is missing for the status "one": for each, a code and its line, circle and desire."""
        one_desire = self.analysis.one_desire
        if not self.analysis.measured:
            return [ReportMissing(code, None) for code in self.analysis.why_not]
        if not one_desire.lines:
            return [ReportMissing("nothing common", ConditionCode.NO_LINES.value)]
        owed_to = {share.circle: share.next_desire for share in one_desire.circle_shares}
        reasons = []
        for condition in one_desire.conditions:
            if condition.met is not False:
                continue
            desire = one_desire.next_desire if condition.code in (ConditionCode.OWN_LINE, ConditionCode.SHARE) else None
            circle = self._circle(condition)
            if circle is not None and condition.part is not None:
                desire = owed_to.get(condition.part)
            line, owed = self._label(self._line_of(condition)), self._label(desire)
            code = condition.code.value
            reasons.append(ReportMissing(code, code, line=line, circle=circle, desire=owed))
        return reasons

    def circle_share(self, share: CircleShare) -> ReportCircleShare:
        """Return the share of one circle in the text: a word, and a number for at least 2 k people."""
        circle = self.analysis.gathering.circles[share.circle]
        return ReportCircleShare(
            circle=circle.label,
            name=circle.name,
            members=disclosure.show_steps(share.members, self.k),
            own_line=_coarse(share.own_line, share.members, self.k, least=0.0),
            word=disclosure.show_share_band(share.own_line.value, share.members, self.k),
            desire=self._label(share.next_desire),
        )

    def oneness(self) -> ReportOneness | None:
        """Return P(two answer alike) - P(opposed); None if it was not measured or fewer than 2 k people answered."""
        oneness = self.analysis.oneness
        if oneness is None or not disclosure.twice_enough(oneness.people, self.k) or not self.analysis.measured:
            return None
        return ReportOneness(
            value=self._coarse_number(oneness.value, -1, 1),
            low=self._coarse_number(oneness.low, -1, 1),
            high=self._coarse_number(oneness.high, -1, 1),
            desires=oneness.desires,
            people=self._people_answered()
            if self.is_live
            else disclosure.show_count(oneness.people, self.answered, self.k),
        )

    def _coarse_number(self, value: float | None, least: float, most: float) -> float | None:
        """Return a number that lies between two others, of all answers; of a live gathering in steps of k people."""
        if not self.is_live or value is None or not math.isfinite(value) or most <= least:
            return _number(value)
        return _number(disclosure.release_mean(value, self.answered, least, most, self.k))

    def method(self) -> ReportMethod:
        """Return the software, seed and settings of the analysis."""
        method = self.analysis.method
        few, _ = disclosure.show_counts(
            (method.few_answers_people, method.people_answered - method.few_answers_people), self.k
        )
        silent = method.people - method.people_answered
        writers = min(method.writers_without_answers, silent)
        return ReportMethod(
            software="oneheart",
            version=method.version,
            seed=method.seed,
            lines_asked=method.lines_asked,
            worst_share=method.worst_share,
            against_weight=method.against_weight,
            k_anonymity=self.k,
            interval=0.9,
            heads=list(method.heads),
            sweeps=0 if self.is_live else method.sweeps,
            converged=method.converged,
            rest=None if self.is_live else _number(method.rest),
            few_answers_people=disclosure.withheld() if self.is_live else few,
            writers_without_answers=disclosure.withheld()
            if self.is_live
            else disclosure.show_counts((writers, silent - writers), self.k)[0],
            notes=live_numbers.notes_of(method.notes, [against for _, (_, against) in self.parts])
            if self.is_live
            else list(method.notes),
        )


def _encoded(value: object) -> int | float | str | None:
    """Return the value of a `Shown`; a share is rounded to four digits."""
    plain_value = encode_shown(value)
    return _number(plain_value) if isinstance(plain_value, float) else plain_value


def _number(value: float | None) -> float | None:
    """Return a value rounded to four digits, never minus zero; None for None, infinity and NaN."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), _DIGITS) + 0.0


def _value(shown: Shown) -> float:
    return shown.value if isinstance(shown.value, float) else 0.0


def _estimate(estimate: Estimate) -> ReportEstimate | None:
    """Return an estimate with its range; None if a number of it is not finite."""
    value, low, high = map(_number, (estimate.value, estimate.low, estimate.high))
    return None if value is None or low is None or high is None else ReportEstimate(value, low, high)


def _first_part(values: npt.NDArray[np.float64], share: float) -> float:
    """Return the mean over the first `share` of equal buckets; the last bucket counts by its fraction."""
    inside = np.clip(share * len(values) - np.arange(len(values)), 0, 1)
    return float((values * inside).sum() / inside.sum())


def _rounded(values: npt.NDArray[np.float64]) -> list[float]:
    return [round(float(value), 2) + 0.0 for value in values.clip(0, 1)]


def _coarse(estimate: Estimate | None, people: int, k: int, least: float = _LEAST_SUPPORT) -> ReportRange | None:
    """Return an estimate over people, in steps of k of them, its range outward; None for fewer than 2 k people."""
    if estimate is None or not all(map(math.isfinite, (estimate.value, estimate.low, estimate.high))):
        return None
    value = disclosure.show_mean(estimate.value, people, least, _MOST_SUPPORT, k)
    low = disclosure.show_mean(estimate.low, people, least, _MOST_SUPPORT, k, down=True)
    high = disclosure.show_mean(estimate.high, people, least, _MOST_SUPPORT, k, up=True)
    return None if value.is_withheld else ReportRange(value, low, high)


def _support_word(value: float) -> str:
    """Return the mean net support of a circle as a word. The bands are wide, so that no single answer shows."""
    if value >= 0.5:  # noqa: PLR2004
        return "wants it"
    if value >= 0.15:  # noqa: PLR2004
        return "leans to it"
    return "divided" if value >= -0.15 else "not yet with it"  # noqa: PLR2004
