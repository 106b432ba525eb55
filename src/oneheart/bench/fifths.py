"""Made-up halls: is the printed worst fifth so, is what is called common so, and are the chosen lines wanted as much?

Halls of sixty and of three hundred people, whose true chances are known. They are of five kinds: five parts of
unequal size with enough common desires, the same with fewer than the lines that a text has, two parts with more of
their own in each person, tastes along a few directions that no part shares, and people who each answer by the one
chance of a desire. Each hall is measured a second time as if nobody could be against: who would be says "not mine".

The true worst fifth is that of the true chances. What people happened to answer is not in it.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench.result import BenchResult, Cell, Gate, Progress
from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.desire.common_ground import net_support, worst_fifth
from oneheart.engine.desire.standing import MEASURED, Standing
from oneheart.engine.synthetic import draw, made_up_words
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
SIZES = (60, 300)
DESIRES = 30
ANSWERS = (8, 12, 20)
HOLDS_LEAST, FALSE_MOST, MISSED_MOST, WANT_OFF_MOST = 0.88, 0.25, 0.055, 0.015


@dataclass(frozen=True, slots=True, eq=False)
class KnownHall:
    """A made-up hall and its truth.

    Attributes:
        gathering: what the engine is given.
        want: (N, M) true chance that each person wants each desire, 0 to 1.
        against: (N, M) true chance that each person is against it, 0 to 1 - want.
    """

    gathering: Gathering
    want: Floats
    against: Floats

    @property
    def worst_fifth(self) -> Floats:
        """Return the true worst fifth of each desire, (M,)."""
        return worst_fifth(net_support(self.want, self.against))


def five_parts(people: int, answers: int, rng: np.random.Generator) -> KnownHall:
    """Return a hall of five parts, a quarter of whose desires all parts have; most others are refused elsewhere."""
    made = draw(people, DESIRES, answers=answers, rng=rng, common=0.25)
    return KnownHall(made.gathering, made.want, made.against)


def few_common(people: int, answers: int, rng: np.random.Generator) -> KnownHall:
    """Return a hall of five parts with four common desires, fewer than the five lines that a text has."""
    made = draw(people, DESIRES, answers=answers, rng=rng, common=4 / DESIRES)
    return KnownHall(made.gathering, made.want, made.against)


def two_parts(people: int, answers: int, rng: np.random.Generator) -> KnownHall:
    """Return a hall of two parts that share much, whose people differ more from one another."""
    made = draw(people, DESIRES, answers=answers, rng=rng, parts=(0.6, 0.4), common=0.4, spread=1.0)
    return KnownHall(made.gathering, made.want, made.against)


def tastes(people: int, answers: int, rng: np.random.Generator) -> KnownHall:
    """Return a hall whose people differ along one to four directions, more or less strongly."""
    rank, strength = int(rng.integers(1, 5)), float(rng.choice([0.5, 1.0, 2.0]))

    def leaning(centre: Floats) -> Floats:
        people_at = rng.normal(size=(people, rank))
        desires_at = rng.normal(size=(DESIRES, rank)) * strength / np.sqrt(rank)
        return _logistic(centre + people_at @ desires_at.T)

    liked, open_to = rng.normal(0.8, 1.0, DESIRES), rng.normal(0.0, 0.6, (people, 1))
    touched, toward = leaning(liked + 1.0 + open_to), leaning(0.8 * liked[None] + 0.3)
    return _answered(touched * toward, touched * (1.0 - toward), answers, rng)


def each_alone(people: int, answers: int, rng: np.random.Generator) -> KnownHall:
    """Return a hall whose people answer each by the one chance of the desire, which tells nothing of them."""
    want = np.tile(_logistic(rng.normal(0.8, 1.0, DESIRES)), (people, 1))
    return _answered(want, (1.0 - want) * rng.uniform(0.3, 1.0), answers, rng)


def _logistic(value: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-value)))


def _answered(want: Floats, against: Floats, answers: int, rng: np.random.Generator) -> KnownHall:
    """Return the hall in which everybody answered so many random desires by these chances."""
    drawn = rng.random(want.shape)
    stance = np.where(drawn < want, 1, np.where(drawn < want + against, -1, 0))
    asked = np.argsort(rng.random(want.shape), axis=1)[:, :answers]
    person, column = np.repeat(np.arange(len(want)), asked.shape[1]), asked.ravel()
    gathering = Gathering(
        question="What do you want?",
        participants=tuple(f"p{number}" for number in range(len(want))),
        desires=tuple(Desire(f"d{number}", made_up_words(rng)) for number in range(want.shape[1])),
        responses=Responses.of(person, column, stance[person, column]),
        source="made up",
    )
    return KnownHall(gathering, want, against)


KINDS: Mapping[str, Callable[[int, int, np.random.Generator], KnownHall]] = {
    "five parts": five_parts,
    "few common": few_common,
    "two parts": two_parts,
    "tastes": tastes,
    "each alone": each_alone,
}


def one_sided(hall: KnownHall) -> KnownHall:
    """Return the hall as its answers would be if nobody could be against; the truth stays: who refuses still does."""
    r = hall.gathering.responses
    hidden = Responses(r.participant, r.desire, np.maximum(r.stance, 0))
    return KnownHall(replace(hall.gathering, responses=hidden), hall.want, hall.against)


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:  # noqa: ARG001
    """Return how often the printed range holds the true worst fifth, and how often common is common.

    Gates: at sixty and at three hundred people the range holds the truth at least .88 of the time, and at most 25 in
    100 of what is called common is truly refused by its worst fifth. Over all halls at most .055 of the lines miss
    the gate, and the printed want of the lines is within .015. Where nobody can be against, at most 25 in 100 of what
    is called common would be refused.
    """
    rows: list[tuple[Cell, ...]] = []
    details: list[dict[str, Any]] = []
    of_size: dict[int, list[Figures]] = {size: [] for size in SIZES}
    hidden: list[Figures] = []
    for done, (kind, hall_of) in enumerate(KINDS.items()):
        for place, size in enumerate(SIZES):
            found = [
                _measured(hall_of, size, number, np.random.default_rng([seed, number, size, done]))
                for number in range(repeats)
            ]
            both, sides = [one for one, _ in found], [one for _, one in found]
            of_size[size] += both
            hidden += sides
            rows.append((f"{kind}, {size} people", *_cells(both)))
            details.append({"kind": kind, "people": size, **_summed(both)})
            progress(len(SIZES) * done + place + 1, len(SIZES) * len(KINDS), "halls")
    rows += [(f"all, {size} people", *_cells(halls)) for size, halls in of_size.items()]
    rows.append(("all, nobody can be against", *_cells(hidden)))
    details.append({"kind": "nobody can be against", **_summed(hidden)})
    columns = ("halls", "range holds", "value off by", "half range", "falsely common", "lines that miss", "want off by")
    return BenchResult("The worst fifth, foreseen", columns, tuple(rows), _gates(of_size, hidden), (), tuple(details))


Figures = dict[str, float]


def _measured(
    hall_of: Callable[[int, int, np.random.Generator], KnownHall], size: int, number: int, rng: np.random.Generator
) -> tuple[Figures, Figures]:
    """Return the figures of one hall, and of the same hall where nobody can be against."""
    hall = hall_of(size, ANSWERS[number % len(ANSWERS)], rng)
    sides = one_sided(hall)
    return figures(hall, analyze(hall.gathering)), figures(sides, analyze(sides.gathering))


def figures(hall: KnownHall, found: Analysis) -> Figures:
    """Return what one hall adds to the table: sums and counts over its measured desires and its lines.

    Where nobody can be against, the range is of want alone and so is the truth that it should hold.
    """
    net, want = hall.worst_fifth, hall.want.mean(0)
    truth = worst_fifth(hall.want) if "one-sided" in found.method.notes else net
    measured = [g for g in found.common_ground if g.standing in MEASURED]
    common = [g.desire for g in measured if g.standing is Standing.ADMISSIBLE]
    lines = [line.desire for line in found.one_desire.lines]
    ground = {g.desire: g for g in measured}
    return {
        "measured": len(measured),
        "held": int(sum(g.worst_fifth.low <= truth[g.desire] <= g.worst_fifth.high for g in measured)),
        "off": float(sum(g.worst_fifth.value - truth[g.desire] for g in measured)),
        "reach": float(sum(g.worst_fifth.high - g.worst_fifth.low for g in measured)) / 2,
        "truly common": int(sum(net[g.desire] >= 0 for g in measured)),
        "common": len(common),
        "falsely": int(sum(net[d] < 0 for d in common)),
        "lines": len(lines),
        "missing": int(sum(net[d] < 0 for d in lines)),
        "want off": float(sum(ground[d].want.value - want[d] for d in lines)),
    }


def _summed(found: Sequence[Figures]) -> Figures:
    return {name: sum(one[name] for one in found) for name in found[0]}


def _cells(found: Sequence[Figures]) -> tuple[float, ...]:
    """Return the shares and means of the columns of the table; nan where nothing is counted."""
    s = _summed(found)

    def of(part: str, whole: str) -> float:
        return float(s[part] / s[whole]) if s[whole] else float("nan")

    per_desire = (of("held", "measured"), of("off", "measured"), of("reach", "measured"))
    return (*per_desire, of("falsely", "common"), of("missing", "lines"), of("want off", "lines"))


def _gates(of_size: Mapping[int, Sequence[Figures]], hidden: Sequence[Figures]) -> tuple[Gate, ...]:
    gates = []
    for size, found in of_size.items():
        holds, _, _, falsely, *_ = _cells(found)
        gates += [
            Gate(
                f"range holds the truth, {size} people", f"{holds:.3f}", f"at least {HOLDS_LEAST}", holds >= HOLDS_LEAST
            ),
            Gate(f"falsely common, {size} people", f"{falsely:.3f}", f"at most {FALSE_MOST}", falsely <= FALSE_MOST),
        ]
    *_, missing, off = _cells([one for found in of_size.values() for one in found])
    falsely = _cells(hidden)[3]
    return (
        *gates,
        Gate("lines that miss the gate", f"{missing:.3f}", f"at most {MISSED_MOST}", missing <= MISSED_MOST),
        Gate("want of lines off by", f"{off:+.3f}", f"within {WANT_OFF_MOST}", abs(off) <= WANT_OFF_MOST),
        Gate("falsely common, nobody can be against", f"{falsely:.3f}", f"at most {FALSE_MOST}", falsely <= FALSE_MOST),
    )
