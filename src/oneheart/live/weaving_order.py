"""Input and result of weaving a text.

This module holds plain values only, so that the server never loads the model (`live.weaving` runs in another
process).
"""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.engine.prayer.frozen_model import FrozenModel
from oneheart.model.gathering import Gathering


@dataclass(frozen=True, slots=True, eq=False)
class WeaveOrder:
    """The input of weaving.

    Attributes:
        gathering: from `LiveGathering.as_gathering`; labels of desires are their live numbers.
        version: version of the round.
        leave_out: labels of desires that must not become lines.
        seed: seed of all random choices.
        fixed: labels of the desires of lines that are chosen already, if only their share is computed; else ().
        evened: whether the answers of the eager were left out already, see `weaving.evened_order`.
    """

    gathering: Gathering
    version: int
    leave_out: frozenset[str]
    seed: int
    fixed: tuple[str, ...] = ()
    evened: bool = False


@dataclass(frozen=True, slots=True)
class Woven:
    """The lines of a text, as numbers of live desires.

    Attributes:
        version: as in the order.
        lines: desires of each line; the line is read in the words of the first.
        alternates: desires that may replace a line, the best first.
        measured: true if the model chose the lines, false if they were counted.
        coverage, share_index: None if not measured.
        worst: net support in the fifth of people who support each line least, -1 to 1; () if not measured.
        without: names of circles (as in the gathering) where fewer than half are expected to want any line.
        seed: as in the order.
        model: the model as it was when the text was woven; None if not measured.
        same: groups of desires that are the same wish to the gathering in other words; one text needs one of each.
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
    model: FrozenModel | None = None
    same: tuple[tuple[int, ...], ...] = ()
