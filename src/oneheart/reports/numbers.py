"""`report.json`: everything that the page says, as numbers to compute on; its shape is in report.schema.json.

Every count of people passes `engine.disclosure` here, and the page is written from what this module lets through.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine import disclosure
from oneheart.engine.desire.standing import Standing, measured_answers
from oneheart.errors import UserError
from oneheart.model.desire import Moderation
from oneheart.model.verdict import ConditionCode, Status
from oneheart.reports import sealed_numbers

if TYPE_CHECKING:
    from oneheart.engine.analysis import Analysis
    from oneheart.engine.desire.common_ground import CircleSupport, CommonGround
    from oneheart.engine.desire.one_desire import CircleShare, Line
    from oneheart.engine.estimate import Estimate
    from oneheart.model.verdict import Condition

Json = dict[str, Any]
SCHEMA_VERSION = "1.1"
_DIGITS = 4
_MEASURED = frozenset({Standing.ADMISSIBLE, Standing.BELOW, Standing.AGAINST, Standing.META, Standing.LEFT_OUT})
_LEAST = {ConditionCode.AFFIRMED: 0.0, ConditionCode.WORST_FIFTH: -0.5}
_LEAST_SUPPORT, _MOST_SUPPORT = -0.5, 1.0


def schema() -> Json:
    """Return the JSON Schema (draft 2020-12) of the numbers of a report.

    Example:
        >>> schema()["$schema"]
        'https://json-schema.org/draft/2020-12/schema'
    """
    text = resources.files("oneheart.reports").joinpath("report.schema.json").read_text(encoding="utf-8")
    loaded: Json = json.loads(text)
    return loaded


def as_text(content: Mapping[str, Any]) -> str:
    """Return the numbers as they stand in the file: the same content gives the same bytes.

    Raises:
        ValueError: for a number that is not finite.
    """
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def build(analysis: Analysis, *, k: int = disclosure.K, sign: str | None = None) -> Json:
    """Return the content of `report.json` for an analysis.

    Counts that may not be shown are null. Texts of desires that the hosts rejected are nowhere in it. Shares taken
    from answers themselves (`held_by`, `only_here`, `lines_held`, `coverage`, the observed values, circles) move in
    steps of k people; estimates of the model have four digits.

    Args:
        analysis: what `analyze` returned.
        k: no count of fewer people is shown.
        sign: which raw vote value meant agreement, in words, where the reader of the files knows.

    Raises:
        UserError: if k is below the setting `k_anonymity`.

    Notes:
        O(responses + desires * circles).
    """
    if k < settings.K_ANONYMITY.value:
        message = (
            f"k is {k}; no count of fewer than {settings.K_ANONYMITY.value} people is shown, so give "
            f"k={disclosure.K} or more."
        )
        raise UserError(message)
    return _Builder(analysis, k).content(sign)


class _Builder:
    """One analysis on its way through the gate."""

    def __init__(self, analysis: Analysis, k: int) -> None:
        self.analysis, self.k = analysis, k
        gathering, method = analysis.gathering, analysis.method
        self.desires = gathering.desires
        self.labels = [desire.label for desire in gathering.desires]
        self.answered = method.people_answered
        shown = disclosure.release_counts(
            (*(ground.answers for ground in analysis.common_ground), self._answers_elsewhere()), k
        )
        # fewer than 2 k answers in all: no desire has k of them that could not be read from the total
        self.answers = list(shown[:-1])
        people = np.unique(gathering.responses.participant)
        self.members = np.bincount(gathering.circle_of[people] + 1, minlength=len(gathering.circles) + 1)

    def _answers_elsewhere(self) -> int:
        counted = sum(ground.answers for ground in self.analysis.common_ground)
        return max(0, self.analysis.method.responses - counted)

    def content(self, sign: str | None) -> Json:
        """Return the whole file."""
        analysis = self.analysis
        common = [self.ground(ground) for ground in self._sorted() if ground.standing is not Standing.REJECTED]
        for rank, entry in enumerate((e for e in common if e["worst_fifth"] is not None and e["_ranked"]), start=1):
            entry["rank"] = rank
        for entry in common:
            del entry["_ranked"]
        return {
            "schema_version": SCHEMA_VERSION,
            "source": self.source(sign),
            "sealed": sealed_numbers.sealed_texts(analysis.gathering.hall, self.k),
            "hall": sealed_numbers.hall_counts(analysis.gathering.hall, self.k),
            "measured": analysis.measured,
            "why_not": list(analysis.why_not),
            "one_desire": self.one_desire(),
            "oneness": self.oneness(),
            "common_ground": common,
            "method": self.method(),
        }

    def _sorted(self) -> list[CommonGround]:
        """Return the desires, most common first, then those without a place in the order, as in the source."""
        ground = {entry.desire: entry for entry in self.analysis.common_ground}
        ranked = [ground[column] for column in self.analysis.ranking]
        placed = set(self.analysis.ranking)
        return [*ranked, *(entry for entry in self.analysis.common_ground if entry.desire not in placed)]

    def source(self, sign: str | None) -> Json:
        """Return what was read."""
        gathering, method = self.analysis.gathering, self.analysis.method
        answered, silent = method.people_answered, method.people - method.people_answered
        enough = answered >= self.k
        rejected = sum(desire.moderation is Moderation.REJECTED for desire in self.desires)
        return {
            "question": gathering.question,
            "name": gathering.source,
            "people": method.people if enough and (silent == 0 or silent >= self.k) else None,
            "people_answered": answered if enough or answered == 0 else None,
            "responses": method.responses if enough or answered == 0 else None,
            "desires": len(self.desires),
            "rejected_desires": rejected,
            "circles": len(gathering.circles),
            "sign": sign,
            "credits": gathering.credits,
        }

    def ground(self, ground: CommonGround) -> Json:
        """Return the common ground of one desire; estimates are null where it was not measured."""
        desire = self.desires[ground.desire]
        enough = ground.answers >= measured_answers(self.analysis.method.people_answered)
        measured = self.analysis.measured and ground.standing in _MEASURED and enough
        answers = self.answers[ground.desire]
        counts: tuple[int | None, ...] = (None, None, None)
        if answers:
            counts = disclosure.release_counts((ground.want_count, ground.not_mine_count, ground.against_count), self.k)
        fifth = int(ground.answers * self.analysis.method.worst_share)
        observed = None
        if measured and ground.observed_worst_fifth is not None:
            observed = _coarse(ground.observed_worst_fifth, fifth, self.k)
        against = None
        if measured and ground.observed_against is not None:
            against = _number(disclosure.release_share(ground.observed_against, fifth, self.k))
        return {
            "rank": None,
            "_ranked": ground.desire in self.analysis.ranking,
            "id": desire.label,
            "text": desire.text,
            "language": desire.language,
            "standing": ground.standing.value,
            "answers": answers,
            "want_count": counts[0],
            "not_mine_count": counts[1],
            "against_count": counts[2],
            "want": _estimate(ground.want) if measured else None,
            "against": _estimate(ground.against) if measured else None,
            "worst_fifth": _estimate(ground.worst_fifth) if measured else None,
            "observed_worst_fifth": observed,
            "observed_against": against,
            "looks_like_fact": ground.looks_like_fact,
            "same_as": [self.labels[c] for c in ground.same_as if self._printable(c)],
            "circles": self.circles(ground) if measured else [],
        }

    def _printable(self, column: int) -> bool:
        return self.desires[column].moderation is not Moderation.REJECTED

    def circles(self, ground: CommonGround) -> list[Json]:
        """Return how the circles with k answers or more stand to a desire."""
        names = self.analysis.gathering.circles
        rest = max(0, ground.answers - sum(support.answered for support in ground.circles))
        released = disclosure.release_counts((*(s.answered for s in ground.circles), rest), self.k)
        known = self.answers[ground.desire] is not None
        return [
            {
                "circle": names[support.circle].label,
                "name": names[support.circle].name,
                "answered": count if known else None,
                "support": self._circle_support(support),
                "word": _support_word(support.support.value),
            }
            for support, count in zip(ground.circles, released[:-1], strict=True)
            if support.answered >= self.k
        ]

    def _circle_support(self, support: CircleSupport) -> Json | None:
        return _coarse(support.support, int(self.members[support.circle + 1]), self.k)

    def one_desire(self) -> Json:
        """Return the text and its status."""
        one = self.analysis.one_desire
        held = disclosure.release_distribution(one.lines_held, self.answered, self.k) if one.lines_held else None
        return {
            "status": "one" if one.status is Status.ONE_DESIRE else "not yet",
            "verdict": one.status.value,
            "lines": [self.line(line) for line in one.lines],
            "share_index": _number(one.share_index),
            "share_kind": "estimated",
            "owed": self._label(one.next_desire),
            "coverage": _coarse(one.coverage, self.answered, self.k, least=0.0),
            "lines_held": [_number(share) for share in held or ()],
            "pairs": _number(one.pairs),
            "ejr_plus": one.ejr_plus,
            "conditions": [self.condition(condition) for condition in one.conditions],
            "missing": self.missing(),
            "circle_shares": [self.circle_share(share) for share in one.circle_shares if share.members >= self.k],
            "nearest": [self.labels[column] for column in one.nearest if self._printable(column)],
        }

    def _label(self, column: int | None) -> str | None:
        return None if column is None or not self._printable(column) else self.labels[column]

    def line(self, line: Line) -> Json:
        """Return one line."""
        desire = self.desires[line.desire]
        want, against = self.curves(line, self.analysis.common_ground[line.desire])
        return {
            "id": desire.label,
            "text": desire.text,
            "language": desire.language,
            "held_by": _number(disclosure.release_share(line.held_by, self.answered, self.k)),
            "only_here": _number(disclosure.release_share(line.only_here, self.answered, self.k)),
            "want_curve": want,
            "against_curve": against,
        }

    def curves(self, line: Line, ground: CommonGround) -> tuple[list[float], list[float]]:
        """Return the curves of a line, moved to the estimates beside them; empty where they would show too few.

        The engine's curves take answers as given, and so are wider than what people are expected to want: they are
        drawn in until the mean of all and the mean of the worst fifth are the printed estimates. Where nearly everybody
        answered, a curve gives away how many do not want the line, so it is left out where they are fewer than k.
        """
        want, against = np.asarray(line.want_curve, float), np.asarray(line.against_curve, float)
        if not len(want) or self._tells_too_much(want, ground):
            return [], []
        if self._tells_too_much(against, ground):  # too few to show where they are, so they are spread evenly
            against = np.full(len(against), float(against.mean()))
        weight = self.analysis.method.against_weight
        net = want - weight * against
        fifth = _first_part(net, self.analysis.method.worst_share) - float(net.mean())
        middle = ground.want.value - weight * ground.against.value
        narrow = 1.0
        if fifth < 0:
            narrow = min(1.0, max(0.0, (ground.worst_fifth.value - middle) / fifth))
        return (
            _rounded(ground.want.value + narrow * (want - want.mean())),
            _rounded(ground.against.value + narrow * (against - against.mean())),
        )

    def _tells_too_much(self, curve: npt.NDArray[np.float64], ground: CommonGround) -> bool:
        """Return whether a curve is made of answers rather than estimates, and sums to fewer than k people."""
        unasked = self.answered - ground.answers
        few = min(float(curve.mean()), 1 - float(curve.mean())) * self.answered < self.k
        return few and unasked < 2 * self.k

    def condition(self, condition: Condition) -> Json:
        """Return one condition; a circle is named only where k of its people answered."""
        value = condition.value if condition.bound is None else condition.bound
        if value is not None and condition.code is ConditionCode.OWN_LINE:
            value = disclosure.release_share(value, self.answered, self.k)
        elif value is not None and condition.code in _LEAST and condition.line is not None:
            answers = self.analysis.common_ground[condition.line].answers
            least, share = _LEAST[condition.code], self.analysis.method.worst_share
            people = int(answers * share) if least < 0 else answers
            part = disclosure.release_share((value - least) / (1 - least), people, self.k, down=True)
            value = None if part is None else part * (1 - least) + least
        return {
            "key": condition.code.value,
            "met": condition.met,
            "value": _number(value),
            "needed": _number(condition.needed),
            "line": self._label(condition.line),
            "circle": self._circle(condition),
        }

    def _circle(self, condition: Condition) -> str | None:
        if condition.part is None or condition.line is None:
            return None
        heard = {s.circle: s.answered for s in self.analysis.common_ground[condition.line].circles}
        if heard.get(condition.part, 0) < self.k:
            return None
        return self.analysis.gathering.circles[condition.part].label

    def missing(self) -> list[Json]:
        """Return what is missing for "one": a code, and the line, circle and desire that it is about."""
        one = self.analysis.one_desire
        if not self.analysis.measured:
            return [_missing(code, None) for code in self.analysis.why_not]
        if not one.lines:
            return [_missing("nothing common", ConditionCode.NO_LINES)]
        owed_to = {share.circle: share.next_desire for share in one.circle_shares}
        out = []
        for condition in one.conditions:
            if condition.met is not False:
                continue
            desire = one.next_desire if condition.code in (ConditionCode.OWN_LINE, ConditionCode.SHARE) else None
            circle = self._circle(condition)
            if circle is not None and condition.part is not None:
                desire = owed_to.get(condition.part)
            line, owed = self._label(condition.line), self._label(desire)
            out.append(_missing(condition.code.value, condition.code, line=line, circle=circle, desire=owed))
        return out

    def circle_share(self, share: CircleShare) -> Json:
        """Return the share of one circle in the text: a word, and a number for 2 k people or more."""
        circle = self.analysis.gathering.circles[share.circle]
        released = disclosure.release_counts(self.members.tolist(), self.k)
        return {
            "circle": circle.label,
            "name": circle.name,
            "members": released[share.circle + 1],
            "own_line": _coarse(share.own_line, share.members, self.k, least=0.0),
            "word": disclosure.share_band(share.own_line.value),
            "desire": self._label(share.next_desire),
        }

    def oneness(self) -> Json | None:
        """Return P(two answer alike) - P(opposed), or None; None too where fewer than 2 k people answered."""
        one = self.analysis.oneness
        if one is None or one.people < 2 * self.k or not self.analysis.measured:
            return None
        return {
            "value": _number(one.value),
            "low": _number(one.low),
            "high": _number(one.high),
            "desires": one.desires,
            "people": disclosure.release_count(one.people, self.answered, self.k),
        }

    def method(self) -> Json:
        """Return what was done."""
        method = self.analysis.method
        few, many = disclosure.release_counts(
            (method.few_answers_people, method.people_answered - method.few_answers_people), self.k
        )
        del many
        silent = method.people - method.people_answered
        writers = min(method.writers_without_answers, silent)
        return {
            "software": "oneheart",
            "version": method.version,
            "seed": method.seed,
            "lines_asked": method.lines_asked,
            "worst_share": method.worst_share,
            "against_weight": method.against_weight,
            "k_anonymity": self.k,
            "interval": 0.9,
            "heads": list(method.heads),
            "sweeps": method.sweeps,
            "converged": method.converged,
            "few_answers_people": few,
            "writers_without_answers": disclosure.release_counts((writers, silent - writers), self.k)[0],
            "notes": list(method.notes),
        }


def _missing(
    code: str,
    condition: ConditionCode | None,
    *,
    line: str | None = None,
    circle: str | None = None,
    desire: str | None = None,
) -> Json:
    """Return what is missing: its code as version 1.0 spelled it, and the condition, null for a reason of `why_not`."""
    name = None if condition is None else condition.value
    return {"code": code, "condition": name, "line": line, "circle": circle, "desire": desire}


def _number(value: float | None) -> float | None:
    """Return a value with four digits; None for None and for what is not finite; never minus zero."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), _DIGITS) + 0.0


def _estimate(estimate: Estimate) -> Json | None:
    """Return value, low and high, or None where one of them is not finite."""
    ends = {"value": _number(estimate.value), "low": _number(estimate.low), "high": _number(estimate.high)}
    return None if None in ends.values() else ends


def _first_part(values: npt.NDArray[np.float64], share: float) -> float:
    """Return the mean over the first `share` of equal buckets, the last of them with its fraction."""
    inside = np.clip(share * len(values) - np.arange(len(values)), 0, 1)
    return float((values * inside).sum() / inside.sum())


def _rounded(values: npt.NDArray[np.float64]) -> list[float]:
    return [round(float(value), 2) + 0.0 for value in values.clip(0, 1)]


def _coarse(estimate: Estimate | None, people: int, k: int, least: float = _LEAST_SUPPORT) -> Json | None:
    """Return an estimate over some people in steps of k of them, or None for fewer than 2 k people."""
    if estimate is None or not all(map(math.isfinite, (estimate.value, estimate.low, estimate.high))):
        return None
    width = _MOST_SUPPORT - least
    out = {}
    for name, value in (("value", estimate.value), ("low", estimate.low), ("high", estimate.high)):
        share = disclosure.release_share((value - least) / width, people, k)
        if share is None:
            return None
        out[name] = _number(share * width + least)
    return out


def _support_word(value: float) -> str:
    """Return a word for the mean net support of a circle: wide bands, so that no single answer can be read."""
    if value >= 0.5:  # noqa: PLR2004
        return "wants it"
    if value >= 0.15:  # noqa: PLR2004
        return "leans to it"
    return "divided" if value >= -0.15 else "not yet with it"  # noqa: PLR2004
