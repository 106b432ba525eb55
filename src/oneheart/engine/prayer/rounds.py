"""The verdict on each line after people have read it, and the draft of the next reading.

A line stands where, in every measured part, the share of people who can say it is two thirds or more, and its lower
confidence bound one half or more. It is to be amended where it goes against 15 % or more of any part. A part with
fewer than twelve answers is "not measured", never "agreed".

A part throws a line out only where it stands for enough people: more than a tenth of the whole gathering are in it and
against the line, or more than a fifth are in it and cannot say it. The definition of the text asks that no
fifth is expected to refuse a line; more than half of a fifth is more than a tenth. Otherwise a few seats that crowd
into one circle could throw out any line. A smaller part is not overruled: the whole is not called one desire while a
part cannot say it (`stopping`).

Source: ours; error rates in the explanation of affirmation; confidence bound by Wilson 1927.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from oneheart.model.prayer import Affirmation, Draft, PrayerLine

SHARE_LEAST = 2 / 3
SURE_LEAST = 0.5
READERS_LEAST = 25
MEASURED_LEAST = 12
AGAINST_MOST = 0.15
THROWN_AGAINST = 0.1
THROWN_UNSAID = 0.2
REPLACED_MOST = 2
FEW_SHARE = 0.7
_Z = NormalDist().inv_cdf(0.95)

PartVerdict = Literal["agreed", "not agreed", "goes against", "not measured"]
LineVerdict = Literal["stands", "to be amended", "gives way", "not measured"]


@dataclass(frozen=True, slots=True)
class PartReading:
    """The verdict of one part on one line.

    Attributes:
        part: number of the part.
        verdict: "agreed", "not agreed", "goes against" or "not measured".
        share: share of its readers who can say the line, 0 to 1; None where nobody answered.
        low: one-sided 95 % lower confidence bound of that share; None where nobody answered.
        weighs: whether the people of the part who do not say the line are enough to throw it out alone.
    """

    part: int
    verdict: PartVerdict
    share: float | None
    low: float | None
    weighs: bool = True


def wilson_low(good: int, count: int) -> float:
    """Return the one-sided 95 % lower confidence bound (Wilson) of a share, 0 to 1; 0 where nobody was counted.

    Example:
        >>> round(wilson_low(20, 25), 3)
        0.642
    """
    if count == 0:
        return 0.0
    share = good / count
    square = _Z * _Z
    middle = share + square / (2 * count)
    reach = _Z * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    return (middle - reach) / (1 + square / count)


def weighs(answered: Affirmation, everybody: int) -> bool:
    """Return whether a part's readers who do not say a line are enough of the whole gathering to throw it out.

    Args:
        answered: the part's answers to the line.
        everybody: how many people are in the whole gathering; 0 where every part is enough.

    Example:
        >>> [weighs(Affirmation(0, 15, 10, against), 105) for against in (5, 10, 11)]
        [False, False, True]
        >>> weighs(Affirmation(0, 40, 18, 0), 105)
        True
    """
    if not everybody:
        return True
    unsaid = answered.readers - answered.can_say
    return answered.against_me > THROWN_AGAINST * everybody or unsaid > THROWN_UNSAID * everybody


def judge_part(part: int, people: int, answered: Affirmation, everybody: int = 0) -> PartReading:
    """Return the verdict of one part on one line.

    Args:
        part: number of the part.
        people: how many people are in it; of a part with fewer than 25 people everybody has to answer.
        answered: its answers to the line.
        everybody: how many people are in the whole gathering; 0 where every part can throw a line out.

    Example:
        >>> judge_part(0, 100, Affirmation(0, 30, 27, 1)).verdict, judge_part(0, 8, Affirmation(0, 8, 8, 0)).verdict
        ('agreed', 'not measured')
    """
    n = answered.readers
    share = answered.can_say / n if n else None
    low = wilson_low(answered.can_say, n) if n else None
    heavy = weighs(answered, everybody)
    if n and n >= MEASURED_LEAST and answered.against_me / n >= AGAINST_MOST:
        return PartReading(part, "goes against", share, low, heavy)
    if share is None or low is None or n < MEASURED_LEAST or n < min(READERS_LEAST, people):
        return PartReading(part, "not measured", share, low, heavy)
    agreed = share >= SHARE_LEAST and low >= SURE_LEAST
    return PartReading(part, "agreed" if agreed else "not agreed", share, low, heavy)


def judge_line(parts: Sequence[PartReading]) -> LineVerdict:
    """Return the verdict on a line from the verdicts of all parts.

    A part that was not measured decides nothing. Where no part was measured, neither is the line. A part that does not
    weigh throws no line out.

    Example:
        >>> agreed, against = PartReading(0, "agreed", 0.9, 0.8), PartReading(1, "goes against", 0.6, 0.5)
        >>> few = PartReading(2, "not measured", None, None)
        >>> judge_line([agreed, few]), judge_line([agreed, against]), judge_line([few]), judge_line([])
        ('stands', 'to be amended', 'not measured', 'not measured')
    """
    heavy = {part.verdict for part in parts if part.weighs}
    if "goes against" in heavy:
        return "to be amended"
    if "not agreed" in heavy:
        return "gives way"
    return "not measured" if all(part.verdict == "not measured" for part in parts) else "stands"


def judge_few(people: int, answered: Affirmation) -> LineVerdict:
    """Return the verdict on a line among fewer than twelve people, all of whom are asked.

    It stands where 70 % of all of them can say it and it goes against nobody. It is "not measured" while those who
    have not answered could still decide.

    Example:
        >>> [judge_few(10, Affirmation(0, *counts)) for counts in ((7, 7, 0), (10, 9, 1), (10, 6, 0), (6, 6, 0))]
        ['stands', 'to be amended', 'gives way', 'not measured']
    """
    if answered.against_me:
        return "to be amended"
    needed = math.ceil(FEW_SHARE * people)
    if answered.can_say >= max(1, needed):
        return "stands"
    return "gives way" if people - answered.readers + answered.can_say < needed else "not measured"


def is_same(line: PrayerLine, amendment: PrayerLine) -> bool:
    """Return whether an amendment has the words that its line has already."""
    return (line.text, line.language) == (amendment.text, amendment.language)


@dataclass(frozen=True, slots=True)
class Revised:
    """A draft after a reading.

    Attributes:
        draft: the text of the next reading.
        changed: numbers of its lines that are new or amended; only these are read again.
        not_yet_common: the lines that left the text; they are listed below it.
        stayed: for each of its lines the number that the line had before, amended or not; None for a new line.
        left: numbers, in the former draft, of the lines that left.
    """

    draft: Draft
    changed: tuple[int, ...]
    not_yet_common: tuple[PrayerLine, ...]
    stayed: tuple[int | None, ...]
    left: tuple[int, ...]


def revise(
    draft: Draft,
    verdicts: Sequence[LineVerdict],
    *,
    amended: dict[int, PrayerLine],
    candidates: Sequence[PrayerLine],
    of_part: Mapping[int, Sequence[PrayerLine]] | None = None,
) -> Revised:
    """Return the draft for the second reading.

    Every line takes its amendment where one was given, whatever its verdict. Without one, lines that stand or were not
    measured stay unchanged. A candidate replaces any other line, at most twice; else it leaves the text. An amendment
    in the words that the line has already changes nothing of a line that stays.

    Args:
        draft: the text that was read.
        verdicts: one for each line.
        amended: amendments by number of the line; each must cite the same desires as the line.
        candidates: lines that may come in, best first; each is used once.
        of_part: for the number of a replaced line the same candidates, best first for the part that could not say it;
            for other lines the order of `candidates` holds.

    Raises:
        ValueError: unless there is one verdict for each line, or for an amendment that cites other desires.

    Example:
        >>> one, two, three = (PrayerLine(text, "en", (n,)) for n, text in enumerate("abc"))
        >>> revised = revise(Draft((one, two)), ["stands", "gives way"], amended={}, candidates=[three])
        >>> [line.text for line in revised.draft.lines], revised.changed, revised.not_yet_common[0].text
        (['a', 'c'], (1,), 'b')
    """
    if len(verdicts) != len(draft.lines):
        message = "one verdict for each line"
        raise ValueError(message)
    texts = {line.text for line in draft.lines}
    waiting = [line for line in candidates if line.text not in texts]
    lines: list[PrayerLine] = []
    changed: list[int] = []
    stayed: list[int | None] = []
    left: list[int] = []
    replaced = 0
    for number, (line, verdict) in enumerate(zip(draft.lines, verdicts, strict=True)):
        amendment, stays = amended.get(number), verdict in {"stands", "not measured"}
        if stays and (amendment is None or is_same(line, amendment)):
            lines.append(line)
            stayed.append(number)
            continue
        if amendment is not None:
            if amendment.cites != line.cites:
                message = f"the amendment of line {number} cites other desires"
                raise ValueError(message)
            changed.append(len(lines))
            lines.append(amendment)
            stayed.append(number)
            continue
        left.append(number)
        if waiting and replaced < REPLACED_MOST:
            replaced += 1
            changed.append(len(lines))
            wanted = (of_part or {}).get(number, ())
            next_line = next((candidate for candidate in wanted if candidate in waiting), waiting[0])
            waiting.remove(next_line)
            lines.append(next_line)
            stayed.append(None)
    gone = tuple(draft.lines[number] for number in left)
    return Revised(Draft(tuple(lines), draft.alternates), tuple(changed), gone, tuple(stayed), tuple(left))
