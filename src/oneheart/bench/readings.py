"""Readings with a known truth: how often "one desire" is declared wrongly, with repeated looks.

A thousand people belong to four languages and a hundred tens. Their answers to a text are fixed beforehand, so it is
known whether it is one desire; each case narrowly fails one condition, and no other. Seven hundred people answer in
random order, and the rule is evaluated five times meanwhile: repeated looks must not raise the error. It is compared
with the same rule on plain shares instead of confidence bounds.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine.prayer import stopping
from oneheart.engine.prayer.audit import estimated
from oneheart.engine.prayer.stopping import UNHEARD, Heard, Marks

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
PEOPLE, TEN = 1000, 10
LANGUAGES = (420, 280, 220, 80)
SMALL = len(LANGUAGES) - 1
LOOKS = (100, 200, 300, 450, 700)
_FIRST_TEN = 10  # number of the first ten; languages stand before
_ASLEEP = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A known truth.

    Attributes:
        name: name of the case, in words.
        one: true if it is one desire.
        everybody: share of people who can say the text, and share who are against it.
        fifth: the same for the fifth with the least expected support; None as everybody.
        small: the same for the smallest language; None as everybody.
        own_line: share of people who have a line of their own.
        asleep: true if only five people of the smallest language ever answer.
    """

    name: str
    one: bool
    everybody: tuple[float, float] = (0.96, 0.01)
    fifth: tuple[float, float] | None = None
    small: tuple[float, float] | None = None
    own_line: float = 0.985
    asleep: bool = False


CASES = (
    Case("96 in 100 can say it, in every part", one=True),
    Case("90 in 100 can say it, in every part", one=True, everybody=(0.90, 0.03)),
    Case("79 in 100 can say it", one=False, everybody=(0.79, 0.05)),
    Case("a fifth that nobody declared cannot", one=False, fifth=(0.53, 0.08)),
    Case("not quite half of a part of eighty can", one=False, small=(0.4875, 0.05)),
    Case("it goes against more than half of a part of eighty", one=False, small=(0.40, 0.5125)),
    Case("94 in 100 have a line of their own", one=False, own_line=0.94),
    Case("of a part of eighty only five answer", one=False, asleep=True),
)


@dataclass(frozen=True, slots=True, eq=False)
class ReadingHall:
    """The answers that everybody would give, and the order in which they answer."""

    whole: Marks
    own_line: Marks
    expected: Floats
    language: Ints
    ten: Ints
    order: Ints

    def heard(self, count: int) -> Heard:
        """Return the answers of the first `count` people."""
        is_known = np.zeros(PEOPLE, bool)
        is_known[self.order[:count]] = True
        whole = np.where(is_known, self.whole, UNHEARD).astype(np.int8)
        return Heard(
            readings=np.where(whole == -1, -1, np.where(is_known, 1, UNHEARD)).astype(np.int8)[:, None],
            whole=np.where(is_known, self.whole == 1, UNHEARD).astype(np.int8),
            own_line=np.where(is_known, self.own_line, UNHEARD).astype(np.int8),
            expected=self.expected,
            levels=(self.language, self.ten),
        )


def hall_of(case: Case, rng: np.random.Generator) -> ReadingHall:
    """Return a random hall in which exactly the shares of a case hold."""
    language = np.repeat(np.arange(len(LANGUAGES)), LANGUAGES)
    whole = np.zeros(PEOPLE, np.int8)
    expected = rng.random(PEOPLE)
    fifth = np.zeros(PEOPLE, bool)
    size = round(settings.WORST_SHARE.value * PEOPLE)
    fifth[rng.choice(PEOPLE, size, replace=False) if case.fifth else np.argsort(expected)[:size]] = True
    expected -= fifth
    special = fifth if case.fifth else (language == SMALL if case.small else np.zeros(PEOPLE, bool))
    shares = case.fifth or case.small or case.everybody
    for people, (can_say, against) in ((np.flatnonzero(~special), case.everybody), (np.flatnonzero(special), shares)):
        lot = rng.permutation(people)
        yes, no = round(can_say * len(lot)), round(against * len(lot))
        whole[lot[:yes]] = 1
        whole[lot[yes : yes + no]] = -1
    own_line = np.zeros(PEOPLE, np.int8)
    own_line[rng.permutation(PEOPLE)[: round(case.own_line * PEOPLE)]] = 1
    ten = np.empty(PEOPLE, np.int64)
    ten[np.lexsort((rng.random(PEOPLE), language))] = _FIRST_TEN + np.arange(PEOPLE) // TEN
    order = rng.permutation(PEOPLE)
    if case.asleep:
        small = order[language[order] == SMALL]
        order = np.concatenate([order[~np.isin(order, small[_ASLEEP:])], small[_ASLEEP:]])
    return ReadingHall(whole, own_line, expected, language, ten, order)


def by_bounds(heard: Heard) -> bool:
    """Return whether the rule declares one desire."""
    return stopping.stopping(heard, estimated(0.8)).status == "one desire"


def by_plain_shares(heard: Heard) -> bool:
    """Return whether the same rule declares it on plain shares instead of bounds; unmeasured parts are left out."""
    net = heard.net
    is_known = net != UNHEARD
    size = round(settings.WORST_SHARE.value * len(net))
    low = np.argsort(heard.expected, kind="stable")[:size]
    low = net[low][is_known[low]]
    weight = settings.AGAINST_WEIGHT.value
    if not is_known.any() or not len(low):
        return False
    parts = [net[(heard.levels[0] == part) & is_known] for part in np.unique(heard.levels[0])]
    return bool(
        (net[is_known] == 1).mean() >= settings.AFFIRMED_LEAST.value
        and (low == 1).mean() - weight * (low == -1).mean() >= settings.WORST_FIFTH_LEAST.value
        and heard.own_line[is_known].mean() >= settings.COVERAGE_LEAST.value
        and all((part == 1).mean() >= stopping.PART_SURE_LEAST for part in parts if len(part) >= stopping.FEW)
    )


RULES: dict[str, Callable[[Heard], bool]] = {"bounds": by_bounds, "plain shares": by_plain_shares}


def declared(case: Case, rule: Callable[[Heard], bool], runs: int, seed: int) -> tuple[float, float]:
    """Return how often a rule declares one desire at the last look, and at any look, 0 to 1."""
    at_last_look = at_any_look = 0
    for run in range(runs):
        hall = hall_of(case, np.random.default_rng([seed, CASES.index(case), run]))
        looks = [rule(hall.heard(count)) for count in LOOKS]
        at_last_look += looks[-1]
        at_any_look += any(looks)
    return at_last_look / runs, at_any_look / runs
