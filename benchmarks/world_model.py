"""What a gathering of ten to a thousand million people costs, and what breaks first: a model from measured results.

Pure functions of benchmarks/results/world.json, growth.json and rows that say what is assumed. The page
docs/explanation/from-a-ten-to-the-world.md is made of them by cog; no figure on it is typed.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import nnls

from oneheart import cli, settings
from oneheart.formats.files import FILE_BYTES
from oneheart.live import fitting
from oneheart.live.importing import CIRCLES_MOST
from oneheart.live.state.carried_desires import CARRYINGS_MOST
from oneheart.live.state.nested import LEVELS_MOST
from oneheart.locale.languages import LANGUAGES
from oneheart.web.server import CONNECTIONS_MOST

POWERS = tuple(10**power for power in range(1, 10))
MADE_OF = 1000
"""The model is made of what was measured among at most so many people; larger sizes stand beside it."""
MADE_OF_FITS = 6000
"""The same for fits of the live model, where what grows with pairs is little among fewer people."""
AT_ONCE = fitting._BLOCK  # noqa: SLF001  a limit of the code, read there
"""Pairs of person and desire for which a live fit deals at once."""
RIGHT = 0.8
"""Of the desires that may become lines, so many should truly be common."""
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Assumed:
    """What nobody measured here: how a gathering goes, and what machine it has.

    Attributes:
        desires: desires that a person says.
        cards: cards that a person answers.
        minutes: in which they answer them.
        arriving: minutes in which all open the page.
        circle: people of a circle.
        gatherings: gatherings of the same people in a year.
        bilingual: share of people who read a second language.
        hosts: hosts who look through desires, for so many hours.
        hours: see `hosts`.
        look: seconds that a host needs for a desire.
        fresh: seconds after which a deck of cards should be dealt anew.
        opening: seconds that opening a log again may take.
        memory: bytes of memory of a process.
        disk: bytes of the log that one disk keeps in a year.
        network: bits a second of one machine.
        waiting: seconds that a report may take.
    """

    desires: float = 1.0
    cards: float = 24.0
    minutes: float = 20.0
    arriving: float = 10.0
    circle: int = 10
    gatherings: float = 12.0
    bilingual: float = 0.1
    hosts: float = 4.0
    hours: float = 2.0
    look: float = 5.0
    fresh: float = 60.0
    opening: float = 60.0
    memory: float = 16 * 2**30
    disk: float = 1e12
    network: float = 1e9
    waiting: float = 3600.0

    def languages(self, people: float) -> float:
        """Return how many languages so many people speak: one in a circle, twice as many at each power of ten."""
        return max(1.0, 2.0 ** (math.log10(people) - 1.0))


ASSUMED = Assumed()


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a gathering needs.

    Attributes:
        name: what it is.
        unit: of load and limit.
        load: by number of people.
        limit: beyond which it breaks.
        known: "measured" where the load follows from measurements, else "assumed" or "by design".
        then: what is done where it breaks.
        built: whether this version does it: "yes", "in part" or "no".
    """

    name: str
    unit: str
    load: Callable[[float], float]
    limit: float
    known: str
    then: str
    built: str

    def over(self, people: float) -> float:
        """Return load through limit; above 1 it breaks."""
        return self.load(people) / self.limit


@dataclass(frozen=True, slots=True)
class Costs:
    """Unit costs, from a result of world.py and one of growth.py."""

    world: Figures
    growth: Figures

    @property
    def base(self) -> Figures:
        """Return the largest live hall of which the model is made."""
        return max((row for row in self.world["live"] if row["people"] <= MADE_OF), key=lambda row: row["people"])

    @property
    def wire(self) -> Figures:
        """Return what was measured through a server."""
        return dict(self.world["wire"])

    def log_bytes(self, people: float, answers: float) -> float:
        """Return the bytes of a log."""
        b = self.base
        return people * (b["bytes a seat"] + b["bytes a desire"]) + answers * b["bytes a answer"]

    def memory(self, people: float, answers: float) -> float:
        """Return the bytes of memory of a process without streams."""
        b = self.base
        grown = (
            people * (b["memory a seat, bytes"] + b["memory a desire, bytes"]) + answers * b["memory a answer, bytes"]
        )
        return 2**20 * float(b["MiB before"]) + grown

    def opening(self, people: float, answers: float) -> float:
        """Return the seconds to open a log again."""
        b = self.base
        return (2 * people + answers) * float(b["opening, seconds"]) / (2 * b["people"] + b["answers"])

    def fit(self, people: float, which: str = "first fit, seconds") -> float:
        """Return seconds of a live fit where everybody says a desire."""
        return self._of_pairs(people, which, lambda n: n**2)

    def fit_memory(self, people: float) -> float:
        """Return the bytes that a live fit holds more."""
        return 2**20 * self._of_pairs(people, "MiB more", lambda n: np.minimum(n**2, AT_ONCE))

    def _of_pairs(self, people: float, name: str, pairs: Callable[[Any], Any]) -> float:
        """Return fixed cost, cost of each person and of each pair of person and desire, none of them below zero.

        They are found by least squares of relative differences from sizes up to `MADE_OF_FITS`.
        """
        rows = [row for row in self.world["fits"] if row["people"] <= MADE_OF_FITS]
        size, value = (np.array([row[key] for row in rows], float) for key in ("people", name))
        terms = np.stack([np.ones_like(size), size, pairs(size)], 1)
        scale = terms.max(0)
        weights, _ = nnls(terms / scale / value[:, None], np.ones(len(rows)))
        return float(weights / scale @ np.array([1.0, people, pairs(people)]))

    def analysis(self, answers: float, what: str) -> float:
        """Return seconds or MiB of `oneheart analyze` by the law that was fitted to what was measured."""
        told = self.growth["exponents"][what]
        most, value = max((row["answers"], row[what]) for row in self.growth["rows"] if not row["failure"])
        return float(told["fixed"] + (value - told["fixed"]) * (answers / most) ** told["exponent"])

    @property
    def blocks(self) -> str:
        """Return whether answers in blocks can be written and analysed: "yes", "in part" (written only) or "no"."""
        rows = self.growth["rows"]
        if any("blocks, seconds" in row for row in rows):
            return "yes"
        return "in part" if any("convert, seconds" in row for row in rows) else "no"

    @property
    def smaller(self) -> str:
        """Return whether a report from blocks holds less: "yes" for a fourth of the memory at the largest size."""
        both = [row for row in self.growth["rows"] if "blocks, MiB" in row and "analyze, MiB" in row]
        most = max(both, key=lambda row: row["answers"], default=None)
        if most is None:
            return "no"
        return "yes" if most["blocks, MiB"] < most["analyze, MiB"] / 4 else "in part"

    def needed(self) -> float:
        """Return how many answers a desire needs until of those that may become lines enough are truly common."""
        enough = [
            min((row["answers a desire"] for row in hall["rows"] if row["so"] >= RIGHT), default=math.inf)
            for hall in self.world["needed"]
        ]
        return float(round(max(enough)))


def parts_of(costs: Costs, assumed: Assumed = ASSUMED) -> tuple[Part, ...]:
    """Return all that a gathering needs, in the order of a day."""
    wire, a = costs.wire, assumed
    needed = costs.needed()

    def answers(n: float) -> float:
        return n * min(a.cards, max(1.0, a.desires * n - 1))

    def taps(n: float) -> float:
        return answers(n) / (60 * a.minutes)

    return (
        Part(
            "people needed to measure anything, of those there are",
            "times",
            lambda n: settings.MEASURED_PEOPLE.value / n,
            1.0,
            "by design",
            "nothing is measured; everybody hears every desire, and the text is what all can say",
            "yes",
        ),
        Part(
            "desires for one person to answer",
            "cards",
            lambda n: a.desires * n,
            a.cards,
            "assumed",
            "the model chooses whose desire each person hears next",
            "yes",
        ),
        Part(
            "answers that a desire needs, of those it has if all are asked alike",
            "times",
            lambda n: needed / (answers(n) / (a.desires * n)),
            1.0,
            "measured",
            "cards go to desires that may become lines, and everybody is asked again about each line that is read",
            "yes",
        ),
        Part(
            "desires carried into every language",
            "carryings a reader of two",
            lambda n: a.desires * 2 * (a.languages(n) - 1) / a.bilingual,
            2.0 * CARRYINGS_MOST,
            "assumed",
            "only desires that may become lines are carried; others are heard by those who read them",
            "yes",
        ),
        Part(
            "languages of the pages",
            "languages",
            a.languages,
            float(len(LANGUAGES)),
            "assumed",
            "people say and carry words in any language; buttons stay in those that there are until one is added",
            "in part",
        ),
        Part(
            "hosts who look through desires",
            "hours of a host",
            lambda n: a.desires * n * a.look / 3600,
            a.hosts * a.hours,
            "assumed",
            "more hosts at the desk; circles hear their own desires first",
            "in part",
        ),
        Part(
            "a fit of the live model",
            "seconds",
            costs.fit,
            a.fresh,
            "measured",
            "older decks and probes go on; a fit from a sample of people and of desires that may become lines",
            "no",
        ),
        Part(
            "memory of a fit of the live model",
            "bytes",
            costs.fit_memory,
            a.memory,
            "measured",
            "a fit from blocks of people, each of which is forgotten",
            "no",
        ),
        Part(
            "connections of a process",
            "connections",
            lambda n: n,
            float(CONNECTIONS_MOST),
            "by design",
            "more processes on one PostgreSQL",
            "yes",
        ),
        Part(
            "circles brought in by lists",
            "circles",
            lambda n: n / a.circle,
            float(CIRCLES_MOST),
            "by design",
            "further circles are added one by one at the desk",
            "in part",
        ),
        Part(
            "pages for all who arrive",
            "bits a second",
            lambda n: 8 * n * wire["page with all it links, bytes"] / (60 * a.arriving),
            a.network,
            "measured",
            "several machines behind a proxy, with one folder of keys",
            "in part",
        ),
        Part(
            "taps through one process",
            "processor seconds a second",
            lambda n: taps(n) * wire["tap, microseconds of the server"] / 1e6,
            1.0,
            "measured",
            "more processes on one PostgreSQL",
            "yes",
        ),
        Part(
            "taps applied in every process",
            "processor seconds a second",
            lambda n: taps(n) * costs.base["opening, seconds"] / costs.base["events"],
            1.0,
            "measured",
            "several gatherings, and a text of their texts",
            "no",
        ),
        Part(
            "memory of the state in every process",
            "bytes",
            lambda n: costs.memory(n, answers(n)),
            a.memory,
            "measured",
            "several gatherings, and a text of their texts",
            "no",
        ),
        Part(
            "opening the log again",
            "seconds",
            lambda n: costs.opening(n, answers(n)),
            a.opening,
            "measured",
            "other processes go on meanwhile; a kept state from which the rest is replayed is not there",
            "in part",
        ),
        Part(
            "levels of circles",
            "levels",
            lambda n: math.log(n, a.circle),
            float(LEVELS_MOST),
            "by design",
            "several gatherings, and a text of their texts",
            "no",
        ),
        Part(
            "log of a year",
            "bytes",
            lambda n: a.gatherings * costs.log_bytes(n, answers(n)),
            a.disk,
            "measured",
            "the term of keeping ends; several disks by gathering",
            "in part",
        ),
        Part(
            "table of answers for a report",
            "bytes",
            lambda n: answers(n) * len(f"{n:.0f},{n:.0f},mine too\n"),
            float(FILE_BYTES),
            "by design",
            "answers in blocks instead of one table",
            costs.blocks,
        ),
        Part(
            "seconds of the report",
            "seconds",
            lambda n: costs.analysis(answers(n), "analyze, seconds"),
            a.waiting,
            "measured",
            "blocks of people on several cores or machines",
            _spread(),
        ),
        Part(
            "memory of the report",
            "bytes",
            lambda n: 2**20 * costs.analysis(answers(n), "analyze, MiB"),
            a.memory,
            "measured",
            "blocks of people, of which few are held at a time",
            costs.smaller,
        ),
    )


def _spread() -> str:
    """Return whether `oneheart analyze` can be told to use several machines."""
    return "yes" if "executor" in inspect.signature(cli.analyze).parameters else "no"


def breaks_at(part: Part, low: float = POWERS[0], high: float = POWERS[-1]) -> float | None:
    """Return from how many people on a part breaks: `low` if at once, None if it does not, to a thousandth.

    Example:
        >>> part = Part("x", "x", lambda n: n / 500, 1.0, "assumed", "", "no")
        >>> round(breaks_at(part))
        500
    """
    if part.over(low) > 1:
        return low
    if part.over(high) <= 1:
        return None
    while high / low > 1.001:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if part.over(middle) > 1 else (middle, high)
    return high


def reach(costs: Costs, assumed: Assumed = ASSUMED) -> tuple[float, Part] | None:
    """Return from how many people on something breaks for which nothing is built, and what; None if nothing does."""
    found = [(breaks_at(part), part) for part in parts_of(costs, assumed) if part.built == "no"]
    return min(((at, part) for at, part in found if at is not None), key=lambda pair: pair[0], default=None)
