"""Made-up halls: are the other printed numbers so, beside the worst fifth, which `fifths` measures?

The halls are those of `fifths`, and their true chances are known. Of each desire: does the printed range of who wants
it, and of who is against it, hold the truth? Of the text: how far are coverage, pairs and share index from what they
are among the same people, whose given answers count as given? And are the desires that are said to divide people those
that truly do? Every hall is then answered anew by the same people, who are asked the same: are its lines chosen again
as often as is said?

Source: ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench.fifths import ANSWERS, KINDS, SIZES, KnownHall
from oneheart.bench.result import BenchResult, Cell, Gate, Progress
from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.desire import shares
from oneheart.engine.desire.common_ground import net_support
from oneheart.engine.desire.standing import MEASURED
from oneheart.engine.estimate import Estimate
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
Figures = dict[str, float]
HOLDS_LEAST, OFF_MOST, AGAIN_OFF_MOST = 0.88, 0.03, 0.1
NEAR_TIE = 0.8
"""Below it the report says that a line is a near tie."""
_ALIKE = 1e-6  # greatest spread where everybody is alike, and nothing divides anybody


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:  # noqa: ARG001
    """Return how often each printed range holds the truth, and how far each printed number is off, by kind of hall.

    Gates: every range holds the truth at least .88 of the time; want, coverage, pairs and share index are off by at
    most .03 on average; and lines are chosen again as often as is said, within .1.
    """
    rows: list[tuple[Cell, ...]] = []
    details: list[dict[str, Any]] = []
    of_size: dict[int, list[Figures]] = {size: [] for size in SIZES}
    for done, (kind, hall_of) in enumerate(KINDS.items()):
        for place, size in enumerate(SIZES):
            found = []
            for number in range(repeats):
                rng = np.random.default_rng([seed, number, size, done])
                hall = hall_of(size, ANSWERS[number % len(ANSWERS)], rng)
                anew = analyze(answered_anew(hall, rng).gathering)
                found.append(figures(hall, analyze(hall.gathering), anew))
            of_size[size] += found
            rows.append((f"{kind}, {size} people", *_cells(found)))
            details.append({"kind": kind, "people": size, **_summed(found)})
            progress(len(SIZES) * done + place + 1, len(SIZES) * len(KINDS), "halls")
    rows += [(f"all, {size} people", *_cells(halls)) for size, halls in of_size.items()]
    everything = [one for halls in of_size.values() for one in halls]
    rows.append(("all", *_cells(everything)))
    return BenchResult("Printed numbers", ("halls", *COLUMNS), tuple(rows), gates_of(everything), (), tuple(details))


def answered_anew(hall: KnownHall, rng: np.random.Generator) -> KnownHall:
    """Return the same people, who were asked the same desires, with answers drawn anew from their true chances."""
    r = hall.gathering.responses
    want, against = hall.want[r.participant, r.desire], hall.against[r.participant, r.desire]
    drawn = rng.random(len(r))
    stance = np.where(drawn < want, 1, np.where(drawn < want + against, -1, 0))
    gathering = replace(hall.gathering, responses=Responses.of(r.participant, r.desire, stance))
    return KnownHall(gathering, hall.want, hall.against)


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
        anew: that of the same hall, answered anew.
    """
    measured = [g for g in found.common_ground if g.standing in MEASURED]
    want, against = hall.want.mean(0), hall.against.mean(0)
    truth = {"want": want, "against": against, "observed": hall.worst_fifth}
    printed: dict[str, list[tuple[int, Estimate]]] = {
        "want": [(g.desire, g.want) for g in measured],
        "against": [(g.desire, g.against) for g in measured],
        "observed": [(g.desire, g.observed_worst_fifth) for g in measured if g.observed_worst_fifth is not None],
    }
    out: Figures = {}
    for name, estimates in printed.items():
        out[name] = len(estimates)
        out[f"{name} held"] = sum(e.low <= truth[name][d] <= e.high for d, e in estimates)
        out[f"{name} off"] = sum(e.value - truth[name][d] for d, e in estimates)
    out |= _of_text(hall, found)
    spread = net_support(hall.want, hall.against).std(0)
    told = [dispute.desire for dispute in found.reasons.divisive if spread.max() > _ALIKE]
    among = [g.desire for g in measured]
    truly = {among[place] for place in np.argsort(-spread[among], kind="stable")[: len(told)]}
    out |= {"divisive": len(told), "truly divisive": len(truly & set(told))}
    again = {line.desire for line in anew.one_desire.lines}
    for name, lines in _by_tie(found).items():
        out[name] = len(lines)
        out[f"{name} told"] = sum(share for _, share in lines)
        out[f"{name} again"] = sum(line in again for line, _ in lines)
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
    "coverage, range holds": ("coverage held", "texts"),
    "coverage off by": ("coverage off", "texts"),
    "pairs off by": ("pairs off", "texts"),
    "share index off by": ("index off", "texts"),
    "none owed, and one is": ("owed", "index said"),
    "truly most divisive": ("truly divisive", "divisive"),
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
    off = ["want off by", "coverage off by", "pairs off by", "share index off by"]
    gates = [Gate(name, f"{cells[name]:.3f}", f"at least {HOLDS_LEAST}", cells[name] >= HOLDS_LEAST) for name in held]
    gates += [Gate(name, f"{cells[name]:+.3f}", f"within {OFF_MOST}", abs(cells[name]) <= OFF_MOST) for name in off]
    for lines in ("sure lines", "near ties"):
        said, again = cells[f"{lines}, said"], cells[f"{lines}, chosen again"]
        met = bool(np.isnan(again) or abs(again - said) <= AGAIN_OFF_MOST)
        gates.append(Gate(f"{lines}, chosen again", f"{again:.3f}", f"{said:.3f} ± {AGAIN_OFF_MOST}", met))
    return tuple(gates)
