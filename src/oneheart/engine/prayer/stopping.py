"""The stopping rule: whether a text that people have read is the one desire of all, or not yet, and what is missing.

It is "one desire" only if all conditions hold:

- "measured": enough people answered.
- "affirmed": nearly all can say the text.
- "worst fifth": the fifth that was expected to support the text least supports it.
- "every part": every part that is large enough to be measured can say it, and every smaller part was heard.
- "own line": nearly everybody has a line of their own in the text.
- "share": no part is owed a line.
- "settled": the last round changed little.

Otherwise it is "not yet". The failing conditions name the part concerned and the desire that would include that part.

A condition on a share is tested on its lower confidence bound. The bounds are anytime-valid: they hold at all looks
together, for people sampled without replacement in any order. Where all have answered, a bound is the share itself. The
error of 5 % is split over four bounds and over the readings. "Every part" takes the minimum over parts without a
further split: for it to be too high, the bound of the part with the lowest share must be too high.

Who is silent is no random sample. So the silent are given only a quarter of the odds that the heard surely exceed, see
`surely_said`. Silence never counts as agreement, and a verdict carries how many of how many have said it.

Letters: N people. A level divides people into parts (nested circles, languages); a person is in one part of each level
at most.

Source: ours. Prior-posterior ratio for sampling without replacement (Waudby-Smith & Ramdas 2020), written anew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine import disclosure
from oneheart.engine.desire.parts_heard import heard_least, may_refuse
from oneheart.engine.desire.wants import of_each
from oneheart.engine.prayer import rounds
from oneheart.engine.prayer.audit import Audit
from oneheart.model.verdict import Condition, ConditionCode, Status

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.int8]

UNHEARD = -9
"""The mark of a missing answer: neither yes nor no."""

ERROR = 0.05
FEW = rounds.MEASURED_LEAST
SETTLED_LEAST = 0.02
PART_SHARE_LEAST = 2 / 3
PART_SURE_LEAST = 0.5
_BOUNDS = 4
SILENT_ODDS = 4.0
"""By what the odds of "yes" are divided for the people who did not answer."""


@dataclass(frozen=True, slots=True)
class Stopping:
    """The verdict on a text, and its conditions.

    Attributes:
        status: `ONE_DESIRE` only if no condition fails.
        conditions: all conditions that were judged, in a fixed order.
        not_measured: numbers of the parts with too few answers, ascending; they never count as agreeing.
        said: how many can say the whole, and no line goes against them. Show it through `engine.disclosure` only.
        people: N, everybody, heard or not. Show it through `engine.disclosure` only.
    """

    status: Status
    conditions: tuple[Condition, ...]
    not_measured: tuple[int, ...] = ()
    said: int = 0
    people: int = 0

    @property
    def missing(self) -> tuple[Condition, ...]:
        """Return the conditions that fail."""
        return tuple(condition for condition in self.conditions if condition.met is False)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """People's answers to a text. Each of the N people of the gathering has a row.

    Attributes:
        readings: (N, lines) int8: 1 can say the line, 0 would change it, -1 it goes against them, or `UNHEARD`.
        whole: (N,) int8: 1 "I can say this with all", 0 was asked and does not say so, or `UNHEARD`.
        own_line: (N,) int8: 1 has a line of their own in the text, 0 has none, `UNHEARD` where it is not known.
        expected: (N,) support of the text that a model expects of each person without these answers. The fifth of the
            people with the lowest values is the worst fifth.
        levels: for each level (N,) int64: number of each person's part, -1 for none; no number is used at two levels.
        includes: for the number of a part the column of the desire that would include it most.
        owed: column of the desire that is owed to most people.

    Raises:
        ValueError: where arrays are not of one length, or one part stands at two levels.
    """

    readings: Marks
    whole: Marks
    own_line: Marks
    expected: Floats
    levels: tuple[Ints, ...] = ()
    includes: Mapping[int, int] = field(default_factory=dict)
    owed: int | None = None

    def __post_init__(self) -> None:
        """Check the shapes and the numbers of parts."""
        n = len(self.whole)
        lengths = (self.readings.shape[0], self.own_line.shape[0], self.expected.shape[0], *map(len, self.levels))
        if any(length != n for length in lengths):
            message = "every array must have one row for each person"
            raise ValueError(message)
        numbers = [number for level in self.levels for number in np.unique(level[level >= 0]).tolist()]
        if len(set(numbers)) != len(numbers):
            message = "a part must stand at one level only"
            raise ValueError(message)

    @property
    def net(self) -> Marks:
        """Return (N,): -1 where any line goes against the person, else their answer to the whole."""
        return net_of(self.readings, self.whole)


def net_of(readings: Marks, whole: Marks) -> Marks:
    """Return (N,): -1 where any line goes against the person, else their answer to the whole.

    Args:
        readings: as in `Heard`.
        whole: as in `Heard`.
    """
    return np.where((readings == -1).any(1), -1, whole).astype(np.int8)


def surely_exceeds(good: int, heard: int, people: int, error: float) -> float:
    """Return an anytime-valid lower confidence bound of the share of "yes" among `people`, 0 to 1.

    `heard` of the people, sampled without replacement, answered, and `good` of these said yes. The bound holds at all
    looks together. It is the share itself once all were heard, and 0 while nobody was.

    Args:
        good: how many said yes.
        heard: how many answered.
        people: size of the population.
        error: chance that the share is below the bound at any look.

    Raises:
        ValueError: unless 0 <= good <= heard <= people.

    Notes:
        O(log people). Let L be the likelihood of the answers if K people would say yes, divided by their likelihood
        under a uniform prior on K. The inverse of L is a martingale if K is true. So every K with L of
        `error` or less is rejected.

    Source: Waudby-Smith & Ramdas, "Confidence sequences for sampling without replacement" (2020), section 2.2.

    Example:
        >>> surely_exceeds(9, 10, 10, 0.05), surely_exceeds(0, 0, 10, 0.05)
        (0.9, 0.0)
        >>> round(surely_exceeds(540, 600, 1000, 0.05), 3)
        0.868
    """
    if not 0 <= good <= heard <= people:
        message = "good, heard and people must not fall"
        raise ValueError(message)
    if heard == 0:
        return 0.0
    bad, limit = heard - good, math.log(1 / error)
    mixture = math.lgamma(good + 1) + math.lgamma(bad + 1) - math.lgamma(heard + 2)
    among = math.lgamma(people + 1) - math.lgamma(people - heard + 1)

    def ruled_out(yes: int) -> bool:
        no = people - yes
        chance = math.lgamma(yes + 1) - math.lgamma(yes - good + 1) + math.lgamma(no + 1) - math.lgamma(no - bad + 1)
        return mixture - (chance - among) >= limit

    low, high = good, max(good, min(people - bad, math.ceil(people * good / heard)))
    while low < high:
        middle = (low + high) // 2
        if ruled_out(middle):
            low = middle + 1
        else:
            high = middle
    return low / people


def surely_said(good: int, heard: int, people: int, error: float) -> float:
    """Return a lower bound of the share of "yes" among `people` that does not trust the silent, 0 to 1.

    Let p be the share that `surely_exceeds` gives. Of the people who did not answer, only the share with a quarter of
    the odds of p is counted as "yes", p / (p + 4 (1 - p)). The result is at most p, and the share itself once all were
    heard.

    Args:
        good: how many said yes.
        heard: how many answered.
        people: size of the population.
        error: chance that p is too high, as for `surely_exceeds`.

    Raises:
        ValueError: unless 0 <= good <= heard <= people.

    Notes:
        O(log people). If the odds of answering are at most four times as high for "yes" as for "no", the odds of "yes"
        among the silent are expected to be at least a quarter of those among the heard. So the bound still holds where
        a quarter of the people answers at a quarter of the odds, whatever they would say. With a third of the odds it
        did not: one in eight texts that 79 in 100 could say were declared affirmed. `oneheart bench halls` measures it.
        A part that is silent beyond these odds is not seen by any bound; it is named if it is a declared part.

    Source: the odds ratio of "yes" between silent and heard is the informative missingness odds ratio of Higgins,
    White & Wood (2008), here 1/4; the use with a confidence sequence is ours.

    Example:
        >>> surely_said(9, 10, 10, 0.05), surely_said(0, 0, 10, 0.05)
        (0.9, 0.0)
        >>> round(surely_exceeds(672, 700, 1000, 0.05), 3), round(surely_said(672, 700, 1000, 0.05), 3)
        (0.941, 0.912)
    """
    share = surely_exceeds(good, heard, people, error)
    silent = share / (share + SILENT_ODDS * (1.0 - share))
    return min(share, (good + silent * (people - heard)) / people) if people else 0.0


def net_surely_exceeds(net: Marks, error: float) -> tuple[float | None, float]:
    """Return the net support of some people, and its lower confidence bound, -0.5 to 1 each.

    Net support is the share of "yes" less half the share of "against". It is None where nobody was heard. The silent
    count as in `surely_said`.

    Args:
        net: (people,) 1, 0, -1 or `UNHEARD`.
        error: chance that net support is below its bound; each of the two shares gets half of it.

    Example:
        >>> net_surely_exceeds(np.array([1, 1, 0, -1], np.int8), 0.05)
        (0.375, 0.375)
    """
    people, heard = len(net), int((net != UNHEARD).sum())
    if heard == 0:
        return None, -settings.AGAINST_WEIGHT.value
    yes, no = int((net == 1).sum()), int((net == -1).sum())
    weight = settings.AGAINST_WEIGHT.value
    against = 1.0 - surely_said(heard - no, heard, people, error / 2)
    return (yes - weight * no) / heard, surely_said(yes, heard, people, error / 2) - weight * against


def stopping(heard: Heard, share: Audit | None, *, before: float | None = None, reading: int = 1) -> Stopping:
    """Return whether a text is the one desire of those who read it, or not yet, and why.

    Up to twelve people are all asked, and all must be able to say the text. With more people the conditions of this
    module are tested. A part of at least twelve people is measured once twelve of them answered. A smaller part is
    heard once three of them, or all, answered. While any part is not measured the verdict is "not yet". Small parts
    count through the larger parts that contain them.

    Args:
        heard: people's answers.
        share: the audited share index; None where it is not known, which fails.
        before: share of people who could say the last round's text with all; None in a first round, where "settled"
            decides nothing.
        reading: how many texts the same people have read, this one included; each further text gets less error.

    Raises:
        ValueError: for a reading below 1.

    Notes:
        O(N (lines + levels)).

    Example:
        >>> def said(people, yes):
        ...     ones = np.ones(people, np.int8)
        ...     return Heard(ones[:, None], (np.arange(people) < yes).astype(np.int8), ones, np.zeros(people))
        >>> str(stopping(said(10, 10), None).status), str(stopping(said(10, 9), None).missing[0].code)
        ('one desire', 'affirmed')
        >>> fair = Audit("estimated", 0.8, None, None, None)
        >>> str(stopping(said(100, 97), fair).status), str(stopping(said(100, 77), fair).missing[0].code)
        ('one desire', 'affirmed')
    """
    if reading < 1:
        message = "reading must be 1 or more"
        raise ValueError(message)
    if len(heard.whole) <= FEW:
        return _of_few(heard)
    error = error_of(reading)
    net = heard.net
    parts, not_measured = _every_part(heard, net, error)
    conditions = (
        _measured(net),
        _affirmed(heard, net, error),
        _worst_fifth(heard, net, error),
        parts,
        _own_line(heard, error),
        _share(share),
        _settled(net, before),
    )
    return Stopping(_status(conditions), conditions, not_measured, int((net == 1).sum()), len(net))


def _status(conditions: Sequence[Condition]) -> Status:
    failing = any(condition.met is False for condition in conditions)
    return Status.NOT_YET if failing else Status.ONE_DESIRE


def _of_few(heard: Heard) -> Stopping:
    """Return the verdict for up to twelve people: all were asked and all can say it. Counts below k are withheld."""
    people, net = len(heard.whole), heard.net
    asked, yes = int((net != UNHEARD).sum()), int((net == 1).sum())

    def condition(code: ConditionCode, count: int) -> Condition:
        out = disclosure.release_count(people - count, people)
        value = None if out is None else (people - out) / people
        met = people > 0 and count == people
        return Condition(code, met=met, value=value, needed=1.0, desire=None if met else heard.owed)

    conditions = (condition(ConditionCode.MEASURED, asked), condition(ConditionCode.AFFIRMED, yes))
    return Stopping(_status(conditions), conditions, said=yes, people=people)


def _measured(net: Marks) -> Condition:
    """Return whether enough people answered: twenty-five, or all."""
    count, least = int((net != UNHEARD).sum()), min(rounds.READERS_LEAST, len(net))
    return Condition(ConditionCode.MEASURED, count >= least, float(count), None, float(least))


def _affirmed(heard: Heard, net: Marks, error: float) -> Condition:
    yes, count = int((net == 1).sum()), int((net != UNHEARD).sum())
    bound, needed = surely_said(yes, count, len(net), error), settings.AFFIRMED_LEAST.value
    met = bound >= needed
    return Condition(
        ConditionCode.AFFIRMED, met, yes / count if count else None, bound, needed, desire=None if met else heard.owed
    )


def _worst_fifth(heard: Heard, net: Marks, error: float) -> Condition:
    """Return whether the fifth that is expected to support the text least supports it; ties go to the lower row."""
    size = max(1, math.ceil(settings.WORST_SHARE.value * len(net) - 1e-9))
    fifth = np.argsort(heard.expected, kind="stable")[:size]
    value, bound = net_surely_exceeds(net[fifth], error)
    needed = settings.WORST_FIFTH_LEAST.value
    met = bound >= needed
    return Condition(ConditionCode.WORST_FIFTH, met, value, bound, needed, desire=None if met else heard.owed)


@dataclass(frozen=True, slots=True)
class PartSaid:
    """Whether one part can say a text.

    Attributes:
        met: true if it can; false if it cannot yet; None if too few of it answered.
        heard: how many of it answered. Show it through `engine.disclosure` only.
        share: share of those who answered and can say it, 0 to 1; None if nobody answered.
        bound: lower bound of the share among all of it; None for a part of fewer than twelve people.
    """

    met: bool | None
    heard: int
    share: float | None
    bound: float | None


def error_of(reading: int) -> float:
    """Return the error of each bound in the n-th text that the same people read, from 1."""
    return ERROR / (_BOUNDS * reading * (reading + 1))


def part_said(net: Marks, error: float) -> PartSaid:
    """Return whether a part can say a text.

    A part of twelve people or more needs twelve answers, a share of two thirds, and a lower bound of one half. The
    posterior probability that half of it is against must be at most .1. A smaller part needs three answers, or all of
    its people, and fewer than half of these against.

    Args:
        net: (people of the part,) as `Heard.net`.
        error: chance that the bound is too high, see `error_of`.

    Example:
        >>> str(part_said(np.ones(20, np.int8), 0.01))
        'PartSaid(met=True, heard=20, share=1.0, bound=1.0)'
        >>> part_said(np.full(20, UNHEARD, np.int8), 0.01).met is None
        True
    """
    people, count = len(net), int((net != UNHEARD).sum())
    yes, no = int((net == 1).sum()), int((net == -1).sum())
    large, share = people >= FEW, yes / count if count else None
    if count < (FEW if large else heard_least(people)):
        return PartSaid(None, count, share, None)
    if not large:
        return PartSaid(2 * no < max(count, 1), count, share, None)
    bound = surely_said(yes, count, people, error)
    met = bound >= PART_SURE_LEAST and yes >= PART_SHARE_LEAST * count and not may_refuse(no, count)
    return PartSaid(met, count, share, bound)


def _every_part(heard: Heard, net: Marks, error: float) -> tuple[Condition, tuple[int, ...]]:
    """Return whether every part can say the text, and the numbers of the parts that are not measured."""
    not_measured: list[int] = []
    failing: list[Condition] = []
    holding: list[Condition] = []
    for level in heard.levels:
        for part in np.unique(level[level >= 0]).tolist():
            said = part_said(net[level == part], error)
            if said.met is None:
                not_measured.append(part)
                continue
            includes = heard.includes.get(part)
            if said.bound is None:
                condition = Condition(ConditionCode.EVERY_PART, said.met, part=part, desire=includes)
            else:
                condition = Condition(
                    ConditionCode.EVERY_PART, said.met, said.share, said.bound, PART_SURE_LEAST, part, includes
                )
            (holding if said.met else failing).append(condition)
    if failing:
        return min(failing, key=_least), tuple(sorted(not_measured))
    if not_measured:
        part = min(not_measured)
        return Condition(ConditionCode.EVERY_PART, met=False, part=part, desire=heard.includes.get(part)), tuple(
            sorted(not_measured)
        )
    least = min((condition for condition in holding if condition.bound is not None), key=_least, default=None)
    if least is None:
        return Condition(ConditionCode.EVERY_PART, met=True), ()
    return Condition(
        ConditionCode.EVERY_PART, met=True, value=least.value, bound=least.bound, needed=PART_SURE_LEAST
    ), ()


def _least(condition: Condition) -> tuple[float, int]:
    return (2.0 if condition.bound is None else condition.bound, -1 if condition.part is None else condition.part)


def _own_line(heard: Heard, error: float) -> Condition:
    known = heard.own_line != UNHEARD
    have, count = int((heard.own_line == 1).sum()), int(known.sum())
    bound, needed = surely_said(have, count, len(known), error), settings.COVERAGE_LEAST.value
    met = bound >= needed
    return Condition(
        ConditionCode.OWN_LINE, met, have / count if count else None, bound, needed, desire=None if met else heard.owed
    )


def _share(share: Audit | None) -> Condition:
    """Return whether no part is owed a line, by the certified upper bound or else by the estimate."""
    if share is None:
        return Condition(ConditionCode.SHARE, met=False, needed=1.0)
    bound = share.high if share.kind == "certified" else None
    met = (share.rho if bound is None else bound) <= 1.0
    return Condition(ConditionCode.SHARE, met, share.rho, bound, 1.0, desire=None if met else share.owed)


def _settled(net: Marks, before: float | None) -> Condition:
    count = int((net != UNHEARD).sum())
    if before is None or not count:
        return Condition(ConditionCode.SETTLED, met=None, needed=SETTLED_LEAST)
    moved = abs(int((net == 1).sum()) / count - before)
    return Condition(ConditionCode.SETTLED, moved < SETTLED_LEAST, moved, None, SETTLED_LEAST)


def parts_without_line(want: Floats, level: Ints, *, least: float = 0.5) -> tuple[int, ...]:
    """Return the numbers of the parts in which too few people are expected to want any line, ascending.

    A part without people is not listed.

    Args:
        want: (N S, lines) P(want) for each line in S posterior draws of each of N people, 0 to 1.
        level: (N,) number of each person's part, -1 for none.
        least: least expected share of a part's people who want at least one line.

    Example:
        >>> parts_without_line(np.array([[1.0], [0.9], [0.1], [0.0]]), np.array([0, 0, 1, 1]))
        (1,)
        >>> parts_without_line(np.zeros((2, 0)), np.array([0, -1]))
        (0,)
    """
    has = of_each(1.0 - np.prod(1.0 - want, axis=1), len(level))
    return tuple(part for part in np.unique(level[level >= 0]).tolist() if has[level == part].mean() < least)
