"""Relation: does outward closeness go with inner closeness? One effect, how sure it is, and what could not be seen.

Regression over all pairs of people at once (MRQAP) with double semi-partialing: what is left of being near after the
covariates is permuted among the people, within strata, and a pivotal statistic compared. No pair is ever listed
(`engine.dyads`). An effect says "goes with", never "causes".

Source: Dekker, Krackhardt and Snijders 2007 for the test; computing it without pairs, and the interval by leaving out
groups of people, are ours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats

from oneheart.engine.dyads import Dyads, Gram, Ties, compact, dot, ones, products, taken

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
LEAST_PEOPLE = 12
PERMUTATIONS = 999
_GROUPS = 20
_SAMPLED_PAIRS = 2_000_000
_NOTHING = 1e-300
_SEEN_WITH = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)


@dataclass(frozen=True, slots=True)
class Relation:
    """How far outward closeness goes with another thing over all pairs of people.

    Attributes:
        effect: partial correlation over pairs, -1 to 1, covariates taken out; with strata, less what exchanging people
            within them leaves of it, which is owed to the strata.
        low: lower end of the 95 % interval, by leaving out groups of people.
        high: upper end.
        coefficient: of the regression over pairs, in the units of what is compared.
        t: pivotal statistic.
        p: two-sided, of the permutations; never below 1 / (permutations + 1).
        rho: rank correlation over all pairs (over two million sampled ones where both have a number for every pair).
        auc: chance that a tied pair was nearer than an untied one, .5 for none; None where ties are not yes or no.
        permutations: how many.
        people: N.
        least_visible: the smallest effect that would have been found with a chance of 8 in 10; below it, "no effect
            found" says little.
        within: whether people were exchanged only within strata.
    """

    effect: float
    low: float
    high: float
    coefficient: float
    t: float
    p: float
    rho: float
    auc: float | None
    permutations: int
    people: int
    least_visible: float
    within: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """A regression over all ordered pairs.

    Attributes:
        coefficient: of being near.
        t: coefficient by its standard error, as if pairs were independent (only its rank is used).
        effect: partial correlation.
    """

    coefficient: float
    t: float
    effect: float


def relate(
    near: Dyads,
    other: Dyads,
    *,
    covariates: Sequence[Dyads] = (),
    strata: npt.ArrayLike | None = None,
    groups: npt.ArrayLike | None = None,
    permutations: int = PERMUTATIONS,
    rng: np.random.Generator,
    progress: Callable[[int, int], None] | None = None,
) -> Relation | None:
    """Return how far being near goes with another thing, or None where nothing can be measured.

    Args:
        near: outward closeness of N people.
        other: what it may go with: inner closeness, or declared ties, of the same people in the same order.
        covariates: dyads whose part is taken out (same circle, same language).
        strata: (N,) labels; people are exchanged only with people of the same label.
        groups: (N,) labels of circles to leave out one by one for the interval; twenty groups drawn by lot otherwise.
        permutations: how many, 1 or more.
        rng: draws the permutations and the groups.
        progress: called with permutations done and to do.

    Returns:
        None for fewer than twelve people, or where one side is the same for all pairs once the covariates are out.

    Notes:
        O((covariates + 2)^2 rows) for each permutation, never pairs.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> table = rng.choice([0.0, 1.0], (30, 2))
        >>> found = relate(Gram(table), Gram(table + 0.3 * rng.normal(size=(30, 2))), permutations=99, rng=rng)
        >>> found.p, found.effect > 0.5
        (0.01, True)
    """
    n = near.people
    if n < LEAST_PEOPLE:
        return None
    near, other = compact(near), compact(other)
    given = [ones(n), *(compact(covariate) for covariate in covariates)]
    observed = regress(near, other, given)
    if observed is None:
        return None
    test = Exchange(near, other, given)
    drawn = []
    for done in range(permutations):
        fit = test.permuted(_permutation(n, strata, rng))
        if fit is not None:
            drawn.append(fit)
        if progress is not None:
            progress(done + 1, permutations)
    effects = np.array([fit.effect for fit in drawn])
    # What people of one stratum share stays when they are exchanged among themselves: it is no part of the effect.
    shared_t = float(np.mean([observed.t, *(fit.t for fit in drawn)])) if strata is not None else 0.0
    effect = observed.effect - (float(effects.mean()) if strata is not None and len(effects) else 0.0)
    beyond = sum(abs(fit.t - shared_t) >= abs(observed.t - shared_t) - 1e-12 for fit in drawn)
    error = _error(near, other, given, groups, rng)
    reach = 1.96 * error
    return Relation(
        effect=effect,
        low=max(-1.0, effect - reach),
        high=min(1.0, effect + reach),
        coefficient=observed.coefficient,
        t=observed.t,
        p=(1 + beyond) / (len(drawn) + 1),
        rho=rank_correlation(near, other, rng=rng),
        auc=auc(near, other),
        permutations=len(drawn),
        people=n,
        least_visible=float(_SEEN_WITH * effects.std()) if len(effects) > 1 else math.nan,
        within=strata is not None,
    )


def regress(near: Dyads, other: Dyads, given: Sequence[Dyads]) -> Fit | None:
    """Return the regression of `other` on `near` and `given` over all ordered pairs, None where it has no answer.

    Exactly the least squares of the N (N - 1) listed pairs. `given` must hold the constant.

    Example:
        >>> rows = Gram(np.array([[1.0], [2.0], [3.0], [5.0]]))
        >>> round(regress(rows, Gram(2 * rows.rows), [ones(4)]).coefficient, 6)
        4.0
    """
    test = Exchange(near, other, given)
    return test.permuted(np.arange(near.people))


class Exchange:
    """A regression ready to be computed with people exchanged: all products that no permutation changes, once.

    Example:
        >>> rows = Gram(np.array([[1.0], [2.0], [3.0], [5.0]]))
        >>> Exchange(rows, rows, [ones(4)]).permuted(np.array([0, 1, 2, 3])).effect
        1.0
    """

    def __init__(self, near: Dyads, other: Dyads, given: Sequence[Dyads]) -> None:
        """Take what `regress` takes. O((covariates + 2)^2 rows)."""
        self._near, self._other, self._given = near, other, list(given)
        gram = np.array([[dot(a, b) for b in given] for a in given])
        self._solve = np.linalg.pinv(gram, rcond=1e-12)
        self._weights = np.concatenate([[1.0], -self._solve @ np.array([dot(near, v) for v in given])])
        self._with_other = np.array([dot(other, v) for v in given])
        left = dot(other, other) - self._with_other @ self._solve @ self._with_other
        self._other_left = float(left)
        square = self._square()
        # What rounding leaves where the covariates say all that there is to say of being near is no measurement.
        self._near_square = square if square > 1e-10 * dot(near, near) else 0.0
        self._free = near.people * (near.people - 1) - len(given) - 1
        # What is the same for all pairs stays what it is, whoever is exchanged with whom: it is not multiplied anew.
        self._constant = [_is_constant(dyads) for dyads in (near, *given)]
        self._plain = np.array([[dot(a, b) for a in (near, *given)] for b in (other, *given)])

    def _square(self) -> float:
        """Return the sum of squares of what is left of being near; no permutation changes it."""
        parts = [self._near, *self._given]
        table = np.array([[dot(a, b) for b in parts] for a in parts])
        return float(self._weights @ table @ self._weights)

    def permuted(self, order: Ints) -> Fit | None:
        """Return the fit with what is left of being near given to other people."""
        # Exchanging the people of one side is exchanging those of the other the opposite way; what is exchanged here
        # is `other` and the covariates as they stand beside it, which are fewer and smaller than being near.
        back = np.argsort(order)
        parts = [self._near, *self._given]
        moving = [0, *(place for place in range(1, len(parts)) if not self._constant[place])]
        table = self._plain.copy()
        for row in moving:
            beside = taken(self._other if row == 0 else self._given[row - 1], back)
            for column, part in enumerate(parts):
                if not self._constant[column]:
                    table[row, column] = dot(part, beside)
        table = table @ self._weights
        with_other, with_given = table[0], table[1:]
        square = self._near_square - with_given @ self._solve @ with_given
        if square <= 1e-12 * max(self._near_square, _NOTHING) or self._other_left <= _NOTHING:
            return None
        coefficient = (with_other - self._with_other @ self._solve @ with_given) / square
        explained = coefficient * coefficient * square
        left = max(self._other_left - explained, _NOTHING)
        t = coefficient / math.sqrt(left / max(self._free, 1) / square)
        effect = coefficient * math.sqrt(square / self._other_left)
        return Fit(float(coefficient), float(t), float(np.clip(effect, -1.0, 1.0)))


def _is_constant(dyads: Dyads) -> bool:
    """Return whether the number of every pair is one and the same, as that of `ones`."""
    return isinstance(dyads, Gram) and not sparse.issparse(dyads.rows) and bool((dyads.rows == 1.0).all())


def _permutation(n: int, strata: npt.ArrayLike | None, rng: np.random.Generator) -> Ints:
    if strata is None:
        return rng.permutation(n)
    labels = np.asarray(strata)
    order = np.arange(n)
    for label in np.unique(labels):
        inside = np.flatnonzero(labels == label)
        order[inside] = rng.permutation(inside)
    return order


def _error(
    near: Dyads, other: Dyads, given: Sequence[Dyads], groups: npt.ArrayLike | None, rng: np.random.Generator
) -> float:
    """Return the standard error of the effect when people are drawn, by leaving out one group of them at a time."""
    n = near.people
    labels = rng.permutation(np.arange(n) % min(_GROUPS, n)) if groups is None else np.asarray(groups)
    effects = []
    for label in np.unique(labels):
        rest = np.flatnonzero(labels != label)
        fit = regress(taken(near, rest), taken(other, rest), [taken(dyads, rest) for dyads in given])
        if fit is not None:
            effects.append(fit.effect)
    g = len(effects)
    if g < 2:  # noqa: PLR2004  a spread needs two
        return math.inf
    return float(math.sqrt((g - 1) / g * ((np.array(effects) - np.mean(effects)) ** 2).sum()))


# --- ranks ---------------------------------------------------------------------------------------------------------


def rank_correlation(near: Dyads, other: Dyads, *, rng: np.random.Generator) -> float:
    """Return Spearman's correlation over all pairs, nan where one side is the same for all.

    Exact for two sparse tables and for up to two thousand people; over two million sampled pairs otherwise.
    """
    a, b = _paired(near, other, rng)
    if a.values.size == 0 or a.constant or b.constant:
        return math.nan
    ra, rb = a.ranks(), b.ranks()
    mean = (a.count + 1) / 2
    outside = a.count - len(ra)
    zero_a, zero_b = a.zero_rank - mean, b.zero_rank - mean
    cross = float(((ra - mean) * (rb - mean)).sum() + outside * zero_a * zero_b)
    square_a = float(((ra - mean) ** 2).sum() + outside * zero_a**2)
    square_b = float(((rb - mean) ** 2).sum() + outside * zero_b**2)
    return cross / math.sqrt(square_a * square_b)


def auc(near: Dyads, other: Dyads) -> float | None:
    """Return the chance that a tied pair was nearer than an untied one, ties counted half; None if not yes or no."""
    if not isinstance(other, Ties) or not isinstance(near, Ties):
        return None
    if other.table.nnz == 0 or len(np.unique(other.table.data)) != 1:
        return None
    a, b = _paired(near, other, np.random.default_rng(0))
    tied = b.values > 0
    count = int(tied.sum())
    rest = a.count - count
    if not count or not rest:
        return None
    return float((a.ranks()[tied].sum() - count * (count + 1) / 2) / (count * rest))


@dataclass(frozen=True, slots=True)
class _Side:
    """The numbers of those pairs that are not zero on both sides; all `count - len(values)` others are zero."""

    values: Floats
    count: int

    @property
    def constant(self) -> bool:
        """Return whether all pairs have the same number."""
        low, high = self.values.min(), self.values.max()
        return bool(low == high and (len(self.values) == self.count or low == 0))

    @property
    def zero_rank(self) -> float:
        """Return the mean rank of the zero pairs."""
        below = int((self.values < 0).sum())
        zeros = self.count - len(self.values) + int((self.values == 0).sum())
        return below + (zeros + 1) / 2

    def ranks(self) -> Floats:
        """Return the mean rank of each listed pair among all pairs."""
        listed = stats.rankdata(self.values)
        outside = self.count - len(self.values)
        moved = np.where(self.values > 0, listed + outside, listed)
        return np.asarray(np.where(self.values == 0, self.zero_rank, moved))


def _paired(near: Dyads, other: Dyads, rng: np.random.Generator) -> tuple[_Side, _Side]:
    n = near.people
    count = n * (n - 1) // 2
    if isinstance(near, Ties) and isinstance(other, Ties):
        either = sparse.triu(abs(near.table).sign() + abs(other.table).sign(), 1).tocoo()
        first, second = either.row.astype(np.intp), either.col.astype(np.intp)
        return _Side(_at(near, first, second), count), _Side(_at(other, first, second), count)
    if count <= _SAMPLED_PAIRS:
        first, second = np.triu_indices(n, 1)
    else:
        first = rng.integers(0, n, _SAMPLED_PAIRS)
        second = (first + rng.integers(1, n, _SAMPLED_PAIRS)) % n
    return _Side(_at(near, first, second), len(first)), _Side(_at(other, first, second), len(first))


def _at(dyads: Dyads, first: Ints, second: Ints) -> Floats:
    if isinstance(dyads, Gram):
        return products(dyads, first, second)
    if not len(first):  # scipy answers an empty choice of cells with a table, not with an array
        return np.zeros(0)
    return np.asarray(dyads.table[first, second]).ravel()
