"""Made-up halls: is the printed worst fifth so, is what is called common so, and are the chosen lines wanted as much?

Halls of sixty and of three hundred people, whose true chances are known. They are of four kinds: five parts of
unequal size, two parts with more of their own in each person, tastes along a few directions that no part shares, and
people who each answer for themselves by one chance. A fourth of the halls is one-sided: nobody can be against.

The true worst fifth is that of the true chances. What people happened to answer is not in it.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.engine.analysis import Analysis
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
    """Return a hall of five parts; what a part does not want most of it is against."""
    made = draw(people, DESIRES, answers=answers, rng=rng)
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
        return np.asarray(1.0 / (1.0 + np.exp(-(centre + people_at @ desires_at.T))))

    liked, open_to = rng.normal(0.8, 1.0, DESIRES), rng.normal(0.0, 0.6, (people, 1))
    touched, toward = leaning(liked + 1.0 + open_to), leaning(0.8 * liked[None] + 0.3)
    return _answered(touched * toward, touched * (1.0 - toward), answers, rng)


def each_alone(people: int, answers: int, rng: np.random.Generator) -> KnownHall:
    """Return a hall whose people answer each by the one chance of the desire, which tells nothing of them."""
    want = np.tile(rng.uniform(0.3, 0.95, DESIRES), (people, 1))
    return _answered(want, (1.0 - want) * rng.uniform(0.3, 1.0), answers, rng)


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
    "two parts": two_parts,
    "tastes": tastes,
    "each alone": each_alone,
}


def figures(hall: KnownHall, found: Analysis) -> dict[str, float]:
    """Return what one hall adds to the table: sums and counts over its measured desires and its lines."""
    truth, want = hall.worst_fifth, hall.want.mean(0)
    measured = [g for g in found.common_ground if g.standing in MEASURED]
    common = [g.desire for g in measured if g.standing is Standing.ADMISSIBLE]
    lines = [line.desire for line in found.one_desire.lines]
    ground = {g.desire: g for g in measured}
    return {
        "measured": len(measured),
        "held": sum(g.worst_fifth.low <= truth[g.desire] <= g.worst_fifth.high for g in measured),
        "off": sum(g.worst_fifth.value - truth[g.desire] for g in measured),
        "width": sum(g.worst_fifth.high - g.worst_fifth.low for g in measured),
        "truly common": sum(truth[g.desire] >= 0 for g in measured),
        "called common": len(common),
        "falsely called": sum(truth[d] < 0 for d in common),
        "lines": len(lines),
        "lines that miss": sum(truth[d] < 0 for d in lines),
        "want of lines off": sum(ground[d].want.value - want[d] for d in lines),
        "support of lines": sum(truth[d] for d in lines),
    }
