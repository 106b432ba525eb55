"""Rounds: what becomes of each line after it was read by living people of every part.

A line stands when in every part that could be measured two thirds can say it and, surely, at least half can. It goes to
amendment when it goes against one in seven or more of any part. A part of which fewer than twelve answered is "not
measured", never "agreed".

Source: ours; error rates in the explanation of affirmation; bound by Wilson 1927.
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
REPLACED_MOST = 2
FEW_SHARE = 0.7
WHOLE_LEAST = 0.8
_Z = NormalDist().inv_cdf(0.95)

PartVerdict = Literal["agreed", "not agreed", "goes against", "not measured"]
LineVerdict = Literal["stands", "to be amended", "gives way", "not measured"]


@dataclass(frozen=True, slots=True)
class PartReading:
    """One part's answers to one line, judged.

    Attributes:
        part: number of the part.
        verdict: "agreed", "not agreed", "goes against" or "not measured".
        share: of readers who can say it, 0 to 1; None where nobody answered.
        low: what that share surely exceeds; None where nobody answered.
    """

    part: int
    verdict: PartVerdict
    share: float | None
    low: float | None


def wilson_low(good: int, count: int) -> float:
    """Return what a share surely exceeds (one-sided 95 %), 0 for nobody.

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


def judge_part(part: int, people: int, answered: Affirmation) -> PartReading:
    """Return how one part stands to one line.

    Args:
        part: its number.
        people: everybody in it; a part smaller than 25 has to be heard whole.
        answered: its answers.

    Example:
        >>> judge_part(0, 100, Affirmation(0, 30, 27, 1)).verdict, judge_part(0, 8, Affirmation(0, 8, 8, 0)).verdict
        ('agreed', 'not measured')
    """
    n = answered.readers
    share = answered.can_say / n if n else None
    low = wilson_low(answered.can_say, n) if n else None
    if n and n >= MEASURED_LEAST and answered.against_me / n >= AGAINST_MOST:
        return PartReading(part, "goes against", share, low)
    if share is None or low is None or n < MEASURED_LEAST or n < min(READERS_LEAST, people):
        return PartReading(part, "not measured", share, low)
    agreed = share >= SHARE_LEAST and low >= SURE_LEAST
    return PartReading(part, "agreed" if agreed else "not agreed", share, low)


def judge_line(parts: Sequence[PartReading]) -> LineVerdict:
    """Return what becomes of a line from how every part stands to it.

    Parts that could not be measured are named as such and decide nothing; where none could be, the line is not
    measured.

    Example:
        >>> agreed, against = PartReading(0, "agreed", 0.9, 0.8), PartReading(1, "goes against", 0.6, 0.5)
        >>> few = PartReading(2, "not measured", None, None)
        >>> judge_line([agreed, few]), judge_line([agreed, against]), judge_line([few]), judge_line([])
        ('stands', 'to be amended', 'not measured', 'not measured')
    """
    verdicts = {part.verdict for part in parts}
    if "goes against" in verdicts:
        return "to be amended"
    if "not agreed" in verdicts:
        return "gives way"
    return "stands" if "agreed" in verdicts else "not measured"


def whole_is_affirmed(count: int, readers: int) -> bool:
    """Return whether surely at least four in five of those who read a text can say the whole of it.

    Example:
        >>> whole_is_affirmed(88, 100), whole_is_affirmed(82, 100), whole_is_affirmed(0, 0)
        (True, False, False)
    """
    return wilson_low(count, readers) >= WHOLE_LEAST


def judge_few(people: int, answered: Affirmation) -> LineVerdict:
    """Return what becomes of a line among fewer than twelve people, all of whom are asked.

    It stands where seven of ten of all of them can say it and it goes against nobody.

    Example:
        >>> [judge_few(10, Affirmation(0, *said)) for said in ((7, 7, 0), (10, 9, 1), (10, 6, 0), (6, 6, 0))]
        ['stands', 'to be amended', 'gives way', 'not measured']
    """
    if answered.against_me:
        return "to be amended"
    needed = math.ceil(FEW_SHARE * people)
    if answered.can_say >= max(1, needed):
        return "stands"
    return "gives way" if people - answered.readers + answered.can_say < needed else "not measured"


@dataclass(frozen=True, slots=True)
class Revised:
    """A draft after a reading.

    Attributes:
        draft: what is read next.
        changed: numbers of lines in it that are new or amended; only these are read again.
        not_yet_common: lines that left the text and are listed below it.
        stayed: for each line in it the number that it had before, amended or not; None for one that came in.
        left: numbers of the lines that left.
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

    A line that goes against somebody takes its amendment where a cited author gave one. A line that a part could not
    say gives way to that part's next candidate, at most twice. What finds neither leaves the text. Lines that stand or
    were not measured stay as they are.

    Args:
        draft: what was read.
        verdicts: one for each line.
        amended: by number of the line: its amendment, which must cite the same desires.
        candidates: lines that may come in, best first; each is used once.
        of_part: by number of a line that a part could not say: the same candidates, best for that part first. Where it
            says nothing of a line, `candidates` are taken in their own order.

    Raises:
        ValueError: for a verdict too many or too few, or an amendment that cites other desires.

    Example:
        >>> one, two, three = (PrayerLine(text, "en", (n,)) for n, text in enumerate("abc"))
        >>> revised = revise(Draft((one, two)), ["stands", "gives way"], amended={}, candidates=[three])
        >>> [line.text for line in revised.draft.lines], revised.changed, revised.not_yet_common[0].text
        (['a', 'c'], (1,), 'b')
    """
    if len(verdicts) != len(draft.lines):
        message = "one verdict for each line"
        raise ValueError(message)
    waiting = [line for line in candidates if line.text not in {kept.text for kept in draft.lines}]
    lines: list[PrayerLine] = []
    changed: list[int] = []
    stayed: list[int | None] = []
    left: list[int] = []
    replaced = 0
    for number, (line, verdict) in enumerate(zip(draft.lines, verdicts, strict=True)):
        if verdict in {"stands", "not measured"}:
            lines.append(line)
            stayed.append(number)
            continue
        amendment = amended.get(number)
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
            next_line = next((one for one in (of_part or {}).get(number, ()) if one in waiting), waiting[0])
            waiting.remove(next_line)
            lines.append(next_line)
            stayed.append(None)
    gone = tuple(draft.lines[number] for number in left)
    return Revised(Draft(tuple(lines), draft.alternates), tuple(changed), gone, tuple(stayed), tuple(left))
