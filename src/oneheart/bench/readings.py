"""Readings with a known truth: how often "one desire" is declared wrongly, with repeated looks.

A thousand people belong to four languages and a hundred tens. Their answers to a text are fixed beforehand, so it is
known whether it is one desire; each case narrowly fails one condition, and no other. 850 people answer, and the rule is
evaluated six times meanwhile: repeated looks must not raise the error. It is compared with the same rule on plain
shares instead of confidence bounds.

In the first cases people answer in random order. In the cases of silence the order depends on what they would say: a
quarter of the people, who can say the text less than the others, answers at a quarter of the odds. Some of these halls
declare no parts at all, so that nothing but the bounds can see who is silent.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
LOOKS = (100, 200, 300, 450, 700, 850)
SLOW_SHARE = 0.25
_FIRST_TEN = 10  # number of the first ten; languages stand before
_FEW_AWAKE = 5


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
        awake: how many people of the smallest language ever answer; None for no limit.
        slow: shares as in `everybody` for the quarter that answers at a quarter of the odds; None if there is none.
        slow_odds: the odds that the quarter answers with, as a multiple of the odds of the others.
        declared: false if the hall has no languages and no tens.
        gated: false for a case that no bound can see, which is shown without a gate.
    """

    name: str
    one: bool
    everybody: tuple[float, float] = (0.96, 0.01)
    fifth: tuple[float, float] | None = None
    small: tuple[float, float] | None = None
    own_line: float = 0.985
    awake: int | None = None
    slow: tuple[float, float] | None = None
    slow_odds: float = 0.25
    declared: bool = True
    gated: bool = True


def _silence(name: str, **more: Any) -> tuple[Case, Case]:
    """Return a case of silence in a hall with declared parts and in one without."""
    return Case(name, **more), Case(f"{name}; no parts declared", declared=False, **more)


CASES = (
    Case("96 in 100 can say it, in every part", one=True),
    Case("90 in 100 can say it, in every part", one=True, everybody=(0.90, 0.03)),
    Case("79 in 100 can say it", one=False, everybody=(0.79, 0.05)),
    Case("a fifth that nobody declared cannot", one=False, fifth=(0.53, 0.08)),
    Case("not quite half of a part of eighty can", one=False, small=(0.4875, 0.05)),
    Case("it goes against more than half of a part of eighty", one=False, small=(0.40, 0.5125)),
    Case("94 in 100 have a line of their own", one=False, own_line=0.94),
    Case("of a part of eighty only five answer", one=False, awake=_FEW_AWAKE),
    Case("of a part of eighty nobody answers", one=False, awake=0),
    *_silence("96 in 100 can say it; of a slow quarter 90", one=True, everybody=(0.98, 0.01), slow=(0.90, 0.02)),
    *_silence("78 in 100 can say it; of a slow quarter 24", one=False, everybody=(0.96, 0.01), slow=(0.24, 0.05)),
    *_silence("79 in 100 can say it; of a slow quarter 16", one=False, everybody=(1.0, 0.0), slow=(0.16, 0.05)),
    Case(
        "78 in 100 can say it; of a quarter that hardly answers 24; no parts declared",
        one=False,
        everybody=(0.96, 0.01),
        slow=(0.24, 0.05),
        slow_odds=1 / 400,
        declared=False,
        gated=False,
    ),
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
    declared: bool = True

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
            levels=(self.language, self.ten) if self.declared else (),
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
    slow = np.zeros(PEOPLE, bool)
    if case.slow:
        slow[rng.permutation(PEOPLE)[: round(SLOW_SHARE * PEOPLE)]] = True
    special = fifth if case.fifth else (language == SMALL if case.small else slow)
    shares = case.fifth or case.small or case.slow or case.everybody
    for people, (can_say, against) in ((np.flatnonzero(~special), case.everybody), (np.flatnonzero(special), shares)):
        lot = rng.permutation(people)
        yes, no = round(can_say * len(lot)), round(against * len(lot))
        whole[lot[:yes]] = 1
        whole[lot[yes : yes + no]] = -1
    own_line = np.zeros(PEOPLE, np.int8)
    own_line[rng.permutation(PEOPLE)[: round(case.own_line * PEOPLE)]] = 1
    ten = np.empty(PEOPLE, np.int64)
    ten[np.lexsort((rng.random(PEOPLE), language))] = _FIRST_TEN + np.arange(PEOPLE) // TEN
    order = _order(np.where(slow, case.slow_odds, 1.0), rng)
    if case.awake is not None:
        small = order[language[order] == SMALL]
        order = np.concatenate([order[~np.isin(order, small[case.awake :])], small[case.awake :]])
    return ReadingHall(whole, own_line, expected, language, ten, order, case.declared)


def _order(odds: Floats, rng: np.random.Generator) -> Ints:
    """Return an order of answering in which each person's odds of having answered are a fixed multiple of a common one.

    Each person answers once their log odds of answering exceed their own random number; the common log odds rise.

    Args:
        odds: (N,) the multiple of each person, above 0.
        rng: draws the random numbers.
    """
    chance = rng.random(len(odds))
    return np.argsort(np.log(chance / (1 - chance)) - np.log(odds)).astype(np.int64)


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
    languages = heard.levels[0] if heard.levels else np.zeros(len(net), np.int64)
    parts = [net[(languages == part) & is_known] for part in np.unique(languages)]
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


def named_as_unheard(case: Case, runs: int, seed: int) -> float:
    """Return how often the verdict names the smallest language as not heard at every look, 0 to 1."""
    count = 0
    for run in range(runs):
        hall = hall_of(case, np.random.default_rng([seed, CASES.index(case), run]))
        verdicts = (stopping.stopping(hall.heard(heard), estimated(0.8)) for heard in LOOKS)
        count += all(SMALL in verdict.not_measured for verdict in verdicts)
    return count / runs
