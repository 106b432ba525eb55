"""What is asked for when a text is woven, and what comes back.

Only plain values stand here, so that the server never loads the model (`live.weaving` runs in another process).
"""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.model.gathering import Gathering


@dataclass(frozen=True, slots=True, eq=False)
class WeaveOrder:
    """What is to be woven.

    Attributes:
        gathering: as `LiveGathering.as_gathering` gives it; labels of desires are their live numbers.
        version: of the round.
        leave_out: labels of desires that must not become lines.
        seed: of everything random.
        fixed: labels of the lines' desires where these are chosen already and only their share is asked; else ().
    """

    gathering: Gathering
    version: int
    leave_out: frozenset[str]
    seed: int
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Woven:
    """The lines of a text, in numbers of live desires.

    Attributes:
        version: as in the order.
        lines: desires of each line, the one whose words are read first.
        alternates: desires that may take a line's place, best first.
        measured: there was enough for the model.
        coverage, share_index: None where not measured.
        worst: net support of the worst fifth of each line; () where not measured.
        without: names of circles (as in the gathering) of which not half are expected to want any line.
        seed: as in the order.
    """

    version: int
    lines: tuple[tuple[int, ...], ...]
    alternates: tuple[int, ...]
    measured: bool
    coverage: float | None
    share_index: float | None
    worst: tuple[float, ...]
    without: tuple[str, ...]
    seed: int
