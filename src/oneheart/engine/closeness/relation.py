"""Association of outward with inner closeness over all pairs of people: effect, interval, p and statistical power.

Regression over all pairs (MRQAP) with double semi-partialing. The residuals of being near, given the covariates, are
permuted among the people, within strata, and a pivotal statistic (t) is compared. Pairs are never listed
(`engine.dyads`). An effect means "goes with", never "causes".

Source: Dekker, Krackhardt and Snijders 2007 for the test; computing it without pairs, and the jackknife interval over
groups of people, are ours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from oneheart.engine.closeness.seen import Seen, seen
from oneheart.engine.dyads import Dyads, Gram, Ties, compact, dot, ones, products, taken

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
LEAST_PEOPLE = 12
PERMUTATIONS = 999
_GROUPS = 20
_SAMPLED_PAIRS = 2_000_000
_NOTHING = 1e-300
_SEEN_WITH = float(special.ndtri(0.975) + special.ndtri(0.8))


@dataclass(frozen=True, slots=True)
class Relation:
    """How far outward closeness goes with another quantity over all pairs of people.

    Attributes:
        effect: partial correlation over pairs given the covariates, -1 to 1. With strata, the mean effect of the
            permutations within them is subtracted, because it is due to the strata.
        low: lower end of the 95 % confidence interval, by the jackknife over groups of people.
        high: upper end.
        coefficient: regression coefficient over pairs, in the units of what is compared.
        t: pivotal statistic.
        p: two-sided p-value of the permutations; never below 1 / (permutations + 1).
        rho: rank correlation over all pairs; over two million sampled pairs where both sides are dense and larger.
        auc: chance that a tied pair was nearer than an untied one, .5 for no relation; None where ties are not binary.
        permutations: number of permutations.
        people: N.
        least_visible: the effect that is seen with a power of about .8, if effects spread as the permuted ones do and
            as the jackknife says, whichever spreads more; where none is seen, a smaller one may exist. So the interval
            is never wider than the band of effects that cannot be seen. nan for one permutation.
        within: whether people were permuted within strata only.
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

    @property
    def seen(self) -> Seen:
        """Return what may be said: both the permutations and the interval must leave no effect out of the question."""
        return seen(self.effect, self.low, self.high, self.p)


@dataclass(frozen=True, slots=True)
class Fit:
    """A regression over all ordered pairs.

    Attributes:
        coefficient: coefficient of being near.
        t: coefficient divided by its standard error, as if pairs were independent (only its rank is used).
        effect: partial correlation, -1 to 1.
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
    """Return how far being near goes with another quantity, or None where nothing can be measured.

    Args:
        near: outward closeness of N people.
        other: inner closeness, or declared ties, of the same people in the same order.
        covariates: dyads to control for (same circle, same language).
        strata: (N,) labels; people are permuted only among people with the same label.
        groups: (N,) labels of circles that the jackknife leaves out one by one; by default twenty random groups.
        permutations: number of permutations, 1 or more.
        rng: source of the random permutations and groups.
        progress: called with the numbers of permutations done and to do.

    Returns:
        None for fewer than twelve people, or where one side is constant over pairs given the covariates.

    Notes:
        O((covariates + 2)^2 rows) for each permutation, never pairs.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> table = rng.choice([0.0, 1.0], (30, 2))
        >>> relation = relate(Gram(table), Gram(table + 0.3 * rng.normal(size=(30, 2))), permutations=99, rng=rng)
        >>> relation.p, relation.effect > 0.5
        (0.01, True)
    """
    n = near.people
    if n < LEAST_PEOPLE:
        return None
    near, other = compact(near), compact(other)
    controls = [ones(n), *(compact(covariate) for covariate in covariates)]
    observed = regress(near, other, controls)
    if observed is None:
        return None
    test = Exchange(near, other, controls)
    drawn = []
    for done in range(permutations):
        fit = test.permuted(_permutation(n, strata, rng))
        if fit is not None:
            drawn.append(fit)
        if progress is not None:
            progress(done + 1, permutations)
    effects = np.array([fit.effect for fit in drawn])
    # What people of one stratum share stays when they are permuted among themselves: it is no part of the effect.
    shared_t = float(np.mean([observed.t, *(fit.t for fit in drawn)])) if strata is not None else 0.0
    effect = observed.effect - (float(effects.mean()) if strata is not None and len(effects) else 0.0)
    beyond = sum(abs(fit.t - shared_t) >= abs(observed.t - shared_t) - 1e-12 for fit in drawn)
    error = _error(near, other, controls, groups, rng)
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
        least_visible=_SEEN_WITH * max(float(effects.std()), error) if len(effects) > 1 else math.nan,
        within=strata is not None,
    )


def regress(near: Dyads, other: Dyads, given: Sequence[Dyads]) -> Fit | None:
    """Return the least squares of `other` on `near` and `given` over all N (N - 1) ordered pairs.

    None where `near` or `other` is constant given the covariates. `given` must contain the constant.

    Example:
        >>> rows = Gram(np.array([[1.0], [2.0], [3.0], [5.0]]))
        >>> round(regress(rows, Gram(2 * rows.rows), [ones(4)]).coefficient, 6)
        4.0
    """
    test = Exchange(near, other, given)
    return test.permuted(np.arange(near.people))


class Exchange:
    """A regression to be computed for many permutations; all products that no permutation changes are cached.

    Example:
        >>> rows = Gram(np.array([[1.0], [2.0], [3.0], [5.0]]))
        >>> Exchange(rows, rows, [ones(4)]).permuted(np.array([0, 1, 2, 3])).effect
        1.0
    """

    def __init__(self, near: Dyads, other: Dyads, given: Sequence[Dyads]) -> None:
        """Compute the products; arguments as of `regress`. O((covariates + 2)^2 rows)."""
        self._near, self._other, self._given = near, other, list(given)
        gram = np.array([[dot(a, b) for b in given] for a in given])
        self._solve = np.linalg.pinv(gram, rcond=1e-12)
        self._weights = np.concatenate([[1.0], -self._solve @ np.array([dot(near, v) for v in given])])
        self._with_other = np.array([dot(other, v) for v in given])
        left = dot(other, other) - self._with_other @ self._solve @ self._with_other
        self._other_left = float(left)
        square = self._square()
        # Where the covariates explain being near wholly, what is left is rounding error, not a measurement.
        self._near_square = square if square > 1e-10 * dot(near, near) else 0.0
        self._free = near.people * (near.people - 1) - len(given) - 1
        # Constant dyads stay the same under every permutation, so their products are not computed again.
        self._constant = [_is_constant(dyads) for dyads in (near, *given)]
        self._plain = np.array([[dot(a, b) for a in (near, *given)] for b in (other, *given)])

    def _square(self) -> float:
        """Return the sum of squares of the residuals of being near; no permutation changes it."""
        parts = [self._near, *self._given]
        table = np.array([[dot(a, b) for b in parts] for a in parts])
        return float(self._weights @ table @ self._weights)

    def permuted(self, order: Ints) -> Fit | None:
        """Return the fit with the residuals of being near permuted among the people; None where it has no answer."""
        # Permuting one side is the same as permuting the other side by the inverse. So `other` and the covariates are
        # permuted, which are fewer and smaller than being near.
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
    """Return whether every pair has the number 1, as in `ones`."""
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
    """Return the standard error of the effect over samples of people, by a jackknife over groups of them."""
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
    """Return Spearman's rank correlation over all pairs, -1 to 1; nan where one side is constant.

    Exact for two sparse tables and for up to two thousand people; otherwise over two million random pairs.
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
    """Return the chance that a tied pair was nearer than an untied one, equal ones counted half.

    None where `near` or `other` is no table of ties, where `other` has more than one amount, and where all or no pairs
    are tied.
    """
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
    """The numbers of the pairs that are not zero on both sides; the other `count - len(values)` pairs are zero."""

    values: Floats
    count: int

    @property
    def constant(self) -> bool:
        """Return whether all pairs, listed or not, have the same number."""
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
        _, place, equal = np.unique(self.values, return_inverse=True, return_counts=True)
        listed = (np.cumsum(equal) - (equal - 1) / 2)[place]
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
        values = products(dyads, first, second)
        size = float(np.abs(values).max(initial=0.0))
        # Sums in another order differ in their last digits; pairs that are equal must have equal ranks.
        return np.round(values / size, 10) if size > 0 else values
    if not len(first):  # scipy answers an empty choice of cells with a table, not with an array
        return np.zeros(0)
    return np.asarray(dyads.table[first, second]).ravel()
