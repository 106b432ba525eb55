"""Made-up halls: are the other printed numbers so, beside the worst fifth, which `fifths` measures?

The halls are those of `fifths`, and their true chances are known. Of each desire: does the printed range of who wants
it, and of who is against it, hold the truth? Does the range of the check on answers kept aside hold the true chances of
the very people whom other answers pointed at, and how far is it above the true worst fifth? Of the text: how far are
coverage, pairs and share index from what they are among the same people, whose given answers count as given? And are
the desires on which people are said to differ among the third on which they truly differ most? Each hall is drawn
twice as large and cut in two by lot: are the lines of one half chosen in the other half as often as is said?

Source: ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench.fifths import ANSWERS, KINDS, SIZES, KnownHall
from oneheart.bench.result import BenchResult, Cell, Gate, Progress
from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.desire import shares
from oneheart.engine.desire.common_ground import cross_fit, interval, net_support
from oneheart.engine.desire.divided import SHARE, spread
from oneheart.engine.desire.standing import MEASURED
from oneheart.engine.estimate import Estimate
from oneheart.engine.preparing import prepare
from oneheart.engine.reasons import NEAR_TIE
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Figures = dict[str, float]
HOLDS_LEAST, OFF_MOST, AGAIN_OFF_MOST, DIVIDED_LEAST = 0.88, 0.03, 0.05, 0.8


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:  # noqa: ARG001
    """Return how often each printed range holds the truth, and how far each printed number is off, by kind of hall.

    Gates: every range holds the truth at least .88 of the time; want, coverage, pairs and share index are off by at
    most .03 on average; lines are chosen by other people as often as is said, within .05; and of the desires on which
    people are said to differ most .8 are truly among that third.
    """
    rows: list[tuple[Cell, ...]] = []
    details: list[dict[str, Any]] = []
    of_size: dict[int, list[Figures]] = {size: [] for size in SIZES}
    for done, (kind, hall_of) in enumerate(KINDS.items()):
        for place, size in enumerate(SIZES):
            found = []
            for number in range(repeats):
                rng = np.random.default_rng([seed, number, size, done])
                hall, others = two_samples(hall_of, size, ANSWERS[number % len(ANSWERS)], rng)
                found.append(figures(hall, analyze(hall.gathering), analyze(others.gathering)))
            of_size[size] += found
            rows.append((f"{kind}, {size} people", *_cells(found)))
            details.append({"kind": kind, "people": size, **_summed(found)})
            progress(len(SIZES) * done + place + 1, len(SIZES) * len(KINDS), "halls")
    rows += [(f"all, {size} people", *_cells(halls)) for size, halls in of_size.items()]
    everything = [one for halls in of_size.values() for one in halls]
    rows.append(("all", *_cells(everything)))
    return BenchResult("Printed numbers", ("halls", *COLUMNS), tuple(rows), gates_of(everything), (), tuple(details))


def two_samples(
    hall_of: Callable[[int, int, np.random.Generator], KnownHall], people: int, answers: int, rng: np.random.Generator
) -> tuple[KnownHall, KnownHall]:
    """Return two halls of so many people each: one gathering twice as large, cut in two by lot."""
    both = hall_of(2 * people, answers, rng)
    by_lot = rng.permutation(2 * people)
    return _of_people(both, by_lot[:people]), _of_people(both, by_lot[people:])


def _of_people(hall: KnownHall, people: Ints) -> KnownHall:
    """Return the hall of some of its people, renumbered in this order."""
    gathering, r = hall.gathering, hall.gathering.responses
    row = np.full(len(hall.want), -1)
    row[people] = np.arange(len(people))
    inside = row[r.participant] >= 0
    kept = replace(
        gathering,
        participants=tuple(gathering.participants[person] for person in people),
        desires=tuple(replace(desire, author=None) for desire in gathering.desires),
        responses=Responses.of(row[r.participant[inside]], r.desire[inside], r.stance[inside]),
        circle_of=gathering.circle_of[people],
    )
    return KnownHall(kept, hall.want[people], hall.against[people])


def true_wants(hall: KnownHall) -> Floats:
    """Return what each person wants, (N, M): 0 or 1 where they answered, else their true chance."""
    r = hall.gathering.responses
    wants = hall.want.copy()
    wants[r.participant, r.desire] = r.stance == 1
    return wants


def figures(hall: KnownHall, found: Analysis, anew: Analysis) -> Figures:
    """Return what one hall adds to the table: sums and counts.

    Args:
        hall: the hall and its truth.
        found: its analysis.
        anew: that of another sample of people, as many, of the same gathering.
    """
    measured = [g for g in found.common_ground if g.standing in MEASURED]
    want, against = hall.want.mean(0), hall.against.mean(0)
    truth = {"want": want, "against": against}
    printed: dict[str, list[tuple[int, Estimate]]] = {
        "want": [(g.desire, g.want) for g in measured],
        "against": [(g.desire, g.against) for g in measured],
    }
    out: Figures = {"halls": 1.0}
    for name, estimates in printed.items():
        out[name] = len(estimates)
        out[f"{name} held"] = sum(e.low <= truth[name][d] <= e.high for d, e in estimates)
        out[f"{name} off"] = sum(e.value - truth[name][d] for d, e in estimates)
    out |= _of_text(hall, found)
    out |= kept_aside(hall)
    told = {dispute.desire for dispute in found.reasons.divisive}
    among = np.array([g.desire for g in measured], np.intp)
    differ = among[np.argsort(-spread(want, against)[among], kind="stable")[: -int(-len(among) * SHARE // 1)]]
    out |= {"divisive": len(told), "truly divisive": len(told.intersection(differ.tolist()))}
    again = {line.desire for line in anew.one_desire.lines}
    for name, lines in _by_tie(found).items():
        out[name] = len(lines)
        out[f"{name} told"] = sum(share for _, share in lines)
        out[f"{name} again"] = sum(line in again for line, _ in lines)
    return out


def kept_aside(hall: KnownHall) -> Figures:
    """Return whether the check on answers kept aside holds the true chances of the people whom it is about.

    And how far it lies above the true worst fifth, which it does not claim to be.
    """
    prepared = prepare(hall.gathering, ())
    rows, columns = prepared.order.people, prepared.order.desires
    honest = cross_fit(prepared.responses, len(rows), len(columns), rng=np.random.default_rng(0))
    net = net_support(hall.want, hall.against)[np.ix_(rows, columns)]
    out = dict.fromkeys(("observed", "observed held", "observed off", "observed above"), 0.0)
    for d in np.flatnonzero(np.isfinite(honest.worst)):
        people, share = honest.fifths[d]
        told = interval(float(honest.worst[d]), float(honest.error[d]), -0.5, 1.0)
        truth = float(share @ net[people, d])
        out["observed"] += 1
        out["observed held"] += float(told.low <= truth <= told.high)
        out["observed off"] += told.value - truth
        out["observed above"] += told.value - hall.worst_fifth[columns[d]]
    return out


def _by_tie(found: Analysis) -> dict[str, list[tuple[int, float]]]:
    """Return lines with the share in which they are said to be chosen again: sure ones and near ties."""
    told = [(one.line, one.share) for one in found.reasons.chosen_again]
    return {
        "sure": [line for line in told if line[1] >= NEAR_TIE],
        "near tie": [line for line in told if line[1] < NEAR_TIE],
    }


def _of_text(hall: KnownHall, found: Analysis) -> Figures:
    """Return how far the printed numbers of the text are off; all 0 where there is no text."""
    text = found.one_desire
    lines = [line.desire for line in text.lines]
    out = dict.fromkeys(("texts", "coverage held", "coverage off", "pairs off", "index off", "index said", "owed"), 0.0)
    if text.coverage is None or text.share_index is None or text.pairs is None:
        return out
    wants = true_wants(hall)
    covered = shares.coverage(wants, lines)
    index, _ = shares.share_index(wants, lines, asked=found.method.lines_asked)
    out["texts"] = 1
    out["coverage held"] = float(text.coverage.low <= covered <= text.coverage.high)
    out["coverage off"] = text.coverage.value - covered
    out["pairs off"] = text.pairs - shares.expected_pairs(wants, lines)
    out["index off"] = text.share_index - index
    out["index said"] = float(text.share_index <= 1)
    out["owed"] = float(text.share_index <= 1 < index)
    return out


COLUMNS: Mapping[str, tuple[str, str]] = {
    "want, range holds": ("want held", "want"),
    "want off by": ("want off", "want"),
    "against, range holds": ("against held", "against"),
    "kept aside, range holds": ("observed held", "observed"),
    "kept aside off by": ("observed off", "observed"),
    "kept aside above the worst fifth": ("observed above", "observed"),
    "coverage, range holds": ("coverage held", "texts"),
    "coverage off by": ("coverage off", "texts"),
    "pairs off by": ("pairs off", "texts"),
    "share index off by": ("index off", "texts"),
    "none owed, and one is": ("owed", "index said"),
    "truly in the third that differs most": ("truly divisive", "divisive"),
    "told as differing, a hall": ("divisive", "halls"),
    "sure lines, said": ("sure told", "sure"),
    "sure lines, chosen again": ("sure again", "sure"),
    "near ties, said": ("near tie told", "near tie"),
    "near ties, chosen again": ("near tie again", "near tie"),
}
"""Columns of the table: what is summed, and by what it is divided."""


def _summed(found: Sequence[Figures]) -> Figures:
    return {name: float(sum(one[name] for one in found)) for name in found[0]}


def _cells(found: Sequence[Figures]) -> tuple[float, ...]:
    """Return the shares and means of the columns; nan where nothing is counted."""
    s = _summed(found)
    return tuple(s[part] / s[whole] if s[whole] else float("nan") for part, whole in COLUMNS.values())


def gates_of(found: Sequence[Figures]) -> tuple[Gate, ...]:
    """Return the gates over all halls."""
    cells = dict(zip(COLUMNS, _cells(found), strict=True))
    held = [name for name in COLUMNS if name.endswith("range holds")]
    off = ["want off by", "kept aside off by", "coverage off by", "pairs off by", "share index off by"]
    gates = [Gate(name, f"{cells[name]:.3f}", f"at least {HOLDS_LEAST}", cells[name] >= HOLDS_LEAST) for name in held]
    right = cells["truly in the third that differs most"]
    met = bool(np.isnan(right) or right >= DIVIDED_LEAST)
    gates.append(Gate("truly in the third that differs most", f"{right:.3f}", f"at least {DIVIDED_LEAST}", met))
    gates += [Gate(name, f"{cells[name]:+.3f}", f"within {OFF_MOST}", abs(cells[name]) <= OFF_MOST) for name in off]
    for lines in ("sure lines", "near ties"):
        said, again = cells[f"{lines}, said"], cells[f"{lines}, chosen again"]
        met = bool(np.isnan(again) or abs(again - said) <= AGAIN_OFF_MOST)
        gates.append(Gate(f"{lines}, chosen again", f"{again:.3f}", f"{said:.3f} ± {AGAIN_OFF_MOST}", met))
    return tuple(gates)
