"""Audits with a known truth: how often a share is certified if some part lacks a line, and if none does.

In each hall one desire outside the text, the *challenger*, has exactly the given share index; all others have less.
Earlier answers are not a random sample: people who want a desire were asked about it twice as often, as by routing.
Then each person answers a random sample of challengers.

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
OWED, FAIR = 1.02, 0.45  # share indices: a part lacks a line (slightly above 1), or clearly lacks none
FALSE_MOST = 0.05


@dataclass(frozen=True, slots=True)
class AuditCase:
    """A hall whose share index is audited.

    Attributes:
        name: name of the case, in words.
        people: N.
        lines: number of lines of the text.
        challengers: number of desires outside the text.
        known: share of answers to challengers that were given before, 0 to 1.
        asked: size of each person's random sample.
        provable: true if there are enough people to certify an index below one half.
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
    """Return for each hall how often its share is certified if it lacks a line, and if it lacks none.

    Gates: if a part lacks a line, in fewer than 5 % of halls. If none does, in more than half of the halls of a
    thousand people or more with small samples.
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
    """Return how often an audit certifies a share whose true index is `owed`, 0 to 1.

    Example:
        >>> certified(CASES[-1], FAIR, 2, 0), certified(CASES[-1], OWED, 2, 0)
        (1.0, 0.0)
    """
    count = 0
    for run in range(runs):
        rng = np.random.default_rng([seed, 7, CASES.index(case), run])
        lines_held, want = _hall(case, owed, rng)
        asked_before = rng.random(want.shape) < np.where(want, 1.0, 0.5) * _rate(case, want)
        person, place = np.nonzero(asked_before)
        earlier = (place, person, want[person, place])
        lots = np.argsort(rng.random(want.shape), axis=1)[:, : case.asked].ravel()
        asker = np.repeat(np.arange(case.people), case.asked)
        share = audit(
            lines_held, case.lines, np.arange(case.challengers), (lots, asker, want[asker, lots]), known=earlier
        )
        count += share.kind == "certified"
    return count / runs


def _rate(case: AuditCase, want: npt.NDArray[np.bool_]) -> float:
    """Return the probability that a person who wants a challenger was asked about it before.

    With it, the share `known` of all answers is known.
    """
    return min(1.0, case.known / float(np.where(want, 1.0, 0.5).mean()))


def _hall(case: AuditCase, owed: float, rng: np.random.Generator) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the lines of each person, and their stances to challengers; the first has the index `owed`."""
    lines_held = rng.binomial(case.lines, 0.45, case.people)
    gain = 1.0 / (1.0 + lines_held)
    want = rng.random((case.people, case.challengers)) < 0.6 * owed / case.lines / gain.mean()
    # as many people want the first challenger as give it exactly the index `owed`
    first = rng.permutation(case.people)
    count = int(np.searchsorted(np.cumsum(gain[first]), owed / case.lines * case.people)) + 1
    want[:, 0] = False
    want[first[:count], 0] = True
    return lines_held.astype(float), want
