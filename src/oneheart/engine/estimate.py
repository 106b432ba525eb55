"""A number together with its uncertainty (a 90 % interval)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the ends of its 90 % interval, low <= value <= high.

    Example:
        >>> Estimate(0.5, 0.4, 0.6).high
        0.6
    """

    value: float
    low: float
    high: float
