"""The verdict on a text: one desire or not yet, and the conditions that decide it.

Two computations use these values. `engine.prayer.stopping` judges a text that living people have read.
`engine.analysis` judges the text that it would choose from answers alone. Both name a condition by the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """The verdict on a text.

    Example:
        >>> str(Status.NOT_YET), Status("one desire") is Status.ONE_DESIRE
        ('not yet', True)
    """

    ONE_DESIRE = "one desire"
    NOT_YET = "not yet"
    NOT_MEASURED = "not measured"


class ConditionCode(StrEnum):
    """The conditions that a text must meet, in the order in which they are shown.

    `NO_LINES` fails if there is no text. `LIVING` cannot be judged from answers. `SETTLED` compares two readings, so
    answers cannot decide it either. `LANGUAGES` is judged only of a text that living people read: whether every line
    stands in every language.

    Example:
        >>> [str(code) for code in ConditionCode][:3]
        ['no lines', 'measured', 'affirmed']
    """

    NO_LINES = "no lines"
    MEASURED = "measured"
    AFFIRMED = "affirmed"
    WORST_FIFTH = "worst fifth"
    EVERY_PART = "every part"
    LANGUAGES = "languages"
    OWN_LINE = "own line"
    SHARE = "share"
    SETTLED = "settled"
    LIVING = "living"


SHARE_UNKNOWN = "share not measured"
"""How a failed "share" is told where the share was not measured: nothing is said of any part then."""


def missing_told(missing: Sequence[str], share: str) -> tuple[str, ...]:
    """Return what is told of the conditions that a sealed text fails, in their order, as codes.

    Args:
        missing: codes of the failed conditions.
        share: how the share of the parts is known: "certified" or "estimated"; anything else is not measured.

    Example:
        >>> missing_told(["affirmed", "share"], "estimated"), missing_told(["share"], "")
        (('affirmed', 'share'), ('share not measured',))
    """
    known = share in {"certified", "estimated"}
    return tuple(SHARE_UNKNOWN if code == ConditionCode.SHARE and not known else str(code) for code in missing)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition and the measurement that decides it.

    Attributes:
        code: which condition.
        met: None if the data cannot decide it; it then counts neither for nor against.
        value: estimate, for "every part" of the part named; None if not measured, or if it would reveal fewer than k
            people. Print it through `engine.disclosure` only.
        bound: confidence bound that decides: a lower bound, for "share" an upper bound; None if none is computed.
        needed: limit that the bound, or else the value, must reach; for "share" and "settled" it must not exceed it.
        part: number of the failing part, or of the one with the lowest bound; None if no part is concerned.
        desire: column of the desire that would include that part; None if not known.
        line: column of the failing line, or of the one nearest to failing; None if no single line is concerned.

    Example:
        >>> Condition(ConditionCode.SHARE, met=False, value=1.3, needed=1.0).code.value
        'share'
    """

    code: ConditionCode
    met: bool | None
    value: float | None = None
    bound: float | None = None
    needed: float | None = None
    part: int | None = None
    desire: int | None = None
    line: int | None = None
