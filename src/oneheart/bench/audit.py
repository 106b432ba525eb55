"""Audits with a known truth: how often is a share certified where a part is owed a line, and where none is?

In each hall one desire outside the text, the *challenger* that most is owed by, gives exactly what it is to give; all
others give less. What people had answered before is not drawn by lot: who wants a desire was asked about it twice as
often as others, as routing does. Then each is asked about a few challengers by lot.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.bench.result import BenchResult, Cell, Gate, Progress
from oneheart.engine.prayer.audit import audit
from oneheart.model.gathering import Gathering

Floats = npt.NDArray[np.float64]
OWED, FAIR = 1.02, 0.45  # share indices: a part is owed a line and a fiftieth, or less than half of one
FALSE_MOST = 0.05


@dataclass(frozen=True, slots=True)
class AuditCase:
    """A hall whose share is asked about.

    Attributes:
        name: of the case, in words.
        people: N.
        lines: of the text.
        challengers: desires outside the text.
        known: share of answers to challengers that were given before.
        asked: challengers of each person by lot.
        provable: there are people enough to prove a share that owes less than half a line.
    """

    name: str
    people: int
    lines: int
    challengers: int
    known: float
    asked: int
    provable: bool


CASES = (
    AuditCase("120 people, 22 desires, half known, 8 lots", 120, 7, 22, 0.5, 8, provable=False),
    AuditCase("1,000 people, 100 desires, an eighth known, 5 lots", 1000, 9, 100, 0.12, 5, provable=False),
    AuditCase("1,000 people, 20 desires, half known, 8 lots", 1000, 9, 20, 0.5, 8, provable=True),
    AuditCase("4,000 people, 16 desires, nothing known, 8 lots", 4000, 5, 16, 0.0, 8, provable=True),
)


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:  # noqa: ARG001
    """Return for each hall how often its share is certified where it owes a line, and where it owes none.

    Gates: where a part is owed a line, in fewer than 5 % of halls; where none is, of a thousand people and more who
    are asked about few desires, in more than half.
    """
    rows: list[tuple[Cell, ...]] = []
    gates: list[Gate] = []
    for done, case in enumerate(CASES):
        falsely, truly = (certified(case, owed, repeats, seed) for owed in (OWED, FAIR))
        rows.append((case.name, falsely, truly))
        gates.append(Gate(f"owes a line: {case.name}", f"{falsely:.3f}", f"below {FALSE_MOST}", falsely < FALSE_MOST))
        if case.provable:
            gates.append(Gate(f"owes none: {case.name}", f"{truly:.3f}", "above .5", truly > 1 / 2))
        progress(done + 1, len(CASES), "audit")
    columns = ("share certified in a hall of", "a part is owed a line and a fiftieth", "none is owed half a line")
    return BenchResult("Audits of a share by lot", columns, tuple(rows), tuple(gates))


def certified(case: AuditCase, owed: float, runs: int, seed: int) -> float:
    """Return how often an audit certifies a share whose index is truly `owed`, 0 to 1.

    Example:
        >>> certified(CASES[-1], FAIR, 2, 0), certified(CASES[-1], OWED, 2, 0)
        (1.0, 0.0)
    """
    found = 0
    for run in range(runs):
        rng = np.random.default_rng([seed, 7, CASES.index(case), run])
        held, want = _hall(case, owed, rng)
        asked_before = rng.random(want.shape) < np.where(want, 1.0, 0.5) * _rate(case, want)
        person, place = np.nonzero(asked_before)
        known = (place, person, want[person, place])
        lots = np.argsort(rng.random(want.shape), axis=1)[:, : case.asked].ravel()
        each = np.repeat(np.arange(case.people), case.asked)
        one = audit(held, case.lines, np.arange(case.challengers), (lots, each, want[each, lots]), known=known)
        found += one.kind == "certified"
    return found / runs


def _rate(case: AuditCase, want: npt.NDArray[np.bool_]) -> float:
    """Return how often who wants a challenger was asked about it before, so that `known` of all answers are known."""
    return min(1.0, case.known / float(np.where(want, 1.0, 0.5).mean()))


def _hall(case: AuditCase, owed: float, rng: np.random.Generator) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return how many lines each person has, and what they want of the challengers; the first is owed just `owed`."""
    held = rng.binomial(case.lines, 0.45, case.people)
    gain = 1.0 / (1.0 + held)
    want = rng.random((case.people, case.challengers)) < 0.6 * owed / case.lines / gain.mean()
    # as many want the first challenger as makes the mean gain just what is owed
    first = rng.permutation(case.people)
    count = int(np.searchsorted(np.cumsum(gain[first]), owed / case.lines * case.people)) + 1
    want[:, 0] = False
    want[first[:count], 0] = True
    return held.astype(float), want
