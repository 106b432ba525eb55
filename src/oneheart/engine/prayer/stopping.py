"""Stopping: whether a text that living people have read is the one desire of all, or not yet, and what is missing.

It is "one desire" only if every condition holds: enough were asked ("measured"); all can say it ("affirmed"); the fifth
that was expected to say it least can say it too ("worst fifth"); so can every part that is large enough to be measured,
and every smaller part was heard ("every part"); hardly anybody is without a line of their own ("own line"); no part is
owed a line ("share"); and the last round changed little ("settled"). Anything else is "not yet", and says which
condition is missing, for which part, and which desire would include that part: numbers only, no verdict on anybody.

What is asked of a share is asked of what it *surely* exceeds. The bounds hold whenever one looks and however often, for
people drawn from the gathering without replacement in any order; where all have answered they are the share itself. The
error of 5 % is split over the four bounds and over the readings. "Every part" takes the least of many bounds without
splitting further: for the least to be too high, that of the one part that is truly least must be.

Letters: N people. Parts stand at any level of nested circles, languages too; a person may be in one part of each level.

Source: ours. Prior-posterior ratio for sampling without replacement (Waudby-Smith & Ramdas 2020), written anew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import betaincc  # scipy.stats would cost a server 40 MB

from oneheart import settings
from oneheart.engine import disclosure
from oneheart.engine.desire.wants import of_each
from oneheart.engine.prayer import rounds
from oneheart.engine.prayer.audit import Audit
from oneheart.model.verdict import Condition, ConditionCode, Status

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.int8]

UNHEARD = -9
"""Stands where a person has not answered: neither yes nor no."""

ERROR = 0.05
FEW = 12
SETTLED_LEAST = 0.02
PART_SHARE_LEAST = 2 / 3
PART_SURE_LEAST = 0.5
_AGAINST_SURE = 0.1
_HEARD_LEAST = 3
_BOUNDS = 4


@dataclass(frozen=True, slots=True)
class Stopping:
    """Whether it is one, and why.

    Attributes:
        status: `ONE_DESIRE` only if no condition fails.
        conditions: all that were judged, in a fixed order.
        not_measured: numbers of parts of which too few answered, ascending; never counted as agreeing.
    """

    status: Status
    conditions: tuple[Condition, ...]
    not_measured: tuple[int, ...] = ()

    @property
    def missing(self) -> tuple[Condition, ...]:
        """Return the conditions that fail."""
        return tuple(condition for condition in self.conditions if condition.met is False)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What living people said to a text. A row is a person; all N of the gathering have one.

    Attributes:
        readings: (N, lines) int8: 1 can say the line, 0 would change it, -1 it goes against them, `UNHEARD`.
        whole: (N,) int8: 1 "I can say this with all", 0 was asked and does not say so, `UNHEARD`.
        own_line: (N,) int8: 1 has a line of their own in the text, 0 has none, `UNHEARD` where that is not known.
        expected: (N,) how far a model that has seen none of these answers expects each person to support the text; who
            is expected least is the worst fifth.
        levels: for each level (N,) int64, the number of each person's part, -1 for none; no number stands at two.
        includes: by number of a part: column of the desire that would include it most.
        owed: column of the desire that most people are owed.

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
        """Refuse what does not fit together."""
        n = len(self.whole)
        given = (self.readings.shape[0], self.own_line.shape[0], self.expected.shape[0], *map(len, self.levels))
        if any(length != n for length in given):
            message = "every array must have one row for each person"
            raise ValueError(message)
        numbers = [number for level in self.levels for number in np.unique(level[level >= 0]).tolist()]
        if len(set(numbers)) != len(numbers):
            message = "a part must stand at one level only"
            raise ValueError(message)

    @property
    def net(self) -> Marks:
        """Return for each person 1: can say the whole, -1: a line goes against them, 0: neither, or `UNHEARD`, (N,)."""
        against = (self.readings == -1).any(1)
        return np.where(against, -1, self.whole).astype(np.int8)


def surely_exceeds(good: int, heard: int, people: int, error: float) -> float:
    """Return what the share of good ones among `people` surely exceeds, but for a chance of `error`, 0 to 1.

    `heard` of them, drawn without replacement, answered, `good` of these with yes. The bound holds whenever one looks,
    at all looks together. Where all were heard it is the share itself; with nobody heard it is 0.

    Args:
        good: how many said yes.
        heard: how many answered.
        people: all of whom is spoken.
        error: chance that the share is below the bound at any look.

    Raises:
        ValueError: unless 0 <= good <= heard <= people.

    Notes:
        O(log people). Under a share K / people the chance of what was heard, through its chance under a uniform mixture
        of all K, is a martingale; every K for which it is `error` or less is ruled out.

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


def net_surely_exceeds(net: Marks, error: float) -> tuple[float | None, float]:
    """Return the net support (wants less half of those against, -0.5 to 1) of some people and what it surely exceeds.

    Args:
        net: of all of them: 1, 0, -1 or `UNHEARD`; the mean is None where nobody was heard.
        error: half of it for each of the two shares.

    Example:
        >>> net_surely_exceeds(np.array([1, 1, 0, -1], np.int8), 0.05)
        (0.375, 0.375)
    """
    people, heard = len(net), int((net != UNHEARD).sum())
    if heard == 0:
        return None, -settings.AGAINST_WEIGHT.value
    yes, no = int((net == 1).sum()), int((net == -1).sum())
    weight = settings.AGAINST_WEIGHT.value
    against = 1.0 - surely_exceeds(heard - no, heard, people, error / 2)
    return (yes - weight * no) / heard, surely_exceeds(yes, heard, people, error / 2) - weight * against


def stopping(heard: Heard, share: Audit | None, *, before: float | None = None, reading: int = 1) -> Stopping:
    """Return whether a text is the one desire of those who read it, or not yet, and why.

    Up to twelve people are all asked, and it is one when all can say it. Of more people the conditions of the module
    are asked. A part of twelve people or more of which fewer than twelve answered is "not measured", and while there
    is one it is not known whether it is one: "not yet". A part smaller than that is heard when three of it, or all,
    answered; it then counts through the larger parts that it stands in.

    Args:
        heard: what people said.
        share: what the text's share is known to be; None where nothing is known, which is "not yet".
        before: share of people who could say the last round's text with all; None in a first round, where "settled"
            decides nothing.
        reading: how many texts were put to the same people, this one included; each further one is given less error.

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
    error = ERROR / (_BOUNDS * reading * (reading + 1))
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
    return Stopping(_status(conditions), conditions, not_measured)


def _status(conditions: Sequence[Condition]) -> Status:
    failing = any(condition.met is False for condition in conditions)
    return Status.NOT_YET if failing else Status.ONE_DESIRE


def _of_few(heard: Heard) -> Stopping:
    """Return the status of up to twelve people: all are asked, and all can say it. A count below k is never given."""
    people, net = len(heard.whole), heard.net
    asked, yes = int((net != UNHEARD).sum()), int((net == 1).sum())

    def condition(code: ConditionCode, count: int) -> Condition:
        out = disclosure.release_count(people - count, people)
        value = None if out is None else (people - out) / people
        met = people > 0 and count == people
        return Condition(code, met=met, value=value, needed=1.0, desire=None if met else heard.owed)

    conditions = (condition(ConditionCode.MEASURED, asked), condition(ConditionCode.AFFIRMED, yes))
    return Stopping(_status(conditions), conditions)


def _measured(net: Marks) -> Condition:
    """Return whether enough people answered at all: twenty-five, or all."""
    count, least = int((net != UNHEARD).sum()), min(rounds.READERS_LEAST, len(net))
    return Condition(ConditionCode.MEASURED, count >= least, float(count), None, float(least))


def _affirmed(heard: Heard, net: Marks, error: float) -> Condition:
    yes, count = int((net == 1).sum()), int((net != UNHEARD).sum())
    bound, needed = surely_exceeds(yes, count, len(net), error), settings.AFFIRMED_LEAST.value
    met = bound >= needed
    return Condition(
        ConditionCode.AFFIRMED, met, yes / count if count else None, bound, needed, desire=None if met else heard.owed
    )


def _worst_fifth(heard: Heard, net: Marks, error: float) -> Condition:
    """Return whether the fifth that is expected to support the text least surely does; ties go to who comes first."""
    size = max(1, math.ceil(settings.WORST_SHARE.value * len(net) - 1e-9))
    fifth = np.argsort(heard.expected, kind="stable")[:size]
    value, bound = net_surely_exceeds(net[fifth], error)
    needed = settings.WORST_FIFTH_LEAST.value
    met = bound >= needed
    return Condition(ConditionCode.WORST_FIFTH, met, value, bound, needed, desire=None if met else heard.owed)


def _every_part(heard: Heard, net: Marks, error: float) -> tuple[Condition, tuple[int, ...]]:
    """Return whether every part can say it, and which parts are not measured.

    A part of twelve or more: twelve answered; two thirds of them can say it and surely half of the part; and it is not
    likely that half of it is against. A smaller part: three, or all of it, answered, and fewer than half of these are
    against; more is not asked of so few, who count through the larger parts that they stand in.
    """
    not_measured: list[int] = []
    failing: list[Condition] = []
    found: list[Condition] = []
    for level in heard.levels:
        for part in np.unique(level[level >= 0]).tolist():
            inside = net[level == part]
            people, count = len(inside), int((inside != UNHEARD).sum())
            yes, no = int((inside == 1).sum()), int((inside == -1).sum())
            large = people >= FEW
            if count < (FEW if large else min(_HEARD_LEAST, people)):
                not_measured.append(part)
                continue
            bound = surely_exceeds(yes, count, people, error) if large else None
            if bound is None:
                met = 2 * no < max(count, 1)
                one = Condition(ConditionCode.EVERY_PART, met, part=part, desire=heard.includes.get(part))
            else:
                against = float(betaincc(1 + no, 1 + count - no, 0.5)) > _AGAINST_SURE
                met = bound >= PART_SURE_LEAST and yes >= PART_SHARE_LEAST * count and not against
                one = Condition(
                    ConditionCode.EVERY_PART, met, yes / count, bound, PART_SURE_LEAST, part, heard.includes.get(part)
                )
            (found if met else failing).append(one)
    if failing:
        return min(failing, key=_least), tuple(sorted(not_measured))
    if not_measured:
        part = min(not_measured)
        return Condition(ConditionCode.EVERY_PART, met=False, part=part, desire=heard.includes.get(part)), tuple(
            sorted(not_measured)
        )
    least = min((one for one in found if one.bound is not None), key=_least, default=None)
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
    bound, needed = surely_exceeds(have, count, len(known), error), settings.COVERAGE_LEAST.value
    met = bound >= needed
    return Condition(
        ConditionCode.OWN_LINE, met, have / count if count else None, bound, needed, desire=None if met else heard.owed
    )


def _share(share: Audit | None) -> Condition:
    """Return whether no part is owed a line: certified, or else as estimated."""
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
    """Return the numbers of the parts of which not half, as expected, want any line of the text, ascending.

    Every declared part is covered by a line or named here; a part without people who have a row is named too late to
    matter and is not known.

    Args:
        want: (N S, lines) P(want) for each line of everybody that each of N people may be, answers taken as given.
        level: (N,) the number of each person's part, -1 for none.
        least: share of a part that must want at least one line.

    Example:
        >>> parts_without_line(np.array([[1.0], [0.9], [0.1], [0.0]]), np.array([0, 0, 1, 1]))
        (1,)
        >>> parts_without_line(np.zeros((2, 0)), np.array([0, -1]))
        (0,)
    """
    has = of_each(1.0 - np.prod(1.0 - want, axis=1), len(level))
    return tuple(part for part in np.unique(level[level >= 0]).tolist() if has[level == part].mean() < least)
