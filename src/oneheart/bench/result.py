"""Result of a benchmark: a table, gates with their figures, and skipped cases with reasons."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Cell = str | float | int
Progress = Callable[[int, int, str], None]
"""Called with (done, total, what)."""

NO_FIGURE = "-"
"""Stands in a table where a method says nothing."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A figure that must be reached.

    Attributes:
        name: what is measured.
        measured: the figure.
        needed: the requirement, in words.
        met: true if it is met.

    Example:
        >>> Gate("coverage", "0.91", "above 0.90", True).met
        True
    """

    name: str
    measured: str
    needed: str
    met: bool


@dataclass(frozen=True, slots=True)
class BenchResult:
    """Result of a benchmark.

    Attributes:
        title: what was measured.
        columns: names of the columns.
        rows: one tuple per row, a cell per column.
        gates: figures that must be reached.
        skipped: one sentence for each conversation that was left out.
        details: the same figures per conversation, for the JSON file.

    Example:
        >>> BenchResult("Nothing", ("method", "figure"), (("none", float("nan")),)).as_json()["rows"]
        [['none', None]]
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    gates: tuple[Gate, ...] = ()
    skipped: tuple[str, ...] = ()
    details: tuple[dict[str, Any], ...] = ()

    @property
    def passed(self) -> bool:
        """Return whether every gate is met."""
        return all(gate.met for gate in self.gates)

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain values for a JSON file; nan becomes None."""
        return {
            "title": self.title,
            "columns": list(self.columns),
            "rows": [[_plain(cell) for cell in row] for row in self.rows],
            "gates": [{"name": g.name, "measured": g.measured, "needed": g.needed, "met": g.met} for g in self.gates],
            "passed": self.passed,
            "skipped": list(self.skipped),
            "details": [{key: _plain(value) for key, value in detail.items()} for detail in self.details],
        }


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return list(value) if isinstance(value, tuple) else value


def mean_and_error(values: npt.ArrayLike) -> tuple[float, float]:
    """Return the mean of values and its standard error; nan without values, error nan below two.

    Example:
        >>> mean_and_error([1.0, 3.0])
        (2.0, 1.0)
    """
    x = np.asarray(values, float)
    if len(x) == 0:
        return float("nan"), float("nan")
    error = float(x.std(ddof=1) / np.sqrt(len(x))) if len(x) > 1 else float("nan")
    return float(x.mean()), error


def beside_best(
    name: str,
    ours: npt.ArrayLike,
    rivals: Mapping[str, Sequence[float] | npt.NDArray[np.float64]],
    *,
    more_is_better: bool,
    within_error: bool = True,
    digits: int = 3,
) -> Gate:
    """Return a gate: on average over conversations, our figure is not worse than that of the best rival.

    Args:
        name: what is measured.
        ours: (n,) our figure in each conversation.
        rivals: the same of each rival, in the same order.
        more_is_better: false where less is better.
        within_error: whether we may be worse by one standard error of the difference over conversations.
        digits: of the figures in words.

    Example:
        >>> beside_best("coverage", [0.9, 0.8], {"they": [0.9, 0.82], "others": [0.1, 0.1]}, more_is_better=True)
        Gate(name='coverage', measured='0.850', needed='at least 0.850 (they, 0.860; difference -0.010 ± 0.010 over 2)', met=True)
    """  # noqa: E501  the answer of an example stands in one line
    sign = 1.0 if more_is_better else -1.0
    means = {rival: float(np.mean(values)) for rival, values in rivals.items()}
    best = max(means, key=lambda rival: sign * means[rival])
    ours = np.asarray(ours, float)
    apart, error = mean_and_error(ours - np.asarray(rivals[best], float))
    room = error if within_error and math.isfinite(error) else 0.0
    border = means[best] - sign * room
    words = f"{apart:+.{digits}f}" + (f" ± {error:.{digits}f}" if math.isfinite(error) else "")
    reached = f"{best}, {means[best]:.{digits}f}; difference {words} over {len(ours)}"
    needed = f"{'at least' if more_is_better else 'at most'} {border:.{digits}f} ({reached})"
    return Gate(name, f"{ours.mean():.{digits}f}", needed, bool(sign * apart >= -room - 1e-12))
