"""Temporal null models: who met whom is shuffled among the people of one moment, or of one day.

Exchanging people over the whole time also exchanges when they were there. People with the same hours meet more, and may
be alike for the reason that gave them the same hours. Here everybody stays where the list saw them, and only with whom
they met is left to chance: among the people seen in one time slice ("times"), or on one day ("days"). The shape of each
slice or day stays as it was: how many met, in pairs or groups, for how long.

Shuffled times forget that the same two meet again and again, and so call a relation rare too easily. They stand beside
the permutation of people and never instead of it: words follow the strictest.

Source: isomorphic snapshot shuffling that keeps activity, in Gauvin et al. 2022 (Randomized reference models for
temporal networks, SIAM Review 64); data-stream permutations and what is wrong with them alone, Weiss et al. 2021
(Methods in Ecology and Evolution 12). The two-sided p around the mean of the shuffles is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from oneheart.engine.closeness.relation import regress
from oneheart.engine.closeness.seen import by_test
from oneheart.engine.dyads import Dyads
from oneheart.model.presence import Contacts, TimedContacts

Shuffle = Literal["times", "days"]
SHUFFLES: tuple[Shuffle, ...] = ("times", "days")
DRAWS_MOST = 199


@dataclass(frozen=True, slots=True)
class Shuffled:
    """A relation beside shuffles of who met whom.

    Attributes:
        among: "times" (people of one time slice) or "days" (people of one day).
        owed: mean effect of the shuffles: as much is owed to who was there at the same time.
        p: two-sided p-value of the effect beyond `owed`; never below 1 / (draws + 1).
        draws: number of shuffles.
        beyond: the effect less `owed`.
    """

    among: Shuffle
    owed: float
    p: float
    draws: int
    beyond: float

    def agrees(self, effect: float) -> bool:
        """Return whether the shuffles are rare enough, and what is beyond them points the same way as the effect."""
        return by_test(self.p) and self.beyond * effect > 0


class Shuffler:
    """Draws contacts anew; what no draw changes is computed once.

    Example:
        >>> rows = np.array([0, 2], np.int32), np.array([1, 3], np.int32)
        >>> timed = TimedContacts(tuple("abcd"), *rows, np.ones(2), np.zeros(2, np.int64), np.zeros(2, np.int64))
        >>> drawn = Shuffler(timed, "times").contacts(np.random.default_rng(0))
        >>> len(drawn.first), sorted([*drawn.first.tolist(), *drawn.second.tolist()])
        (2, [0, 1, 2, 3])
    """

    def __init__(self, timed: TimedContacts, among: Shuffle) -> None:
        """Find who was seen in each slice or on each day. O(contacts log contacts)."""
        self._timed = timed
        group = timed.slice_of if among == "times" else timed.day_of
        _, group = np.unique(group, return_inverse=True)
        n = max(len(timed.people), 1)
        seen = np.concatenate([group * n + timed.first, group * n + timed.second])
        there, place = np.unique(seen, return_inverse=True)
        self._group, self._person = np.divmod(there, n)
        self._first, self._second = place[: len(group)], place[len(group) :]

    def contacts(self, rng: np.random.Generator) -> Contacts:
        """Return the contacts with the people of each slice or day exchanged at random. O(contacts log contacts)."""
        order = np.lexsort((rng.random(len(self._group)), self._group))
        person = self._person[order]
        a, b = person[self._first], person[self._second]
        n = max(len(self._timed.people), 1)
        pair, place = np.unique(np.minimum(a, b) * n + np.maximum(a, b), return_inverse=True)
        amount = np.asarray(np.bincount(place, self._timed.amount, minlength=len(pair)), np.float64)
        first, second = (half.astype(np.int32) for half in np.divmod(pair, n))
        return Contacts(self._timed.people, first, second, amount, "times", len(a))


def beside_shuffles(
    timed: TimedContacts,
    among: Shuffle,
    near: Dyads,
    other: Dyads,
    given: Sequence[Dyads],
    near_of: Callable[[Contacts], Dyads],
    *,
    draws: int = DRAWS_MOST,
    rng: np.random.Generator,
) -> Shuffled | None:
    """Return a relation beside shuffles, or None where it or a shuffle cannot be measured.

    Args:
        timed: the contacts one by one.
        among: whose people are exchanged.
        near: being near, as it was.
        other: what it is compared with.
        given: covariates, with the constant.
        near_of: being near of shuffled contacts, for the same people in the same order.
        draws: number of shuffles, 1 or more; more than 199 are not drawn.
        rng: source of the shuffles.

    Notes:
        O(draws x contacts log contacts).
    """
    observed = regress(near, other, given)
    if observed is None:
        return None
    shuffler = Shuffler(timed, among)
    fits = [regress(near_of(shuffler.contacts(rng)), other, given) for _ in range(min(draws, DRAWS_MOST))]
    if any(fit is None for fit in fits):
        return None
    t = np.array([observed.t, *(fit.t for fit in fits if fit is not None)])
    away: npt.NDArray[np.float64] = np.abs(t - t.mean())
    owed = float(np.mean([fit.effect for fit in fits if fit is not None]))
    p = float((away >= away[0] - 1e-12).mean())
    return Shuffled(among, owed, p, len(fits), observed.effect - owed)
