"""Audits with a known truth: how often a share is certified if some part lacks a line, and if none does.

In each hall one desire outside the text, the *challenger*, has exactly the given share index; all others have less.
Earlier answers are not a random sample: people who want a desire were asked about it twice as often, as by routing.
Then each person answers a random sample of challengers.

In some halls a camp of 30 in 100 wants the challenger and few of the lines, and everybody can say more lines than they
want. Of a part of the lines it was known before who wants them, and a part of the readers answers what else is put to
them. Beside the audit stands the rule of before, which took a line that somebody can say for one that they want.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.bench.result import BenchResult, Cell, Gate, Progress
from oneheart.engine.prayer.audit import UNASKED, LinesHeld, audit, lines_held
from oneheart.model.gathering import Gathering

Floats = npt.NDArray[np.float64]
OWED, FAIR = 1.02, 0.45  # share indices: a part lacks a line (slightly above 1), or clearly lacks none
FALSE_MOST = 0.05
CAMP, CAMP_WANTS, OTHERS_WANT = 0.3, 0.14, 0.6
CAMP_OWED = 1.23
LINES_KNOWN = 0.5


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
        says_more: share of people who can say a line that they do not want, of all people; None for a hall without a
            camp, where it is known of every line who wants it.
        answering: share of readers who answer what is put to them about challengers and lines.
    """

    name: str
    people: int
    lines: int
    challengers: int
    known: float
    asked: int
    provable: bool
    says_more: float | None = None
    answering: float = 1.0

    @property
    def owed(self) -> float:
        """Return the share index of the hall that lacks a line."""
        return OWED if self.says_more is None else CAMP_OWED


CASES = (
    AuditCase("120 people, 22 desires, half known, 8 lots", 120, 7, 22, 0.5, 8, provable=False),
    AuditCase("1,000 people, 100 desires, an eighth known, 5 lots", 1000, 9, 100, 0.12, 5, provable=False),
    AuditCase("1,000 people, 20 desires, half known, 8 lots", 1000, 9, 20, 0.5, 8, provable=True),
    AuditCase("4,000 people, 16 desires, nothing known, 8 lots", 4000, 5, 16, 0.0, 8, provable=True),
    *(
        AuditCase(
            f"1,000 people, a camp of 30 in 100, {more} in 100 can say more than they want, {who}",
            *(1000, 7, 20, 0.5, 8),
            provable=answering == 1.0,
            says_more=more / 100,
            answering=answering,
        )
        for more in (20, 40)
        for who, answering in (("all answer", 1.0), ("half answer", 0.5), ("nobody answers", 0.0))
    ),
)


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:  # noqa: ARG001
    """Return for each hall how often its share is certified if it lacks a line, and if it lacks none.

    Gates: if a part lacks a line, in fewer than 5 % of halls, and in none where people can say more than they want. If
    none does, in more than half of the halls of a thousand people or more with small samples. The rule of before has no
    gate.
    """
    rows: list[tuple[Cell, ...]] = []
    gates: list[Gate] = []
    for done, case in enumerate(CASES):
        falsely, truly = (certified(case, owed, repeats, seed) for owed in (case.owed, FAIR))
        before = falsely if case.says_more is None else certified(case, case.owed, repeats, seed, one_approval=False)
        rows.append((case.name, falsely, before, truly))
        if case.says_more is None:
            gates.append(
                Gate(f"owes a line: {case.name}", f"{falsely:.3f}", f"below {FALSE_MOST}", falsely < FALSE_MOST)
            )
        else:
            gates.append(Gate(f"owes a line: {case.name}", f"{falsely:.3f}", "0", falsely == 0.0))
        if case.provable:
            gates.append(Gate(f"owes none: {case.name}", f"{truly:.3f}", "above .5", truly > 1 / 2))
        progress(done + 1, len(CASES), "audit")
    columns = (
        "share certified in a hall of",
        "a part is owed a line",
        "the same if saying counted as wanting",
        "none is owed half a line",
    )
    return BenchResult("Audits of a share by lot", columns, tuple(rows), tuple(gates))


def certified(case: AuditCase, owed: float, runs: int, seed: int, *, one_approval: bool = True) -> float:
    """Return how often an audit certifies a share whose true index is `owed`, 0 to 1.

    Args:
        case: the hall.
        owed: the true share index.
        runs: number of halls.
        seed: of the random numbers.
        one_approval: false for the rule that takes a line that somebody can say for one that they want.

    Example:
        >>> certified(CASES[3], FAIR, 2, 0), certified(CASES[3], OWED, 2, 0)
        (1.0, 0.0)
    """
    count = 0
    for run in range(runs):
        rng = np.random.default_rng([seed, 7, CASES.index(case), run])
        hall = _hall(case, owed, rng)
        want = hall.want
        asked_before = rng.random(want.shape) < np.where(want, 1.0, 0.5) * _rate(case, want)
        person, place = np.nonzero(asked_before)
        earlier = (place, person, want[person, place])
        answering = np.flatnonzero(rng.random(case.people) < case.answering)
        lots = np.argsort(rng.random((len(answering), case.challengers)), axis=1)[:, : case.asked].ravel()
        asker = np.repeat(answering, case.asked)
        held = _held(case, hall, answering, rng, one_approval=one_approval)
        share = audit(held, case.lines, np.arange(case.challengers), (lots, asker, want[asker, lots]), known=earlier)
        count += share.kind == "certified"
    return count / runs


@dataclass(frozen=True, slots=True, eq=False)
class AuditHall:
    """A hall whose wants are known.

    Attributes:
        lines: (N, lines) true if the person wants the line.
        want: (N, C) true if the person wants the challenger.
    """

    lines: npt.NDArray[np.bool_]
    want: npt.NDArray[np.bool_]


def _held(
    case: AuditCase, hall: AuditHall, answering: npt.NDArray[np.intp], rng: np.random.Generator, *, one_approval: bool
) -> LinesHeld:
    """Return how many lines each person has, as far as the audit knows it."""
    if case.says_more is None:
        return LinesHeld.known(hall.lines.sum(1))
    spare = 1.0 - hall.lines.mean(0)
    can_say = hall.lines | (rng.random(hall.lines.shape) < case.says_more / spare)
    known = rng.random(hall.lines.shape) < LINES_KNOWN
    if not one_approval:
        return LinesHeld.known(np.where(known, hall.lines, can_say).sum(1))
    known[answering] = True
    return lines_held(np.where(known, hall.lines, UNASKED), can_say)


def _rate(case: AuditCase, want: npt.NDArray[np.bool_]) -> float:
    """Return the probability that a person who wants a challenger was asked about it before.

    With it, the share `known` of all answers is known.
    """
    return min(1.0, case.known / float(np.where(want, 1.0, 0.5).mean()))


def _hall(case: AuditCase, owed: float, rng: np.random.Generator) -> AuditHall:
    """Return the wants of each person; the first challenger has the index `owed`."""
    camp = rng.permutation(case.people) < (0 if case.says_more is None else CAMP * case.people)
    chance = np.where(camp, CAMP_WANTS, OTHERS_WANT if case.says_more is not None else 0.45)
    lines = rng.random((case.people, case.lines)) < chance[:, None]
    gain = 1.0 / (1.0 + lines.sum(1))
    want = rng.random((case.people, case.challengers)) < 0.6 * min(owed, 1.0) / case.lines / gain.mean()
    # as many people want the first challenger as give it exactly the index `owed`, the camp before all others
    first = rng.permutation(case.people)
    first = first[np.argsort(~camp[first], kind="stable")]
    count = int(np.searchsorted(np.cumsum(gain[first]), owed / case.lines * case.people)) + 1
    want[:, 0] = False
    want[first[:count], 0] = True
    return AuditHall(lines, want)
